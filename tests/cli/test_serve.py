import socket
from pathlib import Path

import pytest

from tests.cli.complaints import complaint
from voicemind.cli import BAD_INPUT, main


def test_a_port_that_is_in_use_is_one_line_and_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--open", "--port", port, "--data", str(tmp_path)]) == BAD_INPUT

    said = complaint(capsys)
    assert f"port {port} is in use" in said
    assert "--port" in said
