"""How often each habit of debtors and banks is met, and the next movement of an account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from benchmarks import payment_named as named
from benchmarks import payment_unnamed as unnamed
from benchmarks.payment_world import Paid, World

Habit = Callable[[World], Paid | None]
# Each habit with how often it is met among the others.
HABITS: dict[Habit, int] = {
    named.by_number: 9, named.by_reference: 6, named.slip: 8, named.several: 6, named.a_range: 3, named.part: 4, named.rest: 3, named.discounted: 3, named.charged: 3, named.cents: 2, named.too_much: 3,
    named.credit_deducted: 2, named.shares: 2, named.for_another: 3, named.factor: 1, named.wrong_number: 2, named.two_named_one: 2, unnamed.silent: 8, unnamed.silent_bundle: 2, unnamed.whole_account: 2,
    unnamed.order_number: 3, named.number_and_order: 4, unnamed.unknown: 4, unnamed.group: 1, unnamed.noise_in: 3, unnamed.noise_out: 4, unnamed.card_batch: 1, unnamed.again: 2, unnamed.twice: 2, unnamed.old_reference: 2,
    named.partly_paid: 3, unnamed.returned: 5, unnamed.refund: 2, unnamed.announced_first: 2, unnamed.lump: 2, unnamed.month: 1, unnamed.currency: 1, unnamed.foreign_reference: 1,
}  # fmt: skip


def movement(world: World) -> Paid:
    """The next movement of the account, some hours or days later."""
    world.day += timedelta(days=world.rng.choice((0, 0, 0, 1)))
    while True:
        habit = world.rng.choices(list(HABITS), list(HABITS.values()))[0]
        found = habit(world)
        if found is not None and found.entry.amount:
            return found
