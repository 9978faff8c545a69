//! Which pictures are asked for, and how that is said in SQL. Every condition is on a column of `pictures_facts`: the
//! rows themselves are not read for it.

use super::labels::{CARRY, Label};
use super::words;
use crate::value::id::SheetId;
use crate::value::money::Usd;
use crate::value::time::Timestamp;
use rusqlite::types::Value;

/// Which pictures are asked for. What is absent or empty asks for nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PictureFilter {
    /// Words of the prompt, as far as they are typed.
    pub search: Option<String>,
    /// Any of these models answered.
    pub models: Vec<String>,
    /// From any of these accounts, by name.
    pub accounts: Vec<String>,
    /// Any of these sizes was asked for.
    pub sizes: Vec<String>,
    /// Any of these aspects was asked for.
    pub aspects: Vec<String>,
    /// With all of these tags.
    pub tags: Vec<String>,
    /// In all of these collections.
    pub collections: Vec<String>,
    /// Of this sheet.
    pub sheet: Option<SheetId>,
    /// At least this many stars.
    pub rating_min: Option<u8>,
    /// At most this many.
    pub rating_max: Option<u8>,
    /// Stored at this moment or later.
    pub from: Option<Timestamp>,
    /// Stored before.
    pub to: Option<Timestamp>,
    /// Cost at least this.
    pub usd_min: Option<Usd>,
    /// Cost at most this.
    pub usd_max: Option<Usd>,
    /// Simulated, or not.
    pub practice: Option<bool>,
    /// Made by another model than the one asked, or not.
    pub fallback: Option<bool>,
    /// With a note that warns, or without.
    pub trouble: Option<bool>,
    /// From outside, or made here.
    pub imported: Option<bool>,
    /// The last check found its file missing or changed, or not.
    pub damaged: Option<bool>,
    /// The trash instead of the library.
    pub trash: bool,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PictureSort {
    /// The last that came first.
    #[default]
    Newest,
    /// The first that came first.
    Oldest,
    /// Most stars first.
    Rating,
    /// Dearest first.
    Price,
}

impl PictureSort {
    pub(super) fn sql(self, key: &str) -> String {
        match self {
            Self::Newest => format!("{key} DESC"),
            Self::Oldest => key.into(),
            Self::Rating => format!("rating DESC, {key} DESC"),
            Self::Price => format!("usd DESC, {key} DESC"),
        }
    }
}

/// A condition that grows, and its values.
pub(super) struct Condition {
    pub(super) from: &'static str,
    /// The place in the library, as the table that leads has it: in its order nothing needs to be sorted.
    pub(super) key: &'static str,
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Condition {
    const FACTS: &str = "pictures INDEXED BY pictures_facts";

    /// `None` where nothing can be found. `by_place`: nothing of a picture is asked for but its place.
    pub(super) fn of(filter: &PictureFilter, by_place: bool) -> Option<Self> {
        let mut this = Self {
            from: Self::FACTS,
            key: "seq",
            sql: "trashed = ?".into(),
            values: vec![i64::from(filter.trash).into()],
        };
        let typed = filter.search.as_deref().unwrap_or_default();
        if !typed.trim().is_empty() {
            // The words lead: they leave less over than any fact.
            this.from =
                "prompt_words CROSS JOIN pictures INDEXED BY pictures_facts ON seq = prompt_words.rowid";
            this.key = "prompt_words.rowid";
            this.and("prompt_words MATCH ?", words::query(typed)?);
        }
        this.one_of("model", &filter.models);
        this.one_of("account", &filter.accounts);
        this.one_of("size", &filter.sizes);
        this.one_of("aspect", &filter.aspects);
        for (kind, names) in [(Label::Tag, &filter.tags), (Label::Collection, &filter.collections)] {
            for name in names {
                this.values.push(kind.as_str().to_owned().into());
                this.and(CARRY, name.clone());
            }
        }
        this.maybe("sheet = ?", filter.sheet.as_ref().map(|sheet| sheet.as_str().to_owned()));
        this.maybe("rating >= ?", filter.rating_min.map(i64::from));
        this.maybe("rating <= ?", filter.rating_max.map(i64::from));
        this.maybe("created >= ?", filter.from.map(Timestamp::millis));
        this.maybe("created < ?", filter.to.map(Timestamp::millis));
        this.maybe("usd >= ?", filter.usd_min.map(Usd::micros));
        this.maybe("usd <= ?", filter.usd_max.map(Usd::micros));
        this.maybe("practice = ?", filter.practice.map(i64::from));
        this.maybe("fallback = ?", filter.fallback.map(i64::from));
        this.maybe("trouble = ?", filter.trouble.map(i64::from));
        this.maybe("imported = ?", filter.imported.map(i64::from));
        this.maybe("(file <> 'whole') = ?", filter.damaged.map(i64::from));
        // Words alone: few are in the trash, and leaving those out is quicker than looking up all others.
        if by_place && !filter.trash && this.from != Self::FACTS && this.values.len() == 2 {
            this.values.remove(0);
            this.from = "prompt_words";
            this.sql = "prompt_words MATCH ? AND prompt_words.rowid NOT IN
                        (SELECT seq FROM pictures INDEXED BY pictures_facts WHERE trashed = 1)"
                .into();
        }
        Some(this)
    }

    fn and(&mut self, sql: &str, value: impl Into<Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.push(value.into());
    }

    fn maybe(&mut self, sql: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.and(sql, value);
        }
    }

    fn one_of(&mut self, column: &str, values: &[String]) {
        if !values.is_empty() {
            let list = serde_json::Value::from(values).to_string();
            self.and(&format!("{column} IN (SELECT value FROM json_each(?))"), list);
        }
    }
}
