//! The commitment of one call: how many pictures it makes, and what goes on the bill for them.

use crate::bill::{Bill, Entry};
use crate::gemini::validate::Call;
use crate::scenario::{Fault, FaultKind};

/// How many pictures the call makes.
pub(crate) fn count(fault: Option<&Fault>) -> u32 {
    match fault {
        Some(Fault { kind: FaultKind::ExtraImages, count, .. }) => count.unwrap_or(5),
        Some(Fault { kind: FaultKind::BadBase64, count, .. }) => count.unwrap_or(1),
        _ => 1,
    }
}

/// Puts the pictures of the call on the bill, if it is billed at all, and returns their serials.
pub(crate) fn bill(
    bill: &mut Bill,
    fault: Option<&Fault>,
    call: &Call,
    project: &str,
    at_ms: i64,
) -> Vec<String> {
    if !fault.is_none_or(Fault::is_billed) {
        return Vec::new();
    }
    let entry = Entry {
        model: call.model.id,
        project,
        size: call.size.name(),
        usd_micros: price(fault, call),
        prompt: &call.prompt,
        at_ms,
    };
    (0..count(fault)).map(|_| bill.add(&entry)).collect()
}

/// What one picture of the call costs.
pub(crate) fn price(fault: Option<&Fault>, call: &Call) -> u64 {
    let downgraded = fault.is_some_and(|fault| fault.kind == FaultKind::TierDowngrade);
    call.model.price(call.size, if downgraded { "standard" } else { &call.tier })
}
