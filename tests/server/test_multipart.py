import random
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from voicemind.server.multipart import MAX_FIELD, MAX_FIELDS, Form, receive_form

pytestmark = pytest.mark.anyio

TYPE = "multipart/form-data; boundary=edge"


def part(name: str, value: bytes, filename: str | None = None) -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + value + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--edge--\r\n"


async def chunks(body: bytes, cuts: list[int]) -> AsyncIterator[bytes]:
    places = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    for start, end in pairwise(places):
        yield body[start:end]


async def receive(folder: Path, body: bytes, *cuts: int, limit: int = 1 << 20, media_type: str = TYPE) -> Form:
    return await receive_form(media_type, chunks(body, list(cuts)), lambda _: folder / "file", limit)


@given(st.binary(max_size=300), st.lists(st.integers(min_value=0, max_value=1000), max_size=10), st.integers())
async def test_a_file_is_the_same_however_it_is_cut(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cuts: list[int], seed: int
) -> None:
    content = content.replace(b"--edge", b"")
    fields = [part("title", "Größe".encode()), part("file", content, "a b.wav"), part("agenda", b"- one\r\n- two")]
    random.Random(seed).shuffle(fields)  # noqa: S311
    folder = tmp_path_factory.mktemp("form")
    found = await receive(folder, form(*fields), *cuts)
    assert found == Form({"title": "Größe", "agenda": "- one\r\n- two"}, "a b.wav", len(content))
    assert (folder / "file").read_bytes() == content


async def refused(receiving: Callable[[], object]) -> int:
    with pytest.raises(HTTPException) as error:
        await receiving()  # type: ignore[misc]
    return error.value.status_code


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (form(part("title", b"x")), 422),
        (form(part("file", b"1", "a.wav"), part("more", b"2", "b.wav")), 422),
        (form(part("file", b"x" * 2000, "a.wav")), 413),
        (form(part("title", b"x" * (MAX_FIELD + 1)), part("file", b"1", "a.wav")), 413),
        (form(*[part(f"f{n}", b"") for n in range(MAX_FIELDS + 1)]), 413),
        (b"nonsense that begins with no boundary", 400),
        (b"", 400),
        (part("file", b"cut off", "a.wav"), 400),
    ],
)
async def test_what_is_no_such_form_is_refused(tmp_path: Path, body: bytes, status: int) -> None:
    assert await refused(lambda: receive(tmp_path, body, limit=1000)) == status


@pytest.mark.parametrize(
    "media_type", ["", "application/json", "multipart/form-data", "multipart/mixed; boundary=edge"]
)
async def test_another_media_type_is_refused(tmp_path: Path, media_type: str) -> None:
    body = form(part("file", b"1", "a.wav"))
    assert await refused(lambda: receive(tmp_path, body, media_type=media_type)) == 415


async def test_a_full_disk_is_told() -> None:
    body = form(part("file", b"x" * 100_000, "a.wav"))
    full = Path("/dev/full")

    class Full(type(full)):  # type: ignore[misc]
        def open(self, *_: object, **__: object) -> object:
            return full.open("wb", buffering=0)

    assert await refused(lambda: receive_form(TYPE, chunks(body, []), lambda _: Full("/dev/full"), 1 << 20)) == 507
