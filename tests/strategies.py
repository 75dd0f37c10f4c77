"""Random worlds and small random rulebooks, as text through the real readers; and ways of knowing less of a world."""

import json
from dataclasses import replace

from hypothesis import strategies as st

from comity import shelf
from comity.facts.leg import Dated
from comity.facts.record import Rows
from comity.facts.value import MAX, MIN, Interval, OneOf, SetOf
from comity.files.rulebook import read_rulebook
from comity.files.world import read_world
from comity.law.lower import regimes
from comity.text.source import Mistakes, read_documents
from comity.verdict.plan import Plan

PLACES = ("DE", "FR", "DE-BE", "EU", "US", "CN", "HK", "NO", "XX")
WINDOWS = ("year", "years(2)", "months(12)", "since(2026-02-28)")
DAYS = ("2025-12-31", "2026-01-01", "2026-02-28", "2026-03-01", "2026-06-30", "2026-07-01", "2027-01-01")
PARTIES = ("p0", "p1", "p2", "p3")


def maybe(strategy, rarely=6):
    """Mostly a statement, sometimes silence (None, dropped later) or an explicit `unknown`."""
    return st.integers(0, rarely).flatmap(lambda n: st.none() if n == 0 else st.just("unknown") if n == 1 else strategy)


def codes(*words):
    return st.one_of(st.sampled_from(words), st.sampled_from(words), st.lists(st.sampled_from(words), min_size=2, max_size=2, unique=True).map(" | ".join))


def lists(*words):
    return st.tuples(st.lists(st.sampled_from(words), max_size=3, unique=True), st.booleans()).map(lambda t: [*t[0], *(["..."] * (t[1] and len(t[0]) < 3))])


def numbers(*ends):
    one = st.sampled_from(ends)
    return st.one_of(
        one.map(str), one.map(str), st.tuples(one, one).map(lambda t: f"{min(t)}..{max(t)}"), one.map(lambda n: f">{n}"), one.map(lambda n: f"<={n}")
    )


DAY = st.one_of(st.sampled_from(DAYS), st.sampled_from(DAYS), st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(lambda t: "..".join(sorted(t))))
TRUTH = st.sampled_from(("true", "false"))
PLACE, PLACE_SET = codes(*PLACES), lists(*PLACES)
PERSONS = numbers(0, 1, 9, 10, 99, 100, 101, 1000)


def record(**facts):
    return st.fixed_dictionaries({k: maybe(v) for k, v in facts.items()}).map(lambda d: {k: v for k, v in d.items() if v is not None})


def rows(**columns):
    return st.tuples(st.lists(record(**columns), max_size=2), st.booleans()).map(lambda t: [*t[0], *(["..."] * t[1])])


MOVED = [{"is": "CN", "until": "2026-03-01"}, {"is": "DE", "from": "2026-03-01", "until": "2026-07-01"}]
EXTRAS = (
    {},
    {},
    {},
    {"parts": [{"fields": ["email"]}, {"event": "view", "destination": "CN"}]},
    {"from": "2026-01-15", "until": "2026-08-01"},
    {"from": "2026-02-28", "until": "2026-03-02", "population": ["q0", "q1"]},
    {"from": "2026-02-01", "until": "2026-04-01", "fields": [{"is": ["email"], "until": "2026-03-01"}, {"is": ["health", "..."], "from": "2026-03-01"}]},
)


def movements(**facts):
    """Movements at one day or through many, whole or in parts."""
    return st.tuples(record(**facts), st.sampled_from(EXTRAS)).map(lambda t: {**{k: v for k, v in t[0].items() if k != "on" or "from" not in t[1]}, **t[1]})


FIELD = ("email", "name", "health", "location")


def party(*heads):
    """A party, mostly no branch; or one of these, which are no branches of it."""
    return record(
        kind=codes("organisation", "individual"),
        organised_in=PLACE_SET,
        principal_place=st.one_of(PLACE, PLACE, st.just(MOVED)),
        privileged=TRUTH,
        persons_processed=PERSONS,
        group=st.sampled_from(("g", "h", "none")),
        designations=lists("xx.list", "yy.list"),
        owners=rows(party=st.sampled_from((*PARTIES, "none")), share=st.sampled_from(("10%", "25%", "50%", "30%..50%", "0..25"))),
        part_of=st.sampled_from(("none", "none", *heads)),
    )


WORLD = st.fixed_dictionaries(
    {
        "parties": st.fixed_dictionaries({"p0": party(), "p1": party("p0"), "p2": party("p0", "p1"), "p3": party("p0", "p1")}),
        "populations": st.fixed_dictionaries({name: record(place=PLACE, persons=PERSONS, notice=TRUTH, apart=TRUTH) for name in ("q0", "q1")}),
        "assets": st.fixed_dictionaries(
            {
                "a0": record(
                    kind=st.just("data"),
                    fields=rows(kind=codes(*FIELD), name=st.sampled_from(FIELD), precision_m=PERSONS),
                    populations=lists("q0", "q1"),
                    stored_in=PLACE_SET,
                    user_content=TRUTH,
                    operated_by=st.sampled_from(("p0", "none")),
                )
            }
        ),
        "deals": st.fixed_dictionaries({"d0": record(mode=codes("trade", "investment"), consideration=TRUTH, clauses=lists("no_onward", "report"))}),
        "instruments": st.fixed_dictionaries(
            {
                "i0": record(
                    kind=codes("licence", "clauses"),
                    result=codes("granted", "pending"),
                    since=DAY,
                    until=DAY,
                    exporters=lists("p0", "p1"),
                    importers=lists("p0", "p1"),
                    places=PLACE_SET,
                    fields=lists(*FIELD),
                    persons_max=PERSONS,
                    met=TRUTH,
                    signed_on=DAY,
                )
            }
        ),
        "measures": st.fixed_dictionaries(
            {
                "m0": record(
                    kind=codes("stop_order", "demand"), since=DAY, until=DAY, target=st.sampled_from((*PARTIES, "none")), effects=lists("stop", "compel")
                )
            }
        ),
        "movements": st.dictionaries(
            st.sampled_from(("t0", "t1", "t2")),
            movements(
                exporter=st.sampled_from(("p0", "p1", "p0 | p2", "none")),
                importer=st.one_of(st.sampled_from(PARTIES[1:]), st.sampled_from(PARTIES[1:]), st.just(["p1", "p2"])),
                asset=st.just("a0"),
                population=st.sampled_from(("q0", "q1", "none")),
                deal=st.sampled_from(("d0", "none")),
                purpose=st.sampled_from(("hr", "contract")).map(lambda k: {"kind": k}),
                event=codes("send", "view", "store"),
                origin=PLACE,
                destination=PLACE,
                on=DAY,
                fields=lists(*FIELD),
                protected=TRUTH,
                onward=TRUTH,
                done=lists("xx.random/report", "yy.other/report"),
                participants=rows(party=st.sampled_from(PARTIES), role=st.sampled_from(("facilitator", "directs")), knowledge=codes("actual", "none")),
            ),
            min_size=1,
            max_size=3,
        ),
        "assume": st.sampled_from(({"closed": "all"}, {"closed": ["counts"]}, {"closed": ["instruments", "party.owners"]}, {})),
    }
)

ATOMS = (
    "protected",
    "onward",
    "exporter.privileged",
    "importer.privileged",
    "population.notice",
    "asset.user_content",
    "deal.consideration",
    "same_entity",
    "same_group",
    "exporter == importer",
    "actor == importer",
    "event == 'send'",
    "event in {'view', 'store'}",
    "destination in HOME",
    "origin not in CONCERN",
    "importer.principal_place in {'EU'}",
    "purpose.kind == 'hr'",
    "role == 'exporter'",
    "knowledge == 'actual'",
    "overlaps(importer.organised_in, CONCERN)",
    "importer.organised_in <= HOME",
    "asset.stored_in >= {'DE', 'FR'}",
    "'xx.list' in importer.designations",
    "importer.principal_place in exporter.organised_in",
    "importer.organised_in <= exporter.organised_in",
    "overlaps(importer.organised_in, exporter.organised_in)",
    "population.persons >= 100",
    "population.persons <= importer.persons_processed",
    "population.persons + importer.persons_processed > 100",
    "population.persons + exporter.persons_processed < 100",
    "count(true for f in fields) >= 2",
    "total(o.share for o in importer.owners) >= 50%",
    "size(set(f.kind for f in fields if f.kind in SENS)) >= 1",
    "on >= 2026-03-01",
    "on < 2026-07-01",
    "any(after(i.signed_on, 3, months) > on for i in concerning)",
    "any(f.kind == 'email' for f in fields)",
    "all(f.kind in SENS for f in fields)",
    "any(f.precision_m < 100 for f in fields)",
    "any(o.share > 10% and o.party.privileged for o in importer.owners)",
    "set(f.kind for f in fields) <= SENS",
    "any(i.kind == 'licence' and i.result == 'granted' for i in instruments)",
    "any(m.kind == 'stop_order' and m.target == importer for m in measures)",
    "any(f.kind == 'health' for f in dealing)",
    "any(p.role == 'facilitator' for p in participants)",
    "importer.foreign",
    "importer.held",
    "importer.chained",
    "exporter.foreign",
    "adequate",
    "moved > 100",
    "yearly >= 1000",
    "any(population.persons > r.over and any(f.kind == r.kind for f in fields) for r in LINES)",
    "reading.strict",
    "way == 'first'",
    "deal.clauses >= {'no_onward'}",
    "any(f.kind in i.fields for i in concerning for f in fields)",
    "close(exporter, importer)",
    "latest(i.signed_on for i in concerning if i.kind == 'licence') >= 2026-03-01",
    "earliest(i.signed_on for i in concerning) < on",
    "after(latest(i.signed_on for i in concerning), 1, months) < latest(i.until for i in concerning)",
    "after(on, 5, workdays, 'CN') > 2026-03-05",
    "after(on, 1, '03-01') > 2026-06-30",
    "importer.organised_in | exporter.organised_in <= HOME",
    "asset.operated_by.foreign",
    "any(o.party == exporter for o in importer.owners)",
    "any(i.kind == 'clauses' and not live(i) for i in concerning)",
)
EXPRESSION = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        inner.map("not ({})".format), st.tuples(inner, inner).map("({0[0]}) and ({0[1]})".format), st.tuples(inner, inner).map("({0[0]}) or ({0[1]})".format)
    ),
    max_leaves=4,
)
LAW = {"cite": "s. 1", "en": "a rule", "zh": "规则"}
DATES = st.sampled_from(
    (
        {},
        {},
        {"from": "2026-03-01"},
        {"until": "2026-07-01"},
        {"status": [{"from": "2020-01-01", "is": "in_force"}, {"from": "2026-03-01", "is": "suspended"}]},
        {"status": [{"from": "2026-01-01", "is": "presumed"}]},
    )
)
PATHS = ("export/a", "export/b", "other")
KINDS = ("exemption", "adequacy", "licence", "assessment", "clauses", "consent", "elapse")


def laws(names, **keys):
    one = st.tuples(st.fixed_dictionaries(keys), DATES).map(lambda t: {**LAW, **t[0], **t[1]})
    return st.dictionaries(st.sampled_from(names), one, max_size=len(names))


@st.composite
def rulebooks(draw, regime="xx.random"):
    """The text of a rulebook over the facts that random worlds state."""
    foreign = draw(
        st.sampled_from(
            (
                "overlaps(organised_in, CONCERN) or share(by=foreign) >= 50%",
                "'xx.list' in designations or any(o.party.foreign and o.share > 25% for o in owners)",
            )
        )
    )
    where = draw(st.sampled_from(("protected", "event == 'send'", "any(f.kind == 'email' for f in fields)", "true")))
    book = {
        "rulebook": regime,
        "title": {"en": "Random", "zh": "随机"},
        "edition": "1",
        "published": "2020-01-01",
        "jurisdiction": ["XX"],
        "speaks_about": ["data"],
        "places": {"HOME": ["EU", "NO"], "CONCERN": ["CN", "XX"]},
        "sets": {"SENS": ["health", "location"]},
        "readings": {
            "strict": {
                "en": "strict",
                "zh": "严格",
                "for": {"cite": "a", "en": "b"},
                "against": {"cite": "c", "en": "d"},
                **draw(st.sampled_from(({}, {"prevails": "true"}))),
            }
        },
        "tables": {
            "LINES": {"columns": {"kind": "code", "over": "number"}, "rows": [{"kind": "health", "over": "9"}, {"kind": "email", "over": "100", **draw(DATES)}]}
        },
        "lists": {
            "adequate": {
                **LAW,
                "match": "destination",
                "rows": [{"in": ["FR", "HOME"], **draw(DATES)}, {"in": ["US"], "if": draw(st.sampled_from(ATOMS[:10]))}],
            }
        },
        "definitions": {
            "foreign": {**LAW, "of": "party", "is": foreign},
            "barred": {**LAW, "of": "party", "is": "privileged", **draw(DATES)},
            "held": {**LAW, "of": "party", "is": "share(by=barred) > 25%"},
            "chained": {**LAW, "of": "party", "is": "share(by=privileged, through=product) >= 10%"},
            "close": {**LAW, "given": {"one": "party", "two": "party"}, "is": "one.group == two.group or any(o.party == two for o in one.owners)"},
            "moved": {**LAW, "is": f"counted(persons, where={where}, key=[{draw(st.sampled_from(('exporter', 'exporter.entity')))}])"},
            "yearly": {**LAW, "is": f"counted(persons, where={where}, key=[exporter, importer.group], window={draw(st.sampled_from(WINDOWS))})"},
            "way": {**LAW, "is": [{"when": draw(st.sampled_from(ATOMS[:30])), "is": "first"}, {"is": "second"}]},
        },
        "prohibitions": draw(laws(PATHS, when=EXPRESSION, effect=st.sampled_from(("prohibited", "authorisation_required", "conditional"))))
        or {"other": {**LAW, "when": draw(EXPRESSION)}},
        "duties": draw(laws(("report", "inform"), when=EXPRESSION, by=st.just("exporter"), timing=st.sampled_from(("before", "after")))),
    }
    if draw(st.booleans()):
        book["scope"] = {"cite": "s. 0", "en": "scope", "zh": "范围", "when": draw(EXPRESSION)}
    lifted = ["all", *book["prohibitions"]]
    grounds = laws(
        ("g0", "g1", "g2"),
        kind=st.sampled_from(KINDS),
        holds=EXPRESSION,
        available=st.one_of(st.sampled_from(("true", "never")), st.sampled_from(ATOMS)),
        lifts=st.lists(st.sampled_from(lifted), min_size=1, max_size=2, unique=True),
    )
    return json.dumps({**book, "grounds": draw(grounds)}, ensure_ascii=False)


HEAD = {"rulebook": "xx.t", "title": {"en": "T", "zh": "题"}, "edition": "1", "published": "2020-01-01", "jurisdiction": ["XX"], "speaks_about": ["data"]}
"""What every rulebook has to say of itself."""


def plan_of(*texts):
    """The plan of rulebooks in these texts."""
    books = [read_rulebook("random.yaml", text.encode()) for text in texts]
    return Plan(regimes(books, shelf.vocabulary()), shelf.extended(books), shelf.places(), shelf.calendars())


def world_of(text, plan):
    """The world in a text; a random world that cannot be read is a fault of the reader or of these strategies."""
    mistakes = Mistakes()
    (node,) = read_documents("world.yaml", text, mistakes)
    world = read_world(node, plan.vocabulary, mistakes)
    mistakes.settle()
    return world


def worlds():
    """The text of a world."""
    return WORLD.map(lambda world: json.dumps(world, ensure_ascii=False).replace('"unknown"', "unknown"))


# -- knowing less ------------------------------------------------------------------------------------------------------


def stated(world):
    """Every stated fact as (kind, record, part or -1, fact); what multiplies a movement into legs is left out."""
    for kind, records in world.records.items():
        for record in records.values():
            yield from ((kind, record.id, -1, fact) for fact in record.facts if fact not in record.several and fact != "participants")
            yield from ((kind, record.id, i, fact) for i, part in enumerate(record.parts) for fact in part if fact not in ("*several", "participants"))


def with_fact(world, where, value):
    """The world with one fact replaced."""
    kind, name, part, fact = where
    record = world[kind][name]
    if part < 0:
        record = replace(record, facts={**record.facts, fact: value})
    else:
        record = replace(record, parts=tuple({**p, fact: value} if i == part else p for i, p in enumerate(record.parts)))
    return replace(world, records={**world.records, kind: {**world[kind], name: record}})


def value_at(world, where):
    kind, name, part, fact = where
    return world[kind][name].facts[fact] if part < 0 else world[kind][name].parts[part][fact]


def forgotten(world, where, vocabulary):
    """The world in which nobody knows this fact any more."""
    fact = vocabulary.kinds[where[0]][where[3]]
    return with_fact(world, where, Rows((), open=True) if fact.type == "rows" else fact.anything)


@st.composite
def blurred(draw, world, vocabulary):
    """The world with one to three facts known less well."""
    for _ in range(draw(st.integers(1, 3))):
        choices = list(stated(world))
        if not choices:
            return world
        where = draw(st.sampled_from(choices))
        fact = vocabulary.kinds[where[0]][where[3]]
        world = with_fact(world, where, draw(weaker(value_at(world, where), fact)))
    return world


@st.composite
def weaker(draw, value, fact):
    """A value that leaves at least as much open."""
    anything = Rows((), open=True) if fact.type == "rows" else fact.anything
    if isinstance(value, Dated) or draw(st.integers(0, 2)) == 0:
        return anything
    match value:
        case Interval(lo, hi) if lo <= hi:
            return Interval(draw(st.sampled_from((lo, max(MIN, lo - 5), MIN))), draw(st.sampled_from((hi, min(MAX, hi + 5), MAX))))
        case OneOf(members) if members is not None and fact.type not in ("link", "text") and members:
            more = draw(st.sampled_from(sorted(fact.domain or (PLACES if fact.type == "place" else members))))
            return OneOf(members | {more})
        case SetOf(known, possible):
            kept = frozenset(m for m in sorted(known) if draw(st.booleans()))
            return SetOf(kept, draw(st.sampled_from((possible, fact.domain))) if possible is not None else None)
        case Rows(found, _):
            kept = []
            for row in found:
                if draw(st.integers(0, 3)):
                    forget = draw(st.sampled_from((None, *sorted(row))))
                    kept.append({k: v if k != forget else fact.columns[k].anything for k, v in row.items()})
            return Rows(tuple(kept), open=True)
    return anything
