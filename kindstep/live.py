"""What changed just now, as frames for whoever has a page open."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection

from analytics import scores
from coaching.engine import Engine
from ingest.log import Entry
from ingest.store import Store
from people import registry
from people.authorize import Topic
from web.live import LiveFrame

_REFRESH_US: Final = 2_000_000  # how stale an assignment may be in a live frame
_LATELY_US: Final = 3_600_000_000
_AHEAD_US: Final = 60_000_000

Publish = Callable[[LiveFrame], None]


class Live:
    """Turns stored batches and fresh scores into frames."""

    def __init__(self, store: Store, engine: Engine, publish: Publish) -> None:
        self._store = store
        self._engine = engine
        self._publish = publish
        self._wearers: dict[str, str | None] = {}
        self._wearers_us = 0
        self._read_us: dict[str, int] = {}  # when the last reading came that pages know of

    def stored(self, entries: Sequence[Entry]) -> None:
        """Show the newest heart rate of each batch; called from ingest's thread."""
        beating = [
            each
            for each in entries
            if each.batch.stream == "heart_rate" and not each.batch.quality
        ]
        if not beating:
            return
        self._find_wearers({each.batch.device for each in beating}, beating[-1].received_us)
        for entry in beating:
            self._heart_rate(entry)

    def scored(self, db: Connection, participants: Collection[str], now_us: int) -> None:
        """Show steps, goal and score of those whose minutes changed."""
        days = scores.today_of(db, participants, now_us)
        goals = self._engine.goals(db, [(who, today.day) for who, today in days.items()])
        for participant, today in days.items():
            goal = goals.get((participant, today.day))
            said: dict[str, object] = {
                "steps": today.fact.steps if today.fact.step_minutes else None,
                "score": today.score.score if today.score else None,
                "goal": goal.steps if goal else None,
                "catching_up": today.catching_up,
                "at_us": now_us,
            }
            self._send(participant, Topic.ACTIVITY, said)
        self._measured(db, participants, now_us)

    def coached(self, participants: Collection[str]) -> None:
        """Tell pages that a prompt, an answer or a cheer is there to be fetched."""
        for participant in participants:
            self._send(participant, Topic.PROMPTS, {"changed": True})

    def _measured(self, db: Connection, participants: Collection[str], now_us: int) -> None:
        """Tell pages that somebody measured something at home."""
        news: dict[str, int] = {}
        for each in scores.readings(db, participants, now_us - _LATELY_US, now_us + _AHEAD_US):
            if each.received_us > self._read_us.get(each.participant, 0):
                news[each.participant] = max(each.received_us, news.get(each.participant, 0))
        for participant in news:
            self._send(participant, Topic.VITAL_SIGNS, {"changed": True})
        self._read_us |= news

    def _heart_rate(self, entry: Entry) -> None:
        batch = entry.batch
        participant = self._wearers[batch.device]
        if participant is None:
            return
        bpm = int.from_bytes(batch.samples[-batch.width :], "little", signed=True)
        after_us = int.from_bytes(batch.offsets_us[-4:], "little")
        said = {"bpm": bpm, "at_us": batch.start_us + after_us}
        self._send(participant, Topic.HEART_RATE, said)

    def _find_wearers(self, devices: set[str], now_us: int) -> None:
        if now_us - self._wearers_us > _REFRESH_US:
            self._wearers.clear()
            self._wearers_us = now_us
        unknown = devices - self._wearers.keys()
        if not unknown:
            return
        with self._store.reading() as db:
            found = registry.wearers_of_all(db, unknown)
        for device, worn in found.items():
            now = [each.participant for each in worn if each.covers(now_us)]
            self._wearers[device] = now[0] if now else None

    def _send(self, participant: str, topic: Topic, data: Mapping[str, object]) -> None:
        self._publish(LiveFrame(participant, topic, msgspec.json.encode(data)))
