"""User Data (service 0x181C): what a device knows of its user."""

from typing import Final

from gateway.gatt.service import Characteristic, Service, assigned
from gateway.gatt.user_data import (
    age,
    change_increment,
    control_point,
    first_name,
    heart_rate_max,
    height,
    user_index,
    weight,
)

SERVICE: Final = Service(
    assigned(0x181C),
    "User Data",
    (
        Characteristic(age.UUID, "Age", age.decode),
        Characteristic(first_name.UUID, "First Name", first_name.decode),
        Characteristic(heart_rate_max.UUID, "Heart Rate Max", heart_rate_max.decode),
        Characteristic(height.UUID, "Height", height.decode),
        Characteristic(weight.UUID, "Weight", weight.decode),
        Characteristic(
            change_increment.UUID, "Database Change Increment", change_increment.decode
        ),
        Characteristic(user_index.UUID, "User Index", user_index.decode),
        Characteristic(control_point.UUID, "User Control Point", control_point.decode),
    ),
)
