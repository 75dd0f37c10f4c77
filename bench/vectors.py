"""The twelve rules over columns in other hands: numpy, polars, DuckDB, OpenFisca.

Each `*_judge(table)` gives a function that answers (surely and possibly, rule by row), and one that only does the work.
"""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
from reference import ADEQUATE, CATEGORIES, CONCERN, EMBARGO, EXEMPT, FACTS, GUARDED, LINES, OTHER, PURPOSES, RECIPIENTS, RULES, SAFEGUARDS

BLOCK = 1 << 16
# Words are numbered so that every set the rules name is one run of numbers: a test is two comparisons of bytes.
PLACES = [*sorted(EMBARGO - CONCERN), *sorted(EMBARGO & CONCERN), *sorted(CONCERN - EMBARGO), *sorted(ADEQUATE), *sorted(OTHER)]
KINDS = [*sorted(GUARDED), *sorted(set(CATEGORIES) - GUARDED)]
REASONS = [*sorted(EXEMPT), *sorted(set(PURPOSES) - EXEMPT)]
CODES = {"dest": PLACES, "owner": PLACES, "category": KINDS, "purpose": REASONS, "recipient_type": RECIPIENTS}
BITS = {name: 1 << i for i, name in enumerate(SAFEGUARDS)}
TRUTHS = ("covered_person", "ciio", "anonymised", "encrypted", "onward")
NUMBERS = ("own_pct", "n_persons", "n_sensitive", "retention_days", "tech_level")
UNKNOWN = 255


def columns(made):
    """Rows as columns: codes as bytes (255 unknown), sets as bits, numbers with a mask of what is known."""
    table = {}
    for name, words in CODES.items():
        code = {word: i for i, word in enumerate(words)}
        table[name] = np.array([code[row[name]] if name in row else UNKNOWN for row in made], np.uint8)
    for name in TRUTHS:
        table[name] = np.array([row.get(name, UNKNOWN) for row in made], np.uint8)
    for name in NUMBERS:
        table[name] = np.array([row.get(name, 0) for row in made], np.int32)
        table[f"{name}?"] = np.array([name not in row for row in made], bool)
        table[f"{name}!"] = ~table[f"{name}?"]
    table["safeguards"] = np.array([sum(BITS[s] for s in row.get("safeguards", ())) for row in made], np.uint8)
    table["safeguards?"] = np.array(["safeguards" not in row for row in made], bool)
    table["safeguards!"] = ~table["safeguards?"]
    return table


SETS = {
    "embargo": ("dest", EMBARGO),
    "dest_concern": ("dest", CONCERN),
    "adequate": ("dest", ADEQUATE),
    "owner_concern": ("owner", CONCERN),
    "exempt_purpose": ("purpose", EXEMPT),
    "emergency": ("purpose", {"emergency"}),
    "claim": ("purpose", {"legal_claim"}),
    "important": ("category", {"important"}),
    "guarded": ("category", GUARDED),
    "government": ("recipient_type", {"government"}),
    "affiliate": ("recipient_type", {"affiliate"}),
    **{kind: ("category", {kind}) for kind in LINES},
}


def run_of(name):
    """The fact that a set is of, with its first and last number."""
    fact, chosen = SETS[name]
    numbers = [i for i, word in enumerate(CODES[fact]) if word in chosen]
    assert numbers == list(range(numbers[0], numbers[-1] + 1)), f"{name} is not one run"
    return fact, numbers[0], numbers[-1]


RUNS = {name: run_of(name) for name in SETS}


NO_LINE = np.iinfo(np.int32).max
LINE = np.array([LINES.get(kind, NO_LINE) for kind in KINDS])


def both(*parts):
    sure, may = parts[0]
    for s, m in parts[1:]:
        sure, may = sure & s, may & m
    return sure, may


def either(*parts):
    sure, may = parts[0]
    for s, m in parts[1:]:
        sure, may = sure | s, may | m
    return sure, may


def no(part):
    sure, may = part
    return ~may, ~sure


def by_numpy(table, start, stop):
    """Twelve pairs of rails for one block."""
    at = {name: column[start:stop] for name, column in table.items()}

    def among(name):
        fact, first, last = RUNS[name]
        codes = at[fact]
        sure = codes == first if first == last else (codes >= first) & (codes <= last)
        return sure, sure | (codes == UNKNOWN)

    def truth(name):
        return at[name] == 1, at[name] != 0

    def number(fact, test):
        unknown = at[f"{fact}?"]
        holds = test(at[fact])
        return holds & at[f"{fact}!"], holds | unknown

    def lacks(*names):
        return number("safeguards", lambda bits: (bits & sum(BITS[n] for n in names)) == 0)

    dest_concern, inadequate = among("dest_concern"), no(among("adequate"))
    concerned = either(dest_concern, truth("covered_person"), both(among("owner_concern"), number("own_pct", lambda v: v >= 50)))
    important, emergency = among("important"), among("emergency")
    plain, unencrypted = no(truth("anonymised")), no(truth("encrypted"))
    open_data = both(plain, no(both(among("exempt_purpose"), no(truth("ciio")), no(important))))
    unassessed = lacks("assessment")
    over = either(*(both(among(kind), number("n_persons", lambda v, line=line: v > line)) for kind, line in LINES.items()))
    return [
        both(among("embargo"), no(both(emergency, number("tech_level", lambda v: v == 0)))),
        both(number("tech_level", lambda v: v >= 3), concerned, lacks("licence")),
        both(concerned, over, no(both(no(unencrypted), no(plain), number("own_pct", lambda v: v < 50)))),
        both(among("genomic"), dest_concern, no(emergency)),
        both(among("government"), inadequate, no(among("claim"))),
        both(truth("ciio"), plain, unassessed),
        both(open_data, either(number("n_persons", lambda v: v > 1_000_000), number("n_sensitive", lambda v: v > 10_000), important), unassessed),
        both(open_data, either(number("n_persons", lambda v: v > 100_000), number("n_sensitive", lambda v: v > 0)), lacks("scc", "cert", "assessment")),
        both(inadequate, open_data, lacks("scc", "bcr", "cert", "consent")),
        both(truth("onward"), inadequate, lacks("onward_clause")),
        both(number("retention_days", lambda v: v > 365), among("guarded"), unencrypted),
        both(unencrypted, either(number("tech_level", lambda v: v >= 1), inadequate), no(among("affiliate"))),
    ]


def numpy_rails(table):
    """All blocks: surely and possibly, rule by row."""
    count = len(table["dest"])
    sure, may = np.empty((12, count), bool), np.empty((12, count), bool)
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        for i, (s, m) in enumerate(by_numpy(table, start, stop)):
            sure[i, start:stop], may[i, start:stop] = s, m
    return sure, may


def polars_judge(table):
    """The same in polars, whose null is unknown and whose `&` and `|` absorb it."""
    import polars as pl

    frame = {}
    for name in CODES:
        frame[name] = pl.Series(name, table[name]).replace(UNKNOWN, None)
    for name in TRUTHS:
        frame[name] = pl.Series(name, table[name]).replace(UNKNOWN, None).cast(pl.Boolean)
    for name in (*NUMBERS, "safeguards"):
        frame[name] = pl.select(pl.when(~pl.Series(table[f"{name}?"])).then(pl.Series(table[name])).alias(name)).to_series()
    frame = pl.DataFrame(frame)
    col = {name: pl.col(name) for name in frame.columns}

    def among(name):
        fact, first, last = RUNS[name]
        return col[fact].is_between(first, last)

    def lacks(*names):
        return (col["safeguards"] & sum(BITS[n] for n in names)) == 0

    emergency, important, adequate = among("emergency"), among("important"), among("adequate")
    concerned = among("dest_concern") | col["covered_person"] | (among("owner_concern") & (col["own_pct"] >= 50))
    open_data = ~col["anonymised"] & ~(among("exempt_purpose") & ~col["ciio"] & ~important)
    over = pl.lit(value=False)
    for kind, line in LINES.items():
        over = over | ((col["category"] == KINDS.index(kind)) & (col["n_persons"] > line))
    unencrypted, unassessed = ~col["encrypted"], lacks("assessment")
    rules = [
        among("embargo") & ~(emergency & (col["tech_level"] == 0)),
        (col["tech_level"] >= 3) & concerned & lacks("licence"),
        concerned & over & ~(col["encrypted"] & col["anonymised"] & (col["own_pct"] < 50)),
        among("genomic") & among("dest_concern") & ~emergency,
        among("government") & ~adequate & ~among("claim"),
        col["ciio"] & ~col["anonymised"] & unassessed,
        open_data & ((col["n_persons"] > 1_000_000) | (col["n_sensitive"] > 10_000) | important) & unassessed,
        open_data & ((col["n_persons"] > 100_000) | (col["n_sensitive"] > 0)) & lacks("scc", "cert", "assessment"),
        ~adequate & open_data & lacks("scc", "bcr", "cert", "consent"),
        col["onward"] & ~adequate & lacks("onward_clause"),
        (col["retention_days"] > 365) & among("guarded") & unencrypted,
        unencrypted & ((col["tech_level"] >= 1) | ~adequate) & ~among("affiliate"),
    ]
    query = frame.lazy().select(rule.alias(name) for name, rule in zip(RULES, rules, strict=True))

    def judge():
        out = query.collect()
        sure = np.stack([out[name].fill_null(value=False).to_numpy() for name in RULES])
        may = np.stack([out[name].fill_null(value=True).to_numpy() for name in RULES])
        return sure, may

    def timed():
        query.collect()

    return judge, timed


def duckdb_judge(table):
    """DuckDB, by hand in SQL: NULL is unknown, and AND and OR absorb it."""
    import duckdb
    import pyarrow as pa

    unknown = {name: table[name] == UNKNOWN for name in (*CODES, *TRUTHS)}
    unknown |= {name: table[f"{name}?"] for name in (*NUMBERS, "safeguards")}
    store = duckdb.connect(config={"threads": 1})
    store.register("arrow", pa.table({name: pa.array(table[name], mask=mask) for name, mask in unknown.items()}))
    truths = ", ".join(f"{name}::BOOLEAN AS {name}" for name in TRUTHS)
    store.execute(f"CREATE TABLE legs AS SELECT * REPLACE ({truths}) FROM arrow")

    def among(name):
        fact, first, last = RUNS[name]
        return f"{fact} BETWEEN {first} AND {last}"

    def lacks(*names):
        return f"(safeguards & {sum(BITS[n] for n in names)}) = 0"

    over = " OR ".join(f"({among(kind)} AND n_persons > {line})" for kind, line in LINES.items())
    rules = [
        f"{among('embargo')} AND NOT ({among('emergency')} AND tech_level = 0)",
        f"tech_level >= 3 AND concerned AND {lacks('licence')}",
        f"concerned AND ({over}) AND NOT (encrypted AND anonymised AND own_pct < 50)",
        f"{among('genomic')} AND {among('dest_concern')} AND NOT {among('emergency')}",
        f"{among('government')} AND NOT adequate AND NOT {among('claim')}",
        f"ciio AND NOT anonymised AND {lacks('assessment')}",
        f"open_data AND (n_persons > 1000000 OR n_sensitive > 10000 OR {among('important')}) AND {lacks('assessment')}",
        f"open_data AND (n_persons > 100000 OR n_sensitive > 0) AND {lacks('scc', 'cert', 'assessment')}",
        f"NOT adequate AND open_data AND {lacks('scc', 'bcr', 'cert', 'consent')}",
        f"onward AND NOT adequate AND {lacks('onward_clause')}",
        f"retention_days > 365 AND {among('guarded')} AND NOT encrypted",
        f"NOT encrypted AND (tech_level >= 1 OR NOT adequate) AND NOT {among('affiliate')}",
    ]
    query = f"""
        WITH helped AS (
            SELECT *, {among("adequate")} AS adequate,
                {among("dest_concern")} OR covered_person OR ({among("owner_concern")} AND own_pct >= 50) AS concerned,
                NOT anonymised
                    AND NOT ({among("exempt_purpose")} AND NOT ciio AND NOT {among("important")}) AS open_data
            FROM legs
        ) SELECT {", ".join(f"{rule} AS {name}" for name, rule in zip(RULES, rules, strict=True))} FROM helped"""

    def timed():
        return store.sql(query).to_arrow_table()

    def judge():
        out = timed()
        return tuple(np.stack([out[name].fill_null(rail).to_numpy() for name in RULES]) for rail in (False, True))

    return judge, timed


def openfisca_judge(table):
    """OpenFisca: vectors of numpy, a default for what nobody stated, no third truth."""
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulation_builder import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    leg = build_entity(key="leg", plural="legs", label="a leg", is_person=True)
    system = TaxBenefitSystem([leg])
    day = "2026-11-23"

    def variable(name, kind, formula=None):
        body = {"value_type": kind, "entity": leg, "definition_period": DateUnit.DAY, "label": name}
        system.add_variable(type(name, (Variable,), body | ({"formula": formula} if formula else {})))

    for name in TRUTHS:
        variable(name, bool)
    for name in (*CODES, *NUMBERS, "safeguards"):
        variable(name, int)

    def among(name):
        fact, first, last = RUNS[name]
        return lambda legs, period: (legs(fact, period) >= first) & (legs(fact, period) <= last)

    def lacks(legs, period, *names):
        return (legs("safeguards", period) & sum(BITS[n] for n in names)) == 0

    embargo, dest_concern, owner_concern = among("embargo"), among("dest_concern"), among("owner_concern")
    emergency, important, guarded = among("emergency"), among("important"), among("guarded")
    government, claim, affiliate, genomic = among("government"), among("claim"), among("affiliate"), among("genomic")
    exempt_purpose, is_adequate = among("exempt_purpose"), among("adequate")
    helpers = {
        "adequate": is_adequate,
        "concerned": lambda g, p: dest_concern(g, p) | g("covered_person", p) | (owner_concern(g, p) & (g("own_pct", p) >= 50)),
        "open_data": lambda g, p: ~g("anonymised", p) & ~(exempt_purpose(g, p) & ~g("ciio", p) & ~important(g, p)),
    }
    rules = [
        lambda g, p: embargo(g, p) & ~(emergency(g, p) & (g("tech_level", p) == 0)),
        lambda g, p: (g("tech_level", p) >= 3) & g("concerned", p) & lacks(g, p, "licence"),
        lambda g, p: g("concerned", p) & (g("n_persons", p) > LINE[g("category", p)]) & ~(g("encrypted", p) & g("anonymised", p) & (g("own_pct", p) < 50)),
        lambda g, p: genomic(g, p) & dest_concern(g, p) & ~emergency(g, p),
        lambda g, p: government(g, p) & ~g("adequate", p) & ~claim(g, p),
        lambda g, p: g("ciio", p) & ~g("anonymised", p) & lacks(g, p, "assessment"),
        lambda g, p: g("open_data", p) & ((g("n_persons", p) > 1_000_000) | (g("n_sensitive", p) > 10_000) | important(g, p)) & lacks(g, p, "assessment"),
        lambda g, p: g("open_data", p) & ((g("n_persons", p) > 100_000) | (g("n_sensitive", p) > 0)) & lacks(g, p, "scc", "cert", "assessment"),
        lambda g, p: ~g("adequate", p) & g("open_data", p) & lacks(g, p, "scc", "bcr", "cert", "consent"),
        lambda g, p: g("onward", p) & ~g("adequate", p) & lacks(g, p, "onward_clause"),
        lambda g, p: (g("retention_days", p) > 365) & guarded(g, p) & ~g("encrypted", p),
        lambda g, p: ~g("encrypted", p) & ((g("tech_level", p) >= 1) | ~g("adequate", p)) & ~affiliate(g, p),
    ]
    for name, rule in (*helpers.items(), *zip(RULES, rules, strict=True)):
        variable(name, bool, rule)

    count = len(table["dest"])

    def judge():
        simulation = SimulationBuilder().build_default_simulation(system, count)
        for name in FACTS:
            column = table[name]
            if name in TRUTHS:
                column = column == 1
            elif name in CODES:
                column = np.where(column == UNKNOWN, 0, column)
            simulation.set_input(name, day, column)
        answers = np.stack([simulation.calculate(rule, day) for rule in RULES])
        return answers, answers

    return judge, judge


def numpy_judge(table):
    return lambda: numpy_rails(table), lambda: numpy_rails(table)
