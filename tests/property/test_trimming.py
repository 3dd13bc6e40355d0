"""However samples arrive, each is stored once, and what is missing is stated."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.coverage import Coverage, Span
from ingest.rhythm import Rhythm
from tests.books import START_US, Books, beats, counters, walk

spans = st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda at: (at[0], sum(at)))


@given(st.lists(spans, max_size=20))
def test_coverage_equals_a_set(offered):
    coverage, stored = Coverage(), set()
    for start, end in offered:
        lacking = coverage.lacks(start, end)
        new = [n for first, last in lacking for n in range(first, last)]
        assert new == [n for n in range(start, end) if n not in stored]
        for first, last in lacking:
            coverage.add(Span(first, last, first, last - 1))
        stored.update(range(start, end))

    held = [n for span in coverage.spans for n in range(span.start, span.end)]
    assert held == sorted(stored)
    missing = max(stored) - min(stored) + 1 - len(stored) if stored else 0
    assert sum(gap.missing for gap in coverage.gaps()) == missing
    assert all(a.end < b.start for a, b in itertools.pairwise(coverage.spans))


def hand_overs(rng, samples):
    """What two gateways send of one memory: every part by at least one, cut anyhow."""
    for boot in range(rng.randint(2, 5)):
        first = 0 if boot == 0 else rng.randrange(samples)
        last = samples if boot == 0 else rng.randint(first + 1, samples)
        cuts = sorted({first, last, *(rng.randint(first, last) for _ in range(6))})
        pairs = enumerate(itertools.pairwise(cuts))
        gateway = rng.choice(["hall", "attic"])
        yield [(gateway, walk(a, b, n, boot=boot)) for n, (a, b) in pairs]


@pytest.mark.parametrize("seed", range(6))
def test_a_memory_handed_over_anyhow_is_stored_once(tmp_path, seed):
    rng = random.Random(seed)  # noqa: S311 - chance that can be repeated
    books = Books(tmp_path)
    sent = list(itertools.chain(*hand_overs(rng, 3_000)))
    deliveries = [*sent, *rng.sample(sent, len(sent) // 2)]
    rng.shuffle(deliveries)
    for n, (gateway, batch) in enumerate(deliveries):
        books.receive(batch, gateway=gateway, received_us=START_US + n * 600_000_000)
        if rng.random() < 0.1:
            books.reopen(kept=rng.random() < 0.5)
        if rng.random() < 0.05:
            books.archive.seal(books.log, START_US * 2, books.log.last)

    report = books.report("glasses-3f", "accel")
    assert sorted(counters(books.entries())) == list(range(3_000))
    assert (report.stored, report.missing) == (3_000, 0)
    assert report.overlap == sum(batch.size for _, batch in sent) - 3_000
    for boot in {batch.boot for _, batch in sent}:
        last = max(batch.sequence for _, batch in sent if batch.boot == boot)
        assert books.mark(walk(0, 1, 0, boot=boot)) == last
    books.close()


@pytest.mark.parametrize("seed", range(6))
def test_two_gateways_hear_one_strap_once(tmp_path, seed):
    rng = random.Random(seed)  # noqa: S311 - chance that can be repeated
    books = Books(tmp_path)
    bpm = [rng.randint(68, 72) for _ in range(400)]
    sent = []
    for boot in (1, 2):
        heard = [n for n in range(400) if boot == 1 or 100 < n < 300]
        times = [START_US + n * 1_000_000 + rng.randint(0, 120_000) for n in heard]
        cuts = sorted({0, len(heard), *(rng.randint(0, len(heard)) for _ in range(40))})
        for sequence, (a, b) in enumerate(itertools.pairwise(cuts)):
            values = [bpm[n] for n in heard[a:b]]
            sent.append((f"gateway-{boot}", beats(times[a:b], values, sequence, boot=boot)))
    rng.shuffle(sent)
    for gateway, batch in sent:
        books.receive(batch, gateway=gateway)
        if rng.random() < 0.1:
            books.reopen(kept=rng.random() < 0.5)

    report = books.report("strap-1", "heart_rate")
    assert (report.stored, report.echo, report.missing) == (400, 199, 0)
    books.close()


def delay_us(rng):
    return rng.randint(0, 50_000) if rng.random() < 0.85 else rng.randint(0, 700_000)


@pytest.mark.parametrize("seed", range(40))
def test_stored_and_missing_are_what_the_strap_sent(seed):
    rng = random.Random(seed)  # noqa: S311 - chance that can be repeated
    rhythm, boot, stored, sent = Rhythm(), 0, 0, 0
    for _ in range(12):
        heard = rng.randint(20, 90)
        late_us = [*(delay_us(rng) for _ in range(heard - 1)), 0]
        times_us = [START_US + (sent + n) * 1_000_300 + late for n, late in enumerate(late_us)]
        for time_us in times_us:
            rhythm.add(boot, [time_us])
        stored += heard
        sent += heard
        silence = rng.randint(0, 40)
        sent += silence
        boot += rng.random() < 0.7

    assert stored + sum(gap.missing for gap in rhythm.silences()) == sent - silence


@given(st.integers(0, 4), st.permutations(range(12)))
def test_the_order_of_arrival_hides_no_silence(before, order):
    rhythm = Rhythm()
    for n in order:
        boot, second = (1, n) if n < before else (2, n + 5)
        rhythm.add(boot, [START_US + second * 1_000_000])

    assert [gap.missing for gap in rhythm.silences()] == [5] * (before > 0)
