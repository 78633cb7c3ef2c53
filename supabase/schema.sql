-- Written by `python3 dev.py schema` from supabase/migrations; never edited.

-- Name: private; Type: SCHEMA; Schema: -

CREATE SCHEMA private;

-- Name: SCHEMA private; Type: COMMENT; Schema: -

COMMENT ON SCHEMA private IS 'Functions that policies and triggers lean on; PostgREST does not expose it.';

-- Name: public; Type: SCHEMA; Schema: -

CREATE SCHEMA public;

-- Name: SCHEMA public; Type: COMMENT; Schema: -

COMMENT ON SCHEMA public IS 'standard public schema';

-- Name: applied_versions(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.applied_versions() RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return query select version::text from supabase_migrations.schema_migrations;
end;
$$;

-- Name: FUNCTION applied_versions(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.applied_versions() IS 'Which migration files this database has, for the readiness check.';

-- Name: case_before_insert(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_before_insert() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION case_before_insert(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_before_insert() IS 'Digits, office, filing number and times of a new case are the server''s.';

-- Name: case_before_update(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_before_update() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION case_before_update(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_before_update() IS 'What no door may change on a case, and one open case for a plate.';

-- Name: cases; Type: TABLE; Schema: public

CREATE TABLE public.cases (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    plate text NOT NULL,
    owner_name text,
    status text DEFAULT 'OPEN'::text NOT NULL,
    inspection_location text,
    filing_case_id text NOT NULL,
    assigned_to uuid,
    current_version integer,
    created_by uuid,
    updated_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT cases_plate_check CHECK ((plate ~ '^[0-9]{7,8}$'::text)),
    CONSTRAINT cases_status_check CHECK ((status = ANY (ARRAY['OPEN'::text, 'IN_PROGRESS'::text, 'CLOSED'::text, 'ARCHIVED'::text, 'מחכה לאישור תביעה'::text, 'מחכה לתשלום'::text, 'שולם'::text, 'תביעה אושרה'::text, 'בתביעת בית משפט'::text, 'אחר'::text])))
);

ALTER TABLE ONLY public.cases FORCE ROW LEVEL SECURITY;

-- Name: TABLE cases; Type: COMMENT; Schema: public

COMMENT ON TABLE public.cases IS 'A damage case of a vehicle; the plate never changes, the story is in case_helper.';

-- Name: COLUMN cases.filing_case_id; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.cases.filing_case_id IS 'The filing number people say: YC-<plate>-<year>. Two cases of one plate may share it.';

-- Name: COLUMN cases.current_version; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.cases.current_version IS 'The number of the case''s current helper version.';

-- Name: case_check_assignee(public.cases); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_check_assignee(p_case public.cases) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if p_case.assigned_to is not null and not exists (
    select from public.user_orgs where user_id = p_case.assigned_to and org_id = p_case.org_id
  ) then
    raise sqlstate 'PT422' using message = 'no such person in this office',
      detail = '{"code": "invalid", "pointer": "/assigned_to"}';
  end if;
end;
$$;

-- Name: FUNCTION case_check_assignee(p_case public.cases); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_check_assignee(p_case public.cases) IS 'A case goes to somebody of its own office.';

-- Name: case_helper_flag_is_ours(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_helper_flag_is_ours() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  -- The existing UI sets is_current and the sync marks by hand: it is answered, and nothing is done.
  if current_user in ('anon', 'authenticated', 'service_role', 'backoffice_staff') then
    return null;
  end if;
  return new;
end;
$$;

-- Name: FUNCTION case_helper_flag_is_ours(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_helper_flag_is_ours() IS 'Only case_helper_number moves the current flag.';

-- Name: case_helper_is_for_ever(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_helper_is_for_ever() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if tg_op <> 'UPDATE' then
    raise sqlstate 'PT409' using message = 'a saved version is never deleted', detail = '{"code": "version_immutable"}';
  end if;
  if not private.same_json(old.helper_json, new.helper_json)
    or (new.id, new.case_id, new.org_id, new.plate, new.version, new.helper_name, new.saved_at, new.saved_by,
        new.saved_from, new.label, new.trigger, new.restored_from)
    is distinct from
       (old.id, old.case_id, old.org_id, old.plate, old.version, old.helper_name, old.saved_at, old.saved_by,
        old.saved_from, old.label, old.trigger, old.restored_from)
  then
    raise sqlstate 'PT409' using message = 'a saved version never changes: save a new one',
      detail = '{"code": "version_immutable"}';
  end if;
  return new;
end;
$$;

-- Name: FUNCTION case_helper_is_for_ever(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_helper_is_for_ever() IS 'A saved version can be neither changed nor deleted, by any hand.';

-- Name: case_helper_is_mine(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_helper_is_mine() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if not exists (select from public.cases where id = new.case_id) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  if jsonb_typeof(new.helper_json) is distinct from 'object' then
    raise sqlstate 'PT422' using message = 'a helper is a JSON object',
      detail = '{"code": "invalid", "pointer": "/helper"}';
  end if;
  return new;
end;
$$;

-- Name: FUNCTION case_helper_is_mine(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_helper_is_mine() IS 'Refuses a version for a case the caller cannot see.';

-- Name: case_helper_number(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_helper_number() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_case public.cases;
  v_previous public.case_helper;
  v_helper jsonb := new.helper_json || '{}';  -- in memory once, however the row reached us
begin
  select * into v_case from public.cases where id = new.case_id;
  -- Saves queue per plate, because n counts across all cases of a plate. The maximum is asked by a statement of
  -- its own: only a new snapshot sees what was saved while we waited.
  perform private.plate_queue(v_case.org_id, v_case.plate);
  select coalesce(max(current_version), 0) + 1 into new.version
  from public.cases where org_id = v_case.org_id and plate = v_case.plate;

  update public.case_helper set is_current = false where case_id = new.case_id and is_current
  returning * into v_previous;

  new.is_current := true;
  new.org_id := v_case.org_id;
  new.plate := v_case.plate;
  new.filing_case_id := v_case.filing_case_id;
  new.helper_name := format('%s_helper_v%s', v_case.plate, new.version);
  -- The client's own word for where a save came from is kept as the trigger; source is always system.
  new.trigger := left(coalesce(new.trigger, nullif(new.source, 'system')), 100);
  new.source := 'system';
  new.saved_at := clock_timestamp();
  new.saved_by := coalesce((select auth.uid()), new.saved_by, new.updated_by, new.created_by);
  new.saved_from := case when new.saved_from = 'IMPORT' then 'IMPORT' else private.door() end;
  new.size_bytes := pg_column_size(v_helper);
  new.changes := null;
  new.changed_sections := private.changed_sections(v_previous.helper_json, v_helper);
  new.created_by := new.saved_by;
  new.updated_by := new.saved_by;
  new.updated_at := new.saved_at;
  new.sync_status := 'synced';
  new.sync_error := null;
  if new.restored_from is not null and not exists (
    select from public.case_helper where case_id = new.case_id and version = new.restored_from
  ) then
    new.restored_from := null;
  end if;

  update public.cases set current_version = new.version, updated_by = coalesce(new.saved_by, updated_by)
  where id = new.case_id;
  perform private.search_row_write(v_case.id, v_helper);
  perform private.event_add(v_case.org_id, v_case.id,
    case when new.restored_from is null then 'case_helper.saved' else 'case_helper.restored' end, new.version,
    jsonb_strip_nulls(jsonb_build_object('helper_name', new.helper_name, 'label', new.label, 'trigger', new.trigger,
      'restored_from', new.restored_from, 'changed_sections', to_jsonb(new.changed_sections))));
  return new;
end;
$$;

-- Name: FUNCTION case_helper_number(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_helper_number() IS 'Whatever a client brings, the database gives number, name, date and the current flag, in one transaction.';

-- Name: case_lock(uuid, integer, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_lock(p_case_id uuid, p_expected integer, p_helper jsonb) RETURNS public.cases
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION case_lock(p_case_id uuid, p_expected integer, p_helper jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_lock(p_case_id uuid, p_expected integer, p_helper jsonb) IS 'Takes the plate''s queue and compares the version the caller read with the current one.';

-- Name: case_news(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_news() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION case_news(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_news() IS 'A case that is opened, moved or changed leaves an event, whichever door it came through.';

-- Name: changed_sections(jsonb, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.changed_sections(p_old jsonb, p_new jsonb) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  -- In memory once: a stored document would be fetched and unpacked anew for each key.
  v_old jsonb := coalesce(p_old, '{}') || '{}';
  v_new jsonb := p_new || '{}';
begin
  return array(
    select key from (
      select key from jsonb_object_keys(v_new) key where not record_image_eq(row(v_old -> key), row(v_new -> key))
      union all
      select key from jsonb_object_keys(v_old) key where not v_new ? key
    ) changed
    order by key collate "C");
end;
$$;

-- Name: FUNCTION changed_sections(p_old jsonb, p_new jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.changed_sections(p_old jsonb, p_new jsonb) IS 'Top-level keys that were added, removed or changed.';

-- Name: door(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.door() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return case current_setting('role')
    when 'authenticated' then 'UI'
    when 'backoffice_staff' then 'ADMIN'
    when 'service_role' then 'MAKE'
    else 'IMPORT' end;
end;
$$;

-- Name: FUNCTION door(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.door() IS 'Through which door the caller came, told by the role the transaction took.';

-- Name: event_add(uuid, uuid, text, integer, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.event_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer DEFAULT NULL::integer, p_data jsonb DEFAULT '{}'::jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into public.events (org_id, case_id, type, actor, door, version, data, request_id)
  values (p_org_id, p_case_id, p_type, (select auth.uid()), private.door(), p_version, p_data, private.request_id());
end;
$$;

-- Name: FUNCTION event_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.event_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb) IS 'Writes one event in the caller''s name.';

-- Name: my_org(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.my_org() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select coalesce(
    (select p.org_id from public.profiles p where p.user_id = (select auth.uid())),
    -- Make and the service key stand for the office where there is only one.
    (select (array_agg(o.id))[1] from public.orgs o having count(*) = 1)
  )
$$;

-- Name: FUNCTION my_org(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.my_org() IS 'The office a new row belongs to when the caller names none.';

-- Name: my_orgs(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.my_orgs() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return query
    select m.org_id
    from public.user_orgs m join public.profiles p on p.user_id = m.user_id
    where m.user_id = (select auth.uid()) and p.status = 'active';
end;
$$;

-- Name: FUNCTION my_orgs(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.my_orgs() IS 'The offices of the caller; none for anybody who is not active.';

-- Name: open_case_of(uuid, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.open_case_of(p_org_id uuid, p_plate text) RETURNS uuid
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select id from public.cases
  where org_id = p_org_id and plate = p_plate and status not in ('CLOSED', 'ARCHIVED')
$$;

-- Name: FUNCTION open_case_of(p_org_id uuid, p_plate text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.open_case_of(p_org_id uuid, p_plate text) IS 'The one open case of a plate, if there is one.';

-- Name: plate_digits(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.plate_digits(p_plate text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$ begin return regexp_replace(p_plate, '[^0-9]', '', 'g'); end $$;

-- Name: FUNCTION plate_digits(p_plate text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.plate_digits(p_plate text) IS 'A plate in any spelling, as it is stored.';

-- Name: plate_queue(uuid, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.plate_queue(p_org_id uuid, p_plate text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$ begin perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || p_plate, 0)); end $$;

-- Name: FUNCTION plate_queue(p_org_id uuid, p_plate text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.plate_queue(p_org_id uuid, p_plate text) IS 'Saves of one plate wait here for each other. No row is locked, or an update of all its cases could deadlock with a save.';

-- Name: profile_joins_its_org(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.profile_joins_its_org() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'UPDATE' and new.org_id <> old.org_id then
    delete from public.user_orgs where user_id = old.user_id and org_id = old.org_id;
  end if;
  insert into public.user_orgs (user_id, org_id) values (new.user_id, new.org_id) on conflict do nothing;
  return null;
end;
$$;

-- Name: FUNCTION profile_joins_its_org(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.profile_joins_its_org() IS 'A person is a member of the own office from the first moment, and no longer when moved to another.';

-- Name: request_id(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.request_id() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return left(coalesce(nullif(current_setting('backoffice.request_id', true), ''),
    nullif(current_setting('request.headers', true), '')::json ->> 'x-request-id'), 100);
end;
$$;

-- Name: FUNCTION request_id(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.request_id() IS 'The X-Request-Id of the call, from the application or from PostgREST.';

-- Name: same_json(jsonb, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.same_json(p_a jsonb, p_b jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$ begin return record_image_eq(row(p_a), row(p_b)); end $$;

-- Name: FUNCTION same_json(p_a jsonb, p_b jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.same_json(p_a jsonb, p_b jsonb) IS 'True when two documents are equal to the last digit.';

-- Name: search_fold(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_fold(p_text text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$ begin return lower(translate(p_text, '"''`״׳-', '')); end $$;

-- Name: FUNCTION search_fold(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_fold(p_text text) IS 'Text as it is searched: lower case, without quote signs and dashes.';

-- Name: search_row_text(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_row_text() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION search_row_text(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_row_text() IS 'The searched text is always made of the row''s columns and the case''s own facts.';

-- Name: search_row_write(uuid, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_row_write(p_case_id uuid, p_helper jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.case_search_index set
    owner_name = left(p_helper #>> '{stakeholders,owner,name}', 200),
    owner_phone = left(p_helper #>> '{stakeholders,owner,phone}', 60),
    manufacturer = left(coalesce(p_helper #>> '{vehicle,manufacturer}', p_helper #>> '{car_details,manufacturer}'), 100),
    model = left(coalesce(p_helper #>> '{vehicle,model}', p_helper #>> '{car_details,model}'), 100),
    year = left(coalesce(p_helper #>> '{vehicle,year}', p_helper #>> '{car_details,year}'), 20),
    garage = left(p_helper #>> '{stakeholders,garage,name}', 200),
    insurance_company = left(p_helper #>> '{stakeholders,insurance,company}', 200),
    agent = left(p_helper #>> '{stakeholders,insurance,agent,name}', 200),
    claim_number = left(p_helper #>> '{stakeholders,insurance,claim_number}', 100),
    policy_number = left(p_helper #>> '{stakeholders,insurance,policy_number}', 100)
  where case_id = p_case_id;
end;
$$;

-- Name: FUNCTION search_row_write(p_case_id uuid, p_helper jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_row_write(p_case_id uuid, p_helper jsonb) IS 'Takes the searched fields out of a helper as text, whatever type they came in; the helper itself stays untouched.';

-- Name: touch_updated_at(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.updated_at := now();
  return new;
end;
$$;

-- Name: FUNCTION touch_updated_at(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.touch_updated_at() IS 'Stamps a changed row with the server''s time.';

-- Name: version_conflict(uuid, integer, integer, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb) IS 'What to tell somebody whose version is old: who is ahead, and where both wrote.';

-- Name: whoami(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.whoami(p_user_id uuid) RETURNS TABLE(user_id uuid, org_id uuid, name text, role text, status text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return query
    select p.user_id, p.org_id, p.name, p.role, p.status from public.profiles p where p.user_id = p_user_id;
end;
$$;

-- Name: FUNCTION whoami(p_user_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.whoami(p_user_id uuid) IS 'Who a verified token speaks for, asked by the application before it takes a role.';

-- Name: case_helper; Type: TABLE; Schema: public

CREATE TABLE public.case_helper (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    case_id uuid NOT NULL,
    org_id uuid NOT NULL,
    plate text NOT NULL,
    filing_case_id text,
    version integer NOT NULL,
    is_current boolean NOT NULL,
    helper_name text NOT NULL,
    helper_json jsonb NOT NULL,
    source text DEFAULT 'system'::text NOT NULL,
    saved_at timestamp with time zone DEFAULT now() NOT NULL,
    saved_by uuid,
    saved_from text NOT NULL,
    label text,
    trigger text,
    restored_from integer,
    size_bytes integer NOT NULL,
    changes integer,
    changed_sections text[] DEFAULT '{}'::text[] NOT NULL,
    sync_status text DEFAULT 'synced'::text NOT NULL,
    sync_error text,
    created_by uuid,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT case_helper_label_check CHECK ((length(label) <= 500)),
    CONSTRAINT case_helper_saved_from_check CHECK ((saved_from = ANY (ARRAY['UI'::text, 'MAKE'::text, 'ADMIN'::text, 'IMPORT'::text]))),
    CONSTRAINT case_helper_source_check CHECK ((source = 'system'::text)),
    CONSTRAINT case_helper_trigger_check CHECK ((length(trigger) <= 100)),
    CONSTRAINT case_helper_version_check CHECK ((version > 0))
);

ALTER TABLE ONLY public.case_helper FORCE ROW LEVEL SECURITY;

-- Name: TABLE case_helper; Type: COMMENT; Schema: public

COMMENT ON TABLE public.case_helper IS 'The versions of each case''s helper; the only store, append-only.';

-- Name: COLUMN case_helper.version; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.case_helper.version IS 'Counts per plate over all its cases and only grows.';

-- Name: COLUMN case_helper.trigger; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.case_helper.trigger IS 'What made the client save: logout, autosave, restore, ...';

-- Name: COLUMN case_helper.size_bytes; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.case_helper.size_bytes IS 'Bytes of the document as jsonb, before compression.';

-- Name: COLUMN case_helper.changes; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.case_helper.changes IS 'Number of changed places against the version before; null until it was counted.';

-- Name: COLUMN case_helper.changed_sections; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.case_helper.changed_sections IS 'Top-level keys whose value differs from the version before, to the last digit.';

-- Name: case_helper_import(text, jsonb, text, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.case_helper_import(p_plate text, p_helper_json jsonb, p_label text DEFAULT NULL::text, p_org_id uuid DEFAULT NULL::uuid) RETURNS public.case_helper
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION case_helper_import(p_plate text, p_helper_json jsonb, p_label text, p_org_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.case_helper_import(p_plate text, p_helper_json jsonb, p_label text, p_org_id uuid) IS 'Takes a helper from a file as the next version of the plate''s open case, or opens one.';

-- Name: case_helper_restore(uuid, integer, integer, text, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text DEFAULT NULL::text, p_saved_by uuid DEFAULT NULL::uuid) RETURNS public.case_helper
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid) IS 'Puts an old version on top as a new one; nothing is deleted.';

-- Name: case_helper_save_full(uuid, jsonb, integer, text, text, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.case_helper_save_full(p_case_id uuid, p_helper_json jsonb, p_expected_version integer, p_label text DEFAULT NULL::text, p_trigger text DEFAULT NULL::text, p_saved_by uuid DEFAULT NULL::uuid) RETURNS public.case_helper
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION case_helper_save_full(p_case_id uuid, p_helper_json jsonb, p_expected_version integer, p_label text, p_trigger text, p_saved_by uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.case_helper_save_full(p_case_id uuid, p_helper_json jsonb, p_expected_version integer, p_label text, p_trigger text, p_saved_by uuid) IS 'Saves a whole helper over the version the caller read; the same content again makes no version.';

-- Name: case_open(text, text, text, text, uuid, text, jsonb, uuid, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.case_open(p_plate text, p_owner_name text DEFAULT NULL::text, p_inspection_location text DEFAULT NULL::text, p_status text DEFAULT NULL::text, p_assigned_to uuid DEFAULT NULL::uuid, p_filing_case_id text DEFAULT NULL::text, p_helper_json jsonb DEFAULT '{}'::jsonb, p_org_id uuid DEFAULT NULL::uuid, p_saved_from text DEFAULT NULL::text) RETURNS public.case_helper
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
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
$_$;

-- Name: FUNCTION case_open(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid, p_saved_from text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.case_open(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid, p_saved_from text) IS 'Opens a case with its first helper version; a plate has one open case at a time.';

-- Name: case_helper_mirror; Type: VIEW; Schema: public

CREATE VIEW public.case_helper_mirror WITH (security_invoker='true') AS
 SELECT id,
    case_id,
    plate,
    version,
    is_current,
    helper_name,
    helper_json,
    source,
    saved_from,
    saved_at,
    sync_status,
    sync_error
   FROM public.case_helper;

-- Name: VIEW case_helper_mirror; Type: COMMENT; Schema: public

COMMENT ON VIEW public.case_helper_mirror IS 'Every version with the door it came through, for the shadow mirror.';

-- Name: case_helper_sections; Type: VIEW; Schema: public

CREATE VIEW public.case_helper_sections WITH (security_invoker='true') AS
 SELECT h.case_id,
    h.plate,
    h.version,
    h.helper_name,
    s.key AS section,
    s.value AS section_json,
    h.saved_at AS updated_at
   FROM (public.case_helper h
     CROSS JOIN LATERAL jsonb_each(h.helper_json) s(key, value))
  WHERE h.is_current;

-- Name: VIEW case_helper_sections; Type: COMMENT; Schema: public

COMMENT ON VIEW public.case_helper_sections IS 'The current helper of each case, one row a section.';

-- Name: case_search_index; Type: TABLE; Schema: public

CREATE TABLE public.case_search_index (
    case_id uuid NOT NULL,
    org_id uuid NOT NULL,
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
    search_text text DEFAULT ''::text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.case_search_index FORCE ROW LEVEL SECURITY;

-- Name: TABLE case_search_index; Type: COMMENT; Schema: public

COMMENT ON TABLE public.case_search_index IS 'What people search a case by, taken out of the helper as it is saved.';

-- Name: events; Type: TABLE; Schema: public

CREATE TABLE public.events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    type text NOT NULL,
    actor uuid,
    door text NOT NULL,
    version integer,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id text,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT events_door_check CHECK ((door = ANY (ARRAY['UI'::text, 'MAKE'::text, 'ADMIN'::text, 'IMPORT'::text])))
);

ALTER TABLE ONLY public.events FORCE ROW LEVEL SECURITY;

-- Name: TABLE events; Type: COMMENT; Schema: public

COMMENT ON TABLE public.events IS 'What happened to a case, in the words of the outgoing event types; never a helper''s content.';

-- Name: helper_state; Type: VIEW; Schema: public

CREATE VIEW public.helper_state WITH (security_invoker='true') AS
 SELECT case_id,
    org_id,
    plate,
    version,
    helper_name,
    helper_json,
    source,
    saved_at AS updated_at,
    saved_by AS updated_by
   FROM public.case_helper
  WHERE is_current;

-- Name: VIEW helper_state; Type: COMMENT; Schema: public

COMMENT ON VIEW public.helper_state IS 'The current helper of each case.';

-- Name: helper_versions; Type: VIEW; Schema: public

CREATE VIEW public.helper_versions WITH (security_invoker='true') AS
 SELECT id,
    case_id,
    version,
    helper_name,
    helper_json,
    source,
    saved_by,
    saved_at
   FROM public.case_helper;

-- Name: VIEW helper_versions; Type: COMMENT; Schema: public

COMMENT ON VIEW public.helper_versions IS 'Every version, as the archive of the existing project names its columns.';

-- Name: helpers; Type: VIEW; Schema: public

CREATE VIEW public.helpers WITH (security_invoker='true') AS
 SELECT id,
    case_id,
    helper_name AS name,
    source,
    saved_at AS date,
    plate AS plate_number,
    version,
    helper_json AS data
   FROM public.case_helper;

-- Name: VIEW helpers; Type: COMMENT; Schema: public

COMMENT ON VIEW public.helpers IS 'Every version, in the naming of the requirement.';

-- Name: orgs; Type: TABLE; Schema: public

CREATE TABLE public.orgs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT orgs_name_check CHECK ((name <> ''::text))
);

ALTER TABLE ONLY public.orgs FORCE ROW LEVEL SECURITY;

-- Name: TABLE orgs; Type: COMMENT; Schema: public

COMMENT ON TABLE public.orgs IS 'An appraiser''s office.';

-- Name: profiles; Type: TABLE; Schema: public

CREATE TABLE public.profiles (
    user_id uuid NOT NULL,
    org_id uuid NOT NULL,
    name text NOT NULL,
    role text DEFAULT 'assessor'::text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    username text,
    email text,
    phone text,
    last_login timestamp with time zone,
    must_change_password boolean DEFAULT false NOT NULL,
    onesignal_id text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT profiles_role_check CHECK ((role = ANY (ARRAY['developer'::text, 'admin'::text, 'assessor'::text, 'assistant'::text]))),
    CONSTRAINT profiles_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text, 'suspended'::text])))
);

ALTER TABLE ONLY public.profiles FORCE ROW LEVEL SECURITY;

-- Name: TABLE profiles; Type: COMMENT; Schema: public

COMMENT ON TABLE public.profiles IS 'A person of an office; the login itself is Supabase''s.';

-- Name: user_orgs; Type: TABLE; Schema: public

CREATE TABLE public.user_orgs (
    user_id uuid NOT NULL,
    org_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.user_orgs FORCE ROW LEVEL SECURITY;

-- Name: TABLE user_orgs; Type: COMMENT; Schema: public

COMMENT ON TABLE public.user_orgs IS 'Membership: the one thing that row policies ask.';

-- Name: case_helper case_helper_name_is_unique; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.case_helper
    ADD CONSTRAINT case_helper_name_is_unique UNIQUE (org_id, helper_name);

-- Name: case_helper case_helper_one_per_version; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.case_helper
    ADD CONSTRAINT case_helper_one_per_version UNIQUE (case_id, version);

-- Name: case_helper case_helper_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.case_helper
    ADD CONSTRAINT case_helper_pkey PRIMARY KEY (id);

-- Name: case_search_index case_search_index_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.case_search_index
    ADD CONSTRAINT case_search_index_pkey PRIMARY KEY (case_id);

-- Name: cases cases_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (id);

-- Name: events events_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

-- Name: orgs orgs_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.orgs
    ADD CONSTRAINT orgs_pkey PRIMARY KEY (id);

-- Name: profiles profiles_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (user_id);

-- Name: profiles profiles_username_key; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_username_key UNIQUE (username);

-- Name: user_orgs user_orgs_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_orgs
    ADD CONSTRAINT user_orgs_pkey PRIMARY KEY (user_id, org_id);

-- Name: case_helper_one_current; Type: INDEX; Schema: public

CREATE UNIQUE INDEX case_helper_one_current ON public.case_helper USING btree (case_id) WHERE is_current;

-- Name: case_helper_saved_by; Type: INDEX; Schema: public

CREATE INDEX case_helper_saved_by ON public.case_helper USING btree (saved_by);

-- Name: case_search_index_org_id; Type: INDEX; Schema: public

CREATE INDEX case_search_index_org_id ON public.case_search_index USING btree (org_id);

-- Name: case_search_index_text; Type: INDEX; Schema: public

CREATE INDEX case_search_index_text ON public.case_search_index USING gin (search_text extensions.gin_trgm_ops);

-- Name: cases_assigned_to; Type: INDEX; Schema: public

CREATE INDEX cases_assigned_to ON public.cases USING btree (assigned_to);

-- Name: cases_created_by; Type: INDEX; Schema: public

CREATE INDEX cases_created_by ON public.cases USING btree (created_by);

-- Name: cases_filing; Type: INDEX; Schema: public

CREATE INDEX cases_filing ON public.cases USING btree (org_id, filing_case_id);

-- Name: cases_one_open_per_plate; Type: INDEX; Schema: public

CREATE UNIQUE INDEX cases_one_open_per_plate ON public.cases USING btree (org_id, plate) WHERE (status <> ALL (ARRAY['CLOSED'::text, 'ARCHIVED'::text]));

-- Name: cases_plate; Type: INDEX; Schema: public

CREATE INDEX cases_plate ON public.cases USING btree (org_id, plate text_pattern_ops);

-- Name: cases_status; Type: INDEX; Schema: public

CREATE INDEX cases_status ON public.cases USING btree (org_id, status, created_at DESC);

-- Name: cases_updated_by; Type: INDEX; Schema: public

CREATE INDEX cases_updated_by ON public.cases USING btree (updated_by);

-- Name: events_actor; Type: INDEX; Schema: public

CREATE INDEX events_actor ON public.events USING btree (actor);

-- Name: events_case; Type: INDEX; Schema: public

CREATE INDEX events_case ON public.events USING btree (case_id, at DESC);

-- Name: events_org; Type: INDEX; Schema: public

CREATE INDEX events_org ON public.events USING btree (org_id, at DESC);

-- Name: profiles_created_by; Type: INDEX; Schema: public

CREATE INDEX profiles_created_by ON public.profiles USING btree (created_by);

-- Name: profiles_org_id; Type: INDEX; Schema: public

CREATE INDEX profiles_org_id ON public.profiles USING btree (org_id);

-- Name: user_orgs_org_id; Type: INDEX; Schema: public

CREATE INDEX user_orgs_org_id ON public.user_orgs USING btree (org_id);

-- Name: case_helper case_helper_1_mine; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_1_mine BEFORE INSERT ON public.case_helper FOR EACH ROW EXECUTE FUNCTION private.case_helper_is_mine();

-- Name: case_helper case_helper_2_number; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_2_number BEFORE INSERT ON public.case_helper FOR EACH ROW EXECUTE FUNCTION private.case_helper_number();

-- Name: case_helper case_helper_3_for_ever; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_3_for_ever BEFORE DELETE OR UPDATE OF id, case_id, org_id, plate, version, helper_name, helper_json, saved_at, saved_by, saved_from, label, trigger, restored_from ON public.case_helper FOR EACH ROW EXECUTE FUNCTION private.case_helper_is_for_ever();

-- Name: case_helper case_helper_4_flag; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_4_flag BEFORE UPDATE ON public.case_helper FOR EACH ROW EXECUTE FUNCTION private.case_helper_flag_is_ours();

-- Name: case_helper case_helper_no_truncate; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_no_truncate BEFORE TRUNCATE ON public.case_helper FOR EACH STATEMENT EXECUTE FUNCTION private.case_helper_is_for_ever();

-- Name: case_search_index case_search_index_text; Type: TRIGGER; Schema: public

CREATE TRIGGER case_search_index_text BEFORE INSERT OR UPDATE ON public.case_search_index FOR EACH ROW EXECUTE FUNCTION private.search_row_text();

-- Name: cases cases_before_insert; Type: TRIGGER; Schema: public

CREATE TRIGGER cases_before_insert BEFORE INSERT ON public.cases FOR EACH ROW EXECUTE FUNCTION private.case_before_insert();

-- Name: cases cases_before_update; Type: TRIGGER; Schema: public

CREATE TRIGGER cases_before_update BEFORE UPDATE ON public.cases FOR EACH ROW EXECUTE FUNCTION private.case_before_update();

-- Name: cases cases_news; Type: TRIGGER; Schema: public

CREATE TRIGGER cases_news AFTER INSERT OR UPDATE OF status, owner_name, assigned_to, inspection_location, filing_case_id ON public.cases FOR EACH ROW EXECUTE FUNCTION private.case_news();

-- Name: orgs orgs_touch; Type: TRIGGER; Schema: public

CREATE TRIGGER orgs_touch BEFORE UPDATE ON public.orgs FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

-- Name: profiles profiles_join_org; Type: TRIGGER; Schema: public

CREATE TRIGGER profiles_join_org AFTER INSERT OR UPDATE OF org_id ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.profile_joins_its_org();

-- Name: profiles profiles_touch; Type: TRIGGER; Schema: public

CREATE TRIGGER profiles_touch BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

-- Name: case_helper case_helper_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.case_helper
    ADD CONSTRAINT case_helper_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: case_helper case_helper_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.case_helper
    ADD CONSTRAINT case_helper_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: case_helper case_helper_saved_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.case_helper
    ADD CONSTRAINT case_helper_saved_by_fkey FOREIGN KEY (saved_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: case_search_index case_search_index_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.case_search_index
    ADD CONSTRAINT case_search_index_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: case_search_index case_search_index_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.case_search_index
    ADD CONSTRAINT case_search_index_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: cases cases_assigned_to_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: cases cases_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: cases cases_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: cases cases_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: events events_actor_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_actor_fkey FOREIGN KEY (actor) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: events events_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: events events_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: profiles profiles_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: profiles profiles_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: profiles profiles_user_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE RESTRICT;

-- Name: user_orgs user_orgs_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_orgs
    ADD CONSTRAINT user_orgs_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: user_orgs user_orgs_user_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_orgs
    ADD CONSTRAINT user_orgs_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles(user_id) ON DELETE CASCADE;

-- Name: profiles Colleagues see each other; Type: POLICY; Schema: public

CREATE POLICY "Colleagues see each other" ON public.profiles FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: user_orgs Colleagues see who belongs to the office; Type: POLICY; Schema: public

CREATE POLICY "Colleagues see who belongs to the office" ON public.user_orgs FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: case_helper Members may ask, and nothing changes; Type: POLICY; Schema: public

CREATE POLICY "Members may ask, and nothing changes" ON public.case_helper FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: cases Members open cases in their office; Type: POLICY; Schema: public

CREATE POLICY "Members open cases in their office" ON public.cases FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: cases Members read their office's cases; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's cases" ON public.cases FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: case_helper Members read their office's helpers; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's helpers" ON public.case_helper FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: events Members read what happened in their office; Type: POLICY; Schema: public

CREATE POLICY "Members read what happened in their office" ON public.events FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: case_helper Members save helpers of their office; Type: POLICY; Schema: public

CREATE POLICY "Members save helpers of their office" ON public.case_helper FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: case_search_index Members search their office's cases; Type: POLICY; Schema: public

CREATE POLICY "Members search their office's cases" ON public.case_search_index FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: orgs Members see their office; Type: POLICY; Schema: public

CREATE POLICY "Members see their office" ON public.orgs FOR SELECT TO authenticated USING ((id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: cases Members work on their office's cases; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's cases" ON public.cases FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: profiles People keep their own contact details; Type: POLICY; Schema: public

CREATE POLICY "People keep their own contact details" ON public.profiles FOR UPDATE TO authenticated USING (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))))) WITH CHECK (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))));

-- Name: case_helper; Type: ROW SECURITY; Schema: public

ALTER TABLE public.case_helper ENABLE ROW LEVEL SECURITY;

-- Name: case_search_index; Type: ROW SECURITY; Schema: public

ALTER TABLE public.case_search_index ENABLE ROW LEVEL SECURITY;

-- Name: cases; Type: ROW SECURITY; Schema: public

ALTER TABLE public.cases ENABLE ROW LEVEL SECURITY;

-- Name: events; Type: ROW SECURITY; Schema: public

ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;

-- Name: orgs; Type: ROW SECURITY; Schema: public

ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;

-- Name: profiles; Type: ROW SECURITY; Schema: public

ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;

-- Name: user_orgs; Type: ROW SECURITY; Schema: public

ALTER TABLE public.user_orgs ENABLE ROW LEVEL SECURITY;

-- Name: SCHEMA private; Type: ACL; Schema: -

GRANT USAGE ON SCHEMA private TO authenticated;
GRANT USAGE ON SCHEMA private TO service_role;
GRANT USAGE ON SCHEMA private TO backoffice_app;

-- Name: SCHEMA public; Type: ACL; Schema: -

GRANT USAGE ON SCHEMA public TO anon;
GRANT USAGE ON SCHEMA public TO authenticated;
GRANT USAGE ON SCHEMA public TO service_role;

-- Name: FUNCTION applied_versions(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.applied_versions() FROM PUBLIC;
GRANT ALL ON FUNCTION private.applied_versions() TO backoffice_app;

-- Name: FUNCTION case_before_insert(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_before_insert() FROM PUBLIC;

-- Name: FUNCTION case_before_update(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_before_update() FROM PUBLIC;

-- Name: TABLE cases; Type: ACL; Schema: public

GRANT SELECT,INSERT ON TABLE public.cases TO authenticated;
GRANT SELECT,INSERT ON TABLE public.cases TO service_role;

-- Name: COLUMN cases.plate; Type: ACL; Schema: public

GRANT UPDATE(plate) ON TABLE public.cases TO authenticated;
GRANT UPDATE(plate) ON TABLE public.cases TO service_role;

-- Name: COLUMN cases.owner_name; Type: ACL; Schema: public

GRANT UPDATE(owner_name) ON TABLE public.cases TO authenticated;
GRANT UPDATE(owner_name) ON TABLE public.cases TO service_role;

-- Name: COLUMN cases.status; Type: ACL; Schema: public

GRANT UPDATE(status) ON TABLE public.cases TO authenticated;
GRANT UPDATE(status) ON TABLE public.cases TO service_role;

-- Name: COLUMN cases.inspection_location; Type: ACL; Schema: public

GRANT UPDATE(inspection_location) ON TABLE public.cases TO authenticated;
GRANT UPDATE(inspection_location) ON TABLE public.cases TO service_role;

-- Name: COLUMN cases.filing_case_id; Type: ACL; Schema: public

GRANT UPDATE(filing_case_id) ON TABLE public.cases TO authenticated;
GRANT UPDATE(filing_case_id) ON TABLE public.cases TO service_role;

-- Name: COLUMN cases.assigned_to; Type: ACL; Schema: public

GRANT UPDATE(assigned_to) ON TABLE public.cases TO authenticated;
GRANT UPDATE(assigned_to) ON TABLE public.cases TO service_role;

-- Name: COLUMN cases.updated_by; Type: ACL; Schema: public

GRANT UPDATE(updated_by) ON TABLE public.cases TO authenticated;
GRANT UPDATE(updated_by) ON TABLE public.cases TO service_role;

-- Name: COLUMN cases.updated_at; Type: ACL; Schema: public

GRANT UPDATE(updated_at) ON TABLE public.cases TO authenticated;
GRANT UPDATE(updated_at) ON TABLE public.cases TO service_role;

-- Name: FUNCTION case_check_assignee(p_case public.cases); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_check_assignee(p_case public.cases) FROM PUBLIC;
GRANT ALL ON FUNCTION private.case_check_assignee(p_case public.cases) TO authenticated;
GRANT ALL ON FUNCTION private.case_check_assignee(p_case public.cases) TO service_role;

-- Name: FUNCTION case_helper_flag_is_ours(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_helper_flag_is_ours() FROM PUBLIC;

-- Name: FUNCTION case_helper_is_for_ever(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_helper_is_for_ever() FROM PUBLIC;

-- Name: FUNCTION case_helper_is_mine(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_helper_is_mine() FROM PUBLIC;

-- Name: FUNCTION case_helper_number(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_helper_number() FROM PUBLIC;

-- Name: FUNCTION case_lock(p_case_id uuid, p_expected integer, p_helper jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_lock(p_case_id uuid, p_expected integer, p_helper jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.case_lock(p_case_id uuid, p_expected integer, p_helper jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.case_lock(p_case_id uuid, p_expected integer, p_helper jsonb) TO service_role;

-- Name: FUNCTION case_news(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_news() FROM PUBLIC;

-- Name: FUNCTION changed_sections(p_old jsonb, p_new jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.changed_sections(p_old jsonb, p_new jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.changed_sections(p_old jsonb, p_new jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.changed_sections(p_old jsonb, p_new jsonb) TO service_role;

-- Name: FUNCTION door(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.door() FROM PUBLIC;
GRANT ALL ON FUNCTION private.door() TO authenticated;
GRANT ALL ON FUNCTION private.door() TO service_role;

-- Name: FUNCTION event_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.event_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb) FROM PUBLIC;

-- Name: FUNCTION my_org(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.my_org() FROM PUBLIC;
GRANT ALL ON FUNCTION private.my_org() TO authenticated;
GRANT ALL ON FUNCTION private.my_org() TO service_role;

-- Name: FUNCTION my_orgs(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.my_orgs() FROM PUBLIC;
GRANT ALL ON FUNCTION private.my_orgs() TO authenticated;
GRANT ALL ON FUNCTION private.my_orgs() TO service_role;

-- Name: FUNCTION open_case_of(p_org_id uuid, p_plate text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.open_case_of(p_org_id uuid, p_plate text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.open_case_of(p_org_id uuid, p_plate text) TO authenticated;
GRANT ALL ON FUNCTION private.open_case_of(p_org_id uuid, p_plate text) TO service_role;

-- Name: FUNCTION plate_digits(p_plate text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.plate_digits(p_plate text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.plate_digits(p_plate text) TO authenticated;
GRANT ALL ON FUNCTION private.plate_digits(p_plate text) TO service_role;

-- Name: FUNCTION plate_queue(p_org_id uuid, p_plate text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.plate_queue(p_org_id uuid, p_plate text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.plate_queue(p_org_id uuid, p_plate text) TO authenticated;
GRANT ALL ON FUNCTION private.plate_queue(p_org_id uuid, p_plate text) TO service_role;

-- Name: FUNCTION profile_joins_its_org(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.profile_joins_its_org() FROM PUBLIC;

-- Name: FUNCTION request_id(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.request_id() FROM PUBLIC;
GRANT ALL ON FUNCTION private.request_id() TO authenticated;
GRANT ALL ON FUNCTION private.request_id() TO service_role;

-- Name: FUNCTION same_json(p_a jsonb, p_b jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.same_json(p_a jsonb, p_b jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.same_json(p_a jsonb, p_b jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.same_json(p_a jsonb, p_b jsonb) TO service_role;

-- Name: FUNCTION search_fold(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_fold(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.search_fold(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.search_fold(p_text text) TO service_role;

-- Name: FUNCTION search_row_text(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_row_text() FROM PUBLIC;

-- Name: FUNCTION search_row_write(p_case_id uuid, p_helper jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_row_write(p_case_id uuid, p_helper jsonb) FROM PUBLIC;

-- Name: FUNCTION touch_updated_at(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.touch_updated_at() FROM PUBLIC;

-- Name: FUNCTION version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb) TO service_role;

-- Name: FUNCTION whoami(p_user_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.whoami(p_user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.whoami(p_user_id uuid) TO backoffice_app;
GRANT ALL ON FUNCTION private.whoami(p_user_id uuid) TO service_role;

-- Name: TABLE case_helper; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.case_helper TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.case_helper TO service_role;

-- Name: FUNCTION case_helper_import(p_plate text, p_helper_json jsonb, p_label text, p_org_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_helper_import(p_plate text, p_helper_json jsonb, p_label text, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_helper_import(p_plate text, p_helper_json jsonb, p_label text, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.case_helper_import(p_plate text, p_helper_json jsonb, p_label text, p_org_id uuid) TO service_role;

-- Name: FUNCTION case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid) TO authenticated;
GRANT ALL ON FUNCTION public.case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid) TO service_role;

-- Name: FUNCTION case_helper_save_full(p_case_id uuid, p_helper_json jsonb, p_expected_version integer, p_label text, p_trigger text, p_saved_by uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_helper_save_full(p_case_id uuid, p_helper_json jsonb, p_expected_version integer, p_label text, p_trigger text, p_saved_by uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_helper_save_full(p_case_id uuid, p_helper_json jsonb, p_expected_version integer, p_label text, p_trigger text, p_saved_by uuid) TO authenticated;
GRANT ALL ON FUNCTION public.case_helper_save_full(p_case_id uuid, p_helper_json jsonb, p_expected_version integer, p_label text, p_trigger text, p_saved_by uuid) TO service_role;

-- Name: FUNCTION case_open(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid, p_saved_from text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_open(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid, p_saved_from text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_open(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid, p_saved_from text) TO authenticated;
GRANT ALL ON FUNCTION public.case_open(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid, p_saved_from text) TO service_role;

-- Name: TABLE case_helper_mirror; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.case_helper_mirror TO authenticated;
GRANT SELECT ON TABLE public.case_helper_mirror TO service_role;

-- Name: TABLE case_helper_sections; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.case_helper_sections TO authenticated;
GRANT SELECT ON TABLE public.case_helper_sections TO service_role;

-- Name: TABLE case_search_index; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.case_search_index TO authenticated;
GRANT SELECT ON TABLE public.case_search_index TO service_role;

-- Name: TABLE events; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.events TO authenticated;
GRANT SELECT ON TABLE public.events TO service_role;

-- Name: TABLE helper_state; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.helper_state TO authenticated;
GRANT SELECT ON TABLE public.helper_state TO service_role;

-- Name: TABLE helper_versions; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.helper_versions TO authenticated;
GRANT SELECT ON TABLE public.helper_versions TO service_role;

-- Name: TABLE helpers; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.helpers TO authenticated;
GRANT SELECT ON TABLE public.helpers TO service_role;

-- Name: TABLE orgs; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.orgs TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.orgs TO service_role;

-- Name: TABLE profiles; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.profiles TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.profiles TO service_role;

-- Name: COLUMN profiles.phone; Type: ACL; Schema: public

GRANT UPDATE(phone) ON TABLE public.profiles TO authenticated;

-- Name: COLUMN profiles.last_login; Type: ACL; Schema: public

GRANT UPDATE(last_login) ON TABLE public.profiles TO authenticated;

-- Name: COLUMN profiles.must_change_password; Type: ACL; Schema: public

GRANT UPDATE(must_change_password) ON TABLE public.profiles TO authenticated;

-- Name: COLUMN profiles.onesignal_id; Type: ACL; Schema: public

GRANT UPDATE(onesignal_id) ON TABLE public.profiles TO authenticated;

-- Name: TABLE user_orgs; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.user_orgs TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_orgs TO service_role;
