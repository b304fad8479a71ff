"""An HTTP server on loopback that answers with what it is given, one answer after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Exporter:
    """A running server; `answers` are status and body, of which the last one is repeated."""

    answers: list[tuple[int, bytes]]
    port: int = 0
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and Authorization of each request."""

    def url(self, rest: str = "/metrics") -> str:
        """The address of what it answers."""
        return f"http://127.0.0.1:{self.port}{rest}"


@contextmanager
def exporting(*answers: str | tuple[int, str]) -> Iterator[Exporter]:
    """Run a server that gives these answers in turn: texts, or a status with a text."""
    told = [(200, it) if isinstance(it, str) else it for it in answers]
    exporter = Exporter([(status, text.encode()) for status, text in told])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            exporter.asked.append((self.path, self.headers["Authorization"]))
            status, body = exporter.answers[min(len(exporter.asked), len(exporter.answers)) - 1]
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        exporter.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield exporter
        finally:
            server.shutdown()
            thread.join()
