"""What is done with points and vouchers."""

from coaching.acts.act import Act


class ChooseCause(Act, frozen=True, kw_only=True):
    """Choose whom the points give glasses to."""

    cause: str


class GiveTogether(Act, frozen=True, kw_only=True):
    """Let points go to a team's pot, or by themselves again."""

    team: str | None


class PledgeVouchers(Act, frozen=True, kw_only=True):
    """Book what a sponsor pays for; `participant` is the operator who does."""

    sponsor: str
    cause: str
    vouchers: int
    reference: str  # told twice it counts once


class RedeemVoucher(Act, frozen=True, kw_only=True):
    """Note an eye exam; `participant` is the operator, or a sponsor of the cause."""

    code: str


class DeliverVoucher(Act, frozen=True, kw_only=True):
    """Note that the glasses are there; by whom, as for the exam."""

    code: str
