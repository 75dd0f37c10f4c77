"""The term base: the Chinese catalogue says each term with the term base's word."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from comity.words.catalogue import FOLDER

BASE = Path(__file__).parents[2] / "docs/terms.md"
ROWS = re.findall(r"^\| ([a-z][a-z ]+) \| ([^|]+) \|", BASE.read_text(), re.MULTILINE)
ENTRIES = [
    (file.stem, one)
    for file in sorted((FOLDER / "zh").glob("*.po"))
    if file.stem != "language"
    for one in read_po(BytesIO(file.read_bytes()))
    if one.context is not None and isinstance(one.id, str)
]


@pytest.mark.parametrize(("english", "chinese"), ROWS, ids=[row[0] for row in ROWS])
def test_a_term_is_said_with_its_word(english, chinese):
    words = re.findall(r"[\u3400-\u9fff（）]+", chinese)
    told = [(domain, one) for domain, one in ENTRIES if re.search(rf"(?<!-)\b{english}\b", one.id, re.IGNORECASE)]
    wrong = [f"{domain} {one.context!r}: {one.id} | {one.string}" for domain, one in told if not any(word in one.string for word in words)]
    assert wrong == []


def test_the_base_has_terms_and_phrases_have_them():
    assert len(ROWS) > 30
    used = [english for english, _ in ROWS if any(re.search(rf"(?<!-)\b{english}\b", one.id, re.IGNORECASE) for _, one in ENTRIES)]
    assert len(used) > 20
