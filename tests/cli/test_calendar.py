"""`comity law calendar`: what the page of calendars shows is what is printed; and what one can get wrong."""

import re
import shlex
from pathlib import Path

import pytest

from comity import shelf

PAGE = Path(__file__).parents[2] / "docs" / "calendars.md"
TRANSCRIPTS = [
    (shlex.split(command)[2:], told)
    for block in re.findall(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for command, told in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]
WRITTEN = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize(("command", "told"), TRANSCRIPTS, ids=[" ".join(command) for command, _ in TRANSCRIPTS])
def test_the_page_shows_what_is_printed(say, command, told):
    """`…` stands for lines left out; nothing else differs."""
    said = say("law", *command)
    assert (said.code, said.err) == (0, "")
    lines = [line for line in told.splitlines() if line != "…"]
    printed = iter(said.out.splitlines())
    assert all(line in printed for line in lines), said.out
    assert "…" in told or said.out == told


def test_the_page_has_transcripts():
    assert len(TRANSCRIPTS) == 5


def test_the_page_lists_every_shipped_calendar():
    rows = [line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| [A-Z]{2}", line)]
    listed = {place: row[2].strip() for row in rows for place in row[1].strip().split(", ")}
    assert listed == {place: f"{_year(a.calendar().first)}–{_year(a.calendar().horizon)}" for place, a in shelf.almanacs().items()}


def _year(number):
    import datetime as dt

    return dt.date.fromordinal(number).year


def test_a_file_is_shown_as_its_page_says(say, tmp_path):
    file = tmp_path / "xx.yaml"
    file.write_text(WRITTEN[1], encoding="utf-8")
    said = say("law", "calendar", file)
    assert (said.code, said.err) == (0, "")
    assert "worked: Saturday 2026-02-14, Saturday 2026-02-28" in said.out
    after = ("--after", "2026-02-20", "--count", "1")
    assert say("law", "calendar", file, *after).out.startswith("Monday 2026-02-23: 1 working day after Friday 2026-02-20\n")
    assert say("law", "calendar", file, *after, "--as-of", "2026-02-09").out.startswith("Tuesday 2026-02-24: ")
    assert say("law", "calendar", file, *after, "--as-of", "2025-11-03").out.endswith("2026-02-21 and beyond; nothing is published\n")
    assert "nothing was published by 2025-11-03" in say("law", "calendar", file, "--as-of", "2025-11-03").out


def test_every_mistake_in_a_file_is_told(say, tmp_path):
    file = tmp_path / "xx.yaml"
    file.write_text(WRITTEN[1].replace("weekend:", "weekends:").replace("until: 2026-02-28", "until: 2026-02-08"), encoding="utf-8")
    said = say("law", "calendar", file, "--after", "2026-02-20")
    assert (said.code, said.out) == (2, "")
    assert f"{file}:3:1: a calendar has no 'weekends' (did you mean 'weekend'?)" in said.err
    assert "the edition ends before it begins on 2026-02-23" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("DE",), "there is no calendar of 'DE' (within it: DE-BW, DE-HE, DE-NW)"),
        (("GB-ENH",), "there is no calendar of 'GB-ENH' (did you mean 'GB-ENG'?)"),
        (("MO",), "there is no calendar of 'MO'"),
        (("CN", "--after", "2026-02-30"), "--after:1:1: '2026-02-30' is not a day"),
        (("CN", "--as-of", "now"), "--as-of:1:1: 'now' is not a day"),
        (("--after", "2026-02-09"), "a term ends by the calendar of a place"),
    ],
)
def test_what_cannot_be_answered_is_said(say, asked, told):
    said = say("law", "calendar", *asked)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_a_place_keeps_the_days_of_the_one_it_lies_in(say):
    shown = [say("law", "calendar", place, "--after", "2026-06-18", "--count", "2").out for place in ("CN", "CN-GD", "HK", "CN-HK")]
    assert shown[0] == shown[1]
    assert shown[2] == shown[3]
    assert "holidays of HK: 2026-06-19" in shown[2]


@pytest.mark.parametrize("count", ["3000000", "-3000000"])
@pytest.mark.parametrize("unit", ["workdays", "days", "months", "years"])
def test_no_calendar_reaches_for_ever(say, unit, count):
    said = say("law", "calendar", "CN", "--after", "2026-02-09", f"--count={count}", "--unit", unit)
    assert (said.code, said.out[:21]) == (0, "no calendar reaches 3")
