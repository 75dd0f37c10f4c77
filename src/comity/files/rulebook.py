"""Reads a rulebook: text to model, every mistake noted with its place. What names mean is for `lower` to check."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, TypeVar

from comity.facts.place import PLACE
from comity.facts.value import MAX, MIN
from comity.facts.vocabulary import KINDS, Fact
from comity.files.vocabulary import read_facts
from comity.law.regime import below
from comity.law.rulebook import OUTCOMES, REACH, STATUS, Definition, Duty, Ground, Law, LawList, ListRow, Prohibition, Reading, Rulebook, Span, Table, Written
from comity.text.expression import ExpressionError, read_expression
from comity.text.literal import day, number, time_zones
from comity.text.source import Mistakes, Node, Place, SourceError, nearest, read_documents, spot

T = TypeVar("T")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PATH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*(/[A-Za-z0-9][A-Za-z0-9_.+-]*)*")
_QUOTED: Final = re.compile(r"['\"]([^'\"\s]+)['\"]")
_SIGNER: Final = re.compile(r"[^\s+]+")
_REGIME: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")
_LAW: Final = ("cite", "en", "zh", "status", "from", "until", "known", "read", "checked", "note")
_HEAD: Final = ("rulebook", "title", "edition", "published", "jurisdiction", "speaks_about")
_BODY: Final = ("places", "sets", "facts", "closed", "readings", "tables", "lists", "definitions", "prohibitions", "grounds", "duties", "note")
_TOP: Final = (*_HEAD, "zones", "parties", "last_checked", "source", "scope", *_BODY)
_COLUMNS: Final = ("code", "codes", "place", "places", "number", "date", "bool")


def read_rulebook(name: str, text: bytes) -> Rulebook:
    """The rulebook in a text; raises `SourceError` with every mistake that can be seen without the vocabulary."""
    mistakes = Mistakes()
    documents = read_documents(name, text, mistakes)
    if documents and len(documents) > 1:
        mistakes.add(documents[1].place, "a rulebook is one document", "put cases in the folder cases/")
    if not documents:
        mistakes.add(Place(name, 1, 1), "the rulebook is empty")
        raise SourceError(mistakes.found)
    book = _Reader(mistakes).book(documents[0], hashlib.sha256(text).hexdigest())
    _check_names(book, mistakes)
    _check_checked(book, mistakes)
    mistakes.settle()
    return book


def _check_names(book: Rulebook, mistakes: Mistakes) -> None:
    """Names are not used twice; the paths that grounds and duties point at exist."""
    seen: dict[str, str] = {}
    for group in ("definitions", "lists", "tables", "places", "sets"):
        for name, found in getattr(book, group).items():
            if name in seen:
                mistakes.add(getattr(found, "place", book.place), f"'{name}' is already the name of one of the {seen[name]}")
            seen[name] = group
    targets = (*book.prohibitions, *book.duties)
    lifts = ((g, f"the ground '{g.path}' lifts '{p}', which is no prohibition or duty", p, targets) for g in book.grounds.values() for p in g.lifts + g.spares)
    owed = ((d, f"the duty '{d.path}' is owed under '{d.under}', which is no ground", d.under, tuple(book.grounds)) for d in book.duties.values() if d.under)
    for law, message, path, among in (*lifts, *owed):
        if path != "all" and not any(below(one, path) for one in among):
            mistakes.add(law.place, message, nearest(path, among))


def _check_checked(book: Rulebook, mistakes: Mistakes) -> None:
    """What says by itself when it was checked was read, and before this edition was known."""
    groups = (book.definitions, book.lists, book.tables, book.prohibitions, book.grounds, book.duties)
    laws: list[Law] = [book.scope] if book.scope else []
    laws += [law for group in groups for law in group.values()]
    laws += [row for one in book.lists.values() for row in one.rows] + [row for one in book.tables.values() for row, _ in one.rows]
    for law in laws:
        if law.checked is not None and not law.read:
            mistakes.add(law.place, "it was checked, and nobody opened its text", "leave out 'checked', or 'read: false'")
        if law.checked is not None and law.checked > book.published > MIN:
            mistakes.add(law.place, "it was checked after this edition was published", "what is checked anew is a new edition")


class _Reader:
    """Reads each part; a part with a fault is noted and left out, so that one run shows every fault."""

    def __init__(self, mistakes: Mistakes) -> None:
        self._mistakes = mistakes
        self._words_met: set[str] = set()

    def book(self, node: Node, digest: str) -> Rulebook:
        pairs = self._mapping(node, _TOP, _HEAD)
        regime = self._text(pairs.get("rulebook"), _REGIME, "a regime is named like xx.example")
        source = pairs.get("source")
        scope = pairs.get("scope")
        book = Rulebook(
            regime=regime,
            place=node.place,
            digest=digest,
            zones=self._zones(pairs["zones"]) if "zones" in pairs else frozenset(),
            parties=self._parties(pairs["parties"]) if "parties" in pairs else frozenset(),
            title=self._words(pairs.get("title")),
            edition=self._text(pairs.get("edition")),
            published=self._day(pairs.get("published"), MIN),
            jurisdiction=self._codes(pairs.get("jurisdiction"), PLACE, "a place is an ISO 3166 code"),
            speaks_about=self._codes(pairs.get("speaks_about")),
            last_checked=self._day(pairs.get("last_checked"), MAX),
            source=(source.get("en") or source).text or "" if source else "",
            read=self._truth(source.get("read") if source else None, default=True),
            scope=self._provision("scope", scope, Prohibition, ("when",), when=self._written) if scope else None,
            places=self._sets(pairs.get("places"), PLACE, "a place is an ISO 3166 code"),
            sets=self._sets(pairs.get("sets")),
            facts=self._facts(pairs.get("facts")),
            readings=self._map(pairs.get("readings"), self._reading, _NAME),
            tables=self._map(pairs.get("tables"), self._table, _NAME),
            lists=self._map(pairs.get("lists"), self._list, _NAME),
            definitions=self._map(pairs.get("definitions"), self._definition, _NAME),
            prohibitions=self._map(pairs.get("prohibitions"), self._prohibition, _PATH),
            grounds=self._map(pairs.get("grounds"), self._ground, _PATH),
            duties=self._map(pairs.get("duties"), self._duty, _PATH),
        )
        return replace(book, closed=self._closed(pairs.get("closed")))  # last, when every word was met

    # -- provisions ------------------------------------------------------------------------------------------------

    def _definition(self, name: str, node: Node) -> Definition | None:
        pairs = self._law_keys(node, ("of", "given", "is", "path"), ("is",))
        of = self._one_of(pairs.get("of"), (*KINDS, "leg"), "leg")
        given = pairs.get("given")
        params = tuple((key, self._one_of(child, KINDS, "party")) for key, child in (given.pairs or {}).items()) if given else ()
        body = pairs.get("is")
        cases = tuple(self._case(item) for item in body.items) if body and body.items else ()
        written = self._written(body) if body and body.text is not None else None
        if written is None and not cases:
            return None
        path = pairs["path"].text or name if "path" in pairs else name
        return Definition(**self._law(path, node, pairs), name=name, of=of, given=params, body=written, cases=cases)

    def _case(self, node: Node) -> tuple[Written | None, str]:
        pairs = self._mapping(node, ("when", "is"), ("is",))
        return (self._written(pairs["when"]) if "when" in pairs else None), self._text(pairs.get("is"))

    def _prohibition(self, path: str, node: Node) -> Prohibition | None:
        pairs = self._law_keys(node, ("when", "effect", "beyond"), ("when",))
        when = self._written(pairs.get("when"))
        effect = OUTCOMES.index(self._one_of(pairs.get("effect"), OUTCOMES[:3], OUTCOMES[0]))
        beyond = self._truth(pairs.get("beyond"), default=False)
        return Prohibition(**self._law(path, node, pairs), when=when, effect=effect, beyond=beyond) if when else None  # type: ignore[arg-type]  # an index

    def _ground(self, path: str, node: Node) -> Ground | None:
        pairs = self._law_keys(node, ("kind", "lifts", "except", "holds", "available"), ("kind", "lifts", "holds"))
        holds = self._written(pairs.get("holds"))
        available: Written | bool | None = True
        if (given := pairs.get("available")) is not None:
            available = given.text == "true" if given.text in ("true", "never") else self._written(given)
        if holds is None or available is None:
            return None
        return Ground(
            **self._law(path, node, pairs),
            holds=holds,
            available=available,
            kind=self._one_of(pairs.get("kind"), tuple(REACH), "exemption"),
            lifts=tuple(sorted(self._codes(pairs.get("lifts")))),
            spares=tuple(sorted(self._codes(pairs.get("except")))),
        )

    def _duty(self, path: str, node: Node) -> Duty | None:
        pairs = self._law_keys(node, ("by", "timing", "when", "met", "under", "due", "compels"), ("when", "by", "timing"))
        when = self._written(pairs.get("when"))
        timing = self._one_of(pairs.get("timing"), ("before", "during", "after"), "during")
        compels = self._truth(pairs.get("compels"), default=False)
        if compels and timing == "before":
            self._mistakes.add(pairs["compels"].place, "a duty that compels the movement is not owed before it", "write timing: during")
        if when is None:
            return None
        return Duty(
            **self._law(path, node, pairs),
            when=when,
            by=self._text(pairs.get("by")),
            timing=timing,  # type: ignore[arg-type]  # one of three
            under=self._text(pairs.get("under")) if "under" in pairs else "",
            met=self._written(pairs["met"]) if "met" in pairs else None,
            due=self._written(pairs["due"]) if "due" in pairs else None,
            compels=compels,
        )

    def _provision(
        self, path: str, node: Node, kind: Callable[..., Prohibition], keys: tuple[str, ...], **read: Callable[[Node | None], object]
    ) -> Prohibition | None:
        pairs = self._law_keys(node, keys, keys)
        parts = {key: read[key](pairs.get(key)) for key in keys}
        return kind(**self._law(path, node, pairs), **parts) if all(parts.values()) else None

    # -- lists, tables, readings, facts -------------------------------------------------------------------------------

    def _list(self, name: str, node: Node) -> LawList | None:
        pairs = self._law_keys(node, ("match", "rows", "of", "path"), ("rows",))
        rows = pairs.get("rows")
        if rows is None or rows.items is None:
            self._mistakes.add(node.place, f"the list '{name}' has no rows")
            return None
        match = self._written(pairs["match"]) if "match" in pairs else None
        made = tuple(self._list_row(f"{name}/{i}", row, match is not None) for i, row in enumerate(rows.items))
        path = pairs["path"].text or name if "path" in pairs else name
        return LawList(**self._law(path, node, pairs), name=name, of=self._one_of(pairs.get("of"), (*KINDS, "leg"), "leg"), match=match, rows=made)

    def _list_row(self, path: str, node: Node, matched: bool) -> ListRow:
        pairs = self._law_keys(node, ("in", "if", "aliases"), ("in",) if matched else (), gist=False)
        members = self._codes(pairs.get("in")) | self._codes(pairs.get("aliases")) if "in" in pairs else frozenset()
        return ListRow(**self._law(path, node, pairs), members=members, condition=self._written(pairs["if"]) if "if" in pairs else None)

    def _table(self, name: str, node: Node) -> Table | None:
        pairs = self._law_keys(node, ("columns", "rows"), ("columns", "rows"), gist=False)
        columns = {key: self._one_of(child, _COLUMNS, "code") for key, child in (pairs["columns"].pairs or {}).items()} if "columns" in pairs else {}
        rows = pairs.get("rows")
        made = [self._table_row(f"{name}/{i}", row, columns) for i, row in enumerate(rows.items or [])] if rows else []
        return Table(**self._law(name, node, pairs), name=name, columns=columns, rows=tuple(made))

    def _table_row(self, path: str, node: Node, columns: Mapping[str, str]) -> tuple[Law, Mapping[str, object]]:
        pairs = self._law_keys(node, tuple(columns), tuple(columns), gist=False)
        values = {key: self._cell(pairs[key], kind) for key, kind in columns.items() if key in pairs}
        return Law(**self._law(path, node, {k: v for k, v in pairs.items() if k not in columns})), values

    def _cell(self, node: Node, kind: str) -> object:
        match kind:
            case "codes" | "places":
                return self._codes(node)
            case "number":
                found = number(node.text or "")
                if found is None:
                    self._mistakes.add(node.place, f"'{node.text}' is not a number")
                return found or Fraction(0)
            case "date":
                return self._day(node, MIN)
            case "bool":
                return self._truth(node, default=False)
            case _:
                return self._text(node)

    def _reading(self, name: str, node: Node) -> Reading | None:
        pairs = self._mapping(node, ("en", "zh", "for", "against", "prevails", "note", "cite"), ("en", "zh", "for", "against"))
        given = [(side, pairs[side]) for side in ("for", "against") if side in pairs]
        sides: dict[str, tuple[str, str]] = {side: (self._text(one.get("cite")), self._text(one.get("en"))) for side, one in given}
        prevails = self._truth(pairs["prevails"], default=False) if "prevails" in pairs and pairs["prevails"].text != "unknown" else None
        return Reading(name, node.place, self._text(pairs.get("en")), self._text(pairs.get("zh")), sides, prevails)

    def _facts(self, node: Node | None) -> Mapping[str, Mapping[str, Fact]]:
        made: dict[str, Mapping[str, Fact]] = {}
        for kind, child in (node.pairs or {}).items() if node else ():
            if kind not in KINDS:
                self._mistakes.add(node.keys[kind] if node else child.place, f"there is no kind '{kind}'", nearest(kind, KINDS))
            made[kind] = read_facts(child, self._mistakes)
        return made

    def _closed(self, node: Node | None) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """For each fact the families of codes that this rulebook knows in full, with the words of them that it looks for."""
        made: dict[str, Mapping[str, frozenset[str]]] = {}
        for name, child in (node.pairs or {}).items() if node else ():
            made[name] = {family: frozenset(w for w in self._words_met if w.startswith(family)) for family in sorted(self._codes(child))}
            for family in [f for f, words in made[name].items() if words <= {f}]:
                self._mistakes.add(child.place, f"no word that is looked for begins with '{family}'", nearest(family, self._words_met))
        return made

    # -- small parts -----------------------------------------------------------------------------------------------

    def _law_keys(self, node: Node, keys: tuple[str, ...], needed: tuple[str, ...], *, gist: bool = True) -> dict[str, Node]:
        return self._mapping(node, (*keys, *_LAW), (*needed, "cite", "en", "zh") if gist else needed)

    def _law(self, path: str, node: Node, pairs: Mapping[str, Node]) -> dict[str, Any]:
        return {
            "path": path,
            "place": node.place,
            "timeline": self._timeline(pairs),
            "known": self._day(pairs.get("known"), MIN),
            "read": self._truth(pairs.get("read"), default=True),
            "checked": self._day(pairs["checked"], MIN) if "checked" in pairs else None,
            **{key: self._text(pairs[key]) for key in ("cite", "en", "zh", "note") if key in pairs},
        }

    def _timeline(self, pairs: Mapping[str, Node]) -> tuple[Span, ...]:
        if "status" in pairs:
            if "from" in pairs or "until" in pairs:
                self._mistakes.add(pairs["status"].place, "a provision has a status timeline or from and until, not both")
            spans = [self._span(row) for row in pairs["status"].items or []]
            if not spans:
                self._mistakes.add(pairs["status"].place, "a status is a list of rows with 'from' and 'is'")
            if sorted(s.since for s in spans if s.known == MIN) != [s.since for s in spans if s.known == MIN]:
                self._mistakes.add(pairs["status"].place, "the rows of a status timeline run forward in time")
            return tuple(spans)
        since, until = self._day(pairs.get("from"), MIN), self._day(pairs.get("until"), MAX)
        if until <= since:
            self._mistakes.add(pairs["until"].place, "'until' is not after 'from'", "until is the first day on which it no longer holds")
        spans = [Span(since, "in_force")] if since > MIN or until < MAX else []
        return (*spans, Span(until, "repealed")) if until < MAX else tuple(spans)

    def _span(self, node: Node) -> Span:
        pairs = self._mapping(node, ("from", "is", "known", "cite", "note"), ("from", "is"))
        return Span(self._day(pairs.get("from"), MIN), self._one_of(pairs.get("is"), tuple(STATUS), "in_force"), self._day(pairs.get("known"), MIN))

    def _written(self, node: Node | None) -> Written | None:
        if node is None:
            return None
        if node.text is None:
            self._mistakes.add(node.place, f"an expression is expected, not a {node.shape}", "quote an expression that holds a comma, a colon or a brace")
            return None
        self._words_met.update(_QUOTED.findall(node.text))
        try:
            return Written(read_expression(node.text), node.text, node.place)
        except ExpressionError as fault:
            self._mistakes.add(spot(node.place, node.text, fault.at or 0), fault.message, fault.suggestion)
            return None

    def _mapping(self, node: Node | None, allowed: tuple[str, ...], needed: tuple[str, ...]) -> dict[str, Node]:
        if node is None or node.pairs is None:
            if node is not None:
                self._mistakes.add(node.place, f"a mapping is expected here, not a {node.shape}")
            return {}
        for key in node.pairs:
            if key not in allowed:
                self._mistakes.add(node.keys[key], f"'{key}' is not read here", nearest(key, allowed) or "known here: " + ", ".join(allowed))
        for key in needed:
            if key not in node.pairs:
                self._mistakes.add(node.place, f"'{key}' is missing")
        return node.pairs

    def _map(self, node: Node | None, read: Callable[[str, Node], T | None], names: re.Pattern[str]) -> dict[str, T]:
        made: dict[str, T] = {}
        if node is not None and node.pairs is None:
            self._mistakes.add(node.place, f"a mapping is expected here, not a {node.shape}")
        for key, child in (node.pairs or {}).items() if node else ():
            if not names.fullmatch(key):
                self._mistakes.add(
                    node.keys[key] if node else child.place, f"'{key}' is not a name that can be used here", "letters, digits, '_', and '/' in paths"
                )
            elif (found := read(key, child)) is not None:
                made[key] = found
        return made

    def _sets(self, node: Node | None, like: re.Pattern[str] | None = None, hint: str = "") -> dict[str, frozenset[str]]:
        """Sets of codes by name. A set may name others; its own name in it is a code."""
        made = self._map(node, lambda _, n: self._codes(n, like, hint), _NAME)
        for name, members in made.items():
            found, open_ = set[str](), [*members - {name}]
            while open_:
                if (one := open_.pop()) not in found:
                    found.add(one)
                    open_ += made.get(one, ())
            if name in found and node is not None:
                self._mistakes.add(node.keys[name], f"'{name}' names itself through other sets", "it would have no members")
        return made

    def _zones(self, node: Node) -> frozenset[str]:
        found, known = self._codes(node), time_zones()
        for zone in sorted(found - known):
            self._mistakes.add(node.place, f"there is no time zone '{zone}'", nearest(zone, known))
        return found

    def _parties(self, node: Node) -> frozenset[str]:
        if not (found := self._codes(node, _SIGNER, "a party is named as its key is: xx.example/ministry")):
            self._mistakes.add(node.place, "these parties are nobody", "name who must sign, or leave 'parties' out")
        return found

    def _words(self, node: Node | None) -> dict[str, str]:
        return {key: child.text or "" for key, child in (node.pairs or {}).items()} if node else {}

    def _text(self, node: Node | None, like: re.Pattern[str] | None = None, hint: str = "") -> str:
        if node is None:
            return ""
        if node.text is None or not node.text.strip():
            self._mistakes.add(node.place, f"text is expected here, not {'nothing' if node.text is not None else 'a ' + node.shape}")
            return ""
        if like is not None and not like.fullmatch(node.text):
            self._mistakes.add(node.place, f"'{node.text}' cannot stand here", hint)
        return node.text.strip()

    def _one_of(self, node: Node | None, words: tuple[str, ...], default: str) -> str:
        if node is None:
            return default
        if node.text not in words:
            self._mistakes.add(node.place, f"'{node.text}' is not read here", nearest(node.text or "", words) or "known here: " + ", ".join(words))
            return default
        return node.text or default

    def _truth(self, node: Node | None, *, default: bool) -> bool:
        if node is not None and node.text not in ("true", "false"):
            self._mistakes.add(node.place, f"'{node.text}' is not true or false")
        return default if node is None else node.text == "true"

    def _day(self, node: Node | None, default: int) -> int:
        if node is None:
            return default
        found = day(node.text or "")
        if found is None:
            self._mistakes.add(node.place, f"'{node.text}' is not a day", "write 2026-03-01")
        return default if found is None else found

    def _codes(self, node: Node | None, like: re.Pattern[str] | None = None, hint: str = "") -> frozenset[str]:
        if node is None:
            return frozenset()
        items = node.items if node.items is not None else [node]
        codes = frozenset(text for item in items if (text := self._text(item, like, hint)))
        self._words_met |= codes
        return codes
