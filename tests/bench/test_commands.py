import json
from pathlib import Path

import pytest

from tests.fakes import ScriptedAsr, fake_models, track
from tests.test_recording import write
from voicemind import cli
from voicemind.bench import asr


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    write(tmp_path / "a.wav", track(0.5, 1.0, 1.0))
    (tmp_path / "a.txt").write_text("Good morning.")
    return tmp_path / "a.wav"


def test_a_bench_prints_its_table_and_writes_its_json(
    clip: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    models = fake_models(ScriptedAsr({("SPEAKER_00", 0): "good evening"}))
    monkeypatch.setattr("voicemind.cli.bench.load_models", lambda config, bar: models)

    assert cli.main(["bench", "asr", str(clip), "--fast", "--json", str(clip.with_suffix(".json"))]) == 0

    [row] = json.loads(clip.with_suffix(".json").read_text())["rows"]
    assert (row["id"], row["wer"]) == ("a", 0.5)
    assert "wer" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "clock", "streams"),
    [([], "real", 1), (["--virtual-clock", "--streams", "10"], "virtual", 10), (["--fast"], "none", 1)],
)
def test_flags_say_how_it_is_measured(
    flags: list[str], clock: str, streams: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[asr.Options] = []
    monkeypatch.setattr(asr, "measure", lambda inputs, models, options: seen.append(options))
    args = cli.parser().parse_args(["bench", "asr", "a.wav", *flags])
    args.measure(args, lambda config: fake_models())
    [options] = seen
    assert (options.clock, options.streams) == (clock, streams)


@pytest.mark.parametrize(
    "arguments",
    [
        ["asr", "a.wav", "--streams", "0"],
        ["asr", "a.wav", "--fast", "--virtual-clock"],
        ["board", "--peer", "y-sweet"],
        [],
    ],
)
def test_bad_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        cli.main(["bench", *arguments])
    assert exit_.value.code == 2


def test_a_file_that_is_not_there_is_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("voicemind.cli.bench.load_models", lambda config, bar: fake_models())
    assert cli.main(["bench", "asr", str(tmp_path / "no.wav")]) == 2
    assert "no.wav" in capsys.readouterr().err
