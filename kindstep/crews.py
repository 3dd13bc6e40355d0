"""Who scores a study again: this process, several, or the workers of a Dask cluster.

A piece of work is the same everywhere; whoever does it reads all that it needs.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from typing import Any, Final

from kindstep.rescoring import Crew, Order, Site
from kindstep.settings import Settings
from research.rescoring import Scored, Work

_MOST_DEATHS: Final = 3  # of workers in a row without anything done


class WorkersDied(RuntimeError):
    """Workers died again and again, or nobody speaks for any."""


def alone(site: Site, order: Order, todo: Sequence[Work]) -> Iterator[Scored]:
    """Score all of it in this process."""
    for work in todo:
        yield site.score(work, order.run, order.now_us)


def processes(workers: int) -> Crew:
    """Return this process and helpers beside it, so many in all."""
    return alone if workers == 1 else _Together(workers - 1)


class _Together:
    """Scores here as well; helpers that died are replaced."""

    def __init__(self, helpers: int) -> None:
        self._helpers = helpers

    def __call__(self, site: Site, order: Order, todo: Sequence[Work]) -> Iterator[Scored]:
        left, deaths = dict.fromkeys(todo), 0
        while left:
            try:
                for work, scored in self._shared(site, order, list(left)):
                    del left[work]
                    deaths = 0
                    yield scored
            except BrokenProcessPool as died:
                deaths += 1
                if deaths == _MOST_DEATHS:
                    raise WorkersDied("workers died: the same command goes on") from died

    def _shared(
        self, site: Site, order: Order, todo: Sequence[Work]
    ) -> Iterator[tuple[Work, Scored]]:
        """Yield what was done; helpers have two pieces each to go on with."""
        left, given = deque(todo), dict[Future[Scored], Work]()
        context = get_context("spawn")  # a fork would share what threads hold
        with ProcessPoolExecutor(self._helpers, context) as pool:
            try:
                while left:
                    while left and len(given) < 2 * self._helpers:
                        work = left.popleft()
                        given[pool.submit(_score, order, work)] = work
                    if left:
                        work = left.popleft()
                        yield work, site.score(work, order.run, order.now_us)
                    for each in [each for each in given if each.done()]:
                        yield given.pop(each), each.result()
                for each in as_completed(given):
                    yield given[each], each.result()
            finally:
                pool.shutdown(cancel_futures=True)


def dask(address: str) -> Crew:
    """Return the workers of a scheduler, which have the same settings and reach the same files.

    Raises ImportError without Dask.
    """
    distributed: Any = import_module("distributed")

    def crew(_: Site, order: Order, todo: Sequence[Work]) -> Iterator[Scored]:
        try:
            with distributed.Client(address) as client:
                given = client.map(partial(_score, order), todo, pure=False)
                for each in distributed.as_completed(given):
                    yield each.result()
        except (OSError, distributed.KilledWorker) as error:
            raise WorkersDied(f"{address}: {error}") from error

    return crew


_here: Final[list[Site]] = []  # of a worker's process, each opened once


def _score(order: Order, work: Work) -> Scored:
    return _site(order.settings).score(work, order.run, order.now_us)


def _site(settings: Settings) -> Site:
    known = next((site for site in _here if site.settings == settings), None)
    if known is None:
        known = Site(settings)
        _here.append(known)
    return known
