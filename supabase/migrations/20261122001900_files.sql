-- Files of a case: what each is called, where its bytes lie, and the links that open it.

select private.set_aside('documents');
select private.make_room('file_keep');

create table public.documents (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  category text not null default 'other' check (category in ('report', 'invoice', 'image', 'license', 'archive', 'other')),
  filename text not null check (length(filename) between 1 and 255 and filename !~ '[[:cntrl:]/\\]'),
  mime_type text check (length(mime_type) <= 200),
  size_bytes bigint check (size_bytes >= 0),
  bucket_name text check (bucket_name in ('reports', 'originals', 'processed', 'docs', 'temp')),
  storage_key text check (storage_key ~ '^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$' and length(storage_key) <= 500),
  checksum text check (checksum ~ '^[0-9a-f]{64}$'),
  upload_status text not null default 'STORED' check (upload_status in ('STORED', 'LINKED', 'DAMAGED')),
  notes text check (length(notes) <= 2000),
  file_metadata jsonb not null default '{}',
  onedrive_file_id text check (length(onedrive_file_id) <= 300),
  onedrive_web_url text check (length(onedrive_web_url) <= 2000 and onedrive_web_url ~ '^https://'),
  onedrive_path text check (length(onedrive_path) <= 1000),
  verified_at timestamptz,
  deleted_at timestamptz,
  deleted_by uuid references public.profiles (user_id) on delete restrict,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint documents_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict,
  -- Bytes of one office, or of one case, are named by no other.
  constraint documents_own_key check (
    storage_key is null or split_part(storage_key, '/', 1) in (org_id::text, coalesce(case_id, org_id)::text)),
  constraint documents_somewhere check (
    case when storage_key is null then upload_status = 'LINKED' else upload_status <> 'LINKED' and bucket_name is not null end)
);
comment on table public.documents is 'The file index: one row a file, whether its bytes lie with us or on OneDrive.';
comment on column public.documents.storage_key is 'ASCII and never used twice; the name people see is filename.';
comment on column public.documents.checksum is 'SHA-256 of the content, in hexadecimal.';
comment on column public.documents.upload_status is
  'STORED: the bytes lie with us; LINKED: on OneDrive alone; DAMAGED: what lies with us is not what was stored.';
comment on column public.documents.verified_at is 'When the stored bytes were last read back and compared with the checksum.';
create unique index documents_key on public.documents (bucket_name, storage_key) where storage_key is not null;
create unique index documents_same_content on public.documents (org_id, case_id, checksum) nulls not distinct
  where deleted_at is null and checksum is not null and category not in ('report', 'archive');
create unique index documents_onedrive on public.documents (org_id, onedrive_file_id)
  where deleted_at is null and onedrive_file_id is not null;
create index documents_case on public.documents (case_id, org_id, plate);
create index documents_newest on public.documents (org_id, created_at desc);
create index documents_checksum on public.documents (org_id, checksum);
create index documents_to_verify on public.documents (verified_at nulls first) where storage_key is not null;
create index documents_deleted_by on public.documents (deleted_by);
create index documents_created_by on public.documents (created_by);
create index documents_updated_by on public.documents (updated_by);

create function private.document_stamp() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' then
    if (new.storage_key is not null and (new.bucket_name, new.storage_key) is distinct from (old.bucket_name, old.storage_key))
      or (old.checksum is not null and new.checksum is distinct from old.checksum)
      or (old.size_bytes is not null and new.size_bytes is distinct from old.size_bytes)
    then
      raise sqlstate 'PT409' using message = 'a stored file never changes: add another one',
        detail = '{"code": "conflict"}';
    end if;
    -- Whose case a file is may be found later, and is not taken back.
    if old.case_id is not null and new.case_id is distinct from old.case_id then
      raise sqlstate 'PT409' using message = 'a file stays with its case', detail = '{"code": "conflict"}';
    end if;
  end if;
  if new.storage_key is not null and new.bucket_name is null then
    -- The existing screens name the key alone.
    new.bucket_name := case new.category when 'report' then 'reports' else 'docs' end;
  end if;
  new.upload_status := case when new.storage_key is null then 'LINKED'
    when new.upload_status = 'LINKED' then 'STORED' else new.upload_status end;
  if tg_op = 'INSERT' then
    new.deleted_at := null;
    new.deleted_by := null;
  elsif (new.deleted_at is null) <> (old.deleted_at is null) then
    new.deleted_at := case when new.deleted_at is null then null else clock_timestamp() end;
    new.deleted_by := case when new.deleted_at is null then null else (select auth.uid()) end;
  else
    new.deleted_at := old.deleted_at;
    new.deleted_by := old.deleted_by;
  end if;
  return new;
end;
$$;
comment on function private.document_stamp() is
  'A stored file keeps its bytes, its checksum and its case; when and by whom it was put away is the server''s.';
create trigger documents_a_place before insert or update on public.documents
  for each row execute function private.document_stamp();

select private.satellite_guard('public.documents'::regclass, 'file.upserted',
  array['file_metadata', 'verified_at', 'onedrive_file_id', 'onedrive_web_url', 'onedrive_path']);
-- What is known of the bytes is written by who stored them, and not by hand.
revoke update on public.documents from authenticated;
grant update (case_id, plate, category, filename, notes, deleted_at) on public.documents to authenticated;

create function public.file_keep(
  p_id uuid, p_filename text, p_mime_type text, p_size_bytes bigint, p_bucket_name text, p_storage_key text, p_checksum text,
  p_case_id uuid default null, p_plate text default null, p_org_id uuid default null, p_category text default 'other',
  p_notes text default null, p_file_metadata jsonb default '{}'
) returns public.documents
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_kept public.documents;
begin
  insert into public.documents (id, org_id, case_id, plate, category, filename, mime_type, size_bytes, bucket_name,
    storage_key, checksum, notes, file_metadata)
  values (p_id, p_org_id, p_case_id, p_plate, p_category, p_filename, p_mime_type, p_size_bytes, p_bucket_name,
    p_storage_key, p_checksum, p_notes, p_file_metadata)
  on conflict (org_id, case_id, checksum) where deleted_at is null and checksum is not null
    and category not in ('report', 'archive') do nothing
  returning * into v_kept;
  if v_kept.id is null then
    select * into v_kept from public.documents d
    where d.checksum = p_checksum and d.case_id is not distinct from p_case_id and d.deleted_at is null
      and d.category not in ('report', 'archive') and d.org_id = coalesce(
        (select c.org_id from public.cases c where c.id = p_case_id), p_org_id, private.my_org());
  end if;
  return v_kept;
end;
$$;
comment on function public.file_keep(uuid, text, text, bigint, text, text, text, uuid, text, uuid, text, text, jsonb) is
  'Registers bytes that were stored; the same content in one case is the row that has it already.';
revoke execute on function
  public.file_keep(uuid, text, text, bigint, text, text, text, uuid, text, uuid, text, text, jsonb)
  from public, anon, authenticated, service_role;
grant execute on function
  public.file_keep(uuid, text, text, bigint, text, text, text, uuid, text, uuid, text, text, jsonb)
  to authenticated, service_role;

create function private.file_let_go(p_document_id uuid) returns public.documents
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
begin
  select * into v_document from public.documents where id = p_document_id for update;
  if v_document.storage_key is null or v_document.onedrive_file_id is null then
    return null;
  end if;
  update public.documents set storage_key = null, bucket_name = null,
    file_metadata = file_metadata || jsonb_build_object('let_go',
      jsonb_build_object('bucket', v_document.bucket_name, 'key', v_document.storage_key, 'at', clock_timestamp()))
  where id = p_document_id;
  return v_document;
end;
$$;
comment on function private.file_let_go(uuid) is
  'Forgets where a file''s bytes lie with us, once OneDrive has it; returns the row as it was, for who removes them.';
grant execute on function private.file_let_go(uuid) to service_role;

create or replace function private.event_add(
  p_org_id uuid, p_case_id uuid, p_type text, p_version integer default null, p_data jsonb default '{}'
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_key uuid := private.gateway_key_id();
begin
  insert into public.events (org_id, case_id, type, actor, door, version, data, request_id)
  values (p_org_id, p_case_id, p_type, (select auth.uid()), private.door(), p_version,
    case when v_key is null then p_data else p_data || jsonb_build_object('gateway_key', v_key) end,
    private.request_id());
  if p_type in ('case.upserted', 'case.status_changed', 'case_helper.saved', 'case_helper.restored',
    'parts_results.upserted', 'invoice.upserted', 'kb_doc.added', 'file.upserted', 'report.rendered',
    'onedrive.sync_requested')
  then
    -- Make hears which rows, and fetches what it needs.
    perform private.outbox_add(p_org_id, p_case_id, p_type, p_version, p_data - array['was', 'became']);
  end if;
end;
$$;

-- Links that open one file for who has no login.

create table private.document_links (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  document_id uuid not null references public.documents (id) on delete restrict,
  purpose text not null check (purpose in ('preview', 'download', 'share')),
  token_sha256 text not null unique check (token_sha256 ~ '^[0-9a-f]{64}$'),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  uses integer not null default 0,
  last_used_at timestamptz,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default clock_timestamp()
);
comment on table private.document_links is 'A signed link: one file, one purpose, until a moment or until it is revoked; the token itself is kept nowhere.';
create index document_links_org on private.document_links (org_id);
create index document_links_document on private.document_links (document_id);
create index document_links_case on private.document_links (case_id);
create index document_links_created_by on private.document_links (created_by);
create index document_links_open on private.document_links (expires_at) where revoked_at is null;
alter table private.document_links enable row level security;
alter table private.document_links force row level security;
create policy "Staff see the links of their office" on private.document_links for select to backoffice_staff
  using (org_id = any (array(select private.my_orgs())));
grant select on private.document_links to backoffice_staff, service_role;

create function private.link_make(p_document_id uuid, p_purpose text, p_seconds integer, p_token_sha256 text)
returns private.document_links
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
  v_link private.document_links;
begin
  select * into v_document from public.documents where id = p_document_id and deleted_at is null
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  if v_document.storage_key is null then
    raise sqlstate 'PT409' using message = 'this file lies on OneDrive alone', detail = jsonb_build_object(
      'code', 'conflict', 'onedrive_web_url', v_document.onedrive_web_url);
  end if;
  insert into private.document_links (org_id, case_id, document_id, purpose, token_sha256, expires_at, created_by)
  values (v_document.org_id, v_document.case_id, p_document_id, p_purpose, p_token_sha256,
    clock_timestamp() + make_interval(secs => p_seconds), (select auth.uid()))
  returning * into v_link;
  perform private.event_add(v_document.org_id, v_document.case_id, 'file.link_made', p_data => jsonb_build_object(
    'document_id', p_document_id, 'link_id', v_link.id, 'purpose', p_purpose, 'expires_at', v_link.expires_at));
  return v_link;
end;
$$;
comment on function private.link_make(uuid, text, integer, text) is
  'Makes a link to one file for one purpose, for who may see the file.';

create function private.link_open(p_token_sha256 text) returns table (
  document_id uuid, org_id uuid, case_id uuid, purpose text, filename text, mime_type text, size_bytes bigint,
  bucket_name text, storage_key text, checksum text, link_id uuid
)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_link private.document_links;
begin
  update private.document_links l set uses = l.uses + 1, last_used_at = clock_timestamp()
  from public.documents d
  where l.token_sha256 = p_token_sha256 and l.revoked_at is null and l.expires_at > clock_timestamp()
    and d.id = l.document_id and d.deleted_at is null and d.storage_key is not null
  returning l.* into v_link;
  if v_link.id is null then
    return;
  end if;
  perform private.event_add(v_link.org_id, v_link.case_id, 'file.opened', p_data => jsonb_build_object(
    'document_id', v_link.document_id, 'link_id', v_link.id, 'purpose', v_link.purpose));
  return query select d.id, d.org_id, d.case_id, v_link.purpose, d.filename, d.mime_type, d.size_bytes, d.bucket_name,
    d.storage_key, d.checksum, v_link.id from public.documents d where d.id = v_link.document_id;
end;
$$;
comment on function private.link_open(text) is
  'What a link opens; nothing where it is none, is over, was revoked, or its file was put away. Every use is an event.';

create function private.link_revoke(p_link_id uuid) returns private.document_links
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_link private.document_links;
begin
  update private.document_links set revoked_at = coalesce(revoked_at, clock_timestamp())
  where id = p_link_id and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())))
  returning * into v_link;
  if not found then
    raise sqlstate 'PT404' using message = 'link not found', detail = '{"code": "not_found"}';
  end if;
  perform private.event_add(v_link.org_id, v_link.case_id, 'file.link_revoked', p_data => jsonb_build_object(
    'document_id', v_link.document_id, 'link_id', v_link.id, 'purpose', v_link.purpose));
  return v_link;
end;
$$;
comment on function private.link_revoke(uuid) is 'Closes a link before its time.';
grant execute on function private.link_make(uuid, text, integer, text), private.link_revoke(uuid)
  to authenticated, service_role;
grant execute on function private.link_open(text) to service_role;

create function private.links_end() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_table_name = 'documents' then
    update private.document_links set revoked_at = clock_timestamp()
    where document_id = new.id and revoked_at is null and expires_at > clock_timestamp();
  else
    update private.document_links set revoked_at = clock_timestamp()
    where case_id = new.id and revoked_at is null and expires_at > clock_timestamp();
  end if;
  return null;
end;
$$;
comment on function private.links_end() is 'Putting a file away, or closing its case, ends the links that stand open.';
create trigger documents_links_end after update of deleted_at on public.documents
  for each row when (old.deleted_at is null and new.deleted_at is not null) execute function private.links_end();
create trigger cases_links_end after update of status on public.cases
  for each row when (old.status is distinct from new.status and new.status in ('CLOSED', 'ARCHIVED'))
  execute function private.links_end();

-- Rows of an existing project.
select private.adopt_documents_of_cases();
