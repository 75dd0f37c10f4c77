"""Adding a language is adding a catalogue: one that nobody speaks is dropped in, and everything is said in it."""

import html
import re
from pathlib import Path

import pytest
from pseudo import NAME, accented, dropped_in
from starlette.testclient import TestClient

from comity.cli.main import main, parser
from comity.web.app import application
from comity.web.site import Site
from comity.words import catalogue
from comity.words.catalogue import SOURCE, Domain, languages

WORLD = Path(__file__).parents[2] / "examples/platform/world.yaml"
MOVEMENT = "engineers-in-beijing-open-american-logs"
DOMAINS = ("docket", "filing", "gauge", "settle", "signed", "web", "words")
PAGES = (
    "/",
    f"/movements/{MOVEMENT}",
    f"/movements/{MOVEMENT}/ask",
    f"/movements/{MOVEMENT}/packs",
    "/law",
    "/law/us.dsp",
    "/law/us.dsp/B/211",
    "/law/us.padfa/changes",
    "/law/compare",
    "/ask",
    "/docket",
    "/runs",
    "/changes",
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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "FOLDER", dropped_in(tmp_path_factory.mktemp("with") / "languages"))
        parser.cache_clear()
        yield
    parser.cache_clear()


@pytest.fixture(scope="module")
def site():
    return TestClient(application(Site(WORLD)), headers={"accept": "text/html"})


def english():
    """The phrases that nobody can mistake for law or facts: long, or with a gap between long parts."""
    said = {part.strip() for domain in DOMAINS for one in Domain(domain)[SOURCE].values() for part in re.split(r"\{[^}]*\}", one)}
    return {part for part in said if len(part) > 12 and accented(part) != part}


def left(text):
    return sorted(part for part in english() if part in text)


def test_it_is_a_language_like_the_others(site):
    assert languages() == ("en", NAME, "zh")
    assert f'hreflang="{NAME}">Énglísh</a>' in site.get("/").text
    assert site.get("/", headers={"accept-language": f"{NAME}-XX, en;q=0.5"}).headers["content-language"] == NAME


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: "-".join(map(str, words[:2] if words[0] == "law" else words[:1])))
def test_commands_speak_it(capsys, words):
    main([*map(str, words), "--lang", NAME])
    said = capsys.readouterr().out
    assert len(said) > 100
    assert left(said) == []


@pytest.mark.parametrize("page", PAGES)
def test_pages_speak_it(site, page):
    found = site.get(page, params={"lang": NAME})
    own = r'<ul class="levers">.*?</ul>'  # what levers say of themselves is in no catalogue
    said = html.unescape(re.sub(rf"<script.*?</script>|{own}|<[^>]*>", "\n", found.text, flags=re.DOTALL))
    assert found.status_code in (200, 404, 503), said
    assert left(said) == []
