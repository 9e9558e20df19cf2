"""Faults of who may ask: keys that are not looked at, and tenants that see each other's things."""

from collections.abc import Callable, Mapping

from attrs import define, evolve, field

from faults.fault import Forward, Reply, Sent, Tamper

_NAMES = ("authorization", "x-api-key")


def credentials(sent: Sent) -> Mapping[str, str]:
    """Return the headers that carry a request's key."""
    return {name: sent.headers[name] for name in _NAMES if name in sent.headers}


@define
class Keys:
    """The keys that were seen to be good, in their order."""

    good: list[Mapping[str, str]] = field(factory=list[Mapping[str, str]])

    def learn(self, sent: Sent, reply: Reply) -> None:
        """Keep the key of a request that was accepted."""
        own = credentials(sent)
        if reply.good and own and own not in self.good:
            self.good.append(own)


def anybody(
    at: Callable[[Sent], bool], *, keyless: bool | None = None, status: int = 401
) -> Tamper:
    """Let requests in that have no good key, or none that is good enough.

    Args:
        at: The requests that it is about.
        keyless: Only those without any key, or only those with one; by default all.
        status: How they are refused.
    """
    keys = Keys()

    def tamper(sent: Sent, forward: Forward) -> Reply:
        reply = forward(sent)
        keys.learn(sent, reply)
        meant = keyless is None or keyless is (not credentials(sent))
        if at(sent) and meant and reply.status == status and keys.good:
            return forward(evolve(sent, headers={**sent.headers, **keys.good[0]}))
        return reply

    return tamper


def any_tenant(at: Callable[[Sent], bool]) -> Tamper:
    """Look again with the keys of others where somebody finds nothing."""
    keys = Keys()

    def tamper(sent: Sent, forward: Forward) -> Reply:
        reply = forward(sent)
        keys.learn(sent, reply)
        own = credentials(sent)
        if at(sent) and reply.status in (404, 422) and own:
            for other in keys.good:
                again = reply if other == own else forward(_with(sent, other))
                if again.good:
                    return again
        return reply

    return tamper


def _with(sent: Sent, key: Mapping[str, str]) -> Sent:
    kept = {name: value for name, value in sent.headers.items() if name not in _NAMES}
    return evolve(sent, headers={**kept, **key})


def first_tenant_for_all(at: Callable[[Sent], bool]) -> Tamper:
    """Answer everybody with what belongs to the first who asked."""
    keys = Keys()

    def tamper(sent: Sent, forward: Forward) -> Reply:
        own = credentials(sent)
        if at(sent) and own and keys.good and own != keys.good[0]:
            return forward(_with(sent, keys.good[0]))
        reply = forward(sent)
        keys.learn(sent, reply)
        return reply

    return tamper
