-- The office's tracking tables, derived from the current helper and its satellites as it is saved; and its fees.

select private.set_aside(
  'tracking_general', 'tracking_expertise', 'tracking_final_report', 'payment_tracking', 'fee_invoices');
select private.make_room(
  'payment_contacted', 'upsert_tracking_expertise_from_helper', 'upsert_tracking_final_report_from_helper');

create table public.tracking_general (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid not null unique references public.cases (id) on delete restrict,
  plate text not null,
  case_number text,
  inspection_date date,
  report_date date,
  manufacturer text,
  year_of_manufacture integer,
  vehicle_value numeric(12, 2),
  owner_name text,
  phone text,
  garage text,
  garage_phone text,
  email text,
  directive text,
  photos_available boolean not null default false,
  photo_count integer not null default 0,
  invoice_received boolean not null default false,
  payment_received boolean not null default false,
  case_in_claim boolean not null default false,
  general_status text,
  general_notes text,
  case_link text,
  warnings text[] not null default '{}',
  timestamp timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.tracking_general is 'The general tracking table: one row a case, derived from its current helper.';
comment on column public.tracking_general.warnings is
  'Places of the helper whose value could not be read, as JSON pointers; *failed where the derivation itself did. Never a value.';

create table public.tracking_expertise (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid not null references public.cases (id) on delete restrict,
  plate text not null,
  case_number text,
  center_key text not null,
  damage_center_index integer not null,
  damage_center_count integer not null,
  damage_center_name text,
  description text,
  planned_repairs text,
  planned_parts text,
  planned_work text,
  guidance text,
  notes text,
  status text not null default 'draft' check (status in ('draft', 'final')),
  is_current boolean not null default true,
  pdf_storage_path text,
  pdf_public_url text,
  timestamp timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint tracking_expertise_once unique (case_id, center_key)
);
comment on table public.tracking_expertise is 'The tracking table of expertises: one row a damage center of the current helper.';
comment on column public.tracking_expertise.center_key is 'The center''s own Id; # and its place where it has none.';

create table public.tracking_final_report (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid not null references public.cases (id) on delete restrict,
  plate text not null,
  case_number text,
  center_key text not null,
  damage_center_index integer not null,
  damage_center_count integer not null,
  damage_center_name text,
  actual_repairs text,
  total_parts numeric(12, 2),
  total_work numeric(12, 2),
  claim_amount numeric(12, 2),
  depreciation numeric(12, 2),
  final_compensation numeric(12, 2),
  notes text,
  report_type text not null check (report_type in ('estimate', 'final_report', 'expertise')),
  status text not null default 'draft' check (status in ('draft', 'final')),
  is_current boolean not null default true,
  pdf_storage_path text,
  pdf_public_url text,
  timestamp timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint tracking_final_report_once unique (case_id, report_type, center_key)
);
comment on table public.tracking_final_report is
  'The tracking table of estimates and final reports: one row a damage center; what was estimated stays, not current, beside the final report.';
comment on column public.tracking_final_report.claim_amount is
  'Of the whole case, as depreciation and final_compensation are: each center''s row says it.';

create table public.payment_tracking (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid not null references public.cases (id) on delete restrict,
  plate text not null,
  manufacturer text check (length(manufacturer) <= 200),
  year_of_manufacture integer check (year_of_manufacture between 1900 and 2200),
  owner_name text check (length(owner_name) <= 200),
  phone text check (length(phone) <= 60),
  damage_date date,
  damage_type text check (length(damage_type) <= 200),
  agent text check (length(agent) <= 200),
  total_fee numeric(12, 2) check (total_fee >= 0),
  broadcast_date date,
  garage text check (length(garage) <= 200),
  claim_handler text check (length(claim_handler) <= 200),
  expected_payment_date date,
  payment_status text not null default 'ממתין לתשלום'
    check (payment_status in ('ממתין לתשלום', 'שולם חלקית', 'שולם במלואו', 'באיחור')),
  notes text check (length(notes) <= 5000),
  last_contacted_by uuid references public.profiles (user_id) on delete restrict,
  last_contacted_at timestamptz,
  last_contact_notes text check (length(last_contact_notes) <= 2000),
  fee_invoice_date date,
  removed_at timestamptz,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint payment_tracking_id_case unique (id, case_id),
  constraint payment_tracking_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.payment_tracking is
  'The fee of a case and how far its payment has come; filled from the case when it is made, the office''s own afterwards.';
comment on column public.payment_tracking.broadcast_date is 'When the report and the demand were sent.';
create unique index payment_tracking_one_per_case on public.payment_tracking (case_id) where removed_at is null;
create index payment_tracking_expected on public.payment_tracking (org_id, expected_payment_date)
  where removed_at is null and payment_status <> 'שולם במלואו';

create table public.fee_invoices (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid not null references public.cases (id) on delete restrict,
  plate text not null,
  payment_tracking_id uuid not null references public.payment_tracking (id) on delete restrict,
  invoice_type text not null default 'initial' check (invoice_type in ('initial', 'supplementary', 'final')),
  invoice_number text check (length(invoice_number) <= 100),
  invoice_date date,
  invoice_amount numeric(12, 2),
  file_path text check (length(file_path) <= 500),
  file_name text check (length(file_name) <= 300),
  file_size integer check (file_size >= 0),
  file_type text check (length(file_type) <= 100),
  date_extracted_from_ocr boolean not null default false,
  ocr_confidence numeric(4, 3) check (ocr_confidence between 0 and 1),
  extraction_metadata jsonb not null default '{}',
  uploaded_by uuid references public.profiles (user_id) on delete restrict,
  uploaded_at timestamptz,
  notes text check (length(notes) <= 2000),
  removed_at timestamptz,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint fee_invoices_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict,
  constraint fee_invoices_of_payment foreign key (payment_tracking_id, case_id)
    references public.payment_tracking (id, case_id) on delete restrict
);
comment on table public.fee_invoices is 'The invoices an office wrote for its fee; a case may have several.';
create unique index fee_invoices_number_once on public.fee_invoices (payment_tracking_id, invoice_number)
  where removed_at is null;
create index fee_invoices_payment on public.fee_invoices (payment_tracking_id, case_id);
create index fee_invoices_uploaded_by on public.fee_invoices (uploaded_by);
create index payment_tracking_contacted_by on public.payment_tracking (last_contacted_by);

do $$
declare
  v_table text;
begin
  foreach v_table in array array['tracking_general', 'tracking_expertise', 'tracking_final_report'] loop
    execute format('alter table public.%I enable row level security', v_table);
    execute format('alter table public.%I force row level security', v_table);
    execute format('create policy "Members read their office''s rows" on public.%I for select to authenticated
      using (org_id = any (array(select private.my_orgs())))', v_table);
    execute format('revoke all on public.%I from anon, authenticated, service_role', v_table);
    execute format('grant select on public.%I to authenticated, service_role', v_table);
    execute format('create index %I on public.%I (org_id, updated_at desc, case_id)', v_table || '_newest', v_table);
    execute format('create index %I on public.%I (org_id, plate)', v_table || '_plate', v_table);
  end loop;
  foreach v_table in array array['payment_tracking', 'fee_invoices'] loop
    execute format('create index %I on public.%I (case_id, org_id, plate)', v_table || '_case', v_table);
    execute format('create index %I on public.%I (org_id, updated_at desc, id)', v_table || '_newest', v_table);
    execute format('create index %I on public.%I (org_id, plate)', v_table || '_plate', v_table);
    execute format('create index %I on public.%I (created_by)', v_table || '_created_by', v_table);
    execute format('create index %I on public.%I (updated_by)', v_table || '_updated_by', v_table);
    perform private.satellite_guard(format('public.%I', v_table)::regclass,
      case v_table when 'payment_tracking' then 'payment.upserted' else 'fee_invoice.upserted' end,
      array['extraction_metadata']);
  end loop;
end $$;
create index tracking_general_warned on public.tracking_general (org_id) where warnings <> '{}';

-- Values as helpers write them. None of these ever raises.

create function private.said(p_value jsonb) returns text
language plpgsql immutable set search_path = ''
as $$
declare
  v_text text := btrim(p_value #>> '{}', E' \t\r\n\u00a0\u200e\u200f');
begin
  if p_value is null or p_value in ('null', '[]', '{}') then
    return null;
  end if;
  return case when v_text not in ('', '-', '–', '—', 'אין מידע', 'לא זמין', 'לא ידוע') then v_text end;
end;
$$;
comment on function private.said(jsonb) is 'What a value says as text; null for nothing and for the words that stand for nothing.';

create function private.tracking_day(p_text text) returns date
language plpgsql stable set search_path = ''
as $$
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
$$;
comment on function private.tracking_day(text) is
  'The day in a text: ISO with or without its zone, DD/MM/YYYY, DD/MM/YY, the first of MM/YYYY; null for any other.';

create function private.tracking_number(p_kind text, p_text text) returns text
language plpgsql immutable set search_path = ''
as $$
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
comment on function private.tracking_number(text, text) is 'A JSON number read as a text, flag, year, count or amount; null where it is none.';

create function private.tracking_read(p_kind text, p_text text) returns text
language plpgsql stable set search_path = ''
as $$
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
$$;
comment on function private.tracking_read(text, text) is
  'A text read as a text, day, flag, year, count or amount, written plainly; null where it is none.';

create function private.tracking_field(
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
    v_text := private.said(v_value);
    continue when v_text is null;
    case jsonb_typeof(v_value)
      when 'object', 'array' then value := null;
      when 'number' then value := private.tracking_number(p_kind, v_text);
      else value := private.tracking_read(p_kind, v_text);
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
comment on function private.tracking_field(jsonb, text, text[], text) is
  'The first of these places that says something readable, and the places before it that do not.';

create function private.tracking_names(p_items jsonb) returns text
language plpgsql immutable set search_path = ''
as $$
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
comment on function private.tracking_names(jsonb) is 'Works, parts or repairs of a damage center as one line of their names.';

create type private.tracked_center as (
  key text, number integer, name text, description text, repairs text, parts text, work text,
  total_parts numeric, total_work numeric
);

create function private.tracking_center(
  p_center jsonb, p_number integer, p_at text, out center private.tracked_center, out unread text[]
)
language plpgsql stable set search_path = ''
as $$
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
comment on function private.tracking_center(jsonb, integer, text) is 'What is tracked of one damage center, in any of its shapes.';

create function private.tracking_centers(p_helper jsonb, out centers private.tracked_center[], out unread text[])
language plpgsql stable set search_path = ''
as $$
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
$$;
comment on function private.tracking_centers(jsonb) is 'The damage centers of a helper, at most 200 of them, and what of them could not be read.';

-- The derivation.

create function private.tracking_queue(p_case_id uuid) returns void
language plpgsql volatile set search_path = ''
as $$ begin perform pg_advisory_xact_lock(hashtextextended('tracking ' || p_case_id, 0)); end $$;
comment on function private.tracking_queue(uuid) is
  'Who derives a case waits here for whoever does so already, and then reads what stands by a statement of its own.';

create function private.tracking_paid(p_case_id uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$
begin
  return exists (select from public.cases where id = p_case_id and status = 'שולם')
    or exists (select from public.payment_tracking
      where case_id = p_case_id and removed_at is null and payment_status = 'שולם במלואו');
end;
$$;
comment on function private.tracking_paid(uuid) is 'Whether the payment of a case was received, by its own status or its row of payments.';

create function private.tracking_invoiced(p_case_id uuid) returns boolean
language plpgsql stable security definer set search_path = ''
as $$ begin return exists (select from public.invoices where case_id = p_case_id and status <> 'CANCELLED'); end $$;
comment on function private.tracking_invoiced(uuid) is 'Whether an invoice that counts stands with the case.';

create function private.tracking_sections(p_helper jsonb) returns text[]
language plpgsql immutable set search_path = ''
as $$
begin
  return array(
    select '/' || place from unnest(array['case_info', 'vehicle', 'calculations', 'valuation', 'stakeholders',
      'stakeholders/owner', 'stakeholders/garage', 'expertise', 'expertise/summary', 'documents', 'claims_data', 'estimate',
      'estimate/summary', 'depreciation', 'final_report', 'final_report/summary']) place
    where jsonb_typeof(p_helper #> string_to_array(place, '/')) <> 'object'
      and private.said(p_helper #> string_to_array(place, '/')) is not null);
end;
$$;
comment on function private.tracking_sections(jsonb) is 'The sections that stand there as something else than an object.';

create function private.tracking_write_general(
  p_case public.cases, p_helper jsonb, p_warnings text[]
) returns integer
language plpgsql volatile set search_path = ''
as $$
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
comment on function private.tracking_write_general(public.cases, jsonb, text[]) is
  'The row of a case in the general table; one that says the same already is not touched.';

create function private.tracking_write_expertise(p_case public.cases, p_helper jsonb, p_centers private.tracked_center[])
returns integer
language plpgsql volatile set search_path = ''
as $$
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
comment on function private.tracking_write_expertise(public.cases, jsonb, private.tracked_center[]) is
  'The rows of a case''s damage centers as they were planned.';

create function private.tracking_sums(
  p_helper jsonb, p_is_final boolean, out claim numeric, out depreciation numeric, out final numeric, out unread text[]
)
language plpgsql stable set search_path = ''
as $$
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
comment on function private.tracking_sums(jsonb, boolean) is
  'Claim, loss of value and final compensation of a case: of its final report where there is one, else as estimated.';

create function private.tracking_has_final(p_helper jsonb) returns boolean
language plpgsql immutable set search_path = ''
as $$
begin
  return private.said(p_helper #> '{final_report,submitted_at}') is not null
    or private.said(p_helper #> '{final_report,type}') is not null
    or coalesce(private.said(p_helper #> '{final_report,generated}'), 'false') <> 'false';
end;
$$;
comment on function private.tracking_has_final(jsonb) is 'Whether work on the final report has begun.';

create function private.tracking_write_final(
  p_case public.cases, p_helper jsonb, p_centers private.tracked_center[], p_sums record
) returns integer
language plpgsql volatile set search_path = ''
as $$
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
comment on function private.tracking_write_final(public.cases, jsonb, private.tracked_center[], record) is
  'The rows of a case''s damage centers as they were estimated, or as the final report has them.';

create function private.payment_facts(p_case public.cases, p_helper jsonb) returns public.payment_tracking
language plpgsql stable set search_path = ''
as $$
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
comment on function private.payment_facts(public.cases, jsonb) is 'What a new row of payments takes from its case.';

create function private.payment_prefill() returns trigger
language plpgsql security definer set search_path = ''
as $$
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
comment on function private.payment_prefill() is
  'A new row of payments begins with what its case knows; afterwards it is the office''s own.';
create trigger payment_tracking_z_prefill before insert on public.payment_tracking
  for each row execute function private.payment_prefill();

create function private.payment_add(p_case public.cases, p_helper jsonb) returns integer
language plpgsql volatile set search_path = ''
as $$
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
comment on function private.payment_add(public.cases, jsonb) is
  'A case whose fee was settled in its helper gets a row of payments, once; one that was removed stays removed.';

create function private.tracking_derive(p_case_id uuid, p_helper jsonb) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_case public.cases;
  v_found record;
  v_sums record;
  v_count integer;
begin
  -- The case is read after the wait: by a statement of its own, which sees what was committed meanwhile.
  perform private.tracking_queue(p_case_id);
  select * into v_case from public.cases where id = p_case_id;
  -- A mistake of ours in here costs the case a warning, and never somebody's save.
  begin
    v_found := private.tracking_centers(p_helper);
    v_sums := private.tracking_sums(p_helper, private.tracking_has_final(p_helper));
    v_count := private.tracking_write_general(v_case, p_helper,
      private.tracking_sections(p_helper) || v_found.unread || v_sums.unread);
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
comment on function private.tracking_derive(uuid, jsonb) is
  'Brings a case''s tracking rows to what its helper says, and returns how many changed; never refuses.';

create function private.tracking_again(p_case_id uuid) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_helper jsonb;
begin
  perform private.tracking_queue(p_case_id);
  select helper_json || '{}' into v_helper
  from public.case_helper where case_id = p_case_id and is_current;
  return private.tracking_derive(p_case_id, v_helper);
end;
$$;
comment on function private.tracking_again(uuid) is 'Derives a case''s tracking rows from its current helper.';

create function private.case_helper_track() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  -- Before the row is stored its document is in memory; || '{}' unpacks one that comes from an old version, once.
  perform private.tracking_derive(new.case_id, new.helper_json || '{}');
  return new;
end;
$$;
comment on function private.case_helper_track() is 'A version that is saved is tracked in the same transaction.';
create trigger case_helper_6_tracking before insert on public.case_helper
  for each row execute function private.case_helper_track();

create function private.case_track() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform private.tracking_again(new.id);
  return null;
end;
$$;
comment on function private.case_track() is 'A case that is opened, or changes what is tracked of it, is tracked anew.';
create trigger cases_track_new after insert on public.cases for each row execute function private.case_track();
create trigger cases_track after update of status, owner_name, filing_case_id on public.cases for each row
  when ((old.status, old.owner_name, old.filing_case_id) is distinct from (new.status, new.owner_name, new.filing_case_id))
  execute function private.case_track();

create function private.payment_track() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  -- Only what payments decide: the row may have been made by a save whose helper is not stored yet.
  perform private.tracking_queue(new.case_id);
  update public.tracking_general set payment_received = not payment_received, timestamp = clock_timestamp(),
    updated_at = clock_timestamp()
  where case_id = new.case_id and payment_received <> private.tracking_paid(new.case_id);
  return null;
end;
$$;
comment on function private.payment_track() is 'The general table says at once whether the payment was received.';
create trigger payment_tracking_track after insert or update of payment_status, removed_at on public.payment_tracking
  for each row execute function private.payment_track();

create function private.invoice_track() returns trigger
language plpgsql security definer set search_path = ''
as $$
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
comment on function private.invoice_track() is 'The general table says at once whether an invoice was received.';
create trigger invoices_track_new after insert on public.invoices referencing new table as new_rows
  for each statement execute function private.invoice_track();
create trigger invoices_track after update on public.invoices referencing new table as new_rows
  for each statement execute function private.invoice_track();

create function private.tracking_rebuild(p_case_ids uuid[]) returns table (changed integer, warned integer)
language plpgsql volatile security definer set search_path = ''
as $$
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
comment on function private.tracking_rebuild(uuid[]) is
  'Derives these cases anew, as far as the caller may see them: how many rows changed, and how many cases have warnings.';

create function public.payment_contacted(p_payment_id uuid, p_note text default null, p_at timestamptz default null)
returns public.payment_tracking
language plpgsql volatile security invoker set search_path = ''
as $$
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
comment on function public.payment_contacted(uuid, text, timestamptz) is 'Writes down who asked for the payment last, when, and what was said.';

revoke execute on function public.payment_contacted(uuid, text, timestamptz)
  from public, anon, authenticated, service_role;
grant execute on function public.payment_contacted(uuid, text, timestamptz) to authenticated, service_role;
revoke execute on function private.tracking_rebuild(uuid[]), private.tracking_derive(uuid, jsonb),
  private.tracking_again(uuid), private.tracking_paid(uuid), private.tracking_invoiced(uuid) from public;
grant execute on function private.tracking_rebuild(uuid[]), private.may_mark(uuid) to authenticated, service_role;

-- Rows of an existing project.
select private.bring_back('tracking_general', '{"case_id": "coalesce(l.case_id, private.open_case_of(private.my_org(), private.plate_digits(l.plate)))",
  "plate": "coalesce(k.plate, nullif(private.plate_digits(l.plate), ''''))"}');
select private.bring_back('payment_tracking', '{"case_id": "coalesce(l.case_id, private.open_case_of(private.my_org(), private.plate_digits(l.plate)))"}');
select private.bring_back('fee_invoices', '{"case_id": "p.case_id", "org_id": "p.org_id", "plate": "p.plate", "payment_tracking_id": "p.id",
  "invoice_type": "coalesce(private.adopted_word(l.invoice_type, ''supplementary'', ''final''), ''initial'')"}',
  'left join public.payment_tracking p on p.removed_at is null
    and case when l.payment_tracking_id is null then p.case_id = l.case_id else p.id = l.payment_tracking_id end');
select private.adopt_tracking();
