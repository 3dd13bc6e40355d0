"""Processes: how ours starts, runs its children and ends on a signal."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Generator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import click

from kindstep.tethered import on_leash

T = TypeVar("T")


class ChildEnded(click.ClickException):
    """A process that has to live as long as we do is gone; it said why before it went."""


_STOP_S: Final = 3.0
_OBJECTS_BETWEEN_LOOKS: Final = 50_000  # made and still there
_LOOK_S: Final = 0.5


def cache_kernels(folder: Path) -> None:
    """Keep compiled kernels in the data folder; call it before any kernel is imported."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str((folder / "numba").absolute()))


@contextlib.contextmanager
def rarely_collected() -> Generator[None]:
    """Have the garbage collector stop everything more seldom, from when all is imported.

    A look at all that lives as long as the process, of many people too, takes half a second.
    What is dropped is freed without it; it only finds what refers to itself.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def kindstep(*arguments: str) -> list[str]:
    """Return the command line of another process of ours."""
    return [sys.executable, "-m", "kindstep", *arguments]


def web_command(settings: Path | None, *, lan: bool = False) -> list[str]:
    """Return the command that serves the pages under the same settings."""
    named = ["--settings", str(settings)] if settings else []
    return kindstep("web", *named, *(["--lan"] if lan else []))


def gateway_command(settings: Path | None) -> list[str]:
    """Return the command that runs the gateway of the same settings."""
    return kindstep("gateway", *(["--settings", str(settings)] if settings else []))


def backup_command(settings: Path | None) -> list[str]:
    """Return the command that backs up again and again under the same settings."""
    return kindstep("backup", "--again", *(["--settings", str(settings)] if settings else []))


def compile_command() -> list[str]:
    """Return the command that compiles the kernels, so that data need not wait for it."""
    return [sys.executable, "-m", "analytics"]


def is_taken(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(path: Path) -> bool:
    """Tell whether somebody listens on a socket that is a file."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def run(service: Awaitable[T], children: Sequence[list[str]] = ()) -> T | None:
    """Run a service to its end, with child processes beside it; None: a signal ended it."""
    return asyncio.run(_run(service, children))


async def _run(service: Awaitable[T], children: Sequence[list[str]]) -> T | None:
    task = asyncio.ensure_future(service)
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(stop, task.cancel)
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(child(command)) for command in children]
        with contextlib.suppress(asyncio.CancelledError):
            return await beside(task, started)
    return None


async def beside(service: Awaitable[T], children: Sequence[subprocess.Popen[str]]) -> T:
    """Await a service; raise ChildEnded as soon as a process it needs is gone."""
    task = asyncio.ensure_future(service)
    try:
        while not task.done():
            for each in children:
                if each.poll() is not None:
                    raise ChildEnded(f"{_name(each)} ended with {each.returncode}")
            await asyncio.wait([task], timeout=_LOOK_S)
    finally:
        task.cancel()
        await asyncio.wait([task])
    return task.result()


def _name(process: subprocess.Popen[str]) -> str:
    words = [str(word) for word in cast("Sequence[object]", process.args)]
    return " ".join(words[words.index(sys.executable, 1) + 2 :][:2])


@contextlib.contextmanager
def child(
    command: Sequence[str], *, stdout: int | None = None, stderr: int | None = None
) -> Generator[subprocess.Popen[str]]:
    """Start a process that ends with the block, and on Linux with us if we are killed."""
    with subprocess.Popen(  # noqa: S603 - ours
        on_leash(command),
        stdout=stdout,
        stderr=stderr,
        text=True,
        process_group=0,  # Ctrl-C is for us; we end our children in order
    ) as process:
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
