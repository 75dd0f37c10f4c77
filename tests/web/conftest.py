"""One browser, and one site with the example's world, for every test of pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import browsing, serving

from comity.web.app import application
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with browsing() as running:
        yield running


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    site = Site(DEMO, levers=(DEMO.with_name("levers.yaml"),), values=DEMO.with_name("values.yaml"))
    with serving(application(site)) as address:
        yield address
