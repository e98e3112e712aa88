"""The clocks tell aware UTC time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from agent.service.clock import SimulatedClock, SystemClock


def test_the_system_clock_is_aware_and_utc():
    """What it tells can be compared with any mail's date."""
    assert SystemClock().now().tzinfo is UTC


def test_a_simulated_clock_stands_still_until_it_is_moved():
    """The demo and the tests decide what time it is."""
    clock = SimulatedClock(datetime(2026, 11, 2, 9, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == clock.now() == datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert clock.advance(timedelta(days=1)) == datetime(2026, 11, 3, 8, tzinfo=UTC)
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2027


def test_a_simulated_clock_refuses_a_naive_start():
    """A time without a zone is no moment."""
    with pytest.raises(ValueError, match="aware"):
        SimulatedClock(datetime(2026, 11, 2))
