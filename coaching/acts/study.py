"""What an operator does with the study itself."""

from coaching.acts.act import Act


class LockProtocol(Act, frozen=True, kw_only=True):
    """Let the protocol stay as it is; `participant` is the operator who locks it."""

    reason: str


class CloseStudy(Act, frozen=True, kw_only=True):
    """End the study for everybody, after a taper from now on; `participant` is the operator."""
