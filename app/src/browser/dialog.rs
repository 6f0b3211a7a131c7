//! The native `<dialog>`.

use web_sys::HtmlDialogElement;

/// Opens `dialog` above everything else; the rest of the page can be neither used nor focused.
pub fn open(dialog: &HtmlDialogElement) {
    if !dialog.open() && dialog.is_connected() {
        // Fails only for a dialog that is already open or not in the page.
        let _ = dialog.show_modal();
    }
}

/// Closes `dialog`. The browser returns the focus to the element that had it before.
pub fn close(dialog: &HtmlDialogElement) {
    dialog.close();
}
