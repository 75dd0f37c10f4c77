"""A matter as a page, and matters as lines: what everybody sees, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from comity.cli.docket_words import Phrases
from comity.cli.screen import columns, paint
from comity.docket.clock import Running
from comity.docket.due import conditions
from comity.docket.procedure import Act, Kind, Need
from comity.docket.standing import Standing
from comity.facts.value import MAX
from comity.words.lines import cut, pad, width, wrap
from comity.words.words import day


def lines(standing: Standing, phrases: Phrases) -> Iterator[str]:
    """The whole page."""
    yield from Page(standing, phrases).lines()


def listing_lines(found: Sequence[Standing], phrases: Phrases) -> Iterator[str]:
    """Each matter with the day since which it stands where it does, for whom it waits, and where that is."""
    if not found:
        yield phrases.text("no matters")
        return
    said = [phrases.text("comma").join(one.awaited) or "-" for one in found]
    names, waits = max(width(one.matter.name) for one in found), max(map(width, said))
    for one, awaited in zip(found, said, strict=True):
        stage = one.matter.procedure.stages.get(one.matter.stage)
        there = phrases.said(stage.text, stage.name) if stage else phrases.text("proposed")
        since = "-" if one.since is None else day(one.since)
        yield cut(f"{pad(one.matter.name, names)}  {pad(since, 10)}  {pad(awaited, waits)}  {there}", columns())


class Page:
    """Writes the page of one matter."""

    def __init__(self, standing: Standing, phrases: Phrases) -> None:
        self.standing, self.matter, self.phrases = standing, standing.matter, phrases
        self.procedure = standing.matter.procedure

    def lines(self) -> Iterator[str]:
        """The whole page."""
        text, procedure, matter = self.phrases.text, self.procedure, self.matter
        yield paint(f"{matter.name}{text('colon')}{self.phrases.said(procedure.text, procedure.name)}", "bold")
        yield from self._say(text("edition", procedure.name, procedure.rulebook, procedure.digest[:12]), "")
        yield ""
        yield from self._where()
        yield from self._part("parties", (f"{self._role(role)}{text('colon')}{matter.parties.get(role) or text('nobody')}" for role in procedure.roles))
        yield from self._part("made", self._made())
        yield from self._part("proposed", self._proposed())
        yield from self._part("clocks", map(self._clock, self.standing.clocks))
        yield from self._part("next", (line for told in self.standing.acts() for line in self._act(*told)))
        yield from self._part("remedies", self._remedies())
        yield from self._part("papers", self._papers())
        yield from self._part("conditions", self._conditions())
        yield from self._part("idle", (f"{text('entry', one.entry)}{text('colon')}{one.why}" for one in self.standing.idle))

    def _where(self) -> Iterator[str]:
        text, stage = self.phrases.text, self.procedure.stages.get(self.matter.stage)
        if stage is None:
            return
        since = text("since", day(self.standing.since or 0))
        yield from self._say(f"{text('stands')}{text('colon')}{self.phrases.called(stage.text, stage.name)}{text('clause')}{since}", "")
        turn = [self._who(role) for role in stage.turn]
        told = text("and").join(turn) if turn else text("over" if stage.over else "no turn")
        yield from self._say(f"{text('turn')}{text('colon')}{told}", "")
        if self.matter.unsettled:
            clock = self.procedure.clocks[self.matter.unsettled]
            yield from self._say(text("unsettled", self.phrases.said(clock.text, clock.name)), "! ")

    def _part(self, title: str, told: Iterable[str]) -> Iterator[str]:
        found = list(told)
        if found:
            yield ""
            yield paint(self.phrases.text(title), "bold")
        for line in found:
            inner = len(line) - len(line.lstrip())
            yield from self._say(line.lstrip(), "  " + " " * inner)

    def _made(self) -> Iterator[str]:
        text, by_clock = self.phrases.text, {step.cause: step for step in self.matter.path if step.cause in self.procedure.clocks}
        told = [(one.day, one.entry, self._one_made(one)) for one in self.matter.made]
        for step in by_clock.values():
            clock, stage = self.procedure.clocks[step.cause], self.procedure.stages[step.stage]
            said = f"{day(step.day)}  {self.phrases.said(stage.text)}{text('clause')}{text('by end', self.phrases.said(clock.text, clock.name))}"
            told.append((step.day, 2**60, said))
        return (said for _, _, said in sorted(told))

    def _one_made(self, one: Any) -> str:  # noqa: ANN401
        text, act = self.phrases.text, self.procedure.acts[one.act]
        said = self._says(one.says)
        done = text("clause").join((text("comma").join(one.by), text("entry", one.entry)))
        head = f"{day(one.day)}  {self.phrases.called(act.text, act.name)}{text('colon')}{done}"
        return f"{head}{text('semicolon')}{said}" if said else head

    def _says(self, says: Any) -> str:  # noqa: ANN401
        """What an act says, in brief: documents by name, scopes and conditions by their limits and names."""
        return self.phrases.text("semicolon").join(f"{name}{self.phrases.text('colon')}{_brief(value)}" for name, value in says.items())

    def _proposed(self) -> Iterator[str]:
        text = self.phrases.text
        for one in self.standing.proposed:
            act = self.procedure.acts[one.told["act"]]
            missing = text("missing", text("and").join(self.standing.missing(one)))
            signed = text("signed", text("and").join(one.by))
            yield f"{text('entry', one.entry)}{text('colon')}{text('clause').join((self.phrases.called(act.text, act.name), signed, missing))}"

    def _clock(self, one: Running) -> str:
        text, clock, standing = self.phrases.text, one.clock, self.standing
        told = [text("started", self._day(one.start))]
        if clock.length > 0:
            told.append(self._counted(one))
        if one.grown:
            told.append(text("grown", one.grown))
        if clock.unit == "workdays" and standing.calendar is not None and clock.length > 0:
            rest, worked = standing.passed_over(one)
            told += [text("rest", rest)] if rest else []
            told += [text("worked", worked)] if worked else []
        for pause in one.pauses:
            told.append(text("paused since", day(pause.since)) if pause.until is None else text("paused", day(pause.since), day(pause.until)))
        if clock.kind is Kind.WINDOW and one.opens is not None:
            told.append(text("opens", self._day(one.opens)))
        told.append(text("ends open") if one.paused else text("ends", self._day(one.ends)))
        told += [text("over clock")] if one.over(standing.day) else []
        told += [text("binds", self._party(clock.binds))] if clock.binds else []
        told.append(self._silence(one))
        return f"{self.phrases.called(clock.text, clock.name)}{text('colon')}{text('semicolon').join(filter(None, told))}"

    def _counted(self, one: Running) -> str:
        text, counted, clock = self.phrases.text, self.standing.counted(one), one.clock
        if clock.unit not in ("days", "workdays"):
            return ""
        many = str(counted.lo) if counted.lo == counted.hi else f"{counted.lo}..{counted.hi}"
        return text("counted", many, clock.length + one.grown, text(clock.unit))

    def _silence(self, one: Running) -> str:
        """What the end of a clock brings about."""
        text, clock = self.phrases.text, one.clock
        if clock.then:
            return text("silence to", self.phrases.said(self.procedure.stages[clock.then].text, clock.then))
        if clock.kind is Kind.DEADLINE:
            return text("silence barred" if clock.barred else "silence none")
        return ""

    def _act(self, act: Act, by: Sequence[str], against: Sequence[str]) -> Iterator[str]:
        text = self.phrases.text
        who = text("and").join(party or text("nobody") for party in by)
        yield f"{self.phrases.called(act.text, act.name)}{text('colon')}{who} [{act.text.cite}]"
        for title, optional in (("needs", False), ("may", True)):
            told = [self._need(need) for need in act.needs if need.optional is optional]
            if told:
                yield f"    {text(title)}{text('colon')}{text('semicolon').join(told)}"
        for why in against:
            yield f"    {text('not now', why)}"

    def _need(self, need: Need) -> str:
        text = self.phrases.text
        said = f"{text(need.sort.value)}{text('colon')}{self.phrases.said(need.text, need.name)}"
        return self.phrases.within(need.name, f"{said}{text('colon')}{text('comma').join(need.names)}" if need.names else said)

    def _remedies(self) -> Iterator[str]:
        text, stage = self.phrases.text, self.procedure.stages.get(self.matter.stage)
        for act, last in self.standing.remedies():
            until = text("no last day") if last is None else text("last day", self._day(last))
            yield f"{self.phrases.called(act.text, act.name)}{text('clause')}{until} [{act.text.cite}]"
        if stage is not None and stage.no_remedy is not None:
            yield f"{self.phrases.said(stage.no_remedy)} [{stage.no_remedy.cite}]"

    def _papers(self) -> Iterator[str]:
        for name, told in self.standing.papers().items():
            shown = {**told, "result": [one for one in told["result"] if "from" in one]}
            yield f"{name}{self.phrases.text('colon')}{self._says(shown)}"

    def _conditions(self) -> Iterator[str]:
        text = self.phrases.text
        for one in conditions(self.matter, self.standing.calendars):
            told = [one.text, self._party(one.by), *([text("every", one.every)] if one.every else [])]
            told += [text("met", text("comma").join(map(day, one.met)))] if one.met else []
            told += [text("open", self._day(one.next))] if one.next is not None else []
            yield f"{one.name}{text('colon')}{text('semicolon').join(told)}"

    def _role(self, role: str) -> str:
        return self.phrases.within(self.phrases.said(self.procedure.roles[role].text), role)

    def _who(self, role: str) -> str:
        return self.phrases.within(self._party(role), self.phrases.said(self.procedure.roles[role].text, role))

    def _party(self, role: str) -> str:
        return self.matter.parties.get(role, role)

    def _day(self, span: Any) -> str:  # noqa: ANN401
        calendar = self.standing.calendar
        return self.phrases.days(span, calendar.horizon if calendar is not None and calendar.horizon < MAX else None)

    def _say(self, sentence: str, lead: str) -> Iterator[str]:
        yield from wrap(sentence, columns(), lead, " " * (len(lead) + 2))


def _brief(value: Any) -> str:  # noqa: ANN401 -- text, whole numbers, lists and mappings
    match value:
        case {"name": str(name), "sha256": str(digest)}:
            return f"{name} (SHA-256 {digest[:12]}…)"
        case {"name": str(name), "text": str()}:
            return name
        case {"from": str(since), "is": str(what)}:
            return f"{what} ({since}..)"
        case dict():
            return "{" + ", ".join(f"{name}: {_brief(one)}" for name, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_brief, value)) + "]"
        case _:
            return str(value)
