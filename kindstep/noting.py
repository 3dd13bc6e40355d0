"""What of acts and orders is noted in the trail: who, what and whom, never what was written."""

from typing import Final

import msgspec

from coaching.acts.act import Act
from coaching.acts.choices import SetConsent
from people.authorize import Actor, Role
from people.trail import Trail
from web.orders import Order

#: What a line may tell; whatever people write, and what tells of health, stays out.
TOLD: Final = (
    "topic",
    "viewer",
    "granted",
    "coach",
    "colleague",
    "first_day",
    "last_day",
    "ticket_id",
    "message_id",
    "template_id",
    "how",
    "send",
    "hide",
    "credential",
    "valid_until",
    "sponsor",
    "cause",
    "vouchers",
    "reference",
    "role",
    "arm",
    "device",
    "kind",
    "ring",
)


def act(trail: Trail, actor: Actor, asked: Act, now_us: int) -> None:
    """Note what staff do, and what a participant says of consent."""
    if actor.role is Role.PARTICIPANT and not isinstance(asked, SetConsent):
        return
    whom = getattr(asked, "to", None) or asked.participant
    trail.note(actor, type(asked).__name__, whom, _detail(asked), now_us=now_us)


def order(trail: Trail, actor: Actor, asked: Order, now_us: int) -> None:
    """Note what somebody asks of the hub."""
    whom = getattr(asked, "participant", "")
    trail.note(actor, type(asked).__name__, whom, _detail(asked), now_us=now_us)


def _detail(asked: Act | Order) -> str:
    fields = msgspec.structs.asdict(asked)
    told = {key: fields[key] for key in TOLD if fields.get(key) is not None}
    return msgspec.json.encode(told, enc_hook=str).decode()
