"""A dossier as one archive: its files under safe names, each with its SHA-256, chained from the books and sealed by them.

The same files give the same bytes: names are sorted, times are fixed, the compression too. Each file's link is the hash of the link
before and of what the manifest says of the file; the first one hashes the case and the digests of its events, which are chained in
the books. So nothing can be changed, added or left out without changing the last link, and that one is sealed (HMAC, RFC 2104) with the
secret of the books: whoever makes a whole new chain cannot make its seal.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from agent.reports.plain import printable

MANIFEST = "manifest.json"
_FORMAT = "relance-dossier/1"
_TIMES = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_UNIX = 3
_LEVEL = 9
_LONGEST_NAME = 80
_LARGEST = 1 << 30
_UNSAFE = re.compile(r"[^\w .,()+&-]+", re.ASCII)
# Names that mean a device where files are unpacked under Windows.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)
_FIRST_LINK = ("format", "case", "events")
_FIELDS = (*_FIRST_LINK, "files", "chain", "seal")
_END = b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file of a dossier. `name` is its path in the archive; `source` says what it is in the books: the key of a mail, a SHA-256.

    `kind` is a code of reports.dossier_words. `internal`: a mail between the creditor and the service.
    """

    name: str
    kind: str
    content: bytes
    title: str = ""
    at: datetime | None = None
    source: str = ""
    internal: bool = False

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of an archive. `problems` empty: it is whole. `sealed`: by these books, or not; None where there was no secret.

    `manifest` is what it says of itself.
    """

    problems: tuple[str, ...]
    sealed: bool | None = None
    manifest: Mapping[str, Any] | None = None


def safe_name(text: str, ending: str = "", fallback: str = "file") -> str:
    """The text as the name of a file that no system reads otherwise: plain letters, no path, no device, no hidden or double ending."""
    plain = unicodedata.normalize("NFKD", printable(text[:400]).replace("\n", " "))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("..", ".")
    stem = _UNSAFE.sub("_", plain).strip(" ._-")
    stem = stem.replace(".", "_")[: _LONGEST_NAME - len(ending)].strip(" ._-") or fallback
    return ("_" if _DEVICES.match(stem) else "") + stem + ending


def archive(
    case: Mapping[str, str], events: Sequence[tuple[int, str]], exhibits: Sequence[Exhibit], secret: bytes
) -> bytes:
    """The bytes of the archive of these files, with its manifest. `events` are the case's, by number and digest.

    Raises:
        ValueError: two files bear the same name, whatever its case.
    """
    names = Counter(exhibit.name.lower() for exhibit in exhibits)
    twice = [name for name, count in names.items() if count > 1 or name == MANIFEST]
    if twice:
        raise ValueError(f"{twice[0]} is there twice")
    ordered = sorted(exhibits, key=lambda exhibit: exhibit.name)
    manifest = _manifest(case, events, ordered, secret)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as zipped:
        for name, content in [*((e.name, e.content) for e in ordered), (MANIFEST, _readable(manifest))]:
            entry = zipfile.ZipInfo(name, _TIMES)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, content, compresslevel=_LEVEL)
    return out.getvalue()


def _manifest(
    case: Mapping[str, str], events: Sequence[tuple[int, str]], exhibits: Iterable[Exhibit], secret: bytes
) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "format": _FORMAT,
        "case": dict(case),
        "events": [{"number": number, "digest": digest} for number, digest in events],
    }
    files = [
        {
            "name": e.name,
            "kind": e.kind,
            "size": len(e.content),
            "sha256": e.sha256,
            "at": e.at.isoformat() if e.at else "",
            "source": e.source,
        }
        for e in exhibits
    ]
    links = list(_links(manifest, files))
    manifest["files"] = [{**file, "link": link} for file, link in zip(files, links[1:], strict=True)]
    manifest["chain"] = links[-1]
    manifest["seal"] = _seal(links[-1], secret)
    return manifest


def _links(manifest: Mapping[str, Any], files: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    link = _hashed({name: manifest[name] for name in _FIRST_LINK})
    yield link
    for file in files:
        link = _hashed({"before": link, "file": {name: value for name, value in file.items() if name != "link"}})
        yield link


def _hashed(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _seal(link: str, secret: bytes) -> str:
    return hmac.new(secret, b"dossier\n" + link.encode(), hashlib.sha256).hexdigest()


def _readable(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def checked(content: bytes, secret: bytes | None = None) -> Verdict:
    """Whether this archive is what was made: every file there, none changed, none added, the chain whole, the seal ours."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as zipped:
            verdict = _checked(zipped, secret)
            starts = min((entry.header_offset for entry in zipped.infolist()), default=0)
    except (*_BROKEN, KeyError, TypeError) as error:
        return Verdict((f"it cannot be read: {type(error).__name__}: {str(error)[:100]}",))
    if starts or content[-22:-18] != _END:
        return replace(verdict, problems=(*verdict.problems, "bytes stand before or behind the archive"))
    return verdict


def _checked(zipped: zipfile.ZipFile, secret: bytes | None) -> Verdict:
    found = Counter(entry.filename for entry in zipped.infolist())
    if sum(entry.file_size for entry in zipped.infolist()) > _LARGEST:
        return Verdict(("it unpacks to more than any dossier",))
    if MANIFEST not in found:
        return Verdict((f"it has no {MANIFEST}",))
    written = zipped.read(MANIFEST)
    manifest = json.loads(written)
    if manifest["format"] != _FORMAT:
        return Verdict((f"its format {str(manifest['format'])[:40]!r} is not known here",))
    files = manifest["files"]
    problems = [f"{name} is there more than once" for name, count in found.items() if count > 1]
    problems += [f"{name} was added" for name in found if name not in {MANIFEST, *(f["name"] for f in files)}]
    for file in files:
        problems += _problems_of(zipped, found, file)
    links = list(_links(manifest, files))
    if [file["link"] for file in files] != links[1:] or manifest["chain"] != links[-1]:
        problems.append("the chain is broken: the manifest was changed")
    # Written otherwise, a person may read what no program looks at: a field beside ours, or one twice, of which the last counts.
    elif tuple(manifest) != _FIELDS or written != _readable(manifest):
        problems.append(f"{MANIFEST} holds more than what was sealed")
    sealed = hmac.compare_digest(str(manifest["seal"]), _seal(links[-1], secret)) if secret else None
    return Verdict(tuple(problems), sealed, manifest)


def _problems_of(zipped: zipfile.ZipFile, found: Mapping[str, int], file: Mapping[str, Any]) -> Iterator[str]:
    name = str(file["name"])
    if name not in found:
        yield f"{name} is missing"
    elif hashlib.sha256(zipped.read(name)).hexdigest() != file["sha256"]:
        yield f"{name} was changed"
