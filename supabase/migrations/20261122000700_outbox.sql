-- The way out: every piece of news is a row, written in the transaction of the change itself.

select private.hold_still();

-- One more kind of caller: Make, by a key of its own. What asks who is calling knows it from here on.

do $$ begin
  if not exists (select from pg_roles where rolname = 'backoffice_gateway') then
    create role backoffice_gateway nologin inherit;
  end if;
end $$;
grant authenticated to backoffice_gateway;
grant backoffice_gateway to backoffice_app;

create table private.gateway_keys (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  name text not null check (name <> '' and length(name) <= 100),
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  hint text not null,
  ops text[] not null default '{}',
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
comment on table private.gateway_keys is 'What Make shows at the gateway; only the hash of a key is kept.';
comment on column private.gateway_keys.key_hash is 'SHA-256 of the key, hexadecimal; the key itself has 256 random bits.';
comment on column private.gateway_keys.hint is 'The first letters of the key, to tell one from another.';
comment on column private.gateway_keys.ops is 'The ops this key may call; none named means all.';
create index gateway_keys_org_id on private.gateway_keys (org_id);
create index gateway_keys_created_by on private.gateway_keys (created_by);

create function private.gateway_key_id() returns uuid
language plpgsql stable set search_path = ''
as $$
begin
  -- The role decides, not the claim: nobody reaches it through PostgREST.
  return case when current_setting('role') = 'backoffice_gateway'
    then nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'gateway_key', '')::uuid end;
end;
$$;
comment on function private.gateway_key_id() is 'The gateway key this transaction acts for, if it acts for one.';

create or replace function private.my_orgs() returns setof uuid
language plpgsql stable security definer set search_path = ''
as $$
begin
  if current_setting('role') = 'backoffice_gateway' then
    return query
      select k.org_id from private.gateway_keys k where k.id = (select private.gateway_key_id()) and k.revoked_at is null;
  else
    return query
      select m.org_id
      from public.user_orgs m join public.profiles p on p.user_id = m.user_id
      where m.user_id = (select auth.uid()) and p.status = 'active';
  end if;
end;
$$;
comment on function private.my_orgs() is 'The offices of the caller; none for anybody who is not active, or a key that was revoked.';

create or replace function private.my_org() returns uuid
language plpgsql stable security definer set search_path = ''
as $$
begin
  return coalesce(
    (select p.org_id from public.profiles p where p.user_id = (select auth.uid())),
    (select k.org_id from private.gateway_keys k
      where k.id = (select private.gateway_key_id()) and k.revoked_at is null),
    -- The service key stands for the office where there is only one.
    (select (array_agg(o.id))[1] from public.orgs o having count(*) = 1)
  );
end;
$$;
comment on function private.my_org() is 'The office a new row belongs to when the caller names none.';

create function private.is_manager() returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select from public.profiles p
    where p.user_id = (select auth.uid()) and p.status = 'active' and p.role in ('admin', 'developer'));
end;
$$;
comment on function private.is_manager() is 'True for an active manager or developer.';

create or replace function private.door() returns text
language plpgsql stable set search_path = ''
as $$
begin
  return case current_setting('role')
    when 'authenticated' then 'UI'
    when 'backoffice_staff' then 'ADMIN'
    when 'backoffice_gateway' then 'MAKE'
    when 'service_role' then 'MAKE'
    else 'IMPORT' end;
end;
$$;
comment on function private.door() is 'Through which door the caller came, told by the role the transaction took.';

create or replace function private.case_helper_flag_is_ours() returns trigger
language plpgsql set search_path = ''
as $$
begin
  -- The existing UI sets is_current and the sync marks by hand: it is answered, and nothing is done.
  if current_user in ('anon', 'authenticated', 'service_role', 'backoffice_staff', 'backoffice_gateway') then
    return null;
  end if;
  return new;
end;
$$;
comment on function private.case_helper_flag_is_ours() is 'Only case_helper_number moves the current flag.';

create function private.gateway_enter(p_key_hash text)
returns table (key_id uuid, org_id uuid, name text, ops text[])
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Once a minute is exact enough for people, and spares a hot row; nobody waits for who is just writing it.
  update private.gateway_keys k set last_used_at = now()
  where k.id = (
    select u.id from private.gateway_keys u
    where u.key_hash = p_key_hash and u.revoked_at is null
      and (u.last_used_at is null or u.last_used_at < now() - interval '1 minute')
    for update skip locked);
  return query
    select k.id, k.org_id, k.name, k.ops from private.gateway_keys k
    where k.key_hash = p_key_hash and k.revoked_at is null;
end;
$$;
comment on function private.gateway_enter(text) is 'Whose key this is, asked by the application before it takes the gateway role.';
grant execute on function private.gateway_enter(text) to backoffice_app;

-- What managers change about the machinery is kept: who, when, before and after, never a secret.

create table private.audit_log (
  id bigint generated always as identity primary key,
  org_id uuid references public.orgs (id) on delete restrict,
  actor uuid,
  door text not null,
  action text not null check (action in ('INSERT', 'UPDATE', 'DELETE')),
  table_name text not null,
  record_id uuid,
  old_values jsonb,
  new_values jsonb,
  request_id text,
  created_at timestamptz not null default clock_timestamp()
);
comment on table private.audit_log is 'Changes to switches, addresses, keys and rules: who, when, before and after.';
create index audit_log_org on private.audit_log (org_id, created_at desc);

create function private.audit() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - coalesce(tg_argv, '{}') end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - coalesce(tg_argv, '{}') end;
begin
  if v_old is distinct from v_new then
    insert into private.audit_log (org_id, actor, door, action, table_name, record_id, old_values, new_values, request_id)
    values ((coalesce(v_new, v_old) ->> 'org_id')::uuid, (select auth.uid()), private.door(), tg_op, tg_table_name,
      (coalesce(v_new, v_old) ->> 'id')::uuid, v_old, v_new, private.request_id());
  end if;
  return null;
end;
$$;
comment on function private.audit() is 'Keeps what a row was and became; columns named as arguments stay out of it.';

create function private.not_by_hand() returns trigger
language plpgsql set search_path = ''
as $$
begin
  raise sqlstate 'PT409' using message = 'this log only grows', detail = '{"code": "conflict"}';
end;
$$;
comment on function private.not_by_hand() is 'A log is never changed, by any hand.';
create trigger audit_log_only_grows before update or delete or truncate on private.audit_log
  for each statement execute function private.not_by_hand();

create trigger gateway_keys_audit after insert or update or delete on private.gateway_keys
  for each row execute function private.audit('key_hash', 'last_used_at');

-- Message, destination and delivery are three things.

create table private.webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  name text not null check (name <> '' and length(name) <= 100),
  url text not null check (url ~ '^https?://[^[:space:]]+$' and length(url) <= 2000),
  event_types text[] not null default '{}',
  body text not null default 'thin' check (body in ('thin', 'legacy')),
  secret text not null,
  previous_secret text,
  previous_secret_until timestamptz,
  is_paused boolean not null default false,
  paused_reason text,
  paused_at timestamptz,
  next_slot timestamptz,
  failures_in_row integer not null default 0,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
comment on table private.webhook_endpoints is 'An address in Make that wants to hear news.';
comment on column private.webhook_endpoints.event_types is 'What it hears; none named means everything.';
comment on column private.webhook_endpoints.body is 'thin: ids and versions; legacy: the whole helper, as HELPER_EXPORT sends it.';
comment on column private.webhook_endpoints.failures_in_row is
  'Posts without an answer, or with a 5xx, since the last one that arrived: one is a bad message, some are an outage.';
comment on column private.webhook_endpoints.next_slot is 'When the next post may leave, so that no hook gets more than it takes.';
create index webhook_endpoints_org_id on private.webhook_endpoints (org_id);
create index webhook_endpoints_created_by on private.webhook_endpoints (created_by);

create function private.webhook_endpoint_stamp() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.updated_at := now();
  new.paused_at := case when new.is_paused then coalesce(new.paused_at, now()) end;
  new.paused_reason := case when new.is_paused then coalesce(new.paused_reason, '') end;
  return new;
end;
$$;
comment on function private.webhook_endpoint_stamp() is 'An endpoint knows since when it is paused, and forgets it when it goes on.';
create trigger webhook_endpoints_stamp
  before insert or update of name, url, event_types, body, secret, is_paused, deleted_at on private.webhook_endpoints
  for each row execute function private.webhook_endpoint_stamp();
create trigger webhook_endpoints_audit
  after insert or update of name, url, event_types, body, secret, is_paused, deleted_at or delete on private.webhook_endpoints
  for each row execute function private.audit('secret', 'previous_secret', 'next_slot', 'failures_in_row', 'updated_at');

create table private.outbox (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity unique,
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  type text not null check (type in (
    'case.upserted', 'case.status_changed', 'case_helper.saved', 'case_helper.restored', 'helper.export',
    'file.upserted', 'report.rendered', 'invoice.upserted', 'parts_results.upserted', 'reminder.due',
    'onedrive.sync_requested', 'kb_doc.added', 'test.ping')),
  version integer,
  data jsonb not null default '{}',
  dedupe text unique,
  created_at timestamptz not null default clock_timestamp()
);
comment on table private.outbox is 'What Make is to be told, written together with the change; ids and versions, never a helper.';
comment on column private.outbox.seq is 'Order within a case: who writes for a case holds its row.';
comment on column private.outbox.dedupe is 'News with the same word here is told once.';
create index outbox_org on private.outbox (org_id, created_at);
create index outbox_case on private.outbox (case_id, seq);

create table private.deliveries (
  id uuid primary key default gen_random_uuid(),
  message_id uuid not null references private.outbox (id) on delete restrict,
  endpoint_id uuid not null references private.webhook_endpoints (id) on delete restrict,
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  seq bigint not null,
  type text not null,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'dead', 'cancelled')),
  attempts integer not null default 0,
  next_at timestamptz not null default clock_timestamp(),
  lease_until timestamptz,
  http_status integer,
  error text,
  created_at timestamptz not null default clock_timestamp(),
  done_at timestamptz,
  constraint deliveries_once unique (message_id, endpoint_id)
);
comment on table private.deliveries is 'One message on its way to one endpoint.';
comment on column private.deliveries.attempts is 'How often it was taken up since it was queued or replayed.';
comment on column private.deliveries.lease_until is 'Until then somebody is at work on it; afterwards anybody may take it up.';
create index deliveries_line on private.deliveries (endpoint_id, seq) where status = 'pending';
-- The few that wait for another attempt, or are being posted: they hold back what comes after them in their case.
create index deliveries_taken_up on private.deliveries (endpoint_id, case_id, seq) where status = 'pending' and attempts > 0;
create index deliveries_failed on private.deliveries (endpoint_id) where status = 'pending' and error is not null;
create index deliveries_endpoint on private.deliveries (endpoint_id, created_at desc);
create index deliveries_org on private.deliveries (org_id, created_at desc);
create index deliveries_case on private.deliveries (case_id);
create index deliveries_dead on private.deliveries (endpoint_id, created_at) where status = 'dead';

create table private.delivery_attempts (
  id bigint generated always as identity primary key,
  delivery_id uuid not null references private.deliveries (id) on delete restrict,
  org_id uuid not null references public.orgs (id) on delete restrict,
  number integer not null,
  request_id text not null,
  started_at timestamptz not null,
  ms integer not null,
  http_status integer,
  answer text not null default '' check (length(answer) <= 2048),
  error text,
  next_at timestamptz
);
comment on table private.delivery_attempts is 'One post: when, how long, what came back, and when the next one is.';
create index delivery_attempts_delivery on private.delivery_attempts (delivery_id, id);
create index delivery_attempts_org on private.delivery_attempts (org_id);
create trigger delivery_attempts_only_grow before update or delete or truncate on private.delivery_attempts
  for each statement execute function private.not_by_hand();

create function private.outbox_add(
  p_org_id uuid, p_case_id uuid, p_type text, p_version integer default null, p_data jsonb default '{}',
  p_dedupe text default null
) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_message private.outbox;
begin
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
  'Queues one message for every endpoint of the office that wants it; null when it was told before.';

create or replace function private.event_add(
  p_org_id uuid, p_case_id uuid, p_type text, p_version integer default null, p_data jsonb default '{}'
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_key uuid := private.gateway_key_id();
begin
  insert into public.events (org_id, case_id, type, actor, door, version, data, request_id)
  values (p_org_id, p_case_id, p_type, (select auth.uid()), private.door(), p_version,
    case when v_key is null then p_data else p_data || jsonb_build_object('gateway_key', v_key) end,
    private.request_id());
  if p_type in ('case.upserted', 'case.status_changed', 'case_helper.saved', 'case_helper.restored') then
    perform private.outbox_add(p_org_id, p_case_id, p_type, p_version, p_data);
  end if;
end;
$$;
comment on function private.event_add(uuid, uuid, text, integer, jsonb) is
  'Writes one event in the caller''s name, and tells Make where that is wanted.';

-- Delivery: claim with a lease, post with no transaction open, record.

create function private.endpoints_ready() returns setof uuid
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query
    select e.id from private.webhook_endpoints e
    where not e.is_paused and e.deleted_at is null and coalesce(e.next_slot, '-infinity') < clock_timestamp()
      and exists (select from private.deliveries d
        where d.endpoint_id = e.id and d.status = 'pending' and d.next_at <= clock_timestamp()
          and coalesce(d.lease_until, '-infinity') < clock_timestamp()
          and not exists (select from private.deliveries b
            where b.endpoint_id = e.id and b.case_id = d.case_id and b.seq < d.seq and b.status = 'pending'
              and b.attempts > 0 and (b.next_at > clock_timestamp() or b.lease_until > clock_timestamp())));
end;
$$;
comment on function private.endpoints_ready() is 'Endpoints for which a post could leave now.';

create function private.outbox_age() returns double precision
language plpgsql stable security definer set search_path = ''
as $$
begin
  return coalesce((
    select extract(epoch from clock_timestamp() - min(d.next_at))::double precision
    from private.webhook_endpoints e
    cross join lateral (
      select f.next_at from private.deliveries f where f.endpoint_id = e.id and f.status = 'pending' order by f.seq limit 1
    ) d
    where not e.is_paused and e.deleted_at is null and d.next_at <= clock_timestamp()), 0);
end;
$$;
comment on function private.outbox_age() is
  'For how many seconds the oldest message has been waiting for somebody to take it up; a retry waits for its time, not for us.';
grant execute on function private.outbox_age() to backoffice_app;

create function private.deliveries_claim(p_endpoint_id uuid, p_limit integer, p_lease_seconds integer, p_per_second integer)
returns table (
  delivery_id uuid, attempt integer, wait_seconds double precision, message_id uuid, type text, case_id uuid,
  plate text, version integer, data jsonb, created_at timestamptz,
  url text, body text, secret text, previous_secret text
)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_endpoint private.webhook_endpoints;
  v_gap interval := case when p_per_second > 0 then make_interval(secs => 1.05 / p_per_second) else interval '0' end;
  v_first timestamptz;
  v_taken integer;
begin
  -- One claim at a time for an endpoint: pace and order both hang on it. Nobody waits, the other one is at work.
  select * into v_endpoint from private.webhook_endpoints e
  where e.id = p_endpoint_id and not e.is_paused and e.deleted_at is null for update skip locked;
  v_first := greatest(v_now, coalesce(v_endpoint.next_slot, v_now));
  if v_endpoint.id is null or v_first >= v_now + interval '1 second' then
    return;
  end if;

  return query
    with front as (
      -- A row may go when it and all before it in its case may go; whoever may not was taken up before.
      select d.id, d.seq from private.deliveries d
      where d.endpoint_id = p_endpoint_id and d.status = 'pending'
        and d.next_at <= v_now and coalesce(d.lease_until, '-infinity') < v_now
        and not exists (select from private.deliveries b
          where b.endpoint_id = p_endpoint_id and b.case_id = d.case_id and b.seq < d.seq
            and b.status = 'pending' and b.attempts > 0 and (b.next_at > v_now or b.lease_until > v_now))
      order by d.seq limit p_limit
    ), chosen as (
      select f.id, (row_number() over (order by f.seq) - 1) * v_gap as later from front f
    ), taken as (
      update private.deliveries d
      set lease_until = v_now + make_interval(secs => p_lease_seconds), attempts = d.attempts + 1
      from chosen c
      where d.id = c.id and (c.later = interval '0' or v_first + c.later < v_now + interval '1 second')
      returning d.*, c.later
    )
    select t.id, t.attempts, extract(epoch from v_first - v_now + t.later)::double precision, t.message_id, o.type,
      o.case_id, k.plate, o.version, o.data, o.created_at,
      v_endpoint.url, v_endpoint.body, v_endpoint.secret,
      case when v_endpoint.previous_secret_until > v_now then v_endpoint.previous_secret end
    from taken t join private.outbox o on o.id = t.message_id left join public.cases k on k.id = o.case_id
    order by t.seq;
  get diagnostics v_taken = row_count;
  if v_taken > 0 then
    update private.webhook_endpoints e set next_slot = v_first + v_taken * v_gap where e.id = p_endpoint_id;
  end if;
end;
$$;
comment on function private.deliveries_claim(uuid, integer, integer, integer) is
  'Takes what may leave for one endpoint now, in order within each case and no faster than it takes it.';

create function private.deliveries_record(p_results jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_back record;
  v_gone record;
begin
  -- `released` was claimed and never posted: somebody before it in its case failed, or time ran out.
  with results as materialized (
    select * from jsonb_to_recordset(p_results) as r (
      delivery_id uuid, attempt integer, request_id text, started_at timestamptz, ms integer, http_status integer,
      answer text, error text, outcome text, next_at timestamptz, gone boolean)
  ), told as (
    update private.deliveries d set
      lease_until = null,
      attempts = case when r.outcome = 'released' then d.attempts - 1 else d.attempts end,
      status = case when r.outcome in ('delivered', 'dead') then r.outcome else d.status end,
      done_at = case when r.outcome in ('delivered', 'dead') then clock_timestamp() end,
      next_at = coalesce(r.next_at, d.next_at),
      http_status = case when r.outcome = 'released' then d.http_status else r.http_status end,
      error = case when r.outcome = 'released' then d.error else r.error end
    from results r
    where d.id = r.delivery_id and d.status = 'pending' and d.attempts = r.attempt
  )
  insert into private.delivery_attempts
    (delivery_id, org_id, number, request_id, started_at, ms, http_status, answer, error, next_at)
  select d.id, d.org_id, r.attempt, r.request_id, r.started_at, r.ms, r.http_status,
    left(coalesce(r.answer, ''), 2048), r.error, r.next_at
  from results r join private.deliveries d on d.id = r.delivery_id
  where r.outcome <> 'released';

  -- An endpoint that answers again after an outage gets at once what was waiting for its next attempt.
  for v_back in
    update private.webhook_endpoints e
    set failures_in_row = case when n.arrived > 0 then 0 else e.failures_in_row + n.failed end
    from (
      select d.endpoint_id, count(*) filter (where r.outcome = 'delivered') as arrived,
        count(*) filter (where r.outcome in ('retry', 'dead') and coalesce(r.http_status, 500) >= 500) as failed
      from jsonb_to_recordset(p_results) as r (delivery_id uuid, outcome text, http_status integer)
        join private.deliveries d on d.id = r.delivery_id
      group by d.endpoint_id
    ) n, private.webhook_endpoints before
    where e.id = n.endpoint_id and before.id = e.id and case when n.arrived > 0 then e.failures_in_row > 0 else n.failed > 0 end
    returning e.id, n.arrived > 0 and before.failures_in_row >= 3 as is_back
  loop
    if v_back.is_back then
      update private.deliveries d set next_at = clock_timestamp()
      where d.endpoint_id = v_back.id and d.status = 'pending' and d.error is not null and d.lease_until is null
        and d.next_at > clock_timestamp() and coalesce(d.http_status, 500) >= 500;
    end if;
  end loop;

  if p_results @> '[{"gone": true}]' then
    for v_gone in
      update private.webhook_endpoints e set is_paused = true, paused_reason = 'gone'
      from jsonb_to_recordset(p_results) as r (delivery_id uuid, gone boolean)
        join private.deliveries d on d.id = r.delivery_id
      where r.gone and e.id = d.endpoint_id and not e.is_paused
      returning e.id, e.org_id
    loop
      perform private.event_add(v_gone.org_id, null, 'webhook_endpoint.paused',
        p_data => jsonb_build_object('endpoint_id', v_gone.id, 'reason', 'gone'));
    end loop;
  end if;
end;
$$;
comment on function private.deliveries_record(jsonb) is
  'Keeps what came of posts. A result that comes after its lease was taken over changes nothing but the log.';

create function private.deliveries_replay(p_ids uuid[]) returns integer
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_count integer;
begin
  update private.deliveries set status = 'pending', attempts = 0, next_at = clock_timestamp(), lease_until = null, done_at = null
  where id = any (p_ids) and coalesce(lease_until, '-infinity') < clock_timestamp()
    and exists (select from private.webhook_endpoints e where e.id = endpoint_id and e.deleted_at is null);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.deliveries_replay(uuid[]) is 'Sends again, under the same id; what is being posted just now is left alone.';

create function private.endpoint_ping(p_endpoint_id uuid) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_endpoint private.webhook_endpoints;
  v_message uuid;
  v_delivery uuid;
begin
  select * into v_endpoint from private.webhook_endpoints e
  where e.id = p_endpoint_id and e.deleted_at is null
    and (current_setting('role') = 'service_role' or e.org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'endpoint not found', detail = '{"code": "not_found"}';
  end if;
  v_message := private.outbox_add(v_endpoint.org_id, null, 'test.ping', p_data => jsonb_build_object('endpoint_id', p_endpoint_id));
  insert into private.deliveries (message_id, endpoint_id, org_id, seq, type)
  select v_message, p_endpoint_id, v_endpoint.org_id, o.seq, o.type from private.outbox o where o.id = v_message
  returning id into v_delivery;
  return v_delivery;
end;
$$;
comment on function private.endpoint_ping(uuid) is 'Queues a test.ping for one endpoint of the caller''s office, and for no other.';

-- Ids alone, and asked four times a second by each worker: without taking a role it is one trip instead of four.
grant execute on function private.endpoints_ready() to backoffice_app;
grant execute on function private.endpoints_ready(), private.deliveries_claim(uuid, integer, integer, integer),
  private.deliveries_record(jsonb) to service_role;
grant execute on function private.deliveries_replay(uuid[]), private.endpoint_ping(uuid) to backoffice_staff, service_role;
grant execute on function private.gateway_key_id(), private.is_manager() to authenticated, service_role;

-- Exports: Make's own copy of a helper, once for each version.

create function private.export_add(p_case_id uuid, p_version integer, p_reason text) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_saved public.case_helper;
begin
  select * into v_saved from public.case_helper h where h.case_id = p_case_id and h.version = p_version;
  return private.outbox_add(v_saved.org_id, p_case_id, 'helper.export', p_version,
    jsonb_build_object('helper_name', v_saved.helper_name, 'reason', p_reason),
    format('helper.export:%s:%s', p_case_id, p_version)) is not null;
end;
$$;
comment on function private.export_add(uuid, integer, text) is 'Queues the export of one version; false when it was queued before.';

-- The tables above are staff's and the jobs' alone: no API role has a right on them.

do $$
declare
  v_table text;
begin
  foreach v_table in array array['gateway_keys', 'audit_log', 'webhook_endpoints', 'outbox', 'deliveries', 'delivery_attempts'] loop
    execute format('alter table private.%I enable row level security', v_table);
    execute format('alter table private.%I force row level security', v_table);
    execute format('revoke all on private.%I from anon, authenticated, service_role', v_table);
    execute format('grant select on private.%I to backoffice_staff, service_role', v_table);
    execute format('create policy "Staff read their office''s rows" on private.%I for select to backoffice_staff
      using (org_id = any (array(select private.my_orgs())))', v_table);
  end loop;
end $$;

create policy "Managers make keys" on private.gateway_keys for insert to backoffice_staff
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Managers revoke keys" on private.gateway_keys for update to backoffice_staff
  using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()))
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Managers add endpoints" on private.webhook_endpoints for insert to backoffice_staff
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Managers change endpoints" on private.webhook_endpoints for update to backoffice_staff
  using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()))
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Staff replay deliveries" on private.deliveries for update to backoffice_staff
  using (org_id = any (array(select private.my_orgs())))
  with check (org_id = any (array(select private.my_orgs())));
grant insert on private.gateway_keys, private.webhook_endpoints to backoffice_staff, service_role;
grant update (name, ops, revoked_at) on private.gateway_keys to backoffice_staff, service_role;
grant update (name, url, event_types, body, secret, previous_secret, previous_secret_until, is_paused, paused_reason,
  paused_at, deleted_at) on private.webhook_endpoints to backoffice_staff, service_role;
grant update (status, attempts, next_at, lease_until, done_at) on private.deliveries to backoffice_staff, service_role;
