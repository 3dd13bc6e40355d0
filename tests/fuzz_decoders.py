"""Every decoder against bytes nobody should send: a value, or MalformedValue, nothing else.

python -m tests.fuzz_decoders [INPUTS A DECODER] [SEED]

Half of the inputs are noise. The others are values that were read already, with some bytes
changed, cut off or added: those get further.
"""

import random
import sys
import time
from collections.abc import Callable

from gateway.decode import known
from gateway.gatt.errors import MalformedValue
from tests.values import VALUES

MOST_BYTES = 64
KEPT = 256  # values read before, to change


def decoders() -> dict[str, Callable[[bytes], object]]:
    """Return all there are, by name."""
    return {number: each.decode for number, each in known().items()}


def fuzz(decode: Callable[[bytes], object], begin: bytes, inputs: int, seed: int) -> int:
    """Feed it; return how many inputs were read as a value."""
    draw = random.Random(seed)
    read = 0
    kept = [begin]
    for number in range(inputs):
        value = _changed(draw, draw.choice(kept)) if number % 2 else _noise(draw)
        try:
            record = decode(value)
        except MalformedValue:
            continue
        assert record == decode(bytes(value)), value.hex(" ")
        read += 1
        if len(kept) < KEPT:
            kept.append(value)
    return read


def _noise(draw: random.Random) -> bytes:
    return draw.randbytes(draw.choice([4, 9, 20, MOST_BYTES]) - draw.randrange(4))


def _changed(draw: random.Random, value: bytes) -> bytes:
    changed = bytearray(value)
    for _ in range(draw.randrange(1, 4)):
        at = draw.randrange(len(changed) + 1)
        match draw.randrange(4):
            case 0:
                del changed[at:]
            case 1:
                changed[at:at] = draw.randbytes(draw.randrange(1, 5))
            case _:
                changed[at : at + 1] = draw.randbytes(1)
    return bytes(changed)


def _main(inputs: int = 100_000, seed: int = 0) -> None:
    for name, decode in decoders().items():
        start_s = time.perf_counter()
        read = fuzz(decode, VALUES[name], inputs, seed)
        took_s = time.perf_counter() - start_s
        print(f"{name:32s} {inputs} inputs, {read} read, {took_s:5.1f} s", flush=True)


if __name__ == "__main__":
    _main(*map(int, sys.argv[1:]))
