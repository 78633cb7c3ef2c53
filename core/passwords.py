"""Blotting passwords out of what comes from outside: some of Make's calls carry a page's or a manager's."""

import json
import re

BLOT = "***"
_DEEPEST = 6

_NAME = (
    r"(?:[\w.-]*passw(?:or)?d[\w.-]*"
    r"|(?:[\w.-]*[_.-])?(?:pass|pwd|passcode|passphrase|secret|token|api[_-]?key)|authorization"
    r"|[א-ת]{0,2}סיסמ[האת](?: [\w]+)?)"
)
_IS_NAME = re.compile(rf"\s*{_NAME}\s*", re.IGNORECASE)
# Nearly every text holds none of this, or an escape behind which a letter of it may hide.
_MAY_HOLD = re.compile(r"pass|pwd|secret|token|api[_-]?key|authorization|סיסמ|\\u00[4-7]|\\u05", re.IGNORECASE)
# An open string runs to the end: to look for its quote again from every quote in it would take for ever.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_PAIR = re.compile(rf"""(["']{_NAME}\\{{0,9}}["']\s*:\s*\\{{0,9}}["'])[^"'\\\r\n]+""", re.IGNORECASE)
_CLOSED = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_JOINT = re.compile(r"[:=>\n]")
_COLON = re.compile(r"\s*:\s*")
_BARE = re.compile(r"[^\s,}\]]*")
_LINE = re.compile(r"[^\r\n]*")
# After a colon the line belongs to it; after "=" or ">" a word.
_IN_LINE = re.compile(
    rf"((?<![\w.-]){_NAME}(?:['\"]?[ \t]*:(?!//)[ \t]*(?=[^\r\n])|['\"]?[ \t]*=[ \t]*|>))"
    r"((?<=[:\t ])(?<!=[ ])[^\r\n]+|[^\s&<]+)",
    re.IGNORECASE,
)
_LINE_ENDS_IN_NAME = re.compile(rf"(?<![\w.-]){_NAME}[ \t]*[:=][ \t]*\Z", re.IGNORECASE)
_IN_FORM = re.compile(
    rf'(form-data; *name="?{_NAME}"?[^\r\n]{{0,99}}(?:\r?\n[^\r\n]{{1,99}}){{0,2}}\r?\n\r?\n)[^\r\n]+', re.IGNORECASE
)
_DECODER = json.JSONDecoder(strict=False)


def blotted(text: str) -> str:
    """The text with `***` in place of every password; in JSON, in JSON inside of JSON, in lines and in forms."""
    return _blotted(text, _DEEPEST)


def _blotted(text: str, deeper: int) -> str:
    if not _MAY_HOLD.search(text):
        return text
    text = _PAIR.sub(rf"\g<1>{BLOT}", _IN_FORM.sub(rf"\g<1>{BLOT}", text))
    if not deeper:
        return _without_lines(text)
    kept: list[str] = []
    at = 0
    while found := _STRING.search(text, at):
        between, string = text[at : found.start()], found[0]
        kept.append(_without_lines(between))
        at = found.end()
        colon = _COLON.match(text, at)
        if _ends_in_name(between):
            kept.append(f'"{BLOT}"')
        elif colon and _IS_NAME.fullmatch(_said(string)):
            kept += [string, colon[0], f'"{BLOT}"']
            at = _end_of_value(text, colon.end())
        else:
            kept.append(_again(string, _said(string), deeper - 1))
    kept.append(_without_lines(text[at:]))
    return "".join(kept)


def _without_lines(text: str) -> str:
    return _IN_LINE.sub(rf"\g<1>{BLOT}", text) if _MAY_HOLD.search(text) else text


def _ends_in_name(between: str) -> bool:
    return between.rstrip()[-1:] in {":", "="} and bool(_LINE_ENDS_IN_NAME.search(between[-60:]))


def _said(string: str) -> str:
    if "\\" not in string:
        return string[1:-1] if _is_closed(string) else string[1:]
    try:
        return str(_DECODER.decode(string))
    except ValueError:
        return string[1:-1] if _is_closed(string) else string[1:]


def _is_closed(string: str) -> bool:
    return len(string) > 1 and string[-1] == '"' and bool(_CLOSED.fullmatch(string))


def _again(string: str, said: str, deeper: int) -> str:
    # Where no pair can stand there is nothing to blot.
    clean = _blotted(said, deeper) if _JOINT.search(said) else said
    if clean == said:
        return string
    if not _is_closed(string):
        return f'"{clean}'
    return json.dumps(clean, ensure_ascii=False) if "\\" in string else f'"{clean}"'


def _end_of_value(text: str, at: int) -> int:
    try:
        return _DECODER.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        # Broken: an open string runs to the end of its line, a bare word to what ends it.
        return (_LINE if text[at : at + 1] == '"' else _BARE).match(text, at).end()  # type: ignore[union-attr]
