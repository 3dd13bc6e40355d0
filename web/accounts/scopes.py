"""What a token lets a program do; it never lets it do more than its person may."""

from enum import StrEnum
from typing import Final

from people.authorize import Role
from people.sentence import Sentence, say


class Scope(StrEnum):
    """One thing that a token may be made for."""

    ACTIVITY = "read:activity"  # epochs, scores, goals, accounts of gaps
    HEART_RATE = "read:heart_rate"
    VITAL_SIGNS = "read:vital_signs"
    PROMPTS = "read:prompts"
    TICKETS = "read:tickets"
    MEASURE = "write:measurements"
    WEBHOOKS = "write:webhooks"


SAYS: Final = {
    Scope.ACTIVITY: say("read steps, minutes, scores, goals and gaps"),
    Scope.HEART_RATE: say("read heart rates"),
    Scope.VITAL_SIGNS: say("read what is measured at home"),
    Scope.PROMPTS: say("read prompts and why they came"),
    Scope.TICKETS: say("read red flags"),
    Scope.MEASURE: say("bring measurements"),
    Scope.WEBHOOKS: say("be told of news by webhook"),
}

_READS: Final = (Scope.ACTIVITY, Scope.HEART_RATE, Scope.VITAL_SIGNS, Scope.PROMPTS)
_OFFERED: Final = {
    Role.PARTICIPANT: (*_READS, Scope.MEASURE, Scope.WEBHOOKS),
    Role.COACH: (*_READS, Scope.TICKETS, Scope.WEBHOOKS),
    Role.RESEARCHER: (*_READS, Scope.WEBHOOKS),
    Role.OPERATOR: (Scope.MEASURE,),
}


def offered(role: Role) -> dict[Scope, Sentence]:
    """Return what there is to let a token do in somebody's role, in words."""
    return {scope: SAYS[scope] for scope in _OFFERED.get(role, ())}
