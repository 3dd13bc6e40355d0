from datetime import date, timedelta

import pytest

from coaching.giving import gifts, ledger, points
from coaching.giving.gifts import State, WrongState
from coaching.giving.ledger import Unit
from coaching.giving.tables import metadata
from tests.people_world import START_US, memory_db

THRESHOLD = 1000
DAY = date(2026, 3, 2)


@pytest.fixture
def db():
    with memory_db(metadata) as db:
        yield db
        assert gifts.audit(db) == []
        assert sum(gifts.balances(db).values()) == 0


def earn(db, amount, who="ana", day=0):
    assert points.award(db, who, "goal", DAY + timedelta(day), amount, START_US)


def settle(db, who="ana", at=0):
    return gifts.settle(db, who, gifts.cause(db, who), THRESHOLD, START_US + at)


def states(db, who="ana"):
    return [voucher.state for voucher in gifts.vouchers_of(db, who)]


def test_a_threshold_crossed_activates_one_voucher(db):
    gifts.fund(db, "veterans", 10, "pledge 1", START_US)
    gifts.choose_cause(db, "ana", "veterans", START_US)
    earn(db, 1300)

    (voucher,) = settle(db, at=5)

    assert (voucher.cause, voucher.points, voucher.number) == ("veterans", THRESHOLD, 1)
    assert voucher.state is State.ACTIVATED
    assert voucher.crossed_us == voucher.activated_us == START_US + 5
    assert gifts.on_hand(db, "ana") == 300
    assert gifts.balances(db) == {
        "participant:ana": -1000,
        "given": 1000,
        "pledged": -10,
        "sponsor:veterans": 9,
        "voucher:ana-1": 1,
    }


def test_settling_again_gives_nothing_more(db):
    gifts.fund(db, "veterans", 10, "pledge 1", START_US)
    gifts.choose_cause(db, "ana", "veterans", START_US)
    earn(db, 1999)

    assert [len(settle(db, at=at)) for at in range(3)] == [1, 0, 0]


def test_one_settling_may_cross_several_thresholds(db):
    gifts.fund(db, "veterans", 10, "pledge 1", START_US)
    gifts.choose_cause(db, "ana", "veterans", START_US)
    earn(db, 3200)

    assert [voucher.id for voucher in settle(db)] == ["ana-1", "ana-2", "ana-3"]


def test_without_a_cause_the_points_wait(db):
    gifts.fund(db, "veterans", 10, "pledge 1", START_US)
    earn(db, 2500)

    assert settle(db) == []
    assert gifts.on_hand(db, "ana") == 2500

    gifts.choose_cause(db, "ana", "veterans", START_US)
    assert len(settle(db)) == 2
    assert gifts.on_hand(db, "ana") == 500


def test_a_gift_stays_with_the_cause_chosen_at_that_time(db):
    gifts.fund(db, "veterans", 10, "pledge 1", START_US)
    gifts.choose_cause(db, "ana", "children", START_US)
    earn(db, 1000)
    settle(db)
    gifts.choose_cause(db, "ana", "veterans", START_US + 1)
    earn(db, 1000, day=1)
    settle(db)

    assert [v.cause for v in gifts.vouchers_of(db, "ana")] == ["children", "veterans"]
    assert states(db) == [State.WAITING, State.ACTIVATED]


def test_choosing_back_and_forth_holds_the_last_choice(db):
    assert gifts.cause(db, "ana") is None
    for choice in ("veterans", "children", "children", "veterans"):
        gifts.choose_cause(db, "ana", choice, START_US)
        assert gifts.cause(db, "ana") == choice
    assert db.exec_driver_sql("SELECT count(*) FROM causes").scalar() == 3


def test_a_spent_budget_lets_vouchers_wait_in_their_order(db):
    gifts.fund(db, "veterans", 1, "pledge 1", START_US)
    for at, who in enumerate(["ben", "chidi", "ana"]):
        gifts.choose_cause(db, who, "veterans", START_US)
        earn(db, 1000, who)
        settle(db, who, at)
    assert [states(db, who)[0] for who in ("ben", "chidi", "ana")] == [
        State.ACTIVATED,
        State.WAITING,
        State.WAITING,
    ]

    (activated,) = gifts.fund(db, "veterans", 1, "pledge 2", START_US + 9)

    assert (activated.id, activated.activated_us) == ("chidi-1", START_US + 9)
    assert states(db, "ana") == [State.WAITING]


def test_a_waiting_voucher_has_taken_its_points(db):
    gifts.choose_cause(db, "ana", "veterans", START_US)
    earn(db, 1000)

    assert [voucher.state for voucher in settle(db)] == [State.WAITING]
    assert gifts.on_hand(db, "ana") == 0


def test_a_pledge_told_twice_counts_once(db):
    gifts.fund(db, "veterans", 3, "pledge 1", START_US)
    gifts.fund(db, "veterans", 3, "pledge 1", START_US)

    assert gifts.balances(db)["sponsor:veterans"] == 3


def test_a_voucher_is_redeemed_then_delivered(db):
    gifts.fund(db, "veterans", 1, "pledge 1", START_US)
    gifts.choose_cause(db, "ana", "veterans", START_US)
    earn(db, 1000)
    settle(db)

    assert gifts.redeem(db, "ana-1", START_US + 1)
    assert states(db) == [State.REDEEMED]
    assert gifts.deliver(db, "ana-1", START_US + 2)
    assert states(db) == [State.DELIVERED]
    assert gifts.balances(db)["spent"] == 1
    assert gifts.balances(db)["voucher:ana-1"] == 0


def test_a_step_told_twice_is_taken_once(db):
    gifts.fund(db, "veterans", 1, "pledge 1", START_US)
    gifts.choose_cause(db, "ana", "veterans", START_US)
    earn(db, 1000)
    settle(db)

    assert [gifts.redeem(db, "ana-1", START_US + at) for at in (1, 2)] == [True, False]
    assert [gifts.deliver(db, "ana-1", START_US + at) for at in (3, 4)] == [True, False]
    assert not gifts.redeem(db, "ana-1", START_US + 5)
    (voucher,) = gifts.vouchers_of(db, "ana")
    assert (voucher.redeemed_us, voucher.delivered_us) == (START_US + 1, START_US + 3)


def test_no_step_is_skipped(db):
    gifts.choose_cause(db, "ana", "veterans", START_US)
    earn(db, 1000)
    settle(db)

    with pytest.raises(WrongState, match="still waits for a budget"):
        gifts.redeem(db, "ana-1", START_US)
    with pytest.raises(WrongState, match="the eyes were not examined yet"):
        gifts.deliver(db, "ana-1", START_US)
    gifts.fund(db, "veterans", 1, "pledge 1", START_US)
    with pytest.raises(WrongState, match="the eyes were not examined yet"):
        gifts.deliver(db, "ana-1", START_US)
    with pytest.raises(WrongState, match="No voucher goes by ana-2"):
        gifts.redeem(db, "ana-2", START_US)


def test_a_new_threshold_leaves_what_was_given(db):
    gifts.fund(db, "veterans", 9, "pledge 1", START_US)
    gifts.choose_cause(db, "ana", "veterans", START_US)
    earn(db, 2500)
    settle(db)

    assert len(gifts.settle(db, "ana", "veterans", 250, START_US)) == 2
    assert gifts.on_hand(db, "ana") == 0


def test_a_crash_before_the_commit_leaves_nothing_half_done(db):
    gifts.fund(db, "veterans", 9, "pledge 1", START_US)
    gifts.choose_cause(db, "ana", "veterans", START_US)
    earn(db, 1000)
    before = gifts.balances(db)

    with db.begin_nested() as crashing:
        settle(db)
        crashing.rollback()

    assert (gifts.balances(db), gifts.vouchers_of(db, "ana")) == (before, [])
    assert len(settle(db)) == 1


def test_refuses_a_transaction_that_does_not_balance(db):
    points_only = ledger.Entry("participant:ana", Unit.POINTS, -5)
    other_unit = ledger.Entry("voucher:ana-1", Unit.VOUCHERS, 5)

    with pytest.raises(ValueError, match="gift does not balance"):
        ledger.post(db, "gift", [points_only, other_unit], START_US)


@pytest.mark.parametrize("threshold", [0, -1])
def test_refuses_a_threshold_of_nothing(db, threshold):
    with pytest.raises(ValueError, match="threshold"):
        gifts.settle(db, "ana", "veterans", threshold, START_US)


def test_refuses_a_pledge_of_nothing(db):
    with pytest.raises(ValueError, match="a pledge of 0 vouchers"):
        gifts.fund(db, "veterans", 0, "pledge 1", START_US)
