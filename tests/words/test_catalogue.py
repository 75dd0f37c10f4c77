"""The catalogues: every language says all that the source says, with the same gaps, and the code asks for nothing else."""

import gettext
import re
from functools import cache

import pytest
from babel.messages.pofile import read_po

from comity.words import catalogue
from comity.words.catalogue import FOLDER, SOURCE, Domain, languages, names
from comity.words.words import place

COMITY = FOLDER.parent
DOMAINS = sorted(one.stem for one in (FOLDER / SOURCE).glob("*.po"))
ROOMS = {
    "accounts": "accounts",
    "docket": "docket",
    "filing": "filing",
    "gauge": "gauge",
    "settle": "settle",
    "signed": "signed",
    "web": "web",
    "words": "words",
}
"""Whose phrases a domain is."""
ASKED = re.compile(r"""(?<!drawing)(?:view\.text|words\.text|self\.text|phrases\.text|\bsay)\(\s*(?:view\.lang, )?["']([^"'{}]+)["']""")


@cache
def entries(lang, domain):
    with (FOLDER / lang / f"{domain}.po").open("rb") as file:
        return {one.context: one for one in read_po(file, abort_invalid=True) if one.context is not None}


def gaps(text):
    return sorted(re.sub(r"\d", "", gap) for gap in re.findall(r"\{\w*\}", text))


@cache
def sources():
    """All that is written in the code, and its strings with something in them as patterns."""
    patterns = set()
    for room in (*ROOMS, "cli", "edge", "interview", "offramp"):
        for file in [*(COMITY / room).glob("*.py"), *(COMITY / room).glob("templates/*.html")]:
            text = file.read_text()
            filled = [*re.findall(r"""f"([^"\n]*\{[^"\n]*)\"""", text), *re.findall(r"""f'([^'\n]*\{[^'\n]*)'""", text)]
            told = [re.sub(r"\{[^{}]*\}", "*", one) for one in filled]
            told += [f"{lead}*" for lead in re.findall(r"""['"]([\w ]+ )['"] [~+]""", text)]
            told += [f"*{end}" for end in re.findall(r"""[~+] ['"]( [\w ]+)['"]""", text)]
            patterns.update(".*".join(map(re.escape, one.split("*"))) for one in told if len(one.replace("*", "").strip()) > 2 and "/" not in one)
    texts = [file.read_text() for ending in ("py", "html") for file in COMITY.rglob(f"*.{ending}")]
    return "\n".join(texts), re.compile("|".join(sorted(patterns)))


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("lang", [one for one in languages() if one != SOURCE])
def test_a_catalogue_says_all_that_the_source_says(lang, domain):
    source, other = entries(SOURCE, domain), entries(lang, domain)
    assert list(other) == list(source), "the same keys in the same order"
    for key, one in other.items():
        assert one.id == source[key].id, f"{key}: it was translated from another text"
        assert not one.fuzzy, key
        for said in [one.string] if isinstance(one.string, str) else one.string:
            assert said or not one.id.strip(), f"{key} is not translated"
            assert gaps(said) == gaps(one.id if isinstance(one.id, str) else one.id[-1]), key


def test_the_source_is_its_own_text():
    for domain in DOMAINS:
        assert not [key for key, one in entries(SOURCE, domain).items() if any([one.string] if isinstance(one.string, str) else one.string)]


def test_every_file_of_a_language_is_one_of_the_source():
    assert all({file.stem for file in (FOLDER / lang).glob("*.po")} == set(DOMAINS) for lang in languages())


def test_no_phrase_is_left_that_nobody_asks_for():
    text, patterns = sources()

    def asked(key):
        lead = key.partition(" ")[0] + " "
        return any(f"{mark}{one}{mark}" in text for mark in "'\"" for one in (key, lead)) or patterns.fullmatch(key)

    for domain in (*ROOMS, "language"):
        assert not [key for key in entries(SOURCE, domain) if not asked(key)], domain


def test_every_phrase_that_is_asked_for_is_there():
    for room, domain in ROOMS.items():
        files = [*(COMITY / room).glob("*.py"), *(COMITY / room).glob("templates/*.html")]
        asked = {key for file in files for key in ASKED.findall(file.read_text())}
        known = {*entries(SOURCE, domain), *entries(SOURCE, "words")}
        assert not sorted(key for key in asked - known if not key.endswith(" ")), room


def test_no_code_knows_a_language_but_where_law_is_translated():
    known = re.compile(r"""[=!]=\s*["'](?:en|zh)["']|\(["']en["'], ["']zh["']|["']zh-Hans["']""")
    told = [f"{file.name}: {line}" for file in COMITY.rglob("*.py") for line in file.read_text().splitlines() if known.search(line)]
    reads_law = {"vocabulary.py", "rulebook.py", "pack_written.py", "written.py", "pack_data.py", "due.py", "standing.py"}
    assert [line for line in told if line.partition(":")[0] not in reads_law] == []


def test_languages_are_the_folders_that_are_there(tmp_path, monkeypatch):
    for lang in ("en", "pl", "zh"):
        (tmp_path / lang).mkdir()
    (tmp_path / "en/words.po").write_text(HEAD + DUTIES.format("", "", "").replace('msgstr[2] ""\n', ""))
    (tmp_path / "en/language.po").write_text(HEAD + '\nmsgctxt "name"\nmsgid "English"\nmsgstr ""\n')
    (tmp_path / "pl/words.po").write_text(HEAD.replace(TWO, POLISH) + DUTIES.format("{} obowiązek", "{} obowiązki", "{} obowiązków"))
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    words = Domain("words")
    assert languages() == ("en", "pl", "zh")
    assert names() == {"en": "English", "pl": "English", "zh": "English"}
    assert [words.many("pl", "duties", number).format(number) for number in (1, 2, 5, 22)] == ["1 obowiązek", "2 obowiązki", "5 obowiązków", "22 obowiązki"]
    assert [words.many(lang, "duties", 5) for lang in ("en", "zh")] == ["{} duties", "{} duties"], "what is not translated is said in the source"
    with pytest.raises(KeyError):
        words["fr"]


def test_a_place_has_a_name_in_a_language_that_nobody_lists():
    assert place("FR", "qps") == place("FR", SOURCE) == "France"


def test_plural_forms_are_those_of_gettext():
    for lang in languages():
        for domain in DOMAINS:
            with (FOLDER / lang / f"{domain}.po").open("rb") as file:
                held = read_po(file)
            assert gettext.c2py(held.plural_expr)(5) < held.num_plurals


TWO = "nplurals=2; plural=(n != 1);"
POLISH = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
HEAD = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {TWO}\\n"\n'
DUTIES = '\nmsgctxt "duties"\nmsgid "{{}} duty"\nmsgid_plural "{{}} duties"\nmsgstr[0] "{}"\nmsgstr[1] "{}"\nmsgstr[2] "{}"\n'
