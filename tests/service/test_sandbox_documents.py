"""Hostile documents in the sandbox: each is answered, or its reader is stopped within the limits, and the next one is served."""

import socket
import threading

import pytest

from agent.domain.findings import InvoiceReading, Unreadable
from agent.parsers.api import Document, ParserContext
from agent.parsers.invoices import embedded_files, read_document
from agent.service.documents import Rooms, unreadable
from agent.service.sandbox import Failure, Limits, Problem, Result, Sandbox
from tests.parsers.invoices import bombs

WALL = 20
STOPPED = {Problem.TIMEOUT, Problem.MEMORY, Problem.CRASHED}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Limits(wall=WALL, processor=8, memory=512 << 20)) as box:
        yield box


def told(sandbox, content, name="invoice.pdf"):
    """What became of a document: "read", the problem of which the sender is told, or those in a set when it was stopped."""
    answer = sandbox.run(read_document, Document(name, "", content), ParserContext())
    if isinstance(answer, Failure):
        assert answer.problem in STOPPED, answer
        return unreadable(answer).problem
    assert answer.value
    first = answer.value[0]
    return "read" if isinstance(first, InvoiceReading) else first.problem


@pytest.fixture(autouse=True)
def alive(sandbox):
    """After each test an ordinary invoice is still read."""
    yield
    assert told(sandbox, bombs.page()) == "read"


@pytest.mark.parametrize(
    ("make", "answers"),
    [
        (bombs.flate_bomb, {"hostile", "timeout"}),
        (bombs.nested_filters, {"hostile", "timeout"}),
        (bombs.nested_forms, {"hostile", "timeout"}),
        (bombs.looping_form, {"hostile", "timeout", "no_text"}),
        (bombs.file_bomb, {"hostile", "timeout", "read"}),
        (bombs.many_filters, {"no_text"}),
        (bombs.many_pages, {"too_many_pages"}),
        (bombs.lying_count, {"no_text", "too_many_pages"}),
        (bombs.looping_tree, {"no_text"}),
        (bombs.many_operators, {"no_text", "hostile", "timeout"}),
        (bombs.many_words, {"no_text", "hostile", "timeout", "read"}),
        (bombs.deep_content, {"no_text"}),
        (bombs.huge_table, {"read", "broken"}),
        (bombs.huge_xref_stream, {"broken", "hostile"}),
        (bombs.object_stream, {"read", "hostile"}),
        (bombs.looping_tables, {"read", "broken"}),
        (bombs.wide_table_of_characters, {"no_text", "hostile", "timeout"}),
        (lambda: bombs.deep(b"[", b"]"), {"read", "broken", "hostile"}),
        (lambda: bombs.deep(b"<</A ", b">>"), {"read", "broken", "hostile"}),
    ],
)
def test_bombs_in_pdfs(sandbox, make, answers):
    """A PDF that unpacks, repeats or refers without end ends at a limit, or what can be read of it is read."""
    assert told(sandbox, make()) in answers


@pytest.mark.parametrize("name", bombs.picture_bombs())
def test_pictures_beyond_all_memory(sandbox, name):
    """What no program is allowed to draw is not unpacked: the page has no text, and that is the answer."""
    assert told(sandbox, bombs.picture_bombs()[name]) == "no_text"


@pytest.mark.parametrize("name", ["flate", "jpx", "jpeg", "huge"])
def test_pictures_beyond_all_memory_before_ocr(name):
    """Where pages are drawn for OCR, such a picture costs one child at the most."""
    with Rooms.of(Limits(wall=WALL, processor=WALL, memory=512 << 20)) as rooms:
        answer = rooms.read(Document("scan.pdf", "", bombs.picture_bombs()[name]), ParserContext())
        assert isinstance(answer, Result)
        assert [found.problem for found in answer.value] in (["no_text"], ["timeout"])


@pytest.mark.parametrize("name", bombs.heavy_xml())
def test_bombs_in_xml(sandbox, name):
    """Entities are never expanded; depth, width and long values end at a measure."""
    answer = told(sandbox, bombs.heavy_xml()[name], "invoice.xml")
    assert (
        answer == "hostile"
        if name.startswith(("laughs", "square")) and "UTF-7" not in name
        else answer in ({"read", "hostile", "broken", "not_invoice", "timeout"})
    )


def test_a_reader_that_follows_references_in_a_circle_is_stopped(sandbox):
    """The second look at a doubtful page may never come back; without it the page is read."""
    document = Document("circle.pdf", "", bombs.looping_references())
    with Sandbox(Limits(wall=5)) as hasty:
        assert hasty.run(read_document, document, ParserContext()).problem is Problem.TIMEOUT
    answer = sandbox.run(read_document, document, ParserContext(second_look=False))
    assert isinstance(answer.value[0], InvoiceReading | Unreadable)


def test_encryption(sandbox):
    """A PDF that opens for everybody is read; one that asks for a password is not tried with any."""
    assert told(sandbox, bombs.locked()) == "read"
    assert told(sandbox, bombs.locked(b"geheim")) == "encrypted"
    for guess in (b"1234", b"password", b"0000"):
        assert told(sandbox, bombs.locked(guess)) == "encrypted"


@pytest.mark.parametrize(
    ("content", "name", "answer"),
    [
        (bombs.page()[:300], "cut.pdf", {"broken", "no_text"}),
        (b"%PDF-1.7\n", "empty.pdf", {"broken"}),
        (b"", "nothing.pdf", {"not_invoice"}),
        (bombs.page(), "invoice.xml", {"read"}),
        (bombs.ubl(), "invoice.pdf", {"read"}),
        (bombs.ubl(), "invoice.exe", {"read"}),
        (b"<html><body>Facture</body></html>", "invoice.pdf", {"not_invoice"}),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "invoice.pdf", {"not_invoice", "broken", "no_text"}),
        (b"MZ\x90\0" + b"\0" * 99, "invoice.pdf", {"not_invoice"}),
        (bombs.zipped({"xl/workbook.xml": b"<x/>"}), "invoice.xlsx", {"not_invoice"}),
        (bombs.page() + bombs.zipped({"a.txt": b"x"}), "both.zip", {"read"}),
        (b"<!-- %PDF-1.7 -->" + bombs.ubl(), "both.xml", {"broken", "read"}),
        (b"GIF89a" + bombs.page(), "both.gif", {"read"}),
        ("\ufeff".encode("utf-16-le") + bombs.ubl().decode().encode("utf-16-le"), "invoice.xml", {"read"}),
    ],
)
def test_files_that_are_not_what_their_name_says(sandbox, content, name, answer):
    """The bytes decide, and what is cut or nothing at all is said to be that."""
    assert told(sandbox, content, name) in answer


@pytest.fixture
def trap():
    """An address that counts whoever connects."""
    callers = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()

        def listen():
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                callers.append(connection.recv(200))
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", callers
        done.set()
        thread.join()


def test_nothing_is_fetched_and_nothing_is_run(trap, monkeypatch):
    """Read without any jail around them, documents full of addresses, scripts and actions lead to no connection and no program."""
    address, callers = trap
    run = []
    monkeypatch.setattr("subprocess.Popen", lambda *args, **_: run.append(args))
    monkeypatch.setattr("os.system", run.append)
    documents = [
        bombs.active(address),
        bombs.with_file(bombs.fetching_xml(address)["entity"]),
        *bombs.fetching_xml(address).values(),
    ]
    for content in (*documents, bombs.annexed(bombs.active(address))):
        document = Document("invoice", "", content)
        assert read_document(document, ParserContext())
        embedded_files(document)
    assert callers == []
    assert run == []
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as caller:
        caller.sendall(b"here")
    for _ in range(50):
        if callers:
            break
        threading.Event().wait(0.1)
    assert callers == [b"here"]


def test_the_text_of_no_file_of_this_machine_comes_into_a_reading(sandbox):
    """An entity that names a file is refused, not resolved."""
    assert told(sandbox, bombs.fetching_xml("http://127.0.0.1:9")["file"], "invoice.xml") == "hostile"


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        ("timeout", "timeout"),
        ("memory", "hostile"),
        ("crashed", "hostile"),
        ("forbidden", "hostile"),
        ("error", "broken"),
    ],
)
def test_whoever_stopped_a_reader_the_sender_is_told_in_words(problem, code):
    """Too slow, unsafe and damaged are three different answers."""
    assert unreadable(Failure(Problem(problem), "x"), "d", "f.pdf") == Unreadable(code, f"{problem}: x", "d", "f.pdf")
