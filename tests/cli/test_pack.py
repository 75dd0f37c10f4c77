"""`comity docket pack`: every form of one pack, each read again by another; what is blank; what is wrong; nothing written by halves."""

import csv
import datetime as dt
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("typst")
pytest.importorskip("docx")

import docx
import pypdf
import rfc8785
from docket_office import Office
from leaves import leaves
from packed import DEMO, shipped

from comity import filing, shelf
from comity.cli import written as command
from comity.edge import packed
from comity.edge.forms import FORMS
from comity.filing.filled import sheet
from comity.filing.sheet import shown
from comity.ledger.ledger import Ledger
from comity.ledger.note import Signer
from comity.text.source import Mistakes, read_documents

PACK = "cn.technology-export/letter-of-intent"
ASKING = ["--pack", PACK, "--on", "2026-03-01"]
HOSTILE = {
    "turned": "\u202egnp.exe\u202c",
    "control": "a\x07b\x1bc",
    "markup": "<w:t>&amp;</w:t> ]]> #eval(1) *b* $x$ \\u{41} {{7*7}} =cmd|'/c calc'!A1",
    "from right to left": "שלום עולם",
    "without glyphs": "ไทย 😀",
    "lines": "one\ntwo\r\nthree\ttab",
    "noncharacter": "\ufffe\uffff",
    "long": "w" * 9_000,
    "chinese": "北京实验室有限公司（“本公司”）",
}


@pytest.fixture
def demo(tmp_path):
    file = tmp_path / "w.yaml"
    file.write_text(DEMO, encoding="utf-8")
    return file


@pytest.fixture
def ledger(tmp_path):
    folder = tmp_path / "ledger"
    folder.mkdir()
    office = Office(folder)
    office.licensed()
    office.ledger.close()
    return folder


def read_docx(raw):
    """Every text of a document, tables too, as another library finds it."""
    made = docx.Document(io.BytesIO(raw))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return [one.text for one in made.paragraphs] + cells


def read_pdf(raw):
    """The text of a PDF without its gaps: where a line ends is the layout's business."""
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(raw)).pages).split())


def stands(line, page):
    """A line; or one that goes on overleaf, each part of it; or of one with columns beside it each word but that in which it does."""
    words, whole = re.findall(r"[a-zA-Z0-9]+|[一-鿿]{1,4}", line), "".join(line.split())
    overleaf = len(whole) > 8 and any(whole[:at] in page and whole[at:] in page for at in range(1, len(whole)))
    return whole in page or overleaf or (len(words) > 8 and sum(word not in page for word in words) < 2)


def written(folder, name="letter-of-intent", endings=("docx", "pdf", "json")):
    return [(folder / f"{name}.{ending}").read_bytes() for ending in endings]


def read_csv(raw):
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_every_form_is_written_and_what_is_blank_is_said(say, demo, tmp_path):
    said = say("docket", "pack", demo, "talks", *ASKING, "--out", tmp_path / "out")
    assert (said.code, said.err) == (1, "")
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [f"letter-of-intent.{ending}" for ending in ("csv", "docx", "json", "pdf", "xlsx")]
    told = json.loads((tmp_path / "out/letter-of-intent.json").read_bytes())
    assert f"{len(told['blank'])} of 36 fields are to be stated or confirmed:" in said.out
    for name in told["blank"]:
        assert f"  {name} · " in said.out
    assert (
        f"importer-place · Principal place of business of the importer: state 'principal_place' (principal place of business) of the party 'jv', {demo.name}:7:"
        in (" ".join(said.out.split()))
    )


def test_where_the_files_lie_is_in_none_of_the_documents(say, demo, tmp_path):
    (tmp_path / "said.yaml").write_text("exporter-code: '9111'\n", encoding="utf-8")
    said = say("docket", "pack", demo, "talks", *ASKING, "--says", tmp_path / "said.yaml", "--out", tmp_path / "out")
    assert said.code == 1
    word, pdf, told = written(tmp_path / "out")
    for text in ("".join(read_docx(word)), read_pdf(pdf), told.decode()):
        assert f"{demo.name}:5:" in text
        assert "said.yaml:1:" in text
        assert str(tmp_path) not in text


def test_what_is_written_is_canonical_and_says_what_it_was_made_from(say, demo, tmp_path):
    said = say("docket", "pack", demo, "talks", *ASKING, "--out", tmp_path / "out", "--json")
    raw = (tmp_path / "out/letter-of-intent.json").read_bytes()
    told = json.loads(raw)
    assert rfc8785.dumps(told) == raw == said.out.encode().rstrip()
    assert (told["pack"], told["on"], told["movement"]) == (PACK, "2026-03-01", "talks")
    assert told["digest"] == shelf.packs(shelf.RULEBOOKS / "cn.technology-export")["letter-of-intent"].digest
    assert told["made_from"]["rulebooks"].keys() == {folder.name for folder in shelf.shipped()}


@pytest.mark.parametrize("lang", ["en", "zh", "both"])
def test_each_document_holds_every_label_and_every_value_in_its_languages(lang, say, demo, ledger, tmp_path, monkeypatch):
    sheets = []
    monkeypatch.setattr(packed, "sheet", lambda *told: sheets.append(sheet(*told)) or sheets[-1])
    say("docket", "pack", demo, "talks", *ASKING, "--lang", lang, "--docket", ledger, "--matter", "m1", "--on", "2026-04-21", "--out", tmp_path / "out")
    word, pdf, raw = written(tmp_path / "out")
    texts, page, told = read_docx(word), read_pdf(pdf), json.loads(raw)
    for part in sheets[0].parts:
        assert part.heading in texts
        for row in part.rows:
            assert "\n".join(filter(None, row[4:6])) in texts
            for line in "\n".join(row[2:]).splitlines():
                assert stands(line, page), line
    for field in (field for section in told["sections"] for field in section["fields"]):
        for one in ("en", "zh") if lang == "both" else (lang,):
            assert any(field[one] in text for text in texts)
            assert "".join(field[one].split()) in page
    values = {"en": "know how licence", "zh": "技术秘密许可"}
    assert {one for one, value in values.items() if any(value in text for text in texts)} == ({"en", "zh"} if lang == "both" else {lang})


def test_a_table_says_of_each_field_its_content_its_source_and_what_is_missing(say, demo, tmp_path):
    say("docket", "pack", demo, "talks", *ASKING, "--lang", "en", "--out", tmp_path / "out")
    book, table, raw = written(tmp_path / "out", endings=("xlsx", "csv", "json"))
    rows, (first, told) = read_csv(table), leaves(book)
    assert rows == first
    assert rows[0] == ["Section", "Movement", "Name of the field", "Field", "Asked for by", "Content", "State", "Source", "To be stated"]
    fields = {field["field"]: (section["en"], field) for section in json.loads(raw)["sections"] for field in section["fields"]}
    assert [row[2] for row in rows[1:]] == list(fields)
    assert {row[1] for row in rows[1:]} == {"talks"}
    for section, _, name, label, cite, content, state, source, gap in rows[1:]:
        own, field = fields[name]
        assert (section, label) == (own, field["en"])
        assert cite.partition("\n")[0] == field.get("cite", "[unread]" if not field["read"] else "")
        assert state == {"filled": "", "blank": "[blank]", "to_confirm": "[to be confirmed]"}[field["state"]]
        assert (bool(content), bool(source), bool(gap)) == (bool(field["values"]), bool(field["values"]), bool(field["missing"]))
    assert told[0] == ["Application for the export of restricted technology (letter of intent)"]
    assert ["As on: 2026-03-01"] in told


@pytest.mark.parametrize("folder", shipped(), ids=lambda folder: folder.name)
def test_a_pack_of_every_regime_can_be_written(folder, say, demo, tmp_path):
    name, pack = next(iter(shelf.packs(folder).items()))
    said = say("docket", "pack", demo, "elsewhere", "--pack", f"{folder.name}/{name}", "--on", "2026-03-02", "--out", tmp_path)
    assert (said.code, said.err) == (1, "")
    page = read_pdf((tmp_path / f"{name}.pdf").read_bytes())
    assert all(stands(field.text.zh, page) for field in pack.fields())


def test_the_same_pack_is_the_same_bytes_in_another_process_on_another_day(say, demo, tmp_path):
    say("docket", "pack", demo, "talks", *ASKING, "--out", tmp_path / "a")
    run = [sys.executable, "-m", "comity.cli.main", "docket", "pack", demo, "talks", *ASKING, "--out", tmp_path / "b"]
    subprocess.run(run, check=False, capture_output=True, env={**os.environ, "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"})
    assert written(tmp_path / "a", endings=FORMS) == written(tmp_path / "b", endings=FORMS)
    days = {entry.date_time for entry in zipfile.ZipFile(tmp_path / "a/letter-of-intent.docx").infolist()}
    assert days == {(1980, 1, 1, 0, 0, 0)}
    assert docx.Document(tmp_path / "a/letter-of-intent.docx").core_properties.created.isoformat()[:10] == "2026-03-01"


def test_a_complete_pack_ends_with_nought(say, tmp_path):
    folder = tmp_path / "xx.law"
    assert say("law", "new", folder).code == 0
    fields = '{a: {en: from, zh: 出境地, from: origin}, b: {en: name, zh: 名称, ask: "yes"}}'
    (folder / "packs.yaml").write_text(f"packs: {{p: {{en: P, zh: 文件, cite: s. 1, sections: {{s: {{en: S, zh: 节, fields: {fields}}}}}}}}}", encoding="utf-8")
    world, says = tmp_path / "w.yaml", tmp_path / "says.yaml"
    world.write_text("world: w\nmovements: {m: {origin: FR, on: 2026-01-01}}")
    says.write_text("b: Somebody")
    asking = ("docket", "pack", world, "m", "--pack", "xx.law/p", "--rulebooks", folder, "--on", "2026-01-01")
    assert say(*asking, "--out", tmp_path / "before").code == 1
    said = say(*asking, "--says", says, "--out", tmp_path / "after")
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("Nothing is blank.\n")
    texts = read_docx(written(tmp_path / "after", "p")[0])
    assert "Somebody" in texts
    assert f"said for this pack / 为本文件填写: {says.name}:1:4" in " ".join(texts)


# -- matters -----------------------------------------------------------------------------------------------------------


def test_what_a_matter_decided_comes_out_of_the_docket(say, demo, ledger, tmp_path):
    asking = ["docket", "pack", demo, "talks", "--pack", "cn.technology-export/licence", "--docket", ledger, "--matter", "m1"]
    assert say(*asking, "--on", "2026-04-21", "--out", tmp_path / "out").code == 1
    told = json.loads(written(tmp_path / "out", "licence")[2])
    fields = {field["field"]: field for section in told["sections"] for field in section["fields"]}
    assert fields["letter-number"]["values"][0]["value"] == "1"
    assert fields["letter-number"]["values"][0]["source"]["at"].startswith("test/log, entry ")
    assert told["made_from"]["matter"] == "m1"
    # by then it had only been applied for
    say(*asking, "--on", "2026-01-13", "--out", tmp_path / "then")
    then = json.loads(written(tmp_path / "then", "licence")[2])
    assert next(f for s in then["sections"] for f in s["fields"] if f["field"] == "letter-number")["state"] == "blank"


def test_a_paper_of_the_docket_is_said_to_come_from_there(say, ledger, tmp_path):
    folder = tmp_path / "xx.law"
    say("law", "new", folder)
    field = '{a: {en: a, zh: 甲, from: "instrument[cn.technology-licence].result"}}'
    (folder / "packs.yaml").write_text(f"packs: {{p: {{en: P, zh: 文件, cite: s. 1, sections: {{s: {{en: S, zh: 节, fields: {field}}}}}}}}}", encoding="utf-8")
    world = tmp_path / "w.yaml"
    world.write_text(DEMO.replace("lab-branch", "beijing-lab").replace("jv", "austin-jv"), encoding="utf-8")
    asking = ("docket", "pack", world, "talks", "--pack", "xx.law/p", "--rulebooks", folder, "--docket", ledger, "--on", "2026-04-21", "--json")
    told = json.loads(say(*asking, "--out", tmp_path / "out").out)
    (value,) = told["sections"][0]["fields"][0]["values"]
    assert (value["value"], value["source"]["kind"], value["source"]["by"]) == ("granted", "docket", "m1")


def test_receipts_of_the_gate_come_out_of_a_ledger_that_holds(say, demo, tmp_path):
    file = tmp_path / "gate" / "log.sqlite"
    file.parent.mkdir()
    ledger = Ledger.create(file, signer=Signer("gate/log", bytes(32)), now=lambda: dt.datetime(2026, 2, 3, tzinfo=dt.UTC))
    ledger.adopt({}, [])
    ledger.reserve("1", [], dt.datetime(2026, 2, 4, tzinfo=dt.UTC), {"movement": "talks", "day": dt.date(2026, 2, 2).toordinal(), "table": "t"}, {})
    index = ledger.commit("1", {"manifest": "a" * 64, "output": "b" * 64, "rows": 1234})
    ledger.close()
    asking = ["docket", "pack", demo, "talks", "--pack", "us.dsp/transaction-record", "--lang", "en", "--on", "2026-03-01", "--json"]
    told = json.loads(say(*asking, "--docket", file.parent, "--out", tmp_path / "a").out)
    fields = {field["field"]: field for section in told["sections"] for field in section["fields"]}
    (moved,) = fields["runs"]["values"]
    assert moved["value"] == {"moved": "2026-02-02", "table": "t", "rows": 1234, "manifest": "a" * 64, "output": "b" * 64}
    assert (moved["source"]["kind"], moved["source"]["at"]) == ("run", f"gate/log, entry {index}")
    assert fields["first-run"]["values"][0]["value"] == "2026-02-02"
    assert told["made_from"]["runs"] == {"gate/log": index + 1}
    (row,) = [row for row in read_csv((tmp_path / "a/transaction-record.csv").read_bytes()) if row[2] == "runs"]
    assert row[5] == f"2026-02-02: 1234 rows of table 't'; manifest SHA-256 {'a' * 64}, what was written SHA-256 {'b' * 64}"
    with closing(sqlite3.connect(file)) as spoilt, spoilt:
        spoilt.execute("update entry set body = cast(replace(cast(body as text), '1234', '1235') as blob)")
    said = say(*asking, "--docket", file.parent, "--out", tmp_path / "b")
    assert (said.code, (tmp_path / "b").exists()) == (2, False)


# -- what is wrong -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"--pack": "cn.technology-export/letter-of-intnt"}, "'cn.technology-export' has no pack 'letter-of-intnt' (did you mean"),
        ({"--pack": "nowhere/x"}, "there is no pack 'nowhere/x'"),
        ({"--on": "yesterday"}, "'yesterday' is not a day"),
        ({"--docket": "nothing-here"}, "nothing-here:1:1: "),
        ({"--matter": "m1"}, "a matter is in a ledger (name it: --docket LEDGER)"),
        ({"--says": "nothing.yaml"}, "nothing.yaml:1:1: cannot be read: no such file"),
    ],
)
def test_bad_input_ends_with_two_and_writes_nothing(changed, why, say, demo, tmp_path):
    options = {"--pack": PACK, "--on": "2026-03-01", "--out": tmp_path / "out", **changed}
    said = say("docket", "pack", demo, "talks", *(word for pair in options.items() for word in pair))
    assert said.code == 2
    assert why in said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "out").exists()


def test_a_movement_that_is_not_there(say, demo, tmp_path):
    said = say("docket", "pack", demo, "talk", *ASKING, "--out", tmp_path / "out")
    assert (said.code, "there is no movement 'talk' in this world (did you mean 'talks'?)" in said.err) == (2, True)


def test_a_matter_of_another_procedure_and_one_that_was_not_open_yet(say, demo, ledger, tmp_path):
    out = ("--docket", ledger, "--matter", "m1", "--out", tmp_path / "out")
    said = say("docket", "pack", demo, "talks", "--pack", "us.dsp/licence", "--on", "2026-03-01", *out)
    assert (said.code, "the matter 'm1' is one of cn.technology-export/licence" in said.err) == (2, True)
    said = say("docket", "pack", demo, "talks", "--pack", PACK, "--on", "2026-01-01", *out)
    assert (said.code, "the matter was not open on that day: it was opened 2026-01-12" in said.err) == (2, True)


def test_every_mistake_in_what_is_said(say, demo, tmp_path):
    says = tmp_path / "says.yaml"
    says.write_text("prise: ten\nform: [x]\ntechnology: ''\nreasons: {a: b}\n")
    said = say("docket", "pack", demo, "talks", *ASKING, "--says", says, "--out", tmp_path / "out")
    assert said.code == 2
    assert said.err.splitlines() == [
        f"{says}:1:1: the pack has no field 'prise' (did you mean 'price'?)",
        f"{says}:2:1: 'form' comes from facts, and is not for anybody to say here (state them in the world or in the matter)",
        f"{says}:3:13: 'technology' is a text, and not an empty one",
        f"{says}:4:10: 'reasons' is a text, and not an empty one",
    ]


def test_what_is_there_is_not_touched(say, demo, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "letter-of-intent.pdf").write_text("mine")
    said = say("docket", "pack", demo, "talks", *ASKING, "--out", out)
    assert (said.code, said.err) == (2, f"{out}/letter-of-intent.pdf:1:1: there is something already (name another folder: --out FOLDER)\n")
    assert [(one.name, one.read_text()) for one in out.iterdir()] == [("letter-of-intent.pdf", "mine")]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_disk_that_fails_leaves_nothing(number, say, demo, tmp_path, monkeypatch):
    done = []

    def link(source, target):
        done.append(target)
        if len(done) == number:
            raise OSError(28, "No space left on device")
        Path(source).replace(target)

    monkeypatch.setattr(command.os, "link", link)
    said = say("docket", "pack", demo, "talks", *ASKING, "--out", tmp_path / "out")
    assert (said.code, "cannot be written: no space left on device" in said.err) == (2, True)
    assert list((tmp_path / "out").iterdir()) == []


def test_without_the_libraries_it_is_said_how_to_get_them(say, demo, tmp_path, monkeypatch):
    for name in ("as_pdf", "press"):
        monkeypatch.delitem(sys.modules, f"comity.filing.{name}", raising=False)
        monkeypatch.delattr(filing, name, raising=False)
    monkeypatch.setitem(sys.modules, "typst", None)
    said = say("docket", "pack", demo, "talks", *ASKING, "--out", tmp_path / "out")
    assert said.code == 2
    assert "documents need a library that is not installed: typst (pip install 'comity[packs]')" in said.err


# -- hostile text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_text_in_every_form(name, say, tmp_path):
    text = HOSTILE[name]
    world = tmp_path / "w.json"
    parties = {"a": {"kind": "organisation", "about": text}, "b": {"kind": "organisation"}}
    world.write_text(json.dumps({"world": text, "parties": parties, "movements": {"m": {"exporter": "a", "importer": "b"}}}), encoding="utf-8")
    mistakes = Mistakes()
    read_documents("w", world.read_bytes(), mistakes)
    said = say("docket", "pack", world, "m", *ASKING, "--lang", "en", "--out", tmp_path / "out")
    if mistakes.found:  # what no file can hold is refused before
        assert (said.code, (tmp_path / "out").exists()) == (2, False)
        return
    assert said.code == 1
    word, pdf, raw = written(tmp_path / "out")
    value = next(f for s in json.loads(raw)["sections"] for f in s["fields"] if f["field"] == "exporter")["values"][1]["value"]
    seen = shown(value)
    assert f"a: {seen}" in "\n".join(read_docx(word))
    page = read_pdf(pdf)
    for piece in seen.split() if name != "long" else ():
        assert "".join(c if c.isascii() or "一" <= c <= "鿿" or c in "（）“”" else f"\\u{{{ord(c):04x}}}" for c in piece) in page
    assert name != "long" or page.count("w") > len(text)
    assert not any(sign in text for text in (page, *read_docx(word)) for sign in "\u202e\x07\x1b")
    book, table = written(tmp_path / "out", endings=("xlsx", "csv"))
    assert "".join(row[5] for row in leaves(book)[0]).startswith(f"Contenta\na: {seen}")
    assert f"a: {seen}" in "".join(cell for row in read_csv(table) for cell in row)
    assert not any(kind in word for kind in (b"vbaProject", b"externalLink"))
    assert b"/JavaScript" not in pdf
    assert b"/Launch" not in pdf


def test_marks_that_no_eye_sees_are_written_out():
    assert shown("a\u202eb\x00c\u2066\ufeff\ud800") == "a\\u{202e}b\\u{0000}c\\u{2066}\\u{feff}\\u{d800}"
    assert shown("a\tb\r\nc 中文 é") == "a b\nc 中文 é"
