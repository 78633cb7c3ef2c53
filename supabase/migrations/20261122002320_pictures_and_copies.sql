-- Pictures that a report shows, pictures that the old screens add by themselves, and copies that nobody makes.

select private.hold_still();

alter table public.images add in_reports boolean not null default true;
comment on column public.images.in_reports is 'Whether the reports of its case show it.';
grant insert (in_reports), update (in_reports) on public.images to authenticated;

-- The old screens keep a file and then insert its picture, which is there by then: theirs takes its place.

create function private.image_adopt(p_said public.images, p_document public.documents) returns public.images
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_stood public.images;
begin
  perform private.images_queue(p_document.case_id);
  delete from public.images where document_id = p_document.id and org_id = p_document.org_id and deleted_at is null
  returning * into v_stood;
  if v_stood.id is null then
    return p_said;
  end if;
  if v_stood.damage_center_id is distinct from coalesce(p_said.damage_center_id, v_stood.damage_center_id) then
    perform private.images_close_ranks(v_stood.case_id, v_stood.damage_center_id);
    v_stood.display_order := null;
  end if;
  v_stood.damage_center_id := coalesce(p_said.damage_center_id, v_stood.damage_center_id);
  v_stood.original_url := coalesce(p_said.original_url, v_stood.original_url);
  v_stood.transformed_url := coalesce(p_said.transformed_url, v_stood.transformed_url);
  v_stood.cloudinary_url := coalesce(p_said.cloudinary_url, v_stood.cloudinary_url);
  v_stood.onedrive_path := coalesce(p_said.onedrive_path, v_stood.onedrive_path);
  v_stood.onedrive_transformed_path := coalesce(p_said.onedrive_transformed_path, v_stood.onedrive_transformed_path);
  v_stood.filename := p_said.filename;
  v_stood.notes := coalesce(p_said.notes, v_stood.notes);
  v_stood.in_reports := p_said.in_reports and v_stood.in_reports;
  -- What a row has by itself was not said.
  v_stood.category := case p_said.category when 'general' then v_stood.category else p_said.category end;
  v_stood.source := case p_said.source when 'direct_upload' then v_stood.source else p_said.source end;
  update public.documents set filename = v_stood.filename, notes = v_stood.notes
  where id = p_document.id and (filename, notes) is distinct from (v_stood.filename, v_stood.notes);
  return v_stood;
end;
$$;
comment on function private.image_adopt(public.images, public.documents) is
  'A picture that is inserted for a file that has one: the same picture under its id, with what is said of it now.';

create or replace function private.image_place() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_document public.documents;
  v_is_placed boolean := false;
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
      if pg_trigger_depth() = 1 then
        new := private.image_adopt(new, v_document);
        v_is_placed := coalesce(new.display_order > 0, false);
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
  if new.case_id is not null and new.deleted_at is null and not v_is_placed and (tg_op = 'INSERT'
    or old.deleted_at is not null
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

-- A picture that makes room for itself has not gone.
do $$
declare
  v_made text := (select pg_get_triggerdef(oid) from pg_trigger
    where tgrelid = 'public.images'::regclass and tgname = 'images_told_gone');
begin
  drop trigger images_told_gone on public.images;
  execute replace(v_made, 'FOR EACH STATEMENT', 'FOR EACH STATEMENT WHEN (pg_trigger_depth() < 1)');
end $$;

-- Where no address of Make's hears of copies, nobody failed to make one.

alter table public.onedrive_sync drop constraint onedrive_sync_status_check;
alter table public.onedrive_sync add constraint onedrive_sync_status_check
  check (status in ('NONE', 'PENDING', 'SYNCED', 'FAILED'));
create index onedrive_sync_unheard on public.onedrive_sync (org_id, created_at) where status = 'NONE' and withdrawn_at is null;

create function private.onedrive_is_heard(p_org_id uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (select from private.webhook_endpoints e where e.org_id = p_org_id and e.deleted_at is null
    and (e.event_types = '{}' or 'onedrive.sync_requested' = any (e.event_types)))
$$;
comment on function private.onedrive_is_heard(uuid) is
  'Whether an address of the office''s Make hears that a copy is wanted; one that is paused will.';

create or replace function private.onedrive_sweep(p_seconds integer[]) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_heard uuid[] := array(select o.id from public.orgs o where private.onedrive_is_heard(o.id));
  v_sync public.onedrive_sync;
  v_count integer := 0;
begin
  update public.onedrive_sync set status = 'NONE', reason = null, next_at = null
  where status = 'PENDING' and withdrawn_at is null and org_id <> all (v_heard);
  for v_sync in
    select * from public.onedrive_sync where status = 'NONE' and withdrawn_at is null and org_id = any (v_heard)
    order by created_at limit 200 for update skip locked
  loop
    v_count := v_count + 1;
    perform private.onedrive_ask(v_sync.document_id);
  end loop;
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
  'Asks again for what nobody answered, and gives up after the last wait; where nobody hears, files wait until somebody does.';

update public.onedrive_sync set status = 'NONE', reason = null
where status = 'FAILED' and reason = 'no answer' and withdrawn_at is null and not private.onedrive_is_heard(org_id);
