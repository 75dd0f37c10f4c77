"""Random partial rows of the bench's twelve rules, read in four ways, and by a hand that does not know ours: bench/reference.py, bench/vectors.py."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
from partial import Partial
from pyarrow import parquet

import comity
from comity.facts.value import NOTHING, NOWHERE, OneOf, SetOf
from comity.law.rulebook import PERMITTED
from comity.tables.folder import table_world
from comity.tables.stream import Stream
from comity.text.source import Mistakes

BENCH = Path(__file__).parents[1] / "bench"
sys.path.insert(0, str(BENCH))

from reference import FACTS, RULES, might  # noqa: E402
from vectors import BITS, CODES, NUMBERS, TRUTHS, UNKNOWN, numpy_rails  # noqa: E402

RENAMED = {"purpose": "why", "onward": "passed_on"}
EVERY = {fact: RENAMED.get(fact, fact) for fact in FACTS}


class Twelve(Partial):
    """The facts of the twelve rules, each known or not: a hand with one null a fact knows nothing between."""

    def __init__(self, seed=0):
        super().__init__(comity.plan("xx.twelve", rulebooks=[BENCH / "xx.twelve"]), seed)
        for key, column in self.columns.items():
            kept = [i for i, value in enumerate(column.values[: column.definite]) if value not in (NOTHING, NOWHERE)]
            kept = [column.values.index(OneOf(frozenset({"data"})))] if key == "asset.kind" else kept
            anything = kept if key == "asset.kind" else [len(column.values) - 1]  # the policy speaks of data only, and no hand asks
            column.values, column.written = ([held[i] for i in (*kept, *anything)] for held in (column.values, column.written))
            column.definite = len(kept)

    def by_hand(self, rows):
        """(worst, best) by the rules in numpy."""
        table = {}
        for fact, key in EVERY.items():
            column, numbers = self.columns[key], rows[key]
            known = column.values[: column.definite]
            if fact in CODES:
                words = [next(iter(value.members)) for value in known]
                spare = [word for word in CODES[fact] if word not in words]  # one that no rule names stands for another
                codes = [CODES[fact].index(word if word in CODES[fact] else spare[0]) for word in words]
                table[fact] = np.array([*codes, UNKNOWN], np.uint8)[numbers]
            elif fact in TRUTHS:
                table[fact] = np.array([0, 1, UNKNOWN], np.uint8)[numbers]
            else:
                plain = [value.lo for value in known] if fact in NUMBERS else [sum(BITS.get(word, 0) for word in value.known) for value in known]
                table[fact] = np.array([*plain, 0], np.int32 if fact in NUMBERS else np.uint8)[numbers]
                table[f"{fact}?"] = numbers == column.definite
                table[f"{fact}!"] = ~table[f"{fact}?"]
        sure, may = numpy_rails(table)
        return np.stack([np.where(may.any(axis=0), 0, PERMITTED), np.where(sure.any(axis=0), 0, PERMITTED)]).astype(np.int8)

    def by_reference(self, rows, at):
        """The same of one row, by the rules in plain Python, whatever is unknown left out."""
        row = {fact: self.columns[key].written[rows[key][at]] for fact, key in EVERY.items()}
        known = {fact: value for fact, value in row.items() if value is not None and not isinstance(value, OneOf | SetOf)}
        found = might(known)
        assert len(found) == len(RULES)
        return (0 if any(answer is not False for answer in found) else PERMITTED, 0 if any(answer is True for answer in found) else PERMITTED)

    def by_tables(self, rows):
        """The same by columns, from a folder of tables."""
        made = {"asset": pa.array(["data"] * len(rows["why"]))}
        for key in EVERY.values():
            column = self.columns[key]
            known = [w.known if isinstance(w, SetOf) else w for w in column.written[: column.definite]]
            words = pa.array([sorted(w) if isinstance(w, frozenset) else w for w in known])
            made[key] = words.take(pa.array(rows[key], mask=rows[key] == column.definite))
        with TemporaryDirectory() as name:
            folder, mistakes = Path(name), Mistakes()
            parquet.write_table(pa.table(made), folder / "movements.parquet")
            (folder / "world.yaml").write_text("assets: {data: {kind: data}}\nassume: {closed: all}\n", encoding="utf-8")
            world, movements = table_world(folder, self.plan, mistakes, 740_000)
            mistakes.settle()
            found = pa.concat_tables(Stream(world, self.plan, movements.names).results(movements.batches))
        ends = [found.column(f"xx.twelve.{end}").to_numpy() for end in ("worst", "best")]
        assert all((end[0::2] == end[1::2]).all() for end in ends)  # both parties' legs
        return np.stack([end[0::2] for end in ends])


def searched(twelve, count, tally, batch=175_000):
    """Reads rows and one completion of each by every reading until there are so many: all agree with the hand. Fails at the first fault."""
    for start in range(0, count, batch):
        n = min(batch, count - start)
        rows = twelve.rows(n)
        full = twelve.completed(rows)
        (worst, best), outcome = spans, (least, most) = twelve.by_hand(rows), twelve.by_hand(full)
        for at in np.flatnonzero((worst > least) | (least != most) | (most > best)):
            raise AssertionError(f"by hand, {spans[:, at]} may turn out as {outcome[:, at]}: {twelve.told(rows, at)} as {twelve.told(full, at)}")
        for read in (twelve.by_sql, twelve.by_explain, twelve.by_tables):
            for at in np.flatnonzero((read(rows) != spans).any(axis=0)):
                raise AssertionError(f"{read.__name__} does not say {spans[:, at]} of {twelve.told(rows, at)}")
        for at in np.flatnonzero((twelve.by_sql(full) != outcome).any(axis=0)):
            raise AssertionError(f"by_sql does not say {outcome[:, at]} of {twelve.told(full, at)}")
        for at in range(0, n, 1_000):
            assert twelve.by_reference(rows, at) == twelve.by_judge(rows, at) == tuple(spans[:, at].tolist()), twelve.told(rows, at)
        tally.add(worst, best)
        tally.completions, tally.explained, tally.judged = tally.completions + n, tally.explained + n, tally.judged + -(-n // 1_000)
