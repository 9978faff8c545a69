//! The provider's own bill: every picture it made, whether or not the client got it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The bill, as `GET /practice/bill` answers it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Bill {
    /// The pictures, oldest first.
    pub pictures: Vec<BilledPicture>,
    /// What they cost together, in millionths of a dollar.
    pub total_usd_micros: u64,
}

/// One picture on the bill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BilledPicture {
    /// `P-000001` and so on; also written into the picture.
    pub serial: String,
    /// The model that made it.
    pub model: String,
    /// The project that pays.
    pub project: String,
    /// The size it is billed as: `1K`, `4K`.
    pub size: String,
    /// Its price in millionths of a dollar.
    pub usd_micros: u64,
    /// The beginning of the prompt.
    pub prompt: String,
    /// Whether the whole answer was handed to the connection.
    pub delivered: bool,
    /// When the model committed to making it.
    pub at: Timestamp,
}

/// A picture to be put on the bill.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) model: &'a str,
    pub(crate) project: &'a str,
    pub(crate) size: &'a str,
    pub(crate) usd_micros: u64,
    pub(crate) prompt: &'a str,
    pub(crate) at_ms: i64,
}

/// How much of a prompt the bill keeps, in characters.
const PROMPT_KEPT: usize = 1000;

impl Bill {
    /// Records a picture and returns its serial.
    pub(crate) fn add(&mut self, entry: &Entry<'_>) -> String {
        let serial = format!("P-{:06}", self.pictures.len() + 1);
        self.total_usd_micros += entry.usd_micros;
        self.pictures.push(BilledPicture {
            serial: serial.clone(),
            model: entry.model.to_owned(),
            project: entry.project.to_owned(),
            size: entry.size.to_owned(),
            usd_micros: entry.usd_micros,
            prompt: entry.prompt.chars().take(PROMPT_KEPT).collect(),
            delivered: false,
            at: Timestamp::from_millisecond(entry.at_ms).unwrap_or_default(),
        });
        serial
    }

    /// Notes that the answer holding these pictures went out whole.
    pub(crate) fn deliver(&mut self, serials: &[String]) {
        for serial in serials {
            let place = Self::number(serial).and_then(|n| usize::try_from(n.checked_sub(1)?).ok());
            if let Some(picture) = place.and_then(|place| self.pictures.get_mut(place)) {
                picture.delivered = true;
            }
        }
    }

    /// The number in a serial.
    pub(crate) fn number(serial: &str) -> Option<u64> {
        serial.strip_prefix("P-")?.parse().ok()
    }
}
