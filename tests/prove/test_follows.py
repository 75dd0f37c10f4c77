"""What follows from what by its form does follow: of conditions of every kind, judged on random rows and on owners who own each other."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("z3")

from strategies import HEAD, plan_of, world_of

from comity.law.condition import ALWAYS, NEVER, Compare, Counted, Fact, Member, Path, Share, every, negation, some
from comity.prove.follows import Order, order
from comity.verdict.decide import stretches

PERSONS = Path("leg", ("population",), "persons", "population")
PLACE = Path("leg", (), "destination", "movement")
HELD = Path("leg", ("importer",), "organised_in", "party")


def over(number):
    return Compare(PERSONS, ">", number)


def among(*places, mode="in", left=PLACE):
    return Member(left, mode, frozenset(places), True)


def held(*places, least=50, name="overlaps"):
    return Compare(Share("leg", ("importer",), among(*places, mode=name, left=Path("self", (), "organised_in", "party"))), ">=", least * 10**6)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (over(20), over(10)),
        (Compare(PERSONS, "<=", 10), Compare(PERSONS, "<=", 20)),
        (among("AA"), among("AA", "BB")),
        (among("AA", "BB", mode="contains", left=HELD), among("AA", mode="contains", left=HELD)),
        (held("AA", least=60), held("AA", "BB", least=50)),
        (negation(over(10)), negation(over(20))),
        (every((over(20), among("AA"))), over(10)),
        (over(20), some((among("AA"), over(10)))),
        (some((over(30), over(40))), every((over(10), over(20)))),
        (NEVER, over(10)),
        (over(10), ALWAYS),
    ],
)
def test_the_wider_follows_and_not_the_other_way(one, other):
    assert (Order().follows(one, other), Order().follows(other, one)) == (True, False)


def test_numbers_and_counts_that_are_not_the_same_are_not_compared():
    count, other = (Counted("xx/n", "persons", where, ("exporter",), ("months", 12)) for where in (among("AA"), among("AA", "BB")))
    assert not Order().follows(Compare(count, ">", 10), Compare(other, ">", 10))
    assert not Order().follows(Compare(PERSONS, "==", 10), Compare(PERSONS, "==", 20))
    assert not Order().follows(over(10), Compare(PERSONS, ">=", 10))


# -- definitions that rest on themselves -------------------------------------------------------------------------------


def words(**more):
    return {"cite": "s. 1", "en": "a rule", "zh": "规则", **more}


NARROW = "overlaps(organised_in, {'YY'}) or share(by=narrow) >= 50% or any(o.party.narrow and o.share >= 20% for o in owners)"
WIDE = "overlaps(organised_in, {'YY', 'ZZ'}) or share(by=wide) >= 40% or any(o.party.wide for o in owners)"
PLAN = plan_of(
    json.dumps(
        {
            **HEAD,
            "definitions": {
                "narrow": words(of="party", **{"is": NARROW}),
                "wide": words(of="party", **{"is": WIDE}),
                "apart": words(of="party", **{"is": "kind == 'public_body' or any(o.party.apart for o in owners)"}),
            },
            "prohibitions": {name: words(when=f"asset.kind == 'data' and importer.{name}") for name in ("narrow", "wide", "apart")},
        },
        ensure_ascii=False,
    )
)
NAMES = [f"xx.t:{name}" for name in ("narrow", "wide", "apart")]
PAIRS = [(one, other) for one in NAMES for other in NAMES if one != other]


def test_of_definitions_that_rest_on_themselves_only_the_wider_follows():
    assert order(PLAN.recursive, PAIRS).supposed == {("xx.t:narrow", "xx.t:wide")}


OWNERS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([10, 20, 30, 40, 50])), max_size=2)


@given(st.lists(OWNERS, min_size=5, max_size=5), st.lists(st.sampled_from("XYZ"), min_size=5, max_size=5))
def test_owners_in_circles(shares, places):
    owners = [[f"{{party: p{who}, share: {share}%}}" for who, share in held] for held in shares]
    parties = ", ".join(f"p{at}: {{kind: organisation, organised_in: [{place * 2}], owners: [{', '.join(owners[at])}]}}" for at, place in enumerate(places))
    moves = ", ".join(f"m{at}: {{asset: a, importer: p{at}}}" for at in range(5))
    one = stretches(world_of(f"{{world: w, assets: {{a: {{kind: data}}}}, parties: {{{parties}}}, movements: {{{moves}}}}}", PLAN), PLAN)[0]
    narrow, wide = (Fact(Path("leg", ("importer",), name, "party")) for name in NAMES[:2])
    for row in range(len(one.legs)):
        assert one.truth(narrow, row) <= one.truth(wide, row)  # false, unknown, true
