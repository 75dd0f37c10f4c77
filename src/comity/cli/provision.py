"""`comity law show`: a regime's provisions in brief, or one of them as it stands: gist, citation, condition, dates, what lifts it, its cases."""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from comity import shelf
from comity.cli.law import folder_of, lines, provisions
from comity.cli.screen import columns, out, paint
from comity.facts.value import MIN
from comity.files.case import LISTS
from comity.law.regime import reaches
from comity.law.rulebook import OUTCOMES, REACH, Definition, Duty, Ground, Law, LawList, Prohibition, Rulebook, Table, Written
from comity.text.source import Mistake, Mistakes, Node, Place, SourceError, nearest, read_documents
from comity.words.lines import cut, pad, width
from comity.words.words import Words, day

KINDS = {Definition: "definitions", LawList: "lists", Table: "tables", Prohibition: "prohibitions", Ground: "grounds", Duty: "duties"}


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
        for line in page(book, law, folder, words):
            out(line)
    return 0


def find(book: Rulebook, path: str) -> Sequence[Law]:
    """The provision at a path (a definition and a prohibition may share one), or a definition by its name."""
    every = provisions(book)
    found = [law for law in every if law.path == path] or [law for law in every if getattr(law, "name", None) == path]
    if not found and path == "scope" and book.scope is not None:
        found = [book.scope]
    if not found:
        paths = [law.path for law in every]
        below = [p for p in paths if p.startswith(path + "/")]
        hint = f"below it: {', '.join(below[:6])}" if below else nearest(path, [*paths, *(getattr(law, "name", "") for law in every)])
        raise SourceError([Mistake(Place(book.place.file, 1, 1), f"'{book.regime}' has no provision '{path}'", hint)])
    return found


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
        yield from lines(f"reading {name} ({state}): {reading.zh if words.lang == 'zh' else reading.en}")
    yield ""
    yield f"One of them in full: comity law show {book.regime} PATH"


def page(book: Rulebook, law: Law, folder: Path, words: Words) -> Iterator[str]:
    """One provision in full."""
    yield paint(f"{book.regime} {law.path}", "bold")
    yield from lines(f"{words.gist(law)}{'。' if words.lang == 'zh' else '.'}", "  ")
    yield from lines(f"{law.cite}" + ("" if law.read else " [unverified: nobody opened the primary text]"), "  ")
    yield from lines(what(law), "  ")
    yield ""
    for label, written in texts(law):
        yield f"  {label}"
        yield from textwrap.indent(_laid(written), "    ").splitlines()
    yield from _members(book, law)
    yield from _rows(law)
    yield from _dates(law)
    yield from _lifting(book, law, words)
    if law.note:
        yield from lines(f"note: {law.note}", "  ")
    yield f"  written at {_near(law.place)}"
    found = list(cases(folder, law))
    if found:
        yield f"  asserted by {len(found)} case{'s' * (len(found) != 1)}"
        for place, name, expected in found[:20]:
            yield "    " + cut(f"{name}: {expected}", columns() - 6)
            if len(found) <= 3:
                yield f"      {_near(place)}"
    else:
        yield "  no case asserts it by its path"


def _members(book: Rulebook, law: Law) -> Iterator[str]:
    """The sets that a provision names, written out."""
    named = dict.fromkeys(name for _, text in texts(law) for name in re.findall(r"[A-Za-z_]\w*", text))
    for name in named:
        if (members := book.places.get(name) or book.sets.get(name)) is not None:
            yield from lines(f"{name}: {', '.join(sorted(members))}", "  ")


def what(law: Law) -> str:
    """What kind of provision it is."""
    match law:
        case Prohibition():
            return f"a prohibition; where nothing lifts it: {OUTCOMES[law.effect].replace('_', ' ')}"
        case Ground():
            reach = {0: "a fact of the case", 1: "an authority's act", 2: "the parties' own act, or time"}.get(REACH[law.kind], "")
            return f"a ground ({law.kind}: {reach}); lifts {', '.join(law.lifts)}" + (f", not {', '.join(law.spares)}" if law.spares else "")
        case Duty():
            return (
                f"a duty of the {law.by or 'actor'}, {law.timing} the movement"
                + (f", owed under {law.under}" if law.under else "")
                + ("; it compels the movement" if law.compels else "")
            )
        case Definition():
            given = ", ".join(f"{name} ({kind})" for name, kind in law.given)
            return f"a definition, named {law.name} in conditions; true of {given or 'a ' + law.of}"
        case LawList():
            return f"a list, named {law.name} in conditions; {len(law.rows)} rows"
        case _:
            return "a table of constants"


def texts(law: Law) -> Iterator[tuple[str, str]]:
    """The conditions of a provision as they were written."""
    held: Sequence[tuple[str, Written | bool | None]] = ()
    match law:
        case Prohibition():
            held = (("when", law.when),)
        case Ground():
            held = (("holds", law.holds), ("available", law.available))
        case Duty():
            held = (("when", law.when), ("met", law.met), ("due", law.due))
        case Definition():
            held = (("is", law.body), *((code, when) for when, code in law.cases))
        case LawList():
            held = (("match", law.match),)
        case _:
            pass
    for label, written in held:
        if isinstance(written, Written):
            yield label, written.text
        elif written is False:
            yield label, "never"


def _laid(text: str) -> str:
    """A condition in lines no longer than the page."""
    return "\n".join(textwrap.wrap(" ".join(text.split()), columns() - 6, break_long_words=False, break_on_hyphens=False))


def _rows(law: Law) -> Iterator[str]:
    if isinstance(law, LawList):
        for row in law.rows:
            since = ", ".join(f"{span.status.replace('_', ' ')} from {_since(span.since)}" for span in row.timeline)
            names = ", ".join(sorted(row.members))
            yield from lines(f"{names}{' if ' + row.condition.text if row.condition else ''} ({row.cite}){'; ' + since if since else ''}", "    ")
    if isinstance(law, Table):
        for fixed, values in law.rows:
            said = ", ".join(f"{k}: {v if isinstance(v, str) else getattr(v, 'text', v)}" for k, v in values.items())
            yield from lines(f"{said}" + (f" ({fixed.cite})" if fixed.cite else ""), "    ")


def _dates(law: Law) -> Iterator[str]:
    if not law.timeline:
        yield "  in force on every day asked about"
    for span in law.timeline:
        known = f", known since {day(span.known)}" if span.known > MIN else ""
        yield f"  {span.status.replace('_', ' ')} from {_since(span.since)}{known}"


def _since(number: int) -> str:
    return "ever" if number <= MIN else day(number)


def _lifting(book: Rulebook, law: Law, words: Words) -> Iterator[str]:
    if isinstance(law, (Prohibition, Duty)):
        grounds = [g for g in book.grounds.values() if reaches(g, law.path)]
        if grounds:
            yield "  lifted by"
            for ground in grounds:
                yield from lines(f"{ground.path} ({ground.kind}): {words.gist(ground)} ({ground.cite})", "    ")
        elif isinstance(law, Prohibition):
            yield "  nothing lifts it"
    if isinstance(law, Ground):
        yield "  lifts"
        for one in (*book.prohibitions.values(), *book.duties.values()):
            if reaches(law, one.path):
                yield from lines(f"{one.path}: {words.gist(one)} ({one.cite})", "    ")


def cases(folder: Path, law: Law) -> Iterator[tuple[Place, str, str]]:
    """The cases that assert a provision by its path or name: where, which, and what they expect."""
    wanted = {law.path, getattr(law, "name", law.path)}
    for file in sorted((folder / "cases").glob("*.yaml")) if folder.is_dir() else ():
        for document in read_documents(str(file), file.read_bytes(), Mistakes()):
            expect, name = document.get("expect"), document.get("case")
            for subject, held in (expect.pairs or {}).items() if expect else ():
                for path, value in (held.pairs or {}).items():
                    if path in wanted:
                        yield held.keys[path], name.text or "" if name else "", f"{subject} is {value.text}"
                    elif path in LISTS and any((i.text or "") in wanted for i in _items(value)):
                        yield held.keys[path], name.text or "" if name else "", f"{subject} {path}"


def _near(place: Place) -> str:
    """A place as seen from where the reader stands."""
    file = Path(place.file)
    return str(place).replace(place.file, str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file), 1)


def _items(node: Node) -> Sequence[Node]:
    return node.items or []
