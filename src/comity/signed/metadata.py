"""Files of metadata: one spelling each, every signature in them good and of somebody who is asked. So no byte of them can change unnoticed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from securesystemslib.signer import Key  # type: ignore[attr-defined]  # public, though it does not say so
from tuf.api.metadata import DelegatedRole, Metadata, MetaFile, Root, TargetFile, Targets
from tuf.api.serialization import DeserializationError, SerializationError

from comity.ledger.note import Key as Named
from comity.ledger.note import NoteError
from comity.signed.keys import named
from comity.text.shown import shown

Meta = Metadata[Any]
Delegator = Root | Targets
PARTIES: Final = "x-comity-parties"
"""Under which a root says which of its keys are those of parties."""
_SIGNATURE: Final = re.compile(r"[0-9a-f]{128}", re.ASCII)


class RefusedError(Exception):
    """A file of a repository that is not believed, and why: in words that may be shown, whatever is in it."""

    def __init__(self, file: str, why: str, suggestion: str = "") -> None:
        self.file, self.why, self.suggestion = file, shown(why), shown(suggestion)
        super().__init__(f"{file}: {why}")


def digest(raw: bytes) -> str:
    """SHA-256, in hex."""
    return hashlib.sha256(raw).hexdigest()


def opened(file: str, raw: bytes, kind: str) -> Meta:
    """The metadata in a file, not yet believed. Raises RefusedError unless it is of this kind and written in its one spelling."""
    try:
        meta = Meta.from_bytes(raw)
        spelt = meta.to_bytes()
        _ = meta.signed_bytes  # which may have no canonical form
    except (DeserializationError, SerializationError, RecursionError):
        raise RefusedError(file, "is no metadata of The Update Framework, or names a key of a scheme that is not known") from None
    if meta.signed.type != kind:
        raise RefusedError(file, f"is metadata of '{meta.signed.type}', where '{kind}' is due")
    if spelt != raw or meta.unrecognized_fields:
        raise RefusedError(file, "is not written as what it says would be: a byte of it was changed, or another program wrote it")
    return meta


def check_keys(file: str, keys: Mapping[str, Key]) -> dict[str, Named]:
    """Whose the keys are, by their numbers. Raises RefusedError for one that is not allowed."""
    found = {}
    for number, key in keys.items():
        try:
            found[number] = named(key)
        except NoteError as fault:
            raise RefusedError(file, str(fault)) from fault
    return found


def signed_by(meta: Meta, delegator: Delegator, role: str) -> set[str]:
    """The numbers of the keys of a role that signed."""
    return set(delegator.get_verification_result(role, meta.signed_bytes, meta.signatures).signed)


def check_signed(file: str, meta: Meta, role: str, delegators: Iterable[Delegator], names: Mapping[str, Named]) -> list[str]:
    """Who signed. Raises RefusedError unless all of these ask for no more, and every signature is good and of somebody they ask."""
    good = set[str]()
    for one in delegators:
        asked = one.get_delegated_role(role)
        found = signed_by(meta, one, role)
        good |= found
        if len(found) < asked.threshold:
            still = sorted(said(names, number) for number in asked.keyids if number not in found)
            raise RefusedError(
                file, f"is signed by {len(found)} of the {asked.threshold} who must", f"not by {', '.join(still)}" if still else "there are not so many keys"
            )
    if odd := [number for number, signature in meta.signatures.items() if number not in good or not _is_spelt(signature)]:
        raise RefusedError(file, f"bears a signature that does not hold, or of somebody who has no say: {said(names, odd[0])}")
    if list(meta.signatures) != sorted(meta.signatures):
        raise RefusedError(file, "has its signatures in another order than they are written in")
    return sorted(said(names, number) for number in good)


def said(names: Mapping[str, Named], number: str) -> str:
    """Whose a key is, for people."""
    return names[number].name if number in names else f"the key {number[:16]}"


def check_digest(file: str, path: str, told: MetaFile | TargetFile) -> str:
    """The SHA-256 by which a file is named. Raises RefusedError where it is named by less, or by another algorithm."""
    if set(told.hashes or ()) != {"sha256"} or told.length is None:
        raise RefusedError(file, f"names {path!a} by something else than its length and its SHA-256")
    assert told.hashes is not None  # or that was told
    return told.hashes["sha256"]


def delegated(targets: Targets) -> list[DelegatedRole]:
    """The roles that the targets leave things to."""
    return list((targets.delegations.roles or {}).values()) if targets.delegations is not None else []


def paths(regime: str) -> list[str]:
    """What the role of a bilateral rulebook may speak about."""
    return [f"{regime}/*", f"{regime}/*/*"]


def _is_spelt(signature: Any) -> bool:  # noqa: ANN401 -- of a library
    return not signature.unrecognized_fields and bool(_SIGNATURE.fullmatch(signature.signature))
