"""Where a condition is at home: what rests on one linked record only can be computed once per record."""

from __future__ import annotations

from functools import lru_cache

from comity.law.condition import (
    After,
    And,
    Compare,
    Condition,
    Const,
    Count,
    Counted,
    Exists,
    Extreme,
    Fact,
    Member,
    Not,
    Or,
    Path,
    Plus,
    Share,
    Tally,
    Term,
    Total,
)
from comity.law.rewrite import Rewriter, Where

Home = tuple[str, tuple[str, ...]] | None


@lru_cache(maxsize=200_000)
def places(node: Condition | Term) -> frozenset[tuple[str, tuple[str, ...]]]:
    """Every record that a condition reads, as variable and links; rows it ranges over itself are not among them."""
    match node:
        case int() | Const():
            return frozenset()
        case Path(root, links, _, _):
            return frozenset({(root, links)})
        case Fact(term):
            return places(term)
        case Compare(left, _, right):
            return places(left) | places(right)
        case Member(left, _, right, _):
            return places(left) | (frozenset() if isinstance(right, frozenset) else places(right))
        case And(parts) | Or(parts) | Tally(parts):
            return frozenset().union(*(places(p) for p in parts))
        case Not(part):
            return places(part)
        case Exists(over, var, where) | Count(over, var, where):
            return frozenset({(over.root, over.links)}) | _without(places(where), var)
        case Total(over, var, term, where) | Extreme(over, var, term, where, _):
            return frozenset({(over.root, over.links)}) | _without(places(where) | places(term), var)
        case Share(root, links, _, _):
            return frozenset({(root, links)})
        case Counted():
            return frozenset({("leg", ())})
        case After(day, _, _, _):
            return places(day)
        case Plus(terms):
            return frozenset().union(*(places(t) for t in terms))
    raise TypeError(node)


def _without(found: frozenset[tuple[str, tuple[str, ...]]], var: str) -> frozenset[tuple[str, tuple[str, ...]]]:
    return frozenset(p for p in found if p[0] != var)


@lru_cache(maxsize=200_000)
def home(node: Condition) -> Home:
    """The one linked record (or row variable) that a condition rests on, if it is one."""
    if isinstance(node, Const):
        return None
    found = places(node)
    if not found or any(root == "law" for root, _ in found):
        return None
    roots = {root for root, _ in found}
    if len(roots) != 1:
        return None
    root = roots.pop()
    first = min((links for _, links in found), key=len)
    shared = first[:1] if all(links[:1] == first[:1] for _, links in found) else ()
    if root in ("leg", "self") and not shared:
        return None
    return root, shared


def rehomed(node: Condition, root: str, links: tuple[str, ...]) -> Condition:
    """The same condition, told of the record itself (`self`)."""
    return _rewriter(root, links).condition(node)


@lru_cache(maxsize=1_000)
def _rewriter(root: str, links: tuple[str, ...]) -> Rewriter:
    def move(where: Where) -> Where:
        return ("self", where[1][len(links) :]) if where[0] == root and where[1][: len(links)] == links else where

    return Rewriter(move=move)
