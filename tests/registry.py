"""A ledger whose parties have keys, and a matter in it, by the command line alone: as a new user has them, on the day it is."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil

PARTIES = {"exporter": "beijing-lab", "importer": "austin-jv", "authority": "commerce-beijing", "reviewer": "ministry", "court": "court-beijing"}
SCOPE = "{exporters: [beijing-lab], importers: [austin-jv], assets: [ranker]}"
TODAY = dt.datetime.now(dt.UTC).date().isoformat()
"""The day of UTC, no later than that of the procedure."""


class Registry:
    """What its users type. Everything lies in one folder, which the process is in."""

    def __init__(self, say, folder, *law, ledger="L"):
        self.say, self.folder, self.ledger = say, folder, ledger
        os.chdir(folder)
        begun = folder.parent / "begun"  # once a session: every test goes on from a copy
        if law or ledger != "L":
            self._begin(law)
        elif begun.exists():
            shutil.copytree(begun, folder, dirs_exist_ok=True)
        else:
            self._begin(law)
            shutil.copytree(folder, begun, ignore=shutil.ignore_patterns("*.yaml"))
        (folder / "form.pdf").write_bytes(b"form")
        (folder / "contract.pdf").write_bytes(b"contract")

    def _begin(self, law):
        assert self.say("ledger", "begin", self.ledger, *law).code == 0
        for role, party in PARTIES.items():
            office = () if role in ("exporter", "importer") else ("--office", f"*/*/{role}")
            assert self.say("key", "new", f"{party}.key", party, "--ledger", self.ledger, "--since", "2020-01-01", *office).code == 0

    def open(self, matter="m1", *more):
        parties = [word for role, party in PARTIES.items() for word in ("--party", f"{role}={party}")]
        said = ("--say", "application=@form.pdf", "--say", "technology=086501X", "--say", f"scope={SCOPE}")
        return self.say(
            "docket", "open", self.ledger, matter, "--procedure", "cn.technology-export/licence", *parties, *said, "--key", "beijing-lab.key", *more
        )

    def act(self, name, party, *said, matter="m1"):
        return self.say("docket", "act", self.ledger, matter, name, *(word for one in said for word in ("--say", one)), "--key", f"{party}.key")

    def letter(self):
        return self.act("issue-letter", "commerce-beijing", "number=1", f"issued_on={TODAY}")

    def contract(self):
        for party in ("austin-jv", "beijing-lab"):
            said = self.act("sign-contract", party, "contract=@contract.pdf", f"signed_on={TODAY}")
        return said

    def licence(self, *more):
        self.act("apply-licence", "beijing-lab", *(f"{name}=@form.pdf" for name in ("letter", "contract", "materials", "status")))
        return self.act("issue-licence", "commerce-beijing", "number=2", f"issued_on={TODAY}", *more)

    def size(self):
        return len(self.say("ledger", "show", self.ledger).out.splitlines())

    def entries(self):
        size = self.size()
        return [json.loads(self.say("ledger", "show", self.ledger, str(index)).out) for index in range(size)]
