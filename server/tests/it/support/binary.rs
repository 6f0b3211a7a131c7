use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// The built `latchkey`, in a folder of its own and an environment without settings of ours.
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

    /// As if a variable had not been set.
    pub fn without(mut self, name: &str) -> Self {
        self.variables.retain(|(set, _)| set != name);
        self
    }

    /// With metrics on a port of its own.
    pub fn with_metrics(self) -> Self {
        self.with("LATCHKEY_METRICS_LISTEN", "127.0.0.1:0")
    }

    /// Writes a file beside the database and tells its path.
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

    /// Runs a command as a user who is not root and to whom all of the folder is given.
    pub fn run_as_nobody(&self, arguments: &[&str]) -> Output {
        let folder = self.folder.path();
        if folder.metadata().unwrap().uid() != 0 {
            return self.run(arguments);
        }
        // That user may not reach where the binary was built.
        let program = folder.join("latchkey");
        std::fs::copy(env!("CARGO_BIN_EXE_latchkey"), &program).unwrap();
        let nobody = 65534;
        for path in files_below(folder).into_iter().chain([folder.to_owned(), folder.join("data")]) {
            chown(path, Some(nobody), Some(nobody)).unwrap();
        }
        let mut command = Command::new("setpriv");
        command.args([&format!("--reuid={nobody}"), &format!("--regid={nobody}"), "--clear-groups"]).arg(program);
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

    /// Runs a command that must succeed, and tells what it prints.
    #[track_caller]
    pub fn printed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Runs a command on a terminal of its own, on which somebody types.
    pub fn run_on_terminal(&self, arguments: &[&str], typed: &str) -> Output {
        let line = [&[env!("CARGO_BIN_EXE_latchkey")], arguments].concat().join(" ");
        let mut command = self.prepared(Command::new("script"), &["-q", "-e", "-c", &line, "/dev/null"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(typed.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must fail with one clear line, and tells the line.
    #[track_caller]
    pub fn refusal(&self, arguments: &[&str]) -> String {
        Self::refusal_in(self.run(arguments))
    }

    /// The one clear line of a command that has failed.
    #[track_caller]
    pub fn refusal_in(output: Output) -> String {
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        text.trim_end().strip_prefix("latchkey: ").expect("the line says who speaks").to_owned()
    }

    /// Serves, and waits until it says so. The log goes to a file.
    pub fn serve(&self) -> Server {
        let log = self.folder.path().join("log");
        let stderr = File::options().create(true).append(true).open(&log).unwrap();
        let mut child = self.command(&["serve"]).stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("Latchkey listens on ").map(str::to_owned);
        let url = url.unwrap_or_else(|| panic!("{line:?}\n{}", std::fs::read_to_string(&log).unwrap()));
        Server { child, stdout, url, log }
    }
}

/// A `latchkey serve` that runs; it is stopped on drop.
pub struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub url: String,
    pub log: PathBuf,
}

impl Server {
    /// The next line of standard output.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// The token of the set-up link that is printed.
    pub fn set_up_token(&mut self) -> String {
        let line = self.line();
        line.split_once("/set-up#").unwrap_or_else(|| panic!("{line:?}")).1.to_owned()
    }

    pub fn call(&self, path: &str, cookie: &str, arguments: &Value) -> Reply {
        self.call_with(path, &[("cookie", cookie)], arguments)
    }

    pub fn call_with(&self, path: &str, headers: &[(&str, &str)], arguments: &Value) -> Reply {
        let request = agent().post(format!("{}{path}", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Reply::of(request.send_json(arguments).unwrap())
    }

    pub fn get(&self, path: &str, authorization: &str) -> Reply {
        self.get_with(path, &[("authorization", authorization)])
    }

    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let request = agent().get(format!("{}{path}", self.url));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Reply::of(request.call().unwrap())
    }

    /// All that stands in the log so far.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Where the metrics are served, as the log says.
    pub fn metrics_address(&self) -> String {
        let log = self.logged();
        let line = log.lines().find(|line| line.contains("metrics are served")).unwrap_or_else(|| panic!("{log}"));
        let (_, port) = line.split_once("127.0.0.1:").unwrap();
        let end = port.find(|character: char| !character.is_ascii_digit()).unwrap_or(port.len());
        format!("127.0.0.1:{}", &port[..end])
    }

    pub fn metrics(&self) -> Metrics {
        let url = format!("http://{}/metrics", self.metrics_address());
        Metrics(Reply::of(agent().get(url).call().unwrap()).is(200).text)
    }

    pub fn post_form(&self, path: &str, authorization: &str, form: &[(&str, &str)]) -> Reply {
        let mut request = agent().post(format!("{}{path}", self.url));
        if !authorization.is_empty() {
            request = request.header("authorization", authorization);
        }
        Reply::of(request.send_form(form.iter().copied()).unwrap())
    }

    /// Sends SIGTERM, as service managers do, and does not wait.
    pub fn tell_to_stop(&self) {
        terminate(self.child.id());
    }

    /// Waits for the end, and tells how the process ended.
    pub fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Sends SIGTERM, as service managers do, and tells how the process ended and what it had still printed.
    pub fn stop(mut self) -> (Option<i32>, String) {
        terminate(self.child.id());
        let mut rest = String::new();
        while self.stdout.read_line(&mut rest).unwrap() > 0 {}
        (self.child.wait().unwrap().code(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn terminate(process: u32) {
    let status = Command::new("kill").arg(process.to_string()).status().unwrap();
    assert!(status.success());
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

/// Metrics as they were read.
pub struct Metrics(pub String);

impl Metrics {
    /// The value of a series, by its name and labels as they are written.
    #[track_caller]
    pub fn value(&self, series: &str) -> f64 {
        self.text(series).parse().unwrap()
    }

    /// The value of one that counts.
    #[track_caller]
    pub fn count(&self, series: &str) -> u64 {
        self.text(series).parse().unwrap()
    }

    #[track_caller]
    fn text(&self, series: &str) -> &str {
        let value = self.0.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        value.unwrap_or_else(|| panic!("{series} is not in\n{}", self.0))
    }
}

/// What came over the wire.
pub struct Reply {
    pub status: u16,
    pub cookie: String,
    /// The value of the other cookie that a sign-in sets.
    pub device: Option<String>,
    pub text: String,
}

impl Reply {
    fn of(mut response: ureq::http::Response<ureq::Body>) -> Self {
        let set = response.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
        let mut cookies = set.map(|cookie| cookie.split(';').next().unwrap_or_default().to_owned());
        let (cookie, device) = (cookies.next().unwrap_or_default(), cookies.next());
        Self {
            status: response.status().as_u16(),
            device: device.map(|device| {
                let (name, value) = device.split_once('=').unwrap();
                assert!(name.contains("latchkey_device_"), "{name}");
                value.to_owned()
            }),
            cookie,
            text: response.body_mut().read_to_string().unwrap(),
        }
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

/// Every file of a folder and those below it, sockets apart.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] });
    files.filter(|path| path.is_file()).collect()
}
