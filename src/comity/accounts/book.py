"""The accounts of a ledger: read on as it grows, believed only under the key that signs it here, and put down where they follow from what is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Lock
from typing import Any, Final, Protocol

from comity.accounts.accounts import AccountRefusedError, Accounts
from comity.docket.log import Log
from comity.ledger.entry import instant
from comity.ledger.hold import ConflictError, CorruptError
from comity.ledger.store import Store

KIND: Final = "account"
AGAIN: Final = 16
"""How often an event is tried where others write of the same account at the same time."""


class Appending(Protocol):
    """A ledger, as far as events are put down in it."""

    def append(self, entry: dict[str, Any]) -> int:
        """Records an entry; its index. Raises ConflictError where another has its id."""


class Book:
    """The accounts that a log tells of, whichever process wrote them. Threads take turns."""

    def __init__(self, store: Store, signer: str) -> None:
        """`signer`: the public key that signs the log here: what somebody else has signed is not believed."""
        self._store, self._signer, self._lock = store, signer, Lock()
        self._log, self._accounts = Log(store), Accounts()

    def now(self) -> Accounts:
        """The accounts as the log tells of them now, not to be changed. Raises HoldError where it does not hold: then nobody is let in."""
        with self._lock:
            if self._store.size() != self._log.size or not self._log.size:
                log = Log(self._store, self._log.size, self._log.root, [*self._log.signers])
                read = self._accounts.fork()
                for piece in log.pieces():
                    for entry in piece:
                        if entry["kind"] == KIND:
                            with suppress(AccountRefusedError):
                                read.apply(entry)
                if log.signers[-1] != self._signer:
                    raise CorruptError("the log of the accounts is signed by another key than the one that lies beside it")
                self._log, self._accounts = log, read  # the last piece came: all of it is as it was signed
            return self._accounts

    def close(self) -> None:
        """Lets go of the store."""
        self._store.close()


class Keeper:
    """Puts down what happens to accounts, each event only if it has an effect."""

    def __init__(self, ledger: Appending, book: Book, now: Callable[[], dt.datetime]) -> None:
        self.ledger, self.book, self.now = ledger, book, now

    def made(self, name: str, party: str, rights: Sequence[str]) -> int:
        """A new account; the index of the entry."""
        return self.put(name, "made", {"party": party, "rights": sorted(rights)})

    def put(self, name: str, event: str, says: Mapping[str, Any]) -> int:
        """Puts down an event of an account; the index of the entry.

        Raises:
            AccountRefusedError: it would have no effect, and is not put down.
            HoldError: the ledger does not write, or does not hold.
        """
        for _ in range(AGAIN):
            accounts = self.book.now()
            held = accounts.held.get(name)
            draft = {"kind": KIND, "id": f"{name}/{held.entries if held else 0}", "event": event, "says": dict(says)}
            accounts.fork().apply({**draft, "at": instant(self.now())})
            with suppress(ConflictError):  # another wrote of it meanwhile: judged anew, after that
                return self.ledger.append(draft)
        raise ConflictError(f"others write of the account '{name}' all the time")
