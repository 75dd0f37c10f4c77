"""Words for people: facts, values, truths and outcomes in English and Chinese. What is said here comes from what was judged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from comity.facts.value import FALSE, MAX, MIN, NOTHING, TRUE, UNLIMITED, Interval, OneOf, SetOf, Truth, Value
from comity.facts.vocabulary import Fact, Vocabulary
from comity.law.condition import Path
from comity.verdict.outcome import Span

OUTCOME: Final = {"en": ("prohibited", "authorisation required", "conditional", "permitted"), "zh": ("禁止", "须经主管机关批准", "附条件", "允许")}
MARK: Final = {"en": {TRUE: "yes ", FALSE: "no  ", 1: "open"}, "zh": {TRUE: "是", FALSE: "否", 1: "未定"}}
TEXT: Final = {
    "en": {
        "undetermined": "undetermined",
        "unknown": "not stated",
        "none": "none",
        "perhaps": "and perhaps others",
        "or": " or ",
        "any": "anything",
        "from": "at least {}",
        "to": "at most {}",
        "between": "{} to {}",
        "true": "yes",
        "false": "no",
        "not": "it is not so that",
        "all of": "all of these",
        "any of": "any of these",
        "one of": "one of",
        "every one of": "every one of",
        "row": "",
        "owner": "owner",
        "unlimited": "not limited",
        "nothing": "nobody",
    },
    "zh": {
        "undetermined": "尚不能确定",
        "unknown": "未说明",
        "none": "无",
        "perhaps": "可能还有其他",
        "or": "或",
        "any": "任意",
        "from": "不少于{}",
        "to": "不超过{}",
        "between": "{}至{}",
        "true": "是",
        "false": "否",
        "not": "并非",
        "all of": "须同时满足",
        "any of": "满足其一",
        "one of": "其中之一",
        "every one of": "每一项",
        "row": "",
        "owner": "持股人",
        "unlimited": "不设限",
        "nothing": "无此主体",
    },
}


@dataclass(frozen=True)
class Words:
    """How to say things in one language."""

    lang: str
    vocabulary: Vocabulary

    def text(self, key: str) -> str:
        """A fixed phrase."""
        return TEXT[self.lang].get(key, key)

    def outcome(self, span: Span) -> str:
        """An outcome, or that it is not settled and between what."""
        words = OUTCOME[self.lang]
        if span.settled:
            return words[span.worst]
        return f"{self.text('undetermined')} ({words[span.worst]} – {words[span.best]})"

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
            return path.fact.removeprefix("@").replace("_", " ")
        return fact.zh if self.lang == "zh" else fact.en

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
                return words or self.text("none") if value.closed else f"{words}, {self.text('perhaps')}" if words else self.text("unknown")
            case _ if value is NOTHING:
                return self.text("nothing")
            case _ if value is UNLIMITED:
                return self.text("unlimited")
            case _:
                return {TRUE: self.text("true"), FALSE: self.text("false")}.get(value, self.text("unknown"))  # type: ignore[call-overload]  # a truth is left

    def _codes(self, members: frozenset[str] | None, fact: Fact | None) -> str:
        if members is None or (fact is not None and fact.domain is not None and members == fact.domain):
            return self.text("unknown")
        return self.text("or").join(self._code(m, fact) for m in sorted(members)) or self.text("none")

    def _list(self, codes: frozenset[str], fact: Fact | None) -> str:
        return ", ".join(self._code(c, fact) for c in sorted(codes))

    def _code(self, code: str, fact: Fact | None) -> str:
        return place(code, self.lang) if fact is not None and fact.type in ("place", "places") else code.replace("_", " ")

    def _interval(self, value: Interval, fact: Fact | None) -> str:
        if value.lo > value.hi:
            return self.text("none")
        if value.lo <= MIN and value.hi >= MAX:
            return self.text("unknown")
        if value.hi >= MAX:
            return self.text("from").format(self._number(value.lo, fact))
        if value.lo <= MIN:
            return self.text("to").format(self._number(value.hi, fact))
        if value.lo == value.hi:
            return self._number(value.lo, fact)
        return self.text("between").format(self._number(value.lo, fact), self._number(value.hi, fact))

    def _number(self, number: int, fact: Fact | None) -> str:
        if fact is not None and fact.type == "date":
            return day(number)
        exact = number * (fact.quantum if fact else Fraction(1))
        text = f"{int(exact):,}" if exact.denominator == 1 else f"{float(exact):,.6g}"
        return text + ("%" if fact is not None and fact.unit == "%" else "")

    def mark(self, truth: Truth) -> str:
        """Yes, no or open, all as wide."""
        return MARK[self.lang][truth]


def day(number: int) -> str:
    """An ISO date."""
    return dt.date.fromordinal(number).isoformat() if 1 <= number <= dt.date.max.toordinal() else "?"


def place(code: str, lang: str) -> str:
    """The name of a place in a language, its code where it has none."""
    from babel import Locale

    head, _, rest = code.partition("-")
    name = Locale(lang).territories.get(head)
    return (f"{name} ({rest})" if rest else name) if name else code
