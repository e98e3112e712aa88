"""A fake Exchange server: as much of EWS over HTTPS as exchangelib needs for one mailbox. Strict: what it does not know is a fault.

It stands in for a server that these tests cannot have. Requests are held against the order and the names that the schemas of EWS
ask for (ews_schema.py); sync states, subscriptions and watermarks are good only where they were given out (ews_changes.py).
"""

import base64
import itertools
import re
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime, getaddresses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from tests.servers import ews_changes, ews_schema
from tests.servers.ews_schema import M, T

USER, PASSWORD = "relance@example.org", "open sesame"
# what Exchange takes for an item's id at all
_ITEM_ID = re.compile(r"AAMk[A-Za-z0-9+/=]{20,}")
_MOST_FOUND = 1000
# characters that XML 1.0 has no way to say
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")


@dataclass
class Item:
    """A mail in a folder."""

    ident: str
    mime: bytes
    received: datetime
    flags: int = 0
    tag: str = "Message"

    @property
    def message_id(self) -> str:
        return str(message_from_bytes(self.mime)["Message-ID"] or "").strip()


@dataclass
class Faults:
    """What goes wrong.

    Attributes:
        status: an HTTP status for every request, with `retry_after` seconds when it names some.
        codes: an EWS response code by operation.
        busy: seconds to back off, told in the fault that answers every request.
        cut_after_send: the line breaks when a mail was sent, before the answer.
        half_answers: the line breaks in the midst of the answer to these operations.
        stall: seconds before each answer.
        skew: how far the server's clock is ahead.
    """

    status: int = 0
    retry_after: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    busy: float = 0.0
    cut_after_send: bool = False
    half_answers: set[str] = field(default_factory=set)
    stall: float = 0.0
    skew: timedelta = timedelta(0)


class Refusal(Exception):
    """An EWS response code."""


class Exchange:
    """A running server. Use as a context manager; folders are `inbox`, `sentitems` and those that were created, by id."""

    def __init__(self, cert: tuple[Path, Path], deliver: Callable[[str, str, bytes], None] | None = None) -> None:
        self.cert = cert[0]
        self.password = PASSWORD
        self.faults = Faults()
        self.operations: list[str] = []
        self.requests: dict[str, bytes] = {}
        self.connections = 0
        self._key = cert[1]
        self._deliver = deliver
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self.folders: dict[str, list[Item]] = {"inbox": [], "sentitems": []}
        self.names: dict[str, str] = {}
        self.changes = ews_changes.Changes()

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # a client that refuses the certificate hangs up
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.cert, self._key)
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.host = f"localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def put(self, folder: str, mime: bytes, flags: int = 0, kind: str = ews_changes.NEW_MAIL) -> Item:
        """A new mail in a folder."""
        with self._lock:
            number = next(self._numbers)
            ident = "AAMk" + base64.b64encode(f"{folder}-{number:012}-relance-test-item".encode()).decode()
            item = Item(ident, mime, datetime.now(UTC) + self.faults.skew, flags)
            self.folders[folder].append(item)
            self.changes.note(folder, kind, ident)
            return item

    def take(self, folder: str, item: Item) -> None:
        """A mail leaves a folder."""
        with self._lock:
            self.folders[folder].remove(item)
            self.changes.note(folder, ews_changes.MOVED_OUT, item.ident)

    def folder_named(self, name: str) -> str:
        """The id of a folder that was created under this name; KeyError when there is none."""
        return next(ident for ident, known in self.names.items() if known == name)

    def answer(self, body: bytes) -> tuple[int, bytes]:
        """The HTTP status and the SOAP answer to a request."""
        envelope = etree.fromstring(body)
        operation = envelope.find("{*}Body")[0]
        name = etree.QName(operation).localname
        self.operations.append(name)
        self.requests[name] = body
        handler = getattr(self, f"_{name}", None)
        try:
            if self.faults.busy:
                return 500, _fault(
                    "ErrorServerBusy", "The server cannot service this request right now.", self.faults.busy
                )
            if handler is None:
                raise ews_schema.Violation(f"unknown operation {name}")
            ews_schema.validate(operation)
            if code := self.faults.codes.get(name):
                raise Refusal(code)
            with self._lock:
                messages = "".join(handler(operation))
        except ews_schema.Violation as violation:
            return 500, _fault("ErrorSchemaValidation", str(violation))
        except (Refusal, ews_changes.Unknown) as refusal:
            messages = _failed(name, str(refusal))
        return 200, _envelope(
            f"<m:{name}Response><m:ResponseMessages>{messages}</m:ResponseMessages></m:{name}Response>"
        )

    def _ConvertId(self, operation: etree._Element) -> list[str]:
        return [_failed("ConvertId", "ErrorInvalidIdMalformed")]

    def _GetFolder(self, operation: etree._Element) -> list[str]:
        return [self._folder_answer(one) for one in operation.find(f"{M}FolderIds")]

    def _folder_answer(self, reference: etree._Element) -> str:
        ident = reference.get("Id")
        known = {"root", "msgfolderroot", *self.folders}
        if ident not in known:
            return _failed("GetFolder", "ErrorFolderNotFound" if len(ident) < 30 else "ErrorItemNotFound")
        return _good("GetFolder", f"<m:Folders>{self._folder_xml(ident)}</m:Folders>")

    def _folder_xml(self, ident: str) -> str:
        names = {
            "root": "root",
            "msgfolderroot": "Top of Information Store",
            "inbox": "Inbox",
            "sentitems": "Sent Items",
        }
        name = names.get(ident) or self.names[ident]
        parent = "root" if ident == "msgfolderroot" else "msgfolderroot"
        return (
            f'<t:Folder><t:FolderId Id={quoteattr(ident)} ChangeKey="AQAAAA=="/><t:ParentFolderId Id="{parent}" ChangeKey="x"/>'
            f"<t:FolderClass>IPF.Note</t:FolderClass><t:DisplayName>{escape(name)}</t:DisplayName>"
            f"<t:TotalCount>{len(self.folders.get(ident, []))}</t:TotalCount><t:ChildFolderCount>0</t:ChildFolderCount>"
            "<t:UnreadCount>0</t:UnreadCount></t:Folder>"
        )

    def _FindFolder(self, operation: etree._Element) -> list[str]:
        wanted = {node.get("Value") for node in operation.iter(f"{T}Constant")}
        found = [ident for ident, name in self.names.items() if not wanted or name in wanted]
        inner = "".join(self._folder_xml(ident) for ident in found)
        root = f'<m:RootFolder TotalItemsInView="{len(found)}" IncludesLastItemInRange="true" IndexedPagingOffset="{len(found)}">'
        return [_good("FindFolder", f"{root}<t:Folders>{inner}</t:Folders></m:RootFolder>")]

    def _CreateFolder(self, operation: etree._Element) -> list[str]:
        answers = []
        for folder in operation.find(f"{M}Folders"):
            name = folder.findtext(f"{T}DisplayName")
            if name in self.names.values():
                raise Refusal("ErrorFolderExists")
            ident = "AAMkFolder" + base64.b64encode(f"{name}-{next(self._numbers)}-folder-id".encode()).decode()
            self.names[ident], self.folders[ident] = name, []
            inner = f'<m:Folders><t:Folder><t:FolderId Id="{ident}" ChangeKey="AQAAAA=="/></t:Folder></m:Folders>'
            answers.append(_good("CreateFolder", inner))
        return answers

    def _in(self, operation: etree._Element, place: str, otherwise: str = "ErrorFolderNotFound") -> str:
        ident = operation.find(f".//{place}")[0].get("Id")
        if ident not in self.folders:
            raise Refusal(otherwise)
        return ident

    def _FindItem(self, operation: etree._Element) -> list[str]:
        if ews_schema.asks_too_much(operation):
            raise Refusal("ErrorInvalidPropertyRequest")
        found = list(self.folders[self._in(operation, f"{M}ParentFolderIds")])
        restriction = operation.find(f"{M}Restriction")
        if restriction is not None:
            (path,) = {node.get("FieldURI") for node in restriction.iter(f"{T}FieldURI")}
            if path != "message:InternetMessageId":
                raise Refusal("ErrorUnsupportedPathForQuery")
            wanted = next(restriction.iter(f"{T}Constant")).get("Value")
            found = [item for item in found if item.message_id == wanted]
        order = operation.find(f"{M}SortOrder")
        if order is not None:
            if next(order.iter(f"{T}FieldURI")).get("FieldURI") != "item:DateTimeReceived":
                raise Refusal("ErrorUnsupportedPathForSortGroup")
            found.sort(key=lambda item: item.received, reverse=order[0].get("Order") == "Descending")
        view = operation.find(f"{M}IndexedPageItemView")
        start, most = int(view.get("Offset")), min(int(view.get("MaxEntriesReturned")), _MOST_FOUND)
        page = found[start : start + most]
        paths = _paths(operation)
        inner = "".join(_item_xml(item, paths) for item in page)
        end = start + len(page)
        last = str(end >= len(found)).lower()
        root = f'<m:RootFolder TotalItemsInView="{len(found)}" IncludesLastItemInRange="{last}" IndexedPagingOffset="{end}">'
        return [_good("FindItem", f"{root}<t:Items>{inner}</t:Items></m:RootFolder>")]

    def _items(self, operation: etree._Element) -> list[tuple[str, Item] | None]:
        wanted = [node.get("Id") for node in operation.find(f"{M}ItemIds")]
        if not all(_ITEM_ID.fullmatch(ident) for ident in wanted):
            raise Refusal("ErrorInvalidIdMalformed")
        everything = {item.ident: (ident, item) for ident, items in self.folders.items() for item in items}
        return [everything.get(ident) for ident in wanted]

    def _GetItem(self, operation: etree._Element) -> list[str]:
        paths = _paths(operation)
        mime = (operation.findtext(f"{M}ItemShape/{T}IncludeMimeContent") == "true") or "item:MimeContent" in paths
        return [
            _good("GetItem", f"<m:Items>{_item_xml(found[1], paths, mime)}</m:Items>")
            if found
            else _failed("GetItem", "ErrorItemNotFound")
            for found in self._items(operation)
        ]

    def _MoveItem(self, operation: etree._Element) -> list[str]:
        target = self._in(operation, f"{M}ToFolderId", "ErrorToFolderNotFound")
        answers = []
        for found in self._items(operation):
            if found is None:
                answers.append(_failed("MoveItem", "ErrorItemNotFound"))
                continue
            ident, item = found
            self.take(ident, item)
            moved = self.put(target, item.mime, item.flags, ews_changes.MOVED_IN)
            answers.append(
                _good(
                    "MoveItem",
                    f'<m:Items><t:Message><t:ItemId Id="{moved.ident}" ChangeKey="y"/></t:Message></m:Items>',
                )
            )
        return answers

    def _CreateItem(self, operation: etree._Element) -> list[str]:
        disposition = operation.get("MessageDisposition")
        if disposition not in {"SaveOnly", "SendAndSaveCopy"}:
            raise ews_schema.Violation("The 'MessageDisposition' attribute is invalid")
        folder = self._in(operation, f"{M}SavedItemFolderId", "ErrorSavedItemFolderNotFound")
        answers = []
        for message in operation.find(f"{M}Items"):
            mime = base64.b64decode(message.findtext(f"{T}MimeContent"))
            flags = message.findtext(f"{T}ExtendedProperty/{T}Value")
            if disposition == "SendAndSaveCopy":
                self._send(mime)
            item = self.put(folder, mime, int(flags or 0), ews_changes.CREATED)
            inner = (
                ""
                if disposition != "SaveOnly"
                else f'<t:Message><t:ItemId Id="{item.ident}" ChangeKey="z"/></t:Message>'
            )
            answers.append(_good("CreateItem", f"<m:Items>{inner}</m:Items>"))
        return answers

    def _SyncFolderItems(self, operation: etree._Element) -> list[str]:
        if ews_schema.asks_too_much(operation):
            raise Refusal("ErrorInvalidPropertyRequest")
        folder = self._in(operation, f"{M}SyncFolderId", "ErrorSyncFolderNotFound")
        state = operation.findtext(f"{M}SyncState") or ""
        told, state, complete = self.changes.since(folder, state, int(operation.findtext(f"{M}MaxChangesReturned")))
        tags = dict.fromkeys(told, "Message") | {item.ident: item.tag for item in self.folders[folder]}
        inner = "".join(
            f'<t:Create><t:{tags[ident]}><t:ItemId Id="{ident}" ChangeKey="CQAAAA=="/></t:{tags[ident]}></t:Create>'
            if came
            else f'<t:Delete><t:ItemId Id="{ident}" ChangeKey="CQAAAA=="/></t:Delete>'
            for ident, came in told.items()
        )
        last = str(complete).lower()
        told_state = f"<m:SyncState>{state}</m:SyncState><m:IncludesLastItemInRange>{last}</m:IncludesLastItemInRange>"
        return [_good("SyncFolderItems", f"{told_state}<m:Changes>{inner}</m:Changes>")]

    def _Subscribe(self, operation: etree._Element) -> list[str]:
        folder = self._in(operation, f"{T}FolderIds")
        kinds = frozenset(node.text for node in operation.iter(f"{T}EventType"))
        ident, watermark = self.changes.subscribe(folder, kinds)
        return [
            _good("Subscribe", f"<m:SubscriptionId>{ident}</m:SubscriptionId><m:Watermark>{watermark}</m:Watermark>")
        ]

    def _GetEvents(self, operation: etree._Element) -> list[str]:
        ident, before = operation.findtext(f"{M}SubscriptionId"), operation.findtext(f"{M}Watermark")
        events, watermark, more = self.changes.events(ident, before)
        inner = "".join(
            f"<t:{kind}><t:Watermark>{mark}</t:Watermark><t:TimeStamp>2026-01-01T00:00:00Z</t:TimeStamp>"
            f'<t:ItemId Id="{item}" ChangeKey="CQAAAA=="/><t:ParentFolderId Id="inbox" ChangeKey="x"/></t:{kind}>'
            for kind, item, mark in events
        )
        inner = inner or f"<t:StatusEvent><t:Watermark>{watermark}</t:Watermark></t:StatusEvent>"
        told = f"<t:SubscriptionId>{ident}</t:SubscriptionId><t:PreviousWatermark>{before}</t:PreviousWatermark>"
        told += f"<t:MoreEvents>{str(more).lower()}</t:MoreEvents>"
        return [_good("GetEvents", f"<m:Notification>{told}{inner}</m:Notification>")]

    def _send(self, mime: bytes) -> None:
        parsed = message_from_bytes(mime)
        values = [str(value) for name in ("To", "Cc") for value in parsed.get_all(name, [])]
        for _, address in getaddresses(values):
            if self._deliver:
                self._deliver(USER, address, mime)


def _paths(operation: etree._Element) -> set[str]:
    return {node.get("FieldURI") for node in operation.iter(f"{T}FieldURI")}


def _item_xml(item: Item, paths: set[str], mime: bool = False) -> str:
    content = f"<t:MimeContent>{base64.b64encode(item.mime).decode()}</t:MimeContent>" if mime else ""
    inner = f'<t:ItemId Id="{item.ident}" ChangeKey="CQAAAA=="/>'
    if "item:Size" in paths:
        inner += f"<t:Size>{len(item.mime)}</t:Size>"
    if "item:DateTimeReceived" in paths:
        inner += f"<t:DateTimeReceived>{item.received:%Y-%m-%dT%H:%M:%SZ}</t:DateTimeReceived>"
    if "item:InternetMessageHeaders" in paths:
        headers = message_from_bytes(item.mime).items()
        told = "".join(
            f"<t:InternetMessageHeader HeaderName={quoteattr(name)}>{escape(_UNSAYABLE.sub('?', str(value)))}</t:InternetMessageHeader>"
            for name, value in headers
        )
        inner += f"<t:InternetMessageHeaders>{told}</t:InternetMessageHeaders>"
    if "message:InternetMessageId" in paths:
        inner += f"<t:InternetMessageId>{escape(item.message_id)}</t:InternetMessageId>"
    return f"<t:{item.tag}>{content}{inner}</t:{item.tag}>"


def _good(operation: str, inner: str) -> str:
    return (
        f'<m:{operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{inner}'
        f"</m:{operation}ResponseMessage>"
    )


def _failed(operation: str, code: str) -> str:
    return (
        f'<m:{operation}ResponseMessage ResponseClass="Error"><m:MessageText>{code} it is.</m:MessageText>'
        f"<m:ResponseCode>{code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey></m:{operation}ResponseMessage>"
    )


def _fault(code: str, text: str, back_off: float = 0.0) -> bytes:
    """A SOAP fault as Exchange words it; the back-off is told in milliseconds."""
    types = f'xmlns:t="{T[1:-1]}"'
    told = f'<t:MessageXml {types}><t:Value Name="BackOffMilliseconds">{int(back_off * 1000)}</t:Value></t:MessageXml>'
    errors = 'xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors"'
    detail = f"<e:ResponseCode {errors}>{code}</e:ResponseCode><e:Message {errors}>{escape(text)}</e:Message>{told if back_off else ''}"
    return _envelope(
        f"<s:Fault><faultcode>s:Client</faultcode><faultstring>{escape(text)}</faultstring><detail>{detail}</detail></s:Fault>"
    )


def _envelope(body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:m="{M[1:-1]}" xmlns:t="{T[1:-1]}"><s:Header><t:ServerVersionInfo MajorVersion="15" MinorVersion="2" '
        'MajorBuildNumber="1118" MinorBuildNumber="7" Version="V2017_07_11"/></s:Header>'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def _handler(server: Exchange) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            server.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            told = self.headers.get("Authorization", "")
            expected = base64.b64encode(f"{USER}:{server.password}".encode()).decode()
            if server.faults.stall:
                time.sleep(server.faults.stall)
            if server.faults.status:
                return self._say(server.faults.status, b"")
            if told != f"Basic {expected}":
                return self._say(401, b"")
            status, answer = server.answer(body)
            operation = server.operations[-1]
            if server.faults.cut_after_send and operation == "CreateItem":
                return self._hang_up()
            if operation in server.faults.half_answers:
                self._say(status, answer, len(answer) // 2)
                return self._hang_up()
            return self._say(status, answer)

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.close()

        do_GET = do_POST  # noqa: N815 - the name that http.server asks for
        do_HEAD = do_POST  # noqa: N815 - the same

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(datetime.now(UTC) + server.faults.skew, usegmt=True)

        def _say(self, status: int, content: bytes, only: int | None = None) -> None:
            self.send_response(status)
            if status == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="ews"')
            if server.faults.retry_after:
                self.send_header("Retry-After", server.faults.retry_after)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:only])

        def log_message(self, *_: object) -> None:
            pass

    return Handler
