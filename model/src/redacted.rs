//! Texts that must never be in a log: `Debug` prints only the name of the type, and the memory is wiped on drop.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

macro_rules! redacted {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        #[derive(Clone, Default, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Returns the text. There is no other way to read it, so that every use can be found.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

redacted! {
    /// A password, as typed.
    Password
}

redacted! {
    /// The secret of an access key.
    Secret
}

redacted! {
    /// The token of a one-time link: set-up, invitation or recovery.
    LinkToken
}

redacted! {
    /// The token of a session cookie.
    SessionToken
}

redacted! {
    /// The token by which an account recognizes a browser that has signed in.
    DeviceToken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_the_type_only() {
        assert_eq!(format!("{:?}", Password::from("hunter2-hunter2".to_owned())), "Password(…)");
        assert_eq!(format!("{:?}", Secret::from("lk_secret".to_owned())), "Secret(…)");
    }
}
