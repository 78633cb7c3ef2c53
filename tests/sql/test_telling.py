"""Every table that somebody may write to tells what happens to it, or stands here with the reason why not."""

# table -> why nobody is told
SILENT = {
    "kb_embeddings": "a model's view of a document, made by machine; the document itself tells",
    "helper_sync_log": "is itself what is told",
    "import_runs": "the findings of a run and the versions it made tell",
    "import_sources": "a document as it came; what it became tells",
    "list_files": "a file on its way out of a list or into one; the rows it writes tell",
}
WRITERS = "'anon', 'authenticated', 'service_role', 'backoffice_staff', 'backoffice_gateway'"
TELLING = (
    *("satellite_news", "case_news", "case_helper_number", "case_collaborator_news"),
    *("people_news", "feature_flag_news", "audit"),
)


STORY = "select * from public.case_timeline(%s, array['case', 'case_helper'])"


def test_every_table_with_a_right_to_write_tells_what_happens(owner):
    written = owner.ask(f"""
        select c.relname as name, array(
          select p.proname::text from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = c.oid) as calls
        from pg_class c
        where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')
          and exists (select from pg_roles r where r.rolname in ({WRITERS})
            and (has_any_column_privilege(r.oid, c.oid, 'insert') or has_any_column_privilege(r.oid, c.oid, 'update')
              or has_table_privilege(r.oid, c.oid, 'delete')))""")

    silent = {row["name"] for row in written if not set(TELLING) & set(row["calls"])}

    assert silent - {"deliveries"} <= set(SILENT), "give the table a trigger that tells, or say here why not"
    assert len(written) > 10


def test_both_status_and_owner_are_told_with_before_and_after(dana, plate):
    case = dana.open(plate)["case_id"]

    dana.ask("update public.cases set status = 'CLOSED', owner_name = 'משה' where id = %s", case)

    told = dana.ask("select type, data from public.events where case_id = %s order by at desc limit 2", case)
    assert {row["type"]: row["data"] for row in told} == {
        "case.status_changed": {"from": "OPEN", "to": "CLOSED"},
        "case.upserted": {"created": False, "was": {"owner_name": None}, "became": {"owner_name": "משה"}},
    }


def test_the_story_is_there_through_postgrest_too_and_only_for_the_own_office(dana, tamar, plate):
    from tests.sql.callers import refused

    case = dana.open(plate)["case_id"]

    assert [row["type"] for row in dana.ask(STORY, case)] == [
        "case_helper.saved",
        "case.upserted",
    ]
    with refused("PT404"):
        tamar.ask("select * from public.case_timeline(%s)", case)


def test_a_report_over_a_million_events_walks_an_index(owner, desk):
    """The plan, not the clock: no sort and no scan of the whole table for any filter."""
    from tests import cast
    from tests.sql.callers import DANA

    filters = ["true", "kind = 'case_helper'", f"actor = '{cast.DANA.user_id}'", "door = 'MAKE'", "at < now()"]
    with owner.moment(for_nothing=True) as cursor:
        cursor.execute(
            """insert into public.events (org_id, type, actor, door, at)
            select %s, (array['case_helper.saved', 'case.upserted', 'kb_doc.added'])[1 + n %% 3], %s,
              (array['UI', 'MAKE', 'ADMIN'])[1 + n %% 3], now() - n * interval '1 second'
            from generate_series(1, 20000) n""",
            [cast.NORTH.id, cast.DANA.user_id],
        )
        cursor.execute("analyze public.events")
        for one in filters:
            of_office = f"select id from public.events where org_id = '{cast.NORTH.id}'"
            asked = f"{of_office} and {one} order by at desc, id desc limit 51"
            plan = "\n".join(row["QUERY PLAN"] for row in cursor.execute(f"explain {asked}").fetchall())
            assert "Sort" not in plan, (one, plan)
            assert "Seq Scan" not in plan, (one, plan)
    assert DANA
