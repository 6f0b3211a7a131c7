//! Times in the reader's time zone, in English.

use js_sys::Date;
use latchkey_model::timestamp::Timestamp;
use wasm_bindgen::JsValue;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay far below 2^53")]
fn date(timestamp: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(timestamp.0 as f64))
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 stay far below 2^53")]
fn from_milliseconds(milliseconds: f64) -> Timestamp {
    Timestamp(milliseconds as i64)
}

/// Returns the current time.
#[must_use]
pub fn now() -> Timestamp {
    from_milliseconds(Date::now())
}

/// Formats the day: `22 Nov 2026`.
#[must_use]
pub fn day(timestamp: Timestamp) -> String {
    let date = date(timestamp);
    let month = MONTHS.get(date.get_month() as usize).copied().unwrap_or_default();
    format!("{} {month} {}", date.get_date(), date.get_full_year())
}

/// Formats the time of day: `12:04:07`.
#[must_use]
pub fn clock(timestamp: Timestamp) -> String {
    let date = date(timestamp);
    format!("{:02}:{:02}:{:02}", date.get_hours(), date.get_minutes(), date.get_seconds())
}

/// Formats day and time: `22 Nov 2026, 12:04:07`.
#[must_use]
pub fn day_and_clock(timestamp: Timestamp) -> String {
    format!("{}, {}", day(timestamp), clock(timestamp))
}

/// Formats the time of day, with the day if it is not today.
#[must_use]
pub fn clock_today(timestamp: Timestamp) -> String {
    if day(timestamp) == day(now()) { clock(timestamp) } else { day_and_clock(timestamp) }
}

/// Formats as RFC 3339 in UTC.
#[must_use]
pub fn rfc3339(timestamp: Timestamp) -> String {
    date(timestamp).to_iso_string().into()
}

/// How long before `now` a timestamp is: `12 s ago`, `3 days ago`; from a month on, its day.
#[must_use]
pub fn ago(timestamp: Timestamp, now: Timestamp) -> String {
    let count = |number: i64, unit: &str| format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" });
    match now.0.saturating_sub(timestamp.0) {
        passed if passed < 5 * SECOND => "just now".to_owned(),
        passed if passed < MINUTE => format!("{} s ago", passed / SECOND),
        passed if passed < HOUR => format!("{} min ago", passed / MINUTE),
        passed if passed < DAY => count(passed / HOUR, "hour"),
        passed if passed < 30 * DAY => count(passed / DAY, "day"),
        _ => day(timestamp),
    }
}

/// How long after `now` a timestamp is: `in 7 days`, `in 1 hour`; from a month on, `on` its day.
#[must_use]
pub fn until(timestamp: Timestamp, now: Timestamp) -> String {
    let count = |number: i64, unit: &str| format!("in {number} {unit}{}", if number == 1 { "" } else { "s" });
    let nearest = |left: i64, unit: i64| (left + unit / 2) / unit;
    match timestamp.0.saturating_sub(now.0) {
        left if left < MINUTE => "in less than a minute".to_owned(),
        left if left < HOUR => format!("in {} min", left / MINUTE),
        left if left < DAY => count(nearest(left, HOUR), "hour"),
        left if left < 30 * DAY => count(nearest(left, DAY), "day"),
        _ => format!("on {}", day(timestamp)),
    }
}

/// Reads what a `datetime-local` field holds: a time in the reader's time zone.
#[must_use]
pub fn from_local_field(text: &str) -> Option<Timestamp> {
    let milliseconds = Date::parse(text);
    milliseconds.is_finite().then(|| from_milliseconds(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_rounded_to_the_nearest_unit() {
        let left = |milliseconds: i64| until(Timestamp(DAY + milliseconds), Timestamp(DAY));
        for (milliseconds, expected) in [
            (7 * DAY - SECOND, "in 7 days"),
            (36 * HOUR - SECOND, "in 1 day"),
            (24 * HOUR, "in 1 day"),
            (24 * HOUR - SECOND, "in 24 hours"),
            (89 * MINUTE, "in 1 hour"),
            (59 * MINUTE, "in 59 min"),
            (59 * SECOND, "in less than a minute"),
            (-DAY, "in less than a minute"),
        ] {
            assert_eq!(left(milliseconds), expected);
        }
    }

    #[test]
    fn the_time_passed_is_rounded_down() {
        let passed = |milliseconds: i64| ago(Timestamp(0), Timestamp(milliseconds));
        for (milliseconds, expected) in [
            (4 * SECOND, "just now"),
            (59 * SECOND, "59 s ago"),
            (119 * SECOND, "1 min ago"),
            (2 * HOUR - SECOND, "1 hour ago"),
            (2 * HOUR, "2 hours ago"),
            (29 * DAY, "29 days ago"),
        ] {
            assert_eq!(passed(milliseconds), expected);
        }
    }
}
