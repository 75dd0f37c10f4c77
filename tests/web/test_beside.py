"""A verdict and another beside it: each side is what its own page says, and what differs is marked on both."""

import html
import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from comity.web.app import application
from comity.web.beside import DIFFERENT
from comity.web.site import Site

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "examples/platform/world.yaml"
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


def ends(turn: dict[str, object], at: int) -> list[object]:
    """How something stands on both sides, from this one or from the other."""
    return [turn["here"], turn["there"]][::at]


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
    turned = [{(*turn["law"], *map(tuple, ends(turn, at))) for group in found["flipped"] for turn in group["turned"]} for found, at in ((one, 1), (two, -1))]
    assert turned[0] == turned[1]
    assert turned[0]
    assert {law["regime"]: (law["here"], law["there"]) for law in one["laws"]} == {law["regime"]: (law["there"], law["here"]) for law in two["laws"]}


def test_the_same_beside_itself_differs_in_nothing(site: TestClient) -> None:
    both = asked(site, f"{LOGS}/beside")
    assert both["here"] == both["there"]
    assert both["flipped"] == []
    assert not any(law["differs"] for law in both["laws"])
    assert not any(text.startswith(DIFFERENT) for text, _ in sentences(both["here"]["notes"]))


def test_what_flipped_is_told_with_the_fact_that_turns_it(site: TestClient) -> None:
    """A prohibition that began on a day stands on one side for no other reason than the day."""
    (group,) = asked(site, f"{LOGS}/beside?other_on=2024-06-01&lang=en")["flipped"]
    bar = next(one for one in group["turned"] if one["law"] == ["us.dsp", "D/401"])
    assert (group["regime"], bar["kind"], bar["here"][0], bar["there"][0]) == ("us.dsp", "prohibition", "2", "")
    (day,) = bar["tests"]
    assert (day["here"]["truth"], day["there"]["truth"], day["law"], day["cite"]) == ("met", "not met", ["us.dsp", "D/401"], "28 CFR 202.401(a)")
    assert (day["here"]["value"][:10], day["there"]["value"][:10]) == ("2026-11-23", "2024-06-01")
    page = site.get(f"{LOGS}/beside?other_on=2024-06-01&lang=en", headers={"accept": "text/html"}).text
    assert all(html.escape(said) in page for said in (bar["gist"], day["here"]["value"], day["there"]["value"]))


def test_as_known_now_stands_beside_what_was_known_and_under_another_edition_beside_this_one(tmp_path: Path) -> None:
    """Neither is the verdict on what is served now, and the address says which is which."""
    law = tmp_path / "us.padfa"
    law.mkdir()
    text = (ROOT / "src/comity/rulebooks/us.padfa/rulebook.yaml").read_text()
    assert "\n  2/a/2:" in text
    (law / "rulebook.yaml").write_text(text.replace("published: 2026-11-26", "published: 2026-11-20").replace("edition: 2026.11.2", "edition: 2026.11.1"))
    day = "2026-11-26"
    site = TestClient(application(Site(DEMO, editions=[law])), headers={"accept": "application/json"})
    both = asked(site, f"{LOGS}/beside?known={day}&other_edition=us.padfa&other_known=2026-11-21")
    assert (both["here"]["edition"], both["there"]["edition"], both["editions"]) == (None, ["us.padfa", "2026.11.1"], [["us.padfa", "2026.11.1"]])
    assert (both["here"]["known"], both["there"]["known"], both["there"]["address"]) == (day, "2026-11-21", "")
    assert [one["regime"] for one in both["laws"] if one["there"]] == ["us.padfa"]
    assert {group["regime"] for group in both["flipped"]} == {one["regime"] for one in both["laws"] if one["differs"]}
    assert site.get(f"{LOGS}/beside?other_edition=us.dsp").status_code == 400
    (law / "rulebook.yaml").write_text(text.replace("rulebook: us.padfa", "rulebook: us.other"))
    assert site.get(f"{LOGS}/beside?other_edition=us.padfa").status_code == 503


def test_bad_choices_are_said_together(site: TestClient) -> None:
    wrong = site.get(f"{LOGS}/beside?other_on=soon&other_known=later")
    assert (wrong.status_code, len(wrong.json()["mistakes"])) == (400, 2)
    assert site.get(f"{LOGS}/beside?other=nobody").status_code == 400
    assert site.get("/movements/nobody/beside").status_code == 404
