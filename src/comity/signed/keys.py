"""Keys of signed law: those that `comity ledger key` makes, as metadata of TUF writes them. Ed25519 and nothing else, each under one name."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, Key, SSlibKey  # type: ignore[attr-defined]  # public, though it does not say so

from comity.ledger.note import Key as Named
from comity.ledger.note import NoteError, Private

NAME: Final = "x-comity-name"
"""Under which metadata says whose a key is."""


def public(key: Named) -> SSlibKey:
    """A key as metadata writes it; its number is the digest of what it is, so that one key is never two."""
    made = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(key.public))
    made.unrecognized_fields[NAME] = key.name
    return made


def named(key: Key) -> Named:
    """The key that metadata writes. Raises NoteError unless it is one, in its only spelling."""
    match key.scheme, key.keyval, key.unrecognized_fields:
        case "ed25519", {"public": str(text)}, {"x-comity-name": str(name)}:
            pass
        case "ed25519", _, _:
            raise NoteError(f"the key {key.keyid[:16]} does not say whose it is")
        case _:
            raise NoteError(f"the key {key.keyid[:16]} is of the scheme '{key.scheme}', where ed25519 alone is allowed")
    try:
        made = Named(name, bytes.fromhex(text))
        one = public(made) == key
    except ValueError as fault:
        raise NoteError(f"'{name}' has no key: {fault}") from fault
    if not one:
        raise NoteError(f"the key of '{name}' is not written as it would be, under its own digest")
    return made


def signer(private: Private) -> CryptoSigner:
    """What signs metadata with a private key."""
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(private.seed))
