//! All icons: strokes on a grid of 24, in the colour of the text around them.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each shows what its name says")]
pub enum Glyph {
    Account,
    Bin,
    Book,
    Check,
    Clock,
    Close,
    Copy,
    Dots,
    Download,
    History,
    Key,
    Link,
    Menu,
    Moon,
    Pause,
    Pencil,
    People,
    Plus,
    Restore,
    Screen,
    Search,
    SignOut,
    Sun,
    Triangle,
    Unfold,
    Warning,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Account => "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM4.5 20.5c.8-4 3.6-6 7.5-6s6.7 2 7.5 6",
            Self::Bin => "M4 6.5h16M9 6.5V4h6v2.5M6 6.5 7 20h10l1-13.5M10 10.5v6M14 10.5v6",
            Self::Book => "M8 14h11V4H8a3 3 0 0 0-3 3v10a3 3 0 0 0 3 3h11M5 17a3 3 0 0 1 3-3",
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::Clock => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM12 7v5.2l3.3 2",
            Self::Close => "m6 6 12 12M18 6 6 18",
            Self::Copy => "M9 9h11v11H9zM15 9V4H4v11h5",
            Self::Dots => "M5.5 12h.01M12 12h.01M18.5 12h.01",
            Self::Download => "M12 4v11.5M7 11l5 5 5-5M4.5 20h15",
            Self::History => "M3.5 12a8.5 8.5 0 1 0 2.8-6.3L3.5 8M3.5 3.5V8H8M12 7.5V12l3 2",
            Self::Key => "M12.5 8a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0ZM11.3 11.3 20 20M16 16l2.5-2.5",
            Self::Link => {
                "M10 14a4 4 0 0 0 5.7 0l3.3-3.3a4 4 0 1 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0L5 13.3A4 4 0 1 0 10.7 19l1.3-1.3"
            }
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Moon => "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
            Self::Pause => "M9 6v12M15 6v12",
            Self::Pencil => "M4 20h4L19.5 8.5l-4-4L4 16v4ZM13 7l4 4",
            Self::People => {
                "M12.5 8a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0ZM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.7a3.5 3.5 0 0 1 0 6.6M18.5 14.6c1.8.8 2.8 2.6 3 5.4"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Restore => "M4 9.5h10a5.5 5.5 0 0 1 0 11H8M8 5.5l-4 4 4 4",
            Self::Screen => "M3.5 5h17v11h-17zM8.5 20h7M12 16v4",
            Self::Search => "M17.5 11a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0ZM15.8 15.8 20 20",
            Self::SignOut => "M14 4H5v16h9M10 12h10M16.5 8.5 20 12l-3.5 3.5",
            Self::Sun => {
                "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"
            }
            Self::Triangle => "m9.5 6 6 6-6 6",
            Self::Unfold => "m7 9.5 5 5 5-5",
            Self::Warning => "M12 4 2.8 20h18.4L12 4ZM12 10v4.5M12 17.3v.01",
        }
    }
}

/// An icon beside a text with the same meaning.
#[component]
pub fn Icon(
    /// What it shows.
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=glyph.path() />
        </svg>
    }
    .into_any()
}
