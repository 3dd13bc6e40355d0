"""What a process of ours sets for as long as it runs."""

import gc

from kindstep import process


def test_the_collector_leaves_alone_what_was_there_and_is_as_before_in_the_end():
    before = gc.get_threshold()
    with process.rarely_collected():
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() > before

    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
