"""Each file of metadata has one spelling, and bears no signature but good ones."""

import pytest
from publishers import Publisher, number, signer
from securesystemslib.signer import Signature
from tuf.api.metadata import Metadata

from comity.signed.chain import METADATA, chain
from comity.signed.metadata import RefusedError, check_signed, opened
from comity.text.shown import shown


@pytest.fixture(scope="module")
def files():
    return Publisher().published()


def test_another_spelling_is_refused_where_python_tuf_takes_it(files):
    """A space, a line, a field beside what is signed, a name twice: no signature sees them, and a digest would."""
    raw = files[METADATA + "timestamp.json"]
    doubled = raw.replace(b'"_type":', b'"_type":"x","_type":', 1)
    for other in (raw.replace(b'{"signatures"', b'{ "signatures"', 1), raw + b"\n", raw[:-1] + b',"x":1}', doubled):
        assert Metadata.from_bytes(other).signed == Metadata.from_bytes(raw).signed
        with pytest.raises(RefusedError, match="is not written as what it says would be"):
            opened("x", other, "timestamp")


@pytest.mark.parametrize("change", [str.upper, lambda sig: sig + " ", lambda _: "00" * 64, lambda _: ""])
def test_every_signature_is_good_and_in_one_spelling(files, change):
    root = chain(files)[0]
    meta = opened("x", files[METADATA + "timestamp.json"], "timestamp")
    assert check_signed("x", meta, "timestamp", [root.root], root.names) == ["time.example"]
    line = meta.signatures[number("time")]
    meta.signatures[number("time")] = Signature(line.keyid, change(line.signature))
    with pytest.raises(RefusedError, match=r"is signed by 0 of the 1 who must|bears a signature that does not hold"):
        check_signed("x", meta, "timestamp", [root.root], root.names)


def test_who_is_not_asked_signs_nothing(files):
    root = chain(files)[0]
    meta = opened("x", files[METADATA + "timestamp.json"], "timestamp")
    meta.sign(signer("snap"), append=True)
    with pytest.raises(RefusedError, match=r"or of somebody who has no say: snap\.example"):
        check_signed("x", meta, "timestamp", [root.root], root.names)


def test_names_that_others_chose_are_shown_without_their_tricks():
    assert shown("xa.act/法.yaml") == "xa.act/法.yaml"
    assert shown("a\x1b[2Jb\n\x9b\u202e") == r"a\x1b[2Jb\n\x9b\u202e"
