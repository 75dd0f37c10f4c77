"""The file of documents that a person names: read, or told why not."""

from __future__ import annotations

from pathlib import Path

from comity.text.source import Mistake, Mistakes, Node, Place, SourceError, read_documents


def documents(file: Path, mistakes: Mistakes) -> list[Node]:
    """The documents of a file. Raises SourceError where it cannot be read."""
    try:
        text = file.read_bytes()
    except OSError as fault:
        raise SourceError([Mistake(Place(str(file), 1, 1), f"cannot be read: {(fault.strerror or 'no such file').lower()}")]) from fault
    return read_documents(str(file), text, mistakes)
