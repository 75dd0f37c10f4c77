"""Hostile text: every limit holds, every fault has its place, and nothing is built before it is bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.text.source import MAX_BYTES, MAX_DEPTH, MAX_MISTAKES, MAX_SCALAR, Mistakes, Place, SourceError, nearest, read_documents


def read(text):
    mistakes = Mistakes()
    return read_documents("t", text, mistakes), mistakes.found


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"x" * (MAX_BYTES + 1), "larger than"),
        (b"[" * 50_000_000, "larger than"),
        ("[" * (MAX_DEPTH + 5), "deeper"),
        ("{a: " * (MAX_DEPTH + 5), "deeper"),
        ("a: &x 1", "anchors"),
        ("a: *x", "anchors"),
        ("&a [*a, *a]", "anchors"),
        ("a: " + "x" * (MAX_SCALAR + 1), "longer than"),
        ("? [a]\n: b", "must be text"),
        ("a: 1\na: 2", "twice"),
        ("a: [1", "expected"),
        (b"\xff\xfe\xff", "UTF-8"),
        ("a: \x00", ""),
        ("\t- a: b\n  c", ""),
    ],
)
def test_hostile_text_is_refused_with_a_word(text, word):
    """Size, depth, aliases, endless values, keys that are no text, doubled keys: one mistake each, placed."""
    _, found = read(text)
    assert found
    assert any(word.lower() in m.message.lower() for m in found)
    assert all(m.place.file == "t" and m.place.line >= 1 and m.place.column >= 1 for m in found)


def test_no_word_is_a_truth_by_accident():
    """Norway stays a word, so do numbers, dates and nulls."""
    (node,), found = read("[NO, on, yes, null, ~, 1e5, 2026-01-01, 0x10]")
    assert [i.text for i in node.items] == ["NO", "on", "yes", "null", "~", "1e5", "2026-01-01", "0x10"]
    assert found == []


def test_every_node_knows_its_place():
    """Line and column, counted from one, of values and of keys."""
    (node,), _ = read("a: 1\nb:\n  - c\n")
    assert node.keys["b"] == Place("t", 2, 1)
    assert node.pairs["b"].items[0].place == Place("t", 3, 5)
    assert str(node.pairs["a"].place) == "t:1:4"


def test_documents_come_one_by_one():
    """A file may hold several; a byte order mark is no text."""
    documents, found = read("\ufeffa: 1\n---\nb: 2\n".encode())
    assert [list(d.pairs) for d in documents] == [["a"], ["b"]]
    assert found == []


def test_mistakes_are_raised_together_in_order_of_place():
    """All at once, sorted, and never without bound."""
    mistakes = Mistakes()
    mistakes.settle()
    for line in range(MAX_MISTAKES + 10, 0, -1):
        mistakes.add(Place("t", line, 1), "m", "s")
    with pytest.raises(SourceError) as raised:
        mistakes.settle()
    lines = [m.place.line for m in raised.value.mistakes]
    assert len(lines) == MAX_MISTAKES
    assert lines == sorted(lines)
    assert str(raised.value).splitlines()[0].endswith(": m (s)")


def test_a_near_word_is_suggested():
    """Close words only."""
    assert nearest("exportr", ["exporter", "importer"]) == "did you mean 'exporter'?"
    assert nearest("zzz", ["exporter"]) == ""


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200), st.text("[]{}:,-&*!|>'\"% \n?ab", max_size=80)))
def test_any_text_is_read_or_refused(text):
    """Never anything but nodes and mistakes."""
    documents, found = read(text)
    assert isinstance(documents, list)
    assert all(m.message for m in found)
