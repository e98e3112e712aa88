"""A disk so small that it can be filled."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


class SmallDisk:
    """A file system of a few megabytes in memory, and the ballast that fills it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / "ballast"

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """A stretch in which it can only be read."""
        self._remount("ro")
        try:
            yield
        finally:
            self._remount("rw")

    def leave(self, size: int) -> None:
        """Fill it until so many bytes are left, rounded down to pages."""
        self._ballast.unlink(missing_ok=True)
        filling = self.left() - size
        if filling > 0:
            with self._ballast.open("wb", buffering=0) as file, suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, filling)

    def clear(self) -> None:
        """Take the ballast away."""
        self._ballast.unlink(missing_ok=True)

    def left(self) -> int:
        """How many bytes of it are free."""
        room = os.statvfs(self.path)
        return room.f_bavail * room.f_bsize

    def _remount(self, mode: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{mode}", str(self.path)], check=True, capture_output=True)


def mounted(path: Path, size: str) -> bool:
    """Whether a file system of this size could be mounted there."""
    if os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk of four megabytes."""
    path = tmp_path / "disk"
    path.mkdir()
    if not mounted(path, "4m"):
        pytest.skip("no small disk can be mounted here")
    yield SmallDisk(path)
    subprocess.run(["umount", "--lazy", str(path)], check=True)
