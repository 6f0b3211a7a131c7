//! Settings that are secrets, or that may contain one. Each can be read from a file.

use std::{
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::DirBuilderExt,
    path::Path,
};

use latchkey_engine::{Location, SealingKey};
use latchkey_model::redacted::Password;
use zeroize::Zeroizing;

use super::{
    command_line_options::CommandLineOptions,
    environment::{Environment, is_blank},
    error::{DEFAULT_FOLDER, SettingError},
    parse::parse_optional,
};

const DEFAULT_DATABASE: &str = "sqlite://./data/latchkey.db";

/// The first administrator, for a start without the set-up page.
pub(crate) struct FirstAdministrator {
    pub(crate) organization: String,
    pub(crate) email: String,
    pub(crate) password: Password,
}

/// The variables that can be read from a file, by the suffix `_FILE`.
pub(super) const FILE_VARIABLES: [&str; 4] =
    ["LATCHKEY_DATABASE", "LATCHKEY_SEALING_KEY", "LATCHKEY_PREVIOUS_SEALING_KEY", "LATCHKEY_ADMIN_PASSWORD"];

/// The variables that are never blank intentionally. Without them a server would start with an empty database or
/// another sealing key, and all data would seem lost.
const NEVER_BLANK: [&str; 4] =
    ["LATCHKEY_DATABASE", "LATCHKEY_DATABASE_FILE", "LATCHKEY_SEALING_KEY", "LATCHKEY_SEALING_KEY_FILE"];

/// The maximum size of a secret's file, in bytes.
const LARGEST_FILE: u64 = 64 * 1024;

/// Returns the valid URL of the database.
pub(super) fn database(
    option: Option<String>,
    command_line: &CommandLineOptions,
    environment: &Environment,
) -> Result<String, SettingError> {
    const NAME: &str = "LATCHKEY_DATABASE";
    let on_command_line = command_line.contains("database");
    let file = environment.get("LATCHKEY_DATABASE_FILE").filter(|_| !on_command_line);
    let url = match (option, file) {
        (Some(url), _) if is_blank(&url) => {
            return Err(SettingError::Empty(if on_command_line { "--database" } else { NAME }.to_owned()));
        }
        (Some(_), Some(_)) => return Err(SettingError::Twice(NAME)),
        (Some(url), None) => url,
        (None, Some(file)) => read_secret_file(NAME, file)?.to_string(),
        (None, None) => {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(DEFAULT_FOLDER).map_err(SettingError::Folder)?;
            DEFAULT_DATABASE.to_owned()
        }
    };
    check_database(if on_command_line { "--database" } else { NAME }, &url)?;
    Ok(url)
}

/// Refuses a URL that does not name a database.
pub(crate) fn check_database(name: &'static str, url: &str) -> Result<Location, SettingError> {
    Location::parse(url).map_err(|error| SettingError::Database(name, error))
}

/// Refuses a blank variable that is never blank intentionally.
pub(super) fn check_not_blank(
    environment: &Environment,
    command_line: &CommandLineOptions,
) -> Result<(), SettingError> {
    let is_overridden = |name: &str| name.starts_with("LATCHKEY_DATABASE") && command_line.contains("database");
    match NEVER_BLANK.iter().find(|name| environment.is_set_and_blank(name) && !is_overridden(name)) {
        Some(name) => Err(SettingError::Empty((*name).to_owned())),
        None => Ok(()),
    }
}

pub(super) fn sealing_key(name: &'static str, environment: &Environment) -> Result<Option<SealingKey>, SettingError> {
    parse_optional(name, secret(name, environment)?.as_ref().map(|key| key.as_str()))
}

pub(super) fn first_administrator(environment: &Environment) -> Result<Option<FirstAdministrator>, SettingError> {
    let email = environment.get("LATCHKEY_ADMIN_EMAIL").map(|email| email.trim().to_owned());
    match (email, secret("LATCHKEY_ADMIN_PASSWORD", environment)?) {
        (Some(email), Some(password)) => Ok(Some(FirstAdministrator {
            organization: environment.get("LATCHKEY_ORGANIZATION").unwrap_or("Default").trim().to_owned(),
            email,
            password: Password::from(password.to_string()),
        })),
        (None, None) => Ok(None),
        _ => Err(SettingError::HalfAnAdministrator),
    }
}

/// Reads a secret from the variable, or from the file that the variable with the suffix `_FILE` names.
fn secret(name: &'static str, environment: &Environment) -> Result<Option<Zeroizing<String>>, SettingError> {
    match (environment.get(name), environment.get(&format!("{name}_FILE"))) {
        (Some(_), Some(_)) => Err(SettingError::Twice(name)),
        (None, Some(file)) => read_secret_file(name, file).map(Some),
        (value, None) => Ok(value.map(|value| Zeroizing::new(value.to_owned()))),
    }
}

/// Reads a file without the byte order mark and the line break that editors add to a text.
fn read_secret_file(name: &'static str, file: &str) -> Result<Zeroizing<String>, SettingError> {
    let path = Path::new(file);
    let text = read(path).map_err(|error| SettingError::File(name, path.to_owned(), error))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).trim_end_matches(['\r', '\n']);
    if is_blank(text) {
        return Err(SettingError::EmptyFile(name, path.to_owned()));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    File::open(path)?.take(LARGEST_FILE + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST_FILE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too large for a secret"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::command_line_options::CommandLineOption;

    fn command_line(options: &[&str]) -> CommandLineOptions {
        let option =
            |name: &&str| CommandLineOption { name: (*name).to_owned(), variable: String::new(), value: String::new() };
        options.iter().map(option).collect()
    }

    #[test]
    fn a_secret_can_be_read_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        for text in ["correct horse battery", "correct horse battery\n", "\u{feff}correct horse battery\r\n\r\n"] {
            fs::write(&file, text).unwrap();
            let variables = [
                ("LATCHKEY_ADMIN_EMAIL", "ana@example.com"),
                ("LATCHKEY_ADMIN_PASSWORD", ""),
                ("LATCHKEY_ADMIN_PASSWORD_FILE", file.to_str().unwrap()),
                ("LATCHKEY_ORGANIZATION", ""),
            ];
            let administrator = first_administrator(&variables.into_iter().collect()).unwrap().unwrap();
            assert_eq!(administrator.password.expose(), "correct horse battery");
            assert_eq!(administrator.organization, "Default");
        }
    }

    #[test]
    fn a_password_keeps_its_spaces() {
        let variables = [("LATCHKEY_ADMIN_EMAIL", " ana@example.com "), ("LATCHKEY_ADMIN_PASSWORD", " correct horse ")];
        let administrator = first_administrator(&variables.into_iter().collect()).unwrap().unwrap();
        assert_eq!((administrator.password.expose(), &*administrator.email), (" correct horse ", "ana@example.com"));
    }

    #[test]
    fn an_empty_secret_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        for name in FILE_VARIABLES {
            for text in ["", "\n", " \r\n"] {
                fs::write(&file, text).unwrap();
                let refused = read_secret_file(name, file.to_str().unwrap()).unwrap_err().to_string();
                assert_eq!(refused, format!("{name}_FILE: {} is empty", file.display()));
            }
        }
        fs::write(&file, "x".repeat(100_000)).unwrap();
        let refused = read_secret_file("LATCHKEY_SEALING_KEY", file.to_str().unwrap()).unwrap_err().to_string();
        assert!(refused.ends_with("it is too large for a secret"), "{refused}");
    }

    #[test]
    fn a_blank_value_of_an_essential_setting_is_refused_by_name() {
        for name in NEVER_BLANK {
            for value in ["", " ", "\n"] {
                let environment = Environment::from_iter([(name, value)]);
                let refused = check_not_blank(&environment, &command_line(&[])).unwrap_err().to_string();
                assert_eq!(refused, format!("{name} is set and empty; give it a value, or do not set it"));
                let refused = check_not_blank(&environment, &command_line(&["database"])).is_err();
                assert_eq!(refused, !name.starts_with("LATCHKEY_DATABASE"), "{name}: the option says which database");
            }
        }
        for name in ["LATCHKEY_PREVIOUS_SEALING_KEY", "LATCHKEY_PREVIOUS_SEALING_KEY_FILE"] {
            let environment = Environment::from_iter([(name, "")]);
            assert!(check_not_blank(&environment, &command_line(&[])).is_ok());
            assert!(sealing_key("LATCHKEY_PREVIOUS_SEALING_KEY", &environment).unwrap().is_none());
        }
    }

    #[test]
    fn a_database_can_be_given_only_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("url");
        fs::write(&file, "sqlite://x.db\r\n").unwrap();
        let environment = Environment::from_iter([("LATCHKEY_DATABASE_FILE", file.to_str().unwrap())]);
        assert_eq!(database(None, &command_line(&[]), &environment).unwrap(), "sqlite://x.db");
        let other = || Some("sqlite://y.db".to_owned());
        assert!(matches!(
            database(other(), &command_line(&[]), &environment),
            Err(SettingError::Twice("LATCHKEY_DATABASE"))
        ));
        assert_eq!(database(other(), &command_line(&["database"]), &environment).unwrap(), "sqlite://y.db");
        let blank = database(Some(" ".to_owned()), &command_line(&["database"]), &environment).unwrap_err().to_string();
        assert!(blank.starts_with("--database is set and empty"), "{blank}");
        fs::write(&file, "sqlite://x.db?mode=rwc\n").unwrap();
        let line = database(None, &command_line(&[]), &environment).unwrap_err().to_string();
        assert!(line.starts_with("LATCHKEY_DATABASE: sqlite://PATH takes no parameters"), "{line}");
    }

    #[test]
    fn contradicting_settings_are_refused() {
        let twice = Environment::from_iter([("LATCHKEY_SEALING_KEY", "x"), ("LATCHKEY_SEALING_KEY_FILE", "y")]);
        let refused = sealing_key("LATCHKEY_SEALING_KEY", &twice);
        assert!(matches!(refused, Err(SettingError::Twice("LATCHKEY_SEALING_KEY"))));
        for half in [("LATCHKEY_ADMIN_EMAIL", "ana@example.com"), ("LATCHKEY_ADMIN_PASSWORD", "correct horse")] {
            let half = Environment::from_iter([half]);
            assert!(matches!(first_administrator(&half), Err(SettingError::HalfAnAdministrator)));
        }
    }

    #[test]
    fn an_error_names_the_setting_and_never_its_secret() {
        let environment = Environment::from_iter([("LATCHKEY_SEALING_KEY", "hunter2")]);
        let error = sealing_key("LATCHKEY_SEALING_KEY", &environment).err().unwrap().to_string();
        assert!(error.starts_with("LATCHKEY_SEALING_KEY: ") && !error.contains("hunter2"), "{error}");
    }
}
