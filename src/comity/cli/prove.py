"""`comity prove`: what is true of every transfer under some rulebooks, or a transfer of which it is not."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import repeat
from pathlib import Path

from comity import shelf
from comity.cli.law import folders
from comity.cli.screen import columns, out
from comity.edge.asked import folder_of
from comity.files.invariant import Invariant
from comity.law.condition import ALWAYS, Condition, every, negation, some
from comity.law.rulebook import Written
from comity.prove.difference import Compared
from comity.prove.editions import Editions
from comity.prove.prover import Answer, Prover
from comity.prove.question import asked as read
from comity.prove.question import condition
from comity.prove.survey import Found, conflicts, dead, gaps, overlaps
from comity.text.source import Mistake, Place, SourceError, nearest
from comity.verdict.plan import Plan
from comity.words.lines import wrap
from comity.words.translated import translated


def _conflicts(plan: Plan, seconds: float) -> Iterator[Found]:
    """The conflicts of each law with all others, several laws at once."""
    with ProcessPoolExecutor(os.cpu_count() or 1) as others:
        for found in others.map(_conflicts_of, range(len(plan.regimes)), repeat(plan), repeat(seconds)):
            yield from found


def _conflicts_of(number: int, plan: Plan, seconds: float) -> list[Found]:
    return conflicts(plan.regimes[number], plan, seconds)


SURVEYS = {"dead": dead, "gaps": gaps, "overlaps": overlaps, "conflicts": _conflicts}
WORDS = ("ever", "never", "always", "equivalent", *SURVEYS)
SAME = "<=>"
"""What stands between two conditions that are compared."""


def prove(args: argparse.Namespace) -> int:
    """Answers one question; 0 if it is so."""
    word, _, rest = args.question.strip().partition(" ")
    if word not in WORDS or (word != "equivalent" and (word in SURVEYS) == bool(rest.strip())):
        hint = nearest(word, WORDS) or "write 'never CONDITION', 'always CONDITION', 'ever CONDITION', 'equivalent CONDITION <=> CONDITION', or one of these: "
        hint += "" if nearest(word, WORDS) else "dead, gaps, overlaps, conflicts, equivalent"
        raise SourceError([Mistake(Place("question", 1, 1), f"'{args.question}' is no question", hint)])
    some_time(args)
    if word == "equivalent" and not rest.strip():
        return _rulebooks(args)
    plan = _plan(args.rulebooks)
    if word in SURVEYS:
        return _survey(args, word, SURVEYS[word](plan, args.seconds))
    when = read(args.when, plan, "when") if args.when else ALWAYS
    claim = _differ(args.question, plan) if word == "equivalent" else read(rest, plan)
    return _answered(args, word, plan, every((when, negation(claim) if word == "always" else claim)))


def _differ(question: str, plan: Plan) -> Condition:
    """One of the two conditions of a question is true and the other is not; the mistakes of both at once."""
    start = len(question) - len(question.lstrip()) + len("equivalent")
    sides, sign, more = question[start:].partition(SAME)
    if not sign or SAME in more:
        raise SourceError([Mistake(Place("question", 1, start + 1), f"two conditions are compared with one '{SAME}' between them", "")])
    found, mistakes = list[Condition](), list[Mistake]()
    for text, at in ((sides, start), (more, start + len(sides) + len(SAME))):
        try:
            found.append(condition(Written(None, text, Place("question", 1, at + 1)), plan))
        except SourceError as error:
            mistakes += error.mistakes
    if mistakes:
        raise SourceError(mistakes)
    one, other = found
    return some((every((one, negation(other))), every((other, negation(one)))))


def _rulebooks(args: argparse.Namespace) -> int:
    """Do two rulebooks leave the same of every transfer? A proof, or a transfer that tells them apart."""
    if len(args.rulebooks) != 2 or args.when:
        hint = "name two rulebooks, or compare two conditions: 'equivalent CONDITION <=> CONDITION'"
        raise SourceError([Mistake(Place("question", 1, 1), "two rulebooks are compared as they are", hint)])
    one, other = (shelf.alone(folder_of(name)) for name in args.rulebooks)
    found = Compared(Editions(one, other), args.seconds).difference()
    change = found.changes[0] if found.changes else None
    same = False if change else None if found.unknown else True
    if args.out and change:
        written(args.out, change.world)
    if args.json:
        told = {"outcomes": [str(change.old), str(change.new)], "world": change.world} if change else {"outcomes": None, "world": None}
        out(json.dumps({"question": args.question, "holds": same, **told}, ensure_ascii=False, indent=2))
    elif change:
        names = [plan.regimes[0].book.regime for plan in (one, other)]
        sides = [f"{rulebook}" if names[0] == names[1] else name for rulebook, name in zip(args.rulebooks, names, strict=True)]
        out(f"no: {sides[0]} says {change.old}, {sides[1]} says {change.new}\n")
        out(_where(args, change.world))
    else:
        out(PROVED["equivalent"] if same else _unknown(args))
    return 0 if same else 1


def some_time(args: argparse.Namespace) -> None:
    """Refuses to be given none."""
    if args.seconds <= 0:
        raise SourceError([Mistake(Place("--seconds", 1, 1), f"{args.seconds:g} seconds are no time", "write a number more than 0")])


def written(file: Path, world: str) -> None:
    """Writes a transfer into a file, in a folder that is made for it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(world, encoding="utf-8")
    except OSError as fault:
        raise SourceError([Mistake(Place(str(file), 1, 1), f"cannot be written: {(fault.strerror or 'no such folder').lower()}")]) from fault


def _plan(names: Sequence[str]) -> Plan:
    """The rulebooks asked, the first of which is the one whose words a question uses."""
    folders = [folder_of(name) for name in names]
    plan = shelf.plan([f for f in folders if f.parent != shelf.RULEBOOKS], [f.name for f in folders])
    first = next(regime for regime in plan.regimes if regime.book.regime == folders[0].name or len(folders) == 1)
    return replace(plan, regimes=[first, *(r for r in plan.regimes if r is not first)])


def _answered(args: argparse.Namespace, word: str, plan: Plan, looked_for: Condition) -> int:
    """`always`, `never` and `equivalent` are proved, or a transfer shows otherwise; `ever` is shown by one, or there is none."""
    shows = "such a transfer" if word == "ever" else "a transfer that shows otherwise"
    about = f"{args.question}{' when ' + args.when if args.when else ''}: {shows}"
    answer = Prover(plan, (looked_for,), args.seconds).shown(looked_for, about)
    if args.out and answer.world is not None:
        written(args.out, answer.world)
    if args.json:
        out(json.dumps({"question": args.question, "when": args.when, "holds": _holds(word, answer), "world": answer.world}, ensure_ascii=False, indent=2))
    else:
        for line in _told(args, word, answer):
            out(line)
    return 0 if _holds(word, answer) else 1


def _holds(word: str, answer: Answer) -> bool | None:
    """Is it so? None where there was no answer in time."""
    return (word == "ever") if answer.world is not None else (word != "ever") if answer.proved else None


PROVED = {
    **dict.fromkeys(("ever", "never"), "never: it is proved of every transfer"),
    "always": "always: it is proved of every transfer",
    "equivalent": "equivalent: it is proved of every transfer",
}
SHOWN = {
    "ever": "yes: a transfer of which it is so",
    "never": "no: a transfer of which it is so",
    "always": "no: a transfer of which it is not so",
    "equivalent": "no: a transfer that tells them apart",
}


def _told(args: argparse.Namespace, word: str, answer: Answer) -> Iterable[str]:
    if answer.world is None:
        yield PROVED[word] if answer.proved else _unknown(args)
        return
    yield SHOWN[word]
    yield ""
    yield _where(args, answer.world)


def _unknown(args: argparse.Namespace) -> str:
    return f"unknown: no transfer was found and no proof, within {args.seconds:g} s a step (more: --seconds {args.seconds * 4:g})"


def _where(args: argparse.Namespace, world: str) -> str:
    """The transfer, or where it was written."""
    return f"written to {args.out}; judge it with comity explain {args.out} t" if args.out else world


def _survey(args: argparse.Namespace, word: str, found: Iterable[Found]) -> int:
    """Each finding as it comes up; 1 if there is one."""
    heads = {
        "dead": "provisions that no transfer can meet",
        "gaps": "regimes that apply where none of their provisions has a say",
        "overlaps": "provisions of one regime that contradict each other",
        "conflicts": "what one law compels and another does not allow",
    }
    told, shown = 0, False
    if not args.json:
        out(f"{heads[word]}:\n")
    for one in found:
        told += one.stands
        shown |= one.stands and one.world is not None
        if args.json:
            out(json.dumps({"about": one.about, "answer": one.answer, "world": one.world}, ensure_ascii=False))
        elif one.stands or one.world is None:
            for line in wrap(f"{one.about}: {one.answer}", columns(), "  ", "    "):
                out(line)
            if args.out and one.world is not None:
                file = args.out / f"{one.about.replace('/', '-').replace(' ', '-')}.yaml"
                written(file, one.world)
                out(f"    {file}")
    if not args.json:
        out(f"\n{told} found{'' if args.out or not shown else '; --out FOLDER writes a transfer that shows each'}" if told else "none")
    return 1 if told else 0


def invariants(args: argparse.Namespace) -> int:
    """Proves what is meant to be true of every transfer under each rulebook; 1 if something is not proved."""
    some_time(args)
    asked = folders(args)
    with ProcessPoolExecutor(min(len(asked), os.cpu_count() or 1)) as others:
        found = [one for those in others.map(_proved, asked, repeat(args.seconds)) for one in those]
    for regime, one, answer in found:
        said = "proved" if answer.proved else "not so: a transfer shows otherwise" if answer.world else f"unknown within {args.seconds:g} s a step"
        for line in wrap(f"{regime} {one.id}: {said}. {translated(one, args.lang)} ({one.cite})", columns(), "", "    "):
            out(line)
        if answer.world:
            out(answer.world)
    proved = sum(answer.proved for _, _, answer in found)
    out(f"\n{proved} of {len(found)} proved")
    return 0 if proved == len(found) else 1


def _proved(folder: Path, seconds: float) -> list[tuple[str, Invariant, Answer]]:
    """What came of the invariants of one rulebook."""
    plan, stated = shelf.alone(folder), shelf.invariants(folder)
    regime = plan.regimes[0].book.regime
    questions = [every((condition(one.when, plan) if one.when else ALWAYS, negation(condition(one.always, plan)))) for one in stated]
    prover = Prover(plan, questions, seconds)
    return [
        (regime, one, prover.shown(question, f"{regime} {one.id}: a transfer that shows otherwise")) for one, question in zip(stated, questions, strict=True)
    ]
