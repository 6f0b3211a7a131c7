//! An address within this site.

use percent_encoding::percent_decode_str;

/// A URL within this site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The path.
    pub path: String,
    /// The query, without its `?`.
    pub query: String,
    /// The fragment, without its `#`; browsers send it to no server.
    pub fragment: String,
}

impl Address {
    /// Returns the URL, starting with the path.
    #[must_use]
    pub fn url(&self) -> String {
        let part = |mark: &str, text: &str| if text.is_empty() { String::new() } else { format!("{mark}{text}") };
        format!("{}{}{}", self.path, part("?", &self.query), part("#", &self.fragment))
    }

    /// Returns the value of the query parameter with this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(key) == name).then(|| decoded(value))
        })
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_decoded() {
        let query = "tab=api-keys&next=%2Fmembers%3Fa%3Db+c&ended".to_owned();
        let address = Address { query, ..Address::default() };
        assert_eq!(address.parameter("tab").as_deref(), Some("api-keys"));
        assert_eq!(address.parameter("next").as_deref(), Some("/members?a=b c"));
        assert_eq!(address.parameter("ended").as_deref(), Some(""));
        assert_eq!(address.parameter("other"), None);
    }
}
