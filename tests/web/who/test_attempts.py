"""Whoever tries what does not let them in waits, ever longer; others do not wait for them."""

import pytest
from authenticator import Authenticator
from housed import JSON, ORIGIN, Housed, asked, sign_in

from comity.edge.accounts import BEGINS, digest, secret
from comity.web.who import attempts
from comity.web.who.attempts import AGE, FREE, LONGEST, Attempts, place


@pytest.fixture(autouse=True)
def later(housed: Housed) -> None:
    housed.passed += 10 * AGE


def test_the_wait_doubles_and_is_bounded_and_forgotten() -> None:
    at = [0.0]
    tried = Attempts(lambda: at[0])
    assert [tried.begin("a") for _ in range(FREE)] == [0] * FREE
    waits = []
    for _ in range(14):
        waits.append(tried.begin("a"))
        assert tried.begin("b" * len(waits)) == 0
        at[0] += waits[-1]
        assert tried.begin("a") == 0
    assert waits == [min(int(LONGEST), 2**n) for n in range(14)]
    at[0] += AGE
    assert tried.begin("a") == 0


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST", 3)
    tried = Attempts(lambda: 0.0)
    for who in "abcdef":
        tried.begin(who)
    assert list(tried._failed) == ["d", "e", "f"]


def test_of_many_at_once_no_more_are_let_try() -> None:
    """An attempt counts before it is known what comes of it."""
    tried = Attempts(lambda: 0.0)
    assert [tried.begin("a") > 0 for _ in range(FREE + 3)] == [False] * FREE + [True] * 3


def test_letting_one_in_forgives_nothing_that_failed_before() -> None:
    tried = Attempts(lambda: 0.0)
    for _ in range(FREE - 1):
        tried.begin("a")
    tried.begin("a")
    tried.passed("a")
    assert tried.begin("a") == 0
    assert tried.begin("a") > 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("testclient", "", False),
    ],
)
def test_a_network_of_one_line_is_one(one: str, other: str, same: bool) -> None:
    assert (place(one) == place(other)) is same


def test_tokens_are_not_guessed(housed: Housed) -> None:
    said = housed.token(housed.account("kite_us", "read"), "read")
    guessing = housed.browser("203.0.113.7", **JSON)
    codes = [guessing.get("/law", headers={"authorization": f"Bearer {BEGINS}{secret()}"}).status_code for _ in range(FREE + 2)]
    assert codes == [401] * FREE + [429] * 2
    told = guessing.get("/law", headers={"authorization": f"Bearer {BEGINS}guess"})
    assert (told.status_code, told.headers["retry-after"]) == (429, "1")
    assert guessing.get("/law/us.padfa", headers=said).status_code == 200  # somebody else at the same address has one
    assert housed.browser("203.0.113.8", **JSON).get("/law", headers={"authorization": f"Bearer {BEGINS}guess"}).status_code == 401


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer " + "x" * 4000, "bearer é"])
def test_what_is_no_token_lets_nobody_in(housed: Housed, said: str) -> None:
    assert housed.browser("203.0.113.9", **JSON).get("/law", headers={"authorization": said.encode()}).status_code == 401


def test_a_token_that_is_over_or_revoked_lets_nobody_in_and_is_no_guess(housed: Housed) -> None:
    name = housed.account("kite_us", "read")
    revoked, over = housed.token(name, "read"), housed.token(name, "read")
    program = housed.browser("203.0.113.10", **JSON)
    assert program.get("/law/us.padfa", headers=revoked).status_code == 200
    housed.office.put(name, "revoked", **{"pass": digest(revoked["authorization"].removeprefix("Bearer "))})
    told = [program.get("/law", headers=revoked) for _ in range(FREE + 2)]
    assert {(one.status_code, one.headers["www-authenticate"]) for one in told} == {(401, 'Bearer error="invalid_token"')}
    assert program.get("/law/us.padfa", headers=over).status_code == 200
    housed.passed += 3 * 86_400
    assert program.get("/law", headers=over).status_code == 401


def test_invitations_are_not_guessed(housed: Housed) -> None:
    guessing = housed.browser("203.0.113.11", **JSON)
    codes = [guessing.post("/enrol/options", json={"invitation": secret()}).status_code for _ in range(FREE + 1)]
    assert codes == [401] * FREE + [429]
    assert guessing.post("/enrol", json={"invitation": secret(), "credential": {}}).status_code == 429


def test_an_address_waits_after_it_failed(housed: Housed) -> None:
    passkey, stranger = housed.passkey(housed.account("kite_us", "read")), Authenticator(ORIGIN, "comity.example")
    browser = housed.browser("203.0.113.12", **JSON)
    assert [sign_in(browser, stranger).status_code for _ in range(FREE)] == [401] * FREE
    refused = sign_in(browser, passkey)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json()["detail"] == "Wait 1 s, then try again."
    assert sign_in(housed.browser("203.0.113.13", **JSON), passkey).status_code == 200
    housed.passed += 1
    assert sign_in(browser, passkey).status_code == 200


def test_an_account_waits_after_somebody_failed_as_it_wherever_from(housed: Housed) -> None:
    passkey = housed.passkey(housed.account("kite_us", "read"))
    forged = Authenticator(ORIGIN, "comity.example")
    forged.id, forged.user = passkey.id, passkey.user  # whoever saw these, and has not the key
    codes = [sign_in(housed.browser(f"203.0.113.{n}", **JSON), forged).status_code for n in range(20, 20 + FREE + 1)]
    assert codes == [401] * FREE + [429]
    other = housed.passkey(housed.account("kite_us", "read"))
    assert sign_in(housed.browser("203.0.113.40", **JSON), other).status_code == 200
    assert sign_in(housed.browser("203.0.113.41", **JSON), passkey).status_code == 429
    housed.passed += 2
    assert sign_in(housed.browser("203.0.113.42", **JSON), passkey).status_code == 200


def test_where_an_account_waits_its_address_does_not(housed: Housed) -> None:
    passkey, other = (housed.passkey(housed.account("kite_us", "read")) for _ in range(2))
    forged = Authenticator(ORIGIN, "comity.example")
    forged.id, forged.user = passkey.id, passkey.user
    for n in range(60, 60 + FREE):
        sign_in(housed.browser(f"203.0.113.{n}", **JSON), forged)
    office = housed.browser("203.0.113.80", **JSON)
    assert [sign_in(office, passkey).status_code for _ in range(FREE + 1)] == [429] * (FREE + 1)
    assert sign_in(office, other).status_code == 200


def test_whoever_comes_from_no_address_takes_little_room() -> None:
    """A proxy may pass on whatever it was told."""
    assert len(place("x" * 60_000)) < 100


def test_asking_for_challenges_takes_no_room(housed: Housed) -> None:
    browser = housed.browser("203.0.113.50", **JSON)
    before = dict(housed.house.challenges._spent)
    assert len({asked(browser)["challenge"] for _ in range(50)}) == 50
    assert housed.house.challenges._spent == before
