"""The beginning of an interview from nothing: the few facts that open everything, put into a world with names that say what they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.facts.vocabulary import Vocabulary
from comity.interview.draft import TYPED, mapping
from comity.text.source import Node
from comity.words.words import day

MOVEMENT: Final = "transfer"
"""What an interview from nothing is about."""
OF_PERSONS: Final = "persons"


@dataclass(frozen=True)
class Opener:
    """One of the first questions: its name, the fact that it states, and the block that it stands in."""

    name: str
    kind: str
    fact: str
    block: str
    column: str = ""


OPENERS: Final = (
    Opener("giver", "party", "kind", "gives"),
    Opener("giver_in", "party", "organised_in", "gives"),
    Opener("gainer", "party", "kind", "gains"),
    Opener("gainer_in", "party", "organised_in", "gains"),
    Opener("role", "movement", "importer_role", "gains"),
    Opener("what", "asset", "kind", "what"),
    Opener("fields", "asset", "fields", "what", "kind"),
    Opener("identifiability", "asset", "identifiability", "what"),
    Opener("subjects_in", "population", "place", "whom"),
    Opener("subjects", "population", "role", "whom"),
    Opener("persons", "population", "persons", "whom"),
    Opener("event", "movement", "event", "happens"),
    Opener("purpose", "purpose", "kind", "why"),
    Opener("deal", "deal", "kind", "deal"),
    Opener("day", "movement", "on", "when"),
)
"""The first questions. Whoever leaves one out is asked for it later, as far as it matters."""

OWNED: Final = ("nobody", "by_gainer", "by_giver")
"""Who owns the two: nobody who matters to any law, or one the other."""
STATED: Final = ("own_data", "no_persons", "seated")
"""What may be ticked: the giver collected the data itself and it is not public; what moves tells nothing of persons; both parties have seat, head
office and business where they are organised."""
ASSUMED: Final = ("nothing_else", "on_no_list", "at_home", "no_count", "no_papers")
"""What a reader may assume, each signed by itself."""
LISTED: Final = ("party.designations", "asset.entries", "asset.marks", "asset.secrecy")
"""What lists of persons and of goods, and marks of secrecy, say: never closed along with the rest, for they decide most."""
ASKED: Final = ("party.owners", "party.controlled_by")
"""What the first page asks in so many words."""
OF_KIND: Final = {"public_body": ("movement.demanded_by", "movement.order", "movement.carries_out"), "individual": ("party.statuses", "party.works_for")}
"""What is never closed along with the rest where one of the two is of this kind: what an authority may have ordered, whose citizen somebody is."""


def begun(said: Mapping[str, Sequence[str]], vocabulary: Vocabulary, today: int) -> Node:
    """The world that the first answers make. What was left out stays unknown."""
    one = {name: values[0].strip() for name, values in said.items() if values and values[0].strip()}
    ticked = frozenset(said.get("stated", ()))
    data = one.get("what") == "data"
    world: dict[str, dict[str, Node]] = {
        "parties": {who: mapping(dict(_party(who, one, seated="seated" in ticked))) for who in ("giver", "gainer")},
        "assets": {"subject_matter": mapping(dict(_asset(one, said.get("fields", ()), ticked)))},
        "movements": {MOVEMENT: mapping(dict(_movement(one, data=data)))},
    }
    for section, name, facts in (("purposes", "purpose", {"kind": one.get("purpose")}), ("deals", "deal", {"kind": one.get("deal")})):
        if facts["kind"]:
            world[section] = {name: mapping({"kind": _text(facts["kind"])})}
    if data:
        world["populations"] = {OF_PERSONS: mapping({k: _text(one[n]) for k, n in _PERSONS.items() if n in one})}
    if data and one.get("role") in ("processor", "controller"):
        processors = _list(["gainer"] if one["role"] == "processor" else [])
        world["activities"] = {"processing": mapping({"controllers": _list(["giver"]), "processors": processors})}
    pairs = {section: mapping(records) for section, records in world.items()}
    assumed = list(_assumed(said.get("assume", ()), one, vocabulary, today))
    return mapping({**({"assume": Node(TYPED, items=assumed)} if assumed else {}), **pairs})


_PERSONS: Final = {"place": "subjects_in", "role": "subjects", "persons": "persons"}


def _party(who: str, one: Mapping[str, str], *, seated: bool) -> Iterator[tuple[str, Node]]:
    kind, where = one.get(who), one.get(f"{who}_in")
    if kind:
        yield "kind", _text(kind)
    if where and kind == "individual":
        yield from ((fact, _text(where)) for fact in ("primary_residence", "domicile", "located_in"))
    elif where:
        yield "organised_in", _list([where])
        if seated:
            yield from ((fact, _text(where)) for fact in ("principal_place", "headquarters", "domicile"))
            yield "establishments", _list([where])
        if kind == "public_body":
            yield "organ_of", _list([where])
    owned, other = one.get("owned", ""), "gainer" if who == "giver" else "giver"
    if owned == f"by_{other}":
        yield "owners", Node(TYPED, items=[mapping({"party": _text(other), "share": _text("100%")})])
        yield "controlled_by", _list([other])
    elif owned in OWNED and kind != "individual":
        yield from (("owners", _list([])), ("controlled_by", _list([])))
        if where and seated:
            yield "ultimate_parent_place", _text(where)


def _asset(one: Mapping[str, str], fields: Sequence[str], ticked: Collection[str]) -> Iterator[tuple[str, Node]]:
    data = one.get("what") == "data"
    if "what" in one:
        yield "kind", _text(one["what"])
    if "no_persons" in ticked:
        yield "about", _text("nobody")
        yield "fields", _list([])
        return
    if fields:
        yield "fields", _list(fields)
    if data and any(name in one for name in _PERSONS.values()):
        yield "about", _text("person")
    if data:
        yield "populations", _list([OF_PERSONS])
    if "identifiability" in one:
        yield "identifiability", _text(one["identifiability"])
    if data and "own_data" in ticked:
        yield "collected_by", _list(["giver"])
        yield "availability", _text("private")


def _movement(one: Mapping[str, str], *, data: bool) -> Iterator[tuple[str, Node]]:
    yield from (("exporter", _text("giver")), ("importer", _text("gainer")), ("asset", _text("subject_matter")))
    for fact, name in (("event", "event"), ("origin", "giver_in"), ("destination", "gainer_in"), ("on", "day"), ("importer_role", "role")):
        if name in one:
            yield fact, _text(one[name])
    if one.get("event") in ("view", "make_accessible") and "gainer_in" in one:
        yield "access_place", _text(one["gainer_in"])
    if "purpose" in one:
        yield "purpose", _text("purpose")
    if "deal" in one:
        yield "deal", _text("deal")
    if data and one.get("role") in ("processor", "controller"):
        yield "activity", _text("processing")


def _assumed(ticked: Sequence[str], one: Mapping[str, str], vocabulary: Vocabulary, today: int) -> Iterator[Node]:
    """What was assumed, each with who assumes it and since when."""
    kinds = {kind: known for kind, known in vocabulary.kinds.items() if kind != "instrument"}  # a paper that is named later says what it says
    facts = [f"{kind}.{fact.name}" for kind, known in kinds.items() for fact in known.values() if fact.closes]
    where = _list([one["subjects_in"]] if "subjects_in" in one else [])
    apart = {*LISTED, *ASKED, *(fact for who in ("giver", "gainer") for fact in OF_KIND.get(one.get(who, ""), ()))}
    held = {
        "nothing_else": ("closed", _list([*(fact for fact in facts if fact not in apart), "measures"])),
        "on_no_list": ("closed", _list(LISTED)),
        "at_home": ("facts", mapping({"activity.offers_to": where, "activity.monitors_in": where})),
        "no_count": ("closed", _list(["counts"])),
        "no_papers": ("closed", _list(["instruments"])),
    }
    for name in ASSUMED:
        if name in ticked:
            because = f"assumed at the start of an interview ({name.replace('_', ' ')})"
            yield mapping({"because": _text(because), "by": _text(one.get("by", "")), "on": _text(day(today)), held[name][0]: held[name][1]})


def _text(word: str) -> Node:
    return Node(TYPED, text=word)


def _list(words: Sequence[str]) -> Node:
    return Node(TYPED, items=[_text(word) for word in words])
