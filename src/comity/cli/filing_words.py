"""The words of the commands that write what goes to others. They load nothing that those need."""

from __future__ import annotations

import argparse
from pathlib import Path

from comity.words.catalogue import SOURCE, languages


def packs(command: argparse.ArgumentParser) -> None:
    """What `comity docket pack` is told."""
    command.add_argument("world", type=Path, help="a world file")
    command.add_argument("movement", help="the movement that it is about")
    command.add_argument("--pack", required=True, metavar="RULEBOOK/NAME", help="which documents, as a rulebook tells them")
    command.add_argument("--docket", metavar="LEDGER", help="read the world with the docket of this ledger, and tell its runs of the gate")
    command.add_argument("--matter", metavar="NAME", help="the matter in it that is filed in")
    command.add_argument("--says", type=Path, metavar="FILE", help="what only a person knows: a mapping of fields to texts, as YAML")
    command.add_argument("--lang", choices=(*languages(), "both"), default="both", help="language of the documents (both: every one; so unless told)")
    command.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="where the documents are written; none of them may be there yet")
    command.add_argument("--on", metavar="DATE", help="as on this day, the movement too (today unless told)")
    command.add_argument("--rulebooks", action="append", type=Path, metavar="FOLDER", help="load one more rulebook (may be repeated)")
    command.add_argument("--json", action="store_true", help="say all of it as JSON, and not what is blank")
    command.add_argument("--ledger", metavar="LEDGER", help="and the signed law that this ledger adopted, and the runs of the gate that it took down")
    command.set_defaults(regime=None, as_known=None)


def register(command: argparse.ArgumentParser) -> None:
    """What `comity register` is told, beside what is asked."""
    command.add_argument("--from", dest="origin", default="", metavar="PLACE", help="movements from this place only")
    command.add_argument("--to", dest="destination", default="", metavar="PLACE", help="to this place only")
    command.add_argument("--outcome", default="", metavar="OUTCOME", help="with this outcome only, or undetermined")
    command.add_argument("--law", default="", metavar="NAME", help="on which this regime has a say only")
    command.add_argument("--movement", action="append", default=[], metavar="NAME", help="this one only (may be repeated)")
    command.add_argument("--pack", metavar="RULEBOOK/NAME", help="write this pack about all of them, and not the register")
    command.add_argument("--lang", choices=languages(), default=SOURCE, help="language of the record")
    command.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="where the files are written; none of them may be there yet")
    command.add_argument("--json", action="store_true", help="say all of it as JSON, and not what was written")
