"""The staging table of a generated city: what each dossier is, before its rows are written (see `screens_fill`).

`r(i, k)` is the k-th draw of dossier i, evenly between 0 and 1 and the same at every run. Shares: about 8 % open, more
of the recent ones; 3 % of the decided ones late; two fifths filed online; a few units and rooms take most of the work;
owners come again. A limit in working days is counted as seven fifths of so many days, off the weekend.
"""

from __future__ import annotations

DRAW = """
create or replace function r(i bigint, k int) returns float8 language sql immutable parallel safe as
$$ select (hashint8extended(i, k) & 2147483647)::float8 / 2147483648 $$
"""

STAGE = """
create table made as
with drawn as materialized (
    select i, r(i, 1) as r1, r(i, 2) as r2, r(i, 3) as r3, r(i, 4) as r4, r(i, 5) as r5, r(i, 6) as r6, r(i, 7) as r7,
           r(i, 8) as r8,
           %(now)s::timestamptz - interval '365 days' * (1 - i::float8 / %(count)s) as about,
           floor(86 * power(r(i, 9), 1.8))::int as unit,
           (i %% %(thin)s = 0) as kept
    from generate_series(1, %(count)s) i
), filed as (
    select d.*, floor(rooms * power(r(i, 10), 1.5))::int as room,
           (about::date + case when r2 > 0.9 then 0 when extract(isodow from about) = 6 then -1
                               when extract(isodow from about) = 7 then -2 else 0 end)
           + time '00:40' + interval '9 hours' * r3 as submitted,
           case when r4 < 0.41 then 'online' when r4 < 0.95 then 'counter' when r4 < 0.98 then 'inbound' else 'post' end
           as channel,
           (array[0, 0, 1, 3, 3, 3, 5, 5, 7, 10, 15, 15, 20, 30])[1 + floor(14 * r5)::int] as days,
           floor(r(i, 11) * %(count)s * 0.6)::bigint as owner,
           floor(%(procedures)s * power(r(i, 12), 2.2))::int as number
    from drawn d
    join (select unit, count(*) as rooms from points group by unit) one using (unit)
), taken as (
    select f.*, submitted at time zone 'UTC' as submitted_at,
           case when r6 < 0.03 then null
                else (submitted + case when channel = 'counter' then interval '12 minutes'
                                       else interval '20 hours' * r7 end) at time zone 'UTC' end as accepted_at,
           r6 < 0.03 as refused, r8 < 0.12 * i::float8 / %(count)s as stuck, r(i, 13) < 0.03 as slow
    from filed f
), promised as (
    select t.*, case when accepted_at is not null then
               (select day + case extract(isodow from day) when 6 then 2 when 7 then 1 else 0 end
                from (select accepted_at::date + ceil(days * 1.4)::int as day) one) end as promised_on,
           case when refused then submitted_at + interval '1 day'
                else accepted_at + interval '1 hour' + interval '1 day' * 1.4
                     * (case when slow then days + 1 + 8 * r(i, 14) else days * (0.15 + 0.8 * r(i, 14)) end)
           end as ready
    from taken t
), decided as (
    select p.*, case when promised_on is not null then promised_on + time '10:00' end at time zone 'UTC' as promised_at,
           case when not stuck and ready <= %(now)s then ready end as decided_at
    from promised p
), ended as (
    select d.*, case when decided_at is not null and r(i, 15) < 0.96
                          and decided_at + interval '6 days' * r(i, 16) < %(now)s
                     then decided_at + interval '6 days' * r(i, 16) end as collected_at
    from decided d
), standing as (
    select e.*, case
        when decided_at is null and (accepted_at is null or accepted_at > %(now)s) then 1
        when decided_at is null and stuck and r(i, 17) < 0.45 then 5
        when decided_at is null and stuck and r(i, 17) < 0.50 then 6
        when decided_at is null and r(i, 17) > 0.9 then 2
        when decided_at is null then 4
        when refused then 3
        when r(i, 18) < 0.02 then 7
        when r(i, 18) < 0.04 then 8
        when collected_at is not null then 10
        else 9 end as status
    from ended e
), placed as (
    select s.*, p.agency, p.centre, p.office, p.unit_code,
           case status when 1 then 0 when 2 then 1 when 6 then 0 when 9 then 5
                when 4 then case when r(i, 19) < 0.55 then 1 when r(i, 19) < 0.75 then 2
                                 when r(i, 19) < 0.9 then 3 else 4 end end as open_step,
           case status when 1 then 0 when 6 then 0 when 2 then 1 when 5 then 1 when 4 then 4 when 9 then 5
                when 10 then 5 else 1 end as last_step
    from standing s join points p using (unit, room)
)
select i, unit, room, agency, centre, office, channel, days, submitted_at, status, kept or decided_at is null as kept,
       case when accepted_at <= %(now)s then accepted_at end as accepted_at,
       case when accepted_at <= %(now)s then promised_on end as promised_on,
       case when accepted_at <= %(now)s then promised_at end as promised_at,
       decided_at, case when status = 10 then collected_at end as returned_at, open_step,
       case when status = 4 then open_step else last_step end as last_step,
       case when decided_at is null or accepted_at is null then ''
            when decided_at::date < promised_on then 'early' when decided_at::date = promised_on then 'on_time'
            else 'late' end as judged,
       '2.' || lpad(number::text, 6, '0') as procedure,
       'Thủ tục hành chính số ' || number || ' của danh mục thành phố' as procedure_name,
       lpad((79000000000 + owner)::text, 12, '0') as identity,
       '09' || lpad((owner %% 100000000)::text, 8, '0') as phone,
       case when org then trade.written || ' ' || given.written || ' ' || family.written
            else family.written || ' ' || middle.written || ' ' || given.written end as owner_name,
       case when org then trade.folded || ' ' || given.folded || ' ' || family.folded
            else family.folded || ' ' || middle.folded || ' ' || given.folded end as search_key,
       given.sorted || ' ' || family.sorted as sort_key,
       'NOP-' || to_char(submitted_at, 'YYMMDD') || '-' || lpad(row_number() over (
           partition by submitted_at::date order by i)::text, 5, '0') as filing_code,
       case when accepted_at <= %(now)s then unit_code || '-' || to_char(submitted_at, 'YYMMDD') || '-'
           || lpad(row_number() over (partition by unit, submitted_at::date order by i)::text, 4, '0') end as code,
       (lpad(to_hex((extract(epoch from submitted_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 3)
        || '8' || substr(md5(i::text), 4, 15))::uuid as case_id,
       (select id from bundles where procedure = '1.001612' limit 1) as bundle_id
from (
    select p.*, r(owner, 31) < 0.08 as org, r(owner, 32) < 0.5 as woman from placed p
) one
join names family on family.list = 'family' and family.slot = floor(1000 * r(owner, 33))::int
join names middle on middle.list = case when woman then 'women' else 'men' end
    and middle.slot = floor(1000 * r(owner, 34))::int
join names given on given.list = case when woman then 'woman' else 'man' end
    and given.slot = floor(1000 * r(owner, 35))::int
join names trade on trade.list = 'trade' and trade.slot = floor(1000 * r(owner, 36))::int
order by i
"""
