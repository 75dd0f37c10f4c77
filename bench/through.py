"""Nothing gets through: random tables under random law, each moved by the gate and by a slow reference, row by row; every difference is told.

python bench/through.py [TABLES] [SEED]
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, seed, settings

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from moved import moved
from transfers import TABLES, laws, transfers

AT_ONCE = 500
"""Examples of one search: Hypothesis remembers what it tried, so a long one would grow."""


def run(tables: int, first: int) -> dict[str, int]:
    """So many tables; how many crossed, how many rows, how many differences there were."""
    found = {"tables": 0, "worlds": 0, "crossed": 0, "rows": 0, "held": 0, "more": 0, "less": 0, "other": 0, "needless": 0}

    def one(law: str, told: dict[str, object], rows: list[object]) -> None:
        found["worlds"] += 1
        with TemporaryDirectory() as folder:
            for crossed, wanted, names, columns, own in moved(law, told, rows, Path(folder)):
                found["tables"] += 1
                found["crossed"] += bool(wanted)
                found["rows"] += len(wanted)
                found["held"] += len(own.rows) - len(wanted)
                found["needless"] += any(True for _ in own.needless(own.chosen))
                if crossed != wanted or (wanted and names != columns):
                    fault = "more" if len(crossed) > len(wanted) else "less" if len(crossed) < len(wanted) else "other"
                    found[fault] += 1
                    print(json.dumps({"fault": fault, "law": law, "world": told, "tables": rows}, default=str))
                    return  # what comes after counts otherwise

    number = first
    while found["tables"] < tables:
        calm = settings(max_examples=AT_ONCE, phases=(Phase.generate,), database=None, deadline=None, suppress_health_check=list(HealthCheck))
        seed(number)(calm(given(laws(), transfers(), TABLES)(one)))()
        number += 1
        print(json.dumps({"next seed": number, **found}), flush=True)  # whoever stops it goes on from there
    return found


def main() -> int:
    """Prints what was found; the last line is JSON. 1 if the gate was wrong once."""
    tables, first = (int(sys.argv[1]) if len(sys.argv) > 1 else 100_000), (int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    began = time.perf_counter()
    figures: dict[str, float] = dict(run(tables, first))
    figures["seconds"] = round(time.perf_counter() - began, 1)
    met = not any(figures[fault] for fault in ("more", "less", "other", "needless"))
    print(json.dumps({"bench": "through", "figures": figures, "goal": "no row crosses, stays or is masked otherwise", "met": met}))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
