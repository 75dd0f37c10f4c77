"""Planted faults, each of which the quick check must catch: a net is only worth what it holds."""

import compileall
import os
import shutil
import subprocess
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

import pytest

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "comity"

MUTANTS = {
    "and reads as or": ("self._joined(np.bitwise_and, parts", "self._joined(np.bitwise_or, parts"),
    "or reads as and": ("self._joined(np.bitwise_or, parts", "self._joined(np.bitwise_and, parts"),
    "not of unknown is true": ("return negated(self._part(part, frame))", "return np.where(self._part(part, frame) == 3, 0, 3).astype(np.uint8)"),
    "at least reads as above": ("surely, possibly = left.lo >= right.hi, left.hi >= right.lo", "surely, possibly = left.lo > right.hi, left.hi > right.lo"),
    "below reads as at most": ("surely, possibly = left.hi < right.lo, left.lo < right.hi", "surely, possibly = left.hi <= right.lo, left.lo <= right.hi"),
    "possibly reads as surely": ("surely, possibly = left.lo >= right.hi,", "surely, possibly = left.hi >= right.lo,"),
    "an open list is complete": ("counts = listed + found.open[index]", "counts = listed + 0 * found.open[index]"),
    "an unlisted row is surely there": ("unlisted = place == listed[outer]", "unlisted = (place == listed[outer]) & (place < 0)"),
    "an unknown link leads to nobody": ("value.members and len(value.members) == 1 else n\n", "value.members and len(value.members) == 1 else n + 1\n"),
    "no link leads to somebody": ("    if value == NO_CODE:\n        return n + 1\n", ""),
    "what is not disclosed is nobody's": ("rest = np.where(owners.open, HUNDRED", "rest = np.where(owners.open & False, HUNDRED"),
    "an unknown owner's share counts surely": ("np.where(known == TRUE, HUNDRED, 0)", "np.where(known != FALSE, HUNDRED, 0)"),
    "a chain of owners is one link long": ("(low, high) if product else", "(low, high) if product and not product else"),
    "ownership looks one step up": ("self.derived.update(fresh)\n", "self.derived.update(fresh)\n                break\n"),
    "every known member is as good as any": ("bounds = _every(", "bounds = _some("),
    "one member too many still lies within": ("bounds | _every(possible", "bounds | _some(possible"),
    "having one is having all": ('return all_of(member(value, "overlaps"', 'return any_of(member(value, "overlaps"'),
    "a coarser place lies inside": (
        "if any(place in self.ancestors(other) for other in among):\n            return UNKNOWN",
        "if any(place in self.ancestors(other) for other in among):\n            return TRUE",
    ),
    "a group of places lies nowhere": ("return inside.pop() if len(inside) == 1 else UNKNOWN", "return 0"),
    "limits of an instrument are ignored": ("and destination in row.places", ""),
    "an instrument never ends": ("and on < row.until", ""),
    "law holds before it is in force": ('Compare(ON, ">=", since) if since > -MAX else ALWAYS', "ALWAYS"),
    "the worst ground counts": ("return some((negation(when), *lifted, *ways))", "return some((negation(when), *lifted, every(ways)))"),
    "the mildest prohibition counts": ("found = [every(level(", "found = [some(level("),
    "an available ground lifts wholly": ("if REACH[ground.ground.kind] >= least]", "if REACH[ground.ground.kind] >= 1]"),
    "an open duty to act first is no matter": ('d.met)) for d in regime.duties if d.duty.timing == "before")', "d.met)) for d in ())"),
    "best and worst change places": ("Span(int(worst[row]), int(best[row]))", "Span(int(best[row]), int(worst[row]))"),
    "one population counts as many times as it moves": ("added[order] = best - previous", "added[order] = hi[order]"),
    "different populations do not add up": ("total = np.cumsum(added)", "total = added"),
    "who surely moved before is forgotten": ("np.maximum(legs.least[1], others)", "legs.least[1]"),
}


def caught(folder):
    """Does the quick check fail on the package in this folder?"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(TESTS))), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run([sys.executable, str(TESTS / "quick.py")], env=environment, capture_output=True, text=True, check=False)
    return run.returncode != 0


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the package, to be spoiled."""
    folder = tmp_path_factory.mktemp("mutants")
    shutil.copytree(SOURCE, folder / "comity", ignore=shutil.ignore_patterns("__pycache__", "cases"))
    for room in ("", "facts", "files", "flat", "law", "point", "text", "verdict"):  # what is not spoiled is compiled once; a digest tells what is
        made = folder / "comity" / room
        compileall.compile_dir(made, maxlevels=0, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return folder


def test_the_package_as_it_is_passes(copied):
    """Without a planted fault the quick check passes: what it catches, it catches for the fault."""
    assert not caught(copied)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_fault_is_caught(copied, name):
    """The quick check fails on each planted fault."""
    old, new = MUTANTS[name]
    files = [file for file in sorted((copied / "comity").rglob("*.py")) if old in file.read_text(encoding="utf-8")]
    assert len(files) == 1, f"not one module says {old!r}: plant this fault anew"
    (file,) = files
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(old, new), encoding="utf-8")
    try:
        assert caught(copied)
    finally:
        file.write_text(text, encoding="utf-8")
