//! Parsers for settings of each kind. A blank value counts as not set, and white space around a value is ignored.

use std::{str::FromStr, time::Duration};

use super::{environment::is_blank, error::SettingError};

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs: one object a line.
    Json,
}

/// Returns the given value without white space around it; `None` if it is blank.
pub(super) fn non_blank(given: Option<String>) -> Option<String> {
    given.filter(|given| !is_blank(given)).map(|given| given.trim().to_owned())
}

/// Returns the parts of a list that is separated by commas. Empty parts are ignored.
pub(super) fn list(given: &str) -> impl Iterator<Item = &str> {
    given.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// A setting that is a whole number of seconds or days in a range.
pub(super) struct DurationRange {
    pub(super) name: &'static str,
    pub(super) least: u64,
    pub(super) most: u64,
    pub(super) unit: Unit,
}

#[derive(Clone, Copy)]
pub(super) enum Unit {
    Seconds,
    Days,
}

impl DurationRange {
    pub(super) const fn seconds(name: &'static str, least: u64, most: u64) -> Self {
        Self { name, least, most, unit: Unit::Seconds }
    }

    /// Parses the given value; returns the default if there is none.
    pub(super) fn read(&self, given: Option<String>, by_default: Duration) -> Result<Duration, SettingError> {
        let Some(given) = non_blank(given) else { return Ok(by_default) };
        let (unit, one) = match self.unit {
            Unit::Seconds => ("seconds", Duration::from_secs(1)),
            Unit::Days => ("days", Duration::from_hours(24)),
        };
        match given.parse::<u32>() {
            Ok(number) if (self.least..=self.most).contains(&u64::from(number)) => Ok(one * number),
            _ => {
                let Self { name, least, most, .. } = *self;
                Err(SettingError::OutOfRange { name, least, most, unit, given })
            }
        }
    }
}

/// Parses what people write for yes and no, in any case.
pub(super) fn parse_bool(given: &str) -> Option<bool> {
    match given.to_ascii_lowercase().as_str() {
        "on" | "true" | "yes" | "1" => Some(true),
        "off" | "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

/// Parses a switch; returns the default if there is none.
pub(super) fn flag(name: &'static str, given: Option<String>, by_default: bool) -> Result<bool, SettingError> {
    let Some(given) = non_blank(given) else { return Ok(by_default) };
    parse_bool(&given).ok_or(SettingError::Flag(name, given))
}

pub(super) fn log_format(given: Option<String>) -> Result<LogFormat, SettingError> {
    let Some(given) = non_blank(given) else { return Ok(LogFormat::Text) };
    match given.to_ascii_lowercase().as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(SettingError::LogFormat(given)),
    }
}

/// Parses a value of a type that has a parser.
pub(super) fn parse_optional<T: FromStr<Err: ToString>>(
    name: &'static str,
    given: Option<&str>,
) -> Result<Option<T>, SettingError> {
    let given = given.filter(|given| !is_blank(given)).map(str::trim);
    given.map(str::parse).transpose().map_err(|error: T::Err| SettingError::Refused(name, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_accepts_common_words() {
        for (words, value) in [(["on", "TRUE", "Yes", "1"], true), (["off", "False", "NO", "0"], false)] {
            for word in words {
                for word in [word.to_owned(), format!(" {word}\n")] {
                    assert_eq!(flag("LATCHKEY_X", Some(word), !value).unwrap(), value);
                }
            }
        }
        for blank in [None, Some(String::new()), Some(" ".to_owned())] {
            assert!(flag("LATCHKEY_X", blank.clone(), true).unwrap() && !flag("LATCHKEY_X", blank, false).unwrap());
        }
        for word in ["maybe", "2", "\"on\"", "on off", "enabled"] {
            let line = flag("LATCHKEY_X", Some(word.to_owned()), true).unwrap_err().to_string();
            assert_eq!(line, format!("LATCHKEY_X must be on or off, and not {word:?}"));
        }
    }

    #[test]
    fn a_number_is_within_its_range() {
        let span = DurationRange::seconds("LATCHKEY_X", 1, 300);
        let read = |given: &str| span.read(Some(given.to_owned()), Duration::from_secs(5));
        assert_eq!(read("60").unwrap(), Duration::from_mins(1));
        assert_eq!(read(" 60 ").unwrap(), Duration::from_mins(1));
        assert_eq!((read("").unwrap(), read("\n").unwrap()), (Duration::from_secs(5), Duration::from_secs(5)));
        for given in ["0", "301", "-1", "1h", "1.5", "\"60\"", "4294967296"] {
            let line = read(given).unwrap_err().to_string();
            assert_eq!(line, format!("LATCHKEY_X must be 1 to 300 seconds, and not {given:?}"));
        }
    }

    #[test]
    fn empty_parts_of_a_list_are_ignored() {
        for given in ["a,b", " a , b ", ",a,,b,", "a,b,"] {
            assert_eq!(list(given).collect::<Vec<_>>(), ["a", "b"], "{given:?}");
        }
        assert_eq!(list(" , ,").count(), 0);
    }
}
