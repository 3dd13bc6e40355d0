"""Kernels: numpy and numba alone.

A compiled kernel holds the code of those it calls, but numba looks at a function's own file
alone to see whether what it kept is still good. So it is kept for all of these sources at once.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Self

from numba.core import caching, config
from numba.misc.appdirs import AppDirs

_HERE: Final = Path(__file__).parent


def digest(folder: Path) -> str:
    """Return a name for the sources in a folder, which any change in them changes."""
    total = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


_DIGEST: Final = digest(_HERE)


class _ForAllSources(caching.InTreeCacheLocator):
    """Where numba keeps what it compiles, in the first folder that can be written.

    To set numba's option instead does not last: whenever the environment says something new it
    reads all of them again, before it compiles.
    """

    def __init__(self, function: Callable[..., Any], path: str, folder: Path) -> None:
        super().__init__(function, path)
        self._cache_path = str(folder / _DIGEST / self.get_suitable_cache_subpath(path))

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> Self | None:
        for folder in _folders():
            locator = cls(py_func, py_file, folder)
            try:
                locator.ensure_cache_path()
            except OSError:
                continue
            return locator
        return None


def _folders() -> Iterator[Path]:
    # numba makes its options by name, where pyright does not see them.
    if chosen := getattr(config, "CACHE_DIR", ""):
        yield Path(chosen)
    yield _HERE / "__pycache__"
    yield Path(AppDirs(appname="numba", appauthor=False).user_cache_dir)


# Its one public way to name a locator is an option again.
caching.CacheImpl._locator_classes.insert(0, _ForAllSources)  # pyright: ignore[reportPrivateUsage] - see above
