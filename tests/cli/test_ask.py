def test_the_deciding_question_is_asked_and_answered(say, asking):
    said = say("ask", *asking, "visitors-leave", typed="9999\n")
    assert said.code == 0
    assert "1. unknown_size: distinct persons? [population.persons]" in said.out
    assert "asked because of xx.export-act export/many" in said.out
    assert "visitors-leave: permitted" in said.out
    assert "populations:\n  unknown_size:\n    persons: 9999" in said.out


def test_nobody_answers(say, asking):
    said = say("ask", *asking, "visitors-leave")
    assert said.code == 1
    assert "No more answers." in said.out
    assert "Still open:" in said.out


def test_not_knowing_is_an_answer(say, asking):
    said = say("ask", *asking, "visitors-leave", typed="\n")
    assert said.code == 1
    assert "undetermined" in said.out


def test_what_cannot_be_read_is_asked_again(say, asking):
    said = say("ask", *asking, "visitors-leave", typed="many\n>=10000\n")
    assert "'many' is not a number or a range of them" in said.out
    assert "visitors-leave: authorisation required" in said.out
    assert 'persons: ">=10000"' in said.out


def test_answers_are_saved_and_read_again(say, asking, tmp_path):
    file = tmp_path / "answers.yaml"
    say("ask", *asking, "visitors-leave", "--save", file, typed=">=10000\n")
    assert file.read_text() == 'populations:\n  unknown_size:\n    persons: ">=10000"\n'
    said = say("ask", *asking, "visitors-leave", "--answers", file)
    assert said.code == 1
    assert "1." not in said.out.splitlines()[0]
    assert "visitors-leave: authorisation required" in said.out


def test_a_settled_movement_asks_nothing(say, asking):
    said = say("ask", *asking, "few-leave")
    assert said.code == 0
    assert "?" not in said.out


def test_mistakes_in_answers_are_bad_input_and_nothing_is_saved(say, asking, tmp_path):
    answers, saved = tmp_path / "answers.yaml", tmp_path / "saved.yaml"
    answers.write_text("populations:\n  unknown_size: {persons: many, plaec: XX}\n")
    said = say("ask", *asking, "visitors-leave", "--answers", answers, "--save", saved)
    assert said.code == 2
    assert said.err.count(f"{answers}:2:") == 2
    assert not saved.exists()


def test_in_chinese(say, asking):
    said = say("ask", *asking, "visitors-leave", "--lang", "zh", typed="9999\n")
    assert "visitors-leave：允许" in said.out
