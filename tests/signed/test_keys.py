"""Keys of metadata are those of the ledger's own form, one way there and one way back."""

import pytest
from publishers import PEOPLE, private, signer
from securesystemslib.signer import CryptoSigner, SSlibKey

from comity.ledger.note import NoteError
from comity.signed.keys import NAME, named, public


@pytest.mark.parametrize("name", PEOPLE)
def test_there_and_back(name):
    key = private(name).key
    assert named(public(key)) == key
    assert signer(name).public_key.keyid == public(key).keyid


def changed(**more):
    key = public(private("ann").key)
    told = {"keyid": key.keyid, "keytype": key.keytype, "scheme": key.scheme, "keyval": key.keyval, "unrecognized_fields": key.unrecognized_fields, **more}
    return SSlibKey(**told)


@pytest.mark.parametrize(
    "key",
    [
        CryptoSigner.generate_ecdsa().public_key,
        changed(keyid="ab" * 32),
        changed(keytype="rsa"),
        changed(scheme="ed25519ph"),
        changed(keyval={"public": public(private("ann").key).keyval["public"].upper()}),
        changed(keyval={"public": "ab"}),
        changed(keyval={"public": "zz" * 32}),
        changed(keyval={"public": "00" * 32}),
        changed(keyval={"public": public(private("ann").key).keyval["public"], "private": "x"}),
        changed(unrecognized_fields={}),
        changed(unrecognized_fields={NAME: "a b"}),
        changed(unrecognized_fields={NAME: "ann.example", "more": 1}),
        changed(unrecognized_fields={NAME: 1}),
    ],
)
def test_another_spelling_is_no_key(key):
    with pytest.raises(NoteError):
        named(key)


def test_a_signature_of_law_is_none_of_a_log():
    """A note's text ends with its line, and metadata never does: what one signs the other cannot be made to mean."""
    from publishers import Publisher

    from comity.signed.chain import METADATA
    from comity.signed.metadata import opened

    files = Publisher().published()
    meta = opened("x", files[METADATA + "timestamp.json"], "timestamp")
    assert meta.signed_bytes.startswith(b'{"_type":"timestamp"')
    assert not meta.signed_bytes.endswith(b"\n")
