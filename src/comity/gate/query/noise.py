"""Differential privacy of a block: each person's part is bounded in SQL, the noise and its proof are OpenDP's.

The unit is the person. A person counts in at most so many groups (chosen by a hash of the person and the key, so by nothing that
others do), and in each with at most so much. Which groups are shown is itself noised: a group appears if the noised number of its
persons reaches a threshold, which is at least the minimum and high enough that a group of one appears with a chance below delta.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Final

import pyarrow as pa
from sqlglot import exp

from comity.gate.query.minimum import Block, Output
from comity.gate.query.offer import Minimum, Noise
from comity.gate.query.read import fold
from comity.gate.query.room import QueryError
from comity.ledger.budget import Spending
from comity.text.source import Mistakes, Place

Spend = Callable[[Sequence[Spending]], object]
"""Takes costs out of their budgets, or raises: called before anything is computed."""
GRACE: Final = 1e-9
"""What rounding adds to a number that is written in binary, at most, as a share of it."""


def checked(block: Block, place: Callable[[exp.Expr], Place], mistakes: Mistakes) -> None:
    """Notes what of a block cannot be answered with noise."""
    least, noise = _of(block)
    if len(block.who) > 1 or least.noise is None:
        mistakes.add(place(block.select), "two tables of which only groups leave cannot be joined where answers are noised", "ask about each")
    if having := block.select.args.get("having"):
        mistakes.add(place(having), "HAVING cannot be asked of groups before they are noised", "write SELECT ... FROM (this query) WHERE ...")
    for output in block.outputs:
        node = output.shown
        if isinstance(node, exp.Avg):
            mistakes.add(place(node), "a mean is not noised", "ask for sum and count, and divide around the query")
        elif isinstance(node, exp.Sum) and isinstance(node.this, exp.Column) and node.this.name not in noise.sums:
            mistakes.add(place(node), f"'{node.this.name}' has no bounds, so its sum cannot be noised", f"sums: {', '.join(noise.sums) or 'none'}")
        elif isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct) and not _persons(block, output):
            mistakes.add(place(node), "how many different values there are is not noised", "count rows, or persons")
    names = {fold(output.name) for output in block.outputs}
    for ordered in block.select.args["order"].expressions if block.select.args.get("order") else ():
        if not isinstance(ordered.this, exp.Literal) and not (isinstance(ordered.this, exp.Column) and fold(ordered.this.name) in names):
            mistakes.add(place(ordered), "groups are put in order after they are noised", "order by the name of an output")


def _of(block: Block) -> tuple[Minimum, Noise]:
    least = next(m for _, m in block.who if m.noise is not None)
    assert least.noise is not None
    return least, least.noise


def _persons(block: Block, output: Output) -> bool:
    """Whether an output is the number of persons."""
    node = output.shown
    return isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct) and node.this.expressions == [block.who[0][0]]


def _parts(block: Block) -> list[Output]:
    """The outputs that are noised each by itself: those that are neither key nor number of persons."""
    return [output for output in block.outputs if output.shown not in block.keys and not _persons(block, output)]


def cost(block: Block) -> tuple[Spending, Spending]:
    """What one answer costs: of epsilon, and of delta."""
    _, noise = _of(block)
    return noise.epsilon, noise.delta


def instead(block: Block, name: str) -> exp.Select:
    """What stands in the query where the block stood: the outputs of a table of that name, in the block's order."""
    select = exp.select(*(exp.column(output.name, quoted=True) for output in block.outputs)).from_(exp.to_identifier(name, quoted=True))
    for part in ("order", "limit", "offset", "distinct"):
        if node := block.select.args.get(part):
            select.set(part, node.copy())
    for column in select.args["order"].find_all(exp.Column) if select.args.get("order") else ():
        column.set("table", None)
    return select


def totals(block: Block) -> exp.Expr:
    """The query for the bounded totals of each group: its keys, its persons, its parts."""
    _, noise = _of(block)
    person = block.who[0][0]
    keys = [f"key {i}" for i in range(len(block.keys))]
    inner = block.select.copy()
    for part in ("order", "limit", "offset", "distinct", "having", "group"):
        inner.set(part, None)
    parts = [exp.alias_(_bounded(output.shown, noise), f"part {i}", quoted=True) for i, output in enumerate(_parts(block))]
    shown = [exp.alias_(key.copy(), name, quoted=True) for key, name in zip(block.keys, keys, strict=True)]
    known = exp.not_(exp.Is(this=person.copy(), expression=exp.Null()))
    inner = inner.select(*shown, exp.alias_(person.copy(), "who", quoted=True), *parts, append=False).where(known)
    inner = inner.group_by(*(key.copy() for key in block.keys), person.copy())
    named = [exp.column(name, quoted=True) for name in keys]
    chance = exp.Anonymous(this="hash", expressions=[exp.column("who", quoted=True), *(n.copy() for n in named)])
    order = exp.Order(expressions=[exp.Ordered(this=node) for node in (chance, *(n.copy() for n in named))])
    rank = exp.Window(this=exp.RowNumber(), partition_by=[exp.column("who", quoted=True)], order=order)
    ranked = exp.select(exp.Star(), exp.alias_(rank, "nth", quoted=True)).from_(inner.subquery("of each", copy=False))
    summed = [exp.alias_(exp.cast(exp.Sum(this=exp.column(p.alias, quoted=True)), "BIGINT"), p.alias, quoted=True) for p in parts]
    counted = exp.alias_(exp.Count(this=exp.Star()), "persons", quoted=True)
    query = exp.select(*(n.copy() for n in named), counted, *summed).from_(ranked.subquery("ranked"))
    query = query.where(exp.LTE(this=exp.column("nth", quoted=True), expression=exp.Literal.number(noise.groups)))
    return query.group_by(*(n.copy() for n in named)).order_by(*(n.copy() for n in named)) if named else query


def _bounded(node: exp.Expr, noise: Noise) -> exp.Expr:
    """One person's part of an aggregate, in whole units."""
    if isinstance(node, exp.Count):
        return exp.Least(this=node.copy(), expressions=[exp.Literal.number(noise.rows)])
    least, most = noise.sums[node.this.name]
    whole = exp.Coalesce(this=node.copy(), expressions=[exp.Literal.number(0)])
    within = exp.Greatest(this=_number(least), expressions=[exp.Least(this=_number(most), expressions=[whole])])
    return exp.cast(exp.Floor(this=within), "BIGINT")


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def noised(block: Block, found: pa.Table) -> pa.Table:
    """The groups that are shown, with noise in all that is counted or summed: the outputs of the block, by name."""
    least, noise = _of(block)
    parts = _parts(block)
    share = float(noise.epsilon.amount) / (1 + len(parts))
    persons = _shown(found.column("persons").to_pylist(), least, noise, share)
    rows = sorted(persons)
    chosen = found.take(pa.array(rows, pa.int64()))
    columns: list[pa.Array] = []
    for output in block.outputs:
        if output.shown in block.keys:
            columns.append(chosen.column(f"key {block.keys.index(output.shown)}").combine_chunks())
        elif _persons(block, output):
            columns.append(pa.array([persons[row] for row in rows], pa.int64()))
        else:
            i = next(i for i, part in enumerate(parts) if part is output)
            bound = noise.rows if isinstance(output.shown, exp.Count) else max(map(abs, noise.sums[output.shown.this.name]))
            columns.append(pa.array(_laplace(chosen.column(f"part {i}").to_pylist(), noise.groups * bound, share), pa.int64()))
    return pa.Table.from_arrays(columns, names=[output.name for output in block.outputs])


def _shown(persons: list[int], least: Minimum, noise: Noise, epsilon: float) -> dict[int, int]:
    """Of the groups that reach the threshold, their numbers of persons, noised."""
    dp = _library()
    space = dp.map_domain(dp.atom_domain(T="String"), dp.atom_domain(T="i64")), dp.l01inf_distance(dp.absolute_distance(T="i64"))
    apart, scale = (noise.groups, noise.groups, 1), noise.groups / epsilon * (1 + GRACE)
    delta = math.nextafter(float(noise.delta.amount), 0)  # what is written in binary may be more than what was spent
    threshold = max(least.persons, 1 + math.ceil(scale * math.log(noise.groups / (2 * delta))))
    while True:
        measure = dp.m.make_laplace_threshold(*space, scale=scale, threshold=threshold)
        spent, slack = measure.map(apart)
        if slack <= delta:
            break
        threshold += 1
    _kept(spent, epsilon)
    return {int(row): int(count) for row, count in measure({str(row): count for row, count in enumerate(persons)}).items()}


def _laplace(values: list[int | None], most: int, epsilon: float) -> list[int]:
    """Whole numbers with noise; `most`: what one person changes in all of them together."""
    if not most or not values:
        return [0 for _ in values]
    dp = _library()
    measure = dp.m.make_laplace(dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64"), scale=most / epsilon * (1 + GRACE))
    _kept(measure.map(most), epsilon)
    return [int(v) for v in measure([v or 0 for v in values])]


def _kept(spent: float, epsilon: float) -> None:
    if spent > epsilon:
        raise ArithmeticError("noise would cost more than was asked for")


def _library() -> ModuleType:
    """OpenDP, which only noise needs. Raises QueryError where it is not installed."""
    try:
        import opendp.prelude as dp  # noqa: PLC0415 -- an extra
    except ImportError as fault:
        raise QueryError("noise needs OpenDP: pip install 'comity[privacy]'") from fault
    dp.enable_features("contrib")  # Laplace noise is in it; its proofs are published with it
    return dp
