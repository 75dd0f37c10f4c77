"""Words for people: facts, values, truths and outcomes in the reader's language. What is said here comes from what was judged."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from comity.facts.value import FALSE, MAX, MIN, NOTHING, TRUE, UNLIMITED, Interval, OneOf, SetOf, Value
from comity.facts.vocabulary import Fact, Vocabulary
from comity.law.condition import Path
from comity.law.rulebook import OUTCOMES, Definition, Law, Rulebook
from comity.verdict.outcome import Span
from comity.words.catalogue import LANGUAGE, SOURCE
from comity.words.lines import cut
from comity.words.phrases import CODES, TEXT
from comity.words.translated import translated

# fmt: off
SMALL: Final = frozenset({
    "The", "A", "An", "Any", "Such", "It", "This", "That", "No", "Some", "One", "Who",
    "Not", "Data", "Other", "What", "Where", "When", "From", "Towards", "Sensitive", "Precise", "Biometric", "Personal",
    "Covered", "Local", "Passing", "Payments", "Investment", "Import", "Keep", "Name", "Bulk", "Access", "Foreign", "Public",
})
# fmt: on
VERBS: Final = r"(?:is|are|means?|was|were|has|have|gives?|falls?|acts?|holds?|relates?|the|this|such|that|when|who)\b"
HEAD: Final = re.compile(rf"(?:(An?)\s+)?((?:(?!{VERBS})[\w'-]+\s+)+)(?={VERBS})", re.IGNORECASE)
"""What stands before the first verb of a gist, and its article."""


@dataclass(frozen=True)
class Words:
    """How to say things in one language."""

    lang: str
    vocabulary: Vocabulary

    @property
    def articles(self) -> bool:
        """Does a term take an article, and begin small within a sentence?"""
        return LANGUAGE[self.lang]["articles"] == "yes"

    def text(self, key: str) -> str:
        """A fixed phrase."""
        return TEXT[self.lang].get(key, key)

    def gist(self, law: Law) -> str:
        """The one sentence of a provision, without its full stop."""
        return (translated(law, self.lang) or law.path).rstrip(".。 ")

    def clause(self, law: Law) -> str:
        """The same inside a sentence."""
        gist = self.gist(law)
        first, _, rest = gist.partition(" ")
        small = first in SMALL or ((term := self.term(law)) is not None and not term[0])
        return f"{first.lower()} {rest}" if self.articles and small and not (len(first) > 1 and first[:2].isupper()) else gist

    def cite(self, law: Law) -> str:
        """The citation of a provision in brackets, and whether its text was read."""
        return self.text("cite").format(law.cite) if law.read else self.text("cite unread").format(law.cite, self.text("unverified"))

    def title(self, book: Rulebook) -> str:
        """What a regime is called."""
        return book.title.get(self.lang) or book.title.get(SOURCE) or book.regime

    def term(self, law: Law) -> tuple[str, str] | None:
        """The term that a gist defines, with its article if it has one: 'A US person is ...'."""
        if not isinstance(law, Definition) or law.given:
            return None
        if (pattern := LANGUAGE[self.lang]["term"]) != "-":
            named = re.match(pattern, translated(law, self.lang))
            return ("", named[1]) if named else None
        found = HEAD.match(law.en)
        return (found[1] or "", found[2].strip()) if found and _names(re.split(r"[\s-]+", found[2].strip().lower()), law.name.split("_")) else None

    def short(self, text: str) -> str:
        """A sentence in a few words."""
        return cut(text, int(LANGUAGE[self.lang]["short"]))

    def relation(self, source: str, owner: str) -> str:
        """What rows are called, and whose they are."""
        fact = next((f[source] for f in self.vocabulary.kinds.values() if source in f and f[source].type == "rows"), None)
        name = self.text("rows " + source)
        name = name if not name.startswith("rows ") else translated(fact, self.lang) if fact else source.replace("_", " ")
        name = re.split(r", such as\b|; |: ", name)[0]
        return self.whose(owner, name) if owner not in ("", "?") else name

    def whose(self, owner: str, name: str) -> str:
        """Something of somebody."""
        return self.text("whose s" if owner.endswith("s") else "whose").format(owner, name)

    def share_fact(self) -> Fact:
        """The fact that a share is told as."""
        return self.vocabulary.kinds["party"]["owners"].columns["share"]

    def outcome(self, span: Span) -> str:
        """An outcome, or that it is not settled and between what."""
        words = outcomes(self.lang)
        if span.settled:
            return words[span.worst]
        return self.text("as role").format(self.text("undetermined"), self.text("ends").format(words[span.worst], words[span.best]))

    def ends(self, span: Span) -> tuple[str, str]:
        """Both ends of what an outcome may still be."""
        words = outcomes(self.lang)
        return words[span.worst], words[span.best]

    def fact(self, path: Path) -> Fact | None:
        """The fact at the end of a path, if it has a name of its own."""
        if path.kind.startswith("rows:"):
            kind, _, rows = path.kind[5:].partition("/")
            return self.vocabulary.kinds[kind][rows].columns.get(path.fact)
        return self.vocabulary.kinds.get(path.kind, {}).get(path.fact)

    def label(self, path: Path) -> str:
        """What a fact is about."""
        fact = self.fact(path)
        if fact is None:
            return self.text(path.fact).replace("_", " ")
        return re.split(r", (?:if|such as)\b|; ", translated(fact, self.lang))[0]

    def link(self, name: str) -> str:
        """What a link is about, of whichever kind of record."""
        return self.label(Path("leg", (), name, next((kind for kind, facts in self.vocabulary.kinds.items() if name in facts), "movement")))

    def who(self, name: str, path: Path) -> str:
        """The record that a fact is told of: by its name, or where nobody named it, as what it is to the movement."""
        return name if name != "?" else self.label(Path("leg", (), path.links[-1], "movement")) if path.links else ""

    def value(self, value: Value | None, fact: Fact | None) -> str:
        """What a fact may be."""
        match value:
            case None:
                return ""
            case Interval():
                return self._interval(value, fact)
            case OneOf(members):
                return self._codes(members, fact)
            case SetOf(known, possible):
                if not known and possible is None:
                    return self.text("unknown")
                words = self._list(known, fact)
                return words or self.text("none") if value.closed else f"{words}, {self.text('perhaps others')}" if words else self.text("unknown")
            case _ if value is NOTHING:
                return self.text("nothing")
            case _ if value is UNLIMITED:
                return self.text("unlimited")
            case _:
                return {TRUE: self.text("true"), FALSE: self.text("false")}.get(value, self.text("unknown"))  # type: ignore[arg-type]  # a truth is left

    def _codes(self, members: frozenset[str] | None, fact: Fact | None) -> str:
        if members is None or (fact is not None and fact.domain is not None and members == fact.domain):
            return self.text("unknown")
        return self.text("or").join(self.code(m, fact) for m in sorted(members)) or self.text("none")

    def _list(self, codes: frozenset[str], fact: Fact | None) -> str:
        return self.text("comma").join(self.code(c, fact) for c in sorted(codes))

    def code(self, code: str, fact: Fact | None) -> str:
        """A code as a person says it: a place by its name, a record by the name it has in the world."""
        if fact is not None and fact.type in ("place", "places"):
            return place(code, self.lang)
        if fact is None or fact.type in ("link", "links") or "." in code or "/" in code:
            return code
        return code.replace("_", " ") if self.lang == SOURCE or fact.domain is None else CODES[self.lang].get(code, code)

    def coded(self, code: str) -> str:
        """A word of a closed list of the language of rulebooks, as a person says it."""
        return CODES[self.lang].get(code) or code.replace("_", " ")

    def written(self, code: str, fact: Fact) -> str:
        """A code as it is written in a world, with what it says where the reader's language is another."""
        said = self.code(code, fact)
        return code if said == code.replace("_", " ") else f"{code} {said}"

    def _interval(self, value: Interval, fact: Fact | None) -> str:
        if value.lo > value.hi:
            return self.text("none")
        if value.lo <= MIN and value.hi >= MAX:
            return self.text("unknown")
        if value.hi >= MAX:
            return self.text("from").format(self.number(value.lo, fact))
        if value.lo <= MIN:
            return self.text("to").format(self.number(value.hi, fact))
        if value.lo == value.hi:
            return self.number(value.lo, fact)
        return self.text("between").format(self.number(value.lo, fact), self.number(value.hi, fact))

    def number(self, number: int, fact: Fact | None) -> str:
        """A number of quanta, with its sign; a day as a date."""
        if fact is not None and fact.type == "date":
            return day(number)
        exact = number * (fact.quantum if fact else Fraction(1))
        text = f"{int(exact):,}" if exact.denominator == 1 else f"{float(exact):,.6g}"
        return text + ("%" if fact is not None and fact.unit == "%" else "")


def _names(said: list[str], name: list[str]) -> bool:
    """Are these the words of a name, with few others between them?"""
    at, reach = -1, 3
    for word in name:
        at, reach = next((i for i in range(at + 1, min(at + 1 + reach, len(said))) if said[i] in (word, word + "s")), len(said)), 2
    return at < len(said) <= at + 2


def outcomes(lang: str) -> tuple[str, ...]:
    """What each outcome is called, the worst first."""
    return tuple(TEXT[lang][f"outcome {number}"] for number in range(len(OUTCOMES)))


def day(number: int) -> str:
    """An ISO date."""
    return dt.date.fromordinal(number).isoformat() if 1 <= number <= dt.date.max.toordinal() else "?"


def place(code: str, lang: str) -> str:
    """The name of a place in a language, its code where it has none."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 -- `--help` must not wait for the names of every place

    head, _, rest = code.partition("-")
    try:
        name = Locale(lang).territories.get(head)
    except UnknownLocaleError:  # a catalogue in a language that the CLDR does not know
        name = Locale(SOURCE).territories.get(head)
    return (f"{name} ({rest})" if rest else name) if name else code
