"""Documents in PostgreSQL, so that every worker has them: one row each, named by the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from agent.errors import PermanentError
from agent.store.ground import Documents
from agent.store.postgres import PostgresDatabase

_NAME = re.compile(r"[0-9a-f]{64}")


class PostgresDocuments:
    """The documents of one database."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def put(self, content: bytes) -> str:
        """Keep these bytes; their SHA-256. Durable when it returns."""
        if self._database.read_only:
            raise PermanentError(f"{self._database.place} is open for reading only")
        sha256 = hashlib.sha256(content).hexdigest()
        self._database.execute('INSERT INTO "@documents" VALUES (%s, %s) ON CONFLICT DO NOTHING', (sha256, content))
        return sha256

    def begin(self, content: bytes) -> str:
        """Keep these bytes; their SHA-256. They are durable when it returns."""
        return self.put(content)

    def settle(self) -> None:
        """Nothing: all that was begun is durable."""

    def get(self, sha256: str) -> bytes | None:
        """The bytes of this SHA-256; None when they are not here."""
        if not _NAME.fullmatch(sha256):
            return None
        found = self._database.execute('SELECT content FROM "@documents" WHERE sha256 = %s', (sha256,))
        return bytes(found[0][0]) if found and isinstance(found[0][0], bytes) else None

    def forget(self, sha256: str) -> None:
        """Take the document of this SHA-256 away for good; nothing when it is not here."""
        if not self._database.read_only:
            self._database.execute('DELETE FROM "@documents" WHERE sha256 = %s', (sha256,))

    def names(self) -> Iterator[str]:
        """The SHA-256 of every document that is kept."""
        return (str(name) for (name,) in self._database.execute('SELECT sha256 FROM "@documents" ORDER BY sha256'))

    def problems(self) -> Iterator[str]:
        """Documents whose bytes are not those of their name any more."""
        wrong = "SELECT sha256 FROM \"@documents\" WHERE encode(sha256(content), 'hex') <> sha256 ORDER BY 1"
        return (f"document {name!s} was changed" for (name,) in self._database.execute(wrong))

    def differs(self, name: str) -> bool:
        """Whether the bytes of this document are not those of its name any more."""
        content = self.get(name)
        return content is not None and hashlib.sha256(content).hexdigest() != name

    def copy_to(self, other: Documents) -> None:
        """Keep all documents there as well."""
        for name in self.names():
            if (content := self.get(name)) is not None:
                other.put(content)
