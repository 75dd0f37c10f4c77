"""The second opinion, second part: what is counted, summed, owned and found from rows, each by its own definition."""

import datetime as dt

from judge_records import ALL, Records, Thing

from comity.facts.calendar import after
from comity.facts.value import FALSE, MAX, MIN, NOWHERE, TRUE, UNKNOWN, Interval
from comity.law import condition as c


class Perhaps(Interval):
    """A day that there may not be."""


class Forms(Records):
    """Numbers and days derived from rows; `truth` and `related` are the judge's."""

    def number(self, term, env):
        match term:
            case int():
                return Interval(term, term)
            case c.Path(root, links, name):
                return self.value(self.at(root, links, env), name)
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
                self.counts[term] = self.counts.get(term) or self.counted(term)
                return self.counts[term]
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
            while (
                found := {(n, t.id): self.truth(regime.recursive[n], {**self.env, "self": t}) for n in kinds for t in things[n]}
            ).items() - self.settled.items():
                self.settled |= found
        return self.settled

    def counted(self, term):
        """Distinct persons: at least those of the largest leg that surely counts, at most all that may count."""
        sizes, lo = {}, 0
        for other in self.legs:
            that = type(self)(self.world, other, self.plan, self.legs)
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


def year(day):
    """The first day of the year of a day number."""
    return dt.date(dt.date.fromordinal(day).year, 1, 1).toordinal() if 1 <= day <= dt.date.max.toordinal() else day
