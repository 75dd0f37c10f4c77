"""The questions that are asked most often, each from the first page to its verdict, in a browser without scripts and with every answer counted."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from chromium import Visit

HERE = Path(__file__).parent
COMMON: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "questions.yaml").read_text(encoding="utf-8"))
MOST = 12
USUAL = {"home": "true", "owned": "true", "unlisted": "true", "unmarked": "true", "tells": "true", "begins": "nothing", "rest": "whoever asks"}
"""What most answer alike: all is at home, on no list, owned by nobody who matters, a beginning, and nothing else is special."""


@pytest.fixture(scope="module")
def visit(browser: Any, base: str) -> Iterator[Visit]:
    made = Visit(browser, base, java_script_enabled=False)
    yield made
    made.close()


def fill(page: Any, name: str, said: str | list[str]) -> None:
    """Puts one answer into what takes it."""
    box = page.locator(f'[name="{name}"]')
    kind = box.first.evaluate("one => one.type")
    if kind == "select-one":
        options = box.locator("option").all()
        box.select_option(value=next(value for one in options if (value := one.get_attribute("value")) == said or str(said) in one.inner_text()))
    elif kind in ("radio", "checkbox"):
        for one in [said] if isinstance(said, str) else said:
            page.check(f'[name="{name}"][value="{one}"]')
    else:
        box.first.fill(said)


def press(page: Any, does: str) -> None:
    """Sends the form, and waits for the page that it leads to."""
    with page.expect_navigation():
        page.click(f"button[value={does}]")


def answered(visit: Visit, one: dict[str, Any]) -> list[str]:
    """Goes through the interview, and gives every blank that was filled and every question that was put."""
    page = visit.page
    visit.go("/ask?lang=en&on=2026-11-27")
    for name, said in one["first"].items():
        fill(page, name, said)
    counted = list(one["first"])
    press(page, "begin")
    answers = {fact: iter(said if isinstance(said, list) and fact != "fields" else [said]) for fact, said in (USUAL | one["then"]).items()}
    while page.locator(".asking legend").count() == 1 and len(counted) <= MOST:
        (text,) = page.locator(".asking legend").all_inner_texts()
        mark = page.locator('.asking input[type=hidden][name^="q."]').get_attribute("name").removeprefix("q.")
        fact = mark if mark in answers else re.split(r"[\[\]]", text)[-2]
        counted.append(fact)
        said = next(answers.get(fact, iter(())), None)
        if said is None:
            press(page, "dunno")
        else:
            fill(page, f"a.{mark}", said)
            press(page, "answer")
    return counted


@pytest.mark.parametrize("name", COMMON)
def test_a_common_question_is_settled_in_twelve(visit: Visit, name: str) -> None:
    one = COMMON[name]
    counted = answered(visit, one)
    said = visit.page.locator(".so-far").inner_text()
    assert len(counted) <= MOST, counted
    assert one["outcome"] in said, (counted, said)
    assert one["because"] in said
    assert visit.page.locator("article section .source a, article section a").count()  # with citations


def test_there_are_twenty() -> None:
    assert len(COMMON) == 20
