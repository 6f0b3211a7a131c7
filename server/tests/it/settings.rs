//! Settings of the built binary: blank ones, unusable ones, and those without effect.

use std::fs;

use crate::support::{PASSWORD, binary::Binary, postgres};

const SEALING_KEY: &str = "Zmlyc3Qgc2VhbGluZyBrZXksIG9mIDMyIGJ5dGVzLi4=";

/// Returns the variables of all options, as the help names them.
fn variables_of_options(binary: &Binary) -> Vec<(String, String)> {
    let help = binary.printed(&["serve", "--help"]);
    let mut option = String::new();
    let mut variables = Vec::new();
    for line in help.lines() {
        if let Some(name) = line.trim().strip_prefix("--") {
            option = format!("--{}", name.split_whitespace().next().unwrap());
        }
        if let Some((_, rest)) = line.split_once("[env: ") {
            variables.push((option.clone(), rest.split(['=', ']']).next().unwrap().to_owned()));
        }
    }
    assert!(variables.len() > 10, "{variables:?}");
    variables
}

/// Returns the lines of the log about settings that have no effect.
fn notices(log: &str) -> Vec<String> {
    let lines = log.lines().filter(|line| line.contains("is not used") || line.contains("is not a setting"));
    lines.map(|line| line.split_once(": ").unwrap().1.to_owned()).collect()
}

#[test]
fn a_blank_setting_is_not_set() {
    let variables = variables_of_options(&Binary::new());
    let may_be_blank = |variable: &str| !["LATCHKEY_DATABASE", "LATCHKEY_LISTEN"].contains(&variable);
    let without_option = [
        "LATCHKEY_LOG",
        "LATCHKEY_PREVIOUS_SEALING_KEY",
        "LATCHKEY_PREVIOUS_SEALING_KEY_FILE",
        "LATCHKEY_ADMIN_EMAIL",
        "LATCHKEY_ADMIN_PASSWORD",
        "LATCHKEY_ADMIN_PASSWORD_FILE",
        "LATCHKEY_ORGANIZATION",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_SDK_DISABLED",
        "OTEL_TRACES_EXPORTER",
    ];
    for blank in ["", " ", "\t\n"] {
        let names = variables.iter().map(|(_, variable)| variable.as_str()).filter(|name| may_be_blank(name));
        let binary = names.chain(without_option).fold(Binary::new(), |binary, name| binary.with(name, blank));
        let server = binary.serve();
        server.get("/readyz", "").is(200);
        assert_eq!(notices(&server.logged()), [""; 0]);
        assert_eq!(server.stop().0, Some(0));
    }
    let blank = variables.iter().filter(|(_, variable)| may_be_blank(variable));
    let arguments: Vec<String> = blank.flat_map(|(option, _)| [option.clone(), String::new()]).collect();
    let mut all = vec!["organization", "create"];
    all.extend(arguments.iter().map(String::as_str));
    let binary = Binary::new().with("LATCHKEY_PUBLIC_URL", "https://keys.example.com");
    assert!(binary.printed(&all).contains(" http://127.0.0.1:0/set-up#"), "a blank option overrides the variable");
}

#[test]
fn a_missing_injected_value_does_not_open_an_empty_database() {
    for name in ["LATCHKEY_DATABASE", "LATCHKEY_DATABASE_FILE", "LATCHKEY_SEALING_KEY", "LATCHKEY_SEALING_KEY_FILE"] {
        for blank in ["", " ", "\n"] {
            let binary = Binary::new().with(name, blank);
            for command in [&["serve"][..], &["reset-password", "ana@example.com"], &["backup", "x.db"]] {
                let line = binary.refusal(command);
                assert_eq!(line, format!("{name} is set and empty; give it a value, or do not set it"));
            }
            assert!(!binary.database().exists());
        }
    }
    let line = Binary::new().refusal(&["serve", "--database", ""]);
    assert!(line.starts_with("--database is set and empty"), "{line}");
    for name in ["LATCHKEY_DATABASE", "LATCHKEY_SEALING_KEY", "LATCHKEY_PREVIOUS_SEALING_KEY"] {
        let binary = Binary::new();
        let file = binary.file("empty", "\n");
        let binary = binary.with(&format!("{name}_FILE"), file.to_str().unwrap());
        let line = binary.refusal(&["serve"]);
        assert_eq!(line, format!("{name}_FILE: {} is empty", file.display()));
        assert!(!binary.database().exists());
    }
}

#[test]
fn a_url_is_not_used_as_a_path() {
    let binary = Binary::new();
    let folder = binary.folder.path().to_owned();
    let path = folder.join("x.db");
    let path = path.to_str().unwrap();
    for (url, words) in [
        (format!("sqlite://{path}?mode=rwc"), "takes no parameters"),
        (format!("sqlite://{path}#frag"), "takes no parameters"),
        (format!("sqlite://{path} "), "begins or ends with a space"),
        (format!("\"sqlite://{path}\""), "in quotes"),
        (format!("sqlite:{path}"), "two slashes"),
        (format!("file:{path}"), "in place of file:"),
        (format!("sqlite://{}/a%20b.db", folder.display()), "in place of %20"),
        (path.to_owned(), "write sqlite:// before the path"),
        ("./x.db".to_owned(), "write sqlite:// before the path"),
        ("sqlite::memory:".to_owned(), "in memory"),
        ("sqlite://~/x.db".to_owned(), "nothing replaces ~"),
        ("sqlite://$HOME/x.db".to_owned(), "nothing replaces ~"),
        ("postgres:/x".to_owned(), "two slashes"),
        ("mysql://h/x".to_owned(), "sqlite://PATH or postgres://"),
    ] {
        let file = binary.file("url", &format!("{url}\n"));
        let by_file = Binary::new().with("LATCHKEY_DATABASE_FILE", file.to_str().unwrap());
        let by_variable = Binary::new().with("LATCHKEY_DATABASE", &url);
        let good = "sqlite://good.db";
        let lines = [
            ("LATCHKEY_DATABASE", by_variable.refusal(&["serve"])),
            ("LATCHKEY_DATABASE", by_file.refusal(&["serve"])),
            ("LATCHKEY_DATABASE", by_variable.refusal(&["backup", "b.db"])),
            ("LATCHKEY_DATABASE", by_variable.refusal(&["restore", "b.db", "--keep-active"])),
            ("--database", binary.refusal(&["serve", "--database", &url])),
            ("--from", binary.refusal(&["migrate-database", "--from", &url, "--to", good])),
            ("--to", binary.refusal(&["migrate-database", "--from", good, "--to", &url])),
        ];
        for (setting, line) in lines {
            assert!(line.starts_with(&format!("{setting}: ")) && line.contains(words), "{url:?}: {line}");
        }
        fs::remove_file(file).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{url}: no file is made");
    }
    for file in ["sqlite://b.db", "file:b.db", "sqlite:b.db", "postgres://h/d", "https://h/b.db"] {
        for command in [&["backup", file][..], &["restore", file, "--keep-active"]] {
            let line = binary.refusal(command);
            assert_eq!(line, "name the file of a backup by its path, and not by a URL");
        }
    }
}

#[test]
fn an_unknown_setting_is_one_line() {
    let binary = Binary::new()
        .with("LATCHKEY_PUBLIC_URI", "https://hunter2.example")
        .with("LATCHKEY_LISTEN_FILE", "/run/hunter2")
        .with("LATCHKEY_SEALINGKEY", "hunter2")
        .with("LATCHKEY_FROBNICATE", "hunter2")
        .with("LATCHKEY_SERVICE_HOST", "10.96.0.1")
        .with("LATCHKEY_PORT", "tcp://10.96.0.1:3000")
        .with("LATCHKEY_PORT_3000_TCP_ADDR", "10.96.0.1");
    let expected = [
        "LATCHKEY_FROBNICATE is not a setting of latchkey",
        "LATCHKEY_LISTEN_FILE is not used: LATCHKEY_LISTEN cannot be read from a file; set it directly",
        "LATCHKEY_PUBLIC_URI is not a setting of latchkey; did you mean LATCHKEY_PUBLIC_URL?",
        "LATCHKEY_SEALINGKEY is not a setting of latchkey; did you mean LATCHKEY_SEALING_KEY?",
    ];
    let server = binary.serve();
    let log = server.logged();
    assert_eq!(notices(&log), expected, "{log}");
    assert!(!log.contains("hunter2"), "{log}");
    server.stop();
    let output = binary.run(&["backup", "b.db", "--token-lifetime", "60"]);
    let log = String::from_utf8(output.stderr).unwrap();
    assert_eq!(notices(&log)[..4], expected, "commands say so as well");
    assert_eq!(notices(&log)[4..], ["--token-lifetime is not used by backup"]);
}

#[test]
fn a_setting_without_effect_is_one_line() {
    let binary = Binary::new()
        .with("LATCHKEY_ORGANIZATION", "Northwind")
        .with("LATCHKEY_MAX_STALENESS", "9")
        .with("LATCHKEY_SEALING_KEY", SEALING_KEY)
        .with("LATCHKEY_PREVIOUS_SEALING_KEY", "c2Vjb25kIHNlYWxpbmcga2V5IG9mIDMyIGJ5dGVzLi4=")
        .with("OTEL_SERVICE_NAME", "keys");
    let server = binary.serve();
    assert_eq!(
        notices(&server.logged()),
        [
            "OTEL_SERVICE_NAME is not used: no traces are exported; OTEL_EXPORTER_OTLP_ENDPOINT names a collector",
            "LATCHKEY_MAX_STALENESS is not used: it is for PostgreSQL, and the database is SQLite",
            "LATCHKEY_ORGANIZATION is not used: it names the organization of LATCHKEY_ADMIN_EMAIL, which is not set",
            "LATCHKEY_PREVIOUS_SEALING_KEY is not used: no signing key is sealed under it, and it is needed for sessions and \
             links of the last seven days alone",
        ]
    );
    server.stop();
}

#[test]
fn the_first_administrator_is_created_once_and_then_reported_as_unused() {
    let binary = Binary::new().with_administrator().with("LATCHKEY_ORGANIZATION", "Northwind");
    for expected in [
        None,
        Some(
            "LATCHKEY_ADMIN_EMAIL, with LATCHKEY_ADMIN_PASSWORD and LATCHKEY_ORGANIZATION, is not used: an organization already exists",
        ),
    ] {
        let server = binary.serve();
        let log = server.logged();
        assert_eq!(notices(&log), Vec::from_iter(expected), "{log}");
        assert!(!log.contains(PASSWORD) && !log.contains("ana@example.com"), "{log}");
        server.stop();
        fs::remove_file(binary.folder.path().join("log")).unwrap();
    }
}

#[test]
fn an_option_overrides_its_variable_with_a_notice() {
    let binary = Binary::new().with("LATCHKEY_DATABASE", "postgres://ana:hunter2@db/keys");
    let output = binary.run(&["organization", "create", "--database", "sqlite://x.db", "--token-lifetime", "60"]);
    let log = String::from_utf8(output.stderr).unwrap();
    let expected =
        ["LATCHKEY_DATABASE is not used: --database was given", "--token-lifetime is not used by organization create"];
    assert_eq!(notices(&log), expected, "{log}");
    assert!(output.status.success() && !log.contains("hunter2"), "{log}");
}

#[tokio::test]
async fn an_unknown_parameter_of_postgresql_is_named_without_its_value() {
    let Some(database) = postgres::new_database().await else { return };
    tokio::task::spawn_blocking(move || {
        let separator = if database.contains('?') { '&' } else { '?' };
        let database = format!("{database}{separator}channel_binding=hunter2");
        let binary = Binary::new().with("LATCHKEY_DATABASE", &database).with("LATCHKEY_SEALING_KEY", SEALING_KEY);
        let binary = binary.with("LATCHKEY_MAX_STALENESS", "9");
        let server = binary.serve();
        let log = server.logged();
        let line = r#"the parameter "channel_binding" of the database's URL is not used: it is not known"#;
        assert_eq!(notices(&log), [line], "{log}");
        assert!(!log.contains("hunter2"), "{log}");
        assert_eq!(server.stop().0, Some(0));
    })
    .await
    .unwrap();
}

#[test]
fn every_setting_is_in_the_readme_and_known() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let rows = readme.lines().filter(|line| line.starts_with("| `LATCHKEY_"));
    let names: Vec<&str> = rows
        .flat_map(|row| row.split('|').nth(1).unwrap().split('`').filter(|name| name.starts_with("LATCHKEY_")))
        .collect();
    assert!(names.len() > 20, "{names:?}");
    // Values that no setting accepts, so that the command fails at the first one, and warns about none.
    let known =
        names.iter().filter(|name| !name.contains("LOG")).fold(Binary::new(), |binary, name| binary.with(name, "/"));
    let output = known.run(&["migrate-database", "--from", "sqlite://a.db", "--to", "sqlite://b.db"]);
    let log = String::from_utf8(output.stderr).unwrap();
    assert_eq!(notices(&log), [""; 0], "{log}");
}
