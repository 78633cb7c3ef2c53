-- The way in: Make's calls repeat safely, what it sends is kept as it came, and each source writes its own subtree.

select private.set_aside('helper_sources', 'helper_sync_log');
select private.make_room('case_helper_ingest', 'case_upsert', 'events_add', 'helper_drift', 'sync_helper');

create table private.idempotency_keys (
  principal text not null,
  key text not null check (length(key) between 1 and 255),
  op text not null,
  fingerprint text not null,
  status integer not null,
  answer text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (principal, key)
);
comment on table private.idempotency_keys is 'What a call was answered, so that a repeat of it gets the same and does nothing.';
create index idempotency_keys_age on private.idempotency_keys (created_at);

create function private.idempotency_claim(p_principal text, p_key text, p_op text, p_fingerprint text)
returns table (state text, status integer, answer text)
language plpgsql volatile security definer set search_path = '' set lock_timeout = '2s'
as $$
declare
  v_known private.idempotency_keys;
begin
  -- Who calls with the same key at the same moment waits here, and then finds the answer.
  begin
    perform pg_advisory_xact_lock(hashtextextended('idempotency:' || p_principal || ':' || p_key, 0));
  exception when lock_not_available then
    return query select 'busy', null::integer, null::text;
    return;
  end;
  select * into v_known from private.idempotency_keys k
  where k.principal = p_principal and k.key = p_key and k.created_at > clock_timestamp() - interval '72 hours';
  return query select
    case when v_known.key is null then 'new'
      when v_known.op <> p_op or v_known.fingerprint <> p_fingerprint then 'mismatch'
      else 'known' end,
    v_known.status, v_known.answer;
end;
$$;
comment on function private.idempotency_claim(text, text, text, text) is
  'new: go on, the key is held until the transaction ends; known: the answer it got; mismatch; busy.';

create function private.idempotency_keep(
  p_principal text, p_key text, p_op text, p_fingerprint text, p_status integer, p_answer text
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.idempotency_keys (principal, key, op, fingerprint, status, answer)
  values (p_principal, p_key, p_op, p_fingerprint, p_status, p_answer)
  on conflict (principal, key) do update set op = excluded.op, fingerprint = excluded.fingerprint,
    status = excluded.status, answer = excluded.answer, created_at = clock_timestamp();
end;
$$;
comment on function private.idempotency_keep(text, text, text, text, integer, text) is
  'Keeps the answer of a claimed key; a row that is overwritten is older than its 72 hours.';

create function private.idempotency_sweep(p_hours integer) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  delete from private.idempotency_keys where created_at < clock_timestamp() - make_interval(hours => greatest(p_hours, 72));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.idempotency_sweep(integer) is 'Forgets answers nobody will ask for again.';
grant execute on function private.idempotency_claim(text, text, text, text),
  private.idempotency_keep(text, text, text, text, integer, text) to backoffice_gateway, service_role;
grant execute on function private.idempotency_sweep(integer) to service_role;

-- What came, as it came.

create table private.raw_answers (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  source text not null check (length(source) <= 100),
  body text not null,
  parsed jsonb,
  error text,
  request_id text,
  created_at timestamptz not null default clock_timestamp()
);
comment on table private.raw_answers is 'What Make sent, as text, beside what it was read as; passwords are blotted out before it gets here.';
create index raw_answers_org on private.raw_answers (org_id, created_at desc);
create index raw_answers_case on private.raw_answers (case_id, created_at desc);
create trigger raw_answers_only_grow before update or delete or truncate on private.raw_answers
  for each statement execute function private.not_by_hand();

create function private.raw_answer_add(
  p_org_id uuid, p_case_id uuid, p_source text, p_body text, p_parsed jsonb default null, p_error text default null
) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_org uuid := coalesce((select c.org_id from public.cases c where c.id = p_case_id), p_org_id, private.my_org());
  v_id uuid;
begin
  if current_setting('role') <> 'service_role' and not v_org = any (array(select private.my_orgs())) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  insert into private.raw_answers (org_id, case_id, source, body, parsed, error, request_id)
  values (v_org, p_case_id, left(p_source, 100), p_body, p_parsed, p_error, private.request_id())
  returning id into v_id;
  return v_id;
end;
$$;
comment on function private.raw_answer_add(uuid, uuid, text, text, jsonb, text) is 'Keeps one answer of Make''s as it came.';
grant execute on function private.raw_answer_add(uuid, uuid, text, text, jsonb, text) to authenticated, service_role;

-- Which source may write which subtree.

create table public.helper_sources (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  source text not null check (source ~ '^[a-z][a-z0-9_]{0,49}$'),
  pointer text not null check (pointer ~ '^(/([^/~]|~0|~1)*)+$' and length(pointer) <= 500),
  note text check (length(note) <= 500),
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  constraint helper_sources_once unique (org_id, source, pointer)
);
comment on table public.helper_sources is 'Which source may write which subtree of a helper; whatever lies outside is refused.';
comment on column public.helper_sources.pointer is 'RFC 6901, from the root of the helper.';
create index helper_sources_created_by on public.helper_sources (created_by);
create trigger helper_sources_audit after insert or update or delete on public.helper_sources
  for each row execute function private.audit();

create function private.helper_sources_give(p_org_id uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.helper_sources (org_id, source, pointer)
  select p_org_id, s.source, p
  from (values
    ('levi', array['/valuation', '/levisummary', '/levi_data', '/levi_report', '/levi', '/expertise/levi_report',
      '/calculations', '/vehicle', '/meta/last_levi_processed', '/meta/levi_report_available',
      '/meta/last_webhook_update', '/meta/last_updated', '/raw_webhook_data']),
    ('car_details', array['/vehicle', '/car_details', '/meta', '/case_info', '/stakeholders/owner',
      '/stakeholders/garage', '/raw_webhook_data']),
    ('general_info', array['/stakeholders', '/vehicle/km', '/case_info', '/meta', '/general_info']),
    ('expertise', array['/car_details', '/case_info', '/centers', '/damage_centers', '/current_damage_center',
      '/damage_assessment', '/damage_info', '/expertise', '/expertise_snapshot', '/general', '/levisummary', '/meta',
      '/parts_search', '/raw_webhook_data', '/stakeholders', '/valuation', '/vehicle', '/calculations', '/documents',
      '/estimate', '/final_report', '/financials', '/levi_data']),
    ('estimate', array['/estimate', '/estimate_snapshot', '/meta', '/claims_data', '/calculations', '/depreciation']),
    ('final_report', array['/final_report', '/meta', '/claims_data', '/calculations', '/depreciation',
      '/centers_archive', '/centers_archive_meta', '/centers_after_invoice', '/centers_after_invoice_meta']),
    ('invoice_ocr', array['/invoices', '/current_invoice', '/invoice', '/invoice_case_info', '/invoice_summary',
      '/financials', '/meta/last_invoice_processed', '/meta/total_invoices', '/raw_webhook_data']),
    ('parts_search', array['/parts_search', '/raw_webhook_data']),
    ('images', array['/images', '/documents/images', '/documents/photo_count']),
    ('assistant', array['/assistant_history'])
  ) s (source, pointers), unnest(s.pointers) p;
end;
$$;
comment on function private.helper_sources_give(uuid) is 'An office starts with what the scenarios of today write.';

create function private.helper_sources_of_new_office() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform private.helper_sources_give(new.id);
  return null;
end;
$$;
comment on function private.helper_sources_of_new_office() is 'A new office knows today''s sources from the first moment.';
create trigger orgs_helper_sources after insert on public.orgs
  for each row execute function private.helper_sources_of_new_office();
select private.helper_sources_give(id) from public.orgs;

alter table public.helper_sources enable row level security;
alter table public.helper_sources force row level security;
revoke all on public.helper_sources from anon, authenticated, service_role;
create policy "Members read who writes what" on public.helper_sources for select to authenticated
  using (org_id = any (array(select private.my_orgs())));
create policy "Managers allow a subtree" on public.helper_sources for insert to backoffice_staff
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Managers change a subtree" on public.helper_sources for update to backoffice_staff
  using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()))
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Managers take a subtree away" on public.helper_sources for delete to backoffice_staff
  using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
grant select on public.helper_sources to authenticated, service_role;
grant insert (org_id, source, pointer, note), update (pointer, note), delete on public.helper_sources
  to backoffice_staff, service_role;

-- Two JSON documents become one.

create function private.json_merge(p_target jsonb, p_patch jsonb, p_null_removes boolean) returns jsonb
language plpgsql immutable set search_path = ''
as $$
declare
  v_target jsonb := case when jsonb_typeof(p_target) = 'object' then p_target else '{}' end;
begin
  if jsonb_typeof(p_patch) <> 'object' then
    return p_patch;
  end if;
  return (
    select coalesce(jsonb_object_agg(key, value), '{}') from (
      select t.key, t.value from jsonb_each(v_target) t where not p_patch ? t.key
      union all
      select p.key, private.json_merge(v_target -> p.key, p.value, p_null_removes) from jsonb_each(p_patch) p
      where not (p_null_removes and p.value = 'null')
    ) merged);
end;
$$;
comment on function private.json_merge(jsonb, jsonb, boolean) is
  'RFC 7396 where null removes; else null is a value like any other. Arrays are replaced whole.';

create function private.pointers_outside(p_patch jsonb, p_allowed text[], p_at text default '') returns setof text
language plpgsql immutable set search_path = ''
as $$
declare
  v_key text;
  v_value jsonb;
  v_pointer text;
begin
  for v_key, v_value in select * from jsonb_each(p_patch) loop
    v_pointer := p_at || '/' || replace(replace(v_key, '~', '~0'), '/', '~1');
    if exists (select from unnest(p_allowed) a where v_pointer = a or starts_with(v_pointer, a || '/')) then
      continue;
    elsif jsonb_typeof(v_value) = 'object' and exists (
      select from unnest(p_allowed) a where starts_with(a, v_pointer || '/')
    ) then
      return query select private.pointers_outside(v_value, p_allowed, v_pointer);
    else
      return next v_pointer;
    end if;
  end loop;
end;
$$;
comment on function private.pointers_outside(jsonb, text[], text) is 'The places of a patch that no allowed pointer covers.';

create function public.case_helper_ingest(
  p_case_id uuid, p_patch jsonb, p_source text default null, p_expected_version integer default null,
  p_null_removes boolean default false, p_trigger text default null
) returns public.case_helper
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_case public.cases;
  v_current public.case_helper;
  v_allowed text[];
  v_outside text[];
  v_merged jsonb;
  v_saved public.case_helper;
begin
  select * into v_case from public.cases where id = p_case_id;
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  if jsonb_typeof(p_patch) is distinct from 'object' then
    raise sqlstate 'PT422' using message = 'an object is expected', detail = '{"code": "invalid", "pointer": "/patch"}';
  end if;
  if p_source is not null then
    select array_agg(pointer) into v_allowed from public.helper_sources
    where org_id = v_case.org_id and source = p_source;
    if v_allowed is null then
      raise sqlstate 'PT422' using message = 'no such source', detail = '{"code": "invalid", "pointer": "/source"}';
    end if;
    v_outside := array(select private.pointers_outside(p_patch, v_allowed));
  end if;
  -- The plate never changes, and what identifies a version is not part of it.
  v_outside := coalesce(v_outside, '{}') || array(
    select r from unnest(array['/name', '/source', '/version', '/plateNumber', '/org_id']) r where p_patch ? substr(r, 2));
  if private.plate_digits(p_patch #>> '{meta,plate}') <> v_case.plate then
    v_outside := v_outside || '/meta/plate'::text;
  end if;
  if v_outside <> '{}' then
    raise sqlstate 'PT422' using message = 'this place may not be written here',
      detail = jsonb_build_object('code', 'invalid', 'pointers', to_jsonb(v_outside));
  end if;

  -- Without a version the last one wins, but over what is there once the queue lets us in.
  perform private.plate_queue(v_case.org_id, v_case.plate);
  select * into v_case from public.cases where id = p_case_id;
  perform private.case_lock(p_case_id, coalesce(p_expected_version, v_case.current_version), null);
  select * into v_current from public.case_helper where case_id = p_case_id and is_current;
  v_merged := private.json_merge(v_current.helper_json, p_patch, p_null_removes);
  if private.same_json(v_current.helper_json, v_merged) then
    return v_current;
  end if;
  insert into public.case_helper (case_id, helper_json, trigger)
  values (p_case_id, v_merged, coalesce(p_trigger, p_source))
  returning * into v_saved;
  return v_saved;
end;
$$;
comment on function public.case_helper_ingest(uuid, jsonb, text, integer, boolean, text) is
  'Merges what one source may write into the current helper, as a new version; what is not named stays as it was.';

-- The catalogue, from Make's side.

create function private.case_of(p_case_id uuid, p_plate text) returns uuid
language plpgsql stable set search_path = ''
as $$
declare
  v_found uuid[];
begin
  if p_case_id is not null then
    v_found := array(select id from public.cases
      where id = p_case_id and (p_plate is null or plate = private.plate_digits(p_plate)));
  else
    v_found := array(select id from public.cases
      where plate = private.plate_digits(p_plate) and status not in ('CLOSED', 'ARCHIVED'));
  end if;
  if cardinality(v_found) > 1 then
    raise sqlstate 'PT422' using message = 'more than one office has this plate: name the case',
      detail = '{"code": "invalid", "pointer": "/case_id"}';
  elsif v_found = '{}' then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  return v_found[1];
end;
$$;
comment on function private.case_of(uuid, text) is 'The case that is meant: by id, or the open one of a plate in any spelling.';

create function private.case_queued(p_case_id uuid, p_plate text, p_org_id uuid default null)
returns table (case_id uuid, version integer)
language plpgsql volatile set search_path = ''
as $$
#variable_conflict use_column
declare
  v_id uuid;
begin
  v_id := private.case_of(
    case when p_case_id is null and p_org_id is not null
      then coalesce(private.open_case_of(p_org_id, private.plate_digits(p_plate)), '00000000-0000-0000-0000-000000000000')
      else p_case_id end, p_plate);
  perform private.plate_queue(c.org_id, c.plate) from public.cases c where c.id = v_id;
  -- Asked by a statement of its own: only a new snapshot sees what was saved while we waited.
  return query select c.id, c.current_version from public.cases c where c.id = v_id;
end;
$$;
comment on function private.case_queued(uuid, text, uuid) is
  'The case that is meant, with the version nobody can save over before this transaction ends.';

create function public.case_upsert(
  p_plate text, p_owner_name text default null, p_inspection_location text default null, p_status text default null,
  p_assigned_to uuid default null, p_filing_case_id text default null, p_helper_json jsonb default null,
  p_org_id uuid default null
) returns table (
  case_id uuid, plate text, version integer, helper_name text, created boolean, changed_sections text[]
)
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  v_org uuid := coalesce(p_org_id, private.my_org());
  v_case uuid;
  v_saved public.case_helper;
begin
  perform private.plate_queue(v_org, private.plate_digits(p_plate));
  v_case := private.open_case_of(v_org, private.plate_digits(p_plate));
  if v_case is null then
    v_saved := public.case_open(p_plate, p_owner_name, p_inspection_location, p_status, p_assigned_to,
      p_filing_case_id, coalesce(p_helper_json, '{}'), p_org_id => v_org);
    return query select v_saved.case_id, v_saved.plate, v_saved.version, v_saved.helper_name, true, v_saved.changed_sections;
    return;
  end if;
  update public.cases c set
    owner_name = coalesce(p_owner_name, c.owner_name),
    inspection_location = coalesce(p_inspection_location, c.inspection_location),
    status = coalesce(p_status, c.status),
    assigned_to = coalesce(p_assigned_to, c.assigned_to),
    filing_case_id = coalesce(nullif(p_filing_case_id, ''), c.filing_case_id)
  where c.id = v_case and (
    p_owner_name is distinct from c.owner_name and p_owner_name is not null
    or p_inspection_location is distinct from c.inspection_location and p_inspection_location is not null
    or p_status is distinct from c.status and p_status is not null
    or p_assigned_to is distinct from c.assigned_to and p_assigned_to is not null
    or p_filing_case_id is distinct from c.filing_case_id and nullif(p_filing_case_id, '') is not null);
  if p_helper_json is not null and not exists (
    select from public.case_helper h
    where h.case_id = v_case and h.is_current and private.same_json(h.helper_json, p_helper_json)
  ) then
    insert into public.case_helper (case_id, helper_json, trigger)
    values (v_case, p_helper_json, 'case.upsert') returning * into v_saved;
  end if;
  return query select h.case_id, h.plate, h.version, h.helper_name, false, coalesce(v_saved.changed_sections, '{}')
    from public.case_helper h where h.case_id = v_case and h.is_current;
end;
$$;
comment on function public.case_upsert(text, text, text, text, uuid, text, jsonb, uuid) is
  'Opens a case, or brings the facts of the plate''s open one up to date; what is not named stays.';

create function public.events_add(p_type text, p_case_id uuid default null, p_data jsonb default '{}', p_version integer default null)
returns public.events
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_org uuid := private.my_org();
  v_event public.events;
begin
  if p_type !~ '^[a-z][a-z0-9_]{0,49}\.[a-z][a-z0-9_]{0,49}$'
    or p_type ~ '^(case|case_helper|helper|flag|webhook_endpoint)\.' then
    raise sqlstate 'PT422' using message = 'not a type that can be added from outside',
      detail = '{"code": "invalid", "pointer": "/type"}';
  end if;
  if p_case_id is not null then
    select org_id into v_org from public.cases where id = p_case_id;
    if not found then
      raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
    end if;
  elsif v_org is null then
    raise sqlstate 'PT422' using message = 'name the case', detail = '{"code": "invalid", "pointer": "/case_id"}';
  end if;
  perform private.event_add_mine(v_org, p_case_id, p_type, p_version, p_data);
  select * into v_event from public.events
  where org_id = v_org and type = p_type and case_id is not distinct from p_case_id
    and request_id is not distinct from private.request_id() order by at desc limit 1;
  return v_event;
end;
$$;
comment on function public.events_add(text, uuid, jsonb, integer) is
  'Writes what happened outside into a case''s story; our own news cannot be invented.';

create function private.event_add_mine(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if current_setting('role') <> 'service_role' and not p_org_id = any (array(select private.my_orgs())) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  perform private.event_add(p_org_id, p_case_id, p_type, p_version, p_data);
end;
$$;
comment on function private.event_add_mine(uuid, uuid, text, integer, jsonb) is 'Writes an event of the caller''s own office.';

-- The shadow mirror.

create table public.helper_sync_log (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  sync_direction text not null check (sync_direction in ('TO_SUPABASE', 'FROM_SUPABASE')),
  sync_status text not null check (sync_status in ('SUCCESS', 'PARTIAL', 'FAILED')),
  sections_synced text[] not null default '{}',
  sections_refused text[] not null default '{}',
  error_details jsonb,
  door text not null,
  source text,
  version integer,
  raw_id uuid references private.raw_answers (id) on delete restrict,
  request_id text,
  created_at timestamptz not null default clock_timestamp()
);
comment on table public.helper_sync_log is 'Every helper that Make sent us or we sent Make: what came of it.';
comment on column public.helper_sync_log.version is 'The version that holds what was received or sent.';
comment on column public.helper_sync_log.raw_id is 'Where the received helper is kept when no version holds it as it came.';
create index helper_sync_log_case on public.helper_sync_log (case_id, created_at desc);
create index helper_sync_log_org on public.helper_sync_log (org_id, created_at desc);
create index helper_sync_log_raw_id on public.helper_sync_log (raw_id);
create trigger helper_sync_log_only_grows before update or delete or truncate on public.helper_sync_log
  for each statement execute function private.not_by_hand();
alter table public.helper_sync_log enable row level security;
alter table public.helper_sync_log force row level security;
create policy "Members read how the mirror does" on public.helper_sync_log for select to authenticated
  using (org_id = any (array(select private.my_orgs())));
revoke all on public.helper_sync_log from anon, authenticated, service_role;
grant select on public.helper_sync_log to authenticated, service_role;

create function private.sync_log_add(
  p_case_id uuid, p_direction text, p_status text, p_sections text[], p_refused text[] default '{}',
  p_error jsonb default null, p_source text default null, p_version integer default null, p_raw_id uuid default null
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.helper_sync_log (org_id, case_id, sync_direction, sync_status, sections_synced, sections_refused,
    error_details, door, source, version, raw_id, request_id)
  select c.org_id, c.id, p_direction, p_status, p_sections, p_refused, p_error, private.door(), left(p_source, 100),
    p_version, p_raw_id, private.request_id()
  from public.cases c where c.id = p_case_id
    and (current_setting('role') in ('service_role', 'none') or c.org_id = any (array(select private.my_orgs())));
end;
$$;
comment on function private.sync_log_add(uuid, text, text, text[], text[], jsonb, text, integer, uuid) is
  'One line of the mirror''s log.';

create function private.export_ended() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform private.sync_log_add(new.case_id, 'FROM_SUPABASE',
    case new.status when 'delivered' then 'SUCCESS' else 'FAILED' end, '{}',
    p_error => case when new.status = 'dead' then jsonb_build_object('http_status', new.http_status, 'error', new.error) end,
    p_source => 'helper.export',
    p_version => (select o.version from private.outbox o where o.id = new.message_id));
  return null;
end;
$$;
comment on function private.export_ended() is 'An export that arrived, or was given up, is a line of the mirror''s log.';
create trigger deliveries_export_ended after update of status on private.deliveries
  for each row when (new.type = 'helper.export' and new.status in ('delivered', 'dead') and old.status = 'pending')
  execute function private.export_ended();

create function private.bare_helper(p_json jsonb) returns jsonb
language plpgsql immutable set search_path = ''
as $$
declare
  v_json jsonb := p_json;
begin
  for i in 1..4 loop
    if jsonb_typeof(v_json) = 'string' then
      v_json := (v_json #>> '{}')::jsonb;
    elsif jsonb_typeof(v_json) = 'array' and jsonb_array_length(v_json) = 1 then
      v_json := v_json -> 0;
    elsif jsonb_typeof(v_json -> 'helper_data') = 'object' and not v_json ?| array[
      'meta', 'vehicle', 'car_details', 'case_info', 'stakeholders', 'general', 'valuation', 'levisummary', 'expertise',
      'centers', 'damage_centers', 'damage_assessment', 'parts_search', 'invoices', 'financials', 'calculations',
      'depreciation', 'claims_data', 'estimate', 'final_report', 'images', 'documents', 'raw_webhook_data'
    ] then
      -- With a section of a helper beside it, it is no wrapping: taking it off would drop that section without a word.
      v_json := v_json -> 'helper_data';
    else
      exit;
    end if;
  end loop;
  return v_json;
exception when invalid_text_representation or untranslatable_character then
  return null;
end;
$$;
comment on function private.bare_helper(jsonb) is 'The helper without what Make wraps around it: text, a list of one, helper_data.';

create function public.sync_helper(case_id text, helper_json jsonb, source text default 'MAKE') returns jsonb
language plpgsql volatile security invoker set search_path = '' set lock_timeout = '3s'
as $$
#variable_conflict use_column
declare
  v_given text := sync_helper.case_id;
  v_is_make boolean := private.door() = 'MAKE' or upper(sync_helper.source) = 'MAKE';
  v_helper jsonb := private.bare_helper(sync_helper.helper_json);
  v_case uuid;
  v_current public.case_helper;
  v_saved public.case_helper;
  v_kept text[] := '{}';
  v_raw uuid;
begin
  v_case := private.case_of(
    case when v_given ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then v_given::uuid end,
    case when v_given !~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then v_given end);
  if jsonb_typeof(v_helper) is distinct from 'object' then
    raise sqlstate 'PT422' using message = 'a helper is a JSON object',
      detail = '{"code": "invalid", "pointer": "/helper_json"}';
  end if;

  begin
    select c.plate into v_saved.plate from public.cases c where c.id = v_case;
    perform private.plate_queue(c.org_id, c.plate) from public.cases c where c.id = v_case;
    select * into v_current from public.case_helper h where h.case_id = v_case and h.is_current;
    if v_is_make then
      v_kept := public.case_helper_not_makes(v_case, private.changed_sections(v_current.helper_json, v_helper));
    end if;
    if v_kept <> '{}' then
      -- Modules that have moved to us stay as we have them; the rest is taken. What came is kept beside it.
      v_raw := private.raw_answer_add(null, v_case, 'sync_helper', v_helper::text, v_helper, null);
      v_helper := (v_helper - v_kept) || coalesce((
        select jsonb_object_agg(k, v_current.helper_json -> k) from unnest(v_kept) k where v_current.helper_json ? k), '{}');
    end if;
    if private.same_json(v_current.helper_json, v_helper) then
      v_saved := v_current;
    else
      insert into public.case_helper (case_id, helper_json, trigger)
      values (v_case, v_helper, 'sync_helper') returning * into v_saved;
    end if;
    perform private.sync_log_add(v_case, 'TO_SUPABASE', case when v_kept = '{}' then 'SUCCESS' else 'PARTIAL' end,
      array(select jsonb_object_keys(v_helper - v_kept) order by 1), v_kept, null, sync_helper.source, v_saved.version, v_raw);
    return jsonb_build_object('case_id', v_case, 'plate', v_saved.plate, 'version', v_saved.version,
      'helper_name', v_saved.helper_name, 'date', v_saved.saved_at, 'unchanged', v_saved.version = v_current.version,
      'status', case when v_kept = '{}' then 'SUCCESS' else 'PARTIAL' end, 'sections_refused', to_jsonb(v_kept));
  exception when others then
    -- Our trouble is not the caller's: what came is kept, and the log says that no version holds it yet.
    v_raw := private.raw_answer_add(null, v_case, 'sync_helper', v_helper::text, v_helper, sqlstate);
    perform private.sync_log_add(v_case, 'TO_SUPABASE', 'FAILED', '{}', '{}', jsonb_build_object('sqlstate', sqlstate),
      sync_helper.source, null, v_raw);
    return jsonb_build_object('case_id', v_case, 'status', 'KEPT', 'kept_as', v_raw);
  end;
end;
$$;
comment on function public.sync_helper(text, jsonb, text) is
  'The shadow mirror''s write, as Make''s scenarios call it: always a version, never an overwrite.';

create function public.helper_drift(p_case_id uuid default null, p_limit integer default 100)
returns table (
  case_id uuid, plate text, last_received timestamptz, last_status text, last_equal timestamptz, received_version integer,
  current_version integer, is_equal boolean, sections text[]
)
language plpgsql stable security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select c.id, c.plate, l.created_at, l.sync_status,
      (select max(e.created_at) from public.helper_sync_log e
        where e.case_id = c.id and e.sync_direction = 'TO_SUPABASE' and e.sync_status = 'SUCCESS'),
      l.version, c.current_version,
      d.sections = '{}', d.sections
    from public.cases c
    cross join lateral (
      select * from public.helper_sync_log s
      where s.case_id = c.id and s.sync_direction = 'TO_SUPABASE' order by s.created_at desc limit 1) l
    cross join lateral (
      select case when l.raw_id is null and l.version = c.current_version then '{}'::text[]
        else private.changed_sections(
          case when l.raw_id is not null then private.raw_answer_json(l.raw_id)
            else (select r.helper_json from public.case_helper r where r.case_id = c.id and r.version = l.version) end,
          (select h.helper_json from public.case_helper h where h.case_id = c.id and h.is_current)) end as sections) d
    where p_case_id is null or c.id = p_case_id
    order by d.sections = '{}', l.created_at desc limit p_limit;
end;
$$;
comment on function public.helper_drift(uuid, integer) is
  'The last helper Make sent beside ours, case by case: when, and which sections differ now.';

create function private.raw_answer_json(p_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select r.parsed from private.raw_answers r where r.id = p_id
    and (current_setting('role') = 'service_role' or r.org_id = any (array(select private.my_orgs()))));
end;
$$;
comment on function private.raw_answer_json(uuid) is 'A kept answer of the caller''s own office, as it was read.';

do $$
declare
  v_table text;
begin
  foreach v_table in array array['idempotency_keys', 'raw_answers'] loop
    execute format('alter table private.%I enable row level security', v_table);
    execute format('alter table private.%I force row level security', v_table);
    execute format('revoke all on private.%I from anon, authenticated, service_role', v_table);
  end loop;
end $$;
create policy "Staff read what Make sent their office" on private.raw_answers for select to backoffice_staff
  using (org_id = any (array(select private.my_orgs())));
grant select on private.raw_answers to backoffice_staff, service_role;
create policy "Jobs look at kept answers" on private.idempotency_keys for select to service_role using (principal <> '');
grant select on private.idempotency_keys to service_role;

grant execute on function private.json_merge(jsonb, jsonb, boolean), private.pointers_outside(jsonb, text[], text),
  private.case_of(uuid, text), private.case_queued(uuid, text, uuid), private.event_add_mine(uuid, uuid, text, integer, jsonb),
  private.sync_log_add(uuid, text, text, text[], text[], jsonb, text, integer, uuid), private.bare_helper(jsonb),
  private.raw_answer_json(uuid) to authenticated, service_role;
revoke execute on function public.case_helper_ingest(uuid, jsonb, text, integer, boolean, text),
  public.case_upsert(text, text, text, text, uuid, text, jsonb, uuid), public.events_add(text, uuid, jsonb, integer),
  public.sync_helper(text, jsonb, text), public.helper_drift(uuid, integer)
  from public, anon, authenticated, service_role;
grant execute on function public.case_helper_ingest(uuid, jsonb, text, integer, boolean, text),
  public.case_upsert(text, text, text, text, uuid, text, jsonb, uuid),
  public.sync_helper(text, jsonb, text), public.helper_drift(uuid, integer) to authenticated, service_role;
-- A person's story is written by the tables themselves.
grant execute on function public.events_add(text, uuid, jsonb, integer) to backoffice_gateway, service_role;
