"""The generated layer: one package per API, made from ``openapi/`` by ``make generate``.

Each package has attrs models and one module per operation, whose ``build_request`` and
``parse_response`` do no I/O. It is a way out for what ``oxloop`` does not offer, without a promise
of stability; ``oxloop`` itself is what people are meant to import.
"""
