-- Pictures of a case: what is known of each, its order, and what became of it on OneDrive, where the pictures live.

select private.set_aside('images');
select private.make_room('images_reorder', 'images_upsert', 'update_backup_status');

alter table public.documents add constraint documents_id_org unique (id, org_id);

create table public.images (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  case_id uuid references public.cases (id) on delete restrict,
  plate text check (plate ~ '^[0-9]{5,8}$'),
  document_id uuid references public.documents (id) on delete restrict,
  damage_center_id text check (length(damage_center_id) between 1 and 200),
  original_url text check (length(original_url) <= 2000 and original_url ~ '^https://'),
  transformed_url text check (length(transformed_url) <= 2000 and transformed_url ~ '^https://'),
  cloudinary_url text check (length(cloudinary_url) <= 2000 and cloudinary_url ~ '^https://'),
  onedrive_path text check (length(onedrive_path) <= 1000),
  onedrive_transformed_path text check (length(onedrive_transformed_path) <= 1000),
  filename text not null check (length(filename) between 1 and 255 and filename !~ '[[:cntrl:]/\\]'),
  notes text check (length(notes) <= 2000),
  width integer check (width > 0),
  height integer check (height > 0),
  orientation smallint check (orientation between 1 and 8),
  taken_at timestamptz,
  exif_data jsonb not null default '{}',
  display_order integer not null default 0 check (display_order >= 0),
  category text not null default 'general' check (category in ('damage', 'general', 'parts', 'documents', 'other')),
  optimization_status text not null default 'pending'
    check (optimization_status in ('pending', 'processing', 'optimized', 'failed')),
  optimization_error text check (length(optimization_error) <= 100),
  optimization_tries smallint not null default 0,
  backup_status text not null default 'pending' check (backup_status in ('pending', 'backed_up', 'failed')),
  recognized_part text check (length(recognized_part) <= 500),
  recognized_damage text check (length(recognized_damage) <= 500),
  recognition_confidence numeric(3, 2) check (recognition_confidence between 0 and 1),
  recognition_status text check (length(recognition_status) <= 50),
  source text not null default 'direct_upload' check (source in ('direct_upload', 'email', 'onedrive', 'manual')),
  is_external_processed boolean not null default false,
  thumbnail_key text,
  processed_key text,
  deleted_at timestamptz,
  deleted_by uuid references public.profiles (user_id) on delete restrict,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint images_of_case foreign key (case_id, org_id, plate) references public.cases (id, org_id, plate)
    on delete restrict,
  constraint images_of_document foreign key (document_id, org_id) references public.documents (id, org_id)
    on delete restrict,
  -- As for documents: bytes of one office, or of one case, are named by no other.
  constraint images_own_keys check (
    split_part(thumbnail_key, '/', 1) in (org_id::text, coalesce(case_id, org_id)::text)
    and split_part(processed_key, '/', 1) in (org_id::text, coalesce(case_id, org_id)::text)),
  constraint images_keys_spelled check (
    (thumbnail_key || coalesce('/' || processed_key, '')) ~ '^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$')
);
comment on table public.images is 'One row a picture: a document of the category image, and what is known of it as a picture.';
comment on column public.images.width is 'As it is seen, once it was turned as its orientation says.';
comment on column public.images.taken_at is 'When its camera says it was taken, the hour on the wall of Asia/Jerusalem where it names no zone.';
comment on column public.images.exif_data is 'What the camera wrote, from a short list; where it was taken is not kept.';
comment on column public.images.display_order is 'From 1 without gaps within one damage center of one case; moving the last one anywhere is images_reorder.';
comment on column public.images.optimization_error is 'Why nothing could be made of it, in a word.';
comment on column public.images.is_external_processed is 'It was never with us: OneDrive alone has it.';
create unique index images_document on public.images (document_id, org_id);
create index images_case on public.images (case_id, org_id, plate);
create index images_newest on public.images (org_id, created_at desc);
create index images_deleted_by on public.images (deleted_by);
create index images_created_by on public.images (created_by);
create index images_updated_by on public.images (updated_by);
create index images_to_read on public.images (created_at)
  where optimization_status in ('pending', 'processing') and not is_external_processed;
create index images_to_keep on public.images (org_id) where processed_key is null and optimization_status = 'optimized';
create index documents_to_let_go on public.documents (id) where bucket_name = 'temp' and onedrive_file_id is not null;

alter table public.orgs add keep_processed_pictures boolean not null default false;
comment on column public.orgs.keep_processed_pictures is 'Pictures live on OneDrive; keep a smaller copy of each with us as well.';
grant update (keep_processed_pictures) on public.orgs to backoffice_staff;

create function private.keep_processed_audit() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into private.audit_log (org_id, actor, door, action, table_name, record_id, old_values, new_values, request_id)
  values (new.id, (select auth.uid()), private.door(), tg_op, tg_table_name, new.id,
    jsonb_build_object('keep_processed_pictures', old.keep_processed_pictures),
    jsonb_build_object('keep_processed_pictures', new.keep_processed_pictures), private.request_id());
  return null;
end;
$$;
comment on function private.keep_processed_audit() is 'Keeps who said whether copies of pictures stay with us.';
create trigger orgs_keep_processed_audit after update of keep_processed_pictures on public.orgs for each row
  when (old.keep_processed_pictures is distinct from new.keep_processed_pictures)
  execute function private.keep_processed_audit();

-- The order of a case's pictures: whoever changes it queues at the case.

create function private.images_queue(p_case_id uuid) returns void
language sql volatile set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('images' || p_case_id::text, 0))
$$;
comment on function private.images_queue(uuid) is 'Who changes the order of a case''s pictures waits here for who is changing it.';

create function private.images_close_ranks(p_case_id uuid, p_damage_center_id text) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.images i set display_order = r.place
  from (select id, row_number() over (order by display_order, created_at, id) as place from public.images
    where case_id = p_case_id and damage_center_id is not distinct from p_damage_center_id and deleted_at is null) r
  where i.id = r.id and i.display_order <> r.place
$$;
comment on function private.images_close_ranks(uuid, text) is 'Numbers the pictures of one damage center from 1, in the order they have.';

create function private.image_place() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_document public.documents;
begin
  if tg_op = 'INSERT' then
    new.deleted_at := null;
    new.deleted_by := null;
    if new.document_id is not null then
      -- A picture is its document's: no row may name the file of another case.
      select * into v_document from public.documents where id = new.document_id and org_id = coalesce(new.org_id, org_id)
        and (pg_trigger_depth() > 1 or current_setting('role') in ('service_role', 'none')
          or org_id = any (array(select private.my_orgs())));
      if not found then
        raise sqlstate 'PT404' using message = 'file not found', detail = '{"code": "not_found"}';
      end if;
      new.org_id := v_document.org_id;
      new.case_id := v_document.case_id;
      new.plate := v_document.plate;
    end if;
  else
    new.document_id := old.document_id;
    if old.case_id is not null and new.case_id is distinct from old.case_id then
      raise sqlstate 'PT409' using message = 'a picture stays with its case', detail = '{"code": "conflict"}';
    end if;
    if (new.deleted_at is null) = (old.deleted_at is null) then
      new.deleted_at := old.deleted_at;
      new.deleted_by := old.deleted_by;
    else
      new.deleted_at := case when new.deleted_at is null then null else clock_timestamp() end;
      new.deleted_by := case when new.deleted_at is null then null else (select auth.uid()) end;
    end if;
  end if;
  if new.case_id is not null and new.deleted_at is null and (tg_op = 'INSERT' or old.deleted_at is not null
    or (new.case_id, new.damage_center_id) is distinct from (old.case_id, old.damage_center_id))
  then
    perform private.images_queue(new.case_id);
    select coalesce(max(display_order), 0) + 1 into new.display_order from public.images
    where case_id = new.case_id and damage_center_id is not distinct from new.damage_center_id and deleted_at is null;
  end if;
  return new;
end;
$$;
comment on function private.image_place() is
  'A picture that comes, comes back or changes its damage center is the last one there; its file and its case stay.';
create trigger images_a_place before insert or update on public.images
  for each row execute function private.image_place();

create function private.image_follows() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if old.case_id is not null and old.deleted_at is null
    and (new.deleted_at is not null or new.damage_center_id is distinct from old.damage_center_id)
  then
    perform private.images_queue(old.case_id);
    perform private.images_close_ranks(old.case_id, old.damage_center_id);
  end if;
  -- The file is called what its picture is called, and is put away with it.
  update public.documents set filename = new.filename, notes = new.notes,
    deleted_at = case when new.deleted_at is null then null else coalesce(deleted_at, new.deleted_at) end
  where id = new.document_id and category = 'image'
    and (filename, notes, deleted_at is null) is distinct from (new.filename, new.notes, new.deleted_at is null);
  return null;
end;
$$;
comment on function private.image_follows() is
  'Closes the gap a picture leaves, and tells its file what it is called and whether it was put away.';
create trigger images_follows after update of filename, notes, deleted_at, damage_center_id on public.images
  for each row execute function private.image_follows();

create function private.document_picture() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new.category = 'image' and (tg_op = 'INSERT' or old.category <> 'image') then
    insert into public.images (org_id, case_id, plate, document_id, filename, notes, source, is_external_processed)
    values (new.org_id, new.case_id, new.plate, new.id, new.filename, new.notes,
      case when new.storage_key is null then 'onedrive' else 'direct_upload' end, new.storage_key is null)
    on conflict (document_id, org_id) do nothing;
  end if;
  if tg_op = 'UPDATE' then
    update public.images set case_id = coalesce(case_id, new.case_id),
      plate = case when case_id is null then new.plate else plate end, filename = new.filename, notes = new.notes,
      deleted_at = case when new.deleted_at is null and new.category = 'image' then null
        else coalesce(deleted_at, clock_timestamp()) end,
      onedrive_path = coalesce(new.onedrive_path, onedrive_path),
      backup_status = case when new.onedrive_file_id is null then backup_status else 'backed_up' end
    where document_id = new.id and (case_id, filename, notes, deleted_at is null) is distinct from
        (coalesce(case_id, new.case_id), new.filename, new.notes, new.deleted_at is null and new.category = 'image')
      or document_id = new.id and new.onedrive_file_id is not null
        and (backup_status, onedrive_path) is distinct from ('backed_up', coalesce(new.onedrive_path, onedrive_path));
  elsif new.onedrive_file_id is not null then
    update public.images set backup_status = 'backed_up', onedrive_path = new.onedrive_path where document_id = new.id;
  end if;
  return null;
end;
$$;
comment on function private.document_picture() is
  'A file of the category image is a picture from the same transaction on, wherever it was brought in; what is said of the file holds for it.';
create trigger documents_picture after insert or update on public.documents
  for each row execute function private.document_picture();

select private.satellite_guard('public.images'::regclass, 'image.upserted',
  array['exif_data', 'width', 'height', 'orientation', 'taken_at', 'display_order', 'optimization_status',
    'optimization_error', 'optimization_tries', 'thumbnail_key', 'processed_key', 'onedrive_path',
    'onedrive_transformed_path', 'recognition_status', 'is_external_processed', 'deleted_by']);
-- A picture that follows its file was told with the file.
do $$
declare
  v_trigger record;
begin
  for v_trigger in select tgname, pg_get_triggerdef(oid) as made from pg_trigger
    where tgrelid = 'public.images'::regclass and tgname in ('images_told_new', 'images_told_changed')
  loop
    execute format('drop trigger %I on public.images', v_trigger.tgname);
    execute replace(v_trigger.made, 'FOR EACH STATEMENT', 'FOR EACH STATEMENT WHEN (pg_trigger_depth() < 1)');
  end loop;
end $$;
-- What is known of the bytes is written by who looked at them, and not by hand.
revoke insert, update on public.images from authenticated;
grant insert (org_id, case_id, plate, document_id, damage_center_id, original_url, transformed_url, cloudinary_url,
  onedrive_path, onedrive_transformed_path, filename, notes, category, source) on public.images to authenticated;
grant update (damage_center_id, original_url, transformed_url, cloudinary_url, onedrive_path, onedrive_transformed_path,
  filename, notes, category, display_order, backup_status, recognized_part, recognized_damage, recognition_confidence,
  recognition_status, deleted_at) on public.images to authenticated;

create function private.images_reordered(p_case_id uuid, p_moved integer) returns void
language sql volatile security definer set search_path = ''
as $$
  select private.event_add(c.org_id, c.id, 'image.reordered',
    p_data => jsonb_build_object('table', 'images', 'rows', p_moved))
  from public.cases c where c.id = p_case_id and (current_setting('role') in ('service_role', 'none')
    or c.org_id = any (array(select private.my_orgs())))
$$;
comment on function private.images_reordered(uuid, integer) is 'Tells a case''s story that its pictures were put in another order.';

create function public.images_reorder(p_case_id uuid, p_image_ids uuid[]) returns integer
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_moved integer;
begin
  if not exists (select from public.cases where id = p_case_id) then
    raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
  end if;
  perform private.images_queue(p_case_id);
  if exists (select from unnest(p_image_ids) n (id) where not exists (
    select from public.images i where i.id = n.id and i.case_id = p_case_id and i.deleted_at is null))
  then
    raise sqlstate 'PT404' using message = 'no such picture in this case', detail = '{"code": "not_found"}';
  end if;
  with ordered as (
    select i.id, row_number() over (partition by i.damage_center_id order by n.place nulls last, i.display_order,
      i.created_at, i.id) as place
    from public.images i
    left join (select id, min(place) as place from unnest(p_image_ids) with ordinality u (id, place) group by id) n
      on n.id = i.id
    where i.case_id = p_case_id and i.deleted_at is null
  )
  update public.images i set display_order = o.place from ordered o where i.id = o.id and i.display_order <> o.place;
  get diagnostics v_moved = row_count;
  if v_moved > 0 then
    perform private.images_reordered(p_case_id, v_moved);
  end if;
  return v_moved;
end;
$$;
comment on function public.images_reorder(uuid, uuid[]) is
  'Puts a case''s pictures in this order, each within its damage center; those that are not named follow as they were.';

-- What Make reports of a picture.

create function private.image_backed_up(
  p_image_id uuid, p_onedrive_file_id text, p_onedrive_web_url text, p_onedrive_path text
) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_image public.images;
begin
  select * into v_image from public.images where id = p_image_id
    and (current_setting('role') = 'service_role' or org_id = any (array(select private.my_orgs())));
  if not found then
    raise sqlstate 'PT404' using message = 'picture not found', detail = '{"code": "not_found"}';
  end if;
  if p_onedrive_file_id is not null and exists (select from public.documents where org_id = v_image.org_id
    and onedrive_file_id = p_onedrive_file_id and deleted_at is null and id is distinct from v_image.document_id)
  then
    raise sqlstate 'PT409' using message = 'this item of OneDrive is another file''s', detail = '{"code": "conflict"}';
  end if;
  update public.documents set onedrive_file_id = coalesce(p_onedrive_file_id, onedrive_file_id),
    onedrive_web_url = coalesce(p_onedrive_web_url, onedrive_web_url),
    onedrive_path = coalesce(p_onedrive_path, onedrive_path)
  where id = v_image.document_id and (onedrive_file_id, onedrive_web_url, onedrive_path) is distinct from
    (coalesce(p_onedrive_file_id, onedrive_file_id), coalesce(p_onedrive_web_url, onedrive_web_url),
      coalesce(p_onedrive_path, onedrive_path));
end;
$$;
comment on function private.image_backed_up(uuid, text, text, text) is
  'Says where on OneDrive a picture lies; once its item is known, the bytes with us may go.';

create function private.share_of(p_confidence numeric) returns numeric
language sql immutable set search_path = ''
as $$
  select case when p_confidence > 1 and p_confidence <= 100 then p_confidence / 100 else p_confidence end
$$;
comment on function private.share_of(numeric) is 'A confidence from 0 to 1; percents are understood.';

create function public.update_backup_status(
  p_image_id uuid, p_onedrive_path text default null, p_backup_status text default null,
  p_onedrive_transformed_path text default null, p_recognized_damage text default null,
  p_recognized_part text default null, p_recognition_confidence numeric default null
) returns public.images
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_image public.images;
  v_status text := lower(nullif(p_backup_status, ''));
begin
  if v_status not in ('pending', 'backed_up', 'failed') then
    raise sqlstate 'PT422' using message = 'pending, backed_up or failed', detail = '{"code": "invalid", "pointer": "/p_backup_status"}';
  end if;
  update public.images i set
    onedrive_path = coalesce(nullif(p_onedrive_path, ''), i.onedrive_path),
    onedrive_transformed_path = coalesce(nullif(p_onedrive_transformed_path, ''), i.onedrive_transformed_path),
    -- A late message takes nothing back: once the item is known, the picture is there.
    backup_status = case when d.onedrive_file_id is not null or (i.backup_status = 'backed_up' and v_status = 'pending')
      then 'backed_up' else coalesce(v_status, i.backup_status) end,
    recognized_damage = coalesce(nullif(p_recognized_damage, ''), i.recognized_damage),
    recognized_part = coalesce(nullif(p_recognized_part, ''), i.recognized_part),
    recognition_confidence = coalesce(private.share_of(p_recognition_confidence), i.recognition_confidence),
    recognition_status = case when coalesce(nullif(p_recognized_damage, ''), nullif(p_recognized_part, '')) is null
      then i.recognition_status else 'recognized' end
  from public.images p left join public.documents d on d.id = p.document_id
  where p.id = p_image_id and i.id = p.id
  returning i.* into v_image;
  if v_image.id is null then
    raise sqlstate 'PT404' using message = 'picture not found', detail = '{"code": "not_found"}';
  end if;
  perform private.image_backed_up(p_image_id, null, null, nullif(p_onedrive_path, ''));
  return v_image;
end;
$$;
comment on function public.update_backup_status(uuid, text, text, text, text, text, numeric) is
  'What Make says of a picture today: where it lies on OneDrive, and what was recognised on it; what is not said stays.';

create function private.image_meant(p_row jsonb, p_case_id uuid, p_org_id uuid) returns public.images
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_found public.images[];
begin
  if p_row ? 'id' or p_row ? 'document_id' then
    select array_agg(i) into v_found from public.images i
    where i.org_id = p_org_id and (p_case_id is null or i.case_id is not distinct from p_case_id)
      and (p_row ->> 'id' is null or i.id = (p_row ->> 'id')::uuid)
      and (p_row ->> 'document_id' is null or i.document_id = (p_row ->> 'document_id')::uuid);
    if v_found is null then
      raise sqlstate 'PT404' using message = 'no such picture', detail = '{"code": "not_found"}';
    end if;
    return v_found[1];
  end if;
  select array_agg(i order by i.deleted_at desc nulls first) into v_found from public.images i
  join public.documents d on d.id = i.document_id
  where d.org_id = p_org_id and d.onedrive_file_id = p_row ->> 'onedrive_file_id';
  if v_found is null then
    -- By its name only what no other item of OneDrive is yet.
    select array_agg(i) into v_found from public.images i
    left join public.documents d on d.id = i.document_id
    where p_case_id is not null and i.case_id = p_case_id and i.deleted_at is null
      and lower(i.filename) = lower(p_row ->> 'filename')
      and (d.onedrive_file_id is null or p_row ->> 'onedrive_file_id' is null);
    if cardinality(v_found) > 1 then
      raise sqlstate 'PT409' using message = 'more than one picture has this name: name it by its id',
        detail = '{"code": "conflict"}';
    end if;
  end if;
  return v_found[1];
end;
$$;
comment on function private.image_meant(jsonb, uuid, uuid) is
  'Which picture a row of Make''s means: by our id, by OneDrive''s, or by its name within the case.';

create function private.image_found(p_row jsonb, p_case_id uuid, p_org_id uuid) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_document uuid;
begin
  if p_row ->> 'onedrive_file_id' is null or p_row ->> 'filename' is null or p_case_id is null
    or not (current_setting('role') = 'service_role' or p_org_id = any (array(select private.my_orgs())))
  then
    raise sqlstate 'PT404' using message = 'no such picture; a new one needs its case, onedrive_file_id and filename',
      detail = '{"code": "not_found"}';
  end if;
  insert into public.documents (org_id, case_id, category, filename, mime_type, size_bytes, onedrive_file_id,
    onedrive_web_url, onedrive_path)
  values (p_org_id, p_case_id, 'image', p_row ->> 'filename', p_row ->> 'mime_type', (p_row ->> 'size_bytes')::bigint,
    p_row ->> 'onedrive_file_id', p_row ->> 'onedrive_web_url', p_row ->> 'onedrive_path')
  on conflict (org_id, onedrive_file_id) where deleted_at is null and onedrive_file_id is not null do nothing
  returning id into v_document;
  if v_document is null then
    raise sqlstate 'PT409' using message = 'this item of OneDrive is another file''s', detail = '{"code": "conflict"}';
  end if;
  return (select id from public.images where document_id = v_document);
end;
$$;
comment on function private.image_found(jsonb, uuid, uuid) is 'Registers a picture that lies on OneDrive alone: a link, and no bytes.';

create function private.image_take(p_row jsonb, p_case_id uuid, p_org_id uuid, out p_image public.images, out p_created boolean)
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  p_image := private.image_meant(p_row, p_case_id, p_org_id);
  p_created := p_image.id is null;
  if p_created then
    p_image.id := private.image_found(p_row, p_case_id, p_org_id);
  elsif p_row ?| array['onedrive_file_id', 'onedrive_web_url', 'onedrive_path'] then
    perform private.image_backed_up(p_image.id, p_row ->> 'onedrive_file_id', p_row ->> 'onedrive_web_url',
      p_row ->> 'onedrive_path');
  end if;
  if p_row ?| array['damage_center_id', 'category', 'notes'] then
    update public.images i set damage_center_id = coalesce(p_row ->> 'damage_center_id', i.damage_center_id),
      category = coalesce(p_row ->> 'category', i.category), notes = coalesce(p_row ->> 'notes', i.notes)
    where i.id = p_image.id and (i.damage_center_id, i.category, i.notes) is distinct from (
      coalesce(p_row ->> 'damage_center_id', i.damage_center_id), coalesce(p_row ->> 'category', i.category),
      coalesce(p_row ->> 'notes', i.notes));
  end if;
  p_image := public.update_backup_status(p_image.id, p_row ->> 'onedrive_path', p_row ->> 'backup_status',
    p_row ->> 'onedrive_transformed_path', p_row ->> 'recognized_damage', p_row ->> 'recognized_part',
    (p_row ->> 'recognition_confidence')::numeric);
end;
$$;
comment on function private.image_take(jsonb, uuid, uuid) is 'One row of images_upsert; whether the picture is a new one is told.';

create function public.images_upsert(p_rows jsonb, p_case_id uuid default null, p_org_id uuid default null)
returns table (place integer, id uuid, document_id uuid, created boolean, error text)
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_org uuid := coalesce(p_org_id, private.my_org());
  v_row record;
  v_taken record;
begin
  if p_case_id is not null then
    select c.org_id into v_org from public.cases c where c.id = p_case_id;
    if not found then
      raise sqlstate 'PT404' using message = 'case not found', detail = '{"code": "not_found"}';
    end if;
  end if;
  -- Reports of one office queue: the same item twice at once is one picture.
  perform pg_advisory_xact_lock(hashtextextended('images_upsert' || v_org::text, 0));
  for v_row in select e.value, e.ordinality from jsonb_array_elements(p_rows) with ordinality e loop
    place := v_row.ordinality - 1;
    begin
      select * into v_taken from private.image_take(v_row.value, p_case_id, v_org);
      id := (v_taken.p_image).id;
      document_id := (v_taken.p_image).document_id;
      created := v_taken.p_created;
      error := null;
    exception when sqlstate 'PT404' or sqlstate 'PT409' or sqlstate 'PT422' then
      id := null;
      document_id := null;
      created := false;
      error := sqlerrm;
    when check_violation or numeric_value_out_of_range then
      -- The server's own words quote the content.
      id := null;
      document_id := null;
      created := false;
      error := 'the database cannot hold a value of this row';
    end;
    return next;
  end loop;
end;
$$;
comment on function public.images_upsert(jsonb, uuid, uuid) is
  'What Make reports of pictures, each row told at its place; what is named is found by its keys, what is new is a link to OneDrive.';

-- Work on pictures: looked at once their bytes are with us, let go once OneDrive has them.

create function private.images_claim(p_lease_seconds integer, p_tries integer) returns table (
  id uuid, org_id uuid, case_id uuid, bucket_name text, storage_key text, keeps_processed boolean, has_thumbnail boolean
)
language plpgsql volatile security definer set search_path = ''
as $$
#variable_conflict use_column
declare
  v_image public.images;
begin
  loop
    select i.* into v_image from public.images i
    join public.documents d on d.id = i.document_id and d.storage_key is not null
    where i.optimization_status in ('pending', 'processing') and not i.is_external_processed
      and (i.optimization_status = 'pending' or i.updated_at < clock_timestamp() - make_interval(secs => p_lease_seconds))
    order by i.created_at limit 1 for update of i skip locked;
    if v_image.id is null then
      -- Offices that want a copy kept, of pictures from before they did.
      select i.* into v_image from public.orgs o
      join public.images i on i.org_id = o.id and i.processed_key is null and i.optimization_status = 'optimized'
      join public.documents d on d.id = i.document_id and d.storage_key is not null
      where o.keep_processed_pictures limit 1 for update of i skip locked;
    end if;
    exit when v_image.id is null;
    if v_image.optimization_tries < p_tries then
      update public.images i set optimization_status = 'processing', optimization_tries = v_image.optimization_tries + 1
      where i.id = v_image.id;
      return query select v_image.id, v_image.org_id, v_image.case_id, d.bucket_name, d.storage_key,
        o.keep_processed_pictures, v_image.thumbnail_key is not null
        from public.documents d join public.orgs o on o.id = d.org_id where d.id = v_image.document_id;
      return;
    end if;
    -- Whoever looked at it did not come back, each time.
    perform private.image_failed(v_image.id, 'gave_up');
  end loop;
end;
$$;
comment on function private.images_claim(integer, integer) is
  'The next picture to look at, for one who says so; nothing where there is none. One that stays open after some tries has failed.';

create function private.image_failed(p_image_id uuid, p_reason text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_image public.images;
begin
  update public.images set optimization_status = 'failed', optimization_error = p_reason where id = p_image_id
  returning * into v_image;
  perform private.event_add(v_image.org_id, v_image.case_id, 'image.failed', p_data => jsonb_build_object(
    'table', 'images', 'ids', jsonb_build_array(p_image_id), 'document_id', v_image.document_id, 'reason', p_reason));
end;
$$;
comment on function private.image_failed(uuid, text) is 'Keeps why nothing could be made of a picture.';

create function private.image_read(
  p_image_id uuid, p_width integer, p_height integer, p_orientation smallint, p_taken_at timestamptz, p_exif_data jsonb,
  p_thumbnail_key text, p_processed_key text
) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.images set width = p_width, height = p_height, orientation = p_orientation, taken_at = p_taken_at,
    exif_data = p_exif_data, thumbnail_key = p_thumbnail_key, processed_key = coalesce(p_processed_key, processed_key),
    optimization_status = 'optimized', optimization_error = null, optimization_tries = 0
  where id = p_image_id
$$;
comment on function private.image_read(uuid, integer, integer, smallint, timestamptz, jsonb, text, text) is
  'Keeps what was seen of a picture, and where its copies lie.';

create function private.image_later(p_image_id uuid) returns void
language sql volatile security definer set search_path = ''
as $$
  update public.images set optimization_status = 'pending', optimization_tries = optimization_tries - 1
  where id = p_image_id and optimization_status = 'processing'
$$;
comment on function private.image_later(uuid) is 'Gives back a picture whose bytes could not be reached just now.';

revoke execute on function public.images_reorder(uuid, uuid[]), public.images_upsert(jsonb, uuid, uuid),
  public.update_backup_status(uuid, text, text, text, text, text, numeric)
  from public, anon, authenticated, service_role;
grant execute on function public.images_reorder(uuid, uuid[]), public.images_upsert(jsonb, uuid, uuid),
  public.update_backup_status(uuid, text, text, text, text, text, numeric), private.images_queue(uuid), private.images_reordered(uuid, integer),
  private.image_backed_up(uuid, text, text, text), private.share_of(numeric),
  private.image_meant(jsonb, uuid, uuid), private.image_found(jsonb, uuid, uuid),
  private.image_take(jsonb, uuid, uuid) to authenticated, service_role;
grant execute on function private.images_claim(integer, integer), private.image_failed(uuid, text),
  private.image_read(uuid, integer, integer, smallint, timestamptz, jsonb, text, text), private.image_later(uuid)
  to service_role;

-- Rows of an existing project.
select private.bring_back('images', '{"original_url": "private.adopted_address(l.original_url)", "transformed_url": "private.adopted_address(l.transformed_url)",
  "cloudinary_url": "private.adopted_address(l.cloudinary_url)", "filename": "private.adopted_filename(l.filename)",
  "width": "nullif(greatest(l.width, 0), 0)", "height": "nullif(greatest(l.height, 0), 0)", "display_order": "greatest(coalesce(l.display_order, 0), 0)",
  "category": "coalesce(private.adopted_word(l.category, ''damage'', ''parts'', ''documents'', ''other''), ''general'')",
  "optimization_status": "coalesce(private.adopted_word(l.optimization_status, ''optimized'', ''failed''), ''pending'')",
  "backup_status": "coalesce(private.adopted_word(l.backup_status, ''backed_up'', ''failed''), ''pending'')",
  "source": "coalesce(private.adopted_word(l.source, ''email'', ''onedrive'', ''manual''), ''direct_upload'')",
  "damage_center_id": "nullif(l.damage_center_id::text, '''')"}');
