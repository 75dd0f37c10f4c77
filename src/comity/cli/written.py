"""Several files of one name: all of them are written, or none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from comity.edge.home import mistake
from comity.text.source import Mistake, Place, SourceError


def write(folder: Path, name: str, documents: Mapping[str, bytes]) -> None:
    """All of them, or none; nothing that is there already is touched. `documents`: by the ending of each file's name. Raises SourceError."""
    targets = {folder / f"{name}.{ending}": content for ending, content in documents.items()}
    if there := [target for target in targets if os.path.lexists(target)]:
        raise SourceError([Mistake(Place(str(target), 1, 1), "there is something already", "name another folder: --out FOLDER") for target in there])
    written: list[Path] = []
    drafts = [target.with_name(f".{target.name}.{os.getpid()}") for target in targets]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for draft, content in zip(drafts, targets.values(), strict=True):
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for draft, target in zip(drafts, targets, strict=True):
            os.link(draft, target)  # which fails where another was quicker
            written.append(target)
    except OSError as fault:
        for target in written:
            target.unlink(missing_ok=True)
        raise mistake(str(folder), f"cannot be written: {(fault.strerror or 'no reason told').lower()}") from fault
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
