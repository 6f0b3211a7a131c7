/**
 * Runs something with a list of what to undo, and undoes it afterwards, the latest first, whatever has happened. What a
 * killed run leaves is ended by the modules that started it.
 */
export async function inScope(run) {
  const undo = [];
  try {
    return await run({
      defer(action) {
        undo.push(action);
      },
    });
  } finally {
    for (const action of undo.reverse()) await action();
  }
}
