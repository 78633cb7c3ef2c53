-- The knowledge base: what the office knows, found in Hebrew as people type it.

select private.set_aside('kb_docs', 'kb_embeddings');
select private.make_room('kb_add', 'kb_search');

-- Without points, accents and quote signs; every word also without the letters that Hebrew puts before it.
create function private.kb_forms(p_word text) returns text[]
language plpgsql immutable set search_path = ''
as $$
begin
  return array(
    select substr(p_word, n + 1) from generate_series(0, 3) n
    where n = 0 or (length(p_word) - n >= 3 and substr(p_word, 1, n) ~ '^[והבלמשכ]+$' and substr(p_word, n + 1) ~ '^[א-ת]'));
end;
$$;
comment on function private.kb_forms(text) is 'A word, and what is left of it without the prefixes ו ה ב ל מ ש כ, up to three of them.';

create function private.kb_words(p_text text) returns text
language plpgsql immutable set search_path = ''
as $$
begin
  return btrim(regexp_replace(
    lower(regexp_replace(translate(p_text, '־–-"''`״׳', '   '), '[\u0591-\u05c7]', '', 'g')), '[^א-תa-z0-9]+', ' ', 'g'));
end;
$$;
comment on function private.kb_words(text) is 'The words of a text: without niqqud and quote signs, small letters, one blank between them.';

create function private.kb_vector(p_text text) returns tsvector
language plpgsql immutable set search_path = ''
as $$
begin
  return to_tsvector('simple', coalesce((
    select string_agg(array_to_string(private.kb_forms(w), ' '), ' ')
    from regexp_split_to_table(private.kb_words(p_text), ' ') w), ''));
end;
$$;
comment on function private.kb_vector(text) is 'What a text is found by, and where in it.';

create function private.kb_lexemes(p_text text, p_with_forms boolean) returns tsvector
language plpgsql immutable set search_path = ''
as $$
begin
  return array_to_tsvector(array(
    select distinct form
    from (select distinct w from regexp_split_to_table(private.kb_words(p_text), ' ') w) words,
      unnest(case when p_with_forms then private.kb_forms(w) else array[w] end) form
    -- Longer ones no tsvector holds.
    where form <> '' and octet_length(form) < 2047));
end;
$$;
comment on function private.kb_lexemes(text, boolean) is 'That words are in a text, without where; with the letters before them taken off, or not.';

create function private.kb_found_by(p_title text, p_tags text[], p_body text) returns tsvector
language plpgsql immutable set search_path = ''
as $$
declare
  -- A tsvector counts places up to 16,383 only, so those of a long text's beginning are enough for its rank.
  v_head tsvector := setweight(private.kb_vector(p_title), 'A')
    || setweight(private.kb_vector(array_to_string(p_tags, ' ')), 'B')
    || setweight(private.kb_vector(left(p_body, 50000)), 'D');
begin
  if length(p_body) <= 50000 then
    return v_head;
  end if;
  begin
    return v_head || private.kb_lexemes(p_body, true);
  exception when program_limit_exceeded then
    null;  -- It holds a megabyte: so many different words are kept as they stand.
  end;
  begin
    return v_head || private.kb_lexemes(p_body, false);
  exception when program_limit_exceeded then
    return v_head || private.kb_lexemes(left(p_body, 200000), false);
  end;
end;
$$;
comment on function private.kb_found_by(text, text[], text) is
  'What a document is found by: all of its words, however long it is; of more than a megabyte of different words, the first.';

create table public.kb_docs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  title text not null check (title <> '' and length(title) <= 500),
  source text check (length(source) <= 500),
  lang text not null default 'he' check (lang ~ '^[a-z]{2}$'),
  tags text[] not null default '{}',
  body text not null default '',
  checksum text,
  search tsvector,
  search_text text not null default '',
  deleted_at timestamptz,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint kb_docs_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict
);
comment on table public.kb_docs is 'What the office knows: documents and notes, with tags.';
comment on column public.kb_docs.source is 'Where it came from, such as a file''s path; one document for each source.';
comment on column public.kb_docs.checksum is 'SHA-256 of the body, in hex.';
create unique index kb_docs_once on public.kb_docs (org_id, source) where deleted_at is null;
create index kb_docs_org on public.kb_docs (org_id, created_at desc);
create index kb_docs_case on public.kb_docs (case_id, org_id, plate);
create index kb_docs_tags on public.kb_docs using gin (tags);
create index kb_docs_search on public.kb_docs using gin (search);
create index kb_docs_created_by on public.kb_docs (created_by);
create index kb_docs_updated_by on public.kb_docs (updated_by);

create function private.kb_index() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.tags := array(select distinct btrim(t) from unnest(new.tags) t where btrim(t) <> '' order by 1);
  new.checksum := encode(sha256(convert_to(new.body, 'UTF8')), 'hex');
  if tg_op = 'UPDATE' and (new.title, new.tags, new.body) is not distinct from (old.title, old.tags, old.body) then
    new.search := old.search;
  else
    new.search := private.kb_found_by(new.title, new.tags, new.body);
  end if;
  new.search_text := private.search_fold(left(concat_ws(' ', new.title, array_to_string(new.tags, ' '), new.source), 2000));
  return new;
end;
$$;
comment on function private.kb_index() is 'What a document is found by is always made of the document.';
create trigger kb_docs_index before insert or update on public.kb_docs
  for each row execute function private.kb_index();
select private.satellite_guard('public.kb_docs', 'kb_doc.added', array['body', 'search', 'search_text']);

do $$
declare
  v_schema regnamespace := (select extnamespace from pg_extension where extname = 'pg_trgm');
begin
  if v_schema is not null then
    execute format('create index kb_docs_text on public.kb_docs using gin (search_text %s.gin_trgm_ops)', v_schema);
  end if;
end $$;

-- Any model's embeddings; where pgvector is there, an array casts to vector. Empty until a model is configured.
create table public.kb_embeddings (
  doc_id uuid not null references public.kb_docs (id) on delete restrict,
  part integer not null default 0,
  model text not null,
  org_id uuid not null references public.orgs (id) on delete restrict,
  embedding double precision[] not null check (cardinality(embedding) between 1 and 16000),
  created_at timestamptz not null default now(),
  primary key (doc_id, part, model)
);
comment on table public.kb_embeddings is 'Embeddings of documents, part by part; switched off until a model is configured.';
create index kb_embeddings_org on public.kb_embeddings (org_id);
alter table public.kb_embeddings enable row level security;
alter table public.kb_embeddings force row level security;
revoke all on public.kb_embeddings from anon, authenticated, service_role;
create policy "Members read their office's embeddings" on public.kb_embeddings for select to authenticated
  using (org_id = any (array(select private.my_orgs())));
grant select on public.kb_embeddings to authenticated;
grant select, insert, update, delete on public.kb_embeddings to service_role;

create function public.kb_add(
  p_title text, p_body text, p_source text default null, p_tags text[] default '{}', p_lang text default 'he',
  p_case_id uuid default null, p_org_id uuid default null
) returns public.kb_docs
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_org uuid := coalesce(p_org_id, private.my_org());
  v_doc public.kb_docs;
begin
  if p_source is not null then
    update public.kb_docs set title = p_title, body = p_body, tags = p_tags, lang = p_lang,
      case_id = coalesce(p_case_id, case_id)
    where org_id = v_org and source = p_source and deleted_at is null
    returning * into v_doc;
    if found then
      return v_doc;
    end if;
  end if;
  insert into public.kb_docs (org_id, case_id, title, body, source, tags, lang)
  values (case when p_case_id is null then v_org else p_org_id end, p_case_id, p_title, p_body, p_source, p_tags, p_lang)
  on conflict (org_id, source) where deleted_at is null do update set
    title = excluded.title, body = excluded.body, tags = excluded.tags, lang = excluded.lang,
    case_id = coalesce(excluded.case_id, kb_docs.case_id)
  returning * into v_doc;
  return v_doc;
end;
$$;
comment on function public.kb_add(text, text, text, text[], text, uuid, uuid) is
  'Keeps a document; the same source again is the same document with a new content.';

create function public.kb_search(
  p_query text, p_tags text[] default '{}', p_since timestamptz default null, p_until timestamptz default null,
  p_limit integer default 20, p_org_id uuid default null
) returns table (
  id uuid, title text, source text, lang text, tags text[], body text, rank real, created_at timestamptz,
  updated_at timestamptz
)
language plpgsql stable security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  v_query tsquery;
  v_folded text := private.search_fold(p_query);
begin
  -- Every word must be there, or be the beginning of a word that is, with or without the letters before it.
  select string_agg('(' || (
      select string_agg(quote_literal(form) || ':*', ' | ') from unnest(private.kb_forms(word)) form) || ')', ' & ')::tsquery
  into v_query
  from (select word from regexp_split_to_table(private.kb_words(left(p_query, 500)), ' ') word where word <> '' limit 10) asked;
  return query
    select d.id, d.title, d.source, d.lang, d.tags, d.body,
      (ts_rank_cd(d.search, coalesce(v_query, ''::tsquery))
        + case when v_folded <> '' and strpos(d.search_text, v_folded) > 0 then 1 else 0 end)::real as rank,
      d.created_at, d.updated_at
    from public.kb_docs d
    where d.deleted_at is null and d.tags @> p_tags
      and (p_org_id is null or d.org_id = p_org_id)
      and (p_since is null or d.updated_at >= p_since) and (p_until is null or d.updated_at <= p_until)
      and (v_query is null or d.search @@ v_query
        or (length(v_folded) >= 3 and d.search_text like '%' || replace(replace(replace(v_folded, '\', '\\'), '%', '\%'), '_', '\_') || '%'))
    order by rank desc, d.updated_at desc, d.id
    limit least(greatest(p_limit, 1), 100);
end;
$$;
comment on function public.kb_search(text, text[], timestamptz, timestamptz, integer, uuid) is
  'Documents that hold every word, in Hebrew with its prefixes and as the beginning of words; the best first.';

revoke execute on function public.kb_add(text, text, text, text[], text, uuid, uuid),
  public.kb_search(text, text[], timestamptz, timestamptz, integer, uuid) from public, anon, authenticated, service_role;
grant execute on function public.kb_add(text, text, text, text[], text, uuid, uuid),
  public.kb_search(text, text[], timestamptz, timestamptz, integer, uuid),
  private.kb_forms(text), private.kb_words(text), private.kb_vector(text), private.kb_lexemes(text, boolean),
  private.kb_found_by(text, text[], text) to authenticated, service_role;

-- Rows of an existing project.
select private.bring_back('kb_docs', '{"lang": "case when l.lang ~ ''^[a-z]{2}$'' then l.lang else ''he'' end", "title": "left(l.title, 500)",
  "source": "left(l.source, 500)"}', p_keep => array['kb_docs_index']);
