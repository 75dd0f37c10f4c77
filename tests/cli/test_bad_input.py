"""What a person gets wrong in a world is told with its place, ends with 2, and never as a traceback."""

import pytest

WORLD = """\
world: w
parties:
  a: {kind: organisation, organised_in: [US], owners: []}
  b: {kind: organisation, organised_in: [CN], owners: [{party: a, share: 60%}]}
assets:
  d: {kind: data, fields: [name]}
movements:
  t: {exporter: a, importer: b, asset: d, event: send, on: 2026-03-01}
"""
# fmt: off
CHANGED = {
    "an unknown fact": ("organised_in: [US]", "organized_in: [US]", "3:27: a party has no 'organized_in' (did you mean 'organised_in'?)"),
    "a fact of another kind": ("kind: data,", "kind: data, share: 5%,", "6:19: an asset has no 'share'"),
    "an unknown record": ("importer: b", "importer: bb", "8:30: there is no party 'bb' (did you mean 'b'?)"),
    "a day that is none": ("2026-03-01", "2026-02-30", "8:60: '2026-02-30' is not a date or a range of them (write 2026-03-01, "),
    "days that run backwards": ("2026-03-01", "2026-03-01..2026-01-01", "8:60: '2026-03-01..2026-01-01' runs backwards"),
    "a share above 100 %": ("60%", "160%", "4:74: '160%' is not a share between 0% and 100%"),
    "shares above 100 %": ("share: 60%}", "share: 60%}, {party: a, share: 50%}", "4:55: the shares of these owners add up to 110%, above 100%"),
    "a word for a list": ("[US]", "US", "3:41: 'organised_in' takes a list (write [US], or [US, ...] if there may be more)"),
    "a list for a word": ("kind: data", "kind: [data]", "6:13: 'kind' takes a word, not a list"),
    "a key twice": ("  b: {", "  a: {", "4:3: 'a' is given twice"),
    "a tab": ("  a: {", "\ta: {", "3:1: a tab begins this line (indent with spaces)"),
    "a bracket left open": ("60%}]}", "60%}", "not readable as YAML"),
    "an anchor": ("a: {kind", "a: &x {kind", "3:6: anchors and aliases are not read (write the value out)"),
    "a section nobody knows": ("parties:", "partys:", "2:1: a world has no 'partys' (did you mean 'parties'?)"),
    "a bare assumption": ("world: w", "assume: all", "1:9: an assumption is a mapping, not a text"),
    "an assumption misspelt": ("world: w", "assume: {close: all}", "1:10: an assumption has no 'close' (did you mean 'closed'?)"),
    "counts that are no list": ("world: w", "counts: {count: x}", "1:9: counts are a list, not a mapping"),
    "a count nobody takes": ("world: w", "counts: [{count: eu.gdpr/heads, is: 5}]", "1:18: no definition counts 'eu.gdpr/heads'"),
    "a count of somebody who is not there": (
        "world: w",
        "counts: [{count: cn.data-export/persons_ordinary, exporter: aa, is: 5}]",
        "1:61: there is no party 'aa' (did you mean 'a'?)",
    ),
    "a count by what is no link": (
        "world: w",
        "counts: [{count: cn.data-export/persons_ordinary, exportr: a, is: 5}]",
        "1:51: a count has no 'exportr' (did you mean 'exporter'?)",
    ),
    "a record without a name": ("parties:", "parties:\n  '': {kind: individual}", "3:3: a party has no name"),
    "a reading nobody holds": ("world: w", "readings: {eu.gdpr/recipient_relativ: true}", "1:12: 'eu.gdpr' has no reading 'recipient_relativ'"),
    "fewer than nobody": ("assets:", "populations: {p: {persons: -5}}\nassets:", "5:28: '-5' is below zero, and persons are counted from zero"),
    "a second document": ("assets:", "---\nassets:", "6:1: a second document in one file"),
    "no movements": ("movements:\n  t: {", "purposes:\n  t: {kind: analytics} #", "1:1: this world has no movements"),
    "a control character": ("world: w", "world: w\x00", "not readable as YAML: control characters are not allowed"),
}
# fmt: on
WHOLE = {
    "nothing": (b"", "1:1: the file is empty"),
    "only a comment": (b"# to do\n", "1:1: the file is empty"),
    "a list": (b"- a\n- b\n", "1:1: a world is a mapping, not a list"),
    "a sentence": (b"hello\n", "1:1: a world is a mapping, not a text"),
    "bytes": (b"PAR1\xff\xfe\x00\x9c", "1:1: not UTF-8 text at byte 4"),
    "another encoding": (WORLD.encode("utf-16"), "1:1: not UTF-8 text at byte 0"),
}


def refused(said, file, expected):
    assert said.code == 2
    assert not said.out
    assert "Traceback" not in said.err
    lines = said.err.splitlines()
    assert all(line.startswith(f"{file}:") for line in lines)
    assert any(expected in line for line in lines), said.err


@pytest.mark.parametrize("kind", CHANGED)
def test_a_mistake_is_told_with_its_place(say, tmp_path, kind):
    old, new, expected = CHANGED[kind]
    assert WORLD.count(old) >= 1
    file = tmp_path / "w.yaml"
    file.write_text(WORLD.replace(old, new, 1), encoding="utf-8")
    refused(say("check", file), file, expected)


@pytest.mark.parametrize("kind", WHOLE)
def test_a_file_that_is_no_world(say, tmp_path, kind):
    text, expected = WHOLE[kind]
    file = tmp_path / "w.yaml"
    file.write_bytes(text)
    refused(say("check", file), file, expected)


def test_a_file_that_cannot_be_read(say, tmp_path):
    refused(say("check", tmp_path / "none.yaml"), tmp_path / "none.yaml", "1:1: cannot be read: no such file or directory")
    refused(say("explain", tmp_path, "t"), tmp_path, "1:1: cannot be read: is a directory")
    refused(say("check", tmp_path), tmp_path, "1:1: there is no movements.parquet in this folder")


@pytest.mark.parametrize("text", [WORLD.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + WORLD.encode()])
def test_line_ends_and_marks_of_other_systems_are_read(say, tmp_path, text):
    file = tmp_path / "w.yaml"
    file.write_bytes(text)
    assert say("check", file).code == 1
