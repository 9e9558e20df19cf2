"""How much of a contract the checks have met: own counters, over what went over the wire."""
