import asyncio
import stat

import pytest

from gateway import hatch


@pytest.fixture
def path(tmp_path):
    return hatch.beside(tmp_path / "spool.db")


class Answers:
    """Answers twice and then goes on waiting; refuses every order."""

    def __init__(self):
        self.open = 0
        self.closed = asyncio.Event()

    async def __call__(self, question):
        if isinstance(question, hatch.Order):
            raise hatch.Refused(f"no {question.device} here")
        self.open += 1
        try:
            yield {"state": "streaming"}
            yield {"state": "lost"}
            await asyncio.Event().wait()
        finally:
            self.open -= 1
            self.closed.set()


ORDER = hatch.Order(device="strap-1", kind="alert", level=2)


async def test_answers_in_as_many_lines_as_it_likes(path):
    answers = Answers()
    async with hatch.opened(path, answers):
        asking = hatch.ask(path, hatch.Status())
        assert [await anext(asking) for _ in range(2)] == [
            {"state": "streaming"},
            {"state": "lost"},
        ]
        await asking.aclose()
        async with asyncio.timeout(30):
            await answers.closed.wait()

    assert answers.open == 0
    assert not path.exists()


async def test_stops_with_the_gateway(path):
    answers = Answers()
    async with hatch.opened(path, answers):
        asking = hatch.ask(path, hatch.Status())
        await anext(asking)

    assert answers.open == 0
    await asking.aclose()


async def test_says_why_it_does_not(path):
    async with hatch.opened(path, Answers()):
        with pytest.raises(hatch.Refused, match="no strap-1 here"):
            await anext(hatch.ask(path, ORDER))


async def test_refuses_what_is_no_question(path):
    async with hatch.opened(path, Answers()):
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b'{"ask": "for the moon"}\n')
        said = await reader.read()
        writer.close()

    assert b"Invalid value 'for the moon'" in said


async def test_nobody_is_there(path):
    with pytest.raises(hatch.Refused, match="no gateway runs here"):
        await anext(hatch.ask(path, ORDER))


async def test_no_socket_can_be_there(path):
    with pytest.raises(hatch.Refused, match=r"no gateway runs here: .*path too long"):
        await anext(hatch.ask(path.with_name("x" * 200), ORDER))


async def test_a_gateway_that_ends_before_it_answers_has_refused(path):
    async def nothing(_):
        for value in ():
            yield value

    async with hatch.opened(path, nothing):
        with pytest.raises(hatch.Refused, match="ended before it had answered"):
            await anext(hatch.ask(path, ORDER))


async def test_what_a_killed_gateway_left_is_in_nobodys_way(path):
    path.touch()
    async with hatch.opened(path, Answers()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with pytest.raises(hatch.Refused, match="no strap-1"):
            await anext(hatch.ask(path, ORDER))


async def test_a_gateway_runs_without_it_where_no_socket_can_be(path, caplog):
    async with hatch.opened(path.with_name("x" * 200), Answers()):
        pass

    assert "cannot be asked on this machine" in caplog.text
