"""Cosignatures as C2SP tlog-cosignature says."""

import hashlib

import pytest
from growing import WITNESSES, Log

from comity.ledger.cosignature import Cosigner, WitnessKey, message, time_of, witnessed
from comity.ledger.note import NoteError, Signature, Signer

ANN, BEN = WITNESSES[:2]
TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_message_is_the_specification_s():
    assert message(TEXT, 1_679_315_147) == f"cosignature/v1\ntime 1679315147\n{TEXT}".encode()


def test_the_key_s_number_covers_name_and_kind():
    expected = hashlib.sha256(f"{ANN.name}\n".encode() + b"\x04" + ANN.key.public).digest()[:4]
    assert ANN.key.number == expected
    assert WitnessKey.parse(str(ANN.key)) == ANN.key


def test_a_cosignature_carries_its_time_first():
    raw = ANN.cosign(TEXT, 1_679_315_147).raw
    assert (len(raw), raw[:8]) == (72, (1_679_315_147).to_bytes(8, "big"))
    assert time_of(raw) == 1_679_315_147
    assert ANN.key.verifies(TEXT, raw)


@pytest.mark.parametrize("place", [0, 7, 8, 40, 71])
def test_time_and_signature_are_both_signed(place):
    raw = bytearray(ANN.cosign(TEXT, 1_679_315_147).raw)
    raw[place] ^= 1
    assert not ANN.key.verifies(TEXT, bytes(raw))


def test_the_same_key_s_signature_as_a_log_is_no_cosignature():
    plain = Signer(ANN.name, ANN.seed).sign(TEXT).raw
    assert not ANN.key.verifies(TEXT, plain)
    assert not ANN.key.verifies(TEXT, bytes(8) + plain)


@pytest.mark.parametrize("at", [0, -1, 2**63])
def test_no_cosignature_is_without_time_or_beyond_it(at):
    with pytest.raises(NoteError):
        ANN.cosign(TEXT, at)


def test_a_time_beyond_all_is_refused_though_it_is_signed():
    at = 2**63
    raw = at.to_bytes(8, "big") + Signer("x", ANN.seed)._private.sign(message(TEXT, at))
    assert not ANN.key.verifies(TEXT, raw)


def test_who_vouched_and_when():
    note = Log(5).signed(witnesses=[ANN], at=1_790_000_000)
    assert witnessed(note, [ANN.key, BEN.key]) == {ANN.key: 1_790_000_000}
    assert witnessed(note.with_signatures(BEN.cosign(note.text, 7)), [BEN.key]) == {BEN.key: 7}
    forged = note.with_signatures(Signature(BEN.name, BEN.key.number, ANN.cosign(note.text, 7).raw))
    with pytest.raises(NoteError, match="does not hold"):
        witnessed(forged, [ANN.key, BEN.key])


def test_lines_of_later_kinds_are_passed_over():
    """Post-quantum cosignatures, say: kind 6, 2,428 bytes."""
    note = Log(5).signed(witnesses=[ANN])
    number = hashlib.sha256(f"{ANN.name}\n".encode() + b"\x06" + bytes(1312)).digest()[:4]
    assert witnessed(note.with_signatures(Signature(ANN.name, number, bytes(2428))), [ANN.key]) == {ANN.key: 1_790_000_000}


def test_a_cosigner_signs_nothing_else():
    assert not hasattr(Cosigner, "sign")
