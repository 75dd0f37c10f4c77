"""`comity register`: the record of the transfers of a world, exactly those that are asked for. The edge where it is written."""

from __future__ import annotations

import argparse

from comity.cli.check import decided, read
from comity.cli.screen import out
from comity.cli.written import write
from comity.edge import packed, registered
from comity.edge.chosen import STATES, Chosen
from comity.edge.forms import FORMS
from comity.edge.home import mistake
from comity.filing.phrases import phrase
from comity.law.rulebook import OUTCOMES
from comity.text.source import nearest


def register(args: argparse.Namespace) -> int:
    """Writes the record, or a pack about each movement of it, in all its forms: 0, or 2 with every mistake and nothing written."""
    from comity.web.ground import shipped  # which place is drawn at which

    signs = dict(zip((*OUTCOMES, "undetermined"), STATES, strict=True))
    if args.outcome and args.outcome not in signs:
        raise mistake("--outcome", f"there is no outcome '{args.outcome}'", nearest(args.outcome, signs) or f"write one of {', '.join(signs)}")
    asked = read(args)
    every = decided(asked, args)
    chosen = Chosen(args.origin, args.destination, signs.get(args.outcome, ""), args.law, tuple(args.movement))
    chosen.checked(asked.world["movement"], [regime.book.regime for regime in asked.plan.regimes], "--")
    found = [one for one in every if chosen.holds(one, shipped().home)]
    if args.pack is None:
        told = registered.register(asked, found, len(every), chosen, args.lang)
        name, documents = "register", {form: registered.document(told, form, args.lang, asked) for form in registered.FORMS}
    else:
        made = packed.pack(args.pack, args.rulebooks or [])
        filled = packed.several(made, found, asked, filter(None, (args.ledger, args.docket)))
        name, documents = made.name, {form: packed.together(made, filled, len(every), chosen, form, args.lang, asked) for form in FORMS}
    write(args.out, name, documents)
    if args.json:
        out(documents["json"].decode())
    else:
        for form in documents:
            out(phrase(args.lang, "written").format(args.out / f"{name}.{form}"))
        out(phrase(args.lang, "movements").format(len(found), len(every)))
    return 0
