"""The register of transfers: each movement with its parties, purpose, data, places, safeguards and outcome; exactly those that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Final

from comity.facts.leg import Leg
from comity.facts.record import Rows, World
from comity.facts.value import TRUE, Interval, OneOf, only
from comity.filing.phrases import phrase
from comity.filing.sheet import Part, Sheet, Stack, shown
from comity.verdict.verdict import Verdict
from comity.words.brief import brief
from comity.words.page import span
from comity.words.phrases import TEXT
from comity.words.words import Words, outcomes, place

STACKS: Final = (
    Stack((0, 1), 1.3),
    Stack((2, 3, 4), 1.2),
    Stack((5, 6, 7), 1.4),
    Stack((8, 9, 10), 1.1),
    Stack((11, 12), 1.5),
    Stack((13, 15), 1.5),
    Stack((14,), 2.2),
)
"""What a page shows of a movement, and where."""


@dataclass(frozen=True)
class Edition:
    """A rulebook that was asked: which, and the digest of what it says."""

    edition: str
    digest: str


@dataclass(frozen=True)
class Entry:
    """One movement as a record of transfers asks for it; several of one kind are joined with semicolons."""

    movement: str
    about: str
    exporter: str
    importer: str
    importer_role: str
    purpose: str
    data: str
    persons: str
    origin: str
    destination: str
    day: str
    outcome: str
    decides: str
    safeguards: str
    duties: str
    laws: str


@dataclass(frozen=True)
class Register:
    """The movements that are asked for, as on a day, of a world whose facts and law have these digests.

    `chosen`: by what they are chosen, if not all are; `shown`: how many that leaves, of so many in the world.
    """

    world: str
    on: str
    chosen: Mapping[str, str]
    facts: str
    law: Mapping[str, Edition]
    shown: int
    of: int
    entries: Sequence[Entry]


def entries(verdicts: Sequence[Verdict], world: World, words: Words) -> list[Entry]:
    """These movements of a world, one an entry."""
    return [_entry(one, world, words) for one in verdicts]


def columns(lang: str) -> list[str]:
    """What each field of an entry is called."""
    return [phrase(lang, f"register {one.name}") for one in fields(Entry)]


def sheet(found: Register, lang: str) -> Sheet:
    """The register as a sheet."""
    about = [("world", found.world), ("on", found.on), ("narrowed", narrowed(found.chosen, lang)), ("facts", f"SHA-256 {found.facts}")]
    lines = [f"{phrase(lang, key)}{TEXT[lang]['colon']}{shown(told)}" for key, told in about]
    lines += [phrase(lang, "movements").format(found.shown, found.of), phrase(lang, "draft")]
    law = [f"{name} {one.edition}, SHA-256 {one.digest}" for name, one in found.law.items()]
    part = Part("", [[shown(cell) for cell in astuple(one)] for one in found.entries])
    return Sheet(phrase(lang, "register"), lines, columns(lang), STACKS, [part], phrase(lang, "law asked"), law, labelled=True, wide=True)


def narrowed(chosen: Mapping[str, str], lang: str) -> str:
    """In words, by what movements are chosen."""
    said = {**chosen, **{name: place(chosen[name], lang) for name in ("from", "to") if name in chosen}}
    if (sign := chosen.get("outcome")) is not None:
        said["outcome"] = outcomes(lang)[int(sign)] if sign.isdecimal() else phrase(lang, "open")
    return phrase(lang, "and").join(phrase(lang, f"only {name}").format(told) for name, told in said.items()) or phrase(lang, "only all")


def _entry(verdict: Verdict, world: World, words: Words) -> Entry:
    legs = [judged.leg for judged in verdict.legs]
    lifting = [(one.name, way.ground) for one in verdict.opinions for bar in one.bars if bar.lifted == TRUE for way in bar.ways if way.holds == TRUE]
    held = dict.fromkeys(f"{name} {ground.path} ({ground.cite})" for name, ground in lifting)
    owed = dict.fromkeys(f"{one.name} {duty.law.path} ({duty.law.cite})" for one in verdict.opinions for duty in one.owed if duty.state != "met")
    return Entry(
        movement=verdict.movement,
        about=verdict.about,
        exporter=_several(_named(leg, "exporter", words) for leg in legs),
        importer=_several(_named(leg, "importer", words) for leg in legs),
        importer_role=_several(_named(leg, "importer_role", words) for leg in legs),
        purpose=_several(_linked(leg, world, "purpose", "kind", words) for leg in legs),
        data=_several(said for leg in legs for said in _data(leg, world, words)),
        persons=_several(_linked(leg, world, "population", "place", words) for leg in legs),
        origin=_several(_named(leg, "origin", words) for leg in legs),
        destination=_several(_named(leg, "destination", words) for leg in legs),
        day=_several(span(on, words, bare=True) for leg in legs if isinstance(on := leg.facts.get("on"), Interval)),
        outcome=words.outcome(verdict.outcome),
        decides=brief(verdict, words),
        safeguards="; ".join(held),
        duties="; ".join(owed),
        laws="; ".join(verdict.spans),
    )


def _several(found: Iterator[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, found)))


def _named(leg: Leg, name: str, words: Words) -> str:
    value, fact = leg.facts.get(name), words.vocabulary.kinds["movement"][name]
    return words.value(value, fact) if isinstance(value, OneOf) else words.text("unknown")


def _linked(leg: Leg, world: World, link: str, name: str, words: Words) -> str:
    """A fact of what a movement names; its name where that fact is not stated."""
    kind = words.vocabulary.kinds["movement"][link].to
    record = world[kind].get(one) if (one := only(leg.facts.get(link))) else None
    value = record.facts.get(name) if record else None
    return words.value(value, words.vocabulary.kinds[kind][name]) if isinstance(value, OneOf) else one or words.text("unknown")


def _data(leg: Leg, world: World, words: Words) -> Iterator[str]:
    """The kinds of data that move: those of the asset, or those that are kept."""
    record = world["asset"].get(only(leg.facts.get("asset")))
    rows = record.facts.get("fields") if record else None
    if not isinstance(rows, Rows):
        yield words.text("unknown")
        return
    fact = words.vocabulary.kinds["asset"]["fields"].columns["kind"]
    for row in rows.rows:
        value = row.get("kind")
        yield words.value(value, fact) if isinstance(value, OneOf) else words.text("unknown")
    if rows.open:
        yield words.text("perhaps others")
