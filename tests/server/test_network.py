from voicemind.server.network import is_loopback


def test_loopback() -> None:
    assert all(map(is_loopback, ["localhost", "127.0.0.1", "::1", "[::1]", "a.localhost"]))
    assert not any(map(is_loopback, ["", "0.0.0.0", "example.com", "192.168.1.1", "localhost.example"]))  # noqa: S104
