"""Verdicts as text: a table of many, the tree of one. Plain lines; every mark is a word."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence

from comity.cli.words import Words, day, place
from comity.facts.value import FALSE, TRUE, UNKNOWN
from comity.facts.world import World
from comity.law.rulebook import PERMITTED, REACH, Law
from comity.verdict.missing import Question, missing
from comity.verdict.opinion import Bar, Opinion, Owed, Way
from comity.verdict.story import Step, Teller, teller
from comity.verdict.verdict import Verdict

SAY = {
    "en": {
        "legs": "{} movement{s}, {} law{t} asked",
        "why": "because",
        "nobody": "no rulebook is loaded for {}",
        "silent": "No law that was asked has anything against it.",
        "owed": "Owed",
        "overdue": "overdue since {}",
        "due": "due {}",
        "owes": "{} owes",
        "conflict": "Conflict of laws: {} ({}) compels it; {} does not allow it ({}).",
        "bar": "stands",
        "bar?": "may stand",
        "lifted": "lifted by",
        "ways": "ways through it",
        "noway": "nothing can lift it",
        "act0": "",
        "act1": "an authority's act",
        "act2": "the parties' own act, or time",
        "unverified": "unverified: the primary text was not read",
        "ask": "What would settle it",
        "rests": "Rests on",
        "no": "not available",
        "open": "open whether available",
        "advice": "Not legal advice: a reading of the rulebooks named here, over the facts given.",
        "lacks": "lacks",
        "met": "met",
        "open_duty": "not known whether met",
        "to do": "to do",
        "editions": "Asked",
        "assumed": "assumed",
        "judgement": "judged by {}",
        "presumed": "whether it is in force is an open question of law",
        "reading": "contested reading",
        "unsettled": "unsettled",
    },
    "zh": {
        "legs": "{}项传输，{}部法律参与判断",
        "why": "理由",
        "nobody": "未加载{}的规则",
        "silent": "所询问的法律均无禁止。",
        "owed": "义务",
        "overdue": "已于{}逾期",
        "due": "期限{}",
        "owes": "{}应履行",
        "conflict": "法律冲突：{}（{}）强制要求，而{}不允许（{}）。",
        "bar": "适用",
        "bar?": "可能适用",
        "lifted": "已被排除，依据",
        "ways": "可行途径",
        "noway": "无可行途径",
        "act0": "",
        "act1": "须主管机关行为",
        "act2": "当事人自行可为或待期限届满",
        "unverified": "未核对原文",
        "ask": "可使结论确定的事实",
        "rests": "依据",
        "no": "不可用",
        "open": "是否可用未定",
        "advice": "本结果并非法律意见，仅为所列规则对所给事实的解读。",
        "lacks": "尚缺",
        "met": "已履行",
        "open_duty": "是否履行未知",
        "to do": "待履行",
        "editions": "询问",
        "assumed": "假定",
        "judgement": "判断人：{}",
        "presumed": "是否有效属未决法律问题",
        "reading": "有争议的解释",
        "unsettled": "未定",
    },
}


def gist(law: Law, lang: str) -> str:
    """The one sentence of a provision."""
    return (law.zh if lang == "zh" else law.en) or law.path


def table(verdicts: Sequence[Verdict], words: Words) -> Iterator[str]:
    """One line for each movement: its outcome and the provision that decides it."""
    width = max((len(v.movement) for v in verdicts), default=8)
    outcomes = [words.outcome(v.outcome) if v.outcome.settled else words.text("undetermined") for v in verdicts]
    wide = max((len(o) for o in outcomes), default=10)
    columns = shutil.get_terminal_size((120, 24)).columns
    for verdict, outcome in zip(verdicts, outcomes, strict=True):
        lead = f"{verdict.movement:<{width}}  {outcome:<{wide}}  "
        lines = textwrap.wrap("; ".join(because(verdict, words)), max(40, columns - len(lead)), break_long_words=False) or [""]
        yield lead + lines[0]
        yield from (" " * len(lead) + line for line in lines[1:])


def because(verdict: Verdict, words: Words) -> Iterator[str]:
    """The shortest reasons for an outcome."""
    say = SAY[words.lang]
    if verdict.conflicts:
        first = verdict.conflicts[0]
        yield say["conflict"].format(first.measure, place(first.place, words.lang), first.regime, first.cite)
    if verdict.unread:
        yield say["nobody"].format(", ".join(place(p, words.lang) for p in verdict.unread))
    for one in verdict.opinions:
        if one.span.worst == verdict.outcome.worst and one.span.worst < PERMITTED and one.standing:
            bar = min(one.standing, key=lambda b: b.span)
            yield f"{one.name}: {gist(bar.prohibition, words.lang)} ({bar.prohibition.cite})"
            return
        if one.span.worst == verdict.outcome.worst < PERMITTED:
            duty = next((o for o in one.owed if o.duty.timing == "before" and o.met != TRUE), None)
            if duty is not None:
                yield f"{one.name}: {gist(duty.duty, words.lang)} ({duty.duty.cite})"
                return


def explanation(verdict: Verdict, world: World, words: Words) -> Iterator[str]:
    """One verdict in full."""
    say = SAY[words.lang]
    yield f"{verdict.movement}: {words.outcome(verdict.outcome)}" if words.lang == "en" else f"{verdict.movement}：{words.outcome(verdict.outcome)}"
    if verdict.about:
        yield f"  {verdict.about}"
    yield ""
    yield from textwrap.wrap(summary(verdict, words), 110)
    yield ""
    for conflict in verdict.conflicts:
        yield say["conflict"].format(conflict.measure, place(conflict.place, words.lang), conflict.regime, conflict.cite)
    for code in verdict.unread:
        yield "! " + say["nobody"].format(place(code, words.lang))
    for one in verdict.opinions:
        yield from opinion_lines(one, world, words)
    questions = [q for judged in verdict.legs if not judged.outcome.settled for q in missing(judged, verdict.plan)]
    if questions:
        yield ""
        yield say["ask"] + ":"
        for question in dict.fromkeys(questions):
            yield f"  - {question_line(question, words)}"
    yield ""
    yield say["editions"] + ": " + ", ".join(f"{r.book.regime} {r.book.edition}" for r in verdict.plan.regimes)
    yield say["advice"]


def summary(verdict: Verdict, words: Words) -> str:
    """Two sentences for a reader in a hurry."""
    reasons = list(because(verdict, words))
    outcome = words.outcome(verdict.outcome)
    if words.lang == "zh":
        return f"结论：{outcome}。" + ("主要理由：" + "；".join(reasons) + "。" if reasons else SAY["zh"]["silent"])
    return f"The answer is: {outcome}. " + ("The main reason: " + "; ".join(reasons) + "." if reasons else SAY["en"]["silent"])


def opinion_lines(one: Opinion, world: World, words: Words) -> Iterator[str]:
    """One regime's opinion: its bars with their trees and ways, its duties."""
    say = SAY[words.lang]
    title = one.regime.book.title.get(words.lang) or one.regime.book.title.get("en", "")
    yield f"{one.name} · {title} · {words.outcome(one.span)}"
    told = teller(one.judged, one.regime)
    if not one.standing and not one.owed:
        yield f"  {say['silent']}"
    for bar in one.bars:
        yield from _bar(bar, told, world, words)
    if one.owed:
        yield f"  {say['owed']}:"
        for owed in one.owed:
            yield "    " + _owed(owed, words)
    yield ""


def _bar(bar: Bar, told: Teller, world: World, words: Words) -> Iterator[str]:
    say = SAY[words.lang]
    law = bar.prohibition
    if bar.lifted == TRUE:
        grounds = "; ".join(f"{gist(w.ground, words.lang)} ({w.ground.cite})" for w in bar.ways if w.holds == TRUE)
        yield f"  {law.path} {say['lifted']} {grounds}"
        return
    yield f"  {law.path} {say['bar'] if bar.truth == TRUE else say['bar?']}: {gist(law, words.lang)} ({law.cite})" + _flag(law, words)
    when = next(c for p, c in told.regime.prohibitions if p is law)
    yield from step_lines(told.tell(when), world, words, "    ")
    yield from _ways(bar.ways, told, world, words)


def _ways(ways: Sequence[Way], told: Teller, world: World, words: Words) -> Iterator[str]:
    say = SAY[words.lang]
    useful = [w for w in ways if w.holds != FALSE or (REACH[w.ground.kind] and w.available != FALSE)]
    yield f"    {say['ways']}:" if useful else f"    {say['noway']}"
    for way in useful:
        act = say[f"act{REACH[way.ground.kind]}"]
        state = "" if way.available != UNKNOWN else f", {say['open']}"
        yield f"      {way.ground.path}: {gist(way.ground, words.lang)} ({way.ground.cite}){' – ' + act if act else ''}{state}" + _flag(way.ground, words)
        if way.holds == UNKNOWN:
            yield from step_lines(told.tell(way.lowered.holds), world, words, "        ", depth=3)


def _owed(owed: Owed, words: Words) -> str:
    say = SAY[words.lang]
    due = ""
    if owed.due is not None:
        span = day(owed.due.lo) if owed.due.lo == owed.due.hi else f"{day(owed.due.lo)} – {day(owed.due.hi)}"
        due = " · " + (say["overdue"].format(span) if owed.state == "overdue" else say["due"].format(span))
    state = say["met"] if owed.state == "met" else say["to do"] if owed.met == FALSE and owed.owed == TRUE else say["open_duty"]
    return f"{owed.duty.path}: {gist(owed.duty, words.lang)} ({owed.duty.cite}) · {owed.duty.by} · {state}{due}" + _flag(owed.duty, words)


def _flag(law: Law, words: Words) -> str:
    return "" if law.read else f" [{SAY[words.lang]['unverified']}]"


def step_lines(step: Step, world: World, words: Words, indent: str, depth: int = 12) -> Iterator[str]:
    """A tree of reasons, indented; failed and open branches told down to their facts."""
    if depth == 0:
        return
    if step.law is not None:
        subject = f"{step.record[1]}: " if step.record[1] and step.record[0] != "movement" else ""
        yield (
            f"{indent}{words.mark(step.truth)} {subject}{words.text('not') + ' ' if step.word == 'not' else ''}{gist(step.law, words.lang)} ({step.law.cite})"
            + _flag(step.law, words)
        )
        for part in step.parts:
            inner = part.parts if part.law is None and part.word in ("all of", "any of") and len(part.parts) > 1 else (part,)
            for one in inner:
                yield from step_lines(one, world, words, indent + "  ", depth - 1)
        return
    if step.path is not None:
        yield indent + _leaf(step, world, words)
        return
    if step.note:
        yield f"{indent}{words.mark(step.truth)} {step.note}"
    elif step.word in ("row", "owner"):
        share = f" {words.value(step.value, words.vocabulary.kinds['party']['owners'].columns['share'])}" if step.value is not None else ""
        yield f"{indent}{words.mark(step.truth)} {words.text(step.word)}{' ' if step.word == 'owner' else ''}{step.record[1]}{share}"
    elif step.word and len(step.parts) != 1:
        yield f"{indent}{words.mark(step.truth)} {words.text(step.word)} {step.subject}".rstrip() + ":"
    elif len(step.parts) == 1 and step.value is None:
        yield from step_lines(step.parts[0], world, words, indent, depth)
        return
    for part in step.parts:
        yield from step_lines(part, world, words, indent + "  ", depth - 1)


def _leaf(step: Step, world: World, words: Words) -> str:
    assert step.path is not None
    fact = words.fact(step.path)
    if step.path.root == "law":
        name = step.path.fact.partition("/")[2]
        kind = SAY[words.lang]["reading" if name.startswith("reading.") else "presumed"]
        return f"{words.mark(step.truth)} {kind}: {name.removeprefix('reading.')}"
    who = f"{step.record[1]}: " if step.record[1] and step.record[0] != "movement" else ""
    source = world.records.get(step.record[0], {}).get(step.record[1])
    stated = source.sources.get(step.path.fact) if source else None
    behind = ""
    if stated is not None:
        behind = f" [{SAY[words.lang]['assumed'] if stated.kind == 'assumption' else SAY[words.lang]['judgement'].format(stated.by)}{': ' + stated.because if stated.because else ''}]"
    return f"{words.mark(step.truth)} {who}{words.label(step.path)}: {words.value(step.value, fact)}{behind}"


def question_line(question: Question, words: Words) -> str:
    """A missing fact as a question."""
    who = f"{question.record}: " if question.record else ""
    return f"{who}{words.label(question.path) if question.path is not None else question.fact}? [{question.fact}]"
