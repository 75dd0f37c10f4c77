"""A matter as a page: what everybody sees, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from comity.docket.clock import Running
from comity.docket.due import conditions
from comity.docket.phrases import Phrases
from comity.docket.procedure import Act, Kind, Need
from comity.docket.standing import Standing
from comity.facts.value import MAX
from comity.words.notes import Note
from comity.words.words import day


def page(standing: Standing, phrases: Phrases) -> list[Note]:
    """The whole page, part by part."""
    return list(Page(standing, phrases).notes())


def where(standing: Standing, phrases: Phrases) -> str:
    """Where a matter stands."""
    here = standing.matter.procedure.stages.get(standing.matter.stage)
    return phrases.said(here.text, here.name) if here else phrases.text("proposed")


class Page:
    """Writes the page of one matter."""

    def __init__(self, standing: Standing, phrases: Phrases) -> None:
        self.standing, self.matter, self.phrases = standing, standing.matter, phrases
        self.procedure = standing.matter.procedure

    def notes(self) -> Iterator[Note]:
        """The whole page."""
        text, procedure, matter = self.phrases.text, self.procedure, self.matter
        edition = Note(text("edition", procedure.name, procedure.rulebook, procedure.digest[:12]), kind="hang")
        yield Note(f"{matter.name}{text('colon')}{self.phrases.said(procedure.text, procedure.name)}", [edition], kind="title")
        if where := list(self._where()):
            yield Note("", where, kind="group")
        parts: list[tuple[str, Iterable[Note]]] = [
            ("parties", (_line(f"{self._role(role)}{text('colon')}{matter.parties.get(role) or text('nobody')}") for role in procedure.roles)),
            ("made", map(_line, self._made())),
            ("proposed", map(_line, self._proposed())),
            ("clocks", (_line(self._clock(one)) for one in self.standing.clocks)),
            ("next", (self._act(*told) for told in self.standing.acts())),
            ("remedies", map(_line, self._remedies())),
            ("papers", map(_line, self._papers())),
            ("conditions", map(_line, self._conditions())),
            ("idle", (_line(f"{text('entry', one.entry)}{text('colon')}{one.why}") for one in self.standing.idle)),
        ]
        for title, told in parts:
            if found := list(told):
                yield Note(text(title), found, kind="section")

    def _where(self) -> Iterator[Note]:
        text, stage = self.phrases.text, self.procedure.stages.get(self.matter.stage)
        if stage is None:
            return
        since = text("since", day(self.standing.since or 0))
        yield _line(f"{text('stands')}{text('colon')}{self.phrases.called(stage.text, stage.name)}{text('clause')}{since}")
        turn = [self._who(role) for role in stage.turn]
        told = text("and").join(turn) if turn else text("over" if stage.over else "no turn")
        yield _line(f"{text('turn')}{text('colon')}{told}")
        if self.matter.unsettled:
            clock = self.procedure.clocks[self.matter.unsettled]
            yield Note(text("unsettled", self.phrases.said(clock.text, clock.name)), kind="alert")

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

    def _act(self, act: Act, by: Sequence[str], against: Sequence[str]) -> Note:
        text = self.phrases.text
        who = text("and").join(party or text("nobody") for party in by)
        said = _line(f"{self.phrases.called(act.text, act.name)}{text('colon')}{who} [{act.text.cite}]")
        for title, optional in (("needs", False), ("may", True)):
            told = [self._need(need) for need in act.needs if need.optional is optional]
            if told:
                said.parts.append(_line(f"{text(title)}{text('colon')}{text('semicolon').join(told)}"))
        said.parts += [_line(text("not now", why)) for why in against]
        return said

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


def _line(text: str) -> Note:
    return Note(text, kind="hang")


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
