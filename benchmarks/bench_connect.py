"""How long it takes to connect a device the first time, and again with its table known.

python -m benchmarks.bench_connect [--interval-ms 30]

On a virtual radio whose links hold every packet back for half a connection interval.
"""

import argparse
import asyncio
import statistics
import time

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice

from firmware_sims.air import Air, make_device
from firmware_sims.glasses import Glasses
from firmware_sims.strap import Strap
from firmware_sims.wearer import Wearer
from gateway.backends.central import Central
from gateway.backends.client import BumbleClient
from gateway.backends.scanner import BumbleScanner

_ADDRESS = "F0:00:00:00:00:01"
_AGAIN = 5


async def _measure(kind: type[Strap | Glasses], interval_s: float) -> tuple[float, float]:
    air = Air()
    radio = make_device(air, "C0:00:00:00:00:01", "gateway")
    await radio.power_on()
    central = Central(radio, asyncio.get_running_loop().create_future())
    device = kind(air, address=_ADDRESS, serial="1", source=Wearer(seed=1), clock=_now_us)
    await device.power_on()
    async with BleakScanner(backend=BumbleScanner, central=central) as scanner:
        found, _ = await anext(scanner.advertisement_data())
    air.path(device.radio).latency_s = interval_s / 2
    first_s, *others_s = [await _connect(found, central) for _ in range(1 + _AGAIN)]
    await device.power_off()
    await radio.power_off()
    return first_s, statistics.median(others_s)


async def _connect(device: BLEDevice, central: Central) -> float:
    begun_s = time.perf_counter()
    async with BleakClient(device, backend=BumbleClient, central=central):
        return time.perf_counter() - begun_s


def _now_us() -> int:
    return time.time_ns() // 1000


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interval-ms", type=float, default=30)
    chosen = parser.parse_args()
    for kind in (Strap, Glasses):
        first_s, again_s = asyncio.run(_measure(kind, chosen.interval_ms / 1000))
        print(
            f"connect {kind.kind:8s} {1000 * first_s:5.0f} ms, again {1000 * again_s:5.0f} ms"
            f" (connection interval {chosen.interval_ms:.0f} ms)"
        )


if __name__ == "__main__":
    _main()
