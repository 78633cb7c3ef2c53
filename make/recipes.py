"""The gateway's part of docs/reference/make.md, written from the table of ops and the OpenAPI document."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from make.gateway import OPS, Op

PAGE: Path = settings.BASE_DIR / "docs" / "reference" / "make.md"
BEGIN, END = "<!-- ops -->", "<!-- /ops -->"


def page() -> str:
    """docs/reference/make.md as it should be."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{_ops()}\n{END}{after}"


def _ops() -> str:
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return "\n\n".join(_op(op, document) for op in OPS.values())


def _op(op: Op, document: dict[str, Any]) -> str:
    path = f"/api/v1/gateway/{op.name}"
    described = document["paths"][path]["post"]
    asked = _resolved(described["requestBody"]["content"]["application/json"]["schema"], document)
    statuses = sorted(status for status in described["responses"] if status < "400")
    answer = _resolved(described["responses"][statuses[0]]["content"]["application/json"]["schema"], document)
    lines = [
        f"### `{op.name}`",
        "",
        op.about,
        "",
        "| | |",
        "|---|---|",
        f"| endpoint | `POST {path}` |",
        f"| Idempotency-Key | {'required' if op.writes else 'not needed: it reads'} |",
        f"| answers | {', '.join(statuses)} |",
        f"| request | {_fields(asked)} |",
        f"| answer | {_answer(answer, document)} |",
        "",
        "```json",
        _recipe(op, path),
        "```",
    ]
    return "\n".join(lines)


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    found: Any = schema
    while "$ref" in found:
        found = document["components"]["schemas"][found["$ref"].rpartition("/")[2]]
    return dict(found)


def _fields(schema: dict[str, Any]) -> str:
    needed = set(schema.get("required", ()))
    return ", ".join(f"`{name}`{'' if name in needed else '?'}" for name in schema.get("properties", {}))


def _answer(schema: dict[str, Any], document: dict[str, Any]) -> str:
    if schema.get("type") != "array":
        return _fields({**schema, "required": list(schema.get("properties", {}))})
    row = _resolved(schema["items"], document)
    return f"a list of {_fields({**row, 'required': list(row.get('properties', {}))})}"


def _recipe(op: Op, path: str) -> str:
    """The fields of Make's HTTP module, in its own order."""
    headers = {"apikey": "{{gateway key}}", "Content-Type": "application/json"}
    if op.writes:
        headers["Idempotency-Key"] = "{{scenario id}}-{{execution id}}-1"
    module = {
        "url": f"https://{{{{our host}}}}{path}",
        "method": "POST",
        "headers": headers,
        "body": op.examples[0].value,
    }
    return json.dumps(module, ensure_ascii=False, indent=2)
