"""Rows by the thousand, in SQL."""

# For each case whose reference begins with « G- »: a measure, a file and its document.
# `days_left`: of the measures that end first; `cases`: how many cases.
PAPERS = """
insert into cases_measure (uuid, case_id, kind, ordered_by, court, starts_on, ends_on,
                           obligations, version)
select gen_random_uuid(), id, 'tig', 'jap', 'TJ', current_date - 30,
       current_date + %(days_left)s + (id %% 400)::int, '{}', 1
  from cases_case where reference like 'G-%%';
insert into vault_storedfile (uuid, media_type, size, sha256, state, refusal,
                              inspected_at)
select gen_random_uuid(), 'application/pdf', 1, '0', 'available', '', now()
  from generate_series(1, %(cases)s);
insert into cases_document (uuid, case_id, kind, dated_on, court, file_id, added_by_id)
select gen_random_uuid(), c.id, 'judgment', current_date, '', f.id, c.referent_id
  from (select id, referent_id, row_number() over (order by id) as rank
          from cases_case where reference like 'G-%%') c
  join (select id, row_number() over (order by id) as rank
          from vault_storedfile where sha256 = '0') f using (rank);
"""
