"""The page that checks a proof, as it lies in the package: one file that can be saved and opened without this site, or any network."""

from __future__ import annotations

import re
from functools import cache as once
from html import unescape
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from comity import shelf

POLICY: Final = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')
"""What the page may do, as it says itself."""


def explorer(_: Request) -> HTMLResponse:
    """The page, under the policy that is written in it."""
    page, policy = _page()
    return HTMLResponse(page, headers={"Content-Security-Policy": f"{policy}; frame-ancestors 'none'", "Cache-Control": "private, no-cache"})


@once
def _page() -> tuple[str, str]:
    page = (shelf.HERE / "web/proof.html").read_text(encoding="utf-8")
    found = POLICY.search(page)
    assert found is not None  # it is written there by the tool that seals it
    return page, unescape(found[1])
