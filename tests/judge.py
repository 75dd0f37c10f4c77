"""The second opinion: what conditions mean, said in the slowest and plainest way that can be right.

One leg at a time, straight from the records of a world: no columns, no sharing, nothing remembered but counts and fixed points.
A fact is read as the list of what it may be; a test is true if it is so in every case, false if in none, else unknown.
"""

from itertools import product

from judge_forms import Forms, Perhaps

from comity.facts.value import FALSE, NOT, NOTHING, TRUE, UNKNOWN, UNLIMITED, Interval, OneOf, SetOf
from comity.law import condition as c
from comity.law.rulebook import REACH

OTHERS = {"*", "**"}  # two codes that no list names


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


class Judge(Forms):
    """Judges one leg of a world under a plan."""

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
