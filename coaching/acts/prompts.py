"""What a person does with what the coach, or a human coach, wrote."""

from coaching.acts.act import Act


class AnswerPrompt(Act, frozen=True, kw_only=True):
    """Answer a message with one of the options it offered."""

    message_id: int
    answer: str


class UndoAnswer(Act, frozen=True, kw_only=True):
    """Take an answer back; the message can be answered again."""

    message_id: int


class ShowPrompt(Act, frozen=True, kw_only=True):
    """Note that the message was on the screen."""

    message_id: int


class Snooze(Act, frozen=True, kw_only=True):
    """Put a message away and bring it back later."""

    message_id: int
    minutes: int


class Decline(Act, frozen=True, kw_only=True):
    """Put a message away, and hear nothing more like it for a while."""

    message_id: int
    kind_too: bool  # nothing of this kind for long; else nothing at all for some hours


class Reply(Act, frozen=True, kw_only=True):
    """Answer a message in one's own words."""

    message_id: int
    text: str


class AnswerQuestions(Act, frozen=True, kw_only=True):
    """Answer a questionnaire; what is left out was skipped."""

    asked_id: int
    answers: dict[str, str]  # item -> answer


class SkipQuestions(Act, frozen=True, kw_only=True):
    """Answer none of it."""

    asked_id: int


class CoachMessage(Act, frozen=True, kw_only=True):
    """Send a participant one of the approved messages, in the coach's name."""

    coach: str
    template_id: str


class TakeTicket(Act, frozen=True, kw_only=True):
    """Look after a red flag."""

    coach: str
    ticket_id: int


class AssignTicket(Act, frozen=True, kw_only=True):
    """Let another coach look after a red flag."""

    coach: str
    ticket_id: int
    to: str


class ReleaseTicket(Act, frozen=True, kw_only=True):
    """Look after it no longer: it stands as if nobody had taken it."""

    coach: str
    ticket_id: int


class ReopenTicket(Act, frozen=True, kw_only=True):
    """Undo that one closed it."""

    coach: str
    ticket_id: int


class ResolveTicket(Act, frozen=True, kw_only=True):
    """Close a red flag, and say what came of it."""

    coach: str
    ticket_id: int
    note: str
