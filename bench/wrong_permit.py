"""Looks for a wrong permit among as many random partial legs as asked: bench/wrong_permit.py [LEGS] [SEED].

Worlds are those of the shipped cases with facts forgotten or exchanged at random. Scale and explain must agree on every leg;
of every thousandth leg the definitional interpreter of the tests says whether the answer may stand. Ends with 1 at the first fault.
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from backends import REGIMES, shipped
from crowd import crowd
from judge import Judge

from comity.point.explain import compiled
from comity.verdict.decide import judge, stretches
from comity.verdict.flat import facts, flat
from comity.verdict.outcome import Span

EVERY = 1_000
LARGE = 300  # legs of a world beyond which the judge, who counts all anew for each, is not asked


def fault(regime: str, leg: object, said: object) -> None:
    print(f"{regime}: {leg}\n  {said}")
    raise SystemExit(1)


def search(name: str, legs: int, seed: str, chance: random.Random) -> tuple[int, int, int]:
    """How many legs were read, how many of them judged, how many were settled."""
    plan, cases = shipped(name)
    decide, (regime,) = compiled(plan), plan.regimes
    read = judged = settled = 0
    for world in crowd(plan, cases, legs, seed=f"{seed}/{name}"):
        made = stretches(world, plan)
        every = [leg for one in made for leg in one.legs]
        for one in made:
            rows = flat(one, plan)
            for i, found in enumerate(judge(one, plan)):
                (span,) = found.opinions.values()
                read, settled = read + 1, settled + span.settled
                if decide(facts(rows, i, plan)) != (span,):
                    fault(name, found.leg, f"scale {span}, explain {decide(facts(rows, i, plan))}")
                if len(every) <= LARGE and chance.random() < 1 / EVERY:
                    judged += 1
                    own = Span(*Judge(world, found.leg, plan, every).opinion(regime))
                    if not span.worst <= own.worst <= own.best <= span.best:
                        fault(name, found.leg, f"scale {span}, judge {own}")
    return read, judged, settled


def main() -> None:
    legs = int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 1_000_000
    seed = sys.argv[2] if len(sys.argv) > 2 else "0"
    chance, start, total = random.Random(seed), time.perf_counter(), 0
    for name in REGIMES:
        read, judged, settled = search(name, max(1, legs // len(REGIMES)), seed, chance)
        total += read
        print(f"{name:28} {read:>10,} legs, {settled / read:4.0%} settled, {judged:>6,} judged; {time.perf_counter() - start:6.0f} s", flush=True)
    print(f"{total:,} legs: no wrong permit, and no two readings that differ")


if __name__ == "__main__":
    main()
