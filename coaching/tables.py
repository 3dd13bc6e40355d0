"""The coach's own tables; points, giving and cheers are in `giving_tables`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

#: What a decision was made by, kept under its hash: protocols and message libraries.
documents = Table(
    "documents",
    metadata,
    Column("digest", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

enrolments = Table(
    "enrolments",
    metadata,
    Column("participant", String, primary_key=True),
    Column("arm", String, nullable=False),
    Column("enrolled_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Column("quiet_start_minute", Integer, nullable=False),
    Column("quiet_end_minute", Integer, nullable=False),
    Column("pushes_a_day", Integer),  # none: as many as the study allows
    Column("lowest_goal_steps", Integer),  # the band they chose; none: the study's
    Column("highest_goal_steps", Integer),
    Column("decisions_made", Integer, nullable=False, server_default="0"),
    Column("dose", Float, nullable=False, server_default="0"),
)

pauses = Table(
    "pauses",
    metadata,
    Column("participant", String, primary_key=True),
    Column("from_us", BigInteger, primary_key=True),
    Column("until_us", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
)

#: What people want to hear nothing of for a while; no occasion: everything.
snoozes = Table(
    "snoozes",
    metadata,
    Column("participant", String, primary_key=True),
    Column("occasion", String, primary_key=True),
    Column("until_us", BigInteger, nullable=False),
)

#: Everything that will fall due, in one list with one index.
agenda = Table(
    "agenda",
    metadata,
    Column("participant", String, primary_key=True),
    Column("what", String, primary_key=True),
    Column("ref", String, primary_key=True),
    Column("due_us", BigInteger, nullable=False),
    Index("agenda_by_due", "due_us"),
)

goals = Table(
    "goals",
    metadata,
    Column("participant", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("steps", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("inputs", LargeBinary, nullable=False),  # what the rule saw, as JSON
    Column("protocol", String, nullable=False),
    Column("decided_us", BigInteger, nullable=False),
    Column("done_steps", Integer),  # none: nothing counted them
    Column("done_valid", Boolean, nullable=False),
    Column("verdict", String, nullable=False),
    Column("verdict_us", BigInteger),
    Column("near_us", BigInteger),  # the minute that came near the goal
)

#: Social features that were left to chance, one row for each of a person's day.
features = Table(
    "features",
    metadata,
    Column("participant", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("feature", String, primary_key=True),
    Column("days_in", Integer, nullable=False),  # by which it was drawn
    Column("odds", Float, nullable=False),
    Column("draw", Float, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("protocol", String, nullable=False),
    Column("site_seed", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("participant", String, primary_key=True),
    Column("counter", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("occasion", String, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("epoch_us", BigInteger),
    Column("state", LargeBinary, nullable=False),
    Column("reasons", LargeBinary, nullable=False),
    Column("options", LargeBinary, nullable=False),
    Column("policy", String, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("protocol", String, nullable=False),
    Column("library", String, nullable=False),
    Column("site_seed", BigInteger, nullable=False),
    Column("probability", Float, nullable=False),
    Column("draw", Float, nullable=False),
    Column("choice_draw", Float, nullable=False),
    Column("template", String),
    Column("text", Text),
)

#: What followed a decision; it may come late, so it stands apart from the record.
outcomes = Table(
    "outcomes",
    metadata,
    Column("participant", String, primary_key=True),
    Column("counter", Integer, primary_key=True),
    Column("start_us", BigInteger, nullable=False),
    Column("minutes", Integer, nullable=False, server_default="0"),  # of thirty, counted
    Column("steps", Integer),  # of these minutes; none: none was counted
    Column("measured_us", BigInteger),
    Column("learned_us", BigInteger),  # when it became part of a belief
    Index("outcomes_by_time", "participant", "start_us"),
)

#: What the learned policy believes of a person: each version goes on from the one before.
beliefs = Table(
    "beliefs",
    metadata,
    Column("participant", String, primary_key=True),
    Column("rule", String, primary_key=True),  # hash of the policy, which `documents` keeps
    Column("version", Integer, primary_key=True),
    Column("made_us", BigInteger, nullable=False),
    Column("pool", Integer),  # where version 0 began; none: as the policy says
    Column("points", Integer, nullable=False),  # decisions it was learned from
    Column("counters", LargeBinary, nullable=False),  # those that were new in it
    Column("steps", LargeBinary, nullable=False),  # what followed each, as known then
    Column("mean", LargeBinary, nullable=False),  # float64, little-endian
    Column("covariance", LargeBinary, nullable=False),
)

#: What was believed of everyone together, for newcomers to begin with.
pools = Table(
    "pools",
    metadata,
    Column("rule", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("made_us", BigInteger, nullable=False),
    Column("people", Integer, nullable=False),
    Column("mean", LargeBinary, nullable=False),
    Column("covariance", LargeBinary, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", String, nullable=False),
    Column("source", String, nullable=False, unique=True),  # the same source never writes twice
    Column("sender", String, nullable=False),
    Column("occasion", String, nullable=False),
    Column("decision", Integer),  # its counter; none for a person's message
    Column("template", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("options", LargeBinary, nullable=False),
    Column("intended_us", BigInteger, nullable=False),
    Column("sent_us", BigInteger),  # since then it is in the inbox
    Column("pushed_us", BigInteger),  # none: it waits there without drawing attention
    Column("delivered_us", BigInteger),  # the first receipt of a channel
    Column("shown_us", BigInteger),
    Column("answered_us", BigInteger),
    Column("answer", String),
    Column("first_answered_us", BigInteger),
    Column("hidden_until_us", BigInteger, nullable=False, server_default="0"),
    Column("expires_us", BigInteger, nullable=False),
    Column("expired_us", BigInteger),
    Index("messages_by_person", "participant", "sent_us"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", String, primary_key=True),
    Column("message", Integer, nullable=False),
    Column("participant", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False),  # its id
    Column("lock_text", String, nullable=False),  # no health data: a locked screen is public
    Column("queued_us", BigInteger, nullable=False),
    Column("next_us", BigInteger, nullable=False),  # when it is tried
    Column("expires_us", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent_us", BigInteger),
    Column("ref", String),  # by which a receipt is asked for
    Column("delivered_us", BigInteger),
    Column("lost_us", BigInteger),  # noticed that no receipt came
    Column("failed_us", BigInteger),
    Column("why", String),
    Index("outbox_by_time", "next_us"),
    Index("outbox_by_person", "participant", "sent_us"),
)

#: What people wrote themselves.
replies = Table(
    "replies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", String, nullable=False),
    Column("message", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("replies_by_message", "message"),
)

#: Red flags that need a human, and every step that was taken with one.
tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("says", Text, nullable=False),
    Column("opened_us", BigInteger, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("taken_us", BigInteger),
    Column("taken_by", String),
    Column("escalated_us", BigInteger),
    Column("resolved_us", BigInteger),
    Column("resolved_by", String),
    Column("note", Text),
    Index("tickets_by_person", "participant", "opened_us"),
)

ticket_steps = Table(
    "ticket_steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket", Integer, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("note", Text, nullable=False),
    Index("ticket_steps_by_ticket", "ticket"),
)

#: Questionnaires that were put to people, and their answers.
asked = Table(
    "asked",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", String, nullable=False),
    Column("instrument", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("protocol", String, nullable=False),
    Column("asked_us", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("finished_us", BigInteger),
    Column("skipped_us", BigInteger),
    Index("asked_by_person", "participant", "asked_us"),
)

answers = Table(
    "answers",
    metadata,
    Column("asked", Integer, primary_key=True),
    Column("item", String, primary_key=True),
    Column("value", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

#: Where people are reached: names of people, like those in `identities`.
addresses = Table(
    "addresses",
    metadata,
    Column("id", String, primary_key=True),
    Column("participant", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("address", Text, nullable=False),
    Column("since_us", BigInteger, nullable=False),
    Index("addresses_by_person", "participant"),
)

#: Keys of requests that took effect, so that none does twice.
requests_done = Table(
    "requests_done",
    metadata,
    Column("participant", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("at_us", BigInteger, nullable=False, index=True),
)

#: Which protocol a study may run by; the last row holds.
protocol_locks = Table(
    "protocol_locks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", String, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("reason", Text, nullable=False),
)
