"""How the fields of a list that is edited in place are drawn: Django fills a template for each piece of each."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString

_WIDGETS = "django/forms/widgets"


class LineRenderer(DjangoTemplates):
    """Writes inputs, texts, choices and the absence of errors as Django's templates do, and leaves the rest to them.

    A widget with `data-label` has that before it, for a screen on which the heads of the columns are not to be seen.
    """

    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        draw = _DRAWN.get(template_name)
        drawn = draw(context) if draw else None
        return super().render(template_name, context, request) if drawn is None else drawn


def _input(context: Mapping[str, Any]) -> str:
    widget = context["widget"]
    value = "" if widget["value"] is None else f' value="{_safe(widget["value"])}"'
    head = f'<input type="{_safe(widget["type"])}" name="{_safe(widget["name"])}"'
    return SafeString(f"{_label(widget)}{head}{value}{_attributes(widget)}>")


def _text_area(context: Mapping[str, Any]) -> str:
    widget = context["widget"]
    head = f'<textarea name="{_safe(widget["name"])}"{_attributes(widget)}>'
    # A browser drops the first line break.
    return SafeString(f"{_label(widget)}{head}\n{_safe(widget['value'] or '')}</textarea>")


def _select(context: Mapping[str, Any]) -> str | None:
    """None for choices in groups."""
    widget = context["widget"]
    if any(group for group, _options, _index in widget["optgroups"]):
        return None
    drawn = "".join(_option(option) for _group, options, _index in widget["optgroups"] for option in options)
    return SafeString(f'{_label(widget)}<select name="{_safe(widget["name"])}"{_attributes(widget)}>{drawn}</select>')


def _option(option: Mapping[str, Any]) -> str:
    value, label = _safe(option["value"]), _safe(option["label"])
    return f'<option value="{value}"{_attributes(option)}>{label}</option>'


def _label(widget: Mapping[str, Any]) -> str:
    """Hidden from who hears the page: the field's own name says more."""
    label = widget["attrs"].get("data-label")
    return f'<span class="on-phone" aria-hidden="true">{_safe(label)}</span>' if label else ""


def _attributes(widget: Mapping[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{_safe(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _safe(value: Any) -> str:
    return value if isinstance(value, SafeString) else escape(str(value))


def _no_errors(context: Mapping[str, Any]) -> str | None:
    return None if context["errors"] else ""


_INPUTS = ("date", "hidden", "number", "text")
_DRAWN: dict[str, Callable[[Mapping[str, Any]], str | None]] = {
    **{f"{_WIDGETS}/{kind}.html": _input for kind in _INPUTS},
    f"{_WIDGETS}/select.html": _select,
    f"{_WIDGETS}/textarea.html": _text_area,
    "django/forms/errors/list/default.html": _no_errors,
}
