"""A multipart form whose one file goes to disk as it comes, never through memory as a whole."""

import errno
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import anyio
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MAX_FIELD = 64 * 1024  # bytes of a field that is no file
MAX_FIELDS = 20

_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(slots=True)
class Form:
    """A form that was received: its fields, and the file's name and size in bytes."""

    fields: dict[str, str] = field(default_factory=dict)
    name: str | None = None
    size: int = 0


async def receive_form(
    content_type: str, chunks: AsyncIterator[bytes], new_file: Callable[[str], Path], limit: int
) -> Form:
    """Receive a form; ``new_file`` is told the name of its file and says where to write it.

    Raises HTTPException: 415 for what is no such form, 400 for a malformed one, 413 for more than
    ``limit`` bytes, 422 for a second file or none, 507 when the disk is full.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise HTTPException(415, "send a form (multipart/form-data) with the recording as its field 'file'")
    reader = _Reader(new_file, limit)
    parser = MultipartParser(options[b"boundary"], reader.callbacks)
    try:
        async for chunk in chunks:
            parser.write(chunk)  # type: ignore[no-untyped-call, unused-ignore]
            await reader.write_out()
        if not reader.complete:
            raise HTTPException(400, "the form broke off before its end; send it again")
    except MultipartParseError:
        raise HTTPException(400, "the form is malformed; send it again") from None
    except OSError as error:
        if error.errno in _FULL:
            raise HTTPException(507, "the server's disk is full; make room there and send it again") from error
        raise
    finally:
        reader.close()
    if reader.form.name is None:
        raise HTTPException(422, "there is no file in the form; send the recording as its field 'file'")
    return reader.form


class _Reader:
    """Takes what the parser finds."""

    def __init__(self, new_file: Callable[[str], Path], limit: int) -> None:
        self.form = Form()
        self.complete = False
        self.callbacks: MultipartCallbacks = {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }
        self._new_file = new_file
        self._limit = limit
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        self._field = ""
        self._value: bytearray | None = None  # None while the part is the file
        self._file: BinaryIO | None = None
        self._waiting: list[bytes] = []

    async def write_out(self) -> None:
        """Write to disk what has come of the file."""
        waiting, self._waiting = self._waiting, []
        if waiting and self._file is not None:
            await anyio.to_thread.run_sync(self._file.writelines, waiting)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _begin(self) -> None:
        self._disposition = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_end(self) -> None:
        if bytes(self._header[0]).lower() == b"content-disposition":
            self._disposition = bytes(self._header[1])
        self._header = (bytearray(), bytearray())

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"filename" in options:
            if self._file is not None:
                raise HTTPException(422, "there is more than one file in the form; send one recording at a time")
            self.form.name = _text(options[b"filename"])
            self._file = self._new_file(self.form.name).open("xb")
            self._value = None
        elif len(self.form.fields) >= MAX_FIELDS:
            raise HTTPException(413, f"the form has more than {MAX_FIELDS} fields")
        else:
            self._field, self._value = _text(options.get(b"name", b"")), bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._value is None:
            self._waiting.append(data[start:end])
            self.form.size += end - start
            if self.form.size > self._limit:
                raise HTTPException(413, f"the file is larger than {self._limit} bytes, the most that is taken here")
        else:
            self._value.extend(data[start:end])
            if len(self._value) > MAX_FIELD:
                raise HTTPException(413, f"the field {self._field!r} is longer than {MAX_FIELD} bytes")

    def _part_end(self) -> None:
        if self._value is not None:
            self.form.fields[self._field] = _text(self._value)

    def _end(self) -> None:
        self.complete = True


def _text(data: bytes | bytearray) -> str:
    return bytes(data).decode("utf-8", "replace")
