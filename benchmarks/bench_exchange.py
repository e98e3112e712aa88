"""Exchange through the fake server of the tests: mails taken in and sent a second, beside the same requests written by hand."""

from __future__ import annotations

import base64
import re
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPSConnection
from pathlib import Path
from time import perf_counter

from agent.backends.exchange import ExchangeMailbox, ExchangeTransport, doors
from agent.backends.exchange_session import ExchangeAccount
from agent.ports import Box, Envelope
from tests.servers import certificate
from tests.servers.ews import PASSWORD, USER, Exchange
from tests.servers.ews_schema import M, T

NAMES = ("exchange_receive", "exchange_send")
MAILS = 300
SENT = 150
ROUNDS = 2
_BATCH = 50
_TO = "compta@batiplus.example"
_BODY = b"Veuillez trouver ci-joint notre facture.\r\n" * 500
_ENVELOPE = (
    f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="{M[1:-1]}" xmlns:t="{T[1:-1]}">'
    '<s:Header><t:RequestServerVersion Version="Exchange2016"/></s:Header><s:Body>%s</s:Body></s:Envelope>'
)
_SHAPE = "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>%s</m:ItemShape>"
_MIME = '<t:AdditionalProperties><t:FieldURI FieldURI="item:MimeContent"/></t:AdditionalProperties>'
_INBOX = '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds>'
_FIND = (
    f'<m:FindItem Traversal="Shallow">{_SHAPE % ""}<m:IndexedPageItemView MaxEntriesReturned="1000" Offset="0" '
    f'BasePoint="Beginning"/>{_INBOX}</m:FindItem>'
)
_SEND = (
    '<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:SavedItemFolderId><t:DistinguishedFolderId Id="sentitems"/>'
    "</m:SavedItemFolderId><m:Items><t:Message><t:MimeContent>%s</t:MimeContent></t:Message></m:Items></m:CreateItem>"
)

Row = dict[str, object]


def run() -> Iterator[Row]:
    """Messages a second: listed, fetched and filed; and sent, with the copy that the server files."""
    with tempfile.TemporaryDirectory() as folder, Exchange(certificate(Path(folder))) as server:
        account = ExchangeAccount(server.host, USER, PASSWORD, ca_file=server.cert)
        mailbox, transport = doors(account)
        mailbox.open()
        handled = server.folder_named("Handled")
        with _line(server) as ask:
            value = _rate(MAILS, lambda: _take_in(mailbox), lambda: _fill(server))
            floor = _rate(MAILS, lambda: _take_in_raw(ask, handled), lambda: _fill(server))
            yield _row("exchange_receive", value, floor)
            yield _row("exchange_send", _rate(SENT, lambda: _send(transport)), _rate(SENT, lambda: _send_raw(ask)))
        mailbox.close()


def _row(name: str, value: float, floor: float) -> Row:
    return {
        "name": name,
        "value": round(value, 1),
        "unit": "messages/s",
        "floor_name": "the same requests by hand over one connection",
        "floor_value": round(floor, 1),
        "ratio": round(value / floor, 3),
    }


def _rate(count: int, work: Callable[[], None], prepare: Callable[[], None] = lambda: None) -> float:
    """How many a second, in the best of some rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        prepare()
        start = perf_counter()
        work()
        best = max(best, count / (perf_counter() - start))
    return best


def _mail(number: int) -> bytes:
    return (
        b"Message-ID: <%d@batiplus.example>\r\nTo: %s\r\nSubject: %d\r\n\r\n" % (number, _TO.encode(), number) + _BODY
    )


def _fill(server: Exchange) -> None:
    for number in range(MAILS):
        server.put("inbox", _mail(number))


def _take_in(mailbox: ExchangeMailbox) -> None:
    count = 0
    for ref, _ in mailbox.fetch(mailbox.unhandled()):
        mailbox.file(ref, Box.HANDLED)
        count += 1
    assert count == MAILS, count


def _take_in_raw(ask: Callable[[str], str], target: str) -> None:
    ids = re.findall(r'<t:ItemId Id="([^"]+)"', ask(_FIND))
    assert len(ids) == MAILS, len(ids)
    for start in range(0, MAILS, _BATCH):
        some = [f'<t:ItemId Id="{ident}"/>' for ident in ids[start : start + _BATCH]]
        answer = ask(f"<m:GetItem>{_SHAPE % _MIME}<m:ItemIds>{''.join(some)}</m:ItemIds></m:GetItem>")
        for mime in re.findall("<t:MimeContent>([^<]+)<", answer):
            base64.b64decode(mime)
        for item in some:
            moved = f'<m:ToFolderId><t:FolderId Id="{target}"/></m:ToFolderId><m:ItemIds>{item}</m:ItemIds>'
            assert "NoError" in ask(f"<m:MoveItem>{moved}</m:MoveItem>")


def _send(transport: ExchangeTransport) -> None:
    for number in range(SENT):
        assert transport.send(Envelope(USER, (_TO,)), _mail(number)).accepted


def _send_raw(ask: Callable[[str], str]) -> None:
    for number in range(SENT):
        assert "NoError" in ask(_SEND % base64.b64encode(_mail(number)).decode())


@contextmanager
def _line(server: Exchange) -> Iterator[Callable[[str], str]]:
    """One kept connection that asks and gives back the text of the answer."""
    host, port = server.host.split(":")
    connection = HTTPSConnection(host, int(port), context=ssl.create_default_context(cafile=server.cert))
    login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": "text/xml; charset=utf-8"}

    def ask(body: str) -> str:
        connection.request("POST", "/EWS/Exchange.asmx", (_ENVELOPE % body).encode(), headers)
        return connection.getresponse().read().decode()

    try:
        yield ask
    finally:
        connection.close()
