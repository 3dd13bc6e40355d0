"""Well-known trackers and clinical devices, and what of them a gateway can hear.

From what makers and open clients publish; none of these was met by us. What a row says of a
service is held to the services that are known here.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Verdict(Enum):
    """How far one gets."""

    WORKS = "works"
    BROADCASTS = "in broadcast mode"
    DECODED = "decoded, not held"
    LISTED = "works, if listed"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True)
class Tracker:
    """One maker's devices."""

    name: str
    verdict: Verdict
    service: str  # by which it speaks, "" if by none that is known here
    why: str


_HEART: Final = "180d"

TRACKERS: Final = (
    Tracker(
        "PineTime with InfiniTime",
        Verdict.WORKS,
        "00030000",
        "heart rate, steps, raw motion; it has one connection, so no phone beside it",
    ),
    Tracker(
        "Polar H9, H10, OH1, Verity Sense",
        Verdict.WORKS,
        _HEART,
        "heart rate and beats; ECG, motion and PPG live (`raw`), on those with files also"
        " recorded (`recorded`)",
    ),
    Tracker("Wahoo Tickr", Verdict.WORKS, _HEART, "heart rate and beats"),
    Tracker("Coospo and Magene straps and armbands", Verdict.WORKS, _HEART, "heart rate"),
    Tracker(
        "Movesense",
        Verdict.WORKS,
        _HEART,
        "heart rate and beats; its own protocol for raw motion is not read",
    ),
    Tracker(
        "Garmin HRM straps",
        Verdict.WORKS,
        _HEART,
        "heart rate, on models with Bluetooth beside ANT+",
    ),
    Tracker(
        "Garmin watches",
        Verdict.BROADCASTS,
        _HEART,
        "heart rate while broadcasting is switched on; steps stay with Garmin",
    ),
    Tracker(
        "Whoop",
        Verdict.BROADCASTS,
        _HEART,
        "heart rate with HR Broadcast switched on; all else goes to its cloud, encrypted",
    ),
    Tracker(
        "Amazfit, Coros, Suunto watches",
        Verdict.BROADCASTS,
        _HEART,
        "heart rate where the model can broadcast it, mostly during a workout",
    ),
    Tracker(
        "Xiaomi bands",
        Verdict.BROADCASTS,
        _HEART,
        "heart rate on those that can share it; steps need a key from Xiaomi's account",
    ),
    Tracker(
        "Fitbit",
        Verdict.BROADCASTS,
        _HEART,
        "heart rate of the Charge 6 shared with exercise machines; others speak to Fitbit"
        " alone",
    ),
    Tracker(
        "Apple Watch",
        Verdict.CANNOT,
        "",
        "offers no health service over Bluetooth; an app on it would have to",
    ),
    Tracker(
        "Samsung Galaxy Watch",
        Verdict.CANNOT,
        "",
        "offers no health service over Bluetooth; an app on it would have to",
    ),
    Tracker("Oura", Verdict.CANNOT, "", "speaks a protocol of its own, encrypted, to its app"),
    Tracker(
        "Colmi rings",
        Verdict.WORKS,
        "6e40fff0",
        "battery, heart rate, steps by the quarter of an hour, since a gateway set its clock",
    ),
    Tracker("Stryd and other foot pods", Verdict.WORKS, "1814", "speed, cadence, distance"),
    Tracker("Nonin 3230", Verdict.WORKS, "1822", "saturation and pulse; has to be paired"),
    Tracker("A&D UA-651BLE", Verdict.WORKS, "1810", "blood pressure; has to be paired"),
    Tracker("A&D UC-352BLE", Verdict.WORKS, "181d", "weight; has to be paired"),
    Tracker(
        "Omron cuffs",
        Verdict.WORKS,
        "1810",
        "blood pressure of models with the standard service, after pairing; older ones have"
        " a protocol of their own",
    ),
    Tracker(
        "Xiaomi scales",
        Verdict.LISTED,
        "181d",
        "weight and impedance stand in their adverts",
    ),
    Tracker(
        "Beurer scales",
        Verdict.DECODED,
        "181b",
        "tell a known user only, who has to be registered with a code",
    ),
    Tracker(
        "Accu-Chek and Contour meters",
        Verdict.WORKS,
        "1808",
        "every record that was not heard yet, after pairing",
    ),
    Tracker("BTHome sensors", Verdict.LISTED, "fcd2", "what surrounds people, in adverts"),
    Tracker("Withings", Verdict.CANNOT, "", "speaks a protocol of its own to its app"),
    Tracker("iHealth", Verdict.CANNOT, "", "needs a key that iHealth gives to its partners"),
)
