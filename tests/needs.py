"""What tests need that not every machine has. Where it is missing they are skipped, which says what to install; or they fail, where it is required."""

import importlib
import os
from types import ModuleType
from typing import Final, NoReturn

import pytest

REQUIRE: Final = "COMITY_REQUIRE"
"""An environment variable that lists, with commas, what must be there: `postgresql`, `s3`, `spark`, `dbt`."""


def missing(need: str, words: str) -> NoReturn:
    """Skips the test, or lets it fail if that is required."""
    if need in os.environ.get(REQUIRE, "").split(","):
        pytest.fail(words)
    pytest.skip(words)


def needed(module: str, need: str, words: str) -> ModuleType:
    """A module that not everybody has."""
    try:
        return importlib.import_module(module)
    except ImportError:
        missing(need, words)
