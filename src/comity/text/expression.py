"""Expressions: a short typed language in Python's spelling, parsed by precedence climbing (Pratt 1973) into a tree with places.

    or < and < not < comparison < `|` `+` < `.` and calls

ASCII only, at most 4,000 characters and 40 levels. Every node knows the offset at which it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from comity.text.literal import day, number

MAX_LENGTH: Final = 4_000
MAX_DEPTH: Final = 40
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      |(?P<date>\d{4}-\d{2}-\d{2})
      |(?P<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d{1,3})?%?)
      |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
      |(?P<string>'[^'\\\n]*'|"[^"\\\n]*")
      |(?P<op>==|!=|<=|>=|[<>()\[\]{},.|+=-])""",
    re.VERBOSE,
)
_WORDS: Final = frozenset({"and", "or", "not", "in", "for", "if", "true", "false"})
_COMPARISONS: Final = ("==", "!=", "<=", ">=", "<", ">")
_UNUSUAL: Final = {"&&": "and", "||": "or", "!": "not", "&": "and", "=": "=="}


class ExpressionError(Exception):
    """A fault in an expression, with the offset at which it stands; without one it is that of the part that is being read."""

    def __init__(self, message: str, suggestion: str = "", at: int | None = None) -> None:
        super().__init__(message)
        self.message, self.suggestion, self.at = message, suggestion, at


@dataclass(frozen=True, slots=True)
class Name:
    """A bare name."""

    at: int
    id: str


@dataclass(frozen=True, slots=True)
class Attr:
    """A name of something: `base.name`."""

    at: int
    base: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Lit:
    """A constant: truth, number, day number or code."""

    at: int
    kind: Literal["truth", "number", "date", "code"]
    value: bool | Fraction | int | str


@dataclass(frozen=True, slots=True)
class SetLit:
    """Codes written out."""

    at: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """`not x`."""

    at: int
    part: Expr


@dataclass(frozen=True, slots=True)
class Joined:
    """A run of operands with `and` or `or` between them."""

    at: int
    op: Literal["and", "or"]
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and what stands between."""

    at: int
    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the closed list, or of a definition with parameters."""

    at: int
    name: str
    args: tuple[Expr, ...]
    named: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Comp:
    """`name(body for var in source ... if condition)`."""

    at: int
    name: str
    body: Expr
    loops: tuple[tuple[str, Expr], ...]
    condition: Expr | None


Expr: TypeAlias = Name | Attr | Lit | SetLit | Unary | Joined | Binary | Call | Comp


def read_expression(text: str) -> Expr:
    """The tree of an expression; an `ExpressionError` names the first fault and where it stands."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the expression is longer than {MAX_LENGTH} characters", "split it into definitions", 0)
    parser = _Parser(list(_tokens(text)))
    found = parser.disjunction(0)
    kind, word, at = parser.peek()
    if kind != "end":
        hint = "adjacent values need a comma or an operator" if kind in ("string", "number", "name") else ""
        raise ExpressionError(f"'{word}' is not expected here", hint, at)
    return found


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at) if not text.startswith("||", at) else None
        if found is None:
            raise _unreadable(text, at)
        kind = found.lastgroup or ""
        if kind != "space":
            yield (kind if found.group() not in _WORDS else "word"), found.group(), at
        at = found.end()
    yield "end", "the end", len(text)


def _unreadable(text: str, at: int) -> ExpressionError:
    character = text[at]
    if ord(character) > 127:
        return ExpressionError(f"'{character}' (U+{ord(character):04X}) is not an ASCII character", "retype the word: some letters look alike", at)
    for wrong, right in _UNUSUAL.items():
        if text.startswith(wrong, at):
            return ExpressionError(f"'{wrong}' is not read", f"write '{right}'", at)
    if character in "'\"":
        return ExpressionError("this quotation does not end on its line", "backslashes and line breaks are not read inside quotes", at)
    return ExpressionError(f"'{character}' is not read", at=at)


class _Parser:
    def __init__(self, tokens: list[tuple[str, str, int]]) -> None:
        self._tokens, self._next = tokens, 0

    def peek(self) -> tuple[str, str, int]:
        return self._tokens[self._next]

    def _take(self) -> tuple[str, str, int]:
        token = self._tokens[self._next]
        if token[0] != "end":
            self._next += 1
        return token

    def _accept(self, *words: str) -> tuple[str, int] | None:
        kind, word, at = self.peek()
        if kind in ("op", "word") and word in words:
            self._next += 1
            return word, at
        return None

    def _expect(self, word: str) -> None:
        kind, found, at = self.peek()
        if not self._accept(word):
            raise ExpressionError(f"'{word}' is expected here, not '{found}'" if kind != "end" else f"'{word}' is missing at the end", at=at)

    def _deeper(self, depth: int) -> int:
        if depth >= MAX_DEPTH:
            raise ExpressionError(f"the expression is nested deeper than {MAX_DEPTH} levels", "split it into definitions", self.peek()[2])
        return depth + 1

    def disjunction(self, depth: int) -> Expr:
        return self._joined("or", self._conjunction, self._deeper(depth))

    def _conjunction(self, depth: int) -> Expr:
        return self._joined("and", self._inversion, depth)

    def _joined(self, op: Literal["and", "or"], part: Callable[[int], Expr], depth: int) -> Expr:
        at = self.peek()[2]
        parts = [part(depth)]
        while self._accept(op):
            parts.append(part(depth))
        return Joined(at, op, tuple(parts)) if len(parts) > 1 else parts[0]

    def _inversion(self, depth: int) -> Expr:
        if found := self._accept("not"):
            return Unary(found[1], self._inversion(self._deeper(depth)))
        return self._comparison(depth)

    def _comparison(self, depth: int) -> Expr:
        left = self._sum(depth)
        found = self._compare_op()
        if found is None:
            return left
        op, at = found
        right = self._sum(depth)
        if (again := self._compare_op()) is not None:
            raise ExpressionError("comparisons are not chained", "write 'a < b and b < c'", again[1])
        return Binary(at, op, left, right)

    def _compare_op(self) -> tuple[str, int] | None:
        if found := self._accept(*_COMPARISONS, "in"):
            return found
        kind, word, at = self.peek()
        if kind == "word" and word == "not" and self._tokens[self._next + 1][1] == "in":
            self._next += 2
            return "not in", at
        if kind == "op" and word == "=":
            raise ExpressionError("'=' is not a comparison", "write '=='", at)
        return None

    def _sum(self, depth: int) -> Expr:
        left = self._operand(depth)
        while found := self._accept("|", "+"):
            left = Binary(found[1], found[0], left, self._operand(depth))
        return left

    def _operand(self, depth: int) -> Expr:
        kind, word, at = self._take()
        match kind:
            case "number":
                exact = number(word)
                if exact is None:
                    raise ExpressionError("the number is too long", at=at)
                return Lit(at, "number", exact)
            case "date":
                found = day(word)
                if found is None:
                    raise ExpressionError(f"there is no day {word}", at=at)
                return Lit(at, "date", found)
            case "string":
                return Lit(at, "code", word[1:-1])
            case "word" if word in ("true", "false"):
                return Lit(at, "truth", word == "true")
            case "name":
                return self._trail(word, at, depth)
            case "op" if word == "(":
                inner = self.disjunction(depth)
                self._expect(")")
                return inner
            case "op" if word in "{[":
                return self._set(at, "}" if word == "{" else "]")
            case "op" if word == "-" and self.peek()[0] == "number":
                literal = self._operand(depth)
                assert isinstance(literal, Lit)
                assert isinstance(literal.value, Fraction)
                return Lit(at, "number", -literal.value)
            case "end":
                raise ExpressionError("the expression ends too early", at=at)
            case _:
                raise ExpressionError(f"'{word}' is not expected here", at=at)

    def _set(self, at: int, close: str) -> Expr:
        items: list[str] = []
        while not self._accept(close):
            kind, word, where = self._take()
            if kind != "string":
                raise ExpressionError(f"a set holds quoted words, not '{word}'", at=where)
            items.append(word[1:-1])
            if not self._accept(",") and self.peek()[1] != close:
                raise ExpressionError("a comma is missing between two words of the set", at=self.peek()[2])
        return SetLit(at, tuple(items))

    def _trail(self, word: str, at: int, depth: int) -> Expr:
        if self._accept("("):
            return self._call(word, at, depth)
        found: Expr = Name(at, word)
        while self._accept("."):
            kind, name, where = self._take()
            if kind not in ("name", "word"):
                raise ExpressionError(f"a name is expected after the point, not '{name}'", at=where)
            found = Attr(where, found, name)
        return found

    def _call(self, name: str, at: int, depth: int) -> Expr:
        args: list[Expr] = []
        named: list[tuple[str, Expr]] = []
        while not self._accept(")"):
            kind, word, _ = self.peek()
            if kind == "name" and self._tokens[self._next + 1][1] == "=":
                self._next += 2
                if word == "key" and self.peek()[1] != "[":
                    raise ExpressionError("a key is a list in square brackets", "write key=[exporter, importer]", at=self.peek()[2])
                named.append((word, self._list(depth) if self.peek()[1] == "[" else self.disjunction(depth)))
            else:
                args.append(self.disjunction(depth))
                if self.peek()[1] == "for":
                    return self._comprehension(name, at, args[-1], depth)
            if not self._accept(",") and self.peek()[1] != ")":
                raise ExpressionError(f"a comma or ')' is expected, not '{self.peek()[1]}'", at=self.peek()[2])
        return Call(at, name, tuple(args), tuple(named))

    def _list(self, depth: int) -> Expr:
        """Names in square brackets, as the key of a count."""
        at = self._take()[2]
        items: list[Expr] = []
        while not self._accept("]"):
            items.append(self._operand(depth))
            if not self._accept(",") and self.peek()[1] != "]":
                raise ExpressionError("a comma or ']' is expected", at=self.peek()[2])
        if not items:
            raise ExpressionError("a list has one name at least", at=at)
        return Call(at, "list", tuple(items), ())

    def _comprehension(self, name: str, at: int, body: Expr, depth: int) -> Expr:
        loops: list[tuple[str, Expr]] = []
        while self._accept("for"):
            kind, var, where = self._take()
            if kind != "name":
                raise ExpressionError(f"a name is expected after 'for', not '{var}'", at=where)
            self._expect("in")
            loops.append((var, self._sum(depth)))
        condition = self.disjunction(depth) if self._accept("if") else None
        self._expect(")")
        return Comp(at, name, body, tuple(loops), condition)
