import random

import crashes
import pytest

from comity.ledger import sqlite


@pytest.fixture
def folders(tmp_path):
    made = tmp_path / "used", tmp_path / "found"
    for folder in made:
        folder.mkdir()
    return made


def broken(folders, rounds, images, seed):
    """What is wrong with images of a disk that lost power after operations drawn by chance, the last ones among them."""
    chance = random.Random(seed)
    done = crashes.recorded(folders[0], rounds, chance)
    cuts = [len(done), *(chance.randrange(len(done)) for _ in range(images - 1))]
    return [one for one in crashes.violations(done, cuts, folders[1], chance) if one]


def test_nothing_acknowledged_is_lost_when_the_power_goes(folders):
    assert broken(folders, rounds=10, images=400, seed=1) == []


def test_every_write_of_a_short_run_may_be_the_last(folders):
    chance = random.Random(2)
    done = crashes.recorded(folders[0], 4, chance)
    assert [one for one in crashes.violations(done, range(len(done) + 1), folders[1], chance) if one] == []


def test_the_harness_notices_a_weaker_sync(folders, monkeypatch):
    full = sqlite.durable

    def weaker(db, path):
        full(db, path)
        db.pragma("synchronous", "normal")

    monkeypatch.setattr(sqlite, "durable", weaker)
    assert len(broken(folders, rounds=10, images=100, seed=3)) > 20
