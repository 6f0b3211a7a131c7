use super::*;

fn refusal(text: &str) -> String {
    let Err(error) = Location::parse(text) else { panic!("{text:?} was accepted") };
    error.to_string()
}

#[test]
fn a_path_is_used_as_it_is_written() {
    for path in ["x.db", "./data/latchkey.db", "/d/x.db", "//d/x.db", "/srv/a b/é, 100% (1)=+!.db", "../x", "/d/a:b.db"]
    {
        assert!(Location::parse(&format!("sqlite://{path}")) == Ok(Location::Sqlite(path.into())), "{path}");
    }
    assert!(Location::parse("SQLite:///d/x.db") == Ok(Location::Sqlite("/d/x.db".into())));
}

#[test]
fn url_syntax_in_a_path_is_refused_with_advice() {
    for (text, words) in [
        ("sqlite:///d/x.db?mode=rwc", "takes no parameters"),
        ("sqlite://x.db?", "takes no parameters"),
        ("sqlite://x.db#frag", "takes no parameters"),
        ("sqlite://x.db;mode=rwc", "takes no parameters"),
        ("sqlite://x.db&mode=rwc", "takes no parameters"),
        ("sqlite:///d/a%20b.db", "in place of %20"),
        ("sqlite:///d/%7Ex.db", "in place of %7E"),
        ("sqlite:x.db", "two slashes"),
        ("sqlite:/d/x.db", "two slashes"),
        ("sqlite::memory:", "in memory"),
        ("sqlite://:memory:", "in memory"),
        ("sqlite://", "no path"),
        ("sqlite:///", "names a folder"),
        ("sqlite:///d/", "names a folder"),
        ("sqlite://.", "names a folder"),
        ("sqlite://~/x.db", "nothing replaces ~"),
        ("sqlite://$HOME/x.db", "nothing replaces ~"),
        ("sqlite:///d/${NAME}.db", "nothing replaces ~"),
        ("sqlite://C:\\data\\x.db", "backslash"),
        ("sqlite://C:/data/x.db", "not by another URL"),
        ("sqlite://file:x.db", "not by another URL"),
        ("sqlite://sqlite:///d/x.db", "not by another URL"),
        ("sqlite://user@host/x.db", "not by another URL"),
        ("sqlite3://x.db", "sqlite://PATH or postgres://"),
        ("file:x.db", "in place of file:"),
        ("file:///d/x.db", "in place of file:"),
        ("jdbc:sqlite:x.db", "without jdbc:"),
        ("./x.db", "write sqlite:// before the path"),
        ("/d/x.db", "write sqlite:// before the path"),
        ("x.db", "write sqlite:// before the path"),
        ("mysql://localhost/latchkey", "sqlite://PATH or postgres://"),
        ("://x", "sqlite://PATH or postgres://"),
        ("\"sqlite:///d/x.db\"", "in quotes"),
        ("'postgres://h/d'", "in quotes"),
        ("“sqlite:///d/x.db”", "in quotes"),
        ("sqlite:///d/x.db ", "a space"),
        (" sqlite:///d/x.db", "a space"),
        ("sqlite:// /d/x.db", "a space"),
        ("sqlite:///d/x.db\n", "a space"),
        ("sqlite:///d/x\n.db", "cannot be seen"),
        ("sqlite:///d/x.db\u{feff}", "cannot be seen"),
        ("sqlite:///d/x.db\0", "cannot be seen"),
        ("", "is empty"),
        (" \t\n", "is empty"),
        ("postgres:/x", "two slashes"),
        ("postgres:x", "two slashes"),
        ("postgres://", "names no server"),
        ("postgresql:///", "names no server"),
        ("postgres://h/d#frag", "contains #"),
    ] {
        let line = refusal(text);
        assert!(line.contains(words) && !line.contains('\n'), "{text:?}: {line}");
    }
}

#[test]
fn a_refusal_never_contains_a_password() {
    for text in [
        "latchkey:hunter2@db/latchkey",
        "postgres:/latchkey:hunter2@db/latchkey",
        "\"postgres://latchkey:hunter2@db/latchkey\"",
        "postgres://latchkey:hunter2@db:port/latchkey",
        "postgres://latchkey:hunter2#@db/latchkey",
        "postgres://latchkey:hunter2/@db/latchkey",
        "postgres://latchkey:hunter2@db/latchkey ",
        "mysql://latchkey:hunter2@db/latchkey",
        "sqlite:///d/x.db?key=hunter2",
        "sqlite://latchkey:hunter2@db/latchkey",
    ] {
        let line = refusal(text);
        assert!(!line.contains("hunter2"), "{text:?}: {line}");
    }
}

#[test]
fn both_schemes_of_postgresql_are_equal() {
    for text in ["postgres://u:p@h/d?sslmode=require", "POSTGRESQL://u:p@h/d?sslmode=require"] {
        let Ok(Location::Postgres(url)) = Location::parse(text) else { panic!("{text} was refused") };
        assert_eq!(url, "postgres://u:p@h/d?sslmode=require");
    }
    assert!(Location::parse("postgres:///d?host=/run/postgresql").is_ok());
    assert!(Location::parse("postgres://u@%2Frun%2Fpostgresql/d").is_ok());
}

#[test]
fn parameters_without_effect_are_reported_and_removed() {
    let text = "postgres://u@h/d?channel_binding=s3cr&sslmode=require&pgbouncer&options[geqo]=off&host=h";
    assert_eq!(Location::unused_parameters(text), ["channel_binding", "pgbouncer"]);
    for (given, kept) in
        [(text, "postgres://u@h/d?sslmode=require&options[geqo]=off&host=h"), ("postgres://h/d?x=1", "postgres://h/d")]
    {
        assert!(Location::parse(given) == Ok(Location::Postgres(kept.to_owned())), "{given}");
    }
}

#[test]
fn all_paths_of_a_file_are_the_same_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.db");
    let (one, other) = (Location::Sqlite(file.clone()), Location::Sqlite(folder.path().join("./y/../x.db")));
    std::fs::create_dir(folder.path().join("y")).unwrap();
    assert!(one.is_same(&other), "before the file exists");
    std::fs::write(&file, "").unwrap();
    std::os::unix::fs::symlink(&file, folder.path().join("link.db")).unwrap();
    assert!(one.is_same(&Location::Sqlite(folder.path().join("link.db"))));
    assert!(!one.is_same(&Location::Sqlite(folder.path().join("z.db"))));
}
