"""How gates that do not lead ask the one that does: a table of requests in the ledger's own database, and a word that there is something in it.

The table is not kept through a crash of the server, and need not be: what is in it was not answered, and whoever asked holds, or asks again and
is answered as it was the first time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from comity.ledger import entry as entries
from comity.ledger.definition import Asked, CountError, DayWentBackError, IdError, NotAdoptedError
from comity.ledger.digests import Digests, DigestsError
from comity.ledger.hold import ClockError, ConflictError, EntryError, ExpiredError, HoldError, StaleError, UnreservedError
from comity.ledger.session import Session
from comity.ledger.state import read_total, written
from comity.ledger.writer import Answer, Request, Totals

STALE: Final = "20 seconds"
"""A request older than this, by the server's clock, is not taken up: whoever asked has stopped waiting."""
REASONS: Final = {
    kind.__name__: kind
    for kind in (
        ClockError, ConflictError, CountError, DayWentBackError, DigestsError, EntryError, ExpiredError, IdError, NotAdoptedError, StaleError, UnreservedError,
    )
}  # fmt: skip
"""Reasons to hold that are about a request, and not about the store; any other comes back as the last of all."""


_PUT: Final = """
WITH told AS (SELECT pg_notify('comity_ledger', 'asked')),
    body AS (SELECT * FROM unnest($2::bytea[]) WITH ORDINALITY AS b (body, n)),
    held AS (SELECT n, array_agg(digests) AS sets FROM unnest($3::bigint[], $4::bytea[]) AS h (n, digests) GROUP BY n)
INSERT INTO request (asker, body, sets)
SELECT $1, body, coalesce(sets, '{}') FROM told CROSS JOIN body LEFT JOIN held USING (n) ORDER BY n RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What another gate asks."""

    id: int
    asked: Request | Totals


class Relay:
    """This gate's session for requests and answers. `heard` is called, on another thread, when there may be something new or the session has ended."""

    def __init__(self, uri: str, heard: Callable[[], None]) -> None:
        # A request need not be synced: it is not yet believed by anybody.
        self._session = Session(uri, {"synchronous_commit": "off", "search_path": "comity_ledger"})
        self.asker = str(self._session.value("SELECT gen_random_uuid()::text"))

        def told(said: str) -> None:
            if said in ("", "asked", self.asker):
                heard()

        self._session.listen("comity_ledger", told)

    def ask(self, asked: Sequence[Request | Totals]) -> list[int]:
        """Puts requests into the table; their numbers."""
        written = [_written(one) for one in asked]
        sets = [(number, held) for number, (_, several) in enumerate(written, 1) for held in several]
        bodies, owners, digests = [body for body, _ in written], [number for number, _ in sets], [held for _, held in sets]
        rows = self._session.rows(_PUT, self.asker, bodies, owners, digests)
        return sorted(number for (number,) in rows)  # numbered in the order in which they were given

    def answers(self) -> list[tuple[int, Answer | list[Any] | Exception]]:
        """What was answered to this gate, by the numbers of its requests; each once."""
        rows = self._session.rows("DELETE FROM request WHERE asker = $1 AND answer IS NOT NULL RETURNING id, answer", self.asker)
        return [(number, _read_answer(answer)) for number, answer in rows]

    def withdraw(self, numbers: Sequence[int]) -> None:
        """Takes requests back; one that is being answered may be answered all the same."""
        self._session.execute("DELETE FROM request WHERE id = any($1::bigint[])", list(numbers))

    def waiting(self, most: int) -> list[Forwarded]:
        """What others ask of the leader, the oldest first; what nobody waits for any more is let go."""
        self._session.execute(f"DELETE FROM request WHERE at < clock_timestamp() - interval '{STALE}'")  # noqa: S608 -- a constant
        rows = self._session.rows("SELECT id, body, sets FROM request WHERE answer IS NULL ORDER BY id LIMIT $1", most)
        return [Forwarded(number, _read(body, sets)) for number, body, sets in rows]

    def answer(self, answered: Sequence[Forwarded], answers: Sequence[object]) -> None:
        """Answers what others asked. What they asked was committed before: a leader that dies in between is asked again."""
        numbers, bodies = [one.id for one in answered], [_written_answer(one) for one in answers]
        given = (
            "WITH given AS (UPDATE request SET answer = a.body FROM unnest($1::bigint[], $2::bytea[]) AS a (id, body) WHERE request.id = a.id RETURNING asker)"
            " SELECT pg_notify('comity_ledger', asker) FROM (SELECT DISTINCT asker FROM given) g"
        )
        self._session.rows(given, numbers, bodies)

    @property
    def ended(self) -> bool:
        """Whether the session has ended."""
        return self._session.ended

    def close(self) -> None:
        """Ends the session."""
        self._session.close()


def _written(asked: Request | Totals) -> tuple[bytes, list[bytes]]:
    if isinstance(asked, Totals):
        body = {"totals": [one.entry() for one in asked.asked]}
        return json.dumps(body).encode(), list({one.persons.name: one.persons.to_bytes() for one in asked.asked}.values())
    return entries.request(asked.entry), [held.to_bytes() for held in asked.sets.values()]


def _read(body: bytes, sets: Sequence[bytes]) -> Request | Totals:
    given = {one.name: one for one in map(Digests.from_bytes, sets)}
    asked = json.loads(body)
    if "totals" in asked:
        return Totals([Asked.read(one, given.__getitem__) for one in asked["totals"]])
    return Request(asked, given)


def _written_answer(answer: object) -> bytes:
    match answer:
        case Answer(index, entry):
            told: dict[str, Any] = {"index": index, "entry": entry}
        case Exception():
            told = {"reason": type(answer).__name__, "why": str(answer)}
        case list():
            told = {"totals": [written(total) for total in answer]}
        case _:
            raise AssertionError(answer)
    return json.dumps(told).encode()


def _read_answer(raw: bytes) -> Answer | list[Any] | Exception:
    told = json.loads(raw)
    if "reason" in told:
        reason: type[Exception] = REASONS.get(told["reason"], HoldError)
        return reason(told["why"])
    if "totals" in told:
        return [read_total(total) for total in told["totals"]]
    return Answer(told["index"], told["entry"])
