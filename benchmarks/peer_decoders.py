"""What peers need for the same bytes; run by the Python of `make peers`."""

import json
import sys
import time
from collections.abc import Callable

_REPEATS = 7
_AT_LEAST_S = 0.02


def best_us(decode: Callable[[], object]) -> float:
    """Return the shortest time of one call on a processor, in microseconds."""
    calls = 1
    while (took_s := _took_s(decode, calls)) < _AT_LEAST_S:
        calls *= 2
    return min(took_s, *(_took_s(decode, calls) for _ in range(_REPEATS))) / calls * 1e6


def _took_s(decode: Callable[[], object], calls: int) -> float:
    start_s = time.process_time()
    for _ in range(calls):
        decode()
    return time.process_time() - start_s


def _bluetooth_sig(rows: list[tuple[str, str]]) -> list[float | None]:
    from bluetooth_sig import BluetoothSIGTranslator

    parse = BluetoothSIGTranslator().parse_characteristic

    def one(number: str, text: str) -> float | None:
        if not number.startswith("2"):
            return None  # an advert
        value = bytes.fromhex(text)
        return best_us(lambda: parse(number.upper(), value))

    return [one(*row) for row in rows]


def _theengs(rows: list[tuple[str, str]]) -> list[float | None]:
    from TheengsDecoder import decodeBLE

    names = {"181d": "MI_SCALE", "181b": "MIBFS"}

    def one(number: str, text: str) -> float | None:
        if number.startswith("2"):
            return None  # a connection
        advert = {"servicedata": text, "servicedatauuid": number, "name": names.get(number, "")}
        heard = json.dumps(advert)
        return best_us(lambda: decodeBLE(heard))

    return [one(*row) for row in rows]


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump({"bluetooth-sig": _bluetooth_sig(asked), "Theengs": _theengs(asked)}, sys.stdout)
