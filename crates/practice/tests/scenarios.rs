//! Scenario files: what is refused, and swapping one for another.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{PRO, ask, start};
use diptych_practice::Scenario;

#[test]
fn mistakes_are_named() {
    let cases = [
        ("[[fault]]\nkind = \"explode\"", "unknown variant `explode`"),
        ("[[fault]]\nkind = \"status\"", "fault[0].status: is needed"),
        ("[[fault]]\nkind = \"redirect\"", "fault[0].location: is needed"),
        ("[[fault]]\nkind = \"cut\"\nfraction = 2.0", "fault[0].fraction"),
        ("[[fault]]\nkind = \"cut\"\nmodel = \"gpt\"", "fault[0].model: is no current model"),
        ("[[fault]]\nkind = \"hang\"\nminutes = 2", "unknown field `minutes`"),
        ("[[quota]]\nmodel = \"gemini-3-pro-image-preview\"", "quota[0].model"),
        ("[[quota]]\nipm = -1", "ipm"),
        ("[[overload]]\nprobability = 1.5", "overload[0].probability"),
        ("[[overload]]\nfrom_s = 9\nto_s = 3", "overload[0].to_s"),
        ("[latency]\nscale = -1.0", "latency.scale"),
        ("[latency]\nmedian_s = -1.0", "latency.median_s"),
        ("[[quota]]\nipm = 1\nbucket = 0", "quota[0].bucket"),
        ("[[quota]]\nipm = 1\nbucket = 1\nwindow = \"sliding\"", "quota[0].bucket: means nothing"),
        ("[[quota]]\nipm = 1\nempty = 418", "expected 429 or 503"),
        ("[[quota]]\nafter_s = [5, 1]", "quota[0].after_s"),
        ("[[overload]]\nsize = \"3K\"", "overload[0].size"),
        ("[[overload]]\nhours = [[9, 25]]", "overload[0].hours"),
        ("[[overload]]\nhours = [[9, 17]]\nzone = \"Mars/Base\"", "overload[0].zone"),
        ("[[storm]]\nfrom_s = 9\nto_s = 3", "storm[0].to_s"),
        ("[[storm]]\nfrom_s = 0\nto_s = 60\nevery_s = 30", "storm[0].every_s"),
        ("[[storm]]\nfrom_s = 0\nto_s = 60\nstatus = 200", "storm[0].status"),
        ("[demand]\nafter_s = [-1, 1]", "demand.after_s"),
        ("[flex]\nshed = 2.0", "flex.shed"),
        ("[[foreign]]\nproject = \"p\"\nmodel = \"gpt\"\nper_minute = 1", "foreign[0].model"),
        (
            "[[foreign]]\nproject = \"p\"\nmodel = \"gemini-3-pro-image\"\nper_minute = 0",
            "foreign[0].per_minute",
        ),
        ("[weather]\nrain = true", "unknown field `weather`"),
        ("[latency", "latency"),
    ];
    for (toml, message) in cases {
        let error = Scenario::parse(toml).unwrap_err().to_string();
        assert!(error.contains(message), "{toml}: {error}");
    }
    Scenario::parse("").unwrap();
}

#[tokio::test]
async fn reset_clears_the_books_and_may_change_the_scenario() {
    let bench = start("[pictures]\nstyle = \"plain\"").await;
    assert_eq!(bench.call(PRO, &ask("x")).await.0, 200);
    let bill = bench.get("/practice/bill").await;
    assert_eq!(
        (bill["pictures"][0]["serial"].as_str(), bill["total_usd_micros"].as_u64()),
        (Some("P-000001"), Some(134_000))
    );
    assert_eq!(bench.get("/practice/stats").await["models"][PRO]["ok"], 1);
    let reset = format!("{}/practice/reset", bench.url);
    let wrong = bench.client.post(&reset).body("[[fault]]\nkind = \"x\"").send().await.unwrap();
    assert_eq!(wrong.status(), 400);
    assert_eq!(bench.practice.bill().pictures.len(), 1);
    let scenario = "[[key]]\nkey = \"k\"\nproject = \"p\"\n[[fault]]\nkind = \"bare_429\"\n";
    assert_eq!(bench.client.post(&reset).body(scenario).send().await.unwrap().status(), 200);
    assert_eq!(bench.practice.keys()[0].project, "p");
    assert_eq!(bench.call(PRO, &ask("x")).await.0, 400);
    let url = format!("{}/v1beta/models/{PRO}:generateContent?key=k", bench.url);
    assert_eq!(bench.client.post(url).json(&ask("x")).send().await.unwrap().status(), 429);
    assert!(bench.practice.bill().pictures.is_empty());
}

#[tokio::test]
async fn a_unix_socket_works_too() {
    let bench = start("[pictures]\nstyle = \"plain\"").await;
    let path = std::env::temp_dir().join(format!("practice-{}.sock", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = bench.practice.clone();
    let task = tokio::spawn(async move { server.serve_unix(listener, async { drop(stopped.await) }).await });
    let client = reqwest::Client::builder().unix_socket(path.as_path()).build().unwrap();
    let url = format!("http://practice/v1beta/models/{PRO}:generateContent?key=practice-key-b");
    assert_eq!(client.post(url).json(&ask("x")).send().await.unwrap().status(), 200);
    drop(stop);
    task.await.unwrap().unwrap();
    std::fs::remove_file(&path).unwrap();
}
