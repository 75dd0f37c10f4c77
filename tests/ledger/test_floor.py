"""The floor below which a ledger never adopts, held to what the ledger itself takes."""

import copy

import pytest
from bookkeeping import COUNT, MORNING, SIGNER, UNDER, Clock, asked, dt

from comity.ledger import entry as entries
from comity.ledger import floor
from comity.ledger.hold import CorruptError, EntryError, HoldError, RolledBackError, StaleError
from comity.ledger.ledger import Ledger
from comity.ledger.reader import Reader
from comity.ledger.sqlite import Sqlite
from comity.ledger.state import State

REPO, OTHER = "ab" * 32, "cd" * 32
UNTIL = MORNING + dt.timedelta(hours=1)


def adopted(root=1, timestamp=1, *, recovered=0, days=7, rulebooks=None, before=None, **roles):
    """What an adoption says of a repository; a file's digest follows from its version."""
    versions = {"root": root, "timestamp": timestamp, "snapshot": 1, "targets": 1, **roles}
    told = {name: {"version": version, "digest": f"{version:064x}"} for name, version in versions.items()}
    expires = entries.instant(MORNING + dt.timedelta(days=days))
    rulebooks = {"xx.act": []} if rulebooks is None else rulebooks
    return {"roles": told, "recovered": recovered, "expires": expires, "rulebooks": rulebooks, "parties": floor.parties(rulebooks, before)}


def adopt(ledger, one, name=REPO):
    return ledger.adopt(UNDER, [COUNT], {name: one})


@pytest.mark.parametrize("role", ["root", "timestamp", "snapshot", "targets", "pact.xx"])
def test_rollback_of_any_role(opened, role):
    ledger = opened()
    adopt(ledger, adopted(2, 5, snapshot=4, targets=3, **{"pact.xx": 2}))
    older = {"root": 2, "timestamp": 6, "snapshot": 5, "targets": 4, "pact.xx": 3}
    older[role] = {"root": 1, "timestamp": 4, "snapshot": 3, "targets": 2, "pact.xx": 1}[role]
    with pytest.raises(RolledBackError, match=f"of '{role}' is older than version"):
        adopt(ledger, adopted(**older))
    assert ledger.size == 3
    adopt(ledger, adopted(2, 6, snapshot=5, targets=4, **{"pact.xx": 3}))


def test_another_file_of_the_same_version(opened):
    ledger = opened()
    adopt(ledger, adopted())
    other = copy.deepcopy(adopted())
    other["roles"]["targets"]["digest"] = "ee" * 32
    with pytest.raises(RolledBackError, match="version 1 of 'targets' is another than the one that was adopted"):
        adopt(ledger, other)


def test_a_role_and_a_repository_that_are_left_out(opened):
    ledger = opened()
    adopt(ledger, adopted(**{"pact.xx": 1}))
    with pytest.raises(RolledBackError, match=r"'pact.xx' is gone"):
        adopt(ledger, adopted(timestamp=2, snapshot=2))
    with pytest.raises(RolledBackError, match="is left out"):
        ledger.adopt(UNDER, [COUNT])
    with pytest.raises(RolledBackError, match="is left out"):
        adopt(ledger, adopted(timestamp=2), OTHER)


def test_a_party_that_no_longer_signs(opened):
    """Nor in two steps: what ends, ends in the open, and does not come again as something less."""
    ledger, three = opened(), adopted(2, 2, rulebooks={"xx.act": ["a+2", "b+1", "c+1"]})
    adopt(ledger, before := adopted(rulebooks={"xx.act": ["a+1", "b+1"]}))
    for fewer in ([], ["a+1"], ["a+1", "c+1"]):
        with pytest.raises(RolledBackError, match=r"'xx\.act' was adopted with the signature of '"):
            adopt(ledger, adopted(timestamp=2, rulebooks={"xx.act": fewer}, before=before))
    adopt(ledger, three)  # one has another key, and one more has joined
    with pytest.raises(RolledBackError, match="with the signature of 'a'"):
        adopt(ledger, adopted(2, 3, rulebooks={}))
    adopt(ledger, gone := adopted(2, 3, rulebooks={}, before=three))
    assert gone["parties"] == {"xx.act": ["a", "b", "c"]}
    with pytest.raises(RolledBackError, match="with the signature of 'c'"):
        adopt(ledger, adopted(2, 4, rulebooks={"xx.act": ["a+2", "b+1"]}, before=gone))


def test_fast_forward_and_recovery_by_root_rotation(opened):
    """A thief pushed versions up to where nobody comes; a root that takes that key away begins anew, and no other does."""
    ledger = opened()
    adopt(ledger, adopted(timestamp=2**31, snapshot=2**31, targets=9))
    with pytest.raises(RolledBackError, match="'timestamp' is older"):
        adopt(ledger, adopted(root=2, timestamp=5, snapshot=4, targets=9))
    recovered = adopted(root=2, timestamp=5, snapshot=4, targets=3, recovered=2)
    adopt(ledger, recovered)
    with pytest.raises(RolledBackError, match="'root' is older"):
        adopt(ledger, adopted(root=1, timestamp=2**31, recovered=9))
    with pytest.raises(RolledBackError, match="'timestamp' is older"):
        adopt(ledger, adopted(root=3, timestamp=4, recovered=2))  # it was taken away before what was adopted last


def test_signed_law_is_adopted_and_by_one_repository_alone(opened):
    ledger = opened()
    for told in ({REPO: adopted(rulebooks={"yy.act": []})}, {REPO: adopted(), OTHER: adopted()}):
        with pytest.raises(EntryError, match="twice, or does not adopt it"):
            ledger.adopt(UNDER, [COUNT], told)
    ledger.adopt({**UNDER, "yy.act": "ef" * 32}, [COUNT], {REPO: adopted(), OTHER: adopted(rulebooks={"yy.act": []})})
    assert ledger.signed().keys() == {REPO, OTHER}


def test_law_that_was_let_go_holds_nothing_up_and_keeps_its_floor(path):
    clock = Clock()
    with Ledger.create(path, signer=SIGNER, now=clock) as ledger:
        adopt(ledger, adopted(timestamp=2, days=1))
        adopt(ledger, adopted(timestamp=2, days=1, rulebooks={}))
        clock.tick(3 * 86_400)
        ledger.reserve("a", [asked([1])], MORNING + dt.timedelta(days=4), {}, UNDER)
        with pytest.raises(RolledBackError):
            adopt(ledger, adopted(timestamp=1, days=9))


def test_the_same_again_writes_nothing(opened):
    ledger = opened()
    assert adopt(ledger, adopted()) == adopt(ledger, adopted()) == 2


def test_expired_law_holds(path):
    """What is reserved before and would move after, too."""
    clock = Clock()
    with Ledger.create(path, signer=SIGNER, now=clock) as ledger:
        adopt(ledger, adopted(days=1))
        ledger.reserve("early", [asked([1])], MORNING + dt.timedelta(days=3), {}, UNDER)
        clock.tick(86_399)
        ledger.reserve("late", [asked([2])], MORNING + dt.timedelta(days=3), {}, UNDER)
        ledger.commit("late", {})
        clock.tick()
        with pytest.raises(StaleError, match="the signed law that was adopted expired at 2026-11-27T10:00:00Z: adopt a newer edition"):
            ledger.reserve("never", [asked([3])], MORNING + dt.timedelta(days=3), {}, UNDER)
        with pytest.raises(StaleError, match="expired"):
            ledger.commit("early", {})
        ledger.cancel("early", "its law is over")
        adopt(ledger, adopted(timestamp=2, days=9))
        ledger.reserve("now", [asked([3])], MORNING + dt.timedelta(days=3), {}, UNDER)


def test_the_floor_outlives_closing_and_a_snapshot_of_the_state(path):
    clock = Clock()
    with Ledger.create(path, signer=SIGNER, now=clock) as ledger:
        adopt(ledger, adopted(timestamp=2))
    for _ in range(2):
        with Ledger.open(path, signer=SIGNER, now=clock) as ledger:
            assert ledger.signed() == {REPO: adopted(timestamp=2)}
            with pytest.raises(RolledBackError):
                adopt(ledger, adopted())
            ledger._sequencer._writer.keep(0)
    reader = Reader(Sqlite(path))
    assert reader.check().size == 2
    reader.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.pop("expires"),
        lambda one: one.update(expires="soon"),
        lambda one: one.update(more=1),
        lambda one: one.update(recovered=-1),
        lambda one: one["roles"].pop("root"),
        lambda one: one["roles"]["root"].update(version=0),
        lambda one: one["roles"]["root"].update(version="1"),
        lambda one: one["roles"]["root"].update(digest="ab"),
        lambda one: one["rulebooks"].update({"xx.act": "a"}),
        lambda one: one["rulebooks"].update({"xx.act": [1]}),
        lambda one: one["parties"].update({"xx.act": "a"}),
        lambda one: one.pop("parties"),
    ],
)
def test_an_adoption_says_all_of_it_in_its_shape(change):
    draft = {"kind": "adopt", "rulebooks": UNDER, "counts": [], "signed": {REPO: adopted()}}
    entries.check(draft)
    change(draft["signed"][REPO])
    with pytest.raises(EntryError, match="says something else by 'signed' than it may"):
        entries.check(draft)
    with pytest.raises(EntryError):
        entries.check({**draft, "signed": {"repo": adopted()}})
    with pytest.raises(EntryError, match="has no 'sign'"):
        entries.check({"kind": "adopt", "rulebooks": UNDER, "counts": [], "sign": {}})


def test_a_log_whose_adoption_goes_below_its_floor_is_no_log():
    """Whoever holds the log's key and writes such an entry by another program is found out when it is read."""
    state = State()
    low, high = ({"kind": "adopt", "rulebooks": UNDER, "counts": [], "signed": {REPO: adopted(timestamp=n)}, "at": "2026-11-26T10:00:00Z"} for n in (1, 2))
    state.apply(high, lambda _: None)
    with pytest.raises(CorruptError, match="does not follow"):
        state.apply(low, lambda _: None)
    assert issubclass(RolledBackError, HoldError)
