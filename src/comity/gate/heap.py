"""Memory that the C library keeps for arrays to come, after those that had it are gone."""

from __future__ import annotations

import ctypes
import sys


def let_go() -> None:
    """Gives it back to the machine, where the library can (glibc): a long pass that needs none of it would run beside it."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)
