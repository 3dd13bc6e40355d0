"""Some records of many, as mere bytes: field by field, numpy takes thirty times as long."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def opaque(records: NDArray[np.void]) -> NDArray[np.void]:
    """Return records without their fields."""
    return records.view(np.dtype((np.void, records.itemsize)))


def pick(records: NDArray[np.void], which: NDArray[Any]) -> NDArray[np.void]:
    """Return records by number or by mask."""
    return opaque(records)[which].view(records.dtype)
