"""Radio addresses out of what others wrote: a stack names a device by what may not leave us."""

import re
from typing import Final

_PAIR: Final = "[0-9A-Fa-f]{2}"
#: As radios write it, as BlueZ does in a path, and the UUID that macOS puts in its place.
_ADDRESS: Final = re.compile(
    rf"(?<![0-9A-Fa-f]){_PAIR}([:_-]){_PAIR}(?:\1{_PAIR}){{4}}(?!{_PAIR})"
    r"|\b[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\b"
)


def without_addresses(text: str) -> str:
    """Return a text with `(address)` in the place of every radio address."""
    return _ADDRESS.sub("(address)", text)
