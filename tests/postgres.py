"""A private PostgreSQL server for tests: its own folder, its own socket, no TCP port; started once a session and ended by its process."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Final

import pytest
from needs import missing

USERS: Final = ("postgres", "nobody")
"""Who runs the server when the tests run as root, which it refuses: the first of these that there is."""


@dataclass
class Server:
    """A server in a folder. Durable as in production: fsync and synchronous commits stay on."""

    binaries: Path
    folder: Path
    user: str | None
    _made: int = field(default=0)
    _process: subprocess.Popen = field(init=False)
    _hearing: Thread = field(init=False)

    @property
    def address(self) -> str:
        """The URI of the database that every server has."""
        return self.of("postgres")

    def of(self, database: str) -> str:
        """The URI of a database, by libpq's rules."""
        return f"postgresql:///{database}?host={self.folder}&user=tester"

    def run(self, program: str, *arguments: str, told: str = "") -> str:
        """What one of the server's programs prints; it runs as the server's user."""
        done = subprocess.run([self.binaries / program, *arguments], input=told, capture_output=True, text=True, check=False, cwd=self.folder, **self._whose)
        assert done.returncode == 0, f"{program}: {done.stderr or done.stdout}"
        return done.stdout

    def start(self) -> None:
        """Starts it and waits until it says that it is ready. Where setpriv is, it ends with whoever started it, however that ends."""
        settings = {"listen_addresses": "", "unix_socket_directories": self.folder, "max_connections": 90, "shared_buffers": "64MB"}
        tied = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
        command = [
            *tied,
            self.binaries / "postgres",
            "-D",
            self.folder / "data",
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        ]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=self.folder, **self._whose)
        said = []
        for line in self._process.stderr:
            said.append(line)
            if "ready to accept connections" in line:
                self._hearing = Thread(target=self._process.stderr.read, daemon=True)  # a server whose words nobody takes stands still
                self._hearing.start()
                return
        raise AssertionError("".join(said))

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stops it: by SIGINT as an administrator would, by SIGQUIT as a power cut would."""
        self._process.send_signal(how)
        self._process.wait()
        self._hearing.join()
        self._process.stderr.close()

    @property
    def _whose(self) -> dict[str, object]:
        return {} if self.user is None else {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}

    def sql(self, text: str, database: str = "postgres") -> str:
        """What psql prints, without headings."""
        return self.run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", self.of(database), told=text).strip()

    def database(self) -> str:
        """The URI of a new, empty database."""
        self._made += 1
        self.sql(f"create database test{self._made}")
        return self.of(f"test{self._made}")


def binaries() -> Path | None:
    """Where the newest server's programs are, if anywhere: where Debian puts them, or on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]) if p.parts[-3].isdecimal() else 0)
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def serving() -> Iterator[Server]:
    """A server that runs until it is no longer needed."""
    where = binaries()
    if where is None:
        missing("postgresql", "no PostgreSQL server here: install Debian's package postgresql")
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in USERS if name in known), None) if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg") as name:  # a socket's path must be short
        if user is not None:
            shutil.chown(name, user)
        server = Server(where, Path(name), user)
        server.run("initdb", "-D", str(server.folder / "data"), "-U", "tester", "--auth", "trust", "-E", "UTF8", "--locale", "C", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            server.stop(signal.SIGQUIT)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The session's server; tests that use it are skipped, by name of the missing package, where there is none."""
    yield from serving()
