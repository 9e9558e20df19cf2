"""Days and moments of requests, as the text by which the database compares them."""

from datetime import UTC, date, datetime, timedelta

from oxloop_server.apis.humanloop.refusals import Place, invalid


def begin_of(text: str, place: Place) -> str:
    """The first moment of a day, or the moment itself.

    Args:
        text: A date or a date and time, as JSON Schema has them.
        place: Where in the request it stands.

    Raises:
        Refused: If no calendar has it.
    """
    return _text(_read(text, place))


def end_of(text: str, place: Place) -> str:
    """The first moment after a day, or the moment itself.

    Args:
        text: A date or a date and time, as JSON Schema has them.
        place: Where in the request it stands.

    Raises:
        Refused: If no calendar has it.
    """
    moment = _read(text, place)
    is_day = len(text) == len("2026-01-15")
    try:
        return _text(moment + timedelta(days=1) if is_day else moment)
    except OverflowError:
        return _text(datetime.max)


def _read(text: str, place: Place) -> datetime:
    try:
        if len(text) == len("2026-01-15"):
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise invalid(place, "This is no day or moment of the years 1 to 9999.", "date") from None


def _text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
