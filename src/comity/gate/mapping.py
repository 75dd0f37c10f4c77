"""Which column of a table is what: the field of the asset it holds, who and where its persons are, and in what form it may cross."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.facts.place import PLACE
from comity.facts.record import Rows, Source, World
from comity.facts.value import OneOf, Value, only
from comity.facts.vocabulary import Vocabulary
from comity.gate.crossing import misfits
from comity.gate.form import Drop, Form, parse
from comity.gate.kind import Kind
from comity.gate.privacy import Privacy, read_privacy
from comity.text.literal import day
from comity.text.source import Mistake, Mistakes, Node, Place, SourceError, nearest

KEYS: Final = ("asset", "confirmed", "person", "device", "place", "latitude", "activities", "columns", "beyond_a_line", "privacy", "note")
NOBODY: Final = "none"
"""The field of a column that is about nobody."""


@dataclass(frozen=True)
class Choice:
    """One form in which a column may cross, and the kind of field that it then holds, where a person says it becomes another."""

    form: Form
    becomes: str | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table: the row of its asset's fields (None: about nobody), and the forms it may take, the preferred first."""

    field: int | None
    forms: tuple[Choice, ...]


@dataclass(frozen=True)
class Whereabouts:
    """Where the persons of a table are: a column with codes for places, or one place for all. `codes`: None where the column holds places' own codes."""

    column: str | None
    codes: Mapping[str, str] | None
    is_: str | None = None

    def place(self, told: str | None) -> str | None:
        """The place that a value of the column means; None if nobody said."""
        if self.is_ is not None:
            return self.is_
        if told is None:
            return None
        if self.codes is not None:
            return self.codes.get(told)
        return told if PLACE.fullmatch(told) else None


@dataclass(frozen=True)
class Table:
    """How a table is read as an asset. `confirmed`: who looked it over, and when. `latitude`: the column by which a grid's cells are measured.

    `activities`: in which processing the data of the persons of a place are, where that is not the movement's own. `privacy`: it answers with noise only.
    `parts`: where not all persons of a place may cross, those cross who may; else the place stays at home whole.
    """

    name: str
    asset: str
    confirmed: Source
    person: str
    device: str | None
    place: Whereabouts
    latitude: str | None
    activities: Mapping[str, str]
    columns: Mapping[str, Column]
    privacy: Privacy | None = None
    parts: bool = False


def read_table(world: World, name: str | None, movement: str, vocabulary: Vocabulary) -> Table:
    """The table of that name, or the only one of the asset that the movement moves; raises every mistake in it at once."""
    mistakes = Mistakes()
    record = world["movement"].get(movement)
    if record is None:
        raise SourceError([Mistake(world.place, f"there is no movement '{movement}'", nearest(movement, world["movement"]))])
    section = world.header.get("tables")
    known = section.pairs or {} if section is not None else {}
    of = [one for one, node in known.items() if (node.get("asset") or node).text == only(record.facts.get("asset"))]
    named = name if name is not None else of[0] if len(of) == 1 else None
    if named is None or named not in known:
        words = nearest(name, known) if name else ""
        raise SourceError(
            [
                Mistake(
                    section.place if section is not None else world.place,
                    f"there is no table '{name}'" if name else f"no one table is said to hold the asset that '{movement}' moves",
                    words or "describe it under tables; `comity gate propose SOURCE` writes a first draft",
                )
            ]
        )
    table = _Reader(world, vocabulary, mistakes).table(named, known[named])
    if table.asset != only(record.facts.get("asset")):
        mistakes.add(known[named].place, f"'{movement}' does not move the asset '{table.asset}'", nearest(table.asset, of))
    mistakes.settle()
    return table


def fits(table: Table, kinds: Mapping[str, Kind | None], place: Place, mixed: Mapping[str, Place]) -> None:
    """Raises SourceError if a source with columns of these kinds (None: one that crosses in no form but drop) is not what the table says.

    Args:
        table: how a person said that the source is to be read.
        kinds: what is there.
        place: where the source is.
        mixed: of columns that are text because they hold values of several kinds, where the second kind first stands.
    """
    mistakes = Mistakes()
    for name in dict.fromkeys((*table.columns, *filter(None, (table.place.column,)))):
        if name not in kinds:
            mistakes.add(place, f"there is no column '{name}'", nearest(name, kinds))
    for named, says in ((table.person, "who"), (table.device, "which device"), (table.place.column, "where")):
        for line in misfits(named, kinds[named], says=says) if named is not None and named in kinds else ():
            mistakes.add(place, line)
    for name, column in table.columns.items():
        for line in misfits(name, kinds[name], dict.fromkeys(choice.form for choice in column.forms)) if name in kinds else ():
            mistakes.add(mixed.get(name, place), line)
    mistakes.settle()


class _Reader:
    def __init__(self, world: World, vocabulary: Vocabulary, mistakes: Mistakes) -> None:
        self._world, self._vocabulary, self._mistakes = world, vocabulary, mistakes

    def table(self, name: str, node: Node) -> Table:
        if node.pairs is None:
            self._mistakes.add(node.place, f"the table '{name}' is a mapping, not a {node.shape}")
            self._mistakes.settle()
        for key in node.pairs or {}:
            if key not in KEYS:
                self._mistakes.add(node.keys[key], f"a table has no '{key}'", nearest(key, KEYS))
        columns, asset = self._columns(node), self._text(node, "asset", "say which asset of the world this table is")
        device, latitude = ((node.get(key) or Node(node.place)).text for key in ("device", "latitude"))
        table = Table(
            name,
            asset,
            self._confirmed(node),
            self._text(node, "person", "name the column that says who, so that each is counted once"),
            device,
            self._place(node),
            latitude,
            self._activities(node),
            columns,
            read_privacy(told, columns, self._mistakes) if (told := node.get("privacy")) is not None else None,
            self._parts(node),
        )
        for key, named in (("person", table.person), ("device", table.device), ("latitude", table.latitude)):
            if named and named not in columns:
                self._mistakes.add((node.get(key) or node).place, f"there is no column '{named}'", nearest(named, columns) or "list it under columns")
        for key, named in (("person", table.person), ("device", table.device)):
            if named in columns and columns[named].field is None:
                self._mistakes.add((node.get(key) or node).place, f"the column '{named}' says who, so it is about somebody", "name the field that it is")
        return table

    def _text(self, node: Node, key: str, suggestion: str) -> str:
        found = node.get(key)
        if found is None or not found.text:
            self._mistakes.add(node.place if found is None else found.place, f"a table needs '{key}'", suggestion)
            return ""
        return found.text

    def _confirmed(self, node: Node) -> Source:
        told = node.get("confirmed")
        if told is None or not (told.get("by") or told).text or day(((told.get("on") or told).text) or "") is None:
            self._mistakes.add(
                node.place if told is None else told.place, "nobody has confirmed this table", "look it over, then add confirmed: {by: name, on: 2026-03-01}"
            )
            return Source("confirmed")
        return Source("confirmed", *((told.get(key) or Node(told.place, text="")).text or "" for key in ("by", "on", "because")))

    def _place(self, node: Node) -> Whereabouts:
        told = node.get("place")
        if told is None or told.pairs is None or not ({"column", "is"} & told.pairs.keys()):
            self._mistakes.add(
                node.place if told is None else told.place,
                "a table says where its persons are",
                "write place: {column: country, codes: {Aland: XA}} or place: {is: XA}",
            )
            return Whereabouts(None, {})
        if told.get("column") is not None and told.get("is") is not None:
            self._mistakes.add(told.place, "a table says where its persons are by a column or by one place, not by both")
        codes = {key: child.text or "" for key, child in ((told.get("codes") or told).pairs or {}).items()} if "codes" in told.pairs else None
        for key, code in (codes or {}).items():
            if not PLACE.fullmatch(code):
                self._mistakes.add((told.get("codes") or told).keys[key], f"'{code}' is not the code of a place")
        is_ = (told.get("is") or Node(told.place)).text
        if is_ is not None and not PLACE.fullmatch(is_):
            self._mistakes.add(told.place, f"'{is_}' is not the code of a place")
        return Whereabouts((told.get("column") or Node(told.place)).text, codes, is_)

    def _parts(self, node: Node) -> bool:
        told = node.get("beyond_a_line")
        if told is not None and told.text != "hold":
            self._mistakes.add(told.place, "what is beyond a line is held", "write beyond_a_line: hold; without it a place crosses whole, or not at all")
        if told is not None and node.get("device") is not None:
            self._mistakes.add(told.place, "a table that says which device crosses place by place", "leave out beyond_a_line")
        if told is not None and node.get("privacy") is not None:  # who comes in may push somebody out, and noise hides one person only
            self._mistakes.add(told.place, "a table that answers with noise is asked about place by place", "leave out beyond_a_line")
        return told is not None

    def _activities(self, node: Node) -> dict[str, str]:
        told = node.get("activities") or Node(node.place, pairs={})
        for place, child in (told.pairs or {}).items():
            if not PLACE.fullmatch(place):
                self._mistakes.add(told.keys[place], f"'{place}' is not the code of a place")
            if child.text not in self._world["activity"]:
                self._mistakes.add(child.place, f"there is no activity '{child.text}'", nearest(child.text or "", self._world["activity"]))
        return {place: child.text or "" for place, child in (told.pairs or {}).items()}

    def _columns(self, node: Node) -> dict[str, Column]:
        told = node.get("columns")
        if told is None or not told.pairs:
            self._mistakes.add(node.place if told is None else told.place, "a table lists its columns", "what is not listed stays home")
            return {}
        asset = self._world["asset"].get((node.get("asset") or node).text or "")
        if asset is None:
            self._mistakes.add(
                (node.get("asset") or node).place,
                f"there is no asset '{(node.get('asset') or node).text}'",
                nearest((node.get("asset") or node).text or "", self._world["asset"]),
            )
        held = asset.facts.get("fields") if asset is not None else None
        fields = [_names(row) for row in held.rows] if isinstance(held, Rows) else []
        return {name: self._column(name, child, fields) for name, child in told.pairs.items()}

    def _column(self, name: str, node: Node, fields: list[tuple[str, str]]) -> Column:
        for key in node.pairs or {}:
            if key not in ("field", "forms", "note"):
                self._mistakes.add(node.keys[key], f"a column has no '{key}'", nearest(key, ("field", "forms")))
        told = (node.get("field") or node).text
        if told is None:
            self._mistakes.add(node.place, f"the column '{name}' does not say which field it is", "write field: email, or field: none if it is about nobody")
        rows = [at for at, own in enumerate(fields) if told in own]
        exact = [at for at in rows if fields[at][0] == told]
        rows = exact if len(exact) == 1 else rows
        if told not in (None, NOBODY) and len(rows) != 1:
            words = "several fields" if rows else "no field"
            self._mistakes.add(
                (node.get("field") or node).place,
                f"the asset has {words} '{told}'",
                nearest(told or "", [w for own in fields for w in own]) or "name the field as the asset does",
            )
        listed = (node.get("forms") or Node(node.place, items=[Node(node.place, text="keep")])).items
        if not listed:
            self._mistakes.add((node.get("forms") or node).place, "forms are a list, the preferred one first", "write forms: [keep, drop]")
        forms = tuple(self._choice(child) for child in listed or [])
        return Column(rows[0] if len(rows) == 1 else None, forms or (Choice(Drop()),))

    def _choice(self, node: Node) -> Choice:
        words, _, becomes = (node.text or "").partition(" as ")
        try:
            form = parse(words)
        except ValueError as fault:
            self._mistakes.add(node.place, str(fault))
            return Choice(Drop())
        kinds = self._vocabulary.kinds["asset"]["fields"].columns["kind"].domain or frozenset()
        if becomes and becomes not in kinds:
            self._mistakes.add(node.place, f"there is no kind of field '{becomes}'", nearest(becomes, kinds))
        return Choice(form, becomes or None)


def _names(row: Mapping[str, Value]) -> tuple[str, str]:
    """The name and the kind of a field."""
    kind, name = only(row.get("kind")), row.get("name")
    return (only(name) if isinstance(name, OneOf) else "") or kind, kind
