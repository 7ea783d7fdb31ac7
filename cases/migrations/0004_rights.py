"""Who has what to do with a case, asked by the policies row by row.

In plpgsql and with one plan for any value, kept for the connection: an expression
written in a policy would be planned with each question of each page. Who asks comes as
an argument, read once a statement (`(select app.posting())`, `(select app.ties())`);
being strict, a function is not even called for whom it does not concern. They belong
to the owner of the tables: no nested policy, no recursion.
"""

from django.db import migrations

# Told to the planner as what it costs (40 µs), so that it reads few rows to ask it of.
ASKED = (
    "returns boolean language plpgsql stable strict security definer cost 1000"
    " set search_path = public, pg_temp set plan_cache_mode = force_generic_plan"
)

AGENTS = f"""
-- A substitute, as long as they are: of which service the case is, its row says.
create function app.assists(wanted bigint, mine accounts_posting) {ASKED}
as $$
begin
  return exists (
    select from cases_assignment a
     where a.case_id = wanted and a.user_id = mine.user_id and a.ended_at is null);
end $$;

-- The referent and the substitutes, in the service that they act for.
create function app.follows(wanted bigint, mine accounts_posting) {ASKED}
as $$
begin
  return exists (
    select from cases_case c
     where c.id = wanted and mine.role = 'cpip' and c.spip_id = mine.spip_id
       and (c.referent_id = mine.user_id or app.assists(wanted, mine)));
end $$;

-- The direction, for what is not restricted.
create function app.manages(wanted bigint, mine accounts_posting) {ASKED}
as $$
begin
  return exists (
    select from cases_case c
     where c.id = wanted and mine.role = 'manager' and c.spip_id = mine.spip_id
       and c.sensitivity < 3);
end $$;

-- The SQL twin of BrokenGlassQuerySet.live_of(). To read only: no policy that lets
-- write asks it.
create function app.looks_into(wanted bigint, mine accounts_posting) {ASKED}
as $$
begin
  return exists (
    select from cases_brokenglass g join cases_case c on c.id = g.case_id
     where g.case_id = wanted and mine.role in ('cpip', 'manager')
       and g.user_id = mine.user_id and g.ends_at > statement_timestamp()
       and c.spip_id = mine.spip_id and c.sensitivity < 3);
end $$;

-- Shares that the direction countersigned or may countersign: their papers stay
-- readable to it, their documents only while they wait.
create function app.countersigns(wanted bigint, mine accounts_posting) {ASKED}
as $$
begin
  return exists (
    select from cases_share s
     where s.id = wanted and s.needs_countersignature and app.manages(s.case_id, mine));
end $$;

create function app.may_countersign(wanted bigint, mine accounts_posting) {ASKED}
as $$
begin
  return exists (
    select from cases_share s
     where s.id = wanted and app.countersigns(wanted, mine)
       and s.countersigned_at is null and s.revoked_at is null
       and s.ends_at > statement_timestamp() and s.created_by_id <> mine.user_id
       and not exists (select from cases_brokenglass g
                        where g.case_id = s.case_id and g.user_id = mine.user_id));
end $$;

create function app.may_countersign_document(wanted bigint, mine accounts_posting) {ASKED}
as $$
begin
  return exists (
    select from cases_sharerecipient r
     where r.content_object_id = wanted and app.may_countersign(r.share_id, mine));
end $$;

-- The SQL twin of cases.models.cases.cpips_of().
create function app.is_cpip_of(who bigint, service bigint) {ASKED}
as $$
begin
  return exists (
    select from accounts_user u join accounts_posting p on p.user_id = u.id
     where u.id = who and u.is_active and p.spip_id = service and p.role = 'cpip'
       and p.confirmed_at is not null and p.starts_on <= app.today()
       and (p.ends_on is null or p.ends_on >= app.today()));
end $$;

-- The SQL twin of CaseQuerySet.entrusted_to().
create function app.is_entrusted_with(wanted bigint, mine accounts_posting) {ASKED}
as $$
begin
  return exists (
    select from cases_case c
     where c.id = wanted
       and (app.manages(wanted, mine)
            or app.follows(wanted, mine)
               and (c.referent_id = mine.user_id
                    or not app.is_cpip_of(c.referent_id, c.spip_id))));
end $$;
"""

PARTNERS = f"""
-- What all the shares of a partner rest on: their memberships as a designated person,
-- the partnerships of their structures that entitle to named data, each with the
-- conventions in force that the structure is a party to.
create type app.entitlement as (partnership bigint, agreement bigint);
create type app.ties as (
  partner bigint, memberships bigint[], entitlements app.entitlement[]);
create function app.ties_of(who bigint) returns app.ties
language plpgsql stable strict security definer set search_path = public, pg_temp
as $$
declare held app.ties;
begin
  held.partner := who;
  held.memberships := array(
    select m.id from partners_membership m
      join partners_clearance h on h.membership_id = m.id
     where m.user_id = who and m.ended_at is null
       and h.designated_at is not null and h.suspended_at is null);
  held.entitlements := array(
    select (p.id, a.id)::app.entitlement from partners_membership m
      join partners_organisation o on o.id = m.organisation_id
      join partners_organisationkind k on k.id = o.kind_id
      join partners_partnership p on p.organisation_id = o.id
      join partners_agreementparty t on t.organisation_id = o.id
      join partners_agreement a on a.id = t.agreement_id
     where m.user_id = who and p.state = 'validated'
       and p.art46_confirmed_at is not null and p.art46_category not in ('', 'other')
       and not k.is_state
       and o.reviewed_at > statement_timestamp() - interval '274 days'
       and a.signed_on is not null
       and a.starts_on <= app.today() and a.ends_on >= app.today()
       and (a.denounced_on is null or a.denounced_on > app.today()));
  return held;
end $$;
create function app.ties() returns app.ties
language plpgsql stable security definer set search_path = public, pg_temp
as $$ begin return app.ties_of(app.partner()); end $$;
"""

# The SQL twin of cases.models.shares.live(). Written out for each key, for a call of a
# function within another takes as long as three more tables.
RECEIVED = "".join(
    f"""
create function app.{name}(wanted bigint, mine app.ties) {ASKED}
as $$
begin
  return exists (
    select from cases_sharerecipient r
      join cases_share s on s.id = r.share_id
      join cases_measure x on x.id = s.measure_id
      join cases_case c on c.id = r.case_id
     where r.{key} = wanted and r.user_id = mine.partner
       and r.membership_id = any(mine.memberships)
       and (r.partnership_id, r.agreement_id)::app.entitlement
           = any(mine.entitlements)
       and s.revoked_at is null
       and s.starts_at <= statement_timestamp() and s.ends_at > statement_timestamp()
       and (not s.needs_countersignature or s.countersigned_at is not null)
       and (x.ends_on is null or x.ends_on >= app.today() - s.days_after_measure)
       and c.sensitivity <> 2);
end $$;
"""
    for name, key in {
        "is_live": "id",
        "receives_in": "case_id",
        "receives_share": "share_id",
        "receives_document": "content_object_id",
    }.items()
)

VERBS = """
-- The one way in: what it opens is decided here, for whoever asks does not see the case.
create function app.break_glass(number text, reason text, how_long interval)
returns setof bigint
language sql security definer set search_path = public, pg_temp
as $$
  insert into cases_brokenglass (uuid, case_id, user_id, motive, starts_at, ends_at)
  select gen_random_uuid(), c.id, mine.user_id, reason,
         statement_timestamp(), statement_timestamp() + how_long
    from cases_case c, app.posting() mine
   where mine.role in ('cpip', 'manager')
     and c.spip_id = mine.spip_id and c.reference = number and c.sensitivity < 3
     and not app.follows(c.id, mine)
  returning id
$$;

-- The one way a case changes hands. The application's role has no right to: whoever
-- gives a case away sees it no more, and a manager writes in no case.
create function app.hand_over(given bigint[], heir bigint) returns integer
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  acting accounts_posting := app.posting();
  done integer;
begin
  if not coalesce(app.is_cpip_of(heir, acting.spip_id), false) then
    raise exception 'not a CPIP of the service' using errcode = 'insufficient_privilege';
  end if;
  -- What follows reads them as whoever came before has left them.
  perform from cases_case c
    where c.id = any(given) and app.is_entrusted_with(c.id, acting)
    order by c.id for update;
  with mine as (
    select c.id, c.referent_id from cases_case c
     where c.id = any(given) and c.referent_id <> heir
       and app.is_entrusted_with(c.id, acting)
  ), moved as (
    update cases_case c set referent_id = heir from mine
     where c.id = mine.id returning c.id, mine.referent_id as previous
  ), no_more_substitute as (
    update cases_assignment set ended_at = statement_timestamp(), ended_by_id = app.uid()
     where user_id = heir and ended_at is null and case_id in (select id from moved)
  ), noted as (
    insert into cases_transfer (case_id, previous_id, referent_id, decided_by_id)
    select id, previous, heir, app.uid() from moved returning case_id
  )
  select count(*) into done from noted;
  return done;
end $$;

-- Who reads the messages of a share, told to whom has a part in it. Every CPIP who can
-- act as such counts, whatever they act as now: they read once they do.
create function app.readers_of_share(wanted bigint)
returns table (user_id bigint, membership_id bigint)
language sql stable security definer set search_path = public, pg_temp
as $$
  with share as (
    select s.id, s.case_id, c.referent_id, c.spip_id
      from cases_share s join cases_case c on c.id = s.case_id
     where s.id = wanted
       and (app.follows(s.case_id, (select app.posting()))
         or app.receives_share(s.id, (select app.ties()))
         or (select app.system()) = 'cases')
  ), follower as (
    select referent_id as id, spip_id from share
    union
    select a.user_id, s.spip_id from share s
      join cases_assignment a on a.case_id = s.case_id and a.ended_at is null
  )
  select f.id, null::bigint from follower f where app.is_cpip_of(f.id, f.spip_id)
  union all
  select r.user_id, min(r.membership_id) from cases_sharerecipient r
    join accounts_user u on u.id = r.user_id and u.is_active
   where r.share_id = wanted and exists (select from share)
     and app.is_live(r.id, app.ties_of(r.user_id))
   group by r.user_id
$$;
"""

UNDO = """
drop function app.readers_of_share(bigint);
drop function app.hand_over(bigint[], bigint);
drop function app.break_glass(text, text, interval);
drop function app.receives_document(bigint, app.ties);
drop function app.receives_share(bigint, app.ties);
drop function app.receives_in(bigint, app.ties);
drop function app.is_live(bigint, app.ties);
drop function app.ties();
drop function app.ties_of(bigint);
drop type app.ties;
drop type app.entitlement;
drop function app.is_entrusted_with(bigint, accounts_posting);
drop function app.is_cpip_of(bigint, bigint);
drop function app.may_countersign_document(bigint, accounts_posting);
drop function app.may_countersign(bigint, accounts_posting);
drop function app.countersigns(bigint, accounts_posting);
drop function app.looks_into(bigint, accounts_posting);
drop function app.manages(bigint, accounts_posting);
drop function app.follows(bigint, accounts_posting);
drop function app.assists(bigint, accounts_posting);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_coherence")]
    operations = [migrations.RunSQL(AGENTS + PARTNERS + RECEIVED + VERBS, UNDO)]
