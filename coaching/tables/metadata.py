"""What all of the coach's own tables are of."""

from sqlalchemy import MetaData

metadata = MetaData()
