"""An entry of the log: a JSON object in its one canonical spelling (RFC 8785), without floats, and without any person.

Kinds, and what each holds beside `kind` and `at` (UTC, to the second):

    adopt     rulebooks: digests by regime; counts: definitions of what is counted; where law is signed, signed: see `comity.ledger.floor`
    reserve   id; under: digests of the rulebooks it was made under; asked: counts, keys, days (ordinals) and the sets of persons by
              digest and number; until; totals: what the counts were with it; about: what the asker says of it
    commit    id of the reservation; about
    cancel    id of the reservation; why
    expire    id of the reservation
    spend     id; asked: budgets by name, the amount that each loses, and the most that is ever spent of it, as decimal text; totals: what was
              spent of each with it
    refuse, verdict    id; and whatever the asker records
    key       id; role; vkey: the key that plays it once this is durable (role `log`: it signs the checkpoints); and whatever the asker records
    procedure id: its digest; rulebook; name; told: all of it, so that matters follow from the log alone
    calendar  id: its digest; place; told: one edition of a place's working days
    clocks    id; calendar: the digest of the edition that moved them; moved: by matter and clock, from which day to which
    act       id: of the matter and its number there; envelope: what a party signed (`comity.docket`)
    account   id: of the account and its number there; event; says: what of it, by digests (`comity.accounts`)
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import rfc8785

from comity.ledger import floor
from comity.ledger.budget import AMOUNT
from comity.ledger.hold import EntryError
from comity.ledger.tiles import MAX_ENTRY

Entry = dict[str, Any]

ADDED: Final = frozenset({"at", "totals"})
"""What the ledger adds to a request when it becomes an entry."""
MAX_ID: Final = 200
_ROOM_AT, _ROOM_TOTAL = 40, 60
"""Bytes that the ledger's additions take at most: the time, and each total."""
_HIGHEST: Final = 2**53 - 1
_TEXT: Final = {str}
_LEVELS: Final = 50
"""Of lists and objects in each other that an entry may have."""
_decode: Final = json.JSONDecoder().raw_decode
_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def instant(moment: dt.datetime) -> str:
    """A moment as entries write it: in UTC, to the second before. Such texts sort as time does. Raises EntryError without a zone."""
    if moment.tzinfo is None:
        raise EntryError("a time without a zone")
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)


def check(draft: Entry) -> None:
    """Raises EntryError unless this request, an entry before the ledger added to it, has its kind's shape and a canonical form."""
    kind = draft.get("kind")
    if not isinstance(kind, str) or kind not in _SHAPES:
        raise EntryError(f"no entry is of the kind {kind!r}")
    if more := draft.keys() & ADDED:
        raise EntryError(f"'{min(more)}' is for the ledger to say")
    shape = _SHAPES[kind]
    for name, holds in shape.items():
        if name not in draft:
            raise EntryError(f"an entry of kind {kind} says its '{name}'")
        if not holds(draft[name]):
            raise EntryError(f"'{name}' of an entry of kind {kind} is not what it should be")
    for name in draft.keys() - shape.keys() - {"kind"} if kind not in _OPEN else ():
        if not (holds := _MORE.get((kind, name), _never))(draft[name]):
            told = f"has no '{name}'" if holds is _never else f"says something else by '{name}' than it may"
            raise EntryError(f"an entry of kind {kind} {told}")
    most = MAX_ENTRY - _ROOM_AT - (_ROOM_TOTAL * len(draft["asked"]) if "asked" in shape else 0)
    if _room(draft) > most and (size := len(_canonical(draft))) > most:
        raise EntryError(f"a request of {size} bytes: an entry has at most {MAX_ENTRY}")


def request(draft: Entry) -> bytes:
    """The canonical bytes of a request. Raises EntryError as `check`."""
    check(draft)
    return _canonical(draft)


def canonical(value: Entry) -> bytes:
    """The canonical bytes of an object that an entry could hold. Raises EntryError."""
    _room(value)
    return _canonical(value)


def write(entry: Entry) -> bytes:
    """The canonical bytes of an entry made of a request. Raises EntryError."""
    raw = _canonical(entry)
    if len(raw) > MAX_ENTRY:
        raise EntryError(f"an entry of {len(raw)} bytes, more than {MAX_ENTRY}")
    return raw


def read(raw: bytes) -> Entry:
    """An entry from its bytes as the log holds them. Raises EntryError unless they are a JSON object with a time, a known kind and what names it."""
    try:
        text = raw.decode()
        entry, end = _decode(text)
    except (ValueError, RecursionError):
        raise EntryError("bytes that are no JSON") from None
    if end != len(text) or not isinstance(entry, dict) or (shape := _SHAPES.get(str(entry.get("kind")))) is None or not is_instant(entry.get("at")):
        raise EntryError("JSON that is no entry of the log")
    if "id" in shape and not isinstance(entry.get("id"), str):
        raise EntryError("an entry that does not say its 'id'")
    return entry


def drafted(entry: Entry) -> Entry:
    """The request that an entry was."""
    return {name: value for name, value in entry.items() if name not in ADDED}


def name(entry: Mapping[str, Any]) -> str | None:
    """What stands at most once in a log: a reservation, its settlement, a record of one kind under one id. Adoptions may come again."""
    match entry["kind"]:
        case "adopt":
            return None
        case "commit" | "cancel" | "expire":
            return f"settle {entry['id']}"
        case kind:
            return f"{kind} {entry['id']}"


def is_instant(value: object) -> bool:
    """Whether this is a moment as entries write it."""
    return isinstance(value, str) and _is_moment(value)


@lru_cache(maxsize=1024)
def _is_moment(text: str) -> bool:
    try:
        return bool(_INSTANT.fullmatch(text)) and bool(dt.datetime.fromisoformat(text))
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def ordinal(text: str) -> int:
    """The proleptic ordinal of a day, YYYY-MM-DD."""
    return dt.date.fromisoformat(text).toordinal()


def _canonical(value: Entry) -> bytes:
    """As RFC 8785 has it. Python's own writer, ten times as quick, differs only in the order of keys that are not ASCII."""
    try:
        raw = _encode(value).encode()
        return raw if raw.isascii() else rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as fault:
        raise EntryError("an entry that has no canonical form: well-formed text, few levels") from fault


def _room(draft: Entry) -> int:
    """More bytes than it takes, whatever must be escaped. Raises EntryError for what has no canonical form, or no one meaning.

    Text, whole numbers, lists and objects have one meaning everywhere; a float, a truth or a null would be read in more than one way.
    """
    level, room = list[Any]([draft]), 0
    for _ in range(_LEVELS):
        below: list[Any] = []
        texts: list[str] = []
        for value in level:
            kind = type(value)
            if kind is str:
                texts.append(value)
            elif kind is dict:
                room += 3
                below += value
                below += value.values()
                if value and {*map(type, value)} != _TEXT:
                    raise EntryError("a key that is no text")
            elif kind is list:
                room += 3
                below += value
            elif kind is not int:
                raise EntryError("an entry holds text, whole numbers, lists and objects, nothing else")
            elif not -_HIGHEST <= value <= _HIGHEST:
                raise EntryError("a whole number beyond 2**53")
            else:
                room += 18
        room += 6 * len(text := "".join(texts)) + 3 * len(texts)
        if not text.isascii():
            _check_text(texts)
        if not below:
            return room
        if room > 10 * MAX_ENTRY:  # a number takes a tenth of its room at least
            raise EntryError(f"a request of more bytes than the {MAX_ENTRY} of an entry")
        level = below
    raise EntryError("an entry of too many levels")


def _check_text(texts: list[str]) -> None:
    try:
        "\n".join(texts).encode()  # one by one: halves of two do not make a whole
    except UnicodeError as fault:
        raise EntryError("an entry that has no canonical form: well-formed text, few levels") from fault


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ID


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and bool(_DIGEST.fullmatch(value))


def _is_digests(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_digest, value.values()))


def _is_signed(value: object) -> bool:
    return floor.is_signed(value, is_digest=_is_digest, is_instant=is_instant)


def _never(_: object) -> bool:
    return False


def is_asked(value: object) -> bool:
    """Whether this is what a reservation asks for, as entries write it."""
    return isinstance(value, list) and all(map(_is_one_asked, value))


def _is_one_asked(value: object) -> bool:
    match value:
        case {"count": str(), "key": list(key), "day": int(), "persons": {"set": str(digest), "number": int(number), **more}, **rest}:
            return not more and not rest and all(isinstance(part, str) for part in key) and number >= 0 and bool(_DIGEST.fullmatch(digest))
        case _:
            return False


def is_spending(value: object) -> bool:
    """Whether this is what is taken out of budgets, as entries write it."""
    return isinstance(value, list) and all(map(_is_one_spent, value))


def _is_one_spent(value: object) -> bool:
    match value:
        case {"budget": str(), "amount": str(amount), "most": str(most), **rest}:
            return not rest and amount != "0" and all(AMOUNT.fullmatch(one) for one in (amount, most))
        case _:
            return False


def _is_counts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_count, value))


def _is_count(value: object) -> bool:
    match value:
        case {"name": str(), "unit": str(), "window": [str(), int()], "most": int(most), **rest}:
            return not rest and most >= 0
        case _:
            return False


_SHAPES: Final[Mapping[str, Mapping[str, Callable[[object], bool]]]] = {
    "adopt": {"rulebooks": _is_digests, "counts": _is_counts},
    "reserve": {"id": _is_id, "under": _is_digests, "asked": is_asked, "until": is_instant, "about": _is_object},
    "commit": {"id": _is_id, "about": _is_object},
    "cancel": {"id": _is_id, "why": _is_text},
    "expire": {"id": _is_id},
    "spend": {"id": _is_id, "asked": is_spending},
    "refuse": {"id": _is_id},
    "verdict": {"id": _is_id},
    "key": {"id": _is_id, "role": _is_text, "vkey": _is_text},
    "procedure": {"id": _is_id, "rulebook": _is_text, "name": _is_text, "told": _is_object},
    "calendar": {"id": _is_id, "place": _is_text, "told": _is_object},
    "clocks": {"id": _is_id, "calendar": _is_text, "moved": _is_list},
    "act": {"id": _is_id, "envelope": _is_object},
    "account": {"id": _is_id, "event": _is_text, "says": _is_object},
}
RECORDS: Final = frozenset({"refuse", "verdict", "key", "procedure", "calendar", "clocks", "act", "account"})
"""Kinds that move no count: they are recorded, and no more."""
DECISIONS: Final = frozenset({"key", "procedure", "calendar", "act"})
"""Kinds of which something may follow on which what moves hangs."""
_MORE: Final[Mapping[tuple[str, str], Callable[[object], bool]]] = {("adopt", "signed"): _is_signed}
"""What an entry of a kind may say beside."""
_OPEN: Final = frozenset({"refuse", "verdict", "key"})
"""Kinds that carry whatever the asker records beside."""
