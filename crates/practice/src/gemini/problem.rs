//! Errors as the service words them: `google.rpc.Status` in JSON, and the odd web page.

use serde_json::{Value, json};

/// An error answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    pub(crate) code: u16,
    pub(crate) status: &'static str,
    pub(crate) message: String,
    pub(crate) details: Vec<Value>,
}

impl Problem {
    pub(crate) fn new(code: u16, status: &'static str, message: impl Into<String>) -> Self {
        Self { code, status, message: message.into(), details: Vec::new() }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "INVALID_ARGUMENT", message)
    }

    /// Some HTTP status, with the message the service has for it.
    pub(crate) fn of_status(code: u16, message: Option<&str>) -> Self {
        let (status, usual) = match code {
            400 => ("FAILED_PRECONDITION", "User location is not supported for the API use."),
            401 => (
                "UNAUTHENTICATED",
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.",
            ),
            402 => (
                "RESOURCE_EXHAUSTED",
                "Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.",
            ),
            403 => ("PERMISSION_DENIED", "The caller does not have permission"),
            404 => ("NOT_FOUND", "Requested entity was not found."),
            408 => ("CANCELLED", "Request timed out."),
            429 => ("RESOURCE_EXHAUSTED", BARE_429),
            500 => (
                "INTERNAL",
                "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
            ),
            503 => ("UNAVAILABLE", OVERLOADED),
            504 => ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
            529 => ("UNAVAILABLE", "The service is overloaded."),
            _ => ("UNKNOWN", "The request could not be completed."),
        };
        Self::new(code, status, message.unwrap_or(usual))
    }

    /// 503: no capacity. The service has used both texts; the second is the newer.
    pub(crate) fn overloaded(newer_text: bool) -> Self {
        Self::new(503, "UNAVAILABLE", if newer_text { HIGH_DEMAND } else { OVERLOADED })
    }

    /// 503 with the details that some deployments add.
    pub(crate) fn capacity_exhausted(model: &str) -> Self {
        let mut problem = Self::overloaded(true);
        problem.details = vec![
            json!({
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "MODEL_CAPACITY_EXHAUSTED",
                "domain": "generativelanguage.googleapis.com",
                "metadata": {"model": model}
            }),
            json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "15s"}),
        ];
        problem
    }

    pub(crate) fn json(&self) -> Value {
        let mut error = json!({"code": self.code, "message": self.message, "status": self.status});
        if !self.details.is_empty() {
            error["details"] = Value::Array(self.details.clone());
        }
        json!({"error": error})
    }
}

const OVERLOADED: &str = "The model is overloaded. Please try again later.";
const HIGH_DEMAND: &str = "This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.";
/// A 429 that says nothing about which limit it was.
pub(crate) const BARE_429: &str = "Resource has been exhausted (e.g. check quota).";

/// The web page a front end sends instead of an answer.
pub(crate) fn page(status: u16) -> String {
    let name = hyper::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Error");
    if status == 200 {
        return "<!DOCTYPE html>\n<html lang=en>\n<head><meta charset=utf-8><title>Sign in to the relay</title></head>\n<body><h1>Welcome back</h1><p>Please sign in to continue.</p></body>\n</html>\n".to_owned();
    }
    format!(
        "<html>\r\n<head><title>{status} {name}</title></head>\r\n<body>\r\n<center><h1>{status} {name}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
}
