"""A copy of minutes, scores and gateways for a time-series database; losing it harms nobody."""

from ingest.influx.line import Point, Value, line
from ingest.influx.sink import Sink

__all__ = ["Point", "Sink", "Value", "line"]
