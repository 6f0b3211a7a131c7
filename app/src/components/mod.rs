//! The components of the pages: one component a file, with its styles in the file with the same name under `style/`.

#![expect(
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    reason = "components are called by view!, which takes what they return and passes their properties by value"
)]

pub mod accept_invitation;
pub mod account_cards;
pub mod auth_page;
pub mod banner;
pub mod brand;
pub mod button;
pub mod client_options;
pub mod copy_field;
pub mod create_key_dialog;
pub mod deactivate_dialog;
pub mod delete_dialog;
pub mod dialog;
pub mod empty_state;
pub mod error_state;
pub mod field;
pub mod form_problem;
pub mod history;
pub mod icon;
pub mod invitation_list;
pub mod invite_dialog;
pub mod key_details;
pub mod key_dialogs;
pub mod key_row;
pub mod key_table;
pub mod key_tools;
pub mod labels;
pub mod link_note;
pub mod live_line;
pub mod member_table;
pub mod members_view;
pub mod more_menu;
pub mod new_key;
pub mod pager;
pub mod pill;
pub mod proxy_notice;
pub mod recovery_dialog;
pub mod remove_member_dialog;
pub mod rename_dialog;
pub mod reset_password_form;
pub mod role_dialog;
pub mod scopes_dialog;
pub mod secret_dialog;
pub mod set_up_form;
pub mod show_again;
pub mod side_menu;
pub mod skeleton;
pub mod snippets;
pub mod stale_note;
pub mod start_note;
pub mod tabs;
pub mod theme_switch;
pub mod toast;
pub mod token_lifetime_dialog;
pub mod unsaved;
