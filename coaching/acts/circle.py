"""What people do with each other."""

from coaching.acts.act import Act


class SendCheer(Act, frozen=True, kw_only=True):
    """Cheer a friend: `participant` sends, `to` receives."""

    to: str


class Befriend(Act, frozen=True, kw_only=True):
    """Ask a team mate to be a friend, or say yes to who asked."""

    to: str


class EndFriendship(Act, frozen=True, kw_only=True):
    """End a friendship for both, or say no to who asked."""

    to: str


class Block(Act, frozen=True, kw_only=True):
    """Have nothing to do with someone of one's circle, or again."""

    to: str
    on: bool = True


class Mute(Act, frozen=True, kw_only=True):
    """Leave someone out of one's feed, or no longer; they are not told."""

    to: str
    on: bool = True


class StartTeam(Act, frozen=True, kw_only=True):
    """Begin a team or a family, and be its first."""

    name: str


class LeaveTeam(Act, frozen=True, kw_only=True):
    """Leave a team."""

    team: str


class Invite(Act, frozen=True, kw_only=True):
    """Keep an invitation whose link holds a secret with this hash."""

    hash: str
    team: str | None = None  # none: to be a friend


class AcceptInvite(Act, frozen=True, kw_only=True):
    """Join by an invitation."""

    hash: str


class Like(Act, frozen=True, kw_only=True):
    """Like something of one's circle."""

    entry: int


class SayComment(Act, frozen=True, kw_only=True):
    """Comment on something of one's circle."""

    entry: int
    text: str


class Report(Act, frozen=True, kw_only=True):
    """Report a comment; whoever reports it does not see it again."""

    comment: int


class Moderate(Act, frozen=True, kw_only=True):
    """Take a reported comment down or leave it; `participant` is the operator who does."""

    comment: int
    hide: bool
