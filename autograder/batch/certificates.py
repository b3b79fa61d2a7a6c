"""Make the certificates of one cluster: an authority, and one each for its three roles."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from autograder.batch.cluster_security import (
    AUTHORITY,
    GRADER,
    SCHEDULER,
    WORKER,
    ClusterError,
)
from autograder.extras import needed


def make_certificates(folder: Path, days: int) -> None:
    """Write a new set; each role's file holds its certificate and its private key.

    The authority's own key is forgotten: nobody can add a member later, a new set is made instead.

    Args:
        folder: to make.
        days: for which they are good.

    Raises:
        ClusterError: the folder is there, or cannot be written.
        MissingExtra: `cryptography` is not installed.
    """
    with needed("cluster", "autograder certificates"):
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=5)
    end = begin + datetime.timedelta(days=days)
    pem = serialization.Encoding.PEM

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"autograder cluster {name}")])

    def started(name: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        builder = (
            x509.CertificateBuilder().subject_name(named(name)).issuer_name(named("authority"))
        )
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        return builder.not_valid_before(begin).not_valid_after(end)

    authority = ec.generate_private_key(ec.SECP256R1())
    signs = x509.BasicConstraints(ca=True, path_length=0)
    root = started("authority", authority).add_extension(signs, critical=True)
    written = {AUTHORITY: root.sign(authority, hashes.SHA256()).public_bytes(pem)}
    both_ends = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    for file in (SCHEDULER, WORKER, GRADER):
        key = ec.generate_private_key(ec.SECP256R1())
        own = started(Path(file).stem, key)
        own = own.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        own = own.add_extension(x509.ExtendedKeyUsage(both_ends), critical=False)
        secret = key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        written[file] = own.sign(authority, hashes.SHA256()).public_bytes(pem) + secret
    _write(folder, written)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True)
        for name, content in files.items():
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                file.write(content)
    except FileExistsError:
        raise ClusterError(
            f"{folder}: is there already; name a new folder, since a set that is in use must not "
            "be written over"
        ) from None
    except OSError as error:
        raise ClusterError(f"{folder}: cannot be written: {error.strerror}") from None
