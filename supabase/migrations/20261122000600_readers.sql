-- The other names under which readers look for helpers. All of them are windows on case_helper.

select private.set_aside('helper_state', 'helper_versions', 'helpers', 'case_helper_mirror', 'case_helper_sections');

create view public.helper_state with (security_invoker = true) as
  select case_id, org_id, plate, version, helper_name, helper_json, source, saved_at as updated_at, saved_by as updated_by
  from public.case_helper where is_current;
comment on view public.helper_state is 'The current helper of each case.';

create view public.helper_versions with (security_invoker = true) as
  select id, case_id, version, helper_name, helper_json, source, saved_by, saved_at from public.case_helper;
comment on view public.helper_versions is 'Every version, as the archive of the existing project names its columns.';

create view public.helpers with (security_invoker = true) as
  select id, case_id, helper_name as name, source, saved_at as date, plate as plate_number, version, helper_json as data
  from public.case_helper;
comment on view public.helpers is 'Every version, in the naming of the requirement.';

create view public.case_helper_mirror with (security_invoker = true) as
  select id, case_id, plate, version, is_current, helper_name, helper_json, source, saved_from, saved_at,
    sync_status, sync_error
  from public.case_helper;
comment on view public.case_helper_mirror is 'Every version with the door it came through, for the shadow mirror.';

create view public.case_helper_sections with (security_invoker = true) as
  select h.case_id, h.plate, h.version, h.helper_name, s.key as section, s.value as section_json, h.saved_at as updated_at
  from public.case_helper h cross join lateral jsonb_each(h.helper_json) s
  where h.is_current;
comment on view public.case_helper_sections is 'The current helper of each case, one row a section.';

revoke all on public.helper_state, public.helper_versions, public.helpers, public.case_helper_mirror,
  public.case_helper_sections from anon, authenticated, service_role;
grant select on public.helper_state, public.helper_versions, public.helpers, public.case_helper_mirror,
  public.case_helper_sections to authenticated, service_role;

-- Screens hear of cases and versions and refetch what they need.
do $$
declare
  v_table text;
begin
  foreach v_table in array array['cases', 'case_helper'] loop
    if exists (select from pg_publication where pubname = 'supabase_realtime') and not exists (
      select from pg_publication_tables
      where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = v_table
    ) then
      execute format('alter publication supabase_realtime add table public.%I', v_table);
    end if;
  end loop;
end $$;
