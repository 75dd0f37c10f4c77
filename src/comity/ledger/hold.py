"""Why the ledger does not answer. Whoever gets one of these holds the transfer: none of them is ever a pass."""

from __future__ import annotations


class HoldError(Exception):
    """The ledger gives no answer on which anything may move."""


class EntryError(HoldError):
    """A request, or bytes in the log, that are no entry."""


class ConflictError(HoldError):
    """Another request was recorded under this id."""


class StaleError(HoldError):
    """Decided under other rulebooks than those adopted now, or under signed law whose time is over."""


class RolledBackError(HoldError):
    """Signed law older than what was adopted before, or less of it."""


class OvertakenError(HoldError):
    """Since what it hangs on was looked at, something was put down that may decide it otherwise: look again."""


class UnreservedError(HoldError):
    """No reservation has this id, or it was settled in another way."""


class ExpiredError(HoldError):
    """The reservation ended before it was committed."""


class SpentError(HoldError):
    """A budget has less left than is asked for."""


class ClockError(HoldError):
    """The clock says an earlier time than the last entry does, or a day that is yet to come."""


class LockedError(HoldError):
    """Another process kept the store to itself for too long; nothing was written, and the same request may be made again."""


class UnwitnessedError(HoldError):
    """Fewer witnesses vouch for what is recorded than the ledger's policy asks for; it stays recorded, and the same request may be made again."""


class StoreError(HoldError):
    """The store failed. Nothing is written after that until the ledger is opened again, which recovers what was acknowledged."""


class FullError(StoreError):
    """No room is left to write to."""


class CorruptError(StoreError):
    """What is stored is not what was written: the entries, the tree and the signed checkpoint disagree."""


class RewrittenError(StoreError):
    """A witness remembers a longer log of this name, or another: this one was cut, forked or brought back from a copy."""


class FencedError(StoreError):
    """Another gate leads the ledger by now: what this one would append is not appended."""


class SignerError(StoreError):
    """The ledger is signed by another key than the one at hand."""
