"""Write docs/codes.md: for each fact whose codes are open, the codes that the shipped rulebooks look for, and where."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from comity import shelf
from comity.facts.vocabulary import Fact
from comity.law.rulebook import Rulebook, Written
from comity.text.expression import Attr, Binary, Call, Comp, Expr, Joined, Lit, Name, SetLit, Unary, read_expression

PAGE = Path(__file__).resolve().parent.parent / "docs" / "codes.md"
HEAD = """# Codes

Facts whose type is a bare `code` or `codes` take any word; a rulebook looks for words of its own. These are the words that the shipped rulebooks look for,
with the provisions that do (`comity law show REGIME PATH` shows one). A word that stands nowhere here decides nothing; of the families at the end
of the page a rulebook knows every word, and another is a mistake with a suggestion.
Written by `make docs` from `src/comity/rulebooks`; not edited by hand.
"""
SETS = ("in", "not in", "==", "!=", "<=", ">=")


class Words:
    """The open facts by name, with the words before the point that mean each."""

    def __init__(self) -> None:
        kinds = shelf.vocabulary().kinds
        self.open: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        self.closed: dict[str, set[str]] = defaultdict(set)
        links = {kind: {kind, kind + "s", "concerning" if kind == "instrument" else kind} for kind in kinds}
        for facts in kinds.values():
            for name, fact in facts.items():
                if fact.to:
                    links[fact.to].add(name)
                for column, inner in fact.columns.items():
                    if inner.to:
                        links[inner.to].add(column)
        for kind, facts in kinds.items():
            for name, fact in facts.items():
                self._add(f"{kind}.{name}", name, fact, frozenset(links[kind]))
                for column, inner in fact.columns.items():
                    self._add(f"{kind}.{name}[].{column}", column, inner, frozenset({name, "dealing" if name == "fields" else name}))

    def _add(self, label: str, name: str, fact: Fact, owners: frozenset[str]) -> None:
        if fact.type in {"code", "codes"} and fact.domain is None:
            self.open[name.rpartition(".")[2]].append((label, owners))
        else:
            self.closed[name.rpartition(".")[2]] |= owners

    def label(self, name: str, owner: str) -> str:
        """The fact that a name means after this owner; empty if none that is open."""
        meant = [label for label, owners in self.open.get(name, ()) if owner in owners]
        if meant:
            return meant[0]
        return self.open[name][0][0] if len(self.open.get(name, ())) == 1 and owner not in self.closed.get(name, ()) else ""


def uses(book: Rulebook, words: Words, expr: Expr, owner: str, loops: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each open fact in an expression with each code it is compared with."""
    match expr:
        case Binary(_, op, left, right) if op in SETS:
            for one, other in ((left, right), (right, left)):
                for label in facts(words, one, owner, loops):
                    yield from ((label, code) for code in codes(book, other, loops))
        case Call(_, "overlaps", (left, right), _):
            for one, other in ((left, right), (right, left)):
                for label in facts(words, one, owner, loops):
                    yield from ((label, code) for code in codes(book, other, loops))
        case _:
            pass
    match expr:
        case Unary(_, part):
            yield from uses(book, words, part, owner, loops)
        case Joined(_, _, parts):
            for part in parts:
                yield from uses(book, words, part, owner, loops)
        case Binary(_, _, left, right):
            yield from uses(book, words, left, owner, loops)
            yield from uses(book, words, right, owner, loops)
        case Call(_, _, args, named):
            for part in (*args, *(n for _, n in named)):
                yield from uses(book, words, part, owner, loops)
        case Comp(_, _, body, over, condition):
            within = {**loops, **{name: last(source) for name, source in over}}
            for part in (body, *((condition,) if condition else ())):
                yield from uses(book, words, part, owner, within)
        case _:
            pass


def last(expr: Expr) -> str:
    """The last word of a name with points."""
    return expr.name if isinstance(expr, Attr) else expr.id if isinstance(expr, Name) else ""


def facts(words: Words, expr: Expr, owner: str, loops: Mapping[str, str]) -> Iterator[str]:
    """The open fact that a name means, if any."""
    name = last(expr)
    before = last(expr.base) if isinstance(expr, Attr) else owner
    if label := words.label(name, loops.get(before, before)) if name else "":
        yield label


def codes(book: Rulebook, expr: Expr, loops: Mapping[str, str]) -> frozenset[str]:
    """The codes that an expression may be."""
    match expr:
        case Lit(_, "code", value):
            return frozenset({str(value)})
        case SetLit(_, items):
            return frozenset(items)
        case Name(_, name):
            return book.sets.get(name, frozenset())
        case Attr(_, Name(_, row), column) if loops.get(row) in book.tables:
            cells = [values[column] for _, values in book.tables[loops[row]].rows]
            return frozenset().union(*(cell if isinstance(cell, frozenset) else {str(cell)} for cell in cells))
        case Binary(_, "|", left, right):
            return codes(book, left, loops) | codes(book, right, loops)
        case _:
            return frozenset()


def conditions(book: Rulebook) -> Iterator[tuple[str, str, Written]]:
    """Every condition of a rulebook with its path and the kind it speaks of."""
    for definition in book.definitions.values():
        bodies = [definition.body, *(when for when, _ in definition.cases)]
        yield from ((definition.path, definition.of, body) for body in bodies if body)
    for law_list in book.lists.values():
        yield from ((law_list.path, law_list.of, row.condition) for row in law_list.rows if row.condition)
    yield from ((p.path, "leg", p.when) for p in book.prohibitions.values())
    for ground in book.grounds.values():
        yield from ((ground.path, "leg", body) for body in (ground.holds, ground.available) if isinstance(body, Written))
    for duty in book.duties.values():
        yield from ((duty.path, "leg", body) for body in (duty.when, duty.met) if body)


def page() -> str:
    """The whole page."""
    words = Words()
    found: dict[str, dict[str, dict[str, set[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    for folder in shelf.shipped():
        book = shelf.book(folder)
        for path, of, body in conditions(book):
            owner = "movement" if of == "leg" else of
            for label, code in uses(book, words, body.expr or read_expression(body.text), owner, {}):
                found[label][book.regime][code].add(path)
        for law_list in book.lists.values():
            if law_list.match:
                expr = law_list.match.expr or read_expression(law_list.match.text)
                for label in facts(words, expr, "movement" if law_list.of == "leg" else law_list.of, {}):
                    for code in sorted(set().union(*(row.members for row in law_list.rows))):
                        found[label][book.regime][code].add(law_list.path)
    parts = [HEAD]
    for label in sorted(found):
        parts.append(f"\n## {label}\n\n| regime | codes | looked for by |\n|---|---|---|\n")
        for regime, by_code in sorted(found[label].items()):
            together = defaultdict(list)
            for code, paths in sorted(by_code.items()):
                together[tuple(sorted(paths))].append(f"`{code}`")
            parts += [f"| {regime} | {' '.join(same)} | {', '.join(paths)} |\n" for paths, same in together.items()]
    parts.append("\n## Families that are known in full\n\n| regime | fact | words that begin with |\n|---|---|---|\n")
    for folder in shelf.shipped():
        book = shelf.book(folder)
        parts += [f"| {book.regime} | {path} | {' '.join(f'`{family}`' for family in families)} |\n" for path, families in sorted(book.closed.items())]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
