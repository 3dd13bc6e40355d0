"""In whichever order and however often things are told, the books balance, nothing is lost."""

from datetime import date, timedelta
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from coaching.giving import gifts, ledger, points
from coaching.giving.gifts import State
from coaching.giving.tables import metadata
from tests.people_world import START_US, memory_db

THRESHOLD = 100
NAMES = ("ana", "ben")
GIVERS = (*NAMES, "team:owls")
PEOPLE = st.sampled_from(NAMES)
CAUSES = st.sampled_from(["children", "veterans"])
DAYS = st.integers(0, 4).map(lambda day: date(2026, 3, 2) + timedelta(day))


class Giving(RuleBasedStateMachine):
    """Runs the books beside a naive twin: dictionaries of what should be so."""

    pledges = Bundle("pledges")

    def __init__(self):
        super().__init__()
        self.opened = memory_db(metadata)
        self.db = self.opened.__enter__()
        self.clock = count(START_US)
        self.earned = {}
        self.cause = {}
        self.team = {}
        self.held = dict.fromkeys(GIVERS, 0)
        self.budget = {"children": 0, "veterans": 0}
        self.pledged = set()
        self.crossed = []

    def teardown(self):
        self.opened.__exit__(None, None, None)

    @rule(who=PEOPLE, day=DAYS, kind=st.sampled_from("ab"), amount=st.integers(30, 270))
    def award(self, who, day, kind, amount):
        is_new = (who, kind, day) not in self.earned
        assert points.award(self.db, who, kind, day, amount, next(self.clock)) is is_new
        self.held[who] += amount if is_new else 0
        self.earned.setdefault((who, kind, day), amount)

    @rule(who=PEOPLE, day=DAYS, kind=st.sampled_from("ab"), amount=st.integers(30, 270))
    def tell_a_day(self, who, day, kind, amount):
        self.award(who, day, kind, amount)
        self.settle(who, crash=False)

    @initialize(chosen=CAUSES)
    def begin(self, chosen):
        self.choose("ana", chosen)

    @rule(who=PEOPLE, chosen=CAUSES)
    def choose(self, who, chosen):
        gifts.choose_cause(self.db, who, chosen, next(self.clock))
        self.cause[who] = chosen

    @rule(target=pledges, chosen=CAUSES, vouchers=st.integers(1, 4))
    def pledge(self, chosen, vouchers):
        return f"pledge {next(self.clock)}", chosen, vouchers

    @rule(pledge=pledges)
    def fund(self, pledge):
        reference, chosen, vouchers = pledge
        gifts.fund(self.db, chosen, vouchers, reference, next(self.clock))
        if reference not in self.pledged:
            self.pledged.add(reference)
            self.budget[chosen] += vouchers

    @rule(who=PEOPLE, team=st.sampled_from(["owls", None]))
    def give_with(self, who, team):
        gifts.give_with(self.db, who, team, next(self.clock))
        self.team[who] = team

    @rule(who=PEOPLE, crash=st.booleans())
    def settle(self, who, crash):
        chosen = self.cause.get(who)
        with self.db.begin_nested() as attempt:
            given = gifts.settle(self.db, who, chosen, THRESHOLD, next(self.clock))
            if crash:
                attempt.rollback()
                return
        giver = who
        if self.team.get(who):
            giver = "team:owls"
            self.held[giver] += self.held[who]
            self.held[who] = 0
        wanted = self.held[giver] // THRESHOLD if chosen else 0
        assert [voucher.cause for voucher in given] == [chosen] * wanted
        self.held[giver] -= wanted * THRESHOLD
        self.crossed += [(giver, chosen)] * wanted

    @rule(who=PEOPLE, data=st.data())
    def move_on(self, who, data):
        mine = [v for giver in (who, "team:owls") for v in gifts.vouchers_of(self.db, giver)]
        going = [v for v in mine if v.state is not State.WAITING]
        if going:
            voucher = data.draw(st.sampled_from(going))
            done = gifts.redeem(self.db, voucher.id, next(self.clock))
            assert done is (voucher.state is State.ACTIVATED)
            if data.draw(st.booleans()):
                done = gifts.deliver(self.db, voucher.id, next(self.clock))
                assert done is (voucher.state is not State.DELIVERED)

    @invariant()
    def the_books_balance(self):
        assert gifts.audit(self.db) == []
        assert sum(gifts.balances(self.db).values()) == 0

    @invariant()
    def nothing_is_lost(self):
        for who in NAMES:
            assert gifts.on_hand(self.db, who) == self.held[who]
        assert ledger.balance(self.db, "team:owls") == self.held["team:owls"]
        given = [v.participant for who in GIVERS for v in gifts.vouchers_of(self.db, who)]
        assert sorted(given) == sorted(giver for giver, _ in self.crossed)
        worth = THRESHOLD * len(given)
        assert sum(self.held.values()) + worth == sum(self.earned.values())

    @invariant()
    def the_budget_goes_to_whoever_came_first(self):
        for chosen, budget in self.budget.items():
            came = [owner for owner, cause in self.crossed if cause == chosen]
            active = [
                voucher.participant
                for who in GIVERS
                for voucher in gifts.vouchers_of(self.db, who)
                if voucher.cause == chosen and voucher.state is not State.WAITING
            ]
            assert sorted(active) == sorted(came[:budget])


TestGiving = Giving.TestCase
TestGiving.settings = settings(max_examples=20, stateful_step_count=20)
