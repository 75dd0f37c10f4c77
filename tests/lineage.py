"""Events of OpenLineage, held to its specification and to the schema of our own facet, by a validator that nobody here wrote."""

import json
from pathlib import Path

import pytest

from comity.gate import lineage

DATA = Path(__file__).parent / "data" / "openlineage"
OURS = json.loads((Path(lineage.__file__).parents[1] / "transfer.schema.json").read_text(encoding="utf-8"))


def read(file):
    """The events of a file, in their order."""
    return [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]


def example(name):
    return json.loads((DATA / f"example-{name}.json").read_text(encoding="utf-8"))


class Specification:
    """What every event must be."""

    def __init__(self):
        jsonschema = pytest.importorskip("jsonschema", reason="the package jsonschema is not installed")
        from referencing import Registry, Resource

        held = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(DATA.glob("[A-Z]*.json"))]
        self.registry = Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in held])
        self.known = {one["$id"]: one for one in held}
        self.validator, self.formats = jsonschema.Draft202012Validator, jsonschema.FormatChecker()

    def faults(self, value, reference):
        """What is wrong with a value, by a definition of the specification."""
        return self._against(value, {"$schema": OURS["$schema"], "$ref": reference})

    def event(self, value):
        """What is wrong with an event and its facets, each by the schema that it names itself."""
        found = self.faults(value, value["schemaURL"])
        for name, facet in facets(value):
            where = facet["_schemaURL"]
            if name == "comity_transfer":
                found += self._against({name: facet}, OURS)
                found += [] if where == f"{facet['_producer']}#{lineage.SCHEMA}" else [f"{name}: {where}"]
            else:
                found += self.faults(facet, where) if where.partition("#")[0] in self.known else [f"{name}: {where} is not known"]
        return found

    def _against(self, value, schema):
        made = self.validator(schema, registry=self.registry, format_checker=self.formats)
        return [f"{error.json_path}: {error.message}" for error in made.iter_errors(value)]


def facets(event):
    """Every facet of an event by its name."""
    held = [event["run"], event["job"], *event["inputs"], *event["outputs"]]
    for one in held:
        for key in ("facets", "inputFacets", "outputFacets"):
            yield from one.get(key, {}).items()
