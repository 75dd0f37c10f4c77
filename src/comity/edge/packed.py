"""A filing pack for a movement: found among the rulebooks, filled from what is asked about, and written as documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import rfc8785

from comity import shelf
from comity.docket.matter import Matter
from comity.docket.pack import Moved, Pack
from comity.docket.pack_data import data
from comity.docket.pack_entry import Filled
from comity.docket.pack_filled import Known, fill
from comity.docket.ran import Ran
from comity.docket.standing import as_of
from comity.edge.asked import Read
from comity.edge.chosen import Chosen
from comity.edge.forms import written
from comity.edge.home import mistake
from comity.edge.ran import ran
from comity.facts.calendar import Calendars
from comity.filing.filled import sheet, spoken
from comity.filing.phrases import phrase
from comity.filing.register import narrowed
from comity.text.source import Node, nearest
from comity.verdict.verdict import Verdict


def pack(asked: str, rulebooks: Sequence[Path]) -> Pack:
    """The pack called RULEBOOK/NAME, of the shipped rulebooks and those of more folders. Raises SourceError where there is none."""
    folders = {folder.name: folder for folder in (*shelf.shipped(), *(rulebooks))}
    book, _, short = asked.rpartition("/")
    if book not in folders:
        known = [f"{one}/{name}" for one, folder in folders.items() if (folder / "packs.yaml").is_file() for name in shelf.packs(folder)]
        raise mistake("--pack", f"there is no pack '{asked}'", nearest(asked, known) or f"write one of {', '.join(known)}")
    found = shelf.packs(folders[book])
    if short not in found:
        known = [f"{book}/{name}" for name in found]
        suggestion = nearest(short, found) or (f"write one of {', '.join(known)}" if known else "it has no packs.yaml")
        raise mistake("--pack", f"'{book}' has no pack '{short}'", suggestion)
    return found[short]


def matter(name: str, made: Pack, asked: Read) -> Matter | None:
    """The matter of this name, for a pack, as it was on the day that is asked about; none where none is named. Raises SourceError."""
    if not name:
        return None
    if asked.docket is None:
        raise mistake("--matter", "a matter is in a ledger", "name it: --docket LEDGER")
    found = asked.docket.matter(name)
    own = f"{found.procedure.rulebook}/{found.procedure.name}"
    if own != f"{made.rulebook}/{made.procedure}":
        raise mistake("--matter", f"the matter '{found.name}' is one of {own}", f"the pack is for {made.rulebook}/{made.procedure}" if made.procedure else "")
    then = as_of(found, asked.asked_on)
    if not then.made:
        raise mistake("--on", f"the matter was not open on that day: it was opened {date.fromordinal(found.made[0].day)}")
    return then.on(asked.asked_on, calendars(asked))


def calendars(asked: Read) -> Calendars:
    """The calendars by which clocks are read: those of the docket, if there is one."""
    return asked.filed.papers.calendars if asked.filed else asked.plan.calendars


def filled(made: Pack, verdict: Verdict, asked: Read, about: Matter | None, says: Mapping[str, Node], ledgers: Iterable[str]) -> Filled:
    """A pack, filled for a movement. `says`: what a person says of the fields that only a person knows; `ledgers`: addresses of those that took runs down.

    Raises SourceError where a ledger does not hold.
    """
    return _filled(made, verdict, asked, about, says, _ran(made, [verdict], ledgers))


def several(made: Pack, verdicts: Sequence[Verdict], asked: Read, ledgers: Iterable[str]) -> list[Filled]:
    """A pack, filled for each of these movements. Raises SourceError where a ledger does not hold."""
    runs = _ran(made, verdicts, ledgers)
    return [_filled(made, verdict, asked, None, {}, runs) for verdict in verdicts]


def document(found: Filled, form: str, lang: str, asked: Read) -> bytes:
    """It in one of its forms. Raises SourceError where a library is missing."""
    if form == "json":
        return rfc8785.dumps(data(found))
    return written(sheet(found.pack, [found], asked.asked_on, lang, asked.plan.vocabulary), form, asked.asked_on, spoken(lang)[-1])


def together(made: Pack, every: Sequence[Filled], of: int, chosen: Chosen, form: str, lang: str, asked: Read) -> bytes:
    """Several that were chosen so of so many, as one document in one of its forms. Raises SourceError where a library is missing."""
    if form == "json":
        told: dict[str, Any] = {"pack": f"{made.rulebook}/{made.name}", "chosen": chosen.told, "shown": len(every), "of": of}
        return rfc8785.dumps({**told, "packs": [data(one) for one in every]})
    which = f"{narrowed(chosen.told, lang)} ({phrase(lang, 'movements').format(len(every), of)})"
    return written(sheet(made, every, asked.asked_on, lang, asked.plan.vocabulary, which), form, asked.asked_on, lang)


def _ran(made: Pack, verdicts: Sequence[Verdict], ledgers: Iterable[str]) -> list[dict[str, Ran]]:
    """What the ledgers say of these movements; of no ledger where the pack asks for nothing of that."""
    moving = any(isinstance(whence, Moved) for one in made.fields() for whence in one.whence)
    return [ran(where, [one.movement for one in verdicts]) for where in dict.fromkeys(ledgers)] if moving else []


def _filled(made: Pack, verdict: Verdict, asked: Read, about: Matter | None, says: Mapping[str, Node], ran: Sequence[Mapping[str, Ran]]) -> Filled:
    log, runs = asked.filed.log if asked.filed else "", [one[verdict.movement] for one in ran]
    return fill(made, Known(verdict, asked.world, asked.node, about, log, runs, calendars(asked), says, _made_from(asked, about, runs)))


def _made_from(asked: Read, matter: Matter | None, runs: Sequence[Ran]) -> Mapping[str, object]:
    rulebooks = {regime.book.regime: regime.book.digest for regime in asked.plan.regimes}
    told: dict[str, object] = {"world": asked.world.name, "world_digest": asked.digest, "rulebooks": rulebooks}
    if asked.filed is not None:
        told |= {"log": asked.filed.log, "log_size": asked.filed.size}
        told |= {"matter": matter.name, "procedure_digest": matter.procedure.digest} if matter else {}
    return told | ({"runs": {one.log: one.size for one in runs}} if runs else {})
