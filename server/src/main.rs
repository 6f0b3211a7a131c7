//! The `latchkey` command.

use std::process::ExitCode;

use latchkey_server::cli;

// Each password hash fills 19 MiB for a moment. This allocator gives them back to the operating system; others, the
// system's own among them, keep them for the next time.
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
