"""Faults planted in reading prove, each of which the quick check of proofs must catch, or else what was once unproved: one of them fails, or never ends.

A fault of small worlds that only loses examples is no false answer, because what they show is judged again: three such (whose part is counted, places
that are too coarse, later days) are not planted.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("z3")

TESTS = Path(__file__).parent.parent
SOURCE = TESTS.parent / "src" / "comity"
SECONDS = 300
"""Far more than a check takes."""

MUTANTS = {
    "smt": {
        "and reads as or": ("z3.And([self.truth(part, env) for part in parts])", "z3.Or([self.truth(part, env) for part in parts])"),
        "or reads as and": ("z3.Or([self.truth(part, env) for part in parts])", "z3.And([self.truth(part, env) for part in parts])"),
        "not is left out": ("return z3.Not(self.truth(part, env))", "return self.truth(part, env)"),
        "below reads as at most": ('"<": a < b', '"<": a <= b'),
        "at most reads as below": ('"<=": a <= b', '"<=": a < b'),
        "above reads as at least": ('">": a > b', '">": a >= b'),
        "at least reads as above": ('">=": a >= b', '">=": a > b'),
        "equal reads as unequal": ('"==": a == b', '"==": a != b'),
        "no number compares with all": ("return z3.And(some, more, {", "return z3.Or(z3.Not(some), z3.Not(more), {"),
        "nobody's code is in every set": (
            "return z3.Or(unlimited, z3.And(at[2] != 0, symbols.among(code, codes)))",
            "return symbols.among(code, [*codes, ''])",
        ),
        "within forgets other codes": ("z3.And(at[2] != 0, z3.Not(symbols.more(*at)), *others)", "z3.And(at[2] != 0, *others)"),
        "a set contains some of the others": ("z3.And(at[2] != 0, *(z3.Or([held", "z3.Or(at[2] == 0, *(z3.Or([held"),
        "every day is as long as a month": ('"days": (1, 1)', '"days": (1, 31)'),
        "no month is long": ('"months": (28, 31)', '"months": (28, 30)'),
        "a leap year is none": ('"years": (365, 366)', '"years": (365, 365)'),
        "the importer is judged by the exporter's conduct": ("is IMPORTER and not acts(node)", "is IMPORTER"),
        "a sum of numbers is a difference": ("z3.Sum([value for value, _ in found])", "(found[0][0] - z3.Sum([value for value, _ in found[1:]]))"),
        "whoever acts is anybody": ('found.append(symbols.link("movement", "actor", leg) == symbols.link("movement", side, MOVEMENT))', "pass"),
        "rows belong to anybody": ("return z3.And(owned[1] != 0, owned[0](row) == owned[1])", "return owned[1] != 0"),
    },
    "supposed": {
        "what is true needs no row": ("self.symbols.axioms += [z3.Implies(term, z3.And(inside", "_ = [z3.Implies(term, z3.And(inside"),
        "rows are overlooked": ("symbols.axioms += _overlooked(reading, one, seen)", "_overlooked(reading, one, seen)"),
        "a movement is no worse than its two legs": ("self.symbols.axioms.append(z3.Implies(found, legs))", "self.symbols.axioms.append(found == legs)"),
        "a sum is more than each part": ("held, enough = z3.And(held, some), one.term >= ", "held, enough = z3.And(held, some), one.term > "),
        "a share may be more than all": ("[term >= 0, term <= HUNDRED, ", "[term >= 0, "),
        "only nobody is owned": ("z3.Implies(record == 0, term == 0)", "z3.Implies(record != 0, term == 0)"),
        "only the movement itself is counted": ("term >= self.own(form, env)]", "term == self.own(form, env)]"),
    },
    "bounded": {
        "no third takes part": ("most = self.most + 1 if kind == PARTICIPANTS else self.most", "most = 2 if kind == PARTICIPANTS else self.most"),
        "owners are owned by themselves": ("z3.And(whose != holder, holder != 0)", "whose == holder"),
        "a share may be of more than all": ("<= HUNDRED for whose", "<= 3 * HUNDRED for whose"),
        "what was counted before is forgotten": ("return own + before", "return own"),
        "any row is all rows": ("return z3.Or([held for held, _ in self._each(form, env)])", "return z3.And([held for held, _ in self._each(form, env)])"),
    },
    "symbols": {
        "nobody's truths are any": ("[z3.Implies(record == 0, z3.Not(made(record)))]", "[]"),
        "nobody has numbers": ("[z3.Implies(record == 0, z3.Not(some(record))), ", "["),
        "a code is one that a law names": ("held = held if domain is not None else z3.Or(held, made(record) >= OTHERS)", "pass"),
        "places that are asked for together are one": ('if mode == "contains" for code in sorted(right)]', 'if mode == "none" for code in sorted(right)]'),
        "no set has other codes": ('return self.function(("more", kind, fact), TERM, TRUTH)(record)', "return z3.BoolVal(val=False)"),
    },
    "places": {"the rest of a place is no place": ('found |= {f"{place}-{ELSEWHERE}" for place in found}', "found |= set()")},
}
EVERY = [(file, name) for file, mutants in MUTANTS.items() for name in mutants]
ALWAYS = ("and reads as or", "rows are overlooked", "a movement is no worse than its two legs", "places that are asked for together are one")
"""Those that are tried whenever a change is saved."""


QUICK, UNPROVED = [str(TESTS / "proofs.py")], ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(TESTS / "prove" / "test_unproved.py")]


def fails(folder, command):
    """Does a check fail on the package in this folder, or never end?"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(TESTS))), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run([sys.executable, *command], env=environment, cwd=TESTS.parent, capture_output=True, timeout=SECONDS, check=False).returncode != 0
    except subprocess.TimeoutExpired:
        return True


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the package, to be spoiled."""
    folder = tmp_path_factory.mktemp("mutants")
    shutil.copytree(SOURCE, folder / "comity", ignore=shutil.ignore_patterns("__pycache__", "cases"))
    return folder


def test_the_package_as_it_is_passes(copied):
    """Without a planted fault the quick check passes: what it catches, it catches for the fault. What was once unproved these tests prove without a copy."""
    assert not fails(copied, QUICK)


@pytest.mark.parametrize(("file", "name"), [pytest.param(*one, marks=() if one[1] in ALWAYS else pytest.mark.slow) for one in EVERY])
def test_a_planted_fault_is_caught(copied, file, name):
    """One of both checks fails on each planted fault."""
    old, new = MUTANTS[file][name]
    path = copied / "comity" / "prove" / f"{file}.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file}.py does not say {old!r} once: plant this fault anew"
    path.write_text(text.replace(old, new), encoding="utf-8")
    try:
        assert fails(copied, QUICK) or fails(copied, UNPROVED)
    finally:
        path.write_text(text, encoding="utf-8")
