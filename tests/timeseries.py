"""Real time-series databases for tests, each on loopback ports and in a folder of its own."""

import json
import subprocess
import time

import httpx

from tests.brokers import free_port
from tests.conftest import find_server, leashed

_START_TIMEOUT_S = 60


class Server:
    """A process that answers on a port."""

    package = None

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        program = find_server(self.program, package=self.package)
        with (self.folder / "output").open("ab") as output:
            command = leashed(self.command(program))
            self.process = subprocess.Popen(
                command, stdout=output, stderr=output, cwd=self.folder
            )
        give_up = time.monotonic() + _START_TIMEOUT_S
        while not self.answers():
            assert self.process.poll() is None, (self.folder / "output").read_text()
            assert time.monotonic() < give_up, f"{self.program} does not start"
            time.sleep(0.05)  # a process that does not speak gives no event
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def answers(self):
        try:
            self.get(self.alive)
        except httpx.HTTPError:
            return False
        return True

    def get(self, path, **query):
        answer = httpx.get(f"{self.url}{path}", params=query, timeout=30)
        answer.raise_for_status()
        return answer.text


class VictoriaMetrics(Server):
    program, alive = "victoria-metrics", "/health"

    def command(self, program):
        where = [f"-httpListenAddr=127.0.0.1:{self.port}", f"-storageDataPath={self.folder}"]
        return [program, *where, "-retentionPeriod=100y"]

    def values(self, measurement, field, tags=""):
        """Give {time in ms: value} of a series."""
        self.get("/internal/force_flush")
        said = self.get("/api/v1/export", **{"match[]": f"{measurement}_{field}{{{tags}}}"})
        series = [json.loads(line) for line in said.splitlines()]
        pairs = (zip(one["timestamps"], one["values"], strict=True) for one in series)
        return {at: value for each in pairs for at, value in each}


class Influxdb(Server):
    program, alive, package = "influxd", "/ping", "influxdb"

    def command(self, program):
        self.rpc = free_port()
        config = self.folder / "influxdb.conf"
        config.write_text(f"""
reporting-disabled = true
bind-address = "127.0.0.1:{self.rpc}"
[meta]
dir = "{self.folder}/meta"
[data]
dir = "{self.folder}/data"
wal-dir = "{self.folder}/wal"
[http]
bind-address = "127.0.0.1:{self.port}"
log-enabled = false
""")
        return [program, "-config", config]

    def query(self, text, database="study"):
        """Give the rows that an InfluxQL query answers with."""
        said = json.loads(self.get("/query", db=database, q=text, epoch="ms"))
        (result,) = said["results"]
        assert "error" not in result, result
        return [row for series in result.get("series", []) for row in series["values"]]

    def make(self, database):
        ask = {"q": f"CREATE DATABASE {database}"}
        httpx.post(f"{self.url}/query", data=ask, timeout=30).raise_for_status()


class Caddy(Server):
    """Lets version 1 of InfluxDB be written to as version 2 is."""

    program, alive = "caddy", "/ping"

    def __init__(self, folder, behind):
        super().__init__(folder)
        self.behind = behind

    def command(self, program):
        config = self.folder / "Caddyfile"
        config.write_text(f"""
{{
  admin off
  auto_https off
}}
http://127.0.0.1:{self.port} {{
  bind 127.0.0.1
  handle /api/v2/write {{
    rewrite * /write?db={{query.bucket}}&precision={{query.precision}}
    reverse_proxy 127.0.0.1:{self.behind.port}
  }}
  handle {{
    reverse_proxy 127.0.0.1:{self.behind.port}
  }}
}}
""")
        return [program, "run", "--adapter", "caddyfile", "--config", config]
