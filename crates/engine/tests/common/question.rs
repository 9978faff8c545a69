//! A sheet of one job, as it is asked.

use diptych_engine::value::id::{JobId, SheetId};
use diptych_engine::value::job::{Fallback, Job, Question, Sheet};
use diptych_engine::value::lane::Lane;
use diptych_engine::value::lane::Tier;
use diptych_engine::value::money::Usd;
use diptych_engine::value::request::Request;
use diptych_engine::value::size::Size;
use diptych_engine::value::time::Timestamp;

/// The model of all calls.
pub(crate) const MODEL: &str = "gemini-2.5-flash-image";
/// When everything happens.
pub(crate) const NOW: Timestamp = Timestamp(1_795_500_000_000);

/// The sheet.
pub(crate) fn sheet() -> Sheet {
    Sheet {
        id: SheetId::from_text("ssheet0000001"),
        created: NOW,
        title: "A kettle".into(),
        prompt: "A kettle".into(),
        size: Size::One,
        aspect: "1:1".parse().expect("aspect"),
        models: vec![MODEL.into()],
        accounts: Vec::new(),
        count: 1,
        fallback: Fallback::Never,
        resend_unknown: 0,
        resend_unknown_usd: None,
        max_usd: None,
        practice: true,
        interactive: true,
        lane: Lane::Now,
        deadline: None,
    }
}

/// Its job.
pub(crate) fn job() -> Job {
    let request = Request {
        model: MODEL.into(),
        prompt: "A kettle".into(),
        size: Size::One,
        aspect: "1:1".parse().expect("aspect"),
        references: Vec::new(),
        seed: None,
        thinking: None,
        safety: None,
    };
    let question = Question {
        sheet: SheetId::from_text("ssheet0000001"),
        row: 0,
        column: 0,
        identity: request.identity(None, true),
        request,
        account_asked: None,
        practice: true,
        interactive: true,
        tier: Tier::Standard,
        usd: Usd(39_000),
    };
    Job::asked(question, JobId::from_text("jjob000000001"), NOW)
}
