"""`comity docket pack`: the documents that an authority asks for, filled from facts, with what is blank named. The edge where they are written."""

from __future__ import annotations

import argparse

from comity.cli.check import decided, read
from comity.cli.screen import columns, out
from comity.cli.written import write
from comity.docket.pack import Pack
from comity.docket.pack_entry import Filled
from comity.edge import packed
from comity.edge.asked import Read, no_movement
from comity.edge.forms import FORMS
from comity.filing.filled import blanks, spoken
from comity.filing.phrases import phrase
from comity.text.source import Mistake, Mistakes, Node, Place, SourceError, nearest, read_documents
from comity.words.lines import wrap


def pack(args: argparse.Namespace) -> int:
    """Writes a pack in all its forms: 0 if nothing is blank, 1 if something is, 2 with every mistake and nothing written."""
    made = packed.pack(args.pack, args.rulebooks or [])
    asked = read(args)
    matter = packed.matter(args.matter or "", made, asked)
    if args.movement not in asked.world["movement"]:
        raise no_movement(asked.world, args.movement)
    verdict = next(one for one in decided(asked, args) if one.movement == args.movement)
    filled = packed.filled(made, verdict, asked, matter, _says(args, made), filter(None, (args.ledger, args.docket)))
    documents = {form: packed.document(filled, form, args.lang, asked) for form in FORMS}
    write(args.out, made.name, documents)
    if args.json:
        out(documents["json"].decode())
    else:
        _say(args, filled, asked)
    return 1 if filled.blanks else 0


def _say(args: argparse.Namespace, filled: Filled, asked: Read) -> None:
    lang, wide = spoken(args.lang)[0], columns()
    for ending in FORMS:
        out(phrase(lang, "written").format(args.out / f"{filled.pack.name}.{ending}"))
    told = blanks(filled, lang, asked.plan.vocabulary)
    out(phrase(lang, "count").format(len(told), len(filled.answers)) if told else phrase(lang, "complete"))
    for line in told:
        for piece in wrap(line, wide, "  ", "      "):
            out(piece)


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
