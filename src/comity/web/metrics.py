"""What whoever watches a site counts (Prometheus): requests by route and status, their time, flows by outcome. No name of a movement, party, file or person."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from comity.edge.chosen import STATES
from comity.text.source import SourceError
from comity.web import traces
from comity.web.site import Site

NOWHERE = "nowhere"
"""The route of what is asked for and not there: an address could hold a name."""


class Metrics:
    """The counts of one site."""

    def __init__(self, site: Site) -> None:
        self.registry = CollectorRegistry()
        self.seconds = Histogram("comity_request_seconds", "Seconds until an answer was sent", ["route", "method", "status"], registry=self.registry)
        self.registry.register(_Flows(site))

    def scraped(self, _: Request) -> Response:
        """All counts, as they are scraped."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


class Watched:
    """Takes down how long each answer took, for those who count and those who trace."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with traces.request(scope) as span:
            try:
                await self.app(scope, receive, watched)
            finally:
                route = getattr(scope.get("route"), "path", NOWHERE)
                method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST") else "other"
                self.metrics.seconds.labels(route, method, str(status)).observe(time.perf_counter() - start)
                traces.answered(span, method, route, status)


class _Flows(Collector):
    """The flows of the served world by outcome, as they are when somebody counts; none while the world cannot be read."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def describe(self) -> list[GaugeMetricFamily]:
        """Which there are: said, so that registering them judges nothing."""
        return [_flows(), _well(0)]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Both gauges."""
        flows = _flows()
        try:
            counts = Counter(sign for _, _, sign in self.site.look().told)
        except SourceError:
            yield _well(0)
            return
        for sign in STATES:
            flows.add_metric([sign], counts[sign])
        yield flows
        yield _well(1)


def _flows() -> GaugeMetricFamily:
    return GaugeMetricFamily("comity_flows", "Movements of the served world by outcome: 0 prohibited to 3 permitted, or open", labels=["outcome"])


def _well(value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily("comity_world_readable", "1 while the served world can be read, else 0", value)
