-- Offices, the people in them, and who belongs where.

select private.set_aside('orgs', 'profiles', 'user_orgs');

create function private.touch_updated_at() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.touch_updated_at() is 'Stamps a changed row with the server''s time.';

create table public.orgs (
  id uuid primary key default gen_random_uuid(),
  name text not null check (name <> ''),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.orgs is 'An appraiser''s office.';

create table public.profiles (
  user_id uuid primary key references auth.users (id) on delete restrict,
  org_id uuid not null references public.orgs (id) on delete restrict,
  name text not null,
  role text not null default 'assessor' check (role in ('developer', 'admin', 'assessor', 'assistant')),
  status text not null default 'active' check (status in ('active', 'inactive', 'suspended')),
  username text unique,
  email text,
  phone text,
  last_login timestamptz,
  must_change_password boolean not null default false,
  onesignal_id text,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.profiles is 'A person of an office; the login itself is Supabase''s.';
create index profiles_org_id on public.profiles (org_id);
create index profiles_created_by on public.profiles (created_by);

create table public.user_orgs (
  user_id uuid not null references public.profiles (user_id) on delete cascade,
  org_id uuid not null references public.orgs (id) on delete restrict,
  created_at timestamptz not null default now(),
  primary key (user_id, org_id)
);
comment on table public.user_orgs is 'Membership: the one thing that row policies ask.';
create index user_orgs_org_id on public.user_orgs (org_id);

create trigger orgs_touch before update on public.orgs
  for each row execute function private.touch_updated_at();
create trigger profiles_touch before update on public.profiles
  for each row execute function private.touch_updated_at();

create function private.profile_joins_its_org() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.org_id <> old.org_id then
    delete from public.user_orgs where user_id = old.user_id and org_id = old.org_id;
  end if;
  insert into public.user_orgs (user_id, org_id) values (new.user_id, new.org_id) on conflict do nothing;
  return null;
end;
$$;
comment on function private.profile_joins_its_org() is 'A person is a member of the own office from the first moment, and no longer when moved to another.';
create trigger profiles_join_org after insert or update of org_id on public.profiles
  for each row execute function private.profile_joins_its_org();

-- Definer, because the policy of user_orgs would otherwise ask itself. What each save asks is plpgsql: it keeps its
-- plans, while a SQL function with a search_path is parsed and planned anew at each call.
create function private.my_orgs() returns setof uuid
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query
    select m.org_id
    from public.user_orgs m join public.profiles p on p.user_id = m.user_id
    where m.user_id = (select auth.uid()) and p.status = 'active';
end;
$$;
comment on function private.my_orgs() is 'The offices of the caller; none for anybody who is not active.';

create function private.my_org() returns uuid
language sql stable security definer set search_path = ''
as $$
  select coalesce(
    (select p.org_id from public.profiles p where p.user_id = (select auth.uid())),
    -- Make and the service key stand for the office where there is only one.
    (select (array_agg(o.id))[1] from public.orgs o having count(*) = 1)
  )
$$;
comment on function private.my_org() is 'The office a new row belongs to when the caller names none.';

create function private.whoami(p_user_id uuid)
returns table (user_id uuid, org_id uuid, name text, role text, status text)
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query
    select p.user_id, p.org_id, p.name, p.role, p.status from public.profiles p where p.user_id = p_user_id;
end;
$$;
comment on function private.whoami(uuid) is 'Who a verified token speaks for, asked by the application before it takes a role.';

grant execute on function private.my_orgs(), private.my_org() to authenticated, service_role;
grant execute on function private.whoami(uuid) to backoffice_app, service_role;

alter table public.orgs enable row level security;
alter table public.orgs force row level security;
alter table public.profiles enable row level security;
alter table public.profiles force row level security;
alter table public.user_orgs enable row level security;
alter table public.user_orgs force row level security;

create policy "Members see their office" on public.orgs
  for select to authenticated using (id = any (array(select private.my_orgs())));
create policy "Colleagues see each other" on public.profiles
  for select to authenticated using (org_id = any (array(select private.my_orgs())));
create policy "People keep their own contact details" on public.profiles
  for update to authenticated
  using (user_id = (select auth.uid()) and org_id = any (array(select private.my_orgs())))
  with check (user_id = (select auth.uid()) and org_id = any (array(select private.my_orgs())));
create policy "Colleagues see who belongs to the office" on public.user_orgs
  for select to authenticated using (org_id = any (array(select private.my_orgs())));

revoke all on public.orgs, public.profiles, public.user_orgs from anon, authenticated, service_role;
grant select on public.orgs, public.profiles, public.user_orgs to authenticated;
-- Role, status and office are not among the columns, or people would promote themselves.
grant update (phone, onesignal_id, last_login, must_change_password) on public.profiles to authenticated;
grant select, insert, update on public.orgs, public.profiles, public.user_orgs to service_role;
grant delete on public.user_orgs to service_role;

select private.adopt_offices();
