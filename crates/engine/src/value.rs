//! Values: what the product talks about. No IO, no time of their own, no randomness.

pub mod account;
pub mod budget;
pub mod catalogue;
pub mod event;
pub mod id;
pub mod imported;
pub mod job;
pub mod lane;
pub mod money;
pub mod prompt;
pub mod request;
pub mod secret;
pub mod sentence;
pub mod settings;
pub mod size;
pub mod time;
