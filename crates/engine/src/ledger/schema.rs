//! The schema, as an ordered list of migrations. `PRAGMA user_version` counts those that ran; a file that counts more
//! than we know was written by a newer program and is left alone.

use super::{LedgerError, Result};
use rusqlite::Connection;

const MIGRATIONS: &[&str] = &[
    // 1: the first library.
    r"
    CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

    CREATE TABLE accounts (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        position INTEGER NOT NULL,
        last4 TEXT NOT NULL DEFAULT '',
        body TEXT NOT NULL          -- the account, JSON
    ) STRICT;

    CREATE TABLE sheets (
        id TEXT PRIMARY KEY,
        created INTEGER NOT NULL,
        body TEXT NOT NULL          -- the sheet, JSON
    ) STRICT;

    CREATE TABLE jobs (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        sheet TEXT NOT NULL REFERENCES sheets (id),
        row INTEGER NOT NULL,
        col INTEGER NOT NULL,
        state TEXT NOT NULL,
        request TEXT NOT NULL,      -- JSON
        identity TEXT NOT NULL,     -- of the question
        account_asked TEXT,
        practice INTEGER NOT NULL,
        interactive INTEGER NOT NULL,
        usd INTEGER NOT NULL,       -- list price, micro-dollars
        created INTEGER NOT NULL,
        finished INTEGER,
        not_before INTEGER,
        reason TEXT,                -- a sentence
        billed TEXT,
        billed_usd INTEGER NOT NULL DEFAULT 0,
        notes TEXT NOT NULL DEFAULT '[]',
        model_used TEXT,
        account_used TEXT,
        fallback INTEGER NOT NULL DEFAULT 0,
        from_library INTEGER NOT NULL DEFAULT 0,
        cancelled INTEGER NOT NULL DEFAULT 0,
        trials TEXT NOT NULL DEFAULT '{}',
        picture TEXT
    ) STRICT;
    CREATE INDEX jobs_open ON jobs (interactive DESC, seq) WHERE state IN ('queued', 'parked');
    CREATE INDEX jobs_state ON jobs (state, seq);
    CREATE INDEX jobs_sheet ON jobs (sheet, seq);
    CREATE INDEX jobs_identity ON jobs (identity) WHERE state = 'done';

    CREATE TABLE attempts (
        id TEXT PRIMARY KEY,
        job TEXT NOT NULL REFERENCES jobs (id),
        number INTEGER NOT NULL,
        account TEXT NOT NULL,
        account_name TEXT NOT NULL,
        project TEXT NOT NULL,
        model TEXT NOT NULL,
        size TEXT NOT NULL,
        practice INTEGER NOT NULL,
        state TEXT NOT NULL,        -- sending, answered, refused, unknown
        started INTEGER NOT NULL,
        ended INTEGER,
        status INTEGER,
        billed TEXT,
        reserved INTEGER NOT NULL,
        settled INTEGER NOT NULL DEFAULT 0,
        class TEXT,
        verdict TEXT,               -- a sentence
        request_id TEXT,
        UNIQUE (job, number)
    ) STRICT;
    CREATE INDEX attempts_sending ON attempts (state) WHERE state = 'sending';
    CREATE INDEX attempts_started ON attempts (started);

    CREATE TABLE pictures (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        hash TEXT NOT NULL,
        job TEXT NOT NULL REFERENCES jobs (id),
        attempt TEXT NOT NULL,
        number INTEGER NOT NULL,
        created INTEGER NOT NULL,
        prompt TEXT NOT NULL,
        rating INTEGER NOT NULL DEFAULT 0,
        trashed INTEGER NOT NULL DEFAULT 0,
        body TEXT NOT NULL,         -- the picture, JSON
        UNIQUE (attempt, number)
    ) STRICT;
    CREATE INDEX pictures_hash ON pictures (hash);
    CREATE INDEX pictures_job ON pictures (job);
    CREATE INDEX pictures_kept ON pictures (trashed, seq);

    -- Quota pools that are shut: a restart must not run into the same wall.
    CREATE TABLE pools (
        project TEXT NOT NULL,
        model TEXT NOT NULL,
        until INTEGER NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (project, model)
    ) STRICT;
    ",
    // 2: the weather.
    r"
    ALTER TABLE sheets ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE alerts (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        account TEXT,
        model TEXT,
        sentence TEXT NOT NULL,     -- JSON
        raised INTEGER NOT NULL,
        resolved INTEGER,
        seen INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE UNIQUE INDEX alerts_open ON alerts (kind, coalesce(account, ''), coalesce(model, '')) WHERE resolved IS NULL;
    CREATE INDEX alerts_raised ON alerts (raised);

    -- Routes that the user holds.
    CREATE TABLE held_routes (
        account TEXT NOT NULL,
        model TEXT NOT NULL,
        PRIMARY KEY (account, model)
    ) STRICT;

    -- Quota levels and learned limits, so that a restart does not burst.
    CREATE TABLE fleet (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        body TEXT NOT NULL          -- JSON
    ) STRICT;

    CREATE INDEX attempts_route ON attempts (account, model, size, started);
    ",
    // 3: half-price calls.
    r"
    ALTER TABLE jobs ADD COLUMN tier TEXT NOT NULL DEFAULT 'standard';
    ALTER TABLE attempts ADD COLUMN tier TEXT NOT NULL DEFAULT 'standard';
    ",
];

/// Our newest schema.
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

fn version(db: &Connection) -> Result<i64> {
    Ok(db.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

pub(super) fn refuse_newer(db: &Connection) -> Result<()> {
    let theirs = version(db)?;
    if theirs > VERSION { Err(LedgerError::Newer { theirs, ours: VERSION }) } else { Ok(()) }
}

pub(super) fn migrate(db: &mut Connection) -> Result<()> {
    let done = usize::try_from(version(db)?).unwrap_or(0);
    for (index, sql) in MIGRATIONS.iter().enumerate().skip(done) {
        let transaction = db.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", index as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Ledger;

    #[test]
    fn a_newer_library_is_left_alone() {
        let folder = tempfile::tempdir().expect("folder");
        drop(Ledger::open(folder.path()).expect("a new ledger"));
        let path = folder.path().join("ledger.sqlite");
        Connection::open(&path).expect("open").pragma_update(None, "user_version", 99).expect("set");
        let before = std::fs::read(&path).expect("read");
        assert!(matches!(Ledger::open(folder.path()), Err(LedgerError::Newer { theirs: 99, ours: VERSION })));
        assert_eq!(std::fs::read(&path).expect("read"), before);
    }

    #[test]
    fn commits_are_durable_by_setting() {
        let folder = tempfile::tempdir().expect("folder");
        let ledger = Ledger::open(folder.path()).expect("a new ledger");
        let (sync, journal) = ledger
            .write_now(|db| {
                let sync: i64 = db.pragma_query_value(None, "synchronous", |row| row.get(0))?;
                let journal: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
                Ok((sync, journal))
            })
            .expect("read");
        assert_eq!(
            (sync, journal.as_str()),
            (2, "wal"),
            "NORMAL lost every acknowledged commit at a power cut"
        );
    }
}
