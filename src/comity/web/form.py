"""What a browser's form sends, by name; files as their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email import message_from_bytes, policy
from typing import Final
from urllib.parse import parse_qs

from comity.text.source import Mistake, Place, SourceError

MEDIA: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
DO: Final = "do"
"""The field that says which button was pressed; every form has it."""
FIELDS: Final = 2_000
"""Fields of a form."""


def fields(media: str, sent: bytes) -> Mapping[str, Sequence[str]]:
    """The fields of a form, in the order in which they were sent. `media` is its type as the browser tells it. Raises SourceError."""
    found = _read(media, sent)
    if DO not in found:
        raise SourceError([Mistake(Place("body", 1, 1), f"this form does not say what to do: it has no field '{DO}'")])
    return found


def _read(media: str, sent: bytes) -> Mapping[str, Sequence[str]]:
    try:
        if media.partition(";")[0].strip().lower() == MEDIA[0]:
            return parse_qs(sent.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
        found: dict[str, list[str]] = {}
        whole = message_from_bytes(b"Content-Type: " + media.encode("ascii") + b"\r\n\r\n" + sent, policy=policy.HTTP)
        for part in whole.iter_parts():
            body = part.get_payload(decode=True)
            name = part.get_param("name", header="content-disposition")
            if isinstance(name, str) and isinstance(body, bytes):
                found.setdefault(name, []).append(body.decode())
    except (ValueError, KeyError) as fault:
        raise SourceError([Mistake(Place("body", 1, 1), "this is no form in UTF-8")]) from fault
    return found
