"""A few of the rounds of which `make soak` runs fifty."""

import pytest

from tests.chaos.rounds import EMBEDDED, Round

pytestmark = pytest.mark.chaos


@pytest.mark.parametrize(("seed", "kind"), [(3, EMBEDDED), (5, "mosquitto")])
async def test_a_round_of_chaos_comes_out_right(tmp_path, seed, kind):
    await Round(tmp_path, seed, kind).run()
