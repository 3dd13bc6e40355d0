"""What a person says of themselves: what scores need, and the language they read."""

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from coaching.acts.act import Outcome
from coaching.acts.choices import SetProfile
from coaching.grounds import Grounds
from coaching.requests.deed import Deed, Deeds
from people import registry
from people.authorize import Action

PLACEMENTS = ("wrist", "hip", "glasses")


def set_profile(db: Connection, act: SetProfile, grounds: Grounds, _: int) -> Outcome:
    """Keep it; scores and messages follow from now on."""
    if act.age_years is not None and not 1 <= act.age_years <= 120:
        return Outcome(ok=False, says="An age is 1 to 120 years.")
    if act.resting_bpm is not None and not 25 <= act.resting_bpm <= 120:
        return Outcome(ok=False, says="A heart at rest beats 25 to 120 times a minute.")
    if act.placement not in (None, *PLACEMENTS):
        return Outcome(ok=False, says=f"A tracker is worn at {', '.join(PLACEMENTS)}.")
    if act.language not in grounds.libraries:
        return Outcome(ok=False, says="There are no messages in that language.")
    known = registry.profile(db, act.participant)
    told = replace(
        known,
        age_years=act.age_years,
        placement=act.placement,
        resting_bpm=act.resting_bpm,
        language=act.language,
    )
    registry.set_profile(db, act.participant, told)
    return Outcome(ok=True, says="Kept.")


DEEDS: Final[Deeds] = {
    SetProfile: Deed(set_profile, Action.SET),
}
