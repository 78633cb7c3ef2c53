-- The doors of files: reading one is an event, what lies in storage is checked, and what belongs to no row is found.

select private.hold_still();

create function private.file_read(p_document_id uuid) returns public.documents
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
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
  perform private.event_add(v_document.org_id, v_document.case_id, 'file.opened', p_data => jsonb_build_object(
    'document_id', v_document.id, 'purpose', 'content'));
  return v_document;
end;
$$;
-- Runs as its owner, because nobody writes events by hand; it looks who asks by itself.
comment on function private.file_read(uuid) is 'Where a file lies, for who may see it; every reading is an event.';
grant execute on function private.file_read(uuid) to authenticated, service_role;

create function private.document_checked_stamp() returns trigger
language plpgsql set search_path = ''
as $$
begin
  -- That its bytes were looked at is no change of the file.
  if new.verified_at is distinct from old.verified_at and new.upload_status = old.upload_status then
    new.updated_at := old.updated_at;
    new.updated_by := old.updated_by;
  end if;
  return new;
end;
$$;
comment on function private.document_checked_stamp() is 'A check that finds a file as it was leaves it as it was.';
create trigger documents_z_checked before update on public.documents
  for each row execute function private.document_checked_stamp();

create function private.file_checked(p_document_id uuid, p_storage_key text, p_reason text default null)
returns public.documents
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_was text;
  v_document public.documents;
begin
  select upload_status into v_was from public.documents
  where id = p_document_id and storage_key = p_storage_key for update;
  if not found then
    -- It was let go of while it was looked at.
    return null;
  end if;
  update public.documents set verified_at = clock_timestamp(),
    upload_status = case when p_reason is null then 'STORED' else 'DAMAGED' end
  where id = p_document_id returning * into v_document;
  if p_reason is not null and v_was <> 'DAMAGED' then
    perform private.system_log('ERROR', 'files', 'file_damaged', 'A stored file is not what was stored: ' || p_reason,
      p_context => jsonb_build_object('document_id', p_document_id, 'bucket', v_document.bucket_name),
      p_case_id => v_document.case_id, p_org_id => v_document.org_id);
  end if;
  return v_document;
end;
$$;
comment on function private.file_checked(uuid, text, text) is
  'Notes that stored bytes were compared with their checksum; a reason says that they are not what was stored.';
grant execute on function private.file_checked(uuid, text, text) to service_role;

create function private.stored_keys(p_keys text[]) returns setof text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_column record;
begin
  -- Every column of ours that is named a key or a path, in whatever table: what anybody names is nobody's to remove.
  for v_column in
    select a.attrelid::regclass as of_table, a.attname as name
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('public', 'private')
    where a.attname ~ '_(key|path)$' and a.atttypid = 'text'::regtype and not a.attisdropped
  loop
    return query execute format('select %1$I from %2$s where %1$I = any ($1)', v_column.name, v_column.of_table)
      using p_keys;
  end loop;
end;
$$;
-- Runs as its owner, who alone sees the rows of every table and office; it tells nothing but keys that were named to it.
comment on function private.stored_keys(text[]) is 'Those of the named storage keys that a row names.';
grant execute on function private.stored_keys(text[]) to service_role;
