"""One house for all who come to it; each test makes its own accounts, and time only goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from housed import Housed

from comity.web.site import Site

DEMO = Path(__file__).parents[3] / "examples/platform/world.yaml"


@pytest.fixture(scope="session")
def housed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Housed]:
    made = Housed(tmp_path_factory.mktemp("accounts"), Site(DEMO))
    yield made
    made.office.close()
