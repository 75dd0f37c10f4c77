from contextlib import ExitStack

import bookkeeping
import pytest

from comity.ledger.ledger import Ledger


@pytest.fixture
def clock():
    return bookkeeping.Clock()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.db"


@pytest.fixture
def opened(path, clock):
    """Opens the ledger of the test, made and adopted at first; all are closed at the end."""
    with ExitStack() as stack:

        def again(now=clock):
            if path.exists():
                return stack.enter_context(Ledger.open(path, signer=bookkeeping.SIGNER, now=now))
            made = stack.enter_context(Ledger.create(path, signer=bookkeeping.SIGNER, now=now))
            made.adopt(bookkeeping.UNDER, [bookkeeping.COUNT])
            return made

        yield again
