-- Search: what a case is found by, kept by every save, and one question for all doors.

-- Only case_search_index changes, and long: who reads anything else goes on.
select private.hold_still('exclusive');
select private.make_room('cases_search');

-- Words. No extension is asked: a typo is found by asking for what the person may have meant.

create function private.search_plain(p_text text) returns text
language plpgsql immutable set search_path = ''
as $$
begin
  return regexp_replace(regexp_replace(lower(p_text),
    '["''`״׳‘’“”„\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]', '', 'g'),
    '[\u0001-\u0020!#$%&()*+,:;<=>?@\[\\\]^_{|}~\u007f-\u00bf\u00d7\u00f7\u05be\u05c0\u05c3\u05c6\u2000-\u2bff\u3000-\u303f]+',
    ' ', 'g');
end;
$$;
comment on function private.search_plain(text) is
  'A text in small letters, without niqqud, quote signs and direction marks; of other signs only - / . stay.';

create function private.search_code(p_text text) returns text
language plpgsql immutable set search_path = ''
as $$
begin
  return regexp_replace(translate(p_text, '-/.', ''), '^(00)?9720?([0-9]{8,9})$', '0\2');
end;
$$;
comment on function private.search_code(text) is 'A number or code without what stands between its parts; a phone as it is dialled at home.';

create function private.search_words(p_text text) returns text[]
language plpgsql immutable set search_path = ''
as $$
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
comment on function private.search_words(text) is 'The words of a text, each once; a code also as one word.';

create function private.search_vector(p_plate text, p_owner text, p_text text) returns tsvector
language plpgsql immutable set search_path = ''
as $$
begin
  return array_to_tsvector(private.search_words(p_text)
    || array(select '@' || word from unnest(private.search_words(p_owner)) word)
    || array(select '#' || substr(p_plate, n) from generate_series(1, length(p_plate) - 2) n));
end;
$$;
comment on function private.search_vector(text, text, text) is
  'What a case is found by: words, @ and the words of its owner, # and the plate from each of its digits on.';

create function private.search_parts(p_text text) returns table (place integer, branch integer, word text)
language plpgsql immutable set search_path = ''
as $$
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
$$;
comment on function private.search_parts(text) is
  'What is asked for, at most eight places: of each all words of its first branch, or the one code of its second.';

create function private.search_near(p_word text) returns text[]
language plpgsql immutable set search_path = ''
as $$
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
$$;
comment on function private.search_near(text) is 'A word with one letter wrong, missing, added or swapped, in all ways; final letters as others.';

create function private.search_ending(p_word text) returns text
language plpgsql immutable set search_path = ''
as $$
begin
  return left(p_word, -1) || translate(right(p_word, 1), 'ךםןףץכמנפצ', 'כמנפצךםןףץ');
end;
$$;
comment on function private.search_ending(text) is 'A word that ends in a final letter with the other form of it, and the other way round.';

create function private.search_forms(p_word text, p_near boolean) returns table (form text, is_beginning boolean)
language plpgsql immutable set search_path = ''
as $$
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
$$;
comment on function private.search_forms(text, boolean) is
  'What a word is found as: with and without the letters that Hebrew puts before it, as a beginning; and with one typo.';

create function private.search_query(p_text text, p_owner text, p_near boolean) returns text
language plpgsql stable set search_path = '' set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
as $$
declare
  v_query text;
begin
  with forms as (
    select asked.mark, p.place, p.branch, p.word,
      '(' || string_agg(quote_literal(asked.mark || f.form) || case when f.is_beginning then ':*' else '' end, '|') || ')' as any_form
    from (values ('', p_text), ('@', p_owner)) asked (mark, text)
      cross join lateral private.search_parts(asked.text) p cross join lateral private.search_forms(p.word, p_near) f
    -- Of the hundreds of near words most are in no case: to ask first is cheaper than to look for all of them at once.
    where f.is_beginning or f.form = p.word or exists (
      select from public.case_search_index s where s.words @@ quote_literal(asked.mark || f.form)::tsquery)
    group by asked.mark, p.place, p.branch, p.word
  ), branches as (
    select mark, place, '(' || string_agg(any_form, '&') || ')' as all_words from forms group by mark, place, branch
  ), places as (
    select mark, place, '(' || string_agg(all_words, '|') || ')' as any_branch from branches group by mark, place
  )
  select string_agg(any_branch, '&' order by mark, place) into v_query from places;
  return v_query;
end;
$$;
comment on function private.search_query(text, text, boolean) is
  'Words that are asked for, and words of an owner''s name, as the text of a tsquery; null where there is none.';

-- The row

alter table public.case_search_index
  add column opened_at timestamptz not null default now(),
  add column is_open boolean not null default true,
  add column inspected_on date,
  add column damaged_on date,
  add column free_text text not null default '',
  add column words tsvector not null default '';
comment on column public.case_search_index.search_text is 'The short facts in one text, without quote signs.';
comment on column public.case_search_index.free_text is 'What was written about the damage, the parts and the works: the beginning of it.';
comment on column public.case_search_index.words is 'What the case is found by; see private.search_vector.';

create function private.search_day(p_text text) returns date
language plpgsql immutable set search_path = ''
as $$
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
comment on function private.search_day(text) is 'The day a text begins with, 2026-11-23 or 23/11/2026; null where there is none.';

create function private.search_free_text(p_helper jsonb) returns text
language plpgsql immutable set search_path = ''
as $$
declare
  -- What comes first is kept when there is too much. Ranges, because a list may be longer than any person wrote.
  v_paths jsonpath[] := array[
    '$.case_info.damage_type', '$.damage_info.damage_type', '$.case_info.inspection_location', '$.case_info.notes',
    '$.expertise.summary.directive', '$.expertise.summary.notes', '$.expertise.summary.technician',
    '$.car_details.damage_notes', '$.car_details.inspection_notes', '$.estimate.notes', '$.estimate.type',
    '$.final_report.type', '$.final_report.notes', '$.final_report.comments',
    '$.stakeholders.owner.address', '$.stakeholders.owner.email', '$.stakeholders.garage.phone',
    '$.stakeholders.garage.contact_person', '$.stakeholders.insurance.agent.phone',
    '$.vehicle.trim', '$.vehicle.chassis', '$.vehicle.vin', '$.vehicle.model_code', '$.vehicle.model_type',
    '$.centers[0 to 19].Location', '$.centers[0 to 19].Description', '$.centers[0 to 19].RepairNature',
    '$.centers[0 to 19].location', '$.centers[0 to 19].description',
    '$.centers[0 to 19].Repairs.repairs[0 to 19].name', '$.centers[0 to 19].Repairs.repairs[0 to 19].description',
    '$.centers[0 to 19].Works.works[0 to 19].category', '$.centers[0 to 19].Works.works[0 to 19].comments',
    '$.centers[0 to 19].Parts.parts_required[0 to 29].name', '$.centers[0 to 19].Parts.parts_required[0 to 29].part_name',
    '$.centers[0 to 19].Parts.parts_required[0 to 29].pcode', '$.centers[0 to 19].Parts.parts_required[0 to 29].oem',
    '$.centers[0 to 19].Parts.parts_required[0 to 29].supplier_name',
    '$.centers[0 to 19].Parts.parts_required[0 to 29].description',
    '$.invoices[0 to 49].invoice_number', '$.invoices[0 to 49].supplier_name'];
begin
  return coalesce((
    select left(string_agg(told.text, ' ' order by told.n), 3000) from (
      select left(leaf #>> '{}', 300) as text, min(n) as n
      from unnest(v_paths) with ordinality p (path, n), jsonb_path_query(p_helper, path, silent => true) leaf
      where jsonb_typeof(leaf) in ('string', 'number')
      group by 1
    ) told), '');
end;
$$;
comment on function private.search_free_text(jsonb) is
  'What was written about the damage, the parts and the works, each text once; the beginning, where there is much.';

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
  ) n
  -- Most saves change none of it, and then nothing is written and no index touched.
  where s.case_id = p_case_id and (s.owner_name, s.owner_phone, s.manufacturer, s.model, s.year, s.garage, s.insurance_company,
      s.agent, s.claim_number, s.policy_number, s.inspected_on, s.damaged_on, s.free_text)
    is distinct from (n.owner_name, n.owner_phone, n.manufacturer, n.model, n.year, n.garage, n.insurance_company,
      n.agent, n.claim_number, n.policy_number, n.inspected_on, n.damaged_on, n.free_text);
end;
$$;

create or replace function private.search_row_text() returns trigger
language plpgsql security definer set search_path = ''
as $$
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
  new.updated_at := clock_timestamp();
  return new;
end;
$$;
comment on function private.search_row_text() is 'What a case is found by is always made of the row''s columns and the case''s own facts.';

-- Cases that are there already.
update public.case_search_index set updated_at = now();
select private.search_row_write(h.case_id, h.helper_json) from public.case_helper h where h.is_current;

-- Not by fastupdate: a search would read the list of what is not sorted in yet.
create index case_search_index_words on public.case_search_index using gin (words) with (fastupdate = off);
create index case_search_index_newest on public.case_search_index (org_id, is_open desc, opened_at desc, case_id);
create index case_search_index_inspected on public.case_search_index (org_id, inspected_on);
create index case_search_index_damaged on public.case_search_index (org_id, damaged_on);
drop index public.case_search_index_org_id;
drop index if exists public.case_search_index_text;
create index cases_updated on public.cases (org_id, updated_at desc, id);

-- The question

create function private.search_orgs(p_org_id uuid) returns uuid[]
language plpgsql stable security definer set search_path = ''
as $$
begin
  return array(
    select o.id from public.orgs o
    where (p_org_id is null or o.id = p_org_id)
      and (current_setting('role') in ('service_role', 'none') or o.id = any (array(select private.my_orgs()))));
end;
$$;
comment on function private.search_orgs(uuid) is 'Whose cases the caller may find; of one office, where it is named.';

create function private.search_filters(p_asked jsonb) returns text
language plpgsql stable set search_path = ''
as $$
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
comment on function private.search_filters(jsonb) is 'The conditions of a question beside its words, c for the case and s for its search row.';

create function private.search_tables(p_by text) returns text
language plpgsql immutable set search_path = ''
as $$
begin
  -- An outer join that no condition needs is left out by the planner.
  return case p_by when 'list' then 'public.cases c left join public.case_search_index s on s.case_id = c.id'
    else 'public.case_search_index s left join public.cases c on c.id = s.case_id' end;
end;
$$;
comment on function private.search_tables(text) is 'Where a step looks, s for the search row and c for the case.';

create function private.search_list(p_orgs uuid[], p_where text, p_most bigint) returns uuid[]
language plpgsql stable set search_path = ''
as $$
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
$$;
comment on function private.search_list(uuid[], text, bigint) is 'The last changed cases under a condition.';

create function private.search_walk(p_orgs uuid[], p_where text, p_most bigint, p_rows integer) returns uuid[]
language plpgsql stable set search_path = '' set enable_seqscan = off set enable_hashjoin = off
as $$
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
$$;
comment on function private.search_walk(uuid[], text, bigint, integer) is
  'The best cases under a condition among the first so many of each office: quick for what many cases have.';

create function private.search_gather(p_orgs uuid[], p_where text, p_most bigint) returns uuid[]
language plpgsql stable set search_path = '' set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
as $$
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
$$;
comment on function private.search_gather(uuid[], text, bigint) is
  'The best cases under a condition, by the index of words: quick for what few cases have.';

create function private.search_pick(p_orgs uuid[], p_where text, p_is_near boolean, p_most bigint) returns uuid[]
language plpgsql stable set search_path = ''
as $$
declare
  v_found uuid[];
begin
  -- The newest cases tell whether many have the words; many ways to write them are looked for by the index alone.
  if not p_is_near then
    v_found := private.search_walk(p_orgs, p_where, p_most, 400);
    if cardinality(v_found) < p_most and cardinality(v_found) >= 5 then
      v_found := private.search_walk(p_orgs, p_where, p_most, 20000);
    end if;
    if cardinality(v_found) = p_most then
      return v_found;
    end if;
  end if;
  return private.search_gather(p_orgs, p_where, p_most);
end;
$$;
comment on function private.search_pick(uuid[], text, boolean, bigint) is 'The best cases under a condition on words: open before closed, the newest first.';

create function private.search_plates(p_orgs uuid[], p_where text, p_most bigint) returns uuid[]
language plpgsql stable set search_path = ''
as $$
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
$$;
comment on function private.search_plates(uuid[], text, bigint) is 'The best cases under a condition on the plate.';

create function private.search_sort(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint) returns uuid[]
language plpgsql stable set search_path = ''
as $$
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
$$;
comment on function private.search_sort(uuid[], text, text, jsonb, bigint) is 'The first cases under a condition in an order that was asked for.';

create function private.search_steps(p_asked jsonb, p_near boolean) returns table (by_what text, condition text)
language plpgsql stable set search_path = ''
as $$
declare
  v_text text := btrim(coalesce(p_asked ->> 'q', ''));
  v_owner text := btrim(coalesce(p_asked ->> 'owner', ''));
  v_digits text := case when v_text ~ '^[0-9\s./-]*$' and v_owner = '' then private.plate_digits(v_text) else '' end;
  v_filters text := private.search_filters(p_asked);
  v_words text := private.search_query(v_text, v_owner, p_near);
begin
  return query
    with steps (n, by_what, condition) as (
      select 0, 'list', 'true' where v_text = '' and v_owner = ''
      union all
      select 1, 'plates', format('c.plate = %L', v_digits) where length(v_digits) in (7, 8)
      union all
      select 2, 'plates', format('c.plate like %L', v_digits || '%') where length(v_digits) between 1 and 7
      union all
      -- A subquery: the planner would weigh each of many words in vain.
      select 3, case when p_near then 'near' else 'words' end, format('s.words @@ (select %L::tsquery)', v_words)
      where v_words is not null and length(v_digits) not in (1, 2)
    )
    select s.by_what, s.condition || v_filters from steps s
    where not p_near or s.n = (select max(n) from steps) order by s.n;
end;
$$;
comment on function private.search_steps(jsonb, boolean) is
  'What is looked for, the best first: the plate, plates that begin so, all words; or near words, which hold all of these.';

create function private.search_step(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint) returns uuid[]
language plpgsql stable set search_path = ''
as $$
begin
  return case
    when p_order <> '[]' then private.search_sort(p_orgs, p_by, p_where, p_order, p_most)
    when p_by = 'list' then private.search_list(p_orgs, p_where, p_most)
    when p_by = 'plates' then private.search_plates(p_orgs, p_where, p_most)
    else private.search_pick(p_orgs, p_where, p_by = 'near', p_most) end;
end;
$$;
comment on function private.search_step(uuid[], text, text, jsonb, bigint) is 'What one step finds.';

create function private.case_search(p_asked jsonb, p_limit bigint default null, p_offset bigint default 0) returns setof uuid
language plpgsql stable security definer set search_path = '' set jit = off
as $$
declare
  v_orgs uuid[] := private.search_orgs((p_asked ->> 'org_id')::uuid);
  v_order jsonb := coalesce(p_asked -> 'order', '[]');
  v_near boolean;
  v_step record;
  v_found uuid[] := '{}';
begin
  -- As the owner, because a row policy lets no index of words be used: the offices are asked above instead. Without
  -- jit, because a plan that was forbidden the whole table looks dear enough to be compiled, which takes a second.
  foreach v_near in array case when v_order = '[]' then array[false, true] else array[true] end loop
    exit when cardinality(v_found) >= p_offset + p_limit;
    for v_step in select * from private.search_steps(p_asked, v_near) loop
      exit when cardinality(v_found) >= p_offset + p_limit or (v_order = '[]' and v_near and v_step.by_what <> 'near');
      v_found := v_found || private.search_step(v_orgs, v_step.by_what,
        v_step.condition || case when v_found = '{}' then '' else format(' and %s <> all (%L)',
          case when v_step.by_what in ('words', 'near') then 's.case_id' else 'c.id' end, v_found) end,
        v_order, p_offset + p_limit - cardinality(v_found));
    end loop;
  end loop;
  return query select id from unnest(v_found[p_offset + 1:]) id;
end;
$$;
comment on function private.case_search(jsonb, bigint, bigint) is 'The cases the caller may find, the best first; their ids alone.';

create function private.case_search_count(p_asked jsonb) returns bigint
language plpgsql stable security definer set search_path = '' set jit = off
as $$
declare
  v_step record;
  v_count bigint := 0;
begin
  for v_step in select * from private.search_steps(p_asked, true) loop
    execute format('select count(*) from %s where (%s.org_id = any ($1)) is true and %s', private.search_tables(v_step.by_what),
      case when v_step.by_what in ('words', 'near') then 's' else 'c' end, v_step.condition)
    into v_count using private.search_orgs((p_asked ->> 'org_id')::uuid);
  end loop;
  return v_count;
end;
$$;
comment on function private.case_search_count(jsonb) is 'How many cases a question finds.';

create function public.cases_search(
  p_query text default null, p_plate text default null, p_status text[] default null, p_owner text default null,
  p_assigned_to uuid default null, p_updated_since timestamptz default null, p_updated_to date default null,
  p_opened_from date default null, p_opened_to date default null, p_inspected_from date default null,
  p_inspected_to date default null, p_damaged_from date default null, p_damaged_to date default null,
  p_org_id uuid default null, p_limit integer default 100, p_offset integer default 0
) returns setof public.cases
language plpgsql stable security invoker set search_path = ''
as $$
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
comment on function public.cases_search(text, text, text[], text, uuid, timestamptz, date, date, date, date, date, date, date, uuid,
  integer, integer) is 'Cases by words and filters, the best first; without words the last changed first.';

create function private.search_found_words(p_ids uuid[], p_text text) returns table (case_id uuid, found_words text[])
language plpgsql stable security invoker set search_path = ''
as $$
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
comment on function private.search_found_words(uuid[], text) is 'By which of its words each case was found.';

revoke execute on function private.search_orgs(uuid), private.case_search(jsonb, bigint, bigint),
  private.case_search_count(jsonb), private.search_found_words(uuid[], text),
  public.cases_search(text, text, text[], text, uuid, timestamptz, date, date, date, date, date, date, date, uuid, integer, integer)
  from public, anon, authenticated, service_role;
grant execute on function private.search_plain(text), private.search_code(text), private.search_words(text),
  private.search_parts(text), private.search_near(text), private.search_ending(text), private.search_forms(text, boolean),
  private.case_search(jsonb, bigint, bigint), private.case_search_count(jsonb), private.search_found_words(uuid[], text),
  public.cases_search(text, text, text[], text, uuid, timestamptz, date, date, date, date, date, date, date, uuid, integer, integer)
  to authenticated, service_role;
