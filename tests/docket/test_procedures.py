"""Every shipped procedure: read without a mistake, cited, in both languages, no stage a dead end, and what comes of it asked for by its rulebook."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest
from filed import day

from comity import shelf
from comity.docket.paper import Papers
from comity.docket.procedure import Act, Kind, Sort
from comity.facts.value import TRUE
from comity.files.case import read_cases
from comity.law.rulebook import REACH
from comity.text.source import Mistakes, read_documents
from comity.verdict.decide import decide

FOLDERS = shelf.proceeding()
ALL = [(folder.name, name) for folder in FOLDERS for name in shelf.procedures(folder)]
HAN = re.compile(r"[\u4e00-\u9fff]")

every = pytest.mark.parametrize(("rulebook", "name"), ALL, ids=lambda one: one)


@cache
def of(rulebook):
    return shelf.procedures(shelf.RULEBOOKS / rulebook)


@cache
def walked(rulebook, name):
    """What can be reached from the start: stage, the stages that send back by how lately they were stood at, and the acts that told a scope."""
    one = of(rulebook)[name]
    returning = {stage for act in one.acts.values() for stage in {*act.back, *act.leads()} if act.back}
    telling = {act.name for act in one.acts.values() if any(need.sort is Sort.SCOPE and not need.optional for need in act.needs)}
    todo = [((), frozenset(), act, "") for act in one.opening()]
    found = {}
    while todo:
        path, told, act, stage = todo.pop()
        last = next((n for n, was in enumerate(path) if was in act.back), None)
        several = () if last is None else act.back[path[last]]
        to = act.to or next((was for was in path[last or 0 :] if was in several), next(iter(several), stage))
        told |= {act.name} & telling
        path = (to, *(was for was in path if was != to)) if to in returning else path
        if (to, path, told) in found:
            continue
        found[to, path, told] = stage
        todo += [(path, told, after, to) for after in one.acts.values() if to in after.at]
        todo += [
            (path, told, Act(clock.name, clock.text, (), (), clock.then), to)
            for clock in one.clocks.values()
            if clock.then and any(to in one.acts[due].at for due in clock.awaits)
        ]
    return found


def texts(one):
    yield "itself", one.text, True
    for kind, section, cited in (("role", one.roles, False), ("stage", one.stages, False), ("act", one.acts, True), ("clock", one.clocks, True)):
        for name, held in section.items():
            yield f"{kind} {name}", held.text, cited
    for stage in one.stages.values():
        if stage.no_remedy is not None:
            yield f"no remedy at {stage.name}", stage.no_remedy, True
    for act in one.acts.values():
        for need in act.needs:
            yield f"{need.name} of {act.name}", need.text, False


def test_there_are_procedures_of_every_kind_of_law_that_asks_for_them():
    assert {folder.name for folder in FOLDERS} >= {"cn.data-export", "cn.export-control", "cn.countermeasures", "us.dsp", "us.ear", "eu.gdpr", "uk.gdpr"}
    assert len(ALL) >= 30


@every
def test_it_speaks_both_languages_and_cites_what_it_rests_on(rulebook, name):
    for what, text, cited in texts(of(rulebook)[name]):
        assert re.search("[a-z]", text.en), what
        assert HAN.search(text.zh), what
        assert not HAN.search(text.en), what
        assert text.cite or not cited, what


@every
def test_every_stage_can_be_reached_and_is_left_or_is_the_last(rulebook, name):
    one = of(rulebook)[name]
    assert {stage for stage, _, _ in walked(rulebook, name)} == one.stages.keys()


@every
def test_whoever_a_stage_goes_against_can_get_to_one_that_does_not(rulebook, name):
    one = of(rulebook)[name]
    for stage in one.stages.values():
        if not stage.against:
            continue
        if stage.no_remedy is not None:
            assert stage.no_remedy.cite
            assert not stage.remedies
            continue
        assert all(stage.against in one.acts[act].by and stage.name in one.acts[act].at for act in stage.remedies)
        assert any(one.stages[to].against != stage.against for to in onward(one, stage)), stage.name


def onward(one, stage):
    """Where the remedies of a stage may lead in the end."""
    found, todo = {stage.name}, [one.acts[act] for act in stage.remedies]
    while todo:
        act = todo.pop()
        for to in (act.leads() or {*act.at}) - found:
            found.add(to)
            todo += [after for after in one.acts.values() if to in after.at]
        if not act.leads():  # it is heard where it is made: whoever decides there may move
            todo += [after for after in one.acts.values() if stage.name in after.at and after.by != (stage.against,) and after.leads() - found]
    return found - {stage.name}


@every
def test_a_clock_over_acts_says_whose_time_it_is_and_that_role_makes_one(rulebook, name):
    one = of(rulebook)[name]
    for clock in one.clocks.values():
        if clock.awaits:
            assert clock.binds, clock.name
            assert any(clock.binds in one.acts[act].by for act in clock.awaits), clock.name


@every
def test_a_clock_that_nobody_read_says_from_where_it_is(rulebook, name):
    one = of(rulebook)[name]
    assert all(one.told["clocks"][clock.name].get("note") for clock in one.clocks.values() if not clock.text.read)


@every
def test_silence_brings_about_nothing_in_favour_of_anybody(rulebook, name):
    one = of(rulebook)[name]
    opened = {"granted", "passed"}
    for clock in one.clocks.values():
        assert not any(paper.result.get(clock.then) in opened for paper in one.papers.values()), clock.name
        assert clock.kind is not Kind.DEADLINE or not clock.then or one.stages[clock.then].over


@every
def test_no_paper_speaks_before_its_scope_is_told(rulebook, name):
    """A limit that is not named does not limit: a paper without any would be of everything."""
    one = of(rulebook)[name]
    for paper in one.papers.values():
        assert paper.scope, paper.name
        assert all(told & {*paper.scope} for stage, _, told in walked(rulebook, name) if stage in paper.result), paper.name


@every
def test_what_comes_of_it_is_asked_for_by_the_rulebook_beside_it(rulebook, name):
    """Its kind and its rule, or its kind whatever the rule; and the days that are asked of such an instrument."""
    folder = shelf.RULEBOOKS / rulebook
    one = of(rulebook)[name]
    if not (folder / "rulebook.yaml").is_file():
        assert not one.papers
        return
    text = (folder / "rulebook.yaml").read_text(encoding="utf-8")
    for paper in one.papers.values():
        kind, under = paper.facts["kind"], paper.facts["under"]
        assert f"'{kind}'" in text, paper.name
        named = f"'{under}'" in text or under in text.partition("definitions:")[0]
        assert named or re.search(rf"kind (?:== '{kind}'|in {{[^}}]*'{kind}'[^}}]*}}) and (?!\w\.under ==)", text), paper.name
        told = re.findall(rf"\b(\w)\.under == '{re.escape(under)}'([^\n]*?)(?: or |\n)", text)  # what is asked of the same instrument in one breath
        asked = {fact for of_it, line in told for fact in re.findall(rf"\b{of_it}\.(\w+_on)", line)}
        assert not asked - paper.days.keys(), paper.name


@every
def test_what_was_suspended_and_revoked_is_suspended_when_only_the_revocation_falls(rulebook, name):
    one = of(rulebook)[name]
    for act in one.acts.values():
        for paper in one.papers.values():
            for left, to in act.back.items():
                found = {paper.result.get(stage) for stage in to}
                if paper.result.get(left) == "revoked" and "granted" in found and "suspended" in paper.result.values():
                    assert "suspended" in found, act.name


def test_whatever_a_rulebook_takes_for_a_paper_is_told_beside_it():
    def told(rulebook, name, fact, own=()):
        return {*own, *next(iter(of(rulebook)[name].papers.values())).also[fact]}

    def known(rulebook, name):
        return {*shelf.alone(shelf.RULEBOOKS / rulebook).regime(rulebook).book.sets[name]}

    assert told("us.ear", "licence", "under", {"us.ear/750.7"}) == known("us.ear", "LICENCES")
    assert told("eu.gdpr", "own-clauses", "approved_by") == told("eu.gdpr", "binding-rules", "approved_by") == known("eu.gdpr", "AUTHORITIES")
    assert told("uk.gdpr", "own-clauses", "approved_by") == told("uk.gdpr", "binding-rules", "approved_by") == {"uk.ico", "uk"}


@every
def test_who_decides_holds_an_office(rulebook, name):
    """What opens a way is said by who was introduced for it, unless it is the parties' own to make; nobody's own refusal is."""
    one = of(rulebook)[name]
    own = {"clauses", "report", "filing"}
    for paper in one.papers.values():
        for act in one.acts.values():
            if any(paper.result.get(to) in {"granted", "passed"} for to in act.to and [act.to]) and paper.facts["kind"] not in own:
                assert all(one.roles[role].office for role in act.by) or "granted" in {paper.result.get(at) for at in act.at}, act.name
    assert not any(one.roles[role].office for role in ("exporter", "importer", "auditor") if role in one.roles)
    assert all(one.roles[role].office for role in one.roles.keys() - {"exporter", "importer", "auditor"})


def test_a_folder_without_a_rulebook_is_no_law():
    alone = {folder.name for folder in FOLDERS if not (folder / "rulebook.yaml").is_file()}
    assert alone >= {"ru.personal-data", "tr.kvkk", "vn.pdpl", "vn.data", "ar.pdpl", "kr.pipa", "my.pdpa", "sa.pdpl", "br.lgpd", "za.popia"}
    assert not alone & {folder.name for folder in shelf.shipped()}
    assert not alone & {regime.book.regime for regime in shelf.plan().regimes}


# Grounds that are an authority's act and that no matter here leads to.
ELSEWHERE = {
    ("cn.export-control", "special-licence"): "military, nuclear and chemical rules give it, which were not read",
    ("eu.gdpr", "ch-v/46/2/f"): "bodies of certification issue it, whose procedures were not read",
    ("uk.gdpr", "ch-v/46/2/e-f"): "as in the Union",
    ("us.dsp", "H/801"): "a general licence is published: nobody applies for it",
    ("us.pafaca", "2/c/1"): "the President determines of himself; the Act has no application, and its rulebook asks for no result",
    ("us.pafaca", "2/a/3"): "the President certifies of himself, and its rulebook asks for no result",
}


def told(book, text):
    """What a condition says, with the definitions that it names."""
    todo, found = [text], {}
    while todo:
        for name in set(re.findall(r"\w+", todo.pop())) & book.definitions.keys() - found.keys():
            made = book.definitions[name]
            found[name] = " ".join(one.text for one in (made.body, *(case for case, _ in made.cases)) if one is not None)
            todo.append(found[name])
    return "\n".join([text, *found.values()])


def test_whatever_a_ground_asks_of_an_authority_has_a_procedure():
    """By the rule that it asks for; of clauses and the like, which name none, by the kind and by who approved it."""
    lacking = set()
    for regime in shelf.plan().regimes:
        book = regime.book
        given = {paper.rule for name, one in ALL if name == book.regime for paper in of(name)[one].papers.values()}
        for ground in book.grounds.values():
            text = told(book, ground.holds.text)
            asked = {*re.findall(r"'([^']+)'", text), *(code for name in re.findall(r"\w+", text) for code in book.sets.get(name, ()))}
            if REACH[ground.kind] == 1 and not any(under in asked or (kind in asked and "approved_by" in text) for kind, under in given):
                lacking.add((book.regime, ground.path))
    assert lacking == ELSEWHERE.keys()


@pytest.mark.parametrize("rulebook", [*sorted({name for name, one in ALL if of(name)[one].papers}), "eu.scc-2021"])
def test_beside_a_docket_no_authority_has_decided_anything_that_a_case_states(rulebook):
    """Nor under a rule of its own: of all grounds that are an authority's act, or a filing with one, those alone still hold that no procedure gives."""
    given = [paper for folder in shelf.proceeding() for one in shelf.procedures(folder).values() for paper in one.papers.values()]
    papers = Papers([], given, day("2026-02-01"), shelf.calendars(), "log", shelf.vocabulary())
    folder, holding = shelf.RULEBOOKS / rulebook, set()
    plan, mistakes = shelf.alone(folder), Mistakes()
    for file in sorted((folder / "cases").glob("*.yaml")):
        documents = read_documents(str(file), file.read_bytes(), mistakes)
        for case in read_cases([held for one in documents for held in beside(one, papers)], plan, mistakes):
            for one in decide(case.world, plan) if case.world["movement"] else ():
                acts = [ground for regime in plan.regimes for ground in regime.grounds if REACH[ground.ground.kind] == 1 or ground.ground.kind == "filing"]
                holding |= {(rulebook, ground.ground.path) for ground in acts if one.stretch.truth(ground.holds, one.row) == TRUE}
    mistakes.settle()
    assert holding <= ELSEWHERE.keys()


def beside(document, papers):
    """A case beside the procedures, if they say anything of it, as it is and with its papers under another rule; or the cast of many."""
    if (cast := document.get("cast")) is not None:
        yield replace(document, pairs={**document.pairs, "cast": papers(cast)})
        return
    for case in {id(one): one for one in (document, renamed(document))}.values():
        if case is not document or papers.unsaid(case):
            yield papers(case)


def renamed(case):
    """The same with all approved papers under a rule that nobody knows; the case itself, where there are none."""
    held = case.get("instruments")
    approved = {name: one for name, one in (held.pairs if held else None or {}).items() if one.get("approved_by") is not None}
    other = {name: replace(one, pairs={**one.pairs, "under": replace(one.get("kind"), text="our-own")}) for name, one in approved.items()}
    return replace(case, pairs={**case.pairs, "instruments": replace(held, pairs={**held.pairs, **other})}) if other else case


# Papers that somebody approves in no matter here: as law that is published, or by bodies whose procedures were not read.
PUBLISHED = {"certificate", "code_of_conduct", "eu.commission"}


def test_whoever_must_approve_a_paper_is_told_where_procedures_are():
    """Whatever any rulebook asks to be approved, by kind and authority, is believed of a matter alone, or of nothing that a procedure could give."""
    also = {
        f"{kind}/{who}"
        for name, one in ALL
        for paper in of(name)[one].papers.values()
        for kind in paper.also.get("kind", ())
        for who in paper.also.get("approved_by", ())
    }
    asked = set()
    for sets, body in asked_of_papers():
        kinds = named(" ".join(re.findall(r"\w\.kind (?:== '\w+'|in {[^}]*})", body)), sets)
        asked |= {f"{kind}/{who}" for kind in kinds for who in named(" ".join(re.findall(r"approved_by, [^)]*|'[\w.]+' in \w\.approved_by", body)), sets)}
    assert {one for one in asked if PUBLISHED.isdisjoint(one.split("/"))} <= also
    assert {"arrangement/de.bfdi", "arrangement/uk.ico", "contract/fr.cnil", "binding_rules/uk"} <= asked


@cache
def asked_of_papers():
    """What rulebooks ask of some paper, each in one breath, with the sets of codes that it may name."""
    found = []
    for regime in shelf.plan().regimes:
        text = re.sub(r"\s+", " ", (shelf.RULEBOOKS / regime.book.regime / "rulebook.yaml").read_text(encoding="utf-8"))
        bodies = [text[opening(text, one.start()) : one.start()] for one in re.finditer(r" for \w in instruments\)", text)]
        assert text.count(".approved_by") == sum(body.count(".approved_by") for body in bodies)  # else another is asked of, and this does not see it
        found += [(regime.book.sets, body) for body in bodies]
    return found


def opening(text, at):
    """Where the parenthesis begins in which a place stands."""
    depth = 1
    while depth:
        at -= 1
        depth += {")": 1, "(": -1}.get(text[at], 0)
    return at + 1


def named(text, sets):
    """The codes in a condition, and those of the sets that it names."""
    return {*re.findall(r"'([^']+)'", text), *(code for name in re.findall(r"[A-Z_]{2,}", text) for code in sets.get(name, ()))}


# Every fact of a paper that only an authority's decision makes, and what keeps a world from making it beside a docket.
GUARDED = {
    "result": "unknown of whatever a procedure may give",
    "under": "so is whether it is of that rule",
    "approved_by": "what it is asked of stands beside a procedure (`also`), or is published law",
    "issued_on": "asked of a rule",
    "filed_on": "asked of a rule",
    "effective_on": "asked of a rule",
    "certifies": "of certificates that no procedure gives: a list tells them",
    "issuer": "of papers that no procedure gives: grants and contracts of public bodies",
    "filed_with": "never asked",
    "recognised_in": "never asked",
}
PARTIES = {
    *("kind", "module", "text", "language", "adapted_for", "binding", "terms", "met", "voluntary", "activities", "declares", "explicit", "specific"),
    *("separate", "informed_of", "test", "conclusion", "signed_on"),
}  # what who signs it says, or who judges it, and what it is


def test_every_fact_of_a_paper_is_somebodys_to_make():
    facts = shelf.vocabulary().kinds["instrument"]
    assert {name for name, fact in facts.items() if not fact.limit} == GUARDED.keys() ^ PARTIES
    rules = {paper.rule[1] for name, one in ALL for paper in of(name)[one].papers.values()}
    elsewhere = {"cn.special-export-licence", "cn.auto-26", "cn.impact-assessment"}  # rules of which no matter here gives a paper
    for sets, body in asked_of_papers():
        for fact in set(re.findall(r"\b\w\.(\w+)", body)) & GUARDED.keys():
            assert GUARDED[fact] != "never asked"
            assert GUARDED[fact] != "asked of a rule" or named(body, sets) & {*rules, *elsewhere}, body
