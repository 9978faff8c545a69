//! Sheets and jobs.

use super::rows::{all, json_column, maybe_json, to_json, word};
use super::{Ledger, LedgerError, Result};
use crate::policy::queue::{LineKey, Waiting, place};
use crate::value::id::{AccountId, JobId, PictureId, SheetId};
use crate::value::job::{Job, JobState, Sheet};
use crate::value::lane::{Lane, Tier};
use crate::value::money::Usd;
use crate::value::request::rough_tokens;
use crate::value::time::Timestamp;
use rusqlite::{Connection, Row, params};

/// Which jobs are asked for.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Of this sheet.
    pub sheet: Option<SheetId>,
    /// In these states; empty means any.
    pub states: Vec<JobState>,
    /// Those that need somebody first, those that are over last, instead of by age.
    pub attention: bool,
    /// Those that come after this one, by age; of no job there is, none.
    pub after: Option<JobId>,
    /// Those that were not over yet at that moment.
    pub over_since: Option<Timestamp>,
    /// At most this many, newest first; of a sheet, oldest first.
    pub limit: u32,
}

/// What needs somebody, then what moves, then what waits; what is over last.
const ATTENTION: &str = "CASE state WHEN 'unknown' THEN 0 WHEN 'parked' THEN 1 WHEN 'failed' THEN 2
  WHEN 'sending' THEN 3 WHEN 'queued' THEN 4 WHEN 'done' THEN 5 ELSE 6 END, row, col, seq";

/// How the jobs of a sheet stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// In all.
    pub jobs: u32,
    /// Done.
    pub done: u32,
    /// Waiting or on the wire.
    pub open: u32,
}

/// Jobs by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting.
    pub queued: u32,
    /// On the wire.
    pub sending: u32,
    /// Parked.
    pub parked: u32,
    /// For the user to decide.
    pub unknown: u32,
    /// Failed since the given moment.
    pub failed: u32,
}

pub(super) fn read_job(row: &Row<'_>) -> Result<Job> {
    let time =
        |name: &str| -> Result<Option<Timestamp>> { Ok(row.get::<_, Option<i64>>(name)?.map(Timestamp)) };
    let billed: Option<String> = row.get("billed")?;
    Ok(Job {
        seq: row.get("seq")?,
        id: JobId::from_text(row.get::<_, String>("id")?),
        sheet: SheetId::from_text(row.get::<_, String>("sheet")?),
        row: row.get("row")?,
        column: row.get("col")?,
        state: word(&row.get::<_, String>("state")?)?,
        request: json_column(row, "request")?,
        identity: row.get("identity")?,
        account_asked: row.get::<_, Option<String>>("account_asked")?.map(AccountId::from_text),
        practice: row.get("practice")?,
        interactive: row.get("interactive")?,
        tier: Tier::from_text(&row.get::<_, String>("tier")?),
        usd: Usd(row.get("usd")?),
        created: Timestamp(row.get("created")?),
        finished: time("finished")?,
        not_before: time("not_before")?,
        reason: maybe_json(row, "reason")?,
        billed: billed.map(|text| word(&text)).transpose()?,
        billed_usd: Usd(row.get("billed_usd")?),
        notes: json_column(row, "notes")?,
        model_used: row.get("model_used")?,
        account_used: row.get::<_, Option<String>>("account_used")?.map(AccountId::from_text),
        fallback: row.get("fallback")?,
        from_library: row.get("from_library")?,
        cancelled: row.get("cancelled")?,
        trials: json_column(row, "trials")?,
        picture: row.get::<_, Option<String>>("picture")?.map(PictureId::from_text),
    })
}

/// Inserts a job, or writes all of it that may have changed. `seq` is given by the table where it is 0.
pub(super) fn put_job(db: &Connection, job: &Job) -> Result<()> {
    let seq = (job.seq != 0).then_some(job.seq);
    let reason = job.reason.as_ref().map(to_json).transpose()?;
    db.prepare_cached(
        "INSERT INTO jobs (seq, id, sheet, row, col, state, request, identity, account_asked, practice,
           interactive, usd, created, finished, not_before, reason, billed, billed_usd, notes, model_used, account_used,
           fallback, from_library, cancelled, trials, picture, tier)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
           ?23, ?24, ?25, ?26, ?27)
         ON CONFLICT (seq) DO UPDATE SET state = excluded.state, request = excluded.request,
           identity = excluded.identity, account_asked = excluded.account_asked, interactive = excluded.interactive,
           usd = excluded.usd, finished = excluded.finished, not_before = excluded.not_before,
           reason = excluded.reason, billed = excluded.billed, billed_usd = excluded.billed_usd,
           notes = excluded.notes, model_used = excluded.model_used, account_used = excluded.account_used,
           fallback = excluded.fallback, from_library = excluded.from_library, cancelled = excluded.cancelled,
           trials = excluded.trials, picture = excluded.picture, tier = excluded.tier",
    )?
    .execute(params![
        seq,
        job.id.as_str(),
        job.sheet.as_str(),
        job.row,
        job.column,
        job.state.as_str(),
        to_json(&job.request)?,
        job.identity,
        job.account_asked.as_ref().map(AccountId::as_str),
        job.practice,
        job.interactive,
        job.usd.micros(),
        job.created.millis(),
        job.finished.map(Timestamp::millis),
        job.not_before.map(Timestamp::millis),
        reason,
        job.billed.map(crate::policy::verdict::Billed::as_str),
        job.billed_usd.micros(),
        to_json(&job.notes)?,
        job.model_used,
        job.account_used.as_ref().map(AccountId::as_str),
        job.fallback,
        job.from_library,
        job.cancelled,
        to_json(&job.trials)?,
        job.picture.as_ref().map(PictureId::as_str),
        job.tier.as_str(),
    ])?;
    Ok(())
}

fn add(db: &Connection, job: &Job) -> Result<Job> {
    put_job(db, job)?;
    Ok(Job { seq: db.last_insert_rowid(), ..job.clone() })
}

pub(super) fn job_by_id(db: &Connection, id: &JobId) -> Result<Option<Job>> {
    let mut statement = db.prepare_cached("SELECT * FROM jobs WHERE id = ?1")?;
    let mut rows = statement.query([id.as_str()])?;
    rows.next()?.map(read_job).transpose()
}

impl Ledger {
    /// Commits a sheet with its jobs: from here on they are durable, and have their place in the order.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn add_sheet(&self, sheet: Sheet, jobs: Vec<Job>) -> Result<Vec<Job>> {
        self.write(move |db| {
            db.execute(
                "INSERT INTO sheets (id, created, body) VALUES (?1, ?2, ?3)",
                params![sheet.id.as_str(), sheet.created.millis(), to_json(&sheet)?],
            )?;
            jobs.iter().map(|job| add(db, job)).collect()
        })
        .await
    }

    /// Adds one job to a sheet that exists.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn add_job(&self, job: Job) -> Result<Job> {
        self.write(move |db| add(db, &job)).await
    }

    /// Adds jobs that are made ahead of others which go on waiting: each pair points to the other. Left out are those
    /// that are over, or had one ahead of them already. Returns both of each pair.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn add_ahead(&self, pairs: Vec<(JobId, Job)>) -> Result<Vec<(Job, Job)>> {
        self.write(move |db| {
            let mut added = Vec::new();
            for (id, ahead) in &pairs {
                let Some(mut waits) = job_by_id(db, id)? else { continue };
                let open = matches!(waits.state, JobState::Queued | JobState::Parked | JobState::Sending);
                if !open || waits.trials.smaller.is_some() {
                    continue;
                }
                waits.trials.smaller = Some(ahead.id.clone());
                put_job(db, &waits)?;
                added.push((waits, add(db, ahead)?));
            }
            Ok(added)
        })
        .await
    }

    /// A sheet.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn sheet(&self, id: SheetId) -> Result<Option<Sheet>> {
        self.glance(move |db| {
            let mut statement = db.prepare_cached("SELECT body FROM sheets WHERE id = ?1")?;
            let mut rows = statement.query([id.as_str()])?;
            rows.next()?.map(|row| json_column(row, "body")).transpose()
        })
        .await
    }

    /// Sheets, newest first, each with how its jobs stand.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn sheets(&self, limit: u32) -> Result<Vec<(Sheet, Progress)>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT body, count(*) AS jobs, sum(state = 'done') AS done,
                   sum(state IN ('queued', 'sending', 'parked')) AS open
                 FROM (SELECT * FROM sheets ORDER BY created DESC, id LIMIT ?1) s JOIN jobs j ON j.sheet = s.id
                 GROUP BY s.id ORDER BY s.created DESC, s.id",
            )?;
            all(statement.query([limit])?, |row| {
                let progress = Progress { jobs: row.get("jobs")?, done: row.get("done")?, open: row.get("open")? };
                Ok((json_column(row, "body")?, progress))
            })
        })
        .await
    }

    /// A job.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn job(&self, id: JobId) -> Result<Option<Job>> {
        self.glance(move |db| job_by_id(db, &id)).await
    }

    /// Jobs by filter, newest first; those of a sheet in the sheet's order.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn jobs(&self, filter: JobFilter) -> Result<Vec<Job>> {
        self.read(move |db| {
            let states: Vec<_> = filter.states.iter().map(|state| state.as_str()).collect();
            let (order, after) = match filter.sheet {
                _ if filter.attention => (ATTENTION, ">"),
                Some(_) => ("seq", ">"),
                None => ("seq DESC", "<"),
            };
            let mut statement = db.prepare_cached(&format!(
                "SELECT * FROM jobs WHERE (?1 IS NULL OR sheet = ?1)
                 AND (?2 = '[]' OR state IN (SELECT value FROM json_each(?2)))
                 AND (?4 IS NULL OR seq {after} (SELECT seq FROM jobs WHERE id = ?4))
                 AND (?5 IS NULL OR state NOT IN ('done', 'failed', 'cancelled') OR finished >= ?5)
                 ORDER BY {order} LIMIT ?3"
            ))?;
            let sheet = filter.sheet.as_ref().map(SheetId::as_str);
            let after = filter.after.as_ref().map(JobId::as_str);
            let since = filter.over_since.map(Timestamp::millis);
            all(statement.query(params![sheet, to_json(&states)?, filter.limit, after, since])?, read_job)
        })
        .await
    }

    /// All jobs that wait and may go out by themselves, in order of arrival.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn waiting(&self) -> Result<Vec<Waiting>> {
        self.read(|db| {
            // Single values out of the JSON: a whole job read for each of 100,000 would keep the first one waiting.
            let mut statement = db.prepare(
                "SELECT seq, id, sheet, state, interactive, account_asked, practice, tier, usd, created, not_before,
                   request ->> '$.model' AS model, request ->> '$.size' AS size, request ->> '$.prompt' AS prompt,
                   json_array_length(request, '$.references') AS refs,
                   trials ->> '$.stand_in.model' AS stand_in, trials ->> '$.stand_in.size' AS stand_in_size,
                   coalesce(trials ->> '$.fell_back', 0) AS fell_back, coalesce(trials ->> '$.overloads', 0) AS overloads,
                   trials ->> '$.larger.seq' AS ahead_of
                 FROM jobs WHERE state = 'queued' OR (state = 'parked' AND not_before IS NOT NULL) ORDER BY seq",
            )?;
            all(statement.query([])?, |row| {
                let fell_back: bool = row.get("fell_back")?;
                let smaller: Option<String> = row.get("stand_in_size")?;
                let size: String = match smaller.filter(|_| fell_back) {
                    Some(size) => size,
                    None => row.get("size")?,
                };
                let (prompt, references): (String, Option<u32>) = (row.get("prompt")?, row.get("refs")?);
                Ok(Waiting {
                    job: JobId::from_text(row.get::<_, String>("id")?),
                    seq: place(row.get("seq")?, row.get("ahead_of")?),
                    sheet: SheetId::from_text(row.get::<_, String>("sheet")?),
                    interactive: row.get("interactive")?,
                    lane: Lane::Now,
                    line: LineKey {
                        model: row.get("model")?,
                        size: size.parse().map_err(|()| LedgerError::Damaged(format!("size {size}")))?,
                        account: row.get::<_, Option<String>>("account_asked")?.map(AccountId::from_text),
                        practice: row.get("practice")?,
                        fell_back,
                        stand_in: row.get::<_, Option<String>>("stand_in")?.filter(|_| fell_back),
                        tier: Tier::from_text(&row.get::<_, String>("tier")?),
                        budgeted: false,
                    },
                    deadline: None,
                    falls_back: None,
                    not_before: row.get::<_, Option<i64>>("not_before")?.map(Timestamp),
                    parked: row.get::<_, String>("state")? == "parked",
                    usd: Usd(row.get("usd")?),
                    tokens: rough_tokens(&prompt, references.unwrap_or(0)),
                    overloads: row.get("overloads")?,
                })
            })
        })
        .await
    }

    /// Jobs of a sheet that are not sent yet, in order.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn waiting_of(&self, sheet: SheetId) -> Result<Vec<Job>> {
        self.read(move |db| {
            let sql = "SELECT * FROM jobs WHERE sheet = ?1 AND state IN ('queued', 'parked') ORDER BY seq";
            all(db.prepare_cached(sql)?.query([sheet.as_str()])?, read_job)
        })
        .await
    }

    /// Changes jobs in one transaction: `change` answers whether it changed the job. Returns the jobs changed.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn change_jobs<F>(&self, ids: Vec<JobId>, change: F) -> Result<Vec<Job>>
    where
        F: Fn(&mut Job) -> bool + Send + 'static,
    {
        self.write(move |db| {
            let mut changed = Vec::new();
            for id in &ids {
                let Some(mut job) = job_by_id(db, id)? else { continue };
                if change(&mut job) {
                    put_job(db, &job)?;
                    changed.push(job);
                }
            }
            Ok(changed)
        })
        .await
    }

    /// Puts parked jobs back into the queue whose reason begins so; an empty beginning means all. Returns them.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn unpark(&self, beginning: &'static str) -> Result<Vec<Job>> {
        self.write(move |db| {
            let mut statement = db.prepare(
                "UPDATE jobs SET state = 'queued', not_before = NULL
                 WHERE state = 'parked' AND coalesce(reason ->> '$.code', '') LIKE ?1 || '%' RETURNING *",
            )?;
            all(statement.query([beginning])?, read_job)
        })
        .await
    }

    /// How many jobs stand where.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn counts(&self, failed_since: Timestamp) -> Result<Counts> {
        self.read(move |db| {
            let mut counts = Counts::default();
            let mut statement = db.prepare_cached(
                "SELECT state, count(*) FROM jobs WHERE state IN ('queued', 'sending', 'parked', 'unknown')
                 OR (state = 'failed' AND finished >= ?1) GROUP BY state",
            )?;
            let mut rows = statement.query([failed_since.millis()])?;
            while let Some(row) = rows.next()? {
                let count = row.get(1)?;
                match row.get::<_, String>(0)?.as_str() {
                    "queued" => counts.queued = count,
                    "sending" => counts.sending = count,
                    "parked" => counts.parked = count,
                    "unknown" => counts.unknown = count,
                    _ => counts.failed = count,
                }
            }
            Ok(counts)
        })
        .await
    }

    /// Resends of outcomes unknown that a sheet has used so far.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn resends_used(&self, sheet: SheetId) -> Result<(u32, Usd)> {
        self.read(move |db| {
            let sql =
                "SELECT coalesce(sum(trials ->> '$.resent'), 0), coalesce(sum(trials ->> '$.resent_usd'), 0)
                 FROM jobs WHERE sheet = ?1";
            let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, Usd(row.get(1)?)));
            Ok(db.prepare_cached(sql)?.query_row([sheet.as_str()], read)?)
        })
        .await
    }
}
