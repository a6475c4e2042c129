import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voicemind.cli import parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("example", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_an_example_runs_as_it_stands(
    example: str,
    model_folder: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("base", "silero", "minilm"):
        model_folder(name)
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}

    exec(example, names)  # noqa: S102 - the README is ours

    assert "people" in capsys.readouterr().out


def test_every_command_is_one_that_there_is() -> None:
    lines = [line for block in re.findall(r"```\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
    parts = [part.strip() for line in lines for part in line.split("&&")]
    ours = [shlex.split(part, comments=True)[1:] for part in parts if part.startswith("voicemind ")]

    assert len(ours) >= 4
    for command in ours:
        parser().parse_args(command)


def test_the_pictures_are_there() -> None:
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file()
