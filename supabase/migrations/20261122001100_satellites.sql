-- What every satellite shares: whose it is, and that what happens to it is told.

select private.hold_still();

-- A satellite names its case together with the case's office and plate, so that no row can mix two of them.
alter table public.cases add constraint cases_id_org_plate unique (id, org_id, plate);

create function private.satellite_stamp() returns trigger
language plpgsql set search_path = ''
as $$
declare
  v_case public.cases;
begin
  if tg_op = 'UPDATE' then
    new.id := old.id;
    new.org_id := old.org_id;
    new.created_at := old.created_at;
    new.created_by := old.created_by;
  else
    new.created_by := coalesce((select auth.uid()), new.created_by);
    new.created_at := now();
  end if;
  new.plate := nullif(private.plate_digits(new.plate), '');
  -- Who names office and plate as well, as our own bulk functions do, is held to them by the foreign key.
  if new.case_id is not null and (tg_op = 'UPDATE' or new.org_id is null or new.plate is null) then
    if tg_op = 'INSERT' or (new.case_id, new.plate) is distinct from (old.case_id, old.plate) then
      select * into v_case from public.cases where id = new.case_id;
      if not found or v_case.org_id <> coalesce(new.org_id, v_case.org_id) then
        raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
      end if;
      new.org_id := v_case.org_id;
      new.plate := v_case.plate;
    end if;
  elsif new.org_id is null then
    new.org_id := private.my_org();
  end if;
  new.updated_by := coalesce((select auth.uid()), new.updated_by);
  new.updated_at := clock_timestamp();
  return new;
end;
$$;
comment on function private.satellite_stamp() is
  'Office, plate, people and times of a satellite''s row are the server''s; a case that is not seen is not there.';

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
  if p_type in ('case.upserted', 'case.status_changed', 'case_helper.saved', 'case_helper.restored',
    'parts_results.upserted', 'invoice.upserted', 'kb_doc.added')
  then
    -- Make hears which rows, and fetches what it needs.
    perform private.outbox_add(p_org_id, p_case_id, p_type, p_version, p_data - array['was', 'became']);
  end if;
end;
$$;
comment on function private.event_add(uuid, uuid, text, integer, jsonb) is
  'Writes one event in the caller''s name, and tells Make where that is wanted.';

create function private.satellite_told(p_rows jsonb, p_type text, p_table text, p_op text, p_was jsonb, p_became jsonb)
returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.event_add((p_rows ->> 'org_id')::uuid, (p_rows ->> 'case_id')::uuid,
    case when p_op = 'DELETE' then split_part(p_type, '.', 1) || '.removed' else p_type end,
    p_data => jsonb_strip_nulls(jsonb_build_object('table', p_table, 'op', lower(p_op), 'rows', p_rows -> 'rows',
      'ids', p_rows -> 'ids', 'was', p_was, 'became', p_became)));
end;
$$;
comment on function private.satellite_told(jsonb, text, text, text, jsonb, jsonb) is 'The event of one statement on one case''s satellite.';

create function private.satellite_news() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_hidden text[] := tg_argv[1:];
  v_rows jsonb;
  v_was jsonb;
  v_became jsonb;
begin
  -- A row at a time is told with what it was and became, many at once by their number and the first ids.
  if tg_op = 'INSERT' then
    for v_rows in
      select to_jsonb(g) from (
        select n.org_id, n.case_id, count(*) as rows, (array_agg(n.id))[:20] as ids
        from new_rows n group by n.org_id, n.case_id) g
    loop
      select to_jsonb(n) - v_hidden into v_became from new_rows n
      where n.id = (v_rows #>> '{ids,0}')::uuid and v_rows -> 'rows' = '1';
      perform private.satellite_told(v_rows, tg_argv[0], tg_table_name, tg_op, null, v_became);
    end loop;
  elsif tg_op = 'UPDATE' then
    for v_rows in
      select to_jsonb(g) from (
        select n.org_id, n.case_id, count(*) as rows, (array_agg(n.id))[:20] as ids
        from new_rows n join old_rows o on o.id = n.id
        where to_jsonb(n) - v_hidden - array['updated_at', 'updated_by']
          is distinct from to_jsonb(o) - v_hidden - array['updated_at', 'updated_by']
        group by n.org_id, n.case_id) g
    loop
      select to_jsonb(o) - v_hidden, to_jsonb(n) - v_hidden into v_was, v_became
      from new_rows n join old_rows o on o.id = n.id
      where n.id = (v_rows #>> '{ids,0}')::uuid and v_rows -> 'rows' = '1';
      perform private.satellite_told(v_rows, tg_argv[0], tg_table_name, tg_op, v_was, v_became);
    end loop;
  else
    for v_rows in
      select to_jsonb(g) from (
        select o.org_id, o.case_id, count(*) as rows, (array_agg(o.id))[:20] as ids
        from old_rows o group by o.org_id, o.case_id) g
    loop
      select to_jsonb(o) - v_hidden into v_was from old_rows o
      where o.id = (v_rows #>> '{ids,0}')::uuid and v_rows -> 'rows' = '1';
      perform private.satellite_told(v_rows, tg_argv[0], tg_table_name, tg_op, v_was, null);
    end loop;
  end if;
  return null;
end;
$$;
comment on function private.satellite_news() is
  'One event a statement and case, whichever door it came through; columns named as arguments stay out of it.';

-- Run once for each satellite, by the file that makes it.
create function private.satellite_guard(p_table regclass, p_event text, p_hidden text[] default '{}') returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_name text := (select relname from pg_catalog.pg_class where oid = p_table);
  v_arguments text := (select string_agg(quote_literal(a), ', ') from unnest(p_event || p_hidden) a);
begin
  execute format('create trigger %I before insert or update on %s for each row execute function private.satellite_stamp()',
    v_name || '_stamp', p_table);
  execute format('create trigger %I after insert on %s referencing new table as new_rows for each statement
    execute function private.satellite_news(%s)', v_name || '_told_new', p_table, v_arguments);
  execute format('create trigger %I after update on %s referencing old table as old_rows new table as new_rows
    for each statement execute function private.satellite_news(%s)', v_name || '_told_changed', p_table, v_arguments);
  execute format('create trigger %I after delete on %s referencing old table as old_rows for each statement
    execute function private.satellite_news(%s)', v_name || '_told_gone', p_table, v_arguments);
  execute format('alter table %s enable row level security', p_table);
  execute format('alter table %s force row level security', p_table);
  execute format('revoke all on %s from anon, authenticated, service_role', p_table);
  execute format('create policy %I on %s for select to authenticated using (org_id = any (array(select private.my_orgs())))',
    'Members read their office''s rows', p_table);
  execute format('create policy %I on %s for insert to authenticated
    with check (org_id = any (array(select private.my_orgs())))', 'Members add rows of their office', p_table);
  execute format('create policy %I on %s for update to authenticated using (org_id = any (array(select private.my_orgs())))
    with check (org_id = any (array(select private.my_orgs())))', 'Members work on their office''s rows', p_table);
  execute format('grant select, insert, update on %s to authenticated, service_role', p_table);
end;
$$;
comment on function private.satellite_guard(regclass, text, text[]) is
  'Gives a satellite''s table its stamp, its news, its policies and its grants.';
revoke execute on function private.satellite_guard(regclass, text, text[]) from public;

-- Money and numbers as people and scenarios write them.

create function private.amount(p_text text) returns numeric
language plpgsql immutable set search_path = ''
as $$
declare
  v_text text := regexp_replace(translate(p_text, '₪%"''״׳,', ''), '[[:space:]]|[\u200e\u200f\u00a0]|ש?ח$|nis$', '', 'gi');
begin
  return case when v_text ~ '^[+-]?[0-9]{1,15}([.][0-9]{1,10})?$' then v_text::numeric end;
end;
$$;
comment on function private.amount(text) is 'The number in a text such as "₪ 1,234.50"; null where there is none.';
grant execute on function private.amount(text) to authenticated, service_role;
