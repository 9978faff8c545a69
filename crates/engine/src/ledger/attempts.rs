//! Attempts: booked before anything is sent, settled after. The two commits that decide about money.

use super::budget::{COMMITTED, Over, refuse};
use super::jobs::{job_by_id, put_job, read_job};
use super::pictures::put_picture;
use super::rows::{all, maybe_json, to_json, word};
use super::{Ledger, LedgerError, Result};
use crate::policy::fleet::Used;
use crate::policy::verdict::Billed;
use crate::value::budget::Limit;
use crate::value::id::{AccountId, AttemptId, JobId};
use crate::value::job::{Attempt, AttemptState, Job, JobState, Picture, Settlement};
use crate::value::lane::Tier;
use crate::value::money::Usd;
use crate::value::sentence::Sentence;
use crate::value::time::Timestamp;
use rusqlite::{Row, params};

/// What is booked, and the limits that are checked in the same transaction.
#[derive(Debug, Clone)]
pub struct Booking {
    /// The attempt.
    pub attempt: Attempt,
    /// The job goes to the fallback model.
    pub fallback: bool,
    /// Limits on money that it must fit under, the one first that is said where several are reached.
    pub limits: Vec<Limit>,
}

/// Why a booking was refused. Nothing was written.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// The job is not waiting any more.
    Gone,
    /// There is a limit, and nobody knows what the call would cost.
    Unpriced,
    /// Over a limit.
    Over(Box<Over>),
}

/// An attempt as kept, with how it ended.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenAttempt {
    /// As booked.
    pub attempt: Attempt,
    /// `sending`, `answered`, `refused`, `unknown`.
    pub state: String,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// HTTP status.
    pub status: Option<u16>,
    /// Was money spent?
    pub billed: Option<Billed>,
    /// Charged.
    pub settled: Usd,
    /// What came of it.
    pub verdict: Option<Sentence>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
}

fn read_attempt(row: &Row<'_>) -> Result<OpenAttempt> {
    let size: String = row.get("size")?;
    let billed: Option<String> = row.get("billed")?;
    Ok(OpenAttempt {
        attempt: Attempt {
            id: AttemptId::from_text(row.get::<_, String>("id")?),
            job: JobId::from_text(row.get::<_, String>("job")?),
            number: row.get("number")?,
            account: AccountId::from_text(row.get::<_, String>("account")?),
            account_name: row.get("account_name")?,
            project: row.get("project")?,
            billing: row.get("billing")?,
            model: row.get("model")?,
            size: size.parse().map_err(|()| LedgerError::Damaged(format!("size {size}")))?,
            practice: row.get("practice")?,
            started: Timestamp(row.get("started")?),
            tier: Tier::from_text(&row.get::<_, String>("tier")?),
            reserved: row.get::<_, bool>("priced")?.then_some(Usd(row.get("reserved")?)),
        },
        state: row.get("state")?,
        ended: row.get::<_, Option<i64>>("ended")?.map(Timestamp),
        status: row.get("status")?,
        billed: billed.map(|text| word(&text)).transpose()?,
        settled: Usd(row.get("settled")?),
        verdict: maybe_json(row, "verdict")?,
        request_id: row.get("request_id")?,
    })
}

impl Ledger {
    /// Books an attempt: checks the budgets, writes the attempt as *sending* and the job with it, in one transaction.
    /// Only after this returned `Ok(Ok(_))` may anything be sent. Blocks.
    ///
    /// # Errors
    /// SQLite's own.
    pub fn book(&self, booking: &Booking) -> Result<std::result::Result<Job, Refused>> {
        self.write_now(|db| {
            let attempt = &booking.attempt;
            let Some(mut job) = job_by_id(db, &attempt.job)? else { return Ok(Err(Refused::Gone)) };
            if !matches!(job.state, JobState::Queued | JobState::Parked) {
                return Ok(Err(Refused::Gone));
            }
            if let Some(why) = refuse(db, &booking.limits, attempt.reserved)? {
                return Ok(Err(why));
            }
            job.state = JobState::Sending;
            job.trials.attempts = attempt.number;
            job.account_used = Some(attempt.account.clone());
            job.fallback = booking.fallback;
            job.not_before = None;
            job.reason = None;
            put_job(db, &job)?;
            db.prepare_cached(
                "INSERT INTO attempts (id, job, number, account, account_name, project, model, size, practice, state,
                   started, reserved, tier, billing, priced)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'sending', ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                    attempt.id.as_str(),
                    attempt.job.as_str(),
                    attempt.number,
                    attempt.account.as_str(),
                    attempt.account_name,
                    attempt.project,
                    attempt.model,
                    attempt.size.as_str(),
                    attempt.practice,
                    attempt.started.millis(),
                    attempt.reserved.map_or(0, Usd::micros),
                    attempt.tier.as_str(),
                    attempt.billing,
                    attempt.reserved.is_some(),
            ])?;
            Ok(Ok(job))
        })
    }

    /// Closes an attempt: its settlement, the pictures that came with it, and the job as `change` makes it, in one
    /// transaction. Doing it twice (a crash between) leaves one picture: `(attempt, number)` is unique.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn settle<F>(
        &self,
        id: AttemptId,
        end: Settlement,
        pictures: Vec<Picture>,
        change: F,
    ) -> Result<Option<Job>>
    where
        F: Fn(&mut Job) + Send + 'static,
    {
        let answered = end.state == AttemptState::Answered;
        let settled = self.write(move |db| {
            let job: Option<String> = {
                let mut statement = db.prepare_cached("SELECT job FROM attempts WHERE id = ?1 AND state = 'sending'")?;
                let mut rows = statement.query([id.as_str()])?;
                rows.next()?.map(|row| row.get(0)).transpose()?
            };
            let Some(job_id) = job.map(JobId::from_text) else { return Ok(None) };
            db.prepare_cached(
                "UPDATE attempts SET state = ?2, ended = ?3, status = ?4, billed = ?5, settled = ?6, class = ?7,
                   verdict = ?8, request_id = ?9 WHERE id = ?1",
            )?
            .execute(params![
                    id.as_str(),
                    end.state.as_str(),
                    end.ended.millis(),
                    end.status,
                    end.billed.as_str(),
                    end.usd.micros(),
                    end.class,
                    to_json(&end.verdict)?,
                    end.request_id,
            ])?;
            for picture in &pictures {
                put_picture(db, picture)?;
            }
            let Some(mut job) = job_by_id(db, &job_id)? else { return Ok(None) };
            job.billed = Some(end.billed);
            job.billed_usd += end.usd;
            change(&mut job);
            put_job(db, &job)?;
            Ok(Some(job))
        });
        let settled = settled.await?;
        if answered {
            self.typical.forget();
        }
        Ok(settled)
    }

    /// Attempts that an earlier process left on the wire.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn left_sending(&self) -> Result<Vec<(OpenAttempt, Job)>> {
        self.read(|db| {
            let mut statement =
                db.prepare("SELECT * FROM attempts WHERE state = 'sending' ORDER BY started")?;
            let attempts = all(statement.query([])?, read_attempt)?;
            let mut out = Vec::new();
            for attempt in attempts {
                if let Some(job) = job_by_id(db, &attempt.attempt.job)? {
                    out.push((attempt, job));
                }
            }
            Ok(out)
        })
        .await
    }

    /// Attempts of a job, oldest first.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn attempts(&self, job: JobId) -> Result<Vec<OpenAttempt>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached("SELECT * FROM attempts WHERE job = ?1 ORDER BY number")?;
            all(statement.query([job.as_str()])?, read_attempt)
        })
        .await
    }

    /// Calls that started after then and count against a quota, oldest first: all but those that were refused for free.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn counted_since(&self, since: Timestamp) -> Result<Vec<Used>> {
        self.read(move |db| {
            let sql = format!(
                "SELECT account, project, model, started, {COMMITTED} FROM attempts a
                 WHERE started > ?1 AND (billed IS NOT 'no' OR class = 'server') ORDER BY started"
            );
            all(db.prepare_cached(&sql)?.query([since.millis()])?, |row| {
                Ok(Used {
                    account: AccountId::from_text(row.get::<_, String>(0)?),
                    project: row.get(1)?,
                    model: row.get(2)?,
                    started: Timestamp(row.get(3)?),
                    usd: Usd(row.get(4)?),
                })
            })
        })
        .await
    }

    /// When the running attempt of each job on the wire was sent.
    ///
    /// # Errors
    /// SQLite's own.
    pub async fn sent_at(&self, job: JobId) -> Result<Option<Timestamp>> {
        self.glance(move |db| {
            let sql = "SELECT max(started) FROM attempts WHERE job = ?1 AND state = 'sending'";
            let at: Option<i64> = db.prepare_cached(sql)?.query_row([job.as_str()], |row| row.get(0))?;
            Ok(at.map(Timestamp))
        })
        .await
    }

    /// Done jobs that answer the same question with a whole picture that is not in the trash, oldest first.
    ///
    /// # Errors
    /// SQLite's own, damage.
    pub async fn answers(&self, identity: String, limit: u32) -> Result<Vec<Job>> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT j.* FROM jobs j JOIN pictures p ON p.id = j.picture
                 WHERE j.identity = ?1 AND j.state = 'done' AND j.fallback = 0 AND j.from_library = 0 AND p.trashed = 0
                 ORDER BY j.seq LIMIT ?2",
            )?;
            all(statement.query(params![identity, limit])?, read_job)
        })
        .await
    }
}
