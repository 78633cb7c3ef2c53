-- Moving in: what an office had before, kept whole, numbered once, and told piece by piece.

select private.set_aside('import_runs', 'import_sources', 'import_findings');

create table public.import_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  kind text not null check (kind in ('HELPERS', 'TABLES', 'SCHEMA')),
  place text not null check (length(place) between 1 and 500),
  state text not null default 'READING' check (state in ('READING', 'WRITING', 'PROVING', 'DONE')),
  report jsonb not null default '{}',
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);
comment on table public.import_runs is 'One move of an office''s existing data into this database, and the report of what came of it.';
comment on column public.import_runs.place is 'The name of the folder, file or schema that was read; never a path of the machine.';
create index import_runs_org on public.import_runs (org_id, started_at desc);

create table public.import_sources (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  run_id uuid not null references public.import_runs (id) on delete restrict,
  seen_in uuid not null references public.import_runs (id) on delete restrict,
  kind text not null check (kind in ('HELPER', 'ROW')),
  table_name text check (length(table_name) <= 100),
  place text not null,
  line integer,
  source_name text,
  plate text,
  filing_case_id text,
  case_key uuid,
  number bigint,
  said_at timestamptz,
  said_by text check (said_by in ('row', 'name', 'document', 'envelope', 'touched')),
  path text[] not null default '{}',
  unwrapped text[] not null default '{}',
  about jsonb not null default '{}',
  size_bytes integer not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  canonical text check (canonical ~ '^[0-9a-f]{64}$'),
  raw bytea not null,
  state text not null default 'FOUND' check (state in ('FOUND', 'VERSION', 'SAME', 'ROW', 'KEPT')),
  reason text check (length(reason) <= 100),
  case_id uuid references public.cases (id) on delete restrict,
  version integer,
  row_id uuid,
  created_at timestamptz not null default clock_timestamp(),
  constraint import_sources_once unique (org_id, place, sha256)
);
comment on table public.import_sources is
  'One row a source document, whole as it came, with what it says of itself and what became of it; never changed, never deleted.';
comment on column public.import_sources.seen_in is 'The run that met it last; run_id is the one that met it first.';
comment on column public.import_sources.path is 'The steps through the wrapping to the helper; a text on the way is JSON itself.';
comment on column public.import_sources.canonical is
  'SHA-256 of the helper without its wrapping, keys sorted, numbers as Postgres writes them: what its version must read back as.';
comment on column public.import_sources.said_by is 'What named the time: the row, its name, the document, the envelope, or only when the row was touched.';
comment on column public.import_sources.state is
  'VERSION: a version was made of it. SAME: a version or row said it already. ROW: a row was made. KEPT: it is only kept.';
create index import_sources_run on public.import_sources (seen_in, state);
create index import_sources_first_run on public.import_sources (run_id);
create index import_sources_plate on public.import_sources (org_id, plate, state);
create index import_sources_case on public.import_sources (case_id);
create index import_sources_row on public.import_sources (row_id);

do $$ begin
  alter table public.import_sources alter column raw set compression lz4;
exception when feature_not_supported then
  null;
end $$;

create table public.import_findings (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  run_id uuid not null references public.import_runs (id) on delete restrict,
  source_id uuid references public.import_sources (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  kind text not null check (kind ~ '^[a-z][a-z_]{2,39}$'),
  key text not null,
  plate text,
  details jsonb not null default '{}',
  proposed text not null check (proposed ~ '^[a-z][a-z_]{2,39}$'),
  decision text check (decision ~ '^[a-z][a-z_]{2,39}$'),
  decided_by uuid references public.profiles (user_id) on delete restrict,
  decided_at timestamptz,
  undo jsonb,
  created_at timestamptz not null default clock_timestamp(),
  constraint import_findings_once unique (org_id, kind, key)
);
comment on table public.import_findings is
  'What an import could not decide by itself: what it did meanwhile, what it proposes, and what a person decided.';
comment on column public.import_findings.details is 'Numbers, codes and names of files; never a helper''s content.';
comment on column public.import_findings.undo is 'How things stood before the decision, for taking it back.';
create index import_findings_open on public.import_findings (org_id, kind) where decision is null;
create index import_findings_run on public.import_findings (run_id);
create index import_findings_source on public.import_findings (source_id);
create index import_findings_case on public.import_findings (case_id);
create index import_findings_decided_by on public.import_findings (decided_by);

create function private.import_source_is_for_ever() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tg_op <> 'UPDATE' then
    raise sqlstate 'PT409' using message = 'a source document is never deleted', detail = '{"code": "conflict"}';
  end if;
  if (new.id, new.org_id, new.place, new.sha256, new.size_bytes) is distinct from
     (old.id, old.org_id, old.place, old.sha256, old.size_bytes) or new.raw is distinct from old.raw then
    raise sqlstate 'PT409' using message = 'a source document never changes', detail = '{"code": "conflict"}';
  end if;
  return new;
end;
$$;
comment on function private.import_source_is_for_ever() is 'What came is kept as it came, by whatever hand.';
create trigger import_sources_for_ever before update of id, org_id, place, sha256, size_bytes, raw or delete
  on public.import_sources for each row execute function private.import_source_is_for_ever();
create trigger import_sources_no_truncate before truncate on public.import_sources
  for each statement execute function private.import_source_is_for_ever();

create trigger import_findings_audit after update on public.import_findings
  for each row execute function private.audit();

do $$
declare
  v_table text;
begin
  foreach v_table in array array['import_runs', 'import_sources', 'import_findings'] loop
    execute format('alter table public.%I enable row level security', v_table);
    execute format('alter table public.%I force row level security', v_table);
    execute format('revoke all on public.%I from anon, authenticated, service_role', v_table);
    -- What an office brings along holds every case: its managers alone look into it.
    execute format('create policy %I on public.%I for select to authenticated
      using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()))',
      'Managers read what was moved in', v_table);
    execute format('grant select on public.%I to backoffice_staff', v_table);
    execute format('grant select, insert, update on public.%I to service_role', v_table);
  end loop;
end $$;
select private.goes_with_its_case('public.import_sources'), private.goes_with_its_case('public.import_findings');
create policy "Managers decide" on public.import_findings for update to authenticated
  using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()))
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Managers say what became of a document" on public.import_sources for update to authenticated
  using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()))
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
grant update (decision, decided_by, decided_at, undo) on public.import_findings to backoffice_staff;
grant update (plate, state, reason, case_id, version) on public.import_sources to backoffice_staff;

-- An import is a door of its own: its news are in the story, and old news go to nobody.

create function private.importing() returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  -- The role decides as well: nobody reaches it through PostgREST with a setting of his own.
  return current_setting('role') = 'service_role'
    and coalesce(current_setting('backoffice.importing', true), '') = 'on';
end;
$$;
comment on function private.importing() is 'True inside a transaction of manage.py import_existing.';

create function private.import_moment() returns timestamptz
language plpgsql stable set search_path = ''
as $$
begin
  return case when private.importing()
    then least(nullif(current_setting('backoffice.import_moment', true), '')::timestamptz, clock_timestamp()) end;
end;
$$;
comment on function private.import_moment() is 'When that which is being imported happened, where that is known.';
grant execute on function private.importing(), private.import_moment() to authenticated, service_role, backoffice_gateway;

create or replace function private.door() returns text
language plpgsql stable set search_path = ''
as $$
begin
  return case current_setting('role')
    when 'authenticated' then 'UI'
    when 'backoffice_staff' then 'ADMIN'
    when 'backoffice_gateway' then 'MAKE'
    when 'service_role' then case when private.importing() then 'IMPORT' else 'MAKE' end
    else 'IMPORT' end;
end;
$$;

create or replace function private.outbox_add(
  p_org_id uuid, p_case_id uuid, p_type text, p_version integer default null, p_data jsonb default '{}',
  p_dedupe text default null
) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message private.outbox;
begin
  if private.importing() then
    return null;
  end if;
  insert into private.outbox (org_id, case_id, type, version, data, dedupe)
  values (p_org_id, p_case_id, p_type, p_version, p_data, p_dedupe)
  on conflict (dedupe) do nothing
  returning * into v_message;
  if v_message.id is not null then
    insert into private.deliveries (message_id, endpoint_id, org_id, case_id, seq, type)
    select v_message.id, e.id, e.org_id, p_case_id, v_message.seq, p_type
    from private.webhook_endpoints e
    where e.org_id = p_org_id and e.deleted_at is null and p_type <> 'test.ping'
      and (e.event_types = '{}' or p_type = any (e.event_types));
  end if;
  return v_message.id;
end;
$$;
comment on function private.outbox_add(uuid, uuid, text, integer, jsonb, text) is
  'Queues one message for every endpoint of the office that wants it; null when it was told before, or is being imported.';

create function private.case_imported() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.created_at := coalesce(private.import_moment(), new.created_at);
  return new;
end;
$$;
comment on function private.case_imported() is 'A case that is moved in was opened when it was opened.';
-- After cases_before_insert, by its name.
create trigger cases_before_insert_imported before insert on public.cases
  for each row execute function private.case_imported();

create function private.case_helper_imported() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.saved_from = 'IMPORT' then
    new.saved_at := coalesce(private.import_moment(), new.saved_at);
    new.updated_at := new.saved_at;
  end if;
  return new;
end;
$$;
comment on function private.case_helper_imported() is 'A version that is moved in was saved when it was saved; its number is still ours.';
create trigger case_helper_3_imported before insert on public.case_helper
  for each row execute function private.case_helper_imported();

create function private.import_helper_of(p_source_id uuid) returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_source public.import_sources;
  v_json jsonb;
  v_step text;
begin
  select * into v_source from public.import_sources where id = p_source_id;
  v_json := ltrim(convert_from(v_source.raw, 'UTF8'), U&'\FEFF')::jsonb;
  foreach v_step in array v_source.path loop
    if jsonb_typeof(v_json) = 'string' then
      v_json := (v_json #>> '{}')::jsonb;
    end if;
    v_json := v_json #> array[v_step];
  end loop;
  if jsonb_typeof(v_json) = 'string' then
    v_json := (v_json #>> '{}')::jsonb;
  end if;
  return v_json;
end;
$$;
comment on function private.import_helper_of(uuid) is 'The helper in a source document, without its wrapping.';

create function private.import_case(
  p_org_id uuid, p_plate text, p_id uuid default null, p_status text default 'OPEN', p_owner_name text default null,
  p_inspection_location text default null, p_filing_case_id text default null, p_opened_at timestamptz default null,
  p_assigned_to uuid default null, p_created_by uuid default null
) returns public.cases
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_case public.cases;
  v_status text := p_status;
begin
  perform private.plate_queue(p_org_id, p_plate);
  -- One case of a plate is open at a time; which one, a person is asked afterwards.
  if v_status not in ('CLOSED', 'ARCHIVED') and private.open_case_of(p_org_id, p_plate) is not null then
    v_status := 'CLOSED';
  end if;
  perform set_config('backoffice.import_moment', coalesce(p_opened_at::text, ''), true);
  insert into public.cases (id, org_id, plate, status, owner_name, inspection_location, filing_case_id, assigned_to, created_by)
  values (
    case when p_id is null or exists (select from public.cases where id = p_id) then gen_random_uuid() else p_id end,
    p_org_id, p_plate, v_status, p_owner_name, p_inspection_location, coalesce(p_filing_case_id, ''),
    (select m.user_id from public.user_orgs m where m.user_id = p_assigned_to and m.org_id = p_org_id),
    (select m.user_id from public.user_orgs m where m.user_id = p_created_by and m.org_id = p_org_id))
  returning * into v_case;
  return v_case;
end;
$$;
comment on function private.import_case(uuid, text, uuid, text, text, text, text, timestamptz, uuid, uuid) is
  'Moves a case in under its own id; a second open one of its plate comes in closed.';

create function private.import_version(p_source_id uuid, p_case_id uuid, p_by text, p_saved_by uuid default null)
returns integer
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_helper jsonb := private.import_helper_of(p_source_id);
  v_source public.import_sources;
  v_version integer;
begin
  select * into v_source from public.import_sources where id = p_source_id for update;
  perform set_config('backoffice.import_moment', coalesce(v_source.said_at::text, ''), true);
  insert into public.case_helper (case_id, helper_json, label, trigger, saved_from, saved_by)
  values (p_case_id, v_helper, left(v_source.source_name, 500), 'import', 'IMPORT',
    (select m.user_id from public.user_orgs m where m.user_id = p_saved_by and m.org_id = v_source.org_id))
  returning version into v_version;
  update public.import_sources set state = 'VERSION', reason = p_by, case_id = p_case_id, version = v_version
  where id = p_source_id;
  return v_version;
end;
$$;
comment on function private.import_version(uuid, uuid, text, uuid) is
  'Makes the next version of a case of a source document; its name in the source is the label, and p_by says what put it in its order.';

create function private.import_known(p_source_id uuid, p_case_id uuid) returns integer
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_helper jsonb := private.import_helper_of(p_source_id);
  v_version integer;
begin
  select h.version into v_version from public.case_helper h
  where h.case_id = p_case_id and h.size_bytes = pg_column_size(v_helper) and private.same_json(h.helper_json, v_helper)
  order by h.version limit 1;
  return v_version;
end;
$$;
comment on function private.import_known(uuid, uuid) is 'The version of a case that says what a source document says, to the last digit.';

create function private.import_row(p_source_id uuid, p_table text, p_row jsonb) returns uuid
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_columns text;
  v_id uuid;
begin
  -- The tables of the house that an import may fill; everything else has verbs of its own.
  if p_table not in ('parts_required', 'selected_parts', 'invoice_lines', 'reminders', 'payment_tracking', 'fee_invoices',
    'documents') then
    raise sqlstate 'PT422' using message = 'no such table', detail = '{"code": "invalid", "pointer": "/table"}';
  end if;
  select string_agg(quote_ident(a.attname), ', ') into v_columns
  from pg_catalog.pg_attribute a
  where a.attrelid = format('public.%I', p_table)::regclass and a.attnum > 0 and not a.attisdropped
    and a.attgenerated = '' and jsonb_typeof(p_row -> a.attname::text) <> 'null';
  execute format('insert into public.%1$I (%2$s) select %2$s from jsonb_populate_record(null::public.%1$I, $1)
    on conflict do nothing returning id', p_table, v_columns) into v_id using p_row;
  update public.import_sources set state = case when v_id is null then 'SAME' else 'ROW' end, row_id = v_id,
    case_id = (p_row ->> 'case_id')::uuid, reason = case when v_id is null then 'already_there' end
  where id = p_source_id;
  return v_id;
end;
$$;
comment on function private.import_row(uuid, text, jsonb) is
  'Makes a row of a source row, through the table''s own rules; null where a row of its key is there already.';

revoke execute on function private.import_helper_of(uuid), private.import_version(uuid, uuid, text, uuid),
  private.import_case(uuid, text, uuid, text, text, text, text, timestamptz, uuid, uuid),
  private.import_known(uuid, uuid), private.import_row(uuid, text, jsonb) from public;
grant execute on function private.import_helper_of(uuid), private.import_known(uuid, uuid) to backoffice_staff, service_role;
grant execute on function private.import_version(uuid, uuid, text, uuid),
  private.import_case(uuid, text, uuid, text, text, text, text, timestamptz, uuid, uuid),
  private.import_row(uuid, text, jsonb) to service_role;
