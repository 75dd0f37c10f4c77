"""Sheets on paper and as tables: what is long goes on, what is many has its head on every page, and no cell is a formula."""

import csv
import datetime as dt
import io
import sys

import pytest

pytest.importorskip("typst")
pytest.importorskip("docx")

import docx as word
import pypdf
from leaves import leaves

from comity.filing.as_csv import as_csv
from comity.filing.as_docx import docx
from comity.filing.as_pdf import pdf
from comity.filing.as_xlsx import MOST, xlsx
from comity.filing.sheet import Part, Sheet, Stack

DAY = dt.date(2026, 1, 2)


def sheet(rows, **more):
    parts = [Part("", rows)]
    return Sheet("Title", ["about: it"], ["one", "two", "three"], (Stack((0, 1), 1), Stack((2,), 2)), parts, "Closing", ["line"], **more)


def pages(raw):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(raw)).pages]


@pytest.mark.parametrize("wide", [True, False])
def test_many_rows_have_their_head_and_their_number_on_every_page(wide):
    made = pages(pdf(sheet([[f"row{number}", "x", "word " * 40] for number in range(60)], wide=wide), DAY, "en"))
    assert len(made) > 2
    assert all("one" in page and "three" in page and f"{number} / {len(made)}" in page for number, page in enumerate(made, 1))
    assert [page.count("Title") for page in made] == [1] * len(made)
    assert all(f"row{number}" in "".join(made) for number in range(60))
    (page,) = {tuple(page.mediabox[2:]) for page in pypdf.PdfReader(io.BytesIO(pdf(sheet([], wide=wide), DAY, "en"))).pages}
    assert (page[0] > page[1]) == wide


@pytest.mark.parametrize("text", ["w" * 4_000, "数" * 4_000], ids=["no gap", "chinese"])
def test_a_long_cell_goes_on_overleaf_and_nothing_of_it_leaves_the_page(text):
    made = pages(pdf(sheet([[text, "", "c"]], wide=True), DAY, "zh"))
    assert len(made) > 1
    assert sum(page.count(text[0]) for page in made) == len(text)
    assert max(len(line) for page in made for line in page.splitlines()) < 150


def test_pages_are_made_to_be_kept_and_read_aloud_and_what_makes_them_keeps_nothing():
    before = set(sys.modules)
    raw = pdf(sheet([["a", "b", "c"]]), DAY, "zh")
    assert b"<pdfaid:part>2</pdfaid:part>" in raw
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in raw
    assert pypdf.PdfReader(io.BytesIO(raw)).trailer["/Root"]["/Lang"] == "zh"
    assert set(sys.modules) == before


def test_what_stands_below_is_called_by_its_name_where_that_is_told():
    row = ["first", "second", "third"]
    assert sheet([row]).page(row) == [[("", "first"), ("", "second")], [("", "third")]]
    assert sheet([row], labelled=True).page(row) == [[("", "first"), ("two", "second")], [("", "third")]]
    assert sheet([row]).page(["first", "", ""]) == [[("", "first")], []]
    assert "two" in pages(pdf(sheet([row], labelled=True), DAY, "en"))[0]
    assert "two" not in pages(pdf(sheet([row]), DAY, "en"))[0]


def test_a_head_is_said_again_on_every_page_of_a_document():
    table = word.Document(io.BytesIO(docx(sheet([["a", "b", "c"]], labelled=True), DAY))).tables[0]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert [cell.text for cell in table.rows[1].cells] == ["a\ntwo\nb", "c"]


def test_headings_are_a_column_of_a_table():
    made = Sheet("t", [], ["x"], (Stack((0,), 1),), [Part("A", [["1"]], "over it"), Part("B", [["2"], ["3"]])], "c", [], divided="Section")
    assert list(made.table()) == [["Section", "x"], ["A", "1"], ["B", "2"], ["B", "3"]]
    assert "over it\nA\n" in pages(pdf(made, DAY, "en"))[0]
    document = word.Document(io.BytesIO(docx(made, DAY)))
    assert [(one.text, one.style.name) for one in document.paragraphs] == [
        ("t", "Heading 1"), ("over it", "Heading 2"), ("A", "Heading 3"), ("B", "Heading 3"), ("c", "Heading 2"),
    ]  # fmt: skip


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_is_a_formula(begin):
    row = [f"{begin}1+1", "a", f"b{begin}"]
    told = list(csv.reader(io.StringIO(as_csv(sheet([row])).decode("utf-8-sig"), newline="")))
    assert told[1] == [f"'{begin}1+1", "a", f"b{begin}"]
    assert len(leaves(xlsx(sheet([row]), DAY))[0]) == 2  # which holds text alone: the reader says so


def test_what_a_cell_cannot_hold_goes_on_below():
    text = "".join(chr(0x4E00 + number % 5000) for number in range(2 * MOST + 5))
    first, beside = leaves(xlsx(sheet([["a", text, "b"], ["c", "d", "e"]]), DAY))
    assert ["".join(row[at] for row in first[1:4]) for at in range(3)] == ["a", text, "b"]
    assert first[4] == ["c", "d", "e"]
    assert beside == [["Title"], ["about: it"], ["Closing"], ["line"]]


def test_the_same_sheet_is_the_same_bytes():
    made = sheet([["a", "b", "c"]])
    for written in (xlsx, docx, lambda *told: pdf(*told, "en")):
        assert written(made, DAY) == written(made, DAY)
        assert written(made, DAY) != written(made, dt.date(2026, 1, 3))
