"""A provider of OAuth 2 tokens: signed JWTs (HS256) that Dovecot and the relay really check."""

import base64
import hashlib
import hmac
import itertools
import json
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

AUDIENCE = "relance-client"
SECRET = "client secret"
KEY = b"0123456789abcdef0123456789abcdef"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def jwt(user: str, key: bytes = KEY, *, audience: str = AUDIENCE, lifetime: float = 3600, serial: int = 0) -> str:
    """A token for this user; expired when `lifetime` is negative."""
    now = int(time.time())
    header = {"alg": "HS256", "typ": "JWT", "kid": "default"}
    claims = {"sub": user, "aud": audience, "iat": now - 7200, "nbf": now - 7200, "exp": now + int(lifetime)}
    claims |= {"scope": "mail", "jti": str(serial)}
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{_encoded(hmac.new(key, signed.encode(), hashlib.sha256).digest())}"


def is_good(user: str, token: str) -> bool:
    """Whether a token is signed with KEY, for this user and audience, and not expired."""
    try:
        signed, _, signature = token.rpartition(".")
        expected = _encoded(hmac.new(KEY, signed.encode(), hashlib.sha256).digest())
        claims = json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "=="))
    except (ValueError, IndexError):
        return False
    right = claims["sub"] == user and claims["aud"] == AUDIENCE and claims["exp"] > time.time()
    return right and hmac.compare_digest(signature, expected)


@dataclass
class TokenServer:
    """A running token endpoint. Use as a context manager.

    Attributes:
        user: for whom tokens are made.
        lifetime: of the tokens made next, in seconds; `key` and `audience` forge them.
        refusal: status and error of the next answers; None for tokens.
        granted: whether the person has entered the device code.
        rotate: whether each use of the refresh token replaces it.
        refresh_token: the one that is good now; asked: the forms received.
    """

    user: str
    lifetime: float = 3600
    key: bytes = KEY
    audience: str = AUDIENCE
    refusal: tuple[int, str] | None = None
    granted: bool = True
    rotate: bool = False
    refresh_token: str = "refresh-0"
    asked: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._serials = itertools.count(1)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Status and JSON for a form."""
        self.asked.append(form)
        if self.refusal:
            return self.refusal[0], {"error": self.refusal[1], "error_description": "no token for you"}
        if form["client_id"] != AUDIENCE:
            return 401, {"error": "invalid_client"}
        if path == "/device":
            told = {"device_code": "dc", "user_code": "ABCD-EFGH", "verification_uri": f"{self.url}/enter"}
            return 200, {**told, "interval": 5, "expires_in": 60}
        return self._token(form)

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        grant = form["grant_type"]
        if grant == "client_credentials" and form.get("client_secret") != SECRET:
            return 401, {"error": "invalid_client"}
        if grant == "refresh_token" and form["refresh_token"] != self.refresh_token:
            return 400, {"error": "invalid_grant"}
        if grant.endswith("device_code") and not self.granted:
            return 400, {"error": "authorization_pending"}
        serial = next(self._serials)
        token = jwt(self.user, self.key, audience=self.audience, lifetime=self.lifetime, serial=serial)
        told = {"access_token": token, "expires_in": max(0, int(self.lifetime))}
        if self.rotate:
            self.refresh_token = f"refresh-{serial}"
        if self.rotate or grant.endswith("device_code"):
            told["refresh_token"] = self.refresh_token
        return 200, told


def _handler(server: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
            status, answer = server.answer(self.path, form)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler
