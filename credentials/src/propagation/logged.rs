/// What the log was told last.
pub(super) struct Logged {
    is_current: bool,
    trouble: Option<String>,
}

impl Default for Logged {
    fn default() -> Self {
        Self { is_current: true, trouble: None }
    }
}

impl Logged {
    /// One line for each cause for which the database cannot be asked, one when the node falls out of touch, and one when it is back.
    pub(super) fn tell_if_other(&mut self, is_current: bool, trouble: Option<&str>) {
        if let Some(cause) = trouble
            && self.trouble.as_deref() != trouble
        {
            tracing::warn!(cause, "the node could not ask the database");
        }
        match (self.is_current, is_current) {
            (true, false) => {
                let cause = trouble.unwrap_or("it has answered too late");
                tracing::error!(cause, "out of touch with the database for too long: credentials are not judged");
            }
            (false, true) => tracing::info!("in touch with the database again: credentials are judged"),
            _ => {}
        }
        self.is_current = is_current;
        self.trouble = trouble.map(str::to_owned);
    }
}
