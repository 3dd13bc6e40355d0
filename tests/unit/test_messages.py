import msgspec
import pytest

from coaching.messages import library
from coaching.messages.library import BadMessages
from coaching.messages.lint import complaints
from tests.coached import usc
from tests.unit.test_availability import READY

EN = library.load()

GOOD = [
    "Fancy a short walk?",
    "Only {to_go} steps to your goal. About {minutes} on foot will do.",
    "Rest belongs to it as well. Would you like to pause for a few days?",
    "I saw how you kept at it this week. Well done!",
]
BAD = [
    "Your numbers show signs of hypertension.",
    "You may have a heart condition. Walk more.",
    "This could be atrial fibrillation.",
    "Take 500 mg of aspirin before the walk.",
    "Skip your pill today and walk instead.",
    "Do not be lazy today.",
    "You failed again yesterday.",
    "You\N{RIGHT SINGLE QUOTATION MARK}ve let everyone down.",
    "Everyone else walked more than you.",
    "No excuses. Try harder.",
    "Walking prevents any disease.",
]


@pytest.mark.parametrize("text", BAD)
def test_refuses_diagnosis_dosing_and_shaming(text):
    assert complaints(text)


@pytest.mark.parametrize("text", GOOD)
def test_lets_kind_words_pass(text):
    assert complaints(text) == []


def test_refuses_a_sentence_too_long_to_read_at_a_glance():
    assert complaints(" ".join(["step"] * 21) + ".") == ["a sentence of 21 words"]


def test_says_what_is_wrong_and_why():
    assert complaints("Do not be lazy.") == ["shaming: 'lazy'"]


def test_every_set_time_has_words_for_the_whole_novelty_time():
    prompts = usc().prompts
    days = -(-prompts.novelty_h // 24)
    occasions = [slot.occasion for slot in prompts.schedule]
    for occasion in (*occasions, "near_goal", "after_missed"):
        assert len(EN.fitting(occasion)) > days, occasion


def test_there_are_words_without_a_number_for_who_is_catching_up():
    behind = msgspec.structs.replace(READY, catching_up=True)
    for occasion in ("morning", "midday", "afternoon", "near_goal", "after_missed"):
        assert EN.eligible(msgspec.structs.replace(behind, occasion=occasion))


def test_no_number_is_claimed_while_data_is_still_to_come():
    assert library.fields(READY)["to_go"] == "3,000"
    assert library.fields(msgspec.structs.replace(READY, catching_up=True)) == {}
    assert library.fields(msgspec.structs.replace(READY, steps_today=None)) == {}


def test_who_has_reached_the_goal_is_not_told_what_is_missing():
    done = msgspec.structs.replace(READY, steps_today=7000)

    assert "midday-to-go" not in EN.eligible(done)
    assert "midday-count" in EN.eligible(done)


def test_a_wording_used_lately_is_not_eligible():
    used = msgspec.structs.replace(READY, used=("midday-walk",))

    assert "midday-walk" in EN.eligible(READY)
    assert "midday-walk" not in EN.eligible(used)


def test_minutes_are_counted_at_a_brisk_pace():
    assert (
        library.fields(msgspec.structs.replace(READY, steps_today=5950))["minutes"]
        == "1 minute"
    )
    assert (
        library.fields(msgspec.structs.replace(READY, steps_today=5899))["minutes"]
        == "2 minutes"
    )


def test_a_locked_screen_shows_no_health_data():
    assert library.placeholders(EN.lock_text) == set()
    for word in ("step", "goal", "heart", "walk", "score"):
        assert word not in EN.lock_text.lower()


def shelf(**changed):
    message = {
        "id": "a",
        "occasions": ["midday"],
        "technique": "7.1",
        "reading_age": 8,
        "tone": "warm",
        "text": "A walk?",
    } | changed
    lines = [f"{key} = {msgspec.json.encode(value).decode()}" for key, value in message.items()]
    head = ['language = "en"', 'lock_text = "Hello."', 'answers = ["Yes"]']
    return "\n".join([*head, 'techniques."7.1" = "prompts"', "[[message]]", *lines]).encode()


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"text": "{stpes} so far"}, "stpes"),
        ({"text": "{steps so far"}, "steps"),
        ({"technique": "99.9"}, "99.9"),
        ({"text": "Do not be lazy."}, "lazy"),
        ({"answers": ["I am lazy"]}, "lazy"),
        ({"moood": "sunny"}, "moood"),
    ],
)
def test_a_library_is_checked_as_it_is_read(changed, complaint):
    assert library.parse(shelf()).by_id["a"].text == "A walk?"
    with pytest.raises(BadMessages, match=complaint):
        library.parse(shelf(**changed))


def test_two_messages_by_one_id_are_refused():
    with pytest.raises(BadMessages, match="one id"):
        library.parse(shelf() + shelf().split(b"[[message]]")[1].join([b"\n[[message]]", b""]))
