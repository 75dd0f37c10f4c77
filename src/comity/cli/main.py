"""The command line: words in, words out, and an exit code that says how it went (0 all permitted or well, 1 not, 2 bad input)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

COMMANDS = {"check": "comity.cli.check", "explain": "comity.cli.check", "ask": "comity.cli.ask", "law": "comity.cli.law", "schema": "comity.cli.scaffold"}


def parser() -> argparse.ArgumentParser:
    """The words of the command line."""
    top = argparse.ArgumentParser(prog="comity", description="Whether data or technology may cross a border, under every law that has a say.")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    check = verbs.add_parser("check", help="the verdict on every movement of a world")
    _asking(check)
    check.add_argument("--json", action="store_true", help="as JSON, enough to compute each verdict again")
    check.add_argument("--out", type=Path, metavar="FILE", help="write every leg's verdicts into this Parquet file")
    explain = verbs.add_parser("explain", help="one verdict in full, with its reasons and citations")
    _asking(explain)
    explain.add_argument("movement", help="the movement to explain")
    explain.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the explanation")
    ask = verbs.add_parser("ask", help="an interview: only what can still change the answer, the most decisive first")
    _asking(ask)
    ask.add_argument("movement", help="the movement to ask about")
    ask.add_argument("--answers", type=Path, metavar="FILE", help="answers given before, as a piece of a world")
    ask.add_argument("--save", type=Path, metavar="FILE", help="write the answers into this file")
    ask.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the interview")
    _law(verbs.add_parser("law", help="rulebooks: list, show, check, test, new"))
    verbs.add_parser("schema", help="the JSON Schema of a world file, for editors")
    return top


def _law(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(dest="law_verb", required=True, metavar="COMMAND")
    told = (("list", "every regime in a line"), ("check", "every mistake of rulebooks and their cases"), ("test", "run the cases beside rulebooks"))
    for verb, words in told:
        one = verbs.add_parser(verb, help=words)
        one.add_argument("folders", nargs="*", type=Path, help="rulebook folders; the shipped ones if none is named")
        if verb == "list":
            one.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the titles")
    show = verbs.add_parser("show", help="a regime's provisions, or one of them in full")
    show.add_argument("regime", help="a shipped regime, or a folder")
    show.add_argument("path", nargs="?", help="the path of a provision, or a definition's name")
    show.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the gists")
    new = verbs.add_parser("new", help="begin a rulebook: a folder that checks clean, with its first cases")
    new.add_argument("regime", help="the folder, named like the regime: xx.export-act")


def _asking(command: argparse.ArgumentParser) -> None:
    command.add_argument("world", type=Path, help="a world file; `check` also takes a folder of Parquet tables")
    command.add_argument("--on", metavar="DATE", help="judge every movement as on this day")
    command.add_argument("--as-known", metavar="DATE", help="as the rulebooks were known on this day")
    command.add_argument("--regime", action="append", metavar="NAME", help="ask this regime only (may be repeated)")
    command.add_argument("--rulebooks", action="append", type=Path, metavar="FOLDER", help="load one more rulebook (may be repeated)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    args = parser().parse_args(argv)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # no matrix is multiplied here, and starting threads for it takes longer than a verdict
    module = import_module(COMMANDS[args.verb])  # what a command does not need is not loaded, so help is quick
    from comity.text.source import SourceError

    try:
        verb = {"list": "listing"}.get(args.law_verb, args.law_verb) if args.verb == "law" else args.verb
        return int(getattr(module, verb)(args))
    except SourceError as error:
        for mistake in error.mistakes:
            print(mistake, file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
