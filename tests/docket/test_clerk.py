"""Acts in a ledger: signed, put down, read again by anybody; what must not have an effect has none."""

from __future__ import annotations

import datetime as dt

import pytest
from docket_office import CONTRACT, LETTER, Office

from comity import shelf
from comity.docket.clerk import read
from comity.docket.matter import RefusedError
from comity.ledger.note import Private


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    yield made
    made.ledger.close()


def test_a_matter_follows_from_the_log_alone(office):
    office.licensed()
    again = read(office.ledger.store, shelf.vocabulary())
    assert again.matters == office.clerk.docket.matters
    assert again.matters["m1"].stage == "licensed"
    assert not again.idle


def test_a_joint_act_takes_effect_with_the_last_signature(office):
    office.open()
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    office.act("sign-contract", "austin-jv", "2026-04-01", CONTRACT)
    assert office.matter().stage == "letter"
    office.act("sign-contract", "beijing-lab", "2026-04-02", CONTRACT)
    assert office.matter().stage == "contract"
    assert office.matter().path[-1].day == dt.date(2026, 4, 2).toordinal()


def test_one_who_signs_twice_is_still_one(office):
    office.open()
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    office.act("sign-contract", "austin-jv", "2026-04-01", CONTRACT)
    with pytest.raises(RefusedError, match="'austin-jv' has signed it already"):
        office.act("sign-contract", "austin-jv", "2026-04-01", CONTRACT)


def test_what_would_have_no_effect_is_not_put_down(office):
    office.open()
    before = office.ledger.size
    with pytest.raises(RefusedError, match="not for beijing-lab"):
        office.act("issue-letter", "beijing-lab", "2026-03-02", LETTER)
    assert office.ledger.size == before


def test_where_a_matter_is_not_opened_its_procedure_is_not_put_down_either(office):
    office.clerk.revoke(office.keys["beijing-lab"].key, "lost")
    before = office.ledger.size
    with pytest.raises(RefusedError, match="is revoked"):
        office.open()
    assert office.ledger.size == before


def test_a_key_that_is_revoked_signs_no_more(office):
    office.open()
    office.clerk.revoke(office.keys["commerce-beijing"].key, "lost", office.keys["commerce-beijing"])
    with pytest.raises(RefusedError, match="is revoked"):
        office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    office.keys["commerce-beijing"] = Private("commerce-beijing", bytes([99]) * 32)
    office.clerk.introduce(office.keys["commerce-beijing"].key, "2026-01-01", offices=["cn.technology-export/*/authority"])
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    assert office.matter().stage == "letter"


def test_a_second_key_is_signed_with_the_first(office):
    stranger = Private("commerce-beijing", bytes([77]) * 32)
    with pytest.raises(RefusedError, match="a further one is signed with that"):
        office.clerk.introduce(stranger.key, "2026-01-01")
    with pytest.raises(RefusedError, match="a further one is signed with that"):
        office.clerk.introduce(stranger.key, "2026-01-01", signed=office.keys["beijing-lab"])
    office.clerk.introduce(stranger.key, "2026-01-01", signed=office.keys["commerce-beijing"])
    assert len(list(office.clerk.docket.keys.of("commerce-beijing"))) == 2


@pytest.mark.parametrize("gone", [0, 1])
@pytest.mark.parametrize("party", ["beijing-lab", "austin-jv", "commerce-beijing"])
def test_when_one_of_a_party_s_keys_is_revoked_the_others_go_on(office, party, gone):
    """Whoever's they are, and whichever it is: what its officer signed alone is signed anew by another, and the party stands there once."""
    office.open()
    keys = [office.keys[party], Private(party, bytes([55]) * 32)]
    held = next(office.clerk.docket.keys.of(party))
    office.clerk.introduce(keys[1].key, "2026-01-01", offices=held.offices, held_by="another officer", signed=keys[0])
    if party != "commerce-beijing":
        office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
        office.now.set("2026-04-01")
        office.clerk.act("m1", "sign-contract", CONTRACT, keys[gone])
        with pytest.raises(RefusedError, match="has signed it already"):
            office.clerk.act("m1", "sign-contract", CONTRACT, keys[1 - gone])
    office.clerk.revoke(keys[gone].key, "left", keys[1 - gone])
    act, says = ("issue-letter", LETTER) if party == "commerce-beijing" else ("sign-contract", CONTRACT)
    office.now.set("2026-04-01")
    with pytest.raises(RefusedError, match="is revoked"):
        office.clerk.act("m1", act, says, keys[gone])
    office.clerk.act("m1", act, says, keys[1 - gone])
    if party != "commerce-beijing":
        assert office.matter().stage == "letter"
        office.act("sign-contract", ({"beijing-lab", "austin-jv"} - {party}).pop(), "2026-04-01", CONTRACT)
    assert office.matter().stage == ("letter" if party == "commerce-beijing" else "contract")


@pytest.mark.parametrize(
    ("procedures", "offices"),
    [(["*"], []), (["x.y/*"], ["*/*/authority"]), (["x.y/*", "z/a"], []), (["x.?/*"], []), (["x.y/*"], ["x.y/a/authority", "x.y/a/court"])],
)
def test_a_key_signs_none_that_may_do_more_than_itself(office, procedures, offices):
    old, new = (Private("somebody", bytes([n]) * 32) for n in (91, 92))
    office.clerk.introduce(old.key, "2026-01-01", procedures=["x.y/*"], offices=["x.y/*/authority"])
    with pytest.raises(RefusedError, match="signs none that does"):
        office.clerk.introduce(new.key, "2026-01-01", procedures=procedures, offices=offices, signed=old)
    office.clerk.introduce(new.key, "2026-01-01", procedures=["x.y/a", "x.y/b*"], offices=["x.y/a/authority"], signed=old)
