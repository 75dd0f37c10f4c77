"""What arrays leave behind goes back to the machine."""

import platform
from pathlib import Path

import numpy as np
import pytest

from comity.gate.heap import let_go

MB = 2**20


def held():
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has no such call")
def test_what_arrays_leave_behind_goes_back():
    arrays = [np.ones(MB // 16, dtype=np.uint8) for _ in range(1600)]  # too small to be mapped each by itself
    last = arrays.pop()  # what lies before it cannot simply be cut off
    full = held()
    del arrays
    let_go()
    assert full - held() > 80 * MB
    assert last.all()
    let_go()
