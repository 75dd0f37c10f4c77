"""Where a condition is at home: what rests on one linked record only can be computed once per record."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

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
    Relation,
    Share,
    Tally,
    Term,
    Total,
)

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


@lru_cache(maxsize=200_000)
def rehomed(node: Any, root: str, links: tuple[str, ...]) -> Any:  # noqa: ANN401 -- conditions give conditions, terms give terms
    """The same condition, told of the record itself (`self`)."""

    def move(path_root: str, path_links: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        return ("self", path_links[len(links) :]) if path_root == root and path_links[: len(links)] == links else (path_root, path_links)

    def again(inner: Any) -> Any:  # noqa: ANN401 -- as above
        return rehomed(inner, root, links)

    def over(relation: Relation) -> Relation:
        return Relation(*move(relation.root, relation.links), relation.source, relation.kind)

    match node:
        case int() | Const():
            return node
        case Path(path_root, path_links, fact, kind):
            return Path(*move(path_root, path_links), fact, kind)
        case Fact(term):
            return Fact(again(term))
        case Compare(left, op, right):
            return Compare(again(left), op, again(right))
        case Member(left, mode, right, place):
            return Member(again(left), mode, right if isinstance(right, frozenset) else again(right), place)
        case And(parts):
            return And(tuple(again(p) for p in parts))
        case Or(parts):
            return Or(tuple(again(p) for p in parts))
        case Not(part):
            return Not(again(part))
        case Exists(relation, var, where):
            return Exists(over(relation), var, again(where))
        case Count(relation, var, where):
            return Count(over(relation), var, again(where))
        case Total(relation, var, term, where):
            return Total(over(relation), var, again(term), again(where))
        case Extreme(relation, var, term, where, last):
            return Extreme(over(relation), var, again(term), again(where), last)
        case Tally(parts):
            return Tally(tuple(again(p) for p in parts))
        case Share(path_root, path_links, by, product):
            return Share(*move(path_root, path_links), by, product)
        case Counted():
            return node
        case After(day, n, unit, place):
            return After(again(day), n, unit, place)
        case Plus(terms):
            return Plus(tuple(again(t) for t in terms))
        case _:
            raise TypeError(node)
