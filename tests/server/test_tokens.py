import stat
import time
from pathlib import Path

import jwt
import pytest

from voicemind.errors import InputError
from voicemind.server.tokens import EVERYWHERE, BadToken, Tokens, Visitor, in_days, owner_key

KEY = "k" * 64
LATER = float(int(time.time()) + 86400)


@pytest.mark.parametrize(
    "visitor",
    [
        Visitor("read", "weekly", expires=LATER, series=0),
        Visitor("read", "weekly", expires=LATER, series=7),
        Visitor("owner", EVERYWHERE, expires=LATER),
        Visitor("write", "weekly", "p-1", "Maya", known=True, expires=LATER),
    ],
)
def test_a_token_says_again_what_was_written(visitor: Visitor) -> None:
    assert Tokens(KEY).read(Tokens(KEY).write(visitor)) == visitor


def test_a_token_has_to_expire() -> None:
    with pytest.raises(ValueError, match="expires"):
        Tokens(KEY).write(Visitor("read"))


@pytest.mark.parametrize(
    "claims",
    [{"room": 1}, {"role": "king"}, {"name": 5}, {"role": None}, {"iss": "other"}, {"series": "x"}, {"sub": 5}],
)
def test_claims_that_make_no_sense_are_refused(claims: dict[str, object]) -> None:
    good = {"iss": "voicemind", "room": "weekly", "role": "read", "exp": time.time() + 60}
    Tokens(KEY).read(jwt.encode(good, KEY, "HS256"))
    with pytest.raises(BadToken, match="not good here"):
        Tokens(KEY).read(jwt.encode({**good, **claims}, KEY, "HS256"))


def test_a_token_is_good_until_it_expires_and_under_its_key_alone() -> None:
    with pytest.raises(BadToken, match="expired"):
        Tokens(KEY).read(Tokens(KEY).write(Visitor("read", "weekly", expires=time.time() - 1)))
    with pytest.raises(BadToken, match="not good here"):
        Tokens(KEY).read(Tokens("x" * 64).write(Visitor("read", "weekly", expires=LATER)))


def test_days_are_whole_days() -> None:
    assert in_days(30) == in_days(30)
    assert in_days(30) % 86400 == 0
    assert 0 <= in_days(30) - time.time() - 30 * 86400 <= 86400


def test_the_owner_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key, made = owner_key(tmp_path / "data")
    again, made_again = owner_key(tmp_path / "data")
    assert (made, made_again) == (True, False)
    assert key == again
    assert len(key) == 64
    path = tmp_path / "data" / "owner.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["owner.key"]


def test_an_owner_key_that_is_none_or_cannot_be_kept_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "owner.key").write_text("short")
    with pytest.raises(InputError, match="delete it"):
        owner_key(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="choose another"):
        owner_key(tmp_path / "file")
