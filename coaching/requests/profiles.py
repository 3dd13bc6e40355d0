"""What a person says of themselves: what scores need, and the language they read."""

from dataclasses import replace
from typing import Final
from zoneinfo import available_timezones

from sqlalchemy import Connection

from analytics import scores
from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.choices import SetProfile, SetZone
from coaching.grounds import Grounds
from coaching.requests.deed import Deed, Deeds
from people import registry
from people.authorize import Action
from people.registry import Profile

PLACEMENTS = ("wrist", "hip", "glasses")


def set_profile(db: Connection, act: SetProfile, grounds: Grounds, now_us: int) -> Outcome:
    """Keep it; scores and messages follow from now on.

    Where the tracker sat before stays as it was told then, and so do the scores of days before.
    """
    if act.age_years is not None and not 1 <= act.age_years <= 120:
        return refused("An age is 1 to 120 years.")
    if act.age_band not in (None, *registry.AGE_BANDS):
        return refused("There is no such band of ages.")
    if act.resting_bpm is not None and not 25 <= act.resting_bpm <= 120:
        return refused("A heart at rest beats 25 to 120 times a minute.")
    if act.placement not in (None, *PLACEMENTS):
        return refused("A tracker is worn at wrist, hip or glasses.")
    if act.language not in grounds.libraries:
        return refused("There are no messages in that language.")
    known = registry.profile(db, act.participant)
    told = replace(
        known,
        age_years=_age(act, known),
        age_band=act.age_band,
        placement=act.placement,
        resting_bpm=act.resting_bpm,
        language=act.language,
    )
    registry.set_profile(db, act.participant, told, now_us)
    return accepted("Kept.")


def set_zone(db: Connection, act: SetZone, _: Grounds, now_us: int) -> Outcome:
    """Let days and quiet hours follow another clock, from now on."""
    if act.zone not in available_timezones():
        return refused("There is no such time zone.")
    if act.zone == registry.zone_at(db, act.participant, now_us):
        return accepted("You are on the clock of %(zone)s already.", zone=act.zone)
    scores.change_zone(db, act.participant, act.zone, now_us, now_us)
    return accepted("From now on by the clock of %(zone)s.", zone=act.zone)


def _age(act: SetProfile, known: Profile) -> int | None:
    """Return the age in years; what was known stays for whoever names its band."""
    if act.age_years is not None or act.age_band is None or known.age_years is None:
        return act.age_years
    return known.age_years if registry.band_of(known.age_years) == act.age_band else None


DEEDS: Final[Deeds] = {
    SetProfile: Deed(set_profile, Action.SET),
    SetZone: Deed(set_zone, Action.SET),
}
