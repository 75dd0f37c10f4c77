"""How often somebody may try what did not let them in: five times at once, then after a wait that doubles. In this process's memory, and only so many."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

FREE: Final = 5
"""Failures before the first wait."""
LONGEST: Final = 900.0
"""Seconds of the longest wait."""
AGE: Final = 3600.0
"""Seconds after which a failure is forgotten, if no other came."""
MOST: Final = 10_000
"""Of whom failures are remembered; then whoever failed longest ago is forgotten."""


LENGTH: Final = 64
"""Signs of what is remembered of somebody who comes from no address: a proxy may pass on whatever it was told."""


@dataclass
class Attempts:
    """The failures of each who tried. Threads take turns."""

    clock: Callable[[], float] = time.monotonic
    _failed: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def begin(self, who: str) -> int:
        """Counts an attempt as failed until `passed` says otherwise, so that many at once are as many; the seconds to wait where it may not be made yet."""
        at = self.clock()
        with self._lock:
            failures, last = self._known(who, at)
            if wait := self._wait(failures, last, at):
                return wait
            self._failed[who] = failures + 1, at
            self._failed.move_to_end(who)
            while len(self._failed) > MOST:
                self._failed.popitem(last=False)
            return 0

    def passed(self, who: str) -> None:
        """The attempt let somebody in. What failed before is not forgiven by it: who has an account might guess at another's."""
        with self._lock:
            failures, last = self._known(who, self.clock())
            if failures > 1:
                self._failed[who] = failures - 1, last
            else:
                self._failed.pop(who, None)

    def _known(self, who: str, at: float) -> tuple[int, float]:
        failures, last = self._failed.get(who, (0, at))
        return (failures, last) if at - last < AGE else (0, at)

    @staticmethod
    def _wait(failures: int, last: float, at: float) -> int:
        if failures < FREE:
            return 0
        return max(0, math.ceil(last + min(LONGEST, 2.0 ** min(failures - FREE, 30)) - at))


def place(host: str) -> str:
    """Where somebody comes from, as failures are counted: an address; of those that one line has by the billion (IPv6), the network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host[:LENGTH]
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return str(address)
