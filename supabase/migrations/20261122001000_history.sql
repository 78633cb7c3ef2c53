-- Reading history: two versions side by side, one field over all versions, one section brought back.

select private.hold_still();

alter table public.case_helper add column folded boolean not null default false;
comment on column public.case_helper.folded is 'One of a run of automatic saves that lists show as one line; nothing else about it changes.';
create index case_helper_uncounted on public.case_helper (saved_at) where changes is null;

create function private.case_helper_marks() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.folded := false;
  -- A first version added its sections; everything else is counted row by row, by whoever compares versions.
  new.changes := case
    when new.changed_sections = '{}' then 0
    when not exists (select from public.case_helper where case_id = new.case_id) then cardinality(new.changed_sections) end;
  return new;
end;
$$;
comment on function private.case_helper_marks() is 'The marks of our own bookkeeping on a new version, whatever a client says.';
create trigger case_helper_5_marks before insert on public.case_helper
  for each row execute function private.case_helper_marks();

create function private.may_mark(p_org_id uuid) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
  return current_setting('role') in ('service_role', 'none') or p_org_id = any (array(select private.my_orgs()));
end;
$$;
comment on function private.may_mark(uuid) is 'Whether the caller may leave the marks of our own bookkeeping on this office''s versions.';

create function private.changes_counted(p_id uuid, p_changes integer) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  update public.case_helper set changes = p_changes
  where id = p_id and changes is null and private.may_mark(org_id);
end;
$$;
comment on function private.changes_counted(uuid, integer) is
  'Keeps how many places a version changed. It is counted once, because neither version can change any more.';

create function private.versions_fold(p_triggers text[], p_before timestamptz, p_least integer, p_case_id uuid default null)
returns table (case_id uuid, versions integer)
language plpgsql volatile security definer set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    with stories as (
      select h.id, h.case_id, h.version, h.folded,
        h.trigger = any (p_triggers) and h.label is null and h.restored_from is null and not h.is_current
          and h.saved_at < p_before as is_automatic,
        row_number() over (partition by h.case_id order by h.version)
          - row_number() over (partition by h.case_id, h.trigger = any (p_triggers) and h.label is null
              and h.restored_from is null and not h.is_current and h.saved_at < p_before order by h.version) as run
      from public.case_helper h
      where (p_case_id is null or h.case_id = p_case_id) and private.may_mark(h.org_id)
    ), runs as (
      select s.case_id, s.run from stories s where s.is_automatic group by s.case_id, s.run having count(*) >= p_least
    ), marked as (
      update public.case_helper h set folded = true
      from stories s join runs r on r.case_id = s.case_id and r.run = s.run
      where s.is_automatic and h.id = s.id and not h.folded
      returning h.case_id
    )
    select m.case_id, count(*)::integer from marked m group by m.case_id;
end;
$$;
comment on function private.versions_fold(text[], timestamptz, integer, uuid) is
  'Marks runs of automatic saves, so that lists show each run as one line; nothing is deleted.';

create function private.versions_unfold(p_case_id uuid default null) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  update public.case_helper set folded = false
  where folded and (p_case_id is null or case_id = p_case_id) and private.may_mark(org_id);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.versions_unfold(uuid) is 'Takes the marks of versions_fold back.';

-- Two versions side by side. What is equal stays in the database.

create function private.json_difference(p_before jsonb, p_after jsonb)
returns table (before text, after text, changed text[], unchanged text[])
language plpgsql immutable set search_path = ''
as $$
declare
  v_before jsonb := coalesce(p_before, '{}') || '{}';
  v_after jsonb := p_after || '{}';
begin
  changed := private.changed_sections(v_before, v_after);
  unchanged := array(select k from jsonb_object_keys(v_after) k where k <> all (changed) order by k collate "C");
  before := v_before - unchanged;
  after := v_after - unchanged;
  return next;
end;
$$;
comment on function private.json_difference(jsonb, jsonb) is
  'The sections of two documents that differ, as text, and the names of both kinds.';

create function private.helper_difference(p_case_id uuid, p_from integer, p_to integer)
returns table (before text, after text, changed text[], unchanged text[])
language sql stable set search_path = ''
as $$
  select d.* from public.case_helper b
  left join public.case_helper a on a.case_id = b.case_id and a.version = p_from
  cross join lateral private.json_difference(a.helper_json, b.helper_json) d
  where b.case_id = p_case_id and b.version = p_to and (p_from is null or a.id is not null)
$$;
comment on function private.helper_difference(uuid, integer, integer) is
  'What differs between two versions of a case; from null is from nothing. No row where a version is not there.';

create function private.difference_to_count(p_case_id uuid, p_version integer, p_most_bytes integer)
returns table (id uuid, before text, after text)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select b.id, d.before, d.after from public.case_helper b
    cross join lateral (
      select a.helper_json from public.case_helper a
      where a.case_id = b.case_id and a.version < b.version order by a.version desc limit 1) a
    cross join lateral private.json_difference(a.helper_json, b.helper_json) d
    where b.case_id = p_case_id and b.version = p_version and b.changes is null
      and octet_length(d.before) + octet_length(d.after) <= p_most_bytes;
end;
$$;
comment on function private.difference_to_count(uuid, integer, integer) is
  'What a version changed against the one before, if nobody counted it yet and it is not too much to be counted at once.';

-- One field over all versions.

create function private.json_at(p_json jsonb, p_steps jsonb) returns jsonb
language plpgsql immutable set search_path = ''
as $$
declare
  v_json jsonb := p_json;
  v_step jsonb;
  v_key text;
begin
  for v_step in select * from jsonb_array_elements(p_steps) loop
    if jsonb_typeof(v_step) = 'object' then
      v_json := case when jsonb_typeof(v_json) = 'array' then (
        select e from jsonb_array_elements(v_json) e
        where jsonb_typeof(e) = 'object' and e -> (v_step ->> 'name') = v_step -> 'value' limit 1) end;
    else
      v_key := v_step #>> '{}';
      v_json := case
        when jsonb_typeof(v_json) = 'object' then v_json -> v_key
        when jsonb_typeof(v_json) = 'array' and v_key ~ '^(0|[1-9][0-9]{0,8})$' then v_json -> v_key::integer end;
    end if;
    if v_json is null then
      return null;
    end if;
  end loop;
  return v_json;
end;
$$;
comment on function private.json_at(jsonb, jsonb) is
  'What stands at a place; a step is a key, a place in a list, or {name, value} for the row that this identifies.';

create function private.field_history(p_case_id uuid, p_steps jsonb)
returns table (
  version integer, until_version integer, helper_name text, saved_at timestamptz, saved_by uuid, saved_from text,
  label text, is_there boolean, value jsonb
)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    with read as materialized (
      select h.version, h.helper_name, h.saved_at, h.saved_by, h.saved_from, h.label,
        private.json_at(h.helper_json, p_steps) as value
      from public.case_helper h where h.case_id = p_case_id
    ), compared as (
      select r.*, (not private.same_json(r.value, lag(r.value) over (order by r.version)))::integer as is_new from read r
    ), spans as (
      select c.*, sum(c.is_new) over (order by c.version) as span from compared c
    )
    select distinct on (s.span) s.version, max(s.version) over (partition by s.span), s.helper_name, s.saved_at,
      s.saved_by, s.saved_from, s.label, s.value is not null, s.value
    from spans s
    where s.span > 0  -- before it ever was there it had no value
    order by s.span, s.version;
end;
$$;
comment on function private.field_history(uuid, jsonb) is
  'Every value that a place had, oldest first: from which version until which.';

create function private.text_history(p_case_id uuid, p_text text)
returns table (
  version integer, until_version integer, helper_name text, saved_at timestamptz, saved_by uuid, saved_from text,
  label text, holds boolean
)
language plpgsql stable set search_path = ''
as $$
#variable_conflict use_column
declare
  -- As it stands inside the text of a JSON document.
  v_text text := lower(substr(to_jsonb(p_text)::text, 2, length(to_jsonb(p_text)::text) - 2));
begin
  return query
    with read as materialized (
      select h.version, h.helper_name, h.saved_at, h.saved_by, h.saved_from, h.label,
        strpos(lower(h.helper_json::text), v_text) > 0 as holds
      from public.case_helper h where h.case_id = p_case_id
    ), compared as (
      select r.*, (r.holds <> coalesce(lag(r.holds) over (order by r.version), false))::integer as is_new from read r
    ), spans as (
      select c.*, sum(c.is_new) over (order by c.version) as span from compared c
    )
    select distinct on (s.span) s.version, max(s.version) over (partition by s.span), s.helper_name, s.saved_at,
      s.saved_by, s.saved_from, s.label, s.holds
    from spans s where s.span > 0
    order by s.span, s.version;
end;
$$;
comment on function private.text_history(uuid, text) is
  'From which version until which a text stood anywhere in the helper, oldest first.';

-- One section brought back, or only what is missing.

create function private.json_says_nothing(p_json jsonb) returns boolean
language plpgsql immutable set search_path = ''
as $$
begin
  return p_json is null or p_json in ('null', '[]', '{}')
    or (jsonb_typeof(p_json) = 'string' and btrim(p_json #>> '{}') = '');
end;
$$;
comment on function private.json_says_nothing(jsonb) is 'True for what a person would call empty; 0 and false are said.';

create function private.json_fill(p_json jsonb, p_from jsonb) returns jsonb
language plpgsql immutable set search_path = ''
as $$
begin
  if private.json_says_nothing(p_from) then
    return p_json;
  elsif private.json_says_nothing(p_json) then
    return p_from;
  elsif jsonb_typeof(p_json) <> 'object' or jsonb_typeof(p_from) <> 'object' then
    return p_json;
  end if;
  return p_json || coalesce((
    select jsonb_object_agg(filled.key, filled.value) from (
      select f.key, private.json_fill(p_json -> f.key, f.value) as value from jsonb_each(p_from) f
      where not record_image_eq(row(p_json -> f.key), row(f.value))
    ) filled where filled.value is not null), '{}');
end;
$$;
comment on function private.json_fill(jsonb, jsonb) is
  'The first document, with what the second says wherever the first says nothing; a list that has rows stays as it is.';

create function private.helper_restored(p_current jsonb, p_old jsonb, p_sections text[], p_mode text) returns jsonb
language plpgsql immutable set search_path = ''
as $$
declare
  v_current jsonb := p_current || '{}';
  v_old jsonb := p_old || '{}';
  v_others text[];
begin
  if p_sections is not null then
    v_others := array(select k from jsonb_object_keys(v_old) k where k <> all (p_sections));
    v_old := v_old - v_others;
  end if;
  if p_mode = 'fill_missing' then
    return private.json_fill(v_current, v_old);
  elsif p_sections is null then
    return p_old;
  end if;
  return (v_current - p_sections) || v_old;
end;
$$;
comment on function private.helper_restored(jsonb, jsonb, text[], text) is
  'What a restore would make of the current document: these sections of the old one, or only what is missing.';

drop function public.case_helper_restore(uuid, integer, integer, text, uuid);
create function public.case_helper_restore(
  p_case_id uuid, p_version integer, p_expected_version integer, p_reason text default null,
  p_saved_by uuid default null, p_sections text[] default null, p_mode text default null
) returns public.case_helper
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_old public.case_helper;
  v_current public.case_helper;
  v_helper jsonb;
  v_saved public.case_helper;
begin
  perform private.case_lock(p_case_id, p_expected_version, null);
  if p_mode <> 'fill_missing' then
    raise sqlstate 'PT422' using message = 'no such mode', detail = '{"code": "invalid", "pointer": "/mode"}';
  end if;
  select * into v_old from public.case_helper
  where case_id = p_case_id and version = coalesce(p_version, (
    select max(version) from public.case_helper where case_id = p_case_id and version < p_expected_version));
  if not found then
    raise sqlstate 'PT422' using message = 'this case has no such version',
      detail = '{"code": "invalid", "pointer": "/version"}';
  end if;

  if p_sections is null and p_mode is null then
    insert into public.case_helper (case_id, helper_json, label, trigger, restored_from, saved_by)
    values (p_case_id, v_old.helper_json, p_reason, 'restore', v_old.version, p_saved_by)
    returning * into v_saved;
    return v_saved;
  end if;

  select * into v_current from public.case_helper where case_id = p_case_id and is_current;
  if exists (select from unnest(p_sections) s where not (v_old.helper_json ? s or v_current.helper_json ? s)) then
    raise sqlstate 'PT422' using message = 'neither version has such a section',
      detail = '{"code": "invalid", "pointer": "/sections"}';
  end if;
  v_helper := private.helper_restored(v_current.helper_json, v_old.helper_json, p_sections, p_mode);
  -- Who asked for a part that is there already gets no version for it.
  if private.same_json(v_current.helper_json, v_helper) then
    return v_current;
  end if;
  insert into public.case_helper (case_id, helper_json, label, trigger, restored_from, saved_by)
  values (p_case_id, v_helper, p_reason, 'restore', v_old.version, p_saved_by)
  returning * into v_saved;
  return v_saved;
end;
$$;
comment on function public.case_helper_restore(uuid, integer, integer, text, uuid, text[], text) is
  'Puts an old version, some of its sections, or only what is missing, on top as a new one; nothing is deleted.';

create function private.helper_restore_difference(
  p_case_id uuid, p_current integer, p_old integer, p_sections text[] default null, p_mode text default null
) returns table (before text, after text, changed text[], unchanged text[])
language sql stable set search_path = ''
as $$
  select d.* from public.case_helper c
  join public.case_helper o on o.case_id = c.case_id and o.version = p_old
  cross join lateral private.json_difference(
    c.helper_json, private.helper_restored(c.helper_json, o.helper_json, p_sections, p_mode)) d
  where c.case_id = p_case_id and c.version = p_current
$$;
comment on function private.helper_restore_difference(uuid, integer, integer, text[], text) is
  'What a restore would change, before it is done.';

-- Two people who saved over the same version. Where both wrote is compared in Python, row by row; the rest stays here.

create function private.helper_meeting(p_case_id uuid, p_base integer, p_theirs integer, p_mine jsonb)
returns table (only_mine text[], only_theirs text[], shared text[], base text, theirs text, mine text)
language plpgsql stable set search_path = ''
as $$
declare
  v_base jsonb;
  v_theirs jsonb;
  v_mine jsonb := p_mine || '{}';
  v_by_mine text[];
  v_by_theirs text[];
begin
  select helper_json || '{}' into v_base from public.case_helper where case_id = p_case_id and version = p_base;
  select helper_json || '{}' into v_theirs from public.case_helper where case_id = p_case_id and version = p_theirs;
  v_by_mine := private.changed_sections(v_base, v_mine);
  v_by_theirs := private.changed_sections(v_base, v_theirs);
  shared := array(select unnest(v_by_mine) intersect select unnest(v_by_theirs) order by 1);
  only_mine := array(select unnest(v_by_mine) except select unnest(shared) order by 1);
  only_theirs := array(select unnest(v_by_theirs) except select unnest(shared) order by 1);
  base := v_base - array(select k from jsonb_object_keys(v_base) k where k <> all (shared));
  theirs := v_theirs - array(select k from jsonb_object_keys(v_theirs) k where k <> all (shared));
  mine := v_mine - array(select k from jsonb_object_keys(v_mine) k where k <> all (shared));
  return next;
end;
$$;
comment on function private.helper_meeting(uuid, integer, integer, jsonb) is
  'Who changed which section since a version, and the text of those that both changed.';

create function private.case_helper_save_merged(
  p_case_id uuid, p_helper_json jsonb, p_current integer, p_only_mine text[], p_shared text[], p_merged jsonb,
  p_label text default null, p_trigger text default null, p_saved_by uuid default null
) returns public.case_helper
language plpgsql volatile set search_path = ''
as $$
declare
  v_mine jsonb := p_helper_json || '{}';
  v_helper jsonb;
begin
  select (helper_json - (p_only_mine || p_shared))
    || (v_mine - array(select k from jsonb_object_keys(v_mine) k where k <> all (p_only_mine))) || p_merged
  into v_helper from public.case_helper where case_id = p_case_id and version = p_current;
  return public.case_helper_save_full(p_case_id, v_helper, p_current, p_label, p_trigger, p_saved_by);
end;
$$;
comment on function private.case_helper_save_merged(uuid, jsonb, integer, text[], text[], jsonb, text, text, uuid) is
  'Saves over the current version: its own sections, those that only I changed, and those that were merged.';

-- A patch: the same checks at every door, and a label of its own.

create function private.patch_check(p_case_id uuid, p_patch jsonb, p_source text) returns public.cases
language plpgsql stable set search_path = ''
as $$
declare
  v_case public.cases;
  v_allowed text[];
  v_outside text[];
begin
  select * into v_case from public.cases where id = p_case_id;
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  if jsonb_typeof(p_patch) is distinct from 'object' then
    raise sqlstate 'PT422' using message = 'an object is expected', detail = '{"code": "invalid", "pointer": "/patch"}';
  end if;
  if p_source is not null then
    select array_agg(pointer) into v_allowed from public.helper_sources
    where org_id = v_case.org_id and source = p_source;
    if v_allowed is null then
      raise sqlstate 'PT422' using message = 'no such source', detail = '{"code": "invalid", "pointer": "/source"}';
    end if;
    v_outside := array(select private.pointers_outside(p_patch, v_allowed));
  end if;
  -- The plate never changes, and what identifies a version is not part of it.
  v_outside := coalesce(v_outside, '{}') || array(
    select r from unnest(array['/name', '/source', '/version', '/plateNumber', '/org_id']) r where p_patch ? substr(r, 2));
  if private.plate_digits(p_patch #>> '{meta,plate}') <> v_case.plate then
    v_outside := v_outside || '/meta/plate'::text;
  end if;
  if v_outside <> '{}' then
    raise sqlstate 'PT422' using message = 'this place may not be written here',
      detail = jsonb_build_object('code', 'invalid', 'pointers', to_jsonb(v_outside));
  end if;
  return v_case;
end;
$$;
comment on function private.patch_check(uuid, jsonb, text) is
  'The case, if a patch writes only what its source may write and leaves alone what identifies case and version.';

drop function public.case_helper_ingest(uuid, jsonb, text, integer, boolean, text);
create function public.case_helper_ingest(
  p_case_id uuid, p_patch jsonb, p_source text default null, p_expected_version integer default null,
  p_null_removes boolean default false, p_trigger text default null, p_label text default null
) returns public.case_helper
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_case public.cases := private.patch_check(p_case_id, p_patch, p_source);
  v_current public.case_helper;
  v_mine jsonb;
  v_merged jsonb;
  v_saved public.case_helper;
begin
  -- Without a version the last one wins, but over what is there once the queue lets us in.
  perform private.plate_queue(v_case.org_id, v_case.plate);
  select * into v_case from public.cases where id = p_case_id;
  if p_expected_version < v_case.current_version then
    -- Refused; the refusal tells where both wrote.
    select private.json_merge(helper_json, p_patch, p_null_removes) into v_mine
    from public.case_helper where case_id = p_case_id and version = p_expected_version;
  end if;
  perform private.case_lock(p_case_id, coalesce(p_expected_version, v_case.current_version), v_mine);
  select * into v_current from public.case_helper where case_id = p_case_id and is_current;
  v_merged := private.json_merge(v_current.helper_json, p_patch, p_null_removes);
  if private.same_json(v_current.helper_json, v_merged) then
    return v_current;
  end if;
  insert into public.case_helper (case_id, helper_json, label, trigger)
  values (p_case_id, v_merged, p_label, coalesce(p_trigger, p_source))
  returning * into v_saved;
  return v_saved;
end;
$$;
comment on function public.case_helper_ingest(uuid, jsonb, text, integer, boolean, text, text) is
  'Merges what one source may write into the current helper, as a new version; what is not named stays as it was.';

revoke execute on function public.case_helper_restore(uuid, integer, integer, text, uuid, text[], text),
  public.case_helper_ingest(uuid, jsonb, text, integer, boolean, text, text)
  from public, anon, authenticated, service_role;
grant execute on function public.case_helper_restore(uuid, integer, integer, text, uuid, text[], text),
  public.case_helper_ingest(uuid, jsonb, text, integer, boolean, text, text)
  to authenticated, service_role;
grant execute on function private.may_mark(uuid), private.changes_counted(uuid, integer),
  private.versions_fold(text[], timestamptz, integer, uuid), private.versions_unfold(uuid),
  private.json_difference(jsonb, jsonb), private.helper_difference(uuid, integer, integer),
  private.difference_to_count(uuid, integer, integer),
  private.json_at(jsonb, jsonb), private.field_history(uuid, jsonb), private.text_history(uuid, text),
  private.json_says_nothing(jsonb), private.json_fill(jsonb, jsonb),
  private.helper_restored(jsonb, jsonb, text[], text),
  private.helper_restore_difference(uuid, integer, integer, text[], text),
  private.patch_check(uuid, jsonb, text), private.helper_meeting(uuid, integer, integer, jsonb),
  private.case_helper_save_merged(uuid, jsonb, integer, text[], text[], jsonb, text, text, uuid)
  to authenticated, service_role;
