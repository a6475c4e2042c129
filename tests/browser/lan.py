"""Laptops on a LAN: each a network namespace with a cable that can be pulled."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Laptop:
    """A machine of its own as far as the network goes."""

    def __init__(self, name: str, cable: str, folder: Path) -> None:
        self._name = name
        self._cable = cable
        self._folder = folder

    def browser(self) -> Path:
        """Return a program that is the browser on this laptop."""
        path = self._folder / f"{self._name}.sh"
        path.write_text(f'#!/bin/sh\nexec ip netns exec {self._name} {shutil.which("chromium")} "$@"\n')
        path.chmod(0o755)
        return path

    def pull(self) -> None:
        """Pull the cable."""
        ip("link", "set", self._cable, "down")

    def plug(self) -> None:
        """Plug it in again."""
        ip("link", "set", self._cable, "up")


class Lan:
    """A bridge with laptops on it; ``address`` is this machine's on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._id = os.getpid() % 10_000
        self._net = f"10.77.{os.getpid() % 250}"
        self._bridge = f"vmb{self._id}"
        self._laptops: list[str] = []
        self.address = f"{self._net}.1"

    @staticmethod
    def possible() -> bool:
        """Whether networks can be made here."""
        return os.geteuid() == 0 and shutil.which("ip") is not None

    def laptop(self) -> Laptop:
        """Bring another laptop."""
        number = len(self._laptops) + 2
        name, cable = f"vm{self._id}-{number}", f"vmc{self._id}-{number}"
        ip("netns", "add", name)
        self._laptops.append(name)
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("link", "set", cable, "master", self._bridge, "up")
        for command in (
            ("addr", "add", f"{self._net}.{number}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
            ("link", "set", "lo", "up"),
        ):
            ip("-n", name, *command)
        return Laptop(name, cable, self._folder)

    def flags(self) -> Sequence[str]:
        """Return what a server listens with here."""
        return ("--host", self.address, "--tls")

    def __enter__(self) -> "Lan":
        ip("link", "add", self._bridge, "type", "bridge")
        ip("addr", "add", f"{self.address}/24", "dev", self._bridge)
        ip("link", "set", self._bridge, "up")
        return self

    def __exit__(self, *error: object) -> None:
        for name in self._laptops:
            ip("netns", "del", name)
        ip("link", "del", self._bridge)
