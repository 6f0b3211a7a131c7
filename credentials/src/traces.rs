/// The target of the spans that say where the time of a request goes. They are no part of the log, and nothing makes them unless
/// somebody collects them.
pub const TRACES: &str = "latchkey::traces";
