//! The message after a key's status was set: on which nodes it applies, and which calls may still be accepted.

use latchkey_model::{
    access_key::{Activation, LastUse, StatusSet},
    timestamp::Timestamp,
};

/// Returns the message. `clock` formats the times in it.
#[must_use]
pub fn message(set: &StatusSet, status: Activation, clock: impl Fn(Timestamp) -> String) -> String {
    let mut sentences = vec![outcome(set, status, &clock)];
    if !set.pending.is_empty() {
        sentences.push(format!(
            "Not confirmed by {}: until it learns of this, it may use the old status for a few seconds, and then \
             refuses to decide.",
            set.pending.join(", ")
        ));
    }
    if status == Activation::Inactive {
        if let LastUse::At(last) = set.key.last_use() {
            sentences.push(format!("Last accepted call {} from {}.", clock(last.at), last.from));
        }
        sentences.extend(set.tokens_end_by.map(|end| {
            format!(
                "Latchkey refuses every earlier access token now; a service that checks only the signature may accept \
                 one until {}.",
                clock(end)
            )
        }));
    }
    sentences.join(" ")
}

/// Returns the first sentence. It names the nodes only if there are several.
fn outcome(set: &StatusSet, status: Activation, clock: impl Fn(Timestamp) -> String) -> String {
    let name = &set.key.name;
    let (applied, nodes) = (set.applied.len(), set.applied.len() + set.pending.len());
    let on_nodes = if nodes == 1 { String::new() } else { format!(" on {applied} of {nodes} nodes") };
    match status {
        Activation::Active => format!("“{name}” is active{on_nodes}."),
        Activation::Inactive => format!("“{name}” is inactive{on_nodes} as of {}.", clock(set.applied_at)),
    }
}

#[cfg(test)]
mod tests {
    use latchkey_model::access_key::{AccessKey, Kind, Use};

    use super::*;

    const MINUTE: i64 = 60_000;

    fn key(last_used: Option<&Use>) -> AccessKey {
        let key = serde_json::json!({
            "id": "oc_7Hq2mV9cXw4T", "kind": Kind::OAuthClient, "name": "ERP", "status": "inactive", "created_at": 0,
            "created_by": "ana@example.com", "first_used": last_used, "last_used": last_used,
        });
        serde_json::from_value(key).unwrap()
    }

    fn set(applied: &[&str], pending: &[&str]) -> StatusSet {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let last = Use { at: Timestamp(4 * MINUTE), from: "203.0.113.7".to_owned() };
        StatusSet {
            key: key(Some(&last)),
            applied: names(applied),
            pending: names(pending),
            applied_at: Timestamp(5 * MINUTE),
            tokens_end_by: Some(Timestamp(65 * MINUTE)),
        }
    }

    fn minutes(timestamp: Timestamp) -> String {
        format!("minute {}", timestamp.0 / MINUTE)
    }

    #[test]
    fn a_deactivation_names_the_nodes_the_last_call_and_the_end_of_tokens() {
        let message = message(&set(&["a", "b", "c"], &[]), Activation::Inactive, minutes);
        assert_eq!(
            message,
            "“ERP” is inactive on 3 of 3 nodes as of minute 5. Last accepted call minute 4 from 203.0.113.7. Latchkey \
             refuses every earlier access token now; a service that checks only the signature may accept one until \
             minute 65."
        );
    }

    #[test]
    fn nodes_that_have_not_confirmed_are_named() {
        let message = message(&set(&["a", "b"], &["berlin-3"]), Activation::Inactive, minutes);
        assert!(
            message.starts_with("“ERP” is inactive on 2 of 3 nodes as of minute 5. Not confirmed by berlin-3: "),
            "{message}"
        );
    }

    #[test]
    fn an_activation_on_one_node_names_no_node() {
        let message = message(&set(&["a"], &[]), Activation::Active, minutes);
        assert_eq!(message, "“ERP” is active.");
    }

    #[test]
    fn a_key_that_was_never_used_has_no_last_call_and_no_tokens() {
        let set = StatusSet { key: key(None), tokens_end_by: None, ..set(&["a"], &[]) };
        assert_eq!(message(&set, Activation::Inactive, minutes), "“ERP” is inactive as of minute 5.");
    }
}
