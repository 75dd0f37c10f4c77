"""Whatever the description of the API allows is answered as it says, and what it does not allow is refused."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from housed import Housed
from hypothesis import HealthCheck, Phase, given, seed, settings
from needs import needed

from comity.edge.registered import FORMS
from comity.web.app import FILES, application
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"
EXAMPLES = 4
PAGED = "that the number of a page is written without a point"
NO_SCHEMA_SAYS = {
    "/verdicts": "that a link leads to a record, that a name is none of a world's",
    "/opinions": "which words begin like those of a family",
    "/ask/questions": "what answers are, packed",
    "/answers.yaml": "what answers are, packed",
    "/movements/{movement}/ask": "what answers are, packed",
    "/movements/{movement}/if": "what answers are, packed",
    "/": PAGED,
    "/docket": PAGED,
    "/docket/{matter}/packs": PAGED,
    "/register": PAGED,
    "/runs": PAGED,
    "/changes": "that one day is before another",
    **dict.fromkeys(("/register/packs/{rulebook}/{file}", *(f"/register.{form}" for form in FORMS)), "which laws and movements there are"),
    "/ask": "that who assumes something says who he is",
}
"""What a body may have wrong that its schema cannot tell."""
FILED = {re.sub(r":\w+}", "}", one.path) for one in FILES}
"""What is a file, and says little of itself."""
UNWRITTEN = "/opinions/stream"
"""What is sent there is in forms that nobody makes up from a schema."""


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
    assert {"/", "/verdicts", "/opinions", UNWRITTEN} <= {one.path for one in operations}
    for one in operations:
        if one.path == UNWRITTEN or (mode == "NEGATIVE" and not one.definition.raw.keys() & {"parameters", "requestBody"}):
            continue  # where nothing is asked nothing can be asked wrongly
        many = 1 if one.path in FILED else EXAMPLES
        ask(one.as_strategy(generation_mode=schemathesis.generation.GenerationMode[mode]), unsaid if one.path in NO_SCHEMA_SAYS else [], many)


def ask(cases: Any, unsaid: list[Any], many: int) -> None:
    def one(case: Any) -> None:
        case.headers = {**(case.headers or {}), "accept": "application/json"}
        case.call_and_validate(excluded_checks=unsaid)

    each(cases, many, one)


def each(cases: Any, examples: int, one: Callable[[Any], None]) -> None:
    """Does this with so many of the cases, always the same ones."""

    @seed(7)
    @settings(max_examples=examples, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(cases)
    def asked(case: Any) -> None:
        one(case)

    asked()


@pytest.fixture
def housed(tmp_path: Path) -> Iterator[Housed]:
    made = Housed(tmp_path / "accounts", Site(DEMO))
    yield made
    made.office.close()


def test_the_description_holds_of_a_site_that_lets_people_in(schemathesis: ModuleType, housed: Housed) -> None:
    """Whoever comes, with a token or with none, is answered by a status that is described, in the form that is, and by no fault."""
    known = {"host": "comity.example", **housed.token(housed.account("kite_us", "read"), "read")}
    described = schemathesis.openapi.from_asgi("/openapi.json", housed.app, headers=known)
    names = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
    checks = [schemathesis.checks.CHECKS.get_one(name) for name in names]
    codes = set()

    def one(case: Any) -> None:
        case.headers = {name: value for name, value in (case.headers or {}).items() if name.lower() != "authorization"}
        for headers in (known, {"host": "comity.example", "authorization": "Bearer guess"}, {"host": "comity.example"}):
            codes.add(case.call_and_validate(headers=headers, checks=checks).status_code)

    for found in (found.ok() for found in described.get_all_operations()):
        if found.path != UNWRITTEN:
            each(found.as_strategy(), 1, one)
    assert {200, 303, 400, 401, 403, 404} >= codes >= {200, 401, 403, 404}
