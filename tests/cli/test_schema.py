"""The JSON Schema of a world: current, and it takes every example and every case."""

import json
from pathlib import Path

import yaml

from comity import shelf
from comity.cli.schema import text, world_schema

ROOT = Path(__file__).parents[2]
TYPES = {"object": dict, "array": list, "string": str, "null": type(None)}


def faults(value, schema, whole, where="$"):
    """The part of JSON Schema that ours uses."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema and all(any(True for _ in faults(value, one, whole)) for one in schema["anyOf"]):
        yield f"{where}: {value!r} fits none"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is not of {schema['enum'][:5]}"
    kinds = schema.get("type", [])
    if kinds and not any(isinstance(value, TYPES[k]) for k in ([kinds] if isinstance(kinds, str) else kinds) if k in TYPES):
        yield f"{where}: {value!r} is no {kinds}"
    if isinstance(value, dict):
        for key in schema.get("required", []):
            if key not in value:
                yield f"{where}: {key} is missing"
        for key, inner in value.items():
            known = schema.get("properties", {}).get(key, schema.get("additionalProperties", {}))
            if known is False:
                yield f"{where}.{key} is not known"
            elif isinstance(known, dict):
                yield from faults(inner, known, whole, f"{where}.{key}")
    if isinstance(value, list) and "items" in schema:
        for i, inner in enumerate(value):
            yield from faults(inner, schema["items"], whole, f"{where}[{i}]")


def test_the_shipped_schema_is_current(say):
    assert (ROOT / "src/comity/world.schema.json").read_text(encoding="utf-8") == text(shelf.vocabulary())
    assert say("schema").out == text(shelf.vocabulary())


def test_it_takes_every_example():
    schema = json.loads(text(shelf.vocabulary()))
    files = sorted((ROOT / "examples").glob("*/world.yaml"))
    assert files
    for file in files:
        assert list(faults(yaml.load(file.read_text(), yaml.BaseLoader), schema, schema)) == [], file


def test_it_takes_the_cases_of_every_rulebook():
    schema = world_schema(shelf.vocabulary())
    for folder in shelf.shipped():
        for file in sorted((folder / "cases").glob("*.yaml"))[:1]:
            for document in yaml.load_all(file.read_text(), yaml.BaseLoader):
                if "cast" not in document:
                    assert list(faults(document, schema, schema)) == [], file


def test_it_refuses_what_is_no_world():
    schema = world_schema(shelf.vocabulary())
    for wrong in ([], {"partys": {}}, {"parties": []}, {"movements": {"t": {"onward": ["x"]}}}, {"assets": {"a": {"fields": [{"knid": "x"}]}}}):
        assert list(faults(wrong, schema, schema)), wrong
