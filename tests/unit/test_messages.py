import re
import tomllib
import unicodedata
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from coaching.grounds import Grounds
from coaching.messages import library
from coaching.messages.library import BadMessages, Translation
from coaching.messages.lint import complaints, placeholders
from coaching.prompts.decisions import decide
from kindstep.cli import main
from people import registry
from tests.coached import MONDAY, Study, at, usc
from tests.unit.test_availability import READY

EN, HE = library.load(), library.load("he")

JUDGED = tomllib.loads(Path(__file__).parents[1].joinpath("messages.toml").read_text())
UNSEEN = tomllib.loads(Path(__file__).parents[1].joinpath("messages_unseen.toml").read_text())[
    "unseen"
]
_OWN_WORDS = ("lock_text", "one_minute", "more_minutes", "watched", "unwatched")
KINDS = ("diagnosis", "dosing", "shaming", "placeholders")


def test_two_hundred_bad_and_two_hundred_good_were_judged():
    assert sum(len(half[kind]) for half in JUDGED.values() for kind in KINDS) == 200
    assert sum(len(half["good"]) for half in JUDGED.values()) == 200


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_refuses_what_was_judged_bad(half, kind):
    assert [text for text in JUDGED[half][kind] if not complaints(text)] == []


def test_lets_pass_what_was_judged_good():
    good = [text for half in JUDGED.values() for text in half["good"]]

    assert len([text for text in good if complaints(text)]) <= 2


def test_the_unseen_are_told_in_the_documents_as_they_came_out():
    refused = [
        sum(bool(complaints(text)) for kind in kinds for text in UNSEEN[kind])
        for kinds in (KINDS, ["good"])
    ]
    documents = (Path(__file__).parents[2] / "docs/coaching.md").read_text()

    for which, count in zip(("bad", "good"), refused, strict=True):
        (row,) = re.findall(rf"^\| {which}, refused .*$", documents, re.MULTILINE)
        assert row.endswith(f"| {count} of 50 |")


def test_apostrophes_of_either_kind_are_read():
    assert complaints("You\N{RIGHT SINGLE QUOTATION MARK}ve let everyone down.")
    assert complaints("You've let everyone down.")


@pytest.mark.parametrize("text", ["לא להיות עצלן היום.", "הכדורים יכולים לחכות.", "זו מחלה."])
def test_refuses_in_hebrew_as_well(text):
    assert complaints(text)


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
    assert EN.fields(READY)["to_go"] == "3,000"
    assert EN.fields(msgspec.structs.replace(READY, catching_up=True)) == {}
    assert EN.fields(msgspec.structs.replace(READY, steps_today=None)) == {}


def test_who_has_reached_the_goal_is_not_told_what_is_missing():
    done = msgspec.structs.replace(READY, steps_today=7000)

    assert "midday-to-go" not in EN.eligible(done)
    assert "midday-count" in EN.eligible(done)


def test_a_wording_used_lately_is_not_eligible():
    used = msgspec.structs.replace(READY, used=("midday-walk",))

    assert "midday-walk" in EN.eligible(READY)
    assert "midday-walk" not in EN.eligible(used)


def test_minutes_are_counted_at_a_brisk_pace():
    assert EN.fields(msgspec.structs.replace(READY, steps_today=5950))["minutes"] == "1 minute"
    assert EN.fields(msgspec.structs.replace(READY, steps_today=5899))["minutes"] == "2 minutes"


def test_a_locked_screen_shows_no_health_data():
    assert placeholders(EN.lock_text) == set()
    for word in ("step", "goal", "heart", "walk", "score"):
        assert word not in EN.lock_text.lower()


def test_every_wording_is_there_in_hebrew_with_the_same_numbers():
    assert HE.by_id.keys() == EN.by_id.keys()
    for name, message in HE.by_id.items():
        assert placeholders(message.text) == placeholders(EN.by_id[name].text)
        assert len(HE.answers_to(name)) == len(EN.answers_to(name))
        assert message.technique == EN.by_id[name].technique


def test_hebrew_is_written_from_right_to_left_throughout():
    for message in HE.message:
        for text in (re.sub(r"{\w+}", "", message.text), *HE.answers_to(message.id)):
            letters = [each for each in text if each.isalpha()]
            assert {unicodedata.bidirectional(each) for each in letters} == {"R"}, message.id
    assert HE.fields(READY)["minutes"] == "30 דקות"
    almost = msgspec.structs.replace(READY, steps_today=5950)
    assert HE.fields(almost)["minutes"] == "דקה אחת"


def test_a_translation_must_be_whole():
    words = {each.id: each.text for each in EN.message}
    given = {name: getattr(EN, name) for name in _OWN_WORDS}
    answers = {each.id: each.answers for each in EN.message if each.answers}
    texts = {**words, "more": "A walk?"}
    del texts["cheer"], answers["coach-rest"]
    half = Translation(
        language="xx", answers=EN.answers, text=texts, answers_to=answers, **given
    )
    with pytest.raises(BadMessages) as caught:
        half.of(EN)

    assert caught.value.complaints == [
        "cheer: not translated",
        "more: translates nothing",
        "coach-rest: has other answers",
    ]


def test_who_reads_hebrew_is_written_to_in_hebrew_and_replays():
    study = Study()
    study.join("ada")
    registry.set_profile(study.db, "ada", registry.Profile(language="he"))
    study.live("ada", at(MONDAY, "07:00"), 14 * 60, 1)
    study.engine.tick(study.db, at(MONDAY, "09:30"))
    (item,) = study.inbox("ada", at(MONDAY, "09:30"))
    (decision,) = study.decisions()

    assert item.text == HE.fill(decision.template, decision.state)
    assert item.options == HE.answers
    assert decision.library == HE.digest
    assert decide(decision.state, Grounds(usc(), HE, 7)) == decision
    study.close()


def test_the_command_lints(tmp_path):
    runner = CliRunner()
    shipped = runner.invoke(main, ["messages", "lint"])
    assert shipped.exit_code == 0
    assert [line.split(":")[0] for line in shipped.output.splitlines()] == ["en", "he"]
    file = tmp_path / "mine.toml"
    file.write_bytes(shelf(text="Do not be lazy, {name}.", technique="9"))
    refused = runner.invoke(main, ["messages", "lint", str(file)])

    assert refused.exit_code == 1
    assert refused.output.splitlines() == [
        f"{file}: a: no technique 9",
        f"{file}: a: shaming: 'lazy'",
        f"{file}: a: placeholder: no number goes by 'name'",
        "Error: 3 refused",
    ]


def test_the_command_lints_a_translation(tmp_path):
    shipped = Path(library.__file__).with_name("he.toml").read_text()
    file = tmp_path / "he.toml"

    def lint(text):
        file.write_text(text)
        return CliRunner().invoke(main, ["messages", "lint", str(file)]).output.splitlines()

    assert lint(shipped) == [f"{file}: {len(EN.message)} messages, nothing to refuse"]
    wrong = shipped.replace("{goal} צעדים. מתי", "{steps} צעדים. מתי", 1)
    assert lint(wrong)[0] == f"{file}: morning-goal: has other numbers"
    lacking = re.sub(r"^morning-plan = .*$", "", shipped, flags=re.MULTILINE)
    assert lint(lacking)[0] == f"{file}: morning-plan: not translated"


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
    head += ['one_minute = "1 minute"', 'more_minutes = "{count} minutes"']
    head += ['watched = "Told."', 'unwatched = "Nobody watches."']
    return "\n".join([*head, 'techniques."7.1" = "prompts"', "[[message]]", *lines]).encode()


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"text": "{stpes} so far"}, "stpes"),
        ({"text": "{steps so far"}, "placeholder: expected '}'"),
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
