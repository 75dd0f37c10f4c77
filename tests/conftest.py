"""How hard the property tests try: a little on every save, more where changes are merged, a lot at night; and where tests keep their files."""

import os
import shutil
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))  # judge, strategies and backends are modules beside the tests
pytest_plugins = ("postgres", "objects", "sail")  # one private server of each kind a session, started by the first test that needs it

# What must survive a power cut waits for a disk, thousands of times; nobody cuts the power of a test, so that memory will do where there is room.
MEMORY, ROOM = Path("/dev/shm"), 8 << 30
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = str(MEMORY)

PROFILES = {"dev": 25, "ci": 200, "nightly": 2_000}
for name, examples in PROFILES.items():
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    settings.register_profile(name, max_examples=examples, deadline=None, suppress_health_check=checks)

# Where changes are merged the examples are the same every time: two hundred of each take longer than a merge may wait.
settings.register_profile("merge", parent=settings.get_profile("dev"), derandomize=True, database=None)
settings.load_profile(os.environ.get("COMITY_PROFILE") or ("merge" if os.environ.get("CI") else "dev"))
