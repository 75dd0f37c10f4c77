"""Random transfers: a world with a table, a law over what the table holds, and tables of rows to be moved one after the other."""

import datetime as dt
import json

from hypothesis import strategies as st
from strategies import HEAD, LAW, WORLD, rulebooks

HERE = ("DE", "FR", "US", "CN")
CODES = {"Germany": "DE", "Allemagne": "DE", "Bavaria": "DE-BY", "France": "FR", "America": "US", "China": "CN", "Europe": "EU"}
VALUES = (None, "Germany", "Germany", "Allemagne", "Bavaria", "France", "America", "China", "Europe", "germany", "DE")
FORMS = {
    "who": ("keep", "pseudonym", "pseudonym as name", "drop"),
    "device": ("pseudonym", "keep", "drop"),
    "mail": ("keep", "pseudonym as name", "drop"),
    "ill": ("keep", "drop"),
    "lat": ("keep", "grid 100 per degree", "grid 7 per degree", "drop"),
    "born": ("keep", "month", "year as name", "drop"),
    "paid": ("keep", "band 50", "pseudonym as name", "drop"),
    "note": ("keep", "drop"),
}
FIELDS = {"who": "name", "device": "phone", "mail": "email", "ill": "health", "lat": "location", "born": "birth", "paid": "payment", "note": "none"}
KINDS = {"name": "name", "phone": "phone", "email": "email", "health": "health", "location": "location", "birth": "birth_date", "payment": "payment"}
NUMBERS = {
    "population.persons >= 100": "population.persons >= 3",
    "moved > 100": "moved > 4",
    "yearly >= 1000": "yearly >= 5",
    "precision_m < 100": "precision_m < 5000",
}
OWN = (
    "any(f.kind == 'email' for f in fields)",
    "any(f.kind == 'health' for f in fields)",
    "any(f.kind == 'location' and f.precision_m < 5000 for f in fields)",
    "any(f.kind == 'birth_date' for f in fields)",
    "count(true for f in fields) >= 4",
    "count(true for f in fields) >= 1",
    "population.place in {'DE'}",
    "population.place in {'EU'}",
    "population.persons < 2",
    "moved > 1",
    "moved > 4",
    "yearly >= 5",
    "not yearly >= 3",
    "elsewhere > 2",
    "handsets > 3",
    "destination in CONCERN",
    "population.notice",
    "not population.notice",
    "activity.household",
    "any(i.kind == 'licence' for i in instruments)",
    "any(f.kind == 'health' for f in dealing)",
)
WINDOWS = ("year", "years(2)", "months(12)", "since(2026-12-15)")
"""The last begins after some tables moved, and before others."""
ZONES = ([], [], ["Asia/Shanghai"], ["Pacific/Kiritimati"], ["Pacific/Honolulu", "Pacific/Kiritimati"])
CONDITION = st.recursive(
    st.sampled_from(OWN),
    lambda inner: st.one_of(
        inner.map("not ({})".format), *(st.tuples(inner, inner).map(f"({{0[0]}}) {word} ({{0[1]}})".format) for word in ("and", "and", "or"))
    ),
    max_leaves=3,
)


@st.composite
def laws(draw):
    """The text of a rulebook over facts that the worlds here state; sometimes one over all that random worlds state."""
    if draw(st.integers(0, 4)) == 0:
        book = json.loads(draw(rulebooks()))
    else:
        where = draw(st.sampled_from(("true", "event == 'send'", "any(f.kind == 'email' for f in fields)", "population.place in {'EU'}")))
        end = draw(st.sampled_from(("exporter", "exporter.entity", "importer.group")))
        book = {
            **HEAD,
            "places": {"CONCERN": ["CN", "XX"]},
            "definitions": {
                "moved": {**LAW, "is": f"counted(persons, where={where}, key=[{end}])"},
                "yearly": {**LAW, "is": f"counted(persons, where={where}, key=[exporter, importer], window={draw(st.sampled_from(WINDOWS))})"},
                "elsewhere": {**LAW, "is": "counted(persons, where=any(f.kind == 'health' for f in fields), key=[exporter], window=months(2))"},
                "handsets": {**LAW, "is": "counted(devices, where=any(f.kind == 'location' for f in fields), key=[importer], window=year)"},
            },
            "prohibitions": {
                f"rule{n}": {**LAW, "when": when, "effect": draw(st.sampled_from(("prohibited", "conditional")))}
                for n, when in enumerate(draw(st.lists(CONDITION, min_size=1, max_size=3)))
            },
            "grounds": {
                f"way{n}": {**LAW, "kind": kind, "holds": holds, "available": "true", "lifts": ["all"]}
                for n, (kind, holds) in enumerate(draw(st.lists(st.tuples(st.sampled_from(("exemption", "licence")), CONDITION), max_size=1)))
            },
            "duties": {},
        }
    places = ["EU", "NO", "US", "CN", "HK", "XX"][draw(st.integers(0, 9)) // 9 :]
    text = json.dumps({**book, "zones": draw(st.sampled_from(ZONES)), "jurisdiction": places}, ensure_ascii=False)
    for old, new in NUMBERS.items():
        text = text.replace(old, new)
    return text


def party(place):
    return {
        "kind": "organisation",
        "organised_in": [place],
        "principal_place": place,
        "privileged": "false",
        "owners": [],
        "designations": [],
        "part_of": "none",
        "persons_processed": "9",
    }


@st.composite
def transfers(draw):
    """A world, as it is written, with a table `t` of the asset that `t0` moves."""
    told = draw(WORLD)
    known = draw(st.integers(0, 3)) > 0
    if known:
        told["parties"] = {f"p{n}": {**party(place), **({"group": "g"} if n > 1 else {})} for n, place in enumerate(("US", "CN", "DE", "FR"))}
        told["populations"] = {
            "q0": {"place": draw(st.sampled_from(("EU", "DE", "US"))), "persons": "100", "notice": draw(st.sampled_from(("true", "false"))), "apart": "true"},
            "q1": {"place": draw(st.sampled_from(("FR", "DE", "CN", "DE | FR", "DE-BY"))), "persons": "7", "notice": "true"},
        }
    told["activities"] = {"at home": {"household": "false"}, "abroad": {"household": "true"}}
    told["purposes"] = {"hr": {"kind": "hr"}}
    paper = told["instruments"].setdefault("i0", {})
    if draw(st.booleans()):
        paper["assets"] = ["a0"]
    if draw(st.booleans()):
        paper |= {"persons_max": draw(st.sampled_from(("2", "5"))), "kind": "licence", "result": "granted", "since": "2020-01-01", "until": "2030-01-01"}
    columns = draw(st.lists(st.sampled_from(tuple(FORMS)[2:]), min_size=1, max_size=3, unique=True))
    device = draw(st.integers(0, 2)) == 0
    columns = ["who", *(["device"] if device else []), *columns]
    fields = [{"name": FIELDS[c], "kind": KINDS[FIELDS[c]], **({"precision_m": "1"} if c == "lat" else {})} for c in columns if c != "note"]
    told["assets"]["a0"] = {**told["assets"].get("a0", {}), "kind": "data", "fields": fields, "populations": ["q0", "q1"]}
    table = {
        "asset": "a0",
        "confirmed": {"by": "a tester", "on": "2026-11-01"},
        "person": "who",
        "place": draw(
            st.one_of(
                st.just({"column": "country", "codes": CODES}), st.just({"column": "country", "codes": CODES}), st.sampled_from(HERE).map(lambda p: {"is": p})
            )
        ),
        "columns": {c: {"field": FIELDS[c], "forms": _forms(draw, c)} for c in columns},
    }
    if device:
        table["device"] = "device"
    elif draw(st.booleans()):
        table["beyond_a_line"] = "hold"
    if "lat" in columns and draw(st.booleans()):
        table["latitude"] = "lat"
    if draw(st.integers(0, 2)) == 0:
        table["activities"] = draw(
            st.dictionaries(st.sampled_from(("EU", "DE", "DE-BY", "US")), st.sampled_from(("at home", "abroad")), min_size=1, max_size=2)
        )
    told["tables"] = {"t": table}
    told["movements"] = {name: one for name, one in told["movements"].items() if name == "t1" and draw(st.booleans()) and not {"parts", "from"} & one.keys()}
    told["movements"]["t0"] = {
        "exporter": "p0", "importer": draw(st.sampled_from(("p1", "p2"))), "asset": "a0", "activity": "at home", "purpose": "hr", "event": "send",
        "origin": "US", "destination": draw(st.sampled_from(("CN", "DE"))), "access_place": "DE", "protected": "true", "onward": "false", "done": [],
        **draw(st.sampled_from(({}, {}, {"population": "q0"}, {"population": ["q0", "q1"]}, {"fields": ["note"]}))),
    }  # fmt: skip
    told["assume"] = {"closed": "all", "by": "a tester", "on": "2026-11-01"} if draw(st.integers(0, 5)) else {"closed": ["instruments", "measures"]}
    if draw(st.integers(0, 5)) == 0:
        told["counts"] = [{"count": "xx.t/moved", "exporter": draw(st.sampled_from(("p0", "p3"))), "is": draw(st.sampled_from(("0", "2", "4")))}]
    return told


def _forms(draw, column):
    """Some of the forms of a column, in any order."""
    forms = FORMS[column]
    if column in ("who", "device"):
        return draw(st.sampled_from((["keep", "pseudonym"], ["pseudonym"], list(forms))))
    return draw(st.one_of(st.just(list(forms)), st.lists(st.sampled_from(forms), min_size=1, max_size=3, unique=True)))


ROW = st.fixed_dictionaries(
    {
        "who": st.sampled_from((None, "", "ann", "bo", "cy", "di", "ed", "flo", "Zoë")),
        "device": st.sampled_from((None, "", "m1", "m2", "m3", "m4", "m5")),
        "country": st.sampled_from(VALUES),
        "mail": st.sampled_from((None, "", "a@b.example", "ü@b.example")),
        "ill": st.sampled_from((None, "well", "ill")),
        "lat": st.sampled_from((None, 0.0, -0.004, 12.3456, 48.137, -89.99, 91.0)),
        "born": st.sampled_from((None, dt.date(1990, 5, 17), dt.date(2000, 2, 29), dt.date(1999, 12, 31))),
        "paid": st.sampled_from((None, 0, 49, 50, -1, 12345)),
        "note": st.sampled_from((None, "x")),
    }
)
TABLES = st.lists(st.tuples(st.lists(ROW, min_size=1, max_size=9), st.sampled_from((0, 0, 1, 40, 190))), min_size=1, max_size=3)
"""Tables that move one after the other, each so many days after the one before; none where a year ends, when the gate holds."""
