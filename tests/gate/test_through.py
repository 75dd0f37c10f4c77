"""Nothing gets through: what crosses of random tables, under random law, is what a slow reference lets through row by row, exactly."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from moved import moved
from transfers import TABLES, laws, transfers


@given(laws(), transfers(), TABLES)
def test_what_crosses_is_what_the_reference_lets_through(law, told, tables):
    with TemporaryDirectory() as folder:
        for found, wanted, names, columns, own in moved(law, told, tables, Path(folder)):
            assert found == wanted
            assert not wanted or names == columns
            assert list(own.needless(own.chosen)) == []
