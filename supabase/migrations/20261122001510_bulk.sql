-- Many rows in one call: what is done for each row costs less, and no rule is given up.

select private.hold_still();

create or replace function private.satellite_stamp() returns trigger
language plpgsql set search_path = ''
as $$
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

-- The searched text is made by the column itself, not by two functions for each row.
drop trigger parts_search_results_text on public.parts_search_results;
drop function private.parts_search_text();
alter table public.parts_search_results drop column search_text;
alter table public.parts_search_results add column search_text text not null generated always as (
  rtrim(lower(translate(coalesce(part_name || ' ', '') || coalesce(nullif(description, part_name) || ' ', '')
    || coalesce(oem || ' ', '') || coalesce(pcode || ' ', '') || coalesce(supplier_name || ' ', '')
    || coalesce(part_family || ' ', '') || coalesce(make || ' ', '') || coalesce(model, ''), '"''`״׳-', '')))) stored;
comment on column public.parts_search_results.search_text is
  'What people search a part by, folded as every searched text is.';

do $$
declare
  v_schema regnamespace := (select extnamespace from pg_extension where extname = 'pg_trgm');
begin
  if v_schema is not null then
    execute format('create index parts_search_results_text on public.parts_search_results using gin (search_text %s.gin_trgm_ops)
      where results is null', v_schema);
  end if;
end $$;

-- A new row that has everything already as the server would set it is not set once more.
do $$
declare
  v_table text;
begin
  foreach v_table in array array['parts_search_results', 'parts_required', 'invoice_lines'] loop
    execute format('drop trigger %I on public.%I', v_table || '_stamp', v_table);
    execute format('create trigger %I before update on public.%I for each row execute function private.satellite_stamp()',
      v_table || '_stamp', v_table);
    execute format('create trigger %I before insert on public.%I for each row when (new.org_id is null
      or (new.case_id is not null and new.plate is null) or new.plate ~ ''[^0-9]'' or new.plate = ''''
      or new.created_at is distinct from now() or new.updated_at is distinct from now()
      or new.created_by is distinct from auth.uid() or new.updated_by is distinct from auth.uid())
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
  v_sent uuid[];
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
  select array_agg(k.id), array_agg(k.row_uuid), array_agg(k.created), (select array_agg(s.row_uuid) from sent s)
  into v_ids, v_keys, v_created, v_sent from kept k;
  return query select * from unnest(v_ids, v_keys, v_created);
  if cardinality(v_keys) = cardinality(v_sent) then
    return;
  end if;
  -- What was there already just as it is; by a statement of its own, which sees also what another call has just
  -- brought while we waited for it. A row that stands with another case stays there, and is not answered.
  return query
    select t.id, t.row_uuid, false from public.parts_search_results t
    where t.org_id = v_org and t.row_uuid = any (v_sent)
      and not exists (select from unnest(v_keys) k (key) where k.key = t.row_uuid)
      and (t.case_id is null or p_case_id is null or t.case_id = p_case_id);
end;
$$;

create or replace function public.parts_required_bulk_upsert(p_case_id uuid, p_rows jsonb)
returns table (id uuid, row_uuid uuid, created boolean)
language plpgsql volatile security invoker set search_path = ''
as $$
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

create or replace function private.of_invoice() returns trigger
language plpgsql set search_path = ''
as $$
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

-- A new line that says already where it belongs, as our own bulk function has it, is not asked one by one.
drop trigger invoice_lines_a_of_invoice on public.invoice_lines;
create trigger invoice_lines_a_of_invoice before update on public.invoice_lines
  for each row execute function private.of_invoice();
create trigger invoice_lines_a_new_of_invoice before insert on public.invoice_lines
  for each row when (new.org_id is null or new.case_id is null or new.plate is null)
  execute function private.of_invoice();

-- Made anew to be asked after the one of invoice and office: an id that is not there is told as one of another office is.
alter table public.invoice_lines drop constraint invoice_lines_invoice_id_fkey;
alter table public.invoice_lines add constraint invoice_lines_invoice_id_fkey foreign key (invoice_id)
  references public.invoices (id) on delete restrict;

create function private.lines_of_invoice() returns trigger
language plpgsql security definer set search_path = ''
as $$
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
comment on function private.lines_of_invoice() is
  'New lines belong where their invoice does, and none is added to one that was accepted; asked once a statement.';
create trigger invoice_lines_of_invoice after insert on public.invoice_lines
  referencing new table as new_lines for each statement execute function private.lines_of_invoice();

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
      from jsonb_array_elements(p_rows) with ordinality e (value, place)
      cross join lateral jsonb_to_record(e.value) as r (
        line_number integer, description text, part_id uuid, quantity numeric, unit_price numeric, discount_percent numeric,
        line_total numeric, source text, catalog_code text, metadata jsonb, item_category text, category_confidence numeric,
        category_method text, category_suggestions jsonb, unread text[])
      order by r.line_number, e.place desc
    ), kept as (
      insert into public.invoice_lines as t (org_id, case_id, plate, invoice_id, line_number, description, part_id, quantity,
        unit_price, discount_percent, line_total, source, catalog_code, metadata, item_category, category_confidence,
        category_method, category_suggestions, unread, created_by, updated_by)
      select v_invoice.org_id, v_invoice.case_id, v_invoice.plate, p_invoice_id, s.line_number, s.description, s.part_id,
        coalesce(s.quantity, o.quantity, 1), s.unit_price, s.discount_percent, s.line_total, s.source, s.catalog_code,
        coalesce(s.metadata, '{}'), coalesce(s.item_category, o.item_category, 'uncategorized'), s.category_confidence,
        s.category_method, s.category_suggestions, coalesce(s.unread, '{}'), v_me, v_me
      from sent s
      left join public.invoice_lines o on o.invoice_id = p_invoice_id and o.line_number = s.line_number
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
