import asyncio
import contextlib
import json
import time

import httpx
import pytest

from people.authorize import Actor, Role, Topic
from tests import web_study
from tests.web_study import COACH, FARID, JON, MAYA, NOW_US, OTHER_COACH, STRANGER
from web.live import FanOut, LiveFrame
from web.recent import BIN_US, BINS, Recent
from web.sight import Scope, Sight
from web.stream import stream
from web.watch import Watch

BEAT = b"event: beat"


@pytest.fixture(scope="module")
def face(tmp_path_factory):
    face = web_study.make(tmp_path_factory.mktemp("study"))
    yield face
    face.store.close()


@contextlib.asynccontextmanager
async def running(*endless):
    tasks = [asyncio.create_task(each) for each in endless]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def listening(hub):
    fan_out = FanOut(hub.listen, Recent(), web_study.Clock())
    async with running(fan_out.run(), fan_out.beat()):
        yield fan_out
        fan_out.close()


async def until(condition):
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - what is awaited is what a page has read
            await asyncio.sleep(0.005)


class Page:
    """An open page's stream, read in the background."""

    def __init__(self, face, fan_out, watch, person, role, subject=None):
        self.session_id = face.session(person, role)
        scope = Scope(Actor(person, Role(role)), subject)
        self.said = []
        self.has_ended = False
        events = stream(fan_out, watch, self.session_id, scope, face.clock())
        self._task = asyncio.create_task(self._read(events))

    async def _read(self, events):
        async for event in events:
            self.said.append(event)
        self.has_ended = True

    def bpm_of(self, participant):
        said = [each for each in self._data() if each.get("of") == participant]
        return [each["is"]["bpm"] for each in said if "is" in each]  # not what it is shown of

    def named(self, name):
        return [event for event in self.said if f"event: {name}\n".encode() in event]

    def _data(self):
        lines = b"".join(self.named("heart_rate")).splitlines()
        return [json.loads(line[6:]) for line in lines if line.startswith(b'data: {"of"')]

    async def opened(self):
        await until(lambda: self.said)
        return self

    async def close(self):
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task


@contextlib.asynccontextmanager
async def pages(face, fan_out, *who):
    watch = Watch(face.store, face.accounts, face.clock)
    opened = [Page(face, fan_out, watch, *each) for each in who]
    try:
        async with running(watch.run()):
            yield [await page.opened() for page in opened]
    finally:
        for page in opened:
            await page.close()


async def test_each_page_gets_only_what_it_may_show(face):
    who = [(MAYA, "participant", MAYA), (COACH, "coach"), (OTHER_COACH, "coach")]
    async with (
        listening(face.hub) as fan_out,
        pages(face, fan_out, *who) as (own, coach, other),
    ):
        await until(lambda: fan_out.hub_heard)
        face.hub.publish(MAYA, Topic.HEART_RATE, bpm=71, at_us=NOW_US)
        face.hub.publish(STRANGER, Topic.HEART_RATE, bpm=93, at_us=NOW_US)
        await until(lambda: own.bpm_of(MAYA) and coach.bpm_of(MAYA) and other.bpm_of(STRANGER))

        assert own.bpm_of(STRANGER) == coach.bpm_of(STRANGER) == other.bpm_of(MAYA) == []


async def test_a_withdrawn_consent_silences_an_open_page_within_two_seconds(face):
    async with (
        listening(face.hub) as fan_out,
        pages(face, fan_out, (COACH, "coach")) as (coach,),
    ):
        await until(lambda: fan_out.hub_heard)
        face.hub.publish(JON, Topic.HEART_RATE, bpm=80, at_us=NOW_US)
        await until(lambda: coach.bpm_of(JON))

        waited_s = []
        for count, who in enumerate((JON, FARID), 1):  # a busy machine delays one of them too
            face.consent(who, Topic.HEART_RATE, granted=False)
            began_s = time.monotonic()
            await until(lambda count=count: len(coach.named("hidden")) == count)
            waited_s.append(time.monotonic() - began_s)

        assert min(waited_s) < 2
        assert b'{"of":"p-02","topic":"heart_rate"}' in coach.named("hidden")[0]
        face.hub.publish(JON, Topic.HEART_RATE, bpm=81, at_us=NOW_US)
        face.hub.publish(MAYA, Topic.HEART_RATE, bpm=70, at_us=NOW_US)
        await until(lambda: coach.bpm_of(MAYA))
        assert coach.bpm_of(JON) == [80]

        face.consent(JON, Topic.HEART_RATE, granted=True)
        await until(lambda: coach.named("shown"))


async def test_what_is_known_of_consent_is_never_used_when_it_is_old(face):
    watch = Watch(face.store, face.accounts, face.clock)
    session_id = face.session(COACH, "coach")
    sight = Sight(session_id, Scope(Actor(COACH, Role.COACH), None), lambda: None)
    assert (JON, Topic.HEART_RATE) in (await watch.seen(sight)).keys

    face.consent(JON, Topic.HEART_RATE, granted=False)
    try:  # nobody looks again and again here, as when a look takes long
        with face.clock.later(2_000_000):
            assert (JON, Topic.HEART_RATE) not in (await watch.seen(sight)).keys
            face.accounts.sign_out(session_id)
        with face.clock.later(4_000_000):
            assert not (await watch.seen(sight)).signed_in
    finally:
        face.consent(JON, Topic.HEART_RATE, granted=True)


async def test_signing_out_ends_the_streams_of_a_session(face):
    async with (
        listening(face.hub) as fan_out,
        pages(face, fan_out, (COACH, "coach")) as (coach,),
    ):
        face.accounts.sign_out(coach.session_id)
        await until(lambda: coach.has_ended)

        assert coach.named("bye")


async def test_who_is_signed_out_by_an_operator_loses_an_open_stream(face):
    who = [(COACH, "coach"), (OTHER_COACH, "coach")]
    async with listening(face.hub) as fan_out, pages(face, fan_out, *who) as (coach, other):
        face.accounts.end_all(COACH)
        await until(lambda: coach.has_ended)

        assert coach.named("bye")
        assert not other.has_ended


async def test_closing_ends_every_stream_at_once(face):
    who = [(MAYA, "participant", MAYA), (COACH, "coach")]
    async with listening(face.hub) as fan_out, pages(face, fan_out, *who) as opened:
        fan_out.close()
        await until(lambda: all(page.has_ended for page in opened))


async def test_a_beat_says_that_the_hub_is_heard_and_only_then(face):
    hub = web_study.Hub()
    hub.is_away = True
    async with (
        listening(hub) as fan_out,
        pages(face, fan_out, (MAYA, "participant", MAYA)) as (away,),
    ):
        await until(lambda: len(away.said) > 1)
        assert BEAT not in b"".join(away.said)

        hub.is_away = False  # it is tried again and again
        await until(lambda: fan_out.hub_heard)
        async with pages(face, fan_out, (MAYA, "participant", MAYA)) as (back,):
            await until(lambda: back.named("beat"))
        hub.publish(MAYA, Topic.HEART_RATE, bpm=66, at_us=NOW_US)
        await until(lambda: away.bpm_of(MAYA) == [66])


async def test_a_page_that_does_not_read_holds_nobody_up_and_gets_the_newest():
    fan_out = FanOut(web_study.Hub().listen, Recent(), lambda: NOW_US)
    with fan_out.slot(NOW_US) as slot:
        for bpm in range(60, 160):
            fan_out.publish(_heart(MAYA, bpm, NOW_US + bpm))
        fan_out.publish(_heart(JON, 90, NOW_US))

        taken = slot.take()

        assert len(taken) == 2
        assert b'"bpm":159' in taken[MAYA, Topic.HEART_RATE]
        assert slot.take() == {}


async def test_a_page_begins_with_what_changed_since_it_was_made():
    clock_us = NOW_US
    fan_out = FanOut(web_study.Hub().listen, Recent(), lambda: clock_us)
    fan_out.publish(_heart(MAYA, 60, NOW_US))
    clock_us += 5
    fan_out.publish(_heart(JON, 70, NOW_US))

    with fan_out.slot(NOW_US + 5) as slot:
        assert slot.take().keys() == {(JON, Topic.HEART_RATE)}


async def test_pages_share_one_listener(face):
    hub = web_study.Hub()
    async with listening(hub) as fan_out:
        await until(lambda: fan_out.hub_heard)
        async with pages(face, fan_out, *[(MAYA, "participant", MAYA)] * 5) as opened:
            hub.publish(MAYA, Topic.HEART_RATE, bpm=66, at_us=NOW_US)
            await until(lambda: all(page.bpm_of(MAYA) for page in opened))

        assert len(hub._listeners) == 1


def test_a_server_ends_at_once_under_an_open_stream(tmp_path):
    face = web_study.make(tmp_path)
    with web_study.serving(face) as address, httpx.Client(base_url=address) as browser:
        browser.cookies["kindstep"] = face.session(MAYA, "participant")
        with browser.stream("GET", f"/live/{MAYA}") as live:
            assert "content-encoding" not in live.headers
            lines = live.iter_lines()
            assert next(lines) == "retry: 2000"
            began_s = time.monotonic()
            face.server.handle_exit(15, None)
            assert list(lines)[-1] == ""  # what is cut off after a while has no end
    face.store.close()

    assert time.monotonic() - began_s < 2


def test_the_last_minutes_break_where_nothing_was_heard():
    recent = Recent()
    for age, bpm in [(4, 70), (3, 71), (1, 73), (2, 99)]:  # the last one comes late
        frame = _heart(MAYA, bpm, NOW_US - age * BIN_US)
        recent.keep(frame.participant, frame.topic, frame.data)

    line = recent.line(MAYA, NOW_US)

    assert len(line) == BINS
    assert line[-5:] == [70, 71, None, 73, None]
    assert recent.last(MAYA).bpm == 73
    assert recent.line(JON, NOW_US) == [None] * BINS


def _heart(participant, bpm, at_us):
    data = json.dumps({"bpm": bpm, "at_us": at_us}).replace(" ", "").encode()
    return LiveFrame(participant, Topic.HEART_RATE, data)
