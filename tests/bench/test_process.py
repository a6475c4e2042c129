import os
import subprocess
import sys
import time

from voicemind.bench.process import cpu_seconds, pinned, resident_mb


def test_the_cpu_time_of_a_process_is_what_it_used() -> None:
    before, used = cpu_seconds(os.getpid()), time.process_time()
    while time.process_time() - used < 0.1:
        pass
    # The kernel counts in ticks of 10 ms, each of user and system time for itself.
    assert 0.1 - 0.03 <= cpu_seconds(os.getpid()) - before <= time.process_time() - used + 0.03


def test_the_largest_size_of_another_process_is_told() -> None:
    code = "held = bytes(40_000_000); import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        large = resident_mb(process.pid)
        process.communicate()
    assert resident_mb(os.getpid()) > 5
    assert 5 < large < 1000


def test_processes_started_inside_run_on_one_core_and_we_ourselves_as_before() -> None:
    before = os.sched_getaffinity(0)
    show = [sys.executable, "-c", "import os; print(*os.sched_getaffinity(0))"]
    cores = set()
    for core in range(2):
        with pinned(core):
            cores.add(subprocess.run(show, capture_output=True, text=True, check=True).stdout.strip())
        assert os.sched_getaffinity(0) == before
    assert {int(core) for core in cores} == set(sorted(before)[:2])
