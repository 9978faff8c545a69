//! The simulation through its line protocol.
#![allow(clippy::unwrap_used, reason = "tests")]

use diptych_practice::pipe::Pipe;
use diptych_practice::{Options, Scenario};
use serde_json::{Value, json};

fn say(pipe: &mut Pipe, line: &Value) -> Value {
    serde_json::from_str(&pipe.answer(&line.to_string())).unwrap()
}

fn call(at_ms: u64) -> Value {
    json!({"at_ms": at_ms, "key": "practice-key-a", "model": "gemini-3-pro-image", "size": "4K", "prompt": "a hill"})
}

#[test]
fn a_day_in_lines() {
    let scenario = Scenario::parse("[latency]\nseconds = 25\n[[quota]]\nipm = 10\nbucket = 1").unwrap();
    let mut pipe = Pipe::new(Options { scenario, ..Options::default() });
    assert_eq!(say(&mut pipe, &json!({"keys": true}))["keys"][0]["project"], "studio-a");
    let made = say(&mut pipe, &call(0));
    assert_eq!(
        (&made["status"], &made["picture"], &made["after_ms"]),
        (&json!(200), &json!(true), &json!(25_000))
    );
    let refused = say(&mut pipe, &call(1000));
    assert_eq!((&refused["status"], &refused["serial"]), (&json!(429), &Value::Null));
    assert_eq!(refused["headers"]["content-type"], "application/json; charset=UTF-8");
    let body: Value = serde_json::from_str(refused["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["error"]["status"], "RESOURCE_EXHAUSTED");
    let end = say(&mut pipe, &json!({"stats": true, "at_ms": 60_000}));
    assert_eq!(end["stats"]["models"]["gemini-3-pro-image"]["by_status"], json!({"200": 1, "429": 1}));
    assert_eq!(
        (&end["bill"]["total_usd_micros"], &end["stats"]["draws"]["asked"]),
        (&json!(240_000), &json!(2))
    );
    let ceiling =
        json!({"ceiling": {"key": "practice-key-a", "model": "gemini-3-pro-image"}, "to_ms": 3_600_000});
    assert_eq!(say(&mut pipe, &ceiling)["calls"], 601.0);
    let other = json!({"reset": true, "seed": 2, "scenario": "[[storm]]\nfrom_s = 0\nto_s = 5"});
    assert_eq!(say(&mut pipe, &other)["reset"], true);
    assert_eq!(
        (&say(&mut pipe, &call(0))["status"], &say(&mut pipe, &call(5000))["status"]),
        (&json!(503), &json!(200))
    );
    assert_eq!(say(&mut pipe, &ceiling)["calls"], Value::Null);
}

#[test]
fn a_bad_line_is_named_and_the_day_goes_on() {
    let mut pipe = Pipe::new(Options::default());
    for line in [
        "",
        "{",
        "[]",
        "{\"at_ms\": 1}",
        "{\"stats\": true, \"now\": 1}",
        "{\"reset\": true, \"scenario\": \"[x]\"}",
    ] {
        let answer: Value = serde_json::from_str(&pipe.answer(line)).unwrap();
        assert!(answer["error"].as_str().is_some_and(|error| !error.is_empty()), "{line}: {answer}");
    }
    assert_eq!(say(&mut pipe, &call(0))["status"], 200);
}
