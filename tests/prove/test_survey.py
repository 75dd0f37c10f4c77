"""Conflicts of laws are those that a verdict names: a prohibition bars what another law compels."""

import pytest

pytest.importorskip("z3")

from comity import shelf
from comity.cli.main import main
from comity.prove.prover import judged
from comity.prove.survey import conflicts

BARS = "when: leaves and population.persons >= 10000"
AFTER = "timing: after\n    when: leaves"


@pytest.fixture
def plan(tmp_path):
    """Two acts of one text, of two places, with something else in the first."""

    def made(*changes):
        folders = []
        for name in ("xx.export-act", "yy.export-act"):
            folder = tmp_path / name
            assert main(["law", "new", str(folder)]) == 0
            page = (folder / "rulebook.yaml").read_text()
            if name.startswith("yy"):
                page = page.replace("[XX]", "[YY]")
            else:
                for before, after in changes:
                    assert before in page
                    page = page.replace(before, after)
            (folder / "rulebook.yaml").write_text(page)
            folders.append(folder)
        return shelf.plan(folders, [folder.name for folder in folders])

    return made


def test_a_prohibition_bars_what_another_law_compels(plan):
    both = plan()
    (found,) = conflicts(both.regimes[0], both, 30)
    assert found.stands
    assert {(one.by, one.regime) for one in judged(found.world, both).conflicts} == {("measure", "xx.export-act")}


def test_what_is_only_to_be_done_before_is_no_conflict(plan):
    both = plan((BARS, "when: leaves and false"), (AFTER, AFTER.replace("after", "before")))
    (found,) = conflicts(both.regimes[0], both, 30)
    assert not found.stands  # nor proved never to be: a further participant may always be barred, as far as is supposed
    assert found.world is None
