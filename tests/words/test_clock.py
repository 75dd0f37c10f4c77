"""By which clock a day falls due, in words, whatever the term is made of."""

import pytest

from comity import shelf
from comity.law.condition import After, Const, Extreme, Path, Plus, Relation
from comity.law.regime import ON
from comity.words.clock import clock
from comity.words.words import Words

PAPERS = Relation("leg", (), "instruments", "instrument")
SINCE = Path("i", (), "effective_on", "instrument")
TERMS = {
    ON: ("the day", "日期"),
    After(ON, 30, "days", ""): ("30 days after: the day", "自“日期”起30日"),
    After(ON, 2, "months", ""): ("2 months after: the day", "自“日期”起2个月"),
    After(ON, 10, "years", ""): ("10 years after: the day", "自“日期”起10年"),
    After(ON, 15, "workdays", "CN"): ("15 working days (China) after: the day", "自“日期”起15个工作日（中国）"),
    After(After(ON, 1, "01-01", ""), 1, "03-01", ""): ("the next 03-01 after: the next 01-01 after: the day", "““日期”之后的下一个01-01”之后的下一个03-01"),
    After(ON, -5, "workdays", "CN"): ("as the law counts", "依法律计算"),
    Plus((ON, ON)): ("as the law counts", "依法律计算"),
}


@pytest.mark.parametrize(("term", "told"), TERMS.items())
def test_a_term_is_told_by_what_it_is_made_of(term, told):
    assert tuple(clock(term, Words(lang, shelf.vocabulary())) for lang in ("en", "zh")) == told


@pytest.mark.parametrize(("beyond", "which"), [(">", "last"), ("<", "first")])
def test_of_several_days_it_is_said_which(beyond, which):
    said = clock(Extreme(PAPERS, "i", After(SINCE, 10, "workdays", "CN"), Const(2), beyond), Words("en", shelf.vocabulary()))
    assert said.startswith(f"the {which} of ")
    assert "10 working days (China) after: " in said
