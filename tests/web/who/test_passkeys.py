"""Coming in: only with a passkey that was made with an invitation, here, by whoever holds it, and each time anew."""

import sqlite3
from typing import Any

import pytest
from authenticator import PRESENT, Authenticator, raw, text
from housed import JSON, ORIGIN, Housed, asked, sign_in
from starlette.testclient import TestClient

from comity.edge.accounts import digest
from comity.web.view import ANEW
from comity.web.who import sessions
from comity.web.who.challenges import PATIENCE
from comity.web.who.sessions import IDLE, LONGEST

SESSION = "__Host-session"


@pytest.fixture
def name(housed: Housed) -> str:
    housed.passed += 100_000  # nobody waits for what an earlier test did
    return housed.account("kite_us", "read")


def made(housed: Housed, invitation: str, passkey: Authenticator, browser: TestClient | None = None) -> Any:
    browser = browser or housed.browser(**JSON)
    asked = browser.post("/enrol/options", json={"invitation": invitation})
    return browser.post("/enrol", json={"invitation": invitation, "credential": passkey.create(asked.json())}) if asked.status_code == 200 else asked


def test_whoever_was_invited_comes_in_and_goes_out(housed: Housed, name: str) -> None:
    passkey = housed.passkey(name)
    browser = housed.browser(**JSON)
    assert browser.get("/account").status_code == 401
    came = sign_in(browser, passkey, to="/law?lang=en")
    assert came.json() == {"to": "/law?lang=en"}
    cookie = came.headers["set-cookie"]
    assert cookie.startswith(f"{SESSION}=")
    assert {"path=/", "secure", "httponly", "samesite=strict"} <= {part.strip().lower() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()
    assert browser.get("/account").json()["account"] == name
    went = browser.post("/sign-out", data={"do": "here"})
    assert (went.status_code, went.headers["location"]) == (303, "/sign-in")
    assert browser.get("/account").status_code == 401


def test_a_session_that_a_stranger_fixed_is_not_the_one_that_begins(housed: Housed, name: str) -> None:
    browser = housed.browser(**JSON)
    browser.cookies.set(SESSION, "fixed", domain="comity.example")
    assert browser.get("/account").status_code == 401
    first = sign_in(browser, passkey := housed.passkey(name))
    assert "fixed" not in first.headers["set-cookie"]
    old = first.cookies[SESSION]
    browser.cookies.clear()
    browser.cookies.set(SESSION, old, domain="comity.example")
    sign_in(browser, passkey)
    again = housed.browser(**JSON)
    again.cookies.set(SESSION, old, domain="comity.example")
    assert again.get("/account").status_code == 401  # who signs in anew leaves nothing behind
    assert "fixed" not in str(housed.house.sessions._held)
    assert old not in str(housed.house.sessions._held)  # digests alone are kept


def test_two_cookies_of_one_name_are_none(housed: Housed, name: str) -> None:
    said = housed.signed_in(name).cookies[SESSION]
    stranger = housed.browser(**JSON)
    assert stranger.get("/account", headers={"cookie": f"{SESSION}={said}"}).status_code == 200
    assert stranger.get("/account", headers={"cookie": f"{SESSION}=fixed; {SESSION}={said}"}).status_code == 401


def test_an_invitation_is_used_once(housed: Housed, name: str) -> None:
    invitation = housed.invitation(name)
    assert made(housed, invitation, Authenticator(ORIGIN, "comity.example")).status_code == 200
    assert made(housed, invitation, Authenticator(ORIGIN, "comity.example")).status_code == 401


def test_of_two_options_for_one_invitation_one_is_taken_up(housed: Housed, name: str) -> None:
    invitation, browser = housed.invitation(name), housed.browser(**JSON)
    credentials = [Authenticator(ORIGIN, "comity.example").create(browser.post("/enrol/options", json={"invitation": invitation}).json()) for _ in range(2)]
    codes = [browser.post("/enrol", json={"invitation": invitation, "credential": one}).status_code for one in credentials]
    assert codes == [200, 401]
    assert len(housed.office.passkeys.of(name)) == 1


def test_a_passkey_is_of_one_account_whoever_brings_it_again(housed: Housed, name: str) -> None:
    passkey, other = housed.passkey(name), housed.account("kite_beijing", "read")
    copy, invitation = Authenticator(ORIGIN, "comity.example"), housed.invitation(other)
    copy.id = passkey.id
    assert made(housed, invitation, copy).status_code == 401
    assert sign_in(housed.browser(**JSON), copy).status_code == 401
    assert sign_in(housed.browser(**JSON), passkey).status_code == 200
    assert made(housed, invitation, Authenticator(ORIGIN, "comity.example")).status_code == 200  # what was refused did not use it up


def test_a_passkey_that_was_never_recorded_keeps_nobody_from_making_one(housed: Housed, name: str) -> None:
    """A browser makes no second passkey on an authenticator that has one of those it is told of."""
    held = housed.passkey(name)
    (known,) = housed.office.passkeys.of(name)
    housed.office.passkeys.keep(type(known)(b"kept, and then the ledger did not write", name, known.key))
    told = housed.browser(**JSON).post("/enrol/options", json={"invitation": housed.invitation(name)}).json()
    assert [one["id"] for one in told["excludeCredentials"]] == [text(held.id)]


def test_an_invitation_is_over_revoked_or_unknown_alike(housed: Housed, name: str) -> None:
    revoked, over, closed = housed.invitation(name), housed.invitation(name), housed.invitation(gone := housed.account())
    housed.office.put(name, "revoked", **{"pass": digest(revoked)})
    housed.office.put(gone, "closed")
    passkey = Authenticator(ORIGIN, "comity.example")
    told = [made(housed, revoked, passkey), made(housed, closed, passkey)]
    housed.passed += 3 * 86_400
    told += [made(housed, over, passkey), made(housed, "unknown", passkey)]
    assert {(one.status_code, one.json()["detail"]) for one in told} == {(401, "this does not let you in: ask whoever keeps the accounts")}


def test_an_invitation_for_one_account_makes_no_passkey_of_another(housed: Housed, name: str) -> None:
    other = housed.invitation(housed.account("kite_beijing", "read"))
    browser, mine = housed.browser(**JSON), housed.invitation(name)
    credential = Authenticator(ORIGIN, "comity.example").create(browser.post("/enrol/options", json={"invitation": mine}).json())
    assert browser.post("/enrol", json={"invitation": other, "credential": credential}).status_code == 401


def test_a_challenge_that_was_answered_lets_nobody_in_again(housed: Housed, name: str) -> None:
    browser, passkey = housed.browser(**JSON), housed.passkey(name)
    credential = passkey.get(asked(browser))
    assert browser.post("/sign-in", json={"credential": credential}).status_code == 200
    replayed = housed.browser(**JSON).post("/sign-in", json={"credential": credential})
    assert replayed.status_code == 401
    assert "set-cookie" not in replayed.headers


def test_a_challenge_is_replayed_for_nothing_else_and_not_for_long(housed: Housed, name: str) -> None:
    browser, passkey = housed.browser(**JSON), housed.passkey(name)
    enrolling = browser.post("/enrol/options", json={"invitation": housed.invitation(name)}).json()
    late, foreign = asked(browser), {"challenge": text(bytes(56))}
    assert browser.post("/sign-in", json={"credential": passkey.get(enrolling)}).status_code == 401
    assert browser.post("/sign-in", json={"credential": passkey.get(foreign)}).status_code == 401
    housed.passed += PATIENCE + 1
    assert browser.post("/sign-in", json={"credential": passkey.get(late)}).status_code == 401
    assert sign_in(browser, passkey).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://comity.example", "https://comity.example.evil.example", "https://comity.example:8443", "https://www.comity.example"],
)
def test_what_was_signed_for_another_origin_lets_nobody_in(housed: Housed, name: str, origin: str) -> None:
    passkey = housed.passkey(name)
    passkey.origin = origin
    assert sign_in(housed.browser(**JSON), passkey).status_code == 401
    assert made(housed, housed.invitation(name), Authenticator(origin, "comity.example")).status_code == 401


def test_a_passkey_for_another_site_lets_nobody_in(housed: Housed, name: str) -> None:
    passkey = housed.passkey(name)
    passkey.host = "example"
    assert sign_in(housed.browser(**JSON), passkey).status_code == 401
    assert made(housed, housed.invitation(name), Authenticator(ORIGIN, "example")).status_code == 401


def test_whoever_only_has_the_device_does_not_come_in(housed: Housed, name: str) -> None:
    """The authenticator must have verified its holder."""
    passkey, other = housed.passkey(name), Authenticator(ORIGIN, "comity.example")
    passkey.flags = other.flags = PRESENT
    assert sign_in(housed.browser(**JSON), passkey).status_code == 401
    assert made(housed, housed.invitation(name), other).status_code == 401


def test_a_count_that_goes_back_is_of_a_copy(housed: Housed, name: str) -> None:
    passkey = housed.passkey(name)
    passkey.used = 9
    assert sign_in(housed.browser(**JSON), passkey).status_code == 200
    for used in (9, 8, -1):  # the next is as the last one was, or before it, or the first
        passkey.used = used
        assert sign_in(housed.browser(**JSON), passkey).status_code == 401
    passkey.used = 10
    assert sign_in(housed.browser(**JSON), passkey).status_code == 200


def test_nobody_comes_in_as_another(housed: Housed, name: str) -> None:
    mine, theirs = housed.passkey(name), housed.passkey(housed.account("kite_beijing", "read"))
    mine.user = theirs.user
    assert sign_in(housed.browser(**JSON), mine).status_code == 401
    mine.user = b""
    assert sign_in(housed.browser(**JSON), mine).status_code == 401
    mine.user, mine.id = theirs.user, theirs.id
    assert sign_in(housed.browser(**JSON), mine).status_code == 401


def test_a_key_that_was_exchanged_at_home_is_not_the_one_in_the_ledger(housed: Housed, name: str) -> None:
    passkey, stranger = housed.passkey(name), Authenticator(ORIGIN, "comity.example")
    (held,) = housed.office.passkeys.of(name)
    housed.office.passkeys.drop(held)
    stranger.id, stranger.user = passkey.id, passkey.user
    other = housed.passkey(housed.account())
    (key,) = (one.key for one in housed.office.passkeys.of(other.user.decode()))
    housed.office.passkeys.keep(type(held)(held.id, name, key))
    stranger.key = other.key
    assert sign_in(housed.browser(**JSON), stranger).status_code == 401


def test_passkeys_that_were_exchanged_between_accounts_at_home_let_nobody_in(housed: Housed, name: str) -> None:
    mine, theirs = housed.passkey(name), housed.passkey(other := housed.account("kite_beijing", "read", "all"))
    with sqlite3.connect(housed.office.passkeys.folder / "passkeys.sqlite") as rows:
        for passkey, account in ((mine, other), (theirs, name)):
            rows.execute("update passkey set account = ? where id = ?", (account, passkey.id))
    for passkey, account in ((mine, other), (theirs, name)):
        assert sign_in(housed.browser(**JSON), passkey).status_code == 401
        passkey.user = account.encode()
        assert sign_in(housed.browser(**JSON), passkey).status_code == 401


@pytest.mark.parametrize("event", ["revoked", "closed"])
def test_a_session_is_over_with_what_it_came_of(housed: Housed, name: str, event: str) -> None:
    passkey = housed.passkey(name)
    browser = housed.signed_in(name, passkey)
    (held,) = housed.office.passkeys.of(name)
    housed.office.put(name, event, **({"pass": held.digest} if event == "revoked" else {}))
    assert browser.get("/account").status_code == 401
    assert sign_in(housed.browser(**JSON), passkey).status_code == 401


@pytest.mark.parametrize(("seconds", "times"), [(IDLE + 1, 1), (IDLE / 2, int(2 * LONGEST / IDLE) + 1)])
def test_a_session_is_over_when_nobody_uses_it_and_after_a_day_whatever_is_done(housed: Housed, name: str, seconds: float, times: int) -> None:
    browser = housed.signed_in(name)
    assert browser.get("/account").status_code == 200
    codes = []
    for _ in range(times):
        housed.passed += seconds
        codes.append(browser.get("/account").status_code)
    assert codes == [200] * (times - 1) + [401]


def test_nobody_ends_anothers_session_by_signing_in_often(housed: Housed, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST", 3)
    mine, theirs = housed.signed_in(name), housed.account("kite_beijing", "read")
    passkey = housed.passkey(theirs)
    many = [housed.signed_in(theirs, passkey) for _ in range(5)]
    assert [one.get("/account").status_code for one in many] == [401, 401, 200, 200, 200]
    assert mine.get("/account").status_code == 200


def test_a_page_that_loads_itself_anew_keeps_no_session(housed: Housed, name: str) -> None:
    browser = housed.signed_in(name)
    codes = []
    for _ in range(3):
        housed.passed += IDLE * 2 / 5
        codes.append(browser.get("/account", params={ANEW: "1"}).status_code)
    assert codes == [200, 200, 401]


def test_one_signs_out_elsewhere(housed: Housed, name: str) -> None:
    passkey = housed.passkey(name)
    here, there, other = housed.signed_in(name, passkey), housed.signed_in(name, passkey), housed.signed_in(housed.account())
    assert here.get("/account").json()["sessions"] == 2
    here.post("/sign-out", data={"do": "everywhere"})
    assert [one.get("/account").status_code for one in (here, there, other)] == [401, 401, 200]


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "evil.example", "javascript:alert(1)", "/a\nb", ""])
def test_signing_in_leads_to_this_site_alone(housed: Housed, name: str, to: str) -> None:
    assert sign_in(housed.browser(**JSON), housed.passkey(name), to=to).json() == {"to": "/"}
    page = housed.browser(accept="text/html").get("/sign-in", params={"to": to})
    assert 'data-to="/"' in page.text


@pytest.mark.parametrize(
    "sent", [{}, {"id": 1}, {"response": []}, {"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": "e30"}}, {"id": "é" * 1000}]
)
def test_what_is_no_credential_lets_nobody_in(housed: Housed, name: str, sent: dict[str, Any]) -> None:
    browser = housed.browser(**JSON)
    assert browser.post("/sign-in", json={"credential": sent}).status_code == 401
    assert browser.post("/enrol", json={"invitation": housed.invitation(name), "credential": sent}).status_code == 401
    assert browser.post("/sign-in", content=b'{"credential": [' + b"[" * 50_000, headers={"content-type": "application/json"}).status_code == 400


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in/options", "/enrol", "/enrol/options"])
def test_whoever_is_not_known_sends_little(housed: Housed, address: str) -> None:
    """What is read before anybody is known costs the site its memory."""
    sent = b'{"invitation": "", "credential": {"a": [' + b"0," * 40_000 + b"0]}}"
    told = housed.browser(**JSON).post(address, content=sent, headers={"content-type": "application/json"})
    assert told.status_code == 413


def test_every_byte_that_is_changed_lets_nobody_in(housed: Housed, name: str) -> None:
    passkey, browser = housed.passkey(name), housed.browser(**JSON)
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        credential = passkey.get(asked(browser))
        changed = bytearray(raw(credential["response"][part]))
        changed[len(changed) // 2] ^= 1
        credential["response"][part] = text(bytes(changed))
        housed.passed += 2_000
        assert browser.post("/sign-in", json={"credential": credential}).status_code == 401
