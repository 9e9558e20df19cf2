"""A small service for the tests of joining: it holds the lock, writes its record and proves.

It is a real process at a real port and understands ``serve --data DIR --port PORT``. A file
``stand_in.json`` in the data folder makes it misbehave; what it received and how it was started
is written down beside it.
"""

import json
import os
import secrets
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from oxloop.rules import proof
from oxloop.rules.folder import DataFolder, ServiceRecord
from oxloop.rules.locks import FileLock


def main() -> None:
    """Serve until SIGTERM."""
    arguments = dict(zip(sys.argv[2::2], sys.argv[3::2], strict=True))
    folder = DataFolder(Path(arguments["--data"]))
    manner = _manner(folder.path)
    _append(
        folder.path / "starts.jsonl",
        {"pid": os.getpid(), "cwd": str(Path.cwd()), "environment": dict(os.environ)},
    )
    print(manner.get("says", ""), file=sys.stderr)
    if "die" in manner:
        sys.exit(manner["die"])
    if not FileLock(folder.service_lock).acquire(timeout=1):
        sys.exit(f"The data folder {folder.path} is served already.")
    try:
        server = ThreadingHTTPServer(("127.0.0.1", int(arguments["--port"])), _Handler)
    except OSError as error:
        sys.exit(f"The port {arguments['--port']} is taken: {error.strerror}.")
    _publish(folder, server.server_address[1], manner)
    signal.signal(signal.SIGTERM, signal.SIG_IGN if manner.get("deaf") else _exit)
    server.serve_forever()


def _exit(number: int, frame: object) -> None:
    os._exit(0)


def _manner(path: Path) -> dict[str, Any]:
    file = path / "stand_in.json"
    return json.loads(file.read_text()) if file.exists() else {}


def _append(file: Path, entry: object) -> None:
    with file.open("a") as stream:
        stream.write(json.dumps(entry) + "\n")


def _publish(folder: DataFolder, port: int, manner: dict[str, Any]) -> None:
    if not folder.key_file.exists():
        folder.key_file.write_text(secrets.token_hex(16))
    record = ServiceRecord(
        pid=os.getpid(),
        port=port,
        host="127.0.0.1",
        instance=secrets.token_hex(8),
        version="0",
    )
    _Handler.folder, _Handler.record, _Handler.manner = folder, record, manner
    temporary = folder.service_file.with_suffix(".new")
    temporary.write_text(record.to_json())
    temporary.replace(folder.service_file)


class _Handler(BaseHTTPRequestHandler):
    folder: DataFolder
    record: ServiceRecord
    manner: dict[str, Any]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        received = {"path": self.path, "headers": dict(self.headers), "body": body}
        _append(self.folder.path / "received.jsonl", received)
        key = self.manner.get("key") or self.folder.key_file.read_text()
        nonce = json.loads(body)["nonce"]
        answer = {
            "instance": self.record.instance,
            "port": self.record.port,
            "proof": proof.answer(key, nonce, self.record.instance, self.record.port),
        }
        answer.update(self.manner.get("answer", {}))
        payload = json.dumps(answer).encode()
        self.send_response(self.manner.get("status", 200))
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
        """Keep the log for what the tests look for."""


if __name__ == "__main__":
    main()
