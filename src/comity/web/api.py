"""What programs ask: verdicts on a world that they send, opinions on the facts of one leg. Nothing is kept of either."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache as once
from typing import Any, Final

import msgspec
import pyarrow as pa

from comity.edge import asked
from comity.facts.place import PLACE
from comity.facts.value import OneOf, SetOf
from comity.facts.vocabulary import SETS
from comity.facts.vocabulary import Fact as Meant
from comity.flat.names import Leaf, Names, terms
from comity.law.condition import Compare, Fact, Member, Path
from comity.law.rulebook import OUTCOMES
from comity.point.intake import Between, Intake
from comity.point.shape import Shaped
from comity.tables import wire
from comity.tables.told import Told
from comity.text.literal import day
from comity.text.source import Mistake, Place, SourceError
from comity.verdict.outcome import Span, meet
from comity.verdict.verdict import Verdict, record
from comity.web import traces
from comity.web.problem import Wrong, wrong
from comity.web.site import Site
from comity.web.view import View
from comity.words.brief import summary
from comity.words.page import asked as left_open
from comity.words.page import question_line
from comity.words.words import Words

LINE: Final = 1 << 16
"""The most bytes that the facts of one leg take, in a stream or alone; what was met is remembered, so that it may not be any number."""
BODY: Final = "body"
"""What is sent, where a mistake in it is told."""
WORLD: Final[Mapping[str, Any]] = {
    "type": "object",
    "description": "a world, as /world.schema.json describes it",
    "properties": {"movements": {"type": "object", "minProperties": 1}},
    "required": ["movements"],
}


@dataclass(frozen=True)
class Ends:
    """What an outcome may still be, by name; settled where both are one."""

    worst: str
    best: str


@dataclass(frozen=True)
class Decided:
    """The verdict on one movement of a world that was sent: what it is, worst and best; two sentences; what would settle it; the record that seals it."""

    movement: str
    outcome: Ends
    summary: str
    open: Sequence[str]
    record: Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """The facts of one leg."""

    facts: dict[str, Any]


VALUES: Final = """The facts of one leg by their paths (`destination`, `importer.organised_in`); what is absent, or null, is unknown. A list of codes is
closed. `{"from": 1, "to": 9}` lies between two, and either end may be left out; `{"one of": [..]}` is one of some codes; `{"some": [..]}` is a list
that may hold more."""


@dataclass(frozen=True)
class Opinions:
    """What each law that was asked leaves of a leg, worst and best, and what they leave together.

    A place that no rulebook speaks for is not told here, for a leg alone does not say all that it touches: a verdict on a world does.
    """

    outcome: Ends
    opinions: Mapping[str, Ends]


def decide(site: Site, view: View, sent: bytes) -> list[Decided]:
    """The verdict on each movement of a world that was sent, as YAML or JSON. Raises SourceError with every mistake in it."""
    with traces.step("read"):
        read = asked.read_text(BODY, sent, site.plan(view.known), view.on)
    with traces.step("judge") as span:
        decided = list(asked.decided(read))
        traces.counted(span, decided)
    words = Words(view.lang, read.plan.vocabulary)

    def told(one: Verdict) -> Decided:
        questions = [question_line(question, words, read.plan) for question in left_open(one)]
        return Decided(one.movement, ends(one.outcome), summary(one, words), questions, record(one, read.digest))

    with traces.step("lay out"):
        return [told(one) for one in decided]


@once
def ends(span: Span) -> Ends:
    """Both ends of an outcome, by name."""
    return Ends(OUTCOMES[span.worst], OUTCOMES[span.best])


@dataclass(frozen=True)
class Refused:
    """A line of a stream that has no answer, and every mistake in it."""

    mistakes: Sequence[Wrong]


async def lines(sent: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines of a stream, without empty ones; of one that is too long, its beginning."""
    held = b""
    async for piece in sent:
        *whole, held = (held + piece).split(b"\n")
        for line in whole:
            if line.strip():
                yield line
        held = held[: LINE + 1]  # what is too long is not kept, and is still too long
    if held.strip():
        yield held


HELD: Final = Wrong("law", "the signed law that is asked cannot be relied on now")
"""What is said of it in the midst of a stream: where it lies, and what is wrong with it, is the house's."""


class Desk:
    """Answers about single legs, as fast as they come: the law of a site, compiled once, and anew where other signed law is adopted."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._compile()
        facts = {"type": "object", "description": VALUES, "properties": dict(sorted(_facts(self._intake.names))), "additionalProperties": False}
        self.takes: dict[str, Any] = {"type": "object", "properties": {"facts": facts}, "required": ["facts"]}
        """The JSON Schema of the facts that it takes."""

    def _compile(self) -> None:
        self._signed, plan = self._site.signed().folders, self._site.plan()
        self._intake = Intake(plan)
        self._decide = Shaped(plan, self._intake)
        self._regimes = [regime.book.regime for regime in plan.regimes]
        self._dates = {name for term, name in self._intake.names.of.items() if isinstance(term, Path) and self._intake.names.is_date(term)}
        self._told = Told(plan, self._intake, self._given)
        self._read = msgspec.json.Decoder(Facts).decode

    async def opinions(self, _site: Site, _view: View, sent: bytes) -> Opinions:
        """The opinions on one leg, from its facts as JSON. Raises SourceError with every mistake in them."""
        return self.on(sent)

    async def each(self, sent: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The opinions on one leg after another, a line each; of a line that cannot be read, its mistakes, and then the next."""
        async for line in lines(sent):
            try:
                said: object = self.on(line)
            except SourceError as fault:
                said = Refused([wrong(mistake) for mistake in fault.mistakes if mistake.place.file == BODY] or [HELD])
            yield msgspec.json.encode(said) + b"\n"

    def table(self, sent: bytes) -> bytes:
        """The same of a table of legs, a column a fact, as a stream of Arrow's own format: a row a leg. Raises SourceError with every mistake in it."""
        with traces.step("read"):
            try:
                legs = wire.received(sent)
            except ValueError as fault:
                raise SourceError([Mistake(Place(BODY, 1, 1), str(fault))]) from fault
        with traces.step("judge"):
            found = self._told.judged(legs, BODY)
        with traces.step("lay out"):
            return wire.sent(pa.table({name: pa.DictionaryArray.from_arrays(pa.array(ends), list(OUTCOMES)) for name, ends in found.items()}))

    def _given(self, name: str, value: Any) -> Any:  # noqa: ANN401 -- whatever a caller sends
        """A value of JSON as what a fact of that name may be. Raises ValueError."""
        try:
            return given(value, date=name in self._dates)
        except ValueError as fault:
            raise ValueError(f"'{name}' cannot be read: {fault}") from fault

    def on(self, sent: bytes) -> Opinions:
        """The same, at once. Raises SourceError, too where the signed law that is asked cannot be relied on."""
        if self._site.signed().folders != self._signed:
            self._compile()
        if len(sent) > LINE:
            raise SourceError([Mistake(Place(BODY, 1, 1), f"the facts of one leg are more than {LINE:,} bytes")])
        try:
            told = self._read(sent).facts
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
            raise SourceError([Mistake(Place(BODY, 1, 1), f"the facts cannot be read: {str(fault).lower()}", 'send {"facts": {}}')]) from fault
        facts, found = dict[str, Any](), []
        for name, value in told.items():
            try:
                facts[name] = self._given(name, value)
            except ValueError as fault:
                found.append(str(fault))
        if found := [*found, *self._intake.mistakes(facts)]:
            raise SourceError([Mistake(Place(BODY, 1, 1), one) for one in found])
        spans = self._decide(facts)
        return Opinions(ends(meet(spans)), {name: ends(span) for name, span in zip(self._regimes, spans, strict=True)})


def _facts(names: Names) -> Iterator[tuple[str, dict[str, Any]]]:
    """The facts that law reads, by name, each with the schema of its values."""
    for leaf in names.leaves:
        for term in terms(leaf):
            fact = names.fact(term)
            told = {"description": fact.en} if fact is not None and fact.en else {}
            yield names.of[term], told | {"anyOf": [{"type": "null"}, *_values(leaf, fact)]}


def _values(leaf: Leaf, fact: Meant | None) -> Iterator[dict[str, Any]]:
    match leaf:
        case Fact():
            yield {"type": "boolean"}
        case Compare():
            one: dict[str, Any] = {"type": "string", "format": "date"} if fact is not None and fact.type == "date" else {"type": "number"}
            yield one
            yield {"type": "object", "properties": {"from": one, "to": one}, "minProperties": 1, "additionalProperties": False}
        case Member():
            code = _code(fact)
            several = {"type": "array", "items": code}
            yield code
            for name in ("some",) if fact is None or fact.type in SETS else ("one of",):
                yield {"type": "object", "properties": {name: several}, "required": [name], "additionalProperties": False}
            if fact is None or fact.type in SETS:
                yield several


def _code(fact: Meant | None) -> dict[str, Any]:
    if fact is not None and fact.domain is not None:
        return {"enum": sorted(fact.domain)}
    if fact is not None and fact.families:  # any word of none of them will do too: a schema would have to say what is no beginning of a word
        return {"type": "string", "examples": sorted(word for words in fact.families.values() for word in words)}
    return {"type": "string"} | ({"pattern": f"^{PLACE.pattern}$"} if fact is not None and fact.type in ("place", "places") else {})


def given(value: Any, *, date: bool) -> Any:  # noqa: ANN401 -- whatever a caller sends
    """A value of JSON as what a fact may be. Raises ValueError."""
    match value:
        case str() if date:
            if (found := day(value)) is None:
                raise ValueError(f"'{value}' is not a day (write 2026-03-01)")
            return dt.date.fromordinal(found)
        case list():
            return frozenset(_codes(value))
        case {"one of": list(codes), **rest} if not rest:
            return OneOf(frozenset(_codes(codes)))
        case {"some": list(codes), **rest} if not rest:
            return SetOf(frozenset(_codes(codes)), None)
        case dict() if value and value.keys() <= {"from", "to"} and not any(isinstance(end, (dict, list)) for end in value.values()):
            return Between(*(given(value.get(end), date=date) for end in ("from", "to")))
        case dict():
            raise ValueError('write {"from": .., "to": ..}, {"one of": [..]} or {"some": [..]}')
        case _:
            return value


def _codes(told: list[Any]) -> list[str]:
    """The words of a list."""
    if not all(isinstance(code, str) for code in told):
        raise ValueError("a list holds words, and nothing else")
    return told
