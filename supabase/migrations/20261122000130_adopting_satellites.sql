-- What a copy of an existing project's satellites cannot say by itself.

create function private.adopted_word(p_word text, variadic p_words text[]) returns text
language sql immutable set search_path = ''
as $$ select case when btrim(p_word) = any (p_words) then btrim(p_word) end $$;
comment on function private.adopted_word(text, text[]) is 'A word that is one of these; null where it is another, which the old row keeps.';

create function private.adopted_address(p_text text) returns text
language sql immutable set search_path = ''
as $$ select case when length(p_text) <= 2000 and p_text ~ '^https://' then p_text end $$;
comment on function private.adopted_address(text) is 'An address that may be followed; null for any other, which the old row keeps.';

create function private.adopted_filename(p_text text) returns text
language sql immutable set search_path = ''
as $$ select coalesce(nullif(left(regexp_replace(btrim(p_text), '[[:cntrl:]/\\]', '_', 'g'), 255), ''), '?') $$;
comment on function private.adopted_filename(text) is 'A file''s name without what would make it a path.';

create function private.adopt_same_parts() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if to_regclass('legacy.parts_required') is null then
    return;
  end if;
  insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
  select 'parts_required', p.id::text, 'same_part_again', 'the case needs the same part already, under another row_uuid: keep one of them'
  from (
    select id, row_number() over (partition by case_id, damage_center_code, pcode, oem, part_name, price_per_unit, quantity
      order by created_at, id) as place
    from public.parts_required
  ) p where p.place > 1;
end;
$$;
comment on function private.adopt_same_parts() is 'Lists parts that the existing screens kept again at each save.';

create function private.adopted_lines() returns table (id uuid, number integer)
language plpgsql stable set search_path = ''
as $$
begin
  return query
    select l.id, case when l.line_number between 1 and 100000
        and count(*) over (partition by l.invoice_id, l.line_number) = 1 then l.line_number
      -- Lines without a number, or that share one, follow after all others.
      else (50000 + row_number() over (partition by l.invoice_id order by l.line_number, l.created_at, l.id))::integer end
    from legacy.invoice_lines l;
end;
$$;
comment on function private.adopted_lines() is 'A number of its own for each line of an invoice.';

create function private.adopt_tracking() returns void
language plpgsql volatile set search_path = ''
as $$
declare
  v_table text;
begin
  if to_regnamespace('legacy') is null then
    return;
  end if;
  perform private.tracking_derive(h.case_id, h.helper_json || '{}') from public.case_helper h where h.is_current;
  foreach v_table in array array['tracking_expertise', 'tracking_final_report'] loop
    continue when to_regclass(format('legacy.%I', v_table)) is null;
    -- A row of ours is one damage center of the current helper; the paper that was printed stays with the case.
    execute format($sql$
      update public.%1$I t set pdf_storage_path = l.pdf_storage_path, pdf_public_url = l.pdf_public_url
      from (
        select distinct on (l.case_id%2$s) l.* from legacy.%1$I l where l.pdf_storage_path <> ''
        order by l.case_id%2$s, l.is_current desc nulls last, l.created_at desc nulls last
      ) l where l.case_id = t.case_id%3$s$sql$, v_table,
      case v_table when 'tracking_final_report' then ', l.report_type' else '' end,
      case v_table when 'tracking_final_report' then ' and l.report_type = t.report_type' else '' end);
    execute format($sql$
      insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
      select %1$L, l.id::text, 'derived_anew', 'ours is made of the current helper, a row a damage center: nothing to do'
      from legacy.%1$I l$sql$, v_table);
    perform private.adoption_tie(v_table);
  end loop;
end;
$$;
comment on function private.adopt_tracking() is
  'Tracking rows of adopted cases are made of their helpers; what was printed stays linked, and the old rows are listed.';

create function private.adopt_documents_of_cases() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if to_regclass('legacy.documents') is null then
    return;
  end if;
  perform private.bring_back('documents', $as${
    "filename": "private.adopted_filename(l.filename)", "mime_type": "left(l.mime_type, 200)",
    "category": "coalesce(private.adopted_word(l.category, 'report', 'invoice', 'image', 'license'), 'other')",
    "storage_key": "p.key", "bucket_name": "case when p.key is not null then p.bucket end",
    "upload_status": "case when p.key is null then 'LINKED' else 'STORED' end",
    "checksum": "(select lower(c) from unnest(array[l.checksum, l.file_hash]) c where lower(c) ~ '^[0-9a-f]{64}$' limit 1)",
    "onedrive_web_url": "private.adopted_address(l.onedrive_web_url)",
    "file_metadata": "coalesce(l.file_metadata, '{}') || case when p.key is null and p.was <> '' then
      jsonb_build_object('was', jsonb_build_object('bucket', l.bucket_name, 'key', p.was)) else '{}' end"
    }$as$, 'left join private.adopted_places() p on p.id = l.id');
  insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
  select 'documents', p.id::text, 'bytes_elsewhere', 'its bytes lie under a key that is not its case''s: copy them there, and name the new key'
  from private.adopted_places() p join public.documents d on d.id = p.id where p.key is null and p.was <> '';
end;
$$;
comment on function private.adopt_documents_of_cases() is
  'Files of an existing project; one whose bytes lie where our rule allows none is listed with its old place.';

create function private.adopted_places() returns table (id uuid, bucket text, key text, was text)
language plpgsql stable set search_path = ''
as $$
begin
  return query
    select p.id, p.bucket, case when p.bucket in ('reports', 'originals', 'processed', 'docs', 'temp')
        and p.was ~ '^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$' and length(p.was) <= 500
        and split_part(p.was, '/', 1) in (c.org_id::text, c.id::text)
        and row_number() over (partition by p.bucket, p.was order by p.created_at, p.id) = 1 then p.was end, p.was
    from (
      select d.id, d.case_id, d.created_at,
        coalesce(nullif(to_jsonb(d) ->> 'storage_key', ''), to_jsonb(d) ->> 'storage_path') as was,
        coalesce(nullif(to_jsonb(d) ->> 'bucket_name', ''), case d.category when 'report' then 'reports' else 'docs' end) as bucket
      from legacy.documents d
    ) p left join public.cases c on c.id = p.case_id;
end;
$$;
comment on function private.adopted_places() is 'Where the bytes of a file lie, and whether our rule allows a row to name that.';

create function private.adoption_end() returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if to_regnamespace('legacy') is null then
    return;
  end if;
  insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
  select c.relname, k.conname, 'not_valid', 'some rows name a row that stayed aside: decide that one, then validate the constraint'
  from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid
  where k.connamespace = 'public'::regnamespace and not k.convalidated;
  insert into legacy.adoption_notes (table_name, row_id, reason, proposed)
  select 'functions', p.oid::regprocedure::text, 'runs_as_owner',
    'anybody may call it and it sees every row: revoke execute from public and anon once no screen calls it'
  from pg_catalog.pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.prosecdef and has_function_privilege('anon', p.oid, 'execute')
    and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e');
  notify pgrst, 'reload schema';
end;
$$;
comment on function private.adoption_end() is 'Lists what an existing project leaves beside ours.';
