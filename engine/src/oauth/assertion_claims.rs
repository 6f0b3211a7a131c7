use std::time::Duration;

use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::assertion_refusal::Reason;

/// The allowed difference between the clocks of a client and of Latchkey.
const LEEWAY: Duration = Duration::from_secs(10);

/// The longest identifier of an assertion, in bytes.
const LONGEST_JTI: usize = 256;

/// The largest number of seconds that is accepted as a time: the end of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// The claims of a client's assertion (RFC 7523 §3). Times are in seconds.
pub(super) struct AssertionClaims {
    iss: String,
    pub(super) sub: String,
    audiences: Vec<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    pub(super) jti: String,
}

/// The claims with any values, so that an invalid one can be named. A duplicate claim is an error.
#[derive(Deserialize)]
struct AnyClaims {
    iss: Option<Value>,
    sub: Option<Value>,
    aud: Option<Value>,
    exp: Option<Value>,
    iat: Option<Value>,
    nbf: Option<Value>,
    jti: Option<Value>,
}

impl AssertionClaims {
    /// Returns the client in `sub`, even if other claims are invalid.
    pub(super) fn claimed_client(payload: &[u8]) -> Option<AccessKeyId> {
        serde_json::from_slice::<Value>(payload).ok()?.get("sub")?.as_str()?.parse().ok()
    }

    /// Parses the claims of a JWT.
    pub(super) fn read(payload: &[u8]) -> Result<Self, Reason> {
        let AnyClaims { iss, sub, aud, exp, iat, nbf, jti } =
            serde_json::from_slice(payload).map_err(|_| Reason::NotJwt)?;
        Ok(Self {
            iss: text("iss", iss)?,
            sub: text("sub", sub)?,
            audiences: audiences(aud)?,
            exp: time("exp", exp.as_ref())?,
            iat: time("iat", iat.as_ref())?,
            nbf: nbf.map(|nbf| time("nbf", Some(&nbf))).transpose()?,
            jti: text("jti", jti)?,
        })
    }

    /// Checks everything that can be checked without the database: §3, points 1 to 8.
    pub(super) fn check(&self, issuer: &str, now: Timestamp, longest: Duration) -> Result<(), Reason> {
        let (now, leeway, longest) = (now.seconds(), seconds(LEEWAY), seconds(longest));
        if self.iss != self.sub {
            return Err(Reason::OtherIssuer);
        }
        self.check_audience(issuer)?;
        let ahead = |time: i64| time.saturating_sub(now);
        if ahead(self.iat) > leeway {
            return Err(Reason::IssuedAhead { seconds: ahead(self.iat), leeway });
        }
        if let Some(nbf) = self.nbf.filter(|nbf| ahead(*nbf) > leeway) {
            return Err(Reason::NotYet { seconds: ahead(nbf), leeway });
        }
        let lifetime = self.exp.saturating_sub(self.iat);
        if lifetime > longest {
            return Err(Reason::Lifetime { seconds: lifetime, longest });
        }
        if ahead(self.exp) <= -leeway {
            return Err(Reason::Expired { seconds: -ahead(self.exp), leeway });
        }
        if !(1..=LONGEST_JTI).contains(&self.jti.len()) || self.jti.contains(char::is_control) {
            return Err(Reason::BadIdentifier { longest: LONGEST_JTI });
        }
        Ok(())
    }

    /// Checks that Latchkey is the only audience: another audience could present the assertion here
    /// (draft-ietf-oauth-rfc7523bis).
    fn check_audience(&self, issuer: &str) -> Result<(), Reason> {
        match self.audiences.as_slice() {
            [audience] if audience == issuer => Ok(()),
            [audience] if audience.strip_prefix(issuer) == Some("/oauth/token") => Err(Reason::TokenEndpoint),
            [_] | [] => Err(Reason::OtherAudience),
            _ => Err(Reason::SeveralAudiences),
        }
    }

    /// Returns whether it was issued before a time, in an earlier second.
    pub(super) fn is_from_before(&self, time: Option<Timestamp>) -> bool {
        time.is_some_and(|time| self.iat < time.seconds())
    }

    /// Returns when it was issued.
    pub(super) fn issued_at(&self) -> Timestamp {
        Timestamp(self.iat.saturating_mul(1000))
    }

    /// Returns the time from which it is refused because of its age.
    pub(super) fn ends_at(&self) -> Timestamp {
        Timestamp(self.exp.saturating_add(seconds(LEEWAY)).saturating_mul(1000))
    }
}

fn text(name: &'static str, value: Option<Value>) -> Result<String, Reason> {
    match value {
        Some(Value::String(text)) => Ok(text),
        None => Err(Reason::Missing(name)),
        Some(_) => Err(Reason::Malformed(name)),
    }
}

/// Parses one audience or a list (RFC 7519 §4.1.3).
fn audiences(value: Option<Value>) -> Result<Vec<String>, Reason> {
    match value {
        Some(Value::Array(audiences)) => audiences.into_iter().map(|audience| text("aud", Some(audience))).collect(),
        value => Ok(vec![text("aud", value)?]),
    }
}

/// Parses a number of seconds, which may have a fraction (RFC 7519 §2).
fn time(name: &'static str, value: Option<&Value>) -> Result<i64, Reason> {
    let value = value.ok_or(Reason::Missing(name))?;
    let whole = value.as_i64().or_else(|| {
        let seconds = value.as_f64()?.floor();
        #[expect(clippy::cast_possible_truncation, reason = "it is compared first")]
        #[expect(clippy::cast_precision_loss, reason = "the bound is far below 2^53")]
        (seconds.abs() <= LAST_SECOND as f64).then_some(seconds as i64)
    });
    whole.filter(|seconds| (0..=LAST_SECOND).contains(seconds)).ok_or(Reason::Malformed(name))
}

const fn seconds(duration: Duration) -> i64 {
    duration.as_secs().cast_signed()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://keys.example.com";
    const NOW: i64 = 1_790_000_000;

    fn claims() -> Value {
        json!({ "iss": "c", "sub": "c", "aud": ISSUER, "iat": NOW, "exp": NOW + 300, "jti": "1" })
    }

    fn checked(claims: &Value) -> Result<(), Reason> {
        let claims = AssertionClaims::read(claims.to_string().as_bytes())?;
        claims.check(ISSUER, Timestamp(NOW * 1000 + 999), Duration::from_mins(5))
    }

    #[test]
    fn each_invalid_claim_is_reported_by_name() {
        assert_eq!(checked(&claims()), Ok(()));
        for name in ["iss", "sub", "aud", "exp", "iat", "jti"] {
            let mut missing = claims();
            missing.as_object_mut().unwrap().remove(name);
            assert_eq!(checked(&missing), Err(Reason::Missing(name)));
            for other in [json!(null), json!(true), json!({}), json!([[]])] {
                let mut wrong = claims();
                wrong[name] = other.clone();
                let expected = if other.is_null() { Reason::Missing(name) } else { Reason::Malformed(name) };
                assert_eq!(checked(&wrong), Err(expected), "{name} {other}");
            }
        }
        for (name, value, claim) in [
            ("iss", json!("other"), "iss"),
            ("aud", json!("https://elsewhere.example"), "aud"),
            ("aud", json!(format!("{ISSUER}/oauth/token")), "aud"),
            ("aud", json!(format!("{ISSUER}/")), "aud"),
            ("aud", json!([]), "aud"),
            ("aud", json!([ISSUER, ISSUER]), "aud"),
            ("iat", json!(NOW + 11), "iat"),
            ("iat", json!(NOW - 1), "exp"),
            ("iat", json!(-1), "iat"),
            ("nbf", json!(NOW + 11), "nbf"),
            ("nbf", json!("soon"), "nbf"),
            ("exp", json!(NOW + 301), "exp"),
            ("exp", json!(NOW - 10), "exp"),
            ("exp", json!(i64::MAX), "exp"),
            ("exp", json!(u64::MAX), "exp"),
            ("exp", json!(1e300), "exp"),
            ("exp", json!("soon"), "exp"),
            ("jti", json!(""), "jti"),
            ("jti", json!("x".repeat(257)), "jti"),
            ("jti", json!("a\0b"), "jti"),
        ] {
            let mut wrong = claims();
            wrong[name] = value.clone();
            assert_eq!(checked(&wrong).unwrap_err().claim(), claim, "{name} {value}");
        }
    }

    #[test]
    fn a_time_may_have_a_fraction_and_a_leeway() {
        for (name, value) in [
            ("iat", json!(1_790_000_000.75)),
            ("exp", json!(1_790_000_299.9)),
            ("exp", json!(NOW - 9)),
            ("iat", json!(NOW + 10)),
            ("nbf", json!(NOW + 10)),
            ("aud", json!([ISSUER])),
        ] {
            let mut right = claims();
            right[name] = value.clone();
            assert_eq!(checked(&right), Ok(()), "{name} {value}");
        }
    }

    #[test]
    fn a_duplicate_claim_is_refused() {
        let twice = claims().to_string().replace(r#""jti":"1""#, r#""jti":"1","jti":"2""#);
        assert_eq!(AssertionClaims::read(twice.as_bytes()).err(), Some(Reason::NotJwt));
    }
}
