"""The pages under load: 500 live phones at 1 Hz, a triage of 500 rows, weights and requests/s.

Pages and hub are processes of their own with a study of three weeks; the phones are connections
of this one. A frame's age is from what it tells of being stored to its last byte here.

    python -m benchmarks.web [SECONDS] [PEOPLE]
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from statistics import median
from typing import Any, TypeAlias

import httpx
import psutil
from playwright.sync_api import Page, sync_playwright

from tests.browsing import DESK, FLAGS, PHONE
from tests.conftest import find_server
from tests.web_study import MAYA

Told: TypeAlias = dict[str, Any]
Child: TypeAlias = subprocess.Popen[bytes]
Ages: TypeAlias = dict[str, list[float]]  # by topic

SECONDS, PEOPLE = 60, 500
TICKS = 10


def main(seconds: int = SECONDS, people: int = PEOPLE) -> None:
    """Measure all of it, and print the figures."""
    with tempfile.TemporaryDirectory() as folder, child("pages", folder, str(people)) as pages:
        told = json.loads(pages.stdout.readline())
        with child("hub", folder, str(told["ahead_us"]), *told["sessions"]) as hub:
            phones(told, pages, hub, seconds)
            requests(told, pages)
            browser(told, hub)


@contextlib.contextmanager
def child(*command: str) -> Iterator[Child]:
    """Run a part of the study; it ends when its standard input does."""
    program = [sys.executable, "-m", "benchmarks.live_study", *command]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        yield running


def order(hub: Child, word: str) -> None:
    """Tell the hub to go on, or to rest."""
    hub.stdin.write(f"{word}\n".encode())
    hub.stdin.flush()


def phones(told: Told, pages: Child, hub: Child, seconds: int) -> None:
    """Print how old frames are that so many phones get, and what that costs."""
    count = len(told["sessions"])
    ages_ms, rss_mb, cpu = asyncio.run(hold(told, psutil.Process(pages.pid), hub, seconds))
    print(f"{count} phones for {seconds} s, a heart rate a second and a minute a minute each")
    for topic, says, due in (
        ("heart_rate", "heart rate stored to received", count * seconds),
        ("activity", "minute committed to received", count * seconds // 60),
    ):
        found = sorted(ages_ms[topic])
        print(f"  {topic + ' frames':<32}{len(found):>10,} of {due:,}")
        print(f"  {says:<32}{median(found):>10.0f} ms median")
        print(f"{found[int(0.99 * len(found))]:>44.0f} ms p99")
    print(f"  {'of a core':<32}{100 * cpu:>10.1f} %")
    first, last = rss_mb
    print(f"  {'resident':<32}{first:>10.0f} MB at first, {last:.0f} MB at last")


async def hold(
    told: Told, pages: psutil.Process, hub: Child, seconds: int
) -> tuple[Ages, tuple[float, float], float]:
    """Hold a connection for each phone; return ages, memory at both ends, share of a core."""
    ages_ms: Ages = {"heart_rate": [], "activity": []}
    readers = [
        asyncio.create_task(listen(told, who, session, ages_ms))
        for who, session in told["sessions"].items()
    ]
    await asyncio.sleep(10)  # until all are open
    order(hub, "on")
    await asyncio.sleep(3)
    for ages in ages_ms.values():
        ages.clear()
    before_s, rss = spent_s(pages), pages.memory_info().rss / 1e6
    await asyncio.sleep(seconds)
    busy_s, last = spent_s(pages) - before_s, pages.memory_info().rss / 1e6
    found = {topic: list(ages) for topic, ages in ages_ms.items()}
    order(hub, "off")
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    return found, (rss, last), busy_s / seconds


def spent_s(process: psutil.Process) -> float:
    """Return how long a process has had a processor."""
    times = process.cpu_times()
    return times.user + times.system


async def listen(told: Told, who: str, session: str, ages_ms: Ages) -> None:
    """Be one phone: note the age of each frame."""
    _, _, port = told["address"].rpartition(":")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    asked = f"GET /live/{who} HTTP/1.1\r\nHost: localhost:{port}\r\n"
    writer.write(f"{asked}Cookie: kindstep={session}\r\n\r\n".encode())
    topic = ""
    while line := await reader.readline():
        name, _, rest = line.decode().strip().partition(": ")
        if name == "event":
            topic = rest
        elif topic in ages_ms and '"at_us":' in rest:
            at_us = int(rest.partition('"at_us":')[2].split("}")[0])
            now_us = told["ahead_us"] + time.monotonic_ns() // 1000
            ages_ms[topic].append((now_us - at_us) / 1000)


def requests(told: Told, pages: Child) -> None:
    """Print how fast pages come, one after the other, what they cost, and their size."""
    process = psutil.Process(pages.pid)
    paths = [
        ("/", told["sessions"][MAYA]),
        ("/cards/hero", told["sessions"][MAYA]),
        ("/trends", told["sessions"][MAYA]),
        ("/me", told["sessions"][MAYA]),
        ("/coach/m-001", told["coach"]),
        ("/coach", told["coach"]),
    ]
    print("pages, asked for one by one")
    for path, session in paths:
        with httpx.Client(base_url=told["address"], cookies={"kindstep": session}) as client:
            client.get(path)
            times_s, begun_s, busy_s = [], time.perf_counter(), spent_s(process)
            while time.perf_counter() - begun_s < 3 or len(times_s) < 3:
                asked_s = time.perf_counter()
                answer = client.get(path)
                times_s.append(time.perf_counter() - asked_s)
            cost_ms = 1000 * (spent_s(process) - busy_s) / len(times_s)
            size_kb = int(answer.headers.get("content-length", len(answer.content))) / 1000
        each_s = median(times_s)
        print(
            f"  {path:<14}{1 / each_s:>8.1f} a second{1000 * each_s:>9.1f} ms"
            f"{cost_ms:>9.1f} ms of a core{size_kb:>8.1f} kB"
        )


def browser(told: Told, hub: Child) -> None:
    """Print what a browser needs for the two main pages."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_server("chromium"), args=FLAGS
        )
        how = {"service_workers": "block"}
        print("cold, in Chromium")
        for name, way_in, path, shape in (
            ("today", told["phone"], "/", PHONE),
            ("triage", told["way_in"], "/coach", DESK),
        ):
            context = chromium.new_context(**shape, **how)
            page = context.new_page()
            page.goto(f"{told['address']}/in/{way_in}")
            page.get_by_role("button", name="Continue").click()
            page.wait_for_load_state()
            cold(page, told["address"] + path, name)
            if name == "triage":
                ticks(page, hub)
            context.close()
        chromium.close()


def cold(page: Page, url: str, name: str) -> None:
    """Print the best of three visits with nothing kept."""
    devtools, sizes = page.context.new_cdp_session(page), []
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    times_ms = []
    for _ in range(3):
        sizes.clear()
        devtools.send("Network.clearBrowserCache")
        page.goto(url)
        page.wait_for_function("() => document.getElementById('link').dataset.state === 'live'")
        page.wait_for_function(
            "() => performance.getEntriesByName('first-contentful-paint').length"
        )
        times = page.evaluate("JSON.stringify(performance.getEntriesByType('navigation')[0])")
        paint = page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        )
        times_ms.append((json.loads(times)["domContentLoadedEventEnd"], paint))
    interactive_ms, paint_ms = map(min, zip(*times_ms, strict=True))
    print(
        f"  {name:<8} {sum(sizes) / 1000:>7.1f} kB, first paint {paint_ms:.0f} ms, "
        f"interactive {interactive_ms:.0f} ms"
    )


def ticks(page: Page, hub: Child) -> None:
    """Print how long scripts run for a second of news to every row."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})  # others may run too

    def script_s() -> float:
        found = devtools.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in found if each["name"] == "ScriptDuration")

    order(hub, "on")
    page.wait_for_timeout(3000)
    before_s = script_s()
    page.wait_for_timeout(1000 * TICKS)
    each_ms = 1000 * (script_s() - before_s) / TICKS
    order(hub, "off")
    rows = page.locator("#rows tr").count()
    print(
        f"  {rows} rows, each with a new heart rate a second: {each_ms:.1f} ms of script a tick"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
