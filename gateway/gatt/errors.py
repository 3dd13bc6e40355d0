"""What can be wrong with bytes from a sensor."""


class MalformedValue(ValueError):
    """A characteristic value that does not fit its published layout."""

    def __init__(self, uuid: str, value: bytes) -> None:
        super().__init__(f"{uuid}: cannot read {value.hex(' ') or 'an empty value'}")
        self.uuid = uuid
        self.value = value
