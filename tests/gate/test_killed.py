"""A run that is killed at one of its steps leaves the destination whole or absent, and the next run completes it, once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

EVERY = 1 if settings().max_examples > 25 else 8


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    tests = Path(__file__).parents[1]
    made = subprocess.run(
        [sys.executable, str(tests / "kills.py"), str(tmp_path_factory.mktemp("killed")), str(EVERY)],
        env={"PYTHONPATH": ":".join([str(tests), *filter(None, sys.path)]), "PATH": ""}, capture_output=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in made.stdout.splitlines()]


def test_it_was_killed_before_and_after_the_table_was_there(steps):
    assert {one["code"] for one in steps} == {0, -9}
    assert {one["killed"]["rows"] for one in steps if one["code"]} == {None, 2}
    assert {one["killed"]["pending"] for one in steps if one["code"]} == {0, 1}


def test_the_table_is_whole_or_not_there(steps):
    for one in steps:
        assert one["killed"]["rows"] in (None, 2)
        assert one["killed"]["commits"] == 1 or one["killed"]["rows"] is None


def test_the_next_run_completes_it_and_leaves_nobody_reserved(steps):
    """Where the ledger had taken it down and no table was there, it is decided and taken down anew."""
    for one in steps:
        lost = one["killed"]["commits"] == 1 and one["killed"]["rows"] is None
        assert one["after"] == ("again" if one["killed"]["rows"] else "moved")
        assert one["next"] == {"rows": 2, "canaries": {}, "left": [], "commits": 1 + lost, "pending": 0}


def test_nothing_that_may_not_cross_is_left_by_a_killed_run(steps):
    assert all(one["killed"]["canaries"] == {} for one in steps)
