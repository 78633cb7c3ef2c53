-- Who writes a module: Make, both, or we; asked at the doors, changed by managers, reversible at any moment.

select private.set_aside('feature_flags');
select private.make_room('case_helper_export', 'case_helper_not_makes', 'flags_of');

create table public.feature_flags (
  id uuid primary key default gen_random_uuid(),
  name text not null check (name in (
    'USE_SUPABASE_HELPER', 'USE_SUPABASE_PARTS', 'USE_SUPABASE_INVOICES', 'USE_SUPABASE_TRACKING', 'USE_SUPABASE_LEVI',
    'writer.vehicle', 'writer.levi', 'writer.damage', 'writer.parts', 'writer.invoices', 'writer.reports',
    'writer.tracking', 'writer.helper')),
  org_id uuid references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  value text not null,
  note text check (length(note) <= 500),
  created_by uuid references public.profiles (user_id) on delete restrict,
  updated_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint feature_flags_scope unique nulls not distinct (name, org_id, case_id),
  constraint feature_flags_case_has_office check (case_id is null or org_id is not null),
  constraint feature_flags_value check (
    case when name like 'writer.%' then value in ('make', 'dual', 'supabase') else value in ('on', 'off') end)
);
comment on table public.feature_flags is 'Switches of the cutover: for everybody, for an office, for one case; the nearest one counts.';
comment on column public.feature_flags.org_id is 'null: for every office that has no row of its own.';
comment on column public.feature_flags.case_id is 'A pilot: this case alone.';
create index feature_flags_org_id on public.feature_flags (org_id);
create index feature_flags_case_id on public.feature_flags (case_id);
create index feature_flags_created_by on public.feature_flags (created_by);
create index feature_flags_updated_by on public.feature_flags (updated_by);

create function private.feature_flag_stamp() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.updated_at := now();
  new.updated_by := coalesce((select auth.uid()), new.updated_by);
  if tg_op = 'INSERT' then
    new.created_at := now();
    new.created_by := new.updated_by;
    if new.case_id is not null then
      -- Seen by the caller or not at all; the office of a pilot is that of its case.
      select org_id into new.org_id from public.cases where id = new.case_id;
      if not found then
        raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
      end if;
    end if;
  end if;
  return new;
end;
$$;
comment on function private.feature_flag_stamp() is 'Who turned a switch and when; a pilot belongs to its case''s office.';
create trigger feature_flags_stamp before insert or update on public.feature_flags
  for each row execute function private.feature_flag_stamp();
create trigger feature_flags_audit after insert or update or delete on public.feature_flags
  for each row execute function private.audit('updated_at', 'updated_by');

create function private.feature_flag_news() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.value = old.value then
    return null;
  end if;
  -- A switch for everybody is news for every office.
  perform private.event_add(o.id, coalesce(new.case_id, old.case_id), 'flag.changed', p_data => jsonb_build_object(
      'name', coalesce(new.name, old.name), 'from', old.value, 'to', new.value,
      'scope', case when coalesce(new.case_id, old.case_id) is not null then 'case'
        when coalesce(new.org_id, old.org_id) is not null then 'org' else 'global' end))
  from public.orgs o where o.id = coalesce(new.org_id, old.org_id, o.id);
  return null;
end;
$$;
comment on function private.feature_flag_news() is 'Turning a switch is itself an event.';
create trigger feature_flags_news after insert or update of value or delete on public.feature_flags
  for each row execute function private.feature_flag_news();

create function private.flag(p_name text, p_org_id uuid, p_case_id uuid) returns text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return coalesce(
    (select f.value from public.feature_flags f
      where f.name = p_name and (f.org_id is null or f.org_id = p_org_id) and (f.case_id is null or f.case_id = p_case_id)
      order by f.case_id is null, f.org_id is null limit 1),
    case when p_name like 'writer.%' then 'make' else 'off' end);
end;
$$;
comment on function private.flag(text, uuid, uuid) is 'A switch as it stands for this case: its own, else its office''s, else everybody''s, else make or off.';

create function private.module_of(p_section text) returns text
language plpgsql immutable set search_path = ''
as $$
begin
  return case
    when p_section in ('vehicle', 'car_details') then 'vehicle'
    when p_section in ('valuation', 'levisummary', 'levi_data', 'levi', 'levi_report') then 'levi'
    when p_section in ('centers', 'damage_centers', 'current_damage_center', 'damage_assessment', 'damage_info',
      'centers_archive', 'centers_archive_meta', 'centers_after_invoice', 'centers_after_invoice_meta',
      'damage_center_draft', 'damage_parts', 'damage_works', 'damage_sections') then 'damage'
    when p_section = 'parts_search' then 'parts'
    when p_section in ('invoices', 'current_invoice', 'invoice', 'invoice_case_info', 'invoice_summary',
      'invoice_calculations', 'financials', 'fees') then 'invoices'
    when p_section in ('final_report', 'estimate', 'expertise', 'expertise_snapshot', 'estimate_snapshot') then 'reports'
    else 'helper' end;
end;
$$;
comment on function private.module_of(text) is 'Which module a section of the helper belongs to, for the switches; tracking has no section of its own.';

create function public.case_helper_not_makes(p_case_id uuid, p_sections text[]) returns text[]
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_case public.cases;
begin
  select * into v_case from public.cases where id = p_case_id;
  return array(
    select s from unnest(p_sections) s
    where private.flag('writer.' || private.module_of(s), v_case.org_id, v_case.id) = 'supabase'
    order by s collate "C");
end;
$$;
comment on function public.case_helper_not_makes(uuid, text[]) is
  'Those of the sections that Make may not write any more, because their module has moved to us.';

create function public.flags_of(p_case_id uuid default null) returns table (name text, value text)
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_org uuid := private.my_org();
begin
  if p_case_id is not null then
    select c.org_id into v_org from public.cases c where c.id = p_case_id;
    if not found then
      raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
    end if;
  end if;
  return query
    select n, private.flag(n, v_org, p_case_id)
    from unnest(array['USE_SUPABASE_HELPER', 'USE_SUPABASE_PARTS', 'USE_SUPABASE_INVOICES', 'USE_SUPABASE_TRACKING',
      'USE_SUPABASE_LEVI', 'writer.vehicle', 'writer.levi', 'writer.damage', 'writer.parts', 'writer.invoices',
      'writer.reports', 'writer.tracking', 'writer.helper']) n;
end;
$$;
comment on function public.flags_of(uuid) is 'Every switch as it stands for the caller''s office, or for one case.';

alter table public.feature_flags enable row level security;
alter table public.feature_flags force row level security;
revoke all on public.feature_flags from anon, authenticated, service_role;
create policy "Members read the switches that count for them" on public.feature_flags for select to authenticated
  using (org_id is null or org_id = any (array(select private.my_orgs())));
create policy "Managers turn switches on" on public.feature_flags for insert to backoffice_staff
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Managers turn switches" on public.feature_flags for update to backoffice_staff
  using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()))
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Managers take switches away" on public.feature_flags for delete to backoffice_staff
  using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
grant select on public.feature_flags to authenticated, service_role;
grant insert (name, org_id, case_id, value, note), update (value, note), delete on public.feature_flags to backoffice_staff, service_role;
revoke execute on function public.case_helper_not_makes(uuid, text[]), public.flags_of(uuid)
  from public, anon, authenticated, service_role;
grant execute on function public.case_helper_not_makes(uuid, text[]), public.flags_of(uuid),
  private.flag(text, uuid, uuid), private.module_of(text) to authenticated, service_role;

-- Exports end with the Make copy itself: when the helper's writer is Supabase alone.

create function public.case_helper_export(p_case_id uuid, p_reason text default null)
returns table (case_id uuid, version integer, helper_name text, queued boolean)
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_current public.case_helper;
begin
  select h.* into v_current from public.case_helper h where h.case_id = p_case_id and h.is_current;
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  return query select v_current.case_id, v_current.version, v_current.helper_name,
    private.flag('writer.helper', v_current.org_id, v_current.case_id) <> 'supabase'
      and private.export_add_mine(v_current.case_id, v_current.version, left(p_reason, 200));
end;
$$;
comment on function public.case_helper_export(uuid, text) is
  'Queues HELPER_EXPORT for the current version, once; nothing is queued after Make''s copy has ended.';

create function private.export_add_mine(p_case_id uuid, p_version integer, p_reason text) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if not exists (select from public.cases c where c.id = p_case_id
    and (current_setting('role') = 'service_role' or c.org_id = any (array(select private.my_orgs())))) then
    return false;
  end if;
  return private.export_add(p_case_id, p_version, p_reason);
end;
$$;
comment on function private.export_add_mine(uuid, integer, text) is 'Queues an export for a case of the caller''s own office.';

create function private.exports_forgotten(p_minutes integer, p_limit integer default 500) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  select count(*) filter (where private.export_add(h.case_id, h.version, 'server')) into v_count
  from (
    select h.case_id, h.version from public.case_helper h
    where h.is_current and h.saved_at < now() - make_interval(mins => p_minutes) and h.saved_at > now() - interval '30 days'
      and private.flag('writer.helper', h.org_id, h.case_id) <> 'supabase'
      -- Somebody must want to hear it, and it counts from the day the address was given: no flood of old cases.
      and exists (select from private.webhook_endpoints e
        where e.org_id = h.org_id and e.deleted_at is null and e.created_at < h.saved_at
          and (e.event_types = '{}' or 'helper.export' = any (e.event_types)))
      and not exists (select from private.outbox o
        where o.dedupe = format('helper.export:%s:%s', h.case_id, h.version))
    order by h.saved_at limit p_limit
  ) h;
  return v_count;
end;
$$;
comment on function private.exports_forgotten(integer, integer) is
  'Queues the export of newest versions that nobody exported or saved over for so many minutes.';
revoke execute on function public.case_helper_export(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.case_helper_export(uuid, text), private.export_add_mine(uuid, integer, text)
  to authenticated, service_role;
grant execute on function private.exports_forgotten(integer, integer) to service_role;
create index case_helper_current_by_time on public.case_helper (saved_at) where is_current;
