"""How gates that do not lead ask the one that does: a table of requests in the ledger's own database, and a word that there is something in it.

The table is not kept through a crash of the server, and need not be: what is in it was not answered, and whoever asked holds, or asks again and
is answered as it was the first time.

Whoever may write the database could write into the table. So each request is sealed under a secret that only the log's signer has, with a
number used once, and each answer under the same secret for that request alone: what is not sealed so is none.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from comity.ledger import entry as entries
from comity.ledger.budget import Spending
from comity.ledger.definition import Asked, CountError, DayWentBackError, IdError, NotAdoptedError
from comity.ledger.digests import Digests, DigestsError
from comity.ledger.hold import (
    ClockError,
    ConflictError,
    EntryError,
    ExpiredError,
    HoldError,
    OvertakenError,
    RolledBackError,
    SpentError,
    StaleError,
    UnreservedError,
)
from comity.ledger.session import Session
from comity.ledger.state import read_total, written
from comity.ledger.writer import Answer, Known, Left, Look, Request, Signed, Since, Totals

SEAL: Final = 32
"""Bytes of a seal: HMAC-SHA256 (RFC 2104)."""
ONCE: Final = 16
"""Bytes that no request shares with another, so that the answer to one is none to the next that asks the same."""
STALE: Final = "20 seconds"
"""A request older than this, by the server's clock, is not taken up: whoever asked has stopped waiting."""
REASONS: Final[Mapping[str, type[Exception]]] = {
    kind.__name__: kind
    for kind in (
        ClockError, ConflictError, CountError, DayWentBackError, DigestsError, EntryError, ExpiredError, IdError, NotAdoptedError, OvertakenError,
        RolledBackError, SpentError, StaleError, UnreservedError,
    )
}  # fmt: skip
"""Reasons to hold that are about a request, and not about the store; any other comes back as a HoldError without a kind."""

UNREADABLE: Final = HoldError("the gate that leads this ledger said something that cannot be read")

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
    asked: Request | Look


class Relay:
    """This gate's session for requests and answers. `heard` is called, on another thread, when there may be something new or the session has ended."""

    def __init__(self, uri: str, secret: bytes, heard: Callable[[], None]) -> None:
        self._secret = secret
        self._sealed: dict[int, bytes] = {}
        self._asked: dict[int, bytes] = {}
        """By number, the seals of requests: of this gate's own, and of others' that were taken up last. An answer is sealed with that of its request."""
        # A request need not be synced: it is not yet believed by anybody.
        self._session = Session(uri, {"synchronous_commit": "off", "search_path": "comity_ledger"})
        self.asker = str(self._session.value("SELECT gen_random_uuid()::text"))

        def told(said: str) -> None:
            if said in ("", "asked", self.asker):
                heard()

        self._session.listen("comity_ledger", told)

    def ask(self, asked: Sequence[Request | Look]) -> list[int | EntryError]:
        """Puts requests into the table; the number of each, or what is wrong with it."""
        tried = [_written(one) for one in asked]
        written = [one for one in tried if not isinstance(one, EntryError)]
        sets = [(number, held) for number, (_, several) in enumerate(written, 1) for held in several]
        bodies = [self._seal(secrets.token_bytes(ONCE) + body, *sorted(several)) for body, several in written]  # a table keeps no order of sets
        owners, digests = [number for number, _ in sets], [held for _, held in sets]
        rows = self._session.rows(_PUT, self.asker, bodies, owners, digests)
        numbers = sorted(number for (number,) in rows)  # numbered in the order in which they were given
        self._sealed |= {number: body[:SEAL] for number, body in zip(numbers, bodies, strict=True)}
        given = iter(numbers)
        return [one if isinstance(one, EntryError) else next(given) for one in tried]

    def answers(self) -> list[tuple[int, object]]:
        """What was answered to this gate, by the numbers of its requests; each once. An answer that cannot be read is a reason to hold."""
        rows = self._session.rows("DELETE FROM request WHERE asker = $1 AND answer IS NOT NULL RETURNING id, answer", self.asker)
        return [(number, self._answered(self._sealed.pop(number, b""), answer)) for number, answer in rows]

    def withdraw(self, numbers: Sequence[int]) -> None:
        """Takes requests back; one that is being answered may be answered all the same."""
        self._session.execute("DELETE FROM request WHERE id = any($1::bigint[])", list(numbers))
        for number in numbers:
            self._sealed.pop(number, None)

    def waiting(self, most: int) -> list[Forwarded]:
        """What others ask of the leader, the oldest first; what nobody waits for any more is let go, what cannot be read is answered with that."""
        self._session.execute(f"DELETE FROM request WHERE at < clock_timestamp() - interval '{STALE}'")  # noqa: S608 -- a constant
        rows = self._session.rows("SELECT id, body, sets FROM request WHERE answer IS NULL ORDER BY id LIMIT $1", most)
        found = {number: self._opened(body, sets) for number, body, sets in rows}
        self._asked = {number: body[:SEAL] for number, body, _ in rows}
        if faults := {number: asked for number, asked in found.items() if isinstance(asked, Exception)}:
            self.answer(list(faults), list(faults.values()))
        return [Forwarded(number, asked) for number, asked in found.items() if not isinstance(asked, Exception)]

    def answer(self, numbers: Sequence[int], answers: Sequence[object]) -> None:
        """Answers what others asked. What they asked was committed before: a leader that dies in between is asked again."""
        given = (
            "WITH given AS (UPDATE request SET answer = a.body FROM unnest($1::bigint[], $2::bytea[]) AS a (id, body) WHERE request.id = a.id RETURNING asker)"
            " SELECT pg_notify('comity_ledger', asker) FROM (SELECT DISTINCT asker FROM given) g"
        )
        self._session.rows(given, list(numbers), [self._seal(_written_answer(one), self._asked[number]) for number, one in zip(numbers, answers, strict=True)])

    def _seal(self, body: bytes, *beside: bytes) -> bytes:
        """Bytes behind a seal that is of what goes beside them too."""
        mac = hmac.new(self._secret, digestmod="sha256")
        for part in (body, *beside):
            mac.update(len(part).to_bytes(8, "big") + part)
        return mac.digest() + body

    def _opened(self, sealed: bytes, sets: Sequence[bytes]) -> Request | Look | Exception:
        body = sealed[SEAL:]
        if None in sets or not hmac.compare_digest(self._seal(body, *sorted(sets)), sealed):
            return EntryError("a request that no gate of this ledger made")
        return _read(body[ONCE:], sets)

    def _answered(self, asked: bytes, sealed: bytes) -> object:
        body = sealed[SEAL:]
        return _read_answer(body) if asked and hmac.compare_digest(self._seal(body, asked), sealed) else UNREADABLE

    @property
    def ended(self) -> bool:
        """Whether the session has ended."""
        return self._session.ended

    def close(self) -> None:
        """Ends the session."""
        self._session.close()


def _written(asked: Request | Look) -> tuple[bytes, list[bytes]] | EntryError:
    match asked:
        case Request():
            try:
                body = entries.request(asked.entry)
                told = body if asked.seen is None else json.dumps({"seen": asked.seen, "hanging": asked.entry}).encode()
                return told, [held.data for held in asked.sets.values()]
            except EntryError as fault:
                return fault
        case Totals() | Known():
            look = {"totals" if isinstance(asked, Totals) else "known": [one.entry() for one in asked.asked]}
            return json.dumps(look).encode(), list({one.persons.name: one.persons.data for one in asked.asked}.values())
        case Since():
            return b'{"since":""}', []
        case Signed():
            return b'{"signed":""}', []
        case Left():
            return json.dumps({"left": [one.entry() for one in asked.asked]}).encode(), []


def _read(body: bytes, sets: Sequence[bytes]) -> Request | Look | Exception:
    """What is asked; of what anybody may have put there instead, why it is not."""
    try:
        request = Request(json.loads(body), {one.name: one for one in map(Digests.from_bytes, sets)})
        match request.entry:
            case {"totals": asked} if entries.is_asked(asked):
                return Totals([Asked.read(one, request.persons) for one in asked])
            case {"known": asked} if entries.is_asked(asked):
                return Known([Asked.read(one, request.persons) for one in asked])
            case {"since": ""}:
                return Since()
            case {"signed": ""}:
                return Signed()
            case {"left": asked} if entries.is_spending(asked):
                return Left([Spending.read(one) for one in asked])
            case {"kind": str()}:
                return request  # what else it must be, the writer says
            case {"seen": int(seen), "hanging": {"kind": str()} as hanging}:
                return Request(hanging, request.sets, seen)
            case _:
                return EntryError("a request that is none")
    except (CountError, DigestsError, EntryError) as fault:
        return fault
    except (ValueError, TypeError, RecursionError):
        return EntryError("a request that cannot be read")


def _written_answer(answer: object) -> bytes:
    match answer:
        case Answer(index, entry):
            told: dict[str, Any] = {"index": index, "entry": entry}
        case Exception():
            told = {"reason": type(answer).__name__, "why": str(answer)}
        case [Digests(), *_]:
            told = {"known": [known.data.hex() for known in answer]}  # type: ignore[attr-defined]  # so are they all
        case list():
            told = {"totals": [written(total) for total in answer]}
        case _:
            told = {"told": answer}
    return json.dumps(told).encode()


def _read_answer(raw: bytes) -> object:
    try:
        match json.loads(raw):
            case {"reason": str(reason), "why": str(why)}:
                return REASONS.get(reason, HoldError)(why)
            case {"totals": list(totals)}:
                return [read_total(total) for total in totals]
            case {"known": list(known)}:
                return [Digests.from_bytes(bytes.fromhex(one)) for one in known]
            case {"told": dict(told)}:
                return told
            case {"index": int(index), "entry": dict(entry)}:
                return Answer(index, entry)
            case _:
                return UNREADABLE
    except (ValueError, RecursionError, TypeError, KeyError):
        return UNREADABLE
