"""An S3-compatible server for tests, on loopback only: moto's, which nobody here wrote, in a process of its own; once a session and ended by its process."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from needs import needed
from pyarrow import fs

ADDRESS: Final = re.compile(rb"Running on http://(127\.0\.0\.1:\d+)")


@dataclass
class Objects:
    """A store. `files`: its file system, as Arrow sees it."""

    server: str
    files: fs.S3FileSystem
    _made: int = 0

    def bucket(self) -> str:
        """A new bucket."""
        self._made += 1
        self.files.create_dir(f"bucket{self._made}")
        return f"bucket{self._made}"

    def address(self, path: str) -> str:
        """How a person names an object."""
        return f"s3://tester:secret@{path}?endpoint_override={self.server}&scheme=http&region=us-east-1"


@pytest.fixture(scope="session")
def objects() -> Iterator[Objects]:
    """The session's store; tests that use it are skipped, by name of the missing package, where there is none."""
    needed("moto", "s3", "no S3-compatible server here: make servers")
    command = [sys.executable, "-c", "from moto.server import main; main(['-H', '127.0.0.1', '-p', '0'])"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            server = next(found[1].decode() for line in process.stderr if (found := ADDRESS.search(line)))
            whose = {"access_key": "tester", "secret_key": "secret", "endpoint_override": server, "scheme": "http", "region": "us-east-1"}
            yield Objects(server, fs.S3FileSystem(**whose, allow_bucket_creation=True))
        finally:
            process.kill()
