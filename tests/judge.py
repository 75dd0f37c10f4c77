"""The second opinion: what conditions mean, said in the slowest and plainest way that can be right, one leg at a time from the records.

Everything is asked twice: whether it *may* be so, in some case that the facts leave open, and whether it surely is, in every case.
For rows that nobody listed stands one unknown row (`?`); where a link surely leads nowhere stands nobody (`!`), of whom nothing is true.
"""

import re
from datetime import date
from itertools import product
from math import nan

from comity.facts.calendar import after
from comity.facts.leg import resolve
from comity.facts.record import Record, Rows
from comity.facts.value import ANY_CODE, FALSE, MAX, MIN, NOTHING, NOWHERE, TRUE, UNKNOWN, UNLIMITED, Interval, OneOf, SetOf
from comity.law import condition as c
from comity.law.rulebook import REACH

OTHERS = frozenset({"*", "**"})  # two codes that no list names
OWNERS, SHARE = c.Relation("self", (), "owners", "rows:party/owners"), c.Path("self", (), "share", "rows:party/owners")
RAILS = (False, True)  # surely, perhaps
SIDES = ("exporter", "importer")
ALL = 100 * 10**6  # of a party, in quanta of a share


def so(truth, may):
    return truth in (TRUE, UNKNOWN) if may else truth == TRUE


def cases(value, others=OTHERS):
    """The ends of a number (and `nan` if there may be none), each code, the least and the greatest set; any code where none is listed."""
    match value:
        case (lo, hi, *_):
            return value if lo <= hi else ()
        case OneOf(members):
            return [{code} for code in (others if members is None else members)]
        case SetOf(known, possible):
            return [known, known | (others if possible is None else possible)]
    return ()


def compare(left, op, right, may):
    if op in (">", ">=", "=="):
        return compare(right, op.replace(">", "<").replace("==", "<="), left, may) and (op != "==" or compare(left, "<=", right, may))
    found = [a < b or (op == "<=" and a == b) for a, b in product(cases(left), cases(right))]
    return any(found) if may else bool(found) and all(found)


def related(left, mode, right, may, places=None):
    named, mode = OTHERS.union(*cases(left), *cases(right)), "in" if isinstance(left, OneOf) else mode
    found = [fits(a, mode, b, may, places) for a, b in product(cases(left, named), cases(right, named))]
    return UNLIMITED in (left, right) or (any(found) if may else bool(found) and all(found))


def fits(left, mode, right, may, places):
    """A test between two plain sets. With a tree of places, whether a place lies in another may itself be unknown."""
    if mode == "contains":
        return all(fits(left, "overlaps", {code}, may, places) for code in right)
    inside = [so(places.inside(code, frozenset(right)), may) if places else code in right for code in left]
    return all(inside) if mode == "within" else any(inside)


class Judge:
    """Judges one leg of a world under a plan; `others` are the judges of all its legs."""

    def __init__(self, world, leg, plan, others):
        self.world, self.leg, self.plan, self.others, self.settled, self.counts = world, leg, plan, others, {}, {}
        kinds = plan.vocabulary.kinds
        self.kinds = kinds | {f"rows:{kind}/{name}": fact.columns for kind in kinds for name, fact in kinds[kind].items()}
        self.things = {kind: {name: Record(name, kind, None) for name in "?!"} for kind in self.kinds}
        for kind, records in world.records.items():
            self.things[kind] |= {n: Record(n, kind, None, {f: resolve(v, leg.days) for f, v in r.facts.items()}) for n, r in records.items()}
        papers = {"concerning": "instrument", "measures": "measure"}
        listed = {name: SetOf(frozenset(world[kind]), frozenset() if f"{kind}s" in world.closed else None) for name, kind in papers.items()}
        self.env = {"leg": Record(leg.movement, "movement", None, {**leg.facts, **listed})}
        self.law = {f"{r.book.regime}/reading.{n}": g.prevails for r in plan.regimes for n, g in r.book.readings.items()}

    def follow(self, thing, links):
        """The record that links lead to, the unknown one where it could be several."""
        for link in links:
            members = {"!"} if thing.id == "!" else thing.facts.get(link, ANY_CODE).members
            name = "?" if members is None or len(members) > 1 else next(iter(members), "!")
            thing = self.things[self.kinds[thing.kind][link].to][name]
        return thing

    def value(self, path, env):
        """What a fact may be."""
        if path.root == "law":
            return self.world.readings.get(path.fact, {True: TRUE, False: FALSE}.get(self.law.get(path.fact), UNKNOWN))
        thing = self.follow(env[path.root], path.links)
        if path.fact[0] == "@":
            return NOTHING if thing.id == "!" else self.last(thing, path.fact[1:])
        fact = self.kinds[thing.kind][path.fact]
        if thing.id == "!":
            return NOWHERE if fact.type in ("number", "date") else NOTHING
        return fact.anything if thing.id == "?" else thing.facts.get(path.fact, fact.unknown)

    def last(self, thing, name, seen=()):
        """Where a chain of parties ends: what is stated, or the one that surely is nobody's branch (`entity`), or majority owner's (`group`)."""
        if thing.id in ("?", *seen) or isinstance(thing.facts.get(name), OneOf):
            return thing.facts.get(name, ANY_CODE)
        above = [self.follow(thing, ("part_of",))] if name == "entity" else []
        if name == "group":
            above = [self.things["party"]["?"] if 2 * lo <= ALL or owner.id == "!" else owner for owner, lo, hi in self.owners(thing) if 2 * hi > ALL]
        return self.last(above[0], name, (*seen, thing.id)) if above and above[0].id != "!" else OneOf(frozenset({thing.id}))

    def owners(self, party):
        """Whoever owns a party, with the least and the greatest share; what is not disclosed may be anybody's."""
        rows = self.rows(OWNERS, {"self": party}, may=True)
        ends = [[max(0, min(ALL, end)) for end in self.value(SHARE, {"self": row})] for row in rows if row.id != "?"]
        ends.append([0, max(0, ALL - sum(lo for lo, _ in ends))])
        return [(self.follow(row, ("party",)), lo, hi) for row, (lo, hi) in zip(rows, ends, strict=False)]

    def rows(self, over, env, may):
        """The rows of a relation that surely are there, or also the one that stands for any number of rows that nobody listed."""
        thing = self.follow(env[over.root], over.links)
        match self.dealing() if over.source == "dealing" else thing.facts.get(over.source):
            case Rows(rows, unlisted):
                listed = [Record(str(number), over.kind, None, row) for number, row in enumerate(rows)]
            case SetOf(known) as found:
                listed, unlisted = [self.things[over.kind][name] for name in known], not found.closed
            case _:
                listed, unlisted = [], thing.id != "!"
        return listed + [self.things[over.kind]["?"]] * (may and unlisted)

    def dealing(self):
        """One leg of each movement that surely is between the same parties, or parties of their groups: itself at least."""
        same = lambda j, may: all(self.alike(j, s, may) or self.alike(j, f"{s}.group", may) for s in SIDES)  # noqa: E731
        own = [j.leg for j in self.others if (j.leg.movement, j.leg.part) == (self.leg.movement, self.leg.part)]
        sure, perhaps = (own + [j.leg for j in self.others if j.leg not in own and same(j, may)] for may in RAILS)
        return Rows(tuple({(leg.movement, leg.part): leg.facts for leg in sure[::-1]}.values()), len(perhaps) > len(sure))

    def alike(self, other, key, may):
        """Does a link of two legs lead to one record, or to parties of one group or entity?"""
        links, last = re.fullmatch(r"(.*?)(?:\.(group|entity))?", key).groups("id")
        mine, theirs = (judge.last(judge.follow(judge.env["leg"], links.split(".")), last) for judge in (self, other))
        return other is self or related(mine, "in", theirs, may) or (may and not (cases(mine) and cases(theirs)))  # no group is no key

    def holds(self, node, may, env=None):
        """Whether a condition may hold, or surely does."""
        env = env or self.env
        match node:
            case c.Const(truth):
                return so(truth, may)
            case c.Fact(c.Exists() as form):
                return any(True for _ in self.those(form, env, may))
            case c.Fact(c.Path() as path):
                return self.fixed(path, env, may) if ":" in path.fact else so(self.value(path, env), may)
            case c.Compare(left, op, right):
                return compare(self.number(left, env), op, self.number(right, env), may)
            case c.Member(left, mode, right, place):
                other = SetOf(right, right) if isinstance(right, frozenset) else self.value(right, env)
                return related(self.value(left, env), mode, other, may, self.plan.places if place else None)
            case c.And(parts):
                return all(self.holds(part, may, env) for part in parts)
            case c.Or(parts):
                return any(self.holds(part, may, env) for part in parts)
            case c.Not(part):
                return not self.holds(part, not may, env)

    def those(self, form, env, may):
        """The rows for which the condition of a form holds, each with what its term is there."""
        for row in self.rows(form.over, env, may):
            inner = {**env, form.var: row}
            if self.holds(form.where, may, inner) and cases(size := self.number(getattr(form, "term", 1), inner)):
                yield row, size

    def number(self, term, env):
        """The least and the greatest that a number may be (and `nan` if there may be none)."""
        match term:
            case int():
                return Interval(term, term)
            case c.Path():
                return self.value(term, env)
            case c.Total():
                lo = sum(max(0, size[0]) for _, size in self.those(term, env, may=False))
                return Interval(lo, min(MAX, sum(MAX if row.id == "?" else max(0, size[1]) for row, size in self.those(term, env, may=True))))
            case c.Extreme():
                sign = 1 if term.last else -1  # the first day is the last of the mirrored ones
                sure, possible = ([sorted((sign * size[0], sign * size[1])) for _, size in self.those(term, env, may)] for may in RAILS)
                ends = sorted((sign * max((lo for lo, _ in sure), default=MIN), sign * max((hi for _, hi in possible), default=MIN)))
                return (*ends, *([] if sure else [nan])) if possible else NOWHERE
            case c.Tally(parts):
                return Interval(*(sum(self.holds(part, may, env) for part in parts) for may in RAILS))
            case c.Share(root, links, by, multiplied):
                return self.share(self.follow(env[root], links), by, multiplied)
            case c.Counted():
                return self.counts.get(term) or self.counts.setdefault(term, self.counted(term))
            case c.After(day, n, unit, place):
                lo, hi, *perhaps = self.number(day, env)
                return (*after(Interval(lo, hi), n, unit, self.plan.calendars.get(place)), *perhaps)
            case c.Plus(terms):
                found = [self.number(term, env) for term in terms]
                return Interval(*(max(MIN, min(MAX, sum(ends))) for ends in zip(*found, strict=True))) if all(map(cases, found)) else NOWHERE

    def share(self, party, by, multiplied):
        """What owners of whom `by` is true hold: in full, or multiplied down the chain, from there upward until nothing changes."""
        everybody = self.things["party"].values()
        theirs = {p.id: tuple(ALL * self.holds(by, may, {**self.env, "self": p}) for may in RAILS) for p in everybody}
        while True:
            parts = {p.id: [(lo * theirs[o.id][0] // ALL, -(-hi * theirs[o.id][1] // ALL)) for o, lo, hi in self.owners(p)] for p in everybody}
            held = {name: tuple(min(ALL, sum(ends)) for ends in zip((0, 0), *shares, strict=True)) for name, shares in parts.items()}
            more = {name: tuple(map(max, theirs[name], held[name])) for name in held}
            if more == theirs or not multiplied:
                return held[party.id]
            theirs = more

    def fixed(self, path, env, may):
        """A definition that rests on itself: from nothing upward, until nothing changes."""
        bodies = {name: body for regime in self.plan.regimes for name, body in regime.recursive.items()}
        more = self.settled or dict.fromkeys(product(bodies, self.things["party"], RAILS), False)
        while more != self.settled:
            self.settled = more
            more = {key: self.holds(bodies[key[0]], key[2], {**self.env, "self": self.things["party"][key[1]]}) for key in more}
        return self.settled[path.fact, self.follow(env[path.root], path.links).id, may]

    def counted(self, term):
        """Distinct persons: at least those apart and the largest other group that surely counts, at most those of all groups that may count."""
        size, largest, least = c.Path("leg", ("population",), term.unit, "population"), {}, {}
        sure, possible = ([judge for judge in self.others if self.joins(judge, term, may)] for may in RAILS)
        for judge in possible:
            group, (lo, hi) = judge.follow(judge.env["leg"], ("population",)), judge.value(size, judge.env)
            unit = group.id if group.id != "?" else (judge.leg.movement, judge.leg.part)  # one population: the same persons
            largest[unit] = max(largest.get(unit, 0), hi)
            if judge in sure and lo <= hi:
                unit = unit if group.facts.get("apart") == TRUE else None  # the others may overlap
                least[unit] = max(least.get(unit, 0), lo)
        before = [Interval(0, 0 if "counts" in self.world.closed else MAX)]
        for opening in (o for o in self.world.openings if o.count == term.name):
            ends = [(self.last(self.follow(self.env["leg"], (side,)), "id"), OneOf(frozenset({name}))) for side, name in opening.key.items()]
            surely, perhaps = (all(related(one, "in", other, may) for one, other in ends) for may in RAILS)
            before = [opening.persons] if surely else before + [opening.persons] * perhaps
        least[None] = max(least.get(None, 0), min(lo for lo, _ in before))
        return Interval(sum(least.values()), min(MAX, sum(largest.values()) + max(hi for _, hi in before)))

    def joins(self, other, term, may):
        """Does another leg count with this one? With the same key, up to the same day, from the start of its year or so many months before."""
        (window, n), mine, theirs = term.window, self.leg.days, other.leg.days
        years = (date.fromordinal(day).replace(month=1, day=1).toordinal() if MIN < day < MAX else day for day in mine)
        first = after(mine, -n, "months", None) if window == "months" else Interval(*years)
        timely = window == "always" or other is self or (compare(first, "<=", theirs, may) and compare(theirs, "<=", mine, may))
        return timely and all(self.alike(other, key, may) for key in term.key) and other.holds(term.where, may)

    def opinion(self, regime):
        """(worst, best): the least that every prohibition that stands leaves, or the best way through it; where it is open, for bad or for good."""
        ends = []
        for bad in (True, False):
            left = [3] + [2 for d in regime.duties if d.duty.timing == "before" and self.holds(d.owed, bad) and not self.holds(d.met, not bad)]
            for prohibition, when in regime.prohibitions:
                if self.holds(when, bad):
                    grounds = regime.lifting(prohibition.path)
                    ways = [3 if self.holds(g.holds, not bad) else REACH[g.ground.kind] * self.holds(g.available, not bad) for g in grounds]
                    left.append(max([prohibition.effect, *ways]))
            ends.append(min(left))
        return tuple(ends)
