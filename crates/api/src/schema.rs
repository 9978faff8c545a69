//! Every command, in one list: its name, who may call it, what it takes and gives, and what carries it out. From this
//! list come the dispatcher and the TypeScript of the UI, so that neither can drift.

use crate::commands::{
    Audience, Context, accounts, contact, export, find, import, jobs, pictures, queue, settings, sheets,
    storage, weather,
};
use crate::wire::*;
use serde_json::Value;
use std::pin::Pin;
use ts_rs::{Config, TS};

/// A command that is being carried out. In a box: an `async fn` would be compiled again in each crate that waits for it.
pub type Carried<'a> = Pin<Box<dyn Future<Output = Result<Value, Failure>> + Send + 'a>>;

macro_rules! commands {
    ($($audience:ident $name:literal ($args:ty) -> $result:ty = $run:path;)*) => {
        /// Carries out a command. `args` is its argument as JSON.
        ///
        /// # Errors
        /// What happened, whether money was spent, what to do.
        #[must_use]
        pub fn dispatch<'a>(context: &'a Context, name: &'a str, args: Value, audience: Audience) -> Carried<'a> {
            Box::pin(async move {
                match name {
                    $($name => {
                        audience.may(Audience::$audience)?;
                        let args: $args = serde_json::from_value(args).map_err(|error| Failure::arguments(&error))?;
                        let result: $result = $run(context, args).await?;
                        serde_json::to_value(result).map_err(|e| Failure::internal(&e.to_string()))
                    })*
                    _ => Err(Failure::internal(&format!("there is no command {name}"))),
                }
            })
        }

        /// The TypeScript module for the UI.
        #[must_use]
        pub fn typescript() -> String {
            let cfg = Config::new().with_large_int("number");
            crate::typescript::module(&[$(($name, <$args as TS>::name(&cfg), <$result as TS>::name(&cfg))),*])
        }
    };
}

commands! {
    Webview "accounts.list" (NoArgs) -> Vec<AccountView> = accounts::list;
    Webview "accounts.add" (AccountSpec) -> AccountSaved = accounts::add;
    Webview "accounts.set" (AccountSpec) -> AccountSaved = accounts::set;
    Webview "accounts.remove" (ById) -> Done = accounts::remove;
    Webview "accounts.order" (AccountOrder) -> Done = accounts::order;
    Webview "accounts.test" (ById) -> AccountTest = accounts::test;
    Webview "models.list" (NoArgs) -> Models = settings::models;
    Webview "sheets.plan" (SheetSpec) -> Plan = sheets::plan;
    Webview "sheets.create" (SheetSpec) -> SheetView = sheets::create;
    Webview "sheets.get" (ById) -> SheetView = sheets::get;
    Webview "sheets.list" (ListSheets) -> Vec<SheetRow> = sheets::list;
    Webview "sheets.cancel" (ById) -> Stopped = sheets::cancel;
    Webview "sheets.pause" (ById) -> Done = queue::pause_sheet;
    Webview "sheets.resume" (ById) -> Done = queue::resume_sheet;
    Webview "sheets.fallback" (SetFallback) -> Touched = queue::set_fallback;
    Webview "sheets.budget" (SetBudget) -> Touched = queue::set_budget;
    Webview "sheets.ahead" (ById) -> Touched = sheets::ahead;
    Webview "jobs.list" (ListJobs) -> Vec<JobView> = jobs::list;
    Webview "jobs.story" (ById) -> JobStory = jobs::story;
    Webview "jobs.cancel" (CancelJobs) -> Stopped = jobs::cancel;
    Webview "jobs.tally" (TallyJobs) -> Tally = jobs::tally;
    Webview "jobs.retry" (RetryJobs) -> Touched = jobs::retry;
    Webview "jobs.resolve" (ResolveJobs) -> Touched = jobs::resolve;
    Webview "jobs.redo" (RedoJob) -> JobView = jobs::redo;
    Webview "queue.get" (GetQueue) -> QueuePage = queue::get;
    Webview "queue.pause" (NoArgs) -> QueueView = queue::pause;
    Webview "queue.resume" (NoArgs) -> QueueView = queue::resume;
    Webview "routes.pause" (RouteName) -> Done = queue::pause_route;
    Webview "routes.resume" (RouteName) -> Done = queue::resume_route;
    Webview "pictures.list" (ListPictures) -> PicturePage = pictures::list;
    Webview "pictures.find" (FindPictures) -> FoundPictures = find::find;
    Webview "pictures.rows" (PictureRows) -> Vec<PictureView> = find::rows;
    Webview "pictures.facets" (GetFacets) -> PictureFacets = find::facets;
    Webview "pictures.change" (ChangePictures) -> ChangedPictures = find::change;
    Webview "labels.rename" (RenameLabel) -> ChangedPictures = find::rename_label;
    Webview "pictures.get" (ById) -> PictureView = pictures::get;
    Webview "pictures.rate" (RatePicture) -> PictureView = pictures::rate;
    Webview "pictures.trash" (ById) -> PictureView = pictures::trash;
    Webview "pictures.restore" (ById) -> PictureView = pictures::restore;
    Webview "pictures.as-reference" (ById) -> ReferenceView = pictures::as_reference;
    Webview "pictures.reveal" (ById) -> Done = pictures::reveal;
    Terminal "pictures.path" (ById) -> PicturePath = pictures::path;
    Terminal "pictures.export" (ExportPictures) -> Exported = export::export;
    Terminal "pictures.import" (ImportPictures) -> Imported = import::import;
    Webview "pictures.import-stop" (NoArgs) -> Done = import::cancel;
    Webview "pictures.recipe" (ById) -> PictureRecipe = import::recipe;
    Webview "pictures.save" (SavePictures) -> SavedPictures = export::save;
    Webview "pictures.name-example" (NameExample) -> NamedFile = export::name_example;
    Webview "pictures.stop-saving" (NoArgs) -> Done = export::stop_saving;
    Terminal "sheets.contact" (ContactSheet) -> Exported = contact::export;
    Webview "sheets.save-contact" (ById) -> SavedPictures = contact::save;
    Webview "storage.get" (NoArgs) -> StorageView = storage::get;
    Webview "storage.empty-cache" (NoArgs) -> FreedBytes = storage::empty_cache;
    Webview "storage.delete-trash" (NoArgs) -> DeletedPictures = storage::delete_trash;
    Webview "status.get" (NoArgs) -> Status = weather::status;
    Webview "weather.get" (NoArgs) -> WeatherView = weather::get;
    Webview "off-peak.learned" (NoArgs) -> Vec<LearnedHours> = weather::learned;
    Webview "alerts.seen" (ById) -> Done = weather::seen;
    Webview "spend.get" (GetSpend) -> Spend = weather::spend;
    Webview "settings.get" (NoArgs) -> Settings = settings::get;
    Webview "settings.set" (SettingsPatch) -> Settings = settings::set;
    Webview "check.run" (RunCheck) -> CheckReport = weather::check;
    Webview "hello" (NoArgs) -> Hello = settings::hello;
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_bindings_of_the_ui_are_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/bindings/api.ts");
        let made = super::typescript();
        if std::env::var_os("DIPTYCH_WRITE_BINDINGS").is_some() {
            std::fs::write(path, &made).expect("write bindings");
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(kept == made, "run DIPTYCH_WRITE_BINDINGS=1 cargo test -p diptych-api");
    }
}
