"""Physical Activity Monitor (service 0x183E): sessions of steps, effort, heart and sleep.

Order and flags are those of the Physical Activity Monitor Service 1.0; the widths were checked
against a prototype of its authors, and against no device, as none was met. Values whose unit
could not be checked keep the bare number and name no unit. A value that came in several
segments is refused.
"""

from typing import Final

from gateway.gatt.activity import (
    control_point,
    current_session,
    features,
    general,
    general_summary,
    heart,
    heart_summary,
    session,
    sleep,
    sleep_summary,
    steps,
)
from gateway.gatt.service import Characteristic, Service, assigned

SERVICE: Final = Service(
    assigned(0x183E),
    "Physical Activity Monitor",
    (
        Characteristic(features.UUID, "Physical Activity Monitor Features", features.decode),
        Characteristic(general.UUID, "General Activity Instantaneous Data", general.decode),
        Characteristic(
            general_summary.UUID, "General Activity Summary Data", general_summary.decode
        ),
        Characteristic(
            heart.UUID, "CardioRespiratory Activity Instantaneous Data", heart.decode
        ),
        Characteristic(
            heart_summary.UUID, "CardioRespiratory Activity Summary Data", heart_summary.decode
        ),
        Characteristic(steps.UUID, "Step Counter Activity Summary Data", steps.decode),
        Characteristic(sleep.UUID, "Sleep Activity Instantaneous Data", sleep.decode),
        Characteristic(sleep_summary.UUID, "Sleep Activity Summary Data", sleep_summary.decode),
        Characteristic(
            control_point.UUID, "Physical Activity Monitor Control Point", control_point.decode
        ),
        Characteristic(
            current_session.UUID, "Physical Activity Current Session", current_session.decode
        ),
        Characteristic(session.UUID, "Physical Activity Session Descriptor", session.decode),
    ),
)
