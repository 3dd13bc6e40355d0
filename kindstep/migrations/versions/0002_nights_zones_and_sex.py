"""Nights, zones of the heart, and sex."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Take the step; none leads back: a backup does."""
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

    with op.batch_alter_table("day_facts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("zone_1_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("zone_2_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("zone_3_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("zone_4_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("zone_5_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("trimp", sa.Float(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "judged_not_worn_minutes", sa.Integer(), nullable=False, server_default="0"
            )
        )

    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sex", sa.String(), nullable=True))
