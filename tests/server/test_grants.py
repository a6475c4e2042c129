from pathlib import Path

import pytest

from voicemind.errors import BoardError
from voicemind.server.grants import Grants

pytestmark = pytest.mark.anyio


async def test_what_was_decided_is_known_at_once_and_after_a_restart(tmp_path: Path) -> None:
    first = Grants(tmp_path / "access.sqlite")
    first.load()
    assert not first.decided("weekly", "p-1")
    with pytest.raises(KeyError):
        first.role("weekly", "p-1")
    await first.decide("weekly", "p-1", "read")
    await first.decide("weekly", "p-1", "owner")
    await first.decide("weekly", "p-2", None)
    await first.decide("other", "p-3", "write")
    await first.renew_links("weekly")
    await first.renew_links("weekly")
    again = Grants(tmp_path / "access.sqlite")
    again.load()
    for grants in (first, again):
        assert grants.all("weekly") == {"p-1": "owner", "p-2": None}
        assert (grants.role("weekly", "p-1"), grants.role("weekly", "p-2")) == ("owner", None)
        assert (grants.series("weekly"), grants.series("other")) == (2, 0)


async def test_what_cannot_be_kept_counts_nevertheless_and_is_told(tmp_path: Path) -> None:
    grants = Grants(tmp_path / "missing" / "access.sqlite")
    with pytest.raises(BoardError, match="until the server is started again"):
        await grants.decide("weekly", "p-1", None)
    assert grants.role("weekly", "p-1") is None
    with pytest.raises(BoardError, match="started again"):
        await grants.renew_links("weekly")
    assert grants.series("weekly") == 1


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "access.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(BoardError, match="restore the file"):
        Grants(tmp_path / "access.sqlite").load()
