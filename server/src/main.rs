//! The `latchkey` command.

use std::process::ExitCode;

use clap::Parser;
use latchkey_server::command_line::CommandLine;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match CommandLine::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("latchkey: {}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}
