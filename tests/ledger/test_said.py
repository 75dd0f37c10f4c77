"""What runs say of themselves stands beside a log, in a file and in PostgreSQL: the last word of each, worth nothing, and no fault of it is anybody's."""

import json
import os
from dataclasses import asdict, replace
from functools import partial

import bookkeeping
import pytest

from comity.ledger.hold import StoreError
from comity.ledger.ledger import Ledger, stored
from comity.ledger.postgres import Postgres
from comity.ledger.said import Said, Teller, every, read
from comity.ledger.sqlite import Sqlite

WORD = Said("ab 0", "sending", "customers", bookkeeping.DAY, "write", 3, 7, "2026-11-26T10:00:00Z")


@pytest.fixture(scope="module")
def database(postgres):
    return postgres.database()


@pytest.fixture
def served(database, postgres):
    """A ledger in a database, and its server's console."""
    console = partial(postgres.sql, database=database.partition("///")[2].partition("?")[0])
    console("drop schema if exists comity_ledger cascade")
    Postgres.create(database).close()
    return database, console


@pytest.fixture(params=["a file", "PostgreSQL"])
def where(request, tmp_path):
    if request.param == "PostgreSQL":
        return request.getfixturevalue("served")[0]
    Sqlite.create(tmp_path / "log.sqlite").close()
    return tmp_path / "log.sqlite"


@pytest.fixture
def store(where):
    held = stored(where)
    yield held
    held.close()


def test_the_last_word_of_each_run_stands_until_it_is_over(where, store):
    one, other = (Teller(partial(stored, where), run) for run in ("ab 0", "cd 1"))
    one.say(WORD)
    one.say(replace(WORD, rows=5))
    other.say(replace(WORD, run="cd 1"))
    assert every(store) == {"ab 0": replace(WORD, rows=5), "cd 1": replace(WORD, run="cd 1")}
    one.end()
    other.end()
    assert store.said() == []


def test_whoever_never_said_anything_has_nothing_to_take_back(where):
    Teller(partial(stored, where), "ab 0").end()


def test_a_teller_whose_store_fails_tries_anew(where, store):
    tried = []

    def opened():
        tried.append(1)
        if len(tried) == 1:
            raise StoreError("no room")
        return stored(where)

    teller = Teller(opened, "ab 0")
    with pytest.raises(StoreError):
        teller.say(WORD)
    teller.say(WORD)
    assert every(store) == {"ab 0": WORD}
    teller.end()


def test_what_nobody_took_away_goes_after_a_day_with_the_next_run(where, store, request):
    store.say("dead 0", str(WORD))
    store.say("young 0", str(WORD))
    if isinstance(where, str):
        _, console = request.getfixturevalue("served")
        console("update comity_ledger.said set at = at - interval '25 hours' where run = 'dead 0'")
    else:
        os.utime(store._saying("dead 0"), (0, 0))
    store.unsay("ab 0")
    assert len(store.said()) == 1
    store.unsay("young 0")
    assert store.said() == []


def test_what_is_said_is_in_no_log(tmp_path):
    with Ledger.create(tmp_path / "log.sqlite", signer=bookkeeping.SIGNER, now=bookkeeping.Clock()) as ledger:
        ledger.adopt(bookkeeping.UNDER, [bookkeeping.COUNT])
        before = ledger.check()
        ledger.store.say(WORD.run, str(WORD))
        assert ledger.check() == before


def test_a_database_without_a_table_for_it_hears_nothing_and_says_the_rest(served):
    """As one that was begun before there was such a table."""
    database, console = served
    console("drop table comity_ledger.said")
    store = stored(database)
    with pytest.raises(StoreError):
        store.say(WORD.run, str(WORD))
    assert every(store) == {}
    assert store.size() == 0
    store.close()


def test_whatever_else_lies_there_is_not_heard(tmp_path):
    store = Sqlite.create(tmp_path / "log.sqlite")
    store.say(WORD.run, str(WORD))
    folder = tmp_path / "log.sqlite.runs"
    (folder / "a folder.json").mkdir()
    (folder / "noise.json").write_bytes(os.urandom(9999))
    (folder / "long.json").write_text(str(WORD) + " " * 9999)
    (folder / "gone.json").symlink_to("nowhere")
    assert every(store) == {WORD.run: WORD}
    store.close()


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": -1}, {"of": -1}, {"rows": True}, {"rows": 1.5}, {"rows": "3"}, {"day": 0}, {"step": "dance"}, {"step": []}, {"at": "now"}, {"at": 3},
        {"run": None}, {"movement": {}}, {"person": "somebody"},
    ],
)  # fmt: skip
def test_what_is_not_a_word_of_a_run_is_not_read(changed):
    assert read(str(WORD)) == WORD
    assert read(json.dumps({**asdict(WORD), **changed})) is None


@pytest.mark.parametrize("text", ["", "3", "[]", "{}", "[" * 100_000, "\0"])
def test_what_is_nothing_of_the_kind_is_not_read(text):
    assert read(text) is None
