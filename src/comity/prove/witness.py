"""A model, written down as a world file that `check` accepts: every fact that some condition read, and nothing else; `plain` leaves out most of them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, TypeAlias

import z3

from comity.facts.value import MAX
from comity.facts.vocabulary import PLURALS, SETS, Fact
from comity.law.condition import Counted
from comity.prove.bounded import opening
from comity.prove.smt import LEGS, MOVEMENT
from comity.prove.symbols import TERM, TRUTH, Symbols, Touched
from comity.verdict.plan import walk

Sections: TypeAlias = dict[str, Any]
"""A world as it is written: its sections by name, records by section."""
NAME: Final = "t"
"""What the movement is called."""
PLAIN: Final = re.compile(r"[A-Za-z0-9_.@/-]*[A-Za-z_/]|[A-Za-z]{2,}(-[A-Za-z0-9]+)*|-?\d+(\.\d+)?|\d{4}-\d\d-\d\d")


@dataclass
class Witness:
    """Reads a model of symbols as records: `sections` is the world, ready to be written."""

    symbols: Symbols
    model: Any
    _tables: dict[Any, tuple[dict[tuple[int, int], bool], bool]] = field(default_factory=dict)

    def sections(self) -> Sections:
        """The records by section, the earlier counts, and the open questions of law that were taken one way."""
        records: dict[str, dict[int, dict[str, Any]]] = {kind: {} for kind in PLURALS}
        rows: dict[tuple[str, str], dict[int, dict[str, Any]]] = {}
        for one in self.symbols.touched.values():
            number = self._value(one.record)
            if one.kind.startswith("rows:"):
                owner, _, fact = one.kind.removeprefix("rows:").partition("/")
                rows.setdefault((owner, fact), {}).setdefault(number, {}).update(self._stated(one))
            elif number and self._there(one.kind, number):
                records[one.kind].setdefault(number, {}).update(self._stated(one))
        for (kind, fact), held in rows.items():
            owners = self.symbols.function(("owner", kind, fact), z3.IntSort(), z3.IntSort())
            for number, row in held.items():
                whose = self._value(owners(z3.IntVal(number)))
                if whose in records[kind] and fact in records[kind][whose]:
                    records[kind][whose][fact].append(row)
        self._named(records, rows)
        movement = records["movement"].pop(MOVEMENT.as_long(), {})
        legs = [records["movement"].pop(leg.as_long(), {}) for leg in LEGS]
        sides = [self._participant(leg, side) for leg, side in zip(legs, ("exporter", "importer"), strict=True)]
        stated = movement.pop("participants", [])  # the first two are the sides
        movement["participants"] = [{**row, **side} for row, side in zip(stated, sides, strict=False)] + stated[len(sides) :] or sides
        world: Sections = {
            "assume": {"closed": "all"},
            **{
                PLURALS[kind]: {self.name(kind, n): facts for n, facts in sorted(held.items())} for kind, held in records.items() if kind != "movement" and held
            },
            "movements": {NAME: {k: v for k, v in movement.items() if k not in ("actor", "role", "knowledge", "intents")}},
        }
        more = {"counts": list(self._counts()), "readings": self._readings()}
        return {**world, **{section: held for section, held in more.items() if held}}

    def name(self, kind: str, number: int) -> str:
        """What a record is called; nobody is `none`."""
        return "none" if not number else NAME if kind == "movement" else f"{kind}_{number}"

    def _value(self, term: Any) -> int:
        return int(self.model.eval(term, model_completion=True).as_long())

    def _true(self, term: Any) -> bool:
        return bool(z3.is_true(self.model.eval(term, model_completion=True)))

    def _there(self, kind: str, number: int) -> bool:
        """Is a record there that only a relation of the leg leads to?"""
        supposed = [row.as_long() for row in self.symbols.rows.get(kind, [])]
        return (
            number not in supposed
            or self._true(self.symbols.function(("there", kind), z3.IntSort(), z3.BoolSort())(z3.IntVal(number)))
            or kind not in ("instrument", "measure")
        )

    def _stated(self, one: Touched) -> dict[str, Any]:
        """A fact as it is written; nothing where a limit is not named."""
        fact = self.symbols.fact(one.kind, one.fact)
        if fact is None or (fact.limit and self._true(self.symbols.unlimited(one.kind, one.fact, one.record))):
            return {}
        found = self._written(one, fact)
        return {} if found is None else {one.fact: found}

    def _written(self, one: Touched, fact: Fact) -> Any:
        symbols, at = self.symbols, (one.kind, one.fact, one.record)
        match fact.type:
            case "bool":
                return self._true(symbols.truth(*at))
            case "number" | "date":
                value = self._value(symbols.number(*at)[0])
                if fact.limit and not 0 <= value < MAX:
                    return None
                return dt.date.fromordinal(value).isoformat() if fact.type == "date" else _decimal(value * fact.quantum)
            case "link":
                return self.name(fact.to, self._value(symbols.link(*at)))
            case "rows":
                return []
            case _ if fact.type in SETS:
                return self._members(one, fact)
            case _:
                return symbols.code_of(self._value(symbols.code(*at))) or "none"

    def _members(self, one: Touched, fact: Fact) -> list[str]:
        symbols, holds = self.symbols, self._held(one)
        if fact.to:
            rows = [row.as_long() for row in symbols.rows.get(fact.to, [])]
            linked = rows if one.fact in symbols.ranged else self._records(fact.to)
            return [self.name(fact.to, n) for n in linked if holds(n)]
        among = symbols.compared(one.kind, one.fact)
        codes = {symbols.number_of(code) for code in symbols.relevant(one.kind, one.fact)}
        codes |= {self._value(symbols.code(t.kind, t.fact, t.record)) for t in list(symbols.touched.values()) if (t.kind, t.fact) in among and self._single(t)}
        found = sorted(symbols.code_of(number) for number in codes if number and holds(number))
        return [*found, "other"] if self._true(symbols.more(one.kind, one.fact, one.record)) else found

    def _held(self, one: Touched) -> Callable[[int], bool]:
        """Which numbers are in a set: by the model's table of all sets of the kind, as to ask it of each takes longer than to find it."""
        made = self.symbols.function(("holds", one.kind, one.fact), TERM, TERM, TRUTH)
        if (record := self._value(one.record)) == 0:
            return lambda _: False
        if made not in self._tables:
            self._tables[made] = _table(self.model[made])
        held, rest = self._tables[made]
        return lambda number: held.get((record, number), rest)

    def _single(self, one: Touched) -> bool:
        """Is it one code?"""
        fact = self.symbols.fact(one.kind, one.fact)
        return fact is not None and fact.type in ("code", "place", "text")

    def _records(self, kind: str) -> list[int]:
        """The numbers of the records of a kind that anything leads to."""
        found = {self._value(one.record) for one in self.symbols.touched.values() if one.kind == kind}
        found |= {self._value(self.symbols.link(one.kind, one.fact, one.record)) for one in list(self.symbols.touched.values()) if self._leads(one) == kind}
        return sorted(n for n in found if n and self._there(kind, n) and not (kind == "movement" and n in [leg.as_long() for leg in LEGS]))

    def _leads(self, one: Touched) -> str:
        fact = self.symbols.fact(one.kind, one.fact)
        return fact.to if fact is not None and fact.type == "link" else ""

    def _named(self, records: dict[str, dict[int, dict[str, Any]]], rows: Mapping[tuple[str, str], object]) -> None:
        """A record that is named is there, be nothing known of it."""
        for kind, held in records.items():
            for number in self._records(kind):
                held.setdefault(number, {})
        for kind, fact in rows:
            for one in records[kind].values():
                one.setdefault(fact, [])

    @staticmethod
    def _participant(leg: dict[str, Any], side: str) -> dict[str, Any]:
        return {"party": leg.get("actor", "none"), "role": side, **{k: leg[k] for k in ("knowledge", "intents") if k in leg}}

    def _readings(self) -> dict[str, bool]:
        """Which way contested law was taken."""
        found = {}
        for name, term in self.symbols.law.items():
            regime, _, rest = name.partition("/")
            found[f"{regime}/{rest.removeprefix('reading.') if rest.startswith('reading.') else f'law.{rest}'}"] = self._true(term)
        return found

    def _counts(self) -> Iterator[dict[str, Any]]:
        """What a count had before, where it had any."""
        terms = {node.name: node for node in walk(self.symbols.plan.provisions()) if isinstance(node, Counted)}
        for name, node in terms.items():
            if persons := self._value(opening(name)):
                sides = {key.split(".")[0]: self._value(self.symbols.link("movement", key.split(".")[0], MOVEMENT)) for key in node.key}
                yield {"count": name, **{side: self.name("party", number) for side, number in sides.items()}, "is": str(persons)}


def _table(function: Any) -> tuple[dict[tuple[int, int], bool], bool]:
    """What a model says of a function of two numbers: of some pairs, and of the rest; of a function that it does not need, no."""
    if function is None:
        return {}, False
    entries = [function.entry(at) for at in range(function.num_entries())]
    found = {(one.arg_value(0).as_long(), one.arg_value(1).as_long()): z3.is_true(one.value()) for one in entries}
    return found, z3.is_true(function.else_value())


def text(sections: Mapping[str, Any], about: str) -> str:
    """The world file: one record a line."""
    lines = [f"world: {_flow(about)}"]
    for section, held in sections.items():
        if section in PLURALS.values():
            lines.append(f"{section}:")
            lines += [f"  {name}: {_flow(facts)}" for name, facts in held.items()]
        else:
            lines.append(f"{section}: {_flow(held)}")
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(k) if k == 'on' else k}: {_flow(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(_flow(v) for v in value) + "]"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value) if PLAIN.fullmatch(str(value)) else json.dumps(str(value), ensure_ascii=False)


def _decimal(value: Fraction) -> str:
    """An exact decimal."""
    if value.denominator == 1:
        return str(value.numerator)
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    return f"{float(value):.{digits}f}" if digits < 12 else str(float(value))
