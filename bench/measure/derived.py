"""Saves in SQL, with what is derived of each and without."""

from collections.abc import Sequence

from bench.measure.limit import connect
from bench.measure.wire import insist
from core.rpc import JsonText

_SEARCH_ROW = "private.search_row_write(p_case_id uuid, p_helper jsonb)"
_NO_SEARCH_ROW = (
    f"create or replace function {_SEARCH_ROW} returns void language plpgsql volatile security definer"
    " set search_path = '' as $$ begin end $$"
)
_TRACKING = "alter table public.case_helper {} trigger case_helper_6_tracking"


def search_row(dsn: str) -> str:
    """The function as it stands before anybody leaves it out."""
    with connect(dsn) as line:
        found = line.execute(
            "select pg_get_functiondef('private.search_row_write(uuid, jsonb)'::regprocedure)"
        ).fetchone()
        insist(found is not None, "there is no search row")
        return str(found[0]) if found else ""


class Save:
    """Saves over a case of its own, with these of the two derivations left out for the round."""

    def __init__(self, dsn: str, plate: int, bodies: list[bytes], search_row: str, without: Sequence[str] = ()) -> None:
        self.line, self.bodies, self.without = connect(dsn), [JsonText(body) for body in bodies], without
        self.search_row = search_row
        opened = self.line.execute(
            "select case_id, version from public.case_open(%s, p_helper_json => %s::jsonb, p_org_id =>"
            " (select id from public.orgs order by id limit 1))",
            [str(plate), self.bodies[0]],
        ).fetchone()
        insist(opened is not None, "no case was opened")
        self.case_id, self.version = opened or (None, 0)

    def ready(self) -> None:
        """Turns run after each other, so what one leaves out the next one puts back."""
        self.line.execute(_TRACKING.format("disable" if "tracking" in self.without else "enable"))
        self.line.execute(_NO_SEARCH_ROW if "search row" in self.without else self.search_row)

    def step(self) -> None:
        body = self.bodies[self.version % len(self.bodies)]
        saved = self.line.execute(
            "select version from public.case_helper_save_full(%s, %s::jsonb, %s)", [self.case_id, body, self.version]
        ).fetchone()
        insist(saved is not None and saved[0] == self.version + 1, "not the next version")
        self.version += 1

    def close(self) -> None:
        self.line.execute(_TRACKING.format("enable"))
        self.line.execute(self.search_row)
        self.line.close()
