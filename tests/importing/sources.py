"""What an office really has: histories of the generator, with the corruptions of the running UI written on top."""

import copy
import csv
import json
import uuid
from datetime import UTC, datetime, timedelta

from tests import make_fixtures

SECONDS = 1_760_000_000


def history(seed, versions, profile="small"):
    """The plate, the case's row and the helpers of a case, oldest first, with the moment each was saved."""
    told = []
    for number, _label, _source, _restored, case in make_fixtures.history(seed, versions, profile):
        told.append((number, case.ts(), copy.deepcopy(case.h)))
    return case.plate, case.case_row(), told


def text(value):
    return json.dumps(value, ensure_ascii=False)


def put(folder, name, value):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else text(value), encoding="utf-8")
    return path


def numbered(
    folder, seed, versions, name="{plate}_helper_v{number}.json", wrap=lambda helper, name: helper, profile="small"
):
    """A folder of helper files; the name may hold {number}, {seconds} or {ms}."""
    plate, row, told = history(seed, versions, profile)
    for number, _at, helper in told:
        seconds = SECONDS + number * 1000
        called = name.format(plate=plate, number=number, seconds=seconds, ms=seconds * 1000)
        put(folder, f"{plate}/{called}", wrap(helper, called.removesuffix(".json")))
    return plate, row, [helper for _number, _at, helper in told]


def without_times(helper):
    """A helper whose own marks of time are gone, as older ones are."""
    bare = copy.deepcopy(helper)
    for section, key in (("meta", "last_updated"), ("version_metadata", "saved_at")):
        if isinstance(bare.get(section), dict):
            bare[section].pop(key, None)
    bare.pop("last_modified", None)
    return bare


def exported(helper, name):
    """The body of HELPER_EXPORT."""
    return {"type": "logout_backup", "plate_helper_timestamp": name, "helper_data": helper,
            "logout_time": "2025-09-01T10:00:00.000Z", "reason": "auto_logout"}  # fmt: skip


class Tables:
    """Tables as Supabase exports them, one file each."""

    def __init__(self, folder):
        self.folder, self.rows = folder, {}

    def add(self, table, **columns):
        row = {"id": str(uuid.uuid4()), **columns}
        self.rows.setdefault(table, []).append(row)
        return row

    def case(self, seed, versions, *, status="OPEN", plate=None, mark=lambda number, last: number == last, **more):
        """A case with its versions in case_helper; `mark` says which are current."""
        own, row, told = history(seed, versions)
        case = self.add("cases", **{**row, "plate": plate or own, "status": status, "created_at": told[0][1],
                                    "updated_at": told[-1][1], **more})  # fmt: skip
        for number, at, helper in told:
            self.add("case_helper", case_id=case["id"], version=number, is_current=mark(number, versions),
                     helper_name=f"{own}_helper_v{number}", helper_json=helper, source="system",
                     updated_at="2025-11-20T08:00:00+00:00")  # fmt: skip
            self.add("helper_versions", case_id=case["id"], version=number, helper_name=f"{own}_helper_v{number}",
                     helper_json=helper, source="system", saved_at=at)  # fmt: skip
        return case

    def write(self, form="json"):
        self.folder.mkdir(parents=True, exist_ok=True)
        for table, rows in self.rows.items():
            if form == "json":
                put(self.folder, f"{table}.json", rows)
            else:
                self._csv(table, rows)
        return self.folder

    def _csv(self, table, rows):
        heads = list(dict.fromkeys(key for row in rows for key in row))
        with open(self.folder / f"{table}_rows.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(heads)
            for row in rows:
                cells = [row.get(head) for head in heads]
                writer.writerow([text(cell) if isinstance(cell, dict | list) else cell for cell in cells])


def days_ago(days):
    return (datetime.now(UTC) - timedelta(days=days)).isoformat()
