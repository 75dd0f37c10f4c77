"""One run of the gate: profile, decide, reserve, decide again, write beside, commit, put in place. Whatever fails, nothing crosses.

The order is what makes it safe. What is decided last is decided on totals that already hold the transfer's own persons; the table is
written under a name of its own, and comes into place only after the ledger has taken down, durably, what it holds. Who stops in between
leaves a reservation that expires, or an entry for a table that is not there: its persons stay counted, and the next run decides anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

import pyarrow as pa
import rfc8785
from pyarrow import parquet

from comity.facts.value import only
from comity.gate import address
from comity.gate.cell import cells
from comity.gate.crossing import Crossing, CrossingError
from comity.gate.days import Days
from comity.gate.decide import Asking, Decision, decide
from comity.gate.destination import Destination, into
from comity.gate.engine.engine import Asked, EngineError, People, Profile
from comity.gate.form import Grid
from comity.gate.kind import TEXT, Kind
from comity.gate.mac import Mac
from comity.gate.manifest import Json, law, manifest
from comity.gate.manifest import name as name_of
from comity.gate.mapping import fits
from comity.gate.progress import Progress, aloud
from comity.gate.quota import Quota, drawn_of
from comity.gate.source import Source
from comity.gate.spool import spool, spooled
from comity.ledger.definition import Asked as Counting
from comity.ledger.definition import CountError, Total
from comity.ledger.hold import HoldError, OvertakenError
from comity.ledger.ledger import Ledger
from comity.text.source import Place, SourceError

LEASE: Final = dt.timedelta(hours=6)
"""How long persons stay reserved for a table that is being written."""
AGAIN: Final = 16
"""How often it is looked anew whether a movement stands, where others decide something at the same time."""


class GateError(Exception):
    """Nothing crossed, and why: one sentence. `decision`: what was decided by then, if anything was."""

    def __init__(self, why: str, decision: Decision | None = None) -> None:
        self.decision = decision
        super().__init__(why)


@dataclass(frozen=True)
class Moved:
    """What a run did. `about`: what the ledger keeps of it, at `index`. No decision: it had been done before, and is as it was."""

    decision: Decision | None
    manifest: Json | None
    about: Json
    index: int


@dataclass(frozen=True)
class Held:
    """A decision whose persons are reserved under a name. `totals`: of each count with them; `days`: those for which it was decided."""

    name: str
    decision: Decision
    totals: Mapping[tuple[str, tuple[str, ...], str], Total]
    days: Days


class Mover(Protocol):
    """An engine that reads the file a source was spooled to: see `comity.gate.engine.engine.Engine`. `name`: what the ledger calls it."""

    @property
    def name(self) -> str:
        """Its kind, in a word."""

    def kinds(self, source: Path) -> dict[str, Kind | None]:
        """The columns in order, and the kind of each."""

    def profile(self, source: Path, asked: Asked) -> dict[str | None, Profile]:
        """What is in it, place by place."""

    def persons(self, source: Path, asked: Asked, places: Sequence[str | None], home: bytes) -> dict[str | None, People]:
        """Who is in some of its places."""

    def parts(self, source: Path, crossing: Crossing) -> dict[str | None, int]:
        """How many rows cross of each place of which not everybody does. Raises CrossingError if it moves places whole."""

    def write(self, source: Path, crossing: Crossing, destination: Path, mac: Mac) -> int:
        """Writes what crosses as Parquet; how many rows that were."""


def alone() -> bool:
    """Nothing was decided elsewhere."""
    return True


@dataclass(frozen=True)
class Gate:
    """What a run needs: what is asked, of which ledger, by which engine, under the key that stays home; `now`: the clock; `world`: its file's digest.

    `quotas`: of the decisions that may be what it moves under. Whatever moves is drawn from each of them, and nothing beyond what is left.
    `stands`: whether what was decided elsewhere, and the world was read with, is as it was then.
    `progress`: how far it is, for whoever looks meanwhile.
    """

    asking: Asking
    ledger: Ledger
    engine: Mover
    home: bytes
    now: Callable[[], dt.datetime]
    world: str
    quotas: tuple[Quota, ...] = ()
    stands: Callable[[], bool] = alone
    progress: Progress = field(default_factory=Progress)

    @cached_property
    def importer(self) -> str:
        """Whoever gets it, by the world's name for them."""
        return only(self.asking.world["movement"][self.asking.movement].facts.get("importer"))

    @cached_property
    def pseudonyms(self) -> Mac:
        """The pseudonyms that the importer gets."""
        return Mac.pseudonyms(self.home, self.importer)

    def crossing(self, decision: Decision) -> Crossing:
        """What crosses, for an engine that knows persons by their digests."""
        return replace(decision.crossing, people=Mac.of(self.home, "person"))

    def dry(self, source: Source) -> Decision:
        """What may cross of a table on the totals of now. Nothing is reserved, written or recorded. Raises GateError where `enforce` would hold."""
        self._whole()
        with self._spooled(source) as file, holding():
            decision = self._asked(source, file)
            asked = [one.asked for one in decision.brought]
            self._stand(Held("", decision, dict(zip(map(_key, asked), self.ledger.totals(asked), strict=True)), self.asking.days))
        return decision

    def shadow(self, source: Source) -> tuple[Decision, int]:
        """The same, recorded: the entry of the ledger, whose index is given too, says what would cross. Nothing is reserved or written."""
        decision = self.dry(source)
        with holding():
            request = f"shadow {self._request(source, '')} {self.ledger.size}"
            crosses, stays = ([one.brief for one in held] for held in (decision.crosses, decision.stays))
            index = self.ledger.append({"kind": "verdict", "id": request, **self.told(source), "crosses": crosses, "stays": stays})
        return decision, index

    def enforce(self, source: Source, destination: str) -> Moved:
        """Moves what may cross to an address (`comity.gate.address.read`). The same transfer, asked again, finds the file it wrote.

        Raises:
            GateError: nothing crossed.
            SourceError: the source or the destination is not as it must be; nothing crossed.
        """
        self._whole()
        where = address.read(destination)
        request = self._request(source, where.name)
        with holding():
            number, done = self._earlier(request)
            if done and where.local and where.kind == "parquet" and Path(where.path).is_file():
                if digest(Path(where.path)) != done[-1].about["output"]:
                    raise GateError("the destination is not what the ledger says was written there")
                return done[-1]
            place = into(destination)
            run = f"{request} {number}"
            with aloud(self.ledger.where, run, self.told(source), self.progress, self.now), self._spooled(source) as file:
                decision = self._decided(source, file)
                with self.until_moved(run):
                    return self._written(self._reserve(run, source, decision), source, file, place)

    def _spooled(self, source: Source) -> AbstractContextManager[Path]:
        self.progress.begin("read", source.rows)
        return spooled(source, self.progress.passed)

    def _whole(self) -> None:
        """Rows and noise are two promises of which the first breaks the second. Raises SourceError if the table made the second."""
        if self.asking.table.privacy is not None:
            raise address.wrong(self.asking.table.name, "this table answers queries, with noise: its rows do not move", "leave out its 'privacy'")

    def _asked(self, source: Source, file: Path) -> Decision:
        """What may cross on the totals of now."""
        table, kinds = self.asking.table, self.engine.kinds(file)
        fits(table, kinds, Place(source.name, 1, 1), source.mixed)
        grids = any(isinstance(choice.form, Grid) for column in table.columns.values() for choice in column.forms)
        asked = Asked(table.place.column, table.person, table.device, (table.latitude,) if table.latitude and grids else ())
        self.progress.begin("profile")
        profiles = self.engine.profile(file, asked)
        found, rows = cells(profiles, table), sum(one.rows for one in profiles.values())

        def persons(places: Sequence[str | None]) -> dict[str | None, People]:
            self.progress.begin("count", rows)
            people = self.engine.persons(file, asked, places, self.home) if places else {}
            self.progress.begin("decide")
            return people

        self.progress.begin("decide")
        decision = decide(self.asking, found, persons, self.ledger.totals, self.ledger.known)
        if decision.crosses:
            decision.crossing.kinds(kinds)  # what no engine can write is held before anybody is reserved
            if drawn := drawn_of(self.quotas, decision):
                self.ledger.afford(drawn)
        return decision.counted(self.engine.parts(file, self.crossing(decision))) if decision.parted else decision

    def reserved(self, reservation: str, source: Source, file: Path) -> Held:
        """What crosses, decided on totals in which its persons are reserved under this name; whoever asks frees them if it does not: see `until_moved`."""
        return self._reserve(reservation, source, self._decided(source, file))

    def commit(self, held: Held, about: Json) -> int:
        """Takes down that it moved; the index of the entry. It may have taken long: what was decided must stand on every day until now.

        Where the docket is of the ledger's own log, the entry is refused if anything was decided there since the last look, and it is looked anew.
        It may be another log, so that no entry can hang on both. What is looked at again after the entry stood when it was made: whatever is decided
        otherwise then comes after the movement, and what came before is seen, and nothing crosses.
        """
        index = self._taken_down(held, about)
        if not self.stands():
            raise GateError(
                f"a matter of the docket that this hangs on moved as it was taken down: entry {index} counts its persons, and nothing crossed", held.decision
            )
        return index

    def _taken_down(self, held: Held, about: Json) -> int:
        for _ in range(AGAIN):
            seen = None if self.stands is alone else self.ledger.size  # before the look: what comes in the midst of it is looked at again
            self._stand(held)
            self._draw(held)
            with suppress(OvertakenError):
                return self.ledger.commit(held.name, about, seen)
        raise GateError("matters of the docket move all the time: ask again", held.decision)

    def _draw(self, held: Held) -> None:
        """Draws from every quota. Who stops after this has drawn for nothing: what is left is never more than what may still move."""
        if drawn := drawn_of(self.quotas, held.decision):
            self.ledger.spend(held.name, drawn)

    def _decided(self, source: Source, file: Path) -> Decision:
        """What crosses on the totals of now: something, or it is refused and that recorded."""
        decision = self._asked(source, file)
        if not decision.crosses:
            told = self.told(source)
            request = hashlib.sha256(rfc8785.dumps(told)).hexdigest()
            self.ledger.append({"kind": "refuse", "id": f"{request} {self.ledger.size}", **told, "stays": [one.brief for one in decision.stays]})
            raise GateError("none of it may cross", decision)
        return decision

    def _reserve(self, reservation: str, source: Source, decision: Decision) -> Held:
        """Reserves the persons of a decision, and decides once more: on totals that hold them, and on every day from its beginning until now."""
        asked = [one.asked for one in decision.brought]
        days = self._settled(decision)
        under = {regime: told["digest"] for regime, told in law(self.asking.plan).items()}
        totals = self.ledger.reserve(reservation, asked, self.now() + LEASE, self.told(source), under).totals
        held = Held(reservation, decision, dict(zip(map(_key, asked), totals, strict=True)), days)
        self._asked_again(held, days)
        return held

    def _stand(self, held: Held) -> None:
        """Raises GateError if on a day that came since, the law would not let it cross, or what it hangs on was decided otherwise."""
        if not self.stands():
            raise GateError("a matter of the docket that this hangs on has moved since the run began: ask again", held.decision)
        days = self._settled(held.decision)
        if days != held.days:
            self._asked_again(held, days)

    def _settled(self, decision: Decision) -> Days:
        """The days from the beginning of the run until now. Raises GateError if on two of them a count would be of two windows."""
        days = self.asking.days.until(Days.at(self.now(), self.asking.plan))
        if torn := [one.term.name for one in decision.brought if not days.settled(one.term)]:
            raise GateError(f"it is another day elsewhere, and in which window {torn[0]} counts hangs on where its law is: ask again later", decision)
        return days

    def _asked_again(self, held: Held, days: Days) -> None:
        unknown = Total(0, None)  # of persons whom a later day brings to a count, and who were not reserved in it
        asking = replace(self.asking, days=days)
        passed, brought = asking.ask([one.tried for one in held.decision.crosses], lambda more: [held.totals.get(_key(one), unknown) for one in more])
        if any(_key(one.asked) not in held.totals for one in brought):
            raise GateError("it is another day than when the run began, and the law counts others: ask again", held.decision)
        if not all(one.permitted for one in passed):
            raise GateError("others reserved persons up to the same line in the meantime, or the law of another day does not permit it", held.decision)

    def _written(self, held: Held, source: Source, file: Path, destination: Destination) -> Moved:
        """Writes what crosses, takes it down, and puts it in place."""
        decision = held.decision
        with spool() as folder:
            made = folder / "crossed.parquet"
            crossing = self.crossing(decision)
            kinds = crossing.kinds(self.engine.kinds(file))
            schema = _schema(parquet.read_schema(file), kinds)
            with destination.stage(schema) as stage:
                target = stage.path or made
                self.progress.begin("write", decision.rows)
                rows = self.engine.write(file, crossing, target, self.pseudonyms)
                source.check()
                if rows != decision.rows:
                    raise GateError("the table changed while it was read", decision)
                self.progress.begin("land", decision.rows if stage.path is None else None)
                if stage.path is None:
                    with parquet.ParquetFile(made) as crossed:
                        for group in range(crossed.num_row_groups):  # all at once would hold the whole file
                            for batch in crossed.iter_batches(row_groups=[group]):
                                stage.write(batch.cast(schema))  # an engine has its own widths of text
                                self.progress.passed(batch.num_rows)
                about = manifest(decision, source=self.told(source))
                kept = {"manifest": name_of(about), "output": digest(target), "rows": about["rows"], "engine": self.engine.name}
                index = self.commit(held, kept)
                try:
                    stage.land()
                except SourceError as fault:
                    counted = f"entry {index} counts its persons already: run again, here when there is room or elsewhere, and nobody is counted twice"
                    raise SourceError([replace(one, suggestion=counted) for one in fault.mistakes]) from fault
        return Moved(decision, about, kept, index)

    def before(self, source: Source, destination: str) -> list[Moved]:
        """What the ledger took down of the same request, in order."""
        return self._earlier(self._request(source, address.read(destination).name))[1]

    def _earlier(self, request: str) -> tuple[int, list[Moved]]:
        """The number of the next attempt, and those that the ledger took down. One that stopped half-way is given up."""
        number, done = 0, list[Moved]()
        while self.ledger.find(f"reserve {request} {number}") is not None:
            settled = self.ledger.find(f"settle {request} {number}")
            if settled is None:
                self.forget(f"{request} {number}")
            elif settled[1]["kind"] == "commit":
                done.append(Moved(None, None, settled[1]["about"], settled[0]))
            number += 1
        return number, done

    @contextmanager
    def until_moved(self, reservation: str) -> Iterator[None]:
        """A context in which what was reserved moves; whatever fails in it, nobody stays reserved."""
        try:
            yield
        except BaseException:
            self.forget(reservation)
            raise

    def forget(self, reservation: str) -> None:
        """Frees what was reserved; if even that fails, whatever the fault, it expires: what went wrong before is what is told."""
        with suppress(Exception):
            self.ledger.cancel(reservation, "the run did not come to its end")

    def told(self, source: Source) -> Json:
        """What is asked, for the ledger."""
        asking = self.asking
        return {"movement": asking.movement, "day": asking.days.day, "table": asking.table.name, "source": source.fingerprint, "world": self.world}

    def _request(self, source: Source, destination: str) -> str:
        """The name of a request: the same source, state by state, world, law, day and destination have the same."""
        told = {**self.told(source), "law": law(self.asking.plan), "destination": destination}
        return hashlib.sha256(rfc8785.dumps(told)).hexdigest()


def _schema(source: pa.Schema, kinds: Mapping[str, Kind]) -> pa.Schema:
    """The columns that cross, as they cross: a pseudonym is text."""
    return pa.schema([pa.field(name, pa.string()) if kind == TEXT else source.field(name) for name, kind in kinds.items()])


def digest(file: Path) -> str:
    """SHA-256 of a file, in hex."""
    with file.open("rb") as held:
        return hashlib.file_digest(held, "sha256").hexdigest()


@contextmanager
def holding() -> Iterator[None]:
    """Whatever the ledger or an engine cannot do: nothing crosses."""
    try:
        yield
    except (HoldError, CountError, EngineError, CrossingError) as fault:
        raise GateError(str(fault)) from fault


def _key(one: Counting) -> tuple[str, tuple[str, ...], str]:
    return one.count, one.key, one.persons.name
