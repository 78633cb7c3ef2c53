"""A JSON body is checked once, as text, and refused with its pointer.

The quick way accepts nearly every body in one parse and one walk. Whatever it cannot vouch for goes the exact way,
which is slower and knows where the flaw stands.
"""

import json
import re
from itertools import accumulate
from typing import Any, NamedTuple

import jiter

from core.errors import Refused

INTEGER_DIGITS = 400  # more is no number any reader keeps
NUMERIC_SCALE = 16383  # what Postgres numeric keeps behind the point
_SAFE_RECURSION = 400

_DIGITS_TO_ZERO = bytes(48 if 48 <= c <= 57 or c == 46 else 32 for c in range(256))
_LONG_DIGITS = b"0" * INTEGER_DIGITS
_NOT_STRUCTURE = bytes(c for c in range(256) if c not in b'"[]{}')
_STEP = [(c in b"[{") - (c in b"]}") for c in range(256)]
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_STRING = re.compile(rb'"[^"]*"')
_TINY_NUMBER = re.compile(rb"[eE]-0*[0-9]{5}")
_BLANK_BEFORE_COLON = re.compile(rb'"[ \t\n\r]+:')
_STRING_OR_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)', re.DOTALL)


class Limits(NamedTuple):
    """How deep a body may nest, and how many values it may hold."""

    depth: int
    nodes: int


class _Flaw(NamedTuple):
    """Stands in a parsed document where something must be refused, until the walk finds its place."""

    code: str
    key: str = ""


def check(body: bytes, limits: Limits) -> Any:
    """Return the parsed body; numbers in it may be rounded, so only small fields are for reading.

    Raises Refused with `invalid_json`, `invalid`, `duplicate_key`, `unstorable_text` or `number_out_of_range`.
    """
    if b"\\u0000" not in body and _LONG_DIGITS not in body.translate(_DIGITS_TO_ZERO):
        try:
            value = jiter.from_json(body, allow_inf_nan=False, cache_mode="all")
        except ValueError:
            pass
        else:
            if _vouch(value, body, limits):
                return value
    return _exactly(body, limits)


def _vouch(value: Any, body: bytes, limits: Limits) -> bool:
    """Walk level by level; true when depth, size and numbers are in order and no key was swallowed."""
    level: list[Any] = [[value]]
    depth = keys = nodes = 0
    zeros = False
    while level:
        depth += 1
        below: list[Any] = []
        for container in level:
            if type(container) is dict:
                keys += len(container)
                container = container.values()
            nodes += len(container)
            for item in container:
                kind = type(item)
                if kind is dict or kind is list:
                    below.append(item)
                elif kind is float and (item == 0.0 or item - item != 0.0):
                    if item != 0.0:
                        return False  # over what a float holds: let the exact way look at the digits
                    zeros = True
        level = below
    if zeros and _TINY_NUMBER.search(body):
        return False  # a nought, or something under what a float holds
    return depth - 1 <= limits.depth and nodes <= limits.nodes and keys == _keys_written(body)


def _keys_written(body: bytes) -> int | None:
    """How many keys the text shows; None where they cannot be counted by their colons.

    Were a key repeated, the text would show more keys than the parse has. A text value that looks like a key makes
    the count too high, which only sends us the exact way; nothing may make it too low.
    """
    if _blank_colon_is_near(body) and _BLANK_BEFORE_COLON.search(body):
        return None
    written = body.count(b'":')
    if b"\\" in body:
        # An escaped quote is no end of a key, unless what is escaped is the backslash before it.
        if b'\\\\":' in body:
            return None
        written -= body.count(b'\\":')
    return written


def _blank_colon_is_near(body: bytes) -> bool:
    # One byte is found ten times quicker than two, and compact JSON has none of the three.
    return b" :" in body or any(blank in body and blank + b":" in body for blank in (b"\t", b"\n", b"\r"))


def _exactly(body: bytes, limits: Limits) -> Any:
    try:
        text = body.decode()
    except UnicodeDecodeError as exc:
        raise _invalid_json(body[: exc.start].decode(errors="replace")) from None
    if _bracket_depth(body) > _SAFE_RECURSION:
        raise _invalid("", f"nested deeper than {limits.depth}")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=lambda name: _constant(text),
        )
    except json.JSONDecodeError as exc:
        raise Refused("invalid_json", details={"line": exc.lineno, "column": exc.colno}) from None
    _walk(value, limits)
    return value


def _bracket_depth(body: bytes) -> int:
    structure = _ESCAPE.sub(b"", body).translate(None, _NOT_STRUCTURE).replace(b'""', b"")
    return max(accumulate(map(_STEP.__getitem__, _STRING.sub(b"", structure))), default=0)


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return _Flaw("duplicate_key", key)
        seen.add(key)
    return found


def _integer(text: str) -> Any:
    return _Flaw("number_out_of_range") if len(text.lstrip("-")) > INTEGER_DIGITS else int(text)


def _decimal(text: str) -> Any:
    mantissa, _, exponent = text.lower().partition("e")
    fraction, exponent = mantissa.partition(".")[2], exponent or "0"
    if len(exponent) > 6:
        return _Flaw("number_out_of_range")
    number = float(text)
    if number - number != 0.0 or len(fraction) - int(exponent) > NUMERIC_SCALE:
        return _Flaw("number_out_of_range")
    return number


def _constant(text: str) -> Any:
    for match in _STRING_OR_CONSTANT.finditer(text):
        if match[1]:
            raise _invalid_json(text[: match.start()])
    raise _invalid_json(text)


def _invalid_json(before: str) -> Refused:
    line = before.count("\n") + 1
    return Refused("invalid_json", details={"line": line, "column": len(before) - before.rfind("\n")})


def _invalid(pointer: str, reason: str) -> Refused:
    return Refused("invalid", details=[{"pointer": pointer, "reason": reason}])


def _walk(value: Any, limits: Limits) -> None:
    """Find the first thing that must be refused, and say where it stands."""
    stack: list[tuple[Any, str, int]] = [(value, "", 1)]
    nodes = 0
    while stack:
        item, pointer, depth = stack.pop()
        nodes += 1
        if nodes > limits.nodes:
            raise _invalid("", f"more than {limits.nodes} values")
        if isinstance(item, _Flaw):
            place = f"{pointer}/{escape(item.key)}" if item.code == "duplicate_key" else pointer
            raise Refused(item.code, details={"pointer": _printable(place)})
        if isinstance(item, str):
            _check_text(item, pointer)
        elif isinstance(item, (dict, list)):
            if depth > limits.depth:
                raise _invalid(_printable(pointer), f"nested deeper than {limits.depth}")
            pairs = item.items() if isinstance(item, dict) else enumerate(item)
            inner = [(child, f"{pointer}/{escape(str(key))}", depth + 1) for key, child in pairs]
            if isinstance(item, dict):
                for key in item:
                    _check_text(key, f"{pointer}/{escape(key)}")
            stack.extend(reversed(inner))


def _check_text(text: str, pointer: str) -> None:
    try:
        storable = "\0" not in text and text.encode() is not None
    except UnicodeEncodeError:
        storable = False
    if not storable:
        raise Refused("unstorable_text", details={"pointer": _printable(pointer)})


def escape(key: str) -> str:
    """A key as a JSON Pointer writes it (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _printable(pointer: str) -> str:
    """The pointer without what could not be sent back."""
    return pointer.encode(errors="replace").decode().replace("\0", "\\u0000")
