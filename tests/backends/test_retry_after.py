import datetime

import pytest

from voicemind.backends.retry_after import retry_after

NOW = datetime.datetime(2026, 11, 24, 8, 0, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Tue, 24 Nov 2026 08:00:30 GMT", 30.0),
        ("Tue, 24 Nov 2026 07:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        (None, None),
    ],
)
def test_seconds_and_dates_are_read_and_the_rest_is_not(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds
