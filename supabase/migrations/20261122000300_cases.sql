-- The catalogue: a case, what is searched in it, and what happened to it.

select private.set_aside('cases', 'case_search_index', 'events');

create table public.cases (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  plate text not null check (plate ~ '^[0-9]{7,8}$'),
  owner_name text,
  status text not null default 'OPEN' check (status in (
    'OPEN', 'IN_PROGRESS', 'CLOSED', 'ARCHIVED',
    'מחכה לאישור תביעה', 'מחכה לתשלום', 'שולם', 'תביעה אושרה', 'בתביעת בית משפט', 'אחר')),
  inspection_location text,
  filing_case_id text not null,
  assigned_to uuid references public.profiles (user_id) on delete restrict,
  current_version integer,
  created_by uuid references public.profiles (user_id) on delete restrict,
  updated_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.cases is 'A damage case of a vehicle; the plate never changes, the story is in case_helper.';
comment on column public.cases.current_version is 'The number of the case''s current helper version.';
comment on column public.cases.filing_case_id is 'The filing number people say: YC-<plate>-<year>. Two cases of one plate may share it.';

create unique index cases_one_open_per_plate on public.cases (org_id, plate)
  where status not in ('CLOSED', 'ARCHIVED');
create index cases_plate on public.cases (org_id, plate text_pattern_ops);
create index cases_status on public.cases (org_id, status, created_at desc);
create index cases_filing on public.cases (org_id, filing_case_id);
create index cases_assigned_to on public.cases (assigned_to);
create index cases_created_by on public.cases (created_by);
create index cases_updated_by on public.cases (updated_by);

create function private.plate_digits(p_plate text) returns text
language plpgsql immutable set search_path = ''
as $$ begin return regexp_replace(p_plate, '[^0-9]', '', 'g'); end $$;
comment on function private.plate_digits(text) is 'A plate in any spelling, as it is stored.';

create function private.plate_queue(p_org_id uuid, p_plate text) returns void
language plpgsql volatile set search_path = ''
as $$ begin perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || p_plate, 0)); end $$;
comment on function private.plate_queue(uuid, text) is
  'Saves of one plate wait here for each other. No row is locked, or an update of all its cases could deadlock with a save.';

create function private.case_before_insert() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.plate := private.plate_digits(new.plate);
  new.org_id := coalesce(new.org_id, private.my_org());
  if new.org_id is null then
    raise sqlstate 'PT422' using message = 'name the office this case belongs to',
      detail = '{"code": "invalid", "pointer": "/org_id"}';
  end if;
  new.created_at := clock_timestamp();
  new.updated_at := clock_timestamp();
  new.created_by := coalesce((select auth.uid()), new.created_by);
  new.updated_by := new.created_by;
  new.current_version := null;
  new.filing_case_id := coalesce(nullif(new.filing_case_id, ''),
    format('YC-%s-%s', new.plate, to_char(now() at time zone 'Asia/Jerusalem', 'YYYY')));
  perform private.case_check_assignee(new);
  return new;
end;
$$;
comment on function private.case_before_insert() is 'Digits, office, filing number and times of a new case are the server''s.';

create function private.case_check_assignee(p_case public.cases) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if p_case.assigned_to is not null and not exists (
    select from public.user_orgs where user_id = p_case.assigned_to and org_id = p_case.org_id
  ) then
    raise sqlstate 'PT422' using message = 'no such person in this office',
      detail = '{"code": "invalid", "pointer": "/assigned_to"}';
  end if;
end;
$$;
comment on function private.case_check_assignee(public.cases) is 'A case goes to somebody of its own office.';

create function private.case_before_update() returns trigger
language plpgsql set search_path = ''
as $$
declare
  v_open uuid;
begin
  if private.plate_digits(new.plate) is distinct from old.plate then
    raise sqlstate 'PT409' using message = 'the plate of a case never changes',
      detail = '{"code": "plate_immutable"}';
  end if;
  new.plate := old.plate;
  new.id := old.id;
  new.org_id := old.org_id;
  new.created_at := old.created_at;
  new.created_by := old.created_by;
  new.updated_at := clock_timestamp();
  new.updated_by := coalesce((select auth.uid()), new.updated_by);
  if new.assigned_to is distinct from old.assigned_to then
    perform private.case_check_assignee(new);
  end if;
  if old.status in ('CLOSED', 'ARCHIVED') and new.status not in ('CLOSED', 'ARCHIVED') then
    select id into v_open from public.cases
    where org_id = old.org_id and plate = old.plate and id <> old.id and status not in ('CLOSED', 'ARCHIVED');
    if found then
      raise sqlstate 'PT409' using message = 'this plate has an open case already',
        detail = jsonb_build_object('code', 'open_case_exists', 'case_id', v_open);
    end if;
  end if;
  return new;
end;
$$;
comment on function private.case_before_update() is 'What no door may change on a case, and one open case for a plate.';

create trigger cases_before_insert before insert on public.cases
  for each row execute function private.case_before_insert();
create trigger cases_before_update before update on public.cases
  for each row execute function private.case_before_update();

create table public.case_search_index (
  case_id uuid primary key references public.cases (id) on delete restrict,
  org_id uuid not null references public.orgs (id) on delete restrict,
  owner_name text,
  owner_phone text,
  manufacturer text,
  model text,
  year text,
  garage text,
  insurance_company text,
  agent text,
  claim_number text,
  policy_number text,
  search_text text not null default '',
  updated_at timestamptz not null default now()
);
comment on table public.case_search_index is 'What people search a case by, taken out of the helper as it is saved.';
create index case_search_index_org_id on public.case_search_index (org_id);
do $$
declare
  -- A project that is older than ours may have it in another schema.
  v_schema regnamespace := (select extnamespace from pg_extension where extname = 'pg_trgm');
begin
  if v_schema is not null then
    execute format('create index case_search_index_text on public.case_search_index using gin (search_text %s.gin_trgm_ops)',
      v_schema);
  end if;
end $$;

create table public.events (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  type text not null,
  actor uuid references public.profiles (user_id) on delete restrict,
  door text not null check (door in ('UI', 'MAKE', 'ADMIN', 'IMPORT')),
  version integer,
  data jsonb not null default '{}',
  request_id text,
  at timestamptz not null default clock_timestamp()
);
comment on table public.events is 'What happened to a case, in the words of the outgoing event types; never a helper''s content.';
create index events_case on public.events (case_id, at desc);
create index events_org on public.events (org_id, at desc);
create index events_actor on public.events (actor);

create function private.door() returns text
language plpgsql stable set search_path = ''
as $$
begin
  return case current_setting('role')
    when 'authenticated' then 'UI'
    when 'backoffice_staff' then 'ADMIN'
    when 'service_role' then 'MAKE'
    else 'IMPORT' end;
end;
$$;
comment on function private.door() is 'Through which door the caller came, told by the role the transaction took.';

create function private.request_id() returns text
language plpgsql stable set search_path = ''
as $$
begin
  return left(coalesce(nullif(current_setting('backoffice.request_id', true), ''),
    nullif(current_setting('request.headers', true), '')::json ->> 'x-request-id'), 100);
end;
$$;
comment on function private.request_id() is 'The X-Request-Id of the call, from the application or from PostgREST.';

create function private.event_add(
  p_org_id uuid, p_case_id uuid, p_type text, p_version integer default null, p_data jsonb default '{}'
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.events (org_id, case_id, type, actor, door, version, data, request_id)
  values (p_org_id, p_case_id, p_type, (select auth.uid()), private.door(), p_version, p_data, private.request_id());
end;
$$;
comment on function private.event_add(uuid, uuid, text, integer, jsonb) is 'Writes one event in the caller''s name.';

create function private.search_fold(p_text text) returns text
language plpgsql immutable set search_path = ''
as $$ begin return lower(translate(p_text, '"''`״׳-', '')); end $$;
comment on function private.search_fold(text) is 'Text as it is searched: lower case, without quote signs and dashes.';

create function private.search_row_text() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  select private.search_fold(concat_ws(' ', c.plate, c.owner_name, c.filing_case_id, new.owner_name, new.owner_phone,
      new.manufacturer, new.model, new.year, new.garage, new.insurance_company, new.agent, new.claim_number,
      new.policy_number))
  into new.search_text
  from public.cases c where c.id = new.case_id;
  new.updated_at := clock_timestamp();
  return new;
end;
$$;
comment on function private.search_row_text() is 'The searched text is always made of the row''s columns and the case''s own facts.';
create trigger case_search_index_text before insert or update on public.case_search_index
  for each row execute function private.search_row_text();

create function private.case_news() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into public.case_search_index (case_id, org_id) values (new.id, new.org_id);
    perform private.event_add(new.org_id, new.id, 'case.upserted', p_data => jsonb_build_object('created', true));
  elsif new.status is distinct from old.status then
    perform private.event_add(new.org_id, new.id, 'case.status_changed',
      p_data => jsonb_build_object('from', old.status, 'to', new.status));
  elsif (new.owner_name, new.assigned_to, new.inspection_location, new.filing_case_id)
    is distinct from (old.owner_name, old.assigned_to, old.inspection_location, old.filing_case_id) then
    update public.case_search_index set updated_at = now() where case_id = new.id;
    perform private.event_add(new.org_id, new.id, 'case.upserted', p_data => jsonb_build_object('created', false));
  end if;
  return null;
end;
$$;
comment on function private.case_news() is 'A case that is opened, moved or changed leaves an event, whichever door it came through.';
create trigger cases_news after insert or update of status, owner_name, assigned_to, inspection_location, filing_case_id
  on public.cases for each row execute function private.case_news();

alter table public.cases enable row level security;
alter table public.cases force row level security;
alter table public.case_search_index enable row level security;
alter table public.case_search_index force row level security;
alter table public.events enable row level security;
alter table public.events force row level security;

create policy "Members read their office's cases" on public.cases
  for select to authenticated using (org_id = any (array(select private.my_orgs())));
create policy "Members open cases in their office" on public.cases
  for insert to authenticated with check (org_id = any (array(select private.my_orgs())));
create policy "Members work on their office's cases" on public.cases
  for update to authenticated
  using (org_id = any (array(select private.my_orgs())))
  with check (org_id = any (array(select private.my_orgs())));
create policy "Members search their office's cases" on public.case_search_index
  for select to authenticated using (org_id = any (array(select private.my_orgs())));
create policy "Members read what happened in their office" on public.events
  for select to authenticated using (org_id = any (array(select private.my_orgs())));

revoke all on public.cases, public.case_search_index, public.events from anon, authenticated, service_role;
grant select on public.cases, public.case_search_index, public.events to authenticated, service_role;
grant insert on public.cases to authenticated, service_role;
grant update (plate, owner_name, status, inspection_location, filing_case_id, assigned_to, updated_by, updated_at)
  on public.cases to authenticated, service_role;

revoke execute on function private.case_check_assignee(public.cases) from public;
grant execute on function private.case_check_assignee(public.cases), private.plate_digits(text),
  private.plate_queue(uuid, text),
  private.door(), private.request_id(), private.search_fold(text) to authenticated, service_role;

select private.adopt_cases();
