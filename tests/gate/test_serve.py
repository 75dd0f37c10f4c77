"""The endpoint: who has a token gets what the gate lets through, and nothing else leaves it."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Event

import pyarrow as pa
import pytest
from pyarrow import flight
from visits import ask, offer, rows

from comity.gate.query.answer import answered
from comity.gate.query.offer import Minimum, Noise, Offer
from comity.gate.serve import Bounds, Server, UnboundError, hashed
from comity.ledger.budget import Spending

TOKEN = "a-token-of-no-use"


class Counter:
    """A server for one recipient, and what was asked of it."""

    def __init__(self, offers=None, spend=None, bounds=None):
        self.told = []

        def asking(sql, memory, started):
            self.told.append(sql)
            return answered(ask("query", sql, offers() if offers else {"visits": offer()}), spend, memory, started)

        self.server = Server({hashed(TOKEN): asking, hashed("another"): asking}, bounds=bounds)
        self.client = flight.connect(f"grpc://127.0.0.1:{self.server.port}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()
        self.server.shutdown()

    def ask(self, sql, token=TOKEN, scheme="Bearer"):
        return self.client.do_get(flight.Ticket(sql.encode()), with_token(token, scheme)).read_all().to_pylist()


def with_token(token=TOKEN, scheme="Bearer"):
    return flight.FlightCallOptions(headers=[(b"authorization", f"{scheme} {token}".encode())])


def test_a_query_is_answered():
    sql = "SELECT city, sum(amount) FROM visits GROUP BY city ORDER BY city"
    with Counter() as counter:
        info = counter.client.get_flight_info(flight.FlightDescriptor.for_command(sql), with_token())
        found = counter.client.do_get(info.endpoints[0].ticket, with_token()).read_all().to_pylist()
        assert found == rows(sql)
        assert counter.told == [sql]


@pytest.mark.parametrize(("token", "scheme"), [("", "Bearer"), ("wrong", "Bearer"), (TOKEN, "Basic"), (TOKEN + " ", "Bearer"), (TOKEN.upper(), "Bearer")])
def test_without_a_token_nobody_is_answered(token, scheme):
    with Counter() as counter:
        with pytest.raises(flight.FlightUnauthenticatedError):
            counter.ask("SELECT 1", token, scheme)
        with pytest.raises(flight.FlightUnauthenticatedError):
            counter.client.do_get(flight.Ticket(b"SELECT 1")).read_all()
        assert counter.told == []


def test_a_refusal_says_what_is_wrong():
    with Counter() as counter:
        with pytest.raises(flight.FlightServerError, match=r"query:1:15: there is no table 'raw'") as error:
            counter.ask("SELECT * FROM raw")
        assert "Traceback" not in str(error.value)


def test_a_fault_at_home_says_nothing():
    """Not when it decides, not when it reads, not in the middle of an answer."""

    def canary(*_):
        raise ValueError("canary")

    there = offer()
    schema = pa.schema({"city": pa.string(), "n": pa.int64()})

    def late(_):
        yield from (pa.record_batch([["Ulm"] * 20_000, [1] * 20_000], schema=schema) for _ in range(9))
        canary()

    broken = Offer(there.crossing, there.source, canary)
    midway = Offer(there.crossing, there.source, lambda narrowed: pa.RecordBatchReader.from_batches(schema, late(narrowed)))
    for counter in (Counter(canary), Counter(lambda: {"visits": broken}), Counter(lambda: {"visits": midway})):
        with counter, pytest.raises(flight.FlightServerError, match=r"held|cannot be read at home") as error:
            counter.ask("SELECT city, n FROM visits")
        assert "canary" not in str(error.value)
        assert "Traceback" not in str(error.value)


def test_a_spent_budget_holds_the_answer():
    def empty(_):
        raise LookupError("canary")

    cost = Spending("b", Decimal("0.5"), Decimal(1))
    least = Minimum(3, "patient", Noise(cost, cost))
    with Counter(lambda: {"visits": offer(minimum=least)}, empty) as counter, pytest.raises(flight.FlightServerError, match="held"):
        counter.ask("SELECT count(*) FROM visits")


def test_a_query_that_takes_too_long_is_stopped():
    sql = "SELECT count(*) FROM visits a, visits b, visits c, visits d, visits e"
    with Counter(bounds=Bounds(seconds=0.05)) as counter, pytest.raises(flight.FlightServerError, match=r"failed|stopped"):
        counter.ask(sql)
    with Counter() as counter:  # a bound that no machine is too slow for
        assert counter.ask("SELECT 1 AS one") == [{"one": 1}]


def test_more_at_once_than_may_be_are_turned_away():
    """The first query is in the midst of being read when the second asks."""
    reading, on = Event(), Event()

    def offers():
        there = offer()

        def stream(narrowed):
            reading.set()
            assert on.wait(60)
            return there.stream(narrowed)

        return {"visits": Offer(there.crossing, there.source, stream)}

    with Counter(offers, bounds=Bounds(at_once=1)) as counter, ThreadPoolExecutor(1) as pool:
        try:
            first = pool.submit(counter.ask, "SELECT count(*) AS n FROM visits")
            assert reading.wait(60)
            with pytest.raises(flight.FlightUnavailableError, match="ask again later"):
                counter.ask("SELECT 1 AS one")
        finally:
            on.set()
        assert first.result() == rows("SELECT count(*) AS n FROM visits")
        assert counter.told == ["SELECT count(*) AS n FROM visits"]


def test_room_comes_free_whatever_became_of_an_answer():
    with Counter(bounds=Bounds(at_once=1)) as counter:
        for _ in range(3):
            with pytest.raises(flight.FlightServerError):
                counter.ask("SELECT * FROM visits WHERE CAST(patient AS INTEGER) = 1")
            assert counter.ask("SELECT 1 AS one") == [{"one": 1}]


def test_nothing_comes_in_and_nothing_is_listed():
    descriptor = flight.FlightDescriptor.for_command(b"x")
    with Counter() as counter:
        for call in (
            lambda: list(counter.client.list_flights(options=with_token())),
            lambda: list(counter.client.list_actions(with_token())),
            lambda: list(counter.client.do_action("x", with_token())),
        ):
            with pytest.raises(flight.FlightUnauthorizedError, match="only a SELECT"):
                call()
        writer, _ = counter.client.do_put(descriptor, pa.schema([]), with_token())
        with pytest.raises(flight.FlightUnauthorizedError):
            writer.close()
        with pytest.raises(flight.FlightServerError, match="not UTF-8"):
            counter.client.do_get(flight.Ticket(b"\xff"), with_token()).read_all()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "localhost", "192.0.2.1"])
def test_without_a_certificate_only_this_machine_is_served(host):
    with pytest.raises(UnboundError):
        Server({}, host)
