"""What the README shows is what is printed."""

import runpy
from pathlib import Path

from comity.cli.main import main

ROOT = Path(__file__).parents[2]
WORLD, MOVEMENT = "examples/platform/world.yaml", "engineers-in-beijing-open-american-logs"


def test_every_line_of_the_transcript_is_printed_in_its_order(capsys, monkeypatch, tmp_path):
    """`…` stands for lines left out; nothing else differs."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    for command in (["check", WORLD], ["explain", WORLD, MOVEMENT]):
        assert main(command) == 1
    monkeypatch.chdir(tmp_path)
    moved = Path("build/demo")
    moved.mkdir(parents=True)
    runpy.run_path(str(ROOT / "examples/gate/extend.py"))["extended"]().write_parquet(moved / "customers.parquet")
    assert main(["ledger", "begin", str(moved / "ledger")]) == 0
    for place in ("dublin", "shanghai"):
        asked = ["--world", str(ROOT / "examples/gate/world.yaml"), "--movement", f"customers-to-{place}"]
        assert main(["gate", str(moved / "customers.parquet"), str(moved / f"{place}.parquet"), *asked, "--ledger", str(moved / "ledger")]) == 0
    printed = iter(capsys.readouterr().out.splitlines())
    transcript = (ROOT / "README.md").read_text(encoding="utf-8").partition("$ make demo\n")[2].partition("```")[0]
    for line in transcript.splitlines():
        if line.strip() not in ("", "…") and not line.startswith("comity gate "):  # make says what it runs
            assert line in printed, line
