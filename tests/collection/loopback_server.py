"""An HTTP server on loopback that misbehaves as it is told."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import cv2
import numpy as np

Answer = Callable[[BaseHTTPRequestHandler], None]


def jpeg(bgr: tuple[int, int, int] = (40, 90, 160), size: int = 256) -> bytes:
    image = np.full((size, size, 3), bgr, np.uint8)
    return cv2.imencode('.jpg', image, (cv2.IMWRITE_JPEG_QUALITY, 98))[1].tobytes()


def send(
    handler: BaseHTTPRequestHandler,
    body: bytes,
    *,
    state: int = 200,
    kind: str = 'image/jpeg',
    length: int | None = None,
    **headers: str,
) -> None:
    handler.send_response(state)
    handler.send_header('Content-Type', kind)
    handler.send_header('Content-Length', str(len(body) if length is None else length))
    for name, value in headers.items():
        handler.send_header(name.replace('_', '-'), value)
    handler.end_headers()
    handler.wfile.write(body)


class Server:
    """An HTTP server on loopback that answers as a test says."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.agents: list[str] = []
        self.bodies: list[str] = []
        self.answer: Answer = lambda handler: send(handler, jpeg())
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.paths.append(self.path)
                owner.agents.append(self.headers['User-Agent'])
                owner.answer(self)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers['Content-Length']))
                owner.bodies.append(body.decode())
                self.do_GET()

            def log_message(self, *_: Any) -> None:  # noqa: ANN401
                pass

        self._server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self._server.daemon_threads = True
        self.url = f'http://127.0.0.1:{self._server.server_port}'
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def in_turn(self, *answers: Answer) -> None:
        """Give each answer once, the last one from then on."""
        left = list(answers)
        self.answer = lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)
