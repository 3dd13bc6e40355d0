"""What the trail keeps by names in the code, in words: acts, orders, fields and looks."""

from typing import Final

DEEDS: Final = {
    "SetConsent": "changed who sees what",
    "TakeIn": "took somebody in",
    "GiveDevice": "gave a device to somebody",
    "CommandDevice": "had a device do something",
    "FindDevice": "let a device ring",
    "PairDevice": "paired a device",
    "PutOn": "put a device on",
    "RetryLetters": "tried unusable messages again",
    "Leave": "erased all of somebody",
    "UseStudy": "changed the study",
    "DryRun": "tried the study without people",
    "BackUp": "took a backup",
    "LockProtocol": "locked the protocol",
    "CloseStudy": "closed the study",
    "CoachMessage": "wrote a message",
    "DecideDraft": "decided on a draft",
    "Supervise": "looks before messages go out",
    "TakeTicket": "took over a sign of danger",
    "AssignTicket": "passed a sign of danger on",
    "ReleaseTicket": "gave back a sign of danger",
    "ResolveTicket": "closed a sign of danger",
    "ReopenTicket": "opened a sign of danger again",
    "Deal": "dealt with what numbers told",
    "UndoDeal": "took that back",
    "Look": "looked at somebody",
    "WriteNote": "wrote a note",
    "StrikeNote": "struck a note",
    "HandOver": "handed a panel over",
    "TakeBack": "took a panel back",
    "AssignCoach": "gave somebody a coach",
    "VerifyCoach": "verified a coach",
    "DescribeCoach": "described themselves as a coach",
    "AnswerRating": "answered a rating",
    "PledgeVouchers": "booked a pledge",
    "RedeemVoucher": "redeemed a voucher",
    "DeliverVoucher": "delivered a voucher",
    "Moderate": "decided on a reported comment",
    "ProposeChallenge": "proposed a challenge",
    "SetZone": "changed a time zone",
}
#: What a line tells of an act or order, by the name of its field.
PARTICULARS: Final = {
    "topic": "what",
    "viewer": "for whom",
    "granted": "shared",
    "coach": "coach",
    "colleague": "colleague",
    "first_day": "first day",
    "last_day": "last day",
    "ticket_id": "sign of danger",
    "message_id": "message",
    "template_id": "wording",
    "how": "how",
    "send": "sent",
    "hide": "taken down",
    "credential": "credential",
    "valid_until": "valid until",
    "sponsor": "sponsor",
    "cause": "cause",
    "vouchers": "vouchers",
    "reference": "reference",
    "role": "in the role",
    "arm": "arm",
    "device": "device",
    "kind": "what",
    "ring": "ringing",
}
#: How somebody saw something of somebody.
LOOKS: Final = {
    "list": "in the list of their people",
    "page": "their page",
    "week": "their week on one sheet",
    "readings": "what they measured at home",
    "why": "why a message came",
    "live": "their live numbers",
    "program": "by a program",
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
