"""Write docs/facts.md from the vocabulary: every fact that all rulebooks share, with its type and both languages."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "facts.md"
KINDS = ("movement", "party", "asset", "population", "purpose", "deal", "activity", "instrument", "measure")
HEAD = """# Facts

What a world may state and a condition may ask, kind by kind. Written by `make docs` from `src/comity/vocabulary`; not edited by hand.
A type `code: a, b` is a closed list; a bare `code` is open, and [codes.md](codes.md) tells which rulebooks look for which.
*judged*: law leaves it open, and a named person settles it.
*derived*: computed, never stated. *limit*: where an instrument or measure names it, it reaches no further. A column of rows is written under them.
"""


def kind_of(entry: Mapping[str, Any]) -> str:
    """A fact's type in a few words."""
    words = str(entry["type"])
    if entry.get("to"):
        words += f" to {entry['to']}"
    if entry.get("of"):
        words += ": " + ", ".join(entry["of"])
    if entry.get("unit"):
        words += f" ({entry['unit']})"
    return words + "".join(f", *{mark}*" for mark in ("judged", "derived", "limit") if entry.get(mark, "false") != "false")


def lines(entries: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Rows of the table, columns under their rows."""
    for name, entry in entries.items():
        yield f"| `{prefix}{name}` | {kind_of(entry)} | {entry['en']} | {entry['zh']} |"
        yield from lines(entry.get("columns", {}), f"{prefix}{name}[].")


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for kind in KINDS:
        text = (ROOT / "src/comity/vocabulary" / f"{kind}.yaml").read_text(encoding="utf-8")
        about = text.partition("\n")[0].removeprefix("# ")
        parts.append(f"\n## {kind}\n\n{about}\n\n| fact | type | meaning | 含义 |\n|---|---|---|---|\n")
        parts.append("\n".join(lines(yaml.load(text, Loader=yaml.BaseLoader))) + "\n")  # noqa: S506 -- all text, no types
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
