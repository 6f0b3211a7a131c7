import { Latchkey } from "./latchkey.ts";
import { ping } from "./machine.ts";
import { newPostgresDatabase } from "./postgres.ts";

/** Several servers on one PostgreSQL, like those behind a load balancer. */
export class Cluster {
  private constructor(readonly nodes: Latchkey[]) {}

  static async start(names: string[]): Promise<Cluster> {
    const shared = { ...newPostgresDatabase(), LATCHKEY_PUBLIC_URL: "http://keys.example" };
    const starting = names.map((name) => Latchkey.withAdministrator({ ...shared, LATCHKEY_NODE_NAME: name }));
    return new Cluster(await Promise.all(starting));
  }

  /** The first node. */
  get first(): Latchkey {
    const [first] = this.nodes;
    if (!first) throw new Error("a cluster has at least one node");
    return first;
  }

  /** Presents a credential to all nodes at once and returns the statuses of their answers. */
  async verdicts(authorization: string): Promise<number[]> {
    const answers = await Promise.all(this.nodes.map((node) => ping(node, authorization)));
    return answers.map((answer) => answer.status);
  }
}
