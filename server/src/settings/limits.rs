//! The limits, each of which is a whole number.

use latchkey_engine::Limits;

use super::{error::SettingError, options::LimitOptions};

/// The maximum of every limit.
const MOST: u32 = 1_000_000_000;

/// Reads the limits. Those that are not set have their defaults.
pub(super) fn read(options: &LimitOptions) -> Result<Limits, SettingError> {
    let default = Limits::default();
    Ok(Limits {
        keys: number("LATCHKEY_MAX_KEYS", options.max_keys.as_deref(), default.keys)?,
        scopes: number("LATCHKEY_MAX_SCOPES", options.max_scopes.as_deref(), default.scopes)?,
        members: number("LATCHKEY_MAX_MEMBERS", options.max_members.as_deref(), default.members)?,
        links: number("LATCHKEY_MAX_LINKS", options.max_links.as_deref(), default.links)?,
        sessions: number("LATCHKEY_MAX_SESSIONS", options.max_sessions.as_deref(), default.sessions)?,
        devices: number("LATCHKEY_MAX_DEVICES", options.max_devices.as_deref(), default.devices)?,
        revocations: number("LATCHKEY_MAX_REVOCATIONS", options.max_revocations.as_deref(), default.revocations)?,
        revoked_tokens: number(
            "LATCHKEY_MAX_REVOKED_TOKENS",
            options.max_revoked_tokens.as_deref(),
            default.revoked_tokens,
        )?,
    })
}

fn number(name: &'static str, given: Option<&str>, default: u32) -> Result<u32, SettingError> {
    let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) else { return Ok(default) };
    let number = given.parse().ok().filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| SettingError::Limit(name, given.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_whole_number_or_its_default() {
        let read_keys = |text: Option<&str>| {
            read(&LimitOptions { max_keys: text.map(str::to_owned), ..LimitOptions::default() })
                .map(|limits| limits.keys)
        };
        assert_eq!(read_keys(None).unwrap(), 1_000_000);
        assert_eq!(read_keys(Some("")).unwrap(), 1_000_000);
        assert_eq!(read_keys(Some("5")).unwrap(), 5);
        for text in ["0", "-1", "many", "1e6", "1000000001", "99999999999"] {
            let error = read_keys(Some(text)).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("LATCHKEY_MAX_KEYS must be a whole number from 1 to 1000000000, and not {text:?}")
            );
        }
    }
}
