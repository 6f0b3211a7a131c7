use std::io::{self, Write};

use latchkey_model::member::OneTimeLink;

use crate::cli::control_socket::Reply;

/// Prints a line for the operator. Whoever has closed standard output does not want it.
pub(super) fn tell(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints the link that a command has made, by this process or by a server.
pub(super) fn print_reply(reply: &Reply, introduction: &str) {
    if let Reply::Link(link) = reply {
        tell(&format!("{introduction} {link}"));
    }
}

pub(super) fn tell_link(introduction: &str, link: &OneTimeLink) {
    tell(&format!("{introduction} {}", link.link.expose()));
}
