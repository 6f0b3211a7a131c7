use axum::http::StatusCode;

/// How a request was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestOutcome {
    /// It succeeded: 2xx and 3xx.
    Accepted,
    /// The caller is not allowed to do this: 401 and 403.
    Refused,
    /// The request was wrong in another way: other 4xx.
    ClientError,
    /// There was no verdict: 503.
    Unavailable,
    /// The server failed: other 5xx.
    ServerError,
}

impl RequestOutcome {
    /// All outcomes, in the order of their discriminants.
    pub(crate) const ALL: [Self; 5] =
        [Self::Accepted, Self::Refused, Self::ClientError, Self::Unavailable, Self::ServerError];

    pub(crate) fn from_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 | 403 => Self::Refused,
            503 => Self::Unavailable,
            500.. => Self::ServerError,
            400.. => Self::ClientError,
            _ => Self::Accepted,
        }
    }

    /// Returns the value of the metric's label.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::ClientError => "client_error",
            Self::Unavailable => "unavailable",
            Self::ServerError => "server_error",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_one_outcome() {
        for (statuses, name) in [
            (&[200, 204, 302, 304][..], "accepted"),
            (&[401, 403], "refused"),
            (&[400, 404, 405, 413, 422, 429], "client_error"),
            (&[503], "unavailable"),
            (&[500, 501, 504], "server_error"),
        ] {
            for status in statuses {
                assert_eq!(
                    RequestOutcome::from_status(StatusCode::from_u16(*status).unwrap()).name(),
                    name,
                    "{status}"
                );
            }
        }
    }

    #[test]
    fn outcomes_are_in_the_order_of_their_discriminants() {
        for (number, outcome) in RequestOutcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, number);
        }
    }
}
