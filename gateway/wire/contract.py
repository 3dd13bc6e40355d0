"""What every message keeps to, and what is raised for one that does not."""

from typing import Annotated, Final

import msgspec

VERSION: Final = 1
LARGEST_BATCH_BYTES: Final = 64 * 1024
#: Batches a gateway may publish beyond the last watermark it was told.
WINDOW_BATCHES: Final = 64

#: What a signed 64-bit column holds: a larger number would stop the database that stores it.
Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class BrokenContract(ValueError):
    """A name, batch or payload that does not keep this version of the contract."""
