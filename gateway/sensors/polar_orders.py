"""Asking a Polar device to measure: what it can and how, then to begin, one order at a time."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bleak import BleakClient
from bleak.exc import BleakGATTProtocolError

from gateway.pairing import wants_pairing
from gateway.sensors.polar_streams import NAMES
from gateway.vendors.polar import control_point
from gateway.vendors.polar.control_point import Order, Response, Setting, Status
from gateway.vendors.polar.kind import Kind

#: The nearest that a device offers is taken; of everything else the most.
_RATES_HZ: Final = {Kind.ACCELERATION: 50, Kind.ECG: 130, Kind.PPG: 55}


@dataclass(slots=True)
class Asked:
    """How one kind is measured, and since when."""

    at_us: int = 0  # of the order: nothing was measured before it
    rate_hz: float = 0.0
    factor: float = 1.0  # of what is measured
    stopped: bool = False  # it was measuring already


class Orders:
    """What was asked of one device on one connection."""

    def __init__(
        self, client: BleakClient, now_us: Callable[[], int], counts: Counter[str]
    ) -> None:
        self._client, self._now_us, self._counts = client, now_us, counts
        self._waiting: deque[tuple[Order, Kind, dict[Setting, float]]] = deque()
        self._awaits_answer = False
        self.asked: dict[Kind, Asked] = {}

    @property
    def is_done(self) -> bool:
        """Tell whether all that was ordered is answered."""
        return not self._awaits_answer and not self._waiting

    async def begin(self, wanted: Sequence[Kind], offered: Sequence[Kind]) -> None:
        """Ask for what is wanted and can be had."""
        for kind in wanted:
            if kind in offered:
                self.asked[kind] = Asked(rate_hz=_RATES_HZ[kind])
                self._waiting.append((Order.GET_SETTINGS, kind, {}))
            else:
                self._refused(kind)
        await self.settle()

    async def settle(self) -> None:
        """Give the next order, once the one before is answered."""
        if self._awaits_answer or not self._waiting:
            return
        order, kind, chosen = self._waiting.popleft()
        self.asked[kind].at_us = self._now_us()
        value = control_point.encode(order, kind, chosen)
        try:
            await self._client.write_gatt_char(control_point.UUID, value, response=True)
        except BleakGATTProtocolError as error:
            if wants_pairing(error):
                raise
            self._refused(kind)
        else:
            self._awaits_answer = True

    def answered(self, said: Response) -> None:
        """Go on after an answer."""
        self._awaits_answer = False
        if said.kind is None or said.kind not in self.asked or said.order is Order.STOP:
            return
        kind, asked = said.kind, self.asked[said.kind]
        if said.status is Status.ALREADY_SO and not asked.stopped:
            asked.stopped = True  # how it measures now, only whoever began it knows
            self._waiting.appendleft((Order.GET_SETTINGS, kind, {}))
            self._waiting.appendleft((Order.STOP, kind, {}))
        elif said.status is not Status.SUCCESS:
            self._refused(kind)
        elif said.order is Order.GET_SETTINGS:
            chosen = choose(said, kind)
            asked.rate_hz = chosen.get(Setting.SAMPLE_RATE_HZ, asked.rate_hz)
            self._waiting.appendleft((Order.START, kind, chosen))
        else:
            factors = [it.values[0] for it in said.choices if it.setting is Setting.FACTOR]
            asked.factor = factors[0] if factors else 1.0

    def _refused(self, kind: Kind) -> None:
        self._counts[f"refused:{NAMES[kind]}"] += 1


def choose(said: Response, kind: Kind) -> dict[Setting, float]:
    """Return of each setting the value that is wanted most of those on offer."""
    offered = {it.setting: it.values for it in said.choices if it.values}
    offered.pop(Setting.FACTOR, None)  # it is told, not chosen
    chosen = {setting: max(values) for setting, values in offered.items()}
    if rates_hz := offered.get(Setting.SAMPLE_RATE_HZ):
        wanted_hz = _RATES_HZ[kind]
        chosen[Setting.SAMPLE_RATE_HZ] = min(rates_hz, key=lambda hz: abs(hz - wanted_hz))
    return chosen
