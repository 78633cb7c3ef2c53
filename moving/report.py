"""An import's report in lines: what was found, how it was numbered, what is left to decide, and the proof."""

from typing import Any

_STATES = {
    "VERSION": "became versions",
    "SAME": "say what is there already",
    "ROW": "became rows",
    "KEPT": "kept as they came",
    "FOUND": "not written yet",
}
_HOW = {
    "by_number": "by the number in their names",
    "by_time": "by the time they were saved",
    "by_place": "by their place in the export, which is a guess",
}
_PROOF = {
    "version_equal": "versions say what their documents say, by hash",
    "bytes_equal": "kept documents are there, byte for byte",
    "row_made": "rows are there, and their source byte for byte",
    "row_kept": "rows repeat another one, and are kept byte for byte",
    "version_differs": "VERSIONS DIFFER FROM THEIR DOCUMENTS",
    "version_missing": "VERSIONS ARE MISSING",
    "bytes_differ": "DOCUMENTS DIFFER FROM WHAT CAME",
    "not_written": "DOCUMENTS ARE NOT WRITTEN",
}


def lines(report: dict[str, Any]) -> list[str]:
    """The report as the command prints it and the back office hands it out."""
    told = [f"{report['found']:,} documents and rows found"]
    if report["known_before"]:
        told.append(f"  {report['known_before']:,} of them came with an earlier import")
    if report["not_read"]:
        told.append(f"  {report['not_read']:,} other files in the folder were not looked at")
    told.append(f"{report['cases']:,} cases")
    told += _section("What became of them", _STATES, report["states"])
    told += _of_tables(report.get("tables", {}))
    told += _section("How versions were put in order, oldest first", _HOW, report["how"])
    told += _section("Left for a person to decide, each with a proposal", {}, report["findings"])
    told += _section("Read back", _PROOF, report["proof"])
    read = sum(report["proof"].values())
    sign = "proved" if report["is_proved"] else "NOT PROVED"
    return [*told, f"{sign}: {read:,} of {report['found']:,} read back"]


def _section(head: str, words: dict[str, str], counted: dict[str, int]) -> list[str]:
    rows = [f"  {many:>8,}  {words.get(name, name)}" for name, many in sorted(counted.items()) if many]
    return [f"{head}:", *rows] if rows else []


def _of_tables(counted: dict[str, int]) -> list[str]:
    """A line a table: how many of its rows became what."""
    by_table: dict[str, list[str]] = {}
    for name, many in sorted(counted.items()):
        table, state = name.split(" ")
        if many:
            by_table.setdefault(table, []).append(f"{many:,} {_STATES[state]}")
    return ["By table:", *(f"  {table}: {', '.join(said)}" for table, said in by_table.items())] if by_table else []
