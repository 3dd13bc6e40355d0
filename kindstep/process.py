"""Processes: how ours starts, runs its children and ends on a signal."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Generator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from kindstep.tethered import on_leash

T = TypeVar("T")

_STOP_S: Final = 3.0


def cache_kernels(folder: Path) -> None:
    """Keep compiled kernels in the data folder; call it before any kernel is imported."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str((folder / "numba").absolute()))


def kindstep(*arguments: str) -> list[str]:
    """Return the command line of another process of ours."""
    return [sys.executable, "-m", "kindstep", *arguments]


def web_command(settings: Path | None) -> list[str]:
    """Return the command that serves the pages under the same settings."""
    return kindstep("web", *(["--settings", str(settings)] if settings else []))


def run(service: Awaitable[T], children: Sequence[list[str]] = ()) -> T | None:
    """Run a service to its end, with child processes beside it; None: a signal ended it."""
    return asyncio.run(_run(service, children))


async def _run(service: Awaitable[T], children: Sequence[list[str]]) -> T | None:
    task = asyncio.ensure_future(service)
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(stop, task.cancel)
    with contextlib.ExitStack() as stack:
        for command in children:
            stack.enter_context(child(command))
        with contextlib.suppress(asyncio.CancelledError):
            return await task
    return None


@contextlib.contextmanager
def child(
    command: Sequence[str], *, stdout: int | None = None
) -> Generator[subprocess.Popen[str]]:
    """Start a process that ends with the block, and on Linux with us if we are killed."""
    with subprocess.Popen(on_leash(command), stdout=stdout, text=True) as process:  # noqa: S603 - ours
        try:
            yield process
        finally:
            stop(process)


def stop(process: subprocess.Popen[Any]) -> None:
    """Ask a process to end, and insist after a while."""
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
