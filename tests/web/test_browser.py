"""Every page in a real browser: nothing is asked of others, nothing is complained of, nobody is shut out; in both languages, with and without scripts."""

from collections.abc import Iterator
from typing import Any

import pytest
from chromium import Visit

from comity.interview.answers import Answers

ASSUMED = Answers("assets:\n  us_weights:\n    reveals: [{asset: us_logs, recoverable: false}]").packed()
PAGES = {
    "flows": "/",
    "flows-filtered": "/?from=US&to=CN&outcome=2",
    "flows-none": "/?from=US&to=US&outcome=0",
    "verdict-conditional": "/movements/engineers-in-beijing-open-american-logs",
    "verdict-conflict": "/movements/mailboxes-for-an-american-court",
    "verdict-undetermined": "/movements/engineers-in-singapore-open-european-tickets",
    "verdict-assumed": f"/movements/weights-trained-on-american-data-go-back/if?answers={ASSUMED}",
    "verdict-another-day": "/movements/engineers-in-beijing-open-american-logs?on=2024-06-01",
    "packs": "/movements/viewing-histories-for-training/packs",
    "beside": "/movements/engineers-in-beijing-open-american-logs/beside?other_on=2024-06-01",
    "ways": "/ways/incomes-of-creators-analysed-abroad",
    "ways-none": "/ways/brazilian-channels-in-the-american-cloud",
    "register": "/register?from=US",
    "law": "/law",
    "regime": "/law/us.padfa",
    "provision": "/law/us.dsp/D/401",
    "editions": "/law/us.padfa/changes",
    "compare": "/law/compare?a=eu.gdpr&b=uk.gdpr",
    "changes": "/changes?from=2025-04-07&to=2025-04-08",
    "ask": "/ask",
    "ask-on": "/movements/engineers-in-singapore-open-european-tickets/ask",
    "settlement": "/settlement?movement=engineers-in-beijing-open-american-logs&law=us.dsp",
    "plan": "/plan?movement=engineers-in-beijing-open-american-logs,advertising-measured-on-european-pages&law=us.dsp,eu.gdpr",
    "plan-none": "/plan?movement=advertising-profiles-sold-to-shanghai&law=us.dsp",
    "docket": "/docket",
    "runs": "/runs",
    "counts": "/counts",
    "health": "/health",
    "not-found": "/movements/nobody",
    "asked-wrongly": "/?on=tomorrow",
}
HEAVIEST = 150_000


@pytest.fixture
def visit(browser: Any, base: str) -> Iterator[Visit]:
    made = Visit(browser, base, viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_to_itself_and_shuts_nobody_out(visit: Visit, name: str, lang: str) -> None:
    address = PAGES[name] + ("&" if "?" in PAGES[name] else "?") + f"lang={lang}"
    status = visit.go(address).status
    visit.shown(name, lang)
    assert visit.elsewhere == []
    assert [one for one in visit.told if f"status of {status}" not in one] == []  # the browser tells each answer that is none
    assert visit.violations() == []
    assert visit.bytes() <= HEAVIEST


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_holds_in_the_dark_and_on_a_narrow_screen(browser: Any, base: str, scheme: str) -> None:
    visit = Visit(browser, base, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    for name in ("flows", "verdict-conditional", "beside", "settlement"):
        visit.go(PAGES[name])
        assert visit.violations() == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, "the page is wider than the screen"
    visit.close()


def test_on_paper_a_verdict_has_its_tree_open_its_citations_addressed_and_its_digests_below(visit: Visit) -> None:
    visit.go(PAGES["verdict-conditional"])
    leaf, links = visit.page.locator("details:not([open]) li").last, visit.page.locator(".top nav, .back, aside form")
    digest = visit.page.locator("aside .digest").nth(1).inner_text()
    assert not leaf.is_visible()
    visit.page.emulate_media(media="print")
    assert leaf.is_visible()
    assert not any(one.is_visible() for one in links.all())
    assert digest in visit.page.locator("footer .paper").inner_text()
    told = visit.page.locator("a.cite[data-at]").first.evaluate("one => getComputedStyle(one, '::after').content")
    assert "/law/us.dsp/D/401" in told


def test_without_scripts_everything_is_there(browser: Any, base: str) -> None:
    visit = Visit(browser, base, java_script_enabled=False)
    visit.go("/")
    assert visit.page.locator("table.flows tbody tr").count() == 35
    visit.page.select_option("select[name=from]", "US")
    visit.page.select_option("select[name=outcome]", "0")
    visit.page.click("form.filter button")
    assert visit.page.locator("table.flows tbody tr").count() == 1
    visit.page.click("table.flows tbody a")
    assert visit.page.locator("h1").inner_text() == "advertising-profiles-sold-to-shanghai"
    visit.close()


def test_by_keyboard_alone_one_comes_from_the_flows_to_a_reason(visit: Visit) -> None:
    visit.go("/?outcome=0&lang=en")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    for _ in range(60):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.closest('table.flows tbody') !== null"):
            break
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/movements/**")
    for _ in range(60):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    before = visit.page.evaluate("document.activeElement.parentElement.open")
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.parentElement.open") is not before


def test_by_keyboard_alone_and_without_scripts_one_goes_through_the_interview(browser: Any, base: str) -> None:
    """From one question to the next, and back to the first by taking the answer back."""
    visit = Visit(browser, base, java_script_enabled=False)
    visit.go("/movements/weights-trained-on-american-data-go-back/ask?lang=en")
    first = visit.page.locator(".asking legend").all_inner_texts()
    press(visit, "button[value=dunno]")
    assert "answers=" in visit.page.url
    assert visit.page.locator(".asking legend").all_inner_texts() != first
    press(visit, "button[value^=again]")
    assert visit.page.locator(".asking legend").all_inner_texts() == first
    visit.close()


def press(visit: Visit, button: str) -> None:
    """Goes to a button by the keyboard, over what all pages begin with, and presses it."""
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    for _ in range(40):
        visit.page.keyboard.press("Tab")
        if visit.page.locator(f"{button}:focus").count():
            break
    with visit.page.expect_navigation():
        visit.page.keyboard.press("Enter")
