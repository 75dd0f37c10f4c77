"""The gate as a plugin of dbt-duckdb: an external model that names movements under `crosses` is moved across each of those borders.

dbt calls `store` once the model is built and its file is written. A movement that the gate holds fails the model, and with it whatever
is built on it; the table at home stays, and so do the movements that went well.
"""

import os
import uuid
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtRuntimeError
from dbt_common.invocation import get_invocation_id

import comity

LOG = AdapterLogger("comity")


class Plugin(BasePlugin):
    """Moves models. Its configuration in the profile: `world`, and perhaps `ledger`, `rulebooks` and `lineage`."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Keeps the configuration. Raises DbtRuntimeError where it is not whole."""
        known = {"world", "ledger", "rulebooks", "lineage"}
        if "world" not in plugin_config or not set(plugin_config) <= known:
            raise DbtRuntimeError(f"the gate is told its world, and perhaps {', '.join(sorted(known - {'world'}))}: nothing else, not {sorted(plugin_config)}")
        self.told = {"ledger": "comity-ledger", **plugin_config, "rulebooks": tuple(plugin_config.get("rulebooks", ()))}
        if (events := self.told.pop("lineage", None)) is not None:
            parent = os.environ.get("OPENLINEAGE_PARENT_ID") or f"dbt/{Path.cwd().name}/{uuid.UUID(get_invocation_id())}"
            self.told["lineage"] = comity.Lineage(events, namespace="dbt", parent=parent)

    def store(self, target_config: TargetConfig) -> None:
        """Moves one model across every border that it names. Raises DbtRuntimeError with all that was held, and why."""
        assert target_config.location is not None
        held = []
        for movement, destination in (target_config.config.get("crosses") or {}).items():
            try:
                crossed = comity.Transfer(target_config.location.path, movement=movement, **self.told).enforce(destination)
            except (comity.GateError, comity.SourceError) as fault:
                held.append(f"{movement}: {fault}")
            else:
                LOG.info(f"{movement}: {crossed.rows:,} rows are across; the proof is {crossed.receipt}")  # noqa: G004 -- dbt's log takes no arguments
        if held:
            raise DbtRuntimeError("\n".join(["the gate holds:", *held]))
