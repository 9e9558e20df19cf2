"""``serve --evaluators=process``: what the sandbox lacks runs where the operator wants it."""

import sys
from pathlib import Path

import httpx
import pytest
from running_service import Running

from .conftest import Account, ok

CODE = """
class Base:
    def says(self, log):
        return log["output"] == "positive"

class Judge(Base):
    pass

def check(log):
    if log["output"] == "crash":
        import os
        os._exit(1)
    return Judge().says(log)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="it has no limits for processes")
@pytest.mark.parametrize("mode", ["process", "sandbox"])
def test_classes_that_inherit(tmp_path: Path, mode: str) -> None:
    running = Running(tmp_path, [f"--evaluators={mode}"])
    headers = {"X-API-KEY": running.key}
    try:
        with httpx.Client(
            base_url=running.url, headers=headers, timeout=60, trust_env=False
        ) as http:
            account = Account(http)
            made = account.evaluator(type="python", code=CODE, return_type="boolean")
            world = account.world(made).running()
            for index, output in enumerate(["positive", "crash", "negative"]):
                world.logged(index, output=output)
            world.until_judged_by(made, 3)
            found = [one["evaluation_results"][0] for one in world.cases(size=10)]
            values = [one["value"] for one in found]
            assert values == ([True, None, False] if mode == "process" else [None] * 3)
            assert [bool(one["error"]) for one in found] == [value is None for value in values]
            syntax = {**_parts(made), "code": "def check(log:\n"}
            assert http.post("/v4/evaluators", json=syntax).status_code == 422
            ok(http.get("/v4/evaluators"))
    finally:
        running.stop()


def _parts(made: dict[str, object]) -> dict[str, object]:
    names = ("name", "description", "arguments_type", "return_type", "type")
    return {name: made[name] for name in names}
