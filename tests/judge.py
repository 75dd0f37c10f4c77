"""The second opinion: what conditions mean, said in the slowest and plainest way that can be right, one leg at a time from the records.

Of everything it is asked whether it is at least so true: `TRUE`, surely, or `UNKNOWN`, perhaps. For rows that nobody listed stands one
unknown row (`?`); where a link surely leads nowhere stands nobody (`!`), of whom nothing is true. How values compare is tested in `facts`.
"""

from comity.facts.calendar import after
from comity.facts.leg import resolve
from comity.facts.member import related
from comity.facts.record import Record, Rows
from comity.facts.value import ANY_CODE, ANYWHERE, FALSE, MAX, MIN, NO_CODE, NOTHING, NOWHERE, TRUE, UNKNOWN, Interval, OneOf, SetOf, compare
from comity.law import condition as c
from comity.law.rulebook import REACH

ALL = 100 * 10**6  # of a party, in quanta of a share
RAILS = (TRUE, UNKNOWN)


class Judge:
    """Judges one leg of a world under a plan; `others` are the judges of all its legs."""

    def __init__(self, world, leg, plan, others):
        self.world, self.leg, self.plan, self.others, self.things, self.settled = world, leg, plan, others, {}, {}
        for kind, records in world.records.items():
            stated = {"?": {}, "!": {}, **{name: record.facts for name, record in records.items()}}
            self.things[kind] = {n: Record(n, kind, None, {f: resolve(v, leg.days) for f, v in facts.items()}) for n, facts in stated.items()}
        papers = {kind: SetOf(frozenset(world[kind]), frozenset() if f"{kind}s" in world.closed else None) for kind in ("instrument", "measure")}
        self.env = {"leg": Record(leg.movement, "movement", None, {**leg.facts, "concerning": papers["instrument"], "measures": papers["measure"]})}

    def follow(self, thing, links):
        """The record that links lead to, the unknown one where it could be several."""
        for link in links:
            members = {"!"} if thing.id == "!" else thing.facts.get(link, ANY_CODE).members
            name = "?" if members is None or len(members) > 1 else next(iter(members), "!")
            thing = self.things[self.plan.vocabulary.of(thing.kind)[link].to][name]
        return thing

    def value(self, path, env):
        """What a fact may be."""
        if path.root == "law":
            return {**self.plan.prevailing, **self.world.readings}.get(path.fact, UNKNOWN)
        thing = self.follow(env[path.root], path.links)
        if path.fact[0] == "@":
            return NOTHING if thing.id == "!" else self.last(thing, path.fact[1:])
        fact = self.plan.vocabulary.of(thing.kind)[path.fact]
        nobodys = {"bool": FALSE, "number": NOWHERE, "date": NOWHERE}.get(fact.type, NOTHING)
        return nobodys if thing.id == "!" else fact.anything if thing.id == "?" else thing.facts.get(path.fact, fact.unknown)

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
        rows = self.rows(c.Relation("self", (), "owners", "rows:party/owners"), UNKNOWN, {"self": party})
        ends = [[max(0, min(ALL, end)) for end in row.facts.get("share", ANYWHERE)] for row in rows if row.id != "?"]
        ends.append([0, max(0, ALL - sum(lo for lo, _ in ends))])
        return [(self.follow(row, ("party",)), lo, hi) for row, (lo, hi) in zip(rows, ends, strict=False)]

    def rows(self, over, least, env):
        """The rows of a relation, or those that may be there too: one unknown row stands for any number of them."""
        thing = self.follow(env[over.root], over.links)
        match self.dealing() if over.source == "dealing" else thing.facts.get(over.source):
            case Rows(rows, more):
                listed = [Record(str(number), over.kind, None, row) for number, row in enumerate(rows)]
            case SetOf(known) as found:
                listed, more = [self.things[over.kind][name] for name in known], not found.closed
            case _:
                listed, more = [], thing.id != "!"
        return listed + [Record("?", over.kind, None)] * (more and least == UNKNOWN)

    def dealing(self):
        """What each movement keeps that surely is between the same parties, or parties of their groups; itself at least."""
        ends = [[max(self.alike(j, end), self.alike(j, f"{end}.group")) for end in ("exporter", "importer")] for j in self.others]
        same = [(j.leg.movement, j.leg.part) == (self.leg.movement, self.leg.part) for j in self.others]
        truths = [TRUE if itself else min(both) for itself, both in zip(same, ends, strict=True)]
        sure = [j.leg for j, truth in zip(self.others, truths, strict=True) if truth == TRUE]
        kept = {(leg.movement, leg.part, leg.facts.get("asset"), leg.facts.get("fields")): leg.facts for leg in sure}
        return Rows(tuple(kept.values()), UNKNOWN in truths)

    def alike(self, other, key):
        """Does a link of two legs lead to one record, or to parties of one group or entity?"""
        links, _, last = key.rpartition(".") if key.endswith((".group", ".entity")) else (key, "", "id")
        mine, theirs = (self.last(one if isinstance(one, Record) else one.follow(one.env["leg"], links.split(".")), last) for one in (self, other))
        return TRUE if other is self else UNKNOWN if NO_CODE in (mine, theirs) else related(mine, "in", theirs)

    def holds(self, node, least, env=None):
        """Is a condition at least so true?"""
        env = env or self.env
        match node:
            case c.Const(truth):
                return truth >= least
            case c.Fact(c.Exists() as form):
                return any(True for _ in self.those(form, least, env))
            case c.Fact(path):
                return self.fixed(path, least, env) if ":" in path.fact else self.value(path, env) >= least
            case c.Compare(left, op, right):
                return compare(self.number(left, env), op, self.number(right, env)) >= least
            case c.Member(left, mode, right, place):
                other = SetOf(right, right) if isinstance(right, frozenset) else self.value(right, env)
                return related(self.value(left, env), mode, other, self.plan.places if place else None) >= least
            case c.And(parts):
                return all(self.holds(part, least, env) for part in parts)
            case c.Or(parts):
                return any(self.holds(part, least, env) for part in parts)
            case c.Not(part):
                return not self.holds(part, UNKNOWN if least == TRUE else TRUE, env)

    def those(self, form, least, env):
        """The rows for which the condition of a form is at least so true, each with what the form's term is there."""
        for row in self.rows(form.over, least, env):
            inner = {**env, form.var: row}
            if self.holds(form.where, least, inner) and (size := self.number(getattr(form, "term", 1), inner)) != NOWHERE:
                yield row, size

    def number(self, term, env):
        """The least and the greatest that a number may be."""
        match term:
            case int():
                return Interval(term, term)
            case c.Path():
                return self.value(term, env)
            case c.Total():
                lo = sum(max(0, size.lo) for _, size in self.those(term, TRUE, env))
                return Interval(lo, min(MAX, sum(MAX if row.id == "?" else max(0, size.hi) for row, size in self.those(term, UNKNOWN, env))))
            case c.Tally(parts):
                return Interval(*(sum(self.holds(part, least, env) for part in parts) for least in RAILS))
            case c.Share(root, links, by, multiplied):
                return self.share(self.follow(env[root], links), by, multiplied)
            case c.Counted():
                return self.counted(term)
            case c.After(day, n, unit, place):
                return after(self.number(day, env), n, unit, self.plan.calendars.get(place))
            case c.Plus(terms):
                found = [self.number(term, env) for term in terms]
                return NOWHERE if NOWHERE in found else Interval(*(max(MIN, min(MAX, sum(ends))) for ends in zip(*found, strict=True)))

    def share(self, party, by, multiplied):
        """What owners of whom `by` is true hold: in full, or multiplied down the chain, from there upward until nothing changes."""
        everybody = self.things["party"].values()
        theirs = {p.id: [ALL * self.holds(by, least, {**self.env, "self": p}) for least in RAILS] for p in everybody}
        while True:
            parts = {p.id: [(lo * theirs[o.id][0] // ALL, -(-hi * theirs[o.id][1] // ALL)) for o, lo, hi in self.owners(p)] for p in everybody}
            held = {name: Interval(*(min(ALL, sum(ends)) for ends in zip((0, 0), *shares, strict=True))) for name, shares in parts.items()}
            more = {name: list(map(max, theirs[name], held[name])) for name in held}
            if more == theirs or not multiplied:
                return held[party.id]
            theirs = more

    def fixed(self, path, least, env):
        """A definition that rests on itself: from nothing upward, until nothing changes."""
        more = self.settled or {(name, p, rail): False for name in self.plan.recursive for p in self.things["party"] for rail in RAILS}
        while more != self.settled:
            self.settled = more
            more = {key: self.holds(self.plan.recursive[key[0]], key[2], {**self.env, "self": self.things["party"][key[1]]}) for key in more}
        return self.settled[path.fact, self.follow(env[path.root], path.links).id, least]

    def counted(self, term):
        """Distinct persons: at least those apart and the largest other group that surely counts, at most those of all groups that may count."""
        size, largest, least = c.Path("leg", ("population",), term.unit, "population"), {}, {}
        sure, possible = ([judge for judge in self.others if self.joins(judge, term, least)] for least in RAILS)
        for judge in possible:
            group, (lo, hi) = judge.follow(judge.env["leg"], ("population",)), judge.value(size, judge.env)
            unit = group.id if group.id != "?" else (judge.leg.movement, judge.leg.part)  # one population: the same persons
            largest[unit] = max(largest.get(unit, 0), hi)
            if judge in sure and lo <= hi:
                unit = unit if group.facts.get("apart") == TRUE else None  # the others may overlap
                least[unit] = max(least.get(unit, 0), lo)
        said, told = ([o for o in self.world.openings if o.count == term.name and self.opens(o, term) >= rail] for rail in RAILS)
        least[None] = max([least.get(None, 0), *(o.persons.lo for o in said)])
        whole = any({*o.key} <= {key.partition(".")[0] for key in term.key} for o in said)  # the others are parts of the count
        most = sum(largest.values()) + sum(o.persons.hi for o in told) + (0 if whole or "counts" in self.world.closed else MAX)
        return Interval(sum(least.values()), min(MAX, most))

    def opens(self, opening, term):
        """Was this counted before under the key of this leg? What its key does not name it counts for all."""
        ends, kinds = {key.partition(".")[0]: key for key in term.key}, {"asset": self.things["asset"]}
        return min((self.alike(kinds.get(e, self.things["party"])[name], ends[e]) for e, name in opening.key.items() if e in ends), default=TRUE)

    def joins(self, other, term, least):
        """Does another leg count with this one? With the same key, up to the same day, from the start of a year, so many months before, or since a day."""
        (window, n), mine, theirs = term.window, self.leg.days, other.leg.days
        ends = {"months": (mine, -n, "months"), "year": (Interval(mine.lo + 1, mine.hi + 1), -1 - n, "01-01")}
        first = after(*ends[window], None) if window in ends else Interval(n, n)
        timely = window == "always" or other is self or min(compare(first, "<=", theirs), compare(theirs, "<=", mine)) >= least
        return timely and all(self.alike(other, key) >= least for key in term.key) and other.holds(term.where, least)

    def opinion(self, regime):
        """The worst, then the best: the least that every prohibition that stands leaves, or the best way through it."""
        for bars, lifts in ((UNKNOWN, TRUE), (TRUE, UNKNOWN)):  # how true it has to be: what is open, for bad, then for good
            left = [2 for d in regime.duties if d.duty.timing == "before" and self.holds(d.owed, bars) and not self.holds(d.met, lifts)]
            for law in (law for law, when in regime.prohibitions if self.holds(when, bars)):
                ways = [3 if self.holds(g.holds, lifts) else REACH[g.ground.kind] * self.holds(g.available, lifts) for g in regime.lifting(law.path)]
                left.append(max([law.effect, *ways]))
            yield min(left, default=3)
