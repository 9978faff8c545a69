//! Gemini's `generateContent`, as far as pictures go: what comes in, what is refused, how it is said.
//!
//! Not here: deciding and drawing (`generate`), and building the success body (`answer`).

pub(crate) mod auth;
pub(crate) mod models;
pub(crate) mod problem;
pub(crate) mod quota_body;
pub(crate) mod request;
pub(crate) mod schema;
pub(crate) mod validate;
