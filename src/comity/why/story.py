"""Why: the tree of what a truth rests on, down to facts, each step named by the provision it belongs to.

A true conjunction rests on all its parts, a false one on those that are false, an unknown one on those that are not true; a
disjunction the other way round. What a form ranges over is told row by row; ownership is told as the chain of owners.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from comity.facts.table import Choices, Numbers, RecordTable, Table
from comity.facts.value import FALSE, NOT, TRUE, UNKNOWN, Interval, OneOf, SetOf, Truth, Value, only
from comity.law.condition import After, And, Compare, Condition, Const, Counted, Exists, Fact, Member, Not, Or, Path, Plus, Relation, Share, Tally, Term, Total
from comity.law.regime import Regime
from comity.law.rulebook import Definition, LawList
from comity.verdict.decide import Judged
from comity.verdict.frame import Frame
from comity.verdict.scale import Columns

MOST = 12
"""Rows of a relation told one by one before the rest are counted."""
UNLISTED = "perhaps one that is not listed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a condition, its truth, the provision it is (if it is one), what it says of which record, and what it rests on.

    `record` is a kind and a name. A fact held against another fact carries that one too: `other` is its path, its record and its
    value. What is told of a row, or of a list that may hold more, says which list (`over`), whose (`row`), and where in it.
    """

    truth: Truth
    law: Definition | LawList | None = None
    node: Condition | None = None
    path: Path | None = None
    record: tuple[str, str] = ("", "")
    value: Value | None = None
    parts: tuple[Step, ...] = ()
    word: str = ""
    note: str = ""
    other: tuple[Path, tuple[str, str], Value] | None = None
    over: Relation | None = None
    row: tuple[str, int] = ("", -1)


@dataclass
class Teller:
    """Tells the story of conditions for one leg."""

    regime: Regime
    columns: Columns
    frame: Frame
    _over: dict[str, Relation] = field(default_factory=dict)
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
        truth, word = int(self.columns.truth(node, frame)[0]), "not" if negated else ""
        step = Step(NOT[truth] if negated else truth, node=node, word=word)
        match node:
            case Not(part):
                step = self.tell(part, frame, negated=not negated)
            case And(parts) | Or(parts):
                every = isinstance(node, And) != negated
                told = _deciding([self.tell(p, frame, negated=negated) for p in parts], every=every)
                step = replace(step, word="all of" if every else "any of", parts=tuple(told))
            case Fact(Exists(over) as form):
                owner = self._named(over.root, over.links, frame) if over.links else ("", "")
                inner = [replace(s, truth=NOT[s.truth]) if negated and s.word == "row" else s for s in self._rows(form, frame, negated=negated)]
                step = replace(step, word="every one of" if negated else "one of", parts=tuple(inner), record=owner, over=over)
            case Fact(Path(fact=name) as path) if ":" in name:
                step = self._recursive(path, frame, step, negated=negated)
            case Fact(Path() as path) | Compare(Path() as path) | Member(path):
                right = getattr(node, "right", None)
                other = (right, self._named(right.root, right.links, frame), self.value(right, frame)) if isinstance(right, Path) else None
                step = replace(self.fact(path, frame), truth=step.truth, node=node, word=word, other=other)
            case Compare(left):
                number = self.columns.number(left, frame)
                step = replace(step, value=Interval(int(number.lo[0]), int(number.hi[0])), parts=tuple(self._number(left, frame)))
            case Const() | Fact():
                pass
        label = self.regime.labels.get(node)
        if label is None:
            return step
        law, record = label
        below = (step,) if step.parts or step.path else ()
        return Step(NOT[truth] if negated else truth, law, node, parts=below, word=word, record=self._named(record.root, record.links, frame))

    # -- facts -------------------------------------------------------------------------------------------------------

    def fact(self, path: Path, frame: Frame) -> Step:
        """A fact, its value, and whose it is."""
        value = self.value(path, frame)
        over = self._over.get(path.root) if path.kind.startswith("rows:") and not path.links else None
        row = self._place(over, frame, self._at(path.root, (), frame)[1]) if over else ("", -1)
        return Step(TRUE if definite(value) else UNKNOWN, path=path, value=value, record=self._named(path.root, path.links, frame), over=over, row=row)

    def value(self, path: Path, frame: Frame) -> Value:
        """What a fact may be in the row."""
        if path.root == "law":
            return int(self.columns.truth(Fact(path), frame)[0])
        if path.root not in frame.rows:
            day = self.columns.number(path, frame)
            return Interval(int(day.lo[0]), int(day.hi[0]))
        table, row = self._at(path.root, path.links, frame)
        match table.column(path.fact):
            case Choices(ids, values):
                return values[int(ids[row])]
            case Numbers(lo, hi):
                return Interval(int(lo[row]), int(hi[row]))
            case column:
                return int(column.codes[row])

    def _at(self, root: str, links: tuple[str, ...], frame: Frame) -> tuple[Table, int]:
        table, rows = self.columns._record(root, links, frame)  # noqa: SLF001 -- the same package, the same path
        return table, 0 if rows is None else int(rows[0])

    def _named(self, root: str, links: tuple[str, ...], frame: Frame) -> tuple[str, str]:
        if root not in frame.rows:
            return ("", "")
        table, row = self._at(root, links, frame)
        return table.kind, _name(table, row)

    def _place(self, over: Relation, frame: Frame, row: int = -1) -> tuple[str, int]:
        """Whose list it is, and where a row stands in it."""
        table, owner = self._at(over.root, over.links, frame)
        name = _name(table, owner) if over.links or over.root != "leg" else ""
        return name, row - int(table.children(over.source).offsets[owner]) if row >= 0 else -1

    # -- rows --------------------------------------------------------------------------------------------------------

    def _rows(self, form: Exists | Total, frame: Frame, *, negated: bool = False, term: Term | None = None) -> Iterator[Step]:
        """The rows that decide: of a truth those that share it, of a number (`term`) all that may count."""
        over, var, where = form.over, form.var, form.where
        inner, _, unlisted = self.columns._expanded(form, frame)  # noqa: SLF001 -- the same rows
        codes = self.columns.truth(where, inner)
        wanted = np.where(unlisted, codes & np.uint8(UNKNOWN), codes).tolist()
        top = max(wanted, default=FALSE)
        rows = [i for i, code in enumerate(wanted) if (code != FALSE if term is not None and top else code == top)]
        self._over[var] = over
        for row in rows[:MOST]:
            one = inner.part(np.array([row]))
            record = self._named(var, (), one)
            if unlisted[row]:
                yield Step(UNKNOWN, record=record, word="row", note=UNLISTED, over=over, row=self._place(over, frame))
                continue
            told = (self.tell(where, one, negated=negated), *(self._number(term, one) if term is not None else ()))
            yield Step(UNKNOWN if term is not None and any(t.truth == UNKNOWN for t in told) else wanted[row], record=record, parts=told, word="row")
        if len(rows) > MOST:
            yield Step(wanted[rows[0]], note=f"and {len(rows) - MOST} more")
        if not wanted:
            yield Step(TRUE if negated else FALSE, note="there is none")

    def _recursive(self, path: Path, frame: Frame, step: Step, *, negated: bool) -> Step:
        """A definition that rests on itself, of one record: told once, and then as told above."""
        table, row = self._at(path.root, path.links, frame)
        step = replace(step, law=self.regime.findings[path.fact.partition(":")[2]][0], record=(table.kind, _name(table, row)))
        key = (path.fact, row)
        if key in self._open:
            return replace(step, note="as told above")
        self._open.add(key)
        bound = {"self": (table, np.array([row])), **({"leg": (frame.tables["leg"], frame.rows["leg"])} if "leg" in frame.rows else {})}
        inner = Frame(1, {var: held for var, (held, _) in bound.items()}, {var: rows for var, (_, rows) in bound.items()})
        told = self.tell(self.columns.recursive[path.fact], inner, negated=negated)
        self._open.discard(key)
        return replace(step, node=told.node, parts=(told,))

    # -- numbers -----------------------------------------------------------------------------------------------------

    def _number(self, term: Term, frame: Frame) -> Iterator[Step]:
        """What a number or a day is made of."""
        match term:
            case Path():
                yield self.fact(term, frame)
            case Share(root, links, by, _):
                yield from self._owners(Relation(root, links, "owners", "rows:party/owners"), by, frame)
            case Total():
                yield from self._rows(term, frame, term=term.term)
            case Tally(parts):
                yield from (self.tell(p, frame) for p in parts if int(self.columns.truth(p, frame)[0]) != FALSE)
            case Counted(name, unit, where, key, _):
                counts = int(self.columns.truth(where, frame)[0]) != FALSE
                yield self.tell(where, frame, negated=not counts)
                size = self.fact(Path("leg", ("population",), unit, "population"), frame)
                before, number = Path("leg", key, name, "counts"), self.columns.number(term, frame)
                if counts and size.truth == UNKNOWN:
                    yield size
                elif int(number.lo[0]) < int(number.hi[0]):
                    yield Step(UNKNOWN, path=before)
            case Plus(terms):
                for one in terms:
                    yield from self._number(one, frame)
            case After(day, _, _, _):
                yield from self._number(day, frame)
            case int() | Exists():
                pass

    def _owners(self, over: Relation, by: Condition, frame: Frame) -> Iterator[Step]:
        """The owners that count, or may count, with their shares."""
        table, row = self._at(over.root, over.links, frame)
        owners = table.children("owners")
        shares, holders = owners.table.column("share"), owners.table.link("party")
        assert isinstance(shares, Numbers)
        for place, index in enumerate(owners.index[owners.offsets[row] : owners.offsets[row + 1]].tolist()):
            holder = int(holders[index])
            told = self.tell(by, Frame(1, {"self": table}, {"self": np.array([holder])}))
            share = Interval(int(shares.lo[index]), int(shares.hi[index]))
            if told.truth != FALSE:
                record, at = (table.kind, _name(table, holder)), (_name(table, row), place)
                size = Step(UNKNOWN, path=Path("o", (), "share", over.kind), record=record, value=share, over=over, row=at)
                parts = (told,) if definite(share) else (told, size)
                yield Step(min(p.truth for p in parts), record=record, value=share, parts=parts, word="owner")
        if owners.open[row]:
            yield Step(UNKNOWN, note="owners that are not disclosed", over=over, row=(_name(table, row), -1))


def definite(value: Value | None) -> bool:
    """Can it be one thing only?"""
    match value:
        case Interval(lo, hi):
            return lo >= hi
        case OneOf(members):
            return members is not None and len(members) <= 1
        case SetOf():
            return value.closed
        case _:
            return value != UNKNOWN


def _deciding(parts: list[Step], *, every: bool) -> list[Step]:
    """The parts that share the truth of the whole: all of a true conjunction, the false ones of a false one."""
    truth = (min if every else max)(p.truth for p in parts)
    return [p for p in parts if p.truth == truth]


def _name(table: Table, row: int) -> str:
    if row >= table.n:
        return "?" if row == table.n else "nobody"
    if not isinstance(table, RecordTable):
        return str(row)
    held = table.rows[row] if table.kind.startswith("rows:") else {}
    for value in (held.get("name"), held.get("kind"), *held.values()):
        if name := only(value):
            return name
    return table.ids[row]


def teller(judged: Judged, regime: Regime) -> Teller:
    """Who tells the story of one leg under one regime."""
    return Teller(regime, judged.stretch.columns, judged.frame)
