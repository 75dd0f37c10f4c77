"""Keys of parties, as their owners make them and everybody sees them."""

import datetime as dt
import json

import pytest


def today():
    """The day, not that on which the tests began."""
    return dt.datetime.now(dt.UTC).date()


@pytest.fixture
def ledger(say, tmp_path):
    folder = tmp_path / "ledger"
    assert say("ledger", "begin", folder).code == 0
    return folder


def size(say, ledger):
    return len(say("ledger", "show", ledger).out.splitlines())


def test_a_key_is_its_owners_alone_and_made_once(say, tmp_path):
    said = say("key", "new", tmp_path / "k", "a-lab")
    assert (said.code, said.out.partition("+")[0]) == (0, "a-lab")
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600
    said = say("key", "new", tmp_path / "k", "b-lab")
    assert (said.code, said.err) == (2, f"{tmp_path / 'k'}:1:1: file exists\n")


def test_a_new_key_is_introduced_in_sight_of_everybody(say, ledger, tmp_path):
    said = say(
        "key", "new", tmp_path / "k", "a-lab", "--ledger", ledger, "--since", "2026-01-01", "--until", "2099-01-01", "--procedure", "x.y/*", "--held-by", "ann"
    )
    assert said.code == 0
    entry = json.loads(say("ledger", "show", ledger, size(say, ledger) - 1).out)
    assert (entry["event"], entry["party"], entry["vkey"]) == ("new", "a-lab", said.out.splitlines()[0])
    assert (entry["since"], entry["until"], entry["procedures"], entry["held_by"]) == ("2026-01-01", "2099-01-01", ["x.y/*"], "ann")
    assert say("key", "list", "--ledger", ledger).out.split()[0] == "a-lab"


def test_a_party_that_has_a_key_is_introduced_no_other_and_none_is_left_behind(say, ledger, tmp_path):
    say("key", "new", tmp_path / "k", "a-lab", "--ledger", ledger)
    before = size(say, ledger)
    said = say("key", "new", tmp_path / "stranger", "a-lab", "--ledger", ledger)
    assert (said.code, said.err) == (2, f"{ledger}:1:1: 'a-lab' has a key: a further one is signed with that\n")
    assert size(say, ledger) == before
    assert not (tmp_path / "stranger").exists()


def test_the_next_key_is_signed_with_the_old_one_which_then_is_revoked(say, ledger, tmp_path):
    days = {today()}
    say("key", "new", tmp_path / "old", "a-lab", "--ledger", ledger)
    said = say("key", "rotate", tmp_path / "old", tmp_path / "new", "--ledger", ledger)
    assert said.code == 0
    assert "comity key revoke" in said.out
    said = say("key", "revoke", tmp_path / "old", "--ledger", ledger, "--why", "a better one")
    assert said.code == 0
    entry = json.loads(say("ledger", "show", ledger, size(say, ledger) - 1).out)
    assert "envelope" in entry  # it signed its own end
    old, new = sorted(say("key", "list", "--ledger", ledger).out.splitlines(), key=lambda line: "revoked" not in line)
    days.add(today())
    assert any(f"revoked {day}: a better one" in old for day in days)
    assert any(f"since {day}" in new for day in days)
    said = say("key", "rotate", tmp_path / "old", tmp_path / "third", "--ledger", ledger)
    assert said.code == 2
    assert not (tmp_path / "third").exists()


def test_the_next_key_does_what_the_old_one_does_and_no_more(say, ledger, tmp_path):
    say("key", "new", tmp_path / "old", "a-court", "--ledger", ledger, "--procedure", "x.y/*", "--office", "x.y/*/court", "--held-by", "ann")
    said = say("key", "rotate", tmp_path / "old", tmp_path / "wide", "--ledger", ledger, "--office", "*/*/authority")
    assert (said.code, said.err) == (2, f"{ledger}:1:1: a key that does not act in '*/*/authority' signs none that does\n")
    assert not (tmp_path / "wide").exists()
    assert say("key", "rotate", tmp_path / "old", tmp_path / "new", "--ledger", ledger).code == 0
    old, new = (json.loads(say("ledger", "show", ledger, size(say, ledger) - n).out) for n in (2, 1))
    assert (new["procedures"], new["offices"], new["held_by"]) == (old["procedures"], old["offices"], old["held_by"]) == (["x.y/*"], ["x.y/*/court"], "ann")


def test_a_lost_key_is_revoked_by_its_number_and_another_is_introduced_by_its_public_half(say, ledger, tmp_path):
    lost = say("key", "new", tmp_path / "k", "a-lab", "--ledger", ledger).out.split("+")[1]
    assert say("key", "revoke", lost, "--ledger", ledger, "--why", "lost").code == 0
    public = say("key", "new", tmp_path / "second", "a-lab").out.strip()
    assert say("key", "introduce", public, "--ledger", ledger).code == 0
    said = say("key", "introduce", tmp_path / "second", "--ledger", ledger)
    assert (said.code, said.err) == (2, f"{ledger}:1:1: a key that was introduced already\n")


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("new", "k", "a lab"), "'a lab' is no name for a key"),
        (("new", "k", "a-lab", "--since", "soon"), "--since:1:1: 'soon' is not a day"),
        (("new", "k", "a-lab", "--since", "2026-02-01"), "--since:1:1: is said where a key is introduced (add --ledger LEDGER)"),
        (("new", "k", "a-lab", "--ledger", "L", "--since", "2026-02-01", "--until", "2026-02-01"), "2026-02-01 is not after 2026-02-01"),
        (("new", "k", "a-lab", "--ledger", "nowhere"), "there is no ledger (begin one: comity ledger begin nowhere)"),
        (("introduce", "a-lab+00000000+AAAA", "--ledger", "L"), "KEY:1:1: "),
        (("introduce", "PRIVATE+KEY+x", "--ledger", "L"), "others have seen it"),
        (("introduce", "text", "--ledger", "L"), "text:1:1: this is no private key of kind 1"),
        (("introduce", "open", "--ledger", "L"), "open:1:1: others than its owner may open the key; take that from them (mode 0600)"),
        (("revoke", "nobody", "--ledger", "L", "--why", "x"), "nobody:1:1: there is no such key, and no such file"),
        (("rotate", "nobody", "k", "--ledger", "L"), "nobody:1:1: no such file or directory"),
        (("list", "--ledger", "nowhere"), "nowhere:1:1: unable to open database file"),
    ],
)
def test_what_is_no_key_is_told_and_nothing_is_recorded(say, ledger, tmp_path, monkeypatch, argv, told):
    monkeypatch.chdir(tmp_path)
    ledger.rename(tmp_path / "L")
    (tmp_path / "text").write_text("no key")
    (tmp_path / "text").chmod(0o600)
    (tmp_path / "open").write_text("PRIVATE+KEY+a+00000000+AAAA")
    (tmp_path / "open").chmod(0o644)
    before = size(say, "L")
    said = say("key", *argv)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "Traceback" not in said.err
    assert size(say, "L") == before
    assert not (tmp_path / "k").exists()
