"""Documents are read while the mails before theirs are handled: a few mails ahead, a few documents, and nothing is left over."""

from agent.intake.extract import File
from agent.service import reader as readers
from agent.service.ahead import reading_ahead
from agent.service.reader import Reader


class Mail:
    """A mail by its number."""

    def __init__(self, number):
        self.number = number


class Rooms:
    """A room in which nothing is read but by who asks for it."""

    class plain:  # noqa: N801 - stands for an attribute
        class limits:  # noqa: N801 - stands for an attribute
            children = 1


def test_a_few_mails_are_looked_at_before_their_turn(monkeypatch):
    """In their order, none of them lost, and never more than a few of them in memory."""
    looked_at = []
    monkeypatch.setattr("agent.service.ahead._expect", lambda _, mail: looked_at.append(mail.number))

    class App:
        """Only its reader is asked."""

        class reader:  # noqa: N801 - stands for an attribute
            forgotten = 0

            @classmethod
            def forget(cls):
                cls.forgotten += 1

    ahead, handled = [], []
    for mail in reading_ahead(App, map(Mail, range(20))):
        ahead.append(len(looked_at) - mail.number - 1)
        handled.append(mail.number)
    assert handled == looked_at == list(range(20))
    assert max(ahead) == 4
    assert App.reader.forgotten == 1
    next(stopped := reading_ahead(App, map(Mail, range(20))))
    stopped.close()
    assert App.reader.forgotten == 2


def test_only_so_many_documents_are_begun_and_those_nobody_asked_for_are_forgotten(monkeypatch):
    """A mail of a hundred files does not fill the line, and an unproved one leaves nothing behind."""
    begun = []
    monkeypatch.setattr(readers, "_MOST_AHEAD", 3)
    monkeypatch.setattr(Reader, "_hint", lambda _self, creditor: creditor)
    monkeypatch.setattr(Reader, "_read", lambda _self, file, _: begun.append(file.sha256))
    reader = Reader(Rooms, 20)
    files = [File(f"{n}.pdf", "application/pdf", b"", str(n), "pdf") for n in range(5)]
    reader.expect(files, "acme")
    reader.expect(files[:1], "acme")
    reader._line.submit(int).result()
    assert begun == ["0", "1", "2"]
    reader.forget()
    reader.expect(files[3:], "acme")
    reader._line.submit(int).result()
    assert begun == ["0", "1", "2", "3", "4"]
    reader._line.shutdown()
