"""Accounts as a fold: what has an effect, what has none, and that the same entries always make the same accounts."""

from dataclasses import replace

import pytest

from comity.accounts.account import ALL, ASK, INVITATION, PASSKEY, READ, TOKEN
from comity.accounts.accounts import AccountRefusedError, Accounts

NAME = "0123456789abcdef"
AT = "2026-11-27T12:00:0{}Z"
LATER = "2026-12-01T00:00:00Z"
ONE, TWO = "1" * 64, "2" * 64


def entry(number, event, name=NAME, at=None, **says):
    return {"kind": "account", "at": at or AT.format(number), "id": f"{name}/{number}", "event": event, "says": says}


def folded(*entries):
    made = Accounts()
    for one in entries:
        made.apply(one)
    return made


MADE = entry(0, "made", party="north", rights=[READ, ASK])
INVITED = entry(1, "invited", invitation=ONE, until=LATER)


def test_rights_are_those_that_were_given_last():
    accounts = folded(MADE, entry(1, "given", rights=[READ, ALL]))
    assert (accounts.held[NAME].party, accounts.held[NAME].rights) == ("north", {READ, ALL})


def test_an_invitation_lets_one_passkey_in_and_no_other():
    accounts = folded(MADE, INVITED)
    assert accounts.by(INVITATION, ONE, AT.format(2)) is not None
    accounts.apply(entry(2, "passkey", passkey=TWO, invitation=ONE))
    assert accounts.by(PASSKEY, TWO, AT.format(3)).name == NAME
    assert accounts.by(INVITATION, ONE, AT.format(3)) is None
    with pytest.raises(AccountRefusedError, match="was used"):
        accounts.apply(entry(3, "passkey", passkey="3" * 64, invitation=ONE))


def test_a_pass_is_of_its_kind_and_holds_until_it_is_over_or_gone():
    accounts = folded(MADE, entry(1, "token", token=ONE, scopes=[READ], until=LATER))
    assert accounts.by(TOKEN, ONE, AT.format(2)) is not None
    assert accounts.by(PASSKEY, ONE, AT.format(2)) is None
    assert accounts.by(TOKEN, ONE, LATER) is None
    accounts.apply(entry(2, "revoked", **{"pass": ONE}))
    assert accounts.by(TOKEN, ONE, AT.format(3)) is None


def test_a_clock_that_goes_back_brings_nothing_back_that_was_over():
    accounts = folded(MADE, entry(1, "token", token=ONE, scopes=[READ], until=AT.format(5)), entry(2, "given", at=LATER, rights=[READ]))
    assert accounts.by(TOKEN, ONE, AT.format(3)) is None


def test_nobody_comes_in_as_a_closed_account_and_nothing_more_happens_to_it():
    accounts = folded(MADE, entry(1, "token", token=ONE, scopes=[READ], until=LATER), entry(2, "closed"))
    assert accounts.by(TOKEN, ONE, AT.format(3)) is None
    with pytest.raises(AccountRefusedError, match="is closed"):
        accounts.apply(entry(3, "given", rights=[READ]))


OTHER = entry(0, "made", name="f" * 16, party="south", rights=[READ])


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (entry(2, "made", party="south", rights=[READ]), "made once"),
        (entry(0, "made", name="ann", party="", rights=[]), "a name of its own"),
        (entry(0, "made", name="a" * 16, party="", rights=["everything"]), "'rights' are of"),
        (entry(0, "made", name="a" * 16, rights=[]), "'party' is not said"),
        (entry(0, "given", name="a" * 16, rights=[READ]), "there is no account"),
        (entry(3, "given", rights=[READ]), "came first"),
        (entry(2, "token", token=TWO, scopes=[ALL], until=LATER), "nothing that its account may not"),
        (entry(2, "token", token=TWO, scopes=[], until=LATER), "may do something"),
        (entry(2, "token", token=TWO, scopes=[READ], until=AT.format(2)), "later than it begins"),
        (entry(2, "token", token="a secret", scopes=[READ], until=LATER), "by its digest"),
        (entry(2, "invited", invitation=ONE, until=LATER), "known already"),
        (entry(2, "passkey", passkey=TWO, invitation=TWO), "no such invitation"),
        (entry(1, "passkey", name="f" * 16, passkey=TWO, invitation=ONE), "no such invitation"),
        (entry(2, "passkey", at=LATER, passkey=TWO, invitation=ONE), "it is over"),
        (entry(2, "revoked", **{"pass": TWO}), "no pass of the account"),
        (entry(1, "revoked", name="f" * 16, **{"pass": ONE}), "no pass of the account"),
        (entry(2, "promoted"), "is not said"),
        ({**entry(2, "closed"), "says": "x"}, "says what of it"),
    ],
)
def test_what_does_not_follow_has_no_effect(one, why):
    accounts = folded(MADE, INVITED, OTHER)
    before = accounts.fork()
    with pytest.raises(AccountRefusedError, match=why):
        accounts.apply(one)
    assert accounts.of == before.of
    assert {name: replace(held, entries=0) for name, held in accounts.held.items()} == {name: replace(held, entries=0) for name, held in before.held.items()}
