"""The words of `comity law` on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from comity.words.catalogue import SOURCE, languages


def laws(command: argparse.ArgumentParser) -> None:
    """Takes them in."""
    verbs = command.add_subparsers(dest="law_verb", required=True, metavar="COMMAND")
    told = (
        ("list", "every regime in a line"),
        ("check", "every mistake of rulebooks and their cases"),
        ("test", "run the cases beside rulebooks"),
        ("prove", "prove the invariants beside rulebooks"),
    )
    for verb, words in told:
        one = verbs.add_parser(verb, help=words)
        one.add_argument("folders", nargs="*", type=Path, help="rulebook folders; the shipped ones if none is named")
        if verb in ("list", "prove"):
            one.add_argument("--lang", choices=languages(), default=SOURCE, help="language of the titles, or of what is proved")
        if verb == "prove":
            one.add_argument("--seconds", type=float, default=30, metavar="N", help="for each step; then the answer is unknown (30 unless told)")
    show = verbs.add_parser("show", help="a regime's provisions, or one of them in full")
    show.add_argument("regime", help="a shipped regime, or a folder")
    show.add_argument("path", nargs="?", help="the path of a provision, or a definition's name")
    show.add_argument("--lang", choices=languages(), default=SOURCE, help="language of the gists")
    diff = verbs.add_parser("diff", help="what changes between two editions of a rulebook")
    diff.add_argument("old", help="the old edition: a folder or a file, or a shipped regime")
    diff.add_argument("new", nargs="?", help="the new one; left out, what changes from one day to the next (--world, --on)")
    diff.add_argument("--known", metavar="DATE", help="the old edition as it was known on this day")
    diff.add_argument("--then", metavar="DATE", help="the new one as it was known on this day")
    diff.add_argument("--lang", choices=languages(), default=SOURCE, help="language of what is told")
    diff.add_argument("--on", metavar="DATE", help="with --world: from the day before, under the old edition, to this day under the new one")
    diff.add_argument("--world", type=Path, metavar="FILE", help="for the movements of this world only: a file, or a folder of tables")
    diff.add_argument("--docket", metavar="LEDGER", help="with --world: read it with the docket of this ledger, on each side as on its day")
    diff.add_argument("--out", type=Path, metavar="FOLDER", help="write the transfers that show it there, each a world file")
    diff.add_argument("--seconds", type=float, default=30, metavar="N", help="for all of it; then the answer is unknown (30 unless told)")
    form = diff.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--sarif", action="store_true", help="as SARIF 2.1.0")
    days = verbs.add_parser("calendar", help="the working days of places: editions, holidays, make-up days, and the day on which a term ends")
    days.add_argument("place", nargs="?", help="a place, such as XX or XX-AB, or a file of calendars; every shipped calendar in a line if left out")
    days.add_argument("--as-of", metavar="DATE", help="as the calendars were published by this day")
    days.add_argument("--after", metavar="DATE", help="the day on which a term ends that runs from this day")
    days.add_argument("--count", type=int, default=1, metavar="N", help="of so many units (1 unless told); below zero, counted back")
    days.add_argument("--unit", choices=("workdays", "days", "months", "years"), default="workdays", help="of the term (workdays unless told)")
    new = verbs.add_parser("new", help="begin a rulebook: a folder that checks clean, with its first cases")
    new.add_argument("regime", help="the folder, named like the regime: xx.export-act")
    _signed(verbs)


def _signed(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sign = verbs.add_parser("sign", help="sign a folder of rulebooks into a repository, as far as these keys go")
    sign.add_argument("folder", type=Path, help="the rulebooks, each in its folder, and beside them signing.yaml, which says who signs")
    sign.add_argument("--repo", type=Path, required=True, metavar="REPO", help="the repository; begun if it is not there")
    sign.add_argument("--key", action="append", type=Path, required=True, metavar="FILE", help="a private key of comity ledger key (may be repeated)")
    sign.add_argument("--renew", action="append", metavar="ROLE", help="let what this role says hold for longer (may be repeated)")
    verify = verbs.add_parser("verify", help="whether a repository of signed law holds now, and who signed what of it")
    adopt = verbs.add_parser("adopt", help="go by a repository of signed law from now on, all of it or none")
    drop = verbs.add_parser("drop", help="go by a repository of signed law no more")
    drop.add_argument("--root", required=True, metavar="DIGEST", help="the first root of the repository, as its publisher says it")
    for one in (verify, adopt):
        one.add_argument("repo", type=Path, metavar="REPO", help="the repository")
        one.add_argument("--root", metavar="DIGEST", help="the root that is trusted, as its publisher says it" + " (the first time)" * (one is adopt))
    for one in (sign, verify, adopt, drop):
        one.add_argument("--lang", choices=languages(), default=SOURCE, help="language of what is said")
    for one in (adopt, drop):
        one.add_argument("--ledger", default="comity-ledger", metavar="LEDGER", help="the ledger that goes by it")
        one.add_argument("--rulebooks", action="append", type=Path, metavar="FOLDER", help="and by one more that nobody signs (may be repeated)")
