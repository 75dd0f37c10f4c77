"""Where to keep 40 assets so that 200 transfers are lawful at the least cost: 20 sites, and 30 levers beside where things are kept; seconds to the proof.

The law is made up: five rules of places, importers, papers and measures, read three-valued. Beside it in the same run: every package of small worlds,
judged; and the same law told to a solver by hand (z3.Optimize), of small worlds and of the large one. What is found must be the same.
The last line is JSON: {"bench", "figures", "goal", "met"}.
"""

import itertools
import json
import random
import statistics
import sys
import time
from dataclasses import dataclass

import numpy as np
import z3

from comity.layout.movement import Movement
from comity.layout.price import of_laws, of_movements
from comity.layout.search import Layout, Search
from comity.offramp.lever import Lever, Levers, Option
from comity.verdict.outcome import Span

GOAL = {"seconds": 60}
SPANS = {(s, p): Span(3 * s, 3 * p) for s in (False, True) for p in (False, True)}
PLAIN_SECONDS = 60
SEEDS = (1, 2, 3)
LARGE = {"transfers": 200, "assets": 40, "sites": 20, "importers": 10}
REGIONS = 5
LAWS = ("localise", "adequate", "concern", "technical", "operator")


@dataclass(frozen=True)
class World:
    """Levers by name, assets, importers and transfers of a made-up world."""

    levers: Levers
    at: dict
    sites: tuple  # (region, run by somebody whom a foreign law may compel)
    assets: tuple  # (region of the persons, sensitive, technical, region where it is kept now)
    importers: tuple  # region
    transfers: tuple  # (asset, importer, region of the exporter, whether it goes on from there)

    def rules(self, asset, importer, exporter, onward):
        """The condition under which each law lets a transfer be, as a tree of words."""
        of, sensitive, technical, home = self.assets[asset]
        region = self.importers[importer]
        keep = self.at[f"keep {asset}"]
        kept = [home, *(place for place, _ in self.sites)]
        held = [False, *(compelled for _, compelled in self.sites)]

        def stored(allowed):
            return ("is", keep, frozenset(value for value, place in enumerate(kept) if allowed(place)))

        def pulled(name):
            return ("is", self.at[name], frozenset((1,)))

        near = {of, (of + 1) % REGIONS}
        concern = (of + 2) % REGIONS
        reach = {of, exporter, *(near if onward else {region})}
        far = [one for one in range(REGIONS) if one not in near]
        assessed = ("and", *(("or", stored(lambda place, one=one: place != one), pulled(f"assessment {one}")) for one in far))
        papers = ("or", pulled(f"certificate {region}"), ("and", pulled(f"clauses {importer}"), assessed))
        free = ("is", keep, frozenset(value for value, compelled in enumerate(held) if not compelled))
        return {
            "localise": ("or", stored(lambda place: place in {of, exporter}), pulled(f"filing {of}")) if sensitive else True,
            "adequate": ("or", ("and", stored(near.__contains__), region in near and not onward), papers),
            "concern": ("and", stored(lambda place: place != concern), ("or", region != concern, pulled(f"separated {importer % 3}"))) if sensitive else True,
            "technical": ("or", stored(reach.__contains__), pulled("licence")) if technical else True,
            "operator": ("or", ("and", free, not onward), pulled("keys"), stored(lambda place: place == exporter)) if of != region else True,
        }  # fmt: skip

    def judge(self, transfer, laws=LAWS):
        """The transfer under some of the laws."""
        rules = self.rules(*transfer)
        tree = ("and", *(rules[law] for law in laws))
        both, own = rails(tree), sorted(read(tree))

        def spans(partials):
            columns = {lever: np.array([-1 if partial[lever] is None else partial[lever] for partial in partials]) for lever in own}
            sure, possible = (np.broadcast_to(rail, len(partials)).tolist() for rail in both(columns))
            return [SPANS[one] for one in zip(sure, possible, strict=True)]

        return spans

    def movements(self, laws=LAWS):
        """All transfers."""
        return [Movement(f"t{n}", self.judge(transfer, laws)) for n, transfer in enumerate(self.transfers)]


def rails(node):
    """Surely, possibly: of each of some partial packages, whose levers are columns (-1: not decided)."""
    match node:
        case bool():
            return lambda _: (np.bool_(node), np.bool_(node))
        case ("is", lever, values):
            sure = np.isin(np.arange(32), list(values))  # its last is false, as no lever has so many values
            possible = sure | (np.arange(32) == 31)
            return lambda columns: (sure[columns[lever]], possible[columns[lever]])
        case ("and" | "or" as word, *inner):
            join, parts = np.logical_and if word == "and" else np.logical_or, [rails(one) for one in inner]

            def joined(columns):
                sure, possible = parts[0](columns)
                for part in parts[1:]:
                    s, p = part(columns)
                    sure, possible = join(sure, s), join(possible, p)
                return sure, possible

            return joined


def read(node):
    """The levers of a tree."""
    match node:
        case ("is", lever, _):
            return {lever}
        case ("and" | "or", *inner):
            return {lever for one in inner for lever in read(one)}
        case _:
            return set()


def made(seed, transfers, assets, sites, importers, papers=True):
    """A world: where things are kept, what else can be done, and what it costs."""
    chance = random.Random(seed)
    place = tuple((n % REGIONS, chance.random() < 0.2) for n in range(sites))
    held = tuple((chance.randrange(REGIONS), chance.random() < 0.5, chance.random() < 0.3, chance.randrange(REGIONS)) for _ in range(assets))
    who = tuple(chance.randrange(REGIONS) for _ in range(importers))
    others = [f"clauses {n}" for n in range(importers)] + ["licence", "keys"] + [f"separated {n}" for n in range(3)]
    others += [f"{what} {n}" for what in ("assessment", "certificate", "filing") for n in range(REGIONS)] if papers else []
    money = 1_000_000
    levers = [Lever(f"keep {n}", tuple(Option(f"site {s}", money * chance.randint(2, 40)) for s in range(sites))) for n in range(assets)]
    levers += [Lever(f"open {s}", (Option("open", money * chance.randint(30, 120)),)) for s in range(sites)]
    dear = {"clauses": (5, 20), "assessment": (20, 60), "certificate": (80, 200), "filing": (60, 150), "separated": (20, 90), "keys": (100, 200)}
    levers += [Lever(name, (Option("done", money * chance.randint(*dear.get(name.split()[0], (100, 300)))),)) for name in others]
    at = {lever.name: n for n, lever in enumerate(levers)}
    for name in [f"{what} {n}" for what in ("assessment", "certificate", "filing") for n in range(REGIONS)]:
        at.setdefault(name, at["licence"])  # where there are few papers one does for all
    needs = [{at[f"keep {n}"]: s + 1, at[f"open {s}"]: 0} for n in range(assets) for s in range(sites)]
    moved = tuple((chance.randrange(assets), chance.randrange(importers), chance.randrange(REGIONS), chance.random() < 0.2) for _ in range(transfers))
    return World(Levers(tuple(levers), tuple(needs)), at, place, held, who, moved)


def slowly(world):
    """Seconds to judge every package there is, how many, and the least cost."""
    began = time.perf_counter()
    best, count, judges = None, 0, [world.judge(transfer) for transfer in world.transfers]
    packages = itertools.product(*(range(len(lever.options) + 1) for lever in world.levers.levers))
    while chunk := list(itertools.islice(packages, 20_000)):
        count += len(chunk)
        for judge in judges:
            chunk = [package for package, span in zip(chunk, judge(chunk), strict=True) if span.worst == 3] if chunk else chunk
        best = min([*([] if best is None else [best]), *(world.levers.cost(one) for one in chunk if world.levers.allows(one))], default=None)
    return {"packages": count, "cost": best, "seconds": round(time.perf_counter() - began, 2)}


def plain(world, seconds=PLAIN_SECONDS):
    """Seconds of a solver that is told the law by hand."""
    began = time.perf_counter()
    optimize = z3.Optimize()
    optimize.set("timeout", int(seconds * 1000))
    chosen = [[z3.Bool(f"{lever.name}={v}") for v in range(len(lever.options) + 1)] for lever in world.levers.levers]
    for values in chosen:
        optimize.add(z3.PbEq([(one, 1) for one in values], 1))
    for nogood in world.levers.nogoods:
        optimize.add(z3.Or([z3.Not(chosen[lever][value]) for lever, value in nogood.items()]))

    def formula(node):
        match node:
            case bool():
                return z3.BoolVal(node)
            case ("is", lever, values):
                return z3.Or([chosen[lever][value] for value in sorted(values)])
            case (word, *inner):
                return (z3.And if word == "and" else z3.Or)([formula(one) for one in inner])

    for transfer in world.transfers:
        optimize.add(*(formula(rule) for rule in world.rules(*transfer).values()))
    costs = [(chosen[n][v], option.cost // 1_000_000) for n, lever in enumerate(world.levers.levers) for v, option in enumerate(lever.options, 1)]
    total = optimize.minimize(z3.Sum([z3.If(one, cost, 0) for one, cost in costs]))
    proved = optimize.check() == z3.sat
    return {"proved": proved, "cost": optimize.lower(total).as_long() * 1_000_000 if proved else None, "seconds": round(time.perf_counter() - began, 2)}


def ours(world):
    """Seconds to the proof, and what it took."""
    began, worked = time.perf_counter(), time.process_time()
    search = Search(world.levers, world.movements())
    found = search.cheapest()
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    return search, found, {
        "cost": found.cost if isinstance(found, Layout) else None, "proved": isinstance(found, Layout), "seconds": round(seconds, 2),
        "of_processor": round(worked, 2), "rounds": search.rounds, "nogoods": len(search.nogoods()),
        "judged": sum(one.asked for one in search.learned.values()),
    }  # fmt: skip


def priced(world, search, found):
    """Seconds to the price of every law and of every transfer, and what they come to."""
    began = time.perf_counter()
    laws = {price.name: price.saves for price in of_laws(search, found, LAWS, lambda name: {m.name: m.judge for m in world.movements(set(LAWS) - {name})})}
    between = time.perf_counter()
    transfers = [price.saves for price in of_movements(search, found)]
    ended = time.perf_counter()
    return {
        "laws": {name: saves // 1_000_000 for name, saves in laws.items()}, "seconds_of_laws": round(between - began, 2),
        "transfers_that_cost": sum(saves > 0 for saves in transfers), "seconds_of_transfers": round(ended - between, 2),
    }  # fmt: skip


def main():
    """Everything, printed."""
    small, large, wrong = [], [], 0
    for seed in SEEDS:
        world = made(seed, transfers=12, assets=3, sites=3, importers=2, papers=False)
        slow, told, (_, found, figures) = slowly(world), plain(world), ours(world)
        wrong += not (slow["cost"] == told["cost"] == figures["cost"])
        small.append({"every_package": slow, "plain_solver": told, "ours": figures})
        print(f"small {seed}  cost {slow['cost']}  every package {slow['seconds']} s  plain solver {told['seconds']} s  ours {figures['seconds']} s")
    for seed in SEEDS:
        world = made(seed, **LARGE)
        search, found, figures = ours(world)
        told = plain(world)
        wrong += told["proved"] and told["cost"] != figures["cost"]
        large.append({"ours": figures, "plain_solver": told, "prices": priced(world, search, found)})
        print(f"large {seed}  " + "  ".join(f"{key} {value}" for key, value in large[-1].items()))
    seconds = [one["ours"]["seconds"] for one in large]
    figures = {
        "levers": len(made(1, **LARGE).levers.levers), "large": large, "small": small, "wrong": wrong, "median_seconds": statistics.median(seconds),
        "most_seconds": max(seconds),
    }  # fmt: skip
    met = not wrong and all(one["ours"]["proved"] for one in large) and max(seconds) < GOAL["seconds"]
    print(json.dumps({"bench": "layout", "figures": figures, "goal": GOAL, "met": met}))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
