"""Runs in a log: those that were committed, each as its own entries tell it, and no other."""

from comity.docket.ran import Run, runs

ABOUT = {"movement": "m", "day": 739_000, "table": "t", "source": "s", "world": "w"}
KEPT = {"manifest": "a" * 64, "output": "b" * 64, "rows": 7, "engine": "polars"}


def entries(*told):
    return [{"at": f"2026-01-0{number}T00:00:00Z", **one} for number, one in enumerate(told, 1)]


def reserve(name, **about):
    return {"kind": "reserve", "id": name, "about": {**ABOUT, **about}}


def commit(name, **about):
    return {"kind": "commit", "id": name, "about": {**KEPT, **about}}


def test_a_run_is_what_was_committed_as_it_was_asked():
    log = entries({"kind": "adopt"}, reserve("1", movement="other"), reserve("2", day=739_001), commit("2"), commit("1"))
    assert list(runs(log)) == [
        ("m", Run(3, "2026-01-04T00:00:00Z", 739_001, "t", 7, "a" * 64, "b" * 64)),
        ("other", Run(4, "2026-01-05T00:00:00Z", 739_000, "t", 7, "a" * 64, "b" * 64)),
    ]


def test_what_was_given_up_refused_or_only_judged_is_no_run():
    judged = [{"kind": kind, "id": "3", **ABOUT} for kind in ("verdict", "refuse")]
    assert list(runs(entries(reserve("1"), {"kind": "cancel", "id": "1", "why": "x"}, reserve("2"), *judged))) == []


def test_what_is_no_entry_of_the_gate_is_no_run():
    nameless = {"kind": "reserve", "id": "3", "about": {}}
    assert list(runs(entries(commit("2"), nameless, commit("3"), {"kind": "adopt"}))) == []


def test_an_answer_to_a_query_has_no_rows():
    ((_, found),) = runs(entries(reserve("1"), {"kind": "commit", "id": "1", "about": {"query": "c" * 64, "costs": []}}))
    assert (found.rows, found.manifest, found.output) == (-1, "", "")
