"""What all tests share: hypothesis without a stopwatch, and the real servers they speak to.

Every run looks at the same examples; `--hypothesis-profile explore` looks for others.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

#: Kernels, compiled once for all tests and for every process they start.
KERNELS = Path(__file__).parents[1] / ".pytest_cache" / "numba"
os.environ.setdefault("NUMBA_CACHE_DIR", str(KERNELS))

settings.register_profile(
    "explore",
    derandomize=False,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ours", settings.get_profile("explore"), derandomize=True)
settings.load_profile("ours")

_SYSTEM = ["/usr/sbin", "/usr/local/sbin"]  # where an ordinary user's PATH does not look
_FOLDERS = [str(Path(sys.executable).parent), *os.get_exec_path(), *_SYSTEM]


def find_server(name, package=None, *, by="sudo apt-get"):
    """Give the path of a program that tests start; skip without it, under CI fail."""
    found = shutil.which(name, path=os.pathsep.join(_FOLDERS))
    if found:
        return Path(found)
    reason = f"{name} is missing: {by} install {package or name}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def leashed(command, stop="TERM"):
    """Give a command that on Linux ends by this signal when we do, even if we are killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", stop, *command] if setpriv else command


@pytest.fixture(scope="session")
def server():
    """`server("mosquitto")` is that program's path, or a skip that says what to install."""
    return find_server


@pytest.fixture(scope="session")
def postgresql():
    """Give a real PostgreSQL server; its `database()` is the address of a new database."""
    from tests.databases import Postgresql

    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are its user's alone
        server = Postgresql(Path(folder))
        try:
            yield server.start()
        finally:
            server.stop()
