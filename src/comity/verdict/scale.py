"""Reading *scale*: conditions over columns, three-valued, one `match` over the seven nodes and one over the forms.

A truth column holds 0, 1 or 3 (see `facts.value`), so Kleene's `and` and `or` are bitwise. A *frame* is a set of rows in which
variables stand for records: `leg` for each leg, `self` for each party, a row variable for each row of a relation. What rests on
a single linked record is computed once per record and looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from comity.facts.calendar import Calendars
from comity.facts.group import distinct
from comity.facts.member import Mode, member
from comity.facts.table import Children, Choices, Codes, Column, Ints, Numbers, Table, Truths
from comity.facts.tables import Tables
from comity.facts.value import FALSE, MAX, MIN, TRUE, UNKNOWN, UNLIMITED
from comity.law.condition import After, And, Compare, Condition, Const, Counted, Exists, Extreme, Fact, Member, Not, Or, Path, Plus, Share, Tally, Term, Total
from comity.verdict.count import Counts, Tallied, count, together
from comity.verdict.frame import Frame
from comity.verdict.home import home, rehomed
from comity.verdict.kernels import MANY, compared, constant, everywhere, identical, in_groups, later, looked_up, negated, pairwise
from comity.verdict.ownership import HUNDRED, Holdings


@dataclass(eq=False)
class Columns:
    """Evaluates conditions over the tables of a world."""

    tables: Tables
    recursive: Mapping[str, Condition] = field(default_factory=dict)
    calendars: Calendars = field(default_factory=Calendars)
    siblings: list[Columns] = field(default_factory=list)
    counted: dict[Counted, Tallied] = field(default_factory=dict)
    steady: dict[int, Frame] = field(default_factory=dict)
    derived: dict[str, Codes] = field(default_factory=dict)
    holdings: dict[tuple[int, Condition, bool], Holdings] = field(default_factory=dict)
    _frames: dict[tuple[str, str], Frame] = field(default_factory=dict)

    def legs(self) -> Frame:
        """The frame of all legs."""
        return self.whole("movement", "leg")

    def whole(self, kind: str, var: str = "self") -> Frame:
        """The frame of every record of a kind, the unknown one and nobody included."""
        table = self.tables.kinds[kind]
        return self._frames.setdefault((kind, var), Frame(table.n + 2, {var: table}, {var: None}))

    # -- conditions --------------------------------------------------------------------------------------------------

    def truth(self, node: Condition, frame: Frame) -> Codes:
        """The truth of a condition in each row."""
        found = frame.memo[node] = self._part(node, frame)
        found.flags.writeable = False
        return found

    def _part(self, node: Condition, frame: Frame) -> Codes:
        """The truth of what another is made of."""
        found: Codes | None = frame.memo.get(node)  # type: ignore[assignment]  # truths under conditions
        if found is None:
            where = home(node)
            if where is not None and where[0] in frame.rows and (where[1] or frame.rows[where[0]] is not None):
                found = self._looked_up(node, where, frame)
            else:
                found = self._truth(node, frame)
            if node.uses != 1 or frame.n <= MANY:  # of many rows nothing is kept for the only one that asks
                frame.memo[node] = found
                found.flags.writeable = False
        return found

    def _looked_up(self, node: Condition, where: tuple[str, tuple[str, ...]], frame: Frame) -> Codes:
        table, rows = self._record(where[0], where[1], frame)
        if table.n + 2 > 4 * frame.n:
            return self._truth(node, frame)
        return self.truth(rehomed(node, *where), self.table_frame(table))[rows]

    def table_frame(self, table: Table) -> Frame:
        """The frame of a whole table, kept as long as the table: the next batch of legs finds what was computed for it."""
        if id(table) not in self.steady:
            self.steady[id(table)] = Frame(table.n + 2, {"self": table}, {"self": None})
        return self.steady[id(table)]

    def _truth(self, node: Condition, frame: Frame) -> Codes:
        match node:
            case Const(truth):
                return np.full(frame.n, truth, dtype=np.uint8)
            case Fact(term):
                return self._fact(term, frame)
            case Compare(left, op, right):
                return compared(self.number(left, frame), op, self.number(right, frame))
            case Member(left, mode, right, place):
                if isinstance(right, frozenset):
                    return looked_up(*self._member(node, frame))
                return self._related(left, mode, right, frame, place=place)
            case And(parts):
                return self._joined(np.bitwise_and, parts, frame, FALSE)
            case Or(parts):
                return self._joined(np.bitwise_or, parts, frame, TRUE)
            case Not(Member(_, _, frozenset()) as test) if frame.n > MANY:  # turned over for each value, not for each row
                answers, ids = self._member(test, frame)
                return looked_up(negated(answers), ids)
            case Not(part):
                return negated(self._part(part, frame))

    def _joined(self, join: np.ufunc, parts: tuple[Condition, ...], frame: Frame, settled: int) -> Codes:
        codes = self._part(parts[0], frame)
        for part in parts[1:]:
            if part not in frame.memo and everywhere(codes, settled):  # whatever follows
                break
            codes = join(codes, self._part(part, frame), out=codes if codes.flags.writeable else None)
        return codes

    def _fact(self, term: Term, frame: Frame) -> Codes:
        match term:
            case Path(root="law", fact=name):
                return np.full(frame.n, self.tables.law.get(name, UNKNOWN), dtype=np.uint8)
            case Path(root, links, name):
                table, rows = self._record(root, links, frame)
                held = Truths(self._settled(name)) if ":" in name else table.column(name)
                assert isinstance(held, Truths)
                held.codes.flags.writeable = False  # it may be joined with others, and is no result to write into
                return held.codes if rows is None else held.codes[rows]
            case Exists(where=where):
                inner, counts, unlisted = self._expanded(term, frame)
                codes = self.truth(where, inner)
                return in_groups(np.bitwise_or, np.where(unlisted, codes & np.uint8(UNKNOWN), codes), counts)
            case _:
                raise TypeError(term)  # a number is no truth

    def _settled(self, name: str) -> Codes:
        """A recursive definition of parties: the least fixed point, both rails rising together from false."""
        if name not in self.derived:
            parties = self.tables.kinds["party"]
            family = [n for n in self.recursive if n.split(":")[0] == name.split(":", maxsplit=1)[0]]
            self.derived.update({n: np.zeros(parties.n + 2, dtype=np.uint8) for n in family})
            while True:
                frame = Frame(parties.n + 2, {"self": parties}, {"self": None})
                saved, self.steady = self.steady, {id(parties): frame}
                fresh = {n: self.derived[n] | self.truth(self.recursive[n], frame) for n in family}
                self.steady = saved
                if all(np.array_equal(fresh[n], self.derived[n]) for n in family):
                    break
                self.derived.update(fresh)
        return self.derived[name]

    def _record(self, root: str, links: tuple[str, ...], frame: Frame) -> tuple[Table, Ints | None]:
        """The table that a path leads to and its rows there; None where each row is its own record."""
        key = ("record", root, links)
        if key not in frame.memo:
            table, rows = frame.tables[root], frame.rows[root]
            for link in links:
                step = table.link(link)
                rows = step if rows is None else step[rows]
                table = self.tables.kinds[table.facts[link].to]
            frame.memo[key] = (table, rows)
        return frame.memo[key]  # type: ignore[return-value]  # what was put there

    def _column(self, path: Path, frame: Frame) -> tuple[Column, Ints | None]:
        table, rows = self._record(path.root, path.links, frame)
        return table.column(path.fact), rows

    def _chosen(self, path: Path, frame: Frame) -> tuple[Choices, Ints]:
        column, rows = self._column(path, frame)
        assert isinstance(column, Choices)
        return column, column.ids if rows is None else column.ids[rows]

    def _member(self, node: Member, frame: Frame) -> tuple[Codes, Ints]:
        """A test against a constant set, made once for each value; and the value of each row."""
        column, ids = self._chosen(node.left, frame)
        assert isinstance(node.right, frozenset)
        if node not in column.values.answers:
            places = self.tables.places if node.place else None
            column.values.answers[node] = np.array([member(value, node.mode, node.right, places) for value in column.values], dtype=np.uint8)
        return column.values.answers[node], ids

    def _related(self, left: Path, mode: Mode, right: Path, frame: Frame, *, place: bool) -> Codes:
        second, others = self._chosen(right, frame)
        if np.array([v is UNLIMITED for v in second.values])[others].all():  # no instrument here draws this limit
            return np.full(frame.n, TRUE, dtype=np.uint8)
        first, ids = self._chosen(left, frame)
        if place or mode not in ("in", "overlaps"):
            return pairwise(first, ids, mode, second, others, self.tables.places if place else None)
        return identical(first, ids, mode, second, others)

    # -- numbers -----------------------------------------------------------------------------------------------------

    def number(self, term: Term, frame: Frame) -> Numbers:
        """The interval of a term in each row; a constant is one row long."""
        found = frame.memo.get(term)
        if found is None:
            found = frame.memo[term] = self._number(term, frame)
        return found  # type: ignore[return-value]  # numbers under terms

    def _number(self, term: Term, frame: Frame) -> Numbers:
        match term:
            case int():
                return constant(term)
            case Path():
                if term.root == "leg" and "leg" not in frame.rows:
                    return self._day(frame)
                column, rows = self._column(term, frame)
                assert isinstance(column, Numbers)
                return column if rows is None else Numbers(column.lo[rows], column.hi[rows])
            case Total():
                return self._sum(term, frame)
            case Tally(parts):
                codes = [self.truth(part, frame) for part in parts]
                return Numbers(sum((c >> 1).astype(np.int64) for c in codes), sum((c & 1).astype(np.int64) for c in codes))  # type: ignore[arg-type]  # arrays add up to an array
            case Share(root, links, by, product):
                table, rows = self._record(root, links, frame)
                shares = self._shares(table, by, product=product)
                return shares if rows is None else Numbers(shares.lo[rows], shares.hi[rows])
            case Counted():
                return self._counted(term, frame)
            case After(day, n, unit, place):
                return later(self.number(day, frame), n, unit, self.calendars.get(place))
            case Plus(terms):
                lo, hi, none = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=bool)
                for one in terms:
                    found = self.number(one, frame)
                    none = none | (found.lo > found.hi)  # with a number that is nowhere there is no sum
                    lo, hi = np.clip(lo + found.lo, MIN, MAX), np.clip(hi + found.hi, MIN, MAX)
                return Numbers(np.where(none, MAX, lo), np.where(none, MIN, hi))
            case _:
                raise TypeError(term)  # a truth is no number

    def _day(self, frame: Frame) -> Numbers:
        """The day, where no leg is in sight: all the days of these tables."""
        on = self.tables.legs.column("on")
        assert isinstance(on, Numbers)
        legs = slice(0, self.tables.legs.n)
        lo, hi = (on.lo[legs].min(), on.hi[legs].max()) if self.tables.legs.n else (MIN, MAX)
        return Numbers(np.full(frame.n, lo), np.full(frame.n, hi))

    def _sum(self, term: Total, frame: Frame) -> Numbers:
        inner, counts, unlisted = self._expanded(term, frame)
        codes = self.truth(term.where, inner)
        each = self.number(term.term, inner)
        some = each.lo <= each.hi
        lo = in_groups(np.add, np.where((codes == TRUE) & ~unlisted & some, np.maximum(each.lo, 0), 0), counts)
        most = np.where(unlisted, MAX, np.where(some, np.clip(each.hi, 0, MAX), 0))  # rows nobody listed may be many
        hi = in_groups(np.add, np.where(codes != FALSE, most, 0).astype(np.float64), counts)
        return Numbers(np.minimum(lo, MAX), np.where(hi >= MAX, MAX, np.minimum(hi, MAX)).astype(np.int64))

    def _shares(self, table: Table, by: Condition, *, product: bool) -> Numbers:
        """The share of each party held by owners that satisfy a condition; what is not disclosed may be theirs."""
        key = (id(table.children("owners")), by, product)
        if key not in self.holdings:
            self.holdings[key] = Holdings(table)
        known = self.truth(by, self.table_frame(table))
        low, high = np.where(known == TRUE, HUNDRED, 0), np.where(known != FALSE, HUNDRED, 0)
        return self.holdings[key].looked_through(low, high) if product else self.holdings[key].held(low, high)

    def _counted(self, term: Counted, frame: Frame) -> Numbers:
        """Distinct persons over the legs of one key and window, in every stretch of the world."""
        n = self.tables.legs.n
        rows = np.arange(n + 2) if frame.rows["leg"] is None else frame.rows["leg"]
        first, where = distinct(rows)
        legs = rows[first]
        real = np.flatnonzero(legs < n)
        own = self.legs().part(legs[real])
        found = self._opened(term, own, count(self.universe(term), self.tallied(term, own, self.truth(term.where, frame)[first[real]]), term.window))
        lo, hi = np.zeros(len(legs), dtype=np.int64), np.where(legs == n, MAX, 0)  # of a leg unknown there may be any; nobody's is none
        lo[real], hi[real] = found.lo, found.hi
        return Numbers(lo[where], hi[where])

    def universe(self, term: Counted) -> Tallied:
        """All that is counted, in every stretch (or batch) of the world."""
        if term not in self.counted:
            parts = [(one, np.arange(one.tables.legs.n)) for one in self.siblings or [self]]
            self.counted[term] = together([one.tallied(term, one.legs().part(legs), one.truth(term.where, one.legs())[legs]) for one, legs in parts])
        return self.counted[term]

    def tallied(self, term: Counted, legs: Frame, codes: Codes) -> Tallied:
        """What some legs bring to a count; `codes` says which of them are counted."""
        size = self.number(Path("leg", ("population",), term.unit, "population"), legs)
        nobody = size.lo > size.hi
        days = self.number(Path("leg", (), "on", "movement"), legs)
        table, populations = self._record("leg", ("population",), legs)
        rows = legs.rows["leg"]
        assert populations is not None
        assert rows is not None
        keys = [self._key(name, legs) for name in term.key]
        return Tallied(
            np.where((codes == TRUE) & ~nobody, np.clip(size.lo, 0, MAX), 0),
            np.where((codes != FALSE) & ~nobody, np.clip(size.hi, 0, MAX), 0),
            days.lo,
            days.hi,
            np.where(populations < table.n, populations, -1 - self.tables.units[rows]),
            np.stack([k for k, _ in keys]),
            np.stack([known for _, known in keys]),
            self.truth(Fact(Path("leg", ("population",), "apart", "population")), legs) == TRUE,
        )

    def _key(self, name: str, legs: Frame) -> tuple[Ints, NDArray[np.bool_]]:
        """One part of a key for each leg, and where it is known."""
        link, _, what = name.partition(".")
        table, rows = self._record("leg", (link,), legs)
        assert rows is not None
        return _end(table, what, rows) if what else (rows, rows != table.n)

    def _opened(self, term: Counted, legs: Frame, found: Counts) -> Numbers:
        """With what was counted before this world, by whom the count takes for one; where nothing is said and counts are not closed, there is no upper end.

        An opening that names an end by which the law does not count is a part of the count, whoever moves: of the rest it says nothing.
        """
        ends = {key.partition(".")[0]: key for key in term.key}
        least, most, said = np.zeros(legs.n, dtype=np.int64), np.zeros(legs.n), np.full(legs.n, self.tables.counts_closed)
        for opening in (one for one in self.tables.openings if one.count == term.name):
            match, may = np.ones(legs.n, dtype=bool), np.ones(legs.n, dtype=bool)
            for name in ends.keys() & opening.key.keys():
                part, record = ends[name], opening.key[name]
                (keys, known), (table, _) = self._key(part, legs), self._record("leg", (name,), legs)
                ids = list(getattr(table, "ids", ()))
                rows = np.array([ids.index(record) if record in ids else table.n])  # of a record that is not there nothing is known
                own, sure = _end(table, part.partition(".")[2], rows) if "." in part else (rows, rows < table.n)
                match, may = match & known & sure & (keys == own), may & ((keys == own) | ~known | ~sure)
            least = np.where(match, np.maximum(least, opening.persons.lo), least)
            most, said = most + np.where(may, opening.persons.hi, 0.0), said | (match & (opening.key.keys() <= ends.keys()))
        hi = np.minimum(found.most + most + np.where(said, 0.0, MAX), float(MAX))
        return Numbers(found.apart + np.maximum(found.others, least), np.where(hi >= MAX, MAX, hi).astype(np.int64))

    # -- loops -------------------------------------------------------------------------------------------------------

    def _expanded(self, form: Exists | Total | Extreme, frame: Frame) -> tuple[Frame, Ints, NDArray[np.bool_]]:
        """A frame with one row for each row of a relation, how many each outer row has, and which are *unlisted*.

        Where there may be more rows than are listed, one more stands for them: a record of which nothing is known.
        """
        over, var = form.over, form.var
        key = ("expanded", over, var)
        if key not in frame.memo:
            table, rows = self._record(over.root, over.links, frame)
            found: Children = table.children(over.source)
            index = np.arange(table.n + 2, dtype=np.int64) if rows is None else rows
            listed = np.diff(found.offsets)[index]
            counts = listed + found.open[index]
            outer = np.repeat(np.arange(frame.n, dtype=np.int64), counts)
            place = np.arange(len(outer), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
            unlisted = place == listed[outer]
            inner_rows = np.full(len(outer), found.table.n, dtype=np.int64)
            inner_rows[~unlisted] = found.index[(found.offsets[index][outer] + place)[~unlisted]]
            bound = {v: outer if r is None else r[outer] for v, r in frame.rows.items()}
            inner = Frame(len(outer), {**frame.tables, var: found.table}, {**bound, var: inner_rows})
            frame.memo[key] = (inner, counts, unlisted)
        return frame.memo[key]  # type: ignore[return-value]  # what was put there


def _end(table: Table, what: str, rows: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """The group or entity of some parties, and where it is known; nobody is known to be nobody."""
    column = table.column("@" + what)
    assert isinstance(column, Choices)
    ids = column.ids[rows].astype(np.int64)
    return ids, (column.values.singles[ids] >= 0) | (rows == table.n + 1)
