use std::{error::Error, fmt};

use serde_json::{Value, json};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::{self, Format, Writer},
    },
    registry::LookupSpan,
};

/// Writes one object a line, as tracing-subscriber does, and adds an error's sources, which tracing-subscriber omits.
pub(super) struct Json(Format<format::Json>);

impl Default for Json {
    fn default() -> Self {
        Self(format::format().json().with_current_span(true).with_span_list(false))
    }
}

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut sources = Sources::default();
        event.record(&mut sources);
        if sources.0.is_empty() {
            return self.0.format_event(context, writer, event);
        }
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        let mut object: Value = serde_json::from_str(&line).map_err(|_| fmt::Error)?;
        object["fields"]["error.sources"] = json!(sources.0);
        writeln!(writer, "{object}")
    }
}

/// The sources of an event's error, the nearest first.
#[derive(Default)]
struct Sources(Vec<String>);

impl Visit for Sources {
    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}

    fn record_error(&mut self, _: &Field, error: &(dyn Error + 'static)) {
        let mut next = error.source();
        while let Some(source) = next {
            self.0.push(source.to_string());
            next = source.source();
        }
    }
}
