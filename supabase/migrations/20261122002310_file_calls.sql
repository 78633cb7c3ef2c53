-- What the existing file and picture screens call by name.

select private.hold_still();
select private.make_room(
  'generate_signed_url', 'generate_storage_path', 'get_case_files', 'get_case_image_count',
  'get_case_image_count_by_category', 'get_file_info', 'get_next_display_order', 'get_pending_optimizations',
  'log_file_operation', 'reorder_images', 'restore_image', 'soft_delete_image', 'update_optimization_status');

create function public.generate_storage_path(p_case_id uuid, p_category text, p_filename text) returns text
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_kind text := lower(regexp_replace(coalesce(p_category, ''), '[^A-Za-z0-9_-]', '', 'g'));
  v_ending text := lower(substring(p_filename from '[.]([A-Za-z0-9]{1,8})$'));
begin
  if not exists (select from public.cases where id = p_case_id) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  -- Never the same twice, and ASCII: the name people gave stays in documents.filename.
  return concat_ws('/', p_case_id, coalesce(nullif(v_kind, ''), 'other'),
    gen_random_uuid() || coalesce('.' || v_ending, ''));
end;
$$;
comment on function public.generate_storage_path(uuid, text, text) is
  'A new key for the bytes of a file of this case; the file''s own name is no part of it.';

create function public.generate_signed_url(p_document_id uuid, p_expires_in integer default 3600, p_access_type text default 'view')
returns table (success boolean, message text, bucket_name text, storage_path text, expires_in integer)
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_document public.documents;
begin
  if p_expires_in is null or p_expires_in not between 1 and 604800 then
    raise sqlstate 'PT422' using message = 'from 1 second to 7 days',
      detail = '{"code": "invalid", "pointer": "/p_expires_in"}';
  end if;
  v_document := private.file_read(p_document_id);
  return query select true, 'ok', v_document.bucket_name, v_document.storage_key, p_expires_in;
end;
$$;
comment on function public.generate_signed_url(uuid, integer, text) is
  'Where a file lies, for the screen that signs its own address of the storage; each call is an event.';

create function public.get_case_files(p_case_id uuid, p_category text default null) returns table (
  id uuid, case_id uuid, category text, filename text, mime_type text, size_bytes bigint, bucket_name text,
  storage_key text, onedrive_web_url text, notes text, created_by uuid, created_by_name text, created_at timestamptz
)
language sql stable security invoker set search_path = ''
as $$
  select d.id, d.case_id, d.category, d.filename, d.mime_type, d.size_bytes, d.bucket_name, d.storage_key,
    d.onedrive_web_url, d.notes, d.created_by, p.name, d.created_at
  from public.documents d left join public.profiles p on p.user_id = d.created_by
  where d.case_id = p_case_id and d.deleted_at is null and (p_category is null or d.category = p_category)
  order by d.created_at desc, d.id
$$;
comment on function public.get_case_files(uuid, text) is 'The files of a case, newest first, without those put away.';

create function public.get_file_info(p_document_id uuid) returns table (
  id uuid, case_id uuid, category text, filename text, mime_type text, size_bytes bigint, bucket_name text,
  storage_key text, checksum text, upload_status text, onedrive_web_url text, notes text, created_by uuid,
  created_by_name text, created_at timestamptz, deleted_at timestamptz
)
language sql stable security invoker set search_path = ''
as $$
  select d.id, d.case_id, d.category, d.filename, d.mime_type, d.size_bytes, d.bucket_name, d.storage_key, d.checksum,
    d.upload_status, d.onedrive_web_url, d.notes, d.created_by, p.name, d.created_at, d.deleted_at
  from public.documents d left join public.profiles p on p.user_id = d.created_by where d.id = p_document_id
$$;
comment on function public.get_file_info(uuid) is 'One file, also one put away.';

create function private.file_worked_on(p_document_id uuid, p_operation text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document public.documents;
begin
  if p_operation is null or p_operation !~ '^[A-Za-z][A-Za-z0-9_.-]{0,39}$' then
    raise sqlstate 'PT422' using message = 'an operation is a word of at most 40 letters',
      detail = '{"code": "invalid", "pointer": "/p_operation"}';
  end if;
  select * into v_document from public.documents where id = p_document_id
    and (current_setting('role') = 'service_role'
      or org_id = any (array(select private.my_orgs())) and private.case_is_shown(case_id));
  if not found then
    raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
  end if;
  perform private.event_add(v_document.org_id, v_document.case_id, 'file.worked_on',
    p_data => jsonb_build_object('document_id', p_document_id, 'operation', p_operation));
end;
$$;
-- Runs as its owner, because nobody writes events by hand; it looks who asks by itself.
comment on function private.file_worked_on(uuid, text) is 'Keeps what a screen did with a file that the caller sees as an event.';
grant execute on function private.file_worked_on(uuid, text) to authenticated, service_role;

create function public.log_file_operation(p_document_id uuid, p_operation text, p_details jsonb default '{}') returns void
language sql volatile security invoker set search_path = ''
as $$ select private.file_worked_on(p_document_id, p_operation) $$;
comment on function public.log_file_operation(uuid, text, jsonb) is
  'Keeps what a screen did with a file as an event; the details a screen adds are not kept, they may say anything.';

create function public.get_case_image_count(p_case_id uuid) returns integer
language sql stable security invoker set search_path = ''
as $$
  select count(*)::integer from public.images where case_id = p_case_id and deleted_at is null
$$;
comment on function public.get_case_image_count(uuid) is 'How many pictures a case has, without those put away.';

create function public.get_case_image_count_by_category(p_case_id uuid) returns table (category text, count bigint)
language sql stable security invoker set search_path = ''
as $$
  select i.category, count(*) from public.images i where i.case_id = p_case_id and i.deleted_at is null
  group by i.category order by i.category
$$;
comment on function public.get_case_image_count_by_category(uuid) is 'How many pictures of each category a case has.';

create function public.get_next_display_order(p_case_id uuid) returns integer
language sql stable security invoker set search_path = ''
as $$
  select coalesce(max(display_order), 0) + 1 from public.images
  where case_id = p_case_id and damage_center_id is null and deleted_at is null
$$;
comment on function public.get_next_display_order(uuid) is
  'The place of a case''s next picture; what a screen sends with its insert is not taken, the database counts by itself.';

create function public.get_pending_optimizations(p_limit integer default 10) returns table (
  id uuid, case_id uuid, document_id uuid, filename text, bucket_name text, storage_key text, original_url text,
  optimization_status text, created_at timestamptz
)
language sql stable security invoker set search_path = ''
as $$
  select i.id, i.case_id, i.document_id, i.filename, d.bucket_name, d.storage_key, i.original_url,
    i.optimization_status, i.created_at
  from public.images i left join public.documents d on d.id = i.document_id
  where i.optimization_status = 'pending' and i.deleted_at is null
  order by i.created_at, i.id limit least(greatest(p_limit, 0), 200)
$$;
comment on function public.get_pending_optimizations(integer) is 'The oldest pictures of which nothing was made yet; at most 200.';

create function public.reorder_images(p_image_orders jsonb) returns integer
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_case_id uuid;
  v_cases integer;
  v_found integer;
begin
  if jsonb_typeof(p_image_orders) is distinct from 'array' or jsonb_array_length(p_image_orders) not between 1 and 2000
    or exists (select from jsonb_array_elements(p_image_orders) o
      where coalesce(o ->> 'id', '') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        or coalesce(o ->> 'order', o ->> 'display_order', '') !~ '^[0-9]{1,9}$')
  then
    raise sqlstate 'PT422' using message = 'a list of {"id", "order"}',
      detail = '{"code": "invalid", "pointer": "/p_image_orders"}';
  end if;
  select count(*), count(distinct i.case_id), (array_agg(i.case_id))[1] into v_found, v_cases, v_case_id
  from public.images i
  where i.id in (select (o ->> 'id')::uuid from jsonb_array_elements(p_image_orders) o) and i.deleted_at is null;
  if v_found < (select count(distinct o ->> 'id') from jsonb_array_elements(p_image_orders) o) then
    raise sqlstate 'PT404' using message = 'no such picture', detail = '{"code": "not_found"}';
  elsif v_cases <> 1 then
    raise sqlstate 'PT422' using message = 'pictures of one case are put in order',
      detail = '{"code": "invalid", "pointer": "/p_image_orders"}';
  end if;
  return public.images_reorder(v_case_id, array(
    select (o.value ->> 'id')::uuid from jsonb_array_elements(p_image_orders) with ordinality o (value, place)
    order by coalesce(o.value ->> 'order', o.value ->> 'display_order')::integer, o.place));
end;
$$;
comment on function public.reorder_images(jsonb) is
  'Puts pictures of one case in the order of their numbers, [{"id", "order"}]; the rest follow. How many moved.';

create function public.soft_delete_image(p_image_id uuid) returns boolean
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  update public.images set deleted_at = clock_timestamp() where id = p_image_id and deleted_at is null;
  if not found and not exists (select from public.images where id = p_image_id) then
    raise sqlstate 'PT404' using message = 'picture not found', detail = '{"code": "not_found"}';
  end if;
  return true;
end;
$$;
comment on function public.soft_delete_image(uuid) is 'Puts a picture away, with its file; twice is once.';

create function public.restore_image(p_image_id uuid) returns boolean
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  update public.images set deleted_at = null where id = p_image_id and deleted_at is not null;
  if not found and not exists (select from public.images where id = p_image_id) then
    raise sqlstate 'PT404' using message = 'picture not found', detail = '{"code": "not_found"}';
  end if;
  return true;
end;
$$;
comment on function public.restore_image(uuid) is 'Brings a picture back as the last one of its place; twice is once.';

create function private.image_made(p_image_id uuid, p_status text, p_transformed_url text) returns public.images
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_image public.images;
begin
  if p_status is null or p_status not in ('pending', 'processing', 'optimized', 'failed') then
    raise sqlstate 'PT422' using message = 'pending, processing, optimized or failed',
      detail = '{"code": "invalid", "pointer": "/p_status"}';
  end if;
  select * into v_image from public.images where id = p_image_id
    and (current_setting('role') = 'service_role'
      or org_id = any (array(select private.my_orgs())) and private.case_is_shown(case_id)) for update;
  if not found then
    raise sqlstate 'PT404' using message = 'picture not found', detail = '{"code": "not_found"}';
  end if;
  update public.images set transformed_url = coalesce(p_transformed_url, transformed_url),
    optimization_status = case when optimization_status in ('pending', 'processing') or is_external_processed
      then p_status else optimization_status end
  where id = p_image_id returning * into v_image;
  return v_image;
end;
$$;
-- Runs as its owner: the column is not the screens' to write; what our own reading found is not overruled.
comment on function private.image_made(uuid, text, text) is 'Notes what a screen made of a picture that the caller sees.';
grant execute on function private.image_made(uuid, text, text) to authenticated, service_role;

create function public.update_optimization_status(p_image_id uuid, p_status text, p_transformed_url text default null)
returns public.images
language sql volatile security invoker set search_path = ''
as $$ select * from private.image_made(p_image_id, p_status, p_transformed_url) $$;
comment on function public.update_optimization_status(uuid, text, text) is
  'What a screen made of a picture; what was read from its bytes here stays as it is.';

do $$
declare
  v_function regprocedure;
begin
  foreach v_function in array array['public.generate_storage_path(uuid, text, text)',
    'public.generate_signed_url(uuid, integer, text)', 'public.get_case_files(uuid, text)', 'public.get_file_info(uuid)',
    'public.log_file_operation(uuid, text, jsonb)', 'public.get_case_image_count(uuid)',
    'public.get_case_image_count_by_category(uuid)', 'public.get_next_display_order(uuid)',
    'public.get_pending_optimizations(integer)', 'public.reorder_images(jsonb)', 'public.soft_delete_image(uuid)',
    'public.restore_image(uuid)', 'public.update_optimization_status(uuid, text, text)']::regprocedure[]
  loop
    execute format('revoke execute on function %s from public, anon, authenticated, service_role', v_function);
    execute format('grant execute on function %s to authenticated, service_role', v_function);
  end loop;
end $$;
