"""`comity law show`: a regime's provisions in brief, or one of them as it stands."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from comity import shelf
from comity.cli.law import lines
from comity.cli.page import page
from comity.cli.screen import columns, out, paint
from comity.edge.asked import folder_of
from comity.law.rulebook import Rulebook
from comity.words import provision
from comity.words.lines import cut, pad, width
from comity.words.provision import KINDS, find, provisions
from comity.words.translated import translated
from comity.words.words import Words, day


def show(args: argparse.Namespace) -> int:
    """A regime's provisions in brief, or one in full."""
    folder = folder_of(args.regime)
    book = shelf.book(folder)
    words = Words(args.lang, shelf.vocabulary())
    if args.path is None:
        for line in contents(book, words):
            out(line)
        return 0
    for number, law in enumerate(find(book, args.path)):
        if number:
            out()
        for line in page(provision.page(book, law, folder, words)):
            out(line)
    return 0


def contents(book: Rulebook, words: Words) -> Iterator[str]:
    """Every provision in a line, by kind."""
    every = provisions(book)
    room, wide = columns(), max(width(law.path) for law in every) + 2
    yield paint(f"{words.title(book)} [{book.regime}]", "bold")
    yield f"edition {book.edition}, published {day(book.published)}, last checked {day(book.last_checked)}"
    if book.parties:
        yield from lines(f"law only as these signed it, all of them: {', '.join(sorted(book.parties))}")
    if book.source:
        yield from lines(f"source: {book.source}")
    if book.scope is not None:
        yield from lines(f"scope: {words.gist(book.scope)} ({book.scope.cite})")
    for kind, title in KINDS.items():
        own = [law for law in every if type(law) is kind]
        if own:
            yield ""
            yield paint(title, "bold")
        for law in own:
            mark = "" if law.read else " [unverified]"
            yield "  " + cut(f"{pad(law.path, min(wide, 34))}{words.gist(law)} ({law.cite})", room - 4 - width(mark)) + mark
    for name, reading in book.readings.items():
        state = {True: "prevails", False: "does not prevail", None: "open"}[reading.prevails]
        yield from lines(f"reading {name} ({state}): {translated(reading, words.lang)}")
    yield ""
    yield f"One of them in full: comity law show {book.regime} PATH"
