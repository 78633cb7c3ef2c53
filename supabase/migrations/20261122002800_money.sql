-- Lists as files: what was exported of one, and what a file would change in one before anybody confirms it.

select private.set_aside('list_files');

create table public.list_files (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete restrict,
  list text not null check (list ~ '^[a-z][a-z_]{0,39}$'),
  direction text not null check (direction in ('EXPORT', 'IMPORT')),
  format text not null check (format in ('csv', 'xlsx')),
  filename text not null check (length(filename) between 1 and 200),
  ids uuid[],
  rows jsonb,
  heads jsonb not null default '[]',
  refused jsonb not null default '{}',
  total integer not null default 0 check (total >= 0),
  content bytea,
  job_id uuid references public.job_runs (id) on delete set null,
  created_by uuid references public.profiles (user_id) on delete restrict,
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (user_id) on delete restrict,
  updated_at timestamptz not null default now(),
  constraint list_files_has_rows check ((direction = 'EXPORT') = (ids is not null) and (direction = 'IMPORT') = (rows is not null))
);
comment on table public.list_files is
  'A list that is written into a file, or a file that is read into a list: its rows, how far it is, and what came of it; for some days.';
comment on column public.list_files.ids is 'EXPORT: the rows that were asked for, in their order.';
comment on column public.list_files.rows is 'IMPORT: each row of the file with what it would do; nothing is written before somebody confirms.';
comment on column public.list_files.refused is 'IMPORT: place of a row in the file -> why it was not written after all.';
create index list_files_org on public.list_files (org_id, created_at desc);
create index list_files_job on public.list_files (job_id);
create index list_files_created_by on public.list_files (created_by);
create index list_files_updated_by on public.list_files (updated_by);
create trigger list_files_stamp before insert or update on public.list_files
  for each row execute function private.office_row_stamp();

alter table public.list_files enable row level security;
alter table public.list_files force row level security;
revoke all on public.list_files from anon, authenticated, service_role;
-- A file holds rows of many cases, and some of them are perhaps shown to its maker alone.
create policy "Who made a list's file reads it, and managers do" on public.list_files for select to authenticated
  using (org_id = any (array(select private.my_orgs()))
    and (created_by = (select auth.uid()) or (select private.is_manager())));
create policy "Members add rows of their office" on public.list_files for insert to authenticated
  with check (org_id = any (array(select private.my_orgs())));
create policy "Who made a list's file works on it, and managers do" on public.list_files for update to authenticated
  using (org_id = any (array(select private.my_orgs())) and (created_by = (select auth.uid()) or (select private.is_manager())))
  with check (org_id = any (array(select private.my_orgs())));
-- The tables of the house are the back office's alone; the browser of the existing UI has no business here.
grant select, insert, update on public.list_files to backoffice_staff, service_role;

create function private.list_files_sweep(p_days integer) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  -- The owner deletes: nobody else may, so that a file never vanishes under who waits for it.
  delete from public.list_files where created_at < clock_timestamp() - make_interval(days => greatest(p_days, 1));
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.list_files_sweep(integer) is 'Forgets exported and imported files past their days; how many.';
revoke execute on function private.list_files_sweep(integer) from public;
grant execute on function private.list_files_sweep(integer) to service_role;

-- What an invoice in a file may be found by, and what two papers of one invoice have in common.
create index invoices_number on public.invoices (org_id, invoice_number);
create index invoices_alike on public.invoices (org_id, total_amount, invoice_date) where status <> 'CANCELLED';

create function private.invoices_matched(p_rows jsonb)
returns table (place integer, invoice_id uuid)
language sql stable security invoker set search_path = ''
as $$
  select r.place, i.id
  from jsonb_to_recordset(p_rows) as r(place integer, id uuid, invoice_number text, supplier_name text, supplier_tax_id text)
  cross join lateral (
    select private.supplier_key(left(r.supplier_name, 300)) as key,
      nullif(left(regexp_replace(r.supplier_tax_id, '[^0-9]', '', 'g'), 12), '') as tax
  ) s
  join public.invoices i on case when r.id is not null then i.id = r.id else i.invoice_number = r.invoice_number end
    and i.org_id = any (array(select private.my_orgs()))
  left join public.invoice_suppliers of on of.id = i.supplier_id
  where r.id is not null
    or (s.key is null or s.key = '') and s.tax is null
    or coalesce(of.merged_into, of.id) in (
      select coalesce(k.merged_into, k.id) from public.invoice_suppliers k
      where k.org_id = i.org_id
        and (k.tax_id = s.tax or (k.name_key = s.key and (k.tax_id is null or s.tax is null)))
    )
$$;
comment on function private.invoices_matched(jsonb) is
  'The invoices that the rows of a file mean: by id, else by number and supplier, as private.supplier_of knows one.';
revoke execute on function private.invoices_matched(jsonb) from public;
grant execute on function private.invoices_matched(jsonb) to authenticated, service_role;
