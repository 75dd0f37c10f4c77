"""What is spent is spent: exactly, once, by whoever is first, and whatever becomes of it."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

import pytest
from bookkeeping import MORNING, UNDER, asked, dt
from hypothesis import given
from hypothesis import strategies as st

from comity.ledger import entry
from comity.ledger.budget import Spending, written
from comity.ledger.digests import Digests
from comity.ledger.hold import ConflictError, CorruptError, EntryError, SpentError
from comity.ledger.rebuild import rebuild
from comity.ledger.state import State

AT = "2026-11-26T10:00:00Z"
AMOUNTS = st.sampled_from(["0.1", "0.7", "1", "2.000000000000000000000000000001", "0.000000000000000000000000000001", "999999999999999"])
SPENDINGS = st.builds(lambda name, amount, most: Spending(name, Decimal(amount), Decimal(most)), st.sampled_from("ab"), AMOUNTS, AMOUNTS | st.just("0"))


def one(amount, most="1", budget="b"):
    return Spending(budget, Decimal(amount), Decimal(most))


def nobody(_):
    return Digests.joined([])


@given(st.lists(st.lists(SPENDINGS, min_size=1, max_size=3), max_size=8))
def test_no_more_is_spent_than_a_budget_holds_and_the_log_says_how_much(batches):
    """Against fractions, one by one; then the same entries again, by whoever follows or rebuilds."""
    state, model, log = State(), {}, []
    for number, batch in enumerate(batches):
        after, allowed = dict(model), True
        for each in batch:
            after[each.budget] = after.get(each.budget, Fraction(0)) + Fraction(each.amount)
            allowed &= after[each.budget] <= Fraction(each.most)
        request = {"kind": "spend", "id": str(number), "asked": [each.entry() for each in batch]}
        if allowed:
            model = after
            log.append(state.take(request, AT, nobody))
            assert [Fraction(total) for total in log[-1]["totals"]] == [model[each.budget] for each in batch]
        else:
            with pytest.raises(SpentError):
                state.take(request, AT, nobody)
        assert {name: Fraction(amount) for name, amount in state.spent.items()} == model
    again = State()
    for made in log:
        again.apply(made, nobody)
    assert again.spent == state.spent
    if log:
        with pytest.raises(CorruptError):
            State().apply({**log[-1], "totals": ["0"] * len(log[-1]["totals"])}, nobody)


def test_who_has_too_little_left_is_told_how_much(opened):
    ledger = opened()
    ledger.spend("a", [one("0.50"), one("0.000001", budget="d")])
    with pytest.raises(SpentError, match=r"of the budget 'b' 0\.5 of 1 is left, and this takes 0\.6"):
        ledger.spend("b", [one("0.1", budget="d"), one("0.6")])
    assert ledger.entry(ledger.spend("c", [one("0.5"), one("1", "2", "d")]))["totals"] == ["1", "1.000001"]  # nothing of a refusal was spent
    with pytest.raises(SpentError, match=r"0 of 0\.3 is left"):  # the budget was made smaller than what is spent
        ledger.spend("d", [one("0.1", "0.3")])


def test_whether_there_is_enough_is_told_without_spending(opened):
    ledger = opened()
    ledger.spend("a", [one("0.5")])
    size = ledger.size
    ledger.afford([one("0.5"), one("1", budget="d")])
    with pytest.raises(SpentError, match=r"of the budget 'b' 0\.5 of 1 is left, and this takes 0\.6"):
        ledger.afford([one("0.6")])
    assert ledger.size == size
    ledger.spend("b", [one("0.5")])


def test_the_same_id_buys_once(opened):
    ledger = opened()
    index = ledger.spend("a", [one("0.6")])
    assert ledger.spend("a", [one("0.60")]) == index
    with pytest.raises(ConflictError):
        ledger.spend("a", [one("0.4")])
    assert ledger.entry(ledger.spend("b", [one("0.4")]))["totals"] == ["1"]


def test_spent_stays_spent_when_what_it_was_for_never_ends(opened, clock):
    """Whoever spent may have been killed after it was seen what it bought."""
    first = opened()
    first.reserve("view", [asked(range(5))], MORNING + dt.timedelta(hours=1), {}, UNDER)
    first.spend("view", [one("0.6")])
    first.close()
    clock.tick(7200)
    later = opened()
    with pytest.raises(SpentError):
        later.spend("another", [one("0.6")])
    assert later.entry(later.size - 1)["kind"] == "expire"
    assert rebuild(later.store).state.spent == {one("0.6").budget: Decimal("0.6")}
    assert later.check().pending == 0


def test_racers_never_spend_the_same_remainder(opened):
    ledgers = [opened() for _ in range(3)]

    def race(number):
        try:
            ledgers[number % 3].spend(f"r{number}", [one("0.3", "5"), one("0.1", "100", "other")])
        except SpentError:
            return 0
        return 1

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(race, range(48))) == 16
    assert ledgers[0].entry(ledgers[0].spend("rest", [one("0.2", "5"), one("1", "100", "other")]))["totals"] == ["5", "2.6"]


@pytest.mark.parametrize("amount", ["0", "-1", "1.0", "01", ".5", "1e-3", "1E+2", "NaN", "1" + "0" * 15, "0." + "0" * 30 + "1", 1, 0.5, "１"])
def test_an_amount_has_one_spelling(amount):
    with pytest.raises(EntryError):
        entry.request({"kind": "spend", "id": "a", "asked": [{"budget": "b", "amount": amount, "most": "1"}]})


@pytest.mark.parametrize(("amount", "text"), [("0.50", "0.5"), ("1E+2", "100"), ("1e-7", "0.0000001"), ("0.0", "0"), ("3", "3")])
def test_amounts_are_spelled_out(amount, text):
    assert written(Decimal(amount)) == text
