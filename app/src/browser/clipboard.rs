//! Copying to the clipboard. The Clipboard API exists only in secure contexts (HTTPS or localhost); over plain HTTP on a LAN
//! the text is selected on the page and copied by `execCommand`.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlDocument, HtmlInputElement};
use zeroize::Zeroizing;

/// Copies the value of `field`. Returns whether it worked; if not, the text is left selected.
pub async fn copy_field(field: HtmlInputElement) -> bool {
    if write(&Zeroizing::new(field.value())).await {
        return true;
    }
    // Cannot fail for an element that is in the page.
    let _ = field.focus();
    field.select();
    copy_selection()
}

/// Copies the text of `block`. Returns whether it worked; if not, the text is left selected.
pub async fn copy_block(block: Element) -> bool {
    if write(&block.text_content().unwrap_or_default()).await {
        return true;
    }
    let selection = super::window().get_selection().ok().flatten();
    selection.is_some_and(|selection| selection.select_all_children(&block).is_ok()) && copy_selection()
}

async fn write(text: &str) -> bool {
    let clipboard = super::window().navigator().clipboard();
    clipboard.is_object() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

fn copy_selection() -> bool {
    let document = super::document().dyn_into::<HtmlDocument>();
    document.is_ok_and(|document| document.exec_command("copy").unwrap_or(false))
}
