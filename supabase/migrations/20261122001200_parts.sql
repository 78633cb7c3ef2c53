-- Parts: what was searched, what was found, what was chosen, and what a case needs.

select private.set_aside('parts_search_sessions', 'parts_search_results', 'selected_parts', 'parts_required');
select private.make_room('part_select', 'parts_required_bulk_upsert', 'parts_results_bulk_upsert');

create table public.parts_search_sessions (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  search_context jsonb not null default '{}',
  data_source text check (data_source in ('catalog', 'web', 'ocr')),
  make text, model text, trim text, year text,
  engine_volume text, engine_code text, engine_type text, vin text,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint parts_search_sessions_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.parts_search_sessions is 'One search for parts, with the vehicle it was for; a general search has no plate.';
create index parts_search_sessions_org on public.parts_search_sessions (org_id, created_at desc);
create index parts_search_sessions_case on public.parts_search_sessions (case_id, org_id, plate);
create index parts_search_sessions_plate on public.parts_search_sessions (org_id, plate);
create index parts_search_sessions_created_by on public.parts_search_sessions (created_by);
create index parts_search_sessions_updated_by on public.parts_search_sessions (updated_by);
select private.satellite_guard('public.parts_search_sessions', 'parts_search.upserted', array['search_context']);

create table public.parts_search_results (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  row_uuid uuid not null default gen_random_uuid(),
  session_id uuid references public.parts_search_sessions (id) on delete restrict,
  answer_id uuid references public.parts_search_results (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  part_name text, part_family text, description text,
  oem text, pcode text, supplier_name text,
  price numeric(12, 2), price_text text, currency text,
  part_type text, condition text, availability text, location text, comments text,
  quantity numeric(10, 2),
  make text, model text, trim text, year text, year_from text, year_to text,
  engine_volume text, engine_code text, engine_type text, vin text,
  search_type text,
  data_source text check (data_source in ('catalog', 'web', 'ocr')),
  search_query jsonb,
  results jsonb,
  raw jsonb,
  unread text[] not null default '{}',
  response_time_ms integer check (response_time_ms >= 0),
  search_text text not null default '',
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint parts_search_results_once unique (org_id, row_uuid),
  constraint parts_search_results_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.parts_search_results is
  'The parts that searches found, one row each; a row with results is a whole answer, whose parts name it as answer_id.';
comment on column public.parts_search_results.row_uuid is 'The natural key: the same row sent again is the same row.';
comment on column public.parts_search_results.raw is 'The row as it came.';
comment on column public.parts_search_results.results is 'A whole answer as it came, on the row that stands for it.';
comment on column public.parts_search_results.unread is 'Fields whose value could not be read, such as a price in words.';
comment on column public.parts_search_results.price_text is 'The price as it was written.';
create index parts_search_results_session on public.parts_search_results (session_id);
create index parts_search_results_answer on public.parts_search_results (answer_id);
create index parts_search_results_case on public.parts_search_results (case_id, org_id, plate);
create index parts_search_results_plate on public.parts_search_results (org_id, plate, created_at desc);
create index parts_search_results_newest on public.parts_search_results (org_id, created_at desc);
create index parts_search_results_created_by on public.parts_search_results (created_by);
create index parts_search_results_updated_by on public.parts_search_results (updated_by);

create function private.parts_search_text() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.search_text := private.search_fold(concat_ws(' ', new.part_name, new.description, new.oem, new.pcode,
    new.supplier_name, new.part_family, new.make, new.model));
  return new;
end;
$$;
comment on function private.parts_search_text() is 'What people search a part by, folded as every searched text is.';
create trigger parts_search_results_text before insert or update on public.parts_search_results
  for each row execute function private.parts_search_text();
select private.satellite_guard('public.parts_search_results', 'parts_results.upserted',
  array['raw', 'results', 'search_query', 'search_text']);

create table public.selected_parts (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  search_result_id uuid references public.parts_search_results (id) on delete restrict,
  part_name text not null,
  part_family text, oem text, pcode text, cat_num_desc text, supplier_name text,
  price numeric(12, 2),
  quantity numeric(10, 2) not null default 1 check (quantity > 0),
  damage_center_id text,
  status text not null default 'selected' check (status in ('selected', 'assigned', 'ordered', 'completed', 'removed')),
  source text, availability text, location text, comments text,
  data_source text check (data_source in ('catalog', 'web', 'ocr')),
  selected_by uuid references public.profiles (user_id) on delete restrict,
  selected_at timestamptz not null default now(),
  raw_data jsonb,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint selected_parts_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.selected_parts is 'Parts that somebody chose from what was found.';
create unique index selected_parts_once on public.selected_parts (case_id, search_result_id)
  where status <> 'removed' and search_result_id is not null;
create index selected_parts_case on public.selected_parts (case_id, org_id, plate);
create index selected_parts_org on public.selected_parts (org_id, created_at desc);
create index selected_parts_result on public.selected_parts (search_result_id);
create index selected_parts_selected_by on public.selected_parts (selected_by);
create index selected_parts_created_by on public.selected_parts (created_by);
create index selected_parts_updated_by on public.selected_parts (updated_by);
select private.satellite_guard('public.selected_parts', 'selected_part.upserted', array['raw_data']);

create table public.parts_required (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  row_uuid uuid not null default gen_random_uuid(),
  case_id uuid not null references public.cases (id) on delete restrict,
  plate text not null check (plate ~ '^[0-9]{5,8}$'),
  damage_center_code text,
  damage_center_codes text[] not null default '{}',
  part_name text, pcode text, oem text, cat_num_desc text, description text, part_family text, supplier_name text,
  price_per_unit numeric(12, 2),
  reduction_percentage numeric(5, 2) check (reduction_percentage between 0 and 100),
  wear_percentage numeric(5, 2) check (wear_percentage between 0 and 100),
  updated_price numeric(12, 2),
  quantity numeric(10, 2) not null default 1 check (quantity >= 0),
  total_cost numeric(12, 2),
  source text,
  status text not null default 'PENDING' check (status in ('PENDING', 'ORDERED', 'RECEIVED', 'CANCELLED')),
  metadata jsonb not null default '{}',
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  -- By itself, as the existing screens upsert on it.
  constraint parts_required_once unique (row_uuid),
  constraint parts_required_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.parts_required is 'The parts a case needs; row_uuid is the key, so the same row sent again is the same row.';
comment on column public.parts_required.damage_center_code is 'The damage center that named it last.';
comment on column public.parts_required.damage_center_codes is 'Every damage center that this row serves.';
comment on column public.parts_required.updated_price is 'price_per_unit after reduction and wear, as the case has it; never recomputed.';
create index parts_required_case on public.parts_required (case_id, org_id, plate);
create index parts_required_plate on public.parts_required (org_id, plate);
create index parts_required_status on public.parts_required (org_id, status);
create index parts_required_created_by on public.parts_required (created_by);
create index parts_required_updated_by on public.parts_required (updated_by);

create function private.parts_required_centers() returns trigger
language plpgsql set search_path = ''
as $$
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
comment on function private.parts_required_centers() is 'A row serves every damage center that named it, and stays with its case.';
create trigger parts_required_centers before insert or update on public.parts_required
  for each row execute function private.parts_required_centers();
select private.satellite_guard('public.parts_required', 'part_required.upserted');

do $$
declare
  v_schema regnamespace := (select extnamespace from pg_extension where extname = 'pg_trgm');
begin
  if v_schema is not null then
    execute format('create index parts_search_results_text on public.parts_search_results using gin (search_text %s.gin_trgm_ops)
      where results is null', v_schema);
  end if;
end $$;

-- The verbs.

create function public.parts_results_bulk_upsert(
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
    select distinct on (r.row_uuid) r.* from jsonb_array_elements(p_rows) with ordinality e (value, place)
    cross join lateral jsonb_to_record(e.value) as r (
      row_uuid uuid, part_name text, part_family text, description text, oem text, pcode text, supplier_name text,
      price numeric, price_text text, currency text, part_type text, condition text, availability text, location text,
      comments text, quantity numeric, make text, model text, trim text, year text, year_from text, year_to text,
      engine_volume text, engine_code text, engine_type text, vin text, search_type text, data_source text,
      search_query jsonb, response_time_ms integer, raw jsonb, unread text[])
    order by r.row_uuid, e.place desc
  ), kept as (
    insert into public.parts_search_results as t (org_id, row_uuid, session_id, answer_id, case_id, plate, part_name,
      part_family, description, oem, pcode, supplier_name, price, price_text, currency, part_type, condition,
      availability, location, comments, quantity, make, model, trim, year, year_from, year_to, engine_volume,
      engine_code, engine_type, vin, search_type, data_source, search_query, response_time_ms, raw, unread)
    select v_org, s.row_uuid, p_session_id, p_answer_id, p_case_id, v_plate, s.part_name, s.part_family, s.description,
      s.oem, s.pcode, s.supplier_name, s.price, s.price_text, s.currency, s.part_type, s.condition, s.availability,
      s.location, s.comments, s.quantity, s.make, s.model, s.trim, s.year, s.year_from, s.year_to, s.engine_volume,
      s.engine_code, s.engine_type, s.vin, s.search_type, s.data_source, s.search_query, s.response_time_ms, s.raw,
      coalesce(s.unread, '{}')
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
  -- What was there already just as it is; by a statement of its own, which sees also what another call has just
  -- brought while we waited for it. A row that stands with another case stays there, and is not answered.
  return query
    select t.id, t.row_uuid, false from public.parts_search_results t
    where t.org_id = v_org
      and t.row_uuid in (select (e.value ->> 'row_uuid')::uuid from jsonb_array_elements(p_rows) e)
      and not exists (select from unnest(v_keys) k (key) where k.key = t.row_uuid)
      and (t.case_id is null or p_case_id is null or t.case_id = p_case_id);
end;
$$;
comment on function public.parts_results_bulk_upsert(jsonb, uuid, uuid, text, uuid, uuid) is
  'Keeps found parts, each once by its row_uuid, in one statement however many there are.';

create function private.parts_required_elsewhere(p_case_id uuid, p_row_uuids uuid[]) returns uuid[]
language sql stable security definer set search_path = ''
as $$
  select coalesce(array_agg(t.row_uuid), '{}') from public.parts_required t
  where t.row_uuid = any (p_row_uuids) and t.case_id <> p_case_id
$$;
comment on function private.parts_required_elsewhere(uuid, uuid[]) is
  'Those of the keys that are taken by another case, of whichever office: a batch leaves them out and says so.';
revoke execute on function private.parts_required_elsewhere(uuid, uuid[]) from public;
grant execute on function private.parts_required_elsewhere(uuid, uuid[]) to authenticated, service_role;

create function public.parts_required_bulk_upsert(p_case_id uuid, p_rows jsonb)
returns table (id uuid, row_uuid uuid, created boolean)
language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  v_case public.cases;
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
        reduction_percentage, wear_percentage, updated_price, quantity, total_cost, source, status, metadata)
      select v_case.org_id, p_case_id, v_case.plate, s.row_uuid, s.damage_center_code,
        coalesce(s.damage_center_codes, '{}'), s.part_name, s.pcode, s.oem, s.cat_num_desc, s.description, s.part_family,
        s.supplier_name, s.price_per_unit, s.reduction_percentage, s.wear_percentage, s.updated_price,
        coalesce(s.quantity, o.quantity, 1), s.total_cost, s.source, coalesce(s.status, o.status, 'PENDING'),
        coalesce(s.metadata, '{}')
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
comment on function public.parts_required_bulk_upsert(uuid, jsonb) is
  'Keeps the parts a case needs, each once by its row_uuid; what is not named stays as it was.';

create function public.part_select(
  p_result_id uuid, p_case_id uuid default null, p_damage_center_id text default null, p_quantity numeric default 1,
  p_helper_row jsonb default null
) returns public.selected_parts
language plpgsql volatile security invoker set search_path = ''
as $$
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
comment on function public.part_select(uuid, uuid, text, numeric, jsonb) is
  'Chooses a found part for a case, once; where our side writes the parts, the helper''s own list gets it in the same moment.';

revoke execute on function public.parts_results_bulk_upsert(jsonb, uuid, uuid, text, uuid, uuid),
  public.parts_required_bulk_upsert(uuid, jsonb), public.part_select(uuid, uuid, text, numeric, jsonb)
  from public, anon, authenticated, service_role;
grant execute on function public.parts_results_bulk_upsert(jsonb, uuid, uuid, text, uuid, uuid),
  public.parts_required_bulk_upsert(uuid, jsonb), public.part_select(uuid, uuid, text, numeric, jsonb)
  to authenticated, service_role;

do $$
declare
  v_table text;
begin
  foreach v_table in array array['parts_required', 'selected_parts'] loop
    if exists (select from pg_publication where pubname = 'supabase_realtime') and not exists (
      select from pg_publication_tables
      where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = v_table
    ) then
      execute format('alter publication supabase_realtime add table public.%I', v_table);
    end if;
  end loop;
end $$;

-- Rows of an existing project.
select private.bring_back('parts_search_sessions', '{"data_source": "private.adopted_word(l.data_source, ''catalog'', ''web'', ''ocr'')",
  "search_context": "coalesce(l.search_context, ''{}'')"}');
select private.bring_back('parts_search_results', '{"data_source": "private.adopted_word(l.data_source, ''catalog'', ''web'', ''ocr'')"}',
  p_keep => array['parts_search_results_text']);
select private.bring_back('selected_parts', '{"data_source": "private.adopted_word(l.data_source, ''catalog'', ''web'', ''ocr'')",
  "status": "coalesce(private.adopted_word(l.status, ''assigned'', ''ordered'', ''completed''), ''selected'')"}');
select private.bring_back('parts_required', '{"case_id": "coalesce(l.case_id, private.open_case_of(private.my_org(), private.plate_digits(l.plate)))",
  "status": "coalesce(private.adopted_word(upper(l.status), ''ORDERED'', ''RECEIVED'', ''CANCELLED''), ''PENDING'')"}',
  p_keep => array['parts_required_centers']);
select private.adopt_same_parts();
