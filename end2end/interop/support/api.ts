import { type IncomingMessage, type Server, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the API received it. */
export interface Received {
  method: string;
  path: string;
  headers: Record<string, string[]>;
  body: string;
}

/** The API behind a gateway: it answers 200 to every request, and records the requests. */
export class Api {
  readonly received: Received[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (incoming, answer) => {
      this.received.push({
        method: incoming.method ?? "",
        path: incoming.url ?? "",
        headers: incoming.headersDistinct as Record<string, string[]>,
        body: await textOf(incoming),
      });
      answer.end("the API's answer\n");
    });
  }

  static async start(): Promise<Api> {
    const api = new Api();
    await new Promise<void>((resolve) => api.#server.listen(0, "127.0.0.1", resolve));
    return api;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** A request as a client sends it. */
export interface Sent {
  method?: string;
  path?: string;
  /** Names and values as they are sent; a name may occur twice. */
  headers?: [string, string][];
  body?: string;
  /** The local address that it is sent from. */
  from?: string;
}

export interface Got {
  status: number;
  challenges: string;
}

/** Sends a request unchanged: `fetch` would normalize its path and its headers. */
export function send(host: string, { method = "GET", path = "/", headers = [], body, from = "127.0.0.1" }: Sent): Promise<Got> {
  const lines = [["Host", host], ...headers, ...(body === undefined ? [] : [["Content-Length", `${Buffer.byteLength(body)}`]])];
  const [hostname, port] = host.split(":");
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers: lines.flat(), localAddress: from, agent: false });
    outgoing.on("error", reject);
    outgoing.on("response", (answer) => {
      const challenges = answer.headersDistinct["www-authenticate"] ?? [];
      textOf(answer).then(() => resolve({ status: answer.statusCode ?? 0, challenges: challenges.join(", ") }), reject);
    });
    outgoing.end(body);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of message.setEncoding("utf8")) text += chunk;
  return text;
}
