"""Dovecot: IMAP with and without TLS, and LMTP, for any number of users."""

import base64
import contextlib
import grp
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self
from unittest import SkipTest

from tests.servers.certificate import certificate

PASSWORD = "open sesame"
# whoever logs in under this name hears that there are too many already
BUSY = "busy@example.org"
PACKAGES = "dovecot-imapd dovecot-lmtpd"


class Dovecot:
    """A running server. Use as a context manager; `extra` is added to its configuration.

    With `tokens`, the audience and the HS256 key, it takes nothing but OAuth 2 tokens signed so (XOAUTH2) instead of passwords.

    Attributes:
        imap, imaps, lmtp: ports on 127.0.0.1. STARTTLS is offered on `imap`.
        cert, key: the certificate to trust, and its key.
        folder: everything the server has, mail included (`mail/USER`, Maildir).
    """

    def __init__(
        self,
        *users: str,
        password: str = PASSWORD,
        extra: str = "",
        separator: str = "/",
        prefix: str = "",
        tokens: tuple[str, bytes] | None = None,
    ) -> None:
        self.password = password
        self.users = users or ("relance@example.org",)
        self._extra = extra
        self._separator = separator
        self._prefix = prefix
        self._tokens = tokens
        self._process: subprocess.Popen[bytes] | None = None
        self._guests = iter(range(1, 1000))

    def __enter__(self) -> Self:
        # not below pytest's own folder: the unprivileged user of the server could not enter it
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.cert, self.key = certificate(self.folder)
        self.imap, self.imaps, self.lmtp = free_ports(3)
        # Dovecot may take a second to notice a change of this file, so the guests stand in it from the beginning
        guests = (f"user{number}@example.org" for number in range(1, 1000))
        lines = [f"{user}:{{PLAIN}}{self.password}::::::\n" for user in (*self.users, *guests)]
        lines.append(f"{BUSY}:{{PLAIN}}{self.password}::::::nologin reason=[LIMIT]Too-many-connections\n")
        (self.folder / "users").write_text("".join(lines))
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it (again) on the same ports and wait until it answers."""
        binary = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if binary is None or not Path("/usr/lib/dovecot/lmtp").exists():
            # where nobody may install it the tests that need it are left out; on CI that would be a hole
            kind = RuntimeError if os.environ.get("CI") == "true" else SkipTest
            raise kind(f"this needs Dovecot: apt-get install {PACKAGES}")
        user, group = _unprivileged()
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(self._configuration(user, group))
        self._write_keys()
        identity = {}
        if os.getuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, user, group)
            identity = {"user": user, "group": group, "extra_groups": []}
        self._process = subprocess.Popen(
            [binary, "-F", "-c", str(configuration)],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **identity,
        )
        for port, greeting in ((self.imap, b"* OK"), (self.lmtp, b"220")):
            self._await(port, greeting)

    def stop(self) -> None:
        """End it with all its children: for its clients the same as a crash."""
        if self._process is not None:
            self.thaw()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it answer nothing any more while its connections stay open."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGCONT)

    def fresh_user(self) -> str:
        """An address that no other test of this server has; its mailbox is empty."""
        return f"user{next(self._guests)}@example.org"

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """Where the mails of a folder lie."""
        place = self.folder / "mail" / user
        return place if folder == "INBOX" else place / f".{self._disk_name(folder)}"

    def _disk_name(self, folder: str) -> str:
        return folder.removeprefix(self._prefix).replace(self._separator, ".")

    def deliver(self, user: str, raw: bytes, sender: str = "someone@example.net") -> None:
        """Put a mail into the user's INBOX through LMTP."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
            lmtp.sendmail(sender, [user], raw)

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The mails of a folder, straight from its Maildir, oldest first."""
        place = self.maildir(user, folder)
        files = [file for part in ("new", "cur") for file in (place / part).glob("*")]
        return [file.read_bytes() for file in sorted(files, key=lambda file: (file.stat().st_mtime_ns, file.name))]

    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "dovecot.log").read_text(errors="replace")

    def _write_keys(self) -> None:
        if self._tokens is None:
            return
        audience, key = self._tokens
        place = self.folder / "keys" / "default" / "HS256"
        place.mkdir(parents=True, exist_ok=True)
        (place / "default").write_bytes(base64.b64encode(key))
        (self.folder / "oauth.conf.ext").write_text(
            "introspection_mode = local\n"
            f"local_validation_key_dict = fs:posix:prefix={self.folder}/keys/\n"
            f"username_attribute = sub\nscope = mail\nclient_id = {audience}\n"
        )

    def _await(self, port: int, greeting: bytes) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2) as sock:
                if sock.recv(100).startswith(greeting):
                    return
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        log = self.folder / "dovecot.log"
        raise RuntimeError(f"Dovecot did not start: {log.read_text() if log.exists() else 'no log'}")

    def _configuration(self, user: str, group: str) -> str:
        folder = self.folder
        tokens = f"""
auth_mechanisms = xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth.conf.ext
}}
"""
        return f"""
{tokens if self._tokens else ""}
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = yes
ssl_cert = <{self.cert}
ssl_key = <{self.key}
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
maildir_stat_dirs = yes
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = {self._separator}
  prefix = {self._prefix}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
}}
service anvil {{
  chroot =
  # no growing pause after failed logins: all tests come from one address
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = {self.imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {self.lmtp}
  }}
}}
{self._extra}
"""


def free_ports(count: int) -> list[int]:
    """Ports on 127.0.0.1 on which nobody listens."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


def _unprivileged() -> tuple[str, str]:
    """The user and group that run the server: ourselves, or nobody in particular when we are root."""
    if os.getuid() != 0:
        me = pwd.getpwuid(os.getuid())
        return me.pw_name, grp.getgrgid(me.pw_gid).gr_name
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_name, grp.getgrgid(nobody.pw_gid).gr_name
