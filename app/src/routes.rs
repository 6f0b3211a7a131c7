//! The pages and their paths.

use crate::navigation::Location;

/// The path of the main page, to which `/` redirects.
pub const HOME: &str = "/access-keys";

/// The path of each page.
pub const PATHS: [(&str, Page); 7] = [
    ("/set-up", Page::SetUp),
    ("/sign-in", Page::SignIn),
    ("/accept-invitation", Page::AcceptInvitation),
    ("/reset-password", Page::ResetPassword),
    (HOME, Page::Console(ConsolePage::AccessKeys)),
    ("/members", Page::Console(ConsolePage::Members)),
    ("/account", Page::Console(ConsolePage::Account)),
];

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the page of that name")]
pub enum Page {
    SetUp,
    SignIn,
    AcceptInvitation,
    ResetPassword,
    /// A page that needs a session, in the frame that all of these share.
    Console(ConsolePage),
    NotFound,
}

/// A page that needs a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the page of that name")]
pub enum ConsolePage {
    AccessKeys,
    Members,
    Account,
}

impl Page {
    /// Returns the page at a location.
    #[must_use]
    pub fn at(location: Location) -> Self {
        PATHS.iter().find(|(path, _)| location.is_at(path)).map_or(Self::NotFound, |(_, page)| *page)
    }

    /// Returns the title of the window that shows the page.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::SetUp => "Set up Latchkey · Latchkey",
            Self::SignIn => "Sign in · Latchkey",
            Self::AcceptInvitation => "Join an organization · Latchkey",
            Self::ResetPassword => "Choose a new password · Latchkey",
            Self::Console(ConsolePage::AccessKeys) => "Access Keys · Latchkey",
            Self::Console(ConsolePage::Members) => "Members · Latchkey",
            Self::Console(ConsolePage::Account) => "Account · Latchkey",
            Self::NotFound => "Page not found · Latchkey",
        }
    }

    /// Whether the page needs a one-time link, whose token is the URL's fragment.
    #[must_use]
    pub const fn needs_link(self) -> bool {
        matches!(self, Self::SetUp | Self::AcceptInvitation | Self::ResetPassword)
    }
}
