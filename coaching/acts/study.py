"""What an operator does with the study itself."""

from coaching.acts.act import Act


class LockProtocol(Act, frozen=True, kw_only=True):
    """Let the protocol stay as it is; `participant` is the operator who locks it."""

    reason: str
