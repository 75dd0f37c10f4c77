import subprocess
import sys
import time

import pytest

import comity


def test_the_verbs_as_functions(world, regime):
    asked = comity.plan("xx.export-act", rulebooks=[regime])
    known = comity.read(world, under=asked)
    found = {v.movement: str(v.outcome) for v in comity.check(known, under=asked, narrowed=True)}
    assert found == {"many-leave": "authorisation_required", "few-leave": "permitted", "visitors-leave": "authorisation_required..permitted"}
    assert "export/many stands" in comity.explain(known, "many-leave", under=asked)
    assert [q.fact for q in comity.ask(known, "visitors-leave", under=asked)] == ["population.persons"]
    assert comity.show(str(regime), "export/many").cite == "s. 3(1)"
    assert comity.show(str(regime)).regime == "xx.export-act"
    assert comity.schema()["title"] == "Comity world"
    with pytest.raises(KeyError):
        comity.explain(known, "nowhere", under=asked)


def test_mistakes_are_raised_together(tmp_path):
    (tmp_path / "w.yaml").write_text("parties: {a: {knid: x, owners: 5}}\n")
    with pytest.raises(comity.SourceError) as caught:
        comity.read(tmp_path / "w.yaml")
    assert len(caught.value.mistakes) == 2


def test_a_policy_decides_one_movement_from_a_dict(regime):
    policy = comity.Policy("xx.export-act", rulebooks=[regime])
    facts = {"asset.kind": "data", "asset.about": "person", "origin": "XX", "destination": "AA", "event": "send", "population.persons": 12000}
    assert set(facts) <= set(policy.facts)
    facts |= {name: False for name in policy.facts if name.startswith("derived")}  # there is no licence
    assert str(policy.outcome(facts)) == "authorisation_required"
    assert str(policy.outcome({**facts, "population.persons": 9999})) == "permitted"
    assert str(policy.outcome({**facts, "population.persons": comity.Between(9000, 11000)})) == "authorisation_required..permitted"
    assert str(policy.outcome({})) == "authorisation_required..permitted"  # nothing known, nothing permitted
    (why,) = policy.reasons(facts)
    assert str(why.span) == "authorisation_required"
    assert [(r.law.path, r.law.cite, r.word) for r in why.reasons if r.law.kind == "prohibition"] == [("export/many", "s. 3(1)", "stands")]
    assert why.missing == ()
    assert policy.check({"destinaton": "AA"}) == ["there is no fact 'destinaton' (did you mean 'destination'?)"]


def test_help_loads_nothing_heavy():
    script = "import sys; from comity.cli.main import parser; parser(); print(sorted({'numpy', 'yaml', 'babel', 'pyarrow', 'sqlglot'} & set(sys.modules)))"
    start = time.perf_counter()
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
    assert time.perf_counter() - start < 5  # the bench holds it to its own line


def test_nothing_else_is_there():
    assert {name for name in comity.__all__ if not hasattr(comity, name)} == set()
    with pytest.raises(AttributeError):
        _ = comity.nothing


def test_the_way_out_as_data(regime, world, tmp_path):
    pytest.importorskip("ortools")
    file = tmp_path / "levers.yaml"
    home = "{cost: 3, set: {movements: {many-leave: {destination: XX, importer: here}}}}"
    file.write_text(f"levers: {{fewer: {{cost: 2, set: {{populations: {{many: {{persons: 9000}}}}}}}}, home: {home}}}")
    asked = comity.plan("xx.export-act", rulebooks=[regime])
    told = comity.ways(world, "many-leave", levers=[file], under=asked)
    assert told["movement"] == "many-leave"
    assert [[step["lever"] for step in way["steps"]] for way in told["ways"]] == [["home"]]  # of the importer's place nobody could ask
