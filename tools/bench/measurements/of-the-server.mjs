import * as creations from "./creations.mjs";
import * as flood from "./flood.mjs";
import * as introspection from "./introspection.mjs";
import * as lists from "./lists.mjs";
import * as ping from "./ping.mjs";
import * as starts from "./starts.mjs";
import * as tokens from "./tokens.mjs";

/** The measurements of the server, without those of the console. */
export const measurements = [ping, tokens, introspection, flood, starts, lists, creations];
