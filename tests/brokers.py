"""Real brokers for tests: each on a loopback port and in a folder of its own."""

import atexit
import contextlib
import socket
import subprocess
import time
from pathlib import Path

from kindstep import ports
from tests.conftest import find_server, leashed

PASSWORD = "open sesame"  # noqa: S105 - of brokers that live for one test
_START_TIMEOUT_S = 30
_kept = contextlib.ExitStack()
atexit.register(_kept.close)


def free_port():
    """Give a port that is nobody else's until the tests are over."""
    return _kept.enter_context(ports.reserved())


def free_pair():
    """Give the first of two such ports in a row."""
    while True:
        port = free_port()
        with contextlib.suppress(OSError):  # somebody has the next one
            _kept.enter_context(ports.reserved(port + 1))
            return port


class Broker:
    """A broker's process; `kill` is what a power cut does to it."""

    def __init__(self, folder, gateways=("hall",), forbidden="nothing"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.gateways = gateways
        self.forbidden = forbidden  # what no gateway may publish: "batch"
        self.port = free_port()
        self.process = None
        self.password_file = self.folder / "password"
        self.password_file.write_text(PASSWORD + "\n")

    def start(self):
        with (self.folder / "output").open("ab") as output:
            command = leashed(self.command())
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        give_up = time.monotonic() + _START_TIMEOUT_S
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "output").read_text()
            assert time.monotonic() < give_up, "the broker does not start"
            time.sleep(0.01)  # a process that does not speak gives no event
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def _answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


class Nats(Broker):
    name = "nats"
    max_payload = 131_072
    ack_wait = "5s"
    max_ack_pending = 4096

    def command(self):
        program = find_server("nats-server")
        config = self.folder / "nats.conf"
        config.write_text(self._config())
        return [program, "--config", config]

    def _config(self):
        users = "\n".join([self._user("hub", ""), *map(self._gateway, self.gateways)])
        return f"""
            server_name: "test"
            host: "127.0.0.1"
            port: -1
            max_payload: {self.max_payload}
            jetstream {{ store_dir: "{self.folder}", max_mem: 16MB, max_file: 256MB }}
            authorization {{ users: [\n{users}\n] }}
            mqtt {{
                host: "127.0.0.1", port: {self.port},
                ack_wait: "{self.ack_wait}", max_ack_pending: {self.max_ack_pending}
            }}
        """

    def _gateway(self, name):
        own = f"kindstep.v1.{name}"
        silenced = f"{own}.*.{self.forbidden}"
        heard = f'"{own}.watermark", "{own}.command", "kindstep.v1.hub.status"'
        publish = f'allow: ["{own}.>"], deny: ["{silenced}"]'
        permissions = f"publish: {{ {publish} }}, subscribe: [{heard}]"
        return self._user(name, f", permissions: {{ {permissions} }}")

    def _user(self, name, permissions):
        who = f'user: "{name}", password: "{PASSWORD}"'
        return f'{{ {who}, allowed_connection_types: ["MQTT"]{permissions} }}'


class Mosquitto(Broker):
    name = "mosquitto"

    def command(self):
        program = find_server("mosquitto")
        passwords = self.folder / "passwords"
        passwords.touch()
        for user in ("hub", *self.gateways):
            hashing = [find_server("mosquitto_passwd"), "-b", passwords, user, PASSWORD]
            subprocess.run(hashing, check=True, capture_output=True)
        (self.folder / "acl").write_text(self._acl())
        config = self.folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\nuser root\n"
            f"persistence true\npersistence_location {self.folder}/\n"
            "allow_anonymous false\nmax_queued_messages 0\nmax_inflight_messages 256\n"
            f"password_file {passwords}\nacl_file {self.folder}/acl\n"
        )
        return [program, "-c", config]

    def _acl(self):
        lines = ["user hub", "topic readwrite kindstep/#"]
        for name in self.gateways:
            lines += [
                f"user {name}",
                f"topic write kindstep/v1/{name}/#",
                f"topic deny kindstep/v1/{name}/+/{self.forbidden}",
                f"topic read kindstep/v1/{name}/watermark",
                f"topic read kindstep/v1/{name}/command",
                "topic read kindstep/v1/hub/status",
            ]
        return "\n".join(lines) + "\n"


BROKERS = {"nats": Nats, "mosquitto": Mosquitto}
