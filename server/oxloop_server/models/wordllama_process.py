"""The child process of the small embeddings: the vectors of the package wordllama, over HTTP.

    python -m oxloop_server.models.wordllama_process

They are read from the package's own files; nothing is downloaded.
"""

import importlib
import importlib.util
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from oxloop_server.models import child

_BODY_BYTES = 32 << 20


def main() -> None:
    """Serve embeddings until the parent is gone."""
    child.serve(_start)


def _start() -> str:
    embed = _load()

    class Handler(_Handler):
        vector = staticmethod(embed)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def _load() -> Callable[[str], list[float]]:
    package = importlib.util.find_spec("wordllama")
    assert package is not None
    assert package.submodule_search_locations is not None
    # Its own default looks in a folder that the package does not have, and then asks the network.
    home = Path(package.submodule_search_locations[0])
    loaded = importlib.import_module("wordllama").WordLlama.load(
        cache_dir=home, disable_download=True
    )

    def embed(text: str) -> list[float]:
        vector: list[float] = loaded.embed([text], norm=True)[0].tolist()
        return vector

    return embed


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes: without this the second waits for an acknowledgement.
    disable_nagle_algorithm = True
    vector: Callable[[str], list[float]]

    def do_POST(self) -> None:
        """Answer an OpenAI call for the embedding of one text."""
        length = int(self.headers.get("Content-Length", "0"))
        if not 0 < length <= _BODY_BYTES:
            self._answer(413, {"error": {"message": "The text is too long, or there is none."}})
            return
        body = json.loads(self.rfile.read(length))
        found = {"object": "embedding", "index": 0, "embedding": self.vector(str(body["input"]))}
        self._answer(200, {"object": "list", "data": [found], "model": body.get("model")})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    main()
