-- What the existing invoice screens call by name, and the shelf on which they keep a case's parts before an invoice.

select private.set_aside('required_parts_archive');
select private.make_room(
  'batch_categorize_invoice_lines', 'get_damage_center_mappings', 'get_invoice_items_by_category',
  'get_invoice_ocr_data', 'get_unmapped_invoice_items', 'map_invoice_to_damage_center');

create function private.line_kind(p_description text, p_catalog_code text) returns table (category text, confidence numeric)
language plpgsql immutable set search_path = ''
as $$
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
comment on function private.line_kind(text, text) is
  'What a line of an invoice seems to be, by its words; one with a catalogue number is a part. The confidence is 0 to 1.';
grant execute on function private.line_kind(text, text) to authenticated, service_role;

create function public.batch_categorize_invoice_lines(p_invoice_id uuid)
returns table (line_id uuid, old_category text, new_category text, confidence numeric)
language sql volatile security invoker set search_path = ''
as $$
  update public.invoice_lines l set item_category = k.category, category_confidence = k.confidence, category_method = 'auto'
  from public.invoice_lines o cross join lateral private.line_kind(o.description, o.catalog_code) k
  where o.id = l.id and l.invoice_id = p_invoice_id and l.removed_at is null and o.item_category = 'uncategorized'
    and k.category <> 'uncategorized'
  returning l.id, 'uncategorized'::text, l.item_category, l.category_confidence
$$;
comment on function public.batch_categorize_invoice_lines(uuid) is
  'Gives the lines of an invoice that have none a category by their words; what a person or a reading said stays.';

create function public.get_invoice_items_by_category(p_invoice_id uuid, p_category text)
returns table (id uuid, line_number integer, description text, quantity numeric, unit_price numeric, line_total numeric,
  category_confidence numeric)
language sql stable security invoker set search_path = ''
as $$
  select l.id, l.line_number, l.description, l.quantity, l.unit_price, l.line_total, l.category_confidence
  from public.invoice_lines l
  where l.invoice_id = p_invoice_id and l.item_category = p_category and l.removed_at is null order by l.line_number
$$;
comment on function public.get_invoice_items_by_category(uuid, text) is 'The lines of one category of an invoice, in order.';

create function public.get_unmapped_invoice_items(p_invoice_id uuid)
returns table (line_id uuid, description text, quantity numeric, unit_price numeric, line_total numeric)
language sql stable security invoker set search_path = ''
as $$
  select l.id, l.description, l.quantity, l.unit_price, l.line_total from public.invoice_lines l
  where l.invoice_id = p_invoice_id and l.removed_at is null and not exists (
    select from public.invoice_damage_center_mappings m where m.invoice_line_id = l.id and m.mapping_status <> 'removed')
  order by l.line_number
$$;
comment on function public.get_unmapped_invoice_items(uuid) is 'The lines of an invoice that belong to no damage center yet.';

create function public.get_damage_center_mappings(p_case_id uuid, p_damage_center_id text)
returns table (id uuid, field_type text, field_index integer, mapped_data jsonb, is_user_modified boolean, mapping_status text)
language sql stable security invoker set search_path = ''
as $$
  select m.id, m.field_type, m.field_index, m.mapped_data, m.is_user_modified, m.mapping_status
  from public.invoice_damage_center_mappings m
  where m.case_id = p_case_id and m.damage_center_id = p_damage_center_id and m.mapping_status <> 'removed'
  order by m.field_type, m.field_index, m.created_at
$$;
comment on function public.get_damage_center_mappings(uuid, text) is 'What invoices gave to one damage center of a case.';

create function public.get_invoice_ocr_data(p_invoice_id uuid) returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select d.ocr_structured_data from public.invoice_documents d
  where d.invoice_id = p_invoice_id and d.ocr_status = 'completed' order by d.created_at desc, d.id limit 1
$$;
comment on function public.get_invoice_ocr_data(uuid) is 'What was read from the newest paper of an invoice.';

create function public.map_invoice_to_damage_center(
  p_invoice_id uuid, p_invoice_line_id uuid, p_case_id uuid, p_damage_center_id text, p_field_type text,
  p_field_index integer, p_mapped_data jsonb default null, p_mapped_by uuid default null
) returns uuid
language plpgsql volatile security invoker set search_path = ''
as $$
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
comment on function public.map_invoice_to_damage_center(uuid, uuid, uuid, text, text, integer, jsonb, uuid) is
  'Says to which field of a damage center a line of an invoice belongs; said again, it is the same row.';

revoke execute on function public.batch_categorize_invoice_lines(uuid), public.get_invoice_items_by_category(uuid, text),
  public.get_unmapped_invoice_items(uuid), public.get_damage_center_mappings(uuid, text), public.get_invoice_ocr_data(uuid),
  public.map_invoice_to_damage_center(uuid, uuid, uuid, text, text, integer, jsonb, uuid)
  from public, anon, authenticated, service_role;
grant execute on function public.batch_categorize_invoice_lines(uuid), public.get_invoice_items_by_category(uuid, text),
  public.get_unmapped_invoice_items(uuid), public.get_damage_center_mappings(uuid, text), public.get_invoice_ocr_data(uuid),
  public.map_invoice_to_damage_center(uuid, uuid, uuid, text, text, integer, jsonb, uuid) to authenticated, service_role;

create table public.required_parts_archive (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  archive_type text not null default 'pre_invoice_assignment'
    check (archive_type in ('pre_invoice_assignment', 'manual_backup', 'version_control')),
  archived_at timestamptz not null default now(),
  archived_by uuid references public.profiles (user_id) on delete restrict,
  archive_reason text check (length(archive_reason) <= 1000),
  damage_center_code text,
  part_name text, pcode text, oem text, cat_num_desc text, description text, part_family text, supplier_name text,
  make text, model text, trim text, year text, engine_volume text, engine_code text, engine_type text, vin text,
  source text, availability text, location text, comments text,
  price_per_unit numeric(12, 2),
  reduction_percentage numeric(5, 2),
  wear_percentage numeric(5, 2),
  updated_price numeric(12, 2),
  quantity numeric(10, 2) default 1,
  total_cost numeric(12, 2),
  status text not null default 'ARCHIVED' check (status in ('ARCHIVED', 'SUPERSEDED', 'RESTORED')),
  metadata jsonb not null default '{}',
  original_row_uuid uuid,
  original_created_at timestamptz,
  original_updated_at timestamptz,
  original_created_by uuid,
  original_updated_by uuid,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint required_parts_archive_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.required_parts_archive is 'The parts a case needed, as they were before an invoice took their place.';
comment on column public.required_parts_archive.original_row_uuid is 'The row_uuid of the row that was kept.';
create index required_parts_archive_case on public.required_parts_archive (case_id, org_id, plate, archived_at desc);
create index required_parts_archive_plate on public.required_parts_archive (org_id, plate);
create index required_parts_archive_original on public.required_parts_archive (case_id, original_row_uuid, original_updated_at);
create index required_parts_archive_archived_by on public.required_parts_archive (archived_by);
create index required_parts_archive_created_by on public.required_parts_archive (created_by);
create index required_parts_archive_updated_by on public.required_parts_archive (updated_by);

create function private.parts_archive_stamp() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.archived_by := coalesce((select auth.uid()), new.archived_by);
  new.archived_at := now();
  return new;
end;
$$;
comment on function private.parts_archive_stamp() is 'Who kept a row, and when, is the server''s.';
create trigger required_parts_archive_a_kept before insert on public.required_parts_archive
  for each row execute function private.parts_archive_stamp();
select private.satellite_guard('public.required_parts_archive', 'parts_archive.upserted');
-- What is kept stays as it was; only what became of it may be said.
revoke update on public.required_parts_archive from authenticated, service_role;
grant update (status, archive_reason) on public.required_parts_archive to authenticated, service_role;

create function private.parts_kept_before() returns trigger
language plpgsql security definer set search_path = ''
as $$
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
comment on function private.parts_kept_before() is
  'Accepting an invoice keeps the parts its case needed just then, each as often as it changed and no more.';
create trigger invoices_parts_kept after update of status on public.invoices
  for each row when (old.status = 'ASSIGNED' and new.status = 'ACCEPTED') execute function private.parts_kept_before();

-- A derivation that fails is a mistake of ours: staff hear of it, with the case and nothing of its content.
create function private.tracking_failed() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform private.system_log('ERROR', 'tracking', 'derivation_failed', 'The tracking rows of a case could not be derived.',
    jsonb_build_object('case_id', new.case_id), private.request_id(), new.case_id, new.org_id);
  return null;
end;
$$;
comment on function private.tracking_failed() is 'Notes for staff that a case''s tracking rows could not be derived.';
create trigger tracking_general_failed_new after insert on public.tracking_general
  for each row when (new.warnings = array['*failed']) execute function private.tracking_failed();
create trigger tracking_general_failed after update of warnings on public.tracking_general
  for each row when (new.warnings = array['*failed'] and old.warnings is distinct from new.warnings)
  execute function private.tracking_failed();

-- Rows of an existing project.
select private.bring_back('required_parts_archive', '{"original_row_uuid": "l.row_uuid", "original_created_at": "l.created_at",
  "original_updated_at": "l.updated_at", "original_created_by": "l.created_by", "original_updated_by": "l.updated_by",
  "archive_type": "coalesce(private.adopted_word(l.archive_type, ''pre_invoice_assignment'', ''version_control''), ''manual_backup'')",
  "status": "coalesce(private.adopted_word(l.status, ''SUPERSEDED'', ''RESTORED''), ''ARCHIVED'')"}');
