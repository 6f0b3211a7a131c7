use latchkey_engine::operations::move_database::{Moved, move_database};

use super::{error::CommandError, output::print_line};

/// Implements `latchkey migrate-database --from … --to …`, which copies an installation into another database.
pub(crate) async fn migrate_database(from: &str, to: &str) -> Result<(), CommandError> {
    let moved = move_database(from, to).await?;
    print_tables(&moved);
    if !moved.copied {
        print_line("Both databases are equal; nothing was changed.");
        return Ok(());
    }
    print_line("All tables are copied, and equal to the originals.");
    print_line(
        "The signing keys are copied in sealed form: give every server of the new database the same sealing key, as \
         LATCHKEY_SEALING_KEY (the text in the .key file next to a SQLite database) or the file itself as \
         LATCHKEY_SEALING_KEY_FILE.",
    );
    Ok(())
}

fn print_tables(moved: &Moved) {
    print_line(&format!("{:<18} {:>10} {:>10}  equal", "table", "rows", "moved"));
    for table in &moved.tables {
        let equal = if table.equal { "yes" } else { "no" };
        print_line(&format!("{:<18} {:>10} {:>10}  {equal}", table.name, table.rows, table.moved));
    }
}
