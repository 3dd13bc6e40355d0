"""The process in which simulated wearables live, from the outside."""

import json
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import IO, Any, cast

from firmware_sims import control
from kindstep import process


class Wearables:
    """Devices on a virtual air, and where a gateway finds its radio."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self._control: str = ready["control"]
        self.radios: dict[str, str] = {
            name: _client(transport) for name, transport in ready["hci"].items()
        }

    async def ask(self, op: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - it is JSON
        """Ask the devices something; see firmware_sims.control."""
        return await control.ask(self._control, op, **fields)

    async def counters(self) -> dict[str, dict[str, Any]]:
        """Return what every device's firmware counted, by serial number."""
        return await self.ask("counters")


@contextmanager
def wearables(
    devices: Sequence[dict[str, Any]], gateways: Sequence[str]
) -> Generator[Wearables]:
    """Run devices, and a radio for each gateway, for as long as the block lasts."""
    command = [sys.executable, "-m", "firmware_sims", "--devices", json.dumps(devices)]
    for gateway in gateways:
        command += ["--hci", f"{gateway}=tcp-server:127.0.0.1:0"]
    with process.child(command, stdout=subprocess.PIPE) as sims:
        line = cast("IO[str]", sims.stdout).readline()
        if not line:
            raise ChildProcessError(f"simulated wearables ended with {sims.wait()}")
        yield Wearables(json.loads(line))


def _client(transport: str) -> str:
    return transport.replace("tcp-server:", "tcp-client:", 1)
