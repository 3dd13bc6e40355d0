"""What people may answer now."""

from sqlalchemy import Connection

from coaching.door import Door
from coaching.questionnaires import questions
from coaching.questionnaires.instruments import Instrument
from coaching.questionnaires.questions import Asked


class Questionnaires(Door):
    """What people may answer now."""

    def questions(
        self, db: Connection, participant: str, now_us: int
    ) -> list[tuple[Asked, Instrument]]:
        """Return the questionnaires that a participant may answer now."""
        waiting = questions.open_to(db, participant, now_us)
        return questions.instruments_of(self.protocol, waiting)
