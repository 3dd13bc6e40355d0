"""A real PostgreSQL server for tests, and a database in it for each that asks."""

import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.brokers import free_port
from tests.conftest import leashed

_DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_START_TIMEOUT_S = 60


def find(name):
    """Give the path of a program of PostgreSQL; skip without it, under CI fail."""
    found = shutil.which(name, path=os.pathsep.join([*map(str, _DEBIAN), *os.get_exec_path()]))
    if found:
        return found
    reason = f"{name} is missing: sudo apt-get install postgresql"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class Postgresql:
    """A server on a loopback port and in a folder of its own; root starts it as nobody."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.user = "nobody" if os.getuid() == 0 else None
        self.process = None
        self._made = 0

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        data = self.folder / "data"
        self._run([find("initdb"), "-D", data, "-U", "kindstep", "-A", "trust", "-N"])
        options = [f"-cport={self.port}", "-clisten_addresses=127.0.0.1"]
        options += [f"-cunix_socket_directories={self.folder}", "-cfsync=off"]
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                leashed([find("postgres"), "-D", data, *options], stop="INT"),  # at once
                stdout=output,
                stderr=output,
                user=self.user,
                cwd=self.folder,
            )
        give_up = time.monotonic() + _START_TIMEOUT_S
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "output").read_text()
            assert time.monotonic() < give_up, "the database does not start"
            time.sleep(0.05)  # a process that does not speak gives no event
        return self

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(subprocess.signal.SIGINT)
            self.process.wait(20)

    def database(self):
        """Give the address of a new, empty database."""
        self._made += 1
        name = f"study{self._made}"
        with self._engine("postgres").connect() as db:
            db.exec_driver_sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, name):
        return sa.URL.create("postgresql", "kindstep", None, "127.0.0.1", self.port, name)

    def _engine(self, name):
        url = self.url(name).set(drivername="postgresql+pg8000")
        return sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)

    def _answers(self):
        try:
            self._engine("postgres").connect().close()
        except sa.exc.DBAPIError:
            return False
        return True

    def _run(self, command):
        subprocess.run(command, check=True, capture_output=True, user=self.user, cwd="/")
