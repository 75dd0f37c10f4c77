"""The words of `comity account` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from comity.words.catalogue import SOURCE, languages


def accounts(command: argparse.ArgumentParser) -> None:
    """Takes them in."""
    verbs = command.add_subparsers(dest="account_verb", required=True, metavar="COMMAND")
    made = verbs.add_parser("add", help="make an account")
    made.add_argument("label", metavar="NAME", help="what it is called here; no entry says it, and it can be forgotten")
    made.add_argument("--party", metavar="PARTY", help="the party of the world to which it belongs; none unless told")
    made.add_argument("--right", action="append", metavar="RIGHT", help="what it may do: read, ask, watch, all (may be repeated; read and ask unless told)")
    asked = verbs.add_parser("invite", help="make an invitation, with which somebody makes a passkey, once")
    asked.add_argument("--days", type=int, default=3, metavar="N", help="for so many days (3 unless told)")
    asked.add_argument("--name", metavar="URL", help="what the site is called by those who ask it, as for serve")
    every = verbs.add_parser("list", help="every account, with its passkeys, tokens and invitations")
    every.add_argument("--json", action="store_true", help="as JSON")
    given = verbs.add_parser("give", help="give an account these rights, in place of those it had")
    issued = verbs.add_parser("token", help="issue a token for a program")
    issued.add_argument("--scope", action="append", required=True, metavar="RIGHT", help="what it may do, of what its account may (may be repeated)")
    issued.add_argument("--days", type=int, default=90, metavar="N", help="for so many days (90 unless told)")
    gone = verbs.add_parser("revoke", help="revoke an invitation, a passkey or a token")
    gone.add_argument("number", help="its number, as `list` says it")
    closed = verbs.add_parser("close", help="close an account for good")
    closed.add_argument("--forget", action="store_true", help="and forget what it is called")
    for one in (asked, given, issued, closed):
        one.add_argument("account", help="the account, or what it is called here")
    given.add_argument("rights", nargs="*", metavar="RIGHT", help="read, ask, watch, all; none takes all away")
    for one in (made, asked, every, given, issued, gone, closed):
        one.add_argument("--accounts", type=Path, required=True, metavar="FOLDER", help="where accounts are kept")
        one.add_argument("--lang", choices=languages(), default=SOURCE, help="language of what is said")
