"""A study's report from a package: one page to read or print, each figure with its data."""

from pathlib import Path

from research.opened import Opened
from research.report.page import page

__all__ = ["write"]


def write(package: Opened, into: Path) -> None:
    """Write the page; the same package gives the same bytes."""
    into.write_text(page(package), "utf-8")
