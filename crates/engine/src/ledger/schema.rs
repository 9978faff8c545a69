//! The schema, as an ordered list of migrations. `PRAGMA user_version` counts those that ran; a file that counts more
//! than we know was written by a newer program and is left alone.

use super::{LedgerError, Result, search};
use rusqlite::Connection;

/// What SQL alone cannot do runs after the SQL, in the same transaction.
type Then = fn(&Connection) -> Result<()>;

const MIGRATIONS: &[(&str, Option<Then>)] = &[
    // 1: the first library.
    (
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
        None,
    ),
    // 2: the weather.
    (
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
        None,
    ),
    // 3: half-price calls.
    (
        r"
    ALTER TABLE jobs ADD COLUMN tier TEXT NOT NULL DEFAULT 'standard';
    ALTER TABLE attempts ADD COLUMN tier TEXT NOT NULL DEFAULT 'standard';
    ",
        None,
    ),
    // 4: finding.
    (
        r"
    -- What pictures are found by, filled from their bodies. The index answers every filter by itself: the rows are fat,
    -- and reading 100,000 of them takes seconds.
    ALTER TABLE pictures ADD COLUMN sheet TEXT NOT NULL DEFAULT '';
    ALTER TABLE pictures ADD COLUMN model TEXT NOT NULL DEFAULT '';
    ALTER TABLE pictures ADD COLUMN account TEXT NOT NULL DEFAULT '';
    ALTER TABLE pictures ADD COLUMN size TEXT NOT NULL DEFAULT '';
    ALTER TABLE pictures ADD COLUMN aspect TEXT NOT NULL DEFAULT '';
    ALTER TABLE pictures ADD COLUMN usd INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pictures ADD COLUMN practice INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pictures ADD COLUMN fallback INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE pictures ADD COLUMN trouble INTEGER NOT NULL DEFAULT 0;     -- it has a note that warns
    DROP INDEX pictures_kept;
    CREATE INDEX pictures_facts ON pictures
        (trashed, seq, created, rating, usd, practice, fallback, trouble, size, aspect, model, account, sheet);

    CREATE TABLE picture_tags (
        tag TEXT NOT NULL COLLATE NOCASE,
        seq INTEGER NOT NULL REFERENCES pictures (seq) ON DELETE CASCADE,
        PRIMARY KEY (tag, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX picture_tags_seq ON picture_tags (seq);

    -- Words of prompts by pictures.seq; the prompts themselves are in the pictures. A beginning that has no index of its
    -- own is put together from all words that begin so, which took 10 ms instead of 0.2 in 100,000 prompts.
    CREATE VIRTUAL TABLE prompt_words USING fts5 (
        words, content = '', contentless_delete = 1, prefix = '1 2 3 4 5 6 7 8', tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE TRIGGER prompt_words_gone AFTER DELETE ON pictures BEGIN
        DELETE FROM prompt_words WHERE rowid = old.seq;
    END;
    ",
        Some(search::index_all),
    ),
    // 5: pictures from outside.
    (
        r"
    -- They come with no job and no attempt. SQLite cannot take a NOT NULL away, so the table is made anew; foreign keys
    -- are off meanwhile.
    CREATE TABLE new_pictures (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        hash TEXT NOT NULL,
        job TEXT REFERENCES jobs (id),
        attempt TEXT,
        number INTEGER NOT NULL,
        created INTEGER NOT NULL,
        prompt TEXT NOT NULL,
        rating INTEGER NOT NULL DEFAULT 0,
        trashed INTEGER NOT NULL DEFAULT 0,
        body TEXT NOT NULL,         -- the picture, JSON
        sheet TEXT NOT NULL DEFAULT '',
        model TEXT NOT NULL DEFAULT '',
        account TEXT NOT NULL DEFAULT '',
        size TEXT NOT NULL DEFAULT '',
        aspect TEXT NOT NULL DEFAULT '',
        usd INTEGER NOT NULL DEFAULT 0,
        practice INTEGER NOT NULL DEFAULT 0,
        fallback INTEGER NOT NULL DEFAULT 0,
        trouble INTEGER NOT NULL DEFAULT 0,
        imported INTEGER NOT NULL DEFAULT 0,
        -- Changes that its sidecar does not have yet.
        behind INTEGER NOT NULL DEFAULT 0,
        UNIQUE (attempt, number)
    ) STRICT;
    INSERT INTO new_pictures
        SELECT seq, id, hash, job, attempt, number, created, prompt, rating, trashed, body, sheet, model, account, size,
            aspect, usd, practice, fallback, trouble, 0,
            rating > 0 OR trashed OR EXISTS (SELECT 1 FROM picture_tags t WHERE t.seq = pictures.seq)
        FROM pictures;
    DROP TABLE pictures;
    ALTER TABLE new_pictures RENAME TO pictures;
    CREATE INDEX pictures_hash ON pictures (hash);
    CREATE INDEX pictures_job ON pictures (job);
    CREATE INDEX pictures_behind ON pictures (seq) WHERE behind > 0;
    CREATE INDEX pictures_facts ON pictures
        (trashed, seq, created, rating, usd, practice, fallback, trouble, imported, size, aspect, model, account, sheet);
    CREATE TRIGGER prompt_words_gone AFTER DELETE ON pictures BEGIN
        DELETE FROM prompt_words WHERE rowid = old.seq;
    END;
    ",
        None,
    ),
    // 6: collections, beside the tags.
    (
        r"
    CREATE TABLE picture_labels (
        kind TEXT NOT NULL,         -- tag, collection
        name TEXT NOT NULL COLLATE NOCASE,
        seq INTEGER NOT NULL REFERENCES pictures (seq) ON DELETE CASCADE,
        PRIMARY KEY (kind, name, seq)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO picture_labels SELECT 'tag', tag, seq FROM picture_tags;
    DROP TABLE picture_tags;
    CREATE INDEX picture_labels_seq ON picture_labels (seq, kind);
    ",
        None,
    ),
    // 7: what the last check found of a file: whole, missing, changed.
    (
        r"
    ALTER TABLE pictures ADD COLUMN file TEXT NOT NULL DEFAULT 'whole';
    DROP INDEX pictures_facts;
    CREATE INDEX pictures_facts ON pictures
        (trashed, seq, created, rating, usd, practice, fallback, trouble, imported, file, size, aspect, model, account, sheet);
    ",
        None,
    ),
    // 8: what is still to be copied into the user's folder for new pictures.
    (
        r"
    CREATE TABLE unsaved (seq INTEGER PRIMARY KEY REFERENCES pictures (seq) ON DELETE CASCADE) STRICT;
    ",
        None,
    ),
    // 9: who paid for a call, and whether its price was known.
    (
        r"
    ALTER TABLE attempts ADD COLUMN billing TEXT NOT NULL DEFAULT '';
    ALTER TABLE attempts ADD COLUMN priced INTEGER NOT NULL DEFAULT 1;     -- else `reserved` is 0 and says nothing
    UPDATE attempts SET
        billing = coalesce((SELECT body ->> '$.billing' FROM accounts WHERE accounts.id = attempts.account), ''),
        priced = practice OR reserved > 0;
    ",
        None,
    ),
    // 10: what jobs waited for.
    (
        r"
    CREATE TABLE waits (
        scope TEXT NOT NULL,        -- all; a sheet, a line of the queue, a job
        at INTEGER NOT NULL,
        until INTEGER,              -- over then by itself
        reason TEXT                 -- a sentence; NULL: nothing holds it any more
    ) STRICT;
    CREATE INDEX waits_scope ON waits (scope, at);
    ",
        None,
    ),
    // 11: what pictures are like. Those that are there already are filled in when they are looked at.
    (
        r"
    ALTER TABLE pictures ADD COLUMN colour INTEGER;     -- red, green, blue
    ALTER TABLE pictures ADD COLUMN likeness INTEGER;   -- the 64 bits of a dHash
    ",
        None,
    ),
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
    for (index, (sql, then)) in MIGRATIONS.iter().enumerate().skip(done) {
        let transaction = db.transaction()?;
        transaction.execute_batch(sql)?;
        if let Some(then) = then {
            then(&transaction)?;
        }
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
    fn a_library_from_before_the_index_is_found_in_too() {
        let folder = tempfile::tempdir().expect("folder");
        let old = Connection::open(folder.path().join("ledger.sqlite")).expect("open");
        for (sql, _) in MIGRATIONS.iter().take(2) {
            old.execute_batch(sql).expect("the old schema");
        }
        old.execute_batch(
            "PRAGMA user_version = 2; PRAGMA foreign_keys = OFF;
             INSERT INTO pictures (id, hash, job, attempt, number, created, prompt, body)
             VALUES ('p1', 'h', 'j', 't', 0, 0, 'a lake, 湖光山色',
                     json_object('usd', 7, 'sheet', 's', 'account', 'a', 'model_used', 'm', 'practice', 0, 'fallback', 0,
                         'notes', json_array(), 'request', json_object('size', '4K', 'aspect', '1:1')));",
        )
        .expect("a picture");
        drop(old);
        let ledger = Ledger::open(folder.path()).expect("is brought up to date");
        let words = |words: &str| {
            let sql = format!(
                "SELECT usd FROM prompt_words JOIN pictures ON seq = prompt_words.rowid WHERE words MATCH '{words}'"
            );
            ledger.write_now(|db| Ok(db.query_row(&sql, [], |row| row.get::<_, i64>(0)).ok())).expect("asks")
        };
        assert_eq!((words("lake"), words("湖光"), words("光湖")), (Some(7), Some(7), None));
        ledger.write_now(|db| Ok(db.execute("DELETE FROM pictures", [])?)).expect("deletes");
        assert_eq!(words("lake"), None, "a picture that goes takes its words with it");
    }

    #[test]
    fn a_library_from_before_imports_keeps_marks_and_words_and_takes_pictures_without_a_job() {
        let folder = tempfile::tempdir().expect("folder");
        let mut old = Connection::open(folder.path().join("ledger.sqlite")).expect("open");
        old.pragma_update(None, "foreign_keys", false).expect("off");
        let before = 4;
        for (sql, _) in MIGRATIONS.iter().take(before) {
            old.execute_batch(sql).expect("the old schema");
        }
        old.execute_batch(
            "INSERT INTO sheets VALUES ('s', 0, '{}', 0);
             INSERT INTO jobs (id, sheet, row, col, state, request, identity, practice, interactive, usd, created)
                 VALUES ('j', 's', 0, 0, 'done', '{}', '', 0, 0, 0, 0);
             INSERT INTO pictures (id, hash, job, attempt, number, created, prompt, body)
                 VALUES ('p1', 'h', 'j', 't1', 0, 0, 'a lake', '{}'), ('p2', 'i', 'j', 't2', 0, 0, 'a hill', '{}');
             INSERT INTO prompt_words (rowid, words) VALUES (1, 'a lake'), (2, 'a hill');
             INSERT INTO picture_tags (seq, tag) VALUES (2, 'blue');",
        )
        .expect("pictures");
        old.pragma_update(None, "user_version", before as i64).expect("set");
        migrate(&mut old).expect("is brought up to date");
        drop(old);
        let ledger = Ledger::open(folder.path()).expect("opens");
        let numbers = |sql: &'static str| {
            let read = move |db: &Connection| {
                let mut statement = db.prepare(sql)?;
                let rows =
                    statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
                Ok(rows)
            };
            ledger.write_now(read).expect("asks")
        };
        assert_eq!(numbers("SELECT seq FROM picture_labels WHERE kind = 'tag' AND name = 'BLUE'"), [2]);
        assert_eq!(numbers("SELECT rowid FROM prompt_words WHERE words MATCH 'lake'"), [1]);
        assert_eq!(
            numbers("SELECT seq FROM pictures WHERE behind > 0"),
            [2],
            "its sidecar knows no tags yet"
        );
        assert_eq!(numbers("SELECT count(*) FROM pragma_foreign_key_check"), [0]);
        let put = "INSERT INTO pictures (id, hash, number, created, prompt, body) VALUES ('p3', 'k', 0, 0, '', '{}')
                   RETURNING seq";
        assert_eq!(numbers(put), [3], "no job, no attempt");
        assert_eq!(numbers("DELETE FROM pictures WHERE seq = 2 RETURNING seq"), [2]);
        assert_eq!(numbers("SELECT count(*) FROM picture_labels"), [0], "tags go with their picture");
    }

    #[test]
    fn calls_from_before_budgets_are_known_by_who_paid_and_whether_their_price_was_known() {
        let folder = tempfile::tempdir().expect("folder");
        let mut old = Connection::open(folder.path().join("ledger.sqlite")).expect("open");
        old.pragma_update(None, "foreign_keys", false).expect("off");
        let before = 8;
        for (sql, _) in MIGRATIONS.iter().take(before) {
            old.execute_batch(sql).expect("the old schema");
        }
        old.execute_batch(
            "INSERT INTO accounts (id, name, position, body) VALUES ('a', 'studio', 1, json_object('billing', 'acme'));
             INSERT INTO attempts (id, job, number, account, account_name, project, model, size, practice, state, started,
                 reserved) VALUES
                 ('t1', 'j', 1, 'a', 'studio', '', 'm', '1K', 0, 'answered', 0, 5),
                 ('t2', 'j', 2, 'gone', 'gone', '', 'm', '1K', 0, 'answered', 0, 0),
                 ('t3', 'j', 3, 'practice', 'practice', '', 'm', '1K', 1, 'answered', 0, 0);",
        )
        .expect("calls");
        old.pragma_update(None, "user_version", before as i64).expect("set");
        migrate(&mut old).expect("is brought up to date");
        let mut statement =
            old.prepare("SELECT billing || ' ' || priced FROM attempts ORDER BY id").expect("asks");
        let rows = statement.query_map([], |row| row.get(0)).expect("asks");
        let rows: Vec<String> = rows.collect::<rusqlite::Result<_>>().expect("reads");
        assert_eq!(rows, ["acme 1", " 0", " 1"]);
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
