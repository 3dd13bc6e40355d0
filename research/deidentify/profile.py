"""How far an export goes in hiding who is who."""

from enum import StrEnum


class Profile(StrEnum):
    """The two ways of HIPAA, 45 CFR 164.514(b)."""

    SAFE_HARBOR = "safe-harbor"  # no date finer than the year
    EXPERT = "expert"  # dates shifted; somebody qualified has to determine the risk

    @property
    def needs_expert(self) -> bool:
        return self is Profile.EXPERT
