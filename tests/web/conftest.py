"""One browser, and one site with the example's world, for every test of pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import browsing, serving

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with browsing() as running:
        yield running


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    with serving(DEMO) as address:
        yield address
