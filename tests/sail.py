"""A server of Sail for a session of tests: an engine that speaks Spark Connect, in one package."""

import os
import sys

import pytest
from needs import needed

# gRPC's own handlers in a forked child end it now and then, before it becomes the program that a test starts: psql, say. No child here speaks gRPC.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"


@pytest.fixture(scope="session")
def sail_address():
    """Where it listens; tests that use it are skipped where it is not installed."""
    server = needed("pysail.spark", "spark", "pysail and pyspark-client are not installed: make servers").SparkConnectServer("127.0.0.1", 0)
    vars(sys.modules["__main__"]).setdefault("__file__", __file__)  # a program without a file, as a worker of xdist is, Spark's client takes for a doctest
    server.start(background=True)
    yield f"sc://127.0.0.1:{server.listening_address[1]}"
    server.stop()
