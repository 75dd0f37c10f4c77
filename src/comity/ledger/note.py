"""Signed notes: text with the signatures of named keys below it, as in C2SP signed-note, signed with Ed25519."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import ClassVar, Final, Self, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from comity.ledger.verify_offline import weak

MAX_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100
"""A reader must bear at least 16, and some bound is wise."""
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_MARK: Final = "PRIVATE+KEY"
_weak: Final = lru_cache(maxsize=256)(weak)
_DASH: Final = "\N{EM DASH} "


class NoteError(ValueError):
    """A note, a key or a signature that cannot be trusted, or read."""


@dataclass(frozen=True)
class Key:
    """A public key by its name, for signatures over a note's text alone."""

    KIND: ClassVar[int] = 0x01
    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(letter.isspace() or letter < " " or "\ud800" <= letter <= "\udfff" for letter in self.name):
            raise NoteError(f"{self.name!a} is no name for a key: text without spaces or a plus, not empty")
        if len(self.public) != KEY_BYTES:
            raise NoteError(f"the key of '{self.name}' is not {KEY_BYTES} bytes long")
        if _weak(self.public):
            raise NoteError(f"under the key of '{self.name}' anybody can sign")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From name, number and key joined by plus signs (a *vkey*). Raises NoteError."""
        name, _, rest = text.partition("+")
        number, _, material = rest.partition("+")
        raw = unbase64(material)
        if raw[:1] != bytes([cls.KIND]):
            raise NoteError(f"the key of '{name}' is not of kind {cls.KIND}")
        key = cls(name, raw[1:])
        if number != key.number.hex():
            raise NoteError(f"the number of the key of '{name}' is not its own: {key.number.hex()} is")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.number.hex()}+{base64_of(bytes([self.KIND]) + self.public)}"

    @cached_property
    def number(self) -> bytes:
        """The four bytes that name the key beside its name."""
        return sha256(f"{self.name}\n".encode() + bytes([self.KIND]) + self.public).digest()[:4]

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether this is the key's signature of the text."""
        return self._signed(text.encode(), signature)

    def _signed(self, message: bytes, signature: bytes) -> bool:
        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


K = TypeVar("K", bound=Key)


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note's text: who signed, and what stands for it."""

    name: str
    number: bytes
    raw: bytes

    @classmethod
    def parse(cls, line: str) -> Signature:
        """From a line without its end. Raises NoteError."""
        name, space, rest = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not name or not space or "+" in name or any(letter.isspace() for letter in name):
            raise NoteError("a line that is no signature, where one is due")
        raw = unbase64(rest)
        if len(raw) <= 4:
            raise NoteError(f"the signature of '{name}' is too short")
        return cls(name, raw[:4], raw[4:])

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64_of(self.number + self.raw)}\n"

    def by(self, key: Key) -> bool:
        """Whether the line names this key. It says nothing of the signature."""
        return (self.name, self.number) == (key.name, key.number)


@dataclass(frozen=True)
class Private:
    """A private key by its name; what it may sign is for its kinds below to say."""

    KEY: ClassVar[type[Key]] = Key
    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES:
            raise NoteError(f"the private key of '{self.name}' is not {KEY_BYTES} bytes long")
        _ = self.key  # which checks the name

    @classmethod
    def parse(cls, text: str) -> Self:
        """From the line that `secret` writes, whose form is that of Go's sumdb/note. Raises NoteError, which does not repeat the line."""
        name, _, rest = text.removeprefix(f"{_MARK}+").partition("+")
        number, _, material = rest.partition("+")
        raw = unbase64(material)
        if not text.startswith(f"{_MARK}+") or raw[:1] != bytes([cls.KEY.KIND]) or len(raw) != 1 + KEY_BYTES:
            raise NoteError(f"this is no private key of kind {cls.KEY.KIND}")
        private = cls(name, raw[1:])
        if number != private.key.number.hex():
            raise NoteError(f"the number of the private key of '{name}' is not its own")
        return private

    @property
    def secret(self) -> str:
        """The whole key as one line: whoever reads it can sign."""
        return f"{_MARK}+{self.name}+{self.key.number.hex()}+{base64_of(bytes([self.KEY.KIND]) + self.seed)}"

    def derived(self, purpose: str) -> bytes:
        """A secret for one purpose, which says nothing of the key."""
        return hmac.digest(self.seed, purpose.encode(), "sha256")

    @cached_property
    def key(self) -> Key:
        """What others verify with."""
        return self.KEY(self.name, self._private.public_key().public_bytes_raw())

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


class Signer(Private):
    """A log's private key: signs a note's text alone, and the same text always alike."""

    def sign(self, text: str) -> Signature:
        """The signature line for this text."""
        return Signature(self.name, self.key.number, self._private.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with its line, and the signatures below it. Nothing is believed before `signed_by` says by whom."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, text: str | bytes) -> Note:
        """From a note as it is stored or sent. Raises NoteError."""
        if len(text) > MAX_BYTES:
            raise NoteError(f"a note longer than {MAX_BYTES} bytes")
        try:
            whole = text.decode() if isinstance(text, bytes) else text
            whole.encode()
        except UnicodeError:
            raise NoteError("a note that is not UTF-8") from None
        _check_letters(whole)
        body, gap, below = whole.rpartition("\n\n")
        if not gap or not below.endswith("\n"):
            raise NoteError("a note without signatures below an empty line")
        lines = below[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise NoteError(f"a note with more than {MAX_SIGNATURES} signatures")
        return cls(body + "\n", tuple(map(Signature.parse, lines)))

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def with_signatures(self, *more: Signature) -> Note:
        """The note with further lines below it."""
        return Note(self.text, (*self.signatures, *more))

    def signed_by(self, keys: Iterable[K]) -> dict[K, bytes]:
        """The keys among these that signed, each once, with its first signature. Lines of other keys are passed over.

        Raises NoteError when any line names one of the keys and is not its signature: such a note has been tampered with.
        """
        known = list(keys)
        found: dict[K, bytes] = {}
        for line in self.signatures:
            for key in known:
                if line.by(key):
                    if not key.verifies(self.text, line.raw):
                        raise NoteError(f"the signature of '{key.name}' does not hold")
                    found.setdefault(key, line.raw)
        return found


def sign(text: str, *signers: Signer) -> Note:
    """The text with a signature of each. Raises NoteError for a text no note can hold."""
    _check_letters(text)
    if not text.endswith("\n"):
        raise NoteError("a note's text ends with its line")
    return Note(text, tuple(signer.sign(text) for signer in signers))


def unbase64(text: str) -> bytes:
    """Bytes from base 64, in the one spelling they have. Raises NoteError."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("not base 64") from None
    if base64_of(raw) != text:  # stray bits in the last letter: two spellings of one hash would make two notes of one
        raise NoteError("base 64 in another spelling than its own")
    return raw


def base64_of(raw: bytes) -> str:
    """Bytes in base 64, with its padding."""
    return base64.b64encode(raw).decode()


def _check_letters(text: str) -> None:
    if any(letter < " " and letter != "\n" for letter in text):
        raise NoteError("a note with control characters")
