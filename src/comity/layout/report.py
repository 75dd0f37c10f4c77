"""What a plan says: what is done about each lever, at what cost, for whom, and what each law and each movement costs; as plain data, and as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.layout.price import Price
from comity.layout.search import Clash, Layout, Search, Unknown
from comity.offramp.lever import AS_IS, Levers, Nogood, Option
from comity.text.literal import decimal


@dataclass(frozen=True)
class Choice:
    """A lever that is pulled: `serves` are the movements that are not lawful without it, `needed_by` the pulled levers that cannot be had without it."""

    lever: str
    option: Option
    serves: tuple[str, ...]
    needed_by: tuple[str, ...]


def choices(search: Search, layout: Layout) -> list[Choice]:
    """The levers that a layout pulls. Each movement is judged anew with each of them left as it is."""
    found = []
    for number, lever in enumerate(search.levers.levers):
        if (option := lever.option(layout.package[number])) is not None:
            without = (*layout.package[:number], AS_IS, *layout.package[number + 1 :])
            serves = tuple(one.name for one in search.movements if not search.learned[one.name].lawful(without))
            broken = [one for one in search.levers.nogoods if one.get(number) == AS_IS and all(without[other] == value for other, value in one.items())]
            needing = sorted({other for nogood in broken for other, value in nogood.items() if value != AS_IS})
            found.append(Choice(lever.name, option, serves, tuple(search.levers.levers[other].name for other in needing)))
    return found


def told(search: Search, found: Layout | Clash | Unknown, laws: Iterable[Price] = (), movements: Iterable[Price] = ()) -> dict[str, Any]:
    """All of it as plain data; amounts are exact decimals."""
    match found:
        case Layout():
            return {
                "answer": "layout",
                **_layout(search, found),
                "laws": [_price(search.levers, price) for price in laws],
                "transfers": [_price(search.levers, price) for price in movements],
            }
        case Clash():
            clashing = [{"movement": name, "never": [_values(search.levers, one) for one in found.nogoods[name]]} for name in found.movements]
            return {"answer": "none", "minimal": found.minimal, "clash": clashing, "laws": [_price(search.levers, price) for price in laws]}
        case Unknown():
            return {"answer": "unknown", "at_least": decimal(found.bound), "best": _layout(search, found.best) if found.best is not None else None}


def _layout(search: Search, layout: Layout) -> dict[str, Any]:
    return {
        "cost": decimal(layout.cost),
        "first": layout.first,
        "levers": [
            {
                "lever": one.lever,
                "option": one.option.name,
                "cost": decimal(one.option.cost),
                "en": one.option.en,
                "zh": one.option.zh,
                "act": one.option.act,
                "cite": one.option.cite,
                "serves": list(one.serves),
                "needed_by": list(one.needed_by),
            }
            for one in choices(search, layout)
        ],
        "outcomes": {name: str(span) for name, span in layout.spans.items()},
    }


def _price(levers: Levers, price: Price) -> dict[str, Any]:
    """What would be saved, and what would be done otherwise."""
    after = price.after if isinstance(price.after, Layout) else None
    before = price.before.package if price.before is not None else levers.untouched
    return {
        "name": price.name,
        "saves": decimal(price.saves) if price.saves is not None else None,
        "at_least": decimal(price.least) if price.least is not None else None,
        "at_most": decimal(price.most) if price.most is not None else None,
        "cost": decimal(after.cost) if after is not None else None,
        "otherwise": _values(levers, {n: value for n, value in enumerate(after.package) if value != before[n]}) if after is not None else None,
    }


def _values(levers: Levers, values: Nogood) -> dict[str, str | None]:
    """By lever its option, which has no name where there is only one; None where it is as it is."""
    named = [(levers.levers[number], value) for number, value in sorted(values.items())]
    return {lever.name: option.name if (option := lever.option(value)) is not None else None for lever, value in named}


def lines(said: Mapping[str, Any], most: int = 6) -> Iterator[str]:
    """The same to be read: of long lists of names the first few."""
    match said["answer"]:
        case "layout":
            yield from _layout_lines(said, most)
            for title, key in (
                ("what each law costs (what its being met otherwise would save)", "laws"),
                ("what each movement costs (what it would save not to make it)", "transfers"),
            ):
                if said[key]:
                    yield from ("", f"{title}:")
                    yield from (_saved(price) for price in said[key])
        case "none":
            yield "no layout makes these lawful together" + ("" if said["minimal"] else " (perhaps fewer already cannot be)") + ":"
            for one in said["clash"]:
                yield f"  {one['movement']}"
                yield from (f"    not lawful {_said(values)}" for values in one["never"])
            yield from (f"  were {law['name']} not asked, there is one for {law['cost']}" for law in said["laws"] if law["cost"] is not None)
        case _:
            yield f"unknown: time was over; no layout costs less than {said['at_least']}"
            if said["best"] is not None:
                yield "the best that was found:"
                yield from _layout_lines(said["best"], most)


def _layout_lines(said: Mapping[str, Any], most: int) -> Iterator[str]:
    yield f"all are lawful for {said['cost']}" + ("" if said["levers"] else ": nothing has to be changed")
    for one in said["levers"]:
        name = f"{one['lever']}/{one['option']}" if one["option"] else one["lever"]
        yield f"  {one['en'] or name} [{name}, {one['cost']}]{f' ({cite})' if (cite := one['cite']) else ''}"
        if one["act"]:
            yield f"    takes an act of {one['act']}, which nobody can promise"
        yield from (f"    {word} {_few(one[key], most)}" for word, key in (("for", "serves"), ("needed by", "needed_by")) if one[key])


def _few(names: Sequence[str], most: int) -> str:
    return ", ".join(names) if len(names) <= most else f"{', '.join(names[:most])} and {len(names) - most} more"


def _said(values: Mapping[str, str | None]) -> str:
    told = (f"without {lever}" if option is None else f"with {lever}/{option}" if option else f"with {lever}" for lever, option in values.items())
    return ", ".join(told) or "whatever is changed"


def _saved(price: Mapping[str, Any]) -> str:
    if price["saves"] is None:
        ends = [f"{word} {price[key]}" for word, key in (("at least", "at_least"), ("at most", "at_most")) if price[key] is not None]
        return f"  {price['name']}: {', '.join(['unknown', *ends])}"
    return f"  {price['name']}: {price['saves']}" + (f" ({_said(price['otherwise'])})" if price["otherwise"] else "")
