"""Two sides of a joint matter: exchange them, and everything is the mirror image; the order in which they sign gives neither more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from comity import shelf
from comity.docket.docket import Docket
from comity.docket.envelope import ACT, sealed
from comity.ledger.note import Private

(PROCEDURE,) = shelf.procedures(Path(__file__).parents[2] / "examples/arrangement").values()
SIDES = {"one": "north", "other": "south"}
MIRROR = {"north": "south", "south": "north"}
KEYS = {"north": Private("north", bytes([1]) * 32), "south": Private("south", bytes([2]) * 32)}
TEXT = {"name": "text.pdf", "sha256": "0" * 64}
SAYS = {"table": {"text": TEXT}, "sign": {"text": TEXT}, "put-in-force": {"scope": {"places": ["XX"], "persons_max": 5}}, "suspend": {"reasons": "r"}}
SIGNINGS = st.lists(st.tuples(st.sampled_from(["north", "south"]), st.sampled_from(sorted(PROCEDURE.acts)), st.sampled_from([0, 1, 31, 184])), max_size=14)


def exchanged(act):
    """What the other side would call it."""
    pairs = {"leave-one": "leave-other", "withdraw-text-one": "withdraw-text-other"}
    return {**pairs, **{b: a for a, b in pairs.items()}}.get(act, act)


def folded(signings, mirrored=False):
    """The docket after these signatures, each over what would be the next act; the days between them are told."""
    docket = Docket("test/log", shelf.vocabulary())
    at = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
    parties = {role: MIRROR[side] for role, side in SIDES.items()} if mirrored else SIDES
    for side, key in KEYS.items():
        docket.apply(
            {
                "kind": "key",
                "at": at.isoformat(),
                "role": "party",
                "id": side,
                "vkey": str(key.key),
                "party": side,
                "event": "new",
                "since": "2026-01-01",
                "offices": ["*"],
            }
        )
    docket.apply(
        {"kind": "procedure", "at": at.isoformat(), "id": PROCEDURE.digest, "rulebook": PROCEDURE.rulebook, "name": "arrangement", "told": PROCEDURE.told}
    )
    for side, act, days in signings:
        at += dt.timedelta(days=days)
        head = docket.file("m").head
        told = {"log": "test/log", "matter": "m", "act": act, "after": head, "says": SAYS.get(act, {})}
        if not head:
            told |= {"procedure": PROCEDURE.digest, "parties": parties}
        key = KEYS[MIRROR[side] if mirrored else side]
        docket.apply({"kind": "act", "at": at.isoformat(), "id": f"m/{docket.file('m').entries}", "envelope": sealed(told, ACT, key)})
    return docket


def seen(docket, names=None):
    """What there is to see of the matter, with other names for the sides."""
    names = names or {side: side for side in KEYS}
    file = docket.file("m")
    matter = file.matter
    waiting = sorted((one.told["act"], sorted(names[side] for side in one.by)) for one in file.proposed.values())
    if matter is None:
        return None, waiting, file.entries, len(docket.idle)
    made = [(one.act, one.day, sorted(names[side] for side in one.by), one.entry) for one in matter.made]
    return (matter.path, made, {role: names[side] for role, side in matter.parties.items()}), waiting, file.entries, len(docket.idle)


@given(SIGNINGS)
def test_exchange_the_parties_and_it_is_the_mirror_image(signings):
    assert seen(folded(signings, mirrored=True), MIRROR) == seen(folded(signings))


@given(SIGNINGS)
def test_exchange_the_roles_and_it_is_the_mirror_image(signings):
    """The same procedure read from the other side: who was the one is the other, and each does what the other did."""
    turned = [(MIRROR[side], exchanged(act), days) for side, act, days in signings]
    ours, theirs = folded(signings).file("m"), folded(turned).file("m")
    assert (ours.matter is None) == (theirs.matter is None)
    if ours.matter is not None:
        assert [(step.day, step.stage, exchanged(step.cause)) for step in theirs.matter.path] == [
            (step.day, step.stage, step.cause) for step in ours.matter.path
        ]
        assert [{MIRROR[side] for side in one.by} for one in theirs.matter.made] == [set(one.by) for one in ours.matter.made]


@given(st.lists(st.sampled_from(["table", "sign", "put-in-force", "suspend", "resume"]), max_size=6), st.lists(st.booleans(), min_size=6, max_size=6))
def test_no_order_of_signing_gives_either_side_more(acts, first):
    """Both sign each act, in either order: where the matter stands, and since when, is the same."""
    orders = [(("north", "south") if one else ("south", "north")) for one in first]
    chosen = folded([(side, act, 31 * (n == 0)) for act, order in zip(acts, orders, strict=False) for n, side in enumerate(order)])
    plain = folded([(side, act, 31 * (n == 0)) for act in acts for n, side in enumerate(("north", "south"))])
    assert seen(chosen) == seen(plain)


def test_a_text_that_both_signed_is_put_in_force_and_left_with_its_notice():
    steps = [
        ("north", "table", 0),
        ("south", "table", 1),
        ("south", "sign", 0),
        ("north", "sign", 0),
        ("north", "put-in-force", 31),
        ("south", "put-in-force", 0),
    ]
    docket = folded([*steps, ("south", "leave-other", 1)])
    matter = docket.matters["m"]
    assert [step.stage for step in matter.path] == ["drafted", "signed", "in-force", "leaving"]
    left = matter.path[-1].day
    ends = dt.date.fromordinal(left).replace(month=dt.date.fromordinal(left).month + 6).toordinal()
    assert matter.on(ends - 1, docket.calendars).stage == "leaving"
    assert matter.on(ends, docket.calendars).stage == "ended"


def test_nothing_is_put_in_force_before_its_thirty_days():
    docket = folded([("north", "table", 0), ("south", "table", 0), ("south", "sign", 0), ("north", "sign", 0), ("north", "put-in-force", 30)])
    assert "is not made before 'entry' is over" in docket.idle[-1].why
