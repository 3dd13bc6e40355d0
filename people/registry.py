"""Who is who, when and for whom: the door to the records about people.

Every function takes the connection of a transaction that its caller began and ends.
"""

from people.calendar import (
    Calendar,
    calendar,
    calendars,
    day_bounds_us,
    local_day,
    set_zone,
    zone_at,
)
from people.consent import (
    OFFERED,
    Consent,
    Topic,
    ViewerKind,
    consent,
    consent_at_enrolment,
    consents_of,
    granted_to,
)
from people.errors import Conflict, NotKnown
from people.identity import (
    Person,
    Role,
    add_person,
    find_person,
    forget_identity,
    name_of,
    names_of,
    persons_of,
    set_name,
)
from people.profile import Profile, profile, set_profile
from people.relations import (
    Relation,
    RelationKind,
    circle_of,
    coaches_of,
    end_relation,
    panel_of,
    relate,
)
from people.wearing import assign, devices_of, devices_of_all, hand_over, release, wearer

__all__ = [
    "OFFERED",
    "Calendar",
    "Conflict",
    "Consent",
    "NotKnown",
    "Person",
    "Profile",
    "Relation",
    "RelationKind",
    "Role",
    "Topic",
    "ViewerKind",
    "add_person",
    "assign",
    "calendar",
    "calendars",
    "circle_of",
    "coaches_of",
    "consent",
    "consent_at_enrolment",
    "consents_of",
    "day_bounds_us",
    "devices_of",
    "devices_of_all",
    "end_relation",
    "find_person",
    "forget_identity",
    "granted_to",
    "hand_over",
    "local_day",
    "name_of",
    "names_of",
    "panel_of",
    "persons_of",
    "profile",
    "relate",
    "release",
    "set_name",
    "set_profile",
    "set_zone",
    "wearer",
    "zone_at",
]
