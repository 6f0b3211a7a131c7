use super::*;

const KEY: &str = "Zmlyc3Qgc2VhbGluZyBrZXksIG9mIDMyIGJ5dGVzLi4=";

fn options() -> Options {
    Options { database: Some("sqlite://x.db".to_owned()), ..Options::default() }
}

fn read_with(
    options: Options,
    command_line: &CommandLineOptions,
    variables: &[(&str, &str)],
) -> Result<Settings, SettingError> {
    Settings::read(options, command_line, &variables.iter().copied().collect())
}

fn read(options: Options, variables: &[(&str, &str)]) -> Result<Settings, SettingError> {
    read_with(options, &CommandLineOptions::default(), variables)
}

fn unused(options: Options, variables: &[(&str, &str)]) -> Vec<String> {
    read(options, variables).unwrap().unused.iter().map(ToString::to_string).collect()
}

#[test]
fn last_uses_are_recorded_unless_turned_off() {
    let record_last_use = |text: Option<&str>| {
        let options = Options { last_used: text.map(str::to_owned), ..options() };
        read(options, &[]).map(|settings| settings.record_last_use)
    };
    assert!(record_last_use(None).unwrap() && record_last_use(Some("on")).unwrap());
    assert!(record_last_use(Some("")).unwrap() && !record_last_use(Some("No")).unwrap());
    assert!(
        matches!(record_last_use(Some("never")), Err(SettingError::Flag("LATCHKEY_LAST_USED", text)) if text == "never")
    );
}

#[test]
fn the_log_is_text_unless_it_is_json() {
    let format = |text: Option<&str>| {
        let options = Options { log_format: text.map(str::to_owned), ..options() };
        read(options, &[]).map(|settings| settings.log_format)
    };
    for text in [None, Some("text"), Some(" "), Some("TEXT")] {
        assert_eq!(format(text).unwrap(), LogFormat::Text);
    }
    for text in ["json", "JSON", " json "] {
        assert_eq!(format(Some(text)).unwrap(), LogFormat::Json);
    }
    assert!(matches!(format(Some("xml")), Err(SettingError::LogFormat(text)) if text == "xml"));
}

#[test]
fn a_node_is_named_after_its_machine_and_port_by_default() {
    let name = |set: Option<&str>| {
        let options = Options { node_name: set.map(str::to_owned), ..options() };
        read(options, &[]).unwrap().node_name
    };
    assert_eq!(name(Some(" berlin-1 ")), "berlin-1");
    for none in [None, Some(" ")] {
        assert!(name(none).ends_with(":3000"));
    }
}

#[test]
fn a_setting_of_postgresql_is_not_used_with_sqlite() {
    let staleness = || Options { max_staleness: Some("9".to_owned()), ..options() };
    let variables = [("LATCHKEY_MAX_STALENESS", "9")];
    let line = "LATCHKEY_MAX_STALENESS is not used: it is for PostgreSQL, and the database is SQLite";
    assert_eq!(unused(staleness(), &variables), [line]);
    assert_eq!(unused(options(), &[("LATCHKEY_MAX_STALENESS", "")]), [""; 0]);
    let command_line =
        CommandLineOption { name: "max-staleness".into(), variable: variables[0].0.into(), value: "9".into() };
    let command_line = [command_line].into_iter().collect();
    assert_eq!(read_with(staleness(), &command_line, &[]).unwrap().unused.len(), 1);
    let postgres = Options { database: Some("postgres://h/d".to_owned()), ..staleness() };
    assert_eq!(unused(postgres, &variables), [""; 0]);
}

#[test]
fn an_unknown_parameter_of_the_database_is_named_without_its_value() {
    let database = "postgres://u@h/d?sslmode=require&sslpassword=hunter2".to_owned();
    let lines = unused(Options { database: Some(database), ..options() }, &[]);
    assert_eq!(lines, [r#"the parameter "sslpassword" of the database's URL is not used: it is not known"#]);
}

#[test]
fn an_organization_needs_an_administrator() {
    let organization = ("LATCHKEY_ORGANIZATION", "Northwind");
    let line = "LATCHKEY_ORGANIZATION is not used: it names the organization of LATCHKEY_ADMIN_EMAIL, which is not set";
    assert_eq!(unused(options(), &[organization]), [line]);
    let administrator = [("LATCHKEY_ADMIN_EMAIL", "ana@example.com"), ("LATCHKEY_ADMIN_PASSWORD", "x")];
    assert_eq!(unused(options(), &[organization, administrator[0], administrator[1]]), [""; 0]);
}

#[test]
fn a_sealing_key_next_to_the_database_is_unused_if_another_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().canonicalize().unwrap().join("x.key");
    std::fs::write(&file, KEY).unwrap();
    let database = Some(format!("sqlite://{}", folder.path().join("x.db").display()));
    let unused = |variables: &[(&str, &str)]| unused(Options { database: database.clone(), ..options() }, variables);
    let line = format!("the sealing key in {} is not used: LATCHKEY_SEALING_KEY is set", file.display());
    assert_eq!(unused(&[("LATCHKEY_SEALING_KEY", KEY)]), [line]);
    assert_eq!(unused(&[]), [""; 0]);
    assert_eq!(unused(&[("LATCHKEY_SEALING_KEY_FILE", file.to_str().unwrap())]), [""; 0]);
}

#[test]
fn audiences_are_an_ordered_list() {
    let all = |text: &str| {
        let read = read(Options { audience: Some(text.to_owned()), ..options() }, &[]);
        read.map(|settings| settings.audiences.iter().map(|audience| audience.as_str().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(all("https://h/mcp, orders,,").unwrap(), ["https://h/mcp", "orders"]);
    for nothing in ["", " ", ","] {
        assert!(all(nothing).unwrap().is_empty(), "{nothing:?}");
    }
    for refused in ["https://h https://i", "https://h, https://h/#x"] {
        let error = all(refused).unwrap_err().to_string();
        assert!(error.starts_with("LATCHKEY_AUDIENCE: an audience has no "), "{error}");
    }
}

#[test]
fn origins_of_pages_are_a_list() {
    let origins = |text: &str| {
        let read = read(Options { cors_origins: Some(text.to_owned()), ..options() }, &[]);
        read.map(|settings| settings.cors_origins.len())
    };
    assert_eq!(origins("https://app.example.com, http://localhost:5173,").unwrap(), 2);
    assert_eq!(origins("").unwrap(), 0);
    let error = origins("https://app.example.com,*").unwrap_err().to_string();
    assert!(error.starts_with("LATCHKEY_CORS_ORIGINS: "), "{error}");
}

#[test]
fn an_assertion_lasts_five_minutes_by_default_and_an_hour_at_most() {
    let read = |text: Option<&str>| {
        let options = Options { assertion_lifetime: text.map(str::to_owned), ..options() };
        read(options, &[]).map(|settings| settings.assertion_lifetime.as_secs())
    };
    assert_eq!((read(None).unwrap(), read(Some("1")).unwrap(), read(Some("3600")).unwrap()), (300, 1, 3600));
    for text in ["0", "3601", "5m"] {
        let error = read(Some(text)).unwrap_err().to_string();
        assert_eq!(error, format!("LATCHKEY_ASSERTION_LIFETIME must be 1 to 3600 seconds, and not {text:?}"));
    }
}

#[test]
fn the_default_keep_alive_is_longer_than_that_of_load_balancers() {
    let keep_alive = |text: Option<&str>| {
        let options = Options { keep_alive: text.map(str::to_owned), ..options() };
        read(options, &[]).map(|settings| settings.keep_alive)
    };
    assert_eq!(keep_alive(None).unwrap(), Duration::from_secs(75));
    assert_eq!(keep_alive(Some("650")).unwrap(), Duration::from_secs(650));
    for text in ["0", "3601", "75s"] {
        assert!(matches!(keep_alive(Some(text)), Err(SettingError::OutOfRange { .. })), "{text}");
    }
}
