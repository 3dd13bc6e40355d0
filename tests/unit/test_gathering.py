from ingest.gathering import Gathering


def groups(gathering, in_flight, times):
    """Let a broker have so many messages on their way at most; give the sizes of groups."""
    sizes = []
    for _ in range(times):
        sizes.append(min(gathering.enough, in_flight))
        gathering.took(sizes[-1])
    return sizes


def test_groups_grow_as_long_as_enough_comes():
    assert groups(Gathering(128), 1_000, 6) == [16, 32, 64, 128, 128, 128]


def test_what_a_broker_holds_back_is_waited_for_in_vain_now_and_then_only():
    gathering = Gathering(128)
    waited = 0
    for _ in range(1_000):
        waited += gathering.enough > 20
        groups(gathering, 20, 1)

    assert gathering.enough in {20, 40}
    assert waited <= 5


def test_a_quiet_time_teaches_nothing():
    gathering = Gathering(128)
    groups(gathering, 1_000, 10)
    groups(gathering, 1, 50)

    assert gathering.enough == 128


def test_no_more_than_was_said():
    assert groups(Gathering(4), 1_000, 3) == [4, 4, 4]
