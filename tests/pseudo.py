"""A language that nobody speaks: the source with its vowels accented, in a folder beside the languages that there are; and what is not said in it."""

import html
import re
import shutil
from contextlib import contextmanager

import pytest
from babel.messages.pofile import read_po, write_po

from comity import shelf
from comity.cli.main import parser
from comity.words import catalogue as catalogues
from comity.words.catalogue import FOLDER, SOURCE, Domain

DOMAINS = ("docket", "filing", "gauge", "settle", "signed", "web", "words")
NAME = "qps"
ACCENTED = str.maketrans("aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ")


def accented(text):
    """A text with its gaps left as they are."""
    said, within = [], False
    for sign in text:
        within = sign == "{" or (within and sign != "}")
        said.append(sign if within else sign.translate(ACCENTED))
    return "".join(said)


def dropped_in(folder):
    """The folder of languages with one more in it."""
    shutil.copytree(FOLDER, folder)
    (folder / NAME).mkdir()
    for file in (FOLDER / SOURCE).glob("*.po"):
        with file.open("rb") as held:
            catalogue = read_po(held)
        for one in catalogue:
            if one.context is not None and (file.stem != "language" or one.context == "name"):
                one.string = accented(one.id) if isinstance(one.id, str) else tuple(map(accented, one.id))
        with (folder / NAME / file.name).open("wb") as made:
            write_po(made, catalogue)
    return folder


@contextmanager
def added(folder):
    """One more language, as long as this lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogues, "FOLDER", dropped_in(folder))
        parser.cache_clear()
        yield
    parser.cache_clear()


def english():
    """The phrases that nobody can mistake for law or facts: long, or with a gap between long parts."""
    said = {part.strip() for domain in DOMAINS for one in Domain(domain)[SOURCE].values() for part in re.split(r"\{[^}]*\}", one)}
    levers = (shelf.HERE / "levers.yaml").read_text(encoding="utf-8")  # data has translations of its own
    return {part for part in said if len(part) > 12 and accented(part) != part and part not in levers}


def left(text):
    """What a text says in English all the same."""
    return sorted(part for part in english() if part in text)


def read(page):
    """What a reader reads of a page, but for what levers say of themselves, which is in no catalogue."""
    own = r'<ul class="levers">.*?</ul>'
    return html.unescape(re.sub(rf"<script.*?</script>|{own}|<[^>]*>", "\n", page, flags=re.DOTALL))
