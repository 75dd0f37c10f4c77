"""The second opinion: what conditions and forms mean, said in the slowest and plainest way that can be right.

One leg at a time, straight from the records of a world: no columns, no sharing, nothing remembered but the least fixed points.
A fact is read as the list of what it may be; a test is true if it is so in every case, false if in none, else unknown.
"""

from dataclasses import dataclass, field
from itertools import product

from comity.facts.calendar import after
from comity.facts.leg import resolve
from comity.facts.value import ANY_CODE, FALSE, MAX, MIN, NOT, NOTHING, NOWHERE, TRUE, UNKNOWN, UNLIMITED, Interval, OneOf, SetOf
from comity.facts.vocabulary import PLURALS
from comity.facts.record import Rows
from comity.law import condition as c
from comity.law.rulebook import REACH

ALL = 100 * 10**6  # of a party, in quanta of a share
OTHERS = {"*", "**"}  # two codes that no list names


@dataclass(frozen=True, eq=False)
class Thing:
    """A record or a row; of the unknown one (`?`) nothing is known, and nobody (`!`) has no facts."""

    kind: str
    id: str
    facts: dict = field(default_factory=dict)


class Perhaps(Interval):
    """A day that there may not be."""


def agree(truths):
    """True if so in every case, false if in none (or if there is no case), else unknown."""
    found = set(truths)
    return found.pop() if len(found) == 1 else UNKNOWN if found else FALSE


def least(truths):
    """And: as true as the least true; a false one settles it."""
    found = TRUE
    for truth in truths:
        found = min(found, truth)
        if found == FALSE:
            break
    return found


def most(truths):
    """Or: as true as the truest; a true one settles it."""
    return NOT[least(NOT[truth] for truth in truths)]


def cases(value, codes):
    """The least and the greatest set a value may be, or each single code; any code of `codes` or one that is not listed."""
    match value:
        case OneOf(members):
            return [{m} for m in (members if members is not None else {*codes, *OTHERS})]
        case SetOf(known, possible):
            return [set(known), set(known) | set(possible if possible is not None else {*codes, *OTHERS})]


class Judge:
    """Judges one leg of a world under a plan; `legs` are all the legs there are, for what is counted over them."""

    def __init__(self, world, leg, plan, legs):
        self.world, self.leg, self.plan, self.legs, self.settled = world, leg, plan, legs, {}
        self.things = {k: {n: Thing(k, n, {f: resolve(v, leg.days) for f, v in r.facts.items()}) for n, r in world[k].items()} for k in PLURALS}
        self.env = {"leg": Thing("movement", leg.movement, leg.facts)}

    # -- records, links, rows ------------------------------------------------------------------------------------

    def fact(self, kind, name):
        owner, _, rows = kind.removeprefix("rows:").partition("/")
        facts = self.plan.vocabulary.kinds[owner]
        return (facts[rows].columns if rows else facts)[name]

    def record(self, kind, name):
        return self.things[kind][name]

    def value(self, thing, name):
        if name.startswith("@"):
            if thing.id in "?!":
                return ANY_CODE if thing.id == "?" else NOTHING
            return {"@id": lambda t: OneOf(frozenset({t.id})), "@entity": self.entity, "@group": self.group}[name](thing)
        fact = self.fact(thing.kind, name)
        if thing.id == "!":
            return {"bool": FALSE, "number": NOWHERE, "date": NOWHERE}.get(fact.type, NOTHING)
        return fact.anything if thing.id == "?" else thing.facts.get(name, fact.unknown)

    def follow(self, thing, link):
        kind = self.fact(thing.kind, link).to
        match thing.facts.get(link, ANY_CODE) if thing.id != "!" else OneOf(frozenset()):
            case OneOf(members) if members is not None and len(members) <= 1:
                return self.record(kind, *members) if members else Thing(kind, "!")
        return Thing(kind, "?")

    def at(self, root, links, env):
        thing = env[root]
        for link in links:
            thing = self.follow(thing, link)
        return thing

    def entity(self, party, seen=()):
        """A branch is the entity it is part of."""
        parent = self.follow(party, "part_of")
        if parent.id == "!":
            return OneOf(frozenset({party.id}))
        return ANY_CODE if parent.id == "?" or parent.id in seen else self.entity(parent, (*seen, party.id))

    def group(self, party, seen=()):
        """The group as stated, or that of the majority owner, or the party itself where there surely is none."""
        owners = party.facts.get("owners", Rows((), open=True))
        if party.id == "?" or party.id in seen or isinstance(party.facts.get("group"), OneOf):
            return party.facts.get("group", ANY_CODE)
        shares = [(row, row.get("share", Interval(0, ALL))) for row in owners.rows]
        for row, share in shares:
            if share.hi > ALL // 2:
                owner = self.follow(Thing("rows:party/owners", "row", row), "party")
                return self.group(owner, (*seen, party.id)) if share.lo > ALL // 2 and owner.id != "!" else ANY_CODE
        undisclosed = owners.open and sum(max(0, share.lo) for _, share in shares) < ALL // 2
        return ANY_CODE if undisclosed else OneOf(frozenset({party.id}))

    def rows(self, over, env):
        """The rows of a relation, each with how surely it is there; the unlisted one (`?`) stands for any number."""
        thing = self.at(over.root, over.links, env)
        if thing.kind == "movement" and over.source in ("dealing", "concerning", "measures"):
            return self.leg_rows(thing, over.source)
        if thing.id == "!":
            return []
        fact, found = self.fact(thing.kind, over.source), thing.facts.get(over.source)
        if fact.type == "links":
            found = found if isinstance(found, SetOf) else SetOf(frozenset(), None)
            listed, open_ = [self.record(fact.to, name) for name in sorted(found.known)], not found.closed
        else:
            found = found if isinstance(found, Rows) else Rows((), open=True)
            listed, open_ = [Thing(over.kind, f"{thing.id}/{i}", row) for i, row in enumerate(found.rows)], found.open
        return [(row, TRUE) for row in listed] + [(Thing(over.kind, "?"), UNKNOWN)] * open_

    def leg_rows(self, leg, source):
        if source != "dealing":
            kind = {"concerning": "instrument", "measures": "measure"}[source]
            unlisted = [(Thing(kind, "?"), UNKNOWN)] * (f"{kind}s" not in self.world.closed)
            return [(row, TRUE) for row in self.things[kind].values()] + unlisted
        found, perhaps = {}, False
        for other in self.legs:
            if (same := self.course(leg, other)) == TRUE:
                found.setdefault((other.movement, other.part), (Thing("movement", other.movement, other.facts), TRUE))
            perhaps |= same == UNKNOWN
        return [*found.values()] + [(Thing("movement", "?"), UNKNOWN)] * perhaps

    def course(self, leg, other):
        """The same exporter and importer, or parties of their groups."""
        if other.facts is leg.facts:
            return TRUE
        ends = [(self.follow(leg, s), self.follow(Thing("movement", "", other.facts), s)) for s in ("exporter", "importer")]
        return min(self.same(a, b) | self.related(self.value(a, "@group"), "in", self.value(b, "@group"), None) for a, b in ends)

    @staticmethod
    def same(one, other):
        return UNKNOWN if "?" in (one.id, other.id) else TRUE if one.id == other.id else FALSE

    # -- conditions ------------------------------------------------------------------------------------------------

    def truth(self, node, env=None):
        env = env or self.env
        match node:
            case c.Const(truth):
                return truth
            case c.Fact(c.Path("law", _, name)):
                prevails = {f"{r.book.regime}/reading.{n}": g.prevails for r in self.plan.regimes for n, g in r.book.readings.items()}
                return self.world.readings.get(name, {True: TRUE, False: FALSE}.get(prevails.get(name), UNKNOWN))
            case c.Fact(c.Path(root, links, name)):
                thing = self.at(root, links, env)
                return self.fixed(name)[name, thing.id] if ":" in name else self.value(thing, name)
            case c.Fact(c.Exists(over, var, where)):
                return most(there & self.truth(where, {**env, var: row}) for row, there in self.rows(over, env))
            case c.Compare(left, op, right):
                return self.compare(self.number(left, env), op, self.number(right, env))
            case c.Member(left, mode, right, place):
                found = self.value(self.at(left.root, left.links, env), left.fact)
                places = self.plan.places if place else None
                other = SetOf(right, right) if isinstance(right, frozenset) else self.value(self.at(right.root, right.links, env), right.fact)
                return self.related(found, mode, other, places)
            case c.And(parts):
                return least(self.truth(p, env) for p in parts)
            case c.Or(parts):
                return most(self.truth(p, env) for p in parts)
            case c.Not(part):
                return NOT[self.truth(part, env)]

    @staticmethod
    def compare(left, op, right):
        if isinstance(left, Perhaps) or isinstance(right, Perhaps):
            return UNKNOWN & Judge.compare(Interval(*left), op, Interval(*right))
        if left.lo > left.hi or right.lo > right.hi:
            return FALSE
        test = {"<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__, "==": int.__eq__}[op]
        ends = [test(int(a), int(b)) for a, b in product(left, right)]
        if op == "==" and not all(ends):  # two spans that touch may be equal inside
            return UNKNOWN if left.lo <= right.hi and right.lo <= left.hi else FALSE
        return TRUE if all(ends) else UNKNOWN if any(ends) else FALSE

    def related(self, left, mode, right, places):
        if UNLIMITED in (left, right):
            return TRUE
        if NOTHING in (left, right):
            return FALSE
        named = {m for v in (left, right) for s in ((v.members,) if isinstance(v, OneOf) else (v.known, v.possible)) for m in s or ()}
        single = isinstance(left, OneOf)
        return agree(self.set_test(a, "in" if single else mode, b, places) for a, b in product(cases(left, named), cases(right, named)))

    @staticmethod
    def set_test(left, mode, right, places):
        """Two plain sets. With a tree of places, whether a place lies in another may itself be unknown."""
        inside = lambda code, among: places.inside(code, frozenset(among)) if places else TRUE if code in among else FALSE  # noqa: E731
        if mode == "contains":
            return min((max((inside(a, {b}) for a in left), default=FALSE) for b in right), default=TRUE)
        each = [inside(a, right) for a in left]
        return min(each, default=TRUE) if mode == "within" else max(each, default=FALSE)

    # -- forms -----------------------------------------------------------------------------------------------------

    def number(self, term, env):
        match term:
            case int():
                return Interval(term, term)
            case c.Path(root, links, name):
                return self.value(self.at(root, links, env), name)
            case c.Count(over, var, where):
                return self.total(over, var, 1, where, env)
            case c.Total(over, var, inner, where):
                return self.total(over, var, inner, where, env)
            case c.Extreme(over, var, inner, where, last):
                return self.extreme(over, var, inner, where, last, env)
            case c.Tally(parts):
                found = [self.truth(p, env) for p in parts]
                return Interval(sum(t == TRUE for t in found), sum(t != FALSE for t in found))
            case c.Share(root, links, by, multiplied):
                return self.share(self.at(root, links, env), by, multiplied)
            case c.Counted():
                return self.counted(term)
            case c.After(day, n, unit, place):
                start = self.number(day, env)
                return type(start)(*after(start, n, unit, self.plan.calendars.get(place)))
            case c.Plus(terms):
                found = [self.number(t, env) for t in terms]
                ends = [max(MIN, min(MAX, sum(v[end] for v in found))) for end in (0, 1)]
                return NOWHERE if any(v.lo > v.hi for v in found) else Interval(*ends)

    def total(self, over, var, term, where, env):
        lo = hi = 0
        for row, there in self.rows(over, env):
            inner = {**env, var: row}
            truth, size = there & self.truth(where, inner), self.number(term, inner)
            if truth != FALSE and size.lo <= size.hi:
                lo += max(0, size.lo) if truth == TRUE else 0
                hi += MAX if row.id == "?" else size.hi  # of rows that nobody listed there may be many
        return Interval(lo, min(hi, MAX))

    def extreme(self, over, var, term, where, last, env):
        """The last (or first) day: no value if no row is there, perhaps none if no row surely is."""
        sure, may = [], []
        for row, there in self.rows(over, env):
            truth, day = there & self.truth(where, {**env, var: row}), self.number(term, {**env, var: row})
            if truth != FALSE and day.lo <= day.hi:
                may.append(day)
                sure += [day] if truth == TRUE else []
        if not may:
            return NOWHERE
        lo, hi = (max((d.lo for d in sure), default=MIN), max(d.hi for d in may)) if last else (min(d.lo for d in may), min((d.hi for d in sure), default=MAX))
        return Interval(lo, hi) if sure else Perhaps(lo, hi)

    def share(self, party, by, multiplied):
        """What owners of whom `by` is true hold: in full, or multiplied down the chain as a least fixed point."""
        parties = [*(self.record("party", n) for n in self.world["party"]), Thing("party", "?"), Thing("party", "!")]
        sure = {p.id: self.truth(by, {**self.env, "self": p}) for p in parties}
        full = {name: Interval(ALL * (t == TRUE), ALL * (t != FALSE)) for name, t in sure.items()}
        while multiplied:
            held = {p.id: self.held(p, full) for p in parties}
            more = {n: Interval(max(full[n].lo, h.lo), max(full[n].hi, h.hi)) for n, h in held.items()}
            if more == full:
                break
            full = more
        return self.held(party, full)

    def held(self, party, full):
        rows = self.rows(c.Relation("self", (), "owners", "rows:party/owners"), {"self": party})
        lo = hi = told = 0
        for row, _ in rows:
            if row.id == "?":
                hi += ALL - min(told, ALL)  # what is not disclosed may be theirs
                continue
            share = self.value(row, "share")
            least, most = (max(0, min(ALL, end)) for end in share)
            owner = full[self.follow(row, "party").id]
            lo, hi, told = lo + least * owner.lo // ALL, hi - -most * owner.hi // ALL, told + least
        return Interval(min(lo, ALL), min(hi, ALL))

    def fixed(self, name):
        """Definitions that rest on themselves: from nothing upward, until nothing changes."""
        regime = next(r for r in self.plan.regimes if name in r.recursive)
        if name not in {n for n, _ in self.settled}:
            kinds = {n: regime.findings[n.partition(":")[2]][0].of for n in regime.recursive}
            things = {n: [*(self.record(k, r) for r in self.world[k]), Thing(k, "?"), Thing(k, "!")] for n, k in kinds.items()}
            self.settled |= {(n, t.id): FALSE for n in kinds for t in things[n]}
            while (found := {(n, t.id): self.truth(regime.recursive[n], {**self.env, "self": t}) for n in kinds for t in things[n]}).items() - self.settled.items():
                self.settled |= found
        return self.settled

    def counted(self, term):
        """Distinct persons: at least those of the largest leg that surely counts, at most all that may count."""
        sizes, lo = {}, 0
        for other in self.legs:
            that = Judge(self.world, other, self.plan, self.legs)
            same, when = self.same_key(term, that), self.in_window(term.window, other)
            truth = same & when & that.truth(term.where) if same & when else FALSE
            size = that.number(c.Path("leg", ("population",), term.unit, "population"), that.env)
            if truth != FALSE and size.lo <= size.hi:
                lo = max(lo, size.lo) if truth == TRUE else lo
                moved = that.at("leg", ("population",), that.env).id
                unit = moved if moved != "?" else (other.movement, other.part)  # one population: the same persons
                sizes[unit] = max(sizes.get(unit, 0), size.hi)
        before = Interval(0, 0 if "counts" in self.world.closed else MAX)
        for opening in (o for o in self.world.openings if o.count == term.name):
            ends = [self.same(self.at("leg", (side,), self.env), Thing("", name)) for side, name in opening.key.items()]
            match min(ends, default=TRUE):
                case 3:
                    before = opening.persons
                case 1:
                    before = Interval(min(before.lo, opening.persons.lo), max(before.hi, opening.persons.hi))
        return Interval(max(lo, before.lo), min(MAX, sum(sizes.values()) + before.hi))

    def same_key(self, term, that):
        if that.leg.facts is self.leg.facts:
            return TRUE
        truths = []
        for name in term.key:
            *links, last = name.split(".")
            if last in ("group", "entity"):
                mine, theirs = (j.value(j.at("leg", links, j.env), "@" + last) for j in (self, that))
                truths.append(self.related(mine, "in", theirs, None))
            else:
                truths.append(self.same(*(j.at("leg", (*links, last), j.env) for j in (self, that))))
        return min(truths)

    def in_window(self, window, other):
        """Up to the leg's own day: always, in the same calendar year, or in so many months before."""
        word, n = window
        mine, theirs = self.leg.days, other.days
        if word == "always" or other.facts is self.leg.facts:
            return TRUE
        first = [after(Interval(d, d), -n, "months", None).lo if word == "months" and MIN < d < MAX else year(d) for d in mine]
        if theirs.lo >= first[1] and theirs.hi <= mine.lo:
            return TRUE
        return UNKNOWN if theirs.hi >= first[0] and theirs.lo <= mine.hi else FALSE

    # -- outcomes ----------------------------------------------------------------------------------------------------

    def opinion(self, regime):
        """(worst, best): of every prohibition that may stand what is left of it, and the least of all that."""
        spans = [(3, 3)]
        grounds = [(g, self.truth(g.holds), self.truth(g.available)) for g in regime.grounds]
        for prohibition, when in regime.prohibitions:
            stands = self.truth(when)
            lifting = [(g.ground.kind, holds, open_) for g, holds, open_ in grounds if g in regime.lifting(prohibition.path)]
            ends = []
            for gone, serves in (((FALSE,), (TRUE,)), ((FALSE, UNKNOWN), (TRUE, UNKNOWN))):  # as bad, as good as may be
                ways = [3 if holds in serves else REACH[kind] if open_ in serves else 0 for kind, holds, open_ in lifting]
                ends.append(3 if stands in gone else max([prohibition.effect, *ways]))
            spans.append(tuple(ends))
        for duty in (d for d in regime.duties if d.duty.timing == "before"):
            owed, met = self.truth(duty.owed), self.truth(duty.met)
            spans.append((3 if owed == FALSE or met == TRUE else 2, 2 if owed == TRUE and met == FALSE else 3))
        return min(w for w, _ in spans), min(b for _, b in spans)


def year(day):
    """The first day of the year of a day number."""
    import datetime as dt

    return dt.date(dt.date.fromordinal(day).year, 1, 1).toordinal() if 1 <= day <= dt.date.max.toordinal() else day
