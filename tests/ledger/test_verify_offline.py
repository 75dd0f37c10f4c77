"""The verifier in one file: alone, on its own arithmetic, it says what the ledger and common libraries say, and its exit code is its word."""

import ast
import base64
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from growing import SIGNER, WITNESSES, Log
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import merkle, verify_offline
from comity.ledger.merkle import ProofError
from comity.ledger.note import Key, NoteError, Signer
from comity.ledger.policy import Group, Policy
from comity.ledger.proof import Proof
from comity.ledger.verify_offline import ed25519, main, point, times, weak

LOG = Log(300)
ANN, BEN, CAT = WITNESSES[:3]
KEY, VOUCH = ["--key", str(SIGNER.key)], ["--witness", str(ANN.key), "--witness", str(BEN.key)]
SEEDS, BITS = st.binary(min_size=32, max_size=32), st.integers(0, 511)


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "entry.tlog-proof"
    path.write_text(str(LOG.prove(7, witnesses=[ANN, BEN])), encoding="utf-8")
    return path


def test_it_needs_the_standard_library_and_nothing_else():
    tree = ast.parse(Path(verify_offline.__file__).read_text(encoding="utf-8"))
    named = {alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert named <= sys.stdlib_module_names
    assert not named & {"http", "socket", "ssl", "subprocess", "urllib"}


def test_it_runs_alone_from_a_shell(bundle, tmp_path):
    """As a stranger would: without this package, without site packages, from a folder of theirs."""
    alone = tmp_path / "verify_offline.py"
    alone.write_bytes(Path(verify_offline.__file__).read_bytes())
    done = subprocess.run([sys.executable, "-I", "-S", alone, bundle, *KEY, *VOUCH], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "proved: entry 7 of 300 in log.example/ledger\nwitness: witness.example/0 at 2026-09-21T14:13:20Z\n"
        "witness: witness.example/1 at 2026-09-21T14:13:20Z\nentry: entry 7\n"
    )


def test_without_witnesses_it_says_on_whose_word_it_rests(bundle, capsys):
    assert main([str(bundle), *KEY]) == 0
    assert "witness: none; the log is believed on its word alone\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--witness", str(CAT.key)], "0 of 1 witnesses vouch for this checkpoint, 1 must"),
        ([*VOUCH, "--witness", str(CAT.key)], "2 of 3 witnesses"),
        (["--entry", "other"], "the entry is not in this log"),
    ],
)
def test_1_for_what_is_not_proved(bundle, tmp_path, capsys, more, said):
    other = tmp_path / "other"
    other.write_bytes(b"entry 8")
    assert main([str(bundle), *KEY, *[str(other) if word == "other" else word for word in more]]) == 1
    assert said in capsys.readouterr().err
    assert main([str(bundle), *KEY, *VOUCH, "--witness", str(CAT.key), "--quorum", "2"]) == 0


def test_another_log_s_key_believes_nothing(bundle, capsys):
    for key in (Signer("other.example", b"o" * 32).key, Key(SIGNER.name, b"k" * 32), Key("other.example", SIGNER.key.public)):
        assert main([str(bundle), "--key", str(key)]) == 1
        assert "refused: " in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv",
    [
        ["missing", *KEY],
        ["{}", "--key", "nonsense"],
        ["{}", "--key", str(ANN.key)],
        ["{}", *KEY, "--witness", str(SIGNER.key)],
        ["{}", *KEY, "--witness", str(ANN.key), "--witness", str(ANN.key)],
        ["{}", *KEY, *VOUCH, "--quorum", "3"],
        ["{}", *KEY, "--quorum", "-1"],
        ["{}", *KEY, "--entry", "missing"],
    ],
)
def test_2_when_it_is_asked_wrongly(bundle, capsys, argv):
    assert main([word.format(bundle) for word in argv]) == 2
    heard = capsys.readouterr()
    assert (heard.out, heard.err[:8], heard.err.count("\n")) == ("", "verify: ", 1)


def test_a_bundle_without_its_entry_needs_it(bundle, tmp_path, capsys):
    proof = LOG.prove(7)
    bundle.write_text(str(Proof(7, proof.path, proof.checkpoint)), encoding="utf-8")
    assert main([str(bundle), *KEY]) == 2
    assert "give it with --entry" in capsys.readouterr().err
    (tmp_path / "entry").write_bytes(b"entry 7")
    assert main([str(bundle), *KEY, "--entry", str(tmp_path / "entry")]) == 0


def test_what_it_prints_cannot_steer_a_terminal(tmp_path, capsys):
    log = Log(said="\x1b[2J\n\N{RIGHT-TO-LEFT OVERRIDE}").grow(1, said="\x1b[2J\n\N{RIGHT-TO-LEFT OVERRIDE}")
    path = tmp_path / "bundle"
    path.write_text(str(log.prove(0)), encoding="utf-8")
    assert main([str(path), *KEY]) == 0
    out = capsys.readouterr().out
    assert out.isascii()
    assert "\x1b" not in out


def both(raw, entry):
    """Whether the ledger's own code and the one file believe a bundle; they must agree."""
    policy = Policy((SIGNER.key,), Group(1, (ANN.key, BEN.key)))
    try:
        proof = Proof.parse(raw)
        proof.check(merkle.leaf(entry), policy.accept(proof.checkpoint).checkpoint)
        ours = True
    except (NoteError, ProofError):
        ours = False
    keys = verify_offline.keys_of(str(SIGNER.key), [str(ANN.key), str(BEN.key)], 1)
    try:
        verify_offline.verify(verify_offline.bundle_of(raw), entry, *keys, 1)
        alone = True
    except verify_offline.RefusedError:
        alone = False
    assert ours == alone
    return ours


@given(st.data())
def test_it_agrees_with_the_ledger_on_bundles_and_on_their_mutants(data):
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    raw = bytearray(str(LOG.prove(index, size, witnesses=data.draw(st.sampled_from([[ANN], [BEN, CAT], [CAT]])))).encode())
    enough = b"witness.example/0" in raw or b"witness.example/1" in raw
    assert both(bytes(raw), LOG.entries[index]) == enough
    end = raw.index(b"index ")  # what is extra before it is not proof
    at = data.draw(st.integers(end, len(raw) - 1))
    if data.draw(st.booleans()):
        raw[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[at]))
    else:
        line = raw.rfind(b"\n", 0, at) + 1
        del raw[line : raw.find(b"\n", at) + 1]
    both(bytes(raw), LOG.entries[index])


@given(SEEDS, st.binary(max_size=200), BITS)
def test_signatures_hold_where_a_common_library_says_so(seed, message, bit):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert ed25519(public, message, signature)
    changed = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")
    assert not ed25519(public, message, changed)
    assert not ed25519(public, message + b"x", signature)
    assert not ed25519(public, message, signature[:-1])


def test_a_signature_has_one_spelling():
    """With the group's order added to its number it would be another signature of the same message."""
    signature = SIGNER.sign("text\n").raw
    number = int.from_bytes(signature[32:], "little") + verify_offline.L
    assert ed25519(SIGNER.key.public, b"text\n", signature)
    assert not ed25519(SIGNER.key.public, b"text\n", signature[:32] + number.to_bytes(32, "little"))


@given(SEEDS)
def test_points_are_those_of_a_common_library(raw):
    found = point(raw)
    if found is None:
        with pytest.raises((InvalidSignature, ValueError)):
            Ed25519PublicKey.from_public_bytes(raw).verify(bytes(64), b"")
    else:
        assert verify_offline.written(found) == raw


def test_points_written_otherwise_than_in_their_one_spelling_are_none():
    p = verify_offline.P
    for y, sign in ((p, 0), (p + 1, 0), (2**255 - 1, 0), (1, 1), (p - 1, 1)):
        assert point((y | sign << 255).to_bytes(32, "little")) is None
    assert point(b"short") is None
    assert verify_offline.written(times(verify_offline.L, verify_offline._BASE)) == (1).to_bytes(32, "little")


def of_small_order():
    """The eight points that vanish when taken eight times: keys and signatures that attackers try."""
    found = {}
    for n in range(200):
        if (one := point(n.to_bytes(32, "little"))) is not None:
            small = times(verify_offline.L, one)
            found[verify_offline.written(small)] = small
    return sorted(found)


def test_on_points_of_small_order_it_says_what_a_common_library_says():
    small = of_small_order()
    assert len(small) == 8
    believed = 0
    for public in small:
        for first in small:
            for message in (b"", b"one", b"two", b"three"):
                try:
                    Ed25519PublicKey.from_public_bytes(public).verify(first + bytes(32), message)
                    common = True
                except (InvalidSignature, ValueError):
                    common = False
                assert ed25519(public, message, first + bytes(32)) == common
                believed += common
    assert believed, "such keys are everybody's"
    assert all(map(weak, small))
    assert not weak(SIGNER.key.public)


@pytest.mark.parametrize("public", of_small_order(), ids=bytes.hex)
def test_no_key_is_taken_under_which_anybody_can_sign(public):
    with pytest.raises(NoteError, match="anybody can sign"):
        Key("a.example", public)
    material = base64.b64encode(b"\x01" + public).decode()
    number = hashlib.sha256(b"a.example\n\x01" + public).hexdigest()[:8]
    with pytest.raises(ValueError, match="no verifier key"):
        verify_offline.key_of(f"a.example+{number}+{material}", verify_offline.LOG)
