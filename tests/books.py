"""A hub's log, archive and accounts without a broker, for tests of what is counted."""

import struct

from gateway.wire import Batch, DeviceCount
from ingest.accounts import Accounts
from ingest.archive import Archive
from ingest.journal import Journal
from ingest.log.sqlite import SqliteLog

START_US = 1_700_000_000_000_000
PERIOD_US = 20_000


class Books:
    """What a hub would write down; `reopen` is a hub that was killed, or stopped if `kept`."""

    def __init__(self, folder, ledger=None, archive=None):
        self.folder = folder
        self.ledger = ledger or folder / "accounts.db"
        self.archive = archive or Archive(folder / "archive")
        self._open()

    def _open(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = SqliteLog(self.folder / "log")
        self.journal = Journal(self.log, self.archive)
        self.accounts = Accounts(self.ledger, self.journal)

    def receive(self, *batches, gateway="hall", received_us=START_US):
        """Admit and log batches as one group; return the pieces stored."""
        arrivals, refusals = [], []
        for batch in batches:
            new, refused = self.accounts.admit(received_us, gateway, batch)
            arrivals += new
            refusals += refused
        entries = self.log.append(arrivals, refusals)
        self.accounts.committed()
        return entries

    def close(self):
        self.accounts.close()
        self.log.close()

    def reopen(self, *, kept=False):
        if kept:
            self.accounts.keep()
        self.close()
        self._open()

    def entries(self):
        return list(self.journal.entries())

    def report(self, device, stream):
        reports = {report.stream: report for report in self.accounts.report(device)}
        return reports[stream]

    def mark(self, batch):
        return self.accounts.mark((batch.device, batch.boot, batch.stream)).sequence


def walk(first, end, sequence, *, boot=7, device="glasses-3f", device_boot=1):
    """Samples [first, end) of a device that counts; each sample tells its counter."""
    return Batch(
        device=device,
        boot=boot,
        stream="accel",
        sequence=sequence,
        start_us=START_US + first * PERIOD_US,
        start_error_us=900,
        period_us=float(PERIOD_US),
        scale=1.0,
        unit="g",
        channels=2,
        samples=b"".join(
            struct.pack("<hh", n % 30_000, n // 30_000) for n in range(first, end)
        ),
        counted=DeviceCount(boot=device_boot, sample=first, ticks=first * 655),
    )


def counters(entries, device_boot=1):
    """Return the counters that entries hold, each once a sample that was stored."""
    found = []
    for batch in (entry.batch for entry in entries):
        if batch.counted.boot == device_boot:
            low_high = struct.iter_unpack("<hh", batch.samples)
            said = [low + 30_000 * high for low, high in low_high]
            assert said == list(range(batch.counted.sample, batch.counted.sample + batch.size))
            found += said
    return found


def beats(times_us, values, sequence, *, boot=5, device="strap-1", stream="heart_rate"):
    """Events of a device that counts nothing."""
    start_us = min(times_us)
    return Batch(
        device=device,
        boot=boot,
        stream=stream,
        sequence=sequence,
        start_us=start_us,
        start_error_us=5_000,
        period_us=None,
        offsets_us=b"".join(struct.pack("<I", time_us - start_us) for time_us in times_us),
        scale=1.0,
        unit="bpm",
        channels=1,
        samples=struct.pack(f"<{len(values)}h", *values),
    )
