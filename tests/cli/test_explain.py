from pathlib import Path

import pytest

from comity.words.lines import cut, pad, width, wrap
from comity.words.phrases import TEXT

HERE = Path(__file__).parent


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_explanation_reads_as_it_did(say, asking, lang):
    said = say("explain", *asking, "many-leave", "--lang", lang)
    kept = HERE / f"many-leave.{lang}.txt"
    edition = next(word for word in said.out.split() if word.startswith("20") and word.count(".") == 2)
    assert said.code == 1
    assert said.out.replace(edition, "EDITION") == kept.read_text(encoding="utf-8")


def test_a_permitted_movement_is_explained_and_ends_with_0(say, asking):
    said = say("explain", *asking, "few-leave")
    assert said.code == 0
    assert "It may go ahead under the one law asked." in said.out
    assert "Nothing stands against it." in said.out


def test_an_open_question_is_asked(say, asking):
    said = say("explain", *asking, "visitors-leave")
    assert "undetermined (authorisation required – permitted)" in said.out
    assert "unknown_size: distinct persons? [population.persons]" in said.out


def test_plain_when_piped(say, asking):
    assert "\x1b" not in say("explain", *asking, "many-leave").out


def test_chinese_says_no_english_phrase(say, asking):
    said = say("explain", *asking, "many-leave", "--lang", "zh")
    for english in TEXT["en"].values():
        if len(english) > 12 and "{}" not in english:
            assert english not in said.out


def test_widths_count_chinese_characters_twice():
    assert width("数据 a") == 6
    assert pad("数", 4) == "数  "
    assert cut("data leaves the place", 12) == "data leaves…"
    assert all(width(line) <= 40 for line in wrap("向境外提供个人信息应当通过安全评估、认证、标准合同或者符合其他法定条件之一", 40, "  ", "    "))
    assert "".join(line.strip() for line in wrap("向境外提供，个人信息", 20)) == "向境外提供，个人信息"
