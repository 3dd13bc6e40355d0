"""An option that names a time zone."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click


class Zone(click.ParamType[ZoneInfo]):
    """A name such as Europe/Berlin; a wrong one is asked for again where it was asked for."""

    name = "zone"

    def convert(
        self, value: str | ZoneInfo, param: click.Parameter | None, ctx: click.Context | None
    ) -> ZoneInfo:
        """Return the zone of that name."""
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"there is no zone {value}", param, ctx)
