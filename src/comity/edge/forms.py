"""The forms in which something is given to others, and a sheet in one of them."""

from __future__ import annotations

from datetime import date
from typing import Final

from comity.edge.home import mistake
from comity.filing.sheet import Sheet

FORMS: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
}
"""Each with its media type; what is JSON is data, and is not made of a sheet."""


def written(sheet: Sheet, form: str, day: int, lang: str) -> bytes:
    """A sheet in a form, dated with a day; `lang`: by whose rules its lines break. Raises SourceError where a library is missing."""
    on = date.fromordinal(day)
    try:
        match form:
            case "docx":
                from comity.filing.as_docx import docx

                return docx(sheet, on)
            case "pdf":
                from comity.filing.as_pdf import pdf

                return pdf(sheet, on, lang)
            case "xlsx":
                from comity.filing.as_xlsx import xlsx

                return xlsx(sheet, on)
            case _:
                from comity.filing.as_csv import as_csv

                return as_csv(sheet)
    except ImportError as fault:
        raise mistake("packs", f"documents need a library that is not installed: {fault.name}", "pip install 'comity[packs]'") from fault
