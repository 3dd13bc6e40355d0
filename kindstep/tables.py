"""Every table of the study, from the stages that own them."""

from typing import Final

from sqlalchemy import MetaData

from analytics import tables as analytics
from coaching import tables as coaching
from coaching.challenges import tables as challenges
from coaching.circles import tables as circle_tables
from coaching.coaches import tables as reputation_tables
from coaching.giving import tables as giving_tables
from people import tables as people
from web.webhooks import tables as webhooks

METADATAS: Final[tuple[MetaData, ...]] = (
    people.metadata,
    analytics.metadata,
    coaching.metadata,
    giving_tables.metadata,
    circle_tables.metadata,
    reputation_tables.metadata,
    challenges.metadata,
    webhooks.metadata,
)
