use latchkey_model::{
    id::{MemberId, OrganizationId},
    member::Role,
};
use latchkey_store::{
    StorageError,
    members::{self, MemberRow},
};
use sqlx::AnyConnection;

/// A member who is to lose the role of administrator.
pub(super) enum DemotionCandidate {
    /// A member who may lose it, or does not have it.
    Member(MemberRow),
    /// There is no such member.
    Unknown,
    /// The last administrator, who must keep it.
    LastAdministrator(MemberRow),
}

/// Finds a member who is to lose the role of administrator. The organization must be locked: of two administrators who demote each
/// other at the same time, only one may succeed.
pub(super) async fn find_for_demotion(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    id: &MemberId,
) -> Result<DemotionCandidate, StorageError> {
    let Some(member) = members::find(connection, organization, id).await? else {
        return Ok(DemotionCandidate::Unknown);
    };
    let is_last =
        member.role == Role::Administrator && members::count_administrators(connection, organization).await? <= 1;
    Ok(if is_last { DemotionCandidate::LastAdministrator(member) } else { DemotionCandidate::Member(member) })
}
