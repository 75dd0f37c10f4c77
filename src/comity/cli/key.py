"""`comity key`: the keys with which parties sign acts, each a private key in a file; and their events in a ledger, where everybody sees whose key is whose."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Iterator
from pathlib import Path

from comity.cli.screen import out
from comity.docket.clerk import Clerk
from comity.docket.keys import Held, KeyRefusedError
from comity.docket.matter import RefusedError
from comity.edge.home import Home, mistake, now, private, told
from comity.edge.registry import clerk, docket
from comity.facts.value import MAX
from comity.ledger.note import KEY_BYTES, Key, NoteError, Private
from comity.ledger.secret import keep
from comity.text import literal
from comity.text.shown import shown
from comity.text.source import Mistakes, Place, nearest
from comity.words.lines import pad, width
from comity.words.words import day

PRIVATE = "PRIVATE+KEY+"


def new(args: argparse.Namespace) -> int:
    """Makes a party's private key, readable by its owner only; with a ledger, introduces it there. Says the public one."""
    with told(str(args.file)):
        made = Private(args.party, secrets.token_bytes(KEY_BYTES))
    _put(args.file, made, args, None)
    return 0


def rotate(args: argparse.Namespace) -> int:
    """Makes a party's next key and introduces it, signed with one that it has."""
    old = private(args.file, Private)
    _put(args.new, Private(old.name, secrets.token_bytes(KEY_BYTES)), args, old)
    out(f"The old one still signs, until: comity key revoke {args.file} --ledger {args.ledger} --why '...'")
    return 0


def introduce(args: argparse.Namespace) -> int:
    """Introduces a key that somebody has made elsewhere, by its public half."""
    days, key = _days(args), _public(args.key)
    with clerk(args.ledger) as office:
        index = _introduced(office, key, days, args, _signing(args))
    out(f"introduced: entry {index} of {Home.at(args.ledger).name}")
    return 0


def revoke(args: argparse.Namespace) -> int:
    """Revokes a key: signed with itself if its file is named, or with another of its party; by the log's keeper otherwise."""
    with clerk(args.ledger) as office:
        held = office.docket.keys.held
        signed = _signing(args)
        if args.key in held:
            key = held[args.key].key
        elif "+" in args.key or Path(args.key).exists():
            key = _public(args.key)
            signed = signed or (private(Path(args.key), Private) if "+" not in args.key else None)
        else:
            raise mistake(args.key, "there is no such key, and no such file", nearest(args.key, held) or f"comity key list --ledger {args.ledger}")
        index = office.revoke(key, args.why, signed)
    out(f"revoked: entry {index} of {Home.at(args.ledger).name}. What it signed before stays signed.")
    return 0


def listing(args: argparse.Namespace) -> int:
    """Every key that was introduced, by party, a line each."""
    today = now().date().toordinal()
    with docket(args.ledger) as kept:
        kept.log.check()
        keys = kept.docket.keys.held
    rows = [
        [held.party, number, _state(held, today), ", ".join(held.procedures), ", ".join(held.offices), held.held_by]
        for number, held in sorted(keys.items(), key=_party)
    ]
    for row in _aligned([[shown(cell) for cell in row] for row in rows]):
        out(row)
    if not rows:
        out("no party has a key")
    return 0


def _party(item: tuple[str, Held]) -> tuple[str, int]:
    return item[1].party, item[1].entry


def _state(held: Held, today: int) -> str:
    if held.revoked < MAX:
        return f"revoked {day(held.revoked)}: {held.why}"
    return f"since {day(held.since)}" + (f" until {day(held.until)}" if held.until < MAX else "") + (", does not hold now" * (not held.holds(today)))


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    """Rows in columns."""
    wide = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return ("  ".join(pad(cell, room) for cell, room in zip(row, wide, strict=True)).rstrip() for row in rows)


def _put(file: Path, made: Private, args: argparse.Namespace, signed: Private | None) -> None:
    """Writes the key and introduces it; refused, it is not left behind."""
    days = _days(args)
    if not args.ledger:
        with told(str(file)):
            keep(file, f"{made.secret}\n".encode())
        out(str(made.key))
        return
    with clerk(args.ledger) as office:
        with told(str(file)):
            keep(file, f"{made.secret}\n".encode())
        try:
            index = _introduced(office, made.key, days, args, signed)
        except (RefusedError, KeyRefusedError):  # whatever else went wrong, the ledger may hold the key: then its file is needed
            file.unlink()
            raise
    out(str(made.key))
    out(f"introduced: entry {index} of {Home.at(args.ledger).name}")


def _introduced(office: Clerk, key: Key, days: tuple[str, str], args: argparse.Namespace, signed: Private | None) -> int:
    since, until = days
    before = office.docket.keys.held.get(signed.key.number.hex()) if signed else None  # what is not told is as it was
    procedures = args.procedure or (before.procedures if before else ("*",))
    offices, held_by = args.office or (before.offices if before else ()), args.held_by or (before.held_by if before else "")
    return office.introduce(key, since, until=until, procedures=procedures, offices=offices, held_by=held_by, signed=signed)


def _days(args: argparse.Namespace) -> tuple[str, str]:
    """From when and until when it holds; from today unless told."""
    mistakes, since = Mistakes(), args.since or now().date().isoformat()
    for option, text in (("--since", since), ("--until", args.until)):
        if text and literal.day(text) is None:
            mistakes.add(Place(option, 1, 1), f"'{text}' is not a day", "write 2026-03-01")
    if not mistakes.found and args.until and args.until <= since:
        mistakes.add(Place("--until", 1, 1), f"a key holds from a day to a later one, and {args.until} is not after {since}")
    for option in ("since", "until", "procedure", "office", "held_by") if not args.ledger else ():
        if getattr(args, option):
            mistakes.add(Place(f"--{option.replace('_', '-')}", 1, 1), "is said where a key is introduced", "add --ledger LEDGER")
    mistakes.settle()
    return since, args.until or ""


def _public(text: str) -> Key:
    """A public key, or that of the private one in a file."""
    if text.startswith(PRIVATE):
        raise mistake("KEY", "this is a private key: now others have seen it", "make another, and name its file or its public key")
    if "+" not in text:
        return private(Path(text), Private).key
    try:
        return Key.parse(text)
    except NoteError as fault:
        raise mistake("KEY", str(fault), "write the public key that comity key new said") from fault


def _signing(args: argparse.Namespace) -> Private | None:
    return private(args.signed, Private) if args.signed else None
