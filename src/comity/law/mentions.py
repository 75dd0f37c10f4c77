"""What names an expression mentions, and how: for finding definitions that rest on themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from comity.law.rulebook import Definition
from comity.text.expression import Attr, Binary, Call, Comp, Expr, Joined, Name, Unary, read_expression

SIGNS: Final = {**dict.fromkeys(("|", "+"), (1, 1)), **dict.fromkeys((">", ">="), (1, -1)), **dict.fromkeys(("<", "<="), (-1, 1))}
"""How the two operands bear on a whole."""


def dotted(expr: Expr) -> str:
    """A name with its points."""
    return f"{dotted(expr.base)}.{expr.name}" if isinstance(expr, Attr) else expr.id if isinstance(expr, Name) else ""


def signed(expr: Expr, sign: int = 1) -> Iterator[tuple[str, int]]:
    """Every name in an expression, and how it grows with that name: truer (1), less true (-1: under `not`, or what something must exceed), either (0)."""
    match expr:
        case Name(_, id_):
            yield id_, sign
        case Attr(_, base, name):
            yield from (*signed(base, sign), (name, sign))
        case Unary(_, part):
            yield from signed(part, -sign)
        case Joined(_, _, parts):
            for part in parts:
                yield from signed(part, sign)
        case Binary(_, op, left, right):
            first, second = SIGNS.get(op, (0, 0))
            yield from (*signed(left, sign * first), *signed(right, sign * second))
        case Call(_, name, args, named):
            for arg in (*args, *(value for _, value in named)):
                yield from signed(arg, sign if name in ("share", "when") else 0)
        case Comp(_, name, body, loops, condition):
            for part in (body, *(source for _, source in loops)):
                yield from signed(part, sign)
            yield from signed(condition, -sign if name in ("all", "earliest") else sign) if condition else ()
        case _:
            return


def recursive(definitions: Mapping[str, Definition]) -> tuple[frozenset[str], list[tuple[str, str]]]:
    """Definitions of parties that rest on themselves; and pairs of them where the first rests on the contrary of the second."""
    parties = {name: d.body for name, d in definitions.items() if d.of == "party" and d.body is not None and not d.given}
    bodies = {name: body.expr or read_expression(body.text) for name, body in parties.items()}
    found = {name: dict.fromkeys(signed(expr)) for name, expr in bodies.items()}
    reach = {name: {n for n, _ in pairs} & bodies.keys() for name, pairs in found.items()}
    for _ in bodies:  # as often as the longest way can be
        reach = {name: below.union(*(reach[n] for n in below)) for name, below in reach.items()}
    circles = frozenset(name for name, below in reach.items() if name in below)
    contrary = [(n, other) for n in sorted(circles) for other in sorted({m for m, sign in found[n] if sign <= 0} & circles) if n in reach[other]]
    return circles, contrary
