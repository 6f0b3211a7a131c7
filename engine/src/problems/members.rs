use latchkey_model::problem::{Field, Problem, ProblemKind};

use super::{conflict, invalid_email, link_ended, not_found};
use crate::people::{
    AcceptInvitationError, InvitationError, InviteError, RemoveMemberError, SetMemberRoleError, WithdrawInvitationError,
};

const LAST_ADMINISTRATOR: &str = "This is the only administrator. Make another member an administrator first.";

impl From<InviteError> for Problem {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::Email(error) => invalid_email(error),
            InviteError::AlreadyMember => conflict(Field::EMAIL, "A member already uses this e-mail address."),
            InviteError::Limit(error) => error.into(),
            InviteError::NotAllowed(error) => error.into(),
            InviteError::Storage(error) => error.into(),
        }
    }
}

impl From<WithdrawInvitationError> for Problem {
    fn from(error: WithdrawInvitationError) -> Self {
        match error {
            WithdrawInvitationError::Unknown => not_found("invitation"),
            WithdrawInvitationError::NotAllowed(error) => error.into(),
            WithdrawInvitationError::Storage(error) => error.into(),
        }
    }
}

impl From<InvitationError> for Problem {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::LinkEnded => link_ended(),
            InvitationError::TooManyAttempts(error) => error.into(),
            InvitationError::Storage(error) => error.into(),
        }
    }
}

impl From<AcceptInvitationError> for Problem {
    fn from(error: AcceptInvitationError) -> Self {
        match error {
            AcceptInvitationError::LinkEnded => link_ended(),
            AcceptInvitationError::TooManyAttempts(error) => error.into(),
            AcceptInvitationError::AlreadyMember => {
                conflict(Field::EMAIL, "A member already uses this e-mail address.")
            }
            AcceptInvitationError::Limit(error) => error.into(),
            AcceptInvitationError::Password(error) => Problem::at_field(Field::PASSWORD, error.to_string()),
            AcceptInvitationError::Overloaded(error) => error.into(),
            AcceptInvitationError::Storage(error) => error.into(),
        }
    }
}

impl From<SetMemberRoleError> for Problem {
    fn from(error: SetMemberRoleError) -> Self {
        match error {
            SetMemberRoleError::Unknown => not_found("member"),
            SetMemberRoleError::LastAdministrator => Problem::with_detail(ProblemKind::Conflict, LAST_ADMINISTRATOR),
            SetMemberRoleError::NotAllowed(error) => error.into(),
            SetMemberRoleError::Storage(error) => error.into(),
        }
    }
}

impl From<RemoveMemberError> for Problem {
    fn from(error: RemoveMemberError) -> Self {
        match error {
            RemoveMemberError::Unknown => not_found("member"),
            RemoveMemberError::LastAdministrator => Problem::with_detail(ProblemKind::Conflict, LAST_ADMINISTRATOR),
            RemoveMemberError::NotAllowed(error) => error.into(),
            RemoveMemberError::Storage(error) => error.into(),
        }
    }
}
