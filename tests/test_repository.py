"""What must hold of the repository itself: states and laws are named in rulebooks only; the pages say what is true."""

import ast
import re
import runpy
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from babel import Locale

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "comity"
VOCABULARY = sorted((PACKAGE / "vocabulary").glob("*.yaml"))
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "rulebooks" not in path.relative_to(PACKAGE).parts)

TERRITORIES = {code: name for code, name in Locale("en").territories.items() if re.fullmatch("[A-Z]{2}", code)}
NAMES_OF_PLACES = {name for name in TERRITORIES.values() if len(name) > 3} | set(
    "America American Beijing Brussels Chinese Europe European Macao Taiwan Washington".split()  # noqa: SIM905 -- words
)
STATUTES_AND_AUTHORITIES = set(
    """ADPPA APPI BIS BIOSECURE CAC CCPA CFIUS CNIL CPRA DOJ DPDP DPDPA DSL EAR ECRA EDPB EDPS FCPA FISA GDPR HIPAA ICO
    IEEPA ITAR LGPD MLPS MOFCOM NDRC NPC OFAC PADFA PDPA PDPC PDPL PIPA PIPC PIPL POPIA SCC TC260 USMCA
    Bundesdatenschutzgesetz ByteDance Cyberspace Datenschutz Schrems TikTok Wassenaar""".split()  # noqa: SIM905 -- words
)
TYPES = {"bool", "code", "codes", "date", "link", "links", "number", "place", "places", "rows", "text"}

# A code of two letters that is also something else needs its reason here: {"IN": "the operator of SQL"}.
ALSO_A_WORD: dict[str, str] = {"WF": "wide and full width, as Unicode calls them"}


def docstrings(tree: ast.Module) -> set[int]:
    """Identities of the strings that stand alone: they document what is before or around them."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def constants(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.lineno, node.value


def identifiers(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case _:
                pass


def named(text: str, names: set[str]) -> set[str]:
    return {name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_no_source_names_a_territory_by_its_code(path):
    found = [f"{relative(path)}:{line}: {text!r}" for line, text in constants(path) if text in TERRITORIES and text not in ALSO_A_WORD]
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_no_source_names_a_place_a_statute_or_an_authority(path):
    names = NAMES_OF_PLACES | STATUTES_AND_AUTHORITIES
    found = [f"{relative(path)}:{line}: {sorted(hit)}" for line, text in constants(path) if (hit := named(text, names))]
    words = {name.lower() for name in STATUTES_AND_AUTHORITIES if len(name) > 3}
    found += [f"{relative(path)}:{line}: {name}" for line, name in identifiers(path) if words & set(name.lower().split("_"))]
    assert found == []


def test_the_scan_finds_what_it_looks_for(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text('"""China, in a docstring, is let be."""\nHOME = "NO"\n\ndef is_gdpr(x):\n    return x == "the GDPR"\n')
    assert [text for _, text in constants(planted) if text in TERRITORIES] == ["NO"]
    assert [text for _, text in constants(planted) if named(text, STATUTES_AND_AUTHORITIES)] == ["the GDPR"]
    assert "is_gdpr" in {name for _, name in identifiers(planted)}


def entries(rows: dict[str, object], prefix: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Every entry of a vocabulary file, columns of rows included."""
    for name, entry in rows.items():
        assert isinstance(entry, dict), f"{prefix}{name} is no entry"
        yield f"{prefix}{name}", entry
        columns = entry.get("columns")
        if isinstance(columns, dict):
            yield from entries(columns, f"{prefix}{name}.")


def vocabulary() -> Iterator[tuple[str, dict[str, object]]]:
    for path in VOCABULARY:
        yield from entries(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader), f"{path.stem}.")


def test_every_fact_has_its_type_and_both_languages():
    found = []
    for name, entry in vocabulary():
        found += [f"{name}: no {key}" for key in ("type", "en", "zh") if not entry.get(key)]
        if entry.get("type") not in TYPES:
            found.append(f"{name}: type {entry.get('type')!r}")
        if not re.search(r"[\u4e00-\u9fff]", str(entry.get("zh", ""))):
            found.append(f"{name}: zh is not Chinese")
        if entry.get("type") in {"link", "links"} and not (PACKAGE / "vocabulary" / f"{entry.get('to')}.yaml").exists():
            found.append(f"{name}: links to {entry.get('to')!r}")
        if entry.get("type") == "rows" and not entry.get("columns"):
            found.append(f"{name}: rows without columns")
    assert VOCABULARY
    assert found == []


def test_no_fact_and_no_code_of_the_vocabulary_names_a_state_or_a_law():
    words = {name.lower() for name in STATUTES_AND_AUTHORITIES if len(name) > 3}
    found = []
    for name, entry in vocabulary():
        codes = entry.get("of", [])
        assert isinstance(codes, list)
        found += [code for code in (name.rpartition(".")[2], *codes) if words & set(re.split(r"[_.-]", code.lower()))]
        found += [f"{name}: {code}" for code in codes if code in TERRITORIES]
    assert found == []


@pytest.mark.parametrize("tool", ["facts", "codes", "seal"])
def test_a_page_made_from_data_says_what_the_data_say(tool):
    tool = runpy.run_path(str(ROOT / "tools" / f"{tool}.py"))
    assert tool["page"]() == tool["PAGE"].read_text(encoding="utf-8"), "run `make docs`"


def test_the_page_of_codes_is_what_the_rulebooks_look_for():
    tool = runpy.run_path(str(ROOT / "tools" / "codes.py"))
    page = tool["PAGE"].read_text(encoding="utf-8")
    assert tool["page"]() == page, "run `make docs`"
    books = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("rulebooks/*/rulebook.yaml"))
    schemes = set(re.findall(r"i\.under == '([^']+)'", books))
    assert len(schemes) > 20
    assert {f"`{scheme}`" for scheme in schemes} <= set(re.findall(r"`[^`]+`", page))


def targets() -> set[str]:
    return set(re.findall(r"^([a-z.]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_every_command_of_the_readme_is_a_target():
    wanted = set(re.findall(r"^make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert wanted >= {"demo", "test"}
    assert wanted <= targets()


def test_every_target_says_what_it_is_for():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    documented = set(re.findall(r"^([a-z.]+):.*## ", text, re.MULTILINE))
    assert documented == targets()


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=relative)
def test_every_link_to_a_file_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_decision_is_listed_and_says_what_was_refused():
    folder = ROOT / "docs" / "decisions"
    records = sorted(path for path in folder.glob("[0-9]*.md"))
    listing = (folder / "README.md").read_text(encoding="utf-8")
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    assert [path.name for path in records if path.name not in listing] == []
    assert [path.name for path in records if "**Refused.**" not in path.read_text(encoding="utf-8")] == []


def test_the_lock_names_no_address_and_hashes_everything():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert re.findall(r"^-", lock, re.MULTILINE) == []
    pinned = re.findall(r"^(\S+==\S+) \\\n    --hash=sha256:", lock, re.MULTILINE)
    assert pinned == re.findall(r"^([a-z]\S+)", lock, re.MULTILINE)


def test_the_budget_counts_code_and_nothing_else():
    tool = runpy.run_path(str(ROOT / "tools" / "tree.py"))
    text = '"""Doc."""\n\n# Why.\ndef f(x):\n    """Doc\n    of f."""\n    return (\n        x\n    )  # so\n'
    assert tool["lines_of_code"](text) == 4


@pytest.mark.parametrize(
    ("text", "trace"),
    [
        ("see /" + "work/main/x", "a path of one machine"),
        ("see /" + "home/someone/x", "a path of one machine"),
        ("from pypi." + "org", "a package registry's address"),
        ("pip install --index" + "-url x", "a package registry's address"),
        ("docs/work/law/ and a.b/" + "work/c", None),
    ],
)
def test_traces_of_a_machine_are_found(text, trace):
    traces = runpy.run_path(str(ROOT / "tools" / "tree.py"))["TRACES"]
    assert [name for name, pattern in traces.items() if pattern.search(text)] == ([trace] if trace else [])


def test_help_loads_nothing_heavy():
    script = "import sys; from comity.cli.main import main; sys.argv = ['comity', '--help']\ntry: main()\n"
    script += "except SystemExit: print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert {"numpy", "pyarrow", "sqlglot", "babel"} & set(run.stdout.split()) == set()


@pytest.mark.slow
def test_help_answers_within_150_ms():
    times = []
    for _ in range(10):
        start = time.perf_counter()
        subprocess.run([Path(sys.executable).with_name("comity"), "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.150
