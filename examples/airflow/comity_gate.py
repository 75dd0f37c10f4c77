"""The gate as an operator of Airflow: a task that moves a table across a border, and fails where the gate holds.

With Airflow it is an operator like any other. Without, it is a plain class with the same contract: arguments by name, and `execute(context)`.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import comity

try:
    from airflow.sdk import BaseOperator as Operator
    from airflow.sdk.exceptions import AirflowFailException as FailError
except ImportError:
    FailError = RuntimeError

    class Operator:
        """What an operator is where there is no Airflow: a named task with a log."""

        def __init__(self, *, task_id: str) -> None:
            self.task_id, self.log = task_id, logging.getLogger(f"airflow.task.{task_id}")


class GateOperator(Operator):
    """Moves a table across a border: what every law permits, and nothing else.

    The arguments are those of `comity.Transfer`, and `destination`. `lineage`: a file to which the run's OpenLineage events are added; `parent`: the
    run they are a part of, with Airflow's own provider of OpenLineage `{{ macros.OpenLineageProviderPlugin.lineage_parent_id(task_instance) }}`.

    A retry of the task finds what an earlier try moved and changes nothing, so a task may have retries; where the law lets nothing cross, none is made.
    """

    template_fields: ClassVar[Sequence[str]] = ("source", "destination", "world", "movement", "ledger", "query", "lineage", "parent")
    ui_color: ClassVar[str] = "#d8e6d0"

    def __init__(  # noqa: PLR0913 -- Airflow fills in templates only where an argument is a field of the same name
        self,
        *,
        source: str,
        destination: str,
        world: str,
        movement: str,
        ledger: str = "comity-ledger",
        table: str | None = None,
        query: str = "",
        rulebooks: Sequence[str] = (),
        lineage: str | None = None,
        parent: str = "",
        **task: Any,  # noqa: ANN401 -- Airflow's own
    ) -> None:
        super().__init__(**task)
        self.source, self.destination, self.world, self.movement, self.ledger = source, destination, world, movement, ledger
        self.table, self.query, self.rulebooks, self.lineage, self.parent = table, query, rulebooks, lineage, parent

    def execute(self, context: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002 -- the contract of a task
        """Moves the table. What it returns is small and names no person: Airflow keeps it for the tasks that come after.

        Raises:
            AirflowFailException: the law lets nothing cross, and would not if it were asked again.
            GateError: something made the gate hold.
            SourceError: the world, the table or the destination is not as it must be.
        """
        transfer = comity.Transfer(
            self.source,
            world=self.world,
            movement=self.movement,
            ledger=self.ledger,
            table=self.table,
            query=self.query,
            rulebooks=tuple(self.rulebooks),
            lineage=comity.Lineage(self.lineage, namespace="airflow", parent=self.parent) if self.lineage else None,
        )
        try:
            crossed = transfer.enforce(self.destination)
        except comity.GateError as held:
            if held.decision is not None and not held.decision.crosses:
                raise FailError(str(held)) from held
            raise
        self.log.info("%s: %d rows are across, by entry %d of %s", self.movement, crossed.rows, crossed.index, self.ledger)
        return {"rows": crossed.rows, "entry": crossed.index, "manifest": str(crossed.manifest), "receipt": str(crossed.receipt)}
