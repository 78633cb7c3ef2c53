-- The existing project's database, after the definitions it has live: tables, rules, triggers and rights as they are there.

create function public.update_updated_at_column() returns trigger language plpgsql
as $$ begin new.updated_at = now(); return new; end $$;

create table orgs (
  id uuid primary key default gen_random_uuid(), name text, created_at timestamptz default now(), updated_at timestamptz default now()
);

create table profiles (
  user_id uuid primary key references auth.users (id) on delete cascade, name text, role text default 'assessor',
  org_id uuid references orgs (id), phone text, username text unique, email text,
  status text default 'active' check (status in ('active', 'inactive', 'suspended')), last_login timestamptz,
  must_change_password boolean default false, created_by uuid, onesignal_id text,
  created_at timestamptz default now(), updated_at timestamptz default now()
);

create table cases (
  id uuid primary key default gen_random_uuid(), plate text not null, owner_name text,
  status text default 'OPEN' check (status in ('OPEN', 'IN_PROGRESS', 'CLOSED', 'ARCHIVED', 'מחכה לאישור תביעה', 'מחכה לתשלום',
    'שולם', 'תביעה אושרה', 'בתביעת בית משפט', 'אחר')),
  org_id uuid references orgs (id), created_by uuid references profiles (user_id), updated_by uuid,
  assigned_to uuid references profiles (user_id), inspection_location text, filing_case_id text unique,
  created_at timestamptz default now(), updated_at timestamptz default now()
);
create unique index unique_open_case on cases (plate) where status in ('OPEN', 'IN_PROGRESS');

create table case_helper (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id) on delete cascade, version integer not null default 1,
  is_current boolean default true, helper_name text, helper_json jsonb, source text default 'system',
  sync_status text default 'pending' check (sync_status in ('pending', 'synced', 'failed')), sync_error text,
  created_by uuid, updated_by uuid, updated_at timestamptz default now()
);
create index case_helper_case_version on case_helper (case_id, version desc);
create index case_helper_json on case_helper using gin (helper_json jsonb_path_ops);

create table helper_versions (
  id bigserial primary key, case_id uuid references cases (id) on delete cascade, version integer, helper_name text, helper_json jsonb,
  source text, saved_by uuid, saved_at timestamptz default now()
);

create function public.save_helper_version() returns trigger language plpgsql security definer
as $$
begin
  if new.is_current then
    insert into public.helper_versions (case_id, version, helper_name, helper_json, source, saved_by)
    values (new.case_id, new.version, new.helper_name, new.helper_json, new.source, new.updated_by);
    update public.case_helper set is_current = false where case_id = new.case_id and id <> new.id and is_current;
  end if;
  return new;
end $$;
create trigger save_version after insert or update on case_helper for each row execute function save_helper_version();

create function public.update_tracking_tables_from_helper() returns trigger language plpgsql
as $$ begin if new.helper_json ->> 'plate' is null then return new; end if; return new; exception when others then return new; end $$;
create trigger update_tracking after insert or update on case_helper
  for each row execute function update_tracking_tables_from_helper();
create trigger cases_updated before update on cases for each row execute function update_updated_at_column();
create trigger profiles_updated before update on profiles for each row execute function update_updated_at_column();
create trigger case_helper_updated before update on case_helper for each row execute function update_updated_at_column();

create table webhook_sync_log (
  id uuid primary key default gen_random_uuid(), webhook_name text, direction text, case_id uuid references cases (id), payload jsonb,
  status text, error_message text, created_at timestamptz default now()
);
create table audit_log (
  id bigserial primary key, actor uuid, action text, table_name text, record_id uuid, old_values jsonb, new_values jsonb,
  metadata jsonb, created_at timestamptz default now()
);
create table case_collaborators (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id) on delete cascade,
  user_id uuid references profiles (user_id), added_by uuid references profiles (user_id), added_at timestamptz default now(),
  unique (case_id, user_id)
);
create table kb_docs (
  id uuid primary key default gen_random_uuid(), title text, source text, lang text default 'he', tags text[], body text,
  org_id uuid references orgs (id), created_at timestamptz default now(), updated_at timestamptz default now()
);

create table parts_search_sessions (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id), plate text, search_context jsonb, data_source text,
  make text, model text, trim text, year text, engine_volume text, engine_code text, engine_type text, vin text,
  created_by uuid, created_at timestamptz default now()
);
create table parts_search_results (
  id uuid primary key default gen_random_uuid(), session_id uuid references parts_search_sessions (id) on delete cascade, plate text,
  make text, model text, trim text, year text, engine_volume text, engine_code text, engine_type text, vin text, part_family text,
  search_type text, data_source text, search_query jsonb, results jsonb, response_time_ms integer, created_by uuid, updated_by uuid,
  created_at timestamptz default now(), updated_at timestamptz default now()
);
create table selected_parts (
  id uuid primary key default gen_random_uuid(), plate text, search_result_id uuid references parts_search_results (id),
  part_name text not null, price numeric(10, 2), oem text, quantity integer default 1, damage_center_id text,
  status text default 'selected' check (status in ('selected', 'assigned', 'ordered', 'completed')), selected_by uuid,
  selected_at timestamptz default now(), raw_data jsonb, make text, model text, trim text, year text, pcode text, cat_num_desc text,
  source text, availability text, location text, comments text, vin text, supplier_name text, part_family text,
  data_source text default 'קטלוג', case_id uuid references cases (id), created_by uuid, updated_by uuid,
  created_at timestamptz default now(), updated_at timestamptz default now()
);
create table parts_required (
  id uuid primary key default gen_random_uuid(), row_uuid uuid unique default gen_random_uuid(), case_id uuid references cases (id),
  plate text, damage_center_code text, part_name text, pcode text, oem text, cat_num_desc text, description text, part_family text,
  supplier_name text, price_per_unit numeric(10, 2), reduction_percentage numeric(5, 2), wear_percentage numeric(5, 2),
  updated_price numeric(10, 2), quantity integer default 1, total_cost numeric(10, 2), source text, status text default 'PENDING',
  metadata jsonb, created_by uuid, updated_by uuid, created_at timestamptz default now(), updated_at timestamptz default now()
);
create table required_parts_archive (
  id uuid primary key default gen_random_uuid(), archive_type text, archived_at timestamptz default now(), archived_by uuid,
  archive_reason text, row_uuid uuid, case_id uuid, plate text, damage_center_code text, part_name text, pcode text, oem text,
  price_per_unit numeric(10, 2), quantity integer, total_cost numeric(10, 2), status text, metadata jsonb, created_by uuid,
  updated_by uuid, created_at timestamptz default now(), updated_at timestamptz default now()
);

create table invoice_suppliers (
  id uuid primary key default gen_random_uuid(), name text unique not null, tax_id text, business_number text, address text, city text,
  phone text, email text, category text, is_preferred boolean default false, discount_rate numeric(5, 2), total_invoices integer,
  metadata jsonb, notes text, created_at timestamptz default now(), updated_at timestamptz default now()
);
create table invoices (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id), plate text, invoice_number text unique,
  invoice_type text check (invoice_type in ('PARTS', 'LABOR', 'TOWING', 'OTHER')), supplier_name text, supplier_tax_id text,
  issue_date date, due_date date, invoice_date date, status text default 'DRAFT', total_before_tax numeric(10, 2),
  tax_amount numeric(10, 2), total_amount numeric(10, 2), metadata jsonb, created_by uuid, updated_by uuid,
  created_at timestamptz default now(), updated_at timestamptz default now()
);
create table invoice_lines (
  id uuid primary key default gen_random_uuid(), invoice_id uuid references invoices (id) on delete cascade, line_number integer,
  description text, part_id uuid references parts_required (id), quantity numeric(10, 2) default 1, unit_price numeric(10, 2),
  discount_percent numeric(5, 2), line_total numeric(10, 2), source text, catalog_code text, metadata jsonb,
  item_category text default 'uncategorized', category_confidence numeric(5, 2), category_method text, category_suggestions jsonb,
  created_by uuid, updated_by uuid, created_at timestamptz default now(), updated_at timestamptz default now()
);
create table invoice_documents (
  id uuid primary key default gen_random_uuid(), invoice_id uuid references invoices (id), case_id uuid references cases (id), plate text,
  filename text, file_size bigint, mime_type text, storage_path text, storage_bucket text default 'docs', ocr_status text,
  ocr_raw_text text, ocr_structured_data jsonb, ocr_confidence numeric(5, 2), uploaded_by uuid, invoice_date date,
  created_at timestamptz default now(), updated_at timestamptz default now()
);
create table invoice_validations (
  id uuid primary key default gen_random_uuid(), invoice_id uuid unique references invoices (id) on delete cascade, is_valid boolean,
  validation_errors text[], validation_warnings text[], validation_score numeric(5, 2), approval_status text default 'pending',
  review_notes text, created_at timestamptz default now(), updated_at timestamptz default now()
);
create table invoice_damage_center_mappings (
  id uuid primary key default gen_random_uuid(), invoice_id uuid references invoices (id) on delete cascade,
  invoice_line_id uuid references invoice_lines (id) on delete cascade, case_id uuid references cases (id), damage_center_id text,
  damage_center_name text, field_type text, field_index integer, field_id text, mapped_data jsonb, mapping_status text default 'pending',
  mapped_by uuid, created_at timestamptz default now(), updated_at timestamptz default now()
);
create function public.auto_categorize() returns trigger language plpgsql
as $$ begin new.item_category := coalesce(new.item_category, 'uncategorized'); return new; end $$;
create trigger auto_categorize before insert on invoice_lines for each row execute function auto_categorize();
create function public.batch_categorize_invoice_lines(p_invoice_id uuid) returns integer language sql as $$ select 0 $$;

create table documents (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id) on delete cascade, category text, filename text,
  mime_type text, size_bytes bigint, storage_key text, onedrive_file_id text, onedrive_web_url text, checksum text, created_by uuid,
  created_at timestamptz default now(), bucket_name text, storage_path text, file_hash text, file_metadata jsonb
);
create table images (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id), document_id uuid references documents (id),
  damage_center_id uuid, original_url text, transformed_url text, cloudinary_url text, onedrive_path text, filename text,
  width integer, height integer, exif_data jsonb, display_order integer default 0, category text,
  optimization_status text default 'pending', source text default 'direct_upload', is_external_processed boolean default false,
  created_by uuid, created_at timestamptz default now(), updated_at timestamptz default now(), deleted_at timestamptz, deleted_by uuid
);
create table damage_centers (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id) on delete cascade, name text, type text,
  images_count integer default 0
);
create table user_assets (
  user_id uuid primary key references profiles (user_id), company_logo_url text, company_stamp_url text, user_signature_url text,
  draft_watermark_text text, business_name text, created_at timestamptz default now(), updated_at timestamptz default now()
);

create table tracking_general (
  id uuid primary key default gen_random_uuid(), case_id uuid unique references cases (id), inspection_date date, plate text,
  manufacturer text, year_of_manufacture integer, vehicle_value numeric(10, 2), owner_name text, general_status text,
  general_notes text, created_at timestamptz default now(), updated_at timestamptz default now()
);
create table tracking_expertise (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id), case_number text, plate text,
  damage_center_count integer, damage_center_name text, description text, status text, is_current boolean,
  pdf_storage_path text, pdf_public_url text, created_at timestamptz default now(), updated_at timestamptz default now()
);
create table tracking_final_report (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id), plate text, damage_center_count integer,
  damage_center_name text, total_parts numeric(10, 2), report_type text, status text, is_current boolean, pdf_storage_path text,
  pdf_public_url text, created_at timestamptz default now(), updated_at timestamptz default now()
);
create function public.upsert_tracking_expertise_from_helper(helper_json jsonb, p_case_id uuid, p_plate text, p_status text)
returns uuid language sql as $$ select p_case_id $$;
create function public.upsert_tracking_expertise_from_helper(helper_json jsonb, p_case_id uuid, p_plate text)
returns uuid language sql as $$ select p_case_id $$;
create table payment_tracking (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id), plate text, manufacturer text, owner_name text,
  total_fee numeric(10, 2), payment_status text default 'ממתין לתשלום', notes text, last_contacted_by uuid references profiles (user_id),
  created_by uuid, updated_by uuid, created_at timestamptz default now(), updated_at timestamptz default now()
);
create table fee_invoices (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id),
  payment_tracking_id uuid references payment_tracking (id), plate text, invoice_type text, invoice_number text, invoice_date date,
  invoice_amount numeric(10, 2), file_path text, file_name text, uploaded_by uuid, notes text,
  created_at timestamptz default now(), updated_at timestamptz default now()
);
create table reminders (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id), plate text, title text, description text,
  category text, due_date date, status text default 'ממתין', priority text default 'רגיל', is_recurring boolean default false,
  recurrence_pattern text, send_notification boolean default true, notification_sent boolean default false, completed_at timestamptz,
  created_by uuid, updated_by uuid, created_at timestamptz default now(), updated_at timestamptz default now()
);

-- What only they have.
create table tasks (
  id uuid primary key default gen_random_uuid(), title text, assigned_to uuid references profiles (user_id),
  case_id uuid references cases (id) on delete cascade, plate text, status text default 'pending', created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create trigger tasks_updated before update on tasks for each row execute function update_updated_at_column();
create table notifications (
  id uuid primary key default gen_random_uuid(), user_id uuid references profiles (user_id) on delete cascade, title text, message text,
  task_id uuid references tasks (id), read boolean default false, created_at timestamptz default now()
);
create table parts_export_reports (
  id uuid primary key default gen_random_uuid(), case_id uuid references cases (id), plate text, report_type text, pdf_storage_path text,
  is_current boolean default true, created_at timestamptz default now()
);
create view open_cases_of_people as
  select p.name, c.id as case_id, c.plate, c.status from cases c join profiles p on p.user_id = c.created_by where c.status = 'OPEN';
create function public.count_selected_parts_by_case(case_uuid uuid) returns bigint language sql security definer
as $$ select count(*) from public.selected_parts where case_id = case_uuid $$;

do $$
declare
  v_table text;
begin
  foreach v_table in array array['orgs', 'profiles', 'cases', 'case_helper', 'helper_versions', 'case_collaborators', 'tasks', 'notifications',
    'parts_required', 'invoices', 'invoice_lines', 'documents'] loop
    execute format('alter table %I enable row level security', v_table);
    execute format('create policy "Authenticated read" on %I for select to authenticated using (true)', v_table);
    execute format('create policy "Authenticated add" on %I for insert to authenticated with check (true)', v_table);
    execute format('create policy "Authenticated change" on %I for update to authenticated using (true)', v_table);
  end loop;
end $$;
create policy "Managers see all tasks" on tasks for delete to authenticated
  using (exists (select 1 from profiles p where p.user_id = auth.uid() and p.role in ('admin', 'developer')));
grant all on all tables in schema public to anon, authenticated, service_role;
grant all on all sequences in schema public to anon, authenticated, service_role;
grant execute on all functions in schema public to anon, authenticated, service_role;
alter publication supabase_realtime add table cases, case_helper, parts_required, invoices, tasks;
