use clap::{ArgMatches, Command, parser::ValueSource};

/// An option that was given on the command line.
#[derive(Debug, Clone)]
pub(crate) struct CommandLineOption {
    /// The option's name, without leading dashes.
    pub(crate) name: String,
    /// The environment variable of the same setting.
    pub(crate) variable: String,
    /// The value. It may contain a password.
    pub(crate) value: String,
}

impl CommandLineOption {
    /// Returns whether the option was given a blank value.
    pub(crate) fn is_blank(&self) -> bool {
        self.value.trim().is_empty()
    }
}

/// The options that were given on the command line, and not by the environment.
#[derive(Default)]
pub(crate) struct CommandLineOptions(Vec<CommandLineOption>);

impl CommandLineOptions {
    /// Reads them from the parsed arguments of a command.
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

    /// Returns whether an option was given.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|option| option.name == name)
    }

    /// Returns the option that sets the same as an environment variable.
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
