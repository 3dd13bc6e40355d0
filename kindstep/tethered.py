"""A child process that never outlives us, not even when we are killed."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

_STOP_S: Final = 3.0
_PYTHON: Final = (sys.executable, "-ISc")

# Neither runs between fork and exec: in a process with threads that may deadlock.
_DIE_WITH_PARENT: Final = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""
_GUARD: Final = """
import os, signal, sys
sys.stdin.read()  # ends when whoever holds the other end does
os.kill(int(sys.argv[1]), signal.SIGTERM)
"""


class Tethered:
    """A program under way; on Linux it ends with the thread that started it."""

    def __init__(self, command: Sequence[str], *, platform: str = sys.platform) -> None:
        self._guard: subprocess.Popen[bytes] | None = None
        command = on_leash(command, platform=platform)
        self._process = subprocess.Popen(  # noqa: S603 - ours
            command,
            stdin=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C is for us; we end it when nobody needs it any more
        )
        if platform != "linux":
            guard = (*_PYTHON, _GUARD, str(self.pid))
            self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE)  # noqa: S603 - ours

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def wait(self) -> int:
        """Return the exit status once it ended."""
        code = self._process.wait()
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
        return code

    def reload(self) -> None:
        """Ask it to read its configuration again."""
        self._process.send_signal(signal.SIGHUP)

    def end(self) -> None:
        """Ask it to end, and insist after a while; someone else waits."""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_S)
        self._process.kill()


def on_leash(command: Sequence[str], *, platform: str = sys.platform) -> tuple[str, ...]:
    """Return a command whose process, on Linux, ends with the thread that starts it."""
    if platform != "linux":
        return tuple(command)
    return (*_PYTHON, _DIE_WITH_PARENT, str(os.getpid()), *command)
