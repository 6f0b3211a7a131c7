use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{InvalidScope, ScopeName};

/// The maximum number of scopes of a key: they are in each of its tokens, and in a header of each verified call.
pub const MOST_SCOPES: usize = 50;

/// A set of scopes. As text, the sorted names separated by spaces (RFC 6749 §3.3); in JSON, an array of names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "BTreeSet<ScopeName>", into = "BTreeSet<ScopeName>")]
pub struct Scopes(BTreeSet<ScopeName>);

impl Scopes {
    /// Returns whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether the set contains a scope.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|scope| scope.as_str() == name)
    }

    /// Returns whether the set contains every scope of `others`.
    #[must_use]
    pub fn contain_all(&self, others: &Self) -> bool {
        others.0.is_subset(&self.0)
    }

    /// Returns the scopes that are in both sets.
    #[must_use]
    pub fn intersection(&self, others: &Self) -> Self {
        Self(self.0.intersection(&others.0).cloned().collect())
    }

    /// Returns the scopes that are not in `others`.
    #[must_use]
    pub fn difference(&self, others: &Self) -> Self {
        Self(self.0.difference(&others.0).cloned().collect())
    }

    /// Returns the names, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &ScopeName> {
        self.0.iter()
    }
}

impl TryFrom<BTreeSet<ScopeName>> for Scopes {
    type Error = InvalidScope;

    fn try_from(names: BTreeSet<ScopeName>) -> Result<Self, InvalidScope> {
        if names.len() > MOST_SCOPES { Err(InvalidScope::TooMany) } else { Ok(Self(names)) }
    }
}

impl From<Scopes> for BTreeSet<ScopeName> {
    fn from(scopes: Scopes) -> Self {
        scopes.0
    }
}

impl FromStr for Scopes {
    type Err = InvalidScope;

    /// Parses names separated by spaces. Order, repetition and additional spaces do not matter.
    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let names = text.split(' ').filter(|name| !name.is_empty()).map(ScopeName::from_str);
        names.collect::<Result<BTreeSet<_>, _>>()?.try_into()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(name.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_written_sorted_and_without_repeats() {
        let scopes: Scopes = " b  a b ".parse().unwrap();
        assert_eq!(scopes.to_string(), "a b");
        assert_eq!(scopes.to_string().parse::<Scopes>().unwrap(), scopes);
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#"["a","b"]"#);
        assert_eq!("".parse::<Scopes>().unwrap().to_string(), "");
        assert!("a \"".parse::<Scopes>().is_err());
        let many: Vec<_> = (0..51).map(|number| number.to_string()).collect();
        assert_eq!(many.join(" ").parse::<Scopes>(), Err(InvalidScope::TooMany));
    }

    #[test]
    fn sets_are_compared_and_intersected() {
        let read = |text: &str| text.parse::<Scopes>().unwrap();
        assert!(read("a b c").contain_all(&read("c a")));
        assert!(read("a").contain_all(&read("")));
        assert!(!read("a").contain_all(&read("a b")));
        assert_eq!(read("a b").intersection(&read("b c")), read("b"));
        assert_eq!(read("a b").difference(&read("b c")), read("a"));
    }
}
