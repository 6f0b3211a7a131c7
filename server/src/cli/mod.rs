//! The command line: its options, its commands, and the socket on which a running server accepts commands.

mod command_line;
mod commands;
mod control_socket;

pub use self::{command_line::run, commands::CommandError};
