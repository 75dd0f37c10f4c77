import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from comity.ledger import verify_offline
from comity.ledger.carrier import sender
from comity.ledger.cosignature import WitnessKey
from comity.ledger.note import Note
from comity.ledger.reader import Reader
from comity.ledger.sqlite import Sqlite
from comity.ledger.tiles import Tree
from comity.ledger.witness import cosigned


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
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    server = subprocess.Popen([sys.executable, "-m", "comity.cli.main", *map(str, argv), "--add"], stdout=subprocess.PIPE, text=True, env=env)
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
