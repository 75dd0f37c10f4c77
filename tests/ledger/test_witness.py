"""The witness protocol as C2SP tlog-witness says: each MUST of a witness, and what a log learns from its answers. No socket is opened."""

import pytest
from growing import ORIGIN, SIGNER, WITNESSES, Log

from comity.ledger import merkle
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.note import Note, NoteError, Signature, Signer
from comity.ledger.witness import SIZE, Answer, OtherHistoryError, RefusedError, Request, Seen, WitnessError, cosigned, judge, origin_of

LOG, KEYS, ANN = Log(300), [SIGNER.key], WITNESSES[0]
OTHER = Log(300, said="another")
NOW = 1_790_000_000


def seen(size, log=LOG):
    return Seen(size, log.tree.head(size), NOW - 1)


def asked(old, size, log=LOG, **changed):
    path = tuple(log.tree.consistency(old, size)) if 0 < old <= size else ()
    return Request(**{"old": old, "path": path, "note": log.signed(size)} | changed)


def refusal(request, remembered, at=NOW):
    with pytest.raises(RefusedError) as refused:
        judge(request, KEYS, remembered, at)
    return refused.value.answer


@pytest.mark.parametrize(("old", "size"), [(0, 0), (0, 1), (0, 300), (1, 2), (7, 300), (255, 256), (256, 257), (300, 300)])
def test_what_continues_is_vouched_for(old, size):
    request = Request.parse(str(asked(old, size)).encode())
    assert request == asked(old, size)
    assert judge(request, KEYS, seen(old) if old else Seen(), NOW) == LOG.checkpoint(size)


def test_a_request_reads_as_the_specification_draws_it():
    lines = str(asked(7, 300)).split("\n")
    blank = lines.index("")
    assert lines[0] == "old 7"
    assert len(lines[1:blank]) == len(LOG.tree.consistency(7, 300))
    assert lines[blank + 1 : blank + 3] == [ORIGIN, "300"]


BODY = str(asked(7, 300))


@pytest.mark.parametrize(
    "change",
    [
        ("old 7", "old 07"),
        ("old 7", "old -7"),
        ("old 7", "old  7"),
        ("old 7", "older 7"),
        ("old 7", f"old {2**63}"),
        ("old 7\n", ""),
        ("old 7\n", "old 7\nold 7\n"),
        ("old 7\n", "old 7\n" + "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n" * 64),
        ("old 7\n", "old 7\nCsUY\n"),
        ("\n\nlog", "\nlog"),
        ("\n\n—", "\n—"),
        ("\n300\n", "\n0300\n"),
    ],
)
def test_400_for_what_cannot_be_read(change):
    assert change[0] in BODY
    with pytest.raises(RefusedError) as refused:
        origin_of(BODY.replace(*change).encode(), {ORIGIN: KEYS})
    assert refused.value.answer.status == 400
    with pytest.raises(NoteError):
        Request.parse(b"\xff" + BODY.encode())


def test_63_hashes_are_read():
    assert len(Request.parse(str(asked(7, 300, path=(merkle.EMPTY,) * 63)).encode()).path) == 63


def test_404_for_a_log_nobody_asked_to_watch():
    assert origin_of(BODY.encode(), {ORIGIN: KEYS}) == (asked(7, 300), ORIGIN)
    with pytest.raises(RefusedError) as refused:
        origin_of(BODY.encode(), {"other.example": KEYS})
    assert refused.value.answer.status == 404


def test_403_without_the_log_s_signature_or_with_a_false_one():
    stranger, namesake = Signer("stranger.example", b"s" * 32), Signer(ORIGIN, b"s" * 32)
    text = LOG.checkpoint().signed(SIGNER).text
    for signatures in ((stranger.sign(text),), (namesake.sign(text),), (Signature(ORIGIN, SIGNER.key.number, bytes(64)),)):
        assert refusal(asked(7, 300, note=Note(text, signatures)), seen(7)).status == 403
    both = (SIGNER.sign(text), Signature(ORIGIN, SIGNER.key.number, bytes(64)))
    for signatures in (both, both[::-1]):
        assert refusal(asked(7, 300, note=Note(text, signatures)), seen(7)).status == 403
    unknown = LOG.signed().with_signatures(stranger.sign(text), namesake.sign(text))
    assert judge(asked(7, 300, note=unknown), KEYS, seen(7), NOW) == LOG.checkpoint()


def test_400_when_the_old_size_is_beyond_the_checkpoint():
    assert refusal(asked(8, 7), seen(7)).status == 400


@pytest.mark.parametrize(("old", "remembered"), [(0, 7), (6, 7), (8, 7), (7, 0), (300, 7)])
def test_409_says_what_is_remembered(old, remembered):
    answer = refusal(asked(old, 300), seen(remembered) if remembered else Seen())
    assert answer == Answer(409, f"{remembered}\n", "text/x.tlog.size")


@pytest.mark.parametrize(
    ("request_", "remembered"),
    [
        (asked(0, 0, note=Checkpoint(ORIGIN, 0, bytes(32)).signed(SIGNER)), Seen()),
        (asked(0, 300, path=(merkle.EMPTY,)), Seen()),
        (asked(7, 300, path=()), seen(7)),
        (asked(7, 300, path=asked(6, 300).path), seen(7)),
        (asked(7, 300, path=(*asked(7, 300).path, merkle.EMPTY)), seen(7)),
        (asked(7, 300, log=OTHER), seen(7)),
        (asked(300, 300, log=OTHER), seen(300)),
        (asked(300, 300, path=(merkle.EMPTY,)), seen(300)),
    ],
    ids=["the empty log has one root", "nothing needs proof", "no proof", "another's", "too long", "a fork", "a fork at this size", "the same needs none"],
)
def test_422_for_what_does_not_continue(request_, remembered):
    assert refusal(request_, remembered).status == 422


@pytest.mark.parametrize("at", [NOW - 2, 0, -1])
def test_a_clock_that_went_back_is_no_clock(at):
    assert refusal(asked(7, 300), seen(7), at).status == 503


class Remembering:
    """A witness as a log meets it: it answers from what it remembers of one log."""

    def __init__(self, remembered=None):
        self.seen, self.times = remembered or Seen(), 0

    def __call__(self, body):
        self.times += 1
        try:
            request, _ = origin_of(body.encode(), {ORIGIN: KEYS})
            checkpoint = judge(request, KEYS, self.seen, NOW)
        except RefusedError as refused:
            return refused.answer
        self.seen = Seen(checkpoint.size, checkpoint.root, NOW)
        return Answer(200, str(ANN.cosign(request.note.text, NOW)))


def ask(log, witness, size=None, old=0):
    size = log.tree.size if size is None else size
    return cosigned(log.signed(size), ANN.key, lambda before: log.tree.consistency(before, size), witness, old)


def test_a_log_learns_what_its_witness_remembers_and_goes_on():
    witness = Remembering()
    assert ask(LOG, witness, 7).by(ANN.key)
    assert witness.times == 1
    line = ask(LOG, witness, 300)
    assert witness.times == 3
    assert ANN.key.verifies(LOG.signed().text, line.raw)
    assert ask(LOG, witness, old=300) == line
    assert witness.times == 4


def test_a_log_that_was_cut_learns_it():
    with pytest.raises(OtherHistoryError, match="remembers 300 entries, this log has 299"):
        ask(LOG, Remembering(seen(300)), 299)


@pytest.mark.parametrize("size", [300, 299])
def test_a_log_that_was_forked_learns_it(size):
    """Same beginning, then another entry; also at the very size that was vouched for."""
    fork = Log(250).grow(50, said="another")
    with pytest.raises(OtherHistoryError, match=f"remembers another log of {size} entries"):
        ask(fork, Remembering(seen(size)))


def test_a_log_brought_back_from_a_copy_learns_it_even_after_it_has_grown_past():
    witness, restored = Remembering(), Log(200)
    ask(LOG, witness)
    with pytest.raises(OtherHistoryError, match="remembers 300"):
        ask(restored, witness)
    with pytest.raises(OtherHistoryError, match="another log of 300"):
        ask(restored.grow(150, said="since the copy"), witness)
    assert witness.seen.root == LOG.tree.head()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500),
        Answer(403, "no\n"),
        Answer(301),
        Answer(409, "7\n"),
        Answer(409, "7", SIZE),
        Answer(409, "-7\n", SIZE),
        Answer(409, "7\n", SIZE),
        Answer(200),
        Answer(200, "nonsense\n"),
        Answer(200, str(WITNESSES[1].cosign(LOG.signed().text, NOW))),
        Answer(200, str(ANN.cosign(LOG.signed(299).text, NOW))),
        Answer(200, "one line more\n\n" + str(ANN.cosign(LOG.signed().text, NOW))),
    ],
)
def test_an_answer_that_is_none_vouches_for_nothing(answer):
    with pytest.raises(WitnessError):
        ask(LOG, lambda _: answer)


def test_lines_of_keys_that_were_not_asked_are_left_out():
    lines = "".join(str(one.cosign(LOG.signed().text, NOW)) for one in WITNESSES)
    assert ask(LOG, lambda _: Answer(200, lines)) == ANN.cosign(LOG.signed().text, NOW)


def test_a_witness_that_forgot_is_found_out():
    """Else it could be made to vouch for another history of what it has seen."""
    with pytest.raises(WitnessError, match="vouched for 200 entries and remembers 7"):
        ask(LOG, Remembering(seen(7)), old=200)
