-- OneDrive both ways: which of our files Make was asked to copy there, and the files that it found there.

select private.set_aside('onedrive_sync');
select private.make_room('file_assign', 'files_upsert', 'onedrive_request');

create table public.onedrive_sync (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  document_id uuid not null unique references public.documents (id) on delete restrict,
  direction text not null default 'OUT' check (direction in ('OUT', 'IN')),
  status text not null default 'PENDING' check (status in ('PENDING', 'SYNCED', 'FAILED')),
  reason text check (length(reason) <= 500),
  attempts integer not null default 0 check (attempts >= 0),
  last_requested_at timestamptz,
  next_at timestamptz,
  requested_by uuid references public.profiles (user_id) on delete restrict,
  onedrive_file_id text check (length(onedrive_file_id) <= 300),
  onedrive_web_url text check (length(onedrive_web_url) <= 2000 and onedrive_web_url ~ '^https://'),
  onedrive_path text check (length(onedrive_path) <= 1000),
  synced_at timestamptz,
  withdrawn_at timestamptz,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint onedrive_sync_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict,
  constraint onedrive_sync_reached check (
    status <> 'SYNCED' or (onedrive_file_id is not null and synced_at is not null and withdrawn_at is null))
);
comment on table public.onedrive_sync is 'One row a file: whether its copy on OneDrive was asked for, is there, or could not be made.';
comment on column public.onedrive_sync.direction is 'OUT: Make copies our file to OneDrive; IN: it was found there.';
comment on column public.onedrive_sync.attempts is 'How often Make was asked since a person last wanted it.';
comment on column public.onedrive_sync.next_at is 'When Make is asked again if it does not answer; not known before the first sweep.';
comment on column public.onedrive_sync.withdrawn_at is 'When nobody wanted the copy any more, because the file was put away.';
create index onedrive_sync_case on public.onedrive_sync (case_id, org_id, plate);
create index onedrive_sync_newest on public.onedrive_sync (org_id, updated_at desc);
create index onedrive_sync_open on public.onedrive_sync (next_at nulls first) where status = 'PENDING' and withdrawn_at is null;
create index onedrive_sync_requested_by on public.onedrive_sync (requested_by);
create index onedrive_sync_created_by on public.onedrive_sync (created_by);
create index onedrive_sync_updated_by on public.onedrive_sync (updated_by);
create index documents_onedrive_known on public.documents (org_id, onedrive_file_id) where onedrive_file_id is not null;
create index documents_on_loan on public.documents (id)
  where bucket_name = 'temp' and storage_key is not null and onedrive_file_id is not null;

create table private.bytes_let_go (
  bucket_name text not null,
  storage_key text not null,
  org_id uuid not null references public.orgs (id) on delete restrict,
  document_id uuid not null references public.documents (id) on delete restrict,
  let_go_at timestamptz not null default clock_timestamp(),
  primary key (bucket_name, storage_key)
);
comment on table private.bytes_let_go is 'Bytes that no file names any more, until they are removed; what a person writes into a file''s row names none.';
create index bytes_let_go_org on private.bytes_let_go (org_id);
create index bytes_let_go_document on private.bytes_let_go (document_id);
alter table private.bytes_let_go enable row level security;
alter table private.bytes_let_go force row level security;
create policy "Jobs look at what is to be removed" on private.bytes_let_go for select to service_role using (storage_key <> '');

-- Only functions write it, and each of them tells of itself: a second event for the row would tell the same twice.
create trigger onedrive_sync_stamp before insert or update on public.onedrive_sync
  for each row execute function private.satellite_stamp();
alter table public.onedrive_sync enable row level security;
alter table public.onedrive_sync force row level security;
revoke all on public.onedrive_sync from anon, authenticated, service_role;
create policy "Members read their office's rows" on public.onedrive_sync for select to authenticated
  using (org_id = any (array(select private.my_orgs())));
grant select on public.onedrive_sync to authenticated, service_role;

create function private.onedrive_folder(p_plate text, p_category text) returns text
language sql immutable set search_path = ''
as $$
  select case when p_plate is null then '/ללא תיק' else '/' || p_plate || case p_category
    when 'image' then '/' || p_plate || '_תמונות/מקוריות'
    when 'report' then '/דוחות'
    when 'invoice' then '/חשבוניות'
    when 'license' then '/רישיון'
    else '/מסמכים' end end
$$;
comment on function private.onedrive_folder(text, text) is 'Where a file of ours is best put on OneDrive; a hint, Make decides.';

create function private.onedrive_said(p_document public.documents, p_sync public.onedrive_sync) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_strip_nulls(jsonb_build_object('document_id', p_document.id, 'sync_id', p_sync.id,
    'filename', p_document.filename,
    'category', p_document.category, 'status', p_sync.status, 'reason', p_sync.reason, 'attempts', p_sync.attempts))
$$;
comment on function private.onedrive_said(public.documents, public.onedrive_sync) is 'What an event about OneDrive says of a file.';

create function private.onedrive_ask(p_document_id uuid, p_wait interval default null) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
  v_sync public.onedrive_sync;
begin
  -- p_wait is said by who asks by the clock: the number of attempts goes on, and begins anew for everybody else.
  select * into v_document from public.documents where id = p_document_id;
  insert into public.onedrive_sync as s (org_id, case_id, plate, document_id, attempts, last_requested_at, requested_by)
  values (v_document.org_id, v_document.case_id, v_document.plate, p_document_id, 1, clock_timestamp(), (select auth.uid()))
  on conflict (document_id) do update set status = 'PENDING', reason = null, withdrawn_at = null,
    attempts = case when p_wait is null then 1 else s.attempts + 1 end, last_requested_at = clock_timestamp(),
    next_at = clock_timestamp() + p_wait, requested_by = coalesce(excluded.requested_by, s.requested_by)
  where s.status <> 'SYNCED'
  returning * into v_sync;
  if v_sync.id is not null then
    perform private.event_add(v_sync.org_id, v_sync.case_id, 'onedrive.sync_requested',
      p_data => private.onedrive_said(v_document, v_sync) - array['status'] || jsonb_strip_nulls(jsonb_build_object(
        'plate', v_sync.plate, 'mime_type', v_document.mime_type,
        'size_bytes', v_document.size_bytes, 'checksum', v_document.checksum,
        'folder', private.onedrive_folder(v_sync.plate, v_document.category))));
  end if;
end;
$$;
comment on function private.onedrive_ask(uuid, interval) is
  'Asks Make to copy a file to OneDrive, unless it is there: the row and the message in one moment.';

create function private.may_let_go(p_document_id uuid) returns boolean
language sql stable set search_path = ''
as $$
  select not exists (
    select from public.images i join public.orgs o on o.id = i.org_id
    where i.document_id = p_document_id and not (i.optimization_status = 'failed'
      or i.optimization_status = 'optimized' and (i.processed_key is not null or not o.keep_processed_pictures)))
$$;
comment on function private.may_let_go(uuid) is
  'Whether a picture''s bytes may go once OneDrive has it: it was looked at, and what is to be kept of it was made.';

create function private.onedrive_mark(p_document_id uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
  v_sync public.onedrive_sync;
begin
  select * into v_document from public.documents where id = p_document_id;
  insert into public.onedrive_sync as s (org_id, case_id, plate, document_id, direction, status, onedrive_file_id,
    onedrive_web_url, onedrive_path, synced_at)
  values (v_document.org_id, v_document.case_id, v_document.plate, p_document_id, 'IN', 'SYNCED',
    v_document.onedrive_file_id, v_document.onedrive_web_url, v_document.onedrive_path, clock_timestamp())
  on conflict (document_id) do update set status = 'SYNCED', reason = null, next_at = null, withdrawn_at = null,
    onedrive_file_id = excluded.onedrive_file_id, onedrive_web_url = excluded.onedrive_web_url,
    onedrive_path = excluded.onedrive_path, synced_at = excluded.synced_at
  where (s.status, s.onedrive_file_id, s.onedrive_web_url, s.onedrive_path)
    is distinct from (excluded.status, excluded.onedrive_file_id, excluded.onedrive_web_url, excluded.onedrive_path)
  returning * into v_sync;
  if v_sync.direction = 'OUT' then
    perform private.event_add(v_sync.org_id, v_sync.case_id, 'onedrive.synced',
      p_data => private.onedrive_said(v_document, v_sync));
    -- What was only on its way through us.
    if v_document.bucket_name = 'temp' and v_document.category = 'image' and private.may_let_go(p_document_id) then
      perform private.file_let_go(p_document_id);
    end if;
  end if;
end;
$$;
comment on function private.onedrive_mark(uuid) is
  'Writes down that a file lies on OneDrive; the bytes of a picture that only passed through us are let go.';

create function private.onedrive_watch() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_is_ours boolean := new.storage_key is not null and new.onedrive_file_id is null and new.deleted_at is null
    and new.category <> 'archive';
begin
  if tg_op = 'INSERT' then
    if new.onedrive_file_id is not null then
      perform private.onedrive_mark(new.id);
    elsif v_is_ours then
      perform private.onedrive_ask(new.id);
    end if;
    return null;
  end if;
  if (new.case_id, new.plate) is distinct from (old.case_id, old.plate) then
    update public.onedrive_sync set case_id = new.case_id, plate = new.plate where document_id = new.id;
  end if;
  if new.storage_key is null and old.storage_key is not null then
    insert into private.bytes_let_go (bucket_name, storage_key, org_id, document_id)
    values (old.bucket_name, old.storage_key, new.org_id, new.id) on conflict do nothing;
  end if;
  if new.deleted_at is not null and old.deleted_at is null then
    update public.onedrive_sync set withdrawn_at = new.deleted_at, next_at = null
    where document_id = new.id and status <> 'SYNCED';
  end if;
  if new.onedrive_file_id is not null
    and (new.onedrive_file_id, new.onedrive_web_url, new.onedrive_path)
      is distinct from (old.onedrive_file_id, old.onedrive_web_url, old.onedrive_path)
  then
    perform private.onedrive_mark(new.id);
  elsif v_is_ours and (old.deleted_at is not null or old.category = 'archive'
    or new.case_id is distinct from old.case_id)
  then
    perform private.onedrive_ask(new.id);
  end if;
  return null;
end;
$$;
comment on function private.onedrive_watch() is
  'A file with bytes is asked for by the transaction that keeps it, and its row follows it; bytes it gives up are noted.';
create trigger documents_onedrive_new after insert on public.documents
  for each row execute function private.onedrive_watch();
create trigger documents_onedrive_changed after update of storage_key, case_id, plate, category, deleted_at,
    onedrive_file_id, onedrive_web_url, onedrive_path on public.documents
  for each row execute function private.onedrive_watch();

-- Asking again.

create function private.onedrive_ask_again(p_document_id uuid) returns boolean
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
  v_sync public.onedrive_sync;
begin
  select * into v_document from public.documents where id = p_document_id and deleted_at is null
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  select * into v_sync from public.onedrive_sync where document_id = p_document_id;
  -- Two clicks ask once.
  if v_document.storage_key is null or v_document.category = 'archive' or v_sync.status = 'SYNCED'
    or (v_sync.status = 'PENDING' and v_sync.last_requested_at > clock_timestamp() - interval '1 minute')
  then
    return false;
  end if;
  perform private.onedrive_ask(p_document_id);
  return true;
end;
$$;
comment on function private.onedrive_ask_again(uuid) is 'Asks for a file once more in the caller''s name; false where there is nothing to ask for.';
grant execute on function private.onedrive_ask_again(uuid) to authenticated, service_role;

create function public.onedrive_request(p_case_id uuid default null, p_file_ids uuid[] default null)
returns table (document_id uuid, asked boolean)
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  if (p_case_id is null) = (p_file_ids is null) then
    raise sqlstate 'PT422' using message = 'name the case, or its files', detail = '{"code": "invalid", "pointer": "/case_id"}';
  end if;
  if p_case_id is not null and not exists (select from public.cases where id = p_case_id) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  -- In one order, so that two callers never wait for each other.
  return query
    select w.id, private.onedrive_ask_again(w.id) from (
      select f.id from unnest(p_file_ids) f (id)
      union
      select d.id from public.documents d
      where d.case_id = p_case_id and d.deleted_at is null and d.category <> 'archive' and d.storage_key is not null
      order by 1) w;
end;
$$;
comment on function public.onedrive_request(uuid, uuid[]) is
  'Asks Make to copy files to OneDrive: all of a case, or the ones that are named; what is there is not asked for.';
revoke execute on function public.onedrive_request(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function public.onedrive_request(uuid, uuid[]) to authenticated, service_role;

create function private.onedrive_sweep(p_seconds integer[]) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_sync public.onedrive_sync;
  v_count integer := 0;
begin
  update public.onedrive_sync set next_at = last_requested_at + make_interval(secs => p_seconds[1])
  where status = 'PENDING' and withdrawn_at is null and next_at is null;
  for v_sync in
    select * from public.onedrive_sync where status = 'PENDING' and withdrawn_at is null and next_at <= clock_timestamp()
    order by next_at limit 200 for update skip locked
  loop
    v_count := v_count + 1;
    if v_sync.attempts < cardinality(p_seconds) then
      perform private.onedrive_ask(v_sync.document_id, make_interval(secs => p_seconds[v_sync.attempts + 1]));
      continue;
    end if;
    update public.onedrive_sync set status = 'FAILED', reason = 'no answer', next_at = null where id = v_sync.id
    returning * into v_sync;
    perform private.event_add(v_sync.org_id, v_sync.case_id, 'onedrive.failed', p_data => (
      select private.onedrive_said(d, v_sync) from public.documents d where d.id = v_sync.document_id));
  end loop;
  return v_count;
end;
$$;
comment on function private.onedrive_sweep(integer[]) is
  'Asks again for what nobody answered, each time after the next wait in seconds; after the last it has failed.';
grant execute on function private.onedrive_sweep(integer[]) to service_role;

-- What Make answers.

create function private.onedrive_answer(p_document_id uuid, p_said jsonb) returns text
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
  v_sync public.onedrive_sync;
begin
  select * into v_document from public.documents where id = p_document_id for update;
  if p_said ->> 'status' = 'SYNCED' then
    update public.documents set onedrive_file_id = p_said ->> 'onedrive_file_id',
      onedrive_web_url = coalesce(p_said ->> 'onedrive_web_url', onedrive_web_url),
      onedrive_path = coalesce(p_said ->> 'onedrive_path', onedrive_path)
    where id = p_document_id;
    perform private.onedrive_mark(p_document_id);
    return null;
  end if;
  -- A failure that arrives late does not undo a copy that is there.
  update public.onedrive_sync set status = 'FAILED', reason = p_said ->> 'reason', next_at = null
  where document_id = p_document_id and status <> 'SYNCED' and (status, reason) is distinct from ('FAILED', p_said ->> 'reason')
  returning * into v_sync;
  if v_sync.id is not null then
    perform private.event_add(v_sync.org_id, v_sync.case_id, 'onedrive.failed',
      p_data => private.onedrive_said(v_document, v_sync));
  end if;
  return null;
exception when unique_violation then
  return 'conflict';
end;
$$;
comment on function private.onedrive_answer(uuid, jsonb) is
  'Takes down one answer of Make''s about one file; says conflict where another file has that item.';

create function private.onedrive_synced(p_rows jsonb, p_org_id uuid default null)
returns table (place integer, document_id uuid, sync_id uuid, case_id uuid, status text, error text)
language plpgsql volatile security definer set search_path = ''
as $$
#variable_conflict use_column
declare
  v_row record;
begin
  for v_row in
    select e.place, e.value as said, d.id as document_id
    from jsonb_array_elements(p_rows) with ordinality e (value, place)
    left join public.onedrive_sync s on s.id = (e.value ->> 'sync_id')::uuid
    left join public.documents d on d.id = coalesce((e.value ->> 'file_id')::uuid, s.document_id)
      and (e.value ->> 'sync_id' is null or s.document_id = d.id) and d.org_id = coalesce(p_org_id, d.org_id)
      and (current_setting('role') = 'service_role' or d.org_id = any (array(select private.my_orgs())))
    order by d.id, e.place
  loop
    place := v_row.place;
    document_id := v_row.document_id;
    error := case when document_id is null then 'not_found' else private.onedrive_answer(document_id, v_row.said) end;
    sync_id := null;
    case_id := null;
    status := null;
    select s.id, s.case_id, s.status into sync_id, case_id, status from public.onedrive_sync s
    where s.document_id = v_row.document_id;
    error := case when error is null and sync_id is null then 'not_found' else error end;
    return next;
  end loop;
end;
$$;
comment on function private.onedrive_synced(jsonb, uuid) is
  'Takes down what Make says of files it was asked for, each row by itself; a file that is not seen is not there.';
grant execute on function private.onedrive_synced(jsonb, uuid) to backoffice_gateway, service_role;

create function private.pictures_let_go() returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
  v_count integer := 0;
begin
  for v_id in
    select d.id from public.documents d join public.onedrive_sync s on s.document_id = d.id
    where d.bucket_name = 'temp' and d.onedrive_file_id is not null and d.category = 'image'
      and s.direction = 'OUT' and private.may_let_go(d.id)
    limit 500 for update of d skip locked
  loop
    perform private.file_let_go(v_id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.pictures_let_go() is 'Lets go of the pictures that had still to be looked at when OneDrive had them.';

create function private.bytes_to_remove() returns table (bucket text, key text)
language sql stable security definer set search_path = ''
as $$
  select b.bucket_name, b.storage_key from private.bytes_let_go b
  where not exists (select from public.documents d where (d.bucket_name, d.storage_key) = (b.bucket_name, b.storage_key))
  order by b.let_go_at limit 500
$$;
comment on function private.bytes_to_remove() is 'Bytes that were let go and still lie with us, and belong to no other file.';

create function private.bytes_removed(p_bucket text, p_key text) returns void
language sql volatile security definer set search_path = ''
as $$ delete from private.bytes_let_go where (bucket_name, storage_key) = (p_bucket, p_key) $$;
comment on function private.bytes_removed(text, text) is 'Notes that bytes that were let go are gone.';
grant execute on function private.pictures_let_go(), private.bytes_to_remove(), private.bytes_removed(text, text) to service_role;

-- What was found on OneDrive.

create function private.file_assign(p_document_id uuid, p_case_id uuid) returns public.documents
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
  v_twin public.documents;
begin
  select * into v_document from public.documents where id = p_document_id and deleted_at is null
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs()))) for update;
  if not found or not exists (select from public.cases c where c.id = p_case_id and c.org_id = v_document.org_id) then
    raise sqlstate 'PT404' using message = 'no such file or case', detail = '{"code": "not_found"}';
  end if;
  if v_document.case_id is not null and v_document.case_id <> p_case_id then
    raise sqlstate 'PT409' using message = 'a file stays with its case',
      detail = jsonb_build_object('code', 'conflict', 'case_id', v_document.case_id);
  end if;
  select * into v_twin from public.documents where case_id = p_case_id and checksum = v_document.checksum
    and id <> p_document_id and deleted_at is null and category not in ('report', 'archive')
    and v_document.category not in ('report', 'archive') for update;
  if v_twin.id is null then
    update public.documents set case_id = p_case_id where id = p_document_id and case_id is null;
    select * into v_document from public.documents where id = p_document_id;
    return v_document;
  end if;
  -- The case has this content: there it gains the place on OneDrive, and here one file remains.
  update public.documents set deleted_at = clock_timestamp() where id = p_document_id;
  update public.documents set onedrive_file_id = v_document.onedrive_file_id,
    onedrive_web_url = v_document.onedrive_web_url, onedrive_path = v_document.onedrive_path
  where id = v_twin.id and onedrive_file_id is null and v_document.onedrive_file_id is not null;
  select * into v_twin from public.documents where id = v_twin.id;
  return v_twin;
end;
$$;
comment on function private.file_assign(uuid, uuid) is
  'Gives a waiting file its case; where the case has the very same content, that file is the answer and the other is put away.';
grant execute on function private.file_assign(uuid, uuid) to authenticated, service_role;

create function public.file_assign(p_document_id uuid, p_case_id uuid) returns public.documents
language sql volatile security invoker set search_path = ''
as $$ select private.file_assign(p_document_id, p_case_id) $$;
comment on function public.file_assign(uuid, uuid) is 'Gives a file that waits in the inbox its case.';
revoke execute on function public.file_assign(uuid, uuid) from public, anon, authenticated, service_role;
grant execute on function public.file_assign(uuid, uuid) to authenticated, service_role;

create function private.file_known(p_org_id uuid, p_case_id uuid, p_checksum text) returns uuid
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_cases integer;
begin
  select count(distinct d.case_id) into v_cases from public.documents d
  where d.org_id = p_org_id and d.checksum = p_checksum and d.deleted_at is null and d.category <> 'archive';
  -- Without a case, content that two cases have tells nothing.
  return (
    select d.id from public.documents d
    where d.org_id = p_org_id and d.checksum = p_checksum and d.deleted_at is null and d.category <> 'archive'
      and (d.case_id is null or d.case_id = p_case_id or (p_case_id is null and v_cases = 1))
    order by d.case_id is null, d.created_at limit 1);
end;
$$;
comment on function private.file_known(uuid, uuid, text) is
  'The file that has this content: in the case, waiting for one, or in the only case of the office that has it.';

create function private.files_upsert(p_row jsonb, p_case_id uuid, p_org_id uuid, p_insists boolean)
returns table (id uuid, created boolean, recognised_by text)
language plpgsql volatile security definer set search_path = ''
as $$
#variable_conflict use_column
declare
  v_org uuid := coalesce((select c.org_id from public.cases c where c.id = p_case_id), p_org_id, private.my_org());
  v_row public.documents := jsonb_populate_record(null::public.documents, p_row);
  v_known public.documents;
  v_by text := 'item';
begin
  if v_org is null or v_org <> coalesce(p_org_id, v_org)
    or not (current_setting('role') = 'service_role' or v_org = any (array(select private.my_orgs())))
    or (p_case_id is not null and not exists (select from public.cases c where c.id = p_case_id))
  then
    raise sqlstate 'PT404' using message = 'no such office or case', detail = '{"code": "not_found"}';
  end if;
  -- Two calls about one item, or one content, queue here.
  perform pg_advisory_xact_lock(hashtextextended('files_upsert' || v_org, 0));
  select * into v_known from public.documents d where d.org_id = v_org and d.onedrive_file_id = v_row.onedrive_file_id
  order by d.deleted_at desc nulls first limit 1;
  if v_known.deleted_at is not null then
    -- Staff put it away, and finding it once more does not bring it back.
    return query select v_known.id, false, 'put_away';
    return;
  end if;
  if v_known.id is null then
    v_by := 'checksum';
    select * into v_known from public.documents d where d.id = private.file_known(v_org, p_case_id, v_row.checksum);
  end if;
  if v_known.id is null then
    begin
      insert into public.documents (org_id, case_id, plate, category, filename, mime_type, size_bytes, checksum,
        onedrive_file_id, onedrive_web_url, onedrive_path, notes, file_metadata)
      values (v_org, p_case_id, v_row.plate, v_row.category, v_row.filename, v_row.mime_type, v_row.size_bytes,
        v_row.checksum, v_row.onedrive_file_id, v_row.onedrive_web_url, v_row.onedrive_path, v_row.notes, v_row.file_metadata)
      returning * into v_known;
      return query select v_known.id, true, null::text;
      return;
    exception when unique_violation then
      -- The same content has just been uploaded.
      select * into v_known from public.documents d where d.id = private.file_known(v_org, p_case_id, v_row.checksum);
      if v_known.id is null then
        raise;
      end if;
    end;
  end if;
  if p_case_id is not null and (v_known.case_id is null or (p_insists and v_known.case_id <> p_case_id)) then
    v_known := private.file_assign(v_known.id, p_case_id);
  end if;
  perform private.file_found(v_known, v_row);
  return query select v_known.id, false, v_by;
end;
$$;
comment on function private.files_upsert(jsonb, uuid, uuid, boolean) is
  'Registers a file that lies on OneDrive: known by its item, else by its content in the case, else new.';

create function private.file_found(p_known public.documents, p_row public.documents) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Where it lies and what it is called follow OneDrive; a file of ours keeps its name.
  update public.documents d set
    onedrive_file_id = coalesce(d.onedrive_file_id, p_row.onedrive_file_id),
    onedrive_web_url = coalesce(p_row.onedrive_web_url, d.onedrive_web_url),
    onedrive_path = coalesce(p_row.onedrive_path, d.onedrive_path),
    filename = case when d.storage_key is null and s.direction = 'IN' then p_row.filename else d.filename end,
    plate = case when d.case_id is null then coalesce(p_row.plate, d.plate) else d.plate end,
    mime_type = coalesce(d.mime_type, p_row.mime_type), size_bytes = coalesce(d.size_bytes, p_row.size_bytes),
    checksum = coalesce(d.checksum, case when not exists (select from public.documents o where o.checksum = p_row.checksum
      and o.org_id = d.org_id and o.case_id is not distinct from d.case_id and o.deleted_at is null) then p_row.checksum end),
    -- What was edited there since is noted: what we know of the content stays what it was.
    file_metadata = coalesce(p_row.file_metadata, '{}') || d.file_metadata || case
      when p_row.checksum <> d.checksum or p_row.file_metadata -> 'hashes' <> d.file_metadata -> 'hashes'
      then jsonb_build_object('onedrive_now', jsonb_strip_nulls(jsonb_build_object('checksum', p_row.checksum,
        'size_bytes', p_row.size_bytes, 'hashes', p_row.file_metadata -> 'hashes')))
      else '{}' end
  from public.documents n left join public.onedrive_sync s on s.document_id = n.id
  where n.id = p_known.id and d.id = n.id
    -- A second copy of the same content elsewhere changes nothing of the first.
    and (d.onedrive_file_id is null or d.onedrive_file_id = p_row.onedrive_file_id);
end;
$$;
comment on function private.file_found(public.documents, public.documents) is 'A known file as it was found on OneDrive this time.';

create function public.files_upsert(p_row jsonb, p_case_id uuid default null, p_org_id uuid default null, p_insists boolean default false)
returns table (id uuid, created boolean, recognised_by text)
language sql volatile security invoker set search_path = ''
as $$ select * from private.files_upsert(p_row, p_case_id, p_org_id, p_insists) $$;
comment on function public.files_upsert(jsonb, uuid, uuid, boolean) is
  'Keeps a file that Make found on OneDrive, once; p_insists: a known file of another case is refused.';
revoke execute on function public.files_upsert(jsonb, uuid, uuid, boolean) from public, anon, authenticated, service_role;
grant execute on function public.files_upsert(jsonb, uuid, uuid, boolean), private.files_upsert(jsonb, uuid, uuid, boolean)
  to backoffice_gateway, service_role;
