//! The command line.

use std::path::{Path, PathBuf};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};

use latchkey_credentials::signing::Rotation;

use super::commands::{self, AfterRestoreOptions, CommandError};
use crate::{
    observability::{logging, traces::Traces},
    settings::{
        CommandLineOptions, Environment, LogFormat, Options, SettingError, SettingNotice, Settings, check_database,
        environment_notices,
    },
};

/// Self-hosted access keys for any API.
///
/// Every option can be set by the environment variable that stands beside it. Secrets come by the environment
/// alone, or from a file that the variable with `_FILE` at its end names: `LATCHKEY_SEALING_KEY` (32 bytes in base64),
/// `LATCHKEY_PREVIOUS_SEALING_KEY` (the one that it replaces) and, for a first start without the set-up page, `LATCHKEY_ADMIN_EMAIL`, `LATCHKEY_ADMIN_PASSWORD` and
/// `LATCHKEY_ORGANIZATION`. `LATCHKEY_LOG` sets what is logged (info). `OTEL_EXPORTER_OTLP_ENDPOINT` has `serve` export traces.
#[derive(Parser)]
#[command(name = "latchkey", version, arg_required_else_help = true, verbatim_doc_comment)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the console and the API.
    Serve,
    /// Organizations.
    #[command(subcommand)]
    Organization(OrganizationCommand),
    /// Prints a one-time link by which a member chooses a new password.
    ResetPassword {
        /// The member's e-mail address.
        email: String,
    },
    /// Makes the next signing key, which signs ten minutes later. The key before stays published until its last token
    /// has ended.
    RotateSigningKeys {
        /// Signs with the new key at once and forgets all earlier ones: every access token ends.
        #[arg(long)]
        ending_all_tokens: bool,
    },
    /// Copies the SQLite database into a new file, served or not. The sealing key is not in it.
    Backup {
        /// The file; it must not be there yet.
        file: PathBuf,
    },
    /// Restores the SQLite database from a backup, and ends in it what may have been ended since: all access tokens, sessions
    /// and one-time links. The server must be stopped.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Replaces the database that is there, and keeps it beside as NAME.before-restore.
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        after: AfterRestoreOptions,
    },
    /// Ends in the configured database what may have been ended since the backup that it was restored from: for PostgreSQL,
    /// after `pg_restore`.
    AfterRestore {
        #[command(flatten)]
        after: AfterRestoreOptions,
    },
    /// Moves an installation to another, empty database, and compares every table. Neither may be served.
    MigrateDatabase {
        /// `sqlite://PATH` or `postgres://…`. [default: the configured database]
        #[arg(long, value_name = "URL", required_unless_present = "to")]
        from: Option<String>,
        /// `sqlite://PATH` or `postgres://…`. [default: the configured database]
        #[arg(long, value_name = "URL", required_unless_present = "from")]
        to: Option<String>,
    },
}

#[derive(Subcommand)]
enum OrganizationCommand {
    /// Prints a one-time link that creates another organization and its administrator.
    Create,
}

impl Command {
    /// The command's name, and the options that it reads.
    fn options_read(&self) -> (&'static str, &'static [&'static str]) {
        const LINK: &[&str] = &["database", "public-url", "listen", "log-format"];
        const KEYS: &[&str] = &["database", "signing-algorithm", "signing-key-days", "log-format"];
        const FILE: &[&str] = &["database", "log-format"];
        match self {
            // All of them.
            Self::Serve => ("serve", &[]),
            Self::Organization(OrganizationCommand::Create) => ("organization create", LINK),
            Self::ResetPassword { .. } => ("reset-password", LINK),
            Self::RotateSigningKeys { .. } => ("rotate-signing-keys", KEYS),
            Self::Backup { .. } => ("backup", FILE),
            Self::Restore { .. } => ("restore", KEYS),
            Self::AfterRestore { .. } => ("after-restore", KEYS),
            Self::MigrateDatabase { from: Some(_), to: Some(_) } => ("migrate-database --from --to", &["log-format"]),
            Self::MigrateDatabase { .. } => ("migrate-database", FILE),
        }
    }

    /// The options on the command line that the command does not read.
    fn unused_options(&self, command_line: &CommandLineOptions) -> Vec<SettingNotice> {
        let (command, read) = self.options_read();
        if matches!(self, Self::Serve) {
            return Vec::new();
        }
        let unread = command_line.iter().filter(|option| !option.is_blank() && !read.contains(&option.name.as_str()));
        unread.map(|option| SettingNotice::NotOfCommand { option: option.name.clone(), command }).collect()
    }
}

/// Runs the command of the process's arguments; `serve` until it is told to stop.
///
/// # Errors
/// [`CommandError`]: its text is one line for the operator.
pub async fn run() -> Result<(), CommandError> {
    let arguments = match CommandLine::command().try_get_matches() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Of a variable that is no text, clap does not say the name.
            if error.kind() == ErrorKind::InvalidUtf8 {
                Environment::from_process()?;
            }
            error.exit()
        }
    };
    let command_line = CommandLine::from_arg_matches(&arguments).unwrap_or_else(|error| error.exit());
    let options = CommandLineOptions::from_matches(&CommandLine::command(), &arguments);
    command_line.run(&options, &Environment::from_process()?).await
}

impl CommandLine {
    async fn run(
        self,
        command_line_options: &CommandLineOptions,
        environment: &Environment,
    ) -> Result<(), CommandError> {
        let mut notices = environment_notices(environment, command_line_options);
        notices.extend(self.command.unused_options(command_line_options));
        let level = logging::filter(environment)?;
        if let Command::MigrateDatabase { from: Some(from), to: Some(to) } = &self.command {
            // It needs no other setting, and no folder for a database by default.
            logging::init(LogFormat::Text, level, None);
            print_notices(&notices);
            return migrate_database(from, to).await;
        }
        let mut settings = Settings::read(self.options, command_line_options, environment)?;
        if let Command::Serve = self.command {
            let traces = settings.traces.as_ref().map(Traces::start).transpose()?;
            logging::init(settings.log_format, level, traces.as_ref());
            notices.append(&mut settings.unused);
            print_notices(&notices);
            return commands::serve(settings, traces).await;
        }
        logging::init(settings.log_format, level, None);
        print_notices(&notices);
        match self.command {
            Command::Serve => Ok(()),
            Command::Organization(OrganizationCommand::Create) => commands::create_organization(settings).await,
            Command::ResetPassword { email } => commands::reset_password(settings, email).await,
            Command::RotateSigningKeys { ending_all_tokens: false } => {
                commands::rotate_signing_keys(settings, Rotation::Planned).await
            }
            Command::RotateSigningKeys { ending_all_tokens: true } => {
                commands::rotate_signing_keys(settings, Rotation::EndingAllTokens).await
            }
            Command::Backup { file } => commands::backup(&settings, backup_path(&file)?).await,
            Command::Restore { file, replace, after } => {
                commands::restore(settings, backup_path(&file)?, replace, &after).await
            }
            Command::AfterRestore { after } => commands::after_restore(settings, &after).await,
            Command::MigrateDatabase { from, to } => {
                migrate_database(from.as_ref().unwrap_or(&settings.database), to.as_ref().unwrap_or(&settings.database))
                    .await
            }
        }
    }
}

async fn migrate_database(from: &str, to: &str) -> Result<(), CommandError> {
    check_database("--from", from)?;
    check_database("--to", to)?;
    commands::migrate_database(from, to).await
}

/// Refuses a URL where the path of a backup is to be: it would be taken for a path.
fn backup_path(file: &Path) -> Result<&Path, SettingError> {
    let text = file.to_string_lossy();
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
    let is_url = text.contains("://") || ["sqlite", "sqlite3", "file", "postgres", "postgresql"].contains(&&*scheme);
    if is_url { Err(SettingError::FileUrl) } else { Ok(file) }
}

fn print_notices(notices: &[SettingNotice]) {
    for notice in notices {
        tracing::warn!("{notice}");
    }
}
