"""What a server says of itself: which APIs it answers, what it can do, which folder is its own."""

import re
from typing import Any

from oxloop_contract.contract import Json
from oxloop_contract.machines.running import Walk, World

KNOWN = {"oxen": "list_models", "humanloop": "list_projects"}
"""An operation of each API that needs nothing."""
DONE_BY = {
    "cancel": "cancel_evaluation",
    "commit": "commit_evaluation",
    "list": "list_evaluations",
    "progress": "get_evaluation_progress",
    "rows": "list_evaluation_rows",
}
"""The operation behind a feature, of those that have one."""
NONCES = ("0" * 32, "f" * 64)


def walk(world: World) -> None:
    """Ask what the server is, and hold it to that; have it prove its folder twice."""
    _capabilities(world)
    _proofs(world)


def _capabilities(world: World) -> None:
    operation = "get_capabilities"
    wire = world.wire
    found: Json = wire.call(operation).json
    wire.equal("echo", operation, found["server"], "oxloop", "server")
    version = re.fullmatch(r"\d+\.\d+\.\d+\S*", found["version"])
    wire.verify("echo", operation, version is not None, f"the version is {found['version']!r}")
    for api, asked in KNOWN.items():
        there = world.speak(api).call(asked, (200, 404)).status == 200
        wire.equal("told truly", operation, api in found["apis"], there, f"whether it has {api}")
    wire.equal("listed once", operation, found["apis"], [*KNOWN], "apis")
    features: list[str] = found["features"]
    wire.equal("listed once", operation, len(set(features)), len(features), "the features")
    for feature, behind in DONE_BY.items():
        there = behind in wire.contract.operations
        what = f"whether it can {feature}"
        wire.equal("told truly", operation, feature in features, there, what)
    example = _example(world, operation)
    missing = set(example.get("features", ())) - set(features)
    wire.verify("told truly", operation, not missing, f"it does not tell of {sorted(missing)}")


def _example(world: World, operation: str) -> Json:
    node = world.wire.contract.operations[operation].node
    contents: Json = node["responses"]["200"]["content"]["application/json"]
    example: Json = contents.get("example", {})
    return example


def _proofs(world: World) -> None:
    operation = "prove"
    wire = world.wire
    proofs: list[Any] = []
    for nonce in (*NONCES, NONCES[0]):
        found = wire.call(operation, body={"nonce": nonce}).json
        whole = re.fullmatch(r"[0-9a-f]{64}", found["proof"])
        wire.verify("proof", operation, whole is not None, f"the proof is {found['proof']!r}")
        proofs.append(found)
    first, other, again = proofs
    wire.equal("proof", operation, again, first, "the proof of the same nonce")
    same = {name: value for name, value in other.items() if name != "proof"}
    kept = {name: value for name, value in first.items() if name != "proof"}
    wire.equal("proof", operation, same, kept, "who proves it")
    new = first["proof"] != other["proof"]
    wire.verify("proof", operation, new, "two nonces have one proof")
    within = 0 < first["port"] < 1 << 16
    wire.verify("proof", operation, within, f"the port is {first['port']}")


CAPABILITIES = Walk(
    "capabilities",
    walk,
    {"told truly": ("get_capabilities",), "proof": ("prove",)},
)
"""The walk through what a server says of itself."""
