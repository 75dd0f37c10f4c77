"""Who is held by whom: a million parties, three million holdings, cycles among them, to a least fixed point on one core.

Through the engine: a rulebook's recursive definition `of: party` (aggregated look-through at 50 %) and a product of shares down every
chain (at 10 %), over Arrow tables, on two rails, each share with what is not disclosed. Beside it scipy does the same work by sparse
matrix, from arrays, until nothing changes: it knows no unknown and explains nothing. Seconds are of the processor, on one thread.
The last line is JSON: {"bench", "figures", "goal", "met"}. `ownership.py 100000` takes that many parties.
"""

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS"):
    os.environ[threads] = "1"  # before numpy and Arrow are loaded

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402

GOAL = {"seconds": 10.0, "differs": 0}  # process time
LAW = {"cite": "s. 1", "en": "a rule", "zh": "规则"}
BOOK = {
    "rulebook": "xx.owners", "title": {"en": "Owners", "zh": "持股"}, "edition": "1", "published": "2020-01-01",
    "jurisdiction": ["XX"], "speaks_about": ["data"],
    "definitions": {
        "foreign": {**LAW, "of": "party", "is": "overlaps(organised_in, {'XX'}) or share(by=foreign) >= 50%"},
        "chained": {**LAW, "of": "party", "is": "share(by=seat, through=product) >= 10%"},
        "seat": {**LAW, "of": "party", "is": "overlaps(organised_in, {'XX'})"},
    },
    "prohibitions": {"a": {**LAW, "when": "exporter.foreign", "effect": "prohibited"}, "b": {**LAW, "when": "exporter.chained", "effect": "prohibited"}},
}  # fmt: skip


def graph(parties, holdings):
    """Seeded holdings: of each party two to four shares, most to parties before it, some back again so that rings arise."""
    chance = np.random.default_rng(11)
    of = np.repeat(np.arange(parties), holdings // parties)
    owner = np.where(chance.random(len(of)) < 0.95, (of * chance.random(len(of))).astype(np.int64), chance.integers(0, parties, len(of)))
    share = chance.integers(1, 34, len(of))
    share[chance.random(len(of)) < 0.1] = 33
    home = chance.random(parties) < 0.2
    return of, owner, share, home


def ours(of, owner, share, home):
    """The engine: both definitions of every party."""
    from comity import shelf
    from comity.facts.place import Places
    from comity.facts.record import Rows
    from comity.facts.tables import Tables, tables
    from comity.facts.value import EMPTY
    from comity.files.rulebook import read_rulebook
    from comity.files.world import read_world
    from comity.law.lower import regimes
    from comity.tables.arrow import ArrowTable
    from comity.text.source import Mistakes, read_documents
    from comity.verdict.plan import Plan
    from comity.verdict.scale import Columns

    (regime,) = regimes([read_rulebook("owners.yaml", json.dumps(BOOK, ensure_ascii=False).encode())], shelf.vocabulary())
    plan = Plan([regime], shelf.vocabulary(), Places())
    world = read_world(read_documents("w", "world: w\nassume: {closed: all}\nmovements: {t: {}}", Mistakes())[0], plan.vocabulary, Mistakes())
    kinds = tables(world, [], plan.vocabulary, plan.places).kinds
    seats = pa.DictionaryArray.from_arrays(pa.array(home.astype(np.int32)), pa.array(["YY", "XX"]))
    lists = pa.ListArray.from_arrays(pa.array(np.arange(len(home) + 1, dtype=np.int32)), seats.dictionary_decode())
    rows = {"owners": pa.table({"of": of, "party": owner, "share": share})}
    began = time.process_time(), time.perf_counter()
    kinds["party"] = ArrowTable(
        "party", pa.table({"organised_in": lists}), plan.vocabulary.kinds["party"], kinds.__getitem__, {"owners": Rows((), open=False), "part_of": EMPTY}, rows
    )
    columns = Columns(Tables(kinds, plan.places), plan.recursive, plan.calendars)
    frame = columns.whole("party")
    found = {}
    for name in ("foreign", "chained"):
        _, meaning = regime.findings[name]
        found[name] = columns.truth(meaning, frame)[: len(home)]
    return time.process_time() - began[0], time.perf_counter() - began[1], found


def scipys(of, owner, share, home):
    """The same by sparse matrices: who is held for half, and which share of each is held down all chains, in floating point."""
    from scipy.sparse import csr_matrix

    began = time.process_time()
    held = csr_matrix((share.astype(np.int64), (of, owner)), shape=(len(home), len(home)))
    foreign = home.copy()
    while True:
        fresh = foreign | (held @ foreign.astype(np.int64) >= 50)
        if (fresh == foreign).all():
            break
        foreign = fresh
    shares, counted, chained = held / 100, home.astype(float), np.zeros(len(home))
    while True:
        fresh = np.minimum(shares @ counted, 1.0)
        done = np.abs(fresh - chained).max() < 1e-9
        chained, counted = fresh, np.maximum(home, fresh)
        if done:
            return time.process_time() - began, foreign, chained


def main():
    parties = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    of, owner, share, home = graph(parties, 3 * parties)
    seconds, wall, found = ours(of, owner, share, home)
    figures = {
        "parties": parties,
        "holdings": len(of),
        "seconds": round(seconds, 2),
        "wall_seconds": round(wall, 2),
        "foreign": int((found["foreign"] == 3).sum()),
        "chained": int((found["chained"] == 3).sum()),
        "open": int((found["foreign"] == 1).sum() + (found["chained"] == 1).sum()),  # a quantum is the hundred-millionth part
    }
    print(
        f"comity: {seconds:.1f} s of one core ({wall:.1f} s by the clock), {figures['foreign']:,} of {parties:,} held for half, {figures['chained']:,} chained"
    )
    try:
        peer, foreign, chained = scipys(of, owner, share, home)
        wrong = (found["chained"] != 1) & ((found["chained"] == 3) != (chained >= 0.1)) & (np.abs(chained - 0.1) > 1e-6)
        figures |= {"scipy_seconds": round(peer, 2), "differs": int(((found["foreign"] == 3) != foreign).sum() + wrong.sum())}
        print(f"scipy:  {peer:.1f} s of one core; {figures['differs']} parties differ")
    except ImportError:
        print("scipy is not installed: no peer")
    met = figures["seconds"] < GOAL["seconds"] and figures.get("differs", 0) == 0
    print(json.dumps({"bench": "ownership", "figures": figures, "goal": GOAL, "met": met}))


if __name__ == "__main__":
    main()
