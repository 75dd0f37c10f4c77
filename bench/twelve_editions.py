"""Two plain hands at what changes between two editions of the twelve rules: a solver's formulas written by hand, and every row there is.

Both ask for a row that the one edition denies and the other allows. Rows differ in what some rule of either edition tells apart, and in no more.
"""

import itertools
import random
import time

import numpy as np
import z3
from reference import ADEQUATE, CATEGORIES, CONCERN, EMBARGO, EXEMPT, GUARDED, LINES, PURPOSES, RECIPIENTS, SAFEGUARDS, fires

EDITIONS = {
    "number": ("{kind: genomic, over: 100,", "{kind: genomic, over: 200,", (CONCERN, {**LINES, "genomic": 200})),
    "country": ("CONCERN: [CN, HK, MO, RU, IR, KP, CU, VE]", "CONCERN: [CN, HK, MO, RU, IR, KP, CU]", (CONCERN - {"VE"}, LINES)),
}
"""What stands in the rulebook, what comes to stand there, and what that is by hand: the places of concern, and the lines."""
OLD = CONCERN, LINES
PLACES = sorted(EMBARGO | CONCERN | ADEQUATE | {"IN"})
CLASSES = {"loosened": (True, False), "tightened": (False, True)}
"""What is denied under the old edition and under the new one."""


# -- a solver ----------------------------------------------------------------------------------------------------------


def solver_by_hand(new, seconds):
    """Each way in which a verdict changes: a row judged so by both, 'none' where that is proved, or 'unknown'; and the seconds."""
    began, worked = time.perf_counter(), time.process_time()
    words = {"dest": PLACES, "owner": PLACES, "category": CATEGORIES, "purpose": PURPOSES, "recipient_type": RECIPIENTS}
    facts = {name: z3.Int(name) for name in (*words, "own_pct", "n_persons", "n_sensitive", "retention_days", "tech_level")}
    facts |= {name: z3.Bool(name) for name in ("covered_person", "ciio", "anonymised", "encrypted", "onward", *SAFEGUARDS)}
    solver = z3.Solver()
    solver.set("timeout", int(seconds * 1000))
    solver.add(*(z3.And(facts[name] >= 0, facts[name] < len(held)) for name, held in words.items()))
    solver.add(*(facts[name] >= 0 for name in ("own_pct", "n_persons", "n_sensitive", "retention_days", "tech_level")), facts["own_pct"] <= 100)
    old, later = (z3.Or(_rules(facts, words, *edition)) for edition in (OLD, new))
    found = {}
    for name, (before, after) in CLASSES.items():
        solver.push()
        solver.add(old == before, later == after)
        answer = solver.check()
        found[name] = "none" if answer == z3.unsat else "unknown" if answer == z3.unknown else _judged(_row(solver.model(), facts, words), new)
        solver.pop()
    return {"found": found, "seconds": round(time.perf_counter() - began, 3), "of_processor": round(time.process_time() - worked, 3)}


def _rules(at, words, concern, lines):
    """The twelve, as formulas."""

    def among(name, chosen):
        return z3.Or([at[name] == i for i, word in enumerate(words[name]) if word in chosen])

    concerned = z3.Or(among("dest", concern), at["covered_person"], z3.And(among("owner", concern), at["own_pct"] >= 50))
    adequate, plain = among("dest", ADEQUATE), z3.Not(at["anonymised"])
    important = among("category", {"important"})
    open_ = z3.And(plain, z3.Not(z3.And(among("purpose", EXEMPT), z3.Not(at["ciio"]), z3.Not(important))))
    over = z3.Or([z3.And(among("category", {kind}), at["n_persons"] > line) for kind, line in lines.items()])
    lacks = {name: z3.Not(at[name]) for name in SAFEGUARDS}
    emergency, bare = among("purpose", {"emergency"}), z3.Not(at["encrypted"])
    return [
        z3.And(among("dest", EMBARGO), z3.Not(z3.And(emergency, at["tech_level"] == 0))),
        z3.And(at["tech_level"] >= 3, concerned, lacks["licence"]),
        z3.And(concerned, over, z3.Not(z3.And(at["encrypted"], at["anonymised"], at["own_pct"] < 50))),
        z3.And(among("category", {"genomic"}), among("dest", concern), z3.Not(emergency)),
        z3.And(among("recipient_type", {"government"}), z3.Not(adequate), z3.Not(among("purpose", {"legal_claim"}))),
        z3.And(at["ciio"], plain, lacks["assessment"]),
        z3.And(open_, z3.Or(at["n_persons"] > 1_000_000, at["n_sensitive"] > 10_000, important), lacks["assessment"]),
        z3.And(open_, z3.Or(at["n_persons"] > 100_000, at["n_sensitive"] > 0), lacks["scc"], lacks["cert"], lacks["assessment"]),
        z3.And(z3.Not(adequate), open_, lacks["scc"], lacks["bcr"], lacks["cert"], lacks["consent"]),
        z3.And(at["onward"], z3.Not(adequate), lacks["onward_clause"]),
        z3.And(at["retention_days"] > 365, among("category", GUARDED), bare),
        z3.And(bare, z3.Or(at["tech_level"] >= 1, z3.Not(adequate)), z3.Not(among("recipient_type", {"affiliate"}))),
    ]


def _row(model, facts, words):
    seen = {name: model.eval(term, model_completion=True) for name, term in facts.items()}
    row = {name: words[name][value.as_long()] if name in words else value.as_long() if z3.is_int(value) else z3.is_true(value) for name, value in seen.items()}
    return {**row, "safeguards": [name for name in SAFEGUARDS if row[name]]}


def _judged(row, new):
    """What the rules in plain Python say of it under both."""
    return " -> ".join("denied" if any(fires(row, *edition)) else "allowed" for edition in (OLD, new))


# -- every row ---------------------------------------------------------------------------------------------------------


def every_row(new, seconds):
    """Rows of every combination, in an order by chance, until all are seen or the time is over: what was found, how many there are, and for how long."""
    began, worked = time.perf_counter(), time.process_time()
    ends = sorted({*LINES.values(), *new[1].values(), 100_000, 1_000_000})
    outer = {
        "dest": ["SY", "IR", "CN", "VE", "FR", "IN"], "owner": ["CN", "VE", "IN"], "category": CATEGORIES, "n_persons": [*ends, ends[-1] + 1],
        "n_sensitive": [0, 1, 10_001], "purpose": ["emergency", "legal_claim", "contract", "marketing"],
        "recipient_type": ["affiliate", "government", "vendor"],
    }  # fmt: skip
    inner = {
        "own_pct": [0, 50], "retention_days": [365, 366], "tech_level": [0, 1, 3],
        **{name: [False, True] for name in ("covered_person", "ciio", "anonymised", "encrypted", "onward", *SAFEGUARDS)},
    }  # fmt: skip
    grid = dict(zip(inner, (axis.ravel() for axis in np.meshgrid(*inner.values(), indexing="ij")), strict=True))
    blocks = list(itertools.product(*outer.values()))
    random.Random(12).shuffle(blocks)
    found, first, seen, size = dict.fromkeys(CLASSES, 0), {}, 0, len(grid["own_pct"])
    for block in blocks:
        if time.perf_counter() - began > seconds:
            break
        row = dict(zip(outer, block, strict=True))
        old, later = (np.logical_or.reduce([np.broadcast_to(rule, size) for rule in _columns(row, grid, *edition)]) for edition in (OLD, new))
        for name, (before, after) in CLASSES.items():
            found[name] += int(np.count_nonzero((old == before) & (later == after)))
            if found[name]:
                first.setdefault(name, round(time.perf_counter() - began, 3))
        seen += size
    spent, work, rows = time.perf_counter() - began, time.process_time() - worked, size * len(blocks)
    return {
        "rows": rows, "seen": seen, "found": {name: count or ("none" if seen == rows else "none so far") for name, count in found.items()},
        "seconds_to_first": first, "seconds": round(spent, 2), "of_processor": round(work, 2),
        "of_processor_for_all": round(work * rows / seen, 1),
    }  # fmt: skip


def _columns(row, at, concern, lines):
    """The twelve, over all rows of a block: what is one for all is tested once."""
    concerned = (row["dest"] in concern) | at["covered_person"] | ((row["owner"] in concern) & (at["own_pct"] >= 50))
    adequate, plain, bare = row["dest"] in ADEQUATE, ~at["anonymised"], ~at["encrypted"]
    kind, persons, purpose, recipient = row["category"], row["n_persons"], row["purpose"], row["recipient_type"]
    open_ = plain & ~((purpose in EXEMPT and kind != "important") & ~at["ciio"])
    lacks = {name: ~at[name] for name in SAFEGUARDS}
    return [
        (row["dest"] in EMBARGO) & ~((purpose == "emergency") & (at["tech_level"] == 0)),
        (at["tech_level"] >= 3) & concerned & lacks["licence"],
        concerned & (persons > lines.get(kind, persons)) & ~(at["encrypted"] & at["anonymised"] & (at["own_pct"] < 50)),
        kind == "genomic" and row["dest"] in concern and purpose != "emergency",
        recipient == "government" and not adequate and purpose != "legal_claim",
        at["ciio"] & plain & lacks["assessment"],
        open_ & (persons > 1_000_000 or row["n_sensitive"] > 10_000 or kind == "important") & lacks["assessment"],
        open_ & (persons > 100_000 or row["n_sensitive"] > 0) & lacks["scc"] & lacks["cert"] & lacks["assessment"],
        open_ & (not adequate) & lacks["scc"] & lacks["bcr"] & lacks["cert"] & lacks["consent"],
        at["onward"] & (not adequate) & lacks["onward_clause"],
        (at["retention_days"] > 365) & (kind in GUARDED) & bare,
        bare & ((at["tech_level"] >= 1) | (not adequate)) & (recipient != "affiliate"),
    ]
