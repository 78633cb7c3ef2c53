-- What Make fetches outside: Levi Yitzhak's reports, vehicle details, what was read from a picture. Every answer is kept.

select private.set_aside('levi_reports', 'vehicle_details', 'ocr_results');
select private.make_room('levi_upsert', 'ocr_add', 'vehicle_upsert');

create function private.newest_is_current() returns trigger
language plpgsql security definer set search_path = ''
as $$
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
$$;
comment on function private.newest_is_current() is
  'The newest answer is the current one, and the earlier ones stay; one that says nothing at all pushes none aside.';

create function private.answer_is_for_ever() returns trigger
language plpgsql set search_path = ''
as $$
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
comment on function private.answer_is_for_ever() is 'An answer stays as it came; only a case may still be found for it.';

create table public.levi_reports (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  report_id text check (length(report_id) <= 200),
  raw_response jsonb,
  raw_text text,
  raw_sha256 text not null,
  parsed_data jsonb not null default '{}',
  unread text[] not null default '{}',
  report_date date,
  base_price numeric(12, 2),
  final_price numeric(12, 2),
  report_url text check (length(report_url) <= 2000),
  file_ref text check (length(file_ref) <= 500),
  is_current boolean not null default true,
  fetched_at timestamptz not null default now(),
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint levi_reports_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.levi_reports is 'Levi Yitzhak''s answers, raw and parsed; the newest of a case is the current one.';
comment on column public.levi_reports.raw_text is 'The answer as it came, to the last character; null where it came as JSON without repeated keys.';
comment on column public.levi_reports.unread is
  'Fields whose value could not be read; one word behind a star where nothing at all was: *broken, *failed, *no_fields, ...';

create table public.vehicle_details (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  vin text, manufacturer text, model text, trim text, model_code text,
  year integer check (year between 1900 and 2200),
  engine_size integer check (engine_size between 0 and 30000),
  fuel_type text, color text, ownership_type text, registration_date text,
  source text check (length(source) <= 100),
  raw_data jsonb,
  raw_text text,
  raw_sha256 text not null,
  enriched_data jsonb not null default '{}',
  unread text[] not null default '{}',
  file_ref text check (length(file_ref) <= 500),
  is_current boolean not null default true,
  fetched_at timestamptz not null default now(),
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint vehicle_details_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.vehicle_details is 'What was fetched about the vehicle, raw and parsed; the newest of a case is the current one.';
comment on column public.vehicle_details.engine_size is 'Cubic centimetres.';

create table public.ocr_results (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  kind text not null check (kind in ('invoice', 'parts', 'levi', 'license', 'other')),
  file_ref text check (length(file_ref) <= 500),
  engine text check (length(engine) <= 100),
  raw jsonb,
  raw_text text,
  raw_sha256 text not null,
  parsed jsonb not null default '{}',
  unread text[] not null default '{}',
  confidence numeric(4, 3) check (confidence between 0 and 1),
  is_current boolean not null default true,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint ocr_results_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.ocr_results is 'What was read from a document; reading it again keeps the earlier answer.';
comment on column public.ocr_results.file_ref is 'The document it was read from: our file''s id, or the name Make gave.';

do $$
declare
  v_table text;
  v_within text;
begin
  for v_table, v_within in values ('levi_reports', 'case_id, plate'), ('vehicle_details', 'case_id, plate'),
    ('ocr_results', 'case_id, plate, kind, file_ref')
  loop
    -- What was read from two documents are two answers, also where it reads the same.
    execute format('create unique index %I on public.%I (org_id, case_id, plate, raw_sha256%s) nulls not distinct',
      v_table || '_once', v_table, case when v_table = 'ocr_results' then ', kind, file_ref' else '' end);
    execute format('create unique index %I on public.%I (%s) where is_current and case_id is not null',
      v_table || '_one_current', v_table, v_within);
    execute format('create index %I on public.%I (case_id, org_id, plate)', v_table || '_case', v_table);
    execute format('create index %I on public.%I (org_id, created_at desc)', v_table || '_newest', v_table);
    execute format('create index %I on public.%I (org_id, plate)', v_table || '_plate', v_table);
    execute format('create index %I on public.%I (created_by)', v_table || '_created_by', v_table);
    execute format('create index %I on public.%I (updated_by)', v_table || '_updated_by', v_table);
    execute format('create trigger %I before update on public.%I for each row execute function private.answer_is_for_ever()',
      v_table || '_a_for_ever', v_table);
    execute format('create trigger %I before insert on public.%I for each row execute function private.newest_is_current()',
      v_table || '_z_current', v_table);
    execute format('create trigger %I after insert on public.%I for each row execute function private.newest_is_current(%s)',
      v_table || '_current', v_table, (select string_agg(quote_literal(w), ', ') from unnest(string_to_array(v_within, ', ')) w));
    execute format('create trigger %I after update of case_id on public.%I for each row
      when (old.case_id is distinct from new.case_id) execute function private.newest_is_current(%s)',
      v_table || '_assigned', v_table, (select string_agg(quote_literal(w), ', ') from unnest(string_to_array(v_within, ', ')) w));
    perform private.satellite_guard(format('public.%I', v_table)::regclass,
      case v_table when 'levi_reports' then 'levi_report.upserted' when 'vehicle_details' then 'vehicle_details.upserted'
        else 'ocr_result.upserted' end,
      array['raw_response', 'raw_text', 'raw_data', 'raw', 'parsed_data', 'parsed', 'enriched_data', 'is_current']);
  end loop;
end $$;

create function public.levi_upsert(
  p_case_id uuid, p_raw_sha256 text, p_raw_response jsonb default null, p_raw_text text default null,
  p_parsed_data jsonb default '{}', p_unread text[] default '{}', p_report_id text default null,
  p_report_date date default null, p_base_price numeric default null, p_final_price numeric default null,
  p_report_url text default null, p_file_ref text default null, p_plate text default null,
  p_org_id uuid default null, p_id uuid default gen_random_uuid()
) returns public.levi_reports
language plpgsql volatile security invoker set search_path = ''
as $$
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
comment on function public.levi_upsert(uuid, text, jsonb, text, jsonb, text[], text, date, numeric, numeric, text, text,
  text, uuid, uuid) is
  'Keeps an answer of Levi Yitzhak''s; the same answer again is the same row.';

create function public.vehicle_upsert(
  p_case_id uuid, p_raw_sha256 text, p_raw_data jsonb default null, p_raw_text text default null,
  p_enriched_data jsonb default '{}', p_unread text[] default '{}', p_vin text default null,
  p_manufacturer text default null, p_model text default null, p_trim text default null, p_model_code text default null,
  p_year integer default null, p_engine_size integer default null, p_fuel_type text default null,
  p_color text default null, p_ownership_type text default null, p_registration_date text default null,
  p_source text default null, p_file_ref text default null, p_plate text default null,
  p_org_id uuid default null, p_id uuid default gen_random_uuid()
) returns public.vehicle_details
language plpgsql volatile security invoker set search_path = ''
as $$
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
comment on function public.vehicle_upsert(uuid, text, jsonb, text, jsonb, text[], text, text, text, text, text, integer,
  integer, text, text, text, text, text, text, text, uuid, uuid) is
  'Keeps what was fetched about a vehicle; the same answer again is the same row.';

create function public.ocr_add(
  p_case_id uuid, p_kind text, p_raw_sha256 text, p_raw jsonb default null, p_raw_text text default null,
  p_parsed jsonb default '{}', p_unread text[] default '{}', p_file_ref text default null, p_engine text default null,
  p_confidence numeric default null, p_plate text default null,
  p_org_id uuid default null, p_id uuid default gen_random_uuid()
) returns public.ocr_results
language plpgsql volatile security invoker set search_path = ''
as $$
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
comment on function public.ocr_add(uuid, text, text, jsonb, text, jsonb, text[], text, text, numeric, text,
    uuid, uuid) is
  'Keeps what was read from a document; the same answer again is the same row.';

revoke execute on function
  public.levi_upsert(uuid, text, jsonb, text, jsonb, text[], text, date, numeric, numeric, text, text, text,
    uuid, uuid),
  public.vehicle_upsert(uuid, text, jsonb, text, jsonb, text[], text, text, text, text, text, integer, integer, text, text,
    text, text, text, text, text, uuid, uuid),
  public.ocr_add(uuid, text, text, jsonb, text, jsonb, text[], text, text, numeric, text,
    uuid, uuid)
  from public, anon, authenticated, service_role;
grant execute on function
  public.levi_upsert(uuid, text, jsonb, text, jsonb, text[], text, date, numeric, numeric, text, text, text,
    uuid, uuid),
  public.vehicle_upsert(uuid, text, jsonb, text, jsonb, text[], text, text, text, text, text, integer, integer, text, text,
    text, text, text, text, text, uuid, uuid),
  public.ocr_add(uuid, text, text, jsonb, text, jsonb, text[], text, text, numeric, text,
    uuid, uuid)
  to authenticated, service_role;
