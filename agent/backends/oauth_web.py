"""The web session that the providers' libraries use: encrypted or not at all, the system's certificates, never without end."""

from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from agent.backends.tls import context


class _Private(HTTPAdapter):
    """HTTPS as the mail backends do it; requests alone would know no certificates but its own, and wait for ever."""

    def __init__(self, ca_file: Path | None, timeout: float) -> None:
        self._context = context(ca_file)
        self._timeout = timeout
        super().__init__(max_retries=1)

    def init_poolmanager(self, *arguments: Any, **settings: Any) -> None:
        super().init_poolmanager(*arguments, ssl_context=self._context, **settings)

    def proxy_manager_for(self, *arguments: Any, **settings: Any) -> Any:
        return super().proxy_manager_for(*arguments, ssl_context=self._context, **settings)

    def send(self, *arguments: Any, **settings: Any) -> requests.Response:
        return super().send(*arguments, **{**settings, "timeout": self._timeout})


def session(ca_file: Path | None, timeout: float) -> requests.Session:
    """A session that speaks HTTPS only; any other address is refused with `requests.exceptions.InvalidSchema`.

    A server that is busy or broken (429, 5xx) raises `requests.HTTPError`: not every library tells it from a refusal.

    Args:
        ca_file: certificates to trust instead of the system's.
        timeout: seconds for connecting and for each silence.
    """
    made = requests.Session()
    made.adapters.clear()
    made.mount("https://", _Private(ca_file, timeout))
    made.hooks["response"].append(_raise_if_busy)
    return made


def _raise_if_busy(response: requests.Response, *_: object, **__: object) -> None:
    if response.status_code == 429 or response.status_code >= 500:
        response.raise_for_status()
