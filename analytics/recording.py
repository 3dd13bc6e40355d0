"""A recording in a file, scored by the same shard as live data."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from analytics.files import daily
from analytics.files.content import Hints, Unit
from analytics.files.errors import BadRecording
from analytics.files.feeding import Feed
from analytics.files.keeping import DATED_S, Keeper
from analytics.files.lacking import lacking, there
from analytics.files.opening import open_recording
from analytics.files.sleeping import nights
from analytics.files.telling import Sums, as_dicts, together
from analytics.files.wearer import Wearer
from analytics.files.wearing import not_worn
from analytics.frames import Frame
from analytics.kernels import rr
from analytics.minutes import EPOCH, MINUTE_US
from analytics.shard import Shard

__all__ = ["BadRecording", "Hints", "Scoring", "Unit", "Wearer", "score_file"]

_CHUNK: Final = 65_536
_NEVER_US: Final = 1 << 62
_NO_HINTS: Final = Hints()
_NOBODY: Final = Wearer()


class Scoring:
    """A file on its way through a shard: first its epochs, then what they come to.

    Parameters
    ----------
    file : Path
        CSV (also gzipped, or as ActiGraph exports raw data), Parquet, .gt3x, .npy or .npz.
    hints : Hints
        What the file does not say itself.
    epoch_s : int
        How long an epoch is; epochs begin at whole multiples of it, by the file's own clock.
    chunk : int, optional
        Samples fed at a time; the result does not depend on it.
    lfe : bool
        Whether ActiGraph counts are those of the low-frequency extension.
    wearer : Wearer
        What cut-points, METs, posture, zones of the heart and training impulse need to know.

    Raises
    ------
    BadRecording
        When the file cannot be read, or does not say enough; reading on may raise it too.
    """

    def __init__(
        self,
        file: Path,
        hints: Hints = _NO_HINTS,
        epoch_s: int = 60,
        chunk: int | None = None,
        *,
        lfe: bool = False,
        wearer: Wearer = _NOBODY,
    ) -> None:
        self._recording = open_recording(file, hints)
        self._feed = Feed(self._recording)
        self._chunk = chunk or _CHUNK
        self._epoch_s, self._epoch_us = epoch_s, epoch_s * 1_000_000
        self._wearer = wearer
        self._filter = "lfe" if lfe else "normal"
        self._shard = Shard(epoch_us=self._epoch_us, lfe=lfe)
        self._told = np.zeros(0, EPOCH)  # and not yet given: other streams may add to it
        self._sums = Sums()
        self._minutes = Keeper()

    def done(self) -> float:
        """Return the share of the file that was read."""
        return min(1.0, self._recording.done())

    def epochs(self) -> Iterator[dict[str, Any]]:
        """Yield the epochs of which anything is known, in order."""
        waiting: list[dict[str, Any]] = []  # until there is anything to score at all
        for epoch in self._all_epochs():
            waiting.append(epoch)
            if self._known:
                yield from waiting
                waiting = []
        if not self._known:
            raise BadRecording(self._nothing())

    def total(self) -> dict[str, Any]:
        """Return what the whole recording came to, once its epochs were given."""
        feed, recording = self._feed, self._recording
        account = feed.account
        beats = np.concatenate([*feed.beats_ms, np.zeros(0)])
        heard = rr.analyse(beats) if "rr_ms" in recording.events else None
        rates = {round(rate, 3) for rate in feed.rates_hz if rate is not None}
        return {
            "samples": account.samples,
            "refused": account.refused,
            "segments": account.segments,
            **self._sums.as_dict(),
            "rmssd_ms": heard and heard.rmssd_ms,
            "sdnn_ms": heard and heard.sdnn_ms,
            "beats_kept": heard and heard.beats_kept,
            "beats_dropped": heard and heard.beats_dropped - feed.beat_gaps,
            **self._sums.odi(self._epoch_s),
            **self._beyond_an_epoch(),
            "filter": self._filter,
            "epoch_s": self._epoch_s,
            "rate_hz": rates.pop() if len(rates) == len(feed.rates_hz) == 1 else None,
            "warnings": list(self._warnings()),
        }

    def _beyond_an_epoch(self) -> dict[str, Any]:
        """Return what takes more than one epoch to tell, and what is missing for the rest."""
        kept, wearer, recording = self._minutes.kept(), self._wearer, self._recording
        worn = not_worn(kept, wearer.placement) if kept and recording.has_accel else {}
        dated = kept if kept and kept.dated else None
        facts = daily.facts(dated, wearer.body) if dated else []
        given = there(
            recording.events,
            wearer.placement,
            motion=recording.has_accel,
            minutes=self._epoch_us == MINUTE_US,
            dated=(self._sums.start_s or 0.0) >= DATED_S,
            told=wearer.told,
        )
        return {
            **worn,
            "nights": nights(dated, wearer.placement) if dated else [],
            "days": [daily.as_dict(fact) for fact in facts],
            "score": daily.score(facts, wearer.body),
            "missing": lacking(given),
        }

    @property
    def _known(self) -> bool:
        return self._sums.known or any(np.isfinite(ms).any() for ms in self._feed.beats_ms)

    def _all_epochs(self) -> Iterator[dict[str, Any]]:
        for frames in self._feed.frames():
            for frame in frames:
                self._score(frame)
            if self._recording.events:
                self._shard_told([], self._feed.until_us)
            yield from self._ready(self._feed.until_us)
        self._shard_told([], _NEVER_US)
        yield from self._ready(_NEVER_US)

    def _score(self, frame: Frame) -> None:
        for begin in range(0, frame.size, self._chunk):
            self._shard_told([frame.piece(begin, min(begin + self._chunk, frame.size))], 0)

    def _shard_told(self, frames: Sequence[Frame], close_before_us: int) -> None:
        told = self._shard.feed(frames, close_before_us=close_before_us)
        if told.epochs.size:
            self._told = np.concatenate([self._told, told.epochs])

    def _ready(self, until_us: int) -> Iterator[dict[str, Any]]:
        """Yield the epochs that ended before an instant, all their streams together."""
        ended = self._told["minute_us"] + self._epoch_us <= until_us
        ready, self._told = self._told[ended], self._told[~ended]
        told = together(ready)
        if self._epoch_us == MINUTE_US:
            self._minutes.add(told.starts_us, told.minutes)
        for epoch in as_dicts(told, self._recording.events, self._epoch_s):
            judged = epoch | self._wearer.judged(epoch, self._epoch_s)
            self._sums.add(judged)
            yield judged

    def _nothing(self) -> str:
        account, name = self._feed.account, self._recording.name
        if not account.samples:
            return f"{name} has no samples"
        if account.untimed == account.samples:
            return f"{name}, column time: no time in any of {account.samples} rows"
        return f"{name}: none of its {account.samples} samples is a number"

    def _warnings(self) -> Iterator[str]:
        account, norm_g = self._feed.account, self._feed.gravity.implausible_g()
        if norm_g is not None:
            yield f"the norm is {norm_g:.3g} g where a sensor shows 1 g: wrong unit or scale?"
        if account.untimed:
            yield (
                f"{account.untimed} rows left out, row {account.first_untimed} first: "
                "their time is missing, or does not move on"
            )
        if account.not_numbers:
            yield f"{account.not_numbers} samples refused: no numbers"


def score_file(
    file: Path,
    rate_hz: float | None = None,
    scale: float | None = None,
    epoch_s: int = 60,
    chunk: int | None = None,
    *,
    lfe: bool = False,
) -> dict[str, Any]:
    """Return what a whole file came to, and its epochs; see `Scoring`."""
    scoring = Scoring(file, Hints(rate_hz=rate_hz, scale=scale), epoch_s, chunk, lfe=lfe)
    epochs = list(scoring.epochs())
    return {**scoring.total(), "epochs": epochs}
