import subprocess
from pathlib import Path

import pytest

from voicemind.bench.peers.environment import peer_python
from voicemind.errors import BackendError


def package(folder: Path, name: str) -> str:
    """Write a package that can be installed without a network."""
    place = folder / name
    (place / name).mkdir(parents=True)
    (place / name / "__init__.py").write_text("SAID = 'hello'\n")
    (place / "pyproject.toml").write_text(
        f'[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        f'[project]\nname = "{name}"\nversion = "1.0"\n'
    )
    return str(place)


def test_an_environment_has_its_packages_and_sees_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEMIND_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_BUILD_ISOLATION", "0")  # which is how pip reads "no isolation"
    one = package(tmp_path, "peer_one")

    python = peer_python("some", [], alone=[one])

    said = subprocess.run(
        [python, "-c", "import peer_one, numpy; print(peer_one.SAID, peer_one.__file__)"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert said.startswith("hello " + str(tmp_path / "cache"))
    made = (python.parent.parent / "installed.txt").stat().st_mtime_ns
    assert peer_python("some", [], alone=[one]) == python
    assert (python.parent.parent / "installed.txt").stat().st_mtime_ns == made  # not made again


def test_what_cannot_be_installed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEMIND_CACHE", str(tmp_path / "cache"))
    with pytest.raises(BackendError, match="pip cannot install"):
        peer_python("some", [str(tmp_path / "nowhere")])
