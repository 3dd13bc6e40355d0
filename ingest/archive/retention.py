"""For how long samples are kept; minutes and scores are made of them and outlive them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ingest.archive.exports import Export, took
from ingest.archive.manifest import Manifest, SealedFile, SealedHour
from ingest.log.hour_file import HOUR_US

DAY_US: Final = 24 * HOUR_US


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many days samples stay; those of a stream that is not named stay for good."""

    keep_days: Mapping[str, int] = field(default_factory=dict[str, int])
    until_exported: bool = True  # however old they are

    def over(self, manifest: Manifest, now_us: int) -> Iterator[tuple[SealedHour, SealedFile]]:
        """Yield the files that are old enough to be dropped, the oldest first.

        An hour counts from when it was received: what came late is kept for as long.
        """
        for hour in manifest.hours:
            age_us = now_us - hour.start_us - HOUR_US
            for file in hour.files:
                keep_days = self.keep_days.get(file.stream or "")
                if keep_days is None or file.dropped or not file.can_drop:
                    continue
                if age_us >= keep_days * DAY_US:
                    yield hour, file

    def due(
        self, manifest: Manifest, exports: Collection[Export], now_us: int
    ) -> Iterator[SealedFile]:
        """Yield those that nothing holds back."""
        for hour, file in self.over(manifest, now_us):
            if not self.until_exported or took(exports, hour, file):
                yield file
