//! Pictures one by one: listed, rated, trashed, and, for a terminal, located. Many at once: `find.rs`.

use super::Context;
use crate::view;
use crate::wire::{
    ById, Done, Failure, ListPictures, PicturePage, PicturePath, PictureView, RatePicture, ReferenceView,
};
use diptych_engine::ledger::PictureChange;
use diptych_engine::value::event::Event;
use diptych_engine::value::id::PictureId;
use diptych_engine::value::job::KeptPicture;
use diptych_engine::value::sentence::Sentence;
use std::path::PathBuf;

pub(super) async fn find(context: &Context, id: &str) -> Result<KeptPicture, Failure> {
    let kept = context.engine.ledger.picture(PictureId::from_text(id)).await?;
    kept.ok_or_else(|| Failure::not_found("picture", id))
}

pub(super) fn path_of(context: &Context, kept: &KeptPicture) -> PathBuf {
    context.engine.objects.path(&kept.picture.hash, &kept.picture.extension)
}

pub(crate) async fn list(context: &Context, list: ListPictures) -> Result<PicturePage, Failure> {
    let limit = if list.limit == 0 { 60 } else { list.limit.min(500) };
    let ledger = &context.engine.ledger;
    let filter = view::picture_filter(list.filter);
    let total = ledger.count(filter.clone()).await?;
    let seqs = ledger.page(filter, list.after, limit).await?;
    let next = seqs.last().copied().filter(|_| seqs.len() == limit as usize);
    let pictures = ledger.picture_rows(seqs).await?;
    Ok(PicturePage { pictures: pictures.into_iter().map(view::picture).collect(), next, total })
}

pub(crate) async fn get(context: &Context, by: ById) -> Result<PictureView, Failure> {
    Ok(view::picture(find(context, &by.id).await?))
}

pub(crate) async fn rate(context: &Context, rate: RatePicture) -> Result<PictureView, Failure> {
    check_rating(rate.rating)?;
    change_one(context, &rate.id, PictureChange { rating: Some(rate.rating), ..PictureChange::default() })
        .await
}

pub(crate) async fn trash(context: &Context, by: ById) -> Result<PictureView, Failure> {
    change_one(context, &by.id, PictureChange { trashed: Some(true), ..PictureChange::default() }).await
}

pub(crate) async fn restore(context: &Context, by: ById) -> Result<PictureView, Failure> {
    change_one(context, &by.id, PictureChange { trashed: Some(false), ..PictureChange::default() }).await
}

pub(super) fn check_rating(rating: u8) -> Result<(), Failure> {
    if rating <= 5 {
        return Ok(());
    }
    let sentence = Sentence::new("E-OPTION").with("value", rating).with("option", "rating");
    Err(Failure::of(sentence.with("hint", "0–5")))
}

async fn change_one(context: &Context, id: &str, change: PictureChange) -> Result<PictureView, Failure> {
    let kept = find(context, id).await?;
    context.engine.ledger.change_pictures(vec![kept.seq], change).await?;
    context.engine.tell(Event::Picture(kept.picture.id));
    get(context, ById { id: id.into() }).await
}

/// What a picture of the library is sent as when it guides another.
pub(crate) async fn as_reference(context: &Context, by: ById) -> Result<ReferenceView, Failure> {
    let kept = find(context, &by.id).await?;
    let original = path_of(context, &kept);
    let added = context.engine.reference_of(original, kept.picture.hash).await.map_err(Failure::of)?;
    Ok(view::reference(added))
}

/// The window carries this out itself; a browser cannot.
pub(crate) async fn reveal(context: &Context, by: ById) -> Result<Done, Failure> {
    find(context, &by.id).await?;
    Err(Failure::of(Sentence::new("E-LOCAL-ONLY")))
}

pub(crate) async fn path(context: &Context, by: ById) -> Result<PicturePath, Failure> {
    let kept = find(context, &by.id).await?;
    Ok(PicturePath { path: path_of(context, &kept).display().to_string() })
}
