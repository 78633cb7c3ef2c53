-- The home page's numbers and charts: counted for whoever looks, no further than is worth it, in two calls.

select private.hold_still();

-- What is counted stands in an index of its own, so that a large office's home page reads no row it does not show.
create index cases_in_hand on public.cases (assigned_to, updated_at desc, id) where status not in ('CLOSED', 'ARCHIVED');
create index documents_waiting on public.documents (org_id, created_at desc) where case_id is null and deleted_at is null;
create index onedrive_sync_failed on public.onedrive_sync (org_id) where status = 'FAILED' and withdrawn_at is null;
create index helper_sync_log_troubles on public.helper_sync_log (org_id, created_at desc) where sync_status <> 'SUCCESS';
create index reminders_open on public.reminders (org_id, coalesce(snoozed_until, due_at)) where status in ('ממתין', 'באיחור');
create index payment_tracking_unpaid on public.payment_tracking (org_id, expected_payment_date) include (total_fee, case_id)
  where removed_at is null and payment_status <> 'שולם במלואו';
-- The same rows with their fees.
drop index public.payment_tracking_expected;
create index payment_tracking_sent on public.payment_tracking (org_id, broadcast_date) include (total_fee, payment_status, case_id)
  where removed_at is null;

create function private.home_numbers(p_wanted text[], p_most integer)
returns table (name text, n integer, total numeric, since timestamptz)
language plpgsql stable security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  v_today date := (now() at time zone 'Asia/Jerusalem')::date;
  v_me uuid := (select auth.uid());
  v_org uuid := (select p.org_id from public.profiles p where p.user_id = v_me);
  v_hour timestamptz := date_trunc('hour', now()) - interval '47 hours';
  v_wanted text;
begin
  -- One statement each: it keeps its plan, and what is not wanted is not read.
  foreach v_wanted in array p_wanted loop
    case v_wanted
    when 'open_cases' then
      return query select v_wanted, count(*)::integer, null::numeric, null::timestamptz from (
        select from public.cases c where c.status not in ('CLOSED', 'ARCHIVED') limit p_most + 1) f;
    when 'my_cases' then
      return query select v_wanted, count(*)::integer, null::numeric, null::timestamptz from (
        select from public.cases c where c.assigned_to = v_me and c.status not in ('CLOSED', 'ARCHIVED') limit p_most + 1) f;
    when 'unpaid_fees' then
      return query select v_wanted, count(*)::integer, sum(f.total_fee), null::timestamptz from (
        select p.total_fee from public.payment_tracking p
        where p.removed_at is null and p.payment_status <> 'שולם במלואו' limit p_most + 1) f;
    when 'late_fees' then
      return query select v_wanted, count(*)::integer, sum(f.total_fee), null::timestamptz from (
        select p.total_fee from public.payment_tracking p
        where p.removed_at is null and p.payment_status <> 'שולם במלואו' and p.expected_payment_date < v_today
        limit p_most + 1) f;
    when 'invoices_to_assign' then
      return query select v_wanted, count(*)::integer, null::numeric, null::timestamptz from (
        select from public.invoices i where i.status in ('DRAFT', 'PENDING') limit p_most + 1) f;
    when 'failed_deliveries' then
      return query select v_wanted, count(*)::integer, null::numeric, null::timestamptz from (
        select from private.webhook_endpoints e join private.deliveries d on d.endpoint_id = e.id
        where e.deleted_at is null and d.status = 'dead' limit p_most + 1) f;
    when 'waiting_deliveries' then
      -- A number of the outbox only grows: the first of each endpoint's line is its oldest.
      return query select v_wanted, count(*)::integer, null::numeric, (
          select min(o.created_at) from private.webhook_endpoints e cross join lateral (
            select d.created_at from private.deliveries d where d.endpoint_id = e.id and d.status = 'pending'
            order by d.seq limit 1) o)
      from (select from private.deliveries d where d.status = 'pending' limit p_most + 1) f;
    when 'unassigned_files' then
      return query select v_wanted, count(*)::integer, null::numeric, null::timestamptz from (
        select from public.documents d where d.case_id is null and d.deleted_at is null limit p_most + 1) f;
    when 'failed_copies' then
      return query select v_wanted, count(*)::integer, null::numeric, null::timestamptz from (
        select from public.onedrive_sync s where s.status = 'FAILED' and s.withdrawn_at is null limit p_most + 1) f;
    when 'mirror_troubles' then
      return query select v_wanted, count(*)::integer, null::numeric, max(f.created_at) from (
        select l.created_at from public.helper_sync_log l where l.sync_status <> 'SUCCESS'
          and l.sync_direction = 'TO_SUPABASE' and l.created_at >= (v_today - 6)::timestamp at time zone 'Asia/Jerusalem'
        limit p_most + 1) f;
    when 'failed_reports' then
      return query select v_wanted, count(*)::integer, null::numeric, null::timestamptz from (
        select from public.reports r where r.status = 'FAILED'
          and r.created_at >= (v_today - 6)::timestamp at time zone 'Asia/Jerusalem' limit p_most + 1) f;
    when 'failed_messages' then
      return query select v_wanted, count(*)::integer, null::numeric, null::timestamptz from (
        select from public.outbound_messages m where m.status = 'FAILED'
          and m.created_at >= (v_today - 6)::timestamp at time zone 'Asia/Jerusalem' limit p_most + 1) f;
    when 'overdue_reminders' then
      return query select v_wanted, count(*)::integer, null::numeric, min(f.due) from (
        select coalesce(r.snoozed_until, r.due_at) as due from public.reminders r
        where r.status in ('ממתין', 'באיחור') and coalesce(r.snoozed_until, r.due_at) < now() limit p_most + 1) f;
    when 'todays_reminders' then
      return query select v_wanted, count(*)::integer, null::numeric, min(f.due) from (
        select coalesce(r.snoozed_until, r.due_at) as due from public.reminders r
        where r.status in ('ממתין', 'באיחור') and coalesce(r.snoozed_until, r.due_at) >= v_today::timestamp at time zone 'Asia/Jerusalem'
          and coalesce(r.snoozed_until, r.due_at) < (v_today + 1)::timestamp at time zone 'Asia/Jerusalem'
        limit p_most + 1) f;
    when 'troubles' then
      -- As public.admin_system_health adds them up, without its hours.
      return query select v_wanted, (
          coalesce((select sum(l.times) from public.system_logs l where (l.org_id = v_org or l.org_id is null)
            and l.created_at >= v_hour and l.event in ('answer_failed', 'save_failed')), 0)
          + (select count(*) from private.deliveries d
            where d.org_id = v_org and d.created_at >= v_hour and d.status = 'dead')
          + (select count(*) from public.job_runs j where (j.org_id = v_org or j.org_id is null)
            and j.started_at >= v_hour and j.state = 'FAILED'))::integer, null::numeric, null::timestamptz;
    when 'last_backup' then
      return query select v_wanted, count(f.finished_at)::integer, null::numeric, max(f.finished_at) from (
        select j.finished_at from public.job_runs j where j.kind = 'backup' and j.state = 'DONE' and j.org_id is null
        order by j.started_at desc limit 1) f;
    else
      raise sqlstate 'PT422' using message = 'there is no such number', detail = '{"code": "invalid"}';
    end case;
  end loop;
end;
$$;
comment on function private.home_numbers(text[], integer) is
  'The wanted numbers of the home page as their lists count them for the caller; one more than p_most stands for any more.';

create function private.home_series(p_wanted text[], p_most integer)
returns table (series text, day date, part text, n bigint, total numeric)
language plpgsql stable security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  v_today date := (now() at time zone 'Asia/Jerusalem')::date;
  v_from timestamptz := (v_today - 13)::timestamp at time zone 'Asia/Jerusalem';
begin
  if 'saves' = any (p_wanted) then
    return query select 'saves', (e.at at time zone 'Asia/Jerusalem')::date, '', count(*), null::numeric
    from public.events e where e.kind = 'case_helper' and e.at >= v_from group by 2;
  end if;
  if 'statuses' = any (p_wanted) then
    return query select 'statuses', null::date, s.status, f.n, null::numeric
    from unnest(array['OPEN', 'IN_PROGRESS', 'מחכה לאישור תביעה', 'מחכה לתשלום', 'שולם', 'תביעה אושרה', 'בתביעת בית משפט',
      'אחר', 'CLOSED', 'ARCHIVED']) s (status)
    cross join lateral (
      select count(*) as n from (select from public.cases c where c.status = s.status limit p_most + 1) one) f;
  end if;
  if 'deliveries' = any (p_wanted) then
    return query select 'deliveries', (d.created_at at time zone 'Asia/Jerusalem')::date, d.status, count(*), null::numeric
    from private.deliveries d where d.created_at >= v_from and d.status <> 'cancelled' group by 2, 3;
  end if;
  if 'fees' = any (p_wanted) then
    -- By day first: a month is found for some hundreds of days, and not for each fee.
    return query select 'fees', date_trunc('month', d.broadcast_date)::date,
      case when d.payment_status = 'שולם במלואו' then 'paid' else 'unpaid' end, sum(d.n)::bigint, sum(d.total)
    from (
      select p.broadcast_date, p.payment_status, count(*) as n, sum(p.total_fee) as total from public.payment_tracking p
      where p.removed_at is null and p.broadcast_date >= (date_trunc('month', v_today) - interval '11 months')::date
        and p.broadcast_date < (date_trunc('month', v_today) + interval '1 month')::date
      group by 1, 2) d
    group by 2, 3;
  end if;
end;
$$;
comment on function private.home_series(text[], integer) is
  'What the home page draws: saves and deliveries of two weeks by day, cases by status, and a year''s fees by month.';

revoke execute on function private.home_numbers(text[], integer), private.home_series(text[], integer)
  from public, anon, authenticated, service_role;
grant execute on function private.home_numbers(text[], integer), private.home_series(text[], integer) to backoffice_staff;
