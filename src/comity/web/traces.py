"""What whoever traces a site is told (OpenTelemetry): routes as they are written, status, time, and how many of which outcome.

No name of a movement, party or file, no address, query or header, no words of a fault: these are people's, or lead to them. Nothing leaves this
process unless its environment asks for it (`exported`).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import Final

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import Scope

from comity.law.rulebook import OUTCOMES
from comity.text.source import Mistakes, Place
from comity.verdict.verdict import Verdict

TRACER: Final = trace.get_tracer("comity")
PARENT: Final = TraceContextTextMapPropagator()
FAULT: Final = 500
"""From this status on it is the house that failed."""
ASKS: Final = "OTEL_TRACES_EXPORTER"
"""What names the exporters; with an address of OTLP alone, that one is meant."""
ADDRESSES: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
OTLP: Final = {"grpc": "otlp_proto_grpc"}
"""What exporters of other protocols than HTTP are called."""


@contextmanager
def request(scope: Scope) -> Iterator[Span]:
    """One request, within the trace of whoever asks; of its headers only the numbers of that trace are read, for the rest may say anything."""
    told = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), "")
    parent = PARENT.extract({"traceparent": told}) if told else None
    with TRACER.start_as_current_span("request", parent, SpanKind.SERVER, record_exception=False, set_status_on_exception=False) as span:
        yield span


def answered(span: Span, method: str, route: str, status: int) -> None:
    """Says of a request what it came to."""
    if span.is_recording():
        span.update_name(f"{method} {route}")
        span.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})
        if status >= FAULT:
            span.set_status(Status(StatusCode.ERROR))


@contextmanager
def step(name: str) -> Iterator[Span]:
    """A step on the way to an answer. Of a fault only that there was one is told."""
    with TRACER.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
        try:
            yield span
        except BaseException:
            span.set_status(Status(StatusCode.ERROR))
            raise


def counted(span: Span, verdicts: Iterable[Verdict]) -> None:
    """Says of a step how many verdicts came of it, by outcome."""
    if span.is_recording():
        found = Counter(OUTCOMES[one.outcome.worst] if one.outcome.settled else "undetermined" for one in verdicts)
        span.set_attributes({f"comity.outcome.{name.replace(' ', '_')}": count for name, count in found.items()})


def exported(environment: Mapping[str, str] = os.environ) -> None:
    """Sends traces where the environment asks for it, as OpenTelemetry's own variables say. Raises SourceError where what it asks for is not installed."""
    asked = environment.get(ASKS) or ("otlp" if any(map(environment.get, ADDRESSES)) else "none")
    if asked == "none" or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return
    mistakes, exporters = Mistakes(), []
    for name in map(str.strip, asked.split(",")):
        called = OTLP.get(environment.get("OTEL_EXPORTER_OTLP_PROTOCOL", ""), "otlp_proto_http") if name == "otlp" else name
        known = entry_points(group="opentelemetry_traces_exporter", name=called)
        if known:
            exporters += [one.load() for one in known][:1]
        else:
            mistakes.add(Place(ASKS, 1, 1), f"there is no exporter '{name}' here", "pip install 'comity[telemetry]'")
    mistakes.settle()
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 -- only whoever asks for traces has it
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 -- the same
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 -- the same

    provider = TracerProvider(resource=Resource.create({} if environment.get("OTEL_SERVICE_NAME") else {"service.name": "comity"}))
    for exporter in exporters:
        provider.add_span_processor(BatchSpanProcessor(exporter()))
    trace.set_tracer_provider(provider)
