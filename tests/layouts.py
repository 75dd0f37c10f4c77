"""Random three-valued circuits over levers, as judges of movements; and the slow way to the cheapest layout: every package, judged."""

import itertools

from hypothesis import strategies as st

from comity.layout.movement import Movement
from comity.offramp.lever import Lever, Levers, Option
from comity.verdict.outcome import Span

UNKNOWN = None


def literal(lever, values):
    """Has a lever one of these values?"""
    return ("is", lever, frozenset(values))


def read(node, partial):
    """True, false, or None: neither yet."""
    match node:
        case ("is", lever, values):
            return UNKNOWN if partial[lever] is None else partial[lever] in values
        case ("not", inner):
            found = read(inner, partial)
            return None if found is None else not found
        case ("and" | "or" as word, *inner):
            ends = word == "or"
            found = [read(one, partial) for one in inner]
            return ends if ends in found else UNKNOWN if UNKNOWN in found else not ends
        case ("fact",):
            return UNKNOWN
        case _:
            return node


def judge(*levels, asked=None):
    """A judge that leaves at least the outcome k where the k-th of the circuits (the first is 1) and all before it are true."""

    def spans(partials):
        if asked is not None:
            asked.append(list(partials))
        found = []
        for partial in partials:
            truths = [read(("and", *levels[: k + 1]), partial) for k in range(len(levels))]
            step = 3 // len(levels)
            found.append(Span(step * sum(t is True for t in truths), step * sum(t is not False for t in truths)))
        return found

    return spans


def levers(*costs, nogoods=()):
    """Levers by the costs of their options."""
    made = tuple(Lever(f"l{n}", tuple(Option(f"o{k}", cost) for k, cost in enumerate(each, 1))) for n, each in enumerate(costs))
    return Levers(made, tuple(nogoods))


def packages(levers):
    """Every package that the levers allow."""
    return [p for p in itertools.product(*(range(len(lever.options) + 1) for lever in levers.levers)) if levers.allows(p)]


def slowly(levers, movements):
    """The first of the cheapest lawful packages; None where there is none."""
    lawful = [p for p in packages(levers) if all(m.judge([p])[0].worst >= m.goal for m in movements)]
    return min(lawful, key=lambda p: (levers.cost(p), sum(value > 0 for value in p), p), default=None)


def circuits(sizes, *, facts=False):
    """Circuits over levers with so many values."""

    @st.composite
    def leaf(draw):
        lever = draw(st.integers(0, len(sizes) - 1))
        return literal(lever, draw(st.sets(st.integers(0, sizes[lever] - 1), min_size=1, max_size=max(1, sizes[lever] - 1))))

    leaves = st.one_of(leaf(), leaf(), leaf(), st.just(("fact",))) if facts else leaf()
    return st.recursive(
        leaves,
        lambda inner: st.one_of(st.tuples(st.just("and"), inner, inner), st.tuples(st.just("or"), inner, inner, inner), st.tuples(st.just("not"), inner)),
        max_leaves=9,
    )


def law(name, *levels):
    """One law: a name, and circuits as of a judge."""
    return name, levels


def under(laws):
    """A judge under some laws at once: the meet of what each leaves."""
    judges = [judge(*levels) for _, levels in laws]
    if not judges:
        return lambda partials: [Span(3, 3) for _ in partials]
    return lambda partials: [Span(min(s.worst for s in spans), min(s.best for s in spans)) for spans in zip(*(one(partials) for one in judges), strict=True)]


COSTS = st.lists(st.lists(st.sampled_from((0, 1, 2, 3, 5, -1)), min_size=1, max_size=2), min_size=1, max_size=4)


@st.composite
def problems(draw, facts=False):
    costs = draw(COSTS)
    sizes = [len(each) + 1 for each in costs]
    pairs = st.dictionaries(st.integers(0, len(sizes) - 1), st.integers(0, 1), min_size=2, max_size=2)
    held = levers(*costs, nogoods=draw(st.lists(pairs, max_size=2)) if len(sizes) > 1 else ())
    movements = []
    for n in range(draw(st.integers(1, 4))):
        levels = draw(st.lists(circuits(sizes, facts=facts), min_size=1, max_size=3).filter(lambda found: len(found) != 2))
        known = draw(st.booleans())
        own = tuple(sorted({lever for one in levels for lever in _levers(one)})) if known else None
        movements.append(Movement(f"m{n}", judge(*levels), draw(st.sampled_from((3, 3, 3, 2, 1))), own))
    return held, movements


def _levers(node):
    return {node[1]} if node[0] == "is" else {lever for inner in node[1:] for lever in _levers(inner)}
