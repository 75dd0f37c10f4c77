"""What is traced: every route and every step of it, and nobody's name, address or words."""

import json
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from comity.text.source import SourceError
from comity.web import traces
from comity.web.app import ASKINGS, PAGES, application
from comity.web.site import Site

CANARY = "canary"
WORLD = """
world: canary-world
parties:
  canary-party: {kind: organisation, organised_in: [US]}
  canary-other: {kind: organisation, organised_in: [CN]}
movements:
  canary-movement: {exporter: canary-party, importer: canary-other, origin: US, destination: CN}
"""
TOLD = {
    "user-agent": "canary",
    "cookie": "canary=canary",
    "authorization": "Bearer canary",
    "referer": "http://localhost/canary",
    "x-forwarded-for": "canary",
    "idempotency-key": '"canary"',
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "tracestate": "canary=canary",
    "baggage": "canary=canary",
}
ALLOWED = {"http.request.method", "http.route", "http.response.status_code"}
"""What a span may say, beside how many verdicts came to which outcome."""


@pytest.fixture(scope="module")
def kept() -> InMemorySpanExporter:
    provider, made = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(made))
    trace.set_tracer_provider(provider)
    return made


@pytest.fixture
def spans(kept: InMemorySpanExporter) -> InMemorySpanExporter:
    kept.clear()
    return kept


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    file = tmp_path_factory.mktemp("canary") / "canary.yaml"
    file.write_text(WORLD, encoding="utf-8")
    app = application(Site(file))
    return TestClient(app, headers=TOLD, raise_server_exceptions=False, client=("192.0.2.77", 50_000))


def ask_everything(site: TestClient) -> None:
    """Every route, with a canary wherever something can be said; well and badly."""
    app: Any = site.app
    for route in app.routes:
        if isinstance(route, Mount):
            site.get(f"{route.path}/canary.css")
            continue
        assert isinstance(route, Route)
        path = route.path.replace("{movement:path}", "canary-movement").replace("{entry:int}", "77")
        for name in ("regime", "path:path", "matter"):
            path = path.replace(f"{{{name}}}", "canary")
        for how in ("as=json&canary=canary", "on=canary"):
            site.get(f"{path}?{how}")
    site.get("/canary/canary?canary=canary")
    site.request("CANARY", "/")
    site.get("/", headers={"host": "canary.example"})
    site.post("/ask", data={"do": "canary"}, headers={"sec-fetch-site": "canary"})
    for kind in ("application/json", "application/yaml", "application/canary"):
        for body in (WORLD, '{"facts": {"canary": "canary"}}', '{"facts": {"importer_role": "canary"}}', '{"facts": {"destination": "CN"}}'):
            for path in ("/verdicts", "/opinions"):
                site.post(path, content=body, headers={"content-type": kind})
    site.post("/opinions/stream", content='{"facts": {"canary": "canary"}}\n', headers={"content-type": "application/x-ndjson"})


def test_nothing_that_anybody_said_is_in_any_span(site: TestClient, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CANARY in site.get("/movements/canary-movement").text  # the world is read, and told to whoever asks
    ask_everything(site)
    monkeypatch.setattr(Site, "look", lambda *_: (_ for _ in ()).throw(RuntimeError("canary")))
    assert site.get("/?canary").status_code == 500
    found = spans.get_finished_spans()
    for span in found:
        assert CANARY not in json.loads(span.to_json()).__repr__()
        assert "192.0.2.77" not in span.to_json()
        assert not span.events
        assert not span.links
        assert span.status.description is None
        assert not span.context.trace_state
        assert {name for name in span.attributes or {} if not name.startswith("comity.outcome.")} <= ALLOWED
    app: Any = site.app
    routes = {route.path for route in app.routes} | {"nowhere"}
    assert {span.attributes["http.route"] for span in found if span.attributes and "http.route" in span.attributes} == routes
    assert {page.path for page in PAGES} | {one.path for one in ASKINGS} <= routes


def test_a_request_has_its_steps_within_the_trace_of_whoever_asks(site: TestClient, spans: InMemorySpanExporter) -> None:
    site.post("/verdicts", content=WORLD, headers={"content-type": "application/yaml", "idempotency-key": '"steps"'})
    *steps, request = spans.get_finished_spans()
    assert [span.name for span in steps] == ["read", "judge", "lay out"]
    assert request.name == "POST /verdicts"
    assert request.parent is not None
    assert f"{request.parent.span_id:x}" == TOLD["traceparent"].split("-")[2]
    assert all(span.parent == request.context for span in steps)
    assert sum(dict(steps[1].attributes or {}).values()) == 1  # type: ignore[arg-type]  # counts
    assert request.attributes == {"http.request.method": "POST", "http.route": "/verdicts", "http.response.status_code": 200}


def test_nothing_is_sent_where_nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("an exporter was looked for")

    monkeypatch.setattr(traces, "entry_points", fail)
    for environment in ({}, {"OTEL_TRACES_EXPORTER": "none"}, {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "true"}):
        traces.exported(environment)


@pytest.mark.parametrize("environment", [{"OTEL_TRACES_EXPORTER": "pigeons, doves"}])
def test_every_exporter_that_is_not_here_is_said(environment: dict[str, str]) -> None:
    with pytest.raises(SourceError) as caught:
        traces.exported(environment)
    assert [mistake.message for mistake in caught.value.mistakes] == [f"there is no exporter '{name}' here" for name in ("pigeons", "doves")]
