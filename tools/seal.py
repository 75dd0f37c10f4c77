"""Write into a page the digests of its own script and style: its policy lets a browser run these, and nothing else."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).resolve().parent.parent / "src" / "comity" / "web" / "proof.html"
POLICY: Final = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")[^"]*(">)')


def page() -> str:
    """The page with the policy that belongs to it."""
    told = PAGE.read_text(encoding="utf-8")
    script, style = (_digest(told, tag) for tag in ("script", "style"))
    policy = (
        f"default-src 'none'; script-src {script}; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return POLICY.sub(lambda found: found[1] + policy + found[2], told, count=1)


def _digest(told: str, tag: str) -> str:
    """As a policy writes what stands between the two ends of a tag."""
    inside = told.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
    return f"'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
