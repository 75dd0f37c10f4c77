"""How a table, and a form, is named to a catalogue."""

import pytest

from comity.gate.address import read
from comity.gate.lineage import dataset


@pytest.mark.parametrize(
    ("text", "namespace", "name"),
    [
        ("/data/visits.parquet", "file", "/data/visits.parquet"),
        ("/data/../data/visits.parquet", "file", "/data/visits.parquet"),
        ("s3://canary:canary@bucket/a/visits.parquet?region=xx-east-1", "s3://bucket", "a/visits.parquet"),
        ("/data/clinic.duckdb#visits", "duckdb:///data/clinic.duckdb", "main.visits"),
        ("/data/clinic.duckdb#raw.visits", "duckdb:///data/clinic.duckdb", "raw.visits"),
        ("postgresql://canary:canary@example.org/clinic#visits", "postgres://example.org:5432", "clinic.public.visits"),
        ("postgres://canary@example.org:6543/clinic?sslmode=require&password=canary#raw.visits", "postgres://example.org:6543", "clinic.raw.visits"),
        ('postgresql:///a%20clinic?host=/run/pg&port=5433#"my.raw".visits', "postgres:///run/pg:5433", "a clinic.my.raw.visits"),
    ],
)
def test_a_table_has_the_name_that_openlineage_gives_it_and_no_secret(text, namespace, name):
    assert dataset(read(text)) == {"namespace": namespace, "name": name}


def test_rows_of_a_query_are_of_their_database_and_the_query_is_not_told():
    assert dataset(read("/data/clinic.duckdb", "SELECT 'canary'")) == {"namespace": "duckdb:///data/clinic.duckdb", "name": "main"}
    assert dataset(read("postgresql://example.org/clinic", "SELECT 'canary'")) == {"namespace": "postgres://example.org:5432", "name": "clinic"}
