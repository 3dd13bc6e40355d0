"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Take the step; none leads back: a backup does."""
    op.create_table(
        "persons",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("added_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "consents",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("viewer", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("participant", "topic", "viewer", "version"),
    )
    op.create_table(
        "identities",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "placements",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("placement", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("person", "from_us"),
    )
    op.create_table(
        "profiles",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("age_years", sa.Integer(), nullable=True),
        sa.Column("age_band", sa.String(), nullable=True),
        sa.Column("resting_bpm", sa.Float(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sex", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "relations",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("kind", "subject", "other", "from_us"),
    )
    with op.batch_alter_table("relations", schema=None) as batch_op:
        batch_op.create_index("relations_by_other", ["other", "kind"], unique=False)

    op.create_table(
        "wearings",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=True),
        sa.Column("participant", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("device", "from_us"),
    )
    with op.batch_alter_table("wearings", schema=None) as batch_op:
        batch_op.create_index(
            "wearings_by_participant", ["participant", "from_us"], unique=False
        )
        batch_op.create_index(
            "wearings_open",
            ["device"],
            unique=True,
            sqlite_where=sa.text("until_us IS NULL"),
            postgresql_where=sa.text("until_us IS NULL"),
        )

    op.create_table(
        "withdrawals",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("archive_us", sa.BigInteger(), nullable=True),
        sa.Column("archive_files", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "zones",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("person", "from_us"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader"),
    )
    op.create_table(
        "day_facts",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("start_us", sa.BigInteger(), nullable=False),
        sa.Column("end_us", sa.BigInteger(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("step_minutes", sa.Integer(), nullable=False),
        sa.Column("sampled_minutes", sa.Integer(), nullable=False),
        sa.Column("wear_minutes", sa.Integer(), nullable=False),
        sa.Column("moderate_minutes", sa.Integer(), nullable=False),
        sa.Column("vigorous_minutes", sa.Integer(), nullable=False),
        sa.Column("deci_points", sa.Integer(), nullable=False),
        sa.Column("heart_minutes", sa.Integer(), nullable=False),
        sa.Column("resting_bpm", sa.Integer(), nullable=True),
        sa.Column("zone_1_minutes", sa.Integer(), nullable=True),
        sa.Column("zone_2_minutes", sa.Integer(), nullable=True),
        sa.Column("zone_3_minutes", sa.Integer(), nullable=True),
        sa.Column("zone_4_minutes", sa.Integer(), nullable=True),
        sa.Column("zone_5_minutes", sa.Integer(), nullable=True),
        sa.Column("trimp", sa.Float(), nullable=True),
        sa.Column("data_minutes", sa.Integer(), nullable=False),
        sa.Column("not_worn_minutes", sa.Integer(), nullable=False),
        sa.Column("judged_not_worn_minutes", sa.Integer(), nullable=False),
        sa.Column("fault_minutes", sa.Integer(), nullable=False),
        sa.Column("last_minute_us", sa.BigInteger(), nullable=True),
        sa.Column("heard_until_us", sa.BigInteger(), nullable=True),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "day"),
    )
    with op.batch_alter_table("day_facts", schema=None) as batch_op:
        batch_op.create_index("day_facts_open", ["complete", "end_us"], unique=False)

    op.create_table(
        "days_due",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "day"),
    )
    with op.batch_alter_table("days_due", schema=None) as batch_op:
        batch_op.create_index("days_due_since", ["since_us"], unique=False)

    op.create_table(
        "epoch_hours",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("hour_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("minutes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "hour_us", "device"),
    )
    op.create_table(
        "holes",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "device", "stream", "boot", "first"),
    )
    op.create_table(
        "lanes",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("heard_until_us", sa.BigInteger(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "device", "stream"),
    )
    op.create_table(
        "nights",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_us", sa.BigInteger(), nullable=False),
        sa.Column("end_us", sa.BigInteger(), nullable=False),
        sa.Column("sleep_start_us", sa.BigInteger(), nullable=True),
        sa.Column("sleep_end_us", sa.BigInteger(), nullable=True),
        sa.Column("asleep_minutes", sa.Integer(), nullable=True),
        sa.Column("resting_bpm", sa.Integer(), nullable=True),
        sa.Column("beats_kept", sa.Integer(), nullable=False),
        sa.Column("rmssd_ms", sa.Float(), nullable=True),
        sa.Column("sdnn_ms", sa.Float(), nullable=True),
        sa.Column("spo2_minutes", sa.Integer(), nullable=False),
        sa.Column("mean_spo2_percent", sa.Float(), nullable=True),
        sa.Column("lowest_spo2_percent", sa.Float(), nullable=True),
        sa.Column("odi_3", sa.Float(), nullable=True),
        sa.Column("odi_4", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("participant", "day"),
    )
    op.create_table(
        "nights_due",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("over_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "day"),
    )
    with op.batch_alter_table("nights_due", schema=None) as batch_op:
        batch_op.create_index("nights_due_over", ["over_us"], unique=False)

    op.create_table(
        "readings",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("second", sa.Float(), nullable=True),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "at_us", "stream", "device"),
    )
    op.create_table(
        "rescores",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("refused", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("participant", "day"),
    )
    op.create_table(
        "scores",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("mem_minutes", sa.Integer(), nullable=False),
        sa.Column("mean_steps", sa.Integer(), nullable=True),
        sa.Column("valid_days", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("coverage_percent", sa.Integer(), nullable=False),
        sa.Column("missing", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "day"),
    )
    op.create_table(
        "shard_rows",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "device"),
    )
    op.create_table(
        "addresses",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("addresses", schema=None) as batch_op:
        batch_op.create_index("addresses_by_person", ["participant"], unique=False)

    op.create_table(
        "agenda",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "what", "ref"),
    )
    with op.batch_alter_table("agenda", schema=None) as batch_op:
        batch_op.create_index("agenda_by_due", ["due_us"], unique=False)

    op.create_table(
        "answers",
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("asked", "item"),
    )
    op.create_table(
        "asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("asked_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.Column("finished_us", sa.BigInteger(), nullable=True),
        sa.Column("skipped_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("asked", schema=None) as batch_op:
        batch_op.create_index("asked_by_person", ["participant", "asked_us"], unique=False)

    op.create_table(
        "beliefs",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("pool", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("counters", sa.LargeBinary(), nullable=False),
        sa.Column("steps", sa.LargeBinary(), nullable=False),
        sa.Column("mean", sa.LargeBinary(), nullable=False),
        sa.Column("covariance", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "rule", "version"),
    )
    op.create_table(
        "decisions",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("epoch_us", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("reasons", sa.LargeBinary(), nullable=False),
        sa.Column("options", sa.LargeBinary(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("library", sa.String(), nullable=False),
        sa.Column("site_seed", sa.BigInteger(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("draw", sa.Float(), nullable=False),
        sa.Column("choice_draw", sa.Float(), nullable=False),
        sa.Column("template", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("participant", "counter"),
    )
    op.create_table(
        "documents",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "enrolments",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("arm", sa.String(), nullable=False),
        sa.Column("enrolled_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("quiet_start_minute", sa.Integer(), nullable=False),
        sa.Column("quiet_end_minute", sa.Integer(), nullable=False),
        sa.Column("pushes_a_day", sa.Integer(), nullable=True),
        sa.Column("lowest_goal_steps", sa.Integer(), nullable=True),
        sa.Column("highest_goal_steps", sa.Integer(), nullable=True),
        sa.Column("decisions_made", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dose", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("participant"),
    )
    op.create_table(
        "features",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("feature", sa.String(), nullable=False),
        sa.Column("days_in", sa.Integer(), nullable=False),
        sa.Column("odds", sa.Float(), nullable=False),
        sa.Column("draw", sa.Float(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("site_seed", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "day", "feature"),
    )
    op.create_table(
        "goals",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("decided_us", sa.BigInteger(), nullable=False),
        sa.Column("done_steps", sa.Integer(), nullable=True),
        sa.Column("done_valid", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("verdict_us", sa.BigInteger(), nullable=True),
        sa.Column("near_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("participant", "day"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=True),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("options", sa.LargeBinary(), nullable=False),
        sa.Column("intended_us", sa.BigInteger(), nullable=False),
        sa.Column("sent_us", sa.BigInteger(), nullable=True),
        sa.Column("pushed_us", sa.BigInteger(), nullable=True),
        sa.Column("delivered_us", sa.BigInteger(), nullable=True),
        sa.Column("shown_us", sa.BigInteger(), nullable=True),
        sa.Column("answered_us", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("first_answered_us", sa.BigInteger(), nullable=True),
        sa.Column("hidden_until_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.Column("expired_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source"),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index("messages_by_person", ["participant", "sent_us"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("lock_text", sa.String(), nullable=False),
        sa.Column("queued_us", sa.BigInteger(), nullable=False),
        sa.Column("next_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_us", sa.BigInteger(), nullable=True),
        sa.Column("ref", sa.String(), nullable=True),
        sa.Column("delivered_us", sa.BigInteger(), nullable=True),
        sa.Column("lost_us", sa.BigInteger(), nullable=True),
        sa.Column("failed_us", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("outbox_by_person", ["participant", "sent_us"], unique=False)
        batch_op.create_index("outbox_by_time", ["next_us"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("start_us", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("steps", sa.Integer(), nullable=True),
        sa.Column("measured_us", sa.BigInteger(), nullable=True),
        sa.Column("learned_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("participant", "counter"),
    )
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.create_index("outcomes_by_time", ["participant", "start_us"], unique=False)

    op.create_table(
        "pauses",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "from_us"),
    )
    op.create_table(
        "pools",
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("mean", sa.LargeBinary(), nullable=False),
        sa.Column("covariance", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("rule", "version"),
    )
    op.create_table(
        "protocol_locks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index("replies_by_message", ["message"], unique=False)

    op.create_table(
        "requests_done",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "key"),
    )
    with op.batch_alter_table("requests_done", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_done_at_us"), ["at_us"], unique=False)

    op.create_table(
        "snoozes",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "occasion"),
    )
    op.create_table(
        "ticket_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ticket_steps", schema=None) as batch_op:
        batch_op.create_index("ticket_steps_by_ticket", ["ticket"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("taken_us", sa.BigInteger(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=True),
        sa.Column("escalated_us", sa.BigInteger(), nullable=True),
        sa.Column("resolved_us", sa.BigInteger(), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index("tickets_by_person", ["participant", "opened_us"], unique=False)

    op.create_table(
        "causes",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("choice", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "choice"),
    )
    op.create_table(
        "cheers",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "receiver", "day"),
    )
    with op.batch_alter_table("cheers", schema=None) as batch_op:
        batch_op.create_index("cheers_by_receiver", ["receiver", "at_us"], unique=False)

    op.create_table(
        "interactions",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("with_whom", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "kind", "about"),
    )
    with op.batch_alter_table("interactions", schema=None) as batch_op:
        batch_op.create_index("interactions_by_time", ["participant", "at_us"], unique=False)

    op.create_table(
        "ledger_transactions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "pledges",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("sponsor", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("vouchers", sa.Integer(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reference"),
    )
    with op.batch_alter_table("pledges", schema=None) as batch_op:
        batch_op.create_index("pledges_by_sponsor", ["sponsor"], unique=False)

    op.create_table(
        "points",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "rule", "day"),
    )
    op.create_table(
        "pooling",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("choice", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant", "choice"),
    )
    op.create_table(
        "vouchers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("crossed_us", sa.BigInteger(), nullable=False),
        sa.Column("activated_us", sa.BigInteger(), nullable=True),
        sa.Column("redeemed_us", sa.BigInteger(), nullable=True),
        sa.Column("delivered_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("participant", "number"),
    )
    with op.batch_alter_table("vouchers", schema=None) as batch_op:
        batch_op.create_index("vouchers_by_cause", ["cause", "crossed_us"], unique=False)

    op.create_table(
        "ledger_entries",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key"],
            ["ledger_transactions.key"],
        ),
        sa.PrimaryKeyConstraint("key", "account"),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index("ledger_entries_by_account", ["account"], unique=False)

    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("author", "kind", "about"),
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index("feed_by_author", ["author", "at_us"], unique=False)
        batch_op.create_index("feed_by_time", ["at_us"], unique=False)

    op.create_table(
        "invites",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("inviter", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.Column("joined_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
    )
    with op.batch_alter_table("invites", schema=None) as batch_op:
        batch_op.create_index("invites_by_inviter", ["inviter", "made_us"], unique=False)

    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("hidden_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry"],
            ["feed.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.create_index("comments_by_entry", ["entry", "at_us"], unique=False)

    op.create_table(
        "likes",
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"],
            ["feed.id"],
        ),
        sa.PrimaryKeyConstraint("entry", "person"),
    )
    op.create_table(
        "reports",
        sa.Column("comment", sa.Integer(), nullable=False),
        sa.Column("reporter", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("resolved_us", sa.BigInteger(), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment"],
            ["comments.id"],
        ),
        sa.PrimaryKeyConstraint("comment", "reporter"),
    )
    op.create_table(
        "coach_profiles",
        sa.Column("coach", sa.String(), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("topics", sa.String(), nullable=False),
        sa.Column("most_people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("coach"),
    )
    op.create_table(
        "credentials",
        sa.Column("coach", sa.String(), nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("verified_us", sa.BigInteger(), nullable=False),
        sa.Column("verified_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("coach", "credential"),
    )
    op.create_table(
        "deals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("coach", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=True),
        sa.Column("flag", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("undone_us", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("deals", schema=None) as batch_op:
        batch_op.create_index("deals_by_person", ["participant", "until_us"], unique=False)

    op.create_table(
        "draft_steps",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("coach", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("bot_template", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("message"),
    )
    op.create_table(
        "looks",
        sa.Column("coach", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("coach", "participant"),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("coach", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("struck_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index("notes_by_person", ["participant", "at_us"], unique=False)

    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("coach", sa.String(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("term_us", sa.BigInteger(), nullable=False),
        sa.Column("replaced_us", sa.BigInteger(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index("ratings_by_coach", ["coach", "at_us"], unique=False)
        batch_op.create_index(
            "ratings_by_person", ["participant", "coach", "at_us"], unique=False
        )

    op.create_table(
        "supervised",
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("coach", sa.String(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("participant"),
    )
    op.create_table(
        "challenges",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("offer", sa.String(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("invited", sa.LargeBinary(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("challenges", schema=None) as batch_op:
        batch_op.create_index("challenges_by_day", ["last_day"], unique=False)

    op.create_table(
        "challenge_members",
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("joined_us", sa.BigInteger(), nullable=False),
        sa.Column("left_us", sa.BigInteger(), nullable=True),
        sa.Column("effort", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("counted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reached", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("steps", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("open_days", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge"],
            ["challenges.id"],
        ),
        sa.PrimaryKeyConstraint("challenge", "participant"),
    )
    with op.batch_alter_table("challenge_members", schema=None) as batch_op:
        batch_op.create_index("challenge_members_by_person", ["participant"], unique=False)
        batch_op.create_index("challenge_members_by_side", ["challenge", "side"], unique=False)

    op.create_table(
        "challenge_sides",
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("members", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reached_us", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("says", sa.Text(), server_default='[""]', nullable=False),
        sa.Column("effort", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("counted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reached", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("steps", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("open_days", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge"],
            ["challenges.id"],
        ),
        sa.PrimaryKeyConstraint("challenge", "side"),
    )
    op.create_table(
        "trophies",
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["challenge"],
            ["challenges.id"],
        ),
        sa.PrimaryKeyConstraint("challenge", "participant"),
    )
    with op.batch_alter_table("trophies", schema=None) as batch_op:
        batch_op.create_index("trophies_by_person", ["participant", "at_us"], unique=False)

    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("webhook", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("queued_us", sa.BigInteger(), nullable=False),
        sa.Column("next_us", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_us", sa.BigInteger(), nullable=True),
        sa.Column("failed_us", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("webhook_deliveries", schema=None) as batch_op:
        batch_op.create_index("webhook_deliveries_of", ["webhook", "queued_us"], unique=False)
        batch_op.create_index(
            "webhook_deliveries_open", ["sent_us", "failed_us", "next_us"], unique=False
        )

    op.create_table(
        "webhook_told",
        sa.Column("webhook", sa.String(), nullable=False),
        sa.Column("participant", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("webhook", "participant", "day", "kind"),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
