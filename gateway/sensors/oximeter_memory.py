"""A pulse oximeter that may remember: its spot checks are fetched, and deleted once kept.

They have no numbers and are asked for all at once. Those up to the one that was noted last are
in the spool already; what was measured while they were told must not be deleted with them.
"""

import hashlib
from typing import Final

from gateway import wire
from gateway.arrivals import Arrival
from gateway.gatt import record_access
from gateway.gatt.oximeter import continuous, spot_check
from gateway.gatt.oximeter.spot_check import SpotCheck
from gateway.gatt.oximeter.status import MeasurementStatus
from gateway.gatt.record_access import Operation, Operator, Request, Response, Result
from gateway.sensors.asking import Asking
from gateway.sensors.oximeter import SAYINGS
from gateway.sensors.sensor import Link, Surroundings
from gateway.sensors.talker import Talker

_REPORT: Final = Request(Operation.REPORT, Operator.ALL)
_COUNT: Final = Request(Operation.COUNT, Operator.ALL)
_DELETE: Final = Request(Operation.DELETE, Operator.ALL)
_NEWEST: Final = "newest spot check"  # its digest
_MOST_REPORTS: Final = 3  # on one connection, of a memory that will not stand still
_DIGEST_BYTES: Final = 7  # of a number that the spool can note


class Oximeter:
    """One oximeter."""

    def __init__(self, around: Surroundings) -> None:
        self._talker, self._counts = Talker(SAYINGS, around), around.counts
        self._asking = Asking()
        self.has_memory = False  # of all that it says

    @property
    def handing_over(self) -> bool:
        return self._asking.is_under_way

    async def begin(self, link: Link) -> None:
        self._link = link
        self._asking.begin(link)
        self._reports, self._is_reporting = 0, False
        self._newest = await link.noted(_NEWEST)
        await self._talker.begin(link)
        offers = link.client.services.get_characteristic
        remembers = offers(record_access.UUID) is not None
        self.has_memory = remembers and offers(continuous.UUID) is None
        if remembers:
            await link.listen(record_access.UUID)
            await self._asking.ask(self._report())

    def take(self, arrival: Arrival) -> None:
        if arrival.uuid == record_access.UUID:
            self._answered(record_access.decode(arrival.value))
        elif arrival.uuid == spot_check.UUID and self._is_reporting:
            self._take_reported(arrival)
        else:
            self._talker.take(arrival)

    def batches(self, *, flush: bool) -> list[wire.Batch]:
        return self._talker.batches(flush=flush)

    async def settle(self) -> None:
        """Go on with its memory: count what is there, and delete it if all that is kept."""
        await self._asking.settle()

    def _report(self) -> Request:
        self._reports += 1
        self._is_reporting, self._number, self._told = True, 0, list[Arrival]()
        return _REPORT

    def _take_reported(self, arrival: Arrival) -> None:
        self._number += 1  # one that cannot be read or placed is on the device, and stays there
        said = spot_check.decode(arrival.value)
        if said.measured is not None:
            self._told.append(arrival)
        elif _is_live(said):
            self._number -= 1
            self._talker.take(arrival)
        else:
            self._counts["undated"] += 1

    def _answered(self, answer: record_access.RecordAccess) -> None:
        if isinstance(answer, Response):
            self._asking.answered(self._following(answer))
        elif isinstance(answer, record_access.RecordCount):
            self._asking.answered(self._counted(answer.records))

    def _following(self, answer: Response) -> Request | None:
        if not self._is_reporting:
            return None  # it is deleted, or will be passed over the next time
        self._is_reporting = False
        self._tell()
        is_whole = answer.result is Result.SUCCESS and self._number == len(self._told)
        return _COUNT if is_whole else None

    def _counted(self, records: int) -> Request | None:
        if records == self._number:
            return _DELETE
        return self._report() if self._reports < _MOST_REPORTS else None

    def _tell(self) -> None:
        """Tell those that were not told before: it reports the oldest first."""
        digests = [_digest(arrival.value) for arrival in self._told]
        known = digests.index(self._newest) + 1 if self._newest in digests else 0
        for arrival in self._told[known:]:
            self._talker.take(arrival)
        if digests:
            self._newest = digests[-1]
            self._link.batches.note(_NEWEST, self._newest)


def _is_live(said: SpotCheck) -> bool:
    status = said.measurement_status
    return status is not None and MeasurementStatus.FROM_STORAGE not in status


def _digest(value: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(value, digest_size=_DIGEST_BYTES).digest(), "little")
