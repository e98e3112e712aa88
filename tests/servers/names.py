"""A name server that knows a handful of TXT records."""

import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class Names:
    """A running name server on 127.0.0.1 (UDP). Records by name; `silent` makes it answer nothing, `fails` SERVFAIL."""

    def __init__(self, records: Mapping[str, Sequence[str]]) -> None:
        self.records = records
        self.silent = self.fails = False
        self.asked: list[str] = []

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while packet := self._socket.recvfrom(4096):
            content, sender = packet
            if not content:
                return
            if not self.silent:
                self._socket.sendto(self._answer(content), sender)

    def _answer(self, content: bytes) -> bytes:
        query = dns.message.from_wire(content)
        name = query.question[0].name
        self.asked.append(name.to_text(omit_final_dot=True))
        answer = dns.message.make_response(query)
        texts = self.records.get(self.asked[-1])
        if self.fails:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            answer.answer.append(dns.rrset.from_text(name, 300, "IN", "TXT", *texts))
        answer.flags |= dns.flags.AA
        return answer.to_wire()
