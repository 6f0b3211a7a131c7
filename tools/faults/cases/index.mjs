import * as behindHaproxy from "./behind-haproxy.mjs";
import * as slowClients from "./slow-clients.mjs";
import * as endurance from "./endurance.mjs";
import * as cutOff from "./cut-off.mjs";
import * as databaseStops from "./database-stops.mjs";
import * as kills from "./kills.mjs";
import * as readOnly from "./read-only.mjs";
import * as races from "./races.mjs";
import * as tokenFlood from "./token-flood.mjs";
import * as revocationFlood from "./revocation-flood.mjs";
import * as signInFlood from "./sign-in-flood.mjs";
import * as clocks from "./clocks.mjs";
import * as fullDisk from "./full-disk.mjs";
import * as idleConnections from "./idle-connections.mjs";
import * as deactivations from "./deactivations.mjs";

/** All faults, by their numbers in docs/reliability.md. */
export const cases = [
  [1, kills],
  [2, fullDisk],
  [3, databaseStops],
  [4, deactivations],
  [5, races],
  [6, tokenFlood],
  [7, clocks],
  [8, behindHaproxy],
  [9, slowClients],
  [10, cutOff],
  [11, endurance],
  [12, idleConnections],
  [13, readOnly],
  [14, signInFlood],
  [15, revocationFlood],
];
