//! Long lists, part by part: none ends early without a word, and none stands in memory as a whole. Not here: what is
//! said of each line.

use crate::watch::ask;
use diptych_api::wire::{JobView, ListJobs, ListPictures, PictureFilter, PicturePage, PictureView};
use diptych_host::Studio;

/// So many of a list are asked for at once.
const PART: u32 = 500;

/// Jobs, newest first.
pub(crate) struct Jobs {
    list: ListJobs,
    over: bool,
}

impl Jobs {
    /// All that fit. A limit is that of a part.
    pub(crate) fn of(list: ListJobs) -> Self {
        let limit = if list.limit == 0 { PART } else { list.limit };
        Self { list: ListJobs { limit, ..list }, over: false }
    }

    /// The next ones; `None` at the end.
    pub(crate) async fn next(&mut self, studio: &Studio) -> anyhow::Result<Option<Vec<JobView>>> {
        if self.over {
            return Ok(None);
        }
        let jobs: Vec<JobView> = ask(studio, "jobs.list", &self.list).await?;
        self.over = jobs.len() < self.list.limit as usize;
        self.list.after = jobs.last().map(|job| job.id.clone());
        Ok(Some(jobs))
    }
}

/// Pictures, newest first.
pub(crate) struct Pictures {
    list: ListPictures,
    /// So many more are wanted.
    wanted: u32,
    /// So many more fit.
    left: u32,
}

impl Pictures {
    /// At most so many that fit.
    pub(crate) fn of(filter: PictureFilter, wanted: u32) -> Self {
        Self { list: ListPictures { filter, after: None, limit: PART }, wanted, left: 0 }
    }

    /// The next ones; `None` at the end.
    pub(crate) async fn next(&mut self, studio: &Studio) -> anyhow::Result<Option<Vec<PictureView>>> {
        if self.wanted == 0 {
            return Ok(None);
        }
        self.list.limit = self.wanted.min(PART);
        let page: PicturePage = ask(studio, "pictures.list", &self.list).await?;
        let came = u32::try_from(page.pictures.len()).unwrap_or(u32::MAX);
        let before = if self.list.after.is_none() { page.total } else { self.left };
        self.left = before.saturating_sub(came);
        self.wanted = if page.next.is_some() { self.wanted.saturating_sub(came) } else { 0 };
        self.list.after = page.next;
        Ok(Some(page.pictures))
    }

    /// How many fit that were not asked for.
    pub(crate) fn left(&self) -> u32 {
        self.left
    }
}
