"""The README's command: the demo, from its command line to its minutes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import jiwer
import pytest
from whisper_normalizer.english import EnglishTextNormalizer

from voicemind.server.demo import sample

SECONDS = 60


def spoken(turns: list[dict[str, Any]]) -> dict[str, str]:
    """What each speaker says, in one line, as the metric wants it."""
    normalise = EnglishTextNormalizer()
    speakers = sorted({turn["speaker"] for turn in turns})
    return {who: normalise(" ".join(t["text"] for t in turns if t["speaker"] == who)) for who in speakers}


def reference(seconds: float) -> dict[str, str]:
    """The words of the sample that end before ``seconds``."""
    turns = json.loads((sample() / "transcript.json").read_text(encoding="utf-8"))["turns"]
    return spoken([turn for turn in turns if turn["end"] < seconds])


@pytest.fixture(scope="module")
def excerpt(tmp_path_factory: pytest.TempPathFactory, model_folder: Callable[[str], Path]) -> dict[str, Any]:
    """The first minute, played once: exit code, what was seen in the middle, minutes."""
    for name in ("base", "silero", "minilm"):
        model_folder(name)
    folder = tmp_path_factory.mktemp("demo")
    outputs = ["-o", str(folder / "minutes.json"), "-o", str(folder / "minutes.md")]
    command = [sys.executable, "-m", "voicemind", "demo", "--once", "--seconds", str(SECONDS), "--port", "0", *outputs]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            link = next(word for line in process.stdout if "/r/" in line for word in line.split() if "/r/" in word)
            page = httpx2.get(link, trust_env=False)
            said = process.stdout.read()
            code = process.wait(60)
        finally:
            process.kill()
    return {
        "code": code,
        "said": said,
        "page": page,
        "minutes": json.loads((folder / "minutes.json").read_text(encoding="utf-8")),
        "text": (folder / "minutes.md").read_text(encoding="utf-8"),
    }


def test_it_ends_by_itself_and_well(excerpt: dict[str, Any]) -> None:
    assert excerpt["code"] == 0, excerpt["said"]
    assert "Traceback" not in excerpt["said"]


def test_the_link_that_it_prints_is_a_page(excerpt: dict[str, Any]) -> None:
    assert excerpt["page"].status_code == 200
    assert "text/html" in excerpt["page"].headers["content-type"]


def test_everybody_is_heard_right_and_under_their_own_name(excerpt: dict[str, Any]) -> None:
    minutes = excerpt["minutes"]
    names = {speaker["id"]: speaker["name"] for speaker in minutes["speakers"]}
    turns = [turn | {"speaker": names.get(turn["speaker"], turn["speaker"])} for turn in minutes["turns"]]
    heard, expected = spoken(turns), reference(SECONDS)

    assert set(expected) <= set(heard) <= {person.stem for person in sample().glob("*.opus")}
    errors = [jiwer.process_words(expected[who], heard[who]) for who in expected]
    # What is being said as the excerpt ends stands in the minutes and not in the reference: insertions are left out.
    wrong = sum(found.substitutions + found.deletions for found in errors)
    assert wrong <= 0.1 * sum(len(text.split()) for text in expected.values())


def test_the_minutes_can_be_read(excerpt: dict[str, Any]) -> None:
    truth = json.loads((sample() / "truth.json").read_text(encoding="utf-8"))
    assert excerpt["text"].startswith(f"# {truth['title']}")
    assert excerpt["minutes"]["date"] == truth["date"]
