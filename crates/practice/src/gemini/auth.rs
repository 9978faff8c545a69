//! Who is calling: a key in a header, as a bearer token, or in the query.

use hyper::HeaderMap;
use serde_json::json;

use super::problem::Problem;
use crate::KeyInfo;

/// The project of the caller.
pub(crate) fn project(keys: &[KeyInfo], headers: &HeaderMap, query: Option<&str>) -> Result<String, Problem> {
    let header = |name| headers.get(name).and_then(|value: &hyper::header::HeaderValue| value.to_str().ok());
    let bearer = header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let in_query = query.into_iter().flat_map(|q| q.split('&')).find_map(|pair| pair.strip_prefix("key="));
    let key = header("x-goog-api-key").or(bearer).or(in_query).map(str::trim).filter(|key| !key.is_empty());
    let Some(key) = key else {
        return Err(Problem::new(
            403,
            "PERMISSION_DENIED",
            "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
        ));
    };
    of_key(keys, key).map(str::to_owned)
}

/// The project of a key.
pub(crate) fn of_key<'a>(keys: &'a [KeyInfo], key: &str) -> Result<&'a str, Problem> {
    let known = keys.iter().find(|info| info.key == key);
    known.map(|info| info.project.as_str()).ok_or_else(|| {
        // 400, not 401: that is what the service answers to a wrong key.
        let message = "API key not valid. Please pass a valid API key.";
        let mut problem = Problem::invalid(message);
        problem.details = vec![
            json!({
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
                "metadata": {"service": "generativelanguage.googleapis.com"}
            }),
            json!({
                "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
                "locale": "en-US",
                "message": message
            }),
        ];
        problem
    })
}
