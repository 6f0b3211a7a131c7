//! The environment variables, read once.

use std::{collections::BTreeMap, ffi::OsString};

use super::error::SettingError;

/// The environment variables of the process.
#[derive(Default)]
pub(crate) struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Reads all environment variables.
    ///
    /// # Errors
    /// [`SettingError::NotText`] for a variable of Latchkey or OpenTelemetry that is not UTF-8. It would otherwise
    /// count as not set.
    pub(crate) fn from_process() -> Result<Self, SettingError> {
        Self::read(std::env::vars_os())
    }

    fn read(variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Self, SettingError> {
        let named = variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let read = named.filter_map(|(name, value)| match value.into_string() {
            Ok(value) => Some(Ok((name, value))),
            Err(_) if name.starts_with("LATCHKEY_") || name.starts_with("OTEL_") => {
                Some(Err(SettingError::NotText(name)))
            }
            // A variable of another program.
            Err(_) => None,
        });
        read.collect::<Result<_, _>>().map(Self)
    }

    /// Returns the value of a variable. A blank one counts as not set.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !is_blank(value))
    }

    /// Returns whether a variable is set and blank.
    pub(crate) fn is_set_and_blank(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| is_blank(value))
    }

    /// Returns the variables that are set and not blank.
    pub(crate) fn set(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(_, value)| !is_blank(value))
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Environment {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

/// Returns whether a value is empty or only white space, which counts as not set.
pub(crate) fn is_blank(value: &str) -> bool {
    value.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn a_blank_variable_is_not_set() {
        let environment = Environment::from_iter([("LATCHKEY_A", ""), ("LATCHKEY_B", " \t"), ("LATCHKEY_C", " c ")]);
        assert_eq!((environment.get("LATCHKEY_A"), environment.get("LATCHKEY_B")), (None, None));
        assert!(environment.is_set_and_blank("LATCHKEY_A") && environment.is_set_and_blank("LATCHKEY_B"));
        assert!(!environment.is_set_and_blank("LATCHKEY_C") && !environment.is_set_and_blank("LATCHKEY_D"));
        assert_eq!(environment.set().collect::<Vec<_>>(), [("LATCHKEY_C", " c ")]);
    }

    #[test]
    fn a_value_that_is_not_utf_8_is_refused_by_name() {
        let pair = |name: &str| (OsString::from(name), OsString::from_vec(vec![0xff, b'h']));
        for name in ["LATCHKEY_SEALING_KEY", "OTEL_SERVICE_NAME"] {
            let refused = Environment::read([pair(name)].into_iter()).err();
            assert!(matches!(refused, Some(SettingError::NotText(refused)) if refused == name));
        }
        assert!(Environment::read([pair("LESSOPEN")].into_iter()).is_ok());
    }
}
