import { type View, keys, members } from "./view.ts";

/** The views of a member who is not an administrator. */
export const readerViews: View[] = [
  { name: "reader-keys", show: async (stage) => {
    await keys(stage, "api_key");
    await stage.page.getByText("Only administrators can change access keys.").waitFor();
  } },
  { name: "reader-key-details", show: async (stage) => (await keys(stage, "api_key")).row("WMS production").open() },
  { name: "reader-empty", show: async (stage) => {
    await stage.page.route("**/api/access-keys/list", (route) => route.fulfill({ json: { keys: [] } }));
    await keys(stage);
    await stage.page.getByText("Only administrators can create keys.").waitFor();
  } },
  { name: "reader-members", show: async (stage) => {
    await members(stage);
    await stage.page.getByText("Only administrators can change members.").waitFor();
  } },
];
