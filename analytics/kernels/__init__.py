"""Kernels: numpy and numba alone.

A compiled kernel holds the code of those it calls, but numba looks at a function's own file
alone to see whether what it kept is still good. So it is kept for all of these sources at once.
"""

import hashlib
from pathlib import Path
from typing import Final

from numba.core import config

_HERE: Final = Path(__file__).parent


def digest(folder: Path) -> str:
    """Return a name for the sources in a folder, which any change in them changes."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


# numba makes its options by name, where pyright does not see them.
_kept: Final = Path(getattr(config, "CACHE_DIR", "") or _HERE / "__pycache__")
setattr(config, "CACHE_DIR", str(_kept / digest(_HERE)))  # noqa: B010 - see above
