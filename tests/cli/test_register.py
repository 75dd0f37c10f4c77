"""`comity register`: the record in four forms, the same bytes as in a browser; exactly what is asked for; all of it or nothing."""

import csv
import io
import json
from dataclasses import fields
from pathlib import Path

import pytest

pytest.importorskip("typst")

import pypdf
from leaves import leaves
from starlette.testclient import TestClient

from comity.edge.registered import FORMS
from comity.filing.register import Entry
from comity.web.app import application
from comity.web.site import Site

DEMO = Path(__file__).parents[2] / "examples/platform/world.yaml"


@pytest.fixture(scope="module")
def site():
    return TestClient(application(Site(DEMO)))


def test_every_form_says_the_same_as_a_browser_is_given_and_by_what_it_was_chosen(say, site, tmp_path):
    one = "advertising-profiles-sold-to-shanghai"
    asked = ("--from", "US", "--outcome", "prohibited", "--law", "us.dsp", "--movement", one, "--on", "2026-11-20")
    said = say("register", DEMO, *asked, "--out", tmp_path)
    assert (said.code, said.err) == (0, "")
    for form in FORMS:
        address = f"/register.{form}?from=US&outcome=0&law=us.dsp&movement={one}&on=2026-11-20&lang=en"
        assert (tmp_path / f"register.{form}").read_bytes() == site.get(address).content
    told = json.loads((tmp_path / "register.json").read_bytes())
    rows = list(csv.reader(io.StringIO((tmp_path / "register.csv").read_text(encoding="utf-8-sig"), newline="")))
    first, beside = leaves((tmp_path / "register.xlsx").read_bytes())
    pages = ["".join(page.extract_text().split()) for page in pypdf.PdfReader(tmp_path / "register.pdf").pages]
    assert first == rows
    assert [[one[field.name] for field in fields(Entry)] for one in told["entries"]] == rows[1:] != []
    assert told["chosen"] == {"from": "US", "outcome": "0", "law": "us.dsp", "movement": one}
    assert (told["shown"], told["of"], told["on"]) == (1, 35, "2026-11-20")
    narrowed = f"from: United States; outcome: prohibited; law with a say: us.dsp; movement: {one}"
    for text in (*rows[1], narrowed, told["facts"], *(one["digest"] for one in told["law"].values()), "1 of 35 movements"):
        assert "".join(text.split()) in "".join(pages)
    for line in (narrowed, told["facts"], told["law"]["us.dsp"]["digest"], "As on: 2026-11-20"):
        assert any(line in cell for (cell,) in beside)


def test_a_pack_about_each_of_them_is_what_a_browser_is_given(say, site, tmp_path):
    pack = "us.dsp/transaction-record"
    said = say("register", DEMO, "--from", "US", "--to", "CN", "--outcome", "conditional", "--on", "2026-11-20", "--pack", pack, "--out", tmp_path)
    assert (said.code, said.err) == (0, "")
    listed = site.get("/register?from=US&to=CN&outcome=2&on=2026-11-20&lang=en", headers={"accept": "application/json"}).json()
    shown = [one["movement"] for one in listed["entries"]]
    assert len(shown) > 1
    (files,) = [files for title, files in listed["packs"] if title.startswith("Record of a transaction")]
    for form, address in files.items():
        assert (tmp_path / f"transaction-record.{form}").read_bytes() == site.get(address).content
    told = json.loads((tmp_path / "transaction-record.json").read_bytes())
    assert [one["movement"] for one in told["packs"]] == shown
    assert (told["shown"], told["of"], told["chosen"]) == (len(shown), 35, {"from": "US", "to": "CN", "outcome": "2"})
    rows = leaves((tmp_path / "transaction-record.xlsx").read_bytes())[0]
    fields = [field["field"] for section in told["packs"][0]["sections"] for field in section["fields"]]
    assert [(row[1], row[2]) for row in rows[1:]] == [(movement, field) for movement in shown for field in fields]
    pages = "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(tmp_path / "transaction-record.pdf").pages)
    for movement in shown:
        assert f"{movement}Whokeepstherecord" in pages


def test_what_is_chosen_wrongly_is_said_at_once(say, tmp_path):
    said = say("register", DEMO, "--law", "us.dps", "--movement", "advertising", "--movement", "nobody", "--out", tmp_path / "out")
    assert (said.code, (tmp_path / "out").exists()) == (2, False)
    assert said.err.splitlines() == [
        "--law:1:1: there is no 'us.dps' here (did you mean 'us.dsp'?)",
        "--movement:1:1: there is no 'advertising' here",
        "--movement:1:1: there is no 'nobody' here",
    ]
    said = say("register", DEMO, "--outcome", "prohibitd", "--out", tmp_path / "out")
    assert (said.code, said.err) == (2, "--outcome:1:1: there is no outcome 'prohibitd' (did you mean 'prohibited'?)\n")


def test_what_is_there_is_not_touched(say, tmp_path):
    (tmp_path / "register.pdf").write_text("mine")
    said = say("register", DEMO, "--movement", "advertising-profiles-sold-to-shanghai", "--out", tmp_path)
    assert (said.code, [one.name for one in tmp_path.iterdir()]) == (2, ["register.pdf"])
