"""Notes and keys as C2SP signed-note says, with its own example; what is not one is refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger.cosignature import Cosigner, WitnessKey
from comity.ledger.note import MAX_SIGNATURES, Key, Note, NoteError, Signature, Signer, sign, unbase64

KEY = Key.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
EXAMPLE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
ANN, BEN = Signer("a.example", b"a" * 32), Signer("b.example", b"b" * 32)
TEXT = "one\n\ntwo\n"


def test_the_specification_s_example_verifies():
    note = Note.parse(EXAMPLE)
    assert note.text == "This is an example message.\n"
    assert list(note.signed_by([KEY, ANN.key])) == [KEY]
    assert str(note) == EXAMPLE
    assert str(KEY) == "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.just("\n")))
def test_any_text_comes_back_with_its_signatures(text):
    """Empty lines, lines that look like signatures, separators of other alphabets."""
    note = Note.parse(str(sign(text + "\n", ANN, BEN)).encode())
    assert note.text == text + "\n"
    assert set(note.signed_by([BEN.key, ANN.key])) == {ANN.key, BEN.key}


def test_lines_of_other_keys_are_passed_over_even_with_the_same_name_or_number():
    note = sign(TEXT, ANN)
    namesake = Key(ANN.name, BEN.key.public)
    assert note.signed_by([namesake, BEN.key]) == {}
    forged = Signature(BEN.name, ANN.key.number, b"x" * 64)
    assert set(note.with_signatures(forged).signed_by([ANN.key, BEN.key])) == {ANN.key}


def test_a_false_signature_of_a_known_key_spoils_the_note():
    note = sign(TEXT, ANN, BEN)
    false = Signature(ANN.name, ANN.key.number, bytes(64))
    for broken in (Note("other\n", note.signatures), Note(TEXT, (false, note.signatures[1])), note.with_signatures(false)):
        with pytest.raises(NoteError, match=r"'a\.example' does not hold"):
            broken.signed_by([ANN.key, BEN.key])


def test_a_key_counts_once_however_often_it_signed():
    twice = sign(TEXT, ANN).with_signatures(ANN.sign(TEXT))
    assert len(twice.signed_by([ANN.key])) == 1


def test_sixteen_signatures_are_borne_and_not_any_number():
    many = [Signer(f"{n}.example", bytes([n]) * 32) for n in range(16)]
    assert len(Note.parse(str(sign(TEXT, *many))).signed_by([one.key for one in many])) == 16
    too_many = str(sign(TEXT)) + "".join(str(ANN.sign(TEXT)) for _ in range(MAX_SIGNATURES + 1))
    with pytest.raises(NoteError, match="more than"):
        Note.parse(too_many)
    with pytest.raises(NoteError, match="longer"):
        Note.parse("x" * 1_000_001)


LINE = str(ANN.sign(TEXT))


@pytest.mark.parametrize(
    "text",
    {
        "empty": "",
        "no signature": "one\n",
        "no empty line": "one\n" + LINE,
        "no line below": "one\n\n",
        "the last line without its end": "one\n\n" + LINE[:-1],
        "text after the signatures": "one\n\n" + LINE + "more\n",
        "an empty line after": "one\n\n" + LINE + "\n",
        "a tab": "o\tne\n\n" + LINE,
        "a carriage return": "one\r\n\r\n" + LINE,
        "a null": "o\0ne\n\n" + LINE,
        "a hyphen": "one\n\n" + LINE.replace("—", "-"),
        "two spaces": "one\n\n" + LINE.replace("— ", "—  "),
        "a plus in the name": "one\n\n" + LINE.replace("a.example", "a+example"),
        "a wide space in the name": "one\n\n" + LINE.replace("a.example", "a\u3000example"),
        "no name": "one\n\n— " + LINE.split(" ")[2],
        "no signature on the line": "one\n\n— a.example\n",
        "four bytes": "one\n\n— a.example AAAAAA==\n",
        "base 64 for addresses": "one\n\n— a.example __-_AAAA\n",
        "no padding": "one\n\n— a.example AAAAAAA\n",
        "stray bits": "one\n\n— a.example AAAAAAB=\n",
        "a space in the middle": "one\n\n— a.example AAAA AAAA\n",
        "more on the line": "one\n\n" + LINE[:-1] + " more\n",
    }.items(),
    ids=lambda item: item[0],
)
def test_what_is_no_note_is_refused(text):
    with pytest.raises(NoteError):
        Note.parse(text[1])
    with pytest.raises(NoteError):
        Note.parse(text[1].encode())


@pytest.mark.parametrize("raw", [b"\xff\n\n" + LINE.encode(), "\ud800\n\n" + LINE])
def test_what_is_no_utf8_is_refused(raw):
    with pytest.raises(NoteError, match="UTF-8"):
        Note.parse(raw)


@pytest.mark.parametrize("text", ["no end", "a\ttab\n", "\x00\n"])
def test_no_text_is_signed_that_no_reader_takes(text):
    with pytest.raises(NoteError):
        sign(text, ANN)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\x01b"])
def test_names_that_are_none(name):
    with pytest.raises(NoteError):
        Key(name, b"k" * 32)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fool+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+Aekyag==",
        "example.com/foo+530d903a+not base 64",
    ],
)
def test_keys_that_are_none(text):
    with pytest.raises(NoteError):
        Key.parse(text)


def test_one_key_has_another_number_for_each_kind():
    log, witness = Key("w.example", b"k" * 32), WitnessKey("w.example", b"k" * 32)
    assert log.number != witness.number
    assert log != witness
    for wrong, kind in ((log, WitnessKey), (witness, Key)):
        with pytest.raises(NoteError, match="not of kind"):
            kind.parse(str(wrong))


@pytest.mark.parametrize("kind", [Signer, Cosigner])
def test_a_private_key_is_kept_as_a_line_and_shown_nowhere_else(kind):
    private = kind("a.example", bytes(range(32)))
    assert kind.parse(private.secret) == private
    seed = base64.b64encode(private.seed).decode()
    assert seed[4:40] not in repr(private)
    for broken in (private.secret[:-4], private.secret.replace("PRIVATE+", ""), private.secret.replace("a.example", "b.example"), str(private.key), ""):
        with pytest.raises(NoteError) as refused:
            kind.parse(broken)
        assert seed[4:40] not in str(refused.value)
    with pytest.raises(NoteError, match="no private key"):
        (Cosigner if kind is Signer else Signer).parse(private.secret)


def test_a_key_that_is_no_point_verifies_nothing():
    assert not Key("a.example", b"\xff" * 32).verifies(TEXT, bytes(64))
    assert not ANN.key.verifies(TEXT, ANN.sign(TEXT).raw[:-1])


@given(st.binary())
def test_base_64_has_one_spelling(raw):
    text = base64.b64encode(raw).decode()
    assert unbase64(text) == raw
    for other in (text + "\n", text + "=", " " + text, text.rstrip("=") if text.endswith("=") else text + "A"):
        with pytest.raises(NoteError):
            unbase64(other)


@pytest.mark.parametrize(
    "text", ["", "+", "a+b", "a+00000000+", "\udcff+00000000+AA==", f"e\udced+{KEY.number.hex()}+{str(KEY).rpartition('+')[2]}", f"{KEY}\n", f"{KEY}é"]
)
def test_what_is_no_key_is_told_as_that(text):
    for read in (Key.parse, WitnessKey.parse, Signer.parse):
        with pytest.raises(NoteError):
            read(text)
