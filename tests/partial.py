"""Random partial rows: flat legs in which each fact that a plan reads has one of a few values, known or not, and what they may turn out to be.

A row holds for each fact the number of its value, so that a million rows are drawn, completed and read as arrays.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa
from judge import Judge

from comity.facts.member import member, related
from comity.facts.value import FALSE, MAX, MIN, NOTHING, NOWHERE, TRUE, UNKNOWN, Interval, OneOf, SetOf
from comity.facts.vocabulary import SETS
from comity.flat.names import Names, terms, whole
from comity.law.condition import Compare, Fact, Member
from comity.law.rulebook import PERMITTED
from comity.point.explain import compiled
from comity.sql.query import sql

WORDS, SETS_TRIED = 64, 12
"""As many words of one fact, and as many sets of them, as are tried."""


@dataclass
class Column:
    """One fact: its values, of which the first `definite` leave nothing open, and what a caller of `explain` would write for each."""

    values: list
    definite: int
    written: list

    @cached_property
    def inside(self):
        """For each value the definite ones that it may turn out to be, repeated to one length."""
        found = [[i for i in range(self.definite) if within(self.values[i], value)] for value in self.values]
        return np.array([np.resize(one, self.definite) for one in found], dtype=np.uint8)


def within(exact, value):
    """May a value that leaves something open turn out to be this one?"""
    match value:
        case Interval(lo, hi):
            return exact == value or (exact != NOWHERE and lo <= exact.lo <= hi)
        case OneOf(members) if isinstance(exact, OneOf):
            return members is None or exact.members <= members
        case SetOf(known, possible) if isinstance(exact, SetOf):
            return known <= exact.known and (possible is None or exact.known <= possible)
    return value in (exact, UNKNOWN)


def truth_column():
    return Column([FALSE, TRUE, UNKNOWN], 2, [False, True, None])


def number_column(term, lines, names):
    """Numbers at, below and above each line, and none; spans over a line, up to one, from one, and anything."""
    points = sorted({line + step for line in lines or {1} for step in (-1, 0, 1)})
    spans = [Interval(a, b) for a, b in zip(points, points[2:], strict=False)]
    values = [*(Interval(p, p) for p in points), NOWHERE, *spans, Interval(MIN, points[1]), Interval(points[-2], MAX), Interval(MIN, MAX)]

    def written(value):
        if value == (MIN, MAX) or value.lo != value.hi:
            return value if value != (MIN, MAX) else None
        if names.is_date(term):
            return dt.date.fromordinal(value.lo) if 1 <= value.lo <= dt.date.max.toordinal() else value
        return value.lo if names.quantum(term) == 1 else value

    return Column(values, len(points) + 1, [written(v) for v in values])


def choice_column(fact, tests, chance):
    """Words that some test names and one that none does, alone or in sets, and nobody's; of some of them, it is open which."""
    several, named = fact is not None and fact.type in SETS, sorted({word for _, right, _ in tests for word in right})
    others = sorted((fact.domain or set()) - set(named))[:1] if fact is not None and fact.domain else ["ZZ"]
    words = [*(named if len(named) <= WORDS else [str(word) for word in chance.choice(named, WORDS, replace=False)]), *others]
    sets = dict.fromkeys([frozenset(), *(frozenset(word for word in words if chance.random() < 2 / len(words)) for _ in range(SETS_TRIED))])
    exact = [SetOf(held, held) for held in sets] if several else [OneOf(frozenset({word})) for word in words]
    exact = [value for value in exact if UNKNOWN not in {member(value, mode, right, places) for mode, right, places in tests}]
    pairs = [(exact[a], exact[b]) for a, b in chance.integers(0, len(exact), (SETS_TRIED, 2)).tolist()]
    if several:
        open_ = [
            *(SetOf(a.known & b.known, a.known | b.known) for a, b in pairs),
            *(SetOf(a.known, None) for a, _ in pairs if a.known),
            SetOf(frozenset(), None),
        ]
    else:
        open_ = [*(OneOf(a.members | b.members) for a, b in pairs), OneOf(None)]
    values = [*exact, NOTHING, *(value for value in dict.fromkeys(open_) if value not in exact)]
    return Column(values, len(exact) + 1, [next(iter(v.members)) if v in exact and not several else v.known if v in exact else v for v in values])


class Partial:
    """The facts that one plan reads of a leg, and its readings of rows of them."""

    def __init__(self, plan, seed=0):
        self.plan, self.names, self.chance, self.decide = plan, Names(plan), np.random.default_rng(seed), compiled(plan)
        tests, lines, truths = {}, {}, set()
        for leaf in self.names.leaves:
            for term in terms(leaf):
                match leaf:
                    case Fact():
                        truths.add(term)
                    case Compare(_, _, right):
                        lines.setdefault(term, set()).update({right} if isinstance(right, int) else ())
                    case Member(_, mode, right, place):
                        right = right if isinstance(right, frozenset) else frozenset()
                        tests.setdefault(term, []).append((mode, right, plan.places if place else None))
        self.columns = {self.names.of[term]: truth_column() for term in truths}
        self.columns |= {self.names.of[term]: number_column(term, held, self.names) for term, held in lines.items()}
        for term, held in tests.items():
            self.columns[self.names.of[term]] = choice_column(self.names.fact(term), held, self.chance)

    def rows(self, count, near=None):
        """So many rows, each with a share of its facts open that is its own; or each like one of those it is to be near, but for a share of its own."""
        share, other = self.chance.random(count), self.chance.random(count) / 2 if near else np.ones(count)
        base = self.chance.integers(0, len(next(iter(near.values()))), count) if near else None
        found = {}
        for key, column in self.columns.items():
            exact = self.chance.integers(0, column.definite, count, dtype=np.uint8)
            open_ = self.chance.integers(column.definite, len(column.values), count, dtype=np.uint8)
            found[key] = np.where(self.chance.random(count) < share, open_, exact)
            if near:
                found[key] = np.where(self.chance.random(count) < other, found[key], near[key][base])
        return found

    def completed(self, rows):
        """What each row may turn out to be, with nothing open."""
        return {key: c.inside[rows[key], self.chance.integers(0, c.definite, len(rows[key]))] for key, c in self.columns.items()}

    def flat(self, rows):
        """The rows as flat legs."""
        made = {}
        for leaf in self.names.leaves:
            key = self.names.column(leaf)
            if isinstance(leaf, Fact):
                made[key] = np.array(self.columns[key].values, dtype=np.uint8)[rows[key]]
            elif isinstance(leaf, Compare):
                for term in map(self.names.of.get, terms(leaf)):
                    for end, word in enumerate(("from", "to")):
                        made[f"{term} {word}"] = np.array([value[end] for value in self.columns[term].values], dtype=np.int64)[rows[term]]
            elif whole(leaf):
                left, right = (self.names.of[term] for term in terms(leaf))
                places = self.plan.places if leaf.place else None
                pairs = [[(a, b) for b in self.columns[right].values] for a in self.columns[left].values]
                table = [[related(a, leaf.mode, b, places) for a, b in row] for row in pairs]
                made[key] = np.array(table, dtype=np.uint8)[rows[left], rows[right]]
            else:
                made[key] = rows[key]
        return made

    def by_sql(self, rows):
        """(worst, best) of every row under the regimes together, as a database answers."""
        made = pa.table({key: pa.array(column) for key, column in self.flat(rows).items()})
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.register("legs", made)
            found = connection.execute(sql(self.plan, {key: column.values for key, column in self.columns.items()})).fetchnumpy()
        ends = list(found.values())
        return np.stack([np.min(ends[0::2], axis=0), np.min(ends[1::2], axis=0)]).astype(np.int8)

    def by_explain(self, rows):
        """The same, from a dict of facts."""
        written = [map(self.columns[key].written.__getitem__, numbers.tolist()) for key, numbers in rows.items()]
        names, decide = list(rows), self.decide
        spans = [decide(dict(zip(names, values, strict=True))) for values in zip(*written, strict=True)]
        return np.array([[min(span.worst for span in one), min(span.best for span in one)] for one in spans], dtype=np.int8).T

    def told(self, rows, at):
        """One row in words."""
        return {key: self.columns[key].values[numbers[at]] for key, numbers in rows.items()}

    def by_judge(self, rows, at):
        """The same of one row, by the definitions."""
        judge = RowJudge(self.plan, self.names.of, self.told(rows, at))
        ends = [tuple(judge.opinion(regime)) for regime in self.plan.regimes]
        return min(worst for worst, _ in ends), min(best for _, best in ends)


class RowJudge(Judge):
    """The judge of conditions, where what facts and forms may be is given."""

    def __init__(self, plan, names, row):
        self.plan, self.names, self.row, self.env = plan, names, row, {"leg": None}

    def value(self, path, _):
        return self.row[self.names[path]]

    def number(self, term, _):
        return Interval(term, term) if isinstance(term, int) else self.row[self.names[term]]

    def those(self, form, least, _):
        return [form] if self.row[self.names[form]] >= least else []

    def fixed(self, path, least, env):
        return self.value(path, env) >= least


@dataclass
class Tally:
    """What was read so far, and how it came out."""

    rows: int = 0
    completions: int = 0
    explained: int = 0
    judged: int = 0
    permitted: int = 0
    undetermined: int = 0

    def add(self, worst, best):
        """Counts rows by outcome."""
        self.rows += len(worst)
        self.permitted += int((worst == PERMITTED).sum())
        self.undetermined += int((worst != best).sum())


def searched(partial, count, tally, batch=50_000, each=(20, 1_000)):
    """Reads rows and one completion of each until there are so many; of both, one in so many also by explain and by the judge.

    All are drawn near rows about which the law has something to say: of rows drawn without, most are out of every scope. Fails at the first fault.
    """
    first = partial.rows(1_000)
    near = spoken(first, partial.by_explain(first))
    for start in range(0, count, batch):
        n = min(batch, count - start)
        rows = partial.rows(n, near)
        full = partial.completed(rows)
        both = {key: np.concatenate([rows[key], full[key]]) for key in rows}
        spans = worst, best = partial.by_sql(both)
        for at in np.flatnonzero((worst[:n] > worst[n:]) | (best[n:] > best[:n]) | (worst[n:] != best[n:])):
            raise AssertionError(f"{spans[:, at]} may turn out as {spans[:, n + at]}: {partial.told(rows, at)} as {partial.told(full, at)}")
        some = partial.chance.permutation(2 * n)[: 2 * n // each[0]]
        by_facts = partial.by_explain({key: numbers[some] for key, numbers in both.items()})
        for at in some[(by_facts != spans[:, some]).any(axis=0)]:
            raise AssertionError(f"explain does not say {spans[:, at]} of {partial.told(both, at)}")
        for at in some[: 2 * n // each[1]].tolist():
            assert partial.by_judge(both, at) == tuple(spans[:, at].tolist()), partial.told(both, at)
        near = spoken(rows, spans[:, :n]) or near
        tally.add(worst[:n], best[:n])
        tally.completions, tally.explained, tally.judged = tally.completions + n, tally.explained + len(some), tally.judged + 2 * n // each[1]


def spoken(rows, spans):
    """Those of some rows, not too many, which are not surely permitted."""
    chosen = np.flatnonzero(spans[0] < PERMITTED)[:5_000]
    return {key: numbers[chosen] for key, numbers in rows.items()} if len(chosen) else None
