-- The verbs, one function each, shared by PostgREST, the API and the admin.

select private.hold_still();
select private.make_room('case_helper_import', 'case_helper_restore', 'case_helper_save_full', 'case_open');

create function private.version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb)
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
  v_base jsonb;
  v_theirs text[];
  v_mine text[];
begin
  select helper_json into v_base from public.case_helper where case_id = p_case_id and version = p_expected;
  if found then
    select private.changed_sections(v_base, helper_json) into v_theirs
    from public.case_helper where case_id = p_case_id and version = p_current;
    if p_helper is not null then
      v_mine := private.changed_sections(v_base, p_helper);
    end if;
  end if;
  return jsonb_build_object('code', 'version_conflict', 'current_version', p_current, 'your_version', p_expected,
    'changed_sections', coalesce(to_jsonb(v_theirs), '[]'),
    'conflicting_pointers', coalesce((
      select jsonb_agg('/' || replace(replace(t, '~', '~0'), '/', '~1') order by t collate "C")
      from unnest(v_theirs) t where t = any (v_mine)), '[]'));
end;
$$;
comment on function private.version_conflict(uuid, integer, integer, jsonb) is
  'What to tell somebody whose version is old: who is ahead, and where both wrote.';

create function private.case_lock(p_case_id uuid, p_expected integer, p_helper jsonb) returns public.cases
language plpgsql volatile set search_path = ''
as $$
declare
  v_case public.cases;
begin
  select * into v_case from public.cases where id = p_case_id;
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  perform private.plate_queue(v_case.org_id, v_case.plate);
  select * into v_case from public.cases where id = p_case_id;

  if p_expected > v_case.current_version or p_expected < 1 then
    raise sqlstate 'PT422' using message = 'this case has no such version',
      detail = '{"code": "invalid", "pointer": "/version"}';
  end if;
  if v_case.current_version is distinct from p_expected then
    raise sqlstate 'PT409' using message = 'the helper has moved on',
      detail = private.version_conflict(p_case_id, p_expected, v_case.current_version, p_helper);
  end if;
  return v_case;
end;
$$;
comment on function private.case_lock(uuid, integer, jsonb) is
  'Takes the plate''s queue and compares the version the caller read with the current one.';

create function public.case_helper_save_full(
  p_case_id uuid, p_helper_json jsonb, p_expected_version integer,
  p_label text default null, p_trigger text default null, p_saved_by uuid default null
) returns public.case_helper
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_saved public.case_helper;
begin
  perform private.case_lock(p_case_id, p_expected_version, p_helper_json);

  -- The size decides nearly always, and asking it unpacks nothing.
  select * into v_saved from public.case_helper
  where case_id = p_case_id and is_current and size_bytes = pg_column_size(p_helper_json)
    and private.same_json(helper_json, p_helper_json);
  if found then
    return v_saved;
  end if;

  insert into public.case_helper (case_id, helper_json, label, trigger, saved_by)
  values (p_case_id, p_helper_json, p_label, p_trigger, p_saved_by)
  returning * into v_saved;
  return v_saved;
end;
$$;
comment on function public.case_helper_save_full(uuid, jsonb, integer, text, text, uuid) is
  'Saves a whole helper over the version the caller read; the same content again makes no version.';

create function public.case_helper_restore(
  p_case_id uuid, p_version integer, p_expected_version integer,
  p_reason text default null, p_saved_by uuid default null
) returns public.case_helper
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_from integer := p_version;
  v_saved public.case_helper;
begin
  perform private.case_lock(p_case_id, p_expected_version, null);

  if v_from is null then
    select max(version) into v_from from public.case_helper
    where case_id = p_case_id and version < p_expected_version;
  end if;
  insert into public.case_helper (case_id, helper_json, label, trigger, restored_from, saved_by)
  select p_case_id, helper_json, p_reason, 'restore', version, p_saved_by
  from public.case_helper where case_id = p_case_id and version = v_from
  returning * into v_saved;
  if not found then
    raise sqlstate 'PT422' using message = 'this case has no such version',
      detail = '{"code": "invalid", "pointer": "/version"}';
  end if;
  return v_saved;
end;
$$;
comment on function public.case_helper_restore(uuid, integer, integer, text, uuid) is
  'Puts an old version on top as a new one; nothing is deleted.';

create function private.open_case_of(p_org_id uuid, p_plate text) returns uuid
language sql stable set search_path = ''
as $$
  select id from public.cases
  where org_id = p_org_id and plate = p_plate and status not in ('CLOSED', 'ARCHIVED')
$$;
comment on function private.open_case_of(uuid, text) is 'The one open case of a plate, if there is one.';

create function public.case_open(
  p_plate text, p_owner_name text default null, p_inspection_location text default null,
  p_status text default null, p_assigned_to uuid default null, p_filing_case_id text default null,
  p_helper_json jsonb default '{}', p_org_id uuid default null, p_saved_from text default null
) returns public.case_helper
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_org uuid := coalesce(p_org_id, private.my_org());
  v_case uuid;
  v_saved public.case_helper;
begin
  if private.plate_digits(p_plate) !~ '^[0-9]{7,8}$' then
    raise sqlstate 'PT422' using message = 'a plate has 7 or 8 digits',
      detail = '{"code": "invalid", "pointer": "/plate"}';
  end if;
  insert into public.cases (org_id, plate, owner_name, inspection_location, status, assigned_to, filing_case_id)
  values (v_org, p_plate, p_owner_name, p_inspection_location, coalesce(p_status, 'OPEN'), p_assigned_to,
    coalesce(p_filing_case_id, ''))
  on conflict (org_id, plate) where status not in ('CLOSED', 'ARCHIVED') do nothing
  returning id into v_case;
  if not found then
    raise sqlstate 'PT409' using message = 'this plate has an open case already',
      detail = jsonb_build_object('code', 'open_case_exists',
        'case_id', private.open_case_of(v_org, private.plate_digits(p_plate)));
  end if;

  insert into public.case_helper (case_id, helper_json, trigger, saved_from)
  values (v_case, p_helper_json, 'open', p_saved_from)
  returning * into v_saved;
  return v_saved;
end;
$$;
comment on function public.case_open(text, text, text, text, uuid, text, jsonb, uuid, text) is
  'Opens a case with its first helper version; a plate has one open case at a time.';

create function public.case_helper_import(
  p_plate text, p_helper_json jsonb, p_label text default null, p_org_id uuid default null
) returns public.case_helper
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_org uuid := coalesce(p_org_id, private.my_org());
  v_case uuid := private.open_case_of(v_org, private.plate_digits(p_plate));
  v_saved public.case_helper;
begin
  if v_case is null then
    return public.case_open(p_plate, p_helper_json => p_helper_json, p_org_id => v_org, p_saved_from => 'IMPORT');
  end if;
  perform private.plate_queue(v_org, private.plate_digits(p_plate));
  select * into v_saved from public.case_helper
  where case_id = v_case and is_current and private.same_json(helper_json, p_helper_json);
  if not found then
    insert into public.case_helper (case_id, helper_json, label, trigger, saved_from)
    values (v_case, p_helper_json, p_label, 'import', 'IMPORT')
    returning * into v_saved;
  end if;
  return v_saved;
end;
$$;
comment on function public.case_helper_import(text, jsonb, text, uuid) is
  'Takes a helper from a file as the next version of the plate''s open case, or opens one.';

grant execute on function private.version_conflict(uuid, integer, integer, jsonb),
  private.case_lock(uuid, integer, jsonb), private.open_case_of(uuid, text) to authenticated, service_role;
revoke execute on function
  public.case_helper_save_full(uuid, jsonb, integer, text, text, uuid),
  public.case_helper_restore(uuid, integer, integer, text, uuid),
  public.case_open(text, text, text, text, uuid, text, jsonb, uuid, text),
  public.case_helper_import(text, jsonb, text, uuid)
  from public, anon, authenticated, service_role;
grant execute on function
  public.case_helper_save_full(uuid, jsonb, integer, text, text, uuid),
  public.case_helper_restore(uuid, integer, integer, text, uuid),
  public.case_open(text, text, text, text, uuid, text, jsonb, uuid, text),
  public.case_helper_import(text, jsonb, text, uuid)
  to authenticated, service_role;
