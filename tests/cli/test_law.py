from comity import shelf


def test_a_new_regime_checks_clean_and_passes_its_cases(say, regime):
    said = say("law", "check", regime)
    assert said.code == 0
    assert said.out.endswith("1 rulebook, no mistakes\n")
    said = say("law", "test", regime)
    assert (said.code, said.out.splitlines()[-1]) == (0, "3 passed, 0 failed")


def test_a_failing_case_is_told_with_its_place(say, regime, tmp_path):
    folder = tmp_path / "xx.export-act"
    (folder / "cases").mkdir(parents=True)
    (folder / "rulebook.yaml").write_text((regime / "rulebook.yaml").read_text())
    file = folder / "cases" / "first.yaml"
    file.write_text((regime / "cases" / "first.yaml").read_text().replace("export/many: false", "export/many: true"))
    said = say("law", "test", folder)
    assert said.code == 1
    assert f"{file}:24:" in said.out
    assert "t export/many: expected true, found false" in said.out
    assert said.out.splitlines()[-1] == "2 passed, 1 failed"


def test_of_several_regimes_each_is_run_and_a_mistake_in_one_is_told(say, regime, tmp_path):
    assert (said := say("law", "test", regime, regime)).code == 0
    assert said.out.splitlines()[-1] == "6 passed, 0 failed"
    folder = tmp_path / "xx.export-act"
    folder.mkdir()
    (folder / "rulebook.yaml").write_text((regime / "rulebook.yaml").read_text().replace("kind: licence", "kind: license"))
    said = say("law", "test", regime, folder)
    assert (said.code, said.out) == (2, "")
    assert "did you mean 'licence'?" in said.err


def test_every_mistake_of_a_rulebook_is_told(say, regime, tmp_path):
    folder = tmp_path / "xx.export-act"
    folder.mkdir()
    text = (regime / "rulebook.yaml").read_text()
    (folder / "rulebook.yaml").write_text(text.replace("kind: licence", "kind: license").replace("timing: after", "timing: later"))
    said = say("law", "check", folder)
    assert (said.code, said.out) == (2, "")
    assert len(said.err.splitlines()) == 2
    assert "did you mean 'licence'?" in said.err


def test_procedures_are_checked_beside_a_rulebook_and_alone(say, regime, tmp_path):
    text = (shelf.RULEBOOKS / "ar.pdpl" / "procedures.yaml").read_text(encoding="utf-8")
    beside = tmp_path / "xx.export-act"
    beside.mkdir()
    (beside / "rulebook.yaml").write_text((regime / "rulebook.yaml").read_text())
    (beside / "procedures.yaml").write_text(text.replace("binds: exporter", "binds: nobody"), encoding="utf-8")
    said = say("law", "check", beside)
    assert (said.code, said.out) == (2, "")
    assert "there is no role 'nobody'" in said.err
    alone = tmp_path / "xx.alone"
    alone.mkdir()
    (alone / "procedures.yaml").write_text(text, encoding="utf-8")
    said = say("law", "check", alone, regime)
    assert said.code == 0
    assert "xx.alone" in said.out
    assert said.out.endswith("1 rulebook, no mistakes\n")


def test_the_list_names_every_shipped_regime(say):
    said = say("law", "list")
    assert said.code == 0
    for folder in shelf.shipped():
        assert f"\n{folder.name} " in "\n" + said.out


def test_any_provision_is_two_steps_away(say):
    for folder in shelf.shipped():
        said = say("law", "show", folder.name)
        book = shelf.book(folder)
        assert said.code == 0
        for path in (*book.prohibitions, *book.grounds, *book.duties):
            assert f"  {path} " in said.out, path


def test_one_provision_in_full(say, regime):
    said = say("law", "show", regime, "export/many")
    for words in (
        "Nobody exports data",
        "s. 3(1)",
        "unverified",
        "a prohibition",
        "leaves and population.persons >= 10000",
        "lifted by",
        "licence",
        "asserted by 2 cases",
    ):
        assert words in said.out
    said = say("law", "show", regime, "leaves", "--lang", "zh")
    assert "数据被传输" in said.out
    assert "named leaves in conditions" in say("law", "show", regime, "leaves").out


def test_the_rows_of_a_table_are_told_in_words_and_in_order(say):
    said = " ".join(say("law", "show", "us.ear", "CHART").out.split())
    assert "countries: CN, HK, IL, LY, MO, PK; reasons: CB1, CB2," in said


def test_a_half_path_names_what_is_below_it(say, regime):
    said = say("law", "show", regime, "export")
    assert said.code == 2
    assert "below it: export/many" in said.err


def test_check_tells_the_mistakes_of_packs(say, tmp_path):
    folder = tmp_path / "xx.law"
    say("law", "new", folder)
    (folder / "packs.yaml").write_text("packs: {p: {en: P, zh: 文件, cite: s. 1, sections: {s: {en: S, zh: 节, fields: {f: {en: f, zh: f, from: orgin}}}}}}")
    said = say("law", "check", folder)
    assert (said.code, said.err) == (2, f"{folder}/packs.yaml:1:102: there is no 'orgin' of a movement (did you mean 'origin'?)\n")
