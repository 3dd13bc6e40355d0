"""Cheers, friends, teams and invitations; likes, comments and reports."""

import re
from typing import Final

from sqlalchemy import Connection

from coaching import members
from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.circle import (
    AcceptInvite,
    Befriend,
    Block,
    EndFriendship,
    Invite,
    LeaveTeam,
    Like,
    Moderate,
    Mute,
    Report,
    SayComment,
    SendCheer,
    StartTeam,
)
from coaching.circles import feed, invites, moderation, together
from coaching.daytime import DAY_US
from coaching.grounds import Grounds
from coaching.messages.lint import complaints
from coaching.post import posting
from coaching.post.posting import Letter
from coaching.requests.deed import Deed, Deeds
from coaching.requests.words import call_for_help
from people import registry
from people.authorize import Action, Topic
from people.registry import Relation, RelationKind

_CHEER = "cheer"
_TEAM_NAME = re.compile(r"\w[\w .'-]{1,39}")
_GONE = refused("This is no longer here.")
#: The same for who is there and who is not.
_ASK = refused("Someone who is not in your team joins you by an invitation.")


def cheer(db: Connection, act: SendCheer, grounds: Grounds, now_us: int) -> Outcome:
    """Cheer a friend."""
    if not together.cheer(db, act.participant, act.to, now_us):
        return accepted("You have cheered them today already.")
    if members.one(db, act.to) is not None:
        (template,) = grounds.library.fitting(_CHEER)
        source = f"cheer:{act.participant}:{act.to}:{now_us}"
        letter = Letter(act.to, source, act.participant, template.id, now_us + DAY_US)
        posting.post(db, letter, grounds, now_us)
    return accepted("Your cheer is on its way.")


def befriend(db: Connection, act: Befriend, _: Grounds, now_us: int) -> Outcome:
    """Ask someone to be a friend, or say yes to who asked."""
    mates = registry.circle_of(db, act.participant)
    asked = registry.asked_by(db, act.participant)
    if act.to not in {*mates, *asked}:
        return _ASK
    registry.relate(db, Relation(RelationKind.FRIEND, act.participant, act.to), now_us)
    if act.to in asked:
        return accepted("You are friends now.")
    return accepted("They are asked. You are friends once they say yes.")


def end_friendship(db: Connection, act: EndFriendship, _: Grounds, now_us: int) -> Outcome:
    """End it for both, or say no to who asked."""
    _part(db, act.participant, act.to, now_us)
    return accepted("You are not friends.")


def block(db: Connection, act: Block, _: Grounds, now_us: int) -> Outcome:
    """Have nothing to do with each other any more, or again."""
    relation = Relation(RelationKind.BLOCK, act.participant, act.to)
    if not act.on:
        registry.end_relation(db, relation, now_us)
        return accepted("They are not blocked any more.")
    if act.to not in {
        *registry.circle_of(db, act.participant),
        *registry.asked_by(db, act.participant),
    }:
        return refused("They are not in your circle.")
    registry.relate(db, relation, now_us)
    _part(db, act.participant, act.to, now_us)
    return accepted("Blocked. Neither of you sees anything of the other.")


def mute(db: Connection, act: Mute, _: Grounds, now_us: int) -> Outcome:
    """Leave someone out of one's feed; they are not told."""
    relation = Relation(RelationKind.MUTE, act.participant, act.to)
    if not act.on:
        registry.end_relation(db, relation, now_us)
        return accepted("You see them in your feed again.")
    if act.to not in registry.circle_of(db, act.participant):
        return refused("They are not in your circle.")
    registry.relate(db, relation, now_us)
    return accepted("Muted: your feed leaves them out, and they are not told.")


def invite(db: Connection, act: Invite, _: Grounds, now_us: int) -> Outcome:
    """Keep an invitation to be a friend, or to a team one is in."""
    if act.team is not None and act.team not in registry.teams_of(db, act.participant):
        return refused("That is for a team you are in.")
    if not invites.make(db, act.hash, act.participant, act.team, now_us):
        return refused("Too many of your invitations are still open.")
    return accepted("The link works once, for two weeks.")


def accept(db: Connection, act: AcceptInvite, _: Grounds, now_us: int) -> Outcome:
    """Join by an invitation, as a friend or in a team."""
    found = invites.good(db, act.hash, now_us)
    if found is None or found.inviter == act.participant:
        return refused("This invitation is no longer good.")
    invites.use(db, act.hash, now_us)
    if found.team is not None:
        relation = Relation(RelationKind.TEAM, act.participant, found.team)
        registry.relate(db, relation, now_us)
        return accepted("You are in %(team)s.", team=found.team).touching(found.inviter)
    for one, other in ((act.participant, found.inviter), (found.inviter, act.participant)):
        registry.relate(db, Relation(RelationKind.FRIEND, one, other), now_us)
    return accepted("You are friends now.").touching(found.inviter)


def start_team(db: Connection, act: StartTeam, _: Grounds, now_us: int) -> Outcome:
    """Begin a team; others come in by invitation."""
    if not _TEAM_NAME.fullmatch(act.name) or complaints(act.name):
        return refused("A name of 2 to 40 letters, please.")
    if registry.members_of(db, act.name):
        return refused("A team goes by that name already.")
    relation = Relation(RelationKind.TEAM, act.participant, act.name)
    registry.relate(db, relation, now_us)
    return accepted("%(name)s has begun. Invite the others.", name=act.name)


def leave_team(db: Connection, act: LeaveTeam, _: Grounds, now_us: int) -> Outcome:
    """Leave a team."""
    relation = Relation(RelationKind.TEAM, act.participant, act.team)
    registry.end_relation(db, relation, now_us)
    return accepted("You have left the team.")


def like(db: Connection, act: Like, _: Grounds, now_us: int) -> Outcome:
    """Like something of one's circle."""
    entry = feed.one(db, act.participant, act.entry, now_us)
    if entry is None or entry.author == act.participant:
        return _GONE
    feed.like(db, entry.id, act.participant, now_us)
    return accepted("They see that you like it.").touching(entry.author)


def say_comment(db: Connection, act: SayComment, grounds: Grounds, now_us: int) -> Outcome:
    """Comment on something of one's circle."""
    entry = feed.one(db, act.participant, act.entry, now_us)
    if entry is None:
        return _GONE
    text = act.text.strip()
    if not 0 < len(text) <= feed.LONGEST_COMMENT:
        return refused("1 to %(most)s characters, please.", most=feed.LONGEST_COMMENT)
    source = f"comment:{act.participant}:{now_us}"
    if danger := call_for_help(db, act.participant, [text], source, grounds, now_us):
        return danger
    if complaints(text):
        return refused("Kind words only, please, and no medical advice.")
    comment = feed.comment(db, entry.id, act.participant, text, now_us)
    if entry.author != act.participant:
        together.interact(db, act.participant, entry.author, f"comment:{comment}", now_us)
        together.interact(db, entry.author, act.participant, f"comment:{comment}", now_us)
    return accepted("Said.").touching(entry.author)


def report(db: Connection, act: Report, _: Grounds, now_us: int) -> Outcome:
    """Report a comment; whoever reported it does not see it again."""
    entry = moderation.entry_of(db, act.comment)
    if entry is None or feed.one(db, act.participant, entry, now_us) is None:
        return _GONE
    moderation.report(db, act.comment, act.participant, now_us)
    return accepted("Thank you. Somebody looks at it; you will not see it again.")


def moderate(db: Connection, act: Moderate, _: Grounds, now_us: int) -> Outcome:
    """Take a reported comment down, or leave it."""
    by = act.participant
    if not moderation.resolve(db, act.comment, hide=act.hide, by=by, at_us=now_us):
        return _GONE
    return accepted("Taken down.") if act.hide else accepted("Left as it is.")


def _part(db: Connection, one: str, other: str, now_us: int) -> None:
    for subject, friend in ((one, other), (other, one)):
        registry.end_relation(db, Relation(RelationKind.FRIEND, subject, friend), now_us)


DEEDS: Final[Deeds] = {
    SendCheer: Deed(cheer, Action.SET, Topic.CIRCLE),
    Befriend: Deed(befriend, Action.SET, Topic.CIRCLE),
    EndFriendship: Deed(end_friendship, Action.SET, Topic.CIRCLE),
    Block: Deed(block, Action.SET, Topic.CIRCLE),
    Mute: Deed(mute, Action.SET, Topic.CIRCLE),
    Invite: Deed(invite, Action.SET, Topic.CIRCLE),
    AcceptInvite: Deed(accept, Action.SET, Topic.CIRCLE),
    StartTeam: Deed(start_team, Action.SET, Topic.CIRCLE),
    LeaveTeam: Deed(leave_team, Action.SET, Topic.CIRCLE),
    Like: Deed(like, Action.SET, Topic.CIRCLE),
    SayComment: Deed(say_comment, Action.SET, Topic.CIRCLE),
    Report: Deed(report, Action.SET, Topic.CIRCLE),
    Moderate: Deed(moderate, Action.OPERATE),
}
