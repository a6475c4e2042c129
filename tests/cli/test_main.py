import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.complaints import complaint
from tests.fakes import track
from tests.test_recording import write
from voicemind.cli import BAD_INPUT, CANCELLED, FAILED, main
from voicemind.config import Config
from voicemind.errors import BackendError, CacheError, DigestMismatch


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CacheError("no space left in /cache; free some, or name another folder in VOICEMIND_CACHE"), BAD_INPUT),
        (DigestMismatch("model.bin from the hub is not the pinned one"), BAD_INPUT),
        (BackendError("out of memory"), FAILED),
    ],
)
def test_what_fails_behind_a_command_is_one_line(
    error: Exception, code: int, recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(config: Config, progress: object) -> None:
        raise error

    monkeypatch.setattr("voicemind.backends.loading.load", fail)

    assert main(["replay", str(recording)]) == code

    assert complaint(capsys) == f"voicemind: {error}\n"


def test_an_interrupt_cancels_with_exit_code_130(tmp_path: Path) -> None:
    recording = write(tmp_path / "long.wav", track(*[0.5, 5.0] * 60))
    script = (
        "import signal, sys, time\n"
        "from voicemind.cli import main\n"
        "from voicemind.backends import loading\n"
        "from tests.fakes import ScriptedAsr, fake_models\n"
        "class Slow(ScriptedAsr):\n"
        "    def transcribe(self, requests):\n"
        "        print('busy', flush=True)\n"
        "        time.sleep(0.5)\n"
        "        return super().transcribe(requests)\n"
        "loading.load = lambda config, progress: fake_models(Slow())\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # who runs tests in the background ignores it
        "sys.exit(main(sys.argv[1:]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, "replay", str(recording)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "busy\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)

    assert process.returncode == CANCELLED
    assert errors == "voicemind: cancelled\n"


def test_importing_voicemind_loads_no_model_runtime_and_is_fast() -> None:
    script = (
        "import sys, voicemind; print(sorted({'torch', 'aiortc', 'faster_whisper', 'numpy', 'av'} & set(sys.modules)))"
    )

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
