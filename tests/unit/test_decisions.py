import math

import msgspec
import pytest

from coaching.grounds import Grounds
from coaching.messages import library
from coaching.policies import MicroRandomised
from coaching.prompts.decisions import decide
from coaching.prompts.draws import draw
from tests.coached import usc
from tests.unit.test_availability import READY

EN = library.load()
CHANCE = msgspec.structs.replace(usc(), arms={"prompted": MicroRandomised(odds=0.6)})


def test_the_study_sends_whenever_it_may():
    decision = decide(READY, Grounds(usc(), EN, 7))

    assert decision.probability == 1.0
    assert decision.template in decision.options
    assert (decision.policy, decision.policy_version) == ("fixed_schedule", 1)


def test_unavailable_means_probability_zero():
    decision = decide(msgspec.structs.replace(READY, paused=True), Grounds(usc(), EN, 7))

    assert decision.probability == 0.0
    assert decision.template is None
    assert decision.text is None
    assert decision.reasons == ("paused",)
    assert decision.options  # still on record: what could have been said


def test_the_comparison_group_is_available_and_gets_nothing():
    decision = decide(msgspec.structs.replace(READY, arm="unprompted"), Grounds(usc(), EN, 7))

    assert decision.reasons == ()
    assert decision.probability == 0.0
    assert decision.template is None


def test_nothing_new_to_say_is_a_reason():
    used = tuple(message.id for message in EN.message)
    decision = decide(msgspec.structs.replace(READY, used=used), Grounds(usc(), EN, 7))

    assert decision.options == ()
    assert decision.reasons == ("nothing_new",)
    assert decision.probability == 0.0


def test_chance_keeps_its_odds():
    grounds = Grounds(CHANCE, EN, 7)
    made = [decide(msgspec.structs.replace(READY, counter=n), grounds) for n in range(2000)]
    sent = sum(decision.template is not None for decision in made)

    assert {decision.probability for decision in made} == {0.6}
    assert abs(sent / 2000 - 0.6) < 4 * math.sqrt(0.6 * 0.4 / 2000)
    assert {decision.template for decision in made} - {None} == {*made[0].options}
    assert all((d.draw < d.probability) == (d.template is not None) for d in made)


def test_the_text_is_filled_in():
    grounds = Grounds(usc(), EN, 7)
    made = [decide(msgspec.structs.replace(READY, counter=n), grounds) for n in range(50)]
    texts = {decision.template: decision.text for decision in made}

    assert texts["midday-to-go"] == (
        "3,000 steps to go today, about 30 minutes on foot. Would a part of it fit now?"
    )


def test_a_draw_is_the_same_on_every_machine():
    assert draw(7, "ada", 0, "send") == 0.1271690606308622
    assert draw(7, "ada", 1, "send") != draw(7, "ada", 0, "send")
    assert draw(7, "ada", 0, "message") != draw(7, "ada", 0, "send")
    assert draw(8, "ada", 0, "send") != draw(7, "ada", 0, "send")


def test_draws_are_even():
    drawn = [draw(1, "ada", n, "send") for n in range(10_000)]
    counts = [sum(k / 10 <= each < (k + 1) / 10 for each in drawn) for k in range(10)]

    assert all(0 <= each < 1 for each in drawn)
    assert sum((count - 1000) ** 2 / 1000 for count in counts) < 27.9  # chi-square, p = 0.001


@pytest.mark.parametrize("n", range(3))
def test_deciding_twice_gives_the_same_bits(n):
    state = msgspec.structs.replace(READY, counter=n)
    assert decide(state, Grounds(CHANCE, EN, 7)) == decide(state, Grounds(CHANCE, EN, 7))
