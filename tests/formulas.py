"""Reading *prove* on flat legs: the formulas of a plan's levels, with what is known of each fact told to the solver.

A test of a fact is *surely* true where its contrary cannot be beside what is known of the fact, and *possibly* where it can be itself: the solver says
both, once for each value. From there the formula of a level is read as it stands, both rails at once; nothing of the law is read but by `prove.smt`.
Places that no test tells apart are one place to a proof, and a place too coarse for a test is any that lies in it; one that is too coarse for another
fact is not asked about.
"""

import itertools

import numpy as np
import z3

from comity.facts.member import related
from comity.facts.value import FALSE, NOT, NOTHING, TRUE, UNKNOWN, UNLIMITED, Interval, OneOf, SetOf
from comity.facts.vocabulary import SETS
from comity.flat.names import Names, terms, whole
from comity.law.condition import Compare, Fact, Member, Path, negation
from comity.prove.smt import EXPORTER, Reading
from comity.prove.symbols import OTHERS, Symbols

LEG = {"leg": (EXPORTER, "movement")}


class Atoms(Reading):
    """A plan of which every fact of a flat leg is one term: each path leads to a record of its own, each form is a number or truth of its own."""

    def record(self, path, env):
        kind = env[path.root][1]
        for link in path.links:
            kind = self.symbols.fact(kind, link).to
        return self.own("record", path), kind

    def own(self, sort, node):
        """The term of a node, made when first asked for."""
        key = ("own", node)
        if key not in self.known:
            self.known[key] = (z3.FreshBool if sort == "truth" else z3.FreshInt)(sort)
        return self.known[key]

    def _law(self, name):
        """Contested law as a leg states it, though a proof takes it as it prevails."""
        return self.own("truth", name) if name in self.plan.prevailing else super()._law(name)

    def settled(self, name, record):
        return self.symbols.function(("settled", name), z3.IntSort(), z3.BoolSort())(record)

    def exists(self, form, _):
        return self.own("truth", form)

    def _number(self, term, env):
        if isinstance(term, (int, Path)):
            return super()._number(term, env)
        return self.own("number", term), self.own("truth", (term, "is there"))

    def sets(self, one, mode, other, *, place):
        """Exactly what codes do that are told apart, and `beside` what others do."""
        known, beside = self.compared_sets(one, mode, other, place=place), self.beside(one, mode, other)
        return z3.Or(known, beside) if mode in ("in", "overlaps") else z3.And(known, beside)

    def beside(self, one, mode, other):
        return self.own("truth", ("beside", one[2].get_id(), mode, other[2].get_id()))


class Formulas:
    """The formulas of a plan's tests and levels."""

    def __init__(self, plan):
        self.plan, self.names, self.symbols = plan, Names(plan), Symbols(plan)
        self.reading = Atoms(plan, self.symbols)
        self.solver = z3.SimpleSolver()
        self.told = {}
        self.axioms = {}
        self.places = {}
        tests = [test for test in self.symbols._tests if test.place and isinstance(test.right, frozenset)]
        self.named = [one for test in tests for one in ([frozenset({code}) for code in test.right] if test.mode == "contains" else [test.right])]
        self.leaf, self.groups, found = {}, {}, self.symbols.axioms
        for leaf in self.names.leaves:
            self.groups.setdefault((type(leaf), *terms(leaf), whole(leaf) and leaf), []).append(leaf)
            before = len(found)
            self.leaf[self.reading.truth(leaf, LEG).get_id()] = leaf
            for term in terms(leaf):
                self.axioms[term] = self.axioms.get(term, []) + found[before:]
        self.levels = {regime: [self.reading.truth(level, LEG) for level in levels] for regime, levels in plan.levels.items()}

    # -- what is known, told to the solver -------------------------------------------------------------------------------

    def known(self, term, value, placed, beside=()):
        """What is so of a fact of which this is known, `beside` others that it is compared with."""
        if placed or beside:
            return self._known(term, value, placed, beside)
        if (term, value) not in self.told:
            self.told[term, value] = self._known(term, value, {}, ())
        return self.told[term, value]

    def _known(self, term, value, placed, beside):
        reading, symbols = self.reading, self.symbols
        match value:
            case Interval(lo, hi):
                number, some = reading.number(term, LEG)
                return z3.And(some, number >= lo, number <= hi) if lo <= hi else z3.Not(some)
            case int():
                fact = reading.truth(Fact(term), LEG)
                return {FALSE: z3.Not(fact), UNKNOWN: z3.BoolVal(val=True), TRUE: fact}[value]
        at = reading._place(term, LEG)
        if value is NOTHING:
            return at[2] == 0
        if value is UNLIMITED:
            return z3.And(at[2] != 0, symbols.unlimited(*at))
        there = z3.And(at[2] != 0, z3.Not(symbols.unlimited(*at)))
        match value:
            case OneOf(members):
                code = symbols.code(*at)
                if at[1] == "@id" and not members:  # whose name is nobody's is nobody
                    return at[2] == 0 if members is not None else z3.BoolVal(val=True)
                like = symbols.like(code) if self.is_place(at) else code
                among = z3.Or([z3.And(code == n, like == n) for m in members or [""] for n in self.numbers(at, m, placed)]) if members is not None else there
                return z3.And(there, among)
            case SetOf(sure, possible):
                codes = [self.symbols.code(*self.reading._place(one, LEG)) for one in beside if self.single(one)]
                return z3.And(there, *self.members(at, sure, possible, placed, codes))

    def members(self, at, sure, possible, placed, beside):
        """What a set holds, and holds not: of the codes that a test tells apart, and of those that it is compared with."""
        codes = self.symbols.relevant(*at[:2])

        def held(code):
            key = ("held", at[2].get_id(), code if isinstance(code, int) else code.get_id())
            if key not in self.told:
                self.told[key] = self.symbols.holds(*at)(z3.IntVal(code) if isinstance(code, int) else code)
            return self.told[key]

        chosen = [self.numbers(at, m, placed) for m in sure]
        may = {n for m in possible or () for n in self.numbers(at, m, placed)} | {n for one in chosen for n in one}
        yield from (z3.Or([held(n) for n in one]) for one in chosen)
        if possible is not None:
            yield from (z3.Not(held(n)) for n in map(self.symbols.number_of, codes) if n not in may)
            yield from (z3.Implies(held(code), z3.Or([code == n for n in may])) for code in beside)
        other = [{m for m in some if self.symbols.number_of(m) not in map(self.symbols.number_of, codes)} for some in (sure, possible or ())]
        more = self.symbols.more(*at)
        if not z3.is_false(more):
            yield more if other[0] else z3.BoolVal(val=True) if possible is None or other[1] else z3.Not(more)

    def single(self, term):
        known = self.names.fact(term)
        return isinstance(term, Path) and (known is None or known.type not in SETS)

    def is_place(self, at):
        known = self.symbols.fact(*at[:2])
        return known is not None and known.type in ("place", "places")

    def numbers(self, at, code, placed):
        """The numbers that stand for a code: of a place those that it may be, of another that no test names one of its own."""
        if self.is_place(at) and code:
            return [self.symbols.number_of(place) for place in placed.get(code) or self.alike(code)]
        known = {"", *self.symbols.relevant(*at[:2])}
        return [self.symbols.number_of(code) if code in known else OTHERS + self.told.setdefault(("other", code), len(self.told))]

    def alike(self, code):
        """The places that answer every test as this one does; of one that is too coarse, those that lie in it."""
        if code not in self.places:
            inside, candidates = self.plan.places.inside, self.symbols.candidates
            answers = [inside(code, test) for test in self.named]
            if UNKNOWN in answers:
                found = [one for one in candidates if inside(one, frozenset({code})) == TRUE]
            else:
                found = [code] if code in candidates else [one for one in candidates if [inside(one, test) for test in self.named] == answers]
            assert found, f"no place stands for {code}"
            self.places[code] = found
        return self.places[code]

    def placed(self, values):
        """Places for those of two facts, such that those of one lie in those of the other as these do."""
        one, other = map(_codes, values)
        codes, inside = sorted(one | other), self.plan.places.inside
        for chosen in itertools.islice(itertools.product(*(self.alike(code) for code in codes)), 10_000):
            found = dict(zip(codes, chosen, strict=True))
            if all(inside(a, frozenset({b})) == inside(found[a], frozenset({found[b]})) for a, b in itertools.product(one, other)):
                return {code: [place] for code, place in found.items()}
        return {}

    def coarse(self, values):
        """Is a place of one fact too coarse for one of the other?"""
        return any(self.plan.places.inside(a, frozenset({b})) == UNKNOWN for a, b in itertools.product(*map(_codes, values)))

    # -- both rails ------------------------------------------------------------------------------------------------------

    def tests(self, leaves, values):
        """What the solver says of tests of the same facts, of which so much is known."""
        first, sides = leaves[0], terms(leaves[0])
        if isinstance(first, Member) and first.place and len(sides) > 1 and self.coarse(values):
            yield related(values[0], first.mode, values[1], self.plan.places)  # a proof knows no such place
            return
        placed = self.placed(values) if isinstance(first, Member) and first.place and len(sides) > 1 else {}
        self.solver.push()
        self.solver.add(*(axiom for term in sides for axiom in self.axioms[term]))
        facts = (self.known(term, value, placed, sides if len(sides) > 1 else ()) for term, value in zip(sides, values, strict=True))
        self.solver.add(*facts, *(one for leaf in leaves for one in self.apart(leaf, values)))
        for leaf in leaves:
            formula = self.reading.truth(leaf, LEG)
            may, not_ = (self.solver.check(one) == z3.sat for one in (formula, z3.Not(formula)))
            assert may or not_, (leaf, values)
            yield TRUE if not not_ else UNKNOWN if may else FALSE
        self.solver.pop()

    def apart(self, leaf, values):
        """Of two sets, what those codes do that no test tells apart: what nobody knows is open."""
        if not (isinstance(leaf, Member) and len(values) > 1 and all(isinstance(value, SetOf) for value in values)):
            return
        one, other = (self.reading._place(term, LEG) for term in terms(leaf))
        beside = self.reading.beside(one, leaf.mode, other)
        if self.is_place(one):
            yield beside if leaf.mode not in ("in", "overlaps") else z3.Not(beside)
            return
        known = {*self.symbols.relevant(*one[:2]), *self.symbols.relevant(*other[:2])}
        (a, most_a), (b, most_b) = ((v.known - known, None if v.possible is None else v.possible - known) for v in values)
        if leaf.mode == "contains":
            (a, most_a), (b, most_b) = (b, most_b), (a, most_a)
        if leaf.mode not in ("in", "overlaps"):
            sure, may = most_a is not None and most_a <= b, most_b is None or a <= most_b
        elif most_a is not None and most_b is not None:
            sure, may = bool(a & b), bool(most_a & most_b)
        else:
            sure, may = bool(a & b), most_a != set() != most_b
        yield beside if sure else z3.BoolVal(val=True) if may else z3.Not(beside)

    def columns(self, cells):
        """The truth of every test in each row; `cells`: for each fact the number of its value in each row, and the values."""
        found = {}
        for leaves in self.groups.values():
            held = [cells[self.names.of[term]] for term in terms(leaves[0])]
            numbers = np.stack([np.asarray(one, dtype=np.int64) for one, _ in held])
            kept, where = np.unique(numbers, axis=1, return_inverse=True)
            said = np.empty((kept.shape[1], len(leaves)), dtype=np.uint8)
            for i, pair in enumerate(kept.T.tolist()):
                key = (leaves[0], *(values[n] for n, (_, values) in zip(pair, held, strict=True)))
                if key not in self.told:
                    self.told[key] = list(self.tests(leaves, key[1:]))
                said[i] = self.told[key]
            found |= {leaf: said[where.reshape(-1), i] for i, leaf in enumerate(leaves)}
        return found

    def spans(self, cells):
        """For each regime (worst, best) of every row."""
        columns, n = self.columns(cells), len(next(iter(cells.values()))[0])
        memo = {}

        def read(formula):
            key = formula.get_id()
            if key not in memo:
                memo[key] = self._read(formula, columns, n, read)
            return memo[key]

        found = {}
        for regime, levels in self.levels.items():
            truths = [read(level) for level in levels]
            found[regime] = np.stack([sum((t == TRUE).astype(np.int8) for t in truths), sum((t != FALSE).astype(np.int8) for t in truths)])
        return found

    def _read(self, formula, columns, n, read):
        if formula.get_id() in self.leaf:
            return columns[self.leaf[formula.get_id()]]
        if z3.is_not(formula):
            return np.array(NOT, dtype=np.uint8)[read(formula.arg(0))]
        if z3.is_and(formula) or z3.is_or(formula):
            join, nothing = (np.bitwise_and, TRUE) if z3.is_and(formula) else (np.bitwise_or, FALSE)
            return join.reduce([read(part) for part in formula.children()], axis=0, initial=nothing) if formula.num_args() else np.full(n, nothing, np.uint8)
        if z3.is_true(formula) or z3.is_false(formula):
            return np.full(n, TRUE if z3.is_true(formula) else FALSE, np.uint8)
        assert formula.decl().name().startswith("open"), formula
        return np.full(n, UNKNOWN, np.uint8)

    # -- whole rows, by the solver alone -----------------------------------------------------------------------------------

    def proved(self, cells, row):
        """For each regime (worst, best) of one row, as the solver proves it of everything that the row may turn out to be."""
        columns = self.columns({name: (numbers[row : row + 1], values) for name, (numbers, values) in cells.items()})
        solver = z3.Solver()
        solver.add(*self.symbols.axioms)
        for leaf, (truth,) in columns.items():
            for term in terms(leaf):
                numbers, values = cells[self.names.of[term]]
                solver.add(self.known(term, values[numbers[row]], {}))
            if len(terms(leaf)) > 1 and truth != UNKNOWN:  # of its places others are told apart than of any other test
                solver.add(self.reading.truth(leaf if truth == TRUE else negation(leaf), LEG))
        found = {}
        for regime, levels in self.levels.items():
            sure = sum(solver.check(z3.Not(level)) == z3.unsat for level in levels)
            found[regime] = (sure, sum(solver.check(level) == z3.sat for level in levels))
        return found


def _codes(value):
    match value:
        case OneOf(members):
            return members or frozenset()
        case SetOf(known, possible):
            return known | (possible or frozenset())
    return frozenset()


def cells(rows):
    """The facts of flat legs as numbers of values."""
    found, names = {}, rows.names
    for leaf in names.leaves:
        for term in terms(leaf):
            name = names.of[term]
            if name in found:
                continue
            if isinstance(leaf, Fact):
                found[name] = (rows.columns[names.column(leaf)], {FALSE: FALSE, UNKNOWN: UNKNOWN, TRUE: TRUE})
            elif isinstance(leaf, Compare):
                ends = np.stack([rows.columns[f"{name} {end}"] for end in ("from", "to")])
                kept, where = np.unique(ends, axis=1, return_inverse=True)
                found[name] = (where.reshape(-1), [Interval(*pair) for pair in kept.T.tolist()])
            else:
                found[name] = (rows.columns[name], rows.values[name])
    return found
