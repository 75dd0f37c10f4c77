"""The command line: words in, words out, and an exit code that says how it went (0 all permitted or well, 1 not, 2 bad input)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import cache as once
from importlib import import_module
from pathlib import Path

from comity.cli.account_words import accounts
from comity.cli.filing_words import packs, register
from comity.cli.law_words import laws
from comity.words.catalogue import SOURCE, languages

COMMANDS = {
    "check": "comity.cli.check",
    "explain": "comity.cli.check",
    "ask": "comity.cli.ask",
    "law": "comity.cli.law",
    "prove": "comity.cli.prove",
    "offramp": "comity.cli.offramp",
    "docket pack": "comity.cli.pack",
    "register": "comity.cli.register",
    "plan": "comity.cli.plan",
    "settle": "comity.cli.settle",
    "gate": "comity.cli.gate",
    "gate propose": "comity.cli.propose",
    "gate query": "comity.cli.query",
    "gate serve": "comity.cli.query",
    "ledger": "comity.cli.ledger",
    "docket": "comity.cli.docket",
    "key": "comity.cli.key",
    "account": "comity.cli.account",
    "serve": "comity.cli.serve",
    "schema": "comity.cli.scaffold",
}


@once  # a process that runs many commands reads all of them with one
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
    explain.add_argument("--lang", choices=languages(), default=SOURCE, help="language of the explanation")
    ask = verbs.add_parser("ask", help="an interview: only what can still change the answer, the most decisive first")
    _asking(ask)
    ask.add_argument("movement", help="the movement to ask about")
    ask.add_argument("--answers", type=Path, metavar="FILE", help="answers given before, as a piece of a world")
    ask.add_argument("--save", type=Path, metavar="FILE", help="write the answers into this file")
    ask.add_argument("--lang", choices=languages(), default=SOURCE, help="language of the interview")
    _prove(verbs.add_parser("prove", help="what is true of every transfer, or a transfer of which it is not"))
    _ways(verbs)
    packs(verbs.add_parser("docket pack", help="the documents that an authority asks for, filled from facts, with what is blank named"))
    record = verbs.add_parser("register", help="the record of the transfers of a world, as CSV, XLSX, PDF and JSON")
    _asking(record)
    register(record)
    _gate(verbs.add_parser("gate", help="move a table across a border: what every law permits, and nothing else"))
    propose = verbs.add_parser("gate propose", help="which column of a table is what: a first draft, for a person to confirm")
    propose.add_argument("source", help="the table, as for gate")
    propose.add_argument("--query", metavar="SQL", help="of a database: the rows that this query gives")
    propose.add_argument("--out", type=Path, metavar="FILE", help="write the draft into this file")
    query = verbs.add_parser("gate query", help="answer a query across a border: it sees what may cross, and nothing else")
    query.add_argument("sql", help="one SELECT; - reads it from standard input")
    query.add_argument("--out", metavar="DEST", help="write the answer there, as gate does; nothing may be there yet")
    serve = verbs.add_parser("gate serve", help="answer queries over Arrow Flight, until it is stopped")
    serve.add_argument("--token", type=Path, required=True, metavar="FILE", help="the token by which the one who asks is known")
    serve.add_argument("--listen", default="127.0.0.1:8815", metavar="HOST:PORT", help="where to be asked")
    serve.add_argument("--certificate", type=Path, metavar="FILE", help="of other hosts than this one: the certificate")
    serve.add_argument("--key", type=Path, metavar="FILE", help="and its key")
    for one in (query, serve):
        one.add_argument("--table", action="append", required=True, metavar="NAME=FILE", help="a table of the world, and where it is (may be repeated)")
        one.add_argument("--minimum", type=int, metavar="PERSONS", help="answer only about groups of at least so many")
        one.add_argument("--noise", metavar="EPSILON", help="noise each answer, at this cost to the budget that the world says under 'privacy'")
        _moving(one)
    laws(verbs.add_parser("law", help="rulebooks: list, show, check, test, prove, diff, calendar, new; sign, verify, adopt, drop"))
    _ledger(verbs.add_parser("ledger", help="ledgers: begin, adopt, key, new, show, counts, prove, verify, publish, audit, rebuild, witness"))
    _docket(verbs.add_parser("docket", help="matters before authorities and counterparties: open, act, show, list, publish, due"))
    _key(verbs.add_parser("key", help="the keys with which parties sign acts: new, introduce, rotate, revoke, list"))
    accounts(verbs.add_parser("account", help="who may look at what is served: add, invite, list, give, token, revoke, close"))
    _serve(verbs.add_parser("serve", help="pages in a browser: flows, verdicts with their reasons, and the law behind them"))
    verbs.add_parser("schema", help="the JSON Schema of a world file, for editors")
    return top


def _serve(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("world", nargs="?", type=Path, help="a world file; an example's if none is named")
    serve.add_argument("--listen", default="127.0.0.1:8000", metavar="HOST:PORT", help="where to be asked; by others only with --accounts (port 0: any)")
    serve.add_argument("--accounts", type=Path, metavar="FOLDER", help="let in whoever has an account there, and nobody else")
    serve.add_argument("--name", metavar="URL", help="with --accounts: what the site is called by those who ask it: https://comity.example")
    serve.add_argument("--certificate", type=Path, metavar="FILE", help="with --accounts, of an address that others reach: the certificate")
    serve.add_argument("--key", type=Path, metavar="FILE", help="and its key")
    serve.add_argument("--docket", metavar="LEDGER", help="read the world with the docket of this ledger, and show its matters and runs")
    serve.add_argument("--ledger", metavar="LEDGER", help="and the signed law that this ledger adopted (comity law adopt)")
    serve.add_argument("--levers", action="append", type=Path, metavar="FILE", help="what else can be changed (may be repeated)")
    serve.add_argument("--costs", type=Path, metavar="FILE", help="what changes cost")
    serve.add_argument("--values", type=Path, metavar="FILE", help="what the changes are worth to whom: what can be agreed upon")
    serve.add_argument("--parties", metavar="A,B", help="between these parties; all that the values name unless told")
    serve.add_argument("--edition", action="append", type=Path, metavar="FOLDER", help="another edition of a regime, to see what it changes (may be repeated)")
    serve.add_argument("--manifests", type=Path, metavar="FOLDER", help="where the manifests of the gate's runs lie")
    serve.add_argument("--rulebooks", action="append", type=Path, metavar="FOLDER", help="load one more rulebook (may be repeated)")


def _prove(command: argparse.ArgumentParser) -> None:
    command.add_argument("rulebooks", nargs="+", help="regimes by name, or folders; the question is in the words of the first")
    command.add_argument("question", help="'never', 'always' or 'ever' and a condition, or one of: dead, gaps, overlaps, conflicts, equivalent")
    command.add_argument("--when", metavar="CONDITION", help="of such transfers only")
    command.add_argument("--out", type=Path, metavar="FILE", help="write the transfer that shows it into this world file (of a survey: a folder)")
    command.add_argument("--seconds", type=float, default=30, metavar="N", help="for each step; then the answer is unknown (30 unless told)")
    command.add_argument("--json", action="store_true", help="as JSON")


def _ways(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    way = verbs.add_parser("offramp", help="the cheapest lawful change of a movement, or why nothing helps")
    _asking(way)
    way.add_argument("movement", help="the movement that is to go ahead")
    way.add_argument("--all", type=int, default=3, metavar="N", help="the N best ways (3 unless told)")
    way.add_argument("--out", type=Path, metavar="FILE", help="write the changed world of the best way into this file")
    way.add_argument("--lang", choices=languages(), default=SOURCE, help="language of the answer")
    way.add_argument("--only", action="store_true", help="only what those files say, nothing that is beside the rulebooks")
    _changing(way)
    many = verbs.add_parser("plan", help="many movements: what to change so that all are lawful, at the least cost together")
    _asking(many)
    many.add_argument("--movement", action="append", metavar="NAME", help="one of them (may be repeated; all of the world unless told)")
    many.add_argument("--prices", action="store_true", help="and what each law would save if it were met otherwise, and each movement if it were not made")
    many.add_argument("--out", type=Path, metavar="FILE", help="write the changed world into this file")
    _changing(many)
    agreed = verbs.add_parser("settle", help="what several parties can agree upon, so that every law allows it")
    _asking(agreed)
    agreed.add_argument("--parties", required=True, metavar="A,B", help="the parties, two or more of the world's")
    agreed.add_argument("--values", required=True, type=Path, metavar="FILE", help="what each of them holds each lever to be worth")
    agreed.add_argument("--movement", action="append", metavar="NAME", help="a movement that is to be lawful (may be repeated; all of the world unless told)")
    agreed.add_argument("--svg", type=Path, metavar="FILE", help="draw the front into this file")
    agreed.add_argument("--markdown", type=Path, metavar="FILE", help="write the table into this file")
    agreed.add_argument("--lang", choices=languages(), default=SOURCE, help="language of the answer")
    _changing(agreed)


def _changing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--levers", action="append", type=Path, metavar="FILE", help="what else can be changed (may be repeated)")
    command.add_argument("--costs", type=Path, metavar="FILE", help="what each lever costs: a mapping of names to numbers")
    command.add_argument("--to", default="permitted", metavar="OUTCOME", help="the outcome that is wanted (permitted unless told)")
    command.add_argument("--seconds", type=float, default=30, metavar="N", help="for the search; then the answer is unknown (30 unless told)")
    command.add_argument("--json", action="store_true", help="as JSON")


def _gate(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", help="the table: a Parquet, CSV or Arrow file, a folder of them, a table of DuckDB or PostgreSQL")
    command.add_argument("destination", nargs="?", help="where it goes; nothing may be there yet")
    command.add_argument("--table", metavar="NAME", help="the table as the world describes it, if there are several of the asset")
    command.add_argument("--query", metavar="SQL", help="of a database: the rows that this query gives")
    command.add_argument("--engine", default="polars", metavar="ADDRESS", help="what moves it: polars, duckdb, or sc://host:port, which speaks Spark Connect")
    command.add_argument("--mode", choices=("enforce", "dry-run", "shadow"), default="enforce", help="move; only say; say and record")
    _moving(command)
    command.add_argument("--on", metavar="DATE", help="of a dry run: as on this day; what moves, moves today")
    command.add_argument("--lineage", type=Path, metavar="FILE", help="add the run's OpenLineage events to this file, one a line")


def _moving(command: argparse.ArgumentParser) -> None:
    command.add_argument("--movement", required=True, metavar="MOVEMENT", help="the movement of the world that this is")
    command.add_argument("--world", required=True, type=Path, metavar="FILE", help="the world file that describes it, its table too")
    command.add_argument("--ledger", default="comity-ledger", metavar="LEDGER", help="its folder, or postgresql://host/database#FOLDER (comity ledger begin)")
    command.add_argument("--rulebooks", action="append", type=Path, metavar="FOLDER", help="load one more rulebook (may be repeated)")
    command.add_argument("--docket", metavar="LEDGER", help="read the world with the docket of this ledger, the same or another")
    command.set_defaults(on=None, regime=None, as_known=None)  # what moves is held to every law, as it is known


def _ledger(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(dest="ledger_verb", required=True, metavar="COMMAND")
    made = verbs.add_parser("key", help="make a private key in a file, and say the public one")
    made.add_argument("file", type=Path, help="the file to make")
    made.add_argument("name", help="whose key: the log's name, like example.org/ledger, or the witness's")
    made.add_argument("--witness", action="store_true", help="a key to vouch for the logs of others")
    told = (
        ("new", "begin a ledger in a file, signed by a key that is there"),
        ("show", "every entry in a line, or one in full"),
        ("counts", "how near what it counts is to the lines of the law"),
        ("prove", "a proof of one entry, to be checked offline by anybody"),
        ("verify", "whether all of it holds"),
        ("publish", "write it as files that any web server serves (C2SP tlog-tiles)"),
        ("rebuild", "write the tree anew from the entries"),
        ("begin", "begin one in a folder, with keys of its own, for the gate"),
        ("adopt", "go by the rulebooks as they are now"),
    )
    for verb, words in told:
        one = verbs.add_parser(verb, help=words)
        one.add_argument("ledger", help="the ledger's folder, or its file; or postgresql://host/database#FOLDER")
        if verb in ("show", "prove"):
            one.add_argument("index", type=int, nargs="?" if verb == "show" else None, help="the entry, counted from 0")
        if verb == "new":
            one.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key that signs it")
        if verb == "prove":
            one.add_argument("--out", type=Path, metavar="FILE", help="write the proof into this file")
            one.add_argument("--entry", type=Path, metavar="FILE", help="write the entry's bytes into this file")
        if verb == "counts":
            one.add_argument("--world", type=Path, metavar="FILE", help="and what the movements of this world would bring it to count")
            one.add_argument("--movement", metavar="MOVEMENT", help="those alone that the verdict on this movement hangs on")
            one.add_argument("--docket", metavar="LEDGER", help="read the world with the docket of this ledger, the same or another")
            one.add_argument("--on", metavar="DATE", help="as on this day (now unless told)")
            one.add_argument("--lang", choices=languages(), default=SOURCE, help="language of the answer")
            one.add_argument("--json", action="store_true", help="as JSON")
            one.set_defaults(regime=None, as_known=None)
        if verb in ("adopt", "begin", "counts"):
            one.add_argument("--rulebooks", action="append", type=Path, metavar="FOLDER", help="and by one more (may be repeated)")
        if verb == "publish":
            one.add_argument("folder", type=Path, help="where the files are, or shall be")
        if verb == "verify":
            one.add_argument("--policy", type=Path, metavar="FILE", help="whose signatures are believed (C2SP tlog-policy)")
    audit = verbs.add_parser("audit", help="whether the files of a published ledger hold")
    audit.add_argument("folder", type=Path, help="where the files are")
    audit.add_argument("--policy", type=Path, required=True, metavar="FILE", help="whose signatures are believed (C2SP tlog-policy)")
    watch = verbs.add_parser("witness", help="vouch over HTTP that ledgers of others only grow")
    watch.add_argument("folder", help="where it remembers what it vouched for")
    watch.add_argument("--key", type=Path, required=True, metavar="FILE", help="the witness's private key")
    watch.add_argument("--log", action="append", required=True, metavar="VKEY", help="the public key of a log (may be repeated)")
    watch.add_argument("--add", action="store_true", help="begin to remember these logs, and end")
    watch.add_argument("--listen", default="127.0.0.1:8031", metavar="HOST:PORT", help="where to be asked (port 0: any)")


def _key(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(dest="key_verb", required=True, metavar="COMMAND")
    new = verbs.add_parser("new", help="make a party's private key in a file, and introduce it to a ledger")
    new.add_argument("file", type=Path, help="the file to make")
    new.add_argument("party", help="whose key: the party's name, as matters call it")
    made = verbs.add_parser("introduce", help="introduce a key that somebody made elsewhere")
    made.add_argument("key", help="its public half, or the file of the private one")
    next_ = verbs.add_parser("rotate", help="make a party's next key, and introduce it signed with the old one")
    next_.add_argument("file", type=Path, help="the old key")
    next_.add_argument("new", type=Path, help="the file to make")
    gone = verbs.add_parser("revoke", help="let a key sign no more")
    gone.add_argument("key", help="its file, which signs that; or its public half or number, which the ledger's keeper revokes")
    gone.add_argument("--why", required=True, metavar="TEXT", help="the reason, for everybody to read")
    for one in (new, made, next_):
        one.add_argument("--ledger", required=one is not new, metavar="LEDGER", help="the ledger to introduce it to")
        one.add_argument("--since", metavar="DATE", help="it holds from this day on (today unless told)")
        one.add_argument("--until", metavar="DATE", help="it holds before this day (for ever unless told)")
        one.add_argument("--procedure", action="append", metavar="PATTERN", help="it acts in these only: RULEBOOK/NAME, with * for any text (may be repeated)")
        one.add_argument(
            "--office", action="append", metavar="PATTERN", help="it holds these offices: RULEBOOK/NAME/ROLE, with * for any text (may be repeated)"
        )
        one.add_argument("--held-by", metavar="WHO", help="who signs with it, if that is somebody else than the party")
    for one in (made, gone):
        one.add_argument("--signed", type=Path, metavar="FILE", help="signed with this key of the same party")
    gone.add_argument("--ledger", required=True, metavar="LEDGER", help="the ledger that it was introduced to")
    verbs.add_parser("list", help="every key, by party").add_argument("--ledger", required=True, metavar="LEDGER", help="the ledger that holds them")


def _docket(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(dest="docket_verb", required=True, metavar="COMMAND")
    begun = verbs.add_parser("open", help="open a matter with its first act")
    act = verbs.add_parser("act", help="make an act of a matter, or sign one that is proposed")
    show = verbs.add_parser("show", help="a matter as everybody sees it")
    every = verbs.add_parser("list", help="every matter in a line")
    published = verbs.add_parser("publish", help="put down the calendars that open matters count by, as they are published now")
    due = verbs.add_parser("due", help="what falls due, the overdue first: deadlines, windows, standstills, validity, conditions")
    for one in (begun, act, show, every, published, due):
        one.add_argument("ledger", help="the ledger's folder; or postgresql://host/database#FOLDER")
    for one in (begun, act, show):
        one.add_argument("matter", help="the matter's name")
    begun.add_argument("--procedure", required=True, metavar="RULEBOOK/NAME", help="the procedure, as its rulebook tells it")
    begun.add_argument("--party", action="append", default=[], metavar="ROLE=PARTY", help="who plays a role (may be repeated)")
    begun.add_argument("--act", metavar="ACT", help="the act that opens it, if there are several")
    begun.add_argument("--rulebooks", action="append", type=Path, metavar="FOLDER", help="load one more rulebook (may be repeated)")
    act.add_argument("act", help="the act")
    act.add_argument("--proposed", type=int, metavar="ENTRY", help="in the words that this entry proposes")
    for one in (begun, act):
        one.add_argument("--say", action="append", default=[], metavar="NAME=VALUE", help="what the act says; of a document, NAME=@FILE (may be repeated)")
        one.add_argument("--says", type=Path, metavar="FILE", help="the same, as a mapping in a YAML file")
        one.add_argument("--key", type=Path, required=True, metavar="FILE", help="the private key of the party who acts")
    for one in (show, every, due):
        one.add_argument("--on", metavar="DATE", help="as on this day (today unless told)")
        one.add_argument("--lang", choices=languages(), default=SOURCE, help="language of the answer")
        one.add_argument("--json", action="store_true", help="as JSON")
    every.add_argument("--party", metavar="PARTY", help="those in which this party plays a role")
    due.add_argument("--party", metavar="PARTY", help="what is this party's")
    due.add_argument("--within", type=int, metavar="DAYS", help="of the next so many days, and what is overdue")
    due.add_argument("--world", type=Path, metavar="FILE", help="and the duties of the verdicts on this world, read with this docket")
    due.add_argument("--rulebooks", action="append", type=Path, metavar="FOLDER", help="load one more rulebook (may be repeated)")
    due.add_argument("--ics", type=Path, metavar="FILE", help="write them into this file, as a calendar (iCalendar)")
    due.set_defaults(regime=None, as_known=None)
    every.add_argument("--turn", metavar="PARTY", help="those that wait for this party")


def _asking(command: argparse.ArgumentParser) -> None:
    command.add_argument("world", type=Path, help="a world file; `check` also takes a folder of Parquet tables")
    command.add_argument("--on", metavar="DATE", help="judge every movement as on this day")
    command.add_argument("--as-known", metavar="DATE", help="as the rulebooks were known on this day")
    command.add_argument("--docket", metavar="LEDGER", help="read the world with the docket of this ledger: what its procedures give, nobody else states")
    command.add_argument("--regime", action="append", metavar="NAME", help="ask this regime only (may be repeated)")
    command.add_argument("--rulebooks", action="append", type=Path, metavar="FOLDER", help="load one more rulebook (may be repeated)")
    command.add_argument("--ledger", metavar="LEDGER", help="and the signed law that this ledger adopted (comity law adopt)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    words = list(sys.argv[1:] if argv is None else argv)
    if " ".join(words[:2]) in COMMANDS:  # two words, one command: its own options, and none of the table that `gate` moves
        words[:2] = [" ".join(words[:2])]
    args = parser().parse_args(words)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # no matrix is multiplied here, and starting threads for it takes longer than a verdict
    module = import_module(COMMANDS[args.verb])  # what a command does not need is not loaded, so help is quick
    from comity.text.shown import shown
    from comity.text.source import SourceError

    try:
        verb = getattr(args, f"{args.verb}_verb", args.verb.rpartition(" ")[2])
        verb = {"list": "listing", "open": "opening"}.get(verb, verb)
        return int(getattr(module, verb)(args))
    except SourceError as error:
        for mistake in error.mistakes:
            print(*map(shown, str(mistake).split("\n")), sep="\n", file=sys.stderr)  # it names what somebody wrote, and that may hold signs that move a screen
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
