"""Conditions that cannot fail: which rows they let through is all that they can tell.

A conversion that fails for one row, or a number that overflows in it, would tell of that row by failing. So what is compared has one
kind on both sides, and nothing is computed that may fail for some value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from comity.gate.kind import TEXT, Kind

COMPARED: Final = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
DATED: Final = (exp.Year, exp.Month, exp.Day, exp.Quarter, exp.Week, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear)
ANY: Final = Kind("text", bits=-1)
"""A text as it is written: it takes the kind of what it is compared with, once, before any row is read."""
NUMBER: Final = Kind("whole", bits=-1)
"""A number as it is written."""
DAY: Final = Kind("day")
INSTANT: Final = Kind("instant", bits=-1)
"""An instant as it is written."""
NUMBERS: Final = frozenset({"whole", "real", "decimal"})
LONGEST: Final = 10
"""Digits of a number as it is written, and room for as many in a decimal that it is compared with."""


@dataclass(frozen=True)
class Terms:
    """Reads conditions and terms. `column`: the kind of a column, None if there is none; `refuse`: notes a fault."""

    column: Callable[[exp.Column], Kind | None]
    refuse: Callable[[exp.Expr, str, str], None]

    def condition(self, node: exp.Expr, term: Callable[[exp.Expr], Kind | None] | None = None) -> None:
        """Checks a condition over terms, by default those of a row."""
        of = self._literal_or(term or self.kind)
        match node:
            case exp.And() | exp.Or():
                self.condition(node.this, term)
                self.condition(node.expression, term)
            case exp.Not() | exp.Paren():
                self.condition(node.this, term)
            case exp.Boolean():
                pass
            case exp.Is() if isinstance(node.expression, (exp.Null, exp.Boolean)):
                of(node.this)
            case exp.Between():
                self._same(node, [of(node.this), of(node.args["low"]), of(node.args["high"])])
            case exp.In() if node.expressions and not node.args.get("query"):
                self._same(node, [of(node.this), *(of(e) for e in node.expressions)])
            case exp.Like() | exp.ILike() if isinstance(node.expression, exp.Literal) and node.expression.is_string:
                self._same(node, [of(node.this), TEXT])
            case _ if isinstance(node, COMPARED):
                self._same(node, [of(node.this), of(node.expression)])
            case exp.Column() if (kind := of(node)) is None or kind.word == "truth":
                pass
            case _:
                self.refuse(node, "a condition that may fail could tell of one person by failing", "compare a column with a value of its kind")

    def kind(self, node: exp.Expr) -> Kind | None:
        """The kind of a term of a row; None if it has none, which is noted."""
        match node:
            case exp.Column():
                return self.column(node)
            case exp.Paren():
                return self.kind(node.this)
            case exp.Extract() | exp.TimestampTrunc() | exp.DateTrunc():
                of = node.expression if isinstance(node, exp.Extract) else node.this
                kind = self.kind(of)
                fits = kind is None or kind.word in {"day", "instant"}
                return (NUMBER if isinstance(node, exp.Extract) else kind) if fits else self._unfit(node)
            case _ if isinstance(node, DATED):
                kind = self.kind(node.this)
                return NUMBER if kind is None or kind.word in {"day", "instant"} else self._unfit(node)
            case exp.Lower() | exp.Upper() | exp.Length():
                kind = self.kind(node.this)
                return (NUMBER if isinstance(node, exp.Length) else kind) if kind is None or kind.word == "text" else self._unfit(node)
            case _:
                return self._unfit(node)

    def _literal_or(self, term: Callable[[exp.Expr], Kind | None]) -> Callable[[exp.Expr], Kind | None]:
        def read(node: exp.Expr) -> Kind | None:
            match node:
                case exp.Literal():
                    if not node.is_string and len(node.this) > LONGEST:
                        self.refuse(node, f"a number longer than {LONGEST} digits may not fit the column", "compare with a shorter one")
                    return ANY if node.is_string else NUMBER
                case exp.Neg() if isinstance(node.this, exp.Literal):
                    return read(node.this)
                case exp.Cast() if isinstance(node.this, exp.Literal) and node.this.is_string and node.to.this in {exp.DType.DATE, exp.DType.TIMESTAMP}:
                    return DAY if node.to.this is exp.DType.DATE else INSTANT
                case _:
                    return term(node)

        return read

    def _same(self, node: exp.Expr, kinds: list[Kind | None]) -> None:
        known = [kind for kind in kinds if kind is not None and kind != ANY]
        words = {"number" if kind.word in NUMBERS else kind.word for kind in known}
        columns = {kind for kind in known if kind.bits != -1 and kind.word in NUMBERS | {"instant"}}
        tight = any(kind.word == "decimal" and kind.precision + LONGEST > 38 for kind in columns) and NUMBER in known
        if len(words) > 1 or len(columns) > 1 or tight:
            self.refuse(node, "what is compared is not of one kind", "compare a column with a value of its kind")

    def _unfit(self, node: exp.Expr) -> Kind | None:
        self.refuse(node, "this may fail for some value, and tell of one person by failing", "use a column, or the year, month or day of one")
        return None
