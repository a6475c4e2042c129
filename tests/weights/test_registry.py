"""The registry that ships is sound, and a wrong one is refused."""

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weights.wheels import model_spec
from voicemind.weights import registry as registry_module
from voicemind.weights.registry import (
    Export,
    HubSource,
    InstalledSource,
    ModelSpec,
    PackageSource,
    models_folder,
    parse_registry,
    registry,
)

SPECS = list(registry().values())
names = [spec.name for spec in SPECS]


def test_it_has_the_models_of_the_design() -> None:
    assert {"tiny.en", "base", "silero", "minilm", "segmentation-3.0", "campplus"} <= set(registry())


@pytest.mark.parametrize("spec", SPECS, ids=names)
def test_every_byte_is_pinned(spec: ModelSpec) -> None:
    assert spec.files
    assert spec.sources
    for file in spec.files:
        assert file.size > 0
        assert re.fullmatch("[0-9a-f]{64}", file.sha256)


@pytest.mark.parametrize("spec", SPECS, ids=names)
def test_sources_are_pinned_too(spec: ModelSpec) -> None:
    for source in spec.sources:
        match source:
            case HubSource():
                assert (source.repo, source.revision) == (spec.upstream, spec.revision)
                assert re.fullmatch("[0-9a-f]{40}", source.revision)
            case PackageSource():
                assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", wheel.requirement) for wheel in source.wheels)
                assert set(source.members) <= {file.name for file in spec.files}
            case InstalledSource():
                assert re.fullmatch("[0-9.]+", source.version)


@pytest.mark.parametrize("spec", SPECS, ids=names)
def test_every_model_has_a_card_with_its_licence_and_source(spec: ModelSpec) -> None:
    card = (models_folder() / f"{spec.name}.md").read_text("utf-8")
    assert spec.licence in card
    assert spec.upstream in card
    assert spec.revision[:8] in card


@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.export], ids=lambda spec: spec.name)
def test_every_recipe_is_there(spec: ModelSpec) -> None:
    assert spec.export is not None
    assert (models_folder() / spec.export.recipe).is_file()
    assert set(spec.export.keep) <= {file.name for file in spec.files}
    assert spec.export_folder != spec.folder


@given(st.dictionaries(st.sampled_from("abcdef"), st.binary(max_size=4), min_size=1))
def test_a_folder_is_named_by_what_is_in_it(files: dict[str, bytes]) -> None:
    spec = model_spec(files)
    turned = dataclasses.replace(spec, files=spec.files[::-1])
    assert turned.folder == spec.folder
    changed = {name: content + b"!" for name, content in files.items()}
    assert model_spec(changed).folder != spec.folder


def test_a_new_recipe_version_makes_a_new_export() -> None:
    spec = dataclasses.replace(model_spec({"a": b"a"}), export=Export("r.py", 1, "o", (), 0.0))
    assert spec.export is not None
    newer = dataclasses.replace(spec, export=dataclasses.replace(spec.export, version=2))
    assert newer.export_folder != spec.export_folder
    assert newer.folder == spec.folder


SOUND = """
[toy]
title = "t"
upstream = "u"
revision = "r"
licence = "CC0-1.0"
files = [{ name = "a", size = 1, sha256 = "0" }]
sources = [{ kind = "hub", repo = "u", revision = "r" }]
"""


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('kind = "hub"', 'kind = "ftp"', ValueError),
        ('licence = "CC0-1.0"', 'license = "CC0-1.0"', TypeError),
        ("size = 1", "bytes = 1", TypeError),
        ("sources =", "source =", KeyError),
    ],
)
def test_a_registry_with_a_slip_is_refused(old: str, new: str, error: type[Exception]) -> None:
    assert set(parse_registry(SOUND)) == {"toy"}
    with pytest.raises(error):
        parse_registry(SOUND.replace(old, new))


def test_models_are_found_inside_an_installed_package_and_beside_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "voicemind"
    monkeypatch.setattr(registry_module, "_PACKAGE", package)
    assert models_folder() == tmp_path / "models"
    (package / "models").mkdir(parents=True)
    (package / "models" / "registry.toml").touch()
    assert models_folder() == package / "models"
