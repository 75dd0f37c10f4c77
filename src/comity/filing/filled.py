"""A filled pack as a sheet: of every field what it is called, what stands in it, from where, and what is missing; in one language or in several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from comity.docket.pack import Pack
from comity.docket.pack_data import day, decimal
from comity.docket.pack_entry import Answer, Entry, Filled, Missing, Source
from comity.docket.procedure import Text
from comity.facts.record import Rows
from comity.facts.value import MAX, MIN
from comity.facts.vocabulary import Fact, Vocabulary
from comity.filing.phrases import TEXT, phrase
from comity.filing.sheet import Part, Sheet, Stack, shown
from comity.law.condition import Path
from comity.law.rulebook import OUTCOMES
from comity.words.catalogue import SOURCE, languages
from comity.words.translated import translated
from comity.words.words import Words, outcomes

COLUMNS: Final = ("movement", "name", "field", "cite", "value", "state", "source", "gap")
STACKS: Final = (Stack((2, 3), 1), Stack((4, 5), 1.7), Stack((6, 7), 1.3))
"""What a page shows of a row, and where; the movement stands above, and how the fields are called at home in tables alone."""


def spoken(lang: str) -> tuple[str, ...]:
    """The languages of a document: `both` is every one that there is."""
    return languages() if lang == "both" else (lang,)


def sheet(pack: Pack, every: Sequence[Filled], on: int, lang: str, vocabulary: Vocabulary, which: str = "") -> Sheet:
    """The sheet of a pack about a movement; or about several, one after the other, with what says which they are."""
    return _Writer(spoken(lang), vocabulary).sheet(pack, every, on, which)


def blanks(filled: Filled, lang: str, vocabulary: Vocabulary) -> list[str]:
    """Every field that a person has to see to, with what to state and where."""
    return list(_Writer(spoken(lang), vocabulary).blanks(filled))


class _Exact(Words):
    """Words for what is filed: no digit of a number is left out."""

    def number(self, number: int, fact: Fact | None) -> str:
        """A number of quanta with its sign."""
        exact = number * (fact.quantum if fact is not None else Fraction(1))
        if exact.denominator == 1 or fact is None:
            return super().number(number, fact)
        return decimal(exact) + ("%" if fact.unit == "%" else "")


@dataclass
class _Writer:
    langs: Sequence[str]
    vocabulary: Vocabulary

    def __post_init__(self) -> None:
        self.words = {lang: _Exact(lang, self.vocabulary) for lang in self.langs}

    def sheet(self, pack: Pack, every: Sequence[Filled], on: int, which: str) -> Sheet:
        about = [("under", pack.text.cite), ("narrowed", which) if which else ("movement", every[0].movement), ("on", day(on))]
        about += [("matter", f"{one.made_from['matter']} ({one.made_from['log']})") for one in every if "matter" in one.made_from]
        stated = {entry.source.by for one in every for answer in one.answers.values() for entry in answer.entries if entry.source.kind == "stated"}
        about += [("stated by", "; ".join(sorted(filter(None, stated))))] if any(stated) else []
        about += [("edition", f"{pack.rulebook}/{pack.name} {pack.digest[:16]}")]
        lines = [f"{self._phrase(key)}: {shown(told)}" for key, told in about]
        lines += [self._phrase("draft")] + ([] if pack.read else [self._phrase("own layout")])
        lines += [] if all(field.read for field in pack.fields()) else [self._phrase("unread")]
        parts = [part for one in every for part in self._parts(one, several=bool(which))]
        closing = self._phrase("to do" if any(one.blanks for one in every) else "complete")
        left = [line for one in every for line in ([self._count(one)] if which else self.blanks(one)) if one.blanks]
        return Sheet(self._text(pack.text), lines, [self._phrase(key) for key in COLUMNS], STACKS, parts, closing, left, self._phrase("section"))

    def blanks(self, filled: Filled) -> Iterator[str]:
        for answer in filled.blanks:
            told = [self._missing(one) for one in answer.missing] or [self._phrase("confirm")]
            yield f"{answer.field.name} · {self._text(answer.field.text)}: {'; '.join(told)}"

    def _parts(self, filled: Filled, *, several: bool) -> Iterator[Part]:
        for place, one in enumerate(filled.pack.sections):
            rows = [[shown(filled.movement), *self._row(filled.answers[field.name])] for field in one.fields]
            yield Part(self._text(one.text), rows, shown(filled.movement) if several and not place else "")

    def _count(self, filled: Filled) -> str:
        return self._each(lambda lang: phrase(lang, "count of").format(filled.movement, len(filled.blanks), len(filled.answers)))

    def _each(self, told: Callable[[str], str]) -> str:
        """It in every language, once where they say the same."""
        return " / ".join(dict.fromkeys(shown(told(lang)) for lang in self.langs))

    def _phrase(self, key: str) -> str:
        return self._each(lambda lang: phrase(lang, key))

    def _text(self, text: Text) -> str:
        return self._each(lambda lang: translated(text, lang))

    def _row(self, answer: Answer) -> list[str]:
        field, marks = answer.field, {"blank": "blank", "to_confirm": "confirm"}
        label = [shown(translated(field.text, lang)) for lang in self.langs]
        cite = ([shown(field.text.cite)] if field.text.cite else []) + ([] if field.read else [self._phrase("not read")])
        content = [line for entry in answer.entries for line in dict.fromkeys(shown(self._entry(entry, lang)) for lang in self.langs)]
        state = [] if answer.state == "filled" else [self._phrase(marks[answer.state])]
        source = dict.fromkeys(self._source(one.source) for one in answer.entries)
        missing = [self._missing(one) for one in answer.missing]
        return [field.name, *("\n".join(lines) for lines in (label, cite, content, state, source, missing))]

    def _entry(self, entry: Entry, lang: str) -> str:
        words = self.words[lang]
        whose = f"{entry.of}{words.text('colon')}" if entry.of and (entry.fact is None or not entry.fact.to) else ""
        told = self._told(entry, lang)
        if entry.during is None:
            return whose + told
        ends = [day(end) if MIN < end < MAX else "…" for end in entry.during]
        return f"{whose}{told} ({phrase(lang, 'during').format(*ends)})"

    def _told(self, entry: Entry, lang: str) -> str:
        words, told = self.words[lang], entry.told
        match told:
            case Rows(rows, more):
                lines = [
                    words.text("comma").join(
                        f"{translated(fact, lang)}{words.text('colon')}{words.value(value, fact)}"
                        for name, fact in (entry.fact.columns if entry.fact is not None else {}).items()
                        for value in ([row[name]] if name in row else [])
                    )
                    for row in rows
                ]
                lines += [phrase(lang, "more")] if more else []
                return "\n".join(lines) or phrase(lang, "no rows")
            case Mapping():
                return self._found(told, lang)
            case list():
                return words.text("comma").join(self._plain(one, lang) for one in told)
            case str():
                return told
            case _ if entry.fact is None:
                return str(told)
            case _:
                return words.value(told, entry.fact)

    def _plain(self, told: Any, lang: str) -> str:  # noqa: ANN401 -- what a log holds
        return self._found(told, lang) if isinstance(told, Mapping) else str(told)

    def _found(self, told: Mapping[str, Any], lang: str) -> str:
        """What a verdict or a log says of something."""
        said = str(told.get(lang) or told.get(SOURCE) or "")
        colon = self.words[lang].text("colon")
        unread = "" if told.get("read", True) else f"; {self.words[lang].text('unverified')}"
        match told:
            case {"sha256": digest, "name": name}:
                return f"{name} (SHA-256 {digest})"
            case {"holds": holds, "sure": sure}:
                return phrase(lang, "open" if not sure else "holds" if holds else "fails")
            case {"nothing": what}:
                return phrase(lang, f"nothing {what}")
            case {"law": law, "outcome": outcome, "title": title}:
                return f"{law} ({title.get(lang) or title.get(SOURCE)}){colon}{_outcome(outcome, lang)}"
            case {"outcome": outcome}:
                return _outcome(outcome, lang)
            case {"law": law, "path": path, "state": state, "by": by, "due": due, "cite": cite}:
                ends = list(dict.fromkeys(due))
                when = f", {phrase(lang, 'due' if len(ends) == 1 else 'due between').format(*ends)}" if ends else ""
                return f"{law} {path} · {by} · {phrase(lang, f'state {state}')}{when}{colon}{said} ({cite}{unread})"
            case {"law": law, "path": path, "stands": stands, "cite": cite}:
                return f"{law} {path}{'' if stands else ' · ' + phrase(lang, 'may stand')}{colon}{said} ({cite}{unread})"
            case {"moved": day, "table": table, "rows": rows, "manifest": manifest, "output": output}:
                return phrase(lang, "moved" if manifest else "moved by a query").format(day, table, rows, manifest, output)
            case {"stage": stage}:
                return said or str(stage)
            case {"name": name, "text": text, "by": by, **rest}:
                when = rest.get("due") or f"{rest.get('every')} {rest.get('unit')}"
                return f"{name} · {by} · {when}{colon}{text}"
            case _:
                return "; ".join(f"{name}{colon}{self._plain(value, lang)}" for name, value in told.items())

    def _source(self, source: Source) -> str:
        by = "" if source.kind == "stated" else source.by  # said once, above
        told = [source.at, by, source.on, source.because]
        return f"{self._phrase(source.kind)}: {shown(', '.join(filter(None, told)))}"

    def _missing(self, one: Missing) -> str:
        def told(lang: str) -> str:
            label = self.words[lang].label(Path("leg", (), one.name, one.kind)) if one.gap == "fact" else ""
            kind = TEXT[lang].get(f"kind {one.kind}", "")
            return phrase(lang, f"gap {one.gap}").format(name=one.name, of=one.of, at=one.at, kind=kind, label=label)

        return self._each(told)


def _outcome(text: str, lang: str) -> str:
    worst, _, best = text.partition("..")
    words = [outcomes(lang)[OUTCOMES.index(one)] for one in (worst, best) if one]
    return words[0] if len(words) == 1 else f"{phrase(lang, 'open')} ({phrase(lang, 'during').format(*words)})"
