"""One decision at a time, from a Python dict: the twelve rules in Comity, by hand, and in other engines.

First agreement with the reference on 2,000 rows, then what each says when two facts of each row are missing, then time.
The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from peers import PEERS, peers
from reference import RULES, fires, forget, might, rows, verdict

COUNT = 2_000
GOAL = {"p50_us": 1.5, "times_faster_than_any_peer": 5.0, "explained_p50_us": 25.0, "wrong_allows": 0, "lost_answers": 0}


def ours():
    """Comity, on the rulebook xx.twelve: how it takes a row, which rules fire, the outcome, and the whole cited explanation."""
    from comity import Policy

    policy = Policy("xx.twelve", rulebooks=[Path(__file__).parent / "xx.twelve"])
    named = {"purpose": "why", "onward": "passed_on"}
    truth = {0: False, 1: None, 3: True}

    def taken(row):
        facts = {named.get(name, name): value for name, value in row.items()} | {"asset.kind": "data"}
        return facts | {"safeguards": frozenset(row["safeguards"])} if "safeguards" in row else facts

    def judge(row):
        found = {reason.law.path: truth[reason.truth] for reason in policy.reasons(taken(row))[0].reasons}
        return [found.get(rule, False) for rule in RULES]

    return taken, judge, policy.decide, policy.reasons


def p50(judge, made):
    """Microseconds a decision takes: the middle row, each at its best of five, the clock's own cost taken off."""
    clock = time.perf_counter_ns
    best = [float("inf")] * len(made)
    for _ in range(5):
        for i, row in enumerate(made):
            start = clock()
            judge(row)
            best[i] = min(best[i], clock() - start)
    idle = []
    for _ in range(1_000):
        start = clock()
        idle.append(clock() - start)
    return (statistics.median(best) - statistics.median(idle)) / 1_000


def trial(name, judge, full, partial, timed=None):
    """Agreement, faults with missing facts, and time of one engine; `timed`: a function and rows other than these."""
    wrong = sum(list(map(bool, judge(row))) != list(map(bool, fires(row))) for row in full)
    said = Counter((verdict(might(row)), verdict(judge(row))) for row in partial)
    allowed = said["unknown", "allowed"] + said["denied", "allowed"]
    lost = sum(n for (true, told), n in said.items() if true != "unknown" and told == "unknown")
    took = p50(*(timed or (judge, full)))
    print(f"{name:32} {took:9.2f} {wrong:8} {allowed:12} {lost:10}", flush=True)
    return {"p50_us": round(took, 2), "disagree": wrong, "wrong_allows": allowed, "lost_answers": lost}


def main():
    full = rows(COUNT)
    partial = forget(full)
    truth = Counter(verdict(might(row)) for row in partial)
    print(f"{COUNT:,} rows; with two facts missing:", ", ".join(f"{n} {what}" for what, n in sorted(truth.items())))
    print(f"{'engine':32} {'p50 us':>9} {'disagree':>8} {'wrong allows':>12} {'lost':>10}")
    figures = {"by hand, two-valued": {"p50_us": round(p50(fires, full), 2)}, "by hand, three-valued": trial("by hand, three-valued", might, full, partial)}
    taken, judge, decide, explained = ours()
    figures["comity"] = mine = trial("comity", judge, full, partial, (decide, [taken(row) for row in full]))
    settled = [decide(taken(row))[0].settled for row in partial]
    denied = [taken(row) for row in full if any(fires(row))]
    unsure = [taken(row) for row, known in zip(partial, settled, strict=True) if not known]
    mine["two_facts_missing_p50_us"] = round(p50(decide, [taken(row) for row in partial]), 2)
    mine["explained_p50_us"] = round(p50(explained, denied), 2)
    mine["unsettled_explained_p50_us"] = round(p50(explained, unsure), 2)
    print(f"{'... two facts missing':32} {mine['two_facts_missing_p50_us']:9.2f}")
    print(f"{'... a denial, wholly explained':32} {mine['explained_p50_us']:9.2f}")
    print(f"{'... what is unsettled, and why':32} {mine['unsettled_explained_p50_us']:9.2f}")
    for name, judge, why in peers():
        if judge is None:
            print(f"{name:32} {why}")
        else:
            figures[name] = trial(name, judge, full, partial)
    others = [figures[name]["p50_us"] for name in PEERS if name in figures]
    mine["times_faster_than_any_peer"] = round(min(others) / mine["p50_us"], 1) if len(others) == len(PEERS) else None
    right = mine["disagree"] == mine["wrong_allows"] == mine["lost_answers"] == 0 and sum(settled) == truth["allowed"] + truth["denied"]
    fast = mine["p50_us"] <= GOAL["p50_us"] and max(mine["explained_p50_us"], mine["unsettled_explained_p50_us"]) <= GOAL["explained_p50_us"]
    fast = fast and (mine["times_faster_than_any_peer"] or 0) >= GOAL["times_faster_than_any_peer"]
    print(json.dumps({"bench": Path(__file__).stem, "figures": figures, "goal": GOAL, "met": right and fast}))
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
