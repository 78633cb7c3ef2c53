-- A save derives only what it may have changed, and a batch is asked less.

select private.hold_still();

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

-- Many rows in one call.

-- Who a new row names is compared with the caller once, not twice: asking reads the claims.
do $$
declare
  v_table text;
begin
  foreach v_table in array array['parts_search_results', 'parts_required', 'invoice_lines'] loop
    execute format('drop trigger %I on public.%I', v_table || '_stamp_new', v_table);
    execute format('create trigger %I before insert on public.%I for each row when (new.org_id is null
      or (new.case_id is not null and new.plate is null) or new.plate ~ ''[^0-9]'' or new.plate = ''''
      or new.created_at is distinct from now() or new.updated_at is distinct from now()
      or new.created_by is distinct from new.updated_by or new.updated_by is distinct from auth.uid())
      execute function private.satellite_stamp()', v_table || '_stamp_new', v_table);
  end loop;
end $$;

create or replace function public.parts_results_bulk_upsert(
  p_rows jsonb, p_case_id uuid default null, p_session_id uuid default null, p_plate text default null,
  p_answer_id uuid default null, p_org_id uuid default null
) returns table (id uuid, row_uuid uuid, created boolean)
language plpgsql volatile security invoker set search_path = ''
as $$
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

create or replace function public.invoice_lines_bulk_upsert(p_invoice_id uuid, p_rows jsonb, p_replace boolean default false)
returns table (id uuid, line_number integer, created boolean)
language plpgsql volatile security invoker set search_path = ''
as $$
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

create or replace function private.invoices_validate(p_ids uuid[]) returns void
language sql volatile security definer set search_path = ''
as $$
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

create or replace function private.invoices_changed() returns trigger
language plpgsql security definer set search_path = ''
as $$
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
comment on function private.invoices_changed() is 'Checks the sums of the invoices that one statement touched, once.';
drop trigger invoices_validate_changed on public.invoices;
create trigger invoices_validate_changed after update on public.invoices referencing old table as was new table as changed
  for each statement execute function private.invoices_changed();
