-- A database that has the existing project's tables already: each file that makes a table of the same name sets the
-- old one aside first and brings its rows back in the same transaction. Where there is none, all of this does nothing.

create function private.hold_still(p_mode text default 'access exclusive') returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_was text := current_setting('lock_timeout');
  v_tables text;
begin
  if to_regnamespace('legacy') is null then
    return;
  end if;
  for v_try in 1..200 loop
    begin
      perform set_config('lock_timeout', least(10 * v_try, 500) || 'ms', true);
      select string_agg(c.oid::regclass::text, ', ') into v_tables from pg_catalog.pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and pg_has_role(c.relowner, 'usage');
      execute format('lock table %s in %s mode', v_tables, p_mode);
      perform set_config('lock_timeout', v_was, true);
      return;
    exception when lock_not_available or deadlock_detected then
      -- All or none: what was locked so far is given back, so whoever holds the rest can end.
      perform pg_sleep(0.02 * random());
    end;
  end loop;
  raise exception 'somebody holds a table of the schema public: end the long transaction and start again';
end;
$$;
comment on function private.hold_still(text) is
  'While an existing database is adopted: everybody waits until the end of this file''s transaction, and nobody in a circle.';

create function private.adoption_note(p_table text, p_row text, p_reason text, p_proposed text) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into legacy.adoption_notes (table_name, row_id, reason, proposed) values (p_table, p_row, p_reason, p_proposed);
end;
$$;
comment on function private.adoption_note(text, text, text, text) is
  'Lists for staff what could not be decided while an existing table was adopted.';

create function private.adoption_begin() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if to_regnamespace('legacy') is not null then
    return;
  end if;
  create schema legacy;
  comment on schema legacy is 'The existing project''s tables as they stood when ours took their place. Nothing is deleted here.';
  create table legacy.adoption_notes (
    id bigint generated always as identity primary key,
    table_name text not null,
    row_id text,
    reason text not null,
    proposed text,
    created_at timestamptz not null default now()
  );
  comment on table legacy.adoption_notes is 'What could not be decided, row by row, with a proposal; the row itself stands in its table here.';
  create table legacy.adoption_ties (
    id bigint generated always as identity primary key,
    target text not null,
    kind text not null check (kind in ('key', 'policy', 'view', 'grant', 'own key')),
    holder text not null,
    name text not null,
    definition text not null,
    tied_again boolean
  );
  comment on table legacy.adoption_ties is
    'What held to a table that was set aside: its statement, and whether it holds to ours now; null where nobody tried.';
  grant usage on schema legacy to backoffice_staff, service_role;
  grant select on legacy.adoption_notes to backoffice_staff, service_role;
end;
$$;
comment on function private.adoption_begin() is 'Makes the place where existing tables are set aside.';

create function private.adoption_untie(p_table regclass) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_name text := (select relname from pg_catalog.pg_class where oid = p_table);
  v_tie record;
begin
  for v_tie in
    select case when k.conrelid = p_table then 'own key' else 'key' end as kind, k.conrelid::regclass as holder, k.conname,
      pg_catalog.pg_get_constraintdef(k.oid) as definition
    from pg_catalog.pg_constraint k where k.contype = 'f' and k.conparentid = 0 and p_table in (k.conrelid, k.confrelid)
  loop
    insert into legacy.adoption_ties (target, kind, holder, name, definition) values (v_name, v_tie.kind, v_tie.holder,
      v_tie.conname, format('alter table %s add constraint %I %s', v_tie.holder, v_tie.conname, v_tie.definition));
    -- Or a delete in a table of ours would go on into what is kept.
    execute format('alter table %s drop constraint %I', v_tie.holder, v_tie.conname);
  end loop;

  insert into legacy.adoption_ties (target, kind, holder, name, definition)
  select v_name, 'policy', p.polrelid::regclass::text, p.polname, concat_ws(' ',
    format('alter policy %I on %s', p.polname, p.polrelid::regclass),
    'using (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')',
    'with check (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')')
  from pg_catalog.pg_policy p
  where p.polrelid <> p_table and exists (
    select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
      and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = p_table);

  insert into legacy.adoption_ties (target, kind, holder, name, definition)
  select distinct v_name, 'view', c.oid::regclass::text, c.relname,
    format('create or replace view %s%s as %s', c.oid::regclass,
      ' with (' || array_to_string(c.reloptions, ', ') || ')', pg_catalog.pg_get_viewdef(c.oid))
  from pg_catalog.pg_depend d join pg_catalog.pg_rewrite r on r.oid = d.objid join pg_catalog.pg_class c on c.oid = r.ev_class
  where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refobjid = p_table and c.oid <> p_table
    and c.relkind in ('v', 'm') and c.relpersistence <> 't' and c.relnamespace <> 'legacy'::regnamespace;

  insert into legacy.adoption_ties (target, kind, holder, name, definition)
  select v_name, 'grant', p_table::text, a.grantee::regrole::text, format('grant %s on %s to %s', a.privilege_type, p_table,
    a.grantee::regrole)
  from pg_catalog.pg_class c cross join lateral aclexplode(c.relacl) a
  where c.oid = p_table and a.grantee <> 0 and a.grantee <> c.relowner;
end;
$$;
comment on function private.adoption_untie(regclass) is
  'Writes down what holds to a table, and lets go what would reach into it from ours.';

create function private.set_aside(variadic p_tables text[]) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_table regclass;
  v_function regprocedure;
begin
  if not exists (select from unnest(p_tables) t where to_regclass(format('public.%I', t)) is not null) then
    perform private.hold_still();
    return;
  end if;
  perform private.adoption_begin();
  perform private.hold_still();
  for v_table in
    select to_regclass(format('public.%I', t)) from unnest(p_tables) t where to_regclass(format('public.%I', t)) is not null
  loop
    perform private.adoption_untie(v_table);
    -- What this one held to an earlier one of the same call goes with it.
    update legacy.adoption_ties set tied_again = false where holder = v_table::text and kind <> 'grant' and tied_again is null;
    if exists (select from pg_catalog.pg_publication_rel r join pg_catalog.pg_publication p on p.oid = r.prpubid
      where r.prrelid = v_table and p.pubname = 'supabase_realtime') then
      execute format('alter publication supabase_realtime drop table %s', v_table);
    end if;
    execute format('revoke all on %s from public, anon, authenticated, service_role', v_table);
    execute format('alter %s %s set schema legacy',
      (select case relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end
        from pg_catalog.pg_class where oid = v_table), v_table);
  end loop;
  -- What only the triggers of tables here call has nothing left to do in public.
  for v_function in
    select p.oid from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prorettype = 'pg_catalog.trigger'::regtype
      and exists (select from pg_catalog.pg_trigger t where t.tgfoid = p.oid)
      and not exists (select from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
        where t.tgfoid = p.oid and c.relnamespace <> 'legacy'::regnamespace)
  loop
    execute format('alter function %s set schema legacy', v_function);
  end loop;
  notify pgrst, 'reload schema';
end;
$$;
comment on function private.set_aside(text[]) is
  'Moves existing tables of these names out of the way of ours, whole: rows, indexes, triggers and policies stay as they were.';

create function private.make_room(variadic p_functions text[]) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.proname = any (p_functions)
      and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')
  loop
    perform private.adoption_begin();
    execute format('alter function %s set schema legacy', v_function);
  end loop;
end;
$$;
comment on function private.make_room(text[]) is
  'Moves existing functions of these names out of the way of ours, whatever arguments they take: two of a name make a call ambiguous.';

-- The rows.

create function private.adoption_columns(p_table text, p_as jsonb)
returns table (name text, expression text)
language sql stable set search_path = ''
as $$
  select c.name, case
    when p_as ? c.name then p_as ->> c.name
    when c.name = 'org_id' then coalesce('coalesce(k.org_id, ' || c.plain || ', private.my_org())',
      case when c.has_case then 'coalesce(k.org_id, private.my_org())' else 'private.my_org()' end)
    when c.name = 'plate' and c.has_case then
      'coalesce(k.plate' || coalesce(', nullif(private.plate_digits(' || c.plain || '), '''')', '') || ')'
    when c.is_person then '(select p.user_id from public.profiles p where p.user_id = ' || c.plain || ')'
    when c.required and c.standard is not null then 'coalesce(' || c.plain || ', ' || c.standard || ')'
    else c.plain end
  from (
    select a.attname::text as name, a.attnotnull as required, pg_catalog.pg_get_expr(d.adbin, d.adrelid) as standard,
      exists (select from pg_catalog.pg_attribute i where i.attrelid = a.attrelid and i.attname = 'case_id') as has_case,
      exists (select from pg_catalog.pg_constraint f where f.conrelid = a.attrelid and f.contype = 'f'
        and f.conkey = array[a.attnum] and f.confrelid = to_regclass('public.profiles')
        and f.confrelid <> f.conrelid and not a.attnotnull) as is_person,
      case when o.atttypid is null then null
        when o.atttypid = a.atttypid then format('l.%I', a.attname)
        when o.atttypid = 'timestamp'::regtype then format('(l.%I at time zone ''UTC'')', a.attname)
        else format('l.%I::text::%s', a.attname, format_type(a.atttypid, a.atttypmod)) end as plain
    from pg_catalog.pg_attribute a
    left join pg_catalog.pg_attrdef d on (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
    left join pg_catalog.pg_attribute o
      on o.attrelid = to_regclass(format('legacy.%I', p_table)) and o.attname = a.attname and not o.attisdropped
    where a.attrelid = to_regclass(format('public.%I', p_table)) and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = ''
  ) c
  where c.plain is not null or p_as ? c.name or c.name = 'org_id' or (c.name = 'plate' and c.has_case)
$$;
comment on function private.adoption_columns(text, jsonb) is
  'What each column of a new table is filled with from the row of the old one, which is called l, and its case, called k.';

create function private.adoption_proposal(p_state text) returns text
language sql immutable set search_path = ''
as $$
  select case p_state
    when '23505' then 'another row says the same: merge by hand what differs'
    when '23503' then 'what it points at is not there: bring that first'
    when '23514' then 'a value is not one of the allowed ones: choose one'
    when '23502' then 'a value is missing: fill it in'
    else 'a value cannot be read as the type of its column: write it anew' end
$$;
comment on function private.adoption_proposal(text) is 'What staff may do with a row that a rule kept out.';

create function private.adoption_row_name(p_table text, p_place tid) returns text
language plpgsql stable set search_path = ''
as $$
declare
  v_key text := (select a.attname from pg_catalog.pg_index i join pg_catalog.pg_attribute a
    on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = to_regclass(format('legacy.%I', p_table)) and i.indisprimary);
  v_name text;
begin
  execute format('select %s::text from legacy.%I l where l.ctid = $1', coalesce(format('l.%I', v_key), 'l.ctid'), p_table)
  using p_place into v_name;
  return v_name;
end;
$$;
comment on function private.adoption_row_name(text, tid) is 'The key of a row that was set aside.';

create function private.adoption_copy(p_table text, p_insert text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_chunk tid[];
  v_left tid[] := '{}';
  v_again tid[];
  v_place tid;
  v_state text;
  v_rule text;
  v_column text;
  v_is_last boolean := false;
begin
  for v_chunk in execute format('select array_agg(ctid) from (select ctid, row_number() over () as n from legacy.%I) l
    group by (n - 1) / 1000', p_table)
  loop
    begin
      execute p_insert using v_chunk;
    exception when integrity_constraint_violation or data_exception then
      v_left := v_left || v_chunk;
    end;
  end loop;
  -- One by one, and again as long as that brings any: a row may point at a later one.
  loop
    v_again := '{}';
    foreach v_place in array v_left loop
      begin
        execute p_insert using array[v_place];
      exception when integrity_constraint_violation or data_exception then
        get stacked diagnostics v_state = returned_sqlstate, v_rule = constraint_name, v_column = column_name;
        v_again := v_again || v_place;
        if v_is_last then
          perform private.adoption_note(p_table, private.adoption_row_name(p_table, v_place),
            concat_ws(' ', v_state, coalesce(nullif(v_rule, ''), nullif(v_column, ''))), private.adoption_proposal(v_state));
        end if;
      end;
    end loop;
    exit when v_is_last;
    v_is_last := cardinality(v_again) = cardinality(v_left);
    v_left := v_again;
  end loop;
end;
$$;
comment on function private.adoption_copy(text, text) is
  'Runs an insert for the rows of a table that was set aside, by thousands, and notes each one that a rule keeps out.';

create function private.adoption_tie(p_table text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_tie record;
begin
  for v_tie in
    select * from legacy.adoption_ties t
    where t.target = p_table and t.kind in ('key', 'policy', 'view') and t.tied_again is null
      and to_regclass(t.holder) is not null order by t.id
  loop
    begin
      execute v_tie.definition || case v_tie.kind when 'key' then ' not valid' else '' end;
      update legacy.adoption_ties set tied_again = true where id = v_tie.id;
    exception when others then
      update legacy.adoption_ties set tied_again = false where id = v_tie.id;
      perform private.adoption_note(v_tie.holder, v_tie.name, 'not_tied ' || sqlstate,
        format('this %s held to the old table %s: write it anew', v_tie.kind, p_table));
      continue;
    end;
    if v_tie.kind = 'key' then
      begin
        execute format('alter table %s validate constraint %I', v_tie.holder, v_tie.name);
      exception when foreign_key_violation then
        null;  -- it holds for what comes; private.adoption_end lists it, if its table is still there then
      end;
    end if;
  end loop;
end;
$$;
comment on function private.adoption_tie(text) is 'What held to the old table holds to ours.';

create function private.bring_back(p_table text, p_as text default '{}', p_join text default '', p_keep text[] default '{}')
returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_names text;
  v_expressions text;
  v_trigger text;
  v_missing text;
begin
  -- p_as is a JSON object of columns and expressions, in which lines may end.
  if to_regclass(format('legacy.%I', p_table)) is null then
    return;
  end if;
  select string_agg(format('%I', c.name), ', '), string_agg(c.expression, ', ') into v_names, v_expressions
  from private.adoption_columns(p_table, replace(p_as, E'\n', ' ')::jsonb) c;
  -- Old tables differ from script to script: a column that this one lacks says nothing.
  for v_missing in
    select distinct m[1] from regexp_matches(v_expressions, '\ml\.(\w+)', 'g') m
    where not exists (select from pg_catalog.pg_attribute a where a.attrelid = to_regclass(format('legacy.%I', p_table))
      and a.attname = m[1] and not a.attisdropped)
  loop
    v_expressions := regexp_replace(v_expressions, format('\ml\.%s\M', v_missing), 'null', 'g');
  end loop;
  -- Stamps, numbers and news are for what happens now. p_keep: triggers that make a row what it must be.
  execute format('alter table public.%I disable trigger user', p_table);
  foreach v_trigger in array p_keep loop
    execute format('alter table public.%I enable trigger %I', p_table, v_trigger);
  end loop;
  perform private.adoption_copy(p_table, format('insert into public.%1$I (%2$s) select %3$s from legacy.%1$I l %4$s %5$s
    where l.ctid = any ($1)', p_table, v_names, v_expressions, case
      when to_regclass('public.cases') is not null and exists (select from pg_catalog.pg_attribute
        where attrelid = to_regclass(format('legacy.%I', p_table)) and attname = 'case_id' and not attisdropped)
      then 'left join public.cases k on k.id = l.case_id'
      else 'cross join (select null::uuid as org_id, null::text as plate) k' end, p_join));
  execute format('alter table public.%I enable trigger user', p_table);
  perform private.adoption_tie(p_table);
end;
$$;
comment on function private.bring_back(text, text, text, text[]) is
  'Fills a new table from the one that was set aside: common columns as they stand, the others as told; ids and dates are kept.';
