import pytest

from kindstep.broker_log import BrokerLog

FULL = "[1] [ERR] unable to persist session: insufficient resources (10023)\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "broker.log"


def test_tells_each_refusal_once(path):
    path.write_text(FULL)
    log = BrokerLog(path)
    assert not log.tells_of_a_full_store()  # of an earlier start

    with path.open("a") as file:
        file.write("[1] [INF] Server is ready\n" + FULL)

    assert log.tells_of_a_full_store()
    assert not log.tells_of_a_full_store()


def test_follows_a_log_that_begins_anew(path):
    path.write_text("[1] [INF] long ago\n" * 100)
    log = BrokerLog(path)

    path.rename(path.with_suffix(".old"))
    assert not log.tells_of_a_full_store()
    path.write_text(FULL)

    assert log.tells_of_a_full_store()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (None, "it said nothing"),
        ("[INF] one\n[INF] two\n", "[INF] two"),
        ("[FTL] bad\n[INF] two\n", "[FTL] bad"),
    ],
)
def test_the_last_words_are_the_last_error(path, written, words):
    if written is not None:
        path.write_text(written)

    assert BrokerLog(path).last_words() == words
