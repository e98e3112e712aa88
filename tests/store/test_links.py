"""A link of the chain is the same, whether it is numbered and hashed here or by a database that knows no JSON."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from agent.store.codec import dumps
from agent.store.links import Link, chained

TEXTS = st.text(max_size=20) | st.sampled_from(
    ['"seq":-1', '"digest":""', "broken \ud83d half", "a NUL \0", "\\", '\\"seq":-1,']
)
FIELDS = st.dictionaries(
    TEXTS.filter(lambda t: t not in ("seq", "digest")), TEXTS | st.lists(TEXTS, max_size=3), max_size=5
)
DIGESTS = st.sampled_from(["", "0" * 64])


@given(FIELDS, st.integers(1, 10**12), DIGESTS)
def test_the_halves_make_the_whole(fields, seq, previous):
    """What is hashed and what is written, put together around a number, is what the row itself gives."""
    link = Link({"about": ["x"], "type": "t", **fields})
    row = link.placed(seq, previous)
    before, behind = link.hashed()
    digest = hashlib.sha256(f"{previous}\n{before}{seq}{behind}".encode()).hexdigest()
    assert digest == row["digest"] == chained(previous, row)
    assert f'{{"seq":{seq}{link.written()}"{digest}"}}' == dumps(row, ordered=False)
