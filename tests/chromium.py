"""A real browser, and a site for it: what it asks for, what it complains of, and what a page withholds from those who cannot see it."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from needs import missing, needed

from comity.web.line import Line

SHOWN = Path(__file__).parents[1] / "build/pages"
"""Where a picture of each page is left, to be looked at."""


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address of an application that is served while the context lasts."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, http=Line, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        listening.listen()
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def browsing() -> Iterator[Any]:
    """A browser of the system's."""
    playwright = needed("playwright.sync_api", "web", "playwright is not installed: make servers")
    where = shutil.which("chromium") or shutil.which("chromium-browser") or missing("web", "chromium is not installed: apt-get install chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=where, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """One page in a browser: `elsewhere`: what it asked of others; `told`: what the browser complained of."""

    def __init__(self, browser: Any, base: str, **how: Any) -> None:
        self.base, self.elsewhere, self.told = base, list[str](), list[str]()
        self.context = browser.new_context(**how)
        self.page = self.context.new_page()
        self.page.on("request", lambda request: None if request.url.startswith((base, "data:")) else self.elsewhere.append(request.url))
        self.page.on("console", lambda message: self.told.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda fault: self.told.append(str(fault)))

    def go(self, address: str) -> Any:
        """Opens an address of the site, and waits until all of it is there."""
        while (answer := self.page.goto(self.base + address, wait_until="networkidle")) is None or answer.headers.get("refresh"):
            pass  # it is being worked out; each answer is given when it is there, or some seconds later (none where the page came first to load itself anew)
        return answer

    def bytes(self) -> int:
        """What came for the page, uncompressed."""
        told = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(e => e.decodedBodySize)"
        return sum(self.page.evaluate(told))

    def violations(self) -> list[str]:
        """What axe finds, each rule with the elements that break it."""
        axe = needed("axe_playwright_python.sync_playwright", "web", "axe-playwright-python is not installed: make servers").Axe()
        found = axe.run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [f"{one['id']}: {', '.join(' '.join(map(str, node['target'])) for node in one['nodes'][:4])}" for one in found]

    def shown(self, name: str, lang: str) -> None:
        """Leaves a picture of the page."""
        SHOWN.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOWN / f"{name}.{lang}.jpg", type="jpeg", quality=72)

    def close(self) -> None:
        """Closes the page."""
        self.context.close()
