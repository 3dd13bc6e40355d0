"""A gateway under load for minutes: `python -m tests.load.gateway [steady | return | outage]`.

Simulated glasses in a process of their own, their radio behind a unix socket; the gateway in
another; a real broker; the real hub here. Each trial prints its figures and raises
AssertionError where one falls short.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from firmware_sims import control
from gateway import hatch
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.settings import IngestSettings
from ingest.subscriber import Ingest
from kindstep import process
from tests.brokers import Nats

_POLL_S = 0.1  # other processes give no event
_MIB = 1 << 20


def now_us():
    return time.time_ns() // 1000


@dataclass
class Stored:
    """What the hub stored, and how late."""

    sequences: dict = field(default_factory=lambda: defaultdict(set))  # by lane
    counters: dict = field(default_factory=lambda: defaultdict(set))  # by device and boot
    delays: list = field(default_factory=list)  # when stored, seconds after its last sample
    doubled: int = 0

    def __call__(self, entries):
        at_us = now_us()
        for batch in (entry.batch for entry in entries):
            lane = self.sequences[batch.device, batch.boot, batch.stream]
            self.doubled += batch.sequence in lane
            lane.add(batch.sequence)
            if batch.stream == "accel":
                end_us = batch.start_us + batch.size * batch.period_us
                self.delays.append((at_us / 1e6, (at_us - end_us) / 1e6))
                self._count(batch)

    def _count(self, batch):
        held = self.counters[batch.device, batch.counted.boot]
        rows = range(batch.counted.sample, batch.counted.sample + batch.size)
        self.doubled += len(held.intersection(rows))
        held.update(rows)

    @property
    def samples(self):
        return sum(len(held) for held in self.counters.values())

    @property
    def gaps(self):
        return sum(max(lane) + 1 - len(lane) for lane in self.sequences.values())

    @property
    def missing(self):
        return sum(max(held) + 1 - min(held) - len(held) for held in self.counters.values())

    def delays_s(self, since_s, *, measured_since_s=0.0):
        return [
            delay_s
            for at_s, delay_s in self.delays
            if at_s >= since_s and at_s - delay_s >= measured_since_s
        ]


class Soak:
    """Everything under way in one folder."""

    def __init__(self, folder, sensors):
        self.folder, self.sensors = folder, sensors
        self.stored = Stored()
        self.broker = Nats(folder / "broker", gateways=("hall",))

    @contextlib.asynccontextmanager
    async def running(self):
        self.broker.start()
        with contextlib.ExitStack() as everything:
            everything.callback(self.broker.stop)
            self.control = everything.enter_context(self._glasses())
            everything.enter_context(self._hub())
            command = process.kindstep("gateway", "--settings", str(self._settings()))
            with (self.folder / "said").open("w") as said:
                gateway = everything.enter_context(process.child(command, stderr=said.fileno()))
            self.gateway = psutil.Process(gateway.pid)
            began_s = time.monotonic()
            await self.until(lambda: len(self.streaming()) == self.sensors, 300)
            print(f"  all streaming {time.monotonic() - began_s:.1f} s after the start")
            yield

    @contextlib.contextmanager
    def _glasses(self):
        devices = [
            {
                "kind": "glasses",
                "serial": f"G{n}",
                "wearer": {"seed": n, "program": [["desk", 60]]},
            }
            for n in range(self.sensors)
        ]
        described = self.folder / "devices.json"
        described.write_text(json.dumps(devices))
        socket = f"hall=unix-server:{self.folder}/hci"
        command = [
            sys.executable,
            "-m",
            "firmware_sims",
            "--devices",
            described,
            "--hci",
            socket,
        ]
        with process.child(command, stdout=subprocess.PIPE) as sims:
            yield json.loads(sims.stdout.readline())["control"]

    @contextlib.contextmanager
    def _hub(self):
        folder = self.folder / "hub"
        log = SqliteLog(folder / "log")
        ingest = Ingest(
            IngestSettings(
                port=self.broker.port, user="hub", password_file=self.broker.password_file
            ),
            folder / "ingest",
            log,
            Archive(folder / "archive"),
            now_us=now_us,
            on_stored=self.stored,
        )
        ingest.start()
        try:
            yield
        finally:
            ingest.stop()
            log.close()

    def _settings(self):
        path = self.folder / "kindstep.toml"
        path.write_text(
            f"""
            [gateway]
            name = "hall"
            site = "soak"
            radio = "unix-client:{self.folder}/hci"
            spool = "{self.folder}/spool.db"
            [gateway.broker]
            host = "127.0.0.1"
            port = {self.broker.port}
            password_file = "{self.broker.password_file}"
            """
        )
        return path

    def streaming(self):
        """Give the devices that the hub hears samples of."""
        return {device for device, _ in self.stored.counters}

    async def status(self):
        asking = hatch.ask(hatch.beside(self.folder / "spool.db"), hatch.Status())
        (told,) = [told async for told in asking]
        return told

    async def held(self):
        told = await self.status()
        return sum(it["state"] in {"streaming", "handing_over"} for it in told["devices"])

    async def ask(self, op, **fields):
        return await control.ask(self.control, op, **fields)

    async def until(self, true, timeout_s):
        give_up_s = time.monotonic() + timeout_s
        while not true():
            assert time.monotonic() < give_up_s, (self.folder / "said").read_text()
            await asyncio.sleep(_POLL_S)

    async def drained(self):
        """Let the glasses measure nothing any more, and wait until the spool is empty."""
        await self.ask("freeze")
        async with asyncio.timeout(120):
            while (await self.status())["spooled_batches"] or not await self._all_confirmed():
                await asyncio.sleep(_POLL_S)

    async def _all_confirmed(self):
        counters = (await self.ask("counters")).values()
        return all(it["confirmed"] == it["measured"] for it in counters)

    async def judge(self):
        """Say what was lost or doubled: nothing may be."""
        await self.drained()
        counters = await self.ask("counters")
        measured = sum(it["measured"] for it in counters.values())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):  # a watermark goes out before we are told
                while self.stored.samples < measured:
                    await asyncio.sleep(_POLL_S)
        stored = self.stored.samples
        print(f"  samples measured {measured}, stored {stored}, doubled {self.stored.doubled}")
        print(f"  sequence gaps {self.stored.gaps}, counter gaps {self.stored.missing}")
        assert (stored, self.stored.doubled) == (measured, 0)
        assert (self.stored.gaps, self.stored.missing) == (0, 0)


async def steady(folder, sensors, seconds):
    """Hold many sensors for long: no gaps, flat memory."""
    print(f"{sensors} sensors at 50 Hz for {seconds:.0f} s")
    soak = Soak(folder, sensors)
    async with soak.running():
        begun_s, used_s = time.time(), sum(soak.gateway.cpu_times()[:2])
        memory = []
        for _ in range(5):
            await asyncio.sleep(seconds / 5)
            memory.append(soak.gateway.memory_info().rss / _MIB)
        used_s = sum(soak.gateway.cpu_times()[:2]) - used_s
        delays_s = soak.stored.delays_s(begun_s)
        cut = statistics.quantiles(delays_s, n=100)
        print(
            f"  latency p50 {cut[49]:.3f} s, p99 {cut[98]:.3f} s, worst {max(delays_s):.3f} s"
        )
        each = " ".join(f"{mib:.1f}" for mib in memory)
        print(f"  memory {each} MiB at each fifth of the time, bumble within")
        print(f"  CPU of the gateway {100 * used_s / seconds:.0f} % of a core")
        await soak.judge()
        assert memory[-1] < memory[0] + 4


async def back(folder, sensors, seconds):
    """Lose all sensors, and have all of them back within 5 s."""
    print(f"{sensors} sensors out of range for {seconds:.0f} s")
    soak = Soak(folder, sensors)
    async with soak.running():
        for n in range(sensors):
            await soak.ask("set_range", device=f"G{n}", in_range=False)
        await asyncio.sleep(seconds)
        assert await soak.held() == 0
        begun_s = time.monotonic()
        for n in range(sensors):
            await soak.ask("set_range", device=f"G{n}", in_range=True)
        async with asyncio.timeout(30):
            while await soak.held() < sensors:
                await asyncio.sleep(_POLL_S)
        back_s = time.monotonic() - begun_s
        print(f"  all back after {back_s:.2f} s")
        await soak.judge()
        assert back_s <= 5


async def outage(folder, sensors, seconds):
    """Stop the broker with everything streaming: live again within 10 s of its return."""
    print(f"{sensors} sensors, broker down for {seconds:.0f} s")
    soak = Soak(folder, sensors)
    async with soak.running():
        soak.broker.kill()
        await asyncio.sleep(seconds)
        waiting = (await soak.status())["spooled_batches"]
        soak.broker.start()
        begun_s = time.time()
        await asyncio.sleep(15)
        live_s = soak.stored.delays_s(begun_s + 10, measured_since_s=begun_s)
        left = (await soak.status())["spooled_batches"]
        print(f"  {waiting} batches waited at its return, {left} after 15 s")
        worst_s = max(live_s, default=float("inf"))  # nothing came: that is no latency at all
        print(f"  live latency from 10 s on: worst {worst_s:.3f} s of {len(live_s)}")
        await soak.judge()
        assert worst_s < 1


TRIALS = {"steady": (steady, 100, 300), "return": (back, 32, 30), "outage": (outage, 32, 120)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trials", nargs="*", choices=[*TRIALS, []], default=[])
    for name in parser.parse_args().trials or TRIALS:
        trial, sensors, seconds = TRIALS[name]
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(trial(Path(folder), sensors, seconds))


if __name__ == "__main__":
    main()
