"""A licence from the first talk to its suspension: what the law says on each day, what is signed, and what that changes.

    python examples/joint-venture/run.py [FOLDER]     # the ledger is written there, for `comity docket show` and `comity ledger verify`

The days are those of 2026; the keys are made up from the names, so that every run is the same. Keep real ones as `comity key new` makes them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import sys
import textwrap
from pathlib import Path

from comity import shelf
from comity.docket.clerk import Clerk, read
from comity.docket.matter import RefusedError
from comity.docket.paper import Papers
from comity.files.world_file import on_day, world_file
from comity.ledger.ledger import Ledger
from comity.ledger.note import Private, Signer
from comity.ledger.secret import keep
from comity.verdict.verdict import verdicts

HERE = Path(__file__).parent
RULEBOOK = shelf.RULEBOOKS / "cn.technology-export"
PARTIES = {
    "exporter": "beijing-lab",
    "importer": "austin-jv",
    "authority": "commerce-department-of-beijing",
    "reviewer": "ministry-of-commerce",
    "court": "court-of-beijing",
}
SCOPE = {"exporters": ["beijing-lab"], "importers": ["austin-jv"], "assets": ["ranker"]}
BUILT = Path("build/joint-venture")
MOVEMENTS = ("talks", "delivery", "delivery-to-a-partner")


class Days:
    """A clock that stands at noon of a day in Beijing until it is set."""

    def __init__(self, day: str) -> None:
        self.set(day)

    def __call__(self) -> dt.datetime:
        """The moment it stands at."""
        return self.at

    def set(self, day: str) -> None:
        """Sets it to a day."""
        self.at = dt.datetime.fromisoformat(f"{day}T12:00:00+08:00")


def made_up(name: str) -> bytes:
    """The seed of a key: of nobody's."""
    return hashlib.sha256(name.encode()).digest()


def document(name: str) -> dict[str, str]:
    """A file that stays with whoever has it: the log holds its name and what it hashes to."""
    return {"name": name, "sha256": hashlib.sha256(name.encode()).hexdigest()}


class Story:
    """A ledger with its docket, the keys of everybody, and what is printed of them."""

    def __init__(self, folder: Path) -> None:
        self.days, self.plan = Days("2026-01-05"), shelf.plan()
        signer = Signer("example.org/joint-venture", made_up("log"))
        keep(folder / "signer.key", f"{signer.secret}\n".encode())
        (folder / "log.vkey").write_text(f"{signer.key}\n", encoding="utf-8")
        self.ledger = Ledger.create(folder / "log.sqlite", signer=signer, now=self.days)
        self.clerk = Clerk(self.ledger, read(self.ledger.store, shelf.vocabulary()), shelf.almanacs(), self.days)
        self.keys = {party: Private(party, made_up(party)) for party in PARTIES.values()}
        for role, party in PARTIES.items():
            offices = [f"cn.technology-export/licence/{role}"] if shelf.procedures(RULEBOOK)["licence"].roles[role].office else []
            self.clerk.introduce(self.keys[party].key, "2026-01-01", until="2027-01-01", procedures=["cn.technology-export/*"], offices=offices)

    def act(self, day: str, name: str, role: str, **says: object) -> None:
        """What a party signs on a day, and where the matter stands then."""
        self.days.set(day)
        key = self.keys[PARTIES[role]]
        try:
            if name == "apply":
                entry = self.clerk.open("ranker-2026", shelf.procedures(RULEBOOK)["licence"], PARTIES, name, says, key)
            else:
                entry = self.clerk.act("ranker-2026", name, says, key)
        except RefusedError as fault:
            print(f"{day}  {PARTIES[role]} tries: {name}. Refused: {'; '.join(fault.reasons)}")
            return
        matter = self.clerk.docket.matters["ranker-2026"]
        waiting = [party for one in self.clerk.docket.file("ranker-2026").proposed.values() for party in PARTIES.values() if party not in one.by]
        stands = matter.procedure.stages[matter.stage].text.en
        print(f"{day}  {PARTIES[role]}: {name} (entry {entry}). It stands at: {stands}{'; not signed by the other side yet' if waiting else ''}")

    def due(self) -> None:
        """The clocks that run."""
        day = self.days().astimezone(dt.timezone(dt.timedelta(hours=8))).date().toordinal()
        matter = self.clerk.docket.matters["ranker-2026"].on(day, self.clerk.docket.calendars)
        for one in matter.clocks(self.clerk.docket.calendars):
            if one.awaited and one.met is None and one.clock.binds:
                last = dt.date.fromordinal(one.ends.lo)
                print(f"            due {last} ({one.clock.text.cite}): {one.clock.text.en}")

    def verdicts(self, day: str) -> None:
        """What every law says of each movement on a day."""
        given = {(p.facts["kind"], p.facts["under"]) for one in shelf.procedures(RULEBOOK).values() for p in one.papers.values()}
        number = dt.date.fromisoformat(day).toordinal()
        docket = self.clerk.docket
        papers = Papers(list(docket.matters.values()), given, number, docket.calendars, "log", shelf.vocabulary())
        world, _, _ = world_file(HERE / "world.yaml", self.plan, number, papers)
        on_day(world, number)
        found = {one.movement: str(one.outcome).replace("_", " ") for one in verdicts(world, self.plan, number)}
        print(textwrap.indent("\n".join(f"{day}  {name}: {found[name]}" for name in MOVEMENTS), "  "))


def main() -> int:
    """The story, printed."""
    if len(sys.argv) == 1:
        shutil.rmtree(BUILT, ignore_errors=True)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else BUILT
    if folder.exists():
        print(f"{folder}: there is something already", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, mode=0o700)
    story = Story(folder)

    print("Before anything is asked of anybody:")
    story.verdicts("2026-01-05")

    print("\nThe laboratory applies for a letter of intent.")
    story.act("2026-01-12", "apply", "exporter", application=document("application.pdf"), technology="056101X/21, now 086501X", scope=SCOPE)
    story.due()
    story.act("2026-01-19", "ask", "authority", missing="the list of control points")
    story.act("2026-01-26", "complete", "exporter", papers=document("control-points.pdf"))
    story.due()
    story.act("2026-02-05", "sign-contract", "exporter", contract=document("contract.pdf"), signed_on="2026-02-05")
    story.verdicts("2026-02-05")
    story.act("2026-03-09", "issue-letter", "authority", number="2026-17", issued_on="2026-03-09")
    story.verdicts("2026-03-09")

    print("\nBoth sides sign; the licence is applied for, and granted with conditions, for less than was asked.")
    story.act("2026-04-01", "sign-contract", "importer", contract=document("contract.pdf"), signed_on="2026-04-01")
    story.act("2026-04-02", "sign-contract", "exporter", contract=document("contract.pdf"), signed_on="2026-04-01")
    papers = {name: document(f"{name}.pdf") for name in ("letter", "contract", "materials", "status")}
    story.act("2026-04-03", "apply-licence", "exporter", **papers)
    story.due()
    wider = {**SCOPE, "importers": ["austin-jv", "dallas-partner"]}
    story.act("2026-04-20", "issue-licence", "authority", number="2026-L-3", issued_on="2026-04-20", scope=wider)
    report = {"name": "yearly-report", "text": "report the use of the technology", "by": "exporter", "every": 12, "unit": "months"}
    until = {**SCOPE, "until": "2028-04-20"}
    story.act("2026-04-20", "issue-licence", "authority", number="2026-L-3", issued_on="2026-04-20", scope=until, conditions=[report])
    story.verdicts("2026-04-20")

    print("\nThe licence is suspended, and the suspension lifted.")
    story.act("2026-06-15", "suspend", "authority", reasons="an inspection of the joint venture")
    story.due()
    story.verdicts("2026-06-15")
    story.act("2026-07-06", "resume", "authority")
    story.verdicts("2026-07-06")

    again = read(story.ledger.store, shelf.vocabulary())
    same = again.files == story.clerk.docket.files
    story.ledger.close()
    print(f"\nRead again from the log alone, {again.size} entries: {'the same' if same else 'ANOTHER'} docket. It lies in {folder}.")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
