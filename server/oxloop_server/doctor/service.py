"""The running service: whether there is one, whether it is the folder's own, and ready."""

import http.client
import json
from collections.abc import Iterator
from typing import Any, cast

from oxloop.rules import proof
from oxloop.rules.folder import DataFolder, ServiceRecord

from oxloop_server import folder
from oxloop_server.commands.folders import is_served
from oxloop_server.doctor.findings import Finding
from oxloop_server.versions import version

AREA = "Service"
_SECONDS = 5.0
_MOST_BYTES = 1 << 16
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - not bound


def examine(home: DataFolder) -> Iterator[Finding]:
    """Look for the folder's service, and ask it; no key is sent."""
    if not is_served(home):
        yield Finding(AREA, "note", "it is not running: 'oxloop serve' starts it")
        return
    record = folder.read_record(home)
    if record is None:
        yield Finding(AREA, "wrong", "a process holds the folder but says not where it listens")
        return
    yield Finding(AREA, "ok", f"process {record.pid} listens on {record.host}, port {record.port}")
    if record.version != version():
        yield Finding(
            AREA,
            "note",
            f"it is oxloop {record.version}, and this is {version()}: 'oxloop stop' ends it, and "
            "the next start is this one",
        )
    try:
        yield from _asked(record, folder.ensure_key(home))
    except (OSError, http.client.HTTPException, ValueError) as error:
        yield Finding(AREA, "wrong", f"it does not answer ({error}); see {home.log_file}")


def _asked(record: ServiceRecord, key: str) -> Iterator[Finding]:
    nonce = proof.new_nonce()
    status, answer = _ask(record, "POST", "/x/v1/prove", {"nonce": nonce})
    expected = proof.answer(key, nonce, record.instance, record.port)
    if status != 200 or not proof.matches(str(answer.get("proof")), expected):
        yield Finding(AREA, "wrong", "it could not prove that it has the folder's key: end it")
        return
    yield Finding(AREA, "ok", "it has proved that it is this folder's")
    status, answer = _ask(record, "GET", "/readyz", None)
    if status == 200:
        yield Finding(AREA, "ok", "it is ready")
    else:
        yield Finding(AREA, "wrong", f"it is not ready: {answer.get('reason')}")


def _ask(record: ServiceRecord, method: str, path: str, body: object) -> tuple[int, dict[str, Any]]:
    host = _ANY.get(record.host, record.host)
    connection = http.client.HTTPConnection(host, record.port, timeout=_SECONDS)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, {"content-type": "application/json"})
        response = connection.getresponse()
        found: object = json.loads(response.read(_MOST_BYTES))
        answer = cast(dict[str, Any], found) if isinstance(found, dict) else {}
        return response.status, answer
    finally:
        connection.close()
