"""A world read with a docket: what its procedures give comes from the log, is told with its entry, and from nowhere else."""

import json

import apsw
import polars as pl
import pytest
from docket_office import WORLD
from filed import day
from registry import TODAY, Registry
from shop import RULEBOOK, SCHEMA
from shop import WORLD as SHOP

from comity import shelf
from comity.edge.filed import docketed
from comity.files.world_file import world_file
from comity.law.rulebook import OUTCOMES

CLOSED = "assume: {closed: all, by: a tester, on: 2026-01-01}\n"
STATED = "instruments: {paper: {kind: licence, under: cn.technology-licence, result: granted, issued_on: 2026-01-01}}\n"
EXPORTS = """
parties:
  us_co: {kind: organisation, organised_in: [US], headquarters: US, ultimate_parent_place: US}
  imp: {kind: organisation, organised_in: [CN], headquarters: CN, ultimate_parent_place: CN}
assets:
  notes: {kind: technology, about: nobody, fields: [], entries: [us.ear/3E001], controls: [NS1, AT1], made_in: [US], availability: private}
instruments: {licence: {kind: licence, under: us.ear, result: granted, issued_on: 2026-03-01}}
movements:
  t: {exporter: us_co, importer: imp, asset: notes, event: send, origin: US, destination: CN, purpose: {kind: manufacturing, end_uses: [civil]}}
"""
ASKED = ("--regime", "cn.technology-export")


@pytest.fixture
def registry(say, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # back again at the end
    (tmp_path / "world.yaml").write_text(WORLD + CLOSED, encoding="utf-8")
    (tmp_path / "stated.yaml").write_text(WORLD + STATED + CLOSED, encoding="utf-8")
    made = Registry(say, tmp_path)
    made.open()
    return made


def outcomes(registry, world="world.yaml", docket=("--docket", "L")):
    found = json.loads(registry.say("check", world, *ASKED, "--on", shown_on(registry), *docket, "--json").out)
    return {one["movement"]: one["outcome"] for one in found}


def shown_on(registry):
    """The day it is where the matter is."""
    return json.loads(registry.say("docket", "show", "L", "m1", "--json").out)["on"]


def explained(registry, movement, *more, world="world.yaml"):
    said = registry.say("explain", world, movement, *ASKED, "--on", shown_on(registry), "--docket", "L", *more)
    return " ".join(said.out.split())


def test_the_letter_opens_talks_and_the_licence_delivery_to_whom_it_names_until_it_is_suspended(registry):
    required = "authorisation_required"
    assert outcomes(registry) == {"talks": required, "delivery": required, "elsewhere": required}
    registry.letter()
    assert outcomes(registry) == {"talks": "permitted", "delivery": required, "elsewhere": required}
    registry.contract()
    registry.licence()
    assert outcomes(registry) == {"talks": "permitted", "delivery": "permitted", "elsewhere": required}
    registry.act("suspend", "commerce-beijing", "reasons=an inspection")
    assert outcomes(registry) == {"talks": "permitted", "delivery": required, "elsewhere": required}
    assert set(outcomes(registry, docket=()).values()) == {required}


def test_an_explanation_says_which_matter_and_entry_a_fact_comes_of(registry):
    filed = registry.size() - 1
    pending = f"m1.licence: state of the matter: pending (the law asks for state of the matter: granted) [matter m1, entry {filed}]"
    assert pending in explained(registry, "delivery")
    assert f"m1.licence：结果：待决（法律要求：结果：已获准） [事项m1，条目{filed}]" in explained(registry, "delivery", "--lang", "zh")
    registry.letter()
    assert "Lifted: 33/negotiation ← letter" in explained(registry, "talks")
    assert f"m1.letter [matter m1, entry {filed + 1}]" in explained(registry, "talks")
    assert pending in explained(registry, "delivery")  # of the licence nothing was decided


def test_a_licence_that_a_world_states_by_hand_is_not_believed(registry):
    assert outcomes(registry, "stated.yaml", docket=())["delivery"] == "permitted"
    assert outcomes(registry, "stated.yaml")["delivery"] == "authorisation_required..permitted"
    assert "state of the matter: not stated [only a matter of the docket says it]" in explained(registry, "delivery", world="stated.yaml")


def test_nor_is_one_that_is_typed_in_an_interview(registry):
    on = ("--on", shown_on(registry), "--docket", "L")
    said = registry.say("ask", "stated.yaml", "delivery", *ASKED, *on, typed="granted\ngranted\n")
    assert said.code == 1
    assert "That is for a matter of the docket to say, and is still open." in said.out
    (registry.folder / "open.yaml").write_text(WORLD, encoding="utf-8")
    said = registry.say("ask", "open.yaml", "delivery", *ASKED, *on, typed="yes\ngranted\n2026-01-01\ngranted\n")
    assert said.code == 1
    assert "delivery: undetermined" in said.out


def test_an_off_ramp_knows_what_was_decided(registry):
    registry.letter()
    registry.contract()
    registry.licence()
    said = registry.say("offramp", "world.yaml", "delivery", *ASKED, "--on", shown_on(registry), "--docket", "L")
    assert (said.code, said.out.splitlines()[0]) == (0, "delivery: permitted")


def test_a_record_of_a_verdict_names_the_log_its_size_and_root(registry):
    found = json.loads(registry.say("check", "world.yaml", *ASKED, "--docket", "L", "--json").out)
    told = registry.say("ledger", "verify", "L").out
    for one in found:
        assert one["docket"]["log"] == "comity.ledger/L"
        assert one["docket"]["size"] == registry.size()
        assert f"under the root {one['docket']['root']}\n" in told
    bare = json.loads(registry.say("check", "world.yaml", *ASKED, "--json").out)
    assert "docket" not in bare[0]
    assert bare[0]["digest"] != found[0]["digest"]


def test_what_falls_due_tells_the_duties_of_verdicts_too(registry):
    registry.letter()
    registry.contract()
    registry.licence("conditions=[{name: audit, text: be audited, by: exporter, due: 2099-01-01}]")
    said = registry.say("docket", "due", "L", "--world", "world.yaml", "--on", shown_on(registry), "--json")
    assert said.code == 0
    assert {("condition", "m1"), ("validity", "m1")} <= {(one["what"], one["of"]) for one in json.loads(said.out)}


def test_what_a_rulebook_takes_for_the_same_rule_is_not_believed_under_any_of_its_names(registry):
    """Of us.ear a licence is one under several codes, of which a procedure gives one."""
    (registry.folder / "exports.yaml").write_text(EXPORTS + CLOSED, encoding="utf-8")
    for docket, outcome in ((), "permitted"), (("--docket", "L"), "authorisation_required..permitted"):
        (found,) = json.loads(registry.say("check", "exports.yaml", "--regime", "us.ear", "--on", "2026-11-02", *docket, "--json").out)
        assert found["outcome"] == outcome


@pytest.mark.parametrize("verb", [("check", "world.yaml"), ("explain", "world.yaml", "delivery"), ("ask", "world.yaml", "delivery")])
def test_a_docket_that_does_not_hold_is_not_used(registry, verb):
    said = registry.say(*verb, *ASKED, "--docket", "nowhere")
    assert (said.code, said.out, said.err) == (2, "", "nowhere:1:1: unable to open database file\n")
    with apsw.Connection(str(registry.folder / "L" / "log.sqlite")) as rogue:
        rogue.execute("UPDATE entry SET body = CAST(replace(body, 'austin-jv', 'boston-jv') AS BLOB)")
    said = registry.say(*verb, *ASKED, "--docket", "L")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("L:1:1: an entry is not the one")


def test_a_rulebook_in_another_s_place_has_no_procedure_that_it_does_not_tell(registry):
    """Signed law stands in the place of the shipped rulebook of its regime: what that alone told gives nothing more."""
    other = registry.folder / "cn.technology-export"
    other.mkdir()
    plan, on = shelf.plan(names=("cn.technology-export",)), day(shown_on(registry))
    for more, there in (([], True), ([other], False)):
        docket = docketed("L", plan, on, more)
        world_file(registry.folder / "world.yaml", plan, on, docket)
        assert bool(docket.filed.papers.matters) == there


def test_what_silence_would_give_by_a_day_to_come_is_not_given_yet(shop):
    """Nobody knows today whether the authority will say no in time."""
    file = shop.folder / "xx.act" / "procedures.yaml"
    told = (
        file.read_text(encoding="utf-8").replace("stages: {", "stages: {filed: {en: filed, zh: 已提交, turn: authority}, ").replace("to: taken}", "to: filed}")
    )
    told = (
        told.replace("at: taken, to: struck", "at: [filed, taken], to: struck")
        .replace("result: {", "result: {filed: pending, ")
        .replace("    papers:", SILENCE)
    )
    file.write_text(told, encoding="utf-8")
    parties = ("--party", "exporter=beijing-lab", "--party", "authority=commerce-beijing")
    said = shop.say("docket", "open", "L", "f1", "--procedure", "xx.act/filing", "--rulebooks", "xx.act", *parties, "--key", "beijing-lab.key")
    assert (said.code, said.err) == (0, "")
    asked = ("explain", "world.yaml", "sending", "--on", "2099-01-01", "--rulebooks", "xx.act", "--regime", "xx.act", "--docket", "L")
    assert "Open: - f1.filing: state of the matter: not stated [matter f1, entry" in " ".join(shop.say(*asked).out.split())
    assert json.loads(shop.say("docket", "show", "L", "f1", "--on", "2099-01-01", "--json").out)["stage"] == "taken"


SILENCE = """    clocks: {silence: {en: within thirty days, zh: 三十日内, cite: s. 7, kind: deadline, from: file, length: 30 days,
      awaits: [strike], at: filed, binds: authority, then: taken}},
    papers:"""


def test_a_docket_that_moved_on_is_told_where_it_concerns_a_movement(registry):
    registry.letter()
    plan = shelf.plan(names=("cn.technology-export",))
    docket = docketed("L", plan, day(shown_on(registry)), [])
    world, _, _ = world_file(registry.folder / "world.yaml", plan, day(shown_on(registry)), docket)
    held = docket.filed
    assert held.stands(world, "talks")
    registry.contract()
    assert not held.stands(world, "talks")
    assert held.stands(world, "elsewhere")


# -- a folder of tables --------------------------------------------------------------------------------------------------

HEADER = """
assets:
  ranker: {kind: technology, about: nobody, entries: [cn.technology-export/086501X/personalised-push], secrecy: [], industry: "65"}
deals: {licence-deal: {kind: know_how_licence, mode: trade}}
"""
BOTH = {"kind": "organisation", "owners": [], "part_of": "none"}
PLACES = ("beijing-lab", "CN"), ("austin-jv", "US"), ("other", "US")


@pytest.fixture
def tables(registry):
    """The same world, its parties and movements in tables."""
    folder = registry.folder / "tables"
    folder.mkdir()
    (folder / "world.yaml").write_text(HEADER + CLOSED, encoding="utf-8")
    parties = [
        {"id": name, "kind": "organisation", "organised_in": [place], "principal_place": place, "owners": [], "part_of": "none"} for name, place in PLACES
    ]
    moves = (("talks", "austin-jv", "none", "negotiate"), ("delivery", "austin-jv", "send", "perform"), ("elsewhere", "other", "send", "perform"))
    names = ("id", "importer", "event", "stage", "exporter", "asset", "deal", "origin", "destination")
    told = [dict(zip(names, (*one, "beijing-lab", "ranker", "licence-deal", "CN", "US"), strict=True)) for one in moves]
    schema = {"owners": pl.List(pl.Struct({"party": pl.String, "share": pl.Float64}))}
    pl.DataFrame(parties, schema_overrides=schema).write_parquet(folder / "parties.parquet")
    pl.DataFrame(told).write_parquet(folder / "movements.parquet")
    return folder


def in_tables(registry, on, docket=("--docket", "L")):
    said = registry.say("check", "tables", *ASKED, "--on", on, *docket, "--out", "found.parquet", "--json")
    assert said.err == ""
    assert ("docket" in json.loads(said.out)) == bool(docket)
    found = pl.read_parquet("found.parquet").group_by("movement").agg(pl.col(f"{ASKED[1]}.worst", f"{ASKED[1]}.best").min())
    return {name: OUTCOMES[worst] if worst == best else "open" for name, worst, best in found.iter_rows()}


def test_tables_are_read_with_a_docket_as_a_file_is(registry, tables):
    registry.letter()
    registry.contract()
    registry.licence()
    on = shown_on(registry)
    assert in_tables(registry, on) == outcomes(registry) == {"talks": "permitted", "delivery": "permitted", "elsewhere": "authorisation_required"}
    registry.act("suspend", "commerce-beijing", "reasons=an inspection")
    (tables / "world.yaml").write_text(HEADER + STATED + CLOSED, encoding="utf-8")
    assert in_tables(registry, on, docket=())["elsewhere"] == "permitted"
    assert in_tables(registry, on) == {"talks": "permitted", "delivery": "open", "elsewhere": "open"}  # what is stated is not believed


@pytest.mark.usefixtures("tables")
def test_a_letter_for_one_movement_is_for_that_row_of_a_table(registry):
    registry.act("issue-letter", "commerce-beijing", "number=1", f"issued_on={TODAY}", "scope={movements: [talks]}")
    assert in_tables(registry, shown_on(registry)) == outcomes(registry)
    assert outcomes(registry)["talks"] == "permitted"


def test_what_of_tables_a_docket_is_not_read_with_is_said(registry, tables):
    said = registry.say("check", "tables", "--docket", "L")
    assert (said.code, said.out) == (2, "")
    assert said.err == "--docket:1:1: tables are read with a docket as on one day (name it: --on 2026-03-01)\n"
    pl.DataFrame({"id": ["paper"], "kind": ["licence"]}).write_parquet(tables / "instruments.parquet")
    said = registry.say("check", "tables", "--docket", "L", "--on", "2026-03-01")
    assert (said.code, said.out) == (2, "")
    assert said.err == "tables/instruments.parquet:1:1: with a docket, instruments are not read from a table (keep them in world.yaml)\n"


@pytest.mark.usefixtures("tables")
def test_what_changes_of_a_world_and_of_tables_is_told_with_the_docket(registry):
    """Nothing of the law changes, and a licence of today: what may go today and might not yesterday."""
    registry.letter()
    on = ("--on", shown_on(registry))
    for world in ("world.yaml", "tables"):
        asked = ("law", "diff", ASKED[1], "--world", world, *on)
        assert registry.say(*asked).out.startswith("0 of 3 movements change")
        said = registry.say(*asked, "--docket", "L")
        assert (said.code, said.err) == (1, "")
        assert "authorisation required -> permitted" in said.out
        assert "1 of 3 movements change" in said.out
    said = registry.say("law", "diff", ASKED[1], ASKED[1], "--docket", "L")
    assert (said.code, said.err) == (2, "--docket:1:1: a docket is read with a world (name it: --world WORLD)\n")


# -- the gate ------------------------------------------------------------------------------------------------------------

FILED = """  filed: {cite: s. 6, en: nothing without a filing, zh: 禁, when: "true"}
grounds:
  filing:
    {cite: s. 7, en: a filing opens it, zh: 备案, kind: filing, lifts: [filed],
    holds: "any(i.kind == 'filing' and i.under == 'xx.filing' and i.result == 'granted' for i in instruments)"}
"""
# its days begin where they begin last, so that what is filed has been filed today wherever a gate asks
PROCEDURE = """
procedures:
  filing:
    {en: a filing, zh: 备案, cite: s. 7, place: QM, zone: Etc/GMT+12,
    roles: {exporter: {en: the exporter, zh: 出口方}, authority: {en: the authority, zh: 主管机关}},
    stages: {taken: {en: taken, zh: 已备案}, struck: {en: struck off, zh: 已注销, over: "yes", against: exporter, no_remedy: {en: none, zh: 无, cite: s. 8}}},
    acts: {
      file: {en: file, zh: 备案, cite: s. 7, by: exporter, to: taken},
      strike: {en: strike off, zh: 注销, cite: s. 8, by: authority, at: taken, to: struck, needs: {reasons: {is: text, en: reasons, zh: 理由}}}},
    papers: {filing: {facts: {kind: filing, under: xx.filing}, parties: {issuer: authority}, result: {taken: granted, struck: revoked}}}}
"""


@pytest.fixture
def shop(say, tmp_path, monkeypatch):
    """A shop under a law that wants a filing, and a ledger where it may be filed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "xx.act").mkdir()
    law = RULEBOOK.replace("duties:", f"{FILED}duties:")
    for file, text in (("xx.act/rulebook.yaml", law), ("xx.act/procedures.yaml", PROCEDURE), ("world.yaml", SHOP)):
        (tmp_path / file).write_text(text.replace("XA", "QM").replace("XB", "QN"), encoding="utf-8")
    pl.DataFrame([("p1", "Aland", "e", "i", "h", None)], schema=SCHEMA, orient="row").write_parquet("in.parquet")
    return Registry(say, tmp_path, "--rulebooks", "xx.act")


def gate(shop, *argv):
    return shop.say("gate", "in.parquet", *argv, "--movement", "sending", "--world", "world.yaml", "--rulebooks", "xx.act", "--ledger", "L")


def test_a_gate_opens_on_what_came_of_a_matter_and_closes_when_that_is_revoked(shop):
    assert gate(shop, "--mode", "dry-run", "--docket", "L").code == 1
    parties = ("--party", "exporter=beijing-lab", "--party", "authority=commerce-beijing")
    said = shop.say("docket", "open", "L", "f1", "--procedure", "xx.act/filing", "--rulebooks", "xx.act", *parties, "--key", "beijing-lab.key")
    assert (said.code, said.err) == (0, "")
    assert gate(shop, "--mode", "dry-run").code == 1  # nobody asked the docket
    assert gate(shop, "--mode", "dry-run", "--docket", "L").code == 0
    assert gate(shop, "--mode", "dry-run", "--docket", "L", "--on", "2020-01-01").code == 1  # it was not there before it was filed
    said = gate(shop, "out.parquet", "--docket", "L")
    assert (said.code, said.err) == (0, "")
    assert "It had crossed before" in gate(shop, "out.parquet", "--docket", "L").out
    assert shop.act("strike", "commerce-beijing", "reasons=it was false", matter="f1").code == 0
    assert gate(shop, "again.parquet", "--docket", "L").code == 1
    assert not (shop.folder / "again.parquet").exists()


def test_what_came_of_another_text_of_the_procedure_counts_only_where_the_rulebook_still_owns_it(shop):
    parties = ("--party", "exporter=beijing-lab", "--party", "authority=commerce-beijing")
    shop.say("docket", "open", "L", "f1", "--procedure", "xx.act/filing", "--rulebooks", "xx.act", *parties, "--key", "beijing-lab.key")
    assert gate(shop, "--mode", "dry-run", "--docket", "L").code == 0
    (digest,) = [one["id"] for one in shop.entries() if one["kind"] == "procedure"]
    file = shop.folder / "xx.act" / "procedures.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("cite: s. 8", "cite: s. 9"), encoding="utf-8")
    assert gate(shop, "--mode", "dry-run", "--docket", "L").code == 1
    file.write_text(file.read_text(encoding="utf-8").replace("{en: a filing,", f"{{former: [{digest}], en: a filing,"), encoding="utf-8")
    assert gate(shop, "--mode", "dry-run", "--docket", "L").code == 0


def test_a_quota_is_drawn_down_by_what_moves_and_no_more_moves_than_is_left(shop):
    file = shop.folder / "xx.act" / "procedures.yaml"
    told = file.read_text(encoding="utf-8").replace(
        "by: exporter, to: taken}", "by: exporter, to: taken, needs: {scope: {is: scope, names: [persons_max], en: s, zh: s}}}"
    )
    file.write_text(told.replace("struck: revoked}}}}", "struck: revoked}, scope: [file]}}}"), encoding="utf-8")
    parties = ("--party", "exporter=beijing-lab", "--party", "authority=commerce-beijing", "--say", "scope={persons_max: 3}")
    assert shop.say("docket", "open", "L", "f1", "--procedure", "xx.act/filing", "--rulebooks", "xx.act", *parties, "--key", "beijing-lab.key").err == ""
    for number, persons in enumerate((2, 2, 1), 1):
        rows = [(f"p{number}{i}", "Aland", "e", "i", "h", None) for i in range(persons)]
        pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet(shop.folder / "in.parquet")
        for mode in (*((("--mode", mode) for mode in ("dry-run", "shadow")) if number == 2 else ()), (f"out{number}.parquet",)):
            before = shop.size()
            said = gate(shop, *mode, "--docket", "L")
            assert said.code == (1 if number == 2 else 0), said.err
            assert ("1 of 3 is left, and this takes 2" in said.out + said.err) == (number == 2)
            assert (shop.size() == before) == (number == 2)  # what is beyond a quota reserves nobody
        assert (shop.folder / f"out{number}.parquet").exists() == (number != 2)
    assert sum(int(one["asked"][0]["amount"]) for one in shop.entries() if one["kind"] == "spend") == 3


def test_transfers_are_a_quota_too_however_much_each_moves(shop):
    file = shop.folder / "xx.act" / "procedures.yaml"
    told = file.read_text(encoding="utf-8").replace(
        "by: exporter, to: taken}", "by: exporter, to: taken, needs: {scope: {is: scope, names: [transfers_max], en: s, zh: s}}}"
    )
    file.write_text(told.replace("struck: revoked}}}}", "struck: revoked}, scope: [file]}}}"), encoding="utf-8")
    parties = ("--party", "exporter=beijing-lab", "--party", "authority=commerce-beijing", "--say", "scope={transfers_max: 2, persons_max: 9}")
    assert shop.say("docket", "open", "L", "f1", "--procedure", "xx.act/filing", "--rulebooks", "xx.act", *parties, "--key", "beijing-lab.key").err == ""
    for number, persons in enumerate((3, 1, 1), 1):
        rows = [(f"p{number}{i}", "Aland", "e", "i", "h", None) for i in range(persons)]
        pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet(shop.folder / "in.parquet")
        assert gate(shop, "--mode", "dry-run", "--docket", "L").code == (1 if number == 3 else 0)
        said = gate(shop, f"out{number}.parquet", "--docket", "L")
        assert said.code == (1 if number == 3 else 0), said.err
        assert ("budget 'transfers under f1.filing of" in said.out + said.err and "0 of 2 is left, and this takes 1" in said.out + said.err) == (number == 3)
        assert gate(shop, f"out{number}.parquet", "--docket", "L").code == (1 if number == 3 else 0)  # asked again, what was moved is not moved anew
    assert [[int(one["amount"]) for one in entry["asked"]] for entry in shop.entries() if entry["kind"] == "spend"] == [[3, 1], [1, 1]]


def test_a_gate_does_not_move_under_a_docket_that_does_not_hold(shop):
    said = gate(shop, "out.parquet", "--docket", "nowhere")
    assert (said.code, said.err) == (2, "nowhere:1:1: unable to open database file\n")
    assert not (shop.folder / "out.parquet").exists()


def test_nothing_comes_of_a_procedure_that_no_rulebook_here_tells(shop):
    parties = ("--party", "exporter=beijing-lab", "--party", "authority=commerce-beijing")
    shop.say("docket", "open", "L", "f1", "--procedure", "xx.act/filing", "--rulebooks", "xx.act", *parties, "--key", "beijing-lab.key")
    (shop.folder / "xx.act" / "procedures.yaml").unlink()
    assert gate(shop, "out.parquet", "--docket", "L").code == 1
    stated = SHOP.replace("XA", "QM").replace("XB", "QN") + "instruments: {paper: {kind: filing, under: xx.filing, result: granted}}\n"
    (shop.folder / "world.yaml").write_text(stated, encoding="utf-8")
    assert gate(shop, "--mode", "dry-run").code == 0
    assert gate(shop, "out.parquet", "--docket", "L").code == 1


JOINT = PROCEDURE.replace("by: exporter, to: taken", "by: [exporter, authority], to: taken")


def test_a_matter_that_several_open_is_open_with_the_last_signature(shop):
    (shop.folder / "xx.act" / "procedures.yaml").write_text(JOINT, encoding="utf-8")
    parties = ("--party", "exporter=beijing-lab", "--party", "authority=commerce-beijing")
    said = shop.say("docket", "open", "L", "f1", "--procedure", "xx.act/filing", "--rulebooks", "xx.act", *parties, "--key", "commerce-beijing.key")
    entry = said.out.split("--proposed ")[1].split()[0]
    assert said.out.endswith(f"too:\n  comity docket act L f1 file --proposed {entry} --key FILE\n")
    assert f"Proposed entry {entry}: file (file), signed by commerce-beijing" in " ".join(shop.say("docket", "show", "L", "f1").out.split())
    assert json.loads(shop.say("docket", "show", "L", "f1", "--json").out)["stage"] == ""
    assert shop.say("docket", "list", "L", "--turn", "beijing-lab").out.split() == ["f1", "-", "beijing-lab", "Proposed"]
    assert shop.say("docket", "due", "L").out == "Nothing is due.\n"
    assert gate(shop, "out.parquet", "--docket", "L").code == 1
    said = shop.say("docket", "act", "L", "f1", "file", "--proposed", entry, "--key", "beijing-lab.key")
    assert (said.code, said.err) == (0, "")
    assert "f1 stands at 'taken': taken" in said.out
    assert gate(shop, "out.parquet", "--docket", "L").code == 0
