"""What Relance tells systemd: ready, alive, busy with, stopping (sd_notify(3)); silent when nobody listens."""

import os
import socket
from collections.abc import Mapping


class Notifier:
    """Sends state to the service manager over the datagram socket that NOTIFY_SOCKET names; does nothing without one."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._interval = _watchdog_seconds(environment)

    @property
    def listened_to(self) -> bool:
        """Whether a service manager waits to hear from this process."""
        return bool(self._address)

    @property
    def watchdog_interval(self) -> float | None:
        """Seconds between signs of life: half of WATCHDOG_USEC as sd_watchdog_enabled(3) advises; None when nobody watches."""
        return self._interval

    def ready(self, status: str = "") -> bool:
        """Whether systemd was told that start-up (or a reload) is over."""
        return self._send("READY=1", _status(status))

    def reloading(self) -> bool:
        """Whether systemd was told that the configuration is being read again; `ready` ends it."""
        return self._send("RELOADING=1")

    def stopping(self, status: str = "") -> bool:
        """Whether systemd was told that the service is going down."""
        return self._send("STOPPING=1", _status(status))

    def status(self, text: str) -> bool:
        """Whether systemd was given a line for `systemctl status`."""
        return self._send(_status(text))

    def alive(self) -> bool:
        """Whether systemd was told that the main loop still turns."""
        return self._send("WATCHDOG=1")

    def _send(self, *lines: str) -> bool:
        """Whether the message left; a manager that is gone is no reason to stop working."""
        if not self._address:
            return False
        # an address beginning with @ lies in the abstract namespace, whose names begin with a zero byte: unix(7)
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        payload = "\n".join(line for line in lines if line).encode()
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
                sock.settimeout(1.0)
                sock.connect(address)
                sock.sendall(payload)
        except OSError:
            return False
        return True


def _status(text: str) -> str:
    """The assignment for a status line; line breaks would begin another assignment, so they become blanks."""
    return f"STATUS={' '.join(text.split())[:500]}" if text else ""


def _watchdog_seconds(environment: Mapping[str, str]) -> float | None:
    """Half the watchdog's period when it is meant for this process, else None."""
    microseconds = environment.get("WATCHDOG_USEC", "")
    pid = environment.get("WATCHDOG_PID", "")
    if not (microseconds.isdecimal() and int(microseconds)) or (pid and pid != str(os.getpid())):
        return None
    return int(microseconds) / 2_000_000
