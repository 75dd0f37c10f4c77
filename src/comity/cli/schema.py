"""The JSON Schema of a world file, made from the vocabulary: what an editor completes and marks."""

from __future__ import annotations

import json
from typing import Any, Final

from comity.facts.vocabulary import PLURALS, Fact, Vocabulary
from comity.files.world import CASE, HEADER

Schema = dict[str, Any]
NAME: Final = "https://json-schema.org/draft/2020-12/schema"
SCALAR: Final[Schema] = {"type": ["string", "number", "boolean"]}
TEXT: Final[Schema] = {"type": ["string", "number", "boolean", "null"]}


def world_schema(vocabulary: Vocabulary) -> Schema:
    """What a world file may hold. Looser than the reader, never stricter: the reader has the last word."""
    sections = {section: {"type": "object", "additionalProperties": {"$ref": f"#/$defs/{kind}"}} for kind, section in PLURALS.items()}
    header: Schema = {key: {} for key in (*HEADER, *CASE)}
    header |= {
        "world": {"type": "string", "description": "a name for this world"},
        "about": {"type": "string"},
        "told_by": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}], "description": "who tells it, if not the exporters"},
        "readings": {"type": "object", "additionalProperties": {"enum": [True, False, "true", "false", "unknown"]}, "description": "regime/name"},
        "counts": {"type": "array", "items": {"type": "object", "required": ["count", "is"]}, "description": "persons already counted before this world"},
        "tables": {"type": "object", "additionalProperties": {"$ref": "#/$defs/table"}, "description": "what the columns of tables are, for the gate"},
        "assume": {"anyOf": [{"$ref": "#/$defs/assumption"}, {"type": "array", "items": {"$ref": "#/$defs/assumption"}}]},
    }
    definitions: Schema = {kind: _record(kind, vocabulary) for kind in PLURALS}
    definitions["table"] = _table(vocabulary)
    definitions["assumption"] = {
        "type": "object",
        "properties": {
            "closed": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            "facts": {"type": "object"},
            "by": {"type": "string"},
            "on": SCALAR,
            "because": {"type": "string"},
        },
    }
    return {
        "$schema": NAME,
        "title": "Comity world",
        "description": "What is known about movements of data and technology. Everything unstated is unknown.",
        "type": "object",
        "properties": {**header, **sections},
        "additionalProperties": False,
        "$defs": definitions,
    }


def _table(vocabulary: Vocabulary) -> Schema:
    """A table that the gate moves."""
    kinds = sorted(vocabulary.kinds["asset"]["fields"].columns["kind"].domain or ())
    told: Schema = {"type": "string"}
    column = {
        "type": "object",
        "properties": {
            "field": {"anyOf": [{"enum": [*kinds, "none"]}, told], "description": "the field of the asset, by name or kind; none: about nobody"},
            "forms": {"type": "array", "items": told, "description": "keep, pseudonym, year, month, grid 10 per degree, band 5, drop; the preferred first"},
            "note": TEXT,
        },
        "required": ["field"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "required": ["asset", "person", "place", "columns"],
        "properties": {
            "asset": told,
            "confirmed": {"type": "object", "required": ["by", "on"], "properties": {"by": told, "on": SCALAR, "because": told}},
            "person": {"type": "string", "description": "the column that says who"},
            "device": {"type": "string", "description": "the column that says which device"},
            "place": {"type": "object", "properties": {"column": told, "codes": {"type": "object", "additionalProperties": told}, "is": told}},
            "latitude": {"type": "string", "description": "the column by which a grid's cells are measured"},
            "activities": {"type": "object", "additionalProperties": told},
            "columns": {"type": "object", "additionalProperties": column},
            "privacy": {"type": "object", "required": ["epsilon", "delta"], "description": "what all noised answers to one recipient may cost together"},
            "beyond_a_line": {"const": "hold", "description": "of a place whose persons would cross a line, let as many cross as stay below it"},
            "note": TEXT,
        },
        "additionalProperties": False,
    }


def text(vocabulary: Vocabulary) -> str:
    """The schema as it is shipped and printed."""
    return json.dumps(world_schema(vocabulary), ensure_ascii=False, indent=1) + "\n"


def _record(kind: str, vocabulary: Vocabulary) -> Schema:
    """One kind of record: its facts, and parts of facts whose names have points in them; rulebooks may add facts of their own."""
    properties: Schema = {"about": TEXT, "note": TEXT, "source": {}}
    for name, fact in vocabulary.kinds[kind].items():
        if fact.derived and fact.name not in ("knowledge", "intents"):
            continue
        head, point, rest = name.partition(".")
        if point:
            inner = properties.setdefault(head, {"type": "object", "properties": {}})
            inner["properties"][rest] = _fact(fact)
        properties[name] = _fact(fact)
    if kind == "movement":
        properties |= {"from": TEXT, "until": TEXT, "about_it": {}, "parts": {"type": "array", "items": {"type": "object"}}}
    return {"type": ["object", "null"], "properties": properties}


def _fact(fact: Fact) -> Schema:
    """What may be written for a fact; in every place also a judgement, and a list of dated values."""
    described = {"description": f"{fact.en} · {fact.zh}" + (f" ({fact.unit})" if fact.unit else "")}
    if fact.type == "rows":
        row = {"type": "object", "properties": {name: _fact(column) for name, column in fact.columns.items()}, "additionalProperties": False}
        return {**described, "anyOf": [{"type": "array", "items": {"anyOf": [row, SCALAR]}}, {"enum": ["unknown", "none"]}]}
    return {**described, "anyOf": [*_plain(fact), {"type": "object", "required": ["is"]}, {"type": "array", "items": {"type": "object", "required": ["is"]}}]}


def _plain(fact: Fact) -> list[Schema]:
    match fact.type:
        case "bool":
            return [{"type": "boolean"}, {"enum": ["true", "false", "unknown"]}]
        case "number":
            return [{"type": ["number", "string"]}]
        case "link":
            return [{"type": "string"}, {"$ref": f"#/$defs/{fact.to}"}, {"type": "array"}]
        case "links":
            return [{"type": "array", "items": {"anyOf": [{"type": "string"}, {"$ref": f"#/$defs/{fact.to}"}]}}, {"enum": ["unknown", "none"]}]
        case "codes" | "places":
            words: Schema = {"enum": [*sorted(fact.domain), "..."]} if fact.domain is not None else SCALAR
            return [{"type": "array", "items": words}, {"enum": ["unknown", "none"]}]
        case _:
            return [{"type": ["string", "number", "boolean"], **({"examples": sorted(fact.domain)} if fact.domain else {})}, {"type": "array"}]
