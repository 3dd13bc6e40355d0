"""What many people measure at 50 Hz, published in batches of ten seconds, on time.

python -m benchmarks.ingest_publisher PASSWORD PORT AHEAD_US PEOPLE...

`PEOPLE` are how many measure in each ten seconds; one who began goes on. Their clocks are
ahead of this machine's.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from typing import Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.ingest_peers import batch
from gateway.wire import Batch, batch_topic, encode

TURN_S: Final = 10
_GOLDEN: Final = (5**0.5 - 1) / 2


def due(people: Sequence[int]) -> Iterator[tuple[float, int, int]]:
    """Yield after how many seconds who sends which of their batches."""
    began: dict[int, int] = {}
    for turn, count in enumerate(people):
        for person in sorted(range(count), key=_phase):
            sequence = turn - began.setdefault(person, turn)
            yield (turn + _phase(person)) * TURN_S, person, sequence


def _phase(person: int) -> float:
    """Return a person's own place in a turn; any first so many are spread over it evenly."""
    return person * _GOLDEN % 1


def main(password: str, port: int, ahead_us: int, people: Sequence[int]) -> None:
    """Publish, and return once the broker has it all."""
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set("home", password)
    client.max_inflight_messages_set(4_000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    begun_s = time.time()
    info = None
    for after_s, person, sequence in due(people):
        wait_s = begun_s + after_s - time.time()
        if wait_s > 0.005:
            time.sleep(wait_s)
        at_us = round((begun_s + after_s - TURN_S) * 1e6) + ahead_us
        sent = _batch(person, sequence, at_us)
        info = client.publish(batch_topic("home", sent.device), encode(sent), 1)
    print("published in", round(time.time() - begun_s, 1), "s", flush=True)
    if info is not None:
        info.wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


def _batch(person: int, sequence: int, start_us: int) -> Batch:
    return batch(person, sequence, start_us - sequence * TURN_S * 1_000_000)


if __name__ == "__main__":
    main(
        sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), [int(count) for count in sys.argv[4:]]
    )
