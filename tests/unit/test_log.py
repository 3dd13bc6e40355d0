"""What a process writes of itself, in both forms."""

import contextlib
import json
import logging

import pytest

from kindstep import log


@contextlib.contextmanager
def logging_as(form, *, verbose):
    """Log as a process of ours does, and as pytest does again afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    log.begin(form, verbose=verbose)
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def test_a_program_reads_one_object_a_line(capsys):
    broken = ValueError("two\nlines")
    with logging_as("json", verbose=True):
        logging.getLogger("gateway.session").info("%s: it did not answer", "strap-1")
        logging.getLogger("gateway").error("broken", exc_info=broken)

    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert first["at"].endswith("+00:00")
    assert (first["level"], first["part"]) == ("info", "gateway.session")
    assert first["says"] == "strap-1: it did not answer"
    assert "two\nlines" in second["traceback"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_nobody_reads_an_address(capsys, form):
    with logging_as(form, verbose=False):
        logging.getLogger("bleak").warning("F0:00:00:00:01:02 was not found")
        logging.getLogger("bleak").info("too quiet for this level")

    (line,) = capsys.readouterr().err.splitlines()
    assert "(address) was not found" in line
