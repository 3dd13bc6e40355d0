from web.phrases import Phrases

GERMAN = {
    "You had %(steps)s of %(goal)s steps.": "%(steps)s von %(goal)s Schritten.",
    "%(steps)s of %(goal)s": "%(steps)s von %(goal)s",
    "Your points go to %(cause)s.": "Deine Punkte gehen an %(cause)s.",
    "%(share)s %% by %(cause)s": "%(share)s %% durch %(cause)s",
    "seniors": "Senioren",
    "Kept.": "Behalten.",
}
PHRASES = Phrases(GERMAN, lambda sentence: GERMAN.get(sentence, sentence))


def test_a_sentence_without_places_is_looked_up():
    assert PHRASES.said("Kept.") == "Behalten."


def test_what_was_filled_in_stays():
    assert PHRASES.said("You had 3,000 of 8,000 steps.") == "3,000 von 8,000 Schritten."


def test_what_was_filled_in_is_translated_where_it_is_known():
    assert PHRASES.said("Your points go to seniors.") == "Deine Punkte gehen an Senioren."
    assert PHRASES.said("Your points go to owls.") == "Deine Punkte gehen an owls."


def test_each_sentence_is_found_by_itself():
    assert PHRASES.said("Kept. You had 1 of 2 steps.") == "Behalten. 1 von 2 Schritten."


def test_what_nobody_translated_stays_beside_what_somebody_did():
    assert PHRASES.said("All good. Kept.") == "All good. Behalten."


def test_a_percent_sign_is_one():
    assert PHRASES.said("5 % by seniors") == "5 % durch Senioren"


def test_the_shape_that_says_most_wins():
    assert PHRASES.said("You had 1 of 2 steps.") != "You had 1 von 2 steps."


def test_what_a_person_wrote_cannot_reach_a_place_of_another_name():
    assert PHRASES.said("Your points go to %(goal)s.") == "Deine Punkte gehen an %(goal)s."
