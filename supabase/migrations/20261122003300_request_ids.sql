-- One id from a request to what Make is told of it: the log of web, the message, the log of the worker, Make's header.

select private.hold_still();

alter table private.outbox add column request_id text default private.request_id() check (length(request_id) <= 100);
comment on column private.outbox.request_id is
  'The X-Request-Id of the call that wrote it, and of each post that tells of it; null where a job wrote it.';

-- As before, and with the message's request_id; what a function returns can only be changed by making it anew.
drop function private.deliveries_claim(uuid, integer, integer, integer);
create function private.deliveries_claim(p_endpoint_id uuid, p_limit integer, p_lease_seconds integer, p_per_second integer)
returns table (
  delivery_id uuid, attempt integer, wait_seconds double precision, message_id uuid, type text, case_id uuid,
  plate text, version integer, data jsonb, created_at timestamptz,
  url text, body text, secret text, previous_secret text, request_id text
)
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := clock_timestamp();
  v_endpoint private.webhook_endpoints;
  v_gap interval := case when p_per_second > 0 then make_interval(secs => 1.05 / p_per_second) else interval '0' end;
  v_first timestamptz;
  v_taken integer;
begin
  -- One claim at a time for an endpoint: pace and order both hang on it. Nobody waits, the other one is at work.
  select * into v_endpoint from private.webhook_endpoints e
  where e.id = p_endpoint_id and not e.is_paused and e.deleted_at is null for update skip locked;
  v_first := greatest(v_now, coalesce(v_endpoint.next_slot, v_now));
  if v_endpoint.id is null or v_first >= v_now + interval '1 second' then
    return;
  end if;

  return query
    with front as (
      -- A row may go when it and all before it in its case may go; whoever may not was taken up before.
      select d.id, d.seq from private.deliveries d
      where d.endpoint_id = p_endpoint_id and d.status = 'pending'
        and d.next_at <= v_now and coalesce(d.lease_until, '-infinity') < v_now
        and not exists (select from private.deliveries b
          where b.endpoint_id = p_endpoint_id and b.case_id = d.case_id and b.seq < d.seq
            and b.status = 'pending' and b.attempts > 0 and (b.next_at > v_now or b.lease_until > v_now))
      order by d.seq limit p_limit
    ), chosen as (
      select f.id, (row_number() over (order by f.seq) - 1) * v_gap as later from front f
    ), taken as (
      update private.deliveries d
      set lease_until = v_now + make_interval(secs => p_lease_seconds), attempts = d.attempts + 1
      from chosen c
      where d.id = c.id and (c.later = interval '0' or v_first + c.later < v_now + interval '1 second')
      returning d.*, c.later
    )
    select t.id, t.attempts, extract(epoch from v_first - v_now + t.later)::double precision, t.message_id, o.type,
      o.case_id, k.plate, o.version, o.data, o.created_at,
      v_endpoint.url, v_endpoint.body, v_endpoint.secret,
      case when v_endpoint.previous_secret_until > v_now then v_endpoint.previous_secret end, o.request_id
    from taken t join private.outbox o on o.id = t.message_id left join public.cases k on k.id = o.case_id
    order by t.seq;
  get diagnostics v_taken = row_count;
  if v_taken > 0 then
    update private.webhook_endpoints e set next_slot = v_first + v_taken * v_gap where e.id = p_endpoint_id;
  end if;
end;
$$;
comment on function private.deliveries_claim(uuid, integer, integer, integer) is
  'Takes what may leave for one endpoint now, in order within each case and no faster than it takes it.';
revoke execute on function private.deliveries_claim(uuid, integer, integer, integer) from public;
grant execute on function private.deliveries_claim(uuid, integer, integer, integer) to service_role;
