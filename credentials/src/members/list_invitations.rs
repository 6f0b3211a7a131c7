use latchkey_model::{
    email::Email,
    member::{InvitationPage, Role},
    page::PageRequest,
};

use crate::{
    Caller, Engine,
    paging::{ListError, PageSize, parse_cursor},
    storage::one_time_links,
};

impl Engine {
    /// A page of the invitations to the caller's organization that still wait, by e-mail address. Who is no administrator
    /// sees none.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn list_invitations(&self, caller: &Caller, request: &PageRequest) -> Result<InvitationPage, ListError> {
        let size = PageSize::of(request.limit);
        let after = parse_cursor(request.cursor.as_deref(), Email::parse)?;
        let (organization, after, limit) = (&caller.organization_id, after.as_ref(), size.and_one());
        let rows = match caller.role {
            Role::Administrator => {
                let mut reader = self.reader().await?;
                one_time_links::pending_invitations(&mut reader, organization, after, limit, self.now()).await?
            }
            Role::Member => Vec::new(),
        };
        let (invitations, next_cursor) = size.cut(rows, |invitation| invitation.email.clone());
        Ok(InvitationPage { invitations, next_cursor })
    }
}
