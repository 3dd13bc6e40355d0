import pytest
from msgspec import json

from people.sentence import Sentence, Worded, say, together

GERMAN = {
    "You had %(steps)s of %(goal)s steps.": "%(steps)s von %(goal)s Schritten.",
    "Your points go to %(cause)s.": "Deine Punkte gehen an %(cause)s.",
    "%(share)s %% by %(cause)s": "%(share)s %% durch %(cause)s",
    "seniors": "Senioren",
    "Kept.": "Behalten.",
}


def german(sentence):
    return sentence.by(lambda words: GERMAN.get(words, words))


def test_a_sentence_is_said_in_english_and_in_any_language():
    had = say("You had %(steps)s of %(goal)s steps.", steps="3,000", goal=8000)

    assert str(had) == "You had 3,000 of 8000 steps."
    assert german(had) == "3,000 von 8000 Schritten."


def test_what_fills_a_place_is_said_where_it_is_a_sentence_and_else_stays():
    assert german(say("Your points go to %(cause)s.", cause=say("seniors"))).endswith(
        "Senioren."
    )
    assert german(say("Your points go to %(cause)s.", cause="seniors")).endswith("seniors.")


def test_what_a_person_wrote_fills_no_other_place():
    wrote = say("Your points go to %(cause)s.", cause="%(share)s %% %")
    assert german(wrote) == "Deine Punkte gehen an %(share)s %% %."


def test_a_percent_sign_is_one():
    assert german(say("%(share)s %% by %(cause)s", share=5, cause="ana")) == "5 % durch ana"
    assert str(Sentence("100 % of %(all)s")) == "100 % of %(all)s"


def test_a_place_that_nothing_fills_is_an_error():
    with pytest.raises(KeyError, match="goal"):
        str(say("You had %(steps)s of %(goal)s steps.", steps="3,000"))


def test_several_are_said_as_one():
    both = together([say("Kept."), say("Your points go to %(cause)s.", cause=say("seniors"))])

    assert str(both) == "Kept. Your points go to seniors."
    assert german(both) == "Behalten. Deine Punkte gehen an Senioren."


def test_it_is_kept_as_json():
    both = together([say("Kept."), say("%(share)s %% by %(cause)s", share=5, cause="é")], ", ")
    assert json.decode(json.encode(both), type=Sentence) == both


def test_an_error_says_what_people_are_told():
    error = Worded(say("%(share)s %% by %(cause)s", share=5, cause="ana"))
    assert (str(error), german(error.says)) == ("5 % by ana", "5 % durch ana")
