"""Adding a language is adding a catalogue: one that nobody speaks is dropped in, and everything is said in it."""

from pathlib import Path

import pytest
from pseudo import NAME, added, left, read
from starlette.testclient import TestClient

from comity.cli.main import main
from comity.web.app import application
from comity.web.site import Site
from comity.words.catalogue import languages

WORLD = Path(__file__).parents[2] / "examples/platform/world.yaml"
MOVEMENT = "engineers-in-beijing-open-american-logs"
PAGES = (
    "/",
    f"/movements/{MOVEMENT}",
    f"/movements/{MOVEMENT}/ask",
    f"/movements/{MOVEMENT}/packs",
    "/law",
    "/law/us.dsp",
    "/law/us.dsp/B/211",
    "/law/us.dsp/D/401",
    "/law/us.padfa/changes",
    "/law/compare",
    "/ask",
    "/docket",
    "/runs",
    "/changes",
    "/changes?from=2025-04-07&to=2025-04-08",
    f"/movements/{MOVEMENT}/beside?other_on=2024-06-01",
    "/ways/incomes-of-creators-analysed-abroad",
    "/ways/brazilian-channels-in-the-american-cloud",
    f"/settlement?movement={MOVEMENT}&law=us.dsp",
    "/plan?movement=advertising-profiles-sold-to-shanghai&law=us.dsp",
    "/movements/nobody",
    "/proof/nothing",
    "/register",
    "/counts",
    "/plan",
    "/settlement",
    "/health",
)
COMMANDS = (("explain", WORLD, MOVEMENT), ("ask", WORLD, MOVEMENT), ("law", "show", "us.dsp"), ("law", "show", "us.dsp", "B/211"))


@pytest.fixture(scope="module", autouse=True)
def there(tmp_path_factory):
    """One more language, for as long as these tests run."""
    with added(tmp_path_factory.mktemp("with") / "languages"):
        yield


@pytest.fixture(scope="module")
def site():
    bare = TestClient(application(Site(WORLD)), headers={"accept": "text/html"})
    whole = TestClient(application(Site(WORLD, levers=(WORLD.with_name("levers.yaml"),), values=WORLD.with_name("values.yaml"))), headers=bare.headers)
    return {False: bare, True: whole}


def test_it_is_a_language_like_the_others(site):
    assert languages() == ("en", NAME, "zh")
    assert f'hreflang="{NAME}">Énglísh</a>' in site[False].get("/").text
    assert site[False].get("/", headers={"accept-language": f"{NAME}-XX, en;q=0.5"}).headers["content-language"] == NAME


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: "-".join(map(str, words[:2] if words[0] == "law" else words[:1])))
def test_commands_speak_it(capsys, words):
    main([*map(str, words), "--lang", NAME])
    said = capsys.readouterr().out
    assert len(said) > 100
    assert left(said) == []


@pytest.mark.parametrize("page", PAGES)
def test_pages_speak_it(site, page):
    said = read(site["movement=" in page].get(page + ("&" if "?" in page else "?") + f"lang={NAME}").text)
    assert len(said) > 100
    assert left(said) == []
