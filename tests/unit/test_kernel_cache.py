"""Compiled kernels are kept for their sources, and for those of what they call."""

from pathlib import Path

from numba.core import config

from analytics import kernels
from analytics.kernels import gait, steps


def test_any_change_gives_another_name(tmp_path):
    (tmp_path / "caller.py").write_text("from called import f")
    (tmp_path / "called.py").write_text("def f(): return 1")
    before = kernels.digest(tmp_path)
    assert kernels.digest(tmp_path) == before

    (tmp_path / "called.py").write_text("def f(): return 2")
    assert kernels.digest(tmp_path) != before


def test_kernels_are_kept_under_it():
    name = kernels.digest(Path(kernels.__file__).parent)

    assert Path(config.CACHE_DIR).name == name
    for kernel in (steps.walk, gait.weigh):
        assert name in kernel.stats.cache_path
