"""Compound files (MS-CFB): the folder tree inside one file in which Outlook saves a .msg."""

import struct
from dataclasses import dataclass, field

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_ENTRIES = 50_000
_LAST_SECTOR = 0xFFFFFFFA


@dataclass(slots=True)
class Folder:
    """A storage: its streams and sub-folders by name."""

    streams: dict[str, bytes] = field(default_factory=dict)
    folders: dict[str, "Folder"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class _Sectors:
    """The file as chains of sectors. A chain that loops or leaves the file simply ends."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.shift = struct.unpack_from("<H", raw, 30)[0]
        if self.shift not in (9, 12):
            raise ValueError(self.shift)
        self.size = 1 << self.shift
        self.fat = self._read_fat()

    def _read_fat(self) -> list[int]:
        count, first, extra = struct.unpack_from("<I", self.raw, 44)[0], *struct.unpack_from("<II", self.raw, 68)
        numbers = list(struct.unpack_from("<109I", self.raw, 76))
        limit = len(self.raw) >> self.shift
        while extra and first < _LAST_SECTOR and len(numbers) < limit + 109:
            table = self.sector(first)
            if len(table) < self.size:
                break
            *more, first = struct.unpack(f"<{self.size // 4}I", table)
            numbers += more
            extra -= 1
        used = [number for number in numbers if number < _LAST_SECTOR][: min(count, limit)]
        return [entry for number in used for entry in _numbers(self.sector(number))]

    def sector(self, number: int) -> bytes:
        begin = (number + 1) << self.shift
        return self.raw[begin : begin + self.size]

    def chain(self, first: int) -> bytes:
        pieces: list[bytes] = []
        for number in follow(self.fat, first):
            pieces.append(self.sector(number))
        return b"".join(pieces)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def follow(table: list[int], first: int) -> list[int]:
    """The numbers of a chain in order."""
    seen: dict[int, None] = {}
    while first < len(table) and first not in seen:
        seen[first] = None
        first = table[first]
    return list(seen)


def read_compound(raw: bytes) -> Folder | None:
    """The tree of a compound file; None when it is none or too broken."""
    if not raw.startswith(SIGNATURE) or len(raw) < 1024:
        return None
    try:
        return _read(raw)
    except (struct.error, ValueError, IndexError):
        return None


def _read(raw: bytes) -> Folder:
    sectors = _Sectors(raw)
    directory = sectors.chain(struct.unpack_from("<I", raw, 48)[0])
    entries = [_entry(directory[at : at + 128]) for at in range(0, min(len(directory), 128 * MAX_ENTRIES) - 127, 128)]
    mini_fat = list(_numbers(sectors.chain(struct.unpack_from("<I", raw, 60)[0])))
    cutoff = struct.unpack_from("<I", raw, 56)[0]
    root = entries[0]
    mini = sectors.chain(root.start)
    budget = [len(raw) * 2]

    def content(entry: _Entry) -> bytes:
        if entry.size >= cutoff:
            data = sectors.chain(entry.start)[: entry.size]
        else:
            data = b"".join(mini[64 * number : 64 * number + 64] for number in follow(mini_fat, entry.start))[
                : entry.size
            ]
        budget[0] -= len(data)
        return data if budget[0] >= 0 else b""

    tree = Folder()
    waiting = [(root.child, tree)]
    seen: set[int] = set()
    while waiting:
        number, folder = waiting.pop()
        if number >= len(entries) or number in seen:
            continue
        seen.add(number)
        entry = entries[number]
        waiting += [(entry.left, folder), (entry.right, folder)]
        if entry.kind == 1:
            inner = folder.folders.setdefault(entry.name, Folder())
            waiting.append((entry.child, inner))
        elif entry.kind == 2:
            folder.streams[entry.name] = content(entry)
    return tree


def _entry(data: bytes) -> _Entry:
    length = min(struct.unpack_from("<H", data, 64)[0], 64)
    name = data[: max(0, length - 2)].decode("utf-16-le", "replace")
    left, right, child = struct.unpack_from("<III", data, 68)
    start, size = struct.unpack_from("<IQ", data, 116)
    return _Entry(name, data[66], left, right, child, start, size & 0xFFFFFFFF)
