"""Proof bundles as C2SP tlog-proof says: they travel alone, and prove one entry at one place."""

import pytest
from growing import SIGNER, WITNESSES, Log
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import merkle
from comity.ledger.merkle import ProofError
from comity.ledger.note import NoteError
from comity.ledger.policy import NOBODY, Group, Policy
from comity.ledger.proof import Proof

LOG = Log(300)
POLICY = Policy((SIGNER.key,), Group(2, tuple(witness.key for witness in WITNESSES[:3])))


def proved(proof, entry):
    proof.check(merkle.leaf(entry), POLICY.accept(proof.checkpoint).checkpoint)


@given(st.integers(1, 300), st.data())
def test_a_bundle_comes_back_and_proves_its_entry(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = LOG.prove(index, size, witnesses=WITNESSES[1:3])
    again = Proof.parse(str(proof).encode())
    assert again == proof == Proof.parse(str(proof))
    proved(again, LOG.entries[index])
    for other in {index - 1, index + 1} & set(range(300)):
        with pytest.raises(ProofError):
            proved(again, LOG.entries[other])


def test_a_bundle_reads_as_the_specification_draws_it():
    proof = LOG.prove(2, 3)
    lines = str(proof).split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra ZW50cnkgMg==", "index 2"]
    assert lines[4:7] == ["", "log.example/ledger", "3"]
    bare = Proof(0, (), Log(1).signed())
    assert str(bare).startswith("c2sp.org/tlog-proof@v1\nindex 0\n\nlog.example/ledger\n1\n")
    assert Proof.parse(str(bare)) == bare


def test_what_is_extra_is_never_vouched_for():
    proof = LOG.prove(7, witnesses=WITNESSES[:2])
    lying = Proof(proof.index, proof.path, proof.checkpoint, b"entry 8")
    with pytest.raises(ProofError):
        proved(lying, lying.extra)


def accepted(text):
    """An empty line too many belongs to the checkpoint: only who reads that sees it."""
    return Policy((SIGNER.key,), NOBODY).accept(Proof.parse(text).checkpoint)


GOOD = str(LOG.prove(7))


@pytest.mark.parametrize(
    "change",
    [
        ("@v1", "@v2"),
        ("c2sp", "\nc2sp"),
        ("index 7", "index 07"),
        ("index 7", "index -7"),
        ("index 7", "index"),
        ("index 7\n", ""),
        ("index 7\n", "index 7\nindex 7\n"),
        ("extra ", "extra  "),
        ("extra ZW50cnkgNw==", "extra "),
        ("extra ZW50cnkgNw==", "extra ZW50cnkgNx=="),
        ("extra ZW50cnkgNw==\nindex 7", "index 7\nextra ZW50cnkgNw=="),
        ("\n\nlog", "\nlog"),
        ("\n\nlog", "\n\n\nlog"),
        ("\nindex 7\n", "\nindex 7\n" + "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n" * 60),
        ("\nindex 7\n", "\nindex 7\nCsUY\n"),
        ("\n", "\r\n"),
    ],
)
def test_what_is_no_bundle_is_refused(change):
    assert change[0] in GOOD
    with pytest.raises(NoteError):
        accepted(GOOD.replace(*change))


def test_a_bundle_without_end_or_text_is_refused():
    for raw in (b"", b"\xff", "x" * 1_000_001):
        with pytest.raises(NoteError):
            Proof.parse(raw)


def test_every_flipped_bit_of_a_small_bundle_is_refused():
    """Whatever the bit does: to the index, the path, the checkpoint, a signature, the name of a signer. What is extra is not proof."""
    raw = str(Proof(7, *[(p := LOG.prove(7, 8, witnesses=WITNESSES[:2])).path, p.checkpoint])).encode()
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((NoteError, ProofError)):
            proved(Proof.parse(bytes(flipped)), LOG.entries[7])
