"""A real recording played back through a simulated device."""

from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

_AXES: Final = ("x", "y", "z")
_LSB_PER_G: Final = 4096


class Recording:
    """Acceleration on a clock of its own, irregular as it may be.

    A device that replays it resamples linearly to its own rate and scales to its own integers.
    Playing begins with the device's first sample. When the recording is over the device lies
    still at the last value, or has nothing left to measure (`stops_at_end`). `steps` is what
    its own step counter says of the whole, evenly spread.
    """

    def __init__(
        self,
        path: Path,
        rate_hz: float | None = None,
        lsb_per_g: int = _LSB_PER_G,
        *,
        scale_g: float = 1.0,
        stops_at_end: bool = False,
        steps: int = 0,
    ) -> None:
        columns = _read(path)
        xyz_g = np.stack([columns[axis] for axis in _AXES], axis=1) * scale_g
        if "time" in columns:
            t_s = columns["time"]
        elif rate_hz is not None:
            t_s = np.arange(len(xyz_g)) / rate_hz
        else:
            raise ValueError(f"{path} has no time column: say its rate")
        self._keep(t_s, xyz_g, lsb_per_g, stops_at_end, steps)

    @classmethod
    def from_arrays(
        cls,
        t_s: ArrayLike,
        xyz_g: ArrayLike,
        lsb_per_g: int = _LSB_PER_G,
        *,
        stops_at_end: bool = False,
        steps: int = 0,
    ) -> Self:
        """Return a recording from seconds, shape (n,), and g, shape (n, 3)."""
        recording = cls.__new__(cls)
        recording._keep(
            np.asarray(t_s, np.float64),
            np.asarray(xyz_g, np.float64),
            lsb_per_g,
            stops_at_end,
            steps,
        )
        return recording

    def _keep(
        self,
        t_s: NDArray[np.float64],
        xyz_g: NDArray[np.float64],
        lsb_per_g: int,
        stops_at_end: bool,
        steps: int,
    ) -> None:
        newest = np.maximum.accumulate(t_s)
        forward = np.concatenate(([True], t_s[1:] > newest[:-1]))
        self._t_us = (t_s[forward] - t_s[0]) * 1e6
        self._xyz_g = xyz_g[forward]
        self.lsb_per_g = lsb_per_g
        self._stops_at_end, self._steps = stops_at_end, steps
        self._begun_us: int | None = None

    @property
    def duration_s(self) -> float:
        return float(self._t_us[-1]) / 1e6

    @property
    def ends_us(self) -> int | None:
        if not self._stops_at_end or self._begun_us is None:
            return None
        return self._begun_us + int(self._t_us[-1])

    def begin(self, at_us: int) -> None:
        """Put the first sample at that instant."""
        self._begun_us = at_us

    def accel(self, start_us: int, n: int, period_us: float) -> NDArray[np.int16]:
        at_us = self._into(start_us) + np.arange(n) * period_us
        g = np.empty((n, 3))
        for axis in range(3):
            g[:, axis] = np.interp(at_us, self._t_us, self._xyz_g[:, axis])
        return np.clip(np.rint(g * self.lsb_per_g), -32768, 32767).astype(np.int16)

    def worn(self, start_us: int, n: int, period_us: float) -> NDArray[np.bool_]:  # noqa: ARG002 - as a wearer's body has it
        return np.ones(n, np.bool_)

    def steps(self, start_us: int, end_us: int) -> int:
        return self._walked(end_us) - self._walked(start_us)

    def _walked(self, at_us: int) -> int:
        share = min(max(self._into(at_us) / float(self._t_us[-1]), 0.0), 1.0)
        return int(share * self._steps)

    def _into(self, at_us: int) -> int:
        if self._begun_us is None:
            self._begun_us = at_us
        return at_us - self._begun_us


def _read(path: Path) -> dict[str, NDArray[np.float64]]:
    if path.suffix == ".parquet":
        from pyarrow import parquet  # large, and CSV needs nothing of it

        table = parquet.read_table(path)  # pyright: ignore[reportUnknownMemberType] - pyarrow has no types
        return {name: table[name].to_numpy().astype(np.float64) for name in table.column_names}
    with path.open() as file:
        names = [name.strip() for name in file.readline().split(",")]
    rows = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    return dict(zip(names, rows.T, strict=True))
