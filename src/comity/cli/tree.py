"""The tree of why, as sentences: what a verdict rests on, each definition told once, nothing that does not decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.cli.words import Words
from comity.facts.value import FALSE, MAX, MIN, TRUE, UNKNOWN
from comity.facts.world import World
from comity.law.condition import And, Compare, Condition, Count, Counted, Exists, Fact, Member, Not, Or, Path, Share, Tally, Total
from comity.law.lower import ON, Regime
from comity.law.rulebook import Definition, Law, LawList
from comity.verdict.story import Step

DEEPEST: Final = 14


@dataclass
class Note:
    """One sentence of a reason, and what it rests on; `fact` names who, what and value where it is a fact."""

    text: str
    parts: list[Note] = field(default_factory=list)
    fact: tuple[str, str, str] | None = None

    def size(self) -> int:
        """How many facts one reads below it."""
        return sum(p.size() for p in self.parts) or 1


@dataclass
class Rests:
    """What the told reasons rest on besides stated facts."""

    stated: dict[str, None] = field(default_factory=dict)
    readings: dict[str, None] = field(default_factory=dict)
    unverified: dict[str, None] = field(default_factory=dict)


@dataclass
class Tree:
    """Turns the steps of one regime's story into notes; remembers what it told."""

    words: Words
    world: World
    regime: Regime
    rests: Rests
    told: set[object] = field(default_factory=set)

    def because(self, step: Step) -> list[Note]:
        """The reasons of a provision: what it rests on, without its scope and dates where they hold."""
        skip = {self.regime.scope}
        while step.node in skip or (isinstance(step.node, And) and step.law is None and step.parts):
            kept = [p for p in step.parts if p.node not in skip and not is_dates(p.node)]
            if step.truth != TRUE or not kept:
                break
            if len(kept) == 1 and kept[0].law is None:
                step = kept[0]
                continue
            return merged([n for p in kept for n in self.notes(p)])
        return merged(self.notes(step))

    def notes(self, step: Step, depth: int = 0) -> list[Note]:
        """One step as sentences."""
        if depth > DEEPEST:
            return []
        if step.law is not None:
            return [self._law(step, step.law, depth)]
        if step.path is not None:
            return [self._leaf(step)]
        match step.word:
            case "row" | "owner":
                return self._row(step, depth)
            case "one of" | "every one of":
                return self._rows(step, depth)
            case "all of" | "any of":
                return self._several(step, depth)
            case _:
                return self._number(step, depth)

    # -- provisions --------------------------------------------------------------------------------------------------

    def _law(self, step: Step, law: Definition | LawList, depth: int) -> Note:
        negated = step.word == "not"
        who = step.record[1] if step.record[0] not in ("", "movement") and not step.record[0].startswith("rows:") else ""
        note_on(law, self.rests)
        key = (law.path, step.record, negated)
        if key in self.told or step.note:
            return Note(self._sentence(law, who, negated=negated, truth=step.truth, again=True))
        again = ("gist", law.path) in self.told
        self.told |= {key, ("gist", law.path)}
        text = self._sentence(law, who, negated=negated, truth=step.truth, brief=again)
        return Note(text, merged([n for p in step.parts for n in self.notes(p, depth + 1)]))

    def _sentence(self, law: Law, who: str, *, negated: bool, truth: int, again: bool = False, brief: bool = False) -> str:
        words = self.words
        gist, cite = words.gist(law), words.cite(law)
        term = words.term(law)
        lead = f"{who}{words.text('colon')}" if who else ""
        if truth == UNKNOWN:
            text = words.text("open whether").format(lead + (term[1] if term and who and words.lang == "en" else gist))
        elif term and words.lang == "en":
            name = f"{term[0]} {term[1]}"
            verb = "is not" if negated else "is"
            plain = not negated and not brief and not again
            text = f"{who} {verb} {name}" + (f": {gist}" if plain else "") if who else gist if plain else f"{'not ' if negated else ''}{name}"
        else:
            text = lead + (words.text("not so").format(gist) if negated else gist)
        if again:
            return words.text("as above").format(words.short(text))
        return f"{words.short(text) if brief else text} {cite}"

    # -- facts -------------------------------------------------------------------------------------------------------

    def _leaf(self, step: Step) -> Note:
        assert step.path is not None
        words, path = self.words, step.path
        if path.root == "law":
            name = path.fact
            text = words.text("reading" if "/reading." in name else "presumed").format(self._law_name(name), words.value(step.value, None))
            self.rests.readings[text] = None
            return Note(text)
        who = step.record[1] if step.record[0] != "movement" else ""
        label = words.label(path)
        value = words.value(step.value, words.fact(path)) + self._line(step.node)
        if step.truth == FALSE and isinstance(step.node, (Member, Fact)):
            value += words.text("wanted").format(self.test(step.node))
        value += self._behind(step.record, path.fact)
        lead = f"{who}{words.text('colon')}" if who else ""
        return Note(f"{lead}{label}{words.text('colon')}{value}", fact=(who, label, value))

    def _law_name(self, name: str) -> str:
        if "/reading." not in name:
            return name
        reading = self.regime.book.readings.get(name.partition("/reading.")[2])
        return (reading.zh if self.words.lang == "zh" else reading.en) if reading else name

    def _behind(self, record: tuple[str, str], fact: str) -> str:
        """Who stands behind a fact that was judged or assumed."""
        source = self.world.records.get(record[0], {}).get(record[1])
        stated = source.sources.get(fact) if source else None
        if stated is None:
            return ""
        words = self.words
        kind = words.text("assumed" if stated.kind == "assumption" else "judged")
        who = ", ".join(x for x in (stated.by, stated.on) if x)
        fact_name = words.label(Path("leg", (), fact, record[0]))
        because = f"{words.text('colon')}{stated.because}" if stated.because else ""
        self.rests.stated[f"{kind} · {who or '–'} · {record[1]}, {fact_name}{because}"] = None
        return f" [{kind}{words.text('colon')}{stated.by}]" if stated.by else f" [{kind}]"

    def _line(self, node: Condition | None) -> str:
        """The line that a number was held against."""
        if isinstance(node, Compare) and isinstance(node.right, int) and not (node.left is ON and node.right in (MIN, MAX)):
            return self.words.text("line").format(self.bound(node))
        return ""

    def bound(self, node: Compare) -> str:
        """'more than 10,000', as the law draws the line."""
        words = self.words
        fact = words.fact(node.left) if isinstance(node.left, Path) else words.share_fact() if isinstance(node.left, Share) else None
        date = fact is not None and fact.type == "date"
        return words.text(("day " if date else "") + node.op).format(words.number(int(node.right), fact)) if isinstance(node.right, int) else ""

    # -- rows, owners, numbers ---------------------------------------------------------------------------------------

    def _row(self, step: Step, depth: int) -> list[Note]:
        words = self.words
        inner = merged([n for p in step.parts for n in self.notes(p, depth + 1)])
        if step.word == "owner":
            share = words.value(step.value, words.share_fact())
            return [Note(words.text("held by").format(share, step.record[1]), inner)]
        if step.note:
            return [Note(words.text(step.note))]
        if len(inner) == 1 and step.record[1] in inner[0].text:
            return inner
        return [Note(f"{step.record[1]}", inner)]

    def _rows(self, step: Step, depth: int) -> list[Note]:
        """Rows of a relation: one witness is enough where one is asked for; rows alike are told together."""
        words = self.words
        relation = words.relation(step.subject, step.record[1])
        where = step.node.term.where if isinstance(step.node, Fact) and isinstance(step.node.term, Exists) else None
        if step.truth == FALSE and where is not None:
            return [Note(words.text("none with").format(relation, self.test(where)))]
        if not step.parts or (len(step.parts) == 1 and step.parts[0].note and not step.parts[0].parts):
            note = step.parts[0].note if step.parts else ""
            if note == "there is none":
                return [Note(words.text("there is none").format(relation))]
            return [Note(words.text("perhaps").format(relation, self.test(where)))] if where is not None and note else [Note(words.text(note))]
        if step.word == "one of" and step.truth == TRUE and len(step.parts) > 1:
            best = min(((merged(self.notes_aside(p, depth)), p) for p in step.parts if not p.note), key=lambda x: sum(n.size() for n in x[0]), default=None)
            if best is not None:
                found = self._row(best[1], depth)
                others = [p.record[1] for p in step.parts if p is not best[1] and p.record[1]]
                if others:
                    found[0].text += words.text("likewise").format(words.text("comma").join(dict.fromkeys(others)))
                return found
        return together([n for p in step.parts for n in self.notes(p, depth)], words)

    def notes_aside(self, step: Step, depth: int) -> list[Note]:
        """The notes of a step, without remembering them as told."""
        kept, rests = set(self.told), self.rests
        self.rests = Rests()
        found = self.notes(step, depth)
        self.told, self.rests = kept, rests
        return found

    def _several(self, step: Step, depth: int) -> list[Note]:
        """All of these are told one after another; of several that each suffice, the shortest, with the rest named."""
        if step.word == "all of" or step.truth == UNKNOWN or len(step.parts) < 2:
            return merged([n for p in step.parts for n in self.notes(p, depth)])
        if step.truth == FALSE:
            inner = merged([n for p in step.parts for n in self.notes(p, depth)])
            return inner if len(inner) < 2 else [Note(self.words.text("either"), inner)]
        sized = sorted(step.parts, key=lambda p: sum(n.size() for n in self.notes_aside(p, depth)))
        if all(p.path is not None for p in sized):
            return merged([n for p in sized for n in self.notes(p, depth)])
        return merged(self.notes(sized[0], depth))

    def _number(self, step: Step, depth: int) -> list[Note]:
        """A number that the law computes, held against its line."""
        words = self.words
        if step.note:
            return [Note(words.text(step.note))]
        inner = merged([n for p in step.parts for n in self.notes(p, depth + 1)])
        if not isinstance(step.node, Compare):
            return inner
        match step.node.left:
            case Share():
                return [Note(words.text("held").format(words.value(step.value, words.share_fact()), self.bound(step.node)), inner)]
            case Counted(_, unit, _, _, _):
                return [Note(words.text("counted").format(words.text(unit), words.value(step.value, None), self.bound(step.node)), inner)]
            case Count(over, _, _):
                name = words.relation(over.source, "")
                return [Note(words.text("counted").format(name, words.value(step.value, None), self.bound(step.node)), inner)]
            case Total(_, _, Path() as term, _):
                fact = words.fact(term)
                return [Note(words.text("total").format(words.label(term), words.value(step.value, fact), self.bound(step.node)), inner)]
            case Tally():
                return [Note(words.text("counted").format(words.text("of these"), words.value(step.value, None), self.bound(step.node)), inner)]
            case _:
                return inner or [Note(words.text("computed").format(words.value(step.value, None), self.bound(step.node)))]

    # -- what a condition asks ---------------------------------------------------------------------------------------

    def test(self, node: Condition, room: int = 5) -> str:
        """What a condition asks, in a few words."""
        words = self.words
        label = self.regime.labels.get(node)
        if label is not None:
            return words.short(words.gist(label[0]))
        match node:
            case And(parts):
                kept = [p for p in parts if not is_dates(p)]
                return words.text("comma").join(dict.fromkeys(self.test(p, room) for p in kept[:room]))
            case Or(parts):
                return words.text("or").join(dict.fromkeys(self.test(p, room) for p in parts[:room]))
            case Not(part):
                return words.text("not").format(self.test(part, room))
            case Member(left, _, frozenset() as right, _):
                shown = [words.code(c, words.fact(left)) for c in sorted(right)]
                return f"{words.label(left)}{words.text('colon')}{words.text('or').join(shown[:room])}" + (f" … ({len(shown)})" if len(shown) > room else "")
            case Member(left, _, Path() as right, _):
                return words.text("same as").format(words.label(left), words.label(right))
            case Compare(Path() as left, _, int()):
                return f"{words.label(left)} {self.bound(node)}"
            case Fact(Path() as path):
                return words.label(path) if path.root != "law" else self._law_name(path.fact)
            case Fact(Exists(over, _, where)):
                return words.text("one with").format(words.relation(over.source, ""), self.test(where, room))
            case _:
                return "…"


def note_on(law: Law, rests: Rests) -> None:
    """Remembers a provision whose text nobody opened."""
    if not law.read:
        rests.unverified[f"{law.path} ({law.cite})"] = None


def is_dates(node: Condition | None) -> bool:
    """Is it nothing but a test of the day?"""
    match node:
        case Compare(left, _, int()):
            return left is ON
        case And(parts) | Or(parts):
            return all(is_dates(p) for p in parts)
        case Not(part):
            return is_dates(part)
        case _:
            return False


def merged(notes: Sequence[Note]) -> list[Note]:
    """Notes without repetition: the same sentence once, the fuller one."""
    kept: dict[str, Note] = {}
    for note in notes:
        if note.text not in kept or len(kept[note.text].parts) < len(note.parts):
            kept[note.text] = note
    return list(kept.values())


def together(notes: Sequence[Note], words: Words) -> list[Note]:
    """Rows whose one fact is the same are told in one sentence."""
    groups: dict[object, list[Note]] = {}
    for i, note in enumerate(notes):
        own = note.fact or (note.parts[0].fact if len(note.parts) == 1 and not note.parts[0].parts else None)
        groups.setdefault(own[1] if own else i, []).append(note)
    found = []
    for same in groups.values():
        facts = [n.fact or n.parts[0].fact for n in same] if len(same) > 1 else []
        if len(facts) < 2:
            found += same
            continue
        names = words.text("comma").join(dict.fromkeys(f[0] or n.text for n, f in zip(same, facts, strict=True) if f))
        values = words.text("comma").join(dict.fromkeys(f[2] for f in facts if f))
        label = next(f[1] for f in facts if f)
        found.append(Note(f"{names}{words.text('colon')}{label}{words.text('colon')}{values}"))
    return merged(found)


def flatten(notes: Sequence[Note], indent: str) -> Iterator[tuple[str, str]]:
    """The sentences with their indent, from the top."""
    for note in notes:
        yield indent, note.text
        yield from flatten(note.parts, indent + "  ")
