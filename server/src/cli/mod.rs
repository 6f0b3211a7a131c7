//! The command line: its options, its commands, and the socket by which commands reach a running server.

mod command_line;
mod commands;
mod control_socket;

pub use self::{command_line::run, commands::CommandError};
