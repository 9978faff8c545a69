//! Pictures are found by what is typed and by their facts, in libraries of today and of before there was an index.

#[path = "common/question.rs"]
mod question;

use diptych_engine::ledger::{Label, Ledger, PictureChange, PictureFilter, PictureSort};
use diptych_engine::picture::essence::Essence;
use diptych_engine::value::id::{AttemptId, PictureId};
use diptych_engine::value::job::{Job, Picture};
use diptych_engine::value::money::Usd;
use diptych_engine::value::sentence::Sentence;
use diptych_engine::value::time::Timestamp;
use question::MODEL;

/// A picture of a job, with this prompt.
fn picture(job: &Job, number: u32, prompt: &str) -> Picture {
    let mut request = job.request.clone();
    request.prompt = prompt.into();
    Picture {
        id: PictureId::from_text(format!("p{number}")),
        hash: format!("{number:064}"),
        extension: "png".into(),
        mime: "image/png".into(),
        width: 48,
        height: 48,
        bytes: 100,
        job: Some(job.id.clone()),
        sheet: Some(job.sheet.clone()),
        attempt: Some(AttemptId::from_text(format!("t{number}"))),
        number: 0,
        created: Timestamp(1_000 + i64::from(number)),
        request: Some(request),
        model_used: MODEL.into(),
        account: "Lab".into(),
        fallback: false,
        usd: Usd(40_000),
        elapsed_ms: 1,
        attempts: 1,
        practice: false,
        serial: None,
        notes: vec![],
        response_id: None,
        credentials: false,
        sources: vec![],
        essence: None,
        imported: None,
    }
}

const PROMPTS: [&str; 5] = [
    "Layered golden hills at dawn, café in the valley",
    "樱花树下的湖，金色的光",
    "A cat on a hill, golden_hour 50% grey",
    "東京タワーの夜景",
    "Hills again, un-golden",
];

async fn library() -> (tempfile::TempDir, Ledger, Vec<Picture>) {
    let library = tempfile::tempdir().expect("folder");
    let ledger = Ledger::open(library.path()).expect("a new ledger");
    let job = question::job();
    ledger.add_sheet(question::sheet(), vec![job.clone()]).await.expect("sheet");
    let pictures: Vec<_> = (1..).zip(PROMPTS).map(|(number, prompt)| picture(&job, number, prompt)).collect();
    ledger.adopt(pictures.clone()).await.expect("kept");
    (library, ledger, pictures)
}

async fn found(ledger: &Ledger, filter: PictureFilter) -> Vec<i64> {
    ledger.find(filter, PictureSort::Oldest, false).await.expect("finds").seqs
}

async fn typed(ledger: &Ledger, text: &str) -> Vec<i64> {
    let filter = PictureFilter { search: Some(text.into()), ..PictureFilter::default() };
    let page = ledger.page(filter.clone(), None, 2).await.expect("pages");
    let total = ledger.count(filter.clone()).await.expect("counts");
    let all = found(ledger, filter).await;
    let newest: Vec<i64> = all.iter().rev().take(2).copied().collect();
    assert_eq!((page, total as usize), (newest, all.len()), "the page is the end of the list");
    all
}

#[tokio::test]
async fn words_are_found_while_they_are_typed() {
    let (_library, ledger, _) = library().await;
    assert_eq!(typed(&ledger, "").await, [1, 2, 3, 4, 5], "nothing typed leaves nothing out");
    assert_eq!(typed(&ledger, "gol").await, [1, 3, 5]);
    assert_eq!(typed(&ledger, "HILLS Gold").await, [1, 5], "in any order");
    assert_eq!(typed(&ledger, "cafe").await, [1], "accents do not matter");
    assert_eq!(typed(&ledger, "\"golden hills\"").await, [1]);
    assert_eq!(typed(&ledger, "50%").await, [3]);
    assert_eq!(typed(&ledger, "樱花").await, [2], "two characters");
    assert_eq!(typed(&ledger, "花树下").await, [2], "in the middle of a run");
    assert_eq!(typed(&ledger, "光").await, [2], "one, and the last one");
    assert_eq!(typed(&ledger, "湖 金色").await, [2]);
    assert!(typed(&ledger, "金光").await.is_empty(), "neighbours only");
    assert_eq!(typed(&ledger, "タワー").await, [4]);
    for nonsense in ["\"", "*", "AND OR NOT", "a:b", "(", "—", "words:gol", "\" \""] {
        assert!(typed(&ledger, nonsense).await.is_empty(), "{nonsense} is no syntax");
    }
}

#[tokio::test]
async fn facts_sort_and_groups() {
    let (_library, ledger, mut pictures) = library().await;
    let mut odd = pictures.remove(0);
    odd.id = PictureId::from_text("p9");
    odd.attempt = Some(AttemptId::from_text("t9"));
    odd.created = Timestamp(50);
    (odd.model_used, odd.account, odd.usd) = ("other".into(), "Home".into(), Usd(90_000));
    (odd.practice, odd.fallback) = (true, true);
    let asked = odd.request.as_mut().expect("it was asked for");
    asked.size = "4K".parse().expect("a size");
    asked.aspect = "21:9".parse().expect("an aspect");
    odd.notes = vec![Sentence::new("W-PRACTICE"), Sentence::new("W-MODEL")];
    let mut troubled = odd.clone();
    troubled.id = PictureId::from_text("p10");
    troubled.attempt = Some(AttemptId::from_text("t10"));
    troubled.notes.push(Sentence::new("E-INCOMPLETE").with("text", "{\"code\":\"W-MODEL\""));
    ledger.adopt(vec![odd, troubled]).await.expect("kept");
    let any = PictureFilter::default;
    let list = |value: &str| vec![value.to_owned()];
    for (filter, name) in [
        (PictureFilter { models: list("other"), ..any() }, "model"),
        (PictureFilter { accounts: list("Home"), ..any() }, "account"),
        (PictureFilter { sizes: list("4K"), ..any() }, "size"),
        (PictureFilter { aspects: list("21:9"), ..any() }, "aspect"),
        (PictureFilter { usd_min: Some(Usd(50_000)), ..any() }, "price"),
        (PictureFilter { to: Some(Timestamp(1_000)), ..any() }, "date"),
        (PictureFilter { practice: Some(true), ..any() }, "practice"),
        (PictureFilter { fallback: Some(true), ..any() }, "fallback"),
    ] {
        assert_eq!(found(&ledger, filter).await, [6, 7], "{name}");
    }
    assert_eq!(found(&ledger, PictureFilter { trouble: Some(true), ..any() }).await, [7]);
    let golden = PictureFilter { search: Some("golden".into()), usd_max: Some(Usd(50_000)), ..any() };
    assert_eq!(found(&ledger, golden).await, [1, 3, 5], "words and facts together");
    let words = PictureFilter { search: Some("layered".into()), ..any() };
    let by_price = ledger.find(words.clone(), PictureSort::Price, true).await.expect("finds");
    assert_eq!((by_price.seqs, by_price.groups), (vec![7, 6, 1], vec![3]));
    let dearest = ledger.find(any(), PictureSort::Price, false).await.expect("finds");
    assert_eq!(dearest.seqs, [7, 6, 5, 4, 3, 2, 1]);
    let facets = ledger.facets(false).await.expect("counts");
    assert_eq!(facets.accounts, [("Home".to_owned(), 2), ("Lab".to_owned(), 5)].into());
    let grouped = ledger.find(any(), PictureSort::Newest, true).await.expect("finds");
    assert_eq!((grouped.groups, grouped.seqs.len()), (vec![7], 7));
}

#[tokio::test]
async fn many_are_changed_at_once() {
    let (_library, ledger, _) = library().await;
    let change =
        PictureChange { rating: Some(4), tag: vec!["Best".into(), "sky".into()], ..PictureChange::default() };
    let ids = ledger.change_pictures(vec![1, 3, 99], change).await.expect("changes");
    assert_eq!(ids.iter().map(PictureId::as_str).collect::<Vec<_>>(), ["p1", "p3"], "99 is not there");
    let tagged = PictureFilter { tags: vec!["best".into(), "SKY".into()], ..PictureFilter::default() };
    assert_eq!(found(&ledger, tagged.clone()).await, [1, 3], "whatever the case");
    let rated = PictureFilter { rating_min: Some(4), rating_max: Some(4), ..PictureFilter::default() };
    assert_eq!(found(&ledger, rated).await, [1, 3]);
    let best = ledger.find(PictureFilter::default(), PictureSort::Rating, false).await.expect("finds");
    assert_eq!(best.seqs, [3, 1, 5, 4, 2]);

    let change = PictureChange { trashed: Some(true), untag: vec!["SKY".into()], ..PictureChange::default() };
    ledger.change_pictures(vec![1], change).await.expect("changes");
    assert_eq!(
        found(&ledger, PictureFilter { tags: vec!["best".into()], ..PictureFilter::default() }).await,
        [3]
    );
    let trash = PictureFilter { trash: true, tags: vec!["best".into()], ..PictureFilter::default() };
    assert_eq!(found(&ledger, trash).await, [1]);
    assert_eq!(typed(&ledger, "gol").await, [3, 5], "words leave the trash out");
    let trash = PictureFilter { trash: true, search: Some("gol".into()), ..PictureFilter::default() };
    assert_eq!(found(&ledger, trash).await, [1]);
    let rows = ledger.picture_rows(vec![3, 42, 1]).await.expect("reads");
    let rows: Vec<_> =
        rows.iter().map(|kept| (kept.seq, kept.rating, kept.trashed, kept.tags.join(" "))).collect();
    assert_eq!(rows, [(3, 4, false, "Best sky".into()), (1, 4, true, "Best".into())]);
}

#[tokio::test]
async fn collections_are_filled_renamed_and_deleted_and_no_picture_goes() {
    let (_library, ledger, _) = library().await;
    let list = |name: &str| vec![name.to_owned()];
    let inside = |name: &str| PictureFilter { collections: list(name), ..PictureFilter::default() };
    let collect = |name: &str| PictureChange { collect: list(name), ..PictureChange::default() };
    ledger.change_pictures(vec![1, 2, 3], collect("Calendar")).await.expect("changes");
    ledger.change_pictures(vec![2], collect("cards")).await.expect("changes");
    let tag = PictureChange { tag: list("Calendar"), ..PictureChange::default() };
    ledger.change_pictures(vec![5], tag).await.expect("changes");
    assert_eq!(found(&ledger, inside("calendar")).await, [1, 2, 3], "a tag of that name is another thing");
    let both = PictureFilter { collections: vec!["Cards".into(), "Calendar".into()], ..inside("") };
    assert_eq!(found(&ledger, both).await, [2], "in both");
    let golden = PictureFilter { search: Some("gol".into()), ..inside("Calendar") };
    assert_eq!(found(&ledger, golden).await, [1, 3]);

    let rename = |name: &str, to: Option<&str>| {
        ledger.rename_label(Label::Collection, name.into(), to.map(str::to_owned))
    };
    assert_eq!(rename("cards", Some("CALENDAR")).await.expect("asks"), None, "there is one");
    assert_eq!(rename("no such", None).await.expect("asks"), Some(vec![]));
    let renamed = rename("calendar", Some("calendar 2027")).await.expect("renames").expect("is free");
    assert_eq!(renamed.len(), 3);
    rename("calendar 2027", Some("Calendar 2027")).await.expect("renames").expect("only the case");
    let uncollect = PictureChange { uncollect: list("calendar 2027"), ..PictureChange::default() };
    ledger.change_pictures(vec![3], uncollect).await.expect("changes");
    let facets = ledger.facets(false).await.expect("counts");
    assert_eq!(facets.collections, [("Calendar 2027".to_owned(), 2), ("cards".to_owned(), 1)].into());
    assert_eq!(facets.tags, [("Calendar".to_owned(), 1)].into());
    let rows = ledger.picture_rows(vec![2]).await.expect("reads");
    assert_eq!(rows[0].collections, ["Calendar 2027", "cards"]);
    let behind = ledger.behind(10).await.expect("asks");
    assert_eq!(behind.len(), 4, "their sidecars are told");
    rename("Calendar 2027", None).await.expect("deletes").expect("there is one");
    assert!(found(&ledger, inside("Calendar 2027")).await.is_empty());
    assert_eq!(found(&ledger, PictureFilter::default()).await.len(), 5, "every picture is there");
}

#[tokio::test]
async fn the_facts_are_answered_by_the_index_alone() {
    let (_library, ledger, _) = library().await;
    let plan: Vec<String> = ledger
        .read(|db| {
            let mut statement = db.prepare(
                "EXPLAIN QUERY PLAN SELECT seq FROM pictures INDEXED BY pictures_facts
                 WHERE trashed = 0 AND (file <> 'whole') = 1 AND model = 'm' AND trouble = 1 AND sheet = 's' ORDER BY seq DESC",
            )?;
            Ok(statement.query_map([], |row| row.get(3))?.collect::<Result<_, _>>()?)
        })
        .await
        .expect("plans");
    assert!(plan.len() == 1 && plan[0].contains("COVERING INDEX"), "{plan:?}");
}

#[tokio::test]
async fn what_a_picture_is_like_is_in_its_row_from_the_start_or_once_somebody_has_looked() {
    let (_library, ledger, mut pictures) = library().await;
    let likes = |colour: u8, hash: u64| Some(Essence { colour: [colour, 2, 255], hash });
    let mut known = pictures.remove(0);
    known.id = PictureId::from_text("p9");
    known.attempt = Some(AttemptId::from_text("t9"));
    (known.hash, known.essence) = ("9".repeat(64), likes(7, u64::MAX - 1));
    ledger.adopt(vec![known.clone()]).await.expect("kept");
    let row = async |id: &str| {
        let kept = ledger.picture(PictureId::from_text(id)).await.expect("reads").expect("is there");
        kept.picture.essence
    };
    assert_eq!((row("p9").await, row("p2").await), (likes(7, u64::MAX - 1), None));
    let seen = vec![
        (format!("{:064}", 2), likes(200, 3).expect("one")),
        ("9".repeat(64), likes(1, 1).expect("one")),
    ];
    ledger.put_essences(seen).await.expect("kept");
    assert_eq!(row("p2").await, likes(200, 3));
    assert_eq!(row("p9").await, likes(7, u64::MAX - 1), "what is known stays");
}
