"""Minimum groups: a query over a table of which only groups of many persons leave is answered if its shape shows that they are.

The shape: a SELECT directly over tables, whose outputs are the keys of its groups and counts, sums and means of plain columns, and
whose conditions can neither fail nor ask again. What such a SELECT finds has left; anything may be asked about that around it.
What is not of this shape may also be safe, but nobody has shown it: it is refused. Two answers that differ by one person still tell
of that person; only noise hides that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from comity.gate.kind import Kind
from comity.gate.query.offer import Minimum, Offer
from comity.gate.query.read import Asked, fold
from comity.gate.query.term import Terms
from comity.text.source import Mistakes, nearest

INSTEAD = "write SELECT key, count(*) FROM table WHERE ... GROUP BY key, and anything else around it"
SUMMED = (exp.Count, exp.Sum, exp.Avg)


@dataclass(frozen=True)
class Output:
    """One column of a group: its name, and the key or the aggregate it shows."""

    name: str
    shown: exp.Expr


@dataclass
class Block:
    """A SELECT over a table with a minimum, whose shape was checked. `who`: for each such table, the column of who and the minimum."""

    select: exp.Select
    who: list[tuple[exp.Column, Minimum]]
    keys: list[exp.Expr] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    aggregates: list[exp.Expr] = field(default_factory=list)

    def suppress(self) -> None:
        """Lets only groups of enough persons leave, and of each only aggregates to which enough persons bring a value."""
        for node in self.aggregates:
            column = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
            if not isinstance(column, exp.Column) or any(column == person for person, _ in self.who):
                continue
            brings = [_enough(exp.Case(ifs=[exp.If(this=_present(column), true=person.copy())]), least) for person, least in self.who]
            node.replace(exp.Case(ifs=[exp.If(this=exp.and_(*brings), true=node.copy())]))
        for output, shown in zip(self.outputs, self.select.expressions, strict=True):
            shown.replace(exp.alias_(shown.unalias().copy(), output.name, quoted=True))
        tests = [_enough(person.copy(), least) for person, least in self.who]
        self.select.having(*tests, copy=False)


def _enough(who: exp.Expr, least: Minimum) -> exp.Expr:
    return exp.GTE(this=exp.Count(this=exp.Distinct(expressions=[who])), expression=exp.Literal.number(least.persons))


def _present(column: exp.Column) -> exp.Expr:
    return exp.not_(exp.Is(this=column.copy(), expression=exp.Null()))


def blocks(asked: Asked, offers: Mapping[str, Offer], mistakes: Mistakes) -> list[Block]:
    """The blocks of a query that need a minimum; all that cannot be shown to keep to it goes to `mistakes`.

    Args:
        asked: the query; the columns of its blocks are named in full where they stand.
        offers: the tables by folded name.
        mistakes: where to say what is wrong.
    """
    common = {fold(cte.alias) for cte in asked.tree.find_all(exp.CTE)}
    for cte in asked.tree.find_all(exp.CTE):
        if fold(cte.alias) in offers and offers[fold(cte.alias)].minimum:
            mistakes.add(asked.place(cte.args["alias"]), f"'{cte.alias}' is a table of which only groups leave", "call it something else")
    found: dict[int, exp.Select] = {}
    for table in asked.tables:
        offer = offers.get(fold(table.name))
        if offer is None or offer.minimum is None:
            continue
        select = table.parent.parent if isinstance(table.parent, (exp.From, exp.Join)) else None
        if isinstance(select, exp.Select) and not table.args.get("joins"):
            found[id(select)] = select
        else:
            mistakes.add(asked.place(table), f"'{table.name}' is a table of which only groups leave", "name it directly after FROM or JOIN")
    return [] if mistakes.found else [_Shape(asked, select, offers, common, mistakes).block() for select in found.values()]


class _Shape:
    """Checks the shape of one block."""

    def __init__(self, asked: Asked, select: exp.Select, offers: Mapping[str, Offer], common: set[str], mistakes: Mistakes) -> None:
        self._asked, self._select, self._mistakes = asked, select, mistakes
        self._tables: dict[str, tuple[str, Offer]] = {}
        for one in (select.args["from_"].this, *(join.this for join in select.args.get("joins") or ())):
            if isinstance(one, exp.Table) and fold(one.name) in offers and fold(one.name) not in common:
                if fold(one.alias_or_name) in self._tables:
                    self._no(one, f"'{one.alias_or_name}' stands for two tables", "give each a name of its own")
                if one.args.get("alias") and one.args["alias"].columns:
                    self._no(one, "columns are renamed here", "use the names they have")
                self._tables[fold(one.alias_or_name)] = (one.alias_or_name, offers[fold(one.name)])
            else:
                self._no(one, "a table of which only groups leave is joined to what is not a table", "join it to tables by name")
        self._terms = Terms(self._column, self._no)

    def block(self) -> Block:
        """The block; its faults are noted."""
        select = self._select
        who = [(_named(alias, o.minimum.person), o.minimum) for alias, o in self._tables.values() if o.minimum]
        block = Block(select, who)
        self._persons = [column for column, _ in who]
        self._plain(select)
        for join in select.args.get("joins") or ():
            if join.kind.upper() in {"SEMI", "ANTI"} or join.args.get("using"):
                self._no(join, "a table of which only groups leave is joined so that its persons cannot be counted", "use JOIN ... ON")
            if join.args.get("on"):
                self._terms.condition(join.args["on"])
        if where := select.args.get("where"):
            self._terms.condition(where.this)
        self._shown = {fold(e.alias): e.this for e in select.expressions if isinstance(e, exp.Alias)}
        self._keys(block)
        for shown in list(select.expressions):
            self._output(block, shown)
        for ordered in select.args["order"].expressions if select.args.get("order") else ():
            self._ordered(block, ordered)
        if having := select.args.get("having"):
            self._terms.condition(having.this, lambda node: self._after(block, node))
        if not block.keys and not block.aggregates:
            self._no(select, "only groups leave of this table, and nothing is grouped here", INSTEAD)
        return block

    def _plain(self, select: exp.Select) -> None:
        """Parts that no group needs."""
        for part in ("qualify", "windows", "with_"):
            if node := select.args.get(part):
                self._no(node[0] if isinstance(node, list) else node, f"{part.strip('_').upper()} cannot be where only groups leave", INSTEAD)
        if (distinct := select.args.get("distinct")) and distinct.args.get("on"):
            self._no(distinct, "DISTINCT ON cannot be where only groups leave", INSTEAD)
        for part in ("limit", "offset"):
            if (node := select.args.get(part)) and not (isinstance(node.expression, exp.Literal) and not node.expression.is_string):
                self._no(node, f"{part.upper()} needs a number here")

    def _keys(self, block: Block) -> None:
        group = self._select.args.get("group")
        if group is None:
            return
        if any(group.args.get(part) for part in ("all", "rollup", "cube", "grouping_sets")):
            self._no(group, "groups must be named one by one where only groups leave", "write GROUP BY key, key")
        for key in list(group.expressions):
            meant = key
            if isinstance(key, exp.Literal) and not key.is_string and 0 < int(key.this) <= len(self._select.expressions):
                meant = self._select.expressions[int(key.this) - 1].unalias()
            elif isinstance(key, exp.Column) and not key.table and self._column_of(key) is None and fold(key.name) in self._shown:
                meant = self._shown[fold(key.name)]
            if meant is not key:
                meant = key.replace(meant.copy())
            self._terms.kind(meant)
            block.keys.append(meant)

    def _output(self, block: Block, shown: exp.Expr) -> None:
        node, name = shown.unalias(), shown.alias or (shown.name if isinstance(shown, exp.Column) else shown.sql(dialect="duckdb").lower())
        if isinstance(node, SUMMED):
            self._aggregate(block, node)
        elif isinstance(node, exp.Star):
            self._no(node, "a star shows persons, and only groups leave of this table", INSTEAD)
        else:
            self._terms.kind(node)
            if node not in block.keys:
                self._no(node, "this is neither a key of the groups nor a count, sum or mean of a column", INSTEAD)
        block.outputs.append(Output(name, node))

    def _ordered(self, block: Block, ordered: exp.Expr) -> None:
        node = ordered.this
        if isinstance(node, exp.Column) and not node.table and fold(node.name) in self._shown:
            return
        if not (isinstance(node, exp.Literal) and not node.is_string):
            self._after(block, node)

    def _after(self, block: Block, node: exp.Expr) -> Kind | None:
        """The kind of what is known of a group: a key, an aggregate, or an output by its name."""
        if isinstance(node, exp.Column) and not node.table and self._column_of(node) is None and fold(node.name) in self._shown:
            node = node.replace(self._shown[fold(node.name)].copy())
        if isinstance(node, SUMMED):
            self._aggregate(block, node)
            return Kind("whole", 128)
        kind = self._terms.kind(node)
        if node not in block.keys:
            self._no(node, "this is not known of a group", INSTEAD)
        return kind

    def _aggregate(self, block: Block, node: exp.Expr) -> None:
        """An aggregate of a plain column: of an expression, it could be made of one person's row."""
        over = node.this
        if isinstance(over, exp.Distinct) and isinstance(node, exp.Count) and len(over.expressions) == 1:
            over = over.expressions[0]
            if isinstance(over, exp.Column) and (person := self._person(over)) is not None:
                over.replace(person)
                block.aggregates.append(node)
                return
        if isinstance(over, exp.Column):
            self._column(over)
        elif not (isinstance(node, exp.Count) and isinstance(over, exp.Star) and not over.args.get("except_") and not over.args.get("replace")):
            self._no(node, "where only groups leave, an aggregate is of one plain column", "filter in WHERE")
        block.aggregates.append(node)

    def _person(self, column: exp.Column) -> exp.Column | None:
        """The column of who, if a query means that: it may be counted."""
        fits = [p for p in self._persons if fold(p.name) == fold(column.name) and fold(column.table) in {"", fold(p.table)}]
        return fits[0].copy() if len(fits) == 1 else None

    def _column_of(self, column: exp.Column) -> tuple[str, str, Kind] | None:
        """The table, the column and the kind that a name means, if it means one."""
        found = [
            (alias, named, offer.visible[named])
            for alias, offer in self._tables.values()
            if fold(column.table) in {"", fold(alias)} and (named := offer.column(column.name)) is not None
        ]
        return found[0] if len(found) == 1 else None

    def _column(self, column: exp.Column) -> Kind | None:
        """The kind of a column, which is named in full from here on."""
        found = self._column_of(column)
        if found is None:
            who = any(fold(p.name) == fold(column.name) for p in self._persons)
            near = nearest(column.name, [c for _, offer in self._tables.values() for c in offer.visible])
            self._no(column, f"there is no one column '{column.sql(dialect='duckdb')[:80]}' here", "count(DISTINCT ...) counts who it is" if who else near)
            return None
        column.set("table", exp.to_identifier(found[0], quoted=True))
        column.set("this", exp.to_identifier(found[1], quoted=True))
        return found[2]

    def _no(self, node: exp.Expr, message: str, suggestion: str = "") -> None:
        self._mistakes.add(self._asked.place(node), message, suggestion)


def _named(table: str, column: str) -> exp.Column:
    return exp.column(exp.to_identifier(column, quoted=True), table=exp.to_identifier(table, quoted=True))
