"""Every reading of the law, behind one door: from a world and a plan to what each regime leaves of each leg.

A backend is one entry of `BACKENDS`: a function from stretches and a plan to [(leg, {regime: (worst, best)})], in the order of the legs.
"""

from functools import cache

from judge import Judge

from comity import shelf
from comity.files.case import read_cases
from comity.flat.legs import facts, flat
from comity.point.explain import compiled
from comity.text.source import Mistakes, read_documents
from comity.verdict.decide import judge, stretches
from comity.verdict.plan import Plan


def judges(world, plan, legs):
    """A judge for each leg."""
    found = []
    found += [Judge(world, leg, plan, found) for leg in legs]
    return found


def by_judge(world, plan, made):
    for own in judges(world, plan, [leg for one in made for leg in one.legs]):
        yield own.leg, {regime.book.regime: tuple(own.opinion(regime)) for regime in plan.regimes}


def by_scale(_, plan, made):
    for one in made:
        for judged in judge(one, plan):
            yield judged.leg, {regime: (span.worst, span.best) for regime, span in judged.opinions.items()}


def by_explain(_, plan, made):
    decide = compiled(plan)
    for one in made:
        rows = flat(one, plan)
        for i, leg in enumerate(one.legs):
            yield leg, {r.book.regime: (s.worst, s.best) for r, s in zip(plan.regimes, decide(facts(rows, i)), strict=True)}


def by_sql(_, plan, made):
    import duckdb
    import pyarrow as pa

    from comity.sql.query import sql

    for one in made:
        rows = flat(one, plan)
        base = pa.table({"leg number": list(range(len(one.legs))), **{name: pa.array(column) for name, column in rows.columns.items()}})
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.register("legs", base)
            found = connection.execute(sql(plan, rows.values)).fetchall()
        for leg, row in zip(one.legs, found, strict=True):
            yield leg, {r.book.regime: (int(row[2 * i]), int(row[2 * i + 1])) for i, r in enumerate(plan.regimes)}


def by_prove(_, plan, made):
    from formulas import Formulas, cells

    formulas = Formulas(plan)
    for one in made:
        spans = formulas.spans(cells(flat(one, plan)))
        for i, leg in enumerate(one.legs):
            yield leg, {regime: (int(worst[i]), int(best[i])) for regime, (worst, best) in spans.items()}


BACKENDS = {"judge": by_judge, "scale": by_scale, "explain": by_explain, "sql": by_sql, "prove": by_prove}


def readings(world, plan, names=tuple(BACKENDS)):
    """What each named backend says of every leg."""
    made = stretches(world, plan)
    return {name: [(leg.name, leg.days, spans) for leg, spans in BACKENDS[name](world, plan, made)] for name in names}


def opinions(world, plan):
    """What scale says of every leg, under keys that do not change when facts are forgotten: the meet of all legs of a key."""
    found = {}
    for leg, spans in by_scale(world, plan, stretches(world, plan)):
        key = (leg.movement, leg.part if world["movement"][leg.movement].parts else -1, leg.role, leg.actor if leg.role not in ("exporter", "importer") else "")
        for regime, span in spans.items():
            worst, best = found.get((*key, regime), (3, 3))
            found[*key, regime] = (min(worst, span[0]), min(best, span[1]))
    return found


@cache
def shipped(name):
    """The plan and the cases of a shipped rulebook."""
    folder = shelf.RULEBOOKS / name
    plan: Plan = shelf.plan(names=[name])
    mistakes = Mistakes()
    cases = [
        case
        for file in sorted((folder / "cases").glob("*.yaml"))
        for case in read_cases(read_documents(file.name, file.read_bytes(), mistakes), plan, mistakes)
    ]
    mistakes.settle()
    return plan, [case for case in cases if case.world["movement"]]


REGIMES = [folder.name for folder in shelf.shipped()]
