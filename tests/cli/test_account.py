"""Accounts as whoever keeps them makes and closes them; and what `comity serve` takes with them and without."""

import datetime as dt
import json
import os

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from comity.accounts.passkeys import Passkeys
from comity.cli.serve import address, certificate
from comity.edge.accounts import digest, office
from comity.text.source import Mistakes
from comity.web.who.origin import Origin, origin


@pytest.fixture
def ann(say, tmp_path):
    """The folder of accounts, and the name of one."""
    said = say("account", "add", "Ann", "--party", "north", "--accounts", tmp_path / "accounts")
    assert said.code == 0
    return tmp_path / "accounts", said.out.splitlines()[1]


def listed(say, folder):
    return json.loads(say("account", "list", "--accounts", folder, "--json").out)


def entries(say, folder):
    said = say("ledger", "show", folder)
    return [json.loads(say("ledger", "show", folder, index).out) for index in range(1, len(said.out.splitlines()))]


def test_an_account_is_made_and_no_entry_says_whose(say, ann):
    folder, name = ann
    (one,) = listed(say, folder)
    assert (one["account"], one["label"], one["party"], one["rights"]) == (name, "Ann", "north", ["ask", "read"])
    (entry,) = entries(say, folder)
    assert (entry["kind"], entry["event"], entry["says"]) == ("account", "made", {"party": "north", "rights": ["ask", "read"]})
    assert "Ann" not in json.dumps(entry)


def test_what_is_said_once_is_kept_by_its_digest(say, ann):
    folder, name = ann
    invited = say("account", "invite", "Ann", "--accounts", folder, "--name", "https://comity.example").out
    address, _, said = invited.splitlines()[0].partition("#")
    assert address == "https://comity.example/enrol"
    token = say("account", "token", name, "--scope", "read", "--accounts", folder).out.splitlines()[0]
    assert token.startswith("comity_")
    assert min(len(said), len(token) - len("comity_")) == 43  # 256 bits
    assert {one["digest"] for one in listed(say, folder)[0]["passes"]} == {digest(said), digest(token)}
    kept = b"".join(file.read_bytes() for file in folder.iterdir())
    assert said.encode() not in kept
    assert token.encode() not in kept


def test_rights_are_given_and_taken_and_every_act_is_an_entry(say, ann):
    folder, name = ann
    assert say("account", "give", name, "watch", "all", "--accounts", folder).code == 0
    assert listed(say, folder)[0]["rights"] == ["all", "watch"]
    assert say("account", "give", "Ann", "--accounts", folder).code == 0
    token = say("account", "token", "Ann", "--scope", "read", "--accounts", folder)
    assert (token.code, token.err) == (2, "--scope:1:1: the account may not read (it may nothing)\n")
    say("account", "invite", "Ann", "--accounts", folder)
    (invitation,) = listed(say, folder)[0]["passes"]
    assert say("account", "revoke", invitation["digest"][:12], "--accounts", folder).code == 0
    assert "revoked" in say("account", "list", "--accounts", folder).out
    assert say("account", "close", "Ann", "--forget", "--accounts", folder).code == 0
    (one,) = listed(say, folder)
    assert (one["label"], bool(one["closed"])) == ("", True)
    assert [entry["event"] for entry in entries(say, folder)] == ["made", "given", "given", "invited", "revoked", "closed"]
    assert say("ledger", "verify", folder).code == 0


def test_it_is_said_in_chinese_too(say, ann):
    folder, _ = ann
    assert "已建立" in say("account", "add", "Ben", "--accounts", folder, "--lang", "zh").out
    assert "仅显示这一次" in say("account", "token", "Ben", "--scope", "read", "--accounts", folder, "--lang", "zh").out
    assert "不属于任何当事方" in say("account", "list", "--accounts", folder, "--lang", "zh").out


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (
            ("add", " ", "--party", "a b", "--right", "raed", "--right", "x"),
            ["NAME:1:1: ", "--party:1:1: 'a b'", "'raed' (did you mean 'read'?)", "'x' (rights are"],
        ),
        (("add", "Ann"), ["NAME:1:1: an account is called 'Ann' already"]),
        (("invite", "Ann", "--days", "90", "--name", "comity"), ["--days:1:1: it holds for 1 to 14 days, not for 90", "--name:1:1: 'comity' is no name"]),
        (("invite", "Anne"), ["ACCOUNT:1:1: there is no account 'Anne' (did you mean 'Ann'?)"]),
        (("give", "Ann", "read", "reed"), ["RIGHT:1:1: there is no right 'reed' (did you mean 'read'?)"]),
        (("token", "Ann", "--scope", "reed", "--days", "0"), ["--scope:1:1: there is no right 'reed'", "--days:1:1: it holds for 1 to 730 days, not for 0"]),
        (("token", "Ann", "--scope", "all"), ["--scope:1:1: the account may not all (it may ask, read)"]),
        (("revoke", "0123"), ["NUMBER:1:1: no pass has the number '0123'"]),
        (("close", "nobody"), ["ACCOUNT:1:1: there is no account 'nobody'"]),
    ],
)
def test_every_mistake_is_told_at_once_and_nothing_is_recorded(say, ann, argv, told):
    folder, _ = ann
    before = entries(say, folder)
    said = say("account", *argv, "--accounts", folder)
    assert (said.code, said.out) == (2, "")
    assert all(one in said.err for one in told)
    assert len(said.err.splitlines()) == len(told)
    assert entries(say, folder) == before


def test_accounts_are_begun_by_the_first_and_not_in_passing(say, tmp_path):
    said = say("account", "list", "--accounts", tmp_path / "nowhere")
    assert said.err.startswith(f"{tmp_path / 'nowhere'}:1:1: there are no accounts (make the first: comity account add")
    assert not (tmp_path / "nowhere").exists()


def test_passkeys_of_a_closed_account_are_forgotten(say, ann):
    from comity.accounts.passkeys import Passkey

    folder, name = ann
    with office(folder) as held:
        held.passkeys.keep(Passkey(b"id", name, b"key"))
        say("account", "close", name, "--accounts", folder)
        assert held.passkeys.of(name) == []
    assert say("account", "close", name, "--accounts", folder).err == f"ACCOUNT:1:1: the account '{name}' is closed already\n"
    assert say("account", "close", name, "--forget", "--accounts", folder).code == 0


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("--listen", "0.0.0.0:80"), ["--listen:1:1: '0.0.0.0' can be reached from other machines, and nobody signs in here (add --accounts FOLDER)"]),
        (("--name", "https://a.example", "--certificate", "c"), ["go together", "--name:1:1: is said where somebody", "--certificate:1:1: is said"]),
        (("--accounts", "A", "--listen", "[::]:443"), ["and so by TLS alone (add --certificate and --key)", "--name:1:1: "]),
        (("--accounts", "A", "--listen", "x"), ["--listen:1:1: 'x' is no address"]),
        (("--accounts", "A", "--certificate", "c", "--key", "k"), ["c:1:1: it or its key: no such file or directory"]),
        (("--accounts", "A"), ["A:1:1: there are no accounts"]),
        (
            ("--accounts", "A", "--name", "http://a.example"),
            ["browsers make passkeys for 'a.example' only where it is asked by https (write https://a.example)"],
        ),
        (("--accounts", "A", "--docket", "A"), ["--accounts:1:1: accounts are kept in a ledger of their own"]),
    ],
)
def test_serve_listens_to_others_only_with_accounts_and_tls(say, tmp_path, monkeypatch, argv, told):
    monkeypatch.chdir(tmp_path)
    said = say("serve", *argv)
    assert (said.code, said.out) == (2, "")
    assert all(one in said.err for one in told)
    assert len(said.err.splitlines()) == len(told)


def test_beyond_this_machine_the_site_has_a_name(say, ann, tmp_path):
    cert, key = tls(tmp_path)
    said = say("serve", "--accounts", ann[0], "--listen", "0.0.0.0:8443", "--certificate", cert, "--key", key)
    assert said.err.startswith("--name:1:1: what the site is called is not said")
    mistakes = Mistakes()
    certificate(type("Args", (), {"certificate": cert, "key": cert}), mistakes)
    assert "this is no certificate with" in mistakes.found[0].message


def tls(folder):
    """A certificate that nobody need believe, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "comity.example")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now).not_valid_after(now + dt.timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://comity.example", Origin("https://comity.example", "comity.example")),
        ("https://Comity.Example:443/", Origin("https://comity.example", "comity.example")),
        ("https://comity.example:8443", Origin("https://comity.example:8443", "comity.example")),
        ("http://localhost:8000", Origin("http://localhost:8000", "localhost")),
    ],
)
def test_a_name_is_an_origin(text, found):
    mistakes = Mistakes()
    assert origin("--name", text, mistakes) == found
    assert not mistakes.found


@pytest.mark.parametrize(
    "text",
    [
        "", "comity.example", "ftp://comity.example", "https://comity.example/x", "https://a@comity.example", "https://192.0.2.1", "https://[::1]",
        "https://intranet", "https://x.example:port", "https://bücher.example",
    ],
)  # fmt: skip
def test_what_browsers_make_no_passkeys_for_is_no_name(text):
    mistakes = Mistakes()
    origin("--name", text, mistakes)
    assert len(mistakes.found) == 1


@pytest.mark.parametrize(("text", "near"), [("127.0.0.1:80", True), ("localhost:80", True), ("[::1]:80", True), ("10.0.0.1:80", False), ("host:80", False)])
def test_this_machine_is_told_from_others(text, near):
    assert address(text, Mistakes())[2] is near


@pytest.mark.parametrize(("one", "other"), [("Zo\u00e9", "Zoe\u0301"), ("Ann", "ann"), ("Ann", "\uff21nn")])
def test_no_two_accounts_are_called_what_readers_do_not_tell_apart(say, tmp_path, one, other):
    say("account", "add", one, "--accounts", tmp_path / "a")
    assert "is called" in say("account", "add", other, "--accounts", tmp_path / "a").err


def test_a_name_that_two_bear_means_neither(say, ann):
    folder, name = ann
    say("account", "add", "Bob", "--accounts", folder)
    labels = json.loads((folder / "labels.json").read_text())
    (folder / "labels.json").write_text(json.dumps(dict.fromkeys(labels, "Ann")))
    said = say("account", "give", "Ann", "all", "--accounts", folder)
    assert said.code == 2
    assert "2 accounts are called 'Ann'" in said.err
    assert say("account", "give", name, "all", "--accounts", folder).code == 0


@pytest.mark.parametrize("held", ["[" * 100_000, '{"a": 1}', "nonsense", "\ufeff"])
def test_what_is_no_list_of_labels_is_said_to_be_none(say, ann, held):
    (ann[0] / "labels.json").write_text(held, encoding="utf-8")
    said = say("account", "list", "--accounts", ann[0])
    assert (said.code, said.err) == (2, f"{ann[0]}:1:1: labels.json is no list of labels\n")


def test_what_is_secret_is_its_owners_whatever_is_made_for_all(say, tmp_path):
    before = os.umask(0)
    try:
        say("account", "add", "Ann", "--accounts", tmp_path / "a")
        Passkeys(tmp_path / "a").of("")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    for name in ("signer.key", "home.key", "labels.json", "passkeys.sqlite"):
        assert (tmp_path / "a" / name).stat().st_mode & 0o777 == 0o600, name


def test_no_label_moves_the_screen(say, ann):
    folder, name = ann
    (folder / "labels.json").write_text(json.dumps({name: "\x1b[2J\x9bAnn\u202e"}))
    for said in (say("account", "list", "--accounts", folder), say("account", "close", "\x1b[2J\x9bAnn", "--accounts", folder)):
        assert (said.out + said.err).replace("\n", "").isprintable()
        assert "x1b[2J" in said.out + said.err
