//! From what a user asks for to a sheet of jobs: models resolved, variables filled in, limits checked, the library
//! looked at, the price counted. Nothing is sent here.

mod choices;

pub(crate) use choices::{SOURCE, find_reference, source_of};

use crate::driver::budgets::first_way;
use crate::driver::core::Core;
use crate::ledger::{KeptAccount, LedgerError};
use crate::policy::verdict::Billed;
use crate::value::account::Account;
use crate::value::catalogue::Model;
use crate::value::event::Event;
use crate::value::id::{AccountId, JobId, SheetId};
use crate::value::job::{Fallback, Job, JobState, Question, Sheet};
use crate::value::lane::{Lane, Tier};
use crate::value::money::Usd;
use crate::value::prompt;
use crate::value::request::Request;
use crate::value::sentence::Sentence;
use crate::value::size::{Aspect, Size};
use crate::value::time::Timestamp;
use choices::{accounts, aspect, check_shape, fallback, models, read_size, retires};
use std::collections::BTreeMap;

/// Most jobs of one sheet.
const MAX_JOBS: u32 = 10_000;
/// As many as the wall shows at once: for those a person sits and waits.
pub(super) const AT_ONCE: u32 = 9;

/// What a user asks for, as text: nothing in it is believed yet.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    /// The prompt, with variables.
    pub prompt: String,
    /// Models by id or alias; empty: the setting's, else the catalogue's.
    pub models: Vec<String>,
    /// Accounts by name; empty: whichever is best.
    pub accounts: Vec<String>,
    /// Size; `None`: the setting's.
    pub size: Option<String>,
    /// Aspect; `None`: like the last reference, else the setting's.
    pub aspect: Option<String>,
    /// Pictures per column; 0 means 1.
    pub count: u32,
    /// References by hash.
    pub references: Vec<String>,
    /// Seed.
    pub seed: Option<i32>,
    /// Thinking level.
    pub thinking: Option<String>,
    /// Safety threshold.
    pub safety: Option<String>,
    /// Values of variables.
    pub vars: BTreeMap<String, String>,
    /// Lane.
    pub lane: Option<String>,
    /// An off-peak sheet goes out in time for this.
    pub deadline: Option<Timestamp>,
    /// Fallback policy.
    pub fallback: Option<String>,
    /// Outcomes unknown that may be sent again without asking.
    pub resend_unknown: u32,
    /// And for so much money in all; with this alone, any number.
    pub resend_unknown_usd: Option<Usd>,
    /// Budget.
    pub max_usd: Option<Usd>,
    /// Make new ones though the library has answers.
    pub new: bool,
    /// The user agreed to the price.
    pub confirmed: bool,
    /// A person waits.
    pub interactive: bool,
}

/// A column of the plan.
#[derive(Debug, Clone)]
pub struct PlanItem {
    /// The request of its jobs.
    pub request: Request,
    /// Name of the account it would go to first.
    pub account: String,
    /// Only this account.
    pub account_asked: Option<AccountId>,
    /// Expected pixels.
    pub pixels: (u32, u32),
    /// Price of one at the usual tier, where known.
    pub usual: Option<Usd>,
    /// It is to be had at half the price.
    pub flex: bool,
    /// Answers that the library has, oldest first; at most as many as are asked for.
    pub answers: Vec<Job>,
}

/// What a sheet would do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Columns.
    pub items: Vec<PlanItem>,
    /// Rows.
    pub count: u32,
    /// Simulated.
    pub practice: bool,
    /// The prompt as it goes out.
    pub prompt: String,
    /// Size.
    pub size: Size,
    /// Aspect.
    pub aspect: Option<Aspect>,
    /// Fallback policy.
    pub fallback: Fallback,
    /// Lane.
    pub lane: Lane,
    /// Accounts compared.
    pub compared: Vec<AccountId>,
    /// The user wants new ones whatever the library has.
    pub new: bool,
    /// Said where the user must agree first.
    pub confirm: Option<Sentence>,
    /// What stands in the way.
    pub problems: Vec<Sentence>,
    /// What the user should know.
    pub notes: Vec<Sentence>,
}

impl PlanItem {
    /// Price of one, where known.
    #[must_use]
    pub fn price(&self, lane: Lane) -> Option<Usd> {
        self.usual.map(|usual| lane.tier().price(usual))
    }
}

impl Plan {
    /// Pictures that the library answers.
    #[must_use]
    pub fn from_library(&self) -> u32 {
        u32::try_from(self.items.iter().map(|item| item.answers.len()).sum::<usize>()).unwrap_or(u32::MAX)
    }

    /// Pictures to be made.
    #[must_use]
    pub fn to_make(&self) -> u32 {
        let all = self.count.saturating_mul(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
        if self.new { all } else { all.saturating_sub(self.from_library()) }
    }

    /// Their price; unknown ones count nothing.
    #[must_use]
    pub fn usd(&self) -> Usd {
        self.usd_in(self.lane)
    }

    /// Their price in another lane.
    #[must_use]
    pub fn usd_in(&self, lane: Lane) -> Usd {
        let of = |item: &PlanItem| {
            let have = if self.new { 0 } else { u32::try_from(item.answers.len()).unwrap_or(0) };
            item.price(lane).unwrap_or(Usd::ZERO) * self.count.saturating_sub(have)
        };
        self.items.iter().map(of).sum()
    }
}

/// Whether a model can be had at half the price: of one of these accounts, or of all where they are compared.
fn economical(model: &Model, accounts: &[KeptAccount], of_all: bool) -> bool {
    let mut serve = accounts.iter().map(|kept| kept.account.serves(Tier::Flex, model));
    if of_all { serve.all(|serves| serves) } else { serve.any(|serves| serves) }
}

/// Said of a model that is not.
pub(super) fn no_economy(model: &Model) -> Sentence {
    Sentence::new("E-ECONOMY").with("model", model.name.as_str())
}

/// Plans a sheet. What is wrong with it stands in [`Plan::problems`].
///
/// # Errors
/// The ledger's.
pub async fn plan(core: &Core, asking: &Asking) -> Result<Plan, LedgerError> {
    let settings = core.settings();
    let mut problems = Vec::new();
    let text = prompt::expand(&asking.prompt, &asking.vars).unwrap_or_else(|problem| {
        problems.push(problem);
        String::new()
    });
    let size = read_size(asking.size.as_deref(), settings.default_size, &mut problems);
    let accounts = accounts(core, &asking.accounts, &mut problems);
    let practice = accounts.first().is_some_and(|kept| kept.account.practice());
    let models = models(core, &asking.models, &mut problems);
    let count = asking.count.max(1);
    let fallback = fallback(asking.fallback.as_deref(), models.len(), &mut problems);
    let lane = choices::lane(asking.lane.as_deref(), &mut problems);
    if let Some(deadline) = asking.deadline.filter(|deadline| *deadline <= core.clock.now()) {
        let sentence = Sentence::new("E-OPTION").with("value", deadline.rfc3339()).with("option", "deadline");
        problems.push(sentence.with("hint", "a time to come"));
    }
    let aspect = aspect(core, asking, &settings.default_aspect, models.first(), &mut problems);
    let compared: Vec<AccountId> = if asking.accounts.is_empty() {
        Vec::new()
    } else {
        accounts.iter().map(|kept| kept.account.id.clone()).collect()
    };
    let (mut items, mut notes) = (Vec::new(), Vec::new());
    for model in &models {
        let Some(aspect) = &aspect else { break };
        let shapes = check_shape(core, model, size, aspect, asking, &mut problems);
        let request = Request {
            model: model.id.clone(),
            prompt: text.clone(),
            size,
            aspect: aspect.clone(),
            references: asking.references.clone(),
            seed: asking.seed,
            thinking: asking.thinking.as_deref().map(str::to_ascii_lowercase),
            safety: asking.safety.clone(),
        };
        let flex = economical(model, &accounts, !compared.is_empty());
        if lane == Lane::Economy && !flex {
            problems.push(no_economy(model));
        }
        let columns: Vec<Option<&KeptAccount>> =
            if compared.is_empty() { vec![None] } else { accounts.iter().map(Some).collect() };
        for column in columns {
            let ways: Vec<&Account> = match column {
                Some(kept) => vec![&kept.account],
                None => accounts.iter().map(|kept| &kept.account).collect(),
            };
            let Some((first, usual)) = first_way(core, asking, model, size, &ways, &mut problems, &mut notes)
            else {
                continue;
            };
            let account_asked = column.map(|kept| kept.account.id.clone());
            let identity = request.identity(identity_account(&compared, account_asked.as_ref()), practice);
            let answers = core.ledger.answers(identity, count).await?;
            items.push(PlanItem {
                request: request.clone(),
                account: first.name.clone(),
                account_asked,
                pixels: shapes,
                usual,
                flex,
                answers,
            });
        }
    }
    let mut plan = Plan {
        items,
        count,
        practice,
        prompt: text,
        size,
        aspect,
        fallback,
        lane,
        compared,
        new: asking.new,
        confirm: None,
        problems,
        notes,
    };
    weigh(&mut plan, asking, &settings);
    plan.notes.extend(models.iter().filter_map(|model| retires(model, &core.clock.now().rfc3339())));
    Ok(plan)
}

/// Accounts are part of the question only where they are compared.
fn identity_account<'a>(compared: &[AccountId], asked: Option<&'a AccountId>) -> Option<&'a str> {
    if compared.len() > 1 { asked.map(AccountId::as_str) } else { None }
}

/// Budget, number of jobs, and whether the user must agree first.
fn weigh(plan: &mut Plan, asking: &Asking, settings: &crate::value::settings::Settings) {
    let (to_make, usd) = (plan.to_make(), plan.usd());
    if to_make > MAX_JOBS {
        let value = Sentence::new("E-OPTION").with("value", to_make).with("option", "count");
        plan.problems.push(value.with("hint", format!("≤ {MAX_JOBS}")));
    }
    if let Some(limit) = asking.max_usd.filter(|limit| usd > *limit) {
        plan.problems.push(Sentence::new("E-BUDGET").with("usd", usd.micros()).with("limit", limit.micros()));
    }
    let much = to_make > settings.confirm_jobs || (usd > settings.confirm_usd && !plan.practice);
    if much && !asking.confirmed {
        plan.confirm = Some(Sentence::new("E-CONFIRM").with("n", to_make).with("usd", usd.micros()));
    }
}

/// Commits a sheet: its jobs are durable when this returns.
///
/// # Errors
/// `Ok(Err(sentences))` with what stands in the way; the ledger's.
pub async fn create(core: &Core, asking: &Asking) -> Result<Result<SheetId, Vec<Sentence>>, LedgerError> {
    let plan = plan(core, asking).await?;
    if !plan.problems.is_empty() {
        return Ok(Err(plan.problems));
    }
    if let Some(confirm) = plan.confirm {
        return Ok(Err(vec![confirm]));
    }
    let Some(aspect) = plan.aspect.clone().filter(|_| !plan.items.is_empty()) else {
        return Ok(Err(Vec::new()));
    };
    let now = core.clock.now();
    let sheet = Sheet {
        id: SheetId::fresh(&*core.randomness),
        created: now,
        title: prompt::title(&plan.prompt),
        prompt: plan.prompt.clone(),
        size: plan.size,
        aspect,
        models: plan.items.iter().fold(Vec::new(), |mut ids, item| {
            if !ids.contains(&item.request.model) {
                ids.push(item.request.model.clone());
            }
            ids
        }),
        accounts: plan.compared.clone(),
        count: plan.count,
        fallback: plan.fallback,
        resend_unknown: asking.resend_unknown,
        resend_unknown_usd: asking.resend_unknown_usd,
        max_usd: asking.max_usd,
        practice: plan.practice,
        // Who waits for a better hour does not sit and wait, nor who asks for more than can be looked at.
        interactive: asking.interactive && plan.lane == Lane::Now && plan.to_make() <= AT_ONCE,
        lane: plan.lane,
        deadline: asking.deadline,
    };
    let mut jobs = Vec::new();
    for row in 0..plan.count {
        for (column, item) in (0u32..).zip(&plan.items) {
            let answer = item.answers.get(row as usize).filter(|_| !plan.new);
            jobs.push(job(core, &plan, &sheet, item, (row, column), answer, now));
        }
    }
    let id = sheet.id.clone();
    core.remember(&sheet);
    let jobs = core.ledger.add_sheet(sheet, jobs).await?;
    if jobs.iter().any(|job| job.interactive) {
        core.live().fleet.person_active(core.clock.now());
    }
    core.follow(&jobs);
    core.tell(Event::Sheet(id.clone()));
    core.tell(Event::Status);
    core.nudge();
    Ok(Ok(id))
}

fn job(
    core: &Core,
    plan: &Plan,
    sheet: &Sheet,
    item: &PlanItem,
    place: (u32, u32),
    answer: Option<&Job>,
    now: Timestamp,
) -> Job {
    let identity =
        item.request.identity(identity_account(&plan.compared, item.account_asked.as_ref()), plan.practice);
    let question = Question {
        sheet: sheet.id.clone(),
        row: place.0,
        column: place.1,
        request: item.request.clone(),
        identity,
        account_asked: item.account_asked.clone(),
        practice: plan.practice,
        interactive: sheet.interactive,
        tier: sheet.lane.tier(),
        usd: item.price(sheet.lane).unwrap_or(Usd::ZERO),
    };
    let fresh = Job::asked(question, JobId::fresh(&*core.randomness), now);
    match answer {
        None => fresh,
        Some(answer) => Job {
            state: JobState::Done,
            finished: Some(now),
            billed: Some(Billed::No),
            from_library: true,
            model_used: answer.model_used.clone(),
            account_used: answer.account_used.clone(),
            notes: answer.notes.clone(),
            picture: answer.picture.clone(),
            ..fresh
        },
    }
}

/// Who wants a job done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// A person, who waits for it.
    Person,
    /// A rule in the settings.
    Rule,
}

/// Adds a job to the cell of another: the same question to another model, or to the one that was asked at first, perhaps
/// in another size. It waits for that model and never falls back.
///
/// # Errors
/// `Ok(Err(sentence))` where that model cannot do it; the ledger's.
pub async fn redo(
    core: &Core,
    old: &Job,
    model: &str,
    size: Option<Size>,
    asker: Asker,
) -> Result<Result<JobId, Sentence>, LedgerError> {
    let job = match again(core, old, model, size.unwrap_or(old.request.size), Tier::Standard) {
        Ok(job) => Job { interactive: asker == Asker::Person, ..job },
        Err(problem) => return Ok(Err(problem)),
    };
    if job.interactive {
        core.live().fleet.person_active(core.clock.now());
    }
    let job = core.ledger.add_job(job).await?;
    core.remember_terms(std::slice::from_ref(&job)).await?;
    core.follow([&job]);
    core.tell(Event::Job(job.id.clone()));
    core.nudge();
    Ok(Ok(job.id))
}

/// A job in the cell of another, not yet in the books.
pub(super) fn again(core: &Core, old: &Job, model: &str, size: Size, tier: Tier) -> Result<Job, Sentence> {
    let model = core.catalogue.resolve(model)?.clone();
    let mut problems = Vec::new();
    let asking = Asking { references: old.request.references.clone(), ..Asking::default() };
    check_shape(core, &model, size, &old.request.aspect, &asking, &mut problems);
    if let Some(problem) = problems.into_iter().next() {
        return Err(problem);
    }
    let request = Request { model: model.id.clone(), size, ..old.request.clone() };
    let account = match &old.account_asked {
        Some(id) => core.account(id),
        None => core.accounts().into_iter().find(|kept| kept.account.practice() == old.practice),
    };
    let price =
        account.and_then(|kept| kept.account.price(&model.id, request.size, model.price(request.size)));
    // Where accounts are compared, the account is part of the question, and stays so.
    let compared = old.identity != old.request.identity(None, old.practice);
    let asked = old.account_asked.as_ref().filter(|_| compared).map(AccountId::as_str);
    let question = Question {
        sheet: old.sheet.clone(),
        row: old.row,
        column: old.column,
        identity: request.identity(asked, old.practice),
        request,
        account_asked: old.account_asked.clone(),
        practice: old.practice,
        interactive: old.interactive,
        // Whoever asks for one picture again wants it: at the usual tier, unless the caller knows better.
        tier,
        usd: price.map_or(Usd::ZERO, |usual| tier.price(usual)),
    };
    let mut job = Job::asked(question, JobId::fresh(&*core.randomness), core.clock.now());
    job.trials.redo = true;
    Ok(job)
}
