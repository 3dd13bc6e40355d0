"""The trials of `make load`, for seconds: its long trials are no test of the suite."""

import pytest

from tests.load.gateway import back, steady

pytestmark = pytest.mark.chaos


@pytest.mark.parametrize(("trial", "seconds"), [(steady, 3), (back, 2)])
async def test_a_few_sensors_lose_nothing(tmp_path, trial, seconds):
    await trial(tmp_path, 6, seconds)
