"""The rules stand on the standard library alone."""

import json
import pkgutil
import subprocess
import sys

import oxloop.rules

LOADED = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_importing_every_rule_loads_nothing_else() -> None:
    names = [
        f"oxloop.rules.{module.name}" for module in pkgutil.iter_modules(oxloop.rules.__path__)
    ]
    assert len(names) >= 10
    answer = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(names)],
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(json.loads(answer.stdout))
    assert "oxloop" in loaded
    assert not loaded & {"httpx", "attrs", "attr", "httpcore", "anyio", "oxloop_api", "pyarrow"}
