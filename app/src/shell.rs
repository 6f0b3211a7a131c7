//! The HTML document around the console.
//!
//! The server renders what is visible before the program has started: forms that cannot be sent yet, and skeletons. The document
//! holds no data. `crate::browser::start` replaces the rendering by the running console.

use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};

use crate::{
    app::App,
    browser::start::CONTAINER,
    components::start_note::{NoScriptNote, StartNote},
    navigation::Location,
    routes::Page,
};

/// The paths of the console's files. Their names contain a hash of their content, so only the server knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFiles {
    /// The path of the JavaScript module, such as `/pkg/latchkey.AbC.js`.
    pub javascript: String,
    /// The path of the WebAssembly module.
    pub wasm: String,
    /// The path of the stylesheet.
    pub stylesheet: String,
}

/// Applies the theme that was chosen earlier before anything is painted. If storage is forbidden, the page follows the system.
pub const APPLY_THEME: &str = r#"try{const t=localStorage.getItem("theme");if(t==="light"||t==="dark")document.documentElement.setAttribute("data-theme",t)}catch{}"#;

/// Says why the console does not start, and whether the page was opened at another origin than that of the public URL.
const WATCH: &str = include_str!("shell/watch.js");

/// Starts the console.
const START: &str = include_str!("shell/start.js");

/// Returns the document of the page at the address in the context. Its scripts have the nonce of the response, and no element has
/// an inline style. `public_origin` is the origin of the public URL, if the operator has set one.
#[must_use]
pub fn shell(files: SiteFiles, public_origin: Option<String>) -> impl IntoView {
    let SiteFiles { javascript, wasm, stylesheet } = files;
    let page = Page::at(Location::follow());
    let start = format!("const javascript={javascript:?},wasm={wasm:?};{}", without_comments(START));
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
                <title>{page.title()}</title>
            </head>
            <body>
                <script nonce=use_nonce() data-public-origin=public_origin>{without_comments(WATCH)}</script>
                <div id=CONTAINER data-rendered="server">
                    <App />
                    <StartNote page=page />
                </div>
                <noscript><NoScriptNote /></noscript>
            </body>
        </html>
    }
}

/// Returns a script without comment lines, empty lines and indentation.
fn without_comments(script: &str) -> String {
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_sent_without_comments() {
        assert_eq!(without_comments("// Why.\nlet a = 1;\n\n  // How.\n  a();\n"), "let a = 1;\na();");
    }

    #[test]
    fn no_script_closes_its_own_element() {
        for script in [APPLY_THEME, WATCH, START] {
            assert!(!script.contains("</") && !script.contains("<!--"), "{script}");
        }
    }
}
