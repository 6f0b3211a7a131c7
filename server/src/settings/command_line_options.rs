use clap::{ArgMatches, Command, parser::ValueSource};

/// A setting that was written on the command line.
#[derive(Debug, Clone)]
pub(crate) struct CommandLineOption {
    /// The option's name, without dashes before it.
    pub(crate) name: String,
    /// The environment variable that sets the same.
    pub(crate) variable: String,
    /// Its value. It may hold a password.
    pub(crate) value: String,
}

impl CommandLineOption {
    /// Whether the option was written to set nothing.
    pub(crate) fn is_blank(&self) -> bool {
        self.value.trim().is_empty()
    }
}

/// The settings that were written on the command line, rather than set in the environment.
#[derive(Default)]
pub(crate) struct CommandLineOptions(Vec<CommandLineOption>);

impl CommandLineOptions {
    /// Finds them among the arguments of a command.
    pub(crate) fn from_matches(command: &Command, arguments: &ArgMatches) -> Self {
        let settings = command.get_arguments().filter_map(|argument| {
            let (name, variable) = (argument.get_long()?, argument.get_env()?);
            let id = argument.get_id().as_str();
            let is_written = arguments.value_source(id) == Some(ValueSource::CommandLine);
            let value = arguments.get_one::<String>(id).filter(|_| is_written)?.clone();
            Some(CommandLineOption { name: name.to_owned(), variable: variable.to_string_lossy().into_owned(), value })
        });
        settings.collect()
    }

    /// Whether an option is among them.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|option| option.name == name)
    }

    /// The option that sets the same as an environment variable.
    pub(crate) fn by_variable(&self, variable: &str) -> Option<&CommandLineOption> {
        self.0.iter().find(|option| option.variable == variable)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &CommandLineOption> {
        self.0.iter()
    }
}

impl FromIterator<CommandLineOption> for CommandLineOptions {
    fn from_iter<I: IntoIterator<Item = CommandLineOption>>(options: I) -> Self {
        Self(options.into_iter().collect())
    }
}
