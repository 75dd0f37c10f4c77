"""`comity account`: who may look at what is served. Each act is an entry of the ledger that accounts are kept in; who somebody is stays at home."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import secrets
import unicodedata
from collections.abc import Iterator, Sequence

from comity.accounts.account import EVER, INVITATION, RIGHTS, TOKEN, Account, Pass
from comity.accounts.labels import MOST
from comity.accounts.phrases import TEXT
from comity.cli.screen import columns, out
from comity.docket.said import NAMED, is_name
from comity.edge import accounts as edge
from comity.edge.accounts import Office, office
from comity.edge.home import mistake, now
from comity.ledger.entry import instant
from comity.text.shown import shown
from comity.text.source import Mistakes, Place, nearest
from comity.web.who.origin import Origin, origin
from comity.words.lines import pad, width, wrap

LONGEST = {INVITATION: 14, TOKEN: 730}
"""Days for which an invitation and a token hold at most."""
SHORT = 12
"""Digits of a digest by which a pass is named."""


def add(args: argparse.Namespace) -> int:
    """Makes an account, and with the first one the ledger that accounts are kept in."""
    say, mistakes = _Say(args.lang), Mistakes()
    label = args.label.strip()
    if not 0 < len(label) <= MOST or not label.isprintable():
        mistakes.add(Place("NAME", 1, 1), f"an account is called something of 1 to {MOST} signs, on one line")
    if args.party and not is_name(args.party):
        mistakes.add(Place("--party", 1, 1), f"'{args.party}' is no name of a party", f"write {NAMED}")
    rights = _rights("--right", args.right or ["read", "ask"], mistakes)
    mistakes.settle()
    if edge.begun(args.accounts):
        out(say("begun", args.accounts))
    with office(args.accounts) as held:
        if twin := next((one for one in held.labels.read().values() if _alike(one) == _alike(label)), ""):
            raise mistake("NAME", f"an account is called '{twin}' already")
        name = secrets.token_hex(8)
        index = held.put(name, "made", party=args.party or "", rights=rights)
        held.labels.put(name, label)
    out(name)
    out(say("made", index, args.accounts))
    out(say("next", f"comity account invite {name} --accounts {args.accounts}"))
    return 0


def invite(args: argparse.Namespace) -> int:
    """Makes an invitation: whoever has it makes a passkey with it, once."""
    say, mistakes = _Say(args.lang), Mistakes()
    until = _until("--days", args.days, LONGEST[INVITATION], mistakes)
    site = origin("--name", args.name, mistakes) if args.name else Origin("", "")
    mistakes.settle()
    with office(args.accounts) as held:
        account, said = _account(held, args.account), edge.secret()
        digest = edge.digest(said)
        index = held.put(account.name, "invited", invitation=digest, until=until)
    out(f"{site.url}/enrol#{said}")
    for line in wrap(say("invited", _moment(until), digest[:SHORT], index, args.accounts), columns()):
        out(line)
    return 0


def listing(args: argparse.Namespace) -> int:
    """Every account, and what lets somebody in as it."""
    say, at = _Say(args.lang), instant(now())
    with office(args.accounts) as held:
        accounts, labels = held.book.now().held.values(), held.labels.read()
    if args.json:
        out(json.dumps([_record(one, labels, at) for one in accounts], ensure_ascii=False, indent=1))
        return 0
    rows = [[one.name, labels.get(one.name, ""), one.party or say("no party"), say.rights(one.rights), _state(one, say)] for one in accounts]
    for row, one in zip(_aligned(rows), accounts, strict=True):
        out(row)
        for line in _aligned([["", digest[:SHORT], *_said(held_, say, at)] for digest, held_ in one.passes.items()]):
            out(line)
    if not rows:
        out(say("nobody"))
    return 0


def give(args: argparse.Namespace) -> int:
    """Gives an account these rights, in place of those it had."""
    say, mistakes = _Say(args.lang), Mistakes()
    rights = _rights("RIGHT", args.rights, mistakes)
    mistakes.settle()
    with office(args.accounts) as held:
        account = _account(held, args.account)
        index = held.put(account.name, "given", rights=rights)
    out(say("given", account.name, say.rights(rights), index, args.accounts))
    return 0


def token(args: argparse.Namespace) -> int:
    """Issues a token for a program, said this once."""
    say, mistakes = _Say(args.lang), Mistakes()
    scopes = _rights("--scope", args.scope, mistakes)
    until = _until("--days", args.days, LONGEST[TOKEN], mistakes)
    mistakes.settle()
    with office(args.accounts) as held:
        account, said = _account(held, args.account), edge.BEGINS + edge.secret()
        if beyond := [one for one in scopes if one not in account.rights]:
            raise mistake("--scope", f"the account may not {', '.join(beyond)}", f"it may {', '.join(sorted(account.rights)) or 'nothing'}")
        digest = edge.digest(said)
        index = held.put(account.name, "token", token=digest, scopes=scopes, until=until)
    out(said)
    for line in wrap(say("issued", say.rights(scopes), _moment(until), digest[:SHORT], index, args.accounts), columns()):
        out(line)
    return 0


def revoke(args: argparse.Namespace) -> int:
    """Revokes an invitation, a passkey or a token: from now on it lets nobody in."""
    say = _Say(args.lang)
    with office(args.accounts) as held:
        accounts = held.book.now()
        found = [digest for digest in accounts.of if digest.startswith(args.number)] if len(args.number) >= SHORT else []
        if len(found) != 1:
            known = [digest[:SHORT] for digest in accounts.of]
            raise mistake("NUMBER", f"no pass has the number '{args.number}'", nearest(args.number, known) or f"comity account list --accounts {args.accounts}")
        account = accounts.held[accounts.of[found[0]]]
        index = held.put(account.name, "revoked", **{"pass": found[0]})
        for one in held.passkeys.of(account.name):
            if one.digest == found[0]:
                held.passkeys.drop(one)
    out(say("revoked", say(account.passes[found[0]].kind), found[0][:SHORT], index, args.accounts))
    return 0


def close(args: argparse.Namespace) -> int:
    """Closes an account for good: nobody comes in as it, and what its passkeys were is forgotten; who it was too, if that is asked for."""
    say = _Say(args.lang)
    with office(args.accounts) as held:
        account = _account(held, args.account)
        if not account.closed:
            out(say("closed", held.put(account.name, "closed"), args.accounts))
        elif not args.forget:
            raise mistake("ACCOUNT", f"the account '{account.name}' is closed already")
        for one in held.passkeys.of(account.name):
            held.passkeys.drop(one)
        if args.forget:
            held.labels.forget(account.name)
            out(say("forgotten", account.name))
    return 0


class _Say:
    """Fixed phrases in a language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, *more: object) -> str:
        return TEXT[self.lang][key].format(*more)

    def rights(self, held: Sequence[str] | frozenset[str]) -> str:
        """What may be done, in the order in which rights are told; the words are those of the options."""
        return self("comma").join(one for one in RIGHTS if one in held) or self("nothing")


def _account(held: Office, named: str) -> Account:
    """The account of this name, or the only one that is called so. Raises SourceError."""
    accounts, labels = held.book.now().held, held.labels.read()
    found = [named] if named in accounts else [name for name, label in labels.items() if name in accounts and label == named]
    if len(found) > 1:
        raise mistake("ACCOUNT", f"{len(found)} accounts are called '{named}'", f"name one: {', '.join(found)}")
    if not found:
        known = nearest(named, [*accounts, *labels.values()]) or f"comity account list --accounts {held.home.name}"
        raise mistake("ACCOUNT", f"there is no account '{named}'", known)
    return accounts[found[0]]


def _alike(label: str) -> str:
    """A label without what readers do not tell apart: how letters are put together, how wide and how large they are."""
    return unicodedata.normalize("NFKC", label).casefold()


def _rights(place: str, told: Sequence[str], mistakes: Mistakes) -> list[str]:
    """Rights as they are written, each once."""
    for one in told:
        if one not in RIGHTS:
            mistakes.add(Place(place, 1, 1), f"there is no right '{one}'", nearest(one, RIGHTS) or f"rights are {', '.join(RIGHTS)}")
    return sorted(set(told))


def _until(place: str, days: int, most: int, mistakes: Mistakes) -> str:
    """The moment so many days from now."""
    if not 0 < days <= most:
        mistakes.add(Place(place, 1, 1), f"it holds for 1 to {most} days, not for {days}")
        return ""
    return instant(now() + dt.timedelta(days=days))


def _moment(at: str) -> str:
    return at[:16].replace("T", " ") + " UTC"


def _state(one: Account, say: _Say) -> str:
    return say("closed since", one.closed[:10]) if one.closed else say("since", one.since[:10])


def _said(one: Pass, say: _Say, at: str) -> Iterator[str]:
    """A pass in cells: what it is, what it may, until when, and whether it still lets somebody in."""
    yield say(one.kind)
    yield say.rights(one.scopes) if one.scopes else ""
    yield say("since", one.since[:10]) + (say("gap") + say("until", one.until[:10]) if one.until != EVER else "")
    yield "" if one.holds(at) else say("used" if one.used else "gone" if one.gone else "over")


def _record(one: Account, labels: dict[str, str], at: str) -> dict[str, object]:
    """An account as data."""
    passes = [
        {"kind": held.kind, "digest": digest, "since": held.since, "until": held.until, "scopes": sorted(held.scopes), "holds": held.holds(at)}
        for digest, held in one.passes.items()
    ]
    told = {"account": one.name, "label": labels.get(one.name, ""), "party": one.party, "rights": sorted(one.rights)}
    return {**told, "since": one.since, "closed": one.closed, "passes": passes}


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    """Rows in columns."""
    told = [[shown(cell) for cell in row] for row in rows]
    wide = [max(map(width, column)) for column in zip(*told, strict=True)]
    return ("  ".join(pad(cell, room) for cell, room in zip(row, wide, strict=True)).rstrip() for row in told)
