"""What of this machine stands in a gateway's way: radio, clock, disk, processor."""

import ctypes
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from gateway.adapter import is_of_platform
from gateway.settings import GatewaySettings
from kindstep.finding import Finding

_NOT_SYNCHRONISED: Final = 5  # TIME_ERROR of adjtimex(2)
_TIMEX_BYTES: Final = 256  # more than any struct timex; zeros ask and change nothing
_NEARLY_FULL_BYTES: Final = 256 << 20


def examine(chosen: GatewaySettings, root: Path = Path("/")) -> Iterator[Finding]:
    """Yield what was found; `root` is where Linux shows itself."""
    if sys.platform == "linux":
        yield from _bluetooth(chosen.radios, root)
        yield _clock()
    yield from _spool(chosen.spool, root)
    if sys.maxsize <= 2**32:
        says = f"{platform.machine()}: a gateway only; its packages come from piwheels.org"
        yield Finding(well=True, says=says)


def _bluetooth(radios: Sequence[str], root: Path) -> Iterator[Finding]:
    if not any(is_of_platform(radio) for radio in radios):
        return
    adapters = sorted(path.name for path in root.glob("sys/class/bluetooth/hci[0-9]*"))
    says = f"Bluetooth adapters: {', '.join(adapters)}"
    if not adapters:
        says = "no Bluetooth adapter: plug one in, or see whether the kernel knows it (dmesg)"
    yield Finding(bool(adapters), says)
    yield from _rfkill(root)
    bus = root / "run/dbus/system_bus_socket"
    if not bus.exists():
        yield Finding(well=False, says="no D-Bus, so no BlueZ: apt-get install bluez dbus")
    elif not os.access(bus, os.W_OK):
        yield Finding(
            well=False,
            says="D-Bus refuses this user: usermod -aG bluetooth USER, and sign in anew",
        )


def _rfkill(root: Path) -> Iterator[Finding]:
    for switch in sorted(root.glob("sys/class/rfkill/rfkill*")):
        if _read(switch / "type") != "bluetooth":
            continue
        if _read(switch / "hard") == "1":
            yield Finding(well=False, says="Bluetooth is off by a switch of the machine itself")
        elif _read(switch / "soft") == "1":
            yield Finding(
                well=False, says="Bluetooth is switched off: rfkill unblock bluetooth"
            )


def _read(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def _clock() -> Finding:
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    if state == _NOT_SYNCHRONISED:
        says = (
            "the clock is not synchronised, so no time can be trusted: timedatectl set-ntp true"
        )
        return Finding(well=False, says=says)
    return Finding(well=True, says="the clock is synchronised")


def _spool(spool: Path, root: Path) -> Iterator[Finding]:
    folder = next(path for path in spool.absolute().parents if path.exists())
    free_bytes = shutil.disk_usage(folder).free
    says = f"{free_bytes / 1e9:.1f} GB free for the spool"
    if free_bytes < _NEARLY_FULL_BYTES:
        says += ": make room, or devices have to keep what they have"
    yield Finding(free_bytes >= _NEARLY_FULL_BYTES, says)
    if _is_on_a_card(folder, root):
        says = "the spool is on an SD card, which wears out: see docs/raspberry-pi.md"
        yield Finding(well=True, says=says)


def _is_on_a_card(folder: Path, root: Path) -> bool:
    device = folder.stat().st_dev
    block = root / "sys/dev/block" / f"{os.major(device)}:{os.minor(device)}"
    return "mmcblk" in str(block.resolve())
