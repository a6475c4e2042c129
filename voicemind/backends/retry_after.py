"""The Retry-After header (RFC 9110, §10.2.3)."""

import datetime
import email.utils


def retry_after(value: str | None, now: datetime.datetime | None = None) -> float | None:
    """Return the seconds that a service asks to wait, given as such or as a date; None where it does not."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        date = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=datetime.UTC)
    return max(0.0, (date - (now or datetime.datetime.now(datetime.UTC))).total_seconds())
