"""One verdict: every leaf leads to a provision, questions are answered in place and marked as assumed, days have a clock, the cheapest way is the cheapest."""

import hashlib
import html
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import rfc8785
from starlette.testclient import TestClient

from comity.law.regime import Regime
from comity.law.rulebook import Law
from comity.web import verdict
from comity.web.app import application
from comity.web.site import Site
from comity.web.view import View
from comity.words.notes import Note
from comity.words.page import SCOPE, Page, state
from comity.words.words import Words

EXAMPLES = Path(__file__).parents[2] / "examples"
OPEN = "/movements/delivery"
DONE = "/movements/engineers-in-beijing-open-american-logs"
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def site() -> TestClient:
    return TestClient(application(Site(EXAMPLES / "joint-venture/world.yaml")), headers={"accept": "text/html"})


@pytest.fixture(scope="module")
def served() -> Site:
    return Site(EXAMPLES / "platform/world.yaml")


@pytest.fixture(scope="module")
def platform(served: Site) -> TestClient:
    return TestClient(application(served), headers={"accept": "text/html"})


def told(site: TestClient, where: str) -> dict:
    found = site.get(where, headers=JSON)
    assert found.status_code == 200, found.text
    return found.json()


def texts(notes: list[dict]) -> Iterator[str]:
    for note in notes:
        yield note["text"]
        yield from texts(note["parts"])


def leaves(note: Note, above: tuple[Note, ...] = ()) -> Iterator[tuple[Note, tuple[Note, ...]]]:
    """The facts, and what stands above each."""
    if note.fact is not None:
        yield note, above
    for part in note.parts:
        yield from leaves(part, (*above, note))


def test_every_fact_stands_under_a_provision_with_its_gist_and_citation_whatever_the_outcome(served: Site) -> None:
    look = served.look()
    words = Words("en", look.read.plan.vocabulary)
    first = {str(state(one.outcome)): one for one in reversed(look.verdicts.values())}
    assert set(first) == {"0", "1", "2", "3", "open"}
    for one in first.values():
        found = [leaf for note in Page(one, look.read.world, words, list(one.spans)).notes() for leaf in leaves(note)]
        assert found
        for leaf, above in found:
            provision = next(note for note in reversed(above) if note.law is not None)
            assert provision.law is not None
            assert provision.law[1] != SCOPE, leaf.text
            regime = look.read.plan.regime(provision.law[0])
            known = [law for law in provisions(regime) if law.path == provision.law[1]]
            text = provision.text.lower()  # a gist that was told in full above is cut short
            assert any(law.cite in provision.text and (words.gist(law).split()[-1].lower() in text or "…" in text) for law in known), (leaf.text, text)


def provisions(regime: Regime) -> Iterator[Law]:
    yield from (found for found, _ in regime.findings.values())
    yield from (law for law, _ in regime.prohibitions)
    yield from (one.ground for one in regime.grounds)
    yield from (one.duty for one in regime.duties)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_missing_fact_is_answered_in_place_and_what_rests_on_it_says_so(site: TestClient, lang: str) -> None:
    page, before = html.unescape(site.get(f"{OPEN}?lang={lang}").text), told(site, f"{OPEN}?lang={lang}")
    (question, *_) = before["asked"]
    assert page.count('<form class="question"') == len(before["asked"])
    assert question["why"] in page
    sent = {"answers": before["packed"], "do": "answer", f"q.{question['mark']}": "", f"a.{question['mark']}": "2026-04-03"}
    found = site.post(f"{OPEN}/if?lang={lang}", data=sent, follow_redirects=False)
    assert found.status_code == 303
    after = told(site, found.headers["location"])
    (said,) = after["assumed"]
    assert (said["key"], said["value"], after["flow"]["state"]) == ("movements/delivery/on", "2026-04-03", "1")
    assumed = {"en": "assumed", "zh": "假定"}[lang]
    assert any(text.startswith(assumed) and after["on"] in text for text in texts(after["notes"]))
    assert {"en": "on assumptions", "zh": "以所作假定为前提"}[lang] in site.get(found.headers["location"]).text
    assert told(site, f"{OPEN}?lang={lang}") == before, "nothing is kept"
    back = site.post(found.headers["location"], data={"answers": after["packed"], "do": f"back {said['key']}"}, follow_redirects=False)
    assert back.headers["location"] == f"{OPEN}?lang={lang}"


def test_a_verdict_on_assumptions_is_sealed_with_them_and_its_address_pins_all(site: TestClient) -> None:
    plain = told(site, OPEN)
    sent = {"answers": "", "do": "answer", f"q.{plain['asked'][0]['mark']}": "", f"a.{plain['asked'][0]['mark']}": "2026-04-03"}
    after = told(site, site.post(f"{OPEN}/if", data=sent, follow_redirects=False).headers["location"])
    kept = dict(after["record"])
    assert kept.pop("digest") == hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    assert (kept["world"], "answers" in plain["record"]) == (plain["record"]["world"], False)
    again = told(site, after["pinned"])
    assert (again["record"], again["changed"]) == (after["record"], [])
    assert rfc8785.dumps(again["notes"]) == rfc8785.dumps(after["notes"])


def test_what_is_not_chosen_changes_nothing_and_is_said(site: TestClient) -> None:
    mark = told(site, OPEN)["asked"][0]["mark"]
    found = site.post(f"{OPEN}/if", data={"answers": "", "do": "answer", f"q.{mark}": "", f"a.{mark}": ""})
    assert found.status_code == 400
    assert 'role="alert"' in found.text
    assert site.post("/movements/nobody/if", data={"do": "answer"}).status_code == 404
    assert site.get("/movements/nobody/if").status_code == 404


def test_what_falls_due_has_a_day_a_clock_and_a_provision(platform: TestClient) -> None:
    dues = told(platform, f"{DONE}?lang=en")["dues"]
    assert [(one["day"], one["clock"], one["by"], one["law"]) for one in dues] == [
        ("2036-11-23", "10 years after: the day", "kite_us", ["us.dsp", "K/1101/a"]),
        ("2036-11-23", "10 years after: the day", "kite_us", ["us.dsp", "K/1101/b"]),
    ]
    page = html.unescape(platform.get(f"{DONE}?lang=en").text)
    assert all(said in page for one in dues for said in (one["gist"], one["cite"], one["clock"]))


def test_the_cheapest_way_beside_a_verdict_is_the_first_of_its_own_page(platform: TestClient) -> None:
    before = told(platform, "/movements/voices-for-captions?lang=en")["cheapest"]
    first = told(platform, "/ways/voices-for-captions?lang=en")["record"]["ways"][0]
    after = told(platform, "/movements/voices-for-captions?lang=en")["cheapest"]
    assert (after["cost"], len(after["steps"]), after["outcome"][1]) == (first["cost"], len(first["steps"]), first["outcome"])
    assert before in (None, after), "what is not found in time is not told before its own page has found it"
    assert told(platform, "/movements/trends-without-persons")["cheapest"] is None


def test_a_law_is_told_down_to_the_facts_if_it_is_asked_for(platform: TestClient) -> None:
    where = "/movements/trends-without-persons?lang=en"
    brief = told(platform, where)
    assert brief["full"] == []
    law = brief["flow"]["laws"][0]
    full = told(platform, f"{where}&full={law},nothing")
    assert full["full"] == [law]
    assert len([*texts(full["notes"])]) > len([*texts(brief["notes"])])
    assert f"full={law}" in platform.get(where).text


def test_whoever_sees_a_part_of_the_world_is_told_the_questions_and_not_what_there_is_to_choose_from(served: Site) -> None:
    view, path = View.of("/", {"lang": "en"}), {"movement": "weights-trained-on-american-data-go-back"}
    whole, part = verdict.page(served, view, path), verdict.page(served.seen("kite_us"), view, path)
    assert [one.text for one in whole.asked] == part.beyond
    assert part.asked == whole.beyond == []
