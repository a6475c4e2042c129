"""In a process of its own, since it is for the whole process and for ever."""

import os
import subprocess
import sys

SCRIPT = """
import ctypes, sys, threading
from voicemind.backends.memory import share_arena
print(share_arena(), flush=True)
malloc = ctypes.CDLL(None).malloc
malloc.restype = ctypes.c_void_p
found = []
threads = [threading.Thread(target=lambda: found.append(malloc(64))) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
# An arena of a thread is at a multiple of 64 MB, away from the heap that grows behind the program.
heap = next(line for line in open("/proc/self/maps") if line.rstrip().endswith("[heap]"))
first, last = (int(end, 16) for end in heap.split()[0].split("-"))
print(all(first <= at < last for at in found))
"""


def test_all_threads_take_memory_from_one_place() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}

    said = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment, check=True)

    assert said.stdout.split() == ["True", "True"]


def test_what_the_environment_says_stays() -> None:
    code = "from voicemind.backends.memory import share_arena; print(share_arena())"

    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "MALLOC_ARENA_MAX": "4"},
        check=True,
    )

    assert said.stdout.strip() == "False"
