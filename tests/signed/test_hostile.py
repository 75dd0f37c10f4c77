"""A publisher who signs nonsense: whatever the metadata says, it is read or refused, with words."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publishers import MORNING, Publisher, signer
from securesystemslib.exceptions import FormatError
from securesystemslib.formats import encode_canonical

from comity.signed.chain import METADATA
from comity.signed.metadata import digest
from comity.signed.reading import read
from comity.text.source import SourceError

WHO = {"1.root": ("ann", "ben"), "1.targets": ("tara", "tom"), "1.xab.pact": ("xa", "xb"), "1.snapshot": ("snap",), "timestamp": ("time",)}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["../x", "\ud800", "\x1b[2J", 2**70, "ed25519", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(told, at=()):
    """Every place in a tree, by the way to it."""
    if at:
        yield at
    for key, value in told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ():
        yield from places(value, (*at, key))


def spelt(signed, *names):
    """Metadata that says this, signed over what a canonical form makes of it."""
    try:
        payload = encode_canonical(signed).encode("utf-8", "surrogatepass")
    except FormatError:
        payload = b""
    lines = [signer(name).sign(payload).to_dict() for name in names]
    return json.dumps({"signatures": sorted(lines, key=lambda one: one["keyid"]), "signed": signed}, sort_keys=True, separators=(",", ":")).encode()


def named(raw):
    return {"version": 1, "length": len(raw), "hashes": {"sha256": digest(raw)}}


def published(whole, name, signed):
    """The repository with this in it, and everything above made to name it."""
    files = {**whole.files, f"{METADATA}{name}.json": spelt(signed, *WHO[name])}
    if name in ("1.targets", "1.xab.pact"):
        snapshot = json.loads(files[METADATA + "1.snapshot.json"])["signed"]
        snapshot["meta"][f"{name.removeprefix('1.')}.json"] = named(files[f"{METADATA}{name}.json"])
        files[METADATA + "1.snapshot.json"] = spelt(snapshot, "snap")
    if name in ("1.targets", "1.xab.pact", "1.snapshot"):
        timestamp = json.loads(files[METADATA + "timestamp.json"])["signed"]
        timestamp["meta"]["snapshot.json"] = named(files[METADATA + "1.snapshot.json"])
        files[METADATA + "timestamp.json"] = spelt(timestamp, "time")
    return files


@pytest.fixture(scope="module")
def whole():
    made = Publisher()
    made.published()
    return made


def test_what_is_not_changed_is_read(whole):
    for name in WHO:
        files = published(whole, name, json.loads(whole.files[f"{METADATA}{name}.json"])["signed"])
        assert files == whole.files


@given(st.data())
def test_nonsense_that_is_signed_is_read_or_refused(whole, data):
    name = data.draw(st.sampled_from(sorted(WHO)))
    signed = json.loads(whole.files[f"{METADATA}{name}.json"])["signed"]
    for _ in range(data.draw(st.integers(1, 2))):
        *above, last = data.draw(st.sampled_from(sorted(places(signed), key=repr)))
        parent = signed
        for key in above:
            parent = parent[key]
        if data.draw(st.booleans()) and isinstance(parent, dict):
            value = parent.pop(last)
            if data.draw(st.booleans()):
                parent[data.draw(st.text(max_size=5))] = copy.deepcopy(value)
        else:
            parent[last] = data.draw(VALUES)
    files = published(whole, name, signed)
    try:
        law = read(files, "repo", digest(files[METADATA + "1.root.json"]), MORNING)
    except SourceError as fault:
        for mistake in fault.mistakes:
            assert str(mistake).isprintable()
            assert mistake.message[0].islower() or mistake.message[0] == "'"
    else:
        law.adopted()


@pytest.mark.parametrize("name", ["\x1f", "a\x9b31mb", "\u202eelpmaxe.ann", "", "a b", "a+b", "\ud800"])
def test_a_name_that_would_play_with_the_screen_is_shown_as_what_it_is(whole, name):
    signed = json.loads(whole.files[METADATA + "1.root.json"])["signed"]
    for key in signed["keys"].values():
        key["x-comity-name"] = name
    files = published(whole, "1.root", signed)
    with pytest.raises(SourceError) as fault:
        read(files, "repo", digest(files[METADATA + "timestamp.json"]), MORNING)
    assert str(fault.value).isprintable()
