"""`comity law`: rulebooks listed, read aloud, checked, tested and begun."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

from comity import shelf
from comity.cli.screen import columns, out
from comity.files.case import run_case
from comity.law.condition import Condition, every
from comity.offramp.written import Told
from comity.text.source import Mistakes, SourceError, read_documents
from comity.verdict.plan import Plan
from comity.words.catalogue import SOURCE
from comity.words.lines import cut, pad, width, wrap
from comity.words.provision import provisions, status
from comity.words.words import Words


@dataclass
class Tested:
    """How the cases of one regime went. `told`: what is to be said of those that failed."""

    regime: str
    cases: int = 0
    independent: int = 0
    unread: int = 0
    passed: int = 0
    failed: int = 0
    told: list[str] = field(default_factory=list)


def check(args: argparse.Namespace) -> int:
    """Every mistake of every rulebook and of what lies beside it; of procedures too where there is no rulebook yet."""
    mistakes = Mistakes()
    rows: list[tuple[str, ...]] = [("regime", "provisions", "cases", "invariants", "levers", "procedures")]
    books = 0
    for folder in folders(args):
        try:
            if (folder / "procedures.yaml").is_file() and not (folder / "rulebook.yaml").is_file():
                rows.append((folder.name, *("-" * (len(rows[0]) - 2)), str(len(shelf.procedures(folder)))))
                continue
            plan = shelf.alone(folder)
            book, cases = plan.regimes[0].book, shelf.cases(folder, plan, mistakes)
            beside = (cases, _invariants(folder, plan), _levers(folder, plan), shelf.procedures(folder))
            books += 1
            rows.append((book.regime, str(len(provisions(book))), *(str(len(found)) for found in beside)))
            shelf.packs(folder)  # for the mistakes in them
        except SourceError as error:
            mistakes.found += error.mistakes
    mistakes.settle()
    _table(rows)
    out(f"\n{books} rulebook{'s' * (books != 1)}, no mistakes")
    return 0


def _invariants(folder: Path, plan: Plan) -> Sequence[Condition]:
    """The invariants beside a rulebook, read as conditions; raises every mistake in them."""
    from comity.prove.question import condition

    return [every(condition(written, plan) for written in (one.when, one.always) if written is not None) for one in shelf.invariants(folder)]


def _levers(folder: Path, plan: Plan) -> Sequence[Told]:
    """The levers beside a rulebook; raises every mistake in them, what cannot be part of a world too."""
    from comity.offramp.written import check_fragments

    found = shelf.levers([folder]).get(folder.name, [])
    mistakes = Mistakes()
    check_fragments(found, plan.vocabulary, mistakes)
    mistakes.settle()
    return found


def test(args: argparse.Namespace) -> int:
    """Runs the cases beside each rulebook; a case whose source nobody opened is run and told, but gates nothing."""
    asked = folders(args)
    with ProcessPoolExecutor(min(len(asked), os.cpu_count() or 1)) as others:
        results = list(others.map(_tested, asked) if len(asked) > 1 else map(_tested, asked))
    for one in results:
        for line in one.told:
            out(line)
    rows: list[tuple[str, ...]] = [("regime", "cases", "independent", "unread", "failed")]
    rows += [(t.regime, str(t.cases), str(t.independent), str(t.unread), str(t.failed)) for t in results]
    total = [sum(getattr(t, name) for t in results) for name in ("cases", "independent", "unread", "failed")]
    _table([*rows, ("all", *map(str, total))] if len(results) > 1 else rows)
    failed = total[3]
    out(f"\nindependent: {total[1]} of {total[0]} are a regulator's or a court's own")
    out(f"{sum(t.passed for t in results)} passed, {failed} failed")
    return 1 if failed else 0


def _tested(folder: Path) -> Tested:
    """Runs the cases of one regime; each failure is told with its place."""
    plan, mistakes = shelf.alone(folder), Mistakes()
    cases = shelf.cases(folder, plan, mistakes)
    mistakes.settle()
    found = Tested(plan.regimes[0].book.regime, len(cases))
    for case in cases:
        failures = run_case(case, plan)
        for failure in failures:
            found.told.append(f"{failure.place}: {case.id}: {failure.subject} {failure.path}: expected {failure.expected}, found {failure.found}")
        found.passed += not failures
        found.failed += bool(failures) and case.read
        found.unread += not case.read
        found.independent += not failures and case.independent
    return found


def listing(args: argparse.Namespace) -> int:
    """Every regime in a line: how far it was read, and how many cases stand by it."""
    rows = [("regime", "edition", "status", "provisions", "unread", "cases", "title")]
    for folder in folders(args):
        book = shelf.book(folder)
        every = provisions(book)
        today = date.today().toordinal()  # noqa: DTZ011 -- the user's own day
        count = sum(_count(file) for file in sorted((folder / "cases").glob("*.yaml"))) if folder.is_dir() else 0
        unread = sum(not law.read for law in every)
        title = book.title.get(args.lang) or book.title.get(SOURCE, "")
        stands = Words(args.lang, shelf.vocabulary()).text(f"status {status(book, today)}")
        rows.append((book.regime, book.edition, stands, str(len(every)), str(unread), str(count), title))
    _table(rows)
    out("\nunread: provisions whose primary text nobody opened; they are marked where they decide.")
    out("A regime's provisions: comity law show REGIME; one of them in full: comity law show REGIME PATH")
    return 0


def show(args: argparse.Namespace) -> int:
    """A regime's provisions, or one of them in full."""
    from comity.cli import provision

    return provision.show(args)


def prove(args: argparse.Namespace) -> int:
    """The invariants beside rulebooks, each proved of every transfer."""
    from comity.cli.prove import invariants

    return invariants(args)


def diff(args: argparse.Namespace) -> int:
    """What changes between two editions of a rulebook."""
    from comity.cli import difference

    return difference.diff(args)


def calendar(args: argparse.Namespace) -> int:
    """The working days of places, and the day on which a term ends."""
    from comity.cli import calendar as days

    return days.calendar(args)


def new(args: argparse.Namespace) -> int:
    """A folder for a new regime that checks clean and passes its first two cases."""
    from comity.cli import scaffold

    return scaffold.new(args)


def sign(args: argparse.Namespace) -> int:
    """Signs a folder of rulebooks into a repository."""
    from comity.cli import signing

    return signing.sign(args)


def verify(args: argparse.Namespace) -> int:
    """Whether a repository of signed law holds."""
    from comity.cli import signing

    return signing.verify(args)


def adopt(args: argparse.Namespace) -> int:
    """Goes by a repository of signed law from now on."""
    from comity.cli import signing

    return signing.adopt(args)


def drop(args: argparse.Namespace) -> int:
    """Ceases to go by a repository of signed law."""
    from comity.cli import signing

    return signing.drop(args)


def folders(args: argparse.Namespace) -> list[Path]:
    """The rulebooks asked about: those named, or the shipped ones."""
    return cast("list[Path]", args.folders) or shelf.shipped()


def _count(file: Path) -> int:
    return sum(d.get("case") is not None for d in read_documents(str(file), file.read_bytes(), Mistakes()))


def _table(rows: Sequence[tuple[str, ...]]) -> None:
    """Rows in columns, numbers to the right; the last column takes what room is left."""
    wide = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    room = columns()
    for row in rows:
        cells = [c.rjust(w) if c.isdigit() or rows[1][i].isdigit() else pad(c, w) for i, (c, w) in enumerate(zip(row, wide, strict=True))]
        out(cut("  ".join(cells).rstrip(), max(room, 60)))


def lines(text: str, lead: str = "") -> Iterator[str]:
    """A text wrapped under its lead."""
    return wrap(text, columns(), lead, " " * len(lead))
