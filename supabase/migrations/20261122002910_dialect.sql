-- What the existing UI asks by a name that our own tables would make ambiguous.

select private.hold_still();

-- A profile leads to its office by itself and through user_orgs: PostgREST would refuse `orgs(name)` as two ways.
create function public.orgs(p_profile public.profiles) returns setof public.orgs rows 1
language sql stable security invoker set search_path = ''
as $$ select * from public.orgs where id = p_profile.org_id $$;
comment on function public.orgs(public.profiles) is 'The office of a profile, for PostgREST''s profiles?select=orgs(name).';
revoke execute on function public.orgs(public.profiles) from public, anon, authenticated, service_role;
grant execute on function public.orgs(public.profiles) to authenticated, service_role;

-- What belongs to an invoice leads to it by two keys as well: its id, and its id with the office.
create function public.invoice_lines(p_invoice public.invoices) returns setof public.invoice_lines
language sql stable security invoker set search_path = ''
as $$ select * from public.invoice_lines where invoice_id = p_invoice.id order by line_number $$;
comment on function public.invoice_lines(public.invoices) is
  'The lines of an invoice in their order, for PostgREST''s invoices?select=invoice_lines(*).';

create function public.invoices(p_line public.invoice_lines) returns setof public.invoices rows 1
language sql stable security invoker set search_path = ''
as $$ select * from public.invoices where id = p_line.invoice_id $$;
comment on function public.invoices(public.invoice_lines) is
  'The invoice of a line, for PostgREST''s invoice_lines?select=invoices!inner(...).';

create function public.invoice_documents(p_invoice public.invoices) returns setof public.invoice_documents
language sql stable security invoker set search_path = ''
as $$ select * from public.invoice_documents where invoice_id = p_invoice.id order by created_at $$;
comment on function public.invoice_documents(public.invoices) is
  'The papers of an invoice, for PostgREST''s invoices?select=invoice_documents(*).';

create function public.invoice_validations(p_invoice public.invoices) returns setof public.invoice_validations rows 1
language sql stable security invoker set search_path = ''
as $$ select * from public.invoice_validations where invoice_id = p_invoice.id $$;
comment on function public.invoice_validations(public.invoices) is
  'What an invoice''s sums come to, for PostgREST''s invoices?select=invoice_validations(*).';

revoke execute on function public.invoice_lines(public.invoices), public.invoices(public.invoice_lines),
  public.invoice_documents(public.invoices), public.invoice_validations(public.invoices)
  from public, anon, authenticated, service_role;
grant execute on function public.invoice_lines(public.invoices), public.invoices(public.invoice_lines),
  public.invoice_documents(public.invoices), public.invoice_validations(public.invoices)
  to authenticated, service_role;

-- What stays of an existing project beside ours.
select private.adoption_end();
