"""The end of the journal's chain in one statement: the server numbers and hashes the rows while it holds the lock, and asks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from agent.store.codec import Document, Json, dumps
from agent.store.indexing import entries, word
from agent.store.links import Link
from agent.store.pushdown import Path

# The digest is looked for in the text: the server's own reading of JSON refuses what broken mail brings (NUL, halves of characters).
_CHAIN = """
WITH RECURSIVE tail AS (
    SELECT doc_id, substring(body FROM '"digest":"([0-9a-f]{{64}})"') AS digest FROM {table} ORDER BY doc_id DESC LIMIT 1
), new AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
        WITH ORDINALITY AS n (before, behind, written, creditor, texts, nth)
), chain (nth, seq, digest) AS (
    SELECT 0::bigint, 0::bigint, '' WHERE NOT EXISTS (SELECT FROM tail)
    UNION ALL
    SELECT 0::bigint, doc_id, digest FROM tail
    UNION ALL
    SELECT n.nth, c.seq + 1, encode(sha256(convert_to(c.digest || E'\\n' || n.before || (c.seq + 1) || n.behind, 'UTF8')), 'hex')
    FROM chain c JOIN new n ON n.nth = c.nth + 1
), placed AS MATERIALIZED (
    SELECT * FROM chain JOIN new USING (nth)
), hidden AS (
    INSERT INTO {beside} (doc_id, body) SELECT seq, texts FROM placed WHERE texts IS NOT NULL
), linked AS (
    INSERT INTO {table} (doc_id, creditor, body)
    SELECT seq, creditor, '{{"seq":' || seq || written || '"' || digest || '"}}' FROM placed ORDER BY seq
), found AS (
    INSERT INTO "@index"
    SELECT slot, value, seq FROM placed JOIN unnest(%s::bigint[], %s::int[], %s::text[]) AS f (nth, slot, value) USING (nth)
)
SELECT max(seq) FROM chain
"""


def chain(table: str, beside: str) -> str:
    """The statement for a chain in this table and texts in that one (their quoted names); it gives the last number."""
    return _CHAIN.format(table=table, beside=beside)


def columns(links: Sequence[Link], slots: Mapping[Path, int]) -> list[str]:
    """What the statement is filled with."""
    hashed = [link.hashed() for link in links]
    found = sorted(
        (nth, slot, value) for nth, link in enumerate(links, 1) for slot, value in entries(link.document, slots)
    )
    lines: list[Sequence[str | int | None]] = [
        [before for before, _ in hashed],
        [behind for _, behind in hashed],
        [link.written() for link in links],
        [named(link.document, "creditor") for link in links],
        [dumps(link.texts, ordered=False) if link.texts else None for link in links],
        [nth for nth, _, _ in found],
        [slot for _, slot, _ in found],
        [value for _, _, value in found],
    ]
    return [array(line) for line in lines]


def array(values: Iterable[str | int | None]) -> str:
    """These values as the text of an array (PostgreSQL, 8.15.6), at a tenth of what the driver takes for it."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def named(document: Mapping[str, Json] | Document, field: str | None) -> str | None:
    """The text at this field of a document as it stands in a column; None when there is none."""
    value = document.get(field) if field else None
    return word(value) if isinstance(value, str) else None
