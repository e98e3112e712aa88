"""A fake Exchange server: as much of EWS over HTTPS as exchangelib needs for one mailbox. Strict: what it does not know is a fault."""

import base64
import itertools
import re
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

M = "{http://schemas.microsoft.com/exchange/services/2006/messages}"
T = "{http://schemas.microsoft.com/exchange/services/2006/types}"
USER, PASSWORD = "relance@example.org", "open sesame"
# characters that XML 1.0 has no way to say
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd]")


@dataclass
class Item:
    """A mail in a folder."""

    ident: str
    mime: bytes
    received: datetime
    flags: int = 0

    @property
    def message_id(self) -> str:
        return str(message_from_bytes(self.mime)["Message-ID"] or "").strip()


@dataclass
class Faults:
    """What goes wrong: an HTTP status for every request, an EWS response code by operation, a broken line after CreateItem."""

    status: int = 0
    codes: dict[str, str] = field(default_factory=dict)
    cut_after_send: bool = False
    stall: float = 0.0


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
        self._key = cert[1]
        self._deliver = deliver
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self.folders: dict[str, list[Item]] = {"inbox": [], "sentitems": []}
        self.names: dict[str, str] = {}

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

    def put(self, folder: str, mime: bytes, flags: int = 0) -> Item:
        """A new mail in a folder."""
        with self._lock:
            number = next(self._numbers)
            ident = "AAMk" + base64.b64encode(f"{folder}-{number:012}-relance-test-item".encode()).decode()
            item = Item(ident, mime, datetime.now(UTC), flags)
            self.folders[folder].append(item)
            return item

    def folder_named(self, name: str) -> str:
        """The id of a folder that was created under this name; KeyError when there is none."""
        return next(ident for ident, known in self.names.items() if known == name)

    def answer(self, body: bytes) -> bytes:
        """The SOAP answer to a request."""
        envelope = etree.fromstring(body)
        operation = envelope.find("{*}Body")[0]
        name = etree.QName(operation).localname
        self.operations.append(name)
        self.requests[name] = body
        handler = getattr(self, f"_{name}", None)
        if handler is None:
            return _envelope(f"<s:Fault><faultcode>s:Client</faultcode><faultstring>{name}?</faultstring></s:Fault>")
        try:
            if code := self.faults.codes.get(name):
                raise Refusal(code)
            with self._lock:
                messages = "".join(handler(operation))
        except Refusal as refusal:
            messages = _failed(name, str(refusal))
        return _envelope(f"<m:{name}Response><m:ResponseMessages>{messages}</m:ResponseMessages></m:{name}Response>")

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

    def _in(self, operation: etree._Element, place: str) -> str:
        ident = operation.find(f"{M}{place}")[0].get("Id")
        if ident not in self.folders:
            raise Refusal("ErrorFolderNotFound")
        return ident

    def _FindItem(self, operation: etree._Element) -> list[str]:
        found = list(self.folders[self._in(operation, "ParentFolderIds")])
        restriction = operation.find(f"{M}Restriction")
        if restriction is not None:
            (path,) = {node.get("FieldURI") for node in restriction.iter(f"{T}FieldURI")}
            assert path == "message:InternetMessageId", path
            wanted = next(restriction.iter(f"{T}Constant")).get("Value")
            found = [item for item in found if item.message_id == wanted]
        order = operation.find(f"{M}SortOrder")
        if order is not None:
            assert next(order.iter(f"{T}FieldURI")).get("FieldURI") == "item:DateTimeReceived"
            found.sort(key=lambda item: item.received, reverse=order[0].get("Order") == "Descending")
        view = operation.find(f"{M}IndexedPageItemView")
        start, most = int(view.get("Offset")), int(view.get("MaxEntriesReturned"))
        page = found[start : start + most]
        paths = _paths(operation)
        inner = "".join(_item_xml(item, paths) for item in page)
        end = start + len(page)
        last = str(end >= len(found)).lower()
        root = f'<m:RootFolder TotalItemsInView="{len(found)}" IncludesLastItemInRange="{last}" IndexedPagingOffset="{end}">'
        return [_good("FindItem", f"{root}<t:Items>{inner}</t:Items></m:RootFolder>")]

    def _items(self, operation: etree._Element) -> list[tuple[str, Item] | None]:
        everything = {item.ident: (ident, item) for ident, items in self.folders.items() for item in items}
        return [everything.get(node.get("Id")) for node in operation.find(f"{M}ItemIds")]

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
        target = self._in(operation, "ToFolderId")
        answers = []
        for found in self._items(operation):
            if found is None:
                answers.append(_failed("MoveItem", "ErrorItemNotFound"))
                continue
            ident, item = found
            self.folders[ident].remove(item)
            moved = self.put(target, item.mime, item.flags)
            answers.append(
                _good(
                    "MoveItem",
                    f'<m:Items><t:Message><t:ItemId Id="{moved.ident}" ChangeKey="y"/></t:Message></m:Items>',
                )
            )
        return answers

    def _CreateItem(self, operation: etree._Element) -> list[str]:
        disposition = operation.get("MessageDisposition")
        assert disposition in {"SaveOnly", "SendAndSaveCopy"}, disposition
        folder = self._in(operation, "SavedItemFolderId")
        answers = []
        for message in operation.find(f"{M}Items"):
            mime = base64.b64decode(message.findtext(f"{T}MimeContent"))
            flags = message.findtext(f"{T}ExtendedProperty/{T}Value")
            if disposition == "SendAndSaveCopy":
                self._send(mime)
            item = self.put(folder, mime, int(flags or 0))
            inner = (
                ""
                if disposition != "SaveOnly"
                else f'<t:Message><t:ItemId Id="{item.ident}" ChangeKey="z"/></t:Message>'
            )
            answers.append(_good("CreateItem", f"<m:Items>{inner}</m:Items>"))
        return answers

    def _send(self, mime: bytes) -> None:
        from email.utils import getaddresses

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
    return f"<t:Message>{content}{inner}</t:Message>"


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
            answer = server.answer(body)
            if server.faults.cut_after_send and server.operations[-1] == "CreateItem":
                self.close_connection = True
                return self.connection.close()
            return self._say(200, answer)

        do_GET = do_POST  # noqa: N815 - the name that http.server asks for
        do_HEAD = do_POST  # noqa: N815 - the same

        def _say(self, status: int, content: bytes) -> None:
            self.send_response(status)
            if status == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="ews"')
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
