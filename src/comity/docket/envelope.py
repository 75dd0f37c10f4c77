"""What a party signs: canonical JSON in a DSSE envelope, by one Ed25519 key. Each signature is an envelope of its own, so that several sign in any order.

The kind of what is signed is part of it, and so is the log it is for: what was signed for one purpose, or one log, is of no use in another.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined]  # public, though it does not say so

from comity.ledger import entry as entries
from comity.ledger.hold import EntryError
from comity.ledger.note import Key, Private

ACT: Final = "application/vnd.comity.act+json"
KEY: Final = "application/vnd.comity.key+json"
SCHEME: Final = "ed25519"
"""The only one: no envelope says by which algorithm it was signed, so none can say a weaker one."""


class EnvelopeError(ValueError):
    """What is no signature of what it says, by a key that is known."""


def sealed(told: Mapping[str, Any], kind: str, private: Private) -> dict[str, Any]:
    """The envelope of this, signed. Raises EnvelopeError for what has no canonical form."""
    made = Envelope(canonical(told), kind, {})
    made.sign(CryptoSigner(Ed25519PrivateKey.from_private_bytes(private.seed), _public(private.key)))
    return dict(made.to_dict())


def opened(envelope: object, kind: str, keys: Mapping[str, Key]) -> tuple[dict[str, Any], str]:
    """What an envelope says, and the number of the key that signed it, one of these. Raises EnvelopeError."""
    if not isinstance(envelope, dict) or envelope.keys() != {"payload", "payloadType", "signatures"}:
        raise EnvelopeError("no signed envelope")
    signatures = envelope["signatures"]
    if not isinstance(signatures, list) or len(signatures) != 1 or not isinstance(signatures[0], dict) or signatures[0].keys() != {"keyid", "sig"}:
        raise EnvelopeError("an envelope is signed by one key")
    if not all(isinstance(text, str) for text in (envelope["payload"], *signatures[0].values())):
        raise EnvelopeError("what is signed, and the signature, are texts")
    if envelope["payloadType"] != kind:
        raise EnvelopeError(f"an envelope of '{envelope['payloadType']}', where {kind} is due")
    key = keys.get(str(signatures[0]["keyid"]))
    if key is None:
        raise EnvelopeError("signed by a key that nobody introduced")
    try:
        made = Envelope.from_dict(copy.deepcopy(envelope))  # it writes into what it is given
        made.verify([_public(key)], 1)
        told = json.loads(made.payload)
    except (KeyError, TypeError, ValueError, RecursionError, FormatError, VerificationError) as fault:
        raise EnvelopeError(f"the signature of '{key.name}' does not hold") from fault
    if not isinstance(told, dict) or canonical(told) != made.payload or made.to_dict() != envelope:
        raise EnvelopeError("what is signed is not in its canonical spelling")
    return told, number(key)


def number(key: Key) -> str:
    """What names a key in an envelope."""
    return key.number.hex()


def digest(told: Mapping[str, Any]) -> str:
    """SHA-256 of what is signed."""
    return sha256(canonical(told)).hexdigest()


def canonical(told: Mapping[str, Any]) -> bytes:
    """As RFC 8785 has it, of what an entry of a log could hold: text and whole numbers, lists and objects. Raises EnvelopeError."""
    try:
        return entries.canonical(dict(told))
    except EntryError as fault:
        raise EnvelopeError(str(fault)) from fault


def _public(key: Key) -> SSlibKey:
    return SSlibKey(number(key), "ed25519", SCHEME, {"public": key.public.hex()})
