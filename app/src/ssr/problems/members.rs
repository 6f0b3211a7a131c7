use latchkey_credentials::members::{
    AcceptInvitationError, InvitationError, InviteError, RemoveMemberError, SetMemberRoleError, WithdrawInvitationError,
};
use latchkey_model::problem::{Field, Problem, ProblemKind};

use super::{IntoProblem, invalid_email, link_ended, no_such, taken};

const LAST_ADMINISTRATOR: &str = "This is the only administrator. Make another member an administrator first.";

impl IntoProblem for InviteError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Email(error) => invalid_email(error),
            Self::AlreadyMember => taken(Field::Email, "Somebody with this e-mail address is a member already."),
            Self::Limit(error) => error.into_problem(),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for WithdrawInvitationError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("invitation"),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for InvitationError {
    fn into_problem(self) -> Problem {
        match self {
            Self::LinkEnded => link_ended(),
            Self::TooManyAttempts(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for AcceptInvitationError {
    fn into_problem(self) -> Problem {
        match self {
            Self::LinkEnded => link_ended(),
            Self::TooManyAttempts(error) => error.into_problem(),
            Self::AlreadyMember => taken(Field::Email, "Somebody with this e-mail address is a member already."),
            Self::Limit(error) => error.into_problem(),
            Self::Password(error) => Problem::at_field(Field::Password, error.to_string()),
            Self::Overloaded(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for SetMemberRoleError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("member"),
            Self::LastAdministrator => Problem::with_detail(ProblemKind::Conflict, LAST_ADMINISTRATOR),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for RemoveMemberError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("member"),
            Self::LastAdministrator => Problem::with_detail(ProblemKind::Conflict, LAST_ADMINISTRATOR),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}
