"""A round of chaos: a whole system in real processes, troubled at random, and its books after.

What goes wrong when is drawn from a seed. At the end everyone may finish, and then what the
firmware itself counted has to be stored or stated as a gap, nothing twice, and every minute
has to be what the kernels make of the stored samples in one go.
"""

import asyncio
import contextlib
import os
import random
import shutil
import subprocess
from pathlib import Path

from ingest.archive import Archive
from ingest.audit import differences
from ingest.journal import Journal
from ingest.ledger import Ledger
from ingest.log.sqlite import SqliteLog
from tests.brokers import BROKERS
from tests.chaos.proxy import Proxy
from tests.offline import minutes_of
from tests.system import System, minutes_in_the_end

EMBEDDED = "embedded"
KINDS = (EMBEDDED, *BROKERS)
GLASSES = {
    "kind": "glasses",
    "serial": "G1",
    "wearer": {"seed": 5, "program": [["walking", 7], ["desk", 3]]},
    "remembered_s": 2400.0,
    "in_range": False,
}
STRAP = {"kind": "strap", "serial": "S1", "wearer": {"seed": 5, "program": [["desk", 60]]}}
_STRAP_EVENTS = 10  # enough for the hub to learn its pace
_DISK_BYTES = 96 << 20


class Disk:
    """A small disk of its own for the hub, where this machine lets us have one."""

    def __init__(self, folder):
        self._folder = folder
        self._ballast = folder / "ballast"
        self.is_small = False

    def __enter__(self):
        self._folder.mkdir(mode=0o700)
        size = f"size={_DISK_BYTES}"
        mount = [shutil.which("mount"), "-t", "tmpfs", "-o", size, "kindstep", self._folder]
        if os.geteuid() == 0 and mount[0]:
            done = subprocess.run(mount, capture_output=True, check=False)
            self.is_small = done.returncode == 0
        return self

    def __exit__(self, *_):
        if self.is_small:
            subprocess.run([shutil.which("umount"), "--lazy", self._folder], check=True)

    def fill(self):
        with self._ballast.open("wb") as ballast, contextlib.suppress(OSError):
            while True:
                os.write(ballast.fileno(), bytes(1 << 16))

    def free(self):
        self._ballast.unlink(missing_ok=True)


class Round:
    """One round; `log` says what went wrong in it, in order."""

    def __init__(self, root, seed, kind):
        self.root, self.seed, self.kind = Path(root), seed, kind
        self.rng = random.Random(seed)  # noqa: S311 - chance that can be repeated
        self.log = []
        self._snapshot = self.root / "snapshot"

    async def run(self):
        """Run it; raise AssertionError if the books are wrong."""
        with contextlib.ExitStack() as stack:
            self.disk = stack.enter_context(Disk(self.root / "data"))
            self.broker = None
            if self.kind != EMBEDDED:
                self.broker = BROKERS[self.kind](self.root / "broker", gateways=("home",))
                self.broker.start()
                stack.callback(self.broker.stop)
            self.system = System(self.root, [GLASSES, STRAP], broker=self.broker)
            async with Proxy(self.system.port, self.rng) as self.proxy:
                self.system.gateway_port = self.proxy.port
                stack.enter_context(self.system)
                said = await self._live()
            return await self._check(said)

    async def _live(self):
        system = self.system
        system.start("hub")
        system.start("home")
        await system.until(self._strap_is_stored, 60)
        strap = await system.counters(STRAP)
        await system.sims.ask("set_range", device="G1", in_range=True)
        for fault in self._faults():
            await asyncio.sleep(self.rng.uniform(0.1, 1.5))  # the moment is chance
            self.log.append(fault.__name__.strip("_"))
            await fault()
        self.proxy.calm()
        await self._spoken("sent", _STRAP_EVENTS)
        await system.sims.ask("freeze")
        await system.until(system.drained, 90)
        system.stop("home")
        system.stop("hub")
        return strap["measured"] - strap["sent"]

    def _faults(self):
        known = [self._kill_hub, self._kill_broker, self._kill_gateway, self._cut, self._slow]
        known += [self._disorder, self._stop_hub]
        if self.disk.is_small and self.kind != EMBEDDED:
            known.append(self._fill_disk)
        if self.broker:
            known += [self._remember_session, self._stale_session]
        return self.rng.sample(known, self.rng.randint(2, 4))

    async def _kill_hub(self):
        self.system.kill("hub")
        self.system.start("hub")

    async def _stop_hub(self):
        self.system.stop("hub")
        self.system.start("hub")

    async def _kill_gateway(self):
        self.system.kill("home")
        before = (await self.system.counters(STRAP))["measured"]

        async def spoken():  # to nobody
            return (await self.system.counters(STRAP))["measured"] >= before + 3

        await self.system.until(spoken)
        self.system.start("home")

    async def _kill_broker(self):
        if self.broker:
            self.broker.kill()
            await asyncio.to_thread(self.broker.start)
        else:
            await self.system.until(self._broker_runs)
            self.system.kill("broker")  # the hub starts another

    async def _cut(self):
        for _ in range(self.rng.randint(1, 4)):
            self.proxy.cut()
            await asyncio.sleep(self.rng.uniform(0, 0.5))

    async def _slow(self):
        self.proxy.slow_s = self.rng.uniform(0.01, 0.1)
        await asyncio.sleep(self.rng.uniform(0.5, 3))
        self.proxy.slow_s = 0.0

    async def _disorder(self):
        self.proxy.late, self.proxy.doubled = 0.3, 0.3  # until all is calm

    async def _fill_disk(self):
        self.disk.fill()
        await asyncio.sleep(self.rng.uniform(0.5, 3))
        self.disk.free()

    async def _remember_session(self):
        """Keep what the broker has on its disk now, as a backup would."""
        self.broker.kill()
        shutil.rmtree(self._snapshot, ignore_errors=True)
        shutil.copytree(self.broker.folder, self._snapshot)
        await asyncio.to_thread(self.broker.start)

    async def _stale_session(self):
        """Let hub and broker come back, the broker with what it had long ago."""
        self.system.kill("hub")
        self.broker.kill()
        if self._snapshot.exists():
            shutil.rmtree(self.broker.folder)
            shutil.copytree(self._snapshot, self.broker.folder)
        await asyncio.to_thread(self.broker.start)
        self.system.start("hub")

    async def _spoken(self, counter, times):
        before = (await self.system.counters(STRAP))[counter]

        async def enough():
            return (await self.system.counters(STRAP))[counter] >= before + times

        await self.system.until(enough)

    def _strap_is_stored(self):
        folder = self.system.folder.log
        return folder.exists() and any(
            entry.batch.stream == "heart_rate" for entry in self.system.entries(STRAP)
        )

    def _broker_runs(self):
        return self.system.broker() is not None

    async def _check(self, before_anyone_listened):
        """Return what was stored and stated; raise AssertionError for what does not add up."""
        system = self.system
        glasses, strap = await system.counters(GLASSES), await system.counters(STRAP)
        assert sorted(system.numbers(GLASSES)) == list(range(glasses["measured"]))
        account = system.account(STRAP, "heart_rate")
        said = strap["measured"] - before_anyone_listened
        assert account.stored + account.missing == said, (account, said)
        assert system.account(GLASSES, "accel").missing == 0
        assert self._differences() == []
        entries = system.entries()
        with system.reading() as db:
            offline = minutes_of(db, entries)
        assert minutes_in_the_end(system.folder, entries[-1].received_us) == offline
        return f"{glasses['measured']} samples, {said} beats, {account.missing} in gaps"

    def _differences(self):
        folder = self.system.folder
        log = SqliteLog(folder.log, read_only=True)
        with Ledger(folder.ledger, read_only=True) as ledger:
            found = list(differences(ledger, Journal(log, Archive(folder.archive))))
        log.close()
        return found
