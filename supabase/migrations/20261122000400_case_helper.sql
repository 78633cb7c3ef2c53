-- The helper: every save a whole new version, never changed afterwards.

create function private.changed_sections(p_old jsonb, p_new jsonb) returns text[]
language plpgsql immutable set search_path = ''
as $$
declare
  -- In memory once: a stored document would be fetched and unpacked anew for each key.
  v_old jsonb := coalesce(p_old, '{}') || '{}';
  v_new jsonb := p_new || '{}';
begin
  return array(
    select key from (
      select key from jsonb_object_keys(v_new) key where not record_image_eq(row(v_old -> key), row(v_new -> key))
      union all
      select key from jsonb_object_keys(v_old) key where not v_new ? key
    ) changed
    order by key collate "C");
end;
$$;
comment on function private.changed_sections(jsonb, jsonb) is 'Top-level keys that were added, removed or changed.';

select private.foresee_versions();
select private.set_aside('case_helper');

create table public.case_helper (
  id uuid primary key default gen_random_uuid(),
  case_id uuid not null references public.cases (id) on delete restrict,
  org_id uuid not null references public.orgs (id) on delete restrict,
  plate text not null,
  filing_case_id text,
  version integer not null check (version > 0),
  is_current boolean not null,
  helper_name text not null,
  helper_json jsonb not null,
  source text not null default 'system' check (source = 'system'),
  saved_at timestamptz not null default now(),
  saved_by uuid references public.profiles (user_id) on delete restrict,
  saved_from text not null check (saved_from in ('UI', 'MAKE', 'ADMIN', 'IMPORT')),
  label text check (length(label) <= 500),
  trigger text check (length(trigger) <= 100),
  restored_from integer,
  size_bytes integer not null,
  changes integer,
  changed_sections text[] not null default '{}',
  sync_status text not null default 'synced',
  sync_error text,
  created_by uuid,
  updated_by uuid,
  updated_at timestamptz not null default now(),
  constraint case_helper_one_per_version unique (case_id, version),
  constraint case_helper_name_is_unique unique (org_id, helper_name)
);
-- No check looks into helper_json: each update of is_current would unpack the document to ask it again.
comment on table public.case_helper is 'The versions of each case''s helper; the only store, append-only.';
comment on column public.case_helper.version is 'Counts per plate over all its cases and only grows.';
comment on column public.case_helper.size_bytes is 'Bytes of the document as jsonb, before compression.';
comment on column public.case_helper.changes is 'Number of changed places against the version before; null until it was counted.';
comment on column public.case_helper.changed_sections is 'Top-level keys whose value differs from the version before, to the last digit.';
comment on column public.case_helper.trigger is 'What made the client save: logout, autosave, restore, ...';

create unique index case_helper_one_current on public.case_helper (case_id) where is_current;
create index case_helper_saved_by on public.case_helper (saved_by);

do $$ begin
  alter table public.case_helper alter column helper_json set compression lz4;
exception when feature_not_supported then
  null;  -- a build without lz4 keeps pglz: slower, not wrong
end $$;

-- record_image_eq compares bytes: 1.1 and 1.10 differ, which "=" on jsonb would not see.
create function private.same_json(p_a jsonb, p_b jsonb) returns boolean
language plpgsql immutable set search_path = ''
as $$ begin return record_image_eq(row(p_a), row(p_b)); end $$;
comment on function private.same_json(jsonb, jsonb) is 'True when two documents are equal to the last digit.';

create function private.search_row_write(p_case_id uuid, p_helper jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.case_search_index set
    owner_name = left(p_helper #>> '{stakeholders,owner,name}', 200),
    owner_phone = left(p_helper #>> '{stakeholders,owner,phone}', 60),
    manufacturer = left(coalesce(p_helper #>> '{vehicle,manufacturer}', p_helper #>> '{car_details,manufacturer}'), 100),
    model = left(coalesce(p_helper #>> '{vehicle,model}', p_helper #>> '{car_details,model}'), 100),
    year = left(coalesce(p_helper #>> '{vehicle,year}', p_helper #>> '{car_details,year}'), 20),
    garage = left(p_helper #>> '{stakeholders,garage,name}', 200),
    insurance_company = left(p_helper #>> '{stakeholders,insurance,company}', 200),
    agent = left(p_helper #>> '{stakeholders,insurance,agent,name}', 200),
    claim_number = left(p_helper #>> '{stakeholders,insurance,claim_number}', 100),
    policy_number = left(p_helper #>> '{stakeholders,insurance,policy_number}', 100)
  where case_id = p_case_id;
end;
$$;
comment on function private.search_row_write(uuid, jsonb) is
  'Takes the searched fields out of a helper as text, whatever type they came in; the helper itself stays untouched.';

-- Runs as the caller: a case the caller may not see is a case that does not exist.
create function private.case_helper_is_mine() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if not exists (select from public.cases where id = new.case_id) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  if jsonb_typeof(new.helper_json) is distinct from 'object' then
    raise sqlstate 'PT422' using message = 'a helper is a JSON object',
      detail = '{"code": "invalid", "pointer": "/helper"}';
  end if;
  return new;
end;
$$;
comment on function private.case_helper_is_mine() is 'Refuses a version for a case the caller cannot see.';

-- Runs as the owner, because no API role may retire a version by hand. A trigger function cannot be called directly.
create function private.case_helper_number() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_case public.cases;
  v_previous public.case_helper;
  v_helper jsonb := new.helper_json || '{}';  -- in memory once, however the row reached us
begin
  select * into v_case from public.cases where id = new.case_id;
  -- Saves queue per plate, because n counts across all cases of a plate. The maximum is asked by a statement of
  -- its own: only a new snapshot sees what was saved while we waited.
  perform private.plate_queue(v_case.org_id, v_case.plate);
  select coalesce(max(current_version), 0) + 1 into new.version
  from public.cases where org_id = v_case.org_id and plate = v_case.plate;

  update public.case_helper set is_current = false where case_id = new.case_id and is_current
  returning * into v_previous;

  new.is_current := true;
  new.org_id := v_case.org_id;
  new.plate := v_case.plate;
  new.filing_case_id := v_case.filing_case_id;
  new.helper_name := format('%s_helper_v%s', v_case.plate, new.version);
  -- The client's own word for where a save came from is kept as the trigger; source is always system.
  new.trigger := left(coalesce(new.trigger, nullif(new.source, 'system')), 100);
  new.source := 'system';
  new.saved_at := clock_timestamp();
  new.saved_by := coalesce((select auth.uid()), new.saved_by, new.updated_by, new.created_by);
  new.saved_from := case when new.saved_from = 'IMPORT' then 'IMPORT' else private.door() end;
  new.size_bytes := pg_column_size(v_helper);
  new.changes := null;
  new.changed_sections := private.changed_sections(v_previous.helper_json, v_helper);
  new.created_by := new.saved_by;
  new.updated_by := new.saved_by;
  new.updated_at := new.saved_at;
  new.sync_status := 'synced';
  new.sync_error := null;
  if new.restored_from is not null and not exists (
    select from public.case_helper where case_id = new.case_id and version = new.restored_from
  ) then
    new.restored_from := null;
  end if;

  update public.cases set current_version = new.version, updated_by = coalesce(new.saved_by, updated_by)
  where id = new.case_id;
  perform private.search_row_write(v_case.id, v_helper);
  perform private.event_add(v_case.org_id, v_case.id,
    case when new.restored_from is null then 'case_helper.saved' else 'case_helper.restored' end, new.version,
    jsonb_strip_nulls(jsonb_build_object('helper_name', new.helper_name, 'label', new.label, 'trigger', new.trigger,
      'restored_from', new.restored_from, 'changed_sections', to_jsonb(new.changed_sections))));
  return new;
end;
$$;
comment on function private.case_helper_number() is
  'Whatever a client brings, the database gives number, name, date and the current flag, in one transaction.';

create function private.case_helper_is_for_ever() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tg_op <> 'UPDATE' then
    raise sqlstate 'PT409' using message = 'a saved version is never deleted', detail = '{"code": "version_immutable"}';
  end if;
  if not private.same_json(old.helper_json, new.helper_json)
    or (new.id, new.case_id, new.org_id, new.plate, new.version, new.helper_name, new.saved_at, new.saved_by,
        new.saved_from, new.label, new.trigger, new.restored_from)
    is distinct from
       (old.id, old.case_id, old.org_id, old.plate, old.version, old.helper_name, old.saved_at, old.saved_by,
        old.saved_from, old.label, old.trigger, old.restored_from)
  then
    raise sqlstate 'PT409' using message = 'a saved version never changes: save a new one',
      detail = '{"code": "version_immutable"}';
  end if;
  return new;
end;
$$;
comment on function private.case_helper_is_for_ever() is 'A saved version can be neither changed nor deleted, by any hand.';

create function private.case_helper_flag_is_ours() returns trigger
language plpgsql set search_path = ''
as $$
begin
  -- The existing UI sets is_current and the sync marks by hand: it is answered, and nothing is done.
  if current_user in ('anon', 'authenticated', 'service_role', 'backoffice_staff') then
    return null;
  end if;
  return new;
end;
$$;
comment on function private.case_helper_flag_is_ours() is 'Only case_helper_number moves the current flag.';

create trigger case_helper_1_mine before insert on public.case_helper
  for each row execute function private.case_helper_is_mine();
create trigger case_helper_2_number before insert on public.case_helper
  for each row execute function private.case_helper_number();
-- Only where such a column is named, so that retiring a version does not unpack its document.
create trigger case_helper_3_for_ever
  before update of id, case_id, org_id, plate, version, helper_name, helper_json, saved_at, saved_by, saved_from,
    label, trigger, restored_from
  or delete on public.case_helper
  for each row execute function private.case_helper_is_for_ever();
create trigger case_helper_4_flag before update on public.case_helper
  for each row execute function private.case_helper_flag_is_ours();
create trigger case_helper_no_truncate before truncate on public.case_helper
  for each statement execute function private.case_helper_is_for_ever();

alter table public.case_helper enable row level security;
alter table public.case_helper force row level security;
create policy "Members read their office's helpers" on public.case_helper
  for select to authenticated using (org_id = any (array(select private.my_orgs())));
create policy "Members save helpers of their office" on public.case_helper
  for insert to authenticated with check (org_id = any (array(select private.my_orgs())));
create policy "Members may ask, and nothing changes" on public.case_helper
  for update to authenticated
  using (org_id = any (array(select private.my_orgs())))
  with check (org_id = any (array(select private.my_orgs())));

revoke all on public.case_helper from anon, authenticated, service_role;
grant select, insert, update on public.case_helper to authenticated, service_role;
grant execute on function private.same_json(jsonb, jsonb), private.changed_sections(jsonb, jsonb)
  to authenticated, service_role;

select private.adopt_versions();
