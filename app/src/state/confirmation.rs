//! What a person is told once a key's status was set: where it holds, and what may still come.

use latchkey_model::{
    access_key::{Activation, LastUse, StatusSet},
    timestamp::Timestamp,
};

/// The sentences, with moments in the words of `clock`.
#[must_use]
pub fn told(set: &StatusSet, status: Activation, clock: impl Fn(Timestamp) -> String) -> String {
    let verb = match status {
        Activation::Active => "Activated",
        Activation::Inactive => "Deactivated",
    };
    let (applied, all) = (set.applied.len(), set.applied.len() + set.pending.len());
    let nodes = if all == 1 { "node" } else { "nodes" };
    let mut told = format!("{}: {verb} on {applied} of {all} {nodes} at {}.", set.key.name, clock(set.applied_at));
    if !set.pending.is_empty() {
        told += &format!(
            " Not confirmed by {}: until it hears of this, it may decide as before for some seconds, and then refuses to \
             decide.",
            set.pending.join(", ")
        );
    }
    if status == Activation::Active {
        return told;
    }
    if let LastUse::At(last) = set.key.last_use() {
        told += &format!(" Last accepted call {} from {}.", clock(last.at), last.from);
    }
    if let Some(end) = set.tokens_end_by {
        told += &format!(
            " Latchkey refuses every earlier access token now; a service that checks only the signature may accept one \
             until {}.",
            clock(end)
        );
    }
    told
}

#[cfg(test)]
mod tests {
    use latchkey_model::access_key::{AccessKey, Kind, Use};

    use super::*;

    const MINUTE: i64 = 60_000;

    fn key(last_used: Option<Use>) -> AccessKey {
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
            key: key(Some(last)),
            applied: names(applied),
            pending: names(pending),
            applied_at: Timestamp(5 * MINUTE),
            tokens_end_by: Some(Timestamp(65 * MINUTE)),
        }
    }

    fn minutes(moment: Timestamp) -> String {
        format!("minute {}", moment.0 / MINUTE)
    }

    #[test]
    fn a_deactivation_tells_where_it_holds_the_last_call_and_what_may_still_come() {
        let told = told(&set(&["a", "b", "c"], &[]), Activation::Inactive, minutes);
        assert_eq!(
            told,
            "ERP: Deactivated on 3 of 3 nodes at minute 5. Last accepted call minute 4 from 203.0.113.7. Latchkey \
             refuses every earlier access token now; a service that checks only the signature may accept one until \
             minute 65."
        );
    }

    #[test]
    fn nodes_that_have_not_confirmed_are_named() {
        let told = told(&set(&["a", "b"], &["berlin-3"]), Activation::Inactive, minutes);
        assert!(
            told.starts_with("ERP: Deactivated on 2 of 3 nodes at minute 5. Not confirmed by berlin-3: "),
            "{told}"
        );
    }

    #[test]
    fn an_activation_tells_where_it_holds_and_no_more() {
        let told = told(&set(&["a"], &[]), Activation::Active, minutes);
        assert_eq!(told, "ERP: Activated on 1 of 1 node at minute 5.");
    }

    #[test]
    fn a_key_that_was_never_used_has_no_last_call_and_no_tokens() {
        let set = StatusSet { key: key(None), tokens_end_by: None, ..set(&["a"], &[]) };
        assert_eq!(told(&set, Activation::Inactive, minutes), "ERP: Deactivated on 1 of 1 node at minute 5.");
    }
}
