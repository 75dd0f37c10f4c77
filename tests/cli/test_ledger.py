import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from comity.edge.home import Home
from comity.ledger import verify_offline
from comity.ledger.carrier import sender
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.cosignature import Cosigner, WitnessKey
from comity.ledger.definition import Definition
from comity.ledger.note import Note, Signer
from comity.ledger.reader import Reader
from comity.ledger.secret import keep
from comity.ledger.sqlite import Sqlite
from comity.ledger.tiles import Tree
from comity.ledger.witness import cosigned
from comity.text.source import SourceError


@pytest.fixture
def begun(say, tmp_path):
    """A ledger with its first entry, and its public key."""
    vkey = say("ledger", "key", tmp_path / "key", "example.org/ledger").out.strip()
    assert say("ledger", "new", tmp_path / "ledger.db", "--key", tmp_path / "key").code == 0
    return tmp_path / "ledger.db", vkey


def test_a_key_is_its_owners_alone_and_made_once(say, tmp_path):
    say("ledger", "key", tmp_path / "key", "example.org/ledger")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    said = say("ledger", "key", tmp_path / "key", "example.org/other")
    assert (said.code, said.err) == (2, f"{tmp_path / 'key'}:1:1: file exists\n")
    (tmp_path / "key").chmod(0o640)
    said = say("ledger", "new", tmp_path / "ledger.db", "--key", tmp_path / "key")
    assert (said.code, said.err) == (2, f"{tmp_path / 'key'}:1:1: others than its owner may open the key; take that from them (mode 0600)\n")


def test_entries_are_shown_in_a_line_each_or_in_full(say, begun):
    ledger, vkey = begun
    assert say("ledger", "show", ledger).out.startswith("      0  20")
    assert json.loads(say("ledger", "show", ledger, "0").out)["vkey"] == vkey


def test_a_proof_is_checked_offline_by_the_one_file(say, begun, tmp_path):
    ledger, vkey = begun
    said = say("ledger", "prove", ledger, "0", "--out", tmp_path / "proof", "--entry", tmp_path / "entry")
    assert (said.code, said.out) == (0, "")
    asked = [str(tmp_path / "proof"), "--key", vkey, "--entry", str(tmp_path / "entry")]
    assert verify_offline.main(asked) == 0
    assert say("ledger", "prove", ledger, "0").out == (tmp_path / "proof").read_text()
    (tmp_path / "entry").write_bytes(b"{}")
    assert verify_offline.main(asked) == 1


def test_a_ledger_holds_under_a_policy_and_one_that_was_changed_does_not(say, begun, tmp_path):
    ledger, vkey = begun
    said = say("ledger", "verify", ledger)
    assert (said.code, said.out.splitlines()[0][:23]) == (0, "1 entry under the root ")
    (tmp_path / "policy").write_text(f"log {vkey}\nquorum none\n")
    assert "--policy" not in say("ledger", "verify", ledger, "--policy", tmp_path / "policy").out
    other = say("ledger", "key", tmp_path / "other", "example.org/ledger").out.strip()
    (tmp_path / "policy").write_text(f"log {other}\nquorum none\n")
    said = say("ledger", "verify", ledger, "--policy", tmp_path / "policy")
    assert (said.code, said.out) == (1, "does not hold: no key of the log signed this checkpoint\n")
    with apsw.Connection(str(ledger)) as rogue:
        rogue.execute("DELETE FROM tile")
    assert say("ledger", "verify", ledger).code == 1
    assert say("ledger", "rebuild", ledger).out == "rebuilt from 1 entry\n"
    assert say("ledger", "verify", ledger).code == 0
    with apsw.Connection(str(ledger)) as rogue:
        rogue.execute("UPDATE entry SET body = CAST(replace(body, 'log', 'hog') AS BLOB)")
    assert say("ledger", "verify", ledger).code == 1
    assert say("ledger", "rebuild", ledger).code == 1


def test_the_word_of_a_quorum_is_of_the_log_that_was_checked(say, begun, tmp_path):
    """A longer log that witnesses vouched for, laid beside a fork of it that none of them saw."""
    ledger, vkey = begun
    signer, ann = Signer.parse((tmp_path / "key").read_text().strip()), Cosigner("witness.example/ann", bytes([1]) * 32)
    (tmp_path / "policy").write_text(f"log {vkey}\nwitness ann {ann.key}\nquorum ann\n")
    genuine = Checkpoint(signer.name, 9, bytes(32)).signed(signer)
    with apsw.Connection(str(ledger)) as rogue:
        rogue.execute("INSERT INTO checkpoint VALUES (9, ?)", (str(genuine.with_signatures(ann.cosign(genuine.text, 1_790_000_000))),))
    said = say("ledger", "verify", ledger, "--policy", tmp_path / "policy")
    assert (said.code, said.out) == (1, "does not hold: of 1 witnesses 0 vouch for this checkpoint, fewer than must\n")


def test_a_published_ledger_is_audited_by_a_stranger(say, begun, tmp_path):
    ledger, vkey = begun
    (tmp_path / "policy").write_text(f"log {vkey}\nquorum none\n")
    audit = ["ledger", "audit", tmp_path / "served", "--policy", tmp_path / "policy"]
    assert say(*audit).code == 2
    said = say("ledger", "publish", ledger, tmp_path / "served")
    assert (said.code, said.out[:24]) == (0, "published: 1 entry under")
    assert say(*audit).out.endswith("of the log example.org/ledger\n")
    (tmp_path / "served/tile/entries/000.p/1").write_bytes(b"\0\1x")
    assert (said := say(*audit)).code == 1
    assert said.out.startswith("does not hold: ")
    (tmp_path / "served/tile/entries/000.p/1").unlink()
    assert "no such file" in say(*audit).out
    other = say("ledger", "key", tmp_path / "other", "example.org/ledger").out.strip()
    (tmp_path / "policy").write_text(f"log {other}\nquorum none\n")
    assert "no key of the log signed" in say(*audit).out
    with apsw.Connection(str(ledger)) as rogue:
        rogue.execute("DELETE FROM tile")
    assert say("ledger", "publish", ledger, tmp_path / "served").code == 2


def test_what_is_no_ledger_is_told_with_its_name(say, begun, tmp_path):
    ledger, _ = begun
    (tmp_path / "text").write_text("not a database, but some sixty bytes of text that look like one")
    for said, told in (
        (say("ledger", "show", tmp_path / "none"), "none:1:1: unable to open database file"),
        (say("ledger", "verify", tmp_path / "text"), "text:1:1: file is not a database"),
        (say("ledger", "prove", ledger, "7"), "ledger.db:1:1: there is no entry 7 (it has 1, from 0 on)"),
        (say("ledger", "new", ledger, "--key", tmp_path / "key"), "ledger.db:1:1: something is there already"),
        (say("ledger", "new", tmp_path / "another", "--key", tmp_path / "text"), "text:1:1: "),
        (say("ledger", "verify", ledger, "--policy", tmp_path / "text"), "text:1:1: 'not' begins no line of a policy"),
        (say("ledger", "witness", tmp_path, "--key", tmp_path / "key", "--log", "x"), "key:1:1: this is no private key"),
    ):
        assert (said.code, said.out) == (2, "")
        assert told in said.err
        assert "Traceback" not in said.err


def test_a_witness_vouches_for_a_ledger_until_it_is_interrupted(say, begun, tmp_path):
    ledger, vkey = begun
    say("ledger", "key", tmp_path / "witness", "witness.example", "--witness")
    (tmp_path / "memory").mkdir()
    argv = ["ledger", "witness", tmp_path / "memory", "--key", tmp_path / "witness", "--log", vkey, "--listen", "127.0.0.1:0"]
    said = say(*argv)  # it does not know the log, and does not begin to by itself
    assert said.code == 2
    assert "--add" in said.err
    said = say(*argv, "--add")
    assert (said.code, said.out) == (0, "remembers example.org/ledger from now on\n")
    said = say(*argv, "--add")
    assert said.code == 2
    assert "is remembered already" in said.err
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    server = subprocess.Popen([sys.executable, "-m", "comity.cli.main", *map(str, argv)], stdout=subprocess.PIPE, text=True, env=env)
    try:
        key, address = WitnessKey.parse(server.stdout.readline().strip()), server.stdout.readline().split()[-1]
        reader = Reader(Sqlite(ledger))
        note = Note.parse(reader.checkpoint())
        line = cosigned(note, key, Tree.at(1, reader.store.tile).consistency, sender(address))
        reader.close()
        assert key.verifies(note.text, line.raw)
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate()
    assert server.returncode == 0


def test_a_folder_whose_keys_are_none_is_told_and_nothing_is_begun(say, tmp_path):
    """Each is what an earlier beginning may have left, or somebody put there."""
    for number, (name, mode, held, told) in enumerate(
        [
            ("home.key", 0o600, b"", "home.key:1:1: a key is 32 bytes, not 0"),
            ("home.key", 0o600, b"\xff" * 33, "home.key:1:1: a key is 32 bytes, not 33"),
            ("home.key", 0o644, bytes(32), "home.key:1:1: others than its owner may open the key; take that from them (mode 0600)"),
            ("signer.key", 0o600, b"\xff\xfe", "signer.key:1:1: this is no private key"),
            ("signer.key", 0o600, b"PRIVATE+KEY+x", "signer.key:1:1: this is no private key of kind 1"),
            ("log.vkey", None, b"", "5:1:1: is a directory"),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        if mode is None:
            (folder / name).mkdir()
        else:
            (folder / name).touch(mode)
            (folder / name).write_bytes(held)
        said = say("ledger", "begin", folder)
        assert (said.code, said.out) == (2, "")
        assert said.err.endswith(f"{told}\n")
        assert not (folder / "log.sqlite").exists()
    (tmp_path / "file").touch()
    assert (said := say("ledger", "begin", tmp_path / "file")).code == 2
    assert said.err.endswith("file:1:1: file exists\n")


def test_a_beginning_that_stopped_half_way_is_taken_up(say, tmp_path):
    keep(tmp_path / "home.key", bytes(range(32)))
    assert say("ledger", "begin", tmp_path).code == 0
    assert (tmp_path / "home.key").read_bytes() == bytes(range(32))
    assert (tmp_path / "signer.key").stat().st_mode & 0o777 == 0o600
    assert say("ledger", "begin", tmp_path).code == 2
    (stopped := tmp_path / "stopped").mkdir()
    (stopped / "log.sqlite").touch()
    for then in (lambda: say("ledger", "adopt", stopped), lambda: say("ledger", "verify", stopped)):
        shutil.copy(tmp_path / "signer.key", stopped)
        said = then()
        assert (said.code, said.out) == (2, "")
        assert "begin it again" in said.err
    assert say("ledger", "begin", stopped).code == 0
    assert say("ledger", "verify", stopped).out.startswith("2 entries")
    other = Home(tmp_path / "other")
    other.begin("example.org/other")
    with Home(tmp_path).open() as begun, other.open() as held:
        first = Definition.read(begun.entry(1)["counts"][0])
        held.adopt({}, [replace(first, unit="device" if first.unit == "person" else "person")])
    said = say("ledger", "adopt", other.folder)
    assert (said.code, said.out) == (2, "")
    assert f"count '{first.name}' counts by" in said.err
    early = Home(tmp_path / "early")
    early.begin("comity.ledger/early")  # and stopped before it adopted anything
    assert say("ledger", "begin", early.folder).code == 0
    assert say("ledger", "verify", early.folder).out.startswith("2 entries")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("log {log}\nwitness ann {ann} http://127.0.0.1:1/\nquorum ann\n", "fewer than must; no answer from the witness at 127.0.0.1"),
        ("log {log}\nwitness ann {ann}\nquorum ann\n", "write: witness NAME VKEY URL"),
        ("log {log}\nwitness ann {ann} ftp://ann/\nquorum ann\n", "write: witness NAME VKEY URL"),
        ("log {other}\nquorum none\n", "the policy is of another log"),
        ("log {log}\nquorum ann\n", "named nowhere above"),
    ],
)
def test_a_ledger_with_a_policy_opens_as_its_witnesses_say(tmp_path, lines, told):
    home = Home(tmp_path / "ledger")
    home.begin("example.org/log")
    other, ann = Signer("example.org/other", bytes(32)).key, Cosigner("witness.example/ann", bytes([1]) * 32).key
    policy = home.folder / "log.policy"
    policy.write_text(lines.format(log=home.signer().key, other=other, ann=ann))
    with pytest.raises(SourceError) as refused:
        home.open()
    assert told in str(refused.value)
    policy.write_text(f"log {home.signer().key}\nquorum none\n")
    home.open().close()


def test_whatever_the_ledger_says_is_a_mistake_of_whoever_asked(say, begun, tmp_path):
    ledger, vkey = begun
    with apsw.Connection(str(ledger)) as rogue:
        rogue.execute("UPDATE tile SET hashes = x'00'")
    (tmp_path / "memory").mkdir()
    say("ledger", "key", tmp_path / "witness", "witness.example", "--witness")
    watch = ["ledger", "witness", tmp_path / "memory", "--key", tmp_path / "witness", "--log", vkey]
    assert say(*watch, "--add").code == 0
    for said, told in (
        (say("ledger", "prove", ledger, "0"), "entry 0 cannot be proved: tile/0/000 has 1 bytes"),
        (say("ledger", "adopt", "a" * 300), "file name too long"),
        (say(*watch, "--listen", f"{'ü' * 64}:80"), "is no address (write HOST:PORT)"),
    ):
        assert (said.code, said.out) == (2, "")
        assert told in said.err


def test_a_ledger_of_a_database_is_named_like_any_other(say, postgres, tmp_path):
    """The log in the database, the keys in the folder after the sign; a password is in no word that is said."""
    server = postgres.database()
    ledger, folder = f"{server}#{tmp_path / 'keys'}", tmp_path / "keys"
    empty = say("ledger", "adopt", f"{server}#{folder}")
    assert (empty.code, "signer.key:1:1: no such file or directory" in empty.err) == (2, True)
    assert say("ledger", "begin", ledger).code == 0
    assert sorted(file.name for file in folder.iterdir()) == ["home.key", "log.vkey", "signer.key"]
    assert say("ledger", "adopt", ledger).out.startswith("adopted: entry 1 of postgresql://")
    assert "a second beginning would count from nought" in say("ledger", "begin", ledger).err
    assert [line.split()[2].rstrip("…") for line in say("ledger", "show", ledger).out.splitlines()] == ["key", "adopt"]
    assert say("ledger", "verify", ledger).code == 0
    assert say("ledger", "prove", ledger, "1", "--out", tmp_path / "proof").code == 0
    assert verify_offline.main([str(tmp_path / "proof"), "--key", (folder / "log.vkey").read_text().strip()]) == 0
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # taken, and nobody listens
        nowhere = say("ledger", "show", f"postgresql://me:secret@127.0.0.1:{held.getsockname()[1]}/x#{folder}")
    assert nowhere.code == 2
    assert "secret" not in nowhere.err
    assert "Traceback" not in nowhere.err
