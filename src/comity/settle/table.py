"""The table of a settlement: as lines of text, as Markdown, and as data for JSON. Points are numbered from 1, in every form alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from comity.facts.value import FALSE, MAX, MIN, TRUE, UNKNOWN, Interval
from comity.offramp.lever import Package
from comity.settle.exchange import Exchange, Items, exchanges
from comity.settle.game import label, pulled
from comity.settle.phrases import TEXT, listed
from comity.settle.said import amount, said
from comity.settle.settlement import Point, Settlement
from comity.text.literal import decimal
from comity.words.translated import translated

Provisions: TypeAlias = Mapping[Package, Sequence[str]]
"""Citations of the provisions that shaped a package, by package."""


def lines(settlement: Settlement, provisions: Provisions | None = None, most: int | None = None, lang: str = "en") -> Iterator[str]:
    """The answer as text: what is to be said of the whole, then each point, then what the levers mean.

    Of more than `most` points the bargain is shown and others evenly taken. Under each stands its first package, with what is told of it indented.
    """
    text = TEXT[lang]
    yield from said(settlement, lang)
    told = shown(settlement, most)
    for number in told:
        point = settlement.points[number - 1]
        worths = text["comma"].join(worth_to_each(settlement, point, lang))
        yield ""
        yield " · ".join([f"{number}. {worths}", *marks(settlement, point, lang)])
        yield from (f"   {line}" for line in [_pulls(settlement, point, lang), *_under(settlement, point, provisions or {}, lang)])
    if len(told) < len(settlement.points):
        yield ""
        yield text["not shown"].format(f"{len(settlement.points) - len(told):,}", f"{len(settlement.points):,}")
    if meant := meanings(settlement, (settlement.points[number - 1] for number in told), lang):
        yield ""
        yield text["meanings"]
        yield from (f"   {name}: {sentence}" for name, sentence in meant.items())


def markdown(settlement: Settlement, provisions: Provisions | None = None, lang: str = "en") -> str:
    """The same as a page of Markdown: the sentences, a table of the points, and under it who gives what and gets what."""
    rows = [["#", *(party.party for party in settlement.parties), TEXT[lang]["package"], ""], ["--:", *["--:"] * len(settlement.parties), "---", "---"]]
    below = []
    for number, point in enumerate(settlement.points, 1):
        worths = [amount(total, lang) for total in point.totals]
        rows.append([str(number), *worths, _named(settlement, point, lang), TEXT[lang]["comma"].join(marks(settlement, point, lang))])
        below += ["", f"**{number}**", "", *(f"- {line}" for line in _under(settlement, point, provisions or {}, lang))]
    table = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows] if settlement.points else []
    meant = [f"- {name}: {sentence}" for name, sentence in meanings(settlement, settlement.points, lang).items()]
    sentences = [line for sentence in said(settlement, lang) for line in (sentence, "")]
    return "\n".join([*sentences, *table, *below, *(["", TEXT[lang]["meanings"], "", *meant] if meant else [])]).rstrip() + "\n"


def data(settlement: Settlement, provisions: Provisions | None = None, lang: str = "en") -> dict[str, Any]:
    """The same for JSON. A worth is its least and its most, as decimal text, null where that end is open; what is unknown is null."""
    return {
        "parties": {party.party: {"walks_away": _ends(party.walks_away)} for party in settlement.parties},
        "lawful": settlement.lawful,
        "complete": not settlement.ended,
        "exact": settlement.exact,
        "said": list(said(settlement, lang)),
        "bargain": [number for number, point in enumerate(settlement.points, 1) if point.bargain],
        "front": [_point(settlement, number, point, provisions or {}) for number, point in enumerate(settlement.points, 1)],
        "meanings": meanings(settlement, settlement.points, lang),
    }


def _point(settlement: Settlement, number: int, point: Point, provisions: Provisions) -> dict[str, Any]:
    parties = [party.party for party in settlement.parties]
    levers = settlement.game.levers
    return {
        "number": number,
        "package": {lever.name: option.name for lever, value in zip(levers.levers, point.packages[0], strict=True) if (option := lever.option(value))},
        "packages": point.count,
        "differ_in": differing(settlement, point),
        "worth": {party: _ends(total) for party, total in zip(parties, point.totals, strict=True)},
        "stays": {party: {TRUE: True, FALSE: False, UNKNOWN: None}[stays] for party, stays in zip(parties, point.stays, strict=True)},
        "robust": None if settlement.ended else point.robust,
        "bargain": point.bargain,
        "exchange": {one.party: _exchange(one) for one in exchanges(settlement.game, point.packages[0])},
        "provisions": list(provisions.get(point.packages[0], ())),
    }


def _exchange(exchange: Exchange) -> dict[str, Any]:
    sums = {"got": _ends(exchange.got), "given": _ends(exchange.given)}
    return {name: {what: _ends(worth) for what, worth in getattr(exchange, name)} for name in ("gets", "gives", "either")} | sums


def _ends(worth: Interval) -> dict[str, str | None]:
    return {"least": None if worth.lo == MIN else decimal(worth.lo), "most": None if worth.hi == MAX else decimal(worth.hi)}


def worth_to_each(settlement: Settlement, point: Point, lang: str) -> list[str]:
    """What a point is worth to each party, by name."""
    return [TEXT[lang]["worth"].format(party.party, amount(total, lang)) for party, total in zip(settlement.parties, point.totals, strict=True)]


def marks(settlement: Settlement, point: Point, lang: str = "en") -> list[str]:
    """What there is to say of a point beside its worths."""
    text = TEXT[lang]
    found = [text["Nash" if settlement.exact else "Nash middle"]] if point.bargain else []
    for party, stays in zip(settlement.parties, point.stays, strict=True):
        if stays == FALSE:
            found.append(text["walks"].format(party.party))
        elif stays == UNKNOWN and party not in settlement.silent:
            found.append(text["may walk"].format(party.party))
    return found + [text["robust mark"]] * (point.robust and not settlement.game.exact)


def differing(settlement: Settlement, point: Point) -> list[str]:
    """The levers in which the packages of a point differ."""
    return [settlement.game.levers.levers[lever].name for lever in point.differ]


def meanings(settlement: Settlement, points: Iterable[Point], lang: str) -> dict[str, str]:
    """What those levers do that these points pull, in words, where they are given; in the order of the levers."""
    levers = settlement.game.levers
    taken = sorted({(lever, value) for point in points for lever, value in enumerate(point.packages[0]) if value})
    options = [(label(levers, lever, value), levers.levers[lever].options[value - 1]) for lever, value in taken]
    return {name: sentence for name, option in options if (sentence := translated(option, lang))}


def shown(settlement: Settlement, most: int | None) -> list[int]:
    """The numbers of the points that are told where at most so many are: the bargain, and others evenly taken, at least half as many."""
    every = list(range(1, len(settlement.points) + 1))
    if most is None or len(every) <= most:
        return every
    first = [number for number in every if settlement.points[number - 1].bargain][: most - most // 2]
    rest = [number for number in every if number not in first]
    room = most - len(first)
    return sorted({*first, *(rest[at * (len(rest) - 1) // max(1, room - 1)] for at in range(room))})


def _named(settlement: Settlement, point: Point, lang: str) -> str:
    return TEXT[lang]["item"].join(pulled(settlement.game.levers, point.packages[0])) or TEXT[lang]["nothing"]


def _pulls(settlement: Settlement, point: Point, lang: str) -> str:
    return TEXT[lang]["pulls"].format(_named(settlement, point, lang))


def _under(settlement: Settlement, point: Point, provisions: Provisions, lang: str) -> Iterator[str]:
    """What is told under a point: who gives and gets what, what comes to the same, and by which law."""
    yield from exchanged(settlement, point, lang)
    if shaped := provisions.get(point.packages[0]):
        yield TEXT[lang]["shaped"].format(TEXT[lang]["semicolon"].join(shaped))


def exchanged(settlement: Settlement, point: Point, lang: str) -> Iterator[str]:
    """Who gives and gets what under a point, and what comes to the same."""
    text = TEXT[lang]
    for exchange in exchanges(settlement.game, point.packages[0]):
        yield text["told"].format(exchange.party, _told(exchange, lang))
    if others := (point.count or len(point.packages)) - 1:
        many = text["or more"].format(f"{others:,}") if point.count is None else f"{others:,}"
        yield text["same"].format(many, listed(differing(settlement, point), lang))


def _told(exchange: Exchange, lang: str) -> str:
    text = TEXT[lang]
    parts = [text["gets"].format(amount(exchange.got, lang), _items(exchange.gets, lang))] if exchange.gets else []
    parts += [text["gives"].format(amount(exchange.given, lang), _items(exchange.gives, lang))] if exchange.gives else []
    parts += [text["either"].format(_items(exchange.either, lang))] if exchange.either else []
    return text["semicolon"].join(parts) or text["neither"]


def _items(items: Items, lang: str) -> str:
    return TEXT[lang]["item"].join(f"{name} {amount(worth, lang)}" for name, worth in items)
