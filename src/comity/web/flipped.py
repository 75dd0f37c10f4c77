"""What flipped between two verdicts, law by law: provisions that stand otherwise, the facts that make it so, and what else differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.facts.record import World
from comity.facts.value import FALSE, TRUE
from comity.law.condition import Compare, Condition, Path
from comity.law.regime import ON
from comity.verdict.opinion import Bar, Opinion, Owed, opinion
from comity.verdict.verdict import Verdict
from comity.web.flows import sign_and_word
from comity.web.view import View
from comity.why.flips import Flip, Leaf, Stand, differing, flips, paths
from comity.why.story import Step, teller
from comity.words.notes import Rests
from comity.words.page import owing, span
from comity.words.tree import Tree, is_dates
from comity.words.words import Words

TRUTHS: Final = {TRUE: "met", FALSE: "not met"}


@dataclass(frozen=True)
class Held:
    """A fact on one side. `truth`: `met`, `not met` or `open`, as the provision asks it; empty where it is not asked there."""

    truth: str
    value: str


@dataclass(frozen=True)
class Tested:
    """A fact that makes a provision stand otherwise: what and of whom, on either side; by which provision it is asked, in its words, and how it is cited."""

    fact: str
    here: Held
    there: Held
    law: tuple[str, str]
    gist: str
    cite: str


@dataclass(frozen=True)
class Turned:
    """A provision that stands otherwise. `here`, `there`: an outcome's sign (none, where it is no prohibition) and how it stands there."""

    kind: str
    law: tuple[str, str]
    gist: str
    cite: str
    here: tuple[str, str]
    there: tuple[str, str]
    tests: Sequence[Tested]


@dataclass(frozen=True)
class Differs:
    """A fact that differs, and by which nothing here stands otherwise."""

    fact: str
    here: str
    there: str


@dataclass(frozen=True)
class Group:
    """What is another under one law. `here`, `there`: what it leaves of each, a sign and a word; none where it was not asked."""

    regime: str
    title: str
    here: tuple[str, str] | None
    there: tuple[str, str] | None
    turned: Sequence[Turned]
    differs: Sequence[Differs]


@dataclass(frozen=True)
class Side:
    """One verdict, the world that it is on, and how things are said."""

    verdict: Verdict
    world: World
    words: Words

    def opinion(self, name: str, other: Verdict) -> Opinion | None:
        """What one law says of it; where it has no say, of the leg that is most like the one on which the other verdict rests. None if it was not asked."""
        if name not in self.verdict.plan.levels:
            return None
        if name in self.verdict.spans:
            return self.verdict.opinion(name)
        role = other.opinion(name).judged.leg.role
        like = next((judged for judged in self.verdict.legs if judged.leg.role == role), self.verdict.legs[0])
        return opinion(like, self.verdict.plan.regime(name), self.verdict.asked_on)


def flipped(here: Side, there: Side, view: View) -> list[Group]:
    """Every law under which something is another, the most restrictive first."""
    found = []
    for name in dict.fromkeys((*here.verdict.spans, *there.verdict.spans)):
        both = here.opinion(name, there.verdict), there.opinion(name, here.verdict)
        book = next(one for one in both if one is not None).regime.book
        left = [sign_and_word(side.verdict.spans[name], side.words) if name in side.verdict.spans else None for side in (here, there)]
        turned, differs = list(_turned((here, there), both, view)), list(_differing((here, there), both))
        if turned or differs or left[0] != left[1]:
            found.append(Group(name, here.words.title(book), left[0], left[1], turned, differs))
    return found


def _turned(sides: tuple[Side, Side], both: tuple[Opinion | None, Opinion | None], view: View) -> Iterator[Turned]:
    """Provisions that stand otherwise; a fact is told under the first of them that it turns."""
    here, there = both
    if here is None or there is None:
        return
    seen: set[Condition] = set()
    for one in flips(here, there):
        tests = []
        for leaf in one.leaves:
            if leaf.node not in seen:
                seen.add(leaf.node)
                tests.append(_test(leaf, sides, (here, there)))
        yield _stood(one, _once(tests), here.name, sides, view)


def _stood(one: Flip, tests: Sequence[Tested], regime: str, sides: tuple[Side, Side], view: View) -> Turned:
    law, words = one.law, sides[0].words
    kind = "prohibition" if any(isinstance(stand, Bar) for stand in (one.here, one.there)) else "ground"
    kind = "duty" if any(isinstance(stand, Owed) for stand in (one.here, one.there)) else kind
    stood = [_stands(stand, kind, side.words, view) for stand, side in zip((one.here, one.there), sides, strict=True)]
    return Turned(kind, (regime, law.path), words.gist(law), law.cite, stood[0], stood[1], tests)


def _stands(stand: Stand | None, kind: str, words: Words, view: View) -> tuple[str, str]:
    """How a provision stands: the sign of an outcome, and words."""
    match stand:
        case Bar() if stand.lifted == TRUE:
            return "3", view.text("bar lifted")
        case Bar():
            sign, left = sign_and_word(stand.span, words)
            return sign, f"{words.text('stands' if stand.truth == TRUE else 'may stand')}{words.text('colon')}{left}"
        case Owed():
            due = f"{words.text('comma')}{words.text('due').format(span(stand.due, words, bare=True))}" if stand.due is not None else ""
            return "", words.text(owing(stand)) + due
        case None:
            return "", view.text(f"no {kind} there")
        case _:
            return "", view.text("ground holds" if stand.holds == TRUE else "no ground there" if stand.holds == FALSE else "ground may hold")


def _once(tests: Sequence[Tested]) -> list[Tested]:
    """What reads the same is told once: provisions may ask the same fact for several places or papers."""
    return list({(one.fact, one.here.truth, one.there.truth, one.law): one for one in reversed(tests)}.values())[::-1]


def _test(leaf: Leaf, sides: tuple[Side, Side], both: tuple[Opinion, Opinion]) -> Tested:
    """A test, and what there is on either side."""
    words = sides[0].words
    told = [_told(leaf.node, side, one) for side, one in zip(sides, both, strict=True)]
    label = next((named for _, named, _ in told if named), "")
    fact, values = _of(next(paths(leaf.node), None), [who for who, *_ in told], label, [value for *_, value in told], words)
    fact = fact or Tree(words, sides[0].world, both[0].regime, Rests()).test(leaf.node) or words.short(words.gist(leaf.law))
    truths = leaf.here, leaf.there
    held = [Held("" if truth is None else TRUTHS.get(truth, "open"), "" if truth is None else value) for truth, value in zip(truths, values, strict=True)]
    return Tested(fact, held[0], held[1], (both[0].name, leaf.law.path), words.gist(leaf.law), leaf.law.cite)


def _told(node: Condition, side: Side, one: Opinion) -> tuple[str, str, str]:
    """Of whom a fact is told and what it is called, if a test is of one; and its value, or what can be said of it."""
    words, tree = side.words, Tree(side.words, side.world, one.regime, Rests())
    step = _bare(teller(one.judged, one.regime).tell(node))
    if is_dates(node) and isinstance(node, Compare):
        return "", words.label(ON), f"{words.value(step.value, words.fact(ON))}{words.text('line').format(tree.bound(node))}"
    notes = tree.notes(step)
    if len(notes) == 1 and notes[0].fact is not None and not notes[0].parts:
        return notes[0].fact
    return "", "", words.text("semicolon").join(note.text for note in notes)


def _of(path: Path | None, whose: Sequence[str], label: str, values: Sequence[str], words: Words) -> tuple[str, list[str]]:
    """A fact by its name and of whom; where it is told of others on the two sides, by what they are to the movement, and each value says of whom."""
    if whose[0] == whose[1] or path is None or not path.links:
        return f"{whose[0]}{words.text('colon')}{label}" if whose[0] and label else label, [*values]
    said = [f"{who}{words.text('colon')}{value}" if who else value for who, value in zip(whose, values, strict=True)]
    return f"{words.link(path.links[-1])}{words.text('colon')}{label}", said


def _bare(step: Step) -> Step:
    """The fact itself, where a provision is nothing but a test of it."""
    while step.law is not None and len(step.parts) == 1:
        step = step.parts[0]
    return step


def _differing(sides: tuple[Side, Side], both: tuple[Opinion | None, Opinion | None]) -> Iterator[Differs]:
    """The other facts that a law asks after and that differ."""
    here, there = both
    if here is None or there is None:
        return
    told = {path for one in flips(here, there) for leaf in one.leaves for path in paths(leaf.node)}
    words = sides[0].words
    for path, names, held in differing(here, there):
        if path in told:
            continue
        whose = [side.words.who(name, path) if path.links else "" for name, side in zip(names, sides, strict=True)]
        given = [side.words.value(value, side.words.fact(path)) for value, side in zip(held, sides, strict=True)]
        label, said = _of(path, whose, words.label(path), given, words)
        if said[0] != said[1]:
            yield Differs(label, said[0], said[1])
