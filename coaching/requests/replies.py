"""Answering a message, taking the answer back, putting the message away."""

from typing import Final

from sqlalchemy import Connection

from coaching import agenda, members
from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.prompts import AnswerPrompt, Decline, Reply, ShowPrompt, Snooze, UndoAnswer
from coaching.agenda import Due, What
from coaching.circles import together
from coaching.daytime import HOUR_US, MINUTE_US, day_and_time, local
from coaching.grounds import Grounds
from coaching.post import delivery, inbox
from coaching.post.message import Message
from coaching.prompts import prompting, snoozes
from coaching.prompts.kind import Kind
from coaching.requests.deed import Deed, Deeds
from coaching.requests.words import call_for_help
from people import registry
from people.authorize import Action, Topic
from people.sentence import say

_LONGEST_REPLY = 500
_NOT_NOW, _NOT_THIS_KIND = say("Not now"), say("Not this kind")
_GONE = refused("This message is no longer here.")


def answer(db: Connection, act: AnswerPrompt, grounds: Grounds, now_us: int) -> Outcome:
    """Answer a message; the same answer again changes nothing."""
    message = _open(db, act.participant, act.message_id, now_us)
    if message is None:
        return _GONE
    if act.answer not in message.options:
        return refused("That answer was not offered.")
    if message.answer is not None and message.answer != act.answer:
        return refused("Already answered. Undo the answer first.")
    if message.answer is None:
        inbox.answer(db, message, act.answer, now_us)
        together.interact(db, act.participant, message.sender, f"answer:{message.id}", now_us)
        _come_back(db, message, grounds, now_us)
    return accepted("Answered: %(answer)s", answer=act.answer)


def _come_back(db: Connection, message: Message, grounds: Grounds, now_us: int) -> None:
    """Consider words some time after the first answer to a prompt, not to those words again."""
    after_min = grounds.protocol.prompts.after_reply_min
    first = message.decision is not None and message.first_answered_us is None
    if after_min is None or not first:
        return
    template = grounds.library.by_id.get(message.template)
    if template is None or Kind.AFTER_REPLY not in template.occasions:
        due_us = now_us + after_min * MINUTE_US
        again = Due(message.participant, What.PROMPT, Kind.AFTER_REPLY, due_us)
        agenda.put(db, [again])


def reply(db: Connection, act: Reply, grounds: Grounds, now_us: int) -> Outcome:
    """Keep what somebody wrote; a red flag in it calls a human at once."""
    message = _open(db, act.participant, act.message_id, now_us)
    text = act.text.strip()
    if message is None:
        return _GONE
    if not 1 <= len(text) <= _LONGEST_REPLY:
        return refused("1 to %(most)s characters, please.", most=_LONGEST_REPLY)
    which = inbox.keep_reply(db, message, text, now_us)
    together.interact(db, act.participant, message.sender, f"reply:{which}", now_us)
    said = call_for_help(db, act.participant, [text], f"reply:{which}", grounds, now_us)
    return said or accepted("Your words were kept.")


def undo(db: Connection, act: UndoAnswer, _: Grounds, now_us: int) -> Outcome:
    """Take an answer back."""
    message = _open(db, act.participant, act.message_id, now_us)
    if message is None:
        return _GONE
    inbox.undo(db, message)
    if message.answer == str(_NOT_NOW):
        snoozes.wake(db, act.participant, snoozes.EVERYTHING)
    elif message.answer == str(_NOT_THIS_KIND):
        snoozes.wake(db, act.participant, message.occasion)
    return accepted("Your answer was taken back.")


def show(db: Connection, act: ShowPrompt, _: Grounds, now_us: int) -> Outcome:
    """Note that a message was on the screen."""
    message = _open(db, act.participant, act.message_id, now_us)
    if message is None:
        return _GONE
    inbox.show(db, message, now_us)
    return accepted("Seen.")


def snooze(db: Connection, act: Snooze, grounds: Grounds, now_us: int) -> Outcome:
    """Put a message away until later."""
    message = _open(db, act.participant, act.message_id, now_us)
    member = members.one(db, act.participant)
    if message is None or member is None:
        return _GONE
    most_min = grounds.protocol.prompts.snooze_most_min
    if not 1 <= act.minutes <= most_min:
        return refused("Between 1 and %(most)s minutes, please.", most=most_min)
    calendar = registry.calendar(db, act.participant)
    # It was asked for, so it costs no budget; quiet hours still hold.
    back_us = delivery.after_quiet_us(member, calendar, now_us + act.minutes * MINUTE_US)
    left_us = max(message.expires_us - now_us, grounds.protocol.prompts.expiry_min * MINUTE_US)
    inbox.hide(db, message, back_us, back_us + left_us)
    back = Due(act.participant, What.DELIVER, str(message.id), back_us)
    agenda.put(db, [back, prompting.expiry(act.participant, message.id, back_us + left_us)])
    return accepted("It will be back at %(time)s.", time=f"{local(calendar, back_us):%H:%M}")


def decline(db: Connection, act: Decline, grounds: Grounds, now_us: int) -> Outcome:
    """Put a message away, and hear nothing more like it for a while."""
    message = _open(db, act.participant, act.message_id, now_us)
    if message is None:
        return _GONE
    rules = grounds.protocol.attention
    occasion, hours, says = snoozes.EVERYTHING, rules.not_now_h, _NOT_NOW
    if act.kind_too:
        occasion, hours, says = message.occasion, 24 * rules.not_this_kind_days, _NOT_THIS_KIND
    until_us = now_us + hours * HOUR_US
    snoozes.snooze(db, act.participant, occasion, until_us)
    inbox.answer(db, message, str(says), now_us)
    calendar = registry.calendar(db, act.participant)
    return accepted(
        "%(what)s, until %(when)s.", what=says, when=day_and_time(local(calendar, until_us))
    )


def _open(db: Connection, participant: str, message_id: int, now_us: int) -> Message | None:
    message = inbox.read(db, participant, message_id)
    if message is None or message.sent_us is None or message.expires_us <= now_us:
        return None
    return message


DEEDS: Final[Deeds] = {
    AnswerPrompt: Deed(answer, Action.ANSWER, Topic.PROMPTS),
    Reply: Deed(reply, Action.ANSWER, Topic.PROMPTS),
    UndoAnswer: Deed(undo, Action.ANSWER, Topic.PROMPTS),
    ShowPrompt: Deed(show, Action.ANSWER, Topic.PROMPTS),
    Snooze: Deed(snooze, Action.ANSWER, Topic.PROMPTS),
    Decline: Deed(decline, Action.ANSWER, Topic.PROMPTS),
}
