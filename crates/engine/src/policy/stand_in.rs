//! Which models may stand in for the one that was asked, in the user's order, and which size each would make.
//!
//! A stand-in keeps what the job asked: its shape, its references, and its size unless the user allows a smaller one.
//! Not here: when a model stands in (see [`crate::policy::step`] and the queue).

use crate::value::catalogue::{Catalogue, Model};
use crate::value::job::{Job, StandIn};
use crate::value::settings::Settings;
use crate::value::size::Size;

/// The models that could take a job's place, best first, by the user's list or else the catalogue's word.
#[must_use]
pub fn able<'a>(catalogue: &'a Catalogue, settings: &Settings, job: &Job) -> Vec<(&'a Model, StandIn)> {
    if job.trials.fell_back || job.trials.redo {
        return Vec::new();
    }
    let request = &job.request;
    let fits = |id: String| {
        let model = catalogue.model(&id)?;
        let size = size(model, request.size, settings.fallback_size)?;
        let able = model.id != request.model
            && model.aspects.contains(&request.aspect)
            && request.references.len() <= model.references as usize;
        able.then(|| (model, StandIn { model: model.id.clone(), size }))
    };
    order(catalogue, settings, &request.model).into_iter().filter_map(fits).collect()
}

/// The models that may stand in for another, whatever is asked of them: the user's list, else the catalogue's word.
#[must_use]
pub fn order(catalogue: &Catalogue, settings: &Settings, asked: &str) -> Vec<String> {
    let listed = settings.fallback_models.iter().filter(|id| *id != asked).cloned();
    if settings.fallback_models.is_empty() {
        catalogue.model(asked).and_then(|model| model.fallback.clone()).into_iter().collect()
    } else {
        listed.collect()
    }
}

/// The size asked where the model makes it, else the largest below that the floor allows.
fn size(model: &Model, asked: Size, floor: Option<Size>) -> Option<Size> {
    if model.sizes.contains_key(&asked) {
        return Some(asked);
    }
    let floor = floor?;
    model.sizes.keys().copied().filter(|size| *size < asked && *size >= floor).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::id::{JobId, SheetId};
    use crate::value::job::Question;
    use crate::value::lane::Tier;
    use crate::value::money::Usd;
    use crate::value::request::Request;
    use crate::value::time::Timestamp;

    const PRO: &str = "gemini-3-pro-image";
    const FLASH: &str = "gemini-nano-banana-2.1";
    const LITE: &str = "gemini-3.1-flash-lite-image";

    fn job(model: &str, size: Size, aspect: &str, references: usize) -> Job {
        let request = Request {
            model: model.into(),
            prompt: "hills".into(),
            size,
            aspect: aspect.parse().expect("an aspect"),
            references: vec![String::new(); references],
            seed: None,
            thinking: None,
            safety: None,
        };
        let question = Question {
            sheet: SheetId::from_text("s"),
            row: 0,
            column: 0,
            identity: String::new(),
            request,
            account_asked: None,
            practice: false,
            interactive: true,
            tier: Tier::Standard,
            usd: Usd(1),
        };
        Job::asked(question, JobId::from_text("j"), Timestamp(0))
    }

    fn names(settings: &Settings, job: &Job) -> Vec<(String, Size)> {
        let catalogue = Catalogue::load(None).expect("the shipped catalogue");
        able(&catalogue, settings, job).into_iter().map(|(_, other)| (other.model, other.size)).collect()
    }

    #[test]
    fn the_users_order_comes_before_the_catalogues_word() {
        let pro = job(PRO, Size::One, "16:9", 0);
        let mut settings = Settings::default();
        assert_eq!(names(&settings, &pro), [(FLASH.to_owned(), Size::One)]);
        settings.fallback_models = vec![LITE.into(), PRO.into(), FLASH.into()];
        let both = [(LITE.to_owned(), Size::One), (FLASH.to_owned(), Size::One)];
        assert_eq!(names(&settings, &pro), both, "none stands in for itself");
        assert_eq!(names(&settings, &job(PRO, Size::One, "16:9", 11)), both[1..], "ten references at most");
        let again = Job { trials: crate::value::job::Trials { redo: true, ..pro.trials.clone() }, ..pro };
        assert!(names(&settings, &again).is_empty(), "it waits for its own model");
    }

    #[test]
    fn a_smaller_picture_stands_in_only_where_the_user_allows_it() {
        let four = job(PRO, Size::Four, "16:9", 0);
        let lite = |floor| Settings {
            fallback_models: vec![LITE.into()],
            fallback_size: floor,
            ..Settings::default()
        };
        assert!(names(&lite(None), &four).is_empty());
        assert!(names(&lite(Some(Size::Two)), &four).is_empty());
        assert_eq!(names(&lite(Some(Size::One)), &four), [(LITE.to_owned(), Size::One)]);
        let flash = Settings { fallback_models: vec![FLASH.into()], ..lite(Some(Size::One)) };
        assert_eq!(names(&flash, &four), [(FLASH.to_owned(), Size::Four)], "the size asked where it is made");
    }
}
