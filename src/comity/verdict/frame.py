"""Frames: rows in which variables stand for records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from comity.facts.table import Ints, Table


@dataclass(eq=False)
class Frame:
    """Rows in which each variable stands for a row of a table; `rows[var] is None` where row i is record i itself."""

    n: int
    tables: Mapping[str, Table]
    rows: Mapping[str, Ints | None]
    memo: dict[object, object] = field(default_factory=dict)

    def part(self, keep: NDArray[np.int64] | slice) -> Frame:
        """Some of its rows."""
        index = np.arange(self.n, dtype=np.int64)[keep] if isinstance(keep, slice) else keep
        return Frame(len(index), self.tables, {v: index if r is None else r[index] for v, r in self.rows.items()})
