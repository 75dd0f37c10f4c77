"""The docket as its users type it: a matter from application to licence, and everything that cannot be."""

import hashlib
import json

import apsw
import pytest
from registry import TODAY, Registry

from comity.docket.phrases import TEXT


@pytest.fixture
def registry(say, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # back again at the end
    return Registry(say, tmp_path)


def shown(registry, matter="m1"):
    return json.loads(registry.say("docket", "show", "L", matter, "--json").out)


def page(registry, matter="m1"):
    """What is shown, whatever the width of the page."""
    return " ".join(registry.say("docket", "show", "L", matter).out.split())


def test_a_matter_from_its_application_to_its_licence(registry):
    said = registry.open()
    assert said.code == 0
    assert "m1 stands at 'filed': applied for a letter of intent\nIt is the move of commerce-beijing" in said.out
    assert registry.letter().code == 0
    assert registry.contract().code == 0
    said = registry.licence()
    assert (said.code, said.err) == (0, "")
    told = shown(registry)
    assert (told["stage"], told["papers"]["m1.licence"]["result"][-1]["is"]) == ("licensed", "granted")
    assert told["papers"]["m1.licence"]["importers"] == ["austin-jv"]
    assert [one["act"] for one in told["acts"]] == ["apply", "issue-letter", "sign-contract", "apply-licence", "issue-licence"]
    assert not told["without_effect"]


def test_a_docket_may_lie_in_a_database_that_several_share(say, tmp_path, monkeypatch, postgres):
    monkeypatch.chdir(tmp_path)
    registry = Registry(say, tmp_path, ledger=f"{postgres.database()}#L")
    assert registry.open().code == 0
    assert registry.letter().code == 0
    assert "stands at: letter of intent issued" in registry.say("docket", "show", registry.ledger, "m1").out
    assert registry.say("key", "list", "--ledger", registry.ledger).out.count("since 2020-01-01") == 5
    said = registry.act("grant", "commerce-beijing")
    assert (said.code, said.err) == (2, "ACT:1:1: the procedure has no act 'grant' (what can be made: sign-contract (beijing-lab and austin-jv))\n")


def test_of_a_document_its_name_and_digest_are_recorded_and_no_more(registry):
    registry.open()
    said = shown(registry)["acts"][0]["says"]["application"]
    assert said == {"name": "form.pdf", "sha256": hashlib.sha256(b"form").hexdigest()}


def test_what_lacks_a_signature_says_whose_and_is_signed_in_its_own_words(registry):
    registry.open()
    registry.letter()
    said = registry.act("sign-contract", "austin-jv", "contract=@contract.pdf", f"signed_on={TODAY}")
    assert said.code == 0
    assert "Without effect until it is signed by beijing-lab too:\n  comity docket act L m1 sign-contract --proposed " in said.out
    entry = said.out.split("--proposed ")[1].split()[0]
    assert shown(registry)["stage"] == "letter"
    assert shown(registry)["proposed"][0]["missing"] == ["beijing-lab"]
    assert "without effect until beijing-lab has signed too" in page(registry)
    assert "beijing-lab" in registry.say("docket", "list", "L", "--turn", "beijing-lab").out
    said = registry.say("docket", "act", "L", "m1", "sign-contract", "--proposed", "3", "--key", "beijing-lab.key")
    assert (said.code, said.err) == (
        2, f"--proposed:1:1: entry 3 proposes no 'sign-contract' that waits for a signature (these do: {entry} sign-contract)\n"
    )  # fmt: skip
    assert registry.say("docket", "act", "L", "m1", "sign-contract", "--proposed", entry, "--key", "beijing-lab.key").code == 0
    assert shown(registry)["stage"] == "contract"


def test_what_an_act_says_may_stand_in_a_file_beside_its_documents(registry):
    registry.open()
    registry.letter()
    registry.contract()
    registry.act("apply-licence", "beijing-lab", *(f"{name}=@form.pdf" for name in ("letter", "contract", "materials", "status")))
    report, audit = "{name: report, text: report deliveries, by: exporter, every: 6 months}", "{name: audit, text: audited, by: exporter, due: 2099-01-01}"
    conditions = f"conditions:\n  - {report}\n  - {audit}\n"
    (registry.folder / "says.yaml").write_text(f"number: '2'\nissued_on: {TODAY}\nscope: {{until: 2099-06-01}}\n{conditions}")
    assert registry.say("docket", "act", "L", "m1", "issue-licence", "--says", "says.yaml", "--key", "commerce-beijing.key").code == 0
    assert shown(registry)["papers"]["m1.licence"]["until"] == "2099-06-01"
    assert registry.act("meet-condition", "beijing-lab", "condition=audit", "proof=@form.pdf").code == 0
    found = {one["name"]: one for one in shown(registry)["conditions"]}
    assert (found["audit"]["next"], found["audit"]["met"]) == (None, [shown(registry)["on"]])
    assert found["report"]["every"] == "6 months"
    assert found["report"]["next"][0] > TODAY


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["--procedure", "cn.technology-export/license"], "--procedure:1:1: 'cn.technology-export' has no procedure 'license' (did you mean 'licence'?)"),
        (["--procedure", "cn.technology/licence"], "(did you mean 'cn.technology-export/licence'?)"),
        (["--party", "exportr=x"], "--party exportr:1:1: the procedure has no role 'exportr' (did you mean 'exporter'?)"),
        (["--party", "exporter"], "--party exporter:1:1: 'exporter' does not say who plays a role (write ROLE=PARTY)"),
        (["--party", "court=x"], "--party court:1:1: the role 'court' is given twice"),
        (["--act", "aply"], "--act:1:1: no act 'aply' opens a matter of this procedure (did you mean 'apply'?)"),
        (["--key", "form.pdf"], "form.pdf:1:1: others than its owner may open the key; take that from them (mode 0600)"),
        (["--key", "austin-jv.key"], "it is not for austin-jv to make"),
        (["--say", "secrecy_review=@none.pdf"], "--say secrecy_review:1:1: none.pdf: no such file or directory"),
        (["--say", "secrecy_review=x"], "'secrecy_review' is a document (write secrecy_review=@FILE"),
        (["--say", "secrecy-review=@form.pdf"], "'apply' says no 'secrecy-review' (did you mean 'secrecy_review'?)"),
        (["--say", "technology=x"], "--say technology:1:1: 'technology' is said twice"),
        (["--say", "technology"], "--say technology:1:1: 'technology' says nothing (write NAME=VALUE)"),
        (["--says", "none.yaml"], "none.yaml:1:1: cannot be read: no such file or directory"),
    ],
)
def test_what_cannot_open_a_matter_is_told_with_its_place_and_nothing_is_recorded(registry, argv, told):
    before = registry.size()
    said = registry.open("m1", *argv)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "Traceback" not in said.err
    assert registry.size() == before


def test_whose_move_it_would_be_must_be_played_by_somebody(registry):
    said = registry.say(
        "docket", "open", "L", "m1", "--procedure", "cn.technology-export/licence", "--party", "exporter=beijing-lab", "--key", "beijing-lab.key"
    )
    assert said.code == 2
    assert "--party authority:1:1: nobody plays the role 'authority', whose move it would be (write --party authority=PARTY)" in said.err


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("[x]", "--say scope:1:1: 'scope' is a mapping of limits, not a list"),
        ("{importer: [x]}", "--say scope:1:2: nothing is limited by 'importer' (did you mean 'importers'?)"),
        ("{places: [U]}", "--say scope:1:11: 'U' is not a place"),
        ("{importers: [austin-jv, ...]}", "'...' in the limit 'importers': a limit names what it covers"),
        ("{importers: unknown}", "'unknown' in the limit 'importers': a limit names what it covers"),
        ("{importers: []}", "the limit 'importers' names nobody and nothing"),
        ("{persons_max: many}", "--say scope:1:15: 'persons_max' is a whole number, from 0 up"),
        ("{until: soon}", "--say scope:1:9: 'until' is a day (write 2026-03-01)"),
        ("{until: '2099-01-01'", "--say scope:1:"),
    ],
)
def test_limits_are_those_of_instruments(registry, scope, told):
    parties = ["--party", "exporter=beijing-lab", "--party", "authority=commerce-beijing"]
    said = registry.say(
        "docket", "open", "L", "m1", "--procedure", "cn.technology-export/licence", *parties, "--say", "application=@form.pdf",
        "--say", "technology=x", "--say", f"scope={scope}", "--key", "beijing-lab.key",
    )  # fmt: skip
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert registry.say("docket", "list", "L").out == "There is no matter.\n"


def test_every_mistake_of_an_act_is_told_at_once(registry):
    registry.open()
    before = registry.size()
    able = "ask (commerce-beijing), issue-letter (commerce-beijing), refuse (commerce-beijing), withdraw (beijing-lab)"
    said = registry.act(
        "issue-licence", "beijing-lab", "issued_on=soon", "scope={importers: [other], purpose: [x]}", "colour=red",
        "conditions=[{name: report, by: exportr, evry: 6 months}, {name: a, text: b, by: exporter, every: sometimes}, x]",
    )  # fmt: skip
    assert (said.code, said.out, registry.size()) == (2, "", before)
    assert [line.split(": ", 1)[1] for line in said.err.splitlines()] == [
        "'issue-licence' says no 'colour' (it says issued_on, number, conditions, scope)",
        "a condition says no 'text'",
        "a condition is due on a day, or every so often (write due: 2027-01-01, or every: 6 months)",
        "there is no role 'exportr' (did you mean 'exporter'?)",
        "a condition has no 'evry' (did you mean 'every'?)",
        "'sometimes' is no length of time (write 6 months (or days, workdays, months, years))",
        "a condition is a mapping, not a text (write [{name: ..., text: ..., by: ROLE, due: 2027-01-01}], or every: 6 months)",
        "'issued_on' is a day (write 2026-03-01)",
        "nothing is limited by 'purpose' (did you mean 'purposes'?)",
        f"'issue-licence' is not made at the stage 'filed' (what can be made: {able})",
        "'commerce-beijing', who is the authority, has not signed it",
        "it is not for beijing-lab to make",
        "'issue-licence' needs 'number' (text)",
        "the limit 'importers' is wider than what was asked for",
    ]


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["act", "L", "m1", "isue-letter", "--key", "commerce-beijing.key"], "ACT:1:1: the procedure has no act 'isue-letter' (did you mean 'issue-letter'?)"),
        (["act", "L", "m1x", "issue-letter", "--key", "commerce-beijing.key"], "MATTER:1:1: there is no matter 'm1x' (did you mean 'm1'?)"),
        (["act", "L", "m1", "withdraw", "--key", "stranger.key"], "it is not for stranger to make"),
        (
            ["act", "L", "m1", "withdraw", "--proposed", "3", "--say", "a=b", "--key", "beijing-lab.key"],
            "--proposed:1:1: what is proposed is signed in its own words",
        ),
        (["act", "L", "m1", "withdraw", "--proposed", "3", "--key", "beijing-lab.key"], "that waits for a signature (none does)"),
        (["show", "L", "nothing"], "MATTER:1:1: there is no matter 'nothing'"),
        (["show", "L", "m1", "--on", "soon"], "--on:1:1: 'soon' is not a day"),
        (["show", "L", "m1", "--on", "2019-01-01"], "--on:1:1: the matter was not open on that day"),
        (["list", "L", "--party", "beijing"], "--party:1:1: there is no party 'beijing' in any matter"),
        (["due", "L", "--within", "-1"], "--within:1:1: -1 days are over"),
        (["due", "L", "--party", "nobody"], "--party:1:1: there is no party 'nobody'"),
        (["due", "L", "--ics", "no/such/folder.ics"], "no/such/folder.ics:1:1: no such file or directory"),
        (["list", "nowhere"], "nowhere:1:1: unable to open database file"),
        (["act", "nowhere", "m1", "withdraw", "--key", "beijing-lab.key"], "there is no ledger"),
    ],
)
def test_what_is_not_there_is_told_with_its_place(registry, argv, told):
    registry.open()
    registry.say("key", "new", "stranger.key", "stranger")
    before = registry.size()
    said = registry.say("docket", *argv)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert "Traceback" not in said.err
    assert registry.size() == before


def test_one_whom_nobody_introduced_or_who_is_revoked_does_nothing(registry):
    registry.say("key", "revoke", "beijing-lab.key", "--ledger", "L", "--why", "lost")
    before = registry.size()
    said = registry.open()
    assert (said.code, registry.size()) == (2, before)
    assert "of 'beijing-lab' is revoked" in said.err


def test_a_matter_is_opened_once_and_its_name_is_plain(registry):
    registry.open()
    said = registry.open()
    assert (said.code, said.err) == (2, "MATTER:1:1: there is a matter 'm1' already (comity docket show L m1)\n")
    assert registry.open("../m").err.startswith("MATTER:1:1: '../m' is no name for a matter")


def test_words_of_another_do_nothing_to_the_screen(registry):
    registry.open()
    registry.act("ask", "commerce-beijing", "missing=the\tform\x1b[2J\x1b[8m and\u202e more\x07")
    told = registry.say("docket", "show", "L", "m1").out
    assert all(letter.isprintable() or letter == "\n" for letter in told)
    assert r"the form\x1b[2J\x1b[8m and\u202e more\x07" in " ".join(told.split())


def test_everybody_sees_the_same_page_in_either_language(registry):
    registry.open()
    told = page(registry)
    assert "stands at: applied for a letter of intent (filed), since 20" in told
    assert "whose move: commerce-beijing (the commerce department of the province" in told
    assert "(letter-decision): started" in told
    assert "of 30 working days counted" in told
    assert "binds commerce-beijing; silence has no effect" in told
    assert "needs: issued_on (day: issued on); number (text: its number)" in told
    assert "m1.licence: kind: licence; under: cn.technology-licence; result: [pending (20" in told
    chinese = registry.say("docket", "show", "L", "m1", "--lang", "zh").out
    assert "当前阶段：已申请技术出口许可意向书（filed），自20" in chinese
    assert "逾期不产生法律效果" in chinese
    assert not set("abcdefghijklmnopqrstuvwxyz").intersection("".join(TEXT["zh"].values()))
    assert registry.say("docket", "list", "L").out.split(maxsplit=3)[2:] == ["commerce-beijing", "applied for a letter of intent\n"]


def test_a_refusal_says_its_remedies_and_their_last_days(registry):
    registry.open()
    registry.act("refuse", "commerce-beijing", "reasons=the entry is prohibited")
    told = {one["act"]: one["until"] for one in shown(registry)["remedies"]}
    assert list(told) == ["reconsider", "sue", "apply-anew"]
    assert told["apply-anew"] is None
    assert told["reconsider"][0] == told["reconsider"][1] > TODAY
    said = page(registry)
    assert f"ask for reconsideration (reconsider), until {told['reconsider'][0]} [TIER 50" in said
    assert "apply anew after a refusal (apply-anew), no last day" in said


def test_what_falls_due_is_listed_and_goes_into_a_calendar(registry):
    registry.open()
    registry.letter()
    said = registry.say("docket", "due", "L", "--ics", "due.ics", "--party", "beijing-lab")
    assert said.code == 0
    assert said.out.splitlines()[0].split()[1:5] == ["m1:", "can", "be", "done"]
    held = (registry.folder / "due.ics").read_bytes()
    assert held.startswith(b"BEGIN:VCALENDAR\r\n")
    names = [line for line in held.splitlines() if line.startswith(b"UID:")]
    assert len(names) == len(set(names)) == held.count(b"DTSTART;VALUE=DATE:") == 2
    registry.say("docket", "due", "L", "--ics", "again.ics", "--lang", "zh")
    assert [line for line in (registry.folder / "again.ics").read_bytes().splitlines() if line.startswith(b"UID:")] == names
    assert {one["what"] for one in json.loads(registry.say("docket", "due", "L", "--json").out)} == {"closes", "validity"}
    assert registry.say("docket", "due", "L", "--within", "5").out == "Nothing is due.\n"


def test_a_log_that_was_changed_is_not_read(registry):
    registry.open()
    with apsw.Connection(str(registry.folder / "L" / "log.sqlite")) as rogue:
        rogue.execute("UPDATE entry SET body = CAST(replace(body, 'austin-jv', 'boston-jv') AS BLOB)")
    for argv in (("show", "L", "m1"), ("list", "L")):
        said = registry.say("docket", *argv)
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("L:1:1: an entry is not the one")
    assert registry.say("docket", "due", "L").code == 0  # what was read before it was changed, under the same root
    (registry.folder / "L" / "docket.sqlite").unlink()
    said = registry.say("docket", "due", "L")
    assert said.code == 2
    assert said.err.startswith("L:1:1: the checkpoint of ")
