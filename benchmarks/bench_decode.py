"""Microseconds of a processor a decode: ours beside three peers', on the same bytes in one run.

Then all layouts with every field that they have, slowest first as far as they miss the aim.

python -m benchmarks.bench_decode     (the last two need `make peers`)
"""

import json
import subprocess
from pathlib import Path

from bumble.profiles.heart_rate_service import HeartRateService

from benchmarks.peer_decoders import best_us
from gateway.decode import known
from tests.values import VALUES

_AIM_US = 1.0
_PEERS = Path(__file__).parents[1] / ".venv-peers/bin/python"
_BYTES = {
    "heart rate": ("2a37", "06 48"),
    "heart rate and two beats": ("2a37", "16 48 0004 0003"),
    "heart rate, everything": ("2a37", "19 2c01 0a00 0004 0003"),
    "blood pressure": ("2a35", "00 7800 5000 5d00"),
    "blood pressure, everything": (
        "2a35",
        "1e 7800 5000 5d00 e807 02 1d 0c 00 1e 4800 01 0400",
    ),
    "oximeter, spot check": ("2a5e", "00 6200 4800"),
    "thermometer": ("2a1c", "00 6e0100ff"),
    "weight": ("2a9d", "00 d036"),
    "body composition": ("2a9c", "0002 e700 8813"),
    "foot pod": ("2a53", "00 0003 58"),
    "glucose": ("2a18", "02 0700 e807 02 1d 0c 00 1e 69b0 11"),
    "glucose monitor": ("2aa7", "06 00 6400 0500"),
    "battery": ("2a19", "57"),
    "BTHome advert": ("fcd2", "40 02ca09 03bf13"),
    "Mi scale advert": ("181d", "22 d036 e807 02 1d 0c 00 1e"),
    "Mi body scale advert": ("181b", "02 26 e807 02 1d 0c 00 1e f401 d036"),
}


def _peers(rows: list[tuple[str, str]]) -> dict[str, list[float | None]]:
    if not _PEERS.exists():
        print("without bluetooth-sig and TheengsDecoder: make peers")
        return {}
    script = Path(__file__).with_name("peer_decoders.py")
    told = subprocess.run(
        [_PEERS, script], input=json.dumps(rows), capture_output=True, text=True, check=True
    )
    return json.loads(told.stdout)


def _ours(number: str, value: bytes) -> float:
    decode = known()[number].decode
    return best_us(lambda: decode(value))


def _bumbles(number: str, value: bytes) -> float | None:
    if number != "2a37":
        return None
    decode = HeartRateService.HeartRateMeasurement.from_bytes
    return best_us(lambda: decode(value))


def _cell(us: float | None) -> str:
    return f"{us:10.2f}" if us is not None else f"{'':10s}"


def _main() -> None:
    rows = [(number, bytes.fromhex(text).hex()) for number, text in _BYTES.values()]
    peers = _peers(rows)
    names = "".join(f"{name:>16s}" for name in peers)
    print(f"{'us a decode':28s}{'ours':>10s}{'bumble':>10s}{names}")
    for at, (name, (number, text)) in enumerate(_BYTES.items()):
        value = bytes.fromhex(text)
        theirs = "".join(f"      {_cell(told[at])}" for told in peers.values())
        mine = f"{_cell(_ours(number, value))}{_cell(_bumbles(number, value))}"
        print(f"{name:28s}{mine}{theirs}")
    _print_full()


def _print_full() -> None:
    took_us = {number: _ours(number, value) for number, value in VALUES.items()}
    beyond = sorted((us, number) for number, us in took_us.items() if us > _AIM_US)
    within = len(took_us) - len(beyond)
    print(f"of {len(took_us)} layouts with every field {within} within {_AIM_US:.0f} us")
    for us, number in reversed(beyond):
        print(f"  {known()[number].name:40s}{us:6.2f}")


if __name__ == "__main__":
    _main()
