"""`comity law`: rulebooks read, checked and tested."""

from __future__ import annotations

import argparse
from pathlib import Path

from comity import shelf
from comity.facts.source import Mistakes, SourceError, read_documents
from comity.law.lower import regimes
from comity.verdict.case import Case, read_cases, run_case
from comity.verdict.plan import Plan


def check(args: argparse.Namespace) -> int:
    """Every mistake of every rulebook, and of its cases."""
    folders = args.folders or shelf.shipped()
    mistakes = Mistakes()
    count = 0
    for folder in folders:
        try:
            plan = _plan(folder)
            _cases(folder, plan, mistakes)
            count += 1
        except SourceError as error:
            mistakes.found += error.mistakes
    mistakes.settle()
    print(f"{count} rulebook{'s' if count != 1 else ''}, no mistakes")
    return 0


def test(args: argparse.Namespace) -> int:
    """Runs the cases beside each rulebook."""
    passed = failed = independent = 0
    for folder in args.folders or shelf.shipped():
        plan = _plan(folder)
        mistakes = Mistakes()
        cases = _cases(folder, plan, mistakes)
        mistakes.settle()
        for case in cases:
            failures = run_case(case, plan)
            for failure in failures:
                print(f"{case.id}: {failure}")
            gates = case.read
            passed += not failures
            failed += bool(failures) and gates
            independent += not failures and case.independent
    print(f"independent: {independent}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def _plan(folder: Path) -> Plan:
    book = shelf.book(folder)
    return Plan(regimes([book], shelf.vocabulary()), shelf.extended([book]), shelf.places(), shelf.calendars())


def _cases(folder: Path, plan: Plan, mistakes: Mistakes) -> list[Case]:
    found = []
    for file in sorted((folder / "cases").glob("*.yaml")) if folder.is_dir() else ():
        found += read_cases(read_documents(str(file), file.read_bytes(), mistakes), plan, mistakes)
    return found
