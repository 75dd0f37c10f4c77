"""What a query across a border may be made of: a closed list. What is not in it is refused, whatever it would do.

A construct is here if its answer follows from the rows alone: it reads no clock, no chance, no setting, no catalogue, no file and no
table but those it names, and one short call of it makes no long value. Names are those of sqlglot's tree, which prints what is run.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

QUERIES: Final[dict[type[exp.Expr], str]] = {
    exp.Select: "with_ expressions from_ joins where group having qualify windows order limit offset distinct",
    exp.Union: "with_ this expression distinct order limit offset",
    exp.Intersect: "with_ this expression distinct order limit offset",
    exp.Except: "with_ this expression distinct order limit offset",
    exp.Subquery: "this alias joins order limit offset",
    exp.Values: "expressions alias",
    exp.With: "expressions",
    exp.CTE: "this alias materialized",
    exp.TableAlias: "this columns",
    exp.From: "this",
    exp.Table: "this alias joins",
    exp.Join: "this on using side kind",
    exp.Lateral: "this alias",
    exp.Where: "this",
    exp.Group: "expressions all rollup cube grouping_sets",
    exp.Rollup: "expressions",
    exp.Cube: "expressions",
    exp.GroupingSets: "expressions",
    exp.Having: "this",
    exp.Qualify: "this",
    exp.Order: "this expressions",
    exp.Ordered: "this desc nulls_first",
    exp.Limit: "expression",
    exp.Offset: "expression",
    exp.Distinct: "expressions on",
    exp.Window: "this partition_by order spec over alias",
    exp.WindowSpec: "kind start start_side end end_side exclude",
    exp.Filter: "this expression",
}
"""How a query is put together, and the parts that each may have."""

TERMS: Final[dict[type[exp.Expr], str]] = {
    exp.Alias: "this alias",
    exp.Column: "this table",
    exp.Identifier: "this quoted",
    exp.Star: "except_ replace",
    exp.Literal: "this is_string",
    exp.Boolean: "this",
    exp.Null: "",
    exp.Paren: "this",
    exp.Tuple: "expressions",
    exp.Case: "this ifs default",
    exp.If: "this true false",
    exp.Cast: "this to",
    exp.TryCast: "this to safe",
    exp.DataType: "this expressions nested",
    exp.DataTypeParam: "this",
    exp.Interval: "this unit",
    exp.Var: "this",
    exp.In: "this expressions query",
    exp.Between: "this low high",
    exp.Is: "this expression",
    exp.Like: "this expression negate",
    exp.ILike: "this expression negate",
    exp.Escape: "this expression",
    exp.Exists: "this",
    exp.Any: "this",
    exp.All: "this",
    exp.Not: "this",
    exp.Neg: "this",
    exp.DPipe: "this expression safe",
    exp.Div: "this expression",
    **dict.fromkeys((exp.And, exp.Or, exp.Add, exp.Sub, exp.Mul, exp.IntDiv, exp.Mod, exp.Pow), "this expression"),
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ), "this expression"),
}
"""What an expression is made of."""

FUNCTIONS: Final[dict[type[exp.Expr], str]] = {
    **dict.fromkeys((exp.Abs, exp.Ceil, exp.Floor, exp.Sign, exp.Sqrt, exp.Ln, exp.Exp, exp.Trunc, exp.IsNan, exp.IsInf), "this"),
    exp.Round: "this decimals",
    exp.Log: "this expression",
    exp.Greatest: "this expressions ignore_nulls",
    exp.Least: "this expressions ignore_nulls",
    exp.Coalesce: "this expressions",
    exp.Nullif: "this expression",
    **dict.fromkeys((exp.Lower, exp.Upper, exp.Length, exp.Reverse), "this"),
    exp.Trim: "this expression position",
    exp.Substring: "this start length",
    exp.Left: "this expression",
    exp.Right: "this expression",
    exp.Replace: "this expression replacement",
    exp.Concat: "expressions safe coalesce",
    exp.ConcatWs: "expressions safe coalesce",
    exp.Contains: "this expression",
    exp.StartsWith: "this expression",
    exp.EndsWith: "this expression",
    exp.StrPosition: "this substr",
    exp.SplitPart: "this delimiter part_index",
    exp.TimestampTrunc: "this unit",
    exp.DateTrunc: "this unit",
    exp.Extract: "this expression",
    exp.DateDiff: "this expression unit date_part_boundary",
    exp.DateAdd: "this expression",
    exp.DateFromParts: "year month day",
    exp.TimeToStr: "this format",
    **dict.fromkeys((exp.Year, exp.Month, exp.Day, exp.Quarter, exp.Week, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear), "this"),
    **dict.fromkeys((exp.Hour, exp.Minute, exp.Second, exp.LastDay, exp.Monthname, exp.Dayname), "this"),
}
"""Functions of a row."""

AGGREGATES: Final[dict[type[exp.Expr], str]] = {
    exp.Count: "this big_int",
    **dict.fromkeys((exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.CountIf, exp.LogicalAnd, exp.LogicalOr), "this"),
    **dict.fromkeys((exp.Stddev, exp.StddevSamp, exp.StddevPop, exp.Variance, exp.VariancePop), "this"),
    **dict.fromkeys((exp.PercentileCont, exp.PercentileDisc, exp.ArgMin, exp.ArgMax), "this expression"),
    **dict.fromkeys((exp.Corr, exp.CovarPop, exp.CovarSamp), "this expression"),
    exp.GroupConcat: "this separator",
    exp.Grouping: "expressions",
}
"""Functions of many rows."""

WINDOWS: Final[dict[type[exp.Expr], str]] = {
    **dict.fromkeys((exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist), ""),
    exp.Ntile: "this",
    exp.Lag: "this offset default",
    exp.Lead: "this offset default",
    exp.FirstValue: "this",
    exp.LastValue: "this",
    exp.NthValue: "this offset",
}
"""Functions of a row among its neighbours."""

CONSTRUCTS: Final = {kind: frozenset(parts.split()) for kind, parts in {**QUERIES, **TERMS, **FUNCTIONS, **AGGREGATES, **WINDOWS}.items()}
"""Every kind of node that a query may hold, with the parts that it may have."""

NAMES: Final = frozenset({"date_part", "datepart", "prefix", "suffix", "strlen", "mean", "isfinite", "round_even"})
"""Functions that sqlglot knows by name only."""

TYPES: Final = frozenset(
    {exp.DType.BOOLEAN, exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT, exp.DType.INT128}
    | {exp.DType.UTINYINT, exp.DType.USMALLINT, exp.DType.UINT, exp.DType.UBIGINT, exp.DType.FLOAT, exp.DType.DOUBLE, exp.DType.DECIMAL}
    | {exp.DType.VARCHAR, exp.DType.CHAR, exp.DType.TEXT, exp.DType.DATE, exp.DType.TIME, exp.DType.INTERVAL}
    | {exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ, exp.DType.TIMESTAMPTZ}
)
"""Types that a value may be made into."""

SPANS: Final = ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND")
UNITS: Final = frozenset(
    {*SPANS, *(f"{unit}S" for unit in SPANS)}
    | {"DECADE", "CENTURY", "DOW", "ISODOW", "DOY", "ISOYEAR", "EPOCH", "DAYOFWEEK", "DAYOFYEAR", "BOTH", "LEADING", "TRAILING"}
)
"""Bare words inside an expression: units of time, and the sides of a text."""

JOINS: Final = frozenset({"", "INNER", "OUTER", "CROSS", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI"})
"""How two tables may be joined."""

SPOKEN: Final[dict[str, tuple[str, str]]] = {
    "Placeholder": ("a placeholder", "write the value"),
    "Parameter": ("a parameter", "write the value"),
    "SessionParameter": ("a setting", "write the value"),
    "TableSample": ("a sample", "chance is no answer: filter by a column"),
    "Pivot": ("a pivot", "aggregate with CASE"),
    "Columns": ("COLUMNS(...)", "name the columns"),
    "Rand": ("chance", "the same question must have the same answer"),
    "Uuid": ("chance", "the same question must have the same answer"),
    "CurrentDate": ("the clock", "write the day: DATE '2026-03-01'"),
    "CurrentTimestamp": ("the clock", "write the instant: TIMESTAMP '2026-03-01 00:00:00'"),
    "CurrentTime": ("the clock", "write the time"),
    "CurrentUser": ("who asks", "write a value"),
    "Dot": ("a name in more than two parts", "write table.column"),
    "Bracket": ("an index into a list", "lists do not cross"),
    "Array": ("a list", "lists do not cross"),
    "ArrayAgg": ("a list", "use string_agg, or one row for each value"),
    "Struct": ("a struct", "write one column for each value"),
    "Map": ("a map", "write one column for each value"),
    "Lambda": ("a function of one's own", "write the expression out"),
    "Explode": ("unnest", "lists do not cross"),
    "Unnest": ("unnest", "lists do not cross"),
    "AnyValue": ("any value", "say which: use min or max"),
    "First": ("the first of rows without an order", "use min, max or arg_min"),
    "Last": ("the last of rows without an order", "use min, max or arg_max"),
    "PositionalColumn": ("a column by number", "name the column"),
    "ByteString": ("an escaped text", "write the characters"),
    "RawString": ("a text between dollars", "write it between quotes"),
    "HexString": ("a text of bytes", "write a number or a text"),
    "WithinGroup": ("WITHIN GROUP", "use quantile_cont(column, 0.5)"),
    "AtTimeZone": ("AT TIME ZONE", "zones differ from engine to engine: compare instants"),
    "Collate": ("COLLATE", "compare lower(...)"),
    "RegexpLike": ("a regular expression", "use LIKE, contains or starts_with"),
    "SimilarTo": ("a regular expression", "use LIKE, contains or starts_with"),
    "Glob": ("GLOB", "use LIKE"),
    "JSONExtract": ("a path into a document", "documents do not cross"),
    "JSONExtractScalar": ("a path into a document", "documents do not cross"),
}
"""What is refused by name, and what to write instead."""

PARTS: Final[dict[str, tuple[str, str]]] = {
    "db": ("a schema or a catalogue", "write the name of the table alone"),
    "catalog": ("a catalogue", "write the name of the table alone"),
    "recursive": ("recursion", "nothing bounds it: write each step"),
    "into": ("INTO", "an answer is read, not stored"),
    "locks": ("a lock", "leave it out"),
    "sample": ("a sample", "chance is no answer: filter by a column"),
    "pivots": ("a pivot", "aggregate with CASE"),
    "when": ("another version of a table", "ask about the table as it is"),
    "method": ("a natural, positional or asof join", "say ON which columns"),
    "by_name": ("a union by name", "name the columns in each part"),
    "limit_options": ("a share of the rows", "say how many rows"),
    "rename": ("RENAME", "name the columns"),
}
"""Parts of a construct that are refused by name, and what to write instead."""
