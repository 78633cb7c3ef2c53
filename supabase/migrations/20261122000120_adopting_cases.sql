-- What a copy of an existing project's cases and versions cannot say by itself: which case is open, and which number
-- a version has.

create function private.adopted_status(p_status text) returns text
language sql immutable set search_path = ''
as $$
  select case
    when upper(btrim(p_status)) in ('OPEN', 'IN_PROGRESS', 'CLOSED', 'ARCHIVED') then upper(btrim(p_status))
    when btrim(p_status) in ('מחכה לאישור תביעה', 'מחכה לתשלום', 'שולם', 'תביעה אושרה', 'בתביעת בית משפט', 'אחר') then btrim(p_status)
    else case btrim(p_status) when 'פתוח' then 'OPEN' when 'בתהליך' then 'IN_PROGRESS' when 'בעבודה' then 'IN_PROGRESS'
      when 'סגור' then 'CLOSED' when 'בארכיון' then 'ARCHIVED' when 'deleted' then 'ARCHIVED' when '' then 'OPEN'
      else case when p_status is null then 'OPEN' else 'אחר' end end
  end
$$;
comment on function private.adopted_status(text) is 'A status of either language as ours; a word that nobody knows is "other".';

create function private.adopt_offices() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if to_regclass('legacy.orgs') is null and to_regclass('legacy.profiles') is null then
    return;
  end if;
  perform private.bring_back('orgs', '{"name": "coalesce(nullif(btrim(l.name), ''''), ''משרד'')"}');
  if not exists (select from public.orgs) then
    insert into public.orgs (name) values ('משרד');
    perform private.adoption_note('orgs', (select id::text from public.orgs), 'office_made',
      'there was no office, and everything belongs to one: give it its name');
  end if;
  perform private.bring_back('profiles', $as${
    "name": "coalesce(nullif(btrim(l.name), ''), l.username, l.email, '?')",
    "role": "case when lower(l.role) in ('developer', 'admin', 'assessor', 'assistant') then lower(l.role)
      when lower(l.role) = 'user' then 'assessor' else 'assistant' end",
    "status": "case when l.status in ('inactive', 'suspended') then l.status else 'active' end"}$as$);
  insert into public.user_orgs (user_id, org_id) select user_id, org_id from public.profiles on conflict do nothing;
  if to_regclass('legacy.profiles') is not null then
    insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
    select 'profiles', l.user_id::text, 'role_unknown', 'became an assistant, who may do least: give the role it should have'
    from legacy.profiles l
    where lower(coalesce(l.role, '')) not in ('developer', 'admin', 'assessor', 'assistant', 'user', 'viewer');
  end if;
end;
$$;
comment on function private.adopt_offices() is 'Offices and people of an existing project, and who belongs where.';

create function private.adopt_cases() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if to_regclass('legacy.cases') is null then
    return;
  end if;
  create temp table adopting_cases on commit drop as
    select c.*, row_number() over (partition by c.org_id, c.plate, c.status in ('CLOSED', 'ARCHIVED')
      -- The screens save into the case that is OPEN or IN_PROGRESS: that one stays, whatever else a plate waits for.
      order by c.status in ('OPEN', 'IN_PROGRESS') desc, c.created_at desc nulls last, c.id) as place
    from (
      select l.id, coalesce((to_jsonb(l) ->> 'org_id')::uuid, private.my_org()) as org_id,
        private.plate_digits(l.plate) as plate, private.adopted_status(l.status) as status, l.created_at
      from legacy.cases l
    ) c;
  create unique index on pg_temp.adopting_cases (id);
  analyze pg_temp.adopting_cases;
  perform private.bring_back('cases', $as${
    "org_id": "a.org_id", "plate": "a.plate", "current_version": "null",
    "status": "case when a.place > 1 and a.status not in ('CLOSED', 'ARCHIVED') then 'CLOSED' else a.status end",
    "filing_case_id": "coalesce(nullif(l.filing_case_id, ''), format('YC-%s-%s', a.plate,
      to_char(coalesce(l.created_at, now()) at time zone 'Asia/Jerusalem', 'YYYY')))"}$as$,
    'join pg_temp.adopting_cases a on a.id = l.id');

  insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
  select 'cases', a.id::text, 'open_besides_another', format(
    'was %s while the plate has another open case, and is CLOSED here: move its work there, or close that one and open this one',
    l.status)
  from pg_temp.adopting_cases a join public.cases c on c.id = a.id join legacy.cases l on l.id = a.id
  where a.place > 1 and a.status not in ('CLOSED', 'ARCHIVED');
  insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
  select 'cases', l.id::text, 'status_unknown', 'became "' || private.adopted_status(l.status) || '": give it the status it should have'
  from legacy.cases l join public.cases c on c.id = l.id
  where btrim(l.status) in ('deleted', '') or l.status is null
    or (private.adopted_status(l.status) = 'אחר' and btrim(l.status) <> 'אחר');
  insert into public.case_search_index (case_id, org_id) select id, org_id from public.cases;
end;
$$;
comment on function private.adopt_cases() is
  'Cases of an existing project: one open case for a plate, the newest that the screens save into; the others are closed and listed.';

-- The versions. What is dear is asked before anybody has to wait, and again, for what has changed since, while they do.

create function private.adopt_documents() returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_helper text := case when to_regclass('legacy.case_helper') is null then 'public.case_helper' else 'legacy.case_helper' end;
  v_history boolean := exists (select from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
    where c.oid = to_regclass('public.helper_versions') and c.relkind = 'r' and a.attname = 'helper_json');
begin
  execute format('create or replace temp view adopting_rows as
    select ''case_helper'' as origin, h.id::text as key, h.case_id, h.version::bigint, h.is_current, h.helper_json,
      h.updated_at as at, h.xmin as stamp from %s h %s', v_helper, case when v_history then '
    union all select ''helper_versions'', h.id::text, h.case_id, h.version::bigint, false, h.helper_json, h.saved_at, h.xmin
    from public.helper_versions h' else '' end);
  create temp table if not exists adopting_documents (
    origin text, key text, stamp xid, hash text, size_bytes integer, primary key (origin, key)
  ) on commit drop;
  create index if not exists adopting_documents_hash on pg_temp.adopting_documents (hash);
  create temp table if not exists adopting_pairs (
    before text, hash text, sections text[], primary key (before, hash)
  ) on commit drop;
  delete from pg_temp.adopting_documents d where not exists (
    select from pg_temp.adopting_rows r where r.origin = d.origin and r.key = d.key and r.stamp = d.stamp);
  insert into pg_temp.adopting_documents
  select r.origin, r.key, r.stamp, md5(m.helper::text), pg_column_size(m.helper)
  from pg_temp.adopting_rows r
  -- In memory once. What is no object has no hash, and stays where it is.
  cross join lateral (
    select case jsonb_typeof(r.helper_json) when 'object' then r.helper_json || '{}' end as helper offset 0) m
  where not exists (select from pg_temp.adopting_documents d where d.origin = r.origin and d.key = r.key);
  analyze pg_temp.adopting_documents;
end;
$$;
comment on function private.adopt_documents() is 'Reads each stored helper of an existing project once: its hash and its size.';

create function private.adopt_numbers() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  drop table if exists pg_temp.adopting_versions;
  create temp table adopting_versions on commit drop as
    with rows as (
      select r.origin, r.key, r.case_id, r.version, r.at, d.hash, d.size_bytes,
        -- Where one row alone is flagged, that is the version everybody saw, whatever number it bears.
        r.is_current and count(*) filter (where r.is_current) over (partition by r.case_id) = 1 as is_seen
      from pg_temp.adopting_rows r join pg_temp.adopting_documents d on d.origin = r.origin and d.key = r.key
      where d.hash is not null
    ), told as (
      -- The old history knows when a version was saved first; in the table itself later writes moved the date.
      select case_id, version, hash, min(at) as at from rows where origin = 'helper_versions' group by 1, 2, 3
    ), distinct_rows as (
      select r.origin, r.key, r.case_id, r.version, least(t.at, r.at) as at, r.hash, r.size_bytes, r.is_seen
      from rows r left join told t on t.case_id = r.case_id and t.version = r.version and t.hash = r.hash
      where r.origin = 'case_helper'
      union all
      -- Of the old history only what no version says.
      (select distinct on (h.case_id, h.hash) h.* from rows h
      where h.origin = 'helper_versions' and not exists (
        select from rows c where c.origin = 'case_helper' and c.case_id = h.case_id and c.hash = h.hash)
      order by h.case_id, h.hash, h.at, h.key)
    ), ordered as (
      select r.*, c.org_id, c.plate, c.filing_case_id, row_number() over (partition by c.org_id, c.plate
        order by c.created_at, c.id, r.is_seen, r.version nulls first, r.origin desc, r.at nulls first, r.key) as number
      from distinct_rows r join public.cases c on c.id = r.case_id
    )
    select o.*, lag(o.hash) over in_case as before, lead(o.hash) over in_case is null as is_last
    from ordered o window in_case as (partition by o.case_id order by o.number);
  analyze pg_temp.adopting_versions;

  insert into pg_temp.adopting_pairs
  select v.before, v.hash, private.changed_sections(b.helper_json, a.helper_json)
  from (select distinct coalesce(before, '') as before, hash from pg_temp.adopting_versions) v
  join lateral (select origin, key from pg_temp.adopting_documents d where d.hash = v.hash limit 1) n on true
  join pg_temp.adopting_rows a on a.origin = n.origin and a.key = n.key
  left join lateral (select origin, key from pg_temp.adopting_documents d where d.hash = v.before limit 1) m on true
  left join pg_temp.adopting_rows b on b.origin = m.origin and b.key = m.key
  where not exists (select from pg_temp.adopting_pairs p where p.before = v.before and p.hash = v.hash);
end;
$$;
comment on function private.adopt_numbers() is
  'Numbers the versions of an existing project per plate, case by case in the order of their old numbers and dates, and says what each changed.';

create function private.foresee_versions() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if to_regclass('public.case_helper') is not null then
    perform private.adopt_documents();
    perform private.adopt_numbers();
  end if;
end;
$$;
comment on function private.foresee_versions() is 'Reads the stored helpers of an existing project before anybody has to wait.';

create function private.adopt_versions() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if to_regclass('legacy.case_helper') is null then
    return;
  end if;
  perform private.adopt_documents();
  perform private.adopt_numbers();
  create unique index on pg_temp.adopting_versions (origin, key);
  perform private.bring_back('case_helper', $as${
    "org_id": "a.org_id", "plate": "a.plate", "filing_case_id": "a.filing_case_id", "version": "a.number",
    "is_current": "a.is_last", "helper_name": "format('%s_helper_v%s', a.plate, a.number)", "source": "'system'",
    "saved_at": "coalesce(a.at, now())", "saved_from": "'IMPORT'",
    "saved_by": "(select p.user_id from public.profiles p where p.user_id = coalesce(l.created_by, l.updated_by))",
    "label": "case when l.version = a.number and l.helper_name = format('%s_helper_v%s', a.plate, a.number) then null
      else left(concat(l.helper_name, ' (v' || l.version || ')'), 500) end",
    "trigger": "left(nullif(l.source, 'system'), 100)", "size_bytes": "a.size_bytes", "changed_sections": "d.sections",
    "changes": "case when d.sections = '{}' then 0 when a.before is null then cardinality(d.sections) end"
    }$as$, $join$join pg_temp.adopting_versions a on a.origin = 'case_helper' and a.key = l.id::text
      join pg_temp.adopting_pairs d on d.before = coalesce(a.before, '') and d.hash = a.hash$join$);
  perform private.adopt_history();

  alter table public.cases disable trigger user;
  update public.cases c set current_version = h.version from public.case_helper h where h.case_id = c.id and h.is_current;
  alter table public.cases enable trigger user;
  perform private.adopt_versions_noted();
  drop view pg_temp.adopting_rows;
end;
$$;
comment on function private.adopt_versions() is
  'Every version of an existing project, numbered by our rule; its old name and number stay as its label.';

create function private.adopt_history() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  alter table public.case_helper disable trigger user;
  insert into public.case_helper (case_id, org_id, plate, filing_case_id, version, is_current, helper_name, helper_json, saved_at,
    saved_from, label, trigger, size_bytes, changed_sections, changes, updated_at)
  select a.case_id, a.org_id, a.plate, a.filing_case_id, a.number, a.is_last, format('%s_helper_v%s', a.plate, a.number),
    r.helper_json, coalesce(a.at, now()), 'IMPORT', format('helper_versions %s (v%s)', a.key, a.version), 'helper_versions',
    a.size_bytes, d.sections,
    case when d.sections = '{}' then 0 when a.before is null then cardinality(d.sections) end, coalesce(a.at, now())
  from pg_temp.adopting_versions a
  join pg_temp.adopting_rows r on r.origin = a.origin and r.key = a.key
  join pg_temp.adopting_pairs d on d.before = coalesce(a.before, '') and d.hash = a.hash
  where a.origin = 'helper_versions';
  alter table public.case_helper enable trigger user;
end;
$$;
comment on function private.adopt_history() is 'What only the history of an existing project still holds becomes versions as well.';

create function private.adopt_versions_noted() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
  select r.origin, r.key, case when d.hash is null then 'not_an_object' else 'case_not_brought' end,
    case when d.hash is null then 'a helper is a JSON object: this row holds none, and may be left here'
      else 'its case stayed aside or does not exist: decide the case, then import this row' end
  from pg_temp.adopting_rows r join pg_temp.adopting_documents d on d.origin = r.origin and d.key = r.key
  where d.hash is null or not exists (select from public.cases c where c.id = r.case_id);

  insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
  select 'case_helper', a.key, 'current_not_newest',
    'it was the one flagged as current, and is; rows with higher numbers come before it: compare, and restore what is missing'
  from pg_temp.adopting_versions a
  where a.is_seen and exists (
    select from pg_temp.adopting_versions o where o.case_id = a.case_id and o.origin = 'case_helper' and o.version > a.version);

  insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
  select 'case_helper', h.id::text, 'wrapped', 'the helper stands inside helper_data: unwrap it by saving it anew'
  from public.case_helper h
  where h.is_current and h.helper_json ? 'helper_data' and h.helper_json - 'helper_data' = '{}';
end;
$$;
comment on function private.adopt_versions_noted() is 'Lists what is doubtful about the versions of an existing project.';
