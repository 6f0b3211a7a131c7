//! Values of `serde_json` stand for what the browser has parsed: the same text must be read the same as by `serde_json`.

use std::fmt::Debug;

use latchkey_model::{
    access_key::{AccessKeyDetails, AccessKeyPage, CreatedAccessKey, Kind, StatusSet},
    member::MemberPage,
    problem::Problem,
    scope::ScopePage,
    session::{Done, Session},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Json, JsonDeserializer, UnexpectedJson};

#[derive(Debug)]
struct Native(Value);

impl Json for Native {
    type Elements = std::iter::Map<std::vec::IntoIter<Value>, fn(Value) -> Native>;
    type Members = std::iter::Map<serde_json::map::IntoIter, fn((String, Value)) -> (Native, Native)>;

    fn is_null(&self) -> bool {
        self.0.is_null()
    }

    fn as_bool(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn as_number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn as_string(&self) -> Option<String> {
        self.0.as_str().map(ToOwned::to_owned)
    }

    fn is_array(&self) -> bool {
        self.0.is_array()
    }

    fn is_object(&self) -> bool {
        self.0.is_object()
    }

    fn into_elements(self) -> Option<Self::Elements> {
        let Value::Array(elements) = self.0 else { return None };
        Some(elements.into_iter().map(Native as fn(Value) -> Self))
    }

    fn into_members(self) -> Option<Self::Members> {
        let Value::Object(members) = self.0 else { return None };
        let pair: fn((String, Value)) -> (Self, Self) = |(name, value)| (Self(Value::String(name)), Self(value));
        Some(members.into_iter().map(pair))
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, UnexpectedJson> {
    T::deserialize(JsonDeserializer(Native(serde_json::from_str(text).unwrap())))
}

#[track_caller]
fn is_read_as_by_serde_json<T: DeserializeOwned + Debug>(text: &str) {
    let expected: T = serde_json::from_str(text).unwrap();
    let read: T = read(text).unwrap();
    assert_eq!(format!("{read:?}"), format!("{expected:?}"));
}

const KEY: &str = r#"{
    "id": "oc_7Hq2mV9cXw4T", "kind": "oauth_client", "name": "ERP „Nord“", "status": "active", "created_at": 1790000000000,
    "created_by": "ana@example.com", "scopes": ["inventory:read", "orders:write"], "token_lifetime": 3600,
    "authentication": "private_key_jwt", "expires_at": 32503679999999, "deleted_at": null, "a_later_field": {"x": [1, null]},
    "first_used": {"at": 1790000000001, "from": "203.0.113.7"}, "last_used": {"at": 1790000000002, "from": "::1"}
}"#;

#[test]
fn replies_are_read_as_by_serde_json() {
    is_read_as_by_serde_json::<AccessKeyPage>(&format!(r#"{{"keys": [{KEY}, {KEY}], "next_cursor": "abc"}}"#));
    is_read_as_by_serde_json::<AccessKeyPage>(r#"{"keys": []}"#);
    is_read_as_by_serde_json::<CreatedAccessKey>(&format!(r#"{{"key": {KEY}, "secret": "lk_oc_7Hq2mV9cXw4T_x"}}"#));
    is_read_as_by_serde_json::<StatusSet>(&format!(
        r#"{{"key": {KEY}, "applied": ["a"], "pending": [], "applied_at": 1, "tokens_end_by": 2}}"#
    ));
    is_read_as_by_serde_json::<AccessKeyDetails>(&format!(
        r#"{{"key": {KEY}, "public_key": {{"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "private"}}, "next_cursor": "c",
            "history": [{{"action": "created", "by": "ana@example.com", "from": "::1", "at": 1, "detail": null}}]}}"#
    ));
    is_read_as_by_serde_json::<MemberPage>(
        r#"{"members": [{"id": "mem_7Hq2mV9cXw4T", "email": "ana@example.com", "role": "member", "joined_at": 1}]}"#,
    );
    is_read_as_by_serde_json::<ScopePage>(
        r#"{"scopes": [{"name": "orders:read", "description": "", "built_in": false}]}"#,
    );
    is_read_as_by_serde_json::<Session>(
        r#"{"member_id": "mem_7Hq2mV9cXw4T", "email": "a", "role": "administrator", "organization": "N", "issuer": "i"}"#,
    );
    is_read_as_by_serde_json::<Done>(r#"{"a_later_field": 1}"#);
}

#[test]
fn a_problem_is_read_with_its_field() {
    let text =
        serde_json::to_string(&Problem::at_field(latchkey_model::problem::Field::NAME, "Enter a name.")).unwrap();
    assert_eq!(read::<Problem>(&text), Ok(serde_json::from_str(&text).unwrap()));
}

#[test]
fn values_of_another_type_are_errors() {
    for text in ["null", "true", "1", r#""x""#, "[]", r#"{"keys": {}}"#, r#"{"keys": [1]}"#, r#"{"next_cursor": "x"}"#]
    {
        assert_eq!(read::<AccessKeyPage>(text), Err(UnexpectedJson), "{text}");
    }
    assert_eq!(read::<Kind>(r#""api_key""#), Ok(Kind::ApiKey));
    for text in [r#""other""#, "1", r#"{"api_key": 1}"#] {
        assert_eq!(read::<Kind>(text), Err(UnexpectedJson), "{text}");
    }
}

#[test]
fn numbers_are_integers_where_they_can_be() {
    assert_eq!(read::<i64>("1790000000000"), Ok(1_790_000_000_000));
    assert_eq!(read::<i64>("-5.0"), Ok(-5));
    assert_eq!(read::<u32>("3600"), Ok(3600));
    assert_eq!(read::<u16>("65536"), Err(UnexpectedJson));
    assert_eq!(read::<u32>("-1"), Err(UnexpectedJson));
    assert_eq!(read::<i64>("0.5"), Err(UnexpectedJson));
    assert_eq!(read::<Value>("[1, -1, 0.5, 1e300]"), Ok(serde_json::json!([1, -1, 0.5, 1e300])));
}

#[test]
fn null_is_none_and_anything_can_be_read_into_a_value() {
    assert_eq!(read::<Option<bool>>("null"), Ok(None));
    assert_eq!(read::<Option<bool>>("false"), Ok(Some(false)));
    assert_eq!(read::<bool>("0"), Err(UnexpectedJson));
    let all = r#"{"a": null, "b": [true, "x", {"c": {}}], "": []}"#;
    assert_eq!(read::<Value>(all), Ok(serde_json::from_str(all).unwrap()));
}

#[test]
fn a_newtype_is_read_as_what_it_holds() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Seconds(u32);
    assert_eq!(read::<Vec<Seconds>>("[1, 2]"), Ok(vec![Seconds(1), Seconds(2)]));
    assert_eq!(read::<(i64, String)>(r#"[1, "x"]"#), Ok((1, "x".to_owned())));
}
