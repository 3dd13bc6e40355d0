"""Where a person is notified, as they choose themselves."""

from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError
from sqlalchemy import Connection
from webpush import WebPushSubscription

from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.choices import Reach, Received, StopReaching
from coaching.grounds import Grounds
from coaching.post import addresses, outbox
from coaching.post.channels import Kind
from coaching.requests.deed import Deed, Deeds
from people.authorize import Action, Topic

_MOST_ADDRESSES = 10


def reach(db: Connection, act: Reach, _: Grounds, now_us: int) -> Outcome:
    """Keep where somebody wants to be notified."""
    kind = Kind(act.channel)
    if kind is Kind.WEB_PUSH and not _is_push_service(act.address):
        return refused("That is no address of a push service.")
    if len(addresses.of(db, [act.participant]).get(act.participant, [])) >= _MOST_ADDRESSES:
        return refused("You are notified in enough places already.")
    addresses.add(db, act.participant, kind, act.address, now_us)
    return accepted("You will be notified here.")


def stop(db: Connection, act: StopReaching, _: Grounds, __: int) -> Outcome:
    """Forget it."""
    if addresses.remove(db, act.participant, act.address_id):
        return accepted("You will not be notified there any more.")
    return refused("That was no address of yours.")


def received(db: Connection, act: Received, _: Grounds, now_us: int) -> Outcome:
    """Note that a notification came."""
    if outbox.receiver(db, act.key) != act.participant:
        return refused("That was no notification of yours.")
    outbox.delivered(db, act.key, now_us)
    return accepted("Noted.")


def _is_push_service(subscription: str) -> bool:
    """Tell whether the hub may post there: a public name by TLS, and no number."""
    try:
        endpoint = str(WebPushSubscription.model_validate_json(subscription).endpoint)
    except ValidationError:
        return False
    url = urlsplit(endpoint)
    _, dot, top = (url.hostname or "").rpartition(".")
    return url.scheme == "https" and url.port in (None, 443) and bool(dot) and top.isalpha()


DEEDS: Final[Deeds] = {
    Reach: Deed(reach, Action.SET, Topic.PROMPTS),
    StopReaching: Deed(stop, Action.SET, Topic.PROMPTS),
    Received: Deed(received, Action.ANSWER, Topic.PROMPTS),
}
