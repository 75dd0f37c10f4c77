"""A run of the gate as events of OpenLineage (spec 2-0-2): where a table came from, where it went, and in which form each column crossed.

The facets are those of the specification, and one of our own, `comity_transfer`, whose JSON Schema is `transfer.schema.json` of this package.
Catalogues are read by many: an event names tables, columns, forms and rulebooks, and of persons and cells their number; no place, no reason, no value.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import pyarrow as pa

from comity.facts.value import only
from comity.gate.address import Address
from comity.gate.decide import Asking, Decision, Passed
from comity.gate.form import Form, Keep, Pseudonym, spoken
from comity.gate.manifest import law
from comity.gate.source import Source

PRODUCER: Final = f"pkg:pypi/comity@{version('comity')}"
"""Who tells: a package URL (ECMA-427). It needs no host that somebody must keep, and names one edition of the facet's schema for ever."""
SCHEMA: Final = "comity/transfer.schema.json"
SPEC: Final = "https://openlineage.io/spec"
EVENT: Final = f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
FACETS: Final = {
    "schema": "1-2-0/SchemaDatasetFacet",
    "columnLineage": "1-2-0/ColumnLineageDatasetFacet",
    "inputStatistics": "1-0-0/InputStatisticsInputDatasetFacet",
    "outputStatistics": "1-0-2/OutputStatisticsOutputDatasetFacet",
    "errorMessage": "1-0-1/ErrorMessageRunFacet",
    "parent": "1-2-0/ParentRunFacet",
    "jobType": "2-0-4/JobTypeJobFacet",
}
"""The facets of the specification that are told, each in the version that is meant."""
BUCKETS: Final = {"s3": "s3", "gcs": "gs"}
"""Arrow's names of object stores, and the schemes under which OpenLineage knows them."""

Mode = Literal["dry-run", "shadow", "enforce"]
State = Literal["START", "COMPLETE", "FAIL", "ABORT"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Parent:
    """The run of which this one is a part: of a scheduler's job."""

    namespace: str
    name: str
    run: str


@dataclass(frozen=True)
class Ending:
    """How a run ended. `decision`: what was decided, where anything was. `index`: the ledger's entry. `about`: what it keeps of a table that crossed."""

    state: State
    decision: Decision | None = None
    index: int | None = None
    about: Mapping[str, Any] | None = None
    why: str = ""


@dataclass(frozen=True)
class Run:
    """What is known of a run when it begins. `log`: the ledger's name. `world`: the digest of the world's file."""

    asking: Asking
    mode: Mode
    world: str
    log: str
    source: Source
    where: Address
    into: Address | None

    def event(self, run: str, at: dt.datetime, namespace: str, parent: Parent | None, ending: Ending | None = None) -> Json:
        """The event with which it begins, or the one with which it ended. `run`: its identifier, a UUID. `at`: in UTC."""
        state, decision = (ending.state, ending.decision) if ending is not None else ("START", None)
        facets = {"comity_transfer": self._transfer(ending)}
        if parent is not None:
            facets["parent"] = facet("parent", run={"runId": parent.run}, job={"namespace": parent.namespace, "name": parent.name})
        if ending is not None and ending.why:
            facets["errorMessage"] = facet("errorMessage", message=ending.why, programmingLanguage="PYTHON")
        return {
            "eventType": state,
            "eventTime": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "producer": PRODUCER,
            "schemaURL": EVENT,
            "run": {"runId": run, "facets": facets},
            "job": {
                "namespace": namespace,
                "name": f"{self.asking.movement}.{self.asking.table.name}",
                "facets": {"jobType": facet("jobType", processingType="BATCH", integration="COMITY", jobType="GATE")},
            },
            "inputs": [self._input()],
            "outputs": [] if self.into is None else [self._output(self.into, decision, (ending.about if ending is not None else None) or {})],
        }

    def _input(self) -> Json:
        told = {**dataset(self.where), "facets": {"schema": facet("schema", fields=_fields(self.source.schema))}}
        if self.source.rows is not None:
            told["inputFacets"] = {"inputStatistics": facet("inputStatistics", rowCount=self.source.rows)}
        return told

    def _output(self, into: Address, decision: Decision | None, about: Mapping[str, Any]) -> Json:
        """A table says its columns only once it is there."""
        told: Json = dataset(into)
        if about:
            told["outputFacets"] = {"outputStatistics": facet("outputStatistics", rowCount=about["rows"])}
        if about and decision is not None:
            crossing = decision.crossing
            hidden = {column for column in crossing.crossing if any(isinstance(form, Pseudonym) for form in crossing.forms(column))}
            schema = pa.schema([pa.field(name, pa.string()) if name in hidden else self.source.schema.field(name) for name in crossing.crossing])
            told["facets"] = {"schema": facet("schema", fields=_fields(schema)), "columnLineage": self._columns(decision)}
        return told

    def _columns(self, decision: Decision) -> Json:
        """Of each column that crossed, the forms; of the whole, the columns by which rows were held."""
        crossing, source = decision.crossing, dataset(self.where)
        fields: Json = {}
        for column in crossing.crossing:
            forms = crossing.forms(column)
            told = [{**source, "field": column, "transformations": [_transformation(form) for form in forms]}]
            if len(forms) > 1 and crossing.place is not None:
                told.append({**source, "field": crossing.place, "transformations": [{"type": "INDIRECT", "subtype": "CONDITIONAL", "masking": False}]})
            fields[column] = {"inputFields": told}
        by = dict.fromkeys(name for name in (crossing.place, *crossing.known) if name is not None)
        held = [{**source, "field": name, "transformations": [{"type": "INDIRECT", "subtype": "FILTER", "masking": False}]} for name in by]
        return facet("columnLineage", fields=fields, dataset=held)

    def _transfer(self, ending: Ending | None) -> Json:
        """Our own facet."""
        asking = self.asking
        movement = asking.world["movement"][asking.movement]
        told: Json = {
            "_producer": PRODUCER,
            "_schemaURL": f"{PRODUCER}#{SCHEMA}",
            "mode": self.mode,
            "movement": asking.movement,
            "day": dt.date.fromordinal(asking.days.day).isoformat(),
            "table": asking.table.name,
            "exporter": only(movement.facts.get("exporter")),
            "importer": only(movement.facts.get("importer")),
            "world": self.world,
            "law": law(asking.plan),
        }
        if ending is None:
            return told
        if (decision := ending.decision) is not None:
            outcomes = Counter(str(one.verdict.outcome) for one in decision.stays)
            told["crosses"] = _cells(decision.crosses)
            told["stays"] = {**_cells(decision.stays), "rows": sum(one.cell.rows for one in decision.stays), "outcomes": dict(sorted(outcomes.items()))}
            told["unknownRows"] = decision.nowhere
        if ending.index is not None:
            told["ledger"] = {"log": self.log, "index": ending.index}
        if ending.about is not None:
            told["manifest"], told["rows"] = ending.about["manifest"], ending.about["rows"]
        return told


def facet(name: str, **told: object) -> Json:
    """A facet of the specification."""
    where = FACETS[name]
    return {"_producer": PRODUCER, "_schemaURL": f"{SPEC}/facets/{where}.json#/$defs/{where.partition('/')[2]}", **told}


def dataset(where: Address) -> Json:
    """A table as OpenLineage names it, by the page *Naming conventions* of its documentation. Rows of a query are of their database."""
    if where.kind == "postgresql":
        told = urlsplit(where.path)
        host, asked = told.netloc.rpartition("@")[2], parse_qs(told.query)
        name, port = told.hostname or asked.get("host", ["localhost"])[0], asked.get("port", ["5432"])[0]
        table = where.table and (*where.table, "public")[:2]
        return {
            "namespace": f"postgres://{host if ':' in host else f'{name}:{port}'}",
            "name": ".".join([unquote(told.path.lstrip("/")) or asked.get("dbname", ["postgres"])[0], *reversed(table)]),
        }
    if where.kind == "duckdb":
        file = os.path.abspath(where.path)  # noqa: PTH100 -- a link is another name, and is kept
        return {"namespace": f"duckdb://{file}", "name": ".".join(reversed((*where.table, "main")[:2])) if where.table else "main"}
    if (store := where.files.type_name) in BUCKETS:
        bucket, _, key = where.path.partition("/")
        return {"namespace": f"{BUCKETS[store]}://{bucket}", "name": key}
    if not where.local:
        return {"namespace": store, "name": where.path}
    return {"namespace": "file", "name": os.path.abspath(where.path)}  # noqa: PTH100 -- likewise


def _fields(schema: pa.Schema) -> list[Json]:
    return [{"name": field.name, "type": str(field.type)} for field in schema]


def _transformation(form: Form) -> Json:
    """A form, in OpenLineage's words: what no longer says what it said is masked."""
    if isinstance(form, Keep):
        return {"type": "DIRECT", "subtype": "IDENTITY", "description": spoken(form), "masking": False}
    return {"type": "DIRECT", "subtype": "TRANSFORMATION", "description": spoken(form), "masking": True}


def _cells(passed: Iterable[Passed]) -> Json:
    held = list(passed)
    numbers = [one.cell.number for one in held]
    return {"cells": len(held), **({} if None in numbers else {"persons": sum(filter(None, numbers))})}
