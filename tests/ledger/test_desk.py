"""Nobody waits at a desk behind which nobody works any more."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from comity.ledger.desk import IN_VAIN, Desk, Waiting
from comity.ledger.hold import FullError, HoldError, StoreError
from comity.ledger.writer import Since

PATIENCE = 20
"""Seconds after which a test says that somebody waits for ever."""


def answering(desk):
    while desk.more():
        for waiting in desk.gathered():
            waiting.tell("answered")


def failing(fault):
    def work(desk):
        desk.gathered()
        raise fault

    return work


@pytest.mark.parametrize("work", [lambda _: None, lambda desk: desk.gathered(), failing(MemoryError()), failing(SystemExit(1)), failing(FullError("no room"))])
def test_whoever_is_not_answered_holds_whatever_ended_the_work(work):
    desk = Desk()
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(desk.ask, Since()) for _ in range(2)]
        desk.start(lambda: work(desk), lambda: None)
        assert all(isinstance(one.exception(PATIENCE), HoldError) for one in asked)
        late = pool.submit(desk.ask, Since())
        assert isinstance(late.exception(PATIENCE), StoreError)
        desk.close()
        assert isinstance(pool.submit(desk.ask, Since()).exception(PATIENCE), StoreError)


def test_callers_that_meet_at_a_closing_desk_are_answered_or_hold():
    for _ in range(30):
        desk, together = Desk(), Barrier(9)
        desk.start(lambda desk=desk: answering(desk), lambda: None)

        def ask(desk=desk, together=together):
            together.wait()
            try:
                return desk.ask(Since())
            except HoldError:
                return "held"

        with ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(ask) for _ in range(8)]
            together.wait()
            desk.close()
            assert {one.result(PATIENCE) for one in asked} <= {"answered", "held"}


def test_the_first_answer_counts_and_everybody_is_told_before_the_end():
    desk, said = Desk(), []

    def work():
        (waiting,) = desk.gathered()
        waiting.tell("first")
        waiting.tell("second")
        raise StoreError("and then it failed")

    desk.start(work, lambda: said.append("ended"))
    assert desk.ask(Since()) == "first"
    desk.close()
    assert said == ["ended"]
    with pytest.raises(StoreError, match="and then it failed"):
        desk.ask(Since())


class Line:
    """A desk at which callers ask again by name, and what it gathers for one transaction, in the background."""

    def __init__(self, pool):
        self.desk, self._pool = Desk(), pool

    def ask(self, caller):
        waiting = Waiting(Since())
        waiting.caller = caller
        self.desk._queue.put(waiting)

    def gathered(self, grace=PATIENCE):
        return self._pool.submit(lambda: "".join(one.caller for one in self.desk.gathered(grace=grace)))


def test_who_was_answered_last_is_waited_for():
    with ThreadPoolExecutor(1) as pool:
        line = Line(pool)
        for caller in "AB":
            line.ask(caller)
        assert line.gathered().result(PATIENCE) == "AB"
        line.ask("C")
        found = line.gathered()
        line.ask("B")
        line.ask("A")
        assert found.result(PATIENCE / 2) == "CBA"


def test_who_does_not_come_is_not_waited_for_again_and_again():
    with ThreadPoolExecutor(1) as pool:
        line = Line(pool)
        line.ask("A")
        assert line.gathered().result(PATIENCE) == "A"
        line.ask("B")
        assert line.gathered(grace=1e-9).result(PATIENCE) == "B"
        for n in range(IN_VAIN):
            line.ask(str(n % 10))
            assert line.gathered().result(PATIENCE / 2) == str(n % 10)
        line.ask("C")
        found = line.gathered()
        line.ask(str((IN_VAIN - 1) % 10))
        assert found.result(PATIENCE / 2) == f"C{(IN_VAIN - 1) % 10}"


def test_a_desk_that_closes_waits_for_nobody():
    with ThreadPoolExecutor(1) as pool:
        line = Line(pool)
        line.ask("A")
        assert line.gathered().result(PATIENCE) == "A"
        line.ask("B")
        found = line.gathered()
        line.desk.close()
        assert found.result(PATIENCE / 2) == "B"
        assert not line.desk.more()
