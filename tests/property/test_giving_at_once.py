"""Many give, pledge and hand over at once, by two hubs on one store, and the books balance."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np

from coaching.giving import gifts, points, vouchers
from coaching.giving.vouchers import State

MONDAY = date(2026, 3, 2)
THRESHOLD = 100
PEOPLE = [f"p-{n}" for n in range(8)]
DAYS = 10
EACH_DAY = 30  # points
BUDGET = 11


def test_whoever_writes_at_once_the_books_balance(hubs):
    jobs = [told(who, day) for who in PEOPLE for day in range(DAYS)] * 2  # each told twice
    jobs += [pledge(n % 3) for n in range(6)]  # each of three booked twice
    jobs += [hand_over] * 12
    order = np.random.default_rng(1).permutation(len(jobs))
    for who in PEOPLE:
        hubs[0].write(lambda db, who=who: gifts.choose_cause(db, who, "seniors", 0))
    hubs[0].write(lambda db: gifts.fund(db, "seniors", 5, "first", 0))
    with ThreadPoolExecutor(8) as pool:
        doing = [
            pool.submit(hubs[n % 2].write, job)
            for n, job in enumerate(jobs[place] for place in order)
        ]
        for each in doing:
            each.result()

    with hubs[1].reading() as db:
        assert gifts.audit(db) == []
        assert sum(gifts.balances(db).values()) == 0
        given = vouchers.all_vouchers(db)
        left = [gifts.on_hand(db, who) for who in PEOPLE]
        assert [points.balance(db, who) for who in PEOPLE] == [EACH_DAY * DAYS] * len(PEOPLE)
    crossed = EACH_DAY * DAYS // THRESHOLD
    assert Counter(each.participant for each in given) == dict.fromkeys(PEOPLE, crossed)
    assert left == [EACH_DAY * DAYS - crossed * THRESHOLD] * len(PEOPLE)
    assert len({each.code for each in given}) == len(given)
    assert sum(each.state is not State.WAITING for each in given) == BUDGET


def told(who, day):
    def change(db):
        points.award(db, who, "goal", MONDAY + timedelta(day), EACH_DAY, 1)
        gifts.settle(db, who, gifts.cause(db, who), THRESHOLD, 1)

    return change


def pledge(which):
    return lambda db: gifts.fund(db, "seniors", 2, f"pledge {which}", 2)


def hand_over(db):
    for voucher in vouchers.all_vouchers(db):
        if voucher.state is not State.WAITING:
            gifts.redeem(db, voucher.id, 3)
            gifts.deliver(db, voucher.id, 3)
