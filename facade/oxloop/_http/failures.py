"""What sending can raise, and what each error means: how far a request got, in words."""

import ssl
from typing import Final, cast

import httpx

from oxloop._http.bodies import TooLarge
from oxloop._http.inflate import BrokenBody, UnknownCoding
from oxloop._policy import Fault
from oxloop._steps import Failure

FAULTS: Final = (
    httpx.HTTPError,
    httpx.StreamError,
    httpx.InvalidURL,
    ssl.SSLError,
    BrokenBody,
    UnknownCoding,
    TooLarge,
)
"""What sending can raise; an invalid URL is one that the server redirects to.

httpcore lets TLS errors of asyncio through, once the handshake is over.
"""
_NOT_CONNECTED: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
)


def failure(error: Exception) -> Failure:
    """Tell how far a request got from the error that httpx raised."""
    if isinstance(error, TooLarge | UnknownCoding):
        return Failure(fault=Fault.UNDECODABLE, timed_out=False, reason=str(error))
    if isinstance(error, httpx.InvalidURL):
        reason = "the server redirects to an address that makes no sense"
        return Failure(fault=Fault.UNDECODABLE, timed_out=False, reason=reason, cause=error)
    if isinstance(error, httpx.LocalProtocolError):  # its text may show a header: not kept
        return Failure(
            fault=Fault.LOST, timed_out=False, reason="the request could not be written as HTTP"
        )
    fault = Fault.NOT_CONNECTED if isinstance(error, _NOT_CONNECTED) else Fault.LOST
    timed_out = isinstance(error, httpx.TimeoutException)
    return Failure(
        fault=fault, timed_out=timed_out, reason=_in_words(error, fault, timed_out), cause=error
    )


def out_of_time(*, was_sent: bool) -> Failure:
    """A call's total time is over."""
    return Failure(
        fault=Fault.LOST if was_sent else Fault.NOT_CONNECTED,
        timed_out=True,
        reason="no answer in time" if was_sent else "not connected in time",
    )


def _in_words(error: Exception, fault: Fault, timed_out: bool) -> str:
    details = _details(error)
    if isinstance(error, httpx.ProxyError):
        what = "the proxy does not let it through"
    elif "CERTIFICATE_VERIFY_FAILED" in details:
        what = "the server's certificate is not trusted; SSL_CERT_FILE can name your own authority"
    elif fault is Fault.NOT_CONNECTED:
        what = "not connected in time" if timed_out else "not connected"
    elif timed_out:
        what = "no answer in time"
    elif isinstance(error, BrokenBody | httpx.DecodingError):
        what = "the answer's compression is broken"
    else:
        what = "the connection was lost before the whole answer was there"
    return f"{what} ({details})" if details else what


def _details(error: BaseException | None) -> str:
    """The system's words for what went wrong, or else the first that there are."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:  # some chains of errors are rings
        chain.append(error)
        error = _source(error)
    system = [one for one in chain if isinstance(one, OSError) and one.errno]
    return str(system[-1]) if system else next((str(one) for one in chain if str(one)), "")


def _source(error: BaseException) -> BaseException | None:
    """What an error comes from."""
    if isinstance(error, BaseExceptionGroup):  # one for each of a host's addresses
        return cast("BaseExceptionGroup[BaseException]", error).exceptions[-1]
    return error.__cause__ or error.__context__
