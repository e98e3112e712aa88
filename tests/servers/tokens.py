"""A provider of OAuth 2 tokens: signed JWTs (HS256) that Dovecot and the relay really check."""

import base64
import hashlib
import hmac
import itertools
import json
import ssl
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import jwt as pyjwt

from tests.servers.certificate import certificate

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


def is_asserted(assertion: str, public_key: str, issuer: str, audience: list[str], skew: float = 0) -> bool:
    """Whether a request was signed with the key that belongs to this one, by `issuer`, for one of `audience`, and is valid now (RFC 7523).

    `skew` is how far this clock is ahead of the true one; like the providers it forgives five minutes.
    """
    checks = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "require": ["iss", "aud", "exp"]}
    try:
        claims = pyjwt.decode(
            assertion, public_key, ["PS256", "RS256"], audience=audience, issuer=issuer, options=checks
        )
    except pyjwt.InvalidTokenError:
        return False
    now = time.time() + skew
    return claims.get("iat", claims.get("nbf", 0)) - 300 < now < claims["exp"] + 300


@dataclass
class TokenServer:
    """A running token endpoint, as Microsoft and Google have them. Use as a context manager.

    Attributes:
        user: for whom tokens are made.
        folder: where its certificate is put (`cert`).
        lifetime: of the tokens made next, in seconds; `key` and `audience` forge them.
        refusal: status and error of the next answers; None for tokens.
        granted: whether the person has entered the device code; interval: seconds between two questions whether he has.
        rotate: whether each use of the refresh token replaces it.
        refresh_token: the one that is good now; asked: the forms received.
        public_key: what belongs to the program's certificate or the service account's key (PEM), and the latter's name.
        skew: how many seconds this provider's clock is ahead of ours.
    """

    user: str
    folder: Path
    lifetime: float = 3600
    key: bytes = KEY
    audience: str = AUDIENCE
    refusal: tuple[int, str] | None = None
    granted: bool = True
    interval: int = 5
    rotate: bool = False
    refresh_token: str = "refresh-0"
    public_key: str = ""
    service_account: str = "relance@project.iam.gserviceaccount.com"
    skew: float = 0
    asked: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._serials = itertools.count(1)
        self.cert, key = certificate(self.folder)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.cert, key)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self._server.server_port}"
        self.authority, self.token_url = f"{self.url}/tenant", f"{self.url}/tenant/token"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def discovery(self, path: str) -> tuple[int, dict[str, object]]:
        """The OpenID configuration of the one directory there is."""
        if path != "/tenant/v2.0/.well-known/openid-configuration":
            return 400, {"error": "invalid_tenant"}
        return 200, {
            "issuer": self.authority,
            "authorization_endpoint": f"{self.authority}/authorize",
            "token_endpoint": self.token_url,
            "device_authorization_endpoint": f"{self.authority}/device",
        }

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Status and JSON for a form."""
        self.asked.append(form)
        if self.refusal:
            return self.refusal[0], {"error": self.refusal[1], "error_description": "no token for you"}
        if form.get("grant_type", "").endswith("jwt-bearer"):
            return self._service_account(form)
        if form["client_id"] != AUDIENCE:
            return 401, {"error": "invalid_client"}
        if path == "/tenant/device":
            told = {"device_code": "dc", "user_code": "ABCD-EFGH", "verification_uri": f"{self.url}/enter"}
            return 200, {**told, "interval": self.interval, "expires_in": 60}
        return self._token(form)

    def _service_account(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Google's answer to the signed request of a service account, which must name the mailbox's user."""
        # Google's library always names Google's own endpoint, wherever the request goes
        signed = (form["assertion"], self.public_key, self.service_account, ["https://oauth2.googleapis.com/token"])
        good = is_asserted(*signed, self.skew)
        claims = pyjwt.decode(form["assertion"], options={"verify_signature": False})
        if not good and is_asserted(*signed):
            words = "Invalid JWT: Token must be a short-lived token and in a reasonable timeframe. Check your iat and exp values"
            return 400, {"error": "invalid_grant", "error_description": words}
        if not good or claims.get("sub") != self.user or claims.get("scope") != "mail":
            return 401, {"error": "unauthorized_client", "error_description": "Client is unauthorized"}
        return 200, self._made()

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        grant = form["grant_type"]
        if grant == "client_credentials" and (refused := self._program(form)):
            return 401, {"error": "invalid_client", "error_description": refused}
        if grant == "refresh_token" and form["refresh_token"] != self.refresh_token:
            return 400, {"error": "invalid_grant"}
        if grant.endswith("device_code") and not self.granted:
            return 400, {"error": "authorization_pending"}
        told = self._made()
        if self.rotate and grant != "client_credentials":
            self.refresh_token = f"refresh-{next(self._serials)}"
        if (self.rotate and grant == "refresh_token") or grant.endswith("device_code"):
            told["refresh_token"] = self.refresh_token
        return 200, told

    def _program(self, form: dict[str, str]) -> str:
        """Why the program is not believed to be itself; "" when it is, by its secret or by its certificate."""
        if "client_assertion" not in form:
            return "" if form.get("client_secret") == SECRET else "AADSTS7000215: Invalid client secret provided"
        if is_asserted(form["client_assertion"], self.public_key, AUDIENCE, [self.token_url], self.skew):
            return ""
        if is_asserted(form["client_assertion"], self.public_key, AUDIENCE, [self.token_url]):
            return "AADSTS700024: Client assertion is not within its valid time range"
        return "AADSTS700027: The certificate used to sign the client assertion is not registered on application"

    def _made(self) -> dict[str, object]:
        token = jwt(self.user, self.key, audience=self.audience, lifetime=self.lifetime, serial=next(self._serials))
        return {"access_token": token, "token_type": "Bearer", "expires_in": max(0, int(self.lifetime))}


def _handler(server: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(*server.discovery(self.path))

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
            self._say(*server.answer(self.path, form))

        def _say(self, status: int, answer: dict[str, object]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler
