"""The pages under load: 500 live phones at 1 Hz, a triage of 500 rows, weights and requests/s.

The server is a process of its own with a study of three weeks; the phones are connections of
this one. A frame's age is from its publishing to its last byte here, by the same clock.

    python -m benchmarks.web [SECONDS] [PEOPLE]
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import httpx
import psutil
from playwright.sync_api import Page, sync_playwright

from people.authorize import Topic
from tests import web_study
from tests.browsing import DESK, FLAGS, PHONE
from tests.conftest import find_server
from tests.web_study import MAYA

Told: TypeAlias = dict[str, Any]

COACH = "c-many"

SECONDS, PEOPLE = 60, 500
TICKS = 10


def main(seconds: int = SECONDS, people: int = PEOPLE) -> None:
    """Measure all of it, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.web", "serve", folder, str(people)]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            told = json.loads(server.stdout.readline())
            phones(told, server, seconds)
            requests(told, server)
            browser(told, server)
        finally:
            server.terminate()
            server.wait()


def serve(folder: str, people: str) -> None:
    """Serve a study until the end; each line on standard input is an order to publish."""
    face = web_study.make(Path(folder))
    ids = face.crowd(COACH, int(people) - 1)
    with web_study.serving(face) as address:
        links = {who: face.session(who, "participant") for who in [MAYA, *ids]}
        told = {
            "address": address,
            "sessions": links,
            "coach": face.session(COACH, "coach"),
            "way_in": face.link(COACH, "coach"),
            "phone": face.link(MAYA, "participant"),
        }
        print(json.dumps(told), flush=True)
        publishing = threading.Event()
        threading.Thread(target=publish, args=(face, ids, publishing), daemon=True).start()
        for line in sys.stdin:
            publishing.set() if line.strip() == "on" else publishing.clear()


def publish(face: web_study.Face, ids: list[str], publishing: threading.Event) -> None:
    """Publish a heart rate of everybody each second, while asked to."""
    while publishing.wait():
        begun_s = time.monotonic()
        for n, who in enumerate([MAYA, *ids]):
            bpm, at_us = 60 + (n + int(begun_s)) % 40, face.clock()
            said = {"bpm": bpm, "at_us": at_us, "sent_ns": time.monotonic_ns()}
            face.hub.publish(who, Topic.HEART_RATE, **said)
        time.sleep(max(0.0, 1 - (time.monotonic() - begun_s)))


def order(server: subprocess.Popen[bytes], word: str) -> None:
    """Tell the server to publish, or to stop."""
    server.stdin.write(f"{word}\n".encode())
    server.stdin.flush()


def phones(told: Told, server: subprocess.Popen[bytes], seconds: int) -> None:
    """Print how old frames are that so many phones get, and what that costs."""
    sessions = told["sessions"]
    process = psutil.Process(server.pid)
    ages_ms, rss_mb, cpu = asyncio.run(hold(told, server, process, seconds))
    ages_ms.sort()
    print(f"{len(sessions)} phones for {seconds} s, a frame a second each")
    print(f"  frames received          {len(ages_ms):>10,} of {len(sessions) * seconds:,}")
    print(f"  published to received    {median(ages_ms):>10.0f} ms median")
    print(f"                           {ages_ms[int(0.99 * len(ages_ms))]:>10.0f} ms p99")
    print(f"  of a core                {100 * cpu:>10.1f} %")
    print(
        f"  resident                 {rss_mb[0]:>10.0f} MB at first, {rss_mb[1]:.0f} MB at last"
    )


async def hold(
    told: Told, server: subprocess.Popen[bytes], process: psutil.Process, seconds: int
) -> tuple[list[float], tuple[float, float], float]:
    """Hold a connection for each phone; return ages, memory at both ends, share of a core."""
    _, _, port = told["address"].rpartition(":")
    ages_ms = []
    readers = [
        asyncio.create_task(listen(int(port), who, session, ages_ms))
        for who, session in told["sessions"].items()
    ]
    await asyncio.sleep(10)  # until all are open
    order(server, "on")
    await asyncio.sleep(3)
    ages_ms.clear()
    before_s, rss = spent_s(process), process.memory_info().rss / 1e6
    await asyncio.sleep(seconds)
    busy_s, last = spent_s(process) - before_s, process.memory_info().rss / 1e6
    found = list(ages_ms)
    order(server, "off")
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    return found, (rss, last), busy_s / seconds


def spent_s(process: psutil.Process) -> float:
    """Return how long a process has had a processor."""
    times = process.cpu_times()
    return times.user + times.system


async def listen(port: int, who: str, session: str, ages_ms: list[float]) -> None:
    """Be one phone: note the age of each frame."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = f"GET /live/{who} HTTP/1.1\r\nHost: localhost:{port}\r\n"
    writer.write(f"{asked}Cookie: kindstep={session}\r\n\r\n".encode())
    while line := await reader.readline():
        if b'"sent_ns":' in line:
            sent_ns = int(line.partition(b'"sent_ns":')[2].split(b"}")[0])
            ages_ms.append((time.monotonic_ns() - sent_ns) / 1e6)


def requests(told: Told, server: subprocess.Popen[bytes]) -> None:
    """Print how fast pages come, one after the other, what they cost, and their size."""
    process = psutil.Process(server.pid)
    pages = [
        ("/", told["sessions"][MAYA]),
        ("/cards/hero", told["sessions"][MAYA]),
        ("/trends", told["sessions"][MAYA]),
        ("/me", told["sessions"][MAYA]),
        ("/coach/m-001", told["coach"]),
        ("/coach", told["coach"]),
    ]
    print("pages, asked for one by one")
    for path, session in pages:
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


def browser(told: Told, server: subprocess.Popen[bytes]) -> None:
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
                ticks(page, server)
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


def ticks(page: Page, server: subprocess.Popen[bytes]) -> None:
    """Print how long scripts run for a second of news to every row."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})  # others may run too

    def script_s() -> float:
        found = devtools.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in found if each["name"] == "ScriptDuration")

    order(server, "on")
    page.wait_for_timeout(3000)
    before_s = script_s()
    page.wait_for_timeout(1000 * TICKS)
    each_ms = 1000 * (script_s() - before_s) / TICKS
    order(server, "off")
    rows = page.locator("#rows tr").count()
    print(
        f"  {rows} rows, each with a new heart rate a second: {each_ms:.1f} ms of script a tick"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(*sys.argv[2:])
    else:
        main(*map(int, sys.argv[1:]))
