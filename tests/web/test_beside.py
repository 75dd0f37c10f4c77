"""A verdict and another beside it: each side is what its own page says, and what differs is marked on both."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from comity.web.app import application
from comity.web.beside import DIFFERENT
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"
LOGS = "/movements/engineers-in-beijing-open-american-logs"


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(DEMO)), headers={"accept": "application/json"})


def asked(site: TestClient, address: str) -> dict[str, object]:
    found = site.get(address)
    assert found.status_code == 200, found.text
    return json.loads(found.content)  # type: ignore[no-any-return]  # an object


def sentences(notes: list[dict[str, object]], under: str = "") -> list[tuple[str, str]]:
    """Every sentence with the marked one that it rests on."""
    found = []
    for note in notes:
        text = str(note["text"])
        found.append((text, under))
        found += sentences(note["parts"], under or (text if text.startswith(DIFFERENT) else ""))
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_side_is_what_its_own_page_says_with_what_is_only_there_marked(site: TestClient, lang: str) -> None:
    both = asked(site, f"{LOGS}/beside?other_on=2024-06-01&lang={lang}")
    alone = [asked(site, f"{LOGS}?lang={lang}"), asked(site, f"{LOGS}?on=2024-06-01&lang={lang}")]
    texts = [{text for text, _ in sentences(one["notes"])} for one in alone]
    for at, side in enumerate(("here", "there")):
        told = both[side]
        assert (told["flow"], told["on"]) == (alone[at]["flow"], alone[at]["on"])
        assert [text.removeprefix(DIFFERENT) for text, _ in sentences(told["notes"])] == [text for text, _ in sentences(alone[at]["notes"])]
        for text, under in sentences(told["notes"]):
            assert text.startswith(DIFFERENT) <= (text.removeprefix(DIFFERENT) not in texts[1 - at])
            assert text.startswith(DIFFERENT) or under or not text or text in texts[1 - at]
    assert any(law["differs"] for law in both["laws"])
    assert all(law["differs"] == (law["here"] != law["there"]) for law in both["laws"])


def test_exchanged_sides_mirror_each_other(site: TestClient) -> None:
    other = "weights-trained-on-american-data-go-back"
    one, two = asked(site, f"{LOGS}/beside?other={other}"), asked(site, f"/movements/{other}/beside?other={LOGS.rpartition('/')[2]}")
    assert (one["here"], one["there"]) == (two["there"], two["here"])
    assert {law["regime"]: (law["here"], law["there"]) for law in one["laws"]} == {law["regime"]: (law["there"], law["here"]) for law in two["laws"]}


def test_the_same_beside_itself_differs_in_nothing(site: TestClient) -> None:
    both = asked(site, f"{LOGS}/beside")
    assert both["here"] == both["there"]
    assert not any(law["differs"] for law in both["laws"])
    assert not any(text.startswith(DIFFERENT) for text, _ in sentences(both["here"]["notes"]))


def test_bad_choices_are_said_together(site: TestClient) -> None:
    wrong = site.get(f"{LOGS}/beside?other_on=soon&other_known=later")
    assert (wrong.status_code, len(wrong.json()["mistakes"])) == (400, 2)
    assert site.get(f"{LOGS}/beside?other=nobody").status_code == 400
    assert site.get("/movements/nobody/beside").status_code == 404
