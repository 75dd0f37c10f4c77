"""The ledger on PostgreSQL: the same bytes as in a file, one gate that leads, and no line crossed whoever is paused, cut off or killed."""

import os
import random
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from decimal import Decimal
from threading import Event, Semaphore

import bookkeeping
import pytest
from bookkeeping import COUNT, MORNING, SIGNER, UNDER, Clock, adoption, asked, cancellation, commitment, dt, reservation, transfers

from comity.ledger import elected, hold, session
from comity.ledger.budget import Spending
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.cosignature import Cosigner
from comity.ledger.definition import CountError, Total
from comity.ledger.digests import Digests, DigestsError
from comity.ledger.entry import read
from comity.ledger.ledger import Ledger, stored
from comity.ledger.memory import Memory
from comity.ledger.note import Signer
from comity.ledger.policy import Group, Policy
from comity.ledger.postgres import Postgres
from comity.ledger.reader import Reader
from comity.ledger.rebuild import rebuild
from comity.ledger.relay import ONCE, SEAL, UNREADABLE, Relay
from comity.ledger.sqlite import Sqlite
from comity.ledger.watch import Watch
from comity.ledger.witnesses import Witnesses
from comity.ledger.writer import Answer, Totals, Writer

UNTIL = MORNING + dt.timedelta(hours=1)
SECRET = SIGNER.derived("comity relay")
LEADERS = "select pid from pg_locks where locktype = 'advisory' and granted"


@pytest.fixture(scope="module")
def database(postgres):
    return postgres.database()


@pytest.fixture
def uri(database, postgres):
    """An empty database."""
    postgres.sql("drop schema if exists comity_ledger cascade", name(database))
    return database


@pytest.fixture
def gate(uri):
    """Opens the ledger as one more gate; the first one makes it and leads."""
    with ExitStack() as stack:

        def one_more(now=None):
            try:
                stored(uri).close()
            except hold.StoreError:
                first = stack.enter_context(Ledger.create(uri, signer=SIGNER, now=now or Clock()))
                first.adopt(UNDER, [COUNT])
                return first
            return stack.enter_context(Ledger.open(uri, signer=SIGNER, now=now or Clock()))

        yield one_more


def name(uri):
    return uri.partition("///")[2].partition("?")[0]


def whole(uri):
    """All of the log holds, and each total in it is what plain sets give; its entries."""
    store = stored(uri)
    try:
        entries = [read(raw) for raw in store.entries(0, Reader(store).check().size)]
        sets = {}
        for one in entries:
            for each in one.get("asked", ()):
                held = each["persons"]["set"]
                sets[held] = set(map(tuple, Digests.from_bytes(store.persons([held])[held]).halves.tolist()))
        assert bookkeeping.by_hand(entries, sets.__getitem__) == [one["totals"][0]["least"] for one in entries if one["kind"] == "reserve"]
        return entries
    finally:
        store.close()


def nothing_leaked(ledger):
    """What is left up to the line can still be had, person by person, and no more."""
    inside = ledger.totals([asked(())])[0].least
    assert inside <= COUNT.most
    allowed = transfers(ledger, "after", ([10**6 + i] for i in range(COUNT.most + 5)), until=UNTIL + dt.timedelta(hours=2))
    assert len(allowed) == COUNT.most - inside


def cut(postgres, uri):
    """Ends the session that leads, as a failing network would."""
    assert postgres.sql(f"select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid in ({LEADERS})", name(uri)) == "t"


# -- the same log --------------------------------------------------------------------------------------------------------


def test_the_same_requests_give_the_same_bytes_as_in_a_file(uri, tmp_path):
    """Entries, checkpoints, tiles and proofs: who checks them need not know where they were kept."""
    Sqlite.create(tmp_path / "ledger.db").close()
    stores = Sqlite(tmp_path / "ledger.db"), Postgres.create(uri)
    chance, clock = random.Random(7), Clock()
    writers = [Writer(store, SIGNER, clock) for store in stores]
    pending, batch = [], [adoption()]
    for number in range(45):
        file, server = ([one if isinstance(one, Answer) else repr(one) for one in writer.write(batch)] for writer in writers)
        assert file == server
        clock.tick(40)
        names = [f"t{number}.{i}\0é" for i in range(chance.randrange(1, 12))]
        batch = [reservation(name, asked(chance.sample(range(60), 5)), until=clock.now + dt.timedelta(seconds=90)) for name in names]
        batch += [commitment(name) if chance.random() < 0.6 else cancellation(name) for name in pending[:2]]
        pending = pending[2:] + names
    readers = [Reader(store) for store in stores]
    assert readers[0].check() == readers[1].check()
    size = stores[0].size()
    assert size > 300  # more than one tile
    assert list(stores[0].entries(0, size)) == list(stores[1].entries(0, size))
    assert [stores[0].checkpoint(n) for n in range(size + 1)] == [stores[1].checkpoint(n) for n in range(size + 1)]
    assert [readers[0].prove(i) for i in range(0, size, 9)] == [readers[1].prove(i) for i in range(0, size, 9)]
    for store in stores:
        store.close()


def test_what_follows_from_the_entries_is_written_anew(gate, uri, postgres):
    ledger = gate()
    transfers(ledger, "t", [range(3), range(5)])
    with pytest.raises(hold.LockedError, match="another gate leads"):
        rebuild(ledger.store)
    ledger.close()
    swapped = "update entry set name = null where i = 2; update entry set name = 'reserve t.0' where i = 3; update entry set name = 'settle t.0' where i = 2"
    for changed in ("update tile set hashes = '\\x00'", "update entry set name = null", swapped, "update entry set name = '\\xff' where i = 1"):
        postgres.sql(f"set search_path = comity_ledger; {changed}", name(uri))
        store = stored(uri)
        with pytest.raises(hold.CorruptError):
            Reader(store).check()
        rebuild(store)
        store.close()
        whole(uri)


@pytest.mark.parametrize(
    "statement", ["delete from entry where i = 3", "update entry set body = '{}' where i = 3", "delete from checkpoint", "update epoch set size = 1"]
)
def test_a_row_that_somebody_changed_is_noticed(gate, uri, postgres, statement):
    ledger = gate()
    transfers(ledger, "t", [range(3), range(5)])
    ledger.close()
    postgres.sql(f"set search_path = comity_ledger; {statement}", name(uri))
    with pytest.raises(hold.CorruptError), Ledger.open(uri, signer=SIGNER, now=Clock()) as again:
        again.check()


def test_who_leads_next_goes_on_from_what_the_last_one_kept(gate, uri, monkeypatch):
    first = gate()
    transfers(first, "t", [range(3), range(2, 5)])
    first.close()
    read = []
    monkeypatch.setattr(Postgres, "entries", lambda *args, whole=Postgres.entries: read.append(args[1:]) or whole(*args))
    second = gate()
    assert second.totals([asked(())])[0].least == 5
    assert read == []
    second.reserve("more", [asked(range(9))], UNTIL, {}, UNDER)
    second.close()
    whole(uri)


def test_witnesses_vouch_for_a_shared_ledger_as_for_any(gate, uri, postgres, tmp_path):
    ann = Cosigner("witness.example/ann", bytes([1]) * 32)
    gate().close()
    with Memory(tmp_path, ann.key) as memory:
        memory.add(SIGNER.name)
        watch = Watch(ann, memory, {SIGNER.name: [SIGNER.key]}, lambda: 1_790_000_000)

        def opened():
            these = Witnesses(Policy((SIGNER.key,), Group(1, (ann.key,))), {ann.key: lambda body: watch.post("/add-checkpoint", body.encode())})
            return Ledger.open(uri, signer=SIGNER, now=Clock(), witnesses=these)

        with opened() as leader, opened() as other:
            index = other.reserve("a", [asked(range(3))], UNTIL, {}, UNDER).index
            assert ann.name in other.prove(index)
            assert other.find("reserve a") == leader.find("reserve a")
        older = "delete from entry where i = 2; delete from checkpoint where size = 3; delete from vouched where size = 3; update epoch set size = 2"
        postgres.sql(f"set search_path = comity_ledger; {older}", name(uri))
        gate().close()  # by itself it looks like any other
        with pytest.raises(hold.RewrittenError):
            opened()


def test_a_gate_that_follows_asks_the_witnesses_of_its_own_policy(gate, uri, tmp_path):
    """Whoever leads may have none."""
    ann, silent = Cosigner("witness.example/ann", bytes([1]) * 32), []
    with Memory(tmp_path, ann.key) as memory:
        memory.add(SIGNER.name)
        watch = Watch(ann, memory, {SIGNER.name: [SIGNER.key]}, lambda: 1_790_000_000)

        def post(body):
            return silent[0] if silent else watch.post("/add-checkpoint", body.encode())

        def opened():
            return Ledger.open(uri, signer=SIGNER, now=Clock(), witnesses=Witnesses(Policy((SIGNER.key,), Group(1, (ann.key,))), {ann.key: post}))

        leader = gate()
        with opened() as other:
            silent.append(watch.get("/"))
            for ask in (lambda: other.reserve("a", [asked(range(3))], UNTIL, {}, UNDER), lambda: other.totals([asked(())]), opened):
                with pytest.raises(hold.UnwitnessedError, match="answered 404"):
                    ask()
            silent.clear()
            index = other.reserve("a", [asked(range(3))], UNTIL, {}, UNDER).index
            assert ann.name in other.prove(index)
            assert leader._sequencer.leads
            memory.keep(SIGNER.name, (longer := Checkpoint(SIGNER.name, 99, bytes(32)).signed(SIGNER)).with_signatures(ann.cosign(longer.text, 1)))
            with pytest.raises(hold.RewrittenError):
                other.commit("a", {})


# -- one leads, the others ask -------------------------------------------------------------------------------------------


def test_gates_that_do_not_lead_are_answered_as_if_they_did(gate):
    leader, other, half = gate(), gate(), Spending("b", Decimal("0.5"), Decimal(1))
    assert leader._sequencer.leads
    assert not other._sequencer.leads
    mine = leader.reserve("a", [asked(range(3))], UNTIL, {}, UNDER)
    theirs = other.reserve("b", [asked(range(2, 6)), asked(range(9), key=("x", "y"))], UNTIL, {"table": "visits"}, UNDER)
    assert [total.least for total in theirs.totals] == [6, 9]
    assert other.reserve("a", [asked(range(3))], UNTIL, {}, UNDER) == mine  # as it was answered to the other
    assert other.totals([asked([77])]) == leader.totals([asked([77])])
    assert other.since() == leader.since() == {COUNT.name: ["2026-11-26T10:00:00Z"]}
    assert [one.words for one in other.known([asked([77]), asked(range(4), key=("x", "y"))])] == [[], bookkeeping.persons(range(4)).words]
    assert other.commit("b", {"rows": 4}, other.size) == leader.commit("b", {"rows": 4})
    other.afford([half])
    assert other.spend("s", [half]) == leader.spend("s", [half])
    assert other.adopt(UNDER, [COUNT]) == leader.adopt(UNDER, [COUNT]) == 1
    assert other.cancel("a", "no") == other.check().size - 1
    assert other.adopt(UNDER, [COUNT], SIGNED[0]) == leader.adopt(UNDER, [COUNT], SIGNED[0])
    assert other.signed() == leader.signed() == SIGNED[0]


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda ledger: ledger.commit("nobody", {}), hold.UnreservedError),
        (lambda ledger: ledger.append({"kind": "act", "id": "m/0", "envelope": {}}) and ledger.commit("a", {}, 3), hold.OvertakenError),
        (lambda ledger: ledger.reserve("a", [asked([1])], UNTIL, {"other": 1}, UNDER), hold.ConflictError),
        (lambda ledger: ledger.reserve("b", [asked([1])], UNTIL, {}, {}), hold.StaleError),
        (lambda ledger: ledger.reserve("b", [asked([1])], MORNING, {}, UNDER), hold.ExpiredError),
        (lambda ledger: ledger.reserve("b", [asked([1], day=1_000_000)], UNTIL, {}, UNDER), hold.ClockError),
        (lambda ledger: ledger.totals([bookkeeping.Asked("nothing", (), 1, bookkeeping.persons([1]))]), CountError),
        (lambda ledger: ledger.append({"kind": "commit", "id": "x"}), hold.EntryError),
        (lambda ledger: ledger.spend("s", [Spending("b", Decimal(2), Decimal(1))]), hold.SpentError),
        (lambda ledger: ledger.afford([Spending("b", Decimal(2), Decimal(1))]), hold.SpentError),
        (lambda ledger: ledger.adopt(UNDER, [COUNT], SIGNED[1]) and ledger.adopt(UNDER, [COUNT], SIGNED[0]), hold.RolledBackError),
    ],
)
def test_reasons_to_hold_are_the_same_for_all_gates(gate, ask, reason):
    leader, other = gate(), gate()
    leader.reserve("a", [asked([1])], UNTIL, {}, UNDER)
    said = []
    for ledger in (leader, other):
        with pytest.raises(reason) as raised:
            ask(ledger)
        said.append((type(raised.value), str(raised.value)))
    assert said[0] == said[1]


def test_when_the_leader_closes_another_leads_and_nothing_is_forgotten(gate, uri):
    leader, other = gate(), gate()
    leader.reserve("a", [asked(range(3))], UNTIL, {}, UNDER)
    leader.close()
    assert other.commit("a", {}) == 3
    assert other._sequencer.leads
    assert [one["kind"] for one in whole(uri)] == ["key", "adopt", "reserve", "commit"]


def test_a_leader_that_does_not_answer_is_a_reason_to_hold_and_what_was_asked_is_taken_back(gate, uri, postgres, monkeypatch):
    gate().close()
    mute = Postgres(uri)
    assert mute.lead()
    monkeypatch.setattr(elected, "PATIENCE", 0.0)
    monkeypatch.setattr(elected, "PULSE", 0.01)
    other = gate()
    with pytest.raises(hold.LockedError, match="does not answer"):
        other.reserve("a", [asked([1])], UNTIL, {}, UNDER)
    assert postgres.sql("select count(*) from comity_ledger.request", name(uri)) == "0"
    mute.close()
    monkeypatch.setattr(elected, "PATIENCE", 60.0)
    assert other.reserve("a", [asked([1])], UNTIL, {}, UNDER).index == 2


def test_a_gate_that_leads_by_now_sends_away_who_asked_another_and_can_be_closed(gate, uri, postgres, monkeypatch):
    gate().close()
    mute, there = Postgres(uri), Event()
    assert mute.lead()
    other, hearing = gate(), Relay(uri, SECRET, there.set)
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(other.totals, [asked([1])])
        there.wait()
        postgres.sql("delete from comity_ledger.request", name(uri))
        monkeypatch.setattr(elected, "PATIENCE", 0.0)
        mute.close()
        assert "does not answer" in str(waits.exception())
    hearing.close()
    other.close()


def test_a_request_that_is_none_is_refused_alone(gate):
    leader, other = gate(), gate()
    with pytest.raises(hold.EntryError, match="nothing else"):
        other.reserve("a", [asked([1])], UNTIL, {"x": 1.5}, UNDER)
    relay = other._sequencer._relay
    relay._session.execute("INSERT INTO request (asker, body, sets) VALUES ('x', $1, array[null]::bytea[])", relay._seal(bytes(ONCE) + b'{"since":""}'))
    assert other.since() == leader.since()


@pytest.mark.parametrize(
    ("body", "sets"),
    [
        (b"\xff", []),
        (b"7", []),
        (b"[" * 10**5, []),
        (b'{"kind": "verdict", "id": "x", "n": 1.5}', []),
        (b'{"totals": [{"count": "sent", "key": [], "day": 1.5, "persons": {"set": "", "number": 0}}]}', []),
        (b'{"totals": [{"count": "sent"}]}', []),
        (b'{"known": [{"count": "sent"}]}', []),
        (b'{"since": ""}', [b"no digest"]),
    ],
)
def test_a_row_that_nobody_can_read_is_a_reason_to_hold_for_its_asker_alone(gate, body, sets):
    leader, other = gate(), gate()
    relay = other._sequencer._relay
    sealed = relay._seal(bytes(ONCE) + body, *sets)
    (number,) = relay._session.rows("INSERT INTO request (asker, body, sets) VALUES ($1, $2, $3) RETURNING id", "somebody", sealed, sets)[0]
    assert other.totals([asked([1])]) == leader.totals([asked([1])])  # asked later, and answered all the same
    answer = relay._session.value("SELECT answer FROM request WHERE id = $1", number)
    with pytest.raises((hold.EntryError, DigestsError)):
        raise relay._answered(sealed[:SEAL], answer)


SIGNED = [
    {
        "ab" * 32: {
            "roles": {role: {"version": version, "digest": f"{version:064x}"} for role in ("root", "timestamp", "snapshot", "targets")},
            "recovered": 0,
            "expires": "2027-01-01T00:00:00Z",
            "rulebooks": {"xx.act": []},
            "parties": {},
        }
    }
    for version in (1, 2)
]
ADOPT = b'{"kind":"adopt","rulebooks":{},"counts":[]}'


@pytest.mark.parametrize("body", [ADOPT, bytes(SEAL) + bytes(ONCE) + ADOPT], ids=["as it is", "under another seal"])
def test_what_somebody_writes_into_the_table_who_has_no_key_is_no_request(gate, body):
    leader, other = gate(), gate()
    relay, size = other._sequencer._relay, leader.check().size
    (number,) = relay._session.rows("INSERT INTO request (asker, body, sets) VALUES ('x', $1, '{}') RETURNING id", body)[0]
    assert other.totals([asked([1])]) == leader.totals([asked([1])])
    answer = relay._session.value("SELECT answer FROM request WHERE id = $1", number)
    assert "no gate of this ledger" in str(relay._answered(body[:SEAL], answer))
    assert leader.check().size == size


def test_an_answer_to_one_request_is_none_to_the_next_that_asks_the_same(uri):
    Postgres.create(uri).close()
    one = Relay(uri, SECRET, lambda: None)
    for number in one.ask([Totals([asked([1])])] * 2):
        (taken,) = one.waiting(1)
        assert taken.id == number
        if number == 1:
            one.answer([number], [[Total(1, 1)]])
            stolen = one._session.value("SELECT answer FROM request WHERE id = $1", number)
            assert one.answers() == [(number, [Total(1, 1)])]
        else:
            one._session.execute("UPDATE request SET answer = $1", stolen)
            assert one.answers() == [(number, UNREADABLE)]
    one.close()


@pytest.mark.parametrize("answer", [b"\xff", b"7", b"{}", b'{"index": "0"}', b'{"totals": [{}]}', b'{"known": ["0"]}', b'{"known": [0]}', b"[" * 10**5])
def test_an_answer_that_cannot_be_read_is_a_reason_to_hold(gate, uri, answer):
    gate().close()
    mute = Postgres(uri)
    assert mute.lead()
    other = gate()
    there = Event()
    hearing = Relay(uri, SECRET, there.set)
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(other.totals, [asked([1])])
        there.wait()
        seal = mute._session.value("SELECT body FROM request")[:SEAL]
        assert mute._session.rows("UPDATE request SET answer = $1 RETURNING pg_notify('comity_ledger', asker)", hearing._seal(answer, seal))
        assert "cannot be read" in str(waits.exception())
    hearing.close()
    mute.close()
    assert other.since()


def test_what_nobody_waits_for_any_more_is_not_done(gate, uri, postgres):
    gate().close()
    one = Relay(uri, SECRET, lambda: None)
    one.ask([reservation("late", asked([1])), Totals([asked([2])])])
    postgres.sql("update comity_ledger.request set at = at - interval '21 seconds' where id = 1", name(uri))
    (left,) = one.waiting(10)
    assert isinstance(left.asked, Totals)
    one.close()


# -- who leads no longer appends nothing ---------------------------------------------------------------------------------


def test_two_that_believe_to_lead_and_the_paused_one_is_fenced(gate, uri):
    """A pooler gave its lock to another session while it slept; it wakes up with its session as alive as ever."""
    paused = gate()
    paused.reserve("a", [asked(range(90))], UNTIL, {}, UNDER)
    paused._sequencer._store._session.execute("select pg_advisory_unlock_all()")
    other = gate()
    assert paused._sequencer.leads
    assert other._sequencer.leads
    assert other.reserve("b", [asked(range(90, 100))], UNTIL, {}, UNDER).totals[0].least == 100
    with pytest.raises(hold.FencedError, match="another gate leads"):
        paused.reserve("c", [asked(range(200, 210))], UNTIL, {}, UNDER)  # by what it knows there was room
    with pytest.raises(hold.StoreError, match="has stopped"):
        paused.totals([asked([1])])
    assert [one.get("id") for one in whole(uri)[2:]] == ["a", "b"]


def test_a_leader_paused_within_a_transaction_loses_it_with_its_session(gate, uri, postgres):
    gate().close()
    paused = Postgres(uri)
    writer = Writer(paused, SIGNER, Clock())
    log = writer.log
    log.follow(paused.begin())
    paused.add(2, [(b"half", None)], {})
    cut(postgres, uri)
    other = gate()
    assert other.reserve("b", [asked(range(9))], UNTIL, {}, UNDER).index == 2
    for step in (lambda: paused.seal({}, 3, "note"), paused.commit, paused.begin):
        with pytest.raises(hold.StoreError):
            step()
    paused.rollback()
    paused.close()
    whole(uri)


def test_an_append_beside_the_leader_is_noticed_when_it_seals(gate, uri):
    gate().close()
    mine = Postgres(uri)
    mine.begin()
    mine._epoch += 1  # as if the epoch had risen, though the row was held
    with pytest.raises(hold.FencedError):
        mine.seal({(0, 0): b"x"}, 3, "note")
    mine.rollback()
    mine.close()
    whole(uri)


def test_who_leads_is_ended_by_the_server_for_its_silence_and_a_reader_is_not(gate):
    leader, other = gate(), gate()
    said = "select current_setting('idle_session_timeout'), current_setting('idle_in_transaction_session_timeout'), current_setting('synchronous_commit')"
    sessions = leader._sequencer._store, leader.store, other._sequencer._store, other._sequencer._relay
    assert [tuple(one._session.rows(said)[0]) for one in sessions] == [("30s", "30s", "on"), *[("0", "0", "on")] * 2, ("0", "0", "off")]
    leader.close()
    other.totals([asked([1])])
    assert tuple(sessions[2]._session.rows(said)[0]) == ("30s", "30s", "on")


def test_a_leader_stopped_past_its_limit_appends_nothing_when_it_goes_on(gate, uri, monkeypatch):
    """Stopped in the midst of a race, it is continued when another leads: all that it acknowledged is there, before all that the other wrote."""
    gate().close()
    stopped = bookkeeping.process(
        """
        import os
        from concurrent.futures import ThreadPoolExecutor
        from itertools import count
        from comity.ledger import postgres
        from comity.ledger.hold import HoldError
        from comity.ledger.ledger import Ledger
        postgres.SILENCE = "1s"
        ledger = Ledger.open(sys.argv[1], signer=bookkeeping.SIGNER, now=bookkeeping.Clock())
        print("leads" if ledger._sequencer.leads else "", flush=True)

        def work(n):
            try:
                bookkeeping.transfers(ledger, f"s{n}", ([100 * n + i] for i in count()), lambda name: os.write(1, f"{name}\\n".encode()))
            except HoldError as held:
                return type(held).__name__

        with ThreadPoolExecutor(4) as pool:
            print("held", *pool.map(work, range(4)), flush=True)
        """,
        uri,
    )
    acknowledged = [stopped.stdout.readline() for _ in range(9)]
    stopped.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(elected, "PULSE", 0.02)
    other = gate()
    transfers(other, "o", ([10_000 + i] for i in range(9)))
    assert other._sequencer.leads
    stopped.send_signal(signal.SIGCONT)
    *more, told = stopped.communicate()[0].splitlines()
    assert set(told.split()) <= {"held", "StoreError", "FencedError"}
    entries = whole(uri)
    assert {line.strip() for line in [*acknowledged, *more]} <= {one["id"] for one in entries if one["kind"] in ("commit", "cancel")}
    of = [one["id"][0] for one in entries[2:]]
    assert of == sorted(of, reverse=True)
    other.close()
    last = gate(Clock(UNTIL))
    last.append({"kind": "verdict", "id": "whoever writes next lets go what is over"})
    nothing_leaked(last)


# -- faults --------------------------------------------------------------------------------------------------------------


def test_a_leader_that_is_cut_off_in_the_midst_of_it_and_the_others_go_on(gate, uri, postgres):
    gates = [gate() for _ in range(3)]
    acknowledged, several = [], Semaphore(0)

    def told(name):
        acknowledged.append(name)
        several.release()

    with ThreadPoolExecutor(9) as pool:

        def work(n):
            with suppress(hold.StoreError):  # of the gate that led: it holds
                transfers(gates[n % 3], f"t{n}", (range(100 * n + 2 * i, 100 * n + 2 * i + 2) for i in range(8)), told)

        running = [pool.submit(work, n) for n in range(9)]
        for _ in range(5):
            several.acquire()
        cut(postgres, uri)
        for one in running:
            one.result()
    with pytest.raises(hold.StoreError):
        gates[0].totals([asked(())])
    gates[0].close()
    with pytest.raises(hold.StoreError):
        gates[0].since()
    settled = {one["id"] for one in whole(uri) if one["kind"] in ("commit", "cancel")}
    assert set(acknowledged) <= settled
    later = Clock(UNTIL)
    last = gate(later)
    for one in gates[1:]:
        one.close()
    last.append({"kind": "verdict", "id": "whoever writes next lets go what is over"})
    nothing_leaked(last)
    whole(uri)


def test_processes_never_cross_a_line_together_even_if_the_one_that_leads_is_killed(gate, uri):
    gate().close()
    racers = [
        bookkeeping.process(
            """
            from comity.ledger.ledger import Ledger
            n = int(sys.argv[2])
            with Ledger.open(sys.argv[1], signer=bookkeeping.SIGNER, now=bookkeeping.Clock()) as ledger:
                print("ready", flush=True)
                sys.stdin.readline()
                sets = (range(1_000 * n + 3 * i, 1_000 * n + 3 * i + 3) for i in range(12))
                bookkeeping.transfers(ledger, f"p{n}", sets, lambda name: print(name, flush=True))
                print("done", flush=True)
            """,
            uri,
            number,
        )
        for number in range(3)  # of which the first to open it leads
    ]
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    racers[0].stdout.readline()  # it is in the midst of it
    racers[0].kill()
    said = [racer.communicate()[0] for racer in racers]
    assert all("done" in one for one in said[1:])
    last = gate(Clock(UNTIL))
    last.append({"kind": "verdict", "id": "whoever writes next lets go what is over"})
    nothing_leaked(last)
    whole(uri)


def test_a_server_that_says_nothing_more_is_a_reason_to_hold(uri, monkeypatch):
    """Whoever waits for it waits once."""
    monkeypatch.setattr(session, "PATIENCE", 0.3)
    silent = session.Session(uri)
    backend = silent.value("SELECT pg_backend_pid()")
    os.kill(backend, signal.SIGSTOP)
    try:
        with pytest.raises(hold.StoreError):
            silent.value("SELECT 1")
        assert silent.ended
        with pytest.raises(hold.StoreError, match="is closed"):
            silent.value("SELECT 1")
        silent.close()
    finally:
        os.kill(backend, signal.SIGCONT)


def test_a_peer_that_is_no_server_is_a_reason_to_hold(monkeypatch):
    monkeypatch.setattr(session, "PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(hold.StoreError):
        session.Session(f"postgresql://127.0.0.1:{mute.getsockname()[1]}/x?user=x")


def test_a_server_that_stops_is_a_reason_to_hold_and_what_was_answered_is_there_when_it_is_back(gate, uri, postgres):
    leader, other = gate(), gate()
    mine = leader.reserve("a", [asked(range(3))], UNTIL, {}, UNDER)
    theirs = other.reserve("b", [asked(range(5))], UNTIL, {}, UNDER)
    postgres.stop(signal.SIGQUIT)
    try:
        for ledger in (leader, other):
            with pytest.raises(hold.StoreError):
                ledger.commit("a", {})
            with pytest.raises(hold.StoreError):
                ledger.commit("a", {})
        with pytest.raises(hold.StoreError):
            Ledger.open(uri, signer=SIGNER, now=Clock())
    finally:
        postgres.start()
    again = gate()
    assert again.reserve("a", [asked(range(3))], UNTIL, {}, UNDER) == mine
    assert again.reserve("b", [asked(range(5))], UNTIL, {}, UNDER) == theirs
    assert again.commit("a", {}) == 4
    whole(uri)


def test_a_ledger_begins_once_and_is_opened_only_where_there_is_one(uri):
    with pytest.raises(hold.StoreError, match="no ledger"):
        Ledger.open(uri, signer=SIGNER, now=Clock())
    Postgres.create(uri).close()  # and stopped before the first entry: it is gone on with
    store = stored(uri)
    with pytest.raises(hold.CorruptError, match="begin it again"):
        Reader(store).check()
    store.close()
    Ledger.create(uri, signer=SIGNER, now=Clock()).close()
    with pytest.raises(hold.StoreError, match="there already"):
        Ledger.create(uri, signer=SIGNER, now=Clock())
    with pytest.raises(hold.SignerError):
        Ledger.open(uri, signer=Signer("example.org/ledger", bytes(32)), now=Clock())


def test_a_server_that_would_lose_what_it_acknowledged_is_refused(uri, monkeypatch):
    monkeypatch.setitem(session.NEEDS, "wal_level", "none")
    with pytest.raises(hold.StoreError, match="it would lose what it acknowledged"):
        Postgres.create(uri)
    monkeypatch.delitem(session.NEEDS, "wal_level")
    monkeypatch.setattr(session, "OLDEST", 99)
    with pytest.raises(hold.StoreError, match="needs 99 or later"):
        Postgres.create(uri)


def test_no_person_is_in_what_others_may_read(gate, uri, postgres):
    """A request that was answered is gone; what is kept of persons are digests."""
    leader, other = gate(), gate()
    other.reserve("a", [asked(range(3))], UNTIL, {}, UNDER)
    assert postgres.sql("select count(*) from comity_ledger.request", name(uri)) == "0"
    leader.close()
