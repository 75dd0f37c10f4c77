"""The witness protocol, C2SP tlog-witness, without any input or output: what a log sends, what a witness must find in it, what the answer means.

A log that was cut, forked or brought back from an old copy fails here: its witness remembers a longer log, or another one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.ledger import merkle
from comity.ledger.checkpoint import Checkpoint, number
from comity.ledger.cosignature import WitnessKey
from comity.ledger.note import Key, Note, NoteError, Signature, base64_of
from comity.ledger.proof import hashes

ADD: Final = "/add-checkpoint"
TEXT: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"
PATIENCE: Final = 8
"""How often a witness may say that it remembers more by now."""
MAX_REQUEST: Final = 256 * 1024
"""Bytes, in either direction: a proof, a checkpoint and a good many signatures are a tenth of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    body: str = ""
    kind: str = TEXT


class WitnessError(ValueError):
    """The witness does not vouch for this checkpoint."""


class RefusedError(WitnessError):
    """A request that a witness must turn down, with the answer that says so."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.body.strip())


class OtherHistoryError(WitnessError):
    """The witness has vouched for another log of this name, or a longer one: this one was cut, forked or brought back from a copy. Hold.

    `size`: that of the longer one, which may be this one if that is so long by now.
    """

    def __init__(self, told: str, size: int | None = None) -> None:
        self.size = size
        super().__init__(told)


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint, with the proof that it continues the log of `old` entries that the witness is thought to remember."""

    old: int
    path: tuple[bytes, ...]
    note: Note

    @classmethod
    def parse(cls, body: bytes) -> Request:
        """From what was sent. Raises NoteError."""
        try:
            above, gap, below = body.decode().partition("\n\n")
        except UnicodeError:
            raise NoteError("a request that is not UTF-8") from None
        first, *lines = above.split("\n")
        if not gap or not first.startswith("old "):
            raise NoteError("a request begins with the size the witness is thought to remember, and has an empty line above the checkpoint")
        return cls(number(first.removeprefix("old ")), hashes(lines), Note.parse(below))

    def __str__(self) -> str:
        return "\n".join([f"old {self.old}", *map(base64_of, self.path), "", str(self.note)])


@dataclass(frozen=True, slots=True)
class Seen:
    """What a witness remembers of a log: the last checkpoint it vouched for, and when (seconds since 1970); nothing yet is size 0 at 0."""

    size: int = 0
    root: bytes = merkle.EMPTY
    at: int = 0


def judge(request: Request, keys: Sequence[Key], seen: Seen, at: int) -> Checkpoint:
    """The checkpoint to vouch for, of a log with these keys. Raises RefusedError. Whoever calls keeps `seen` still until the new one is durable."""
    try:
        signed = request.note.signed_by(keys)
        checkpoint = Checkpoint.parse(request.note.text)
    except NoteError as fault:
        raise RefusedError(Answer(403, f"{fault}\n")) from None
    if not signed:
        raise RefusedError(Answer(403, "no key of the log signed this checkpoint\n"))
    if request.old > checkpoint.size:
        raise RefusedError(Answer(400, f"a log of {checkpoint.size} cannot continue one of {request.old}\n"))
    if request.old != seen.size:
        raise RefusedError(Answer(409, f"{seen.size}\n", SIZE))
    try:
        merkle.check_consistency(seen.size, checkpoint.size, request.path, seen.root, checkpoint.root)
    except merkle.ProofError as fault:
        raise RefusedError(Answer(422, f"{fault}\n")) from None
    if at <= 0 or at < seen.at:  # an earlier time for a longer log would contradict what was said before
        raise RefusedError(Answer(503, "the witness's clock went back\n"))
    return checkpoint


def origin_of(body: bytes, logs: Mapping[str, Sequence[Key]]) -> tuple[Request, str]:
    """The request and the origin of its log, one of these. Raises RefusedError: 400 when it cannot be read, 404 when the log is unknown."""
    try:
        request = Request.parse(body)
        origin = Checkpoint.parse(request.note.text).origin
    except NoteError as fault:
        raise RefusedError(Answer(400, f"{fault}\n")) from None
    if origin not in logs:
        raise RefusedError(Answer(404, "no log of this origin is known here\n"))
    return request, origin


def cosigned(note: Note, key: WitnessKey, consistency: Callable[[int], Sequence[bytes]], send: Callable[[str], Answer], old: int = 0) -> Signature:
    """A witness's cosignature on a note. `consistency` proves from an older size to the note's; `send` posts a request; `old` is what it last vouched for.

    Raises OtherHistoryError when the witness knows another log, WitnessError when it does not answer as it must; what `send` raises goes through.
    """
    size = Checkpoint.parse(note.text).size
    answer = send(_request(old, consistency, note))
    for _ in range(PATIENCE):
        if answer.status != 409:
            break
        vouched, old = old, _remembered(answer, key)  # what it remembers is learnt from its refusal; another gate of this ledger may ask meanwhile
        if old < vouched:
            raise WitnessError(f"witness '{key.name}' vouched for {vouched} entries and remembers {old}: it lost its memory")
        if old > size:
            raise OtherHistoryError(f"witness '{key.name}' remembers {old} entries, this log has {size}", old)
        answer = send(_request(old, consistency, note))
    if answer.status == 422:
        raise OtherHistoryError(f"witness '{key.name}' remembers another log of {old} entries under this name")
    if answer.status != 200:
        raise WitnessError(f"witness '{key.name}' answered {answer.status}: {answer.body.strip()[:200]}")
    return _cosignature(answer, note, key)


def _request(old: int, consistency: Callable[[int], Sequence[bytes]], note: Note) -> str:
    return str(Request(old, tuple(consistency(old)) if old else (), note))


def _remembered(answer: Answer, key: WitnessKey) -> int:
    if answer.kind != SIZE or not answer.body.endswith("\n"):
        raise WitnessError(f"witness '{key.name}' does not say what it remembers")
    try:
        return number(answer.body[:-1])
    except NoteError as fault:
        raise WitnessError(f"witness '{key.name}' does not say what it remembers: {fault}") from None


def _cosignature(answer: Answer, note: Note, key: WitnessKey) -> Signature:
    try:
        lines = Note.parse(f"{note.text}\n{answer.body}")
        if lines.text == note.text and (raw := lines.signed_by([key]).get(key)):
            return Signature(key.name, key.number, raw)
    except NoteError as fault:
        raise WitnessError(f"witness '{key.name}' did not cosign: {fault}") from None
    raise WitnessError(f"witness '{key.name}' did not cosign with its key")
