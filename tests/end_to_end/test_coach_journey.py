"""The coach's journey, on a hub that was an empty folder: a queue that means something, to 30.

Steps bear their numbers. What people did before they came is imported from their phones; the
crowd that rates a coach in the end speaks to the same pages, without a browser each.
"""

import asyncio
import re
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.async_api import expect

from coaching.coaches.reputation import LATEST
from kindstep import settings, study
from kindstep.enrolment import Desk
from kindstep.taking_in import Newcomer
from tests import from_nothing
from tests.browsing import DESK, PHONE
from tests.from_nothing import NUMBER, amended, faults, share, strap, unfold, walked

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

GOAL_STEPS = 2000
ON_MONDAY, LATELY = 8000, 3000  # steps a day that Chidi walked, and walks
DAYS = 11  # of which he brings a record
TOGETHER = "A fortnight as a team"
CROWD = 29  # people who rate her, and one more
_OFFER = re.compile(r'action="(\S+/answer)".*?name="answer" value="([^"]+)"', re.DOTALL)
OURS = {"sec-fetch-site": "same-origin", "hx-request": "true"}


def protocol(text):
    """Give the study with a goal that is near by noon, and a prompt when it is reached."""
    text = amended(text, baseline_steps=GOAL_STEPS)
    return text.replace("[prompts]\n", "[prompts]\nreached = true\n")


async def test_from_an_empty_queue_to_thirty_ratings(tmp_path, server):
    async with from_nothing.hub(tmp_path, server, [strap(tmp_path)], protocol) as hub:
        dana = await staffed(hub)
        ana, ben = await joined(hub, tmp_path)
        await ill(ana)
        await triaged(hub, dana)
        await looked_at(dana)
        await written_to(hub, dana, ben)
        await proposed(hub, dana, ben)
        await handed_over(hub, dana, ana, tmp_path)
        await rated(hub, dana, ben)


async def staffed(hub):
    """Let two coaches in whose credentials somebody saw; give the page of the first."""
    ways_in = [await hub.take_in(name, "coach") for name in ("Dana", "Marek")]
    verify = hub.desk.locator("form", has_text="Credential")
    for name in ("Dana", "Marek"):
        await verify.locator("[name=coach]").select_option(label=name)
        await verify.get_by_label("Credential you have seen").fill(f"licence of {name}")
        await verify.get_by_label("Valid until").fill(f"{datetime.now(UTC).year + 2}-01-01")
        async with hub.desk.expect_response("**/coaches/verify") as answered:
            await verify.get_by_role("button", name="Verify").click()
        await (await answered.value).finished()
    dana = await hub.page(ways_in[0], **DESK)
    await expect(dana.get_by_role("heading", level=1)).to_have_text("Nobody needs you now")
    return dana


async def joined(hub, folder):
    """Let four people in, each with what they did before; give the phones of two of them."""
    noon = datetime.now(UTC)
    phones = {}
    for name, coach in (("Ana", "Dana"), ("Ben", "Dana"), ("Chidi", "Dana"), ("Dov", "Marek")):
        phones[name] = phone = await hub.page(
            await hub.take_in(name, "participant", coach), **PHONE
        )
        await phone.goto(f"{hub.address}/me")
        for what in ("Activity", "Prompts", "Messages"):
            await share(phone, what, "your coach")
        await phone.goto(hub.address)
    await phones["Ana"].goto(f"{hub.address}/me")
    await share(phones["Ana"], "Heart rate", "your coach")
    await phones["Ana"].goto(hub.address)
    await hub.give("strap-", "Ana")
    await hub.bring("Ana", walked(folder, [("Phone", noon - timedelta(hours=1), 18, 100)]))
    await hub.bring("Ben", walked(folder, [("Phone", noon - timedelta(hours=20), 30, 100)]))
    await hub.bring("Chidi", walked(folder, chidis_days(noon)))
    return phones["Ana"], phones["Ben"]


def chidis_days(noon):
    """Give eleven hours a day: seven as ever, one of them still, and a day without data."""
    for back in range(1, DAYS + 1):
        steps = LATELY if back <= 3 else ON_MONDAY
        a_minute = 0 if back == 6 else round(steps / 660)
        if back != 5:
            yield "Phone", noon - timedelta(days=back, hours=4), 660, a_minute


async def ill(ana):
    """Answer the coach that the day brought with what no bot may answer."""
    message = ana.locator("#prompt article").first
    await expect(message).to_contain_text("Why this?")
    await message.get_by_text("Answer in your own words").tap()
    await message.get_by_label("Your words").fill("I have chest pain")
    await message.get_by_role("button", name="Send").tap()
    await expect(ana.locator("#prompt")).to_contain_text("call 911 now")


async def triaged(hub, dana):
    """See who needs a coach, and nobody else's people."""
    # 1: sees only own panel
    await dana.reload()
    await expect(dana.locator("#rows tr")).to_have_count(3)
    await expect(dana.locator("main")).not_to_contain_text("Dov")
    stranger = await hub.who("Dov")
    assert (await dana.request.get(f"{hub.address}/coach/{stranger}")).status == 404
    # 2: queue by red flag, stale data, falling trend
    await expect(dana.locator("#red-flags h2")).to_contain_text("Ana")
    await expect(dana.locator("#red-flags")).to_contain_text("chest pain")
    await expect(row(dana, "Ben")).to_contain_text("No data since")
    falling = re.compile(r"Steps down 5\d%: 3,3\d\d a day, own norm 7,9\d\d")
    await expect(row(dana, "Chidi")).to_contain_text(falling)
    beats = row(dana, "Ana").locator("[data-show=bpm] b")
    await expect(beats).to_have_text(NUMBER)
    assert await faults(dana) == []


def row(dana, name):
    return dana.locator("#rows tr", has_text=name)


async def looked_at(dana):
    """Look at one person's days, and at what another one answered."""
    home = dana.url
    # 3: a person's week, gaps, prompts, replies
    await dana.get_by_role("link", name="Chidi").click()
    days = dana.locator(".history tbody tr")
    await expect(days).to_have_count(14)
    # 4: no data is not no activity
    still = days.filter(has=dana.locator("td", has_text=re.compile(r"^0\+?$")))
    await expect(still).to_have_count(1)
    await expect(still).to_contain_text("11 h")
    unknown = dana.locator(".history tr.no-data")
    await expect(unknown).to_have_count(14 - (DAYS - 1))
    await expect(unknown.first).to_contain_text("no data")
    assert await faults(dana) == []
    await dana.goto(home)
    await dana.get_by_role("link", name="Ana", exact=True).click()
    told = dana.locator(".prompts li", has_text="“I have chest pain”")
    await told.get_by_text("Why it was sent").click()
    await expect(told).to_contain_text("80% of your goal")
    await dana.goto(home)


async def written_to(hub, dana, ben):
    """Send approved words, within one budget and never at night."""
    # 5: templated message, budget falls
    dialog = dana.get_by_role("dialog")
    await dana.get_by_role("button", name="Message Ben").click()
    await expect(dialog.locator(".budget")).to_contain_text("5 of 5 pushes are left")
    await send(dialog, 0)
    await expect(dialog.get_by_role("status")).to_have_text("Sent.")
    await expect(dialog.locator(".budget")).to_contain_text("4 of 5 pushes are left")
    await dana.keyboard.press("Escape")
    options = ben.locator("#prompt .answers button")
    await options.first.tap()
    await expect(ben.locator("#prompt")).to_contain_text("You answered")
    await expect(row(dana, "Ben").locator("td.answer b")).to_be_visible()
    # 6: a message in quiet hours is held
    await ben.goto(f"{hub.address}/me")
    quiet = await unfold(ben, "Quiet hours")
    await quiet.get_by_label("From").fill("11:00")
    await quiet.get_by_label("to", exact=True).fill("14:30")
    await quiet.get_by_role("button", name="Save").tap()
    await expect(ben.get_by_text("Nothing is sent from 11:00 to 14:30.")).to_be_visible()
    await ben.goto(hub.address)
    await dana.get_by_role("button", name="Message Ben").click()
    await send(dialog, 1)
    await expect(dialog.get_by_role("status")).to_have_text(
        re.compile(r"Held until \w+ 14:30\.")
    )
    await expect(dialog.locator(".budget")).to_contain_text("4 of 5 pushes are left")
    await dana.keyboard.press("Escape")
    await expect(ben.locator("#prompt article")).to_have_count(1)


async def send(dialog, number):
    await dialog.get_by_role("radio").nth(number).check()
    await dialog.get_by_role("button", name="Send").click()


async def proposed(hub, dana, ben):
    """Propose a challenge to a team; one of its people reads it at once, and joins."""
    home = dana.url
    await ben.goto(f"{hub.address}/me")
    await share(ben, "Being found", "your coach")
    await ben.goto(hub.address)
    await ben.get_by_text("Friends, teams and invitations").tap()
    await ben.get_by_label("A new team or family").fill("Harbour")
    await ben.get_by_role("button", name="Begin").tap()
    await expect(ben.get_by_role("button", name="Give together with Harbour")).to_be_visible()
    await dana.get_by_role("link", name="Challenges").click()
    await dana.locator("[name=offer]").select_option(label=TOGETHER)
    await dana.locator("[name=team]").select_option(label="Harbour")
    await dana.get_by_role("button", name="Propose").click()
    stands = dana.get_by_role("region", name=TOGETHER)
    await expect(stands).to_contain_text("0 have joined")
    offered = ben.locator("#challenges article", has_text=TOGETHER)
    await offered.get_by_role("button", name="Join").tap()
    await expect(offered.get_by_role("button", name="Leave")).to_be_visible()
    await dana.reload()
    await expect(stands).to_contain_text("1 has joined, of your panel: Ben")
    assert await faults(dana) == []
    await dana.goto(home)


async def handed_over(hub, dana, ana, folder):
    """Look after a red flag while the bot is silent, and say what came of it."""
    home = dana.url
    # 7: escalation pauses automation
    await dana.locator("#red-flags").get_by_role("button", name="I look after it").click()
    await expect(dana.locator("#red-flags")).to_contain_text("Dana looks after it.")
    now = datetime.now(UTC)
    await hub.bring("Ana", walked(folder, [("Watch", now - timedelta(hours=2), 5, 100)]))
    await expect(ana.locator("#hero")).to_contain_text("Goal reached.")
    await dana.get_by_role("link", name="Ana", exact=True).click()
    withheld = dana.locator(".withheld")
    await withheld.get_by_text("1 not sent").click()
    await expect(withheld).to_contain_text("a human looks after them")
    await dana.goto(home)
    # 8: resolve with a note, audit row
    flag = dana.locator("#red-flags")
    await flag.get_by_label("What came of it").fill("Rang: a pulled muscle, saw a doctor")
    await flag.get_by_role("button", name="Close", exact=True).click()
    await expect(flag.get_by_role("button", name="Undo: open it again")).to_be_visible()
    await expect(flag.locator("article")).to_have_count(0)
    await hub.desk.goto(f"{hub.address}/operator/trail?whom={await hub.who('Ana')}")
    audit = hub.desk.locator("tbody tr", has_text="closed a sign of danger")
    await expect(audit).to_contain_text("Dana")
    await expect(audit).to_contain_text("Ana")
    await hub.desk.goto(f"{hub.address}/operator")


async def rated(hub, dana, ben):
    """Be rated by thirty people, and see nothing of it before."""
    # 9: own rating from 30 responses
    known = hub.desk.locator("[name=coach] option", has_text="Dana").first
    await crowd(hub, dana, await known.get_attribute("value"))
    await dana.goto(f"{hub.address}/coaching")
    says = dana.locator("main")
    await expect(says).to_contain_text(
        f"from 30 responses on, to you as well; there are {CROWD}"
    )
    await ben.get_by_label("4 of 5 stars").tap()
    await ben.locator("#rate").get_by_role("button", name="Rate").tap()
    await expect(ben.locator("#rate")).to_contain_text("Thank you.")
    await dana.reload()
    await expect(says).to_contain_text("4.0 of 5 stars, 30 responses")
    await expect(dana.get_by_role("article")).to_have_count(LATEST)
    assert await faults(dana) == []


async def crowd(hub, dana, coach):
    """Let people in who answer their coach and rate her, as their browsers would ask it."""
    chosen, now_us = settings.load(hub.settings), time.time_ns() // 1000
    form = await dana.request.get(f"{hub.address}/coach/{await hub.who('Ben')}/message")
    words = {"template": re.search(r'name="template" value="([^"]+)"', await form.text())[1]}
    with Desk(chosen, study.load(chosen.study), now_us) as desk:
        known = [desk.add(Newcomer(f"P {n}", hub.zone, coach=coach)) for n in range(CROWD)]
        links = [desk.link(who) for who in known]

    async def rates(who, link, stars):
        async with httpx.AsyncClient(base_url=hub.address, headers=OURS, timeout=30) as phone:
            await phone.post(f"/in/{link.rpartition('/')[2]}")
            shared = {"topic": "messages", "viewer": "coach", "granted": "true"}
            await phone.post("/me/consent", data=shared)
            to = f"{hub.address}/coach/{who}/message"
            assert (await dana.request.post(to, form=words, headers=OURS)).ok
            card = (await phone.get("/cards/prompt")).text
            path, said = _OFFER.search(card).groups()
            await phone.post(path, data={"answer": said})
            given = {"coach": coach, "stars": stars, "comment": f"Answers {who}"}
            rating = await phone.post("/directory/rate", data=given)
            assert "Thank you." in rating.text

    people = enumerate(zip(known, links, strict=True))
    await asyncio.gather(*(rates(*each, 3 + 2 * (n % 2)) for n, each in people))
