"""Procedures as people write them, beside a rulebook or in a log; every mistake is noted with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import rfc8785

from comity.docket.procedure import END, Act, Clock, Kind, Need, Paper, Procedure, Role, Sort, Stage, Text
from comity.facts.vocabulary import Vocabulary
from comity.text.literal import day as day_of
from comity.text.literal import time_zones
from comity.text.source import Mistakes, Node, Place, nearest

SAID: Final = ("en", "zh", "cite", "note", "read", "source")
PROCEDURE: Final = (*SAID, "place", "zone", "roles", "stages", "acts", "clocks", "papers", "former")
STAGE: Final = (*SAID, "turn", "over", "against", "remedies", "no_remedy")
ACT: Final = (*SAID, "by", "at", "to", "needs", "may")
NEED: Final = (*SAID, "is", "names")
ROLE: Final = (*SAID, "office")
CLOCK: Final = (*SAID, "kind", "from", "length", "awaits", "at", "binds", "barred", "then", "pauses", "longer")
PAPER: Final = (*SAID, "facts", "also", "parties", "result", "days", "scope", "until")
PAUSE: Final = ("from", "until")
NO: Final = "no"
SEVERAL: Final = ("codes", "links", "places")
"""Types of facts that are written as lists."""
_LENGTH: Final = re.compile(r"(-?\d{1,4}) (workdays|days|months|years|\d\d-\d\d)", re.ASCII)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_/-]*", re.ASCII)
SOME_YEAR: Final = 2001
"""Without a 29 February, which is no day of every year."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,4}", re.ASCII)


def read_procedures(documents: Sequence[Node], rulebook: str, vocabulary: Vocabulary, mistakes: Mistakes) -> dict[str, Procedure]:
    """The procedures of one file, by name: a mapping `procedures` of names to what they are."""
    found = {}
    for document in documents:
        held = document.get("procedures")
        for key in document.pairs or {}:
            if key not in ("procedures", "about", "sources"):
                mistakes.add(document.keys[key], f"a file of procedures has no '{key}'", nearest(key, ("procedures", "about", "sources")))
        if held is None or held.pairs is None:
            mistakes.add(document.place, "procedures are a mapping of names to what they are", "write procedures: {name: {en: ..., stages: ..., acts: ...}}")
            continue
        for name, node in held.pairs.items():
            found[name] = _Reader(vocabulary, mistakes).procedure(name, rulebook, node, held.keys[name])
    return found


def plain(node: Node) -> Any:  # noqa: ANN401 -- text, or lists and mappings of it
    """What a tree says, without its places: as a log holds it."""
    if node.pairs is not None:
        return {key: plain(child) for key, child in node.pairs.items()}
    return [plain(item) for item in node.items] if node.items is not None else node.text or ""


def tree(told: Any, place: Place) -> Node:  # noqa: ANN401 -- text, whole numbers, lists and mappings
    """What a log holds, as it would be written at a place."""
    match told:
        case Node():
            return told
        case dict():
            return Node(place, pairs={key: tree(value, place) for key, value in told.items()}, keys=dict.fromkeys(told, place))
        case list() | tuple():
            return Node(place, items=[tree(item, place) for item in told])
        case _:
            return Node(place, text=str(told))


class _Reader:
    def __init__(self, vocabulary: Vocabulary, mistakes: Mistakes) -> None:
        self._words, self._mistakes = vocabulary.kinds["instrument"], mistakes

    def procedure(self, name: str, rulebook: str, node: Node, place: Place) -> Procedure:
        self._keys(node, PROCEDURE, "a procedure", place)
        self._name(name, place)
        self._texts(node, place, f"the procedure '{name}'")
        self._limits = {fact.name: _how(fact.type, fact.limit) for fact in self._words.values() if fact.limit}
        self._roles = {role: self._role(role, child) for role, child in self._pairs(node, "roles")}
        self._stages, self._acts = dict(self._pairs(node, "stages")), dict(self._pairs(node, "acts"))
        self._clocks, self._place = dict(self._pairs(node, "clocks")), place
        zone = self._one(node, "zone")
        if zone not in time_zones():
            self._mistakes.add((node.get("zone") or node).place, f"'{zone}' is no time zone", nearest(zone, time_zones()) or "such as Asia/Shanghai")
        for key in (*self._acts, *self._clocks):
            if key in self._acts and key in self._clocks:
                self._mistakes.add(self._clocks[key].place, f"'{key}' is an act and a clock", "what a clock starts from is called by its name")
        former = tuple(item.text or "" for item in _items(node.get("former")))
        for item in _items(node.get("former")):
            if not _DIGEST.fullmatch(item.text or ""):
                self._mistakes.add(item.place, f"'{item.text or item.shape}' is no digest of a procedure", "64 digits and small letters, as a log names it")
        told = {key: value for key, value in plain(node).items() if key != "former"} if node.pairs is not None else {}
        made = Procedure(
            name, rulebook, self._text(node), self._one(node, "place"), zone, self._roles,
            {key: self._stage(key, child) for key, child in self._stages.items()},
            {key: self._act(key, child) for key, child in self._acts.items()},
            {key: self._clock(key, child) for key, child in self._clocks.items()},
            {key: self._paper(key, child) for key, child in self._pairs(node, "papers")},
            self._limits,
            told, hashlib.sha256(rfc8785.dumps({"rulebook": rulebook, "procedure": name, "told": told})).hexdigest(), former,
        )  # fmt: skip
        for fault, where in faults(made):
            section = node.get(where[0]) if where else None
            self._mistakes.add(section.keys.get(where[1], place) if section and len(where) > 1 else place, fault)
        return made

    def _role(self, name: str, node: Node) -> Role:
        self._keys(node, ROLE, "a role", node.place)
        self._named(name, node, f"the role '{name}'")
        self._words_of(node, "office", ("yes",))
        return Role(self._text(node), node.get("office") is not None)

    def _stage(self, name: str, node: Node) -> Stage:
        self._keys(node, STAGE, "a stage", node.place)
        self._named(name, node, f"the stage '{name}'")
        self._words_of(node, "over", ("yes",))
        none = node.get("no_remedy")
        if none is not None:
            self._keys(none, SAID, "a remedy that is not there", none.place)
            self._texts(none, none.place, "why there is no remedy")
        turn = self._many(node, "turn", self._roles, "role")
        against = self._known(node, "against", self._roles, "role")
        remedies = self._many(node, "remedies", self._acts, "act")
        return Stage(name, self._text(node), turn, node.get("over") is not None, against, remedies, self._text(none) if none else None)

    def _act(self, name: str, node: Node) -> Act:
        self._keys(node, ACT, "an act", node.place)
        self._named(name, node, f"the act '{name}'", cited=True)
        by, at = self._many(node, "by", self._roles, "role"), self._many(node, "at", self._stages, "stage")
        if not by:
            self._mistakes.add(node.place, f"the act '{name}' is made by nobody", "write by: ROLE, or by: [ROLE, ROLE] for an act of several")
        needs = [self._need(key, child, optional=where == "may") for where in ("needs", "may") for key, child in self._pairs(node, where)]
        told = node.get("to") or node
        back = {key: self._many(told, key, self._stages, "stage") for key in told.pairs or {}} if told is not node else {}
        for key, leads in back.items():
            self._is_known(key, told.keys[key], self._stages, "stage")
            if not leads:
                self._mistakes.add(told.keys[key], f"'{key}' leads nowhere", "write {refused: filed}, or {revoked: [suspended, granted]}")
        to = "" if back else self._known(node, "to", self._stages, "stage")
        return Act(name, self._text(node), by, at, to, back, tuple(needs))

    def _need(self, name: str, node: Node, *, optional: bool) -> Need:
        self._keys(node, NEED, "something needed", node.place)
        self._named(name, node, f"'{name}', which is needed,")
        kinds = [sort.value for sort in Sort]
        told = self._one(node, "is")
        if told not in kinds:
            self._mistakes.add((node.get("is") or node).place, f"'{name}' is of no known sort", nearest(told, kinds) or f"write is: one of {', '.join(kinds)}")
        names = self._many(node, "names", self._limits, "limit")
        if told == Sort.SCOPE.value and not optional and not names:
            self._mistakes.add(node.place, f"'{name}' may limit nothing", "write names: [importers, assets], the limits that it must say")
        return Need(name, Sort(told) if told in kinds else Sort.TEXT, self._text(node), optional, names)

    def _clock(self, name: str, node: Node) -> Clock:
        self._keys(node, CLOCK, "a clock", node.place)
        self._named(name, node, f"the clock '{name}'", cited=True)
        self._words_of(node, "barred", ("yes",))
        kinds = [kind.value for kind in Kind]
        told = self._words_of(node, "kind", kinds)
        length = _LENGTH.fullmatch(self._one(node, "length"))
        if length is None or ("-" in length[2] and day_of(f"{SOME_YEAR}-{length[2]}") is None):
            self._mistakes.add(
                (node.get("length") or node).place,
                f"the clock '{name}' has no length",
                "write length: 30 workdays (or days, months, years, or a day of every year such as 03-01)",
            )
        pauses = []
        for one in (node.get("pauses") or node).items or []:
            self._keys(one, PAUSE, "a pause", one.place)
            pauses.append((self._known(one, "from", self._acts, "act"), self._many(one, "until", self._acts, "act")))
        longer: dict[str, int | str] = {}
        for act, child in self._pairs(node, "longer"):
            self._is_known(act, child.place, self._acts, "act")
            text = child.text or ""
            longer[act] = int(text) if _NUMBER.fullmatch(text) else text
        return Clock(
            name, self._text(node), Kind(told) if told in kinds else Kind.DEADLINE, tuple(self._starts(node)),
            int(length[1]) if length else 0, length[2] if length else "days",
            self._many(node, "awaits", self._acts, "act"), self._many(node, "at", self._stages, "stage"),
            self._known(node, "binds", self._roles, "role"), node.get("barred") is not None,
            self._known(node, "then", self._stages, "stage"), tuple(pauses), longer,
        )  # fmt: skip

    def _starts(self, node: Node) -> Iterator[str]:
        for item in _items(node.get("from")):
            first, _, rest = (item.text or "").partition(".")
            if rest == END:
                self._is_known(first, item.place, self._clocks, "clock")
            else:
                self._is_known(first, item.place, self._acts, "act")
                told = self._acts.get(first)
                if rest and told is not None and rest not in {**dict(self._pairs(told, "needs")), **dict(self._pairs(told, "may"))}:
                    self._mistakes.add(item.place, f"the act '{first}' says no '{rest}'")
            yield item.text or ""
        if not _items(node.get("from")):
            self._mistakes.add(node.place, "a clock starts from something", "write from: ACT, from: ACT.DAY or from: CLOCK.end")

    def _paper(self, name: str, node: Node) -> Paper:
        self._keys(node, PAPER, "a paper", node.place)
        self._name(name, node.place)
        facts = {key: self._always(key, child) for key, child in self._pairs(node, "facts")}
        for key in {"kind", "under"} - facts.keys():
            self._mistakes.add(node.place, f"the paper '{name}' says no '{key}'", "write facts: {kind: licence, under: RULE}")
        result = {key: child.text or "" for key, child in self._pairs(node, "result")}
        for key, child in self._pairs(node, "result"):
            self._is_known(key, child.place, self._stages, "stage")
            self._fact("result", child.text or "", child.place)
        days = {}
        for key, child in self._pairs(node, "days"):
            self._fact(key, "", child.place)
            days[key] = tuple(item.text or "" for item in _items(child))
            for item in _items(child):
                self._is_known((item.text or "").partition(".")[0], item.place, self._acts, "act")
        parties = {key: self._played(key, child) for key, child in self._pairs(node, "parties")}
        also = {key: tuple(item.text or "" for item in _items(child)) for key, child in self._pairs(node, "also")}
        for key, child in self._pairs(node, "also"):
            for item in _items(child):
                self._fact(key, item.text or "", item.place)
        scope, until = self._many(node, "scope", self._acts, "act"), self._known(node, "until", self._clocks, "clock")
        return Paper(name, facts, result, days, scope, until, parties, also)

    def _always(self, name: str, node: Node) -> str | tuple[str, ...]:
        """What is always so of a paper; several, where the fact is of several."""
        for item in _items(node):
            self._fact(name, item.text or "", item.place)
        return self._one_or_several(name, node, "word", "write {terms: [rights]}, but {kind: licence}")

    def _played(self, name: str, node: Node) -> str | tuple[str, ...]:
        """The role whose party a fact is; several, where the fact is of several."""
        self._fact(name, "", node.place)
        for item in _items(node):
            self._is_known(item.text or "", item.place, self._roles, "role")
        return self._one_or_several(name, node, "role", "write {approved_by: [authority]}, but {issuer: authority}")

    def _one_or_several(self, name: str, node: Node, what: str, hint: str) -> str | tuple[str, ...]:
        fact = self._words.get(name)
        if fact is not None and (fact.type in SEVERAL) != (node.items is not None):
            self._mistakes.add(node.place, f"'{name}' is {f'a list of {what}s' if fact.type in SEVERAL else f'one {what}'}", hint)
        return tuple(item.text or "" for item in node.items) if node.items is not None else node.text or ""

    # -- words ---------------------------------------------------------------------------------------------------------

    def _fact(self, name: str, value: str, place: Place) -> None:
        fact = self._words.get(name)
        if fact is None:
            self._mistakes.add(place, f"an instrument has no '{name}'", nearest(name, self._words))
        elif value and fact.domain is not None and value not in fact.domain:
            self._mistakes.add(place, f"'{value}' is no {name}", nearest(value, fact.domain))

    def _keys(self, node: Node, known: Sequence[str], what: str, place: Place) -> None:
        if node.pairs is None:
            self._mistakes.add(place, f"{what} is a mapping, not a {node.shape}")
        for key in node.pairs or {}:
            if key not in known:
                self._mistakes.add(node.keys[key], f"{what} has no '{key}'", nearest(key, known))

    def _pairs(self, node: Node, key: str) -> Iterator[tuple[str, Node]]:
        held = node.get(key)
        if held is not None and held.pairs is None and held.text != "":
            self._mistakes.add(held.place, f"'{key}' is a mapping of names, not a {held.shape}")
        return iter((held.pairs or {}).items() if held else ())

    def _named(self, name: str, node: Node, what: str, *, cited: bool = False) -> None:
        self._name(name, node.place)
        self._texts(node, node.place, what, cited=cited)

    def _name(self, name: str, place: Place) -> None:
        if not _NAME.fullmatch(name):
            self._mistakes.add(place, f"'{name}' is no name", "small letters, digits, - and _")

    def _texts(self, node: Node, place: Place, what: str, *, cited: bool = True) -> None:
        absent = [key for key in ("en", "zh", *(("cite",) if cited else ())) if not self._one(node, key).strip()]
        if absent:
            self._mistakes.add(place, f"{what} says no {' and no '.join(absent)}")
        if self._one(node, "read") not in ("", NO):
            self._mistakes.add(node.pairs["read"].place if node.pairs else place, "what is read says nothing of it", "write read: no, where nobody opened it")

    def _one(self, node: Node, key: str) -> str:
        held = node.get(key)
        return (held.text or "") if held is not None else ""

    def _text(self, node: Node) -> Text:
        return Text(self._one(node, "en"), self._one(node, "zh"), self._one(node, "cite"), self._one(node, "read") != NO)

    def _words_of(self, node: Node, key: str, known: Sequence[str]) -> str:
        told = self._one(node, key)
        if (node.get(key) is not None or len(known) > 1) and told not in known:
            self._mistakes.add((node.get(key) or node).place, f"'{told}' is no {key}", nearest(told, known) or f"write {key}: {' or '.join(known)}")
        return told

    def _many(self, node: Node, key: str, known: Mapping[str, object], what: str) -> tuple[str, ...]:
        for item in _items(node.get(key)):
            self._is_known(item.text or "", item.place, known, what)
        return tuple(item.text or "" for item in _items(node.get(key)))

    def _known(self, node: Node, key: str, known: Mapping[str, object], what: str) -> str:
        told = self._one(node, key)
        if node.get(key) is not None:
            self._is_known(told, node.pairs[key].place if node.pairs else node.place, known, what)
        return told

    def _is_known(self, name: str, place: Place, known: Mapping[str, object], what: str) -> None:
        if name not in known:
            self._mistakes.add(place, f"there is no {what} '{name}'", nearest(name, known))


def faults(procedure: Procedure) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is wrong with a procedure as a whole, and the section and the name that say so."""
    stages, acts, clocks = procedure.stages, procedure.acts, procedure.clocks
    if not list(procedure.opening()):
        yield "no act opens a matter: one has no 'at'", ("acts",)
    reached = {to for act in procedure.opening() for to in act.leads()} | {c.then for c in clocks.values() if c.then}
    for _ in stages:
        reached |= {to for act in acts.values() if reached & {*act.at} for to in act.leads()}
    for stage in stages.values():
        leaving = any(stage.name in act.at and act.leads() - {stage.name} for act in acts.values()) or any(
            c.then and c.then != stage.name for c in clocks.values()
        )
        if stage.name not in reached:
            yield f"no act leads to the stage '{stage.name}'", ("stages", stage.name)
        if not stage.over and not leaving:
            yield f"nothing leads out of the stage '{stage.name}'; if it is the last, write over: yes", ("stages", stage.name)
        if stage.against and not stage.remedies and stage.no_remedy is None:
            yield f"the stage '{stage.name}' goes against somebody: name its remedies, or write no_remedy with its citation", ("stages", stage.name)
        for name in stage.remedies:
            if name in acts and (stage.name not in acts[name].at or stage.against not in acts[name].by):
                yield f"the remedy '{name}' is not open to the {stage.against or 'role it goes against'} at the stage '{stage.name}'", ("stages", stage.name)
    for act in acts.values():
        if not act.at and not act.leads():
            yield f"the act '{act.name}' opens a matter, and leads to no stage", ("acts", act.name)
        decided = {act.to, *(to[0] for to in act.back.values() if len(to) == 1)}  # where one of several stood before, the reasons were told then
        if any(stages[to].against for to in decided if to in stages) and not any(need.sort is Sort.TEXT and not need.optional for need in act.needs):
            yield (
                f"the act '{act.name}' goes against somebody and needs no reasons: write needs: {{reasons: {{is: text, en: ..., zh: ...}}}}",
                ("acts", act.name),
            )
    for clock in clocks.values():
        if _cyclic(clock.name, clocks, ()):
            yield f"the clock '{clock.name}' starts from its own end", ("clocks", clock.name)
        if clock.kind in (Kind.WINDOW, Kind.STANDSTILL) and not clock.awaits:
            yield f"the clock '{clock.name}' awaits no act", ("clocks", clock.name)
        if clock.kind is Kind.DEADLINE and clock.awaits and not clock.binds:
            yield f"whose time the clock '{clock.name}' is, it does not say: write binds: ROLE", ("clocks", clock.name)


def _cyclic(name: str, clocks: Mapping[str, Clock], above: tuple[str, ...]) -> bool:
    if name in above:
        return True
    ends = [start.partition(".")[0] for start in clocks[name].starts if start.endswith(f".{END}")]
    return any(_cyclic(one, clocks, (*above, name)) for one in ends if one in clocks)


def _items(node: Node | None) -> list[Node]:
    return [] if node is None else node.items if node.items is not None else [node]


def _how(kind: str, limit: object) -> str:
    if kind == "date":
        return "from" if limit == "from" else "until"
    return "most" if kind == "number" else "set"
