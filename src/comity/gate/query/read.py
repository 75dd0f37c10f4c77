"""SQL that a person abroad writes, as a tree of allowed constructs; whatever else is in it is refused, all at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from comity.gate.query.construct import AGGREGATES, CONSTRUCTS, FUNCTIONS, JOINS, NAMES, PARTS, SPOKEN, TYPES, UNITS, WINDOWS
from comity.gate.statement import BEGINS
from comity.text.source import Mistakes, Place, nearest

LONGEST: Final = 100_000
"""Characters of a query."""
MOST: Final = 10_000
"""Tokens of a query."""
DEEPEST: Final = 40
"""Brackets within brackets."""
ODD: Final = re.compile(r"[^\S \t\r\n]|[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""Characters that nobody sees, or that change the order of those one sees."""
NUMBER: Final = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""A number as every reader reads it."""
JOINED: Final = "use inner, left, right, full, cross, semi or anti"
KNOWN_NAMES: Final = NAMES | {name.lower() for kind in (*FUNCTIONS, *AGGREGATES, *WINDOWS) if issubclass(kind, exp.Func) for name in kind.sql_names()}


def fold(name: str) -> str:
    """A name as DuckDB compares it: letters A to Z without their case, all others as they are, between quotes or not."""
    return re.sub("[A-Z]+", lambda found: found[0].lower(), name)


@dataclass(frozen=True)
class Asked:
    """A query that was read: its tree, and where in the text each part of it stands."""

    file: str
    sql: str
    tree: exp.Query

    def place(self, node: exp.Expr) -> Place:
        """Where a node stands: the first character of it that is known, else the first word like it, else what it is in."""
        within = [n.meta["start"] for n in node.walk() if "start" in n.meta]
        if not within:
            word = re.match(r"\W|\w+", node.sql(dialect="duckdb"))
            found = re.search(rf"(?<!\w){re.escape(word[0])}", self.sql, re.IGNORECASE) if word else None
            within = [found.start()] if found else []
        over = node.parent
        while not within and over is not None:
            within = [n.meta["start"] for n in over.walk() if "start" in n.meta]
            over = over.parent
        return at(self.file, self.sql, min(within, default=0))

    @property
    def tables(self) -> list[exp.Table]:
        """Every mention of a table, those of common table expressions among them."""
        return list(self.tree.find_all(exp.Table))

    def mentions(self, table: str) -> bool:
        """Whether a table of this name is named."""
        return any(fold(one.name) == fold(table) for one in self.tables)

    @property
    def names(self) -> frozenset[str]:
        """Every name in it, folded: a column that is none of them is not asked for, unless by a star or as a whole row."""
        return frozenset(fold(i.this) for i in self.tree.find_all(exp.Identifier))

    @property
    def starred(self) -> bool:
        """Whether it asks for columns without naming them."""
        return any(not isinstance(star.parent, exp.Count) for star in self.tree.find_all(exp.Star))


def at(file: str, sql: str, offset: int) -> Place:
    """The place of a character of the query."""
    before = sql[:offset]
    return Place(file, before.count("\n") + 1, offset - before.rfind("\n"))


def read(file: str, sql: str, tables: Iterable[str], mistakes: Mistakes) -> Asked | None:
    """The query, if it is one SELECT of allowed constructs over these tables; every fault goes to `mistakes`."""
    before = len(mistakes.found)
    if not _tokens(file, sql, mistakes):
        return None
    try:
        tree = sqlglot.parse_one(sql, dialect="duckdb")
    except ParseError as fault:
        for error in fault.errors:
            said = re.sub(r" for <.*|<class.*", "", str(error.get("description") or "not readable")).rstrip(". ")
            mistakes.add(
                Place(file, error.get("line") or 1, max(1, (error.get("col") or 1) - len(error.get("highlight") or "") + 1)), said[:1].lower() + said[1:]
            )
        return None
    except (SqlglotError, RecursionError, ValueError) as fault:
        mistakes.add(Place(file, 1, 1), "not readable as SQL", "nest less" if isinstance(fault, RecursionError) else "")
        return None
    if not isinstance(tree, exp.Query):
        mistakes.add(Place(file, 1, 1), "only one SELECT is answered")
        return None
    asked = Asked(file, sql, tree)
    _Check(asked, mistakes, sorted(tables)).all()
    return asked if len(mistakes.found) == before else None


def _tokens(file: str, sql: str, mistakes: Mistakes) -> bool:
    """What can be seen before anything is built: size, depth, and that there is one statement that reads."""
    start = Place(file, 1, 1)
    if len(sql) > LONGEST:
        mistakes.add(start, f"longer than {LONGEST:,} characters", "ask in several queries")
        return False
    if odd := ODD.search(sql):
        mistakes.add(at(file, sql, odd.start()), f"a character that nobody sees (U+{ord(odd[0]):04X})", "write plain spaces")
        return False
    try:
        tokens = sqlglot.tokenize(sql, dialect="duckdb")
    except TokenError:
        mistakes.add(start, "not readable as SQL", "close every quote and comment")
        return False
    before = len(mistakes.found)
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        mistakes.add(start, "there is no query", "write SELECT ...")
    elif len(tokens) > MOST:
        mistakes.add(start, f"more than {MOST:,} words and signs", "ask in several queries")
    else:
        _shape(file, sql, tokens, mistakes)
    return len(mistakes.found) == before


def _shape(file: str, sql: str, tokens: list[Token], mistakes: Mistakes) -> None:
    if tokens[0].token_type not in BEGINS:
        mistakes.add(at(file, sql, tokens[0].start), f"'{tokens[0].text[:40].lower()}' is not answered", "only one SELECT is")
    depth = 0
    for token in tokens:
        depth += (token.text in "([{") - (token.text in ")]}") if token.token_type is not TokenType.STRING else 0
        if depth > DEEPEST:
            mistakes.add(at(file, sql, token.start), f"brackets deeper than {DEEPEST}", "nest less, or use WITH")
            return
        if token.token_type is TokenType.SEMICOLON:
            mistakes.add(at(file, sql, token.start), "more than one statement", "only one SELECT is answered")
        elif token.token_type is TokenType.NUMBER and (word := re.match(r"[\w.]+((?<=[eE])[+-][0-9]+)?", sql[token.start :])) and not NUMBER.fullmatch(word[0]):
            # sqlglot reads 0x1F as 0 named x1F, DuckDB as 31: what is read in two ways is not answered in either
            mistakes.add(at(file, sql, token.start), f"'{word[0][:40]}' is no number", "write decimal digits")


@dataclass
class _Check:
    """Walks the tree against the closed list."""

    asked: Asked
    mistakes: Mistakes
    tables: list[str]

    def all(self) -> None:
        named = {fold(cte.alias) for cte in self.asked.tree.find_all(exp.CTE)}
        offered = {fold(t) for t in self.tables}
        for node in self._outermost():
            if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier) and fold(node.name) not in named | offered:
                among = ", ".join(self.tables) or "none"
                self._add(node, f"there is no table '{node.name[:60]}'", nearest(fold(node.name), self.tables) or f"tables: {among}")

    def _outermost(self) -> Iterator[exp.Expr]:
        """The allowed nodes; what is refused is refused whole, so nobody reads twenty lines about one call."""
        stack: list[exp.Expr] = [self.asked.tree]
        while stack:
            node = stack.pop()
            if self._allowed(node):
                yield node
                stack += node.iter_expressions(reverse=True)

    def _allowed(self, node: exp.Expr) -> bool:
        match node:
            case exp.Anonymous():
                return self._named(node)
            case exp.IgnoreNulls() if isinstance(node.this, exp.Expr):
                return self._allowed(node.this)
            case _:
                pass
        if type(node) not in CONSTRUCTS:
            self._refuse(node)
            return False
        extra = [part for part, value in node.args.items() if value not in (None, False, []) and part not in CONSTRUCTS[type(node)]]
        if extra:
            what, instead = PARTS.get(extra[0], (f"'{_words(extra[0])}' here", "leave it out"))
            self._add(node, f"{what} is not answered across a border", instead)
            return False
        return self._valued(node)

    def _named(self, node: exp.Anonymous) -> bool:
        name = str(node.this) if isinstance(node.this, str) else node.name
        if fold(name) in NAMES:
            return True
        where = "table function" if isinstance(node.parent, (exp.Table, exp.From, exp.Join, exp.Lateral)) else "function"
        self._add(node, f"the {where} '{name[:60].lower()}' is not answered across a border", nearest(fold(name), KNOWN_NAMES))
        return False

    def _valued(self, node: exp.Expr) -> bool:
        """What a part says in words of its own, not in nodes."""
        match node:
            case exp.DataType() if node.this not in TYPES:
                self._add(node, f"a value of type '{node.sql('duckdb')[:40].lower()}' does not cross", "use text, numbers, days or instants")
            case exp.Var() if node.name.upper() == "ALL":
                self._add(node, "ALL stands for no columns here", "name them")
            case exp.Var() if node.name.upper() not in UNITS:
                self._add(node, f"'{node.name[:40]}' is no unit of time", nearest(node.name.upper(), UNITS).lower())
            case exp.Join() if not {node.side.upper(), node.kind.upper()} <= JOINS:
                self._add(node, f"a {_words(f'{node.side} {node.kind}')} join is not answered across a border", JOINED)
            case exp.Table() if not isinstance(node.this, exp.Identifier):
                if isinstance(node.this, exp.Anonymous):
                    self._named(node.this)
                else:
                    self._refuse(node.this)
            case exp.Lateral() if not isinstance(node.this, exp.Subquery):
                self._refuse(node.this)
            case exp.Identifier() if not node.this or len(node.this) > 255:
                self._add(node, "a name must have 1 to 255 characters")
            case _:
                return True
        return False

    def _refuse(self, node: exp.Expr) -> None:
        name = type(node).__name__
        if name in SPOKEN:
            what, instead = SPOKEN[name]
            self._add(node, f"{what} is not answered across a border", instead)
        elif isinstance(node, exp.Func):
            said = node.sql_names()[0].lower()
            self._add(node, f"the function '{said}' is not answered across a border", nearest(said, KNOWN_NAMES))
        else:
            self._add(node, f"'{_words(name)}' is not answered across a border")

    def _add(self, node: exp.Expr, message: str, suggestion: str = "") -> None:
        self.mistakes.add(self.asked.place(node), message, suggestion)


def _words(name: str) -> str:
    """A name of the tree as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_+", " ", name).strip().lower()
