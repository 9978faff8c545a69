//! Writes `ui/src/bindings/api.ts` from the wire types, so that the UI cannot drift from them.
//!
//! A test compares the file with what this makes; `DIPTYCH_WRITE_BINDINGS=1 cargo test -p diptych-api` rewrites it.

use crate::wire::*;
use ts_rs::{Config, TS};

/// The whole TypeScript module: every wire type, and `Commands`, which maps a command to its argument and result.
#[must_use]
pub(crate) fn module(commands: &[(&str, String, String)]) -> String {
    let cfg = Config::new().with_large_int("number");
    let mut out =
        String::from("// Generated from crates/api. Do not edit: see crates/api/src/typescript.rs.\n\n");
    macro_rules! types {
        ($($ty:ty),* $(,)?) => { $( out.push_str("export "); out.push_str(&<$ty as TS>::decl(&cfg)); out.push_str("\n\n"); )* };
    }
    types!(
        Sentence,
        Billed,
        Failure,
        Done,
        NoArgs,
        ById,
        Limits,
        Price,
        KeyStore,
        KeyView,
        AccountView,
        AccountSpec,
        AccountTest,
        AccountSaved,
        AccountOrder,
        SizeView,
        Pixels,
        ModelView,
        Models,
        SheetSpec,
        SetFallback,
        LanePlan,
        PlanItem,
        Plan,
        SheetView,
        SheetRow,
        ListSheets,
        ReferenceView,
        JobState,
        StandIn,
        JobView,
        AttemptView,
        JobStory,
        ListJobs,
        RetryJobs,
        ResolveJobs,
        RedoJob,
        Touched,
        QueueView,
        GetQueue,
        LaneView,
        QueueSheet,
        QueuePage,
        PictureView,
        ImportedView,
        PictureRecipe,
        PictureFilter,
        PictureSort,
        FindPictures,
        FoundPictures,
        PictureRows,
        DeletedPictures,
        FreedBytes,
        StorageView,
        TakenView,
        ConvertPictures,
        ContactSheet,
        ChangePictures,
        ChangedPictures,
        LabelKind,
        RenameLabel,
        GetFacets,
        Facet,
        PictureFacets,
        ListPictures,
        PicturePage,
        RatePicture,
        PicturePath,
        ExportPictures,
        SavePictures,
        NameExample,
        NamedFile,
        SavedPictures,
        Exported,
        ImportPictures,
        ImportFate,
        ImportedFile,
        Imported,
        QuotaView,
        LatencyView,
        RouteView,
        RouteName,
        WeatherBin,
        RouteBins,
        HeatCell,
        HeatView,
        AlertView,
        Status,
        GetSpend,
        SpendRow,
        Spend,
        WeatherView,
        RunCheck,
        CheckReport,
        OffPeak,
        AlertSettings,
        Settings,
        SettingsPatch,
        KeychainView,
        Hello,
        Event,
    );
    out.push_str("export interface Commands {\n");
    for (name, args, result) in commands {
        out.push_str(&format!("  \"{name}\": {{ args: {args}; result: {result} }};\n"));
    }
    out.push_str("}\n");
    out
}
