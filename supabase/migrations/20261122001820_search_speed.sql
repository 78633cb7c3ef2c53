-- Search asks only for words that some case has, and the list of cases is not counted to its end.

select private.hold_still();

-- The words

create table private.search_lexicon (
  id bigint generated always as identity primary key,
  word text collate "C" not null
);
comment on table private.search_lexicon is
  'Each word of letters that a case was ever found by, with @ that of an owner; of a code its first letters and *.';
-- Not unique: two saves that bring the same new word would wait for each other, and two of them in another order for ever.
create index search_lexicon_word on private.search_lexicon (word);
alter table private.search_lexicon enable row level security;
alter table private.search_lexicon force row level security;
create policy "Nobody but the searchs own functions" on private.search_lexicon for select to service_role using (word <> '');
revoke all on private.search_lexicon from public, anon, authenticated, service_role;

create function private.search_lexeme(p_word text) returns text
language plpgsql immutable set search_path = ''
as $$
declare
  v_letters text := substring(p_word from '^@?[א-תa-z]+');
begin
  return v_letters || case when v_letters = p_word then '' else '*' end;
end;
$$;
comment on function private.search_lexeme(text) is 'How the lexicon keeps a word; null for one that begins with no letter.';

create function private.search_learn(p_words tsvector, p_known tsvector) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into private.search_lexicon (word)
  select told.word from (
    select private.search_lexeme(w) as word from (
      select unnest(tsvector_to_array(p_words)) except select unnest(tsvector_to_array(p_known))
    ) brought (w)
    where w ~ '^@?[א-תa-z]'
    group by 1
  ) told
  where not exists (select from private.search_lexicon k where k.word = told.word);
end;
$$;
comment on function private.search_learn(tsvector, tsvector) is 'Keeps the words of a case that no case had before.';

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
  if new.words is distinct from old.words then
    perform private.search_learn(new.words, old.words);
  end if;
  new.updated_at := clock_timestamp();
  return new;
end;
$$;

-- Cases that are there already; one whose code begins like another's adds nothing.
insert into private.search_lexicon (word)
select distinct substring(w from '^@?[א-תa-z]+') || case when w ~ '^@?[א-תa-z]+$' then '' else '*' end
from public.case_search_index s, unnest(tsvector_to_array(s.words)) w where w ~ '^@?[א-תa-z]';
analyze private.search_lexicon;

-- The question

create function private.search_begun(p_beginning text) returns text[]
language plpgsql stable set search_path = '' set enable_seqscan = off
as $$
declare
  v_words text[] := array(
    select distinct k.word from private.search_lexicon k
    where k.word >= p_beginning and k.word < p_beginning || chr(1114111) order by k.word limit 21);
begin
  if cardinality(v_words) > 20 or exists (select from unnest(v_words) w where right(w, 1) = '*') then
    return array[quote_literal(p_beginning) || ':*'];
  end if;
  return array(select quote_literal(w) from unnest(v_words) w);
end;
$$;
comment on function private.search_begun(text) is
  'Which words to ask for in place of a beginning: a few whole ones are quicker, as an index reads every case of a beginning.';

create function private.search_known(p_mark text, p_word text, p_near boolean) returns text
language plpgsql stable set search_path = '' set enable_seqscan = off
as $$
begin
  if p_word !~ '^[א-תa-z]+$' then
    return (
      select '(' || string_agg(quote_literal(p_mark || form) || case when is_beginning then ':*' else '' end, '|') || ')'
      from private.search_forms(p_word, p_near));
  end if;
  return (
    select '(' || string_agg(told.word, '|') || ')' from (
      select unnest(private.search_begun(p_mark || form)) as word from private.search_forms(p_word, false) where is_beginning
      union
      select quote_literal(k.word) from private.search_lexicon k
      where k.word = any (array(select p_mark || form from private.search_forms(p_word, p_near) where not is_beginning))
    ) told);
end;
$$;
comment on function private.search_known(text, text, boolean) is
  'All that a word is found as and some case may have, as a part of a tsquery; null where no case has any of it.';

create function private.search_condition(p_text text, p_owner text, p_near boolean) returns text
language plpgsql stable set search_path = ''
as $$
declare
  v_whole text;
  v_rare text;
  v_is_possible boolean;
begin
  with words as (
    select asked.mark, p.place, p.branch, private.search_known(asked.mark, p.word, p_near) as known,
      p.word ~ '^[0-9]{5}' as is_rare
    from (values ('', p_text), ('@', p_owner)) asked (mark, text) cross join lateral private.search_parts(asked.text) p
  ), branches as (
    select mark, place, '(' || string_agg(known, '&') || ')' as whole,
      '(' || coalesce(string_agg(known, '&') filter (where is_rare), string_agg(known, '&')) || ')' as rare
    from words group by mark, place, branch having bool_and(known is not null)
  ), places as (
    select mark, place, '(' || string_agg(whole, '|') || ')' as whole, '(' || string_agg(rare, '|') || ')' as rare
    from branches group by mark, place
  )
  select string_agg(whole, '&' order by mark, place), string_agg(rare, '&' order by mark, place),
    count(*) = (select count(distinct (mark, place)) from words) into v_whole, v_rare, v_is_possible
  from places;
  if not v_is_possible then
    return 'false';
  end if;
  if v_rare is null then
    return null;
  end if;
  -- A year in a number is in very many cases, and a beginning: the long part finds the case, and all of it is compared there.
  -- A subquery: the planner would weigh each of many words in vain. "is true" keeps a condition from the index.
  return format('s.words @@ (select %L::tsquery)', v_rare)
    || case when v_rare = v_whole then '' else format(' and (s.words @@ (select %L::tsquery)) is true', v_whole) end;
end;
$$;
comment on function private.search_condition(text, text, boolean) is
  'Words that are asked for, and words of an owner''s name, as a condition on the search row s; null where there is none.';

create or replace function private.search_steps(p_asked jsonb, p_near boolean) returns table (by_what text, condition text)
language plpgsql stable set search_path = ''
as $$
declare
  v_text text := btrim(coalesce(p_asked ->> 'q', ''));
  v_owner text := btrim(coalesce(p_asked ->> 'owner', ''));
  v_digits text := case when v_text ~ '^[0-9\s./-]*$' and v_owner = '' then private.plate_digits(v_text) else '' end;
  v_filters text := private.search_filters(p_asked);
  v_words text := private.search_condition(v_text, v_owner, p_near);
begin
  return query
    with steps (n, by_what, condition) as (
      select 0, 'list', 'true' where v_text = '' and v_owner = ''
      union all
      select 1, 'plates', format('c.plate = %L', v_digits) where length(v_digits) in (7, 8)
      union all
      select 2, 'plates', format('c.plate like %L', v_digits || '%') where length(v_digits) between 1 and 7
      union all
      -- Null where no words are asked, false where no case can have them.
      select 3, case when p_near then 'near' else 'words' end, v_words
      where v_words <> 'false' and length(v_digits) not in (1, 2)
    )
    select s.by_what, s.condition || v_filters from steps s
    where not p_near or s.n = (select max(n) from steps) order by s.n;
end;
$$;
drop function private.search_query(text, text, boolean);

create function private.search_pick(p_orgs uuid[], p_where text, p_most bigint) returns uuid[]
language plpgsql stable set search_path = ''
as $$
declare
  -- The newest cases tell whether many have the words.
  v_found uuid[] := private.search_walk(p_orgs, p_where, p_most, 400);
begin
  if cardinality(v_found) < p_most and cardinality(v_found) >= 5 then
    v_found := private.search_walk(p_orgs, p_where, p_most, 20000);
  end if;
  if cardinality(v_found) = p_most then
    return v_found;
  end if;
  return private.search_gather(p_orgs, p_where, p_most);
end;
$$;
comment on function private.search_pick(uuid[], text, bigint) is 'The best cases under a condition on words: open before closed, the newest first.';

create or replace function private.search_step(p_orgs uuid[], p_by text, p_where text, p_order jsonb, p_most bigint) returns uuid[]
language plpgsql stable set search_path = ''
as $$
begin
  return case
    when p_order <> '[]' then private.search_sort(p_orgs, p_by, p_where, p_order, p_most)
    when p_by = 'list' then private.search_list(p_orgs, p_where, p_most)
    when p_by = 'plates' then private.search_plates(p_orgs, p_where, p_most)
    else private.search_pick(p_orgs, p_where, p_most) end;
end;
$$;
drop function private.search_pick(uuid[], text, boolean, bigint);

create or replace function private.case_search(p_asked jsonb, p_limit bigint default null, p_offset bigint default 0) returns setof uuid
language plpgsql stable security definer set search_path = '' set jit = off
as $$
declare
  v_orgs uuid[] := private.search_orgs((p_asked ->> 'org_id')::uuid);
  v_order jsonb := coalesce(p_asked -> 'order', '[]');
  v_near boolean;
  v_step record;
  v_words text;
  v_found uuid[] := '{}';
begin
  -- As the owner, because a row policy lets no index of words be used: the offices are asked above instead. Without
  -- jit, because a plan that was forbidden the whole table looks dear enough to be compiled, which takes a second.
  foreach v_near in array case when v_order = '[]' then array[false, true] else array[true] end loop
    exit when cardinality(v_found) >= p_offset + p_limit;
    for v_step in select * from private.search_steps(p_asked, v_near) loop
      exit when cardinality(v_found) >= p_offset + p_limit or (v_order = '[]' and v_near and v_step.by_what <> 'near');
      -- Where no word is near another, as with numbers, all is found.
      exit when v_step.condition = v_words;
      v_words := case when v_step.by_what = 'words' then v_step.condition end;
      v_found := v_found || private.search_step(v_orgs, v_step.by_what,
        v_step.condition || case when v_found = '{}' then '' else format(' and %s <> all (%L)',
          case when v_step.by_what in ('words', 'near') then 's.case_id' else 'c.id' end, v_found) end,
        v_order, p_offset + p_limit - cardinality(v_found));
    end loop;
  end loop;
  return query select id from unnest(v_found[p_offset + 1:]) id;
end;
$$;

create function private.case_search_count(p_asked jsonb, p_most bigint default null) returns bigint
language plpgsql stable security definer set search_path = '' set jit = off
as $$
declare
  v_step record;
  v_count bigint := 0;
begin
  for v_step in select * from private.search_steps(p_asked, true) loop
    -- "is true", or the index that begins with the office would be taken in place of that of the words.
    execute format('select count(*) from (select from %s where %s and %s limit $2) f',
      private.search_tables(v_step.by_what),
      case when v_step.by_what = 'near' then '(s.org_id = any ($1)) is true' else 'c.org_id = any ($1)' end, v_step.condition)
    into v_count using private.search_orgs((p_asked ->> 'org_id')::uuid), p_most;
  end loop;
  return v_count;
end;
$$;
comment on function private.case_search_count(jsonb, bigint) is 'How many cases a question finds, up to so many.';
drop function private.case_search_count(jsonb);
revoke execute on function private.case_search_count(jsonb, bigint) from public, anon, authenticated, service_role;
grant execute on function private.case_search_count(jsonb, bigint) to authenticated, service_role;
