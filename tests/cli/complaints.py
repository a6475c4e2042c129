"""What a failed command says."""

import pytest


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that a failed command writes, and nothing else."""
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("voicemind: ")
    assert captured.err.count("\n") == 1
    return captured.err
