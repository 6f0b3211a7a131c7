use std::{io, path::PathBuf};

use latchkey_engine::DatabaseUrlError;
use thiserror::Error;

/// The folder of the default database.
pub(super) const DEFAULT_FOLDER: &str = "./data";

/// A setting that cannot be used. Each message is one line, and no message repeats a secret.
#[derive(Debug, Error)]
pub enum SettingError {
    /// `LATCHKEY_LISTEN`.
    #[error(
        "LATCHKEY_LISTEN must be an address and a port, such as 127.0.0.1:3000 (0.0.0.0:3000 for all addresses), and \
         not {0:?}"
    )]
    Listen(String),
    /// `LATCHKEY_PUBLIC_URL`.
    #[error(
        "LATCHKEY_PUBLIC_URL must be http:// or https:// with a host and no path, such as \
         https://keys.example.com{given}",
        given = and_not(.0)
    )]
    PublicUrl(String),
    /// `LATCHKEY_TRUSTED_PROXIES`.
    #[error("LATCHKEY_TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8, separated by commas{given}", given = and_not(.0))]
    TrustedProxies(String),
    /// A switch that is neither on nor off.
    #[error("{0} must be on or off, and not {1:?}")]
    Flag(&'static str, String),
    /// `LATCHKEY_METRICS_LISTEN`.
    #[error(
        "LATCHKEY_METRICS_LISTEN must be an address and a port, such as 127.0.0.1:9464, or on or off, and not {0:?}"
    )]
    MetricsListen(String),
    /// `LATCHKEY_LOG`.
    #[error(
        "LATCHKEY_LOG must be error, warn, info, debug, trace or off, or targets such as latchkey_server=debug,warn, \
         and not {0:?}"
    )]
    Log(String),
    /// `LATCHKEY_LOG_FORMAT`.
    #[error("LATCHKEY_LOG_FORMAT must be text or json, and not {0:?}")]
    LogFormat(String),
    /// The endpoint of traces. It may contain a password, so it is not repeated.
    #[error("{0} must be an http:// URL such as http://127.0.0.1:4318, without a user or password")]
    TracesEndpoint(&'static str),
    /// The protocol of traces.
    #[error("{0} must be http/protobuf, and not {1:?}")]
    TracesProtocol(&'static str, String),
    /// A value that is not a number, too small or too large.
    #[error("{name} must be {least} to {most} {unit}, and not {given:?}")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// The minimum.
        least: u64,
        /// The maximum.
        most: u64,
        /// The unit.
        unit: &'static str,
        /// The given value.
        given: String,
    },
    /// `LATCHKEY_SECURITY_CONTACT`.
    #[error("LATCHKEY_SECURITY_CONTACT must be an e-mail address, or a URL with https, mailto or tel, and not {0:?}")]
    SecurityContact(String),
    /// The URL of a database.
    #[error("{0}: {1}")]
    Database(&'static str, #[source] DatabaseUrlError),
    /// A limit that is not a number, or out of range.
    #[error("{0} must be a whole number from 1 to 1000000000, and not {1:?}")]
    Limit(&'static str, String),
    /// A setting whose parser says what is wrong.
    #[error("{0}: {1}")]
    Refused(&'static str, String),
    /// A setting was given twice: as a value and as a file.
    #[error("set {0} or {0}_FILE, and not both")]
    Twice(&'static str),
    /// One of the settings that are never blank intentionally: the value that should have been filled in is missing.
    #[error("{0} is set and empty; give it a value, or do not set it")]
    Empty(String),
    /// A value that is not UTF-8.
    #[error("{0} is not UTF-8 text")]
    NotText(String),
    /// The file of a secret cannot be read.
    #[error("{0}_FILE: cannot read {path}: {2}", path = .1.display())]
    File(&'static str, PathBuf, io::Error),
    /// The file of a secret is empty.
    #[error("{0}_FILE: {path} is empty", path = .1.display())]
    EmptyFile(&'static str, PathBuf),
    /// The first administrator needs both an address and a password.
    #[error("set LATCHKEY_ADMIN_EMAIL and LATCHKEY_ADMIN_PASSWORD both, or neither")]
    HalfAnAdministrator,
    /// A backup's file was given as a URL, which would be used as a file name.
    #[error("name the file of a backup by its path, and not by a URL")]
    FileUrl,
    /// The folder of the default database cannot be created.
    #[error("cannot create the folder {DEFAULT_FOLDER}: {0}")]
    Folder(io::Error),
}

/// Repeats the given value, unless it may contain a password.
fn and_not(given: &str) -> String {
    if given.contains('@') { String::new() } else { format!(", and not {given:?}") }
}
