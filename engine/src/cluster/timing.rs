//! How often nodes ask, and how long they wait for each other.

use std::time::Duration;

/// How often a node asks whether there are changes.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// How much longer others wait for a node than it serves without asking.
pub(super) const GRACE_PERIOD: Duration = Duration::from_secs(1);

/// How long a proof by reading is good. It is shorter than one by writing, because others see a reading node by locks that end
/// with its session, and wait this long after that.
pub(super) const READ_PROOF_LIFETIME: Duration = Duration::from_millis(1500);

/// How long a node has held its locks before it proves itself current by reading. Others look twice as often.
pub(super) const MINIMUM_LOCK_AGE: Duration = Duration::from_millis(500);

/// How long announced changes are kept. A node that was away for longer reads everything.
pub(crate) const ANNOUNCEMENT_LIFETIME: Duration = Duration::from_hours(1);
