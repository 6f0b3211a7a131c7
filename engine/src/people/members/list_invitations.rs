use latchkey_model::{
    email::Email,
    member::{InvitationPage, Role},
    page::PageRequest,
};
use latchkey_store::one_time_links;

use crate::{
    paging::{ListError, PageSize, parse_cursor},
    people::{People, caller::Caller},
};

impl People {
    /// Returns a page of the pending invitations to the caller's organization, by e-mail address. Only administrators see them: for
    /// other members the page is empty.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn list_invitations(&self, caller: &Caller, request: &PageRequest) -> Result<InvitationPage, ListError> {
        let size = PageSize::new(request.limit)?;
        let after = parse_cursor(request.cursor.as_deref(), Email::parse)?;
        let (organization, after, limit) = (&caller.organization_id, after.as_ref(), size.and_one());
        let rows = match caller.role {
            Role::Administrator => {
                let mut reader = self.parts.store.reader().await?;
                one_time_links::pending_invitations(&mut reader, organization, after, limit, self.parts.clock.now())
                    .await?
            }
            Role::Member => Vec::new(),
        };
        let (invitations, next_cursor) = size.cut(rows, |invitation| invitation.email.clone());
        Ok(InvitationPage { invitations, next_cursor })
    }
}
