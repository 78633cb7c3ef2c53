"""HTML that a caller sent, without anything that acts or that leads elsewhere; how it looks is kept."""

import re
from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser

import nh3
import tinycss2
from tinycss2 import ast

_TAGS = {
    *("a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center"),
    *("cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font"),
    *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark"),
    *("nav", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "style", "sub", "sup"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr"),
}
# Tags that go with all they hold.
_GONE = {
    *("script", "noscript", "iframe", "frame", "frameset", "noframes", "object", "embed", "applet", "param", "svg"),
    *("math", "template", "audio", "video", "source", "track", "picture", "portal", "select", "textarea", "button"),
    *("title", "noembed", "xmp", "plaintext", "canvas", "map"),
}
_ATTRIBUTES = {
    *("align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "colspan", "dir", "face"),
    *("height", "href", "id", "lang", "rowspan", "scope", "size", "span", "src", "start", "style", "title", "type"),
    *("valign", "width"),
}
_OF_A_PICTURE = re.compile(r"\s*data:image/(png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_OF_THE_PAGE = ("class", "dir", "id", "lang", "style")
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_MOST_TITLE, _DEEPEST = 200, 20
_FUNCTIONS = {
    *("rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "color-mix", "calc", "min", "max"),
    *("clamp", "var", "env", "linear-gradient", "radial-gradient", "conic-gradient", "repeating-linear-gradient"),
    *("repeating-radial-gradient", "repeating-conic-gradient", "translate", "translatex", "translatey", "rotate"),
    *("scale", "scalex", "scaley", "skew", "skewx", "skewy", "matrix", "repeat", "minmax", "fit-content", "counter"),
    *("counters", "blur", "brightness", "contrast", "drop-shadow", "grayscale", "opacity", "polygon", "circle"),
    *("ellipse", "inset", "rect", "round", "abs", "sign", "attr"),
}
# What is fixed is printed on every page.
_ACROSS = (
    "all:initial!important;position:fixed!important;top:42%!important;left:0!important;right:0!important;"
    "text-align:center!important;font:bold 96pt sans-serif!important;color:#b00!important;opacity:.14!important;"
    "transform:rotate(-30deg)!important;direction:rtl!important;z-index:2147483647!important"
)
_PROPERTIES_GONE = {"behavior", "-moz-binding"}


def clean(html: str, *, watermark: str = "") -> str:
    """A whole page that holds nothing but text, tables, pictures it brought along, and what they look like.

    A watermark goes across each of its pages, whatever the page says of it.
    """
    head = _Head()
    head.feed(html)
    kept = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_GONE,
        attributes={"*": _ATTRIBUTES},
        attribute_filter=_attribute,
        url_schemes={"data"},
        link_rel=None,
        strip_comments=True,
    )
    body = _STYLE.sub(lambda found: f"<style>{_sheet(found[1])}</style>", kept)
    title = escape(" ".join(head.title.split())[:_MOST_TITLE])
    return (
        f'<!doctype html><html{head.told("html")}><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body{head.told('body')}>{body}{_across(watermark)}</body></html>"
    )


def _across(watermark: str) -> str:
    return f'<div style="{_ACROSS}">{escape(watermark)}</div>' if watermark else ""


class _Head(HTMLParser):
    """What stands in the page's own tags, which a fragment loses: direction, language, looks, and the title."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, list[tuple[str, str | None]]] = {}
        self.title, self.in_title = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"html", "body"}:
            self.of.setdefault(tag, attrs)
        self.in_title = tag == "title" and not self.title

    def handle_endtag(self, tag: str) -> None:
        self.in_title = False

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.title += data

    def told(self, tag: str) -> str:
        """The attributes of the page's tag that are kept, as HTML."""
        kept = {
            name: _attribute(tag, name, value or "") for name, value in self.of.get(tag, ()) if name in _OF_THE_PAGE
        }
        return "".join(f' {name}="{escape(value)}"' for name, value in kept.items() if value)


def _attribute(tag: str, name: str, value: str) -> str | None:
    match name:
        case "style":
            return _declarations(tinycss2.parse_blocks_contents(value), 0) or None
        case "src":
            return value if tag == "img" and _OF_A_PICTURE.fullmatch(value) else None
        case "href":
            return value if tag == "a" and re.fullmatch(r"#[\w-]+", value) else None
    return value


def _sheet(css: str) -> str:
    # Raw text in HTML ends at the first "</": none may come of it.
    return _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), 0).replace("<", "\\3c ")


def _rules(rules: Iterable[ast.Node], depth: int) -> str:
    return "\n".join(filter(None, (_rule(rule, depth) for rule in rules)))


def _rule(rule: ast.Node, depth: int) -> str:
    if depth > _DEEPEST:
        return ""
    if rule.type == "qualified-rule":
        if not _is_harmless(rule.prelude, in_selector=True):
            return ""
        inside = _declarations(tinycss2.parse_blocks_contents(rule.content), depth + 1)
        return f"{tinycss2.serialize(rule.prelude)}{{{inside}}}"
    if rule.type != "at-rule" or rule.content is None or not _is_harmless(rule.prelude, in_selector=True):
        return ""
    name = rule.lower_at_keyword
    start = f"@{name} {tinycss2.serialize(rule.prelude).strip()}"
    if name in {"media", "supports"}:
        found = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        return f"{start}{{{_rules(found, depth + 1)}}}"
    if name == "page" or (depth and re.fullmatch(r"(top|bottom|left|right)-[a-z-]+", name)):
        return f"{start}{{{_declarations(tinycss2.parse_blocks_contents(rule.content), depth + 1)}}}"
    return ""


def _declarations(found: Iterable[ast.Node], depth: int) -> str:
    kept = []
    for one in found:
        if one.type == "declaration":
            if one.lower_name not in _PROPERTIES_GONE and _is_harmless(one.value):
                kept.append(one.serialize() + ";")
        elif one.type in {"qualified-rule", "at-rule"}:
            kept.append(_rule(one, depth + 1))
    return "".join(kept)


def _is_harmless(values: Iterable[ast.Node], *, in_selector: bool = False, depth: int = 0) -> bool:
    """Whether nothing is loaded and nothing runs: an address must be a picture that was brought along."""
    if depth > _DEEPEST:
        return False
    for one in values:
        if one.type in {"error", "bad-url", "bad-string"}:
            return False
        if one.type == "url" and (in_selector or not _OF_A_PICTURE.fullmatch(one.value)):
            return False
        if one.type == "function" and not _is_harmless_function(one, in_selector, depth):
            return False
        if one.type in {"() block", "[] block", "{} block"} and not _is_harmless(
            one.content, in_selector=in_selector, depth=depth + 1
        ):
            return False
    return True


def _is_harmless_function(one: ast.Node, in_selector: bool, depth: int) -> bool:
    if in_selector:
        return one.lower_name != "url" and _is_harmless(one.arguments, in_selector=True, depth=depth + 1)
    if one.lower_name == "url":
        told = [part for part in one.arguments if part.type not in {"whitespace", "comment"}]
        return len(told) == 1 and told[0].type == "string" and bool(_OF_A_PICTURE.fullmatch(told[0].value))
    return one.lower_name in _FUNCTIONS and _is_harmless(one.arguments, depth=depth + 1)
