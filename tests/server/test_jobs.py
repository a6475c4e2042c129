import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from voicemind.server import jobs as module
from voicemind.server.jobs import Command, Jobs
from voicemind.server.recordings import Job, Library, Recording

pytestmark = pytest.mark.anyio

DONE = "import json\nprint(json.dumps({'done': 3.0, 'of': 6.0}), flush=True)"


def python(code: str) -> Command:
    def command(folder: Path) -> Sequence[str]:
        return (sys.executable, "-c", code)

    return command


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def brought(library: Library, job: Job | None = None) -> Recording:
    folder = library.new_folder()
    made = Recording(folder.name, "a.wav", "A", "2026-03-09", "source.wav", 5, job or Job(f"job-{folder.name}"))
    library.add(made)
    return made


@asynccontextmanager
async def running(jobs: Jobs) -> AsyncIterator[Jobs]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(jobs.run)
        yield jobs
        tasks.cancel_scope.cancel()


async def news(jobs: Jobs, recording: Recording) -> list[Job]:
    """All that is told of a job to its end."""
    with anyio.fail_after(60):
        async with aclosing(jobs.watch(recording.id)) as told:
            return [job async for job in told]


async def test_a_job_goes_from_queued_to_done(library: Library) -> None:
    recording = brought(library)
    async with running(Jobs(library, python(DONE))) as jobs:
        jobs.submit(recording)
        told = await news(jobs, recording)
    assert [job.state for job in told if job.state != "running"] == ["queued", "done"]
    assert (told[-1].done, told[-1].of) == (6.0, 6.0)
    assert [job.seq for job in told] == sorted({job.seq for job in told})


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ('import sys; print(\'{"error": "no sound in FOLDER"}\'); sys.exit(1)', "no sound in FOLDER"),
        ("import sys; sys.exit(3)", "the analysis broke off (3); bring the recording again"),
        ("import os; os.abort()", "the analysis broke off (-6); bring the recording again"),
        ("import os; os.close(1); os._exit(1)", "the analysis broke off (1); bring the recording again"),
    ],
)
async def test_a_process_that_fails_says_why(library: Library, code: str, error: str) -> None:
    recording = brought(library)
    async with running(Jobs(library, python(code))) as jobs:
        jobs.submit(recording)
        last = (await news(jobs, recording))[-1]
    assert (last.state, last.error) == ("failed", error)


async def test_an_error_names_the_file_as_its_owner_knows_it(library: Library) -> None:
    recording = brought(library)
    error = {"error": f"{library.source(recording)}: is empty"}
    code = f"import json, sys; print(json.dumps({error!r})); sys.exit(1)"
    async with running(Jobs(library, python(code))) as jobs:
        jobs.submit(recording)
        last = (await news(jobs, recording))[-1]
    assert last.error == "a.wav: is empty"


async def test_a_program_that_there_is_not_fails_the_job_alone(library: Library) -> None:
    first, second = brought(library), brought(library)
    commands = {first.id: ("/no/such/program",), second.id: (sys.executable, "-c", DONE)}
    async with running(Jobs(library, lambda folder: commands[folder.name])) as jobs:
        jobs.submit(first)
        jobs.submit(second)
        assert (await news(jobs, first))[-1].state == "failed"
        assert (await news(jobs, second))[-1].state == "done"


async def test_what_a_library_writes_to_standard_output_is_passed_over(library: Library) -> None:
    recording = brought(library)
    code = f"print('[mp3] Header missing'); print('5'); print('[1]'); {DONE.splitlines()[0]}; {DONE.splitlines()[1]}"
    async with running(Jobs(library, python(code))) as jobs:
        jobs.submit(recording)
        assert (await news(jobs, recording))[-1].state == "done"


async def test_one_runs_at_a_time(library: Library, tmp_path_factory: pytest.TempPathFactory) -> None:
    mark = tmp_path_factory.mktemp("marks") / "running"
    code = (
        f"import pathlib, time; mark = pathlib.Path({str(mark)!r}); mark.touch(exist_ok=False); "
        "time.sleep(0.1); mark.unlink()"
    )
    recordings = [brought(library) for _ in range(4)]
    async with running(Jobs(library, python(code))) as jobs:
        for recording in recordings:
            jobs.submit(recording)
        assert {(await news(jobs, recording))[-1].state for recording in recordings} == {"done"}


async def test_a_process_that_does_not_want_to_end_is_killed(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        'print(\'{"done": 1, "of": 2}\', flush=True); time.sleep(600)'
    )
    recording = brought(library)
    async with running(Jobs(library, python(stubborn))) as jobs:
        jobs.submit(recording)
        with anyio.fail_after(60):
            async with aclosing(jobs.watch(recording.id)) as told:
                async for job in told:
                    if job.done:
                        jobs.cancel(recording)
                    last = job
    assert last.state == "cancelled"


async def test_what_broke_off_with_the_server_is_run_again_in_order(library: Library) -> None:
    running_once = brought(library, Job("1", "running", 5.0, 6.0, seq=9))
    queued = brought(library, Job("2"))
    over = [brought(library, Job(state, state)) for state in ("done", "failed", "cancelled")]
    async with running(Jobs(library, python(DONE))) as jobs:
        first = await news(jobs, running_once)
        assert first[0].seq >= 9
        assert first[-1].state == "done"
        assert (await news(jobs, queued))[-1].state == "done"
    assert [library.get(known.id) for known in over] == over


async def test_a_cancelled_job_is_never_begun(library: Library) -> None:
    recording = brought(library)
    jobs = Jobs(library, python("raise SystemExit(5)"))
    jobs.submit(recording)
    jobs.cancel(recording)
    async with running(jobs):
        later = brought(library)
        jobs.submit(later)
        assert (await news(jobs, later))[-1].state == "failed"
    known = library.get(recording.id)
    assert known is not None
    assert known.job.state == "cancelled"


async def test_the_watch_of_a_recording_that_is_deleted_ends(library: Library) -> None:
    recording = brought(library)
    jobs = Jobs(library, python(DONE))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(news, jobs, recording)
        await anyio.sleep(0.05)
        jobs.cancel(recording)
        library.remove(recording.id)
    assert await news(jobs, replace(recording, id="unknown")) == []


async def test_an_analysis_has_the_key_of_the_service(library: Library) -> None:
    code = "import os\nraise SystemExit(os.environ.get('VOICEMIND_ASR_KEY') != 'secret')"
    async with running(Jobs(library, python(code), {"VOICEMIND_ASR_KEY": "secret"})) as jobs:
        recording = brought(library)
        jobs.submit(recording)
        told = await news(jobs, recording)
    assert told[-1].state == "done"
