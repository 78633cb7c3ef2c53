-- The cutover: what must be so before a module changes hands, who turned it and by which numbers, and the way back.

select private.set_aside('cutover_steps');

-- A rate needs the calls that went well as much as those that did not.

create table private.gateway_calls (
  id bigint generated always as identity primary key,
  org_id uuid references public.orgs (id) on delete restrict,
  op text not null check (length(op) <= 60),
  status integer not null check (status between 100 and 599),
  code text check (length(code) <= 60),
  request_id text,
  at timestamptz not null default clock_timestamp()
);
comment on table private.gateway_calls is 'A call by which Make wrote or wanted to, and how it was answered; a repeat that was answered from memory is none.';
comment on column private.gateway_calls.org_id is 'null: by the service key, where there are more offices.';
comment on column private.gateway_calls.code is 'Why it was refused, in the words of the error body.';
create index gateway_calls_org on private.gateway_calls (org_id, at);
create index gateway_calls_at on private.gateway_calls (at);

create function private.gateway_call_add(p_op text, p_status integer, p_code text default null) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if current_setting('role') in ('backoffice_gateway', 'service_role') then
    insert into private.gateway_calls (org_id, op, status, code, request_id)
    values (private.my_org(), left(p_op, 60), p_status, left(p_code, 60), private.request_id());
  end if;
end;
$$;
comment on function private.gateway_call_add(text, integer, text) is 'Keeps how a call of Make''s was answered; a person''s own call is none.';

create or replace function private.idempotency_sweep(p_hours integer) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  -- No rate goes back further than a quarter of a year.
  delete from private.gateway_calls where at < clock_timestamp() - interval '92 days';
  delete from private.idempotency_keys where created_at < clock_timestamp() - make_interval(hours => greatest(p_hours, 72));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.idempotency_sweep(integer) is 'Forgets answers nobody will ask for again, and calls no rate counts any more.';

-- Who turned what, and how things stood then.

create table public.cutover_steps (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  module text not null check (module in ('vehicle', 'levi', 'damage', 'parts', 'invoices', 'reports', 'tracking', 'helper')),
  kind text not null check (kind in ('switch', 'back')),
  from_value text not null check (from_value in ('make', 'dual', 'supabase')),
  to_value text not null check (to_value in ('make', 'dual', 'supabase')),
  case_ids uuid[] check (case_ids <> '{}'),
  conditions jsonb not null default '[]',
  is_forced boolean not null default false,
  reason text check (length(reason) <= 500),
  written jsonb not null default '{}',
  door text not null check (door in ('ADMIN', 'TERMINAL')),
  done_by uuid references public.profiles (user_id) on delete restrict,
  request_id text,
  created_at timestamptz not null default clock_timestamp(),
  constraint cutover_steps_forced check (not is_forced or reason <> '')
);
comment on table public.cutover_steps is 'A module changed hands or came back: who did it, and the preconditions with their numbers as they stood.';
comment on column public.cutover_steps.case_ids is 'A pilot: these cases alone; null: the whole office.';
comment on column public.cutover_steps.is_forced is 'Not every precondition was met, and the office''s manager wanted it even so.';
comment on column public.cutover_steps.written is
  'Of a way back: what was written here meanwhile, by whom and how often, and how much Make is told; ids and numbers.';
create index cutover_steps_org on public.cutover_steps (org_id, module, created_at desc);
create index cutover_steps_done_by on public.cutover_steps (done_by);
create trigger cutover_steps_only_grow before update or delete or truncate on public.cutover_steps
  for each statement execute function private.not_by_hand();
create trigger cutover_steps_audit after insert on public.cutover_steps
  for each row execute function private.audit('conditions', 'written', 'request_id');

-- The preconditions, from rows. Definers: the numbers are the whole office's, whoever of its managers asks.

create type private.cutover_condition as (
  name text, number numeric, wanted numeric, rule text, is_met boolean, detail jsonb
);
comment on type private.cutover_condition is
  'One precondition: what is so, what is wanted at `least` or at `most`, and whether it is met; no number is never enough.';

create function private.cutover_condition_of(p_name text, p_number numeric, p_wanted numeric, p_rule text, p_detail jsonb default '{}')
returns private.cutover_condition
language plpgsql immutable set search_path = ''
as $$
begin
  return row(p_name, p_number, p_wanted, p_rule, coalesce(case p_rule when 'least' then p_number >= p_wanted else p_number <= p_wanted end, false),
    p_detail)::private.cutover_condition;
end;
$$;
comment on function private.cutover_condition_of(text, numeric, numeric, text, jsonb) is 'Holds a number against what is wanted.';

create function private.cutover_may(p_org_id uuid) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not private.may_mark(p_org_id) or not exists (select from public.orgs o where o.id = p_org_id) then
    raise sqlstate 'PT404' using message = 'office not found', detail = '{"code": "not_found"}';
  elsif current_setting('role') not in ('service_role', 'none') and not private.is_manager() then
    raise sqlstate '42501' using message = 'only a manager moves a module';
  end if;
end;
$$;
comment on function private.cutover_may(uuid) is 'Refuses whoever is no manager of the office.';

create function private.cutover_touches(p_module text, p_sections text[]) returns boolean
language plpgsql immutable set search_path = ''
as $$
begin
  -- The tracking tables are derived from the whole helper.
  return exists (select from unnest(p_sections) s where p_module in ('tracking', private.module_of(s)));
end;
$$;
comment on function private.cutover_touches(text, text[]) is 'Whether one of these sections belongs to the module.';

create function private.cutover_drift(p_org_id uuid, p_module text, p_days integer, p_minutes integer)
returns table (mirrored integer, drifting integer, last_drift timestamptz, mirrored_since timestamptz)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_tolerated interval := make_interval(mins => p_minutes);
begin
  perform private.cutover_may(p_org_id);
  -- We and Make are one at each version that either sent the other; what we write apart from Make drifts until then.
  return query
    with lines as materialized (
      select l.case_id, l.version, l.created_at, l.sync_direction from public.helper_sync_log l
      where l.org_id = p_org_id and l.sync_status <> 'FAILED' and not private.cutover_touches(p_module, l.sections_refused)
    ), mirror as materialized (
      select l.case_id, min(l.created_at) as since, max(l.created_at) as latest from lines l
      where l.sync_direction = 'TO_SUPABASE' group by l.case_id
    ), still_makes as materialized (
      -- What has moved already goes its own way.
      select m.*, (select max(l.version) from lines l where l.case_id = m.case_id) as synced from mirror m
      where private.flag('writer.' || p_module, p_org_id, m.case_id) <> 'supabase'
    ), ours as materialized (
      select h.case_id, h.version, h.saved_at, m.synced
      from still_makes m join public.case_helper h on h.case_id = m.case_id
      where h.saved_at > m.since and h.saved_from <> 'MAKE' and private.cutover_touches(p_module, h.changed_sections)
        and (h.version > m.synced or h.saved_at > clock_timestamp() - make_interval(days => p_days + 30))
    ), told as (
      select o.case_id, o.saved_at, o.version > o.synced as is_open,
        case when o.version <= o.synced then (
          select min(l.created_at) from lines l where l.case_id = o.case_id and l.version >= o.version) end as at
      from ours o
    )
    select
      (select count(*)::integer from mirror m where m.latest > clock_timestamp() - make_interval(days => greatest(p_days, 1))),
      (select count(distinct t.case_id)::integer from told t where t.is_open and t.saved_at < clock_timestamp() - v_tolerated),
      (select max(t.at) from told t where t.at - t.saved_at > v_tolerated),
      (select min(m.since) from mirror m);
end;
$$;
comment on function private.cutover_drift(uuid, text, integer, integer) is
  'How many cases Make mirrors, in how many of them a part of the module is ours alone for too long, and when that ended last.';

create function private.cutover_calls(p_org_id uuid, p_days integer) returns table (good integer, total integer)
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_since timestamptz := clock_timestamp() - make_interval(days => greatest(p_days, 1));
begin
  return query
    with answers as (
      select c.status < 400 as is_good, coalesce(c.code, '') as code from private.gateway_calls c
      where (c.org_id = p_org_id or c.org_id is null) and c.at > v_since
      union all
      -- Scenarios that still call the database itself are counted by the mirror's own log.
      select l.sync_status <> 'FAILED', coalesce(l.error_details ->> 'code', '') from public.helper_sync_log l
      where l.org_id = p_org_id and l.sync_direction = 'TO_SUPABASE' and l.created_at > v_since
        and not exists (select from private.gateway_calls g where g.request_id = l.request_id)
    )
    -- Saving over somebody, calling too fast, and writing what has moved are answers, and no trouble of ours.
    select (count(*) filter (where a.is_good))::integer, count(*)::integer from answers a
    where a.code <> all (array['version_conflict', 'rate_limited', 'idempotency_in_progress', 'module_moved']);
end;
$$;
comment on function private.cutover_calls(uuid, integer) is 'How many calls by which Make writes there were, and how many went well.';

create function private.cutover_deliveries(p_org_id uuid, p_days integer) returns table (good integer, total integer)
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query
    select (count(*) filter (where d.status = 'delivered'))::integer, count(*)::integer from private.deliveries d
    where d.org_id = p_org_id and d.status in ('delivered', 'dead')
      and d.done_at > clock_timestamp() - make_interval(days => greatest(p_days, 1));
end;
$$;
comment on function private.cutover_deliveries(uuid, integer) is 'How many deliveries came to an end, and how many of them at Make.';

create function private.cutover_conflicts(p_org_id uuid, p_days integer) returns integer
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_since timestamptz := clock_timestamp() - make_interval(days => greatest(p_days, 1));
begin
  return (
    select count(*)::integer from (
      select l.case_id from public.helper_sync_log l
      where l.org_id = p_org_id and l.sync_direction = 'TO_SUPABASE' and l.sync_status = 'FAILED' and l.created_at > v_since
        and coalesce(l.error_details ->> 'code', '') <> 'module_moved'
        and not exists (select from public.helper_sync_log n where n.case_id = l.case_id
          and n.sync_direction = 'TO_SUPABASE' and n.sync_status <> 'FAILED' and n.created_at > l.created_at)
      union
      select r.case_id from private.raw_answers r
      where r.org_id = p_org_id and r.case_id is not null and r.error <> 'module_moved' and r.created_at > v_since
        and not exists (select from private.raw_answers n where n.case_id = r.case_id and n.source = r.source
          and n.error is null and n.created_at > r.created_at)
        and not exists (select from public.helper_sync_log n where n.case_id = r.case_id
          and n.sync_direction = 'TO_SUPABASE' and n.sync_status <> 'FAILED' and n.created_at > r.created_at)
    ) open);
end;
$$;
comment on function private.cutover_conflicts(uuid, integer) is
  'Cases of which Make''s last word was refused and only kept, and nothing good came after it.';

create function private.cutover_open_checks(p_org_id uuid, p_checks jsonb) returns text[]
language plpgsql stable security definer set search_path = ''
as $$
begin
  return array(
    select c.key from jsonb_each_text(p_checks) c
    left join lateral (
      select r.state, r.finished_at from public.check_runs r
      where r.name = c.key and (r.org_id = p_org_id or r.org_id is null) order by r.started_at desc limit 1) r on true
    where r.state is distinct from 'WELL'
      or r.finished_at < clock_timestamp() - make_interval(mins => c.value::integer)
    order by c.key);
end;
$$;
comment on function private.cutover_open_checks(uuid, jsonb) is
  'Which of these health checks are not known to be well; each may be so many minutes old.';

create function private.cutover_conditions(p_org_id uuid, p_module text, p_limits jsonb, p_checks jsonb)
returns setof private.cutover_condition
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_days integer := (p_limits ->> 'days')::integer;
  v_drift record;
  v_calls record;
  v_sent record;
  v_backup timestamptz;
  v_open text[] := private.cutover_open_checks(p_org_id, p_checks);
  v_waits record;
begin
  select * into v_drift from private.cutover_drift(p_org_id, p_module,
    (p_limits ->> 'drift_days')::integer, (p_limits ->> 'drift_minutes')::integer);
  return next private.cutover_condition_of('drift_now', case when v_drift.mirrored > 0 then v_drift.drifting end, 0, 'most',
    jsonb_build_object('mirrored', v_drift.mirrored));
  return next private.cutover_condition_of('drift_days',
    case when v_drift.mirrored > 0 then case when v_drift.drifting > 0 then 0 else
      trunc((extract(epoch from clock_timestamp() - greatest(v_drift.mirrored_since, v_drift.last_drift)) / 86400)::numeric, 1) end end,
    (p_limits ->> 'drift_days')::numeric, 'least',
    jsonb_build_object('last_drift', v_drift.last_drift, 'mirrored_since', v_drift.mirrored_since));

  select * into v_calls from private.cutover_calls(p_org_id, v_days);
  return next private.cutover_condition_of('calls', v_calls.total, (p_limits ->> 'calls')::numeric, 'least',
    jsonb_build_object('days', v_days));
  return next private.cutover_condition_of('calls_rate', trunc(100.0 * v_calls.good / nullif(v_calls.total, 0), 2),
    (p_limits ->> 'percent')::numeric, 'least', jsonb_build_object('good', v_calls.good, 'total', v_calls.total, 'days', v_days));

  select * into v_sent from private.cutover_deliveries(p_org_id, v_days);
  return next private.cutover_condition_of('deliveries', v_sent.total, (p_limits ->> 'deliveries')::numeric, 'least',
    jsonb_build_object('days', v_days));
  return next private.cutover_condition_of('deliveries_rate', trunc(100.0 * v_sent.good / nullif(v_sent.total, 0), 2),
    (p_limits ->> 'percent')::numeric, 'least', jsonb_build_object('good', v_sent.good, 'total', v_sent.total, 'days', v_days));

  select max(j.finished_at) into v_backup from public.job_runs j
  where j.kind = 'backup' and j.state = 'DONE' and (j.result -> 'verified' = 'true' or exists (
    -- Verified later, by a run of its own that names the backup.
    select from public.job_runs v where v.kind = 'backup-verified' and v.state = 'DONE' and v.result -> 'verified' = 'true'
      and v.result ->> 'name' = j.result ->> 'name'));
  return next private.cutover_condition_of('backup_hours',
    trunc((extract(epoch from clock_timestamp() - v_backup) / 3600)::numeric, 1), (p_limits ->> 'backup_hours')::numeric, 'most',
    jsonb_build_object('at', v_backup));

  return next private.cutover_condition_of('checks', cardinality(v_open), 0, 'most', jsonb_build_object('open', v_open));

  select count(*) as red, coalesce(max(f.number), 0) as seconds into v_waits from private.check_outbox(p_org_id, p_limits, 1000) f;
  return next private.cutover_condition_of('outbox', v_waits.red, 0, 'most', jsonb_build_object('seconds', v_waits.seconds));

  return next private.cutover_condition_of('conflicts', private.cutover_conflicts(p_org_id, v_days), 0, 'most',
    jsonb_build_object('days', v_days));

  return next private.cutover_condition_of('way_back', (
    select count(*) from private.webhook_endpoints e where e.org_id = p_org_id and e.deleted_at is null and not e.is_paused
      and (e.event_types = '{}' or 'helper.export' = any (e.event_types))), 1, 'least');
end;
$$;
comment on function private.cutover_conditions(uuid, text, jsonb, jsonb) is
  'Every precondition of a module''s switch with its number and limit; limits come from the settings.';

-- The switch and the way back.

create function private.cutover_begin(p_org_id uuid, p_module text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.cutover_may(p_org_id);
  -- Two who turn the same module at once follow each other.
  perform pg_advisory_xact_lock(hashtextextended(format('cutover %s %s', p_org_id, p_module), 0));
end;
$$;
comment on function private.cutover_begin(uuid, text) is 'Refuses whoever is no manager of the office, and lets one at a time move a module.';

create function private.cutover_turn(p_name text, p_org_id uuid, p_case_id uuid, p_to text, p_reason text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.feature_flags (name, org_id, case_id, value, note)
  values (p_name, p_org_id, p_case_id, p_to, nullif(p_reason, ''))
  on conflict on constraint feature_flags_scope do update set value = excluded.value, note = excluded.note;
end;
$$;
comment on function private.cutover_turn(text, uuid, uuid, text, text) is 'Sets the switch of a module, for an office or a pilot.';

create function private.cutover_step_add(
  p_org_id uuid, p_module text, p_kind text, p_from text, p_to text, p_case_ids uuid[], p_conditions jsonb, p_is_forced boolean,
  p_reason text, p_written jsonb
) returns public.cutover_steps
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_step public.cutover_steps;
begin
  insert into public.cutover_steps (org_id, module, kind, from_value, to_value, case_ids, conditions, is_forced, reason,
    written, door, done_by, request_id)
  values (p_org_id, p_module, p_kind, p_from, p_to, p_case_ids, p_conditions, p_is_forced, nullif(left(p_reason, 500), ''), p_written,
    case when current_setting('role') = 'backoffice_staff' then 'ADMIN' else 'TERMINAL' end, (select auth.uid()),
    private.request_id())
  returning * into v_step;
  return v_step;
end;
$$;
comment on function private.cutover_step_add(uuid, text, text, text, text, uuid[], jsonb, boolean, text, jsonb) is
  'Writes a step down, in the name of whoever takes it.';

create function private.cutover_switch(
  p_org_id uuid, p_module text, p_to text, p_limits jsonb, p_checks jsonb, p_case_ids uuid[] default null,
  p_reason text default null, p_even_so boolean default false
) returns public.cutover_steps
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_name text := 'writer.' || p_module;
  v_from text;
  v_cases uuid[];
  v_conditions jsonb;
  v_open text[];
  v_step public.cutover_steps;
begin
  perform private.cutover_begin(p_org_id, p_module);
  if p_to is distinct from 'dual' and p_to is distinct from 'supabase' then
    raise sqlstate 'PT422' using message = 'Make writes again by the way back', detail = '{"code": "invalid", "pointer": "/to"}';
  end if;
  v_from := private.flag(v_name, p_org_id, null);
  if p_case_ids is not null then
    if (select count(*) from public.cases c where c.org_id = p_org_id and c.id = any (p_case_ids))
      <> (select count(distinct i) from unnest(p_case_ids) i) then
      raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
    end if;
    v_cases := array(select distinct i from unnest(p_case_ids) i where private.flag(v_name, p_org_id, i) <> p_to order by i);
  end if;
  if v_cases = '{}' or (p_case_ids is null and v_from = p_to) then
    raise sqlstate 'PT409' using message = 'it stands so already', detail = '{"code": "cutover_stands"}';
  end if;

  select jsonb_agg(to_jsonb(c)), array_agg(c.name) filter (where not c.is_met) into v_conditions, v_open
  from private.cutover_conditions(p_org_id, p_module, p_limits, p_checks) c;
  if v_open <> '{}' then
    if not p_even_so then
      raise sqlstate 'PT409' using message = 'not every precondition is met',
        detail = jsonb_build_object('code', 'cutover_not_ready', 'conditions', v_open);
    elsif coalesce(trim(p_reason), '') = '' then
      raise sqlstate 'PT422' using message = 'say why', detail = '{"code": "invalid", "pointer": "/reason"}';
    elsif current_setting('role') <> 'service_role' and not exists (
      select from public.profiles p where p.user_id = (select auth.uid()) and p.status = 'active' and p.role = 'admin') then
      raise sqlstate '42501' using message = 'only the office''s own manager does it even so';
    end if;
  end if;

  v_step := private.cutover_step_add(p_org_id, p_module, 'switch', v_from, p_to, v_cases, v_conditions, coalesce(v_open <> '{}', false),
    p_reason, '{}');
  if v_cases is not null then
    perform private.cutover_turn(v_name, p_org_id, i, p_to, p_reason) from unnest(v_cases) i;
  else
    perform private.cutover_turn(v_name, p_org_id, null, p_to, p_reason);
    -- Pilots that say the same have nothing to say any more; one that was left behind on purpose stays behind.
    delete from public.feature_flags f where f.name = v_name and f.org_id = p_org_id and f.case_id is not null and f.value = p_to;
  end if;
  return v_step;
end;
$$;
comment on function private.cutover_switch(uuid, text, text, jsonb, jsonb, uuid[], text, boolean) is
  'Moves a module on, for an office or for some cases of it, if every precondition is met; the numbers are kept with the step.';

create function private.cutover_since(p_org_id uuid, p_module text) returns timestamptz
language plpgsql stable security definer set search_path = ''
as $$
begin
  perform private.cutover_may(p_org_id);
  return coalesce(
    (select min(s.created_at) from public.cutover_steps s
      where s.org_id = p_org_id and s.module = p_module and s.kind = 'switch' and s.created_at > coalesce((
        select max(b.created_at) from public.cutover_steps b
        where b.org_id = p_org_id and b.module = p_module and b.kind = 'back' and b.to_value = 'make'), '-infinity')),
    -- Turned by hand, past the steps.
    (select min(f.created_at) from public.feature_flags f
      where f.name = 'writer.' || p_module and f.value <> 'make' and (f.org_id = p_org_id or f.org_id is null)));
end;
$$;
comment on function private.cutover_since(uuid, text) is 'Since when Make is not the only one who writes a module of this office.';

create function private.cutover_written(p_org_id uuid, p_module text, p_since timestamptz, p_case_ids uuid[] default null)
returns table (case_id uuid, plate text, version integer, saved_at timestamptz, saved_by uuid, saved_from text)
language plpgsql stable security definer set search_path = ''
as $$
begin
  perform private.cutover_may(p_org_id);
  return query
    select h.case_id, h.plate, h.version, h.saved_at, h.saved_by, h.saved_from
    from public.cases c join public.case_helper h on h.case_id = c.id
    where c.org_id = p_org_id and (p_case_ids is null or c.id = any (p_case_ids))
      and h.saved_at >= p_since and h.saved_from <> 'MAKE' and private.cutover_touches(p_module, h.changed_sections)
    order by h.saved_at, h.version;
end;
$$;
comment on function private.cutover_written(uuid, text, timestamptz, uuid[]) is
  'Versions that were written here and not by Make since a moment, with something of the module in them.';

create function private.cutover_tell(p_org_id uuid, p_case_ids uuid[]) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_case record;
  v_queued integer := 0;
  v_again integer := 0;
begin
  if not exists (select from private.webhook_endpoints e where e.org_id = p_org_id and e.deleted_at is null
    and (e.event_types = '{}' or 'helper.export' = any (e.event_types))) then
    return jsonb_build_object('queued', 0, 'again', 0, 'unheard', cardinality(p_case_ids));
  end if;
  for v_case in
    select c.id, c.current_version from public.cases c
    where c.org_id = p_org_id and c.id = any (p_case_ids) and c.current_version is not null order by c.id
  loop
    if private.export_add(v_case.id, v_case.current_version, 'cutover_back') then
      v_queued := v_queued + 1;
    else
      -- Told before; where that was given up, it is tried again under the same id.
      v_again := v_again + private.deliveries_replay(array(
        select d.id from private.deliveries d join private.outbox o on o.id = d.message_id
        where o.dedupe = format('helper.export:%s:%s', v_case.id, v_case.current_version) and d.status = 'dead'));
    end if;
  end loop;
  return jsonb_build_object('queued', v_queued, 'again', v_again, 'unheard', 0);
end;
$$;
comment on function private.cutover_tell(uuid, uuid[]) is
  'Queues the current helper of each case for Make, once a version; what Make has been told already is not told twice.';

create function private.cutover_back(p_org_id uuid, p_module text, p_to text default 'make', p_reason text default null)
returns public.cutover_steps
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_name text := 'writer.' || p_module;
  v_from text;
  v_pilots uuid[];
  v_since timestamptz;
  v_cases uuid[];
  v_written jsonb;
begin
  perform private.cutover_begin(p_org_id, p_module);
  if p_to is distinct from 'make' and p_to is distinct from 'dual' then
    raise sqlstate 'PT422' using message = 'back is to make or to dual', detail = '{"code": "invalid", "pointer": "/to"}';
  end if;
  v_from := private.flag(v_name, p_org_id, null);
  v_pilots := array(select f.case_id from public.feature_flags f
    where f.name = v_name and f.org_id = p_org_id and f.case_id is not null and f.value not in (p_to, 'make') order by f.case_id);
  if v_from = p_to and v_pilots = '{}' then
    raise sqlstate 'PT409' using message = 'it stands so already', detail = '{"code": "cutover_stands"}';
  end if;
  v_since := private.cutover_since(p_org_id, p_module);

  -- First the switch: from its commit on Make's writes are taken again.
  delete from public.feature_flags f where f.name = v_name and f.org_id = p_org_id and f.case_id = any (v_pilots);
  if v_from <> p_to then
    perform private.cutover_turn(v_name, p_org_id, null, p_to, p_reason);
  end if;

  select array_agg(distinct w.case_id),
    jsonb_build_object('since', v_since, 'versions', count(*), 'cases', count(distinct w.case_id)) into v_cases, v_written
  from private.cutover_written(p_org_id, p_module, v_since, case when v_from = p_to then v_pilots end) w;
  v_written := v_written || private.cutover_tell(p_org_id, coalesce(v_cases, '{}')) || jsonb_build_object('by', (
    select coalesce(jsonb_agg(to_jsonb(b)), '[]') from (
      select w.saved_by, w.saved_from, count(*) as versions, count(distinct w.case_id) as cases
      from private.cutover_written(p_org_id, p_module, v_since, v_cases) w
      group by w.saved_by, w.saved_from order by 3 desc, 1) b),
    'case_ids', to_jsonb(coalesce(v_cases, '{}')));
  return private.cutover_step_add(p_org_id, p_module, 'back', v_from, p_to, case when v_from = p_to then v_pilots end, '[]', false,
    p_reason, v_written);
end;
$$;
comment on function private.cutover_back(uuid, text, text, text) is
  'Gives a module back to Make at once, pilots and all; says what was written here meanwhile, and queues it for Make.';

alter table private.gateway_calls enable row level security;
alter table private.gateway_calls force row level security;
revoke all on private.gateway_calls from anon, authenticated, service_role;
create policy "Staff read how their office's calls were answered" on private.gateway_calls for select to backoffice_staff
  using (org_id = any (array(select private.my_orgs())));
grant select on private.gateway_calls to backoffice_staff, service_role;
alter table public.cutover_steps enable row level security;
alter table public.cutover_steps force row level security;
revoke all on public.cutover_steps from anon, authenticated, service_role;
create policy "Staff read the steps of their office" on public.cutover_steps for select to backoffice_staff
  using (org_id = any (array(select private.my_orgs())));
grant select on public.cutover_steps to backoffice_staff, service_role;
grant execute on function private.gateway_call_add(text, integer, text) to backoffice_gateway, service_role;
grant execute on function private.cutover_conditions(uuid, text, jsonb, jsonb),
  private.cutover_switch(uuid, text, text, jsonb, jsonb, uuid[], text, boolean), private.cutover_back(uuid, text, text, text),
  private.cutover_since(uuid, text), private.cutover_written(uuid, text, timestamptz, uuid[])
  to backoffice_staff, service_role;
