"""Who follows a log asks its store often: a server that hears nothing for long takes a leader for one that hangs."""

from bookkeeping import SIGNER, Clock, adoption, asked, commitment, reservation

from comity.ledger import follow
from comity.ledger.follow import Follower
from comity.ledger.sqlite import Sqlite
from comity.ledger.writer import Writer


class Heard(Sqlite):
    """A ledger's file that knows of how many sets of persons it was asked at once."""

    def __init__(self, path):
        super().__init__(path)
        self.sets = []

    def persons(self, names):
        self.sets.append(len(names))
        return super().persons(names)


def test_sets_are_read_a_span_at_a_time_and_make_the_same_state(tmp_path, monkeypatch):
    path = tmp_path / "log.sqlite"
    Sqlite.create(path).close()
    store = Heard(path)
    writer = Writer(store, SIGNER, Clock())
    writer.write([adoption()])
    for n in range(10):
        writer.write([reservation(str(n), asked([n, n + 1])), commitment(str(n))])
    store.sets.clear()
    monkeypatch.setattr(follow, "SPAN", 3)
    again = Follower(store)
    again.follow(store.size())
    assert store.sets == [3, 3, 3, 1]
    assert again.state.counts.totals([asked([])]) == writer.log.state.counts.totals([asked([])])
    assert again.tree.head() == writer.log.tree.head()
    store.close()
