"""What is proved is so, what is found can be judged, and what is neither is said to be unknown."""

import itertools
import json

import pytest

pytest.importorskip("z3")

import z3
from strategies import HEAD, plan_of

from comity.facts.value import FALSE, TRUE, UNKNOWN
from comity.prove.prover import Prover, replayed
from comity.prove.question import asked
from comity.prove.smt import GaveUpError, solved
from comity.text.source import SourceError


def words(**more):
    return {"cite": "s. 1", "en": "a rule", "zh": "规则", **more}


def law(**parts):
    return plan_of(json.dumps({**HEAD, **parts}, ensure_ascii=False))


EXPORT = law(
    places={"HOME": ["XX"]},
    definitions={
        "export": words(**{"is": "origin in HOME and destination not in HOME"}),
        "listed": words(of="party", **{"is": "overlaps(organised_in, {'YY'}) or share(by=listed) >= 50%"}),
        "moved": words(**{"is": "counted(persons, where=export, key=[exporter], window=year)"}),
    },
    prohibitions={
        "line": words(when="export and moved > 100"),
        "listed": words(when="export and importer.listed", **{"from": "2026-01-01", "until": "2027-01-01"}),
        "never": words(when="export and destination == 'XX-AB'"),
    },
    grounds={"licence": words(kind="licence", lifts=["line"], holds="any(i.kind == 'licence' and i.result == 'granted' for i in instruments)")},
    duties={"record": words(by="exporter", timing="during", when="export")},
)


def ever(question, plan=EXPORT):
    """The answer to a question, judged where it is a transfer."""
    condition = asked(question, plan)
    answer = Prover(plan, (condition,)).ever(condition)
    assert answer.world is None or replayed(answer.world, plan, condition) == TRUE
    assert answer.world is None or not answer.proved
    return answer


@pytest.mark.parametrize(
    "question",
    [
        "outcome == 'permitted' and export",
        "outcome == 'prohibited' and importer.listed",
        "outcome == 'authorisation_required' and moved == 101",
        "moved == 100 and outcome == 'permitted' and export",
        "holds('licence') and export and moved > 100 and outcome == 'permitted'",
        "importer.listed and not overlaps(importer.organised_in, {'YY'}) and outcome == 'prohibited' and moved == 0",
        "importer.listed and export and outcome == 'permitted'",  # before it is law, or after
        "outcome('xx.t') == 'permitted' and owed('record')",
        "destination != origin and not in_scope",
    ],
)
def test_what_can_be_is_shown_by_a_transfer_that_is_judged_so(question):
    assert ever(question).world is not None


@pytest.mark.parametrize(
    "question",
    [
        "outcome == 'permitted' and stands('line')",
        "moved > 100 and asset.kind == 'data' and export and outcome == 'permitted' and not holds('licence')",
        "importer.listed and asset.kind == 'data' and export and on >= 2026-01-01 and on < 2027-01-01 and outcome != 'prohibited'",
        "stands('never')",  # it lies in HOME
        "outcome == 'permitted' and holds('licence') and stands('line')",
        "export and moved < population.persons",
        "count(i.kind == 'licence' for i in instruments) >= 1 and not any(i.kind == 'licence' for i in instruments)",
        "destination == 'XX-AB' and destination not in HOME",
    ],
)
def test_what_cannot_be_is_proved(question):
    assert ever(question).proved


@pytest.mark.parametrize(
    "question",
    [
        "any(m == order for m in measures)",
        "any(p == importer for p in asset.collected_by)",
        "exporter == importer",
        "any(p == exporter for p in activity.controllers)",
    ],
)
def test_whom_a_link_leads_to_may_be_one_of_a_set(question):
    assert ever(question).world is not None


def test_a_question_may_name_what_no_law_does():
    prover_ = Prover(EXPORT)
    for question in ("destination == 'NZ'", "asset.entries >= {'xx/unheard-of'}", "destination == 'XX-CD' and export"):
        answer = prover_.ever(asked(question, EXPORT))
        assert (answer.world is None, answer.proved) == ("XX-CD" in question,) * 2


def test_what_is_neither_shown_nor_proved_is_unknown():
    answer = ever("count(true for o in exporter.owners) >= 4")  # more rows than are looked at
    assert (answer.world, answer.proved) == (None, False)


def test_a_solver_that_runs_out_of_means_gives_no_answer():
    solver, terms = z3.Solver(), z3.Ints("a b c")
    solver.add(*(one * one == other + 7 for one, other in itertools.permutations(terms, 2)))
    solver.set("rlimit", 1)
    with pytest.raises(GaveUpError):
        solved(solver, 30)


@pytest.mark.parametrize(("destination", "truth"), [("YY", TRUE), ("XX", FALSE), ("unknown", UNKNOWN)])
def test_a_transfer_is_judged_before_it_is_shown(destination, truth):
    told = f"{{world: w, movements: {{t: {{origin: XX, destination: {destination}, 'on': 2026-03-01}}}}}}"
    assert replayed(told, EXPORT, asked("export", EXPORT)) == truth


def test_contested_law_is_taken_either_way_and_said():
    contested = {"staff": {"en": "e", "zh": "z", "for": words(), "against": words()}}
    plan = law(readings=contested, prohibitions={"p": words(when="reading.staff and asset.kind == 'data'")})
    either = [ever(f"outcome == '{outcome}' and asset.kind == 'data'", plan).world for outcome in ("prohibited", "permitted")]
    assert ["xx.t/staff: true" in either[0], "xx.t/staff: false" in either[1]] == [True, True]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("exporter.organized_in == 'XX'", "did you mean 'organised_in'?"),
        ("stands('lin')", "did you mean 'line'?"),
        ("outcome('xx.u') == 'permitted'", "'xx.u' is not asked"),
        ("outcome == 'forbidden'", "'forbidden'"),
    ],
)
def test_a_question_that_is_none_is_a_mistake(question, said):
    with pytest.raises(SourceError, match="question:1:") as fault:
        asked(question, EXPORT)
    assert said in str(fault.value)
