"""What names an expression mentions, and how: for finding definitions that rest on themselves."""

from __future__ import annotations

from collections.abc import Mapping

from comity.law.rulebook import Definition
from comity.text.expression import Attr, Binary, Call, Comp, Expr, Name, Unary, read_expression


def dotted(expr: Expr) -> str:
    """A name with its points."""
    return f"{dotted(expr.base)}.{expr.name}" if isinstance(expr, Attr) else expr.id if isinstance(expr, Name) else ""


def chain(left: Expr, op: str, right: Expr) -> list[Expr]:
    """The operands of a run of the same operator, in order."""
    found = [right]
    while isinstance(left, Binary) and left.op == op:
        found.append(left.right)
        left = left.left
    return [left, *reversed(found)]


def denied_names(expr: Expr, *, denied: bool) -> set[str]:
    """The names in an expression that it grows less true with: under `not`, or in what must stay below something."""
    match expr:
        case Name(_, id_):
            return {id_} if denied else set()
        case Attr(_, base, name):
            return denied_names(base, denied=denied) | ({name} if denied else set())
        case Unary(_, part):
            return denied_names(part, denied=not denied)
        case Binary(_, "and" | "or" | "|" | "+", left, right):
            return denied_names(left, denied=denied) | denied_names(right, denied=denied)
        case Binary(_, ">" | ">=", left, right):
            return denied_names(left, denied=denied) | denied_names(right, denied=not denied)
        case Binary(_, "<" | "<=", left, right):
            return denied_names(left, denied=not denied) | denied_names(right, denied=denied)
        case Comp(_, name, body, _, condition):
            inner = denied_names(condition, denied=denied != (name == "all")) if condition else set()
            return denied_names(body, denied=denied) | inner
        case Call(_, "share" | "when", args, named):
            return set().union(*(denied_names(a, denied=denied) for a in args), *(denied_names(a, denied=denied) for _, a in named))
        case _:
            return names(expr)


def names(expr: Expr) -> set[str]:
    """Every name and attribute in an expression."""
    match expr:
        case Name(_, id_):
            return {id_}
        case Attr(_, base, name):
            return names(base) | {name}
        case Unary(_, part):
            return names(part)
        case Binary(_, _, left, right):
            return names(left) | names(right)
        case Call(_, _, args, named):
            return set().union(*(names(a) for a in args), *(names(a) for _, a in named))
        case Comp(_, _, body, loops, condition):
            return set().union(names(body), *(names(s) for _, s in loops), names(condition) if condition else set())
        case _:
            return set()


def recursive(definitions: Mapping[str, Definition]) -> tuple[frozenset[str], list[tuple[str, str]]]:
    """Definitions of parties that rest on themselves; and pairs of them where the first rests on the contrary of the second."""
    parties = {name: d.body for name, d in definitions.items() if d.of == "party" and d.body is not None and not d.given}
    bodies = {name: body.expr or read_expression(body.text) for name, body in parties.items()}
    reach = {name: names(expr) & bodies.keys() for name, expr in bodies.items()}
    changed = True
    while changed:
        changed = False
        for name, found in reach.items():
            more = set().union(*(reach[n] for n in found)) - found
            if more:
                reach[name] = found | more
                changed = True
    circles = frozenset(name for name, found in reach.items() if name in found)
    contrary = [(n, other) for n in sorted(circles) for other in sorted(denied_names(bodies[n], denied=False) & circles) if n in reach[other]]
    return circles, contrary
