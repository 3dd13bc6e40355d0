"""Every advert that can be read, by the service its data belongs to."""

from typing import Final

from gateway.adverts import bthome, mi_scale
from gateway.gatt.service import Characteristic

#: A service's number means something else than a characteristic's: the two never clash.
ADVERTS: Final = (
    Characteristic(bthome.UUID, "BTHome advert", bthome.decode),
    Characteristic(mi_scale.WEIGHT, "Mi scale advert", mi_scale.decode_weight),
    Characteristic(mi_scale.COMPOSITION, "Mi body scale advert", mi_scale.decode_composition),
)
