//! The `latchkey` command.

use std::process::ExitCode;

use latchkey_server::cli;

// Each password hash uses 19 MiB for a short time. This allocator returns them to the operating system; others, the
// system's default among them, keep them for later use.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("latchkey: {}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}
