import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent

SMALL: dict[str, dict[str, Any]] = {
    "padding": {"models": ("tiny.en",), "kinds": ("read",), "windows": ((3, 9), (27, 30)), "longest": 6.0}
}
"""What takes the place of a notebook's parameters, in the cell that is tagged so."""

SHOWN = {"padding": "3 s after,  9 s at least", "replay": "Priya"}


@pytest.mark.parametrize("notebook", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_runs_from_the_top(
    notebook: Path,
    model_folder: Callable[[str], Path],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("tiny.en", "silero", "minilm"):
        model_folder(name)
    if "VOICEMIND_DATA" in notebook.read_text():
        request.getfixturevalue("data")
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}

    for cell in json.loads(notebook.read_text())["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)  # noqa: S102 - the notebook is ours
            if "parameters" in cell["metadata"].get("tags", ()):
                names.update(SMALL[notebook.stem])

    assert SHOWN[notebook.stem] in capsys.readouterr().out
