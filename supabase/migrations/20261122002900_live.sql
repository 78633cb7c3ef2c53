-- Live news: what was committed since a moment, who may see it, and tickets to listen.

select private.hold_still();

-- Numbers are given before a commit and events are seen after it, so that neither a sequence nor a time can say what
-- is new. The transaction can: together with a snapshot it tells exactly what became visible between two looks.
alter table public.events add column txid bigint;
alter table public.events alter column txid set default pg_current_xact_id()::text::bigint;
comment on column public.events.txid is 'The transaction that wrote it, for live news; null for what is older than they.';
create index events_txid on public.events (txid) where case_id is not null;

create function private.live_news(p_since text default null, p_most integer default 2000)
returns table (place text, resume bigint, is_gap boolean, news jsonb)
language plpgsql stable security definer set search_path = ''
as $$
declare
  -- Stable, so that the snapshot that is told is the one that is read with.
  v_now pg_snapshot := pg_current_snapshot();
  v_since pg_snapshot := p_since;
  v_oldest bigint := pg_snapshot_xmin(v_now)::text::bigint;
begin
  -- A snapshot from the future is another server's.
  if v_since is null or pg_snapshot_xmax(v_since) > pg_snapshot_xmax(v_now) then
    return query select v_now::text, v_oldest, true, '[]'::jsonb;
    return;
  end if;
  return query
    select v_now::text, v_oldest, count(*) > p_most,
      coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'txid', f.txid,
          'thin', jsonb_build_object('type', f.type, 'case_id', f.case_id, 'version', f.version, 'at', f.at))
        order by f.txid, f.at, f.id) filter (where f.id is not null), '[]')
    from (
      select e.* from public.events e
      where e.case_id is not null and e.txid >= pg_snapshot_xmin(v_since)::text::bigint
        and e.txid < pg_snapshot_xmax(v_now)::text::bigint
        and not pg_visible_in_snapshot(e.txid::text::xid8, v_since)
      order by e.txid limit p_most + 1) f;
end;
$$;
comment on function private.live_news(text, integer) is
  'Events that became visible since a snapshot, of all offices, and the snapshot to ask with next; asked by the event server alone.';

create function private.live_seen(p_people uuid[], p_events uuid[])
returns table (person uuid, events uuid[])
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_person uuid;
begin
  perform set_config('role', 'authenticated', true);
  foreach v_person in array p_people loop
    perform set_config('request.jwt.claims',
      jsonb_build_object('sub', v_person, 'role', 'authenticated')::text, true);
    -- The policies of both tables decide, with nothing of ours beside them.
    return query
      select v_person, array(
        select e.id from public.events e join public.cases c on c.id = e.case_id where e.id = any (p_events));
  end loop;
end;
$$;
comment on function private.live_seen(uuid[], uuid[]) is
  'Which of these events each of these people may see, asked in the role and name of each.';

create function private.live_missed(
  p_person uuid, p_case_id uuid, p_from bigint, p_until text, p_seconds integer, p_most integer
) returns table (is_gap boolean, news jsonb)
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_until pg_snapshot := p_until;
begin
  if p_from > pg_snapshot_xmax(v_until)::text::bigint or p_from < 1
    or private.live_first(p_from) < clock_timestamp() - make_interval(secs => p_seconds) then
    return query select true, '[]'::jsonb;
    return;
  end if;
  perform set_config('role', 'authenticated', true);
  perform set_config('request.jwt.claims', jsonb_build_object('sub', p_person, 'role', 'authenticated')::text, true);
  return query
    select count(*) > p_most,
      coalesce(jsonb_agg(jsonb_build_object('txid', f.txid, 'thin',
          jsonb_build_object('type', f.type, 'case_id', f.case_id, 'version', f.version, 'at', f.at))
        order by f.txid, f.at, f.id) filter (where f.id is not null), '[]')
    from (
      select e.* from public.events e join public.cases c on c.id = e.case_id
      where e.txid >= p_from and pg_visible_in_snapshot(e.txid::text::xid8, v_until)
        and (p_case_id is null or e.case_id = p_case_id)
      order by e.txid limit p_most + 1) f;
end;
$$;
comment on function private.live_missed(uuid, uuid, bigint, text, integer, integer) is
  'What a person who comes back has missed up to a snapshot, in the person''s own role; or that it is too much, or too long ago.';

create function private.live_first(p_from bigint) returns timestamptz
language plpgsql stable security definer set search_path = ''
as $$
begin
  return (select e.at from public.events e where e.txid >= p_from and e.case_id is not null order by e.txid limit 1);
end;
$$;
comment on function private.live_first(bigint) is 'When the first event from a transaction on was written.';

create function private.live_active(p_people uuid[]) returns setof uuid
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query select p.user_id from public.profiles p where p.user_id = any (p_people) and p.status = 'active';
end;
$$;
comment on function private.live_active(uuid[]) is 'Those of these people who may go on listening.';

-- Leave to open one stream: an address that a browser opens by itself cannot carry a header.

create table private.event_tickets (
  ticket_hash text primary key check (ticket_hash ~ '^[0-9a-f]{64}$'),
  user_id uuid not null references public.profiles (user_id) on delete cascade,
  case_id uuid references public.cases (id) on delete cascade,
  opens_until timestamptz not null,
  ends_at timestamptz not null
);
comment on table private.event_tickets is 'Leave to open one stream of events; the row goes when it is used, the ticket itself is kept nowhere.';
comment on column private.event_tickets.ends_at is 'When the opened stream ends: with the login, and after half an hour at most.';
create index event_tickets_user on private.event_tickets (user_id);
create index event_tickets_case on private.event_tickets (case_id);
create index event_tickets_age on private.event_tickets (opens_until);
alter table private.event_tickets enable row level security;
alter table private.event_tickets force row level security;
select private.goes_with_its_case('private.event_tickets');

create function private.event_ticket_add(p_ticket_hash text, p_case_id uuid default null) returns timestamptz
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_opens_until timestamptz := now() + interval '60 seconds';
begin
  -- Nobody waits for somebody else's clearing away.
  delete from private.event_tickets t where t.ticket_hash in (
    select o.ticket_hash from private.event_tickets o where o.opens_until < now() for update skip locked);
  insert into private.event_tickets (ticket_hash, user_id, case_id, opens_until, ends_at)
  values (p_ticket_hash, (select auth.uid()), p_case_id, v_opens_until,
    least(now() + interval '30 minutes', to_timestamp(((select auth.jwt()) ->> 'exp')::double precision)));
  return v_opens_until;
end;
$$;
comment on function private.event_ticket_add(text, uuid) is
  'Gives the caller leave to open one stream within a minute; what it tells of is decided event by event.';

create function private.event_ticket_use(p_ticket_hash text)
returns table (user_id uuid, case_id uuid, seconds double precision)
language plpgsql volatile security definer set search_path = ''
as $$
begin
  return query
    delete from private.event_tickets t using public.profiles p
    where t.ticket_hash = p_ticket_hash and t.opens_until > now() and t.ends_at > now()
      and p.user_id = t.user_id and p.status = 'active'
    returning t.user_id, t.case_id, extract(epoch from t.ends_at - now())::double precision;
end;
$$;
comment on function private.event_ticket_use(text) is 'Whose ticket this was, and for how long its stream may live; a second time there is none.';

revoke execute on function private.live_news(text, integer),
  private.live_seen(uuid[], uuid[]), private.live_first(bigint), private.live_active(uuid[]),
  private.live_missed(uuid, uuid, bigint, text, integer, integer),
  private.event_ticket_add(text, uuid), private.event_ticket_use(text)
  from public, anon, authenticated, service_role;
grant execute on function private.live_news(text, integer), private.live_seen(uuid[], uuid[]), private.live_first(bigint),
  private.live_missed(uuid, uuid, bigint, text, integer, integer), private.live_active(uuid[]),
  private.event_ticket_use(text) to backoffice_app;
grant execute on function private.event_ticket_add(text, uuid) to authenticated;
