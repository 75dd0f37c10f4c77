"""Where a condition is at home: what rests on one linked record only can be computed once per record."""

from __future__ import annotations

from functools import lru_cache

from comity.law.condition import Condition, Counted, Exists, Path, Relation, Share, Total, Unique
from comity.law.rewrite import Rewriter, Where


@lru_cache(maxsize=200_000)
def places(node: Unique) -> frozenset[Where]:
    """Every record that a condition reads, as variable and links; rows it ranges over itself are not among them."""
    match node:
        case Path(root, links, _, _) | Relation(root, links, _, _) | Share(root, links, _, _):
            return frozenset({(root, links)})
        case Counted():
            return frozenset({("leg", ())})
        case Exists(_, var, _) | Total(_, var, _, _):
            return frozenset(place for one in node.nodes for place in places(one) if place[0] != var)
        case _:
            return frozenset().union(*(places(one) for one in node.nodes))


@lru_cache(maxsize=200_000)
def home(node: Condition) -> Where | None:
    """The one linked record (or row variable) that a condition rests on, if it is one."""
    found = places(node)
    roots, firsts = {root for root, _ in found}, {links[:1] for _, links in found}
    if len(roots) != 1 or roots == {"law"}:
        return None
    (root,) = roots
    shared = firsts.pop() if len(firsts) == 1 else ()
    return None if root in ("leg", "self") and not shared else (root, shared)


def rehomed(node: Condition, root: str, links: tuple[str, ...]) -> Condition:
    """The same condition, told of the record itself (`self`)."""
    return _rewriter(root, links).condition(node)


@lru_cache(maxsize=1_000)
def _rewriter(root: str, links: tuple[str, ...]) -> Rewriter:
    def move(where: Where) -> Where:
        return ("self", where[1][len(links) :]) if where[0] == root and where[1][: len(links)] == links else where

    return Rewriter(move=move)
