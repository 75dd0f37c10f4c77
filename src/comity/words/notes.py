"""Sentences and what they rest on, as a tree: joined where they say the same. Every page is one, laid out as lines or as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from comity.words.words import Words

Kind: TypeAlias = Literal["item", "line", "hang", "label", "section", "alert", "title", "group", "code", "brief", "step", "gauge", "file", "asking", "open"]
"""`item`: one of several, with a dash · `line`: a sentence · `hang`: the same, its later lines set in · `label`: what the parts are ·
`section`: a heading · `alert`: not to be overlooked · `title`: the head of a page, with an outcome if it tells one ·
`group`: its parts, without words of its own · `code`: a condition as it was written · `brief`: a line that may be cut short ·
`step`: one of several that are numbered · `gauge`: how full something is, with its `meter` ·
`file`: the text of a file, line by line · `asking`: a section of questions · `open`: a section of laws that are told in brief."""


@dataclass
class Note:
    """One sentence, and what it rests on.

    `fact` names who, what and value where it is a fact; `law` the regime and the path of the provision that it tells; `state` the
    outcome (0 to 3) or `open`, where it says one; `deep` is how far down its parts are told where room is short, 0 for all the way;
    `meter` how full something surely and perhaps is, in hundredths.
    """

    text: str
    parts: list[Note] = field(default_factory=list)
    fact: tuple[str, str, str] | None = None
    kind: Kind = "item"
    law: tuple[str, str] | None = None
    state: int | str = ""
    deep: int = 0
    meter: tuple[int, int] | None = None


@dataclass
class Rests:
    """What the told reasons rest on besides stated facts."""

    stated: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    readings: dict[str, None] = field(default_factory=dict)
    unverified: dict[str, None] = field(default_factory=dict)


def merged(notes: Sequence[Note], words: Words) -> list[Note]:
    """Notes without repetition: the same sentence once, the fuller one; the facts of one record in one sentence."""
    kept: dict[str, Note] = {}
    facts: dict[str, Note] = {}
    alike: dict[str, str] = {}
    for note in notes:
        if note.fact is not None and not note.parts and note.fact[0] in facts:
            own = facts[note.fact[0]]
            if note.text.removeprefix(note.fact[0]).lstrip(":： ") not in own.text:
                own.text += words.text("semicolon") + note.text.removeprefix(note.fact[0]).lstrip(":： ")
                own.fact = None if own.fact and own.fact[1] != note.fact[1] else own.fact
            continue
        same = note.text.partition(" (")[0] + "".join(p.text for p in note.parts) if note.parts else note.text
        if note.text not in kept or len(kept[note.text].parts) < len(note.parts):
            kept = {k: n for k, n in kept.items() if not note.parts or k != alike.get(same)}
            kept[note.text] = note
            alike[same] = note.text
            if note.fact is not None and not note.parts:
                facts[note.fact[0]] = note
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
    return merged(found, words)
