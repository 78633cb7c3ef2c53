-- Schemas and roles of the back office.

do $$ begin
  if exists (select from pg_available_extensions where name = 'pg_trgm') then
    create extension if not exists pg_trgm with schema extensions;
  end if;
end $$;

create schema private;
comment on schema private is 'Functions that policies and triggers lean on; PostgREST does not expose it.';
grant usage on schema private to authenticated, service_role;

create schema backoffice;
comment on schema backoffice is 'The tables Django brings for itself: staff users, sessions, admin log. No API role may enter.';

-- Without this, every new function could be called by anybody. The form "in schema" would do nothing.
alter default privileges revoke execute on functions from public;

-- The login role of the Django processes: it may become one of the roles below and is nothing by itself.
-- noinherit stands before the grants, because from Postgres 16 on the flag is fixed when a grant is made.
do $$ begin
  if not exists (select from pg_roles where rolname = 'backoffice_app') then
    create role backoffice_app login noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'backoffice_staff') then
    create role backoffice_staff nologin inherit;
  end if;
end $$;
alter role backoffice_app set search_path = backoffice, public, extensions;
-- authenticated's own limits do not follow SET ROLE.
alter role backoffice_app set statement_timeout = '30s';
alter role backoffice_app set idle_in_transaction_session_timeout = '30s';
alter role backoffice_app set lock_timeout = '20s';

grant authenticated to backoffice_staff;
grant anon, authenticated, service_role, backoffice_staff to backoffice_app;

grant usage on schema backoffice, private to backoffice_app;
grant usage on schema backoffice to backoffice_staff;
alter default privileges in schema backoffice
  grant select, insert, update, delete on tables to backoffice_app, backoffice_staff;
alter default privileges in schema backoffice
  grant usage, select on sequences to backoffice_app, backoffice_staff;

create function private.applied_versions() returns setof text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query select version::text from supabase_migrations.schema_migrations;
end;
$$;
comment on function private.applied_versions() is 'Which migration files this database has, for the readiness check.';
grant execute on function private.applied_versions() to backoffice_app;
