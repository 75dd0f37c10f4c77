"""From the shell to an answer: `comity --help`, and a first verdict with every shipped rulebook, beside a bare Python and other engines.

A peer starts, compiles the twelve rules (far less law than ours) and judges one row. All as installed: bytecode and our plans are
kept from a run before. Rounds are interleaved, so that a busy minute is everybody's. The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from peers import PEERS, peers
from reference import rows

ROUNDS = 10
GOAL = {"help_ms": 150, "first_verdict_ms": 400}
WORLD = """\
parties:
  shop: {kind: organisation, organised_in: [DE], owners: [{party: parent, share: 60%}, ...]}
  parent: {kind: organisation, organised_in: [US], owners: []}
assets:
  orders: {kind: data, about: person, identifiability: identified, fields: [name, email], populations: [buyers]}
populations:
  buyers: {place: DE, persons: 120000}
movements:
  t: {exporter: shop, importer: parent, asset: orders, event: make_accessible, origin: DE, destination: US, on: 2026-11-23, purpose: {kind: analytics}}
"""


def once(command, environment):
    """Milliseconds from start to exit."""
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, check=False, capture_output=True)
    if done.returncode > 1:
        raise SystemExit(done.stderr.decode())
    return (time.perf_counter() - start) * 1_000


def main():
    if sys.argv[1:2] == ["--peer"]:
        PEERS[sys.argv[2]]()(rows(1, 1)[0])
        return
    comity = Path(sys.executable).with_name("comity")
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "world.yaml"
        world.write_text(WORLD, encoding="utf-8")
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"COMITY_CACHE": str(Path(folder) / "plans")}
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "comity --help": [comity, "--help"],
            "comity check": [comity, "check", world],
            "comity explain": [comity, "explain", world, "t"],
            **{f"{name}, twelve rules": [sys.executable, __file__, "--peer", name] for name, judge, _ in peers() if judge is not None},
        }
        cold = {name: once(command, environment) for name, command in commands.items()}
        taken = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                taken[name].append(once(command, environment))
    print(f"{'':44}{'median ms':>10}{'best':>8}{'first time':>12}")
    for name, times in taken.items():
        print(f"{name:44}{statistics.median(times):10.0f}{min(times):8.0f}{cold[name]:12.0f}")
    middle = {name: round(statistics.median(times)) for name, times in taken.items()}
    figures = {"help_ms": middle["comity --help"], "first_verdict_ms": middle["comity check"], "medians_ms": middle}
    print(json.dumps({"bench": "startup", "figures": figures, "goal": GOAL, "met": all(figures[k] < v for k, v in GOAL.items())}))


if __name__ == "__main__":
    main()
