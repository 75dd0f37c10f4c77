"""What an act says: whether it is all that is needed, and whether a scope lies within another."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from comity.docket.procedure import Act, Sort
from comity.text.literal import day as day_of

UNITS: Final = ("days", "workdays", "months", "years")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CONDITION: Final = {"name", "text", "by"}


def check(act: Act, says: Mapping[str, Any], day: int, roles: Collection[str], conditions: Collection[str]) -> Iterator[str]:
    """Every reason why this is not what the act needs to say."""
    known = {need.name: need for need in act.needs}
    for name in says:
        if name not in known:
            yield f"'{act.name}' says no '{name}'"
    for name, need in known.items():
        if name not in says:
            if not need.optional:
                yield f"'{act.name}' needs '{name}' ({need.sort.value})"
        elif why := _wrong(need.sort, says[name], day, roles, conditions):
            yield f"'{name}' of '{act.name}' {why}"
        elif absent := [limit for limit in need.names if limit not in says[name]]:
            yield f"'{name}' of '{act.name}' says no {' and no '.join(absent)}"


def _wrong(sort: Sort, told: Any, day: int, roles: Collection[str], conditions: Collection[str]) -> str:  # noqa: ANN401 -- what somebody sent; one match, a line a sort
    match sort:
        case Sort.DOCUMENT:
            whole = isinstance(told, Mapping) and told.keys() == {"name", "sha256"} and _text(told["name"]) and _digest(told["sha256"])
            return "" if whole else "is a document: its name and its SHA-256"
        case Sort.TEXT:
            return "" if _text(told) else "is a text"
        case Sort.DAY if (said := _day(told)) is not None:
            return "" if said <= day else "is a day that is yet to come"
        case Sort.DAY | Sort.UNTIL:
            return "" if _day(told) is not None else "is a day, as YYYY-MM-DD"
        case Sort.NUMBER:
            return "" if _number(told) else "is a whole number"
        case Sort.SCOPE:
            return "" if isinstance(told, Mapping) else "is a mapping of limits"
        case Sort.CONDITIONS:
            whole = isinstance(told, list) and all(_condition(one, roles) for one in told) and len({one["name"] for one in told}) == len(told)
            return "" if whole else "are conditions, each with a name of its own, a text, by whom it is met, and due on a day or every so many months"
        case Sort.CONDITION:
            return "" if _text(told) and told in conditions else "is no condition of this matter"


def narrowed(wide: Mapping[str, Any], told: Any, limits: Mapping[str, str]) -> Iterator[str]:  # noqa: ANN401 -- what somebody sent
    """Every reason why a scope does not lie within another; a limit that neither names does not limit, one that only the other names stays."""
    for name, value in told.items() if isinstance(told, Mapping) else ():
        how = limits.get(name)
        if how is None:
            yield f"nothing is limited by '{name}'"
        elif not _limit(how, value):
            yield f"the limit '{name}' is {_LIMIT[how]}"
        elif name in wide and not _within(how, value, wide[name]):
            yield f"the limit '{name}' is wider than what was asked for"


_LIMIT: Final = {"set": "a list of names", "most": "a whole number", "from": "a day, as YYYY-MM-DD", "until": "a day, as YYYY-MM-DD"}


def _limit(how: str, value: Any) -> bool:  # noqa: ANN401
    match how:
        case "set":
            return isinstance(value, list) and all(map(_text, value))
        case "most":
            return _number(value)
        case _:
            return _day(value) is not None


def _within(how: str, value: Any, wide: Any) -> bool:  # noqa: ANN401
    match how:
        case "set":
            return set(value) <= set(wide)
        case "from":
            return bool(value >= wide)
        case _:
            return bool(value <= wide)


def _condition(told: Any, roles: Collection[str]) -> bool:  # noqa: ANN401
    if (
        not isinstance(told, Mapping)
        or not told.keys() >= _CONDITION
        or not _text(told["name"])
        or not _text(told["text"])
        or not _text(told["by"])
        or told["by"] not in roles
    ):
        return False
    match {name: value for name, value in told.items() if name not in _CONDITION}:
        case {"due": due, **rest}:
            if _day(due) is None:
                return False
        case {"every": n, "unit": unit, **rest}:
            if not _number(n) or n < 1 or unit not in UNITS:
                return False
        case _:
            return False
    return not rest


def _text(told: object) -> bool:
    return isinstance(told, str) and bool(told.strip())


def _number(told: object) -> bool:
    return isinstance(told, int) and not isinstance(told, bool) and told >= 0


def _digest(told: object) -> bool:
    return isinstance(told, str) and bool(_DIGEST.fullmatch(told))


def _day(told: object) -> int | None:
    return day_of(told) if isinstance(told, str) else None
