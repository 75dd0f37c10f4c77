"""A nightly delivery: the customers of a shop, to two helpers abroad. Copy this file and comity_gate.py into the folder of DAGs."""

import os
from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG
from comity_gate import GateOperator

SHOP = os.environ.get("RECORD_SHOP", ".")

with DAG("record_shop", start_date=datetime(2026, 11, 1, tzinfo=UTC), schedule="@daily", catchup=False) as dag:
    for place in ("dublin", "shanghai"):
        GateOperator(
            task_id=f"to_{place}",
            source=f"{SHOP}/customers.parquet",
            destination=f"{SHOP}/{place}-{{{{ ds_nodash }}}}.parquet",
            world=f"{SHOP}/world.yaml",
            movement=f"customers-to-{place}",
            ledger=f"{SHOP}/ledger",
            lineage=f"{SHOP}/lineage.json",
            retries=3,
            retry_delay=timedelta(minutes=5),
        )
