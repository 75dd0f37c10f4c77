"""Why: the tree of what a truth rests on, down to facts, each step named by the provision it belongs to.

A true conjunction rests on all its parts, a false one on those that are false, an unknown one on those that are not true; a
disjunction the other way round. What a form ranges over is told row by row; ownership is told as the chain of owners.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from comity.facts.table import Choices, Numbers, RecordTable, Table
from comity.facts.value import FALSE, NOT, UNKNOWN, Interval, OneOf, Truth, Value
from comity.law.condition import And, Compare, Condition, Const, Counted, Exists, Fact, Form, Member, Not, Or, Path, Share, Tally, Term, Total
from comity.law.regime import Regime
from comity.law.rulebook import Definition, LawList
from comity.verdict.decide import Judged
from comity.verdict.frame import Frame
from comity.verdict.scale import Columns

MOST = 12
"""Rows of a relation told one by one before the rest are counted."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a condition, its truth, the provision it is (if it is one), what it says of which record, and what it rests on.

    A fact held against another fact carries that one too: `other` is its path, its record and its value.
    """

    truth: Truth
    law: Definition | LawList | None = None
    subject: str = ""
    node: Condition | None = None
    path: Path | None = None
    record: tuple[str, str] = ("", "")
    value: Value | None = None
    parts: tuple[Step, ...] = ()
    word: str = ""
    note: str = ""
    other: tuple[Path, tuple[str, str], Value] | None = None

    def leaves(self) -> Iterator[Step]:
        """The steps that are facts."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def laws(self) -> Iterator[Definition | LawList]:
        """Every provision on the way."""
        if self.law is not None:
            yield self.law
        for part in self.parts:
            yield from part.laws()


@dataclass
class Teller:
    """Tells the story of conditions for one leg."""

    regime: Regime
    columns: Columns
    frame: Frame
    _open: set[object] = field(default_factory=set)

    def tell(self, node: Condition, frame: Frame | None = None, *, negated: bool = False) -> Step:
        """The tree of one condition in one row; told before, it is the same tree."""
        frame = frame or self.frame
        at = tuple((name, id(frame.tables[name]), -1 if rows is None else int(rows[0])) for name, rows in frame.rows.items())
        key = ("told", self.regime.book.regime, node, negated, at, frozenset(self._open))
        if key not in self.frame.memo:
            self.frame.memo[key] = self._tell(node, frame, negated=negated)
        return self.frame.memo[key]  # type: ignore[return-value]  # what was put there

    def _tell(self, node: Condition, frame: Frame, *, negated: bool) -> Step:
        truth = int(self.columns.truth(node, frame)[0])
        label = self.regime.labels.get(node)
        step = self._step(node, frame, truth, negated=negated)
        if label is None:
            return step
        law, record = label
        names = ".".join((*((record.root,) if record.root not in ("leg", "self") else ()), *record.links))
        return Step(
            NOT[truth] if negated else truth,
            law,
            names,
            node,
            parts=(step,) if step.parts or step.path else (),
            word="not" if negated else "",
            record=self._named(record.root, record.links, frame),
        )

    def _step(self, node: Condition, frame: Frame, truth: Truth, *, negated: bool) -> Step:
        match node:
            case Const():
                return Step(NOT[truth] if negated else truth, node=node)
            case Fact(term):
                return self._fact(node, term, frame, truth, negated=negated)
            case Compare(left, _, _):
                return self._leaf(node, left, frame, truth, negated=negated)
            case Member(left, _, _, _):
                return self._leaf(node, left, frame, truth, negated=negated)
            case And(parts) | Or(parts):
                every = isinstance(node, And) != negated
                inner = [self.tell(p, frame, negated=negated) for p in parts]
                return Step(NOT[truth] if negated else truth, node=node, word="all of" if every else "any of", parts=tuple(_deciding(inner, every=every)))
            case Not(part):
                return self.tell(part, frame, negated=not negated)

    def _leaf(self, node: Condition, term: Term, frame: Frame, truth: Truth, *, negated: bool) -> Step:
        shown = NOT[truth] if negated else truth
        if not isinstance(term, Path):
            number = self.columns.number(term, frame)
            value = Interval(int(number.lo[0]), int(number.hi[0]))
            return Step(shown, node=node, value=value, word="not" if negated else "", parts=tuple(self._form(term, frame)))
        right = node.right if isinstance(node, (Compare, Member)) else None
        other = (right, self._named(right.root, right.links, frame), self.value(right, frame)) if isinstance(right, Path) else None
        record = self._named(term.root, term.links, frame)
        return Step(shown, node=node, path=term, value=self.value(term, frame), record=record, word="not" if negated else "", other=other)

    def value(self, path: Path, frame: Frame) -> Value:
        """What a fact may be in the row."""
        if path.root not in frame.rows:
            day = self.columns.number(path, frame)
            return Interval(int(day.lo[0]), int(day.hi[0]))
        column, rows = self.columns._column(path, frame)  # noqa: SLF001 -- the same package, the same path
        row = 0 if rows is None else int(rows[0])
        match column:
            case Choices(ids, values):
                return values[int(ids[row])]
            case Numbers(lo, hi):
                return Interval(int(lo[row]), int(hi[row]))
            case _:
                return int(column.codes[row])

    def _named(self, root: str, links: tuple[str, ...], frame: Frame) -> tuple[str, str]:
        if root not in frame.rows:
            return ("", "")
        table, rows = self.columns._record(root, links, frame)  # noqa: SLF001 -- the same package, the same path
        row = 0 if rows is None else int(rows[0])
        return table.kind, _name(table, row)

    def _fact(self, node: Condition, term: Path | Form, frame: Frame, truth: Truth, *, negated: bool) -> Step:
        shown = NOT[truth] if negated else truth
        match term:
            case Path(root="law"):
                return Step(shown, node=node, path=term, value=truth, word="not" if negated else "")
            case Path(root, links, name) if ":" in name:
                return self._recursive(term, frame, truth, negated=negated)
            case Path(root, links, _):
                return Step(shown, node=node, path=term, value=truth, record=self._named(root, links, frame), word="not" if negated else "")
            case Exists(_, _, where):
                steps = tuple(self._rows(term, where, frame, negated=negated))
                of = self._named(term.over.root, term.over.links, frame) if term.over.links else ("", "")
                return Step(shown, node=node, word="every one of" if negated else "one of", subject=term.over.source, parts=steps, record=of)
            case _:
                pass
        return Step(shown, node=node)

    def _rows(self, term: Exists | Total, where: Condition, frame: Frame, *, negated: bool) -> Iterator[Step]:
        inner, _, unlisted = self.columns._expanded(term.over, term.var, frame)  # noqa: SLF001 -- the same rows
        codes = self.columns.truth(where, inner)
        wanted = [int(c) for c in np.where(unlisted, codes & np.uint8(UNKNOWN), codes)]
        top = max(wanted, default=FALSE)
        rows = [i for i, c in enumerate(wanted) if c == top]
        for row in rows[:MOST]:
            one = inner.part(np.array([row]))
            told = self.tell(where, one, negated=negated)
            kind, name = self._named(term.var, (), one)
            note = "perhaps one that is not listed" if bool(unlisted[row]) else ""
            if top != FALSE or note:
                yield Step(NOT[wanted[row]] if negated else wanted[row], record=(kind, name), parts=(told,) if not note else (), word="row", note=note)
            else:
                yield Step(NOT[FALSE] if negated else FALSE, record=(kind, name), parts=(told,), word="row")
        if len(rows) > MOST:
            yield Step(wanted[rows[0]], note=f"and {len(rows) - MOST} more")
        if not wanted:
            yield Step(NOT[FALSE] if negated else FALSE, note="there is none")

    def _recursive(self, path: Path, frame: Frame, truth: Truth, *, negated: bool) -> Step:
        name = path.fact.partition(":")[2]
        table, rows = self.columns._record(path.root, path.links, frame)  # noqa: SLF001 -- the same package, the same path
        row = 0 if rows is None else int(rows[0])
        law = self.regime.findings[name][0]
        shown = NOT[truth] if negated else truth
        record = (table.kind, _name(table, row))
        key = (path.fact, row)
        if key in self._open:
            return Step(shown, law, record=record, word="not" if negated else "", note="as told above")
        self._open.add(key)
        inner = Frame(
            1,
            {"self": table, **({"leg": frame.tables["leg"]} if "leg" in frame.tables else {})},
            {"self": np.array([row]), **({"leg": frame.rows["leg"]} if "leg" in frame.rows else {})},
        )
        step = self.tell(self.columns.recursive[path.fact], inner, negated=negated)
        self._open.discard(key)
        return Step(shown, law, node=step.node, record=record, parts=(step,), word="not" if negated else "")

    def _form(self, term: Form | int, frame: Frame) -> Iterator[Step]:
        match term:
            case Share(root, links, by, _):
                yield from self._owners(root, links, by, frame)
            case Total(_, _, _, where):
                yield from self._rows(term, where, frame, negated=False)
            case Tally(parts):
                yield from (self.tell(p, frame) for p in parts if int(self.columns.truth(p, frame)[0]) != FALSE)
            case Counted(_, _, where, _, _):
                yield self.tell(where, frame, negated=int(self.columns.truth(where, frame)[0]) == FALSE)
            case _:
                return

    def _owners(self, root: str, links: tuple[str, ...], by: Condition, frame: Frame) -> Iterator[Step]:
        """The owners that count, or may count, with their shares."""
        table, rows = self.columns._record(root, links, frame)  # noqa: SLF001 -- the same package, the same path
        row = 0 if rows is None else int(rows[0])
        owners = table.children("owners")
        column = owners.table.column("share")
        assert isinstance(column, Numbers)
        holders = owners.table.link("party")
        for index in owners.index[owners.offsets[row] : owners.offsets[row + 1]].tolist():
            holder = int(holders[index])
            inner = Frame(1, {"self": table}, {"self": np.array([holder])})
            step = self.tell(by, inner)
            if step.truth != FALSE:
                yield Step(
                    step.truth,
                    record=(table.kind, _name(table, holder)),
                    value=Interval(int(column.lo[index]), int(column.hi[index])),
                    parts=(step,),
                    word="owner",
                )
        if owners.open[row]:
            yield Step(UNKNOWN, note="owners that are not disclosed")


def _deciding(parts: list[Step], *, every: bool) -> list[Step]:
    """The parts that share the truth of the whole: all of a true conjunction, the false ones of a false one."""
    least, most = (min, max) if every else (max, min)
    truths = [p.truth for p in parts]
    deciding = least(truths)
    return parts if deciding == most(truths) else [p for p in parts if p.truth == deciding]


def _name(table: Table, row: int) -> str:
    if row == table.n:
        return "?"
    if row > table.n:
        return "nobody"
    if isinstance(table, RecordTable):
        if not table.kind.startswith("rows:"):
            return table.ids[row]
        held = table.rows[row]
        for value in (held.get("name"), held.get("kind"), *held.values()):
            if isinstance(value, OneOf) and value.members and len(value.members) == 1:
                return next(iter(value.members))
        return table.ids[row]
    return str(row)


def teller(judged: Judged, regime: Regime) -> Teller:
    """Who tells the story of one leg under one regime."""
    return Teller(regime, judged.stretch.columns, judged.frame)
