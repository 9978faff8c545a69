//! `diptych bench engine`: what the engine itself costs, with a provider that costs nothing: a server in this process
//! that answers at once with a picture of one pixel in an answer of about 1 kB, over plain HTTP on the loopback.
//!
//! - `call`: from *Generate* to the first byte at the server, fsyncs included, one sheet of one job at a time; and the
//!   CPU of the process per call without the little server's, from the plan to the stored picture with its thumbnails.
//! - `refused`: the same where the server says 400, in 1 kB: nothing is stored.
//! - `batch`: the CPU per call of one sheet of 1,000 jobs that the server refuses, with nobody looking on: scheduler, books
//!   and client alone.
//! - `step`: one look at a queue of 10,000 jobs in 100 sheets with 8 routes, all open and all shut.
//! - `restart`: 100,000 jobs are queued, the engine starts; until the first call goes out.
//!
//! `--scenario call,batch` measures only these. The engine gets its key from the environment, so the benchmark starts
//! itself once more with one.

use crate::exit::Exit;
use crate::output;
use anyhow::Context as _;
use diptych_engine::policy::fleet::{Fleet, Load, Route, Rules, Tier};
use diptych_engine::policy::queue::{Lane, LineKey, Next, Queue, Waiting};
use diptych_engine::value::account::Account;
use diptych_engine::value::id::{AccountId, JobId, SheetId};
use diptych_engine::value::money::Usd;
use diptych_engine::value::size::Size;
use diptych_engine::value::time::Timestamp;
use diptych_host::{Audience, Close, Holder, Home, Studio};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const CALLS: usize = 1000;
const STEPS: usize = 200;
const QUEUED: u32 = 100_000;
const KEY: (&str, &str) = ("DIPTYCH_KEY_BENCH", "bench-key-0001");

/// Runs it.
pub(super) async fn run(only: &[String]) -> anyhow::Result<Exit> {
    if std::env::var_os(KEY.0).is_none() {
        let me = std::env::current_exe()?;
        let arguments = std::env::args_os().skip(1);
        let status = std::process::Command::new(me).args(arguments).env(KEY.0, KEY.1).status()?;
        return Ok(if status.success() { Exit::Done } else { Exit::Failed });
    }
    let folder = std::env::temp_dir().join(format!("diptych-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let (arrived, mut arrivals) = unbounded_channel();
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    let server = Arc::new(Server { arrived, refuses: AtomicBool::new(false), cpu_ns: AtomicU64::new(0) });
    let inside = server.clone();
    std::thread::spawn(move || serve(listener, &inside));
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    if wanted("step") {
        output::object(&step(true)?);
        output::object(&step(false)?);
    }
    if wanted("call") {
        output::object(&calls("call", &folder.join("calls"), &url, &server, &mut arrivals).await?);
    }
    server.refuses.store(true, Ordering::Relaxed);
    if wanted("refused") {
        output::object(&calls("refused", &folder.join("refused"), &url, &server, &mut arrivals).await?);
    }
    if wanted("batch") {
        output::object(&batch(&folder.join("batch"), &url, &server, &mut arrivals).await?);
    }
    server.refuses.store(false, Ordering::Relaxed);
    if wanted("restart") {
        output::object(&restart(&folder.join("restart"), &url, &mut arrivals).await?);
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(Exit::Done)
}

/// The provider, on a thread of its own, so that its CPU can be told from ours.
struct Server {
    arrived: UnboundedSender<Instant>,
    refuses: AtomicBool,
    /// CPU of its thread until its last answer.
    cpu_ns: AtomicU64,
}

impl Server {
    fn cpu(&self) -> Duration {
        Duration::from_nanos(self.cpu_ns.load(Ordering::Acquire))
    }
}

fn serve(listener: std::net::TcpListener, server: &Arc<Server>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        let Ok(listener) = TcpListener::from_std(listener) else { return };
        while let Ok((stream, _)) = listener.accept().await {
            let server = server.clone();
            tokio::spawn(async move { drop(answer(stream, &server).await) });
        }
    });
}

/// One connection, one call, as for every paid call.
async fn answer(mut stream: TcpStream, server: &Server) -> std::io::Result<()> {
    const PIXEL: &str =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let mut request = Vec::new();
    let mut piece = vec![0; 16 * 1024];
    let mut first = None;
    loop {
        let length = stream.read(&mut piece).await?;
        first.get_or_insert_with(Instant::now);
        request.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&request);
        let wanted = text.split_once("\r\n\r\n").map(|(head, body)| {
            let header = head
                .lines()
                .find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            (header.unwrap_or(0_usize), body.len())
        });
        if length == 0 || wanted.is_some_and(|(length, have)| have >= length) {
            break;
        }
    }
    if let Some(first) = first {
        // Nobody waits for it after the last one.
        let _ = server.arrived.send(first);
    }
    let text = "x".repeat(700);
    let (line, body) = if server.refuses.load(Ordering::Relaxed) {
        let body = json!({ "error": { "code": 400, "message": text, "status": "INVALID_ARGUMENT" } });
        ("400 Bad Request", body.to_string())
    } else {
        let body = json!({ "candidates": [{ "content": { "role": "model", "parts": [
                { "text": text }, { "inlineData": { "mimeType": "image/png", "data": PIXEL } }
            ] }, "finishReason": "STOP" }], "modelVersion": "gemini-nano-banana-2.1" });
        ("200 OK", body.to_string())
    };
    let head = format!(
        "HTTP/1.1 {line}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let cpu = cpu_time(rustix::time::ClockId::ThreadCPUTime).as_nanos();
    server.cpu_ns.store(u64::try_from(cpu).unwrap_or(u64::MAX), Ordering::Release);
    Ok(())
}

async fn ask(studio: &Studio, command: &str, args: Value) -> anyhow::Result<Value> {
    let said = studio.call(command, args, Audience::Terminal).await;
    said.map_err(|failure| anyhow::anyhow!(diptych_api::catalogue::say(&failure.sentence)))
}

async fn open(folder: &Path, url: &str) -> anyhow::Result<Studio> {
    let home = Home::below(folder);
    home.make()?;
    let studio = Studio::open(home, Holder::Worker).await?;
    // A limit that nobody knows is searched from below, and waited for: that is not what is measured.
    let limits = json!({ "ipm": 1_000_000 });
    let account =
        json!({ "name": "bench", "kind": "gemini", "base_url": url, "allow_http": true, "limits": limits });
    ask(&studio, "accounts.add", account).await?;
    Ok(studio)
}

fn sheet(count: u32, prompt: &str) -> Value {
    json!({ "prompt": prompt, "models": ["flash"], "size": "1K", "aspect": "1:1", "count": count, "new": true,
        "confirmed": true, "origin": "batch" })
}

async fn calls(
    name: &str,
    folder: &Path,
    url: &str,
    server: &Server,
    arrivals: &mut UnboundedReceiver<Instant>,
) -> anyhow::Result<Value> {
    let studio = open(folder, url).await?;
    let mut waits = Vec::new();
    let mut cpu = Duration::ZERO;
    for round in 0..CALLS + 20 {
        let mut events = studio.events();
        let (start, before) =
            (Instant::now(), cpu_time(rustix::time::ClockId::ProcessCPUTime) - server.cpu());
        ask(&studio, "sheets.create", sheet(1, "A bench by the sea")).await?;
        let first = arrivals.recv().await.context("the server is gone")?;
        while !matches!(events.recv().await, Ok(diptych_api::wire::Event::Job { job }) if job.finished_ms.is_some())
        {
        }
        // The first rounds warm everything up.
        if round >= 20 {
            waits.push(first.duration_since(start).as_secs_f64() * 1000.0);
            cpu += cpu_time(rustix::time::ClockId::ProcessCPUTime) - server.cpu() - before;
        }
    }
    studio.close(Close::Wait).await;
    Ok(json!({
        "bench": name,
        "calls": CALLS,
        "submit_to_first_byte_ms": { "p50": quantile(&mut waits, 0.5), "p95": quantile(&mut waits, 0.95) },
        "cpu_ms_per_call": round(cpu.as_secs_f64() * 1000.0 / CALLS as f64),
    }))
}

async fn batch(
    folder: &Path,
    url: &str,
    server: &Server,
    arrivals: &mut UnboundedReceiver<Instant>,
) -> anyhow::Result<Value> {
    let studio = open(folder, url).await?;
    ask(&studio, "queue.pause", json!({})).await?;
    ask(&studio, "sheets.create", sheet(CALLS as u32, "A bench by the sea")).await?;
    let used = || cpu_time(rustix::time::ClockId::ProcessCPUTime) - server.cpu();
    let (start, before) = (Instant::now(), used());
    ask(&studio, "queue.resume", json!({})).await?;
    for _ in 0..CALLS {
        arrivals.recv().await.context("the server is gone")?;
    }
    // The last calls land.
    studio.close(Close::Wait).await;
    let cpu = used() - before;
    Ok(json!({
        "bench": "batch",
        "calls": CALLS,
        "calls_per_second": round(CALLS as f64 / start.elapsed().as_secs_f64()),
        "cpu_ms_per_call": round(cpu.as_secs_f64() * 1000.0 / CALLS as f64),
    }))
}

async fn restart(
    folder: &Path,
    url: &str,
    arrivals: &mut UnboundedReceiver<Instant>,
) -> anyhow::Result<Value> {
    let studio = open(folder, url).await?;
    ask(&studio, "queue.pause", json!({})).await?;
    for part in 0..QUEUED / 10_000 {
        ask(&studio, "sheets.create", sheet(10_000, &format!("Bench {part}"))).await?;
    }
    ask(&studio, "settings.set", json!({ "concurrency": 1 })).await?;
    studio.close(Close::Wait).await;
    let start = Instant::now();
    let studio = Studio::open(Home::below(folder), Holder::Worker).await?;
    let opened = start.elapsed();
    ask(&studio, "queue.resume", json!({})).await?;
    let first = arrivals.recv().await.context("the server is gone")?;
    studio.close(Close::Wait).await;
    Ok(json!({
        "bench": "restart",
        "queued": QUEUED,
        "open_ms": round(opened.as_secs_f64() * 1000.0),
        "first_call_ms": round(first.duration_since(start).as_secs_f64() * 1000.0),
    }))
}

fn step(open: bool) -> anyhow::Result<Value> {
    let now = Timestamp(1_795_500_000_000);
    let (mut queue, mut fleet) = (Queue::default(), Fleet::default());
    fleet.set_rules(Rules { concurrency: (!open).then_some(1), ..Rules::default() });
    let routes: std::sync::Arc<[Route]> = (0..8)
        .map(|n| {
            let name = format!("account-{n}");
            let account = Account {
                id: AccountId::from_text(&*name),
                project: name.clone(),
                name,
                ..Account::built_in_practice()
            };
            Route::of(&account, "gemini-3-pro-image", Tier::Standard, None, false)
        })
        .collect();
    for seq in 0..10_000_i64 {
        let line = LineKey {
            model: "gemini-3-pro-image".into(),
            size: if seq % 2 == 0 { Size::Four } else { Size::Two },
            account: None,
            practice: true,
            fell_back: false,
            stand_in: None,
            tier: Tier::Standard,
            budgeted: false,
        };
        let job = JobId::from_text(format!("j{seq}"));
        queue.put(Waiting {
            job,
            seq,
            sheet: SheetId::from_text(format!("s{}", seq % 100)),
            interactive: seq % 10 == 0,
            lane: Lane::Now,
            line,
            not_before: None,
            parked: false,
            deadline: None,
            falls_back: None,
            usd: Usd(240_000),
            tokens: 100,
            overloads: 0,
        });
    }
    if !open {
        // One call on the wire: the cap of one is reached, and every route says so.
        let load =
            Load { size: Size::Four, tokens: 100, usd: Usd::ZERO, reserves: true, trials_overloads: 0 };
        for route in routes.iter() {
            fleet.start(
                diptych_engine::value::id::AttemptId::from_text(route.account_name.clone()),
                route,
                &load,
                now,
            );
        }
    }
    let mut times = Vec::new();
    for _ in 0..STEPS {
        let start = Instant::now();
        let next = queue.next(&mut fleet, &|_| routes.clone(), &|_, _| None, now);
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        anyhow::ensure!(open == matches!(next, Next::Send { .. }), "the queue answered otherwise: {next:?}");
    }
    Ok(json!({
        "bench": "step",
        "jobs": 10_000,
        "routes": 8,
        "ways": if open { "open" } else { "shut" },
        "ms": { "p50": quantile(&mut times, 0.5), "p95": quantile(&mut times, 0.95) },
    }))
}

fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    round(values[((values.len() - 1) as f64 * share) as usize])
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn cpu_time(clock: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(clock);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}
