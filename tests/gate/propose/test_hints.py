import pytest
import stdnum.util

from comity.gate.propose.digit import _module
from comity.gate.propose.hints import HERE, codes, hints, read
from comity.text.source import SourceError

SHIPPED = (HERE / "hints.yaml").read_text(encoding="utf-8")


def mistakes(old, new):
    assert old in SHIPPED
    with pytest.raises(SourceError) as raised:
        read("hints.yaml", SHIPPED.replace(old, new, 1), codes())
    return [str(m) for m in raised.value.mistakes]


def test_every_kind_of_the_vocabulary_has_hints_or_is_left_to_people():
    assert set(hints().fields) | hints().told_by_people == codes()
    assert not set(hints().fields) & hints().told_by_people


def test_every_check_names_a_module_that_checks():
    for check in hints().checks:
        assert callable(_module(check.module).is_valid), check.module
    assert stdnum.util.isdigits("7")


def test_the_last_resort_of_every_field_is_to_stay_home_and_secrets_never_leave_as_they_are():
    assert {f.forms[-1] for f in hints().fields.values()} == {"drop"}
    assert {hints().fields[code].forms for code in ("password", "pin", "security_answer", "private_message", "genome", "text")} == {("drop",)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  email: {en", "  emale: {en", "'emale' is no kind of field (did you mean 'email'?)"),
        ("types: [text]", "types: [texts]", "'texts' is none of the types (did you mean 'text'?)"),
        ("shapes: [email]", "shapes: [emial]", "'emial' is none of the shapes (did you mean 'email'?)"),
        (r"like: '\d{2,}'", r"like: '(?<=a)\d'", "not a regular expression that runs in one pass"),
        ("module: stdnum.luhn", "module: os.path", "a check names a module of python-stdnum"),
        ("words: [username,", "words: [email,", "'email' already leads to 'email'"),
        ("forms: [pseudonym, drop]", "forms: [pseudonym]", "the forms of 'email' do not end with drop"),
        ("en: e-mail address,", "en: e-mail address, wrods: [x],", "a kind of field has no 'wrods' (did you mean 'words'?)"),
    ],
)
def test_a_mistake_in_the_hints_has_its_place_and_a_suggestion(old, new, said):
    found = mistakes(old, new)
    assert any(said in one for one in found), found
    assert all(one.startswith("hints.yaml:") for one in found)


def test_mistakes_are_told_together():
    assert len(mistakes("shapes: [email], forms: [pseudonym, drop]", "shapes: [emial], forms: [pseudonym]")) == 2
