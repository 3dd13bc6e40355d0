from gateway.runs import Joiner, Run


def run(first, size, *, quality=0, live=False):
    return Run(first, 10 * first, 2, quality, live, bytes(range(2 * size)))


def test_counts_its_rows():
    assert (run(5, 3).size, run(5, 3).end) == (3, 8)


def test_gives_what_comes_after():
    later = run(5, 3).since(7, ticks_per_row=10.4)

    assert (later.first, later.ticks, later.rows) == (7, 71, b"\x04\x05")


def test_ticks_wrap():
    assert Run(0, 0xFFFFFFFF, 2, 0, False, bytes(4)).since(1, 2.0).ticks == 1


def test_joins_until_it_is_worth_a_batch():
    joiner = Joiner(100)

    assert joiner.add(run(0, 40)) == []
    (joined,) = joiner.add(run(40, 60))
    assert (joined.first, joined.size) == (0, 100)
    assert joiner.flush() == []


def test_never_joins_what_differs():
    joiner = Joiner(100)
    joiner.add(run(0, 10))
    cut_by_quality = joiner.add(run(10, 10, quality=1))
    cut_by_a_gap = joiner.add(run(30, 10, quality=1))
    cut_by_going_live = joiner.add(run(40, 10, quality=1, live=True))

    assert [each.first for each in cut_by_quality + cut_by_a_gap + cut_by_going_live] == [
        0,
        10,
        30,
    ]
    assert [each.first for each in joiner.flush()] == [40]


def test_one_addition_may_complete_two():
    joiner = Joiner(10)
    joiner.add(run(0, 5))

    assert [each.size for each in joiner.add(run(5, 10, live=True))] == [5, 10]
