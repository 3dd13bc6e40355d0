"""Where on the body a device sits, and whose word on movement goes first by that."""

from typing import Final

#: By kind, with which a device's name begins. Others sit where the profile says.
_PLACES: Final = {
    "strap": "chest",
    "glasses": "glasses",
    "pod": "foot",
    "watch": "wrist",
    "ring": "finger",
    "oximeter": "finger",
}
#: What others' exports brought, by that with which a device's name begins: from nowhere,
#: behind all. Each as its makers call it.
IMPORTED: Final = {
    "actigraph": "ActiGraph",
    "apple_health": "Apple Health",
    "fit": "FIT",
    "fitbit": "Fitbit",
    "gadgetbridge": "Gadgetbridge",
}
#: Later ones go first: the nearer to the trunk, the less of what moves is an arm by itself.
_ORDER: Final = ("finger", "wrist", "foot", "glasses", "chest", "hip")
#: The place that the profile names goes before all.
FIRST: Final = len(_ORDER) + 1


def imported_from(device: str) -> str | None:
    """Return whose export brought what a device measured; None if a gateway heard it."""
    return IMPORTED.get(device.partition("-")[0])


def place(device: str, placement: str | None) -> str | None:
    """Return where a device sits, as far as its kind or its wearer's profile says."""
    kind = device.partition("-")[0]
    return None if kind in IMPORTED else _PLACES.get(kind, placement)


def rank(device: str, placement: str | None) -> int:
    """Return how far in front a device goes, from 0 to `FIRST`.

    Parameters
    ----------
    device : str
        Its name.
    placement : str or None
        Where its wearer's profile says that the source of motion sits.
    """
    there = place(device, placement)
    if there is None:
        return 0
    if there == placement:
        return FIRST
    return _ORDER.index(there) + 1
