"""kill -9 between any two writes of the giving ledger, on either store."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.chaos


def run(address, step):
    command = [sys.executable, "-m", "tests.chaos.ledger_kills", address, str(step)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return [int(word) for word in done.stdout.split() if word.isdigit()]


def test_no_kill_unbalances_the_books_in_sqlite(tmp_path):
    kills, writes = run(str(tmp_path / "giving.db"), 4)

    assert kills == -(-writes // 4) > 10


def test_no_kill_unbalances_the_books_in_postgresql(postgresql):
    url = postgresql.database()
    kills, writes = run(url.render_as_string(hide_password=False), 15)

    assert kills == -(-writes // 15)
