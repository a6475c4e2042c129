import pytest

from voicemind.board.allowance import Allowance, Bucket
from voicemind.board.limits import Limits


def test_what_is_allowed_at_once_can_be_spent_and_may_be_overdrawn_once() -> None:
    bucket = Bucket(rate=10.0, at_once=5.0, now=100.0)
    for _ in range(5):
        assert bucket.delay(100.0) == 0.0
        bucket.spend(1, 100.0)
    bucket.spend(20, 100.0)
    assert bucket.delay(100.0) == pytest.approx(2.0)
    assert bucket.delay(101.5) == pytest.approx(0.5)
    assert bucket.delay(102.1) == 0.0


def test_no_more_is_saved_up_than_may_be_spent_at_once() -> None:
    bucket = Bucket(rate=10.0, at_once=5.0, now=0.0)
    bucket.spend(6, 1000.0)
    assert bucket.delay(1000.0) == pytest.approx(0.1)


def test_a_connection_is_slowed_down_by_messages_and_by_bytes() -> None:
    limits = Limits(messages=10, messages_at_once=2, bytes=100, bytes_at_once=1000)
    many, large = Allowance(limits, 0.0), Allowance(limits, 0.0)
    for _ in range(3):
        many.spend(1, 0.0)
    large.spend(1200, 0.0)
    assert many.delay(0.0) == pytest.approx(0.1)
    assert large.delay(0.0) == pytest.approx(2.0)


def test_a_message_may_count_for_several() -> None:
    allowance = Allowance(Limits(messages=10, messages_at_once=2), 0.0)
    allowance.spend(0, 0.0, messages=7)
    assert allowance.delay(0.0) == pytest.approx(0.5)
