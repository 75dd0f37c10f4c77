"""The picture of a settlement: of two parties one panel, of more a matrix with one for each two. Numbered as the table is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from comity.facts.value import ANYWHERE, MAX, MIN
from comity.settle.drawing import Drawing, wide
from comity.settle.panel import MANY, Panel
from comity.settle.phrases import TEXT, listed
from comity.settle.said import amount, lawful, said
from comity.settle.scale import Scale, scale
from comity.settle.settlement import Settlement
from comity.settle.table import worth_to_each

SIDE: Final = 520
"""The side of the one panel of two parties, in pixels."""
LEFT, TOP, RIGHT, BELOW = 76, 142, 150, 56
GAP: Final = 14
KEY: Final = 24
"""The height of one line of the key."""


def picture(settlement: Settlement, lang: str = "en") -> str:
    """The picture as SVG: the same settlement gives the same bytes."""
    return _panel(settlement, lang) if len(settlement.parties) == 2 else _matrix(settlement, lang)


def _scales(settlement: Settlement) -> tuple[Scale, ...]:
    drawn = [*(point.totals for point in settlement.points), *settlement.beside]
    return tuple(scale([*(totals[at] for totals in drawn), party.walks_away]) for at, party in enumerate(settlement.parties))


def _begun(settlement: Settlement, width: int, height: int, lang: str) -> Drawing:
    """A drawing with its heads. Who does not see it is told what the table tells."""
    text = TEXT[lang]
    title = text["title"].format(listed((party.party for party in settlement.parties), lang))
    each = (f"{number}: {text['comma'].join(worth_to_each(settlement, point, lang))}" for number, point in enumerate(settlement.points, 1))
    drawing = Drawing(width, height, title, text["gap"].join([*said(settlement, lang), text["semicolon"].join(each)]).strip())
    drawing.text("head", 24, 38, title)
    alone = [text["drawn front"]] if settlement.lawful is None and not settlement.beside else []
    counts = [lawful(settlement, lang), text["points"].format(f"{len(settlement.points):,}"), *alone]
    drawing.text("soft", 24, 60, text["gap"].join(counts))
    drawing.text("soft", 24, 78, text["better" if settlement.game.exact else "surely better"])
    return drawing


def _panel(settlement: Settlement, lang: str) -> str:
    key, text = list(_key(settlement, lang)), TEXT[lang]
    drawing = _begun(settlement, LEFT + SIDE + RIGHT, TOP + SIDE + BELOW + KEY * ((len(key) + 2) // 2) + 12, lang)
    radius = 5 if len(settlement.points) <= MANY else 3
    panel = Panel(drawing, settlement, 0, 1, LEFT, TOP, SIDE, _scales(settlement), radius=radius, alone=True, lang=lang)
    missed = panel.draw()
    panel.beneath()
    panel.beside()
    across, up = settlement.parties
    drawing.text("", LEFT + SIDE, TOP + SIDE + 42, text["across"].format(across.party), "end")
    drawing.text("", 24, TOP - 26, text["up"].format(up.party))
    if across.walks_away != ANYWHERE:
        x, y = panel.spot(panel.scales[0].middle(across.walks_away), 1)
        words = f"{text['no agreement']} {amount(across.walks_away, lang)}"
        drawing.text("soft small", min(max(x, LEFT + wide(words) / 2), LEFT + SIDE - wide(words) / 2), y - 8, words, "middle")
    if up.walks_away != ANYWHERE:
        x, y = panel.spot(1, panel.scales[1].middle(up.walks_away))
        drawing.text("soft small", x + 8, y - 4, text["no agreement"])
        drawing.text("soft small", x + 8, y + 11, amount(up.walks_away, lang))
    _explained(drawing, [*key, *_missing(missed, lang)], TOP + SIDE + BELOW + 22)
    return str(drawing)


def _matrix(settlement: Settlement, lang: str) -> str:
    parties, scales = settlement.parties, _scales(settlement)
    side = max(150, min(250, 760 // max(1, len(parties))))
    whole, top = len(parties) * side + (len(parties) - 1) * GAP, TOP - 32
    key, missed = list(_key(settlement, lang)), 0
    drawing = _begun(settlement, max(LEFT + whole + 32, LEFT + SIDE + RIGHT), top + whole + BELOW - 14 + KEY * ((len(key) + 2) // 2) + 12, lang)
    for up in range(len(parties)):
        for across in range(len(parties)):
            x, y = LEFT + across * (side + GAP), top + up * (side + GAP)
            panel = Panel(drawing, settlement, across, up, x, y, side, scales, radius=4 if len(settlement.points) <= MANY // 2 else 3, lang=lang)
            if across == up:
                _named(panel)
            else:
                missed += panel.draw()
            if up == len(parties) - 1:
                panel.beneath()
            if not across:
                panel.beside()
    _explained(drawing, [*key, *_missing(missed, lang)], top + whole + BELOW + 8)
    return str(drawing)


def _named(panel: Panel) -> None:
    """A panel of the diagonal: the party whose worths are drawn in its row and in its column."""
    party, text, drawing = panel.settlement.parties[panel.up], TEXT[panel.lang], panel.drawing
    middle, y = panel.x + panel.side / 2, panel.y + panel.side / 2
    drawing.box("frame", panel.x, panel.y, panel.side, panel.side)
    drawing.text("head", middle, y - 14, party.party, "middle")
    for line, words in enumerate((text["this row"], text["this column"], f"{text['no agreement']} {amount(party.walks_away, panel.lang)}")):
        drawing.text("soft small", middle, y + 8 + 16 * line, words, "middle")


def _key(settlement: Settlement, lang: str) -> Iterator[tuple[str, str]]:
    """What each mark means, of those that are there."""
    exact, text = settlement.game.exact, TEXT[lang]
    if any(point.robust for point in settlement.points):
        yield "front", text["key front" if exact else "key robust"]
    if settlement.ended:
        yield "open", text["key ended"]
    elif not all(point.robust for point in settlement.points):
        yield "open", text["key open"]
    if settlement.bargains:
        yield "bargain", text["key bargain" if settlement.exact else "key bargain middle"]
    if settlement.others:
        yield "beside", text["key beside met" if settlement.sought else "key beside"]
    if len(settlement.beside) < settlement.others:
        yield "", text["key sampled"].format(f"{settlement.others:,}", f"{len(settlement.beside):,}")
    if len(settlement.silent) < len(settlement.parties):
        yield "alternative", text["key alternative"]
    if sum(MIN < party.walks_away.hi < MAX for party in settlement.parties) > 1:
        yield "zone", text["key zone"]
    if not exact and len(settlement.points) <= MANY:
        yield "range", text["key range"]
    elif not exact and settlement.bargains:
        yield "range", text["key range bargain"]


def _missing(numbers: int, lang: str) -> Iterator[tuple[str, str]]:
    if numbers:
        yield "", TEXT[lang]["key missed"].format(f"{numbers:,}")


def _explained(drawing: Drawing, key: list[tuple[str, str]], y: float) -> None:
    """The key, in two columns."""
    for at, (look, words) in enumerate(key):
        x, line = LEFT + (at % 2) * (drawing.width - LEFT) // 2, y + (at // 2) * KEY
        if look == "alternative":
            drawing.line(look, [(x - 12, line - 4), (x + 12, line - 4)])
        elif look in ("range", "zone"):
            drawing.box(look, x - 10, line - 11, 20, 14)
        elif look:
            drawing.dot(look, x, line - 4, {"beside": 2, "bargain": 8}.get(look, 5))
        drawing.text("soft", x + 22, line, words)
