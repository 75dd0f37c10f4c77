"""Whatever the description of the API allows is answered as it says, and what it does not allow is refused."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from needs import needed

from comity.web.app import application
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"
EXAMPLES = 4
PAGED = "that the number of a page is written without a point"
NO_SCHEMA_SAYS = {
    "/verdicts": "that a link leads to a record, that a name is none of a world's",
    "/opinions": "which words begin like those of a family",
    "/ask/questions": "what answers are, packed",
    "/movements/{movement}/ask": "what answers are, packed",
    "/": PAGED,
    "/docket": PAGED,
    "/docket/{matter}/packs": PAGED,
    "/register": PAGED,
    "/runs": PAGED,
    "/ask": "that who assumes something says who he is",
}
"""What a body may have wrong that its schema cannot tell."""


@pytest.fixture(scope="module")
def schemathesis() -> ModuleType:
    return needed("schemathesis", "web", "schemathesis is not installed: make servers")


@pytest.fixture(scope="module")
def described(schemathesis: ModuleType) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", application(Site(DEMO)))


@pytest.mark.parametrize("mode", ["POSITIVE", "NEGATIVE"])
def test_the_description_holds(schemathesis: ModuleType, described: Any, mode: str) -> None:
    unsaid = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]
    operations = [found.ok() for found in described.get_all_operations()]
    assert {"/", "/verdicts", "/opinions"} <= {one.path for one in operations}
    for one in operations:
        ask(one.as_strategy(generation_mode=schemathesis.generation.GenerationMode[mode]), unsaid if one.path in NO_SCHEMA_SAYS else [])


def ask(cases: Any, unsaid: list[Any]) -> None:
    @seed(7)
    @settings(max_examples=EXAMPLES, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(cases)
    def one(case: Any) -> None:
        case.headers = {**(case.headers or {}), "accept": "application/json"}
        case.call_and_validate(excluded_checks=unsaid)

    one()
