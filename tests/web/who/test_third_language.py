"""The pages of accounts, and refusals, are said in a language that is dropped in like all others."""

from collections.abc import Iterator

import pytest
from housed import Housed, sign_in
from pseudo import NAME, added, left, read
from starlette.testclient import TestClient

HTML = {"accept": "text/html"}


@pytest.fixture(scope="module", autouse=True)
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with added(tmp_path_factory.mktemp("with") / "languages"):
        yield


@pytest.fixture
def signed_in(housed: Housed) -> TestClient:
    housed.passed += 100_000
    name = housed.account("kite_us", "read")
    housed.office.labels.put(name, "Ann")
    browser = housed.browser(**HTML)
    sign_in(browser, housed.passkey(name))
    return browser


@pytest.mark.parametrize("address", ["/sign-in", "/enrol"])
def test_whoever_comes_is_spoken_to(housed: Housed, address: str) -> None:
    said = read(housed.browser(**HTML).get(f"{address}?lang={NAME}").text)
    assert len(said) > 100
    assert left(said) == []


@pytest.mark.parametrize(("address", "status"), [("/account", 200), ("/movements/orders-for-merchants-abroad", 404), ("/ask", 403), ("/?on=soon", 400)])
def test_whoever_came_in_is_spoken_to(signed_in: TestClient, address: str, status: int) -> None:
    found = signed_in.get(f"{address}{'&' if '?' in address else '?'}lang={NAME}")
    assert found.status_code == status
    assert left(read(found.text)) == []


def test_whoever_is_not_known_is_told_so(housed: Housed) -> None:
    found = housed.browser(accept="application/json").get(f"/law?lang={NAME}")
    assert found.status_code == 401
    assert left(found.json()["title"] + found.json()["detail"]) == []
