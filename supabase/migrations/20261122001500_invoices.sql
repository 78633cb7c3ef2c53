-- Invoices: what garages and suppliers charge, checked to the agora, and which damage center each line belongs to.

select private.set_aside(
  'vat_rates', 'invoice_suppliers', 'invoices', 'invoice_lines', 'invoice_documents',
  'invoice_damage_center_mappings', 'invoice_validations');
select private.make_room(
  'invoice_accept', 'invoice_assign', 'invoice_lines_bulk_upsert', 'invoice_undo', 'invoices_upsert');

alter table public.orgs add column invoice_tolerance numeric(12, 2) not null default 0.05 check (invoice_tolerance >= 0);
comment on column public.orgs.invoice_tolerance is 'Shekels by which an invoice''s sums may differ before it is marked; a difference is shown in any case.';

create table public.vat_rates (
  id uuid primary key default gen_random_uuid(),
  org_id uuid references public.orgs (id) on delete restrict,
  starts_on date not null,
  rate numeric(5, 2) not null check (rate between 0 and 100),
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint vat_rates_once unique nulls not distinct (org_id, starts_on)
);
comment on table public.vat_rates is 'VAT in percent from a day on; a row without an office is the country''s.';
create index vat_rates_created_by on public.vat_rates (created_by);
create index vat_rates_updated_by on public.vat_rates (updated_by);
insert into public.vat_rates (starts_on, rate) values ('2015-10-01', 17), ('2025-01-01', 18);

create function private.vat_rate(p_org_id uuid, p_on date) returns numeric
language sql stable security definer set search_path = ''
as $$
  -- Of a day before the first row nothing better is known than the first row.
  select rate from public.vat_rates where org_id is null or org_id = p_org_id
  order by starts_on <= coalesce(p_on, current_date) desc,
    case when starts_on <= coalesce(p_on, current_date) then starts_on end desc, starts_on, org_id limit 1
$$;
comment on function private.vat_rate(uuid, date) is 'VAT in percent on a day, for an office; today''s where no day is named.';

create function private.office_row_stamp() returns trigger
language plpgsql set search_path = ''
as $$
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
comment on function private.office_row_stamp() is 'Office, people and times of a row that belongs to an office and to no case.';
create trigger vat_rates_stamp before insert or update on public.vat_rates
  for each row execute function private.office_row_stamp();
create trigger vat_rates_audit after insert or update or delete on public.vat_rates
  for each row execute function private.audit('updated_at', 'updated_by');

alter table public.vat_rates enable row level security;
alter table public.vat_rates force row level security;
revoke all on public.vat_rates from anon, authenticated, service_role;
create policy "Members read the rates that count for them" on public.vat_rates for select to authenticated
  using (org_id is null or org_id = any (array(select private.my_orgs())));
create policy "Managers add rates of their office" on public.vat_rates for insert to backoffice_staff
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
create policy "Managers mend rates of their office" on public.vat_rates for update to backoffice_staff
  using (org_id = any (array(select private.my_orgs())) and (select private.is_manager()))
  with check (org_id = any (array(select private.my_orgs())) and (select private.is_manager()));
grant select on public.vat_rates to authenticated, service_role;
grant insert (org_id, starts_on, rate), update (starts_on, rate) on public.vat_rates to backoffice_staff, service_role;

create table public.invoice_suppliers (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  name text not null check (btrim(name) <> '' and length(name) <= 300),
  name_key text not null default '',
  tax_id text check (tax_id ~ '^[0-9]{1,12}$'),
  business_number text, address text, city text, postal_code text, phone text, email text, website text,
  category text,
  is_preferred boolean not null default false,
  notes text,
  metadata jsonb not null default '{}',
  merged_into uuid references public.invoice_suppliers (id) on delete restrict,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint invoice_suppliers_of_org unique (id, org_id),
  constraint invoice_suppliers_merged foreign key (merged_into, org_id) references public.invoice_suppliers (id, org_id)
    on delete restrict,
  constraint invoice_suppliers_not_into_itself check (merged_into <> id)
);
comment on table public.invoice_suppliers is 'Garages and suppliers that send invoices; the tax id tells one from another, else the name.';
comment on column public.invoice_suppliers.name_key is 'The name folded as every searched text is, in one line.';
comment on column public.invoice_suppliers.merged_into is 'The supplier this one turned out to be.';
create unique index invoice_suppliers_once on public.invoice_suppliers (org_id, name_key, tax_id) nulls not distinct;
create index invoice_suppliers_tax_id on public.invoice_suppliers (org_id, tax_id);
create index invoice_suppliers_merged_into on public.invoice_suppliers (merged_into, org_id);
create index invoice_suppliers_created_by on public.invoice_suppliers (created_by);
create index invoice_suppliers_updated_by on public.invoice_suppliers (updated_by);

create function private.invoice_supplier_key() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.name := btrim(new.name);
  new.name_key := private.supplier_key(new.name);
  new.tax_id := nullif(regexp_replace(new.tax_id, '[^0-9]', '', 'g'), '');
  return new;
end;
$$;
comment on function private.invoice_supplier_key() is 'What a supplier is recognised by is made of what it is called.';

create function private.supplier_key(p_name text) returns text
language plpgsql immutable set search_path = ''
as $$ begin return regexp_replace(btrim(private.search_fold(p_name)), '[[:space:]]+', ' ', 'g'); end $$;
comment on function private.supplier_key(text) is 'A supplier''s name, whichever quote signs and blanks it is written with.';

create trigger invoice_suppliers_key before insert or update on public.invoice_suppliers
  for each row execute function private.invoice_supplier_key();
create trigger invoice_suppliers_stamp before insert or update on public.invoice_suppliers
  for each row execute function private.office_row_stamp();
create trigger invoice_suppliers_audit after insert or update or delete on public.invoice_suppliers
  for each row execute function private.audit('updated_at', 'updated_by', 'name_key');

alter table public.invoice_suppliers enable row level security;
alter table public.invoice_suppliers force row level security;
revoke all on public.invoice_suppliers from anon, authenticated, service_role;
create policy "Members read their office's suppliers" on public.invoice_suppliers for select to authenticated
  using (org_id = any (array(select private.my_orgs())));
create policy "Members add suppliers of their office" on public.invoice_suppliers for insert to authenticated
  with check (org_id = any (array(select private.my_orgs())));
create policy "Members work on their office's suppliers" on public.invoice_suppliers for update to authenticated
  using (org_id = any (array(select private.my_orgs()))) with check (org_id = any (array(select private.my_orgs())));
grant select, insert, update on public.invoice_suppliers to authenticated, service_role;

create function private.supplier_of(p_org_id uuid, p_name text, p_tax_id text) returns uuid
language plpgsql volatile set search_path = ''
as $$
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
comment on function private.supplier_of(uuid, text, text) is
  'The supplier an invoice means, by tax id or else by name; one that was not known is made.';

create table public.invoices (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  invoice_number text check (length(invoice_number) <= 100),
  invoice_type text not null default 'OTHER' check (invoice_type in ('PARTS', 'LABOR', 'TOWING', 'OTHER')),
  supplier_id uuid references public.invoice_suppliers (id) on delete restrict,
  supplier_name text check (length(supplier_name) <= 300),
  supplier_tax_id text check (length(supplier_tax_id) <= 50),
  invoice_date date,
  issue_date date,
  due_date date,
  status text not null default 'DRAFT'
    check (status in ('DRAFT', 'PENDING', 'ASSIGNED', 'ACCEPTED', 'SENT', 'PAID', 'CANCELLED')),
  total_before_tax numeric(12, 2),
  vat_rate numeric(5, 2) check (vat_rate between 0 and 100),
  tax_amount numeric(12, 2),
  total_amount numeric(12, 2),
  currency text not null default 'ILS' check (currency ~ '^[A-Z]{3}$'),
  source text check (length(source) <= 100),
  notes text,
  metadata jsonb not null default '{}',
  is_edited boolean not null default false,
  before_version integer,
  accepted_version integer,
  accepted_at timestamptz,
  accepted_by uuid references public.profiles (user_id) on delete restrict,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint invoices_of_org unique (id, org_id),
  constraint invoices_of_supplier foreign key (supplier_id, org_id) references public.invoice_suppliers (id, org_id)
    on delete restrict,
  constraint invoices_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.invoices is 'Invoices of garages and suppliers; one number of one supplier is one invoice. Sums stand as they were written.';
comment on column public.invoices.vat_rate is 'The rate that stands on the invoice, in percent; null where none does.';
comment on column public.invoices.is_edited is 'A person has worked on it: reading the document again changes nothing any more.';
comment on column public.invoices.before_version is 'The helper version kept just before the invoice was accepted.';
comment on column public.invoices.accepted_version is 'The helper version in which its lines stand at their damage centers, where we wrote one.';
create unique index invoices_once on public.invoices (org_id, supplier_id, invoice_number);
create unique index invoices_once_unnamed on public.invoices (org_id, case_id, plate, invoice_number) nulls not distinct
  where supplier_id is null and invoice_number is not null;
create index invoices_supplier on public.invoices (supplier_id, org_id);
create index invoices_case on public.invoices (case_id, org_id, plate);
create index invoices_newest on public.invoices (org_id, created_at desc);
create index invoices_status on public.invoices (org_id, status, created_at desc);
create index invoices_plate on public.invoices (org_id, plate);
create index invoices_accepted_by on public.invoices (accepted_by);
create index invoices_created_by on public.invoices (created_by);
create index invoices_updated_by on public.invoices (updated_by);

create function private.invoice_rules() returns trigger
language plpgsql set search_path = ''
as $$
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
comment on function private.invoice_rules() is
  'The supplier of an invoice, the way its status may go, and the helper''s version that is kept before it is accepted.';
create trigger invoices_z_rules before insert or update on public.invoices
  for each row execute function private.invoice_rules();
select private.satellite_guard('public.invoices', 'invoice.upserted', array['metadata', 'notes', 'is_edited']);

-- What hangs on an invoice belongs where the invoice does.

create function private.of_invoice() returns trigger
language plpgsql set search_path = ''
as $$
declare
  v_invoice public.invoices;
begin
  if tg_op = 'UPDATE' and old.invoice_id is not null and new.invoice_id is distinct from old.invoice_id then
    raise sqlstate 'PT409' using message = 'this row belongs to another invoice', detail = '{"code": "conflict"}';
  end if;
  if new.invoice_id is null then
    return new;
  end if;
  select * into v_invoice from public.invoices where id = new.invoice_id;
  if not found then
    raise sqlstate 'PT404' using message = 'no such invoice', detail = '{"code": "not_found"}';
  end if;
  if tg_table_name = 'invoice_lines' and (v_invoice.accepted_at is not null or v_invoice.status = 'CANCELLED')
    and (tg_op = 'INSERT' or (to_jsonb(new) - array['org_id', 'case_id', 'plate', 'updated_at', 'updated_by'])
      is distinct from (to_jsonb(old) - array['org_id', 'case_id', 'plate', 'updated_at', 'updated_by'])) then
    raise sqlstate 'PT409' using message = 'an invoice that was accepted or cancelled never changes: take that back first',
      detail = jsonb_build_object('code', 'conflict', 'status', v_invoice.status);
  end if;
  new.org_id := v_invoice.org_id;
  new.case_id := v_invoice.case_id;
  new.plate := v_invoice.plate;
  return new;
end;
$$;
comment on function private.of_invoice() is 'A line, document or mapping has its invoice''s office and case; lines stand still once it was accepted.';

create table public.invoice_lines (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  invoice_id uuid not null references public.invoices (id) on delete restrict,
  line_number integer not null check (line_number between 1 and 100000),
  description text,
  part_id uuid references public.parts_required (id) on delete restrict,
  quantity numeric(10, 2) not null default 1,
  unit_price numeric(12, 2),
  discount_percent numeric(5, 2) check (discount_percent between 0 and 100),
  line_total numeric(12, 2),
  source text,
  catalog_code text,
  metadata jsonb not null default '{}',
  item_category text not null default 'uncategorized'
    check (item_category in ('part', 'work', 'repair', 'material', 'other', 'uncategorized')),
  category_confidence numeric(4, 3) check (category_confidence between 0 and 1),
  category_method text,
  category_suggestions jsonb,
  unread text[] not null default '{}',
  removed_at timestamptz,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint invoice_lines_once unique (invoice_id, line_number),
  constraint invoice_lines_of_org unique (id, org_id),
  constraint invoice_lines_of_invoice foreign key (invoice_id, org_id) references public.invoices (id, org_id)
    on delete restrict,
  constraint invoice_lines_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.invoice_lines is 'The lines of invoices, each once by its number; a line that was taken off keeps its row.';
comment on column public.invoice_lines.line_total is 'Shekels before VAT, as written; never recomputed.';
create index invoice_lines_invoice on public.invoice_lines (invoice_id, org_id);
create index invoice_lines_case on public.invoice_lines (case_id, org_id, plate);
create index invoice_lines_org on public.invoice_lines (org_id);
create index invoice_lines_part on public.invoice_lines (part_id);
create index invoice_lines_created_by on public.invoice_lines (created_by);
create index invoice_lines_updated_by on public.invoice_lines (updated_by);
create trigger invoice_lines_a_of_invoice before insert or update on public.invoice_lines
  for each row execute function private.of_invoice();

create function private.invoice_line_part() returns trigger
language plpgsql set search_path = ''
as $$
begin
  -- A foreign key looks past the policies: the part is asked for as the caller sees it.
  if not exists (select from public.parts_required where id = new.part_id and case_id is not distinct from new.case_id) then
    raise sqlstate 'PT422' using message = 'this case needs no such part', detail = '{"code": "invalid", "pointer": "/part_id"}';
  end if;
  return new;
end;
$$;
comment on function private.invoice_line_part() is 'The part a line names is one that the invoice''s case needs.';
create trigger invoice_lines_b_part before insert or update of part_id on public.invoice_lines
  for each row when (new.part_id is not null) execute function private.invoice_line_part();
select private.satellite_guard('public.invoice_lines', 'invoice.upserted', array['metadata', 'category_suggestions']);

create function private.invoice_lines_edited() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if private.door() in ('UI', 'ADMIN') and pg_trigger_depth() = 1 then
    update public.invoices set is_edited = true
    where id in (select invoice_id from changed) and not is_edited and accepted_at is null;
  end if;
  return null;
end;
$$;
comment on function private.invoice_lines_edited() is
  'A person who writes lines has worked on their invoice: reading its document again changes nothing any more.';
create trigger invoice_lines_edited_new after insert on public.invoice_lines
  referencing new table as changed for each statement execute function private.invoice_lines_edited();
create trigger invoice_lines_edited after update on public.invoice_lines
  referencing new table as changed for each statement execute function private.invoice_lines_edited();

create table public.invoice_documents (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  invoice_id uuid references public.invoices (id) on delete restrict,
  ocr_result_id uuid references public.ocr_results (id) on delete restrict,
  filename text check (length(filename) <= 500),
  file_size bigint check (file_size >= 0),
  mime_type text,
  storage_path text, storage_bucket text default 'docs',
  ocr_status text not null default 'pending' check (ocr_status in ('pending', 'processing', 'completed', 'failed')),
  ocr_raw_text text,
  ocr_structured_data jsonb,
  ocr_confidence numeric(5, 2),
  language_detected text, processing_method text,
  processing_errors jsonb,
  processing_started_at timestamptz, processing_completed_at timestamptz,
  invoice_date date,
  uploaded_by uuid references public.profiles (user_id) on delete restrict,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint invoice_documents_of_invoice foreign key (invoice_id, org_id) references public.invoices (id, org_id)
    on delete restrict,
  constraint invoice_documents_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.invoice_documents is 'The papers invoices were read from, each with the answer of its reading.';
create unique index invoice_documents_once on public.invoice_documents (ocr_result_id);
create index invoice_documents_invoice on public.invoice_documents (invoice_id, org_id);
create index invoice_documents_case on public.invoice_documents (case_id, org_id, plate);
create index invoice_documents_newest on public.invoice_documents (org_id, created_at desc);
create index invoice_documents_uploaded_by on public.invoice_documents (uploaded_by);
create index invoice_documents_created_by on public.invoice_documents (created_by);
create index invoice_documents_updated_by on public.invoice_documents (updated_by);
create trigger invoice_documents_a_of_invoice before insert or update on public.invoice_documents
  for each row execute function private.of_invoice();
select private.satellite_guard('public.invoice_documents', 'invoice_document.upserted',
  array['ocr_raw_text', 'ocr_structured_data']);

create table public.invoice_damage_center_mappings (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  invoice_id uuid not null references public.invoices (id) on delete restrict,
  invoice_line_id uuid not null references public.invoice_lines (id) on delete restrict,
  damage_center_id text not null check (damage_center_id <> '' and length(damage_center_id) <= 200),
  damage_center_name text check (length(damage_center_name) <= 300),
  field_type text not null check (field_type in ('part', 'work', 'repair')),
  field_index integer check (field_index >= 0),
  field_id text check (length(field_id) <= 200),
  amount numeric(12, 2),
  original_field_data jsonb,
  mapped_data jsonb,
  mapping_status text not null default 'pending' check (mapping_status in ('active', 'pending', 'applied', 'removed')),
  is_user_modified boolean not null default false,
  user_modifications jsonb,
  mapping_confidence numeric(4, 3) check (mapping_confidence between 0 and 1),
  validation_status text,
  mapped_by uuid references public.profiles (user_id) on delete restrict,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint invoice_mappings_of_invoice foreign key (invoice_id, org_id) references public.invoices (id, org_id)
    on delete restrict,
  constraint invoice_mappings_of_line foreign key (invoice_line_id, org_id) references public.invoice_lines (id, org_id)
    on delete restrict,
  constraint invoice_mappings_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.invoice_damage_center_mappings is
  'Which damage center a line belongs to, and which of its rows; a line may be shared by several, each with its amount.';
comment on column public.invoice_damage_center_mappings.damage_center_id is 'The Id of the center in the helper.';
comment on column public.invoice_damage_center_mappings.field_index is 'The place of the row in the center''s list, from 0; null for a row that is added.';
comment on column public.invoice_damage_center_mappings.field_id is 'The row''s row_uuid where it has one: it is found again wherever it stands.';
comment on column public.invoice_damage_center_mappings.amount is 'Shekels before VAT of the line that belong to this center; null for all of it.';
create unique index invoice_mappings_once
  on public.invoice_damage_center_mappings (invoice_line_id, damage_center_id, field_type) where mapping_status <> 'removed';
create index invoice_mappings_invoice on public.invoice_damage_center_mappings (invoice_id, org_id);
create index invoice_mappings_line on public.invoice_damage_center_mappings (invoice_line_id, org_id);
create index invoice_mappings_case on public.invoice_damage_center_mappings (case_id, org_id, plate);
create index invoice_mappings_org on public.invoice_damage_center_mappings (org_id);
create index invoice_mappings_mapped_by on public.invoice_damage_center_mappings (mapped_by);
create index invoice_mappings_created_by on public.invoice_damage_center_mappings (created_by);
create index invoice_mappings_updated_by on public.invoice_damage_center_mappings (updated_by);

create function private.mapping_of_line() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if not exists (select from public.invoice_lines where id = new.invoice_line_id and invoice_id = new.invoice_id) then
    raise sqlstate 'PT422' using message = 'this invoice has no such line',
      detail = '{"code": "invalid", "pointer": "/invoice_line_id"}';
  end if;
  new.mapped_by := coalesce(new.mapped_by, (select auth.uid()));
  return new;
end;
$$;
comment on function private.mapping_of_line() is 'A mapping is about a line of its own invoice.';
create trigger invoice_damage_center_mappings_a_of_invoice before insert or update on public.invoice_damage_center_mappings
  for each row execute function private.of_invoice();
create trigger invoice_damage_center_mappings_b_of_line
  before insert or update of invoice_line_id on public.invoice_damage_center_mappings
  for each row execute function private.mapping_of_line();
select private.satellite_guard('public.invoice_damage_center_mappings', 'invoice_mapping.upserted',
  array['original_field_data', 'mapped_data', 'user_modifications']);

create function private.invoice_moved() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.invoice_lines set case_id = new.case_id, plate = new.plate where invoice_id = new.id;
  update public.invoice_documents set case_id = new.case_id, plate = new.plate where invoice_id = new.id;
  update public.invoice_damage_center_mappings set case_id = new.case_id, plate = new.plate where invoice_id = new.id;
  return null;
end;
$$;
comment on function private.invoice_moved() is 'What hangs on an invoice goes with it to its case.';
create trigger invoices_moved after update of case_id on public.invoices
  for each row when (old.case_id is distinct from new.case_id) execute function private.invoice_moved();

-- Every sum is checked whenever an invoice or a line changes; nothing is corrected.

create table public.invoice_validations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  invoice_id uuid not null unique references public.invoices (id) on delete restrict,
  is_valid boolean not null,
  validation_errors text[] not null default '{}',
  validation_warnings text[] not null default '{}',
  lines integer not null default 0,
  lines_total numeric(14, 2),
  lines_difference numeric(14, 2),
  lines_off integer not null default 0,
  vat_rate numeric(5, 2),
  vat_expected numeric(14, 2),
  vat_difference numeric(14, 2),
  sum_difference numeric(14, 2),
  approval_status text not null default 'pending' check (approval_status in ('pending', 'approved', 'rejected')),
  review_notes text,
  reviewed_by uuid references public.profiles (user_id) on delete restrict,
  review_date timestamptz,
  manual_corrections jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint invoice_validations_of_invoice foreign key (invoice_id, org_id) references public.invoices (id, org_id)
    on delete restrict
);
comment on table public.invoice_validations is 'What an invoice''s sums come to beside what stands on it, fresh with every change; differences in shekels.';
comment on column public.invoice_validations.validation_errors is 'lines_differ, vat_differs, sum_differs: by more than the office''s tolerance.';
comment on column public.invoice_validations.validation_warnings is
  'number_missing, supplier_missing, date_missing, total_missing, no_lines, line_differs, vat_rate_unusual.';
comment on column public.invoice_validations.lines_difference is 'What stands as total before VAT, less the lines'' sum.';
comment on column public.invoice_validations.vat_rate is 'The rate of that day, in percent, from vat_rates.';
comment on column public.invoice_validations.lines_off is 'Lines whose total is not quantity by price less discount.';
create index invoice_validations_org on public.invoice_validations (org_id, is_valid);
create index invoice_validations_of on public.invoice_validations (invoice_id, org_id);
create index invoice_validations_reviewed_by on public.invoice_validations (reviewed_by);
alter table public.invoice_validations enable row level security;
alter table public.invoice_validations force row level security;
revoke all on public.invoice_validations from anon, authenticated, service_role;
create policy "Members read what their invoices come to" on public.invoice_validations for select to authenticated
  using (org_id = any (array(select private.my_orgs())));
create policy "Members review their office's invoices" on public.invoice_validations for update to authenticated
  using (org_id = any (array(select private.my_orgs()))) with check (org_id = any (array(select private.my_orgs())));
grant select, update (approval_status, review_notes, reviewed_by, review_date, manual_corrections)
  on public.invoice_validations to authenticated, service_role;
create trigger invoice_validations_audit after update on public.invoice_validations
  for each row when (old.approval_status is distinct from new.approval_status or old.review_notes is distinct from new.review_notes
    or old.manual_corrections is distinct from new.manual_corrections)
  execute function private.audit('updated_at');

create function private.invoices_validate(p_ids uuid[]) returns void
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
          private.vat_rate(i.org_id, coalesce(i.invoice_date, i.issue_date)) as day_rate) r
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
comment on function private.invoices_validate(uuid[]) is 'Adds up invoices and writes down how far what stands on them is off.';

create function private.invoices_changed() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_ids uuid[];
begin
  if tg_table_name = 'invoices' then
    select array_agg(id) into v_ids from changed;
  else
    select array_agg(distinct invoice_id) into v_ids from changed;
  end if;
  if v_ids is not null then
    perform private.invoices_validate(v_ids);
  end if;
  return null;
end;
$$;
comment on function private.invoices_changed() is 'Checks the sums of the invoices that one statement touched, once.';
create trigger invoices_validate_new after insert on public.invoices
  referencing new table as changed for each statement execute function private.invoices_changed();
create trigger invoices_validate_changed after update on public.invoices
  referencing new table as changed for each statement execute function private.invoices_changed();
create trigger invoice_lines_validate_new after insert on public.invoice_lines
  referencing new table as changed for each statement execute function private.invoices_changed();
create trigger invoice_lines_validate_changed after update on public.invoice_lines
  referencing new table as changed for each statement execute function private.invoices_changed();

create function private.rates_changed() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_org uuid := to_jsonb(new) ->> tg_argv[0];
begin
  perform private.invoices_validate(array(select i.id from public.invoices i where v_org is null or i.org_id = v_org));
  return null;
end;
$$;
comment on function private.rates_changed() is 'Another rate or tolerance: what the invoices come to is told anew; the invoices stay.';
create trigger vat_rates_changed after insert or update on public.vat_rates
  for each row execute function private.rates_changed('org_id');
create trigger orgs_invoice_tolerance after update of invoice_tolerance on public.orgs
  for each row when (old.invoice_tolerance is distinct from new.invoice_tolerance) execute function private.rates_changed('id');

-- The verbs.

create function private.money(p_json jsonb) returns numeric
language plpgsql immutable set search_path = ''
as $$
declare
  v_amount numeric := private.amount(p_json #>> '{}');
begin
  return case when abs(v_amount) < 10000000000 then round(v_amount, 2) end;
end;
$$;
comment on function private.money(jsonb) is 'A sum in shekels as numeric(12, 2) holds it; null where there is none, or one that nobody charges.';

create function private.day(p_text text) returns date
language plpgsql immutable set search_path = ''
as $$
begin
  return case when p_text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then make_date(substr(p_text, 1, 4)::integer,
    substr(p_text, 6, 2)::integer, substr(p_text, 9, 2)::integer) end;
exception when datetime_field_overflow then
  return null;
end;
$$;
comment on function private.day(text) is 'The day an ISO text begins with; null where it begins with none.';

create function public.invoices_upsert(
  p_row jsonb, p_case_id uuid default null, p_invoice_id uuid default null, p_org_id uuid default null,
  p_id uuid default gen_random_uuid()
) returns public.invoices
language plpgsql volatile security invoker set search_path = ''
as $$
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
comment on function public.invoices_upsert(jsonb, uuid, uuid, uuid, uuid) is
  'Keeps an invoice, once by supplier and number; what the row does not name stays as it was.';

create function public.invoice_lines_bulk_upsert(p_invoice_id uuid, p_rows jsonb, p_replace boolean default false)
returns table (id uuid, line_number integer, created boolean)
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  v_invoice public.invoices;
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
      select distinct on (r.line_number) r.*, e.value as given
      from jsonb_array_elements(p_rows) with ordinality e (value, place)
      cross join lateral jsonb_to_record(e.value) as r (
        line_number integer, description text, part_id uuid, quantity numeric, unit_price numeric, discount_percent numeric,
        line_total numeric, source text, catalog_code text, metadata jsonb, item_category text, category_confidence numeric,
        category_method text, category_suggestions jsonb, unread text[])
      order by r.line_number, e.place desc
    ), kept as (
      insert into public.invoice_lines as t (org_id, case_id, plate, invoice_id, line_number, description, part_id, quantity,
        unit_price, discount_percent, line_total, source, catalog_code, metadata, item_category, category_confidence,
        category_method, category_suggestions, unread)
      select v_invoice.org_id, v_invoice.case_id, v_invoice.plate, p_invoice_id, s.line_number, s.description, s.part_id,
        coalesce(s.quantity, o.quantity, 1), s.unit_price, s.discount_percent, s.line_total, s.source, s.catalog_code,
        coalesce(s.metadata, '{}'), coalesce(s.item_category, o.item_category, 'uncategorized'), s.category_confidence,
        s.category_method, s.category_suggestions, coalesce(s.unread, '{}')
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
comment on function public.invoice_lines_bulk_upsert(uuid, jsonb, boolean) is
  'Keeps the lines of an invoice, each once by its number; with p_replace the ones not named are taken off.';

create function public.invoice_assign(p_invoice_id uuid, p_mappings jsonb) returns public.invoices
language plpgsql volatile security invoker set search_path = ''
as $$
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
comment on function public.invoice_assign(uuid, jsonb) is
  'Says which damage centers an invoice''s lines belong to, all of them at once; none leaves the invoice waiting.';

create function private.invoice_turn(
  p_invoice_id uuid, p_status text, p_mapping_status text, p_expected_version integer, p_helper_json jsonb, p_trigger text,
  p_label text default null
) returns public.invoices
language plpgsql volatile security invoker set search_path = ''
as $$
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
comment on function private.invoice_turn(uuid, text, text, integer, jsonb, text, text) is
  'One moment for the invoice, its mappings and, where our side writes them, the helper.';

create function public.invoice_accept(
  p_invoice_id uuid, p_expected_version integer default null, p_helper_json jsonb default null
) returns public.invoices
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  return private.invoice_turn(p_invoice_id, 'ACCEPTED', 'applied', p_expected_version, p_helper_json, 'invoice_accept');
end;
$$;
comment on function public.invoice_accept(uuid, integer, jsonb) is
  'Accepts an assigned invoice: the helper as it was is kept, and the one with the invoice''s lines in it, where given, saved.';

create function public.invoice_undo(
  p_invoice_id uuid, p_expected_version integer default null, p_helper_json jsonb default null, p_reason text default null
) returns public.invoices
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  return private.invoice_turn(p_invoice_id, 'ASSIGNED', 'pending', p_expected_version, p_helper_json, 'invoice_undo', p_reason);
end;
$$;
comment on function public.invoice_undo(uuid, integer, jsonb, text) is
  'Takes an accepted invoice back to assigned, and the helper, where given, to what it is without the invoice.';

-- What was read from a paper becomes a document and a draft, in the same moment, whichever door it came through.

create function private.invoice_row_of(p_read public.ocr_results) returns jsonb
language plpgsql stable set search_path = ''
as $$
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
comment on function private.invoice_row_of(public.ocr_results) is 'What a reading says of an invoice, as invoices_upsert takes it.';

create function private.invoice_lines_of(p_read public.ocr_results) returns jsonb
language plpgsql stable set search_path = ''
as $$
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
comment on function private.invoice_lines_of(public.ocr_results) is
  'The lines that a reading names, as invoice_lines_bulk_upsert takes them; null where it names none.';

create function private.invoice_of_ocr(p_read public.ocr_results) returns public.invoices
language plpgsql volatile set search_path = ''
as $$
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
comment on function private.invoice_of_ocr(public.ocr_results) is
  'The draft that a reading makes or freshens; an invoice that somebody has worked on is only found.';

create function private.ocr_news() returns trigger
language plpgsql set search_path = ''
as $$
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
comment on function private.ocr_news() is 'A reading of an invoice leaves a document, and a draft where it could be read.';
create trigger ocr_results_make_invoices after insert on public.ocr_results
  for each row when (new.kind = 'invoice') execute function private.ocr_news();

create function private.ocr_assigned() returns trigger
language plpgsql set search_path = ''
as $$
begin
  update public.invoices i set case_id = new.case_id
  from public.invoice_documents d
  where d.ocr_result_id = new.id and i.id = d.invoice_id and i.case_id is null;
  return null;
end;
$$;
comment on function private.ocr_assigned() is 'A case that is found for a reading is found for its invoice.';
create trigger ocr_results_take_invoices after update of case_id on public.ocr_results
  for each row when (new.kind = 'invoice' and old.case_id is null and new.case_id is not null)
  execute function private.ocr_assigned();

revoke execute on function public.invoices_upsert(jsonb, uuid, uuid, uuid, uuid),
  public.invoice_lines_bulk_upsert(uuid, jsonb, boolean), public.invoice_assign(uuid, jsonb),
  public.invoice_accept(uuid, integer, jsonb), public.invoice_undo(uuid, integer, jsonb, text)
  from public, anon, authenticated, service_role;
grant execute on function public.invoices_upsert(jsonb, uuid, uuid, uuid, uuid),
  public.invoice_lines_bulk_upsert(uuid, jsonb, boolean), public.invoice_assign(uuid, jsonb),
  public.invoice_accept(uuid, integer, jsonb), public.invoice_undo(uuid, integer, jsonb, text),
  private.supplier_of(uuid, text, text), private.supplier_key(text), private.vat_rate(uuid, date), private.money(jsonb),
  private.day(text), private.invoice_turn(uuid, text, text, integer, jsonb, text, text), private.invoice_of_ocr(public.ocr_results),
  private.invoice_row_of(public.ocr_results), private.invoice_lines_of(public.ocr_results)
  to authenticated, service_role;

do $$
begin
  if exists (select from pg_publication where pubname = 'supabase_realtime') and not exists (
    select from pg_publication_tables
    where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = 'invoices'
  ) then
    alter publication supabase_realtime add table public.invoices;
  end if;
end $$;

-- Rows of an existing project. A number is unique for a supplier now, and a line's number in its invoice.
select private.bring_back('invoice_suppliers', p_keep => array['invoice_suppliers_key']);
select private.bring_back('invoices', '{
  "supplier_id": "private.supplier_of(coalesce(k.org_id, private.my_org()), l.supplier_name, l.supplier_tax_id)",
  "invoice_type": "coalesce(private.adopted_word(upper(l.invoice_type), ''PARTS'', ''LABOR'', ''TOWING''), ''OTHER'')",
  "status": "coalesce(private.adopted_word(upper(l.status), ''PENDING'', ''ASSIGNED'', ''ACCEPTED'', ''SENT'', ''PAID'', ''CANCELLED''), ''DRAFT'')",
  "invoice_number": "nullif(btrim(l.invoice_number), '''')"}');
select private.bring_back('invoice_lines', '{"org_id": "v.org_id", "case_id": "v.case_id", "plate": "v.plate", "line_number": "n.number",
  "item_category": "coalesce(private.adopted_word(l.item_category, ''part'', ''work'', ''repair'', ''material'', ''other''), ''uncategorized'')",
  "category_confidence": "case when l.category_confidence > 1 then l.category_confidence / 100 else l.category_confidence end"}',
  'left join public.invoices v on v.id = l.invoice_id join private.adopted_lines() n on n.id = l.id');
select private.bring_back('invoice_documents', '{"org_id": "coalesce(v.org_id, k.org_id, private.my_org())",
  "case_id": "case when v.id is null then l.case_id else v.case_id end",
  "plate": "case when v.id is null then coalesce(k.plate, nullif(private.plate_digits(l.plate), '''')) else v.plate end",
  "ocr_status": "coalesce(private.adopted_word(l.ocr_status, ''processing'', ''completed'', ''failed''), ''pending'')"}',
  'left join public.invoices v on v.id = l.invoice_id');
select private.bring_back('invoice_damage_center_mappings', '{"org_id": "v.org_id", "case_id": "v.case_id", "plate": "v.plate",
  "mapping_status": "coalesce(private.adopted_word(l.mapping_status, ''active'', ''applied''), ''pending'')"}',
  'left join public.invoices v on v.id = l.invoice_id');
select private.bring_back('invoice_validations', '{"org_id": "v.org_id", "is_valid": "coalesce(l.is_valid, false)",
  "approval_status": "coalesce(private.adopted_word(l.approval_status, ''approved'', ''rejected''), ''pending'')",
  "validation_errors": "''{}''", "validation_warnings": "''{}''"}',
  'left join public.invoices v on v.id = l.invoice_id');
select private.invoices_validate(array(select id from public.invoices));
