"""Compiled kernels are kept for their sources, and for those of what they call."""

from pathlib import Path

import pytest
from numba import njit
from numba.core import config

from analytics import kernels
from analytics.kernels import gait, steps

DIGEST = kernels.digest(Path(kernels.__file__).parent)


@pytest.fixture
def moved(monkeypatch, tmp_path):
    """A folder that the environment names while numba is in use."""
    with monkeypatch.context() as patch:
        patch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
        config.reload_config()  # as every compilation does
        yield tmp_path
    config.reload_config()


def test_any_change_gives_another_name(tmp_path):
    (tmp_path / "caller.py").write_text("from called import f")
    (tmp_path / "called.py").write_text("def f(): return 1")
    before = kernels.digest(tmp_path)
    assert kernels.digest(tmp_path) == before

    (tmp_path / "called.py").write_text("def f(): return 2")
    assert kernels.digest(tmp_path) != before


def test_kernels_are_kept_under_it():
    for kernel in (steps.walk, gait.weigh):
        assert DIGEST in kernel.stats.cache_path


def test_wherever_numba_is_told_to_keep_them(moved):
    @njit(cache=True)
    def caller():
        return 1

    caller()

    (kept,) = moved.rglob("*.nbc")
    assert kept.is_relative_to(moved / DIGEST)


def test_they_are_kept_elsewhere_when_that_cannot_be_written(moved):
    (moved / DIGEST).touch()

    @njit(cache=True)
    def caller():
        return 1

    assert DIGEST in caller.stats.cache_path
    assert not Path(caller.stats.cache_path).is_relative_to(moved)
