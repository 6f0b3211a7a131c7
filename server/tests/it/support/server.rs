use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdout, Command},
};

use serde_json::Value;

/// A running `latchkey serve`. It is stopped on drop.
pub struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub url: String,
    pub log: PathBuf,
}

impl Server {
    pub(super) fn new(child: Child, stdout: BufReader<ChildStdout>, url: String, log: PathBuf) -> Self {
        Self { child, stdout, url, log }
    }

    /// Returns the next line of standard output.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Returns the token of the set-up link that was printed.
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

    /// Returns the log so far.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Returns the address of the metrics, as logged.
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

    /// Waits for the process to end, and returns its status.
    pub fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Sends SIGTERM, as service managers do, and returns the process's status and what it still printed.
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
    /// Returns the value of a series, by its name and labels in the text format.
    #[track_caller]
    pub fn value(&self, series: &str) -> f64 {
        self.text(series).parse().unwrap()
    }

    /// Returns the value of a series as a count.
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

/// A response that came over a real connection.
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
