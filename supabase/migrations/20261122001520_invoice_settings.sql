-- What an office sets for its invoices, and what people do to them by hand: take a reading's values, join suppliers.

select private.hold_still();

create policy "Managers set their office's tolerance" on public.orgs for update to backoffice_staff
  using (id = any (array(select private.my_orgs())) and (select private.is_manager()))
  with check (id = any (array(select private.my_orgs())) and (select private.is_manager()));
grant update (invoice_tolerance) on public.orgs to backoffice_staff;

create function private.tolerance_audit() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into private.audit_log (org_id, actor, door, action, table_name, record_id, old_values, new_values, request_id)
  values (new.id, (select auth.uid()), private.door(), tg_op, tg_table_name, new.id,
    jsonb_build_object('invoice_tolerance', old.invoice_tolerance),
    jsonb_build_object('invoice_tolerance', new.invoice_tolerance), private.request_id());
  return null;
end;
$$;
comment on function private.tolerance_audit() is 'Keeps who set the tolerance of an office''s invoices, and what it was.';
create trigger orgs_tolerance_audit after update of invoice_tolerance on public.orgs
  for each row when (old.invoice_tolerance is distinct from new.invoice_tolerance) execute function private.tolerance_audit();

create function private.invoice_take_reading(p_invoice_id uuid, p_ocr_result_id uuid) returns public.invoices
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_read public.ocr_results;
  v_invoice public.invoices;
  v_lines jsonb;
begin
  select * into v_invoice from public.invoices where id = p_invoice_id for update;
  select r.* into v_read from public.ocr_results r
  join public.invoice_documents d on d.ocr_result_id = r.id
  where r.id = p_ocr_result_id and d.invoice_id = p_invoice_id;
  if v_invoice.id is null or v_read.id is null then
    raise sqlstate 'PT404' using message = 'this invoice has no such reading', detail = '{"code": "not_found"}';
  end if;
  if v_invoice.status not in ('DRAFT', 'PENDING') then
    raise sqlstate 'PT409' using message = 'only an invoice that is not assigned yet takes a reading''s values',
      detail = jsonb_build_object('code', 'conflict', 'status', v_invoice.status);
  end if;
  v_invoice := public.invoices_upsert(private.invoice_row_of(v_read) - array['plate', 'source'], v_invoice.case_id,
    p_invoice_id, v_invoice.org_id);
  v_lines := private.invoice_lines_of(v_read);
  if v_lines is not null then
    perform public.invoice_lines_bulk_upsert(p_invoice_id, v_lines, true);
  end if;
  return v_invoice;
end;
$$;
comment on function private.invoice_take_reading(uuid, uuid) is
  'Gives an invoice what one reading of its papers says; what that reading does not say stays as it is.';

create function private.supplier_collisions(p_from uuid, p_into uuid)
returns table (invoice_number text, from_id uuid, into_id uuid)
language sql stable security invoker set search_path = ''
as $$
  select a.invoice_number, a.id, b.id from public.invoices a
  join public.invoices b on b.supplier_id = p_into and b.invoice_number = a.invoice_number
  where a.supplier_id = p_from
  order by a.invoice_number
$$;
comment on function private.supplier_collisions(uuid, uuid) is 'Invoices of the same number that two suppliers have.';

create function private.supplier_merge(p_from uuid, p_into uuid) returns integer
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_from public.invoice_suppliers;
  v_into public.invoice_suppliers;
  v_moved integer;
begin
  -- In the order of their ids: two who merge the same pair both ways queue here instead of dead-locking.
  perform from public.invoice_suppliers where id in (p_from, p_into) order by id for update;
  select * into v_from from public.invoice_suppliers where id = p_from;
  select * into v_into from public.invoice_suppliers where id = p_into and org_id = v_from.org_id;
  if v_from.id is null or v_into.id is null then
    raise sqlstate 'PT404' using message = 'no such supplier', detail = '{"code": "not_found"}';
  end if;
  if p_from = p_into or v_from.merged_into is not null or v_into.merged_into is not null
    or exists (select from public.invoice_suppliers where merged_into = p_from) then
    raise sqlstate 'PT409' using message = 'one of the two belongs to a merge already',
      detail = '{"code": "conflict", "reason": "merged"}';
  end if;
  if exists (select from private.supplier_collisions(p_from, p_into)) then
    raise sqlstate 'PT409' using message = 'both have an invoice of the same number',
      detail = '{"code": "conflict", "reason": "numbers"}';
  end if;
  -- What was accepted or cancelled keeps pointing here; merged_into leads on.
  update public.invoices set supplier_id = p_into, metadata = metadata || jsonb_build_object('merged_from', p_from)
  where supplier_id = p_from and accepted_at is null and status <> 'CANCELLED';
  get diagnostics v_moved = row_count;
  update public.invoice_suppliers set merged_into = p_into where id = p_from;
  return v_moved;
end;
$$;
comment on function private.supplier_merge(uuid, uuid) is
  'Says that a supplier is another one; its invoices that may still change move there, and how many is answered.';

create function private.supplier_part(p_supplier_id uuid) returns integer
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_into uuid;
  v_moved integer;
begin
  select merged_into into v_into from public.invoice_suppliers where id = p_supplier_id for update;
  if v_into is null then
    raise sqlstate 'PT404' using message = 'this supplier was merged into none', detail = '{"code": "not_found"}';
  end if;
  update public.invoices set supplier_id = p_supplier_id, metadata = metadata - 'merged_from'
  where supplier_id = v_into and metadata ->> 'merged_from' = p_supplier_id::text and accepted_at is null
    and status <> 'CANCELLED';
  get diagnostics v_moved = row_count;
  update public.invoice_suppliers set merged_into = null where id = p_supplier_id;
  return v_moved;
end;
$$;
comment on function private.supplier_part(uuid) is 'Takes a merge back: the supplier stands by itself, with the invoices that it brought.';

grant execute on function private.invoice_take_reading(uuid, uuid), private.supplier_collisions(uuid, uuid),
  private.supplier_merge(uuid, uuid), private.supplier_part(uuid) to authenticated, service_role;
