"""The tree of why, as sentences: what a verdict rests on, each definition told once, nothing that does not decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from comity.facts.record import Source, World
from comity.facts.value import FALSE, MAX, MIN, TRUE, UNKNOWN, UNLIMITED, Interval, Value
from comity.law.condition import And, Compare, Condition, Counted, Exists, Fact, Member, Not, Or, Path, Share, Tally, Total
from comity.law.regime import ON, Regime
from comity.law.rulebook import Definition, Law, LawList
from comity.why.story import Step
from comity.words.notes import Note, Rests, merged, together
from comity.words.translated import translated
from comity.words.words import Words

DEEPEST: Final = 14


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
            return merged([n for p in kept for n in self.notes(p)], self.words)
        return merged(self.notes(step), self.words)

    def notes(self, step: Step, depth: int = 0) -> list[Note]:
        """One step as sentences."""
        if depth > DEEPEST:
            return []
        if step.law is not None:
            return [self._law(step, step.law, depth)]
        if step.path is not None and step.path.kind == "counts":
            found = self.regime.findings.get(step.path.fact.partition("/")[2])
            return [Note(self.words.text("not counted").format(self.words.gist(found[0]) if found else step.path.fact))]
        if step.path is not None:
            return [] if unlimited(step.value) or (step.other and unlimited(step.other[2])) else [self._leaf(step)]
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
        while len(step.parts) == 1 and step.parts[0].law is law and step.parts[0].record == step.record and step.parts[0].parts:
            step = step.parts[0]
        who = step.record[1] if step.record[0] not in ("", "movement") and not step.record[0].startswith("rows:") else ""
        note_on(law, self.rests)
        key, told = (law.path, who, negated), (self.regime.book.regime, law.path)
        if key in self.told or step.note:
            return Note(self._sentence(law, who, negated=negated, truth=step.truth, again=True), law=told)
        again = ("gist", law.path) in self.told
        self.told |= {key, ("gist", law.path)}
        text = self._sentence(law, who, negated=negated, truth=step.truth, brief=again)
        return Note(text, merged([n for p in step.parts for n in self.notes(p, depth + 1)], self.words), law=told)

    def _sentence(self, law: Law, who: str, *, negated: bool, truth: int, again: bool = False, brief: bool = False) -> str:
        words = self.words
        cite = words.cite(law)
        article, name = words.term(law) or ("", "")
        articles = words.articles and bool(name)
        called = f"{article.lower()} {name}" if article else name
        lead = f"{who}{words.text('colon')}" if who else ""
        if truth == UNKNOWN:
            text = words.text("open whether").format(words.text("is a").format(who, called) if articles and article and who else lead + words.clause(law))
        elif articles and article:
            text = words.text("is no" if negated else "is a").format(who or words.text("this"), called)
            text += "" if brief or again else f"{words.text('colon')}{words.gist(law)}"
        elif articles and negated:
            text = lead + words.text("not term" if who else "no term").format(name[0].lower() + name[1:])
            text += "" if brief or again else f"{words.text('colon')}{words.gist(law)}"
        elif not words.articles and name and who:
            text = words.text("is no" if negated else "is a").format(who, name) + ("" if brief or again else f"{words.text('colon')}{words.gist(law)}")
        else:
            text = lead + (words.text("not so").format(words.clause(law)) if negated else words.clause(law) if who else words.gist(law))
        if again:
            return words.text("as above").format(words.short(text))
        return f"{words.short(text) if brief else text}{words.text('gap')}{cite}"

    # -- facts -------------------------------------------------------------------------------------------------------

    def _leaf(self, step: Step) -> Note:
        assert step.path is not None
        words, path = self.words, step.path
        if path.root == "law":
            name = path.fact
            text = words.text("reading" if "/reading." in name else "presumed").format(self.law_name(name), words.value(step.value, None))
            self.rests.readings[text] = None
            return Note(text)
        who = words.who(step.record[1], path) if step.record[0] != "movement" else ""
        if path.fact.startswith("@") and step.other is not None:
            return self._same(step, who)
        label = words.label(path)
        value = words.value(step.value, words.fact(path)) + self._line(step.node)
        if step.truth == FALSE and isinstance(step.node, Member) and isinstance(step.node.right, frozenset):
            value += words.text("wanted").format(self.test(step.node))
        if step.other is not None:
            right, (kind, name), held = step.other
            beside = words.label(right)
            beside = words.whose(name, beside) if name and kind != "movement" else beside
            value += words.text("beside").format(beside, words.value(held, words.fact(right)))
        value += self._behind(step.record, path.fact)
        lead = f"{who}{words.text('colon')}" if who else ""
        return Note(f"{lead}{label}{words.text('colon')}{value}", fact=(who, label, value))

    def _same(self, step: Step, who: str) -> Note:
        """A record held against another, or against those that a fact names."""
        assert step.other is not None
        words = self.words
        right, (kind, name), held = step.other
        if right.fact == "@id" and who == name and step.path is not None and step.path.links:
            return Note(f"{words.link(step.path.links[-1])}{words.text('colon')}{name}")
        if right.fact == "@id":
            return self._one(step, words.text("is same").format(who, name), words.text("is other").format(who, name))
        if right.fact == getattr(step.path, "fact", ""):
            label = words.label(right)
            return self._one(step, words.text("are one").format(who, name, label), words.text("are two").format(who, name, label))
        label, value = words.label(right), words.value(held, words.fact(right)) + self._behind((kind, name), right.fact)
        owner = name if kind != "movement" else ""
        lead = f"{owner}{words.text('colon')}" if owner else ""
        return Note(f"{lead}{label}{words.text('colon')}{value}", fact=(owner, label, value))

    def _one(self, step: Step, same: str, other: str) -> Note:
        """Whether two are one, or that this is open."""
        if step.truth == UNKNOWN:
            return Note(self.words.text("open whether").format(same))
        return Note(other if (step.word == "not") == (step.truth == TRUE) else same)

    def law_name(self, name: str) -> str:
        """A contested question of law in words, or the path of a provision whose force is open."""
        if "/reading." not in name:
            return name
        reading = self.regime.book.readings.get(name.partition("/reading.")[2])
        return translated(reading, self.words.lang) if reading else name

    def _behind(self, record: tuple[str, str], fact: str) -> str:
        """Who stands behind a fact that was judged or assumed."""
        source = self.world.records.get(record[0], {}).get(record[1])
        stated = source.sources.get(fact) if source else None
        if stated is None:
            return ""
        words = self.words
        if stated.kind == "docket":
            return f" [{words.text('filed' if stated.by else 'not filed').format(stated.by, stated.on)}]"
        kind = words.text("assumed" if stated.kind == "assumption" else "judged")
        fact_name = words.label(Path("leg", (), fact, record[0]))
        self._stood(stated, words.whose(record[1], fact_name) if record[1] else fact_name)
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
        inner = merged([n for p in step.parts for n in self.notes(p, depth + 1)], self.words)
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
        assert step.over is not None
        relation = words.relation(step.over.source, step.record[1])
        self._closed(step)
        where = step.node.term.where if isinstance(step.node, Fact) and isinstance(step.node.term, Exists) else None
        if step.truth == FALSE and where is not None:
            asked, near = self.test(where), [note for p in step.parts if self._near(p) for note in self._row(p, depth)]
            return [Note(words.text("none with").format(relation, asked) if asked else words.text("none fits").format(relation), near)]
        if not step.parts or (len(step.parts) == 1 and step.parts[0].note and not step.parts[0].parts):
            note = step.parts[0].note if step.parts else ""
            if note == "there is none":
                return [Note(words.text("there is none").format(relation))]
            return [Note(words.text("perhaps").format(relation, self.test(where)))] if where is not None and note else [Note(words.text(note))]
        if step.word == "one of" and step.truth == TRUE and len(step.parts) > 1:
            best = min((p for p in step.parts if not p.note), key=self._weight, default=None)
            if best is not None:
                found = self._row(best, depth)
                others = [p.record[1] for p in step.parts if p is not best and p.record[1]]
                if others:
                    found[0].text += words.text("likewise").format(words.text("comma").join(dict.fromkeys(others)))
                return found
        told = [n for p in step.parts for n in self.notes(p, depth)]
        if step.word == "every one of" and step.truth == TRUE:  # of a row of which there is nothing to tell, its name alone says nothing
            told = [n for n in told if n.parts or n.fact or n.text not in {p.record[1] for p in step.parts}]
        return together(told, words)

    def papers(self, step: Step) -> Iterator[str]:
        """The instruments of the docket that a truth rests on, and where they stand in it."""
        if step.word == "row" and step.truth == TRUE and (source := self._filed(step.record)) is not None:
            yield f"{step.record[1]} [{self.words.text('filed').format(source.by, source.on)}]"
        for part in step.parts:
            yield from self.papers(part)

    def _filed(self, record: tuple[str, str]) -> Source | None:
        """Where in the docket an instrument stands, if it came of it."""
        held = self.world.records.get(record[0], {}).get(record[1])
        return next((source for source in held.sources.values() if source.kind == "docket" and source.by), None) if held else None

    def _near(self, row: Step) -> bool:
        """Is it an instrument of the docket, of the kind and under the rule that are looked for, that does not do for another reason?"""
        return self._filed(row.record) is not None and not any(one.path is not None and one.path.fact in ("kind", "under") for one in leaves(row))

    def _closed(self, step: Step) -> None:
        """Remembers who said that nothing is missing from a list, where what it does not hold decides."""
        assert step.over is not None
        listed = step.over.source
        kind = {"instruments": "instruments", "concerning": "instruments", "measures": "measures"}.get(listed)
        rows = self.world.records.get(step.record[0], {}).get(step.record[1])
        source = rows.sources.get(listed) if rows else self.world.assumptions[-1] if kind in self.world.closed and self.world.assumptions else None
        if source is not None and source.kind == "assumption":
            self._stood(source, self.words.text("complete").format(self.words.relation(listed, step.record[1])))

    def _stood(self, source: Source, subject: str) -> None:
        """Remembers who stands behind something, when and why."""
        words = self.words
        who = words.text("comma").join(x for x in (source.by, source.on) if x) or words.text("nobody named")
        kind = words.text("assumed" if source.kind == "assumption" else "judged")
        self.rests.stated.setdefault((f"{kind} · {who}", source.because), {})[subject] = None

    def _weight(self, step: Step) -> int:
        """How much there is to read below a step; what was told already weighs little."""
        who = step.record[1] if step.record[0] not in ("", "movement") else ""
        if step.law is not None and (step.law.path, who, step.word == "not") in self.told:
            return 1
        return sum(self._weight(p) for p in step.parts) + 1

    def _several(self, step: Step, depth: int) -> list[Note]:
        """All of these are told one after another; of several that each suffice, the shortest, with the rest named."""
        if step.word == "all of" or step.truth == UNKNOWN or len(step.parts) < 2:
            return merged([n for p in step.parts for n in self.notes(p, depth)], self.words)
        if step.truth == FALSE:
            inner = merged([n for p in step.parts for n in self.notes(p, depth)], self.words)
            return inner if len(inner) < 2 else [Note(self.words.text("either"), inner)]
        sized = sorted(step.parts, key=self._weight)
        if all(p.path is not None and not p.record[0].startswith("rows:") for p in sized):
            return merged([n for p in sized for n in self.notes(p, depth)], self.words)
        return merged(self.notes(sized[0], depth), self.words)

    def _number(self, step: Step, depth: int) -> list[Note]:
        """A number that the law computes, held against its line."""
        words = self.words
        if step.note:
            return [Note(words.text(step.note))]
        inner = merged([n for p in step.parts for n in self.notes(p, depth + 1)], self.words)
        if not isinstance(step.node, Compare):
            return inner
        match step.node.left:
            case Share():
                return [Note(words.text("held").format(words.value(step.value, words.share_fact()), self.bound(step.node)), inner)]
            case Counted(_, unit, _, _, _):
                return [Note(words.text("counted").format(words.text(unit), words.value(step.value, None), self.bound(step.node)), inner)]
            case Total(over, _, 1, _):
                name = words.relation(over.source, "")
                return [Note(words.text("counted").format(name, words.value(step.value, None), self.bound(step.node)), inner)]
            case Total(_, _, Path() as term, _):
                fact = words.fact(term)
                return [Note(words.text("total").format(words.label(term), words.value(step.value, fact), self.bound(step.node)), inner)]
            case Tally():
                return [Note(words.text("tally").format(words.value(step.value, None), self.bound(step.node)), inner)]
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
                said = [t for p in parts if not is_dates(p) and (t := self.test(p, room))]
                return words.text("comma").join(dict.fromkeys(said[:room]))
            case Or(parts):
                said = [self.test(p, room) for p in parts]
                return words.text("or").join(dict.fromkeys(said[:room])) if all(said) else ""
            case Not(part):
                return words.text("not").format(inner) if (inner := self.test(part, room)) else ""
            case Member(left, _, Path() as right, _) if limits(left, words) or limits(right, words):
                return ""
            case Compare(Path() as left, _, right) if limits(left, words) or (isinstance(right, Path) and limits(right, words)):
                return ""
            case Compare(left, _, Path() as right) if left is ON or right is ON or limits(right, words):
                return ""
            case Member(left, _, frozenset() as right, _):
                shown = [words.code(c, words.fact(left)) for c in sorted(right)]
                return f"{words.label(left)}{words.text('colon')}{words.text('or').join(shown[:room])}" + (f" … ({len(shown)})" if len(shown) > room else "")
            case Member(Path(fact="@id"), _, Path(), _) | Member(_, _, Path(fact="@id"), _):
                return ""
            case Member(left, _, Path() as right, _):
                return words.text("same as").format(words.label(left), words.label(right))
            case Compare(Path() as left, _, int()):
                return f"{words.label(left)} {self.bound(node)}"
            case Fact(Path() as path):
                return words.label(path) if path.root != "law" else self.law_name(path.fact)
            case Fact(Exists(over, _, where)):
                inner = self.test(where, room)
                return words.text("one with").format(words.relation(over.source, ""), inner) if inner else ""
            case _:
                return ""


def leaves(step: Step) -> Iterator[Step]:
    """The facts at the ends of a story."""
    if not step.parts:
        yield step
    for part in step.parts:
        yield from leaves(part)


def note_on(law: Law, rests: Rests) -> None:
    """Remembers a provision whose text nobody opened."""
    if not law.read:
        rests.unverified[law.path] = None


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


def unlimited(value: Value | None) -> bool:
    """Is it a limit that nobody set?"""
    return value is UNLIMITED or (isinstance(value, Interval) and value.lo <= value.hi and (value.lo >= MAX or value.hi <= MIN))


def limits(path: Path, words: Words) -> bool:
    """Is it a limit that a paper may name? Whether a paper covers a movement is told as 'covers'."""
    fact = words.fact(path)
    return fact is not None and bool(fact.limit)
