"""One byte sequence for one content: the form in which things are hashed, signed and compared.

Canonical JSON is UTF-8, keys sorted by code point, no spaces, no escapes beyond those JSON needs.
Floating point numbers are refused, because their text differs between programs; clinical numbers
are text anyway.

orjson writes exactly these bytes, several times as fast as the standard library; what it does not
write at all is left to the standard library.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import orjson

_PLAIN = (str, int, bool, type(None))
_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False
).encode


def canonical_json(content: Any) -> bytes:
    """The canonical bytes. Raises TypeError for a float, a key that is not text, another type."""
    _check(content)
    try:
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # a number beyond 64 bits, a deep nest, half a character
        return _encode(content).encode()


def _check(content: Any) -> None:
    kind = type(content)
    if kind in _PLAIN:
        return
    if kind is dict:
        for key, value in content.items():
            if type(key) is not str:
                raise TypeError(f"a key is not text: {key!r}")
            if type(value) not in _PLAIN:
                _check(value)
    elif kind in (list, tuple):
        for value in content:
            _check(value)
    else:
        raise TypeError(f"canonical JSON cannot hold {kind.__name__}: {content!r}")


def sha256_hex(content: bytes) -> str:
    """The SHA-256 digest, hexadecimal."""
    return hashlib.sha256(content).hexdigest()
