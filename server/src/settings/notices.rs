//! Notices about settings that have no effect, because they are unknown or unused. Each is one line in the log, and no
//! notice repeats a value.

use std::fmt;

use super::{
    command_line_options::CommandLineOptions, environment::Environment, options::variables_of_options,
    secrets::FILE_VARIABLES,
};

/// The variables that have no option.
const ENVIRONMENT_ONLY: [&str; 6] = [
    "LATCHKEY_LOG",
    "LATCHKEY_SEALING_KEY",
    "LATCHKEY_PREVIOUS_SEALING_KEY",
    "LATCHKEY_ADMIN_EMAIL",
    "LATCHKEY_ADMIN_PASSWORD",
    "LATCHKEY_ORGANIZATION",
];

/// The variables of this repository's scripts and tests. They may be set where `latchkey` is run manually.
const SCRIPT_VARIABLES: [&str; 6] = [
    "LATCHKEY_BINARY",
    "LATCHKEY_PICTURES",
    "LATCHKEY_SITE",
    "LATCHKEY_TEST_FAIL_ON_SKIP",
    "LATCHKEY_TEST_POSTGRES",
    "LATCHKEY_TOOLS",
];

/// Names that people try, and that differ too much from the right one to be found by edit distance.
const COMMON_MISTAKES: [(&str, &str); 9] = [
    ("LATCHKEY_PORT", "LATCHKEY_LISTEN"),
    ("LATCHKEY_HOST", "LATCHKEY_LISTEN"),
    ("LATCHKEY_BIND", "LATCHKEY_LISTEN"),
    ("LATCHKEY_ADDRESS", "LATCHKEY_LISTEN"),
    ("LATCHKEY_URL", "LATCHKEY_PUBLIC_URL"),
    ("LATCHKEY_BASE_URL", "LATCHKEY_PUBLIC_URL"),
    ("LATCHKEY_ISSUER", "LATCHKEY_PUBLIC_URL"),
    ("LATCHKEY_DB", "LATCHKEY_DATABASE"),
    ("LATCHKEY_DATABASE_URL", "LATCHKEY_DATABASE"),
];

/// The largest edit distance between a name and the setting that was meant.
const MAX_EDIT_DISTANCE: usize = 3;

/// A notice about a setting that has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SettingNotice {
    /// There is no setting of this name.
    Unknown { variable: String, meant: Option<String> },
    /// The setting cannot be read from a file.
    TakesNoFile { variable: String },
    /// An option on the command line overrides the variable.
    Overridden { variable: String, option: String },
    /// The command does not read the option.
    NotOfCommand { option: String, command: &'static str },
    /// The setting is not used, for the given reason.
    NotUsed { setting: String, because: &'static str },
}

impl SettingNotice {
    pub(crate) fn not_used(setting: &str, because: &'static str) -> Self {
        Self::NotUsed { setting: setting.to_owned(), because }
    }
}

impl fmt::Display for SettingNotice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { variable, meant: Some(meant) } => {
                write!(formatter, "{} is not a setting of latchkey; did you mean {meant}?", printable(variable))
            }
            Self::Unknown { variable, meant: None } => {
                write!(formatter, "{} is not a setting of latchkey", printable(variable))
            }
            Self::TakesNoFile { variable } => {
                let setting = variable.trim_end_matches("_FILE");
                write!(
                    formatter,
                    "{} is not used: {setting} cannot be read from a file; set it directly",
                    printable(variable)
                )
            }
            Self::Overridden { variable, option } => write!(formatter, "{variable} is not used: --{option} was given"),
            Self::NotOfCommand { option, command } => write!(formatter, "--{option} is not used by {command}"),
            Self::NotUsed { setting, because } => write!(formatter, "{setting} is not used: {because}"),
        }
    }
}

/// Returns a variable's name, shortened and on one line.
fn printable(name: &str) -> String {
    let name: String = name.chars().take(100).collect();
    name.escape_debug().to_string()
}

/// Returns the names of all variables that are settings.
pub(crate) fn known_variables() -> Vec<String> {
    let files = FILE_VARIABLES.iter().map(|name| format!("{name}_FILE"));
    let mut names: Vec<String> = variables_of_options();
    names.extend(ENVIRONMENT_ONLY.iter().map(|name| (*name).to_owned()).chain(files));
    names
}

/// Returns notices about variables that are not settings, and about those that an option overrides.
pub(crate) fn environment_notices(environment: &Environment, command_line: &CommandLineOptions) -> Vec<SettingNotice> {
    let known = known_variables();
    environment.set().filter_map(|(name, value)| notice(name, value, &known, command_line)).collect()
}

fn notice(name: &str, value: &str, known: &[String], command_line: &CommandLineOptions) -> Option<SettingNotice> {
    if known.iter().any(|known| known == name) {
        let variable = name.trim_end_matches("_FILE");
        let option = command_line.by_variable(variable).filter(|option| option.value != value)?;
        return Some(SettingNotice::Overridden { variable: name.to_owned(), option: option.name.clone() });
    }
    if SCRIPT_VARIABLES.contains(&name) || is_kubernetes_variable(name, value) {
        return None;
    }
    let variable = name.to_owned();
    let is_ours = name.to_ascii_uppercase().starts_with("LATCHKEY_");
    if is_ours && known.iter().any(|known| name.strip_suffix("_FILE") == Some(known)) {
        return Some(SettingNotice::TakesNoFile { variable });
    }
    let meant = meant(name, known);
    (is_ours || meant.is_some()).then_some(SettingNotice::Unknown { variable, meant })
}

/// Returns whether Kubernetes has set a variable. In every container it sets variables for each service, and those of a
/// service named `latchkey` or `latchkey-…` look like settings (`LATCHKEY_SERVICE_HOST`, `LATCHKEY_PORT`,
/// `LATCHKEY_PORT_3000_TCP_ADDR`).
fn is_kubernetes_variable(name: &str, value: &str) -> bool {
    let Some(name) = name.strip_prefix("LATCHKEY_") else { return false };
    let name = format!("_{name}");
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|digit| digit.is_ascii_digit());
    if name.ends_with("_SERVICE_HOST") {
        return true;
    }
    if name.ends_with("_SERVICE_PORT") || name.contains("_SERVICE_PORT_") {
        return is_number(value);
    }
    if name.ends_with("_PORT") && value.contains("://") {
        return true;
    }
    let Some((_, port)) = name.rsplit_once("_PORT_").filter(|(_, port)| port.contains('_')) else {
        return false;
    };
    let mut parts = port.split('_');
    parts.next().is_some_and(is_number)
        && matches!(parts.next(), Some("TCP" | "UDP" | "SCTP"))
        && matches!(parts.next(), None | Some("ADDR" | "PORT" | "PROTO"))
}

/// Returns the setting that was probably meant.
fn meant(name: &str, known: &[String]) -> Option<String> {
    let upper = name.to_ascii_uppercase();
    let is_ours = upper.starts_with("LATCHKEY_");
    if let Some((_, setting)) = COMMON_MISTAKES.iter().find(|(other, _)| *other == upper) {
        return Some((*setting).to_owned());
    }
    let distance = |known: &&String| strsim::damerau_levenshtein(&upper, known);
    // A name without the prefix belongs to another program, unless only one letter differs.
    let most = if is_ours { MAX_EDIT_DISTANCE } else { 1 };
    let nearest = known.iter().min_by_key(distance).filter(|known| distance(known) <= most);
    let longer = || {
        let is_begun = |known: &&String| is_ours && upper.starts_with(&format!("{known}_"));
        known.iter().filter(is_begun).max_by_key(|known| known.len())
    };
    nearest.or_else(longer).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::command_line_options::CommandLineOption;

    fn lines(variables: &[(&str, &str)]) -> Vec<String> {
        let environment = variables.iter().copied().collect();
        environment_notices(&environment, &CommandLineOptions::default()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_setting_is_known() {
        for name in known_variables() {
            assert_eq!(lines(&[(&name, "x")]), [""; 0], "{name}");
        }
    }

    #[test]
    fn a_typing_error_suggests_the_setting_that_was_meant() {
        for (name, meant) in [
            ("LATCHKEY_PUBLIC_URI", "LATCHKEY_PUBLIC_URL"),
            ("LATCHKEY_DATBASE", "LATCHKEY_DATABASE"),
            ("LATCHKEY_DATABASE_URL", "LATCHKEY_DATABASE"),
            ("LATCHKEY_DATABASE_FIEL", "LATCHKEY_DATABASE_FILE"),
            ("LATCHKEY_SEALINGKEY", "LATCHKEY_SEALING_KEY"),
            ("LATCHKEY_TRUSTED_PROXY", "LATCHKEY_TRUSTED_PROXIES"),
            ("LATCHKEY_LOG_LEVEL", "LATCHKEY_LOG"),
            ("LATCHKEY_PORT", "LATCHKEY_LISTEN"),
            ("latchkey_listen", "LATCHKEY_LISTEN"),
            ("LATCHKY_DATABASE", "LATCHKEY_DATABASE"),
            ("LATCH_KEY_DATABASE", "LATCHKEY_DATABASE"),
        ] {
            let expected = format!("{name} is not a setting of latchkey; did you mean {meant}?");
            assert_eq!(lines(&[(name, "hunter2")]), [expected]);
        }
        assert_eq!(lines(&[("LATCHKEY_FROBNICATE", "hunter2")]), ["LATCHKEY_FROBNICATE is not a setting of latchkey"]);
    }

    #[test]
    fn a_setting_that_takes_no_file_says_so() {
        let line =
            "LATCHKEY_PUBLIC_URL_FILE is not used: LATCHKEY_PUBLIC_URL cannot be read from a file; set it directly";
        assert_eq!(lines(&[("LATCHKEY_PUBLIC_URL_FILE", "/run/url")]), [line]);
        assert_eq!(lines(&[("LATCHKEY_DATABASE_FILE", "/run/url")]), [""; 0]);
    }

    #[test]
    fn variables_of_other_programs_are_ignored() {
        for (name, value) in [
            ("LATCHKEY_SERVICE_HOST", "10.96.0.1"),
            ("LATCHKEY_SERVICE_PORT", "3000"),
            ("LATCHKEY_SERVICE_PORT_HTTP", "3000"),
            ("LATCHKEY_PORT", "tcp://10.96.0.1:3000"),
            ("LATCHKEY_PORT_3000_TCP", "tcp://10.96.0.1:3000"),
            ("LATCHKEY_PORT_3000_TCP_PROTO", "tcp"),
            ("LATCHKEY_PORT_3000_TCP_PORT", "3000"),
            ("LATCHKEY_PORT_3000_TCP_ADDR", "10.96.0.1"),
            ("LATCHKEY_METRICS_PORT_9464_TCP_ADDR", "10.96.0.2"),
            ("LATCHKEY_DATABASE_PORT", "tcp://10.96.0.3:5432"),
            ("LATCHKEY_DATABASE_SERVICE_HOST", "10.96.0.3"),
            ("LATCHKEY_TOOLS", "/opt/tools"),
            ("PATH", "/usr/bin"),
            ("KEYRING_DATABASE", "x"),
            ("LATCHKEY_PUBLIC_URI", " "),
        ] {
            assert_eq!(lines(&[(name, value)]), [""; 0], "{name}={value}");
        }
    }

    #[test]
    fn a_name_cannot_forge_a_line_of_the_log() {
        let lines = lines(&[("LATCHKEY_\nWARN forged", "x")]);
        assert!(lines.len() == 1 && !lines[0].contains('\n'), "{lines:?}");
    }

    #[test]
    fn an_overridden_variable_is_reported() {
        let command_line: CommandLineOptions = [("listen", "LATCHKEY_LISTEN"), ("database", "LATCHKEY_DATABASE")]
            .map(|(name, variable)| CommandLineOption {
                name: name.into(),
                variable: variable.into(),
                value: "x".into(),
            })
            .into_iter()
            .collect();
        let variables = [("LATCHKEY_LISTEN", "y"), ("LATCHKEY_DATABASE_FILE", "/run/url"), ("LATCHKEY_DRAIN", "1")];
        let notices = environment_notices(&variables.into_iter().collect(), &command_line);
        let lines: Vec<_> = notices.iter().map(ToString::to_string).collect();
        let expected = [
            "LATCHKEY_DATABASE_FILE is not used: --database was given",
            "LATCHKEY_LISTEN is not used: --listen was given",
        ];
        assert_eq!(lines, expected);
        let same = Environment::from_iter([("LATCHKEY_LISTEN", "x")]);
        assert_eq!(environment_notices(&same, &command_line), []);
    }
}
