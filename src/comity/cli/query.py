"""`comity gate query` and `comity gate serve`: what a person abroad may see of a table, asked in SQL. Each answer is a transfer, and is counted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyarrow import csv

from comity.cli.check import read
from comity.cli.gate import report
from comity.cli.screen import out
from comity.cli.transfer import gate_of
from comity.edge.adopted import current
from comity.edge.home import Home, now
from comity.gate.counting import kept_since
from comity.gate.days import Days
from comity.gate.decide import Asking
from comity.gate.destination import Destination, into
from comity.gate.engine.polars import Polars
from comity.gate.mapping import read_table
from comity.gate.privacy import amount
from comity.gate.query.answer import Answer, Started
from comity.gate.query.room import HeldError, QueryError
from comity.gate.run import GateError, holding
from comity.gate.source import opened
from comity.gate.view import Viewed, view
from comity.ledger.ledger import Ledger
from comity.text.source import Mistake, Mistakes, Place, SourceError


def query(args: argparse.Namespace) -> int:
    """Answers one query as CSV, or into a table that is there whole or not at all: 0 if it was answered, 1 if it was held, 2 for bad input."""
    file, sql = ("SQL", args.sql) if args.sql != "-" else ("-", sys.stdin.read())
    target = into(args.out) if args.out else None
    home = Home.at(args.ledger)
    try:
        with home.open() as ledger, _answered(args, home, ledger, file, sql, None) as answer:
            _printed(answer) if target is None else _written(answer, target)
    except GateError as held:
        if held.decision is not None:
            report(held.decision)
        out(f"Nothing is shown: {held}.")
        return 1
    except (QueryError, HeldError) as held:
        print(f"The answer was held: {held}.", file=sys.stderr)
        return 1
    return 0


def serve(args: argparse.Namespace) -> int:
    """Answers queries over Arrow Flight until it is stopped. Law, world and day are read anew for each."""
    from comity.gate.serve import Certificate, Server, UnboundError, hashed

    home = Home.at(args.ledger)
    host, _, port = args.listen.rpartition(":")
    token = _token(args.token)
    if bool(args.certificate) != bool(args.key):
        raise SourceError([Mistake(Place("--certificate", 1, 1), "a certificate and its key go together")])
    with home.open() as ledger:
        desks = {hashed(token): lambda sql, memory, started: _answered(args, home, ledger, "query", sql, (memory, started))}
        try:
            certificate = Certificate(args.certificate.read_bytes(), args.key.read_bytes()) if args.certificate else None
            server = Server(desks, host.strip("[]"), int(port), certificate)
        except (UnboundError, OSError, ValueError) as fault:
            raise SourceError([Mistake(Place("--listen", 1, 1), str(fault), "write 127.0.0.1:8815")]) from fault
        with server:
            out(f"Answering on {host}:{server.port}")
            server.serve()
    return 0


@contextmanager
def _answered(args: argparse.Namespace, home: Home, ledger: Ledger, file: str, sql: str, bounds: tuple[str, Started] | None) -> Iterator[Answer]:
    """The answer to one query, on the world, the law and the day as they are now."""
    with holding():
        signed = current(home, ledger)
    asked, mistakes, tables, epsilon = read(args, signed), Mistakes(), {}, amount(args.noise)
    if args.noise is not None and epsilon is None:
        mistakes.add(Place("--noise", 1, 1), f"'{args.noise}' is no amount of epsilon", "write a number above 0: --noise 0.1")
    for told in args.table:
        name, sign, where = told.partition("=")
        if not sign:
            mistakes.add(Place("--table", 1, 1), f"'{told}' does not say where the table is", "write --table NAME=FILE")
            continue
        table = read_table(asked.world, name, args.movement, asked.plan.vocabulary)
        asking = Asking(asked.world, asked.plan, args.movement, table, Days.at(now(), asked.plan), kept_since(ledger.since(), asked.plan))
        tables[name] = Viewed(gate_of(asking, ledger, home, asked.whole, Polars(), asked.filed), opened(where), args.minimum, epsilon)
    mistakes.settle()
    memory, started = bounds or ("1GB", None)
    with view(file, sql, tables, memory, started) as answer:
        yield answer


def _token(file: Path) -> str:
    """The bearer token that is in a file."""
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise SourceError([Mistake(Place(str(file), 1, 1), "the token cannot be read")]) from fault
    if len(token) < 32 or not token.isascii() or " " in token:
        raise SourceError([Mistake(Place(str(file), 1, 1), "a token is 32 characters or more, without spaces")])
    return token


def _printed(answer: Answer) -> None:
    with csv.CSVWriter(sys.stdout.buffer, answer.schema) as writer:
        for batch in answer.batches:
            writer.write_batch(batch)


def _written(answer: Answer, target: Destination) -> None:
    with target.stage(answer.schema) as stage:
        for batch in answer.batches:
            stage.write(batch)
        stage.land()
