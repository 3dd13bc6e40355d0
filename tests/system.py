"""The whole system in real processes; any of them may be killed."""

import asyncio
import contextlib
import functools
import inspect
import signal
import subprocess
import sys
import time

import psutil

from analytics.runner import Runner
from gateway.discovery import GLASSES, STRAP, pseudonym
from gateway.spool_file import waiting
from ingest.accounts import Accounts
from ingest.archive import Archive
from ingest.journal import Journal
from ingest.log.sqlite import SqliteLog
from ingest.store.sqlite import SqliteStore
from kindstep import process, stores
from kindstep.folder import Folder
from kindstep.simulated import wearables
from people import registry
from tests.brokers import free_port
from tests.offline import samples_in, stored_minutes

SITE = "test"
PARTICIPANT = "p-ana"
WAITED_FOR_US = 120_000_000  # longer than anything waits for its place
_POLL_S = 0.05
_KINDS = {"glasses": GLASSES, "strap": STRAP}


def name_of(device):
    """Give the name under which the hub knows a simulated device."""
    return pseudonym(_KINDS[device["kind"]], SITE, device["serial"])


class System:
    """One study of one participant who wears every device, but for those of strangers."""

    def __init__(
        self,
        root,
        devices,
        gateways=("home",),
        broker=None,
        strangers=(),
        gateway_settings="",
        web_port=None,
        spools=None,
    ):
        self.root, self.devices, self.gateways = root, devices, gateways
        self.strangers, self.gateway_settings = strangers, gateway_settings
        self.folder = Folder(root / "data")
        self.folder.make()
        self.external = broker
        self.port = self.gateway_port = broker.port if broker else free_port()
        self.web_port = web_port
        self._spools = spools or root
        self.processes = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        compile_kernels()
        everything = [*self.devices, *self.strangers]
        self.sims = self._stack.enter_context(wearables(everything, self.gateways))
        store = stores.in_file(self.folder.store)
        store.write(self.enrol)
        store.close()
        for gateway in self.gateways:
            self._settings(gateway).write_text(self._toml(gateway))
        return self

    def __exit__(self, *_):
        for name in tuple(self.processes):
            self.stop(name)
        self._stack.close()
        for path in sorted(self.root.glob("*.said")):
            sys.stderr.write(path.read_text())

    def enrol(self, db):
        """Register the participant and what they wear."""
        registry.add_person(db, registry.Person(PARTICIPANT, registry.Role.PARTICIPANT), 0)
        registry.set_zone(db, PARTICIPANT, "Europe/Berlin", 0)
        for device in self.devices:
            registry.assign(db, name_of(device), PARTICIPANT, 0)

    # Processes.

    def start(self, name):
        """Start the hub, with pages if it has a port for them, or a gateway by its name."""
        gateway = self.gateways[0] if name == "hub" else name
        settings = ("--settings", str(self._settings(gateway)))
        hub = ("up", "--web" if self.web_port else "--no-web")
        command = hub if name == "hub" else ("gateway",)
        with self._said(name).open("a") as said:
            child = process.child(process.kindstep(*command, *settings), stderr=said.fileno())
            self.processes[name] = self._stack.enter_context(child)

    def kill(self, name):
        """Do to a process what a power cut does; the broker is a child of the hub."""
        if name == "broker":
            self.broker().kill()
            return
        gone = self.processes.pop(name)
        gone.send_signal(signal.SIGKILL)
        gone.wait()

    def stop(self, name):
        process.stop(self.processes.pop(name))

    def said(self, name):
        """Give what a process wrote for its operator, over all its lives."""
        return self._said(name).read_text()

    def broker(self):
        """Give the embedded broker's process, None while there is none."""
        children = psutil.Process(self.processes["hub"].pid).children(recursive=True)
        return next((child for child in children if "nats-server" in child.name()), None)

    # Waiting for what has to come.

    async def until(self, true, timeout_s=60):
        """Wait until a condition holds, an async one or a plain one."""
        give_up = time.monotonic() + timeout_s
        while not await _answer(true):
            for name, running in self.processes.items():
                assert running.poll() is None, f"{name} ended with {running.returncode}"
            assert time.monotonic() < give_up, f"waited in vain: {await self.sims.counters()}"
            await asyncio.sleep(_POLL_S)  # other processes give no event

    async def handed_over(self, share=1.0):
        """Tell whether every device got rid of this share of what it measured."""
        counters = (await self.sims.counters()).values()
        return all(
            each["confirmed"] >= share * each["measured"]
            for each in counters
            if each["kind"] == "glasses"
        )

    async def drained(self):
        """Tell whether nothing waits in a device or a spool."""
        spools = (self.spool(gateway) for gateway in self.gateways)
        return await self.handed_over() and not any(
            waiting(spool) for spool in spools if spool.exists()
        )

    async def scored(self, samples):
        """Tell whether the minutes in the store hold so many samples."""
        with self.reading() as db:
            return samples_in(stored_minutes(db, PARTICIPANT)) == samples

    async def counters(self, device):
        return (await self.sims.counters())[device["serial"]]

    async def carry(self, *devices, **places):
        """Bring devices into or out of reach: of a gateway by its name, or `anyone`."""
        for device in devices:
            for place, in_range in places.items():
                gateway = None if place == "anyone" else place
                move = {"device": device["serial"], "in_range": in_range, "gateway": gateway}
                await self.sims.ask("set_range", **move)

    # What is stored.

    def entries(self, device=None):
        """Give what log and archive hold, in order of position."""
        log = SqliteLog(self.folder.log, read_only=True)
        devices = None if device is None else [name_of(device)]
        entries = list(Archive(self.folder.archive).everything(log, devices=devices))
        log.close()
        return entries

    def numbers(self, device):
        """Give the device's own number of each sample that is stored."""
        return [
            number
            for entry in self.entries(device)
            if entry.batch.stream == "accel"
            for first in [entry.batch.counted.sample]
            for number in range(first, first + entry.batch.size)
        ]

    def account(self, device, stream):
        """Give what ingest says became of a stream; the hub must have ended."""
        log = SqliteLog(self.folder.log, read_only=True)
        journal = Journal(log, Archive(self.folder.archive))
        accounts = Accounts(self.folder.ingest / "accounts.db", journal)
        (report,) = (r for r in accounts.report(name_of(device)) if r.stream == stream)
        accounts.close()
        log.close()
        return report

    @contextlib.contextmanager
    def reading(self):
        store = SqliteStore(self.folder.store, read_only=True)
        with store.reading() as db:
            yield db
        store.close()

    def spool(self, gateway):
        return self._spools / f"{gateway}.spool"

    def _said(self, name):
        return self.root / f"{name}.said"

    def _settings(self, gateway):
        return self.root / f"{gateway}.toml"

    def _toml(self, gateway):
        names = ", ".join(f'"{name}"' for name in self.gateways)
        password = self.folder.password(gateway)
        hub = f"port = {self.port}\ngateways = [{names}]"
        if self.external:
            hub = f'url = "mqtt://127.0.0.1:{self.port}"'
            hub += f'\npassword_file = "{self.external.password_file}"'
            password = self.external.password_file
        return f"""
data = "{self.folder.root}"

[web]
port = {self.web_port or free_port()}

[broker]
{hub}

[gateway]
name = "{gateway}"
site = "{SITE}"
radio = "{self.sims.radios[gateway]}"
spool = "{self.spool(gateway)}"
{self.gateway_settings}

[gateway.broker]
host = "127.0.0.1"
port = {self.gateway_port}
password_file = "{password}"
"""


@functools.cache
def compile_kernels():
    """Have them compiled, so that no hub is waited for until it did that."""
    subprocess.run(process.compile_command(), check=True)


async def _answer(question):
    answer = question()
    return await answer if inspect.isawaitable(answer) else answer


def minutes_in_the_end(folder, now_us):
    """Give a hub's minutes once nothing is waited for any more; the hub must have ended."""
    store = stores.in_file(folder.store)
    log = SqliteLog(folder.log)
    runner = Runner(store, log, Archive(folder.archive))
    while runner.step(now_us):
        pass
    runner.step(now_us + WAITED_FOR_US)
    with store.reading() as db:
        minutes = stored_minutes(db, PARTICIPANT)
    log.close()
    store.close()
    return minutes
