"""Every command of the docket's page does what the page says, in its order."""

import json
import re
import shlex
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "docket.md"


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_every_command_of_the_page_does_what_it_says(say, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("form.pdf", "contract.pdf"):
        Path(name).write_text(name)
    for block in blocks("yaml"):
        Path(block.split()[1]).write_text(block, encoding="utf-8")
    commands = [shlex.split(line, comments=True) for block in blocks("sh") for line in block.splitlines()]
    assert len(commands) > 20
    printed = ""
    for _, *argv in commands:
        if "--on" in argv:  # by the clock of whoever reads the page; here, of the matter
            argv[-1] = json.loads(say("docket", "show", "L", "ranker-2026", "--json").out)["on"]
        if "--proposed" in argv:  # as it was said before; how many calendars the log holds by then is not the page's matter
            argv[argv.index("--proposed") + 1] = printed.split("--proposed ")[1].split(maxsplit=1)[0]
        said = say(*argv)
        assert (said.code, said.err) == (0, ""), argv
        printed = said.out
    licence = next(one for one in json.loads(say("docket", "show", "L", "ranker-2026", "--json").out)["acts"] if one["act"] == "issue-licence")
    assert f"[matter ranker-2026, entry {licence['entry']}]" in printed
    assert Path("due.ics").read_bytes().count(b"BEGIN:VEVENT") == 2
