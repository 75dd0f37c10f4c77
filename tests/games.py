"""Random settlements, and a second reading of what they are: every package, under every corner of the ranges, compared with every other."""

import itertools
import math
from fractions import Fraction
from random import Random

from circuits import circuit
from hypothesis import strategies as st

from comity.facts.value import ANYWHERE, FALSE, MAX, MIN, TRUE, UNKNOWN, Interval
from comity.files.values import MILLION, Values, read_values
from comity.offramp.lever import Lever, Levers, Option
from comity.settle.settlement import settle
from comity.text.source import Mistakes, read_documents

NAMED = {"clauses": [""], "site": ["dublin", "singapore"], "relay": [""]}
"""The levers of the settlements that are written as text."""
ALTERNATIVES = (
    "values: {{acme: {{clauses: -1, relay: 3, site: {{dublin: 0}}, walks_away: {}}}, beta: {{clauses: 2, relay: -1, site: {{dublin: 0}}, walks_away: {}}}}}"
)
FAR = 10**12
"""Stands for an open end: more than all other worths together."""


@st.composite
def games(draw, parties=(2, 3), most=(0, 0, 1, 3), open_ends=True):
    """Levers, disjoint cubes of lawful packages, and what each party holds the levers to be worth; at most so many worths are ranges."""
    ranges = draw(st.sampled_from(most))
    sizes = draw(st.lists(st.integers(1, 2), min_size=1, max_size=5))
    levers = tuple(Lever(f"l{at}", tuple(Option(f"o{one}", draw(st.integers(0, 3))) for one in range(size))) for at, size in enumerate(sizes))
    nogood = st.dictionaries(st.integers(0, len(sizes) - 1), st.integers(0, 2), min_size=1, max_size=2)
    nogoods = [{lever: min(value, sizes[lever]) for lever, value in one.items()} for one in draw(st.lists(nogood, max_size=2))]
    cubes = draw(halves((None,) * len(sizes), sizes))
    names = [f"p{at}" for at in range(draw(st.sampled_from(parties)))]
    left = ranges
    told = []
    for name in names:
        options, together = {}, {}
        for one in [(lever.name, option.name) for lever in levers for option in lever.options]:
            options[one] = draw(worths(left, open_ends))
            left -= options[one].lo < options[one].hi
        if len(levers) > 1 and draw(st.booleans()):
            together[frozenset({("l0", "o0"), ("l1", "o0")})] = draw(worths(left, open_ends))
        told.append(Values(name, options, together, draw(alternatives(ranges))))
    return Levers(levers, tuple(nogoods)), tuple(cubes), tuple(told)


@st.composite
def asked(draw, rows=200, most=(0, 0, 1, 3)):
    """A random circuit, and what parties hold its levers to be worth, of which some are worth nothing to anybody; at most so many worths are ranges."""
    law = circuit(Random(draw(st.integers(0, 2**32))), most=8, rows=rows)
    ranges = draw(st.sampled_from(most))
    found = []
    for name in range(draw(st.sampled_from([1, 2, 2, 3]))):
        options = {}
        for one in [(lever.name, option.name) for lever in law.levers.levers for option in lever.options]:
            options[one] = draw(st.one_of(st.just(Interval(0, 0)), worths(ranges)))
            ranges -= options[one].lo < options[one].hi
        found.append(Values(f"p{name}", options, {}, Interval(-MILLION, -MILLION)))
    return law, tuple(found)


def worths(ranges=1, open_ends=False):
    """A whole number, or, where there still may be one, a range."""
    one = st.integers(-3, 3).map(lambda n: Interval(n * MILLION, n * MILLION))
    if ranges < 1:
        return one
    two = st.tuples(st.integers(-3, 3), st.integers(0, 3)).map(lambda t: Interval(t[0] * MILLION, (t[0] + t[1]) * MILLION))
    return st.one_of(one, one, two, st.sampled_from([ANYWHERE, Interval(MILLION, MAX), Interval(MIN, -MILLION)])) if open_ends else st.one_of(one, one, two)


def alternatives(ranges):
    """What a party has without an agreement: mostly a number."""
    one = st.integers(-4, 3).map(lambda n: Interval(n * MILLION, n * MILLION))
    return st.one_of(one, one, one, st.just(ANYWHERE), st.just(Interval(-MILLION, MILLION))) if ranges else one


@st.composite
def halves(draw, cube, sizes):
    """Disjoint cubes: what a space is split into along levers, some parts left out."""
    open_levers = [lever for lever, value in enumerate(cube) if value is None]
    what = draw(st.sampled_from(["whole", "split", "split", "split", "none"] if open_levers else ["whole", "whole", "none"]))
    if what != "split":
        return [cube] if what == "whole" else []
    lever = draw(st.sampled_from(open_levers))
    parts = [draw(halves((*cube[:lever], value, *cube[lever + 1 :]), sizes)) for value in range(sizes[lever] + 1)]
    return [one for part in parts for one in part]


def lawful(levers, cubes):
    """Every lawful package."""
    values = [range(len(lever.options) + 1) for lever in levers.levers]
    every = [package for package in itertools.product(*values) if levers.allows(package)]
    return [package for package in every if any(all(want in (None, has) for want, has in zip(cube, package, strict=True)) for cube in cubes)]


def corners(parties):
    """Every way in which all worths are at an end of their ranges: functions from a lever's options that a package has to totals."""
    ranges = [
        [(party.party, what, end) for end in sorted({max(worth.lo, -FAR * MILLION), min(worth.hi, FAR * MILLION)})]
        for party in parties
        for what, worth in told(party)
    ]
    for chosen in itertools.product(*ranges):
        yield [[(what, end) for name, what, end in chosen if name == party.party] for party in parties]


def told(party):
    return [*((frozenset({option}), worth) for option, worth in party.options.items()), *party.together.items()]


def totals(levers, package, corner):
    """What a package is worth to each party at one corner."""
    has = {(lever.name, lever.options[value - 1].name) for lever, value in zip(levers.levers, package, strict=True) if value}
    return tuple(sum(end for what, end in party if what <= has) for party in corner)


def dominates(one, other):
    """Is it at least as good for every party and better for one?"""
    return all(a >= b for a, b in zip(one, other, strict=True)) and one != other


def front(levers, cubes, parties):
    """The packages that none other is no worse than at every corner and better at some, each with whether none is better at any."""
    packages = lawful(levers, cubes)
    tables = [[totals(levers, package, corner) for package in packages] for corner in corners(parties)]
    found = {}
    for at, package in enumerate(packages):
        beaten = [[dominates(table[other], table[at]) for table in tables] for other in range(len(packages))]
        level = [[dominates(table[other], table[at]) or table[other] == table[at] for table in tables] for other in range(len(packages))]
        if not any(any(better) and all(no_worse) for better, no_worse in zip(beaten, level, strict=True)):
            found[package] = not any(any(one) for one in beaten)
    return found


def bargains(levers, cubes, parties):
    """The packages of the greatest product of gains, all in the middle of their ranges, if these have ends and somewhere all gain."""
    if any(end in (MIN, MAX) for party in parties for worth in (*(one for _, one in told(party)), party.walks_away) for end in worth):
        return set()
    gains = {}
    for package in lawful(levers, cubes):
        gain = [total - Fraction(sum(party.walks_away), 2) for total, party in zip(middle(levers, package, parties), parties, strict=True)]
        if min(gain) > 0:
            gains[package] = math.prod(gain)
    return {package for package, product in gains.items() if product == max(gains.values())}


def middle(levers, package, parties):
    """What a package is worth to each party in the middle of all ranges."""
    return totals(levers, package, [[(what, Fraction(sum(worth), 2)) for what, worth in told(party)] for party in parties])


def stays(levers, package, parties):
    """Is it at least as good for each party as its alternative?"""
    reached = [totals(levers, package, corner) for corner in corners(parties)]
    found = [{one[at] >= end for one in reached for end in party.walks_away} for at, party in enumerate(parties)]
    return tuple(TRUE if one == {True} else FALSE if one == {False} else UNKNOWN for one in found)


def settled(text, cubes=((None, None, None),)):
    """The settlement of all parties of a file of values."""
    mistakes = Mistakes()
    documents = read_documents("v.yaml", text, mistakes)
    names = list(documents[0].get("values").pairs)
    parties = read_values(documents, NAMED, names, names, mistakes)
    mistakes.settle()
    levers = Levers(tuple(Lever(name, tuple(Option(one) for one in options)) for name, options in NAMED.items()))
    return settle(levers, cubes, parties)
