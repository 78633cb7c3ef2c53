-- Which pages of other hosts an office's people work in.

select private.hold_still();

create function private.are_origins(p_origins text[]) returns boolean
language sql immutable set search_path = ''
begin atomic
  select array_ndims(p_origins) is null or array_ndims(p_origins) = 1 and cardinality(p_origins) <= 20
    and (select bool_and(coalesce(length(o) <= 255
        -- As browsers write it: small letters, no path, no default port; without TLS on one's own machine alone.
        and (o ~ '^https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?$' and o !~ ':443$'
          or o ~ '^http://(localhost|127\.0\.0\.1)(:[1-9][0-9]{0,4})?$' and o !~ ':80$'), false))
      and count(distinct o) = count(*) from unnest(p_origins) o);
end;
comment on function private.are_origins(text[]) is 'Whether these are origins of pages as browsers send them, each once.';

alter table public.orgs add ui_origins text[] not null default '{}',
  add constraint orgs_ui_origins_exact check (private.are_origins(ui_origins));
comment on column public.orgs.ui_origins is
  'Origins whose pages may call the API for the people of this office, besides those of the server''s settings.';
grant update (ui_origins) on public.orgs to backoffice_staff;

create or replace function private.org_audit() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_changes jsonb := private.changed_only(to_jsonb(old), to_jsonb(new),
    array['name', 'assessors_see_own_cases_only', 'assistants_read_only', 'ui_origins']);
begin
  insert into private.audit_log (org_id, actor, door, action, table_name, record_id, old_values, new_values, request_id)
  values (new.id, (select auth.uid()), private.door(), tg_op, tg_table_name, new.id, v_changes -> 'was',
    v_changes -> 'became', private.request_id());
  return null;
end;
$$;
create trigger orgs_origins_audit after update of ui_origins on public.orgs
  for each row when (old.ui_origins is distinct from new.ui_origins) execute function private.org_audit();

create function private.is_ui_origin(p_origin text, p_person uuid default null) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (
    select from public.orgs o where p_origin = any (o.ui_origins)
      and (p_person is null or exists (
        select from public.user_orgs m where m.org_id = o.id and m.user_id = p_person)));
end;
$$;
comment on function private.is_ui_origin(text, uuid) is
  'Whether an office of this person, or without one any office, works in pages of this origin; asked before a role is taken.';

revoke execute on function private.are_origins(text[]), private.is_ui_origin(text, uuid)
  from public, anon, authenticated, service_role;
grant execute on function private.are_origins(text[]) to backoffice_staff, authenticated, service_role;
grant execute on function private.is_ui_origin(text, uuid) to backoffice_app;
