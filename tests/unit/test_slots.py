import asyncio
import contextlib

import pytest

from gateway.slots import Slots


@pytest.fixture
async def hold():
    """`await hold(slots, "a")` takes a slot; `await hold.release("a")` gives it back."""
    async with contextlib.AsyncExitStack() as everything:
        yield Holder(everything)


class Holder:
    def __init__(self, everything):
        self._everything = everything
        self._held = {}

    async def __call__(self, slots, address, *, short=False, within_s=5):
        stack = await self._everything.enter_async_context(contextlib.AsyncExitStack())
        lease = slots.lease(address, short=short, within_s=within_s)
        await stack.enter_async_context(lease)
        self._held[address] = stack
        return address

    async def release(self, address):
        await self._held.pop(address).aclose()


async def asked(hold, slots, address, **how):
    """Ask for a slot, and let everyone else have their turn."""
    asking = asyncio.create_task(hold(slots, address, **how))
    await asyncio.sleep(0)
    return asking


def who(slots):
    return {lease.address for lease in slots.held}


async def test_gives_away_as_many_as_there_are(hold):
    slots = Slots(2)
    await hold(slots, "a")
    await hold(slots, "b")
    third = await asked(hold, slots, "c")
    assert not slots.has_room
    assert not third.done()

    await hold.release("a")
    assert await third == "c"
    assert who(slots) == {"b", "c"}


async def test_the_first_to_ask_is_the_first_to_get_one(hold):
    slots = Slots(1)
    await hold(slots, "a")
    asking = [await asked(hold, slots, address) for address in "bcd"]
    await hold.release("a")

    assert await asking[0] == "b"
    assert [lease.address for lease in slots.waiting] == ["c", "d"]
    for address, following in (("b", asking[1]), ("c", asking[2])):
        await hold.release(address)
        await following


async def test_a_short_lease_comes_first(hold):
    slots = Slots(1)
    await hold(slots, "stream")
    stream, cuff = await asked(hold, slots, "b"), await asked(hold, slots, "cuff", short=True)
    await hold.release("stream")

    assert await cuff == "cuff"
    assert not stream.done()
    await hold.release("cuff")
    await stream


async def test_who_waits_in_vain_leaves_no_trace(hold):
    slots = Slots(1)
    await hold(slots, "a")

    with pytest.raises(TimeoutError):
        await hold(slots, "b", within_s=0.01)

    assert slots.waiting == []
    assert who(slots) == {"a"}


async def test_a_slot_given_to_who_gave_up_goes_to_the_next(hold):
    slots = Slots(1)
    await hold(slots, "a")
    given_up, following = await asked(hold, slots, "b"), await asked(hold, slots, "c")
    release = asyncio.create_task(hold.release("a"))
    given_up.cancel()
    await release

    assert await following == "c"
    assert who(slots) == {"c"}


async def test_without_a_budget_the_radio_decides(hold):
    slots = Slots(None)
    for address in "abc":
        await hold(slots, address)

    slots.refused()
    await hold.release("c")

    assert slots.budget == 2
    assert not slots.has_room


async def test_a_stream_is_asked_to_make_room_only_for_who_waited_long(hold):
    slots = Slots(1)
    await hold(slots, "a")
    assert not slots.is_wanted(0)

    waiting = await asked(hold, slots, "b")
    assert not slots.is_wanted(60)
    assert slots.is_wanted(0)
    cuff = await asked(hold, slots, "cuff", short=True)
    assert slots.is_wanted(60)
    for asking in (waiting, cuff):
        asking.cancel()
    await asyncio.wait([waiting, cuff])
    assert slots.waiting == []
