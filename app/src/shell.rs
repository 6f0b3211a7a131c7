//! The HTML document around the console.

use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::routes::App;

/// Where the console's files are served. Their names hold a hash of their content, so only the server knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFiles {
    /// The path of the JavaScript module, such as `/pkg/latchkey.AbC.js`.
    pub javascript: String,
    /// The path of the WebAssembly module.
    pub wasm: String,
    /// The path of the stylesheet.
    pub stylesheet: String,
}

/// Applies the colours chosen earlier before anything is painted. Storage may be forbidden; the page then follows
/// the system.
pub const APPLY_THEME: &str = r#"try{const t=localStorage.getItem("theme");if(t==="light"||t==="dark")document.documentElement.setAttribute("data-theme",t)}catch{}"#;

/// The document. Its scripts carry the nonce of the response, and nothing in it carries a style.
#[must_use]
pub fn shell(files: SiteFiles) -> impl IntoView {
    let SiteFiles { javascript, wasm, stylesheet } = files;
    let start =
        format!("import start,{{hydrate}} from {javascript:?};await start({{module_or_path:{wasm:?}}});hydrate();");
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <script nonce=use_nonce()>{APPLY_THEME}</script>
                <link rel="stylesheet" href=stylesheet />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <link rel="modulepreload" href=javascript />
                <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
                <script type="module" nonce=use_nonce()>{start}</script>
                {use_context::<LeptosOptions>().map(|options| view! { <AutoReload options=options /> })}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
