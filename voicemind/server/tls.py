"""A certificate for a server that has none: self-signed, for this machine's names and addresses, kept in its data.

Away from localhost browsers give a page the microphone only over https. They warn of a certificate
that nobody vouches for; whoever goes on past the warning gets the microphone.
"""

import datetime
import ipaddress
import os
import socket
import ssl
from pathlib import Path

import ifaddr
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from voicemind.errors import InputError

DAYS = 397  # the most that browsers take
RENEW = 30  # days before its end

CERTIFICATE, KEY = "tls-certificate.pem", "tls-key.pem"


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """Return certificate and key of this machine, made when there are none, they run out or an address is new.

    Raises InputError when the folder cannot be written.
    """
    certificate, key = folder / CERTIFICATE, folder / KEY
    names, addresses = own_names(), own_addresses()
    if not _still_good(certificate, key, names, addresses):
        try:
            _make(certificate, key, names, addresses)
        except OSError as error:
            raise InputError(f"{folder}: the certificate cannot be kept there ({error.strerror})") from error
    return certificate, key


def check_certificate(certificate: Path, key: Path) -> None:
    """Raise InputError unless these are a certificate and its key."""
    for path in (certificate, key):
        if not path.is_file():
            raise InputError(f"{path}: no such file; --tls takes a certificate and its key, both PEM")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise InputError(f"{certificate} and {key} are no certificate and its key, both PEM ({error})") from error


def own_names() -> list[str]:
    """Return the names by which this machine may be called, localhost first."""
    host = socket.gethostname()
    local = [f"{host}.local"] if host and "." not in host else []
    names = dict.fromkeys(["localhost", host, *local])
    return [name for name in names if name.isascii() and 0 < len(name) < 64 and not name.startswith(".")]


def own_addresses() -> list[str]:
    """Return the IP addresses of this machine, loopback first."""
    found = ["127.0.0.1", "::1"]
    for adapter in ifaddr.get_adapters():
        found += [ip.ip if isinstance(ip.ip, str) else ip.ip[0] for ip in adapter.ips]
    return [str(address) for address in dict.fromkeys(map(ipaddress.ip_address, found)) if not address.is_link_local]


def _still_good(certificate: Path, key: Path, names: list[str], addresses: list[str]) -> bool:
    try:
        check_certificate(certificate, key)
        known = x509.load_pem_x509_certificate(certificate.read_bytes())
        told = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (InputError, OSError, ValueError, x509.ExtensionNotFound):
        return False
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=RENEW)
    covered = {*told.get_values_for_type(x509.DNSName), *map(str, told.get_values_for_type(x509.IPAddress))}
    return known.not_valid_after_utc > later and covered.issuperset([*names, *addresses])


def _make(certificate: Path, key: Path, names: list[str], addresses: list[str]) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "voicemind on this machine")])
    alternatives = [
        *map(x509.DNSName, names),
        *(x509.IPAddress(ipaddress.ip_address(address)) for address in addresses),
    ]
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))  # for clocks that are a little behind
        .not_valid_after(now + datetime.timedelta(days=DAYS - 1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    pem = secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificate.parent.mkdir(parents=True, exist_ok=True)
    key.unlink(missing_ok=True)
    with open(key, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(pem)
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
