"""The example of a licence, as its page prints it: the verdict follows the docket on every day, and everything is in the log."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples/joint-venture"


def test_the_page_prints_what_the_example_prints(tmp_path):
    ran = subprocess.run([sys.executable, EXAMPLE / "run.py", tmp_path / "ledger"], capture_output=True, text=True, check=True)
    printed = ran.stdout.replace(str(tmp_path / "ledger"), "build/joint-venture")
    page = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    assert page.split("```")[1].strip() == printed.strip()


def test_the_example_says_what_the_story_is_about():
    """So that the page is not made true by printing it anew."""
    page = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    said = [line.strip() for line in page.splitlines() if line.startswith("  2026-")]
    by_day = {day: dict(line.split("  ", 1)[1].split(": ") for line in said if line.startswith(day)) for day in {line[:10] for line in said}}
    assert {day: [by_day[day][name] for name in ("talks", "delivery", "delivery-to-a-partner")] for day in sorted(by_day)} == {
        "2026-01-05": ["authorisation required"] * 3,
        "2026-02-05": ["authorisation required"] * 3,
        "2026-03-09": ["permitted", "authorisation required", "authorisation required"],
        "2026-04-20": ["permitted", "permitted", "authorisation required"],
        "2026-06-15": ["permitted", "authorisation required", "authorisation required"],
        "2026-07-06": ["permitted", "permitted", "authorisation required"],
    }
    assert "Refused: 'sign-contract' is not made at the stage 'filed'" in page
    assert "Refused: the limit 'importers' is wider than what was asked for" in page
