use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

use super::server::Server;

/// The built `latchkey`, in a separate folder and with an environment without Latchkey's settings.
pub struct Binary {
    pub folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Binary {
    pub fn new() -> Self {
        let variables =
            [("LATCHKEY_LISTEN", "127.0.0.1:0"), ("LATCHKEY_DRAIN", "0"), ("LATCHKEY_METRICS_LISTEN", "off")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { folder: tempfile::tempdir().unwrap(), variables }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Removes a variable.
    pub fn without(mut self, name: &str) -> Self {
        self.variables.retain(|(set, _)| set != name);
        self
    }

    /// Turns metrics on, on a free port.
    pub fn with_metrics(self) -> Self {
        self.with("LATCHKEY_METRICS_LISTEN", "127.0.0.1:0")
    }

    /// Writes a file next to the database and returns its path.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("data/latchkey.db")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.prepared(Command::new(env!("CARGO_BIN_EXE_latchkey")), arguments)
    }

    /// Runs a command as a user who is not root and who owns the folder.
    pub fn run_as_nobody(&self, arguments: &[&str]) -> Output {
        let folder = self.folder.path();
        if folder.metadata().unwrap().uid() != 0 {
            return self.run(arguments);
        }
        // That user may not have access to the folder in which the binary was built.
        let program = folder.join("latchkey");
        std::fs::copy(env!("CARGO_BIN_EXE_latchkey"), &program).unwrap();
        let unprivileged = 65534;
        for path in files_below(folder).into_iter().chain([folder.to_owned(), folder.join("data")]) {
            chown(path, Some(unprivileged), Some(unprivileged)).unwrap();
        }
        let mut command = Command::new("setpriv");
        command
            .args([&format!("--reuid={unprivileged}"), &format!("--regid={unprivileged}"), "--clear-groups"])
            .arg(program);
        self.prepared(command, arguments).output().unwrap()
    }

    fn prepared(&self, mut command: Command, arguments: &[&str]) -> Command {
        let ours = std::env::vars().filter(|(name, _)| name.starts_with("LATCHKEY_") || name.starts_with("OTEL_"));
        ours.for_each(|(name, _)| {
            command.env_remove(name);
        });
        command.current_dir(self.folder.path()).args(arguments).envs(self.variables.iter().cloned());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed, and returns what it prints.
    #[track_caller]
    pub fn printed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Runs a command on a terminal, with typed input.
    pub fn run_on_terminal(&self, arguments: &[&str], typed: &str) -> Output {
        let line = [&[env!("CARGO_BIN_EXE_latchkey")], arguments].concat().join(" ");
        let mut command = self.prepared(Command::new("script"), &["-q", "-e", "-c", &line, "/dev/null"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(typed.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must fail with one clear line, and returns the line.
    #[track_caller]
    pub fn refusal(&self, arguments: &[&str]) -> String {
        Self::refusal_in(self.run(arguments))
    }

    /// Returns the one clear line of a failed command.
    #[track_caller]
    pub fn refusal_in(output: Output) -> String {
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        text.trim_end().strip_prefix("latchkey: ").expect("the line says who speaks").to_owned()
    }

    /// Starts `latchkey serve`, and waits until it listens. The log goes to a file.
    pub fn serve(&self) -> Server {
        let log = self.folder.path().join("log");
        let stderr = File::options().create(true).append(true).open(&log).unwrap();
        let mut child = self.command(&["serve"]).stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("Latchkey listens on ").map(str::to_owned);
        let url = url.unwrap_or_else(|| panic!("{line:?}\n{}", std::fs::read_to_string(&log).unwrap()));
        Server::new(child, stdout, url, log)
    }
}

/// Returns every file of a folder and its subfolders, except sockets.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] });
    files.filter(|path| path.is_file()).collect()
}
