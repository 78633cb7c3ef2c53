"""A comparison as people read it in a terminal."""

from office.backups.comparing import Line
from office.backups.folders import Manifest

_SHOWN = 20


def about(manifest: Manifest) -> str:
    return (
        f"Backup of {manifest['moment']}, Postgres {manifest['server']['version']}, schema {manifest['schema_version']}"
    )


def table(lines: list[Line]) -> str:
    """A line for each kind, and below it what differs."""
    said = [f"  {'':<22} {'backup':>10} {'here':>10}"]
    for line in lines:
        sign = "✓" if line.holds else "✗"
        said.append(f"{sign} {line.kind:<22} {line.expected:>10,} {line.found:>10,}  {line.note}".rstrip())
        said += [f"      {name}" for name in line.different[:_SHOWN]]
        if len(line.different) > _SHOWN:
            said.append(f"      and {len(line.different) - _SHOWN:,} more")
    return "\n".join(said)
