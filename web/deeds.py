"""What the trail keeps by names in the code, in words: acts, orders, fields and looks."""

from typing import Final

from people.sentence import say

DEEDS: Final = {
    "SetConsent": say("changed who sees what"),
    "TakeIn": say("took somebody in"),
    "GiveDevice": say("gave a device to somebody"),
    "CommandDevice": say("had a device do something"),
    "FindDevice": say("let a device ring"),
    "PairDevice": say("paired a device"),
    "PutOn": say("put a device on"),
    "RetryLetters": say("tried unusable messages again"),
    "Leave": say("erased all of somebody"),
    "UseStudy": say("changed the study"),
    "DryRun": say("tried the study without people"),
    "BackUp": say("took a backup"),
    "LockProtocol": say("locked the protocol"),
    "CloseStudy": say("closed the study"),
    "CoachMessage": say("wrote a message"),
    "DecideDraft": say("decided on a draft"),
    "Supervise": say("looks before messages go out"),
    "TakeTicket": say("took over a sign of danger"),
    "AssignTicket": say("passed a sign of danger on"),
    "ReleaseTicket": say("gave back a sign of danger"),
    "ResolveTicket": say("closed a sign of danger"),
    "ReopenTicket": say("opened a sign of danger again"),
    "Deal": say("dealt with what numbers told"),
    "UndoDeal": say("took that back"),
    "Look": say("looked at somebody"),
    "WriteNote": say("wrote a note"),
    "StrikeNote": say("struck a note"),
    "HandOver": say("handed a panel over"),
    "TakeBack": say("took a panel back"),
    "AssignCoach": say("gave somebody a coach"),
    "VerifyCoach": say("verified a coach"),
    "DescribeCoach": say("described themselves as a coach"),
    "AnswerRating": say("answered a rating"),
    "PledgeVouchers": say("booked a pledge"),
    "RedeemVoucher": say("redeemed a voucher"),
    "DeliverVoucher": say("delivered a voucher"),
    "Moderate": say("decided on a reported comment"),
    "ProposeChallenge": say("proposed a challenge"),
    "SetZone": say("changed a time zone"),
}
#: What a line tells of an act or order, by the name of its field.
PARTICULARS: Final = {
    "topic": say("what"),
    "viewer": say("for whom"),
    "granted": say("shared"),
    "coach": say("coach"),
    "colleague": say("colleague"),
    "first_day": say("first day"),
    "last_day": say("last day"),
    "ticket_id": say("sign of danger"),
    "message_id": say("message"),
    "template_id": say("wording"),
    "how": say("how"),
    "send": say("sent"),
    "hide": say("taken down"),
    "credential": say("credential"),
    "valid_until": say("valid until"),
    "sponsor": say("sponsor"),
    "cause": say("cause"),
    "vouchers": say("vouchers"),
    "reference": say("reference"),
    "role": say("in the role"),
    "arm": say("arm"),
    "device": say("device"),
    "kind": say("what"),
    "ring": say("ringing"),
}
#: How somebody saw something of somebody.
LOOKS: Final = {
    "list": say("in the list of their people"),
    "page": say("their page"),
    "week": say("their week on one sheet"),
    "readings": say("what they measured at home"),
    "why": say("why a message came"),
    "live": say("their live numbers"),
    "program": say("by a program"),
}
_ROUTES: Final = {
    "/coach": "list",
    "/coach/{participant}/row": "list",
    "/coach/{participant}/summary": "week",
    "/measured/{participant}": "readings",
    "/decisions/{participant}/{counter}": "why",
    "/live/{participant}": "live",
    "webhook": "program",
}


def look_of(where: str) -> str:
    """Return which of the looks it was, by the route that the trail keeps."""
    return "program" if where.startswith("API ") else _ROUTES.get(where, "page")
