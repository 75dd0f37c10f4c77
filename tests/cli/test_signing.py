"""`comity law sign`, `verify` and `adopt`, and what a gate makes of the law that they bring."""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from publishers import PEOPLE, SIGNING, Publisher, private, role
from shop import RULEBOOK, SCHEMA, WORLD

import comity
from comity.cli.main import main
from comity.edge.adopted import place
from comity.edge.home import Home, law_of
from comity.ledger import entry as entries
from comity.ledger.ledger import Ledger
from comity.ledger.reader import Reader
from comity.ledger.secret import keep
from comity.ledger.sqlite import Sqlite
from comity.signed import disk
from comity.signed.chain import METADATA
from comity.signed.metadata import digest
from comity.text.source import SourceError

LAW = RULEBOOK.replace("XA", "QM").replace("XB", "QN")
SIGNED = LAW.replace("speaks_about", "parties: [xa.example, xb.example]\nspeaks_about")
ALL = [word for name in ("ann", "ben", "tara", "tom", "snap", "time", "xa", "xb") for word in ("--key", f"{name}.key")]


def signing(roles=SIGNING.roles):
    lines = [f"{name}: {{keys: [{', '.join(map(str, role.keys))}], threshold: {role.threshold}, days: {role.days}}}" for name, role in roles.items()]
    return "\n".join([*lines, f"parties: [{', '.join(map(str, SIGNING.parties.values()))}]", ""])


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """Keys, a law that two parties sign, a repository with all signatures, a world under it, and a ledger that knows nothing of it yet."""
    made = tmp_path_factory.mktemp("begun")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        for name in PEOPLE:
            keep(Path(f"{name}.key"), f"{private(name).secret}\n".encode())
        Path("law/xx.act").mkdir(parents=True)
        Path("law/xx.act/rulebook.yaml").write_text(SIGNED, encoding="utf-8")
        Path("law/signing.yaml").write_text(signing(), encoding="utf-8")
        Path("world.yaml").write_text(WORLD.replace("XA", "QM").replace("XB", "QN"), encoding="utf-8")
        pl.DataFrame([("p1", "Aland", "e", "i", "h", None), ("p2", "Deland", "e", "i", "h", None)], schema=SCHEMA, orient="row").write_parquet("in.parquet")
        assert main(["ledger", "begin", "comity-ledger"]) == 0
        assert main(["law", "sign", "law", "--repo", "repo", *ALL]) == 0
    return made


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, begun):
    """The same for each test, so that a plan that was compiled for one serves the next."""
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def first():
    """The digest of the root, as its publishers tell it."""
    return digest(Path("repo/metadata/1.root.json").read_bytes())


def again(say):
    """Signs all that is in the folder now."""
    assert say("law", "sign", "law", "--repo", "repo", *ALL).code == 0


def gate(say, *more):
    return say("gate", "in.parquet", "out.parquet", *more, "--movement", "sending", "--world", "world.yaml")


def size():
    reader = Reader(Sqlite(Path("comity-ledger/log.sqlite")))
    try:
        return reader.size
    finally:
        reader.close()


def adopted():
    return sorted(path.name for path in Path("comity-ledger/law").glob("*"))


def nothing_adopted(said, told):
    """It ended with 2 and these words, recorded nothing, and left nothing behind."""
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "Traceback" not in said.err
    assert (size(), adopted()) == (2, [])


def test_from_signing_to_moving(say):
    """Two publishers, two parties and their machines; then whoever relies on it."""
    shutil.rmtree("repo")
    said = say("law", "sign", "law", "--repo", "repo", "--key", "ann.key", "--key", "tara.key", "--key", "xa.key")
    assert said.code == 1
    assert "xx.act   1        xa.example    not yet: 1 of xb.example\n" in said.out
    assert "Not published yet: what is under way lies in repo/draft." in said.out
    assert say("law", "verify", "repo").code == 2
    shutil.move("repo", "there")
    assert say("law", "sign", "law", "--repo", "there", "--key", "xb.key", "--key", "ben.key", "--key", "tom.key").code == 1
    said = say("law", "sign", "law", "--repo", "there", "--key", "snap.key", "--key", "time.key")
    assert said.code == 0
    first = said.out.split("Its first root is ")[1][:64]
    said = say("law", "verify", "there", "--root", first)
    assert said.code == 0
    assert "xx.act     1        2" in said.out
    assert "xx.act  1        1      xa.example, xb.example\n" in said.out
    assert f"\n  {private('xa').key}\n  {private('xb').key}\n" in said.out
    assert "the repository itself says" not in said.out
    assert f"Under the root {first}, as the repository itself says" in say("law", "verify", "there").out
    nothing_adopted(say("law", "adopt", "there"), "it was never adopted (its publisher tells the digest of its root")
    said = say("law", "adopt", "there", "--root", first)
    assert said.code == 0
    assert said.out.endswith("adopted: entry 2 of comity-ledger\n")
    assert say("law", "adopt", "there").out.endswith("adopted: entry 2 of comity-ledger\n")
    assert gate(say).code == 0
    assert pl.read_parquet("out.parquet").columns == ["who", "email", "health", "born"]
    assert say("ledger", "verify", "comity-ledger").code == 0


def test_law_that_names_parties_never_loads_by_itself(say, first):
    told = "this is law only as xa.example and xb.example signed it, and nobody's signature came with it (comity law sign and comity law adopt do that"
    for said in (
        say("check", "world.yaml", "--rulebooks", "law/xx.act"),
        say("explain", "world.yaml", "sending", "--rulebooks", "law/xx.act"),
        say("ledger", "adopt", "comity-ledger", "--rulebooks", "law/xx.act"),
        gate(say, "--rulebooks", "law/xx.act"),
        gate(say, "--rulebooks", "law/xx.act/rulebook.yaml"),
    ):
        assert (said.code, said.out) == (2, "")
        assert told in said.err
    with pytest.raises(SourceError, match="nobody's signature"):
        comity.plan(rulebooks=["law/xx.act"])
    say("law", "adopt", "repo", "--root", first)
    (copy,) = adopted()
    assert told in say("check", "world.yaml", "--rulebooks", f"comity-ledger/law/{copy}/xx.act").err
    assert say("law", "test", "law/xx.act").code == 0
    assert say("law", "check", "law/xx.act").code == 0
    assert say("law", "show", "law/xx.act").code == 0


def test_a_question_names_the_ledger_whose_law_it_asks(say, first):
    assert say("law", "adopt", "repo", "--root", first).code == 0
    said = say("check", "world.yaml", "--ledger", "comity-ledger", "--regime", "xx.act")
    assert said.code in (0, 1)
    assert "xx.act" not in say("check", "world.yaml").out
    assert comity.plan("xx.act", ledger="comity-ledger").regimes[0].book.parties == {"xa.example", "xb.example"}


def test_signed_law_stands_in_the_place_of_the_shipped(say, first):
    Path("law/us.padfa").mkdir()
    text = (Path(comity.__file__).parent / "rulebooks/us.padfa/rulebook.yaml").read_text(encoding="utf-8")
    Path("law/us.padfa/rulebook.yaml").write_text(text.replace("edition: ", "edition: 9", 1), encoding="utf-8")
    again(say)
    assert say("law", "adopt", "repo", "--root", first).code == 0
    books = [one.book for one in comity.plan(ledger="comity-ledger").regimes if one.book.regime == "us.padfa"]
    assert [book.edition[0] for book in books] == ["9"]


def test_expired_law_holds(say):
    """It was adopted while it held; nobody renewed it, and what would move now does not."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=8)
    made = Publisher(held(), at=before)
    made.published()
    law = made.law()
    home = Home(Path("early"))
    home.begin("example.org/early")
    shutil.rmtree("early/log.sqlite", ignore_errors=True)
    Path("early/log.sqlite").unlink()
    told = {made.root: law.adopted()}
    folder = place(home, told[made.root])
    copy = {name: raw for name, raw in made.files.items() if name.startswith(METADATA)} | {
        f"xx.act/{name}": raw for name, raw in law.books["xx.act"].files.items()
    }
    disk.keep(folder, copy)
    plan = comity.shelf.plan(signed={folder / "xx.act": law.books["xx.act"].rulebook.digest})
    with Ledger.create(home.log, signer=home.signer(), now=lambda: before) as ledger:
        ledger.adopt(*law_of(plan), told)
    at = entries.instant(law.expires)
    for mode in ("enforce", "dry-run", "shadow"):
        said = gate(say, "--ledger", "early", "--mode", mode)
        assert (said.code, said.out) == (1, f"Nothing crossed: the signed law that was adopted expired at {at}: adopt a newer edition.\n")
    said = say(
        "gate",
        "query",
        "SELECT count(*) FROM customers",
        "--table",
        "customers=in.parquet",
        "--movement",
        "sending",
        "--world",
        "world.yaml",
        "--ledger",
        "early",
    )
    assert said.code == 1
    assert "expired at" in said.out
    said = say("check", "world.yaml", "--ledger", "early")
    assert (said.code, said.out) == (2, "")
    assert said.err == f"early:1:1: the signed law that was adopted expired at {at}: adopt a newer edition\n"
    assert (say("serve", "world.yaml", "--ledger", "early").code, say("serve", "world.yaml", "--ledger", "nowhere").code) == (2, 2)
    assert not Path("out.parquet").exists()
    assert say("ledger", "adopt", "early").out == "adopted: entry 1 of early\n", "what is adopted beside it need not wait"
    disk.write(Path("old"), {}, made.files)
    nothing_adopted(say("law", "adopt", "old", "--root", made.root), "its time was over")
    assert "old/metadata/timestamp.json:1:1: its time was over" in say("law", "verify", "old").err
    made.at = dt.datetime.now(dt.UTC)
    disk.write(Path("old"), dict(disk.repository(Path("old"))), made.published("time"))
    assert say("law", "adopt", "old", "--ledger", "early").code == 0
    assert gate(say, "--ledger", "early").code == 0


def held():
    """The rulebook of the folder, as a publisher has it."""
    from comity.files.rulebook import read_rulebook
    from comity.signed.reading import Book

    raw = SIGNED.encode()
    return {"xx.act": Book(read_rulebook("r", raw), {"rulebook.yaml": raw})}


def test_restored_from_an_old_backup(say, first):
    """The repository, and all that lies beside the ledger, as they were a while ago: the ledger knows better."""
    say("law", "adopt", "repo", "--root", first)
    shutil.copytree("repo", "backup/repo")
    shutil.copytree("comity-ledger/law", "backup/law")
    Path("law/xx.act/rulebook.yaml").write_text(SIGNED.replace('edition: "1"', 'edition: "2"'), encoding="utf-8")
    again(say)
    assert say("law", "adopt", "repo").out.endswith("adopted: entry 3 of comity-ledger\n")
    said = say("law", "adopt", "backup/repo", "--root", first)
    assert (said.code, said.out) == (2, "")
    assert said.err == "backup/repo:1:1: version 1 of 'snapshot' is older than version 2, which was adopted\n"
    assert say("law", "adopt", "backup/repo").code == 2
    assert size() == 4
    shutil.rmtree("comity-ledger/law")
    shutil.copytree("backup/law", "comity-ledger/law")
    for said in (say("check", "world.yaml", "--ledger", "comity-ledger"), gate(say)):
        assert (said.code, said.out) == (2, "")
        assert "the signed law that the ledger adopted is not there (adopt it again from its repository: comity law adopt)" in said.err
    newest = place(Home(Path("comity-ledger")), next(iter(signed().values())))
    Path("comity-ledger/law", adopted()[0]).rename(newest)  # the old copy under the new one's name
    assert "this is other signed law than the ledger adopted" in say("check", "world.yaml", "--ledger", "comity-ledger").err
    assert say("law", "adopt", "repo").code == 0
    assert say("check", "world.yaml", "--ledger", "comity-ledger").code in (0, 1)


def signed():
    with Home(Path("comity-ledger")).open() as ledger:
        return ledger.signed()


def test_rolled_back_to_a_root_that_is_replaced(say, first):
    shutil.copytree("repo", "backup")
    Path("law/signing.yaml").write_text(signing({**SIGNING.roles, "root": role("ann", "ben", "dan", threshold=2, days=365)}), encoding="utf-8")
    assert say("law", "sign", "law", "--repo", "repo", *ALL).code == 0
    assert say("law", "adopt", "repo", "--root", digest(Path("repo/metadata/2.root.json").read_bytes())).code == 0
    assert signed().keys() == {first}
    for more in ([], ["--root", first]):
        said = say("law", "adopt", "backup", *more)
        assert (said.code, said.out) == (2, "")
        assert "no root" in said.err
    assert size() == 3


def test_an_adopted_file_that_is_changed_holds_everything(say, first):
    say("law", "adopt", "repo", "--root", first)
    (copy,) = adopted()
    file = Path("comity-ledger/law", copy, "xx.act/rulebook.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace("sent > 10", "sent > 99"), encoding="utf-8")
    for said in (say("check", "world.yaml", "--ledger", "comity-ledger"), gate(say), say("ledger", "adopt", "comity-ledger")):
        assert (said.code, said.out) == (2, "")
        assert f"comity-ledger/law/{copy}/targets/xx.act/rulebook.yaml:1:1: is not there as it was signed" in said.err
    assert say("law", "adopt", "repo").code == 0
    assert gate(say).code == 0


def test_what_is_adopted_without_signatures_leaves_signed_law_where_it_is(say, first):
    say("law", "adopt", "repo", "--root", first)
    assert say("ledger", "adopt", "comity-ledger").out == "adopted: entry 2 of comity-ledger\n"
    assert gate(say).code == 0


def test_two_repositories_each_with_its_floor(say, first):
    say("law", "adopt", "repo", "--root", first)
    Path("more/yy.act").mkdir(parents=True)
    Path("more/yy.act/rulebook.yaml").write_text(LAW.replace("xx.act", "yy.act"), encoding="utf-8")
    Path("more/signing.yaml").write_text(signing().replace("days: 365", "days: 364"), encoding="utf-8")
    said = say("law", "sign", "more", "--repo", "other", *ALL)
    other = said.out.split("Its first root is ")[1][:64]
    assert say("law", "adopt", "other", "--root", other).code == 0
    assert {tuple(one["rulebooks"]) for one in signed().values()} == {("xx.act",), ("yy.act",)}
    Path("more/xx.act").mkdir()
    Path("more/xx.act/rulebook.yaml").write_text(LAW, encoding="utf-8")
    assert say("law", "sign", "more", "--repo", "other", *ALL).code == 0
    said = say("law", "adopt", "other")
    assert (said.code, said.out) == (2, "")
    assert "signed law has 'xx.act' twice" in said.err


def test_a_repository_is_let_go_and_its_floor_stays(say, first):
    say("law", "adopt", "repo", "--root", first)
    said = say("law", "drop", "--root", first[:-1])
    assert (said.code, said.out) == (2, "")
    assert "did you mean" in said.err
    said = say("law", "drop", "--root", first)
    assert (said.code, said.out) == (0, "Not in it any more: xx.act\nadopted: entry 3 of comity-ledger\n")
    assert signed()[first]["parties"] == {"xx.act": ["xa.example", "xb.example"]}
    shutil.rmtree("comity-ledger/law")
    assert "xx.act" not in say("check", "world.yaml", "--ledger", "comity-ledger").out
    shutil.copytree("repo", "old")
    again(say)
    assert say("law", "adopt", "repo").code == 0
    assert "version 1 of 'timestamp' is older than version 2" in say("law", "adopt", "old").err


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda: Path("repo/metadata/timestamp.json").unlink(), "repo/metadata/timestamp.json:1:1: is missing"),
        (lambda: Path("repo/metadata/1.xx.act.json").write_bytes(b"{}"), "repo/metadata/1.xx.act.json:1:1: is no metadata"),
        (lambda: Path("repo/targets/xx.act/more.yaml").write_text("x: 1\n", encoding="utf-8"), "nobody signed for this file (take it away)"),
        (lambda: Path("repo/targets/xx.act/link.yaml").symlink_to("/dev/zero"), "link.yaml:1:1: is no plain file"),
        (lambda: shutil.rmtree("repo/metadata"), "repo:1:1: there is no root: this is no repository of signed law"),
        (lambda: shutil.rmtree("repo"), "repo:1:1: there is no such folder"),
    ],
)
def test_what_is_not_whole_is_not_adopted(say, first, break_it, told):
    break_it()
    nothing_adopted(say("law", "adopt", "repo", "--root", first), told)
    assert say("law", "verify", "repo").code == 2


def test_a_root_that_is_none(say):
    nothing_adopted(say("law", "adopt", "repo", "--root", "ab"), "--root:1:1: 'ab' is no digest")
    nothing_adopted(say("law", "adopt", "repo", "--root", "ab" * 32), "repo/metadata/1.root.json:1:1: no root that is trusted leads to this one")


def test_law_that_does_not_fit_the_rest_is_not_adopted(say, first):
    """Signed and whole; but another rulebook of the regime is asked for beside it."""
    Path("xx.act").mkdir()
    Path("xx.act/rulebook.yaml").write_text(LAW, encoding="utf-8")
    nothing_adopted(say("law", "adopt", "repo", "--root", first, "--rulebooks", "xx.act"), "'xx.act' is loaded already")


def test_every_mistake_before_anything_is_signed(say):
    shutil.rmtree("repo")
    Path("law/signing.yaml").write_text(signing().replace("threshold: 2", "threshold: 5", 1).replace("xb.example", "xz.example"), encoding="utf-8")
    Path("law/yy.act").mkdir()
    Path("law/yy.act/rulebook.yaml").write_text(LAW, encoding="utf-8")
    Path("law/yy.act/a b.yaml").write_text("", encoding="utf-8")
    said = say("law", "sign", "law", "--repo", "repo", "--key", "ann.key")
    assert (said.code, said.out) == (2, "")
    assert "law/signing.yaml:1:" in said.err
    assert "5 of 3 keys cannot sign" in said.err
    assert "the number of the key of 'xz.example' is not its own" in said.err
    assert "the folder of 'xx.act' is named like it" in said.err
    assert "law/yy.act/a b.yaml:1:1: a file that is signed is named with letters" in said.err
    assert not Path("repo").exists()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["law", "sign", "nowhere", "--repo", "repo", "--key", "ann.key"], "nowhere/signing.yaml:1:1: cannot be read: no such file or directory"),
        (["law", "sign", "law", "--repo", "repo", "--key", "dan.key"], "law/signing.yaml:1:1: the key of 'dan.example' has no role"),
        (["law", "sign", "law", "--repo", "repo", "--key", "world.yaml"], "world.yaml:1:1: "),
        (["law", "sign", "law", "--repo", "repo", "--key", "ann.key", "--renew", "snapshott"], "there is no role 'snapshott' (did you mean 'snapshot'?)"),
        (["law", "sign", "law", "--repo", "world.yaml", "--key", "ann.key"], "world.yaml:1:1: there is no such folder"),
        (["law", "adopt", "law", "--ledger", "elsewhere"], "elsewhere:1:1: there is no ledger"),
    ],
)
def test_bad_input_is_told_and_ends_with_two(say, asked, told):
    shutil.rmtree("repo")
    said = say(*asked)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "Traceback" not in said.err
    assert not Path("repo").exists()


def test_a_party_without_a_key_is_told(say):
    shutil.rmtree("repo")
    Path("law/xx.act/rulebook.yaml").write_text(SIGNED.replace("xb.example", "xq.example"), encoding="utf-8")
    said = say("law", "sign", "law", "--repo", "repo", "--key", "ann.key")
    assert (said.code, said.out) == (2, "")
    assert "the party 'xq.example' has no key (did you mean 'xb.example'?)" in said.err


def test_both_sides_read_the_same_page(say, first):
    for verb in (["law", "sign", "law", "--repo", "repo", "--key", "xa.key"], ["law", "verify", "repo"]):
        english, chinese = say(*verb).out, say(*verb, "--lang", "zh").out
        assert english != chinese
        assert len(english.splitlines()) == len(chinese.splitlines())
        assert first in chinese
    assert "当事方" in say("law", "verify", "repo", "--lang", "zh").out
    assert say("law", "adopt", "repo", "--root", first, "--lang", "zh").out.endswith("已采用：见 comity-ledger 第2条\n")
    assert "law only as these signed it, all of them: xa.example, xb.example" in say("law", "show", "law/xx.act").out


@pytest.mark.slow
def test_every_command_of_the_page_does_what_it_says(tmp_path):
    """All of docs/signed-law.md, from the first to the last, as a newcomer would copy it."""
    root = Path(__file__).parents[2]
    blocks = re.findall(r"```sh\n(.*?)```", (root / "docs/signed-law.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "empty").mkdir()
    ask = 'comity() { python -m comity.cli.main "$@"; echo "$1 $2 ended with $?" >&2; }\n'
    script = ask + "\n".join(blocks).replace("WORLD", str(root / "examples/platform/world.yaml"))
    env = {**os.environ, "PYTHONPATH": str(root / "src"), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    said = subprocess.run(["bash", "-c", script], cwd=tmp_path / "empty", env=env, capture_output=True, text=True, check=False)
    ended = [line.split(" ended with ") for line in said.stderr.splitlines() if " ended with " in line]
    assert [line for line in said.stderr.splitlines() if " ended with " not in line] == []
    assert {(what, code) for what, code in ended if code != "0"} == {("law sign", "1"), ("check " + str(root / "examples/platform/world.yaml"), "1")}
    assert [code for what, code in ended if what == "law sign"] == [*"110", "0", *"1110", "0"]
    assert said.stdout.count("adopted: entry ") == 4
    assert "ministry.xa.example" in said.stdout
