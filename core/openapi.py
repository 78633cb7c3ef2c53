"""What every operation of the OpenAPI document shares: the error body."""

from typing import Any

from core.errors import CATALOGUE

_ERROR = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code", "message", "details", "hint"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The route."},
        "code": {"type": "string", "description": f"One of: {', '.join(CATALOGUE)}; or a SQLSTATE."},
        "message": {"type": "string", "description": "A sentence for a person, in the language of Accept-Language."},
        "details": {"description": "Machine-readable; its shape depends on the code.", "nullable": True},
        "hint": {"type": "string", "description": "What to do next."},
    },
}


def with_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the error body to every operation (a drf-spectacular post-processing hook)."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _ERROR
    content = {
        kind: {"schema": {"$ref": "#/components/schemas/Problem"}}
        for kind in ("application/problem+json", "application/json")
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["4XX"] = {"description": "Refused; nothing was changed.", "content": content}
            operation["responses"]["503"] = {
                "description": "A part we need is down; see Retry-After.",
                "content": content,
            }
    return result
