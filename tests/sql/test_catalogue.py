"""What the catalogue must say of everything in the public schema, whoever adds the next table."""

import pytest

API = "('anon', 'authenticated', 'service_role', 'backoffice_staff', 'backoffice_gateway')"
OURS = "('public', 'private')"

# Each query names what breaks the rule; the answer must be empty.
FINDINGS = {
    "a table without row level security, enabled and forced": """
        select relname from pg_class
        where relnamespace in ('public'::regnamespace, 'private'::regnamespace) and relkind in ('r', 'p')
        and not (relrowsecurity and relforcerowsecurity)""",
    "a right of people or Make in private": """
        select c.relname || ' ' || a.privilege_type from pg_class c, aclexplode(c.relacl) a
        where c.relnamespace = 'private'::regnamespace
        and a.grantee in (0, 'anon'::regrole, 'authenticated'::regrole, 'backoffice_gateway'::regrole)""",
    "a table that rows can be read from without any policy": """
        select relname from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and has_any_column_privilege('authenticated', c.oid, 'select')
        and not exists (select from pg_policy where polrelid = c.oid)""",
    "a policy for PUBLIC or anon": """
        select polrelid::regclass || ': ' || polname from pg_policy
        where 0 = any (polroles) or 'anon'::regrole = any (polroles)""",
    "a policy that asks nobody": """
        select polrelid::regclass || ': ' || polname from pg_policy
        where pg_get_expr(polqual, polrelid) = 'true' or pg_get_expr(polwithcheck, polrelid) = 'true'""",
    "a policy that writes without saying what may be written": """
        select polrelid::regclass || ': ' || polname from pg_policy
        where polcmd in ('a', 'w', '*') and polwithcheck is null""",
    "two permissive policies for one role and verb": """
        select polrelid::regclass || ' ' || polcmd::text from pg_policy, unnest(polroles) role where polpermissive
        group by polrelid, polcmd, role having count(*) > 1""",
    "a policy that believes the token's metadata": """
        select polrelid::regclass || ': ' || polname from pg_policy
        where concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) ~ '_metadata'""",
    "a policy that asks for the caller once a row": """
        select polrelid::regclass || ': ' || polname from pg_policy,
          regexp_replace(concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)),
            'SELECT (auth|private)\\.', '', 'g') left_over
        where left_over ~ '(auth|private)\\.'""",
    "a right of anon or PUBLIC in public": """
        select c.relname || ' ' || a.privilege_type from pg_class c, aclexplode(c.relacl) a
        where c.relnamespace = 'public'::regnamespace and a.grantee in (0, 'anon'::regrole)
        union all
        select c.relname || '.' || t.attname || ' ' || a.privilege_type
        from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a
        where c.relnamespace = 'public'::regnamespace and a.grantee in (0, 'anon'::regrole)
        union all
        select p.proname || ' execute' from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
        and a.grantee in (0, 'anon'::regrole)""",
    "a right that row level security does not cover, with an API role": f"""
        select c.relname || ' ' || r.rolname || ' ' || what from pg_class c, pg_roles r,
          unnest(array['truncate', 'references', 'trigger']) what
        where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
        and r.rolname in {API} and has_table_privilege(r.oid, c.oid, what)""",
    "a right of the bare login in public": """
        select c.relname || ' ' || a.privilege_type from pg_class c, aclexplode(c.relacl) a
        where c.relnamespace = 'public'::regnamespace and a.grantee in ('backoffice_app'::regrole)
        union all
        select p.proname from pg_proc p
        where p.pronamespace = 'public'::regnamespace and has_function_privilege('backoffice_app', p.oid, 'execute')""",
    "a view that would answer as its owner": """
        select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v'
        and not coalesce('security_invoker=true' = any (reloptions), false)""",
    "a materialised view or a foreign table in public": """
        select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('m', 'f')""",
    "a function that does not pin its search_path": f"""
        select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in {OURS} and not coalesce('search_path=""' = any (p.proconfig), false)""",
    "security definer outside private": """
        select p.oid::regprocedure::text from pg_proc p where prosecdef and pronamespace = 'public'::regnamespace""",
    "a foreign key without an index that begins with it": """
        select conrelid::regclass || ': ' || conname from pg_constraint k
        where contype = 'f' and connamespace in ('public'::regnamespace, 'private'::regnamespace) and not exists (
          select from pg_index i where i.indrelid = k.conrelid and i.indpred is null
          and (i.indkey::int2[])[0:array_length(k.conkey, 1) - 1] @> k.conkey)""",
    "a foreign key that says nothing of deletion": """
        select conrelid::regclass || ': ' || conname from pg_constraint
        where contype = 'f' and connamespace in ('public'::regnamespace, 'private'::regnamespace)
        and confdeltype = 'a'""",
    "a table, view or function without a comment": f"""
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in {OURS} and c.relkind in ('r', 'p', 'v') and obj_description(c.oid, 'pg_class') is null
        union all
        select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in {OURS} and obj_description(p.oid, 'pg_proc') is null""",
    "a table of Django's in public": """
        select relname from pg_class where relnamespace = 'public'::regnamespace and relkind <> 'v'
        and relname ~ '^(django|auth|axes|accounts|sessions|admin)_'""",
    "an extension in public": """
        select extname from pg_extension where extnamespace = 'public'::regnamespace""",
    "a time without its zone, or money as a float": """
        select attrelid::regclass || '.' || attname from pg_attribute a join pg_class c on c.oid = attrelid
        where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')
        and attnum > 0 and not attisdropped
        and atttypid in ('timestamp'::regtype, 'float4'::regtype, 'float8'::regtype, 'money'::regtype)""",
    "a row published to Realtime that would show more than its key when deleted": """
        select c.relname from pg_publication_tables t join pg_class c on c.oid = to_regclass('public.' || tablename)
        where pubname = 'supabase_realtime' and c.relreplident <> 'd'""",
}

# One statement for each rule that breaks it: a check that cannot fail tells nothing.
BREAKS = {
    "a table without row level security, enabled and forced": "alter table public.cases no force row level security",
    "a right of people or Make in private": "grant select on private.outbox to authenticated",
    "a table that rows can be read from without any policy": """
        create table public.spoilt (id int); grant select on public.spoilt to authenticated""",
    "a policy for PUBLIC or anon": "create policy spoilt on public.cases for delete using (org_id is null)",
    "a policy that asks nobody": "create policy spoilt on public.cases for delete to authenticated using (true)",
    "a policy that writes without saying what may be written": """
        create policy spoilt on public.events for update to authenticated using (org_id is null)""",
    "two permissive policies for one role and verb": """
        create policy spoilt on public.cases for select to authenticated using (org_id is null)""",
    "a policy that believes the token's metadata": """
        create policy spoilt on public.cases for delete to authenticated
        using ((select auth.jwt()) -> 'user_metadata' ->> 'org' = org_id::text)""",
    "a policy that asks for the caller once a row": """
        create policy spoilt on public.cases for delete to authenticated using (created_by = auth.uid())""",
    "a right of anon or PUBLIC in public": "grant update (phone) on public.profiles to anon",
    "a right that row level security does not cover, with an API role": """
        grant truncate on public.cases to service_role""",
    "a right of the bare login in public": "grant select on public.orgs to backoffice_app",
    "a view that would answer as its owner": "alter view public.helpers reset (security_invoker)",
    "a materialised view or a foreign table in public": "create materialized view public.spoilt as select 1",
    "a function that does not pin its search_path": "alter function private.door() reset search_path",
    "security definer outside private": """
        create function public.spoilt() returns int language sql security definer as 'select 1'""",
    "a foreign key without an index that begins with it": "drop index public.events_actor",
    "a foreign key that says nothing of deletion": """
        alter table public.events add spoilt uuid references public.orgs (id)""",
    "a table, view or function without a comment": "comment on view public.helpers is null",
    "a table of Django's in public": "create table public.django_spoilt (id int)",
    "an extension in public": "alter extension pg_trgm set schema public",
    "a time without its zone, or money as a float": "alter table public.events add spoilt timestamp",
    "a row published to Realtime that would show more than its key when deleted": """
        alter table public.cases replica identity full""",
}


@pytest.mark.parametrize("finding", FINDINGS)
def test_there_is_no(owner, finding):
    assert [row for found in owner.ask(FINDINGS[finding]) for row in found.values()] == []


@pytest.mark.parametrize("finding", FINDINGS)
def test_the_check_would_see(owner, finding):
    with owner.moment(for_nothing=True) as cursor:
        cursor.execute(BREAKS[finding])

        assert cursor.execute(FINDINGS[finding]).fetchall() != []


def test_the_runtime_login_is_nobody_by_itself(owner):
    login = owner.one("select * from pg_roles where rolname = 'backoffice_app'")
    powers = ["rolsuper", "rolinherit", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls"]

    assert [power for power in powers if login[power]] == []
    assert "search_path=backoffice, public, extensions" in login["rolconfig"]
    assert owner.value("select rolcanlogin from pg_roles where rolname = 'backoffice_staff'") is False


def test_from_postgres_16_on_no_grant_to_the_runtime_login_is_inherited(owner):
    if owner.connection.info.server_version < 160000:
        pytest.skip("Before Postgres 16 the role's own flag decides, which the test above reads.")
    assert (
        owner.ask(
            "select roleid::regrole::text from pg_auth_members"
            " where member = 'backoffice_app'::regrole and inherit_option"
        )
        == []
    )


def test_djangos_tables_stand_in_backoffice_where_no_api_role_may_enter(owner):
    assert owner.value("select to_regclass('backoffice.django_migrations') is not null")
    assert owner.ask("""
        select r.rolname from pg_roles r where rolname in ('anon', 'authenticated', 'service_role')
        and has_schema_privilege(r.oid, 'backoffice', 'usage')""") == []  # fmt: skip


def test_realtime_hears_of_what_screens_show(owner):
    published = owner.ask("select tablename from pg_publication_tables where pubname = 'supabase_realtime'")

    told = {row["tablename"] for row in published}
    assert told == {"cases", "case_helper", "parts_required", "selected_parts", "invoices"}
