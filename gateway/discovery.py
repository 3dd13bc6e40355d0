"""Which adverts are ours, and what a device is called."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from gateway.gatt import glasses
from gateway.gatt.service import assigned
from gateway.sensors import (
    activity_monitor,
    cuff,
    foot_pod,
    scale,
    thermometer,
    watch,
)
from gateway.sensors.glasses import Glasses
from gateway.sensors.meter import Meter
from gateway.sensors.monitor import Monitor
from gateway.sensors.oximeter_memory import Oximeter
from gateway.sensors.ring import Ring
from gateway.sensors.said import Say
from gateway.sensors.sensor import Sensor, Surroundings
from gateway.sensors.strap import Strap
from gateway.sensors.talker import Talker
from gateway.vendors import colmi

NewSensor: TypeAlias = Callable[[Surroundings], Sensor]


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of device this gateway can hold."""

    name: str  # first part of the pseudonym
    reported: str  # as a gateway's status says it
    service: str  # advertised by all of them, and by nothing else
    sensor: NewSensor
    spot_check: bool = False  # it wakes to tell a reading or two, and sleeps again
    local_name: str = ""  # a pattern, of one that may advertise no service of its own
    every_s: float = 0.0  # between two visits to one that advertises all the time


def talking(sayings: Mapping[str, Say]) -> NewSensor:
    """Return what makes a sensor of characteristics that tell one value at a time."""
    return partial(Talker, sayings)


STRAP: Final = Kind("strap", "heart_rate_strap", assigned(0x180D), Strap)
GLASSES: Final = Kind("glasses", "glasses", glasses.SERVICE.uuid, Glasses)
_SCALE: Final = talking(scale.SAYINGS)

#: The first that fits is taken: a scale tells more as a body composition scale, a watch as one.
KINDS: Final = (
    GLASSES,
    Kind("watch", "watch", "", talking(watch.SAYINGS), local_name="InfiniTime"),
    STRAP,
    Kind("oximeter", "oximeter", assigned(0x1822), Oximeter),
    Kind("cgm", "glucose_monitor", assigned(0x181F), Monitor),
    Kind("pod", "foot_pod", assigned(0x1814), talking(foot_pod.SAYINGS)),
    Kind("monitor", "activity_monitor", assigned(0x183E), talking(activity_monitor.SAYINGS)),
    Kind("thermometer", "thermometer", assigned(0x1809), talking(thermometer.SAYINGS), True),
    Kind("meter", "glucose_meter", assigned(0x1808), Meter, True),
    Kind("ring", "ring", colmi.SERVICE.uuid, Ring, True, local_name=r"R\d\d_.*", every_s=900.0),
    Kind("cuff", "blood_pressure_cuff", assigned(0x1810), talking(cuff.SAYINGS), True),
    Kind("scale", "scale", assigned(0x181B), _SCALE, True),
    Kind("scale", "scale", assigned(0x181D), _SCALE, True),
)


def kind_of(
    service_uuids: Iterable[str], local_name: str | None = None, kinds: Iterable[Kind] = KINDS
) -> Kind | None:
    """Return what advertises these services or that name; None: nothing of ours."""
    advertised = set(service_uuids)
    for kind in kinds:
        if kind.service in advertised:
            return kind
        if kind.local_name and local_name and re.fullmatch(kind.local_name, local_name):
            return kind
    return None


def pseudonym(kind: Kind, site: str, identity: str) -> str:
    """Return the name of a device of a kind."""
    return device_name(kind.name, site, identity)


def device_name(prefix: str, site: str, identity: str) -> str:
    """Return the name of a device: the same at every gateway of a site, and nowhere else.

    `identity` is its serial number, or its identity address if it has none.
    """
    digest = hashlib.blake2s(f"{site}{identity}".encode(), digest_size=8).hexdigest()
    return f"{prefix}-{digest}"
