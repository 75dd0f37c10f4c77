"""The ledger of accounts: what is put down is what is read, by whichever process, and nothing that another key has signed is believed."""

import datetime as dt
import json
import sqlite3

import pytest

from comity.accounts.account import PASSKEY, READ
from comity.accounts.accounts import AccountRefusedError
from comity.accounts.book import Book, Keeper
from comity.accounts.labels import Labels
from comity.accounts.passkeys import Passkey, Passkeys
from comity.ledger.hold import CorruptError, HoldError
from comity.ledger.ledger import Ledger, stored
from comity.ledger.note import Signer

NAME = "0123456789abcdef"
SIGNER = Signer("comity.test/accounts", bytes(range(32)))
LATER = "2026-12-01T00:00:00Z"


def clock():
    return dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


@pytest.fixture
def ledger(tmp_path):
    with Ledger.create(tmp_path / "log.sqlite", signer=SIGNER, now=clock) as made:
        yield made


@pytest.fixture
def book(ledger):
    made = Book(stored(ledger.where), str(SIGNER.key))
    yield made
    made.close()


def test_what_one_process_puts_down_another_reads_and_all_of_it_can_be_read_anew(tmp_path, ledger, book):
    keeper = Keeper(ledger, book, clock)
    keeper.made(NAME, "north", [READ])
    seen = Book(stored(tmp_path / "log.sqlite"), str(SIGNER.key))
    before = seen.now()
    keeper.put(NAME, "invited", {"invitation": "1" * 64, "until": LATER})
    keeper.put(NAME, "passkey", {"invitation": "1" * 64, "passkey": "2" * 64})
    assert seen.now() == book.now() == Book(stored(tmp_path / "log.sqlite"), str(SIGNER.key)).now()
    assert seen.now().by(PASSKEY, "2" * 64, LATER).entries == 3
    assert before.held[NAME].entries == 1  # who looks at accounts is not moved under
    seen.close()


def test_what_has_no_effect_is_not_put_down(ledger, book):
    keeper, size = Keeper(ledger, book, clock), ledger.size
    with pytest.raises(AccountRefusedError):
        keeper.put(NAME, "closed", {})
    assert ledger.size == size


def test_of_two_who_take_up_an_invitation_at_once_one_is_let_in(tmp_path, ledger, book):
    Keeper(ledger, book, clock).made(NAME, "north", [READ])
    Keeper(ledger, book, clock).put(NAME, "invited", {"invitation": "1" * 64, "until": LATER})
    other = Book(stored(tmp_path / "log.sqlite"), str(SIGNER.key))

    class Late:
        """A ledger in which another writes between the look and the entry."""

        def append(self, entry):
            Keeper(ledger, other, clock).put(NAME, "passkey", {"invitation": "1" * 64, "passkey": "3" * 64})
            return ledger.append(entry)

    with pytest.raises(AccountRefusedError, match="was used"):
        Keeper(Late(), book, clock).put(NAME, "passkey", {"invitation": "1" * 64, "passkey": "2" * 64})
    assert list(book.now().of) == ["1" * 64, "3" * 64]
    other.close()


def test_an_entry_that_came_too_late_to_have_an_effect_keeps_nobody_from_the_account(tmp_path):
    """Its number is taken: whoever does not count it could never revoke anything again."""
    at = [clock()]
    with Ledger.create(tmp_path / "log.sqlite", signer=SIGNER, now=lambda: at[0]) as ledger:
        book = Book(stored(tmp_path / "log.sqlite"), str(SIGNER.key))
        keeper = Keeper(ledger, book, clock)
        keeper.made(NAME, "north", [READ])
        keeper.put(NAME, "invited", {"invitation": "1" * 64, "until": "2026-11-27T12:00:01Z"})
        at[0] += dt.timedelta(seconds=1)  # between the look and the entry the invitation was over
        keeper.put(NAME, "passkey", {"invitation": "1" * 64, "passkey": "2" * 64})
        assert list(book.now().of) == ["1" * 64]
        keeper.put(NAME, "closed", {})
        assert book.now().held[NAME].closed
        book.close()


def test_accounts_that_another_key_has_signed_are_none(tmp_path, ledger, book):
    Keeper(ledger, book, clock).made(NAME, "north", [READ])
    stranger = Book(stored(tmp_path / "log.sqlite"), str(Signer("comity.test/accounts", bytes(32)).key))
    for _ in range(2):  # asked again it does not take for granted what it did not believe
        with pytest.raises(CorruptError, match="another key"):
            stranger.now()
    stranger.close()


def test_a_log_that_lies_where_another_was_is_not_believed(tmp_path, ledger, book):
    """What is revoked in it would never be read: whoever reads the other still has that one open."""
    Keeper(ledger, book, clock).made(NAME, "north", [READ])
    (tmp_path / "log.sqlite").rename(tmp_path / "aside")
    copy = tmp_path / "log.sqlite"
    copy.write_bytes((tmp_path / "aside").read_bytes())
    with pytest.raises(HoldError, match="another file"):
        book.now()
    (tmp_path / "aside").rename(copy)
    assert list(book.now().held) == [NAME]


@pytest.mark.parametrize("left", [0, 2])
def test_a_log_that_became_shorter_is_not_believed(tmp_path, ledger, book, left):
    keeper = Keeper(ledger, book, clock)
    keeper.made(NAME, "north", [READ])
    keeper.put(NAME, "given", {"rights": []})
    assert not book.now().held[NAME].rights
    with sqlite3.connect(tmp_path / "log.sqlite") as rows:
        rows.execute("delete from entry where i >= ?", (left,))
    with pytest.raises(HoldError):
        book.now()


def test_no_entry_says_who_somebody_is(tmp_path, ledger, book):
    Keeper(ledger, book, clock).made(NAME, "north", [READ])
    Labels(tmp_path).put(NAME, "Ann of the office")
    assert "Ann" not in "".join(json.dumps(ledger.entry(index)) for index in range(ledger.size))
    assert Labels(tmp_path).read() == {NAME: "Ann of the office"}
    assert (tmp_path / "labels.json").stat().st_mode & 0o777 == 0o600
    Labels(tmp_path).forget(NAME)
    assert "Ann" not in (tmp_path / "labels.json").read_text()
    (tmp_path / "labels.json").unlink()
    assert Labels(tmp_path).read() == {}


def test_a_use_of_a_passkey_that_does_not_go_on_is_not_taken_down(tmp_path):
    held, one = Passkeys(tmp_path), Passkey(b"id", NAME, b"key", 3)
    assert held.keep(one)
    assert not held.keep(Passkey(b"id", "f" * 16, b"another key"))
    assert held.use(one, 4)
    assert not held.use(one, 4)
    assert not held.use(one, 0)
    assert held.find(b"id").used == 4
    held.keep(Passkey(b"uncounted", NAME, b"key"))
    assert held.use(Passkey(b"uncounted", NAME, b"key"), 0)
    assert (tmp_path / "passkeys.sqlite").stat().st_mode & 0o777 == 0o600
    held.drop(one)
    assert [found.id for found in held.of(NAME)] == [b"uncounted"]


def test_a_passkey_whose_key_was_exchanged_is_another():
    assert len({Passkey(*one).digest for one in [(b"a", "", b"bc"), (b"ab", "", b"c"), (b"a", "", b"bd")]}) == 3
