//! What a user names, found: size, accounts, models, aspect, references. Everything that a model would refuse is said
//! here, before it costs a call.

use super::Asking;
use crate::driver::core::Core;
use crate::ledger::KeptAccount;
use crate::picture::inspect::{Format, inspect};
use crate::store::folder::Folders;
use crate::value::catalogue::Model;
use crate::value::id::AccountId;
use crate::value::job::Fallback;
use crate::value::lane::Lane;
use crate::value::sentence::Sentence;
use crate::value::size::{Aspect, Size};
use std::path::PathBuf;
use std::time::Duration;

pub(super) fn read_size(text: Option<&str>, default: Size, problems: &mut Vec<Sentence>) -> Size {
    let Some(text) = text else { return default };
    text.parse().unwrap_or_else(|()| {
        let sizes = Size::ALL.map(Size::as_str).join(", ");
        problems
            .push(Sentence::new("E-OPTION").with("value", text).with("option", "size").with("hint", sizes));
        default
    })
}

/// The accounts that may take the jobs: those named, else all of one world. Practice and real are never mixed.
pub(super) fn accounts(core: &Core, names: &[String], problems: &mut Vec<Sentence>) -> Vec<KeptAccount> {
    let all = core.accounts();
    if names.is_empty() {
        let real = all.iter().any(|kept| !kept.account.practice());
        return all.into_iter().filter(|kept| kept.account.practice() != real).collect();
    }
    let mut out = Vec::new();
    for name in names {
        let found = all.iter().find(|kept| kept.account.name.eq_ignore_ascii_case(name.trim())).cloned();
        // The built-in one may be named at any time, to try something without cost.
        let built_in = || (name == "practice").then(|| core.account(&AccountId::practice())).flatten();
        match found.or_else(built_in) {
            Some(kept) => out.push(kept),
            None => problems.push(Sentence::new("E-ACCOUNT").with("name", name.as_str())),
        }
    }
    if out.iter().any(|kept| kept.account.practice()) && out.iter().any(|kept| !kept.account.practice()) {
        problems.push(Sentence::new("E-ACCOUNT-MIXED"));
    }
    out
}

pub(super) fn models(core: &Core, names: &[String], problems: &mut Vec<Sentence>) -> Vec<Model> {
    let settings = core.settings();
    let names = match (names, settings.default_models.is_empty()) {
        ([], true) => core.catalogue.default_models(),
        ([], false) => settings.default_models,
        (named, _) => named.to_vec(),
    };
    let mut out: Vec<Model> = Vec::new();
    for name in names {
        match core.catalogue.resolve(&name) {
            Ok(model) if out.iter().any(|known| known.id == model.id) => {}
            Ok(model) => out.push(model.clone()),
            Err(problem) => problems.push(problem),
        }
    }
    out
}

/// Never where models are compared: a stand-in would spoil the comparison.
pub(super) fn fallback(text: Option<&str>, models: usize, problems: &mut Vec<Sentence>) -> Fallback {
    let default = if models > 1 { Fallback::Never } else { Fallback::After(Duration::from_secs(600)) };
    let Some(text) = text else { return default };
    Fallback::parse(text).unwrap_or_else(|| {
        let sentence = Sentence::new("E-OPTION").with("value", text).with("option", "fallback");
        problems.push(sentence.with("hint", "never, now, ask, after:10m"));
        default
    })
}

pub(super) fn lane(text: Option<&str>, problems: &mut Vec<Sentence>) -> Lane {
    let Some(text) = text else { return Lane::Now };
    Lane::parse(text).unwrap_or_else(|problem| {
        problems.push(problem);
        Lane::Now
    })
}

pub(super) fn aspect(
    core: &Core,
    asking: &Asking,
    default: &str,
    model: Option<&Model>,
    problems: &mut Vec<Sentence>,
) -> Option<Aspect> {
    if let Some(text) = &asking.aspect {
        let parsed = text.parse().ok();
        if parsed.is_none() {
            problems.push(
                Sentence::new("E-OPTION")
                    .with("value", text.as_str())
                    .with("option", "aspect")
                    .with("hint", "16:9"),
            );
        }
        return parsed;
    }
    let last = asking.references.last().and_then(|hash| find_reference(&core.folders, hash));
    let shape = last.and_then(|(path, _)| inspect(std::fs::File::open(path).ok()?).ok()?.ok());
    if let (Some(facts), Some(model)) = (shape, model) {
        let ratio = f64::from(facts.width) / f64::from(facts.height);
        let distance = |aspect: &Aspect| {
            let (w, h) = aspect.as_str().split_once(':').unwrap_or(("1", "1"));
            let own = w.parse::<f64>().unwrap_or(1.0) / h.parse::<f64>().unwrap_or(1.0);
            (own / ratio).ln().abs()
        };
        return model.aspects.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).cloned();
    }
    default.parse().ok()
}

/// Everything about the request that the model would refuse, said before it costs a call.
pub(super) fn check_shape(
    core: &Core,
    model: &Model,
    size: Size,
    aspect: &Aspect,
    asking: &Asking,
    problems: &mut Vec<Sentence>,
) -> (u32, u32) {
    let join = |all: Vec<String>| all.join(", ");
    if !model.sizes.contains_key(&size) {
        let sizes = join(model.sizes.keys().map(ToString::to_string).collect());
        problems.push(
            Sentence::new("E-SIZE")
                .with("model", model.name.as_str())
                .with("size", size.as_str())
                .with("sizes", sizes),
        );
    }
    if !model.aspects.contains(aspect) {
        let aspects = join(model.aspects.iter().map(ToString::to_string).collect());
        let sentence =
            Sentence::new("E-ASPECT").with("model", model.name.as_str()).with("aspect", aspect.as_str());
        problems.push(sentence.with("aspects", aspects));
    }
    if asking.references.len() > model.references as usize {
        let sentence =
            Sentence::new("E-REFERENCES").with("model", model.name.as_str()).with("max", model.references);
        problems.push(sentence.with("n", asking.references.len() as u64));
    }
    for hash in &asking.references {
        if find_reference(&core.folders, hash).is_none() {
            problems.push(Sentence::new("E-REFERENCE").with("name", hash.as_str()));
        }
    }
    if let Some(level) = asking.thinking.as_deref().map(str::to_ascii_lowercase) {
        // Pro always thinks and takes no level: asking for one changes nothing and harms nobody.
        if !model.thinking.is_empty() && !model.thinking.contains(&level) {
            problems
                .push(Sentence::new("E-THINKING").with("model", model.name.as_str()).with("level", level));
        }
    }
    core.catalogue.pixels(model, size, aspect).unwrap_or((0, 0))
}

pub(super) fn retires(model: &Model, today: &str) -> Option<Sentence> {
    let date = model.shutdown.as_deref()?;
    let successor = model.successor.as_deref().unwrap_or_default();
    // A day that has passed is said, not obeyed: some models answer long after it.
    let code = if date <= today { "W-RETIRED-PAST" } else { "W-RETIRED" };
    Some(Sentence::new(code).with("model", model.id.as_str()).with("date", date).with("successor", successor))
}

/// The picture of which a reference is a smaller copy, by the hash of its bytes.
pub(crate) fn source_of(folders: &Folders, hash: &str) -> Option<String> {
    let (path, _) = find_reference(folders, hash)?;
    let source = std::fs::read_to_string(path.with_extension(SOURCE)).ok()?;
    is_hash(&source).then_some(source)
}

/// Ending of the file beside a reference that says of what it is a smaller copy.
pub(crate) const SOURCE: &str = "source";

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The file of a reference, and its format.
pub(crate) fn find_reference(folders: &Folders, hash: &str) -> Option<(PathBuf, Format)> {
    // The hash comes from outside: nothing but hex may become part of a path.
    if !is_hash(hash) {
        return None;
    }
    [Format::Png, Format::Jpeg, Format::Webp].into_iter().find_map(|format| {
        let path = folders.references().join(format!("{hash}.{}", format.extension()));
        path.exists().then_some((path, format))
    })
}
