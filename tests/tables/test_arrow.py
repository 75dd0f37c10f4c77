"""Bad tables are refused, all mistakes at once, by file and column; good ones say what they say; verdicts are written whole or not at all."""

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from comity import shelf
from comity.cli.main import main
from comity.facts.value import MAX, MIN
from comity.tables.arrow import ArrowTable
from comity.tables.folder import table_world, write
from comity.text.source import Mistakes


def put(folder, **tables):
    for name, columns in tables.items():
        parquet.write_table(pa.table(columns), folder / f"{name.replace('__', '.')}.parquet")


def good(folder):
    put(
        folder,
        parties={"id": ["a", "b"], "organised_in": [["DE"], ["US", "..."]]},
        parties__owners={"of": ["a", "b"], "party": ["b", None], "share": [Decimal("60.5"), None]},
        assets={"id": ["x"], "kind": ["data"]},
        movements={"id": ["t"], "exporter": ["a"], "importer": ["b"], "asset": ["x"], "on": [date(2026, 3, 1)]},
    )
    return folder


def mistakes_of(folder):
    found = Mistakes()
    table_world(folder, shelf.plan(names=["eu.gdpr"]), found, MIN)[1].check()
    return [str(m).removeprefix(f"{folder}/") for m in found.found]


def test_good_tables_are_read(tmp_path):
    assert mistakes_of(good(tmp_path)) == []


@pytest.mark.parametrize(
    ("table", "columns", "said"),
    [
        (
            "parties",
            {"id": ["a", "b"], "organized_in": [["DE"], ["US"]]},
            "parties.parquet:1:2: there is no fact 'organized_in' (did you mean 'organised_in'?)",
        ),
        (
            "parties",
            {"id": ["a", "b"], "privileged": ["yes", "no"]},
            "parties.parquet:1:2: the column 'privileged' holds string, and 'privileged' takes truths",
        ),
        (
            "parties",
            {"id": ["a", "b"], "kind": ["organization", None]},
            "parties.parquet:1:2: 'organization' is not a word for 'kind' (did you mean 'organisation'?)",
        ),
        ("parties", {"id": ["a", "b"], "organised_in": [["Germany"], ["US"]]}, "parties.parquet:1:2: 'Germany' is not a place"),
        ("parties", {"id": ["a", "a"]}, "parties.parquet:1:1: 'a' is given twice"),
        ("parties", {"name": ["a", "b"]}, "parties.parquet:1:1: there is no column 'id'"),
        ("parties__owners", {"of": ["a", "c"], "party": ["b", "b"], "share": [1, 2]}, "parties.owners.parquet:1:1: there is no party 'c'"),
        ("parties__owners", {"of": ["a"], "party": ["z"], "share": [1]}, "parties.owners.parquet:1:2: there is no party 'z'"),
        ("parties__owners", {"of": ["a"], "party": ["b"], "share": [101]}, "parties.owners.parquet:1:3: '101' is not a share between 0% and 100%"),
        (
            "parties__owners",
            {"of": ["a", "a"], "party": ["b", "a"], "share": [60, 50]},
            "parties.owners.parquet:1:3: the shares of the owners of 'a' add up to 110%",
        ),
        ("parties__owner", {"of": ["a"]}, "parties.owner.parquet:1:1: a party has no rows of 'owner' (did you mean 'owners'?)"),
        ("partys", {"id": ["a"]}, "partys.parquet:1:1: there is no kind 'partys' (did you mean 'parties'?)"),
        ("instruments", {"id": ["i"], "movements": [["u"]]}, "instruments.parquet:1:2: there is no movement 'u'"),
        ("movements", {"id": ["t"], "exporter": ["q"]}, "movements.parquet:1:2: there is no party 'q'"),
        ("movements", {"id": ["t"], "exporter": [7]}, "movements.parquet:1:2: 'exporter' names row 7, and there are 2"),
        ("movements", {"id": ["t"], "on": ["2026-03-01"]}, "movements.parquet:1:2: the column 'on' holds string, and 'on' takes days"),
        ("movements", {"id": ["t"], "event": ["sned"]}, "movements.parquet:1:2: 'sned' is not a word for 'event' (did you mean 'send'?)"),
        ("movements", {"id": ["t"], "participants": [["a"]]}, "movements.parquet:1:2: a table of movements carries no 'participants'"),
        ("movements", {"id": pa.array([], pa.string())}, "movements.parquet:1:1: there is no movement in this table"),
    ],
)
def test_each_mistake_is_placed(tmp_path, table, columns, said):
    put(good(tmp_path), **{table: columns})
    assert any(found.startswith(said) for found in mistakes_of(tmp_path)), mistakes_of(tmp_path)


def test_all_mistakes_at_once(tmp_path, capsys):
    put(
        good(tmp_path),
        parties={"id": ["a", "b"], "kind": ["x", "y"], "size": [1, 2]},
        movements={"id": ["t"], "importer": ["nobody_known"], "stage": ["later"]},
    )
    assert main(["check", str(tmp_path), "--regime", "eu.gdpr", "--out", str(tmp_path.parent / "out.parquet")]) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in ("'x'", "'y'", "'size'", "'nobody_known'", "'later'"))
    assert not list(tmp_path.parent.glob("out.parquet*"))


def test_no_movements_and_no_parquet(tmp_path, capsys):
    assert main(["check", str(tmp_path), "--regime", "eu.gdpr"]) == 2
    assert "there is no movements.parquet" in capsys.readouterr().err
    good(tmp_path)
    (tmp_path / "assets.parquet").write_bytes(b"not a table")
    (tmp_path / "movements.parquet").write_bytes(b"PAR1PAR1")
    assert main(["check", str(tmp_path), "--regime", "eu.gdpr"]) == 2
    assert capsys.readouterr().err.count("is no Parquet file that can be read") == 2


def test_verdicts_are_written_whole_or_not_at_all(tmp_path):
    file = tmp_path / "out.parquet"
    file.write_bytes(b"earlier")

    def results():
        yield pa.table({"n": [1]})
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        write(file, results())
    assert file.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [file]
    assert write(file, [pa.table({"n": [1, 2]})]) == 2
    assert parquet.read_table(file).num_rows == 2


def test_check_of_a_folder_says_how_many(tmp_path, capsys):
    (tmp_path / "w").mkdir()
    good(tmp_path / "w")
    out = tmp_path / "out.parquet"
    assert main(["check", str(tmp_path / "w"), "--regime", "eu.gdpr", "--on", "2026-05-01", "--out", str(out)]) == 1
    assert "1 movements under 1 laws" in capsys.readouterr().out
    assert parquet.read_table(out).column("role").to_pylist() == ["exporter", "importer"]


def party(columns, **more):
    facts = shelf.vocabulary().kinds["party"]
    made = {}
    made["party"] = ArrowTable("party", pa.table(columns), facts, made.__getitem__, **more)
    return made["party"]


def test_numbers_are_intervals_of_quanta():
    table = party(
        {
            "id": ["a", "b", "c", "d"],
            "persons_processed": [5, None, None, None],
            "persons_processed.from": [None, 3, None, None],
            "persons_processed.to": [None, 9, 7, None],
        }
    )
    found = table.column("persons_processed")
    assert list(zip(found.lo.tolist(), found.hi.tolist(), strict=True))[:4] == [(5, 5), (3, 9), (MIN, 7), (MIN, MAX)]


@pytest.mark.parametrize(
    ("share", "lo", "hi"), [(19.9, 19_900_000, 19_900_000), (33.33333333, 33_333_333, 33_333_334), (Decimal("0.1234567"), 123_456, 123_457)]
)
def test_numbers_finer_than_a_quantum_round_outward(share, lo, hi):
    owners = party({"id": ["a"]}, rows_of={"owners": pa.table({"of": ["a"], "party": ["a"], "share": [share]})}).children("owners")
    column = owners.table.column("share")
    assert (column.lo[0], column.hi[0]) == (lo, hi)


def test_rows_are_complete_unless_one_says_nothing():
    rows = pa.table({"of": ["a", "b", "b"], "party": ["b", "a", None], "share": [10, 10, None]})
    owners = party({"id": ["a", "b", "c"]}, rows_of={"owners": rows}).children("owners")
    assert np.diff(owners.offsets)[:3].tolist() == [1, 1, 0]
    assert owners.open[:3].tolist() == [False, True, True]


def test_a_branch_is_its_entity():
    table = party({"id": ["a", "b"], "part_of": ["none", "a"], "principal_place": ["DE", None], "located_in": ["FR", None]})
    place, here = table.column("principal_place"), table.column("located_in")
    assert place.values[place.ids[1]] == place.values[place.ids[0]]
    assert here.ids[1] != here.ids[0]
    entity = table.column("@entity")
    assert entity.ids[0] == entity.ids[1] == 0
