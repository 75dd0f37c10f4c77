"""`comity docket pack`: the documents that an authority asks for, filled from facts, with what is blank named. The edge where they are written."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import rfc8785

from comity import shelf
from comity.cli.check import decided, read
from comity.cli.pack_phrases import phrase
from comity.cli.pack_sheet import LANGS, blanks, sheet
from comity.cli.screen import columns, out
from comity.docket.matter import Matter
from comity.docket.pack import Pack
from comity.docket.pack_data import data
from comity.docket.pack_entry import Filled
from comity.docket.pack_filled import Known, fill
from comity.docket.standing import as_of
from comity.edge.asked import Read, no_movement
from comity.edge.filed import Docketed
from comity.edge.home import mistake
from comity.facts.calendar import Calendars
from comity.text.source import Mistake, Mistakes, Node, Place, SourceError, nearest, read_documents
from comity.words.lines import wrap


def pack(args: argparse.Namespace) -> int:
    """Writes a pack in three forms: 0 if nothing is blank, 1 if something is, 2 with every mistake and nothing written."""
    write = _writers(args.out)
    made = _pack(args)
    asked = read(args)
    docket, asked_on = asked.filed, asked.asked_on
    log, calendars = (docket.log, docket.papers.calendars) if docket else ("", asked.plan.calendars)
    matter = _matter(args, made, asked.docket, asked_on, calendars)
    if args.movement not in asked.world["movement"]:
        raise no_movement(asked.world, args.movement)
    verdict = next(one for one in decided(asked, args) if one.movement == args.movement)
    filled = fill(made, Known(verdict, asked.world, asked.node, matter, log, calendars, _says(args, made), _made_from(asked, matter)))
    told, day = data(filled), date.fromordinal(asked_on)
    page = sheet(filled, args.lang, asked.plan.vocabulary)
    documents = {"docx": write[0](page, day), "pdf": write[1](page, day, LANGS[args.lang][-1]), "json": rfc8785.dumps(told)}
    _write(args.out, made.name, documents)
    if args.json:
        out(rfc8785.dumps(told).decode())
    else:
        _say(args, filled, asked)
    return 1 if filled.blanks else 0


def _say(args: argparse.Namespace, filled: Filled, asked: Read) -> None:
    lang, wide = LANGS[args.lang][0], columns()
    for ending in ("docx", "pdf", "json"):
        out(phrase(lang, "written").format(args.out / f"{filled.pack.name}.{ending}"))
    told = blanks(filled, lang, asked.plan.vocabulary)
    out(phrase(lang, "count").format(len(told), len(filled.answers)) if told else phrase(lang, "complete"))
    for line in told:
        for piece in wrap(line, wide, "  ", "      "):
            out(piece)


def _writers(folder: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- libraries that may not be here
    try:
        from comity.cli.pack_docx import docx
        from comity.cli.pack_pdf import pdf
    except ImportError as fault:
        raise mistake(str(folder), f"documents need a library that is not installed: {fault.name}", "pip install 'comity[packs]'") from fault
    return docx, pdf


def _pack(args: argparse.Namespace) -> Pack:
    """The pack called RULEBOOK/NAME, of the shipped rulebooks and those of more folders."""
    folders = {folder.name: folder for folder in (*shelf.shipped(), *(args.rulebooks or []))}
    book, _, short = args.pack.rpartition("/")
    if book not in folders:
        known = [f"{one}/{name}" for one, folder in folders.items() if (folder / "packs.yaml").is_file() for name in shelf.packs(folder)]
        raise mistake("--pack", f"there is no pack '{args.pack}'", nearest(args.pack, known) or f"write one of {', '.join(known)}")
    found = shelf.packs(folders[book])
    if short not in found:
        known = [f"{book}/{name}" for name in found]
        suggestion = nearest(short, found) or (f"write one of {', '.join(known)}" if known else "it has no packs.yaml")
        raise mistake("--pack", f"'{book}' has no pack '{short}'", suggestion)
    return found[short]


def _matter(args: argparse.Namespace, made: Pack, docket: Docketed | None, asked_on: int, calendars: Calendars) -> Matter | None:
    """The matter that is asked about, as it was on a day."""
    if not args.matter:
        return None
    if docket is None:
        raise mistake("--matter", "a matter is in a ledger", "name it: --docket LEDGER")
    matter = docket.matter(args.matter)
    own = f"{matter.procedure.rulebook}/{matter.procedure.name}"
    if own != f"{made.rulebook}/{made.procedure}":
        raise mistake("--matter", f"the matter '{matter.name}' is one of {own}", f"the pack is for {made.rulebook}/{made.procedure}" if made.procedure else "")
    then = as_of(matter, asked_on)
    if not then.made:
        raise mistake("--on", f"the matter was not open on that day: it was opened {date.fromordinal(matter.made[0].day)}")
    return then.on(asked_on, calendars)


def _made_from(asked: Read, matter: Matter | None) -> Mapping[str, object]:
    rulebooks = {regime.book.regime: regime.book.digest for regime in asked.plan.regimes}
    told: dict[str, object] = {"world": asked.world.name, "world_digest": asked.digest, "rulebooks": rulebooks}
    if asked.filed is not None:
        told |= {"log": asked.filed.log, "log_size": asked.filed.size}
        told |= {"matter": matter.name, "procedure_digest": matter.procedure.digest} if matter else {}
    return told


def _says(args: argparse.Namespace, made: Pack) -> dict[str, Node]:
    """What a person says of the fields that only a person knows. Raises SourceError with every mistake in it."""
    if not args.says:
        return {}
    mistakes, start = Mistakes(), Place(str(args.says), 1, 1)
    try:
        text = args.says.read_bytes()
    except OSError as fault:
        raise SourceError([Mistake(start, f"cannot be read: {(fault.strerror or 'no such file').lower()}")]) from fault
    found: dict[str, Node] = {}
    asked = {field.name: field for field in made.fields()}
    for document in read_documents(str(args.says), text, mistakes):
        if document.pairs is None:
            mistakes.add(document.place, f"what is said is a mapping of fields to texts, not a {document.shape}")
        for name, node in (document.pairs or {}).items():
            if name not in asked:
                mistakes.add(document.keys[name], f"the pack has no field '{name}'", nearest(name, asked))
            elif asked[name].whence:
                mistakes.add(document.keys[name], f"'{name}' comes from facts, and is not for anybody to say here", "state them in the world or in the matter")
            elif node.text is None or not node.text.strip():
                mistakes.add(node.place, f"'{name}' is a text, and not an empty one")
            else:
                found[name] = node
    mistakes.settle()
    return found


def _write(folder: Path, name: str, documents: Mapping[str, bytes]) -> None:
    """All of them, or none; nothing that is there already is touched."""
    targets = {folder / f"{name}.{ending}": content for ending, content in documents.items()}
    if there := [target for target in targets if os.path.lexists(target)]:
        raise SourceError([Mistake(Place(str(target), 1, 1), "there is something already", "name another folder: --out FOLDER") for target in there])
    written: list[Path] = []
    drafts = [target.with_name(f".{target.name}.{os.getpid()}") for target in targets]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for draft, content in zip(drafts, targets.values(), strict=True):
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for draft, target in zip(drafts, targets, strict=True):
            os.link(draft, target)  # which fails where another was quicker
            written.append(target)
    except OSError as fault:
        for target in written:
            target.unlink(missing_ok=True)
        raise mistake(str(folder), f"cannot be written: {(fault.strerror or 'no reason told').lower()}") from fault
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
