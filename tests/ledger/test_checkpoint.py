"""Checkpoints as C2SP tlog-checkpoint says."""

import pytest
from growing import ORIGIN, SIGNER, Log
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger.checkpoint import Checkpoint, number
from comity.ledger.merkle import EMPTY
from comity.ledger.note import Key, Note, NoteError

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
EXAMPLE = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"
LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1)


def test_the_specification_s_example_is_read():
    found = Checkpoint.parse(EXAMPLE)
    assert (found.origin, found.size, found.extensions) == ("example.com/behind-the-sofa", 20_852_163, ())
    assert str(found) == EXAMPLE


@given(LINES, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(LINES, max_size=3))
def test_a_checkpoint_comes_back(origin, size, root, extensions):
    """An origin is any line: a reader must not expect an address, and must not trip over separators of other alphabets."""
    made = Checkpoint(origin, size, root, tuple(extensions))
    assert Checkpoint.parse(str(made)) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        f"\n1\n{ROOT}\n",
        f"o\n1\n{ROOT}",
        f"o\n01\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n 1\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n1_0\n{ROOT}\n",
        f"o\n٣\n{ROOT}\n",
        f"o\n{2**63}\n{ROOT}\n",
        f"o\n{'9' * 5000}\n{ROOT}\n",
        "o\n1\nCsUY\n",
        f"o\n1\n{ROOT[:-2]}J=\n",
        f"o\n1\n{ROOT}\n\n",
        f"o\n1\n{ROOT}\nmore\n\nmore\n",
        f"o\r\n1\r\n{ROOT}\r\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


def test_nothing_is_counted_in_another_spelling():
    assert [number(text) for text in ("0", "7", "9223372036854775807")] == [0, 7, 2**63 - 1]


def test_a_checkpoint_is_believed_when_a_key_of_its_log_signed():
    log = Log(5)
    note = Note.parse(str(log.signed()))
    assert Checkpoint.opened(note, [SIGNER.key]) == Checkpoint(ORIGIN, 5, log.tree.head())
    with pytest.raises(NoteError, match="no key of the log"):
        Checkpoint.opened(note, [Key(ORIGIN, b"k" * 32)])
    with pytest.raises(NoteError, match="does not hold"):
        Checkpoint.opened(Note(note.text.replace("\n5\n", "\n6\n"), note.signatures), [SIGNER.key])


def test_the_empty_log_has_a_checkpoint():
    assert str(Checkpoint(ORIGIN, 0, EMPTY)) == f"{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


@pytest.mark.parametrize(("origin", "size", "root"), [("", 0, EMPTY), ("a\nb", 0, EMPTY), ("o", -1, EMPTY), ("o", 2**63, EMPTY), ("o", 0, b"")])
def test_none_is_made_that_could_not_be_read(origin, size, root):
    with pytest.raises(NoteError):
        Checkpoint(origin, size, root)
