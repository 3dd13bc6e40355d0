"""`python -m firmware_sims`: wearables on a virtual air, and adapters for gateways.

Each `--hci tcp-server:HOST:PORT` or `--hci unix-server:PATH` is one gateway's adapter; it is
named `gateway-1`, ... or as in `--hci kitchen=tcp-server:127.0.0.1:0`. The first line on stdout
says where everything is.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from firmware_sims import control
from firmware_sims.air import Air
from firmware_sims.descriptions import DeviceDescription, read_devices
from firmware_sims.fleet import Fleet
from firmware_sims.hci_port import HciPort

Port: TypeAlias = Callable[[Air], HciPort]

_PARENT_CHECK_S: Final = 0.5
_TCP: Final = "tcp-server:"
_UNIX: Final = "unix-server:"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run until SIGTERM, SIGINT or the end of the process that started this one."""
    parent = os.getppid()  # now: it may die while we start
    options = _parser().parse_args(arguments)
    try:
        devices = read_devices(_text(options.devices))
        ports = [_port(number, spec) for number, spec in enumerate(options.hci, 1)]
    except (ValueError, OSError) as error:
        sys.exit(f"firmware_sims: {error}")
    asyncio.run(serve(ports, devices, options.control, parent))


async def serve(
    ports: Sequence[Port],
    devices: Sequence[DeviceDescription],
    control_address: str,
    parent: int,
) -> None:
    """Open every port, switch the devices on, run until told to stop."""
    stopped = _stop_signals()
    air = Air()
    plugs = [port(air) for port in ports]
    async with asyncio.TaskGroup() as group:
        fleet = Fleet(air, group)
        for plug in plugs:
            await plug.open()
        for device in devices:
            await fleet.add(device)
        line, address = await control.listen(fleet, control_address)
        watch = group.create_task(_end_with_parent(parent, stopped))
        _say_ready(plugs, address, fleet)
        await stopped.wait()
        watch.cancel()
        line.close()
        await fleet.power_off()
        for plug in plugs:
            plug.close()


def _say_ready(plugs: Sequence[HciPort], address: str, fleet: Fleet) -> None:
    ready = {
        "ready": True,
        "pid": os.getpid(),
        "hci": {plug.name: plug.transport for plug in plugs},
        "control": address,
        "devices": list(fleet.devices),
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()


def _stop_signals() -> asyncio.Event:
    stopped = asyncio.Event()
    for stop in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stop, stopped.set)
    return stopped


async def _end_with_parent(parent: int, stopped: asyncio.Event) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells of a parent's death
        await asyncio.sleep(_PARENT_CHECK_S)
    stopped.set()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="firmware_sims", description=__doc__)
    parser.add_argument("--hci", action="append", default=[], metavar="[NAME=]TRANSPORT")
    parser.add_argument("--devices", default="[]", help="JSON list of devices, or its file")
    parser.add_argument("--control", default="127.0.0.1:0", help="HOST:PORT or unix:PATH")
    return parser


def _text(devices: str) -> str:
    return devices if devices.lstrip().startswith("[") else Path(devices).read_text()


def _port(number: int, spec: str) -> Port:
    name, _, transport = spec.rpartition("=")
    name = name or f"gateway-{number}"
    if transport.startswith(_UNIX):
        return partial(HciPort, name=name, path=transport.removeprefix(_UNIX))
    if not transport.startswith(_TCP):
        raise ValueError(f"--hci {spec}: expected {_TCP}HOST:PORT or {_UNIX}PATH")
    host, _, port = transport.removeprefix(_TCP).rpartition(":")
    return partial(HciPort, name=name, host=host, port=int(port))


if __name__ == "__main__":
    main()
