"""What follows from the entries, written anew: the tiles, and the names by which entries are found."""

from __future__ import annotations

from comity.ledger import entry as entries
from comity.ledger.follow import Follower
from comity.ledger.store import Store


def rebuild(store: Store) -> Follower:
    """Puts back whatever can be derived, in one transaction, and only if the entries are those that the log's key signed.

    Raises:
        CorruptError: they are not; nothing was changed.
    """
    size = store.begin()
    try:
        log = Follower(store)
        for _, made, tiles in log.pieces(size):
            store.derive(log.state.size - len(made), list(map(entries.name, made)), tiles)
        log.believe(store.checkpoint())
        store.commit()
    except BaseException:
        store.rollback()
        raise
    return log
