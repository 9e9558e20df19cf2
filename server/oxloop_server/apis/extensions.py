"""Our own operations, under /x/v1/: what this server is, and the proof that it owns its folder."""

from oxloop.rules import proof

from oxloop_server.contract.calls import Answer, Call, Handlers

operation = Handlers()

APIS = ["oxen", "humanloop"]
FEATURES = [
    "closing_commit",  # evaluations tell the commit that holds their results
    "model_uuid",  # a model's uuid is computed from its name
]


@operation("get_capabilities")
async def get_capabilities(call: Call) -> Answer:
    """What a client may use here beyond the APIs."""
    address = call.service.address
    return Answer(
        {
            "server": "oxloop",
            "version": address.version,
            "apis": APIS,
            "features": FEATURES,
        }
    )


@operation("prove")
async def prove(call: Call) -> Answer:
    """Answer a nonce in a way that only the holder of the folder key can."""
    address = call.service.address
    answer = proof.answer(
        call.service.folder_key, call.body["nonce"], address.instance, address.port
    )
    return Answer({"instance": address.instance, "port": address.port, "proof": answer})
