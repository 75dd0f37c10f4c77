"""What is to be said of a settlement as a whole: how many packages there are, what each party has without an agreement, and which is the bargain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comity.facts.value import ANYWHERE, FALSE, MAX, MIN, TRUE, Interval
from comity.settle.game import unnamed
from comity.settle.packages import MOST
from comity.settle.phrases import TEXT, listed
from comity.settle.settlement import Settlement
from comity.text.literal import decimal


def amount(worth: Interval, lang: str = "en") -> str:
    """A worth as it is written in a file of values: `4`, `-1..2`, `1..`, `unknown`."""
    if worth == ANYWHERE:
        return TEXT[lang]["unknown"]
    low, high = ("" if end in (MIN, MAX) else decimal(end) for end in worth)
    return low if worth.lo == worth.hi else f"{low}..{high}"


def numbers(found: Sequence[int], lang: str) -> str:
    """Numbers in their order, three and more neighbours as a range: 1-4 and 7."""
    runs: list[list[int]] = []
    for number in found:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return listed((part for run in runs for part in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run))), lang)


def said(settlement: Settlement, lang: str = "en") -> Iterator[str]:
    """The sentences, in their order."""
    text = TEXT[lang]
    yield text["gap"].join(_counted(settlement, lang))
    for party in settlement.parties:
        if silent := list(unnamed(settlement.game.levers, party)):
            yield text["silent"].format(party.party, listed(silent, lang))
    if known := [party for party in settlement.parties if party not in settlement.silent]:
        yield text["without"].format(listed((text["has"].format(party.party, amount(party.walks_away, lang)) for party in known), lang))
    if settlement.points and not settlement.ended:
        yield from _walking(settlement, lang)
        yield _bargain(settlement, lang)


def lawful(settlement: Settlement, lang: str) -> str:
    """How many lawful packages there are."""
    count = settlement.lawful
    if settlement.sought:
        return TEXT[lang]["sought lawful"]
    return TEXT[lang]["lawful"].format(f"{count:,}") if count is not None else TEXT[lang]["more lawful"].format(f"{MOST:,}")


def _counted(settlement: Settlement, lang: str) -> Iterator[str]:
    text = TEXT[lang]
    if not settlement.points:
        yield text["ended none" if settlement.ended else "none"]
        return
    yield lawful(settlement, lang)
    count = sum(len(point.packages) if point.count is None else point.count for point in settlement.points)
    many = text["at least"].format(f"{count:,}") if any(point.count is None for point in settlement.points) else f"{count:,}"
    yield text[f"{'sought ' * settlement.sought}front{'' if settlement.game.exact else ' surely'}"].format(many)
    if count > len(settlement.points):
        results = len(settlement.points)
        yield TEXT.many(lang, "results", results).format(f"{results:,}") if results > 1 else text["one result"]
    if settlement.ended:
        yield text["ended"]
    elif not settlement.game.exact:
        robust = [number for number, point in enumerate(settlement.points, 1) if point.robust]
        yield text["robust"].format(numbers(robust, lang)) if robust else text["robust none"]


def _walking(settlement: Settlement, lang: str) -> Iterator[str]:
    """Who walks away from what, and the most that it could have."""
    text, points = TEXT[lang], settlement.points
    for at, party in enumerate(settlement.parties):
        if left := [number for number, point in enumerate(points, 1) if point.stays[at] == FALSE]:
            best = Interval(max(point.totals[at].lo for point in points), max(point.totals[at].hi for point in points))
            inside = settlement.within(at)
            what = text["every package"] if len(left) == len(points) else numbers(left, lang)
            more = "" if inside is None or inside == best else text["where others stay"].format(amount(inside, lang))
            yield text["walks from"].format(party.party, what, amount(party.walks_away, lang), amount(best, lang), more)


def _bargain(settlement: Settlement, lang: str) -> str:
    """Which it is, or why none is marked."""
    text, points = TEXT[lang], settlement.points
    if marked := [number for number, point in enumerate(points, 1) if point.bargain]:
        return text["bargain" if settlement.exact else "bargain middle"].format(numbers(marked, lang))
    if all(point.agreed == FALSE for point in points):
        return text["all walk"]
    if settlement.silent:
        return text["bargain unknown"].format(listed((party.party for party in settlement.silent), lang))
    if not settlement.closed:
        return text["bargain open"]
    if not settlement.exact:
        return text["bargain nobody middle"]
    return text["bargain nobody"].format(numbers([number for number, point in enumerate(points, 1) if point.agreed == TRUE], lang))
