-- Everything that happens is told, staff know what went wrong, and long work says how far it is.

select private.set_aside('system_logs', 'job_runs', 'admin_system_health');

-- A report over all of an office's cases stays quick with a million events: each filter has its own order.
alter table public.events add column kind text not null generated always as (split_part(type, '.', 1)) stored;
comment on column public.events.kind is 'What it is about: the first word of the type.';
drop index public.events_org;
create index events_org on public.events (org_id, at desc, id desc);
create index events_kind on public.events (org_id, kind, at desc, id desc);
create index events_by_actor on public.events (org_id, actor, at desc, id desc);
create index events_door on public.events (org_id, door, at desc, id desc);
create index events_at on public.events (at desc, id desc);

-- What the tables of people, cases and machinery did not tell yet.

create function private.changed_only(p_was jsonb, p_became jsonb, p_columns text[]) returns jsonb
language plpgsql immutable set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('was', coalesce(jsonb_object_agg(c, p_was -> c), '{}'),
      'became', coalesce(jsonb_object_agg(c, p_became -> c), '{}'))
    from unnest(p_columns) c where p_was -> c is distinct from p_became -> c);
end;
$$;
comment on function private.changed_only(jsonb, jsonb, text[]) is 'Before and after of the named columns that differ, and of no others.';

create or replace function private.case_news() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_changes jsonb;
begin
  if tg_op = 'INSERT' then
    insert into public.case_search_index (case_id, org_id) values (new.id, new.org_id);
    perform private.event_add(new.org_id, new.id, 'case.upserted', p_data => jsonb_build_object('created', true));
    return null;
  end if;
  if (new.status, new.owner_name, new.inspection_location, new.filing_case_id)
    is distinct from (old.status, old.owner_name, old.inspection_location, old.filing_case_id) then
    -- Its trigger makes it anew.
    update public.case_search_index set updated_at = now() where case_id = new.id;
  end if;
  if new.status is distinct from old.status then
    perform private.event_add(new.org_id, new.id, 'case.status_changed',
      p_data => jsonb_build_object('from', old.status, 'to', new.status));
  end if;
  v_changes := private.changed_only(to_jsonb(old), to_jsonb(new),
    array['owner_name', 'assigned_to', 'inspection_location', 'filing_case_id']);
  if v_changes -> 'became' <> '{}' then
    perform private.event_add(new.org_id, new.id, 'case.upserted',
      p_data => jsonb_build_object('created', false) || v_changes);
  end if;
  return null;
end;
$$;
comment on function private.case_news() is 'A case that is opened, moved or changed leaves an event, whichever door it came through.';

create function private.people_news() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_became jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  v_one jsonb := coalesce(v_became, v_was);
  v_changes jsonb;
begin
  -- Phone, mail and devices are named and not shown; a login's time is no news.
  v_changes := private.changed_only(coalesce(v_was, '{}'), coalesce(v_became, '{}'), array['role', 'status', 'org_id', 'name']);
  if tg_op = 'UPDATE' and v_one - '{last_login,updated_at,onesignal_id}'::text[] = v_was - '{last_login,updated_at,onesignal_id}'::text[] then
    return null;
  end if;
  -- A person's own office comes with the person, and is told once.
  if tg_table_name = 'user_orgs' and tg_op = 'INSERT' and exists (
    select from public.profiles p where p.user_id = (v_one ->> 'user_id')::uuid and p.org_id = (v_one ->> 'org_id')::uuid
  ) then
    return null;
  end if;
  perform private.event_add(coalesce(v_one ->> 'org_id', v_one ->> 'id')::uuid, null,
    tg_argv[0] || case tg_op when 'INSERT' then '.added' when 'UPDATE' then '.changed' else '.removed' end,
    p_data => jsonb_strip_nulls(jsonb_build_object('table', tg_table_name, 'op', lower(tg_op), 'user_id', v_one -> 'user_id',
      'name', v_one -> 'name',
      'was', nullif(v_changes -> 'was', '{}'), 'became', nullif(v_changes -> 'became', '{}'),
      'changed', case when tg_op = 'UPDATE' then (select jsonb_agg(k order by k) from jsonb_object_keys(v_one) k
        where v_one -> k is distinct from v_was -> k and k <> 'updated_at') end)));
  return null;
end;
$$;
comment on function private.people_news() is 'Who came, went, or was given another role; contact details are named, never shown.';
create trigger orgs_news after insert or update on public.orgs
  for each row execute function private.people_news('org');
create trigger profiles_news after insert or update on public.profiles
  for each row execute function private.people_news('profile');
create trigger user_orgs_news after insert or update or delete on public.user_orgs
  for each row execute function private.people_news('membership');

create function private.audit_news() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_one jsonb := coalesce(new.new_values, new.old_values);
  v_changes jsonb;
begin
  -- What an office is founded with, nobody did. A switch tells of itself.
  if new.org_id is null or new.table_name = 'feature_flags' or (new.action = 'INSERT' and new.actor is null) then
    return null;
  end if;
  -- An address is as good as a key: who knows it can call it.
  v_changes := private.changed_only(coalesce(new.old_values, '{}'), coalesce(new.new_values, '{}'),
    array['name', 'ops', 'revoked_at', 'event_types', 'body', 'is_paused', 'paused_reason', 'deleted_at', 'source', 'pointer', 'note']);
  perform private.event_add(new.org_id, null,
    case new.table_name when 'helper_sources' then 'helper_source' else rtrim(new.table_name, 's') end
      || case new.action when 'INSERT' then '.added' when 'UPDATE' then '.changed' else '.removed' end,
    p_data => jsonb_strip_nulls(jsonb_build_object('table', new.table_name, 'op', lower(new.action), 'ids', jsonb_build_array(new.record_id),
      'name', coalesce(v_one -> 'name', v_one -> 'source'), 'was', v_changes -> 'was', 'became', v_changes -> 'became')));
  return null;
end;
$$;
comment on function private.audit_news() is 'Endpoints, keys and sources stand in the office''s story too, without addresses and secrets.';
create trigger audit_log_news after insert on private.audit_log
  for each row execute function private.audit_news();

-- What Make says of itself stands in words of its own, so that our news cannot be invented.

drop function public.events_add(text, uuid, jsonb, integer);
create function public.events_add(
  p_type text, p_case_id uuid default null, p_data jsonb default '{}', p_version integer default null, p_text text default null
) returns public.events
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_org uuid := private.my_org();
  v_event public.events;
begin
  if p_type !~ '^(make|scenario|sheet|mail|message|whatsapp|sms|push|call|calendar|drive|folder|log|note)\.[a-z][a-z0-9_]{0,49}$' then
    raise sqlstate 'PT422' using message = 'not a type that can be added from outside',
      detail = '{"code": "invalid", "pointer": "/type"}';
  end if;
  if jsonb_typeof(p_data) <> 'object' or octet_length(p_data::text) > 8192 then
    raise sqlstate 'PT422' using message = 'data is an object of 8 KB at most',
      detail = '{"code": "invalid", "pointer": "/data"}';
  end if;
  if p_case_id is not null then
    select org_id into v_org from public.cases where id = p_case_id;
    if not found then
      raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
    end if;
  elsif v_org is null then
    raise sqlstate 'PT422' using message = 'name the case', detail = '{"code": "invalid", "pointer": "/case_id"}';
  end if;
  perform private.event_add_mine(v_org, p_case_id, p_type, p_version,
    case when nullif(trim(p_text), '') is null then p_data else p_data || jsonb_build_object('text', left(trim(p_text), 500)) end);
  select * into v_event from public.events
  where org_id = v_org and type = p_type and case_id is not distinct from p_case_id
    and request_id is not distinct from private.request_id() order by at desc limit 1;
  return v_event;
end;
$$;
comment on function public.events_add(text, uuid, jsonb, integer, text) is
  'Writes what happened outside into a case''s story; our own news cannot be invented.';
revoke execute on function public.events_add(text, uuid, jsonb, integer, text) from public, anon, authenticated, service_role;
-- A person's story is written by the tables themselves.
grant execute on function public.events_add(text, uuid, jsonb, integer, text) to backoffice_gateway, service_role;

-- One story of a case: what happened, and what Make was told of it.

create function private.case_deliveries(p_case_id uuid)
returns table (id uuid, org_id uuid, type text, at timestamptz, version integer, data jsonb)
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query
    select d.id, d.org_id,
      'delivery.' || case when d.status = 'dead' then 'given_up' when d.status = 'pending' and d.error is not null then 'failed'
        when d.status = 'pending' then 'waiting' else d.status end,
      coalesce(d.done_at, d.created_at), o.version,
      jsonb_strip_nulls(jsonb_build_object('message', d.type, 'endpoint', e.name, 'attempts', d.attempts, 'http_status', d.http_status))
    from private.deliveries d join private.outbox o on o.id = d.message_id join private.webhook_endpoints e on e.id = d.endpoint_id
    where d.case_id = p_case_id
      and (current_setting('role') = 'service_role' or d.org_id = any (array(select private.my_orgs())));
end;
$$;
comment on function private.case_deliveries(uuid) is 'What Make was told of a case of the caller''s office, without addresses and bodies.';
grant execute on function private.case_deliveries(uuid) to authenticated, service_role;

create function public.case_timeline(
  p_case_id uuid, p_types text[] default null, p_since timestamptz default null, p_until timestamptz default null,
  p_limit integer default 100, p_offset integer default 0
) returns table (
  id uuid, type text, at timestamptz, actor uuid, actor_name text, door text, version integer, data jsonb, request_id text
)
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_limit integer := least(greatest(p_limit, 0), 1000);
  v_offset integer := least(greatest(p_offset, 0), 1000000);
begin
  if not exists (select from public.cases c where c.id = p_case_id) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  return query
    with told as (
      (select e.id, e.type, e.at, e.actor, e.door, e.version, e.data, e.request_id from public.events e
      where e.case_id = p_case_id and (p_types is null or e.type = any (p_types) or e.kind = any (p_types))
        and (p_since is null or e.at >= p_since) and (p_until is null or e.at < p_until)
      order by e.at desc, e.id desc limit v_limit + v_offset)
      union all
      (select d.id, d.type, d.at, null, 'MAKE', d.version, d.data, null from private.case_deliveries(p_case_id) d
      where (p_types is null or d.type = any (p_types) or 'delivery' = any (p_types))
        and (p_since is null or d.at >= p_since) and (p_until is null or d.at < p_until)
      order by d.at desc, d.id desc limit v_limit + v_offset)
    ), asked as (
      select * from told t order by t.at desc, t.id desc limit v_limit offset v_offset
    )
    select a.id, a.type, a.at, a.actor, p.name, a.door, a.version,
      a.data || case when h.id is null then '{}' else jsonb_strip_nulls(jsonb_build_object('row_id', h.id, 'changes', h.changes)) end,
      a.request_id
    from asked a left join public.profiles p on p.user_id = a.actor
      left join public.case_helper h on h.case_id = p_case_id and h.version = a.version and a.type like 'case\_helper.%'
    order by a.at desc, a.id desc;
end;
$$;
comment on function public.case_timeline(uuid, text[], timestamptz, timestamptz, integer, integer) is
  'The story of a case, newest first: events and deliveries; types are whole ones or first words.';
revoke execute on function public.case_timeline(uuid, text[], timestamptz, timestamptz, integer, integer) from public, anon;
grant execute on function public.case_timeline(uuid, text[], timestamptz, timestamptz, integer, integer) to authenticated, service_role;

-- What staff must know, without anybody's data.

create table public.system_logs (
  id uuid primary key default gen_random_uuid(),
  log_level text not null check (log_level in ('ERROR', 'WARN', 'INFO', 'DEBUG')),
  component text not null check (component ~ '^[a-z][a-z0-9_]{0,39}$'),
  event text not null check (event ~ '^[a-z][a-z0-9_]{0,59}$'),
  message text not null check (length(message) <= 200),
  context jsonb not null default '{}' check (octet_length(context::text) <= 2048),
  times integer not null default 1,
  request_id text check (length(request_id) <= 100),
  case_id uuid references public.cases (id) on delete restrict,
  org_id uuid references public.orgs (id) on delete restrict,
  minute timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint system_logs_once_a_minute unique nulls not distinct (minute, component, event, message, log_level, org_id)
);
comment on table public.system_logs is 'What went wrong or was noteworthy, for staff; the same within a minute is one row. Nobody''s data.';
comment on column public.system_logs.times is 'How often it happened in that minute; the rest of the row is of the first time.';
create index system_logs_newest on public.system_logs (created_at desc);
create index system_logs_org_id on public.system_logs (org_id, created_at desc);
create index system_logs_case_id on public.system_logs (case_id);

create function private.system_log(
  p_level text, p_component text, p_event text, p_message text, p_context jsonb default '{}', p_request_id text default null,
  p_case_id uuid default null, p_org_id uuid default null
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.system_logs (log_level, component, event, message, context, request_id, case_id, org_id, minute)
  values (p_level, p_component, p_event, left(p_message, 200),
    case when octet_length(p_context::text) <= 2048 then p_context else '{}' end, left(p_request_id, 100), p_case_id, p_org_id,
    date_trunc('minute', clock_timestamp()))
  on conflict on constraint system_logs_once_a_minute do update set times = public.system_logs.times + 1;
end;
$$;
comment on function private.system_log(text, text, text, text, jsonb, text, uuid, uuid) is
  'Notes for staff; a storm is one row a minute. Messages are fixed words, ids go into the context.';
grant execute on function private.system_log(text, text, text, text, jsonb, text, uuid, uuid) to backoffice_app, service_role;

create function private.system_logs_sweep(p_days integer) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  delete from public.system_logs where created_at < clock_timestamp() - make_interval(days => greatest(p_days, 1));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.system_logs_sweep(integer) is 'Forgets what was noted so long ago that nobody asks.';
grant execute on function private.system_logs_sweep(integer) to service_role;

create function private.delivery_given_up() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform private.system_log('ERROR', 'make', 'delivery_given_up', 'A delivery to Make was given up.',
    jsonb_build_object('delivery_id', new.id, 'type', new.type, 'http_status', new.http_status, 'attempts', new.attempts),
    p_case_id => new.case_id, p_org_id => new.org_id);
  return null;
end;
$$;
comment on function private.delivery_given_up() is 'Staff hear of news that Make will not get by itself any more.';
create trigger deliveries_given_up after update of status on private.deliveries for each row
  when (new.status = 'dead' and old.status <> 'dead') execute function private.delivery_given_up();

create function private.endpoint_paused() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform private.system_log('WARN', 'make', 'endpoint_paused', 'A webhook endpoint was paused.',
    jsonb_build_object('endpoint_id', new.id, 'reason', left(new.paused_reason, 100)), p_org_id => new.org_id);
  return null;
end;
$$;
comment on function private.endpoint_paused() is 'Staff hear of an address that gets nothing any more.';
create trigger webhook_endpoints_paused after update of is_paused on private.webhook_endpoints for each row
  when (new.is_paused and not old.is_paused) execute function private.endpoint_paused();

-- Long work, and work that beat starts.

create table public.job_runs (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind ~ '^[a-z][a-z0-9_-]{0,59}$'),
  org_id uuid references public.orgs (id) on delete restrict,
  started_by uuid references public.profiles (user_id) on delete restrict,
  state text not null default 'RUNNING' check (state in ('RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
  done integer not null default 0 check (done >= 0),
  total integer check (total >= 0),
  result jsonb not null default '{}',
  error text check (error ~ '^[A-Za-z][A-Za-z0-9_]{0,99}$'),
  alone text,
  runs integer not null default 1,
  cancel_requested boolean not null default false,
  started_at timestamptz not null default clock_timestamp(),
  alive_until timestamptz not null,
  finished_at timestamptz,
  constraint job_runs_ended check ((state = 'RUNNING') = (finished_at is null))
);
comment on table public.job_runs is 'One run of long work: whose, how far, and what came of it.';
comment on column public.job_runs.org_id is 'null: the system''s own work.';
comment on column public.job_runs.error is 'The kind of the failure; never its text, which may quote content.';
comment on column public.job_runs.alone is 'Only one run with the same word here is at work at a time.';
comment on column public.job_runs.runs is 'Work of every few seconds stands as one row an hour: how many runs it tells of, near enough.';
comment on column public.job_runs.alive_until is 'Who is at work moves it on; a run that is past it lost its worker.';
create unique index job_runs_alone on public.job_runs (alone) where state = 'RUNNING';
create index job_runs_kind on public.job_runs (kind, started_at desc);
create index job_runs_org_id on public.job_runs (org_id, started_at desc);
create index job_runs_started_by on public.job_runs (started_by);

create function private.job_begin(p_kind text, p_seconds integer, p_alone text default null, p_org_id uuid default null,
  p_started_by uuid default null, p_total integer default null)
returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
begin
  update public.job_runs set state = 'FAILED', error = 'worker_lost', finished_at = clock_timestamp()
  where kind = p_kind and state = 'RUNNING' and alive_until < clock_timestamp();
  insert into public.job_runs (kind, org_id, started_by, total, alone, alive_until)
  values (p_kind, p_org_id, p_started_by, p_total, p_alone, clock_timestamp() + make_interval(secs => p_seconds))
  on conflict (alone) where state = 'RUNNING' do nothing
  returning id into v_id;
  return v_id;
end;
$$;
comment on function private.job_begin(text, integer, text, uuid, uuid, integer) is
  'Begins a run and closes those whose worker was lost; null where somebody is at it.';

create function private.job_step(p_id uuid, p_seconds integer, p_done integer, p_total integer) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_goes_on boolean;
begin
  update public.job_runs set done = p_done, total = p_total, alive_until = clock_timestamp() + make_interval(secs => p_seconds)
  where id = p_id and state = 'RUNNING' returning not cancel_requested into v_goes_on;
  return coalesce(v_goes_on, false);
end;
$$;
comment on function private.job_step(uuid, integer, integer, integer) is
  'Says how far the work is; false when it was cancelled, or taken for lost.';

create function private.job_end(p_id uuid, p_state text, p_done integer, p_total integer, p_result jsonb, p_error text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.job_runs set state = p_state, done = p_done, total = p_total, result = p_result, error = p_error,
    finished_at = clock_timestamp()
  where id = p_id and state = 'RUNNING';
end;
$$;
comment on function private.job_end(uuid, text, integer, integer, jsonb, text) is 'Ends a run; one that was taken for lost stays so.';

create function private.job_tick(p_kind text, p_error text default null) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_last public.job_runs;
begin
  select * into v_last from public.job_runs where kind = p_kind order by started_at desc limit 1 for update skip locked;
  if v_last.error is not distinct from p_error and v_last.started_at >= date_trunc('hour', clock_timestamp()) then
    update public.job_runs set runs = runs + 1, finished_at = clock_timestamp() where id = v_last.id;
  elsif v_last.id is not null or not exists (select from public.job_runs where kind = p_kind) then
    insert into public.job_runs (kind, state, error, alive_until, finished_at)
    values (p_kind, case when p_error is null then 'DONE' else 'FAILED' end, p_error, clock_timestamp(), clock_timestamp());
  end if;
end;
$$;
comment on function private.job_tick(text, text) is
  'Notes a run of work that comes every few seconds; nobody waits for who is just noting.';

create function private.job_cancel(p_id uuid) returns public.job_runs
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_run public.job_runs;
begin
  select * into v_run from public.job_runs j
  where j.id = p_id and (current_setting('role') = 'service_role' or j.org_id = any (array(select private.my_orgs()))
    or (j.org_id is null and current_setting('role') = 'backoffice_staff' and exists (select from private.my_orgs())))
  for update;
  if not found then
    raise sqlstate 'PT404' using message = 'job not found', detail = '{"code": "not_found"}';
  elsif current_setting('role') <> 'service_role' and v_run.started_by is distinct from (select auth.uid())
    and not private.is_manager() then
    raise sqlstate '42501' using message = 'only who started it, or a manager';
  elsif v_run.state <> 'RUNNING' then
    raise sqlstate 'PT409' using message = 'this job has ended', detail = '{"code": "conflict"}';
  end if;
  update public.job_runs set cancel_requested = true where id = p_id returning * into v_run;
  return v_run;
end;
$$;
comment on function private.job_cancel(uuid) is 'Asks a run to stop at its next step.';

create function private.job_runs_sweep(p_days integer) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  delete from public.job_runs j
  where j.state <> 'RUNNING' and j.started_at < clock_timestamp() - make_interval(days => greatest(p_days, 1))
    and exists (select from public.job_runs l where l.kind = j.kind and l.started_at > j.started_at);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.job_runs_sweep(integer) is 'Forgets old runs, but never the last one of a kind.';
grant execute on function private.job_begin(text, integer, text, uuid, uuid, integer), private.job_step(uuid, integer, integer, integer),
  private.job_end(uuid, text, integer, integer, jsonb, text), private.job_tick(text, text), private.job_runs_sweep(integer) to service_role;
grant execute on function private.job_cancel(uuid) to authenticated, service_role;

create function private.job_failed() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform private.system_log('ERROR', 'jobs', 'job_failed', 'Work in the background failed: ' || new.kind,
    jsonb_build_object('job_id', new.id, 'error', new.error), p_org_id => new.org_id);
  return null;
end;
$$;
comment on function private.job_failed() is 'Staff hear of work that failed, or lost its worker.';
create trigger job_runs_failed after insert on public.job_runs for each row
  when (new.state = 'FAILED') execute function private.job_failed();
create trigger job_runs_failed_later after update of state on public.job_runs for each row
  when (new.state = 'FAILED' and old.state <> 'FAILED') execute function private.job_failed();

do $$
declare
  v_table text;
begin
  foreach v_table in array array['system_logs', 'job_runs'] loop
    execute format('alter table public.%I enable row level security', v_table);
    execute format('alter table public.%I force row level security', v_table);
    execute format('revoke all on public.%I from anon, authenticated, service_role', v_table);
  end loop;
end $$;
-- What belongs to no office is the system's own, which staff of any office look after.
create policy "Staff read what they must know" on public.system_logs for select to backoffice_staff
  using (org_id = any (array(select private.my_orgs())) or (org_id is null and exists (select private.my_orgs())));
create policy "Members follow their office's work, staff the system's" on public.job_runs for select to authenticated
  using (org_id = any (array(select private.my_orgs()))
    or (org_id is null and (select current_setting('role')) = 'backoffice_staff' and exists (select private.my_orgs())));
grant select on public.system_logs to backoffice_staff, service_role;
grant select on public.job_runs to authenticated, service_role;

-- Hour by hour: is it well?

create view public.admin_system_health with (security_invoker = true) as
-- Each table is walked once over the two days, and not once for each hour.
with e as materialized (
  select o.id as org_id, t.* from public.orgs o cross join lateral (
    select date_trunc('hour', at) as hour, count(*)::integer as total_events,
      (count(*) filter (where kind = 'case_helper'))::integer as saves
    from public.events where org_id = o.id and at >= date_trunc('hour', now()) - interval '47 hours' group by 1) t
), d as materialized (
  select o.id as org_id, t.* from public.orgs o cross join lateral (
    select date_trunc('hour', created_at) as hour, (count(*) filter (where status = 'delivered'))::integer as delivered,
      (count(*) filter (where status = 'dead'))::integer as given_up, (count(*) filter (where status = 'pending'))::integer as waiting,
      (1000 * percentile_cont(0.5) within group (order by extract(epoch from done_at - created_at)::numeric)
        filter (where status = 'delivered'))::integer as delivery_ms_p50,
      (1000 * percentile_cont(0.95) within group (order by extract(epoch from done_at - created_at)::numeric)
        filter (where status = 'delivered'))::integer as delivery_ms_p95,
      extract(epoch from now() - min(created_at) filter (where status = 'pending'))::integer as oldest_waiting_seconds
    from private.deliveries where org_id = o.id and created_at >= date_trunc('hour', now()) - interval '47 hours' group by 1) t
), l as materialized (
  select o.id as org_id, t.* from public.orgs o cross join lateral (
    select date_trunc('hour', created_at) as hour, (sum(times) filter (where log_level = 'ERROR'))::integer as errors,
      (sum(times) filter (where log_level = 'WARN'))::integer as warnings,
      (sum(times) filter (where log_level in ('INFO', 'DEBUG')))::integer as notes,
      (sum(times) filter (where event in ('answer_failed', 'save_failed')))::integer as server_errors,
      (sum(times) filter (where event = 'save_failed'))::integer as failed_saves
    from public.system_logs where (org_id = o.id or org_id is null)
      and created_at >= date_trunc('hour', now()) - interval '47 hours' group by 1) t
), j as materialized (
  select o.id as org_id, t.* from public.orgs o cross join lateral (
    select date_trunc('hour', started_at) as hour, count(*)::integer as jobs_failed
    from public.job_runs where (org_id = o.id or org_id is null) and state = 'FAILED'
      and started_at >= date_trunc('hour', now()) - interval '47 hours' group by 1) t
)
select o.id as org_id, h.hour, coalesce(l.errors, 0) as errors, coalesce(l.warnings, 0) as warnings, coalesce(l.notes, 0) as notes,
  coalesce(e.total_events, 0) as total_events, coalesce(e.saves, 0) as saves, coalesce(l.server_errors, 0) as server_errors,
  coalesce(l.failed_saves, 0) as failed_saves, coalesce(d.delivered, 0) as delivered, coalesce(d.given_up, 0) as given_up,
  coalesce(d.waiting, 0) as waiting, d.delivery_ms_p50, d.delivery_ms_p95, d.oldest_waiting_seconds,
  coalesce(j.jobs_failed, 0) as jobs_failed
from public.orgs o
cross join generate_series(date_trunc('hour', now()) - interval '47 hours', date_trunc('hour', now()), interval '1 hour') h (hour)
left join e on e.org_id = o.id and e.hour = h.hour
left join d on d.org_id = o.id and d.hour = h.hour
left join l on l.org_id = o.id and l.hour = h.hour
left join j on j.org_id = o.id and j.hour = h.hour;
comment on view public.admin_system_health is
  'The last 48 hours of an office, hour by hour: saves, failures, deliveries and their times, background work, notes by level.';
create index job_runs_newest on public.job_runs (started_at desc);
revoke all on public.admin_system_health from anon, authenticated, service_role;
grant select on public.admin_system_health to backoffice_staff, service_role;
