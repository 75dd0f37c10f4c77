"""A provision as it stands on a day, as notes: gist, citation, condition, dates, what lifts it, the cases that assert it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

from comity.facts.value import MAX, MIN
from comity.files.case import LISTS
from comity.law.regime import reaches
from comity.law.rulebook import REACH, Definition, Duty, Ground, Law, LawList, ListRow, Prohibition, Rulebook, Table, Written
from comity.text.source import Mistake, Mistakes, Node, Place, SourceError, nearest, read_documents
from comity.words.notes import Note
from comity.words.phrases import TEXT
from comity.words.words import Words, day, outcomes

KINDS: Final = {Definition: "definitions", LawList: "lists", Table: "tables", Prohibition: "prohibitions", Ground: "grounds", Duty: "duties"}
"""What a provision can be, and what several of it are called."""
LABELS: Final = ("when", "holds", "available", "met", "due", "is", "match")
"""What conditions of provisions are called; the others are codes that they make."""
SHOWN: Final = 20
"""Cases that are named of those that assert a provision."""
PLACED: Final = 3
"""If there are no more cases than these, it is said where each is."""


def provisions(book: Rulebook) -> Sequence[Law]:
    """Every citable row of a rulebook, in its own order."""
    groups = (book.definitions, book.lists, book.tables, book.prohibitions, book.grounds, book.duties)
    return [law for group in groups for law in cast("Mapping[str, Law]", group).values()]


def rows(law: Law) -> Sequence[Law]:
    """The rows of a list or a table, each with dates and a citation of its own."""
    match law:
        case LawList(rows=held):
            return held
        case Table(rows=held):
            return [row for row, _ in held]
        case _:
            return ()


def standing(law: Law, on: int, known: int = MAX) -> str:
    """What a provision is on a day by its own dates, as they were known on another: a word of its timeline."""
    if not law.timeline:
        return "in_force"
    found = {span.since: span.status for span in sorted(law.timeline, key=lambda span: span.known) if span.known <= known}
    begun = [since for since in found if since <= on]
    return found[max(begun)] if begun else "not_commenced"


def status(book: Rulebook, on: int, known: int = MAX) -> str:
    """What the regime is on a day, by the dates of its scope."""
    return standing(book.scope, on, known) if book.scope else "in_force"


def turns(laws: Iterable[Law], known: int = MAX) -> list[int]:
    """The days on which some of these become something else by their own dates, those of rows included, as was known on a day."""
    every = (one for law in laws for one in (law, *rows(law)) if one.known <= known)
    return sorted({span.since for one in every for span in one.timeline if span.known <= known and MIN < span.since < MAX})


def learnt(book: Rulebook) -> list[int]:
    """The days on which more of a regime became known, by the rulebook itself: first that on which it was published."""
    laws = [*provisions(book), *([book.scope] if book.scope else [])]
    told = (one for law in laws for one in (law, *rows(law)))
    return sorted({book.published} | {day for one in told for day in (one.known, *(span.known for span in one.timeline)) if day > book.published})


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


def near(place: Place) -> str:
    """A place as seen from where the reader stands."""
    file = Path(place.file)
    return str(place).replace(place.file, str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file), 1)


@dataclass(frozen=True)
class AsOf:
    """On which day law is told, none where it is told of no day; and as it was known on which."""

    on: int | None = None
    known: int = MAX


NOW: Final = AsOf()


def page(book: Rulebook, law: Law, folder: Path, words: Words, at: AsOf = NOW, said: Callable[[Place], str] = near) -> Iterator[Note]:
    """One provision in full, as of a day. `said`: how a place in a file is told."""
    text = words.text
    first = (text("sentence").format(words.gist(law)), law.cite + ("" if law.read else text("text unread")), what(law, words))
    yield Note(f"{book.regime} {law.path}", [*map(_line, first), *filter(None, [_stands(law, words, at)])], kind="section")
    told = [Note(text(f"label {label}") if label in LABELS else label, [Note(written, kind="code")], kind="label") for label, written in texts(law)]
    told += [*map(_line, _members(book, law))]
    if held := [*map(_line, _rows(law, words, at))]:
        told.append(Note(text("label rows"), held, kind="label"))
    told += [*map(_line, dates(law, words, at.known)), *_lifting(book, law, words, at)]
    if law.read:
        told.append(_line(checked(book, law, words)))
    if law.note:
        told.append(_line(text("law note").format(law.note)))
    told += [_line(text("written at").format(said(law.place))), _asserted(list(cases(folder, law)), words, said)]
    yield Note("", told, kind="section")


def _stands(law: Law, words: Words, at: AsOf) -> Note | None:
    """What it is on the day, if one is asked about; not to be overlooked where it is not simply in force."""
    if at.on is None:
        return None
    found = standing(law, at.on, at.known)
    return Note(words.text("stands on").format(words.text(f"status {found}"), day(at.on)), kind="line" if found == "in_force" else "alert")


def _otherwise(law: Law, words: Words, at: AsOf) -> str:
    """The same after a semicolon, where it is not simply in force."""
    stands = _stands(law, words, at)
    return words.text("semicolon") + stands.text if stands is not None and stands.kind == "alert" else ""


def _line(text: str) -> Note:
    return Note(text, kind="line")


def _asserted(found: Sequence[tuple[Place, str, str]], words: Words, said: Callable[[Place], str]) -> Note:
    if not found:
        return _line(words.text("no case asserts"))
    told = [
        Note(f"{name}{words.text('colon')}{expected}", [_line(said(place))] if len(found) <= PLACED else [], kind="brief")
        for place, name, expected in found[:SHOWN]
    ]
    return Note(TEXT.many(words.lang, "asserted by", len(found)).format(len(found)), told, kind="label")


def _members(book: Rulebook, law: Law) -> Iterator[str]:
    """The sets that a provision names, written out."""
    named = dict.fromkeys(name for _, text in texts(law) for name in re.findall(r"[A-Za-z_]\w*", text))
    for name in named:
        if (members := book.places.get(name) or book.sets.get(name)) is not None:
            yield f"{name}: {', '.join(sorted(members))}"


def what(law: Law, words: Words) -> str:
    """What kind of provision it is."""
    text = words.text
    match law:
        case Prohibition():
            return text("a prohibition").format(outcomes(words.lang)[law.effect])
        case Ground():
            spared = text("lifts not").format(text("comma").join(law.spares)) if law.spares else ""
            return text("a ground").format(words.coded(law.kind), text(f"reach {REACH[law.kind]}"), text("comma").join(law.lifts)) + spared
        case Duty():
            owed = text("owed under").format(law.under) if law.under else ""
            return text("a duty").format(words.coded(law.by or "actor"), text(f"timing {law.timing}")) + owed + (text("it compels") if law.compels else "")
        case Definition():
            given = text("comma").join(f"{name} ({kind})" for name, kind in law.given)
            return text("a definition").format(law.name, given or text("true of a").format(law.of))
        case LawList():
            return text("a list").format(law.name, len(law.rows))
        case _:
            return text("a table")


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


def _rows(law: Law, words: Words, at: AsOf) -> Iterator[str]:
    text = words.text
    held: list[tuple[Law, str]] = []
    match law:
        case LawList():
            held += [(row, _row(row, words)) for row in law.rows]
        case Table(columns=kinds):
            for row, values in law.rows:
                cells = (f"{name}{text('colon')}{_cell(kinds[name], value, words)}" for name, value in values.items())
                held.append((row, text("semicolon").join(cells)))
        case _:
            pass
    for row, told in held:
        if row.known <= at.known:
            since = text("semicolon") + text("comma").join(dates(row, words, at.known)) if row.timeline else ""
            cite = text("line").format(row.cite) if row.cite else ""
            yield f"{told}{cite}{'' if row.read else text('row unread')}{since}{_otherwise(row, words, at)}"


def _cell(kind: str, value: object, words: Words) -> str:
    match value:
        case frozenset():
            return words.text("comma").join(sorted(value)) or words.text("none")
        case bool():
            return words.text("true" if value else "false")
        case int() if kind == "date":
            return day(value)
        case Fraction():
            return f"{int(value):,}" if value.denominator == 1 else f"{float(value):,.6g}"
        case _:
            return str(value)


def _row(row: ListRow, words: Words) -> str:
    names = words.text("comma").join(sorted(row.members))
    return words.text("row if").format(names, row.condition.text) if row.condition else names


def dates(law: Law, words: Words, known: int = MAX) -> Iterator[str]:
    """Its history: what it was from which day, and since when that is known."""
    text = words.text
    if not law.timeline:
        yield text("always in force")
    for span in law.timeline:
        if span.known <= known:
            told = text(f"status {span.status}")
            since = text("since").format(told, day(span.since)) if span.since > MIN else text("since ever").format(told)
            yield since + (text("known since").format(day(span.known)) if span.known > MIN else "")


def checked(book: Rulebook, law: Law, words: Words) -> str:
    """When it was last held against its source: on a day of its own, or with the whole rulebook."""
    if law.checked is not None:
        return words.text("checked apart").format(day(law.checked))
    return words.text("checked with all").format(day(book.last_checked)) if book.last_checked < MAX else words.text("checked unsaid")


def _lifting(book: Rulebook, law: Law, words: Words, at: AsOf) -> Iterator[Note]:
    text = words.text
    if isinstance(law, (Prohibition, Duty)):
        grounds = [g for g in book.grounds.values() if reaches(g, law.path) and g.known <= at.known]
        if grounds:
            yield Note(
                text("label lifted by"), [_other(g, text("as role").format(g.path, words.coded(g.kind)), book, words, at) for g in grounds], kind="label"
            )
        elif isinstance(law, Prohibition):
            yield _line(text("nothing lifts it"))
    if isinstance(law, Ground):
        lifted = [one for one in (*book.prohibitions.values(), *book.duties.values()) if reaches(law, one.path) and one.known <= at.known]
        yield Note(text("label lifts"), [_other(one, one.path, book, words, at) for one in lifted], kind="label")


def _other(law: Law, name: str, book: Rulebook, words: Words, at: AsOf) -> Note:
    told = f"{name}{words.text('colon')}{words.gist(law)}{words.text('line').format(law.cite)}{_otherwise(law, words, at)}"
    return Note(told, kind="line", law=(book.regime, law.path))


def cases(folder: Path, law: Law) -> Iterator[tuple[Place, str, str]]:
    """The cases that assert a provision by its path or name: where, which, and what they expect."""
    wanted = {law.path, getattr(law, "name", law.path)}
    for file in sorted((folder / "cases").glob("*.yaml")) if folder.is_dir() else ():
        yield from ((place, name, expected) for paths, place, name, expected in _expected(str(file), file.read_bytes()) if not wanted.isdisjoint(paths))


@lru_cache(maxsize=128)  # every provision of a regime is looked for in the same files
def _expected(file: str, text: bytes) -> Sequence[tuple[frozenset[str], Place, str, str]]:
    """What the cases in a file expect: of which paths, where, in which case, and what."""
    found = []
    for document in read_documents(file, text, Mistakes()):
        expect, name = document.get("expect"), document.get("case")
        for subject, held in (expect.pairs or {}).items() if expect else ():
            for path, value in (held.pairs or {}).items():
                listed = path in LISTS
                paths = frozenset(i.text or "" for i in _items(value)) if listed else frozenset({path})
                found.append((paths, held.keys[path], name.text or "" if name else "", f"{subject} {path}" if listed else f"{subject} is {value.text}"))
    return found


def _items(node: Node) -> Sequence[Node]:
    return node.items or []
