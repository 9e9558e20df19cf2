"""The contract checks: they know a server only over HTTP and its contract only from the specs."""
