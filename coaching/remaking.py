"""Decisions, goals and beliefs made again from documents alone, wherever these were taken."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec

from coaching.days.goals import Inputs, steps_for
from coaching.grounds import Grounds
from coaching.learned import learning
from coaching.learned.beliefs import Version
from coaching.messages import library
from coaching.policies import ThompsonSampling
from coaching.policies.belief import Belief
from coaching.policies.lessons import Seen, teach
from coaching.prompts.decisions import Decision, decide
from coaching.prompts.state import Learned
from coaching.protocol import restore


@dataclass(frozen=True, slots=True)
class Document:
    """A protocol, a message library or a learned policy, under its hash."""

    digest: str
    kind: str  # "protocol" | "library" | "policy"
    body: bytes


class Shelf:
    """Documents by hash. Whatever is made by one that is not here raises KeyError."""

    def __init__(self, found: Collection[Document]) -> None:
        bodies: dict[str, dict[str, bytes]] = {"protocol": {}, "library": {}, "policy": {}}
        for each in found:
            bodies[each.kind][each.digest] = each.body
        self.protocols = {digest: restore(body) for digest, body in bodies["protocol"].items()}
        self._libraries = {
            digest: library.restore(body) for digest, body in bodies["library"].items()
        }
        self._policies = {
            digest: msgspec.json.decode(body, type=ThompsonSampling)
            for digest, body in bodies["policy"].items()
        }

    def decision(self, record: Decision) -> Decision:
        """Make a decision again from its state and its draws."""
        grounds = Grounds(
            self.protocols[record.protocol], self._libraries[record.library], record.site_seed
        )
        return decide(record.state, grounds, record.draws)

    def goal(self, inputs: Inputs, protocol: str) -> tuple[int, str]:
        """Set a goal again from what the rule saw; return its steps and the reason."""
        steps, reason = steps_for(inputs, self.protocols[protocol].goal)
        return steps, str(reason)

    def belief(self, made: Version, before: Version | None, lesson: Sequence[Seen]) -> Belief:
        """Learn a version again from the one before and what followed.

        One that began with what was believed of everyone is where it began: of the others no
        package tells.
        """
        policy = self._policies[made.rule]
        if before is None and made.pool is not None:
            return made.belief
        began = policy.prior() if before is None else before.belief
        (after,) = teach(policy, [began], [lesson])
        return after

    def rule(self, record: Decision) -> str:
        """Return the hash of the policy that a decision was made by."""
        policy = self.protocols[record.protocol].arms[record.state.arm]
        match policy:
            case ThompsonSampling():
                return learning.rule_of(policy)
            case _:
                raise LookupError(f"the arm {record.state.arm} does not learn")

    def learned(self, made: Version) -> Learned:
        """Return what a decision sees of a version."""
        return self._policies[made.rule].learned(made.belief, made.version, made.points)
