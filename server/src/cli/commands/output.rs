use std::io::{self, Write};

use latchkey_model::member::OneTimeLink;

use crate::cli::control_socket::ControlReply;

/// Prints a line for the operator. Ignores a closed standard output.
pub(super) fn print_line(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints the link that a command has created, in this process or in a server.
pub(super) fn print_reply(reply: &ControlReply, introduction: &str) {
    if let ControlReply::Link(link) = reply {
        print_line(&format!("{introduction} {link}"));
    }
}

pub(super) fn print_link(introduction: &str, link: &OneTimeLink) {
    print_line(&format!("{introduction} {}", link.link.expose()));
}
