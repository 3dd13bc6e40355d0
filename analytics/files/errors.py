"""What can go wrong with a file."""


class BadRecording(ValueError):
    """A file that cannot be scored as it is; the message says what and where."""
