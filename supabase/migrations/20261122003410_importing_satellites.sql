-- More of an office's tables have a place here, and their JSON comes to the last digit.

drop function private.import_row(uuid, text, jsonb);
create function private.import_row(p_source_id uuid, p_table text, p_row jsonb, p_whole text[] default '{}')
returns uuid
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  v_row jsonb := p_row;
  v_columns text;
  v_id uuid;
begin
  -- The tables of the house that an import may fill; everything else has verbs of its own.
  if p_table not in ('parts_search_sessions', 'parts_search_results', 'parts_required', 'required_parts_archive',
    'selected_parts', 'invoice_suppliers', 'invoice_lines', 'invoice_documents', 'reminders', 'payment_tracking', 'fee_invoices',
    'documents', 'images', 'kb_docs', 'case_collaborators') then
    raise sqlstate 'PT422' using message = 'no such table', detail = '{"code": "invalid", "pointer": "/table"}';
  end if;
  begin
    -- A cell of a CSV is JSON in a text. What jsonb cannot hold is taken without it, as p_row has it.
    select p_row || coalesce(jsonb_object_agg(c.name, coalesce(case json_typeof(s.said -> c.name)
      when 'string' then s.said ->> c.name else (s.said -> c.name)::text end::jsonb, p_row -> c.name)), '{}') into v_row
    from unnest(p_whole) as c (name), (
      select ltrim(convert_from(i.raw, 'UTF8'), U&'\FEFF')::json as said from public.import_sources i where i.id = p_source_id
    ) s;
  exception when data_exception then
    v_row := p_row;
  end;
  select string_agg(quote_ident(a.attname), ', ') into v_columns
  from pg_catalog.pg_attribute a
  where a.attrelid = format('public.%I', p_table)::regclass and a.attnum > 0 and not a.attisdropped
    and a.attgenerated = '' and jsonb_typeof(v_row -> a.attname::text) <> 'null';
  execute format('insert into public.%1$I (%2$s) select %2$s from jsonb_populate_record(null::public.%1$I, $1)
    on conflict do nothing returning id', p_table, v_columns) into v_id using v_row;
  update public.import_sources set state = case when v_id is null then 'SAME' else 'ROW' end, row_id = v_id,
    case_id = (v_row ->> 'case_id')::uuid, reason = case when v_id is null then 'already_there' end
  where id = p_source_id;
  return v_id;
end;
$$;
comment on function private.import_row(uuid, text, jsonb, text[]) is
  'Makes a row of a source row, through the table''s own rules; null where a row of its key is there already. p_whole: columns whose JSON is the source''s.';
revoke execute on function private.import_row(uuid, text, jsonb, text[]) from public;
grant execute on function private.import_row(uuid, text, jsonb, text[]) to service_role;
