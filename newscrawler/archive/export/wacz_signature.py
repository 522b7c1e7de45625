"""Signatures of WACZ collections: "WACZ Signing and Verification 0.1.0", the anonymous form, with a key of one's own.

What is signed is the text of the hash of `datapackage.json`, with ECDSA on P-384 and SHA-256: the only form that
ReplayWeb.page checks. A signature is written as the numbers r and s, 48 bytes each, as browsers make it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from newscrawler import __version__
from newscrawler.archive.export.errors import ExportError
from newscrawler.text.clock import stamp

VERSION = "0.1.0"
MAKE_KEY = "openssl ecparam -name secp384r1 -genkey -noout -out key.pem"
_NUMBER_BYTES = 48
_ALGORITHM = ec.ECDSA(hashes.SHA256())


def load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Return the private key in a PEM file. Raises ExportError."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ExportError(f"{path}: cannot be read: {error.strerror}.") from None
    except TypeError:
        raise ExportError(f"{path}: the key is encrypted; name one without a password.") from None
    except ValueError:
        raise ExportError(f"{path}: is no private key in PEM; '{MAKE_KEY}' makes one.") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP384R1):
        raise ExportError(f"{path}: is no key of the curve P-384; '{MAKE_KEY}' makes one.")
    return key


def signed(text: str, key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """Return the object `signedData` for the text of a hash, as `sha256:…`."""
    r, s = decode_dss_signature(key.sign(text.encode(), _ALGORITHM))
    signature = r.to_bytes(_NUMBER_BYTES) + s.to_bytes(_NUMBER_BYTES)
    return {
        "hash": text,
        "created": stamp(),
        "software": f"newscrawler/{__version__}",
        "version": VERSION,
        "signature": base64.b64encode(signature).decode(),
        "publicKey": base64.b64encode(_public_bytes(key.public_key())).decode(),
    }


def signature_problem(values: Mapping[str, Any], text: str) -> str:
    """Return what is wrong with the object `signedData` for the text of a hash; empty if it is sound."""
    if values.get("hash") != text:
        return "what is signed is another hash"
    try:
        key = serialization.load_der_public_key(_decoded(values, "publicKey"))
        signature = _decoded(values, "signature")
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return "its public key is none of an elliptic curve"
        size = (key.curve.key_size + 7) // 8
        if len(signature) == 2 * size:
            signature = encode_dss_signature(int.from_bytes(signature[:size]), int.from_bytes(signature[size:]))
        key.verify(signature, text.encode(), _ALGORITHM)
    except InvalidSignature:
        return "the signature is not one of this key"
    except (ValueError, TypeError) as error:
        return f"it cannot be checked: {error}"
    return ""


def key_digest(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the public key of a sound signature, by which people compare keys."""
    return hashlib.sha256(_decoded(values, "publicKey")).hexdigest()


def digest_of_key(path: Path) -> str:
    """Return the same of a key in a PEM file, public or private. Raises ExportError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ExportError(f"{path}: cannot be read: {error.strerror}.") from None
    if b"PRIVATE KEY" in data:
        key: Any = load_key(path).public_key()
    else:
        try:
            key = serialization.load_pem_public_key(data)
        except ValueError:
            raise ExportError(f"{path}: is no public key in PEM.") from None
    return hashlib.sha256(_public_bytes(key)).hexdigest()


def _public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _decoded(values: Mapping[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(str(values[name]), validate=True)
    except (KeyError, binascii.Error):
        raise ValueError(f"{name} is missing or wrong") from None
