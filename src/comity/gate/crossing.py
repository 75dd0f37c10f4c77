"""What the gate lets through of a table, as data: which rows, and each column in which form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from comity.gate.form import Drop, Form, Keep, Pseudonym, accepts, spoken
from comity.gate.kind import TEXT, Kind
from comity.gate.mac import Mac
from comity.ledger.digests import Digests


def names(kind: Kind | None) -> bool:
    """Whether values of this kind can name a place or a person; a whole number does so in decimal digits."""
    return kind is not None and kind.word in {"text", "whole"}


def misfits(column: str, kind: Kind | None, forms: Iterable[Form] = (), says: str = "") -> list[str]:
    """Why a column of this kind (None: of no word) cannot cross in one of these forms, or say who or where somebody is: a line each."""
    if says and not names(kind):
        return [f"column '{column}' says {says}, so it must hold text or whole numbers"]
    if kind is None:
        return [f"column '{column}' holds lists, structs or something else that has no form but drop"] * any(not isinstance(form, Drop) for form in forms)
    return [f"column '{column}' holds {kind.spoken}, which cannot cross as '{spoken(form)}'" for form in forms if not accepts(form, kind)]


class CrossingError(Exception):
    """Nothing may move: a crossing asks what cannot be done with a table. Says all that is wrong, a line each."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Crossing:
    """What crosses: rows of the places in `cells`, with these `columns` in this order, each in the form that the row's cell gives it.

    `place`: the column of the place; none if all rows are of one place, whose cell is then under None.
    A row of another place, or of an unknown one, stays home; so does a row with null or no text in a column of `known`: who is not named is not known.
    `few`: of these places only rows about some persons cross, by the digests under `people` of who is in the first column of `known`.

    Raises:
        CrossingError: a cell leaves a column unsaid, or says one that is not there; or nothing crosses at all.
    """

    place: str | None
    cells: Mapping[str | None, Mapping[str, Form]]
    columns: tuple[str, ...]
    known: tuple[str, ...] = ()
    few: Mapping[str | None, Digests] = field(default_factory=dict)
    people: Mac | None = None

    def __post_init__(self) -> None:
        """Silence is no form: each cell speaks of each column."""
        lines = [] if len(set(self.columns)) == len(self.columns) else ["a column is named twice"]
        for where, forms in self.cells.items():
            if (where is None) != (self.place is None):
                lines.append("a cell with no place in a table with places" if where is None else f"a cell of '{where}' in a table without a column of places")
            lines += [f"column '{c}': the cell of '{where}' does not say how it crosses" for c in self.columns if c not in forms]
            lines += [f"column '{c}': the cell of '{where}' speaks of it, but it is not to cross" for c in forms if c not in self.columns]
        if self.few and not (self.known and self.few.keys() <= self.cells.keys()):
            lines.append("some persons stay at home of a place that does not cross, or of a table that does not say who they are")
        if not lines and not self.crossing:
            lines.append("no column crosses in any cell: there is nothing to move")
        if lines:
            raise CrossingError(lines)

    def whole(self) -> None:
        """For an engine that tells rows apart by their places alone. Raises CrossingError where not everybody of a place crosses."""
        if self.few:
            raise CrossingError(["some persons of a place stay at home, and this engine moves a place whole"])

    @property
    def places(self) -> list[str]:
        """The places whose rows cross, in order."""
        return sorted(place for place in self.cells if place is not None)

    @property
    def crossing(self) -> tuple[str, ...]:
        """The columns of the output: those that some cell does not drop."""
        return tuple(c for c in self.columns if any(not isinstance(forms[c], Drop) for forms in self.cells.values()))

    def forms(self, column: str) -> dict[Form, list[str | None]]:
        """The forms of a column, each with the places where it crosses so; drop is among them."""
        found: dict[Form, list[str | None]] = {}
        for place in sorted(self.cells, key=lambda p: p or ""):
            found.setdefault(self.cells[place][column], []).append(place)
        return found

    def kinds(self, source: Mapping[str, Kind | None]) -> dict[str, Kind]:
        """The columns of the output and their kinds. A whole number that is a pseudonym in some cell is decimal text in those that keep it.

        Args:
            source: the columns of the table, with None for a kind that cannot cross.

        Raises:
            CrossingError: a column is not there, or cannot cross in a form that is asked for.
        """
        lines = [f"there is no column '{c}'" for c in (*self.columns, *self.known, self.place) if c is not None and c not in source]
        for column, says in ((self.place, "where"), *((column, "who") for column in self.known)):
            lines += misfits(column, source[column], says=says) if column is not None and column in source else []
        found: dict[str, Kind] = {}
        for column in self.crossing:
            kind, forms = source.get(column), [form for form in self.forms(column) if not isinstance(form, Drop)]
            lines += misfits(column, kind, forms) if column in source else []
            if kind is None:
                continue
            hidden = [form for form in forms if isinstance(form, Pseudonym)]
            lines += [
                f"column '{column}' is a pseudonym in one cell, so it cannot cross as '{spoken(form)}' in another"
                for form in forms
                if hidden and not isinstance(form, (Keep, Pseudonym))
            ]
            found[column] = TEXT if hidden else kind
        if lines:
            raise CrossingError(lines)
        return found
