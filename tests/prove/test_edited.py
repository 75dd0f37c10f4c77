"""What was edited is found where it was written, however far from the provision that decides otherwise."""

import pytest

pytest.importorskip("z3")

from comity import shelf
from comity.cli.main import main
from comity.prove.edited import Edited

RESTS = "\ndefinitions:\n  sends: {cite: s. 2, en: Sent., zh: 传输。, is: \"event in {'send', 'store'}\", read: false}"


@pytest.fixture
def edited(tmp_path):
    folder = tmp_path / "xx.export-act"
    assert main(["law", "new", str(folder)]) == 0
    text = (folder / "rulebook.yaml").read_text().replace("\ndefinitions:", RESTS).replace("event in {'send', 'make_accessible', 'view', 'store'}", "sends")
    assert "is: sends and destination" in text

    def made(before, after):
        assert before in text
        books = []
        for name, page in (("old", text), ("new", text.replace(before, after))):
            (file := tmp_path / f"{name}.yaml").write_text(page)
            books.append(shelf.book(file))
        found = Edited(*books)
        return found.itself("prohibition", "export/many"), found.under("prohibition", "export/many")

    return made


def test_what_a_provision_rests_on_is_found_through_definitions(edited):
    assert edited("'store'", "'view'") == (False, ("sends",))
    assert edited("is: sends and", "is: sends or") == (False, ("leaves",))


def test_places_and_the_scope_are_rested_on_too(edited):
    assert edited("places: {HOME: [XX]}", "places: {HOME: [XX, YY]}") == (False, ("HOME",))
    assert edited("asset.about == 'person' and", "") == (False, ("scope",))


def test_its_own_words(edited):
    assert edited(">= 10000", ">= 20000") == (True, ())
    assert edited("  export/many:", "  export/more:") == (True, ())


def test_other_words_for_the_same_page_are_no_edit(edited):
    assert edited("leaves and population.persons", "leaves  and  population.persons") == (False, ())
    assert edited("Sent.", "Sent or stored.") == (False, ())
    assert edited("    read: false\n", "    checked: 2020-01-01\n") == (False, ())
    assert edited("when: leaves\n    due: after(on, 5, years)", "when: leaves\n    due: after(on, 6, years)") == (False, ())
