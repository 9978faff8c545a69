//! Pictures: what bytes really are, and the small pictures derived from them.
//!
//! "It decodes" is no proof that a picture is whole: decoders accept a JPEG cut to 1 %. So the end markers are looked
//! for, and what a file says of its own size is checked before anything is allocated.

mod cache;
pub mod clean;
mod colour;
pub mod convert;
pub mod decode;
pub mod derive;
pub mod essence;
mod frame;
pub mod inspect;
mod jpeg;
mod jpeg_end;
pub mod shrink;
pub mod tiles;
