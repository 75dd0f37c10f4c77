"""What somebody who holds the log's pen, or another's papers, tries: put into the log past every check, it has no effect, and why is said."""

from __future__ import annotations

import base64
import copy
import json
import re
import shutil
import sqlite3

import pytest
from docket_office import APPLY, CONTRACT, LETTER, PARTIES, Office
from filed import procedure
from hypothesis import given
from hypothesis import strategies as st

from comity import shelf
from comity.docket.clerk import Clerk, read
from comity.docket.docket import LATER, Docket
from comity.docket.envelope import ACT, KEY, canonical, sealed
from comity.docket.matter import RefusedError
from comity.ledger.hold import HoldError
from comity.ledger.ledger import Ledger, stored
from comity.ledger.note import Private, Signer
from comity.ledger.reader import Reader


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path)
    made.open()
    yield made
    made.ledger.close()


def letter(office, **changed):
    """What the authority signs to issue the letter, with some of it changed."""
    told = {"log": office.clerk.docket.log, "matter": "m1", "act": "issue-letter", "says": LETTER, "after": office.clerk.docket.file("m1").head}
    return {**told, **changed}


def forced(office, envelope, day="2026-03-02"):
    """The envelope put into the log as its keeper could, without asking whether it has an effect."""
    office.now.set(day)
    office.clerk.catch_up()
    office.ledger.append({"kind": "act", "id": f"m1/{office.clerk.docket.file('m1').entries}", "envelope": envelope})
    docket = read(office.ledger.store, shelf.vocabulary())
    return docket.matters["m1"].stage, docket.idle[-1].why if docket.idle else ""


def good(office, **changed):
    return sealed(letter(office, **changed), ACT, office.keys["commerce-beijing"])


def test_the_act_itself_has_an_effect(office):
    assert forced(office, good(office)) == ("letter", "")


def test_an_act_signed_with_a_stranger_s_key_is_forged(office):
    stranger = Private("commerce-beijing", bytes([66]) * 32)
    assert forced(office, sealed(letter(office), ACT, stranger)) == ("filed", "signed by a key that nobody introduced")


def test_a_key_s_number_does_not_make_a_signature(office):
    envelope = sealed(letter(office), ACT, Private("commerce-beijing", bytes([66]) * 32))
    envelope["signatures"][0]["keyid"] = office.keys["commerce-beijing"].key.number.hex()
    assert forced(office, envelope) == ("filed", "the signature of 'commerce-beijing' does not hold")


def test_words_that_were_changed_after_signing_are_nobody_s(office):
    envelope = good(office)
    envelope["payload"] = base64.b64encode(canonical(letter(office, says={**LETTER, "number": "9"}))).decode()
    assert forced(office, envelope) == ("filed", "the signature of 'commerce-beijing' does not hold")


def test_an_act_of_another_matter_or_another_log_is_replayed(office):
    assert forced(office, good(office, matter="m2")) == ("filed", "it was signed for another matter")
    assert forced(office, good(office, log="test/other")) == ("filed", "it was signed for another matter")


def test_an_act_that_was_made_is_not_made_again_by_showing_it_again(office):
    asked = sealed(letter(office, act="ask", says={"missing": "x"}), ACT, office.keys["commerce-beijing"])
    assert forced(office, asked, "2026-02-02")[0] == "asked"
    office.clerk.catch_up()
    office.act("complete", "beijing-lab", "2026-02-03", {"papers": APPLY["application"]})
    assert forced(office, asked, "2026-02-04") == ("filed", LATER)


def test_a_key_that_is_over_does_not_sign(office):
    office.keys["commerce-beijing"] = Private("commerce-beijing", bytes([98]) * 32)
    first = Private("commerce-beijing", bytes([3]) * 32)
    office.clerk.introduce(office.keys["commerce-beijing"].key, "2026-01-01", until="2026-03-02", signed=first)
    assert forced(office, good(office), "2026-03-02")[1].endswith("does not hold on that day")
    assert forced(office, good(office), "2026-03-03")[0] == "filed"


def test_a_key_does_not_sign_before_its_time(office):
    office.keys["commerce-beijing"] = Private("commerce-beijing", bytes([98]) * 32)
    office.clerk.introduce(office.keys["commerce-beijing"].key, "2026-06-01", signed=Private("commerce-beijing", bytes([3]) * 32))
    assert forced(office, good(office))[1].endswith("does not hold on that day")


def test_a_key_for_another_procedure_does_not_sign(office):
    office.keys["commerce-beijing"] = Private("commerce-beijing", bytes([98]) * 32)
    first = Private("commerce-beijing", bytes([3]) * 32)
    office.clerk.introduce(office.keys["commerce-beijing"].key, "2026-01-01", procedures=["cn.data-export/*"], signed=first)
    assert forced(office, good(office))[1].endswith("is not for cn.technology-export/licence")


def test_a_revoked_key_does_not_sign_on_any_day(office):
    office.clerk.revoke(office.keys["commerce-beijing"].key, "stolen", office.keys["commerce-beijing"])
    assert forced(office, good(office))[1].endswith("is revoked")


def test_a_party_does_not_act_for_another(office):
    stage, why = forced(office, sealed(letter(office), ACT, office.keys["austin-jv"]))
    assert stage == "filed"
    assert "it is not for austin-jv to make" in why


def test_who_calls_a_friend_an_authority_gets_no_licence(office):
    """Whoever opens a matter says who plays which role; an office is played only with a key that was introduced for it."""
    friend = Private("friend", bytes([44]) * 32)
    office.clerk.introduce(friend.key, "2026-01-01", procedures=["*"])
    office.keys["friend"] = friend
    parties = {**PARTIES, "authority": "friend"}
    office.clerk.open("m2", procedure("cn.technology-export", "licence"), parties, "apply", APPLY, office.keys["beijing-lab"])
    with pytest.raises(RefusedError, match="was introduced for no such office"):
        office.act("issue-letter", "friend", "2026-03-02", LETTER, "m2")


def test_an_application_without_limits_is_none(office):
    with pytest.raises(RefusedError, match="says no exporters and no importers and no assets"):
        office.clerk.open("m2", procedure("cn.technology-export", "licence"), PARTIES, "apply", {**APPLY, "scope": {}}, office.keys["beijing-lab"])


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"places": ["not a place"]}, "'not a place' is not a place"),
        ({"modes": ["a,b"]}, "'a,b' is not a word for 'modes'"),
        ({"importers": ["..."]}, "'...' in the limit 'importers': a limit names what it covers"),
        ({"purposes": ["unknown"]}, "'unknown' in the limit 'purposes': a limit names what it covers"),
        ({"exporters": []}, "the limit 'exporters' names nobody and nothing"),
    ],
)
def test_a_limit_that_no_world_could_be_read_with_is_none(office, limits, why):
    """Else one application would close the docket to everybody who reads a world with it."""
    told = {**APPLY, "scope": {**APPLY["scope"], **limits}}
    with pytest.raises(RefusedError, match=re.escape(why)):
        office.clerk.open("m2", procedure("cn.technology-export", "licence"), PARTIES, "apply", told, office.keys["beijing-lab"])


@pytest.mark.parametrize("name", ["court of law", "[x]", "a|b", "...", "unknown", "x\ny", " ", "\x1b7auth", "\u202eauth"])
def test_nor_is_a_party_s_name(office, name):
    parties = {**PARTIES, "authority": name}
    with pytest.raises(RefusedError, match="is no name of a party"):
        office.clerk.open("m2", procedure("cn.technology-export", "licence"), parties, "apply", APPLY, office.keys["beijing-lab"])


@pytest.mark.parametrize("name", ["", "m 1", "m\n1", "\x1b[2J", "../m", "m" * 101])
def test_nor_is_a_matter_s(office, name):
    with pytest.raises(RefusedError, match="is no name for a matter"):
        office.clerk.open(name, procedure("cn.technology-export", "licence"), PARTIES, "apply", APPLY, office.keys["beijing-lab"])


def test_a_signature_is_not_left_out(office):
    envelope = good(office)
    envelope["signatures"] = []
    assert forced(office, envelope) == ("filed", "an envelope is signed by one key")
    del envelope["signatures"]
    assert forced(office, envelope) == ("filed", "no signed envelope")


def test_a_signer_who_stands_there_twice_is_no_second_one(office):
    envelope = good(office)
    envelope["signatures"] *= 2
    assert forced(office, envelope) == ("filed", "an envelope is signed by one key")


def test_the_same_party_s_second_key_is_no_second_signer(office):
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    office.act("sign-contract", "beijing-lab", "2026-04-01", CONTRACT)
    other = Private("beijing-lab", bytes([55]) * 32)
    office.clerk.introduce(other.key, "2026-01-01", signed=office.keys["beijing-lab"])
    told = letter(office, act="sign-contract", says=CONTRACT, after=office.clerk.docket.file("m1").head)
    assert forced(office, sealed(told, ACT, other), "2026-04-01") == ("letter", "'beijing-lab' has signed it already")


@pytest.mark.parametrize("more", [{"alg": "none"}, {"method": "hmac-sha256"}])
def test_no_weaker_algorithm_is_named(office, more):
    envelope = good(office)
    envelope["signatures"][0] |= more
    assert forced(office, envelope) == ("filed", "an envelope is signed by one key")


def test_what_was_signed_as_something_else_is_no_act(office):
    assert forced(office, sealed(letter(office), KEY, office.keys["commerce-beijing"]))[1].endswith(f"where {ACT} is due")


def test_another_spelling_of_what_was_signed_is_no_act(office):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import CryptoSigner

    key = office.keys["commerce-beijing"]
    loose = Envelope(json.dumps(letter(office), indent=1).encode(), ACT, {})
    signer = CryptoSigner(Ed25519PrivateKey.from_private_bytes(key.seed))
    loose.sign(signer)
    envelope = loose.to_dict()
    envelope["signatures"][0]["keyid"] = key.key.number.hex()
    assert forced(office, envelope) == ("filed", "what is signed is not in its canonical spelling")


def test_a_signature_that_no_longer_holds_does_not_complete_a_joint_act(office):
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    office.act("sign-contract", "beijing-lab", "2026-04-01", CONTRACT)
    office.clerk.revoke(office.keys["beijing-lab"].key, "stolen", office.keys["beijing-lab"])
    office.act("sign-contract", "austin-jv", "2026-04-02", CONTRACT)
    assert office.matter().stage == "letter"


def test_signatures_under_different_words_do_not_add_up(office):
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    office.act("sign-contract", "beijing-lab", "2026-04-01", CONTRACT)
    office.act("sign-contract", "austin-jv", "2026-04-01", {**CONTRACT, "signed_on": "2026-03-31"})
    assert office.matter().stage == "letter"


def test_one_party_does_not_play_both_sides(office):
    parties = {**PARTIES, "importer": "beijing-lab"}
    with pytest.raises(RefusedError, match="one party cannot be both of exporter and importer"):
        office.clerk.open("m2", procedure("cn.technology-export", "licence"), parties, "apply", APPLY, office.keys["beijing-lab"])


def test_a_procedure_that_is_not_the_one_of_its_digest_opens_nothing(office):
    made = procedure("cn.technology-export", "licence")
    told = copy.deepcopy(dict(made.told))
    told["acts"]["issue-licence"]["by"] = "exporter"
    office.ledger.append({"kind": "procedure", "id": "f" * 64, "rulebook": made.rulebook, "name": made.name, "told": told})
    docket = read(office.ledger.store, shelf.vocabulary())
    assert docket.idle[-1].why.endswith("another than its digest says")
    assert set(docket.procedures) == {made.digest}


def test_a_byte_of_the_log_that_was_changed_is_noticed(office):
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    office.ledger.close()
    with sqlite3.connect(office.file) as store:
        (table,) = [name for (name,) in store.execute("select name from sqlite_master where type = 'table' and name like '%entr%'")]
        column = next(row[1] for row in store.execute(f"pragma table_info({table})") if row[2] == "BLOB")
        ((row, raw),) = store.execute(f"select rowid, {column} from {table} order by rowid desc limit 1")
        place = raw.index(b'"payload":"') + 30
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        store.execute(f"update {table} set {column} = ? where rowid = ?", (changed, row))
    reader = Reader(stored(office.file))
    with pytest.raises(HoldError):
        read(reader.store, shelf.vocabulary())
    reader.close()
    office.ledger = Reader(stored(office.file))  # for the fixture to close


def test_a_backup_that_is_put_back_does_not_take_what_is_signed_after_what_it_lost(office, tmp_path):
    """That it was put back at all, a witness tells (`tests/ledger`); whoever signs has seen more than the backup, and says so by signing."""
    office.ledger.close()
    shutil.copy(office.file, tmp_path / "old.sqlite")
    office.ledger = Ledger.open(office.file, signer=Signer("test/log", bytes(32)), now=office.now)
    office.clerk = Clerk(office.ledger, read(office.ledger.store, shelf.vocabulary()), shelf.almanacs(), office.now)
    office.act("issue-letter", "commerce-beijing", "2026-03-02", LETTER)
    signed = sealed(letter(office, act="sign-contract", says=CONTRACT), ACT, office.keys["austin-jv"])
    office.ledger.close()
    office.ledger = Ledger.open(tmp_path / "old.sqlite", signer=Signer("test/log", bytes(32)), now=office.now)
    office.clerk = Clerk(office.ledger, read(office.ledger.store, shelf.vocabulary()), shelf.almanacs(), office.now)
    assert forced(office, signed, "2026-04-01") == ("filed", LATER)


LEAF = st.one_of(st.integers(-5, 5), st.text(max_size=8), st.none(), st.booleans(), st.floats(allow_nan=False))
ANY = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8)
KEYED = Private("beijing-lab", bytes([1]) * 32)


WORDS = ["id", "role", "event", "party", "vkey", "since", "until", "procedures", "number", "envelope", "rulebook", "name", "told", "matter", "act"]
WORDS += ["says", "after", "parties", "procedure"]
ENTRIES = st.tuples(st.sampled_from(["act", "key", "procedure", "sealed"]), st.dictionaries(st.sampled_from(WORDS), ANY, max_size=9))


@given(st.lists(ENTRIES, max_size=4))
def test_nothing_in_a_log_stops_the_reading_of_it(entries):
    made = procedure("cn.technology-export", "licence")
    docket = Docket("test/log", shelf.vocabulary())
    at = {"at": "2026-01-12T02:00:00Z"}
    docket.apply({"kind": "key", **at, "id": "1", "role": "party", "vkey": str(KEYED.key), "party": "beijing-lab", "event": "new", "since": "2026-01-01"})
    docket.apply({"kind": "procedure", **at, "id": made.digest, "rulebook": made.rulebook, "name": made.name, "told": made.told})
    for kind, told in entries:
        if kind == "sealed":
            whole = {"log": "test/log", "matter": "m", "act": "apply", "says": APPLY, "after": "", "procedure": made.digest, "parties": PARTIES, **told}
            try:
                docket.apply({"kind": "act", **at, "id": "m/0", "envelope": sealed(whole, ACT, KEYED)})
            except ValueError:  # it has no canonical form, so nobody can sign it
                continue
        else:
            docket.apply({"role": "party", "id": "m/0", **told, "kind": kind, **at})
    assert docket.matters.keys() <= {"m"}


def opened():
    """A docket in which an application can be made, and its envelope."""
    made = procedure("cn.technology-export", "licence")
    docket = Docket("test/log", shelf.vocabulary())
    at = {"at": "2026-01-12T02:00:00Z"}
    docket.apply({"kind": "key", **at, "id": "1", "role": "party", "vkey": str(KEYED.key), "party": "beijing-lab", "event": "new", "since": "2026-01-01"})
    docket.apply({"kind": "procedure", **at, "id": made.digest, "rulebook": made.rulebook, "name": made.name, "told": made.told})
    told = {"log": "test/log", "matter": "m", "act": "apply", "says": APPLY, "after": "", "procedure": made.digest, "parties": PARTIES}
    return docket, at, sealed(told, ACT, KEYED)


def test_an_envelope_that_nobody_touched_opens_a_matter():
    docket, at, envelope = opened()
    docket.apply({"kind": "act", **at, "id": "m/0", "envelope": envelope})
    assert docket.matters["m"].stage == "filed"


@given(st.data())
def test_whatever_is_done_to_an_envelope_it_has_no_effect_or_is_what_was_signed(data):
    docket, at, whole = opened()
    envelope = copy.deepcopy(whole)
    place = data.draw(
        st.sampled_from([(), ("payload",), ("payloadType",), ("signatures",), ("signatures", 0), ("signatures", 0, "sig"), ("signatures", 0, "keyid")])
    )
    held = envelope
    for step in place[:-1]:
        held = held[step]
    now = held[place[-1]] if place else envelope
    changes = [ANY]
    if isinstance(now, str):
        cut, put = st.integers(0, len(now) - 1), st.characters()
        changes += [st.builds(lambda n, c: now[:n] + c + now[n + 1 :], cut, put), st.builds(lambda n: now[:n], cut), st.builds(lambda n: now[:n] + now, cut)]
    elif isinstance(now, dict):
        changes += [st.builds(lambda key, value: {**now, key: value}, st.text(max_size=6), ANY)]
        changes += [st.builds(lambda gone: {key: value for key, value in now.items() if key != gone}, st.sampled_from(sorted(now)))]
    changed = data.draw(st.one_of(*changes))
    if place:
        held[place[-1]] = changed
    else:
        envelope = changed
    docket.apply({"kind": "act", **at, "id": "m/0", "envelope": envelope})
    assert ("m" in docket.matters) == (envelope == whole)
    assert len(docket.idle) == (envelope != whole)
