import os
import sys
from pathlib import Path

import pytest

from voicemind.bench.peers.drive import drive
from voicemind.errors import BackendError

ECHO = """
import json, os, sys
print("of a library")
print(json.dumps({"order": json.load(sys.stdin), "setting": os.environ["SETTING"]}))
"""


def test_the_last_line_is_the_answer(tmp_path: Path) -> None:
    (tmp_path / "driver.py").write_text(ECHO)
    found = drive("somebody", Path(sys.executable), tmp_path / "driver.py", {"a": 1}, os.environ | {"SETTING": "x"})
    assert found == {"order": {"a": 1}, "setting": "x"}


def test_a_driver_that_fails_says_why(tmp_path: Path) -> None:
    (tmp_path / "driver.py").write_text("raise SystemExit('no such model')")
    with pytest.raises(BackendError, match="somebody failed: no such model"):
        drive("somebody", Path(sys.executable), tmp_path / "driver.py", {}, os.environ)
