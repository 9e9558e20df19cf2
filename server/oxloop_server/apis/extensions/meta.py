"""What this server is, and the proof that it owns its folder."""

from oxloop.rules import proof

from oxloop_server.contract.calls import Answer, Call, Handlers

operation = Handlers()

APIS = ["oxen", "humanloop"]
FEATURES = [
    "cancel",  # Oxen's evaluations can be cancelled
    "closing_commit",  # they tell the commit that holds their results
    "commit",  # they can be committed after their end
    "idempotency_key",  # a request that bears an Idempotency-Key takes effect once
    "list",  # they can be listed
    "model_uuid",  # a model's uuid is computed from its name
    "progress",  # Humanloop's evaluations tell how far they have come
    "provider_keys",  # they take the keys again that they came with
    "rows",  # Oxen's evaluations tell what became of each row
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
