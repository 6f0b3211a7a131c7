use std::{
    io::{self, IsTerminal, Write},
    sync::Arc,
};

use clap::Args;
use latchkey_engine::{
    Engine, OpenError, OsRandom, SystemClock,
    operations::backup::{self, ActiveKeys, AfterRestore, Ended, Tokens},
    signing::{SigningKeysAtOpening, SigningKeysError},
};

use super::{error::CommandError, open_engine::engine_settings, output::print_line};
use crate::settings::Settings;

/// What happens to the keys and tokens that a backup brings back.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct AfterRestoreOptions {
    /// Deactivates every active key, because some may have been deactivated or deleted since the backup.
    #[arg(long, conflicts_with = "keep_active")]
    pub(crate) deactivate_all: bool,
    /// Leaves active keys active.
    #[arg(long)]
    pub(crate) keep_active: bool,
    /// Leaves access tokens, sessions and one-time links valid.
    #[arg(long)]
    pub(crate) keep_tokens: bool,
    /// Drops the backup's signing keys and creates new ones. Use it when the sealing key of the backup is lost.
    #[arg(long, conflicts_with = "keep_tokens")]
    pub(crate) forget_signing_keys: bool,
}

/// Implements `latchkey after-restore`, which revokes what a restored database has revived.
pub(crate) async fn after_restore(mut settings: Settings, options: &AfterRestoreOptions) -> Result<(), CommandError> {
    let decision = options.active_keys_decision()?;
    let listen = settings.listen;
    let settings = engine_settings(&mut settings, listen, None);
    let opened = Engine::open_with(options.signing_keys(), settings, Arc::new(SystemClock), Arc::new(OsRandom)).await;
    let engine = opened.map_err(|error| match error {
        OpenError::SigningKeys(SigningKeysError::WrongSealingKey) => CommandError::OtherSealingKey,
        other => other.into(),
    })?;
    let active_keys = backup::count_active_keys(&engine).await?;
    let what = options.resolve(decision, active_keys)?;
    let ended = backup::after_restore(&engine, what).await;
    engine.close().await;
    print_revoked(what, &ended?, active_keys);
    Ok(())
}

/// Whether the operator still has to decide about active keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ActiveKeysDecision {
    AskOperator,
    Decided(ActiveKeys),
}

impl AfterRestoreOptions {
    /// Returns whether the operator has to be asked about active keys.
    ///
    /// # Errors
    /// [`CommandError::Undecided`] if the operator has to be asked, and standard input is not a terminal.
    pub(super) fn active_keys_decision(&self) -> Result<ActiveKeysDecision, CommandError> {
        match (self.deactivate_all, self.keep_active) {
            (true, _) => Ok(ActiveKeysDecision::Decided(ActiveKeys::Deactivate)),
            (false, true) => Ok(ActiveKeysDecision::Decided(ActiveKeys::Keep)),
            (false, false) if io::stdin().is_terminal() => Ok(ActiveKeysDecision::AskOperator),
            (false, false) => Err(CommandError::Undecided),
        }
    }

    /// Returns what the operator wants; asks, if that is still open.
    pub(super) fn resolve(&self, decision: ActiveKeysDecision, active_keys: u64) -> Result<AfterRestore, CommandError> {
        let active_keys = match decision {
            ActiveKeysDecision::Decided(active_keys) => active_keys,
            ActiveKeysDecision::AskOperator => ask_operator(active_keys)?,
        };
        Ok(AfterRestore { tokens: if self.keep_tokens { Tokens::Keep } else { Tokens::End }, active_keys })
    }

    pub(super) fn signing_keys(&self) -> SigningKeysAtOpening {
        if self.forget_signing_keys { SigningKeysAtOpening::Removed } else { SigningKeysAtOpening::Kept }
    }
}

fn ask_operator(active_keys: u64) -> Result<ActiveKeys, CommandError> {
    print_line(&format!(
        "Active keys in the backup: {active_keys}. They include keys that were deactivated or deleted after the backup \
         was made, a stolen key for example, and those would be accepted again. If you deactivate all of them now, you \
         can activate each one again in the console; until then its calls are refused."
    ));
    let _ = write!(io::stdout(), "Deactivate all active keys? [y/N] ");
    let _ = io::stdout().flush();
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer) {
        // Standard input was closed before an answer came.
        Ok(0) | Err(_) => Err(CommandError::Undecided),
        Ok(_) => match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Ok(ActiveKeys::Deactivate),
            _ => Ok(ActiveKeys::Keep),
        },
    }
}

/// Prints what was revoked, and what people should check.
pub(super) fn print_revoked(what: AfterRestore, ended: &Ended, active_keys: u64) {
    match what.tokens {
        Tokens::End => print_line(&format!(
            "All access tokens are invalid now (OAuth clients: {}). Ended sessions: {}, one-time links: {}. A new \
             signing key is created.",
            ended.clients, ended.sessions, ended.links
        )),
        Tokens::Keep => print_line("Access tokens, sessions and one-time links are unchanged."),
    }
    match what.active_keys {
        ActiveKeys::Deactivate => print_line(&format!("Deactivated keys: {}.", ended.deactivated)),
        ActiveKeys::Keep => print_line(&format!(
            "Active keys, unchanged: {active_keys}. Deactivate those that were deactivated or deleted since the backup."
        )),
    }
    print_line(
        "Members, their roles and passwords are those of the backup. Remove again every member who was removed since.",
    );
    for id in &ended.unreadable {
        print_line(&format!("The key {id} cannot be read; no call with it is accepted."));
    }
    for node in &ended.confirmation.pending {
        print_line(&format!("The node {node} has not confirmed this yet; stop it, or wait until it has."));
    }
}
