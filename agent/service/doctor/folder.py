"""The state folder: whose it is, who may read it, what was left lying there, and how much room there is. Needs Python only."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from agent.service.doctor.finding import Finding, Premises, ok, warning, wrong

_LITTLE, _NONE = 500_000_000, 50_000_000
_FEW_FILES = 10_000
_NETWORK = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "ceph", "glusterfs", "afs", "fuse.rclone")
# Drafts of our own, which a killed process left; younger ones may be in use.
_DRAFTS = (".*.tmp", ".*.part", ".*.new", "documents/??/.*.tmp", "requests/.*.part")
_HOUR = 3600
_SECRET_BYTES = 32


def folder(premises: Premises) -> Iterator[Finding]:
    """Everything about the folder that needs no look into the books."""
    place = premises.state_dir
    try:
        found = place.stat()
    except FileNotFoundError:
        yield warning(
            "state",
            f"{place} is not there; the service makes it when it starts",
            "if books should be there: is the disk mounted, and paths.state_dir right? Else: systemctl start relance",
            partial(place.mkdir, mode=0o700) if os.geteuid() else None,
        )
        return
    except OSError as error:
        yield wrong("state", f"{place}: {error.strerror}", "run this as root, or as the user of the service")
        return
    if not stat.S_ISDIR(found.st_mode):
        yield wrong("state", f"{place} is no folder", "name another one under paths.state_dir")
        return
    yield from _owner(place, found)
    yield from _modes(place, found)
    if os.access(place, os.R_OK | os.X_OK):
        yield from _secret(place)
        yield from _leftovers(place, premises.now.timestamp() - _HOUR)
    yield from _room(place)
    yield from _mount(place)


def _owner(place: Path, found: os.stat_result) -> Iterator[Finding]:
    owner, me = _name(found.st_uid), os.geteuid()
    if me not in (0, found.st_uid):
        yield wrong(
            "state-owner",
            f"{place} belongs to {owner}, and this runs as {_name(me)}",
            f"run: sudo -u {owner} relance doctor (or as root)",
        )
        return
    strange = [path for path in _inside(place) if _foreign(path, found.st_uid)]
    if strange:
        shown = ", ".join(str(path.relative_to(place)) for path in strange[:5])
        yield wrong(
            "state-owner",
            f"not {owner}'s own, who runs the service: {shown}",
            f"run: chown -R {owner}: {place}",
            partial(_give, strange, found.st_uid, found.st_gid) if me == 0 else None,
        )
    else:
        yield ok("state-owner", f"{place} belongs to {owner}")


def _inside(place: Path) -> Iterator[Path]:
    """The files that the service writes to; documents are looked at by their folders alone."""
    for pattern in ("*", "documents/*", "requests/*"):
        yield from _lying_in(place, pattern)


def _lying_in(place: Path, pattern: str) -> Iterator[Path]:
    """What lies under these names in the folder itself. A link in a folder's stead may lead anywhere, and who repairs is often root."""
    real = place.resolve()
    return (path for path in place.glob(pattern) if path.parent.resolve() == real / path.parent.relative_to(place))


def _foreign(path: Path, owner: int) -> bool:
    try:
        return path.lstat().st_uid != owner
    except OSError:
        return False


def _give(paths: list[Path], owner: int, group: int) -> None:
    for path in paths:
        os.chown(path, owner, group, follow_symlinks=False)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _modes(place: Path, found: os.stat_result) -> Iterator[Finding]:
    open_ = [place] if found.st_mode & 0o077 else []
    for name in ("relance.db", "secret", "relance.db.lock"):
        path = place / name
        try:
            mode = path.lstat().st_mode
            open_ += [path] if stat.S_ISREG(mode) and mode & 0o077 else []
        except OSError:
            continue
    for path in open_:
        mode = stat.S_IMODE(path.stat().st_mode)
        right = 0o700 if path == place else 0o600
        yield wrong(
            "state-mode",
            f"{path} can be read by others (mode {mode:04o})",
            f"run: chmod {right:o} {path}",
            partial(_shut, path, right, follow=path == place),
        )
    if not os.access(place, os.W_OK):
        yield wrong(
            "state-mode",
            f"{place} cannot be written",
            "give its user the folder: chmod 700, chown; is the disk read-only?",
        )
    elif not open_:
        yield ok("state-mode", "only its owner reads it")


def _shut(path: Path, mode: int, *, follow: bool) -> None:
    """Set the mode of what lies there, never of what a link in its stead leads to; the state folder itself may be reached by one."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW))
    try:
        os.fchmod(handle, mode)
    finally:
        os.close(handle)


def _secret(place: Path) -> Iterator[Finding]:
    path = place / "secret"
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return  # the books say whether there should be one
    if size < _SECRET_BYTES:
        yield wrong(
            "state-secret", f"{path} is cut off ({size} bytes)", "take it from a backup: relance restore FILE --force"
        )
    else:
        yield ok("state-secret", "there")


def _leftovers(place: Path, old: float) -> Iterator[Finding]:
    drafts = [p for pattern in _DRAFTS for p in _lying_in(place, pattern) if p.is_file() and p.stat().st_mtime < old]
    if drafts:
        shown = ", ".join(str(path.relative_to(place)) for path in drafts[:5])
        yield warning(
            "state-leftovers",
            f"{len(drafts)} draft(s) of a killed process: {shown}",
            "run: relance doctor --repair",
            partial(_take_away, drafts),
        )
    if (place / "relance.db.restoring").exists():
        yield wrong("state-restoring", "a copy was put back half", "call relance restore FILE again")
    aside = sorted(path.name for path in place.glob("replaced-*"))
    if aside:
        yield ok(
            "state-leftovers", f"books that were replaced are kept in {', '.join(aside)}; delete them when all is well"
        )


def _take_away(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _room(place: Path) -> Iterator[Finding]:
    disk = os.statvfs(place)
    free = disk.f_bavail * disk.f_frsize
    if disk.f_flag & os.ST_RDONLY:
        yield wrong("disk", f"{place} lies on a read-only disk", "why: dmesg | tail; then: mount -o remount,rw")
    elif free < _LITTLE:
        judge = wrong if free < _NONE else warning
        repair = "make room: delete what is not Relance's, old backups (keep_monthly), or give the disk more"
        yield judge("disk", f"{free // 1_000_000} MB free on the disk of {place}", repair)
    elif disk.f_files > 0 and disk.f_favail < _FEW_FILES:
        yield warning(
            "disk", f"room for {disk.f_favail} more files only", "delete small files elsewhere on this disk: df -i"
        )
    else:
        yield ok("disk", f"{free // 1_000_000} MB free")


def _mount(place: Path) -> Iterator[Finding]:
    kind = _file_system(place)
    if kind.startswith(_NETWORK):
        yield warning(
            "disk-kind",
            f"{place} lies on a network file system ({kind}), whose locks and syncs are not to be relied on",
            "move the state folder to a disk of this machine (docs/operations.md, «A moved server»)",
        )
    elif kind:
        yield ok("disk-kind", kind)


def _file_system(place: Path) -> str:
    """The type of the file system that holds this path (proc_pid_mountinfo(5)); "" when that is not told."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    target, best, kind = str(place.resolve()), "", ""
    for line in lines:
        before, _, after = line.partition(" - ")
        point = before.split()[4]
        if len(point) >= len(best) and (target == point or target.startswith(point.rstrip("/") + "/")):
            best, kind = point, after.split()[0]
    return kind
