-- Puts an existing project's tables back where they stood before ours were adopted; ours go to the schema ours, whole.
--   psql "$OWNER_DATABASE_URL" -v ON_ERROR_STOP=1 --single-transaction -f supabase/way_back.sql
-- Read docs/how-to/adopt.md first: what was saved since is in ours alone.

create schema ours;
select private.hold_still();

-- Tables and views: ours of a name make room, and theirs are told live again where ours were.
do $$
declare
  v_theirs record;
  v_kind text;
begin
  for v_theirs in
    select c.relname as name, c.relkind as kind, o.oid as ours, o.relkind as ours_kind, exists (
      select from pg_catalog.pg_publication_rel r join pg_catalog.pg_publication p on p.oid = r.prpubid
      where r.prrelid = o.oid and p.pubname = 'supabase_realtime') as is_live
    from pg_catalog.pg_class c
    left join pg_catalog.pg_class o on o.relname = c.relname and o.relnamespace = 'public'::regnamespace
    where c.relnamespace = 'legacy'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and c.relname not like 'adoption\_%'
  loop
    if v_theirs.is_live then
      execute format('alter publication supabase_realtime drop table public.%I', v_theirs.name);
    end if;
    if v_theirs.ours is not null then
      execute format('alter %s public.%I set schema ours', case v_theirs.ours_kind when 'v' then 'view'
        when 'm' then 'materialized view' else 'table' end, v_theirs.name);
    end if;
    v_kind := case v_theirs.kind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end;
    execute format('alter %s legacy.%I set schema public', v_kind, v_theirs.name);
    if v_theirs.is_live then
      execute format('alter publication supabase_realtime add table public.%I', v_theirs.name);
    end if;
  end loop;
end $$;

-- What only we have goes with them: every table of ours holds its owner to its policies, and none of theirs does.
do $$
declare
  v_ours record;
begin
  for v_ours in
    select c.relname as name from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relforcerowsecurity
  loop
    execute format('alter table public.%I set schema ours', v_ours.name);
  end loop;
  -- What adopting added to theirs.
  for v_ours in
    select p.polname as name, p.polrelid::regclass as holder from pg_catalog.pg_policy p
    join pg_catalog.pg_class c on c.oid = p.polrelid
    where c.relnamespace = 'public'::regnamespace and p.polname = 'What belongs to a case is seen with it'
  loop
    execute format('drop policy %I on %s', v_ours.name, v_ours.holder);
  end loop;
end $$;

-- Functions: two of one name would make a call ambiguous, and one of ours without its tables fails. Each of ours, and
-- hardly one of theirs, says what it does, names its schemas in full, and is not everybody's to call.
do $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid from pg_catalog.pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
      and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')
      and (p.proname in (select t.proname from pg_catalog.pg_proc t where t.pronamespace = 'legacy'::regnamespace)
        or p.proconfig @> array['search_path=""'] and obj_description(p.oid, 'pg_proc') is not null and not exists (
          select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0))
  loop
    execute format('alter function %s set schema ours', v_function);
  end loop;
  for v_function in select p.oid from pg_catalog.pg_proc p where p.pronamespace = 'legacy'::regnamespace loop
    execute format('alter function %s set schema public', v_function);
  end loop;
end $$;

-- What held to a table of theirs holds to it again. It was written down once more where it was tied to ours meanwhile:
-- the first time is how it was.
do $$
declare
  v_tie record;
begin
  for v_tie in select distinct t.definition from legacy.adoption_ties t where t.kind = 'grant' loop
    execute v_tie.definition;
  end loop;
  for v_tie in
    select distinct on (t.holder, t.name) t.* from legacy.adoption_ties t
    where t.kind in ('key', 'own key') and to_regclass(t.holder) is not null order by t.holder, t.name, t.id
  loop
    execute format('alter table %s drop constraint if exists %I', v_tie.holder, v_tie.name);
    execute v_tie.definition || ' not valid';
    begin
      execute format('alter table %s validate constraint %I', v_tie.holder, v_tie.name);
    exception when foreign_key_violation then
      raise notice '%: % holds for what comes; some rows name one that only ours have', v_tie.holder, v_tie.name;
    end;
  end loop;
  for v_tie in
    select distinct on (t.kind, t.holder, t.name) t.* from legacy.adoption_ties t
    where t.kind in ('policy', 'view') and to_regclass(t.holder) is not null order by t.kind, t.holder, t.name, t.id
  loop
    execute v_tie.definition;
  end loop;
end $$;

-- Views of ours, now that none of theirs looks at ours any more; one may look at another.
do $$
declare
  v_view regclass;
begin
  loop
    select c.oid into v_view from pg_catalog.pg_class c
    join pg_catalog.pg_rewrite r on r.ev_class = c.oid join pg_catalog.pg_depend d on d.objid = r.oid
    left join pg_catalog.pg_class t on t.oid = d.refobjid and d.refclassid = 'pg_catalog.pg_class'::regclass
    left join pg_catalog.pg_proc f on f.oid = d.refobjid and d.refclassid = 'pg_catalog.pg_proc'::regclass
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'v'
      and coalesce(t.relnamespace, f.pronamespace) in ('ours'::regnamespace, 'private'::regnamespace) limit 1;
    exit when not found;
    execute format('alter view %s set schema ours', v_view);
  end loop;
end $$;

notify pgrst, 'reload schema';
