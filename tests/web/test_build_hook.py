import importlib.util
import os
import stat
from pathlib import Path
from types import ModuleType

import pytest

HOOK = Path(__file__).parents[2] / "voicemind" / "web" / "build_hook.py"

pytest.importorskip("hatchling", reason="the hook runs inside hatchling")


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The hook, looking at a page of one source file in an empty folder."""
    spec = importlib.util.spec_from_file_location("build_hook", HOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "WEB", tmp_path)
    monkeypatch.delenv("VOICEMIND_SKIP_WEB", raising=False)
    write(tmp_path / "src" / "room" / "main.tsx", "source", at=1000)
    return module


def write(path: Path, text: str, at: float | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if at is not None:
        os.utime(path, (at, at))
    return path


def programs(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    """Put programs of these names, and no others, on the path."""
    for name, script in scripts.items():
        program = write(folder / name, f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))


def test_a_page_without_a_bundle_is_due(hook: ModuleType) -> None:
    assert hook.build_is_due()


def test_a_bundle_is_due_again_once_a_source_is_newer(hook: ModuleType, tmp_path: Path) -> None:
    write(tmp_path / "dist" / "index.html", "", at=2000)
    assert not hook.build_is_due()
    write(tmp_path / "package-lock.json", "{}", at=3000)
    assert hook.build_is_due()


def test_files_that_are_no_source_do_not_count(hook: ModuleType, tmp_path: Path) -> None:
    write(tmp_path / "dist" / "index.html", "", at=2000)
    write(tmp_path / "node_modules" / "x.js", "", at=9000)
    assert not hook.build_is_due()


@pytest.mark.parametrize(("value", "due"), [("1", False), ("0", True), ("", True)])
def test_the_page_can_be_skipped(hook: ModuleType, monkeypatch: pytest.MonkeyPatch, value: str, due: bool) -> None:
    monkeypatch.setenv("VOICEMIND_SKIP_WEB", value)
    assert hook.build_is_due() is due


@pytest.mark.parametrize(
    ("version", "will_do"),
    [
        ("v18.20.0", False),
        ("v20.18.9", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("", False),
    ],
)
def test_only_a_node_that_vite_runs_on_will_do(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, will_do: bool
) -> None:
    programs(tmp_path / "bin", monkeypatch, node=f"echo {version}", npm="exit 0")
    assert hook.node_will_do() is will_do


def test_node_is_asked_for_only_where_there_is_none(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hook.WebBuildHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    programs(tmp_path / "empty", monkeypatch)
    assert made.dependencies() == [hook.NODE]
    programs(tmp_path / "bin", monkeypatch, node="echo v24.0.0", npm="exit 0")
    assert made.dependencies() == []
    programs(tmp_path / "empty", monkeypatch)
    write(tmp_path / "dist" / "index.html", "", at=2000)
    assert made.dependencies() == []


def test_a_build_replaces_the_old_bundle(hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "dist" / "old.js", "", at=500)
    build = "[ $1 = ci ] || { /bin/mkdir -p node_modules/.dist; echo new > node_modules/.dist/index.html; }"
    programs(tmp_path / "bin", monkeypatch, npm=build)
    hook.WebBuildHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel").initialize("standard", {})
    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["index.html"]
    assert not hook.build_is_due()


def test_a_build_that_fails_says_what_to_do_and_leaves_the_old_bundle(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "dist" / "old.js", "", at=500)
    programs(tmp_path / "bin", monkeypatch, npm="exit 7")
    with pytest.raises(RuntimeError, match=r"npm ci failed \(7.*VOICEMIND_SKIP_WEB=1"):
        hook.build()
    assert (tmp_path / "dist" / "old.js").is_file()


def test_without_npm_the_error_says_what_to_do(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(tmp_path / "empty", monkeypatch)
    with pytest.raises(RuntimeError, match=r"install Node\.js, or set VOICEMIND_SKIP_WEB=1"):
        hook.build()
