"""Goals, decisions and messages. A decision's state comes along whole: it can be made again."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, TypeAlias

import msgspec

from coaching import records
from coaching.records import Decision, Goal, Message, State
from people.authorize import Topic
from research.export.case import Case, Piece
from research.export.documents import Documents
from research.export.layout import (
    OWN_WORDS,
    Column,
    Layout,
    always,
    consent_version,
    moment,
    participant,
)

_BY: Final = "coaching.decisions"
_SET: Final = "coaching.goals"
_SENT: Final = "coaching.messages"
_MINUTE_US: Final = 60_000_000
#: What JSON can say.
_Tree: TypeAlias = "dict[str, _Tree] | list[_Tree] | str | int | float | bool | None"

GOALS: Final = Layout(
    "goals",
    "One row a local day on which there was a step goal",
    ("participant", "study_day"),
    (
        participant(),
        always("study_day", "integer", "1 is the local day of enrolment", _SET, "d"),
        always("steps", "integer", "the goal", _SET, "1"),
        Column("reason", "string", "why so many, in words", _SET),
        always("inputs", "json", "what the rule saw: makes the goal again", _SET),
        always("protocol", "category", "hash of the protocol, see documents/", _SET),
        Column("done_steps", "integer", "null: nothing counted them", _SET, "1"),
        Column("verdict", "category", "what became of it; missed only when all is known", _SET),
        *moment("verdict", "when that was known", _SET),
        consent_version(topic="activity and prompts (that of prompts)"),
    ),
)
DECISIONS: Final = Layout(
    "decisions",
    "One row a moment at which the coach considered writing, whether it wrote or not",
    ("participant", "counter"),
    (
        participant(),
        always("counter", "integer", "of this person's decisions, from 0", _BY),
        always("kind", "category", "what made the moment", _BY),
        always("occasion", "category", "which messages fit", _BY),
        always("arm", "category", "arm of the study", _BY),
        *moment("due", "the moment", _BY),
        always("available", "boolean", "nothing spoke against a message", _BY),
        always("reasons", "json", "what did, all of it", _BY),
        always("options", "json", "messages that could be sent", _BY),
        always("policy", "category", "what set the probability", _BY),
        always("policy_version", "integer", "of the policy", _BY),
        always("probability", "number", "of sending; 0 when not available", _BY, "1"),
        always("draw", "number", "sent if below the probability", _BY, "1"),
        always("choice_draw", "number", "where in the options", _BY, "1"),
        always("sent", "boolean", "a message was sent", _BY),
        Column("template", "category", "which one; null: none", _BY),
        Column("text", "string", "its words as filled in; null: none", _BY),
        always(
            "state",
            "json",
            "all that was seen, its instants moved together: makes the decision again",
            _BY,
            "instants in us",
        ),
        always("protocol", "category", "hash of the protocol, see documents/", _BY),
        always("library", "category", "hash of the messages, see documents/", _BY),
        consent_version(topic="activity and prompts (that of prompts)"),
    ),
)
MESSAGES: Final = Layout(
    "messages",
    "One row a message that was written to a participant",
    ("participant", "message"),
    (
        participant(),
        always("message", "integer", "number among this person's messages, from 1", _SENT),
        Column("sender", "category", "coach: the engine; else a person's pseudonym", _SENT),
        Column("decision", "integer", "counter of the decision that sent it", _SENT),
        always("template", "category", "which one", _SENT),
        *moment("sent", "when it could be read; null: never", _SENT),
        Column("shown_after_min", "integer", "on the screen, so long after", _SENT, "min"),
        Column("answered_after_min", "integer", "first answered, so long after", _SENT, "min"),
        Column("answer", "category", f"as it stands, of those offered, or {OWN_WORDS}", _SENT),
        always("expired", "boolean", "taken back unanswered", _SENT),
        consent_version(topic="prompts for the engine's, messages for a person's"),
    ),
)


def pieces(case: Case, documents: Documents) -> Iterator[Piece]:
    """Yield what there is of these tables, each decision and goal made again as it is told."""
    if case.has(Topic.PROMPTS, Topic.ACTIVITY):  # a state tells of steps
        goals = records.goals(case.db, case.who)
        yield GOALS.name, [_goal(case, documents.proven_goal(goal)) for goal in goals]
        made = records.decisions(case.db, case.who)
        yield DECISIONS.name, [_decision(case, each, documents) for each in made]
    yield MESSAGES.name, list(_messages(case))


def hidden(made: Decision, case: Case) -> Decision:
    """Return a decision as an export tells it, which comes out the same when made again.

    Only distances between instants decide, so these stay what they are by the clock on the
    wall, whose minute stands in a field of its own. The site's seed stays where it is: with it,
    draws would tell which name they were drawn for.
    """

    def move(at_us: int) -> int:
        return case.time.moved_us(at_us, made.state.due_us)

    moved = _moved(msgspec.json.decode(msgspec.json.encode(made.state)), move)
    state = msgspec.structs.replace(msgspec.convert(moved, State), participant=case.name)
    return replace(made, state=state, site_seed=0)


def _moved(tree: _Tree, move: Callable[[int], int]) -> _Tree:
    if isinstance(tree, dict):
        return {key: _moved_by(key, tree[key], move) for key in tree}
    return [_moved(each, move) for each in tree] if isinstance(tree, list) else tree


def _moved_by(key: str, value: _Tree, move: Callable[[int], int]) -> _Tree:
    if key.endswith("_us") and isinstance(value, int):
        return move(value)
    return _moved(value, move)


def _goal(case: Case, goal: Goal) -> dict[str, Any]:
    return {
        **case.stands_on(Topic.PROMPTS),
        "study_day": case.time.day_of(goal.day),
        "steps": goal.steps,
        "reason": goal.reason,
        "inputs": _json(goal.inputs),
        "protocol": goal.protocol,
        "done_steps": goal.done_steps,
        "verdict": goal.verdict.value,
        **case.time.moment("verdict", goal.verdict_us),
    }


def _decision(case: Case, record: Decision, documents: Documents) -> dict[str, Any]:
    made = documents.proven(hidden(record, case))
    state = made.state
    return {
        **case.stands_on(Topic.PROMPTS),
        "counter": state.counter,
        "kind": state.kind,
        "occasion": state.occasion,
        "arm": state.arm,
        **case.time.moment("due", record.state.due_us),
        "available": not made.reasons,
        "reasons": _json(made.reasons),
        "options": _json(made.options),
        "policy": made.policy,
        "policy_version": made.policy_version,
        "probability": made.probability,
        "draw": made.draw,
        "choice_draw": made.choice_draw,
        "sent": made.template is not None,
        "template": made.template,
        "text": made.text,
        "state": _json(state),
        "protocol": made.protocol,
        "library": made.library,
    }


def _messages(case: Case) -> Iterator[dict[str, Any]]:
    for number, message in enumerate(records.sent_and_unsent(case.db, case.who), start=1):
        topic = Topic.MESSAGES if message.decision is None else Topic.PROMPTS
        if case.has(topic):
            yield _message(case, message, number, topic)


def _message(case: Case, message: Message, number: int, topic: Topic) -> dict[str, Any]:
    engine = message.sender == records.COACH
    answer = message.answer
    if answer is not None and answer not in message.options:
        answer = OWN_WORDS
    return {
        **case.stands_on(topic),
        "message": number,
        "sender": records.COACH if engine else case.names.staff(message.sender),
        "decision": message.decision,
        "template": message.template,
        **case.time.moment("sent", message.sent_us),
        "shown_after_min": _after_min(message.sent_us, message.shown_us),
        "answered_after_min": _after_min(message.sent_us, message.first_answered_us),
        "answer": answer,
        "expired": message.expired_us is not None,
    }


def _after_min(sent_us: int | None, at_us: int | None) -> int | None:
    return None if sent_us is None or at_us is None else (at_us - sent_us) // _MINUTE_US


def _json(value: Any) -> str:  # noqa: ANN401 - whatever msgspec writes
    return json.dumps(msgspec.to_builtins(value), sort_keys=True, separators=(",", ":"))
