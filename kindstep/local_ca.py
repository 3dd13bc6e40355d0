"""Certificates for a network without a public name: an authority of the hub's own.

Whoever installs it trusts it for this network only: it may vouch for nothing but private
addresses and the names it was made for (RFC 5280, 4.2.1.10).
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CA_DAYS: Final = 3650
_HOST_DAYS: Final = 397  # browsers refuse what lasts longer
_RENEW: Final = timedelta(days=30)
_SKEW: Final = timedelta(days=1)  # a phone's clock may be behind ours
_PRIVATE: Final = (
    "10.0.0.0/8",
    "100.64.0.0/10",  # shared by a carrier's or an overlay's network (RFC 6598)
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)

_Name = str | ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class LocalCa:
    """An authority and the one certificate it gave out, in a folder only its owner may read."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """The authority's own certificate, which phones have to install."""
        return self.folder / "ca.crt"

    @property
    def host_certificate(self) -> Path:
        return self.folder / "host.crt"

    @property
    def host_key(self) -> Path:
        return self.folder / "host.key"

    def fingerprint(self) -> str:
        """Return the SHA-256 of the authority's certificate, as phones show it."""
        digest = _read(self.certificate).fingerprint(hashes.SHA256())
        return digest.hex(":").upper()

    def ensure(self, names: Sequence[str], now: datetime | None = None) -> None:
        """Make what is not there, and the host's certificate anew when it is due."""
        now = now or datetime.now(UTC)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = [_name(each) for each in names]
        if not self.certificate.exists():
            self._make_authority(known, now)
        if not self._is_good(known, now):
            self._make_host(known, now)

    def _is_good(self, names: Sequence[_Name], now: datetime) -> bool:
        if not self.host_certificate.exists():
            return False
        made = _read(self.host_certificate)
        said = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        known = {*said.get_values_for_type(x509.DNSName)}
        known |= {*said.get_values_for_type(x509.IPAddress)}
        return {*names} <= known and made.not_valid_after_utc > now + _RENEW

    def _make_authority(self, names: Sequence[_Name], now: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kindstep in this network")])
        made = (
            _begun(own, own, now, _CA_DAYS)
            .public_key(key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_SIGNS_CERTIFICATES, critical=True)
            .add_extension(_only(names), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        _write(self.folder / "ca.key", _pem(key))
        _write(self.certificate, made.public_bytes(serialization.Encoding.PEM))

    def _make_host(self, names: Sequence[_Name], now: datetime) -> None:
        signing = _private((self.folder / "ca.key").read_bytes())
        authority = _read(self.certificate)
        key = ec.generate_private_key(ec.SECP256R1())
        own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(names[0]))])
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
        made = (
            _begun(own, authority.subject, now, _HOST_DAYS)
            .public_key(key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([_general(name) for name in names]), critical=False
            )
            .add_extension(server, critical=False)
            .add_extension(issued_by, critical=False)
            .sign(signing, hashes.SHA256())
        )
        _write(self.host_key, _pem(key))
        _write(self.host_certificate, made.public_bytes(serialization.Encoding.PEM))


_SIGNS_CERTIFICATES: Final = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _begun(
    own: x509.Name, issuer: x509.Name, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + timedelta(days=days))
    )


def may_vouch_for(address: str) -> bool:
    """Tell whether an address is one of a network of one's own."""
    known = ipaddress.ip_address(address)
    return any(known in ipaddress.ip_network(each) for each in _PRIVATE)


def _only(names: Sequence[_Name]) -> x509.NameConstraints:
    """Return the limits of what the authority may vouch for."""
    hosts = [x509.DNSName(name) for name in names if isinstance(name, str)]
    hosts.append(x509.DNSName("local"))
    networks = [x509.IPAddress(ipaddress.ip_network(each)) for each in _PRIVATE]
    return x509.NameConstraints([*hosts, *networks], None)


def _name(text: str) -> _Name:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return text


def _general(name: _Name) -> x509.GeneralName:
    return x509.DNSName(name) if isinstance(name, str) else x509.IPAddress(name)


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _private(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("ca.key is not of ours")
    return key


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(f"{path.suffix}.new")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.replace(path)
