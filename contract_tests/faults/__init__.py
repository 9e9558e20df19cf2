"""Wrong servers: a proxy that puts one fault between the checks and the service.

The checks know nothing of what is here. ``python -m faults.run`` tells which of them caught what.
"""
