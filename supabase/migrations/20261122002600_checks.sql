-- Is all well: what each check looks for among an office's rows, what became of its runs, and what may be put right.

select private.set_aside('check_runs');

create type private.finding as (
  what text, about text, id uuid, case_id uuid, plate text, number numeric, detail text
);
comment on type private.finding is
  'What is wrong, with which row of which table, and how much of it; codes, ids and numbers, never what a helper says.';

-- The quick ones. They run as the caller, whose policies hold; the office is named because a job may see them all.

create function private.check_current_version(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select case when n.newest is null then 'no_version' when n.currents = 0 then 'no_current'
        when n.currents > 1 then 'several_currents' else 'other_number' end,
      'cases', c.id, c.id, c.plate, n.newest::numeric, null::text
    from (
      select k.* from public.cases k where k.org_id = p_org_id and not exists (
        select from public.case_helper h where h.case_id = k.id and h.is_current and h.version = k.current_version)
      union
      select k.* from public.cases k where k.org_id = p_org_id and k.id in (
        select h.case_id from public.case_helper h where h.is_current group by h.case_id having count(*) > 1)
    ) c cross join lateral (
      select max(h.version) as newest, count(*) filter (where h.is_current) as currents
      from public.case_helper h where h.case_id = c.id) n
    where n.newest is not null
      or c.created_at < clock_timestamp() - make_interval(mins => (p_limits ->> 'first_version_minutes')::integer)
    order by c.id limit p_most;
end;
$$;
comment on function private.check_current_version(uuid, jsonb, integer) is
  'Cases whose current version is missing, doubled, or not the one the case names; a new case has some minutes for its first.';

create function private.check_pictures(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select case when i.document_id is null then 'picture_without_file' else 'picture_of_put_away_file' end,
      'images', i.id, i.case_id, i.plate, null::numeric, null::text
    from public.images i left join public.documents d on d.id = i.document_id
    where i.org_id = p_org_id and i.deleted_at is null and (
      d.deleted_at is not null
      or i.document_id is null
        and coalesce(i.original_url, i.transformed_url, i.cloudinary_url, i.onedrive_path, i.onedrive_transformed_path) is null)
    order by i.id limit p_most;
end;
$$;
comment on function private.check_pictures(uuid, jsonb, integer) is 'Pictures in a gallery that no file and no address stands behind.';

create function private.check_files(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select 'damaged', 'documents', d.id, d.case_id, d.plate, d.size_bytes::numeric, null::text
    from public.documents d where d.org_id = p_org_id and d.deleted_at is null and d.upload_status = 'DAMAGED'
    order by d.id limit p_most;
end;
$$;
comment on function private.check_files(uuid, jsonb, integer) is
  'Files whose bytes are gone or changed, as the job knows that reads them back.';

create function private.check_invoice_lines(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select case when c.status in ('CLOSED', 'ARCHIVED') then 'open_in_closed_case' else 'unmapped_lines' end,
      'invoices', i.id, i.case_id, i.plate, n.lines::numeric, null::text
    from public.invoices i join public.cases c on c.id = i.case_id
    cross join lateral (
      select count(*) as lines from public.invoice_lines l
      where l.invoice_id = i.id and l.removed_at is null and not exists (
        select from public.invoice_damage_center_mappings m
        where m.invoice_line_id = l.id and m.mapping_status <> 'removed')) n
    where i.org_id = p_org_id and i.status in ('PENDING', 'ASSIGNED') and (n.lines > 0 or c.status in ('CLOSED', 'ARCHIVED'))
      and i.created_at < clock_timestamp() - make_interval(days => (p_limits ->> 'unmapped_days')::integer)
    order by i.created_at, i.id limit p_most;
end;
$$;
comment on function private.check_invoice_lines(uuid, jsonb, integer) is
  'Invoices that wait for days with lines of no damage center, or whose case was closed over them.';

create function private.check_payments(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_today date := (clock_timestamp() at time zone 'Asia/Jerusalem')::date;
begin
  return query
    select 'late', 'payment_tracking', p.id, p.case_id, p.plate, (v_today - p.expected_payment_date)::numeric, null::text
    from public.payment_tracking p
    where p.org_id = p_org_id and p.removed_at is null and p.payment_status <> 'שולם במלואו'
      and p.expected_payment_date < v_today - (p_limits ->> 'late_payment_days')::integer
    order by p.expected_payment_date, p.id limit p_most;
end;
$$;
comment on function private.check_payments(uuid, jsonb, integer) is 'Fees that were expected long ago and are not paid.';

create function private.check_mirror(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select 'failed', 'helper_sync_log', l.id, l.case_id, c.plate, l.version::numeric, l.sync_direction
    from public.helper_sync_log l left join public.cases c on c.id = l.case_id
    where l.org_id = p_org_id and l.sync_status = 'FAILED'
      and l.created_at > clock_timestamp() - make_interval(days => (p_limits ->> 'failed_days')::integer)
      and not exists (
        select from public.helper_sync_log n
        where n.case_id = l.case_id and n.sync_direction = l.sync_direction and n.created_at > l.created_at)
    order by l.created_at desc, l.id limit p_most;
end;
$$;
comment on function private.check_mirror(uuid, jsonb, integer) is
  'What Make and we sent each other and was refused, where nothing came after it.';

create function private.check_onedrive(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select 'failed', 'onedrive_sync', s.id, s.case_id, s.plate, s.attempts::numeric, s.document_id::text
    from public.onedrive_sync s join public.documents d on d.id = s.document_id and d.deleted_at is null
    where s.org_id = p_org_id and s.status = 'FAILED' and s.withdrawn_at is null order by s.id limit p_most;
end;
$$;
comment on function private.check_onedrive(uuid, jsonb, integer) is 'Files whose copy on OneDrive was asked for in vain.';

create function private.check_messages(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select case m.status when 'FAILED' then 'failed' else 'waiting' end, 'outbound_messages', m.id, m.case_id, m.plate,
      m.attempts::numeric, m.channel
    from public.outbound_messages m
    where m.org_id = p_org_id and (
      m.status = 'FAILED' and m.updated_at > clock_timestamp() - make_interval(days => (p_limits ->> 'failed_days')::integer)
      or m.status = 'QUEUED' and coalesce(m.next_at, m.updated_at) < clock_timestamp() - make_interval(hours => (p_limits ->> 'message_hours')::integer))
    order by m.created_at, m.id limit p_most;
end;
$$;
comment on function private.check_messages(uuid, jsonb, integer) is
  'Messages to people outside that were not sent, or that nobody answered for.';

create function private.check_reports(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select case r.status when 'FAILED' then 'failed' else 'waiting' end, 'reports', r.id, r.case_id, r.plate,
      r.version::numeric, r.report_type
    from public.reports r
    where r.org_id = p_org_id and (
      r.status = 'FAILED' and r.updated_at > clock_timestamp() - make_interval(days => (p_limits ->> 'failed_days')::integer)
        and not exists (select from public.reports n where n.case_id = r.case_id and n.report_type = r.report_type
          and n.nature = r.nature and (n.created_at, n.id) > (r.created_at, r.id))
      or r.status in ('PENDING', 'RENDERING')
        and greatest(r.lease_until, r.next_at, r.created_at) < clock_timestamp() - make_interval(mins => (p_limits ->> 'report_minutes')::integer))
    order by r.created_at, r.id limit p_most;
end;
$$;
comment on function private.check_reports(uuid, jsonb, integer) is
  'Reports that failed and that nobody asked for again, or that nobody makes.';

create function private.check_reminders(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_late timestamptz := clock_timestamp() - make_interval(mins => (p_limits ->> 'reminder_minutes')::integer);
begin
  return query
    (select 'not_released', 'reminders', r.id, r.case_id, r.plate,
      trunc(extract(epoch from clock_timestamp() - r.next_at) / 60), null::text
    from public.reminders r where r.org_id = p_org_id and r.next_at < v_late order by r.next_at, r.id limit p_most)
    union all
    (select case o.status when 'FAILED' then 'failed' else 'not_sent' end, 'reminders', r.id, r.case_id, r.plate,
      trunc(extract(epoch from clock_timestamp() - o.released_at) / 60), o.channel
    from public.reminder_occurrences o join public.reminders r on r.id = o.reminder_id
    where o.org_id = p_org_id and r.status not in ('הושלם', 'בוטל') and (
      o.status = 'QUEUED' and coalesce(o.next_at, o.released_at) < v_late
      or o.status = 'FAILED' and o.released_at > clock_timestamp() - make_interval(days => (p_limits ->> 'failed_days')::integer))
    order by o.released_at, o.id limit p_most)
    limit p_most;
end;
$$;
comment on function private.check_reminders(uuid, jsonb, integer) is
  'Reminders whose time passed and that nobody released, or that were released and reached nobody.';

create function private.check_deliveries(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select 'given_up', 'deliveries', d.id, d.case_id, c.plate, d.attempts::numeric, d.type
    from private.webhook_endpoints e
    join private.deliveries d on d.endpoint_id = e.id and d.status = 'dead'
    left join public.cases c on c.id = d.case_id
    where e.org_id = p_org_id and e.deleted_at is null order by d.created_at, d.id limit p_most;
end;
$$;
comment on function private.check_deliveries(uuid, jsonb, integer) is 'News that Make did not get and will not get by itself.';

create function private.check_outbox(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_old timestamptz := clock_timestamp() - make_interval(secs => (p_limits ->> 'outbox_seconds')::integer);
begin
  return query
    select case when e.is_paused then 'paused' else 'waiting' end, 'webhook_endpoints', e.id, null::uuid, null::text,
      trunc(extract(epoch from clock_timestamp() - f.oldest)), f.waiting::text
    from private.webhook_endpoints e cross join lateral (
      select min(w.next_at) as oldest, count(*) as waiting from (
        select d.next_at from private.deliveries d
        where d.endpoint_id = e.id and d.status = 'pending' and d.next_at < v_old
          and coalesce(d.lease_until, '-infinity') < v_old
        -- More than these nobody counts.
        order by d.seq limit 10000) w) f
    where e.org_id = p_org_id and e.deleted_at is null and f.waiting > 0 order by f.oldest, e.id limit p_most;
end;
$$;
comment on function private.check_outbox(uuid, jsonb, integer) is
  'Endpoints for which news wait that nobody takes up; a failed attempt waits for its time, and for us only afterwards.';

create function private.check_changes(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select 'not_counted', 'case_helper', h.id, h.case_id, h.plate, h.version::numeric, null::text
    from public.case_helper h
    where h.org_id = p_org_id and h.changes is null
      and h.saved_at < clock_timestamp() - make_interval(mins => (p_limits ->> 'count_minutes')::integer)
    order by h.saved_at desc, h.id limit p_most;
end;
$$;
comment on function private.check_changes(uuid, jsonb, integer) is 'Versions of which nobody said yet how much they changed.';

create function private.check_errors(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select 'errors', 'system_logs', null::uuid, null::uuid, null::text, t.times::numeric, t.component || '.' || t.event
    from (
      select l.component, l.event, sum(l.times) as times, sum(sum(l.times)) over () as of_all from public.system_logs l
      where (l.org_id = p_org_id or l.org_id is null) and l.log_level = 'ERROR'
        and l.created_at > clock_timestamp() - interval '1 hour'
      group by l.component, l.event) t
    where t.of_all > (p_limits ->> 'errors_per_hour')::integer order by t.times desc, 7 limit p_most;
end;
$$;
comment on function private.check_errors(uuid, jsonb, integer) is
  'What went wrong in the last hour, by its kind, where it is more than an hour may bring.';

-- Definer: who may look at the board may not look at the logins of the staff.
create function private.check_logins(p_org_id uuid, p_limits jsonb, p_most integer) returns setof private.finding
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query
    select 'login_of_nobody', 'accounts_user', p.user_id, null::uuid, null::text, null::numeric, p.status
    from backoffice.accounts_user u join public.profiles p on p.user_id = u.profile_id
    where p.org_id = p_org_id and private.may_mark(p_org_id) and u.is_active and u.is_staff and p.status <> 'active'
    order by p.user_id limit p_most;
end;
$$;
comment on function private.check_logins(uuid, jsonb, integer) is
  'Staff logins that still open, though their person does not work here any more.';

create function private.people_at_work(p_org_id uuid) returns integer
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return (select count(distinct e.actor) from public.events e
    where e.org_id = p_org_id and e.at > clock_timestamp() - interval '1 day');
end;
$$;
comment on function private.people_at_work(uuid) is 'How many people of an office did something in the last 24 hours.';

-- Those that must read every helper are asked for some cases at a time.

create function private.check_plates(p_org_id uuid, p_case_ids uuid[], p_limits jsonb) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select 'other_plate', 'cases', c.id, c.id, c.plate, h.version::numeric, place.pointer
    from public.cases c join public.case_helper h on h.case_id = c.id and h.is_current
    -- In memory once: a stored document would be fetched and unpacked anew for each place.
    cross join lateral (select h.helper_json || '{}' as said offset 0) d
    cross join lateral (values
      ('/meta/plate', d.said #> '{meta,plate}'), ('/vehicle/plate', d.said #> '{vehicle,plate}'),
      ('/vehicle/plate_number', d.said #> '{vehicle,plate_number}'),
      ('/case_info/plate', d.said #> '{case_info,plate}'), ('/car_details/plate', d.said #> '{car_details,plate}')
    ) place (pointer, value)
    where c.org_id = p_org_id and c.id = any (p_case_ids) and jsonb_typeof(place.value) in ('string', 'number')
      and private.plate_digits(left(place.value #>> '{}', 40)) not in ('', c.plate);
end;
$$;
comment on function private.check_plates(uuid, uuid[], jsonb) is
  'Places of the current helper that hold another plate than the case''s; only the place is told.';

create function private.check_versions(p_org_id uuid, p_case_ids uuid[], p_limits jsonb) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
begin
  return query
    select case when h.helper_name <> format('%s_helper_v%s', c.plate, h.version) then 'wrong_name' else 'wrong_owner' end,
      'case_helper', h.id, h.case_id, c.plate, h.version::numeric, null::text
    from public.cases c join public.case_helper h on h.case_id = c.id
    where c.org_id = p_org_id and c.id = any (p_case_ids)
      and (h.helper_name <> format('%s_helper_v%s', c.plate, h.version) or (h.plate, h.org_id) <> (c.plate, c.org_id));
  -- n counts over all cases of a plate; it is told with the first of them.
  return query
    select 'gap', 'cases', p.ids[1], p.ids[1], p.plate, n.newest - n.many, null::text
    from (
      select k.plate, array_agg(k.id order by k.id) as ids from public.cases k
      where k.org_id = p_org_id and k.plate in (
        select c.plate from public.cases c where c.org_id = p_org_id and c.id = any (p_case_ids))
      group by k.plate) p
    cross join lateral (
      select count(*)::numeric as many, max(h.version)::numeric as newest from public.case_helper h
      where h.case_id = any (p.ids)) n
    where p.ids[1] = any (p_case_ids) and n.many <> n.newest;
end;
$$;
comment on function private.check_versions(uuid, uuid[], jsonb) is
  'Versions whose name, plate or office is not what it must be, and plates whose numbers have gaps.';

create function private.center_codes(p_helper jsonb) returns text[]
language plpgsql immutable set search_path = ''
as $$
begin
  return array(
    select distinct code from unnest(array['centers', 'damage_centers', 'expertise/damage_blocks', 'estimate/damage_centers']) place
    cross join lateral (select p_helper #> string_to_array(place, '/') as list) l
    cross join lateral jsonb_array_elements(case when jsonb_typeof(l.list) = 'array' then l.list else '[]' end)
      with ordinality e (center, n)
    cross join lateral unnest(array[
      center ->> 'Id', center ->> 'id', center ->> 'code', center ->> 'damage_center_code', '#' || n, n::text,
      'מוקד ' || n, center ->> 'Damage center Number', 'מוקד ' || (center ->> 'Damage center Number'),
      center ->> 'number', 'מוקד ' || (center ->> 'number'), 'מוקד ' || (center ->> 'center_number')]) code
    where code is not null);
end;
$$;
comment on function private.center_codes(jsonb) is
  'Every name by which rows call the damage centers of a helper: ids, numbers, and the office''s own codes.';

create function private.check_centers(p_org_id uuid, p_case_ids uuid[], p_limits jsonb) returns setof private.finding
language plpgsql stable security invoker set search_path = ''
as $$
declare
  v_before timestamptz := clock_timestamp() - make_interval(hours => (p_limits ->> 'center_hours')::integer);
begin
  return query
    with named as materialized (
      select 'part' as what, 'parts_required' as about, p.id, p.case_id, p.plate, p.damage_center_codes as codes
      from public.parts_required p
      where p.org_id = p_org_id and p.case_id = any (p_case_ids) and p.damage_center_codes <> '{}' and p.status <> 'CANCELLED'
        and p.updated_at < v_before
      union all
      select 'invoice', 'invoices', m.invoice_id, m.case_id, m.plate, array[m.damage_center_id]
      from public.invoice_damage_center_mappings m
      where m.org_id = p_org_id and m.case_id = any (p_case_ids) and m.mapping_status <> 'removed' and m.updated_at < v_before
    ), known as materialized (
      select h.case_id, private.center_codes(h.helper_json || '{}') as codes from public.case_helper h
      where h.is_current and h.case_id in (select n.case_id from named n)
    )
    select n.what || '_of_no_center', n.about, n.id, n.case_id, n.plate, count(*)::numeric, null::text
    from named n join known k on k.case_id = n.case_id
    where not n.codes && k.codes group by n.what, n.about, n.id, n.case_id, n.plate;
end;
$$;
comment on function private.check_centers(uuid, uuid[], jsonb) is
  'Parts and invoices that stand with a damage center which the current helper does not have any more.';

-- What would change is found by doing it and taking it back: then the check and its repair can never disagree.

create function private.search_would_change(p_case_id uuid) returns text[]
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_was jsonb;
  v_became jsonb;
begin
  select to_jsonb(s) into v_was from public.case_search_index s where s.case_id = p_case_id;
  begin
    perform private.search_row_write(p_case_id,
      (select h.helper_json || '{}' from public.case_helper h where h.case_id = p_case_id and h.is_current));
    select to_jsonb(s) into v_became from public.case_search_index s where s.case_id = p_case_id;
    raise sqlstate 'HC000';
  exception when sqlstate 'HC000' then
    null;
  end;
  return array(select k from jsonb_object_keys(v_became - 'updated_at') k where v_became -> k is distinct from v_was -> k order by k);
end;
$$;
comment on function private.search_would_change(uuid) is 'Which columns of a case''s search row would change if it were made anew; nothing changes.';

create function private.check_search_rows(p_org_id uuid, p_case_ids uuid[], p_limits jsonb) returns setof private.finding
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_case record;
  v_changed text[];
begin
  for v_case in
    select c.id, c.plate, s.case_id is null as is_missing
    from public.cases c left join public.case_search_index s on s.case_id = c.id
    where private.may_mark(p_org_id) and c.org_id = p_org_id and c.id = any (p_case_ids) and c.current_version is not null
  loop
    v_changed := case when v_case.is_missing then '{}' else private.search_would_change(v_case.id) end;
    if v_case.is_missing or v_changed <> '{}' then
      return next row(case when v_case.is_missing then 'missing' else 'stale' end, 'cases', v_case.id, v_case.id, v_case.plate,
        cardinality(v_changed), array_to_string(v_changed, ', '))::private.finding;
    end if;
  end loop;
end;
$$;
comment on function private.check_search_rows(uuid, uuid[], jsonb) is 'Cases that are not found by what their current helper says.';

create function private.tracking_would_change(p_case_id uuid) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_rows integer;
begin
  begin
    v_rows := private.tracking_again(p_case_id);
    raise sqlstate 'HC000';
  exception when sqlstate 'HC000' then
    null;
  end;
  return v_rows;
end;
$$;
comment on function private.tracking_would_change(uuid) is 'How many tracking rows of a case would change if they were derived anew; nothing changes.';

create function private.check_tracking_rows(p_org_id uuid, p_case_ids uuid[], p_limits jsonb) returns setof private.finding
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_case record;
  v_rows integer;
begin
  for v_case in
    select c.id, c.plate, case when t.case_id is null then 'missing' when '*failed' = any (t.warnings) then 'failed' end as what
    from public.cases c left join public.tracking_general t on t.case_id = c.id
    where private.may_mark(p_org_id) and c.org_id = p_org_id and c.id = any (p_case_ids) and c.current_version is not null
  loop
    v_rows := private.tracking_would_change(v_case.id);
    if v_case.what is not null or v_rows > 0 then
      return next row(coalesce(v_case.what, 'stale'), 'cases', v_case.id, v_case.id, v_case.plate, v_rows, null)::private.finding;
    end if;
  end loop;
end;
$$;
comment on function private.check_tracking_rows(uuid, uuid[], jsonb) is
  'Cases whose tracking rows are missing, could not be derived, or are not what the current helper says.';

-- What the server says of itself, which only its owner is told.

create function private.slow_statements(p_ms integer, p_seconds integer) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_schema text := (select n.nspname from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_stat_statements');
  v_slow jsonb;
begin
  -- Who is at work now, and not who was when this transaction asked first.
  perform pg_stat_clear_snapshot();
  if v_schema is not null then
    begin
      execute format('select coalesce(jsonb_agg(s), ''[]'') from (
        select queryid::text as id, calls, round(mean_exec_time::numeric) as ms from %I.pg_stat_statements
        where dbid = (select oid from pg_catalog.pg_database where datname = current_database()) and calls >= 20
          and mean_exec_time > $1 order by mean_exec_time * calls desc limit 50) s', v_schema) into v_slow using p_ms;
    -- It is there and was not loaded, or not for us.
    exception when others then
      v_slow := null;
    end;
  end if;
  return jsonb_build_object('slow', v_slow, 'running', (
    select coalesce(jsonb_agg(a), '[]') from (
      select pid, trunc(extract(epoch from clock_timestamp() - query_start)) as seconds from pg_catalog.pg_stat_activity
      where datname = current_database() and state = 'active' and backend_type = 'client backend' and pid <> pg_backend_pid()
        and query_start < clock_timestamp() - make_interval(secs => p_seconds)
      order by query_start limit 50) a));
end;
$$;
comment on function private.slow_statements(integer, integer) is
  'Statements that take long on average, by their number, and those at work for long now; never what they say. Null: not counted here.';

-- What became of the runs

create table public.check_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid references public.orgs (id) on delete restrict,
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,39}$'),
  state text not null check (state in ('WELL', 'FINDINGS', 'UNKNOWN')),
  found integer not null default 0 check (found >= 0),
  findings jsonb not null default '[]' check (octet_length(findings::text) <= 65536),
  measured jsonb not null default '{}' check (octet_length(measured::text) <= 4096),
  reason text check (reason ~ '^[A-Za-z][A-Za-z0-9_]{0,99}$'),
  ms integer not null default 0,
  runs integer not null default 1,
  started_by uuid references public.profiles (user_id) on delete restrict,
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz not null default clock_timestamp(),
  constraint check_runs_counted check ((state = 'FINDINGS') = (found > 0))
);
comment on table public.check_runs is 'What a check of the health board found, and when; an hour of the same answer is one row.';
comment on column public.check_runs.org_id is 'null: about the system, not about one office''s rows.';
comment on column public.check_runs.findings is 'The first of them: codes, ids and numbers; only the newest run keeps them.';
comment on column public.check_runs.reason is 'Why it could not run; a code, never a text.';
create index check_runs_newest on public.check_runs (org_id, name, started_at desc);
create index check_runs_started_by on public.check_runs (started_by);
alter table public.check_runs enable row level security;
alter table public.check_runs force row level security;
revoke all on public.check_runs from anon, authenticated, service_role;
create policy "Staff read how their office and the system are" on public.check_runs for select to backoffice_staff
  using (org_id = any (array(select private.my_orgs())) or (org_id is null and exists (select private.my_orgs())));
grant select on public.check_runs to backoffice_staff, service_role;

create function private.check_record(
  p_org_id uuid, p_name text, p_state text, p_found integer, p_findings jsonb, p_measured jsonb, p_reason text, p_ms integer
) returns public.check_runs
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_last public.check_runs;
  v_run public.check_runs;
begin
  if not (private.may_mark(p_org_id) or (p_org_id is null and exists (select private.my_orgs()))) then
    raise sqlstate 'PT404' using message = 'office not found', detail = '{"code": "not_found"}';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('check ' || p_name || coalesce(p_org_id::text, ''), 0));
  select * into v_last from public.check_runs r
  where r.org_id is not distinct from p_org_id and r.name = p_name order by r.started_at desc limit 1;
  if (v_last.state, v_last.found, v_last.reason) is not distinct from (p_state, p_found, p_reason)
    and v_last.started_at >= date_trunc('hour', clock_timestamp())
  then
    update public.check_runs set runs = runs + 1, finished_at = clock_timestamp(), findings = p_findings,
      measured = p_measured, ms = p_ms, started_by = coalesce(auth.uid(), started_by)
    where id = v_last.id returning * into v_run;
    return v_run;
  end if;
  update public.check_runs set findings = '[]' where id = v_last.id;
  insert into public.check_runs (org_id, name, state, found, findings, measured, reason, ms, started_by)
  values (p_org_id, p_name, p_state, p_found, p_findings, p_measured, p_reason, p_ms, (select auth.uid()))
  returning * into v_run;
  if p_state = 'FINDINGS' and v_last.state is distinct from 'FINDINGS' then
    perform private.system_log('WARN', 'health', 'check_turned_red', 'A check of the health board found something: ' || p_name,
      jsonb_build_object('check', p_name, 'found', p_found), p_org_id => p_org_id);
  elsif p_state = 'WELL' and v_last.state = 'FINDINGS' then
    perform private.system_log('INFO', 'health', 'check_is_well', 'A check of the health board is well again: ' || p_name,
      jsonb_build_object('check', p_name), p_org_id => p_org_id);
  end if;
  return v_run;
end;
$$;
comment on function private.check_record(uuid, text, text, integer, jsonb, jsonb, text, integer) is
  'Keeps what a check found; staff are told when it turns red, and when it is well again.';

create function private.check_runs_sweep(p_days integer) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  delete from public.check_runs r
  where r.finished_at < clock_timestamp() - make_interval(days => greatest(p_days, 1)) and exists (
    select from public.check_runs n
    where n.org_id is not distinct from r.org_id and n.name = r.name and n.started_at > r.started_at);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.check_runs_sweep(integer) is 'Forgets old runs of checks, but never the last one of each.';

-- Repairs. Each is asked for by a manager of the office, and leaves an event.

create function private.repair_begin(p_org_id uuid) returns void
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not private.may_mark(p_org_id) then
    raise sqlstate 'PT404' using message = 'office not found', detail = '{"code": "not_found"}';
  elsif current_setting('role') <> 'service_role' and not private.is_manager() then
    raise sqlstate '42501' using message = 'only a manager repairs';
  end if;
end;
$$;
comment on function private.repair_begin(uuid) is 'Refuses whoever is no manager of the office.';

create function private.repair_end(p_org_id uuid, p_name text, p_done integer, p_left integer, p_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform private.repair_begin(p_org_id);
  perform private.event_add(p_org_id, null, 'check.repaired', p_data => jsonb_build_object('check', p_name, 'rows', p_done,
    'left', p_left, 'ids', to_jsonb(p_ids[:20])));
end;
$$;
comment on function private.repair_end(uuid, text, integer, integer, uuid[]) is 'Tells what a repair did: which check, how many rows, the first ids.';

create function private.repair_current_version(p_org_id uuid, p_case_ids uuid[]) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_case public.cases;
  v_newest integer;
  v_count integer := 0;
begin
  perform private.repair_begin(p_org_id);
  for v_case in select * from public.cases c where c.org_id = p_org_id and c.id = any (p_case_ids) order by c.id for update loop
    -- A save of this plate waits, or we wait for it.
    perform private.plate_queue(v_case.org_id, v_case.plate);
    select max(h.version) into v_newest from public.case_helper h where h.case_id = v_case.id;
    if v_newest is not null then
      update public.case_helper h set is_current = false where h.case_id = v_case.id and h.is_current and h.version <> v_newest;
      update public.case_helper h set is_current = true where h.case_id = v_case.id and not h.is_current and h.version = v_newest;
      update public.cases c set current_version = v_newest where c.id = v_case.id and c.current_version is distinct from v_newest;
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end;
$$;
comment on function private.repair_current_version(uuid, uuid[]) is
  'Makes the newest version of a case its current one again, as every save does; no version is changed.';

create function private.repair_search_rows(p_org_id uuid, p_case_ids uuid[]) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_case record;
  v_count integer := 0;
begin
  perform private.repair_begin(p_org_id);
  for v_case in
    select c.id, h.helper_json || '{}' as helper from public.cases c join public.case_helper h on h.case_id = c.id and h.is_current
    where c.org_id = p_org_id and c.id = any (p_case_ids) order by c.id
  loop
    insert into public.case_search_index (case_id, org_id) values (v_case.id, p_org_id) on conflict do nothing;
    perform private.search_row_write(v_case.id, v_case.helper);
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;
comment on function private.repair_search_rows(uuid, uuid[]) is 'Makes what cases are found by anew from their current helpers.';

create function private.repair_jobs(p_org_id uuid) returns integer
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_count integer;
begin
  perform private.repair_begin(p_org_id);
  update public.job_runs set state = 'FAILED', error = 'worker_lost', finished_at = clock_timestamp()
  where state = 'RUNNING' and alive_until < clock_timestamp() and (org_id = p_org_id or org_id is null);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.repair_jobs(uuid) is 'Closes runs whose worker was lost, which would keep the same work from being begun.';

grant execute on function
  private.check_current_version(uuid, jsonb, integer), private.check_pictures(uuid, jsonb, integer),
  private.check_files(uuid, jsonb, integer), private.check_invoice_lines(uuid, jsonb, integer),
  private.check_payments(uuid, jsonb, integer), private.check_mirror(uuid, jsonb, integer),
  private.check_onedrive(uuid, jsonb, integer), private.check_messages(uuid, jsonb, integer),
  private.check_reports(uuid, jsonb, integer), private.check_reminders(uuid, jsonb, integer),
  private.check_deliveries(uuid, jsonb, integer), private.check_outbox(uuid, jsonb, integer),
  private.check_changes(uuid, jsonb, integer), private.check_errors(uuid, jsonb, integer),
  private.check_logins(uuid, jsonb, integer), private.people_at_work(uuid),
  private.check_plates(uuid, uuid[], jsonb), private.check_versions(uuid, uuid[], jsonb), private.center_codes(jsonb),
  private.check_centers(uuid, uuid[], jsonb), private.check_search_rows(uuid, uuid[], jsonb),
  private.check_tracking_rows(uuid, uuid[], jsonb), private.slow_statements(integer, integer), private.applied_versions(),
  private.check_record(uuid, text, text, integer, jsonb, jsonb, text, integer), private.check_runs_sweep(integer),
  private.repair_begin(uuid), private.repair_end(uuid, text, integer, integer, uuid[]),
  private.repair_current_version(uuid, uuid[]), private.repair_search_rows(uuid, uuid[]), private.repair_jobs(uuid)
to backoffice_staff, service_role;
