"""A table and the movement that moves it: what may cross, and the way across. The command `gate` and the name `comity.Transfer` are this and no more."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import partial
from hashlib import sha256
from os import PathLike, fspath
from pathlib import Path

import rfc8785

from comity import shelf
from comity.cli.lineage import Lineage, Telling
from comity.edge.adopted import current
from comity.edge.filed import Filed, docketed
from comity.edge.home import LEDGER, Home, now
from comity.files.world_file import as_told, on_day, world_file
from comity.gate import address
from comity.gate.counting import kept_since
from comity.gate.days import Days
from comity.gate.decide import Asking, Decision
from comity.gate.engine.named import engine
from comity.gate.lineage import Mode, Run
from comity.gate.mapping import read_table
from comity.gate.progress import Progress
from comity.gate.quota import Quota
from comity.gate.run import Gate, Moved, Mover, alone, holding
from comity.gate.source import Source, opened
from comity.ledger.ledger import Ledger
from comity.ledger.note import NoteError
from comity.ledger.proof import Proof


@dataclass(frozen=True)
class Recorded:
    """What would cross, and the entry of the ledger that says so."""

    decision: Decision
    index: int


@dataclass(frozen=True)
class Crossed:
    """A table that crossed: its rows, the ledger's entry, the files with its manifest and its proof. `decision`: none if it had crossed before."""

    rows: int
    index: int
    manifest: Path
    receipt: Path
    decision: Decision | None

    @property
    def again(self) -> bool:
        """Whether an earlier run had moved it, and this one found it as it was."""
        return self.decision is None


@dataclass(frozen=True)
class Transfer:
    """One table and the movement of a world that moves it, held to all law of today.

    Each method is one run: it opens the table, the world and the ledger, and lets go of them. Whatever fails, nothing crosses.

    Args:
        source: the table, by a path or an address: see `comity.gate.address.read`.
        world: the world file that describes the movement, and its table under `tables`.
        movement: which movement of the world this is.
        ledger: the folder of the ledger, or `postgresql://host/database#FOLDER`: `comity ledger begin` begins one.
        table: the table as the world describes it, if there are several of the asset.
        query: of a database: the rows that this query gives.
        rulebooks: folders of more rulebooks.
        lineage: where the run is told as OpenLineage events, if anywhere.
        docket: the ledger whose matters give the world's licences and filings, the same or another, if any.
        engine: what reads and masks: `polars`, `duckdb`, or `sc://host:port` of what speaks Spark Connect and sees the same paths.
        progress: how far a run is, for whoever looks from another thread.

    Raises, whichever method is called:
        SourceError: the world, the table, the destination or the ledger's folder is not as it must be; every mistake with its place.
        GateError: the law lets nothing cross, or something made the gate hold.
    """

    source: str | PathLike[str]
    _: KW_ONLY
    world: str | PathLike[str]
    movement: str
    ledger: str | PathLike[str] = LEDGER
    table: str | None = None
    query: str = ""
    rulebooks: tuple[str | PathLike[str], ...] = ()
    lineage: Lineage | None = None
    engine: str = "polars"
    docket: str | PathLike[str] | None = None
    progress: Progress = field(default_factory=Progress, compare=False, repr=False)

    def dry(self, on: dt.date | None = None) -> Decision:
        """What may cross, today or on another day. Nothing is reserved, moved or recorded."""
        with self._begun("dry-run", on) as (gate, source, telling):
            decision = gate.dry(source)
            telling.completed(decision)
        return decision

    def shadow(self) -> Recorded:
        """What would cross today, recorded in the ledger. Nothing is reserved or moved."""
        with self._begun("shadow") as (gate, source, telling):
            decision, index = gate.shadow(source)
            telling.completed(decision, index=index)
        return Recorded(decision, index)

    def enforce(self, destination: str | PathLike[str]) -> Crossed:
        """Moves what may cross to where nothing is yet, and keeps the manifest and the proof beside it. The same again finds it, and changes nothing."""
        text = fspath(destination)
        with self._begun("enforce", destination=text) as (gate, source, telling):
            _check_beside(text, gate, source)
            moved = gate.enforce(source, text)
            telling.completed(moved.decision, index=moved.index, about=moved.about)
            return self._kept(text, moved, gate.ledger)

    @contextmanager
    def _begun(self, mode: Mode, on: dt.date | None = None, *, destination: str = "") -> Iterator[tuple[Gate, Source, Telling]]:
        where, home = fspath(self.source), Home.at(self.ledger)
        with holding(), home.open() as ledger:
            signed, more = current(home, ledger).folders, [Path(folder) for folder in self.rulebooks]
            plan = shelf.plan(more, signed=signed)
            days = Days.at(now(), plan) if on is None else Days.only(on.toordinal())
            docket = docketed(None if self.docket is None else fspath(self.docket), plan, days.day, (*more, *signed))
            world, _, digest = world_file(Path(self.world), plan, days.day, docket or as_told)
            filed = docket.filed if docket else None
            digest = filed.digest(digest) if filed else digest
            if on is not None:
                on_day(world, days.day)
            table = read_table(world, self.table, self.movement, plan.vocabulary)
            source, into = opened(where, self.query), address.read(destination) if destination else None
            with engine(self.engine, self.progress.passed) as mover:
                gate = gate_of(Asking(world, plan, self.movement, table, days, kept_since(ledger.since(), plan)), ledger, home, digest, mover, filed)
                gate = replace(gate, progress=self.progress)
                run = Run(gate.asking, mode, digest, home.signer().name, source, address.read(where, self.query), into)
                with Telling(self.lineage, run) as telling, holding():
                    yield gate, source, telling

    def _kept(self, destination: str, moved: Moved, ledger: Ledger) -> Crossed:
        """Writes the manifest and the proof beside the table, or into the ledger's folder where the table is no file of this machine."""
        where = address.read(destination)
        manifest, receipt = _left(Path(where.path) if where.local and not where.table else Home.at(self.ledger).folder / f"transfer-{moved.index}")
        told = {} if moved.manifest is None else {manifest: rfc8785.dumps(moved.manifest)}
        if moved.manifest is not None or not receipt.exists():  # whoever stopped before this left a table without its proof
            told[receipt] = ledger.prove(moved.index).encode()
        for file, words in told.items():
            try:
                file.write_bytes(words)
            except OSError as fault:
                raise address.wrong(str(file), f"cannot be written: {address.said(fault)}", f"the table itself crossed: entry {moved.index}") from fault
        return Crossed(moved.about["rows"], moved.index, manifest, receipt, moved.decision)


def _left(beside: Path) -> tuple[Path, Path]:
    """The files of the manifest and the proof beside one."""
    return beside.with_name(f"{beside.name}.manifest.json"), beside.with_name(f"{beside.name}.receipt")


def _check_beside(destination: str, gate: Gate, source: Source) -> None:
    """Raises SourceError if beside the destination lies what another request left, or anybody else. Of the same request the ledger knows what it left."""
    where = address.read(destination)
    manifest, receipt = _left(Path(where.path))
    if not where.local or where.table or not (os.path.lexists(manifest) or os.path.lexists(receipt)):
        return
    done = gate.before(source, destination)
    known = (manifest, _digest, {one.about["manifest"] for one in done}), (receipt, _entry, {_entry(gate.ledger.prove(one.index).encode()) for one in done})
    for file, read, own in known:
        if os.path.lexists(file) and (file.is_symlink() or not file.is_file() or read(file.read_bytes()) not in own):
            raise address.wrong(str(file), "there is something already, and not of this transfer", "move it away, or name another destination")


def _digest(told: bytes) -> str:
    return sha256(told).hexdigest()


def _entry(proof: bytes) -> str:
    """The digest of the entry that a proof is of; nothing if it is no proof."""
    try:
        return _digest(Proof.parse(proof).extra)
    except NoteError:
        return ""


def gate_of(asking: Asking, ledger: Ledger, home: Home, world: str, mover: Mover, docket: Filed | None = None) -> Gate:
    """The gate for what is asked; `world`: the digest of what is known of the world; `docket`: with which it was read."""
    quotas = docket.papers.quotas(asking.world, asking.movement) if docket else {}
    log = docket.log if docket else ""
    drawn = tuple(Quota(f"{name} of {log}" if what == "persons" else f"{what} under {name} of {log}", most, what) for (name, what), most in quotas.items())
    return Gate(asking, ledger, mover, home.key().secret, now, world, drawn, partial(docket.stands, asking.world, asking.movement) if docket else alone)
