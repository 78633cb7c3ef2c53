-- A save derives only what it may have changed, and a batch is asked less.

create function private.search_reads() returns text[]
language plpgsql immutable set search_path = ''
as $$
begin
  return array['car_details', 'case_info', 'centers', 'damage_info', 'estimate', 'expertise', 'final_report', 'invoices',
    'stakeholders', 'vehicle'];
end;
$$;
comment on function private.search_reads() is
  'The sections of a helper that a search row is made of: whoever reads another one names it here and rebuilds.';

create function private.tracking_general_reads() returns text[]
language plpgsql immutable set search_path = ''
as $$
begin
  return array['calculations', 'car_details', 'case_info', 'documents', 'expertise', 'final_report', 'images', 'invoices',
    'stakeholders', 'valuation', 'vehicle'];
end;
$$;
comment on function private.tracking_general_reads() is
  'The sections of a helper that the general tracking table takes its columns from; its warnings come from the others too.';

create function private.tracking_reads() returns text[]
language plpgsql immutable set search_path = ''
as $$
begin
  return private.tracking_general_reads() || array['centers', 'claims_data', 'damage_centers', 'depreciation', 'estimate',
    'estimate_snapshot', 'expertise_snapshot', 'final_report_snapshot', 'financials'];
end;
$$;
comment on function private.tracking_reads() is
  'The sections of a helper that tracking is derived of, beside the marks in meta: whoever reads another one names it here and rebuilds.';

create function private.tracking_marks(p_meta jsonb) returns text[]
language plpgsql immutable set search_path = ''
as $$
begin
  return array[private.said(p_meta -> 'finalized'), private.said(p_meta -> 'estimate_finalized'),
    private.said(p_meta -> 'fee_module_completed')];
end;
$$;
comment on function private.tracking_marks(jsonb) is
  'What tracking reads of meta. It is no section of tracking_reads, because nearly every save leaves a time in meta.';

create function private.tracking_asks(p_case_id uuid, p_changed text[], p_meta jsonb) returns boolean
language plpgsql stable set search_path = ''
as $$
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
comment on function private.tracking_asks(uuid, text[], jsonb) is
  'Whether a version that is about to be stored may say something else to the tracking tables than the one before.';
revoke execute on function private.tracking_asks(uuid, text[], jsonb) from public;

drop function private.tracking_derive(uuid, jsonb);
create function private.tracking_derive(p_case_id uuid, p_helper jsonb, p_changed text[] default null) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
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
comment on function private.tracking_derive(uuid, jsonb, text[]) is
  'Brings a case''s tracking rows to what its helper says, as far as these sections (null: all) may have changed them, and returns how many changed; never refuses.';
revoke execute on function private.tracking_derive(uuid, jsonb, text[]) from public;

create or replace function private.case_helper_track() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if private.tracking_asks(new.case_id, new.changed_sections, new.helper_json -> 'meta') then
    -- Before the row is stored its document is in memory; || '{}' unpacks one that comes from an old version, once.
    perform private.tracking_derive(new.case_id, new.helper_json || '{}', new.changed_sections);
  end if;
  return new;
end;
$$;
comment on function private.case_helper_track() is
  'A version that says something new to the tracking tables is tracked in the same transaction.';

create or replace function private.case_helper_number() returns trigger
language plpgsql security definer set search_path = ''
as $$
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

create or replace function private.search_free_text(p_helper jsonb) returns text
language plpgsql immutable set search_path = ''
as $$
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
$$;

create or replace function private.search_row_write(p_case_id uuid, p_helper jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
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

create or replace function private.tracking_field(
  p_helper jsonb, p_kind text, p_places text[], p_at text default '', out value text, out unread text[]
)
language plpgsql stable set search_path = ''
as $$
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
