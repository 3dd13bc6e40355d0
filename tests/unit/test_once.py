"""A request that arrives twice takes effect once."""

from coaching.acts.act import accepted
from coaching.acts.prompts import CoachMessage, Reply
from coaching.post import inbox
from coaching.requests import once
from tests.coached import ADA, CLEO, MONDAY, Study, at

NOW_US = at(MONDAY, "10:00")
DAY_US = 86_400_000_000


def test_the_same_key_counts_once_and_each_person_has_their_own():
    study = Study()
    study.join("ada")
    study.join("ben")
    letter = CoachMessage(participant="ada", coach="cleo", template_id="coach-rest")
    study.engine.act(study.db, CLEO, letter, NOW_US)
    (item,) = study.inbox("ada", NOW_US)

    def say(text, key):
        act = Reply(participant="ada", message_id=item.id, text=text, once=key)
        return study.engine.act(study.db, ADA, act, NOW_US)

    assert say("first", "k1").ok
    assert say("first", "k1") == accepted("That had reached us already.")
    assert say("second", "k2").ok
    assert say("no key", "").ok
    assert say("no key", "").ok
    wrote = inbox.replies_to(study.db, [item.id])[item.id]
    assert wrote == ("first", "second", "no key", "no key")
    assert once.is_first(study.db, "ben", "k1", NOW_US)
    assert once.is_first(study.db, "cleo", "k", NOW_US + 31 * DAY_US)
    assert once.is_first(study.db, "ben", "k1", NOW_US + 31 * DAY_US)  # by then forgotten
    study.close()
