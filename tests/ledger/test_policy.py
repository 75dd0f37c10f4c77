"""Whom a reader believes: quorums of witnesses and of groups, and the file that says so (C2SP tlog-policy)."""

import pytest
from growing import ORIGIN, SIGNER, WITNESSES, Log

from comity.ledger.note import Key, NoteError, Signature, Signer
from comity.ledger.policy import NOBODY, Group, Policy, read
from comity.text.source import Mistakes

KEYS = [witness.key for witness in WITNESSES]
LOG = Log(5)
A1, A2, B1, B2 = WITNESSES
BOTH = Group(2, (Group(1, (A1.key, A2.key)), Group(2, (B1.key, B2.key))))
FILE = f"""
# Either of ours, and both of theirs.
log {SIGNER.key} https://log.example/ledger
witness a1 {A1.key}
\twitness a2   {A2.key}\thttps://witness.example/
witness b1 {B1.key}
witness b2 {B2.key}
group ours any a1 a2
group theirs all b1 b2
group both 2 ours theirs
quorum both
"""


@pytest.mark.parametrize(
    ("vouch", "enough"), [([], False), ([A1, A2], False), ([B1, B2], False), ([A1, B1], False), ([A2, B1, B2], True), ([A1, A2, B1, B2], True)]
)
def test_neither_side_alone_makes_a_checkpoint_count(vouch, enough):
    policy, note = Policy((SIGNER.key,), BOTH), LOG.signed(witnesses=vouch, at=7)
    if enough:
        accepted = policy.accept(note)
        assert accepted.checkpoint == LOG.checkpoint()
        assert accepted.witnessed == {one.key: 7 for one in vouch}
    else:
        with pytest.raises(NoteError, match=rf"of 4 witnesses {len(vouch)} vouch"):
            policy.accept(note)


def test_one_witness_is_one_however_many_lines_it_has():
    policy, note = Policy((SIGNER.key,), Group(2, (A1.key, A2.key))), LOG.signed(witnesses=[A1])
    with pytest.raises(NoteError):
        policy.accept(note.with_signatures(A1.cosign(note.text, 8), A1.cosign(note.text, 9)))


def test_the_log_must_have_signed_whoever_vouches():
    note = LOG.signed(witnesses=WITNESSES)
    for key in (Key(ORIGIN, b"k" * 32), Key("other.example", SIGNER.key.public)):
        with pytest.raises(NoteError, match="no key of the log"):
            Policy((key,), BOTH).accept(note)


def test_a_key_of_one_log_does_not_speak_for_another():
    other = Signer("other.example", b"o" * 32)
    note = LOG.checkpoint().signed(other)
    with pytest.raises(NoteError, match="no key of the log"):
        Policy((SIGNER.key, other.key), NOBODY).accept(note)


def test_a_false_cosignature_spoils_the_checkpoint():
    note = LOG.signed(witnesses=[A1, B1, B2]).with_signatures(Signature(A2.name, A2.key.number, bytes(72)))
    with pytest.raises(NoteError, match="does not hold"):
        Policy((SIGNER.key,), BOTH).accept(note)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Group(3, (A1.key, A2.key)),
        lambda: Group(0, (A1.key,)),
        lambda: Group(1, ()),
        lambda: Group(1, (A1.key, A1.key)),
        lambda: Group(2, (A1.key, Group(1, (A1.key, A2.key)))),
        lambda: Policy((), NOBODY),
        lambda: Policy((SIGNER.key, Key("again.example", SIGNER.key.public)), NOBODY),
        lambda: Policy((Key(ORIGIN, A1.key.public),), BOTH),
    ],
)
def test_policies_that_would_count_somebody_twice_or_nobody_at_all(make):
    with pytest.raises(NoteError):
        make()


def test_a_file_says_the_same():
    mistakes = Mistakes()
    assert read("policy", FILE.encode(), mistakes) == Policy((SIGNER.key,), BOTH)
    assert mistakes.found == []


def test_a_file_may_ask_for_one_witness_or_none():
    lines = f"log {SIGNER.key}\nwitness w {A1.key}\nquorum "
    assert read("policy", (lines + "w\n").encode(), Mistakes()) == Policy((SIGNER.key,), Group(1, (A1.key,)))
    assert read("policy", (lines + "none").encode(), Mistakes()) == Policy((SIGNER.key,), NOBODY)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("quorum both", "quorum bot"), "policy:11:8: 'bot' is named nowhere above (did you mean 'both'?)"),
        (("quorum both", "quorum both\nquorum both"), "policy:12:8: a second quorum"),
        (("quorum both", ""), "policy:1:1: no quorum is named (write: quorum NAME, or: quorum none)"),
        (("group both 2", "group both 3"), "policy:10:12: '3' is no number of 2 members (write any, all, or a number of them)"),
        (("group both 2 ours theirs", "group both 2 ours ours"), "policy:10:19: 'ours' counts elsewhere already"),
        (("quorum both", "quorum ours"), "policy:11:8: 'ours' counts elsewhere already"),
        (("group both", "group none"), "policy:10:7: 'none' is taken already"),
        (("group both", "group a1"), "policy:10:7: 'a1' is taken already"),
        (("group ours", "grup ours"), "policy:8:1: 'grup' begins no line of a policy (did you mean 'group'?)"),
        (("group ours any a1 a2", "group ours any"), "policy:8:1: this line of 'group' is too short"),
        (("quorum both", "quorum both ours"), "policy:11:13: this line of 'quorum' is too long"),
        ((f"witness b2 {B2.key}", f"witness b2 {B1.key}"), "policy:7:12: this key is another witness's already"),
        ((f"b1 {B1.key}", f"b1 {SIGNER.key}"), f"policy:6:12: the key of '{ORIGIN}' is not of kind 4"),
        ((f"log {SIGNER.key}", f"log {A1.key}"), "policy:3:5: the key of 'witness.example/0' is not of kind 1"),
        (("# Either", "\r\n# Either"), "policy:2:1: a control character in this line"),
    ],
)
def test_mistakes_have_their_place(change, said):
    mistakes = Mistakes()
    assert read("policy", FILE.replace(*change).encode(), mistakes) is None
    assert said in map(str, mistakes.found)


def test_mistakes_are_told_all_at_once():
    mistakes = Mistakes()
    assert read("policy", b"log x\nwitness w y\ngroup g 0 w\nquorum g\n", mistakes) is None
    assert [(mistake.place.line, mistake.place.column) for mistake in mistakes.found] == [(1, 5), (2, 11), (3, 11), (3, 9), (4, 8), (1, 1), (1, 1)]


def test_a_file_that_is_no_text():
    mistakes = Mistakes()
    assert read("policy", b"\xff", mistakes) is None
    assert [str(one) for one in mistakes.found] == ["policy:1:1: not UTF-8 text"]
