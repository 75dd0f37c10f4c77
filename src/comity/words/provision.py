"""A provision as it stands, as notes: gist, citation, condition, dates, what lifts it, the cases that assert it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from comity.facts.value import MIN
from comity.files.case import LISTS
from comity.law.regime import reaches
from comity.law.rulebook import OUTCOMES, REACH, Definition, Duty, Ground, Law, LawList, Prohibition, Rulebook, Table, Written
from comity.text.source import Mistake, Mistakes, Node, Place, SourceError, nearest, read_documents
from comity.words.notes import Note
from comity.words.words import Words, day

KINDS: Final = {Definition: "definitions", LawList: "lists", Table: "tables", Prohibition: "prohibitions", Ground: "grounds", Duty: "duties"}
"""What a provision can be, and what several of it are called."""
SHOWN: Final = 20
"""Cases that are named of those that assert a provision."""
PLACED: Final = 3
"""If there are no more cases than these, it is said where each is."""


def provisions(book: Rulebook) -> Sequence[Law]:
    """Every citable row of a rulebook, in its own order."""
    groups = (book.definitions, book.lists, book.tables, book.prohibitions, book.grounds, book.duties)
    return [law for group in groups for law in cast("Mapping[str, Law]", group).values()]


def status(book: Rulebook, on: int) -> str:
    """Is the regime law on a day, by the dates of its scope."""
    spans = [span for span in (book.scope.timeline if book.scope else ()) if span.since <= on]
    timed = bool(book.scope and book.scope.timeline)
    return max(spans, key=lambda s: s.since).status.replace("_", " ") if spans else "not commenced" if timed else "in force"


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


def page(book: Rulebook, law: Law, folder: Path, words: Words) -> Iterator[Note]:
    """One provision in full."""
    unread = "" if law.read else " [unverified: nobody opened the primary text]"
    gist = words.text("sentence").format(words.gist(law))
    yield Note(f"{book.regime} {law.path}", [_line(gist), _line(f"{law.cite}{unread}"), _line(what(law))], kind="section")
    told = [Note(label, [Note(written, kind="code")], kind="label") for label, written in texts(law)]
    told += [*map(_line, _members(book, law))]
    if rows := [*map(_line, _rows(law))]:
        told.append(Note("rows", rows, kind="label"))
    told += [*map(_line, dates(law)), *_lifting(book, law, words)]
    if law.note:
        told.append(_line(f"note: {law.note}"))
    told += [_line(f"written at {_near(law.place)}"), _asserted(list(cases(folder, law)))]
    yield Note("", told, kind="section")


def _line(text: str) -> Note:
    return Note(text, kind="line")


def _asserted(found: Sequence[tuple[Place, str, str]]) -> Note:
    if not found:
        return _line("no case asserts it by its path")
    told = [Note(f"{name}: {expected}", [_line(_near(place))] if len(found) <= PLACED else [], kind="brief") for place, name, expected in found[:SHOWN]]
    return Note(f"asserted by {len(found)} case{'s' * (len(found) != 1)}", told, kind="label")


def _members(book: Rulebook, law: Law) -> Iterator[str]:
    """The sets that a provision names, written out."""
    named = dict.fromkeys(name for _, text in texts(law) for name in re.findall(r"[A-Za-z_]\w*", text))
    for name in named:
        if (members := book.places.get(name) or book.sets.get(name)) is not None:
            yield f"{name}: {', '.join(sorted(members))}"


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


def _rows(law: Law) -> Iterator[str]:
    if isinstance(law, LawList):
        for row in law.rows:
            since = ", ".join(f"{span.status.replace('_', ' ')} from {_since(span.since)}" for span in row.timeline)
            names = ", ".join(sorted(row.members))
            yield f"{names}{' if ' + row.condition.text if row.condition else ''} ({row.cite}){'; ' + since if since else ''}"
    if isinstance(law, Table):
        for fixed, values in law.rows:
            said = ", ".join(f"{k}: {v if isinstance(v, str) else getattr(v, 'text', v)}" for k, v in values.items())
            yield f"{said}" + (f" ({fixed.cite})" if fixed.cite else "")


def dates(law: Law) -> Iterator[str]:
    """Its history: what it was from which day, and since when that is known."""
    if not law.timeline:
        yield "in force on every day asked about"
    for span in law.timeline:
        known = f", known since {day(span.known)}" if span.known > MIN else ""
        yield f"{span.status.replace('_', ' ')} from {_since(span.since)}{known}"


def _since(number: int) -> str:
    return "ever" if number <= MIN else day(number)


def _lifting(book: Rulebook, law: Law, words: Words) -> Iterator[Note]:
    if isinstance(law, (Prohibition, Duty)):
        grounds = [g for g in book.grounds.values() if reaches(g, law.path)]
        if grounds:
            yield Note("lifted by", [_other(g, f"{g.path} ({g.kind})", book, words) for g in grounds], kind="label")
        elif isinstance(law, Prohibition):
            yield _line("nothing lifts it")
    if isinstance(law, Ground):
        lifted = [_other(one, one.path, book, words) for one in (*book.prohibitions.values(), *book.duties.values()) if reaches(law, one.path)]
        yield Note("lifts", lifted, kind="label")


def _other(law: Law, name: str, book: Rulebook, words: Words) -> Note:
    return Note(f"{name}: {words.gist(law)} ({law.cite})", kind="line", law=(book.regime, law.path))


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
