"""Rates, pauses and caps keep their promises whatever the times."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.outbox.pacing import Limits, Outage, Pace, answer_allowed, domain, retry_pause

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
small = st.integers(1, 6)
arrivals = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(["a@x.example", "b@X.example", "c@y.example"])), max_size=40
)


@given(arrivals, small, small, small)
def test_no_stretch_of_time_sees_more_than_its_limit(gaps, per_minute, per_hour, per_domain):
    """Whoever waits until `free_at` keeps every limit, in any minute and any hour."""
    limits = Limits(per_minute=per_minute, per_hour=per_hour, per_domain=per_domain)
    pace, now, log = Pace(), NOW, []
    for gap, address in gaps:
        now = pace.free_at(now + timedelta(seconds=gap), [address], limits)
        assert pace.free_at(now, [address], limits) == now
        pace = Pace.of(str(pace.after(now, [address])))
        log.append((now, domain(address)))
    for moment, name in log:
        minute = [d for at, d in log if moment <= at < moment + MINUTE]
        assert len(minute) <= per_minute
        assert minute.count(name) <= per_domain
        assert len([at for at, _ in log if moment <= at < moment + HOUR]) <= per_hour


@given(st.lists(st.floats(0, 90), max_size=300))
def test_the_note_stays_small(gaps):
    """However many mails: seconds of one minute and minutes of one hour, nothing older."""
    pace, now = Pace(), NOW
    for gap in gaps:
        now += timedelta(seconds=gap)
        pace = pace.after(now, ["a@x.example"])
        assert all(now - HOUR < burst.at <= now + MINUTE for burst in pace.sent)
        assert len(pace.sent) <= 122
        assert sum(burst.mails for burst in pace.sent) >= len([1 for b in pace.sent])
    assert Pace.of(str(pace)) == pace


def test_a_free_road_makes_nobody_wait():
    """Below the limits a mail may leave at once."""
    assert Pace().free_at(NOW, ["a@x.example"], Limits()) == NOW
    assert Pace.of(None) == Pace.of("") == Pace()


def test_a_clock_set_back_does_not_open_the_gate():
    """Mails sent in what is now the future still count."""
    limits = Limits(per_minute=1)
    pace = Pace().after(NOW + HOUR, ["a@x.example"])
    assert pace.free_at(NOW, ["b@y.example"], limits) == NOW + HOUR + MINUTE


@given(st.integers(1, 200), st.floats(0, 1))
def test_pauses_grow_up_to_the_longest(tries, jitter):
    """Never shorter than the one before, never longer than the longest and a quarter."""
    limits = Limits()
    pause = retry_pause(tries, limits, jitter)
    assert limits.first_pause <= retry_pause(tries, limits) <= pause <= limits.longest_pause * 1.25
    assert retry_pause(tries + 1, limits) >= retry_pause(tries, limits)


def test_an_outage_is_written_down_and_grows():
    """Each failure doubles the pause, up to the longest; the note brings it back."""
    limits, outage = Limits(), Outage.of(None)
    assert outage.until < NOW
    for failures, seconds in ((1, 30), (2, 60), (3, 120)):
        outage = Outage.of(str(outage.longer(NOW, limits)))
        assert outage == Outage(failures, NOW + timedelta(seconds=seconds))
    assert Outage(50, NOW).longer(NOW, limits).until == NOW + limits.longest_outage_pause


def test_the_domain_is_what_follows_the_last_at():
    """In lower case; an address without one has none."""
    assert [domain(a) for a in ('"a@b"@X.Example', "nobody", "")] == ["x.example", "", ""]


@given(st.integers(0, 5), st.lists(st.integers(0, 2), max_size=30))
def test_no_address_gets_more_automatic_answers_a_day_than_the_cap(cap, days):
    """Counted per day, whatever was asked how often."""
    note, given_on = None, {}
    for offset in sorted(days):
        day = date(2026, 3, 2) + timedelta(days=offset)
        allowed, note = answer_allowed(note, day, cap)
        given_on[day] = given_on.get(day, 0) + allowed
    assert all(count <= cap for count in given_on.values())
    for offset in set(days):
        assert given_on[date(2026, 3, 2) + timedelta(days=offset)] == min(cap, days.count(offset))


def test_a_broken_note_counts_nothing():
    """What is no note of ours is taken as none."""
    assert answer_allowed("rubbish", date(2026, 3, 2), 1) == (True, "2026-03-02 1")


def test_the_first_pause_is_doubled_by_each_try_and_lengthened_by_a_quarter_at_most():
    """Tries before the first count as the first; what is no share of one is cut to one."""
    limits = Limits(first_pause=MINUTE, longest_pause=10 * MINUTE)
    assert [retry_pause(n, limits) / MINUTE for n in (0, 1, 2, 3, 4, 5, 6, 500)] == [1, 1, 2, 4, 8, 10, 10, 10]
    assert [retry_pause(1, limits, j) / MINUTE for j in (-1, 0, 0.5, 1, 2)] == [1, 1, 1.125, 1.25, 1.25]


def test_an_outage_begins_with_its_own_first_pause_and_ends_with_its_own_longest():
    """Those of a single mail are others."""
    limits = Limits(first_outage_pause=MINUTE, longest_outage_pause=4 * MINUTE, first_pause=HOUR)
    pauses = [Outage(failures, NOW).longer(NOW, limits) for failures in (0, 1, 2, 3)]
    assert [(o.failures, (o.until - NOW) / MINUTE) for o in pauses] == [(1, 1), (2, 2), (3, 4), (4, 4)]
    assert str(pauses[0]) == "1 2026-03-02T09:01:00+00:00"
    assert Outage.of("rubbish") == Outage.of(None) == Outage(0, datetime.min.replace(tzinfo=UTC))


def paced(*seconds, to=("a@x.example",)):
    """The pace after mails so many seconds after nine."""
    pace = Pace()
    for second in seconds:
        pace = pace.after(NOW + timedelta(seconds=second), to)
    return pace


def test_the_second_in_which_a_limit_ends():
    """A mail counts until the end of its second, a minute or an hour later; the oldest ones are forgiven first."""
    limits = Limits(per_minute=2, per_hour=3, per_domain=9)
    pace = paced(0, 10.5)
    at = NOW + timedelta(seconds=20)
    assert pace.free_at(at, (), limits) == NOW + MINUTE
    assert pace.free_at(NOW + MINUTE, (), limits) == NOW + MINUTE
    assert pace.free_at(at, (), Limits(per_minute=1)) == NOW + timedelta(seconds=71)
    assert paced(0, 70, 140).free_at(NOW + timedelta(seconds=220), (), limits) == NOW + HOUR
    assert paced(0, 70).free_at(NOW + timedelta(seconds=220), (), limits) == NOW + timedelta(seconds=220)


def test_a_domain_waits_for_itself_alone():
    """Each recipient's, in whatever case it is written; the slowest decides."""
    limits = Limits(per_minute=9, per_hour=9, per_domain=1)
    pace = paced(0, to=("a@X.example", "b@x.example"))
    assert pace.sent[0].domains == (("x.example", 1),)
    assert pace.free_at(NOW, ["c@y.example"], limits) == NOW
    assert pace.free_at(NOW, ["c@y.example", "c@x.EXAMPLE"], limits) == NOW + MINUTE
    assert (pace.sent[0].to("x.example"), pace.sent[0].to("y.example")) == (1, 0)


def test_what_is_older_than_a_minute_is_remembered_by_the_minute():
    """Its domains are forgotten, since they are counted by the minute alone; after an hour all of it is."""
    pace = paced(1, 2, 2.5, 30, 100)
    assert [(b.at, b.mails, b.domains) for b in pace.sent] == [
        (NOW + MINUTE, 4, ()),
        (NOW + timedelta(seconds=100), 1, (("x.example", 1),)),
    ]
    assert len(pace.after(NOW + HOUR + MINUTE - timedelta(seconds=1), ()).sent) == 3
    assert [b.mails for b in pace.after(NOW + HOUR + MINUTE, ()).sent] == [1, 1]


def test_mails_of_one_second_are_one_burst():
    """Those to the same domain add up; the note names them in order."""
    pace = paced(0, 0).after(NOW, ["b@a.example"])
    assert str(pace) == "2026-03-02T09:00:00+00:00 3 a.example=1 x.example=2"
    assert Pace.of(str(pace)) == pace


def test_the_answers_of_another_day_do_not_count():
    """Nor does a note that no number ends; the cap itself is reached and kept."""
    day = date(2026, 3, 2)
    assert answer_allowed("2026-03-01 5", day, 1) == (True, "2026-03-02 1")
    assert answer_allowed("2026-03-02 1", day, 2) == (True, "2026-03-02 2")
    assert answer_allowed("2026-03-02 2", day, 2) == (False, "2026-03-02 2")
    assert answer_allowed("2026-03-02 x", day, 1) == (True, "2026-03-02 1")
    assert answer_allowed(None, day, 0) == (False, "2026-03-02 0")
