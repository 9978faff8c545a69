//! Providers: what goes over the wire, and how an answer is taken apart.

pub mod call;
pub mod events;
pub mod gemini;
pub mod scan;
