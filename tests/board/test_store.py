import sqlite3
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from voicemind.board import tables
from voicemind.board.store import Store, open_store
from voicemind.board.tables import Lease, Record
from voicemind.errors import BoardError, LeaseError

pytestmark = pytest.mark.anyio


def record(seq: int, data: bytes = b"x") -> Record:
    return Record(seq, "people", None, data)


async def filled(store: Store, updates: int) -> Lease:
    lease = await store.lease("room")
    for seq in range(1, updates + 1):
        await store.append(lease, [record(seq, b"%d" % seq)])
    return lease


def change(path: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()


async def test_what_is_appended_is_loaded_in_order(path: Path) -> None:
    async with open_store(path) as store:
        await filled(store, 12)
    async with open_store(path) as store:
        log = await store.load("room")
    assert log.updates == tuple(b"%d" % seq for seq in range(1, 13))
    assert (log.snapshot, log.upto, log.seq, log.damaged) == (None, 0, 12, 0)


async def test_rooms_do_not_mix(store: Store) -> None:
    one, two = await store.lease("one"), await store.lease("two")
    await store.append(one, [record(1, b"a")])
    await store.append(two, [record(1, b"b")])
    assert (await store.load("one")).updates == (b"a",)
    assert (await store.load("two")).updates == (b"b",)
    assert await store.exists("one")
    assert not await store.exists("three")


async def test_order_is_that_of_the_numbers_whatever_the_clock_says(store: Store, path: Path) -> None:
    lease = await store.lease("room")
    await store.append(lease, [record(2, b"second")])
    await store.append(lease, [record(1, b"first")])
    assert (await store.load("room")).updates == (b"first", b"second")


async def test_a_commit_is_on_disk_when_it_returns(path: Path) -> None:
    connection = tables.connect(path)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL: the log is synced at each commit
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


async def test_what_is_asked_for_at_once_is_one_transaction(store: Store) -> None:
    leases = [await store.lease(f"room-{number}") for number in range(20)]
    commits: list[str] = []
    store._connection.set_trace_callback(commits.append)
    async with anyio.create_task_group() as tasks:
        for lease in leases:
            tasks.start_soon(store.append, lease, [record(1)])
    store._connection.set_trace_callback(None)
    assert commits.count("COMMIT") <= 2
    for lease in leases:
        assert (await store.load(lease.room)).seq == 1


async def test_the_engine_keeps_its_client_id_when_the_room_was_given_back(store: Store) -> None:
    first = await store.lease("room")
    await store.release(first)
    second = await store.lease("room")
    assert (second.agent, second.history_id, second.epoch) == (first.agent, first.history_id, first.epoch + 1)


async def test_the_engine_gets_a_new_client_id_after_a_crash(store: Store) -> None:
    first = await store.lease("room")
    second = await store.lease("room")
    assert second.agent != first.agent
    assert second.history_id == first.history_id


async def test_who_lost_the_room_writes_nothing_more(store: Store) -> None:
    old = await filled(store, 1)
    new = await store.lease("room")
    with pytest.raises(LeaseError, match="another process"):
        await store.append(old, [record(2, b"late")])
    with pytest.raises(LeaseError):
        await store.add_snapshot(old, 1, b"late")
    with pytest.raises(LeaseError):
        await store.release(old)
    await store.append(new, [record(2, b"new")])
    assert (await store.load("room")).updates == (b"1", b"new")


async def test_a_lost_lease_fails_its_own_job_only(store: Store) -> None:
    old, other = await store.lease("room"), await store.lease("other")
    await store.lease("room")
    failed: list[LeaseError] = []

    async def late() -> None:
        try:
            await store.append(old, [record(1)])
        except LeaseError as error:
            failed.append(error)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(late)
        tasks.start_soon(store.append, other, [record(1, b"fine")])
    assert len(failed) == 1
    assert (await store.load("other")).updates == (b"fine",)
    assert (await store.load("room")).updates == ()


async def test_a_full_disk_is_told_and_nothing_is_half_written(store: Store) -> None:
    lease = await filled(store, 1)
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(BoardError, match="full"):
        await store.append(lease, [record(2, b"small"), record(3, b"x" * 100_000)])
    assert (await store.load("room")).seq == 1
    store._connection.execute("PRAGMA max_page_count = 1000000")
    await store.append(lease, [record(2, b"small"), record(3, b"x" * 100_000)])
    assert (await store.load("room")).seq == 3


async def test_damaged_updates_are_counted_and_left_out(
    store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(store, 5)
    change(path, "UPDATE updates SET data = x'00' WHERE seq = 3")
    log = await store.load("room")
    assert log.updates == (b"1", b"2", b"4", b"5")
    assert (log.seq, log.damaged) == (5, 1)
    assert "damaged" in caplog.text


async def test_a_snapshot_stands_for_the_updates_before_it(store: Store) -> None:
    lease = await filled(store, 5)
    await store.add_snapshot(lease, 3, b"1-3")
    log = await store.load("room")
    assert (log.snapshot, log.upto, log.updates, log.seq) == (b"1-3", 3, (b"4", b"5"), 5)


async def test_three_snapshots_are_kept_and_the_updates_since_the_oldest(store: Store, path: Path) -> None:
    lease = await filled(store, 9)
    for upto in (2, 4, 6, 8):
        await store.add_snapshot(lease, upto, b"to %d" % upto)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT seq FROM snapshots ORDER BY seq").fetchall() == [(4,), (6,), (8,)]
    assert connection.execute("SELECT min(seq), max(seq) FROM updates").fetchone() == (5, 9)
    connection.close()
    assert (await store.load("room")).seq == 9


@pytest.mark.parametrize(
    ("since", "snapshot", "updates", "damaged"),
    [(8, b"to 6", (b"7", b"8", b"9"), 1), (6, b"to 4", (b"5", b"6", b"7", b"8", b"9"), 2)],
)
async def test_a_damaged_snapshot_falls_back_without_loss(
    store: Store, path: Path, since: int, snapshot: bytes, updates: tuple[bytes, ...], damaged: int
) -> None:
    lease = await filled(store, 9)
    for upto in (2, 4, 6, 8):
        await store.add_snapshot(lease, upto, b"to %d" % upto)
    change(path, "UPDATE snapshots SET data = x'626164' WHERE seq >= ?", since)
    log = await store.load("room")
    assert (log.snapshot, log.updates, log.damaged) == (snapshot, updates, damaged)


async def test_with_fewer_snapshots_the_whole_log_is_there_to_fall_back_to(store: Store, path: Path) -> None:
    lease = await filled(store, 3)
    await store.add_snapshot(lease, 2, b"to 2")
    change(path, "UPDATE snapshots SET sha256 = x'00'")
    assert (await store.load("room")).updates == (b"1", b"2", b"3")


async def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(BoardError, match="cannot be used"):
        async with open_store(tmp_path / "missing" / "boards.sqlite3"):
            pass
    (tmp_path / "text.sqlite3").write_bytes(b"no database, but long enough to look like a file of one" * 50)
    with pytest.raises(BoardError, match="cannot be used"):
        async with open_store(tmp_path / "text.sqlite3"):
            pass


async def test_a_newer_layout_is_refused(path: Path) -> None:
    async with open_store(path):
        pass
    change(path, "PRAGMA user_version = 99")
    with pytest.raises(BoardError, match="newer"):
        async with open_store(path):
            pass


async def test_what_was_asked_for_is_written_though_all_is_cancelled(path: Path) -> None:
    with anyio.CancelScope() as scope:
        async with open_store(path) as store:
            lease = await store.lease("room")
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(store.append, lease, [record(1, b"last")])
                await anyio.lowlevel.checkpoint()
                scope.cancel()
    async with open_store(path) as store:
        assert (await store.load("room")).updates == (b"last",)


async def test_a_closed_store_takes_nothing(path: Path) -> None:
    async with open_store(path) as store:
        pass
    with pytest.raises(BoardError, match="closed"):
        await store.lease("room")
