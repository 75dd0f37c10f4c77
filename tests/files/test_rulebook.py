"""Rulebooks from text: every fault at once, each with its place; any text is a rulebook or a SourceError."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import rulebooks

from comity import shelf
from comity.files.rulebook import read_rulebook
from comity.files.world import read_world
from comity.law.lower import lower
from comity.text.source import Mistakes, SourceError, read_documents

GOOD = """\
rulebook: xx.good
title: {en: Good, zh: 好}
edition: "1"
published: 2026-01-01
jurisdiction: [XX]
speaks_about: [data]
"""
LAW = "cite: s. 1, en: a, zh: 一"
READ = f"""\
rulebook: xx.Bad Name
title: {{en: Bad, zh: 坏}}
published: 2026-02-30
jurisdiction: [nowhere]
speaks_about: [data]
extra: 1
definitions:
  a: {{{LAW}, is: "x and"}}
  b: {{{LAW}, is: "a === b"}}
  c: {{cite: s, en: no, is: protected}}
  d: {{{LAW}}}
  e: {{{LAW}, of: nobody, is: protected}}
  f: {{{LAW}, is: protected, status: [{{from: 2026-01-01, is: perhaps}}]}}
  2g: {{{LAW}, is: protected}}
prohibitions:
  p: {{{LAW}, when: protected, effect: mild}}
  q: {{{LAW}, wenn: protected}}
  r: {{{LAW}, when: protected, from: 2026-05-01, until: 2026-04-01}}
grounds:
  g: {{{LAW}, kind: favour, lifts: [p], holds: protected}}
  h: {{{LAW}, kind: licence, holds: protected}}
duties:
  d: {{{LAW}, by: exporter, timing: soon, when: protected}}
lists:
  l: {{{LAW}, match: destination}}
  m: {{{LAW}, match: destination, rows: [{{from: 2026-01-01}}]}}
tables:
  T: {{columns: {{n: number}}, rows: [{{n: many}}]}}
readings:
  w: {{en: w, zh: 二, for: {{cite: a, en: b}}}}
facts:
  ship: {{x: {{type: bool, en: x, zh: 二}}}}
"""
MEANT = {  # one fault of meaning a line: (expression, words of the mistake, offset in the expression)
    "protectd": ("not known here", 0),
    "exporter.colour": ("has no 'colour'", 9),
    "event == 'fly'": ("not a word for 'event'", 6),
    "population.persons > 2026-01-01": ("measured alike", 19),
    "population.persons >= 0.5": ("finer than", 19),
    "on > 5": ("compared with a number", 3),
    "importer.organised_in == {'DE'}": ("not compared by '=='", 22),
    "exporter": ("condition is expected", 0),
    "any(true for x in protected)": ("nothing to range over", 18),
    "some(f for f in fields)": ("no 'some", 0),
    "overlaps(event, HOME)": ("two sets", 0),
    "after(on, 1, weeks) > on": ("unit is", 13),
    "after(on, 1, '02-29') > on": ("day of every year", 13),
    "share(by=privileged) > 5%": ("definition of a party", 0),
    "counted(cows) > 5": ("persons or devices", 0),
    "lifted('x')": ("lifted takes", 0),
    "nowhere(exporter)": ("no 'nowhere(...)'", 0),
    "size(asset.stored_in) > 1": ("drawn from constants", 0),
    "total(f.kind for f in fields) > 1": ("sums a number", 6),
}


def faults(text):
    """Every mistake of a rulebook's text and of its meaning."""
    try:
        book = read_rulebook("r", text.encode())
    except SourceError as error:
        return error.mistakes
    mistakes = Mistakes()
    lower(book, shelf.vocabulary(), mistakes)
    return mistakes.found


def test_a_good_rulebook_has_no_faults():
    """The smallest one."""
    assert faults(GOOD) == []


def test_twenty_faults_are_twenty_mistakes_each_placed():
    """One reading shows them all, in order, each on its line."""
    found = faults(READ)
    lines = [m.place.line for m in found]
    assert lines == sorted(lines)
    assert set(range(7, 33)) & set(lines) >= {8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 20, 21, 23, 25, 26, 28, 30, 32}
    assert {1, 3, 4, 6} <= set(lines)
    assert len(found) >= 20
    assert all(m.message and m.place.file == "r" and m.place.column >= 1 for m in found)


def test_faults_of_meaning_come_together_too_each_at_its_column():
    """Unknown names, types that do not fit, steps too fine, circles: all of them, each at its word."""
    rows = [f'  p{i}: {{{LAW}, when: "{text}"}}' for i, text in enumerate(MEANT)]
    text = GOOD + "places: {HOME: [DE]}\ndefinitions:\n" + f"  self_rest: {{{LAW}, is: self_rest or protected}}\nprohibitions:\n" + "\n".join(rows) + "\n"
    found = faults(text)
    lines = text.splitlines()
    for i, (expression, (word, offset)) in enumerate(MEANT.items()):
        (line,) = [n for n, row in enumerate(lines, 1) if f" p{i}: " in row]
        here = [m for m in found if m.place.line == line]
        assert [m for m in here if word in m.message + m.suggestion], (expression, [str(m) for m in here])
        column = lines[line - 1].index('when: "') + len('when: "') + 1 + offset
        assert abs(here[0].place.column - column) <= 1, (expression, here[0].place, column)
    assert any("rests on itself" in m.message for m in found)


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (f"prohibitions: {{p: {{{LAW}, when: protected, checked: 2026-01-01, read: false}}}}", "nobody opened its text"),
        (f"lists: {{l: {{{LAW}, rows: [{{if: protected, checked: 2026-01-02}}]}}}}", "checked after this edition was published"),
        (f"grounds: {{g: {{{LAW}, kind: licence, lifts: [nothing], holds: protected}}}}", "no prohibition or duty"),
        (f"duties: {{d: {{{LAW}, by: exporter, timing: during, when: protected, under: nothing}}}}", "no ground"),
        (f"definitions: {{a: {{{LAW}, is: protected}}}}\nplaces: {{a: [DE]}}", "already the name"),
        (f"definitions: {{a: {{{LAW}, of: party, is: 'not any(o.party.a for o in owners)'}}}}", "rests on the contrary"),
        (f"duties: {{d: {{{LAW}, by: exporter, timing: during, when: protected, due: protected}}}}", "due date"),
        (f"duties: {{d: {{{LAW}, by: exporter, timing: before, when: protected, compels: true}}}}", "not owed before it"),
        (f"definitions: {{a: {{{LAW}, given: {{who: party}}, is: who.privileged}}, b: {{{LAW}, is: a}}}}", "takes who"),
        (f"lists: {{l: {{{LAW}, match: event, rows: [{{in: [send]}}, {{in: [fly]}}]}}}}", "'fly' is not a word"),
        (f"lists: {{l: {{{LAW}, match: protected, rows: [{{in: [send]}}]}}}}", "a code or a set is expected"),
        (f"definitions: {{a: {{{LAW}, is: asset.entity == 'x'}}}}", "has no 'entity'"),
        (f"definitions: {{a: {{{LAW}, is: population.persons, from: 2026-01-01}}}}", "some days only"),
        ("places: {ONE: [TWO, DE], TWO: [THIR], THIR: [ONE]}", "'ONE' names itself"),
        ("sets: {one: [two], two: [one, x]}", "'two' names itself"),
        ("---\na: 1", "one document"),
        ("rulebook: xx.twice", "twice"),
    ],
)
def test_what_points_nowhere_is_said(more, word):
    """Grounds that lift nothing, names used twice, circles through a denial."""
    found = faults(GOOD + more)
    assert [m for m in found if word in m.message], [str(m) for m in found]


def test_a_set_may_name_others_and_its_own_code():
    """The name of a group may be one of its codes, and two sets may share a third."""
    assert faults(GOOD + "places: {ONE: [ONE, DE, THIR], TWO: [THIR, FR], THIR: [NO]}") == []


def test_an_empty_rulebook_is_refused():
    """And one that is no mapping."""
    for text in ("", "- a", "word"):
        assert faults(text)


@given(rulebooks())
def test_what_the_strategies_write_is_a_rulebook(text):
    """Every random rulebook of these tests reads and lowers without a fault."""
    assert faults(text) == []


@given(rulebooks(), st.randoms(use_true_random=False))
def test_a_damaged_rulebook_is_read_or_refused(text, chance):
    """Pieces lost, doubled or changed: a rulebook or a SourceError, never another exception."""
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(["", "{", "]", '"', ":", "not ", " in ", "self", ".", text[at : at + 30]]) + text[at + chance.randint(0, 4) :]
    assert isinstance(faults(text), list)


VALUES = st.recursive(
    st.sampled_from(("", "true", "protected", "2026-01-01", "a/b", "1", "[", "x in y")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(("is", "when", "rows", "in", "cite", "kind", "columns", "from", "status", "given", "en")), inner, max_size=3),
    ),
    max_leaves=6,
)
CLOSED = (
    GOOD
    + f"""\
sets: {{LISTED: [xx.good/named, xx.good/determined]}}
closed: {{party.designations: [xx.good/], "deal.statements[].about": [xx.]}}
definitions:
  listed: {{{LAW}, of: party, is: "overlaps(designations, LISTED)"}}
  soldiers: {{{LAW}, of: deal, is: "any('xx.soldiers' in s.about for s in statements)"}}
"""
)
WORLD = "parties: {{a: {{designations: [{}]}}}}\ndeals: {{d: {{statements: [{{about: [{}]}}]}}}}"


def read_under(text, book):
    """The mistakes of a world under one rulebook."""
    mistakes = Mistakes()
    read_world(read_documents("w", text, mistakes)[0], shelf.extended([book]), mistakes)
    return [m.message + " " + m.suggestion for m in mistakes.found]


@pytest.mark.parametrize(
    ("designation", "about", "said"),
    [
        ("xx.good/named", "xx.soldiers", ""),
        ("yy.other/nmaed", "customers", ""),  # families that nobody closed stay open
        ("xx.good/nmaed", "xx.soldiers", "did you mean 'xx.good/named'?"),
        ("XX.good/Named", "xx.soldiers", "did you mean 'xx.good/named'?"),
        ("named", "xx.soldiers", "it may be xx.good/named"),
        ("xx.good/named", "soldiers", "did you mean 'xx.soldiers'?"),
    ],
)
def test_a_misspelt_word_of_a_closed_family_is_a_mistake(designation, about, said):
    found = read_under(WORLD.format(designation, about), read_rulebook("r", CLOSED.encode()))
    assert [said in f for f in found] == ([True] if said else [])


@pytest.mark.parametrize("line", ["closed: {party.designatoins: [xx.]}", "closed: {party.kind: [xx.]}", "closed: {party.designations: [yy.]}"])
def test_only_open_facts_and_words_that_are_looked_for_make_a_family(line):
    with pytest.raises(SourceError):
        shelf.extended([read_rulebook("r", (CLOSED.partition("closed:")[0] + line).encode())])


SECTIONS = (
    "scope",
    "places",
    "sets",
    "facts",
    "closed",
    "readings",
    "tables",
    "lists",
    "definitions",
    "prohibitions",
    "grounds",
    "duties",
    "title",
    "source",
    "jurisdiction",
    "edition",
    "speaks_about",
    "published",
)


@given(st.dictionaries(st.sampled_from(SECTIONS), st.one_of(VALUES, st.dictionaries(st.sampled_from(("a", "b/c", "party")), VALUES, max_size=2)), max_size=4))
def test_any_shape_is_read_or_refused(sections):
    """A list where a mapping belongs, text where rows belong: a mistake, never another exception."""
    assert isinstance(
        faults(
            json.dumps(
                {
                    "rulebook": "xx.odd",
                    "title": {"en": "a", "zh": "b"},
                    "edition": "1",
                    "published": "2026-01-01",
                    "jurisdiction": ["XX"],
                    "speaks_about": ["data"],
                    **sections,
                }
            )
        ),
        list,
    )
