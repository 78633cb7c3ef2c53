-- Written by `python3 dev.py schema` from supabase/migrations; never edited.

-- Name: private; Type: SCHEMA; Schema: -

CREATE SCHEMA private;

-- Name: SCHEMA private; Type: COMMENT; Schema: -

COMMENT ON SCHEMA private IS 'Functions that policies and triggers lean on; PostgREST does not expose it.';

-- Name: public; Type: SCHEMA; Schema: -

CREATE SCHEMA public;

-- Name: SCHEMA public; Type: COMMENT; Schema: -

COMMENT ON SCHEMA public IS 'standard public schema';

-- Name: tracked_center; Type: TYPE; Schema: private

CREATE TYPE private.tracked_center AS (
	key text,
	number integer,
	name text,
	description text,
	repairs text,
	parts text,
	work text,
	total_parts numeric,
	total_work numeric
);

-- Name: amount(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.amount(p_text text) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
declare
  v_text text := regexp_replace(translate(p_text, '₪%"''״׳,', ''), '[[:space:]]|[\u200e\u200f\u00a0]|ש?ח$|nis$', '', 'gi');
begin
  return case when v_text ~ '^[+-]?[0-9]{1,15}([.][0-9]{1,10})?$' then v_text::numeric end;
end;
$_$;

-- Name: FUNCTION amount(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.amount(p_text text) IS 'The number in a text such as "₪ 1,234.50"; null where there is none.';

-- Name: answer_is_for_ever(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.answer_is_for_ever() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  -- What may be said later: whose case it is, and which is the current one.
  if (to_jsonb(new) - array['case_id', 'plate', 'is_current', 'updated_at', 'updated_by'])
    is distinct from (to_jsonb(old) - array['case_id', 'plate', 'is_current', 'updated_at', 'updated_by'])
    or (old.case_id is not null and new.case_id is distinct from old.case_id)
  then
    raise sqlstate 'PT409' using message = 'an answer that was kept never changes', detail = '{"code": "conflict"}';
  end if;
  if new.case_id is distinct from old.case_id then
    new.is_current := false;  -- until the case's answers were looked through
  end if;
  return new;
end;
$$;

-- Name: FUNCTION answer_is_for_ever(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.answer_is_for_ever() IS 'An answer stays as it came; only a case may still be found for it.';

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

-- Name: audit(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - coalesce(tg_argv, '{}') end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - coalesce(tg_argv, '{}') end;
begin
  if v_old is distinct from v_new then
    insert into private.audit_log (org_id, actor, door, action, table_name, record_id, old_values, new_values, request_id)
    values ((coalesce(v_new, v_old) ->> 'org_id')::uuid, (select auth.uid()), private.door(), tg_op, tg_table_name,
      (coalesce(v_new, v_old) ->> 'id')::uuid, v_old, v_new, private.request_id());
  end if;
  return null;
end;
$$;

-- Name: FUNCTION audit(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.audit() IS 'Keeps what a row was and became; columns named as arguments stay out of it.';

-- Name: audit_news(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.audit_news() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_one jsonb := coalesce(new.new_values, new.old_values);
  v_changes jsonb;
begin
  -- What an office is founded with, nobody did. A switch tells of itself.
  if new.org_id is null or new.table_name = 'feature_flags' or (new.action = 'INSERT' and new.actor is null) then
    return null;
  end if;
  -- An address is as good as a key: who knows it can call it.
  v_changes := private.changed_only(coalesce(new.old_values, '{}'), coalesce(new.new_values, '{}'),
    array['name', 'ops', 'revoked_at', 'event_types', 'body', 'is_paused', 'paused_reason', 'deleted_at', 'source', 'pointer', 'note']);
  perform private.event_add(new.org_id, null,
    case new.table_name when 'helper_sources' then 'helper_source' else rtrim(new.table_name, 's') end
      || case new.action when 'INSERT' then '.added' when 'UPDATE' then '.changed' else '.removed' end,
    p_data => jsonb_strip_nulls(jsonb_build_object('table', new.table_name, 'op', lower(new.action), 'ids', jsonb_build_array(new.record_id),
      'name', coalesce(v_one -> 'name', v_one -> 'source'), 'was', v_changes -> 'was', 'became', v_changes -> 'became')));
  return null;
end;
$$;

-- Name: FUNCTION audit_news(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.audit_news() IS 'Endpoints, keys and sources stand in the office''s story too, without addresses and secrets.';

-- Name: bare_helper(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.bare_helper(p_json jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_json jsonb := p_json;
begin
  for i in 1..4 loop
    if jsonb_typeof(v_json) = 'string' then
      v_json := (v_json #>> '{}')::jsonb;
    elsif jsonb_typeof(v_json) = 'array' and jsonb_array_length(v_json) = 1 then
      v_json := v_json -> 0;
    elsif jsonb_typeof(v_json -> 'helper_data') = 'object' and not v_json ?| array[
      'meta', 'vehicle', 'car_details', 'case_info', 'stakeholders', 'general', 'valuation', 'levisummary', 'expertise',
      'centers', 'damage_centers', 'damage_assessment', 'parts_search', 'invoices', 'financials', 'calculations',
      'depreciation', 'claims_data', 'estimate', 'final_report', 'images', 'documents', 'raw_webhook_data'
    ] then
      -- With a section of a helper beside it, it is no wrapping: taking it off would drop that section without a word.
      v_json := v_json -> 'helper_data';
    else
      exit;
    end if;
  end loop;
  return v_json;
exception when invalid_text_representation or untranslatable_character then
  return null;
end;
$$;

-- Name: FUNCTION bare_helper(p_json jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.bare_helper(p_json jsonb) IS 'The helper without what Make wraps around it: text, a list of one, helper_data.';

-- Name: bytes_removed(text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.bytes_removed(p_bucket text, p_key text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO ''
    AS $$ delete from private.bytes_let_go where (bucket_name, storage_key) = (p_bucket, p_key) $$;

-- Name: FUNCTION bytes_removed(p_bucket text, p_key text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.bytes_removed(p_bucket text, p_key text) IS 'Notes that bytes that were let go are gone.';

-- Name: bytes_to_remove(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.bytes_to_remove() RETURNS TABLE(bucket text, key text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select b.bucket_name, b.storage_key from private.bytes_let_go b
  where not exists (select from public.documents d where (d.bucket_name, d.storage_key) = (b.bucket_name, b.storage_key))
  order by b.let_go_at limit 500
$$;

-- Name: FUNCTION bytes_to_remove(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.bytes_to_remove() IS 'Bytes that were let go and still lie with us, and belong to no other file.';

-- Name: cabinets_let_go(integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.cabinets_let_go(p_days integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_count integer;
begin
  -- Links end with the row that is put away; the bytes are noted by the table's trigger, and removed like all others.
  update public.documents set deleted_at = coalesce(deleted_at, clock_timestamp()), storage_key = null, bucket_name = null
  where category = 'archive' and bucket_name = 'temp' and storage_key is not null
    and created_at < clock_timestamp() - make_interval(days => p_days);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;

-- Name: FUNCTION cabinets_let_go(p_days integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.cabinets_let_go(p_days integer) IS 'Puts file cabinets away that are older than so many days, and lets their bytes go; how many.';

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

-- Name: case_deliveries(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_deliveries(p_case_id uuid) RETURNS TABLE(id uuid, org_id uuid, type text, at timestamp with time zone, version integer, data jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return query
    select d.id, d.org_id,
      'delivery.' || case when d.status = 'dead' then 'given_up' when d.status = 'pending' and d.error is not null then 'failed'
        when d.status = 'pending' then 'waiting' else d.status end,
      coalesce(d.done_at, d.created_at), o.version,
      jsonb_strip_nulls(jsonb_build_object('message', d.type, 'endpoint', e.name, 'attempts', d.attempts, 'http_status', d.http_status))
    from private.deliveries d join private.outbox o on o.id = d.message_id join private.webhook_endpoints e on e.id = d.endpoint_id
    where d.case_id = p_case_id
      and (current_setting('role') = 'service_role' or d.org_id = any (array(select private.my_orgs())));
end;
$$;

-- Name: FUNCTION case_deliveries(p_case_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_deliveries(p_case_id uuid) IS 'What Make was told of a case of the caller''s office, without addresses and bodies.';

-- Name: case_helper_flag_is_ours(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_helper_flag_is_ours() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  -- The existing UI sets is_current and the sync marks by hand: it is answered, and nothing is done.
  if current_user in ('anon', 'authenticated', 'service_role', 'backoffice_staff', 'backoffice_gateway') then
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

-- Name: case_helper_marks(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_helper_marks() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.folded := false;
  -- A first version added its sections; everything else is counted row by row, by whoever compares versions.
  new.changes := case
    when new.changed_sections = '{}' then 0
    when not exists (select from public.case_helper where case_id = new.case_id) then cardinality(new.changed_sections) end;
  return new;
end;
$$;

-- Name: FUNCTION case_helper_marks(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_helper_marks() IS 'The marks of our own bookkeeping on a new version, whatever a client says.';

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
  -- The row says what the version before does: where none of it changed, there is nothing to look for.
  if v_previous.id is null or new.changed_sections && private.search_reads() then
    perform private.search_row_write(v_case.id, v_helper);
  end if;
  perform private.event_add(v_case.org_id, v_case.id,
    case when new.restored_from is null then 'case_helper.saved' else 'case_helper.restored' end, new.version,
    jsonb_strip_nulls(jsonb_build_object('helper_name', new.helper_name, 'label', new.label, 'trigger', new.trigger,
      'restored_from', new.restored_from, 'changed_sections', to_jsonb(new.changed_sections))));
  return new;
end;
$$;

-- Name: FUNCTION case_helper_number(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_helper_number() IS 'Whatever a client brings, the database gives number, name, date and the current flag, in one transaction.';

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
    folded boolean DEFAULT false NOT NULL,
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

-- Name: COLUMN case_helper.folded; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.case_helper.folded IS 'One of a run of automatic saves that lists show as one line; nothing else about it changes.';

-- Name: case_helper_save_merged(uuid, jsonb, integer, text[], text[], jsonb, text, text, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_helper_save_merged(p_case_id uuid, p_helper_json jsonb, p_current integer, p_only_mine text[], p_shared text[], p_merged jsonb, p_label text DEFAULT NULL::text, p_trigger text DEFAULT NULL::text, p_saved_by uuid DEFAULT NULL::uuid) RETURNS public.case_helper
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION case_helper_save_merged(p_case_id uuid, p_helper_json jsonb, p_current integer, p_only_mine text[], p_shared text[], p_merged jsonb, p_label text, p_trigger text, p_saved_by uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_helper_save_merged(p_case_id uuid, p_helper_json jsonb, p_current integer, p_only_mine text[], p_shared text[], p_merged jsonb, p_label text, p_trigger text, p_saved_by uuid) IS 'Saves over the current version: its own sections, those that only I changed, and those that were merged.';

-- Name: case_helper_track(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_helper_track() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if private.tracking_asks(new.case_id, new.changed_sections, new.helper_json -> 'meta') then
    -- Before the row is stored its document is in memory; || '{}' unpacks one that comes from an old version, once.
    perform private.tracking_derive(new.case_id, new.helper_json || '{}', new.changed_sections);
  end if;
  return new;
end;
$$;

-- Name: FUNCTION case_helper_track(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_helper_track() IS 'A version that says something new to the tracking tables is tracked in the same transaction.';

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
declare
  v_changes jsonb;
begin
  if tg_op = 'INSERT' then
    insert into public.case_search_index (case_id, org_id) values (new.id, new.org_id);
    perform private.event_add(new.org_id, new.id, 'case.upserted', p_data => jsonb_build_object('created', true));
    return null;
  end if;
  if (new.status, new.owner_name, new.inspection_location, new.filing_case_id)
    is distinct from (old.status, old.owner_name, old.inspection_location, old.filing_case_id) then
    -- Its trigger makes it anew.
    update public.case_search_index set updated_at = now() where case_id = new.id;
  end if;
  if new.status is distinct from old.status then
    perform private.event_add(new.org_id, new.id, 'case.status_changed',
      p_data => jsonb_build_object('from', old.status, 'to', new.status));
  end if;
  v_changes := private.changed_only(to_jsonb(old), to_jsonb(new),
    array['owner_name', 'assigned_to', 'inspection_location', 'filing_case_id']);
  if v_changes -> 'became' <> '{}' then
    perform private.event_add(new.org_id, new.id, 'case.upserted',
      p_data => jsonb_build_object('created', false) || v_changes);
  end if;
  return null;
end;
$$;

-- Name: FUNCTION case_news(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_news() IS 'A case that is opened, moved or changed leaves an event, whichever door it came through.';

-- Name: case_of(uuid, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_of(p_case_id uuid, p_plate text) RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_found uuid[];
begin
  if p_case_id is not null then
    v_found := array(select id from public.cases
      where id = p_case_id and (p_plate is null or plate = private.plate_digits(p_plate)));
  else
    v_found := array(select id from public.cases
      where plate = private.plate_digits(p_plate) and status not in ('CLOSED', 'ARCHIVED'));
  end if;
  if cardinality(v_found) > 1 then
    raise sqlstate 'PT422' using message = 'more than one office has this plate: name the case',
      detail = '{"code": "invalid", "pointer": "/case_id"}';
  elsif v_found = '{}' then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  return v_found[1];
end;
$$;

-- Name: FUNCTION case_of(p_case_id uuid, p_plate text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_of(p_case_id uuid, p_plate text) IS 'The case that is meant: by id, or the open one of a plate in any spelling.';

-- Name: case_queued(uuid, text, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_queued(p_case_id uuid, p_plate text, p_org_id uuid DEFAULT NULL::uuid) RETURNS TABLE(case_id uuid, version integer)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
#variable_conflict use_column
declare
  v_id uuid;
begin
  v_id := private.case_of(
    case when p_case_id is null and p_org_id is not null
      then coalesce(private.open_case_of(p_org_id, private.plate_digits(p_plate)), '00000000-0000-0000-0000-000000000000')
      else p_case_id end, p_plate);
  perform private.plate_queue(c.org_id, c.plate) from public.cases c where c.id = v_id;
  -- Asked by a statement of its own: only a new snapshot sees what was saved while we waited.
  return query select c.id, c.current_version from public.cases c where c.id = v_id;
end;
$$;

-- Name: FUNCTION case_queued(p_case_id uuid, p_plate text, p_org_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_queued(p_case_id uuid, p_plate text, p_org_id uuid) IS 'The case that is meant, with the version nobody can save over before this transaction ends.';

-- Name: case_search(jsonb, bigint, bigint); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_search(p_asked jsonb, p_limit bigint DEFAULT NULL::bigint, p_offset bigint DEFAULT 0) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $$
declare
  v_orgs uuid[] := private.search_orgs((p_asked ->> 'org_id')::uuid);
  v_order jsonb := coalesce(p_asked -> 'order', '[]');
  v_near boolean;
  v_step record;
  v_words text;
  v_found uuid[] := '{}';
begin
  -- As the owner, because a row policy lets no index of words be used: the offices are asked above instead. Without
  -- jit, because a plan that was forbidden the whole table looks dear enough to be compiled, which takes a second.
  foreach v_near in array case when v_order = '[]' then array[false, true] else array[true] end loop
    exit when cardinality(v_found) >= p_offset + p_limit;
    for v_step in select * from private.search_steps(p_asked, v_near) loop
      exit when cardinality(v_found) >= p_offset + p_limit or (v_order = '[]' and v_near and v_step.by_what <> 'near');
      -- Where no word is near another, as with numbers, all is found.
      exit when v_step.condition = v_words;
      v_words := case when v_step.by_what = 'words' then v_step.condition end;
      v_found := v_found || private.search_step(v_orgs, v_step.by_what,
        v_step.condition || case when v_found = '{}' then '' else format(' and %s <> all (%L)',
          case when v_step.by_what in ('words', 'near') then 's.case_id' else 'c.id' end, v_found) end,
        v_order, p_offset + p_limit - cardinality(v_found));
    end loop;
  end loop;
  return query select id from unnest(v_found[p_offset + 1:]) id;
end;
$$;

-- Name: FUNCTION case_search(p_asked jsonb, p_limit bigint, p_offset bigint); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_search(p_asked jsonb, p_limit bigint, p_offset bigint) IS 'The cases the caller may find, the best first; their ids alone.';

-- Name: case_search_count(jsonb, bigint); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_search_count(p_asked jsonb, p_most bigint DEFAULT NULL::bigint) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    SET jit TO 'off'
    AS $_$
declare
  v_step record;
  v_count bigint := 0;
begin
  for v_step in select * from private.search_steps(p_asked, true) loop
    -- "is true", or the index that begins with the office would be taken in place of that of the words.
    execute format('select count(*) from (select from %s where %s and %s limit $2) f',
      private.search_tables(v_step.by_what),
      case when v_step.by_what = 'near' then '(s.org_id = any ($1)) is true' else 'c.org_id = any ($1)' end, v_step.condition)
    into v_count using private.search_orgs((p_asked ->> 'org_id')::uuid), p_most;
  end loop;
  return v_count;
end;
$_$;

-- Name: FUNCTION case_search_count(p_asked jsonb, p_most bigint); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_search_count(p_asked jsonb, p_most bigint) IS 'How many cases a question finds, up to so many.';

-- Name: case_track(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.case_track() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.tracking_again(new.id);
  return null;
end;
$$;

-- Name: FUNCTION case_track(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.case_track() IS 'A case that is opened, or changes what is tracked of it, is tracked anew.';

-- Name: changed_only(jsonb, jsonb, text[]); Type: FUNCTION; Schema: private

CREATE FUNCTION private.changed_only(p_was jsonb, p_became jsonb, p_columns text[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return (
    select jsonb_build_object('was', coalesce(jsonb_object_agg(c, p_was -> c), '{}'),
      'became', coalesce(jsonb_object_agg(c, p_became -> c), '{}'))
    from unnest(p_columns) c where p_was -> c is distinct from p_became -> c);
end;
$$;

-- Name: FUNCTION changed_only(p_was jsonb, p_became jsonb, p_columns text[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.changed_only(p_was jsonb, p_became jsonb, p_columns text[]) IS 'Before and after of the named columns that differ, and of no others.';

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

-- Name: changes_counted(uuid, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.changes_counted(p_id uuid, p_changes integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.case_helper set changes = p_changes
  where id = p_id and changes is null and private.may_mark(org_id);
end;
$$;

-- Name: FUNCTION changes_counted(p_id uuid, p_changes integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.changes_counted(p_id uuid, p_changes integer) IS 'Keeps how many places a version changed. It is counted once, because neither version can change any more.';

-- Name: day(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.day(p_text text) RETURNS date
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return case when p_text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then make_date(substr(p_text, 1, 4)::integer,
    substr(p_text, 6, 2)::integer, substr(p_text, 9, 2)::integer) end;
exception when datetime_field_overflow then
  return null;
end;
$$;

-- Name: FUNCTION day(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.day(p_text text) IS 'The day an ISO text begins with; null where it begins with none.';

-- Name: deliveries_claim(uuid, integer, integer, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.deliveries_claim(p_endpoint_id uuid, p_limit integer, p_lease_seconds integer, p_per_second integer) RETURNS TABLE(delivery_id uuid, attempt integer, wait_seconds double precision, message_id uuid, type text, case_id uuid, plate text, version integer, data jsonb, created_at timestamp with time zone, url text, body text, secret text, previous_secret text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_now timestamptz := clock_timestamp();
  v_endpoint private.webhook_endpoints;
  v_gap interval := case when p_per_second > 0 then make_interval(secs => 1.05 / p_per_second) else interval '0' end;
  v_first timestamptz;
  v_taken integer;
begin
  -- One claim at a time for an endpoint: pace and order both hang on it. Nobody waits, the other one is at work.
  select * into v_endpoint from private.webhook_endpoints e
  where e.id = p_endpoint_id and not e.is_paused and e.deleted_at is null for update skip locked;
  v_first := greatest(v_now, coalesce(v_endpoint.next_slot, v_now));
  if v_endpoint.id is null or v_first >= v_now + interval '1 second' then
    return;
  end if;

  return query
    with front as (
      -- A row may go when it and all before it in its case may go; whoever may not was taken up before.
      select d.id, d.seq from private.deliveries d
      where d.endpoint_id = p_endpoint_id and d.status = 'pending'
        and d.next_at <= v_now and coalesce(d.lease_until, '-infinity') < v_now
        and not exists (select from private.deliveries b
          where b.endpoint_id = p_endpoint_id and b.case_id = d.case_id and b.seq < d.seq
            and b.status = 'pending' and b.attempts > 0 and (b.next_at > v_now or b.lease_until > v_now))
      order by d.seq limit p_limit
    ), chosen as (
      select f.id, (row_number() over (order by f.seq) - 1) * v_gap as later from front f
    ), taken as (
      update private.deliveries d
      set lease_until = v_now + make_interval(secs => p_lease_seconds), attempts = d.attempts + 1
      from chosen c
      where d.id = c.id and (c.later = interval '0' or v_first + c.later < v_now + interval '1 second')
      returning d.*, c.later
    )
    select t.id, t.attempts, extract(epoch from v_first - v_now + t.later)::double precision, t.message_id, o.type,
      o.case_id, k.plate, o.version, o.data, o.created_at,
      v_endpoint.url, v_endpoint.body, v_endpoint.secret,
      case when v_endpoint.previous_secret_until > v_now then v_endpoint.previous_secret end
    from taken t join private.outbox o on o.id = t.message_id left join public.cases k on k.id = o.case_id
    order by t.seq;
  get diagnostics v_taken = row_count;
  if v_taken > 0 then
    update private.webhook_endpoints e set next_slot = v_first + v_taken * v_gap where e.id = p_endpoint_id;
  end if;
end;
$$;

-- Name: FUNCTION deliveries_claim(p_endpoint_id uuid, p_limit integer, p_lease_seconds integer, p_per_second integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.deliveries_claim(p_endpoint_id uuid, p_limit integer, p_lease_seconds integer, p_per_second integer) IS 'Takes what may leave for one endpoint now, in order within each case and no faster than it takes it.';

-- Name: deliveries_record(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.deliveries_record(p_results jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_back record;
  v_gone record;
begin
  -- `released` was claimed and never posted: somebody before it in its case failed, or time ran out.
  with results as materialized (
    select * from jsonb_to_recordset(p_results) as r (
      delivery_id uuid, attempt integer, request_id text, started_at timestamptz, ms integer, http_status integer,
      answer text, error text, outcome text, next_at timestamptz, gone boolean)
  ), told as (
    update private.deliveries d set
      lease_until = null,
      attempts = case when r.outcome = 'released' then d.attempts - 1 else d.attempts end,
      status = case when r.outcome in ('delivered', 'dead') then r.outcome else d.status end,
      done_at = case when r.outcome in ('delivered', 'dead') then clock_timestamp() end,
      next_at = coalesce(r.next_at, d.next_at),
      http_status = case when r.outcome = 'released' then d.http_status else r.http_status end,
      error = case when r.outcome = 'released' then d.error else r.error end
    from results r
    where d.id = r.delivery_id and d.status = 'pending' and d.attempts = r.attempt
  )
  insert into private.delivery_attempts
    (delivery_id, org_id, number, request_id, started_at, ms, http_status, answer, error, next_at)
  select d.id, d.org_id, r.attempt, r.request_id, r.started_at, r.ms, r.http_status,
    left(coalesce(r.answer, ''), 2048), r.error, r.next_at
  from results r join private.deliveries d on d.id = r.delivery_id
  where r.outcome <> 'released';

  -- An endpoint that answers again after an outage gets at once what was waiting for its next attempt.
  for v_back in
    update private.webhook_endpoints e
    set failures_in_row = case when n.arrived > 0 then 0 else e.failures_in_row + n.failed end
    from (
      select d.endpoint_id, count(*) filter (where r.outcome = 'delivered') as arrived,
        count(*) filter (where r.outcome in ('retry', 'dead') and coalesce(r.http_status, 500) >= 500) as failed
      from jsonb_to_recordset(p_results) as r (delivery_id uuid, outcome text, http_status integer)
        join private.deliveries d on d.id = r.delivery_id
      group by d.endpoint_id
    ) n, private.webhook_endpoints before
    where e.id = n.endpoint_id and before.id = e.id and case when n.arrived > 0 then e.failures_in_row > 0 else n.failed > 0 end
    returning e.id, n.arrived > 0 and before.failures_in_row >= 3 as is_back
  loop
    if v_back.is_back then
      update private.deliveries d set next_at = clock_timestamp()
      where d.endpoint_id = v_back.id and d.status = 'pending' and d.error is not null and d.lease_until is null
        and d.next_at > clock_timestamp() and coalesce(d.http_status, 500) >= 500;
    end if;
  end loop;

  if p_results @> '[{"gone": true}]' then
    for v_gone in
      update private.webhook_endpoints e set is_paused = true, paused_reason = 'gone'
      from jsonb_to_recordset(p_results) as r (delivery_id uuid, gone boolean)
        join private.deliveries d on d.id = r.delivery_id
      where r.gone and e.id = d.endpoint_id and not e.is_paused
      returning e.id, e.org_id
    loop
      perform private.event_add(v_gone.org_id, null, 'webhook_endpoint.paused',
        p_data => jsonb_build_object('endpoint_id', v_gone.id, 'reason', 'gone'));
    end loop;
  end if;
end;
$$;

-- Name: FUNCTION deliveries_record(p_results jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.deliveries_record(p_results jsonb) IS 'Keeps what came of posts. A result that comes after its lease was taken over changes nothing but the log.';

-- Name: deliveries_replay(uuid[]); Type: FUNCTION; Schema: private

CREATE FUNCTION private.deliveries_replay(p_ids uuid[]) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_count integer;
begin
  update private.deliveries set status = 'pending', attempts = 0, next_at = clock_timestamp(), lease_until = null, done_at = null
  where id = any (p_ids) and coalesce(lease_until, '-infinity') < clock_timestamp()
    and exists (select from private.webhook_endpoints e where e.id = endpoint_id and e.deleted_at is null);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;

-- Name: FUNCTION deliveries_replay(p_ids uuid[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.deliveries_replay(p_ids uuid[]) IS 'Sends again, under the same id; what is being posted just now is left alone.';

-- Name: delivery_given_up(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.delivery_given_up() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.system_log('ERROR', 'make', 'delivery_given_up', 'A delivery to Make was given up.',
    jsonb_build_object('delivery_id', new.id, 'type', new.type, 'http_status', new.http_status, 'attempts', new.attempts),
    p_case_id => new.case_id, p_org_id => new.org_id);
  return null;
end;
$$;

-- Name: FUNCTION delivery_given_up(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.delivery_given_up() IS 'Staff hear of news that Make will not get by itself any more.';

-- Name: difference_to_count(uuid, integer, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.difference_to_count(p_case_id uuid, p_version integer, p_most_bytes integer) RETURNS TABLE(id uuid, before text, after text)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION difference_to_count(p_case_id uuid, p_version integer, p_most_bytes integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.difference_to_count(p_case_id uuid, p_version integer, p_most_bytes integer) IS 'What a version changed against the one before, if nobody counted it yet and it is not too much to be counted at once.';

-- Name: document_checked_stamp(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.document_checked_stamp() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  -- That its bytes were looked at is no change of the file.
  if new.verified_at is distinct from old.verified_at and new.upload_status = old.upload_status then
    new.updated_at := old.updated_at;
    new.updated_by := old.updated_by;
  end if;
  return new;
end;
$$;

-- Name: FUNCTION document_checked_stamp(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.document_checked_stamp() IS 'A check that finds a file as it was leaves it as it was.';

-- Name: document_picture(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.document_picture() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if new.category = 'image' and (tg_op = 'INSERT' or old.category <> 'image') then
    insert into public.images (org_id, case_id, plate, document_id, filename, notes, source, is_external_processed)
    values (new.org_id, new.case_id, new.plate, new.id, new.filename, new.notes,
      case when new.storage_key is null then 'onedrive' else 'direct_upload' end, new.storage_key is null)
    on conflict (document_id, org_id) do nothing;
  end if;
  if tg_op = 'UPDATE' then
    update public.images set case_id = coalesce(case_id, new.case_id),
      plate = case when case_id is null then new.plate else plate end, filename = new.filename, notes = new.notes,
      deleted_at = case when new.deleted_at is null and new.category = 'image' then null
        else coalesce(deleted_at, clock_timestamp()) end,
      onedrive_path = coalesce(new.onedrive_path, onedrive_path),
      backup_status = case when new.onedrive_file_id is null then backup_status else 'backed_up' end
    where document_id = new.id and (case_id, filename, notes, deleted_at is null) is distinct from
        (coalesce(case_id, new.case_id), new.filename, new.notes, new.deleted_at is null and new.category = 'image')
      or document_id = new.id and new.onedrive_file_id is not null
        and (backup_status, onedrive_path) is distinct from ('backed_up', coalesce(new.onedrive_path, onedrive_path));
  elsif new.onedrive_file_id is not null then
    update public.images set backup_status = 'backed_up', onedrive_path = new.onedrive_path where document_id = new.id;
  end if;
  return null;
end;
$$;

-- Name: FUNCTION document_picture(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.document_picture() IS 'A file of the category image is a picture from the same transaction on, wherever it was brought in; what is said of the file holds for it.';

-- Name: document_stamp(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.document_stamp() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'UPDATE' then
    if (new.storage_key is not null and (new.bucket_name, new.storage_key) is distinct from (old.bucket_name, old.storage_key))
      or (old.checksum is not null and new.checksum is distinct from old.checksum)
      or (old.size_bytes is not null and new.size_bytes is distinct from old.size_bytes)
    then
      raise sqlstate 'PT409' using message = 'a stored file never changes: add another one',
        detail = '{"code": "conflict"}';
    end if;
    -- Whose case a file is may be found later, and is not taken back.
    if old.case_id is not null and new.case_id is distinct from old.case_id then
      raise sqlstate 'PT409' using message = 'a file stays with its case', detail = '{"code": "conflict"}';
    end if;
  end if;
  if new.storage_key is not null and new.bucket_name is null then
    -- The existing screens name the key alone.
    new.bucket_name := case new.category when 'report' then 'reports' else 'docs' end;
  end if;
  new.upload_status := case when new.storage_key is null then 'LINKED'
    when new.upload_status = 'LINKED' then 'STORED' else new.upload_status end;
  if tg_op = 'INSERT' then
    new.deleted_at := null;
    new.deleted_by := null;
  elsif (new.deleted_at is null) <> (old.deleted_at is null) then
    new.deleted_at := case when new.deleted_at is null then null else clock_timestamp() end;
    new.deleted_by := case when new.deleted_at is null then null else (select auth.uid()) end;
  else
    new.deleted_at := old.deleted_at;
    new.deleted_by := old.deleted_by;
  end if;
  return new;
end;
$$;

-- Name: FUNCTION document_stamp(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.document_stamp() IS 'A stored file keeps its bytes, its checksum and its case; when and by whom it was put away is the server''s.';

-- Name: door(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.door() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return case current_setting('role')
    when 'authenticated' then 'UI'
    when 'backoffice_staff' then 'ADMIN'
    when 'backoffice_gateway' then 'MAKE'
    when 'service_role' then 'MAKE'
    else 'IMPORT' end;
end;
$$;

-- Name: FUNCTION door(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.door() IS 'Through which door the caller came, told by the role the transaction took.';

-- Name: endpoint_paused(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.endpoint_paused() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.system_log('WARN', 'make', 'endpoint_paused', 'A webhook endpoint was paused.',
    jsonb_build_object('endpoint_id', new.id, 'reason', left(new.paused_reason, 100)), p_org_id => new.org_id);
  return null;
end;
$$;

-- Name: FUNCTION endpoint_paused(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.endpoint_paused() IS 'Staff hear of an address that gets nothing any more.';

-- Name: endpoint_ping(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.endpoint_ping(p_endpoint_id uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_endpoint private.webhook_endpoints;
  v_message uuid;
  v_delivery uuid;
begin
  select * into v_endpoint from private.webhook_endpoints e
  where e.id = p_endpoint_id and e.deleted_at is null
    and (current_setting('role') = 'service_role' or e.org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'endpoint not found', detail = '{"code": "not_found"}';
  end if;
  v_message := private.outbox_add(v_endpoint.org_id, null, 'test.ping', p_data => jsonb_build_object('endpoint_id', p_endpoint_id));
  insert into private.deliveries (message_id, endpoint_id, org_id, seq, type)
  select v_message, p_endpoint_id, v_endpoint.org_id, o.seq, o.type from private.outbox o where o.id = v_message
  returning id into v_delivery;
  return v_delivery;
end;
$$;

-- Name: FUNCTION endpoint_ping(p_endpoint_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.endpoint_ping(p_endpoint_id uuid) IS 'Queues a test.ping for one endpoint of the caller''s office, and for no other.';

-- Name: endpoints_ready(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.endpoints_ready() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return query
    select e.id from private.webhook_endpoints e
    where not e.is_paused and e.deleted_at is null and coalesce(e.next_slot, '-infinity') < clock_timestamp()
      and exists (select from private.deliveries d
        where d.endpoint_id = e.id and d.status = 'pending' and d.next_at <= clock_timestamp()
          and coalesce(d.lease_until, '-infinity') < clock_timestamp()
          and not exists (select from private.deliveries b
            where b.endpoint_id = e.id and b.case_id = d.case_id and b.seq < d.seq and b.status = 'pending'
              and b.attempts > 0 and (b.next_at > clock_timestamp() or b.lease_until > clock_timestamp())));
end;
$$;

-- Name: FUNCTION endpoints_ready(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.endpoints_ready() IS 'Endpoints for which a post could leave now.';

-- Name: event_add(uuid, uuid, text, integer, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.event_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer DEFAULT NULL::integer, p_data jsonb DEFAULT '{}'::jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_key uuid := private.gateway_key_id();
begin
  insert into public.events (org_id, case_id, type, actor, door, version, data, request_id)
  values (p_org_id, p_case_id, p_type, (select auth.uid()), private.door(), p_version,
    case when v_key is null then p_data else p_data || jsonb_build_object('gateway_key', v_key) end,
    private.request_id());
  if p_type in ('case.upserted', 'case.status_changed', 'case_helper.saved', 'case_helper.restored',
    'parts_results.upserted', 'invoice.upserted', 'kb_doc.added', 'file.upserted', 'report.rendered',
    'onedrive.sync_requested')
  then
    -- Make hears which rows, and fetches what it needs.
    perform private.outbox_add(p_org_id, p_case_id, p_type, p_version, p_data - array['was', 'became']);
  end if;
end;
$$;

-- Name: FUNCTION event_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.event_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb) IS 'Writes one event in the caller''s name, and tells Make where that is wanted.';

-- Name: event_add_mine(uuid, uuid, text, integer, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.event_add_mine(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if current_setting('role') <> 'service_role' and not p_org_id = any (array(select private.my_orgs())) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  perform private.event_add(p_org_id, p_case_id, p_type, p_version, p_data);
end;
$$;

-- Name: FUNCTION event_add_mine(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.event_add_mine(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb) IS 'Writes an event of the caller''s own office.';

-- Name: export_add(uuid, integer, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.export_add(p_case_id uuid, p_version integer, p_reason text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_saved public.case_helper;
begin
  select * into v_saved from public.case_helper h where h.case_id = p_case_id and h.version = p_version;
  return private.outbox_add(v_saved.org_id, p_case_id, 'helper.export', p_version,
    jsonb_build_object('helper_name', v_saved.helper_name, 'reason', p_reason),
    format('helper.export:%s:%s', p_case_id, p_version)) is not null;
end;
$$;

-- Name: FUNCTION export_add(p_case_id uuid, p_version integer, p_reason text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.export_add(p_case_id uuid, p_version integer, p_reason text) IS 'Queues the export of one version; false when it was queued before.';

-- Name: export_add_mine(uuid, integer, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.export_add_mine(p_case_id uuid, p_version integer, p_reason text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if not exists (select from public.cases c where c.id = p_case_id
    and (current_setting('role') = 'service_role' or c.org_id = any (array(select private.my_orgs())))) then
    return false;
  end if;
  return private.export_add(p_case_id, p_version, p_reason);
end;
$$;

-- Name: FUNCTION export_add_mine(p_case_id uuid, p_version integer, p_reason text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.export_add_mine(p_case_id uuid, p_version integer, p_reason text) IS 'Queues an export for a case of the caller''s own office.';

-- Name: export_ended(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.export_ended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.sync_log_add(new.case_id, 'FROM_SUPABASE',
    case new.status when 'delivered' then 'SUCCESS' else 'FAILED' end, '{}',
    p_error => case when new.status = 'dead' then jsonb_build_object('http_status', new.http_status, 'error', new.error) end,
    p_source => 'helper.export',
    p_version => (select o.version from private.outbox o where o.id = new.message_id));
  return null;
end;
$$;

-- Name: FUNCTION export_ended(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.export_ended() IS 'An export that arrived, or was given up, is a line of the mirror''s log.';

-- Name: exports_forgotten(integer, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.exports_forgotten(p_minutes integer, p_limit integer DEFAULT 500) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_count integer;
begin
  select count(*) filter (where private.export_add(h.case_id, h.version, 'server')) into v_count
  from (
    select h.case_id, h.version from public.case_helper h
    where h.is_current and h.saved_at < now() - make_interval(mins => p_minutes) and h.saved_at > now() - interval '30 days'
      and private.flag('writer.helper', h.org_id, h.case_id) <> 'supabase'
      -- Somebody must want to hear it, and it counts from the day the address was given: no flood of old cases.
      and exists (select from private.webhook_endpoints e
        where e.org_id = h.org_id and e.deleted_at is null and e.created_at < h.saved_at
          and (e.event_types = '{}' or 'helper.export' = any (e.event_types)))
      and not exists (select from private.outbox o
        where o.dedupe = format('helper.export:%s:%s', h.case_id, h.version))
    order by h.saved_at limit p_limit
  ) h;
  return v_count;
end;
$$;

-- Name: FUNCTION exports_forgotten(p_minutes integer, p_limit integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.exports_forgotten(p_minutes integer, p_limit integer) IS 'Queues the export of newest versions that nobody exported or saved over for so many minutes.';

-- Name: feature_flag_news(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.feature_flag_news() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'UPDATE' and new.value = old.value then
    return null;
  end if;
  -- A switch for everybody is news for every office.
  perform private.event_add(o.id, coalesce(new.case_id, old.case_id), 'flag.changed', p_data => jsonb_build_object(
      'name', coalesce(new.name, old.name), 'from', old.value, 'to', new.value,
      'scope', case when coalesce(new.case_id, old.case_id) is not null then 'case'
        when coalesce(new.org_id, old.org_id) is not null then 'org' else 'global' end))
  from public.orgs o where o.id = coalesce(new.org_id, old.org_id, o.id);
  return null;
end;
$$;

-- Name: FUNCTION feature_flag_news(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.feature_flag_news() IS 'Turning a switch is itself an event.';

-- Name: feature_flag_stamp(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.feature_flag_stamp() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.updated_at := now();
  new.updated_by := coalesce((select auth.uid()), new.updated_by);
  if tg_op = 'INSERT' then
    new.created_at := now();
    new.created_by := new.updated_by;
    if new.case_id is not null then
      -- Seen by the caller or not at all; the office of a pilot is that of its case.
      select org_id into new.org_id from public.cases where id = new.case_id;
      if not found then
        raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
      end if;
    end if;
  end if;
  return new;
end;
$$;

-- Name: FUNCTION feature_flag_stamp(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.feature_flag_stamp() IS 'Who turned a switch and when; a pilot belongs to its case''s office.';

-- Name: field_history(uuid, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.field_history(p_case_id uuid, p_steps jsonb) RETURNS TABLE(version integer, until_version integer, helper_name text, saved_at timestamp with time zone, saved_by uuid, saved_from text, label text, is_there boolean, value jsonb)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION field_history(p_case_id uuid, p_steps jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.field_history(p_case_id uuid, p_steps jsonb) IS 'Every value that a place had, oldest first: from which version until which.';

-- Name: documents; Type: TABLE; Schema: public

CREATE TABLE public.documents (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    category text DEFAULT 'other'::text NOT NULL,
    filename text NOT NULL,
    mime_type text,
    size_bytes bigint,
    bucket_name text,
    storage_key text,
    checksum text,
    upload_status text DEFAULT 'STORED'::text NOT NULL,
    notes text,
    file_metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    onedrive_file_id text,
    onedrive_web_url text,
    onedrive_path text,
    verified_at timestamp with time zone,
    deleted_at timestamp with time zone,
    deleted_by uuid,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT documents_bucket_name_check CHECK ((bucket_name = ANY (ARRAY['reports'::text, 'originals'::text, 'processed'::text, 'docs'::text, 'temp'::text]))),
    CONSTRAINT documents_category_check CHECK ((category = ANY (ARRAY['report'::text, 'invoice'::text, 'image'::text, 'license'::text, 'archive'::text, 'other'::text]))),
    CONSTRAINT documents_checksum_check CHECK ((checksum ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT documents_filename_check CHECK ((((length(filename) >= 1) AND (length(filename) <= 255)) AND (filename !~ '[[:cntrl:]/\\]'::text))),
    CONSTRAINT documents_mime_type_check CHECK ((length(mime_type) <= 200)),
    CONSTRAINT documents_notes_check CHECK ((length(notes) <= 2000)),
    CONSTRAINT documents_onedrive_file_id_check CHECK ((length(onedrive_file_id) <= 300)),
    CONSTRAINT documents_onedrive_path_check CHECK ((length(onedrive_path) <= 1000)),
    CONSTRAINT documents_onedrive_web_url_check CHECK (((length(onedrive_web_url) <= 2000) AND (onedrive_web_url ~ '^https://'::text))),
    CONSTRAINT documents_own_key CHECK (((storage_key IS NULL) OR ((split_part(storage_key, '/'::text, 1) = (org_id)::text) OR (split_part(storage_key, '/'::text, 1) = (COALESCE(case_id, org_id))::text)))),
    CONSTRAINT documents_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT documents_size_bytes_check CHECK ((size_bytes >= 0)),
    CONSTRAINT documents_somewhere CHECK (
CASE
    WHEN (storage_key IS NULL) THEN (upload_status = 'LINKED'::text)
    ELSE ((upload_status <> 'LINKED'::text) AND (bucket_name IS NOT NULL))
END),
    CONSTRAINT documents_storage_key_check CHECK (((storage_key ~ '^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$'::text) AND (length(storage_key) <= 500))),
    CONSTRAINT documents_upload_status_check CHECK ((upload_status = ANY (ARRAY['STORED'::text, 'LINKED'::text, 'DAMAGED'::text])))
);

ALTER TABLE ONLY public.documents FORCE ROW LEVEL SECURITY;

-- Name: TABLE documents; Type: COMMENT; Schema: public

COMMENT ON TABLE public.documents IS 'The file index: one row a file, whether its bytes lie with us or on OneDrive.';

-- Name: COLUMN documents.storage_key; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.documents.storage_key IS 'ASCII and never used twice; the name people see is filename.';

-- Name: COLUMN documents.checksum; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.documents.checksum IS 'SHA-256 of the content, in hexadecimal.';

-- Name: COLUMN documents.upload_status; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.documents.upload_status IS 'STORED: the bytes lie with us; LINKED: on OneDrive alone; DAMAGED: what lies with us is not what was stored.';

-- Name: COLUMN documents.verified_at; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.documents.verified_at IS 'When the stored bytes were last read back and compared with the checksum.';

-- Name: file_assign(uuid, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.file_assign(p_document_id uuid, p_case_id uuid) RETURNS public.documents
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_document public.documents;
  v_twin public.documents;
begin
  select * into v_document from public.documents where id = p_document_id and deleted_at is null
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  if not found or not exists (select from public.cases c where c.id = p_case_id and c.org_id = v_document.org_id) then
    raise sqlstate 'PT404' using message = 'no such file or case', detail = '{"code": "not_found"}';
  end if;
  if v_document.case_id is not null and v_document.case_id <> p_case_id then
    raise sqlstate 'PT409' using message = 'a file stays with its case',
      detail = jsonb_build_object('code', 'conflict', 'case_id', v_document.case_id);
  end if;
  select * into v_twin from public.documents where case_id = p_case_id and checksum = v_document.checksum
    and id <> p_document_id and deleted_at is null and category not in ('report', 'archive')
    and v_document.category not in ('report', 'archive') for update;
  if v_twin.id is null then
    update public.documents set case_id = p_case_id where id = p_document_id and case_id is null;
    select * into v_document from public.documents where id = p_document_id;
    return v_document;
  end if;
  -- The case has this content: there it gains the place on OneDrive, and here one file remains.
  update public.documents set deleted_at = clock_timestamp() where id = p_document_id;
  update public.documents set onedrive_file_id = v_document.onedrive_file_id,
    onedrive_web_url = v_document.onedrive_web_url, onedrive_path = v_document.onedrive_path
  where id = v_twin.id and onedrive_file_id is null and v_document.onedrive_file_id is not null;
  select * into v_twin from public.documents where id = v_twin.id;
  return v_twin;
end;
$$;

-- Name: FUNCTION file_assign(p_document_id uuid, p_case_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.file_assign(p_document_id uuid, p_case_id uuid) IS 'Gives a waiting file its case; where the case has the very same content, that file is the answer and the other is put away.';

-- Name: file_checked(uuid, text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.file_checked(p_document_id uuid, p_storage_key text, p_reason text DEFAULT NULL::text) RETURNS public.documents
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_was text;
  v_document public.documents;
begin
  select upload_status into v_was from public.documents
  where id = p_document_id and storage_key = p_storage_key for update;
  if not found then
    -- It was let go of while it was looked at.
    return null;
  end if;
  update public.documents set verified_at = clock_timestamp(),
    upload_status = case when p_reason is null then 'STORED' else 'DAMAGED' end
  where id = p_document_id returning * into v_document;
  if p_reason is not null and v_was <> 'DAMAGED' then
    perform private.system_log('ERROR', 'files', 'file_damaged', 'A stored file is not what was stored: ' || p_reason,
      p_context => jsonb_build_object('document_id', p_document_id, 'bucket', v_document.bucket_name),
      p_case_id => v_document.case_id, p_org_id => v_document.org_id);
  end if;
  return v_document;
end;
$$;

-- Name: FUNCTION file_checked(p_document_id uuid, p_storage_key text, p_reason text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.file_checked(p_document_id uuid, p_storage_key text, p_reason text) IS 'Notes that stored bytes were compared with their checksum; a reason says that they are not what was stored.';

-- Name: file_found(public.documents, public.documents); Type: FUNCTION; Schema: private

CREATE FUNCTION private.file_found(p_known public.documents, p_row public.documents) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  -- Where it lies and what it is called follow OneDrive; a file of ours keeps its name.
  update public.documents d set
    onedrive_file_id = coalesce(d.onedrive_file_id, p_row.onedrive_file_id),
    onedrive_web_url = coalesce(p_row.onedrive_web_url, d.onedrive_web_url),
    onedrive_path = coalesce(p_row.onedrive_path, d.onedrive_path),
    filename = case when d.storage_key is null and s.direction = 'IN' then p_row.filename else d.filename end,
    plate = case when d.case_id is null then coalesce(p_row.plate, d.plate) else d.plate end,
    mime_type = coalesce(d.mime_type, p_row.mime_type), size_bytes = coalesce(d.size_bytes, p_row.size_bytes),
    checksum = coalesce(d.checksum, case when not exists (select from public.documents o where o.checksum = p_row.checksum
      and o.org_id = d.org_id and o.case_id is not distinct from d.case_id and o.deleted_at is null) then p_row.checksum end),
    -- What was edited there since is noted: what we know of the content stays what it was.
    file_metadata = coalesce(p_row.file_metadata, '{}') || d.file_metadata || case
      when p_row.checksum <> d.checksum or p_row.file_metadata -> 'hashes' <> d.file_metadata -> 'hashes'
      then jsonb_build_object('onedrive_now', jsonb_strip_nulls(jsonb_build_object('checksum', p_row.checksum,
        'size_bytes', p_row.size_bytes, 'hashes', p_row.file_metadata -> 'hashes')))
      else '{}' end
  from public.documents n left join public.onedrive_sync s on s.document_id = n.id
  where n.id = p_known.id and d.id = n.id
    -- A second copy of the same content elsewhere changes nothing of the first.
    and (d.onedrive_file_id is null or d.onedrive_file_id = p_row.onedrive_file_id);
end;
$$;

-- Name: FUNCTION file_found(p_known public.documents, p_row public.documents); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.file_found(p_known public.documents, p_row public.documents) IS 'A known file as it was found on OneDrive this time.';

-- Name: file_known(uuid, uuid, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.file_known(p_org_id uuid, p_case_id uuid, p_checksum text) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_cases integer;
begin
  select count(distinct d.case_id) into v_cases from public.documents d
  where d.org_id = p_org_id and d.checksum = p_checksum and d.deleted_at is null and d.category <> 'archive';
  -- Without a case, content that two cases have tells nothing.
  return (
    select d.id from public.documents d
    where d.org_id = p_org_id and d.checksum = p_checksum and d.deleted_at is null and d.category <> 'archive'
      and (d.case_id is null or d.case_id = p_case_id or (p_case_id is null and v_cases = 1))
    order by d.case_id is null, d.created_at limit 1);
end;
$$;

-- Name: FUNCTION file_known(p_org_id uuid, p_case_id uuid, p_checksum text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.file_known(p_org_id uuid, p_case_id uuid, p_checksum text) IS 'The file that has this content: in the case, waiting for one, or in the only case of the office that has it.';

-- Name: file_let_go(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.file_let_go(p_document_id uuid) RETURNS public.documents
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_document public.documents;
begin
  select * into v_document from public.documents where id = p_document_id for update;
  if v_document.storage_key is null or v_document.onedrive_file_id is null then
    return null;
  end if;
  update public.documents set storage_key = null, bucket_name = null,
    file_metadata = file_metadata || jsonb_build_object('let_go',
      jsonb_build_object('bucket', v_document.bucket_name, 'key', v_document.storage_key, 'at', clock_timestamp()))
  where id = p_document_id;
  return v_document;
end;
$$;

-- Name: FUNCTION file_let_go(p_document_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.file_let_go(p_document_id uuid) IS 'Forgets where a file''s bytes lie with us, once OneDrive has it; returns the row as it was, for who removes them.';

-- Name: file_read(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.file_read(p_document_id uuid) RETURNS public.documents
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_document public.documents;
begin
  select * into v_document from public.documents where id = p_document_id and deleted_at is null
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  if v_document.storage_key is null then
    raise sqlstate 'PT409' using message = 'this file lies on OneDrive alone', detail = jsonb_build_object(
      'code', 'conflict', 'onedrive_web_url', v_document.onedrive_web_url);
  end if;
  perform private.event_add(v_document.org_id, v_document.case_id, 'file.opened', p_data => jsonb_build_object(
    'document_id', v_document.id, 'purpose', 'content'));
  return v_document;
end;
$$;

-- Name: FUNCTION file_read(p_document_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.file_read(p_document_id uuid) IS 'Where a file lies, for who may see it; every reading is an event.';

-- Name: file_worked_on(uuid, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.file_worked_on(p_document_id uuid, p_operation text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $_$
declare
  v_document public.documents;
begin
  if p_operation is null or p_operation !~ '^[A-Za-z][A-Za-z0-9_.-]{0,39}$' then
    raise sqlstate 'PT422' using message = 'an operation is a word of at most 40 letters',
      detail = '{"code": "invalid", "pointer": "/p_operation"}';
  end if;
  select * into v_document from public.documents where id = p_document_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  perform private.event_add(v_document.org_id, v_document.case_id, 'file.worked_on',
    p_data => jsonb_build_object('document_id', p_document_id, 'operation', p_operation));
end;
$_$;

-- Name: FUNCTION file_worked_on(p_document_id uuid, p_operation text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.file_worked_on(p_document_id uuid, p_operation text) IS 'Keeps what a screen did with a file that the caller sees as an event.';

-- Name: files_upsert(jsonb, uuid, uuid, boolean); Type: FUNCTION; Schema: private

CREATE FUNCTION private.files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean) RETURNS TABLE(id uuid, created boolean, recognised_by text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
#variable_conflict use_column
declare
  v_org uuid := coalesce((select c.org_id from public.cases c where c.id = p_case_id), p_org_id, private.my_org());
  v_row public.documents := jsonb_populate_record(null::public.documents, p_row);
  v_known public.documents;
  v_by text := 'item';
begin
  if v_org is null or v_org <> coalesce(p_org_id, v_org)
    or not (current_setting('role') = 'service_role' or v_org = any (array(select private.my_orgs())))
    or (p_case_id is not null and not exists (select from public.cases c where c.id = p_case_id))
  then
    raise sqlstate 'PT404' using message = 'no such office or case', detail = '{"code": "not_found"}';
  end if;
  -- Two calls about one item, or one content, queue here.
  perform pg_advisory_xact_lock(hashtextextended('files_upsert' || v_org, 0));
  select * into v_known from public.documents d where d.org_id = v_org and d.onedrive_file_id = v_row.onedrive_file_id
  order by d.deleted_at desc nulls first limit 1;
  if v_known.deleted_at is not null then
    -- Staff put it away, and finding it once more does not bring it back.
    return query select v_known.id, false, 'put_away';
    return;
  end if;
  if v_known.id is null then
    v_by := 'checksum';
    select * into v_known from public.documents d where d.id = private.file_known(v_org, p_case_id, v_row.checksum);
  end if;
  if v_known.id is null then
    begin
      insert into public.documents (org_id, case_id, plate, category, filename, mime_type, size_bytes, checksum,
        onedrive_file_id, onedrive_web_url, onedrive_path, notes, file_metadata)
      values (v_org, p_case_id, v_row.plate, v_row.category, v_row.filename, v_row.mime_type, v_row.size_bytes,
        v_row.checksum, v_row.onedrive_file_id, v_row.onedrive_web_url, v_row.onedrive_path, v_row.notes, v_row.file_metadata)
      returning * into v_known;
      return query select v_known.id, true, null::text;
      return;
    exception when unique_violation then
      -- The same content has just been uploaded.
      select * into v_known from public.documents d where d.id = private.file_known(v_org, p_case_id, v_row.checksum);
      if v_known.id is null then
        raise;
      end if;
    end;
  end if;
  if p_case_id is not null and (v_known.case_id is null or (p_insists and v_known.case_id <> p_case_id)) then
    v_known := private.file_assign(v_known.id, p_case_id);
  end if;
  perform private.file_found(v_known, v_row);
  return query select v_known.id, false, v_by;
end;
$$;

-- Name: FUNCTION files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean) IS 'Registers a file that lies on OneDrive: known by its item, else by its content in the case, else new.';

-- Name: flag(text, uuid, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.flag(p_name text, p_org_id uuid, p_case_id uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return coalesce(
    (select f.value from public.feature_flags f
      where f.name = p_name and (f.org_id is null or f.org_id = p_org_id) and (f.case_id is null or f.case_id = p_case_id)
      order by f.case_id is null, f.org_id is null limit 1),
    case when p_name like 'writer.%' then 'make' else 'off' end);
end;
$$;

-- Name: FUNCTION flag(p_name text, p_org_id uuid, p_case_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.flag(p_name text, p_org_id uuid, p_case_id uuid) IS 'A switch as it stands for this case: its own, else its office''s, else everybody''s, else make or off.';

-- Name: gateway_enter(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.gateway_enter(p_key_hash text) RETURNS TABLE(key_id uuid, org_id uuid, name text, ops text[])
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  -- Once a minute is exact enough for people, and spares a hot row; nobody waits for who is just writing it.
  update private.gateway_keys k set last_used_at = now()
  where k.id = (
    select u.id from private.gateway_keys u
    where u.key_hash = p_key_hash and u.revoked_at is null
      and (u.last_used_at is null or u.last_used_at < now() - interval '1 minute')
    for update skip locked);
  return query
    select k.id, k.org_id, k.name, k.ops from private.gateway_keys k
    where k.key_hash = p_key_hash and k.revoked_at is null;
end;
$$;

-- Name: FUNCTION gateway_enter(p_key_hash text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.gateway_enter(p_key_hash text) IS 'Whose key this is, asked by the application before it takes the gateway role.';

-- Name: gateway_key_id(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.gateway_key_id() RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  -- The role decides, not the claim: nobody reaches it through PostgREST.
  return case when current_setting('role') = 'backoffice_gateway'
    then nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'gateway_key', '')::uuid end;
end;
$$;

-- Name: FUNCTION gateway_key_id(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.gateway_key_id() IS 'The gateway key this transaction acts for, if it acts for one.';

-- Name: helper_difference(uuid, integer, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.helper_difference(p_case_id uuid, p_from integer, p_to integer) RETURNS TABLE(before text, after text, changed text[], unchanged text[])
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select d.* from public.case_helper b
  left join public.case_helper a on a.case_id = b.case_id and a.version = p_from
  cross join lateral private.json_difference(a.helper_json, b.helper_json) d
  where b.case_id = p_case_id and b.version = p_to and (p_from is null or a.id is not null)
$$;

-- Name: FUNCTION helper_difference(p_case_id uuid, p_from integer, p_to integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.helper_difference(p_case_id uuid, p_from integer, p_to integer) IS 'What differs between two versions of a case; from null is from nothing. No row where a version is not there.';

-- Name: helper_meeting(uuid, integer, integer, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.helper_meeting(p_case_id uuid, p_base integer, p_theirs integer, p_mine jsonb) RETURNS TABLE(only_mine text[], only_theirs text[], shared text[], base text, theirs text, mine text)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION helper_meeting(p_case_id uuid, p_base integer, p_theirs integer, p_mine jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.helper_meeting(p_case_id uuid, p_base integer, p_theirs integer, p_mine jsonb) IS 'Who changed which section since a version, and the text of those that both changed.';

-- Name: helper_restore_difference(uuid, integer, integer, text[], text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.helper_restore_difference(p_case_id uuid, p_current integer, p_old integer, p_sections text[] DEFAULT NULL::text[], p_mode text DEFAULT NULL::text) RETURNS TABLE(before text, after text, changed text[], unchanged text[])
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select d.* from public.case_helper c
  join public.case_helper o on o.case_id = c.case_id and o.version = p_old
  cross join lateral private.json_difference(
    c.helper_json, private.helper_restored(c.helper_json, o.helper_json, p_sections, p_mode)) d
  where c.case_id = p_case_id and c.version = p_current
$$;

-- Name: FUNCTION helper_restore_difference(p_case_id uuid, p_current integer, p_old integer, p_sections text[], p_mode text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.helper_restore_difference(p_case_id uuid, p_current integer, p_old integer, p_sections text[], p_mode text) IS 'What a restore would change, before it is done.';

-- Name: helper_restored(jsonb, jsonb, text[], text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.helper_restored(p_current jsonb, p_old jsonb, p_sections text[], p_mode text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION helper_restored(p_current jsonb, p_old jsonb, p_sections text[], p_mode text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.helper_restored(p_current jsonb, p_old jsonb, p_sections text[], p_mode text) IS 'What a restore would make of the current document: these sections of the old one, or only what is missing.';

-- Name: helper_sources_give(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.helper_sources_give(p_org_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into public.helper_sources (org_id, source, pointer)
  select p_org_id, s.source, p
  from (values
    ('levi', array['/valuation', '/levisummary', '/levi_data', '/levi_report', '/levi', '/expertise/levi_report',
      '/calculations', '/vehicle', '/meta/last_levi_processed', '/meta/levi_report_available',
      '/meta/last_webhook_update', '/meta/last_updated', '/raw_webhook_data']),
    ('car_details', array['/vehicle', '/car_details', '/meta', '/case_info', '/stakeholders/owner',
      '/stakeholders/garage', '/raw_webhook_data']),
    ('general_info', array['/stakeholders', '/vehicle/km', '/case_info', '/meta', '/general_info']),
    ('expertise', array['/car_details', '/case_info', '/centers', '/damage_centers', '/current_damage_center',
      '/damage_assessment', '/damage_info', '/expertise', '/expertise_snapshot', '/general', '/levisummary', '/meta',
      '/parts_search', '/raw_webhook_data', '/stakeholders', '/valuation', '/vehicle', '/calculations', '/documents',
      '/estimate', '/final_report', '/financials', '/levi_data']),
    ('estimate', array['/estimate', '/estimate_snapshot', '/meta', '/claims_data', '/calculations', '/depreciation']),
    ('final_report', array['/final_report', '/meta', '/claims_data', '/calculations', '/depreciation',
      '/centers_archive', '/centers_archive_meta', '/centers_after_invoice', '/centers_after_invoice_meta']),
    ('invoice_ocr', array['/invoices', '/current_invoice', '/invoice', '/invoice_case_info', '/invoice_summary',
      '/financials', '/meta/last_invoice_processed', '/meta/total_invoices', '/raw_webhook_data']),
    ('parts_search', array['/parts_search', '/raw_webhook_data']),
    ('images', array['/images', '/documents/images', '/documents/photo_count']),
    ('assistant', array['/assistant_history'])
  ) s (source, pointers), unnest(s.pointers) p;
end;
$$;

-- Name: FUNCTION helper_sources_give(p_org_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.helper_sources_give(p_org_id uuid) IS 'An office starts with what the scenarios of today write.';

-- Name: helper_sources_of_new_office(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.helper_sources_of_new_office() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.helper_sources_give(new.id);
  return null;
end;
$$;

-- Name: FUNCTION helper_sources_of_new_office(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.helper_sources_of_new_office() IS 'A new office knows today''s sources from the first moment.';

-- Name: idempotency_claim(text, text, text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.idempotency_claim(p_principal text, p_key text, p_op text, p_fingerprint text) RETURNS TABLE(state text, status integer, answer text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    SET lock_timeout TO '2s'
    AS $$
declare
  v_known private.idempotency_keys;
begin
  -- Who calls with the same key at the same moment waits here, and then finds the answer.
  begin
    perform pg_advisory_xact_lock(hashtextextended('idempotency:' || p_principal || ':' || p_key, 0));
  exception when lock_not_available then
    return query select 'busy', null::integer, null::text;
    return;
  end;
  select * into v_known from private.idempotency_keys k
  where k.principal = p_principal and k.key = p_key and k.created_at > clock_timestamp() - interval '72 hours';
  return query select
    case when v_known.key is null then 'new'
      when v_known.op <> p_op or v_known.fingerprint <> p_fingerprint then 'mismatch'
      else 'known' end,
    v_known.status, v_known.answer;
end;
$$;

-- Name: FUNCTION idempotency_claim(p_principal text, p_key text, p_op text, p_fingerprint text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.idempotency_claim(p_principal text, p_key text, p_op text, p_fingerprint text) IS 'new: go on, the key is held until the transaction ends; known: the answer it got; mismatch; busy.';

-- Name: idempotency_keep(text, text, text, text, integer, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.idempotency_keep(p_principal text, p_key text, p_op text, p_fingerprint text, p_status integer, p_answer text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into private.idempotency_keys (principal, key, op, fingerprint, status, answer)
  values (p_principal, p_key, p_op, p_fingerprint, p_status, p_answer)
  on conflict (principal, key) do update set op = excluded.op, fingerprint = excluded.fingerprint,
    status = excluded.status, answer = excluded.answer, created_at = clock_timestamp();
end;
$$;

-- Name: FUNCTION idempotency_keep(p_principal text, p_key text, p_op text, p_fingerprint text, p_status integer, p_answer text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.idempotency_keep(p_principal text, p_key text, p_op text, p_fingerprint text, p_status integer, p_answer text) IS 'Keeps the answer of a claimed key; a row that is overwritten is older than its 72 hours.';

-- Name: idempotency_sweep(integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.idempotency_sweep(p_hours integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_count integer;
begin
  delete from private.idempotency_keys where created_at < clock_timestamp() - make_interval(hours => greatest(p_hours, 72));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;

-- Name: FUNCTION idempotency_sweep(p_hours integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.idempotency_sweep(p_hours integer) IS 'Forgets answers nobody will ask for again.';

-- Name: images; Type: TABLE; Schema: public

CREATE TABLE public.images (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    document_id uuid,
    damage_center_id text,
    original_url text,
    transformed_url text,
    cloudinary_url text,
    onedrive_path text,
    onedrive_transformed_path text,
    filename text NOT NULL,
    notes text,
    width integer,
    height integer,
    orientation smallint,
    taken_at timestamp with time zone,
    exif_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    display_order integer DEFAULT 0 NOT NULL,
    category text DEFAULT 'general'::text NOT NULL,
    optimization_status text DEFAULT 'pending'::text NOT NULL,
    optimization_error text,
    optimization_tries smallint DEFAULT 0 NOT NULL,
    backup_status text DEFAULT 'pending'::text NOT NULL,
    recognized_part text,
    recognized_damage text,
    recognition_confidence numeric(3,2),
    recognition_status text,
    source text DEFAULT 'direct_upload'::text NOT NULL,
    is_external_processed boolean DEFAULT false NOT NULL,
    thumbnail_key text,
    processed_key text,
    deleted_at timestamp with time zone,
    deleted_by uuid,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    in_reports boolean DEFAULT true NOT NULL,
    CONSTRAINT images_backup_status_check CHECK ((backup_status = ANY (ARRAY['pending'::text, 'backed_up'::text, 'failed'::text]))),
    CONSTRAINT images_category_check CHECK ((category = ANY (ARRAY['damage'::text, 'general'::text, 'parts'::text, 'documents'::text, 'other'::text]))),
    CONSTRAINT images_cloudinary_url_check CHECK (((length(cloudinary_url) <= 2000) AND (cloudinary_url ~ '^https://'::text))),
    CONSTRAINT images_damage_center_id_check CHECK (((length(damage_center_id) >= 1) AND (length(damage_center_id) <= 200))),
    CONSTRAINT images_display_order_check CHECK ((display_order >= 0)),
    CONSTRAINT images_filename_check CHECK ((((length(filename) >= 1) AND (length(filename) <= 255)) AND (filename !~ '[[:cntrl:]/\\]'::text))),
    CONSTRAINT images_height_check CHECK ((height > 0)),
    CONSTRAINT images_keys_spelled CHECK (((thumbnail_key || COALESCE(('/'::text || processed_key), ''::text)) ~ '^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$'::text)),
    CONSTRAINT images_notes_check CHECK ((length(notes) <= 2000)),
    CONSTRAINT images_onedrive_path_check CHECK ((length(onedrive_path) <= 1000)),
    CONSTRAINT images_onedrive_transformed_path_check CHECK ((length(onedrive_transformed_path) <= 1000)),
    CONSTRAINT images_optimization_error_check CHECK ((length(optimization_error) <= 100)),
    CONSTRAINT images_optimization_status_check CHECK ((optimization_status = ANY (ARRAY['pending'::text, 'processing'::text, 'optimized'::text, 'failed'::text]))),
    CONSTRAINT images_orientation_check CHECK (((orientation >= 1) AND (orientation <= 8))),
    CONSTRAINT images_original_url_check CHECK (((length(original_url) <= 2000) AND (original_url ~ '^https://'::text))),
    CONSTRAINT images_own_keys CHECK ((((split_part(thumbnail_key, '/'::text, 1) = (org_id)::text) OR (split_part(thumbnail_key, '/'::text, 1) = (COALESCE(case_id, org_id))::text)) AND ((split_part(processed_key, '/'::text, 1) = (org_id)::text) OR (split_part(processed_key, '/'::text, 1) = (COALESCE(case_id, org_id))::text)))),
    CONSTRAINT images_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT images_recognition_confidence_check CHECK (((recognition_confidence >= (0)::numeric) AND (recognition_confidence <= (1)::numeric))),
    CONSTRAINT images_recognition_status_check CHECK ((length(recognition_status) <= 50)),
    CONSTRAINT images_recognized_damage_check CHECK ((length(recognized_damage) <= 500)),
    CONSTRAINT images_recognized_part_check CHECK ((length(recognized_part) <= 500)),
    CONSTRAINT images_source_check CHECK ((source = ANY (ARRAY['direct_upload'::text, 'email'::text, 'onedrive'::text, 'manual'::text]))),
    CONSTRAINT images_transformed_url_check CHECK (((length(transformed_url) <= 2000) AND (transformed_url ~ '^https://'::text))),
    CONSTRAINT images_width_check CHECK ((width > 0))
);

ALTER TABLE ONLY public.images FORCE ROW LEVEL SECURITY;

-- Name: TABLE images; Type: COMMENT; Schema: public

COMMENT ON TABLE public.images IS 'One row a picture: a document of the category image, and what is known of it as a picture.';

-- Name: COLUMN images.width; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.images.width IS 'As it is seen, once it was turned as its orientation says.';

-- Name: COLUMN images.taken_at; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.images.taken_at IS 'When its camera says it was taken, the hour on the wall of Asia/Jerusalem where it names no zone.';

-- Name: COLUMN images.exif_data; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.images.exif_data IS 'What the camera wrote, from a short list; where it was taken is not kept.';

-- Name: COLUMN images.display_order; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.images.display_order IS 'From 1 without gaps within one damage center of one case; moving the last one anywhere is images_reorder.';

-- Name: COLUMN images.optimization_error; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.images.optimization_error IS 'Why nothing could be made of it, in a word.';

-- Name: COLUMN images.is_external_processed; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.images.is_external_processed IS 'It was never with us: OneDrive alone has it.';

-- Name: COLUMN images.in_reports; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.images.in_reports IS 'Whether the reports of its case show it.';

-- Name: image_adopt(public.images, public.documents); Type: FUNCTION; Schema: private

CREATE FUNCTION private.image_adopt(p_said public.images, p_document public.documents) RETURNS public.images
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_stood public.images;
begin
  perform private.images_queue(p_document.case_id);
  delete from public.images where document_id = p_document.id and org_id = p_document.org_id and deleted_at is null
  returning * into v_stood;
  if v_stood.id is null then
    return p_said;
  end if;
  if v_stood.damage_center_id is distinct from coalesce(p_said.damage_center_id, v_stood.damage_center_id) then
    perform private.images_close_ranks(v_stood.case_id, v_stood.damage_center_id);
    v_stood.display_order := null;
  end if;
  v_stood.damage_center_id := coalesce(p_said.damage_center_id, v_stood.damage_center_id);
  v_stood.original_url := coalesce(p_said.original_url, v_stood.original_url);
  v_stood.transformed_url := coalesce(p_said.transformed_url, v_stood.transformed_url);
  v_stood.cloudinary_url := coalesce(p_said.cloudinary_url, v_stood.cloudinary_url);
  v_stood.onedrive_path := coalesce(p_said.onedrive_path, v_stood.onedrive_path);
  v_stood.onedrive_transformed_path := coalesce(p_said.onedrive_transformed_path, v_stood.onedrive_transformed_path);
  v_stood.filename := p_said.filename;
  v_stood.notes := coalesce(p_said.notes, v_stood.notes);
  v_stood.in_reports := p_said.in_reports and v_stood.in_reports;
  -- What a row has by itself was not said.
  v_stood.category := case p_said.category when 'general' then v_stood.category else p_said.category end;
  v_stood.source := case p_said.source when 'direct_upload' then v_stood.source else p_said.source end;
  update public.documents set filename = v_stood.filename, notes = v_stood.notes
  where id = p_document.id and (filename, notes) is distinct from (v_stood.filename, v_stood.notes);
  return v_stood;
end;
$$;

-- Name: FUNCTION image_adopt(p_said public.images, p_document public.documents); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.image_adopt(p_said public.images, p_document public.documents) IS 'A picture that is inserted for a file that has one: the same picture under its id, with what is said of it now.';

-- Name: image_backed_up(uuid, text, text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.image_backed_up(p_image_id uuid, p_onedrive_file_id text, p_onedrive_web_url text, p_onedrive_path text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_image public.images;
begin
  select * into v_image from public.images where id = p_image_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'picture not found', detail = '{"code": "not_found"}';
  end if;
  if p_onedrive_file_id is not null and exists (select from public.documents where org_id = v_image.org_id
    and onedrive_file_id = p_onedrive_file_id and deleted_at is null and id is distinct from v_image.document_id)
  then
    raise sqlstate 'PT409' using message = 'this item of OneDrive is another file''s', detail = '{"code": "conflict"}';
  end if;
  update public.documents set onedrive_file_id = coalesce(p_onedrive_file_id, onedrive_file_id),
    onedrive_web_url = coalesce(p_onedrive_web_url, onedrive_web_url),
    onedrive_path = coalesce(p_onedrive_path, onedrive_path)
  where id = v_image.document_id and (onedrive_file_id, onedrive_web_url, onedrive_path) is distinct from
    (coalesce(p_onedrive_file_id, onedrive_file_id), coalesce(p_onedrive_web_url, onedrive_web_url),
      coalesce(p_onedrive_path, onedrive_path));
end;
$$;

-- Name: FUNCTION image_backed_up(p_image_id uuid, p_onedrive_file_id text, p_onedrive_web_url text, p_onedrive_path text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.image_backed_up(p_image_id uuid, p_onedrive_file_id text, p_onedrive_web_url text, p_onedrive_path text) IS 'Says where on OneDrive a picture lies; once its item is known, the bytes with us may go.';

-- Name: image_failed(uuid, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.image_failed(p_image_id uuid, p_reason text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_image public.images;
begin
  update public.images set optimization_status = 'failed', optimization_error = p_reason where id = p_image_id
  returning * into v_image;
  perform private.event_add(v_image.org_id, v_image.case_id, 'image.failed', p_data => jsonb_build_object(
    'table', 'images', 'ids', jsonb_build_array(p_image_id), 'document_id', v_image.document_id, 'reason', p_reason));
end;
$$;

-- Name: FUNCTION image_failed(p_image_id uuid, p_reason text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.image_failed(p_image_id uuid, p_reason text) IS 'Keeps why nothing could be made of a picture.';

-- Name: image_follows(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.image_follows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if old.case_id is not null and old.deleted_at is null
    and (new.deleted_at is not null or new.damage_center_id is distinct from old.damage_center_id)
  then
    perform private.images_queue(old.case_id);
    perform private.images_close_ranks(old.case_id, old.damage_center_id);
  end if;
  -- The file is called what its picture is called, and is put away with it.
  update public.documents set filename = new.filename, notes = new.notes,
    deleted_at = case when new.deleted_at is null then null else coalesce(deleted_at, new.deleted_at) end
  where id = new.document_id and category = 'image'
    and (filename, notes, deleted_at is null) is distinct from (new.filename, new.notes, new.deleted_at is null);
  return null;
end;
$$;

-- Name: FUNCTION image_follows(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.image_follows() IS 'Closes the gap a picture leaves, and tells its file what it is called and whether it was put away.';

-- Name: image_found(jsonb, uuid, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.image_found(p_row jsonb, p_case_id uuid, p_org_id uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_document uuid;
begin
  if p_row ->> 'onedrive_file_id' is null or p_row ->> 'filename' is null or p_case_id is null
    or not (current_setting('role') = 'service_role' or p_org_id = any (array(select private.my_orgs())))
  then
    raise sqlstate 'PT404' using message = 'no such picture; a new one needs its case, onedrive_file_id and filename',
      detail = '{"code": "not_found"}';
  end if;
  insert into public.documents (org_id, case_id, category, filename, mime_type, size_bytes, onedrive_file_id,
    onedrive_web_url, onedrive_path)
  values (p_org_id, p_case_id, 'image', p_row ->> 'filename', p_row ->> 'mime_type', (p_row ->> 'size_bytes')::bigint,
    p_row ->> 'onedrive_file_id', p_row ->> 'onedrive_web_url', p_row ->> 'onedrive_path')
  on conflict (org_id, onedrive_file_id) where deleted_at is null and onedrive_file_id is not null do nothing
  returning id into v_document;
  if v_document is null then
    raise sqlstate 'PT409' using message = 'this item of OneDrive is another file''s', detail = '{"code": "conflict"}';
  end if;
  return (select id from public.images where document_id = v_document);
end;
$$;

-- Name: FUNCTION image_found(p_row jsonb, p_case_id uuid, p_org_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.image_found(p_row jsonb, p_case_id uuid, p_org_id uuid) IS 'Registers a picture that lies on OneDrive alone: a link, and no bytes.';

-- Name: image_later(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.image_later(p_image_id uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO ''
    AS $$
  update public.images set optimization_status = 'pending', optimization_tries = optimization_tries - 1
  where id = p_image_id and optimization_status = 'processing'
$$;

-- Name: FUNCTION image_later(p_image_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.image_later(p_image_id uuid) IS 'Gives back a picture whose bytes could not be reached just now.';

-- Name: image_made(uuid, text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.image_made(p_image_id uuid, p_status text, p_transformed_url text) RETURNS public.images
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_image public.images;
begin
  if p_status is null or p_status not in ('pending', 'processing', 'optimized', 'failed') then
    raise sqlstate 'PT422' using message = 'pending, processing, optimized or failed',
      detail = '{"code": "invalid", "pointer": "/p_status"}';
  end if;
  select * into v_image from public.images where id = p_image_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'picture not found', detail = '{"code": "not_found"}';
  end if;
  update public.images set transformed_url = coalesce(p_transformed_url, transformed_url),
    optimization_status = case when optimization_status in ('pending', 'processing') or is_external_processed
      then p_status else optimization_status end
  where id = p_image_id returning * into v_image;
  return v_image;
end;
$$;

-- Name: FUNCTION image_made(p_image_id uuid, p_status text, p_transformed_url text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.image_made(p_image_id uuid, p_status text, p_transformed_url text) IS 'Notes what a screen made of a picture that the caller sees.';

-- Name: image_meant(jsonb, uuid, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.image_meant(p_row jsonb, p_case_id uuid, p_org_id uuid) RETURNS public.images
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_found public.images[];
begin
  if p_row ? 'id' or p_row ? 'document_id' then
    select array_agg(i) into v_found from public.images i
    where i.org_id = p_org_id and (p_case_id is null or i.case_id is not distinct from p_case_id)
      and (p_row ->> 'id' is null or i.id = (p_row ->> 'id')::uuid)
      and (p_row ->> 'document_id' is null or i.document_id = (p_row ->> 'document_id')::uuid);
    if v_found is null then
      raise sqlstate 'PT404' using message = 'no such picture', detail = '{"code": "not_found"}';
    end if;
    return v_found[1];
  end if;
  select array_agg(i order by i.deleted_at desc nulls first) into v_found from public.images i
  join public.documents d on d.id = i.document_id
  where d.org_id = p_org_id and d.onedrive_file_id = p_row ->> 'onedrive_file_id';
  if v_found is null then
    -- By its name only what no other item of OneDrive is yet.
    select array_agg(i) into v_found from public.images i
    left join public.documents d on d.id = i.document_id
    where p_case_id is not null and i.case_id = p_case_id and i.deleted_at is null
      and lower(i.filename) = lower(p_row ->> 'filename')
      and (d.onedrive_file_id is null or p_row ->> 'onedrive_file_id' is null);
    if cardinality(v_found) > 1 then
      raise sqlstate 'PT409' using message = 'more than one picture has this name: name it by its id',
        detail = '{"code": "conflict"}';
    end if;
  end if;
  return v_found[1];
end;
$$;

-- Name: FUNCTION image_meant(p_row jsonb, p_case_id uuid, p_org_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.image_meant(p_row jsonb, p_case_id uuid, p_org_id uuid) IS 'Which picture a row of Make''s means: by our id, by OneDrive''s, or by its name within the case.';

-- Name: image_place(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.image_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_document public.documents;
  v_is_placed boolean := false;
begin
  if tg_op = 'INSERT' then
    new.deleted_at := null;
    new.deleted_by := null;
    if new.document_id is not null then
      -- A picture is its document's: no row may name the file of another case.
      select * into v_document from public.documents where id = new.document_id and org_id = coalesce(new.org_id, org_id)
        and (pg_trigger_depth() > 1 or current_setting('role') in ('service_role', 'none')
          or org_id = any (array(select private.my_orgs())));
      if not found then
        raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
      end if;
      if pg_trigger_depth() = 1 then
        new := private.image_adopt(new, v_document);
        v_is_placed := coalesce(new.display_order > 0, false);
      end if;
      new.org_id := v_document.org_id;
      new.case_id := v_document.case_id;
      new.plate := v_document.plate;
    end if;
  else
    new.document_id := old.document_id;
    if old.case_id is not null and new.case_id is distinct from old.case_id then
      raise sqlstate 'PT409' using message = 'a picture stays with its case', detail = '{"code": "conflict"}';
    end if;
    if (new.deleted_at is null) = (old.deleted_at is null) then
      new.deleted_at := old.deleted_at;
      new.deleted_by := old.deleted_by;
    else
      new.deleted_at := case when new.deleted_at is null then null else clock_timestamp() end;
      new.deleted_by := case when new.deleted_at is null then null else (select auth.uid()) end;
    end if;
  end if;
  if new.case_id is not null and new.deleted_at is null and not v_is_placed and (tg_op = 'INSERT'
    or old.deleted_at is not null
    or (new.case_id, new.damage_center_id) is distinct from (old.case_id, old.damage_center_id))
  then
    perform private.images_queue(new.case_id);
    select coalesce(max(display_order), 0) + 1 into new.display_order from public.images
    where case_id = new.case_id and damage_center_id is not distinct from new.damage_center_id and deleted_at is null;
  end if;
  return new;
end;
$$;

-- Name: FUNCTION image_place(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.image_place() IS 'A picture that comes, comes back or changes its damage center is the last one there; its file and its case stay.';

-- Name: image_read(uuid, integer, integer, smallint, timestamp with time zone, jsonb, text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.image_read(p_image_id uuid, p_width integer, p_height integer, p_orientation smallint, p_taken_at timestamp with time zone, p_exif_data jsonb, p_thumbnail_key text, p_processed_key text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO ''
    AS $$
  update public.images set width = p_width, height = p_height, orientation = p_orientation, taken_at = p_taken_at,
    exif_data = p_exif_data, thumbnail_key = p_thumbnail_key, processed_key = coalesce(p_processed_key, processed_key),
    optimization_status = 'optimized', optimization_error = null, optimization_tries = 0
  where id = p_image_id
$$;

-- Name: FUNCTION image_read(p_image_id uuid, p_width integer, p_height integer, p_orientation smallint, p_taken_at timestamp with time zone, p_exif_data jsonb, p_thumbnail_key text, p_processed_key text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.image_read(p_image_id uuid, p_width integer, p_height integer, p_orientation smallint, p_taken_at timestamp with time zone, p_exif_data jsonb, p_thumbnail_key text, p_processed_key text) IS 'Keeps what was seen of a picture, and where its copies lie.';

-- Name: image_take(jsonb, uuid, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.image_take(p_row jsonb, p_case_id uuid, p_org_id uuid, OUT p_image public.images, OUT p_created boolean) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  p_image := private.image_meant(p_row, p_case_id, p_org_id);
  p_created := p_image.id is null;
  if p_created then
    p_image.id := private.image_found(p_row, p_case_id, p_org_id);
  elsif p_row ?| array['onedrive_file_id', 'onedrive_web_url', 'onedrive_path'] then
    perform private.image_backed_up(p_image.id, p_row ->> 'onedrive_file_id', p_row ->> 'onedrive_web_url',
      p_row ->> 'onedrive_path');
  end if;
  if p_row ?| array['damage_center_id', 'category', 'notes'] then
    update public.images i set damage_center_id = coalesce(p_row ->> 'damage_center_id', i.damage_center_id),
      category = coalesce(p_row ->> 'category', i.category), notes = coalesce(p_row ->> 'notes', i.notes)
    where i.id = p_image.id and (i.damage_center_id, i.category, i.notes) is distinct from (
      coalesce(p_row ->> 'damage_center_id', i.damage_center_id), coalesce(p_row ->> 'category', i.category),
      coalesce(p_row ->> 'notes', i.notes));
  end if;
  p_image := public.update_backup_status(p_image.id, p_row ->> 'onedrive_path', p_row ->> 'backup_status',
    p_row ->> 'onedrive_transformed_path', p_row ->> 'recognized_damage', p_row ->> 'recognized_part',
    (p_row ->> 'recognition_confidence')::numeric);
end;
$$;

-- Name: FUNCTION image_take(p_row jsonb, p_case_id uuid, p_org_id uuid, OUT p_image public.images, OUT p_created boolean); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.image_take(p_row jsonb, p_case_id uuid, p_org_id uuid, OUT p_image public.images, OUT p_created boolean) IS 'One row of images_upsert; whether the picture is a new one is told.';

-- Name: images_claim(integer, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.images_claim(p_lease_seconds integer, p_tries integer) RETURNS TABLE(id uuid, org_id uuid, case_id uuid, bucket_name text, storage_key text, keeps_processed boolean, has_thumbnail boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
#variable_conflict use_column
declare
  v_image public.images;
begin
  loop
    select i.* into v_image from public.images i
    join public.documents d on d.id = i.document_id and d.storage_key is not null
    where i.optimization_status in ('pending', 'processing') and not i.is_external_processed
      and (i.optimization_status = 'pending' or i.updated_at < clock_timestamp() - make_interval(secs => p_lease_seconds))
    order by i.created_at limit 1 for update of i skip locked;
    if v_image.id is null then
      -- Offices that want a copy kept, of pictures from before they did.
      select i.* into v_image from public.orgs o
      join public.images i on i.org_id = o.id and i.processed_key is null and i.optimization_status = 'optimized'
      join public.documents d on d.id = i.document_id and d.storage_key is not null
      where o.keep_processed_pictures limit 1 for update of i skip locked;
    end if;
    exit when v_image.id is null;
    if v_image.optimization_tries < p_tries then
      update public.images i set optimization_status = 'processing', optimization_tries = v_image.optimization_tries + 1
      where i.id = v_image.id;
      return query select v_image.id, v_image.org_id, v_image.case_id, d.bucket_name, d.storage_key,
        o.keep_processed_pictures, v_image.thumbnail_key is not null
        from public.documents d join public.orgs o on o.id = d.org_id where d.id = v_image.document_id;
      return;
    end if;
    -- Whoever looked at it did not come back, each time.
    perform private.image_failed(v_image.id, 'gave_up');
  end loop;
end;
$$;

-- Name: FUNCTION images_claim(p_lease_seconds integer, p_tries integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.images_claim(p_lease_seconds integer, p_tries integer) IS 'The next picture to look at, for one who says so; nothing where there is none. One that stays open after some tries has failed.';

-- Name: images_close_ranks(uuid, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.images_close_ranks(p_case_id uuid, p_damage_center_id text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO ''
    AS $$
  update public.images i set display_order = r.place
  from (select id, row_number() over (order by display_order, created_at, id) as place from public.images
    where case_id = p_case_id and damage_center_id is not distinct from p_damage_center_id and deleted_at is null) r
  where i.id = r.id and i.display_order <> r.place
$$;

-- Name: FUNCTION images_close_ranks(p_case_id uuid, p_damage_center_id text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.images_close_ranks(p_case_id uuid, p_damage_center_id text) IS 'Numbers the pictures of one damage center from 1, in the order they have.';

-- Name: images_queue(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.images_queue(p_case_id uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select pg_advisory_xact_lock(hashtextextended('images' || p_case_id::text, 0))
$$;

-- Name: FUNCTION images_queue(p_case_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.images_queue(p_case_id uuid) IS 'Who changes the order of a case''s pictures waits here for who is changing it.';

-- Name: images_reordered(uuid, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.images_reordered(p_case_id uuid, p_moved integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select private.event_add(c.org_id, c.id, 'image.reordered',
    p_data => jsonb_build_object('table', 'images', 'rows', p_moved))
  from public.cases c where c.id = p_case_id and (current_setting('role') in ('service_role', 'none')
    or c.org_id = any (array(select private.my_orgs())))
$$;

-- Name: FUNCTION images_reordered(p_case_id uuid, p_moved integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.images_reordered(p_case_id uuid, p_moved integer) IS 'Tells a case''s story that its pictures were put in another order.';

-- Name: invoice_line_part(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoice_line_part() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  -- A foreign key looks past the policies: the part is asked for as the caller sees it.
  if not exists (select from public.parts_required where id = new.part_id and case_id is not distinct from new.case_id) then
    raise sqlstate 'PT422' using message = 'this case needs no such part', detail = '{"code": "invalid", "pointer": "/part_id"}';
  end if;
  return new;
end;
$$;

-- Name: FUNCTION invoice_line_part(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoice_line_part() IS 'The part a line names is one that the invoice''s case needs.';

-- Name: invoice_lines_edited(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoice_lines_edited() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if private.door() in ('UI', 'ADMIN') and pg_trigger_depth() = 1 then
    update public.invoices set is_edited = true
    where id in (select invoice_id from changed) and not is_edited and accepted_at is null;
  end if;
  return null;
end;
$$;

-- Name: FUNCTION invoice_lines_edited(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoice_lines_edited() IS 'A person who writes lines has worked on their invoice: reading its document again changes nothing any more.';

-- Name: ocr_results; Type: TABLE; Schema: public

CREATE TABLE public.ocr_results (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    kind text NOT NULL,
    file_ref text,
    engine text,
    raw jsonb,
    raw_text text,
    raw_sha256 text NOT NULL,
    parsed jsonb DEFAULT '{}'::jsonb NOT NULL,
    unread text[] DEFAULT '{}'::text[] NOT NULL,
    confidence numeric(4,3),
    is_current boolean DEFAULT true NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ocr_results_confidence_check CHECK (((confidence >= (0)::numeric) AND (confidence <= (1)::numeric))),
    CONSTRAINT ocr_results_engine_check CHECK ((length(engine) <= 100)),
    CONSTRAINT ocr_results_file_ref_check CHECK ((length(file_ref) <= 500)),
    CONSTRAINT ocr_results_kind_check CHECK ((kind = ANY (ARRAY['invoice'::text, 'parts'::text, 'levi'::text, 'license'::text, 'other'::text]))),
    CONSTRAINT ocr_results_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text))
);

ALTER TABLE ONLY public.ocr_results FORCE ROW LEVEL SECURITY;

-- Name: TABLE ocr_results; Type: COMMENT; Schema: public

COMMENT ON TABLE public.ocr_results IS 'What was read from a document; reading it again keeps the earlier answer.';

-- Name: COLUMN ocr_results.file_ref; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.ocr_results.file_ref IS 'The document it was read from: our file''s id, or the name Make gave.';

-- Name: invoice_lines_of(public.ocr_results); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoice_lines_of(p_read public.ocr_results) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_read jsonb := p_read.parsed;
begin
  return (
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'line_number', l.place, 'item_category', l.category, 'category_method', 'ocr',
        'description', left(coalesce(nullif(btrim(l.row ->> 'name'), ''), l.row ->> 'description'), 2000),
        'catalog_code', left(l.row ->> 'catalog_code', 200), 'source', left(l.row ->> 'source', 200),
        'quantity', coalesce(nullif(private.money(l.row -> 'quantity'), 0), 1),
        'unit_price', coalesce(private.money(l.row -> 'unit_price'),
          case when coalesce(private.money(l.row -> 'quantity'), 1) = 1 then private.money(l.row -> 'total') end),
        'line_total', private.money(l.row -> 'total'),
        'metadata', jsonb_strip_nulls(jsonb_build_object('name', l.row -> 'name', 'description', l.row -> 'description',
          'category', l.row -> 'category'))))
      order by l.place)
    from (
      select k.category, e.value as row, row_number() over (order by k.place, e.place) as place
      from (values ('part', 'parts', 1), ('work', 'works', 2), ('repair', 'repairs', 3)) k (category, name, place)
      cross join lateral jsonb_array_elements(
        case when jsonb_typeof(v_read -> k.name) = 'array' then v_read -> k.name else '[]' end) with ordinality e (value, place)
      where jsonb_typeof(e.value) = 'object'
      limit 2000) l
  );
end;
$$;

-- Name: FUNCTION invoice_lines_of(p_read public.ocr_results); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoice_lines_of(p_read public.ocr_results) IS 'The lines that a reading names, as invoice_lines_bulk_upsert takes them; null where it names none.';

-- Name: invoice_moved(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoice_moved() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.invoice_lines set case_id = new.case_id, plate = new.plate where invoice_id = new.id;
  update public.invoice_documents set case_id = new.case_id, plate = new.plate where invoice_id = new.id;
  update public.invoice_damage_center_mappings set case_id = new.case_id, plate = new.plate where invoice_id = new.id;
  return null;
end;
$$;

-- Name: FUNCTION invoice_moved(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoice_moved() IS 'What hangs on an invoice goes with it to its case.';

-- Name: invoices; Type: TABLE; Schema: public

CREATE TABLE public.invoices (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    invoice_number text,
    invoice_type text DEFAULT 'OTHER'::text NOT NULL,
    supplier_id uuid,
    supplier_name text,
    supplier_tax_id text,
    invoice_date date,
    issue_date date,
    due_date date,
    status text DEFAULT 'DRAFT'::text NOT NULL,
    total_before_tax numeric(12,2),
    vat_rate numeric(5,2),
    tax_amount numeric(12,2),
    total_amount numeric(12,2),
    currency text DEFAULT 'ILS'::text NOT NULL,
    source text,
    notes text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    is_edited boolean DEFAULT false NOT NULL,
    before_version integer,
    accepted_version integer,
    accepted_at timestamp with time zone,
    accepted_by uuid,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invoices_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT invoices_invoice_number_check CHECK ((length(invoice_number) <= 100)),
    CONSTRAINT invoices_invoice_type_check CHECK ((invoice_type = ANY (ARRAY['PARTS'::text, 'LABOR'::text, 'TOWING'::text, 'OTHER'::text]))),
    CONSTRAINT invoices_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT invoices_source_check CHECK ((length(source) <= 100)),
    CONSTRAINT invoices_status_check CHECK ((status = ANY (ARRAY['DRAFT'::text, 'PENDING'::text, 'ASSIGNED'::text, 'ACCEPTED'::text, 'SENT'::text, 'PAID'::text, 'CANCELLED'::text]))),
    CONSTRAINT invoices_supplier_name_check CHECK ((length(supplier_name) <= 300)),
    CONSTRAINT invoices_supplier_tax_id_check CHECK ((length(supplier_tax_id) <= 50)),
    CONSTRAINT invoices_vat_rate_check CHECK (((vat_rate >= (0)::numeric) AND (vat_rate <= (100)::numeric)))
);

ALTER TABLE ONLY public.invoices FORCE ROW LEVEL SECURITY;

-- Name: TABLE invoices; Type: COMMENT; Schema: public

COMMENT ON TABLE public.invoices IS 'Invoices of garages and suppliers; one number of one supplier is one invoice. Sums stand as they were written.';

-- Name: COLUMN invoices.vat_rate; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoices.vat_rate IS 'The rate that stands on the invoice, in percent; null where none does.';

-- Name: COLUMN invoices.is_edited; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoices.is_edited IS 'A person has worked on it: reading the document again changes nothing any more.';

-- Name: COLUMN invoices.before_version; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoices.before_version IS 'The helper version kept just before the invoice was accepted.';

-- Name: COLUMN invoices.accepted_version; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoices.accepted_version IS 'The helper version in which its lines stand at their damage centers, where we wrote one.';

-- Name: invoice_of_ocr(public.ocr_results); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoice_of_ocr(p_read public.ocr_results) RETURNS public.invoices
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_row jsonb := private.invoice_row_of(p_read);
  v_lines jsonb := private.invoice_lines_of(p_read);
  v_invoice public.invoices;
begin
  -- The same paper read again means the invoice it was read as, as long as nobody has worked on that.
  if p_read.file_ref is not null then
    select i.* into v_invoice from public.invoice_documents d
    join public.ocr_results r on r.id = d.ocr_result_id
    join public.invoices i on i.id = d.invoice_id
    where r.file_ref = p_read.file_ref and r.org_id = p_read.org_id and r.case_id is not distinct from p_read.case_id
      and r.plate is not distinct from p_read.plate and r.id <> p_read.id
    order by d.created_at desc limit 1;
  end if;
  if v_invoice.id is null then
    select i.* into v_invoice from public.invoices i
    where i.org_id = p_read.org_id and i.invoice_number = v_row ->> 'invoice_number'
      and i.supplier_id = private.supplier_of(p_read.org_id, v_row ->> 'supplier_name', v_row ->> 'supplier_tax_id');
  end if;
  if v_invoice.id is not null and (v_invoice.status <> 'DRAFT' or v_invoice.is_edited
    or v_invoice.source is distinct from 'ocr' or v_invoice.case_id <> p_read.case_id) then
    return v_invoice;
  end if;
  v_invoice := public.invoices_upsert(v_row, p_read.case_id, v_invoice.id, p_read.org_id);
  if v_lines is not null then
    perform public.invoice_lines_bulk_upsert(v_invoice.id, v_lines, true);
  end if;
  return v_invoice;
end;
$$;

-- Name: FUNCTION invoice_of_ocr(p_read public.ocr_results); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoice_of_ocr(p_read public.ocr_results) IS 'The draft that a reading makes or freshens; an invoice that somebody has worked on is only found.';

-- Name: invoice_row_of(public.ocr_results); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoice_row_of(p_read public.ocr_results) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_read jsonb := p_read.parsed;
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'invoice_number', left(btrim(v_read ->> 'invoice_number'), 100), 'supplier_name', left(btrim(v_read ->> 'supplier_name'), 300),
    'supplier_tax_id', left(btrim(v_read ->> 'supplier_tax_id'), 50), 'invoice_date', private.day(v_read ->> 'invoice_date'),
    'total_before_tax', private.money(v_read -> 'total_before_tax'), 'tax_amount', private.money(v_read -> 'tax_amount'),
    'vat_rate', case when private.money(v_read -> 'tax_rate') between 0 and 100 then private.money(v_read -> 'tax_rate') end,
    'total_amount', private.money(v_read -> 'total_amount'), 'notes', left(v_read ->> 'notes', 5000), 'source', 'ocr', 'plate', p_read.plate));
end;
$$;

-- Name: FUNCTION invoice_row_of(p_read public.ocr_results); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoice_row_of(p_read public.ocr_results) IS 'What a reading says of an invoice, as invoices_upsert takes it.';

-- Name: invoice_rules(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoice_rules() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_ours text[] := array['status', 'before_version', 'accepted_version', 'accepted_at', 'accepted_by', 'is_edited',
    'updated_at', 'updated_by', 'notes'];
  v_next text[];
begin
  new.invoice_number := nullif(btrim(new.invoice_number), '');
  if new.supplier_id is null or (tg_op = 'UPDATE' and new.supplier_id is not distinct from old.supplier_id
    and (new.supplier_name, new.supplier_tax_id) is distinct from (old.supplier_name, old.supplier_tax_id))
  then
    new.supplier_id := private.supplier_of(new.org_id, new.supplier_name, new.supplier_tax_id);
  end if;
  if tg_op = 'INSERT' then
    new.before_version := null;
    new.accepted_version := null;
    new.accepted_at := null;
    new.accepted_by := null;
    new.is_edited := false;
    return new;
  end if;
  if (old.accepted_at is not null or old.status = 'CANCELLED') and to_jsonb(new) - v_ours is distinct from to_jsonb(old) - v_ours then
    raise sqlstate 'PT409' using message = 'an invoice that was accepted or cancelled never changes: take that back first',
      detail = jsonb_build_object('code', 'conflict', 'status', old.status);
  end if;
  if old.case_id is distinct from new.case_id and old.case_id is not null and old.status not in ('DRAFT', 'PENDING') then
    raise sqlstate 'PT409' using message = 'this invoice is assigned within its case',
      detail = jsonb_build_object('code', 'conflict', 'case_id', old.case_id);
  end if;
  if new.status <> old.status then
    v_next := case old.status
      when 'DRAFT' then array['PENDING', 'ASSIGNED', 'CANCELLED']
      when 'PENDING' then array['DRAFT', 'ASSIGNED', 'CANCELLED']
      when 'ASSIGNED' then array['PENDING', 'ACCEPTED', 'CANCELLED']
      when 'ACCEPTED' then array['ASSIGNED', 'SENT', 'PAID']
      when 'SENT' then array['ACCEPTED', 'PAID']
      when 'PAID' then array['ACCEPTED', 'SENT']
      else array['DRAFT'] end;
    -- As long as Make writes the invoices, it only tells us what was done elsewhere.
    if new.status <> all (v_next) and not (private.door() in ('MAKE', 'IMPORT')
      and private.flag('writer.invoices', new.org_id, new.case_id) = 'make') then
      raise sqlstate 'PT409' using message = format('an invoice does not go from %s to %s', old.status, new.status),
        detail = jsonb_build_object('code', 'conflict', 'status', old.status, 'next', v_next);
    end if;
    if old.status = 'ASSIGNED' and new.status = 'ACCEPTED' then
      if new.case_id is null then
        raise sqlstate 'PT409' using message = 'an invoice without a case cannot be accepted', detail = '{"code": "conflict"}';
      end if;
      -- Whichever door accepts it: the helper as it was is kept, so that all of it can be taken back.
      insert into public.case_helper (case_id, helper_json, label, trigger)
      select h.case_id, h.helper_json, left('before invoice ' || coalesce(new.invoice_number, ''), 200), 'before_invoice'
      from public.case_helper h where h.case_id = new.case_id and h.is_current
      returning version into new.before_version;
      new.accepted_version := null;
      new.accepted_at := clock_timestamp();
      new.accepted_by := coalesce((select auth.uid()), new.accepted_by);
    elsif new.status = 'ASSIGNED' then
      new.accepted_version := null;
      new.accepted_at := null;
      new.accepted_by := null;
    end if;
  end if;
  -- What a reading writes, one trigger further down, is no work of a person's; what was done to a line is.
  new.is_edited := old.is_edited or new.is_edited or (private.door() in ('UI', 'ADMIN') and pg_trigger_depth() = 1
    and to_jsonb(new) - v_ours is distinct from to_jsonb(old) - v_ours);
  return new;
end;
$$;

-- Name: FUNCTION invoice_rules(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoice_rules() IS 'The supplier of an invoice, the way its status may go, and the helper''s version that is kept before it is accepted.';

-- Name: invoice_supplier_key(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoice_supplier_key() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.name := btrim(new.name);
  new.name_key := private.supplier_key(new.name);
  new.tax_id := nullif(regexp_replace(new.tax_id, '[^0-9]', '', 'g'), '');
  return new;
end;
$$;

-- Name: FUNCTION invoice_supplier_key(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoice_supplier_key() IS 'What a supplier is recognised by is made of what it is called.';

-- Name: invoice_take_reading(uuid, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoice_take_reading(p_invoice_id uuid, p_ocr_result_id uuid) RETURNS public.invoices
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_read public.ocr_results;
  v_invoice public.invoices;
  v_lines jsonb;
begin
  select * into v_invoice from public.invoices where id = p_invoice_id for update;
  select r.* into v_read from public.ocr_results r
  join public.invoice_documents d on d.ocr_result_id = r.id
  where r.id = p_ocr_result_id and d.invoice_id = p_invoice_id;
  if v_invoice.id is null or v_read.id is null then
    raise sqlstate 'PT404' using message = 'this invoice has no such reading', detail = '{"code": "not_found"}';
  end if;
  if v_invoice.status not in ('DRAFT', 'PENDING') then
    raise sqlstate 'PT409' using message = 'only an invoice that is not assigned yet takes a reading''s values',
      detail = jsonb_build_object('code', 'conflict', 'status', v_invoice.status);
  end if;
  v_invoice := public.invoices_upsert(private.invoice_row_of(v_read) - array['plate', 'source'], v_invoice.case_id,
    p_invoice_id, v_invoice.org_id);
  v_lines := private.invoice_lines_of(v_read);
  if v_lines is not null then
    perform public.invoice_lines_bulk_upsert(p_invoice_id, v_lines, true);
  end if;
  return v_invoice;
end;
$$;

-- Name: FUNCTION invoice_take_reading(p_invoice_id uuid, p_ocr_result_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoice_take_reading(p_invoice_id uuid, p_ocr_result_id uuid) IS 'Gives an invoice what one reading of its papers says; what that reading does not say stays as it is.';

-- Name: invoice_track(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoice_track() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_case uuid;
begin
  -- Many invoices of one statement are looked at once a case; which one it was does not matter.
  for v_case in
    select distinct n.case_id from new_rows n join public.tracking_general t on t.case_id = n.case_id
    where t.invoice_received <> private.tracking_invoiced(n.case_id) order by 1
  loop
    perform private.tracking_again(v_case);
  end loop;
  return null;
end;
$$;

-- Name: FUNCTION invoice_track(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoice_track() IS 'The general table says at once whether an invoice was received.';

-- Name: invoice_turn(uuid, text, text, integer, jsonb, text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoice_turn(p_invoice_id uuid, p_status text, p_mapping_status text, p_expected_version integer, p_helper_json jsonb, p_trigger text, p_label text DEFAULT NULL::text) RETURNS public.invoices
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_invoice public.invoices;
  v_version integer;
begin
  select * into v_invoice from public.invoices where id = p_invoice_id for update;
  if not found then
    raise sqlstate 'PT404' using message = 'no such invoice', detail = '{"code": "not_found"}';
  end if;
  -- A second time would write the helper a second time.
  if v_invoice.status <> (case p_status when 'ACCEPTED' then 'ASSIGNED' else 'ACCEPTED' end) then
    raise sqlstate 'PT409' using message = format('an invoice does not go from %s to %s here', v_invoice.status, p_status),
      detail = jsonb_build_object('code', 'conflict', 'status', v_invoice.status);
  end if;
  if p_helper_json is not null then
    perform private.case_lock(v_invoice.case_id, p_expected_version, null);
  end if;
  update public.invoices set status = p_status where id = p_invoice_id;
  update public.invoice_damage_center_mappings set mapping_status = p_mapping_status
  where invoice_id = p_invoice_id and mapping_status <> 'removed';
  if p_helper_json is not null then
    insert into public.case_helper (case_id, helper_json, label, trigger)
    values (v_invoice.case_id, p_helper_json,
      left(coalesce(nullif(btrim(p_label), ''), 'invoice ' || coalesce(v_invoice.invoice_number, '')), 500), p_trigger)
    returning version into v_version;
    if p_status = 'ACCEPTED' then
      update public.invoices set accepted_version = v_version where id = p_invoice_id;
    end if;
  end if;
  select * into v_invoice from public.invoices where id = p_invoice_id;
  return v_invoice;
end;
$$;

-- Name: FUNCTION invoice_turn(p_invoice_id uuid, p_status text, p_mapping_status text, p_expected_version integer, p_helper_json jsonb, p_trigger text, p_label text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoice_turn(p_invoice_id uuid, p_status text, p_mapping_status text, p_expected_version integer, p_helper_json jsonb, p_trigger text, p_label text) IS 'One moment for the invoice, its mappings and, where our side writes them, the helper.';

-- Name: invoices_changed(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoices_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_ids uuid[];
begin
  if tg_table_name <> 'invoices' then
    select array_agg(distinct invoice_id) into v_ids from changed;
  elsif tg_op = 'INSERT' then
    select array_agg(id) into v_ids from changed;
  else
    -- What the sums are made of; a status or a note leaves them as they are.
    select array_agg(n.id) into v_ids from changed n join was o on o.id = n.id
    where (n.invoice_number, n.supplier_id, n.invoice_date, n.issue_date, n.vat_rate, n.tax_amount, n.total_before_tax,
        n.total_amount)
      is distinct from (o.invoice_number, o.supplier_id, o.invoice_date, o.issue_date, o.vat_rate, o.tax_amount,
        o.total_before_tax, o.total_amount);
  end if;
  if v_ids is not null then
    perform private.invoices_validate(v_ids);
  end if;
  return null;
end;
$$;

-- Name: FUNCTION invoices_changed(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoices_changed() IS 'Checks the sums of the invoices that one statement touched, once.';

-- Name: invoices_validate(uuid[]); Type: FUNCTION; Schema: private

CREATE FUNCTION private.invoices_validate(p_ids uuid[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO ''
    AS $$
  insert into public.invoice_validations as v (org_id, invoice_id, is_valid, validation_errors, validation_warnings, lines,
    lines_total, lines_difference, lines_off, vat_rate, vat_expected, vat_difference, sum_difference)
  select c.org_id, c.id, c.errors = '{}', c.errors, c.warnings, c.lines, c.lines_total, c.lines_difference, c.lines_off,
    c.day_rate, c.vat_expected, c.vat_difference, c.sum_difference
  from (
    select d.*,
      array_remove(array[
        case when abs(d.lines_difference) > d.tolerance then 'lines_differ' end,
        case when abs(d.vat_difference) > d.tolerance then 'vat_differs' end,
        case when abs(d.sum_difference) > d.tolerance then 'sum_differs' end], null) as errors,
      array_remove(array[
        case when d.invoice_number is null then 'number_missing' end,
        case when d.supplier_id is null then 'supplier_missing' end,
        case when d.day is null then 'date_missing' end,
        case when d.total_amount is null then 'total_missing' end,
        case when d.lines = 0 then 'no_lines' end,
        case when d.lines_off > 0 then 'line_differs' end,
        case when d.stated_rate <> d.day_rate then 'vat_rate_unusual' end], null) as warnings
    from (
      select i.id, i.org_id, i.invoice_number, i.supplier_id, i.total_amount, i.vat_rate as stated_rate, o.invoice_tolerance as tolerance,
        e.day, e.day_rate, l.lines, l.lines_total, l.lines_off, e.vat_expected,
        case when l.lines > 0 then i.total_before_tax - l.lines_total end as lines_difference,
        i.tax_amount - e.vat_expected as vat_difference,
        i.total_amount - (i.total_before_tax + i.tax_amount) as sum_difference
      from public.invoices i
      join public.orgs o on o.id = i.org_id
      cross join lateral (
        select count(*)::integer as lines, coalesce(sum(n.line_total), 0) as lines_total,
          (count(*) filter (where n.line_total
            <> round(n.quantity * n.unit_price * (1 - coalesce(n.discount_percent, 0) / 100), 2)))::integer as lines_off
        from public.invoice_lines n where n.invoice_id = i.id and n.removed_at is null) l
      cross join lateral (
        select coalesce(i.invoice_date, i.issue_date) as day,
          private.vat_rate(i.org_id, coalesce(i.invoice_date, i.issue_date)) as day_rate
        -- Asked once, not at each place that names it.
        offset 0) r
      cross join lateral (
        select r.day, r.day_rate, round(i.total_before_tax * coalesce(i.vat_rate, r.day_rate) / 100, 2) as vat_expected) e
      where i.id = any (p_ids)
    ) d
  ) c
  on conflict (invoice_id) do update set is_valid = excluded.is_valid, validation_errors = excluded.validation_errors,
    validation_warnings = excluded.validation_warnings, lines = excluded.lines, lines_total = excluded.lines_total,
    lines_difference = excluded.lines_difference, lines_off = excluded.lines_off, vat_rate = excluded.vat_rate,
    vat_expected = excluded.vat_expected, vat_difference = excluded.vat_difference, sum_difference = excluded.sum_difference,
    updated_at = clock_timestamp()
  where (v.is_valid, v.validation_errors, v.validation_warnings, v.lines, v.lines_total, v.lines_difference, v.lines_off,
      v.vat_rate, v.vat_expected, v.vat_difference, v.sum_difference)
    is distinct from (excluded.is_valid, excluded.validation_errors, excluded.validation_warnings, excluded.lines,
      excluded.lines_total, excluded.lines_difference, excluded.lines_off, excluded.vat_rate, excluded.vat_expected,
      excluded.vat_difference, excluded.sum_difference)
$$;

-- Name: FUNCTION invoices_validate(p_ids uuid[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.invoices_validate(p_ids uuid[]) IS 'Adds up invoices and writes down how far what stands on them is off.';

-- Name: is_asset_place(text, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.is_asset_place(p_path text, p_org_id uuid) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $_$
  -- Only what was cleaned and stored for this office: another place could hold anybody's bytes.
  select p_path ~ '^[0-9a-f-]{36}/assets/[0-9a-f-]{36}[.]png$' and split_part(p_path, '/', 1) = p_org_id::text
$_$;

-- Name: FUNCTION is_asset_place(p_path text, p_org_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.is_asset_place(p_path text, p_org_id uuid) IS 'Whether a place in the storage is one for a picture of this office''s reports.';

-- Name: is_manager(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.is_manager() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return exists (select from public.profiles p
    where p.user_id = (select auth.uid()) and p.status = 'active' and p.role in ('admin', 'developer'));
end;
$$;

-- Name: FUNCTION is_manager(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.is_manager() IS 'True for an active manager or developer.';

-- Name: job_begin(text, integer, text, uuid, uuid, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.job_begin(p_kind text, p_seconds integer, p_alone text DEFAULT NULL::text, p_org_id uuid DEFAULT NULL::uuid, p_started_by uuid DEFAULT NULL::uuid, p_total integer DEFAULT NULL::integer) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_id uuid;
begin
  update public.job_runs set state = 'FAILED', error = 'worker_lost', finished_at = clock_timestamp()
  where kind = p_kind and state = 'RUNNING' and alive_until < clock_timestamp();
  insert into public.job_runs (kind, org_id, started_by, total, alone, alive_until)
  values (p_kind, p_org_id, p_started_by, p_total, p_alone, clock_timestamp() + make_interval(secs => p_seconds))
  on conflict (alone) where state = 'RUNNING' do nothing
  returning id into v_id;
  return v_id;
end;
$$;

-- Name: FUNCTION job_begin(p_kind text, p_seconds integer, p_alone text, p_org_id uuid, p_started_by uuid, p_total integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.job_begin(p_kind text, p_seconds integer, p_alone text, p_org_id uuid, p_started_by uuid, p_total integer) IS 'Begins a run and closes those whose worker was lost; null where somebody is at it.';

-- Name: job_runs; Type: TABLE; Schema: public

CREATE TABLE public.job_runs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    org_id uuid,
    started_by uuid,
    state text DEFAULT 'RUNNING'::text NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    total integer,
    result jsonb DEFAULT '{}'::jsonb NOT NULL,
    error text,
    alone text,
    runs integer DEFAULT 1 NOT NULL,
    cancel_requested boolean DEFAULT false NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    alive_until timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT job_runs_done_check CHECK ((done >= 0)),
    CONSTRAINT job_runs_ended CHECK (((state = 'RUNNING'::text) = (finished_at IS NULL))),
    CONSTRAINT job_runs_error_check CHECK ((error ~ '^[A-Za-z][A-Za-z0-9_]{0,99}$'::text)),
    CONSTRAINT job_runs_kind_check CHECK ((kind ~ '^[a-z][a-z0-9_-]{0,59}$'::text)),
    CONSTRAINT job_runs_state_check CHECK ((state = ANY (ARRAY['RUNNING'::text, 'DONE'::text, 'FAILED'::text, 'CANCELLED'::text]))),
    CONSTRAINT job_runs_total_check CHECK ((total >= 0))
);

ALTER TABLE ONLY public.job_runs FORCE ROW LEVEL SECURITY;

-- Name: TABLE job_runs; Type: COMMENT; Schema: public

COMMENT ON TABLE public.job_runs IS 'One run of long work: whose, how far, and what came of it.';

-- Name: COLUMN job_runs.org_id; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.job_runs.org_id IS 'null: the system''s own work.';

-- Name: COLUMN job_runs.error; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.job_runs.error IS 'The kind of the failure; never its text, which may quote content.';

-- Name: COLUMN job_runs.alone; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.job_runs.alone IS 'Only one run with the same word here is at work at a time.';

-- Name: COLUMN job_runs.runs; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.job_runs.runs IS 'Work of every few seconds stands as one row an hour: how many runs it tells of, near enough.';

-- Name: COLUMN job_runs.alive_until; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.job_runs.alive_until IS 'Who is at work moves it on; a run that is past it lost its worker.';

-- Name: job_cancel(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.job_cancel(p_id uuid) RETURNS public.job_runs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_run public.job_runs;
begin
  select * into v_run from public.job_runs j
  where j.id = p_id and (current_setting('role') = 'service_role' or j.org_id = any (array(select private.my_orgs()))
    or (j.org_id is null and current_setting('role') = 'backoffice_staff' and exists (select from private.my_orgs())))
  for update;
  if not found then
    raise sqlstate 'PT404' using message = 'job not found', detail = '{"code": "not_found"}';
  elsif current_setting('role') <> 'service_role' and v_run.started_by is distinct from (select auth.uid())
    and not private.is_manager() then
    raise sqlstate '42501' using message = 'only who started it, or a manager';
  elsif v_run.state <> 'RUNNING' then
    raise sqlstate 'PT409' using message = 'this job has ended', detail = '{"code": "conflict"}';
  end if;
  update public.job_runs set cancel_requested = true where id = p_id returning * into v_run;
  return v_run;
end;
$$;

-- Name: FUNCTION job_cancel(p_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.job_cancel(p_id uuid) IS 'Asks a run to stop at its next step.';

-- Name: job_end(uuid, text, integer, integer, jsonb, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.job_end(p_id uuid, p_state text, p_done integer, p_total integer, p_result jsonb, p_error text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.job_runs set state = p_state, done = p_done, total = p_total, result = p_result, error = p_error,
    finished_at = clock_timestamp()
  where id = p_id and state = 'RUNNING';
end;
$$;

-- Name: FUNCTION job_end(p_id uuid, p_state text, p_done integer, p_total integer, p_result jsonb, p_error text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.job_end(p_id uuid, p_state text, p_done integer, p_total integer, p_result jsonb, p_error text) IS 'Ends a run; one that was taken for lost stays so.';

-- Name: job_failed(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.job_failed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.system_log('ERROR', 'jobs', 'job_failed', 'Work in the background failed: ' || new.kind,
    jsonb_build_object('job_id', new.id, 'error', new.error), p_org_id => new.org_id);
  return null;
end;
$$;

-- Name: FUNCTION job_failed(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.job_failed() IS 'Staff hear of work that failed, or lost its worker.';

-- Name: job_runs_sweep(integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.job_runs_sweep(p_days integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_count integer;
begin
  delete from public.job_runs j
  where j.state <> 'RUNNING' and j.started_at < clock_timestamp() - make_interval(days => greatest(p_days, 1))
    and exists (select from public.job_runs l where l.kind = j.kind and l.started_at > j.started_at);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;

-- Name: FUNCTION job_runs_sweep(p_days integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.job_runs_sweep(p_days integer) IS 'Forgets old runs, but never the last one of a kind.';

-- Name: job_step(uuid, integer, integer, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.job_step(p_id uuid, p_seconds integer, p_done integer, p_total integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_goes_on boolean;
begin
  update public.job_runs set done = p_done, total = p_total, alive_until = clock_timestamp() + make_interval(secs => p_seconds)
  where id = p_id and state = 'RUNNING' returning not cancel_requested into v_goes_on;
  return coalesce(v_goes_on, false);
end;
$$;

-- Name: FUNCTION job_step(p_id uuid, p_seconds integer, p_done integer, p_total integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.job_step(p_id uuid, p_seconds integer, p_done integer, p_total integer) IS 'Says how far the work is; false when it was cancelled, or taken for lost.';

-- Name: job_tick(text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.job_tick(p_kind text, p_error text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_last public.job_runs;
begin
  select * into v_last from public.job_runs where kind = p_kind order by started_at desc limit 1 for update skip locked;
  if v_last.error is not distinct from p_error and v_last.started_at >= date_trunc('hour', clock_timestamp()) then
    update public.job_runs set runs = runs + 1, finished_at = clock_timestamp() where id = v_last.id;
  elsif v_last.id is not null or not exists (select from public.job_runs where kind = p_kind) then
    insert into public.job_runs (kind, state, error, alive_until, finished_at)
    values (p_kind, case when p_error is null then 'DONE' else 'FAILED' end, p_error, clock_timestamp(), clock_timestamp());
  end if;
end;
$$;

-- Name: FUNCTION job_tick(p_kind text, p_error text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.job_tick(p_kind text, p_error text) IS 'Notes a run of work that comes every few seconds; nobody waits for who is just noting.';

-- Name: json_at(jsonb, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.json_at(p_json jsonb, p_steps jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
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
$_$;

-- Name: FUNCTION json_at(p_json jsonb, p_steps jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.json_at(p_json jsonb, p_steps jsonb) IS 'What stands at a place; a step is a key, a place in a list, or {name, value} for the row that this identifies.';

-- Name: json_difference(jsonb, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.json_difference(p_before jsonb, p_after jsonb) RETURNS TABLE(before text, after text, changed text[], unchanged text[])
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION json_difference(p_before jsonb, p_after jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.json_difference(p_before jsonb, p_after jsonb) IS 'The sections of two documents that differ, as text, and the names of both kinds.';

-- Name: json_fill(jsonb, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.json_fill(p_json jsonb, p_from jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION json_fill(p_json jsonb, p_from jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.json_fill(p_json jsonb, p_from jsonb) IS 'The first document, with what the second says wherever the first says nothing; a list that has rows stays as it is.';

-- Name: json_merge(jsonb, jsonb, boolean); Type: FUNCTION; Schema: private

CREATE FUNCTION private.json_merge(p_target jsonb, p_patch jsonb, p_null_removes boolean) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_target jsonb := case when jsonb_typeof(p_target) = 'object' then p_target else '{}' end;
begin
  if jsonb_typeof(p_patch) <> 'object' then
    return p_patch;
  end if;
  return (
    select coalesce(jsonb_object_agg(key, value), '{}') from (
      select t.key, t.value from jsonb_each(v_target) t where not p_patch ? t.key
      union all
      select p.key, private.json_merge(v_target -> p.key, p.value, p_null_removes) from jsonb_each(p_patch) p
      where not (p_null_removes and p.value = 'null')
    ) merged);
end;
$$;

-- Name: FUNCTION json_merge(p_target jsonb, p_patch jsonb, p_null_removes boolean); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.json_merge(p_target jsonb, p_patch jsonb, p_null_removes boolean) IS 'RFC 7396 where null removes; else null is a value like any other. Arrays are replaced whole.';

-- Name: json_says_nothing(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.json_says_nothing(p_json jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return p_json is null or p_json in ('null', '[]', '{}')
    or (jsonb_typeof(p_json) = 'string' and btrim(p_json #>> '{}') = '');
end;
$$;

-- Name: FUNCTION json_says_nothing(p_json jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.json_says_nothing(p_json jsonb) IS 'True for what a person would call empty; 0 and false are said.';

-- Name: kb_forms(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.kb_forms(p_word text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
begin
  return array(
    select substr(p_word, n + 1) from generate_series(0, 3) n
    where n = 0 or (length(p_word) - n >= 3 and substr(p_word, 1, n) ~ '^[והבלמשכ]+$' and substr(p_word, n + 1) ~ '^[א-ת]'));
end;
$_$;

-- Name: FUNCTION kb_forms(p_word text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.kb_forms(p_word text) IS 'A word, and what is left of it without the prefixes ו ה ב ל מ ש כ, up to three of them.';

-- Name: kb_found_by(text, text[], text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.kb_found_by(p_title text, p_tags text[], p_body text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  -- A tsvector counts places up to 16,383 only, so those of a long text's beginning are enough for its rank.
  v_head tsvector := setweight(private.kb_vector(p_title), 'A')
    || setweight(private.kb_vector(array_to_string(p_tags, ' ')), 'B')
    || setweight(private.kb_vector(left(p_body, 50000)), 'D');
begin
  if length(p_body) <= 50000 then
    return v_head;
  end if;
  begin
    return v_head || private.kb_lexemes(p_body, true);
  exception when program_limit_exceeded then
    null;  -- It holds a megabyte: so many different words are kept as they stand.
  end;
  begin
    return v_head || private.kb_lexemes(p_body, false);
  exception when program_limit_exceeded then
    return v_head || private.kb_lexemes(left(p_body, 200000), false);
  end;
end;
$$;

-- Name: FUNCTION kb_found_by(p_title text, p_tags text[], p_body text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.kb_found_by(p_title text, p_tags text[], p_body text) IS 'What a document is found by: all of its words, however long it is; of more than a megabyte of different words, the first.';

-- Name: kb_index(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.kb_index() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.tags := array(select distinct btrim(t) from unnest(new.tags) t where btrim(t) <> '' order by 1);
  new.checksum := encode(sha256(convert_to(new.body, 'UTF8')), 'hex');
  if tg_op = 'UPDATE' and (new.title, new.tags, new.body) is not distinct from (old.title, old.tags, old.body) then
    new.search := old.search;
  else
    new.search := private.kb_found_by(new.title, new.tags, new.body);
  end if;
  new.search_text := private.search_fold(left(concat_ws(' ', new.title, array_to_string(new.tags, ' '), new.source), 2000));
  return new;
end;
$$;

-- Name: FUNCTION kb_index(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.kb_index() IS 'What a document is found by is always made of the document.';

-- Name: kb_lexemes(text, boolean); Type: FUNCTION; Schema: private

CREATE FUNCTION private.kb_lexemes(p_text text, p_with_forms boolean) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return array_to_tsvector(array(
    select distinct form
    from (select distinct w from regexp_split_to_table(private.kb_words(p_text), ' ') w) words,
      unnest(case when p_with_forms then private.kb_forms(w) else array[w] end) form
    -- Longer ones no tsvector holds.
    where form <> '' and octet_length(form) < 2047));
end;
$$;

-- Name: FUNCTION kb_lexemes(p_text text, p_with_forms boolean); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.kb_lexemes(p_text text, p_with_forms boolean) IS 'That words are in a text, without where; with the letters before them taken off, or not.';

-- Name: kb_vector(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.kb_vector(p_text text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return to_tsvector('simple', coalesce((
    select string_agg(array_to_string(private.kb_forms(w), ' '), ' ')
    from regexp_split_to_table(private.kb_words(p_text), ' ') w), ''));
end;
$$;

-- Name: FUNCTION kb_vector(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.kb_vector(p_text text) IS 'What a text is found by, and where in it.';

-- Name: kb_words(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.kb_words(p_text text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return btrim(regexp_replace(
    lower(regexp_replace(translate(p_text, '־–-"''`״׳', '   '), '[\u0591-\u05c7]', '', 'g')), '[^א-תa-z0-9]+', ' ', 'g'));
end;
$$;

-- Name: FUNCTION kb_words(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.kb_words(p_text text) IS 'The words of a text: without niqqud and quote signs, small letters, one blank between them.';

-- Name: keep_processed_audit(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.keep_processed_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into private.audit_log (org_id, actor, door, action, table_name, record_id, old_values, new_values, request_id)
  values (new.id, (select auth.uid()), private.door(), tg_op, tg_table_name, new.id,
    jsonb_build_object('keep_processed_pictures', old.keep_processed_pictures),
    jsonb_build_object('keep_processed_pictures', new.keep_processed_pictures), private.request_id());
  return null;
end;
$$;

-- Name: FUNCTION keep_processed_audit(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.keep_processed_audit() IS 'Keeps who said whether copies of pictures stay with us.';

-- Name: line_kind(text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.line_kind(p_description text, p_catalog_code text) RETURNS TABLE(category text, confidence numeric)
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_text text := ' ' || lower(coalesce(p_description, '')) || ' ';
begin
  -- The first that fits; what is done to a part names the part too, so deeds come before things.
  return query select k.category, k.confidence from (values
    (1, 'repair', 0.7, '(תיקון|תיקוני|יישור|ישור|שיפוץ|הלחמה|ריתוך|repair|straighten|weld)'),
    (2, 'work', 0.7, '(עבוד|צביע|צבע מלא|פירוק|הרכבה|החלפ|התקנ|כיוון|פוליש|labor|labour|paint job|install|replace)'),
    (3, 'material', 0.6, '(חומר|צבע|לכה|דבק|ברגים|שפכטל|material|adhesive|bolts)'),
    (4, 'part', 0.75, '(דלת|כנף|פגוש|פנס|מראה|שמש|מכסה|גריל|רדיאטור|מגן|קורה|חישוק|צמיג|ידית|זרוע|בולם|door|bumper|fender|lamp|mirror|hood)')
  ) as k (place, category, confidence, words)
  where v_text ~ k.words or (k.category = 'part' and nullif(btrim(p_catalog_code), '') is not null)
  order by k.category = 'part' and nullif(btrim(p_catalog_code), '') is not null desc, k.place limit 1;
  if not found then
    return query select 'uncategorized'::text, 0.3;
  end if;
end;
$$;

-- Name: FUNCTION line_kind(p_description text, p_catalog_code text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.line_kind(p_description text, p_catalog_code text) IS 'What a line of an invoice seems to be, by its words; one with a catalogue number is a part. The confidence is 0 to 1.';

-- Name: lines_of_invoice(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.lines_of_invoice() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_status text;
begin
  -- Definer: a line's office is held by policy, and its invoice to that office by the foreign key.
  select i.status into v_status from new_lines n join public.invoices i on i.id = n.invoice_id
  where i.accepted_at is not null or i.status = 'CANCELLED' limit 1;
  if found then
    raise sqlstate 'PT409' using message = 'an invoice that was accepted or cancelled never changes: take that back first',
      detail = jsonb_build_object('code', 'conflict', 'status', v_status);
  end if;
  if exists (select from new_lines n join public.invoices i on i.id = n.invoice_id
    where (n.org_id, n.case_id, n.plate) is distinct from (i.org_id, i.case_id, i.plate)) then
    raise sqlstate 'PT422' using message = 'a line belongs to the case of its invoice',
      detail = '{"code": "invalid", "pointer": "/case_id"}';
  end if;
  return null;
end;
$$;

-- Name: FUNCTION lines_of_invoice(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.lines_of_invoice() IS 'New lines belong where their invoice does, and none is added to one that was accepted; asked once a statement.';

-- Name: document_links; Type: TABLE; Schema: private

CREATE TABLE private.document_links (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    document_id uuid NOT NULL,
    purpose text NOT NULL,
    token_sha256 text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    uses integer DEFAULT 0 NOT NULL,
    last_used_at timestamp with time zone,
    created_by uuid,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT document_links_purpose_check CHECK ((purpose = ANY (ARRAY['preview'::text, 'download'::text, 'share'::text]))),
    CONSTRAINT document_links_token_sha256_check CHECK ((token_sha256 ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY private.document_links FORCE ROW LEVEL SECURITY;

-- Name: TABLE document_links; Type: COMMENT; Schema: private

COMMENT ON TABLE private.document_links IS 'A signed link: one file, one purpose, until a moment or until it is revoked; the token itself is kept nowhere.';

-- Name: link_make(uuid, text, integer, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.link_make(p_document_id uuid, p_purpose text, p_seconds integer, p_token_sha256 text) RETURNS private.document_links
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_document public.documents;
  v_link private.document_links;
begin
  select * into v_document from public.documents where id = p_document_id and deleted_at is null
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  if v_document.storage_key is null then
    raise sqlstate 'PT409' using message = 'this file lies on OneDrive alone', detail = jsonb_build_object(
      'code', 'conflict', 'onedrive_web_url', v_document.onedrive_web_url);
  end if;
  insert into private.document_links (org_id, case_id, document_id, purpose, token_sha256, expires_at, created_by)
  values (v_document.org_id, v_document.case_id, p_document_id, p_purpose, p_token_sha256,
    clock_timestamp() + make_interval(secs => p_seconds), (select auth.uid()))
  returning * into v_link;
  perform private.event_add(v_document.org_id, v_document.case_id, 'file.link_made', p_data => jsonb_build_object(
    'document_id', p_document_id, 'link_id', v_link.id, 'purpose', p_purpose, 'expires_at', v_link.expires_at));
  return v_link;
end;
$$;

-- Name: FUNCTION link_make(p_document_id uuid, p_purpose text, p_seconds integer, p_token_sha256 text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.link_make(p_document_id uuid, p_purpose text, p_seconds integer, p_token_sha256 text) IS 'Makes a link to one file for one purpose, for who may see the file.';

-- Name: link_open(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.link_open(p_token_sha256 text) RETURNS TABLE(document_id uuid, org_id uuid, case_id uuid, purpose text, filename text, mime_type text, size_bytes bigint, bucket_name text, storage_key text, checksum text, link_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_link private.document_links;
begin
  update private.document_links l set uses = l.uses + 1, last_used_at = clock_timestamp()
  from public.documents d
  where l.token_sha256 = p_token_sha256 and l.revoked_at is null and l.expires_at > clock_timestamp()
    and d.id = l.document_id and d.deleted_at is null and d.storage_key is not null
  returning l.* into v_link;
  if v_link.id is null then
    return;
  end if;
  perform private.event_add(v_link.org_id, v_link.case_id, 'file.opened', p_data => jsonb_build_object(
    'document_id', v_link.document_id, 'link_id', v_link.id, 'purpose', v_link.purpose));
  return query select d.id, d.org_id, d.case_id, v_link.purpose, d.filename, d.mime_type, d.size_bytes, d.bucket_name,
    d.storage_key, d.checksum, v_link.id from public.documents d where d.id = v_link.document_id;
end;
$$;

-- Name: FUNCTION link_open(p_token_sha256 text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.link_open(p_token_sha256 text) IS 'What a link opens; nothing where it is none, is over, was revoked, or its file was put away. Every use is an event.';

-- Name: link_revoke(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.link_revoke(p_link_id uuid) RETURNS private.document_links
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_link private.document_links;
begin
  update private.document_links set revoked_at = coalesce(revoked_at, clock_timestamp())
  where id = p_link_id and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())))
  returning * into v_link;
  if not found then
    raise sqlstate 'PT404' using message = 'link not found', detail = '{"code": "not_found"}';
  end if;
  perform private.event_add(v_link.org_id, v_link.case_id, 'file.link_revoked', p_data => jsonb_build_object(
    'document_id', v_link.document_id, 'link_id', v_link.id, 'purpose', v_link.purpose));
  return v_link;
end;
$$;

-- Name: FUNCTION link_revoke(p_link_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.link_revoke(p_link_id uuid) IS 'Closes a link before its time.';

-- Name: links_end(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.links_end() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if tg_table_name = 'documents' then
    update private.document_links set revoked_at = clock_timestamp()
    where document_id = new.id and revoked_at is null and expires_at > clock_timestamp();
  else
    update private.document_links set revoked_at = clock_timestamp()
    where case_id = new.id and revoked_at is null and expires_at > clock_timestamp();
  end if;
  return null;
end;
$$;

-- Name: FUNCTION links_end(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.links_end() IS 'Putting a file away, or closing its case, ends the links that stand open.';

-- Name: mapping_of_line(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.mapping_of_line() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if not exists (select from public.invoice_lines where id = new.invoice_line_id and invoice_id = new.invoice_id) then
    raise sqlstate 'PT422' using message = 'this invoice has no such line',
      detail = '{"code": "invalid", "pointer": "/invoice_line_id"}';
  end if;
  new.mapped_by := coalesce(new.mapped_by, (select auth.uid()));
  return new;
end;
$$;

-- Name: FUNCTION mapping_of_line(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.mapping_of_line() IS 'A mapping is about a line of its own invoice.';

-- Name: may_let_go(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.may_let_go(p_document_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select not exists (
    select from public.images i join public.orgs o on o.id = i.org_id
    where i.document_id = p_document_id and not (i.optimization_status = 'failed'
      or i.optimization_status = 'optimized' and (i.processed_key is not null or not o.keep_processed_pictures)))
$$;

-- Name: FUNCTION may_let_go(p_document_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.may_let_go(p_document_id uuid) IS 'Whether a picture''s bytes may go once OneDrive has it: it was looked at, and what is to be kept of it was made.';

-- Name: may_mark(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.may_mark(p_org_id uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return current_setting('role') in ('service_role', 'none') or p_org_id = any (array(select private.my_orgs()));
end;
$$;

-- Name: FUNCTION may_mark(p_org_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.may_mark(p_org_id uuid) IS 'Whether the caller may leave the marks of our own bookkeeping on this office''s versions.';

-- Name: outbound_messages; Type: TABLE; Schema: public

CREATE TABLE public.outbound_messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid NOT NULL,
    plate text,
    channel text NOT NULL,
    recipient text NOT NULL,
    recipient_name text,
    template text,
    subject text DEFAULT ''::text NOT NULL,
    text text NOT NULL,
    document_id uuid,
    report_id uuid,
    link_id uuid,
    status text DEFAULT 'QUEUED'::text NOT NULL,
    reason text,
    sent_via text NOT NULL,
    sent_at timestamp with time zone,
    outside_id text,
    attempts integer DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone,
    next_at timestamp with time zone,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT outbound_messages_channel_check CHECK ((channel = ANY (ARRAY['MAIL'::text, 'SMS'::text, 'WHATSAPP'::text]))),
    CONSTRAINT outbound_messages_outside_id_check CHECK ((length(outside_id) <= 300)),
    CONSTRAINT outbound_messages_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT outbound_messages_reason_check CHECK ((length(reason) <= 300)),
    CONSTRAINT outbound_messages_recipient_check CHECK ((((length(recipient) >= 1) AND (length(recipient) <= 254)) AND (recipient !~ '[[:cntrl:][:space:]]'::text))),
    CONSTRAINT outbound_messages_recipient_name_check CHECK (((length(recipient_name) <= 200) AND (recipient_name !~ '[[:cntrl:]]'::text))),
    CONSTRAINT outbound_messages_report_is_file CHECK (((report_id IS NULL) OR (document_id IS NOT NULL))),
    CONSTRAINT outbound_messages_sent CHECK (((status = 'SENT'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT outbound_messages_sent_via_check CHECK ((sent_via = ANY (ARRAY['MAKE'::text, 'SMTP'::text]))),
    CONSTRAINT outbound_messages_status_check CHECK ((status = ANY (ARRAY['QUEUED'::text, 'SENT'::text, 'FAILED'::text]))),
    CONSTRAINT outbound_messages_subject_check CHECK (((length(subject) <= 300) AND (subject !~ '[[:cntrl:]]'::text))),
    CONSTRAINT outbound_messages_template_check CHECK ((template ~ '^[a-z][a-z0-9_]{0,59}$'::text)),
    CONSTRAINT outbound_messages_text_check CHECK (((length(text) >= 1) AND (length(text) <= 10000)))
);

ALTER TABLE ONLY public.outbound_messages FORCE ROW LEVEL SECURITY;

-- Name: TABLE outbound_messages; Type: COMMENT; Schema: public

COMMENT ON TABLE public.outbound_messages IS 'Messages to people outside, each with its text as sent; where the link stood, the text holds the word {link}.';

-- Name: COLUMN outbound_messages.text; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.outbound_messages.text IS 'Without the address of its link: that is made when it is delivered, and kept nowhere.';

-- Name: COLUMN outbound_messages.attempts; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.outbound_messages.attempts IS 'How often it was handed to who sends it; an outcome of an earlier one changes nothing.';

-- Name: message_again(uuid, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.message_again(p_message_id uuid, p_sent_via text) RETURNS public.outbound_messages
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_message public.outbound_messages;
begin
  select * into v_message from public.outbound_messages where id = p_message_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'message not found', detail = '{"code": "not_found"}';
  end if;
  if v_message.status <> 'FAILED' then
    raise sqlstate 'PT409' using message = 'only a message that failed is sent again', detail = '{"code": "conflict"}';
  end if;
  update public.outbound_messages set status = 'QUEUED', reason = null, next_at = null, lease_until = null,
    sent_via = p_sent_via, attempts = case p_sent_via when 'MAKE' then attempts + 1 else 0 end
  where id = p_message_id returning * into v_message;
  perform private.event_add(v_message.org_id, v_message.case_id, 'sending.requested',
    p_data => jsonb_strip_nulls(jsonb_build_object('message_id', v_message.id, 'channel', v_message.channel,
      'recipient_name', v_message.recipient_name, 'again', true)));
  if p_sent_via = 'MAKE' then
    perform private.message_tell_make(v_message);
  end if;
  return v_message;
end;
$$;

-- Name: FUNCTION message_again(p_message_id uuid, p_sent_via text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.message_again(p_message_id uuid, p_sent_via text) IS 'Queues a message that failed once more.';

-- Name: message_claim(integer, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.message_claim(p_lease_seconds integer, p_message_id uuid DEFAULT NULL::uuid) RETURNS public.outbound_messages
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_message public.outbound_messages;
begin
  select * into v_message from public.outbound_messages
  where (p_message_id is null or id = p_message_id) and status = 'QUEUED' and sent_via = 'SMTP'
    and coalesce(next_at, '-infinity') <= clock_timestamp() and coalesce(lease_until, '-infinity') < clock_timestamp()
  order by created_at limit 1 for update skip locked;
  if not found then
    return null;
  end if;
  update public.outbound_messages set attempts = attempts + 1,
    lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where id = v_message.id returning * into v_message;
  return v_message;
end;
$$;

-- Name: FUNCTION message_claim(p_lease_seconds integer, p_message_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.message_claim(p_lease_seconds integer, p_message_id uuid) IS 'Takes a message that waits for our own mail server, for a while; two workers never get the same one.';

-- Name: message_file(uuid, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.message_file(p_document_id uuid, p_case_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_document public.documents;
begin
  select * into v_document from public.documents where id = p_document_id and case_id = p_case_id and deleted_at is null;
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  if v_document.storage_key is null then
    raise sqlstate 'PT409' using message = 'this file lies on OneDrive alone', detail = jsonb_build_object(
      'code', 'conflict', 'onedrive_web_url', v_document.onedrive_web_url);
  end if;
end;
$$;

-- Name: FUNCTION message_file(p_document_id uuid, p_case_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.message_file(p_document_id uuid, p_case_id uuid) IS 'Refuses a file that is not the case''s, was put away, or has no bytes with us.';

-- Name: message_later(uuid, integer, text, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.message_later(p_message_id uuid, p_attempt integer, p_reason text, p_seconds integer) RETURNS public.outbound_messages
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_message public.outbound_messages;
begin
  update public.outbound_messages set reason = p_reason, lease_until = null,
    next_at = clock_timestamp() + make_interval(secs => p_seconds)
  where id = p_message_id and attempts = p_attempt and status = 'QUEUED' and sent_via = 'SMTP'
  returning * into v_message;
  return v_message;
end;
$$;

-- Name: FUNCTION message_later(p_message_id uuid, p_attempt integer, p_reason text, p_seconds integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.message_later(p_message_id uuid, p_attempt integer, p_reason text, p_seconds integer) IS 'An attempt failed, and the next one is so many seconds off.';

-- Name: message_linked(uuid, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.message_linked(p_message_id uuid, p_link_id uuid) RETURNS public.outbound_messages
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_message public.outbound_messages;
begin
  update public.outbound_messages m set link_id = p_link_id
  from private.document_links l
  where m.id = p_message_id and l.id = p_link_id and l.document_id = m.document_id
    and (current_setting('role') = 'service_role' or m.org_id = any (array(select private.my_orgs())))
  returning m.* into v_message;
  return v_message;
end;
$$;

-- Name: FUNCTION message_linked(p_message_id uuid, p_link_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.message_linked(p_message_id uuid, p_link_id uuid) IS 'Notes which link a message was delivered with.';

-- Name: message_old_link_ends(public.outbound_messages); Type: FUNCTION; Schema: private

CREATE FUNCTION private.message_old_link_ends(p_message public.outbound_messages) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update private.document_links set revoked_at = coalesce(revoked_at, clock_timestamp()) where id = p_message.link_id;
  if p_message.document_id is not null then
    perform private.message_file(p_message.document_id, p_message.case_id);
  end if;
end;
$$;

-- Name: FUNCTION message_old_link_ends(p_message public.outbound_messages); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.message_old_link_ends(p_message public.outbound_messages) IS 'Closes the link of an earlier delivery; refuses where the file cannot be linked to any more.';

-- Name: message_outcome(uuid, text, text, text, text, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.message_outcome(p_message_id uuid, p_sent_via text, p_status text, p_outside_id text DEFAULT NULL::text, p_reason text DEFAULT NULL::text, p_attempt integer DEFAULT NULL::integer) RETURNS public.outbound_messages
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_message public.outbound_messages;
begin
  select * into v_message from public.outbound_messages where id = p_message_id and sent_via = p_sent_via
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  -- What was delivered stays delivered, whatever comes late; and a failure is its own attempt's.
  if not found or v_message.status = 'SENT'
    or (p_status = 'FAILED' and (v_message.status = 'FAILED' or p_attempt < v_message.attempts))
  then
    return v_message;
  end if;
  update public.outbound_messages set status = p_status, reason = case p_status when 'FAILED' then p_reason end,
    outside_id = coalesce(p_outside_id, outside_id), sent_at = case p_status when 'SENT' then clock_timestamp() end,
    lease_until = null, next_at = null
  where id = p_message_id returning * into v_message;
  perform private.event_add(v_message.org_id, v_message.case_id, 'sending.' || lower(p_status),
    p_data => jsonb_strip_nulls(jsonb_build_object('message_id', v_message.id, 'channel', v_message.channel,
      'recipient_name', v_message.recipient_name, 'sent_via', v_message.sent_via)));
  return v_message;
end;
$$;

-- Name: FUNCTION message_outcome(p_message_id uuid, p_sent_via text, p_status text, p_outside_id text, p_reason text, p_attempt integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.message_outcome(p_message_id uuid, p_sent_via text, p_status text, p_outside_id text, p_reason text, p_attempt integer) IS 'What became of a message, told as often as one likes and in any order; null where there is none.';

-- Name: message_queue(uuid, uuid, text, text, text, text, text, text, uuid, uuid, text, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.message_queue(p_id uuid, p_case_id uuid, p_channel text, p_recipient text, p_recipient_name text, p_template text, p_subject text, p_text text, p_document_id uuid, p_report_id uuid, p_sent_via text, p_most_an_hour integer) RETURNS public.outbound_messages
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_case public.cases;
  v_message public.outbound_messages;
begin
  select * into v_case from public.cases where id = p_case_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  -- An office's messages queue here, so that they can be counted, and the same one twice is one.
  perform pg_advisory_xact_lock(hashtextextended('outbound_messages ' || v_case.org_id, 0));
  select * into v_message from public.outbound_messages where id = p_id;
  if found then
    if v_message.case_id <> p_case_id then
      raise sqlstate 'PT409' using message = 'this id is another message''s', detail = '{"code": "conflict"}';
    end if;
    return v_message;
  end if;
  if (select count(*) from public.outbound_messages m
    where m.org_id = v_case.org_id and m.created_at > clock_timestamp() - interval '1 hour') >= p_most_an_hour
  then
    return null;
  end if;
  if p_document_id is not null then
    perform private.message_file(p_document_id, p_case_id);
  end if;
  insert into public.outbound_messages (id, org_id, case_id, plate, channel, recipient, recipient_name, template, subject,
    text, document_id, report_id, sent_via, attempts)
  values (p_id, v_case.org_id, p_case_id, v_case.plate, p_channel, p_recipient, p_recipient_name, p_template, p_subject,
    p_text, p_document_id, p_report_id, p_sent_via, case p_sent_via when 'MAKE' then 1 else 0 end)
  returning * into v_message;
  if p_sent_via = 'MAKE' then
    perform private.message_tell_make(v_message);
  end if;
  return v_message;
end;
$$;

-- Name: FUNCTION message_queue(p_id uuid, p_case_id uuid, p_channel text, p_recipient text, p_recipient_name text, p_template text, p_subject text, p_text text, p_document_id uuid, p_report_id uuid, p_sent_via text, p_most_an_hour integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.message_queue(p_id uuid, p_case_id uuid, p_channel text, p_recipient text, p_recipient_name text, p_template text, p_subject text, p_text text, p_document_id uuid, p_report_id uuid, p_sent_via text, p_most_an_hour integer) IS 'Queues a message and asks Make where Make sends it; the same id again is that message, and null means: too many in an hour.';

-- Name: message_take(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.message_take(p_message_id uuid) RETURNS public.outbound_messages
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_message public.outbound_messages;
begin
  select * into v_message from public.outbound_messages where id = p_message_id and sent_via = 'MAKE'
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'message not found', detail = '{"code": "not_found"}';
  end if;
  if v_message.status <> 'QUEUED' then
    raise sqlstate 'PT409' using message = 'this message does not wait any more',
      detail = jsonb_build_object('code', 'conflict', 'status', v_message.status);
  end if;
  perform private.message_old_link_ends(v_message);
  return v_message;
end;
$$;

-- Name: FUNCTION message_take(p_message_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.message_take(p_message_id uuid) IS 'A message that waits for Make, for who fetches it now; the link given before ends.';

-- Name: message_taken_to_mail(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.message_taken_to_mail(p_message_id uuid) RETURNS public.outbound_messages
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_message public.outbound_messages;
begin
  select * into v_message from public.outbound_messages where id = p_message_id for update;
  perform private.message_old_link_ends(v_message);
  return v_message;
end;
$$;

-- Name: FUNCTION message_taken_to_mail(p_message_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.message_taken_to_mail(p_message_id uuid) IS 'Closes the link of an earlier attempt before the next one is made.';

-- Name: message_tell_make(public.outbound_messages); Type: FUNCTION; Schema: private

CREATE FUNCTION private.message_tell_make(p_message public.outbound_messages) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  -- Text and link are fetched when it is sent: the link is a secret, and news are kept.
  perform private.outbox_add(p_message.org_id, p_message.case_id, 'sending.requested', p_data => jsonb_build_object(
    'message_id', p_message.id, 'channel', p_message.channel, 'attempt', p_message.attempts));
end;
$$;

-- Name: FUNCTION message_tell_make(p_message public.outbound_messages); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.message_tell_make(p_message public.outbound_messages) IS 'Asks Make to fetch a message and send it.';

-- Name: module_of(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.module_of(p_section text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return case
    when p_section in ('vehicle', 'car_details') then 'vehicle'
    when p_section in ('valuation', 'levisummary', 'levi_data', 'levi', 'levi_report') then 'levi'
    when p_section in ('centers', 'damage_centers', 'current_damage_center', 'damage_assessment', 'damage_info',
      'centers_archive', 'centers_archive_meta', 'centers_after_invoice', 'centers_after_invoice_meta',
      'damage_center_draft', 'damage_parts', 'damage_works', 'damage_sections') then 'damage'
    when p_section = 'parts_search' then 'parts'
    when p_section in ('invoices', 'current_invoice', 'invoice', 'invoice_case_info', 'invoice_summary',
      'invoice_calculations', 'financials', 'fees') then 'invoices'
    when p_section in ('final_report', 'estimate', 'expertise', 'expertise_snapshot', 'estimate_snapshot') then 'reports'
    else 'helper' end;
end;
$$;

-- Name: FUNCTION module_of(p_section text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.module_of(p_section text) IS 'Which module a section of the helper belongs to, for the switches; tracking has no section of its own.';

-- Name: money(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.money(p_json jsonb) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_amount numeric := private.amount(p_json #>> '{}');
begin
  return case when abs(v_amount) < 10000000000 then round(v_amount, 2) end;
end;
$$;

-- Name: FUNCTION money(p_json jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.money(p_json jsonb) IS 'A sum in shekels as numeric(12, 2) holds it; null where there is none, or one that nobody charges.';

-- Name: my_org(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.my_org() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return coalesce(
    (select p.org_id from public.profiles p where p.user_id = (select auth.uid())),
    (select k.org_id from private.gateway_keys k
      where k.id = (select private.gateway_key_id()) and k.revoked_at is null),
    -- The service key stands for the office where there is only one.
    (select (array_agg(o.id))[1] from public.orgs o having count(*) = 1)
  );
end;
$$;

-- Name: FUNCTION my_org(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.my_org() IS 'The office a new row belongs to when the caller names none.';

-- Name: my_orgs(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.my_orgs() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if current_setting('role') = 'backoffice_gateway' then
    return query
      select k.org_id from private.gateway_keys k where k.id = (select private.gateway_key_id()) and k.revoked_at is null;
  else
    return query
      select m.org_id
      from public.user_orgs m join public.profiles p on p.user_id = m.user_id
      where m.user_id = (select auth.uid()) and p.status = 'active';
  end if;
end;
$$;

-- Name: FUNCTION my_orgs(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.my_orgs() IS 'The offices of the caller; none for anybody who is not active, or a key that was revoked.';

-- Name: newest_is_current(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.newest_is_current() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $_$
declare
  v_within text;
begin
  if tg_when = 'BEFORE' then
    -- The flag is ours: set below, once the row is really there.
    new.is_current := false;
    return new;
  end if;
  -- tg_argv: the columns within which one row is the current one; the plate counts where there is no case.
  -- Two answers at once queue here.
  select string_agg(format('%I is not distinct from ($1).%I', a, a), ' and ') into v_within from unnest(tg_argv) a;
  perform pg_advisory_xact_lock(hashtextextended(tg_table_name || coalesce(new.case_id, new.org_id)::text, 0));
  execute format('update %I.%I set is_current = false where org_id = ($1).org_id and %s and is_current',
    tg_table_schema, tg_table_name, v_within) using new;
  execute format('update %I.%I set is_current = true where id = (
      select id from %I.%I where org_id = ($1).org_id and %s
      order by coalesce(unread[1] like ''*%%'', false), created_at desc, id = ($1).id desc limit 1)',
    tg_table_schema, tg_table_name, tg_table_schema, tg_table_name, v_within) using new;
  return null;
end;
$_$;

-- Name: FUNCTION newest_is_current(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.newest_is_current() IS 'The newest answer is the current one, and the earlier ones stay; one that says nothing at all pushes none aside.';

-- Name: not_by_hand(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.not_by_hand() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  raise sqlstate 'PT409' using message = 'this log only grows', detail = '{"code": "conflict"}';
end;
$$;

-- Name: FUNCTION not_by_hand(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.not_by_hand() IS 'A log is never changed, by any hand.';

-- Name: ocr_assigned(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.ocr_assigned() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  update public.invoices i set case_id = new.case_id
  from public.invoice_documents d
  where d.ocr_result_id = new.id and i.id = d.invoice_id and i.case_id is null;
  return null;
end;
$$;

-- Name: FUNCTION ocr_assigned(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.ocr_assigned() IS 'A case that is found for a reading is found for its invoice.';

-- Name: ocr_news(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.ocr_news() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_invoice public.invoices;
  v_failed text := case when new.unread[1] like '*%' then substr(new.unread[1], 2) end;
begin
  if v_failed is null then
    begin
      v_invoice := private.invoice_of_ocr(new);
    exception
      when deadlock_detected or serialization_failure or query_canceled or lock_not_available then
        raise;
      when others then
        -- What was read is kept in any case; that no draft came of it is told where staff look.
        v_failed := sqlstate;
    end;
  end if;
  insert into public.invoice_documents (org_id, case_id, plate, invoice_id, ocr_result_id, filename, ocr_status, ocr_structured_data,
    ocr_confidence, processing_method, processing_errors, processing_completed_at, invoice_date)
  values (new.org_id, new.case_id, new.plate, v_invoice.id, new.id, new.file_ref,
    case when v_failed is null then 'completed' else 'failed' end, new.raw, new.confidence, new.engine,
    case when v_failed is not null then jsonb_build_array(v_failed) end, new.created_at, v_invoice.invoice_date);
  return null;
end;
$$;

-- Name: FUNCTION ocr_news(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.ocr_news() IS 'A reading of an invoice leaves a document, and a draft where it could be read.';

-- Name: of_invoice(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.of_invoice() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_org uuid;
  v_case uuid;
  v_plate text;
  v_status text;
  v_stands_still boolean;
begin
  if tg_op = 'UPDATE' and old.invoice_id is not null and new.invoice_id is distinct from old.invoice_id then
    raise sqlstate 'PT409' using message = 'this row belongs to another invoice', detail = '{"code": "conflict"}';
  end if;
  if new.invoice_id is null then
    return new;
  end if;
  select i.org_id, i.case_id, i.plate, i.status, i.accepted_at is not null or i.status = 'CANCELLED'
  into v_org, v_case, v_plate, v_status, v_stands_still from public.invoices i where i.id = new.invoice_id;
  if not found then
    raise sqlstate 'PT404' using message = 'no such invoice', detail = '{"code": "not_found"}';
  end if;
  if v_stands_still and tg_table_name = 'invoice_lines'
    and (tg_op = 'INSERT' or (to_jsonb(new) - array['org_id', 'case_id', 'plate', 'updated_at', 'updated_by'])
      is distinct from (to_jsonb(old) - array['org_id', 'case_id', 'plate', 'updated_at', 'updated_by'])) then
    raise sqlstate 'PT409' using message = 'an invoice that was accepted or cancelled never changes: take that back first',
      detail = jsonb_build_object('code', 'conflict', 'status', v_status);
  end if;
  new.org_id := v_org;
  new.case_id := v_case;
  new.plate := v_plate;
  return new;
end;
$$;

-- Name: FUNCTION of_invoice(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.of_invoice() IS 'A line, document or mapping has its invoice''s office and case; lines stand still once it was accepted.';

-- Name: office_row_stamp(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.office_row_stamp() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'UPDATE' then
    new.id := old.id;
    new.org_id := old.org_id;
    new.created_at := old.created_at;
    new.created_by := old.created_by;
  else
    new.org_id := coalesce(new.org_id, private.my_org());
    new.created_by := coalesce((select auth.uid()), new.created_by);
    new.created_at := now();
  end if;
  new.updated_by := coalesce((select auth.uid()), new.updated_by);
  new.updated_at := clock_timestamp();
  return new;
end;
$$;

-- Name: FUNCTION office_row_stamp(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.office_row_stamp() IS 'Office, people and times of a row that belongs to an office and to no case.';

-- Name: onedrive_answer(uuid, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.onedrive_answer(p_document_id uuid, p_said jsonb) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_document public.documents;
  v_sync public.onedrive_sync;
begin
  select * into v_document from public.documents where id = p_document_id for update;
  if p_said ->> 'status' = 'SYNCED' then
    update public.documents set onedrive_file_id = p_said ->> 'onedrive_file_id',
      onedrive_web_url = coalesce(p_said ->> 'onedrive_web_url', onedrive_web_url),
      onedrive_path = coalesce(p_said ->> 'onedrive_path', onedrive_path)
    where id = p_document_id;
    perform private.onedrive_mark(p_document_id);
    return null;
  end if;
  -- A failure that arrives late does not undo a copy that is there.
  update public.onedrive_sync set status = 'FAILED', reason = p_said ->> 'reason', next_at = null
  where document_id = p_document_id and status <> 'SYNCED' and (status, reason) is distinct from ('FAILED', p_said ->> 'reason')
  returning * into v_sync;
  if v_sync.id is not null then
    perform private.event_add(v_sync.org_id, v_sync.case_id, 'onedrive.failed',
      p_data => private.onedrive_said(v_document, v_sync));
  end if;
  return null;
exception when unique_violation then
  return 'conflict';
end;
$$;

-- Name: FUNCTION onedrive_answer(p_document_id uuid, p_said jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.onedrive_answer(p_document_id uuid, p_said jsonb) IS 'Takes down one answer of Make''s about one file; says conflict where another file has that item.';

-- Name: onedrive_ask(uuid, interval); Type: FUNCTION; Schema: private

CREATE FUNCTION private.onedrive_ask(p_document_id uuid, p_wait interval DEFAULT NULL::interval) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_document public.documents;
  v_sync public.onedrive_sync;
begin
  -- p_wait is said by who asks by the clock: the number of attempts goes on, and begins anew for everybody else.
  select * into v_document from public.documents where id = p_document_id;
  insert into public.onedrive_sync as s (org_id, case_id, plate, document_id, attempts, last_requested_at, requested_by)
  values (v_document.org_id, v_document.case_id, v_document.plate, p_document_id, 1, clock_timestamp(), (select auth.uid()))
  on conflict (document_id) do update set status = 'PENDING', reason = null, withdrawn_at = null,
    attempts = case when p_wait is null then 1 else s.attempts + 1 end, last_requested_at = clock_timestamp(),
    next_at = clock_timestamp() + p_wait, requested_by = coalesce(excluded.requested_by, s.requested_by)
  where s.status <> 'SYNCED'
  returning * into v_sync;
  if v_sync.id is not null then
    perform private.event_add(v_sync.org_id, v_sync.case_id, 'onedrive.sync_requested',
      p_data => private.onedrive_said(v_document, v_sync) - array['status'] || jsonb_strip_nulls(jsonb_build_object(
        'plate', v_sync.plate, 'mime_type', v_document.mime_type,
        'size_bytes', v_document.size_bytes, 'checksum', v_document.checksum,
        'folder', private.onedrive_folder(v_sync.plate, v_document.category))));
  end if;
end;
$$;

-- Name: FUNCTION onedrive_ask(p_document_id uuid, p_wait interval); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.onedrive_ask(p_document_id uuid, p_wait interval) IS 'Asks Make to copy a file to OneDrive, unless it is there: the row and the message in one moment.';

-- Name: onedrive_ask_again(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.onedrive_ask_again(p_document_id uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_document public.documents;
  v_sync public.onedrive_sync;
begin
  select * into v_document from public.documents where id = p_document_id and deleted_at is null
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  select * into v_sync from public.onedrive_sync where document_id = p_document_id;
  -- Two clicks ask once.
  if v_document.storage_key is null or v_document.category = 'archive' or v_sync.status = 'SYNCED'
    or (v_sync.status = 'PENDING' and v_sync.last_requested_at > clock_timestamp() - interval '1 minute')
  then
    return false;
  end if;
  perform private.onedrive_ask(p_document_id);
  return true;
end;
$$;

-- Name: FUNCTION onedrive_ask_again(p_document_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.onedrive_ask_again(p_document_id uuid) IS 'Asks for a file once more in the caller''s name; false where there is nothing to ask for.';

-- Name: onedrive_folder(text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.onedrive_folder(p_plate text, p_category text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select case when p_plate is null then '/ללא תיק' else '/' || p_plate || case p_category
    when 'image' then '/' || p_plate || '_תמונות/מקוריות'
    when 'report' then '/דוחות'
    when 'invoice' then '/חשבוניות'
    when 'license' then '/רישיון'
    else '/מסמכים' end end
$$;

-- Name: FUNCTION onedrive_folder(p_plate text, p_category text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.onedrive_folder(p_plate text, p_category text) IS 'Where a file of ours is best put on OneDrive; a hint, Make decides.';

-- Name: onedrive_is_heard(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.onedrive_is_heard(p_org_id uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select exists (select from private.webhook_endpoints e where e.org_id = p_org_id and e.deleted_at is null
    and (e.event_types = '{}' or 'onedrive.sync_requested' = any (e.event_types)))
$$;

-- Name: FUNCTION onedrive_is_heard(p_org_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.onedrive_is_heard(p_org_id uuid) IS 'Whether an address of the office''s Make hears that a copy is wanted; one that is paused will.';

-- Name: onedrive_mark(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.onedrive_mark(p_document_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_document public.documents;
  v_sync public.onedrive_sync;
begin
  select * into v_document from public.documents where id = p_document_id;
  insert into public.onedrive_sync as s (org_id, case_id, plate, document_id, direction, status, onedrive_file_id,
    onedrive_web_url, onedrive_path, synced_at)
  values (v_document.org_id, v_document.case_id, v_document.plate, p_document_id, 'IN', 'SYNCED',
    v_document.onedrive_file_id, v_document.onedrive_web_url, v_document.onedrive_path, clock_timestamp())
  on conflict (document_id) do update set status = 'SYNCED', reason = null, next_at = null, withdrawn_at = null,
    onedrive_file_id = excluded.onedrive_file_id, onedrive_web_url = excluded.onedrive_web_url,
    onedrive_path = excluded.onedrive_path, synced_at = excluded.synced_at
  where (s.status, s.onedrive_file_id, s.onedrive_web_url, s.onedrive_path)
    is distinct from (excluded.status, excluded.onedrive_file_id, excluded.onedrive_web_url, excluded.onedrive_path)
  returning * into v_sync;
  if v_sync.direction = 'OUT' then
    perform private.event_add(v_sync.org_id, v_sync.case_id, 'onedrive.synced',
      p_data => private.onedrive_said(v_document, v_sync));
    -- What was only on its way through us.
    if v_document.bucket_name = 'temp' and v_document.category = 'image' and private.may_let_go(p_document_id) then
      perform private.file_let_go(p_document_id);
    end if;
  end if;
end;
$$;

-- Name: FUNCTION onedrive_mark(p_document_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.onedrive_mark(p_document_id uuid) IS 'Writes down that a file lies on OneDrive; the bytes of a picture that only passed through us are let go.';

-- Name: onedrive_sync; Type: TABLE; Schema: public

CREATE TABLE public.onedrive_sync (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    document_id uuid NOT NULL,
    direction text DEFAULT 'OUT'::text NOT NULL,
    status text DEFAULT 'PENDING'::text NOT NULL,
    reason text,
    attempts integer DEFAULT 0 NOT NULL,
    last_requested_at timestamp with time zone,
    next_at timestamp with time zone,
    requested_by uuid,
    onedrive_file_id text,
    onedrive_web_url text,
    onedrive_path text,
    synced_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT onedrive_sync_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT onedrive_sync_direction_check CHECK ((direction = ANY (ARRAY['OUT'::text, 'IN'::text]))),
    CONSTRAINT onedrive_sync_onedrive_file_id_check CHECK ((length(onedrive_file_id) <= 300)),
    CONSTRAINT onedrive_sync_onedrive_path_check CHECK ((length(onedrive_path) <= 1000)),
    CONSTRAINT onedrive_sync_onedrive_web_url_check CHECK (((length(onedrive_web_url) <= 2000) AND (onedrive_web_url ~ '^https://'::text))),
    CONSTRAINT onedrive_sync_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT onedrive_sync_reached CHECK (((status <> 'SYNCED'::text) OR ((onedrive_file_id IS NOT NULL) AND (synced_at IS NOT NULL) AND (withdrawn_at IS NULL)))),
    CONSTRAINT onedrive_sync_reason_check CHECK ((length(reason) <= 500)),
    CONSTRAINT onedrive_sync_status_check CHECK ((status = ANY (ARRAY['NONE'::text, 'PENDING'::text, 'SYNCED'::text, 'FAILED'::text])))
);

ALTER TABLE ONLY public.onedrive_sync FORCE ROW LEVEL SECURITY;

-- Name: TABLE onedrive_sync; Type: COMMENT; Schema: public

COMMENT ON TABLE public.onedrive_sync IS 'One row a file: whether its copy on OneDrive was asked for, is there, or could not be made.';

-- Name: COLUMN onedrive_sync.direction; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.onedrive_sync.direction IS 'OUT: Make copies our file to OneDrive; IN: it was found there.';

-- Name: COLUMN onedrive_sync.attempts; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.onedrive_sync.attempts IS 'How often Make was asked since a person last wanted it.';

-- Name: COLUMN onedrive_sync.next_at; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.onedrive_sync.next_at IS 'When Make is asked again if it does not answer; not known before the first sweep.';

-- Name: COLUMN onedrive_sync.withdrawn_at; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.onedrive_sync.withdrawn_at IS 'When nobody wanted the copy any more, because the file was put away.';

-- Name: onedrive_said(public.documents, public.onedrive_sync); Type: FUNCTION; Schema: private

CREATE FUNCTION private.onedrive_said(p_document public.documents, p_sync public.onedrive_sync) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select jsonb_strip_nulls(jsonb_build_object('document_id', p_document.id, 'sync_id', p_sync.id,
    'filename', p_document.filename,
    'category', p_document.category, 'status', p_sync.status, 'reason', p_sync.reason, 'attempts', p_sync.attempts))
$$;

-- Name: FUNCTION onedrive_said(p_document public.documents, p_sync public.onedrive_sync); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.onedrive_said(p_document public.documents, p_sync public.onedrive_sync) IS 'What an event about OneDrive says of a file.';

-- Name: onedrive_sweep(integer[]); Type: FUNCTION; Schema: private

CREATE FUNCTION private.onedrive_sweep(p_seconds integer[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_heard uuid[] := array(select o.id from public.orgs o where private.onedrive_is_heard(o.id));
  v_sync public.onedrive_sync;
  v_count integer := 0;
begin
  update public.onedrive_sync set status = 'NONE', reason = null, next_at = null
  where status = 'PENDING' and withdrawn_at is null and org_id <> all (v_heard);
  for v_sync in
    select * from public.onedrive_sync where status = 'NONE' and withdrawn_at is null and org_id = any (v_heard)
    order by created_at limit 200 for update skip locked
  loop
    v_count := v_count + 1;
    perform private.onedrive_ask(v_sync.document_id);
  end loop;
  update public.onedrive_sync set next_at = last_requested_at + make_interval(secs => p_seconds[1])
  where status = 'PENDING' and withdrawn_at is null and next_at is null;
  for v_sync in
    select * from public.onedrive_sync where status = 'PENDING' and withdrawn_at is null and next_at <= clock_timestamp()
    order by next_at limit 200 for update skip locked
  loop
    v_count := v_count + 1;
    if v_sync.attempts < cardinality(p_seconds) then
      perform private.onedrive_ask(v_sync.document_id, make_interval(secs => p_seconds[v_sync.attempts + 1]));
      continue;
    end if;
    update public.onedrive_sync set status = 'FAILED', reason = 'no answer', next_at = null where id = v_sync.id
    returning * into v_sync;
    perform private.event_add(v_sync.org_id, v_sync.case_id, 'onedrive.failed', p_data => (
      select private.onedrive_said(d, v_sync) from public.documents d where d.id = v_sync.document_id));
  end loop;
  return v_count;
end;
$$;

-- Name: FUNCTION onedrive_sweep(p_seconds integer[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.onedrive_sweep(p_seconds integer[]) IS 'Asks again for what nobody answered, and gives up after the last wait; where nobody hears, files wait until somebody does.';

-- Name: onedrive_synced(jsonb, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.onedrive_synced(p_rows jsonb, p_org_id uuid DEFAULT NULL::uuid) RETURNS TABLE(place integer, document_id uuid, sync_id uuid, case_id uuid, status text, error text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
#variable_conflict use_column
declare
  v_row record;
begin
  for v_row in
    select e.place, e.value as said, d.id as document_id
    from jsonb_array_elements(p_rows) with ordinality e (value, place)
    left join public.onedrive_sync s on s.id = (e.value ->> 'sync_id')::uuid
    left join public.documents d on d.id = coalesce((e.value ->> 'file_id')::uuid, s.document_id)
      and (e.value ->> 'sync_id' is null or s.document_id = d.id) and d.org_id = coalesce(p_org_id, d.org_id)
      and (current_setting('role') = 'service_role' or d.org_id = any (array(select private.my_orgs())))
    order by d.id, e.place
  loop
    place := v_row.place;
    document_id := v_row.document_id;
    error := case when document_id is null then 'not_found' else private.onedrive_answer(document_id, v_row.said) end;
    sync_id := null;
    case_id := null;
    status := null;
    select s.id, s.case_id, s.status into sync_id, case_id, status from public.onedrive_sync s
    where s.document_id = v_row.document_id;
    error := case when error is null and sync_id is null then 'not_found' else error end;
    return next;
  end loop;
end;
$$;

-- Name: FUNCTION onedrive_synced(p_rows jsonb, p_org_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.onedrive_synced(p_rows jsonb, p_org_id uuid) IS 'Takes down what Make says of files it was asked for, each row by itself; a file that is not seen is not there.';

-- Name: onedrive_watch(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.onedrive_watch() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_is_ours boolean := new.storage_key is not null and new.onedrive_file_id is null and new.deleted_at is null
    and new.category <> 'archive';
begin
  if tg_op = 'INSERT' then
    if new.onedrive_file_id is not null then
      perform private.onedrive_mark(new.id);
    elsif v_is_ours then
      perform private.onedrive_ask(new.id);
    end if;
    return null;
  end if;
  if (new.case_id, new.plate) is distinct from (old.case_id, old.plate) then
    update public.onedrive_sync set case_id = new.case_id, plate = new.plate where document_id = new.id;
  end if;
  if new.storage_key is null and old.storage_key is not null then
    insert into private.bytes_let_go (bucket_name, storage_key, org_id, document_id)
    values (old.bucket_name, old.storage_key, new.org_id, new.id) on conflict do nothing;
  end if;
  if new.deleted_at is not null and old.deleted_at is null then
    update public.onedrive_sync set withdrawn_at = new.deleted_at, next_at = null
    where document_id = new.id and status <> 'SYNCED';
  end if;
  if new.onedrive_file_id is not null
    and (new.onedrive_file_id, new.onedrive_web_url, new.onedrive_path)
      is distinct from (old.onedrive_file_id, old.onedrive_web_url, old.onedrive_path)
  then
    perform private.onedrive_mark(new.id);
  elsif v_is_ours and (old.deleted_at is not null or old.category = 'archive'
    or new.case_id is distinct from old.case_id)
  then
    perform private.onedrive_ask(new.id);
  end if;
  return null;
end;
$$;

-- Name: FUNCTION onedrive_watch(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.onedrive_watch() IS 'A file with bytes is asked for by the transaction that keeps it, and its row follows it; bytes it gives up are noted.';

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

-- Name: outbox_add(uuid, uuid, text, integer, jsonb, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.outbox_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer DEFAULT NULL::integer, p_data jsonb DEFAULT '{}'::jsonb, p_dedupe text DEFAULT NULL::text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_message private.outbox;
begin
  insert into private.outbox (org_id, case_id, type, version, data, dedupe)
  values (p_org_id, p_case_id, p_type, p_version, p_data, p_dedupe)
  on conflict (dedupe) do nothing
  returning * into v_message;
  if v_message.id is not null then
    insert into private.deliveries (message_id, endpoint_id, org_id, case_id, seq, type)
    select v_message.id, e.id, e.org_id, p_case_id, v_message.seq, p_type
    from private.webhook_endpoints e
    where e.org_id = p_org_id and e.deleted_at is null and p_type <> 'test.ping'
      and (e.event_types = '{}' or p_type = any (e.event_types));
  end if;
  return v_message.id;
end;
$$;

-- Name: FUNCTION outbox_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb, p_dedupe text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.outbox_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb, p_dedupe text) IS 'Queues one message for every endpoint of the office that wants it; null when it was told before.';

-- Name: outbox_age(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.outbox_age() RETURNS double precision
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return coalesce((
    select extract(epoch from clock_timestamp() - min(d.next_at))::double precision
    from private.webhook_endpoints e
    cross join lateral (
      select f.next_at from private.deliveries f where f.endpoint_id = e.id and f.status = 'pending' order by f.seq limit 1
    ) d
    where not e.is_paused and e.deleted_at is null and d.next_at <= clock_timestamp()), 0);
end;
$$;

-- Name: FUNCTION outbox_age(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.outbox_age() IS 'For how many seconds the oldest message has been waiting for somebody to take it up; a retry waits for its time, not for us.';

-- Name: parts_archive_stamp(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.parts_archive_stamp() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.archived_by := coalesce((select auth.uid()), new.archived_by);
  new.archived_at := now();
  return new;
end;
$$;

-- Name: FUNCTION parts_archive_stamp(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.parts_archive_stamp() IS 'Who kept a row, and when, is the server''s.';

-- Name: parts_kept_before(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.parts_kept_before() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into public.required_parts_archive (org_id, case_id, plate, archive_reason, damage_center_code, part_name, pcode, oem,
    cat_num_desc, description, part_family, supplier_name, price_per_unit, reduction_percentage, wear_percentage,
    updated_price, quantity, total_cost, source, metadata, original_row_uuid, original_created_at, original_updated_at,
    original_created_by, original_updated_by)
  select p.org_id, p.case_id, p.plate, left('before invoice ' || coalesce(new.invoice_number, ''), 1000), p.damage_center_code,
    p.part_name, p.pcode, p.oem, p.cat_num_desc, p.description, p.part_family, p.supplier_name, p.price_per_unit,
    p.reduction_percentage, p.wear_percentage, p.updated_price, p.quantity, p.total_cost, p.source, p.metadata, p.row_uuid,
    p.created_at, p.updated_at, p.created_by, p.updated_by
  from public.parts_required p
  where p.case_id = new.case_id and not exists (
    select from public.required_parts_archive a
    where a.case_id = p.case_id and a.original_row_uuid = p.row_uuid and a.original_updated_at = p.updated_at);
  return null;
end;
$$;

-- Name: FUNCTION parts_kept_before(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.parts_kept_before() IS 'Accepting an invoice keeps the parts its case needed just then, each as often as it changed and no more.';

-- Name: parts_required_centers(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.parts_required_centers() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if tg_op = 'UPDATE' then
    new.row_uuid := old.row_uuid;
    if new.case_id is distinct from old.case_id then
      raise sqlstate 'PT409' using message = 'this row belongs to another case',
        detail = jsonb_build_object('code', 'conflict', 'row_uuid', old.row_uuid);
    end if;
  end if;
  if new.damage_center_code is not null and new.damage_center_code <> all (new.damage_center_codes) then
    new.damage_center_codes := new.damage_center_codes || new.damage_center_code;
  end if;
  return new;
end;
$$;

-- Name: FUNCTION parts_required_centers(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.parts_required_centers() IS 'A row serves every damage center that named it, and stays with its case.';

-- Name: parts_required_elsewhere(uuid, uuid[]); Type: FUNCTION; Schema: private

CREATE FUNCTION private.parts_required_elsewhere(p_case_id uuid, p_row_uuids uuid[]) RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select coalesce(array_agg(t.row_uuid), '{}') from public.parts_required t
  where t.row_uuid = any (p_row_uuids) and t.case_id <> p_case_id
$$;

-- Name: FUNCTION parts_required_elsewhere(p_case_id uuid, p_row_uuids uuid[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.parts_required_elsewhere(p_case_id uuid, p_row_uuids uuid[]) IS 'Those of the keys that are taken by another case, of whichever office: a batch leaves them out and says so.';

-- Name: patch_check(uuid, jsonb, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.patch_check(p_case_id uuid, p_patch jsonb, p_source text) RETURNS public.cases
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION patch_check(p_case_id uuid, p_patch jsonb, p_source text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.patch_check(p_case_id uuid, p_patch jsonb, p_source text) IS 'The case, if a patch writes only what its source may write and leaves alone what identifies case and version.';

-- Name: payment_add(public.cases, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.payment_add(p_case public.cases, p_helper jsonb) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_known public.payment_tracking;
  v_count integer;
begin
  if private.said(p_helper #> '{meta,fee_module_completed}') is distinct from 'true'
    or exists (select from public.payment_tracking where case_id = p_case.id)
  then
    return 0;
  end if;
  v_known := private.payment_facts(p_case, p_helper);
  insert into public.payment_tracking (org_id, case_id, plate, manufacturer, year_of_manufacture, owner_name, phone,
    damage_date, damage_type, agent, total_fee, broadcast_date, garage)
  values (p_case.org_id, p_case.id, p_case.plate, v_known.manufacturer, v_known.year_of_manufacture, v_known.owner_name,
    v_known.phone, v_known.damage_date, v_known.damage_type, v_known.agent, v_known.total_fee, v_known.broadcast_date,
    v_known.garage)
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;

-- Name: FUNCTION payment_add(p_case public.cases, p_helper jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.payment_add(p_case public.cases, p_helper jsonb) IS 'A case whose fee was settled in its helper gets a row of payments, once; one that was removed stays removed.';

-- Name: payment_tracking; Type: TABLE; Schema: public

CREATE TABLE public.payment_tracking (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid NOT NULL,
    plate text NOT NULL,
    manufacturer text,
    year_of_manufacture integer,
    owner_name text,
    phone text,
    damage_date date,
    damage_type text,
    agent text,
    total_fee numeric(12,2),
    broadcast_date date,
    garage text,
    claim_handler text,
    expected_payment_date date,
    payment_status text DEFAULT 'ממתין לתשלום'::text NOT NULL,
    notes text,
    last_contacted_by uuid,
    last_contacted_at timestamp with time zone,
    last_contact_notes text,
    fee_invoice_date date,
    removed_at timestamp with time zone,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT payment_tracking_agent_check CHECK ((length(agent) <= 200)),
    CONSTRAINT payment_tracking_claim_handler_check CHECK ((length(claim_handler) <= 200)),
    CONSTRAINT payment_tracking_damage_type_check CHECK ((length(damage_type) <= 200)),
    CONSTRAINT payment_tracking_garage_check CHECK ((length(garage) <= 200)),
    CONSTRAINT payment_tracking_last_contact_notes_check CHECK ((length(last_contact_notes) <= 2000)),
    CONSTRAINT payment_tracking_manufacturer_check CHECK ((length(manufacturer) <= 200)),
    CONSTRAINT payment_tracking_notes_check CHECK ((length(notes) <= 5000)),
    CONSTRAINT payment_tracking_owner_name_check CHECK ((length(owner_name) <= 200)),
    CONSTRAINT payment_tracking_payment_status_check CHECK ((payment_status = ANY (ARRAY['ממתין לתשלום'::text, 'שולם חלקית'::text, 'שולם במלואו'::text, 'באיחור'::text]))),
    CONSTRAINT payment_tracking_phone_check CHECK ((length(phone) <= 60)),
    CONSTRAINT payment_tracking_total_fee_check CHECK ((total_fee >= (0)::numeric)),
    CONSTRAINT payment_tracking_year_of_manufacture_check CHECK (((year_of_manufacture >= 1900) AND (year_of_manufacture <= 2200)))
);

ALTER TABLE ONLY public.payment_tracking FORCE ROW LEVEL SECURITY;

-- Name: TABLE payment_tracking; Type: COMMENT; Schema: public

COMMENT ON TABLE public.payment_tracking IS 'The fee of a case and how far its payment has come; filled from the case when it is made, the office''s own afterwards.';

-- Name: COLUMN payment_tracking.broadcast_date; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.payment_tracking.broadcast_date IS 'When the report and the demand were sent.';

-- Name: payment_facts(public.cases, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.payment_facts(p_case public.cases, p_helper jsonb) RETURNS public.payment_tracking
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_row public.payment_tracking;
begin
  v_row.manufacturer := left((private.tracking_field(p_helper, 'text', array['vehicle/manufacturer', 'car_details/manufacturer'])).value, 200);
  v_row.year_of_manufacture := (private.tracking_field(p_helper, 'year', array['vehicle/year', 'car_details/year'])).value;
  v_row.owner_name := left(coalesce((private.tracking_field(p_helper, 'text', array['stakeholders/owner/name'])).value,
    p_case.owner_name), 200);
  v_row.phone := left((private.tracking_field(p_helper, 'text', array['stakeholders/owner/phone'])).value, 60);
  v_row.damage_date := (private.tracking_field(p_helper, 'day', array['case_info/damage_date', 'vehicle/damage_date'])).value;
  v_row.damage_type := left((private.tracking_field(p_helper, 'text', array['case_info/damage_type'])).value, 200);
  v_row.agent := left((private.tracking_field(p_helper, 'text', array['stakeholders/insurance/agent/name'])).value, 200);
  v_row.total_fee := (private.tracking_field(p_helper, 'amount', array['financials/fees/calculations/total_with_vat',
    'financials/fees/subtotal'])).value;
  v_row.total_fee := case when v_row.total_fee > 0 then v_row.total_fee end;
  v_row.broadcast_date := (private.tracking_field(p_helper, 'day', array['case_info/submission_date', 'final_report/submitted_at'])).value;
  v_row.garage := left((private.tracking_field(p_helper, 'text', array['stakeholders/garage/name'])).value, 200);
  return v_row;
end;
$$;

-- Name: FUNCTION payment_facts(p_case public.cases, p_helper jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.payment_facts(p_case public.cases, p_helper jsonb) IS 'What a new row of payments takes from its case.';

-- Name: payment_prefill(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.payment_prefill() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_case public.cases;
  v_helper jsonb;
  v_known public.payment_tracking;
begin
  select * into v_case from public.cases where id = new.case_id;
  -- Somebody's own row and nothing else: the stamp before this one refused a case that is not the caller's.
  if found and v_case.org_id = new.org_id then
    select helper_json || '{}' into v_helper from public.case_helper where case_id = new.case_id and is_current;
    v_known := private.payment_facts(v_case, v_helper);
    new.manufacturer := coalesce(new.manufacturer, v_known.manufacturer);
    new.year_of_manufacture := coalesce(new.year_of_manufacture, v_known.year_of_manufacture);
    new.owner_name := coalesce(new.owner_name, v_known.owner_name);
    new.phone := coalesce(new.phone, v_known.phone);
    new.damage_date := coalesce(new.damage_date, v_known.damage_date);
    new.damage_type := coalesce(new.damage_type, v_known.damage_type);
    new.agent := coalesce(new.agent, v_known.agent);
    new.total_fee := coalesce(new.total_fee, v_known.total_fee);
    new.broadcast_date := coalesce(new.broadcast_date, v_known.broadcast_date);
    new.garage := coalesce(new.garage, v_known.garage);
  end if;
  return new;
end;
$$;

-- Name: FUNCTION payment_prefill(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.payment_prefill() IS 'A new row of payments begins with what its case knows; afterwards it is the office''s own.';

-- Name: payment_track(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.payment_track() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  -- Only what payments decide: the row may have been made by a save whose helper is not stored yet.
  perform private.tracking_queue(new.case_id);
  update public.tracking_general set payment_received = not payment_received, timestamp = clock_timestamp(),
    updated_at = clock_timestamp()
  where case_id = new.case_id and payment_received <> private.tracking_paid(new.case_id);
  return null;
end;
$$;

-- Name: FUNCTION payment_track(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.payment_track() IS 'The general table says at once whether the payment was received.';

-- Name: people_news(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.people_news() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_became jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  v_one jsonb := coalesce(v_became, v_was);
  v_changes jsonb;
begin
  -- Phone, mail and devices are named and not shown; a login's time is no news.
  v_changes := private.changed_only(coalesce(v_was, '{}'), coalesce(v_became, '{}'), array['role', 'status', 'org_id', 'name']);
  if tg_op = 'UPDATE' and v_one - '{last_login,updated_at,onesignal_id}'::text[] = v_was - '{last_login,updated_at,onesignal_id}'::text[] then
    return null;
  end if;
  -- A person's own office comes with the person, and is told once.
  if tg_table_name = 'user_orgs' and tg_op = 'INSERT' and exists (
    select from public.profiles p where p.user_id = (v_one ->> 'user_id')::uuid and p.org_id = (v_one ->> 'org_id')::uuid
  ) then
    return null;
  end if;
  perform private.event_add(coalesce(v_one ->> 'org_id', v_one ->> 'id')::uuid, null,
    tg_argv[0] || case tg_op when 'INSERT' then '.added' when 'UPDATE' then '.changed' else '.removed' end,
    p_data => jsonb_strip_nulls(jsonb_build_object('table', tg_table_name, 'op', lower(tg_op), 'user_id', v_one -> 'user_id',
      'name', v_one -> 'name',
      'was', nullif(v_changes -> 'was', '{}'), 'became', nullif(v_changes -> 'became', '{}'),
      'changed', case when tg_op = 'UPDATE' then (select jsonb_agg(k order by k) from jsonb_object_keys(v_one) k
        where v_one -> k is distinct from v_was -> k and k <> 'updated_at') end)));
  return null;
end;
$$;

-- Name: FUNCTION people_news(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.people_news() IS 'Who came, went, or was given another role; contact details are named, never shown.';

-- Name: pictures_let_go(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.pictures_let_go() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_id uuid;
  v_count integer := 0;
begin
  for v_id in
    select d.id from public.documents d join public.onedrive_sync s on s.document_id = d.id
    where d.bucket_name = 'temp' and d.onedrive_file_id is not null and d.category = 'image'
      and s.direction = 'OUT' and private.may_let_go(d.id)
    limit 500 for update of d skip locked
  loop
    perform private.file_let_go(v_id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;

-- Name: FUNCTION pictures_let_go(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.pictures_let_go() IS 'Lets go of the pictures that had still to be looked at when OneDrive had them.';

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

-- Name: pointers_outside(jsonb, text[], text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.pointers_outside(p_patch jsonb, p_allowed text[], p_at text DEFAULT ''::text) RETURNS SETOF text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_key text;
  v_value jsonb;
  v_pointer text;
begin
  for v_key, v_value in select * from jsonb_each(p_patch) loop
    v_pointer := p_at || '/' || replace(replace(v_key, '~', '~0'), '/', '~1');
    if exists (select from unnest(p_allowed) a where v_pointer = a or starts_with(v_pointer, a || '/')) then
      continue;
    elsif jsonb_typeof(v_value) = 'object' and exists (
      select from unnest(p_allowed) a where starts_with(a, v_pointer || '/')
    ) then
      return query select private.pointers_outside(v_value, p_allowed, v_pointer);
    else
      return next v_pointer;
    end if;
  end loop;
end;
$$;

-- Name: FUNCTION pointers_outside(p_patch jsonb, p_allowed text[], p_at text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.pointers_outside(p_patch jsonb, p_allowed text[], p_at text) IS 'The places of a patch that no allowed pointer covers.';

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

-- Name: rates_changed(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.rates_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_org uuid := to_jsonb(new) ->> tg_argv[0];
begin
  perform private.invoices_validate(array(select i.id from public.invoices i where v_org is null or i.org_id = v_org));
  return null;
end;
$$;

-- Name: FUNCTION rates_changed(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.rates_changed() IS 'Another rate or tolerance: what the invoices come to is told anew; the invoices stay.';

-- Name: raw_answer_add(uuid, uuid, text, text, jsonb, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.raw_answer_add(p_org_id uuid, p_case_id uuid, p_source text, p_body text, p_parsed jsonb DEFAULT NULL::jsonb, p_error text DEFAULT NULL::text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_org uuid := coalesce((select c.org_id from public.cases c where c.id = p_case_id), p_org_id, private.my_org());
  v_id uuid;
begin
  if current_setting('role') <> 'service_role' and not v_org = any (array(select private.my_orgs())) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  insert into private.raw_answers (org_id, case_id, source, body, parsed, error, request_id)
  values (v_org, p_case_id, left(p_source, 100), p_body, p_parsed, p_error, private.request_id())
  returning id into v_id;
  return v_id;
end;
$$;

-- Name: FUNCTION raw_answer_add(p_org_id uuid, p_case_id uuid, p_source text, p_body text, p_parsed jsonb, p_error text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.raw_answer_add(p_org_id uuid, p_case_id uuid, p_source text, p_body text, p_parsed jsonb, p_error text) IS 'Keeps one answer of Make''s as it came.';

-- Name: raw_answer_json(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.raw_answer_json(p_id uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return (select r.parsed from private.raw_answers r where r.id = p_id
    and (current_setting('role') = 'service_role' or r.org_id = any (array(select private.my_orgs()))));
end;
$$;

-- Name: FUNCTION raw_answer_json(p_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.raw_answer_json(p_id uuid) IS 'A kept answer of the caller''s own office, as it was read.';

-- Name: reminder_stamp(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.reminder_stamp() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  -- The screen's own words for the same things.
  new.priority := case new.priority when 'נמוכה' then 'נמוך' when 'בינונית' then 'רגיל' when 'גבוהה' then 'גבוה'
    else new.priority end;
  new.status := case new.status when 'פעיל' then 'ממתין' when 'פג תוקף' then 'באיחור' else new.status end;
  new.due_at := (new.due_date + new.due_time) at time zone 'Asia/Jerusalem';
  if tg_op = 'INSERT' then
    new.next_at := case when new.status = 'ממתין' then coalesce(new.snoozed_until, new.due_at) end;
  elsif new.status in ('הושלם', 'בוטל') then
    new.next_at := null;
  elsif new.due_at <> old.due_at or new.status = 'ממתין' and old.status in ('הושלם', 'בוטל') then
    new.snoozed_until := null;
    new.next_at := new.due_at;
  end if;
  return new;
end;
$$;

-- Name: FUNCTION reminder_stamp(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.reminder_stamp() IS 'When a reminder is due, by the clock of Israel, and when it is released next.';

-- Name: reports; Type: TABLE; Schema: public

CREATE TABLE public.reports (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid NOT NULL,
    plate text,
    report_type text NOT NULL,
    nature text DEFAULT 'draft'::text NOT NULL,
    version integer NOT NULL,
    is_current boolean DEFAULT false NOT NULL,
    status text DEFAULT 'PENDING'::text NOT NULL,
    reason text,
    attempts integer DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone,
    next_at timestamp with time zone,
    done integer DEFAULT 0 NOT NULL,
    total integer DEFAULT 5 NOT NULL,
    case_helper_version integer NOT NULL,
    helper_name text NOT NULL,
    source text DEFAULT 'helper'::text NOT NULL,
    source_sha256 text,
    document_id uuid,
    pages integer,
    title text,
    verified jsonb DEFAULT '{}'::jsonb NOT NULL,
    rendered_at timestamp with time zone,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT reports_current_is_ready CHECK (((NOT is_current) OR (status = 'READY'::text))),
    CONSTRAINT reports_html_known CHECK (((source = 'html'::text) = (source_sha256 IS NOT NULL))),
    CONSTRAINT reports_nature_check CHECK ((nature = ANY (ARRAY['draft'::text, 'final'::text]))),
    CONSTRAINT reports_pages_check CHECK ((pages > 0)),
    CONSTRAINT reports_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT reports_ready CHECK (((status <> 'READY'::text) OR ((document_id IS NOT NULL) AND (pages IS NOT NULL)))),
    CONSTRAINT reports_reason_check CHECK ((reason ~ '^[a-z0-9_]{1,60}$'::text)),
    CONSTRAINT reports_report_type_check CHECK ((report_type = ANY (ARRAY['expertise'::text, 'estimate'::text, 'opinion_private'::text, 'opinion_global'::text, 'opinion_damaged_sale'::text, 'opinion_total_loss'::text, 'opinion_legal_loss'::text, 'invoice'::text, 'parts'::text]))),
    CONSTRAINT reports_source_check CHECK ((source = ANY (ARRAY['helper'::text, 'html'::text]))),
    CONSTRAINT reports_source_sha256_check CHECK ((source_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT reports_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'RENDERING'::text, 'READY'::text, 'FAILED'::text]))),
    CONSTRAINT reports_title_check CHECK ((length(title) <= 300)),
    CONSTRAINT reports_version_check CHECK ((version > 0))
);

ALTER TABLE ONLY public.reports FORCE ROW LEVEL SECURITY;

-- Name: TABLE reports; Type: COMMENT; Schema: public

COMMENT ON TABLE public.reports IS 'Reports as PDF: which kind, draft or final, of which version of the helper; the newest that is ready is the current one.';

-- Name: COLUMN reports.version; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.reports.version IS 'Counts per case, type and nature, and only grows; one that failed keeps its number.';

-- Name: COLUMN reports.reason; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.reports.reason IS 'Why it failed, or why it is being tried again, in a word.';

-- Name: COLUMN reports.verified; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.reports.verified IS 'What was found in the PDF afterwards: counts, and the codes and amounts that were missing.';

-- Name: report_again(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.report_again(p_report_id uuid) RETURNS public.reports
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_report public.reports;
begin
  select * into v_report from public.reports where id = p_report_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'report not found', detail = '{"code": "not_found"}';
  end if;
  if v_report.status <> 'FAILED' then
    raise sqlstate 'PT409' using message = 'only a report that failed is made again', detail = '{"code": "conflict"}';
  end if;
  return private.report_request(v_report.case_id, v_report.report_type, v_report.nature,
    (select s.html from private.report_sources s where s.report_id = p_report_id), v_report.case_helper_version);
end;
$$;

-- Name: FUNCTION report_again(p_report_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.report_again(p_report_id uuid) IS 'Asks once more for a report that failed: a new row, from the same source.';

-- Name: report_claim(integer, integer, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.report_claim(p_lease_seconds integer, p_most_attempts integer, p_report_id uuid DEFAULT NULL::uuid) RETURNS public.reports
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_report public.reports;
begin
  loop
    select * into v_report from public.reports
    where (p_report_id is null or id = p_report_id) and (
      (status = 'PENDING' and coalesce(next_at, '-infinity') <= clock_timestamp())
      or (status = 'RENDERING' and lease_until < clock_timestamp()))
    order by created_at limit 1 for update skip locked;
    if not found then
      return null;
    end if;
    update public.reports set status = 'RENDERING', attempts = attempts + 1, done = 0,
      lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
    where id = v_report.id returning * into v_report;
    exit when v_report.attempts <= p_most_attempts;
    -- Whoever had it was killed each time: it is not tried for ever.
    perform private.report_fail(v_report.id, v_report.attempts, coalesce(v_report.reason, 'worker_lost'));
  end loop;
  return v_report;
end;
$$;

-- Name: FUNCTION report_claim(p_lease_seconds integer, p_most_attempts integer, p_report_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.report_claim(p_lease_seconds integer, p_most_attempts integer, p_report_id uuid) IS 'Takes a waiting report, or one whose worker is gone, for a while; two workers never get the same one.';

-- Name: report_fail(uuid, integer, text, jsonb, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.report_fail(p_report_id uuid, p_attempt integer, p_reason text, p_verified jsonb DEFAULT '{}'::jsonb, p_again_seconds integer DEFAULT NULL::integer) RETURNS public.reports
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_report public.reports;
begin
  update public.reports set status = case when p_again_seconds is null then 'FAILED' else 'PENDING' end,
    reason = p_reason, verified = p_verified, lease_until = null, done = 0,
    next_at = clock_timestamp() + make_interval(secs => p_again_seconds)
  where id = p_report_id and attempts = p_attempt and status = 'RENDERING'
  returning * into v_report;
  if v_report.status = 'FAILED' then
    perform private.event_add(v_report.org_id, v_report.case_id, 'report.failed', p_data => jsonb_build_object(
      'report_id', v_report.id, 'report_type', v_report.report_type, 'nature', v_report.nature,
      'version', v_report.version, 'helper_name', v_report.helper_name, 'reason', p_reason));
  end if;
  return v_report;
end;
$$;

-- Name: FUNCTION report_fail(p_report_id uuid, p_attempt integer, p_reason text, p_verified jsonb, p_again_seconds integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.report_fail(p_report_id uuid, p_attempt integer, p_reason text, p_verified jsonb, p_again_seconds integer) IS 'Says that no PDF came of an attempt: for good, or to be tried again after so many seconds.';

-- Name: report_finish(uuid, integer, uuid, integer, text, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.report_finish(p_report_id uuid, p_attempt integer, p_document_id uuid, p_pages integer, p_title text, p_verified jsonb) RETURNS public.reports
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_report public.reports;
begin
  -- Two that finish at once queue at their case.
  perform from public.cases c where c.id = (select r.case_id from public.reports r where r.id = p_report_id) for update;
  update public.reports set status = 'READY', reason = null, document_id = p_document_id, pages = p_pages, title = p_title,
    verified = p_verified, done = total, lease_until = null, rendered_at = clock_timestamp()
  where id = p_report_id and attempts = p_attempt and status = 'RENDERING'
  returning * into v_report;
  if not found then
    raise sqlstate 'PT409' using message = 'another worker has this report', detail = '{"code": "conflict"}';
  end if;
  -- One that was overtaken by a newer one is kept, and is not the current one.
  if not exists (select from public.reports r where r.case_id = v_report.case_id and r.report_type = v_report.report_type
    and r.nature = v_report.nature and r.is_current and r.version > v_report.version)
  then
    update public.reports set is_current = false where case_id = v_report.case_id and report_type = v_report.report_type
      and nature = v_report.nature and is_current;
    update public.reports set is_current = true where id = p_report_id returning * into v_report;
  end if;
  perform private.event_add(v_report.org_id, v_report.case_id, 'report.rendered', p_data => jsonb_build_object(
    'report_id', v_report.id, 'document_id', p_document_id, 'report_type', v_report.report_type,
    'nature', v_report.nature, 'version', v_report.version, 'is_current', v_report.is_current,
    'helper_name', v_report.helper_name, 'pages', p_pages));
  return v_report;
end;
$$;

-- Name: FUNCTION report_finish(p_report_id uuid, p_attempt integer, p_document_id uuid, p_pages integer, p_title text, p_verified jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.report_finish(p_report_id uuid, p_attempt integer, p_document_id uuid, p_pages integer, p_title text, p_verified jsonb) IS 'A report is ready: it becomes the current one of its kind, and Make hears of it, in the transaction that filed its PDF.';

-- Name: report_request(uuid, text, text, text, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.report_request(p_case_id uuid, p_report_type text, p_nature text DEFAULT 'draft'::text, p_html text DEFAULT NULL::text, p_version integer DEFAULT NULL::integer) RETURNS public.reports
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_case public.cases;
  v_helper record;
  v_sha text := encode(sha256(convert_to(p_html, 'UTF8')), 'hex');
  v_report public.reports;
begin
  -- Requests queue per case, because version counts in it.
  select * into v_case from public.cases where id = p_case_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  select h.version, h.helper_name into v_helper from public.case_helper h
  where h.case_id = p_case_id and case when p_version is null then h.is_current else h.version = p_version end;
  if not found then
    raise sqlstate 'PT404' using message = 'version not found', detail = '{"code": "not_found"}';
  end if;
  select * into v_report from public.reports r
  where r.case_id = p_case_id and r.report_type = p_report_type and r.nature = p_nature
    and r.case_helper_version = v_helper.version and r.source_sha256 is not distinct from v_sha
    and r.status in ('PENDING', 'RENDERING');
  if found then
    return v_report;
  end if;
  insert into public.reports (org_id, case_id, plate, report_type, nature, version, case_helper_version, helper_name,
    source, source_sha256)
  select v_case.org_id, p_case_id, v_case.plate, p_report_type, p_nature, coalesce(max(r.version), 0) + 1, v_helper.version,
    v_helper.helper_name, case when p_html is null then 'helper' else 'html' end, v_sha
  from public.reports r where r.case_id = p_case_id and r.report_type = p_report_type and r.nature = p_nature
  returning * into v_report;
  if p_html is not null then
    insert into private.report_sources (report_id, org_id, html) values (v_report.id, v_case.org_id, p_html);
  end if;
  return v_report;
end;
$$;

-- Name: FUNCTION report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer) IS 'Asks for a report of the current or a named version, or of HTML of one''s own; the same request while one waits is that one.';

-- Name: report_step(uuid, integer, integer, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.report_step(p_report_id uuid, p_attempt integer, p_lease_seconds integer, p_done integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.reports set done = p_done, lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where id = p_report_id and attempts = p_attempt and status = 'RENDERING';
  return found;
end;
$$;

-- Name: FUNCTION report_step(p_report_id uuid, p_attempt integer, p_lease_seconds integer, p_done integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.report_step(p_report_id uuid, p_attempt integer, p_lease_seconds integer, p_done integer) IS 'Says how far a report is, and keeps it; false where another worker has taken it over.';

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

-- Name: said(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.said(p_value jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_text text := btrim(p_value #>> '{}', E' \t\r\n\u00a0\u200e\u200f');
begin
  if p_value is null or p_value in ('null', '[]', '{}') then
    return null;
  end if;
  return case when v_text not in ('', '-', '–', '—', 'אין מידע', 'לא זמין', 'לא ידוע') then v_text end;
end;
$$;

-- Name: FUNCTION said(p_value jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.said(p_value jsonb) IS 'What a value says as text; null for nothing and for the words that stand for nothing.';

-- Name: same_json(jsonb, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.same_json(p_a jsonb, p_b jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$ begin return record_image_eq(row(p_a), row(p_b)); end $$;

-- Name: FUNCTION same_json(p_a jsonb, p_b jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.same_json(p_a jsonb, p_b jsonb) IS 'True when two documents are equal to the last digit.';

-- Name: satellite_guard(regclass, text, text[]); Type: FUNCTION; Schema: private

CREATE FUNCTION private.satellite_guard(p_table regclass, p_event text, p_hidden text[] DEFAULT '{}'::text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION satellite_guard(p_table regclass, p_event text, p_hidden text[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.satellite_guard(p_table regclass, p_event text, p_hidden text[]) IS 'Gives a satellite''s table its stamp, its news, its policies and its grants.';

-- Name: satellite_news(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.satellite_news() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION satellite_news(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.satellite_news() IS 'One event a statement and case, whichever door it came through; columns named as arguments stay out of it.';

-- Name: satellite_stamp(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.satellite_stamp() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  -- Asked once a row: it reads the claims.
  v_me uuid := auth.uid();
  v_org uuid;
  v_plate text;
begin
  if tg_op = 'UPDATE' then
    new.id := old.id;
    new.org_id := old.org_id;
    new.created_at := old.created_at;
    new.created_by := old.created_by;
  else
    new.created_by := coalesce(v_me, new.created_by);
    new.created_at := now();
  end if;
  -- A function that sets its path is dear: only a plate that is no digits goes through one.
  if new.plate ~ '[^0-9]' or new.plate = '' then
    new.plate := nullif(private.plate_digits(new.plate), '');
  end if;
  -- Who names office and plate as well, as our own bulk functions do, is held to them by the foreign key.
  if new.case_id is not null and (tg_op = 'UPDATE' or new.org_id is null or new.plate is null) then
    if tg_op = 'INSERT' or (new.case_id, new.plate) is distinct from (old.case_id, old.plate) then
      select c.org_id, c.plate into v_org, v_plate from public.cases c where c.id = new.case_id;
      if not found or v_org <> coalesce(new.org_id, v_org) then
        raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
      end if;
      new.org_id := v_org;
      new.plate := v_plate;
    end if;
  elsif new.org_id is null then
    new.org_id := private.my_org();
  end if;
  new.updated_by := coalesce(v_me, new.updated_by);
  new.updated_at := clock_timestamp();
  return new;
end;
$$;

-- Name: FUNCTION satellite_stamp(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.satellite_stamp() IS 'Office, plate, people and times of a satellite''s row are the server''s; a case that is not seen is not there.';

-- Name: satellite_told(jsonb, text, text, text, jsonb, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.satellite_told(p_rows jsonb, p_type text, p_table text, p_op text, p_was jsonb, p_became jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.event_add((p_rows ->> 'org_id')::uuid, (p_rows ->> 'case_id')::uuid,
    case when p_op = 'DELETE' then split_part(p_type, '.', 1) || '.removed' else p_type end,
    p_data => jsonb_strip_nulls(jsonb_build_object('table', p_table, 'op', lower(p_op), 'rows', p_rows -> 'rows',
      'ids', p_rows -> 'ids', 'was', p_was, 'became', p_became)));
end;
$$;

-- Name: FUNCTION satellite_told(p_rows jsonb, p_type text, p_table text, p_op text, p_was jsonb, p_became jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.satellite_told(p_rows jsonb, p_type text, p_table text, p_op text, p_was jsonb, p_became jsonb) IS 'The event of one statement on one case''s satellite.';

-- Name: search_begun(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_begun(p_beginning text) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    AS $$
declare
  v_words text[] := array(
    select distinct k.word from private.search_lexicon k
    where k.word >= p_beginning and k.word < p_beginning || chr(1114111) order by k.word limit 21);
begin
  if cardinality(v_words) > 20 or exists (select from unnest(v_words) w where right(w, 1) = '*') then
    return array[quote_literal(p_beginning) || ':*'];
  end if;
  return array(select quote_literal(w) from unnest(v_words) w);
end;
$$;

-- Name: FUNCTION search_begun(p_beginning text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_begun(p_beginning text) IS 'Which words to ask for in place of a beginning: a few whole ones are quicker, as an index reads every case of a beginning.';

-- Name: search_code(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_code(p_text text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
begin
  return regexp_replace(translate(p_text, '-/.', ''), '^(00)?9720?([0-9]{8,9})$', '0\2');
end;
$_$;

-- Name: FUNCTION search_code(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_code(p_text text) IS 'A number or code without what stands between its parts; a phone as it is dialled at home.';

-- Name: search_condition(text, text, boolean); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_condition(p_text text, p_owner text, p_near boolean) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_whole text;
  v_rare text;
  v_is_possible boolean;
begin
  with words as (
    select asked.mark, p.place, p.branch, private.search_known(asked.mark, p.word, p_near) as known,
      p.word ~ '^[0-9]{5}' as is_rare
    from (values ('', p_text), ('@', p_owner)) asked (mark, text) cross join lateral private.search_parts(asked.text) p
  ), branches as (
    select mark, place, '(' || string_agg(known, '&') || ')' as whole,
      '(' || coalesce(string_agg(known, '&') filter (where is_rare), string_agg(known, '&')) || ')' as rare
    from words group by mark, place, branch having bool_and(known is not null)
  ), places as (
    select mark, place, '(' || string_agg(whole, '|') || ')' as whole, '(' || string_agg(rare, '|') || ')' as rare
    from branches group by mark, place
  )
  select string_agg(whole, '&' order by mark, place), string_agg(rare, '&' order by mark, place),
    count(*) = (select count(distinct (mark, place)) from words) into v_whole, v_rare, v_is_possible
  from places;
  if not v_is_possible then
    return 'false';
  end if;
  if v_rare is null then
    return null;
  end if;
  -- A year in a number is in very many cases, and a beginning: the long part finds the case, and all of it is compared there.
  -- A subquery: the planner would weigh each of many words in vain. "is true" keeps a condition from the index.
  return format('s.words @@ (select %L::tsquery)', v_rare)
    || case when v_rare = v_whole then '' else format(' and (s.words @@ (select %L::tsquery)) is true', v_whole) end;
end;
$$;

-- Name: FUNCTION search_condition(p_text text, p_owner text, p_near boolean); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_condition(p_text text, p_owner text, p_near boolean) IS 'Words that are asked for, and words of an owner''s name, as a condition on the search row s; null where there is none.';

-- Name: search_day(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_day(p_text text) RETURNS date
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_found text[] := coalesce(
    regexp_match(p_text, '^\s*((?:19|20)[0-9]{2})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])'),
    (select array[m[3], m[2], m[1]]
      from regexp_match(p_text, '^\s*([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]((?:19|20)[0-9]{2})(?![0-9])') m));
  v_day integer := v_found[3];
begin
  if v_found[2]::integer between 1 and 12 and v_day between 1 and 31 then
    -- The 31st of a month that has 30 is the first of the next.
    return make_date(v_found[1]::integer, v_found[2]::integer, 1) + (v_day - 1);
  end if;
  return null;
end;
$$;

-- Name: FUNCTION search_day(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_day(p_text text) IS 'The day a text begins with, 2026-11-23 or 23/11/2026; null where there is none.';

-- Name: search_ending(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_ending(p_word text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return left(p_word, -1) || translate(right(p_word, 1), 'ךםןףץכמנפצ', 'כמנפצךםןףץ');
end;
$$;

-- Name: FUNCTION search_ending(p_word text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_ending(p_word text) IS 'A word that ends in a final letter with the other form of it, and the other way round.';

-- Name: search_filters(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_filters(p_asked jsonb) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_filter record;
  v_filters text := '';
begin
  for v_filter in
    select f.condition, case f.name when 'status' then array(select jsonb_array_elements_text(p_asked -> 'status'))::text
      else p_asked ->> f.name end as value
    from (values
      ('plate', 'c.plate = private.plate_digits(%L)'),
      ('status', 'c.status = any (%L::text[])'),
      ('assigned_to', 'c.assigned_to = %L::uuid'),
      ('updated_since', 'c.updated_at >= %L::timestamptz'),
      ('updated_to', 'c.updated_at < (%L::date + 1)::timestamp at time zone ''Asia/Jerusalem'''),
      ('opened_from', 'c.created_at >= %L::date::timestamp at time zone ''Asia/Jerusalem'''),
      ('opened_to', 'c.created_at < (%L::date + 1)::timestamp at time zone ''Asia/Jerusalem'''),
      ('inspected_from', 's.inspected_on >= %L::date'), ('inspected_to', 's.inspected_on <= %L::date'),
      ('damaged_from', 's.damaged_on >= %L::date'), ('damaged_to', 's.damaged_on <= %L::date')
    ) f (name, condition)
    where p_asked ->> f.name is not null
  loop
    v_filters := v_filters || ' and ' || format(v_filter.condition, v_filter.value);
  end loop;
  return v_filters;
end;
$$;

-- Name: FUNCTION search_filters(p_asked jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_filters(p_asked jsonb) IS 'The conditions of a question beside its words, c for the case and s for its search row.';

-- Name: search_fold(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_fold(p_text text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$ begin return lower(translate(p_text, '"''`״׳-', '')); end $$;

-- Name: FUNCTION search_fold(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_fold(p_text text) IS 'Text as it is searched: lower case, without quote signs and dashes.';

-- Name: search_forms(text, boolean); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_forms(p_word text, p_near boolean) RETURNS TABLE(form text, is_beginning boolean)
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
begin
  if p_word ~ '^[0-9]+$' then
    -- Of the many phones that begin alike nobody wants all, so a beginning has four digits; of a plate any three.
    return query
      select p_word, length(p_word) >= 4
      union all select '#' || p_word, true where length(p_word) between 3 and 8
      union all select '0' || p_word, true where length(p_word) between 7 and 9 and p_word !~ '^0';
    return;
  end if;
  return query
    select distinct w, length(w) >= 2 from (
      select p_word
      union all select letter || p_word from unnest(string_to_array('והבלמשכ', null)) letter
        where p_word ~ '^[א-ת]{2,}$'
      union all select substr(p_word, 2) where p_word ~ '^[והבלמשכ][א-ת]{3,}$'
    ) forms (f), unnest(array[f, private.search_ending(f)]) w;
  if p_near then
    return query select w, false from unnest(private.search_near(p_word)) f, unnest(array[f, private.search_ending(f)]) w;
  end if;
end;
$_$;

-- Name: FUNCTION search_forms(p_word text, p_near boolean); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_forms(p_word text, p_near boolean) IS 'What a word is found as: with and without the letters that Hebrew puts before it, as a beginning; and with one typo.';

-- Name: search_found_words(uuid[], text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_found_words(p_ids uuid[], p_text text) RETURNS TABLE(case_id uuid, found_words text[])
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_whole text[];
  v_beginnings text[];
begin
  select array_agg(f.form), coalesce(array_agg(f.form) filter (where f.is_beginning), '{}') into v_whole, v_beginnings
  from private.search_parts(p_text) p cross join lateral private.search_forms(p.word, true) f;
  return query
    select s.case_id, array(
      select distinct ltrim(w.lexeme, '#@') from unnest(s.words) w
      where w.lexeme = any (v_whole) or w.lexeme ^@ any (v_beginnings) order by 1)
    from public.case_search_index s where s.case_id = any (p_ids);
end;
$$;

-- Name: FUNCTION search_found_words(p_ids uuid[], p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_found_words(p_ids uuid[], p_text text) IS 'By which of its words each case was found.';

-- Name: search_free_text(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_free_text(p_helper jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
begin
  -- What comes first is kept when there is too much. Ranges, because a list may be longer than any person wrote.
  -- Of a section alone, because asking a path copies what it is asked of.
  return coalesce((
    select left(string_agg(told.text, ' ' order by told.n), 3000) from (
      select left(leaf #>> '{}', 300) as text, min(f.n * 100 + k.n) as n
      from (values
        (1, 'case_info', '$[*]'::jsonpath, array['damage_type']), (2, 'damage_info', '$[*]', array['damage_type']),
        (3, 'case_info', '$[*]', array['inspection_location', 'notes']),
        (4, 'expertise', '$.summary[*]', array['directive', 'notes', 'technician']),
        (5, 'car_details', '$[*]', array['damage_notes', 'inspection_notes']),
        (6, 'estimate', '$[*]', array['notes', 'type']), (7, 'final_report', '$[*]', array['type', 'notes', 'comments']),
        (8, 'stakeholders', '$.owner[*]', array['address', 'email']),
        (9, 'stakeholders', '$.garage[*]', array['phone', 'contact_person']),
        (10, 'stakeholders', '$.insurance.agent[*]', array['phone']),
        (11, 'vehicle', '$[*]', array['trim', 'chassis', 'vin', 'model_code', 'model_type']),
        (12, 'centers', '$[0 to 19][*]', array['Location', 'Description', 'RepairNature', 'location', 'description']),
        (13, 'centers', '$[0 to 19].Repairs.repairs[0 to 19][*]', array['name', 'description']),
        (14, 'centers', '$[0 to 19].Works.works[0 to 19][*]', array['category', 'comments']),
        (15, 'centers', '$[0 to 19].Parts.parts_required[0 to 29][*]',
          array['name', 'part_name', 'pcode', 'oem', 'supplier_name', 'description']),
        (16, 'invoices', '$[0 to 49][*]', array['invoice_number', 'supplier_name'])
      ) f (n, section, place, names)
      cross join lateral jsonb_path_query(p_helper -> f.section, f.place, silent => true) thing
      cross join lateral unnest(f.names) with ordinality k (name, n)
      cross join lateral (select thing -> k.name) l (leaf)
      where jsonb_typeof(leaf) in ('string', 'number')
      group by 1
    ) told), '');
end;
$_$;

-- Name: FUNCTION search_free_text(p_helper jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_free_text(p_helper jsonb) IS 'What was written about the damage, the parts and the works, each text once; the beginning, where there is much.';

-- Name: search_gather(uuid[], text, bigint); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_gather(p_orgs uuid[], p_where text, p_most bigint) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    SET enable_indexscan TO 'off'
    SET enable_indexonlyscan TO 'off'
    AS $_$
declare
  v_found uuid[];
begin
  -- "is true", or the index that begins with the office would be taken in place of that of the words. What a search
  -- will find, the planner cannot know: it counts each of the many ways to write a word as if it were frequent.
  execute format('select array_agg(f.case_id) from (
      select s.case_id from %s where (s.org_id = any ($1)) is true and %s
      order by s.is_open desc, s.opened_at desc, s.case_id limit $2) f', private.search_tables('words'), p_where)
  into v_found using p_orgs, p_most;
  return coalesce(v_found, '{}');
end;
$_$;

-- Name: FUNCTION search_gather(p_orgs uuid[], p_where text, p_most bigint); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_gather(p_orgs uuid[], p_where text, p_most bigint) IS 'The best cases under a condition, by the index of words: quick for what few cases have.';

-- Name: search_known(text, text, boolean); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_known(p_mark text, p_word text, p_near boolean) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    AS $_$
begin
  if p_word !~ '^[א-תa-z]+$' then
    return (
      select '(' || string_agg(quote_literal(p_mark || form) || case when is_beginning then ':*' else '' end, '|') || ')'
      from private.search_forms(p_word, p_near));
  end if;
  return (
    select '(' || string_agg(told.word, '|') || ')' from (
      select unnest(private.search_begun(p_mark || form)) as word from private.search_forms(p_word, false) where is_beginning
      union
      select quote_literal(k.word) from private.search_lexicon k
      where k.word = any (array(select p_mark || form from private.search_forms(p_word, p_near) where not is_beginning))
    ) told);
end;
$_$;

-- Name: FUNCTION search_known(p_mark text, p_word text, p_near boolean); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_known(p_mark text, p_word text, p_near boolean) IS 'All that a word is found as and some case may have, as a part of a tsquery; null where no case has any of it.';

-- Name: search_learn(tsvector, tsvector); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_learn(p_words tsvector, p_known tsvector) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into private.search_lexicon (word)
  select told.word from (
    select private.search_lexeme(w) as word from (
      select unnest(tsvector_to_array(p_words)) except select unnest(tsvector_to_array(p_known))
    ) brought (w)
    where w ~ '^@?[א-תa-z]'
    group by 1
  ) told
  where not exists (select from private.search_lexicon k where k.word = told.word);
end;
$$;

-- Name: FUNCTION search_learn(p_words tsvector, p_known tsvector); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_learn(p_words tsvector, p_known tsvector) IS 'Keeps the words of a case that no case had before.';

-- Name: search_lexeme(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_lexeme(p_word text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_letters text := substring(p_word from '^@?[א-תa-z]+');
begin
  return v_letters || case when v_letters = p_word then '' else '*' end;
end;
$$;

-- Name: FUNCTION search_lexeme(p_word text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_lexeme(p_word text) IS 'How the lexicon keeps a word; null for one that begins with no letter.';

-- Name: search_list(uuid[], text, bigint); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_list(p_orgs uuid[], p_where text, p_most bigint) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $_$
declare
  v_found uuid[];
begin
  -- Office by office, so that an index that begins with the office gives each its order.
  execute format('select array_agg(best.id order by best.at desc, best.id) from (
      select one.* from unnest($1) office (id) cross join lateral (
        select c.id, c.updated_at as at from %s
        where c.org_id = office.id and %s order by c.updated_at desc, c.id limit $2) one
      order by one.at desc, one.id limit $2) best', private.search_tables('list'), p_where)
  into v_found using p_orgs, p_most;
  return coalesce(v_found, '{}');
end;
$_$;

-- Name: FUNCTION search_list(p_orgs uuid[], p_where text, p_most bigint); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_list(p_orgs uuid[], p_where text, p_most bigint) IS 'The last changed cases under a condition.';

-- Name: search_near(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_near(p_word text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
declare
  v_word text := translate(p_word, 'ךםןףץ', 'כמנפצ');
  v_letters text[] := case
    when v_word ~ '^[א-ת]+$' then string_to_array('אבגדהוזחטיכלמנסעפצקרשת', null)
    when v_word ~ '^[a-z]+$' then string_to_array('abcdefghijklmnopqrstuvwxyz', null) end;
begin
  -- A typo in a short word would match nearly everything.
  if v_letters is null or length(v_word) not between 4 and 20 then
    return '{}';
  end if;
  return array(
    select distinct near from (
      select left(v_word, n - 1) || letter || substr(v_word, n) from generate_series(1, length(v_word) + 1) n, unnest(v_letters) letter
      union all
      select left(v_word, n - 1) || letter || substr(v_word, n + 1) from generate_series(1, length(v_word)) n, unnest(v_letters) letter
      union all
      select left(v_word, n - 1) || substr(v_word, n + 1) from generate_series(1, length(v_word)) n
      union all
      select left(v_word, n - 1) || substr(v_word, n + 1, 1) || substr(v_word, n, 1) || substr(v_word, n + 2)
      from generate_series(1, length(v_word) - 1) n
    ) typos (near));
end;
$_$;

-- Name: FUNCTION search_near(p_word text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_near(p_word text) IS 'A word with one letter wrong, missing, added or swapped, in all ways; final letters as others.';

-- Name: search_orgs(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_orgs(p_org_id uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return array(
    select o.id from public.orgs o
    where (p_org_id is null or o.id = p_org_id)
      and (current_setting('role') in ('service_role', 'none') or o.id = any (array(select private.my_orgs()))));
end;
$$;

-- Name: FUNCTION search_orgs(p_org_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_orgs(p_org_id uuid) IS 'Whose cases the caller may find; of one office, where it is named.';

-- Name: search_parts(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_parts(p_text text) RETURNS TABLE(place integer, branch integer, word text)
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
declare
  v_token text;
  v_numbers text := '';
  v_place integer := 0;
begin
  -- Numbers that follow each other may be one: a plate or a phone with blanks in it.
  foreach v_token in array string_to_array(private.search_plain(left(p_text, 200)), ' ') || ''::text loop
    if v_token ~ '^[0-9./-]*[0-9][0-9./-]*$' then
      v_numbers := v_numbers || '-' || v_token;
      continue;
    end if;
    foreach v_token in array array[v_numbers, v_token] loop
      exit when v_place = 8;
      if translate(v_token, '-/.', '') <> '' then
        v_place := v_place + 1;
        return query
          select v_place, 1, left(part, 40) from unnest(string_to_array(translate(v_token, '-/.', '   '), ' ')) part
          where part <> '';
        if v_token ~ '[0-9]' then
          return query select v_place, 2, left(private.search_code(v_token), 40);
        end if;
      end if;
    end loop;
    v_numbers := '';
  end loop;
end;
$_$;

-- Name: FUNCTION search_parts(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_parts(p_text text) IS 'What is asked for, at most eight places: of each all words of its first branch, or the one code of its second.';

-- Name: search_pick(uuid[], text, bigint); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_pick(p_orgs uuid[], p_where text, p_most bigint) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  -- The newest cases tell whether many have the words.
  v_found uuid[] := private.search_walk(p_orgs, p_where, p_most, 400);
begin
  if cardinality(v_found) < p_most and cardinality(v_found) >= 5 then
    v_found := private.search_walk(p_orgs, p_where, p_most, 20000);
  end if;
  if cardinality(v_found) = p_most then
    return v_found;
  end if;
  return private.search_gather(p_orgs, p_where, p_most);
end;
$$;

-- Name: FUNCTION search_pick(p_orgs uuid[], p_where text, p_most bigint); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_pick(p_orgs uuid[], p_where text, p_most bigint) IS 'The best cases under a condition on words: open before closed, the newest first.';

-- Name: search_plain(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_plain(p_text text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $_$
begin
  return regexp_replace(regexp_replace(lower(p_text),
    '["''`״׳‘’“”„\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]', '', 'g'),
    '[\u0001-\u0020!#$%&()*+,:;<=>?@\[\\\]^_{|}~\u007f-\u00bf\u00d7\u00f7\u05be\u05c0\u05c3\u05c6\u2000-\u2bff\u3000-\u303f]+',
    ' ', 'g');
end;
$_$;

-- Name: FUNCTION search_plain(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_plain(p_text text) IS 'A text in small letters, without niqqud, quote signs and direction marks; of other signs only - / . stay.';

-- Name: search_plates(uuid[], text, bigint); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_plates(p_orgs uuid[], p_where text, p_most bigint) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $_$
declare
  v_found uuid[];
begin
  execute format('select array_agg(f.id) from (
      select c.id from unnest($1) office (id) cross join lateral (
        select c.* from %s where c.org_id = office.id and %s) c
      order by c.status not in (''CLOSED'', ''ARCHIVED'') desc, c.created_at desc, c.id limit $2) f',
    private.search_tables('list'), p_where)
  into v_found using p_orgs, p_most;
  return coalesce(v_found, '{}');
end;
$_$;

-- Name: FUNCTION search_plates(p_orgs uuid[], p_where text, p_most bigint); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_plates(p_orgs uuid[], p_where text, p_most bigint) IS 'The best cases under a condition on the plate.';

-- Name: search_reads(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_reads() RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return array['car_details', 'case_info', 'centers', 'damage_info', 'estimate', 'expertise', 'final_report', 'invoices',
    'stakeholders', 'vehicle'];
end;
$$;

-- Name: FUNCTION search_reads(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_reads() IS 'The sections of a helper that a search row is made of: whoever reads another one names it here and rebuilds.';

-- Name: search_row_text(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_row_text() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_case public.cases;
  v_facts text;
begin
  select * into v_case from public.cases c where c.id = new.case_id;
  v_facts := concat_ws(' ', v_case.plate, v_case.owner_name, v_case.filing_case_id, new.owner_name, new.owner_phone,
    new.manufacturer, new.model, new.year, new.garage, new.insurance_company, new.agent, new.claim_number, new.policy_number);
  new.opened_at := v_case.created_at;
  new.is_open := v_case.status not in ('CLOSED', 'ARCHIVED');
  new.search_text := private.search_fold(v_facts);
  new.words := private.search_vector(v_case.plate, concat_ws(' ', v_case.owner_name, new.owner_name),
    left(concat_ws(' ', v_facts, private.search_code(regexp_replace(new.owner_phone, '[^0-9]', '', 'g')),
      v_case.inspection_location, new.free_text), 6000));
  if new.words is distinct from old.words then
    perform private.search_learn(new.words, old.words);
  end if;
  new.updated_at := clock_timestamp();
  return new;
end;
$$;

-- Name: FUNCTION search_row_text(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_row_text() IS 'What a case is found by is always made of the row''s columns and the case''s own facts.';

-- Name: search_row_write(uuid, jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_row_write(p_case_id uuid, p_helper jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_people jsonb := p_helper -> 'stakeholders';
  v_vehicle jsonb := p_helper -> 'vehicle';
  v_details jsonb := p_helper -> 'car_details';
  v_info jsonb := p_helper -> 'case_info';
begin
  update public.case_search_index s set
    owner_name = n.owner_name, owner_phone = n.owner_phone, manufacturer = n.manufacturer, model = n.model, year = n.year,
    garage = n.garage, insurance_company = n.insurance_company, agent = n.agent, claim_number = n.claim_number,
    policy_number = n.policy_number, inspected_on = n.inspected_on, damaged_on = n.damaged_on, free_text = n.free_text
  from (
    select left(coalesce(nullif(v_people #>> '{owner,name}', ''), v_details ->> 'owner'), 200) as owner_name,
      left(coalesce(nullif(v_people #>> '{owner,phone}', ''), v_details ->> 'ownerPhone'), 60) as owner_phone,
      left(coalesce(nullif(v_vehicle ->> 'manufacturer', ''), v_details ->> 'manufacturer'), 100) as manufacturer,
      left(coalesce(nullif(v_vehicle ->> 'model', ''), v_details ->> 'model'), 100) as model,
      left(coalesce(nullif(v_vehicle ->> 'year', ''), v_details ->> 'year'), 20) as year,
      left(coalesce(nullif(v_people #>> '{garage,name}', ''), v_details ->> 'garageName'), 200) as garage,
      left(coalesce(nullif(v_people #>> '{insurance,company}', ''), v_details ->> 'insuranceCompany'), 200) as insurance_company,
      left(coalesce(nullif(v_people #>> '{insurance,agent,name}', ''), v_details ->> 'agentName'), 200) as agent,
      left(v_people #>> '{insurance,claim_number}', 100) as claim_number,
      left(v_people #>> '{insurance,policy_number}', 100) as policy_number,
      private.search_day(left(coalesce(nullif(v_info ->> 'inspection_date', ''), v_details ->> 'inspection_date'), 40)) as inspected_on,
      private.search_day(left(coalesce(nullif(v_info ->> 'damage_date', ''), v_details ->> 'damage_date'), 40)) as damaged_on,
      private.search_free_text(p_helper) as free_text
    -- Made once: without this it would be made for the comparison and for the row.
    offset 0
  ) n
  -- Most saves change none of it, and then nothing is written and no index touched.
  where s.case_id = p_case_id and (s.owner_name, s.owner_phone, s.manufacturer, s.model, s.year, s.garage, s.insurance_company,
      s.agent, s.claim_number, s.policy_number, s.inspected_on, s.damaged_on, s.free_text)
    is distinct from (n.owner_name, n.owner_phone, n.manufacturer, n.model, n.year, n.garage, n.insurance_company,
      n.agent, n.claim_number, n.policy_number, n.inspected_on, n.damaged_on, n.free_text);
end;
$$;

-- Name: FUNCTION search_row_write(p_case_id uuid, p_helper jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_row_write(p_case_id uuid, p_helper jsonb) IS 'Takes the searched fields out of a helper as text, whatever type they came in; the helper itself stays untouched.';

-- Name: search_sort(uuid[], text, text, jsonb, bigint); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_sort(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $_$
declare
  v_found uuid[];
  v_order text := (
    select string_agg(format('c.%I %s, ', ltrim(o.name, '-'), case when o.name like '-%' then 'desc' else 'asc' end), '' order by n)
    from jsonb_array_elements_text(p_order) with ordinality o (name, n)
    where ltrim(o.name, '-') in ('updated_at', 'created_at', 'plate', 'status', 'owner_name', 'filing_case_id', 'assigned_to'));
begin
  execute format('select array_agg(f.id order by f.n) from (
      select c.id, row_number() over (order by %s c.id) as n from %s where c.org_id = any ($1) and %s order by n limit $2) f',
    v_order, private.search_tables(p_by), p_where)
  into v_found using p_orgs, p_most;
  return coalesce(v_found, '{}');
end;
$_$;

-- Name: FUNCTION search_sort(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_sort(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint) IS 'The first cases under a condition in an order that was asked for.';

-- Name: search_step(uuid[], text, text, jsonb, bigint); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_step(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return case
    when p_order <> '[]' then private.search_sort(p_orgs, p_by, p_where, p_order, p_most)
    when p_by = 'list' then private.search_list(p_orgs, p_where, p_most)
    when p_by = 'plates' then private.search_plates(p_orgs, p_where, p_most)
    else private.search_pick(p_orgs, p_where, p_most) end;
end;
$$;

-- Name: FUNCTION search_step(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_step(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint) IS 'What one step finds.';

-- Name: search_steps(jsonb, boolean); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_steps(p_asked jsonb, p_near boolean) RETURNS TABLE(by_what text, condition text)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $_$
declare
  v_text text := btrim(coalesce(p_asked ->> 'q', ''));
  v_owner text := btrim(coalesce(p_asked ->> 'owner', ''));
  v_digits text := case when v_text ~ '^[0-9\s./-]*$' and v_owner = '' then private.plate_digits(v_text) else '' end;
  v_filters text := private.search_filters(p_asked);
  v_words text := private.search_condition(v_text, v_owner, p_near);
begin
  return query
    with steps (n, by_what, condition) as (
      select 0, 'list', 'true' where v_text = '' and v_owner = ''
      union all
      select 1, 'plates', format('c.plate = %L', v_digits) where length(v_digits) in (7, 8)
      union all
      select 2, 'plates', format('c.plate like %L', v_digits || '%') where length(v_digits) between 1 and 7
      union all
      -- Null where no words are asked, false where no case can have them.
      select 3, case when p_near then 'near' else 'words' end, v_words
      where v_words <> 'false' and length(v_digits) not in (1, 2)
    )
    select s.by_what, s.condition || v_filters from steps s
    where not p_near or s.n = (select max(n) from steps) order by s.n;
end;
$_$;

-- Name: FUNCTION search_steps(p_asked jsonb, p_near boolean); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_steps(p_asked jsonb, p_near boolean) IS 'What is looked for, the best first: the plate, plates that begin so, all words; or near words, which hold all of these.';

-- Name: search_tables(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_tables(p_by text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  -- An outer join that no condition needs is left out by the planner.
  return case p_by when 'list' then 'public.cases c left join public.case_search_index s on s.case_id = c.id'
    else 'public.case_search_index s left join public.cases c on c.id = s.case_id' end;
end;
$$;

-- Name: FUNCTION search_tables(p_by text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_tables(p_by text) IS 'Where a step looks, s for the search row and c for the case.';

-- Name: search_vector(text, text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_vector(p_plate text, p_owner text, p_text text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return array_to_tsvector(private.search_words(p_text)
    || array(select '@' || word from unnest(private.search_words(p_owner)) word)
    || array(select '#' || substr(p_plate, n) from generate_series(1, length(p_plate) - 2) n));
end;
$$;

-- Name: FUNCTION search_vector(p_plate text, p_owner text, p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_vector(p_plate text, p_owner text, p_text text) IS 'What a case is found by: words, @ and the words of its owner, # and the plate from each of its digits on.';

-- Name: search_walk(uuid[], text, bigint, integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_walk(p_orgs uuid[], p_where text, p_most bigint, p_rows integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    AS $_$
declare
  v_found uuid[];
begin
  execute format('select array_agg(best.id order by best.is_open desc, best.at desc, best.id) from (
      select one.* from unnest($1) office (id) cross join lateral (
        select s.case_id as id, s.is_open, s.opened_at as at from (
          select * from public.case_search_index r where r.org_id = office.id
          order by r.is_open desc, r.opened_at desc, r.case_id limit $3) s
        left join public.cases c on c.id = s.case_id
        where %s order by s.is_open desc, s.opened_at desc, s.case_id limit $2) one
      order by one.is_open desc, one.at desc, one.id limit $2) best', p_where)
  into v_found using p_orgs, p_most, p_rows;
  return coalesce(v_found, '{}');
end;
$_$;

-- Name: FUNCTION search_walk(p_orgs uuid[], p_where text, p_most bigint, p_rows integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_walk(p_orgs uuid[], p_where text, p_most bigint, p_rows integer) IS 'The best cases under a condition among the first so many of each office: quick for what many cases have.';

-- Name: search_words(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.search_words(p_text text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_text text := private.search_plain(p_text);
begin
  return array(
    select distinct left(piece.word, 64) from (
      select word from unnest(string_to_array(translate(v_text, '-/.', '   '), ' ')) word
      union all
      select private.search_code(token) from unnest(string_to_array(v_text, ' ')) token
      -- The cheap questions first: this is asked of each word of each save.
      where (translate(token, '-/.', '') <> token and token ~ '[0-9]') or left(token, 3) = '972' or left(token, 5) = '00972'
    ) piece
    where piece.word <> '');
end;
$$;

-- Name: FUNCTION search_words(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.search_words(p_text text) IS 'The words of a text, each once; a code also as one word.';

-- Name: share_of(numeric); Type: FUNCTION; Schema: private

CREATE FUNCTION private.share_of(p_confidence numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    SET search_path TO ''
    AS $$
  select case when p_confidence > 1 and p_confidence <= 100 then p_confidence / 100 else p_confidence end
$$;

-- Name: FUNCTION share_of(p_confidence numeric); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.share_of(p_confidence numeric) IS 'A confidence from 0 to 1; percents are understood.';

-- Name: stored_keys(text[]); Type: FUNCTION; Schema: private

CREATE FUNCTION private.stored_keys(p_keys text[]) RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $_$
declare
  v_column record;
begin
  -- Every column of ours that is named a key or a path, in whatever table: what anybody names is nobody's to remove.
  for v_column in
    select a.attrelid::regclass as of_table, a.attname as name
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('public', 'private')
    where a.attname ~ '_(key|path)$' and a.atttypid = 'text'::regtype and not a.attisdropped
  loop
    return query execute format('select %1$I from %2$s where %1$I = any ($1)', v_column.name, v_column.of_table)
      using p_keys;
  end loop;
end;
$_$;

-- Name: FUNCTION stored_keys(p_keys text[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.stored_keys(p_keys text[]) IS 'Those of the named storage keys that a row names.';

-- Name: supplier_collisions(uuid, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.supplier_collisions(p_from uuid, p_into uuid) RETURNS TABLE(invoice_number text, from_id uuid, into_id uuid)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select a.invoice_number, a.id, b.id from public.invoices a
  join public.invoices b on b.supplier_id = p_into and b.invoice_number = a.invoice_number
  where a.supplier_id = p_from
  order by a.invoice_number
$$;

-- Name: FUNCTION supplier_collisions(p_from uuid, p_into uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.supplier_collisions(p_from uuid, p_into uuid) IS 'Invoices of the same number that two suppliers have.';

-- Name: supplier_key(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.supplier_key(p_name text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$ begin return regexp_replace(btrim(private.search_fold(p_name)), '[[:space:]]+', ' ', 'g'); end $$;

-- Name: FUNCTION supplier_key(p_name text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.supplier_key(p_name text) IS 'A supplier''s name, whichever quote signs and blanks it is written with.';

-- Name: supplier_merge(uuid, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.supplier_merge(p_from uuid, p_into uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_from public.invoice_suppliers;
  v_into public.invoice_suppliers;
  v_moved integer;
begin
  -- In the order of their ids: two who merge the same pair both ways queue here instead of dead-locking.
  perform from public.invoice_suppliers where id in (p_from, p_into) order by id for update;
  select * into v_from from public.invoice_suppliers where id = p_from;
  select * into v_into from public.invoice_suppliers where id = p_into and org_id = v_from.org_id;
  if v_from.id is null or v_into.id is null then
    raise sqlstate 'PT404' using message = 'no such supplier', detail = '{"code": "not_found"}';
  end if;
  if p_from = p_into or v_from.merged_into is not null or v_into.merged_into is not null
    or exists (select from public.invoice_suppliers where merged_into = p_from) then
    raise sqlstate 'PT409' using message = 'one of the two belongs to a merge already',
      detail = '{"code": "conflict", "reason": "merged"}';
  end if;
  if exists (select from private.supplier_collisions(p_from, p_into)) then
    raise sqlstate 'PT409' using message = 'both have an invoice of the same number',
      detail = '{"code": "conflict", "reason": "numbers"}';
  end if;
  -- What was accepted or cancelled keeps pointing here; merged_into leads on.
  update public.invoices set supplier_id = p_into, metadata = metadata || jsonb_build_object('merged_from', p_from)
  where supplier_id = p_from and accepted_at is null and status <> 'CANCELLED';
  get diagnostics v_moved = row_count;
  update public.invoice_suppliers set merged_into = p_into where id = p_from;
  return v_moved;
end;
$$;

-- Name: FUNCTION supplier_merge(p_from uuid, p_into uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.supplier_merge(p_from uuid, p_into uuid) IS 'Says that a supplier is another one; its invoices that may still change move there, and how many is answered.';

-- Name: supplier_of(uuid, text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.supplier_of(p_org_id uuid, p_name text, p_tax_id text) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_key text := coalesce(private.supplier_key(left(p_name, 300)), '');
  v_tax text := nullif(left(regexp_replace(p_tax_id, '[^0-9]', '', 'g'), 12), '');
  v_found public.invoice_suppliers;
begin
  if v_key = '' then
    return null;
  end if;
  for v_try in 1..2 loop
    select * into v_found from public.invoice_suppliers
    where org_id = p_org_id and (tax_id = v_tax or (name_key = v_key and (tax_id is null or v_tax is null)))
    order by tax_id = v_tax desc nulls last, merged_into is not null, created_at limit 1;
    if found then
      if v_tax is not null and v_found.tax_id is null then
        update public.invoice_suppliers set tax_id = v_tax where id = v_found.id;
      end if;
      return coalesce(v_found.merged_into, v_found.id);
    end if;
    -- Two invoices of a new supplier at once make one supplier.
    perform pg_advisory_xact_lock(hashtextextended('invoice_suppliers' || p_org_id::text, 0));
  end loop;
  insert into public.invoice_suppliers (org_id, name, tax_id) values (p_org_id, left(p_name, 300), v_tax)
  returning * into v_found;
  return v_found.id;
end;
$$;

-- Name: FUNCTION supplier_of(p_org_id uuid, p_name text, p_tax_id text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.supplier_of(p_org_id uuid, p_name text, p_tax_id text) IS 'The supplier an invoice means, by tax id or else by name; one that was not known is made.';

-- Name: supplier_part(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.supplier_part(p_supplier_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_into uuid;
  v_moved integer;
begin
  select merged_into into v_into from public.invoice_suppliers where id = p_supplier_id for update;
  if v_into is null then
    raise sqlstate 'PT404' using message = 'this supplier was merged into none', detail = '{"code": "not_found"}';
  end if;
  update public.invoices set supplier_id = p_supplier_id, metadata = metadata - 'merged_from'
  where supplier_id = v_into and metadata ->> 'merged_from' = p_supplier_id::text and accepted_at is null
    and status <> 'CANCELLED';
  get diagnostics v_moved = row_count;
  update public.invoice_suppliers set merged_into = null where id = p_supplier_id;
  return v_moved;
end;
$$;

-- Name: FUNCTION supplier_part(p_supplier_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.supplier_part(p_supplier_id uuid) IS 'Takes a merge back: the supplier stands by itself, with the invoices that it brought.';

-- Name: sync_log_add(uuid, text, text, text[], text[], jsonb, text, integer, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.sync_log_add(p_case_id uuid, p_direction text, p_status text, p_sections text[], p_refused text[] DEFAULT '{}'::text[], p_error jsonb DEFAULT NULL::jsonb, p_source text DEFAULT NULL::text, p_version integer DEFAULT NULL::integer, p_raw_id uuid DEFAULT NULL::uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into public.helper_sync_log (org_id, case_id, sync_direction, sync_status, sections_synced, sections_refused,
    error_details, door, source, version, raw_id, request_id)
  select c.org_id, c.id, p_direction, p_status, p_sections, p_refused, p_error, private.door(), left(p_source, 100),
    p_version, p_raw_id, private.request_id()
  from public.cases c where c.id = p_case_id
    and (current_setting('role') in ('service_role', 'none') or c.org_id = any (array(select private.my_orgs())));
end;
$$;

-- Name: FUNCTION sync_log_add(p_case_id uuid, p_direction text, p_status text, p_sections text[], p_refused text[], p_error jsonb, p_source text, p_version integer, p_raw_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.sync_log_add(p_case_id uuid, p_direction text, p_status text, p_sections text[], p_refused text[], p_error jsonb, p_source text, p_version integer, p_raw_id uuid) IS 'One line of the mirror''s log.';

-- Name: system_log(text, text, text, text, jsonb, text, uuid, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.system_log(p_level text, p_component text, p_event text, p_message text, p_context jsonb DEFAULT '{}'::jsonb, p_request_id text DEFAULT NULL::text, p_case_id uuid DEFAULT NULL::uuid, p_org_id uuid DEFAULT NULL::uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into public.system_logs (log_level, component, event, message, context, request_id, case_id, org_id, minute)
  values (p_level, p_component, p_event, left(p_message, 200),
    case when octet_length(p_context::text) <= 2048 then p_context else '{}' end, left(p_request_id, 100), p_case_id, p_org_id,
    date_trunc('minute', clock_timestamp()))
  on conflict on constraint system_logs_once_a_minute do update set times = public.system_logs.times + 1;
end;
$$;

-- Name: FUNCTION system_log(p_level text, p_component text, p_event text, p_message text, p_context jsonb, p_request_id text, p_case_id uuid, p_org_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.system_log(p_level text, p_component text, p_event text, p_message text, p_context jsonb, p_request_id text, p_case_id uuid, p_org_id uuid) IS 'Notes for staff; a storm is one row a minute. Messages are fixed words, ids go into the context.';

-- Name: system_logs_sweep(integer); Type: FUNCTION; Schema: private

CREATE FUNCTION private.system_logs_sweep(p_days integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_count integer;
begin
  delete from public.system_logs where created_at < clock_timestamp() - make_interval(days => greatest(p_days, 1));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;

-- Name: FUNCTION system_logs_sweep(p_days integer); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.system_logs_sweep(p_days integer) IS 'Forgets what was noted so long ago that nobody asks.';

-- Name: text_history(uuid, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.text_history(p_case_id uuid, p_text text) RETURNS TABLE(version integer, until_version integer, helper_name text, saved_at timestamp with time zone, saved_by uuid, saved_from text, label text, holds boolean)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION text_history(p_case_id uuid, p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.text_history(p_case_id uuid, p_text text) IS 'From which version until which a text stood anywhere in the helper, oldest first.';

-- Name: tolerance_audit(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tolerance_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into private.audit_log (org_id, actor, door, action, table_name, record_id, old_values, new_values, request_id)
  values (new.id, (select auth.uid()), private.door(), tg_op, tg_table_name, new.id,
    jsonb_build_object('invoice_tolerance', old.invoice_tolerance),
    jsonb_build_object('invoice_tolerance', new.invoice_tolerance), private.request_id());
  return null;
end;
$$;

-- Name: FUNCTION tolerance_audit(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tolerance_audit() IS 'Keeps who set the tolerance of an office''s invoices, and what it was.';

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

-- Name: tracking_again(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_again(p_case_id uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_helper jsonb;
begin
  perform private.tracking_queue(p_case_id);
  select helper_json || '{}' into v_helper
  from public.case_helper where case_id = p_case_id and is_current;
  return private.tracking_derive(p_case_id, v_helper);
end;
$$;

-- Name: FUNCTION tracking_again(p_case_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_again(p_case_id uuid) IS 'Derives a case''s tracking rows from its current helper.';

-- Name: tracking_asks(uuid, text[], jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_asks(p_case_id uuid, p_changed text[], p_meta jsonb) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_before jsonb;
begin
  -- Without a row, or after a defect of ours, what stands there cannot be trusted.
  if p_changed && private.tracking_reads() or not exists (
    select from public.tracking_general where case_id = p_case_id and warnings <> array['*failed'])
  then
    return true;
  end if;
  if 'meta' = any (p_changed) then
    select helper_json -> 'meta' into v_before
    from public.case_helper where case_id = p_case_id order by version desc limit 1;
  end if;
  return 'meta' = any (p_changed) and private.tracking_marks(p_meta) is distinct from private.tracking_marks(v_before);
end;
$$;

-- Name: FUNCTION tracking_asks(p_case_id uuid, p_changed text[], p_meta jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_asks(p_case_id uuid, p_changed text[], p_meta jsonb) IS 'Whether a version that is about to be stored may say something else to the tracking tables than the one before.';

-- Name: tracking_center(jsonb, integer, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_center(p_center jsonb, p_number integer, p_at text, OUT center private.tracked_center, OUT unread text[]) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_parts record;
  v_work record;
begin
  v_parts := private.tracking_field(p_center, 'amount', array['Summary/Total parts', 'Parts/parts_meta/total_cost',
    'parts_cost', 'calculations/parts_subtotal'], p_at);
  v_work := private.tracking_field(p_center, 'amount', array['Summary/Total works', 'Works/works_meta/total_cost',
    'work_cost', 'calculations/works_subtotal'], p_at);
  unread := v_parts.unread || v_work.unread;
  center := row(
    left(coalesce(private.said(p_center -> 'Id'), private.said(p_center -> 'id'), '#' || p_number), 200), p_number,
    left(coalesce(private.said(p_center -> 'damage_center_name'), private.said(p_center -> 'Location'),
      private.said(p_center -> 'location'), 'מוקד ' || coalesce(private.said(p_center -> 'Damage center Number'),
      private.said(p_center -> 'number'), p_number::text)), 200),
    left(coalesce(private.said(p_center -> 'Description'), private.said(p_center -> 'description')), 2000),
    coalesce(private.tracking_names(p_center #> '{Repairs,repairs}'), private.tracking_names(p_center -> 'repairs'),
      private.tracking_names(p_center -> 'repairs_items'), left(private.said(p_center -> 'RepairNature'), 2000)),
    coalesce(private.tracking_names(p_center #> '{Parts,parts_required}'), private.tracking_names(p_center -> 'parts'),
      private.tracking_names(p_center -> 'parts_items')),
    coalesce(private.tracking_names(p_center #> '{Works,works}'), private.tracking_names(p_center -> 'works'),
      private.tracking_names(p_center -> 'work_items')),
    v_parts.value::numeric, v_work.value::numeric);
end;
$$;

-- Name: FUNCTION tracking_center(p_center jsonb, p_number integer, p_at text, OUT center private.tracked_center, OUT unread text[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_center(p_center jsonb, p_number integer, p_at text, OUT center private.tracked_center, OUT unread text[]) IS 'What is tracked of one damage center, in any of its shapes.';

-- Name: tracking_centers(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_centers(p_helper jsonb, OUT centers private.tracked_center[], OUT unread text[]) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $_$
declare
  c_most constant integer := 200;
  v_place text;
  v_list jsonb;
  v_each jsonb;
  v_one record;
  v_center private.tracked_center;
  v_number integer := 0;
  v_keys text[] := '{}';
begin
  centers := '{}';
  unread := '{}';
  foreach v_place in array array['centers', 'damage_centers', 'expertise/damage_blocks', 'estimate/damage_centers'] loop
    v_list := p_helper #> string_to_array(v_place, '/');
    exit when jsonb_typeof(v_list) = 'array' and v_list <> '[]';
    if private.said(v_list) is not null then
      unread := unread || ('/' || v_place);
    end if;
    v_list := null;
  end loop;
  if jsonb_array_length(v_list) > c_most then
    unread := unread || format('/%s/%s', v_place, c_most);
  end if;
  for v_each in select jsonb_path_query(v_list, 'lax $[0 to 199]') loop
    v_number := v_number + 1;
    if jsonb_typeof(v_each) <> 'object' then
      unread := unread || format('/%s/%s', v_place, v_number - 1);
      continue;
    end if;
    v_one := private.tracking_center(v_each, v_number, format('/%s/%s', v_place, v_number - 1));
    v_center := v_one.center;
    if v_center.key = any (v_keys) then
      v_center.key := left(v_center.key, 190) || '#' || v_number;
    end if;
    v_keys := v_keys || v_center.key;
    centers := centers || v_center;
    unread := unread || v_one.unread;
  end loop;
end;
$_$;

-- Name: FUNCTION tracking_centers(p_helper jsonb, OUT centers private.tracked_center[], OUT unread text[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_centers(p_helper jsonb, OUT centers private.tracked_center[], OUT unread text[]) IS 'The damage centers of a helper, at most 200 of them, and what of them could not be read.';

-- Name: tracking_day(text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_day(p_text text) RETURNS date
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $_$
declare
  -- How it is written tells which form it is, at a tenth of what an expression costs.
  v_shape text := translate(left(p_text, 40), '012345678.', '999999999/');
  v_year text;
  v_month text;
  v_of_month text := '1';
  v_day date;
begin
  if v_shape like '9999-99-99%' and (length(v_shape) = 10 or substr(v_shape, 11, 1) in ('T', ' ')) then
    v_year := left(p_text, 4);
    v_month := substr(p_text, 6, 2);
    v_of_month := substr(p_text, 9, 2);
  else
    v_shape := split_part(split_part(replace(v_shape, '-', '/'), ' ', 1), ',', 1);
    p_text := translate(p_text, '.-', '//');
    if v_shape in ('99/99/9999', '9/9/9999', '99/9/9999', '9/99/9999', '99/99/99', '9/9/99', '99/9/99', '9/99/99') then
      v_of_month := split_part(p_text, '/', 1);
      v_month := split_part(p_text, '/', 2);
      v_year := left(split_part(p_text, '/', 3), length(split_part(v_shape, '/', 3)));
      v_year := case when length(v_year) = 2 then '20' || v_year else v_year end;
    elsif v_shape in ('99/9999', '9/9999') then
      v_month := split_part(p_text, '/', 1);
      v_year := left(split_part(p_text, '/', 2), 4);
    else
      return null;
    end if;
  end if;
  if v_year::int not between 1900 and 2200 or v_month::int not between 1 and 12 or v_of_month::int < 1 then
    return null;
  end if;
  v_day := make_date(v_year::int, v_month::int, 1) + (v_of_month::int - 1);
  if extract(month from v_day) <> v_month::int then
    return null;
  end if;
  -- A moment with its zone is a day in Israel, where it may be tomorrow already.
  if length(v_shape) > 10
    and p_text ~ '^[0-9-]{10}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])$'
  then
    return (p_text::timestamptz at time zone 'Asia/Jerusalem')::date;
  end if;
  return v_day;
end;
$_$;

-- Name: FUNCTION tracking_day(p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_day(p_text text) IS 'The day in a text: ISO with or without its zone, DD/MM/YYYY, DD/MM/YY, the first of MM/YYYY; null for any other.';

-- Name: tracking_derive(uuid, jsonb, text[]); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_derive(p_case_id uuid, p_helper jsonb, p_changed text[] DEFAULT NULL::text[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_case public.cases;
  v_found record;
  v_sums record;
  v_warnings text[];
  v_count integer := 0;
begin
  -- The case is read after the wait: by a statement of its own, which sees what was committed meanwhile.
  perform private.tracking_queue(p_case_id);
  select * into v_case from public.cases where id = p_case_id;
  -- A mistake of ours in here costs the case a warning, and never somebody's save.
  begin
    v_found := private.tracking_centers(p_helper);
    v_sums := private.tracking_sums(p_helper, private.tracking_has_final(p_helper));
    v_warnings := private.tracking_sections(p_helper) || v_found.unread || v_sums.unread;
    -- With nothing to warn of, now as before, the general row is as it was where none of its own sections changed.
    if p_changed is null or p_changed && private.tracking_general_reads() or v_warnings <> '{}' or not exists (
      select from public.tracking_general where case_id = p_case_id and warnings = '{}')
    then
      v_count := private.tracking_write_general(v_case, p_helper, v_warnings);
    end if;
    v_count := v_count + private.tracking_write_expertise(v_case, p_helper, v_found.centers);
    v_count := v_count + private.tracking_write_final(v_case, p_helper, v_found.centers, v_sums);
    return v_count + private.payment_add(v_case, p_helper);
  exception when others then
    insert into public.tracking_general as t (org_id, case_id, plate, case_number, general_status, warnings)
    values (v_case.org_id, v_case.id, v_case.plate, v_case.filing_case_id, v_case.status, array['*failed'])
    on conflict (case_id) do update set case_number = excluded.case_number, general_status = excluded.general_status,
      warnings = excluded.warnings, timestamp = clock_timestamp(), updated_at = clock_timestamp();
    return 1;
  end;
end;
$$;

-- Name: FUNCTION tracking_derive(p_case_id uuid, p_helper jsonb, p_changed text[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_derive(p_case_id uuid, p_helper jsonb, p_changed text[]) IS 'Brings a case''s tracking rows to what its helper says, as far as these sections (null: all) may have changed them, and returns how many changed; never refuses.';

-- Name: tracking_failed(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_failed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform private.system_log('ERROR', 'tracking', 'derivation_failed', 'The tracking rows of a case could not be derived.',
    jsonb_build_object('case_id', new.case_id), private.request_id(), new.case_id, new.org_id);
  return null;
end;
$$;

-- Name: FUNCTION tracking_failed(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_failed() IS 'Notes for staff that a case''s tracking rows could not be derived.';

-- Name: tracking_field(jsonb, text, text[], text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_field(p_helper jsonb, p_kind text, p_places text[], p_at text DEFAULT ''::text, OUT value text, OUT unread text[]) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_place text;
  v_value jsonb;
  v_text text;
  v_zero text;
begin
  unread := '{}';
  foreach v_place in array p_places loop
    v_value := p_helper #> string_to_array(v_place, '/');
    -- Most places are empty, and a function that sets its path is dear: only what is there is asked what it says.
    continue when v_value is null;
    v_text := private.said(v_value);
    continue when v_text is null;
    case jsonb_typeof(v_value)
      when 'object', 'array' then value := null;
      when 'number' then value := private.tracking_number(p_kind, v_text);
      else value := case p_kind when 'text' then left(v_text, 500) else private.tracking_read(p_kind, v_text) end;
    end case;
    exit when value is not null and (p_kind not in ('amount', 'count') or value::numeric <> 0);
    if value is null then
      unread := unread || (p_at || '/' || v_place);
    end if;
    -- A form stands at 0 until somebody fills it in: another place may know better.
    v_zero := coalesce(v_zero, value);
    value := null;
  end loop;
  value := coalesce(value, v_zero);
end;
$$;

-- Name: FUNCTION tracking_field(p_helper jsonb, p_kind text, p_places text[], p_at text, OUT value text, OUT unread text[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_field(p_helper jsonb, p_kind text, p_places text[], p_at text, OUT value text, OUT unread text[]) IS 'The first of these places that says something readable, and the places before it that do not.';

-- Name: tracking_general_reads(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_general_reads() RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return array['calculations', 'car_details', 'case_info', 'documents', 'expertise', 'final_report', 'images', 'invoices',
    'stakeholders', 'valuation', 'vehicle'];
end;
$$;

-- Name: FUNCTION tracking_general_reads(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_general_reads() IS 'The sections of a helper that the general tracking table takes its columns from; its warnings come from the others too.';

-- Name: tracking_has_final(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_has_final(p_helper jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return private.said(p_helper #> '{final_report,submitted_at}') is not null
    or private.said(p_helper #> '{final_report,type}') is not null
    or coalesce(private.said(p_helper #> '{final_report,generated}'), 'false') <> 'false';
end;
$$;

-- Name: FUNCTION tracking_has_final(p_helper jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_has_final(p_helper jsonb) IS 'Whether work on the final report has begun.';

-- Name: tracking_invoiced(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_invoiced(p_case_id uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$ begin return exists (select from public.invoices where case_id = p_case_id and status <> 'CANCELLED'); end $$;

-- Name: FUNCTION tracking_invoiced(p_case_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_invoiced(p_case_id uuid) IS 'Whether an invoice that counts stands with the case.';

-- Name: tracking_marks(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_marks(p_meta jsonb) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return array[private.said(p_meta -> 'finalized'), private.said(p_meta -> 'estimate_finalized'),
    private.said(p_meta -> 'fee_module_completed')];
end;
$$;

-- Name: FUNCTION tracking_marks(p_meta jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_marks(p_meta jsonb) IS 'What tracking reads of meta. It is no section of tracking_reads, because nearly every save leaves a time in meta.';

-- Name: tracking_names(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_names(p_items jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
declare
  v_item jsonb;
  v_key text;
  v_name text;
  v_names text[] := '{}';
begin
  if jsonb_typeof(p_items) = 'string' then
    return left(private.said(p_items), 2000);
  end if;
  for n in 0 .. least(case when jsonb_typeof(p_items) = 'array' then jsonb_array_length(p_items) else 0 end, 100) - 1 loop
    v_item := p_items -> n;
    v_name := case when jsonb_typeof(v_item) = 'string' then v_item #>> '{}' end;
    foreach v_key in array array['category', 'name', 'part_name', 'part', 'description', 'תיאור', 'desc'] loop
      exit when btrim(v_name) <> '';
      v_name := v_item ->> v_key;
    end loop;
    if btrim(v_name) <> '' then
      v_names := v_names || left(btrim(v_name), 200);
    end if;
  end loop;
  return nullif(left(array_to_string(v_names, ', '), 2000), '');
end;
$$;

-- Name: FUNCTION tracking_names(p_items jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_names(p_items jsonb) IS 'Works, parts or repairs of a damage center as one line of their names.';

-- Name: tracking_number(text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_number(p_kind text, p_text text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  -- The text is one of a JSON number, so only its length can be in the way.
  return case
    when p_kind = 'text' then left(p_text, 500)
    when p_kind = 'flag' then case p_text when '1' then 'true' when '0' then 'false' end
    when p_kind = 'day' or length(p_text) > 30 then null
    when p_kind = 'year' then case when p_text::numeric between 1900 and 2200 then trunc(p_text::numeric)::text end
    when p_kind = 'count' then case when p_text::numeric between 0 and 100000 then round(p_text::numeric)::text end
    when abs(p_text::numeric) < 9999999999.995 then round(p_text::numeric, 2)::text end;
end;
$$;

-- Name: FUNCTION tracking_number(p_kind text, p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_number(p_kind text, p_text text) IS 'A JSON number read as a text, flag, year, count or amount; null where it is none.';

-- Name: tracking_paid(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_paid(p_case_id uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  return exists (select from public.cases where id = p_case_id and status = 'שולם')
    or exists (select from public.payment_tracking
      where case_id = p_case_id and removed_at is null and payment_status = 'שולם במלואו');
end;
$$;

-- Name: FUNCTION tracking_paid(p_case_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_paid(p_case_id uuid) IS 'Whether the payment of a case was received, by its own status or its row of payments.';

-- Name: tracking_queue(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_queue(p_case_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$ begin perform pg_advisory_xact_lock(hashtextextended('tracking ' || p_case_id, 0)); end $$;

-- Name: FUNCTION tracking_queue(p_case_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_queue(p_case_id uuid) IS 'Who derives a case waits here for whoever does so already, and then reads what stands by a statement of its own.';

-- Name: tracking_read(text, text); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_read(p_kind text, p_text text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $_$
declare
  v_year text;
begin
  case p_kind
    when 'text' then return left(p_text, 500);
    when 'day' then return private.tracking_day(p_text)::text;
    when 'flag' then return case when lower(p_text) in ('true', 'כן', '1', 'yes') then 'true'
      when lower(p_text) in ('false', 'לא', '0', 'no', 'לא רלוונטי') then 'false' end;
    when 'year' then
      v_year := case when p_text ~ '^[0-9]{4}$' then p_text
        else (regexp_match(p_text, '^(?:[0-9]{1,2}[./-]){1,2}([0-9]{4})$'))[1] end;
      return private.tracking_number('year', v_year);
    else return private.tracking_number(p_kind, private.amount(p_text)::text);
  end case;
end;
$_$;

-- Name: FUNCTION tracking_read(p_kind text, p_text text); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_read(p_kind text, p_text text) IS 'A text read as a text, day, flag, year, count or amount, written plainly; null where it is none.';

-- Name: tracking_reads(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_reads() RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return private.tracking_general_reads() || array['centers', 'claims_data', 'damage_centers', 'depreciation', 'estimate',
    'estimate_snapshot', 'expertise_snapshot', 'final_report_snapshot', 'financials'];
end;
$$;

-- Name: FUNCTION tracking_reads(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_reads() IS 'The sections of a helper that tracking is derived of, beside the marks in meta: whoever reads another one names it here and rebuilds.';

-- Name: tracking_rebuild(uuid[]); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_rebuild(p_case_ids uuid[]) RETURNS TABLE(changed integer, warned integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_case uuid;
begin
  changed := 0;
  for v_case in select id from public.cases where id = any (p_case_ids) and private.may_mark(org_id) order by id loop
    changed := changed + private.tracking_again(v_case);
  end loop;
  select count(*) into warned from public.tracking_general
  where case_id = any (p_case_ids) and warnings <> '{}' and private.may_mark(org_id);
  return next;
end;
$$;

-- Name: FUNCTION tracking_rebuild(p_case_ids uuid[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_rebuild(p_case_ids uuid[]) IS 'Derives these cases anew, as far as the caller may see them: how many rows changed, and how many cases have warnings.';

-- Name: tracking_sections(jsonb); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_sections(p_helper jsonb) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO ''
    AS $$
begin
  return array(
    select '/' || place from unnest(array['case_info', 'vehicle', 'calculations', 'valuation', 'stakeholders',
      'stakeholders/owner', 'stakeholders/garage', 'expertise', 'expertise/summary', 'documents', 'claims_data', 'estimate',
      'estimate/summary', 'depreciation', 'final_report', 'final_report/summary']) place
    where jsonb_typeof(p_helper #> string_to_array(place, '/')) <> 'object'
      and private.said(p_helper #> string_to_array(place, '/')) is not null);
end;
$$;

-- Name: FUNCTION tracking_sections(p_helper jsonb); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_sections(p_helper jsonb) IS 'The sections that stand there as something else than an object.';

-- Name: tracking_sums(jsonb, boolean); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_sums(p_helper jsonb, p_is_final boolean, OUT claim numeric, OUT depreciation numeric, OUT final numeric, OUT unread text[]) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_claim record;
  v_less record;
  v_final record;
begin
  v_claim := private.tracking_field(p_helper, 'amount', case when p_is_final then
      array['final_report/summary/total_claim', 'final_report/summary/sumClaim'] else array[]::text[] end
    || array['claims_data/total_claim', 'estimate/summary/sum_claim', 'calculations/total_claim']);
  v_less := private.tracking_field(p_helper, 'amount', case when p_is_final then
      array['final_report/summary/dep_compensation', 'final_report/summary/depCompensation',
        'final_report/depreciation/global_amount'] else array[]::text[] end
    || array['estimate/summary/depreciation_compensation', 'depreciation/global_amount', 'depreciation/globalDepValue',
      'estimate/depreciation/global_amount']);
  v_final := private.tracking_field(p_helper, 'amount', case when p_is_final then
      array['final_report/summary/final_total', 'final_report/summary/private_total',
        'final_report/summary/global_after_differentials', 'final_report/summary/total_after_sale_damage',
        'final_report/summary/total_after_salvage_total', 'final_report/summary/total_after_salvage_legal']
      else array[]::text[] end
    || array['estimate/summary/final_total', 'financials/totals/total_compensation']);
  claim := v_claim.value;
  depreciation := v_less.value;
  final := v_final.value;
  unread := v_claim.unread || v_less.unread || v_final.unread;
end;
$$;

-- Name: FUNCTION tracking_sums(p_helper jsonb, p_is_final boolean, OUT claim numeric, OUT depreciation numeric, OUT final numeric, OUT unread text[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_sums(p_helper jsonb, p_is_final boolean, OUT claim numeric, OUT depreciation numeric, OUT final numeric, OUT unread text[]) IS 'Claim, loss of value and final compensation of a case: of its final report where there is one, else as estimated.';

-- Name: tracking_write_expertise(public.cases, jsonb, private.tracked_center[]); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_write_expertise(p_case public.cases, p_helper jsonb, p_centers private.tracked_center[]) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_guidance text := left(private.said(p_helper #> '{expertise,summary,directive}'), 500);
  v_notes text := left(private.said(p_helper #> '{expertise,summary,notes}'), 2000);
  v_status text := case when private.said(p_helper #> '{expertise,summary,status}') = 'הוגש'
    or private.said(p_helper #> '{expertise,summary,submitted_at}') is not null
    or private.said(p_helper #> '{expertise_snapshot,submitted_at}') is not null then 'final' else 'draft' end;
  v_gone integer;
  v_written integer;
begin
  delete from public.tracking_expertise
  where case_id = p_case.id and center_key not in (select c.key from unnest(p_centers) c);
  get diagnostics v_gone = row_count;
  insert into public.tracking_expertise (org_id, case_id, plate, case_number, center_key, damage_center_index,
    damage_center_count, damage_center_name, description, planned_repairs, planned_parts, planned_work, guidance, notes,
    status)
  select p_case.org_id, p_case.id, p_case.plate, p_case.filing_case_id, c.key, c.number, cardinality(p_centers), c.name,
    c.description, c.repairs, c.parts, c.work, v_guidance, v_notes, v_status
  from unnest(p_centers) c
  -- A row that says the same already is not even locked.
  where not exists (
    select from public.tracking_expertise t
    where t.case_id = p_case.id and t.center_key = c.key
      and (t.case_number, t.damage_center_index, t.damage_center_count, t.damage_center_name, t.description,
        t.planned_repairs, t.planned_parts, t.planned_work, t.guidance, t.notes, t.status)
      is not distinct from (p_case.filing_case_id, c.number, cardinality(p_centers), c.name, c.description, c.repairs,
        c.parts, c.work, v_guidance, v_notes, v_status))
  on conflict (case_id, center_key) do update set case_number = excluded.case_number,
    damage_center_index = excluded.damage_center_index, damage_center_count = excluded.damage_center_count,
    damage_center_name = excluded.damage_center_name, description = excluded.description,
    planned_repairs = excluded.planned_repairs, planned_parts = excluded.planned_parts,
    planned_work = excluded.planned_work, guidance = excluded.guidance, notes = excluded.notes, status = excluded.status,
    timestamp = now(), updated_at = now();
  get diagnostics v_written = row_count;
  return v_gone + v_written;
end;
$$;

-- Name: FUNCTION tracking_write_expertise(p_case public.cases, p_helper jsonb, p_centers private.tracked_center[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_write_expertise(p_case public.cases, p_helper jsonb, p_centers private.tracked_center[]) IS 'The rows of a case''s damage centers as they were planned.';

-- Name: tracking_write_final(public.cases, jsonb, private.tracked_center[], record); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_write_final(p_case public.cases, p_helper jsonb, p_centers private.tracked_center[], p_sums record) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_is_final boolean := private.tracking_has_final(p_helper);
  v_type text := case when v_is_final then 'final_report' else 'estimate' end;
  v_notes text := left(coalesce(private.said(p_helper #> array[v_type, 'notes']),
    private.said(p_helper #> array[v_type, 'comments']), private.said(p_helper #> array[v_type, 'summary', 'comments'])), 2000);
  v_status text := case when private.said(p_helper #> array[v_type, 'submitted_at']) is not null
    or private.said(p_helper #> array[v_type || '_snapshot', 'submitted_at']) is not null
    or lower(private.said(p_helper #> array[v_type, 'status'])) in ('submitted', 'final', 'סופי', 'הוגש')
    or lower(private.said(p_helper #> case when v_is_final then '{meta,finalized}' else '{meta,estimate_finalized}' end::text[]))
      = 'true' then 'final' else 'draft' end;
  v_gone integer;
  v_retired integer;
  v_written integer;
begin
  delete from public.tracking_final_report
  where case_id = p_case.id and report_type = v_type and center_key not in (select c.key from unnest(p_centers) c);
  get diagnostics v_gone = row_count;
  update public.tracking_final_report set is_current = false, timestamp = now(), updated_at = now()
  where case_id = p_case.id and report_type <> v_type and is_current;
  get diagnostics v_retired = row_count;
  insert into public.tracking_final_report (org_id, case_id, plate, case_number, center_key, damage_center_index,
    damage_center_count, damage_center_name, actual_repairs, total_parts, total_work, claim_amount, depreciation,
    final_compensation, notes, report_type, status)
  select p_case.org_id, p_case.id, p_case.plate, p_case.filing_case_id, c.key, c.number, cardinality(p_centers), c.name,
    c.repairs, c.total_parts, c.total_work, p_sums.claim, p_sums.depreciation, p_sums.final, v_notes, v_type, v_status
  from unnest(p_centers) c
  where not exists (
    select from public.tracking_final_report t
    where t.case_id = p_case.id and t.report_type = v_type and t.center_key = c.key and t.is_current
      and (t.case_number, t.damage_center_index, t.damage_center_count, t.damage_center_name, t.actual_repairs,
        t.total_parts, t.total_work, t.claim_amount, t.depreciation, t.final_compensation, t.notes, t.status)
      is not distinct from (p_case.filing_case_id, c.number, cardinality(p_centers), c.name, c.repairs, c.total_parts,
        c.total_work, p_sums.claim, p_sums.depreciation, p_sums.final, v_notes, v_status))
  on conflict (case_id, report_type, center_key) do update set case_number = excluded.case_number,
    damage_center_index = excluded.damage_center_index, damage_center_count = excluded.damage_center_count,
    damage_center_name = excluded.damage_center_name, actual_repairs = excluded.actual_repairs,
    total_parts = excluded.total_parts, total_work = excluded.total_work, claim_amount = excluded.claim_amount,
    depreciation = excluded.depreciation, final_compensation = excluded.final_compensation, notes = excluded.notes,
    status = excluded.status, is_current = true, timestamp = now(), updated_at = now();
  get diagnostics v_written = row_count;
  return v_gone + v_retired + v_written;
end;
$$;

-- Name: FUNCTION tracking_write_final(p_case public.cases, p_helper jsonb, p_centers private.tracked_center[], p_sums record); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_write_final(p_case public.cases, p_helper jsonb, p_centers private.tracked_center[], p_sums record) IS 'The rows of a case''s damage centers as they were estimated, or as the final report has them.';

-- Name: tracking_write_general(public.cases, jsonb, text[]); Type: FUNCTION; Schema: private

CREATE FUNCTION private.tracking_write_general(p_case public.cases, p_helper jsonb, p_warnings text[]) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_row public.tracking_general;
  v_field record;
  v_warnings text[] := p_warnings;
  v_pictures integer := case when jsonb_typeof(p_helper -> 'images') = 'array' then jsonb_array_length(p_helper -> 'images') else 0 end;
begin
  v_row.case_number := p_case.filing_case_id;
  v_row.general_status := p_case.status;
  for v_field in
    select f.name, r.value, r.unread from (values
      ('inspection_date', 'day', array['case_info/inspection_date', 'vehicle/inspection_date']),
      ('report_date', 'day', array['final_report/report_date', 'final_report/submitted_at', 'case_info/report_date',
        'final_report/generated_date']),
      ('manufacturer', 'text', array['vehicle/manufacturer', 'car_details/manufacturer']),
      ('year', 'year', array['vehicle/year', 'car_details/year']),
      ('value', 'amount', array['calculations/market_value', 'valuation/final_price', 'vehicle/market_value']),
      ('owner', 'text', array['stakeholders/owner/name']),
      ('phone', 'text', array['stakeholders/owner/phone']),
      ('garage', 'text', array['stakeholders/garage/name']),
      ('garage_phone', 'text', array['stakeholders/garage/phone']),
      ('email', 'text', array['stakeholders/garage/email']),
      ('directive', 'text', array['expertise/summary/directive', 'case_info/directive']),
      ('photos', 'count', array['documents/photo_count']),
      ('claim', 'flag', array['case_info/in_litigation']),
      ('notes', 'text', array['case_info/notes']),
      ('link', 'text', array['case_info/case_link'])) f (name, kind, places)
    cross join lateral private.tracking_field(p_helper, f.kind, f.places) r
  loop
    v_warnings := v_warnings || v_field.unread;
    case v_field.name
      when 'inspection_date' then v_row.inspection_date := v_field.value;
      when 'report_date' then v_row.report_date := v_field.value;
      when 'manufacturer' then v_row.manufacturer := v_field.value;
      when 'year' then v_row.year_of_manufacture := v_field.value;
      when 'value' then v_row.vehicle_value := nullif(v_field.value::numeric, 0);
      when 'owner' then v_row.owner_name := coalesce(v_field.value, p_case.owner_name);
      when 'phone' then v_row.phone := v_field.value;
      when 'garage' then v_row.garage := v_field.value;
      when 'garage_phone' then v_row.garage_phone := v_field.value;
      when 'email' then v_row.email := v_field.value;
      when 'directive' then v_row.directive := v_field.value;
      when 'photos' then v_row.photo_count := coalesce(v_field.value::integer, v_pictures);
      when 'claim' then v_row.case_in_claim := coalesce(v_field.value::boolean, false)
        or p_case.status in ('מחכה לאישור תביעה', 'תביעה אושרה', 'בתביעת בית משפט');
      when 'notes' then v_row.general_notes := v_field.value;
      -- A link that a browser would run is none.
      else v_row.case_link := case when v_field.value ~* '^https?://' then v_field.value end;
    end case;
  end loop;

  v_row.photos_available := v_row.photo_count > 0;
  v_row.invoice_received := private.said(p_helper -> 'invoices') is not null or private.tracking_invoiced(p_case.id);
  v_row.payment_received := private.tracking_paid(p_case.id);
  v_row.warnings := (array(select w from unnest(v_warnings) with ordinality u (w, n) group by w order by min(n)))[:50];

  -- A row that says the same already is not even locked.
  if exists (
    select from public.tracking_general t
    where t.case_id = p_case.id
      and (t.case_number, t.inspection_date, t.report_date, t.manufacturer, t.year_of_manufacture, t.vehicle_value,
        t.owner_name, t.phone, t.garage, t.garage_phone, t.email, t.directive, t.photo_count, t.invoice_received,
        t.payment_received, t.case_in_claim, t.general_status, t.general_notes, t.case_link, t.warnings)
      is not distinct from (v_row.case_number, v_row.inspection_date, v_row.report_date, v_row.manufacturer,
        v_row.year_of_manufacture, v_row.vehicle_value, v_row.owner_name, v_row.phone, v_row.garage, v_row.garage_phone,
        v_row.email, v_row.directive, v_row.photo_count, v_row.invoice_received, v_row.payment_received,
        v_row.case_in_claim, v_row.general_status, v_row.general_notes, v_row.case_link, v_row.warnings))
  then
    return 0;
  end if;
  insert into public.tracking_general (org_id, case_id, plate, case_number, inspection_date, report_date, manufacturer,
    year_of_manufacture, vehicle_value, owner_name, phone, garage, garage_phone, email, directive, photos_available,
    photo_count, invoice_received, payment_received, case_in_claim, general_status, general_notes, case_link, warnings)
  values (p_case.org_id, p_case.id, p_case.plate, v_row.case_number, v_row.inspection_date, v_row.report_date,
    v_row.manufacturer, v_row.year_of_manufacture, v_row.vehicle_value, v_row.owner_name, v_row.phone, v_row.garage,
    v_row.garage_phone, v_row.email, v_row.directive, v_row.photos_available, v_row.photo_count, v_row.invoice_received,
    v_row.payment_received, v_row.case_in_claim, v_row.general_status, v_row.general_notes, v_row.case_link,
    v_row.warnings)
  on conflict (case_id) do update set case_number = excluded.case_number, inspection_date = excluded.inspection_date,
    report_date = excluded.report_date, manufacturer = excluded.manufacturer,
    year_of_manufacture = excluded.year_of_manufacture, vehicle_value = excluded.vehicle_value,
    owner_name = excluded.owner_name, phone = excluded.phone, garage = excluded.garage,
    garage_phone = excluded.garage_phone, email = excluded.email, directive = excluded.directive,
    photos_available = excluded.photos_available, photo_count = excluded.photo_count,
    invoice_received = excluded.invoice_received, payment_received = excluded.payment_received,
    case_in_claim = excluded.case_in_claim, general_status = excluded.general_status,
    general_notes = excluded.general_notes, case_link = excluded.case_link, warnings = excluded.warnings,
    timestamp = clock_timestamp(), updated_at = clock_timestamp();
  return 1;
end;
$$;

-- Name: FUNCTION tracking_write_general(p_case public.cases, p_helper jsonb, p_warnings text[]); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.tracking_write_general(p_case public.cases, p_helper jsonb, p_warnings text[]) IS 'The row of a case in the general table; one that says the same already is not touched.';

-- Name: vat_rate(uuid, date); Type: FUNCTION; Schema: private

CREATE FUNCTION private.vat_rate(p_org_id uuid, p_on date) RETURNS numeric
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  -- Of a day before the first row nothing better is known than the first row.
  select rate from public.vat_rates where org_id is null or org_id = p_org_id
  order by starts_on <= coalesce(p_on, current_date) desc,
    case when starts_on <= coalesce(p_on, current_date) then starts_on end desc, starts_on, org_id limit 1
$$;

-- Name: FUNCTION vat_rate(p_org_id uuid, p_on date); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.vat_rate(p_org_id uuid, p_on date) IS 'VAT in percent on a day, for an office; today''s where no day is named.';

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

-- Name: versions_fold(text[], timestamp with time zone, integer, uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.versions_fold(p_triggers text[], p_before timestamp with time zone, p_least integer, p_case_id uuid DEFAULT NULL::uuid) RETURNS TABLE(case_id uuid, versions integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION versions_fold(p_triggers text[], p_before timestamp with time zone, p_least integer, p_case_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.versions_fold(p_triggers text[], p_before timestamp with time zone, p_least integer, p_case_id uuid) IS 'Marks runs of automatic saves, so that lists show each run as one line; nothing is deleted.';

-- Name: versions_unfold(uuid); Type: FUNCTION; Schema: private

CREATE FUNCTION private.versions_unfold(p_case_id uuid DEFAULT NULL::uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  v_count integer;
begin
  update public.case_helper set folded = false
  where folded and (p_case_id is null or case_id = p_case_id) and private.may_mark(org_id);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;

-- Name: FUNCTION versions_unfold(p_case_id uuid); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.versions_unfold(p_case_id uuid) IS 'Takes the marks of versions_fold back.';

-- Name: webhook_endpoint_stamp(); Type: FUNCTION; Schema: private

CREATE FUNCTION private.webhook_endpoint_stamp() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  new.updated_at := now();
  new.paused_at := case when new.is_paused then coalesce(new.paused_at, now()) end;
  new.paused_reason := case when new.is_paused then coalesce(new.paused_reason, '') end;
  return new;
end;
$$;

-- Name: FUNCTION webhook_endpoint_stamp(); Type: COMMENT; Schema: private

COMMENT ON FUNCTION private.webhook_endpoint_stamp() IS 'An endpoint knows since when it is paused, and forgets it when it goes on.';

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

-- Name: batch_categorize_invoice_lines(uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.batch_categorize_invoice_lines(p_invoice_id uuid) RETURNS TABLE(line_id uuid, old_category text, new_category text, confidence numeric)
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  update public.invoice_lines l set item_category = k.category, category_confidence = k.confidence, category_method = 'auto'
  from public.invoice_lines o cross join lateral private.line_kind(o.description, o.catalog_code) k
  where o.id = l.id and l.invoice_id = p_invoice_id and l.removed_at is null and o.item_category = 'uncategorized'
    and k.category <> 'uncategorized'
  returning l.id, 'uncategorized'::text, l.item_category, l.category_confidence
$$;

-- Name: FUNCTION batch_categorize_invoice_lines(p_invoice_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.batch_categorize_invoice_lines(p_invoice_id uuid) IS 'Gives the lines of an invoice that have none a category by their words; what a person or a reading said stays.';

-- Name: case_helper_export(uuid, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.case_helper_export(p_case_id uuid, p_reason text DEFAULT NULL::text) RETURNS TABLE(case_id uuid, version integer, helper_name text, queued boolean)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_current public.case_helper;
begin
  select h.* into v_current from public.case_helper h where h.case_id = p_case_id and h.is_current;
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  return query select v_current.case_id, v_current.version, v_current.helper_name,
    private.flag('writer.helper', v_current.org_id, v_current.case_id) <> 'supabase'
      and private.export_add_mine(v_current.case_id, v_current.version, left(p_reason, 200));
end;
$$;

-- Name: FUNCTION case_helper_export(p_case_id uuid, p_reason text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.case_helper_export(p_case_id uuid, p_reason text) IS 'Queues HELPER_EXPORT for the current version, once; nothing is queued after Make''s copy has ended.';

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

-- Name: case_helper_ingest(uuid, jsonb, text, integer, boolean, text, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.case_helper_ingest(p_case_id uuid, p_patch jsonb, p_source text DEFAULT NULL::text, p_expected_version integer DEFAULT NULL::integer, p_null_removes boolean DEFAULT false, p_trigger text DEFAULT NULL::text, p_label text DEFAULT NULL::text) RETURNS public.case_helper
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION case_helper_ingest(p_case_id uuid, p_patch jsonb, p_source text, p_expected_version integer, p_null_removes boolean, p_trigger text, p_label text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.case_helper_ingest(p_case_id uuid, p_patch jsonb, p_source text, p_expected_version integer, p_null_removes boolean, p_trigger text, p_label text) IS 'Merges what one source may write into the current helper, as a new version; what is not named stays as it was.';

-- Name: case_helper_not_makes(uuid, text[]); Type: FUNCTION; Schema: public

CREATE FUNCTION public.case_helper_not_makes(p_case_id uuid, p_sections text[]) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_case public.cases;
begin
  select * into v_case from public.cases where id = p_case_id;
  return array(
    select s from unnest(p_sections) s
    where private.flag('writer.' || private.module_of(s), v_case.org_id, v_case.id) = 'supabase'
    order by s collate "C");
end;
$$;

-- Name: FUNCTION case_helper_not_makes(p_case_id uuid, p_sections text[]); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.case_helper_not_makes(p_case_id uuid, p_sections text[]) IS 'Those of the sections that Make may not write any more, because their module has moved to us.';

-- Name: case_helper_restore(uuid, integer, integer, text, uuid, text[], text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text DEFAULT NULL::text, p_saved_by uuid DEFAULT NULL::uuid, p_sections text[] DEFAULT NULL::text[], p_mode text DEFAULT NULL::text) RETURNS public.case_helper
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
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

-- Name: FUNCTION case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid, p_sections text[], p_mode text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid, p_sections text[], p_mode text) IS 'Puts an old version, some of its sections, or only what is missing, on top as a new one; nothing is deleted.';

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

-- Name: case_timeline(uuid, text[], timestamp with time zone, timestamp with time zone, integer, integer); Type: FUNCTION; Schema: public

CREATE FUNCTION public.case_timeline(p_case_id uuid, p_types text[] DEFAULT NULL::text[], p_since timestamp with time zone DEFAULT NULL::timestamp with time zone, p_until timestamp with time zone DEFAULT NULL::timestamp with time zone, p_limit integer DEFAULT 100, p_offset integer DEFAULT 0) RETURNS TABLE(id uuid, type text, at timestamp with time zone, actor uuid, actor_name text, door text, version integer, data jsonb, request_id text)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_limit integer := least(greatest(p_limit, 0), 1000);
  v_offset integer := least(greatest(p_offset, 0), 1000000);
begin
  if not exists (select from public.cases c where c.id = p_case_id) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  return query
    with told as (
      (select e.id, e.type, e.at, e.actor, e.door, e.version, e.data, e.request_id from public.events e
      where e.case_id = p_case_id and (p_types is null or e.type = any (p_types) or e.kind = any (p_types))
        and (p_since is null or e.at >= p_since) and (p_until is null or e.at < p_until)
      order by e.at desc, e.id desc limit v_limit + v_offset)
      union all
      (select d.id, d.type, d.at, null, 'MAKE', d.version, d.data, null from private.case_deliveries(p_case_id) d
      where (p_types is null or d.type = any (p_types) or 'delivery' = any (p_types))
        and (p_since is null or d.at >= p_since) and (p_until is null or d.at < p_until)
      order by d.at desc, d.id desc limit v_limit + v_offset)
    ), asked as (
      select * from told t order by t.at desc, t.id desc limit v_limit offset v_offset
    )
    select a.id, a.type, a.at, a.actor, p.name, a.door, a.version,
      a.data || case when h.id is null then '{}' else jsonb_strip_nulls(jsonb_build_object('row_id', h.id, 'changes', h.changes)) end,
      a.request_id
    from asked a left join public.profiles p on p.user_id = a.actor
      left join public.case_helper h on h.case_id = p_case_id and h.version = a.version and a.type like 'case\_helper.%'
    order by a.at desc, a.id desc;
end;
$$;

-- Name: FUNCTION case_timeline(p_case_id uuid, p_types text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_offset integer); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.case_timeline(p_case_id uuid, p_types text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_offset integer) IS 'The story of a case, newest first: events and deliveries; types are whole ones or first words.';

-- Name: case_upsert(text, text, text, text, uuid, text, jsonb, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.case_upsert(p_plate text, p_owner_name text DEFAULT NULL::text, p_inspection_location text DEFAULT NULL::text, p_status text DEFAULT NULL::text, p_assigned_to uuid DEFAULT NULL::uuid, p_filing_case_id text DEFAULT NULL::text, p_helper_json jsonb DEFAULT NULL::jsonb, p_org_id uuid DEFAULT NULL::uuid) RETURNS TABLE(case_id uuid, plate text, version integer, helper_name text, created boolean, changed_sections text[])
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
#variable_conflict use_column
declare
  v_org uuid := coalesce(p_org_id, private.my_org());
  v_case uuid;
  v_saved public.case_helper;
begin
  perform private.plate_queue(v_org, private.plate_digits(p_plate));
  v_case := private.open_case_of(v_org, private.plate_digits(p_plate));
  if v_case is null then
    v_saved := public.case_open(p_plate, p_owner_name, p_inspection_location, p_status, p_assigned_to,
      p_filing_case_id, coalesce(p_helper_json, '{}'), p_org_id => v_org);
    return query select v_saved.case_id, v_saved.plate, v_saved.version, v_saved.helper_name, true, v_saved.changed_sections;
    return;
  end if;
  update public.cases c set
    owner_name = coalesce(p_owner_name, c.owner_name),
    inspection_location = coalesce(p_inspection_location, c.inspection_location),
    status = coalesce(p_status, c.status),
    assigned_to = coalesce(p_assigned_to, c.assigned_to),
    filing_case_id = coalesce(nullif(p_filing_case_id, ''), c.filing_case_id)
  where c.id = v_case and (
    p_owner_name is distinct from c.owner_name and p_owner_name is not null
    or p_inspection_location is distinct from c.inspection_location and p_inspection_location is not null
    or p_status is distinct from c.status and p_status is not null
    or p_assigned_to is distinct from c.assigned_to and p_assigned_to is not null
    or p_filing_case_id is distinct from c.filing_case_id and nullif(p_filing_case_id, '') is not null);
  if p_helper_json is not null and not exists (
    select from public.case_helper h
    where h.case_id = v_case and h.is_current and private.same_json(h.helper_json, p_helper_json)
  ) then
    insert into public.case_helper (case_id, helper_json, trigger)
    values (v_case, p_helper_json, 'case.upsert') returning * into v_saved;
  end if;
  return query select h.case_id, h.plate, h.version, h.helper_name, false, coalesce(v_saved.changed_sections, '{}')
    from public.case_helper h where h.case_id = v_case and h.is_current;
end;
$$;

-- Name: FUNCTION case_upsert(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.case_upsert(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid) IS 'Opens a case, or brings the facts of the plate''s open one up to date; what is not named stays.';

-- Name: cases_search(text, text, text[], text, uuid, timestamp with time zone, date, date, date, date, date, date, date, uuid, integer, integer); Type: FUNCTION; Schema: public

CREATE FUNCTION public.cases_search(p_query text DEFAULT NULL::text, p_plate text DEFAULT NULL::text, p_status text[] DEFAULT NULL::text[], p_owner text DEFAULT NULL::text, p_assigned_to uuid DEFAULT NULL::uuid, p_updated_since timestamp with time zone DEFAULT NULL::timestamp with time zone, p_updated_to date DEFAULT NULL::date, p_opened_from date DEFAULT NULL::date, p_opened_to date DEFAULT NULL::date, p_inspected_from date DEFAULT NULL::date, p_inspected_to date DEFAULT NULL::date, p_damaged_from date DEFAULT NULL::date, p_damaged_to date DEFAULT NULL::date, p_org_id uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 100, p_offset integer DEFAULT 0) RETURNS SETOF public.cases
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
begin
  return query
    select c.* from private.case_search(jsonb_build_object(
        'q', p_query, 'plate', p_plate, 'status', to_jsonb(p_status), 'owner', p_owner, 'assigned_to', p_assigned_to,
        'updated_since', p_updated_since, 'updated_to', p_updated_to, 'opened_from', p_opened_from, 'opened_to', p_opened_to,
        'inspected_from', p_inspected_from, 'inspected_to', p_inspected_to, 'damaged_from', p_damaged_from,
        'damaged_to', p_damaged_to, 'org_id', p_org_id),
      least(greatest(p_limit, 0), 1000), greatest(p_offset, 0)) with ordinality f (id, place)
    join public.cases c on c.id = f.id
    order by f.place;
end;
$$;

-- Name: FUNCTION cases_search(p_query text, p_plate text, p_status text[], p_owner text, p_assigned_to uuid, p_updated_since timestamp with time zone, p_updated_to date, p_opened_from date, p_opened_to date, p_inspected_from date, p_inspected_to date, p_damaged_from date, p_damaged_to date, p_org_id uuid, p_limit integer, p_offset integer); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.cases_search(p_query text, p_plate text, p_status text[], p_owner text, p_assigned_to uuid, p_updated_since timestamp with time zone, p_updated_to date, p_opened_from date, p_opened_to date, p_inspected_from date, p_inspected_to date, p_damaged_from date, p_damaged_to date, p_org_id uuid, p_limit integer, p_offset integer) IS 'Cases by words and filters, the best first; without words the last changed first.';

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
    kind text GENERATED ALWAYS AS (split_part(type, '.'::text, 1)) STORED NOT NULL,
    CONSTRAINT events_door_check CHECK ((door = ANY (ARRAY['UI'::text, 'MAKE'::text, 'ADMIN'::text, 'IMPORT'::text])))
);

ALTER TABLE ONLY public.events FORCE ROW LEVEL SECURITY;

-- Name: TABLE events; Type: COMMENT; Schema: public

COMMENT ON TABLE public.events IS 'What happened to a case, in the words of the outgoing event types; never a helper''s content.';

-- Name: COLUMN events.kind; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.events.kind IS 'What it is about: the first word of the type.';

-- Name: events_add(text, uuid, jsonb, integer, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.events_add(p_type text, p_case_id uuid DEFAULT NULL::uuid, p_data jsonb DEFAULT '{}'::jsonb, p_version integer DEFAULT NULL::integer, p_text text DEFAULT NULL::text) RETURNS public.events
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
declare
  v_org uuid := private.my_org();
  v_event public.events;
begin
  if p_type !~ '^(make|scenario|sheet|mail|message|whatsapp|sms|push|call|calendar|drive|folder|log|note)\.[a-z][a-z0-9_]{0,49}$' then
    raise sqlstate 'PT422' using message = 'not a type that can be added from outside',
      detail = '{"code": "invalid", "pointer": "/type"}';
  end if;
  if jsonb_typeof(p_data) <> 'object' or octet_length(p_data::text) > 8192 then
    raise sqlstate 'PT422' using message = 'data is an object of 8 KB at most',
      detail = '{"code": "invalid", "pointer": "/data"}';
  end if;
  if p_case_id is not null then
    select org_id into v_org from public.cases where id = p_case_id;
    if not found then
      raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
    end if;
  elsif v_org is null then
    raise sqlstate 'PT422' using message = 'name the case', detail = '{"code": "invalid", "pointer": "/case_id"}';
  end if;
  perform private.event_add_mine(v_org, p_case_id, p_type, p_version,
    case when nullif(trim(p_text), '') is null then p_data else p_data || jsonb_build_object('text', left(trim(p_text), 500)) end);
  select * into v_event from public.events
  where org_id = v_org and type = p_type and case_id is not distinct from p_case_id
    and request_id is not distinct from private.request_id() order by at desc limit 1;
  return v_event;
end;
$_$;

-- Name: FUNCTION events_add(p_type text, p_case_id uuid, p_data jsonb, p_version integer, p_text text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.events_add(p_type text, p_case_id uuid, p_data jsonb, p_version integer, p_text text) IS 'Writes what happened outside into a case''s story; our own news cannot be invented.';

-- Name: file_assign(uuid, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.file_assign(p_document_id uuid, p_case_id uuid) RETURNS public.documents
    LANGUAGE sql
    SET search_path TO ''
    AS $$ select private.file_assign(p_document_id, p_case_id) $$;

-- Name: FUNCTION file_assign(p_document_id uuid, p_case_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.file_assign(p_document_id uuid, p_case_id uuid) IS 'Gives a file that waits in the inbox its case.';

-- Name: file_keep(uuid, text, text, bigint, text, text, text, uuid, text, uuid, text, text, jsonb); Type: FUNCTION; Schema: public

CREATE FUNCTION public.file_keep(p_id uuid, p_filename text, p_mime_type text, p_size_bytes bigint, p_bucket_name text, p_storage_key text, p_checksum text, p_case_id uuid DEFAULT NULL::uuid, p_plate text DEFAULT NULL::text, p_org_id uuid DEFAULT NULL::uuid, p_category text DEFAULT 'other'::text, p_notes text DEFAULT NULL::text, p_file_metadata jsonb DEFAULT '{}'::jsonb) RETURNS public.documents
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_kept public.documents;
begin
  insert into public.documents (id, org_id, case_id, plate, category, filename, mime_type, size_bytes, bucket_name,
    storage_key, checksum, notes, file_metadata)
  values (p_id, p_org_id, p_case_id, p_plate, p_category, p_filename, p_mime_type, p_size_bytes, p_bucket_name,
    p_storage_key, p_checksum, p_notes, p_file_metadata)
  on conflict (org_id, case_id, checksum) where deleted_at is null and checksum is not null
    and category not in ('report', 'archive') do nothing
  returning * into v_kept;
  if v_kept.id is null then
    select * into v_kept from public.documents d
    where d.checksum = p_checksum and d.case_id is not distinct from p_case_id and d.deleted_at is null
      and d.category not in ('report', 'archive') and d.org_id = coalesce(
        (select c.org_id from public.cases c where c.id = p_case_id), p_org_id, private.my_org());
  end if;
  return v_kept;
end;
$$;

-- Name: FUNCTION file_keep(p_id uuid, p_filename text, p_mime_type text, p_size_bytes bigint, p_bucket_name text, p_storage_key text, p_checksum text, p_case_id uuid, p_plate text, p_org_id uuid, p_category text, p_notes text, p_file_metadata jsonb); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.file_keep(p_id uuid, p_filename text, p_mime_type text, p_size_bytes bigint, p_bucket_name text, p_storage_key text, p_checksum text, p_case_id uuid, p_plate text, p_org_id uuid, p_category text, p_notes text, p_file_metadata jsonb) IS 'Registers bytes that were stored; the same content in one case is the row that has it already.';

-- Name: files_upsert(jsonb, uuid, uuid, boolean); Type: FUNCTION; Schema: public

CREATE FUNCTION public.files_upsert(p_row jsonb, p_case_id uuid DEFAULT NULL::uuid, p_org_id uuid DEFAULT NULL::uuid, p_insists boolean DEFAULT false) RETURNS TABLE(id uuid, created boolean, recognised_by text)
    LANGUAGE sql
    SET search_path TO ''
    AS $$ select * from private.files_upsert(p_row, p_case_id, p_org_id, p_insists) $$;

-- Name: FUNCTION files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean) IS 'Keeps a file that Make found on OneDrive, once; p_insists: a known file of another case is refused.';

-- Name: flags_of(uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.flags_of(p_case_id uuid DEFAULT NULL::uuid) RETURNS TABLE(name text, value text)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
declare
  v_org uuid := private.my_org();
begin
  if p_case_id is not null then
    select c.org_id into v_org from public.cases c where c.id = p_case_id;
    if not found then
      raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
    end if;
  end if;
  return query
    select n, private.flag(n, v_org, p_case_id)
    from unnest(array['USE_SUPABASE_HELPER', 'USE_SUPABASE_PARTS', 'USE_SUPABASE_INVOICES', 'USE_SUPABASE_TRACKING',
      'USE_SUPABASE_LEVI', 'writer.vehicle', 'writer.levi', 'writer.damage', 'writer.parts', 'writer.invoices',
      'writer.reports', 'writer.tracking', 'writer.helper']) n;
end;
$$;

-- Name: FUNCTION flags_of(p_case_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.flags_of(p_case_id uuid) IS 'Every switch as it stands for the caller''s office, or for one case.';

-- Name: generate_signed_url(uuid, integer, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.generate_signed_url(p_document_id uuid, p_expires_in integer DEFAULT 3600, p_access_type text DEFAULT 'view'::text) RETURNS TABLE(success boolean, message text, bucket_name text, storage_path text, expires_in integer)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_document public.documents;
begin
  if p_expires_in is null or p_expires_in not between 1 and 604800 then
    raise sqlstate 'PT422' using message = 'from 1 second to 7 days',
      detail = '{"code": "invalid", "pointer": "/p_expires_in"}';
  end if;
  v_document := private.file_read(p_document_id);
  return query select true, 'ok', v_document.bucket_name, v_document.storage_key, p_expires_in;
end;
$$;

-- Name: FUNCTION generate_signed_url(p_document_id uuid, p_expires_in integer, p_access_type text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.generate_signed_url(p_document_id uuid, p_expires_in integer, p_access_type text) IS 'Where a file lies, for the screen that signs its own address of the storage; each call is an event.';

-- Name: generate_storage_path(uuid, text, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.generate_storage_path(p_case_id uuid, p_category text, p_filename text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
declare
  v_kind text := lower(regexp_replace(coalesce(p_category, ''), '[^A-Za-z0-9_-]', '', 'g'));
  v_ending text := lower(substring(p_filename from '[.]([A-Za-z0-9]{1,8})$'));
begin
  if not exists (select from public.cases where id = p_case_id) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  -- Never the same twice, and ASCII: the name people gave stays in documents.filename.
  return concat_ws('/', p_case_id, coalesce(nullif(v_kind, ''), 'other'),
    gen_random_uuid() || coalesce('.' || v_ending, ''));
end;
$_$;

-- Name: FUNCTION generate_storage_path(p_case_id uuid, p_category text, p_filename text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.generate_storage_path(p_case_id uuid, p_category text, p_filename text) IS 'A new key for the bytes of a file of this case; the file''s own name is no part of it.';

-- Name: get_case_files(uuid, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.get_case_files(p_case_id uuid, p_category text DEFAULT NULL::text) RETURNS TABLE(id uuid, case_id uuid, category text, filename text, mime_type text, size_bytes bigint, bucket_name text, storage_key text, onedrive_web_url text, notes text, created_by uuid, created_by_name text, created_at timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select d.id, d.case_id, d.category, d.filename, d.mime_type, d.size_bytes, d.bucket_name, d.storage_key,
    d.onedrive_web_url, d.notes, d.created_by, p.name, d.created_at
  from public.documents d left join public.profiles p on p.user_id = d.created_by
  where d.case_id = p_case_id and d.deleted_at is null and (p_category is null or d.category = p_category)
  order by d.created_at desc, d.id
$$;

-- Name: FUNCTION get_case_files(p_case_id uuid, p_category text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.get_case_files(p_case_id uuid, p_category text) IS 'The files of a case, newest first, without those put away.';

-- Name: get_case_image_count(uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.get_case_image_count(p_case_id uuid) RETURNS integer
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select count(*)::integer from public.images where case_id = p_case_id and deleted_at is null
$$;

-- Name: FUNCTION get_case_image_count(p_case_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.get_case_image_count(p_case_id uuid) IS 'How many pictures a case has, without those put away.';

-- Name: get_case_image_count_by_category(uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.get_case_image_count_by_category(p_case_id uuid) RETURNS TABLE(category text, count bigint)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select i.category, count(*) from public.images i where i.case_id = p_case_id and i.deleted_at is null
  group by i.category order by i.category
$$;

-- Name: FUNCTION get_case_image_count_by_category(p_case_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.get_case_image_count_by_category(p_case_id uuid) IS 'How many pictures of each category a case has.';

-- Name: get_damage_center_mappings(uuid, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.get_damage_center_mappings(p_case_id uuid, p_damage_center_id text) RETURNS TABLE(id uuid, field_type text, field_index integer, mapped_data jsonb, is_user_modified boolean, mapping_status text)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select m.id, m.field_type, m.field_index, m.mapped_data, m.is_user_modified, m.mapping_status
  from public.invoice_damage_center_mappings m
  where m.case_id = p_case_id and m.damage_center_id = p_damage_center_id and m.mapping_status <> 'removed'
  order by m.field_type, m.field_index, m.created_at
$$;

-- Name: FUNCTION get_damage_center_mappings(p_case_id uuid, p_damage_center_id text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.get_damage_center_mappings(p_case_id uuid, p_damage_center_id text) IS 'What invoices gave to one damage center of a case.';

-- Name: get_file_info(uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.get_file_info(p_document_id uuid) RETURNS TABLE(id uuid, case_id uuid, category text, filename text, mime_type text, size_bytes bigint, bucket_name text, storage_key text, checksum text, upload_status text, onedrive_web_url text, notes text, created_by uuid, created_by_name text, created_at timestamp with time zone, deleted_at timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select d.id, d.case_id, d.category, d.filename, d.mime_type, d.size_bytes, d.bucket_name, d.storage_key, d.checksum,
    d.upload_status, d.onedrive_web_url, d.notes, d.created_by, p.name, d.created_at, d.deleted_at
  from public.documents d left join public.profiles p on p.user_id = d.created_by where d.id = p_document_id
$$;

-- Name: FUNCTION get_file_info(p_document_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.get_file_info(p_document_id uuid) IS 'One file, also one put away.';

-- Name: get_invoice_items_by_category(uuid, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.get_invoice_items_by_category(p_invoice_id uuid, p_category text) RETURNS TABLE(id uuid, line_number integer, description text, quantity numeric, unit_price numeric, line_total numeric, category_confidence numeric)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select l.id, l.line_number, l.description, l.quantity, l.unit_price, l.line_total, l.category_confidence
  from public.invoice_lines l
  where l.invoice_id = p_invoice_id and l.item_category = p_category and l.removed_at is null order by l.line_number
$$;

-- Name: FUNCTION get_invoice_items_by_category(p_invoice_id uuid, p_category text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.get_invoice_items_by_category(p_invoice_id uuid, p_category text) IS 'The lines of one category of an invoice, in order.';

-- Name: get_invoice_ocr_data(uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.get_invoice_ocr_data(p_invoice_id uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select d.ocr_structured_data from public.invoice_documents d
  where d.invoice_id = p_invoice_id and d.ocr_status = 'completed' order by d.created_at desc, d.id limit 1
$$;

-- Name: FUNCTION get_invoice_ocr_data(p_invoice_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.get_invoice_ocr_data(p_invoice_id uuid) IS 'What was read from the newest paper of an invoice.';

-- Name: get_next_display_order(uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.get_next_display_order(p_case_id uuid) RETURNS integer
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select coalesce(max(display_order), 0) + 1 from public.images
  where case_id = p_case_id and damage_center_id is null and deleted_at is null
$$;

-- Name: FUNCTION get_next_display_order(p_case_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.get_next_display_order(p_case_id uuid) IS 'The place of a case''s next picture; what a screen sends with its insert is not taken, the database counts by itself.';

-- Name: get_pending_optimizations(integer); Type: FUNCTION; Schema: public

CREATE FUNCTION public.get_pending_optimizations(p_limit integer DEFAULT 10) RETURNS TABLE(id uuid, case_id uuid, document_id uuid, filename text, bucket_name text, storage_key text, original_url text, optimization_status text, created_at timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select i.id, i.case_id, i.document_id, i.filename, d.bucket_name, d.storage_key, i.original_url,
    i.optimization_status, i.created_at
  from public.images i left join public.documents d on d.id = i.document_id
  where i.optimization_status = 'pending' and i.deleted_at is null
  order by i.created_at, i.id limit least(greatest(p_limit, 0), 200)
$$;

-- Name: FUNCTION get_pending_optimizations(p_limit integer); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.get_pending_optimizations(p_limit integer) IS 'The oldest pictures of which nothing was made yet; at most 200.';

-- Name: get_unmapped_invoice_items(uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.get_unmapped_invoice_items(p_invoice_id uuid) RETURNS TABLE(line_id uuid, description text, quantity numeric, unit_price numeric, line_total numeric)
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select l.id, l.description, l.quantity, l.unit_price, l.line_total from public.invoice_lines l
  where l.invoice_id = p_invoice_id and l.removed_at is null and not exists (
    select from public.invoice_damage_center_mappings m where m.invoice_line_id = l.id and m.mapping_status <> 'removed')
  order by l.line_number
$$;

-- Name: FUNCTION get_unmapped_invoice_items(p_invoice_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.get_unmapped_invoice_items(p_invoice_id uuid) IS 'The lines of an invoice that belong to no damage center yet.';

-- Name: helper_drift(uuid, integer); Type: FUNCTION; Schema: public

CREATE FUNCTION public.helper_drift(p_case_id uuid DEFAULT NULL::uuid, p_limit integer DEFAULT 100) RETURNS TABLE(case_id uuid, plate text, last_received timestamp with time zone, last_status text, last_equal timestamp with time zone, received_version integer, current_version integer, is_equal boolean, sections text[])
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
#variable_conflict use_column
begin
  return query
    select c.id, c.plate, l.created_at, l.sync_status,
      (select max(e.created_at) from public.helper_sync_log e
        where e.case_id = c.id and e.sync_direction = 'TO_SUPABASE' and e.sync_status = 'SUCCESS'),
      l.version, c.current_version,
      d.sections = '{}', d.sections
    from public.cases c
    cross join lateral (
      select * from public.helper_sync_log s
      where s.case_id = c.id and s.sync_direction = 'TO_SUPABASE' order by s.created_at desc limit 1) l
    cross join lateral (
      select case when l.raw_id is null and l.version = c.current_version then '{}'::text[]
        else private.changed_sections(
          case when l.raw_id is not null then private.raw_answer_json(l.raw_id)
            else (select r.helper_json from public.case_helper r where r.case_id = c.id and r.version = l.version) end,
          (select h.helper_json from public.case_helper h where h.case_id = c.id and h.is_current)) end as sections) d
    where p_case_id is null or c.id = p_case_id
    order by d.sections = '{}', l.created_at desc limit p_limit;
end;
$$;

-- Name: FUNCTION helper_drift(p_case_id uuid, p_limit integer); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.helper_drift(p_case_id uuid, p_limit integer) IS 'The last helper Make sent beside ours, case by case: when, and which sections differ now.';

-- Name: images_reorder(uuid, uuid[]); Type: FUNCTION; Schema: public

CREATE FUNCTION public.images_reorder(p_case_id uuid, p_image_ids uuid[]) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_moved integer;
begin
  if not exists (select from public.cases where id = p_case_id) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  perform private.images_queue(p_case_id);
  if exists (select from unnest(p_image_ids) n (id) where not exists (
    select from public.images i where i.id = n.id and i.case_id = p_case_id and i.deleted_at is null))
  then
    raise sqlstate 'PT404' using message = 'no such picture in this case', detail = '{"code": "not_found"}';
  end if;
  with ordered as (
    select i.id, row_number() over (partition by i.damage_center_id order by n.place nulls last, i.display_order,
      i.created_at, i.id) as place
    from public.images i
    left join (select id, min(place) as place from unnest(p_image_ids) with ordinality u (id, place) group by id) n
      on n.id = i.id
    where i.case_id = p_case_id and i.deleted_at is null
  )
  update public.images i set display_order = o.place from ordered o where i.id = o.id and i.display_order <> o.place;
  get diagnostics v_moved = row_count;
  if v_moved > 0 then
    perform private.images_reordered(p_case_id, v_moved);
  end if;
  return v_moved;
end;
$$;

-- Name: FUNCTION images_reorder(p_case_id uuid, p_image_ids uuid[]); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.images_reorder(p_case_id uuid, p_image_ids uuid[]) IS 'Puts a case''s pictures in this order, each within its damage center; those that are not named follow as they were.';

-- Name: images_upsert(jsonb, uuid, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.images_upsert(p_rows jsonb, p_case_id uuid DEFAULT NULL::uuid, p_org_id uuid DEFAULT NULL::uuid) RETURNS TABLE(place integer, id uuid, document_id uuid, created boolean, error text)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_org uuid := coalesce(p_org_id, private.my_org());
  v_row record;
  v_taken record;
begin
  if p_case_id is not null then
    select c.org_id into v_org from public.cases c where c.id = p_case_id;
    if not found then
      raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
    end if;
  end if;
  -- Reports of one office queue: the same item twice at once is one picture.
  perform pg_advisory_xact_lock(hashtextextended('images_upsert' || v_org::text, 0));
  for v_row in select e.value, e.ordinality from jsonb_array_elements(p_rows) with ordinality e loop
    place := v_row.ordinality - 1;
    begin
      select * into v_taken from private.image_take(v_row.value, p_case_id, v_org);
      id := (v_taken.p_image).id;
      document_id := (v_taken.p_image).document_id;
      created := v_taken.p_created;
      error := null;
    exception when sqlstate 'PT404' or sqlstate 'PT409' or sqlstate 'PT422' then
      id := null;
      document_id := null;
      created := false;
      error := sqlerrm;
    when check_violation or numeric_value_out_of_range then
      -- The server's own words quote the content.
      id := null;
      document_id := null;
      created := false;
      error := 'the database cannot hold a value of this row';
    end;
    return next;
  end loop;
end;
$$;

-- Name: FUNCTION images_upsert(p_rows jsonb, p_case_id uuid, p_org_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.images_upsert(p_rows jsonb, p_case_id uuid, p_org_id uuid) IS 'What Make reports of pictures, each row told at its place; what is named is found by its keys, what is new is a link to OneDrive.';

-- Name: invoice_accept(uuid, integer, jsonb); Type: FUNCTION; Schema: public

CREATE FUNCTION public.invoice_accept(p_invoice_id uuid, p_expected_version integer DEFAULT NULL::integer, p_helper_json jsonb DEFAULT NULL::jsonb) RETURNS public.invoices
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  return private.invoice_turn(p_invoice_id, 'ACCEPTED', 'applied', p_expected_version, p_helper_json, 'invoice_accept');
end;
$$;

-- Name: FUNCTION invoice_accept(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.invoice_accept(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb) IS 'Accepts an assigned invoice: the helper as it was is kept, and the one with the invoice''s lines in it, where given, saved.';

-- Name: invoice_assign(uuid, jsonb); Type: FUNCTION; Schema: public

CREATE FUNCTION public.invoice_assign(p_invoice_id uuid, p_mappings jsonb) RETURNS public.invoices
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_invoice public.invoices;
begin
  select * into v_invoice from public.invoices where id = p_invoice_id for update;
  if not found then
    raise sqlstate 'PT404' using message = 'no such invoice', detail = '{"code": "not_found"}';
  end if;
  if v_invoice.case_id is null or v_invoice.status not in ('DRAFT', 'PENDING', 'ASSIGNED') then
    raise sqlstate 'PT409' using message = 'only an invoice of a case, before it is accepted, is assigned',
      detail = jsonb_build_object('code', 'conflict', 'status', v_invoice.status);
  end if;
  update public.invoice_damage_center_mappings m set mapping_status = 'removed'
  where m.invoice_id = p_invoice_id and m.mapping_status <> 'removed' and not exists (
    select from jsonb_to_recordset(p_mappings) as g (invoice_line_id uuid, damage_center_id text, field_type text)
    where g.invoice_line_id = m.invoice_line_id and g.damage_center_id = m.damage_center_id and g.field_type = m.field_type);
  insert into public.invoice_damage_center_mappings as m (org_id, case_id, plate, invoice_id, invoice_line_id,
    damage_center_id, damage_center_name, field_type, field_index, field_id, amount, original_field_data, mapped_data,
    mapping_confidence)
  select v_invoice.org_id, v_invoice.case_id, v_invoice.plate, p_invoice_id, g.invoice_line_id, g.damage_center_id,
    g.damage_center_name, g.field_type, g.field_index, g.field_id, g.amount, g.original_field_data, g.mapped_data,
    g.mapping_confidence
  from jsonb_to_recordset(p_mappings) as g (invoice_line_id uuid, damage_center_id text, damage_center_name text,
    field_type text, field_index integer, field_id text, amount numeric, original_field_data jsonb, mapped_data jsonb,
    mapping_confidence numeric)
  on conflict (invoice_line_id, damage_center_id, field_type) where mapping_status <> 'removed' do update set
    damage_center_name = excluded.damage_center_name, field_index = excluded.field_index, field_id = excluded.field_id,
    amount = excluded.amount, original_field_data = excluded.original_field_data, mapped_data = excluded.mapped_data,
    mapping_confidence = excluded.mapping_confidence, mapping_status = 'pending';
  update public.invoices set status = case when p_mappings = '[]' then 'PENDING' else 'ASSIGNED' end
  where id = p_invoice_id
  returning * into v_invoice;
  return v_invoice;
end;
$$;

-- Name: FUNCTION invoice_assign(p_invoice_id uuid, p_mappings jsonb); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.invoice_assign(p_invoice_id uuid, p_mappings jsonb) IS 'Says which damage centers an invoice''s lines belong to, all of them at once; none leaves the invoice waiting.';

-- Name: invoice_lines_bulk_upsert(uuid, jsonb, boolean); Type: FUNCTION; Schema: public

CREATE FUNCTION public.invoice_lines_bulk_upsert(p_invoice_id uuid, p_rows jsonb, p_replace boolean DEFAULT false) RETURNS TABLE(id uuid, line_number integer, created boolean)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
#variable_conflict use_column
declare
  v_invoice public.invoices;
  v_me uuid := auth.uid();
begin
  -- Two calls about one invoice queue here.
  select * into v_invoice from public.invoices i where i.id = p_invoice_id for update;
  if not found then
    raise sqlstate 'PT404' using message = 'no such invoice', detail = '{"code": "not_found"}';
  end if;
  if p_replace then
    update public.invoice_lines l set removed_at = now()
    where l.invoice_id = p_invoice_id and l.removed_at is null
      and l.line_number not in (select (e ->> 'line_number')::integer from jsonb_array_elements(p_rows) e);
  end if;
  return query
    with sent as (
      -- A number that is sent twice in one call is one line: the last one counts.
      select distinct on (r.line_number) r.*
      from rows from (jsonb_to_recordset(p_rows) as (
        line_number integer, description text, part_id uuid, quantity numeric, unit_price numeric, discount_percent numeric,
        line_total numeric, source text, catalog_code text, metadata jsonb, item_category text, category_confidence numeric,
        category_method text, category_suggestions jsonb, unread text[])) with ordinality r
      order by r.line_number, r.ordinality desc
    ), known as materialized (
      -- Once, not for each line.
      select o.line_number, o.quantity, o.item_category from public.invoice_lines o where o.invoice_id = p_invoice_id
    ), kept as (
      insert into public.invoice_lines as t (org_id, case_id, plate, invoice_id, line_number, description, part_id, quantity,
        unit_price, discount_percent, line_total, source, catalog_code, metadata, item_category, category_confidence,
        category_method, category_suggestions, unread, created_by, updated_by)
      select v_invoice.org_id, v_invoice.case_id, v_invoice.plate, p_invoice_id, s.line_number, s.description, s.part_id,
        coalesce(s.quantity, o.quantity, 1), s.unit_price, s.discount_percent, s.line_total, s.source, s.catalog_code,
        coalesce(s.metadata, '{}'), coalesce(s.item_category, o.item_category, 'uncategorized'), s.category_confidence,
        s.category_method, s.category_suggestions, coalesce(s.unread, '{}'), v_me, v_me
      from sent s
      left join known o on o.line_number = s.line_number
      on conflict (invoice_id, line_number) do update set
        description = coalesce(excluded.description, t.description), part_id = coalesce(excluded.part_id, t.part_id),
        quantity = excluded.quantity, unit_price = coalesce(excluded.unit_price, t.unit_price),
        discount_percent = coalesce(excluded.discount_percent, t.discount_percent),
        line_total = coalesce(excluded.line_total, t.line_total), source = coalesce(excluded.source, t.source),
        catalog_code = coalesce(excluded.catalog_code, t.catalog_code), metadata = t.metadata || excluded.metadata,
        item_category = excluded.item_category,
        category_confidence = coalesce(excluded.category_confidence, t.category_confidence),
        category_method = coalesce(excluded.category_method, t.category_method),
        category_suggestions = coalesce(excluded.category_suggestions, t.category_suggestions),
        unread = excluded.unread, removed_at = null
      returning t.id, t.line_number, t.xmax = 0 as created
    )
    select k.id, k.line_number, k.created from kept k order by k.line_number;
end;
$$;

-- Name: FUNCTION invoice_lines_bulk_upsert(p_invoice_id uuid, p_rows jsonb, p_replace boolean); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.invoice_lines_bulk_upsert(p_invoice_id uuid, p_rows jsonb, p_replace boolean) IS 'Keeps the lines of an invoice, each once by its number; with p_replace the ones not named are taken off.';

-- Name: invoice_undo(uuid, integer, jsonb, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.invoice_undo(p_invoice_id uuid, p_expected_version integer DEFAULT NULL::integer, p_helper_json jsonb DEFAULT NULL::jsonb, p_reason text DEFAULT NULL::text) RETURNS public.invoices
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  return private.invoice_turn(p_invoice_id, 'ASSIGNED', 'pending', p_expected_version, p_helper_json, 'invoice_undo', p_reason);
end;
$$;

-- Name: FUNCTION invoice_undo(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb, p_reason text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.invoice_undo(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb, p_reason text) IS 'Takes an accepted invoice back to assigned, and the helper, where given, to what it is without the invoice.';

-- Name: invoices_upsert(jsonb, uuid, uuid, uuid, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.invoices_upsert(p_row jsonb, p_case_id uuid DEFAULT NULL::uuid, p_invoice_id uuid DEFAULT NULL::uuid, p_org_id uuid DEFAULT NULL::uuid, p_id uuid DEFAULT gen_random_uuid()) RETURNS public.invoices
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_org uuid := coalesce(p_org_id, private.my_org());
  v_plate text;
  v_new public.invoices;
  v_kept public.invoices;
begin
  if p_case_id is not null then
    select org_id, plate into v_org, v_plate from public.cases where id = p_case_id;
    if not found then
      raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
    end if;
  end if;
  -- What the row does not name stays as it is.
  if p_invoice_id is not null then
    select * into v_kept from public.invoices where id = p_invoice_id and org_id = v_org;
    if not found then
      raise sqlstate 'PT404' using message = 'no such invoice', detail = '{"code": "not_found"}';
    end if;
  else
    v_new := jsonb_populate_record(null::public.invoices, p_row);
    v_new.invoice_number := nullif(btrim(v_new.invoice_number), '');
    v_new.supplier_id := coalesce(v_new.supplier_id, private.supplier_of(v_org, v_new.supplier_name, v_new.supplier_tax_id));
    select * into v_kept from public.invoices
    where org_id = v_org and invoice_number = v_new.invoice_number and supplier_id is not distinct from v_new.supplier_id
      and (supplier_id is not null or (case_id is not distinct from p_case_id and plate is not distinct from coalesce(v_plate, v_new.plate)));
    if not found then
      v_new := jsonb_populate_record(v_new, jsonb_build_object('id', p_id, 'org_id', v_org, 'case_id', p_case_id,
        'plate', coalesce(v_plate, v_new.plate), 'status', coalesce(v_new.status, 'DRAFT'),
        'invoice_type', coalesce(v_new.invoice_type, 'OTHER'), 'currency', coalesce(v_new.currency, 'ILS'),
        'metadata', coalesce(v_new.metadata, '{}'), 'is_edited', false));
      insert into public.invoices select v_new.* on conflict do nothing returning * into v_kept;
      if found then
        return v_kept;
      end if;
      -- Another call brought it just now.
      select * into v_kept from public.invoices
      where org_id = v_org and invoice_number = v_new.invoice_number and supplier_id is not distinct from v_new.supplier_id
        and (supplier_id is not null or case_id is not distinct from p_case_id);
    end if;
  end if;

  select * into v_kept from public.invoices where id = v_kept.id for update;
  if p_case_id is not null and v_kept.case_id <> p_case_id then
    raise sqlstate 'PT409' using message = 'this invoice belongs to another case',
      detail = jsonb_build_object('code', 'conflict', 'case_id', v_kept.case_id, 'invoice_id', v_kept.id);
  end if;
  v_new := jsonb_populate_record(v_kept, p_row);
  update public.invoices t set
    case_id = coalesce(t.case_id, p_case_id), plate = coalesce(t.plate, v_plate, v_new.plate),
    invoice_number = v_new.invoice_number, invoice_type = coalesce(v_new.invoice_type, t.invoice_type),
    supplier_id = v_new.supplier_id, supplier_name = v_new.supplier_name, supplier_tax_id = v_new.supplier_tax_id,
    invoice_date = v_new.invoice_date, issue_date = v_new.issue_date, due_date = v_new.due_date,
    status = coalesce(v_new.status, t.status), total_before_tax = v_new.total_before_tax, vat_rate = v_new.vat_rate,
    tax_amount = v_new.tax_amount, total_amount = v_new.total_amount, currency = coalesce(v_new.currency, t.currency),
    source = v_new.source, notes = v_new.notes, metadata = t.metadata || coalesce(p_row -> 'metadata', '{}')
  where t.id = v_kept.id
  returning * into v_kept;
  return v_kept;
end;
$$;

-- Name: FUNCTION invoices_upsert(p_row jsonb, p_case_id uuid, p_invoice_id uuid, p_org_id uuid, p_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.invoices_upsert(p_row jsonb, p_case_id uuid, p_invoice_id uuid, p_org_id uuid, p_id uuid) IS 'Keeps an invoice, once by supplier and number; what the row does not name stays as it was.';

-- Name: kb_docs; Type: TABLE; Schema: public

CREATE TABLE public.kb_docs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    title text NOT NULL,
    source text,
    lang text DEFAULT 'he'::text NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    body text DEFAULT ''::text NOT NULL,
    checksum text,
    search tsvector,
    search_text text DEFAULT ''::text NOT NULL,
    deleted_at timestamp with time zone,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT kb_docs_lang_check CHECK ((lang ~ '^[a-z]{2}$'::text)),
    CONSTRAINT kb_docs_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT kb_docs_source_check CHECK ((length(source) <= 500)),
    CONSTRAINT kb_docs_title_check CHECK (((title <> ''::text) AND (length(title) <= 500)))
);

ALTER TABLE ONLY public.kb_docs FORCE ROW LEVEL SECURITY;

-- Name: TABLE kb_docs; Type: COMMENT; Schema: public

COMMENT ON TABLE public.kb_docs IS 'What the office knows: documents and notes, with tags.';

-- Name: COLUMN kb_docs.source; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.kb_docs.source IS 'Where it came from, such as a file''s path; one document for each source.';

-- Name: COLUMN kb_docs.checksum; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.kb_docs.checksum IS 'SHA-256 of the body, in hex.';

-- Name: kb_add(text, text, text, text[], text, uuid, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.kb_add(p_title text, p_body text, p_source text DEFAULT NULL::text, p_tags text[] DEFAULT '{}'::text[], p_lang text DEFAULT 'he'::text, p_case_id uuid DEFAULT NULL::uuid, p_org_id uuid DEFAULT NULL::uuid) RETURNS public.kb_docs
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_org uuid := coalesce(p_org_id, private.my_org());
  v_doc public.kb_docs;
begin
  if p_source is not null then
    update public.kb_docs set title = p_title, body = p_body, tags = p_tags, lang = p_lang,
      case_id = coalesce(p_case_id, case_id)
    where org_id = v_org and source = p_source and deleted_at is null
    returning * into v_doc;
    if found then
      return v_doc;
    end if;
  end if;
  insert into public.kb_docs (org_id, case_id, title, body, source, tags, lang)
  values (case when p_case_id is null then v_org else p_org_id end, p_case_id, p_title, p_body, p_source, p_tags, p_lang)
  on conflict (org_id, source) where deleted_at is null do update set
    title = excluded.title, body = excluded.body, tags = excluded.tags, lang = excluded.lang,
    case_id = coalesce(excluded.case_id, kb_docs.case_id)
  returning * into v_doc;
  return v_doc;
end;
$$;

-- Name: FUNCTION kb_add(p_title text, p_body text, p_source text, p_tags text[], p_lang text, p_case_id uuid, p_org_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.kb_add(p_title text, p_body text, p_source text, p_tags text[], p_lang text, p_case_id uuid, p_org_id uuid) IS 'Keeps a document; the same source again is the same document with a new content.';

-- Name: kb_search(text, text[], timestamp with time zone, timestamp with time zone, integer, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.kb_search(p_query text, p_tags text[] DEFAULT '{}'::text[], p_since timestamp with time zone DEFAULT NULL::timestamp with time zone, p_until timestamp with time zone DEFAULT NULL::timestamp with time zone, p_limit integer DEFAULT 20, p_org_id uuid DEFAULT NULL::uuid) RETURNS TABLE(id uuid, title text, source text, lang text, tags text[], body text, rank real, created_at timestamp with time zone, updated_at timestamp with time zone)
    LANGUAGE plpgsql STABLE
    SET search_path TO ''
    AS $$
#variable_conflict use_column
declare
  v_query tsquery;
  v_folded text := private.search_fold(p_query);
begin
  -- Every word must be there, or be the beginning of a word that is, with or without the letters before it.
  select string_agg('(' || (
      select string_agg(quote_literal(form) || ':*', ' | ') from unnest(private.kb_forms(word)) form) || ')', ' & ')::tsquery
  into v_query
  from (select word from regexp_split_to_table(private.kb_words(left(p_query, 500)), ' ') word where word <> '' limit 10) asked;
  return query
    select d.id, d.title, d.source, d.lang, d.tags, d.body,
      (ts_rank_cd(d.search, coalesce(v_query, ''::tsquery))
        + case when v_folded <> '' and strpos(d.search_text, v_folded) > 0 then 1 else 0 end)::real as rank,
      d.created_at, d.updated_at
    from public.kb_docs d
    where d.deleted_at is null and d.tags @> p_tags
      and (p_org_id is null or d.org_id = p_org_id)
      and (p_since is null or d.updated_at >= p_since) and (p_until is null or d.updated_at <= p_until)
      and (v_query is null or d.search @@ v_query
        or (length(v_folded) >= 3 and d.search_text like '%' || replace(replace(replace(v_folded, '\', '\\'), '%', '\%'), '_', '\_') || '%'))
    order by rank desc, d.updated_at desc, d.id
    limit least(greatest(p_limit, 1), 100);
end;
$$;

-- Name: FUNCTION kb_search(p_query text, p_tags text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_org_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.kb_search(p_query text, p_tags text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_org_id uuid) IS 'Documents that hold every word, in Hebrew with its prefixes and as the beginning of words; the best first.';

-- Name: levi_reports; Type: TABLE; Schema: public

CREATE TABLE public.levi_reports (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    report_id text,
    raw_response jsonb,
    raw_text text,
    raw_sha256 text NOT NULL,
    parsed_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    unread text[] DEFAULT '{}'::text[] NOT NULL,
    report_date date,
    base_price numeric(12,2),
    final_price numeric(12,2),
    report_url text,
    file_ref text,
    is_current boolean DEFAULT true NOT NULL,
    fetched_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT levi_reports_file_ref_check CHECK ((length(file_ref) <= 500)),
    CONSTRAINT levi_reports_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT levi_reports_report_id_check CHECK ((length(report_id) <= 200)),
    CONSTRAINT levi_reports_report_url_check CHECK ((length(report_url) <= 2000))
);

ALTER TABLE ONLY public.levi_reports FORCE ROW LEVEL SECURITY;

-- Name: TABLE levi_reports; Type: COMMENT; Schema: public

COMMENT ON TABLE public.levi_reports IS 'Levi Yitzhak''s answers, raw and parsed; the newest of a case is the current one.';

-- Name: COLUMN levi_reports.raw_text; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.levi_reports.raw_text IS 'The answer as it came, to the last character; null where it came as JSON without repeated keys.';

-- Name: COLUMN levi_reports.unread; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.levi_reports.unread IS 'Fields whose value could not be read; one word behind a star where nothing at all was: *broken, *failed, *no_fields, ...';

-- Name: levi_upsert(uuid, text, jsonb, text, jsonb, text[], text, date, numeric, numeric, text, text, text, uuid, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.levi_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_response jsonb DEFAULT NULL::jsonb, p_raw_text text DEFAULT NULL::text, p_parsed_data jsonb DEFAULT '{}'::jsonb, p_unread text[] DEFAULT '{}'::text[], p_report_id text DEFAULT NULL::text, p_report_date date DEFAULT NULL::date, p_base_price numeric DEFAULT NULL::numeric, p_final_price numeric DEFAULT NULL::numeric, p_report_url text DEFAULT NULL::text, p_file_ref text DEFAULT NULL::text, p_plate text DEFAULT NULL::text, p_org_id uuid DEFAULT NULL::uuid, p_id uuid DEFAULT gen_random_uuid()) RETURNS public.levi_reports
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_kept public.levi_reports;
begin
  insert into public.levi_reports (id, org_id, case_id, plate, raw_sha256, raw_response, raw_text, parsed_data, unread,
    report_id, report_date, base_price, final_price, report_url, file_ref)
  values (p_id, p_org_id, p_case_id, p_plate, p_raw_sha256, p_raw_response, p_raw_text, p_parsed_data, p_unread,
    p_report_id, p_report_date, p_base_price, p_final_price, p_report_url, p_file_ref)
  on conflict (org_id, case_id, plate, raw_sha256) do nothing;
  select * into v_kept from public.levi_reports
  where raw_sha256 = p_raw_sha256 and org_id = coalesce(p_org_id, org_id) and case_id is not distinct from p_case_id
    and (p_case_id is not null or plate is not distinct from nullif(private.plate_digits(p_plate), ''))
  order by id = p_id desc, created_at desc limit 1;
  return v_kept;
end;
$$;

-- Name: FUNCTION levi_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_response jsonb, p_raw_text text, p_parsed_data jsonb, p_unread text[], p_report_id text, p_report_date date, p_base_price numeric, p_final_price numeric, p_report_url text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.levi_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_response jsonb, p_raw_text text, p_parsed_data jsonb, p_unread text[], p_report_id text, p_report_date date, p_base_price numeric, p_final_price numeric, p_report_url text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid) IS 'Keeps an answer of Levi Yitzhak''s; the same answer again is the same row.';

-- Name: log_file_operation(uuid, text, jsonb); Type: FUNCTION; Schema: public

CREATE FUNCTION public.log_file_operation(p_document_id uuid, p_operation text, p_details jsonb DEFAULT '{}'::jsonb) RETURNS void
    LANGUAGE sql
    SET search_path TO ''
    AS $$ select private.file_worked_on(p_document_id, p_operation) $$;

-- Name: FUNCTION log_file_operation(p_document_id uuid, p_operation text, p_details jsonb); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.log_file_operation(p_document_id uuid, p_operation text, p_details jsonb) IS 'Keeps what a screen did with a file as an event; the details a screen adds are not kept, they may say anything.';

-- Name: map_invoice_to_damage_center(uuid, uuid, uuid, text, text, integer, jsonb, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.map_invoice_to_damage_center(p_invoice_id uuid, p_invoice_line_id uuid, p_case_id uuid, p_damage_center_id text, p_field_type text, p_field_index integer, p_mapped_data jsonb DEFAULT NULL::jsonb, p_mapped_by uuid DEFAULT NULL::uuid) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_invoice public.invoices;
  v_id uuid;
begin
  -- Two tabs that assign lines of one invoice queue here.
  select * into v_invoice from public.invoices where id = p_invoice_id for update;
  if not found or v_invoice.case_id is distinct from coalesce(p_case_id, v_invoice.case_id) then
    raise sqlstate 'PT404' using message = 'this case has no such invoice', detail = '{"code": "not_found"}';
  end if;
  if v_invoice.accepted_at is not null or v_invoice.status = 'CANCELLED' then
    raise sqlstate 'PT409' using message = 'an invoice that was accepted or cancelled never changes: take that back first',
      detail = jsonb_build_object('code', 'conflict', 'status', v_invoice.status);
  end if;
  -- One field has one line of one invoice: an earlier one gives way.
  update public.invoice_damage_center_mappings m set mapping_status = 'removed'
  where m.invoice_id = p_invoice_id and m.damage_center_id = p_damage_center_id and m.field_type = p_field_type
    and m.field_index = p_field_index and m.invoice_line_id <> p_invoice_line_id and m.mapping_status <> 'removed';
  insert into public.invoice_damage_center_mappings as m (invoice_id, invoice_line_id, damage_center_id, field_type,
    field_index, mapped_data, mapping_status, mapped_by)
  values (p_invoice_id, p_invoice_line_id, p_damage_center_id, p_field_type, p_field_index, p_mapped_data, 'active',
    coalesce((select auth.uid()), p_mapped_by))
  on conflict (invoice_line_id, damage_center_id, field_type) where mapping_status <> 'removed' do update set
    field_index = excluded.field_index, mapped_data = coalesce(excluded.mapped_data, m.mapped_data),
    mapping_status = 'active', mapped_by = excluded.mapped_by
  returning m.id into v_id;
  return v_id;
end;
$$;

-- Name: FUNCTION map_invoice_to_damage_center(p_invoice_id uuid, p_invoice_line_id uuid, p_case_id uuid, p_damage_center_id text, p_field_type text, p_field_index integer, p_mapped_data jsonb, p_mapped_by uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.map_invoice_to_damage_center(p_invoice_id uuid, p_invoice_line_id uuid, p_case_id uuid, p_damage_center_id text, p_field_type text, p_field_index integer, p_mapped_data jsonb, p_mapped_by uuid) IS 'Says to which field of a damage center a line of an invoice belongs; said again, it is the same row.';

-- Name: ocr_add(uuid, text, text, jsonb, text, jsonb, text[], text, text, numeric, text, uuid, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.ocr_add(p_case_id uuid, p_kind text, p_raw_sha256 text, p_raw jsonb DEFAULT NULL::jsonb, p_raw_text text DEFAULT NULL::text, p_parsed jsonb DEFAULT '{}'::jsonb, p_unread text[] DEFAULT '{}'::text[], p_file_ref text DEFAULT NULL::text, p_engine text DEFAULT NULL::text, p_confidence numeric DEFAULT NULL::numeric, p_plate text DEFAULT NULL::text, p_org_id uuid DEFAULT NULL::uuid, p_id uuid DEFAULT gen_random_uuid()) RETURNS public.ocr_results
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_kept public.ocr_results;
begin
  insert into public.ocr_results (id, org_id, case_id, plate, kind, raw_sha256, raw, raw_text, parsed, unread, file_ref,
    engine, confidence)
  values (p_id, p_org_id, p_case_id, p_plate, p_kind, p_raw_sha256, p_raw, p_raw_text, p_parsed, p_unread, p_file_ref,
    p_engine, p_confidence)
  on conflict (org_id, case_id, plate, raw_sha256, kind, file_ref) do nothing;
  select * into v_kept from public.ocr_results
  where raw_sha256 = p_raw_sha256 and org_id = coalesce(p_org_id, org_id) and case_id is not distinct from p_case_id
    and (p_case_id is not null or plate is not distinct from nullif(private.plate_digits(p_plate), ''))
    and kind = p_kind and file_ref is not distinct from p_file_ref
  order by id = p_id desc, created_at desc limit 1;
  return v_kept;
end;
$$;

-- Name: FUNCTION ocr_add(p_case_id uuid, p_kind text, p_raw_sha256 text, p_raw jsonb, p_raw_text text, p_parsed jsonb, p_unread text[], p_file_ref text, p_engine text, p_confidence numeric, p_plate text, p_org_id uuid, p_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.ocr_add(p_case_id uuid, p_kind text, p_raw_sha256 text, p_raw jsonb, p_raw_text text, p_parsed jsonb, p_unread text[], p_file_ref text, p_engine text, p_confidence numeric, p_plate text, p_org_id uuid, p_id uuid) IS 'Keeps what was read from a document; the same answer again is the same row.';

-- Name: onedrive_request(uuid, uuid[]); Type: FUNCTION; Schema: public

CREATE FUNCTION public.onedrive_request(p_case_id uuid DEFAULT NULL::uuid, p_file_ids uuid[] DEFAULT NULL::uuid[]) RETURNS TABLE(document_id uuid, asked boolean)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if (p_case_id is null) = (p_file_ids is null) then
    raise sqlstate 'PT422' using message = 'name the case, or its files', detail = '{"code": "invalid", "pointer": "/case_id"}';
  end if;
  if p_case_id is not null and not exists (select from public.cases where id = p_case_id) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  -- In one order, so that two callers never wait for each other.
  return query
    select w.id, private.onedrive_ask_again(w.id) from (
      select f.id from unnest(p_file_ids) f (id)
      union
      select d.id from public.documents d
      where d.case_id = p_case_id and d.deleted_at is null and d.category <> 'archive' and d.storage_key is not null
      order by 1) w;
end;
$$;

-- Name: FUNCTION onedrive_request(p_case_id uuid, p_file_ids uuid[]); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.onedrive_request(p_case_id uuid, p_file_ids uuid[]) IS 'Asks Make to copy files to OneDrive: all of a case, or the ones that are named; what is there is not asked for.';

-- Name: selected_parts; Type: TABLE; Schema: public

CREATE TABLE public.selected_parts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    search_result_id uuid,
    part_name text NOT NULL,
    part_family text,
    oem text,
    pcode text,
    cat_num_desc text,
    supplier_name text,
    price numeric(12,2),
    quantity numeric(10,2) DEFAULT 1 NOT NULL,
    damage_center_id text,
    status text DEFAULT 'selected'::text NOT NULL,
    source text,
    availability text,
    location text,
    comments text,
    data_source text,
    selected_by uuid,
    selected_at timestamp with time zone DEFAULT now() NOT NULL,
    raw_data jsonb,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT selected_parts_data_source_check CHECK ((data_source = ANY (ARRAY['catalog'::text, 'web'::text, 'ocr'::text]))),
    CONSTRAINT selected_parts_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT selected_parts_quantity_check CHECK ((quantity > (0)::numeric)),
    CONSTRAINT selected_parts_status_check CHECK ((status = ANY (ARRAY['selected'::text, 'assigned'::text, 'ordered'::text, 'completed'::text, 'removed'::text])))
);

ALTER TABLE ONLY public.selected_parts FORCE ROW LEVEL SECURITY;

-- Name: TABLE selected_parts; Type: COMMENT; Schema: public

COMMENT ON TABLE public.selected_parts IS 'Parts that somebody chose from what was found.';

-- Name: part_select(uuid, uuid, text, numeric, jsonb); Type: FUNCTION; Schema: public

CREATE FUNCTION public.part_select(p_result_id uuid, p_case_id uuid DEFAULT NULL::uuid, p_damage_center_id text DEFAULT NULL::text, p_quantity numeric DEFAULT 1, p_helper_row jsonb DEFAULT NULL::jsonb) RETURNS public.selected_parts
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_found public.parts_search_results;
  v_case public.cases;
  v_helper jsonb;
  v_selected public.selected_parts;
begin
  select * into v_found from public.parts_search_results where id = p_result_id and results is null;
  if not found then
    raise sqlstate 'PT404' using message = 'no such part', detail = '{"code": "not_found"}';
  end if;
  select * into v_case from public.cases where id = coalesce(p_case_id, v_found.case_id);
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  perform private.plate_queue(v_case.org_id, v_case.plate);
  select * into v_selected from public.selected_parts
  where case_id = v_case.id and search_result_id = p_result_id and status <> 'removed';
  if found then
    return v_selected;
  end if;

  insert into public.selected_parts (org_id, case_id, plate, search_result_id, part_name, part_family, oem, pcode,
    cat_num_desc, supplier_name, price, quantity, damage_center_id, source, availability, location, comments, data_source,
    selected_by, raw_data)
  values (v_case.org_id, v_case.id, v_case.plate, v_found.id, coalesce(v_found.part_name, v_found.description, ''),
    v_found.part_family, v_found.oem, v_found.pcode, v_found.description, v_found.supplier_name, v_found.price, p_quantity,
    p_damage_center_id, v_found.part_type, v_found.availability, v_found.location, v_found.comments, v_found.data_source,
    (select auth.uid()), v_found.raw)
  returning * into v_selected;

  -- The helper keeps its own list as long as its screens read it there; who writes it, the switch says.
  if p_helper_row is not null and private.flag('writer.parts', v_case.org_id, v_case.id) in ('supabase', 'dual') then
    select helper_json into v_helper from public.case_helper where case_id = v_case.id and is_current;
    if jsonb_typeof(coalesce(v_helper #> '{parts_search,selected_parts}', '[]')) = 'array'
      and jsonb_typeof(coalesce(v_helper -> 'parts_search', '{}')) = 'object' then
      insert into public.case_helper (case_id, helper_json, trigger)
      values (v_case.id, v_helper || jsonb_build_object('parts_search', coalesce(v_helper -> 'parts_search', '{}')
        || jsonb_build_object('selected_parts',
          coalesce(v_helper #> '{parts_search,selected_parts}', '[]') || jsonb_build_array(p_helper_row))), 'part_select');
    end if;
  end if;
  return v_selected;
end;
$$;

-- Name: FUNCTION part_select(p_result_id uuid, p_case_id uuid, p_damage_center_id text, p_quantity numeric, p_helper_row jsonb); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.part_select(p_result_id uuid, p_case_id uuid, p_damage_center_id text, p_quantity numeric, p_helper_row jsonb) IS 'Chooses a found part for a case, once; where our side writes the parts, the helper''s own list gets it in the same moment.';

-- Name: parts_required_bulk_upsert(uuid, jsonb); Type: FUNCTION; Schema: public

CREATE FUNCTION public.parts_required_bulk_upsert(p_case_id uuid, p_rows jsonb) RETURNS TABLE(id uuid, row_uuid uuid, created boolean)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
#variable_conflict use_column
declare
  v_case public.cases;
  v_me uuid := auth.uid();
begin
  select * into v_case from public.cases where id = p_case_id;
  if not found then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  return query
    with sent as (
      select distinct on (r.row_uuid) r.* from jsonb_array_elements(p_rows) with ordinality e (value, place)
      cross join lateral jsonb_to_record(e.value) as r (
        row_uuid uuid, damage_center_code text, damage_center_codes text[], part_name text, pcode text, oem text,
        cat_num_desc text, description text, part_family text, supplier_name text, price_per_unit numeric,
        reduction_percentage numeric, wear_percentage numeric, updated_price numeric, quantity numeric,
        total_cost numeric, source text, status text, metadata jsonb)
      order by r.row_uuid, e.place desc
    ), kept as (
      insert into public.parts_required as t (org_id, case_id, plate, row_uuid, damage_center_code, damage_center_codes,
        part_name, pcode, oem, cat_num_desc, description, part_family, supplier_name, price_per_unit,
        reduction_percentage, wear_percentage, updated_price, quantity, total_cost, source, status, metadata,
        created_by, updated_by)
      select v_case.org_id, p_case_id, v_case.plate, s.row_uuid, s.damage_center_code,
        coalesce(s.damage_center_codes, '{}'), s.part_name, s.pcode, s.oem, s.cat_num_desc, s.description, s.part_family,
        s.supplier_name, s.price_per_unit, s.reduction_percentage, s.wear_percentage, s.updated_price,
        coalesce(s.quantity, o.quantity, 1), s.total_cost, s.source, coalesce(s.status, o.status, 'PENDING'),
        coalesce(s.metadata, '{}'), v_me, v_me
      from sent s left join public.parts_required o on o.row_uuid = s.row_uuid
      on conflict (row_uuid) do update set
        case_id = excluded.case_id,
        damage_center_code = coalesce(excluded.damage_center_code, t.damage_center_code),
        damage_center_codes = array(select distinct c from unnest(t.damage_center_codes || excluded.damage_center_codes) c),
        part_name = coalesce(excluded.part_name, t.part_name), pcode = coalesce(excluded.pcode, t.pcode),
        oem = coalesce(excluded.oem, t.oem), cat_num_desc = coalesce(excluded.cat_num_desc, t.cat_num_desc),
        description = coalesce(excluded.description, t.description),
        part_family = coalesce(excluded.part_family, t.part_family),
        supplier_name = coalesce(excluded.supplier_name, t.supplier_name),
        price_per_unit = coalesce(excluded.price_per_unit, t.price_per_unit),
        reduction_percentage = coalesce(excluded.reduction_percentage, t.reduction_percentage),
        wear_percentage = coalesce(excluded.wear_percentage, t.wear_percentage),
        updated_price = coalesce(excluded.updated_price, t.updated_price), quantity = excluded.quantity,
        total_cost = coalesce(excluded.total_cost, t.total_cost), source = coalesce(excluded.source, t.source),
        status = excluded.status, metadata = t.metadata || excluded.metadata
      returning t.id, t.row_uuid, t.xmax = 0 as created
    )
    select k.id, k.row_uuid, k.created from kept k;
end;
$$;

-- Name: FUNCTION parts_required_bulk_upsert(p_case_id uuid, p_rows jsonb); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.parts_required_bulk_upsert(p_case_id uuid, p_rows jsonb) IS 'Keeps the parts a case needs, each once by its row_uuid; what is not named stays as it was.';

-- Name: parts_results_bulk_upsert(jsonb, uuid, uuid, text, uuid, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.parts_results_bulk_upsert(p_rows jsonb, p_case_id uuid DEFAULT NULL::uuid, p_session_id uuid DEFAULT NULL::uuid, p_plate text DEFAULT NULL::text, p_answer_id uuid DEFAULT NULL::uuid, p_org_id uuid DEFAULT NULL::uuid) RETURNS TABLE(id uuid, row_uuid uuid, created boolean)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
#variable_conflict use_column
declare
  v_org uuid := coalesce(p_org_id, private.my_org());
  v_plate text := nullif(private.plate_digits(p_plate), '');
  v_ids uuid[];
  v_keys uuid[];
  v_created boolean[];
  v_me uuid := auth.uid();
begin
  if p_case_id is not null then
    select c.org_id, c.plate into v_org, v_plate from public.cases c where c.id = p_case_id;
    if not found then
      raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
    end if;
  end if;
  -- A foreign key looks past the policies: what is named is asked for as the caller sees it.
  if (p_session_id is not null
      and not exists (select from public.parts_search_sessions s where s.id = p_session_id and s.org_id = v_org))
    or (p_answer_id is not null
      and not exists (select from public.parts_search_results a where a.id = p_answer_id and a.org_id = v_org)) then
    raise sqlstate 'PT404' using message = 'no such search', detail = '{"code": "not_found"}';
  end if;
  with sent as (
    -- A row that is sent twice in one call is one row: the last one counts.
    select distinct on (r.row_uuid) r.* from rows from (jsonb_to_recordset(p_rows) as (
      row_uuid uuid, part_name text, part_family text, description text, oem text, pcode text, supplier_name text,
      price numeric, price_text text, currency text, part_type text, condition text, availability text, location text,
      comments text, quantity numeric, make text, model text, trim text, year text, year_from text, year_to text,
      engine_volume text, engine_code text, engine_type text, vin text, search_type text, data_source text,
      search_query jsonb, response_time_ms integer, raw jsonb, unread text[])) with ordinality r
    order by r.row_uuid, r.ordinality desc
  ), kept as (
    insert into public.parts_search_results as t (org_id, row_uuid, session_id, answer_id, case_id, plate, part_name,
      part_family, description, oem, pcode, supplier_name, price, price_text, currency, part_type, condition,
      availability, location, comments, quantity, make, model, trim, year, year_from, year_to, engine_volume,
      engine_code, engine_type, vin, search_type, data_source, search_query, response_time_ms, raw, unread, created_by,
      updated_by)
    select v_org, s.row_uuid, p_session_id, p_answer_id, p_case_id, v_plate, s.part_name, s.part_family, s.description,
      s.oem, s.pcode, s.supplier_name, s.price, s.price_text, s.currency, s.part_type, s.condition, s.availability,
      s.location, s.comments, s.quantity, s.make, s.model, s.trim, s.year, s.year_from, s.year_to, s.engine_volume,
      s.engine_code, s.engine_type, s.vin, s.search_type, s.data_source, s.search_query, s.response_time_ms, s.raw,
      coalesce(s.unread, '{}'), v_me, v_me
    from sent s
    on conflict (org_id, row_uuid) do update set
      session_id = coalesce(excluded.session_id, t.session_id), answer_id = coalesce(excluded.answer_id, t.answer_id),
      case_id = coalesce(t.case_id, excluded.case_id), plate = coalesce(t.plate, excluded.plate),
      part_name = excluded.part_name, part_family = excluded.part_family, description = excluded.description,
      oem = excluded.oem, pcode = excluded.pcode, supplier_name = excluded.supplier_name, price = excluded.price,
      price_text = excluded.price_text, currency = excluded.currency, part_type = excluded.part_type,
      condition = excluded.condition, availability = excluded.availability, location = excluded.location,
      comments = excluded.comments, quantity = excluded.quantity, raw = excluded.raw, unread = excluded.unread
    where (t.case_id is null or excluded.case_id is null or t.case_id = excluded.case_id)
      and (t.raw is distinct from excluded.raw or (t.case_id is null and excluded.case_id is not null))
    returning t.id, t.row_uuid, t.xmax = 0 as created
  )
  select array_agg(k.id), array_agg(k.row_uuid), array_agg(k.created) into v_ids, v_keys, v_created from kept k;
  return query select * from unnest(v_ids, v_keys, v_created);
  if cardinality(v_keys) = jsonb_array_length(p_rows) then
    return;
  end if;
  -- What was there already just as it is; by a statement of its own, which sees also what another call has just
  -- brought while we waited for it. A row that stands with another case stays there, and is not answered.
  return query
    select t.id, t.row_uuid, false from public.parts_search_results t
    where t.org_id = v_org and t.row_uuid = any (array(select (e ->> 'row_uuid')::uuid from jsonb_array_elements(p_rows) e))
      and not exists (select from unnest(v_keys) k (key) where k.key = t.row_uuid)
      and (t.case_id is null or p_case_id is null or t.case_id = p_case_id);
end;
$$;

-- Name: FUNCTION parts_results_bulk_upsert(p_rows jsonb, p_case_id uuid, p_session_id uuid, p_plate text, p_answer_id uuid, p_org_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.parts_results_bulk_upsert(p_rows jsonb, p_case_id uuid, p_session_id uuid, p_plate text, p_answer_id uuid, p_org_id uuid) IS 'Keeps found parts, each once by its row_uuid, in one statement however many there are.';

-- Name: payment_contacted(uuid, text, timestamp with time zone); Type: FUNCTION; Schema: public

CREATE FUNCTION public.payment_contacted(p_payment_id uuid, p_note text DEFAULT NULL::text, p_at timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS public.payment_tracking
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_row public.payment_tracking;
begin
  update public.payment_tracking set last_contacted_by = (select auth.uid()), last_contacted_at = coalesce(p_at, now()),
    last_contact_notes = p_note
  where id = p_payment_id and removed_at is null
  returning * into v_row;
  if not found then
    raise sqlstate 'PT404' using message = 'payment not found', detail = '{"code": "not_found"}';
  end if;
  return v_row;
end;
$$;

-- Name: FUNCTION payment_contacted(p_payment_id uuid, p_note text, p_at timestamp with time zone); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.payment_contacted(p_payment_id uuid, p_note text, p_at timestamp with time zone) IS 'Writes down who asked for the payment last, when, and what was said.';

-- Name: reorder_images(jsonb); Type: FUNCTION; Schema: public

CREATE FUNCTION public.reorder_images(p_image_orders jsonb) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $_$
declare
  v_case_id uuid;
  v_cases integer;
  v_found integer;
begin
  if jsonb_typeof(p_image_orders) is distinct from 'array' or jsonb_array_length(p_image_orders) not between 1 and 2000
    or exists (select from jsonb_array_elements(p_image_orders) o
      where coalesce(o ->> 'id', '') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        or coalesce(o ->> 'order', o ->> 'display_order', '') !~ '^[0-9]{1,9}$')
  then
    raise sqlstate 'PT422' using message = 'a list of {"id", "order"}',
      detail = '{"code": "invalid", "pointer": "/p_image_orders"}';
  end if;
  select count(*), count(distinct i.case_id), (array_agg(i.case_id))[1] into v_found, v_cases, v_case_id
  from public.images i
  where i.id in (select (o ->> 'id')::uuid from jsonb_array_elements(p_image_orders) o) and i.deleted_at is null;
  if v_found < (select count(distinct o ->> 'id') from jsonb_array_elements(p_image_orders) o) then
    raise sqlstate 'PT404' using message = 'no such picture', detail = '{"code": "not_found"}';
  elsif v_cases <> 1 then
    raise sqlstate 'PT422' using message = 'pictures of one case are put in order',
      detail = '{"code": "invalid", "pointer": "/p_image_orders"}';
  end if;
  return public.images_reorder(v_case_id, array(
    select (o.value ->> 'id')::uuid from jsonb_array_elements(p_image_orders) with ordinality o (value, place)
    order by coalesce(o.value ->> 'order', o.value ->> 'display_order')::integer, o.place));
end;
$_$;

-- Name: FUNCTION reorder_images(p_image_orders jsonb); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.reorder_images(p_image_orders jsonb) IS 'Puts pictures of one case in the order of their numbers, [{"id", "order"}]; the rest follow. How many moved.';

-- Name: report_again(uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.report_again(p_report_id uuid) RETURNS public.reports
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select private.report_again(p_report_id);
$$;

-- Name: FUNCTION report_again(p_report_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.report_again(p_report_id uuid) IS 'Asks once more for a report that failed, for who sees it.';

-- Name: report_request(uuid, text, text, text, integer); Type: FUNCTION; Schema: public

CREATE FUNCTION public.report_request(p_case_id uuid, p_report_type text, p_nature text DEFAULT 'draft'::text, p_html text DEFAULT NULL::text, p_version integer DEFAULT NULL::integer) RETURNS public.reports
    LANGUAGE sql
    SET search_path TO ''
    AS $$
  select private.report_request(p_case_id, p_report_type, p_nature, p_html, p_version);
$$;

-- Name: FUNCTION report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer) IS 'Asks for a report, for who sees the case.';

-- Name: restore_image(uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.restore_image(p_image_id uuid) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  update public.images set deleted_at = null where id = p_image_id and deleted_at is not null;
  if not found and not exists (select from public.images where id = p_image_id) then
    raise sqlstate 'PT404' using message = 'picture not found', detail = '{"code": "not_found"}';
  end if;
  return true;
end;
$$;

-- Name: FUNCTION restore_image(p_image_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.restore_image(p_image_id uuid) IS 'Brings a picture back as the last one of its place; twice is once.';

-- Name: soft_delete_image(uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.soft_delete_image(p_image_id uuid) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  update public.images set deleted_at = clock_timestamp() where id = p_image_id and deleted_at is null;
  if not found and not exists (select from public.images where id = p_image_id) then
    raise sqlstate 'PT404' using message = 'picture not found', detail = '{"code": "not_found"}';
  end if;
  return true;
end;
$$;

-- Name: FUNCTION soft_delete_image(p_image_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.soft_delete_image(p_image_id uuid) IS 'Puts a picture away, with its file; twice is once.';

-- Name: sync_helper(text, jsonb, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.sync_helper(case_id text, helper_json jsonb, source text DEFAULT 'MAKE'::text) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO ''
    SET lock_timeout TO '3s'
    AS $_$
#variable_conflict use_column
declare
  v_given text := sync_helper.case_id;
  v_is_make boolean := private.door() = 'MAKE' or upper(sync_helper.source) = 'MAKE';
  v_helper jsonb := private.bare_helper(sync_helper.helper_json);
  v_case uuid;
  v_current public.case_helper;
  v_saved public.case_helper;
  v_kept text[] := '{}';
  v_raw uuid;
begin
  v_case := private.case_of(
    case when v_given ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then v_given::uuid end,
    case when v_given !~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then v_given end);
  if jsonb_typeof(v_helper) is distinct from 'object' then
    raise sqlstate 'PT422' using message = 'a helper is a JSON object',
      detail = '{"code": "invalid", "pointer": "/helper_json"}';
  end if;

  begin
    select c.plate into v_saved.plate from public.cases c where c.id = v_case;
    perform private.plate_queue(c.org_id, c.plate) from public.cases c where c.id = v_case;
    select * into v_current from public.case_helper h where h.case_id = v_case and h.is_current;
    if v_is_make then
      v_kept := public.case_helper_not_makes(v_case, private.changed_sections(v_current.helper_json, v_helper));
    end if;
    if v_kept <> '{}' then
      -- Modules that have moved to us stay as we have them; the rest is taken. What came is kept beside it.
      v_raw := private.raw_answer_add(null, v_case, 'sync_helper', v_helper::text, v_helper, null);
      v_helper := (v_helper - v_kept) || coalesce((
        select jsonb_object_agg(k, v_current.helper_json -> k) from unnest(v_kept) k where v_current.helper_json ? k), '{}');
    end if;
    if private.same_json(v_current.helper_json, v_helper) then
      v_saved := v_current;
    else
      insert into public.case_helper (case_id, helper_json, trigger)
      values (v_case, v_helper, 'sync_helper') returning * into v_saved;
    end if;
    perform private.sync_log_add(v_case, 'TO_SUPABASE', case when v_kept = '{}' then 'SUCCESS' else 'PARTIAL' end,
      array(select jsonb_object_keys(v_helper - v_kept) order by 1), v_kept, null, sync_helper.source, v_saved.version, v_raw);
    return jsonb_build_object('case_id', v_case, 'plate', v_saved.plate, 'version', v_saved.version,
      'helper_name', v_saved.helper_name, 'date', v_saved.saved_at, 'unchanged', v_saved.version = v_current.version,
      'status', case when v_kept = '{}' then 'SUCCESS' else 'PARTIAL' end, 'sections_refused', to_jsonb(v_kept));
  exception when others then
    -- Our trouble is not the caller's: what came is kept, and the log says that no version holds it yet.
    v_raw := private.raw_answer_add(null, v_case, 'sync_helper', v_helper::text, v_helper, sqlstate);
    perform private.sync_log_add(v_case, 'TO_SUPABASE', 'FAILED', '{}', '{}', jsonb_build_object('sqlstate', sqlstate),
      sync_helper.source, null, v_raw);
    return jsonb_build_object('case_id', v_case, 'status', 'KEPT', 'kept_as', v_raw);
  end;
end;
$_$;

-- Name: FUNCTION sync_helper(case_id text, helper_json jsonb, source text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.sync_helper(case_id text, helper_json jsonb, source text) IS 'The shadow mirror''s write, as Make''s scenarios call it: always a version, never an overwrite.';

-- Name: update_backup_status(uuid, text, text, text, text, text, numeric); Type: FUNCTION; Schema: public

CREATE FUNCTION public.update_backup_status(p_image_id uuid, p_onedrive_path text DEFAULT NULL::text, p_backup_status text DEFAULT NULL::text, p_onedrive_transformed_path text DEFAULT NULL::text, p_recognized_damage text DEFAULT NULL::text, p_recognized_part text DEFAULT NULL::text, p_recognition_confidence numeric DEFAULT NULL::numeric) RETURNS public.images
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_image public.images;
  v_status text := lower(nullif(p_backup_status, ''));
begin
  if v_status not in ('pending', 'backed_up', 'failed') then
    raise sqlstate 'PT422' using message = 'pending, backed_up or failed', detail = '{"code": "invalid", "pointer": "/p_backup_status"}';
  end if;
  update public.images i set
    onedrive_path = coalesce(nullif(p_onedrive_path, ''), i.onedrive_path),
    onedrive_transformed_path = coalesce(nullif(p_onedrive_transformed_path, ''), i.onedrive_transformed_path),
    -- A late message takes nothing back: once the item is known, the picture is there.
    backup_status = case when d.onedrive_file_id is not null or (i.backup_status = 'backed_up' and v_status = 'pending')
      then 'backed_up' else coalesce(v_status, i.backup_status) end,
    recognized_damage = coalesce(nullif(p_recognized_damage, ''), i.recognized_damage),
    recognized_part = coalesce(nullif(p_recognized_part, ''), i.recognized_part),
    recognition_confidence = coalesce(private.share_of(p_recognition_confidence), i.recognition_confidence),
    recognition_status = case when coalesce(nullif(p_recognized_damage, ''), nullif(p_recognized_part, '')) is null
      then i.recognition_status else 'recognized' end
  from public.images p left join public.documents d on d.id = p.document_id
  where p.id = p_image_id and i.id = p.id
  returning i.* into v_image;
  if v_image.id is null then
    raise sqlstate 'PT404' using message = 'picture not found', detail = '{"code": "not_found"}';
  end if;
  perform private.image_backed_up(p_image_id, null, null, nullif(p_onedrive_path, ''));
  return v_image;
end;
$$;

-- Name: FUNCTION update_backup_status(p_image_id uuid, p_onedrive_path text, p_backup_status text, p_onedrive_transformed_path text, p_recognized_damage text, p_recognized_part text, p_recognition_confidence numeric); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.update_backup_status(p_image_id uuid, p_onedrive_path text, p_backup_status text, p_onedrive_transformed_path text, p_recognized_damage text, p_recognized_part text, p_recognition_confidence numeric) IS 'What Make says of a picture today: where it lies on OneDrive, and what was recognised on it; what is not said stays.';

-- Name: update_optimization_status(uuid, text, text); Type: FUNCTION; Schema: public

CREATE FUNCTION public.update_optimization_status(p_image_id uuid, p_status text, p_transformed_url text DEFAULT NULL::text) RETURNS public.images
    LANGUAGE sql
    SET search_path TO ''
    AS $$ select * from private.image_made(p_image_id, p_status, p_transformed_url) $$;

-- Name: FUNCTION update_optimization_status(p_image_id uuid, p_status text, p_transformed_url text); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.update_optimization_status(p_image_id uuid, p_status text, p_transformed_url text) IS 'What a screen made of a picture; what was read from its bytes here stays as it is.';

-- Name: vehicle_details; Type: TABLE; Schema: public

CREATE TABLE public.vehicle_details (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    vin text,
    manufacturer text,
    model text,
    "trim" text,
    model_code text,
    year integer,
    engine_size integer,
    fuel_type text,
    color text,
    ownership_type text,
    registration_date text,
    source text,
    raw_data jsonb,
    raw_text text,
    raw_sha256 text NOT NULL,
    enriched_data jsonb DEFAULT '{}'::jsonb NOT NULL,
    unread text[] DEFAULT '{}'::text[] NOT NULL,
    file_ref text,
    is_current boolean DEFAULT true NOT NULL,
    fetched_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT vehicle_details_engine_size_check CHECK (((engine_size >= 0) AND (engine_size <= 30000))),
    CONSTRAINT vehicle_details_file_ref_check CHECK ((length(file_ref) <= 500)),
    CONSTRAINT vehicle_details_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT vehicle_details_source_check CHECK ((length(source) <= 100)),
    CONSTRAINT vehicle_details_year_check CHECK (((year >= 1900) AND (year <= 2200)))
);

ALTER TABLE ONLY public.vehicle_details FORCE ROW LEVEL SECURITY;

-- Name: TABLE vehicle_details; Type: COMMENT; Schema: public

COMMENT ON TABLE public.vehicle_details IS 'What was fetched about the vehicle, raw and parsed; the newest of a case is the current one.';

-- Name: COLUMN vehicle_details.engine_size; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.vehicle_details.engine_size IS 'Cubic centimetres.';

-- Name: vehicle_upsert(uuid, text, jsonb, text, jsonb, text[], text, text, text, text, text, integer, integer, text, text, text, text, text, text, text, uuid, uuid); Type: FUNCTION; Schema: public

CREATE FUNCTION public.vehicle_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_data jsonb DEFAULT NULL::jsonb, p_raw_text text DEFAULT NULL::text, p_enriched_data jsonb DEFAULT '{}'::jsonb, p_unread text[] DEFAULT '{}'::text[], p_vin text DEFAULT NULL::text, p_manufacturer text DEFAULT NULL::text, p_model text DEFAULT NULL::text, p_trim text DEFAULT NULL::text, p_model_code text DEFAULT NULL::text, p_year integer DEFAULT NULL::integer, p_engine_size integer DEFAULT NULL::integer, p_fuel_type text DEFAULT NULL::text, p_color text DEFAULT NULL::text, p_ownership_type text DEFAULT NULL::text, p_registration_date text DEFAULT NULL::text, p_source text DEFAULT NULL::text, p_file_ref text DEFAULT NULL::text, p_plate text DEFAULT NULL::text, p_org_id uuid DEFAULT NULL::uuid, p_id uuid DEFAULT gen_random_uuid()) RETURNS public.vehicle_details
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
declare
  v_kept public.vehicle_details;
begin
  insert into public.vehicle_details (id, org_id, case_id, plate, raw_sha256, raw_data, raw_text, enriched_data, unread,
    vin, manufacturer, model, trim, model_code, year, engine_size, fuel_type, color, ownership_type, registration_date, source,
    file_ref)
  values (p_id, p_org_id, p_case_id, p_plate, p_raw_sha256, p_raw_data, p_raw_text, p_enriched_data, p_unread, p_vin,
    p_manufacturer, p_model, p_trim, p_model_code, p_year, p_engine_size, p_fuel_type, p_color, p_ownership_type,
    p_registration_date, p_source, p_file_ref)
  on conflict (org_id, case_id, plate, raw_sha256) do nothing;
  select * into v_kept from public.vehicle_details
  where raw_sha256 = p_raw_sha256 and org_id = coalesce(p_org_id, org_id) and case_id is not distinct from p_case_id
    and (p_case_id is not null or plate is not distinct from nullif(private.plate_digits(p_plate), ''))
  order by id = p_id desc, created_at desc limit 1;
  return v_kept;
end;
$$;

-- Name: FUNCTION vehicle_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_data jsonb, p_raw_text text, p_enriched_data jsonb, p_unread text[], p_vin text, p_manufacturer text, p_model text, p_trim text, p_model_code text, p_year integer, p_engine_size integer, p_fuel_type text, p_color text, p_ownership_type text, p_registration_date text, p_source text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid); Type: COMMENT; Schema: public

COMMENT ON FUNCTION public.vehicle_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_data jsonb, p_raw_text text, p_enriched_data jsonb, p_unread text[], p_vin text, p_manufacturer text, p_model text, p_trim text, p_model_code text, p_year integer, p_engine_size integer, p_fuel_type text, p_color text, p_ownership_type text, p_registration_date text, p_source text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid) IS 'Keeps what was fetched about a vehicle; the same answer again is the same row.';

-- Name: audit_log; Type: TABLE; Schema: private

CREATE TABLE private.audit_log (
    id bigint NOT NULL,
    org_id uuid,
    actor uuid,
    door text NOT NULL,
    action text NOT NULL,
    table_name text NOT NULL,
    record_id uuid,
    old_values jsonb,
    new_values jsonb,
    request_id text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT audit_log_action_check CHECK ((action = ANY (ARRAY['INSERT'::text, 'UPDATE'::text, 'DELETE'::text])))
);

ALTER TABLE ONLY private.audit_log FORCE ROW LEVEL SECURITY;

-- Name: TABLE audit_log; Type: COMMENT; Schema: private

COMMENT ON TABLE private.audit_log IS 'Changes to switches, addresses, keys and rules: who, when, before and after.';

-- Name: audit_log_id_seq; Type: SEQUENCE; Schema: private

ALTER TABLE private.audit_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME private.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: bytes_let_go; Type: TABLE; Schema: private

CREATE TABLE private.bytes_let_go (
    bucket_name text NOT NULL,
    storage_key text NOT NULL,
    org_id uuid NOT NULL,
    document_id uuid NOT NULL,
    let_go_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE ONLY private.bytes_let_go FORCE ROW LEVEL SECURITY;

-- Name: TABLE bytes_let_go; Type: COMMENT; Schema: private

COMMENT ON TABLE private.bytes_let_go IS 'Bytes that no file names any more, until they are removed; what a person writes into a file''s row names none.';

-- Name: deliveries; Type: TABLE; Schema: private

CREATE TABLE private.deliveries (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    message_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    seq bigint NOT NULL,
    type text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    lease_until timestamp with time zone,
    http_status integer,
    error text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    done_at timestamp with time zone,
    CONSTRAINT deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY private.deliveries FORCE ROW LEVEL SECURITY;

-- Name: TABLE deliveries; Type: COMMENT; Schema: private

COMMENT ON TABLE private.deliveries IS 'One message on its way to one endpoint.';

-- Name: COLUMN deliveries.attempts; Type: COMMENT; Schema: private

COMMENT ON COLUMN private.deliveries.attempts IS 'How often it was taken up since it was queued or replayed.';

-- Name: COLUMN deliveries.lease_until; Type: COMMENT; Schema: private

COMMENT ON COLUMN private.deliveries.lease_until IS 'Until then somebody is at work on it; afterwards anybody may take it up.';

-- Name: delivery_attempts; Type: TABLE; Schema: private

CREATE TABLE private.delivery_attempts (
    id bigint NOT NULL,
    delivery_id uuid NOT NULL,
    org_id uuid NOT NULL,
    number integer NOT NULL,
    request_id text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ms integer NOT NULL,
    http_status integer,
    answer text DEFAULT ''::text NOT NULL,
    error text,
    next_at timestamp with time zone,
    CONSTRAINT delivery_attempts_answer_check CHECK ((length(answer) <= 2048))
);

ALTER TABLE ONLY private.delivery_attempts FORCE ROW LEVEL SECURITY;

-- Name: TABLE delivery_attempts; Type: COMMENT; Schema: private

COMMENT ON TABLE private.delivery_attempts IS 'One post: when, how long, what came back, and when the next one is.';

-- Name: delivery_attempts_id_seq; Type: SEQUENCE; Schema: private

ALTER TABLE private.delivery_attempts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME private.delivery_attempts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: gateway_keys; Type: TABLE; Schema: private

CREATE TABLE private.gateway_keys (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    name text NOT NULL,
    key_hash text NOT NULL,
    hint text NOT NULL,
    ops text[] DEFAULT '{}'::text[] NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT gateway_keys_key_hash_check CHECK ((key_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT gateway_keys_name_check CHECK (((name <> ''::text) AND (length(name) <= 100)))
);

ALTER TABLE ONLY private.gateway_keys FORCE ROW LEVEL SECURITY;

-- Name: TABLE gateway_keys; Type: COMMENT; Schema: private

COMMENT ON TABLE private.gateway_keys IS 'What Make shows at the gateway; only the hash of a key is kept.';

-- Name: COLUMN gateway_keys.key_hash; Type: COMMENT; Schema: private

COMMENT ON COLUMN private.gateway_keys.key_hash IS 'SHA-256 of the key, hexadecimal; the key itself has 256 random bits.';

-- Name: COLUMN gateway_keys.hint; Type: COMMENT; Schema: private

COMMENT ON COLUMN private.gateway_keys.hint IS 'The first letters of the key, to tell one from another.';

-- Name: COLUMN gateway_keys.ops; Type: COMMENT; Schema: private

COMMENT ON COLUMN private.gateway_keys.ops IS 'The ops this key may call; none named means all.';

-- Name: idempotency_keys; Type: TABLE; Schema: private

CREATE TABLE private.idempotency_keys (
    principal text NOT NULL,
    key text NOT NULL,
    op text NOT NULL,
    fingerprint text NOT NULL,
    status integer NOT NULL,
    answer text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

ALTER TABLE ONLY private.idempotency_keys FORCE ROW LEVEL SECURITY;

-- Name: TABLE idempotency_keys; Type: COMMENT; Schema: private

COMMENT ON TABLE private.idempotency_keys IS 'What a call was answered, so that a repeat of it gets the same and does nothing.';

-- Name: outbox; Type: TABLE; Schema: private

CREATE TABLE private.outbox (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    seq bigint NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    type text NOT NULL,
    version integer,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    dedupe text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT outbox_type_check CHECK ((type = ANY (ARRAY['case.upserted'::text, 'case.status_changed'::text, 'case_helper.saved'::text, 'case_helper.restored'::text, 'helper.export'::text, 'file.upserted'::text, 'report.rendered'::text, 'invoice.upserted'::text, 'parts_results.upserted'::text, 'reminder.due'::text, 'onedrive.sync_requested'::text, 'kb_doc.added'::text, 'sending.requested'::text, 'test.ping'::text])))
);

ALTER TABLE ONLY private.outbox FORCE ROW LEVEL SECURITY;

-- Name: TABLE outbox; Type: COMMENT; Schema: private

COMMENT ON TABLE private.outbox IS 'What Make is to be told, written together with the change; ids and versions, never a helper.';

-- Name: COLUMN outbox.seq; Type: COMMENT; Schema: private

COMMENT ON COLUMN private.outbox.seq IS 'Order within a case: who writes for a case holds its row.';

-- Name: COLUMN outbox.dedupe; Type: COMMENT; Schema: private

COMMENT ON COLUMN private.outbox.dedupe IS 'News with the same word here is told once.';

-- Name: outbox_seq_seq; Type: SEQUENCE; Schema: private

ALTER TABLE private.outbox ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME private.outbox_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: raw_answers; Type: TABLE; Schema: private

CREATE TABLE private.raw_answers (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    source text NOT NULL,
    body text NOT NULL,
    parsed jsonb,
    error text,
    request_id text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT raw_answers_source_check CHECK ((length(source) <= 100))
);

ALTER TABLE ONLY private.raw_answers FORCE ROW LEVEL SECURITY;

-- Name: TABLE raw_answers; Type: COMMENT; Schema: private

COMMENT ON TABLE private.raw_answers IS 'What Make sent, as text, beside what it was read as; passwords are blotted out before it gets here.';

-- Name: report_sources; Type: TABLE; Schema: private

CREATE TABLE private.report_sources (
    report_id uuid NOT NULL,
    org_id uuid NOT NULL,
    html text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY private.report_sources FORCE ROW LEVEL SECURITY;

-- Name: TABLE report_sources; Type: COMMENT; Schema: private

COMMENT ON TABLE private.report_sources IS 'The HTML a caller sent for a report, as it came; read by the renderer alone.';

-- Name: search_lexicon; Type: TABLE; Schema: private

CREATE TABLE private.search_lexicon (
    id bigint NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C"
);

ALTER TABLE ONLY private.search_lexicon FORCE ROW LEVEL SECURITY;

-- Name: TABLE search_lexicon; Type: COMMENT; Schema: private

COMMENT ON TABLE private.search_lexicon IS 'Each word of letters that a case was ever found by, with @ that of an owner; of a code its first letters and *.';

-- Name: search_lexicon_id_seq; Type: SEQUENCE; Schema: private

ALTER TABLE private.search_lexicon ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME private.search_lexicon_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- Name: webhook_endpoints; Type: TABLE; Schema: private

CREATE TABLE private.webhook_endpoints (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    event_types text[] DEFAULT '{}'::text[] NOT NULL,
    body text DEFAULT 'thin'::text NOT NULL,
    secret text NOT NULL,
    previous_secret text,
    previous_secret_until timestamp with time zone,
    is_paused boolean DEFAULT false NOT NULL,
    paused_reason text,
    paused_at timestamp with time zone,
    next_slot timestamp with time zone,
    failures_in_row integer DEFAULT 0 NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT webhook_endpoints_body_check CHECK ((body = ANY (ARRAY['thin'::text, 'legacy'::text]))),
    CONSTRAINT webhook_endpoints_name_check CHECK (((name <> ''::text) AND (length(name) <= 100))),
    CONSTRAINT webhook_endpoints_url_check CHECK (((url ~ '^https?://[^[:space:]]+$'::text) AND (length(url) <= 2000)))
);

ALTER TABLE ONLY private.webhook_endpoints FORCE ROW LEVEL SECURITY;

-- Name: TABLE webhook_endpoints; Type: COMMENT; Schema: private

COMMENT ON TABLE private.webhook_endpoints IS 'An address in Make that wants to hear news.';

-- Name: COLUMN webhook_endpoints.event_types; Type: COMMENT; Schema: private

COMMENT ON COLUMN private.webhook_endpoints.event_types IS 'What it hears; none named means everything.';

-- Name: COLUMN webhook_endpoints.body; Type: COMMENT; Schema: private

COMMENT ON COLUMN private.webhook_endpoints.body IS 'thin: ids and versions; legacy: the whole helper, as HELPER_EXPORT sends it.';

-- Name: COLUMN webhook_endpoints.next_slot; Type: COMMENT; Schema: private

COMMENT ON COLUMN private.webhook_endpoints.next_slot IS 'When the next post may leave, so that no hook gets more than it takes.';

-- Name: COLUMN webhook_endpoints.failures_in_row; Type: COMMENT; Schema: private

COMMENT ON COLUMN private.webhook_endpoints.failures_in_row IS 'Posts without an answer, or with a 5xx, since the last one that arrived: one is a bad message, some are an outage.';

-- Name: orgs; Type: TABLE; Schema: public

CREATE TABLE public.orgs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    invoice_tolerance numeric(12,2) DEFAULT 0.05 NOT NULL,
    keep_processed_pictures boolean DEFAULT false NOT NULL,
    CONSTRAINT orgs_invoice_tolerance_check CHECK ((invoice_tolerance >= (0)::numeric)),
    CONSTRAINT orgs_name_check CHECK ((name <> ''::text))
);

ALTER TABLE ONLY public.orgs FORCE ROW LEVEL SECURITY;

-- Name: TABLE orgs; Type: COMMENT; Schema: public

COMMENT ON TABLE public.orgs IS 'An appraiser''s office.';

-- Name: COLUMN orgs.invoice_tolerance; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.orgs.invoice_tolerance IS 'Shekels by which an invoice''s sums may differ before it is marked; a difference is shown in any case.';

-- Name: COLUMN orgs.keep_processed_pictures; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.orgs.keep_processed_pictures IS 'Pictures live on OneDrive; keep a smaller copy of each with us as well.';

-- Name: system_logs; Type: TABLE; Schema: public

CREATE TABLE public.system_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    log_level text NOT NULL,
    component text NOT NULL,
    event text NOT NULL,
    message text NOT NULL,
    context jsonb DEFAULT '{}'::jsonb NOT NULL,
    times integer DEFAULT 1 NOT NULL,
    request_id text,
    case_id uuid,
    org_id uuid,
    minute timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT system_logs_component_check CHECK ((component ~ '^[a-z][a-z0-9_]{0,39}$'::text)),
    CONSTRAINT system_logs_context_check CHECK ((octet_length((context)::text) <= 2048)),
    CONSTRAINT system_logs_event_check CHECK ((event ~ '^[a-z][a-z0-9_]{0,59}$'::text)),
    CONSTRAINT system_logs_log_level_check CHECK ((log_level = ANY (ARRAY['ERROR'::text, 'WARN'::text, 'INFO'::text, 'DEBUG'::text]))),
    CONSTRAINT system_logs_message_check CHECK ((length(message) <= 200)),
    CONSTRAINT system_logs_request_id_check CHECK ((length(request_id) <= 100))
);

ALTER TABLE ONLY public.system_logs FORCE ROW LEVEL SECURITY;

-- Name: TABLE system_logs; Type: COMMENT; Schema: public

COMMENT ON TABLE public.system_logs IS 'What went wrong or was noteworthy, for staff; the same within a minute is one row. Nobody''s data.';

-- Name: COLUMN system_logs.times; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.system_logs.times IS 'How often it happened in that minute; the rest of the row is of the first time.';

-- Name: admin_system_health; Type: VIEW; Schema: public

CREATE VIEW public.admin_system_health WITH (security_invoker='true') AS
 WITH e AS MATERIALIZED (
         SELECT o_1.id AS org_id,
            t.hour,
            t.total_events,
            t.saves
           FROM (public.orgs o_1
             CROSS JOIN LATERAL ( SELECT date_trunc('hour'::text, events.at) AS hour,
                    (count(*))::integer AS total_events,
                    (count(*) FILTER (WHERE (events.kind = 'case_helper'::text)))::integer AS saves
                   FROM public.events
                  WHERE ((events.org_id = o_1.id) AND (events.at >= (date_trunc('hour'::text, now()) - '47:00:00'::interval)))
                  GROUP BY (date_trunc('hour'::text, events.at))) t)
        ), d AS MATERIALIZED (
         SELECT o_1.id AS org_id,
            t.hour,
            t.delivered,
            t.given_up,
            t.waiting,
            t.delivery_ms_p50,
            t.delivery_ms_p95,
            t.oldest_waiting_seconds
           FROM (public.orgs o_1
             CROSS JOIN LATERAL ( SELECT date_trunc('hour'::text, deliveries.created_at) AS hour,
                    (count(*) FILTER (WHERE (deliveries.status = 'delivered'::text)))::integer AS delivered,
                    (count(*) FILTER (WHERE (deliveries.status = 'dead'::text)))::integer AS given_up,
                    (count(*) FILTER (WHERE (deliveries.status = 'pending'::text)))::integer AS waiting,
                    (((1000)::double precision * percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY ((EXTRACT(epoch FROM (deliveries.done_at - deliveries.created_at)))::double precision)) FILTER (WHERE (deliveries.status = 'delivered'::text))))::integer AS delivery_ms_p50,
                    (((1000)::double precision * percentile_cont((0.95)::double precision) WITHIN GROUP (ORDER BY ((EXTRACT(epoch FROM (deliveries.done_at - deliveries.created_at)))::double precision)) FILTER (WHERE (deliveries.status = 'delivered'::text))))::integer AS delivery_ms_p95,
                    (EXTRACT(epoch FROM (now() - min(deliveries.created_at) FILTER (WHERE (deliveries.status = 'pending'::text)))))::integer AS oldest_waiting_seconds
                   FROM private.deliveries
                  WHERE ((deliveries.org_id = o_1.id) AND (deliveries.created_at >= (date_trunc('hour'::text, now()) - '47:00:00'::interval)))
                  GROUP BY (date_trunc('hour'::text, deliveries.created_at))) t)
        ), l AS MATERIALIZED (
         SELECT o_1.id AS org_id,
            t.hour,
            t.errors,
            t.warnings,
            t.notes,
            t.server_errors,
            t.failed_saves
           FROM (public.orgs o_1
             CROSS JOIN LATERAL ( SELECT date_trunc('hour'::text, system_logs.created_at) AS hour,
                    (sum(system_logs.times) FILTER (WHERE (system_logs.log_level = 'ERROR'::text)))::integer AS errors,
                    (sum(system_logs.times) FILTER (WHERE (system_logs.log_level = 'WARN'::text)))::integer AS warnings,
                    (sum(system_logs.times) FILTER (WHERE (system_logs.log_level = ANY (ARRAY['INFO'::text, 'DEBUG'::text]))))::integer AS notes,
                    (sum(system_logs.times) FILTER (WHERE (system_logs.event = ANY (ARRAY['answer_failed'::text, 'save_failed'::text]))))::integer AS server_errors,
                    (sum(system_logs.times) FILTER (WHERE (system_logs.event = 'save_failed'::text)))::integer AS failed_saves
                   FROM public.system_logs
                  WHERE (((system_logs.org_id = o_1.id) OR (system_logs.org_id IS NULL)) AND (system_logs.created_at >= (date_trunc('hour'::text, now()) - '47:00:00'::interval)))
                  GROUP BY (date_trunc('hour'::text, system_logs.created_at))) t)
        ), j AS MATERIALIZED (
         SELECT o_1.id AS org_id,
            t.hour,
            t.jobs_failed
           FROM (public.orgs o_1
             CROSS JOIN LATERAL ( SELECT date_trunc('hour'::text, job_runs.started_at) AS hour,
                    (count(*))::integer AS jobs_failed
                   FROM public.job_runs
                  WHERE (((job_runs.org_id = o_1.id) OR (job_runs.org_id IS NULL)) AND (job_runs.state = 'FAILED'::text) AND (job_runs.started_at >= (date_trunc('hour'::text, now()) - '47:00:00'::interval)))
                  GROUP BY (date_trunc('hour'::text, job_runs.started_at))) t)
        )
 SELECT o.id AS org_id,
    h.hour,
    COALESCE(l.errors, 0) AS errors,
    COALESCE(l.warnings, 0) AS warnings,
    COALESCE(l.notes, 0) AS notes,
    COALESCE(e.total_events, 0) AS total_events,
    COALESCE(e.saves, 0) AS saves,
    COALESCE(l.server_errors, 0) AS server_errors,
    COALESCE(l.failed_saves, 0) AS failed_saves,
    COALESCE(d.delivered, 0) AS delivered,
    COALESCE(d.given_up, 0) AS given_up,
    COALESCE(d.waiting, 0) AS waiting,
    d.delivery_ms_p50,
    d.delivery_ms_p95,
    d.oldest_waiting_seconds,
    COALESCE(j.jobs_failed, 0) AS jobs_failed
   FROM (((((public.orgs o
     CROSS JOIN generate_series((date_trunc('hour'::text, now()) - '47:00:00'::interval), date_trunc('hour'::text, now()), '01:00:00'::interval) h(hour))
     LEFT JOIN e ON (((e.org_id = o.id) AND (e.hour = h.hour))))
     LEFT JOIN d ON (((d.org_id = o.id) AND (d.hour = h.hour))))
     LEFT JOIN l ON (((l.org_id = o.id) AND (l.hour = h.hour))))
     LEFT JOIN j ON (((j.org_id = o.id) AND (j.hour = h.hour))));

-- Name: VIEW admin_system_health; Type: COMMENT; Schema: public

COMMENT ON VIEW public.admin_system_health IS 'The last 48 hours of an office, hour by hour: saves, failures, deliveries and their times, background work, notes by level.';

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
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    is_open boolean DEFAULT true NOT NULL,
    inspected_on date,
    damaged_on date,
    free_text text DEFAULT ''::text NOT NULL,
    words tsvector DEFAULT ''::tsvector NOT NULL
);

ALTER TABLE ONLY public.case_search_index FORCE ROW LEVEL SECURITY;

-- Name: TABLE case_search_index; Type: COMMENT; Schema: public

COMMENT ON TABLE public.case_search_index IS 'What people search a case by, taken out of the helper as it is saved.';

-- Name: COLUMN case_search_index.search_text; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.case_search_index.search_text IS 'The short facts in one text, without quote signs.';

-- Name: COLUMN case_search_index.free_text; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.case_search_index.free_text IS 'What was written about the damage, the parts and the works: the beginning of it.';

-- Name: COLUMN case_search_index.words; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.case_search_index.words IS 'What the case is found by; see private.search_vector.';

-- Name: feature_flags; Type: TABLE; Schema: public

CREATE TABLE public.feature_flags (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    org_id uuid,
    case_id uuid,
    value text NOT NULL,
    note text,
    created_by uuid,
    updated_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feature_flags_case_has_office CHECK (((case_id IS NULL) OR (org_id IS NOT NULL))),
    CONSTRAINT feature_flags_name_check CHECK ((name = ANY (ARRAY['USE_SUPABASE_HELPER'::text, 'USE_SUPABASE_PARTS'::text, 'USE_SUPABASE_INVOICES'::text, 'USE_SUPABASE_TRACKING'::text, 'USE_SUPABASE_LEVI'::text, 'writer.vehicle'::text, 'writer.levi'::text, 'writer.damage'::text, 'writer.parts'::text, 'writer.invoices'::text, 'writer.reports'::text, 'writer.tracking'::text, 'writer.helper'::text]))),
    CONSTRAINT feature_flags_note_check CHECK ((length(note) <= 500)),
    CONSTRAINT feature_flags_value CHECK (
CASE
    WHEN (name ~~ 'writer.%'::text) THEN (value = ANY (ARRAY['make'::text, 'dual'::text, 'supabase'::text]))
    ELSE (value = ANY (ARRAY['on'::text, 'off'::text]))
END)
);

ALTER TABLE ONLY public.feature_flags FORCE ROW LEVEL SECURITY;

-- Name: TABLE feature_flags; Type: COMMENT; Schema: public

COMMENT ON TABLE public.feature_flags IS 'Switches of the cutover: for everybody, for an office, for one case; the nearest one counts.';

-- Name: COLUMN feature_flags.org_id; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.feature_flags.org_id IS 'null: for every office that has no row of its own.';

-- Name: COLUMN feature_flags.case_id; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.feature_flags.case_id IS 'A pilot: this case alone.';

-- Name: fee_invoices; Type: TABLE; Schema: public

CREATE TABLE public.fee_invoices (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid NOT NULL,
    plate text NOT NULL,
    payment_tracking_id uuid NOT NULL,
    invoice_type text DEFAULT 'initial'::text NOT NULL,
    invoice_number text,
    invoice_date date,
    invoice_amount numeric(12,2),
    file_path text,
    file_name text,
    file_size integer,
    file_type text,
    date_extracted_from_ocr boolean DEFAULT false NOT NULL,
    ocr_confidence numeric(4,3),
    extraction_metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    uploaded_by uuid,
    uploaded_at timestamp with time zone,
    notes text,
    removed_at timestamp with time zone,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT fee_invoices_file_name_check CHECK ((length(file_name) <= 300)),
    CONSTRAINT fee_invoices_file_path_check CHECK ((length(file_path) <= 500)),
    CONSTRAINT fee_invoices_file_size_check CHECK ((file_size >= 0)),
    CONSTRAINT fee_invoices_file_type_check CHECK ((length(file_type) <= 100)),
    CONSTRAINT fee_invoices_invoice_number_check CHECK ((length(invoice_number) <= 100)),
    CONSTRAINT fee_invoices_invoice_type_check CHECK ((invoice_type = ANY (ARRAY['initial'::text, 'supplementary'::text, 'final'::text]))),
    CONSTRAINT fee_invoices_notes_check CHECK ((length(notes) <= 2000)),
    CONSTRAINT fee_invoices_ocr_confidence_check CHECK (((ocr_confidence >= (0)::numeric) AND (ocr_confidence <= (1)::numeric)))
);

ALTER TABLE ONLY public.fee_invoices FORCE ROW LEVEL SECURITY;

-- Name: TABLE fee_invoices; Type: COMMENT; Schema: public

COMMENT ON TABLE public.fee_invoices IS 'The invoices an office wrote for its fee; a case may have several.';

-- Name: helper_sources; Type: TABLE; Schema: public

CREATE TABLE public.helper_sources (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    source text NOT NULL,
    pointer text NOT NULL,
    note text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT helper_sources_note_check CHECK ((length(note) <= 500)),
    CONSTRAINT helper_sources_pointer_check CHECK (((pointer ~ '^(/([^/~]|~0|~1)*)+$'::text) AND (length(pointer) <= 500))),
    CONSTRAINT helper_sources_source_check CHECK ((source ~ '^[a-z][a-z0-9_]{0,49}$'::text))
);

ALTER TABLE ONLY public.helper_sources FORCE ROW LEVEL SECURITY;

-- Name: TABLE helper_sources; Type: COMMENT; Schema: public

COMMENT ON TABLE public.helper_sources IS 'Which source may write which subtree of a helper; whatever lies outside is refused.';

-- Name: COLUMN helper_sources.pointer; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.helper_sources.pointer IS 'RFC 6901, from the root of the helper.';

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

-- Name: helper_sync_log; Type: TABLE; Schema: public

CREATE TABLE public.helper_sync_log (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    sync_direction text NOT NULL,
    sync_status text NOT NULL,
    sections_synced text[] DEFAULT '{}'::text[] NOT NULL,
    sections_refused text[] DEFAULT '{}'::text[] NOT NULL,
    error_details jsonb,
    door text NOT NULL,
    source text,
    version integer,
    raw_id uuid,
    request_id text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT helper_sync_log_sync_direction_check CHECK ((sync_direction = ANY (ARRAY['TO_SUPABASE'::text, 'FROM_SUPABASE'::text]))),
    CONSTRAINT helper_sync_log_sync_status_check CHECK ((sync_status = ANY (ARRAY['SUCCESS'::text, 'PARTIAL'::text, 'FAILED'::text])))
);

ALTER TABLE ONLY public.helper_sync_log FORCE ROW LEVEL SECURITY;

-- Name: TABLE helper_sync_log; Type: COMMENT; Schema: public

COMMENT ON TABLE public.helper_sync_log IS 'Every helper that Make sent us or we sent Make: what came of it.';

-- Name: COLUMN helper_sync_log.version; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.helper_sync_log.version IS 'The version that holds what was received or sent.';

-- Name: COLUMN helper_sync_log.raw_id; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.helper_sync_log.raw_id IS 'Where the received helper is kept when no version holds it as it came.';

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

-- Name: invoice_damage_center_mappings; Type: TABLE; Schema: public

CREATE TABLE public.invoice_damage_center_mappings (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    invoice_id uuid NOT NULL,
    invoice_line_id uuid NOT NULL,
    damage_center_id text NOT NULL,
    damage_center_name text,
    field_type text NOT NULL,
    field_index integer,
    field_id text,
    amount numeric(12,2),
    original_field_data jsonb,
    mapped_data jsonb,
    mapping_status text DEFAULT 'pending'::text NOT NULL,
    is_user_modified boolean DEFAULT false NOT NULL,
    user_modifications jsonb,
    mapping_confidence numeric(4,3),
    validation_status text,
    mapped_by uuid,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invoice_damage_center_mappings_damage_center_id_check CHECK (((damage_center_id <> ''::text) AND (length(damage_center_id) <= 200))),
    CONSTRAINT invoice_damage_center_mappings_damage_center_name_check CHECK ((length(damage_center_name) <= 300)),
    CONSTRAINT invoice_damage_center_mappings_field_id_check CHECK ((length(field_id) <= 200)),
    CONSTRAINT invoice_damage_center_mappings_field_index_check CHECK ((field_index >= 0)),
    CONSTRAINT invoice_damage_center_mappings_field_type_check CHECK ((field_type = ANY (ARRAY['part'::text, 'work'::text, 'repair'::text]))),
    CONSTRAINT invoice_damage_center_mappings_mapping_confidence_check CHECK (((mapping_confidence >= (0)::numeric) AND (mapping_confidence <= (1)::numeric))),
    CONSTRAINT invoice_damage_center_mappings_mapping_status_check CHECK ((mapping_status = ANY (ARRAY['active'::text, 'pending'::text, 'applied'::text, 'removed'::text]))),
    CONSTRAINT invoice_damage_center_mappings_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text))
);

ALTER TABLE ONLY public.invoice_damage_center_mappings FORCE ROW LEVEL SECURITY;

-- Name: TABLE invoice_damage_center_mappings; Type: COMMENT; Schema: public

COMMENT ON TABLE public.invoice_damage_center_mappings IS 'Which damage center a line belongs to, and which of its rows; a line may be shared by several, each with its amount.';

-- Name: COLUMN invoice_damage_center_mappings.damage_center_id; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_damage_center_mappings.damage_center_id IS 'The Id of the center in the helper.';

-- Name: COLUMN invoice_damage_center_mappings.field_index; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_damage_center_mappings.field_index IS 'The place of the row in the center''s list, from 0; null for a row that is added.';

-- Name: COLUMN invoice_damage_center_mappings.field_id; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_damage_center_mappings.field_id IS 'The row''s row_uuid where it has one: it is found again wherever it stands.';

-- Name: COLUMN invoice_damage_center_mappings.amount; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_damage_center_mappings.amount IS 'Shekels before VAT of the line that belong to this center; null for all of it.';

-- Name: invoice_documents; Type: TABLE; Schema: public

CREATE TABLE public.invoice_documents (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    invoice_id uuid,
    ocr_result_id uuid,
    filename text,
    file_size bigint,
    mime_type text,
    storage_path text,
    storage_bucket text DEFAULT 'docs'::text,
    ocr_status text DEFAULT 'pending'::text NOT NULL,
    ocr_raw_text text,
    ocr_structured_data jsonb,
    ocr_confidence numeric(5,2),
    language_detected text,
    processing_method text,
    processing_errors jsonb,
    processing_started_at timestamp with time zone,
    processing_completed_at timestamp with time zone,
    invoice_date date,
    uploaded_by uuid,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invoice_documents_file_size_check CHECK ((file_size >= 0)),
    CONSTRAINT invoice_documents_filename_check CHECK ((length(filename) <= 500)),
    CONSTRAINT invoice_documents_ocr_status_check CHECK ((ocr_status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text]))),
    CONSTRAINT invoice_documents_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text))
);

ALTER TABLE ONLY public.invoice_documents FORCE ROW LEVEL SECURITY;

-- Name: TABLE invoice_documents; Type: COMMENT; Schema: public

COMMENT ON TABLE public.invoice_documents IS 'The papers invoices were read from, each with the answer of its reading.';

-- Name: invoice_lines; Type: TABLE; Schema: public

CREATE TABLE public.invoice_lines (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    invoice_id uuid NOT NULL,
    line_number integer NOT NULL,
    description text,
    part_id uuid,
    quantity numeric(10,2) DEFAULT 1 NOT NULL,
    unit_price numeric(12,2),
    discount_percent numeric(5,2),
    line_total numeric(12,2),
    source text,
    catalog_code text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    item_category text DEFAULT 'uncategorized'::text NOT NULL,
    category_confidence numeric(4,3),
    category_method text,
    category_suggestions jsonb,
    unread text[] DEFAULT '{}'::text[] NOT NULL,
    removed_at timestamp with time zone,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invoice_lines_category_confidence_check CHECK (((category_confidence >= (0)::numeric) AND (category_confidence <= (1)::numeric))),
    CONSTRAINT invoice_lines_discount_percent_check CHECK (((discount_percent >= (0)::numeric) AND (discount_percent <= (100)::numeric))),
    CONSTRAINT invoice_lines_item_category_check CHECK ((item_category = ANY (ARRAY['part'::text, 'work'::text, 'repair'::text, 'material'::text, 'other'::text, 'uncategorized'::text]))),
    CONSTRAINT invoice_lines_line_number_check CHECK (((line_number >= 1) AND (line_number <= 100000))),
    CONSTRAINT invoice_lines_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text))
);

ALTER TABLE ONLY public.invoice_lines FORCE ROW LEVEL SECURITY;

-- Name: TABLE invoice_lines; Type: COMMENT; Schema: public

COMMENT ON TABLE public.invoice_lines IS 'The lines of invoices, each once by its number; a line that was taken off keeps its row.';

-- Name: COLUMN invoice_lines.line_total; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_lines.line_total IS 'Shekels before VAT, as written; never recomputed.';

-- Name: invoice_suppliers; Type: TABLE; Schema: public

CREATE TABLE public.invoice_suppliers (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    name text NOT NULL,
    name_key text DEFAULT ''::text NOT NULL,
    tax_id text,
    business_number text,
    address text,
    city text,
    postal_code text,
    phone text,
    email text,
    website text,
    category text,
    is_preferred boolean DEFAULT false NOT NULL,
    notes text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    merged_into uuid,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invoice_suppliers_name_check CHECK (((btrim(name) <> ''::text) AND (length(name) <= 300))),
    CONSTRAINT invoice_suppliers_not_into_itself CHECK ((merged_into <> id)),
    CONSTRAINT invoice_suppliers_tax_id_check CHECK ((tax_id ~ '^[0-9]{1,12}$'::text))
);

ALTER TABLE ONLY public.invoice_suppliers FORCE ROW LEVEL SECURITY;

-- Name: TABLE invoice_suppliers; Type: COMMENT; Schema: public

COMMENT ON TABLE public.invoice_suppliers IS 'Garages and suppliers that send invoices; the tax id tells one from another, else the name.';

-- Name: COLUMN invoice_suppliers.name_key; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_suppliers.name_key IS 'The name folded as every searched text is, in one line.';

-- Name: COLUMN invoice_suppliers.merged_into; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_suppliers.merged_into IS 'The supplier this one turned out to be.';

-- Name: invoice_validations; Type: TABLE; Schema: public

CREATE TABLE public.invoice_validations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    is_valid boolean NOT NULL,
    validation_errors text[] DEFAULT '{}'::text[] NOT NULL,
    validation_warnings text[] DEFAULT '{}'::text[] NOT NULL,
    lines integer DEFAULT 0 NOT NULL,
    lines_total numeric(14,2),
    lines_difference numeric(14,2),
    lines_off integer DEFAULT 0 NOT NULL,
    vat_rate numeric(5,2),
    vat_expected numeric(14,2),
    vat_difference numeric(14,2),
    sum_difference numeric(14,2),
    approval_status text DEFAULT 'pending'::text NOT NULL,
    review_notes text,
    reviewed_by uuid,
    review_date timestamp with time zone,
    manual_corrections jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invoice_validations_approval_status_check CHECK ((approval_status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text])))
);

ALTER TABLE ONLY public.invoice_validations FORCE ROW LEVEL SECURITY;

-- Name: TABLE invoice_validations; Type: COMMENT; Schema: public

COMMENT ON TABLE public.invoice_validations IS 'What an invoice''s sums come to beside what stands on it, fresh with every change; differences in shekels.';

-- Name: COLUMN invoice_validations.validation_errors; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_validations.validation_errors IS 'lines_differ, vat_differs, sum_differs: by more than the office''s tolerance.';

-- Name: COLUMN invoice_validations.validation_warnings; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_validations.validation_warnings IS 'number_missing, supplier_missing, date_missing, total_missing, no_lines, line_differs, vat_rate_unusual.';

-- Name: COLUMN invoice_validations.lines_difference; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_validations.lines_difference IS 'What stands as total before VAT, less the lines'' sum.';

-- Name: COLUMN invoice_validations.lines_off; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_validations.lines_off IS 'Lines whose total is not quantity by price less discount.';

-- Name: COLUMN invoice_validations.vat_rate; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.invoice_validations.vat_rate IS 'The rate of that day, in percent, from vat_rates.';

-- Name: kb_embeddings; Type: TABLE; Schema: public

CREATE TABLE public.kb_embeddings (
    doc_id uuid NOT NULL,
    part integer DEFAULT 0 NOT NULL,
    model text NOT NULL,
    org_id uuid NOT NULL,
    embedding double precision[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT kb_embeddings_embedding_check CHECK (((cardinality(embedding) >= 1) AND (cardinality(embedding) <= 16000)))
);

ALTER TABLE ONLY public.kb_embeddings FORCE ROW LEVEL SECURITY;

-- Name: TABLE kb_embeddings; Type: COMMENT; Schema: public

COMMENT ON TABLE public.kb_embeddings IS 'Embeddings of documents, part by part; switched off until a model is configured.';

-- Name: message_templates; Type: TABLE; Schema: public

CREATE TABLE public.message_templates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    name text NOT NULL,
    title text NOT NULL,
    channel text,
    subject text DEFAULT ''::text NOT NULL,
    text text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT message_templates_channel_check CHECK ((channel = ANY (ARRAY['MAIL'::text, 'SMS'::text, 'WHATSAPP'::text]))),
    CONSTRAINT message_templates_name_check CHECK ((name ~ '^[a-z][a-z0-9_]{0,59}$'::text)),
    CONSTRAINT message_templates_subject_check CHECK ((length(subject) <= 300)),
    CONSTRAINT message_templates_text_check CHECK (((length(text) >= 1) AND (length(text) <= 10000))),
    CONSTRAINT message_templates_title_check CHECK (((length(title) >= 1) AND (length(title) <= 100)))
);

ALTER TABLE ONLY public.message_templates FORCE ROW LEVEL SECURITY;

-- Name: TABLE message_templates; Type: COMMENT; Schema: public

COMMENT ON TABLE public.message_templates IS 'An office''s own wording of messages, with named places; without a row, the wording that comes with us is used.';

-- Name: COLUMN message_templates.channel; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.message_templates.channel IS 'null: for every channel that has no wording of its own.';

-- Name: parts_required; Type: TABLE; Schema: public

CREATE TABLE public.parts_required (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    row_uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    case_id uuid NOT NULL,
    plate text NOT NULL,
    damage_center_code text,
    damage_center_codes text[] DEFAULT '{}'::text[] NOT NULL,
    part_name text,
    pcode text,
    oem text,
    cat_num_desc text,
    description text,
    part_family text,
    supplier_name text,
    price_per_unit numeric(12,2),
    reduction_percentage numeric(5,2),
    wear_percentage numeric(5,2),
    updated_price numeric(12,2),
    quantity numeric(10,2) DEFAULT 1 NOT NULL,
    total_cost numeric(12,2),
    source text,
    status text DEFAULT 'PENDING'::text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT parts_required_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT parts_required_quantity_check CHECK ((quantity >= (0)::numeric)),
    CONSTRAINT parts_required_reduction_percentage_check CHECK (((reduction_percentage >= (0)::numeric) AND (reduction_percentage <= (100)::numeric))),
    CONSTRAINT parts_required_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'ORDERED'::text, 'RECEIVED'::text, 'CANCELLED'::text]))),
    CONSTRAINT parts_required_wear_percentage_check CHECK (((wear_percentage >= (0)::numeric) AND (wear_percentage <= (100)::numeric)))
);

ALTER TABLE ONLY public.parts_required FORCE ROW LEVEL SECURITY;

-- Name: TABLE parts_required; Type: COMMENT; Schema: public

COMMENT ON TABLE public.parts_required IS 'The parts a case needs; row_uuid is the key, so the same row sent again is the same row.';

-- Name: COLUMN parts_required.damage_center_code; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.parts_required.damage_center_code IS 'The damage center that named it last.';

-- Name: COLUMN parts_required.damage_center_codes; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.parts_required.damage_center_codes IS 'Every damage center that this row serves.';

-- Name: COLUMN parts_required.updated_price; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.parts_required.updated_price IS 'price_per_unit after reduction and wear, as the case has it; never recomputed.';

-- Name: parts_search_results; Type: TABLE; Schema: public

CREATE TABLE public.parts_search_results (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    row_uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid,
    answer_id uuid,
    case_id uuid,
    plate text,
    part_name text,
    part_family text,
    description text,
    oem text,
    pcode text,
    supplier_name text,
    price numeric(12,2),
    price_text text,
    currency text,
    part_type text,
    condition text,
    availability text,
    location text,
    comments text,
    quantity numeric(10,2),
    make text,
    model text,
    "trim" text,
    year text,
    year_from text,
    year_to text,
    engine_volume text,
    engine_code text,
    engine_type text,
    vin text,
    search_type text,
    data_source text,
    search_query jsonb,
    results jsonb,
    raw jsonb,
    unread text[] DEFAULT '{}'::text[] NOT NULL,
    response_time_ms integer,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    search_text text GENERATED ALWAYS AS (rtrim(lower(translate((((((((COALESCE((part_name || ' '::text), ''::text) || COALESCE((NULLIF(description, part_name) || ' '::text), ''::text)) || COALESCE((oem || ' '::text), ''::text)) || COALESCE((pcode || ' '::text), ''::text)) || COALESCE((supplier_name || ' '::text), ''::text)) || COALESCE((part_family || ' '::text), ''::text)) || COALESCE((make || ' '::text), ''::text)) || COALESCE(model, ''::text)), '"''`״׳-'::text, ''::text)))) STORED NOT NULL,
    CONSTRAINT parts_search_results_data_source_check CHECK ((data_source = ANY (ARRAY['catalog'::text, 'web'::text, 'ocr'::text]))),
    CONSTRAINT parts_search_results_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT parts_search_results_response_time_ms_check CHECK ((response_time_ms >= 0))
);

ALTER TABLE ONLY public.parts_search_results FORCE ROW LEVEL SECURITY;

-- Name: TABLE parts_search_results; Type: COMMENT; Schema: public

COMMENT ON TABLE public.parts_search_results IS 'The parts that searches found, one row each; a row with results is a whole answer, whose parts name it as answer_id.';

-- Name: COLUMN parts_search_results.row_uuid; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.parts_search_results.row_uuid IS 'The natural key: the same row sent again is the same row.';

-- Name: COLUMN parts_search_results.price_text; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.parts_search_results.price_text IS 'The price as it was written.';

-- Name: COLUMN parts_search_results.results; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.parts_search_results.results IS 'A whole answer as it came, on the row that stands for it.';

-- Name: COLUMN parts_search_results.raw; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.parts_search_results.raw IS 'The row as it came.';

-- Name: COLUMN parts_search_results.unread; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.parts_search_results.unread IS 'Fields whose value could not be read, such as a price in words.';

-- Name: COLUMN parts_search_results.search_text; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.parts_search_results.search_text IS 'What people search a part by, folded as every searched text is.';

-- Name: parts_search_sessions; Type: TABLE; Schema: public

CREATE TABLE public.parts_search_sessions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    search_context jsonb DEFAULT '{}'::jsonb NOT NULL,
    data_source text,
    make text,
    model text,
    "trim" text,
    year text,
    engine_volume text,
    engine_code text,
    engine_type text,
    vin text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT parts_search_sessions_data_source_check CHECK ((data_source = ANY (ARRAY['catalog'::text, 'web'::text, 'ocr'::text]))),
    CONSTRAINT parts_search_sessions_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text))
);

ALTER TABLE ONLY public.parts_search_sessions FORCE ROW LEVEL SECURITY;

-- Name: TABLE parts_search_sessions; Type: COMMENT; Schema: public

COMMENT ON TABLE public.parts_search_sessions IS 'One search for parts, with the vehicle it was for; a general search has no plate.';

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

-- Name: reminder_occurrences; Type: TABLE; Schema: public

CREATE TABLE public.reminder_occurrences (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    reminder_id uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    released_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    channel text NOT NULL,
    told_to uuid,
    sent_via text NOT NULL,
    status text DEFAULT 'QUEUED'::text NOT NULL,
    reason text,
    outside_id text,
    sent_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone,
    next_at timestamp with time zone,
    CONSTRAINT reminder_occurrences_channel_check CHECK ((channel = ANY (ARRAY['mail'::text, 'sms'::text, 'whatsapp'::text, 'push'::text]))),
    CONSTRAINT reminder_occurrences_outside_id_check CHECK ((length(outside_id) <= 300)),
    CONSTRAINT reminder_occurrences_reason_check CHECK ((length(reason) <= 300)),
    CONSTRAINT reminder_occurrences_sent CHECK (((status = 'SENT'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT reminder_occurrences_sent_via_check CHECK ((sent_via = ANY (ARRAY['SMTP'::text, 'MAKE'::text, 'NOBODY'::text]))),
    CONSTRAINT reminder_occurrences_status_check CHECK ((status = ANY (ARRAY['QUEUED'::text, 'SENT'::text, 'FAILED'::text, 'SILENT'::text])))
);

ALTER TABLE ONLY public.reminder_occurrences FORCE ROW LEVEL SECURITY;

-- Name: TABLE reminder_occurrences; Type: COMMENT; Schema: public

COMMENT ON TABLE public.reminder_occurrences IS 'One row each time a reminder was released: never two for one moment, whoever released it and however often.';

-- Name: COLUMN reminder_occurrences.status; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.reminder_occurrences.status IS 'SILENT: nobody was to be told, it only became due.';

-- Name: reminders; Type: TABLE; Schema: public

CREATE TABLE public.reminders (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    title text NOT NULL,
    description text,
    category text DEFAULT 'תזכורת כללית'::text NOT NULL,
    priority text DEFAULT 'רגיל'::text NOT NULL,
    status text DEFAULT 'ממתין'::text NOT NULL,
    due_date date NOT NULL,
    due_time time without time zone DEFAULT '09:00:00'::time without time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    snoozed_until timestamp with time zone,
    next_at timestamp with time zone,
    rrule text,
    is_recurring boolean DEFAULT false NOT NULL,
    recurrence_pattern text,
    recurrence_end_date date,
    assigned_to uuid,
    channel text DEFAULT 'mail'::text NOT NULL,
    send_notification boolean DEFAULT true NOT NULL,
    notification_sent boolean DEFAULT false NOT NULL,
    notification_sent_at timestamp with time zone,
    completed_at timestamp with time zone,
    completed_by uuid,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT reminders_category_check CHECK ((category = ANY (ARRAY['תזכורת תשלום'::text, 'תזכורת מעקב'::text, 'תזכורת מסמכים'::text, 'תזכורת בדיקה'::text, 'תזכורת כללית'::text, 'מועד סגירת תיק'::text]))),
    CONSTRAINT reminders_channel_check CHECK ((channel = ANY (ARRAY['mail'::text, 'sms'::text, 'whatsapp'::text, 'push'::text]))),
    CONSTRAINT reminders_description_check CHECK ((length(description) <= 5000)),
    CONSTRAINT reminders_due_date_check CHECK (((due_date >= '2000-01-01'::date) AND (due_date <= '2200-01-01'::date))),
    CONSTRAINT reminders_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT reminders_priority_check CHECK ((priority = ANY (ARRAY['נמוך'::text, 'רגיל'::text, 'גבוה'::text, 'דחוף'::text]))),
    CONSTRAINT reminders_recurrence_pattern_check CHECK ((recurrence_pattern = ANY (ARRAY['daily'::text, 'weekly'::text, 'monthly'::text]))),
    CONSTRAINT reminders_rrule_check CHECK ((((length(rrule) >= 1) AND (length(rrule) <= 500)) AND (rrule !~ '[[:cntrl:]]'::text))),
    CONSTRAINT reminders_status_check CHECK ((status = ANY (ARRAY['ממתין'::text, 'הושלם'::text, 'באיחור'::text, 'בוטל'::text]))),
    CONSTRAINT reminders_title_check CHECK (((length(title) >= 1) AND (length(title) <= 300)))
);

ALTER TABLE ONLY public.reminders FORCE ROW LEVEL SECURITY;

-- Name: TABLE reminders; Type: COMMENT; Schema: public

COMMENT ON TABLE public.reminders IS 'What an office must not forget: when, about which case, whom it is told, and how.';

-- Name: COLUMN reminders.due_at; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.reminders.due_at IS 'due_date and due_time as a clock in Israel shows them.';

-- Name: COLUMN reminders.next_at; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.reminders.next_at IS 'When it is released next: the first moment not yet released, snoozed or not; null where nothing is left to tell.';

-- Name: COLUMN reminders.rrule; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.reminders.rrule IS 'RFC 5545, without DTSTART: due_date and due_time are its beginning; wall time is kept over clock changes.';

-- Name: required_parts_archive; Type: TABLE; Schema: public

CREATE TABLE public.required_parts_archive (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid,
    plate text,
    archive_type text DEFAULT 'pre_invoice_assignment'::text NOT NULL,
    archived_at timestamp with time zone DEFAULT now() NOT NULL,
    archived_by uuid,
    archive_reason text,
    damage_center_code text,
    part_name text,
    pcode text,
    oem text,
    cat_num_desc text,
    description text,
    part_family text,
    supplier_name text,
    make text,
    model text,
    "trim" text,
    year text,
    engine_volume text,
    engine_code text,
    engine_type text,
    vin text,
    source text,
    availability text,
    location text,
    comments text,
    price_per_unit numeric(12,2),
    reduction_percentage numeric(5,2),
    wear_percentage numeric(5,2),
    updated_price numeric(12,2),
    quantity numeric(10,2) DEFAULT 1,
    total_cost numeric(12,2),
    status text DEFAULT 'ARCHIVED'::text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    original_row_uuid uuid,
    original_created_at timestamp with time zone,
    original_updated_at timestamp with time zone,
    original_created_by uuid,
    original_updated_by uuid,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT required_parts_archive_archive_reason_check CHECK ((length(archive_reason) <= 1000)),
    CONSTRAINT required_parts_archive_archive_type_check CHECK ((archive_type = ANY (ARRAY['pre_invoice_assignment'::text, 'manual_backup'::text, 'version_control'::text]))),
    CONSTRAINT required_parts_archive_plate_check CHECK ((plate ~ '^[0-9]{5,8}$'::text)),
    CONSTRAINT required_parts_archive_status_check CHECK ((status = ANY (ARRAY['ARCHIVED'::text, 'SUPERSEDED'::text, 'RESTORED'::text])))
);

ALTER TABLE ONLY public.required_parts_archive FORCE ROW LEVEL SECURITY;

-- Name: TABLE required_parts_archive; Type: COMMENT; Schema: public

COMMENT ON TABLE public.required_parts_archive IS 'The parts a case needed, as they were before an invoice took their place.';

-- Name: COLUMN required_parts_archive.original_row_uuid; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.required_parts_archive.original_row_uuid IS 'The row_uuid of the row that was kept.';

-- Name: tracking_expertise; Type: TABLE; Schema: public

CREATE TABLE public.tracking_expertise (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid NOT NULL,
    plate text NOT NULL,
    case_number text,
    center_key text NOT NULL,
    damage_center_index integer NOT NULL,
    damage_center_count integer NOT NULL,
    damage_center_name text,
    description text,
    planned_repairs text,
    planned_parts text,
    planned_work text,
    guidance text,
    notes text,
    status text DEFAULT 'draft'::text NOT NULL,
    is_current boolean DEFAULT true NOT NULL,
    pdf_storage_path text,
    pdf_public_url text,
    "timestamp" timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT tracking_expertise_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'final'::text])))
);

ALTER TABLE ONLY public.tracking_expertise FORCE ROW LEVEL SECURITY;

-- Name: TABLE tracking_expertise; Type: COMMENT; Schema: public

COMMENT ON TABLE public.tracking_expertise IS 'The tracking table of expertises: one row a damage center of the current helper.';

-- Name: COLUMN tracking_expertise.center_key; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.tracking_expertise.center_key IS 'The center''s own Id; # and its place where it has none.';

-- Name: tracking_final_report; Type: TABLE; Schema: public

CREATE TABLE public.tracking_final_report (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid NOT NULL,
    plate text NOT NULL,
    case_number text,
    center_key text NOT NULL,
    damage_center_index integer NOT NULL,
    damage_center_count integer NOT NULL,
    damage_center_name text,
    actual_repairs text,
    total_parts numeric(12,2),
    total_work numeric(12,2),
    claim_amount numeric(12,2),
    depreciation numeric(12,2),
    final_compensation numeric(12,2),
    notes text,
    report_type text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    is_current boolean DEFAULT true NOT NULL,
    pdf_storage_path text,
    pdf_public_url text,
    "timestamp" timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT tracking_final_report_report_type_check CHECK ((report_type = ANY (ARRAY['estimate'::text, 'final_report'::text, 'expertise'::text]))),
    CONSTRAINT tracking_final_report_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'final'::text])))
);

ALTER TABLE ONLY public.tracking_final_report FORCE ROW LEVEL SECURITY;

-- Name: TABLE tracking_final_report; Type: COMMENT; Schema: public

COMMENT ON TABLE public.tracking_final_report IS 'The tracking table of estimates and final reports: one row a damage center; what was estimated stays, not current, beside the final report.';

-- Name: COLUMN tracking_final_report.claim_amount; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.tracking_final_report.claim_amount IS 'Of the whole case, as depreciation and final_compensation are: each center''s row says it.';

-- Name: tracking_general; Type: TABLE; Schema: public

CREATE TABLE public.tracking_general (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    case_id uuid NOT NULL,
    plate text NOT NULL,
    case_number text,
    inspection_date date,
    report_date date,
    manufacturer text,
    year_of_manufacture integer,
    vehicle_value numeric(12,2),
    owner_name text,
    phone text,
    garage text,
    garage_phone text,
    email text,
    directive text,
    photos_available boolean DEFAULT false NOT NULL,
    photo_count integer DEFAULT 0 NOT NULL,
    invoice_received boolean DEFAULT false NOT NULL,
    payment_received boolean DEFAULT false NOT NULL,
    case_in_claim boolean DEFAULT false NOT NULL,
    general_status text,
    general_notes text,
    case_link text,
    warnings text[] DEFAULT '{}'::text[] NOT NULL,
    "timestamp" timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.tracking_general FORCE ROW LEVEL SECURITY;

-- Name: TABLE tracking_general; Type: COMMENT; Schema: public

COMMENT ON TABLE public.tracking_general IS 'The general tracking table: one row a case, derived from its current helper.';

-- Name: COLUMN tracking_general.warnings; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.tracking_general.warnings IS 'Places of the helper whose value could not be read, as JSON pointers; *failed where the derivation itself did. Never a value.';

-- Name: user_assets; Type: TABLE; Schema: public

CREATE TABLE public.user_assets (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid NOT NULL,
    user_id uuid,
    company_logo_path text,
    company_stamp_path text,
    user_signature_path text,
    background_path text,
    draft_watermark_text text,
    directive_watermark_text text,
    business_name text,
    license_number text,
    address text,
    phone text,
    email text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_assets_address_check CHECK ((length(address) <= 300)),
    CONSTRAINT user_assets_business_name_check CHECK ((length(business_name) <= 200)),
    CONSTRAINT user_assets_check CHECK (private.is_asset_place(company_logo_path, org_id)),
    CONSTRAINT user_assets_check1 CHECK (private.is_asset_place(company_stamp_path, org_id)),
    CONSTRAINT user_assets_check2 CHECK (private.is_asset_place(user_signature_path, org_id)),
    CONSTRAINT user_assets_check3 CHECK (private.is_asset_place(background_path, org_id)),
    CONSTRAINT user_assets_directive_watermark_text_check CHECK ((length(directive_watermark_text) <= 60)),
    CONSTRAINT user_assets_draft_watermark_text_check CHECK ((length(draft_watermark_text) <= 60)),
    CONSTRAINT user_assets_email_check CHECK ((length(email) <= 200)),
    CONSTRAINT user_assets_license_number_check CHECK ((length(license_number) <= 60)),
    CONSTRAINT user_assets_phone_check CHECK ((length(phone) <= 60))
);

ALTER TABLE ONLY public.user_assets FORCE ROW LEVEL SECURITY;

-- Name: TABLE user_assets; Type: COMMENT; Schema: public

COMMENT ON TABLE public.user_assets IS 'What stands on reports: one row a person, and one of the office, without a person, for all who have none of their own.';

-- Name: COLUMN user_assets.company_logo_path; Type: COMMENT; Schema: public

COMMENT ON COLUMN public.user_assets.company_logo_path IS 'A PNG in the bucket docs, as all of these paths.';

-- Name: user_orgs; Type: TABLE; Schema: public

CREATE TABLE public.user_orgs (
    user_id uuid NOT NULL,
    org_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.user_orgs FORCE ROW LEVEL SECURITY;

-- Name: TABLE user_orgs; Type: COMMENT; Schema: public

COMMENT ON TABLE public.user_orgs IS 'Membership: the one thing that row policies ask.';

-- Name: vat_rates; Type: TABLE; Schema: public

CREATE TABLE public.vat_rates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    org_id uuid,
    starts_on date NOT NULL,
    rate numeric(5,2) NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT vat_rates_rate_check CHECK (((rate >= (0)::numeric) AND (rate <= (100)::numeric)))
);

ALTER TABLE ONLY public.vat_rates FORCE ROW LEVEL SECURITY;

-- Name: TABLE vat_rates; Type: COMMENT; Schema: public

COMMENT ON TABLE public.vat_rates IS 'VAT in percent from a day on; a row without an office is the country''s.';

-- Name: audit_log audit_log_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

-- Name: bytes_let_go bytes_let_go_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.bytes_let_go
    ADD CONSTRAINT bytes_let_go_pkey PRIMARY KEY (bucket_name, storage_key);

-- Name: deliveries deliveries_once; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.deliveries
    ADD CONSTRAINT deliveries_once UNIQUE (message_id, endpoint_id);

-- Name: deliveries deliveries_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);

-- Name: delivery_attempts delivery_attempts_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.delivery_attempts
    ADD CONSTRAINT delivery_attempts_pkey PRIMARY KEY (id);

-- Name: document_links document_links_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.document_links
    ADD CONSTRAINT document_links_pkey PRIMARY KEY (id);

-- Name: document_links document_links_token_sha256_key; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.document_links
    ADD CONSTRAINT document_links_token_sha256_key UNIQUE (token_sha256);

-- Name: gateway_keys gateway_keys_key_hash_key; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.gateway_keys
    ADD CONSTRAINT gateway_keys_key_hash_key UNIQUE (key_hash);

-- Name: gateway_keys gateway_keys_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.gateway_keys
    ADD CONSTRAINT gateway_keys_pkey PRIMARY KEY (id);

-- Name: idempotency_keys idempotency_keys_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (principal, key);

-- Name: outbox outbox_dedupe_key; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.outbox
    ADD CONSTRAINT outbox_dedupe_key UNIQUE (dedupe);

-- Name: outbox outbox_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

-- Name: outbox outbox_seq_key; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.outbox
    ADD CONSTRAINT outbox_seq_key UNIQUE (seq);

-- Name: raw_answers raw_answers_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.raw_answers
    ADD CONSTRAINT raw_answers_pkey PRIMARY KEY (id);

-- Name: report_sources report_sources_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.report_sources
    ADD CONSTRAINT report_sources_pkey PRIMARY KEY (report_id);

-- Name: search_lexicon search_lexicon_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.search_lexicon
    ADD CONSTRAINT search_lexicon_pkey PRIMARY KEY (id);

-- Name: webhook_endpoints webhook_endpoints_pkey; Type: CONSTRAINT; Schema: private

ALTER TABLE ONLY private.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id);

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

-- Name: cases cases_id_org_plate; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_id_org_plate UNIQUE (id, org_id, plate);

-- Name: cases cases_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (id);

-- Name: documents documents_id_org; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_id_org UNIQUE (id, org_id);

-- Name: documents documents_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (id);

-- Name: events events_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

-- Name: feature_flags feature_flags_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.feature_flags
    ADD CONSTRAINT feature_flags_pkey PRIMARY KEY (id);

-- Name: feature_flags feature_flags_scope; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.feature_flags
    ADD CONSTRAINT feature_flags_scope UNIQUE NULLS NOT DISTINCT (name, org_id, case_id);

-- Name: fee_invoices fee_invoices_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.fee_invoices
    ADD CONSTRAINT fee_invoices_pkey PRIMARY KEY (id);

-- Name: helper_sources helper_sources_once; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.helper_sources
    ADD CONSTRAINT helper_sources_once UNIQUE (org_id, source, pointer);

-- Name: helper_sources helper_sources_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.helper_sources
    ADD CONSTRAINT helper_sources_pkey PRIMARY KEY (id);

-- Name: helper_sync_log helper_sync_log_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.helper_sync_log
    ADD CONSTRAINT helper_sync_log_pkey PRIMARY KEY (id);

-- Name: images images_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_pkey PRIMARY KEY (id);

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_damage_center_mappings
    ADD CONSTRAINT invoice_damage_center_mappings_pkey PRIMARY KEY (id);

-- Name: invoice_documents invoice_documents_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_documents
    ADD CONSTRAINT invoice_documents_pkey PRIMARY KEY (id);

-- Name: invoice_lines invoice_lines_of_org; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_of_org UNIQUE (id, org_id);

-- Name: invoice_lines invoice_lines_once; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_once UNIQUE (invoice_id, line_number);

-- Name: invoice_lines invoice_lines_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_pkey PRIMARY KEY (id);

-- Name: invoice_suppliers invoice_suppliers_of_org; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_suppliers
    ADD CONSTRAINT invoice_suppliers_of_org UNIQUE (id, org_id);

-- Name: invoice_suppliers invoice_suppliers_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_suppliers
    ADD CONSTRAINT invoice_suppliers_pkey PRIMARY KEY (id);

-- Name: invoice_validations invoice_validations_invoice_id_key; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_validations
    ADD CONSTRAINT invoice_validations_invoice_id_key UNIQUE (invoice_id);

-- Name: invoice_validations invoice_validations_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_validations
    ADD CONSTRAINT invoice_validations_pkey PRIMARY KEY (id);

-- Name: invoices invoices_of_org; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_of_org UNIQUE (id, org_id);

-- Name: invoices invoices_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_pkey PRIMARY KEY (id);

-- Name: job_runs job_runs_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.job_runs
    ADD CONSTRAINT job_runs_pkey PRIMARY KEY (id);

-- Name: kb_docs kb_docs_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.kb_docs
    ADD CONSTRAINT kb_docs_pkey PRIMARY KEY (id);

-- Name: kb_embeddings kb_embeddings_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.kb_embeddings
    ADD CONSTRAINT kb_embeddings_pkey PRIMARY KEY (doc_id, part, model);

-- Name: levi_reports levi_reports_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.levi_reports
    ADD CONSTRAINT levi_reports_pkey PRIMARY KEY (id);

-- Name: message_templates message_templates_one; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.message_templates
    ADD CONSTRAINT message_templates_one UNIQUE NULLS NOT DISTINCT (org_id, name, channel);

-- Name: message_templates message_templates_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.message_templates
    ADD CONSTRAINT message_templates_pkey PRIMARY KEY (id);

-- Name: ocr_results ocr_results_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.ocr_results
    ADD CONSTRAINT ocr_results_pkey PRIMARY KEY (id);

-- Name: onedrive_sync onedrive_sync_document_id_key; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.onedrive_sync
    ADD CONSTRAINT onedrive_sync_document_id_key UNIQUE (document_id);

-- Name: onedrive_sync onedrive_sync_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.onedrive_sync
    ADD CONSTRAINT onedrive_sync_pkey PRIMARY KEY (id);

-- Name: orgs orgs_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.orgs
    ADD CONSTRAINT orgs_pkey PRIMARY KEY (id);

-- Name: outbound_messages outbound_messages_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.outbound_messages
    ADD CONSTRAINT outbound_messages_pkey PRIMARY KEY (id);

-- Name: parts_required parts_required_once; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_required
    ADD CONSTRAINT parts_required_once UNIQUE (row_uuid);

-- Name: parts_required parts_required_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_required
    ADD CONSTRAINT parts_required_pkey PRIMARY KEY (id);

-- Name: parts_search_results parts_search_results_once; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_results
    ADD CONSTRAINT parts_search_results_once UNIQUE (org_id, row_uuid);

-- Name: parts_search_results parts_search_results_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_results
    ADD CONSTRAINT parts_search_results_pkey PRIMARY KEY (id);

-- Name: parts_search_sessions parts_search_sessions_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_sessions
    ADD CONSTRAINT parts_search_sessions_pkey PRIMARY KEY (id);

-- Name: payment_tracking payment_tracking_id_case; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.payment_tracking
    ADD CONSTRAINT payment_tracking_id_case UNIQUE (id, case_id);

-- Name: payment_tracking payment_tracking_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.payment_tracking
    ADD CONSTRAINT payment_tracking_pkey PRIMARY KEY (id);

-- Name: profiles profiles_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (user_id);

-- Name: profiles profiles_username_key; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_username_key UNIQUE (username);

-- Name: reminder_occurrences reminder_occurrences_once; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminder_occurrences
    ADD CONSTRAINT reminder_occurrences_once UNIQUE (reminder_id, due_at);

-- Name: reminder_occurrences reminder_occurrences_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminder_occurrences
    ADD CONSTRAINT reminder_occurrences_pkey PRIMARY KEY (id);

-- Name: reminders reminders_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_pkey PRIMARY KEY (id);

-- Name: reports reports_number; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_number UNIQUE (case_id, report_type, nature, version);

-- Name: reports reports_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_pkey PRIMARY KEY (id);

-- Name: required_parts_archive required_parts_archive_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.required_parts_archive
    ADD CONSTRAINT required_parts_archive_pkey PRIMARY KEY (id);

-- Name: selected_parts selected_parts_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.selected_parts
    ADD CONSTRAINT selected_parts_pkey PRIMARY KEY (id);

-- Name: system_logs system_logs_once_a_minute; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.system_logs
    ADD CONSTRAINT system_logs_once_a_minute UNIQUE NULLS NOT DISTINCT (minute, component, event, message, log_level, org_id);

-- Name: system_logs system_logs_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.system_logs
    ADD CONSTRAINT system_logs_pkey PRIMARY KEY (id);

-- Name: tracking_expertise tracking_expertise_once; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_expertise
    ADD CONSTRAINT tracking_expertise_once UNIQUE (case_id, center_key);

-- Name: tracking_expertise tracking_expertise_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_expertise
    ADD CONSTRAINT tracking_expertise_pkey PRIMARY KEY (id);

-- Name: tracking_final_report tracking_final_report_once; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_final_report
    ADD CONSTRAINT tracking_final_report_once UNIQUE (case_id, report_type, center_key);

-- Name: tracking_final_report tracking_final_report_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_final_report
    ADD CONSTRAINT tracking_final_report_pkey PRIMARY KEY (id);

-- Name: tracking_general tracking_general_case_id_key; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_general
    ADD CONSTRAINT tracking_general_case_id_key UNIQUE (case_id);

-- Name: tracking_general tracking_general_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_general
    ADD CONSTRAINT tracking_general_pkey PRIMARY KEY (id);

-- Name: user_assets user_assets_once; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_assets
    ADD CONSTRAINT user_assets_once UNIQUE NULLS NOT DISTINCT (org_id, user_id);

-- Name: user_assets user_assets_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_assets
    ADD CONSTRAINT user_assets_pkey PRIMARY KEY (id);

-- Name: user_orgs user_orgs_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_orgs
    ADD CONSTRAINT user_orgs_pkey PRIMARY KEY (user_id, org_id);

-- Name: vat_rates vat_rates_once; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.vat_rates
    ADD CONSTRAINT vat_rates_once UNIQUE NULLS NOT DISTINCT (org_id, starts_on);

-- Name: vat_rates vat_rates_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.vat_rates
    ADD CONSTRAINT vat_rates_pkey PRIMARY KEY (id);

-- Name: vehicle_details vehicle_details_pkey; Type: CONSTRAINT; Schema: public

ALTER TABLE ONLY public.vehicle_details
    ADD CONSTRAINT vehicle_details_pkey PRIMARY KEY (id);

-- Name: audit_log_org; Type: INDEX; Schema: private

CREATE INDEX audit_log_org ON private.audit_log USING btree (org_id, created_at DESC);

-- Name: bytes_let_go_document; Type: INDEX; Schema: private

CREATE INDEX bytes_let_go_document ON private.bytes_let_go USING btree (document_id);

-- Name: bytes_let_go_org; Type: INDEX; Schema: private

CREATE INDEX bytes_let_go_org ON private.bytes_let_go USING btree (org_id);

-- Name: deliveries_case; Type: INDEX; Schema: private

CREATE INDEX deliveries_case ON private.deliveries USING btree (case_id);

-- Name: deliveries_dead; Type: INDEX; Schema: private

CREATE INDEX deliveries_dead ON private.deliveries USING btree (endpoint_id, created_at) WHERE (status = 'dead'::text);

-- Name: deliveries_endpoint; Type: INDEX; Schema: private

CREATE INDEX deliveries_endpoint ON private.deliveries USING btree (endpoint_id, created_at DESC);

-- Name: deliveries_failed; Type: INDEX; Schema: private

CREATE INDEX deliveries_failed ON private.deliveries USING btree (endpoint_id) WHERE ((status = 'pending'::text) AND (error IS NOT NULL));

-- Name: deliveries_line; Type: INDEX; Schema: private

CREATE INDEX deliveries_line ON private.deliveries USING btree (endpoint_id, seq) WHERE (status = 'pending'::text);

-- Name: deliveries_org; Type: INDEX; Schema: private

CREATE INDEX deliveries_org ON private.deliveries USING btree (org_id, created_at DESC);

-- Name: deliveries_taken_up; Type: INDEX; Schema: private

CREATE INDEX deliveries_taken_up ON private.deliveries USING btree (endpoint_id, case_id, seq) WHERE ((status = 'pending'::text) AND (attempts > 0));

-- Name: delivery_attempts_delivery; Type: INDEX; Schema: private

CREATE INDEX delivery_attempts_delivery ON private.delivery_attempts USING btree (delivery_id, id);

-- Name: delivery_attempts_org; Type: INDEX; Schema: private

CREATE INDEX delivery_attempts_org ON private.delivery_attempts USING btree (org_id);

-- Name: document_links_case; Type: INDEX; Schema: private

CREATE INDEX document_links_case ON private.document_links USING btree (case_id);

-- Name: document_links_created_by; Type: INDEX; Schema: private

CREATE INDEX document_links_created_by ON private.document_links USING btree (created_by);

-- Name: document_links_document; Type: INDEX; Schema: private

CREATE INDEX document_links_document ON private.document_links USING btree (document_id);

-- Name: document_links_open; Type: INDEX; Schema: private

CREATE INDEX document_links_open ON private.document_links USING btree (expires_at) WHERE (revoked_at IS NULL);

-- Name: document_links_org; Type: INDEX; Schema: private

CREATE INDEX document_links_org ON private.document_links USING btree (org_id);

-- Name: gateway_keys_created_by; Type: INDEX; Schema: private

CREATE INDEX gateway_keys_created_by ON private.gateway_keys USING btree (created_by);

-- Name: gateway_keys_org_id; Type: INDEX; Schema: private

CREATE INDEX gateway_keys_org_id ON private.gateway_keys USING btree (org_id);

-- Name: idempotency_keys_age; Type: INDEX; Schema: private

CREATE INDEX idempotency_keys_age ON private.idempotency_keys USING btree (created_at);

-- Name: outbox_case; Type: INDEX; Schema: private

CREATE INDEX outbox_case ON private.outbox USING btree (case_id, seq);

-- Name: outbox_org; Type: INDEX; Schema: private

CREATE INDEX outbox_org ON private.outbox USING btree (org_id, created_at);

-- Name: raw_answers_case; Type: INDEX; Schema: private

CREATE INDEX raw_answers_case ON private.raw_answers USING btree (case_id, created_at DESC);

-- Name: raw_answers_org; Type: INDEX; Schema: private

CREATE INDEX raw_answers_org ON private.raw_answers USING btree (org_id, created_at DESC);

-- Name: report_sources_org; Type: INDEX; Schema: private

CREATE INDEX report_sources_org ON private.report_sources USING btree (org_id);

-- Name: search_lexicon_word; Type: INDEX; Schema: private

CREATE INDEX search_lexicon_word ON private.search_lexicon USING btree (word);

-- Name: webhook_endpoints_created_by; Type: INDEX; Schema: private

CREATE INDEX webhook_endpoints_created_by ON private.webhook_endpoints USING btree (created_by);

-- Name: webhook_endpoints_org_id; Type: INDEX; Schema: private

CREATE INDEX webhook_endpoints_org_id ON private.webhook_endpoints USING btree (org_id);

-- Name: case_helper_current_by_time; Type: INDEX; Schema: public

CREATE INDEX case_helper_current_by_time ON public.case_helper USING btree (saved_at) WHERE is_current;

-- Name: case_helper_one_current; Type: INDEX; Schema: public

CREATE UNIQUE INDEX case_helper_one_current ON public.case_helper USING btree (case_id) WHERE is_current;

-- Name: case_helper_saved_by; Type: INDEX; Schema: public

CREATE INDEX case_helper_saved_by ON public.case_helper USING btree (saved_by);

-- Name: case_helper_uncounted; Type: INDEX; Schema: public

CREATE INDEX case_helper_uncounted ON public.case_helper USING btree (saved_at) WHERE (changes IS NULL);

-- Name: case_search_index_damaged; Type: INDEX; Schema: public

CREATE INDEX case_search_index_damaged ON public.case_search_index USING btree (org_id, damaged_on);

-- Name: case_search_index_inspected; Type: INDEX; Schema: public

CREATE INDEX case_search_index_inspected ON public.case_search_index USING btree (org_id, inspected_on);

-- Name: case_search_index_newest; Type: INDEX; Schema: public

CREATE INDEX case_search_index_newest ON public.case_search_index USING btree (org_id, is_open DESC, opened_at DESC, case_id);

-- Name: case_search_index_words; Type: INDEX; Schema: public

CREATE INDEX case_search_index_words ON public.case_search_index USING gin (words) WITH (fastupdate=off);

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

-- Name: cases_updated; Type: INDEX; Schema: public

CREATE INDEX cases_updated ON public.cases USING btree (org_id, updated_at DESC, id);

-- Name: cases_updated_by; Type: INDEX; Schema: public

CREATE INDEX cases_updated_by ON public.cases USING btree (updated_by);

-- Name: documents_case; Type: INDEX; Schema: public

CREATE INDEX documents_case ON public.documents USING btree (case_id, org_id, plate);

-- Name: documents_checksum; Type: INDEX; Schema: public

CREATE INDEX documents_checksum ON public.documents USING btree (org_id, checksum);

-- Name: documents_created_by; Type: INDEX; Schema: public

CREATE INDEX documents_created_by ON public.documents USING btree (created_by);

-- Name: documents_deleted_by; Type: INDEX; Schema: public

CREATE INDEX documents_deleted_by ON public.documents USING btree (deleted_by);

-- Name: documents_key; Type: INDEX; Schema: public

CREATE UNIQUE INDEX documents_key ON public.documents USING btree (bucket_name, storage_key) WHERE (storage_key IS NOT NULL);

-- Name: documents_newest; Type: INDEX; Schema: public

CREATE INDEX documents_newest ON public.documents USING btree (org_id, created_at DESC);

-- Name: documents_on_loan; Type: INDEX; Schema: public

CREATE INDEX documents_on_loan ON public.documents USING btree (id) WHERE ((bucket_name = 'temp'::text) AND (storage_key IS NOT NULL) AND (onedrive_file_id IS NOT NULL));

-- Name: documents_onedrive; Type: INDEX; Schema: public

CREATE UNIQUE INDEX documents_onedrive ON public.documents USING btree (org_id, onedrive_file_id) WHERE ((deleted_at IS NULL) AND (onedrive_file_id IS NOT NULL));

-- Name: documents_onedrive_known; Type: INDEX; Schema: public

CREATE INDEX documents_onedrive_known ON public.documents USING btree (org_id, onedrive_file_id) WHERE (onedrive_file_id IS NOT NULL);

-- Name: documents_same_content; Type: INDEX; Schema: public

CREATE UNIQUE INDEX documents_same_content ON public.documents USING btree (org_id, case_id, checksum) NULLS NOT DISTINCT WHERE ((deleted_at IS NULL) AND (checksum IS NOT NULL) AND (category <> ALL (ARRAY['report'::text, 'archive'::text])));

-- Name: documents_to_let_go; Type: INDEX; Schema: public

CREATE INDEX documents_to_let_go ON public.documents USING btree (id) WHERE ((bucket_name = 'temp'::text) AND (onedrive_file_id IS NOT NULL));

-- Name: documents_to_verify; Type: INDEX; Schema: public

CREATE INDEX documents_to_verify ON public.documents USING btree (verified_at NULLS FIRST) WHERE (storage_key IS NOT NULL);

-- Name: documents_updated_by; Type: INDEX; Schema: public

CREATE INDEX documents_updated_by ON public.documents USING btree (updated_by);

-- Name: events_actor; Type: INDEX; Schema: public

CREATE INDEX events_actor ON public.events USING btree (actor);

-- Name: events_at; Type: INDEX; Schema: public

CREATE INDEX events_at ON public.events USING btree (at DESC, id DESC);

-- Name: events_by_actor; Type: INDEX; Schema: public

CREATE INDEX events_by_actor ON public.events USING btree (org_id, actor, at DESC, id DESC);

-- Name: events_case; Type: INDEX; Schema: public

CREATE INDEX events_case ON public.events USING btree (case_id, at DESC);

-- Name: events_door; Type: INDEX; Schema: public

CREATE INDEX events_door ON public.events USING btree (org_id, door, at DESC, id DESC);

-- Name: events_kind; Type: INDEX; Schema: public

CREATE INDEX events_kind ON public.events USING btree (org_id, kind, at DESC, id DESC);

-- Name: events_org; Type: INDEX; Schema: public

CREATE INDEX events_org ON public.events USING btree (org_id, at DESC, id DESC);

-- Name: feature_flags_case_id; Type: INDEX; Schema: public

CREATE INDEX feature_flags_case_id ON public.feature_flags USING btree (case_id);

-- Name: feature_flags_created_by; Type: INDEX; Schema: public

CREATE INDEX feature_flags_created_by ON public.feature_flags USING btree (created_by);

-- Name: feature_flags_org_id; Type: INDEX; Schema: public

CREATE INDEX feature_flags_org_id ON public.feature_flags USING btree (org_id);

-- Name: feature_flags_updated_by; Type: INDEX; Schema: public

CREATE INDEX feature_flags_updated_by ON public.feature_flags USING btree (updated_by);

-- Name: fee_invoices_case; Type: INDEX; Schema: public

CREATE INDEX fee_invoices_case ON public.fee_invoices USING btree (case_id, org_id, plate);

-- Name: fee_invoices_created_by; Type: INDEX; Schema: public

CREATE INDEX fee_invoices_created_by ON public.fee_invoices USING btree (created_by);

-- Name: fee_invoices_newest; Type: INDEX; Schema: public

CREATE INDEX fee_invoices_newest ON public.fee_invoices USING btree (org_id, updated_at DESC, id);

-- Name: fee_invoices_number_once; Type: INDEX; Schema: public

CREATE UNIQUE INDEX fee_invoices_number_once ON public.fee_invoices USING btree (payment_tracking_id, invoice_number) WHERE (removed_at IS NULL);

-- Name: fee_invoices_payment; Type: INDEX; Schema: public

CREATE INDEX fee_invoices_payment ON public.fee_invoices USING btree (payment_tracking_id, case_id);

-- Name: fee_invoices_plate; Type: INDEX; Schema: public

CREATE INDEX fee_invoices_plate ON public.fee_invoices USING btree (org_id, plate);

-- Name: fee_invoices_updated_by; Type: INDEX; Schema: public

CREATE INDEX fee_invoices_updated_by ON public.fee_invoices USING btree (updated_by);

-- Name: fee_invoices_uploaded_by; Type: INDEX; Schema: public

CREATE INDEX fee_invoices_uploaded_by ON public.fee_invoices USING btree (uploaded_by);

-- Name: helper_sources_created_by; Type: INDEX; Schema: public

CREATE INDEX helper_sources_created_by ON public.helper_sources USING btree (created_by);

-- Name: helper_sync_log_case; Type: INDEX; Schema: public

CREATE INDEX helper_sync_log_case ON public.helper_sync_log USING btree (case_id, created_at DESC);

-- Name: helper_sync_log_org; Type: INDEX; Schema: public

CREATE INDEX helper_sync_log_org ON public.helper_sync_log USING btree (org_id, created_at DESC);

-- Name: helper_sync_log_raw_id; Type: INDEX; Schema: public

CREATE INDEX helper_sync_log_raw_id ON public.helper_sync_log USING btree (raw_id);

-- Name: images_case; Type: INDEX; Schema: public

CREATE INDEX images_case ON public.images USING btree (case_id, org_id, plate);

-- Name: images_created_by; Type: INDEX; Schema: public

CREATE INDEX images_created_by ON public.images USING btree (created_by);

-- Name: images_deleted_by; Type: INDEX; Schema: public

CREATE INDEX images_deleted_by ON public.images USING btree (deleted_by);

-- Name: images_document; Type: INDEX; Schema: public

CREATE UNIQUE INDEX images_document ON public.images USING btree (document_id, org_id);

-- Name: images_newest; Type: INDEX; Schema: public

CREATE INDEX images_newest ON public.images USING btree (org_id, created_at DESC);

-- Name: images_to_keep; Type: INDEX; Schema: public

CREATE INDEX images_to_keep ON public.images USING btree (org_id) WHERE ((processed_key IS NULL) AND (optimization_status = 'optimized'::text));

-- Name: images_to_read; Type: INDEX; Schema: public

CREATE INDEX images_to_read ON public.images USING btree (created_at) WHERE ((optimization_status = ANY (ARRAY['pending'::text, 'processing'::text])) AND (NOT is_external_processed));

-- Name: images_updated_by; Type: INDEX; Schema: public

CREATE INDEX images_updated_by ON public.images USING btree (updated_by);

-- Name: invoice_documents_case; Type: INDEX; Schema: public

CREATE INDEX invoice_documents_case ON public.invoice_documents USING btree (case_id, org_id, plate);

-- Name: invoice_documents_created_by; Type: INDEX; Schema: public

CREATE INDEX invoice_documents_created_by ON public.invoice_documents USING btree (created_by);

-- Name: invoice_documents_invoice; Type: INDEX; Schema: public

CREATE INDEX invoice_documents_invoice ON public.invoice_documents USING btree (invoice_id, org_id);

-- Name: invoice_documents_newest; Type: INDEX; Schema: public

CREATE INDEX invoice_documents_newest ON public.invoice_documents USING btree (org_id, created_at DESC);

-- Name: invoice_documents_once; Type: INDEX; Schema: public

CREATE UNIQUE INDEX invoice_documents_once ON public.invoice_documents USING btree (ocr_result_id);

-- Name: invoice_documents_updated_by; Type: INDEX; Schema: public

CREATE INDEX invoice_documents_updated_by ON public.invoice_documents USING btree (updated_by);

-- Name: invoice_documents_uploaded_by; Type: INDEX; Schema: public

CREATE INDEX invoice_documents_uploaded_by ON public.invoice_documents USING btree (uploaded_by);

-- Name: invoice_lines_case; Type: INDEX; Schema: public

CREATE INDEX invoice_lines_case ON public.invoice_lines USING btree (case_id, org_id, plate);

-- Name: invoice_lines_created_by; Type: INDEX; Schema: public

CREATE INDEX invoice_lines_created_by ON public.invoice_lines USING btree (created_by);

-- Name: invoice_lines_invoice; Type: INDEX; Schema: public

CREATE INDEX invoice_lines_invoice ON public.invoice_lines USING btree (invoice_id, org_id);

-- Name: invoice_lines_org; Type: INDEX; Schema: public

CREATE INDEX invoice_lines_org ON public.invoice_lines USING btree (org_id);

-- Name: invoice_lines_part; Type: INDEX; Schema: public

CREATE INDEX invoice_lines_part ON public.invoice_lines USING btree (part_id);

-- Name: invoice_lines_updated_by; Type: INDEX; Schema: public

CREATE INDEX invoice_lines_updated_by ON public.invoice_lines USING btree (updated_by);

-- Name: invoice_mappings_case; Type: INDEX; Schema: public

CREATE INDEX invoice_mappings_case ON public.invoice_damage_center_mappings USING btree (case_id, org_id, plate);

-- Name: invoice_mappings_created_by; Type: INDEX; Schema: public

CREATE INDEX invoice_mappings_created_by ON public.invoice_damage_center_mappings USING btree (created_by);

-- Name: invoice_mappings_invoice; Type: INDEX; Schema: public

CREATE INDEX invoice_mappings_invoice ON public.invoice_damage_center_mappings USING btree (invoice_id, org_id);

-- Name: invoice_mappings_line; Type: INDEX; Schema: public

CREATE INDEX invoice_mappings_line ON public.invoice_damage_center_mappings USING btree (invoice_line_id, org_id);

-- Name: invoice_mappings_mapped_by; Type: INDEX; Schema: public

CREATE INDEX invoice_mappings_mapped_by ON public.invoice_damage_center_mappings USING btree (mapped_by);

-- Name: invoice_mappings_once; Type: INDEX; Schema: public

CREATE UNIQUE INDEX invoice_mappings_once ON public.invoice_damage_center_mappings USING btree (invoice_line_id, damage_center_id, field_type) WHERE (mapping_status <> 'removed'::text);

-- Name: invoice_mappings_org; Type: INDEX; Schema: public

CREATE INDEX invoice_mappings_org ON public.invoice_damage_center_mappings USING btree (org_id);

-- Name: invoice_mappings_updated_by; Type: INDEX; Schema: public

CREATE INDEX invoice_mappings_updated_by ON public.invoice_damage_center_mappings USING btree (updated_by);

-- Name: invoice_suppliers_created_by; Type: INDEX; Schema: public

CREATE INDEX invoice_suppliers_created_by ON public.invoice_suppliers USING btree (created_by);

-- Name: invoice_suppliers_merged_into; Type: INDEX; Schema: public

CREATE INDEX invoice_suppliers_merged_into ON public.invoice_suppliers USING btree (merged_into, org_id);

-- Name: invoice_suppliers_once; Type: INDEX; Schema: public

CREATE UNIQUE INDEX invoice_suppliers_once ON public.invoice_suppliers USING btree (org_id, name_key, tax_id) NULLS NOT DISTINCT;

-- Name: invoice_suppliers_tax_id; Type: INDEX; Schema: public

CREATE INDEX invoice_suppliers_tax_id ON public.invoice_suppliers USING btree (org_id, tax_id);

-- Name: invoice_suppliers_updated_by; Type: INDEX; Schema: public

CREATE INDEX invoice_suppliers_updated_by ON public.invoice_suppliers USING btree (updated_by);

-- Name: invoice_validations_of; Type: INDEX; Schema: public

CREATE INDEX invoice_validations_of ON public.invoice_validations USING btree (invoice_id, org_id);

-- Name: invoice_validations_org; Type: INDEX; Schema: public

CREATE INDEX invoice_validations_org ON public.invoice_validations USING btree (org_id, is_valid);

-- Name: invoice_validations_reviewed_by; Type: INDEX; Schema: public

CREATE INDEX invoice_validations_reviewed_by ON public.invoice_validations USING btree (reviewed_by);

-- Name: invoices_accepted_by; Type: INDEX; Schema: public

CREATE INDEX invoices_accepted_by ON public.invoices USING btree (accepted_by);

-- Name: invoices_case; Type: INDEX; Schema: public

CREATE INDEX invoices_case ON public.invoices USING btree (case_id, org_id, plate);

-- Name: invoices_created_by; Type: INDEX; Schema: public

CREATE INDEX invoices_created_by ON public.invoices USING btree (created_by);

-- Name: invoices_newest; Type: INDEX; Schema: public

CREATE INDEX invoices_newest ON public.invoices USING btree (org_id, created_at DESC);

-- Name: invoices_once; Type: INDEX; Schema: public

CREATE UNIQUE INDEX invoices_once ON public.invoices USING btree (org_id, supplier_id, invoice_number);

-- Name: invoices_once_unnamed; Type: INDEX; Schema: public

CREATE UNIQUE INDEX invoices_once_unnamed ON public.invoices USING btree (org_id, case_id, plate, invoice_number) NULLS NOT DISTINCT WHERE ((supplier_id IS NULL) AND (invoice_number IS NOT NULL));

-- Name: invoices_plate; Type: INDEX; Schema: public

CREATE INDEX invoices_plate ON public.invoices USING btree (org_id, plate);

-- Name: invoices_status; Type: INDEX; Schema: public

CREATE INDEX invoices_status ON public.invoices USING btree (org_id, status, created_at DESC);

-- Name: invoices_supplier; Type: INDEX; Schema: public

CREATE INDEX invoices_supplier ON public.invoices USING btree (supplier_id, org_id);

-- Name: invoices_updated_by; Type: INDEX; Schema: public

CREATE INDEX invoices_updated_by ON public.invoices USING btree (updated_by);

-- Name: job_runs_alone; Type: INDEX; Schema: public

CREATE UNIQUE INDEX job_runs_alone ON public.job_runs USING btree (alone) WHERE (state = 'RUNNING'::text);

-- Name: job_runs_kind; Type: INDEX; Schema: public

CREATE INDEX job_runs_kind ON public.job_runs USING btree (kind, started_at DESC);

-- Name: job_runs_newest; Type: INDEX; Schema: public

CREATE INDEX job_runs_newest ON public.job_runs USING btree (started_at DESC);

-- Name: job_runs_org_id; Type: INDEX; Schema: public

CREATE INDEX job_runs_org_id ON public.job_runs USING btree (org_id, started_at DESC);

-- Name: job_runs_started_by; Type: INDEX; Schema: public

CREATE INDEX job_runs_started_by ON public.job_runs USING btree (started_by);

-- Name: kb_docs_case; Type: INDEX; Schema: public

CREATE INDEX kb_docs_case ON public.kb_docs USING btree (case_id, org_id, plate);

-- Name: kb_docs_created_by; Type: INDEX; Schema: public

CREATE INDEX kb_docs_created_by ON public.kb_docs USING btree (created_by);

-- Name: kb_docs_once; Type: INDEX; Schema: public

CREATE UNIQUE INDEX kb_docs_once ON public.kb_docs USING btree (org_id, source) WHERE (deleted_at IS NULL);

-- Name: kb_docs_org; Type: INDEX; Schema: public

CREATE INDEX kb_docs_org ON public.kb_docs USING btree (org_id, created_at DESC);

-- Name: kb_docs_search; Type: INDEX; Schema: public

CREATE INDEX kb_docs_search ON public.kb_docs USING gin (search);

-- Name: kb_docs_tags; Type: INDEX; Schema: public

CREATE INDEX kb_docs_tags ON public.kb_docs USING gin (tags);

-- Name: kb_docs_text; Type: INDEX; Schema: public

CREATE INDEX kb_docs_text ON public.kb_docs USING gin (search_text extensions.gin_trgm_ops);

-- Name: kb_docs_updated_by; Type: INDEX; Schema: public

CREATE INDEX kb_docs_updated_by ON public.kb_docs USING btree (updated_by);

-- Name: kb_embeddings_org; Type: INDEX; Schema: public

CREATE INDEX kb_embeddings_org ON public.kb_embeddings USING btree (org_id);

-- Name: levi_reports_case; Type: INDEX; Schema: public

CREATE INDEX levi_reports_case ON public.levi_reports USING btree (case_id, org_id, plate);

-- Name: levi_reports_created_by; Type: INDEX; Schema: public

CREATE INDEX levi_reports_created_by ON public.levi_reports USING btree (created_by);

-- Name: levi_reports_newest; Type: INDEX; Schema: public

CREATE INDEX levi_reports_newest ON public.levi_reports USING btree (org_id, created_at DESC);

-- Name: levi_reports_once; Type: INDEX; Schema: public

CREATE UNIQUE INDEX levi_reports_once ON public.levi_reports USING btree (org_id, case_id, plate, raw_sha256) NULLS NOT DISTINCT;

-- Name: levi_reports_one_current; Type: INDEX; Schema: public

CREATE UNIQUE INDEX levi_reports_one_current ON public.levi_reports USING btree (case_id, plate) WHERE (is_current AND (case_id IS NOT NULL));

-- Name: levi_reports_plate; Type: INDEX; Schema: public

CREATE INDEX levi_reports_plate ON public.levi_reports USING btree (org_id, plate);

-- Name: levi_reports_updated_by; Type: INDEX; Schema: public

CREATE INDEX levi_reports_updated_by ON public.levi_reports USING btree (updated_by);

-- Name: message_templates_created_by; Type: INDEX; Schema: public

CREATE INDEX message_templates_created_by ON public.message_templates USING btree (created_by);

-- Name: message_templates_updated_by; Type: INDEX; Schema: public

CREATE INDEX message_templates_updated_by ON public.message_templates USING btree (updated_by);

-- Name: ocr_results_case; Type: INDEX; Schema: public

CREATE INDEX ocr_results_case ON public.ocr_results USING btree (case_id, org_id, plate);

-- Name: ocr_results_created_by; Type: INDEX; Schema: public

CREATE INDEX ocr_results_created_by ON public.ocr_results USING btree (created_by);

-- Name: ocr_results_newest; Type: INDEX; Schema: public

CREATE INDEX ocr_results_newest ON public.ocr_results USING btree (org_id, created_at DESC);

-- Name: ocr_results_once; Type: INDEX; Schema: public

CREATE UNIQUE INDEX ocr_results_once ON public.ocr_results USING btree (org_id, case_id, plate, raw_sha256, kind, file_ref) NULLS NOT DISTINCT;

-- Name: ocr_results_one_current; Type: INDEX; Schema: public

CREATE UNIQUE INDEX ocr_results_one_current ON public.ocr_results USING btree (case_id, plate, kind, file_ref) WHERE (is_current AND (case_id IS NOT NULL));

-- Name: ocr_results_plate; Type: INDEX; Schema: public

CREATE INDEX ocr_results_plate ON public.ocr_results USING btree (org_id, plate);

-- Name: ocr_results_updated_by; Type: INDEX; Schema: public

CREATE INDEX ocr_results_updated_by ON public.ocr_results USING btree (updated_by);

-- Name: onedrive_sync_case; Type: INDEX; Schema: public

CREATE INDEX onedrive_sync_case ON public.onedrive_sync USING btree (case_id, org_id, plate);

-- Name: onedrive_sync_created_by; Type: INDEX; Schema: public

CREATE INDEX onedrive_sync_created_by ON public.onedrive_sync USING btree (created_by);

-- Name: onedrive_sync_newest; Type: INDEX; Schema: public

CREATE INDEX onedrive_sync_newest ON public.onedrive_sync USING btree (org_id, updated_at DESC);

-- Name: onedrive_sync_open; Type: INDEX; Schema: public

CREATE INDEX onedrive_sync_open ON public.onedrive_sync USING btree (next_at NULLS FIRST) WHERE ((status = 'PENDING'::text) AND (withdrawn_at IS NULL));

-- Name: onedrive_sync_requested_by; Type: INDEX; Schema: public

CREATE INDEX onedrive_sync_requested_by ON public.onedrive_sync USING btree (requested_by);

-- Name: onedrive_sync_unheard; Type: INDEX; Schema: public

CREATE INDEX onedrive_sync_unheard ON public.onedrive_sync USING btree (org_id, created_at) WHERE ((status = 'NONE'::text) AND (withdrawn_at IS NULL));

-- Name: onedrive_sync_updated_by; Type: INDEX; Schema: public

CREATE INDEX onedrive_sync_updated_by ON public.onedrive_sync USING btree (updated_by);

-- Name: outbound_messages_case; Type: INDEX; Schema: public

CREATE INDEX outbound_messages_case ON public.outbound_messages USING btree (case_id, org_id, plate);

-- Name: outbound_messages_created_by; Type: INDEX; Schema: public

CREATE INDEX outbound_messages_created_by ON public.outbound_messages USING btree (created_by);

-- Name: outbound_messages_document; Type: INDEX; Schema: public

CREATE INDEX outbound_messages_document ON public.outbound_messages USING btree (document_id);

-- Name: outbound_messages_link; Type: INDEX; Schema: public

CREATE INDEX outbound_messages_link ON public.outbound_messages USING btree (link_id);

-- Name: outbound_messages_newest; Type: INDEX; Schema: public

CREATE INDEX outbound_messages_newest ON public.outbound_messages USING btree (org_id, created_at DESC);

-- Name: outbound_messages_report; Type: INDEX; Schema: public

CREATE INDEX outbound_messages_report ON public.outbound_messages USING btree (report_id);

-- Name: outbound_messages_to_send; Type: INDEX; Schema: public

CREATE INDEX outbound_messages_to_send ON public.outbound_messages USING btree (created_at) WHERE ((status = 'QUEUED'::text) AND (sent_via = 'SMTP'::text));

-- Name: outbound_messages_updated_by; Type: INDEX; Schema: public

CREATE INDEX outbound_messages_updated_by ON public.outbound_messages USING btree (updated_by);

-- Name: parts_required_case; Type: INDEX; Schema: public

CREATE INDEX parts_required_case ON public.parts_required USING btree (case_id, org_id, plate);

-- Name: parts_required_created_by; Type: INDEX; Schema: public

CREATE INDEX parts_required_created_by ON public.parts_required USING btree (created_by);

-- Name: parts_required_plate; Type: INDEX; Schema: public

CREATE INDEX parts_required_plate ON public.parts_required USING btree (org_id, plate);

-- Name: parts_required_status; Type: INDEX; Schema: public

CREATE INDEX parts_required_status ON public.parts_required USING btree (org_id, status);

-- Name: parts_required_updated_by; Type: INDEX; Schema: public

CREATE INDEX parts_required_updated_by ON public.parts_required USING btree (updated_by);

-- Name: parts_search_results_answer; Type: INDEX; Schema: public

CREATE INDEX parts_search_results_answer ON public.parts_search_results USING btree (answer_id);

-- Name: parts_search_results_case; Type: INDEX; Schema: public

CREATE INDEX parts_search_results_case ON public.parts_search_results USING btree (case_id, org_id, plate);

-- Name: parts_search_results_created_by; Type: INDEX; Schema: public

CREATE INDEX parts_search_results_created_by ON public.parts_search_results USING btree (created_by);

-- Name: parts_search_results_newest; Type: INDEX; Schema: public

CREATE INDEX parts_search_results_newest ON public.parts_search_results USING btree (org_id, created_at DESC);

-- Name: parts_search_results_plate; Type: INDEX; Schema: public

CREATE INDEX parts_search_results_plate ON public.parts_search_results USING btree (org_id, plate, created_at DESC);

-- Name: parts_search_results_session; Type: INDEX; Schema: public

CREATE INDEX parts_search_results_session ON public.parts_search_results USING btree (session_id);

-- Name: parts_search_results_text; Type: INDEX; Schema: public

CREATE INDEX parts_search_results_text ON public.parts_search_results USING gin (search_text extensions.gin_trgm_ops) WHERE (results IS NULL);

-- Name: parts_search_results_updated_by; Type: INDEX; Schema: public

CREATE INDEX parts_search_results_updated_by ON public.parts_search_results USING btree (updated_by);

-- Name: parts_search_sessions_case; Type: INDEX; Schema: public

CREATE INDEX parts_search_sessions_case ON public.parts_search_sessions USING btree (case_id, org_id, plate);

-- Name: parts_search_sessions_created_by; Type: INDEX; Schema: public

CREATE INDEX parts_search_sessions_created_by ON public.parts_search_sessions USING btree (created_by);

-- Name: parts_search_sessions_org; Type: INDEX; Schema: public

CREATE INDEX parts_search_sessions_org ON public.parts_search_sessions USING btree (org_id, created_at DESC);

-- Name: parts_search_sessions_plate; Type: INDEX; Schema: public

CREATE INDEX parts_search_sessions_plate ON public.parts_search_sessions USING btree (org_id, plate);

-- Name: parts_search_sessions_updated_by; Type: INDEX; Schema: public

CREATE INDEX parts_search_sessions_updated_by ON public.parts_search_sessions USING btree (updated_by);

-- Name: payment_tracking_case; Type: INDEX; Schema: public

CREATE INDEX payment_tracking_case ON public.payment_tracking USING btree (case_id, org_id, plate);

-- Name: payment_tracking_contacted_by; Type: INDEX; Schema: public

CREATE INDEX payment_tracking_contacted_by ON public.payment_tracking USING btree (last_contacted_by);

-- Name: payment_tracking_created_by; Type: INDEX; Schema: public

CREATE INDEX payment_tracking_created_by ON public.payment_tracking USING btree (created_by);

-- Name: payment_tracking_expected; Type: INDEX; Schema: public

CREATE INDEX payment_tracking_expected ON public.payment_tracking USING btree (org_id, expected_payment_date) WHERE ((removed_at IS NULL) AND (payment_status <> 'שולם במלואו'::text));

-- Name: payment_tracking_newest; Type: INDEX; Schema: public

CREATE INDEX payment_tracking_newest ON public.payment_tracking USING btree (org_id, updated_at DESC, id);

-- Name: payment_tracking_one_per_case; Type: INDEX; Schema: public

CREATE UNIQUE INDEX payment_tracking_one_per_case ON public.payment_tracking USING btree (case_id) WHERE (removed_at IS NULL);

-- Name: payment_tracking_plate; Type: INDEX; Schema: public

CREATE INDEX payment_tracking_plate ON public.payment_tracking USING btree (org_id, plate);

-- Name: payment_tracking_updated_by; Type: INDEX; Schema: public

CREATE INDEX payment_tracking_updated_by ON public.payment_tracking USING btree (updated_by);

-- Name: profiles_created_by; Type: INDEX; Schema: public

CREATE INDEX profiles_created_by ON public.profiles USING btree (created_by);

-- Name: profiles_org_id; Type: INDEX; Schema: public

CREATE INDEX profiles_org_id ON public.profiles USING btree (org_id);

-- Name: reminder_occurrences_newest; Type: INDEX; Schema: public

CREATE INDEX reminder_occurrences_newest ON public.reminder_occurrences USING btree (org_id, released_at DESC);

-- Name: reminder_occurrences_to_send; Type: INDEX; Schema: public

CREATE INDEX reminder_occurrences_to_send ON public.reminder_occurrences USING btree (released_at) WHERE ((status = 'QUEUED'::text) AND (sent_via = 'SMTP'::text));

-- Name: reminder_occurrences_told_to; Type: INDEX; Schema: public

CREATE INDEX reminder_occurrences_told_to ON public.reminder_occurrences USING btree (told_to);

-- Name: reminders_assigned_to; Type: INDEX; Schema: public

CREATE INDEX reminders_assigned_to ON public.reminders USING btree (assigned_to);

-- Name: reminders_case; Type: INDEX; Schema: public

CREATE INDEX reminders_case ON public.reminders USING btree (case_id, org_id, plate);

-- Name: reminders_completed_by; Type: INDEX; Schema: public

CREATE INDEX reminders_completed_by ON public.reminders USING btree (completed_by);

-- Name: reminders_created_by; Type: INDEX; Schema: public

CREATE INDEX reminders_created_by ON public.reminders USING btree (created_by);

-- Name: reminders_due; Type: INDEX; Schema: public

CREATE INDEX reminders_due ON public.reminders USING btree (org_id, due_at, id);

-- Name: reminders_to_release; Type: INDEX; Schema: public

CREATE INDEX reminders_to_release ON public.reminders USING btree (next_at) WHERE (next_at IS NOT NULL);

-- Name: reminders_updated_by; Type: INDEX; Schema: public

CREATE INDEX reminders_updated_by ON public.reminders USING btree (updated_by);

-- Name: reports_case; Type: INDEX; Schema: public

CREATE INDEX reports_case ON public.reports USING btree (case_id, org_id, plate);

-- Name: reports_created_by; Type: INDEX; Schema: public

CREATE INDEX reports_created_by ON public.reports USING btree (created_by);

-- Name: reports_document; Type: INDEX; Schema: public

CREATE INDEX reports_document ON public.reports USING btree (document_id);

-- Name: reports_helper; Type: INDEX; Schema: public

CREATE INDEX reports_helper ON public.reports USING btree (case_id, case_helper_version);

-- Name: reports_newest; Type: INDEX; Schema: public

CREATE INDEX reports_newest ON public.reports USING btree (org_id, created_at DESC);

-- Name: reports_one_current; Type: INDEX; Schema: public

CREATE UNIQUE INDEX reports_one_current ON public.reports USING btree (case_id, report_type, nature) WHERE is_current;

-- Name: reports_one_waiting; Type: INDEX; Schema: public

CREATE UNIQUE INDEX reports_one_waiting ON public.reports USING btree (case_id, report_type, nature, case_helper_version, source_sha256) NULLS NOT DISTINCT WHERE (status = ANY (ARRAY['PENDING'::text, 'RENDERING'::text]));

-- Name: reports_to_render; Type: INDEX; Schema: public

CREATE INDEX reports_to_render ON public.reports USING btree (created_at) WHERE (status = ANY (ARRAY['PENDING'::text, 'RENDERING'::text]));

-- Name: reports_updated_by; Type: INDEX; Schema: public

CREATE INDEX reports_updated_by ON public.reports USING btree (updated_by);

-- Name: required_parts_archive_archived_by; Type: INDEX; Schema: public

CREATE INDEX required_parts_archive_archived_by ON public.required_parts_archive USING btree (archived_by);

-- Name: required_parts_archive_case; Type: INDEX; Schema: public

CREATE INDEX required_parts_archive_case ON public.required_parts_archive USING btree (case_id, org_id, plate, archived_at DESC);

-- Name: required_parts_archive_created_by; Type: INDEX; Schema: public

CREATE INDEX required_parts_archive_created_by ON public.required_parts_archive USING btree (created_by);

-- Name: required_parts_archive_original; Type: INDEX; Schema: public

CREATE INDEX required_parts_archive_original ON public.required_parts_archive USING btree (case_id, original_row_uuid, original_updated_at);

-- Name: required_parts_archive_plate; Type: INDEX; Schema: public

CREATE INDEX required_parts_archive_plate ON public.required_parts_archive USING btree (org_id, plate);

-- Name: required_parts_archive_updated_by; Type: INDEX; Schema: public

CREATE INDEX required_parts_archive_updated_by ON public.required_parts_archive USING btree (updated_by);

-- Name: selected_parts_case; Type: INDEX; Schema: public

CREATE INDEX selected_parts_case ON public.selected_parts USING btree (case_id, org_id, plate);

-- Name: selected_parts_created_by; Type: INDEX; Schema: public

CREATE INDEX selected_parts_created_by ON public.selected_parts USING btree (created_by);

-- Name: selected_parts_once; Type: INDEX; Schema: public

CREATE UNIQUE INDEX selected_parts_once ON public.selected_parts USING btree (case_id, search_result_id) WHERE ((status <> 'removed'::text) AND (search_result_id IS NOT NULL));

-- Name: selected_parts_org; Type: INDEX; Schema: public

CREATE INDEX selected_parts_org ON public.selected_parts USING btree (org_id, created_at DESC);

-- Name: selected_parts_result; Type: INDEX; Schema: public

CREATE INDEX selected_parts_result ON public.selected_parts USING btree (search_result_id);

-- Name: selected_parts_selected_by; Type: INDEX; Schema: public

CREATE INDEX selected_parts_selected_by ON public.selected_parts USING btree (selected_by);

-- Name: selected_parts_updated_by; Type: INDEX; Schema: public

CREATE INDEX selected_parts_updated_by ON public.selected_parts USING btree (updated_by);

-- Name: system_logs_case_id; Type: INDEX; Schema: public

CREATE INDEX system_logs_case_id ON public.system_logs USING btree (case_id);

-- Name: system_logs_newest; Type: INDEX; Schema: public

CREATE INDEX system_logs_newest ON public.system_logs USING btree (created_at DESC);

-- Name: system_logs_org_id; Type: INDEX; Schema: public

CREATE INDEX system_logs_org_id ON public.system_logs USING btree (org_id, created_at DESC);

-- Name: tracking_expertise_newest; Type: INDEX; Schema: public

CREATE INDEX tracking_expertise_newest ON public.tracking_expertise USING btree (org_id, updated_at DESC, case_id);

-- Name: tracking_expertise_plate; Type: INDEX; Schema: public

CREATE INDEX tracking_expertise_plate ON public.tracking_expertise USING btree (org_id, plate);

-- Name: tracking_final_report_newest; Type: INDEX; Schema: public

CREATE INDEX tracking_final_report_newest ON public.tracking_final_report USING btree (org_id, updated_at DESC, case_id);

-- Name: tracking_final_report_plate; Type: INDEX; Schema: public

CREATE INDEX tracking_final_report_plate ON public.tracking_final_report USING btree (org_id, plate);

-- Name: tracking_general_newest; Type: INDEX; Schema: public

CREATE INDEX tracking_general_newest ON public.tracking_general USING btree (org_id, updated_at DESC, case_id);

-- Name: tracking_general_plate; Type: INDEX; Schema: public

CREATE INDEX tracking_general_plate ON public.tracking_general USING btree (org_id, plate);

-- Name: tracking_general_warned; Type: INDEX; Schema: public

CREATE INDEX tracking_general_warned ON public.tracking_general USING btree (org_id) WHERE (warnings <> '{}'::text[]);

-- Name: user_assets_created_by; Type: INDEX; Schema: public

CREATE INDEX user_assets_created_by ON public.user_assets USING btree (created_by);

-- Name: user_assets_updated_by; Type: INDEX; Schema: public

CREATE INDEX user_assets_updated_by ON public.user_assets USING btree (updated_by);

-- Name: user_assets_user; Type: INDEX; Schema: public

CREATE INDEX user_assets_user ON public.user_assets USING btree (user_id);

-- Name: user_orgs_org_id; Type: INDEX; Schema: public

CREATE INDEX user_orgs_org_id ON public.user_orgs USING btree (org_id);

-- Name: vat_rates_created_by; Type: INDEX; Schema: public

CREATE INDEX vat_rates_created_by ON public.vat_rates USING btree (created_by);

-- Name: vat_rates_updated_by; Type: INDEX; Schema: public

CREATE INDEX vat_rates_updated_by ON public.vat_rates USING btree (updated_by);

-- Name: vehicle_details_case; Type: INDEX; Schema: public

CREATE INDEX vehicle_details_case ON public.vehicle_details USING btree (case_id, org_id, plate);

-- Name: vehicle_details_created_by; Type: INDEX; Schema: public

CREATE INDEX vehicle_details_created_by ON public.vehicle_details USING btree (created_by);

-- Name: vehicle_details_newest; Type: INDEX; Schema: public

CREATE INDEX vehicle_details_newest ON public.vehicle_details USING btree (org_id, created_at DESC);

-- Name: vehicle_details_once; Type: INDEX; Schema: public

CREATE UNIQUE INDEX vehicle_details_once ON public.vehicle_details USING btree (org_id, case_id, plate, raw_sha256) NULLS NOT DISTINCT;

-- Name: vehicle_details_one_current; Type: INDEX; Schema: public

CREATE UNIQUE INDEX vehicle_details_one_current ON public.vehicle_details USING btree (case_id, plate) WHERE (is_current AND (case_id IS NOT NULL));

-- Name: vehicle_details_plate; Type: INDEX; Schema: public

CREATE INDEX vehicle_details_plate ON public.vehicle_details USING btree (org_id, plate);

-- Name: vehicle_details_updated_by; Type: INDEX; Schema: public

CREATE INDEX vehicle_details_updated_by ON public.vehicle_details USING btree (updated_by);

-- Name: audit_log audit_log_news; Type: TRIGGER; Schema: private

CREATE TRIGGER audit_log_news AFTER INSERT ON private.audit_log FOR EACH ROW EXECUTE FUNCTION private.audit_news();

-- Name: audit_log audit_log_only_grows; Type: TRIGGER; Schema: private

CREATE TRIGGER audit_log_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON private.audit_log FOR EACH STATEMENT EXECUTE FUNCTION private.not_by_hand();

-- Name: deliveries deliveries_export_ended; Type: TRIGGER; Schema: private

CREATE TRIGGER deliveries_export_ended AFTER UPDATE OF status ON private.deliveries FOR EACH ROW WHEN (((new.type = 'helper.export'::text) AND (new.status = ANY (ARRAY['delivered'::text, 'dead'::text])) AND (old.status = 'pending'::text))) EXECUTE FUNCTION private.export_ended();

-- Name: deliveries deliveries_given_up; Type: TRIGGER; Schema: private

CREATE TRIGGER deliveries_given_up AFTER UPDATE OF status ON private.deliveries FOR EACH ROW WHEN (((new.status = 'dead'::text) AND (old.status <> 'dead'::text))) EXECUTE FUNCTION private.delivery_given_up();

-- Name: delivery_attempts delivery_attempts_only_grow; Type: TRIGGER; Schema: private

CREATE TRIGGER delivery_attempts_only_grow BEFORE DELETE OR UPDATE OR TRUNCATE ON private.delivery_attempts FOR EACH STATEMENT EXECUTE FUNCTION private.not_by_hand();

-- Name: gateway_keys gateway_keys_audit; Type: TRIGGER; Schema: private

CREATE TRIGGER gateway_keys_audit AFTER INSERT OR DELETE OR UPDATE ON private.gateway_keys FOR EACH ROW EXECUTE FUNCTION private.audit('key_hash', 'last_used_at');

-- Name: raw_answers raw_answers_only_grow; Type: TRIGGER; Schema: private

CREATE TRIGGER raw_answers_only_grow BEFORE DELETE OR UPDATE OR TRUNCATE ON private.raw_answers FOR EACH STATEMENT EXECUTE FUNCTION private.not_by_hand();

-- Name: webhook_endpoints webhook_endpoints_audit; Type: TRIGGER; Schema: private

CREATE TRIGGER webhook_endpoints_audit AFTER INSERT OR DELETE OR UPDATE OF name, url, event_types, body, secret, is_paused, deleted_at ON private.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION private.audit('secret', 'previous_secret', 'next_slot', 'failures_in_row', 'updated_at');

-- Name: webhook_endpoints webhook_endpoints_paused; Type: TRIGGER; Schema: private

CREATE TRIGGER webhook_endpoints_paused AFTER UPDATE OF is_paused ON private.webhook_endpoints FOR EACH ROW WHEN ((new.is_paused AND (NOT old.is_paused))) EXECUTE FUNCTION private.endpoint_paused();

-- Name: webhook_endpoints webhook_endpoints_stamp; Type: TRIGGER; Schema: private

CREATE TRIGGER webhook_endpoints_stamp BEFORE INSERT OR UPDATE OF name, url, event_types, body, secret, is_paused, deleted_at ON private.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION private.webhook_endpoint_stamp();

-- Name: case_helper case_helper_1_mine; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_1_mine BEFORE INSERT ON public.case_helper FOR EACH ROW EXECUTE FUNCTION private.case_helper_is_mine();

-- Name: case_helper case_helper_2_number; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_2_number BEFORE INSERT ON public.case_helper FOR EACH ROW EXECUTE FUNCTION private.case_helper_number();

-- Name: case_helper case_helper_3_for_ever; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_3_for_ever BEFORE DELETE OR UPDATE OF id, case_id, org_id, plate, version, helper_name, helper_json, saved_at, saved_by, saved_from, label, trigger, restored_from ON public.case_helper FOR EACH ROW EXECUTE FUNCTION private.case_helper_is_for_ever();

-- Name: case_helper case_helper_4_flag; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_4_flag BEFORE UPDATE ON public.case_helper FOR EACH ROW EXECUTE FUNCTION private.case_helper_flag_is_ours();

-- Name: case_helper case_helper_5_marks; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_5_marks BEFORE INSERT ON public.case_helper FOR EACH ROW EXECUTE FUNCTION private.case_helper_marks();

-- Name: case_helper case_helper_6_tracking; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_6_tracking BEFORE INSERT ON public.case_helper FOR EACH ROW EXECUTE FUNCTION private.case_helper_track();

-- Name: case_helper case_helper_no_truncate; Type: TRIGGER; Schema: public

CREATE TRIGGER case_helper_no_truncate BEFORE TRUNCATE ON public.case_helper FOR EACH STATEMENT EXECUTE FUNCTION private.case_helper_is_for_ever();

-- Name: case_search_index case_search_index_text; Type: TRIGGER; Schema: public

CREATE TRIGGER case_search_index_text BEFORE INSERT OR UPDATE ON public.case_search_index FOR EACH ROW EXECUTE FUNCTION private.search_row_text();

-- Name: cases cases_before_insert; Type: TRIGGER; Schema: public

CREATE TRIGGER cases_before_insert BEFORE INSERT ON public.cases FOR EACH ROW EXECUTE FUNCTION private.case_before_insert();

-- Name: cases cases_before_update; Type: TRIGGER; Schema: public

CREATE TRIGGER cases_before_update BEFORE UPDATE ON public.cases FOR EACH ROW EXECUTE FUNCTION private.case_before_update();

-- Name: cases cases_links_end; Type: TRIGGER; Schema: public

CREATE TRIGGER cases_links_end AFTER UPDATE OF status ON public.cases FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status = ANY (ARRAY['CLOSED'::text, 'ARCHIVED'::text])))) EXECUTE FUNCTION private.links_end();

-- Name: cases cases_news; Type: TRIGGER; Schema: public

CREATE TRIGGER cases_news AFTER INSERT OR UPDATE OF status, owner_name, assigned_to, inspection_location, filing_case_id ON public.cases FOR EACH ROW EXECUTE FUNCTION private.case_news();

-- Name: cases cases_track; Type: TRIGGER; Schema: public

CREATE TRIGGER cases_track AFTER UPDATE OF status, owner_name, filing_case_id ON public.cases FOR EACH ROW WHEN ((((old.status IS DISTINCT FROM new.status) OR (old.owner_name IS DISTINCT FROM new.owner_name)) OR (old.filing_case_id IS DISTINCT FROM new.filing_case_id))) EXECUTE FUNCTION private.case_track();

-- Name: cases cases_track_new; Type: TRIGGER; Schema: public

CREATE TRIGGER cases_track_new AFTER INSERT ON public.cases FOR EACH ROW EXECUTE FUNCTION private.case_track();

-- Name: documents documents_a_place; Type: TRIGGER; Schema: public

CREATE TRIGGER documents_a_place BEFORE INSERT OR UPDATE ON public.documents FOR EACH ROW EXECUTE FUNCTION private.document_stamp();

-- Name: documents documents_links_end; Type: TRIGGER; Schema: public

CREATE TRIGGER documents_links_end AFTER UPDATE OF deleted_at ON public.documents FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))) EXECUTE FUNCTION private.links_end();

-- Name: documents documents_onedrive_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER documents_onedrive_changed AFTER UPDATE OF storage_key, case_id, plate, category, deleted_at, onedrive_file_id, onedrive_web_url, onedrive_path ON public.documents FOR EACH ROW EXECUTE FUNCTION private.onedrive_watch();

-- Name: documents documents_onedrive_new; Type: TRIGGER; Schema: public

CREATE TRIGGER documents_onedrive_new AFTER INSERT ON public.documents FOR EACH ROW EXECUTE FUNCTION private.onedrive_watch();

-- Name: documents documents_picture; Type: TRIGGER; Schema: public

CREATE TRIGGER documents_picture AFTER INSERT OR UPDATE ON public.documents FOR EACH ROW EXECUTE FUNCTION private.document_picture();

-- Name: documents documents_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER documents_stamp BEFORE INSERT OR UPDATE ON public.documents FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: documents documents_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER documents_told_changed AFTER UPDATE ON public.documents REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('file.upserted', 'file_metadata', 'verified_at', 'onedrive_file_id', 'onedrive_web_url', 'onedrive_path');

-- Name: documents documents_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER documents_told_gone AFTER DELETE ON public.documents REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('file.upserted', 'file_metadata', 'verified_at', 'onedrive_file_id', 'onedrive_web_url', 'onedrive_path');

-- Name: documents documents_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER documents_told_new AFTER INSERT ON public.documents REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('file.upserted', 'file_metadata', 'verified_at', 'onedrive_file_id', 'onedrive_web_url', 'onedrive_path');

-- Name: documents documents_z_checked; Type: TRIGGER; Schema: public

CREATE TRIGGER documents_z_checked BEFORE UPDATE ON public.documents FOR EACH ROW EXECUTE FUNCTION private.document_checked_stamp();

-- Name: feature_flags feature_flags_audit; Type: TRIGGER; Schema: public

CREATE TRIGGER feature_flags_audit AFTER INSERT OR DELETE OR UPDATE ON public.feature_flags FOR EACH ROW EXECUTE FUNCTION private.audit('updated_at', 'updated_by');

-- Name: feature_flags feature_flags_news; Type: TRIGGER; Schema: public

CREATE TRIGGER feature_flags_news AFTER INSERT OR DELETE OR UPDATE OF value ON public.feature_flags FOR EACH ROW EXECUTE FUNCTION private.feature_flag_news();

-- Name: feature_flags feature_flags_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER feature_flags_stamp BEFORE INSERT OR UPDATE ON public.feature_flags FOR EACH ROW EXECUTE FUNCTION private.feature_flag_stamp();

-- Name: fee_invoices fee_invoices_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER fee_invoices_stamp BEFORE INSERT OR UPDATE ON public.fee_invoices FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: fee_invoices fee_invoices_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER fee_invoices_told_changed AFTER UPDATE ON public.fee_invoices REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('fee_invoice.upserted', 'extraction_metadata');

-- Name: fee_invoices fee_invoices_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER fee_invoices_told_gone AFTER DELETE ON public.fee_invoices REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('fee_invoice.upserted', 'extraction_metadata');

-- Name: fee_invoices fee_invoices_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER fee_invoices_told_new AFTER INSERT ON public.fee_invoices REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('fee_invoice.upserted', 'extraction_metadata');

-- Name: helper_sources helper_sources_audit; Type: TRIGGER; Schema: public

CREATE TRIGGER helper_sources_audit AFTER INSERT OR DELETE OR UPDATE ON public.helper_sources FOR EACH ROW EXECUTE FUNCTION private.audit();

-- Name: helper_sync_log helper_sync_log_only_grows; Type: TRIGGER; Schema: public

CREATE TRIGGER helper_sync_log_only_grows BEFORE DELETE OR UPDATE OR TRUNCATE ON public.helper_sync_log FOR EACH STATEMENT EXECUTE FUNCTION private.not_by_hand();

-- Name: images images_a_place; Type: TRIGGER; Schema: public

CREATE TRIGGER images_a_place BEFORE INSERT OR UPDATE ON public.images FOR EACH ROW EXECUTE FUNCTION private.image_place();

-- Name: images images_follows; Type: TRIGGER; Schema: public

CREATE TRIGGER images_follows AFTER UPDATE OF filename, notes, deleted_at, damage_center_id ON public.images FOR EACH ROW EXECUTE FUNCTION private.image_follows();

-- Name: images images_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER images_stamp BEFORE INSERT OR UPDATE ON public.images FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: images images_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER images_told_changed AFTER UPDATE ON public.images REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((pg_trigger_depth() < 1)) EXECUTE FUNCTION private.satellite_news('image.upserted', 'exif_data', 'width', 'height', 'orientation', 'taken_at', 'display_order', 'optimization_status', 'optimization_error', 'optimization_tries', 'thumbnail_key', 'processed_key', 'onedrive_path', 'onedrive_transformed_path', 'recognition_status', 'is_external_processed', 'deleted_by');

-- Name: images images_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER images_told_gone AFTER DELETE ON public.images REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT WHEN ((pg_trigger_depth() < 1)) EXECUTE FUNCTION private.satellite_news('image.upserted', 'exif_data', 'width', 'height', 'orientation', 'taken_at', 'display_order', 'optimization_status', 'optimization_error', 'optimization_tries', 'thumbnail_key', 'processed_key', 'onedrive_path', 'onedrive_transformed_path', 'recognition_status', 'is_external_processed', 'deleted_by');

-- Name: images images_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER images_told_new AFTER INSERT ON public.images REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((pg_trigger_depth() < 1)) EXECUTE FUNCTION private.satellite_news('image.upserted', 'exif_data', 'width', 'height', 'orientation', 'taken_at', 'display_order', 'optimization_status', 'optimization_error', 'optimization_tries', 'thumbnail_key', 'processed_key', 'onedrive_path', 'onedrive_transformed_path', 'recognition_status', 'is_external_processed', 'deleted_by');

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_a_of_invoice; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_damage_center_mappings_a_of_invoice BEFORE INSERT OR UPDATE ON public.invoice_damage_center_mappings FOR EACH ROW EXECUTE FUNCTION private.of_invoice();

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_b_of_line; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_damage_center_mappings_b_of_line BEFORE INSERT OR UPDATE OF invoice_line_id ON public.invoice_damage_center_mappings FOR EACH ROW EXECUTE FUNCTION private.mapping_of_line();

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_damage_center_mappings_stamp BEFORE INSERT OR UPDATE ON public.invoice_damage_center_mappings FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_damage_center_mappings_told_changed AFTER UPDATE ON public.invoice_damage_center_mappings REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice_mapping.upserted', 'original_field_data', 'mapped_data', 'user_modifications');

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_damage_center_mappings_told_gone AFTER DELETE ON public.invoice_damage_center_mappings REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice_mapping.upserted', 'original_field_data', 'mapped_data', 'user_modifications');

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_damage_center_mappings_told_new AFTER INSERT ON public.invoice_damage_center_mappings REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice_mapping.upserted', 'original_field_data', 'mapped_data', 'user_modifications');

-- Name: invoice_documents invoice_documents_a_of_invoice; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_documents_a_of_invoice BEFORE INSERT OR UPDATE ON public.invoice_documents FOR EACH ROW EXECUTE FUNCTION private.of_invoice();

-- Name: invoice_documents invoice_documents_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_documents_stamp BEFORE INSERT OR UPDATE ON public.invoice_documents FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: invoice_documents invoice_documents_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_documents_told_changed AFTER UPDATE ON public.invoice_documents REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice_document.upserted', 'ocr_raw_text', 'ocr_structured_data');

-- Name: invoice_documents invoice_documents_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_documents_told_gone AFTER DELETE ON public.invoice_documents REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice_document.upserted', 'ocr_raw_text', 'ocr_structured_data');

-- Name: invoice_documents invoice_documents_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_documents_told_new AFTER INSERT ON public.invoice_documents REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice_document.upserted', 'ocr_raw_text', 'ocr_structured_data');

-- Name: invoice_lines invoice_lines_a_new_of_invoice; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_a_new_of_invoice BEFORE INSERT ON public.invoice_lines FOR EACH ROW WHEN (((new.org_id IS NULL) OR (new.case_id IS NULL) OR (new.plate IS NULL))) EXECUTE FUNCTION private.of_invoice();

-- Name: invoice_lines invoice_lines_a_of_invoice; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_a_of_invoice BEFORE UPDATE ON public.invoice_lines FOR EACH ROW EXECUTE FUNCTION private.of_invoice();

-- Name: invoice_lines invoice_lines_b_part; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_b_part BEFORE INSERT OR UPDATE OF part_id ON public.invoice_lines FOR EACH ROW WHEN ((new.part_id IS NOT NULL)) EXECUTE FUNCTION private.invoice_line_part();

-- Name: invoice_lines invoice_lines_edited; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_edited AFTER UPDATE ON public.invoice_lines REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.invoice_lines_edited();

-- Name: invoice_lines invoice_lines_edited_new; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_edited_new AFTER INSERT ON public.invoice_lines REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.invoice_lines_edited();

-- Name: invoice_lines invoice_lines_of_invoice; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_of_invoice AFTER INSERT ON public.invoice_lines REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION private.lines_of_invoice();

-- Name: invoice_lines invoice_lines_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_stamp BEFORE UPDATE ON public.invoice_lines FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: invoice_lines invoice_lines_stamp_new; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_stamp_new BEFORE INSERT ON public.invoice_lines FOR EACH ROW WHEN (((new.org_id IS NULL) OR ((new.case_id IS NOT NULL) AND (new.plate IS NULL)) OR (new.plate ~ '[^0-9]'::text) OR (new.plate = ''::text) OR (new.created_at IS DISTINCT FROM now()) OR (new.updated_at IS DISTINCT FROM now()) OR (new.created_by IS DISTINCT FROM new.updated_by) OR (new.updated_by IS DISTINCT FROM auth.uid()))) EXECUTE FUNCTION private.satellite_stamp();

-- Name: invoice_lines invoice_lines_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_told_changed AFTER UPDATE ON public.invoice_lines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice.upserted', 'metadata', 'category_suggestions');

-- Name: invoice_lines invoice_lines_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_told_gone AFTER DELETE ON public.invoice_lines REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice.upserted', 'metadata', 'category_suggestions');

-- Name: invoice_lines invoice_lines_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_told_new AFTER INSERT ON public.invoice_lines REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice.upserted', 'metadata', 'category_suggestions');

-- Name: invoice_lines invoice_lines_validate_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_validate_changed AFTER UPDATE ON public.invoice_lines REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.invoices_changed();

-- Name: invoice_lines invoice_lines_validate_new; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_lines_validate_new AFTER INSERT ON public.invoice_lines REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.invoices_changed();

-- Name: invoice_suppliers invoice_suppliers_audit; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_suppliers_audit AFTER INSERT OR DELETE OR UPDATE ON public.invoice_suppliers FOR EACH ROW EXECUTE FUNCTION private.audit('updated_at', 'updated_by', 'name_key');

-- Name: invoice_suppliers invoice_suppliers_key; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_suppliers_key BEFORE INSERT OR UPDATE ON public.invoice_suppliers FOR EACH ROW EXECUTE FUNCTION private.invoice_supplier_key();

-- Name: invoice_suppliers invoice_suppliers_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_suppliers_stamp BEFORE INSERT OR UPDATE ON public.invoice_suppliers FOR EACH ROW EXECUTE FUNCTION private.office_row_stamp();

-- Name: invoice_validations invoice_validations_audit; Type: TRIGGER; Schema: public

CREATE TRIGGER invoice_validations_audit AFTER UPDATE ON public.invoice_validations FOR EACH ROW WHEN (((old.approval_status IS DISTINCT FROM new.approval_status) OR (old.review_notes IS DISTINCT FROM new.review_notes) OR (old.manual_corrections IS DISTINCT FROM new.manual_corrections))) EXECUTE FUNCTION private.audit('updated_at');

-- Name: invoices invoices_moved; Type: TRIGGER; Schema: public

CREATE TRIGGER invoices_moved AFTER UPDATE OF case_id ON public.invoices FOR EACH ROW WHEN ((old.case_id IS DISTINCT FROM new.case_id)) EXECUTE FUNCTION private.invoice_moved();

-- Name: invoices invoices_parts_kept; Type: TRIGGER; Schema: public

CREATE TRIGGER invoices_parts_kept AFTER UPDATE OF status ON public.invoices FOR EACH ROW WHEN (((old.status = 'ASSIGNED'::text) AND (new.status = 'ACCEPTED'::text))) EXECUTE FUNCTION private.parts_kept_before();

-- Name: invoices invoices_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER invoices_stamp BEFORE INSERT OR UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: invoices invoices_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER invoices_told_changed AFTER UPDATE ON public.invoices REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice.upserted', 'metadata', 'notes', 'is_edited');

-- Name: invoices invoices_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER invoices_told_gone AFTER DELETE ON public.invoices REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice.upserted', 'metadata', 'notes', 'is_edited');

-- Name: invoices invoices_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER invoices_told_new AFTER INSERT ON public.invoices REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('invoice.upserted', 'metadata', 'notes', 'is_edited');

-- Name: invoices invoices_track; Type: TRIGGER; Schema: public

CREATE TRIGGER invoices_track AFTER UPDATE ON public.invoices REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.invoice_track();

-- Name: invoices invoices_track_new; Type: TRIGGER; Schema: public

CREATE TRIGGER invoices_track_new AFTER INSERT ON public.invoices REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.invoice_track();

-- Name: invoices invoices_validate_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER invoices_validate_changed AFTER UPDATE ON public.invoices REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.invoices_changed();

-- Name: invoices invoices_validate_new; Type: TRIGGER; Schema: public

CREATE TRIGGER invoices_validate_new AFTER INSERT ON public.invoices REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.invoices_changed();

-- Name: invoices invoices_z_rules; Type: TRIGGER; Schema: public

CREATE TRIGGER invoices_z_rules BEFORE INSERT OR UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION private.invoice_rules();

-- Name: job_runs job_runs_failed; Type: TRIGGER; Schema: public

CREATE TRIGGER job_runs_failed AFTER INSERT ON public.job_runs FOR EACH ROW WHEN ((new.state = 'FAILED'::text)) EXECUTE FUNCTION private.job_failed();

-- Name: job_runs job_runs_failed_later; Type: TRIGGER; Schema: public

CREATE TRIGGER job_runs_failed_later AFTER UPDATE OF state ON public.job_runs FOR EACH ROW WHEN (((new.state = 'FAILED'::text) AND (old.state <> 'FAILED'::text))) EXECUTE FUNCTION private.job_failed();

-- Name: kb_docs kb_docs_index; Type: TRIGGER; Schema: public

CREATE TRIGGER kb_docs_index BEFORE INSERT OR UPDATE ON public.kb_docs FOR EACH ROW EXECUTE FUNCTION private.kb_index();

-- Name: kb_docs kb_docs_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER kb_docs_stamp BEFORE INSERT OR UPDATE ON public.kb_docs FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: kb_docs kb_docs_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER kb_docs_told_changed AFTER UPDATE ON public.kb_docs REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('kb_doc.added', 'body', 'search', 'search_text');

-- Name: kb_docs kb_docs_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER kb_docs_told_gone AFTER DELETE ON public.kb_docs REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('kb_doc.added', 'body', 'search', 'search_text');

-- Name: kb_docs kb_docs_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER kb_docs_told_new AFTER INSERT ON public.kb_docs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('kb_doc.added', 'body', 'search', 'search_text');

-- Name: levi_reports levi_reports_a_for_ever; Type: TRIGGER; Schema: public

CREATE TRIGGER levi_reports_a_for_ever BEFORE UPDATE ON public.levi_reports FOR EACH ROW EXECUTE FUNCTION private.answer_is_for_ever();

-- Name: levi_reports levi_reports_assigned; Type: TRIGGER; Schema: public

CREATE TRIGGER levi_reports_assigned AFTER UPDATE OF case_id ON public.levi_reports FOR EACH ROW WHEN ((old.case_id IS DISTINCT FROM new.case_id)) EXECUTE FUNCTION private.newest_is_current('case_id', 'plate');

-- Name: levi_reports levi_reports_current; Type: TRIGGER; Schema: public

CREATE TRIGGER levi_reports_current AFTER INSERT ON public.levi_reports FOR EACH ROW EXECUTE FUNCTION private.newest_is_current('case_id', 'plate');

-- Name: levi_reports levi_reports_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER levi_reports_stamp BEFORE INSERT OR UPDATE ON public.levi_reports FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: levi_reports levi_reports_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER levi_reports_told_changed AFTER UPDATE ON public.levi_reports REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('levi_report.upserted', 'raw_response', 'raw_text', 'raw_data', 'raw', 'parsed_data', 'parsed', 'enriched_data', 'is_current');

-- Name: levi_reports levi_reports_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER levi_reports_told_gone AFTER DELETE ON public.levi_reports REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('levi_report.upserted', 'raw_response', 'raw_text', 'raw_data', 'raw', 'parsed_data', 'parsed', 'enriched_data', 'is_current');

-- Name: levi_reports levi_reports_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER levi_reports_told_new AFTER INSERT ON public.levi_reports REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('levi_report.upserted', 'raw_response', 'raw_text', 'raw_data', 'raw', 'parsed_data', 'parsed', 'enriched_data', 'is_current');

-- Name: levi_reports levi_reports_z_current; Type: TRIGGER; Schema: public

CREATE TRIGGER levi_reports_z_current BEFORE INSERT ON public.levi_reports FOR EACH ROW EXECUTE FUNCTION private.newest_is_current();

-- Name: message_templates message_templates_audit; Type: TRIGGER; Schema: public

CREATE TRIGGER message_templates_audit AFTER INSERT OR DELETE OR UPDATE ON public.message_templates FOR EACH ROW EXECUTE FUNCTION private.audit('updated_at', 'updated_by');

-- Name: message_templates message_templates_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER message_templates_stamp BEFORE INSERT OR UPDATE ON public.message_templates FOR EACH ROW EXECUTE FUNCTION private.office_row_stamp();

-- Name: ocr_results ocr_results_a_for_ever; Type: TRIGGER; Schema: public

CREATE TRIGGER ocr_results_a_for_ever BEFORE UPDATE ON public.ocr_results FOR EACH ROW EXECUTE FUNCTION private.answer_is_for_ever();

-- Name: ocr_results ocr_results_assigned; Type: TRIGGER; Schema: public

CREATE TRIGGER ocr_results_assigned AFTER UPDATE OF case_id ON public.ocr_results FOR EACH ROW WHEN ((old.case_id IS DISTINCT FROM new.case_id)) EXECUTE FUNCTION private.newest_is_current('case_id', 'plate', 'kind', 'file_ref');

-- Name: ocr_results ocr_results_current; Type: TRIGGER; Schema: public

CREATE TRIGGER ocr_results_current AFTER INSERT ON public.ocr_results FOR EACH ROW EXECUTE FUNCTION private.newest_is_current('case_id', 'plate', 'kind', 'file_ref');

-- Name: ocr_results ocr_results_make_invoices; Type: TRIGGER; Schema: public

CREATE TRIGGER ocr_results_make_invoices AFTER INSERT ON public.ocr_results FOR EACH ROW WHEN ((new.kind = 'invoice'::text)) EXECUTE FUNCTION private.ocr_news();

-- Name: ocr_results ocr_results_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER ocr_results_stamp BEFORE INSERT OR UPDATE ON public.ocr_results FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: ocr_results ocr_results_take_invoices; Type: TRIGGER; Schema: public

CREATE TRIGGER ocr_results_take_invoices AFTER UPDATE OF case_id ON public.ocr_results FOR EACH ROW WHEN (((new.kind = 'invoice'::text) AND (old.case_id IS NULL) AND (new.case_id IS NOT NULL))) EXECUTE FUNCTION private.ocr_assigned();

-- Name: ocr_results ocr_results_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER ocr_results_told_changed AFTER UPDATE ON public.ocr_results REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('ocr_result.upserted', 'raw_response', 'raw_text', 'raw_data', 'raw', 'parsed_data', 'parsed', 'enriched_data', 'is_current');

-- Name: ocr_results ocr_results_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER ocr_results_told_gone AFTER DELETE ON public.ocr_results REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('ocr_result.upserted', 'raw_response', 'raw_text', 'raw_data', 'raw', 'parsed_data', 'parsed', 'enriched_data', 'is_current');

-- Name: ocr_results ocr_results_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER ocr_results_told_new AFTER INSERT ON public.ocr_results REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('ocr_result.upserted', 'raw_response', 'raw_text', 'raw_data', 'raw', 'parsed_data', 'parsed', 'enriched_data', 'is_current');

-- Name: ocr_results ocr_results_z_current; Type: TRIGGER; Schema: public

CREATE TRIGGER ocr_results_z_current BEFORE INSERT ON public.ocr_results FOR EACH ROW EXECUTE FUNCTION private.newest_is_current();

-- Name: onedrive_sync onedrive_sync_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER onedrive_sync_stamp BEFORE INSERT OR UPDATE ON public.onedrive_sync FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: orgs orgs_helper_sources; Type: TRIGGER; Schema: public

CREATE TRIGGER orgs_helper_sources AFTER INSERT ON public.orgs FOR EACH ROW EXECUTE FUNCTION private.helper_sources_of_new_office();

-- Name: orgs orgs_invoice_tolerance; Type: TRIGGER; Schema: public

CREATE TRIGGER orgs_invoice_tolerance AFTER UPDATE OF invoice_tolerance ON public.orgs FOR EACH ROW WHEN ((old.invoice_tolerance IS DISTINCT FROM new.invoice_tolerance)) EXECUTE FUNCTION private.rates_changed('id');

-- Name: orgs orgs_keep_processed_audit; Type: TRIGGER; Schema: public

CREATE TRIGGER orgs_keep_processed_audit AFTER UPDATE OF keep_processed_pictures ON public.orgs FOR EACH ROW WHEN ((old.keep_processed_pictures IS DISTINCT FROM new.keep_processed_pictures)) EXECUTE FUNCTION private.keep_processed_audit();

-- Name: orgs orgs_news; Type: TRIGGER; Schema: public

CREATE TRIGGER orgs_news AFTER INSERT OR UPDATE ON public.orgs FOR EACH ROW EXECUTE FUNCTION private.people_news('org');

-- Name: orgs orgs_tolerance_audit; Type: TRIGGER; Schema: public

CREATE TRIGGER orgs_tolerance_audit AFTER UPDATE OF invoice_tolerance ON public.orgs FOR EACH ROW WHEN ((old.invoice_tolerance IS DISTINCT FROM new.invoice_tolerance)) EXECUTE FUNCTION private.tolerance_audit();

-- Name: orgs orgs_touch; Type: TRIGGER; Schema: public

CREATE TRIGGER orgs_touch BEFORE UPDATE ON public.orgs FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

-- Name: outbound_messages outbound_messages_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER outbound_messages_stamp BEFORE INSERT OR UPDATE ON public.outbound_messages FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: outbound_messages outbound_messages_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER outbound_messages_told_changed AFTER UPDATE ON public.outbound_messages REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('sending.requested', 'recipient', 'subject', 'text', 'link_id', 'status', 'reason', 'sent_via', 'sent_at', 'outside_id', 'attempts', 'lease_until', 'next_at');

-- Name: outbound_messages outbound_messages_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER outbound_messages_told_gone AFTER DELETE ON public.outbound_messages REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('sending.requested', 'recipient', 'subject', 'text', 'link_id', 'status', 'reason', 'sent_via', 'sent_at', 'outside_id', 'attempts', 'lease_until', 'next_at');

-- Name: outbound_messages outbound_messages_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER outbound_messages_told_new AFTER INSERT ON public.outbound_messages REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('sending.requested', 'recipient', 'subject', 'text', 'link_id', 'status', 'reason', 'sent_via', 'sent_at', 'outside_id', 'attempts', 'lease_until', 'next_at');

-- Name: parts_required parts_required_centers; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_required_centers BEFORE INSERT OR UPDATE ON public.parts_required FOR EACH ROW EXECUTE FUNCTION private.parts_required_centers();

-- Name: parts_required parts_required_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_required_stamp BEFORE UPDATE ON public.parts_required FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: parts_required parts_required_stamp_new; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_required_stamp_new BEFORE INSERT ON public.parts_required FOR EACH ROW WHEN (((new.org_id IS NULL) OR ((new.case_id IS NOT NULL) AND (new.plate IS NULL)) OR (new.plate ~ '[^0-9]'::text) OR (new.plate = ''::text) OR (new.created_at IS DISTINCT FROM now()) OR (new.updated_at IS DISTINCT FROM now()) OR (new.created_by IS DISTINCT FROM new.updated_by) OR (new.updated_by IS DISTINCT FROM auth.uid()))) EXECUTE FUNCTION private.satellite_stamp();

-- Name: parts_required parts_required_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_required_told_changed AFTER UPDATE ON public.parts_required REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('part_required.upserted');

-- Name: parts_required parts_required_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_required_told_gone AFTER DELETE ON public.parts_required REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('part_required.upserted');

-- Name: parts_required parts_required_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_required_told_new AFTER INSERT ON public.parts_required REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('part_required.upserted');

-- Name: parts_search_results parts_search_results_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_search_results_stamp BEFORE UPDATE ON public.parts_search_results FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: parts_search_results parts_search_results_stamp_new; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_search_results_stamp_new BEFORE INSERT ON public.parts_search_results FOR EACH ROW WHEN (((new.org_id IS NULL) OR ((new.case_id IS NOT NULL) AND (new.plate IS NULL)) OR (new.plate ~ '[^0-9]'::text) OR (new.plate = ''::text) OR (new.created_at IS DISTINCT FROM now()) OR (new.updated_at IS DISTINCT FROM now()) OR (new.created_by IS DISTINCT FROM new.updated_by) OR (new.updated_by IS DISTINCT FROM auth.uid()))) EXECUTE FUNCTION private.satellite_stamp();

-- Name: parts_search_results parts_search_results_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_search_results_told_changed AFTER UPDATE ON public.parts_search_results REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('parts_results.upserted', 'raw', 'results', 'search_query', 'search_text');

-- Name: parts_search_results parts_search_results_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_search_results_told_gone AFTER DELETE ON public.parts_search_results REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('parts_results.upserted', 'raw', 'results', 'search_query', 'search_text');

-- Name: parts_search_results parts_search_results_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_search_results_told_new AFTER INSERT ON public.parts_search_results REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('parts_results.upserted', 'raw', 'results', 'search_query', 'search_text');

-- Name: parts_search_sessions parts_search_sessions_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_search_sessions_stamp BEFORE INSERT OR UPDATE ON public.parts_search_sessions FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: parts_search_sessions parts_search_sessions_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_search_sessions_told_changed AFTER UPDATE ON public.parts_search_sessions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('parts_search.upserted', 'search_context');

-- Name: parts_search_sessions parts_search_sessions_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_search_sessions_told_gone AFTER DELETE ON public.parts_search_sessions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('parts_search.upserted', 'search_context');

-- Name: parts_search_sessions parts_search_sessions_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER parts_search_sessions_told_new AFTER INSERT ON public.parts_search_sessions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('parts_search.upserted', 'search_context');

-- Name: payment_tracking payment_tracking_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER payment_tracking_stamp BEFORE INSERT OR UPDATE ON public.payment_tracking FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: payment_tracking payment_tracking_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER payment_tracking_told_changed AFTER UPDATE ON public.payment_tracking REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('payment.upserted', 'extraction_metadata');

-- Name: payment_tracking payment_tracking_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER payment_tracking_told_gone AFTER DELETE ON public.payment_tracking REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('payment.upserted', 'extraction_metadata');

-- Name: payment_tracking payment_tracking_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER payment_tracking_told_new AFTER INSERT ON public.payment_tracking REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('payment.upserted', 'extraction_metadata');

-- Name: payment_tracking payment_tracking_track; Type: TRIGGER; Schema: public

CREATE TRIGGER payment_tracking_track AFTER INSERT OR UPDATE OF payment_status, removed_at ON public.payment_tracking FOR EACH ROW EXECUTE FUNCTION private.payment_track();

-- Name: payment_tracking payment_tracking_z_prefill; Type: TRIGGER; Schema: public

CREATE TRIGGER payment_tracking_z_prefill BEFORE INSERT ON public.payment_tracking FOR EACH ROW EXECUTE FUNCTION private.payment_prefill();

-- Name: profiles profiles_join_org; Type: TRIGGER; Schema: public

CREATE TRIGGER profiles_join_org AFTER INSERT OR UPDATE OF org_id ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.profile_joins_its_org();

-- Name: profiles profiles_news; Type: TRIGGER; Schema: public

CREATE TRIGGER profiles_news AFTER INSERT OR UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.people_news('profile');

-- Name: profiles profiles_touch; Type: TRIGGER; Schema: public

CREATE TRIGGER profiles_touch BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

-- Name: reminders reminders_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER reminders_stamp BEFORE INSERT OR UPDATE ON public.reminders FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: reminders reminders_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER reminders_told_changed AFTER UPDATE ON public.reminders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('reminder.upserted', 'due_at', 'next_at');

-- Name: reminders reminders_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER reminders_told_gone AFTER DELETE ON public.reminders REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('reminder.upserted', 'due_at', 'next_at');

-- Name: reminders reminders_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER reminders_told_new AFTER INSERT ON public.reminders REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('reminder.upserted', 'due_at', 'next_at');

-- Name: reminders reminders_when; Type: TRIGGER; Schema: public

CREATE TRIGGER reminders_when BEFORE INSERT OR UPDATE ON public.reminders FOR EACH ROW EXECUTE FUNCTION private.reminder_stamp();

-- Name: reports reports_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER reports_stamp BEFORE INSERT OR UPDATE ON public.reports FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: reports reports_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER reports_told_changed AFTER UPDATE ON public.reports REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('report.requested', 'status', 'reason', 'attempts', 'lease_until', 'next_at', 'done', 'total', 'is_current', 'source_sha256', 'document_id', 'pages', 'verified', 'rendered_at');

-- Name: reports reports_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER reports_told_gone AFTER DELETE ON public.reports REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('report.requested', 'status', 'reason', 'attempts', 'lease_until', 'next_at', 'done', 'total', 'is_current', 'source_sha256', 'document_id', 'pages', 'verified', 'rendered_at');

-- Name: reports reports_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER reports_told_new AFTER INSERT ON public.reports REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('report.requested', 'status', 'reason', 'attempts', 'lease_until', 'next_at', 'done', 'total', 'is_current', 'source_sha256', 'document_id', 'pages', 'verified', 'rendered_at');

-- Name: required_parts_archive required_parts_archive_a_kept; Type: TRIGGER; Schema: public

CREATE TRIGGER required_parts_archive_a_kept BEFORE INSERT ON public.required_parts_archive FOR EACH ROW EXECUTE FUNCTION private.parts_archive_stamp();

-- Name: required_parts_archive required_parts_archive_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER required_parts_archive_stamp BEFORE INSERT OR UPDATE ON public.required_parts_archive FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: required_parts_archive required_parts_archive_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER required_parts_archive_told_changed AFTER UPDATE ON public.required_parts_archive REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('parts_archive.upserted');

-- Name: required_parts_archive required_parts_archive_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER required_parts_archive_told_gone AFTER DELETE ON public.required_parts_archive REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('parts_archive.upserted');

-- Name: required_parts_archive required_parts_archive_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER required_parts_archive_told_new AFTER INSERT ON public.required_parts_archive REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('parts_archive.upserted');

-- Name: selected_parts selected_parts_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER selected_parts_stamp BEFORE INSERT OR UPDATE ON public.selected_parts FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: selected_parts selected_parts_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER selected_parts_told_changed AFTER UPDATE ON public.selected_parts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('selected_part.upserted', 'raw_data');

-- Name: selected_parts selected_parts_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER selected_parts_told_gone AFTER DELETE ON public.selected_parts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('selected_part.upserted', 'raw_data');

-- Name: selected_parts selected_parts_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER selected_parts_told_new AFTER INSERT ON public.selected_parts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('selected_part.upserted', 'raw_data');

-- Name: tracking_general tracking_general_failed; Type: TRIGGER; Schema: public

CREATE TRIGGER tracking_general_failed AFTER UPDATE OF warnings ON public.tracking_general FOR EACH ROW WHEN (((new.warnings = ARRAY['*failed'::text]) AND (old.warnings IS DISTINCT FROM new.warnings))) EXECUTE FUNCTION private.tracking_failed();

-- Name: tracking_general tracking_general_failed_new; Type: TRIGGER; Schema: public

CREATE TRIGGER tracking_general_failed_new AFTER INSERT ON public.tracking_general FOR EACH ROW WHEN ((new.warnings = ARRAY['*failed'::text])) EXECUTE FUNCTION private.tracking_failed();

-- Name: user_assets user_assets_audit; Type: TRIGGER; Schema: public

CREATE TRIGGER user_assets_audit AFTER INSERT OR DELETE OR UPDATE ON public.user_assets FOR EACH ROW EXECUTE FUNCTION private.audit('updated_at', 'updated_by');

-- Name: user_assets user_assets_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER user_assets_stamp BEFORE INSERT OR UPDATE ON public.user_assets FOR EACH ROW EXECUTE FUNCTION private.office_row_stamp();

-- Name: user_orgs user_orgs_news; Type: TRIGGER; Schema: public

CREATE TRIGGER user_orgs_news AFTER INSERT OR DELETE OR UPDATE ON public.user_orgs FOR EACH ROW EXECUTE FUNCTION private.people_news('membership');

-- Name: vat_rates vat_rates_audit; Type: TRIGGER; Schema: public

CREATE TRIGGER vat_rates_audit AFTER INSERT OR DELETE OR UPDATE ON public.vat_rates FOR EACH ROW EXECUTE FUNCTION private.audit('updated_at', 'updated_by');

-- Name: vat_rates vat_rates_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER vat_rates_changed AFTER INSERT OR UPDATE ON public.vat_rates FOR EACH ROW EXECUTE FUNCTION private.rates_changed('org_id');

-- Name: vat_rates vat_rates_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER vat_rates_stamp BEFORE INSERT OR UPDATE ON public.vat_rates FOR EACH ROW EXECUTE FUNCTION private.office_row_stamp();

-- Name: vehicle_details vehicle_details_a_for_ever; Type: TRIGGER; Schema: public

CREATE TRIGGER vehicle_details_a_for_ever BEFORE UPDATE ON public.vehicle_details FOR EACH ROW EXECUTE FUNCTION private.answer_is_for_ever();

-- Name: vehicle_details vehicle_details_assigned; Type: TRIGGER; Schema: public

CREATE TRIGGER vehicle_details_assigned AFTER UPDATE OF case_id ON public.vehicle_details FOR EACH ROW WHEN ((old.case_id IS DISTINCT FROM new.case_id)) EXECUTE FUNCTION private.newest_is_current('case_id', 'plate');

-- Name: vehicle_details vehicle_details_current; Type: TRIGGER; Schema: public

CREATE TRIGGER vehicle_details_current AFTER INSERT ON public.vehicle_details FOR EACH ROW EXECUTE FUNCTION private.newest_is_current('case_id', 'plate');

-- Name: vehicle_details vehicle_details_stamp; Type: TRIGGER; Schema: public

CREATE TRIGGER vehicle_details_stamp BEFORE INSERT OR UPDATE ON public.vehicle_details FOR EACH ROW EXECUTE FUNCTION private.satellite_stamp();

-- Name: vehicle_details vehicle_details_told_changed; Type: TRIGGER; Schema: public

CREATE TRIGGER vehicle_details_told_changed AFTER UPDATE ON public.vehicle_details REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('vehicle_details.upserted', 'raw_response', 'raw_text', 'raw_data', 'raw', 'parsed_data', 'parsed', 'enriched_data', 'is_current');

-- Name: vehicle_details vehicle_details_told_gone; Type: TRIGGER; Schema: public

CREATE TRIGGER vehicle_details_told_gone AFTER DELETE ON public.vehicle_details REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('vehicle_details.upserted', 'raw_response', 'raw_text', 'raw_data', 'raw', 'parsed_data', 'parsed', 'enriched_data', 'is_current');

-- Name: vehicle_details vehicle_details_told_new; Type: TRIGGER; Schema: public

CREATE TRIGGER vehicle_details_told_new AFTER INSERT ON public.vehicle_details REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.satellite_news('vehicle_details.upserted', 'raw_response', 'raw_text', 'raw_data', 'raw', 'parsed_data', 'parsed', 'enriched_data', 'is_current');

-- Name: vehicle_details vehicle_details_z_current; Type: TRIGGER; Schema: public

CREATE TRIGGER vehicle_details_z_current BEFORE INSERT ON public.vehicle_details FOR EACH ROW EXECUTE FUNCTION private.newest_is_current();

-- Name: audit_log audit_log_org_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.audit_log
    ADD CONSTRAINT audit_log_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: bytes_let_go bytes_let_go_document_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.bytes_let_go
    ADD CONSTRAINT bytes_let_go_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE RESTRICT;

-- Name: bytes_let_go bytes_let_go_org_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.bytes_let_go
    ADD CONSTRAINT bytes_let_go_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: deliveries deliveries_case_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.deliveries
    ADD CONSTRAINT deliveries_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: deliveries deliveries_endpoint_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.deliveries
    ADD CONSTRAINT deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES private.webhook_endpoints(id) ON DELETE RESTRICT;

-- Name: deliveries deliveries_message_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.deliveries
    ADD CONSTRAINT deliveries_message_id_fkey FOREIGN KEY (message_id) REFERENCES private.outbox(id) ON DELETE RESTRICT;

-- Name: deliveries deliveries_org_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.deliveries
    ADD CONSTRAINT deliveries_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: delivery_attempts delivery_attempts_delivery_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.delivery_attempts
    ADD CONSTRAINT delivery_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES private.deliveries(id) ON DELETE RESTRICT;

-- Name: delivery_attempts delivery_attempts_org_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.delivery_attempts
    ADD CONSTRAINT delivery_attempts_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: document_links document_links_case_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.document_links
    ADD CONSTRAINT document_links_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: document_links document_links_created_by_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.document_links
    ADD CONSTRAINT document_links_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: document_links document_links_document_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.document_links
    ADD CONSTRAINT document_links_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE RESTRICT;

-- Name: document_links document_links_org_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.document_links
    ADD CONSTRAINT document_links_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: gateway_keys gateway_keys_created_by_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.gateway_keys
    ADD CONSTRAINT gateway_keys_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: gateway_keys gateway_keys_org_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.gateway_keys
    ADD CONSTRAINT gateway_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: outbox outbox_case_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.outbox
    ADD CONSTRAINT outbox_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: outbox outbox_org_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.outbox
    ADD CONSTRAINT outbox_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: raw_answers raw_answers_case_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.raw_answers
    ADD CONSTRAINT raw_answers_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: raw_answers raw_answers_org_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.raw_answers
    ADD CONSTRAINT raw_answers_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: report_sources report_sources_org_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.report_sources
    ADD CONSTRAINT report_sources_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: report_sources report_sources_report_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.report_sources
    ADD CONSTRAINT report_sources_report_id_fkey FOREIGN KEY (report_id) REFERENCES public.reports(id) ON DELETE RESTRICT;

-- Name: webhook_endpoints webhook_endpoints_created_by_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: webhook_endpoints webhook_endpoints_org_id_fkey; Type: FK CONSTRAINT; Schema: private

ALTER TABLE ONLY private.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

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

-- Name: documents documents_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: documents documents_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: documents documents_deleted_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_deleted_by_fkey FOREIGN KEY (deleted_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: documents documents_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: documents documents_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: documents documents_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: events events_actor_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_actor_fkey FOREIGN KEY (actor) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: events events_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: events events_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: feature_flags feature_flags_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.feature_flags
    ADD CONSTRAINT feature_flags_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: feature_flags feature_flags_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.feature_flags
    ADD CONSTRAINT feature_flags_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: feature_flags feature_flags_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.feature_flags
    ADD CONSTRAINT feature_flags_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: feature_flags feature_flags_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.feature_flags
    ADD CONSTRAINT feature_flags_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: fee_invoices fee_invoices_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.fee_invoices
    ADD CONSTRAINT fee_invoices_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: fee_invoices fee_invoices_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.fee_invoices
    ADD CONSTRAINT fee_invoices_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: fee_invoices fee_invoices_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.fee_invoices
    ADD CONSTRAINT fee_invoices_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: fee_invoices fee_invoices_of_payment; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.fee_invoices
    ADD CONSTRAINT fee_invoices_of_payment FOREIGN KEY (payment_tracking_id, case_id) REFERENCES public.payment_tracking(id, case_id) ON DELETE RESTRICT;

-- Name: fee_invoices fee_invoices_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.fee_invoices
    ADD CONSTRAINT fee_invoices_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: fee_invoices fee_invoices_payment_tracking_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.fee_invoices
    ADD CONSTRAINT fee_invoices_payment_tracking_id_fkey FOREIGN KEY (payment_tracking_id) REFERENCES public.payment_tracking(id) ON DELETE RESTRICT;

-- Name: fee_invoices fee_invoices_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.fee_invoices
    ADD CONSTRAINT fee_invoices_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: fee_invoices fee_invoices_uploaded_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.fee_invoices
    ADD CONSTRAINT fee_invoices_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: helper_sources helper_sources_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.helper_sources
    ADD CONSTRAINT helper_sources_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: helper_sources helper_sources_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.helper_sources
    ADD CONSTRAINT helper_sources_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: helper_sync_log helper_sync_log_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.helper_sync_log
    ADD CONSTRAINT helper_sync_log_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: helper_sync_log helper_sync_log_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.helper_sync_log
    ADD CONSTRAINT helper_sync_log_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: helper_sync_log helper_sync_log_raw_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.helper_sync_log
    ADD CONSTRAINT helper_sync_log_raw_id_fkey FOREIGN KEY (raw_id) REFERENCES private.raw_answers(id) ON DELETE RESTRICT;

-- Name: images images_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: images images_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: images images_deleted_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_deleted_by_fkey FOREIGN KEY (deleted_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: images images_document_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE RESTRICT;

-- Name: images images_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: images images_of_document; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_of_document FOREIGN KEY (document_id, org_id) REFERENCES public.documents(id, org_id) ON DELETE RESTRICT;

-- Name: images images_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: images images_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.images
    ADD CONSTRAINT images_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_damage_center_mappings
    ADD CONSTRAINT invoice_damage_center_mappings_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_damage_center_mappings
    ADD CONSTRAINT invoice_damage_center_mappings_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_invoice_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_damage_center_mappings
    ADD CONSTRAINT invoice_damage_center_mappings_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id) ON DELETE RESTRICT;

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_invoice_line_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_damage_center_mappings
    ADD CONSTRAINT invoice_damage_center_mappings_invoice_line_id_fkey FOREIGN KEY (invoice_line_id) REFERENCES public.invoice_lines(id) ON DELETE RESTRICT;

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_mapped_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_damage_center_mappings
    ADD CONSTRAINT invoice_damage_center_mappings_mapped_by_fkey FOREIGN KEY (mapped_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_damage_center_mappings
    ADD CONSTRAINT invoice_damage_center_mappings_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: invoice_damage_center_mappings invoice_damage_center_mappings_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_damage_center_mappings
    ADD CONSTRAINT invoice_damage_center_mappings_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoice_documents invoice_documents_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_documents
    ADD CONSTRAINT invoice_documents_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: invoice_documents invoice_documents_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_documents
    ADD CONSTRAINT invoice_documents_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoice_documents invoice_documents_invoice_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_documents
    ADD CONSTRAINT invoice_documents_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id) ON DELETE RESTRICT;

-- Name: invoice_documents invoice_documents_ocr_result_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_documents
    ADD CONSTRAINT invoice_documents_ocr_result_id_fkey FOREIGN KEY (ocr_result_id) REFERENCES public.ocr_results(id) ON DELETE RESTRICT;

-- Name: invoice_documents invoice_documents_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_documents
    ADD CONSTRAINT invoice_documents_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: invoice_documents invoice_documents_of_invoice; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_documents
    ADD CONSTRAINT invoice_documents_of_invoice FOREIGN KEY (invoice_id, org_id) REFERENCES public.invoices(id, org_id) ON DELETE RESTRICT;

-- Name: invoice_documents invoice_documents_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_documents
    ADD CONSTRAINT invoice_documents_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: invoice_documents invoice_documents_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_documents
    ADD CONSTRAINT invoice_documents_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoice_documents invoice_documents_uploaded_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_documents
    ADD CONSTRAINT invoice_documents_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoice_lines invoice_lines_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: invoice_lines invoice_lines_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoice_lines invoice_lines_invoice_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id) ON DELETE RESTRICT;

-- Name: invoice_lines invoice_lines_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: invoice_lines invoice_lines_of_invoice; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_of_invoice FOREIGN KEY (invoice_id, org_id) REFERENCES public.invoices(id, org_id) ON DELETE RESTRICT;

-- Name: invoice_lines invoice_lines_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: invoice_lines invoice_lines_part_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_part_id_fkey FOREIGN KEY (part_id) REFERENCES public.parts_required(id) ON DELETE RESTRICT;

-- Name: invoice_lines invoice_lines_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoice_damage_center_mappings invoice_mappings_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_damage_center_mappings
    ADD CONSTRAINT invoice_mappings_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: invoice_damage_center_mappings invoice_mappings_of_invoice; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_damage_center_mappings
    ADD CONSTRAINT invoice_mappings_of_invoice FOREIGN KEY (invoice_id, org_id) REFERENCES public.invoices(id, org_id) ON DELETE RESTRICT;

-- Name: invoice_damage_center_mappings invoice_mappings_of_line; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_damage_center_mappings
    ADD CONSTRAINT invoice_mappings_of_line FOREIGN KEY (invoice_line_id, org_id) REFERENCES public.invoice_lines(id, org_id) ON DELETE RESTRICT;

-- Name: invoice_suppliers invoice_suppliers_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_suppliers
    ADD CONSTRAINT invoice_suppliers_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoice_suppliers invoice_suppliers_merged; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_suppliers
    ADD CONSTRAINT invoice_suppliers_merged FOREIGN KEY (merged_into, org_id) REFERENCES public.invoice_suppliers(id, org_id) ON DELETE RESTRICT;

-- Name: invoice_suppliers invoice_suppliers_merged_into_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_suppliers
    ADD CONSTRAINT invoice_suppliers_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES public.invoice_suppliers(id) ON DELETE RESTRICT;

-- Name: invoice_suppliers invoice_suppliers_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_suppliers
    ADD CONSTRAINT invoice_suppliers_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: invoice_suppliers invoice_suppliers_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_suppliers
    ADD CONSTRAINT invoice_suppliers_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoice_validations invoice_validations_invoice_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_validations
    ADD CONSTRAINT invoice_validations_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id) ON DELETE RESTRICT;

-- Name: invoice_validations invoice_validations_of_invoice; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_validations
    ADD CONSTRAINT invoice_validations_of_invoice FOREIGN KEY (invoice_id, org_id) REFERENCES public.invoices(id, org_id) ON DELETE RESTRICT;

-- Name: invoice_validations invoice_validations_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_validations
    ADD CONSTRAINT invoice_validations_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: invoice_validations invoice_validations_reviewed_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoice_validations
    ADD CONSTRAINT invoice_validations_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoices invoices_accepted_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoices invoices_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: invoices invoices_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: invoices invoices_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: invoices invoices_of_supplier; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_of_supplier FOREIGN KEY (supplier_id, org_id) REFERENCES public.invoice_suppliers(id, org_id) ON DELETE RESTRICT;

-- Name: invoices invoices_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: invoices invoices_supplier_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_supplier_id_fkey FOREIGN KEY (supplier_id) REFERENCES public.invoice_suppliers(id) ON DELETE RESTRICT;

-- Name: invoices invoices_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: job_runs job_runs_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.job_runs
    ADD CONSTRAINT job_runs_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: job_runs job_runs_started_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.job_runs
    ADD CONSTRAINT job_runs_started_by_fkey FOREIGN KEY (started_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: kb_docs kb_docs_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.kb_docs
    ADD CONSTRAINT kb_docs_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: kb_docs kb_docs_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.kb_docs
    ADD CONSTRAINT kb_docs_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: kb_docs kb_docs_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.kb_docs
    ADD CONSTRAINT kb_docs_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: kb_docs kb_docs_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.kb_docs
    ADD CONSTRAINT kb_docs_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: kb_docs kb_docs_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.kb_docs
    ADD CONSTRAINT kb_docs_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: kb_embeddings kb_embeddings_doc_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.kb_embeddings
    ADD CONSTRAINT kb_embeddings_doc_id_fkey FOREIGN KEY (doc_id) REFERENCES public.kb_docs(id) ON DELETE RESTRICT;

-- Name: kb_embeddings kb_embeddings_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.kb_embeddings
    ADD CONSTRAINT kb_embeddings_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: levi_reports levi_reports_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.levi_reports
    ADD CONSTRAINT levi_reports_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: levi_reports levi_reports_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.levi_reports
    ADD CONSTRAINT levi_reports_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: levi_reports levi_reports_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.levi_reports
    ADD CONSTRAINT levi_reports_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: levi_reports levi_reports_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.levi_reports
    ADD CONSTRAINT levi_reports_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: levi_reports levi_reports_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.levi_reports
    ADD CONSTRAINT levi_reports_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: message_templates message_templates_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.message_templates
    ADD CONSTRAINT message_templates_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: message_templates message_templates_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.message_templates
    ADD CONSTRAINT message_templates_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: message_templates message_templates_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.message_templates
    ADD CONSTRAINT message_templates_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: ocr_results ocr_results_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.ocr_results
    ADD CONSTRAINT ocr_results_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: ocr_results ocr_results_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.ocr_results
    ADD CONSTRAINT ocr_results_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: ocr_results ocr_results_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.ocr_results
    ADD CONSTRAINT ocr_results_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: ocr_results ocr_results_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.ocr_results
    ADD CONSTRAINT ocr_results_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: ocr_results ocr_results_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.ocr_results
    ADD CONSTRAINT ocr_results_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: onedrive_sync onedrive_sync_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.onedrive_sync
    ADD CONSTRAINT onedrive_sync_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: onedrive_sync onedrive_sync_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.onedrive_sync
    ADD CONSTRAINT onedrive_sync_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: onedrive_sync onedrive_sync_document_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.onedrive_sync
    ADD CONSTRAINT onedrive_sync_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE RESTRICT;

-- Name: onedrive_sync onedrive_sync_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.onedrive_sync
    ADD CONSTRAINT onedrive_sync_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: onedrive_sync onedrive_sync_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.onedrive_sync
    ADD CONSTRAINT onedrive_sync_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: onedrive_sync onedrive_sync_requested_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.onedrive_sync
    ADD CONSTRAINT onedrive_sync_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: onedrive_sync onedrive_sync_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.onedrive_sync
    ADD CONSTRAINT onedrive_sync_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: outbound_messages outbound_messages_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.outbound_messages
    ADD CONSTRAINT outbound_messages_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: outbound_messages outbound_messages_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.outbound_messages
    ADD CONSTRAINT outbound_messages_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: outbound_messages outbound_messages_document_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.outbound_messages
    ADD CONSTRAINT outbound_messages_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE RESTRICT;

-- Name: outbound_messages outbound_messages_link_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.outbound_messages
    ADD CONSTRAINT outbound_messages_link_id_fkey FOREIGN KEY (link_id) REFERENCES private.document_links(id) ON DELETE RESTRICT;

-- Name: outbound_messages outbound_messages_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.outbound_messages
    ADD CONSTRAINT outbound_messages_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: outbound_messages outbound_messages_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.outbound_messages
    ADD CONSTRAINT outbound_messages_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: outbound_messages outbound_messages_report_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.outbound_messages
    ADD CONSTRAINT outbound_messages_report_id_fkey FOREIGN KEY (report_id) REFERENCES public.reports(id) ON DELETE RESTRICT;

-- Name: outbound_messages outbound_messages_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.outbound_messages
    ADD CONSTRAINT outbound_messages_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: parts_required parts_required_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_required
    ADD CONSTRAINT parts_required_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: parts_required parts_required_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_required
    ADD CONSTRAINT parts_required_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: parts_required parts_required_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_required
    ADD CONSTRAINT parts_required_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: parts_required parts_required_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_required
    ADD CONSTRAINT parts_required_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: parts_required parts_required_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_required
    ADD CONSTRAINT parts_required_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: parts_search_results parts_search_results_answer_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_results
    ADD CONSTRAINT parts_search_results_answer_id_fkey FOREIGN KEY (answer_id) REFERENCES public.parts_search_results(id) ON DELETE RESTRICT;

-- Name: parts_search_results parts_search_results_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_results
    ADD CONSTRAINT parts_search_results_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: parts_search_results parts_search_results_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_results
    ADD CONSTRAINT parts_search_results_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: parts_search_results parts_search_results_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_results
    ADD CONSTRAINT parts_search_results_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: parts_search_results parts_search_results_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_results
    ADD CONSTRAINT parts_search_results_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: parts_search_results parts_search_results_session_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_results
    ADD CONSTRAINT parts_search_results_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.parts_search_sessions(id) ON DELETE RESTRICT;

-- Name: parts_search_results parts_search_results_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_results
    ADD CONSTRAINT parts_search_results_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: parts_search_sessions parts_search_sessions_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_sessions
    ADD CONSTRAINT parts_search_sessions_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: parts_search_sessions parts_search_sessions_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_sessions
    ADD CONSTRAINT parts_search_sessions_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: parts_search_sessions parts_search_sessions_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_sessions
    ADD CONSTRAINT parts_search_sessions_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: parts_search_sessions parts_search_sessions_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_sessions
    ADD CONSTRAINT parts_search_sessions_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: parts_search_sessions parts_search_sessions_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.parts_search_sessions
    ADD CONSTRAINT parts_search_sessions_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: payment_tracking payment_tracking_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.payment_tracking
    ADD CONSTRAINT payment_tracking_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: payment_tracking payment_tracking_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.payment_tracking
    ADD CONSTRAINT payment_tracking_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: payment_tracking payment_tracking_last_contacted_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.payment_tracking
    ADD CONSTRAINT payment_tracking_last_contacted_by_fkey FOREIGN KEY (last_contacted_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: payment_tracking payment_tracking_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.payment_tracking
    ADD CONSTRAINT payment_tracking_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: payment_tracking payment_tracking_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.payment_tracking
    ADD CONSTRAINT payment_tracking_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: payment_tracking payment_tracking_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.payment_tracking
    ADD CONSTRAINT payment_tracking_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: profiles profiles_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: profiles profiles_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: profiles profiles_user_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.profiles
    ADD CONSTRAINT profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE RESTRICT;

-- Name: reminder_occurrences reminder_occurrences_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminder_occurrences
    ADD CONSTRAINT reminder_occurrences_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: reminder_occurrences reminder_occurrences_reminder_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminder_occurrences
    ADD CONSTRAINT reminder_occurrences_reminder_id_fkey FOREIGN KEY (reminder_id) REFERENCES public.reminders(id) ON DELETE RESTRICT;

-- Name: reminder_occurrences reminder_occurrences_told_to_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminder_occurrences
    ADD CONSTRAINT reminder_occurrences_told_to_fkey FOREIGN KEY (told_to) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: reminders reminders_assigned_to_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: reminders reminders_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: reminders reminders_completed_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_completed_by_fkey FOREIGN KEY (completed_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: reminders reminders_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: reminders reminders_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: reminders reminders_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: reminders reminders_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: reports reports_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: reports reports_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: reports reports_document_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.documents(id) ON DELETE RESTRICT;

-- Name: reports reports_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: reports reports_of_version; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_of_version FOREIGN KEY (case_id, case_helper_version) REFERENCES public.case_helper(case_id, version) ON DELETE RESTRICT;

-- Name: reports reports_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: reports reports_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: required_parts_archive required_parts_archive_archived_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.required_parts_archive
    ADD CONSTRAINT required_parts_archive_archived_by_fkey FOREIGN KEY (archived_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: required_parts_archive required_parts_archive_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.required_parts_archive
    ADD CONSTRAINT required_parts_archive_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: required_parts_archive required_parts_archive_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.required_parts_archive
    ADD CONSTRAINT required_parts_archive_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: required_parts_archive required_parts_archive_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.required_parts_archive
    ADD CONSTRAINT required_parts_archive_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: required_parts_archive required_parts_archive_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.required_parts_archive
    ADD CONSTRAINT required_parts_archive_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: required_parts_archive required_parts_archive_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.required_parts_archive
    ADD CONSTRAINT required_parts_archive_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: selected_parts selected_parts_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.selected_parts
    ADD CONSTRAINT selected_parts_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: selected_parts selected_parts_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.selected_parts
    ADD CONSTRAINT selected_parts_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: selected_parts selected_parts_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.selected_parts
    ADD CONSTRAINT selected_parts_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: selected_parts selected_parts_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.selected_parts
    ADD CONSTRAINT selected_parts_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: selected_parts selected_parts_search_result_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.selected_parts
    ADD CONSTRAINT selected_parts_search_result_id_fkey FOREIGN KEY (search_result_id) REFERENCES public.parts_search_results(id) ON DELETE RESTRICT;

-- Name: selected_parts selected_parts_selected_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.selected_parts
    ADD CONSTRAINT selected_parts_selected_by_fkey FOREIGN KEY (selected_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: selected_parts selected_parts_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.selected_parts
    ADD CONSTRAINT selected_parts_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: system_logs system_logs_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.system_logs
    ADD CONSTRAINT system_logs_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: system_logs system_logs_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.system_logs
    ADD CONSTRAINT system_logs_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: tracking_expertise tracking_expertise_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_expertise
    ADD CONSTRAINT tracking_expertise_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: tracking_expertise tracking_expertise_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_expertise
    ADD CONSTRAINT tracking_expertise_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: tracking_final_report tracking_final_report_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_final_report
    ADD CONSTRAINT tracking_final_report_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: tracking_final_report tracking_final_report_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_final_report
    ADD CONSTRAINT tracking_final_report_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: tracking_general tracking_general_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_general
    ADD CONSTRAINT tracking_general_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: tracking_general tracking_general_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.tracking_general
    ADD CONSTRAINT tracking_general_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: user_assets user_assets_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_assets
    ADD CONSTRAINT user_assets_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: user_assets user_assets_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_assets
    ADD CONSTRAINT user_assets_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: user_assets user_assets_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_assets
    ADD CONSTRAINT user_assets_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: user_assets user_assets_user_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_assets
    ADD CONSTRAINT user_assets_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: user_orgs user_orgs_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_orgs
    ADD CONSTRAINT user_orgs_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: user_orgs user_orgs_user_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.user_orgs
    ADD CONSTRAINT user_orgs_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.profiles(user_id) ON DELETE CASCADE;

-- Name: vat_rates vat_rates_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.vat_rates
    ADD CONSTRAINT vat_rates_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: vat_rates vat_rates_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.vat_rates
    ADD CONSTRAINT vat_rates_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: vat_rates vat_rates_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.vat_rates
    ADD CONSTRAINT vat_rates_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: vehicle_details vehicle_details_case_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.vehicle_details
    ADD CONSTRAINT vehicle_details_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id) ON DELETE RESTRICT;

-- Name: vehicle_details vehicle_details_created_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.vehicle_details
    ADD CONSTRAINT vehicle_details_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: vehicle_details vehicle_details_of_case; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.vehicle_details
    ADD CONSTRAINT vehicle_details_of_case FOREIGN KEY (case_id, org_id, plate) REFERENCES public.cases(id, org_id, plate) ON DELETE RESTRICT;

-- Name: vehicle_details vehicle_details_org_id_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.vehicle_details
    ADD CONSTRAINT vehicle_details_org_id_fkey FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE RESTRICT;

-- Name: vehicle_details vehicle_details_updated_by_fkey; Type: FK CONSTRAINT; Schema: public

ALTER TABLE ONLY public.vehicle_details
    ADD CONSTRAINT vehicle_details_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.profiles(user_id) ON DELETE RESTRICT;

-- Name: idempotency_keys Jobs look at kept answers; Type: POLICY; Schema: private

CREATE POLICY "Jobs look at kept answers" ON private.idempotency_keys FOR SELECT TO service_role USING ((principal <> ''::text));

-- Name: bytes_let_go Jobs look at what is to be removed; Type: POLICY; Schema: private

CREATE POLICY "Jobs look at what is to be removed" ON private.bytes_let_go FOR SELECT TO service_role USING ((storage_key <> ''::text));

-- Name: webhook_endpoints Managers add endpoints; Type: POLICY; Schema: private

CREATE POLICY "Managers add endpoints" ON private.webhook_endpoints FOR INSERT TO backoffice_staff WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: webhook_endpoints Managers change endpoints; Type: POLICY; Schema: private

CREATE POLICY "Managers change endpoints" ON private.webhook_endpoints FOR UPDATE TO backoffice_staff USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager))) WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: gateway_keys Managers make keys; Type: POLICY; Schema: private

CREATE POLICY "Managers make keys" ON private.gateway_keys FOR INSERT TO backoffice_staff WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: gateway_keys Managers revoke keys; Type: POLICY; Schema: private

CREATE POLICY "Managers revoke keys" ON private.gateway_keys FOR UPDATE TO backoffice_staff USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager))) WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: search_lexicon Nobody but the searchs own functions; Type: POLICY; Schema: private

CREATE POLICY "Nobody but the searchs own functions" ON private.search_lexicon FOR SELECT TO service_role USING ((word <> ''::text));

-- Name: audit_log Staff read their office's rows; Type: POLICY; Schema: private

CREATE POLICY "Staff read their office's rows" ON private.audit_log FOR SELECT TO backoffice_staff USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: deliveries Staff read their office's rows; Type: POLICY; Schema: private

CREATE POLICY "Staff read their office's rows" ON private.deliveries FOR SELECT TO backoffice_staff USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: delivery_attempts Staff read their office's rows; Type: POLICY; Schema: private

CREATE POLICY "Staff read their office's rows" ON private.delivery_attempts FOR SELECT TO backoffice_staff USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: gateway_keys Staff read their office's rows; Type: POLICY; Schema: private

CREATE POLICY "Staff read their office's rows" ON private.gateway_keys FOR SELECT TO backoffice_staff USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: outbox Staff read their office's rows; Type: POLICY; Schema: private

CREATE POLICY "Staff read their office's rows" ON private.outbox FOR SELECT TO backoffice_staff USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: webhook_endpoints Staff read their office's rows; Type: POLICY; Schema: private

CREATE POLICY "Staff read their office's rows" ON private.webhook_endpoints FOR SELECT TO backoffice_staff USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: raw_answers Staff read what Make sent their office; Type: POLICY; Schema: private

CREATE POLICY "Staff read what Make sent their office" ON private.raw_answers FOR SELECT TO backoffice_staff USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: deliveries Staff replay deliveries; Type: POLICY; Schema: private

CREATE POLICY "Staff replay deliveries" ON private.deliveries FOR UPDATE TO backoffice_staff USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: document_links Staff see the links of their office; Type: POLICY; Schema: private

CREATE POLICY "Staff see the links of their office" ON private.document_links FOR SELECT TO backoffice_staff USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: report_sources Whoever renders reads what was sent; Type: POLICY; Schema: private

CREATE POLICY "Whoever renders reads what was sent" ON private.report_sources FOR SELECT TO service_role USING ((html <> ''::text));

-- Name: audit_log; Type: ROW SECURITY; Schema: private

ALTER TABLE private.audit_log ENABLE ROW LEVEL SECURITY;

-- Name: bytes_let_go; Type: ROW SECURITY; Schema: private

ALTER TABLE private.bytes_let_go ENABLE ROW LEVEL SECURITY;

-- Name: deliveries; Type: ROW SECURITY; Schema: private

ALTER TABLE private.deliveries ENABLE ROW LEVEL SECURITY;

-- Name: delivery_attempts; Type: ROW SECURITY; Schema: private

ALTER TABLE private.delivery_attempts ENABLE ROW LEVEL SECURITY;

-- Name: document_links; Type: ROW SECURITY; Schema: private

ALTER TABLE private.document_links ENABLE ROW LEVEL SECURITY;

-- Name: gateway_keys; Type: ROW SECURITY; Schema: private

ALTER TABLE private.gateway_keys ENABLE ROW LEVEL SECURITY;

-- Name: idempotency_keys; Type: ROW SECURITY; Schema: private

ALTER TABLE private.idempotency_keys ENABLE ROW LEVEL SECURITY;

-- Name: outbox; Type: ROW SECURITY; Schema: private

ALTER TABLE private.outbox ENABLE ROW LEVEL SECURITY;

-- Name: raw_answers; Type: ROW SECURITY; Schema: private

ALTER TABLE private.raw_answers ENABLE ROW LEVEL SECURITY;

-- Name: report_sources; Type: ROW SECURITY; Schema: private

ALTER TABLE private.report_sources ENABLE ROW LEVEL SECURITY;

-- Name: search_lexicon; Type: ROW SECURITY; Schema: private

ALTER TABLE private.search_lexicon ENABLE ROW LEVEL SECURITY;

-- Name: webhook_endpoints; Type: ROW SECURITY; Schema: private

ALTER TABLE private.webhook_endpoints ENABLE ROW LEVEL SECURITY;

-- Name: profiles Colleagues see each other; Type: POLICY; Schema: public

CREATE POLICY "Colleagues see each other" ON public.profiles FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: user_orgs Colleagues see who belongs to the office; Type: POLICY; Schema: public

CREATE POLICY "Colleagues see who belongs to the office" ON public.user_orgs FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: vat_rates Managers add rates of their office; Type: POLICY; Schema: public

CREATE POLICY "Managers add rates of their office" ON public.vat_rates FOR INSERT TO backoffice_staff WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: message_templates Managers add wordings; Type: POLICY; Schema: public

CREATE POLICY "Managers add wordings" ON public.message_templates FOR INSERT TO authenticated WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: helper_sources Managers allow a subtree; Type: POLICY; Schema: public

CREATE POLICY "Managers allow a subtree" ON public.helper_sources FOR INSERT TO backoffice_staff WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: helper_sources Managers change a subtree; Type: POLICY; Schema: public

CREATE POLICY "Managers change a subtree" ON public.helper_sources FOR UPDATE TO backoffice_staff USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager))) WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: message_templates Managers change wordings; Type: POLICY; Schema: public

CREATE POLICY "Managers change wordings" ON public.message_templates FOR UPDATE TO authenticated USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager))) WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: vat_rates Managers mend rates of their office; Type: POLICY; Schema: public

CREATE POLICY "Managers mend rates of their office" ON public.vat_rates FOR UPDATE TO backoffice_staff USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager))) WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: orgs Managers set their office's tolerance; Type: POLICY; Schema: public

CREATE POLICY "Managers set their office's tolerance" ON public.orgs FOR UPDATE TO backoffice_staff USING (((id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager))) WITH CHECK (((id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: helper_sources Managers take a subtree away; Type: POLICY; Schema: public

CREATE POLICY "Managers take a subtree away" ON public.helper_sources FOR DELETE TO backoffice_staff USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: feature_flags Managers take switches away; Type: POLICY; Schema: public

CREATE POLICY "Managers take switches away" ON public.feature_flags FOR DELETE TO backoffice_staff USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: feature_flags Managers turn switches; Type: POLICY; Schema: public

CREATE POLICY "Managers turn switches" ON public.feature_flags FOR UPDATE TO backoffice_staff USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager))) WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: feature_flags Managers turn switches on; Type: POLICY; Schema: public

CREATE POLICY "Managers turn switches on" ON public.feature_flags FOR INSERT TO backoffice_staff WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ( SELECT private.is_manager() AS is_manager)));

-- Name: documents Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.documents FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: fee_invoices Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.fee_invoices FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: images Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.images FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_damage_center_mappings Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.invoice_damage_center_mappings FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_documents Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.invoice_documents FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_lines Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.invoice_lines FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoices Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.invoices FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: kb_docs Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.kb_docs FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: levi_reports Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.levi_reports FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: ocr_results Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.ocr_results FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: parts_required Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.parts_required FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: parts_search_results Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.parts_search_results FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: parts_search_sessions Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.parts_search_sessions FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: payment_tracking Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.payment_tracking FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: reminders Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.reminders FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: required_parts_archive Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.required_parts_archive FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: selected_parts Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.selected_parts FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: vehicle_details Members add rows of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add rows of their office" ON public.vehicle_details FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_suppliers Members add suppliers of their office; Type: POLICY; Schema: public

CREATE POLICY "Members add suppliers of their office" ON public.invoice_suppliers FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: job_runs Members follow their office's work, staff the system's; Type: POLICY; Schema: public

CREATE POLICY "Members follow their office's work, staff the system's" ON public.job_runs FOR SELECT TO authenticated USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) OR ((org_id IS NULL) AND (( SELECT current_setting('role'::text) AS current_setting) = 'backoffice_staff'::text) AND (EXISTS ( SELECT private.my_orgs() AS my_orgs)))));

-- Name: case_helper Members may ask, and nothing changes; Type: POLICY; Schema: public

CREATE POLICY "Members may ask, and nothing changes" ON public.case_helper FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: cases Members open cases in their office; Type: POLICY; Schema: public

CREATE POLICY "Members open cases in their office" ON public.cases FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: helper_sync_log Members read how the mirror does; Type: POLICY; Schema: public

CREATE POLICY "Members read how the mirror does" ON public.helper_sync_log FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: vat_rates Members read the rates that count for them; Type: POLICY; Schema: public

CREATE POLICY "Members read the rates that count for them" ON public.vat_rates FOR SELECT TO authenticated USING (((org_id IS NULL) OR (org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))));

-- Name: feature_flags Members read the switches that count for them; Type: POLICY; Schema: public

CREATE POLICY "Members read the switches that count for them" ON public.feature_flags FOR SELECT TO authenticated USING (((org_id IS NULL) OR (org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))));

-- Name: cases Members read their office's cases; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's cases" ON public.cases FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: kb_embeddings Members read their office's embeddings; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's embeddings" ON public.kb_embeddings FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: case_helper Members read their office's helpers; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's helpers" ON public.case_helper FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: documents Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.documents FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: fee_invoices Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.fee_invoices FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: images Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.images FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_damage_center_mappings Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.invoice_damage_center_mappings FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_documents Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.invoice_documents FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_lines Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.invoice_lines FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoices Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.invoices FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: kb_docs Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.kb_docs FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: levi_reports Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.levi_reports FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: ocr_results Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.ocr_results FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: onedrive_sync Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.onedrive_sync FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: outbound_messages Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.outbound_messages FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: parts_required Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.parts_required FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: parts_search_results Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.parts_search_results FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: parts_search_sessions Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.parts_search_sessions FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: payment_tracking Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.payment_tracking FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: reminder_occurrences Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.reminder_occurrences FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: reminders Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.reminders FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: reports Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.reports FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: required_parts_archive Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.required_parts_archive FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: selected_parts Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.selected_parts FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: tracking_expertise Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.tracking_expertise FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: tracking_final_report Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.tracking_final_report FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: tracking_general Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.tracking_general FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: vehicle_details Members read their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's rows" ON public.vehicle_details FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_suppliers Members read their office's suppliers; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's suppliers" ON public.invoice_suppliers FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: message_templates Members read their office's wordings; Type: POLICY; Schema: public

CREATE POLICY "Members read their office's wordings" ON public.message_templates FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: events Members read what happened in their office; Type: POLICY; Schema: public

CREATE POLICY "Members read what happened in their office" ON public.events FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_validations Members read what their invoices come to; Type: POLICY; Schema: public

CREATE POLICY "Members read what their invoices come to" ON public.invoice_validations FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: helper_sources Members read who writes what; Type: POLICY; Schema: public

CREATE POLICY "Members read who writes what" ON public.helper_sources FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_validations Members review their office's invoices; Type: POLICY; Schema: public

CREATE POLICY "Members review their office's invoices" ON public.invoice_validations FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: case_helper Members save helpers of their office; Type: POLICY; Schema: public

CREATE POLICY "Members save helpers of their office" ON public.case_helper FOR INSERT TO authenticated WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: case_search_index Members search their office's cases; Type: POLICY; Schema: public

CREATE POLICY "Members search their office's cases" ON public.case_search_index FOR SELECT TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: orgs Members see their office; Type: POLICY; Schema: public

CREATE POLICY "Members see their office" ON public.orgs FOR SELECT TO authenticated USING ((id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: cases Members work on their office's cases; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's cases" ON public.cases FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: documents Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.documents FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: fee_invoices Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.fee_invoices FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: images Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.images FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_damage_center_mappings Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.invoice_damage_center_mappings FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_documents Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.invoice_documents FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_lines Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.invoice_lines FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoices Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.invoices FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: kb_docs Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.kb_docs FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: levi_reports Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.levi_reports FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: ocr_results Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.ocr_results FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: parts_required Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.parts_required FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: parts_search_results Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.parts_search_results FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: parts_search_sessions Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.parts_search_sessions FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: payment_tracking Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.payment_tracking FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: reminders Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.reminders FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: required_parts_archive Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.required_parts_archive FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: selected_parts Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.selected_parts FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: vehicle_details Members work on their office's rows; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's rows" ON public.vehicle_details FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: invoice_suppliers Members work on their office's suppliers; Type: POLICY; Schema: public

CREATE POLICY "Members work on their office's suppliers" ON public.invoice_suppliers FOR UPDATE TO authenticated USING ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))) WITH CHECK ((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))));

-- Name: user_assets People change their own, managers the office's; Type: POLICY; Schema: public

CREATE POLICY "People change their own, managers the office's" ON public.user_assets FOR UPDATE TO authenticated USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ((user_id = ( SELECT auth.uid() AS uid)) OR ((user_id IS NULL) AND ( SELECT private.is_manager() AS is_manager))))) WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ((user_id = ( SELECT auth.uid() AS uid)) OR ((user_id IS NULL) AND ( SELECT private.is_manager() AS is_manager)))));

-- Name: profiles People keep their own contact details; Type: POLICY; Schema: public

CREATE POLICY "People keep their own contact details" ON public.profiles FOR UPDATE TO authenticated USING (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))))) WITH CHECK (((user_id = ( SELECT auth.uid() AS uid)) AND (org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs)))));

-- Name: user_assets People see what stands on their own reports; Type: POLICY; Schema: public

CREATE POLICY "People see what stands on their own reports" ON public.user_assets FOR SELECT TO authenticated USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ((user_id IS NULL) OR (user_id = ( SELECT auth.uid() AS uid)))));

-- Name: user_assets People set their own, managers the office's; Type: POLICY; Schema: public

CREATE POLICY "People set their own, managers the office's" ON public.user_assets FOR INSERT TO authenticated WITH CHECK (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) AND ((user_id = ( SELECT auth.uid() AS uid)) OR ((user_id IS NULL) AND ( SELECT private.is_manager() AS is_manager)))));

-- Name: system_logs Staff read what they must know; Type: POLICY; Schema: public

CREATE POLICY "Staff read what they must know" ON public.system_logs FOR SELECT TO backoffice_staff USING (((org_id = ANY (ARRAY( SELECT private.my_orgs() AS my_orgs))) OR ((org_id IS NULL) AND (EXISTS ( SELECT private.my_orgs() AS my_orgs)))));

-- Name: case_helper; Type: ROW SECURITY; Schema: public

ALTER TABLE public.case_helper ENABLE ROW LEVEL SECURITY;

-- Name: case_search_index; Type: ROW SECURITY; Schema: public

ALTER TABLE public.case_search_index ENABLE ROW LEVEL SECURITY;

-- Name: cases; Type: ROW SECURITY; Schema: public

ALTER TABLE public.cases ENABLE ROW LEVEL SECURITY;

-- Name: documents; Type: ROW SECURITY; Schema: public

ALTER TABLE public.documents ENABLE ROW LEVEL SECURITY;

-- Name: events; Type: ROW SECURITY; Schema: public

ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;

-- Name: feature_flags; Type: ROW SECURITY; Schema: public

ALTER TABLE public.feature_flags ENABLE ROW LEVEL SECURITY;

-- Name: fee_invoices; Type: ROW SECURITY; Schema: public

ALTER TABLE public.fee_invoices ENABLE ROW LEVEL SECURITY;

-- Name: helper_sources; Type: ROW SECURITY; Schema: public

ALTER TABLE public.helper_sources ENABLE ROW LEVEL SECURITY;

-- Name: helper_sync_log; Type: ROW SECURITY; Schema: public

ALTER TABLE public.helper_sync_log ENABLE ROW LEVEL SECURITY;

-- Name: images; Type: ROW SECURITY; Schema: public

ALTER TABLE public.images ENABLE ROW LEVEL SECURITY;

-- Name: invoice_damage_center_mappings; Type: ROW SECURITY; Schema: public

ALTER TABLE public.invoice_damage_center_mappings ENABLE ROW LEVEL SECURITY;

-- Name: invoice_documents; Type: ROW SECURITY; Schema: public

ALTER TABLE public.invoice_documents ENABLE ROW LEVEL SECURITY;

-- Name: invoice_lines; Type: ROW SECURITY; Schema: public

ALTER TABLE public.invoice_lines ENABLE ROW LEVEL SECURITY;

-- Name: invoice_suppliers; Type: ROW SECURITY; Schema: public

ALTER TABLE public.invoice_suppliers ENABLE ROW LEVEL SECURITY;

-- Name: invoice_validations; Type: ROW SECURITY; Schema: public

ALTER TABLE public.invoice_validations ENABLE ROW LEVEL SECURITY;

-- Name: invoices; Type: ROW SECURITY; Schema: public

ALTER TABLE public.invoices ENABLE ROW LEVEL SECURITY;

-- Name: job_runs; Type: ROW SECURITY; Schema: public

ALTER TABLE public.job_runs ENABLE ROW LEVEL SECURITY;

-- Name: kb_docs; Type: ROW SECURITY; Schema: public

ALTER TABLE public.kb_docs ENABLE ROW LEVEL SECURITY;

-- Name: kb_embeddings; Type: ROW SECURITY; Schema: public

ALTER TABLE public.kb_embeddings ENABLE ROW LEVEL SECURITY;

-- Name: levi_reports; Type: ROW SECURITY; Schema: public

ALTER TABLE public.levi_reports ENABLE ROW LEVEL SECURITY;

-- Name: message_templates; Type: ROW SECURITY; Schema: public

ALTER TABLE public.message_templates ENABLE ROW LEVEL SECURITY;

-- Name: ocr_results; Type: ROW SECURITY; Schema: public

ALTER TABLE public.ocr_results ENABLE ROW LEVEL SECURITY;

-- Name: onedrive_sync; Type: ROW SECURITY; Schema: public

ALTER TABLE public.onedrive_sync ENABLE ROW LEVEL SECURITY;

-- Name: orgs; Type: ROW SECURITY; Schema: public

ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;

-- Name: outbound_messages; Type: ROW SECURITY; Schema: public

ALTER TABLE public.outbound_messages ENABLE ROW LEVEL SECURITY;

-- Name: parts_required; Type: ROW SECURITY; Schema: public

ALTER TABLE public.parts_required ENABLE ROW LEVEL SECURITY;

-- Name: parts_search_results; Type: ROW SECURITY; Schema: public

ALTER TABLE public.parts_search_results ENABLE ROW LEVEL SECURITY;

-- Name: parts_search_sessions; Type: ROW SECURITY; Schema: public

ALTER TABLE public.parts_search_sessions ENABLE ROW LEVEL SECURITY;

-- Name: payment_tracking; Type: ROW SECURITY; Schema: public

ALTER TABLE public.payment_tracking ENABLE ROW LEVEL SECURITY;

-- Name: profiles; Type: ROW SECURITY; Schema: public

ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;

-- Name: reminder_occurrences; Type: ROW SECURITY; Schema: public

ALTER TABLE public.reminder_occurrences ENABLE ROW LEVEL SECURITY;

-- Name: reminders; Type: ROW SECURITY; Schema: public

ALTER TABLE public.reminders ENABLE ROW LEVEL SECURITY;

-- Name: reports; Type: ROW SECURITY; Schema: public

ALTER TABLE public.reports ENABLE ROW LEVEL SECURITY;

-- Name: required_parts_archive; Type: ROW SECURITY; Schema: public

ALTER TABLE public.required_parts_archive ENABLE ROW LEVEL SECURITY;

-- Name: selected_parts; Type: ROW SECURITY; Schema: public

ALTER TABLE public.selected_parts ENABLE ROW LEVEL SECURITY;

-- Name: system_logs; Type: ROW SECURITY; Schema: public

ALTER TABLE public.system_logs ENABLE ROW LEVEL SECURITY;

-- Name: tracking_expertise; Type: ROW SECURITY; Schema: public

ALTER TABLE public.tracking_expertise ENABLE ROW LEVEL SECURITY;

-- Name: tracking_final_report; Type: ROW SECURITY; Schema: public

ALTER TABLE public.tracking_final_report ENABLE ROW LEVEL SECURITY;

-- Name: tracking_general; Type: ROW SECURITY; Schema: public

ALTER TABLE public.tracking_general ENABLE ROW LEVEL SECURITY;

-- Name: user_assets; Type: ROW SECURITY; Schema: public

ALTER TABLE public.user_assets ENABLE ROW LEVEL SECURITY;

-- Name: user_orgs; Type: ROW SECURITY; Schema: public

ALTER TABLE public.user_orgs ENABLE ROW LEVEL SECURITY;

-- Name: vat_rates; Type: ROW SECURITY; Schema: public

ALTER TABLE public.vat_rates ENABLE ROW LEVEL SECURITY;

-- Name: vehicle_details; Type: ROW SECURITY; Schema: public

ALTER TABLE public.vehicle_details ENABLE ROW LEVEL SECURITY;

-- Name: SCHEMA private; Type: ACL; Schema: -

GRANT USAGE ON SCHEMA private TO authenticated;
GRANT USAGE ON SCHEMA private TO service_role;
GRANT USAGE ON SCHEMA private TO backoffice_app;

-- Name: SCHEMA public; Type: ACL; Schema: -

GRANT USAGE ON SCHEMA public TO anon;
GRANT USAGE ON SCHEMA public TO authenticated;
GRANT USAGE ON SCHEMA public TO service_role;

-- Name: FUNCTION amount(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.amount(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.amount(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.amount(p_text text) TO service_role;

-- Name: FUNCTION answer_is_for_ever(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.answer_is_for_ever() FROM PUBLIC;

-- Name: FUNCTION applied_versions(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.applied_versions() FROM PUBLIC;
GRANT ALL ON FUNCTION private.applied_versions() TO backoffice_app;

-- Name: FUNCTION audit(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.audit() FROM PUBLIC;

-- Name: FUNCTION audit_news(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.audit_news() FROM PUBLIC;

-- Name: FUNCTION bare_helper(p_json jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.bare_helper(p_json jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.bare_helper(p_json jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.bare_helper(p_json jsonb) TO service_role;

-- Name: FUNCTION bytes_removed(p_bucket text, p_key text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.bytes_removed(p_bucket text, p_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.bytes_removed(p_bucket text, p_key text) TO service_role;

-- Name: FUNCTION bytes_to_remove(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.bytes_to_remove() FROM PUBLIC;
GRANT ALL ON FUNCTION private.bytes_to_remove() TO service_role;

-- Name: FUNCTION cabinets_let_go(p_days integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.cabinets_let_go(p_days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.cabinets_let_go(p_days integer) TO service_role;

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

-- Name: FUNCTION case_deliveries(p_case_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_deliveries(p_case_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.case_deliveries(p_case_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.case_deliveries(p_case_id uuid) TO service_role;

-- Name: FUNCTION case_helper_flag_is_ours(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_helper_flag_is_ours() FROM PUBLIC;

-- Name: FUNCTION case_helper_is_for_ever(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_helper_is_for_ever() FROM PUBLIC;

-- Name: FUNCTION case_helper_is_mine(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_helper_is_mine() FROM PUBLIC;

-- Name: FUNCTION case_helper_marks(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_helper_marks() FROM PUBLIC;

-- Name: FUNCTION case_helper_number(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_helper_number() FROM PUBLIC;

-- Name: TABLE case_helper; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.case_helper TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.case_helper TO service_role;

-- Name: FUNCTION case_helper_save_merged(p_case_id uuid, p_helper_json jsonb, p_current integer, p_only_mine text[], p_shared text[], p_merged jsonb, p_label text, p_trigger text, p_saved_by uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_helper_save_merged(p_case_id uuid, p_helper_json jsonb, p_current integer, p_only_mine text[], p_shared text[], p_merged jsonb, p_label text, p_trigger text, p_saved_by uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.case_helper_save_merged(p_case_id uuid, p_helper_json jsonb, p_current integer, p_only_mine text[], p_shared text[], p_merged jsonb, p_label text, p_trigger text, p_saved_by uuid) TO authenticated;
GRANT ALL ON FUNCTION private.case_helper_save_merged(p_case_id uuid, p_helper_json jsonb, p_current integer, p_only_mine text[], p_shared text[], p_merged jsonb, p_label text, p_trigger text, p_saved_by uuid) TO service_role;

-- Name: FUNCTION case_helper_track(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_helper_track() FROM PUBLIC;

-- Name: FUNCTION case_lock(p_case_id uuid, p_expected integer, p_helper jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_lock(p_case_id uuid, p_expected integer, p_helper jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.case_lock(p_case_id uuid, p_expected integer, p_helper jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.case_lock(p_case_id uuid, p_expected integer, p_helper jsonb) TO service_role;

-- Name: FUNCTION case_news(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_news() FROM PUBLIC;

-- Name: FUNCTION case_of(p_case_id uuid, p_plate text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_of(p_case_id uuid, p_plate text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.case_of(p_case_id uuid, p_plate text) TO authenticated;
GRANT ALL ON FUNCTION private.case_of(p_case_id uuid, p_plate text) TO service_role;

-- Name: FUNCTION case_queued(p_case_id uuid, p_plate text, p_org_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_queued(p_case_id uuid, p_plate text, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.case_queued(p_case_id uuid, p_plate text, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.case_queued(p_case_id uuid, p_plate text, p_org_id uuid) TO service_role;

-- Name: FUNCTION case_search(p_asked jsonb, p_limit bigint, p_offset bigint); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_search(p_asked jsonb, p_limit bigint, p_offset bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION private.case_search(p_asked jsonb, p_limit bigint, p_offset bigint) TO authenticated;
GRANT ALL ON FUNCTION private.case_search(p_asked jsonb, p_limit bigint, p_offset bigint) TO service_role;

-- Name: FUNCTION case_search_count(p_asked jsonb, p_most bigint); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_search_count(p_asked jsonb, p_most bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION private.case_search_count(p_asked jsonb, p_most bigint) TO authenticated;
GRANT ALL ON FUNCTION private.case_search_count(p_asked jsonb, p_most bigint) TO service_role;

-- Name: FUNCTION case_track(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.case_track() FROM PUBLIC;

-- Name: FUNCTION changed_only(p_was jsonb, p_became jsonb, p_columns text[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.changed_only(p_was jsonb, p_became jsonb, p_columns text[]) FROM PUBLIC;

-- Name: FUNCTION changed_sections(p_old jsonb, p_new jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.changed_sections(p_old jsonb, p_new jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.changed_sections(p_old jsonb, p_new jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.changed_sections(p_old jsonb, p_new jsonb) TO service_role;

-- Name: FUNCTION changes_counted(p_id uuid, p_changes integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.changes_counted(p_id uuid, p_changes integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.changes_counted(p_id uuid, p_changes integer) TO authenticated;
GRANT ALL ON FUNCTION private.changes_counted(p_id uuid, p_changes integer) TO service_role;

-- Name: FUNCTION day(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.day(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.day(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.day(p_text text) TO service_role;

-- Name: FUNCTION deliveries_claim(p_endpoint_id uuid, p_limit integer, p_lease_seconds integer, p_per_second integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.deliveries_claim(p_endpoint_id uuid, p_limit integer, p_lease_seconds integer, p_per_second integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.deliveries_claim(p_endpoint_id uuid, p_limit integer, p_lease_seconds integer, p_per_second integer) TO service_role;

-- Name: FUNCTION deliveries_record(p_results jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.deliveries_record(p_results jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.deliveries_record(p_results jsonb) TO service_role;

-- Name: FUNCTION deliveries_replay(p_ids uuid[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.deliveries_replay(p_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION private.deliveries_replay(p_ids uuid[]) TO backoffice_staff;
GRANT ALL ON FUNCTION private.deliveries_replay(p_ids uuid[]) TO service_role;

-- Name: FUNCTION delivery_given_up(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.delivery_given_up() FROM PUBLIC;

-- Name: FUNCTION difference_to_count(p_case_id uuid, p_version integer, p_most_bytes integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.difference_to_count(p_case_id uuid, p_version integer, p_most_bytes integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.difference_to_count(p_case_id uuid, p_version integer, p_most_bytes integer) TO authenticated;
GRANT ALL ON FUNCTION private.difference_to_count(p_case_id uuid, p_version integer, p_most_bytes integer) TO service_role;

-- Name: FUNCTION document_checked_stamp(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.document_checked_stamp() FROM PUBLIC;

-- Name: FUNCTION document_picture(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.document_picture() FROM PUBLIC;

-- Name: FUNCTION document_stamp(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.document_stamp() FROM PUBLIC;

-- Name: FUNCTION door(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.door() FROM PUBLIC;
GRANT ALL ON FUNCTION private.door() TO authenticated;
GRANT ALL ON FUNCTION private.door() TO service_role;

-- Name: FUNCTION endpoint_paused(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.endpoint_paused() FROM PUBLIC;

-- Name: FUNCTION endpoint_ping(p_endpoint_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.endpoint_ping(p_endpoint_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.endpoint_ping(p_endpoint_id uuid) TO backoffice_staff;
GRANT ALL ON FUNCTION private.endpoint_ping(p_endpoint_id uuid) TO service_role;

-- Name: FUNCTION endpoints_ready(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.endpoints_ready() FROM PUBLIC;
GRANT ALL ON FUNCTION private.endpoints_ready() TO backoffice_app;
GRANT ALL ON FUNCTION private.endpoints_ready() TO service_role;

-- Name: FUNCTION event_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.event_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb) FROM PUBLIC;

-- Name: FUNCTION event_add_mine(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.event_add_mine(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.event_add_mine(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.event_add_mine(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb) TO service_role;

-- Name: FUNCTION export_add(p_case_id uuid, p_version integer, p_reason text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.export_add(p_case_id uuid, p_version integer, p_reason text) FROM PUBLIC;

-- Name: FUNCTION export_add_mine(p_case_id uuid, p_version integer, p_reason text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.export_add_mine(p_case_id uuid, p_version integer, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.export_add_mine(p_case_id uuid, p_version integer, p_reason text) TO authenticated;
GRANT ALL ON FUNCTION private.export_add_mine(p_case_id uuid, p_version integer, p_reason text) TO service_role;

-- Name: FUNCTION export_ended(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.export_ended() FROM PUBLIC;

-- Name: FUNCTION exports_forgotten(p_minutes integer, p_limit integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.exports_forgotten(p_minutes integer, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.exports_forgotten(p_minutes integer, p_limit integer) TO service_role;

-- Name: FUNCTION feature_flag_news(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.feature_flag_news() FROM PUBLIC;

-- Name: FUNCTION feature_flag_stamp(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.feature_flag_stamp() FROM PUBLIC;

-- Name: FUNCTION field_history(p_case_id uuid, p_steps jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.field_history(p_case_id uuid, p_steps jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.field_history(p_case_id uuid, p_steps jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.field_history(p_case_id uuid, p_steps jsonb) TO service_role;

-- Name: TABLE documents; Type: ACL; Schema: public

GRANT SELECT,INSERT ON TABLE public.documents TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.documents TO service_role;

-- Name: COLUMN documents.case_id; Type: ACL; Schema: public

GRANT UPDATE(case_id) ON TABLE public.documents TO authenticated;

-- Name: COLUMN documents.plate; Type: ACL; Schema: public

GRANT UPDATE(plate) ON TABLE public.documents TO authenticated;

-- Name: COLUMN documents.category; Type: ACL; Schema: public

GRANT UPDATE(category) ON TABLE public.documents TO authenticated;

-- Name: COLUMN documents.filename; Type: ACL; Schema: public

GRANT UPDATE(filename) ON TABLE public.documents TO authenticated;

-- Name: COLUMN documents.notes; Type: ACL; Schema: public

GRANT UPDATE(notes) ON TABLE public.documents TO authenticated;

-- Name: COLUMN documents.deleted_at; Type: ACL; Schema: public

GRANT UPDATE(deleted_at) ON TABLE public.documents TO authenticated;

-- Name: FUNCTION file_assign(p_document_id uuid, p_case_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.file_assign(p_document_id uuid, p_case_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.file_assign(p_document_id uuid, p_case_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.file_assign(p_document_id uuid, p_case_id uuid) TO service_role;

-- Name: FUNCTION file_checked(p_document_id uuid, p_storage_key text, p_reason text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.file_checked(p_document_id uuid, p_storage_key text, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.file_checked(p_document_id uuid, p_storage_key text, p_reason text) TO service_role;

-- Name: FUNCTION file_found(p_known public.documents, p_row public.documents); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.file_found(p_known public.documents, p_row public.documents) FROM PUBLIC;

-- Name: FUNCTION file_known(p_org_id uuid, p_case_id uuid, p_checksum text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.file_known(p_org_id uuid, p_case_id uuid, p_checksum text) FROM PUBLIC;

-- Name: FUNCTION file_let_go(p_document_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.file_let_go(p_document_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.file_let_go(p_document_id uuid) TO service_role;

-- Name: FUNCTION file_read(p_document_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.file_read(p_document_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.file_read(p_document_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.file_read(p_document_id uuid) TO service_role;

-- Name: FUNCTION file_worked_on(p_document_id uuid, p_operation text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.file_worked_on(p_document_id uuid, p_operation text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.file_worked_on(p_document_id uuid, p_operation text) TO authenticated;
GRANT ALL ON FUNCTION private.file_worked_on(p_document_id uuid, p_operation text) TO service_role;

-- Name: FUNCTION files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION private.files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean) TO backoffice_gateway;
GRANT ALL ON FUNCTION private.files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean) TO service_role;

-- Name: FUNCTION flag(p_name text, p_org_id uuid, p_case_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.flag(p_name text, p_org_id uuid, p_case_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.flag(p_name text, p_org_id uuid, p_case_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.flag(p_name text, p_org_id uuid, p_case_id uuid) TO service_role;

-- Name: FUNCTION gateway_enter(p_key_hash text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.gateway_enter(p_key_hash text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.gateway_enter(p_key_hash text) TO backoffice_app;

-- Name: FUNCTION gateway_key_id(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.gateway_key_id() FROM PUBLIC;
GRANT ALL ON FUNCTION private.gateway_key_id() TO authenticated;
GRANT ALL ON FUNCTION private.gateway_key_id() TO service_role;

-- Name: FUNCTION helper_difference(p_case_id uuid, p_from integer, p_to integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.helper_difference(p_case_id uuid, p_from integer, p_to integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.helper_difference(p_case_id uuid, p_from integer, p_to integer) TO authenticated;
GRANT ALL ON FUNCTION private.helper_difference(p_case_id uuid, p_from integer, p_to integer) TO service_role;

-- Name: FUNCTION helper_meeting(p_case_id uuid, p_base integer, p_theirs integer, p_mine jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.helper_meeting(p_case_id uuid, p_base integer, p_theirs integer, p_mine jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.helper_meeting(p_case_id uuid, p_base integer, p_theirs integer, p_mine jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.helper_meeting(p_case_id uuid, p_base integer, p_theirs integer, p_mine jsonb) TO service_role;

-- Name: FUNCTION helper_restore_difference(p_case_id uuid, p_current integer, p_old integer, p_sections text[], p_mode text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.helper_restore_difference(p_case_id uuid, p_current integer, p_old integer, p_sections text[], p_mode text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.helper_restore_difference(p_case_id uuid, p_current integer, p_old integer, p_sections text[], p_mode text) TO authenticated;
GRANT ALL ON FUNCTION private.helper_restore_difference(p_case_id uuid, p_current integer, p_old integer, p_sections text[], p_mode text) TO service_role;

-- Name: FUNCTION helper_restored(p_current jsonb, p_old jsonb, p_sections text[], p_mode text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.helper_restored(p_current jsonb, p_old jsonb, p_sections text[], p_mode text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.helper_restored(p_current jsonb, p_old jsonb, p_sections text[], p_mode text) TO authenticated;
GRANT ALL ON FUNCTION private.helper_restored(p_current jsonb, p_old jsonb, p_sections text[], p_mode text) TO service_role;

-- Name: FUNCTION helper_sources_give(p_org_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.helper_sources_give(p_org_id uuid) FROM PUBLIC;

-- Name: FUNCTION helper_sources_of_new_office(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.helper_sources_of_new_office() FROM PUBLIC;

-- Name: FUNCTION idempotency_claim(p_principal text, p_key text, p_op text, p_fingerprint text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.idempotency_claim(p_principal text, p_key text, p_op text, p_fingerprint text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.idempotency_claim(p_principal text, p_key text, p_op text, p_fingerprint text) TO backoffice_gateway;
GRANT ALL ON FUNCTION private.idempotency_claim(p_principal text, p_key text, p_op text, p_fingerprint text) TO service_role;

-- Name: FUNCTION idempotency_keep(p_principal text, p_key text, p_op text, p_fingerprint text, p_status integer, p_answer text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.idempotency_keep(p_principal text, p_key text, p_op text, p_fingerprint text, p_status integer, p_answer text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.idempotency_keep(p_principal text, p_key text, p_op text, p_fingerprint text, p_status integer, p_answer text) TO backoffice_gateway;
GRANT ALL ON FUNCTION private.idempotency_keep(p_principal text, p_key text, p_op text, p_fingerprint text, p_status integer, p_answer text) TO service_role;

-- Name: FUNCTION idempotency_sweep(p_hours integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.idempotency_sweep(p_hours integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.idempotency_sweep(p_hours integer) TO service_role;

-- Name: TABLE images; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.images TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.images TO service_role;

-- Name: COLUMN images.org_id; Type: ACL; Schema: public

GRANT INSERT(org_id) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.case_id; Type: ACL; Schema: public

GRANT INSERT(case_id) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.plate; Type: ACL; Schema: public

GRANT INSERT(plate) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.document_id; Type: ACL; Schema: public

GRANT INSERT(document_id) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.damage_center_id; Type: ACL; Schema: public

GRANT INSERT(damage_center_id),UPDATE(damage_center_id) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.original_url; Type: ACL; Schema: public

GRANT INSERT(original_url),UPDATE(original_url) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.transformed_url; Type: ACL; Schema: public

GRANT INSERT(transformed_url),UPDATE(transformed_url) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.cloudinary_url; Type: ACL; Schema: public

GRANT INSERT(cloudinary_url),UPDATE(cloudinary_url) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.onedrive_path; Type: ACL; Schema: public

GRANT INSERT(onedrive_path),UPDATE(onedrive_path) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.onedrive_transformed_path; Type: ACL; Schema: public

GRANT INSERT(onedrive_transformed_path),UPDATE(onedrive_transformed_path) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.filename; Type: ACL; Schema: public

GRANT INSERT(filename),UPDATE(filename) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.notes; Type: ACL; Schema: public

GRANT INSERT(notes),UPDATE(notes) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.display_order; Type: ACL; Schema: public

GRANT UPDATE(display_order) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.category; Type: ACL; Schema: public

GRANT INSERT(category),UPDATE(category) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.backup_status; Type: ACL; Schema: public

GRANT UPDATE(backup_status) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.recognized_part; Type: ACL; Schema: public

GRANT UPDATE(recognized_part) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.recognized_damage; Type: ACL; Schema: public

GRANT UPDATE(recognized_damage) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.recognition_confidence; Type: ACL; Schema: public

GRANT UPDATE(recognition_confidence) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.recognition_status; Type: ACL; Schema: public

GRANT UPDATE(recognition_status) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.source; Type: ACL; Schema: public

GRANT INSERT(source) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.deleted_at; Type: ACL; Schema: public

GRANT UPDATE(deleted_at) ON TABLE public.images TO authenticated;

-- Name: COLUMN images.in_reports; Type: ACL; Schema: public

GRANT INSERT(in_reports),UPDATE(in_reports) ON TABLE public.images TO authenticated;

-- Name: FUNCTION image_adopt(p_said public.images, p_document public.documents); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.image_adopt(p_said public.images, p_document public.documents) FROM PUBLIC;

-- Name: FUNCTION image_backed_up(p_image_id uuid, p_onedrive_file_id text, p_onedrive_web_url text, p_onedrive_path text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.image_backed_up(p_image_id uuid, p_onedrive_file_id text, p_onedrive_web_url text, p_onedrive_path text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.image_backed_up(p_image_id uuid, p_onedrive_file_id text, p_onedrive_web_url text, p_onedrive_path text) TO authenticated;
GRANT ALL ON FUNCTION private.image_backed_up(p_image_id uuid, p_onedrive_file_id text, p_onedrive_web_url text, p_onedrive_path text) TO service_role;

-- Name: FUNCTION image_failed(p_image_id uuid, p_reason text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.image_failed(p_image_id uuid, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.image_failed(p_image_id uuid, p_reason text) TO service_role;

-- Name: FUNCTION image_follows(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.image_follows() FROM PUBLIC;

-- Name: FUNCTION image_found(p_row jsonb, p_case_id uuid, p_org_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.image_found(p_row jsonb, p_case_id uuid, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.image_found(p_row jsonb, p_case_id uuid, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.image_found(p_row jsonb, p_case_id uuid, p_org_id uuid) TO service_role;

-- Name: FUNCTION image_later(p_image_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.image_later(p_image_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.image_later(p_image_id uuid) TO service_role;

-- Name: FUNCTION image_made(p_image_id uuid, p_status text, p_transformed_url text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.image_made(p_image_id uuid, p_status text, p_transformed_url text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.image_made(p_image_id uuid, p_status text, p_transformed_url text) TO authenticated;
GRANT ALL ON FUNCTION private.image_made(p_image_id uuid, p_status text, p_transformed_url text) TO service_role;

-- Name: FUNCTION image_meant(p_row jsonb, p_case_id uuid, p_org_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.image_meant(p_row jsonb, p_case_id uuid, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.image_meant(p_row jsonb, p_case_id uuid, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.image_meant(p_row jsonb, p_case_id uuid, p_org_id uuid) TO service_role;

-- Name: FUNCTION image_place(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.image_place() FROM PUBLIC;

-- Name: FUNCTION image_read(p_image_id uuid, p_width integer, p_height integer, p_orientation smallint, p_taken_at timestamp with time zone, p_exif_data jsonb, p_thumbnail_key text, p_processed_key text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.image_read(p_image_id uuid, p_width integer, p_height integer, p_orientation smallint, p_taken_at timestamp with time zone, p_exif_data jsonb, p_thumbnail_key text, p_processed_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.image_read(p_image_id uuid, p_width integer, p_height integer, p_orientation smallint, p_taken_at timestamp with time zone, p_exif_data jsonb, p_thumbnail_key text, p_processed_key text) TO service_role;

-- Name: FUNCTION image_take(p_row jsonb, p_case_id uuid, p_org_id uuid, OUT p_image public.images, OUT p_created boolean); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.image_take(p_row jsonb, p_case_id uuid, p_org_id uuid, OUT p_image public.images, OUT p_created boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION private.image_take(p_row jsonb, p_case_id uuid, p_org_id uuid, OUT p_image public.images, OUT p_created boolean) TO authenticated;
GRANT ALL ON FUNCTION private.image_take(p_row jsonb, p_case_id uuid, p_org_id uuid, OUT p_image public.images, OUT p_created boolean) TO service_role;

-- Name: FUNCTION images_claim(p_lease_seconds integer, p_tries integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.images_claim(p_lease_seconds integer, p_tries integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.images_claim(p_lease_seconds integer, p_tries integer) TO service_role;

-- Name: FUNCTION images_close_ranks(p_case_id uuid, p_damage_center_id text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.images_close_ranks(p_case_id uuid, p_damage_center_id text) FROM PUBLIC;

-- Name: FUNCTION images_queue(p_case_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.images_queue(p_case_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.images_queue(p_case_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.images_queue(p_case_id uuid) TO service_role;

-- Name: FUNCTION images_reordered(p_case_id uuid, p_moved integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.images_reordered(p_case_id uuid, p_moved integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.images_reordered(p_case_id uuid, p_moved integer) TO authenticated;
GRANT ALL ON FUNCTION private.images_reordered(p_case_id uuid, p_moved integer) TO service_role;

-- Name: FUNCTION invoice_line_part(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoice_line_part() FROM PUBLIC;

-- Name: FUNCTION invoice_lines_edited(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoice_lines_edited() FROM PUBLIC;

-- Name: TABLE ocr_results; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.ocr_results TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.ocr_results TO service_role;

-- Name: FUNCTION invoice_lines_of(p_read public.ocr_results); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoice_lines_of(p_read public.ocr_results) FROM PUBLIC;
GRANT ALL ON FUNCTION private.invoice_lines_of(p_read public.ocr_results) TO authenticated;
GRANT ALL ON FUNCTION private.invoice_lines_of(p_read public.ocr_results) TO service_role;

-- Name: FUNCTION invoice_moved(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoice_moved() FROM PUBLIC;

-- Name: TABLE invoices; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.invoices TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.invoices TO service_role;

-- Name: FUNCTION invoice_of_ocr(p_read public.ocr_results); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoice_of_ocr(p_read public.ocr_results) FROM PUBLIC;
GRANT ALL ON FUNCTION private.invoice_of_ocr(p_read public.ocr_results) TO authenticated;
GRANT ALL ON FUNCTION private.invoice_of_ocr(p_read public.ocr_results) TO service_role;

-- Name: FUNCTION invoice_row_of(p_read public.ocr_results); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoice_row_of(p_read public.ocr_results) FROM PUBLIC;
GRANT ALL ON FUNCTION private.invoice_row_of(p_read public.ocr_results) TO authenticated;
GRANT ALL ON FUNCTION private.invoice_row_of(p_read public.ocr_results) TO service_role;

-- Name: FUNCTION invoice_rules(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoice_rules() FROM PUBLIC;

-- Name: FUNCTION invoice_supplier_key(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoice_supplier_key() FROM PUBLIC;

-- Name: FUNCTION invoice_take_reading(p_invoice_id uuid, p_ocr_result_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoice_take_reading(p_invoice_id uuid, p_ocr_result_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.invoice_take_reading(p_invoice_id uuid, p_ocr_result_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.invoice_take_reading(p_invoice_id uuid, p_ocr_result_id uuid) TO service_role;

-- Name: FUNCTION invoice_track(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoice_track() FROM PUBLIC;

-- Name: FUNCTION invoice_turn(p_invoice_id uuid, p_status text, p_mapping_status text, p_expected_version integer, p_helper_json jsonb, p_trigger text, p_label text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoice_turn(p_invoice_id uuid, p_status text, p_mapping_status text, p_expected_version integer, p_helper_json jsonb, p_trigger text, p_label text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.invoice_turn(p_invoice_id uuid, p_status text, p_mapping_status text, p_expected_version integer, p_helper_json jsonb, p_trigger text, p_label text) TO authenticated;
GRANT ALL ON FUNCTION private.invoice_turn(p_invoice_id uuid, p_status text, p_mapping_status text, p_expected_version integer, p_helper_json jsonb, p_trigger text, p_label text) TO service_role;

-- Name: FUNCTION invoices_changed(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoices_changed() FROM PUBLIC;

-- Name: FUNCTION invoices_validate(p_ids uuid[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.invoices_validate(p_ids uuid[]) FROM PUBLIC;

-- Name: FUNCTION is_asset_place(p_path text, p_org_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.is_asset_place(p_path text, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.is_asset_place(p_path text, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.is_asset_place(p_path text, p_org_id uuid) TO service_role;

-- Name: FUNCTION is_manager(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.is_manager() FROM PUBLIC;
GRANT ALL ON FUNCTION private.is_manager() TO authenticated;
GRANT ALL ON FUNCTION private.is_manager() TO service_role;

-- Name: FUNCTION job_begin(p_kind text, p_seconds integer, p_alone text, p_org_id uuid, p_started_by uuid, p_total integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.job_begin(p_kind text, p_seconds integer, p_alone text, p_org_id uuid, p_started_by uuid, p_total integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.job_begin(p_kind text, p_seconds integer, p_alone text, p_org_id uuid, p_started_by uuid, p_total integer) TO service_role;

-- Name: TABLE job_runs; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.job_runs TO authenticated;
GRANT SELECT ON TABLE public.job_runs TO service_role;

-- Name: FUNCTION job_cancel(p_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.job_cancel(p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.job_cancel(p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.job_cancel(p_id uuid) TO service_role;

-- Name: FUNCTION job_end(p_id uuid, p_state text, p_done integer, p_total integer, p_result jsonb, p_error text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.job_end(p_id uuid, p_state text, p_done integer, p_total integer, p_result jsonb, p_error text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.job_end(p_id uuid, p_state text, p_done integer, p_total integer, p_result jsonb, p_error text) TO service_role;

-- Name: FUNCTION job_failed(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.job_failed() FROM PUBLIC;

-- Name: FUNCTION job_runs_sweep(p_days integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.job_runs_sweep(p_days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.job_runs_sweep(p_days integer) TO service_role;

-- Name: FUNCTION job_step(p_id uuid, p_seconds integer, p_done integer, p_total integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.job_step(p_id uuid, p_seconds integer, p_done integer, p_total integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.job_step(p_id uuid, p_seconds integer, p_done integer, p_total integer) TO service_role;

-- Name: FUNCTION job_tick(p_kind text, p_error text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.job_tick(p_kind text, p_error text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.job_tick(p_kind text, p_error text) TO service_role;

-- Name: FUNCTION json_at(p_json jsonb, p_steps jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.json_at(p_json jsonb, p_steps jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.json_at(p_json jsonb, p_steps jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.json_at(p_json jsonb, p_steps jsonb) TO service_role;

-- Name: FUNCTION json_difference(p_before jsonb, p_after jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.json_difference(p_before jsonb, p_after jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.json_difference(p_before jsonb, p_after jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.json_difference(p_before jsonb, p_after jsonb) TO service_role;

-- Name: FUNCTION json_fill(p_json jsonb, p_from jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.json_fill(p_json jsonb, p_from jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.json_fill(p_json jsonb, p_from jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.json_fill(p_json jsonb, p_from jsonb) TO service_role;

-- Name: FUNCTION json_merge(p_target jsonb, p_patch jsonb, p_null_removes boolean); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.json_merge(p_target jsonb, p_patch jsonb, p_null_removes boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION private.json_merge(p_target jsonb, p_patch jsonb, p_null_removes boolean) TO authenticated;
GRANT ALL ON FUNCTION private.json_merge(p_target jsonb, p_patch jsonb, p_null_removes boolean) TO service_role;

-- Name: FUNCTION json_says_nothing(p_json jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.json_says_nothing(p_json jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.json_says_nothing(p_json jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.json_says_nothing(p_json jsonb) TO service_role;

-- Name: FUNCTION kb_forms(p_word text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.kb_forms(p_word text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.kb_forms(p_word text) TO authenticated;
GRANT ALL ON FUNCTION private.kb_forms(p_word text) TO service_role;

-- Name: FUNCTION kb_found_by(p_title text, p_tags text[], p_body text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.kb_found_by(p_title text, p_tags text[], p_body text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.kb_found_by(p_title text, p_tags text[], p_body text) TO authenticated;
GRANT ALL ON FUNCTION private.kb_found_by(p_title text, p_tags text[], p_body text) TO service_role;

-- Name: FUNCTION kb_index(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.kb_index() FROM PUBLIC;

-- Name: FUNCTION kb_lexemes(p_text text, p_with_forms boolean); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.kb_lexemes(p_text text, p_with_forms boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION private.kb_lexemes(p_text text, p_with_forms boolean) TO authenticated;
GRANT ALL ON FUNCTION private.kb_lexemes(p_text text, p_with_forms boolean) TO service_role;

-- Name: FUNCTION kb_vector(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.kb_vector(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.kb_vector(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.kb_vector(p_text text) TO service_role;

-- Name: FUNCTION kb_words(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.kb_words(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.kb_words(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.kb_words(p_text text) TO service_role;

-- Name: FUNCTION keep_processed_audit(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.keep_processed_audit() FROM PUBLIC;

-- Name: FUNCTION line_kind(p_description text, p_catalog_code text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.line_kind(p_description text, p_catalog_code text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.line_kind(p_description text, p_catalog_code text) TO authenticated;
GRANT ALL ON FUNCTION private.line_kind(p_description text, p_catalog_code text) TO service_role;

-- Name: FUNCTION lines_of_invoice(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.lines_of_invoice() FROM PUBLIC;

-- Name: TABLE document_links; Type: ACL; Schema: private

GRANT SELECT ON TABLE private.document_links TO backoffice_staff;
GRANT SELECT ON TABLE private.document_links TO service_role;

-- Name: FUNCTION link_make(p_document_id uuid, p_purpose text, p_seconds integer, p_token_sha256 text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.link_make(p_document_id uuid, p_purpose text, p_seconds integer, p_token_sha256 text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.link_make(p_document_id uuid, p_purpose text, p_seconds integer, p_token_sha256 text) TO authenticated;
GRANT ALL ON FUNCTION private.link_make(p_document_id uuid, p_purpose text, p_seconds integer, p_token_sha256 text) TO service_role;

-- Name: FUNCTION link_open(p_token_sha256 text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.link_open(p_token_sha256 text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.link_open(p_token_sha256 text) TO service_role;

-- Name: FUNCTION link_revoke(p_link_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.link_revoke(p_link_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.link_revoke(p_link_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.link_revoke(p_link_id uuid) TO service_role;

-- Name: FUNCTION links_end(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.links_end() FROM PUBLIC;

-- Name: FUNCTION mapping_of_line(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.mapping_of_line() FROM PUBLIC;

-- Name: FUNCTION may_let_go(p_document_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.may_let_go(p_document_id uuid) FROM PUBLIC;

-- Name: FUNCTION may_mark(p_org_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.may_mark(p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.may_mark(p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.may_mark(p_org_id uuid) TO service_role;

-- Name: TABLE outbound_messages; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.outbound_messages TO authenticated;
GRANT SELECT ON TABLE public.outbound_messages TO service_role;

-- Name: FUNCTION message_again(p_message_id uuid, p_sent_via text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.message_again(p_message_id uuid, p_sent_via text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.message_again(p_message_id uuid, p_sent_via text) TO authenticated;
GRANT ALL ON FUNCTION private.message_again(p_message_id uuid, p_sent_via text) TO service_role;

-- Name: FUNCTION message_claim(p_lease_seconds integer, p_message_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.message_claim(p_lease_seconds integer, p_message_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.message_claim(p_lease_seconds integer, p_message_id uuid) TO service_role;

-- Name: FUNCTION message_file(p_document_id uuid, p_case_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.message_file(p_document_id uuid, p_case_id uuid) FROM PUBLIC;

-- Name: FUNCTION message_later(p_message_id uuid, p_attempt integer, p_reason text, p_seconds integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.message_later(p_message_id uuid, p_attempt integer, p_reason text, p_seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.message_later(p_message_id uuid, p_attempt integer, p_reason text, p_seconds integer) TO service_role;

-- Name: FUNCTION message_linked(p_message_id uuid, p_link_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.message_linked(p_message_id uuid, p_link_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.message_linked(p_message_id uuid, p_link_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.message_linked(p_message_id uuid, p_link_id uuid) TO service_role;

-- Name: FUNCTION message_old_link_ends(p_message public.outbound_messages); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.message_old_link_ends(p_message public.outbound_messages) FROM PUBLIC;

-- Name: FUNCTION message_outcome(p_message_id uuid, p_sent_via text, p_status text, p_outside_id text, p_reason text, p_attempt integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.message_outcome(p_message_id uuid, p_sent_via text, p_status text, p_outside_id text, p_reason text, p_attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.message_outcome(p_message_id uuid, p_sent_via text, p_status text, p_outside_id text, p_reason text, p_attempt integer) TO authenticated;
GRANT ALL ON FUNCTION private.message_outcome(p_message_id uuid, p_sent_via text, p_status text, p_outside_id text, p_reason text, p_attempt integer) TO service_role;

-- Name: FUNCTION message_queue(p_id uuid, p_case_id uuid, p_channel text, p_recipient text, p_recipient_name text, p_template text, p_subject text, p_text text, p_document_id uuid, p_report_id uuid, p_sent_via text, p_most_an_hour integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.message_queue(p_id uuid, p_case_id uuid, p_channel text, p_recipient text, p_recipient_name text, p_template text, p_subject text, p_text text, p_document_id uuid, p_report_id uuid, p_sent_via text, p_most_an_hour integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.message_queue(p_id uuid, p_case_id uuid, p_channel text, p_recipient text, p_recipient_name text, p_template text, p_subject text, p_text text, p_document_id uuid, p_report_id uuid, p_sent_via text, p_most_an_hour integer) TO authenticated;
GRANT ALL ON FUNCTION private.message_queue(p_id uuid, p_case_id uuid, p_channel text, p_recipient text, p_recipient_name text, p_template text, p_subject text, p_text text, p_document_id uuid, p_report_id uuid, p_sent_via text, p_most_an_hour integer) TO service_role;

-- Name: FUNCTION message_take(p_message_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.message_take(p_message_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.message_take(p_message_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.message_take(p_message_id uuid) TO service_role;

-- Name: FUNCTION message_taken_to_mail(p_message_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.message_taken_to_mail(p_message_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.message_taken_to_mail(p_message_id uuid) TO service_role;

-- Name: FUNCTION message_tell_make(p_message public.outbound_messages); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.message_tell_make(p_message public.outbound_messages) FROM PUBLIC;

-- Name: FUNCTION module_of(p_section text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.module_of(p_section text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.module_of(p_section text) TO authenticated;
GRANT ALL ON FUNCTION private.module_of(p_section text) TO service_role;

-- Name: FUNCTION money(p_json jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.money(p_json jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.money(p_json jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.money(p_json jsonb) TO service_role;

-- Name: FUNCTION my_org(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.my_org() FROM PUBLIC;
GRANT ALL ON FUNCTION private.my_org() TO authenticated;
GRANT ALL ON FUNCTION private.my_org() TO service_role;

-- Name: FUNCTION my_orgs(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.my_orgs() FROM PUBLIC;
GRANT ALL ON FUNCTION private.my_orgs() TO authenticated;
GRANT ALL ON FUNCTION private.my_orgs() TO service_role;

-- Name: FUNCTION newest_is_current(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.newest_is_current() FROM PUBLIC;

-- Name: FUNCTION not_by_hand(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.not_by_hand() FROM PUBLIC;

-- Name: FUNCTION ocr_assigned(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.ocr_assigned() FROM PUBLIC;

-- Name: FUNCTION ocr_news(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.ocr_news() FROM PUBLIC;

-- Name: FUNCTION of_invoice(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.of_invoice() FROM PUBLIC;

-- Name: FUNCTION office_row_stamp(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.office_row_stamp() FROM PUBLIC;

-- Name: FUNCTION onedrive_answer(p_document_id uuid, p_said jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.onedrive_answer(p_document_id uuid, p_said jsonb) FROM PUBLIC;

-- Name: FUNCTION onedrive_ask(p_document_id uuid, p_wait interval); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.onedrive_ask(p_document_id uuid, p_wait interval) FROM PUBLIC;

-- Name: FUNCTION onedrive_ask_again(p_document_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.onedrive_ask_again(p_document_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.onedrive_ask_again(p_document_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.onedrive_ask_again(p_document_id uuid) TO service_role;

-- Name: FUNCTION onedrive_folder(p_plate text, p_category text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.onedrive_folder(p_plate text, p_category text) FROM PUBLIC;

-- Name: FUNCTION onedrive_is_heard(p_org_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.onedrive_is_heard(p_org_id uuid) FROM PUBLIC;

-- Name: FUNCTION onedrive_mark(p_document_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.onedrive_mark(p_document_id uuid) FROM PUBLIC;

-- Name: TABLE onedrive_sync; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.onedrive_sync TO authenticated;
GRANT SELECT ON TABLE public.onedrive_sync TO service_role;

-- Name: FUNCTION onedrive_said(p_document public.documents, p_sync public.onedrive_sync); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.onedrive_said(p_document public.documents, p_sync public.onedrive_sync) FROM PUBLIC;

-- Name: FUNCTION onedrive_sweep(p_seconds integer[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.onedrive_sweep(p_seconds integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION private.onedrive_sweep(p_seconds integer[]) TO service_role;

-- Name: FUNCTION onedrive_synced(p_rows jsonb, p_org_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.onedrive_synced(p_rows jsonb, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.onedrive_synced(p_rows jsonb, p_org_id uuid) TO backoffice_gateway;
GRANT ALL ON FUNCTION private.onedrive_synced(p_rows jsonb, p_org_id uuid) TO service_role;

-- Name: FUNCTION onedrive_watch(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.onedrive_watch() FROM PUBLIC;

-- Name: FUNCTION open_case_of(p_org_id uuid, p_plate text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.open_case_of(p_org_id uuid, p_plate text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.open_case_of(p_org_id uuid, p_plate text) TO authenticated;
GRANT ALL ON FUNCTION private.open_case_of(p_org_id uuid, p_plate text) TO service_role;

-- Name: FUNCTION outbox_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb, p_dedupe text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.outbox_add(p_org_id uuid, p_case_id uuid, p_type text, p_version integer, p_data jsonb, p_dedupe text) FROM PUBLIC;

-- Name: FUNCTION outbox_age(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.outbox_age() FROM PUBLIC;
GRANT ALL ON FUNCTION private.outbox_age() TO backoffice_app;

-- Name: FUNCTION parts_archive_stamp(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.parts_archive_stamp() FROM PUBLIC;

-- Name: FUNCTION parts_kept_before(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.parts_kept_before() FROM PUBLIC;

-- Name: FUNCTION parts_required_centers(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.parts_required_centers() FROM PUBLIC;

-- Name: FUNCTION parts_required_elsewhere(p_case_id uuid, p_row_uuids uuid[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.parts_required_elsewhere(p_case_id uuid, p_row_uuids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION private.parts_required_elsewhere(p_case_id uuid, p_row_uuids uuid[]) TO authenticated;
GRANT ALL ON FUNCTION private.parts_required_elsewhere(p_case_id uuid, p_row_uuids uuid[]) TO service_role;

-- Name: FUNCTION patch_check(p_case_id uuid, p_patch jsonb, p_source text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.patch_check(p_case_id uuid, p_patch jsonb, p_source text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.patch_check(p_case_id uuid, p_patch jsonb, p_source text) TO authenticated;
GRANT ALL ON FUNCTION private.patch_check(p_case_id uuid, p_patch jsonb, p_source text) TO service_role;

-- Name: FUNCTION payment_add(p_case public.cases, p_helper jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.payment_add(p_case public.cases, p_helper jsonb) FROM PUBLIC;

-- Name: TABLE payment_tracking; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.payment_tracking TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.payment_tracking TO service_role;

-- Name: FUNCTION payment_facts(p_case public.cases, p_helper jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.payment_facts(p_case public.cases, p_helper jsonb) FROM PUBLIC;

-- Name: FUNCTION payment_prefill(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.payment_prefill() FROM PUBLIC;

-- Name: FUNCTION payment_track(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.payment_track() FROM PUBLIC;

-- Name: FUNCTION people_news(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.people_news() FROM PUBLIC;

-- Name: FUNCTION pictures_let_go(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.pictures_let_go() FROM PUBLIC;
GRANT ALL ON FUNCTION private.pictures_let_go() TO service_role;

-- Name: FUNCTION plate_digits(p_plate text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.plate_digits(p_plate text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.plate_digits(p_plate text) TO authenticated;
GRANT ALL ON FUNCTION private.plate_digits(p_plate text) TO service_role;

-- Name: FUNCTION plate_queue(p_org_id uuid, p_plate text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.plate_queue(p_org_id uuid, p_plate text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.plate_queue(p_org_id uuid, p_plate text) TO authenticated;
GRANT ALL ON FUNCTION private.plate_queue(p_org_id uuid, p_plate text) TO service_role;

-- Name: FUNCTION pointers_outside(p_patch jsonb, p_allowed text[], p_at text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.pointers_outside(p_patch jsonb, p_allowed text[], p_at text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.pointers_outside(p_patch jsonb, p_allowed text[], p_at text) TO authenticated;
GRANT ALL ON FUNCTION private.pointers_outside(p_patch jsonb, p_allowed text[], p_at text) TO service_role;

-- Name: FUNCTION profile_joins_its_org(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.profile_joins_its_org() FROM PUBLIC;

-- Name: FUNCTION rates_changed(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.rates_changed() FROM PUBLIC;

-- Name: FUNCTION raw_answer_add(p_org_id uuid, p_case_id uuid, p_source text, p_body text, p_parsed jsonb, p_error text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.raw_answer_add(p_org_id uuid, p_case_id uuid, p_source text, p_body text, p_parsed jsonb, p_error text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.raw_answer_add(p_org_id uuid, p_case_id uuid, p_source text, p_body text, p_parsed jsonb, p_error text) TO authenticated;
GRANT ALL ON FUNCTION private.raw_answer_add(p_org_id uuid, p_case_id uuid, p_source text, p_body text, p_parsed jsonb, p_error text) TO service_role;

-- Name: FUNCTION raw_answer_json(p_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.raw_answer_json(p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.raw_answer_json(p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.raw_answer_json(p_id uuid) TO service_role;

-- Name: FUNCTION reminder_stamp(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.reminder_stamp() FROM PUBLIC;

-- Name: TABLE reports; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.reports TO authenticated;
GRANT SELECT ON TABLE public.reports TO service_role;

-- Name: FUNCTION report_again(p_report_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.report_again(p_report_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.report_again(p_report_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.report_again(p_report_id uuid) TO service_role;

-- Name: FUNCTION report_claim(p_lease_seconds integer, p_most_attempts integer, p_report_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.report_claim(p_lease_seconds integer, p_most_attempts integer, p_report_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.report_claim(p_lease_seconds integer, p_most_attempts integer, p_report_id uuid) TO service_role;

-- Name: FUNCTION report_fail(p_report_id uuid, p_attempt integer, p_reason text, p_verified jsonb, p_again_seconds integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.report_fail(p_report_id uuid, p_attempt integer, p_reason text, p_verified jsonb, p_again_seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.report_fail(p_report_id uuid, p_attempt integer, p_reason text, p_verified jsonb, p_again_seconds integer) TO service_role;

-- Name: FUNCTION report_finish(p_report_id uuid, p_attempt integer, p_document_id uuid, p_pages integer, p_title text, p_verified jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.report_finish(p_report_id uuid, p_attempt integer, p_document_id uuid, p_pages integer, p_title text, p_verified jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.report_finish(p_report_id uuid, p_attempt integer, p_document_id uuid, p_pages integer, p_title text, p_verified jsonb) TO service_role;

-- Name: FUNCTION report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer) TO authenticated;
GRANT ALL ON FUNCTION private.report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer) TO service_role;

-- Name: FUNCTION report_step(p_report_id uuid, p_attempt integer, p_lease_seconds integer, p_done integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.report_step(p_report_id uuid, p_attempt integer, p_lease_seconds integer, p_done integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.report_step(p_report_id uuid, p_attempt integer, p_lease_seconds integer, p_done integer) TO service_role;

-- Name: FUNCTION request_id(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.request_id() FROM PUBLIC;
GRANT ALL ON FUNCTION private.request_id() TO authenticated;
GRANT ALL ON FUNCTION private.request_id() TO service_role;

-- Name: FUNCTION said(p_value jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.said(p_value jsonb) FROM PUBLIC;

-- Name: FUNCTION same_json(p_a jsonb, p_b jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.same_json(p_a jsonb, p_b jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.same_json(p_a jsonb, p_b jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.same_json(p_a jsonb, p_b jsonb) TO service_role;

-- Name: FUNCTION satellite_guard(p_table regclass, p_event text, p_hidden text[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.satellite_guard(p_table regclass, p_event text, p_hidden text[]) FROM PUBLIC;

-- Name: FUNCTION satellite_news(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.satellite_news() FROM PUBLIC;

-- Name: FUNCTION satellite_stamp(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.satellite_stamp() FROM PUBLIC;

-- Name: FUNCTION satellite_told(p_rows jsonb, p_type text, p_table text, p_op text, p_was jsonb, p_became jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.satellite_told(p_rows jsonb, p_type text, p_table text, p_op text, p_was jsonb, p_became jsonb) FROM PUBLIC;

-- Name: FUNCTION search_begun(p_beginning text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_begun(p_beginning text) FROM PUBLIC;

-- Name: FUNCTION search_code(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_code(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.search_code(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.search_code(p_text text) TO service_role;

-- Name: FUNCTION search_condition(p_text text, p_owner text, p_near boolean); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_condition(p_text text, p_owner text, p_near boolean) FROM PUBLIC;

-- Name: FUNCTION search_day(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_day(p_text text) FROM PUBLIC;

-- Name: FUNCTION search_ending(p_word text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_ending(p_word text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.search_ending(p_word text) TO authenticated;
GRANT ALL ON FUNCTION private.search_ending(p_word text) TO service_role;

-- Name: FUNCTION search_filters(p_asked jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_filters(p_asked jsonb) FROM PUBLIC;

-- Name: FUNCTION search_fold(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_fold(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.search_fold(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.search_fold(p_text text) TO service_role;

-- Name: FUNCTION search_forms(p_word text, p_near boolean); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_forms(p_word text, p_near boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION private.search_forms(p_word text, p_near boolean) TO authenticated;
GRANT ALL ON FUNCTION private.search_forms(p_word text, p_near boolean) TO service_role;

-- Name: FUNCTION search_found_words(p_ids uuid[], p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_found_words(p_ids uuid[], p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.search_found_words(p_ids uuid[], p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.search_found_words(p_ids uuid[], p_text text) TO service_role;

-- Name: FUNCTION search_free_text(p_helper jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_free_text(p_helper jsonb) FROM PUBLIC;

-- Name: FUNCTION search_gather(p_orgs uuid[], p_where text, p_most bigint); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_gather(p_orgs uuid[], p_where text, p_most bigint) FROM PUBLIC;

-- Name: FUNCTION search_known(p_mark text, p_word text, p_near boolean); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_known(p_mark text, p_word text, p_near boolean) FROM PUBLIC;

-- Name: FUNCTION search_learn(p_words tsvector, p_known tsvector); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_learn(p_words tsvector, p_known tsvector) FROM PUBLIC;

-- Name: FUNCTION search_lexeme(p_word text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_lexeme(p_word text) FROM PUBLIC;

-- Name: FUNCTION search_list(p_orgs uuid[], p_where text, p_most bigint); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_list(p_orgs uuid[], p_where text, p_most bigint) FROM PUBLIC;

-- Name: FUNCTION search_near(p_word text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_near(p_word text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.search_near(p_word text) TO authenticated;
GRANT ALL ON FUNCTION private.search_near(p_word text) TO service_role;

-- Name: FUNCTION search_orgs(p_org_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_orgs(p_org_id uuid) FROM PUBLIC;

-- Name: FUNCTION search_parts(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_parts(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.search_parts(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.search_parts(p_text text) TO service_role;

-- Name: FUNCTION search_pick(p_orgs uuid[], p_where text, p_most bigint); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_pick(p_orgs uuid[], p_where text, p_most bigint) FROM PUBLIC;

-- Name: FUNCTION search_plain(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_plain(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.search_plain(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.search_plain(p_text text) TO service_role;

-- Name: FUNCTION search_plates(p_orgs uuid[], p_where text, p_most bigint); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_plates(p_orgs uuid[], p_where text, p_most bigint) FROM PUBLIC;

-- Name: FUNCTION search_reads(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_reads() FROM PUBLIC;

-- Name: FUNCTION search_row_text(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_row_text() FROM PUBLIC;

-- Name: FUNCTION search_row_write(p_case_id uuid, p_helper jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_row_write(p_case_id uuid, p_helper jsonb) FROM PUBLIC;

-- Name: FUNCTION search_sort(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_sort(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint) FROM PUBLIC;

-- Name: FUNCTION search_step(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_step(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint) FROM PUBLIC;

-- Name: FUNCTION search_steps(p_asked jsonb, p_near boolean); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_steps(p_asked jsonb, p_near boolean) FROM PUBLIC;

-- Name: FUNCTION search_tables(p_by text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_tables(p_by text) FROM PUBLIC;

-- Name: FUNCTION search_vector(p_plate text, p_owner text, p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_vector(p_plate text, p_owner text, p_text text) FROM PUBLIC;

-- Name: FUNCTION search_walk(p_orgs uuid[], p_where text, p_most bigint, p_rows integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_walk(p_orgs uuid[], p_where text, p_most bigint, p_rows integer) FROM PUBLIC;

-- Name: FUNCTION search_words(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.search_words(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.search_words(p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.search_words(p_text text) TO service_role;

-- Name: FUNCTION share_of(p_confidence numeric); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.share_of(p_confidence numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION private.share_of(p_confidence numeric) TO authenticated;
GRANT ALL ON FUNCTION private.share_of(p_confidence numeric) TO service_role;

-- Name: FUNCTION stored_keys(p_keys text[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.stored_keys(p_keys text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION private.stored_keys(p_keys text[]) TO service_role;

-- Name: FUNCTION supplier_collisions(p_from uuid, p_into uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.supplier_collisions(p_from uuid, p_into uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.supplier_collisions(p_from uuid, p_into uuid) TO authenticated;
GRANT ALL ON FUNCTION private.supplier_collisions(p_from uuid, p_into uuid) TO service_role;

-- Name: FUNCTION supplier_key(p_name text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.supplier_key(p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.supplier_key(p_name text) TO authenticated;
GRANT ALL ON FUNCTION private.supplier_key(p_name text) TO service_role;

-- Name: FUNCTION supplier_merge(p_from uuid, p_into uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.supplier_merge(p_from uuid, p_into uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.supplier_merge(p_from uuid, p_into uuid) TO authenticated;
GRANT ALL ON FUNCTION private.supplier_merge(p_from uuid, p_into uuid) TO service_role;

-- Name: FUNCTION supplier_of(p_org_id uuid, p_name text, p_tax_id text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.supplier_of(p_org_id uuid, p_name text, p_tax_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.supplier_of(p_org_id uuid, p_name text, p_tax_id text) TO authenticated;
GRANT ALL ON FUNCTION private.supplier_of(p_org_id uuid, p_name text, p_tax_id text) TO service_role;

-- Name: FUNCTION supplier_part(p_supplier_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.supplier_part(p_supplier_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.supplier_part(p_supplier_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.supplier_part(p_supplier_id uuid) TO service_role;

-- Name: FUNCTION sync_log_add(p_case_id uuid, p_direction text, p_status text, p_sections text[], p_refused text[], p_error jsonb, p_source text, p_version integer, p_raw_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.sync_log_add(p_case_id uuid, p_direction text, p_status text, p_sections text[], p_refused text[], p_error jsonb, p_source text, p_version integer, p_raw_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.sync_log_add(p_case_id uuid, p_direction text, p_status text, p_sections text[], p_refused text[], p_error jsonb, p_source text, p_version integer, p_raw_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.sync_log_add(p_case_id uuid, p_direction text, p_status text, p_sections text[], p_refused text[], p_error jsonb, p_source text, p_version integer, p_raw_id uuid) TO service_role;

-- Name: FUNCTION system_log(p_level text, p_component text, p_event text, p_message text, p_context jsonb, p_request_id text, p_case_id uuid, p_org_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.system_log(p_level text, p_component text, p_event text, p_message text, p_context jsonb, p_request_id text, p_case_id uuid, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.system_log(p_level text, p_component text, p_event text, p_message text, p_context jsonb, p_request_id text, p_case_id uuid, p_org_id uuid) TO backoffice_app;
GRANT ALL ON FUNCTION private.system_log(p_level text, p_component text, p_event text, p_message text, p_context jsonb, p_request_id text, p_case_id uuid, p_org_id uuid) TO service_role;

-- Name: FUNCTION system_logs_sweep(p_days integer); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.system_logs_sweep(p_days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION private.system_logs_sweep(p_days integer) TO service_role;

-- Name: FUNCTION text_history(p_case_id uuid, p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.text_history(p_case_id uuid, p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION private.text_history(p_case_id uuid, p_text text) TO authenticated;
GRANT ALL ON FUNCTION private.text_history(p_case_id uuid, p_text text) TO service_role;

-- Name: FUNCTION tolerance_audit(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tolerance_audit() FROM PUBLIC;

-- Name: FUNCTION touch_updated_at(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.touch_updated_at() FROM PUBLIC;

-- Name: FUNCTION tracking_again(p_case_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_again(p_case_id uuid) FROM PUBLIC;

-- Name: FUNCTION tracking_asks(p_case_id uuid, p_changed text[], p_meta jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_asks(p_case_id uuid, p_changed text[], p_meta jsonb) FROM PUBLIC;

-- Name: FUNCTION tracking_center(p_center jsonb, p_number integer, p_at text, OUT center private.tracked_center, OUT unread text[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_center(p_center jsonb, p_number integer, p_at text, OUT center private.tracked_center, OUT unread text[]) FROM PUBLIC;

-- Name: FUNCTION tracking_centers(p_helper jsonb, OUT centers private.tracked_center[], OUT unread text[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_centers(p_helper jsonb, OUT centers private.tracked_center[], OUT unread text[]) FROM PUBLIC;

-- Name: FUNCTION tracking_day(p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_day(p_text text) FROM PUBLIC;

-- Name: FUNCTION tracking_derive(p_case_id uuid, p_helper jsonb, p_changed text[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_derive(p_case_id uuid, p_helper jsonb, p_changed text[]) FROM PUBLIC;

-- Name: FUNCTION tracking_failed(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_failed() FROM PUBLIC;

-- Name: FUNCTION tracking_field(p_helper jsonb, p_kind text, p_places text[], p_at text, OUT value text, OUT unread text[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_field(p_helper jsonb, p_kind text, p_places text[], p_at text, OUT value text, OUT unread text[]) FROM PUBLIC;

-- Name: FUNCTION tracking_general_reads(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_general_reads() FROM PUBLIC;

-- Name: FUNCTION tracking_has_final(p_helper jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_has_final(p_helper jsonb) FROM PUBLIC;

-- Name: FUNCTION tracking_invoiced(p_case_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_invoiced(p_case_id uuid) FROM PUBLIC;

-- Name: FUNCTION tracking_marks(p_meta jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_marks(p_meta jsonb) FROM PUBLIC;

-- Name: FUNCTION tracking_names(p_items jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_names(p_items jsonb) FROM PUBLIC;

-- Name: FUNCTION tracking_number(p_kind text, p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_number(p_kind text, p_text text) FROM PUBLIC;

-- Name: FUNCTION tracking_paid(p_case_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_paid(p_case_id uuid) FROM PUBLIC;

-- Name: FUNCTION tracking_queue(p_case_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_queue(p_case_id uuid) FROM PUBLIC;

-- Name: FUNCTION tracking_read(p_kind text, p_text text); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_read(p_kind text, p_text text) FROM PUBLIC;

-- Name: FUNCTION tracking_reads(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_reads() FROM PUBLIC;

-- Name: FUNCTION tracking_rebuild(p_case_ids uuid[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_rebuild(p_case_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION private.tracking_rebuild(p_case_ids uuid[]) TO authenticated;
GRANT ALL ON FUNCTION private.tracking_rebuild(p_case_ids uuid[]) TO service_role;

-- Name: FUNCTION tracking_sections(p_helper jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_sections(p_helper jsonb) FROM PUBLIC;

-- Name: FUNCTION tracking_sums(p_helper jsonb, p_is_final boolean, OUT claim numeric, OUT depreciation numeric, OUT final numeric, OUT unread text[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_sums(p_helper jsonb, p_is_final boolean, OUT claim numeric, OUT depreciation numeric, OUT final numeric, OUT unread text[]) FROM PUBLIC;

-- Name: FUNCTION tracking_write_expertise(p_case public.cases, p_helper jsonb, p_centers private.tracked_center[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_write_expertise(p_case public.cases, p_helper jsonb, p_centers private.tracked_center[]) FROM PUBLIC;

-- Name: FUNCTION tracking_write_final(p_case public.cases, p_helper jsonb, p_centers private.tracked_center[], p_sums record); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_write_final(p_case public.cases, p_helper jsonb, p_centers private.tracked_center[], p_sums record) FROM PUBLIC;

-- Name: FUNCTION tracking_write_general(p_case public.cases, p_helper jsonb, p_warnings text[]); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.tracking_write_general(p_case public.cases, p_helper jsonb, p_warnings text[]) FROM PUBLIC;

-- Name: FUNCTION vat_rate(p_org_id uuid, p_on date); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.vat_rate(p_org_id uuid, p_on date) FROM PUBLIC;
GRANT ALL ON FUNCTION private.vat_rate(p_org_id uuid, p_on date) TO authenticated;
GRANT ALL ON FUNCTION private.vat_rate(p_org_id uuid, p_on date) TO service_role;

-- Name: FUNCTION version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION private.version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb) TO authenticated;
GRANT ALL ON FUNCTION private.version_conflict(p_case_id uuid, p_expected integer, p_current integer, p_helper jsonb) TO service_role;

-- Name: FUNCTION versions_fold(p_triggers text[], p_before timestamp with time zone, p_least integer, p_case_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.versions_fold(p_triggers text[], p_before timestamp with time zone, p_least integer, p_case_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.versions_fold(p_triggers text[], p_before timestamp with time zone, p_least integer, p_case_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.versions_fold(p_triggers text[], p_before timestamp with time zone, p_least integer, p_case_id uuid) TO service_role;

-- Name: FUNCTION versions_unfold(p_case_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.versions_unfold(p_case_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.versions_unfold(p_case_id uuid) TO authenticated;
GRANT ALL ON FUNCTION private.versions_unfold(p_case_id uuid) TO service_role;

-- Name: FUNCTION webhook_endpoint_stamp(); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.webhook_endpoint_stamp() FROM PUBLIC;

-- Name: FUNCTION whoami(p_user_id uuid); Type: ACL; Schema: private

REVOKE ALL ON FUNCTION private.whoami(p_user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION private.whoami(p_user_id uuid) TO backoffice_app;
GRANT ALL ON FUNCTION private.whoami(p_user_id uuid) TO service_role;

-- Name: FUNCTION batch_categorize_invoice_lines(p_invoice_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.batch_categorize_invoice_lines(p_invoice_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.batch_categorize_invoice_lines(p_invoice_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.batch_categorize_invoice_lines(p_invoice_id uuid) TO service_role;

-- Name: FUNCTION case_helper_export(p_case_id uuid, p_reason text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_helper_export(p_case_id uuid, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_helper_export(p_case_id uuid, p_reason text) TO authenticated;
GRANT ALL ON FUNCTION public.case_helper_export(p_case_id uuid, p_reason text) TO service_role;

-- Name: FUNCTION case_helper_import(p_plate text, p_helper_json jsonb, p_label text, p_org_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_helper_import(p_plate text, p_helper_json jsonb, p_label text, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_helper_import(p_plate text, p_helper_json jsonb, p_label text, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.case_helper_import(p_plate text, p_helper_json jsonb, p_label text, p_org_id uuid) TO service_role;

-- Name: FUNCTION case_helper_ingest(p_case_id uuid, p_patch jsonb, p_source text, p_expected_version integer, p_null_removes boolean, p_trigger text, p_label text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_helper_ingest(p_case_id uuid, p_patch jsonb, p_source text, p_expected_version integer, p_null_removes boolean, p_trigger text, p_label text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_helper_ingest(p_case_id uuid, p_patch jsonb, p_source text, p_expected_version integer, p_null_removes boolean, p_trigger text, p_label text) TO authenticated;
GRANT ALL ON FUNCTION public.case_helper_ingest(p_case_id uuid, p_patch jsonb, p_source text, p_expected_version integer, p_null_removes boolean, p_trigger text, p_label text) TO service_role;

-- Name: FUNCTION case_helper_not_makes(p_case_id uuid, p_sections text[]); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_helper_not_makes(p_case_id uuid, p_sections text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_helper_not_makes(p_case_id uuid, p_sections text[]) TO authenticated;
GRANT ALL ON FUNCTION public.case_helper_not_makes(p_case_id uuid, p_sections text[]) TO service_role;

-- Name: FUNCTION case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid, p_sections text[], p_mode text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid, p_sections text[], p_mode text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid, p_sections text[], p_mode text) TO authenticated;
GRANT ALL ON FUNCTION public.case_helper_restore(p_case_id uuid, p_version integer, p_expected_version integer, p_reason text, p_saved_by uuid, p_sections text[], p_mode text) TO service_role;

-- Name: FUNCTION case_helper_save_full(p_case_id uuid, p_helper_json jsonb, p_expected_version integer, p_label text, p_trigger text, p_saved_by uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_helper_save_full(p_case_id uuid, p_helper_json jsonb, p_expected_version integer, p_label text, p_trigger text, p_saved_by uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_helper_save_full(p_case_id uuid, p_helper_json jsonb, p_expected_version integer, p_label text, p_trigger text, p_saved_by uuid) TO authenticated;
GRANT ALL ON FUNCTION public.case_helper_save_full(p_case_id uuid, p_helper_json jsonb, p_expected_version integer, p_label text, p_trigger text, p_saved_by uuid) TO service_role;

-- Name: FUNCTION case_open(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid, p_saved_from text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_open(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid, p_saved_from text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_open(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid, p_saved_from text) TO authenticated;
GRANT ALL ON FUNCTION public.case_open(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid, p_saved_from text) TO service_role;

-- Name: FUNCTION case_timeline(p_case_id uuid, p_types text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_offset integer); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_timeline(p_case_id uuid, p_types text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_offset integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_timeline(p_case_id uuid, p_types text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_offset integer) TO authenticated;
GRANT ALL ON FUNCTION public.case_timeline(p_case_id uuid, p_types text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_offset integer) TO service_role;

-- Name: FUNCTION case_upsert(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.case_upsert(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.case_upsert(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.case_upsert(p_plate text, p_owner_name text, p_inspection_location text, p_status text, p_assigned_to uuid, p_filing_case_id text, p_helper_json jsonb, p_org_id uuid) TO service_role;

-- Name: FUNCTION cases_search(p_query text, p_plate text, p_status text[], p_owner text, p_assigned_to uuid, p_updated_since timestamp with time zone, p_updated_to date, p_opened_from date, p_opened_to date, p_inspected_from date, p_inspected_to date, p_damaged_from date, p_damaged_to date, p_org_id uuid, p_limit integer, p_offset integer); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.cases_search(p_query text, p_plate text, p_status text[], p_owner text, p_assigned_to uuid, p_updated_since timestamp with time zone, p_updated_to date, p_opened_from date, p_opened_to date, p_inspected_from date, p_inspected_to date, p_damaged_from date, p_damaged_to date, p_org_id uuid, p_limit integer, p_offset integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.cases_search(p_query text, p_plate text, p_status text[], p_owner text, p_assigned_to uuid, p_updated_since timestamp with time zone, p_updated_to date, p_opened_from date, p_opened_to date, p_inspected_from date, p_inspected_to date, p_damaged_from date, p_damaged_to date, p_org_id uuid, p_limit integer, p_offset integer) TO authenticated;
GRANT ALL ON FUNCTION public.cases_search(p_query text, p_plate text, p_status text[], p_owner text, p_assigned_to uuid, p_updated_since timestamp with time zone, p_updated_to date, p_opened_from date, p_opened_to date, p_inspected_from date, p_inspected_to date, p_damaged_from date, p_damaged_to date, p_org_id uuid, p_limit integer, p_offset integer) TO service_role;

-- Name: TABLE events; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.events TO authenticated;
GRANT SELECT ON TABLE public.events TO service_role;

-- Name: FUNCTION events_add(p_type text, p_case_id uuid, p_data jsonb, p_version integer, p_text text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.events_add(p_type text, p_case_id uuid, p_data jsonb, p_version integer, p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.events_add(p_type text, p_case_id uuid, p_data jsonb, p_version integer, p_text text) TO backoffice_gateway;
GRANT ALL ON FUNCTION public.events_add(p_type text, p_case_id uuid, p_data jsonb, p_version integer, p_text text) TO service_role;

-- Name: FUNCTION file_assign(p_document_id uuid, p_case_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.file_assign(p_document_id uuid, p_case_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.file_assign(p_document_id uuid, p_case_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.file_assign(p_document_id uuid, p_case_id uuid) TO service_role;

-- Name: FUNCTION file_keep(p_id uuid, p_filename text, p_mime_type text, p_size_bytes bigint, p_bucket_name text, p_storage_key text, p_checksum text, p_case_id uuid, p_plate text, p_org_id uuid, p_category text, p_notes text, p_file_metadata jsonb); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.file_keep(p_id uuid, p_filename text, p_mime_type text, p_size_bytes bigint, p_bucket_name text, p_storage_key text, p_checksum text, p_case_id uuid, p_plate text, p_org_id uuid, p_category text, p_notes text, p_file_metadata jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.file_keep(p_id uuid, p_filename text, p_mime_type text, p_size_bytes bigint, p_bucket_name text, p_storage_key text, p_checksum text, p_case_id uuid, p_plate text, p_org_id uuid, p_category text, p_notes text, p_file_metadata jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.file_keep(p_id uuid, p_filename text, p_mime_type text, p_size_bytes bigint, p_bucket_name text, p_storage_key text, p_checksum text, p_case_id uuid, p_plate text, p_org_id uuid, p_category text, p_notes text, p_file_metadata jsonb) TO service_role;

-- Name: FUNCTION files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean) TO backoffice_gateway;
GRANT ALL ON FUNCTION public.files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean) TO service_role;

-- Name: FUNCTION flags_of(p_case_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.flags_of(p_case_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.flags_of(p_case_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.flags_of(p_case_id uuid) TO service_role;

-- Name: FUNCTION generate_signed_url(p_document_id uuid, p_expires_in integer, p_access_type text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.generate_signed_url(p_document_id uuid, p_expires_in integer, p_access_type text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.generate_signed_url(p_document_id uuid, p_expires_in integer, p_access_type text) TO authenticated;
GRANT ALL ON FUNCTION public.generate_signed_url(p_document_id uuid, p_expires_in integer, p_access_type text) TO service_role;

-- Name: FUNCTION generate_storage_path(p_case_id uuid, p_category text, p_filename text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.generate_storage_path(p_case_id uuid, p_category text, p_filename text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.generate_storage_path(p_case_id uuid, p_category text, p_filename text) TO authenticated;
GRANT ALL ON FUNCTION public.generate_storage_path(p_case_id uuid, p_category text, p_filename text) TO service_role;

-- Name: FUNCTION get_case_files(p_case_id uuid, p_category text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.get_case_files(p_case_id uuid, p_category text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_case_files(p_case_id uuid, p_category text) TO authenticated;
GRANT ALL ON FUNCTION public.get_case_files(p_case_id uuid, p_category text) TO service_role;

-- Name: FUNCTION get_case_image_count(p_case_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.get_case_image_count(p_case_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_case_image_count(p_case_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.get_case_image_count(p_case_id uuid) TO service_role;

-- Name: FUNCTION get_case_image_count_by_category(p_case_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.get_case_image_count_by_category(p_case_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_case_image_count_by_category(p_case_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.get_case_image_count_by_category(p_case_id uuid) TO service_role;

-- Name: FUNCTION get_damage_center_mappings(p_case_id uuid, p_damage_center_id text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.get_damage_center_mappings(p_case_id uuid, p_damage_center_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_damage_center_mappings(p_case_id uuid, p_damage_center_id text) TO authenticated;
GRANT ALL ON FUNCTION public.get_damage_center_mappings(p_case_id uuid, p_damage_center_id text) TO service_role;

-- Name: FUNCTION get_file_info(p_document_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.get_file_info(p_document_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_file_info(p_document_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.get_file_info(p_document_id uuid) TO service_role;

-- Name: FUNCTION get_invoice_items_by_category(p_invoice_id uuid, p_category text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.get_invoice_items_by_category(p_invoice_id uuid, p_category text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_invoice_items_by_category(p_invoice_id uuid, p_category text) TO authenticated;
GRANT ALL ON FUNCTION public.get_invoice_items_by_category(p_invoice_id uuid, p_category text) TO service_role;

-- Name: FUNCTION get_invoice_ocr_data(p_invoice_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.get_invoice_ocr_data(p_invoice_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_invoice_ocr_data(p_invoice_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.get_invoice_ocr_data(p_invoice_id uuid) TO service_role;

-- Name: FUNCTION get_next_display_order(p_case_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.get_next_display_order(p_case_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_next_display_order(p_case_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.get_next_display_order(p_case_id uuid) TO service_role;

-- Name: FUNCTION get_pending_optimizations(p_limit integer); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.get_pending_optimizations(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_pending_optimizations(p_limit integer) TO authenticated;
GRANT ALL ON FUNCTION public.get_pending_optimizations(p_limit integer) TO service_role;

-- Name: FUNCTION get_unmapped_invoice_items(p_invoice_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.get_unmapped_invoice_items(p_invoice_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.get_unmapped_invoice_items(p_invoice_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.get_unmapped_invoice_items(p_invoice_id uuid) TO service_role;

-- Name: FUNCTION helper_drift(p_case_id uuid, p_limit integer); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.helper_drift(p_case_id uuid, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.helper_drift(p_case_id uuid, p_limit integer) TO authenticated;
GRANT ALL ON FUNCTION public.helper_drift(p_case_id uuid, p_limit integer) TO service_role;

-- Name: FUNCTION images_reorder(p_case_id uuid, p_image_ids uuid[]); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.images_reorder(p_case_id uuid, p_image_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.images_reorder(p_case_id uuid, p_image_ids uuid[]) TO authenticated;
GRANT ALL ON FUNCTION public.images_reorder(p_case_id uuid, p_image_ids uuid[]) TO service_role;

-- Name: FUNCTION images_upsert(p_rows jsonb, p_case_id uuid, p_org_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.images_upsert(p_rows jsonb, p_case_id uuid, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.images_upsert(p_rows jsonb, p_case_id uuid, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.images_upsert(p_rows jsonb, p_case_id uuid, p_org_id uuid) TO service_role;

-- Name: FUNCTION invoice_accept(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.invoice_accept(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.invoice_accept(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.invoice_accept(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb) TO service_role;

-- Name: FUNCTION invoice_assign(p_invoice_id uuid, p_mappings jsonb); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.invoice_assign(p_invoice_id uuid, p_mappings jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.invoice_assign(p_invoice_id uuid, p_mappings jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.invoice_assign(p_invoice_id uuid, p_mappings jsonb) TO service_role;

-- Name: FUNCTION invoice_lines_bulk_upsert(p_invoice_id uuid, p_rows jsonb, p_replace boolean); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.invoice_lines_bulk_upsert(p_invoice_id uuid, p_rows jsonb, p_replace boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.invoice_lines_bulk_upsert(p_invoice_id uuid, p_rows jsonb, p_replace boolean) TO authenticated;
GRANT ALL ON FUNCTION public.invoice_lines_bulk_upsert(p_invoice_id uuid, p_rows jsonb, p_replace boolean) TO service_role;

-- Name: FUNCTION invoice_undo(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb, p_reason text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.invoice_undo(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb, p_reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.invoice_undo(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb, p_reason text) TO authenticated;
GRANT ALL ON FUNCTION public.invoice_undo(p_invoice_id uuid, p_expected_version integer, p_helper_json jsonb, p_reason text) TO service_role;

-- Name: FUNCTION invoices_upsert(p_row jsonb, p_case_id uuid, p_invoice_id uuid, p_org_id uuid, p_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.invoices_upsert(p_row jsonb, p_case_id uuid, p_invoice_id uuid, p_org_id uuid, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.invoices_upsert(p_row jsonb, p_case_id uuid, p_invoice_id uuid, p_org_id uuid, p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.invoices_upsert(p_row jsonb, p_case_id uuid, p_invoice_id uuid, p_org_id uuid, p_id uuid) TO service_role;

-- Name: TABLE kb_docs; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.kb_docs TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.kb_docs TO service_role;

-- Name: FUNCTION kb_add(p_title text, p_body text, p_source text, p_tags text[], p_lang text, p_case_id uuid, p_org_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.kb_add(p_title text, p_body text, p_source text, p_tags text[], p_lang text, p_case_id uuid, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.kb_add(p_title text, p_body text, p_source text, p_tags text[], p_lang text, p_case_id uuid, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.kb_add(p_title text, p_body text, p_source text, p_tags text[], p_lang text, p_case_id uuid, p_org_id uuid) TO service_role;

-- Name: FUNCTION kb_search(p_query text, p_tags text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_org_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.kb_search(p_query text, p_tags text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.kb_search(p_query text, p_tags text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.kb_search(p_query text, p_tags text[], p_since timestamp with time zone, p_until timestamp with time zone, p_limit integer, p_org_id uuid) TO service_role;

-- Name: TABLE levi_reports; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.levi_reports TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.levi_reports TO service_role;

-- Name: FUNCTION levi_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_response jsonb, p_raw_text text, p_parsed_data jsonb, p_unread text[], p_report_id text, p_report_date date, p_base_price numeric, p_final_price numeric, p_report_url text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.levi_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_response jsonb, p_raw_text text, p_parsed_data jsonb, p_unread text[], p_report_id text, p_report_date date, p_base_price numeric, p_final_price numeric, p_report_url text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.levi_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_response jsonb, p_raw_text text, p_parsed_data jsonb, p_unread text[], p_report_id text, p_report_date date, p_base_price numeric, p_final_price numeric, p_report_url text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.levi_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_response jsonb, p_raw_text text, p_parsed_data jsonb, p_unread text[], p_report_id text, p_report_date date, p_base_price numeric, p_final_price numeric, p_report_url text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid) TO service_role;

-- Name: FUNCTION log_file_operation(p_document_id uuid, p_operation text, p_details jsonb); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.log_file_operation(p_document_id uuid, p_operation text, p_details jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.log_file_operation(p_document_id uuid, p_operation text, p_details jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.log_file_operation(p_document_id uuid, p_operation text, p_details jsonb) TO service_role;

-- Name: FUNCTION map_invoice_to_damage_center(p_invoice_id uuid, p_invoice_line_id uuid, p_case_id uuid, p_damage_center_id text, p_field_type text, p_field_index integer, p_mapped_data jsonb, p_mapped_by uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.map_invoice_to_damage_center(p_invoice_id uuid, p_invoice_line_id uuid, p_case_id uuid, p_damage_center_id text, p_field_type text, p_field_index integer, p_mapped_data jsonb, p_mapped_by uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.map_invoice_to_damage_center(p_invoice_id uuid, p_invoice_line_id uuid, p_case_id uuid, p_damage_center_id text, p_field_type text, p_field_index integer, p_mapped_data jsonb, p_mapped_by uuid) TO authenticated;
GRANT ALL ON FUNCTION public.map_invoice_to_damage_center(p_invoice_id uuid, p_invoice_line_id uuid, p_case_id uuid, p_damage_center_id text, p_field_type text, p_field_index integer, p_mapped_data jsonb, p_mapped_by uuid) TO service_role;

-- Name: FUNCTION ocr_add(p_case_id uuid, p_kind text, p_raw_sha256 text, p_raw jsonb, p_raw_text text, p_parsed jsonb, p_unread text[], p_file_ref text, p_engine text, p_confidence numeric, p_plate text, p_org_id uuid, p_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.ocr_add(p_case_id uuid, p_kind text, p_raw_sha256 text, p_raw jsonb, p_raw_text text, p_parsed jsonb, p_unread text[], p_file_ref text, p_engine text, p_confidence numeric, p_plate text, p_org_id uuid, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ocr_add(p_case_id uuid, p_kind text, p_raw_sha256 text, p_raw jsonb, p_raw_text text, p_parsed jsonb, p_unread text[], p_file_ref text, p_engine text, p_confidence numeric, p_plate text, p_org_id uuid, p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.ocr_add(p_case_id uuid, p_kind text, p_raw_sha256 text, p_raw jsonb, p_raw_text text, p_parsed jsonb, p_unread text[], p_file_ref text, p_engine text, p_confidence numeric, p_plate text, p_org_id uuid, p_id uuid) TO service_role;

-- Name: FUNCTION onedrive_request(p_case_id uuid, p_file_ids uuid[]); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.onedrive_request(p_case_id uuid, p_file_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.onedrive_request(p_case_id uuid, p_file_ids uuid[]) TO authenticated;
GRANT ALL ON FUNCTION public.onedrive_request(p_case_id uuid, p_file_ids uuid[]) TO service_role;

-- Name: TABLE selected_parts; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.selected_parts TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.selected_parts TO service_role;

-- Name: FUNCTION part_select(p_result_id uuid, p_case_id uuid, p_damage_center_id text, p_quantity numeric, p_helper_row jsonb); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.part_select(p_result_id uuid, p_case_id uuid, p_damage_center_id text, p_quantity numeric, p_helper_row jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.part_select(p_result_id uuid, p_case_id uuid, p_damage_center_id text, p_quantity numeric, p_helper_row jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.part_select(p_result_id uuid, p_case_id uuid, p_damage_center_id text, p_quantity numeric, p_helper_row jsonb) TO service_role;

-- Name: FUNCTION parts_required_bulk_upsert(p_case_id uuid, p_rows jsonb); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.parts_required_bulk_upsert(p_case_id uuid, p_rows jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.parts_required_bulk_upsert(p_case_id uuid, p_rows jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.parts_required_bulk_upsert(p_case_id uuid, p_rows jsonb) TO service_role;

-- Name: FUNCTION parts_results_bulk_upsert(p_rows jsonb, p_case_id uuid, p_session_id uuid, p_plate text, p_answer_id uuid, p_org_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.parts_results_bulk_upsert(p_rows jsonb, p_case_id uuid, p_session_id uuid, p_plate text, p_answer_id uuid, p_org_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.parts_results_bulk_upsert(p_rows jsonb, p_case_id uuid, p_session_id uuid, p_plate text, p_answer_id uuid, p_org_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.parts_results_bulk_upsert(p_rows jsonb, p_case_id uuid, p_session_id uuid, p_plate text, p_answer_id uuid, p_org_id uuid) TO service_role;

-- Name: FUNCTION payment_contacted(p_payment_id uuid, p_note text, p_at timestamp with time zone); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.payment_contacted(p_payment_id uuid, p_note text, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.payment_contacted(p_payment_id uuid, p_note text, p_at timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION public.payment_contacted(p_payment_id uuid, p_note text, p_at timestamp with time zone) TO service_role;

-- Name: FUNCTION reorder_images(p_image_orders jsonb); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.reorder_images(p_image_orders jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.reorder_images(p_image_orders jsonb) TO authenticated;
GRANT ALL ON FUNCTION public.reorder_images(p_image_orders jsonb) TO service_role;

-- Name: FUNCTION report_again(p_report_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.report_again(p_report_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.report_again(p_report_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.report_again(p_report_id uuid) TO service_role;

-- Name: FUNCTION report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer) TO authenticated;
GRANT ALL ON FUNCTION public.report_request(p_case_id uuid, p_report_type text, p_nature text, p_html text, p_version integer) TO service_role;

-- Name: FUNCTION restore_image(p_image_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.restore_image(p_image_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.restore_image(p_image_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.restore_image(p_image_id uuid) TO service_role;

-- Name: FUNCTION soft_delete_image(p_image_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.soft_delete_image(p_image_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.soft_delete_image(p_image_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.soft_delete_image(p_image_id uuid) TO service_role;

-- Name: FUNCTION sync_helper(case_id text, helper_json jsonb, source text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.sync_helper(case_id text, helper_json jsonb, source text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.sync_helper(case_id text, helper_json jsonb, source text) TO authenticated;
GRANT ALL ON FUNCTION public.sync_helper(case_id text, helper_json jsonb, source text) TO service_role;

-- Name: FUNCTION update_backup_status(p_image_id uuid, p_onedrive_path text, p_backup_status text, p_onedrive_transformed_path text, p_recognized_damage text, p_recognized_part text, p_recognition_confidence numeric); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.update_backup_status(p_image_id uuid, p_onedrive_path text, p_backup_status text, p_onedrive_transformed_path text, p_recognized_damage text, p_recognized_part text, p_recognition_confidence numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION public.update_backup_status(p_image_id uuid, p_onedrive_path text, p_backup_status text, p_onedrive_transformed_path text, p_recognized_damage text, p_recognized_part text, p_recognition_confidence numeric) TO authenticated;
GRANT ALL ON FUNCTION public.update_backup_status(p_image_id uuid, p_onedrive_path text, p_backup_status text, p_onedrive_transformed_path text, p_recognized_damage text, p_recognized_part text, p_recognition_confidence numeric) TO service_role;

-- Name: FUNCTION update_optimization_status(p_image_id uuid, p_status text, p_transformed_url text); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.update_optimization_status(p_image_id uuid, p_status text, p_transformed_url text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.update_optimization_status(p_image_id uuid, p_status text, p_transformed_url text) TO authenticated;
GRANT ALL ON FUNCTION public.update_optimization_status(p_image_id uuid, p_status text, p_transformed_url text) TO service_role;

-- Name: TABLE vehicle_details; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.vehicle_details TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.vehicle_details TO service_role;

-- Name: FUNCTION vehicle_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_data jsonb, p_raw_text text, p_enriched_data jsonb, p_unread text[], p_vin text, p_manufacturer text, p_model text, p_trim text, p_model_code text, p_year integer, p_engine_size integer, p_fuel_type text, p_color text, p_ownership_type text, p_registration_date text, p_source text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid); Type: ACL; Schema: public

REVOKE ALL ON FUNCTION public.vehicle_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_data jsonb, p_raw_text text, p_enriched_data jsonb, p_unread text[], p_vin text, p_manufacturer text, p_model text, p_trim text, p_model_code text, p_year integer, p_engine_size integer, p_fuel_type text, p_color text, p_ownership_type text, p_registration_date text, p_source text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.vehicle_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_data jsonb, p_raw_text text, p_enriched_data jsonb, p_unread text[], p_vin text, p_manufacturer text, p_model text, p_trim text, p_model_code text, p_year integer, p_engine_size integer, p_fuel_type text, p_color text, p_ownership_type text, p_registration_date text, p_source text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid) TO authenticated;
GRANT ALL ON FUNCTION public.vehicle_upsert(p_case_id uuid, p_raw_sha256 text, p_raw_data jsonb, p_raw_text text, p_enriched_data jsonb, p_unread text[], p_vin text, p_manufacturer text, p_model text, p_trim text, p_model_code text, p_year integer, p_engine_size integer, p_fuel_type text, p_color text, p_ownership_type text, p_registration_date text, p_source text, p_file_ref text, p_plate text, p_org_id uuid, p_id uuid) TO service_role;

-- Name: TABLE audit_log; Type: ACL; Schema: private

GRANT SELECT ON TABLE private.audit_log TO backoffice_staff;
GRANT SELECT ON TABLE private.audit_log TO service_role;

-- Name: TABLE deliveries; Type: ACL; Schema: private

GRANT SELECT ON TABLE private.deliveries TO backoffice_staff;
GRANT SELECT ON TABLE private.deliveries TO service_role;

-- Name: COLUMN deliveries.status; Type: ACL; Schema: private

GRANT UPDATE(status) ON TABLE private.deliveries TO backoffice_staff;
GRANT UPDATE(status) ON TABLE private.deliveries TO service_role;

-- Name: COLUMN deliveries.attempts; Type: ACL; Schema: private

GRANT UPDATE(attempts) ON TABLE private.deliveries TO backoffice_staff;
GRANT UPDATE(attempts) ON TABLE private.deliveries TO service_role;

-- Name: COLUMN deliveries.next_at; Type: ACL; Schema: private

GRANT UPDATE(next_at) ON TABLE private.deliveries TO backoffice_staff;
GRANT UPDATE(next_at) ON TABLE private.deliveries TO service_role;

-- Name: COLUMN deliveries.lease_until; Type: ACL; Schema: private

GRANT UPDATE(lease_until) ON TABLE private.deliveries TO backoffice_staff;
GRANT UPDATE(lease_until) ON TABLE private.deliveries TO service_role;

-- Name: COLUMN deliveries.done_at; Type: ACL; Schema: private

GRANT UPDATE(done_at) ON TABLE private.deliveries TO backoffice_staff;
GRANT UPDATE(done_at) ON TABLE private.deliveries TO service_role;

-- Name: TABLE delivery_attempts; Type: ACL; Schema: private

GRANT SELECT ON TABLE private.delivery_attempts TO backoffice_staff;
GRANT SELECT ON TABLE private.delivery_attempts TO service_role;

-- Name: TABLE gateway_keys; Type: ACL; Schema: private

GRANT SELECT,INSERT ON TABLE private.gateway_keys TO backoffice_staff;
GRANT SELECT,INSERT ON TABLE private.gateway_keys TO service_role;

-- Name: COLUMN gateway_keys.name; Type: ACL; Schema: private

GRANT UPDATE(name) ON TABLE private.gateway_keys TO backoffice_staff;
GRANT UPDATE(name) ON TABLE private.gateway_keys TO service_role;

-- Name: COLUMN gateway_keys.ops; Type: ACL; Schema: private

GRANT UPDATE(ops) ON TABLE private.gateway_keys TO backoffice_staff;
GRANT UPDATE(ops) ON TABLE private.gateway_keys TO service_role;

-- Name: COLUMN gateway_keys.revoked_at; Type: ACL; Schema: private

GRANT UPDATE(revoked_at) ON TABLE private.gateway_keys TO backoffice_staff;
GRANT UPDATE(revoked_at) ON TABLE private.gateway_keys TO service_role;

-- Name: TABLE idempotency_keys; Type: ACL; Schema: private

GRANT SELECT ON TABLE private.idempotency_keys TO service_role;

-- Name: TABLE outbox; Type: ACL; Schema: private

GRANT SELECT ON TABLE private.outbox TO backoffice_staff;
GRANT SELECT ON TABLE private.outbox TO service_role;

-- Name: TABLE raw_answers; Type: ACL; Schema: private

GRANT SELECT ON TABLE private.raw_answers TO backoffice_staff;
GRANT SELECT ON TABLE private.raw_answers TO service_role;

-- Name: TABLE report_sources; Type: ACL; Schema: private

GRANT SELECT ON TABLE private.report_sources TO service_role;

-- Name: TABLE webhook_endpoints; Type: ACL; Schema: private

GRANT SELECT,INSERT ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT SELECT,INSERT ON TABLE private.webhook_endpoints TO service_role;

-- Name: COLUMN webhook_endpoints.name; Type: ACL; Schema: private

GRANT UPDATE(name) ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT UPDATE(name) ON TABLE private.webhook_endpoints TO service_role;

-- Name: COLUMN webhook_endpoints.url; Type: ACL; Schema: private

GRANT UPDATE(url) ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT UPDATE(url) ON TABLE private.webhook_endpoints TO service_role;

-- Name: COLUMN webhook_endpoints.event_types; Type: ACL; Schema: private

GRANT UPDATE(event_types) ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT UPDATE(event_types) ON TABLE private.webhook_endpoints TO service_role;

-- Name: COLUMN webhook_endpoints.body; Type: ACL; Schema: private

GRANT UPDATE(body) ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT UPDATE(body) ON TABLE private.webhook_endpoints TO service_role;

-- Name: COLUMN webhook_endpoints.secret; Type: ACL; Schema: private

GRANT UPDATE(secret) ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT UPDATE(secret) ON TABLE private.webhook_endpoints TO service_role;

-- Name: COLUMN webhook_endpoints.previous_secret; Type: ACL; Schema: private

GRANT UPDATE(previous_secret) ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT UPDATE(previous_secret) ON TABLE private.webhook_endpoints TO service_role;

-- Name: COLUMN webhook_endpoints.previous_secret_until; Type: ACL; Schema: private

GRANT UPDATE(previous_secret_until) ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT UPDATE(previous_secret_until) ON TABLE private.webhook_endpoints TO service_role;

-- Name: COLUMN webhook_endpoints.is_paused; Type: ACL; Schema: private

GRANT UPDATE(is_paused) ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT UPDATE(is_paused) ON TABLE private.webhook_endpoints TO service_role;

-- Name: COLUMN webhook_endpoints.paused_reason; Type: ACL; Schema: private

GRANT UPDATE(paused_reason) ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT UPDATE(paused_reason) ON TABLE private.webhook_endpoints TO service_role;

-- Name: COLUMN webhook_endpoints.paused_at; Type: ACL; Schema: private

GRANT UPDATE(paused_at) ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT UPDATE(paused_at) ON TABLE private.webhook_endpoints TO service_role;

-- Name: COLUMN webhook_endpoints.deleted_at; Type: ACL; Schema: private

GRANT UPDATE(deleted_at) ON TABLE private.webhook_endpoints TO backoffice_staff;
GRANT UPDATE(deleted_at) ON TABLE private.webhook_endpoints TO service_role;

-- Name: TABLE orgs; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.orgs TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.orgs TO service_role;

-- Name: COLUMN orgs.invoice_tolerance; Type: ACL; Schema: public

GRANT UPDATE(invoice_tolerance) ON TABLE public.orgs TO backoffice_staff;

-- Name: COLUMN orgs.keep_processed_pictures; Type: ACL; Schema: public

GRANT UPDATE(keep_processed_pictures) ON TABLE public.orgs TO backoffice_staff;

-- Name: TABLE system_logs; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.system_logs TO backoffice_staff;
GRANT SELECT ON TABLE public.system_logs TO service_role;

-- Name: TABLE admin_system_health; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.admin_system_health TO backoffice_staff;
GRANT SELECT ON TABLE public.admin_system_health TO service_role;

-- Name: TABLE case_helper_mirror; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.case_helper_mirror TO authenticated;
GRANT SELECT ON TABLE public.case_helper_mirror TO service_role;

-- Name: TABLE case_helper_sections; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.case_helper_sections TO authenticated;
GRANT SELECT ON TABLE public.case_helper_sections TO service_role;

-- Name: TABLE case_search_index; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.case_search_index TO authenticated;
GRANT SELECT ON TABLE public.case_search_index TO service_role;

-- Name: TABLE feature_flags; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.feature_flags TO authenticated;
GRANT SELECT,DELETE ON TABLE public.feature_flags TO service_role;
GRANT DELETE ON TABLE public.feature_flags TO backoffice_staff;

-- Name: COLUMN feature_flags.name; Type: ACL; Schema: public

GRANT INSERT(name) ON TABLE public.feature_flags TO backoffice_staff;
GRANT INSERT(name) ON TABLE public.feature_flags TO service_role;

-- Name: COLUMN feature_flags.org_id; Type: ACL; Schema: public

GRANT INSERT(org_id) ON TABLE public.feature_flags TO backoffice_staff;
GRANT INSERT(org_id) ON TABLE public.feature_flags TO service_role;

-- Name: COLUMN feature_flags.case_id; Type: ACL; Schema: public

GRANT INSERT(case_id) ON TABLE public.feature_flags TO backoffice_staff;
GRANT INSERT(case_id) ON TABLE public.feature_flags TO service_role;

-- Name: COLUMN feature_flags.value; Type: ACL; Schema: public

GRANT INSERT(value),UPDATE(value) ON TABLE public.feature_flags TO backoffice_staff;
GRANT INSERT(value),UPDATE(value) ON TABLE public.feature_flags TO service_role;

-- Name: COLUMN feature_flags.note; Type: ACL; Schema: public

GRANT INSERT(note),UPDATE(note) ON TABLE public.feature_flags TO backoffice_staff;
GRANT INSERT(note),UPDATE(note) ON TABLE public.feature_flags TO service_role;

-- Name: TABLE fee_invoices; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.fee_invoices TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.fee_invoices TO service_role;

-- Name: TABLE helper_sources; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.helper_sources TO authenticated;
GRANT SELECT,DELETE ON TABLE public.helper_sources TO service_role;
GRANT DELETE ON TABLE public.helper_sources TO backoffice_staff;

-- Name: COLUMN helper_sources.org_id; Type: ACL; Schema: public

GRANT INSERT(org_id) ON TABLE public.helper_sources TO backoffice_staff;
GRANT INSERT(org_id) ON TABLE public.helper_sources TO service_role;

-- Name: COLUMN helper_sources.source; Type: ACL; Schema: public

GRANT INSERT(source) ON TABLE public.helper_sources TO backoffice_staff;
GRANT INSERT(source) ON TABLE public.helper_sources TO service_role;

-- Name: COLUMN helper_sources.pointer; Type: ACL; Schema: public

GRANT INSERT(pointer),UPDATE(pointer) ON TABLE public.helper_sources TO backoffice_staff;
GRANT INSERT(pointer),UPDATE(pointer) ON TABLE public.helper_sources TO service_role;

-- Name: COLUMN helper_sources.note; Type: ACL; Schema: public

GRANT INSERT(note),UPDATE(note) ON TABLE public.helper_sources TO backoffice_staff;
GRANT INSERT(note),UPDATE(note) ON TABLE public.helper_sources TO service_role;

-- Name: TABLE helper_state; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.helper_state TO authenticated;
GRANT SELECT ON TABLE public.helper_state TO service_role;

-- Name: TABLE helper_sync_log; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.helper_sync_log TO authenticated;
GRANT SELECT ON TABLE public.helper_sync_log TO service_role;

-- Name: TABLE helper_versions; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.helper_versions TO authenticated;
GRANT SELECT ON TABLE public.helper_versions TO service_role;

-- Name: TABLE helpers; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.helpers TO authenticated;
GRANT SELECT ON TABLE public.helpers TO service_role;

-- Name: TABLE invoice_damage_center_mappings; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.invoice_damage_center_mappings TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.invoice_damage_center_mappings TO service_role;

-- Name: TABLE invoice_documents; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.invoice_documents TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.invoice_documents TO service_role;

-- Name: TABLE invoice_lines; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.invoice_lines TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.invoice_lines TO service_role;

-- Name: TABLE invoice_suppliers; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.invoice_suppliers TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.invoice_suppliers TO service_role;

-- Name: TABLE invoice_validations; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.invoice_validations TO authenticated;
GRANT SELECT ON TABLE public.invoice_validations TO service_role;

-- Name: COLUMN invoice_validations.approval_status; Type: ACL; Schema: public

GRANT UPDATE(approval_status) ON TABLE public.invoice_validations TO authenticated;
GRANT UPDATE(approval_status) ON TABLE public.invoice_validations TO service_role;

-- Name: COLUMN invoice_validations.review_notes; Type: ACL; Schema: public

GRANT UPDATE(review_notes) ON TABLE public.invoice_validations TO authenticated;
GRANT UPDATE(review_notes) ON TABLE public.invoice_validations TO service_role;

-- Name: COLUMN invoice_validations.reviewed_by; Type: ACL; Schema: public

GRANT UPDATE(reviewed_by) ON TABLE public.invoice_validations TO authenticated;
GRANT UPDATE(reviewed_by) ON TABLE public.invoice_validations TO service_role;

-- Name: COLUMN invoice_validations.review_date; Type: ACL; Schema: public

GRANT UPDATE(review_date) ON TABLE public.invoice_validations TO authenticated;
GRANT UPDATE(review_date) ON TABLE public.invoice_validations TO service_role;

-- Name: COLUMN invoice_validations.manual_corrections; Type: ACL; Schema: public

GRANT UPDATE(manual_corrections) ON TABLE public.invoice_validations TO authenticated;
GRANT UPDATE(manual_corrections) ON TABLE public.invoice_validations TO service_role;

-- Name: TABLE kb_embeddings; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.kb_embeddings TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.kb_embeddings TO service_role;

-- Name: TABLE message_templates; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.message_templates TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.message_templates TO service_role;

-- Name: TABLE parts_required; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.parts_required TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.parts_required TO service_role;

-- Name: TABLE parts_search_results; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.parts_search_results TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.parts_search_results TO service_role;

-- Name: TABLE parts_search_sessions; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.parts_search_sessions TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.parts_search_sessions TO service_role;

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

-- Name: TABLE reminder_occurrences; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.reminder_occurrences TO authenticated;
GRANT SELECT ON TABLE public.reminder_occurrences TO service_role;

-- Name: TABLE reminders; Type: ACL; Schema: public

GRANT SELECT,INSERT,UPDATE ON TABLE public.reminders TO authenticated;
GRANT SELECT,INSERT,UPDATE ON TABLE public.reminders TO service_role;

-- Name: TABLE required_parts_archive; Type: ACL; Schema: public

GRANT SELECT,INSERT ON TABLE public.required_parts_archive TO authenticated;
GRANT SELECT,INSERT ON TABLE public.required_parts_archive TO service_role;

-- Name: COLUMN required_parts_archive.archive_reason; Type: ACL; Schema: public

GRANT UPDATE(archive_reason) ON TABLE public.required_parts_archive TO authenticated;
GRANT UPDATE(archive_reason) ON TABLE public.required_parts_archive TO service_role;

-- Name: COLUMN required_parts_archive.status; Type: ACL; Schema: public

GRANT UPDATE(status) ON TABLE public.required_parts_archive TO authenticated;
GRANT UPDATE(status) ON TABLE public.required_parts_archive TO service_role;

-- Name: TABLE tracking_expertise; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.tracking_expertise TO authenticated;
GRANT SELECT ON TABLE public.tracking_expertise TO service_role;

-- Name: TABLE tracking_final_report; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.tracking_final_report TO authenticated;
GRANT SELECT ON TABLE public.tracking_final_report TO service_role;

-- Name: TABLE tracking_general; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.tracking_general TO authenticated;
GRANT SELECT ON TABLE public.tracking_general TO service_role;

-- Name: TABLE user_assets; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.user_assets TO authenticated;
GRANT SELECT ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.org_id; Type: ACL; Schema: public

GRANT INSERT(org_id) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(org_id) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.user_id; Type: ACL; Schema: public

GRANT INSERT(user_id) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(user_id) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.company_logo_path; Type: ACL; Schema: public

GRANT INSERT(company_logo_path),UPDATE(company_logo_path) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(company_logo_path),UPDATE(company_logo_path) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.company_stamp_path; Type: ACL; Schema: public

GRANT INSERT(company_stamp_path),UPDATE(company_stamp_path) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(company_stamp_path),UPDATE(company_stamp_path) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.user_signature_path; Type: ACL; Schema: public

GRANT INSERT(user_signature_path),UPDATE(user_signature_path) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(user_signature_path),UPDATE(user_signature_path) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.background_path; Type: ACL; Schema: public

GRANT INSERT(background_path),UPDATE(background_path) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(background_path),UPDATE(background_path) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.draft_watermark_text; Type: ACL; Schema: public

GRANT INSERT(draft_watermark_text),UPDATE(draft_watermark_text) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(draft_watermark_text),UPDATE(draft_watermark_text) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.directive_watermark_text; Type: ACL; Schema: public

GRANT INSERT(directive_watermark_text),UPDATE(directive_watermark_text) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(directive_watermark_text),UPDATE(directive_watermark_text) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.business_name; Type: ACL; Schema: public

GRANT INSERT(business_name),UPDATE(business_name) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(business_name),UPDATE(business_name) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.license_number; Type: ACL; Schema: public

GRANT INSERT(license_number),UPDATE(license_number) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(license_number),UPDATE(license_number) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.address; Type: ACL; Schema: public

GRANT INSERT(address),UPDATE(address) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(address),UPDATE(address) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.phone; Type: ACL; Schema: public

GRANT INSERT(phone),UPDATE(phone) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(phone),UPDATE(phone) ON TABLE public.user_assets TO service_role;

-- Name: COLUMN user_assets.email; Type: ACL; Schema: public

GRANT INSERT(email),UPDATE(email) ON TABLE public.user_assets TO authenticated;
GRANT INSERT(email),UPDATE(email) ON TABLE public.user_assets TO service_role;

-- Name: TABLE user_orgs; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.user_orgs TO authenticated;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_orgs TO service_role;

-- Name: TABLE vat_rates; Type: ACL; Schema: public

GRANT SELECT ON TABLE public.vat_rates TO authenticated;
GRANT SELECT ON TABLE public.vat_rates TO service_role;

-- Name: COLUMN vat_rates.org_id; Type: ACL; Schema: public

GRANT INSERT(org_id) ON TABLE public.vat_rates TO backoffice_staff;
GRANT INSERT(org_id) ON TABLE public.vat_rates TO service_role;

-- Name: COLUMN vat_rates.starts_on; Type: ACL; Schema: public

GRANT INSERT(starts_on),UPDATE(starts_on) ON TABLE public.vat_rates TO backoffice_staff;
GRANT INSERT(starts_on),UPDATE(starts_on) ON TABLE public.vat_rates TO service_role;

-- Name: COLUMN vat_rates.rate; Type: ACL; Schema: public

GRANT INSERT(rate),UPDATE(rate) ON TABLE public.vat_rates TO backoffice_staff;
GRANT INSERT(rate),UPDATE(rate) ON TABLE public.vat_rates TO service_role;
