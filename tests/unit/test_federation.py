"""Sites exchange sums alone, and estimate what one pot of all rows would."""

import msgspec
import numpy as np
import pytest

from coaching.effect import Point, excursion, gather
from coaching.effect.chances import Seen
from research.federation import (
    Answer,
    Ask,
    BrokenMessage,
    Key,
    TooFewPeople,
    combine,
    first_round,
    next_round,
    opened,
    sealed,
    second_round,
)

SITES = tuple(Key(bytes([n]) * 32) for n in range(1, 4))
HUB = Key(b"\x09" * 32)


def some_points(site, people=12, each=40):
    """Give one site's decisions: of other odds, other habits and other gaps than the next."""
    random = np.random.default_rng(site)
    for person in range(people):
        level = random.normal(5 + site, 1)
        for _ in range(each):
            odds = random.uniform(0.2, 0.8)
            sent = random.random() < odds
            before = None if random.random() < 0.1 * site else int(np.exp(level))
            steps = int(np.exp(level + 0.3 * sent + random.normal(0, 0.5)))
            yield Point(
                participant=f"s{site}-p{person}", occasion="morning",
                seen=Seen(steps_30min=before), probability=odds, sent=sent, steps=steps,
            )  # fmt: skip


SEEN = [list(some_points(site)) for site in (1, 2, 3)]


def ask():
    return Ask(
        study="walks", round=1, sites=tuple(site.name for site in SITES),
        fewest_people=11, reference=0.5,
    )  # fmt: skip


def answers(asked, add_up):
    """Send an ask to every site and bring back the answers, all through their envelopes."""
    body = sealed(asked, HUB)
    name, given, sent = "", {}, []
    for site, points in zip(SITES, SEEN, strict=True):
        heard, by, name = opened(body, Ask)
        assert by == HUB.name
        sent.append(sealed(add_up(points, heard, name), site))
        said, who, _ = opened(sent[-1], Answer)
        given[who] = said
    return name, given, sent


def moments(points, asked, name):
    return Answer(ask=name, moments=first_round(points, asked))


def spread(points, asked, name):
    return Answer(ask=name, spread=second_round(points, asked))


def test_three_sites_estimate_what_one_pot_would():
    first = ask()
    name, given, _ = answers(first, moments)
    second = next_round(first, name, given)
    name, given, _ = answers(second, spread)
    ours = combine(second, name, given)

    pot = gather([point for points in SEEN for point in points])
    ones = np.ones(len(pot))
    theirs = excursion(
        pot.person, pot.sent, pot.probability, pot.outcome,
        np.column_stack([ones, pot.recent]), ones[:, None],
    )  # fmt: skip
    for name in ("beta", "covariance", "plain", "coefficients"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), atol=1e-9)
    assert (ours.people, ours.points) == (theirs.people, theirs.points) == (36, 1440)
    assert ours.at([1.0]).low == pytest.approx(theirs.at([1.0]).low, abs=1e-9)


def test_no_message_grows_with_people_or_points_or_names_any():
    first = ask()
    name, _, sent = answers(first, moments)
    many = moments(list(some_points(1, people=200)), first, name)

    assert shape(many) == shape(opened(sent[0], Answer)[0])
    assert b"-p" not in b"".join(sent)


def shape(message):
    numbers = msgspec.to_builtins(message)["moments"]
    return {key: np.shape(value) for key, value in numbers.items()}


def test_a_site_of_few_people_says_nothing():
    few = [point for point in SEEN[0] if point.participant < "s1-p5"]

    with pytest.raises(TooFewPeople, match="of at least 11"):
        first_round(few, ask())


def test_who_changes_a_message_is_found_out():
    body = sealed(ask(), HUB)

    with pytest.raises(BrokenMessage, match="changed after it was signed"):
        opened(body.replace(b'"walks"', b'"talks"'), Ask)
    with pytest.raises(BrokenMessage, match="it is no answer"):
        opened(body, Answer)
    with pytest.raises(BrokenMessage, match="it is no ask"):
        opened(b"{}", Ask)


@pytest.mark.parametrize(
    ("otherwise", "says"),
    [
        ({"reference": 1.0}, "1.0 are no odds"),
        ({"round": 2}, "does not belong to round 2"),
        ({"format": 2}, "of format 2, and not 1"),
        ({"pooled": {"people": 9, "points": 9, "mean_before": 0.0, "bread": [[1.0]],
                     "coefficients": [1.0, 2.0, 3.0]}}, "not of 3 coefficients"),
    ],
)  # fmt: skip
def test_an_ask_that_nobody_can_answer_is_refused(otherwise, says):
    """Though the site that asks signed it."""
    told = {**msgspec.to_builtins(ask()), **otherwise}
    signed = HUB.sign(msgspec.json.encode(told))
    envelope = {"message": told, "key": HUB.name, "signature": signed}

    with pytest.raises(BrokenMessage, match=says):
        opened(msgspec.json.encode(envelope), Ask)


def test_every_site_answers_this_ask_and_nobody_else():
    first = ask()
    name, given, _ = answers(first, moments)

    with pytest.raises(BrokenMessage, match="no answer of"):
        next_round(first, name, {who: given[who] for who in list(given)[:2]})
    with pytest.raises(BrokenMessage, match="nobody asked"):
        next_round(first, name, {**given, HUB.name: given[SITES[0].name]})
    with pytest.raises(BrokenMessage, match="another ask"):
        next_round(first, "0" * 64, given)
    with pytest.raises(BrokenMessage, match="nothing of round 2"):
        combine(next_round(first, name, given), name, given)


def test_sums_of_another_size_are_refused():
    first = ask()
    name, given, _ = answers(first, moments)
    who = SITES[0].name
    short = msgspec.structs.replace(given[who].moments, products=(1.0,))
    given[who] = msgspec.structs.replace(given[who], moments=short)

    with pytest.raises(BrokenMessage, match="sums are not 4 numbers"):
        next_round(first, name, given)


def test_a_key_is_kept_for_its_owner_alone(tmp_path):
    key = Key.made(tmp_path / "key")

    assert Key.read(tmp_path / "key").name == key.name
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        Key.made(tmp_path / "key")
    (tmp_path / "key").write_text("none")
    with pytest.raises(BrokenMessage, match="holds no key"):
        Key.read(tmp_path / "key")
