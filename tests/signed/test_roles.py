"""`signing.yaml`: every mistake at once, each with its place."""

import pytest
from publishers import SIGNING, private

from comity.signed.roles import read_signing
from comity.text.source import SourceError

KEYS = {name: str(private(name).key) for name in ("ann", "ben", "cleo", "tara", "snap", "time", "xa", "xb")}
GOOD = """\
root: {{keys: [{ann}, {ben}, {cleo}], threshold: 2, days: 365}}
targets: {{keys: [{tara}], threshold: 1, days: 90}}
snapshot: {{keys: [{snap}], threshold: 1, days: 30}}
timestamp: {{keys: [{time}], threshold: 1, days: 7}}
parties: [{xa}, {xb}]
""".format(**KEYS)


def said(text):
    with pytest.raises(SourceError) as fault:
        read_signing("s", text.encode())
    return str(fault.value)


def test_what_is_written_is_read():
    made = read_signing("s", GOOD.encode())
    assert made.roles["root"] == SIGNING.roles["root"]
    assert made.parties == SIGNING.parties
    assert read_signing("s", GOOD[: GOOD.index("parties")].encode()).parties == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("targets:", "target:", "s:2:1: 'target' is not read here (did you mean 'targets'?)"),
        ("threshold: 2", "threshold: 4", "s:1:"),
        ("threshold: 2", "threshold: two", "'threshold' is a number above 0"),
        ("threshold: 2", "threshold: 0", "'threshold' is a number above 0"),
        ("days: 365", "days: 3661", "3661 days are too long (at most 3660"),
        ("days: 365", "day: 365", "'day' is not read here (did you mean 'days'?)"),
        (KEYS["ben"], KEYS["ann"], "the key of 'ann.example' is here twice (a key counts once)"),
        (KEYS["snap"], KEYS["tara"], "s:3:19: the key of 'tara.example' signs as targets already (whoever steals a key must not get two roles by it)"),
        (KEYS["ann"], KEYS["ann"][:-1], "write a public key as comity ledger key says it"),
        (f"[{KEYS['tara']}]", "[]", "keys are a list, and not an empty one"),
        (f"[{KEYS['tara']}]", "tara", "keys are a list, and not an empty one"),
        (f"keys: [{KEYS['tara']}], ", "", "'keys' is missing"),
        (f"{KEYS['xa']}, ", f"{KEYS['xb']}, ", "the key of 'xb.example' is here twice"),
    ],
)
def test_a_mistake_is_told_with_its_place(old, new, told):
    assert told in said(GOOD.replace(old, new, 1))


def test_mistakes_are_told_together():
    text = GOOD.replace("threshold: 2", "threshold: x").replace("days: 30", "days: 0").replace("timestamp", "timestmap")
    assert len(said(text).splitlines()) == 4


@pytest.mark.parametrize("text", ["", "- a\n", "a", "a: 1\n---\nb: 1\n", "root: [1]\n", "root: {keys: {a: 1}}\n", "\t", "parties: x\n"])
def test_what_is_no_such_file(text):
    assert said(text)


def test_a_key_of_no_strength_is_none():
    weak = "weak.example+2b7a9c5f+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert "s:2:18: under the key of 'weak.example' anybody can sign" in said(GOOD.replace(KEYS["tara"], weak))
