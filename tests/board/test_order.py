import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicemind.board.order import DIGITS, highest, index_after, is_index

salts = st.text(max_size=10)


@given(st.lists(salts, min_size=1, max_size=200))
def test_each_index_lies_above_the_last(names: list[str]) -> None:
    made: list[str] = []
    for name in names:
        made.append(index_after(made[-1] if made else None, name))
    assert made == sorted(set(made))
    assert all(is_index(index) for index in made)


def test_writers_on_top_of_the_same_shape_get_different_indices() -> None:
    assert len({index_after("a5", f"note:{n}") for n in range(50)}) > 45


@pytest.mark.parametrize(
    ("last", "start"),
    [
        (None, "a0"),
        ("a0", "a1"),
        ("a9", "aA"),
        ("az", "b00"),
        ("azV", "b00"),
        ("bzz", "c000"),
        ("Zz", "a0"),
        ("Z0", "Z1"),
        ("Yzz", "Z0"),
    ],
)
def test_the_integer_part_counts_up(last: str | None, start: str) -> None:
    assert index_after(last, "x")[:-2] == start


@pytest.mark.parametrize("index", ["", "a", "a00", "a0V0", "b0", "a-", "0", "A" + "0" * 26, None, 7, "é0"])
def test_what_is_no_index_is_told(index: object) -> None:
    assert not is_index(index)


def test_the_highest_is_found_among_what_browsers_wrote() -> None:
    assert highest(["a1", None, "a9V", "zz", 7, "Zz"]) == "a9V"
    assert highest([None, "a00"]) is None


def test_what_is_no_index_is_refused() -> None:
    with pytest.raises(ValueError, match="no fractional index"):
        index_after("a00", "x")


def test_the_very_last_index_is_refused() -> None:
    with pytest.raises(ValueError, match="above"):
        index_after("z" + DIGITS[-1] * 26, "x")


def test_the_library_that_excalidraw_uses_takes_them(node: Path) -> None:
    indices = [index_after(None, "first")]
    for number in range(4000):
        indices.append(index_after(indices[-1], f"note:{number}"))
    between = """
        import { generateKeyBetween } from 'fractional-indexing'
        import { readFileSync } from 'node:fs'
        const keys = JSON.parse(readFileSync(0, 'utf8'))
        const made = keys.slice(1).map((key, i) => generateKeyBetween(keys[i], key))
        made.forEach((key, i) => { if (!(keys[i] < key && key < keys[i + 1])) throw new Error(key) })
        console.log(made.length)
    """
    done = subprocess.run(
        ["node", "--input-type=module", "-e", between],
        cwd=node,
        input=json.dumps(indices),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("4000", "")
