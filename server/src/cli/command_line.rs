//! Parses the command line and runs the command.

use std::path::{Path, PathBuf};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};

use latchkey_engine::signing::Rotation;

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
/// Each option can also be set by the environment variable that is listed with it. Secrets are read from the
/// environment only, or from a file that the variable with the suffix `_FILE` names: `LATCHKEY_SEALING_KEY` (32 bytes
/// in base64), `LATCHKEY_PREVIOUS_SEALING_KEY` (the key that it replaces) and, to create the first administrator
/// without the set-up page, `LATCHKEY_ADMIN_EMAIL`, `LATCHKEY_ADMIN_PASSWORD` and `LATCHKEY_ORGANIZATION`.
/// `LATCHKEY_LOG` sets the log level (default: info). With `OTEL_EXPORTER_OTLP_ENDPOINT` set, `serve` exports traces.
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
    /// Manages organizations.
    #[command(subcommand)]
    Organization(OrganizationCommand),
    /// Prints a one-time link to choose a new password.
    ResetPassword {
        /// The member's e-mail address.
        email: String,
    },
    /// Creates the next signing key, which starts to sign after ten minutes. The current key stays published until the
    /// last token that it signed has expired.
    RotateSigningKeys {
        /// Signs with the new key at once and drops all earlier keys, so that every access token becomes invalid.
        #[arg(long)]
        ending_all_tokens: bool,
    },
    /// Copies the SQLite database into a new file, whether or not a server is running. The sealing key is not included.
    Backup {
        /// The file to create; it must not exist yet.
        file: PathBuf,
    },
    /// Restores the SQLite database from a backup, and revokes what may have been revoked since then: all access
    /// tokens, sessions and one-time links. The server must be stopped.
    Restore {
        /// The backup file.
        file: PathBuf,
        /// Replaces the existing database, and keeps it next to the new one as NAME.before-restore.
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        after: AfterRestoreOptions,
    },
    /// Revokes, in the configured database, what may have been revoked since its backup was made. Run it after
    /// `pg_restore` of a PostgreSQL database.
    AfterRestore {
        #[command(flatten)]
        after: AfterRestoreOptions,
    },
    /// Copies an installation into another, empty database, and compares every table. Stop every server that uses
    /// either database first.
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
    /// Returns the command's name, and the options that it reads.
    fn options_read(&self) -> (&'static str, &'static [&'static str]) {
        const LINK: &[&str] = &["database", "public-url", "listen", "log-format"];
        const KEYS: &[&str] = &["database", "signing-algorithm", "signing-key-days", "log-format"];
        const FILE: &[&str] = &["database", "log-format"];
        match self {
            // An empty list means all options.
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

    /// Returns a notice for each option on the command line that the command does not read.
    fn unused_options(&self, command_line: &CommandLineOptions) -> Vec<SettingNotice> {
        let (command, read) = self.options_read();
        if matches!(self, Self::Serve) {
            return Vec::new();
        }
        let unread = command_line.iter().filter(|option| !option.is_blank() && !read.contains(&option.name.as_str()));
        unread.map(|option| SettingNotice::NotOfCommand { option: option.name.clone(), command }).collect()
    }
}

/// Runs the command that the process's arguments name; `serve` runs until a signal stops it.
///
/// # Errors
/// [`CommandError`]; its text is one line for the operator.
pub async fn run() -> Result<(), CommandError> {
    let arguments = match CommandLine::command().try_get_matches() {
        Ok(arguments) => arguments,
        Err(error) => {
            // For a variable that is not UTF-8, clap's error does not name the variable.
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
            // This command needs no other setting, and must not create the folder of the default database.
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

/// Refuses a URL where the path of a backup is expected: it would be used as a path.
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
