"""Which scores a recording cannot give, and what each would need."""

from collections.abc import Collection
from typing import Final

_MOTION: Final = "x, y, z"
_MINUTES: Final = "epochs of 60 s"
#: By the key that it has among what is told.
_NEEDS: Final = {
    "intensity": (_MOTION, "placement wrist or hip"),
    "mets": (_MOTION, "placement hip", _MINUTES),
    "posture": (_MOTION, "upright"),
    "not_worn_minutes": (_MOTION, _MINUTES),
    "choi_not_worn_minutes": (_MOTION, "placement hip", _MINUTES),
    "zone": ("bpm", "age", "resting_bpm"),
    "trimp": ("bpm", "age", "resting_bpm", "sex"),
    "rmssd_ms": ("rr_ms",),
    "sdnn_ms": ("rr_ms",),
    "odi_3": ("spo2",),
    "odi_4": ("spo2",),
    "nights": (_MINUTES, "dates"),
    "days": (_MINUTES, "dates"),
    "score": (_MINUTES, "dates"),
}


def lacking(there: Collection[str]) -> dict[str, list[str]]:
    """Return by score what it needs and is not there; nothing of what can be told."""
    lacks = {
        name: [each for each in needs if each not in there] for name, needs in _NEEDS.items()
    }
    return {name: needs for name, needs in lacks.items() if needs}


def there(
    events: Collection[str],
    placement: str | None,
    *,
    motion: bool,
    minutes: bool,
    dated: bool,
    told: Collection[str],
) -> set[str]:
    """Return what a recording and its wearer give, by the names that scores need it by.

    Parameters
    ----------
    events : collection of str
        Columns beside acceleration.
    placement : str or None
    motion, minutes, dated : bool
        Whether there is acceleration, epochs are minutes, and times are dates.
    told : collection of str
        What else is known of the wearer: age, resting_bpm, sex, upright.
    """
    given = {*events, *told}
    given |= {f"placement {placement}"} if placement else set()
    given |= {"placement wrist or hip"} if placement in {"wrist", "hip"} else set()
    for name, is_there in ((_MOTION, motion), (_MINUTES, minutes), ("dates", dated)):
        given |= {name} if is_there else set()
    return given
