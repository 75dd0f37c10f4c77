"""Nothing gets through: what crosses of random tables, under random law, is what a slow reference lets through row by row, exactly."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from moved import moved
from strategies import HEAD, LAW
from transfers import TABLES, laws, party, transfers

NO_NUMBER_OF_METRES = {
    "parties": {"p0": party("US"), "p2": party("DE")},
    "populations": {"q0": {"place": "US"}},
    "assets": {
        "a0": {
            "kind": "data",
            "populations": ["q0"],
            "fields": [{"kind": "name", "name": "name"}, {"kind": "location", "name": "location", "precision_m": "1"}],
        }
    },
    "movements": {"t0": {"exporter": "p0", "importer": "p2", "asset": "a0", "event": "send", "origin": "US", "destination": "DE", "access_place": "DE"}},
    "instruments": {},
    "tables": {
        "t": {
            "asset": "a0",
            "confirmed": {"by": "a tester", "on": "2026-11-01"},
            "person": "who",
            "place": {"is": "US"},
            "latitude": "lat",
            "columns": {"who": {"field": "name", "forms": ["keep", "drop"]}, "lat": {"field": "location", "forms": ["grid 7 per degree", "drop"]}},
        }
    },
    "assume": {"closed": "all", "by": "a tester", "on": "2026-11-01"},
}
"""Of no field is it known how precise it is: that of names nobody says, and beyond the poles a grid has no cells. Only dropping all is permitted."""


def test_of_a_table_of_which_no_column_may_cross_no_row_does(tmp_path):
    prohibitions = {"fine": {**LAW, "when": "any(f.precision_m < 5000 for f in fields)"}}
    law = json.dumps({**HEAD, "jurisdiction": ["EU", "US"], "prohibitions": prohibitions, "duties": {}})
    row = {"who": "ann", "lat": 91.0}
    ((found, wanted, _, columns, own),) = moved(law, NO_NUMBER_OF_METRES, [([row], 0)], tmp_path)
    assert (found, wanted, columns) == ([], [], [])
    assert own.chosen == {"US": {"who": 1, "lat": 1}}


def test_a_ground_looks_at_the_whole_course_of_dealing_as_a_bar_does(tmp_path):
    """What is sick of one place closes the way of another: it is left out of both, for a bar or a ground alike."""
    law = {**HEAD, "jurisdiction": ["EU", "US"], "duties": {}, "prohibitions": {"all": {**LAW, "when": "not (event == 'none')"}}}
    ground = {**LAW, "kind": "licence", "lifts": ["all"], "available": "true"}
    law["grounds"] = {"way": {**ground, "holds": "not (population.place == 'FR' and any(f.kind == 'health' for f in dealing))"}}
    told = json.loads(json.dumps(NO_NUMBER_OF_METRES))
    told["parties"]["p2"] = party("US")
    told["assets"]["a0"]["fields"][1] = {"kind": "health", "name": "health"}
    told["movements"]["t0"] |= {"destination": "US", "access_place": "US"}
    table = told["tables"]["t"]
    del table["latitude"]
    table["place"] = {"column": "country", "codes": {"France": "FR", "America": "US"}}
    table["columns"] = {"who": {"field": "name", "forms": ["keep"]}, "ill": {"field": "health", "forms": ["keep", "drop"]}}
    rows = [{"who": "cy", "ill": "ill", "country": "France"}, {"who": "di", "ill": "ill", "country": "America"}]
    ((found, wanted, names, columns, own),) = moved(json.dumps(law), told, [(rows, 0)], tmp_path)
    assert found == wanted == ["('cy',)", "('di',)"]
    assert (names, columns) == (["who"], ["who"])
    assert own.chosen == {"FR": {"who": 0, "ill": 1}, "US": {"who": 0, "ill": 1}}


@given(laws(), transfers(), TABLES)
def test_what_crosses_is_what_the_reference_lets_through(law, told, tables):
    with TemporaryDirectory() as folder:
        for found, wanted, names, columns, own in moved(law, told, tables, Path(folder)):
            assert found == wanted
            assert not wanted or names == columns
            assert list(own.needless(own.chosen)) == []
