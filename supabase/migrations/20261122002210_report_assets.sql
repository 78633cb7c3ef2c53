-- What stands on an office's reports: pictures by their places in the storage, and words.

select private.set_aside('user_assets');

create function private.is_asset_place(p_path text, p_org_id uuid) returns boolean
language sql immutable set search_path = ''
as $$
  -- Only what was cleaned and stored for this office: another place could hold anybody's bytes.
  select p_path ~ '^[0-9a-f-]{36}/assets/[0-9a-f-]{36}[.]png$' and split_part(p_path, '/', 1) = p_org_id::text
$$;
comment on function private.is_asset_place(text, uuid) is 'Whether a place in the storage is one for a picture of this office''s reports.';
grant execute on function private.is_asset_place(text, uuid) to authenticated, service_role;

create table public.user_assets (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  user_id uuid references public.profiles (user_id) on delete restrict,
  company_logo_path text check (private.is_asset_place(company_logo_path, org_id)),
  company_stamp_path text check (private.is_asset_place(company_stamp_path, org_id)),
  user_signature_path text check (private.is_asset_place(user_signature_path, org_id)),
  background_path text check (private.is_asset_place(background_path, org_id)),
  draft_watermark_text text check (length(draft_watermark_text) <= 60),
  directive_watermark_text text check (length(directive_watermark_text) <= 60),
  business_name text check (length(business_name) <= 200),
  license_number text check (length(license_number) <= 60),
  address text check (length(address) <= 300),
  phone text check (length(phone) <= 60),
  email text check (length(email) <= 200),
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint user_assets_once unique nulls not distinct (org_id, user_id)
);
comment on table public.user_assets is
  'What stands on reports: one row a person, and one of the office, without a person, for all who have none of their own.';
comment on column public.user_assets.company_logo_path is 'A PNG in the bucket docs, as all of these paths.';
create index user_assets_user on public.user_assets (user_id);
create index user_assets_created_by on public.user_assets (created_by);
create index user_assets_updated_by on public.user_assets (updated_by);

create trigger user_assets_stamp before insert or update on public.user_assets
  for each row execute function private.office_row_stamp();
create trigger user_assets_audit after insert or update or delete on public.user_assets
  for each row execute function private.audit('updated_at', 'updated_by');

alter table public.user_assets enable row level security;
alter table public.user_assets force row level security;
revoke all on public.user_assets from anon, authenticated, service_role;
create policy "People see what stands on their own reports" on public.user_assets for select to authenticated
  using (org_id = any (array(select private.my_orgs())) and (user_id is null or user_id = (select auth.uid())));
create policy "People set their own, managers the office's" on public.user_assets for insert to authenticated
  with check (org_id = any (array(select private.my_orgs()))
    and (user_id = (select auth.uid()) or (user_id is null and (select private.is_manager()))));
create policy "People change their own, managers the office's" on public.user_assets for update to authenticated
  using (org_id = any (array(select private.my_orgs()))
    and (user_id = (select auth.uid()) or (user_id is null and (select private.is_manager()))))
  with check (org_id = any (array(select private.my_orgs()))
    and (user_id = (select auth.uid()) or (user_id is null and (select private.is_manager()))));
grant select on public.user_assets to authenticated, service_role;
-- Whose row it is never changes.
grant insert (org_id, user_id, company_logo_path, company_stamp_path, user_signature_path, background_path,
    draft_watermark_text, directive_watermark_text, business_name, license_number, address, phone, email),
  update (company_logo_path, company_stamp_path, user_signature_path, background_path,
    draft_watermark_text, directive_watermark_text, business_name, license_number, address, phone, email)
  on public.user_assets to authenticated, service_role;

-- Rows of an existing project; its pictures lie in buckets of their own and are uploaded anew.
select private.bring_back('user_assets', '{"org_id": "(select p.org_id from public.profiles p where p.user_id = l.user_id)", "user_id": "l.user_id",
  "company_logo_path": "null", "company_stamp_path": "null", "user_signature_path": "null", "background_path": "null",
  "draft_watermark_text": "left(l.draft_watermark_text, 60)", "directive_watermark_text": "left(l.directive_watermark_text, 60)",
  "business_name": "left(l.business_name, 200)"}');
