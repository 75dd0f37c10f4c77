"""Where a condition is at home: what rests on one linked record only can be computed once per record."""

from __future__ import annotations

from functools import lru_cache

from comity.law.condition import Condition, Const, Counted, Exists, Extreme, Path, Relation, Share, Total, Unique, inner
from comity.law.rewrite import Rewriter, Where

Home = tuple[str, tuple[str, ...]] | None


@lru_cache(maxsize=200_000)
def places(node: Unique) -> frozenset[tuple[str, tuple[str, ...]]]:
    """Every record that a condition reads, as variable and links; rows it ranges over itself are not among them."""
    match node:
        case Path(root, links, _, _) | Relation(root, links, _, _) | Share(root, links, _, _):
            return frozenset({(root, links)})
        case Counted():
            return frozenset({("leg", ())})
        case Exists(_, var, _) | Total(_, var, _, _) | Extreme(_, var, _, _, _):
            return frozenset(place for one in inner(node) for place in places(one) if place[0] != var)
        case _:
            return frozenset().union(*(places(one) for one in inner(node)))


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
