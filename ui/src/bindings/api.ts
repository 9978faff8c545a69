// Generated from crates/api. Do not edit: see crates/api/src/typescript.rs.

export type Sentence = { 
/**
 * Key in the catalogue, for example `E-OVERLOAD`.
 */
code: string, 
/**
 * Values by parameter name. Amounts are micro-dollars, times are milliseconds: the catalogue says how to show them.
 */
params: Record<string, string | number>, };

export type Billed = "no" | "yes" | "unknown";

export type Failure = { 
/**
 * What happened and what to do.
 */
sentence: Sentence, 
/**
 * Was money spent? Absent where the command could not have spent any.
 */
billed: Billed | null, };

export type Done = Record<symbol, never>;

export type NoArgs = Record<symbol, never>;

export type ById = { 
/**
 * The thing's id.
 */
id: string, };

export type Limits = { 
/**
 * Images per minute.
 */
ipm: number | null, 
/**
 * Requests per minute.
 */
rpm: number | null, 
/**
 * Input tokens per minute.
 */
tpm: number | null, 
/**
 * Requests per day (the provider's day).
 */
rpd: number | null, 
/**
 * Micro-dollars per rolling ten minutes.
 */
usd_10min: number | null, 
/**
 * Calls on the wire at once: a hard cap.
 */
concurrency: number | null, };

export type Budgets = { 
/**
 * The account, a day.
 */
day_limit: number | null, 
/**
 * The account, a month.
 */
month_limit: number | null, 
/**
 * The billing account, a day: one limit for all its accounts.
 */
billing_day_limit: number | null, 
/**
 * The billing account, a month.
 */
billing_month_limit: number | null, };

export type Price = { 
/**
 * Model id.
 */
model: string, 
/**
 * `512`, `1K`, `2K` or `4K`.
 */
size: string, 
/**
 * Micro-dollars per picture.
 */
usd: number, 
/**
 * When the user said so; absent for old ones.
 */
dated_ms: number | null, };

export type PriceSpec = { 
/**
 * Model id or alias.
 */
model: string, 
/**
 * `512`, `1K`, `2K` or `4K`.
 */
size: string, 
/**
 * Micro-dollars per picture; absent takes the price away.
 */
usd: number | null, };

export type KeyStore = "keychain" | "session" | "environment";

export type KeyView = { 
/**
 * Whether there is one.
 */
present: boolean, 
/**
 * Its last four characters.
 */
last4: string | null, 
/**
 * Where it lies.
 */
store: KeyStore | null, };

export type AccountView = { 
/**
 * Id, stable over renames.
 */
id: string, 
/**
 * The user's name for it; unique.
 */
name: string, 
/**
 * `gemini`, `relay-gemini` or `practice`.
 */
kind: string, 
/**
 * The endpoint; absent for the built-in practice account.
 */
base_url: string | null, 
/**
 * `x-goog-api-key` or `bearer`.
 */
auth: string, 
/**
 * The project whose quota it draws on.
 */
project: string, 
/**
 * The billing account that pays.
 */
billing: string, 
/**
 * The provider's tier: `free`, `1`, `2`, `3`.
 */
tier: string | null, 
/**
 * Limits the user set.
 */
limits: Limits, 
/**
 * What may be spent.
 */
budgets: Budgets, 
/**
 * Prices the user set.
 */
prices: Array<Price>, 
/**
 * Simulated: never mixed with real ones.
 */
practice: boolean, 
/**
 * The account that is there by itself while there is no other.
 */
builtin: boolean, 
/**
 * The connection is not encrypted (loopback only).
 */
insecure: boolean, 
/**
 * Its key.
 */
key: KeyView, 
/**
 * Why it does not work now, if so.
 */
trouble: Sentence | null, };

export type AccountSpec = { 
/**
 * Name (in `set`: which one).
 */
name: string, 
/**
 * New name.
 */
rename: string | null, 
/**
 * `gemini`, `relay-gemini` or `practice`.
 */
kind: string | null, 
/**
 * Endpoint; absent means the provider's own.
 */
base_url: string | null, 
/**
 * `x-goog-api-key` (default) or `bearer`.
 */
auth: string | null, 
/**
 * Allow `http://` on the loopback interface.
 */
allow_http: boolean, 
/**
 * Project.
 */
project: string | null, 
/**
 * Billing account.
 */
billing: string | null, 
/**
 * Tier.
 */
tier: string | null, 
/**
 * Limits; a given field replaces the old one, 0 takes it away.
 */
limits: Limits, 
/**
 * What may be spent; the same.
 */
budgets: Budgets, 
/**
 * Prices to set; those of other models and sizes stay.
 */
prices: Array<PriceSpec>, 
/**
 * The key. It is stored and never read back.
 */
key: string | null, };

export type AccountTest = { 
/**
 * Whether the provider took the key.
 */
ok: boolean, 
/**
 * How many models the account sees.
 */
models: number, 
/**
 * Of the catalogue's models, those it lists.
 */
known: Array<string>, 
/**
 * Milliseconds until the answer.
 */
elapsed_ms: number, 
/**
 * What went wrong, if anything.
 */
trouble: Sentence | null, };

export type AccountSaved = { 
/**
 * The account.
 */
account: AccountView, 
/**
 * Said when the key could not go to the keychain (`E-KEYCHAIN-…`).
 */
warning: Sentence | null, };

export type AccountOrder = { 
/**
 * Names in the wanted order; the rest follow as they were.
 */
names: Array<string>, };

export type SizeView = { 
/**
 * `512`, `1K`, `2K`, `4K`.
 */
size: string, 
/**
 * List price in micro-dollars.
 */
usd: number, };

export type Pixels = { 
/**
 * Size.
 */
size: string, 
/**
 * Aspect, `16:9`.
 */
aspect: string, 
/**
 * Width in pixels.
 */
width: number, 
/**
 * Height in pixels.
 */
height: number, };

export type ModelView = { 
/**
 * Id as on the wire.
 */
id: string, 
/**
 * Full name, `Nano Banana Pro`.
 */
name: string, 
/**
 * Short name for labels, `Pro`.
 */
short: string, 
/**
 * Alias, `pro` or `flash`.
 */
alias: string | null, 
/**
 * `available`, `deprecated` or `retired` on the day asked.
 */
status: string, 
/**
 * Day it stops or stopped, ISO.
 */
shutdown: string | null, 
/**
 * What takes its place.
 */
successor: string | null, 
/**
 * Sizes and list prices.
 */
sizes: Array<SizeView>, 
/**
 * Aspects, `1:1` first.
 */
aspects: Array<string>, 
/**
 * The exact pixel table.
 */
pixels: Array<Pixels>, 
/**
 * How many reference pictures it takes.
 */
max_references: number, 
/**
 * Thinking levels it takes; empty where it has none.
 */
thinking: Array<string>, 
/**
 * The model that stands in for it first where it is not to be had.
 */
stand_in: string | null, };

export type Models = { 
/**
 * The day its facts were checked, ISO.
 */
dated: string, 
/**
 * Models chosen where the user names none.
 */
default: Array<string>, 
/**
 * The models.
 */
models: Array<ModelView>, };

export type SheetSpec = { 
/**
 * The prompt; `${name:default}` are variables.
 */
prompt: string, 
/**
 * Model ids or aliases; empty means the default ones.
 */
models: Array<string>, 
/**
 * Account names to compare; empty means: whichever is best.
 */
accounts: Array<string>, 
/**
 * `512`, `1K`, `2K`, `4K`; absent means the setting.
 */
size: string | null, 
/**
 * `16:9`; absent follows the last reference, else the setting.
 */
aspect: string | null, 
/**
 * Pictures per model (and account); 0 means 1.
 */
count: number, 
/**
 * References: ids that `references.add` gave.
 */
references: Array<string>, 
/**
 * Seed, best effort.
 */
seed: number | null, 
/**
 * Thinking level.
 */
thinking: string | null, 
/**
 * Safety threshold, `BLOCK_ONLY_HIGH` and kin; absent means the provider's own.
 */
safety: string | null, 
/**
 * Values of the prompt's variables.
 */
vars: { [key in string]: string }, 
/**
 * `now` (default), `off-peak`, `economy`.
 */
lane: string | null, 
/**
 * An off-peak sheet goes out in time for this moment, whatever the hour.
 */
deadline_ms: number | null, 
/**
 * `never`, `now`, `ask`, `after:600` (seconds); absent means the default of the design.
 */
fallback: string | null, 
/**
 * How many outcomes-unknown may be sent again without asking.
 */
resend_unknown: number, 
/**
 * And for so many micro-dollars in all; with this alone, any number.
 */
resend_unknown_usd: number | null, 
/**
 * Budget of the sheet in micro-dollars.
 */
max_usd: number | null, 
/**
 * Make new pictures though the library has an answer.
 */
new: boolean, 
/**
 * The user was shown the price and agreed.
 */
confirmed: boolean, 
/**
 * `window`, `cli` or `batch`: who waits for it.
 */
origin: string | null, };

export type SetFallback = { 
/**
 * Sheet id.
 */
id: string, 
/**
 * `never`, `now`, `ask`, `after:600`.
 */
fallback: string, };

export type SetBudget = { 
/**
 * Sheet id.
 */
id: string, 
/**
 * Micro-dollars; null takes the budget away. It must be said: a name that was mistyped would take it away, too.
 */
max_usd: number | null, };

export type LanePlan = { 
/**
 * Lane.
 */
lane: "now" | "off-peak" | "economy", 
/**
 * Micro-dollars for all; absent where a price is unknown.
 */
usd: number | null, 
/**
 * Expected finish; absent where too little is known.
 */
finish_ms: number | null, 
/**
 * It can be chosen.
 */
possible: boolean, 
/**
 * Why not, or what to know about it.
 */
why: Sentence | null, };

export type PlanItem = { 
/**
 * Model id.
 */
model: string, 
/**
 * Account the job would go to first.
 */
account: string, 
/**
 * Size.
 */
size: string, 
/**
 * Aspect.
 */
aspect: string, 
/**
 * Expected width in pixels.
 */
width: number, 
/**
 * Expected height in pixels.
 */
height: number, 
/**
 * Pictures to make.
 */
count: number, 
/**
 * Of these, how many the library already has.
 */
from_library: number, 
/**
 * Price of one in micro-dollars; absent where unknown.
 */
usd_each: number | null, 
/**
 * What such a call usually takes, in milliseconds, from our own attempts.
 */
typical_ms: number | null, 
/**
 * Why it would have to wait now.
 */
wait: Sentence | null, };

export type Plan = { 
/**
 * Pictures to make, those from the library left out.
 */
pictures: number, 
/**
 * Pictures that the library already has.
 */
from_library: number, 
/**
 * Their ids.
 */
existing: Array<string>, 
/**
 * Price of all in micro-dollars.
 */
usd: number, 
/**
 * Simulated: the dollars are practice dollars.
 */
practice: boolean, 
/**
 * Columns.
 */
items: Array<PlanItem>, 
/**
 * The prompt with its variables filled in.
 */
prompt: string, 
/**
 * Rough input tokens.
 */
tokens: number, 
/**
 * The default or chosen fallback, `never`, `now`, `ask`, `after:600`.
 */
fallback: string, 
/**
 * Set where the user must agree first (many jobs, much money).
 */
confirm: Sentence | null, 
/**
 * What stands in the way; with any, the sheet is refused.
 */
problems: Array<Failure>, 
/**
 * What the user should know.
 */
notes: Array<Sentence>, 
/**
 * What each lane would cost, and when it would be done.
 */
lanes: Array<LanePlan>, 
/**
 * For big sheets: what the day's quota leaves, and when it is done.
 */
feasibility: Sentence | null, };

export type SheetView = { 
/**
 * Id.
 */
id: string, 
/**
 * First words of the prompt.
 */
title: string, 
/**
 * The prompt as sent.
 */
prompt: string, 
/**
 * When it was asked for.
 */
created_ms: number, 
/**
 * Size asked.
 */
size: string, 
/**
 * Aspect asked.
 */
aspect: string, 
/**
 * Columns in order: model ids.
 */
models: Array<string>, 
/**
 * Accounts compared, if any.
 */
accounts: Array<string>, 
/**
 * Rows.
 */
count: number, 
/**
 * Fallback policy.
 */
fallback: string, 
/**
 * Simulated.
 */
practice: boolean, 
/**
 * Jobs, row by row.
 */
jobs: Array<JobView>, 
/**
 * Micro-dollars spent for certain.
 */
usd_spent: number, 
/**
 * Micro-dollars that may have been spent (outcomes unknown).
 */
usd_unknown: number, 
/**
 * Micro-dollars still reserved.
 */
usd_reserved: number, 
/**
 * Budget.
 */
max_usd: number | null, 
/**
 * `now`, `off-peak`, `economy`.
 */
lane: string, 
/**
 * An off-peak sheet goes out in time for this.
 */
deadline_ms: number | null, 
/**
 * The user holds it.
 */
paused: boolean, };

export type SheetRow = { 
/**
 * Id.
 */
id: string, 
/**
 * First words of the prompt.
 */
title: string, 
/**
 * When.
 */
created_ms: number, 
/**
 * Jobs in all.
 */
jobs: number, 
/**
 * Jobs done.
 */
done: number, 
/**
 * Jobs that still wait or run.
 */
open: number, };

export type ListSheets = { 
/**
 * At most this many; 0 means 50.
 */
limit: number, };

export type ReferenceView = { 
/**
 * Id: the hash of its bytes.
 */
id: string, 
/**
 * Media type by its bytes.
 */
mime: string, 
/**
 * Width in pixels.
 */
width: number, 
/**
 * Height in pixels.
 */
height: number, 
/**
 * Bytes.
 */
bytes: number, };

export type JobState = "queued" | "sending" | "done" | "failed" | "unknown" | "parked" | "cancelled";

export type StandIn = { 
/**
 * Model id.
 */
model: string, 
/**
 * The size it would be asked for: the largest it makes, where the user allows a smaller one.
 */
size: string, 
/**
 * What the picture would cost there, micro-dollars, at the list price.
 */
usd: number, };

export type AheadView = { 
/**
 * Its size.
 */
size: string, 
/**
 * What it would cost, micro-dollars, at the list price.
 */
usd: number, };

export type JobView = { 
/**
 * Id.
 */
id: string, 
/**
 * Its sheet.
 */
sheet: string, 
/**
 * Row in the sheet, from 0.
 */
row: number, 
/**
 * Column in the sheet, from 0.
 */
column: number, 
/**
 * State.
 */
state: JobState, 
/**
 * Model asked for.
 */
model_asked: string, 
/**
 * Model that answered, as the provider named it.
 */
model_used: string | null, 
/**
 * Account it went to last.
 */
account: string | null, 
/**
 * Another model than the one asked was used.
 */
fallback: boolean, 
/**
 * Answered without a call.
 */
from_library: boolean, 
/**
 * The answer came after the user had stopped it.
 */
late: boolean, 
/**
 * Calls made.
 */
attempts: number, 
/**
 * Micro-dollars charged for certain.
 */
billed_usd: number, 
/**
 * Was money spent by the last attempt?
 */
billed: Billed | null, 
/**
 * Size asked.
 */
size: string, 
/**
 * Aspect asked.
 */
aspect: string, 
/**
 * Expected width in pixels.
 */
width: number, 
/**
 * Expected height in pixels.
 */
height: number, 
/**
 * When it was queued.
 */
created_ms: number, 
/**
 * When the running attempt was sent.
 */
sent_ms: number | null, 
/**
 * When it ended.
 */
finished_ms: number | null, 
/**
 * When it may go out again.
 */
not_before_ms: number | null, 
/**
 * What such a call usually takes, from our own attempts.
 */
typical_ms: number | null, 
/**
 * List price in micro-dollars.
 */
usd: number, 
/**
 * Why it waits, or why it ended without a picture.
 */
reason: Sentence | null, 
/**
 * What the user should know about the result (`W-…`).
 */
notes: Array<Sentence>, 
/**
 * Its model is not to be had, and this one could take its place.
 */
stand_in: StandIn | null, 
/**
 * Its size is refused, and this smaller one could be made now while it goes on waiting.
 */
ahead: AheadView | null, 
/**
 * The job that makes the same picture smaller meanwhile.
 */
smaller: string | null, 
/**
 * It is made ahead of this larger job, which goes on waiting.
 */
larger: string | null, 
/**
 * The picture.
 */
picture: PictureView | null, 
/**
 * Simulated.
 */
practice: boolean, };

export type AttemptView = { 
/**
 * 1 for the first.
 */
number: number, 
/**
 * Account.
 */
account: string, 
/**
 * Model it was sent to.
 */
model: string, 
/**
 * `sending`, `answered`, `refused` or `unknown`.
 */
state: string, 
/**
 * When it was sent.
 */
started_ms: number, 
/**
 * When it ended.
 */
ended_ms: number | null, 
/**
 * HTTP status, if any came.
 */
status: number | null, 
/**
 * Was money spent?
 */
billed: Billed | null, 
/**
 * Micro-dollars settled.
 */
usd: number, 
/**
 * What came of it.
 */
verdict: Sentence | null, 
/**
 * The provider's id of the request.
 */
request_id: string | null, };

export type JobStory = { 
/**
 * The job.
 */
job: JobView, 
/**
 * The prompt as sent.
 */
prompt: string, 
/**
 * Its attempts, oldest first.
 */
attempts: Array<AttemptView>, 
/**
 * What it waited for before and between them, as far as it was noted.
 */
waits: Array<WaitView>, };

export type WaitView = { 
/**
 * From.
 */
from_ms: number, 
/**
 * To; of one that goes on: now.
 */
to_ms: number, 
/**
 * For what.
 */
reason: Sentence, };

export type ListJobs = { 
/**
 * Only of this sheet.
 */
sheet: string | null, 
/**
 * Only in this state.
 */
state: JobState | null, 
/**
 * Those that need somebody first, those that are over last, instead of by age.
 */
attention: boolean, 
/**
 * At most this many, newest first; 0 means 200.
 */
limit: number, 
/**
 * Continue after this job; by age, not by attention.
 */
after?: string, 
/**
 * Leave out what was over before this moment.
 */
over_since_ms?: number, };

export type CancelJobs = { 
/**
 * A job, or a sheet.
 */
id: string | null, 
/**
 * All of this lane.
 */
lane: string | null, 
/**
 * All there are.
 */
all: boolean, };

export type Stopped = { 
/**
 * Jobs, in all.
 */
jobs: number, 
/**
 * Of these, on the wire: what still arrives is kept.
 */
sent: number, };

export type TallyJobs = { 
/**
 * Of this sheet; absent means all.
 */
sheet: string | null, 
/**
 * Of this lane.
 */
lane: string | null, 
/**
 * In these states.
 */
states: Array<JobState>, 
/**
 * Where all are meant: of those that failed, only those since then.
 */
failed_since_ms: number | null, };

export type Tally = { 
/**
 * How many.
 */
jobs: number, 
/**
 * Of these, on the wire.
 */
sending: number, 
/**
 * Of these, simulated.
 */
practice: number, 
/**
 * Of the others, the list price of all that have one, micro-dollars.
 */
usd: number, 
/**
 * Of the others, those whose price nobody knows.
 */
unpriced: number, };

export type RetryJobs = { 
/**
 * A job, or a sheet.
 */
id: string | null, 
/**
 * All that failed or are parked.
 */
failed: boolean, 
/**
 * Of all that failed, only those since then.
 */
failed_since_ms: number | null, };

export type ResolveJobs = { 
/**
 * A job, or a sheet; absent means all.
 */
id: string | null, 
/**
 * Send again, at the risk of paying twice; else give up.
 */
resend: boolean, };

export type RedoJob = { 
/**
 * The job.
 */
id: string, 
/**
 * Model id or alias; absent means the one it asked for. A job that waits is stopped for another model.
 */
model: string | null, 
/**
 * Size; absent means its own. A job that waits goes on waiting beside a smaller one.
 */
size: string | null, };

export type Touched = { 
/**
 * That many.
 */
jobs: number, };

export type QueueView = { 
/**
 * Waiting.
 */
queued: number, 
/**
 * On the wire.
 */
sending: number, 
/**
 * Cannot go on before something changes.
 */
parked: number, 
/**
 * For the user to decide.
 */
unknown: number, 
/**
 * Failed in the last day.
 */
failed: number, 
/**
 * Nothing new is sent.
 */
paused: boolean, };

export type GetQueue = { 
/**
 * Only of this lane.
 */
lane: string | null, 
/**
 * Sheets to leave out at the beginning.
 */
offset: number, 
/**
 * At most this many sheets; 0 means 100.
 */
limit: number, };

export type LaneView = { 
/**
 * Lane.
 */
lane: "now" | "off-peak" | "economy", 
/**
 * Jobs that wait.
 */
queued: number, 
/**
 * Jobs on the wire.
 */
sending: number, 
/**
 * Jobs that cannot go on before something changes.
 */
parked: number, 
/**
 * Next moment at which one goes out, where it is known.
 */
next_ms: number | null, 
/**
 * Expected finish, where it can be told.
 */
finish_ms: number | null, };

export type QueueSheet = { 
/**
 * Its id.
 */
sheet: string, 
/**
 * First words of its prompt.
 */
title: string, 
/**
 * Lane.
 */
lane: "now" | "off-peak" | "economy", 
/**
 * A person waits for it.
 */
interactive: boolean, 
/**
 * Simulated.
 */
practice: boolean, 
/**
 * The user holds it.
 */
paused: boolean, 
/**
 * Models asked.
 */
models: Array<string>, 
/**
 * Size asked.
 */
size: string, 
/**
 * Jobs that wait.
 */
queued: number, 
/**
 * Jobs on the wire.
 */
sending: number, 
/**
 * Jobs that cannot go on before something changes.
 */
parked: number, 
/**
 * Jobs for the user to decide.
 */
unknown: number, 
/**
 * Jobs that failed.
 */
failed: number, 
/**
 * Jobs done.
 */
done: number, 
/**
 * Jobs in all.
 */
jobs: number, 
/**
 * Why its first job waits.
 */
reason: Sentence | null, 
/**
 * Until when.
 */
opens_ms: number | null, 
/**
 * Expected finish, where it can be told.
 */
finish_ms: number | null, 
/**
 * Big sheets: what they leave of the day's requests, or how many wait for the next day.
 */
feasibility: Sentence | null, 
/**
 * It goes out in time for this.
 */
deadline_ms: number | null, 
/**
 * When it was asked for.
 */
created_ms: number, };

export type QueuePage = { 
/**
 * Nothing new is sent.
 */
paused: boolean, 
/**
 * Closing: nothing new is sent.
 */
draining: boolean, 
/**
 * All three.
 */
lanes: Array<LaneView>, 
/**
 * Sheets.
 */
sheets: Array<QueueSheet>, };

export type PictureView = { 
/**
 * Id.
 */
id: string, 
/**
 * Its place in the library; lists of many name pictures by it.
 */
seq: number, 
/**
 * BLAKE3 of its bytes.
 */
hash: string, 
/**
 * The job it was made for; none, where it came from outside.
 */
job: string | null, 
/**
 * That job's sheet.
 */
sheet: string | null, 
/**
 * When it was stored; of a picture from outside: made.
 */
created_ms: number, 
/**
 * Width in pixels, read from the file.
 */
width: number, 
/**
 * Height in pixels, read from the file.
 */
height: number, 
/**
 * Media type by its bytes.
 */
mime: string, 
/**
 * Size of the file.
 */
bytes: number, 
/**
 * Model asked for.
 */
model_asked: string, 
/**
 * Model that answered; empty where nobody knows.
 */
model_used: string, 
/**
 * Account it came from; empty where it came from none.
 */
account: string, 
/**
 * Another model than the one asked was used.
 */
fallback: boolean, 
/**
 * Size asked, where that is known.
 */
size: string | null, 
/**
 * Aspect asked, where that is known.
 */
aspect: string | null, 
/**
 * The prompt as sent, or as the picture says it.
 */
prompt: string, 
/**
 * Seed asked.
 */
seed: number | null, 
/**
 * Thinking level asked.
 */
thinking: string | null, 
/**
 * Safety threshold asked.
 */
safety: string | null, 
/**
 * References sent, by the hash of their bytes.
 */
references: Array<string>, 
/**
 * Pictures by their hash of which smaller copies were sent as references.
 */
sources: Array<string>, 
/**
 * The colour there is most of in it, `#rrggbb`, once somebody has looked.
 */
colour: string | null, 
/**
 * 64 bits in hexadecimal digits, of which nearly alike pictures share most.
 */
likeness: string | null, 
/**
 * Micro-dollars it cost.
 */
usd: number, 
/**
 * From the first byte sent to the last received.
 */
elapsed_ms: number, 
/**
 * Calls it took.
 */
attempts: number, 
/**
 * Simulated.
 */
practice: boolean, 
/**
 * Serial number, on practice pictures.
 */
serial: string | null, 
/**
 * 1 to 5, 0 for none.
 */
rating: number, 
/**
 * In the trash.
 */
trashed: boolean, 
/**
 * Tags.
 */
tags: Array<string>, 
/**
 * Collections it is in.
 */
collections: Array<string>, 
/**
 * What the user should know about it (`W-…`, `E-INCOMPLETE`).
 */
notes: Array<Sentence>, 
/**
 * It carries Content Credentials. They were not verified.
 */
credentials: boolean, 
/**
 * How it came in from outside.
 */
imported: ImportedView | null, };

export type ImportedView = { 
/**
 * Name of the file it was.
 */
file: string, 
/**
 * When it came in.
 */
at_ms: number, 
/**
 * Whose recipe is in it; none that we can read, where this is absent.
 */
tool: "diptych" | "a1111" | "comfyui" | "invokeai" | null, 
/**
 * What was to be kept out of the picture.
 */
negative: string | null, 
/**
 * Seed, as it is written there.
 */
seed: string | null, 
/**
 * Size asked, as it is written there.
 */
size: string | null, };

export type PictureRecipe = { 
/**
 * The text, shortened where it is very long; empty where there is none.
 */
text: string, };

export type PictureFilter = { 
/**
 * Words of the prompt, as far as they are typed; in quotation marks in this order.
 */
search: string | null, 
/**
 * Any of these models answered.
 */
models: Array<string>, 
/**
 * From any of these accounts, by name.
 */
accounts: Array<string>, 
/**
 * Any of these sizes was asked for.
 */
sizes: Array<string>, 
/**
 * Any of these aspects was asked for.
 */
aspects: Array<string>, 
/**
 * With all of these tags.
 */
tags: Array<string>, 
/**
 * In all of these collections.
 */
collections: Array<string>, 
/**
 * Of this sheet.
 */
sheet: string | null, 
/**
 * At least this many stars.
 */
rating_min: number | null, 
/**
 * At most this many stars.
 */
rating_max: number | null, 
/**
 * Stored at this moment or later.
 */
from_ms: number | null, 
/**
 * Stored before this moment.
 */
to_ms: number | null, 
/**
 * Cost at least this, micro-dollars.
 */
usd_min: number | null, 
/**
 * Cost at most this, micro-dollars.
 */
usd_max: number | null, 
/**
 * Simulated, or not.
 */
practice: boolean | null, 
/**
 * Made by another model than the one asked, or not.
 */
fallback: boolean | null, 
/**
 * With a note that warns, or without.
 */
trouble: boolean | null, 
/**
 * From outside, or made here.
 */
imported: boolean | null, 
/**
 * The last check found its file missing or changed, or not.
 */
damaged: boolean | null, 
/**
 * The trash instead of the library.
 */
trash: boolean, };

export type PictureSort = "newest" | "oldest" | "rating" | "price";

export type FindPictures = { 
/**
 * Which.
 */
filter: PictureFilter, 
/**
 * In which order.
 */
sort: PictureSort, 
/**
 * Those of a sheet stand together.
 */
by_sheet: boolean, 
/**
 * As many of the first are answered in full.
 */
rows: number, 
/**
 * Nothing but these, where that is quicker than all: the newest first, and not grouped.
 */
page: boolean, };

export type FoundPictures = { 
/**
 * Their `seq`s in order, packed: base64 of LEB128 numbers, each the zigzag difference from the one before.
 */
seqs: string, 
/**
 * How many follow each other from one sheet, packed alike without differences; empty where not grouped.
 */
groups: string, 
/**
 * How many.
 */
total: number, 
/**
 * The first of them.
 */
rows: Array<PictureView>, 
/**
 * These are all; else more follow.
 */
whole: boolean, };

export type PictureRows = { 
/**
 * `seq`s, at most 500.
 */
seqs: Array<number>, };

export type DeletedPictures = { 
/**
 * How many.
 */
pictures: number, };

export type FreedBytes = { 
/**
 * Bytes.
 */
bytes: number, };

export type StorageView = { 
/**
 * Originals and sidecars, those of pictures in the trash among them.
 */
originals: TakenView, 
/**
 * Pictures in the trash.
 */
trash: TakenView, 
/**
 * Reference pictures.
 */
references: TakenView, 
/**
 * Answers that are arriving, and those kept because they may have been paid.
 */
answers: TakenView, 
/**
 * Copies that were saved without saying where to.
 */
exports: TakenView, 
/**
 * Put aside by repairs.
 */
quarantine: TakenView, 
/**
 * Ledger, and what lies beside it.
 */
ledger: TakenView, 
/**
 * Thumbnails and the like, made again on demand.
 */
cache: TakenView, 
/**
 * Room left on the library's disk in bytes; `null` where it cannot be told.
 */
free: number | null, };

export type TakenView = { 
/**
 * How many files.
 */
files: number, 
/**
 * How many bytes.
 */
bytes: number, };

export type ConvertPictures = { 
/**
 * `png`, `jpeg` or `webp`.
 */
format: string, 
/**
 * 1 to 100; absent means 90. No matter for PNG.
 */
quality: number | null, 
/**
 * The long edge in pixels at most; absent means as it is. Never enlarges.
 */
max_edge: number | null, };

export type ContactSheet = { 
/**
 * The sheet.
 */
id: string, 
/**
 * Absolute path of an existing folder.
 */
out: string, };

export type ChangePictures = { 
/**
 * `seq`s.
 */
seqs: Array<number>, 
/**
 * 1 to 5, 0 to clear.
 */
rating: number | null, 
/**
 * Into the trash, or out of it.
 */
trashed: boolean | null, 
/**
 * Tags to put on.
 */
tag: Array<string>, 
/**
 * Tags to take off.
 */
untag: Array<string>, 
/**
 * Collections to put them into.
 */
collect: Array<string>, 
/**
 * Collections to take them out of.
 */
uncollect: Array<string>, };

export type ChangedPictures = { 
/**
 * Pictures.
 */
pictures: number, };

export type LabelKind = "tag" | "collection";

export type RenameLabel = { 
/**
 * Tag or collection.
 */
kind: LabelKind, 
/**
 * Its name.
 */
name: string, 
/**
 * The new one; absent takes the label off.
 */
to: string | null, };

export type GetFacets = { 
/**
 * Of the trash.
 */
trash: boolean, };

export type Facet = { 
/**
 * Value.
 */
value: string, 
/**
 * Pictures that have it.
 */
pictures: number, };

export type PictureFacets = { 
/**
 * Models that answered.
 */
models: Array<Facet>, 
/**
 * Names of accounts.
 */
accounts: Array<Facet>, 
/**
 * Sizes asked for.
 */
sizes: Array<Facet>, 
/**
 * Aspects asked for.
 */
aspects: Array<Facet>, 
/**
 * Tags.
 */
tags: Array<Facet>, 
/**
 * Collections.
 */
collections: Array<Facet>, };

export type ListPictures = { 
/**
 * Continue after this cursor.
 */
after: number | null, 
/**
 * At most this many; 0 means 60.
 */
limit: number, 
/**
 * Which.
 */
filter: PictureFilter, };

export type PicturePage = { 
/**
 * Newest first.
 */
pictures: Array<PictureView>, 
/**
 * Cursor of the next page; absent at the end.
 */
next: number | null, 
/**
 * How many there are in all.
 */
total: number, };

export type RatePicture = { 
/**
 * Which.
 */
id: string, 
/**
 * 1 to 5, 0 to clear.
 */
rating: number, };

export type PicturePath = { 
/**
 * Absolute path of the original.
 */
path: string, };

export type ExportPictures = { 
/**
 * Which.
 */
ids: Array<string>, 
/**
 * All pictures of this sheet as well.
 */
sheet: string | null, 
/**
 * Absolute path of an existing folder.
 */
out: string, 
/**
 * With the recipe written into the copies.
 */
metadata: boolean, 
/**
 * Template of the file names; absent means `{date}-{prompt}-{id}`.
 */
name: string | null, 
/**
 * Into another format, or smaller; absent means the original bytes.
 */
convert: ConvertPictures | null, };

export type SavePictures = { 
/**
 * `seq`s.
 */
seqs: Array<number>, 
/**
 * With the recipe written into the copies.
 */
metadata: boolean, 
/**
 * Into another format, or smaller; absent means the original bytes.
 */
convert: ConvertPictures | null, 
/**
 * Template of the file names; absent means `{date}-{prompt}-{id}`.
 */
name: string | null, };

export type NameExample = { 
/**
 * `seq` of the picture.
 */
seq: number, 
/**
 * Template; absent means `{date}-{prompt}-{id}`.
 */
name: string | null, 
/**
 * `png`, `jpeg` or `webp`; absent means as it is.
 */
format: string | null, };

export type NamedFile = { 
/**
 * With its extension, without a folder.
 */
name: string, };

export type SavedPictures = { 
/**
 * How many.
 */
pictures: number, 
/**
 * Pictures whose originals could not be read.
 */
failed: number, 
/**
 * What is wrong with the first of them.
 */
reason: Sentence | null, 
/**
 * The folder they are in.
 */
folder: string, 
/**
 * `pictures.stop-saving` came in between: the rest was not copied.
 */
stopped: boolean, };

export type Exported = { 
/**
 * Their absolute paths, in the order of the ids; of those that failed there is none.
 */
paths: Array<string>, 
/**
 * Pictures whose originals could not be read.
 */
failed: Array<NotExported>, };

export type NotExported = { 
/**
 * Its id.
 */
picture: string, 
/**
 * What is wrong with its original.
 */
reason: Sentence, };

export type ImportPictures = { 
/**
 * Absolute paths.
 */
paths: Array<string>, 
/**
 * Every file is answered for, with its path. Else those that were refused, the first of them, by name.
 */
list: boolean, };

export type ImportFate = "imported" | "known" | "refused";

export type ImportedFile = { 
/**
 * Its name, or path.
 */
name: string, 
/**
 * What became of it.
 */
fate: ImportFate, 
/**
 * The picture, where there is one.
 */
picture: string | null, 
/**
 * Why it was refused.
 */
reason: Sentence | null, };

export type Imported = { 
/**
 * Pictures that are in the library now, those that were in the trash among them.
 */
imported: number, 
/**
 * Pictures that the library had.
 */
known: number, 
/**
 * Files that were refused.
 */
refused: number, 
/**
 * It was stopped before its end.
 */
cancelled: boolean, 
/**
 * Files.
 */
files: Array<ImportedFile>, };

export type QuotaView = { 
/**
 * Images, requests, tokens a minute; requests a day; micro-dollars in ten minutes.
 */
dimension: "ipm" | "rpm" | "tpm" | "rpd" | "usd_10min", 
/**
 * Used in its time.
 */
used: number, 
/**
 * Limit, where one is known.
 */
limit: number | null, 
/**
 * The user set it, the provider told it, it was found by search, or nobody knows.
 */
source: "set" | "told" | "learned" | "unknown", 
/**
 * When it is fresh again.
 */
resets_ms: number | null, };

export type LatencyView = { 
/**
 * Size.
 */
size: string, 
/**
 * Median.
 */
p50_ms: number, 
/**
 * One in twenty takes longer.
 */
p95_ms: number, 
/**
 * Over so many pictures.
 */
calls: number, };

export type RouteView = { 
/**
 * Account name.
 */
account: string, 
/**
 * Its id.
 */
account_id: string, 
/**
 * Project it draws on.
 */
project: string, 
/**
 * Model id.
 */
model: string, 
/**
 * Simulated.
 */
practice: boolean, 
/**
 * At the full price, or at half of it.
 */
tier: "standard" | "flex", 
/**
 * `clear`, `overloaded`, `quota`, `parked`, `offline` or `idle` (nothing known yet).
 */
state: string, 
/**
 * In words.
 */
sentence: Sentence, 
/**
 * So since.
 */
since_ms: number | null, 
/**
 * The user holds it.
 */
paused: boolean, 
/**
 * Calls at once, as it is now.
 */
concurrency: number | null, 
/**
 * Its quota.
 */
quota: Array<QuotaView>, 
/**
 * How long pictures take, by size.
 */
latency: Array<LatencyView>, 
/**
 * Calls of the last hour that never came back.
 */
timeouts: number, 
/**
 * What may help.
 */
hint: Sentence | null, 
/**
 * Who else draws on its quota: another application, or an account of ours under another project's name.
 */
shared: Array<Sentence>, 
/**
 * Next opening, if shut.
 */
opens_ms: number | null, 
/**
 * Calls in the last hour.
 */
calls: number, 
/**
 * Of these, refused for overload.
 */
overloaded: number, 
/**
 * Of these, refused for quota.
 */
limited: number, 
/**
 * Calls on the wire.
 */
in_flight: number, 
/**
 * Median of the last calls that gave a picture, ms.
 */
typical_ms: number | null, 
/**
 * Micro-dollars today, at both prices; 0 in the row of the half-price tier.
 */
usd_today: number, };

export type RouteName = { 
/**
 * Account name or id.
 */
account: string, 
/**
 * Model id or alias.
 */
model: string, };

export type WeatherBin = { 
/**
 * Its beginning.
 */
start_ms: number, 
/**
 * Calls that began in it.
 */
calls: number, 
/**
 * Of these, gave a picture.
 */
pictures: number, 
/**
 * Of these, refused for quota.
 */
limited: number, 
/**
 * Of these, refused for want of capacity.
 */
overloaded: number, 
/**
 * Of these, came to nothing for another reason.
 */
failed: number, 
/**
 * Median of those that gave a picture.
 */
p50_ms: number | null, };

export type RouteBins = { 
/**
 * Account name.
 */
account: string, 
/**
 * Model id.
 */
model: string, 
/**
 * Simulated.
 */
practice: boolean, 
/**
 * At the full price, or at half of it.
 */
tier: "standard" | "flex", 
/**
 * 36 times ten minutes.
 */
bins: Array<WeatherBin>, };

export type HeatCell = { 
/**
 * 0 is Monday.
 */
day: number, 
/**
 * 0 to 23, local.
 */
hour: number, 
/**
 * Calls.
 */
calls: number, 
/**
 * Of these, refused for want of capacity.
 */
overloaded: number, 
/**
 * Share that is expected to be refused; absent while too little is known.
 */
rate: number | null, };

export type HeatView = { 
/**
 * Endpoint.
 */
origin: string, 
/**
 * Model id.
 */
model: string, 
/**
 * Simulated.
 */
practice: boolean, 
/**
 * Calls in all.
 */
calls: number, 
/**
 * Hours in which anything was called.
 */
cells: Array<HeatCell>, 
/**
 * There are enough calls to go by.
 */
learned: boolean, };

export type LearnedHour = { 
/**
 * 0 to 23, local.
 */
hour: number, 
/**
 * Calls it is known from.
 */
calls: number, 
/**
 * Share that is expected to be refused.
 */
rate: number, 
/**
 * An off-peak sheet goes out in it.
 */
chosen: boolean, };

export type LearnedHours = { 
/**
 * Model id.
 */
model: string, 
/**
 * Simulated.
 */
practice: boolean, 
/**
 * Calls it was learned from.
 */
calls: number, 
/**
 * Midnight first; empty while too little was seen.
 */
hours: Array<LearnedHour>, };

export type AlertView = { 
/**
 * Id.
 */
id: string, 
/**
 * What it is about.
 */
kind: "overload" | "latency" | "quota_day" | "timeouts" | "budget" | "parked" | "unknown", 
/**
 * Account name, where it is about one.
 */
account: string | null, 
/**
 * Model id, where it is about one.
 */
model: string | null, 
/**
 * In words.
 */
sentence: Sentence, 
/**
 * Raised.
 */
raised_ms: number, 
/**
 * Over since.
 */
resolved_ms: number | null, 
/**
 * The user has seen it.
 */
seen: boolean, };

export type Status = { 
/**
 * The queue.
 */
queue: QueueView, 
/**
 * Routes used lately or waited for.
 */
routes: Array<RouteView>, 
/**
 * Real micro-dollars today (local day).
 */
usd_today: number, 
/**
 * Practice micro-dollars today.
 */
practice_usd_today: number, 
/**
 * Micro-dollars that may have been spent today.
 */
unknown_usd_today: number, 
/**
 * Day limit in micro-dollars.
 */
day_limit: number | null, 
/**
 * Jobs would go to the practice account now.
 */
practice: boolean, };

export type GetSpend = { 
/**
 * From this moment; absent means 30 days ago.
 */
since_ms: number | null, };

export type SpendRow = { 
/**
 * Local day, ISO.
 */
day: string, 
/**
 * Account name.
 */
account: string, 
/**
 * Model id.
 */
model: string, 
/**
 * Simulated: practice dollars.
 */
practice: boolean, 
/**
 * Pictures received.
 */
pictures: number, 
/**
 * Micro-dollars for certain.
 */
usd: number, 
/**
 * Micro-dollars that may have been spent.
 */
usd_unknown: number, };

export type Spend = { 
/**
 * Rows, newest day first.
 */
rows: Array<SpendRow>, 
/**
 * Real micro-dollars.
 */
usd: number, 
/**
 * Real micro-dollars that may have been spent.
 */
usd_unknown: number, 
/**
 * Practice micro-dollars.
 */
practice_usd: number, };

export type WeatherView = { 
/**
 * The engine's clock.
 */
now_ms: number, 
/**
 * Routes used lately or waited for.
 */
routes: Array<RouteView>, 
/**
 * What their calls met in the last six hours.
 */
bins: Array<RouteBins>, 
/**
 * Overload by hour of the week.
 */
heat: Array<HeatView>, 
/**
 * Open ones first, then the last that were resolved.
 */
alerts: Array<AlertView>, 
/**
 * Spend of the last 30 days.
 */
spend: Spend, };

export type RunCheck = { 
/**
 * Read every picture and verify its hash.
 */
read_data: boolean, 
/**
 * Put right what can be put right.
 */
repair: boolean, };

export type CheckReport = { 
/**
 * Nothing is wrong.
 */
clean: boolean, 
/**
 * Pictures looked at.
 */
pictures: number, 
/**
 * Bytes read.
 */
bytes_read: number, 
/**
 * What is wrong.
 */
problems: Array<Sentence>, 
/**
 * What was put right.
 */
repaired: Array<Sentence>, };

export type OffPeak = { 
/**
 * By the hours below, or by the overload that our own calls met.
 */
mode: "hours" | "learned", 
/**
 * IANA zone of the hours; absent means this machine's.
 */
zone: string | null, 
/**
 * From and to, `HH:MM`.
 */
avoid: Array<[string, string]>, };

export type AlertSettings = { 
/**
 * Share of the last hour's calls that were refused for want of capacity.
 */
overload_rate: number, 
/**
 * Over at least so many calls.
 */
min_calls: number, 
/**
 * Response time over so many times the model's own.
 */
latency_factor: number, 
/**
 * Response time over this; absent means no fixed number.
 */
latency_fixed_ms: number | null, 
/**
 * Share of a day's quota.
 */
quota_share: number, 
/**
 * Share of a budget.
 */
budget_share: number, 
/**
 * The desktop says it, too.
 */
desktop: boolean, };

export type Settings = { 
/**
 * `system`, `light` or `dark`.
 */
theme: string, 
/**
 * `system`, `en` or `zh-CN`.
 */
language: string, 
/**
 * Models chosen where none is named.
 */
default_models: Array<string>, 
/**
 * Size where none is named.
 */
default_size: string, 
/**
 * Aspect where none is named.
 */
default_aspect: string, 
/**
 * Most calls on the wire at once, over all accounts; 0 means as many as each route proves to take.
 */
concurrency: number, 
/**
 * Real micro-dollars a day; absent means no limit.
 */
day_limit: number | null, 
/**
 * Over this many jobs a sheet wants a yes.
 */
confirm_jobs: number, 
/**
 * Over this many micro-dollars a sheet wants a yes.
 */
confirm_usd: number, 
/**
 * How long to wait for an answer, seconds; at least 600.
 */
call_timeout_s: number, 
/**
 * Automatic tries of one job through overload before it is parked.
 */
max_attempts: number, 
/**
 * The welcome was answered.
 */
welcomed: boolean, 
/**
 * Which hours an off-peak sheet avoids.
 */
off_peak: OffPeak, 
/**
 * Real micro-dollars a month; absent means no limit.
 */
month_limit: number | null, 
/**
 * When an alert is raised.
 */
alerts: AlertSettings, 
/**
 * A picture that another model made is made again on the asked one once that is well, at most once per job.
 */
redo_when_healthy: boolean, 
/**
 * References are sent without what they say of place, camera and owner.
 */
clean_references: boolean, 
/**
 * Each new picture is copied into this folder; absent means it is not.
 */
auto_save_folder: string | null, 
/**
 * How the copies are named; empty means as exports are.
 */
auto_save_name: string, 
/**
 * With the recipe written into the copy.
 */
auto_save_metadata: boolean, 
/**
 * Simulated pictures, too.
 */
auto_save_practice: boolean, 
/**
 * Models that may stand in for one that is not to be had, best first; empty: the catalogue's choice.
 */
fallback_models: Array<string>, 
/**
 * The smallest size a stand-in may make where it does not make the one asked; absent: it must make that.
 */
fallback_size: string | null, 
/**
 * What a minute of waiting is worth to a person, micro-dollars: it decides between a cheaper and a sooner account.
 */
minute_usd: number, };

export type SettingsPatch = { 
/**
 * See [`Settings::theme`].
 */
theme: string | null, 
/**
 * See [`Settings::language`].
 */
language: string | null, 
/**
 * See [`Settings::default_models`].
 */
default_models: Array<string> | null, 
/**
 * See [`Settings::default_size`].
 */
default_size: string | null, 
/**
 * See [`Settings::default_aspect`].
 */
default_aspect: string | null, 
/**
 * See [`Settings::concurrency`].
 */
concurrency: number | null, 
/**
 * See [`Settings::day_limit`]; 0 takes the limit away.
 */
day_limit: number | null, 
/**
 * See [`Settings::confirm_jobs`].
 */
confirm_jobs: number | null, 
/**
 * See [`Settings::confirm_usd`].
 */
confirm_usd: number | null, 
/**
 * See [`Settings::call_timeout_s`].
 */
call_timeout_s: number | null, 
/**
 * See [`Settings::max_attempts`].
 */
max_attempts: number | null, 
/**
 * See [`Settings::welcomed`].
 */
welcomed: boolean | null, 
/**
 * See [`Settings::off_peak`].
 */
off_peak: OffPeak | null, 
/**
 * See [`Settings::month_limit`]; 0 takes the limit away.
 */
month_limit: number | null, 
/**
 * See [`Settings::alerts`].
 */
alerts: AlertSettings | null, 
/**
 * See [`Settings::redo_when_healthy`].
 */
redo_when_healthy: boolean | null, 
/**
 * See [`Settings::clean_references`].
 */
clean_references: boolean | null, 
/**
 * See [`Settings::auto_save_folder`]; empty means none.
 */
auto_save_folder: string | null, 
/**
 * See [`Settings::auto_save_name`].
 */
auto_save_name: string | null, 
/**
 * See [`Settings::auto_save_metadata`].
 */
auto_save_metadata: boolean | null, 
/**
 * See [`Settings::auto_save_practice`].
 */
auto_save_practice: boolean | null, 
/**
 * See [`Settings::fallback_models`].
 */
fallback_models: Array<string> | null, 
/**
 * See [`Settings::fallback_size`]; empty or `asked`: the size asked.
 */
fallback_size: string | null, 
/**
 * See [`Settings::minute_usd`].
 */
minute_usd: number | null, };

export type KeychainView = { 
/**
 * Keys can be stored for good.
 */
ready: boolean, 
/**
 * Why not (`E-KEYCHAIN-…`).
 */
trouble: Sentence | null, };

export type Hello = { 
/**
 * Version of the program that holds the engine.
 */
version: string, 
/**
 * Version of this wire; both sides must be the same.
 */
protocol: number, 
/**
 * Process id.
 */
pid: number, 
/**
 * `window`, `serve` or `cli`.
 */
holder: string, 
/**
 * Holding since.
 */
since_ms: number, 
/**
 * The holder's clock.
 */
now_ms: number, 
/**
 * The keychain.
 */
keychain: KeychainView, 
/**
 * First start: nobody has answered the welcome and there is no account.
 */
welcome: boolean, 
/**
 * What start-up recovery did or what is wrong with the library.
 */
notices: Array<Sentence>, 
/**
 * Where things lie, for people: shown in Settings. Keys: `library`, `logs`, `cache`.
 */
places: { [key in string]: string }, };

export type Event = { "type": "job", 
/**
 * The job.
 */
job: JobView, } | { "type": "sheet", 
/**
 * Its id.
 */
id: string, } | { "type": "picture", 
/**
 * Its id.
 */
id: string, } | { "type": "pictures", } | { "type": "saving", 
/**
 * So many are made.
 */
done: number, 
/**
 * Of so many.
 */
total: number, } | { "type": "import", 
/**
 * Files.
 */
done: number, 
/**
 * Of so many.
 */
total: number, } | { "type": "moving", 
/**
 * Bytes that are copied.
 */
done: number, 
/**
 * Of so many.
 */
total: number, } | { "type": "status", 
/**
 * All of it.
 */
status: Status, } | { "type": "accounts", } | { "type": "settings", } | { "type": "alert", 
/**
 * Its id.
 */
id: string, } | { "type": "resync", };

export interface Commands {
  "accounts.list": { args: NoArgs; result: Array<AccountView> };
  "accounts.add": { args: AccountSpec; result: AccountSaved };
  "accounts.set": { args: AccountSpec; result: AccountSaved };
  "accounts.remove": { args: ById; result: Done };
  "accounts.order": { args: AccountOrder; result: Done };
  "accounts.test": { args: ById; result: AccountTest };
  "models.list": { args: NoArgs; result: Models };
  "sheets.plan": { args: SheetSpec; result: Plan };
  "sheets.create": { args: SheetSpec; result: SheetView };
  "sheets.get": { args: ById; result: SheetView };
  "sheets.list": { args: ListSheets; result: Array<SheetRow> };
  "sheets.cancel": { args: ById; result: Stopped };
  "sheets.pause": { args: ById; result: Done };
  "sheets.resume": { args: ById; result: Done };
  "sheets.fallback": { args: SetFallback; result: Touched };
  "sheets.budget": { args: SetBudget; result: Touched };
  "sheets.ahead": { args: ById; result: Touched };
  "jobs.list": { args: ListJobs; result: Array<JobView> };
  "jobs.story": { args: ById; result: JobStory };
  "jobs.cancel": { args: CancelJobs; result: Stopped };
  "jobs.tally": { args: TallyJobs; result: Tally };
  "jobs.retry": { args: RetryJobs; result: Touched };
  "jobs.resolve": { args: ResolveJobs; result: Touched };
  "jobs.redo": { args: RedoJob; result: JobView };
  "queue.get": { args: GetQueue; result: QueuePage };
  "queue.pause": { args: NoArgs; result: QueueView };
  "queue.resume": { args: NoArgs; result: QueueView };
  "routes.pause": { args: RouteName; result: Done };
  "routes.resume": { args: RouteName; result: Done };
  "pictures.list": { args: ListPictures; result: PicturePage };
  "pictures.find": { args: FindPictures; result: FoundPictures };
  "pictures.rows": { args: PictureRows; result: Array<PictureView> };
  "pictures.facets": { args: GetFacets; result: PictureFacets };
  "pictures.change": { args: ChangePictures; result: ChangedPictures };
  "labels.rename": { args: RenameLabel; result: ChangedPictures };
  "pictures.get": { args: ById; result: PictureView };
  "pictures.rate": { args: RatePicture; result: PictureView };
  "pictures.trash": { args: ById; result: PictureView };
  "pictures.restore": { args: ById; result: PictureView };
  "pictures.as-reference": { args: ById; result: ReferenceView };
  "pictures.reveal": { args: ById; result: Done };
  "pictures.path": { args: ById; result: PicturePath };
  "pictures.export": { args: ExportPictures; result: Exported };
  "pictures.import": { args: ImportPictures; result: Imported };
  "pictures.import-stop": { args: NoArgs; result: Done };
  "pictures.recipe": { args: ById; result: PictureRecipe };
  "pictures.save": { args: SavePictures; result: SavedPictures };
  "pictures.name-example": { args: NameExample; result: NamedFile };
  "pictures.stop-saving": { args: NoArgs; result: Done };
  "sheets.contact": { args: ContactSheet; result: Exported };
  "sheets.save-contact": { args: ById; result: SavedPictures };
  "storage.get": { args: NoArgs; result: StorageView };
  "storage.empty-cache": { args: NoArgs; result: FreedBytes };
  "storage.delete-trash": { args: NoArgs; result: DeletedPictures };
  "status.get": { args: NoArgs; result: Status };
  "weather.get": { args: NoArgs; result: WeatherView };
  "off-peak.learned": { args: NoArgs; result: Array<LearnedHours> };
  "alerts.seen": { args: ById; result: Done };
  "spend.get": { args: GetSpend; result: Spend };
  "settings.get": { args: NoArgs; result: Settings };
  "settings.set": { args: SettingsPatch; result: Settings };
  "check.run": { args: RunCheck; result: CheckReport };
  "hello": { args: NoArgs; result: Hello };
}
