"""Force each provision and definition of each rulebook true, then false, and name those that no case notices.

Usage: mutants.py [REGIME ...]; exit 1 if some go unnoticed. Slow: hundreds of rulebooks are lowered and their cases run.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace

from comity import shelf
from comity.files.case import Case, run_case
from comity.law.lower import regimes
from comity.law.rulebook import Rulebook, Written
from comity.text.expression import Binary, Joined, Lit, Unary, read_expression
from comity.text.source import Mistakes, SourceError
from comity.verdict.plan import Plan


def mutants(book: Rulebook) -> Iterator[tuple[str, str, Rulebook]]:
    """Every rulebook that differs by one condition forced."""
    for truth in (True, False):
        word = "true" if truth else "false"
        forced = Written(Lit(0, "truth", truth), word, book.place)
        for name, law in book.definitions.items():
            if law.body is not None and not _number(law.body):
                yield law.path, word, replace(book, definitions={**book.definitions, name: replace(law, body=forced)})
        for path, prohibition in book.prohibitions.items():
            yield path, word, replace(book, prohibitions={**book.prohibitions, path: replace(prohibition, when=forced)})
        for path, ground in book.grounds.items():
            yield path, word, replace(book, grounds={**book.grounds, path: replace(ground, holds=forced)})
        for path, duty in book.duties.items():
            yield path, word, replace(book, duties={**book.duties, path: replace(duty, when=forced)})


def _number(body: Written) -> bool:
    """Numbers, sets and codes have no truth to force; a comparison of them has."""
    if isinstance(body.expr or read_expression(body.text), (Binary, Joined, Unary)) and " | when(" not in body.text:
        return False
    return body.text.startswith(("counted(", "total(", "count(", "set(", "share(", "latest(", "earliest(", "{")) or " | when(" in body.text


def noticed(book: Rulebook, cases: list[Case]) -> bool:
    """Does some case fail under this rulebook (or does it not even lower)?"""
    try:
        plan = Plan(regimes([book], shelf.vocabulary()), shelf.extended([book]), shelf.places(), shelf.calendars())
        return any(run_case(case, plan) for case in cases)
    except (SourceError, ValueError):
        return True


def asserting(path: str, cases: list[Case]) -> list[Case]:
    """The cases, those first that name the path."""
    return sorted(cases, key=lambda c: not any(path in (wanted.pairs or {}) for wanted in ((c.expect.pairs or {}).values() if c.expect else ())))


def main(names: list[str]) -> int:
    """Print every mutant that survives."""
    survivors = total = 0
    for folder in shelf.shipped():
        if names and folder.name not in names:
            continue
        book = shelf.book(folder)
        mistakes = Mistakes()
        cases = shelf.cases(folder, shelf.alone(folder), mistakes)
        mistakes.settle()
        for path, word, mutant in mutants(book):
            total += 1
            if not noticed(mutant, asserting(path, cases)):
                survivors += 1
                print(f"{book.regime} {path} forced {word}: no case notices", flush=True)
    print(f"{total} mutants, {survivors} unnoticed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
